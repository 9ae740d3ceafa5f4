/* Loading with other tickets in mind: what was merged lives on elsewhere, and two at once. */
#include "server/desk/inside.h"

#define FOLLOW_MAX 100 /* merges of merges: more than that isn't a desk, it's damage */

struct end {
	desk_id into;
	gboolean there;
};

static gboolean end_fn(const struct db_row *row, void *arg)
{
	struct end *e = arg;

	e->into = db_int(row, 1) == STATUS_MERGED ? db_int(row, 5) : 0;
	e->there = TRUE;
	return FALSE;
}

desk_id ticket_lives_on(struct db_conn *conn, desk_id id, GError **error)
{
	for (int i = 0; i < FOLLOW_MAX; i++) {
		struct end e = {0};

		if (!DB_RUN(conn, STMT_PUBLIC_TICKET, end_fn, &e, error, DB_I(id)))
			return 0;
		if (!e.there) {
			desk_fail(error, DESK_NOTFOUND, "there is no ticket #%" G_GINT64_FORMAT, id);
			return 0;
		}
		if (!e.into)
			return id;
		id = e.into;
	}
	desk_fail(error, DESK_IO, "the merges of #%" G_GINT64_FORMAT " go round in a circle", id);
	return 0;
}

gboolean work_follow(struct work *w, GError **error)
{
	for (int i = 0; i < FOLLOW_MAX && w->ticket->row.status == STATUS_MERGED && w->ticket->merged_into; i++) {
		desk_id into = w->ticket->merged_into;

		if (!w->followed_id) {
			w->followed_id = w->ticket->row.id;
			w->followed_newest = w->newest_customer;
		}
		g_clear_pointer(&w->ticket, ticket_free);
		if (!work_load(w, into, error))
			return FALSE;
	}
	return TRUE;
}

gboolean work_load_two(struct work *w, desk_id id, struct work *other, desk_id other_id, GError **error)
{
	gboolean ok = work_begin(other, w->desk, w->tx, w->who, error);

	other->change = w->change;
	if (id == other_id)
		return ok && desk_fail(error, DESK_INVALID, "#%" G_GINT64_FORMAT " is the same ticket", id);
	/* Always in the same order, so that two writers never wait for each other. */
	if (id < other_id)
		ok = ok && work_load(w, id, error) && work_load(other, other_id, error);
	else
		ok = ok && work_load(other, other_id, error) && work_load(w, id, error);
	w->other_id = other_id;
	other->other_id = id;
	return ok;
}

gboolean work_check_version(struct work *w, GError **error)
{
	int64_t seen = w->change->if_version;

	/* Of a ticket that was merged meanwhile the writer saw another version count. */
	if (seen < 0 || w->followed_id || seen == w->ticket->row.version)
		return TRUE;
	g_autofree char *what = work_changes_since(w, seen);
	if (what)
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " was changed meanwhile: %s", w->ticket->row.id, what);
	return work_conflict(w, error, "#%" G_GINT64_FORMAT " was changed meanwhile", w->ticket->row.id);
}
