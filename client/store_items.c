/* Pending writes: what one does to the row and ticket it is about, and the list of them for the screen. */
#include "client/store_private.h"

#include <string.h>

#include "base/clock.h"

void item_free(gpointer data)
{
	struct store_item *item = data;
	change_clear(&item->change);
	g_free(item->why);
	g_free(item->base_subject);
	g_free(item);
}

/* ---- the list, and which of it are about a ticket */

void items_init(struct store *s)
{
	s->items = g_ptr_array_new_with_free_func(item_free);
	s->items_of = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

void items_free(struct store *s)
{
	g_hash_table_unref(s->items_of);
	g_ptr_array_unref(s->items);
}

void items_add(struct store *s, struct store_item *item)
{
	desk_id id = item->change.ticket_id;
	GPtrArray *of = g_hash_table_lookup(s->items_of, &id);
	g_ptr_array_add(s->items, item);
	if (!of) {
		of = g_ptr_array_new();
		g_hash_table_insert(s->items_of, g_memdup2(&id, sizeof(id)), of);
	}
	g_ptr_array_add(of, item);
}

struct store_item *items_steal(struct store *s, guint at)
{
	struct store_item *item = g_ptr_array_steal_index(s->items, at);
	GPtrArray *of = g_hash_table_lookup(s->items_of, &item->change.ticket_id);
	g_ptr_array_remove(of, item);
	if (!of->len)
		g_hash_table_remove(s->items_of, &item->change.ticket_id);
	return item;
}

const GPtrArray *items_of(const struct store *s, desk_id ticket_id)
{
	return ticket_id ? g_hash_table_lookup(s->items_of, &ticket_id) : NULL;
}

gboolean item_touches(const struct store_item *item, desk_id ticket_id)
{
	return item->change.ticket_id == ticket_id && ticket_id != 0;
}

gboolean writes_hold_text(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	enum change_kind as = kind == MESSAGE_NOTE ? CHANGE_NOTE : kind == MESSAGE_FORWARD ? CHANGE_FORWARD : CHANGE_REPLY;
	for (guint i = 0; i < s->items->len; i++) {
		const struct store_item *item = s->items->pdata[i];
		if (item_touches(item, ticket_id) && item->change.kind == as && item->state != PENDING_REFUSED)
			return TRUE;
	}
	return FALSE;
}

gboolean item_shows(const struct store_item *item)
{
	return item->state != PENDING_REFUSED && item->state != PENDING_ASK;
}

/* `to` may be what stands there: the names of the desk are not known before its session came. */
static void set_name(char **name, const char *to)
{
	char *copy = g_strdup(to);

	g_free(*name);
	*name = copy;
}

static void apply_assignee(const struct store *s, struct ticket_row *row, desk_id person_id)
{
	const struct person *p = store_person(s, person_id);
	const struct person *me = s->session ? s->session->me : NULL;
	row->assignee_id = person_id;
	set_name(&row->assignee_name, p ? p->display : me && me->id == person_id ? me->display : NULL);
}

static void apply_group(const struct store *s, struct ticket_row *row, desk_id group_id)
{
	const struct group *g = store_group(s, group_id);
	if (!group_id)
		return;
	row->group_id = group_id;
	set_name(&row->group_name, g ? g->name : row->group_name);
}

void item_apply_row(const struct store *s, const struct store_item *item, struct ticket_row *row)
{
	const struct change *c = &item->change;
	switch (c->kind) {
	case CHANGE_REPLY:
		row->waiting = FALSE;
		break;
	case CHANGE_CLAIM:
		apply_assignee(s, row, s->session ? s->session->me->id : 0);
		if (row->status == STATUS_NEW)
			row->status = STATUS_OPEN;
		break;
	case CHANGE_RELEASE:
		apply_assignee(s, row, 0);
		break;
	case CHANGE_STATUS:
		row->status = c->status;
		break;
	case CHANGE_PRIORITY:
		row->priority = c->priority;
		break;
	case CHANGE_MERGE:
		row->status = STATUS_MERGED;
		break;
	case CHANGE_SUBJECT:
		set_name(&row->subject, c->text);
		break;
	case CHANGE_ASSIGN:
		apply_group(s, row, c->group_id);
		apply_assignee(s, row, c->person_id);
		break;
	case CHANGE_ESCALATE:
		apply_group(s, row, c->group_id);
		apply_assignee(s, row, 0);
		break;
	default:
		break;
	}
}

/* ---- the list for the screen */

size_t store_pending_count(const struct store *s, desk_id ticket_id)
{
	size_t n = 0;
	for (guint i = 0; i < s->items->len; i++)
		n += !ticket_id || item_touches(s->items->pdata[i], ticket_id);
	return n;
}

size_t store_pending_to_send(const struct store *s)
{
	size_t n = 0;
	for (guint i = 0; i < s->items->len; i++)
		n += ((const struct store_item *)s->items->pdata[i])->state != PENDING_REFUSED;
	return n;
}

gboolean store_pending_at(const struct store *s, desk_id ticket_id, size_t i, struct pending *out)
{
	for (guint k = 0; k < s->items->len; k++) {
		const struct store_item *item = s->items->pdata[k];
		if (ticket_id && !item_touches(item, ticket_id))
			continue;
		if (i-- > 0)
			continue;
		*out = (struct pending){&item->change, item->state, item->why, item->since_ms};
		return TRUE;
	}
	return FALSE;
}
