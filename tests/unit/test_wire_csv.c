/* Tables of other programs: what they write is read, what we write comes back the same. */
#include <string.h>

#include "wire/csv.h"

static gboolean keep(char *const *cells, guint n, guint line, void *arg)
{
	GString *out = arg;

	g_string_append_printf(out, "%u:", line);
	for (guint i = 0; i < n; i++)
		g_string_append_printf(out, "[%s]", cells[i]);
	g_string_append_c(out, '\n');
	return TRUE;
}

static void complain(guint line, const char *sentence, void *arg)
{
	g_string_append_printf(arg, "%u! %s\n", line, sentence);
}

static void unit__csv_read__what_programs_write(void)
{
	static const struct {
		const char *text, *rows;
	} cases[] = {
		{"", ""},
		{"a,b\n1,2\n", "1:[a][b]\n2:[1][2]\n"},
		{"a,b\r\n1,2", "1:[a][b]\n2:[1][2]\n"},
		{"\xEF\xBB\xBF" "a;b\n1,5;2\n", "1:[a][b]\n2:[1,5][2]\n"},
		{"a\tb\n1\t\n", "1:[a][b]\n2:[1][]\n"},
		{"a,b\n\n,\n1,2\n", "1:[a][b]\n4:[1][2]\n"},
		{"a,b\n\"x\n\"\"y\"\", z\",2\n3,4\n", "1:[a][b]\n2:[x\n\"y\", z][2]\n4:[3][4]\n"},
		{"a,b\n5\" screen,2\n", "1:[a][b]\n2:[5\" screen][2]\n"},
		{"a\n'=1+1\n'tis\n", "1:[a]\n2:[=1+1]\n3:['tis]\n"},
		{"a,b\n\"x\"y,2\n3,4\n", "1:[a][b]\n2! there is text after a closing quote\n3:[3][4]\n"},
		{"a,b\n1,\"never\n3,4\n", "1:[a][b]\n2! a quote is opened and never closed\n"},
		{"姓名,电话\n王芳,138\n", "1:[姓名][电话]\n2:[王芳][138]\n"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) out = g_string_new(NULL);

		g_test_message("%s", cases[i].text);
		g_assert_true(csv_read(cases[i].text, strlen(cases[i].text), keep, complain, out));
		g_assert_cmpstr(out->str, ==, cases[i].rows);
	}
}

static void unit__csv_read__limits_are_kept(void)
{
	g_autoptr(GString) many = g_string_new("a\n"), out = g_string_new(NULL), wide = g_string_new(NULL);

	for (int i = 0; i < CSV_MAX_CELLS; i++)
		g_string_append_c(wide, ',');
	g_string_append(wide, "x\n");
	csv_read(wide->str, wide->len, keep, complain, out);
	g_assert_cmpstr(out->str, ==, "1! the row has more than 200 cells\n");
	g_string_truncate(out, 0);
	for (guint i = 0; i <= CSV_MAX_CELL; i++)
		g_string_append_c(many, 'x');
	csv_read(many->str, many->len, keep, complain, out);
	g_assert_cmpstr(out->str, ==, "1:[a]\n2! a cell is longer than 256 KiB\n");
}

struct expected {
	const char *const *cells;
	guint n, rows;
};

static gboolean same(char *const *cells, guint n, guint line, void *arg)
{
	struct expected *e = arg;

	(void)line;
	g_assert_cmpuint(n, ==, e->n);
	for (guint i = 0; i < n; i++)
		g_assert_cmpstr(cells[i], ==, e->cells[i]);
	e->rows++;
	return TRUE;
}

static void unit__csv_write__comes_back_and_is_no_formula(void)
{
	static const char *const cells[] = {"plain", "", "a,b", "say \"hi\"", "two\r\nlines", "=HYPERLINK(1)", "+86 138",
	                                    "'=x", "''", " blank", "@x", "-1", "中文；", "tab\there", "\tlead"};
	g_autoptr(GString) out = g_string_new(NULL);
	struct expected e = {cells, G_N_ELEMENTS(cells), 0};
	const char *one[] = {"only"}, *empty[] = {""};

	csv_write(out, cells, e.n);
	g_assert_nonnull(strstr(out->str, "'=HYPERLINK"));
	g_assert_null(strstr(out->str, ",=HYPERLINK"));
	g_assert_true(csv_read(out->str, out->len, same, complain, &e));
	g_assert_cmpuint(e.rows, ==, 1);
	g_string_truncate(out, 0);
	csv_write(out, one, 1);
	csv_write(out, empty, 1);
	g_assert_cmpstr(out->str, ==, "only\r\n\"\"\r\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/csv/read", unit__csv_read__what_programs_write);
	g_test_add_func("/csv/limits", unit__csv_read__limits_are_kept);
	g_test_add_func("/csv/write", unit__csv_write__comes_back_and_is_no_formula);
	return g_test_run();
}
