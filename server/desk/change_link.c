/* Tickets that belong together: related, parent and child, duplicate. Kept once, read
 * from both sides; parents form a tree. */
#include "server/desk/inside.h"

#define DEPTH_MAX 50

static gboolean parent_of(struct db_conn *conn, desk_id id, desk_id *parent, GError **error)
{
	*parent = 0;
	return DB_RUN(conn, STMT_LINK_PARENT, row_int_fn, parent, error, DB_I(id));
}

/* FALSE with an error when `child` below `parent` would be no tree any more. */
static gboolean may_be_below(struct db_conn *conn, desk_id child, desk_id parent, GError **error)
{
	desk_id up;

	if (!parent_of(conn, child, &up, error))
		return FALSE;
	if (up && up != parent)
		return desk_fail(error, DESK_INVALID,
		                 "#%" G_GINT64_FORMAT " has a parent already: #%" G_GINT64_FORMAT, child, up);
	up = parent;
	for (int i = 0; up && i < DEPTH_MAX; i++) {
		if (up == child)
			return desk_fail(error, DESK_INVALID,
			                 "#%" G_GINT64_FORMAT " is above #%" G_GINT64_FORMAT " already", child, parent);
		if (!parent_of(conn, up, &up, error))
			return FALSE;
	}
	return !up || desk_fail(error, DESK_INVALID, "more than %d tickets would stand one below the other", DEPTH_MAX);
}

gboolean link_put(struct db_conn *conn, desk_id id, desk_id other_id, enum link_kind kind, GError **error)
{
	gboolean swap = kind == LINK_CHILD || (kind != LINK_PARENT && id > other_id);
	desk_id from = swap ? other_id : id, to = swap ? id : other_id;
	enum link_kind kept = kind == LINK_CHILD ? LINK_PARENT : kind;

	if (kept == LINK_PARENT && !may_be_below(conn, from, to, error))
		return FALSE;
	return DB_RUN(conn, STMT_LINK_REMOVE, NULL, NULL, error, DB_I(id), DB_I(other_id)) &&
	       DB_RUN(conn, STMT_LINK_ADD, NULL, NULL, error, DB_I(from), DB_I(to), DB_I(kept));
}

struct between {
	desk_id from;
	enum link_kind kind;
	gboolean there;
};

static gboolean between_fn(const struct db_row *row, void *arg)
{
	*(struct between *)arg = (struct between){db_int(row, 0), (enum link_kind)db_int(row, 1), TRUE};
	return FALSE;
}

/* What other_id is to id now. */
static gboolean link_now(struct db_conn *conn, desk_id id, desk_id other_id, struct between *b, GError **error)
{
	*b = (struct between){0};
	if (!DB_RUN(conn, STMT_LINK_BETWEEN, between_fn, b, error, DB_I(id), DB_I(other_id)))
		return FALSE;
	if (b->there && b->kind == LINK_PARENT && b->from != id)
		b->kind = LINK_CHILD;
	return TRUE;
}

static const char *inverse(enum link_kind kind)
{
	return link_name(kind == LINK_PARENT ? LINK_CHILD : kind == LINK_CHILD ? LINK_PARENT : kind);
}

static gboolean tell_both(struct work *w, struct work *other, const struct between *was, GError **error)
{
	const struct change *c = w->change;
	desk_id here = w->ticket->row.id, there = other->ticket->row.id;

	if (!c->on)
		return work_history(w, error, HISTORY_UNLINKED, link_name(was->kind), there) &&
		       work_history(other, error, HISTORY_UNLINKED, inverse(was->kind), here);
	return work_history(w, error, HISTORY_LINKED, link_name(c->link), there) &&
	       work_history(other, error, HISTORY_LINKED, inverse(c->link), here);
}

static gboolean link_two(struct work *w, struct work *other, GError **error)
{
	const struct change *c = w->change;
	desk_id here = w->ticket->row.id, there = other->ticket->row.id;
	struct between was;

	/* Merged by another server just now: the next try follows. */
	if (w->ticket->row.status == STATUS_MERGED || other->ticket->row.status == STATUS_MERGED)
		return desk_fail(error, DESK_BUSY, "one of the tickets is just being merged");
	if (!work_check_version(w, error) || !link_now(w->conn, here, there, &was, error))
		return FALSE;
	if (c->on ? was.there && was.kind == c->link : !was.there)
		return TRUE;
	if (c->on ? !link_put(w->conn, here, there, c->link, error) :
	            !DB_RUN(w->conn, STMT_LINK_REMOVE, NULL, NULL, error, DB_I(here), DB_I(there)))
		return FALSE;
	return tell_both(w, other, &was, error) && work_save(other, change_name(c->kind), error);
}

gboolean change_link(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	desk_id here = ticket_lives_on(w->conn, c->ticket_id, error), there;
	struct work other;
	gboolean ok;

	(void)out;
	if (!here || !(there = ticket_lives_on(w->conn, c->other_id, error)))
		return FALSE;
	if (c->on && (unsigned)c->link >= LINK_COUNT)
		return desk_fail(error, DESK_INVALID, "kind isn't one of related, parent, child, duplicate");
	w->followed_id = here == c->ticket_id ? 0 : c->ticket_id;
	ok = work_load_two(w, here, &other, there, error) && link_two(w, &other, error);
	work_end(&other);
	return ok;
}
