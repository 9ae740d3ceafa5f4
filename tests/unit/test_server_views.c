/* Saved views: who may save which, and counts that follow every change. */
#include "desk_fixture.inc"

#include "find_world.inc"
#include "server/desk/views_live.h"

#define CHANGES (*TEST_CAMPAIGN ? 20000 : 2000)
#define BATCH 10

static const char *const queries[] = {
	"status:open", "status:active group:front", "tag:vip -tag:angry", "refund", "refund status:active", "assignee:me",
	"group:mine is:waiting", "\"log in\" OR 登录", "category:account priority:urgent", "-refund -退款", "is:late",
	"due<15m status:active", "", "tier>=2 (tag:complaint OR subject:refund)",
};

static gboolean change_job(struct db_tx *tx, void *arg, GError **error)
{
	struct world *w = arg;
	struct db_conn *conn = db_conn_of(tx);
	g_autoptr(words_auto) words = desk_words(w->f->desk);

	for (int i = 0; i < BATCH; i++) {
		desk_id id = 1001 + g_rand_int_range(w->rand, 0, w->tickets), message = 0,
			people[] = {0, w->f->li.person_id, w->f->min.person_id};
		enum ticket_status status = (enum ticket_status)g_rand_int_range(w->rand, 0, STATUS_COUNT);
		const char *tag = WORLD_PICK(w, world_tags);
		g_autofree char *body = world_text(w, 3);
		struct ticket *t;

		g_array_append_val(w->customers, id); /* whom to tell of */
		g_assert_true(DB_RUN(conn, STMT_TEST_FIND_TICKET, NULL, NULL, error, DB_I(id), DB_I(status),
		                     DB_I(status_is_active(status)), DB_I(g_rand_int_range(w->rand, 0, 4)),
		                     DB_I(g_rand_int_range(w->rand, 0, 2)), DB_I(0), DB_I(0),
		                     DB_I(FIXTURE_START + g_rand_int_range(w->rand, -7200000, 7200000)),
		                     DB_I(WORLD_PICK(w, people))));
		if (i % 2)
			g_assert_true(DB_RUN(conn, STMT_TICKET_TAG_ADD, NULL, NULL, error, DB_I(id), DB_T(tag)));
		else
			g_assert_true(DB_RUN(conn, STMT_TICKET_TAG_REMOVE, NULL, NULL, error, DB_I(id), DB_T(tag)));
		t = ticket_load(conn, words, id, FALSE, NULL, error);
		g_assert_true(ticket_load_tags(conn, t, error));
		if (i % 3 == 0) {
			g_free(t->row.subject);
			t->row.subject = world_text(w, 3);
			g_assert_true(DB_RUN(conn, STMT_TEST_FIND_SUBJECT, NULL, NULL, error, DB_I(id), DB_T(t->row.subject)));
		} else if (i % 10 == 1) {
			g_assert_true(DB_RUN(conn, STMT_MESSAGE_INSERT, fixture_int_fn, &message, error, DB_I(id), DB_I(0), DB_I(0),
			                     DB_I(0), DB_T(NULL), DB_T(body), DB_I(0), DB_I(0), DB_T(NULL)));
			g_assert_true(message_text_add(w->f->desk, conn, id, message, MESSAGE_CUSTOMER, body, error));
		}
		g_assert_true(message_text_head(w->f->desk, conn, t, FALSE, error));
		ticket_free(t);
	}
	return TRUE;
}

/* What a count anew, by the facts, says. */
static int64_t recount(struct fixture *f, const struct words *words, const GPtrArray *known, const char *query,
                       int64_t *late)
{
	struct find_plan plan;
	int64_t n = 0;

	*late = 0;
	g_assert_true(find_compile(&plan, words, db_engine(f->db), &f->li, query, FIXTURE_START, "UTC", NULL));
	for (guint i = 0; i < known->len; i++) {
		const struct known *k = known->pdata[i];

		if (!find_evaluate(plan.tree, &k->facts))
			continue;
		n++;
		*late += status_is_active(k->facts.status) && k->facts.next_due_ms < FIXTURE_START;
	}
	find_plan_clear(&plan);
	return n;
}

static void compare(struct world *w)
{
	struct fixture *f = w->f;
	struct db_conn *conn = db_read_begin(f->db, NULL);
	g_autoptr(words_auto) words = desk_words(f->desk);
	g_autoptr(GPtrArray) known = world_known(conn);
	struct view_count counts[G_N_ELEMENTS(queries)];

	db_read_end(f->db, conn);
	views_live_counts(f->desk->live_views, &f->li, queries, G_N_ELEMENTS(queries), 60000, counts);
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		int64_t late, n = recount(f, words, known, queries[i], &late);

		if (counts[i].count != n)
			g_test_message("%s", queries[i]);
		g_assert_cmpint(counts[i].count, ==, n);
		g_assert_cmpint(counts[i].late, ==, late);
		g_assert_cmpint(counts[i].as_of_ms, >, 0);
	}
}

static void counts__thousands_of_changes__are_what_a_recount_says(void)
{
	struct fixture f;
	struct world w;

	fixture_open(&f, NULL);
	world_make(&w, &f, 5, 60);
	compare(&w);
	for (int done = 0; done < CHANGES; done += BATCH) {
		g_array_set_size(w.customers, 0);
		g_assert_true(db_submit_wait(f.db, change_job, &w, NULL));
		for (guint i = 0; i < w.customers->len; i++) {
			struct event e = {.kind = EVENT_TICKET, .ticket_id = g_array_index(w.customers, desk_id, i)};

			desk_notice(f.desk, &e);
		}
		if (done % 200 == 0) {
			views_live_settle(f.desk->live_views);
			compare(&w);
		}
	}
	views_live_settle(f.desk->live_views);
	compare(&w);
	world_free(&w);
	fixture_close(&f);
}

/* ---- rights */
static struct change saved(const char *name, enum scope scope, desk_id owner, const char *query)
{
	struct change c;

	change_init(&c, CHANGE_VIEW_SAVE);
	c.view = g_new0(struct saved_view, 1);
	c.view->name = g_strdup(name);
	c.view->scope = scope;
	c.view->owner_id = owner;
	c.view->query = g_strdup(query);
	return c;
}

static struct saved_view *find_view(const struct answer *a, const char *name)
{
	for (guint i = 0; i < a->views->len; i++)
		if (strcmp(((struct saved_view *)a->views->pdata[i])->name, name) == 0)
			return a->views->pdata[i];
	return NULL;
}

static struct answer *views_of(struct fixture *f, const struct actor *who)
{
	struct query q;
	struct answer *a;

	query_init(&q, QUERY_VIEWS);
	a = fixture_ask(f, who, &q);
	query_clear(&q);
	return a;
}

static void save__scopes__only_by_those_who_may(void)
{
	struct fixture f;

	fixture_open(&f, NULL);
	fixture_opens(&f, CHANNEL_WEB, "parcel is late", "where is it?", NULL);
	struct change own = saved("my parcels", SCOPE_OWN, 0, "parcel"), all = saved("parcels", SCOPE_ALL, 0, "parcel"),
		of_group = saved("front's", SCOPE_GROUP, f.front, "status:active"),
		other = saved("tech's", SCOPE_GROUP, f.tech, "status:active"),
		wrong = saved("wrong", SCOPE_OWN, 0, "status:opne"), twice = saved("my parcels", SCOPE_OWN, 0, "parcel");
	struct answer *made = fixture_do(&f, &f.li, &own);

	g_assert_cmpint(made->view->id, >, 0);
	fixture_refused(&f, &f.li, &all, DESK_FORBIDDEN, "supervisor");
	all = saved("parcels", SCOPE_ALL, 0, "parcel");
	answer_free(fixture_do(&f, &f.sun, &all));
	answer_free(fixture_do(&f, &f.sun, &of_group));
	fixture_refused(&f, &f.sun, &other, DESK_FORBIDDEN, "supervisor");
	fixture_refused(&f, &f.li, &wrong, DESK_INVALID, "view.query");
	fixture_refused(&f, &f.li, &twice, DESK_CONFLICT, "already");

	struct answer *mine = views_of(&f, &f.li), *zhao = views_of(&f, &f.zhao);
	g_assert_nonnull(find_view(mine, "mine"));
	g_assert_cmpint(find_view(mine, "all")->count, ==, 1);
	g_assert_cmpint(find_view(mine, "my parcels")->count, ==, 1);
	g_assert_nonnull(find_view(mine, "parcels"));
	g_assert_nonnull(find_view(mine, "front's"));
	g_assert_null(find_view(zhao, "my parcels"));
	g_assert_null(find_view(zhao, "front's"));
	answer_free(mine);
	answer_free(zhao);

	struct change gone;
	change_init(&gone, CHANGE_VIEW_REMOVE);
	gone.view_id = made->view->id;
	fixture_refused(&f, &f.zhao, &gone, DESK_NOTFOUND, "no view");
	change_init(&gone, CHANGE_VIEW_REMOVE);
	gone.view_id = made->view->id;
	answer_free(fixture_do(&f, &f.li, &gone));
	mine = views_of(&f, &f.li);
	g_assert_null(find_view(mine, "my parcels"));
	answer_free(mine);
	answer_free(made);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/views/counts__thousands_of_changes__are_what_a_recount_says",
	                counts__thousands_of_changes__are_what_a_recount_says);
	g_test_add_func("/views/save__scopes__only_by_those_who_may", save__scopes__only_by_those_who_may);
	return g_test_run();
}
