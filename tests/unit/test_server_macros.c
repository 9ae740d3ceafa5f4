/* Macros: who may use and change which; promises of replies; templates in the order that fits. */
#include "desk_fixture.inc"

#include <string.h>

static struct change save(const char *name, enum scope scope, desk_id owner, const char *steps)
{
	struct change c;

	change_init(&c, CHANGE_MACRO_SAVE);
	c.macro = g_new0(struct macro, 1);
	c.macro->name = g_strdup(name);
	c.macro->scope = scope;
	c.macro->owner_id = owner;
	c.macro->steps = g_strdup(steps);
	return c;
}

static desk_id saved(struct fixture *f, const struct actor *who, const char *name, enum scope scope, desk_id owner,
                     const char *steps)
{
	struct change c = save(name, scope, owner, steps);
	g_autoptr(answer_auto) a = fixture_do(f, who, &c);

	return a->macro->id;
}

static char *names_of(struct fixture *f, const struct actor *who)
{
	struct query q;
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(answer_auto) a = NULL;

	query_init(&q, QUERY_MACROS);
	a = fixture_ask(f, who, &q);
	for (guint i = 0; i < a->macros->len; i++) {
		const struct macro *m = a->macros->pdata[i];

		if (m->name[0] == 't' && m->name[1] == '-')
			g_string_append_printf(names, "%s ", m->name);
	}
	return g_string_free(g_steal_pointer(&names), FALSE);
}

static void macros__of_each_scope__are_seen_by_those_they_are_for(void)
{
	struct fixture f;
	struct change c;
	desk_id own;

	fixture_open(&f, NULL);
	own = saved(&f, &f.li, "t-own", SCOPE_OWN, 0, "tag vip\nsolve");
	saved(&f, &f.sun, "t-all", SCOPE_ALL, 0, "solve");
	saved(&f, &f.sun, "t-front", SCOPE_GROUP, f.front, "solve");
	g_autofree char *li = names_of(&f, &f.li), *min = names_of(&f, &f.min), *zhao = names_of(&f, &f.zhao);
	g_assert_cmpstr(li, ==, "t-all t-front t-own ");
	g_assert_cmpstr(min, ==, "t-all t-front ");
	g_assert_cmpstr(zhao, ==, "t-all ");
	c = save("t-own", SCOPE_OWN, 0, "solve");
	fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "already");
	c = save("t-mine-too", SCOPE_ALL, 0, "solve");
	fixture_refused(&f, &f.li, &c, DESK_FORBIDDEN, "supervisor");
	change_init(&c, CHANGE_MACRO_REMOVE);
	c.macro_id = own;
	fixture_refused(&f, &f.min, &c, DESK_NOTFOUND, "no macro");
	c = save("t-renamed", SCOPE_OWN, 0, "claim");
	c.macro_id = own;
	g_autoptr(answer_auto) changed = fixture_do(&f, &f.li, &c);
	g_assert_cmpstr(changed->macro->steps, ==, "claim");
	change_init(&c, CHANGE_MACRO_REMOVE);
	c.macro_id = own;
	g_autoptr(answer_auto) removed = fixture_do(&f, &f.li, &c);
	g_assert_nonnull(removed);
	g_autofree char *after = names_of(&f, &f.li);
	g_assert_cmpstr(after, ==, "t-all t-front ");
	g_autofree char *feed = fixture_feed(&f);
	g_assert_nonnull(strstr(feed, "macro-save macro-remove"));
	fixture_close(&f);
}

static void macros__with_a_wrong_line__name_it(void)
{
	struct fixture f;
	struct change c;

	fixture_open(&f, NULL);
	c = save("t-bad", SCOPE_OWN, 0, "solve\nfly");
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "line 2: \"fly\" can't stand in a macro");
	c = save("t-bad", SCOPE_OWN, 0, "assign nobody\nassign somebody");
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "line 2: no person or group is called \"somebody\"");
	c = save("t-bad", SCOPE_OWN, 0, "template none-such");
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "line 1: there is no template \"none-such\"");
	c = save("two words", SCOPE_OWN, 0, "solve");
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "one word");
	c = save("t-group", SCOPE_GROUP, 99, "solve");
	fixture_refused(&f, &f.sun, &c, DESK_FORBIDDEN, "supervisor");
	fixture_close(&f);
}

/* ---- promises */
static struct change reply(desk_id ticket_id, int64_t promise_ms, int64_t delay_ms)
{
	struct change c;

	change_init(&c, CHANGE_REPLY);
	c.ticket_id = ticket_id;
	c.body = g_strdup("You hear from me by six.");
	c.promise_ms = promise_ms;
	c.send_delay_ms = delay_ms;
	return c;
}

static const struct ticket_clock *promise(const struct ticket *t)
{
	return fixture_clock(t, CLOCK_PROMISE);
}

static void promise__of_a_reply__starts_its_clock_and_the_next_one_keeps_it(void)
{
	const int64_t until = FIXTURE_START + 4 * MS_HOUR;
	struct fixture f;
	struct change c;
	struct ticket *t;

	fixture_open(&f, NULL);
	desk_id id = fixture_opens(&f, CHANNEL_WEB, "Lamp", "It is dark", NULL);
	c = reply(id, until, 0);
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(promise(t)->state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(promise(t)->due_ms, ==, until);
	ticket_free(t);
	fixture_pass(MS_HOUR);
	c = reply(id, 0, 0);
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(promise(t)->state, ==, CLOCK_STATE_MET);
	ticket_free(t);
	c = reply(id, FIXTURE_START, 0);
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "isn't in the future");
	fixture_close(&f);
}

static void promise__of_a_reply_that_waits__starts_when_it_leaves(void)
{
	const int64_t until = FIXTURE_START + 4 * MS_HOUR;
	struct fixture f;
	struct change c;
	struct ticket *t;
	desk_id message;

	fixture_open(&f, NULL);
	desk_id id = fixture_opens(&f, CHANNEL_EMAIL, "Lamp", "It is dark", NULL);
	c = reply(id, until, 15 * MS_SECOND);
	g_autoptr(answer_auto) first = fixture_do(&f, &f.li, &c);
	message = first->message->id;
	t = fixture_ticket(&f, id);
	g_assert_null(promise(t));
	ticket_free(t);
	change_init(&c, CHANGE_RECALL);
	c.message_id = message;
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_pass(MS_MINUTE);
	desk_due(f.desk, NULL);
	t = fixture_ticket(&f, id);
	g_assert_null(promise(t)); /* taken back: nothing was promised */
	ticket_free(t);
	c = reply(id, until, 15 * MS_SECOND);
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_pass(MS_MINUTE);
	desk_due(f.desk, NULL);
	t = fixture_ticket(&f, id);
	g_assert_nonnull(promise(t));
	g_assert_cmpint(promise(t)->state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(promise(t)->due_ms, ==, until);
	ticket_free(t);
	c = reply(id, FIXTURE_START + 2 * MS_MINUTE, 5 * MS_MINUTE);
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "before the reply leaves");
	fixture_close(&f);
}

static void promise__on_the_phone__starts_renews_and_ends_with_the_ticket(void)
{
	struct fixture f;
	struct change c;
	struct ticket *t;

	fixture_open(&f, NULL);
	desk_id id = fixture_opens(&f, CHANNEL_PHONE, "Lamp", "It is dark", NULL);
	for (int hours = 2; hours <= 4; hours += 2) {
		change_init(&c, CHANGE_PROMISE);
		c.ticket_id = id;
		c.promise_ms = FIXTURE_START + hours * MS_HOUR;
		answer_free(fixture_do(&f, &f.li, &c));
		t = fixture_ticket(&f, id);
		g_assert_cmpint(promise(t)->due_ms, ==, FIXTURE_START + hours * MS_HOUR);
		ticket_free(t);
	}
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = id;
	c.status = STATUS_RESOLVED;
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(promise(t)->state, ==, CLOCK_STATE_MET);
	ticket_free(t);
	change_init(&c, CHANGE_PROMISE);
	c.ticket_id = id;
	c.promise_ms = FIXTURE_START + MS_HOUR;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "open it again first"));
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/macros/scopes", macros__of_each_scope__are_seen_by_those_they_are_for);
	g_test_add_func("/macros/lines", macros__with_a_wrong_line__name_it);
	g_test_add_func("/promise/reply", promise__of_a_reply__starts_its_clock_and_the_next_one_keeps_it);
	g_test_add_func("/promise/waits", promise__of_a_reply_that_waits__starts_when_it_leaves);
	g_test_add_func("/promise/phone", promise__on_the_phone__starts_renews_and_ends_with_the_ticket);
	return g_test_run();
}
