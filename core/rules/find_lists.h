/* The desk's words for the query language, from plain lists of the model: the same names
 * fit on the server and in the workstation. */
#ifndef RULES_FIND_LISTS_H
#define RULES_FIND_LISTS_H

#include "rules/find.h"

struct find_lists { /* all borrowed; NULL: none */
	const GPtrArray *groups; /* struct group */
	const GPtrArray *people; /* struct person */
	const GPtrArray *tags;   /* struct tag */
	const GPtrArray *categories; /* struct category */
	const GPtrArray *fields;     /* struct desk_field */
	const struct person *me; /* NULL: nobody is asking */
	GTimeZone *zone;
};
/* `r` and `v` (either may be NULL) answer from `lists`, which must outlive them. Groups fit by
 * name or title, tags by name or label, people by log-in name, else by the beginning of a word
 * of their display. */
void find_lists_use(const struct find_lists *lists, struct find_resolver *r, struct find_vocabulary *v);

#endif
