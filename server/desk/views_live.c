/* Live counts: a bit a ticket for each query, kept by one thread. */
#include "server/desk/views_live.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "server/desk/find.h"

#define FORGET_US (60 * G_TIME_SPAN_SECOND)
#define ENTRIES_MAX 512
#define BITS_MAX (64 << 20)      /* tickets with higher numbers aren't counted */
#define BYTES_MAX (64u << 20)    /* of all bits together */
#define WINDOW 20000             /* numbers a statement counts over */
#define AGAIN_LEAST_US (5 * G_TIME_SPAN_SECOND) /* between two counts of a query about time */
#define AGAIN_TIMES 20           /* and at most that part of its time is spent on it */
#define LATE_CAP 5000
#define LATE_AGE_US (G_TIME_SPAN_SECOND / 2)
#define RETRY_US (2 * G_TIME_SPAN_SECOND)
#define BATCH 500                /* changed tickets a statement asks about */

struct entry {
	char *key, *query;
	struct actor who;
	GByteArray *bits;
	int64_t count, as_of_ms;     /* count -1: not counted yet */
	gint64 asked_us, again_us;   /* again: 0 = whenever a ticket changes */
	gboolean wrong;              /* the query can't be compiled (any more) */
	gboolean fresh;              /* counted since the last reset */
};

struct views_live {
	struct desk *desk;
	GThread *thread;
	GMutex lock;
	GCond wake, settled;
	gboolean stopping;
	GHashTable *entries;         /* by key */
	GHashTable *changed;         /* desk_id as pointer: tickets to be asked about */
	GArray *customers;           /* desk_id: whose tickets are */
	gboolean reset;
	unsigned told, done;         /* rounds of changes */
	GArray *late;                /* desk_id, of late_us */
	gint64 late_us;
};

static void entry_free(void *item)
{
	struct entry *e = item;

	g_free(e->key);
	g_free(e->query);
	g_byte_array_unref(e->bits);
	g_free(e);
}

/* ---- bits; under the lock */
static gboolean bit_get(const struct entry *e, desk_id id)
{
	guint at = (guint)(id >> 3);

	return at < e->bits->len && (e->bits->data[at] & 1u << (id & 7)) != 0;
}

static void bit_set(struct entry *e, desk_id id, gboolean on)
{
	guint at = (guint)(id >> 3), had = e->bits->len;

	if (id < 0 || id >= BITS_MAX || bit_get(e, id) == on)
		return;
	if (at >= had) {
		g_byte_array_set_size(e->bits, MAX(at + 1, had + had / 4));
		memset(e->bits->data + had, 0, e->bits->len - had);
	}
	if (on)
		e->bits->data[at] |= (guint8)(1u << (id & 7));
	else
		e->bits->data[at] &= (guint8)~(1u << (id & 7));
	e->count += on ? 1 : -1;
}

/* ---- asking the database; without the lock */
static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

struct asking {
	struct views_live *x;
	struct db_conn *conn;
	const struct words *words;
	int64_t now_ms;
	char *zone;
	GArray *keys;
};

static gboolean asking_begin(struct asking *a, struct views_live *x, struct words *words, GError **error)
{
	desk_id none = 0;

	*a = (struct asking){.x = x, .words = words, .now_ms = clock_wall_ms()};
	a->conn = db_read_begin(x->desk->db, error);
	if (!a->conn)
		return FALSE;
	a->zone = desk_setting(a->conn, "zone");
	a->keys = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(a->keys, none);
	return TRUE;
}

static void asking_end(struct asking *a)
{
	db_read_end(a->x->desk->db, a->conn);
	g_free(a->zone);
	g_array_unref(a->keys);
}

static gboolean ask_among(struct asking *a, const struct find_plan *plan, enum db_frag frag, const struct db_arg *args,
                          size_t n, GArray *ids, GError **error)
{
	struct db_composed c;
	gboolean ok;

	db_composed_init(&c, "Counting a view");
	DB_ADD(&c, FRAG_IDS);
	db_compose(&c, frag, args, n);
	find_add_condition(&c, plan, TRUE);
	ok = db_run_composed(a->conn, &c, id_fn, ids, error);
	db_composed_clear(&c);
	return ok;
}

/* Every ticket of the query: by what picks few, else stretch by stretch of numbers. */
static gboolean count_all(struct asking *a, const struct find_plan *plan, GArray *ids, GError **error)
{
	struct find_list l = {.conn = a->conn, .words = a->words, .engine = plan->engine, .source = LIST_EVERY,
		.keys = a->keys, .plan = plan, .newest = TRUE, .base = INT64_MAX};
	int64_t newest = 0;
	gboolean more = FALSE, ok = TRUE;

	if (plan->texts->len || plan->drivers->len) {
		ok = find_ids_picked(&l, ids, &more, error);
		find_list_clear(&l);
		if (!ok || !more)
			return ok;
		g_array_set_size(ids, 0);
	}
	ok = db_run(a->conn, STMT_TEXT_NEWEST, NULL, 0, row_int_fn, &newest, error);
	for (int64_t from = 0; ok && from <= MIN(newest, BITS_MAX); from += WINDOW) {
		const struct db_arg span[] = {DB_I(from), DB_I(from + WINDOW - 1)};

		ok = ask_among(a, plan, FRAG_PICKED_SPAN, span, 2, ids, error);
	}
	return ok;
}

/* What an entry is asked with, taken out under the lock. */
struct job {
	char *key, *query;
	struct actor who;
	gboolean whole;
};

static void job_free(void *item)
{
	struct job *j = item;

	g_free(j->key);
	g_free(j->query);
	g_free(j);
}

static gint64 again_after(const struct find_plan *plan, gint64 took_us)
{
	if (!(plan->tree->uses & (FIND_USES_NOW | FIND_USES_DAY)))
		return 0;
	return g_get_monotonic_time() + MAX(AGAIN_LEAST_US, took_us * AGAIN_TIMES);
}

static void take_whole(struct views_live *x, const struct job *j, const GArray *ids, int64_t now_ms, gint64 again_us)
{
	struct entry *e;

	g_mutex_lock(&x->lock);
	e = g_hash_table_lookup(x->entries, j->key);
	if (e) {
		g_byte_array_set_size(e->bits, 0);
		e->count = 0;
		for (guint i = 0; i < ids->len; i++)
			bit_set(e, g_array_index(ids, desk_id, i), TRUE);
		e->as_of_ms = now_ms;
		e->again_us = again_us;
		e->fresh = TRUE;
		e->wrong = FALSE;
	}
	g_mutex_unlock(&x->lock);
}

static void take_changed(struct views_live *x, const struct job *j, const GArray *asked, const GArray *hold, int64_t now_ms)
{
	struct entry *e;

	g_mutex_lock(&x->lock);
	e = g_hash_table_lookup(x->entries, j->key);
	if (e && e->fresh) {
		for (guint i = 0; i < asked->len; i++)
			bit_set(e, g_array_index(asked, desk_id, i), FALSE);
		for (guint i = 0; i < hold->len; i++)
			bit_set(e, g_array_index(hold, desk_id, i), TRUE);
		if (!e->again_us)
			e->as_of_ms = now_ms;
	}
	g_mutex_unlock(&x->lock);
}

static void mark_wrong(struct views_live *x, const struct job *j)
{
	struct entry *e;

	g_mutex_lock(&x->lock);
	e = g_hash_table_lookup(x->entries, j->key);
	if (e) {
		e->wrong = TRUE;
		e->count = -1;
	}
	g_mutex_unlock(&x->lock);
}

static gboolean run_job(struct asking *a, const struct job *j, const GArray *changed, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	gint64 began = g_get_monotonic_time();
	struct find_plan plan;
	gboolean ok = TRUE;

	if (!find_compile(&plan, a->words, db_engine(a->x->desk->db), &j->who, j->query, a->now_ms, a->zone, NULL)) {
		mark_wrong(a->x, j);
		return TRUE;
	}
	if (j->whole) {
		ok = count_all(a, &plan, ids, error);
		if (ok)
			take_whole(a->x, j, ids, a->now_ms, again_after(&plan, g_get_monotonic_time() - began));
	}
	for (guint from = 0; ok && !j->whole && from < changed->len; from += BATCH) {
		guint n = MIN(changed->len - from, BATCH);
		g_autofree char *list = find_id_list(plan.engine, &g_array_index(changed, desk_id, from), n);
		const struct db_arg arg = DB_T(list);
		const desk_id *one = &g_array_index(changed, desk_id, from);

		ok = n == 1 ? ask_among(a, &plan, FRAG_PICKED, &(struct db_arg){.type = DB_INT, .num = *one}, 1, ids, error) :
		              ask_among(a, &plan, FRAG_PICKED_LIST, &arg, 1, ids, error);
	}
	if (ok && !j->whole)
		take_changed(a->x, j, changed, ids, a->now_ms);
	find_plan_clear(&plan);
	return ok;
}

/* ---- the thread */

/* What is to be done now: jobs and changed tickets. Forgets what nobody asks for. */
static GPtrArray *take_jobs(struct views_live *x, GArray *changed, GArray *customers, unsigned *round)
{
	GPtrArray *jobs = g_ptr_array_new_with_free_func(job_free);
	gint64 now = g_get_monotonic_time();
	GHashTableIter iter;
	void *id, *item;

	g_hash_table_iter_init(&iter, x->entries);
	while (g_hash_table_iter_next(&iter, NULL, &item)) {
		struct entry *e = item;
		struct job *j;

		if (now - e->asked_us > FORGET_US) {
			g_hash_table_iter_remove(&iter);
			continue;
		}
		if (x->reset)
			e->fresh = e->wrong = FALSE;
		if (e->wrong)
			continue;
		gboolean whole = !e->fresh || (e->again_us && now >= e->again_us);
		if (!whole && !g_hash_table_size(x->changed) && !x->customers->len)
			continue;
		j = g_new0(struct job, 1);
		j->key = g_strdup(e->key);
		j->query = g_strdup(e->query);
		j->who = e->who;
		j->whole = whole;
		g_ptr_array_add(jobs, j);
	}
	g_hash_table_iter_init(&iter, x->changed);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		desk_id changed_id = GPOINTER_TO_SIZE(id);

		g_array_append_val(changed, changed_id);
	}
	g_hash_table_remove_all(x->changed);
	g_array_append_vals(customers, x->customers->data, x->customers->len);
	g_array_set_size(x->customers, 0);
	x->reset = FALSE;
	*round = x->told;
	return jobs;
}

static gboolean add_customers(struct asking *a, const GArray *customers, GArray *changed, GError **error)
{
	for (guint i = 0; i < customers->len; i++) {
		desk_id id = g_array_index(customers, desk_id, i);
		struct db_composed c;
		gboolean ok;

		db_composed_init(&c, "Counting a view");
		DB_ADDV(&c, FRAG_DRIVE_CUSTOMER, DB_I(id), DB_I(id), DB_I(100000));
		ok = db_run_composed(a->conn, &c, id_fn, changed, error);
		db_composed_clear(&c);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

static gboolean work(struct views_live *x, GPtrArray *jobs, GArray *changed, const GArray *customers)
{
	g_autoptr(words_auto) words = desk_words(x->desk);
	g_autoptr(GError) error = NULL;
	struct asking a;
	gboolean ok;

	if (!jobs->len)
		return TRUE;
	ok = asking_begin(&a, x, words, &error);
	if (!ok) {
		log_warn("views", "counting waits: %s", error->message);
		return FALSE;
	}
	ok = add_customers(&a, customers, changed, &error);
	/* what few tickets ask for first: a new view's count may take a while */
	for (int whole = 0; whole < 2; whole++)
		for (guint i = 0; ok && i < jobs->len; i++)
			if (((struct job *)jobs->pdata[i])->whole == whole)
				ok = run_job(&a, jobs->pdata[i], changed, &error);
	asking_end(&a);
	if (!ok)
		log_warn("views", "counting failed: %s", error->message);
	return ok;
}

/* When something is to be done without being told. */
static gint64 next_moment(struct views_live *x)
{
	gint64 next = g_get_monotonic_time() + FORGET_US;
	GHashTableIter iter;
	void *item;

	g_hash_table_iter_init(&iter, x->entries);
	while (g_hash_table_iter_next(&iter, NULL, &item)) {
		const struct entry *e = item;

		if (e->wrong)
			continue;
		if (!e->fresh)
			return 0;
		if (e->again_us)
			next = MIN(next, e->again_us);
	}
	return next;
}

static void *keep(void *arg)
{
	struct views_live *x = arg;
	gint64 rest = 0;

	g_mutex_lock(&x->lock);
	while (!x->stopping) {
		gint64 until = MAX(next_moment(x), rest);
		unsigned round = x->told;

		if ((x->told == x->done || rest) && until > g_get_monotonic_time()) {
			gboolean timely = g_cond_wait_until(&x->wake, &x->lock, until);

			if (timely)
				continue;
		}
		rest = 0;
		g_autoptr(GArray) changed = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_autoptr(GArray) customers = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_autoptr(GPtrArray) jobs = take_jobs(x, changed, customers, &round);
		g_mutex_unlock(&x->lock);
		gboolean ok = work(x, jobs, changed, customers);
		g_mutex_lock(&x->lock);
		if (!ok) { /* what was missed is in a count of the whole */
			x->reset = TRUE;
			rest = g_get_monotonic_time() + RETRY_US;
			x->told++;
		} else {
			x->done = round;
		}
		g_cond_broadcast(&x->settled);
	}
	g_mutex_unlock(&x->lock);
	return NULL;
}

struct views_live *views_live_new(struct desk *d)
{
	struct views_live *x = g_new0(struct views_live, 1);

	x->desk = d;
	g_mutex_init(&x->lock);
	g_cond_init(&x->wake);
	g_cond_init(&x->settled);
	x->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
	x->changed = g_hash_table_new(NULL, NULL);
	x->customers = g_array_new(FALSE, FALSE, sizeof(desk_id));
	x->late = g_array_new(FALSE, FALSE, sizeof(desk_id));
	return x;
}

void views_live_stop(struct views_live *x)
{
	g_mutex_lock(&x->lock);
	x->stopping = TRUE;
	g_cond_broadcast(&x->wake);
	g_cond_broadcast(&x->settled);
	g_mutex_unlock(&x->lock);
	if (x->thread)
		g_thread_join(x->thread);
	x->thread = NULL;
}

void views_live_free(struct views_live *x)
{
	if (!x)
		return;
	views_live_stop(x);
	g_hash_table_unref(x->entries);
	g_hash_table_unref(x->changed);
	g_array_unref(x->customers);
	g_array_unref(x->late);
	g_mutex_clear(&x->lock);
	g_cond_clear(&x->wake);
	g_cond_clear(&x->settled);
	g_free(x);
}

/* ---- being told; nothing is kept while nobody looks */
static void tell(struct views_live *x)
{
	x->told++;
	x->late_us = 0;
	g_cond_signal(&x->wake);
}

void views_live_ticket(struct views_live *x, desk_id ticket_id)
{
	g_mutex_lock(&x->lock);
	if (g_hash_table_size(x->entries)) {
		g_hash_table_add(x->changed, GSIZE_TO_POINTER(ticket_id));
		tell(x);
	}
	g_mutex_unlock(&x->lock);
}

void views_live_customer(struct views_live *x, desk_id customer_id)
{
	g_mutex_lock(&x->lock);
	if (g_hash_table_size(x->entries)) {
		g_array_append_val(x->customers, customer_id);
		tell(x);
	}
	g_mutex_unlock(&x->lock);
}

void views_live_reset(struct views_live *x)
{
	g_mutex_lock(&x->lock);
	if (g_hash_table_size(x->entries)) {
		x->reset = TRUE;
		tell(x);
	}
	g_mutex_unlock(&x->lock);
}

void views_live_settle(struct views_live *x)
{
	g_mutex_lock(&x->lock);
	while (!x->stopping && (x->done != x->told || next_moment(x) == 0))
		g_cond_wait(&x->settled, &x->lock);
	g_mutex_unlock(&x->lock);
}

/* ---- being asked */
static gsize bytes_of_all(struct views_live *x)
{
	GHashTableIter iter;
	gsize bytes = 0;
	void *item;

	g_hash_table_iter_init(&iter, x->entries);
	while (g_hash_table_iter_next(&iter, NULL, &item))
		bytes += ((struct entry *)item)->bits->len;
	return bytes;
}

static struct entry *entry_of(struct views_live *x, const struct actor *who, const char *query)
{
	/* whoever asks may be said in it: a person each, and their groups */
	g_autofree char *folded = text_fold(query, -1);
	gboolean mine = strstr(folded, "me") || strstr(folded, "mine");
	g_autofree char *key = g_strdup_printf("%" G_GINT64_FORMAT " %s", mine ? who->person_id : 0, query);
	struct entry *e = g_hash_table_lookup(x->entries, key);

	if (!e && (g_hash_table_size(x->entries) >= ENTRIES_MAX || bytes_of_all(x) > BYTES_MAX))
		return NULL;
	if (!e) {
		e = g_new0(struct entry, 1);
		e->key = g_steal_pointer(&key);
		e->query = g_strdup(query);
		e->who = (struct actor){.person_id = who->person_id, .role = who->role};
		e->bits = g_byte_array_new();
		e->count = -1;
		g_hash_table_insert(x->entries, e->key, e);
		tell(x);
	}
	e->asked_us = g_get_monotonic_time();
	return e;
}

/* The tickets whose clock is over now; without the lock. */
static GArray *late_now(struct views_live *x)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct db_conn *conn = db_read_begin(x->desk->db, NULL);

	if (conn) {
		struct db_composed c;

		db_composed_init(&c, "Counting what is late");
		DB_ADD(&c, FRAG_IDS);
		DB_ADD(&c, FRAG_LIST_ALL);
		DB_ADD(&c, FRAG_AND);
		DB_ADDV(&c, FRAG_DUE_BEFORE, DB_I(clock_wall_ms()), DB_I(0));
		DB_ADDV(&c, FRAG_DUE_FIRST, DB_I(LATE_CAP));
		db_run_composed(conn, &c, id_fn, ids, NULL);
		db_composed_clear(&c);
		db_read_end(x->desk->db, conn);
	}
	return ids;
}

static int64_t late_of(const struct views_live *x, const struct entry *e)
{
	int64_t n = 0;

	for (guint i = 0; i < x->late->len; i++)
		n += bit_get(e, g_array_index(x->late, desk_id, i));
	return n;
}

static gboolean all_counted(struct views_live *x, struct entry *const *entries, size_t n)
{
	if (x->told != x->done)
		return FALSE;
	for (size_t i = 0; i < n; i++)
		if (entries[i] && !entries[i]->fresh && !entries[i]->wrong)
			return FALSE;
	return TRUE;
}

void views_live_counts(struct views_live *x, const struct actor *who, const char *const *queries, size_t n, int wait_ms,
                       struct view_count *counts)
{
	gint64 until = g_get_monotonic_time() + wait_ms * G_TIME_SPAN_MILLISECOND;
	g_autofree struct entry **entries = g_new0(struct entry *, n + 1);
	gboolean settled;

	g_mutex_lock(&x->lock);
	for (size_t i = 0; i < n; i++)
		entries[i] = entry_of(x, who, queries[i]);
	if (!x->thread && !x->stopping && n)
		x->thread = g_thread_new("views", keep, x);
	while (!x->stopping && !all_counted(x, entries, n) && g_cond_wait_until(&x->settled, &x->lock, until))
		;
	if (g_get_monotonic_time() - x->late_us > LATE_AGE_US) {
		g_mutex_unlock(&x->lock);
		GArray *late = late_now(x);
		g_mutex_lock(&x->lock);
		g_array_unref(x->late);
		x->late = late;
		x->late_us = g_get_monotonic_time();
	}
	settled = x->told == x->done;
	for (size_t i = 0; i < n; i++) {
		/* it may have been forgotten meanwhile, but not what was asked for just now */
		const struct entry *e = entries[i];

		counts[i] = (struct view_count){-1, -1, 0};
		if (!e || e->wrong || !e->fresh)
			continue;
		counts[i].count = e->count;
		counts[i].late = late_of(x, e);
		counts[i].as_of_ms = settled && !e->again_us ? clock_wall_ms() : e->as_of_ms;
	}
	g_mutex_unlock(&x->lock);
}
