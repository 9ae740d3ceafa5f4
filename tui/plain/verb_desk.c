/* Lists of what the desk has: people, words, views, unsent texts, what one was told of. */
#include "tui/plain/verbs.h"
#include "wire/said.h"

#include <string.h>

/* ---- from the session */

static int of_session(struct call *c, const struct listing *l, size_t offset)
{
	g_autoptr(GError) error = NULL;
	const struct session *s = desk_session(c->desk, &error);

	if (!s)
		return call_fail(c, error);
	return call_list(c, l, *(GPtrArray *const *)(const void *)((const char *)s + offset));
}

int verb_people(struct call *c)
{
	static const struct listing l = {&shape_person, "people", "name,display,role", "name"};

	return of_session(c, &l, offsetof(struct session, people));
}

int verb_groups(struct call *c)
{
	static const struct listing l = {&shape_group, "groups", "name,tier,title", "name"};

	return of_session(c, &l, offsetof(struct session, groups));
}

int verb_tags(struct call *c)
{
	static const struct listing l = {&shape_tag, "tags", "name,on_customer,label_en,label_zh,advice_en", "name"};

	return of_session(c, &l, offsetof(struct session, tags));
}

int verb_categories(struct call *c)
{
	static const struct listing l = {&shape_category, "categories", "name,problem,label_en,label_zh", "name"};

	return of_session(c, &l, offsetof(struct session, categories));
}

int verb_whoami(struct call *c)
{
	g_autoptr(GError) error = NULL;
	const struct session *s = desk_session(c->desk, &error);
	struct out *o = c->out;

	if (!s)
		return call_fail(c, error);
	if (o->format == OUT_JSON) {
		out_json(o, &shape_person, s->me);
	} else if (o->quiet || o->format != OUT_TEXT) {
		g_autofree char *name = text_clean_string(s->me->name, -1, 0, TEXT_NO_CAP);

		g_string_append_printf(o->text, "%s\n", name);
	} else {
		out_say(o, _("%s (%s), %s"), s->me->display ? s->me->display : s->me->name, s->me->name, word_said(role_name(s->me->role)));
		for (guint i = 0; i < s->groups->len; i++) {
			const struct group *g = s->groups->pdata[i];

			for (guint k = 0; k < s->me->groups->len; k++)
				if (g_array_index(s->me->groups, desk_id, k) == g->id)
					out_say(o, _("Group: %s"), g->title ? g->title : g->name);
		}
		out_say(o, _("Desk: %s, at %s"), s->desk_name ? s->desk_name : "ttydesk", c->desk->address);
	}
	return PLAIN_OK;
}

/* ---- asked of the desk */

static int asked(struct call *c, struct query *q, const struct listing *l, size_t offset)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(answer_auto) a = desk_read(c->desk, q, &error);

	query_clear(q);
	if (!a)
		return call_fail(c, error);
	c->out->now_ms = desk_now_ms(c->desk);
	return call_list(c, l, *(GPtrArray *const *)(const void *)((const char *)a + offset));
}

int verb_views(struct call *c)
{
	static const struct listing l = {&shape_saved_view, "views", "name,scope,count,late,title,query", "name"};
	struct query q;

	query_init(&q, QUERY_VIEWS);
	return asked(c, &q, &l, offsetof(struct answer, views));
}

static const struct saved_view *view_named(const struct answer *a, const char *name)
{
	for (guint i = 0; a && i < a->views->len; i++)
		if (strcmp(((struct saved_view *)a->views->pdata[i])->name, name) == 0)
			return a->views->pdata[i];
	return NULL;
}

static struct answer *all_views(struct call *c, GError **error)
{
	struct query q;
	struct answer *a;

	query_init(&q, QUERY_VIEWS);
	a = desk_read(c->desk, &q, error);
	query_clear(&q);
	return a;
}

int verb_save_view(struct call *c)
{
	g_autofree char *query = call_rest(c, 1);
	g_autoptr(GError) error = NULL;
	struct change change;
	int code = PLAIN_OK;

	if (!query)
		return call_usage(c, _("something is missing; usage: ttydesk %s %s"), c->verb->name, c->verb->args);
	g_autoptr(answer_auto) before = all_views(c, &error);

	if (!before)
		return call_fail(c, error);
	const struct saved_view *old = view_named(before, call_word(c, 0));

	change_init(&change, CHANGE_VIEW_SAVE);
	change.view = g_new0(struct saved_view, 1);
	change.view->id = change.view_id = old && old->scope == SCOPE_OWN ? old->id : 0;
	change.view->name = g_strdup(call_word(c, 0));
	change.view->scope = SCOPE_OWN;
	change.view->query = g_steal_pointer(&query);
	change.view->newest_first = g_strcmp0(call_option(c, PLAIN_OPTION_ORDER), "newest") == 0;
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, _("the view %s is saved"), call_word(c, 0));
	return code;
}

int verb_remove_view(struct call *c)
{
	g_autoptr(GError) error = NULL;
	const char *name = call_word(c, 0);
	struct change change;
	int code = PLAIN_OK;

	if (!name)
		return call_usage(c, _("something is missing; usage: ttydesk %s %s"), c->verb->name, c->verb->args);
	g_autoptr(answer_auto) all = all_views(c, &error);
	const struct saved_view *v = view_named(all, name);

	if (all && !v)
		desk_fail(&error, DESK_NOTFOUND, _("there is no view %s"), name);
	if (!v)
		return call_fail(c, error);
	change_init(&change, CHANGE_VIEW_REMOVE);
	change.view_id = v->id;
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, _("the view %s is removed"), name);
	return code;
}

int verb_drafts(struct call *c)
{
	static const struct listing l = {&shape_draft, "drafts", "ticket_id,kind,person_name,at,shared,body", "ticket_id"};
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_DRAFTS);
	if (call_word(c, 0) && !call_number(call_word(c, 0), &q.ticket_id, &error))
		return call_usage(c, "%s", error->message);
	return asked(c, &q, &l, offsetof(struct answer, drafts));
}

/* ---- notices */

static const struct listing notices_list = {&shape_notice, "notices", "at,kind,ticket_id,by_name,seen,text", "id"};

static int notices_seen(struct call *c, const struct answer *a)
{
	struct change change;
	int code = PLAIN_OK;

	if (!a->notices->len) {
		out_say(c->out, _("there are no notices"));
		return PLAIN_OK;
	}
	change_init(&change, CHANGE_NOTICES_SEEN);
	change.item_id = ((struct notice *)a->notices->pdata[0])->id;
	g_autoptr(answer_auto) done = call_write(c, &change, NULL, &code);

	if (done)
		out_say(c->out, _("all notices are seen"));
	return code;
}

int verb_notices(struct call *c)
{
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_NOTICES);
	q.limit = call_limit(c, 500, &error);
	if (q.limit < 0)
		return call_usage(c, "%s", error->message);
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	if (!a)
		return call_fail(c, error);
	if (g_strcmp0(call_word(c, 0), "seen") == 0)
		return notices_seen(c, a);
	return call_list(c, &notices_list, a->notices);
}

/* ---- who looks at what */

/* A line of who: presence with the person's name. */
struct seat {
	char *name;
	desk_id ticket_id;
	gboolean writing, idle;
	int64_t since_ms;
};
static const struct field seat_fields[] = {
	{.name = "name", .type = FIELD_STRING, FIELD_AT(seat, name)},
	{.name = "ticket_id", .type = FIELD_ID, FIELD_AT(seat, ticket_id)},
	{.name = "writing", .type = FIELD_BOOL, FIELD_AT(seat, writing)},
	{.name = "idle", .type = FIELD_BOOL, FIELD_AT(seat, idle)},
	{.name = "since_ms", .type = FIELD_INT64, FIELD_AT(seat, since_ms)},
};
static const struct shape shape_seat = SHAPE(seat, seat_fields);

int verb_who(struct call *c)
{
	static const struct listing l = {&shape_seat, "presence", "name,ticket_id,writing,idle,since", "name"};
	g_autoptr(GError) error = NULL;
	const struct session *s = desk_session(c->desk, &error);
	g_autoptr(GPtrArray) seats = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(answer_auto) a = NULL;
	struct query q;

	query_init(&q, QUERY_PRESENCE);
	a = s ? desk_read(c->desk, &q, &error) : NULL;
	query_clear(&q);
	if (!a)
		return call_fail(c, error);
	for (guint i = 0; i < a->presence->len; i++) {
		const struct presence *p = a->presence->pdata[i];
		struct seat *seat = g_new0(struct seat, 1);

		*seat = (struct seat){.ticket_id = p->ticket_id, .writing = p->writing, .idle = p->idle, .since_ms = p->since_ms};
		for (guint k = 0; k < s->people->len; k++)
			if (((struct person *)s->people->pdata[k])->id == p->person_id)
				seat->name = ((struct person *)s->people->pdata[k])->name;
		g_ptr_array_add(seats, seat);
	}
	return call_list(c, &l, seats);
}
