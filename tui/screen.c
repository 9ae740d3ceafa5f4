/* The terminal: taking it over, its size, suspending, giving it back. */
#include "tui/screen_cells.h"
#include "tui/input.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ROWS_MAX 1000
#define COLS_MAX 1000

/* Terminals that know bracketed paste, focus events and titles, by the family of
 * their name; others must say so (XT in their description). */
static gboolean is_modern(const char *term)
{
	static const char *const families[] = {
		"xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "kitty", "wezterm", "konsole",
		"gnome", "vte", "mlterm", "iterm", "contour", "ghostty", "mintty", "putty", NULL,
	};

	for (int i = 0; families[i]; i++)
		if (g_str_has_prefix(term, families[i]))
			return TRUE;
	return tigetflag("XT") > 0;
}

/* A real vt100 or vt220 has no line of UTF-8, whatever the locale of the host says. */
static gboolean is_old(const char *term)
{
	return g_str_has_prefix(term, "vt") && g_ascii_isdigit(term[2]);
}

static void take_termios(struct screen *s)
{
	s->raw = s->cooked;
	s->raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON | IXOFF | PARMRK);
	s->raw.c_oflag &= ~(tcflag_t)OPOST;
	s->raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	s->raw.c_cc[VMIN] = 1;
	s->raw.c_cc[VTIME] = 0;
	tcsetattr(s->fd_in, TCSADRAIN, &s->raw);
}

/* A description of our own, so that making it non-blocking touches no other program
 * that shares the terminal. */
static void open_own(struct screen *s)
{
	char path[64];

	g_snprintf(path, sizeof(path), "/proc/self/fd/%d", s->fd_out);
	s->fd_own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	s->own = s->fd_own >= 0;
	if (!s->own)
		s->fd_own = s->fd_out;
}

static gboolean kernel_size(const struct screen *s, int *rows, int *cols)
{
	struct winsize ws;

	if (ioctl(s->fd_out, TIOCGWINSZ, &ws) != 0 || ws.ws_row == 0 || ws.ws_col == 0)
		return FALSE;
	*rows = MIN(ws.ws_row, ROWS_MAX);
	*cols = MIN(ws.ws_col, COLS_MAX);
	return TRUE;
}

static void read_ambiguous_width(const struct screen *s)
{
	const char *want = g_getenv("TTYDESK_AMBIGUOUS_WIDTH");

	text_set_ambiguous_width(s->utf8 && want && strcmp(want, "2") == 0 ? 2 : 1);
}

static struct screen *blank_screen(int fd_in, int fd_out, const char *term, gboolean no_color)
{
	struct screen *s = g_new0(struct screen, 1);

	s->fd_in = fd_in;
	s->fd_out = fd_out;
	s->fd_own = fd_out;
	s->memfd = -1;
	s->term = g_strdup(term && *term ? term : "dumb");
	s->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	s->colours = !no_color;
	s->graphemes = g_ptr_array_new_with_free_func(g_free);
	s->grapheme_ids = g_hash_table_new(g_str_hash, g_str_equal);
	s->alias[0] = g_ptr_array_new_with_free_func(g_free);
	s->alias[1] = g_ptr_array_new_with_free_func(g_free);
	s->before = g_string_new(NULL);
	s->frame = g_byte_array_new();
	return s;
}

static void destroy(struct screen *s)
{
	frame_close(s);
	if (s->own)
		close(s->fd_own);
	g_free(s->want);
	g_free(s->shown);
	g_free(s->dirt);
	g_free(s->term);
	g_free(s->title);
	g_hash_table_unref(s->grapheme_ids);
	g_ptr_array_unref(s->graphemes);
	g_ptr_array_unref(s->alias[0]);
	g_ptr_array_unref(s->alias[1]);
	g_string_free(s->before, TRUE);
	g_byte_array_unref(s->frame);
	g_free(s);
}

struct screen *screen_new(int fd_in, int fd_out, const char *term, gboolean no_color, GError **error)
{
	struct screen *s = blank_screen(fd_in, fd_out, term ? term : g_getenv("TERM"), no_color);
	int rows, cols;

	if (!isatty(fd_in) || !isatty(fd_out) || tcgetattr(fd_in, &s->cooked) != 0) {
		desk_fail(error, DESK_IO, "this is not a terminal");
		destroy(s);
		return NULL;
	}
	if (!frame_open(s, error)) {
		destroy(s);
		return NULL;
	}
	s->modern = is_modern(s->term);
	s->plain = is_old(s->term);
	read_ambiguous_width(s);
	open_own(s);
	take_termios(s);
	if (!kernel_size(s, &rows, &cols)) {
		rows = MAX(LINES, 1);
		cols = MAX(COLS, 1);
	}
	frame_resize(s, rows, cols);
	colour_resolve(s);
	frame_enter(s);
	return s;
}

void screen_free(struct screen *s)
{
	if (!s)
		return;
	screen_suspend(s);
	destroy(s);
}

void screen_set_theme(struct screen *s, const struct theme *t)
{
	s->theme = t;
	colour_resolve(s);
}

int screen_rows(const struct screen *s)
{
	return s->rows;
}

int screen_cols(const struct screen *s)
{
	return s->cols;
}

gboolean screen_utf8(const struct screen *s)
{
	return s->utf8;
}

gboolean screen_colours(const struct screen *s)
{
	return s->colours;
}

const char *screen_mark(const struct screen *s, enum theme_role role)
{
	return s->theme && s->theme->mark[role] ? s->theme->mark[role] : "";
}

int screen_fd(const struct screen *s)
{
	return s->fd_own;
}

gboolean screen_resized(struct screen *s)
{
	int rows, cols;

	if (!kernel_size(s, &rows, &cols) || (rows == s->rows && cols == s->cols))
		return FALSE;
	frame_resize(s, rows, cols);
	s->redraw = TRUE;
	return TRUE;
}

void screen_suspend(struct screen *s)
{
	if (s->suspended)
		return;
	s->suspended = TRUE;
	crash_forget();
	/* What the terminal had not taken yet may end inside a sequence: it goes first. */
	frame_send_all(s);
	frame_leave(s);
	frame_send_all(s);
	tcsetattr(s->fd_in, TCSANOW, &s->cooked);
}

/* As the terminal gets it: what is no text for it is a question mark or a space. */
static void append_title(struct screen *s)
{
	if (!s->titled)
		g_string_append(s->before, "\033[22;2t");
	s->titled = TRUE;
	g_string_append(s->before, "\033]2;");
	for (const char *p = s->title; *p; p = g_utf8_next_char(p)) {
		int n = (int)(g_utf8_next_char(p) - p);
		if (n == 1 && *p >= ' ' && *p < 0x7f)
			g_string_append_c(s->before, *p);
		else if (n > 1 && s->utf8)
			g_string_append_len(s->before, p, n);
		else
			g_string_append_c(s->before, n > 1 ? '?' : ' ');
	}
	g_string_append(s->before, "\033\\");
}

void screen_resume(struct screen *s)
{
	if (!s->suspended)
		return;
	s->suspended = FALSE;
	s->titled = FALSE;
	take_termios(s);
	screen_resized(s);
	frame_enter(s);
	if (s->title)
		append_title(s);
}

gboolean screen_suspended(const struct screen *s)
{
	return s->suspended;
}

void screen_redraw(struct screen *s)
{
	s->redraw = TRUE;
}

void screen_bell(struct screen *s)
{
	if (s->before->len == 0 || !strchr(s->before->str, '\a')) /* one a frame is enough */
		g_string_append_c(s->before, '\a');
}

gboolean screen_mouse(struct screen *s, gboolean on)
{
	if (!s->modern)
		return FALSE;
	if (s->mouse != on && !s->suspended)
		g_string_append(s->before, on ? SCREEN_MOUSE_ON : SCREEN_MOUSE_OFF);
	s->mouse = on;
	return TRUE;
}

gboolean screen_ask_width(struct screen *s)
{
	s->asks_width = s->modern && s->utf8 && !g_getenv("TTYDESK_AMBIGUOUS_WIDTH") && s->rows >= INPUT_ANSWER_ROW;
	return s->asks_width;
}

void screen_title(struct screen *s, const struct text *title)
{
	if (!s->modern || g_strcmp0(s->title, text_bytes(title)) == 0)
		return;
	g_free(s->title);
	s->title = g_strdup(text_bytes(title));
	if (!s->suspended)
		append_title(s);
}

size_t screen_flush(struct screen *s, int cursor_y, int cursor_x)
{
	size_t bytes;

	if (s->suspended || s->gone)
		return 0;
	if (s->frame->len > 0 && !frame_send(s))
		return 0; /* frames are skipped, not queued: the cells stay drawn */
	frame_compose(s, cursor_y, cursor_x);
	bytes = s->frame->len;
	frame_send(s);
	return bytes;
}

gboolean screen_blocked(const struct screen *s)
{
	return s->frame->len > 0;
}

guint64 screen_sent(const struct screen *s)
{
	return s->sent;
}

gboolean screen_gone(const struct screen *s)
{
	return s->gone;
}

char *screen_dump(const struct screen *s)
{
	GString *out = g_string_new(NULL);

	for (int y = 0; y < s->rows; y++) {
		gsize start = out->len, end = out->len;

		for (int x = 0; x < s->cols; x++) {
			cell c = s->want[y * s->cols + x];
			if (CELL_WIDTH(c) == 0)
				continue;
			if (CELL_CHAR(c) & CELL_LONG)
				g_string_append(out, g_ptr_array_index(s->graphemes, CELL_CHAR(c) & ~CELL_LONG));
			else
				g_string_append_unichar(out, CELL_CHAR(c));
			if (CELL_CHAR(c) != ' ')
				end = out->len;
		}
		g_string_truncate(out, MAX(start, end));
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}
