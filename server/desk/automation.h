/* Triggers, schedules and webhooks at work.
 *
 * What happens to a ticket is noted for the rules that wait for it in the same transaction that makes
 * it so (automation_queue): a crash neither loses nor doubles one. The scheduler takes the notes, oldest
 * first: in one transaction the note is removed, the rule's condition is asked of the ticket as it now
 * is, the steps are done as changes of the ticket by "the desk (rule NAME)", and the run is kept. All
 * steps are done, or none and the run says why. Several servers share the queue: a note is removed once. */
#ifndef DESK_AUTOMATION_H
#define DESK_AUTOMATION_H

#include "rules/chain.h"
#include "rules/fires.h"
#include "rules/schedule.h"
#include "rules/steps.h"
#include "server/desk/inside.h"
#include "server/desk/webhook_due.h"

/* ---- rules as they are kept (automation_rules.c) */
GPtrArray *automation_rules_read(struct db_conn *conn, int kind, unsigned *events, GError **error); /* kind -1: all */
struct rule *automation_rule_load(struct db_conn *conn, desk_id id, GError **error); /* NULL without error: gone */
gboolean automation_rule_put(struct db_conn *conn, const struct rule *r, desk_id *id, GError **error);
/* The first thing wrong with it by itself: query, steps, schedule, address. */
gboolean automation_rule_possible(const struct rule *r, GError **error);
/* When it runs next after `after_ms`; 0: never. */
int64_t automation_rule_next(const struct words *w, const struct rule *r, GTimeZone *zone, int64_t after_ms);
GTimeZone *automation_zone(struct db_conn *conn); /* the desk's; unref */
/* Which of the tickets (sorted or not) the rule's query holds. */
gboolean automation_which(struct db_conn *conn, const struct words *w, enum db_engine engine, const char *when,
                          int64_t now_ms, const desk_id *ids, size_t n, GArray *out, GError **error);

/* ---- noting (automation_note.c) */
/* Whatever the work's change was, and what `happened` says. */
gboolean automation_note(struct work *w, const char *change, GError **error);
gboolean automation_note_clock(struct work *w, enum rule_event event, enum clock_kind clock, GError **error);

/* ---- doing (automation_run.c, automation_steps.c) */
struct firing {
	struct desk *desk;
	struct db_tx *tx;
	const struct words *words;
	const struct rule *rule;
	struct ticket *ticket;   /* as it was before the steps */
	unsigned events;
	int64_t now;
	GTimeZone *zone;
	struct actor actor;      /* the desk (rule NAME) */
	GString *did;            /* "tag late; notify supervisors ..." */
};
gboolean automation_steps(struct firing *f, GError **error);
/* What a step would do, for trying. */
void automation_step_said(GString *out, const struct step *s, const struct step_world *w);
void automation_world(struct step_world *out, const struct words *w, const struct rule *rule, const struct ticket_row *row,
                      int64_t now_ms, GTimeZone *zone);
/* Stops the rule, tells the administrators. */
gboolean automation_suspend(struct db_tx *tx, struct desk *d, const struct rule *r, desk_id ticket_id, const char *why,
                            GError **error);
gboolean automation_run_keep(struct db_conn *conn, const struct rule *r, desk_id ticket_id, int64_t now_ms, const char *why,
                             const char *did, const char *error_text, GError **error);
/* Notes, schedules, old runs: what is due. *next_ms: when again, INT64_MAX never. */
gboolean automation_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);

/* ---- told outside (automation_deliver.c) */
gboolean automation_deliver(struct db_conn *conn, const struct rule *webhook, const struct ticket *t, const char *event,
                            int64_t now_ms, GError **error);

/* ---- who is told (tell_people.c) */
#define PEOPLE_OWNER (1u << 0)
#define PEOPLE_GROUP (1u << 1)
#define PEOPLE_SUPERVISORS (1u << 2)
#define PEOPLE_ADMINISTRATORS (1u << 3)
/* Adds those people (desk_id), each once. A ticket that is nobody's has the available people of its group
 * as owners; when nobody is available, all of it. group_id 0: the ticket's. */
gboolean people_told(struct db_conn *conn, const struct words *w, const struct ticket_row *row, desk_id group_id,
                     unsigned whom, GArray *out, GError **error);
/* A notice that may come in masses: so many of a kind a minute a person (an urgent ticket's beyond that, too), the
 * rest as one with their number and the nearest of them. The breach of a clock whose warning that person was told
 * minutes before takes the warning's place. */
gboolean notice_add_limited(struct work *w, const struct notice *n, GError **error);

/* ---- reads and writes over the API (automation_log.c, automation_try.c) */
gboolean automation_log_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error);
gboolean deliveries_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error);
gboolean automation_try_query(struct desk *d, struct db_conn *conn, const struct words *w, const struct query *q,
                              struct answer *out, GError **error);
/* A rule on what happened since: struct automation_run, newest first, at most `most`; nothing is done. Its condition is
 * asked of each ticket as it was then; *as_now (may be NULL; g_free): what of it had to be asked of the tickets as they
 * are now, "" nothing. *more (may be NULL): there were others. */
gboolean automation_try(struct desk *d, struct db_conn *conn, const struct words *w, const struct rule *r, int64_t since_ms,
                        int64_t now_ms, int most, GPtrArray *runs, gboolean *more, char **as_now,
                        GError **error);
change_fn change_webhook_retry;

#endif
