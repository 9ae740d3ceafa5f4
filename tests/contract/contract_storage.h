/* One suite over both engines: what its files share. */
#ifndef CONTRACT_STORAGE_H
#define CONTRACT_STORAGE_H

#include "server/storage/db.h"

/* A fresh database of the engine under test. */
struct bed {
	enum db_engine engine;
	char *dir;  /* SQLite: private folder */
	char *path; /* SQLite: the file */
	char *name; /* PostgreSQL: the database */
	char *url;
};

typedef void bed_fn(struct bed *bed, gconstpointer engine);
void bed_add(const char *name, bed_fn *fn); /* on both engines */
void bed_add_sqlite(const char *name, bed_fn *fn);
void bed_add_postgres(const char *name, bed_fn *fn);
struct db *bed_open(const struct bed *bed); /* aborts with the reason */

/* psql as the superuser; `database` NULL = "postgres". Aborts when it fails. */
void bed_psql(const char *database, const char *sql);
char *bed_psql_ask(const char *database, const char *sql); /* g_free */
char *bed_postgres_url(const char *database);

/* Jobs on a struct bed_put: upsert, and insert that fails on a double. */
struct bed_put {
	const char *name, *value;
};
gboolean bed_put_job(struct db_tx *tx, void *arg, GError **error);
gboolean bed_insert_job(struct db_tx *tx, void *arg, GError **error);
/* A settings row by job; the simplest write there is. */
gboolean bed_put(struct db *db, const char *name, const char *value, GError **error);
int64_t bed_count(struct db *db); /* rows of settings */
/* A job that numbers one event with person_id = *(int64_t *)arg. */
gboolean bed_event_job(struct db_tx *tx, void *arg, GError **error);

/* Holds the writer inside a job, so that the next ones queue up for one batch. */
struct gate {
	GMutex lock;
	GCond cond;
	gboolean inside, open;
};
void gate_close(struct gate *gate, struct db *db);
void gate_open(struct gate *gate);

#define bed_no_error(error) g_assert_no_error(error)
/* Waits for a condition that another thread brings about; aborts after three minutes. */
#define bed_wait(condition)                                                                                  \
	do {                                                                                                 \
		gint64 bed_until_ = g_get_monotonic_time() + 180 * G_USEC_PER_SEC;                           \
		while (!(condition)) {                                                                       \
			g_assert_cmpint(g_get_monotonic_time(), <, bed_until_);                              \
			g_usleep(1000);                                                                      \
		}                                                                                            \
	} while (0)

void add_compose_tests(void);
void add_job_tests(void);
void add_feed_tests(void);
void add_file_tests(void);
void add_trouble_tests(void);
/* Other processes: this program again, with --child WHAT URL. */
int child_main(const char *what, const char *url);
GPid child_start(const char *what, const char *url, int *out); /* out: its stdout, or NULL */
int child_wait(GPid pid);                                      /* exit status */

#endif
