/* When the desk looks at its people and at what waits for them: at the moments it knows of, and soon
 * after something changed that could matter, but not with every ticket of a busy desk. */
#include "server/desk/routing_desk.h"

#define PAUSE_MS 200
#define FOLLOW_MS 1500    /* by then all servers know the new settings */

struct routing_watch {
	gint changed;     /* atomic */
	int64_t last_ms, next_ms; /* scheduler's thread only */
};

struct routing_watch *routing_watch_new(void)
{
	struct routing_watch *w = g_new0(struct routing_watch, 1);

	w->changed = 1;
	return w;
}

void routing_watch_free(struct routing_watch *watch)
{
	g_free(watch);
}

void routing_watch_event(struct routing_watch *watch, const struct event *event)
{
	switch (event->kind) {
	case EVENT_TICKET:
	case EVENT_AGENT:
	case EVENT_OFFER:
	case EVENT_PRESENCE:
	case EVENT_PEOPLE:
	case EVENT_POLICY:
	case EVENT_CUSTOMER:
	case EVENT_RELOAD:
		g_atomic_int_set(&watch->changed, 1);
		return;
	default:
		return;
	}
}

/* ---- counting anew */
gboolean routing_recount_begin(struct db_conn *conn, int64_t now_ms, GError **error)
{
	g_autofree char *from = g_strdup_printf("%" G_GINT64_FORMAT, now_ms + FOLLOW_MS);

	return db_setting_put(conn, ROUTING_RECOUNT, from, error);
}

static gboolean recount_job(struct db_tx *tx, void *arg, GError **error)
{
	struct event e = {.kind = EVENT_PEOPLE, .change = (char *)"recount"}; /* whoever shows loads reads them anew */

	(void)arg;
	return agent_loads_recount(db_conn_of(tx), error) &&
	       DB_RUN(db_conn_of(tx), STMT_SETTING_DROP, NULL, NULL, error, DB_T(ROUTING_RECOUNT)) && db_tx_event(tx, &e, error);
}

static gboolean from_fn(const struct db_row *row, void *arg)
{
	*(int64_t *)arg = g_ascii_strtoll(db_text(row, 0), NULL, 10);
	return FALSE;
}

static gboolean recount_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	int64_t from = INT64_MAX;

	*next_ms = INT64_MAX;
	if (!DB_READ_ONE(d->db, STMT_SETTING_GET, from_fn, &from, error, DB_T(ROUTING_RECOUNT)))
		return FALSE;
	if (from <= now_ms)
		return db_submit_wait(d->db, recount_job, NULL, error);
	*next_ms = from;
	return TRUE;
}

gboolean routing_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	static gboolean (*const each[])(struct desk *, int64_t, int64_t *, GError **) = {
		recount_due, agents_due, take_back_due, offers_due,
	};
	struct routing_watch *w = d->routing;
	gboolean changed = g_atomic_int_get(&w->changed) != 0;

	if (now_ms >= w->last_ms && !changed && now_ms < w->next_ms) {
		*next_ms = w->next_ms;
		return TRUE;
	}
	if (changed && now_ms >= w->last_ms && now_ms - w->last_ms < PAUSE_MS) {
		*next_ms = w->last_ms + PAUSE_MS;
		return TRUE;
	}
	g_atomic_int_set(&w->changed, 0);
	w->last_ms = now_ms;
	w->next_ms = INT64_MAX;
	for (size_t i = 0; i < G_N_ELEMENTS(each); i++) {
		int64_t next;

		if (!each[i](d, now_ms, &next, error)) {
			g_atomic_int_set(&w->changed, 1);
			return FALSE;
		}
		w->next_ms = MIN(w->next_ms, next);
	}
	*next_ms = w->next_ms;
	return TRUE;
}
