/* What may follow the words of a step, as on the command line: "tech needs the workshop --promise 2h --send-text".
 * An option's value goes to the next option or the end; two dashes before any other word are text. Pure. */
#ifndef RULES_STEP_OPTIONS_H
#define RULES_STEP_OPTIONS_H

#include <glib.h>

struct step_options {
	char *words;      /* before the options; never NULL, maybe empty */
	char *reason, *promise, *note, *reply; /* NULL: not said */
	gboolean tells;   /* --send-text: the desk's own words go to the customer */
	GPtrArray *parts; /* char*: "GROUP: TASK @ TIME"; never NULL */
};
void step_options_read(const char *arg, struct step_options *out);
void step_options_clear(struct step_options *o);

/* "legal: look through the contract @ 18:00" (a full-width colon will do): what a group owes of a plan. *due NULL: no
 * time is said. FALSE: it is no such line, nothing is set. */
gboolean step_part(const char *line, char **group, char **task, char **due);

/* "first rest": both owned; *rest NULL when there is none. */
char *step_split(const char *arg, char **rest);

#endif
