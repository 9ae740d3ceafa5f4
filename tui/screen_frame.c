/* Cells through curses into memory, and from there in one write() to the terminal. */
#include "tui/screen_cells.h"
#include "tui/input.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>
#include "base/say.h"

#define FRAME_WAIT_MS 1000 /* for the last words to a slow terminal */

/* Characters that no text has: CJK compatibility (two columns, never in NFC) and
 * Egyptian hieroglyphs (one). */
static const guint32 alias_base[2] = {0x13000, 0x2f800};

/* curses would install handlers of its own for these when it finds the default. */
static const int its_signals[] = {SIGTSTP, SIGINT, SIGTERM, SIGWINCH};

static SCREEN *newterm_without_handlers(struct screen *s)
{
	struct sigaction old[G_N_ELEMENTS(its_signals)];
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	gboolean set = g_getenv("NCURSES_NO_PADDING") != NULL;
	FILE *in = fopen("/dev/null", "r"); /* curses never reads */
	SCREEN *sp = NULL;

	if (!in)
		return NULL;
	if (!set)
		g_setenv("NCURSES_NO_PADDING", "1", TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(its_signals); i++)
		sigaction(its_signals[i], &ignore, &old[i]);
	sp = newterm(s->term, s->mem, in);
	for (size_t i = 0; i < G_N_ELEMENTS(its_signals); i++)
		sigaction(its_signals[i], &old[i], NULL);
	if (!set)
		g_unsetenv("NCURSES_NO_PADDING");
	fclose(in); /* only its number was kept */
	return sp;
}

/* Moves what curses wrote to the end of `out`. */
static void collect(struct screen *s, GByteArray *out)
{
	off_t n;
	guint at = out->len;
	ssize_t got;

	fflush(s->mem);
	n = lseek(s->memfd, 0, SEEK_CUR);
	if (n <= 0)
		return;
	g_byte_array_set_size(out, at + (guint)n);
	got = pread(s->memfd, out->data + at, (size_t)n, 0);
	g_byte_array_set_size(out, at + (guint)MAX(got, 0));
	lseek(s->memfd, 0, SEEK_SET);
}

static gboolean can(const char *cap)
{
	return cap && *cap;
}

/* Asked before newterm(), which leaks when it does not know the terminal. */
static gboolean check_term(const char *term, GError **error)
{
	TERMINAL *before = set_curterm(NULL), *mine;
	int status = 0;
	gboolean good;

	if (setupterm(term, -1, &status) != OK) {
		set_curterm(before);
		return desk_fail(error, DESK_IO, "the terminal type \"%s\" is not known here; set TERM", term);
	}
	good = can(cursor_address) && can(clear_screen);
	mine = set_curterm(before);
	del_curterm(mine);
	return good || desk_fail(error, DESK_IO, "the terminal type \"%s\" cannot position the cursor", term);
}

gboolean frame_open(struct screen *s, GError **error)
{
	if (!check_term(s->term, error))
		return FALSE;
	s->memfd = memfd_create("ttydesk-frame", MFD_CLOEXEC);
	s->mem = s->memfd >= 0 ? fdopen(s->memfd, "w+") : NULL;
	if (!s->mem) {
		if (s->memfd >= 0)
			close(s->memfd);
		return desk_fail(error, DESK_IO, "cannot make the screen buffer: %s", say_errno(errno));
	}
	s->curses = newterm_without_handlers(s);
	if (!s->curses) {
		fclose(s->mem);
		s->mem = NULL;
		return desk_fail(error, DESK_IO, "the terminal type \"%s\" cannot be used", s->term);
	}
	set_term(s->curses);
	noecho();
	nonl();
	typeahead(-1);
	scrollok(newscr, TRUE);
	scrollok(curscr, TRUE);
	s->cursor_shown = -1;
	if (s->colours && has_colors() && start_color() == OK) {
		use_default_colors();
		s->n_colours = COLORS;
		s->direct = COLORS > 256 && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0);
	}
	s->colours = s->n_colours >= 8;
	s->can_scroll = can(change_scroll_region) && can(save_cursor) && can(restore_cursor) &&
	                can(scroll_forward) && can(scroll_reverse);
	s->ansi = s->can_scroll && strcmp(change_scroll_region, "\033[%i%p1%d;%p2%dr") == 0 &&
	          g_str_has_prefix(cursor_address, "\033[%i%p1%d;%p2%dH");
	/* curses flushes at every jump of the cursor until it has been left once. */
	endwin();
	fflush(s->mem);
	lseek(s->memfd, 0, SEEK_SET);
	return TRUE;
}

void frame_close(struct screen *s)
{
	if (s->curses) {
		set_term(s->curses);
		delscreen(s->curses);
		s->curses = NULL;
	}
	if (s->mem)
		fclose(s->mem);
	s->mem = NULL;
}

/* Modes that descriptions of terminals do not name, for those known to have them. */
#define MODES_ON "\033[?2004h\033[?1004h"
#define MODES_OFF "\033[?1004l\033[?2004l"

/* A capability without its padding. */
static void append_bare(GByteArray *out, const char *cap)
{
	if (can(cap))
		g_byte_array_append(out, (const guint8 *)cap, (guint)strcspn(cap, "$"));
}

static void append_string(GByteArray *out, const char *s)
{
	g_byte_array_append(out, (const guint8 *)s, (guint)strlen(s));
}

/* What frame_leave() will say, kept ready for a crash: nothing can be asked of curses then. */
static void guard(const struct screen *s)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	if (s->modern)
		append_string(bytes, SCREEN_MOUSE_OFF MODES_OFF "\033[23;2t");
	append_bare(bytes, exit_attribute_mode);
	append_bare(bytes, cursor_normal);
	append_bare(bytes, can(exit_ca_mode) ? exit_ca_mode : "\r\n");
	crash_guard((const char *)bytes->data, bytes->len, s->fd_own, s->fd_in, &s->cooked);
}

void frame_enter(struct screen *s)
{
	s->cursor_shown = -1;
	if (s->modern)
		g_string_append(s->before, MODES_ON);
	if (s->mouse)
		g_string_append(s->before, SCREEN_MOUSE_ON);
	s->redraw = TRUE;
	guard(s);
}

void frame_leave(struct screen *s)
{
	set_term(s->curses);
	g_byte_array_set_size(s->frame, 0);
	if (s->mouse)
		append_string(s->frame, SCREEN_MOUSE_OFF);
	if (s->modern)
		append_string(s->frame, MODES_OFF);
	if (s->titled) /* pushed before the first title */
		append_string(s->frame, "\033[23;2t");
	curs_set(1);
	endwin();
	collect(s, s->frame);
	if (!can(exit_ca_mode)) /* nothing gives the old screen back: the shell gets an empty line */
		append_bare(s->frame, clr_eol);
	g_string_truncate(s->before, 0);
}

void frame_resize(struct screen *s, int rows, int cols)
{
	set_term(s->curses);
	resize_term(rows, cols);
	cells_resize(s, rows, cols);
}

/* ---- cells to curses */

static guint32 alias(struct screen *s, const char *grapheme, int width)
{
	GPtrArray *list = s->alias[width - 1];

	for (guint i = 0; i < list->len; i++)
		if (strcmp(g_ptr_array_index(list, i), grapheme) == 0)
			return alias_base[width - 1] + i;
	if (list->len >= ALIAS_MAX)
		return '?';
	g_ptr_array_add(list, g_strdup(grapheme));
	return alias_base[width - 1] + list->len - 1;
}

static gboolean is_alias(guint32 ch)
{
	return (ch >= alias_base[0] && ch < alias_base[0] + ALIAS_MAX) ||
	       (ch >= alias_base[1] && ch < alias_base[1] + ALIAS_MAX);
}

static void to_curses(struct screen *s, cell c, cchar_t *out)
{
	wchar_t wide[2] = {(wchar_t)CELL_CHAR(c), 0};
	char utf8[8] = "";
	unsigned look = CELL_LOOK(c);

	if (CELL_CHAR(c) & CELL_LONG) {
		wide[0] = (wchar_t)alias(s, g_ptr_array_index(s->graphemes, CELL_CHAR(c) & ~CELL_LONG), CELL_WIDTH(c));
	} else if (CELL_CHAR(c) >= 0x80 &&
	           (wcwidth(wide[0]) != CELL_WIDTH(c) || is_alias(CELL_CHAR(c)))) {
		utf8[g_unichar_to_utf8(CELL_CHAR(c), utf8)] = '\0';
		wide[0] = (wchar_t)alias(s, utf8, CELL_WIDTH(c));
	}
	if (setcchar(out, wide, s->attr[look], (short)s->pair[look], NULL) == ERR)
		setcchar(out, L"?", s->attr[look], (short)s->pair[look], NULL);
}

static void push_row(struct screen *s, int y, cchar_t *line)
{
	const cell *want = s->want + (size_t)y * (size_t)s->cols;
	cell *shown = s->shown + (size_t)y * (size_t)s->cols;
	int x = s->dirt[y].from, to = s->dirt[y].to;

	s->dirt[y] = (struct row_dirt){0, 0};
	while (x < to) {
		int from, n = 0;

		if (want[x] == shown[x]) {
			x++;
			continue;
		}
		from = x;
		if (from > 0 && CELL_WIDTH(want[from]) == 0)
			from--;
		for (x = from; x < s->cols && (x < to || CELL_WIDTH(want[x]) == 0) &&
		     (want[x] != shown[x] || CELL_WIDTH(want[x]) == 0 || x == from); x++) {
			if (CELL_WIDTH(want[x]) != 0)
				to_curses(s, want[x], &line[n++]);
			shown[x] = want[x];
		}
		mvwadd_wchnstr(newscr, y, from, line, n);
	}
}

/* Puts one parameter string of the terminal before the frame, without padding. */
static void append_cap(GString *out, const char *cap)
{
	for (const char *p = cap; *p; p++) {
		const char *end = p[0] == '$' && p[1] == '<' ? strchr(p, '>') : NULL;
		if (end)
			p = end;
		else
			g_string_append_c(out, *p);
	}
}

/* Cursor and attributes are where they were before, for curses' sake. */
static void append_scroll(struct screen *s, struct screen_scroll m)
{
	int bottom = m.top + m.h - 1, edge = m.n > 0 ? bottom : m.top;

	append_cap(s->before, save_cursor);
	if (s->ansi) /* the same in fewer bytes */
		g_string_append_printf(s->before, "\033[%d;%dr\033[%dH", m.top + 1, bottom + 1, edge + 1);
	else {
		append_cap(s->before, tiparm(change_scroll_region, m.top, bottom));
		append_cap(s->before, tiparm(cursor_address, edge, 0));
	}
	for (int i = 0; i < ABS(m.n); i++)
		append_cap(s->before, m.n > 0 ? scroll_forward : scroll_reverse);
	append_cap(s->before, s->ansi ? "\033[r" : tiparm(change_scroll_region, 0, s->rows - 1));
	append_cap(s->before, restore_cursor);
}

/* Scrolls terminal and curses' two images of it alike, so that nothing is compared
 * and nothing but the exposed rows is sent. */
static void push_scroll(struct screen *s)
{
	WINDOW *images[] = {newscr, curscr};
	struct screen_scroll m = s->scroll;
	size_t w = (size_t)s->cols, rows = (size_t)(m.h - ABS(m.n));
	cell *top = s->shown + (size_t)m.top * w;

	s->scroll.n = 0;
	append_scroll(s, m);
	for (size_t i = 0; i < G_N_ELEMENTS(images); i++) {
		wsetscrreg(images[i], m.top, m.top + m.h - 1);
		wscrl(images[i], m.n);
		wsetscrreg(images[i], 0, s->rows - 1);
		wtouchln(images[i], m.top, m.h, 0);
	}
	if (m.n > 0)
		memmove(top, top + (size_t)m.n * w, rows * w * sizeof(cell));
	else
		memmove(top + (size_t)-m.n * w, top, rows * w * sizeof(cell));
	for (int i = 0; i < ABS(m.n); i++) {
		cell *row = s->shown + (size_t)(m.n > 0 ? m.top + m.h - 1 - i : m.top + i) * w;
		for (size_t x = 0; x < w; x++)
			row[x] = CELL_MAKE(' ', LOOK_TEXT, 1);
	}
}

/* Length of what curses sends in vain at p: charset switches (only ASCII and UTF-8
 * are ever sent), default colours right before all attributes go off, and turning
 * off what is off. *plain: no attribute or colour is on. */
static guint vain(const guint8 *p, const guint8 *end, gboolean *plain)
{
	static const char *const defaults[] = {"\033[39m", "\033[49m", "\033[39;49m"};
	size_t left = (size_t)(end - p), n = 2;
	gboolean was_plain = *plain;

	if (*p == '\017')
		return 1;
	if (left >= 3 && p[1] == '(')
		return 3;
	if (left < 3 || p[1] != '[')
		return 0;
	while (n < left && (g_ascii_isdigit(p[n]) || p[n] == ';'))
		n++;
	if (n == left || p[n++] != 'm')
		return 0;
	*plain = n == 3;
	if (n == 3)
		return was_plain ? 3 : 0;
	for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++) {
		const guint8 *next = p + n;

		if (n != strlen(defaults[i]) || memcmp(p, defaults[i], n) != 0)
			continue;
		*plain = was_plain;
		if (was_plain)
			return (guint)n;
		if (end - next >= 3 && memcmp(next, "\033(B", 3) == 0)
			next += 3;
		if (end - next >= 3 && memcmp(next, "\033[m", 3) == 0)
			return (guint)n;
	}
	return 0;
}

/* As vain(), and "off, then bold" becomes "bold" where all is off already. */
static guint shorten(const guint8 *p, const guint8 *end, gboolean *plain, const char **put)
{
	gboolean was_plain = *plain;
	guint skip = vain(p, end, plain);

	if (skip > 0 || !was_plain || *plain || end - p < 4 || memcmp(p, "\033[0;", 4) != 0)
		return skip;
	*put = "\033[";
	return 4;
}

/* TRUE at the ";1" of a jump to the first column: it goes without saying. */
static gboolean says_column_one(const guint8 *start, const guint8 *p, const guint8 *end)
{
	const guint8 *back = p;

	if (end - p < 3 || p[1] != '1' || p[2] != 'H')
		return FALSE;
	while (back > start && g_ascii_isdigit(back[-1]))
		back--;
	return back < p && back - start >= 2 && back[-1] == '[' && back[-2] == '\033';
}

/* The grapheme behind the four bytes at p, if they are an alias. */
static const char *unalias(const struct screen *s, const guint8 *p, const guint8 *end)
{
	gunichar ch = g_utf8_get_char_validated((const char *)p, end - p);

	for (int i = 0; i < 2; i++)
		if (ch >= alias_base[i] && ch < alias_base[i] + s->alias[i]->len)
			return g_ptr_array_index(s->alias[i], ch - alias_base[i]);
	return NULL;
}

/* The bytes of curses, without the vain ones and with aliases put back. */
static void polish(struct screen *s, const guint8 *p, guint len, gboolean whole, GByteArray *out)
{
	const guint8 *start = p, *end = p + len, *from = p;
	gboolean plain = !whole;

	while (p < end) {
		guint skip = 0;
		const char *put = NULL;

		if ((*p == '\033' || *p == '\017') && !whole)
			skip = shorten(p, end, &plain, &put);
		else if (*p == ';' && s->ansi && says_column_one(start, p, end))
			skip = 2;
		else if (*p == 0xf0 && (put = unalias(s, p, end)))
			skip = 4;
		if (skip == 0) {
			p++;
			continue;
		}
		g_byte_array_append(out, from, (guint)(p - from));
		if (put)
			g_byte_array_append(out, (const guint8 *)put, (guint)strlen(put));
		p += skip;
		from = p;
	}
	g_byte_array_append(out, from, (guint)(p - from));
}

/* Where the cursor hurts least on a terminal that cannot hide it: on the mark. */
static void find_mark(const struct screen *s, int *y, int *x)
{
	int n = s->rows * s->cols, i = 0;

	while (i < n && CELL_LOOK(s->want[i]) != LOOK_CURSOR)
		i++;
	*y = i < n ? i / s->cols : s->rows - 1;
	*x = i < n ? i % s->cols : 0;
}

static void place_cursor(struct screen *s, int y, int x)
{
	gboolean show = y >= 0 && x >= 0, stays = !show && !can(cursor_invisible);

	if (stays)
		find_mark(s, &y, &x);
	leaveok(newscr, !show && !stays);
	if (show || stays)
		wmove(newscr, MIN(y, s->rows - 1), MIN(x, s->cols - 1));
	if (s->cursor_shown == (int)show)
		return;
	curs_set(show);
	s->cursor_shown = show;
}

/* Whoever reads many scripts all day fills the tables: begin anew, with a repaint. */
static gboolean renew_tables(struct screen *s)
{
	if (s->graphemes->len > GRAPHEMES_MAX / 2)
		cells_forget(s);
	if (s->alias[0]->len < ALIAS_MAX / 2 && s->alias[1]->len < ALIAS_MAX / 2)
		return FALSE;
	g_ptr_array_set_size(s->alias[0], 0);
	g_ptr_array_set_size(s->alias[1], 0);
	cells_forget(s);
	s->redraw = TRUE;
	return TRUE;
}

/* The question goes right behind the clearing of the screen, where nothing is that it could
 * spoil: a character in an empty row, where is the cursor now, and away with it. */
static void ask_width(struct screen *s, GByteArray *raw)
{
	g_autofree char *ask = g_strdup_printf("\033[%d;1H\u2605\033[6n\033[2K\033[H", INPUT_ANSWER_ROW);
	g_autoptr(GByteArray) rest = g_byte_array_new();
	size_t clear = strcspn(clear_screen, "$");
	const guint8 *at = memmem(raw->data, raw->len, clear_screen, clear);
	guint end;

	s->asks_width = FALSE;
	if (!at)
		return;
	end = (guint)(at - raw->data) + (guint)clear;
	g_byte_array_append(rest, raw->data + end, raw->len - end);
	g_byte_array_set_size(raw, end);
	append_string(raw, ask);
	g_byte_array_append(raw, rest->data, rest->len);
}

void frame_compose(struct screen *s, int cursor_y, int cursor_x)
{
	gboolean whole = renew_tables(s) || s->redraw;
	GByteArray *raw = g_byte_array_new();
	cchar_t *line = g_new0(cchar_t, s->cols + 1);

	set_term(s->curses);
	if (whole) {
		clearok(curscr, TRUE);
		s->redraw = FALSE;
	}
	if (s->scroll.n != 0)
		push_scroll(s);
	for (int y = 0; y < s->rows; y++)
		if (s->dirt[y].from < s->dirt[y].to)
			push_row(s, y, line);
	place_cursor(s, cursor_y, cursor_x);
	doupdate();
	collect(s, raw);
	if (s->asks_width && whole)
		ask_width(s, raw);
	g_byte_array_append(s->frame, (const guint8 *)s->before->str, (guint)s->before->len);
	g_string_truncate(s->before, 0);
	polish(s, raw->data, raw->len, whole, s->frame);
	g_byte_array_unref(raw);
	g_free(line);
}

/* ---- bytes to the terminal */

gboolean frame_send(struct screen *s)
{
	while (s->frame->len > 0 && !s->gone) {
		ssize_t n = write(s->fd_own, s->frame->data, s->frame->len);

#ifdef DESK_TEST_HOOKS
		s->writes++;
#endif
		if (n >= 0) {
			g_byte_array_remove_range(s->frame, 0, (guint)n);
			s->sent += (guint64)n;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			return FALSE;
		} else if (errno != EINTR) {
			s->gone = TRUE;
		}
	}
	if (s->gone)
		g_byte_array_set_size(s->frame, 0);
	return TRUE;
}

void frame_send_all(struct screen *s)
{
	struct pollfd p = {.fd = s->fd_own, .events = POLLOUT};

	while (!frame_send(s))
		if (poll(&p, 1, FRAME_WAIT_MS) <= 0)
			break;
	g_byte_array_set_size(s->frame, 0);
}
