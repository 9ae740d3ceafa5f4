/* What the sample's customers say. */
#ifndef DESK_LIVE_LINES_H
#define DESK_LIVE_LINES_H

#include <glib.h>
#include "wire/model.h"

struct live_opening {
	const char *language;   /* "en", "zh" */
	enum channel channel;
	const char *category;
	const char *subject, *body;
};
const struct live_opening *live_opening(GRand *rand, const char *language);
/* level: how many messages of theirs are unanswered (1 = the first reminder). */
const char *live_impatient(GRand *rand, const char *language, int level);
const char *live_answer(GRand *rand, const char *language);
const char *live_reopen(GRand *rand, const char *language);
const char *live_comment(GRand *rand, const char *language, int stars);
const char *live_leave(const char *language);

#endif
