/* The loop of a problem (R-TICKET-4): which stage it is in, what each customer is told, what the
 * knowledge draft says. Pure. */
#ifndef RULES_PROBLEM_H
#define RULES_PROBLEM_H

#include "wire/model.h"

/* The stages that are steps with an owner and a time: FOUND to PREVENTED. */
#define PROBLEM_FIRST_STEP STAGE_FOUND
#define PROBLEM_LAST_STEP STAGE_PREVENTED
gboolean problem_is_step(enum problem_stage stage);
/* One that still waits for something: not prevented, not dismissed. */
gboolean problem_is_open(enum problem_stage stage);
/* The furthest step that is done; FOUND when none is. `steps`: struct problem_step. */
enum problem_stage problem_stage_by(const GPtrArray *steps);
const struct problem_step *problem_step_of(const GPtrArray *steps, enum problem_stage stage); /* NULL none */

/* What a customer of that language is told: the text of the language ("zh" for "zh-CN"), else that of "*"
 * (any). A customer whose language nobody knows (NULL, "") gets that of "*", else the first. NULL: there is
 * none. `texts`: struct problem_text. */
const struct problem_text *problem_text_for(const GPtrArray *texts, const char *language);
/* The text with the question whether it is solved now below it, in that language (English where we have no
 * other). g_free. */
char *problem_text_asking(const struct problem_text *text, const char *language);

/* The body of a knowledge draft, or of a training note for agents, in "en" or "zh": cause, what to do, and
 * how customers put it (char*, newest first). g_free. */
char *problem_article(const struct problem *p, const GPtrArray *said, gboolean training, const char *language);

#endif
