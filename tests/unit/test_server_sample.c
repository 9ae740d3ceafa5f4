/* The living sample desk: its players, its sleep, its generated tickets. */
#include "desk_fixture.inc"

#include <stdlib.h>
#include "server/desk/live.h"
#include "server/desk/records.h"
#include "server/desk/sample.h"

static int64_t total(struct fixture *f, const char *view)
{
	struct query q;
	struct answer *a;
	int64_t n;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup(view);
	a = fixture_ask(f, &f->sun, &q);
	n = a->page->total;
	answer_free(a);
	query_clear(&q);
	return n;
}

static void solve_oldest(struct fixture *f, int turn)
{
	struct query q;
	struct answer *a;
	struct change c;
	desk_id id = 0;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("all");
	q.limit = 5;
	a = fixture_ask(f, &f->sun, &q);
	if (a->page->rows->len)
		id = ((struct ticket_row *)a->page->rows->pdata[turn % (int)a->page->rows->len])->id;
	answer_free(a);
	query_clear(&q);
	if (!id)
		return;
	change_init(&c, turn % 2 ? CHANGE_STATUS : CHANGE_REPLY);
	c.ticket_id = id;
	c.status = STATUS_RESOLVED;
	c.body = turn % 2 ? NULL : g_strdup("Please try again now.");
	answer_free(fixture_do(f, &f->sun, &c));
}

static void players__many_turns__do_everything_and_keep_the_desk_small(void)
{
	struct fixture f;
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	g_autoptr(GHashTable) did_all = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	g_assert_true(seed_sample(f.desk, &error));
	g_assert_no_error(error);
	for (int turn = 0; turn < 400; turn++) {
		const char *did = NULL;

		fixture_pass(12 * MS_SECOND);
		live_turn(f.desk, rand, clock_wall_ms(), &did, &error);
		g_assert_no_error(error);
		if (did)
			g_hash_table_add(did_all, (void *)did);
		if (turn % 4 == 0)
			solve_oldest(&f, turn / 4);
		g_assert_cmpint(total(&f, "all"), <=, 90);
	}
	g_assert_true(g_hash_table_contains(did_all, "opens"));
	g_assert_true(g_hash_table_contains(did_all, "waits"));
	g_assert_true(g_hash_table_contains(did_all, "answers"));
	g_assert_true(g_hash_table_contains(did_all, "rates"));
	fixture_close(&f);
}

static void players__thread__starts_and_stops_at_once(void)
{
	struct fixture f;
	struct live *l;

	fixture_open(&f, NULL);
	l = live_start(f.desk);
	g_assert_nonnull(l);
	live_stop(l);
	fixture_close(&f);
}

static void sleep__of_hours__all_times_move_along(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	struct ticket *before, *after;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	before = fixture_ticket(&f, id);
	fixture_pass(MS_MINUTE);
	g_assert_true(sample_wake(f.desk, &error)); /* too short to be a sleep */
	after = fixture_ticket(&f, id);
	g_assert_cmpint(after->row.created_ms, ==, before->row.created_ms);
	ticket_free(after);
	fixture_pass(5 * MS_HOUR - MS_MINUTE);
	g_assert_true(sample_wake(f.desk, &error));
	g_assert_no_error(error);
	after = fixture_ticket(&f, id);
	g_assert_cmpint(after->row.created_ms, ==, before->row.created_ms + 5 * MS_HOUR);
	g_assert_cmpint(after->row.next_due_ms, ==, before->row.next_due_ms + 5 * MS_HOUR);
	g_assert_cmpint(fixture_clock(after, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_RUNNING);
	ticket_free(before);
	ticket_free(after);
	fixture_close(&f);
}

static struct ticket *numbered(struct fixture *f, desk_id id)
{
	struct query q;
	struct answer *a;
	struct ticket *t;

	query_init(&q, QUERY_TICKET);
	q.ticket_id = id;
	a = fixture_ask(f, &f->sun, &q);
	t = g_steal_pointer(&a->ticket);
	answer_free(a);
	query_clear(&q);
	return t;
}

static guint rungs_of(const struct ticket *t, enum escalation_kind kind)
{
	guint n = 0;

	for (guint i = 0; t->ladder && i < t->ladder->len; i++) {
		const struct escalation *r = t->ladder->pdata[i];

		n += r->kind == kind && r->state == RUNG_WAITING && (!r->acknowledge_by_ms || r->acknowledge_by_ms > clock_wall_ms());
	}
	return n;
}

static void check_scenes(struct fixture *f, desk_id first)
{
	static const struct {
		int number;
		enum escalation_kind kind;
		guint rungs;
	} there[] = {{14, ESCALATION_TIER2, 1}, {3, ESCALATION_TIER2, 1}, {48, ESCALATION_CROSS, 3}, {27, ESCALATION_CROSS, 3},
	             {47, ESCALATION_CONSULT, 1}, {6, ESCALATION_CONSULT, 1}, {8, ESCALATION_TRANSFER, 1}};

	for (guint i = 0; i < G_N_ELEMENTS(there); i++) {
		struct ticket *t = numbered(f, first + there[i].number - 1);

		g_assert_cmpuint(rungs_of(t, there[i].kind), ==, there[i].rungs);
		ticket_free(t);
	}
}

static void verified(const char *sentence, void *arg)
{
	(void)arg;
	g_error("%s", sentence);
}

static void scenes__of_a_living_desk__are_open_and_survive_its_sleep(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	struct db_conn *conn;
	struct ticket *t;
	int64_t next;

	fixture_open(&f, NULL);
	g_assert_true(seed_sample(f.desk, &error));
	g_assert_true(sample_problem(f.desk, &error));
	g_assert_true(sample_scenes(f.desk, &error));
	g_assert_no_error(error);
	check_scenes(&f, 1001);
	t = numbered(&f, 1057);
	g_assert_nonnull(t->follow_up);
	g_assert_cmpint(t->follow_up->state, ==, FOLLOW_UP_ASKED);
	ticket_free(t);
	/* the deadlines of the ladder sleep with the desk: nothing bounces when it wakes */
	fixture_pass(5 * MS_HOUR);
	g_assert_true(sample_wake(f.desk, &error));
	g_assert_no_error(error);
	next = desk_due(f.desk, &error);
	g_assert_no_error(error);
	g_assert_cmpint(next, >, 0);
	check_scenes(&f, 1001);
	conn = db_read_begin(desk_db(f.desk), &error);
	for (desk_id id = 1001; id <= 1060; id++)
		g_assert_true(desk_verify_ticket(f.desk, conn, id, clock_wall_ms(), verified, NULL, &error));
	db_read_end(desk_db(f.desk), conn);
	fixture_close(&f);
}

static void bulk__thousand_tickets__pages_hold_together(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	struct query q;
	struct answer *a;
	int64_t due = INT64_MIN;
	desk_id id = 0;
	guint seen = 0;

	fixture_open(&f, NULL);
	g_assert_true(sample_bulk(f.desk, 1200, &error));
	g_assert_no_error(error);
	g_assert_cmpint(total(&f, "all"), ==, 1200);
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("all");
	q.limit = 130;
	for (;;) {
		a = fixture_ask(&f, &f.sun, &q);
		g_assert_cmpint(a->page->offset, ==, seen);
		g_assert_cmpint(a->page->late, ==, 0);
		for (guint i = 0; i < a->page->rows->len; i++) {
			const struct ticket_row *row = a->page->rows->pdata[i];

			g_assert_true(row->next_due_ms > due || (row->next_due_ms == due && row->id > id));
			due = row->next_due_ms;
			id = row->id;
			seen++;
		}
		if (!a->page->after)
			break;
		g_free(q.cursor);
		q.cursor = g_strdup(a->page->after);
		q.anchor = PAGE_AFTER;
		answer_free(a);
	}
	g_assert_cmpuint(seen, ==, 1200);
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sample/players", players__many_turns__do_everything_and_keep_the_desk_small);
	g_test_add_func("/sample/thread", players__thread__starts_and_stops_at_once);
	g_test_add_func("/sample/sleep", sleep__of_hours__all_times_move_along);
	g_test_add_func("/sample/scenes", scenes__of_a_living_desk__are_open_and_survive_its_sleep);
	g_test_add_func("/sample/bulk", bulk__thousand_tickets__pages_hold_together);
	return g_test_run();
}
