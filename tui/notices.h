/* What a person is told of: counted on the screen, and told outside of it when nobody looks. */
#ifndef TUI_NOTICES_H
#define TUI_NOTICES_H

#include "base/clock.h"
#include "tui/app_inner.h"

struct notices *notices_new(struct app *app);
void notices_free(struct notices *n); /* NULL is fine */
void notices_note(struct app *app, const struct store_note *note); /* STORE_NOTICE, STORE_SESSION */
void notices_opened(struct app *app, desk_id ticket_id); /* what was told of it is seen now */
/* Says who did what where, for people: a title, and the words themselves (raw; g_free both). */
void notice_words(const struct notice *n, char **title, char **text);
/* What it is about: of one that stands for many the ticket that is due first; 0 none. */
desk_id notice_ticket(const struct notice *n);
/* How many more of its kind it came instead of; 0: it is one of its own. */
guint notice_stands_for(const struct notice *n);
/* It goes on growing for a while: how long after the first of them it is told. */
#define NOTICE_GATHER_MS (30 * MS_SECOND)
/* The one with that id as it is by now, when nobody has seen it; NULL: it needs no telling. Borrowed. */
const struct notice *notice_gathered(const struct store *s, desk_id id);
/* Until when nothing leaves the screen: wall ms; 0 by the quiet hours, INT64_MAX until further notice. */
void notices_quiet(struct app *app, int64_t until_ms);
gboolean notices_are_quiet(const struct app *app);

#endif
