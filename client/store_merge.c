/* What a cached ticket shows: the server's word, later events, and the writes still on their way. */
#include "client/store_private.h"

#include <string.h>

/* ---- base and overlay */

static GPtrArray *copy_names(const GPtrArray *from)
{
	GPtrArray *to = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(to, g_strdup(from->pdata[i]));
	return to;
}

static struct tag_mark *copy_mark(const struct tag_mark *from)
{
	struct tag_mark *to = g_new0(struct tag_mark, 1);
	*to = *from;
	to->name = g_strdup(from->name);
	to->why = g_strdup(from->why);
	to->by_name = g_strdup(from->by_name);
	return to;
}

static GPtrArray *copy_marks(const GPtrArray *from)
{
	GPtrArray *to = g_ptr_array_new_with_free_func((GDestroyNotify)tag_mark_free);
	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(to, copy_mark(from->pdata[i]));
	return to;
}

static GPtrArray *copy_fields(const GPtrArray *from)
{
	GPtrArray *to = from ? g_ptr_array_new_with_free_func((GDestroyNotify)field_value_free) : NULL;
	for (guint i = 0; from && i < from->len; i++) {
		const struct field_value *v = from->pdata[i];
		struct field_value *copy = g_new0(struct field_value, 1);
		*copy = (struct field_value){g_strdup(v->name), g_strdup(v->value)};
		g_ptr_array_add(to, copy);
	}
	return to;
}

static GPtrArray *copy_checks(const GPtrArray *from)
{
	GPtrArray *to = from ? g_ptr_array_new_with_free_func((GDestroyNotify)check_item_free) : NULL;
	for (guint i = 0; from && i < from->len; i++) {
		const struct check_item *v = from->pdata[i];
		struct check_item *copy = g_memdup2(v, sizeof(*v));
		copy->text = g_strdup(v->text);
		copy->by_name = g_strdup(v->by_name);
		g_ptr_array_add(to, copy);
	}
	return to;
}

static void base_free(struct ticket_base *b)
{
	if (!b)
		return;
	ticket_row_clear(&b->row);
	g_ptr_array_unref(b->tags);
	g_clear_pointer(&b->customer_tags, g_ptr_array_unref);
	g_clear_pointer(&b->fields, g_ptr_array_unref);
	g_clear_pointer(&b->checklist, g_ptr_array_unref);
	g_clear_pointer(&b->ladder, g_ptr_array_unref);
	g_free(b->category);
	g_free(b);
}

static struct ticket_base *base_of(const struct ticket *t)
{
	struct ticket_base *b = g_new0(struct ticket_base, 1);
	ticket_row_copy(&b->row, &t->row);
	b->tags = copy_names(t->tags);
	b->customer_tags = t->customer ? copy_marks(t->customer->tags) : NULL;
	b->category = g_strdup(t->category);
	b->problem = t->problem;
	b->hold_until_ms = t->hold_until_ms;
	b->fields = copy_fields(t->fields);
	b->checklist = copy_checks(t->checklist);
	b->ladder = ladder_copy(t->ladder);
	return b;
}

static gboolean is_pending(const struct message *m)
{
	return m->id == 0;
}

/* Back to the server's word. */
static void restore_base(struct cached_ticket *c)
{
	struct ticket *t = c->shown;
	struct ticket_base *b = g_steal_pointer(&c->base);
	for (guint i = t->messages->len; i-- > 0;)
		if (is_pending(t->messages->pdata[i]))
			g_ptr_array_remove_index(t->messages, i);
	if (!b)
		return;
	ticket_row_clear(&t->row);
	ticket_row_copy(&t->row, &b->row);
	g_ptr_array_unref(t->tags);
	t->tags = g_ptr_array_ref(b->tags);
	if (t->customer && b->customer_tags) {
		g_ptr_array_unref(t->customer->tags);
		t->customer->tags = g_ptr_array_ref(b->customer_tags);
	}
	g_clear_pointer(&t->fields, g_ptr_array_unref);
	g_clear_pointer(&t->checklist, g_ptr_array_unref);
	t->fields = g_steal_pointer(&b->fields);
	t->checklist = g_steal_pointer(&b->checklist);
	g_clear_pointer(&t->ladder, g_ptr_array_unref);
	t->ladder = g_steal_pointer(&b->ladder);
	g_free(t->category);
	t->category = g_strdup(b->category);
	t->problem = b->problem;
	t->hold_until_ms = b->hold_until_ms;
	base_free(b);
}

gboolean merge_concerns(const struct cached_ticket *c, const struct store_item *item)
{
	if (item_touches(item, c->id))
		return TRUE;
	return item->change.kind == CHANGE_CUSTOMER_TAG && c->shown && c->shown->customer &&
	       c->shown->customer->id == item->change.customer_id;
}

static void show_message(const struct store *s, struct ticket *t, const struct store_item *item)
{
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];
		if (g_strcmp0(m->once_key, item->change.once_key) == 0)
			return; /* the feed was faster than the answer */
	}
	struct message *m = g_new0(struct message, 1);
	m->ticket_id = t->row.id;
	m->kind = item->change.kind == CHANGE_REPLY     ? MESSAGE_REPLY
	          : item->change.kind == CHANGE_FORWARD ? MESSAGE_FORWARD
	                                                : MESSAGE_NOTE;
	m->to = g_strdup(item->change.to);
	m->cc = g_strdup(item->change.cc);
	m->delivery = DELIVERY_WAITING;
	m->author_id = s->session ? s->session->me->id : 0;
	m->author_name = g_strdup(s->session ? s->session->me->display : NULL);
	m->body = g_strdup(item->change.body);
	m->at_ms = item->since_ms;
	m->once_key = g_strdup(item->change.once_key);
	g_ptr_array_add(t->messages, m);
}

static void show_tag(struct ticket *t, const struct change *c)
{
	for (guint i = t->tags->len; i-- > 0;)
		if (g_strcmp0(t->tags->pdata[i], c->text) == 0)
			g_ptr_array_remove_index(t->tags, i);
	if (c->on)
		g_ptr_array_add(t->tags, g_strdup(c->text));
}

static void show_customer_tag(const struct store *s, struct ticket *t, const struct store_item *item)
{
	const struct change *c = &item->change;
	if (!t->customer)
		return;
	for (guint i = t->customer->tags->len; i-- > 0;)
		if (g_strcmp0(((struct tag_mark *)t->customer->tags->pdata[i])->name, c->text) == 0)
			g_ptr_array_remove_index(t->customer->tags, i);
	if (!c->on)
		return;
	const struct tag *tag = store_tag(s, c->text);
	struct tag_mark *mark = g_new0(struct tag_mark, 1);
	mark->tag_id = tag ? tag->id : 0;
	mark->name = g_strdup(c->text);
	mark->why = g_strdup(c->reason);
	mark->since_ms = item->since_ms;
	mark->by_person = s->session ? s->session->me->id : 0;
	mark->by_name = g_strdup(s->session ? s->session->me->display : NULL);
	g_ptr_array_add(t->customer->tags, mark);
}

static void show_field(struct ticket *t, const struct change *c)
{
	if (!t->fields)
		t->fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_value_free);
	guint at = t->fields->len;
	for (guint i = t->fields->len; i-- > 0;) {
		if (g_strcmp0(((struct field_value *)t->fields->pdata[i])->name, c->text) != 0)
			continue;
		g_ptr_array_remove_index(t->fields, i);
		at = i;
	}
	if (!c->on)
		return;
	struct field_value *v = g_new0(struct field_value, 1);
	*v = (struct field_value){g_strdup(c->text), g_strdup(c->body)};
	g_ptr_array_insert(t->fields, (gint)at, v);
}

/* A new step has no number until the server gives it one. */
static void add_check(struct ticket *t, const char *text)
{
	struct check_item *item = g_new0(struct check_item, 1);
	item->text = g_strdup(text);
	if (!t->checklist)
		t->checklist = g_ptr_array_new_with_free_func((GDestroyNotify)check_item_free);
	g_ptr_array_add(t->checklist, item);
}

static void show_check(const struct store *s, struct ticket *t, const struct store_item *item)
{
	const struct change *c = &item->change;
	if (c->kind == CHANGE_CHECK_ADD && c->text && !(c->name && *c->name))
		add_check(t, c->text);
	for (guint i = t->checklist ? t->checklist->len : 0; i-- > 0;) {
		struct check_item *one = t->checklist->pdata[i];
		if (c->kind == CHANGE_CHECK_ADD || one->id != c->item_id)
			continue;
		if (c->kind == CHANGE_CHECK_REMOVE) {
			g_ptr_array_remove_index(t->checklist, i);
			continue;
		}
		one->done = c->on;
		one->by_id = c->on && s->session ? s->session->me->id : 0;
		g_free(one->by_name);
		one->by_name = g_strdup(c->on && s->session ? s->session->me->display : NULL);
		one->at_ms = c->on ? item->since_ms : 0;
	}
}

static void show_item(const struct store *s, struct ticket *t, const struct store_item *item)
{
	const struct change *c = &item->change;
	item_apply_row(s, item, &t->row);
	switch (c->kind) {
	case CHANGE_REPLY:
	case CHANGE_NOTE:
	case CHANGE_FORWARD:
		show_message(s, t, item);
		break;
	case CHANGE_TAG:
		show_tag(t, c);
		break;
	case CHANGE_CUSTOMER_TAG:
		show_customer_tag(s, t, item);
		break;
	case CHANGE_CATEGORY:
		g_free(t->category);
		t->category = g_strdup(c->text);
		if (c->problem >= 0)
			t->problem = (enum problem_class)c->problem;
		break;
	case CHANGE_FIELD:
		show_field(t, c);
		break;
	case CHANGE_CHECK_ADD:
	case CHANGE_CHECK:
	case CHANGE_CHECK_REMOVE:
		show_check(s, t, item);
		break;
	case CHANGE_ESCALATE:
	case CHANGE_CONSULT:
	case CHANGE_TRANSFER:
	case CHANGE_ACKNOWLEDGE:
	case CHANGE_ESTIMATE:
	case CHANGE_ESCALATION_ANSWER:
	case CHANGE_RETURN:
		ladder_show(s, t, item);
		break;
	case CHANGE_STATUS:
		t->hold_until_ms = c->status == STATUS_ON_HOLD ? c->hold_until_ms : 0;
		break;
	default:
		break;
	}
}

void merge_overlay(struct store *s, struct cached_ticket *c)
{
	if (!c->shown)
		return;
	restore_base(c);
	for (guint i = 0; i < s->items->len; i++) {
		const struct store_item *item = s->items->pdata[i];
		if (!item_shows(item) || !merge_concerns(c, item))
			continue;
		if (!c->base)
			c->base = base_of(c->shown);
		show_item(s, c->shown, item);
	}
}

/* ---- what the server says */

/* A conversation is in order of time: -1, 0, 1. What isn't sent yet comes last. */
static int place_cmp(const struct message *a, const struct message *b)
{
	if (is_pending(a) || is_pending(b))
		return is_pending(a) - is_pending(b);
	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

/* Messages already read that are older than the fresh newest page stay in front of
 * it, when the two meet. */
static void keep_older(struct ticket *old, struct ticket *fresh)
{
	if (fresh->messages->len == 0) {
		GPtrArray *none = fresh->messages;
		fresh->messages = old->messages;
		fresh->more_messages = old->more_messages;
		old->messages = none;
		return;
	}
	const struct message *first = fresh->messages->pdata[0];
	guint older = 0;
	while (older < old->messages->len && place_cmp(old->messages->pdata[older], first) < 0)
		older++;
	if (older == 0 || older == old->messages->len)
		return;
	g_ptr_array_set_free_func(old->messages, NULL);
	for (guint i = older; i < old->messages->len; i++)
		message_free(old->messages->pdata[i]);
	for (guint i = 0; i < older; i++)
		g_ptr_array_insert(fresh->messages, (gint)i, old->messages->pdata[i]);
	g_ptr_array_set_size(old->messages, 0);
	fresh->more_messages = old->more_messages;
}

/* Merged ones and spam are no contacts. */
static int *count_of(struct customer *who, enum ticket_status status)
{
	if (status == STATUS_MERGED || status == STATUS_SPAM)
		return NULL;
	return status_is_active(status) ? &who->open_tickets : &who->past_tickets;
}

/* Neither an event nor the answer to a write brings the customer again. */
static void recount(struct customer *who, enum ticket_status from, enum ticket_status to)
{
	int *before = who ? count_of(who, from) : NULL, *after = who ? count_of(who, to) : NULL;

	if (before && *before > 0)
		(*before)--;
	if (after && (before || from != to))
		(*after)++;
}

void merge_ticket(struct cached_ticket *c, struct ticket *fresh)
{
	if (c->shown) {
		restore_base(c);
		if (fresh->row.version < c->shown->row.version) { /* overtaken by an event */
			ticket_free(fresh);
			return;
		}
		if (!c->anew)
			keep_older(c->shown, fresh);
		c->anew = FALSE;
		if (!fresh->customer) {
			fresh->customer = g_steal_pointer(&c->shown->customer);
			recount(fresh->customer, c->shown->row.status, fresh->row.status);
		}
		ticket_free(c->shown);
	}
	c->shown = fresh;
}

static void merge_message(struct ticket *t, const struct message *m)
{
	guint at = t->messages->len;
	while (at > 0 && place_cmp(t->messages->pdata[at - 1], m) > 0)
		at--;
	if (at > 0 && ((struct message *)t->messages->pdata[at - 1])->id == m->id) {
		g_ptr_array_remove_index(t->messages, --at);
	} else if (at == 0 && t->more_messages) {
		return; /* older than what is here */
	}
	g_ptr_array_insert(t->messages, (gint)at, message_copy(m));
}

static void merge_clocks(struct ticket *t, const GPtrArray *clocks)
{
	g_ptr_array_set_size(t->clocks, 0);
	for (guint i = 0; i < clocks->len; i++)
		g_ptr_array_add(t->clocks, g_memdup2(clocks->pdata[i], sizeof(struct ticket_clock)));
}

/* Changes whose whole effect an event carries (row, message, clocks). After any
 * other the ticket is read again. */
static gboolean event_is_whole(const struct event *e)
{
	static const char *const whole[] = {"reply",     "note",            "recall",         "claim",
	                                    "claim-next", "release",        "status",
	                                    "subject",   "assign",          "forward",        "breach",
	                                    "warning",   "customer-writes", "customer-opens", "delivered",
	                                    "customer-rates", "whisper",        "handover",       "snooze",
	                                    "snooze-ended", "accept", "taken-back"};
	for (size_t i = 0; i < G_N_ELEMENTS(whole); i++)
		if (g_strcmp0(e->change, whole[i]) == 0)
			return TRUE;
	return FALSE;
}

gboolean merge_event(struct cached_ticket *c, const struct event *e)
{
	restore_base(c);
	struct ticket *t = c->shown;
	gboolean newer = e->row && e->row->version > t->row.version;
	/* Its follow-up goes along with the status, and isn't in the event. */
	gboolean more = newer && t->after_sales && !status_is_active(e->row->status);
	if (e->row && e->row->version >= t->row.version) {
		if (e->row->customer_id == t->row.customer_id)
			recount(t->customer, t->row.status, e->row->status);
		ticket_row_clear(&t->row);
		ticket_row_copy(&t->row, e->row);
		if (e->clocks)
			merge_clocks(t, e->clocks);
	}
	if (e->message)
		merge_message(t, e->message);
	return !newer || (event_is_whole(e) && !more);
}

void merge_older(struct cached_ticket *c, GPtrArray *messages, gboolean more)
{
	struct ticket *t = c->shown;
	const struct message *first = t->messages->len ? t->messages->pdata[0] : NULL;
	guint at = 0;
	for (guint i = 0; i < messages->len; i++) {
		const struct message *m = messages->pdata[i];
		if (!first || place_cmp(m, first) < 0)
			g_ptr_array_insert(t->messages, (gint)at++, message_copy(m));
	}
	t->more_messages = more;
}

void cached_ticket_free(struct cached_ticket *c)
{
	base_free(c->base);
	ticket_free(c->shown);
	if (c->fits)
		g_ptr_array_unref(c->fits);
	g_free(c);
}
