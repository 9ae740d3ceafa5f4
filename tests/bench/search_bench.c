/* By hand only: searching among many messages, and what an event costs the saved views.
 *
 *   cmake -S . -B BUILD -DCMAKE_BUILD_TYPE=RelWithDebInfo -DDESK_TESTS=ON -DDESK_TEST_HOOKS=ON
 *   cmake --build BUILD --target search_bench with_postgres
 *   search_bench MESSAGES URL        with_postgres search_bench MESSAGES URL
 *
 * The desk is made when the database is empty: five messages a ticket, words of English and
 * Chinese by Zipf's law. Each query is asked once; the table has milliseconds. */
#include <stdio.h>
#include <string.h>

#include "server/desk/find.h"
#include "server/desk/message_text.h"
#include "server/desk/views_live.h"
#include "wire/wire.h"

#define VOCABULARY 40000
#define QUERIES 60

static char *words[VOCABULARY];
static double cumulated[VOCABULARY];

static char *make_word(GRand *rand, int i)
{
	static const char consonants[] = "bcdfghklmnprstvz", vowels[] = "aeiou";
	GString *s = g_string_new(NULL);

	/* every fourth word is of two Chinese characters out of 1,500 */
	for (int n = i % 4 == 3 ? 2 : g_rand_int_range(rand, 2, 5); n > 0; n--) {
		if (i % 4 == 3) {
			g_string_append_unichar(s, 0x4E00 + (gunichar)g_rand_int_range(rand, 0, 1500));
		} else {
			g_string_append_c(s, consonants[g_rand_int_range(rand, 0, 16)]);
			g_string_append_c(s, vowels[g_rand_int_range(rand, 0, 5)]);
		}
	}
	return g_string_free(s, FALSE);
}

static void make_vocabulary(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	double sum = 0, power = 0;

	for (int i = 0; i < VOCABULARY; i++) {
		words[i] = make_word(rand, i);
		power = 1.0 / (i + 3);
		sum += power;
		cumulated[i] = sum;
	}
}

static const char *any_word(GRand *rand)
{
	double at = g_rand_double(rand) * cumulated[VOCABULARY - 1];
	int from = 0, to = VOCABULARY - 1;

	while (from < to) {
		int middle = (from + to) / 2;

		if (cumulated[middle] < at)
			from = middle + 1;
		else
			to = middle;
	}
	return words[from];
}

static char *make_text(GRand *rand, int from, int to)
{
	GString *s = g_string_new(NULL);

	for (int n = g_rand_int_range(rand, from, to); n > 0; n--)
		g_string_append_printf(s, "%s ", any_word(rand));
	return g_string_free(s, FALSE);
}

/* ---- making the desk */
struct making {
	struct desk *desk;
	GRand *rand;
	desk_id group, customer;
	int from, to;
};

static gboolean int_fn(const struct db_row *row, void *arg)
{
	*(int64_t *)arg = db_int(row, 0);
	return TRUE;
}

static gboolean begin_job(struct db_tx *tx, void *arg, GError **error)
{
	struct making *m = arg;
	struct customer c = {.name = "Wang Fang"};

	m->customer = customer_insert(db_conn_of(tx), &c, error);
	return m->customer && DB_RUN(db_conn_of(tx), STMT_GROUP_INSERT, int_fn, &m->group, error, DB_T("front"),
	                             DB_T("Front"), DB_I(1));
}

static gboolean make_ticket(struct making *m, struct db_conn *conn, int i, GError **error)
{
	struct ticket *t = ticket_new();
	gboolean active = i % 10 == 0, ok;
	int64_t now = 1800000000000 + i * 1000, message;

	t->row.subject = make_text(m->rand, 3, 8);
	t->row.customer_name = g_strdup("Wang Fang");
	ok = DB_RUN(conn, STMT_TICKET_INSERT, int_fn, &t->row.id, error, DB_I(active), DB_T(t->row.subject),
	            DB_I(active ? STATUS_OPEN : STATUS_RESOLVED), DB_I(i % 3), DB_I(i % 5), DB_I(m->group), DB_I(0),
	            DB_I(m->customer), DB_T("Wang Fang"), DB_I(now), DB_I(now), DB_I(active ? now : QUEUE_NO_DUE),
	            DB_I(active ? now : QUEUE_NO_DUE), DB_I(0), DB_I(0), DB_I(1), DB_T(""), DB_T(NULL), DB_I(0), DB_I(0),
	            DB_I(0), DB_T(NULL), DB_T(NULL), DB_I(0), DB_T("")) &&
	     DB_RUN(conn, STMT_QUEUE_COUNT_ADD, NULL, NULL, error, DB_I(active), DB_I(m->group), DB_I(0), DB_I(1)) &&
	     message_text_head(m->desk, conn, t, TRUE, error);
	for (int k = 0; ok && k < 5; k++) {
		g_autofree char *body = make_text(m->rand, 8, 50);

		ok = DB_RUN(conn, STMT_MESSAGE_INSERT, int_fn, &message, error, DB_I(t->row.id), DB_I(k % 2), DB_I(0), DB_I(0),
		            DB_T("x"), DB_T(body), DB_I(now), DB_I(0), DB_T(NULL));
	}
	ok = ok && message_text_add_loose(m->desk, conn, t->row.id, error);
	ticket_free(t);
	return ok;
}

static gboolean make_job(struct db_tx *tx, void *arg, GError **error)
{
	struct making *m = arg;

	for (int i = m->from; i < m->to; i++)
		if (!make_ticket(m, db_conn_of(tx), i, error))
			return FALSE;
	return TRUE;
}

static void make_desk(struct desk *d, int messages)
{
	struct making m = {.desk = d, .rand = g_rand_new_with_seed(2)};
	g_autoptr(GError) error = NULL;
	gint64 began = g_get_monotonic_time();
	int tickets = messages / 5;

	db_submit_wait(desk_db(d), begin_job, &m, &error);
	for (; !error && m.to < tickets; m.from = m.to) {
		m.to = MIN(m.from + 1000, tickets);
		db_submit_wait(desk_db(d), make_job, &m, &error);
	}
	g_rand_free(m.rand);
	if (error)
		g_error("%s", error->message);
	printf("made %d tickets, %d messages in %.0f s\n", tickets, messages,
	       (double)(g_get_monotonic_time() - began) / 1e6);
}

/* ---- asking */
static int by_time(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

static const char *ranked(GRand *rand, int from, int to)
{
	return words[g_rand_int_range(rand, from, to)];
}

static char *query_of(GRand *rand, int kind)
{
	switch (kind) {
	case 0:
		return g_strdup_printf("%s %s", ranked(rand, 10000, 40000), ranked(rand, 10000, 40000));
	case 1:
		return g_strdup_printf("%s %s", ranked(rand, 0, 40), ranked(rand, 5000, 40000));
	case 2:
		return g_strdup_printf("%s %s", ranked(rand, 0, 40), ranked(rand, 0, 40));
	case 3:
		return g_strdup_printf("%s %s", ranked(rand, 100, 1000), ranked(rand, 100, 1000));
	case 4:
		return g_strdup_printf("%s %s", words[4 * g_rand_int_range(rand, 0, 300) + 3],
		                       words[4 * g_rand_int_range(rand, 0, 3000) + 3]);
	case 5:
		return g_strdup_printf("\"%s %s\"", ranked(rand, 0, 300), ranked(rand, 0, 300));
	case 6:
		return g_strdup_printf("%s xyzzy%d", ranked(rand, 0, 1000), g_rand_int_range(rand, 0, 1000000));
	case 7:
		return g_strdup_printf("%s %s status:active", ranked(rand, 0, 1000), ranked(rand, 0, 1000));
	case 8:
		return g_strdup_printf("%.2s*", words[4 * g_rand_int_range(rand, 0, 300)]);
	case 9:
		return g_strdup_printf("-%s -%s -%s priority:urgent -status:active", ranked(rand, 0, 40), ranked(rand, 0, 40),
		                       ranked(rand, 0, 40));
	default:
		return g_strdup_printf("(%s OR status:new) (%s OR tier:2) priority:urgent", ranked(rand, 20000, 40000),
		                       ranked(rand, 20000, 40000));
	}
}

static void ask(struct desk *d, const char *view, const char *order)
{
	static const char *const kinds[] = {"rare + rare", "common + rare", "common + common", "middle + middle",
		"Chinese + Chinese", "phrase", "no hit", "any two, active", "beginning of a word", "nothing but exclusions",
		"alternatives of rare words"};
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);
	struct actor who = {.person_id = 0, .role = ROLE_ADMINISTRATOR};

	printf("\n| %s, %s | p50 | p95 | max | with hits | too broad |\n|---|---|---|---|---|---|\n", view, order);
	for (guint kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
		g_autoptr(GArray) took = g_array_new(FALSE, FALSE, sizeof(gint64));
		int hits = 0, broad = 0;

		for (int i = 0; i < QUERIES; i++) {
			struct answer a = {0}, *out = g_memdup2(&a, sizeof a);
			struct query q;
			gint64 began = g_get_monotonic_time(), us;
			struct db_conn *conn = db_read_begin(desk_db(d), NULL);
			g_autoptr(GError) error = NULL;

			query_init(&q, QUERY_QUEUE);
			q.view = g_strdup(view);
			q.order = g_strdup(order);
			q.text = query_of(rand, (int)kind);
			if (desk_query(d, conn, &who, &q, out, &error))
				hits += out->page->rows->len > 0;
			else if (error->code == DESK_LIMIT)
				broad++;
			else
				g_error("%s: %s", q.text, error->message);
			db_read_end(desk_db(d), conn);
			us = g_get_monotonic_time() - began;
			if (g_getenv("SEARCH_SLOW") && us > 100000)
				fprintf(stderr, "%6.1f ms  %s\n", (double)us / 1e3, q.text);
			g_array_append_val(took, us);
			answer_free(out);
			query_clear(&q);
		}
		g_array_sort(took, by_time);
		printf("| %s | %.1f | %.1f | %.1f | %d | %d |\n", kinds[kind],
		       (double)g_array_index(took, gint64, QUERIES / 2) / 1e3,
		       (double)g_array_index(took, gint64, QUERIES * 95 / 100) / 1e3,
		       (double)g_array_index(took, gint64, QUERIES - 1) / 1e3, hits, broad);
		fflush(stdout);
	}
}

/* ---- what a change costs the views */
static void change_views(struct desk *d)
{
	enum { VIEWS = 20, CHANGES = 300 };
	static const char *const shapes[] = {"status:active", "priority:urgent status:open", "is:unassigned channel:app",
		"%s", "%s status:active", "-%s", "tier>=2 OR priority:important", "number>1000 %s"};
	g_autoptr(GRand) rand = g_rand_new_with_seed(4);
	struct actor who = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct view_count counts[VIEWS];
	char *queries[VIEWS];
	gint64 began = g_get_monotonic_time(), settled;
	int64_t newest = 0;
	struct db_conn *conn = db_read_begin(desk_db(d), NULL);

	db_run(conn, STMT_TEXT_NEWEST, NULL, 0, int_fn, &newest, NULL);
	db_read_end(desk_db(d), conn);
	for (int i = 0; i < VIEWS; i++) {
		GString *s = g_string_new(shapes[i % (int)G_N_ELEMENTS(shapes)]);

		g_string_replace(s, "%s", ranked(rand, 1000, 20000), 0);
		queries[i] = g_string_free(s, FALSE);
	}
	views_live_counts(d->live_views, &who, (const char *const *)queries, VIEWS, 600000, counts);
	settled = g_get_monotonic_time();
	for (int i = 0; i < CHANGES; i++) {
		views_live_ticket(d->live_views, g_rand_int_range(rand, 1001, (gint32)newest));
		views_live_settle(d->live_views);
	}
	printf("\n%d views of %d tickets: counted in %.0f ms, a change in all of them %.2f ms\n", VIEWS, (int)newest - 1000,
	       (double)(settled - began) / 1e3, (double)(g_get_monotonic_time() - settled) / 1e3 / CHANGES);
	for (int i = 0; i < VIEWS; i++)
		g_free(queries[i]);
}

int main(int argc, char **argv)
{
	int messages = argc > 1 ? (int)g_ascii_strtoll(argv[1], NULL, 10) : 100000;
	g_autoptr(GError) error = NULL;
	struct db *db = db_open(argc > 2 ? argv[2] : "search_bench.db", &error);
	gint64 began;
	struct desk *d;
	int64_t any = 0;

	if (!db)
		g_error("%s", error->message);
	make_vocabulary();
	began = g_get_monotonic_time();
	d = desk_open(db, &error);
	if (!d)
		g_error("%s", error->message);
	printf("desk open after %.0f ms\n", (double)(g_get_monotonic_time() - began) / 1e3);
	struct db_conn *conn = db_read_begin(db, &error);
	db_run(conn, STMT_TICKET_ANY, NULL, 0, int_fn, &any, NULL);
	db_read_end(db, conn);
	if (!any)
		make_desk(d, messages);
	change_views(d);
	ask(d, "every", "newest");
	ask(d, "all", "due");
	desk_close(d);
	db_close(db);
	return 0;
}
