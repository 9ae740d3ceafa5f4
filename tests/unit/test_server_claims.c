/* Claims that wait together are looked at together (desk_claims_ahead): nobody may tell it by what they get. */
#include "desk_fixture.h"
#include "desk_fixture.inc"

#include "server/storage/db.h"
#include "wire/wire.h"

#define AGENTS 12
#define TICKETS 20

struct world {
	struct fixture f;
	struct actor agents[AGENTS], late; /* the second specialist: nothing is left for them */
};

static gboolean people_job(struct db_tx *tx, void *arg, GError **error)
{
	struct world *w = arg;
	struct db_conn *conn = db_conn_of(tx);

	for (int i = 0; i < AGENTS; i++) {
		g_autofree char *name = g_strdup_printf("agent.%d", i);

		w->agents[i] = fixture_person(conn, name, "Agent", ROLE_AGENT, w->f.front);
		w->agents[i].display = "Agent";
	}
	w->late = fixture_person(conn, "late", "Late", ROLE_SPECIALIST, w->f.tech);
	w->late.display = "Late";
	return db_setting_put(conn, "capacity", "60", error) &&
	       db_setting_put(conn, "progress_messages", "taken escalated resolved", error) &&
	       DB_RUN(conn, STMT_CUSTOMER_MANAGER, NULL, NULL, error, DB_I(w->f.customer), DB_I(w->f.sun.person_id));
}

static gboolean stranger_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct fixture *f = arg;
	desk_id customer = 0, ticket;

	if (!DB_RUN(db_conn_of(tx), STMT_CUSTOMER_INSERT, fixture_int_fn, &customer, error, DB_T("Stranger"), DB_T("en"), DB_N,
	            DB_N, DB_N, DB_N, DB_N, DB_I(0), DB_N, DB_N, DB_I(0), DB_I(0), DB_T("stranger")))
		return FALSE;
	for (int i = 0; i < 2; i++) /* two of one customer, one behind the other */
		if (!desk_customer_opens(f->desk, tx, customer, CHANNEL_WEB, "lamp", "It is dark.", f->front, NULL, &ticket, error))
			return FALSE;
	return TRUE;
}

static struct ticket *claims(struct fixture *f, const struct actor *who)
{
	struct change c;
	struct answer *a;
	struct ticket *t;

	change_init(&c, CHANGE_CLAIM_NEXT);
	a = fixture_do(f, who, &c);
	t = g_steal_pointer(&a->ticket);
	answer_free(a);
	return t;
}

/* Tickets of a managed customer and of others; one handed to tier 2, of which the customer is to be told; one agent
 * with his hands full. */
static void world_open(struct world *w)
{
	struct ticket *t;
	struct change c;

	fixture_open(&w->f, NULL);
	g_assert_true(db_submit_wait(w->f.db, people_job, w, NULL));
	desk_notice(w->f.desk, &(struct event){.kind = EVENT_PEOPLE});
	for (int i = 0; i < TICKETS; i++)
		g_assert_true(db_submit_wait(w->f.db, stranger_job, &w->f, NULL));
	fixture_pass(20 * MS_MINUTE);
	fixture_opens(&w->f, CHANNEL_WEB, "managed", "please", NULL);
	t = claims(&w->f, &w->f.li);
	change_init(&c, CHANGE_ESCALATE);
	c.ticket_id = t->row.id;
	c.group_id = w->f.tech;
	c.reason = g_strdup("too hard");
	c.body = g_strdup("It is.");
	answer_free(fixture_do(&w->f, &w->f.li, &c));
	ticket_free(t);
	for (int i = 0; i < 3; i++)
		ticket_free(claims(&w->f, &w->f.min));
}

/* Among them one with full hands, some twice, two for tier 2, a manager. */
static GPtrArray *askers(struct world *w)
{
	GPtrArray *list = g_ptr_array_new();

	for (int i = 0; i < 4; i++)
		g_ptr_array_add(list, &w->agents[i]);
	g_ptr_array_add(list, &w->f.zhao);
	g_ptr_array_add(list, &w->agents[4]);
	g_ptr_array_add(list, &w->f.min);
	g_ptr_array_add(list, &w->agents[5]);
	g_ptr_array_add(list, &w->f.sun);
	for (int i = 3; i < 9; i++)
		g_ptr_array_add(list, &w->agents[i]);
	g_ptr_array_add(list, &w->late);
	for (int i = 6; i < AGENTS; i++)
		g_ptr_array_add(list, &w->agents[i]);
	return list;
}

/* ---- one asks */
struct asked {
	struct world *world;
	const struct actor *who;
	char *told; /* the answer's JSON, or why not */
	struct gate *gate;
};

struct gate {
	GMutex lock;
	GCond cond;
	gboolean reached, open;
	guint ended;
	guint foreseen; /* writer thread */
};

static gboolean ask_job(struct db_tx *tx, void *arg, GError **error)
{
	struct asked *a = arg;
	struct answer *out = g_new0(struct answer, 1);
	struct change c;
	gboolean ok;

	change_init(&c, CHANGE_CLAIM_NEXT);
	a->gate->foreseen += db_tx_looked_ahead(tx) != NULL;
	ok = desk_change(a->world->f.desk, tx, a->who, &c, out, NULL, error);
	g_clear_pointer(&a->told, g_free);
	if (ok) {
		GString *json = g_string_new(NULL);

		answer_to_json(json, out);
		a->told = g_string_free(json, FALSE);
	}
	change_clear(&c);
	answer_free(out);
	return ok;
}

static void ask_done(const GError *error, void *arg)
{
	struct asked *a = arg;

	if (error) {
		g_free(a->told);
		a->told = g_strdup(error->message);
	}
	g_mutex_lock(&a->gate->lock);
	a->gate->ended++;
	g_cond_signal(&a->gate->cond);
	g_mutex_unlock(&a->gate->lock);
}

static unsigned ask_ahead(struct db_tx *tx, void *const *all, unsigned n)
{
	g_autofree const struct actor **who = g_new(const struct actor *, n);

	for (unsigned i = 0; i < n; i++)
		who[i] = ((const struct asked *)all[i])->who;
	return desk_claims_ahead(((const struct asked *)all[0])->world->f.desk, tx, who, n);
}

/* Holds the writer until all stand behind it: they are one batch. */
static gboolean gate_job(struct db_tx *tx, void *arg, GError **error)
{
	struct gate *gate = arg;

	(void)tx, (void)error;
	g_mutex_lock(&gate->lock);
	gate->reached = TRUE;
	g_cond_signal(&gate->cond);
	while (!gate->open)
		g_cond_wait(&gate->cond, &gate->lock);
	g_mutex_unlock(&gate->lock);
	return TRUE;
}

/* Keys of what the desk itself says are made by chance. */
static void forget_keys(GString *text)
{
	g_autoptr(GRegex) key = g_regex_new("\"once_key\":\"[0-9a-f-]*\"", 0, 0, NULL);
	g_autofree char *without = g_regex_replace_literal(key, text->str, -1, 0, "", 0, NULL);

	g_string_assign(text, without);
}

/* What each is told, one line each. */
static char *ask_all(struct world *w, GPtrArray *who, gboolean together)
{
	g_autofree struct asked *all = g_new0(struct asked, who->len);
	struct gate gate = {.open = !together};
	GString *told = g_string_new(NULL);

	g_mutex_init(&gate.lock);
	g_cond_init(&gate.cond);
	db_submit(w->f.db, gate_job, NULL, &gate);
	g_mutex_lock(&gate.lock);
	while (!gate.reached)
		g_cond_wait(&gate.cond, &gate.lock);
	for (guint i = 0; i < who->len; i++) {
		all[i] = (struct asked){.world = w, .who = who->pdata[i], .gate = &gate};
		if (together) {
			db_submit_alike(w->f.db, ask_job, ask_ahead, ask_done, &all[i]);
			continue;
		}
		db_submit(w->f.db, ask_job, ask_done, &all[i]);
		while (gate.ended <= i)
			g_cond_wait(&gate.cond, &gate.lock);
	}
	gate.open = TRUE;
	g_cond_broadcast(&gate.cond);
	while (gate.ended < who->len)
		g_cond_wait(&gate.cond, &gate.lock);
	g_mutex_unlock(&gate.lock);
	for (guint i = 0; i < who->len; i++) {
		g_string_append_printf(told, "%u: %s\n", i, all[i].told);
		g_free(all[i].told);
	}
	forget_keys(told);
	if (!together || db_engine(w->f.db) != DB_POSTGRES)
		g_assert_cmpuint(gate.foreseen, ==, 0);
	else
		g_assert_cmpuint(gate.foreseen, >, who->len / 2);
	g_cond_clear(&gate.cond);
	g_mutex_clear(&gate.lock);
	return g_string_free(told, FALSE);
}

static char *ask_world(gboolean together, char **feed)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) who = NULL;
	struct world w;
	char *told;

	world_open(&w);
	who = askers(&w);
	told = ask_all(&w, who, together);
	*feed = fixture_feed(&w.f);
	g_assert_true(desk_loads_verify(w.f.desk, &error));
	g_assert_no_error(error);
	fixture_close(&w.f);
	return told;
}

static void claims__asked_for_at_once__are_told_as_one_after_the_other(void)
{
	g_autofree char *feed = NULL, *feed_together = NULL;
	g_autofree char *single = ask_world(FALSE, &feed), *together = ask_world(TRUE, &feed_together);

	g_assert_cmpstr(together, ==, single);
	g_assert_cmpstr(feed_together, ==, feed);
	g_assert_nonnull(strstr(single, "enough in hand"));
	g_assert_nonnull(strstr(single, "nothing waits"));
	g_assert_nonnull(strstr(single, "is now being worked on"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/claims/together", claims__asked_for_at_once__are_told_as_one_after_the_other);
	return g_test_run();
}
