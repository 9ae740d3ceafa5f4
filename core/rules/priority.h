/* Priority from impact and need (R-SORT-2), and the sentence that says why a ticket has the one it
 * has. Pure. */
#ifndef RULES_PRIORITY_H
#define RULES_PRIORITY_H

#include "base/error.h"
#include "rules/history.h"
#include "wire/model.h"

struct priority_matrix {
	enum ticket_priority of[IMPACT_COUNT][NEED_COUNT];
};

/* The setting priority_matrix: "wide/high=urgent limited/medium=important", a word a pair; a pair that
 * isn't named keeps what the default says. NULL text: the default. DESK_INVALID says which word is
 * wrong, or that a pair is named twice; then *m is the default. */
gboolean priority_matrix_parse(struct priority_matrix *m, const char *text, GError **error);
/* FALSE while impact or need isn't said (-1): then *out stays. */
gboolean priority_assess(const struct priority_matrix *m, int impact, int need, enum ticket_priority *out);

/* ---- why: kept in English beside the priority, in one of the forms of rules/history.h */
char *priority_reason_matrix(enum impact impact, enum need need); /* g_free */
/* The matrix gave it: a changed matrix may give another one. */
gboolean priority_reason_is_matrix(const char *reason);
gboolean priority_reason_is_incident(const char *reason);
gboolean priority_reason_is_person(const char *reason); /* set by hand */
/* In the language of the thread; "" for none. g_free. */
char *priority_reason_said(const char *reason);

#endif
