/* What the files of the screen share: the cells, the frame and the styles. */
#ifndef TUI_SCREEN_CELLS_H
#define TUI_SCREEN_CELLS_H

#include <stdio.h>
#include <termios.h>
#include "tui/screen.h"

/* One cell in one word, so that comparing, filling and moving rows is cheap:
 * bits 0-30 a code point, or with CELL_LONG an index of screen->graphemes;
 * bits 32-39 the role; bits 40-41 the width (0 = right half of the cell before). */
typedef guint64 cell;
#define CELL_LONG (1u << 31)
#define CELL_MAKE(ch, look, width) ((cell)(ch) | (cell)(look) << 32 | (cell)(width) << 40)
#define CELL_CHAR(c) ((guint32)(c))
#define CELL_LOOK(c) ((unsigned)((c) >> 32 & 0xff))
#define CELL_WIDTH(c) ((int)((c) >> 40 & 3))
#define CELL_NEVER (~(cell)0) /* equals no cell: shown, but unknown */
#define SCREEN_MOUSE_ON "\033[?1000h\033[?1006h"
#define SCREEN_MOUSE_OFF "\033[?1006l\033[?1000l"
#define GRAPHEMES_MAX 4096
#define ALIAS_MAX 512

struct row_dirt { int from, to; }; /* [from, to); from >= to = clean */

struct screen_scroll { int top, h, n; }; /* not yet told to curses; n 0 = none */

struct screen {
	guint64 sent;             /* bytes the terminal took */
	int fd_in, fd_out;
	int fd_own;               /* our own description of the terminal, non-blocking; or fd_out */
	gboolean own;
	struct termios cooked, raw;
	gboolean plain; /* an old terminal: its glyphs are ASCII whatever the locale */
	gboolean utf8, modern, colours, suspended, redraw, gone;
	int n_colours;
	gboolean direct;          /* COLORS are RGB values */
	char *term;

	void *curses;             /* SCREEN */
	FILE *mem;                /* what curses writes to */
	int memfd;
	int cursor_shown;         /* -1 unknown */
	gboolean can_scroll, ansi; /* ansi: cursor and region as in ECMA-48 */

	int rows, cols;
	cell *want;               /* what was drawn */
	cell *shown;              /* what curses knows of */
	struct row_dirt *dirt;
	struct screen_scroll scroll;
	GPtrArray *graphemes;     /* strings of CELL_LONG cells */
	GHashTable *grapheme_ids;
	/* Graphemes that curses would misplace travel through it as rare characters of
	 * the right width and are put back into the frame: [0] one column, [1] two. */
	GPtrArray *alias[2];

	const struct theme *theme;
	unsigned attr[LOOK_COUNT];
	int pair[LOOK_COUNT];

	GString *before;          /* goes out ahead of the curses part: scrolls, bell, title */
	GByteArray *frame;        /* the frame, or what the terminal has not taken yet */
	gboolean titled, mouse;
	gboolean asks_width;      /* with the next whole frame */
	char *title;              /* the last one, gated; NULL none */
#ifdef DESK_TEST_HOOKS
	unsigned writes;
#endif
};

/* screen_frame.c: cells -> curses -> bytes -> one write() */
gboolean frame_open(struct screen *s, GError **error);
void frame_close(struct screen *s);
void frame_leave(struct screen *s); /* bytes that give the terminal back, into s->frame */
void frame_enter(struct screen *s);
void frame_resize(struct screen *s, int rows, int cols);
void frame_compose(struct screen *s, int cursor_y, int cursor_x);
gboolean frame_send(struct screen *s); /* FALSE: the terminal took not all of it */
void frame_send_all(struct screen *s); /* waits for the terminal, a second at most */

/* screen_crash.c: when we end without a word, the terminal still gets these bytes and
 * its modes back. One screen at a time; forget before it goes. */
void crash_guard(const char *bytes, size_t len, int fd, int fd_in, const struct termios *cooked);
void crash_forget(void);

/* screen_copy.c */
enum copy_wrap { COPY_BARE, COPY_TMUX, COPY_SCREEN };
enum copy_wrap copy_wrap_of(const char *term, gboolean tmux, gboolean sty);
void copy_sequence(GString *out, const char *bytes, size_t len, enum copy_wrap wrap); /* pure */

/* screen_colour.c */
void colour_resolve(struct screen *s);

/* screen_canvas.c */
void cells_resize(struct screen *s, int rows, int cols);
/* Drops graphemes no cell shows any more; every cell is compared anew. */
void cells_forget(struct screen *s);
void cells_dirty(struct screen *s, int y, int from, int to);

/* screen_glyph.c */
const char *glyph_string(const struct screen *s, enum glyph g);
const char *glyph_ascii(enum glyph g); /* the stand-in */

/* screen_keys.c: the key strings of a terminal's description. The only part of
 * curses that the input decoder needs. */
typedef void screen_key_fn(guint32 stroke, const char *bytes, void *arg);
void screen_each_key(const char *term, screen_key_fn *fn, void *arg);

#endif
