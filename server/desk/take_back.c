/* What people who are gone leave behind. Work whose customer waits returns to its queue some time after
 * they went offline, but only while others of its group are there: at night it stays where it is. What was
 * answered stays with them until they have been gone for days. Who was never at the desk keeps all. */
#include "server/desk/routing_desk.h"

#define BATCH 50

struct left {
	desk_id ticket_id, person_id;
	gboolean waiting; /* only while its customer waits */
};

struct leaving {
	struct desk *desk;
	GArray *left;     /* struct left */
	gboolean waiting;
};

static gboolean left_fn(const struct db_row *row, void *arg)
{
	const struct leaving *l = arg;
	struct left one = {db_int(row, 0), db_int(row, 1), l->waiting};

	g_array_append_val(l->left, one);
	return TRUE;
}

static gboolean tell_drafts(struct work *w, desk_id person_id, GError **error)
{
	struct event e = {.kind = EVENT_DRAFT, .ticket_id = w->ticket->row.id, .person_id = person_id,
	                  .change = (char *)"taken-back"};

	return DB_RUN(w->conn, STMT_DRAFTS_SHARE, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(person_id)) &&
	       (db_changed(w->conn) <= 0 || db_tx_event(w->tx, &e, error));
}

/* Asked again under the writer: they may be back, or somebody else took it. */
static gboolean still_left(struct work *w, const struct left *one, gboolean *still, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;
	struct agent_row agent = {0};
	gboolean ok = agent_row_load(w->conn, one->person_id, &agent, error);

	*still = agent.state == AGENT_OFFLINE && row->assignee_id == one->person_id && status_is_active(row->status) &&
	         (!one->waiting || (row->waiting && routing_counts(row->status)));
	agent_row_clear(&agent);
	return ok;
}

static gboolean take_one(struct work *w, const struct left *one, GError **error)
{
	const char *name = words_person_name(w->words, one->person_id);
	gboolean still;

	if (!work_load(w, one->ticket_id, error) || !still_left(w, one, &still, error))
		return FALSE;
	if (!still)
		return TRUE;
	work_assign(w, 0);
	return work_fact(w, FACT_RELEASED, 0, 0, error) && work_history(w, error, HISTORY_NOT_THERE, name ? name : "?") &&
	       tell_drafts(w, one->person_id, error) &&
	       notice_add(w, &(struct notice){.kind = NOTICE_TAKEN_BACK, .person_id = one->person_id,
	                                      .ticket_id = one->ticket_id, .text = w->ticket->row.subject}, error) &&
	       work_save(w, "taken-back", error);
}

gboolean take_back_now(struct work *w, desk_id person_id, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(struct left));
	struct leaving l = {.desk = w->desk, .left = left, .waiting = TRUE};
	gboolean ok = !w->words->routing->take_back_ms ||
	              DB_RUN(w->conn, STMT_LEFT_WAITING, left_fn, &l, error, DB_I(person_id), DB_I(BATCH));

	for (guint i = 0; ok && i < left->len; i++) {
		struct work one;

		ok = work_begin(&one, w->desk, w->tx, &nobody, error) && take_one(&one, &g_array_index(left, struct left, i), error);
		work_end(&one);
	}
	return ok;
}

static gboolean take_job(struct db_tx *tx, void *arg, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	const struct leaving *l = arg;

	for (guint i = 0; i < l->left->len; i++) {
		struct work w;
		gboolean ok = work_begin(&w, l->desk, tx, &nobody, error) &&
		              take_one(&w, &g_array_index(l->left, struct left, i), error);

		work_end(&w);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

/* A person at a time: a join over all of them could be made over all open tickets instead. */
static gboolean look(struct leaving *l, struct db_conn *conn, const GPtrArray *rows, int64_t after_ms, int64_t now_ms,
                     GError **error)
{
	for (guint i = 0; after_ms && i < rows->len && l->left->len < BATCH; i++) {
		const struct agent_row *row = rows->pdata[i];

		if (row->state != AGENT_OFFLINE || !row->since_ms || row->since_ms > now_ms - after_ms ||
		    (l->waiting && !row->tickets))
			continue;
		if (!DB_RUN(conn, l->waiting ? STMT_LEFT_WAITING : STMT_LEFT_ALL, left_fn, l, error, DB_I(row->person_id),
		            DB_I(BATCH)))
			return FALSE;
	}
	return TRUE;
}

/* When the next of those who are gone will have been for long enough. */
static int64_t next_of(const struct routing_conf *conf, const GPtrArray *rows, int64_t now_ms)
{
	int64_t next = INT64_MAX;

	for (guint i = 0; i < rows->len; i++) {
		const struct agent_row *row = rows->pdata[i];

		if (row->state != AGENT_OFFLINE || !row->since_ms)
			continue;
		if (conf->take_back_ms && row->since_ms + conf->take_back_ms > now_ms)
			next = MIN(next, row->since_ms + conf->take_back_ms);
		if (conf->gone_ms && row->since_ms + conf->gone_ms > now_ms)
			next = MIN(next, row->since_ms + conf->gone_ms);
	}
	return next;
}

gboolean take_back_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(struct left));
	struct leaving l = {.desk = d, .left = left, .waiting = TRUE};
	struct db_conn *conn = db_read_begin(d->db, error);
	g_autoptr(GPtrArray) rows = conn ? agent_rows(conn, error) : NULL;
	gboolean ok = rows && look(&l, conn, rows, w->routing->take_back_ms, now_ms, error);

	l.waiting = FALSE;
	ok = ok && look(&l, conn, rows, w->routing->gone_ms, now_ms, error);
	if (conn)
		db_read_end(d->db, conn);
	*next_ms = ok ? next_of(w->routing, rows, now_ms) : INT64_MAX;
	if (!ok || !left->len)
		return ok;
	if (left->len >= BATCH)
		*next_ms = now_ms;
	return db_submit_wait(d->db, take_job, &l, error);
}
