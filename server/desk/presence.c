/* Who has what before them. A workstation says so again and again; what isn't repeated ends. The
 * rows are shared by all servers of the desk, and only a difference is announced. */
#include "server/desk/routing_desk.h"

#include <string.h>

#define STATIONS_MAX 20 /* of one person; more is not a person */

static struct presence *presence_of_row(const struct db_row *row)
{
	struct presence *p = g_new0(struct presence, 1);

	p->person_id = db_int(row, 0);
	p->ticket_id = db_int(row, 1);
	p->workstation = db_dup(row, 2);
	p->writing = db_int(row, 3) != 0;
	p->idle = db_int(row, 4) != 0;
	p->since_ms = db_int(row, 5);
	return p;
}

static gboolean presence_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, presence_of_row(row));
	return TRUE;
}

static GPtrArray *presence_list(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)presence_free);
}

gboolean presence_query(struct db_conn *conn, int64_t now_ms, struct answer *out, GError **error)
{
	out->presence = presence_list();
	return DB_RUN(conn, STMT_PRESENCE_ALL, presence_fn, out->presence, error, DB_I(now_ms));
}

static gboolean tell(struct db_tx *tx, struct presence *p, const char *change, int64_t *seq, GError **error)
{
	struct event e = {.kind = EVENT_PRESENCE, .change = (char *)change, .person_id = p->person_id,
	                  .ticket_id = p->ticket_id, .presence = p};
	gboolean ok = db_tx_event(tx, &e, error);

	if (seq)
		*seq = e.seq;
	return ok;
}

static gboolean same(const struct presence *a, const struct presence *b)
{
	return a->ticket_id == b->ticket_id && a->writing == b->writing && a->idle == b->idle;
}

static gboolean may_begin(struct work *w, GError **error)
{
	int64_t stations = 0;

	if (!DB_RUN(w->conn, STMT_PRESENCE_COUNT, row_int_fn, &stations, error, DB_I(w->who->person_id)))
		return FALSE;
	return stations < STATIONS_MAX ||
	       desk_fail(error, DESK_LIMIT, "you are at %d workstations already", STATIONS_MAX);
}

/* It was quit: nothing has to be waited for. */
static gboolean leave(struct work *w, struct presence *was, GError **error)
{
	return DB_RUN(w->conn, STMT_PRESENCE_LEAVE, NULL, NULL, error, DB_I(was->person_id), DB_T(was->workstation)) &&
	       tell(w->tx, was, "leave", &w->seq, error) && agent_left(w, was->person_id, error) &&
	       agent_quit(w, was->person_id, error);
}

gboolean change_presence(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct presence is = {.person_id = w->who->person_id, .ticket_id = c->ticket_id, .workstation = c->name,
	                      .writing = c->writing && c->ticket_id, .idle = c->idle, .since_ms = w->now};
	g_autoptr(GPtrArray) rows = presence_list();
	const struct presence *was;
	gboolean new;

	(void)out;
	if (!text_check("workstation", c->name, 64, FALSE, error) ||
	    !DB_RUN(w->conn, STMT_PRESENCE_OF, presence_fn, rows, error, DB_I(is.person_id), DB_T(is.workstation)))
		return FALSE;
	was = rows->len ? rows->pdata[0] : NULL;
	if (c->on)
		return !was || leave(w, rows->pdata[0], error);
	new = !was || !same(was, &is);
	if (!was && !may_begin(w, error))
		return FALSE;
	if (was && was->ticket_id == is.ticket_id)
		is.since_ms = was->since_ms;
	if (!DB_RUN(w->conn, STMT_PRESENCE_PUT, NULL, NULL, error, DB_I(is.person_id), DB_I(is.ticket_id),
	            DB_T(is.workstation), DB_I(is.writing), DB_I(is.idle), DB_I(is.since_ms),
	            DB_I(w->now + PRESENCE_TTL_MS)) ||
	    (!was && !agent_came(w, is.person_id, error)))
		return FALSE;
	return !new || tell(w->tx, &is, is.writing ? "write" : "look", &w->seq, error);
}

/* ---- those who don't repeat themselves */
static gboolean sweep_job(struct db_tx *tx, void *arg, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	g_autoptr(GPtrArray) gone = presence_list();
	struct work w;
	gboolean ok = work_begin(&w, arg, tx, &nobody, error) &&
	              DB_RUN(w.conn, STMT_PRESENCE_SWEEP, presence_fn, gone, error, DB_I(w.now));

	for (guint i = 0; ok && i < gone->len; i++) {
		struct presence *p = gone->pdata[i];

		ok = agent_left(&w, p->person_id, error) && tell(tx, p, "leave", NULL, error);
	}
	work_end(&w);
	return ok;
}

gboolean presence_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	int64_t end = INT64_MAX;

	*next_ms = INT64_MAX;
	if (!db_read_one(d->db, STMT_PRESENCE_END, NULL, 0, row_int_fn, &end, error))
		return FALSE;
	if (end > now_ms) {
		*next_ms = end;
		return TRUE;
	}
	*next_ms = now_ms + MS_SECOND; /* there may be more by then; an event wakes us earlier */
	return db_submit_wait(d->db, sweep_job, d, error);
}
