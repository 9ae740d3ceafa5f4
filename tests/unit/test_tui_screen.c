/* The screen on a pty, for each kind of terminal: what arrives, in how many writes
 * and bytes, and that the terminal is given back. */
#include "tui/screen.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "tui/input.h"
#include "tui/screen_cells.h"
#include "tui_vt.h"

static const char *const terms[] = {
	"xterm-256color", "xterm", "screen", "screen-256color", "tmux", "tmux-256color", "linux", "vt220", "vt100",
};

struct rig {
	int master, slave;
	struct termios before;
	struct screen *s;
	struct vt *vt;
	struct theme *theme;
	GString *got; /* bytes of the last frame */
};

static void set_size(struct rig *r, int rows, int cols)
{
	struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	ioctl(r->master, TIOCSWINSZ, &ws);
}

static void rig_open(struct rig *r, const char *term, const char *theme, gboolean no_color)
{
	g_autoptr(GError) error = NULL;

	memset(r, 0, sizeof(*r));
	r->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert_cmpint(r->master, >=, 0);
	grantpt(r->master);
	unlockpt(r->master);
	r->slave = open(ptsname(r->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert_cmpint(r->slave, >=, 0);
	fcntl(r->master, F_SETFL, O_NONBLOCK);
	set_size(r, 24, 80);
	tcgetattr(r->slave, &r->before);
	r->vt = vt_new(24, 80);
	r->got = g_string_new(NULL);
	r->s = screen_new(r->slave, r->slave, term, no_color, &error);
	g_assert_no_error(error);
	r->theme = theme_builtin(theme, &error);
	g_assert_no_error(error);
	screen_set_theme(r->s, r->theme);
}

static void drain(struct rig *r)
{
	char buf[4096];
	ssize_t n;

	g_string_truncate(r->got, 0);
	while ((n = read(r->master, buf, sizeof(buf))) > 0)
		g_string_append_len(r->got, buf, n);
	vt_feed(r->vt, r->got->str, r->got->len);
}

static void rig_close(struct rig *r)
{
	struct termios after;

	screen_free(r->s);
	drain(r);
	tcgetattr(r->slave, &after);
	g_assert_cmpuint(after.c_lflag, ==, r->before.c_lflag);
	g_assert_cmpuint(after.c_oflag, ==, r->before.c_oflag);
	g_assert_cmpuint(after.c_iflag, ==, r->before.c_iflag);
	g_assert_false(r->vt->alternate || r->vt->paste || r->vt->focus || r->vt->bold || r->vt->reverse);
	g_assert_true(r->vt->cursor);
	theme_free(r->theme);
	vt_free(r->vt);
	g_string_free(r->got, TRUE);
	close(r->slave);
	close(r->master);
}

/* The first line that differs says more than two whole screens. */
static void same_screen(const char *have, const char *want, const char *bytes)
{
	g_auto(GStrv) a = g_strsplit(have, "\n", -1);
	g_auto(GStrv) b = g_strsplit(want, "\n", -1);

	for (int i = 0; a[i] && b[i]; i++)
		if (strcmp(a[i], b[i]) != 0) {
			g_autofree char *shown = g_strescape(bytes, NULL);
			g_error("line %d is \"%s\", not \"%s\"; sent %.3000s", i, a[i], b[i], shown);
		}
	g_assert_cmpstr(have, ==, want);
}

/* Every role looks the same wherever it is, and plain roles are plain. */
static void same_looks(const struct rig *r)
{
	guint32 seen[LOOK_COUNT];
	gboolean known[LOOK_COUNT] = {FALSE};

	for (int y = 0; y < r->s->rows; y++)
		for (int x = 0; x < r->s->cols; x++) {
			cell c = r->s->want[y * r->s->cols + x];
			unsigned look = CELL_LOOK(c);

			if (CELL_WIDTH(c) == 0 || CELL_CHAR(c) == ' ')
				continue;
			if (!known[look])
				seen[look] = r->vt->look[y][x];
			known[look] = TRUE;
			g_assert_cmphex(r->vt->look[y][x], ==, seen[look]);
			if (r->s->attr[look] == 0 && r->s->pair[look] == 0)
				g_assert_cmphex(seen[look], ==, 0);
			if (r->s->pair[look] != 0)
				g_assert_cmphex(seen[look], !=, 0);
		}
}

/* Flushes, reads, and compares the terminal with what we think is on it. */
static size_t flush(struct rig *r, int y, int x)
{
	unsigned writes = r->s->writes;
	size_t bytes = screen_flush(r->s, y, x);
	g_autofree char *want = screen_dump(r->s), *have = NULL;

	g_assert_false(screen_blocked(r->s));
	g_assert_cmpuint(r->s->writes - writes, ==, bytes > 0 ? 1 : 0);
	drain(r);
	g_assert_cmpuint(r->got->len, ==, bytes);
	have = vt_dump(r->vt);
	same_screen(have, want, r->got->str);
	same_looks(r);
	if (y >= 0) {
		g_assert_cmpint(r->vt->y, ==, y);
		g_assert_cmpint(r->vt->x, ==, x);
	}
	g_assert_true(r->vt->cursor == (y >= 0) || !r->s->modern);
	return bytes;
}

static struct canvas whole(struct rig *r)
{
	return canvas_of(r->s, (struct rect){0, 0, screen_rows(r->s), screen_cols(r->s)});
}

static void put(const struct canvas *c, int y, int x, enum theme_role role, const char *utf8)
{
	g_autoptr(text_auto) t = text_clean(utf8, -1, 0, TEXT_NO_CAP);

	canvas_text(c, y, x, -1, role, t);
}

static void paint_row(const struct canvas *c, int y, int n, gboolean marked)
{
	g_autofree char *line = g_strdup_printf("%02d:%02d #%d %-12s subject of ticket number %d, a bit longer", n / 60, n % 60,
	                                        1000 + n, n % 3 ? "Wang Fang" : "R. Okafor", n * 37);

	canvas_fill(c, (struct rect){y, 0, 1, c->area.w}, LOOK_TEXT);
	canvas_literal(c, y, 0, marked ? LOOK_CURSOR : LOOK_TEXT, marked ? ">" : " ");
	put(c, y, 2, LOOK_TEXT, line);
}

static void screen__every_terminal__shows_the_cells_in_one_write(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		struct rig r;
		struct canvas c;

		rig_open(&r, terms[i], "dark", FALSE);
		c = whole(&r);
		for (int y = 0; y < 24; y++)
			paint_row(&c, y, y, y == 3);
		put(&c, 7, 70, LOOK_CLOCK_LATE, "蓝牙耳机连接不上");
		put(&c, 8, 10, LOOK_NOTE, "e\u0301 and 陈晓 很着急!");
		put(&c, 23, 70, LOOK_STATUS, "0123456789");
		canvas_glyph(&c, 9, 3, LOOK_TAG, GLYPH_STAR);
		canvas_hline(&c, 10, 0, -1, LOOK_BORDER);
		flush(&r, 5, 7);
		g_assert_cmpint(r.vt->alternate, ==, r.s->modern || strstr(terms[i], "linux") == NULL ? r.s->modern : FALSE);
		g_assert_cmpint(r.vt->paste, ==, r.s->modern);
		g_assert_true(r.s->modern == !(g_str_has_prefix(terms[i], "vt") || g_str_has_prefix(terms[i], "linux")));
		if (g_str_has_prefix(terms[i], "vt"))
			g_assert_false(r.vt->coloured);
		else
			g_assert_true(r.vt->coloured);
		g_assert_cmpuint(flush(&r, 5, 7), ==, 0);
		rig_close(&r);
	}
}

static void screen__cursor_that_cannot_hide__rests_on_the_mark(void)
{
	struct rig r;
	struct canvas c;

	rig_open(&r, "vt100", "mono", FALSE);
	c = whole(&r);
	for (int y = 0; y < 24; y++)
		paint_row(&c, y, y, y == 7);
	flush(&r, -1, -1);
	g_assert_cmpint(r.vt->y, ==, 7);
	g_assert_cmpint(r.vt->x, ==, 0);
	rig_close(&r);
}

static void screen__no_color__sends_none(void)
{
	struct rig r;
	struct canvas c;

	rig_open(&r, "xterm-256color", "mono", TRUE);
	c = whole(&r);
	for (int role = 0; role < LOOK_COUNT; role++)
		put(&c, role / 3, role % 3 * 20, (enum theme_role)role, "text");
	flush(&r, -1, -1);
	g_assert_false(screen_colours(r.s));
	g_assert_false(r.vt->coloured);
	rig_close(&r);
}

/* The queue of 80x24: 22 rows, a mark of one column, header and footer lines. */
static void move_cursor(const struct canvas *c, int *top, int *at, int rows)
{
	struct canvas list = canvas_sub(c, (struct rect){1, 0, rows, c->area.w});
	gboolean moved = FALSE;

	canvas_literal(&list, *at - *top, 0, LOOK_TEXT, " ");
	if (++*at >= *top + rows) {
		++*top;
		moved = canvas_scrolled(&list, 0, rows, 1);
		g_assert_true(moved);
		paint_row(&list, rows - 1, *at, FALSE);
	}
	canvas_literal(&list, *at - *top, 0, LOOK_CURSOR, ">");
}

static void screen__moves__cost_few_bytes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		struct rig r;
		struct canvas c;
		int top = 0, at = 0;
		size_t bytes = 0;

		rig_open(&r, terms[i], "dark", FALSE);
		c = whole(&r);
		for (int y = 0; y < 22; y++)
			paint_row(&c, y + 1, y, y == 0);
		canvas_literal(&c, 23, 0, LOOK_STATUS, "r reply n note");
		flush(&r, -1, -1);
		for (int n = 0; n < 300; n++) {
			move_cursor(&c, &top, &at, 22);
			bytes += flush(&r, -1, -1);
		}
		g_test_message("%s: %.1f bytes a move", terms[i], (double)bytes / 300);
		g_assert_cmpuint(bytes, <=, 131 * 300);
		rig_close(&r);
	}
}

static void screen__many_moves_at_once__are_one_scroll(void)
{
	struct rig r;
	struct canvas c;
	int top = 0, at = 0;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	c = whole(&r);
	for (int y = 0; y < 22; y++)
		paint_row(&c, y + 1, y, y == 0);
	flush(&r, -1, -1);
	for (int n = 0; n < 26; n++)
		move_cursor(&c, &top, &at, 22);
	g_assert_cmpuint(flush(&r, -1, -1), <=, 600);
	rig_close(&r);
}

static void screen__resize__repaints(void)
{
	struct rig r;
	struct canvas c;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	c = whole(&r);
	for (int y = 0; y < 24; y++)
		paint_row(&c, y, y, FALSE);
	flush(&r, 0, 0);
	g_assert_false(screen_resized(r.s));
	for (int k = 0; k < 6; k++) {
		static const int sizes[][2] = {{60, 200}, {10, 40}, {1, 1}, {3, 200}, {60, 3}, {24, 80}};

		set_size(&r, sizes[k][0], sizes[k][1]);
		g_assert_true(screen_resized(r.s));
		g_assert_cmpint(screen_rows(r.s), ==, sizes[k][0]);
		vt_free(r.vt);
		r.vt = vt_new(sizes[k][0], sizes[k][1]);
		c = whole(&r);
		for (int y = 0; y < sizes[k][0]; y++)
			paint_row(&c, y, y * 3, FALSE);
		flush(&r, 0, 0);
	}
	r.vt->alternate = TRUE; /* the new test terminals did not see it go on */
	rig_close(&r);
}

static void screen__suspended__writes_nothing(void)
{
	struct rig r;
	struct canvas c;
	struct termios now;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	c = whole(&r);
	paint_row(&c, 2, 2, TRUE);
	flush(&r, 0, 0);
	screen_suspend(r.s);
	drain(&r);
	g_assert_false(r.vt->alternate || r.vt->paste);
	tcgetattr(r.slave, &now);
	g_assert_cmpuint(now.c_lflag, ==, r.before.c_lflag);
	paint_row(&c, 3, 3, TRUE);
	g_assert_cmpuint(screen_flush(r.s, 0, 0), ==, 0);
	screen_bell(r.s);
	g_assert_cmpuint(screen_flush(r.s, 0, 0), ==, 0);
	drain(&r);
	g_assert_cmpuint(r.got->len, ==, 0);
	screen_resume(r.s);
	flush(&r, 1, 1);
	g_assert_true(r.vt->alternate && r.vt->paste);
	rig_close(&r);
}

static void screen__blocked_terminal__skips_frames(void)
{
	struct rig r;
	struct canvas c;
	g_autofree char *want = NULL, *have = NULL;
	int frames = 0;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	c = whole(&r);
	for (; frames < 500 && !screen_blocked(r.s); frames++) {
		for (int y = 0; y < 24; y++)
			paint_row(&c, y, frames * 24 + y, FALSE);
		screen_flush(r.s, 0, 0);
	}
	g_assert_true(screen_blocked(r.s));
	for (int k = 0; k < 100; k++) {
		for (int y = 0; y < 24; y++)
			paint_row(&c, y, k * 50 + y, FALSE);
		g_assert_cmpuint(screen_flush(r.s, 0, 0), ==, 0);
		g_assert_cmpuint(r.s->frame->len, <, 8192);
	}
	for (int k = 0; k < 20 && screen_blocked(r.s); k++) {
		drain(&r);
		screen_flush(r.s, 0, 0);
	}
	screen_flush(r.s, 0, 0);
	drain(&r);
	want = screen_dump(r.s);
	have = vt_dump(r.vt);
	g_assert_cmpstr(have, ==, want);
	rig_close(&r);
}

static void screen__hang_up__is_noticed(void)
{
	struct rig r;
	struct canvas c;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	c = whole(&r);
	close(r.master);
	r.master = -1;
	paint_row(&c, 3, 3, TRUE);
	screen_flush(r.s, 0, 0);
	g_assert_true(screen_gone(r.s));
	g_assert_cmpuint(screen_flush(r.s, 0, 0), ==, 0);
	screen_free(r.s);
	theme_free(r.theme);
	vt_free(r.vt);
	g_string_free(r.got, TRUE);
	close(r.slave);
}

static void screen__random_drawing__always_matches(void)
{
	static const char *const parts[] = {
		"a", "plain words", "蓝牙耳机", "e\u0301", "😀", "mixed 陈 x", "👨‍👩‍👧", "ไม่เป็นไร", "क्षत्रिय", "\u2605", "—“”",
	};

	for (guint32 seed = 0; seed < 60; seed++) {
		GRand *rnd = g_rand_new_with_seed(seed);
		struct rig r;
		struct canvas c;

		rig_open(&r, terms[seed % G_N_ELEMENTS(terms)], seed % 2 ? "mono" : "dark", FALSE);
		c = whole(&r);
		for (int step = 0; step < 60; step++) {
			for (int k = g_rand_int_range(rnd, 0, 6); k > 0; k--) {
				int y = g_rand_int_range(rnd, -1, 25), x = g_rand_int_range(rnd, -1, 81);
				enum theme_role role = (enum theme_role)g_rand_int_range(rnd, 0, LOOK_COUNT);

				switch (g_rand_int_range(rnd, 0, 8)) {
				case 0:
					canvas_fill(&c, (struct rect){y, x, 3, 9}, role);
					break;
				case 1:
					canvas_scrolled(&c, 1, 20, g_rand_int_range(rnd, -4, 5));
					break;
				case 2:
					canvas_scrolled(&c, g_rand_int_range(rnd, 0, 5), g_rand_int_range(rnd, 2, 19),
					                g_rand_boolean(rnd) ? 1 : -1);
					break;
				case 3:
					canvas_glyph(&c, y, x, role, (enum glyph)g_rand_int_range(rnd, 0, GLYPH_COUNT));
					break;
				default:
					put(&c, y, x, role, parts[g_rand_int_range(rnd, 0, G_N_ELEMENTS(parts))]);
				}
			}
			if (g_rand_int_range(rnd, 0, 20) == 0)
				screen_redraw(r.s);
			if (g_rand_boolean(rnd))
				flush(&r, g_rand_int_range(rnd, 0, 24), g_rand_int_range(rnd, 0, 80));
			else
				flush(&r, -1, -1);
		}
		rig_close(&r);
		g_rand_free(rnd);
	}
}

static void canvas__text__is_cut_and_never_halved(void)
{
	struct rig r;
	struct canvas c, sub;
	g_autoptr(text_auto) t = text_clean("蓝牙耳机连接不上", -1, 0, TEXT_NO_CAP);
	g_autofree char *dump = NULL;

	rig_open(&r, "xterm-256color", "mono", FALSE);
	c = whole(&r);
	g_assert_cmpint(canvas_text(&c, 0, 0, 7, LOOK_TEXT, t), ==, 7);
	g_assert_cmpint(canvas_text(&c, 1, 0, 6, LOOK_TEXT, t), ==, 5);
	g_assert_cmpint(canvas_text(&c, 2, 0, 16, LOOK_TEXT, t), ==, 16);
	g_assert_cmpint(canvas_text(&c, 3, 0, 0, LOOK_TEXT, t), ==, 0);
	g_assert_cmpint(canvas_span(&c, 4, 0, 5, LOOK_TEXT, t, 3, 99), ==, 4);
	sub = canvas_sub(&c, (struct rect){5, 77, 4, 10});
	g_assert_cmpint(sub.area.w, ==, 3);
	g_assert_cmpint(canvas_text(&sub, 0, 0, -1, LOOK_TEXT, t), ==, 3);
	g_assert_cmpint(canvas_text(&sub, 4, 0, -1, LOOK_TEXT, t), ==, 0);
	dump = screen_dump(r.s);
	g_assert_true(g_str_has_prefix(dump, "蓝牙耳…\n蓝牙…\n蓝牙耳机连接不上\n\n牙耳\n"));
	flush(&r, -1, -1);
	rig_close(&r);
}

static void screen__title_and_bell__reach_modern_terminals(void)
{
	struct rig r;
	g_autoptr(text_auto) t = text_clean("desk #1042 陈晓", -1, 0, TEXT_NO_CAP);

	rig_open(&r, "xterm-256color", "dark", FALSE);
	screen_title(r.s, t);
	screen_bell(r.s);
	screen_bell(r.s);
	flush(&r, 0, 0);
	g_assert_cmpstr(r.vt->title, ==, "desk #1042 陈晓");
	g_assert_cmpint(r.vt->bells, ==, 1);
	rig_close(&r);
	rig_open(&r, "vt100", "mono", FALSE);
	screen_title(r.s, t);
	flush(&r, 0, 0);
	g_assert_null(r.vt->title);
	rig_close(&r);
}

static void screen__no_terminal__is_refused(void)
{
	g_autoptr(GError) error = NULL;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;

	g_assert_null(screen_new(null, null, "xterm", FALSE, &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	g_clear_error(&error);
	grantpt(master);
	unlockpt(master);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert_null(screen_new(slave, slave, "no-such-terminal", FALSE, &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	g_clear_error(&error);
	g_assert_null(screen_new(slave, slave, "dumb", FALSE, &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	close(slave);
	close(master);
	close(null);
}

static void screen__ascii_locale__shows_stand_ins(void)
{
	struct rig r;
	struct canvas c;

	setlocale(LC_ALL, "C");
	rig_open(&r, "xterm-256color", "dark", FALSE);
	c = whole(&r);
	put(&c, 0, 0, LOOK_TEXT, "a 蓝牙 é — “x”");
	canvas_hline(&c, 1, 0, 5, LOOK_BORDER);
	canvas_glyph(&c, 2, 0, LOOK_TAG, GLYPH_STAR);
	flush(&r, -1, -1);
	for (gsize i = 0; i < r.got->len; i++)
		g_assert_cmpuint((guint8)r.got->str[i], <, 0x80);
	rig_close(&r);
	setlocale(LC_ALL, "C.UTF-8");
}

static void screen__wide_ambiguous__keeps_the_columns(void)
{
	struct rig r;
	struct canvas c;

	g_setenv("TTYDESK_AMBIGUOUS_WIDTH", "2", TRUE);
	rig_open(&r, "xterm-256color", "dark", FALSE);
	c = whole(&r);
	put(&c, 0, 0, LOOK_TEXT, "他说“好的”——★ end");
	canvas_hline(&c, 1, 0, 5, LOOK_BORDER);
	canvas_glyph(&c, 2, 0, LOOK_TAG, GLYPH_STAR);
	flush(&r, -1, -1);
	put(&c, 0, 2, LOOK_TEXT, "★x");
	flush(&r, -1, -1);
	rig_close(&r);
	g_unsetenv("TTYDESK_AMBIGUOUS_WIDTH");
	text_set_ambiguous_width(1);
}

static void screen__mouse__is_off_whenever_the_terminal_is_not_ours(void)
{
	struct rig r;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	flush(&r, -1, -1);
	g_assert_false(r.vt->mouse);
	g_assert_true(screen_mouse(r.s, TRUE));
	flush(&r, -1, -1);
	g_assert_true(r.vt->mouse && r.vt->mouse_sgr);
	screen_suspend(r.s);
	drain(&r);
	g_assert_false(r.vt->mouse || r.vt->mouse_sgr || r.vt->focus || r.vt->paste);
	screen_resume(r.s);
	flush(&r, -1, -1);
	g_assert_true(r.vt->mouse && r.vt->mouse_sgr);
	screen_mouse(r.s, FALSE);
	flush(&r, -1, -1);
	g_assert_false(r.vt->mouse || r.vt->mouse_sgr);
	screen_mouse(r.s, TRUE);
	flush(&r, -1, -1);
	rig_close(&r);
	rig_open(&r, "vt100", "mono", FALSE);
	g_assert_false(screen_mouse(r.s, TRUE));
	flush(&r, -1, -1);
	rig_close(&r);
}

static void screen__title__comes_back_after_a_suspend(void)
{
	struct rig r;
	g_autoptr(text_auto) t = text_clean("3 late", -1, 0, TEXT_NO_CAP);

	rig_open(&r, "xterm-256color", "dark", FALSE);
	screen_title(r.s, t);
	flush(&r, 0, 0);
	screen_title(r.s, t);
	g_assert_cmpuint(flush(&r, 0, 0), ==, 0); /* the same says nothing */
	screen_suspend(r.s);
	drain(&r);
	g_assert_nonnull(strstr(r.got->str, "\033[23;2t")); /* the one from before */
	g_clear_pointer(&r.vt->title, g_free);
	screen_resume(r.s);
	flush(&r, 0, 0);
	g_assert_cmpstr(r.vt->title, ==, "3 late");
	rig_close(&r);
}

static void screen__width_question__spoils_nothing(void)
{
	struct rig r;
	struct canvas c;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	g_assert_true(screen_ask_width(r.s));
	c = whole(&r);
	put(&c, 0, 0, LOOK_TEXT, "first row");
	put(&c, 1, 0, LOOK_TEXT, "second row");
	r.vt->asked_y = -1;
	flush(&r, 3, 3);
	g_assert_cmpint(r.vt->asked_y, ==, INPUT_ANSWER_ROW - 1);
	g_assert_cmpint(r.vt->asked_x, ==, 1);
	r.vt->asked_y = -1;
	screen_redraw(r.s);
	flush(&r, 3, 3);
	g_assert_cmpint(r.vt->asked_y, ==, -1); /* once */
	rig_close(&r);
	rig_open(&r, "vt220", "mono", FALSE);
	g_assert_false(screen_ask_width(r.s));
	rig_close(&r);
}

/* ---- the clipboard */

/* What a terminal gets to see once tmux or screen took their wrapping off. */
static char *unwrap(const char *bytes, size_t len, enum copy_wrap wrap)
{
	GString *out = g_string_new(NULL);
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		const char *stop;

		g_assert_true(wrap != COPY_BARE && g_str_has_prefix(p, "\033P"));
		p += 2;
		if (wrap == COPY_TMUX) {
			g_assert_true(g_str_has_prefix(p, "tmux;\033"));
			p += 6;
		}
		stop = strstr(p, "\033\\");
		g_assert_nonnull(stop);
		g_assert_cmpint(stop - p, <=, wrap == COPY_SCREEN ? 250 : 1 << 20);
		g_string_append_len(out, p, stop - p);
		p = stop + 2;
	}
	return g_string_free(out, FALSE);
}

static void screen__copy__reaches_the_terminal_through_tmux_and_screen(void)
{
	g_autofree char *text = g_strnfill(5000, 'x'), *want = NULL;
	g_autoptr(GString) bare = g_string_new(NULL);

	memcpy(text, "#1042 陈晓 \n", strlen("#1042 陈晓 \n"));
	want = g_base64_encode((const guchar *)text, strlen(text));
	copy_sequence(bare, text, strlen(text), COPY_BARE);
	g_assert_true(g_str_has_prefix(bare->str, "\033]52;c;"));
	g_assert_true(g_str_has_suffix(bare->str, "\a"));
	g_assert_nonnull(strstr(bare->str, want));
	for (int wrap = COPY_TMUX; wrap <= COPY_SCREEN; wrap++) {
		g_autoptr(GString) wrapped = g_string_new(NULL);
		g_autofree char *seen = NULL;
		size_t skip = wrap == COPY_TMUX ? bare->len : 0; /* tmux may take it by itself */

		copy_sequence(wrapped, text, strlen(text), (enum copy_wrap)wrap);
		g_assert_cmpint(strncmp(wrapped->str, bare->str, skip), ==, 0);
		seen = unwrap(wrapped->str + skip, wrapped->len - skip, (enum copy_wrap)wrap);
		g_assert_cmpstr(seen, ==, bare->str);
	}
	g_assert_cmpint(copy_wrap_of("xterm-256color", FALSE, FALSE), ==, COPY_BARE);
	g_assert_cmpint(copy_wrap_of("xterm-256color", TRUE, FALSE), ==, COPY_TMUX);
	g_assert_cmpint(copy_wrap_of("screen-256color", TRUE, FALSE), ==, COPY_TMUX);
	g_assert_cmpint(copy_wrap_of("screen-256color", FALSE, FALSE), ==, COPY_SCREEN);
	g_assert_cmpint(copy_wrap_of("tmux-256color", FALSE, FALSE), ==, COPY_TMUX);
}

static void screen__copy__goes_with_the_frame_and_has_its_limits(void)
{
	struct rig r;
	g_autofree char *big = g_strnfill(SCREEN_COPY_MAX + 1, 'x');
	g_autoptr(GError) error = NULL;

	g_unsetenv("TMUX");
	g_unsetenv("STY");
	rig_open(&r, "xterm-256color", "dark", FALSE);
	g_assert_true(screen_copy(r.s, "a\0b", 3, &error));
	flush(&r, -1, -1); /* one write */
	g_assert_nonnull(strstr(r.got->str, "\033]52;c;YWI=\a"));
	g_assert_false(screen_copy(r.s, big, SCREEN_COPY_MAX + 1, &error));
	g_assert_error(error, DESK_ERROR, DESK_LIMIT);
	g_clear_error(&error);
	rig_close(&r);
	rig_open(&r, "vt100", "mono", FALSE);
	g_assert_false(screen_copy(r.s, "a", 1, &error));
	g_assert_error(error, DESK_ERROR, DESK_UNSUPPORTED);
	rig_close(&r);
}

/* ---- the end without a word */

static void screen__crash__gives_the_terminal_back(void)
{
	struct rig r;
	struct termios after;
	int status = 0;
	pid_t child;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	screen_free(r.s);
	r.s = NULL;
	drain(&r);
	child = fork();
	if (child == 0) {
		const struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		r.s = screen_new(r.slave, r.slave, "xterm-256color", FALSE, NULL);
		screen_mouse(r.s, TRUE);
		screen_flush(r.s, -1, -1);
		abort();
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT); /* as it would have ended */
	drain(&r);
	g_assert_nonnull(strstr(r.got->str, SCREEN_MOUSE_ON));
	g_assert_false(r.vt->mouse || r.vt->mouse_sgr || r.vt->alternate || r.vt->paste || r.vt->focus);
	g_assert_true(r.vt->cursor);
	tcgetattr(r.slave, &after);
	g_assert_cmpuint(after.c_lflag, ==, r.before.c_lflag);
	g_assert_cmpuint(after.c_iflag, ==, r.before.c_iflag);
	rig_close(&r);
}

/* ---- glyphs */

/* Those that can stand in the same place differ, with Unicode and without. */
static void screen__glyphs__differ_from_their_neighbours(void)
{
	static const enum glyph places[][12] = {
		{GLYPH_STAR, GLYPH_WARN, GLYPH_UP, GLYPH_DOT, GLYPH_CHECK, GLYPH_HEART, GLYPH_ELDERLY, GLYPH_WAITING, GLYPH_COUNT},
		{GLYPH_PENDING, GLYPH_UNCERTAIN, GLYPH_REFUSED, GLYPH_PAUSED, GLYPH_LATE, GLYPH_CURSOR, GLYPH_COUNT},
		{GLYPH_WAITING, GLYPH_PAUSED, GLYPH_LATE, GLYPH_ELLIPSIS, GLYPH_VLINE, GLYPH_COUNT},
		{GLYPH_HLINE, GLYPH_VLINE, GLYPH_CROSS, GLYPH_COUNT},
		{GLYPH_FROM_LEFT, GLYPH_FROM_RIGHT, GLYPH_COUNT},
	};
	struct rig r;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	for (int g = 0; g < GLYPH_COUNT; g++) {
		const char *ascii = glyph_ascii((enum glyph)g);

		g_assert_true(strlen(ascii) == 1 && *ascii > ' ' && *ascii < 0x7f);
		g_assert_cmpint(text_string_cols(glyph_string(r.s, (enum glyph)g), strlen(glyph_string(r.s, (enum glyph)g))), ==, 1);
	}
	for (size_t p = 0; p < G_N_ELEMENTS(places); p++)
		for (int a = 0; places[p][a] != GLYPH_COUNT; a++)
			for (int b = a + 1; places[p][b] != GLYPH_COUNT; b++) {
				g_assert_cmpstr(glyph_ascii(places[p][a]), !=, glyph_ascii(places[p][b]));
				g_assert_cmpstr(glyph_string(r.s, places[p][a]), !=, glyph_string(r.s, places[p][b]));
			}
	rig_close(&r);
}

static void screen__mark_of_a_theme__replaces_the_glyph(void)
{
	struct rig r;
	struct canvas c;
	g_autofree char *dump = NULL;

	rig_open(&r, "xterm-256color", "dark", FALSE);
	c = whole(&r);
	canvas_mark(&c, 0, 0, LOOK_REFUSED, GLYPH_REFUSED);    /* the theme says x, which stands in for the glyph */
	canvas_mark(&c, 0, 1, LOOK_CLOCK_WARN, GLYPH_COUNT);   /* only a mark */
	canvas_mark(&c, 0, 2, LOOK_TEXT, GLYPH_STAR);          /* no mark */
	g_free(r.theme->mark[LOOK_REFUSED]);
	r.theme->mark[LOOK_REFUSED] = g_strdup("N");
	canvas_mark(&c, 0, 3, LOOK_REFUSED, GLYPH_REFUSED);
	dump = screen_dump(r.s);
	g_assert_true(g_str_has_prefix(dump, "✗~★N\n"));
	rig_close(&r);
}

/* A theme with a background of its own can't let the terminal blank rows. */
static void screen__scrolling_in_colour__is_painted(void)
{
	struct rig r;
	struct canvas c;

	rig_open(&r, "xterm-256color", "high-contrast", FALSE);
	c = whole(&r);
	canvas_fill(&c, (struct rect){0, 0, 24, 80}, LOOK_TEXT);
	flush(&r, -1, -1);
	g_assert_false(canvas_scrolled(&c, 0, 10, 1));
	rig_close(&r);
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/screen/terminals", screen__every_terminal__shows_the_cells_in_one_write);
	g_test_add_func("/screen/no-civis", screen__cursor_that_cannot_hide__rests_on_the_mark);
	g_test_add_func("/screen/no-color", screen__no_color__sends_none);
	g_test_add_func("/screen/moves", screen__moves__cost_few_bytes);
	g_test_add_func("/screen/burst", screen__many_moves_at_once__are_one_scroll);
	g_test_add_func("/screen/resize", screen__resize__repaints);
	g_test_add_func("/screen/suspend", screen__suspended__writes_nothing);
	g_test_add_func("/screen/blocked", screen__blocked_terminal__skips_frames);
	g_test_add_func("/screen/hang-up", screen__hang_up__is_noticed);
	g_test_add_func("/screen/random", screen__random_drawing__always_matches);
	g_test_add_func("/canvas/cut", canvas__text__is_cut_and_never_halved);
	g_test_add_func("/screen/title", screen__title_and_bell__reach_modern_terminals);
	g_test_add_func("/screen/refused", screen__no_terminal__is_refused);
	g_test_add_func("/screen/ascii", screen__ascii_locale__shows_stand_ins);
	g_test_add_func("/screen/ambiguous", screen__wide_ambiguous__keeps_the_columns);
	g_test_add_func("/screen/mouse", screen__mouse__is_off_whenever_the_terminal_is_not_ours);
	g_test_add_func("/screen/title_back", screen__title__comes_back_after_a_suspend);
	g_test_add_func("/screen/width_question", screen__width_question__spoils_nothing);
	g_test_add_func("/screen/copy", screen__copy__reaches_the_terminal_through_tmux_and_screen);
	g_test_add_func("/screen/copy_limits", screen__copy__goes_with_the_frame_and_has_its_limits);
	g_test_add_func("/screen/crash", screen__crash__gives_the_terminal_back);
	g_test_add_func("/screen/glyphs", screen__glyphs__differ_from_their_neighbours);
	g_test_add_func("/screen/mark", screen__mark_of_a_theme__replaces_the_glyph);
	g_test_add_func("/screen/scroll_in_colour", screen__scrolling_in_colour__is_painted);
	return g_test_run();
}
