/* The terminal. The only file with curses; the only writer to it.
 *
 * ncurses draws into memory; each frame goes out as ONE write(). Nothing is
 * written while suspended. Cells are drawn from `struct text` or from literals
 * of this program; every glyph has an ASCII fallback. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "base/text.h"
#include "tui/theme.h"

struct rect { int y, x, h, w; };

enum glyph {
	GLYPH_HLINE, GLYPH_VLINE, GLYPH_TEE_DOWN, GLYPH_TEE_UP, GLYPH_TEE_RIGHT, GLYPH_TEE_LEFT, GLYPH_CROSS,
	GLYPH_CURSOR,   /* > */
	GLYPH_STAR, GLYPH_WARN, GLYPH_UP, GLYPH_DOT, GLYPH_CHECK, GLYPH_HEART, GLYPH_ELDERLY,
	GLYPH_WAITING,  /* customer waits for us */
	GLYPH_PENDING, GLYPH_UNCERTAIN, GLYPH_REFUSED, GLYPH_PAUSED, GLYPH_LATE, GLYPH_ELLIPSIS,
	GLYPH_LOOKS, GLYPH_WRITES, /* somebody else on the ticket */
	GLYPH_FROM_LEFT, GLYPH_FROM_RIGHT, /* a line that comes from there and turns down */
	GLYPH_COUNT
};
/* By the key in tags and rows ("star", "warn", "up", "dot", "heart", "elderly"); GLYPH_DOT if unknown. */
enum glyph glyph_by_key(const char *key, size_t len);


struct screen;
/* Takes over the terminal on fd (in == out for a tty). Whether it shows UTF-8 is
 * decided by LC_CTYPE, so main calls setlocale() first, and makes the screen before
 * the first lineedit. TTYDESK_AMBIGUOUS_WIDTH=1|2 is read here.
 * DESK_IO when it is none or
 * terminfo lacks what is needed (cup, clear). `no_color` forces mono. */
struct screen *screen_new(int fd_in, int fd_out, const char *term, gboolean no_color, GError **error);
void screen_free(struct screen *s); /* restores the terminal */
void screen_set_theme(struct screen *s, const struct theme *t); /* borrowed */
int screen_rows(const struct screen *s);
int screen_cols(const struct screen *s);
gboolean screen_utf8(const struct screen *s);
gboolean screen_colours(const struct screen *s);
/* The theme's mark of a role ("!"), "" when it has none. */
const char *screen_mark(const struct screen *s, enum theme_role role);
int screen_fd(const struct screen *s);
gboolean screen_resized(struct screen *s);  /* asks the kernel; TRUE when the size changed */
void screen_suspend(struct screen *s);      /* gives the terminal back (Ctrl-Z, editor) */
void screen_resume(struct screen *s);
gboolean screen_suspended(const struct screen *s);
void screen_redraw(struct screen *s);       /* next frame repaints every cell */
void screen_bell(struct screen *s);         /* goes out with the next frame */
/* The mouse tells us of wheel and clicks, or belongs to the terminal (marking text).
 * FALSE: this terminal is not known to have one. Off whenever the terminal is given back. */
gboolean screen_mouse(struct screen *s, gboolean on);
/* With the first frame the terminal is asked how wide it draws an ambiguous character;
 * the answer comes as input (INPUT_CURSOR_AT): a column of 1 means one, of 2 two. FALSE: it
 * is not asked, because it can't answer or the answer would tell nothing. */
gboolean screen_ask_width(struct screen *s);
#define SCREEN_COPY_MAX 74994 /* bytes: as base64 the 100,000 characters that terminals take */
/* Puts text onto the clipboard of the terminal (OSC 52, wrapped for tmux and screen), with
 * the next frame. NUL is left out. DESK_LIMIT, or DESK_UNSUPPORTED where no terminal of
 * its kind has one; whether this one took it nobody tells. */
gboolean screen_copy(struct screen *s, const char *bytes, size_t len, GError **error);
/* Tells the person outside the screen, with the next frame: OSC 9, 777 or 99 where the terminal is
 * known to take it, else (or when `bell_only`) a bell. */
void screen_notify(struct screen *s, gboolean bell_only, const struct text *title, const struct text *text);
/* Which, and the bytes of it: pure. */
enum notify_way { NOTIFY_BELL, NOTIFY_OSC9, NOTIFY_OSC777, NOTIFY_OSC99 };
struct notify_env { /* of the variables TERM, TERM_PROGRAM, LC_TERMINAL, ...; NULL unset */
	const char *term, *program, *lc_terminal, *kitty, *vte, *windows, *conemu, *tmux, *sty;
};
enum notify_way notify_way_of(const struct notify_env *e);
void notify_sequence(GString *out, enum notify_way way, const char *title, const char *text, gboolean utf8);
void screen_title(struct screen *s, const struct text *title); /* terminals that have one; next frame */
/* Sends the frame with the cursor at (y, x), hidden when y < 0. One write(), none if
 * nothing changed. Returns bytes sent. While screen_blocked() nothing new is
 * painted: watch screen_fd() for writing, then call it again. */
size_t screen_flush(struct screen *s, int cursor_y, int cursor_x);
/* TRUE while the terminal has not taken all of the last frame. */
gboolean screen_blocked(const struct screen *s);
/* Bytes the terminal has taken so far (tests wait until they have come out of its other end). */
guint64 screen_sent(const struct screen *s);
/* TRUE once the terminal is gone (hang-up): end the program. */
gboolean screen_gone(const struct screen *s);
/* What is on the cells now, as text lines (tests, :save-screen). g_free. */
char *screen_dump(const struct screen *s);

/* ---- a clipped window onto the frame; coordinates are relative to it */
struct canvas {
	struct screen *screen;
	struct rect area;
};
struct canvas canvas_of(struct screen *s, struct rect area);
struct canvas canvas_sub(const struct canvas *c, struct rect r); /* clipped to c */
void canvas_fill(const struct canvas *c, struct rect r, enum theme_role role); /* blanks */
/* All drawing returns the columns used. Text beyond `cols` is cut with an ellipsis
 * glyph; wide characters are never halved. cols < 0 = to the edge. */
int canvas_text(const struct canvas *c, int y, int x, int cols, enum theme_role role, const struct text *t);
/* Bytes [from, to) of the text (grapheme borders), no ellipsis. */
int canvas_span(const struct canvas *c, int y, int x, int cols, enum theme_role role,
                const struct text *t, size_t from, size_t to);
/* Only string literals and formatted numbers of this program: printable ASCII. */
int canvas_literal(const struct canvas *c, int y, int x, enum theme_role role, const char *ascii);
int canvas_glyph(const struct canvas *c, int y, int x, enum theme_role role, enum glyph g);
/* The sign of a role: the theme's mark where it is another than the stand-in of `g`, else
 * the glyph; GLYPH_COUNT: only the mark. One column. */
int canvas_mark(const struct canvas *c, int y, int x, enum theme_role role, enum glyph g);
int glyph_cols(const struct screen *s, enum glyph g);
void canvas_hline(const struct canvas *c, int y, int x, int cols, enum theme_role role);
void canvas_vline(const struct canvas *c, int y, int x, int rows, enum theme_role role);
/* Moves rows [top, top+h) by n lines (n > 0: content goes up), so that a scroll is
 * sent instead of cells. TRUE: the cells moved and the exposed rows are blank;
 * FALSE (area not full-width, terminal can't): nothing moved, repaint all. */
gboolean canvas_scrolled(const struct canvas *c, int top, int h, int n);

#endif
