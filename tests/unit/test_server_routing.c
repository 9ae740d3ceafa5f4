/* People at work: states, loads, the next best, offers, what the gone leave behind. */
#include "desk_fixture.h"
#include "desk_fixture.inc"

#include <string.h>
#include "server/desk/routing_desk.h"

/* ---- helpers */
static gboolean setting_job(struct db_tx *tx, void *arg, GError **error)
{
	const char *const *pair = arg;

	return db_setting_put(db_conn_of(tx), pair[0], pair[1], error);
}

static void set(struct fixture *f, const char *name, const char *value)
{
	const char *const pair[] = {name, value};

	g_assert_true(db_submit_wait(f->db, setting_job, (void *)pair, NULL));
	desk_notice(f->desk, &(struct event){.kind = EVENT_PEOPLE});
}

static void due(struct fixture *f)
{
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 4; i++) { /* each may leave the next something to do */
		fixture_pass(250);
		desk_notice(f->desk, &(struct event){.kind = EVENT_AGENT});
		desk_due(f->desk, &error);
		g_assert_no_error(error);
	}
	g_assert_true(desk_loads_verify(f->desk, &error));
	g_assert_no_error(error);
}

static struct change of(enum change_kind kind, desk_id ticket_id)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = ticket_id;
	return c;
}

static void here(struct fixture *f, const struct actor *who)
{
	struct change c = of(CHANGE_PRESENCE, 0);

	c.name = g_strdup_printf("station-%" G_GINT64_FORMAT, who->person_id);
	answer_free(fixture_do(f, who, &c));
}

static struct change state_change(const struct actor *of_whom, enum agent_state state, const char *reason)
{
	struct change c = of(CHANGE_AGENT_STATE, 0);

	c.person_id = of_whom->person_id;
	c.agent_state = state;
	c.reason = g_strdup(reason);
	return c;
}

static void set_state(struct fixture *f, const struct actor *who, enum agent_state state, const char *reason)
{
	struct change c = state_change(who, state, reason);

	answer_free(fixture_do(f, who, &c));
}

static struct agent agent(struct fixture *f, const struct actor *of_whom)
{
	struct query q;
	struct answer *a;
	struct agent found = {0};

	query_init(&q, QUERY_AGENTS);
	a = fixture_ask(f, &f->li, &q);
	for (guint i = 0; i < a->agents->len; i++) {
		const struct agent *one = a->agents->pdata[i];

		if (one->person_id == of_whom->person_id)
			found = *one;
	}
	found.reason = NULL;
	answer_free(a);
	query_clear(&q);
	return found;
}

static desk_id opens(struct fixture *f)
{
	return fixture_opens(f, CHANNEL_WEB, "help", "please", NULL);
}

static desk_id next(struct fixture *f, const struct actor *who)
{
	struct change c = of(CHANGE_CLAIM_NEXT, 0);
	struct answer *a = fixture_do(f, who, &c);
	desk_id id = a->ticket->row.id;

	answer_free(a);
	return id;
}

static desk_id offered(struct fixture *f, const struct actor *who)
{
	struct query q;
	struct answer *a;
	desk_id id = 0;

	query_init(&q, QUERY_OFFERS);
	a = fixture_ask(f, who, &q);
	g_assert_cmpuint(a->offers->len, <=, 1);
	if (a->offers->len)
		id = ((struct offer *)a->offers->pdata[0])->ticket_id;
	answer_free(a);
	query_clear(&q);
	return id;
}

static desk_id holder(struct fixture *f, desk_id ticket_id)
{
	struct ticket *t = fixture_ticket(f, ticket_id);
	desk_id id = t->row.assignee_id;

	ticket_free(t);
	return id;
}

struct sql {
	const char *skill;
	desk_id person_id, customer_id, id;
};

static gboolean skill_job(struct db_tx *tx, void *arg, GError **error)
{
	struct sql *s = arg;

	return DB_RUN(db_conn_of(tx), STMT_SKILL_INSERT, row_int_fn, &s->id, error, DB_T(s->skill), DB_T(s->skill)) &&
	       DB_RUN(db_conn_of(tx), STMT_PERSON_SKILL_ADD, NULL, NULL, error, DB_I(s->person_id), DB_I(s->id));
}

static gboolean manager_job(struct db_tx *tx, void *arg, GError **error)
{
	struct sql *s = arg;

	return DB_RUN(db_conn_of(tx), STMT_CUSTOMER_MANAGER, NULL, NULL, error, DB_I(s->customer_id), DB_I(s->person_id));
}

static void knows(struct fixture *f, const struct actor *who, const char *skill)
{
	struct sql s = {.skill = skill, .person_id = who->person_id};

	g_assert_true(db_submit_wait(f->db, skill_job, &s, NULL));
	desk_notice(f->desk, &(struct event){.kind = EVENT_PEOPLE});
}

/* ---- states */
static void state__comes_with_a_workstation__and_goes_with_silence(void)
{
	struct fixture f;

	fixture_open(&f, NULL);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_OFFLINE);
	here(&f, &f.li);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE);
	set_state(&f, &f.li, AGENT_BREAK, "lunch");
	fixture_pass(PRESENCE_TTL_MS + MS_SECOND);
	due(&f); /* silent, but not for long */
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_BREAK);
	fixture_pass(5 * MS_MINUTE);
	due(&f);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_OFFLINE);
	here(&f, &f.li); /* back: as before */
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_BREAK);
	set_state(&f, &f.li, AGENT_OFFLINE, NULL);
	fixture_pass(PRESENCE_TTL_MS + MS_SECOND);
	due(&f);
	here(&f, &f.li); /* by choice: a line that comes back changes nothing */
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_OFFLINE);
	fixture_pass(8 * MS_HOUR);
	due(&f);
	here(&f, &f.li); /* another day */
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE);
	fixture_close(&f);
}

static void state__wrap_up_and_what_has_an_end__end_by_themselves(void)
{
	struct fixture f;
	struct change c;

	fixture_open(&f, NULL);
	here(&f, &f.li);
	set_state(&f, &f.li, AGENT_WRAP_UP, NULL);
	g_assert_cmpint(agent(&f, &f.li).until_ms, >, FIXTURE_START);
	for (int i = 0; i < 6; i++) {
		fixture_pass(25 * MS_SECOND);
		here(&f, &f.li);
		due(&f);
	}
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE);
	c = state_change(&f.li, AGENT_BREAK, "rest");
	c.hold_until_ms = FIXTURE_START - 1;
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "future");
	c = state_change(&f.li, AGENT_AVAILABLE, NULL);
	c.hold_until_ms = FIXTURE_START + MS_HOUR;
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "no end");
	fixture_close(&f);
}

static void state__of_a_break__wants_a_reason_of_the_list(void)
{
	struct fixture f;
	struct change c;

	fixture_open(&f, NULL);
	c = state_change(&f.li, AGENT_BREAK, NULL);
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "lunch");
	set(&f, "break_reasons", "tea, golf");
	c = state_change(&f.li, AGENT_BREAK, NULL);
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "tea, golf");
	set_state(&f, &f.li, AGENT_BREAK, "the dentist"); /* others may be typed */
	c = state_change(&f.min, AGENT_AWAY, NULL); /* another's: supervisors alone */
	fixture_refused(&f, &f.li, &c, DESK_FORBIDDEN, "supervisor");
	c = state_change(&f.li, AGENT_AVAILABLE, NULL);
	answer_free(fixture_do(&f, &f.sun, &c));
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE);
	fixture_close(&f);
}

/* ---- loads */
static void load__follows_every_way_a_ticket_goes(void)
{
	struct fixture f;
	desk_id one, two;
	struct change c;

	fixture_open(&f, NULL);
	one = opens(&f);
	two = fixture_opens(&f, CHANNEL_EMAIL, "mail", "please", NULL);
	next(&f, &f.li);
	next(&f, &f.li);
	g_assert_cmpint(agent(&f, &f.li).load, ==, 30);
	g_assert_cmpint(agent(&f, &f.li).tickets, ==, 2);
	c = of(CHANGE_STATUS, one);
	c.status = STATUS_PENDING_CUSTOMER; /* frees the hands */
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpint(agent(&f, &f.li).load, ==, 10);
	fixture_writes(&f, one, "here I am");
	g_assert_cmpint(agent(&f, &f.li).load, ==, 30);
	c = of(CHANGE_ASSIGN, one);
	c.person_id = f.min.person_id;
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpint(agent(&f, &f.li).load, ==, 10);
	g_assert_cmpint(agent(&f, &f.min).load, ==, 20);
	c = of(CHANGE_MERGE, two);
	c.other_id = one;
	answer_free(fixture_do(&f, &f.sun, &c));
	g_assert_cmpint(agent(&f, &f.li).load, ==, 0);
	c = of(CHANGE_RELEASE, one);
	answer_free(fixture_do(&f, &f.min, &c));
	g_assert_cmpint(agent(&f, &f.min).load, ==, 0);
	c = of(CHANGE_REPLY, one); /* who answers what is nobody's has it */
	c.body = g_strdup("done");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpint(agent(&f, &f.li).tickets, ==, 1);
	c = of(CHANGE_HANDOVER, 0);
	c.ticket_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.ticket_ids, one);
	c.person_id = f.min.person_id;
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpint(agent(&f, &f.li).load, ==, 0);
	g_assert_cmpint(agent(&f, &f.min).load, ==, 20);
	c = of(CHANGE_STATUS, one);
	c.status = STATUS_RESOLVED;
	answer_free(fixture_do(&f, &f.min, &c));
	g_assert_cmpint(agent(&f, &f.min).load, ==, 0);
	due(&f);
	fixture_close(&f);
}

static gboolean spoil_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct fixture *f = arg;

	return DB_RUN(db_conn_of(tx), STMT_AGENT_LOAD_ADD, NULL, NULL, error, DB_I(f->li.person_id), DB_I(7), DB_I(0),
	              DB_I(0));
}

static gboolean recount_job(struct db_tx *tx, void *arg, GError **error)
{
	(void)arg;
	return agent_loads_recount(db_conn_of(tx), error);
}

static void load__that_differs_from_its_tickets__is_found_and_mended(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	opens(&f);
	next(&f, &f.li);
	g_assert_true(desk_loads_verify(f.desk, &error));
	g_assert_true(db_submit_wait(f.db, spoil_job, &f, NULL));
	g_assert_false(desk_loads_verify(f.desk, &error));
	g_assert_nonnull(strstr(error->message, "Li Wei"));
	g_clear_error(&error);
	g_assert_true(db_submit_wait(f.db, recount_job, NULL, NULL));
	g_assert_true(desk_loads_verify(f.desk, &error));
	g_assert_cmpint(agent(&f, &f.li).load, ==, 20);
	fixture_close(&f);
}

/* ---- the next best */
static void next__beyond_capacity__is_refused_but_a_number_may_be_taken(void)
{
	struct fixture f;
	desk_id last = 0;
	struct change c;

	fixture_open(&f, NULL);
	for (int i = 0; i < 7; i++)
		last = opens(&f);
	for (int i = 0; i < 5; i++)
		next(&f, &f.li);
	c = of(CHANGE_CLAIM_NEXT, 0);
	fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "load 100 %");
	c = of(CHANGE_CLAIM, last);
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpint(agent(&f, &f.li).load, ==, 120);
	g_assert_cmpint(agent(&f, &f.li).capacity, ==, 100);
	next(&f, &f.min);
	due(&f);
	fixture_close(&f);
}

static void next__that_asks_for_a_skill__waits_for_it_but_not_for_ever(void)
{
	struct fixture f;
	desk_id chinese;
	struct change c;

	fixture_open(&f, NULL);
	knows(&f, &f.min, "lang-zh"); /* the fixture's customer speaks Chinese */
	chinese = opens(&f);
	c = of(CHANGE_CLAIM_NEXT, 0);
	fixture_refused(&f, &f.li, &c, DESK_NOTFOUND, "nothing waits");
	g_assert_cmpint(next(&f, &f.min), ==, chinese);
	chinese = opens(&f);
	fixture_pass(10 * MS_MINUTE);
	g_assert_cmpint(next(&f, &f.li), ==, chinese);
	fixture_close(&f);
}

static void next__of_a_manager__begins_with_their_own_customers(void)
{
	struct fixture f;
	struct sql s = {0};
	desk_id own;

	fixture_open(&f, NULL);
	own = opens(&f);
	s = (struct sql){.person_id = f.zhao.person_id, .customer_id = f.customer};
	g_assert_true(db_submit_wait(f.db, manager_job, &s, NULL));
	g_assert_cmpint(next(&f, &f.zhao), ==, own); /* of another group */
	fixture_close(&f);
}

/* ---- fifty at once */
#define CLAIMERS 50
#define SERVERS 3
#define WAITING 180
#define EACH 3 /* there is room for */

struct claimer {
	struct fixture f; /* a server of its own, or a shared one */
	struct actor who;
	GArray *got;      /* desk_id */
	gboolean full;
};

static gboolean people_job(struct db_tx *tx, void *arg, GError **error)
{
	struct claimer *claimers = arg;

	(void)error;
	for (int i = 0; i < CLAIMERS; i++) {
		g_autofree char *name = g_strdup_printf("claimer.%d", i);

		claimers[i].who = fixture_person(db_conn_of(tx), name, "Claimer", ROLE_AGENT, claimers[i].f.front);
		claimers[i].who.display = "Claimer";
	}
	return TRUE;
}

static void *claim_all(void *arg)
{
	struct claimer *me = arg;

	for (;;) {
		g_autoptr(GError) error = NULL;
		struct answer *out = g_new0(struct answer, 1);
		struct change c = of(CHANGE_CLAIM_NEXT, 0);

		if (fixture_change(&me->f, &me->who, &c, out, NULL, &error))
			g_array_append_val(me->got, out->ticket->row.id);
		change_clear(&c);
		answer_free(out);
		if (!error)
			continue;
		me->full = g_error_matches(error, DESK_ERROR, DESK_CONFLICT);
		g_assert_true(me->full || g_error_matches(error, DESK_ERROR, DESK_NOTFOUND));
		return NULL;
	}
}

static void next__of_fifty_on_three_servers__no_ticket_twice_none_above_capacity(void)
{
	struct fixture servers[SERVERS];
	struct claimer claimers[CLAIMERS];
	GThread *threads[CLAIMERS];
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GError) error = NULL;

	fixture_open(&servers[0], NULL);
	for (int i = 0; i < WAITING; i++)
		opens(&servers[0]);
	for (int i = 0; i < CLAIMERS; i++)
		claimers[i] = (struct claimer){.f = servers[0]};
	g_assert_true(db_submit_wait(servers[0].db, people_job, claimers, NULL));
	set(&servers[0], "capacity", "60");
	for (int i = 1; i < SERVERS; i++) {
		servers[i] = servers[0];
		servers[i].db = db_open(servers[0].file, &error);
		g_assert_no_error(error);
		servers[i].desk = desk_open(servers[i].db, &error);
		g_assert_no_error(error);
	}
	for (int i = 0; i < CLAIMERS; i++) {
		claimers[i].f = servers[i % SERVERS];
		claimers[i].got = g_array_new(FALSE, FALSE, sizeof(desk_id));
		threads[i] = g_thread_new("claimer", claim_all, &claimers[i]);
	}
	for (int i = 0; i < CLAIMERS; i++)
		g_thread_join(threads[i]);
	for (int i = 0; i < CLAIMERS; i++) {
		g_assert_cmpuint(claimers[i].got->len, ==, EACH);
		g_assert_true(claimers[i].full);
		for (guint k = 0; k < claimers[i].got->len; k++)
			g_assert_true(g_hash_table_add(seen, GINT_TO_POINTER((gint)g_array_index(claimers[i].got, desk_id, k))));
		g_array_unref(claimers[i].got);
	}
	g_assert_cmpuint(g_hash_table_size(seen), ==, CLAIMERS * EACH);
	g_assert_true(desk_loads_verify(servers[0].desk, &error));
	for (int i = 1; i < SERVERS; i++) {
		desk_close(servers[i].desk);
		db_close(servers[i].db);
	}
	fixture_close(&servers[0]);
}

/* ---- offers */
static void offer__not_taken_in_time__goes_on_to_the_next(void)
{
	struct fixture f;
	desk_id id;
	struct change c;

	fixture_open(&f, NULL);
	set(&f, "offer_seconds", "30");
	here(&f, &f.li);
	here(&f, &f.min);
	fixture_pass(MS_SECOND);
	id = opens(&f);
	due(&f);
	g_assert_cmpint(offered(&f, &f.li), ==, id); /* both idle: came first */
	g_assert_cmpint(offered(&f, &f.min), ==, 0);
	c = of(CHANGE_OFFER_ACCEPT, id);
	ticket_free(fixture_refused(&f, &f.min, &c, DESK_CONFLICT, "offered"));
	fixture_pass(20 * MS_SECOND);
	here(&f, &f.li);
	here(&f, &f.min);
	fixture_pass(10 * MS_SECOND);
	due(&f);
	g_assert_cmpint(offered(&f, &f.li), ==, 0);
	g_assert_cmpint(offered(&f, &f.min), ==, id);
	fixture_reopen(&f); /* it survives the server */
	g_assert_cmpint(offered(&f, &f.min), ==, id);
	c = of(CHANGE_OFFER_ACCEPT, id);
	answer_free(fixture_do(&f, &f.min, &c));
	g_assert_cmpint(holder(&f, id), ==, f.min.person_id);
	g_assert_cmpint(agent(&f, &f.min).load, ==, 20);
	due(&f);
	fixture_close(&f);
}

static void offer__declined_or_taken_by_another__is_over(void)
{
	struct fixture f;
	desk_id id;
	struct change c;
	g_autofree char *feed = NULL;

	fixture_open(&f, NULL);
	set(&f, "offer_seconds", "30");
	here(&f, &f.li);
	id = opens(&f);
	due(&f);
	g_assert_cmpint(offered(&f, &f.li), ==, id);
	c = of(CHANGE_OFFER_DECLINE, id);
	c.reason = g_strdup("on the phone");
	answer_free(fixture_do(&f, &f.li, &c));
	due(&f);
	g_assert_cmpint(offered(&f, &f.li), ==, 0); /* not at once again */
	here(&f, &f.min); /* the sweep when somebody comes */
	due(&f);
	g_assert_cmpint(offered(&f, &f.min), ==, id);
	c = of(CHANGE_CLAIM, id);
	answer_free(fixture_do(&f, &f.sun, &c));
	due(&f);
	g_assert_cmpint(offered(&f, &f.min), ==, 0);
	feed = fixture_feed(&f);
	g_assert_nonnull(strstr(feed, "over"));
	fixture_close(&f);
}

static void offer__to_somebody_full_or_on_a_break__is_not_made(void)
{
	struct fixture f;

	fixture_open(&f, NULL);
	set(&f, "offer_seconds", "30");
	set(&f, "capacity", "20");
	here(&f, &f.li);
	here(&f, &f.min);
	opens(&f);
	next(&f, &f.li); /* full */
	set_state(&f, &f.min, AGENT_BREAK, "lunch");
	opens(&f);
	due(&f);
	g_assert_cmpint(offered(&f, &f.li), ==, 0);
	g_assert_cmpint(offered(&f, &f.min), ==, 0);
	set_state(&f, &f.min, AGENT_AVAILABLE, NULL);
	due(&f);
	g_assert_cmpint(offered(&f, &f.min), !=, 0);
	set_state(&f, &f.min, AGENT_AWAY, NULL); /* gone with it in hand: it is over at once */
	due(&f);
	g_assert_cmpint(offered(&f, &f.min), ==, 0);
	fixture_close(&f);
}

static void offers__missed_in_a_row__make_away(void)
{
	struct fixture f;
	struct change c;
	struct agent is;
	struct query q;
	struct answer *a;

	fixture_open(&f, NULL);
	set(&f, "offer_seconds", "30");
	set(&f, "offers_missed", "2");
	here(&f, &f.li);
	opens(&f);
	opens(&f);
	opens(&f);
	due(&f);
	fixture_pass(31 * MS_SECOND);
	here(&f, &f.li);
	due(&f);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE); /* one */
	c = of(CHANGE_OFFER_DECLINE, offered(&f, &f.li));
	answer_free(fixture_do(&f, &f.li, &c)); /* there after all: counted anew */
	due(&f);
	for (int i = 0; i < 2; i++) {
		g_assert_cmpint(offered(&f, &f.li), !=, 0);
		fixture_pass(31 * MS_SECOND);
		here(&f, &f.li);
		fixture_pass(2 * MS_MINUTE);
		here(&f, &f.li);
		due(&f);
	}
	is = agent(&f, &f.li);
	g_assert_cmpint(is.state, ==, AGENT_AWAY);
	g_assert_cmpint(offered(&f, &f.li), ==, 0);
	query_init(&q, QUERY_AGENTS);
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpstr(((struct agent *)a->agents->pdata[0])->reason, ==, "offers not taken");
	answer_free(a);
	query_clear(&q);
	set_state(&f, &f.li, AGENT_AVAILABLE, NULL);
	due(&f);
	g_assert_cmpint(offered(&f, &f.li), !=, 0);
	fixture_close(&f);
}

static void end(struct fixture *f, const struct actor *who, desk_id id)
{
	struct change c = of(CHANGE_CLAIM, id);

	answer_free(fixture_do(f, who, &c));
	c = of(CHANGE_STATUS, id);
	c.status = STATUS_RESOLVED;
	answer_free(fixture_do(f, who, &c));
}

static void wrap_up__after_a_call__ends_by_itself_and_holds_offers_back(void)
{
	struct fixture f;
	desk_id waits;

	fixture_open(&f, NULL);
	here(&f, &f.li);
	end(&f, &f.li, fixture_opens(&f, CHANNEL_PHONE, "call", "hello", NULL));
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE); /* nothing is offered here */
	set(&f, "offer_seconds", "30");
	end(&f, &f.li, fixture_opens(&f, CHANNEL_WEB, "chat", "hello", NULL));
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE); /* none for this channel */
	set(&f, "wrap_up_after", "phone=20 web=10");
	end(&f, &f.li, fixture_opens(&f, CHANNEL_PHONE, "call", "hello", NULL));
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_WRAP_UP);
	waits = opens(&f);
	due(&f);
	g_assert_cmpint(offered(&f, &f.li), ==, 0);
	fixture_pass(20 * MS_SECOND);
	here(&f, &f.li);
	due(&f);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE);
	g_assert_cmpint(offered(&f, &f.li), ==, waits);
	fixture_close(&f);
}

/* ---- what was read ahead */
struct early {
	struct fixture *f;
	desk_id id, got;
	gboolean refused;
};

static gboolean early_job(struct db_tx *tx, void *arg, GError **error)
{
	struct early *e = arg;
	struct change c = of(CHANGE_CLAIM, e->id);
	g_autoptr(GError) why = NULL;
	struct answer *a = g_new0(struct answer, 1);
	gboolean ok;

	/* looked for before it is there: its clocks and facts were asked for with it, and never read */
	e->refused = !desk_change(e->f->desk, tx, &e->f->li, &c, a, NULL, &why);
	ok = desk_customer_opens(e->f->desk, tx, e->f->customer, CHANNEL_WEB, "now", "it is", e->f->front, NULL, &e->got, error) &&
	     desk_change(e->f->desk, tx, &e->f->li, &c, a, NULL, error);
	answer_free(a);
	change_clear(&c);
	return ok;
}

static void read_ahead__of_a_change_that_failed__is_not_the_next_ones(void)
{
	struct fixture f;
	struct early e = {.f = &f};
	g_autoptr(GError) error = NULL;
	struct ticket *t;

	fixture_open(&f, NULL);
	e.id = opens(&f) + 1;
	db_submit_wait(f.db, early_job, &e, &error);
	g_assert_no_error(error);
	g_assert_true(e.refused);
	g_assert_cmpint(e.got, ==, e.id);
	t = fixture_ticket(&f, e.id);
	g_assert_cmpint(t->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(t->clocks->len, >, 1);
	ticket_free(t);
	fixture_close(&f);
}

/* ---- what the gone leave behind */
static void left__work_that_waits__returns_while_others_are_there(void)
{
	struct fixture f;
	desk_id waits, answered;
	struct change c;
	struct ticket *t;

	fixture_open(&f, NULL);
	here(&f, &f.li);
	waits = opens(&f);
	answered = opens(&f);
	next(&f, &f.li);
	next(&f, &f.li);
	c = of(CHANGE_REPLY, answered);
	c.body = g_strdup("soon");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.li, &c));
	set_state(&f, &f.li, AGENT_OFFLINE, NULL);
	fixture_pass(31 * MS_MINUTE);
	due(&f); /* nobody else is there: it stays */
	g_assert_cmpint(holder(&f, waits), ==, f.li.person_id);
	here(&f, &f.min);
	due(&f);
	g_assert_cmpint(holder(&f, waits), ==, 0);
	g_assert_cmpint(holder(&f, answered), ==, f.li.person_id);
	t = fixture_ticket(&f, waits);
	g_assert_nonnull(strstr(((struct message *)t->messages->pdata[t->messages->len - 1])->body, "Li Wei is not there"));
	ticket_free(t);
	fixture_pass(7 * MS_DAY);
	due(&f);
	g_assert_cmpint(holder(&f, answered), ==, 0);
	fixture_close(&f);
}

static void quits(struct fixture *f, const struct actor *who, const char *station)
{
	struct change c = of(CHANGE_PRESENCE, 0);

	c.name = station ? g_strdup(station) : g_strdup_printf("station-%" G_GINT64_FORMAT, who->person_id);
	c.on = TRUE;
	answer_free(fixture_do(f, who, &c));
}

static void quit__of_the_last_workstation__offline_and_what_waits_returns_at_once(void)
{
	struct fixture f;
	struct change c;
	struct ticket *t;
	desk_id waits, answered;

	fixture_open(&f, NULL);
	here(&f, &f.li);
	here(&f, &f.min);
	c = of(CHANGE_PRESENCE, 0);
	c.name = g_strdup("another");
	answer_free(fixture_do(&f, &f.li, &c));
	opens(&f);
	opens(&f);
	answered = next(&f, &f.li);
	waits = next(&f, &f.li);
	c = of(CHANGE_REPLY, answered);
	c.body = g_strdup("we look after it");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.li, &c));
	quits(&f, &f.li, "nowhere"); /* was none of theirs */
	quits(&f, &f.li, "another");
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE);
	quits(&f, &f.li, NULL);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_OFFLINE);
	t = fixture_ticket(&f, waits);
	g_assert_cmpint(t->row.assignee_id, ==, 0);
	ticket_free(t);
	t = fixture_ticket(&f, answered);
	g_assert_cmpint(t->row.assignee_id, ==, f.li.person_id);
	ticket_free(t);
	here(&f, &f.li);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_AVAILABLE);
	set_state(&f, &f.li, AGENT_BREAK, "lunch"); /* was said, and holds */
	quits(&f, &f.li, NULL);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_BREAK);
	due(&f);
	fixture_close(&f);
}

static void left__of_who_was_never_there_or_is_back__stays(void)
{
	struct fixture f;
	desk_id never, back;

	fixture_open(&f, NULL);
	never = opens(&f);
	back = opens(&f);
	next(&f, &f.min); /* without a workstation, as a sample's people have theirs */
	here(&f, &f.sun);
	here(&f, &f.li);
	next(&f, &f.li);
	fixture_pass(PRESENCE_TTL_MS + 20 * MS_MINUTE);
	due(&f);
	fixture_pass(6 * MS_MINUTE);
	due(&f);
	g_assert_cmpint(agent(&f, &f.li).state, ==, AGENT_OFFLINE);
	here(&f, &f.li);
	here(&f, &f.sun);
	fixture_pass(40 * MS_MINUTE);
	here(&f, &f.li);
	here(&f, &f.sun);
	due(&f);
	g_assert_cmpint(holder(&f, never), ==, f.min.person_id);
	g_assert_cmpint(holder(&f, back), ==, f.li.person_id);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/routing/state/presence", state__comes_with_a_workstation__and_goes_with_silence);
	g_test_add_func("/routing/state/ends", state__wrap_up_and_what_has_an_end__end_by_themselves);
	g_test_add_func("/routing/state/reason", state__of_a_break__wants_a_reason_of_the_list);
	g_test_add_func("/routing/load/ways", load__follows_every_way_a_ticket_goes);
	g_test_add_func("/routing/load/verify", load__that_differs_from_its_tickets__is_found_and_mended);
	g_test_add_func("/routing/next/capacity", next__beyond_capacity__is_refused_but_a_number_may_be_taken);
	g_test_add_func("/routing/next/skill", next__that_asks_for_a_skill__waits_for_it_but_not_for_ever);
	g_test_add_func("/routing/next/manager", next__of_a_manager__begins_with_their_own_customers);
	g_test_add_func("/routing/next/fifty", next__of_fifty_on_three_servers__no_ticket_twice_none_above_capacity);
	g_test_add_func("/routing/offer/goes-on", offer__not_taken_in_time__goes_on_to_the_next);
	g_test_add_func("/routing/offer/over", offer__declined_or_taken_by_another__is_over);
	g_test_add_func("/routing/offer/missed", offers__missed_in_a_row__make_away);
	g_test_add_func("/routing/wrap-up", wrap_up__after_a_call__ends_by_itself_and_holds_offers_back);
	g_test_add_func("/routing/read-ahead", read_ahead__of_a_change_that_failed__is_not_the_next_ones);
	g_test_add_func("/routing/offer/none", offer__to_somebody_full_or_on_a_break__is_not_made);
	g_test_add_func("/routing/left/waiting", left__work_that_waits__returns_while_others_are_there);
	g_test_add_func("/routing/left/stays", left__of_who_was_never_there_or_is_back__stays);
	g_test_add_func("/routing/quit", quit__of_the_last_workstation__offline_and_what_waits_returns_at_once);
	return g_test_run();
}
