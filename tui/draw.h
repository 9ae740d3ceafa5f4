/* What several views draw alike: gated strings, labels for people, clock looks. */
#ifndef TUI_DRAW_H
#define TUI_DRAW_H

#include <stdint.h>
#include "base/clock.h"
#include "base/say.h"
#include "base/when.h"
#include "client/store.h"
#include "tui/keymap.h"
#include "tui/screen.h"
#include "wire/said.h"

/* Through the gate, then canvas_text; returns the columns used. NULL draws nothing. */
int draw_raw(const struct canvas *c, int y, int x, int cols, enum theme_role role, const char *raw);
/* The format is translated, what it shows is not. */
int draw_format(const struct canvas *c, int y, int x, int cols, enum theme_role role, const char *format, ...)
	G_GNUC_PRINTF(6, 7);
/* Words of this program in the person's language: draw_raw of say(msgid). Ask draw_cols(_("..."))
 * how wide they are; other languages need more or less. */
int draw_words(const struct canvas *c, int y, int x, int cols, enum theme_role role, const char *msgid);
/* Columns of a raw string once it passed the gate (one line). */
int draw_cols(const char *raw);
/* The glyphs of "star warn", at most `max` of them; returns the columns used. */
int draw_marks(const struct canvas *c, int y, int x, int max, const char *keys);

/* ---- words for people, never NULL */
const char *label_clock(enum clock_kind kind);       /* "first reply" */
const char *label_channel(enum channel channel);     /* at most 6 columns, in any language */
const char *label_status(enum ticket_status status); /* "on hold" */
char *label_category(const char *category);          /* "account > sign-in"; "" for NULL; g_free */
/* The same with the desk's own words for the levels, where the language has others than the path. */
char *label_category_of(const struct store *s, const char *category);
/* The label and advice in the language of the person at the screen. */
const char *label_tag(const struct store *s, const struct tag *tag);
const char *label_advice(const struct store *s, const struct tag *tag);

/* Shortest key of the action that works in the context, its own or everywhere's; "". */
const char *label_key(const struct keymap *km, const char *context, enum action action, char *buf, size_t size);

/* ---- clocks */
enum clock_look { CLOCK_LOOK_NONE, CLOCK_LOOK_OK, CLOCK_LOOK_WARN, CLOCK_LOOK_LATE, CLOCK_LOOK_PAUSED };
enum clock_look clock_look_of(int64_t now_ms, int64_t warn_ms, int64_t due_ms);
enum theme_role clock_look_role(enum clock_look look);
/* When the countdown to due_ms, or its look, next differs; INT64_MAX never. */
int64_t clock_look_next(int64_t now_ms, int64_t warn_ms, int64_t due_ms);
/* "running", "soon", "late", "paused", "met", "met late", "ended"; and how that looks. `look` of one that runs. */
const char *label_clock_state(const struct ticket_clock *clock, enum clock_look look);
enum theme_role clock_state_role(const struct ticket_clock *clock, enum clock_look look);
/* The sign that says what the colour says, as the word does; FALSE: it has none. */
gboolean clock_state_sign(const struct ticket_clock *clock, enum clock_look look, enum glyph *sign);
/* All of a ticket (struct ticket_clock, borrowed): running and late ones by their end, then paused,
 * then those that have ended, the last one first. Free the array. */
GPtrArray *clocks_sorted(const struct ticket *t);
/* "snoozed until 18:00", "snoozed until the customer writes"; g_free. The short form fits 11 columns. */
char *label_snoozed(const struct ticket_row *row, int64_t now_ms);
char *label_snoozed_short(const struct ticket_row *row, int64_t now_ms);
/* The running or paused clock a ticket shows; NULL when there is none. */
const struct ticket_clock *clock_shown(const struct ticket *t);

/* "10:39" today, "Nov 20 10:39" else (base/when.h). */
const char *draw_when(int64_t at_ms, int64_t now_ms, char *buf, size_t size);

#endif
