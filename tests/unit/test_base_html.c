/* HTML as text: mails as they come, against what a person should read of them; and hostile ones. */
#include <glib.h>
#include <string.h>

#include "base/html.h"
#include "base/text.h"

/* HTML_UPDATE=1 writes them anew; look at the difference. */
static void check(const char *name, unsigned flags, const char *ending)
{
	g_autofree char *source = g_strdup_printf(TESTS_DIR "/unit/html/%s.html", name);
	g_autofree char *golden = g_strdup_printf(TESTS_DIR "/unit/html/%s%s.txt", name, ending);
	g_autofree char *html = NULL, *expected = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_get_contents(source, &html, NULL, &error));
	g_autofree char *text = html_to_text(html, -1, flags);
	g_autofree char *shown = text_clean_string(text, -1, TEXT_MULTILINE, TEXT_NO_CAP);
	g_autofree char *file = g_strconcat(shown, "\n", NULL);
	if (g_getenv("HTML_UPDATE"))
		g_assert_true(g_file_set_contents(golden, file, -1, NULL));
	g_assert_true(g_file_get_contents(golden, &expected, NULL, &error));
	g_assert_cmpstr(file, ==, expected);
}

static void mails__as_a_person_reads_them(void)
{
	check("newsletter", 0, "");
	check("outlook", 0, "");
	check("gb2312", 0, "");
	check("reply", 0, "");
	check("reply", HTML_FOLD_QUOTES, ".folded");
	check("hostile", 0, "");
}

static void small_things__as_they_should(void)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{"", ""},
		{"plain words", "plain words"},
		{"a<br>b<br><br>c", "a\nb\n\nc"},
		{"<p>one</p>\n<p>two</p>", "one\n\ntwo"},
		{"<div>a</div><div>b</div>", "a\nb"},
		{"a &amp; b &lt;c&gt; &eacute; &#x4e2d;", "a & b <c> é 中"},
		{"<a href='http://x.example/'>http://x.example/</a>", "http://x.example/"},
		{"<a href='#top'>up</a>", "up"},
		{"<a href='http://x.example/'></a>nothing", "nothing"},
		{"<table><tr><td>a</td><td></td><td>b</td></tr></table>", "a | b"},
		{"<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\nc"},
		{"<ul><li>a<li>b</ul>after", " - a\n - b\n\nafter"},
		{"<p>x<script>y</script>z", "xz"},
		{"<div>a<hr>b</div>", "a\n----\nb"},
		{"&nbsp;&nbsp;a&nbsp;b&nbsp;", "a b"},
		{"<blockquote>q</blockquote>", "> q"},
		{"\xff\xfe broken \xe4", "\xef\xbf\xbd\xef\xbf\xbd broken \xef\xbf\xbd"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = html_to_text(cases[i].html, -1, 0);

		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static char *repeated(const char *part, size_t n)
{
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < n; i++)
		g_string_append(s, part);
	return g_string_free(s, FALSE);
}

static void without_measure__ends_soon_and_says_so(void)
{
	g_autofree char *deep = repeated("<div>", 100000), *tables = repeated("<table><tr><td>x", 5000),
			*quotes = repeated("<blockquote>q", 3000), *links = repeated("<a href='http://x/'>a</a> ", 40000),
			*lists = repeated("<ul><li>", 3000), *attributes = repeated("a=b ", 100000),
			*entities = repeated("&#", 100000);
	g_autofree char *text = html_to_text(deep, -1, 0);
	g_autofree char *from_tables = html_to_text(tables, -1, 0), *from_quotes = html_to_text(quotes, -1, 0);
	g_autofree char *from_links = html_to_text(links, -1, 0), *from_lists = html_to_text(lists, -1, 0);
	g_autofree char *tag = g_strconcat("<p ", attributes, ">end", NULL);
	g_autofree char *from_tag = html_to_text(tag, -1, 0), *from_entities = html_to_text(entities, -1, 0);

	g_assert_nonnull(text);
	g_assert_nonnull(strstr(from_tables, "x"));
	g_assert_nonnull(strstr(from_quotes, "q"));
	g_assert_nonnull(strstr(from_links, "[1] http://x/"));
	g_assert_null(strstr(from_links, "[2] http"));
	g_assert_nonnull(from_lists);
	g_assert_nonnull(strstr(from_tag, "end"));
	g_assert_nonnull(from_entities);
	g_autofree char *huge = g_strnfill(HTML_MAX_BYTES + 10, 'a');
	g_autofree char *cut = html_to_text(huge, -1, 0);
	g_assert_nonnull(strstr(cut, "not shown"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/html/mails__as_a_person_reads_them", mails__as_a_person_reads_them);
	g_test_add_func("/html/small_things__as_they_should", small_things__as_they_should);
	g_test_add_func("/html/without_measure__ends_soon_and_says_so", without_measure__ends_soon_and_says_so);
	return g_test_run();
}
