/* Filling the full-text index where it is missing: in slices, the newest tickets first,
 * never more than half of the writer's time. */
#include "server/desk/message_text_inside.h"

#include <string.h>

#include "base/log.h"

#define TEXT_VERSION 1 /* grows when find_document() gives other tokens */
#define SETTING "text_index"
#define SLICE_TICKETS 200
#define SLICE_CUSTOMERS 1000
#define SLICE_US (25 * G_TIME_SPAN_MILLISECOND)
#define RETRY_US (5 * G_TIME_SPAN_SECOND)

struct message_text {
	struct desk *desk;
	GThread *thread;
	GMutex lock;
	GCond cond;
	gboolean stopping, complete;
};

/* How far it is: tickets from `low` on are in, customers up to `customers` have their keys.
 * Version 0: not begun. */
struct progress {
	int version;
	desk_id low, customers;
};

static gboolean progress_read(struct db_conn *conn, struct progress *p, GError **error)
{
	g_autofree char *value = NULL;
	g_auto(GStrv) words = NULL;

	*p = (struct progress){.low = INT64_MAX};
	if (!db_setting_get(conn, SETTING, &value, error))
		return FALSE;
	words = g_strsplit(value ? value : "", " ", 3);
	if (g_strv_length(words) == 3) {
		p->version = (int)g_ascii_strtoll(words[0], NULL, 10);
		p->low = g_ascii_strtoll(words[1], NULL, 10);
		p->customers = g_ascii_strtoll(words[2], NULL, 10);
	}
	return TRUE;
}

static gboolean progress_write(struct db_conn *conn, const struct progress *p, GError **error)
{
	g_autofree char *value = g_strdup_printf("%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, p->version, p->low,
	                                         p->customers);

	return db_setting_put(conn, SETTING, value, error);
}

static gboolean progress_done(const struct progress *p)
{
	return p->version == TEXT_VERSION && p->low == 0 && p->customers == INT64_MAX;
}

gboolean message_text_complete(struct message_text *x)
{
	gboolean complete;

	g_mutex_lock(&x->lock);
	complete = x->complete;
	g_mutex_unlock(&x->lock);
	return complete;
}

/* PostgreSQL's takes a document twice; SQLite's must not be told of what isn't there. */
gboolean message_text_covers(struct desk *d, struct db_conn *conn, desk_id ticket_id, gboolean *covered, GError **error)
{
	struct progress p;

	*covered = TRUE;
	if (db_engine(d->db) != DB_SQLITE || (d->text && message_text_complete(d->text)))
		return TRUE;
	if (!progress_read(conn, &p, error))
		return FALSE;
	*covered = p.version == TEXT_VERSION && ticket_id >= p.low;
	return TRUE;
}

/* ---- slices */
static gboolean ids_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

struct found {
	desk_id id;
	int64_t slot;
	enum message_kind kind;
	char *body;
};

static gboolean found_fn(const struct db_row *row, void *arg)
{
	struct found m = {db_int(row, 0), db_int(row, 1), (enum message_kind)db_int(row, 2), db_dup(row, 3)};

	g_array_append_val((GArray *)arg, m);
	return TRUE;
}

static void found_clear(void *item)
{
	g_free(((struct found *)item)->body);
}

static gboolean fill_ticket(struct desk *d, struct db_conn *conn, const struct words *w, desk_id id, GError **error)
{
	g_autoptr(GArray) messages = g_array_new(FALSE, FALSE, sizeof(struct found));
	struct ticket *t = ticket_load(conn, w, id, FALSE, NULL, error);
	gboolean ok = t && ticket_load_tags(conn, t, error) && message_text_head_put(d, conn, t, TRUE, TRUE, error) &&
	              DB_RUN(conn, STMT_TEXT_MESSAGES, found_fn, messages, error, DB_I(id));

	g_array_set_clear_func(messages, found_clear);
	for (guint i = 0; ok && i < messages->len; i++) {
		const struct found *m = &g_array_index(messages, struct found, i);

		if (m->kind != MESSAGE_SYSTEM && m->body)
			ok = message_text_put(d, conn, id, m->id, m->slot != 0, m->body, error);
	}
	ticket_free(t);
	return ok;
}

static gboolean fill_tickets(struct desk *d, struct db_conn *conn, struct progress *p, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autoptr(words_auto) w = desk_words(d);
	gint64 until = g_get_monotonic_time() + SLICE_US;

	if (!DB_RUN(conn, STMT_TEXT_TICKETS_BELOW, ids_fn, ids, error, DB_I(p->low), DB_I(SLICE_TICKETS)))
		return FALSE;
	for (guint i = 0; i < ids->len; i++) {
		if (!fill_ticket(d, conn, w, g_array_index(ids, desk_id, i), error))
			return FALSE;
		p->low = g_array_index(ids, desk_id, i);
		if (g_get_monotonic_time() > until)
			return TRUE;
	}
	if (ids->len < SLICE_TICKETS)
		p->low = 0;
	return TRUE;
}

struct keyed {
	desk_id id;
	char *email, *phone, *language;
};

static gboolean keyed_fn(const struct db_row *row, void *arg)
{
	struct keyed k = {db_int(row, 0), db_dup(row, 1), db_dup(row, 2), db_dup(row, 3)};

	g_array_append_val((GArray *)arg, k);
	return TRUE;
}

static void keyed_clear(void *item)
{
	struct keyed *k = item;

	g_free(k->email);
	g_free(k->phone);
	g_free(k->language);
}

static gboolean fill_customers(struct db_conn *conn, struct progress *p, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct keyed));

	g_array_set_clear_func(list, keyed_clear);
	if (!DB_RUN(conn, STMT_TEXT_CUSTOMERS_ABOVE, keyed_fn, list, error, DB_I(p->customers), DB_I(SLICE_CUSTOMERS)))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const struct keyed *k = &g_array_index(list, struct keyed, i);

		if (!message_text_customer_keys(conn, k->id, k->email, k->phone, k->language, error))
			return FALSE;
		p->customers = k->id;
	}
	if (list->len < SLICE_CUSTOMERS)
		p->customers = INT64_MAX;
	return TRUE;
}

struct slice {
	struct desk *desk;
	gboolean done, forget;
	int64_t began_us;
};

/* Begins above the newest ticket. */
static gboolean begin(struct desk *d, struct db_conn *conn, struct progress *p, GError **error)
{
	int64_t newest = 0;

	if (!db_run(conn, STMT_TEXT_NEWEST, NULL, 0, row_int_fn, &newest, error))
		return FALSE;
	/* What an older version put in would never go out again. */
	if (p->version && db_engine(d->db) == DB_SQLITE && !db_run(conn, STMT_TEXT_FORGET, NULL, 0, NULL, NULL, error))
		return FALSE;
	*p = (struct progress){.version = TEXT_VERSION, .low = newest ? newest + 1 : 0};
	return TRUE;
}

static gboolean slice_job(struct db_tx *tx, void *arg, GError **error)
{
	struct slice *s = arg;
	struct db_conn *conn = db_conn_of(tx);
	struct progress p;

	s->began_us = g_get_monotonic_time();
	s->done = FALSE;
	if (!progress_read(conn, &p, error))
		return FALSE;
	if (p.version != TEXT_VERSION || s->forget) {
		p.version = s->forget ? TEXT_VERSION : p.version;
		if (!begin(s->desk, conn, &p, error))
			return FALSE;
	} else if (p.customers != INT64_MAX) {
		if (!fill_customers(conn, &p, error))
			return FALSE;
	} else if (p.low > 0 && !fill_tickets(s->desk, conn, &p, error)) {
		return FALSE;
	}
	s->done = progress_done(&p);
	return progress_write(conn, &p, error);
}

/* ---- the thread */

/* FALSE: it is to stop. */
static gboolean rest(struct message_text *x, int64_t us)
{
	gint64 until = g_get_monotonic_time() + us;
	gboolean go_on;

	g_mutex_lock(&x->lock);
	while (!x->stopping && g_cond_wait_until(&x->cond, &x->lock, until))
		;
	go_on = !x->stopping;
	g_mutex_unlock(&x->lock);
	return go_on;
}

static void set_complete(struct message_text *x, gboolean complete)
{
	g_mutex_lock(&x->lock);
	x->complete = complete;
	g_cond_broadcast(&x->cond);
	g_mutex_unlock(&x->lock);
}

static void *fill(void *arg)
{
	struct message_text *x = arg;
	int64_t us = 0;

	log_info("search", "filling the full-text index in the background");
	while (rest(x, us)) {
		struct slice s = {.desk = x->desk};
		g_autoptr(GError) error = NULL;

		us = RETRY_US;
		if (!db_submit_wait(x->desk->db, slice_job, &s, &error)) {
			log_warn("search", "the full-text index waits: %s", error->message);
			continue;
		}
		if (s.done) {
			log_info("search", "the full-text index is complete");
			set_complete(x, TRUE);
			return NULL;
		}
		us = CLAMP(g_get_monotonic_time() - s.began_us, 1000, 1000000);
	}
	return NULL;
}

/* A small desk is filled at once, a large one begun: from then on each write knows. */
static gboolean look(struct message_text *x, GError **error)
{
	struct db_conn *conn = db_read_begin(x->desk->db, error);
	gint64 until = g_get_monotonic_time() + SLICE_US;
	struct progress p = {0};
	gboolean ok = conn && progress_read(conn, &p, error);

	if (conn)
		db_read_end(x->desk->db, conn);
	x->complete = ok && progress_done(&p);
	while (ok && !x->complete) {
		struct slice s = {.desk = x->desk};

		ok = db_submit_wait(x->desk->db, slice_job, &s, error);
		x->complete = ok && s.done;
		if (g_get_monotonic_time() > until)
			break;
	}
	return ok;
}

struct message_text *message_text_open(struct desk *d)
{
	struct message_text *x = g_new0(struct message_text, 1);
	g_autoptr(GError) error = NULL;

	x->desk = d;
	g_mutex_init(&x->lock);
	g_cond_init(&x->cond);
	if (!look(x, &error))
		log_warn("search", "the full-text index waits: %s", error->message);
	if (!x->complete)
		x->thread = g_thread_new("text-index", fill, x);
	return x;
}

void message_text_stop(struct message_text *x)
{
	g_mutex_lock(&x->lock);
	x->stopping = TRUE;
	g_cond_broadcast(&x->cond);
	g_mutex_unlock(&x->lock);
	if (x->thread)
		g_thread_join(x->thread);
	x->thread = NULL;
}

void message_text_close(struct message_text *x)
{
	if (!x)
		return;
	message_text_stop(x);
	g_mutex_clear(&x->lock);
	g_cond_clear(&x->cond);
	g_free(x);
}

gboolean message_text_wait(struct message_text *x, int ms)
{
	gint64 until = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;
	gboolean complete;

	g_mutex_lock(&x->lock);
	while (!x->complete && g_cond_wait_until(&x->cond, &x->lock, until))
		;
	complete = x->complete;
	g_mutex_unlock(&x->lock);
	return complete;
}

gboolean message_text_rebuild(struct desk *d, GError **error)
{
	struct message_text *x = d->text;
	struct slice s = {.desk = d, .forget = TRUE};
	gboolean ok;

	g_mutex_lock(&x->lock);
	x->complete = FALSE;
	g_mutex_unlock(&x->lock);
	ok = db_submit_wait(d->db, slice_job, &s, error);
	if (ok && s.done) {
		set_complete(x, TRUE);
		return TRUE;
	}
	if (x->thread)
		g_thread_join(x->thread);
	x->thread = g_thread_new("text-index", fill, x);
	return ok;
}
