/* What actions do, for all who have lists of them: rules of the desk, macros (rules/macro.h) in the workstation and on
 * the command line. A rule is such a list carried out by the desk itself, which has no composer: the texts stand
 * behind the action.
 *
 *   priority urgent
 *   tag vip-late
 *   note {customer} has waited since {date}: the second warning
 *   notify supervisors #{ticket} is late
 *   webhook crm
 *
 * {customer} {ticket} {subject} {group} {agent} {status} {priority} {date} {rule} are filled
 * (rules/fill.h); \n in a text begins a new line. Empty lines and lines that begin with # are passed
 * over. Pure: who has the desk's words gives them; nothing here does anything. */
#ifndef RULES_STEPS_H
#define RULES_STEPS_H

#include "rules/fill.h"
#include "rules/macro.h"
#include "wire/wire.h"

#define STEPS_MAX 20

enum step_kind {
	STEP_CHANGE,   /* a change of the ticket: step_change() */
	STEP_TEMPLATE, /* a reply made of a template: who has the templates fills one */
	STEP_NOTIFY,   /* people are told: step_whom() */
	STEP_WEBHOOK   /* arg: its name */
};
struct step {
	int line, column;  /* of the action, from 1 */
	enum step_kind kind;
	char *action, *arg; /* arg never NULL */
};
void step_free(gpointer step);

/* What arguments name; a list that is NULL isn't looked at. */
struct step_names {
	struct macro_names desk;
	const GPtrArray *webhooks; /* char* */
};
/* Every mistake, line and column from 1 of the text. */
typedef void step_wrong_fn(int line, int column, const char *sentence, void *arg);
/* struct step, in order; NULL when anything is wrong, which is told to `wrong` (may be NULL) in full. */
GPtrArray *steps_parse(const char *text, const struct step_names *names, step_wrong_fn *wrong, void *arg);

/* What the actions need of the moment. Borrowed. */
struct step_world {
	struct macro_names desk;      /* never NULL lists but templates */
	const GPtrArray *tags;        /* struct tag */
	const struct ticket_row *row;
	const char *rule;             /* its name, or the macro's */
	const struct person *me;      /* whose macro it is: "me" in it, and whose step of the ladder; NULL: a rule, nobody */
	const GPtrArray *ladder;      /* struct escalation, of the ticket; not looked at for a rule */
	int64_t now_ms;
	GTimeZone *zone;
};
/* An action (a STEP_CHANGE of a rule, one of a macro that macro_changes()) as a change on that ticket. `out` is
 * initialised here and wants change_clear whatever comes back. DESK_INVALID: what is named isn't there (any more);
 * DESK_NOTFOUND: no step of the ladder is theirs. */
gboolean step_change(const char *action, const char *arg, const struct step_world *w, struct change *out, GError **error);
/* The text with variables filled and \n made lines. g_free. */
char *step_text(const char *text, const struct step_world *w);
/* "30m", "18:00" (the next one in the zone): a moment after now_ms. FALSE: it is neither. */
gboolean step_time(const char *text, int64_t now_ms, GTimeZone *zone, int64_t *at_ms);

/* Whom a notify tells. */
enum step_whom { WHOM_OWNER, WHOM_GROUP, WHOM_SUPERVISORS, WHOM_ADMINISTRATORS, WHOM_PERSON, WHOM_NOBODY };
/* Splits "WHOM TEXT". *id: the person or (WHOM_GROUP) another group than the ticket's, 0 none. *text is
 * borrowed from the argument. */
enum step_whom step_whom(const char *arg, const struct macro_names *names, desk_id *id, const char **text);

#endif
