/* Macros: lists of named actions, one a line, as they are typed after `:`. What may stand in one,
 * and what is wrong with a line; whoever saves, imports or runs one asks here. Pure.
 *
 * Empty lines and lines that begin with # are passed over. Every action has its argument: a macro
 * asks nothing. Actions that move to another ticket or close the view stand last. */
#ifndef RULES_MACRO_H
#define RULES_MACRO_H

#include "base/error.h"
#include "wire/model.h"

#define MACRO_STEPS_MAX 40
#define MACRO_TEXT_MAX 8192 /* bytes */

struct macro_step {
	int line;          /* from 1 */
	char *action;      /* its name: "status" */
	char *arg;         /* never NULL */
};
void macro_step_free(gpointer step);

/* What the arguments name; a list that is NULL isn't looked at. */
struct macro_names {
	const GPtrArray *groups, *people, *categories, *fields, *checklists, *templates;
};

/* struct macro_step, in order. NULL: DESK_INVALID says which line and why. `names` may be NULL. */
GPtrArray *macro_parse(const char *text, const struct macro_names *names, GError **error);
/* What is wrong with the argument (not empty) of an action that a macro may hold, a sentence to be
 * freed; NULL: nothing, or it is no such action. For other lists of actions with the same meaning. */
char *macro_wrong(const char *action, const char *arg, const struct macro_names *names);
/* Whether it changes the ticket as it is (rules/steps.h makes the change of it); the others write text for the
 * customer or move on, which wants somebody before a screen. */
gboolean macro_changes(const char *action);
/* All actions that may stand in one, for completion and manuals: index from 0; NULL at the end. */
const char *macro_action(size_t i);

#endif
