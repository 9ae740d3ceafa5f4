/* What webhooks are sent: kept with the change that sets it off, taken by one server, tried until it is
 * accepted. A receiver may get one twice (it was sent and the answer got lost) and knows it by its id. */
#include "server/desk/automation.h"

#include <string.h>
#include "server/people_secret.h"
#include "server/webhook_rules.h"

#define LEASE_MS MS_MINUTE /* longer than a try may take */

gboolean automation_deliver(struct db_conn *conn, const struct rule *webhook, const struct ticket *t, const char *event,
                            int64_t now_ms, GError **error)
{
	g_autofree char *delivery = people_random_hex(16);
	g_autofree char *body = webhook_body(delivery, webhook->name, event, now_ms, t);

	return DB_RUN(conn, STMT_DELIVERY_ADD, NULL, NULL, error, DB_T(delivery), DB_I(webhook->id), DB_T(webhook->name),
	              DB_T(event), DB_I(t->row.id), DB_T(body), DB_I(now_ms));
}

/* Derived from the desk's key: nothing of it is in policy files, revisions or exports. */
char *desk_webhook_secret(const struct desk *d, const char *name, int number)
{
	g_autofree char *text = g_strdup_printf("webhook %s %d", name, number);

	return g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guchar *)d->secret_key, strlen(d->secret_key), text, -1);
}

void delivery_due_free(gpointer p)
{
	struct delivery_due *d = p;

	g_free(d->delivery);
	g_free(d->webhook);
	g_free(d->event);
	g_free(d->body);
	g_free(d->url);
	g_free(d->secret);
	g_free(d);
}

/* ---- taking */
struct taking {
	struct desk *desk;
	GArray *ids;
	GPtrArray *out;
	int64_t now, next;
};

struct leased {
	struct delivery_due *due;
	desk_id webhook_id;
};

static gboolean lease_fn(const struct db_row *row, void *arg)
{
	struct leased *l = arg;

	l->due = g_new0(struct delivery_due, 1);
	l->due->id = db_int(row, 0);
	l->webhook_id = db_int(row, 1);
	l->due->delivery = db_dup(row, 2);
	l->due->event = db_dup(row, 3);
	l->due->body = db_dup(row, 4);
	l->due->tries = (int)db_int(row, 5);
	return FALSE;
}

static gboolean lease_one(struct taking *t, struct db_conn *conn, desk_id id, int64_t now, GError **error)
{
	struct leased l = {0};
	g_autoptr(GError) wrong = NULL;
	struct rule *webhook = NULL;
	gboolean ok = DB_RUN(conn, STMT_DELIVERY_LEASE, lease_fn, &l, &wrong, DB_I(id), DB_I(now), DB_I(now + LEASE_MS));

	if (ok && l.due)
		webhook = automation_rule_load(conn, l.webhook_id, &wrong);
	if (webhook && webhook->active) {
		l.due->webhook = g_strdup(webhook->name);
		l.due->url = g_strdup(webhook->url);
		l.due->secret = desk_webhook_secret(t->desk, webhook->name, webhook->secret);
		g_ptr_array_add(t->out, g_steal_pointer(&l.due));
	} else if (ok && l.due && !wrong) {
		ok = DB_RUN(conn, STMT_DELIVERY_DONE, NULL, NULL, &wrong, DB_I(id), DB_I(0),
		            DB_T("the webhook was removed or switched off"), DB_I(0), DB_I(0));
	}
	rule_free(webhook);
	if (l.due)
		delivery_due_free(l.due);
	if (!wrong)
		return ok;
	g_propagate_error(error, g_steal_pointer(&wrong));
	return FALSE;
}

static gboolean take_job(struct db_tx *tx, void *arg, GError **error)
{
	struct taking *t = arg;

	g_ptr_array_set_size(t->out, 0);
	for (guint i = 0; i < t->ids->len; i++)
		if (!lease_one(t, db_conn_of(tx), g_array_index(t->ids, desk_id, i), db_tx_now(tx), error))
			return FALSE;
	return TRUE;
}

static gboolean due_fn(const struct db_row *row, void *arg)
{
	struct taking *t = arg;
	desk_id id = db_int(row, 0);

	if (db_int(row, 1) > t->now) {
		t->next = db_int(row, 1);
		return FALSE;
	}
	g_array_append_val(t->ids, id);
	return TRUE;
}

gboolean desk_deliveries_take(struct desk *d, int most, GPtrArray *out, int64_t *next_ms, GError **error)
{
	struct taking t = {.desk = d, .out = out, .now = clock_wall_ms(), .next = INT64_MAX};
	g_autoptr(GArray) ids = t.ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	gboolean ok = DB_READ_ONE(d->db, STMT_DELIVERY_DUE, due_fn, &t, error, DB_I(most));

	ok = ok && (!ids->len || db_submit_wait(d->db, take_job, &t, error));
	*next_ms = ids->len >= (guint)most ? t.now : t.next;
	return ok;
}

/* ---- what came of it */
struct done {
	desk_id id;
	int status;
	const char *error_text;
	int64_t wait_ms; /* 0: not again */
};

static gboolean done_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct done *d = arg;
	int64_t now = db_tx_now(tx);
	gboolean accepted = d->status >= 200 && d->status < 300;

	return DB_RUN(db_conn_of(tx), STMT_DELIVERY_DONE, NULL, NULL, error, DB_I(d->id), DB_I(d->status),
	              DB_T(accepted ? NULL : d->error_text), DB_I(!accepted && d->wait_ms ? now + d->wait_ms : 0),
	              DB_I(accepted ? now : 0));
}

gboolean desk_delivery_done(struct desk *d, desk_id id, int tries, int status, const char *error_text, gboolean final,
                            GError **error)
{
	struct done done = {id, status, error_text, final ? 0 : webhook_wait(tries)};

	return db_submit_wait(d->db, done_job, &done, error);
}

char *desk_webhook_allow(struct desk *d)
{
	struct db_conn *conn = db_read_begin(d->db, NULL);
	char *value = conn ? desk_setting(conn, "webhook_allow") : NULL;

	if (conn)
		db_read_end(d->db, conn);
	return value;
}
