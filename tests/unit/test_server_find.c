/* Finding: what the database answers is what the query means, by every way there is. */
#include "desk_fixture.inc"

#include "find_world.inc"

#define TICKETS 60
#define QUERIES (*TEST_CAMPAIGN ? 600 : 80) /* nightly and soak: more */

/* Bounds that make small desks take the ways of large ones. */
static const struct find_bounds ways[] = {
	{.small_base = 1000000, .few = 200, .chunk = 400, .text_cap = 30000, .second_cap = 30000, .stretch = 2000},
	{.small_base = 0, .few = 0, .chunk = 7, .text_cap = 30000, .second_cap = 30000, .stretch = 2000},
	{.small_base = 0, .few = 3, .chunk = 5, .text_cap = 12, .second_cap = 20, .stretch = 3},
	{.small_base = 0, .few = 3, .chunk = 5, .text_cap = 3, .second_cap = 3, .stretch = 4},
};

static void append_rows(GArray *to, const GPtrArray *rows, gboolean back)
{
	for (guint i = 0; i < rows->len; i++)
		g_array_append_val(to, ((struct ticket_row *)rows->pdata[back ? rows->len - 1 - i : i])->id);
}

/* The whole list, page by page from one end. */
static GArray *walked(struct find_list *l, gboolean back, const char *query)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct find_key key = l->newest != back ? FIND_KEY_LAST : FIND_KEY_FIRST;

	for (;;) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) rows = find_rows(l, back, key, 7, &error);
		const struct ticket_row *end;

		if (error)
			g_test_message("%s", query);
		g_assert_no_error(error);
		if (!rows->len)
			return ids;
		append_rows(ids, rows, back);
		end = rows->pdata[back ? 0 : rows->len - 1];
		key = (struct find_key){end->next_due_ms, end->id};
	}
}

static int by_id(gconstpointer a, gconstpointer b)
{
	desk_id x = *(const desk_id *)a, y = *(const desk_id *)b;

	return (x > y) - (x < y);
}

static char *shown(const GArray *ids, gboolean sort)
{
	GString *s = g_string_new(NULL);
	g_autoptr(GArray) copy = g_array_copy((GArray *)ids);

	if (sort)
		g_array_sort(copy, by_id);
	for (guint i = 0; i < copy->len; i++)
		g_string_append_printf(s, "%" G_GINT64_FORMAT " ", g_array_index(copy, desk_id, i));
	return g_string_free(s, FALSE);
}

static char *meant(const struct find_plan *plan, const GPtrArray *known)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));

	for (guint i = 0; i < known->len; i++) {
		const struct known *k = known->pdata[i];

		if (find_evaluate(plan->tree, &k->facts))
			g_array_append_val(ids, k->facts.id);
	}
	return shown(ids, TRUE);
}

static void compare(struct fixture *f, struct db_conn *conn, const struct words *words, const GPtrArray *known,
                    const char *query, int *found)
{
	struct find_plan plan;
	g_autoptr(GError) error = NULL;
	g_autofree char *want = NULL;

	find_compile(&plan, words, db_engine(f->db), &f->li, query, FIXTURE_START, "UTC", &error);
	if (error)
		g_test_message("%s", query);
	g_assert_no_error(error);
	want = meant(&plan, known);
	*found += *want != '\0';
	for (size_t way = 0; way < G_N_ELEMENTS(ways); way++)
		for (int newest = 0; newest < 2; newest++) {
			g_autofree char *got = NULL, *from_back = NULL, *in_order = NULL, *of_ids = NULL;
			g_autoptr(GArray) keys = g_array_new(FALSE, TRUE, sizeof(desk_id)), all = g_array_new(FALSE, FALSE, sizeof(desk_id));
			struct find_list l = {.conn = conn, .words = words, .engine = db_engine(f->db), .source = LIST_EVERY,
				.keys = keys, .plan = &plan, .newest = newest, .base = way ? 1000 : 10, .bounds = &ways[way]};
			gboolean more;
			int64_t count;

			g_array_set_size(keys, 1);
			g_autoptr(GArray) forward = walked(&l, FALSE, query), back = walked(&l, TRUE, query);
			got = shown(forward, TRUE);
			if (strcmp(got, want) != 0)
				g_test_message("%s (way %zu, newest %d)", query, way, newest);
			g_assert_cmpstr(got, ==, want);
			in_order = shown(forward, FALSE);
			for (guint i = 0; i < back->len / 2; i++) {
				desk_id swap = g_array_index(back, desk_id, i);

				g_array_index(back, desk_id, i) = g_array_index(back, desk_id, back->len - 1 - i);
				g_array_index(back, desk_id, back->len - 1 - i) = swap;
			}
			from_back = shown(back, FALSE);
			g_assert_cmpstr(from_back, ==, in_order);
			g_assert_true(find_ids(&l, all, 100000, &more, NULL));
			g_assert_false(more);
			of_ids = shown(all, TRUE);
			g_assert_cmpstr(of_ids, ==, want);
			g_assert_true(find_count(&l, newest ? FIND_KEY_FIRST : FIND_KEY_LAST, 1000, &count, NULL));
			g_assert_true(count == -1 || count == forward->len);
			find_list_clear(&l);
		}
	find_plan_clear(&plan);
}

static void queries__at_random__answer_what_they_mean(void)
{
	struct fixture f;
	struct world w;
	int found = 0;

	fixture_open(&f, NULL);
	world_make(&w, &f, 20261123, TICKETS);
	struct db_conn *conn = db_read_begin(f.db, NULL);
	g_autoptr(words_auto) words = desk_words(f.desk);
	g_autoptr(GPtrArray) known = world_known(conn);
	g_assert_cmpint(known->len, ==, TICKETS);
	for (int i = 0; i < QUERIES; i++) {
		g_autoptr(GString) query = g_string_new(NULL);

		world_query(&w, query, 0);
		compare(&f, conn, words, known, query->str, &found);
	}
	g_assert_cmpint(found, >, QUERIES / 4);
	db_read_end(f.db, conn);
	world_free(&w);
	fixture_close(&f);
}

/* ---- the index follows */
static char *found_by(struct fixture *f, const char *text)
{
	struct query q;
	struct answer *a;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("every");
	q.order = g_strdup("newest");
	q.text = g_strdup(text);
	a = fixture_ask(f, &f->sun, &q);
	append_rows(ids, a->page->rows, FALSE);
	answer_free(a);
	query_clear(&q);
	return shown(ids, FALSE);
}

#define assert_found(f, text, ...) \
	do { \
		g_autofree char *got_ = found_by(f, text), *want_ = g_strdup_printf(__VA_ARGS__); \
		g_assert_cmpstr(got_, ==, want_); \
	} while (0)

#define ID G_GINT64_FORMAT

static void index__messages_subject_and_tags__follow_each_write(void)
{
	struct fixture f;
	struct change c;

	fixture_open(&f, NULL);
	desk_id a = fixture_opens(&f, CHANNEL_WEB, "parcel is late", "where is it? 包裹还没到", NULL);
	desk_id b = fixture_opens(&f, CHANNEL_WEB, "password", "我无法登录", "account/sign-in");

	assert_found(&f, "parcel", "%" ID " ", a);
	assert_found(&f, "登录", "%" ID " ", b);
	assert_found(&f, "包裹", "%" ID " ", a);
	assert_found(&f, "fang", "%" ID " %" ID " ", b, a);
	fixture_writes(&f, a, "it is a blue suitcase");
	assert_found(&f, "suitcases", "%" ID " ", a);
	change_init(&c, CHANGE_SUBJECT);
	c.ticket_id = a;
	c.text = g_strdup("suitcase lost");
	answer_free(fixture_do(&f, &f.li, &c));
	assert_found(&f, "parcel", "%s", "");
	assert_found(&f, "subject:suitcase", "%" ID " ", a);
	change_init(&c, CHANGE_NOTE);
	c.ticket_id = b;
	c.body = g_strdup("verified by zebra team");
	answer_free(fixture_do(&f, &f.li, &c));
	assert_found(&f, "zebra category:account", "%" ID " ", b);
	assert_found(&f, "zebra OR suitcase", "%" ID " %" ID " ", b, a);
	fixture_close(&f);
}

static gboolean move_job(struct db_tx *tx, void *arg, GError **error)
{
	const desk_id *ids = ((void **)arg)[1];
	struct db_conn *conn = db_conn_of(tx);
	struct desk *d = ((void **)arg)[0];

	return message_text_leave(d, conn, ids[0], error) &&
	       DB_RUN(conn, STMT_TEST_FIND_MOVE, NULL, NULL, error, DB_I(ids[0]), DB_I(ids[1])) &&
	       message_text_add_loose(d, conn, ids[1], error);
}

static void index__messages_move__their_words_go_with_them(void)
{
	struct fixture f;

	fixture_open(&f, NULL);
	desk_id a = fixture_opens(&f, CHANNEL_WEB, "first", "zebra crossing", NULL);
	desk_id b = fixture_opens(&f, CHANNEL_WEB, "second", "other words", NULL);
	desk_id ids[] = {a, b};
	void *arg[] = {f.desk, ids};

	assert_found(&f, "zebra", "%" ID " ", a);
	g_assert_true(db_submit_wait(f.db, move_job, arg, NULL));
	assert_found(&f, "zebra", "%" ID " ", b);
	assert_found(&f, "zebra second", "%" ID " ", b);
	assert_found(&f, "zebra first", "%s", "");
	fixture_close(&f);
}

static void index__built_anew__finds_the_same(void)
{
	struct fixture f;
	struct world w;
	int found = 0;

	fixture_open(&f, NULL);
	world_make(&w, &f, 7, TICKETS);
	g_assert_true(message_text_rebuild(f.desk, NULL));
	g_assert_true(message_text_wait(f.desk->text, 60000));
	struct db_conn *conn = db_read_begin(f.db, NULL);
	g_autoptr(words_auto) words = desk_words(f.desk);
	g_autoptr(GPtrArray) known = world_known(conn);
	for (size_t i = 0; i < G_N_ELEMENTS(world_words); i++) {
		g_autofree char *query = g_strdup_printf("\"%s\"", world_words[i]);

		compare(&f, conn, words, known, query, &found);
	}
	db_read_end(f.db, conn);
	g_assert_cmpint(found, >, 10);
	world_free(&w);
	fixture_close(&f);
}

static void queries__wrong__say_the_column(void)
{
	struct fixture f;
	struct query q;
	struct answer a = {0};
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	query_init(&q, QUERY_QUEUE);
	q.text = g_strdup("refund status:opne");
	struct db_conn *conn = db_read_begin(f.db, NULL);
	g_assert_false(desk_query(f.desk, conn, &f.li, &q, &a, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_cmpint(find_error_column(error->message), >, 0);
	db_read_end(f.db, conn);
	query_clear(&q);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/find/queries__at_random__answer_what_they_mean", queries__at_random__answer_what_they_mean);
	g_test_add_func("/find/index__messages_subject_and_tags__follow_each_write",
	                index__messages_subject_and_tags__follow_each_write);
	g_test_add_func("/find/index__messages_move__their_words_go_with_them", index__messages_move__their_words_go_with_them);
	g_test_add_func("/find/index__built_anew__finds_the_same", index__built_anew__finds_the_same);
	g_test_add_func("/find/queries__wrong__say_the_column", queries__wrong__say_the_column);
	return g_test_run();
}
