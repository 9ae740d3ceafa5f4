/* Storage's contract: what PostgreSQL can do to a batch, and what becomes of its jobs. */
#include "contract_storage.h"

/* From now on a row named "trouble" brings `action` for the first `times` times.
 * Sequences don't roll back: they count the attempts. */
static void make_trouble(const struct bed *bed, int times, const char *when, const char *action)
{
	g_autofree char *sql = g_strdup_printf(
		"CREATE SEQUENCE attempts; "
		"CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
		"IF NEW.name = 'trouble' AND nextval('attempts') <= %d THEN %s; END IF; RETURN NEW; END $$; "
		"CREATE CONSTRAINT TRIGGER trouble AFTER INSERT ON settings %s FOR EACH ROW EXECUTE FUNCTION "
		"trouble()",
		times, action, when);

	bed_psql(bed->name, sql);
}

static int64_t attempts(const struct bed *bed)
{
	g_autofree char *text = bed_psql_ask(bed->name, "SELECT last_value FROM attempts");

	return g_ascii_strtoll(text, NULL, 10);
}

struct result {
	const char *name;
	GError *error;
	int done;
};

static gboolean named_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct result *r = arg;
	int64_t person = 1;

	return db_setting_put(db_conn_of(tx), r->name, "1", error) && bed_event_job(tx, &person, error);
}

static void named_done(const GError *error, void *arg)
{
	struct result *r = arg;

	r->done++;
	r->error = error ? g_error_copy(error) : NULL;
}

static void count_event(int64_t seq, const char *json, void *arg)
{
	(void)seq, (void)json;
	++*(int *)arg;
}

/* A batch of three, the second in trouble `times` times: in the end each is done once. */
static void play(struct bed *bed, int times, const char *when, const char *action)
{
	struct db *db = bed_open(bed);
	struct result results[] = {{.name = "before"}, {.name = "trouble"}, {.name = "after"}};
	struct gate gate = {0};
	int heard = 0;

	make_trouble(bed, times, when, action);
	db_feed_listen(db, count_event, &heard);
	gate_close(&gate, db);
	for (unsigned i = 0; i < G_N_ELEMENTS(results); i++)
		db_submit(db, named_job, named_done, &results[i]);
	gate_open(&gate);
	db_close(db);
	for (unsigned i = 0; i < G_N_ELEMENTS(results); i++) {
		g_assert_cmpint(results[i].done, ==, 1);
		bed_no_error(results[i].error);
	}
	g_assert_cmpint(heard, ==, 3);
	g_assert_cmpint(attempts(bed), ==, times + 1);
	db = bed_open(bed);
	g_assert_cmpint(bed_count(db), ==, 3);
	g_assert_true(db_check(db, NULL));
	db_close(db);
}

static void batch__serialization_failure__played_again(struct bed *bed, gconstpointer engine)
{
	(void)engine;
	play(bed, 2, "", "RAISE EXCEPTION 'not now' USING ERRCODE = 'serialization_failure'");
}

static void batch__deadlock_at_commit__played_again(struct bed *bed, gconstpointer engine)
{
	(void)engine;
	play(bed, 1, "DEFERRABLE INITIALLY DEFERRED",
	     "RAISE EXCEPTION 'not now' USING ERRCODE = 'deadlock_detected'");
}

static void batch__cut_in_mid_job__played_again(struct bed *bed, gconstpointer engine)
{
	(void)engine;
	play(bed, 1, "", "PERFORM pg_terminate_backend(pg_backend_pid())");
}

/* The COMMIT got no answer, but the server knows that it did not happen. */
static void batch__cut_at_commit__settled_and_played_again(struct bed *bed, gconstpointer engine)
{
	(void)engine;
	play(bed, 1, "DEFERRABLE INITIALLY DEFERRED", "PERFORM pg_terminate_backend(pg_backend_pid())");
}

static void batch__cut_at_commit_and_away__uncertain(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct result r = {.name = "trouble"};
	g_autoptr(GError) error = NULL;
	g_autofree char *shut = g_strdup_printf("ALTER DATABASE %s ALLOW_CONNECTIONS false", bed->name);
	g_autofree char *open = g_strdup_printf("ALTER DATABASE %s ALLOW_CONNECTIONS true", bed->name);

	(void)engine;
	make_trouble(bed, 1, "DEFERRABLE INITIALLY DEFERRED",
		     "PERFORM pg_terminate_backend(pg_backend_pid())");
	bed_psql(NULL, shut);
	g_assert_false(db_submit_wait(db, named_job, &r, &error));
	g_assert_error(error, DESK_ERROR, DESK_UNCERTAIN);
	g_clear_error(&error);
	bed_psql(NULL, open);
	g_assert_true(db_submit_wait(db, named_job, &r, &error)); /* the same write again */
	g_assert_cmpint(bed_count(db), ==, 1);
	db_close(db);
}

/* It spoils its batch each time: it fails alone in the end, the others get through. */
static void batch__never_gets_through__fails_alone(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct result results[] = {{.name = "before"}, {.name = "trouble"}};
	struct gate gate = {0};

	(void)engine;
	make_trouble(bed, 1000, "", "RAISE EXCEPTION 'never' USING ERRCODE = 'serialization_failure'");
	gate_close(&gate, db);
	for (unsigned i = 0; i < G_N_ELEMENTS(results); i++)
		db_submit(db, named_job, named_done, &results[i]);
	gate_open(&gate);
	g_assert_true(bed_put(db, "later", "1", NULL));
	bed_no_error(results[0].error);
	g_assert_error(results[1].error, DESK_ERROR, DESK_BUSY);
	g_clear_error(&results[1].error);
	g_assert_cmpint(bed_count(db), ==, 2);
	db_close(db);
}

void add_trouble_tests(void)
{
	bed_add_postgres("batch__serialization_failure__played_again",
			 batch__serialization_failure__played_again);
	bed_add_postgres("batch__deadlock_at_commit__played_again", batch__deadlock_at_commit__played_again);
	bed_add_postgres("batch__cut_in_mid_job__played_again", batch__cut_in_mid_job__played_again);
	bed_add_postgres("batch__cut_at_commit__settled_and_played_again",
			 batch__cut_at_commit__settled_and_played_again);
	bed_add_postgres("batch__cut_at_commit_and_away__uncertain",
			 batch__cut_at_commit_and_away__uncertain);
	bed_add_postgres("batch__never_gets_through__fails_alone", batch__never_gets_through__fails_alone);
}
