/* The vocabulary of the wire in words for people. */
#ifndef WIRE_SAID_H
#define WIRE_SAID_H

#include "base/say.h"
#include "wire/wire.h"

/* A name of a vocabulary ("pending-customer", "supervisor", "duplicate") in the language of the
 * thread; the name itself in English and when it is none of ours. Borrowed. Commands go on taking
 * the name as it is on the wire. */
const char *word_said(const char *name);
/* The same for the name of a change ("ticket-new", "reply"), which means an act. */
const char *change_said(enum change_kind kind);
/* Every name that has words of its own, NULL-terminated (tests). */
extern const char *const words_said[], *const changes_said[];

/* A language by its code, in itself: "zh" -> "中文", "en" -> "English"; the code when it is another. */
const char *language_said(const char *code);

/* What somebody has in hand, of what they may have: "load 40 %". g_free. */
char *load_said(const struct agent *a);
int load_percent(const struct agent *a);

#endif
