/* The store's reading half: the queue's window, tickets, what events do to them. */
#include "store_fixture.h"

#define FIRST_DUE_MS INT64_C(1800000000000)

static desk_id id_at(const struct desk_under_test *t, size_t i)
{
	const struct ticket_row *row = store_queue_at(t->s, i);
	return row ? row->id : 0;
}

/* Order, no doubles, found by id: what must hold at any time. */
static void check_rows(const struct desk_under_test *t)
{
	size_t n = store_queue_size(t->s);
	for (size_t i = 0; i < n; i++) {
		const struct ticket_row *row = store_queue_at(t->s, i), *next = store_queue_at(t->s, i + 1);
		g_assert_cmpint(store_queue_find(t->s, row->id), ==, (gssize)i);
		if (next)
			g_assert_true(row->next_due_ms < next->next_due_ms ||
			              (row->next_due_ms == next->next_due_ms && row->id < next->id));
	}
}

static void touch(struct desk_under_test *t, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void touch(struct desk_under_test *t, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *line = g_strdup_vprintf(format, args);
	va_end(args);
	g_assert_true(scripted_line(t->b, line));
	settle(t);
}

static void start__large_desk__first_page_then_more(void)
{
	struct desk_under_test t;
	gboolean top, exact;
	fixture_up(&t, 5000);
	store_start(t.s);
	g_assert_null(store_session(t.s));
	g_assert_cmpuint(backend_busy(t.b), ==, 2); /* session and queue: in parallel */
	wait_until(store_queue_size(t.s) > 0);
	g_assert_cmpuint(store_queue_size(t.s), ==, STORE_PAGE);
	settle(&t);
	g_assert_cmpstr(store_session(t.s)->me->name, ==, "li.wei");
	g_assert_cmpuint(store_queue_size(t.s), ==, STORE_PAGE + STORE_FILL);
	g_assert_cmpint(store_queue_total(t.s, &exact), ==, 5000);
	g_assert_true(exact);
	g_assert_false(store_queue_ends(t.s, &top));
	g_assert_true(top);
	g_assert_cmpint(id_at(&t, 0), ==, 1001);
	g_assert_cmpint(store_connection(t.s, NULL, NULL), ==, BACKEND_ONLINE);
	check_rows(&t);
	fixture_down(&t);
}

/* Down through the whole desk and up again in bursts, as held keys do. */
static void want__bursts_down_and_up__window_follows(void)
{
	struct desk_under_test t;
	gboolean top;
	desk_id at = 1001;
	fixture_up(&t, 5000);
	fixture_start(&t);
	for (int burst = 0; burst < 20; burst++) {
		size_t i = MIN((size_t)store_queue_find(t.s, at) + 300, store_queue_size(t.s) - 1);
		at = id_at(&t, i);
		store_queue_want(t.s, i > 20 ? i - 20 : 0, i);
		settle(&t);
		g_assert_cmpuint(store_queue_size(t.s), <=, STORE_WINDOW + STORE_FILL);
		g_assert_cmpint(store_queue_find(t.s, at), >=, 0);
		g_assert_cmpint(store_queue_offset(t.s) + store_queue_find(t.s, at), ==, at - 1001);
		check_rows(&t);
	}
	g_assert_cmpint(at, ==, 6000);
	g_assert_true(store_queue_ends(t.s, &top));
	g_assert_false(top);
	for (int burst = 0; burst < 20; burst++) {
		gssize i = MAX(store_queue_find(t.s, at) - 300, 0);
		at = id_at(&t, (size_t)i);
		store_queue_want(t.s, (size_t)i, (size_t)i + 20);
		settle(&t);
		g_assert_cmpint(store_queue_offset(t.s) + store_queue_find(t.s, at), ==, at - 1001);
	}
	g_assert_cmpint(at, ==, 1001);
	g_assert_cmpint(store_queue_offset(t.s), ==, 0);
	check_rows(&t);
	fixture_down(&t);
}

static void want__standing_still__asks_no_more(void)
{
	struct desk_under_test t;
	fixture_up(&t, 5000);
	fixture_start(&t);
	for (size_t first = 0; first < 2400; first += 40) {
		store_queue_want(t.s, MIN(first, store_queue_size(t.s) - 21), MIN(first + 20, store_queue_size(t.s) - 1));
		settle(&t);
	}
	size_t middle = store_queue_size(t.s) / 2;
	store_queue_want(t.s, middle, middle + 20);
	settle(&t);
	unsigned asked = scripted_reads(t.b, QUERY_QUEUE);
	for (int i = 0; i < 50; i++) {
		store_queue_want(t.s, middle + (size_t)(i % 3), middle + 20 + (size_t)(i % 3));
		settle(&t);
	}
	g_assert_cmpuint(scripted_reads(t.b, QUERY_QUEUE), ==, asked);
	fixture_down(&t);
}

static void jump__last_around_first__lands_there(void)
{
	struct desk_under_test t;
	gboolean top;
	fixture_up(&t, 5000);
	fixture_start(&t);
	store_queue_jump(t.s, PAGE_LAST, 0);
	settle(&t);
	g_assert_true(store_queue_ends(t.s, &top));
	g_assert_cmpint(store_queue_find(t.s, 6000), ==, (gssize)store_queue_size(t.s) - 1);
	store_queue_jump(t.s, PAGE_AROUND, 3500);
	settle(&t);
	gssize at = store_queue_find(t.s, 3500);
	g_assert_cmpint(at, >, 0);
	g_assert_cmpint(store_queue_offset(t.s) + at, ==, 3500 - 1001);
	store_queue_jump(t.s, PAGE_FIRST, 0);
	settle(&t);
	g_assert_cmpint(id_at(&t, 0), ==, 1001);
	g_assert_cmpint(store_queue_offset(t.s), ==, 0);
	check_rows(&t);
	fixture_down(&t);
}

static void event__row_changes__only_that_row_moves(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	fixture_start(&t);
	touch(&t, "{\"touch\":1050,\"subject\":\"renamed\"}");
	g_assert_cmpint(store_queue_find(t.s, 1050), ==, 49);
	g_assert_cmpstr(store_queue_at(t.s, 49)->subject, ==, "renamed");
	touch(&t, "{\"touch\":1050,\"next_due_ms\":%" G_GINT64_FORMAT "}", FIRST_DUE_MS + 500);
	g_assert_cmpint(store_queue_find(t.s, 1050), ==, 1);
	g_assert_cmpint(store_queue_find(t.s, 1001), ==, 0);
	g_assert_cmpint(store_queue_find(t.s, 1100), ==, 99);
	g_assert_cmpint(store_queue_total(t.s, NULL), ==, 200);
	check_rows(&t);
	fixture_down(&t);
}

static void event__leaves_and_enters_the_view__counted(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	fixture_start(&t);
	touch(&t, "{\"touch\":1003,\"group_id\":2}");
	g_assert_cmpint(store_queue_find(t.s, 1003), ==, -1);
	g_assert_cmpint(store_queue_total(t.s, NULL), ==, 199);
	touch(&t, "{\"touch\":1004,\"status\":\"resolved\"}");
	g_assert_cmpint(store_queue_total(t.s, NULL), ==, 198);
	touch(&t, "{\"touch\":1003,\"group_id\":1}");
	g_assert_cmpint(store_queue_find(t.s, 1003), ==, 2);
	g_assert_cmpint(store_queue_total(t.s, NULL), ==, 199);
	check_rows(&t);
	fixture_down(&t);
}

static void event__beyond_the_window__not_shown_but_found_later(void)
{
	struct desk_under_test t;
	fixture_up(&t, 5000);
	fixture_start(&t);
	size_t size = store_queue_size(t.s);
	touch(&t, "{\"touch\":5000,\"subject\":\"far away\"}");
	g_assert_cmpuint(store_queue_size(t.s), ==, size);
	touch(&t, "{\"touch\":1002,\"next_due_ms\":%" G_GINT64_FORMAT "}", FIRST_DUE_MS + 4000500);
	g_assert_cmpint(store_queue_find(t.s, 1002), ==, -1);
	touch(&t, "{\"touch\":5000,\"next_due_ms\":%" G_GINT64_FORMAT "}", FIRST_DUE_MS + 10);
	g_assert_cmpint(store_queue_find(t.s, 5000), ==, 1);
	g_assert_cmpstr(store_queue_at(t.s, 1)->subject, ==, "far away");
	check_rows(&t);
	fixture_down(&t);
}

/* A page read before an event, but answered after it, must not undo the event. */
static void event__overtakes_a_page__stays(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	fixture_start(&t);
	g_assert_true(scripted_line(t.b, "{\"on\":\"queue\",\"hold\":true}"));
	store_queue_show(t.s, "mine", 0, NULL);
	wait_until(scripted_held(t.b) == 1);
	g_assert_true(scripted_line(t.b, "{\"touch\":1001,\"status\":\"resolved\"}"));
	g_assert_true(scripted_line(t.b, "{\"touch\":1002,\"subject\":\"newer\"}"));
	while (g_main_context_iteration(NULL, FALSE))
		;
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpint(store_queue_find(t.s, 1001), ==, -1);
	g_assert_cmpstr(store_queue_at(t.s, 0)->subject, ==, "newer");
	check_rows(&t);
	fixture_down(&t);
}

static void show__other_view__old_rows_until_the_new_are_here(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	fixture_start(&t);
	touch(&t, "{\"touch\":1007,\"status\":\"resolved\"}");
	g_assert_true(scripted_line(t.b, "{\"on\":\"queue\",\"hold\":true}"));
	store_queue_show(t.s, "done", 0, NULL);
	g_assert_cmpstr(store_queue_view(t.s), ==, "done");
	wait_until(scripted_held(t.b) == 1);
	g_assert_cmpuint(store_queue_size(t.s), ==, 199);
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpuint(store_queue_size(t.s), ==, 1);
	g_assert_cmpint(id_at(&t, 0), ==, 1007);
	fixture_down(&t);
}

static void show__filter__server_is_asked_again_for_what_cannot_be_known(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	fixture_start(&t);
	store_queue_show(t.s, "mine", 0, "number 19");
	settle(&t);
	g_assert_cmpuint(store_queue_size(t.s), ==, 11); /* 19, 190..199 */
	g_assert_true(scripted_line(t.b, "{\"touch\":1003,\"subject\":\"number 19 too\"}"));
	wait_until(store_queue_find(t.s, 1003) >= 0);
	g_assert_cmpuint(store_queue_size(t.s), ==, 12);
	fixture_down(&t);
}

static void check_newest_first(const struct desk_under_test *t)
{
	for (size_t i = 1; i < store_queue_size(t->s); i++) {
		g_assert_cmpint(id_at(t, i - 1), >, id_at(t, i));
		g_assert_cmpint(store_queue_find(t->s, id_at(t, i)), ==, (gssize)i);
	}
}

static void list__newest_first__pages_and_events_keep_that_order(void)
{
	struct desk_under_test t;
	fixture_up(&t, 3000);
	fixture_start(&t);
	g_assert_false(store_queue_newest(t.s));
	store_queue_list(t.s, &(struct store_list){.view = "every", .newest = TRUE});
	settle(&t);
	g_assert_true(store_queue_newest(t.s));
	g_assert_cmpint(id_at(&t, 0), ==, 4000);
	check_newest_first(&t);
	for (size_t i = 0; i < 12; i++) { /* down the list: pages join below, the first ones are let go */
		store_queue_want(t.s, store_queue_size(t.s) - 20, store_queue_size(t.s) - 1);
		settle(&t);
		check_newest_first(&t);
	}
	store_queue_jump(t.s, PAGE_LAST, 0);
	settle(&t);
	check_newest_first(&t);
	g_assert_cmpint(id_at(&t, store_queue_size(t.s) - 1), ==, 1001);
	touch(&t, "{\"touch\":1005,\"status\":\"resolved\",\"next_due_ms\":%" G_GINT64_FORMAT "}", FIRST_DUE_MS - 1000);
	g_assert_cmpint(store_queue_find(t.s, 1005), ==, (gssize)store_queue_size(t.s) - 5); /* neither gone nor moved */
	check_newest_first(&t);
	store_queue_list(t.s, &(struct store_list){.view = "mine"});
	settle(&t);
	g_assert_false(store_queue_newest(t.s));
	check_rows(&t);
	fixture_down(&t);
}

static void list__saved_view_and_filter__are_asked_together(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	fixture_start(&t);
	store_queue_list(t.s, &(struct store_list){.view = "every", .query = "number 19"});
	settle(&t);
	g_assert_cmpuint(store_queue_size(t.s), ==, 11);
	g_assert_null(store_queue_filter(t.s));
	g_assert_true(scripted_line(t.b, "{\"touch\":1003,\"subject\":\"number 19 too\"}"));
	wait_until(store_queue_find(t.s, 1003) >= 0);
	g_assert_true(scripted_line(t.b, "{\"touch\":1003,\"subject\":\"another\"}"));
	wait_until(store_queue_find(t.s, 1003) < 0); /* it no longer fits: only the desk knows */
	fixture_down(&t);
}

static void views__asked_for__come_and_follow_changes(void)
{
	struct desk_under_test t;
	fixture_up(&t, 20);
	fixture_start(&t);
	g_assert_null(store_views(t.s));
	g_assert_true(scripted_line(t.b, "{\"on\":\"views\",\"answer\":{\"views\":[{\"id\":5,\"name\":\"late\","
	                                 "\"scope\":\"own\",\"query\":\"is:late\",\"count\":3}]}}"));
	store_want_views(t.s);
	settle(&t);
	g_assert_nonnull(store_views(t.s));
	g_assert_cmpuint(store_views(t.s)->len, ==, 1);
	g_assert_cmpstr(((const struct saved_view *)store_views(t.s)->pdata[0])->query, ==, "is:late");
	g_assert_true(scripted_line(t.b, "{\"on\":\"views\",\"answer\":{\"views\":[]}}"));
	g_assert_true(scripted_line(t.b, "{\"event\":{\"kind\":\"view\",\"seq\":1}}"));
	scripted_step(t.b);
	wait_until(store_views(t.s)->len == 0);
	fixture_down(&t);
}

static void reload__asked_by_the_feed__rows_stay_meanwhile(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	fixture_start(&t);
	unsigned sessions = scripted_reads(t.b, QUERY_SESSION), pages = scripted_reads(t.b, QUERY_QUEUE);
	g_assert_true(scripted_line(t.b, "{\"on\":\"queue\",\"hold\":true}"));
	g_assert_true(scripted_line(t.b, "{\"event\":{\"kind\":\"reload\",\"seq\":0}}"));
	scripted_step(t.b);
	wait_until(scripted_held(t.b) == 1);
	g_assert_cmpuint(store_queue_size(t.s), ==, 200);
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpuint(store_queue_size(t.s), ==, 200);
	g_assert_cmpuint(scripted_reads(t.b, QUERY_SESSION), ==, sessions + 1);
	g_assert_cmpuint(scripted_reads(t.b, QUERY_QUEUE), ==, pages + 1);
	touch(&t, "{\"touch\":1050,\"subject\":\"still followed\"}");
	g_assert_cmpstr(store_queue_at(t.s, 49)->subject, ==, "still followed");
	fixture_down(&t);
}

static void ticket__opened__neighbours_are_fetched_ahead(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	fixture_start(&t);
	g_assert_null(store_ticket(t.s, 1010));
	store_opened(t.s, 1010);
	settle(&t);
	g_assert_nonnull(store_ticket(t.s, 1010));
	for (desk_id id = 1011; id < 1011 + STORE_PREFETCH; id++)
		g_assert_nonnull(store_ticket(t.s, id));
	g_assert_null(store_ticket(t.s, 1011 + STORE_PREFETCH));
	unsigned asked = scripted_reads(t.b, QUERY_TICKET);
	store_opened(t.s, 1011); /* is here: only the next neighbour is asked for */
	settle(&t);
	g_assert_cmpuint(scripted_reads(t.b, QUERY_TICKET), ==, asked + 1);
	fixture_down(&t);
}

static void ticket__many_opened__memory_is_bounded(void)
{
	struct desk_under_test t;
	unsigned here = 0;
	fixture_up(&t, 200);
	fixture_start(&t);
	for (desk_id id = 1001; id < 1101; id++) {
		store_opened(t.s, id);
		settle(&t);
	}
	g_assert_nonnull(store_ticket(t.s, 1100));
	for (desk_id id = 1001; id < 1201; id++)
		here += store_ticket(t.s, id) != NULL;
	g_assert_cmpuint(here, <=, STORE_TICKETS);
	fixture_down(&t);
}

static void ticket__customer_writes__message_comes_without_asking(void)
{
	struct desk_under_test t;
	fixture_up(&t, 20);
	fixture_start(&t);
	store_opened(t.s, 1005);
	settle(&t);
	unsigned asked = scripted_reads(t.b, QUERY_TICKET);
	touch(&t, "{\"touch\":1005,\"message\":\"hello? 在吗\"}");
	const struct ticket *ticket = store_ticket(t.s, 1005);
	g_assert_cmpuint(ticket->messages->len, ==, 1);
	g_assert_cmpstr(((struct message *)ticket->messages->pdata[0])->body, ==, "hello? 在吗");
	g_assert_cmpint(ticket->row.version, ==, 2);
	g_assert_nonnull(ticket->customer);
	g_assert_cmpuint(scripted_reads(t.b, QUERY_TICKET), ==, asked);
	fixture_down(&t);
}

static void ticket__older_messages__join_in_order_and_survive_refresh(void)
{
	struct desk_under_test t;
	fixture_up(&t, 5);
	for (int i = 0; i < 50; i++)
		g_assert_true(scripted_line(t.b, "{\"touch\":1001,\"message\":\"again\"}"));
	fixture_start(&t);
	store_opened(t.s, 1001);
	settle(&t);
	g_assert_cmpuint(store_ticket(t.s, 1001)->messages->len, ==, 20);
	g_assert_true(store_ticket(t.s, 1001)->more_messages);
	for (int i = 0; i < 3; i++) {
		store_want_older(t.s, 1001);
		settle(&t);
	}
	const struct ticket *ticket = store_ticket(t.s, 1001);
	g_assert_cmpuint(ticket->messages->len, ==, 50);
	g_assert_false(ticket->more_messages);
	for (guint i = 1; i < ticket->messages->len; i++)
		g_assert_cmpint(((struct message *)ticket->messages->pdata[i - 1])->id, <,
		                ((struct message *)ticket->messages->pdata[i])->id);
	g_assert_true(scripted_line(t.b, "{\"event\":{\"kind\":\"reload\",\"seq\":0}}"));
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpuint(store_ticket(t.s, 1001)->messages->len, ==, 50);
	fixture_down(&t);
}

static void offline__everything_stays_readable__comes_back(void)
{
	struct desk_under_test t;
	const char *why;
	fixture_up(&t, 200);
	fixture_start(&t);
	store_opened(t.s, 1001);
	settle(&t);
	touch(&t, "{\"online\":false}");
	g_assert_cmpint(store_connection(t.s, &why, NULL), ==, BACKEND_OFFLINE);
	g_assert_nonnull(why);
	g_assert_cmpuint(store_queue_size(t.s), ==, 200);
	g_assert_nonnull(store_ticket(t.s, 1002)); /* fetched ahead */
	g_assert_true(scripted_line(t.b, "{\"touch\":1100,\"subject\":\"while away\"}"));
	touch(&t, "{\"online\":true}");
	g_assert_cmpint(store_connection(t.s, NULL, NULL), ==, BACKEND_ONLINE);
	g_assert_cmpstr(store_queue_at(t.s, 99)->subject, ==, "while away");
	fixture_down(&t);
}

static void start__offline__loads_when_the_line_comes(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	g_assert_true(scripted_line(t.b, "{\"online\":false}"));
	fixture_start(&t);
	g_assert_null(store_session(t.s));
	g_assert_cmpint(store_connection(t.s, NULL, NULL), ==, BACKEND_OFFLINE);
	touch(&t, "{\"online\":true}");
	g_assert_nonnull(store_session(t.s));
	g_assert_cmpuint(store_queue_size(t.s), ==, 200);
	touch(&t, "{\"touch\":1100,\"subject\":\"followed\"}");
	g_assert_cmpstr(store_queue_at(t.s, 99)->subject, ==, "followed");
	fixture_down(&t);
}

static void free__while_asking__nobody_is_called(void)
{
	struct desk_under_test t;
	fixture_up(&t, 200);
	store_start(t.s);
	fixture_down(&t); /* the sanitizer is the judge */
}

/* The whole list as the desk has it now, asked page by page. */
static void collect(struct answer *a, const GError *error, const struct ticket *t, void *arg)
{
	g_assert_no_error(error);
	(void)t;
	*(struct answer **)arg = a;
}

static GArray *whole_list(struct desk_under_test *t)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autofree char *cursor = NULL;
	do {
		struct answer *a = NULL;
		struct query q;
		query_init(&q, QUERY_QUEUE);
		q.view = g_strdup(store_queue_view(t->s));
		q.anchor = cursor ? PAGE_AFTER : PAGE_FIRST;
		q.cursor = g_steal_pointer(&cursor);
		q.limit = 500;
		backend_read(t->b, &q, collect, &a);
		query_clear(&q);
		wait_until(a);
		for (guint i = 0; i < a->page->rows->len; i++)
			g_array_append_val(ids, ((struct ticket_row *)a->page->rows->pdata[i])->id);
		cursor = g_steal_pointer(&a->page->after);
		answer_free(a);
	} while (cursor);
	return ids;
}

/* The window must be a stretch of the desk's own list without hole or stranger. */
static void check_against_desk(struct desk_under_test *t)
{
	g_autoptr(GArray) all = whole_list(t);
	size_t n = store_queue_size(t->s), from = 0;
	check_rows(t);
	if (n == 0)
		return;
	while (from < all->len && g_array_index(all, desk_id, from) != id_at(t, 0))
		from++;
	g_assert_cmpuint(from + n, <=, all->len);
	for (size_t i = 0; i < n; i++)
		g_assert_cmpint(id_at(t, i), ==, g_array_index(all, desk_id, from + i));
	gboolean top, end = store_queue_ends(t->s, &top);
	g_assert_true(!top || from == 0);
	g_assert_true(!end || from + n == all->len);
}

static void random_touch(struct desk_under_test *t)
{
	static const char *const statuses[] = {"open", "resolved", "pending-customer", "archived"};
	int id = g_test_rand_int_range(1001, 4001);
	g_autofree char *line = NULL;
	switch (g_test_rand_int_range(0, 5)) {
	case 0:
	case 1:
		line = g_strdup_printf("{\"touch\":%d,\"next_due_ms\":%" G_GINT64_FORMAT "}", id,
		                       FIRST_DUE_MS + g_test_rand_int_range(0, 3100) * 1000 + 500);
		break;
	case 2:
		line = g_strdup_printf("{\"touch\":%d,\"status\":\"%s\"}", id, statuses[g_test_rand_int_range(0, 4)]);
		break;
	case 3:
		line = g_strdup_printf("{\"touch\":%d,\"group_id\":%d}", id, g_test_rand_int_range(1, 3));
		break;
	default:
		line = g_strdup_printf("{\"touch\":%d,\"assignee_id\":%d}", id, g_test_rand_bit() ? 7 : 0);
		break;
	}
	g_assert_true(scripted_line(t->b, line));
}

static void random_move(struct desk_under_test *t)
{
	static const char *const views[] = {"mine", "assigned", "unassigned", "all", "done"};
	size_t n = store_queue_size(t->s), at = n ? (size_t)g_test_rand_int_range(0, (gint)n) : 0;
	switch (g_test_rand_int_range(0, 24)) {
	case 0:
		store_queue_jump(t->s, PAGE_LAST, 0);
		break;
	case 1:
		store_queue_jump(t->s, PAGE_FIRST, 0);
		break;
	case 2:
		store_queue_jump(t->s, PAGE_AROUND, g_test_rand_int_range(1001, 4001));
		break;
	case 3:
		store_queue_show(t->s, views[g_test_rand_int_range(0, G_N_ELEMENTS(views))], 0, NULL);
		break;
	case 4:
		g_assert_true(scripted_line(t->b, "{\"on\":\"queue\",\"hold\":true}"));
		break;
	case 5:
		g_assert_true(scripted_line(t->b, g_test_rand_bit() ? "{\"online\":false}" : "{\"online\":true}"));
		break;
	case 6:
		scripted_step(t->b);
		break;
	default:
		store_queue_want(t->s, at, MIN(at + 20, n ? n - 1 : 0));
		break;
	}
}

static void random__events_moves_and_losses__window_is_the_desks_own_list(void)
{
	struct desk_under_test t;
	fixture_up(&t, 3000);
	fixture_start(&t);
	for (int round = 0; round < 12; round++) {
		for (int i = 0; i < 60; i++) {
			if (g_test_rand_bit())
				random_touch(&t);
			else
				random_move(&t);
			for (int turns = g_test_rand_int_range(0, 4); turns > 0; turns--)
				g_main_context_iteration(NULL, FALSE);
		}
		g_assert_true(scripted_line(t.b, "{\"forget\":true}"));
		g_assert_true(scripted_line(t.b, "{\"online\":true}"));
		do {
			while (scripted_held(t.b))
				scripted_step(t.b);
			while (g_main_context_iteration(NULL, FALSE))
				;
		} while (scripted_held(t.b) || store_busy(t.s));
		check_against_desk(&t);
	}
	fixture_down(&t);
}

static void count_answer(struct answer *answer, const GError *error, void *arg)
{
	g_assert_no_error(error);
	*(guint *)arg += answer->templates ? 1 : 0;
	answer_free(answer);
}

static void mark_destroyed(void *arg)
{
	*(guint *)arg += 1000;
}

static void lookup__answer_or_end__is_heard_once(void)
{
	struct desk_under_test t;
	struct query q;
	guint n = 0, ended = 0;

	fixture_up(&t, 10);
	query_init(&q, QUERY_TEMPLATES);
	store_lookup(t.s, &q, count_answer, &n, mark_destroyed);
	g_assert_cmpuint(n, ==, 0);
	wait_until(n != 0);
	g_assert_cmpuint(n, ==, 1001);
	/* one whose answer comes after the end is heard of no more */
	store_lookup(t.s, &q, count_answer, &ended, mark_destroyed);
	fixture_down(&t);
	g_assert_cmpuint(ended, ==, 1000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_timeout_add(50, fixture_tick, NULL);
	g_test_add_func("/store/list-newest", list__newest_first__pages_and_events_keep_that_order);
	g_test_add_func("/store/list-saved", list__saved_view_and_filter__are_asked_together);
	g_test_add_func("/store/views", views__asked_for__come_and_follow_changes);
	g_test_add_func("/store/start", start__large_desk__first_page_then_more);
	g_test_add_func("/store/bursts", want__bursts_down_and_up__window_follows);
	g_test_add_func("/store/still", want__standing_still__asks_no_more);
	g_test_add_func("/store/jump", jump__last_around_first__lands_there);
	g_test_add_func("/store/event-row", event__row_changes__only_that_row_moves);
	g_test_add_func("/store/event-view", event__leaves_and_enters_the_view__counted);
	g_test_add_func("/store/event-beyond", event__beyond_the_window__not_shown_but_found_later);
	g_test_add_func("/store/event-overtakes", event__overtakes_a_page__stays);
	g_test_add_func("/store/show", show__other_view__old_rows_until_the_new_are_here);
	g_test_add_func("/store/filter", show__filter__server_is_asked_again_for_what_cannot_be_known);
	g_test_add_func("/store/reload", reload__asked_by_the_feed__rows_stay_meanwhile);
	g_test_add_func("/store/prefetch", ticket__opened__neighbours_are_fetched_ahead);
	g_test_add_func("/store/lru", ticket__many_opened__memory_is_bounded);
	g_test_add_func("/store/message", ticket__customer_writes__message_comes_without_asking);
	g_test_add_func("/store/older", ticket__older_messages__join_in_order_and_survive_refresh);
	g_test_add_func("/store/offline", offline__everything_stays_readable__comes_back);
	g_test_add_func("/store/start-offline", start__offline__loads_when_the_line_comes);
	g_test_add_func("/store/random", random__events_moves_and_losses__window_is_the_desks_own_list);
	g_test_add_func("/store/free", free__while_asking__nobody_is_called);
	g_test_add_func("/store/lookup", lookup__answer_or_end__is_heard_once);
	return g_test_run();
}
