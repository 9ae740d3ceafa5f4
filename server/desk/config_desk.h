/* The desk's configuration as a policy file: compared, applied, kept as revisions.
 * ttydesk-policy(5) tells what applying means. */
#ifndef DESK_CONFIG_DESK_H
#define DESK_CONFIG_DESK_H

#include "server/desk/records_read.h"
#include "wire/config.h"

/* ---- what the desk has now (config_state.c) */
struct config_state {
	GPtrArray *kept[RECORD_TYPE_COUNT]; /* struct record_kept; NULL: no configuration */
	GHashTable *by_name;                /* "type key" -> struct record_kept, borrowed */
};
struct config_state *config_state_load(struct db_conn *conn, GError **error);
void config_state_free(struct config_state *s);
typedef struct config_state config_state_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(config_state_auto, config_state_free)
const struct record_kept *config_state_find(const struct config_state *s, enum record_type type, const char *key);
char *config_state_text(const struct config_state *s, int type, const char *key); /* type -1: all; g_free */

/* ---- what a file would do (config_plan.c) */
enum config_verb { CONFIG_ADD, CONFIG_CHANGE, CONFIG_REMOVE };
struct config_step {
	enum config_verb verb;
	enum record_type type;
	const char *key;             /* borrowed from the file */
	struct record *record;       /* ADD, CHANGE: as it will be; borrowed unless `own` */
	struct record *own;          /* made here: a person set inactive */
	const struct record_kept *kept; /* CHANGE, REMOVE */
};
struct config_plan {
	GArray *steps;               /* struct config_step, in the order to do them */
	guint counts[3];             /* by verb */
	GString *diff;               /* "+ [tag new]" ... as `policy diff` prints */
};
/* Looks for every mistake that the desk's own records show. NULL: `errors` has some, or the
 * database failed (`error`). With state NULL the file is checked alone and the plan is empty. */
struct config_plan *config_plan_new(struct db_conn *conn, const struct config_file *f, const struct config_state *s,
                                    struct line_errors *errors, GError **error);
void config_plan_free(struct config_plan *p);
typedef struct config_plan config_plan_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(config_plan_auto, config_plan_free)
char *config_plan_summary(const struct config_plan *p); /* "1 added, 2 changed: policy chat, ..."; g_free */
/* What no other record is needed for: zones, hours, queries. */
gboolean record_possible(const struct record *r, GError **error);
/* Lines of `was` and `is` that differ, "- " and "+ " before them. */
void config_diff_lines(GString *out, const char *was, const char *is);

/* ---- doing it (config_apply.c) */
struct config_request {
	const char *text, *name;     /* name: of the file in messages */
	int64_t revision;            /* the one it was made from; -1 any */
	gboolean dry_run;
	const char *by_name;         /* whose revision it will be */
};
struct config_result {
	char *diff, *summary;        /* "" when it changes nothing */
	int64_t revision;            /* in force afterwards */
	int64_t seq;                 /* of the last event; 0 none */
};
void config_result_clear(struct config_result *r);
/* Inside a job. DESK_INVALID: every mistake, a line each. DESK_CONFLICT: changed since. */
gboolean config_apply(struct desk *d, struct db_tx *tx, const struct words *w, desk_id person_id,
                      const struct config_request *rq, struct config_result *out, GError **error);
/* The same as a job of its own, for commands. */
gboolean config_apply_wait(struct desk *d, const struct config_request *rq, struct config_result *out, GError **error);
gboolean config_revision_now(struct db_conn *conn, int64_t *revision, GError **error);

/* ---- what policies and calendars were (eras.c): kept before a write changes them (only the first time: how
 * it began), and afterwards, with the moment of the change; then open tickets are folded anew. */
gboolean eras_begin(struct db_conn *conn, GError **error);
gboolean eras_changed(struct db_conn *conn, int64_t now_ms, GError **error);

/* ---- what follows in many rows, in batches (refold.c) */
/* Marks every open ticket's clocks as to be folded anew. */
gboolean desk_refold_begin(struct db_conn *conn, int64_t now_ms, GError **error);
/* Marks the customers' glyphs as to be made anew from their tags. */
gboolean desk_reassess_begin(struct db_conn *conn, int64_t now_ms, GError **error); /* priorities from the matrix */
gboolean desk_remark_begin(struct db_conn *conn, int64_t now_ms, GError **error);
/* When policies or calendars changed last; 0 never. Tickets done before stay as they were judged. */
gboolean desk_judged(struct db_conn *conn, int64_t *ms, GError **error);
/* Up to which ticket that is done; INT64_MAX: wholly. */
gboolean desk_refolded(struct db_conn *conn, desk_id *done, GError **error);
/* A customer's tags have changed: the clocks of its tickets that are open (or were done since policies
 * changed), when a policy asks for tags. */
gboolean desk_refold_customer(struct work *work, desk_id customer_id, GError **error);
/* Does some batches, if there is anything to do and it is time for it; *next_ms: when to call again,
 * INT64_MAX: all is done. Survives being broken off. A batch is as much as a few milliseconds hold, so
 * that what agents do hardly waits for it. now_ms INT64_MAX: don't wait. */
gboolean desk_refold(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
/* The same with a single batch of at most so many. */
gboolean desk_refold_some(struct desk *d, int64_t now_ms, guint most, int64_t *next_ms, GError **error);

#endif
