/* Bytes from the terminal to strokes: UTF-8, escape sequences by terminfo and the
 * common xterm forms, Alt as prefix, bracketed paste, focus events, the mouse as xterm
 * reports it (SGR), where the cursor is. No curses.
 *
 * The space bar is STROKE_SPACE; Ctrl-M, -I, -H and -[ are enter, tab, backspace and
 * escape, for terminals cannot tell them apart.
 *
 * A lone Escape is told from a sequence by ESC_WAIT_MS. A paste is one event and
 * never strokes. Invalid UTF-8 becomes U+FFFD. */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <glib.h>
#include "base/error.h"

#define INPUT_ESC_WAIT_MS 50
#define INPUT_PASTE_MAX (4u << 20)
#define INPUT_ANSWER_ROW 2 /* 1-based: where the cursor stands when it is asked for; in row 1 the answer is a key */

typedef guint32 stroke; /* Unicode scalar, or STROKE_NAMED | id; plus modifiers */
#define STROKE_NAMED (1u << 28)
#define STROKE_CTRL (1u << 29)
#define STROKE_ALT (1u << 30)
#define STROKE_SHIFT (1u << 27) /* named keys only */
#define STROKE_NAMES(_) \
	_(ENTER, "enter") _(TAB, "tab") _(ESCAPE, "escape") _(BACKSPACE, "backspace") \
	_(UP, "up") _(DOWN, "down") _(LEFT, "left") _(RIGHT, "right") \
	_(HOME, "home") _(END, "end") _(PAGE_UP, "page-up") _(PAGE_DOWN, "page-down") \
	_(INSERT, "insert") _(DELETE, "delete") _(BACKTAB, "backtab") _(SPACE, "space") \
	_(F1, "f1") _(F2, "f2") _(F3, "f3") _(F4, "f4") _(F5, "f5") _(F6, "f6") \
	_(F7, "f7") _(F8, "f8") _(F9, "f9") _(F10, "f10") _(F11, "f11") _(F12, "f12")
enum stroke_id {
	STROKE_ID_NONE = STROKE_NAMED,
#define E(id, name) STROKE_##id,
	STROKE_NAMES(E)
#undef E
	STROKE_ID_END
};

/* "ctrl-x", "alt-enter", "g", "space", "陈"; 0 and DESK_INVALID when unknown. */
stroke stroke_parse(const char *name, size_t len, GError **error);
const char *stroke_name(stroke s, char *buf, size_t size); /* buf >= 40 */

enum input_kind {
	INPUT_STROKE, INPUT_PASTE, INPUT_FOCUS_IN, INPUT_FOCUS_OUT,
	INPUT_CLICK, INPUT_WHEEL_UP, INPUT_WHEEL_DOWN, /* the first button went down; the wheel */
	INPUT_CURSOR_AT /* the answer of the terminal, only while one is expected */
};
struct input_event {
	enum input_kind kind;
	stroke stroke;
	const char *bytes;  /* INPUT_PASTE: raw, borrowed */
	size_t len;
	int row, col;       /* of the mouse or the cursor, from 0 */
	gboolean cut;       /* INPUT_PASTE: it was longer than INPUT_PASTE_MAX */
	/* bytes as typed, for readline: length in raw_len */
	char raw[16];
	size_t raw_len;
};
typedef void input_fn(const struct input_event *ev, void *arg);

struct input;
struct input *input_new(const char *term); /* NULL: xterm forms only */
void input_free(struct input *in);
/* Feeds what read() gave; calls fn for each whole event. */
void input_feed(struct input *in, const char *bytes, size_t len, input_fn *fn, void *arg);
/* TRUE while a prefix (a lone Escape?) or an unfinished paste waits: call input_expire
 * each ESC_WAIT_MS without input until it is FALSE. */
gboolean input_waiting(const struct input *in);
/* The terminal was asked where its cursor is (in INPUT_ANSWER_ROW): its answer is one event,
 * however slowly its bytes come. FALSE: the answer is waited for no more. */
void input_expect_cursor(struct input *in, gboolean expect);
gboolean input_expects_cursor(const struct input *in);
void input_expire(struct input *in, input_fn *fn, void *arg);

#endif
