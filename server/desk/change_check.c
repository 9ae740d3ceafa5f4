/* Checklists of tickets: steps to do, one by one or a named list at once. */
#include "server/desk/inside.h"

#include <string.h>

#define CHECKS_MAX 100
#define CHECK_TEXT_MAX 500

static const struct checklist *named(const struct words *w, const char *name)
{
	for (guint i = 0; i < w->checklists->len; i++) {
		const struct checklist *c = w->checklists->pdata[i];

		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

static gboolean insert(struct work *w, const char *text, GError **error)
{
	w->touched = TRUE;
	return DB_RUN(w->conn, STMT_CHECK_INSERT, NULL, NULL, error, DB_I(w->ticket->row.id), DB_T(text));
}

gboolean change_check_add(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	gboolean list = c->name && *c->name;
	const struct checklist *from = list ? named(w->words, c->name) : NULL;
	int64_t had = 0;

	(void)out;
	if (list && !from)
		return desk_fail(error, DESK_INVALID, "checklist: there is no checklist \"%s\"", c->name);
	if (!list && !text_check("text", c->text, CHECK_TEXT_MAX, FALSE, error))
		return FALSE;
	if (!DB_RUN(w->conn, STMT_CHECK_COUNT, row_int_fn, &had, error, DB_I(w->ticket->row.id)))
		return FALSE;
	if (had + (list ? from->items->len : 1) > CHECKS_MAX)
		return desk_fail(error, DESK_LIMIT, "a ticket's checklist has at most %d steps", CHECKS_MAX);
	if (!list)
		return insert(w, c->text, error);
	for (guint i = 0; i < from->items->len; i++)
		if (!insert(w, from->items->pdata[i], error))
			return FALSE;
	return TRUE;
}

struct item {
	gboolean there, done;
	char *text;
};

static gboolean item_fn(const struct db_row *row, void *arg)
{
	struct item *item = arg;

	item->there = TRUE;
	item->done = db_int(row, 0) != 0;
	item->text = db_dup(row, 1);
	return FALSE;
}

static gboolean load(struct work *w, struct item *item, GError **error)
{
	*item = (struct item){0};
	if (!DB_RUN(w->conn, STMT_CHECK_GET, item_fn, item, error, DB_I(w->change->item_id), DB_I(w->ticket->row.id)))
		return FALSE;
	return item->there || desk_fail(error, DESK_NOTFOUND, "#%" G_GINT64_FORMAT " has no such step", w->ticket->row.id);
}

gboolean change_check(struct work *w, struct answer *out, GError **error)
{
	gboolean done = w->change->on;
	struct item item;
	gboolean ok = load(w, &item, error);

	(void)out;
	g_free(item.text);
	if (!ok || item.done == done)
		return ok; /* whoever did it first has done it */
	w->touched = TRUE;
	return DB_RUN(w->conn, STMT_CHECK_SET, NULL, NULL, error, DB_I(w->change->item_id), DB_I(done),
	              DB_I(done ? w->who->person_id : 0), DB_I(done ? w->now : 0));
}

gboolean change_check_remove(struct work *w, struct answer *out, GError **error)
{
	struct item item;
	gboolean ok = load(w, &item, error) &&
	              DB_RUN(w->conn, STMT_CHECK_REMOVE, NULL, NULL, error, DB_I(w->change->item_id)) &&
	              work_history(w, error, HISTORY_STEP_REMOVED, item.text);

	(void)out;
	g_free(item.text);
	return ok;
}
