/* What happened to a ticket since a draft for it was written. */
#ifndef TUI_CHANGES_H
#define TUI_CHANGES_H

#include "client/store.h"
#include "tui/lines.h"

/* A line each, in the person's language (char*, raw texts within); empty: nothing. Pure but for names. */
GPtrArray *changes_since(const struct store *s, const struct ticket *t, const struct store_draft *d);
/* Below the conversation: that, for drafts that wait untouched; and what others share. */
void changes_build(struct lines *l, const struct ticket *t, const struct store *s, int64_t now_ms);
/* "reply", "note", "forward" in the person's language. */
const char *changes_kind(enum message_kind kind);
/* The first words of a text, in one line; g_free. */
char *changes_first_words(const char *text, glong max);

#endif
