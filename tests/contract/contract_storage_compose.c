/* Composed statements: values in their places, more shapes than are kept, the time limit. */
#include "contract_storage.h"

#include "server/storage/db_compose.h"

static gboolean print_fn(const struct db_row *row, void *arg)
{
	g_string_append_printf(arg, "%s %" G_GINT64_FORMAT " %s;", db_text(row, 0), db_int(row, 1), db_text(row, 2));
	return TRUE;
}

/* A statement of 1 + n rows with the numbers from `from` on; its rows as text. */
static char *ask(struct db_conn *conn, int n, int from)
{
	GString *rows = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	struct db_composed c;

	db_composed_init(&c, "Testing");
	for (int i = 0; i <= n; i++) {
		g_autofree char *text = g_strdup_printf("t%d", from + i);

		if (i == 0)
			DB_ADDV(&c, FRAG_TEST_PAIR, DB_I(from + i), DB_T(text));
		else
			DB_ADDV(&c, FRAG_TEST_UNION, DB_I(from + i), DB_T(text));
	}
	db_run_composed(conn, &c, print_fn, rows, &error);
	g_assert_no_error(error);
	db_composed_clear(&c);
	return g_string_free(rows, FALSE);
}

static char *expected(int n, int from)
{
	GString *rows = g_string_new(NULL);

	for (int i = 0; i <= n; i++) {
		g_autofree char *third = i ? g_strdup("x") : g_strdup_printf("t%d", from);

		g_string_append_printf(rows, "t%d %d %s;", from + i, from + i, third);
	}
	return g_string_free(rows, FALSE);
}

static void composed__more_shapes_than_are_kept__values_stand_where_they_belong(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct db_conn *conn = db_read_begin(db, NULL);

	(void)engine;
	for (int turn = 0; turn < 3; turn++)
		for (int n = 0; n < 100; n += turn + 1) {
			g_autofree char *got = ask(conn, n, turn * 1000 + n), *want = expected(n, turn * 1000 + n);

			g_assert_cmpstr(got, ==, want);
		}
	db_read_end(db, conn);
	db_close(db);
}

static void composed__more_than_a_statement_takes__refused(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct db_conn *conn = db_read_begin(db, NULL);
	g_autoptr(GError) error = NULL;
	struct db_composed c;

	(void)engine;
	db_composed_init(&c, "Testing");
	DB_ADD(&c, FRAG_IDS);
	for (int i = 0; i < DB_COMPOSED_PARAMS; i++) {
		DB_ADDV(&c, FRAG_PICKED, DB_I(i));
		DB_ADD(&c, FRAG_OR);
	}
	DB_ADDV(&c, FRAG_PICKED, DB_I(1));
	g_assert_false(db_run_composed(conn, &c, NULL, NULL, &error));
	g_assert_error(error, DESK_ERROR, DESK_LIMIT);
	db_composed_clear(&c);
	db_read_end(db, conn);
	db_close(db);
}

static void limit__endless_statement__ends_and_the_connection_lives_on(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	gint64 began = g_get_monotonic_time();

	(void)engine;
	for (int i = 0; i < 2; i++) {
		struct db_conn *conn = db_read_begin(db, NULL);
		g_autoptr(GError) error = NULL;
		struct db_composed c;

		g_assert_nonnull(conn);
		g_assert_true(db_read_limit(conn, 60, NULL));
		db_composed_init(&c, "Testing");
		DB_ADDV(&c, FRAG_TEST_ENDLESS, DB_I(1));
		g_assert_false(db_run_composed(conn, &c, NULL, NULL, &error));
		g_assert_error(error, DESK_ERROR, DESK_TIMEOUT);
		db_composed_clear(&c);
		db_read_end(db, conn);
		/* without the limit, and in a new transaction, all is as before */
		conn = db_read_begin(db, NULL);
		g_autofree char *got = ask(conn, 2, 5), *want = expected(2, 5);
		g_assert_cmpstr(got, ==, want);
		db_read_end(db, conn);
	}
	g_assert_cmpint(g_get_monotonic_time() - began, <, 30 * G_USEC_PER_SEC);
	db_close(db);
}

void add_compose_tests(void)
{
	bed_add("composed__more_shapes_than_are_kept__values_stand_where_they_belong",
	        composed__more_shapes_than_are_kept__values_stand_where_they_belong);
	bed_add("composed__more_than_a_statement_takes__refused", composed__more_than_a_statement_takes__refused);
	bed_add("limit__endless_statement__ends_and_the_connection_lives_on",
	        limit__endless_statement__ends_and_the_connection_lives_on);
}
