/* Which templates fit a ticket, best first: the one order that client and server sort by. Pure. */
#ifndef RULES_FIT_H
#define RULES_FIT_H

#include "wire/model.h"

#define FIT_ELDERLY_AGE 60
#define FIT_YOUNG_AGE 25

/* What is known of whom the text is for; zeroed = nothing. */
struct fit {
	const char *language;   /* the customer's; NULL unknown */
	enum mood mood;
	gboolean elderly, young;
	const char *category;   /* problem type; NULL unknown */
	int channel;            /* enum channel, or -1 */
	unsigned has;           /* parts the text has already, as bits of enum template_part */
};

/* From the ticket: its customer's language, tags ("elderly", "young") or else age, the mood of
 * what the customer wrote. `moods`: struct mood_phrases; NULL: all are neutral. Borrows. */
void fit_of_ticket(struct fit *fit, const struct ticket *t, const GPtrArray *moods, int64_t now_ms);
/* Higher fits better: language first, then no variant for somebody else and no other channel, then
 * comfort when the mood is negative, the problem type; what adds a part that the text has already
 * comes later. */
int fit_score(const struct template *t, const struct fit *fit);
/* struct template pointers, best first; equals in the order of a conversation's parts, of a part first
 * what was made for this customer's age and this channel, then by position and id. */
void fit_sort(GPtrArray *templates, const struct fit *fit);

#endif
