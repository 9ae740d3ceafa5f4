/* Saved views: who may see and change which, and their counts. */
#include <string.h>

#include "server/desk/find.h"
#include "server/desk/views_live.h"

#define VIEWS_MAX 500  /* that a person may see */
#define WAIT_MS CLOCK_PATIENCE(300) /* for counts that aren't known yet */

static struct saved_view *view_of(const struct db_row *row)
{
	struct saved_view *v = g_new0(struct saved_view, 1);

	v->id = db_int(row, 0);
	v->name = db_dup(row, 1);
	v->title = db_dup(row, 2);
	v->scope = (enum scope)db_int(row, 3);
	v->owner_id = db_int(row, 4);
	v->query = db_dup(row, 5);
	v->newest_first = db_int(row, 6) != 0;
	v->position = (int)db_int(row, 7);
	v->count = v->late = -1;
	return v;
}

/* ---- reading */
struct listing {
	const struct words *words;
	const struct actor *who;
	GPtrArray *views;
};

static gboolean list_fn(const struct db_row *row, void *arg)
{
	struct listing *l = arg;
	struct saved_view *v = view_of(row);

	if (scope_may_use(l->words, l->who, v->scope, v->owner_id))
		g_ptr_array_add(l->views, v);
	else
		saved_view_free(v);
	return l->views->len < VIEWS_MAX;
}

/* The lists that every desk has; their totals are kept anyway. */
static gboolean add_built_in(struct desk *d, struct db_conn *conn, const struct words *w, const struct actor *who,
                             GPtrArray *views, GError **error)
{
	static const char *const names[] = {"mine", "assigned", "unassigned", "all", "done", "snoozed", "promises", "follow-ups",
		"to-acknowledge"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct saved_view *v = g_new0(struct saved_view, 1);
		struct find_plan plan = {.engine = db_engine(d->db)};
		struct find_list l = {.conn = conn, .words = w, .engine = db_engine(d->db), .plan = &plan};
		int64_t now = clock_wall_ms();
		gboolean ok;

		v->name = g_strdup(names[i]);
		v->scope = SCOPE_ALL;
		v->query = g_strdup(find_view_text(names[i]));
		v->as_of_ms = now;
		g_ptr_array_add(views, v);
		ok = find_list_view(&l, w, who, names[i], 0, error) && find_list_base(&l, error) &&
		     find_compile(&plan, w, l.engine, who, NULL, now, "UTC", error);
		if (ok && l.source != LIST_DONE)
			ok = find_count(&l, (struct find_key){now, 0}, 5000, &v->late, error);
		v->count = l.base;
		if (ok && find_source_counts(l.source))
			ok = find_count(&l, FIND_KEY_LAST, 5000, &v->count, error);
		find_list_clear(&l);
		find_plan_clear(&plan);
		g_array_unref(l.keys);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

gboolean views_query(struct desk *d, struct db_conn *conn, const struct words *w, const struct actor *who,
                     struct answer *out, GError **error)
{
	struct listing l = {w, who, g_ptr_array_new_with_free_func((GDestroyNotify)saved_view_free)};
	g_autoptr(GPtrArray) queries = g_ptr_array_new();
	g_autofree struct view_count *counts = NULL;
	guint first;

	out->views = l.views;
	if (!add_built_in(d, conn, w, who, l.views, error))
		return FALSE;
	first = l.views->len;
	if (!db_run(conn, STMT_VIEWS, NULL, 0, list_fn, &l, error))
		return FALSE;
	for (guint i = first; i < l.views->len; i++)
		g_ptr_array_add(queries, ((struct saved_view *)l.views->pdata[i])->query);
	counts = g_new0(struct view_count, queries->len + 1);
	if (d->live_views && queries->len)
		views_live_counts(d->live_views, who, (const char *const *)queries->pdata, queries->len, WAIT_MS, counts);
	for (guint i = first; i < l.views->len && d->live_views; i++) {
		struct saved_view *v = l.views->pdata[i];

		v->count = counts[i - first].count;
		v->late = counts[i - first].late;
		v->as_of_ms = counts[i - first].as_of_ms;
	}
	return TRUE;
}

/* ---- changing */
static gboolean take_fn(const struct db_row *row, void *arg)
{
	*(struct saved_view **)arg = view_of(row);
	return FALSE;
}

static struct saved_view *view_load(struct work *w, desk_id id, GError **error)
{
	struct saved_view *v = NULL;

	if (!DB_RUN(w->conn, STMT_VIEW, take_fn, &v, error, DB_I(id)))
		return NULL;
	if (!v || !scope_may_use(w->words, w->who, v->scope, v->owner_id)) {
		g_clear_pointer(&v, saved_view_free);
		desk_fail(error, DESK_NOTFOUND, "there is no view %" G_GINT64_FORMAT, id);
		return NULL;
	}
	if (scope_may_change(w->words, w->who, v->scope, v->owner_id))
		return v;
	desk_fail(error, DESK_FORBIDDEN, "the view \"%s\" is not yours to change", v->name);
	saved_view_free(v);
	return NULL;
}

/* A new place in the answer and in the feed. */
static gboolean view_announce(struct work *w, enum change_kind kind, GError **error)
{
	struct event e = {.kind = EVENT_VIEW};

	return work_announce(w, &e, change_name(kind), error);
}

static gboolean view_check(struct work *w, const struct saved_view *v, GError **error)
{
	g_autofree char *zone = find_zone(w->conn, v->query);
	g_autoptr(GError) wrong = NULL;
	struct find_plan plan;

	if (!text_check("view.name", v->name, 60, FALSE, error) ||
	    (v->title && *v->title && !text_check("view.title", v->title, 200, FALSE, error)))
		return FALSE;
	if (v->scope == SCOPE_GROUP && !words_group(w->words, v->owner_id))
		return desk_fail(error, DESK_INVALID, "view.owner_id: there is no such group");
	/* `me` is whoever looks: the writer stands for them */
	if (!find_compile(&plan, w->words, db_engine(w->desk->db), w->who, v->query, w->now, zone, &wrong))
		return desk_fail(error, DESK_INVALID, "view.query: %s", wrong->message);
	find_plan_clear(&plan);
	return TRUE;
}

gboolean change_view_save(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	desk_id id = c->view_id ? c->view_id : c->view ? c->view->id : 0, taken = 0;
	struct saved_view *v = c->view;
	desk_id owner;
	gboolean ok;

	if (!v)
		return desk_fail(error, DESK_INVALID, "view is missing");
	owner = v->scope == SCOPE_OWN ? w->who->person_id : v->scope == SCOPE_ALL ? 0 : v->owner_id;
	if (id) {
		struct saved_view *was = view_load(w, id, error);

		if (!was)
			return FALSE;
		saved_view_free(was);
	}
	if (!scope_may_change(w->words, w->who, v->scope, owner))
		return desk_fail(error, DESK_FORBIDDEN, "only a supervisor saves views for others");
	if (!view_check(w, v, error) ||
	    !DB_RUN(w->conn, STMT_VIEW_TAKEN, row_int_fn, &taken, error, DB_I(v->scope), DB_I(owner), DB_T(v->name), DB_I(id)))
		return FALSE;
	if (taken)
		return desk_fail(error, DESK_CONFLICT, "there is a view \"%s\" already", v->name);
	ok = id ? DB_RUN(w->conn, STMT_VIEW_UPDATE, NULL, NULL, error, DB_I(id), DB_T(v->name), DB_T(v->title), DB_I(v->scope),
	                 DB_I(owner), DB_T(v->query ? v->query : ""), DB_I(v->newest_first != 0), DB_I(v->position)) :
	          DB_RUN(w->conn, STMT_VIEW_INSERT, row_int_fn, &id, error, DB_T(v->name), DB_T(v->title), DB_I(v->scope),
	                 DB_I(owner), DB_T(v->query ? v->query : ""), DB_I(v->newest_first != 0), DB_I(v->position));
	return ok && view_announce(w, CHANGE_VIEW_SAVE, error) &&
	       DB_RUN(w->conn, STMT_VIEW, take_fn, &out->view, error, DB_I(id));
}

gboolean change_view_remove(struct work *w, struct answer *out, GError **error)
{
	desk_id id = w->change->view_id;
	struct saved_view *v = view_load(w, id, error);

	(void)out;
	if (!v)
		return FALSE;
	saved_view_free(v);
	return DB_RUN(w->conn, STMT_VIEW_REMOVE, NULL, NULL, error, DB_I(id)) &&
	       view_announce(w, CHANGE_VIEW_REMOVE, error);
}
