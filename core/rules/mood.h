/* How a customer feels, from words and phrases that are data of the desk (R-TALK-3). Pure.
 *
 * A phrase with Chinese in it is looked for as it is, folded; one of English words by its
 * stems, in that order and next to each other: "let down" finds "lets down". A seam: whatever
 * recognises emotion later answers the same question. */
#ifndef RULES_MOOD_H
#define RULES_MOOD_H

#include "wire/model.h"

/* `words`: struct mood_phrases, may be NULL. The mood with most phrases in the text; of equals
 * the one first in MODEL_MOODS' order of urgency: angry, anxious, disappointed, satisfied. */
enum mood mood_of_text(const char *text, const GPtrArray *words);
/* Of a conversation (struct message, oldest first): the newest three messages of the customer
 * are asked, newest first; the first that says anything decides. */
enum mood mood_of_messages(const GPtrArray *messages, const GPtrArray *words);
gboolean mood_is_negative(enum mood mood);
/* A setting's text, "urgent, let down，着急" -> its phrases, appended to `to` (char*). */
void mood_split(const char *list, GPtrArray *to);

#endif
