/* The scripted desk's unsent texts: one person's, by ticket and kind, with revisions. */
#include "client/drivers/scripted.h"

#include <string.h>

struct scripted_drafts {
	GPtrArray *list; /* struct draft */
	int64_t revision;
};

struct scripted_drafts *scripted_drafts_new(void)
{
	struct scripted_drafts *d = g_new0(struct scripted_drafts, 1);
	d->list = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
	return d;
}

void scripted_drafts_free(struct scripted_drafts *d)
{
	g_ptr_array_unref(d->list);
	g_free(d);
}

static struct draft *find(const struct scripted_drafts *d, desk_id ticket_id, enum message_kind kind, guint *at)
{
	for (guint i = 0; i < d->list->len; i++) {
		struct draft *one = d->list->pdata[i];
		if (one->ticket_id != ticket_id || one->kind != kind || one->person_id != scripted_desk_me())
			continue;
		if (at)
			*at = i;
		return one;
	}
	return NULL;
}

const struct draft *scripted_drafts_at(const struct scripted_drafts *d, desk_id ticket_id, enum message_kind kind)
{
	return find(d, ticket_id, kind, NULL);
}

static struct draft *copy_of(const struct draft *from)
{
	struct draft *to = g_memdup2(from, sizeof(*from));
	to->person_name = g_strdup(from->person_name);
	to->body = g_strdup(from->body);
	to->to = g_strdup(from->to);
	to->cc = g_strdup(from->cc);
	to->template_ids = NULL;
	return to;
}

struct answer *scripted_drafts_read(const struct scripted_drafts *d, desk_id ticket_id)
{
	struct answer *a = g_new0(struct answer, 1);
	a->drafts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
	for (guint i = 0; i < d->list->len; i++) {
		const struct draft *one = d->list->pdata[i];
		gboolean mine = one->person_id == scripted_desk_me();
		if (ticket_id ? one->ticket_id == ticket_id && (mine || one->shared) : mine)
			g_ptr_array_add(a->drafts, copy_of(one));
	}
	return a;
}

void scripted_drafts_put(struct scripted_drafts *d, desk_id ticket_id, enum message_kind kind, const char *body,
                         gboolean shared, desk_id person_id, const char *name)
{
	struct draft *one = NULL;
	guint at = 0;
	if (!person_id)
		one = find(d, ticket_id, kind, &at);
	if (one && !*body) {
		g_ptr_array_remove_index(d->list, at);
		return;
	}
	if (!*body)
		return;
	if (!one) {
		one = g_new0(struct draft, 1);
		one->id = one->revision = ++d->revision;
		one->ticket_id = ticket_id;
		one->kind = kind;
		one->person_id = person_id ? person_id : scripted_desk_me();
		one->person_name = g_strdup(name);
		g_ptr_array_add(d->list, one);
	}
	one->revision = ++d->revision;
	one->at_ms = INT64_C(1800000000000) + one->revision;
	one->shared = shared;
	g_free(one->body);
	one->body = g_strdup(body);
}

struct answer *scripted_drafts_write(struct scripted_drafts *d, const struct change *c, GError **error)
{
	int kind = c->text ? message_kind_by_name(c->text) : -1;
	struct draft *one = kind < 0 ? NULL : find(d, c->ticket_id, (enum message_kind)kind, NULL);
	gboolean remove = c->kind == CHANGE_DRAFT_REMOVE;
	int64_t has = one ? one->revision : 0;
	struct answer *a = NULL;
	if (kind < 0)
		desk_fail(error, DESK_INVALID, "a draft is of a reply, a note or a forward");
	else if (remove ? one && c->if_version >= 0 && c->if_version != has
	                : c->revision != has && !(one && strcmp(one->body, c->body) == 0))
		desk_fail(error, DESK_CONFLICT, "your draft was changed elsewhere");
	else
		a = g_new0(struct answer, 1);
	if (!a)
		return NULL;
	scripted_drafts_put(d, c->ticket_id, (enum message_kind)kind, remove ? "" : c->body, c->shared, 0, "me");
	one = find(d, c->ticket_id, (enum message_kind)kind, NULL);
	if (one) {
		g_free(one->to);
		one->to = g_strdup(c->to);
		a->draft = copy_of(one);
	}
	return a;
}
