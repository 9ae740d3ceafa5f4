/* Macros: who may use and change which; their lines are checked when they are saved. */
#include "server/desk/inside.h"

#include <string.h>
#include "rules/macro.h"

#define MACROS_MAX 500 /* that a person may use */

static struct macro *macro_of(const struct db_row *row)
{
	struct macro *m = g_new0(struct macro, 1);

	m->id = db_int(row, 0);
	m->name = db_dup(row, 1);
	m->title = db_dup(row, 2);
	m->scope = (enum scope)db_int(row, 3);
	m->owner_id = db_int(row, 4);
	m->category = db_dup(row, 5);
	m->steps = db_dup(row, 6);
	m->position = (int)db_int(row, 7);
	return m;
}

/* ---- reading */
struct listing {
	const struct words *words;
	const struct actor *who;
	GPtrArray *macros;
};

static gboolean list_fn(const struct db_row *row, void *arg)
{
	struct listing *l = arg;
	struct macro *m = macro_of(row);

	if (scope_may_use(l->words, l->who, m->scope, m->owner_id))
		g_ptr_array_add(l->macros, m);
	else
		macro_free(m);
	return l->macros->len < MACROS_MAX;
}

gboolean macros_query(struct db_conn *conn, const struct words *w, const struct actor *who, struct answer *out,
                      GError **error)
{
	struct listing l = {w, who, g_ptr_array_new_with_free_func((GDestroyNotify)macro_free)};

	out->macros = l.macros;
	return db_run(conn, STMT_MACROS, NULL, 0, list_fn, &l, error);
}

/* ---- changing */
static gboolean take_fn(const struct db_row *row, void *arg)
{
	*(struct macro **)arg = macro_of(row);
	return FALSE;
}

static struct macro *macro_load(struct work *w, desk_id id, GError **error)
{
	struct macro *m = NULL;

	if (!DB_RUN(w->conn, STMT_MACRO, take_fn, &m, error, DB_I(id)))
		return NULL;
	if (!m || !scope_may_use(w->words, w->who, m->scope, m->owner_id)) {
		g_clear_pointer(&m, macro_free);
		desk_fail(error, DESK_NOTFOUND, "there is no macro %" G_GINT64_FORMAT, id);
		return NULL;
	}
	if (scope_may_change(w->words, w->who, m->scope, m->owner_id))
		return m;
	desk_fail(error, DESK_FORBIDDEN, "the macro \"%s\" is not yours to change", m->name);
	macro_free(m);
	return NULL;
}

static gboolean macro_announce(struct work *w, enum change_kind kind, GError **error)
{
	struct event e = {.kind = EVENT_MACRO};

	return work_announce(w, &e, change_name(kind), error);
}

/* What the lines name must be there for the one who saves. */
static gboolean steps_check(struct work *w, const char *steps, GError **error)
{
	g_autoptr(GArray) groups = words_groups_of(w->words, w->who->person_id);
	g_autoptr(GPtrArray) templates = templates_read(w->conn, w->who, groups, error);
	const struct macro_names names = {
		.groups = w->words->groups, .people = w->words->people, .categories = w->words->categories,
		.fields = w->words->fields, .checklists = w->words->checklists, .templates = templates};
	g_autoptr(GPtrArray) parsed = NULL;
	g_autoptr(GError) wrong = NULL;

	if (!templates)
		return FALSE;
	parsed = macro_parse(steps, &names, &wrong);
	return parsed || desk_fail(error, DESK_INVALID, "macro.steps: %s", wrong->message);
}

static gboolean macro_check(struct work *w, const struct macro *m, GError **error)
{
	if (!text_check("macro.name", m->name, 60, FALSE, error) ||
	    (m->title && *m->title && !text_check("macro.title", m->title, 200, FALSE, error)) ||
	    !text_check("macro.steps", m->steps, MACRO_TEXT_MAX, TRUE, error))
		return FALSE;
	if (strpbrk(m->name, " \t"))
		return desk_fail(error, DESK_INVALID, "macro.name: a macro's name is one word, \"%s\" isn't", m->name);
	if (m->scope == SCOPE_GROUP && !words_group(w->words, m->owner_id))
		return desk_fail(error, DESK_INVALID, "macro.owner_id: there is no such group");
	if (m->category && *m->category && !text_check("macro.category", m->category, 200, FALSE, error))
		return FALSE;
	return steps_check(w, m->steps, error);
}

gboolean change_macro_save(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct macro *m = c->macro;
	desk_id id = c->macro_id ? c->macro_id : m ? m->id : 0, taken = 0, owner;
	const char *category;
	gboolean ok;

	if (!m)
		return desk_fail(error, DESK_INVALID, "macro is missing");
	owner = m->scope == SCOPE_OWN ? w->who->person_id : m->scope == SCOPE_ALL ? 0 : m->owner_id;
	if (id) {
		struct macro *was = macro_load(w, id, error);

		if (!was)
			return FALSE;
		macro_free(was);
	}
	if (!scope_may_change(w->words, w->who, m->scope, owner))
		return desk_fail(error, DESK_FORBIDDEN, "only a supervisor saves macros for others");
	if (!macro_check(w, m, error) ||
	    !DB_RUN(w->conn, STMT_MACRO_TAKEN, row_int_fn, &taken, error, DB_I(m->scope), DB_I(owner), DB_T(m->name), DB_I(id)))
		return FALSE;
	if (taken)
		return desk_fail(error, DESK_CONFLICT, "there is a macro \"%s\" already", m->name);
	category = m->category && *m->category ? m->category : NULL;
	ok = id ? DB_RUN(w->conn, STMT_MACRO_UPDATE, NULL, NULL, error, DB_I(id), DB_T(m->name), DB_T(m->title),
	                 DB_I(m->scope), DB_I(owner), DB_T(category), DB_T(m->steps), DB_I(m->position)) :
	          DB_RUN(w->conn, STMT_MACRO_INSERT, row_int_fn, &id, error, DB_T(m->name), DB_T(m->title),
	                 DB_I(m->scope), DB_I(owner), DB_T(category), DB_T(m->steps), DB_I(m->position));
	return ok && macro_announce(w, CHANGE_MACRO_SAVE, error) &&
	       DB_RUN(w->conn, STMT_MACRO, take_fn, &out->macro, error, DB_I(id));
}

gboolean change_macro_remove(struct work *w, struct answer *out, GError **error)
{
	desk_id id = w->change->macro_id;
	struct macro *m = macro_load(w, id, error);

	(void)out;
	if (!m)
		return FALSE;
	macro_free(m);
	return DB_RUN(w->conn, STMT_MACRO_REMOVE, NULL, NULL, error, DB_I(id)) &&
	       macro_announce(w, CHANGE_MACRO_REMOVE, error);
}
