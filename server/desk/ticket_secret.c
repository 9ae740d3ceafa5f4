/* The word a customer looks a ticket up with, and what they see: progress, nothing from
 * inside. Derived from a random key of the desk, so nothing of it is stored per ticket. */
#include "server/desk/follow_up.h"

#include <string.h>
#include "rules/progress.h"
#include "server/people_secret.h"

#define KEY_SETTING "secret_key"
#define KEY_BYTES 32
#define SECRET_CHARS 16 /* 80 bits */
#define SECRET_GROUP 4
#define DIGEST_BYTES 32
#define PUBLIC_MESSAGES 100

static gboolean key_job(struct db_tx *tx, void *arg, GError **error)
{
	/* Several servers may begin at once: the first one's stays. */
	return DB_RUN(db_conn_of(tx), STMT_SECRET_KEY_ADD, NULL, NULL, error, DB_T(KEY_SETTING), DB_T((const char *)arg));
}

static char *key_read(struct db *db, GError **error)
{
	struct db_conn *conn = db_read_begin(db, error);
	char *key = NULL;

	if (!conn)
		return NULL;
	if (!db_setting_get(conn, KEY_SETTING, &key, error))
		key = NULL;
	db_read_end(db, conn);
	return key;
}

char *secret_key_open(struct db *db, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *fresh = NULL;
	char *key = key_read(db, &local);

	if (!key && !local) {
		fresh = people_random_hex(KEY_BYTES);
		if (db_submit_wait(db, key_job, fresh, &local))
			key = key_read(db, &local);
	}
	if (!key && local)
		g_propagate_error(error, g_steal_pointer(&local));
	else if (!key)
		desk_fail(error, DESK_IO, "the desk's key can't be kept");
	return key;
}

/* Without look-alikes: no 0 1 I O. */
static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

static void secret_bare(const struct desk *d, desk_id id, int64_t epoch, char out[SECRET_CHARS + 1])
{
	g_autofree char *text = g_strdup_printf("ticket %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, id, epoch);
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)d->secret_key, strlen(d->secret_key));
	guint8 digest[DIGEST_BYTES];
	gsize len = sizeof(digest);

	g_hmac_update(hmac, (const guchar *)text, -1);
	g_hmac_get_digest(hmac, digest, &len);
	for (int i = 0; i < SECRET_CHARS; i++) {
		unsigned at = (unsigned)i * 5, two = ((unsigned)digest[at / 8] << 8) | digest[at / 8 + 1];

		out[i] = letters[(two >> (11 - at % 8)) & 31];
	}
	out[SECRET_CHARS] = '\0';
}

char *ticket_secret(const struct desk *d, desk_id id, int64_t epoch)
{
	GString *s = g_string_new(NULL);
	char bare[SECRET_CHARS + 1];

	secret_bare(d, id, epoch, bare);
	for (int i = 0; i < SECRET_CHARS; i++) {
		if (i && i % SECRET_GROUP == 0)
			g_string_append_c(s, '-');
		g_string_append_c(s, bare[i]);
	}
	return g_string_free(s, FALSE);
}

gboolean secret_query(struct desk *d, struct db_conn *conn, const struct query *q, struct answer *out, GError **error)
{
	int64_t epoch = -1;

	if (!DB_RUN(conn, STMT_SECRET_EPOCH, row_int_fn, &epoch, error, DB_I(q->ticket_id)))
		return FALSE;
	if (epoch < 0)
		return desk_fail(error, DESK_NOTFOUND, "there is no ticket #%" G_GINT64_FORMAT, q->ticket_id);
	out->secret = ticket_secret(d, q->ticket_id, epoch);
	return TRUE;
}

gboolean change_secret_new(struct work *w, struct answer *out, GError **error)
{
	desk_id id = w->ticket->row.id;
	int64_t epoch = 0;

	if (!DB_RUN(w->conn, STMT_SECRET_CHANGE, NULL, NULL, error, DB_I(id)) ||
	    !DB_RUN(w->conn, STMT_SECRET_EPOCH, row_int_fn, &epoch, error, DB_I(id)) ||
	    !work_history(w, error, HISTORY_SECRET))
		return FALSE;
	out->secret = ticket_secret(w->desk, id, epoch);
	return TRUE;
}

/* ---- what the customer sees */
static gboolean public_fn(const struct db_row *row, void *arg)
{
	struct public_ticket *t = arg;

	t->subject = db_dup(row, 0);
	t->status = (enum ticket_status)db_int(row, 1);
	t->created_ms = db_int(row, 2);
	t->updated_ms = db_int(row, 3);
	t->epoch = db_int(row, 4);
	t->merged_into = db_int(row, 5);
	t->customer_id = db_int(row, 6);
	return FALSE;
}

static gboolean step_fn(const struct db_row *row, void *arg)
{
	struct public_step step = {.by_customer = db_int(row, 1) == MESSAGE_CUSTOMER, .at_ms = db_int(row, 2)};

	g_array_append_val((GArray *)arg, step);
	return TRUE;
}

void public_ticket_clear(struct public_ticket *t)
{
	g_clear_pointer(&t->subject, g_free);
	g_clear_pointer(&t->steps, g_array_unref);
	g_clear_pointer(&t->language, g_free);
	g_clear_pointer(&t->zone, g_free);
	g_clear_pointer(&t->progress, g_array_unref);
	g_clear_pointer(&t->promises, g_array_unref);
}

/* Letters in any case, with or without what groups them. */
static void take_claim(const char *secret, char bare[SECRET_CHARS + 1])
{
	size_t n = 0, over = 0;

	memset(bare, '.', SECRET_CHARS);
	bare[SECRET_CHARS] = '\0';
	for (; *secret; secret++) {
		if (*secret == '-' || *secret == ' ')
			continue;
		if (n < SECRET_CHARS)
			bare[n++] = g_ascii_toupper(*secret);
		else
			over++;
	}
	if (over)
		bare[0] = '.'; /* a longer one is a wrong one */
}

/* One that was merged goes on elsewhere; another customer's stays out of sight. */
static gboolean follow(struct db_conn *conn, desk_id *id, struct public_ticket *t, GError **error)
{
	struct public_ticket into = {0};
	desk_id end;

	if (t->status != STATUS_MERGED || !t->merged_into)
		return TRUE;
	if (!(end = ticket_lives_on(conn, *id, error)) ||
	    !DB_RUN(conn, STMT_PUBLIC_TICKET, public_fn, &into, error, DB_I(end)))
		return FALSE;
	if (into.customer_id == t->customer_id) {
		*id = end;
		t->status = into.status;
		t->updated_ms = into.updated_ms;
	}
	public_ticket_clear(&into);
	return TRUE;
}

static gboolean promise_fn(const struct db_row *row, void *arg)
{
	enum clock_state state = (enum clock_state)db_int(row, 1);

	if (db_int(row, 0) == CLOCK_PROMISE && (state == CLOCK_STATE_RUNNING || state == CLOCK_STATE_BREACHED))
		*(int64_t *)arg = db_int(row, 4);
	return TRUE;
}

static gboolean read_follow_up(struct desk *d, struct db_conn *conn, desk_id id, struct public_ticket *out, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	g_auto(follow_up_round_auto) r = {0};

	if (!follow_up_load(conn, w, id, &r, error))
		return FALSE;
	out->follow_up_open = follow_up_is_open(r.f) && !status_is_active(out->status);
	out->answered_ms = r.f ? r.f->answered_ms : 0;
	return TRUE;
}

static gboolean voice_fn(const struct db_row *row, void *arg)
{
	struct public_ticket *t = arg;

	t->language = db_dup(row, 0);
	t->zone = db_dup(row, 1);
	return FALSE;
}

/* What is of the inside looks like work; what was put away as spam looks put away. */
static enum ticket_status public_status(enum ticket_status status)
{
	switch (status) {
	case STATUS_PENDING_INTERNAL:
	case STATUS_ON_HOLD:
		return STATUS_OPEN;
	case STATUS_FOLLOW_UP_DUE:
		return STATUS_RESOLVED;
	case STATUS_SPAM:
		return STATUS_ARCHIVED;
	default:
		return status;
	}
}

static gboolean read_progress(struct db_conn *conn, desk_id id, struct public_ticket *t, GError **error)
{
	g_autoptr(GArray) facts = ticket_facts(conn, id, error);

	t->progress = g_array_new(FALSE, FALSE, sizeof(struct progress_step));
	t->promises = g_array_new(FALSE, FALSE, sizeof(struct progress_promise));
	if (!facts || !DB_RUN(conn, STMT_PUBLIC_VOICE, voice_fn, t, error, DB_I(t->customer_id)))
		return FALSE;
	progress_fold((const struct clock_fact *)(void *)facts->data, facts->len, clock_wall_ms(), t->progress, t->promises);
	if (!t->progress->len) { /* imported without its facts */
		const struct progress_step only = {status_is_active(t->status) ? PROGRESS_RECEIVED : PROGRESS_CLOSED, t->created_ms};

		g_array_append_val(t->progress, only);
	}
	t->status = public_status(t->status);
	return TRUE;
}

gboolean desk_public_ticket(struct desk *d, struct db_conn *conn, desk_id id, const char *secret,
                            struct public_ticket *out, GError **error)
{
	char right[SECRET_CHARS + 1], claimed[SECRET_CHARS + 1];
	desk_id at = id;

	*out = (struct public_ticket){.id = id};
	if (!DB_RUN(conn, STMT_PUBLIC_TICKET, public_fn, out, error, DB_I(id)))
		return FALSE;
	/* The same work for a number that doesn't exist. */
	secret_bare(d, id, out->epoch, right);
	take_claim(secret ? secret : "", claimed);
	if (!people_same_bytes(right, claimed, SECRET_CHARS) || !out->subject) {
		public_ticket_clear(out);
		return desk_fail(error, DESK_NOTFOUND, "there is no ticket with this number and secret");
	}
	out->steps = g_array_new(FALSE, FALSE, sizeof(struct public_step));
	if (follow(conn, &at, out, error) &&
	    DB_RUN(conn, STMT_CLOCKS, promise_fn, &out->promised_ms, error, DB_I(at)) &&
	    DB_RUN(conn, STMT_MESSAGE_TALK, step_fn, out->steps, error, DB_I(at), DB_I(PUBLIC_MESSAGES)) &&
	    read_follow_up(d, conn, at, out, error) &&
	    read_progress(conn, at, out, error))
		return TRUE;
	public_ticket_clear(out);
	return FALSE;
}
