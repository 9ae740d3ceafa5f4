/* Writes: one job each, with the repeated-request memory in the same transaction. */
#include "server/api/api.h"

#include <string.h>

#include "base/clock.h"

struct write {
	struct api *api;
	struct http_exchange *x;
	struct change change;
	struct actor who;
	char *hash;              /* of method, target and body */
	/* made anew by every run of the job */
	struct answer *answer;
	GString *json;           /* NULL when the answer was remembered */
	struct ticket *conflict;
	int status;
	gboolean remembering;    /* noted the key: should that conflict, another server was first */
	gboolean retried;
};

static void write_reset(struct write *w)
{
	g_clear_pointer(&w->answer, answer_free);
	g_clear_pointer(&w->conflict, ticket_free);
	if (w->json)
		g_string_free(g_steal_pointer(&w->json), TRUE);
	w->status = 0;
	w->remembering = FALSE;
}

static void write_free(struct write *w)
{
	write_reset(w);
	change_clear(&w->change);
	people_actor_clear(&w->who);
	g_free(w->hash);
	g_free(w);
}

static char *hash_request(struct http_exchange *x)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	size_t len;
	const char *body = http_body(x, &len);

	/* With their final NULs, so that no two triples run together. */
	g_checksum_update(sum, (const guchar *)http_method(x), (gssize)strlen(http_method(x)) + 1);
	g_checksum_update(sum, (const guchar *)http_target(x), (gssize)strlen(http_target(x)) + 1);
	g_checksum_update(sum, (const guchar *)body, (gssize)len);
	return g_strdup(g_checksum_get_string(sum));
}

static int status_of(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_REPLY:
	case CHANGE_NOTE:
	case CHANGE_TICKET_NEW:
	case CHANGE_FORWARD:
	case CHANGE_SPLIT:
	case CHANGE_CHECK_ADD:
	case CHANGE_COMPENSATE:
		return 201;
	case CHANGE_VIEW_SAVE:
		return c->view_id == 0 && (!c->view || c->view->id == 0) ? 201 : 200;
	case CHANGE_MACRO_SAVE:
		return c->macro_id == 0 && (!c->macro || c->macro->id == 0) ? 201 : 200;
	case CHANGE_PROBLEM_SAVE:
		return c->problem_id == 0 && (!c->problem_record || c->problem_record->id == 0) ? 201 : 200;
	case CHANGE_WHISPER:
		return 201;
	case CHANGE_ARTICLE_SAVE:
		return c->article_id == 0 && (!c->article || c->article->id == 0) ? 201 : 200;
	default:
		return 200;
	}
}

/* Doing it again does no harm, and it is done so often that keeping each answer would fill the disk. */
static gboolean is_forgotten(const struct change *c)
{
	return c->kind == CHANGE_DRAFT_SAVE || c->kind == CHANGE_DRAFT_REMOVE || c->kind == CHANGE_PRESENCE ||
	       c->kind == CHANGE_NOTICES_SEEN;
}

struct memory {
	char *hash, *answer;
	int status;
};

static gboolean take_memory(const struct db_row *row, void *arg)
{
	struct memory *m = arg;

	m->hash = db_dup(row, 0);
	m->status = (int)db_int(row, 1);
	m->answer = db_dup(row, 2);
	return FALSE;
}

/* TRUE in *found when this key was used: with the same request its answer comes again. */
static gboolean recall(struct write *w, struct db_conn *conn, gboolean *found, GError **error)
{
	struct memory m = {0};
	gboolean ok = DB_RUN(conn, STMT_IDEM_GET, take_memory, &m, error, DB_I(w->who.person_id),
			     DB_T(w->change.once_key));

	*found = ok && m.hash;
	if (*found && strcmp(m.hash, w->hash) != 0) {
		ok = desk_fail(error, DESK_REUSED, "this Idempotency-Key was used for another request");
	} else if (*found) {
		w->answer = answer_of_change(w->change.kind, m.answer, strlen(m.answer), error);
		w->status = m.status;
		ok = w->answer != NULL;
	}
	g_free(m.hash);
	g_free(m.answer);
	return ok;
}

static gboolean write_job(struct db_tx *tx, void *arg, GError **error)
{
	struct write *w = arg;
	struct db_conn *conn = db_conn_of(tx);
	gboolean found = FALSE;

	write_reset(w);
	if (!is_forgotten(&w->change) && !recall(w, conn, &found, error))
		return FALSE;
	if (found) {
		db_tx_surprise(tx);
		return TRUE;
	}
	w->answer = g_new0(struct answer, 1);
	if (!desk_change(w->api->desk, tx, &w->who, &w->change, w->answer, &w->conflict, error))
		return FALSE;
	w->status = status_of(&w->change);
	w->answer->server_time_ms = db_tx_now(tx);

	w->json = g_string_sized_new(2048);
	answer_to_json(w->json, w->answer);
	if (is_forgotten(&w->change))
		return TRUE;
	w->remembering = TRUE;
	/* its failure may be told only when the job has ended (db_run) */
	return DB_RUN(conn, STMT_IDEM_ADD, NULL, NULL, error, DB_I(w->who.person_id), DB_T(w->change.once_key),
		      DB_T(w->hash), DB_I(w->status), DB_T(w->json->str), DB_I(db_tx_now(tx)));
}

static void write_done(const GError *error, void *arg)
{
	struct write *w = arg;

	if (error && w->remembering && !w->retried && desk_error_code(error) == DESK_CONFLICT) {
		w->retried = TRUE; /* the other server's answer is there now */
		db_submit(w->api->db, write_job, write_done, w);
		return;
	}
	if (error) {
		api_fail(w->x, error, NULL, w->conflict);
	} else {
		if (!w->json) { /* an old answer, but clocks are set by its time */
			w->json = g_string_sized_new(2048);
			w->answer->server_time_ms = clock_wall_ms();
			answer_to_json(w->json, w->answer);
		}
		api_etag(w->x, w->answer);
		api_answer(w->x, w->status, g_steal_pointer(&w->json));
	}
	write_free(w);
}

/* Fifty ask for the next one at once, and each would wait for the database four times. */
static unsigned claims_ahead(struct db_tx *tx, void *const *writes, unsigned n)
{
	g_autofree const struct actor **who = g_new(const struct actor *, n);

	for (unsigned i = 0; i < n; i++) {
		const struct write *w = writes[i];

		who[i] = &w->who;
		DB_AHEAD(db_conn_of(tx), STMT_IDEM_GET, DB_I(w->who.person_id), DB_T(w->change.once_key));
	}
	return desk_claims_ahead(((const struct write *)writes[0])->api->desk, tx, who, n);
}

void api_write(struct api *api, struct http_exchange *x, struct change *c, struct actor *who)
{
	struct write *w = g_new0(struct write, 1);

	w->api = api;
	w->x = x;
	w->change = *c;
	w->who = *who;
	w->hash = hash_request(x);
	if (w->change.kind == CHANGE_CLAIM_NEXT && !w->change.group_id)
		db_submit_alike(api->db, write_job, claims_ahead, write_done, w);
	else
		db_submit(api->db, write_job, write_done, w);
}
