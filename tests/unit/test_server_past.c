/* Conditions asked of tickets as they were; of what they are now, the answer is the database's. */
#include "ladder_fixture.inc"

#include <string.h>
#include "server/desk/automation_past.h"
#include "server/desk/records.h"

/* What the pure fold knows of the past; the last ones are asked of the ticket as it is. */
static const char *const queries[] = {
	"status:active", "status:new", "status:open,pending-customer,resolved", "-status:active", "is:unassigned",
	"assignee:any", "assignee:nobody", "is:waiting", "is:merged", "is:spam", "group:any", "tier:2", "is:escalated",
	"priority>normal", "channel:web,phone", "created<2d", "resolved:any", "resolved<1d", "due<30m", "due:none", "is:late",
	"late:any", "late:first-response", "warned:any", "warned:resolution", "has:promise", "has:note", "escalated:any",
	"consult:any", "part:any", "acknowledge:any", "status:active due<30m", "status:active is:waiting is:unassigned",
	"status:pending-customer,on-hold", "(priority:urgent or is:late) -is:spam -is:escalated",
	"tag:any", "status:active category:any", "is:snoozed", "has:attachment", "follow-up:due", "code or parcel",
};

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

static gboolean has_id(const GArray *ids, desk_id id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, desk_id, i) == id)
			return TRUE;
	return FALSE;
}

/* Of every ticket as it is now; how many answers needed the database. */
static guint compare(struct fixture *f, const char *query)
{
	struct db_conn *conn = db_read_begin(f->db, NULL);
	g_autoptr(words_auto) w = desk_words(f->desk);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id)), out = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autoptr(GError) error = NULL;
	int64_t now = clock_wall_ms();
	struct automation_past *past;
	guint asked = 0;

	g_assert_true(DB_RUN(conn, STMT_PAST_OPENED, id_fn, ids, NULL, DB_I(INT64_MAX), DB_I(10000)));
	g_assert_cmpuint(ids->len, >, 0);
	automation_which(conn, w, db_engine(f->db), query, now, (const desk_id *)(void *)ids->data, ids->len, out, &error);
	g_assert_no_error(error);
	past = automation_past_new(f->desk, conn, w, query, now, ids);
	for (guint i = 0; i < ids->len; i++) {
		struct past_terms as_now = {0};
		desk_id id = g_array_index(ids, desk_id, i);
		gboolean holds;

		automation_past_holds(past, id, now, &holds, &as_now, &error);
		g_assert_no_error(error);
		if (holds != has_id(out, id))
			g_test_message("#%" G_GINT64_FORMAT ": %s", id, query);
		g_assert_cmpint(holds, ==, has_id(out, id));
		asked += as_now.fields || as_now.is || as_now.has;
	}
	automation_past_free(past);
	db_read_end(f->db, conn);
	return asked;
}

static void past__of_now__is_what_the_database_says(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	int64_t next;

	fixture_open(&f, NULL);
	g_assert_true(seed_sample(f.desk, &error));
	g_assert_no_error(error);
	run_due(&f, &next);
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++)
		compare(&f, queries[i]);
	fixture_close(&f);
}

/* "1 0 ?": whether the query held at each moment; "?" behind it: asked of the ticket as it is now. */
static char *held(struct fixture *f, desk_id id, const char *query, const int64_t *at, size_t n)
{
	struct db_conn *conn = db_read_begin(f->db, NULL);
	g_autoptr(words_auto) w = desk_words(f->desk);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct automation_past *past = automation_past_new(f->desk, conn, w, query, clock_wall_ms(), ids);
	GString *s = g_string_new(NULL);

	g_array_append_val(ids, id);
	for (size_t i = 0; i < n; i++) {
		g_autoptr(GError) error = NULL;
		struct past_terms as_now = {0};
		gboolean holds;

		automation_past_holds(past, id, at[i], &holds, &as_now, &error);
		g_assert_no_error(error);
		g_autofree char *named = past_terms_named(&as_now);
		g_string_append_printf(s, "%s%d%s%s", i ? " " : "", holds, *named ? "?" : "", named);
	}
	automation_past_free(past);
	db_read_end(f->db, conn);
	return g_string_free(s, FALSE);
}

static void past__a_ticket_s_way__each_moment_as_it_was(void)
{
	static const struct {
		const char *query, *held; /* opened, claimed, escalated, acknowledged, answered, solved */
	} cases[] = {
		{"status:new", "1 0 0 0 0 0"}, {"status:open", "0 1 1 1 1 0"}, {"status:resolved", "0 0 0 0 0 1"},
		{"is:unassigned", "1 0 1 0 0 0"}, {"assignee:any", "0 1 0 1 1 1"},
		{"group:front", "1 1 0 0 1 1"}, {"group:tech", "0 0 1 1 0 0"}, {"tier:2", "0 0 1 1 0 0"},
		{"is:waiting", "1 1 1 1 1 1"}, {"escalated:li.wei", "0 0 1 1 1 1"}, {"acknowledge:zhao.min", "0 0 1 0 0 0"},
		{"acknowledge:li.wei", "0 0 0 0 0 0"}, {"created<90s", "1 1 0 0 0 0"}, {"resolved:any", "0 0 0 0 0 1"},
		{"late:first-response", "0 1 1 1 1 1"}, {"assignee:wang.min", "0 0?assignee 0 0?assignee 0 0"},
		{"tag:any", "0?tag 0?tag 0?tag 0?tag 0?tag 0?tag"}, {"channel:web status:open", "0 1 1 1 1 0"},
		{"has:note", "0 0 1 1 1 1"}, {"-status:new group:tech", "0 0 1 1 0 0"},
	};
	struct fixture f;
	struct change c;
	int64_t at[6];
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "the code is wrong", "account/sign-in/code");
	for (int i = 0; i < 6; i++) {
		static const enum change_kind kinds[] = {CHANGE_CLAIM, CHANGE_CLAIM, CHANGE_ESCALATE, CHANGE_ACKNOWLEDGE,
			CHANGE_ESCALATION_ANSWER, CHANGE_STATUS};

		c = i == 2 ? escalation_to(id, f.tech) : on(kinds[i], id);
		c.item_id = i == 3 || i == 4 ? 1 : 0;
		c.status = i == 5 ? STATUS_RESOLVED : c.status;
		c.body = i == 2 ? g_strdup("tried the reset twice") : i == 4 ? g_strdup("a new code is on its way") : NULL;
		if (i)
			does(&f, i == 3 || i == 4 ? &f.zhao : &f.li, &c);
		at[i] = clock_wall_ms();
		fixture_pass(MS_MINUTE);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *is = held(&f, id, cases[i].query, at, G_N_ELEMENTS(at));

		if (strcmp(is, cases[i].held) != 0)
			g_test_message("%s", cases[i].query);
		g_assert_cmpstr(is, ==, cases[i].held);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++)
		g_assert_true(compare(&f, queries[i]) == 0 || i > G_N_ELEMENTS(queries) - 7);
	fixture_close(&f);
}

static void past__moved_by_hand__known_from_then_on(void)
{
	struct fixture f;
	struct change c;
	int64_t at[3];
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "my parcel", "where?", NULL);
	for (int i = 0; i < 3; i++) {
		c = on(CHANGE_ASSIGN, id);
		c.group_id = i == 1 ? f.logistics : f.tech;
		if (i)
			does(&f, &f.sun, &c);
		at[i] = clock_wall_ms();
		fixture_pass(MS_MINUTE);
	}
	g_autofree char *logistics = held(&f, id, "group:logistics", at, 3), *tech = held(&f, id, "group:tech", at, 3);
	g_assert_cmpstr(logistics, ==, "0?group 1 0");
	g_assert_cmpstr(tech, ==, "1?group 0 1"); /* where it began is not kept */
	fixture_close(&f);
}

static void past__priority_raised__not_before_it_was(void)
{
	struct fixture f;
	struct change c;
	int64_t at[3];
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "my parcel", "where?", NULL);
	for (int i = 0; i < 3; i++) {
		c = on(CHANGE_ASSESS, id);
		c.impact = i == 1 ? IMPACT_WIDE : IMPACT_LIMITED;
		c.need = i == 1 ? NEED_HIGH : NEED_LOW;
		if (i)
			does(&f, &f.li, &c);
		at[i] = clock_wall_ms();
		fixture_pass(MS_MINUTE);
	}
	g_autofree char *urgent = held(&f, id, "priority:urgent", at, 3);
	g_assert_cmpstr(urgent, ==, "0?priority 1 0");
	c = on(CHANGE_PRIORITY, id);
	c.priority = PRIORITY_URGENT;
	does(&f, &f.li, &c);
	g_autofree char *by_hand = held(&f, id, "priority:urgent", at, 3);
	g_assert_cmpstr(by_hand, ==, "1?priority 1?priority 1?priority");
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/past/now", past__of_now__is_what_the_database_says);
	g_test_add_func("/past/way", past__a_ticket_s_way__each_moment_as_it_was);
	g_test_add_func("/past/moved", past__moved_by_hand__known_from_then_on);
	g_test_add_func("/past/priority", past__priority_raised__not_before_it_was);
	return g_test_run();
}
