/* What a person is told of: counted on the screen, and told outside of it when nobody looks. */
#ifndef TUI_NOTICES_H
#define TUI_NOTICES_H

#include "tui/app_inner.h"

struct notices *notices_new(struct app *app);
void notices_free(struct notices *n); /* NULL is fine */
void notices_note(struct app *app, const struct store_note *note); /* STORE_NOTICE, STORE_SESSION */
void notices_opened(struct app *app, desk_id ticket_id); /* what was told of it is seen now */
/* Says who did what where, for people: a title, and the words themselves (raw; g_free both). */
void notice_words(const struct notice *n, char **title, char **text);
/* How many more of its kind it came instead of; 0: it is one of its own. */
guint notice_stands_for(const struct notice *n);
/* Until when nothing leaves the screen: wall ms; 0 by the quiet hours, INT64_MAX until further notice. */
void notices_quiet(struct app *app, int64_t until_ms);
gboolean notices_are_quiet(const struct app *app);

#endif
