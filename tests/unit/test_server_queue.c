/* The queue: pages in every direction, merged over groups, totals, and claims by many at once. */
#include "desk_fixture.inc"

#include "server/desk/sample.h"

#define TICKETS 60

/* Tickets in all three groups with deadlines of their own. */
static void fill(struct fixture *f)
{
	for (int i = 0; i < TICKETS; i++) {
		desk_id id = fixture_opens(f, CHANNEL_WEB, i % 2 ? "odd one" : "even one", "help", NULL);
		struct change c;

		fixture_pass((i * 7 % 11) * MS_SECOND);
		if (i % 3 == 0)
			continue;
		change_init(&c, CHANGE_ASSIGN);
		c.ticket_id = id;
		c.group_id = i % 3 == 1 ? f->tech : f->logistics;
		answer_free(fixture_do(f, &f->sun, &c));
	}
}

static struct answer *page(struct fixture *f, const struct actor *who, const char *view, enum page_anchor anchor,
                           const char *cursor, desk_id around, int limit)
{
	struct query q;
	struct answer *a;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup(view);
	q.anchor = anchor;
	q.cursor = g_strdup(cursor);
	q.ticket_id = around;
	q.limit = limit;
	a = fixture_ask(f, who, &q);
	query_clear(&q);
	return a;
}

static void append_ids(GArray *to, const struct answer *a)
{
	for (guint i = 0; i < a->page->rows->len; i++) {
		desk_id id = ((struct ticket_row *)a->page->rows->pdata[i])->id;

		g_array_append_val(to, id);
	}
}

static GArray *walk(struct fixture *f, const struct actor *who, const char *view, int limit, gboolean back)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct answer *a = page(f, who, view, back ? PAGE_LAST : PAGE_FIRST, NULL, 0, limit);

	for (;;) {
		g_autofree char *next = g_strdup(back ? a->page->before : a->page->after);

		if (back)
			for (guint i = a->page->rows->len; i-- > 0;) {
				desk_id id = ((struct ticket_row *)a->page->rows->pdata[i])->id;

				g_array_append_val(ids, id);
			}
		else
			append_ids(ids, a);
		answer_free(a);
		if (!next)
			return ids;
		a = page(f, who, view, back ? PAGE_BEFORE : PAGE_AFTER, next, 0, limit);
	}
}

static void pages__both_directions__show_each_ticket_once_in_one_order(void)
{
	static const char *const views[] = {"all", "mine", "unassigned"};
	struct fixture f;

	fixture_open(&f, NULL);
	fill(&f);
	f.sun.person_id = 0; /* of no group: the whole desk */
	for (size_t v = 0; v < G_N_ELEMENTS(views); v++) {
		g_autoptr(GArray) all = walk(&f, &f.sun, views[v], 500, FALSE);
		g_autoptr(GArray) down = walk(&f, &f.sun, views[v], 7, FALSE);
		g_autoptr(GArray) up = walk(&f, &f.sun, views[v], 7, TRUE);

		g_assert_cmpuint(all->len, ==, TICKETS);
		g_assert_cmpuint(down->len, ==, TICKETS);
		g_assert_cmpuint(up->len, ==, TICKETS);
		for (guint i = 0; i < all->len; i++) {
			g_assert_cmpint(g_array_index(all, desk_id, i), ==, g_array_index(down, desk_id, i));
			g_assert_cmpint(g_array_index(all, desk_id, i), ==, g_array_index(up, desk_id, all->len - 1 - i));
		}
	}
	fixture_close(&f);
}

static void page_around__ticket__stands_in_it_with_its_offset(void)
{
	struct fixture f;
	g_autoptr(GArray) all = NULL;

	fixture_open(&f, NULL);
	fill(&f);
	all = walk(&f, &f.sun, "all", 500, FALSE);
	for (guint i = 0; i < all->len; i += 5) {
		desk_id id = g_array_index(all, desk_id, i);
		struct answer *a = page(&f, &f.sun, "all", PAGE_AROUND, NULL, id, 10);
		gboolean found = FALSE;

		for (guint k = 0; k < a->page->rows->len; k++) {
			desk_id at = ((struct ticket_row *)a->page->rows->pdata[k])->id;

			g_assert_cmpint(at, ==, g_array_index(all, desk_id, (guint)a->page->offset + k));
			found = found || at == id;
		}
		g_assert_true(found);
		g_assert_cmpint(a->page->total, ==, TICKETS);
		answer_free(a);
	}
	fixture_close(&f);
}

static void totals__after_every_move__are_exact(void)
{
	static const struct { const char *view; int64_t total; } after[] = {
		{"all", TICKETS - 1}, {"mine", 19}, {"assigned", 1}, {"unassigned", 18}, {"done", 1},
	};
	struct fixture f;
	struct change c;

	fixture_open(&f, NULL);
	fill(&f); /* 20 in each group */
	change_init(&c, CHANGE_CLAIM);
	c.ticket_id = 1001;
	answer_free(fixture_do(&f, &f.li, &c));
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = 1004;
	c.status = STATUS_SPAM;
	answer_free(fixture_do(&f, &f.li, &c));
	for (size_t i = 0; i < G_N_ELEMENTS(after); i++) {
		struct answer *a = page(&f, &f.li, after[i].view, PAGE_FIRST, NULL, 0, 500);

		g_assert_cmpint(a->page->total, ==, after[i].total);
		g_assert_cmpuint(a->page->rows->len, ==, after[i].total);
		g_assert_true(a->page->total_exact);
		answer_free(a);
	}
	fixture_close(&f);
}

static void question__nonsense__is_refused_by_name(void)
{
	static const struct { const char *view, *cursor; enum page_anchor anchor; enum desk_code code; } cases[] = {
		{"nonsense", NULL, PAGE_FIRST, DESK_INVALID},
		{"all", "x.y", PAGE_AFTER, DESK_INVALID},
		{"all", "12", PAGE_BEFORE, DESK_INVALID},
		{"all", NULL, PAGE_AROUND, DESK_NOTFOUND},
	};
	struct fixture f;

	fixture_open(&f, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		struct db_conn *conn = db_read_begin(f.db, &error);
		struct answer *out = g_new0(struct answer, 1);
		struct query q;

		query_init(&q, QUERY_QUEUE);
		q.view = g_strdup(cases[i].view);
		q.cursor = g_strdup(cases[i].cursor);
		q.anchor = cases[i].anchor;
		q.ticket_id = 4711;
		g_assert_false(desk_query(f.desk, conn, &f.li, &q, out, &error));
		g_assert_error(error, DESK_ERROR, (int)cases[i].code);
		db_read_end(f.db, conn);
		answer_free(out);
		query_clear(&q);
	}
	fixture_close(&f);
}

/* ---- many at once */
#define CLAIMERS 20
#define CLAIMED 200

struct claimer {
	struct fixture f; /* its own desk and database connection, or a shared one */
	GArray *got;
	const struct actor *who;
};

static void *claim_all(void *arg)
{
	struct claimer *me = arg;

	for (;;) {
		g_autoptr(GError) error = NULL;
		struct answer *out = g_new0(struct answer, 1);
		struct change c;

		change_init(&c, CHANGE_CLAIM_NEXT);
		if (fixture_change(&me->f, me->who, &c, out, NULL, &error)) {
			g_array_append_val(me->got, out->ticket->row.id);
		} else {
			g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
		}
		change_clear(&c);
		answer_free(out);
		if (error)
			return NULL;
	}
}

static gboolean boundless_job(struct db_tx *tx, void *arg, GError **error)
{
	(void)arg;
	return db_setting_put(db_conn_of(tx), "capacity", "100000", error);
}

static void claim_next__twenty_at_once_on_two_servers__no_ticket_twice(void)
{
	struct fixture f, other;
	struct claimer claimers[CLAIMERS];
	GThread *threads[CLAIMERS];
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	db_submit_wait(f.db, boundless_job, NULL, &error); /* two people take all of it */
	g_assert_no_error(error);
	desk_notice(f.desk, &(struct event){.kind = EVENT_PEOPLE});
	for (int i = 0; i < CLAIMED; i++)
		fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	other = f;
	other.db = db_open(f.file, &error);
	g_assert_no_error(error);
	other.desk = desk_open(other.db, &error);
	g_assert_no_error(error);
	for (int i = 0; i < CLAIMERS; i++) {
		claimers[i] = (struct claimer){i % 2 ? f : other, g_array_new(FALSE, FALSE, sizeof(desk_id)),
		                               i % 3 ? &f.li : &f.min};
		threads[i] = g_thread_new("claimer", claim_all, &claimers[i]);
	}
	for (int i = 0; i < CLAIMERS; i++) {
		g_thread_join(threads[i]);
		for (guint k = 0; k < claimers[i].got->len; k++)
			g_assert_true(g_hash_table_add(
				seen, GINT_TO_POINTER((int)g_array_index(claimers[i].got, desk_id, k))));
		g_array_unref(claimers[i].got);
	}
	g_assert_cmpuint(g_hash_table_size(seen), ==, CLAIMED);
	desk_close(other.desk);
	db_close(other.db);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/queue/directions", pages__both_directions__show_each_ticket_once_in_one_order);
	g_test_add_func("/queue/around", page_around__ticket__stands_in_it_with_its_offset);
	g_test_add_func("/queue/totals", totals__after_every_move__are_exact);
	g_test_add_func("/queue/nonsense", question__nonsense__is_refused_by_name);
	g_test_add_func("/queue/claims", claim_next__twenty_at_once_on_two_servers__no_ticket_twice);
	return g_test_run();
}
