/* Themes: those that are built in, files on top, and what a terminal shows of them. */
#include "tui/theme.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static void theme__names__round_trip(void)
{
	for (int i = 0; i < LOOK_COUNT; i++)
		g_assert_cmpint(theme_role_by_name(theme_role_name((enum theme_role)i)), ==, i);
	g_assert_cmpint(theme_role_by_name("nothing"), ==, -1);
}

static void theme__builtin__names_every_role(void)
{
	for (const char *const *name = theme_names(); *name; name++) {
		g_autofree char *path = g_strdup_printf("%s/themes/%s.theme", SOURCE_DIR, *name);
		g_autofree char *text = NULL;
		g_autoptr(GError) error = NULL;
		struct theme *t = theme_builtin(*name, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(t->name, ==, *name);
		theme_free(t);
		t = theme_load(path, &error); /* the same as a file: a start for one's own */
		g_assert_no_error(error);
		theme_free(t);
		g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
		for (int i = 0; i < LOOK_COUNT; i++) {
			g_autofree char *line = g_strdup_printf("\n%s ", theme_role_name((enum theme_role)i));
			g_assert_nonnull(strstr(text, line));
		}
	}
}

static void theme__colour__is_dark(void)
{
	struct theme *t = theme_builtin("colour", NULL), *found = theme_find("colour", NULL);

	g_assert_cmpstr(t->name, ==, "dark");
	g_assert_cmpstr(found->name, ==, "dark");
	theme_free(t);
	theme_free(found);
}

/* Colour is never the only signal: where a word doesn't tell a state, a mark does. */
static void theme__every_state__has_a_mark(void)
{
	static const enum theme_role same_column[] = {LOOK_CLOCK_WARN, LOOK_CLOCK_LATE, LOOK_PRIORITY_IMPORTANT};

	for (const char *const *name = theme_names(); *name; name++) {
		struct theme *t = theme_builtin(*name, NULL);

		for (int i = 0; i < LOOK_COUNT; i++)
			g_assert_true((theme_role_sign((enum theme_role)i) == SIGN_MARK) == (t->mark[i] != NULL));
		for (size_t a = 0; a < G_N_ELEMENTS(same_column); a++)
			for (size_t b = a + 1; b < G_N_ELEMENTS(same_column); b++)
				g_assert_cmpstr(t->mark[same_column[a]], !=, t->mark[same_column[b]]);
		g_assert_cmpstr(t->mark[LOOK_PART_DONE], !=, t->mark[LOOK_PART_MISSING]);
		g_assert_cmpstr(t->mark[LOOK_PENDING], !=, t->mark[LOOK_REFUSED]);
		theme_free(t);
	}
}

/* ---- what terminals show */

static const struct { int colours; gboolean direct; } kinds[] = {
	{1 << 24, TRUE}, {256, FALSE}, {88, FALSE}, {16, FALSE}, {8, FALSE}, {0, FALSE},
};

static void theme__fewer_colours__nearest_ones(void)
{
	const struct style orange = {.fg = 214, .bg = -1}, own = {.fg = LOOK_RGB | 0xffaf00, .bg = 3};
	const struct style grey = {.fg = 240, .bg = -1}, bar = {.fg = 16, .bg = 214, .attrs = LOOK_BOLD};

	g_assert_cmpint(style_shown(orange, 256, FALSE).fg, ==, 214);
	g_assert_cmpint(style_shown(orange, 16, FALSE).fg, ==, 3);
	g_assert_cmpint(style_shown(orange, 8, FALSE).fg, ==, 3);
	g_assert_cmpint(style_shown(orange, 0, FALSE).fg, ==, -1);
	g_assert_cmpint(style_shown(orange, 1 << 24, TRUE).fg, ==, 0xffaf00);
	g_assert_cmpint(style_shown(own, 256, FALSE).fg, ==, 214);
	g_assert_cmpint(style_shown(own, 256, FALSE).bg, ==, 3);
	g_assert_cmpint(style_shown(grey, 16, FALSE).fg, ==, 8);
	g_assert_cmpint(style_shown(grey, 8, FALSE).fg, ==, -1); /* black would be on black */
	g_assert_cmpint(style_shown(bar, 8, FALSE).fg, ==, 0);
	g_assert_cmpint(style_shown(bar, 8, FALSE).bg, ==, 3);
	g_assert_cmpuint(style_shown(bar, 0, FALSE).attrs, ==, LOOK_BOLD | LOOK_REVERSE);
}

static void theme__any_terminal__text_never_sinks(void)
{
	for (const char *const *name = theme_names(); *name; name++) {
		struct theme *t = theme_builtin(*name, NULL);

		for (int i = 0; i < LOOK_COUNT; i++)
			for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
				struct style s = style_shown(t->style[i], kinds[k].colours, kinds[k].direct);

				g_assert_true(s.fg == -1 || s.fg != s.bg);
				g_assert_true(kinds[k].direct || (s.fg < kinds[k].colours && s.bg < kinds[k].colours));
				g_assert_true(s.fg >= -1 && s.bg >= -1 && (kinds[k].colours || (s.fg == -1 && s.bg == -1)));
				g_assert_true(s.bg >= 0 || kinds[k].colours != 8 || s.fg != 0 || strcmp(*name, "light") == 0);
			}
		theme_free(t);
	}
}

/* 0xrrggbb of what a direct-colour terminal gets; `own` for its own colour. */
static guint32 rgb(gint32 colour, guint32 own)
{
	struct style s = style_shown((struct style){.fg = colour, .bg = -1}, 1 << 24, TRUE);

	return s.fg < 0 ? own : (guint32)s.fg;
}

static double luminance(guint32 c)
{
	static const double share[3] = {0.2126, 0.7152, 0.0722};
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double v = (double)(c >> (16 - 8 * i) & 255) / 255;

		sum += share[i] * (v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double contrast(const struct style *s, guint32 ink, guint32 paper)
{
	double a = luminance(rgb(s->fg, ink)), b = luminance(rgb(s->bg, paper));

	return (MAX(a, b) + 0.05) / (MIN(a, b) + 0.05);
}

static void theme__on_its_background__can_be_read(void)
{
	static const struct { const char *name; guint32 ink, paper; double least; } on[] = {
		{"dark", 0xc0c0c0, 0x000000, 4.5}, {"light", 0x000000, 0xffffff, 4.5}, {"colour-blind", 0xc0c0c0, 0x000000, 4.5},
		{"high-contrast", 0xffffff, 0x000000, 7}, {"high-contrast", 0x000000, 0xffffff, 7},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(on); i++) {
		struct theme *t = theme_builtin(on[i].name, NULL);

		for (int role = 0; role < LOOK_COUNT; role++)
			if (role != LOOK_BORDER) { /* lines need not be read */
				g_test_message("%s of %s", theme_role_name((enum theme_role)role), on[i].name);
				g_assert_cmpfloat(contrast(&t->style[role], on[i].ink, on[i].paper), >=, on[i].least);
			}
		theme_free(t);
	}
}

/* No colour is so red or so green that it is told by that: red and green never far apart
 * with little blue to go by, whatever the terminal makes of it. */
static void theme__colour_blind__has_no_red_and_green(void)
{
	static const int colours[] = {1 << 24, 256, 16, 8};
	struct theme *t = theme_builtin("colour-blind", NULL);

	for (int role = 0; role < LOOK_COUNT; role++)
		for (size_t k = 0; k < G_N_ELEMENTS(colours); k++) {
			struct style s = style_shown(t->style[role], colours[k], colours[k] > 256);
			guint32 c = s.fg < 0 ? 0 : colours[k] > 256 ? (guint32)s.fg : rgb(s.fg, 0);
			int r = (int)(c >> 16 & 255), g = (int)(c >> 8 & 255), b = (int)(c & 255);

			g_assert_false(r > 150 && g < 100 && b < 100); /* red */
			g_assert_false(g > 100 && r < 80 && b < 80);   /* green */
		}
	for (size_t k = 0; k < G_N_ELEMENTS(colours); k++) { /* good, soon and late stay three */
		gboolean direct = colours[k] > 256;
		gint32 good = style_shown(t->style[LOOK_PART_DONE], colours[k], direct).fg;
		gint32 late = style_shown(t->style[LOOK_CLOCK_LATE], colours[k], direct).fg;

		g_assert_cmpint(good, !=, late);
	}
	theme_free(t);
}

static void theme__mono__tells_clocks_apart(void)
{
	static const enum theme_role clocks[] = {LOOK_CLOCK_OK, LOOK_CLOCK_WARN, LOOK_CLOCK_LATE};
	struct theme *t = theme_builtin("mono", NULL);

	g_assert_nonnull(t);
	for (size_t a = 0; a < G_N_ELEMENTS(clocks); a++)
		for (size_t b = a + 1; b < G_N_ELEMENTS(clocks); b++)
			g_assert_true(t->style[clocks[a]].attrs != t->style[clocks[b]].attrs ||
			              g_strcmp0(t->mark[clocks[a]], t->mark[clocks[b]]) != 0);
	for (int i = 0; i < LOOK_COUNT; i++)
		g_assert_true(t->style[i].fg == -1 && t->style[i].bg == -1);
	theme_free(t);
}

static char *write_theme(const char *dir, const char *text)
{
	char *path = g_build_filename(dir, "mine.theme", NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static void theme__file__goes_on_top(void)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-theme-XXXXXX", NULL);
	g_autofree char *path = write_theme(dir, "[palette]\nsea = #102030\n[roles]\nclock.late = sea on bright-red bold mark \"L\"\n");
	g_autoptr(GError) error = NULL;
	struct theme *t = theme_load(path, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(t->name, ==, "mine");
	g_assert_cmpint(t->style[LOOK_CLOCK_LATE].fg, ==, LOOK_RGB | 0x102030);
	g_assert_cmpint(t->style[LOOK_CLOCK_LATE].bg, ==, 9);
	g_assert_cmpuint(t->style[LOOK_CLOCK_LATE].attrs, ==, LOOK_BOLD);
	g_assert_cmpstr(t->mark[LOOK_CLOCK_LATE], ==, "L");
	g_assert_cmpstr(t->mark[LOOK_CLOCK_WARN], ==, "~");
	theme_free(t);
	g_unlink(path);
	g_rmdir(dir);
}

static void theme__bad_file__names_every_line(void)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-theme-XXXXXX", NULL);
	g_autofree char *path = write_theme(dir, "[palette]\nsea = water\n[roles]\ntext = purple\nnose = red\ndim = red on\n"
	                                         "key = 256\nrefused = 12 mark \"\xc3\xa9\"\n[shapes]\na = b\n"
	                                         "[roles]\nrefused = red mark \"ab\"\ntext = mark \"x\"\n");
	g_autoptr(GError) error = NULL;

	g_assert_null(theme_load(path, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	for (int line = 2; line <= 13; line++) {
		g_autofree char *want = g_strdup_printf("mine.theme:%d:", line);
		if (line != 3 && line != 9 && line != 11)
			g_assert_nonnull(strstr(error->message, want));
	}
	g_clear_error(&error);
	g_assert_null(theme_builtin("../colour", &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	g_unlink(path);
	g_rmdir(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/theme/names", theme__names__round_trip);
	g_test_add_func("/theme/complete", theme__builtin__names_every_role);
	g_test_add_func("/theme/colour", theme__colour__is_dark);
	g_test_add_func("/theme/marks", theme__every_state__has_a_mark);
	g_test_add_func("/theme/nearest", theme__fewer_colours__nearest_ones);
	g_test_add_func("/theme/sinks", theme__any_terminal__text_never_sinks);
	g_test_add_func("/theme/contrast", theme__on_its_background__can_be_read);
	g_test_add_func("/theme/colour_blind", theme__colour_blind__has_no_red_and_green);
	g_test_add_func("/theme/mono", theme__mono__tells_clocks_apart);
	g_test_add_func("/theme/file", theme__file__goes_on_top);
	g_test_add_func("/theme/bad", theme__bad_file__names_every_line);
	return g_test_run();
}
