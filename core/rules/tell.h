/* Who is told that a clock will soon be over, or is: a setting of the desk, as text. Pure.
 *
 *   urgent: owner supervisors; promise tier2: owner supervisors administrators; owner
 *
 * Clauses with ; between; the first one whose head fits holds. A head names clocks and priorities
 * before a colon: one of its clocks (if it names any) and one of its priorities (if any) must fit; a
 * clause without a head fits always. None fits: nobody is told. The words:
 *
 *   owner           whose ticket it is; when it is nobody's, the available people of its group
 *   group           the available people of its group
 *   supervisors     those who work for its group; when there are none, all of the desk
 *   administrators  all
 *   nobody
 *   @zhao.min       that person */
#ifndef RULES_TELL_H
#define RULES_TELL_H

#include "base/error.h"
#include "wire/model.h"

enum tell_whom { TELL_OWNER = 1u << 0, TELL_GROUP = 1u << 1, TELL_SUPERVISORS = 1u << 2, TELL_ADMINISTRATORS = 1u << 3 };

struct tell_clause {
	unsigned clocks, priorities; /* bits; 0 any */
	unsigned whom;               /* enum tell_whom */
	GPtrArray *people;           /* char*: names; NULL none */
};
struct tell {
	GPtrArray *clauses; /* struct tell_clause */
};
/* NULL: DESK_INVALID, a sentence. */
struct tell *tell_parse(const char *text, GError **error);
void tell_free(struct tell *t); /* NULL is fine */
typedef struct tell tell_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(tell_auto, tell_free)
/* The clause that holds; NULL: nobody. Borrowed. */
const struct tell_clause *tell_clause_of(const struct tell *t, enum clock_kind clock, enum ticket_priority priority);

#endif
