/* Bars of issue 5: the clocks of tickets are recomputed at 500,000 a second on one core; a calendar that
 * changes over a million open tickets refreshes them in the background, and no claim takes beyond 50 ms.
 *
 * By hand, with the release flags:
 *   cmake --preset release -DDESK_TESTS=ON && cmake --build --preset release --target clocks_bench
 *   clocks_bench fold [TICKETS]              CPU seconds, one thread
 *   clocks_bench refold TICKETS FOLDER [S]   SQLite in FOLDER (on the disk that counts; made when it isn't there):
 *                                            claims alone for S seconds, then beside the refold for S (0: all of it) */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "rules/clocks.h"
#include "server/desk/config_desk.h"
#include "server/desk/records.h"
#include "server/desk/sample.h"
#include "wire/records.h"

#define ORIGINALS 1000
#define EVERY_US 20000 /* a claim */

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned random_next(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 8;
}

/* ---- folding */
#define FACTS 9
struct history {
	struct clock_case of;
	struct clock_fact facts[FACTS];
	size_t n;
};

static void add(struct history *h, enum clock_fact_kind kind, int64_t at, enum ticket_status status, int64_t due)
{
	h->facts[h->n++] = (struct clock_fact){.kind = kind, .at_ms = at, .status = status, .due_ms = due};
}

/* Four to nine facts over up to three days. */
static void make_history(struct history *h, int64_t now, unsigned *seed)
{
	int64_t at = now - random_next(seed) % (3 * 86400) * INT64_C(1000);
	unsigned kind = random_next(seed) % 4;

	*h = (struct history){.of = {.channel = (enum channel)(random_next(seed) % CHANNEL_COUNT),
		.priority = (enum ticket_priority)(random_next(seed) % PRIORITY_COUNT),
		.problem = random_next(seed) % 3 ? PROBLEM_COMPLEX : PROBLEM_SIMPLE, .group_id = 1 + random_next(seed) % 8}};
	add(h, FACT_CREATED, at, 0, 0);
	add(h, FACT_CUSTOMER_MESSAGE, at, 0, 0);
	add(h, FACT_CLAIMED, at += 40000, 0, 0);
	add(h, FACT_PUBLIC_REPLY, at += 90000, 0, 0);
	if (kind > 0)
		add(h, FACT_STATUS, at, STATUS_PENDING_CUSTOMER, 0);
	if (kind > 1) {
		add(h, FACT_CUSTOMER_MESSAGE, at += 3600000, 0, 0);
		add(h, FACT_STATUS, at, STATUS_OPEN, 0);
	}
	if (kind > 2) {
		add(h, FACT_ESCALATED, at += 600000, 0, 0);
		add(h, FACT_PROMISED, at, 0, at + 86400000);
	}
}

static struct calendar *office(void)
{
	static const int minutes[][2] = {{540, 720}, {780, 1080}};
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
	struct calendar_span spans[10];
	struct calendar *c;

	for (int i = 0; i < 10; i++)
		spans[i] = (struct calendar_span){i / 2 + 1, minutes[i % 2][0], minutes[i % 2][1]};
	c = calendar_new("office", zone, spans, 10, NULL);
	calendar_add_holiday(c, "2026-12-25", "Christmas", NULL);
	return c;
}

static const struct calendar *find(const char *name, void *arg)
{
	return name ? arg : NULL;
}

/* Everything but the promise by office hours; a policy by group before the one for all. */
static GPtrArray *policies(void)
{
	static const char *const lines[] = {
		"{\"type\":\"policy\",\"key\":\"a\",\"position\":1,\"channels\":[\"phone\"],\"targets\":[{\"clock\":\"first-response\",\"target\":"
		"\"15s\"},{\"clock\":\"tier2\",\"target\":\"1h\",\"calendar\":\"office\"}]}",
		"{\"type\":\"policy\",\"key\":\"b\",\"position\":2,\"problem\":\"simple\",\"targets\":[{\"clock\":\"resolution\",\"target\":\"5m\","
		"\"pause\":[\"pending-customer\"],\"calendar\":\"office\"}]}",
		"{\"type\":\"policy\",\"key\":\"c\",\"position\":3,\"targets\":[{\"clock\":\"first-response\",\"target\":\"2h\",\"calendar\":\"office\"},"
		"{\"clock\":\"next-response\",\"target\":\"2h\",\"calendar\":\"office\"},{\"clock\":\"resolution\",\"target\":\"24h\",\"calendar\":"
		"\"office\",\"pause\":[\"pending-customer\"]},{\"clock\":\"escalation\",\"target\":\"10m\",\"calendar\":\"office\",\"pause\":"
		"[\"pending-customer\"]},{\"clock\":\"tier2\",\"target\":\"2h\",\"calendar\":\"office\"},{\"clock\":\"cross-department\",\"target\":"
		"\"48h\",\"calendar\":\"office\"},{\"clock\":\"feedback\",\"target\":\"24h\",\"calendar\":\"office\"}]}",
	};
	GPtrArray *list = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		g_ptr_array_add(list, record_parse(lines[i], strlen(lines[i]), 0, NULL)->policy);
	return list;
}

static int bench_fold(int tickets)
{
	int64_t now = clock_wall_ms(), sum = 0, clocks = 0;
	struct calendar *c = office();
	GPtrArray *list = policies();
	int n = MIN(tickets, 100000);
	struct history *all = g_new(struct history, n);
	unsigned seed = 7;
	double began, took;

	for (int i = 0; i < n; i++)
		make_history(&all[i], now, &seed);
	began = cpu_s();
	for (int i = 0; i < tickets; i++) {
		const struct history *h = &all[i % n];
		struct clock_rule rules[CLOCK_COUNT];
		struct ticket_clock out[CLOCK_COUNT];
		size_t count = clock_rules(list, &h->of, find, c, rules), started = 0;
		const struct ticket_clock *next;

		for (size_t k = 0; k < count; k++)
			started += clock_fold(&rules[k], h->facts, h->n, now, &out[started]) ? 1 : 0;
		next = clock_nearest(out, started);
		sum += next ? next->due_ms : 0;
		clocks += (int64_t)started;
	}
	took = cpu_s() - began;
	printf("%d tickets, %.1f clocks each: %.2f s of CPU, %.0f tickets/s, %.0f clocks/s (%" PRId64 ")\n", tickets,
	       (double)clocks / tickets, took, tickets / took, (double)clocks / took, sum & 1);
	calendar_free(c);
	g_free(all);
	return 0;
}

/* ---- refolding */
static void sql(sqlite3 *db, const char *text)
{
	char *error = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK)
		g_error("%s: %s", text, error);
}

static char *columns_of(sqlite3 *db, const char *table, const char *without)
{
	g_autofree char *ask = g_strdup_printf("SELECT name FROM pragma_table_info('%s')", table);
	g_autoptr(GString) list = g_string_new(NULL);
	sqlite3_stmt *st = NULL;

	sqlite3_prepare_v2(db, ask, -1, &st, NULL);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 0);

		if (strcmp(name, without) != 0 && strcmp(name, "id") != 0)
			g_string_append_printf(list, "%s%s", list->len ? "," : "", name);
	}
	sqlite3_finalize(st);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

#define CUSTOMERS 100 /* at most, of the first tickets */

/* The first tickets, again and again, with their customers, facts and clocks. */
static void multiply(const char *path, int tickets)
{
	static const char seq[] = "WITH RECURSIVE s(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM s WHERE k < %d) ";
	g_autofree char *with = NULL, *columns = NULL, *copy = NULL;
	sqlite3 *db = NULL;

	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	with = g_strdup_printf(seq, tickets / ORIGINALS - 1);
	sql(db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN");
	columns = columns_of(db, "customer", "id");
	copy = g_strdup_printf("%s INSERT INTO customer(id,%s) SELECT c.id + s.k * %d,%s FROM s, (SELECT * FROM customer ORDER BY "
	                       "id LIMIT %d) c", with, columns, CUSTOMERS, columns, CUSTOMERS);
	sql(db, copy);
	g_free(columns);
	g_free(copy);
	columns = columns_of(db, "ticket", "customer_id");
	copy = g_strdup_printf("%s INSERT INTO ticket(id,customer_id,%s) SELECT t.id + s.k * %d,t.customer_id + s.k * %d,%s FROM s, "
	                       "(SELECT * FROM ticket ORDER BY id LIMIT %d) t", with, columns, ORIGINALS, CUSTOMERS, columns, ORIGINALS);
	sql(db, copy);
	g_free(columns);
	g_free(copy);
	columns = columns_of(db, "ticket_fact", "ticket_id");
	copy = g_strdup_printf("%s INSERT INTO ticket_fact(ticket_id,%s) SELECT f.ticket_id + s.k * %d,%s FROM s, "
	                       "(SELECT * FROM ticket_fact ORDER BY id) f", with, columns, ORIGINALS, columns);
	sql(db, copy);
	g_free(columns);
	g_free(copy);
	columns = columns_of(db, "ticket_clock", "ticket_id");
	copy = g_strdup_printf("%s INSERT INTO ticket_clock(ticket_id,%s) SELECT f.ticket_id + s.k * %d,%s FROM s, "
	                       "(SELECT * FROM ticket_clock) f", with, columns, ORIGINALS, columns);
	sql(db, copy);
	sql(db, "DELETE FROM ticket_count; INSERT INTO ticket_count(active, group_id, assignee_id, n) "
	        "SELECT active, group_id, assignee_id, COUNT(*) FROM ticket GROUP BY 1, 2, 3; COMMIT; "
	        "PRAGMA wal_checkpoint(TRUNCATE)");
	sqlite3_close(db);
}

struct load {
	struct desk *desk;
	struct actor who;
	gint stop;
	GArray *took_us, *floor_us; /* gint64 */
	char *floor;      /* file */
	gint64 refolded_us;
	gboolean whole;
};

static gboolean claim_job(struct db_tx *tx, void *arg, GError **error)
{
	struct load *l = arg;
	struct answer *out = g_new0(struct answer, 1);
	struct ticket *conflict = NULL;
	struct change c;
	gboolean ok;

	change_init(&c, CHANGE_CLAIM_NEXT);
	ok = desk_change(l->desk, tx, &l->who, &c, out, &conflict, error);
	change_clear(&c);
	answer_free(out);
	ticket_free(conflict);
	return ok;
}

static void *claims(void *arg)
{
	struct load *l = arg;

	while (!g_atomic_int_get(&l->stop)) {
		g_autoptr(GError) error = NULL;
		gint64 began = g_get_monotonic_time(), took;

		if (!db_submit_wait(desk_db(l->desk), claim_job, l, &error))
			g_error("%s", error->message);
		took = g_get_monotonic_time() - began;
		g_array_append_val(l->took_us, took);
		g_usleep((gulong)MAX(1, EVERY_US - took));
	}
	return NULL;
}

/* ---- the disk's own time: what a claim's commit writes, and nothing else of a database, beside it all */
#define COMMIT_BYTES 32768
#define LOG_COMMITS 512 /* then from the start again, as a log does: nothing grows */

static void *commits(void *arg)
{
	struct load *l = arg;
	g_autofree char *bytes = g_malloc0(COMMIT_BYTES);
	int fd = g_open(l->floor, O_CREAT | O_RDWR, 0600);

	g_assert_cmpint(fd, >=, 0);
	for (int i = 0; i < LOG_COMMITS; i++)
		g_assert_cmpint(pwrite(fd, bytes, COMMIT_BYTES, (off_t)i * COMMIT_BYTES), ==, COMMIT_BYTES);
	fsync(fd);
	for (int i = 0; !g_atomic_int_get(&l->stop); i++) {
		gint64 began = g_get_monotonic_time(), took;

		memset(bytes, i, COMMIT_BYTES);
		g_assert_cmpint(pwrite(fd, bytes, COMMIT_BYTES, (off_t)(i % LOG_COMMITS) * COMMIT_BYTES), ==, COMMIT_BYTES);
		g_assert_cmpint(fdatasync(fd), ==, 0);
		took = g_get_monotonic_time() - began;
		g_array_append_val(l->floor_us, took);
		g_usleep((gulong)MAX(1, EVERY_US - took));
	}
	close(fd);
	return NULL;
}

static int by_size(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

static void tell(const char *name, GArray *took)
{
	guint over = 0;

	g_array_sort(took, by_size);
	for (guint i = 0; i < took->len; i++)
		over += g_array_index(took, gint64, i) > 50000;
#define AT(p) (double)g_array_index(took, gint64, (guint)((took->len - 1) * (p))) / 1000
	if (took->len)
		printf("%-28s %u: median %.1f ms, 99%% %.1f ms, worst %.1f ms, over 50 ms: %u\n", name, took->len, AT(0.5),
		       AT(0.99), AT(1), over);
	g_array_set_size(took, 0);
}

static void during(struct load *l, int seconds, gboolean refold)
{
	gint64 began = g_get_monotonic_time();
	GThread *thread, *floor;
	int64_t next = 0;

	l->stop = 0;
	thread = g_thread_new("claims", claims, l);
	floor = g_thread_new("floor", commits, l);
	while (next != INT64_MAX && (!seconds || g_get_monotonic_time() - began < seconds * G_USEC_PER_SEC)) {
		g_autoptr(GError) error = NULL;

		if (!refold)
			g_usleep(100000);
		else if (!desk_refold(l->desk, INT64_MAX, &next, &error))
			g_error("%s", error->message);
	}
	l->whole = next == INT64_MAX;
	l->refolded_us = g_get_monotonic_time() - began;
	g_atomic_int_set(&l->stop, 1);
	g_thread_join(thread);
	g_thread_join(floor);
}

static desk_id apply_calendar(struct desk *d, const char *to)
{
	g_autofree char *text = g_strdup_printf("[person bench]\ndisplay = Bench\nrole = supervisor\ngroups = front\ncapacity = 100000\n[calendar office]\nzone = Europe/Berlin\nhours = mon-fri 09:00-12:00 13:00-%s\n"
		"[policy bench]\nposition = -9\ntarget = first-response 2h calendar office\ntarget = next-response 2h calendar office\n"
		"target = resolution 30h calendar office pause pending-customer\n", to);
	const struct config_request rq = {.text = text, .name = "bench", .revision = -1, .by_name = "bench"};
	struct config_result result = {0};
	g_autoptr(GError) error = NULL;

	if (!config_apply_wait(d, &rq, &result, &error))
		g_error("%s", error->message);
	config_result_clear(&result);
	return 1;
}

static int bench_refold(int tickets, const char *folder, int seconds)
{
	g_autofree char *path = g_build_filename(folder, "clocks.db", NULL);
	gboolean fresh = !g_file_test(path, G_FILE_TEST_EXISTS);
	g_autoptr(GError) error = NULL;
	struct db *db = db_open(path, &error);
	struct load l = {.who = {.person_id = 1, .role = ROLE_SUPERVISOR, .display = "Bench", .locale = "en"}};
	desk_id done = 0;
	struct db_conn *conn;

	if (!db || !(l.desk = desk_open(db, &error)) || (fresh && (!seed_desk(l.desk, NULL) || !sample_bulk(l.desk, ORIGINALS, &error))))
		g_error("%s", error ? error->message : "no desk");
	if (fresh) {
		apply_calendar(l.desk, "17:00");
		desk_close(l.desk);
		db_close(db);
		multiply(path, tickets);
		db = db_open(path, &error);
		l.desk = desk_open(db, &error);
	}
	l.took_us = g_array_new(FALSE, FALSE, sizeof(gint64));
	l.floor_us = g_array_new(FALSE, FALSE, sizeof(gint64));
	l.floor = g_build_filename(folder, "floor", NULL);
	during(&l, seconds ? seconds : 20, FALSE);
	tell("claims alone", l.took_us);
	tell("bare commits alone", l.floor_us);
	apply_calendar(l.desk, g_random_boolean() ? "16:00" : "18:00");
	during(&l, seconds, TRUE);
	tell("claims beside the refold", l.took_us);
	tell("bare commits beside it", l.floor_us);
	conn = db_read_begin(db, NULL);
	desk_refolded(conn, &done, NULL);
	db_read_end(db, conn);
	printf("%s in %.1f s", l.whole ? "all" : "not all", (double)l.refolded_us / 1e6);
	printf(done == INT64_MAX ? "\n" : ": up to #%" PRId64 "\n", done);
	desk_close(l.desk);
	db_close(db);
	g_array_unref(l.took_us);
	g_array_unref(l.floor_us);
	g_unlink(l.floor);
	g_free(l.floor);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "fold") == 0)
		return bench_fold(argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1000000);
	if (argc > 3 && strcmp(argv[1], "refold") == 0)
		return bench_refold((int)strtol(argv[2], NULL, 10), argv[3], argc > 4 ? (int)strtol(argv[4], NULL, 10) : 0);
	fprintf(stderr, "usage: clocks_bench fold [TICKETS] | refold TICKETS FOLDER [SECONDS]\n");
	return 2;
}
