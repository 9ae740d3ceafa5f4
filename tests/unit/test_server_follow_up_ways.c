/* Whatever way a case after sales goes, it isn't put away without its follow-up. */
#include "desk_fixture.inc"
#include "follow_up_world.inc"

#define CASES 6
#define STEPS 150

static void verify__none_slipped_through(void)
{
	struct fixture f;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autoptr(GError) error = NULL;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_PHONE);
	struct change c = answers(id, 1, 5, NULL);

	answer_free(fixture_do(&f, &f.li, &c));
	struct db_conn *conn = db_read_begin(f.db, &error);

	follow_ups_verify(conn, 10, ids, &error);
	db_read_end(f.db, conn);
	g_assert_no_error(error);
	g_assert_cmpuint(ids->len, ==, 0);
	fixture_close(&f);
}

static struct change status_change(desk_id id, enum ticket_status status)
{
	struct change c = change_on(CHANGE_STATUS, id);

	c.status = status;
	return c;
}

/* Something that somebody may do at any time; much of it is refused. */
static void do_anything(struct fixture *f, GRand *dice, desk_id id, desk_id other)
{
	const struct actor *who = g_rand_boolean(dice) ? &f->li : &f->sun;
	struct change c;
	struct answer *a = g_new0(struct answer, 1);
	struct ticket *conflict = NULL;

	switch (g_rand_int_range(dice, 0, 10)) {
	case 0:
		answer_free(a);
		fixture_pass(g_rand_int_range(dice, 1, 40) * MS_HOUR);
		pass_time(f, 1);
		return;
	case 1:
		c = change_on(CHANGE_FOLLOW_UP_ASK, id);
		break;
	case 2:
		c = answers(id, g_rand_int_range(dice, 0, 2), g_rand_int_range(dice, 0, 6), NULL);
		break;
	case 3:
		c = change_on(CHANGE_FOLLOW_UP_SKIP, id);
		c.reason = g_strdup("he called himself");
		break;
	case 4:
		c = change_on(CHANGE_MERGE, id);
		c.other_id = other;
		break;
	case 5:
	case 6:
		c = status_change(id, STATUS_RESOLVED);
		break;
	case 7:
	case 8:
		c = status_change(id, STATUS_ARCHIVED);
		break;
	default:
		c = status_change(id, (enum ticket_status)g_rand_int_range(dice, 0, STATUS_COUNT));
		break;
	}
	if (c.kind == CHANGE_STATUS && (c.status == STATUS_MERGED || c.status == STATUS_SPAM))
		c.status = STATUS_OPEN;
	fixture_change(f, who, &c, a, &conflict, NULL);
	answer_free(a);
	change_clear(&c);
	ticket_free(conflict);
}

static void assert_followed_up(struct fixture *f, desk_id id)
{
	struct ticket *t = fixture_ticket(f, id);

	if (t->row.status == STATUS_ARCHIVED && t->after_sales) {
		g_assert_true(follow_up_is_closed(t->follow_up));
		if (t->follow_up->state == FOLLOW_UP_SKIPPED) { /* the override is kept with its name and reason */
			g_assert_cmpint(t->follow_up->skipped_id, ==, f->sun.person_id);
			g_assert_cmpstr(t->follow_up->skip_reason, ==, "he called himself");
		}
	}
	ticket_free(t);
}

static void random_ways__no_case_after_sales__is_archived_without(void)
{
	GRand *dice = g_rand_new_with_seed((guint32)g_test_rand_int());
	struct fixture f;
	desk_id ids[CASES];

	open_desk(&f);
	for (int i = 0; i < CASES; i++)
		ids[i] = solved(&f, i % 2 ? CHANNEL_PHONE : CHANNEL_WEB);
	for (int n = 0; n < STEPS; n++) {
		do_anything(&f, dice, ids[g_rand_int_range(dice, 0, CASES)], ids[g_rand_int_range(dice, 0, CASES)]);
		for (int i = 0; i < CASES; i++)
			assert_followed_up(&f, ids[i]);
	}
	g_rand_free(dice);
	fixture_close(&f);
}

static void merged__into_another_kind__is_still_followed_up(void)
{
	struct fixture f;
	struct change c;
	struct ticket *t;

	open_desk(&f);
	desk_id id = fixture_opens(&f, CHANNEL_WEB, "kettle", "I sent it back", "return/refund");
	desk_id plain = fixture_opens(&f, CHANNEL_WEB, "price", "how much", "product");
	c = change_on(CHANGE_MERGE, id);
	c.other_id = plain;
	answer_free(fixture_do(&f, &f.li, &c));
	set_status(&f, plain, STATUS_RESOLVED);
	t = fixture_ticket(&f, plain);
	g_assert_true(t->after_sales);
	g_assert_nonnull(t->follow_up);
	ticket_free(t);
	c = status_change(plain, STATUS_ARCHIVED);
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "after-sales"));
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(f) g_test_add_func("/server/follow_up/" #f, f)
	T(verify__none_slipped_through);
	T(random_ways__no_case_after_sales__is_archived_without);
	T(merged__into_another_kind__is_still_followed_up);
	return g_test_run();
}
