/* The words for people: looking them up, choosing the language, and what the catalogue must keep. */
#include <locale.h>
#include <string.h>

#include "base/error.h"
#include "base/say.h"
#include "base/say_inner.h"

static void english__any_text__is_itself(void)
{
	const char *text = "until Monday";

	g_assert_true(say_language_set("en"));
	g_assert_true(say(text) == text);
	g_assert_null(say(NULL));
	g_assert_cmpstr(say_n("%d thing", "%d things", 1), ==, "%d thing");
	g_assert_cmpstr(say_n("%d thing", "%d things", 0), ==, "%d things");
	g_assert_cmpstr(say_ctx("status", "open"), ==, "open");
}

static void chinese__a_text_of_the_catalogue__is_translated(void)
{
	g_assert_true(say_language_set("zh"));
	g_assert_cmpstr(say_language(), ==, "zh");
	g_assert_cmpstr(say("until Monday"), ==, "至周一");
	g_assert_cmpstr(say(say("until Monday")), ==, "至周一");
	g_assert_cmpstr(say("no such text %d"), ==, "no such text %d");
	g_assert_cmpstr(say(""), ==, ""); /* not the catalogue's header */
	g_assert_false(say_language_set("fr"));
	g_assert_cmpstr(say_language(), ==, "zh");
	say_language_set("en");
}

/* Each text of the catalogue is found by its own key, context and all. */
static void chinese__every_text__is_found(void)
{
	guint n = say_catalogue_count(&say_catalogue_zh);

	g_assert_cmpuint(n, >, 1);
	say_language_set("zh");
	for (guint i = 1; i < n; i++) {
		const char *id, *more, *text, *split, *got;

		say_catalogue_at(&say_catalogue_zh, i, &id, &more, &text);
		split = strchr(id, '\004');
		if (split) {
			g_autofree char *context = g_strndup(id, (gsize)(split - id));
			got = say_ctx(context, split + 1);
		} else {
			got = more ? say_n(id, more, i % 3) : say(id);
		}
		g_assert_true(got == text);
	}
	say_language_set("en");
}

/* The conversions of printf that a text needs, in the order of the arguments. */
static char *conversions(const char *text)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
	GString *out = g_string_new(NULL);
	guint next = 0;

	for (const char *p = strchr(text, '%'); p; p = strchr(p, '%')) {
		size_t digits = strspn(++p, "0123456789");
		guint place = next;

		if (*p == '%') {
			p++;
			continue;
		}
		if (digits && p[digits] == '$') {
			place = (guint)g_ascii_strtoull(p, NULL, 10) - 1;
			p += digits + 1;
		} else {
			next++;
		}
		p += strspn(p, "0123456789.-");
		if (!g_ascii_isalpha(*p) && *p != '*')
			continue; /* a percent sign of a sentence */
		size_t n = strspn(p, "*.lz") + 1;
		while (all->len <= place)
			g_ptr_array_add(all, NULL);
		g_free(all->pdata[place]);
		all->pdata[place] = g_strndup(p, n);
	}
	for (guint i = 0; i < all->len; i++)
		g_string_append_printf(out, "%%%s ", all->pdata[i] ? (const char *)all->pdata[i] : "?");
	return g_string_free(out, FALSE);
}

/* msgfmt checks what it takes for a format; this is every text there is. */
static void chinese__every_text__keeps_the_conversions(void)
{
	for (guint i = 1; i < say_catalogue_count(&say_catalogue_zh); i++) {
		const char *id, *more, *text;

		say_catalogue_at(&say_catalogue_zh, i, &id, &more, &text);
		g_autofree char *in_id = conversions(id), *in_text = conversions(text);
		g_assert_cmpstr(in_text, ==, in_id);
	}
}

/* What a terminal draws one or two columns wide, as it likes, would break the columns. */
static void chinese__every_text__has_one_width(void)
{
	static const char *const odd[] = {"\xE2\x80\x94", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xC2\xB7", "\xE2\x97\x8F", "\xE2\x98\x85"};

	for (guint i = 1; i < say_catalogue_count(&say_catalogue_zh); i++) {
		const char *id, *more, *text;

		say_catalogue_at(&say_catalogue_zh, i, &id, &more, &text);
		g_assert_true(g_utf8_validate(text, -1, NULL));
		for (guint o = 0; o < G_N_ELEMENTS(odd); o++)
			g_assert_null(strstr(text, odd[o]));
		/* a space at an edge is there to keep words apart */
		g_assert_cmpint(id[0] == ' ' && id[1], ==, text[0] == ' ' && text[1]);
	}
}

static gpointer speak_in_thread(gpointer arg)
{
	const char *before = say_language();

	g_assert_cmpstr(before, ==, "en");
	g_assert_true(say_language_set(arg));
	return (gpointer)say("until Monday");
}

static void languages__two_threads__each_has_its_own(void)
{
	GThread *t;

	say_language_set("en");
	t = g_thread_new("zh", speak_in_thread, (gpointer) "zh");
	g_assert_cmpstr(g_thread_join(t), ==, "至周一");
	g_assert_cmpstr(say("until Monday"), ==, "until Monday");
}

static void locale__names__lead_to_a_language(void)
{
	static const struct { const char *locale, *language; } cases[] = {
		{"zh_CN.UTF-8", "zh"}, {"zh-Hans-CN", "zh"}, {"zh", "zh"}, {"ZH_tw", "zh"}, {"en_US.UTF-8", "en"},
		{"de_AT@euro", "en"}, {"C", NULL}, {"C.UTF-8", NULL}, {"POSIX", NULL}, {"", NULL}, {NULL, NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(say_language_of_locale(cases[i].locale), ==, cases[i].language);
}

static void environment__variables__are_read_like_gettext(void)
{
	static const struct { const char *language, *all, *messages, *lang, *want; } cases[] = {
		{NULL, NULL, NULL, NULL, NULL},
		{NULL, NULL, NULL, "zh_CN.UTF-8", "zh"},
		{NULL, "", "", "zh_CN", "zh"},
		{NULL, "en_US.UTF-8", NULL, "zh_CN", "en"},
		{NULL, NULL, "zh_CN", "en_US", "zh"},
		{"fr:zh_CN:en", NULL, NULL, "en_US.UTF-8", "zh"},
		{"zh_CN", NULL, NULL, "C.UTF-8", "zh"},
		{"zh_CN", "C", NULL, NULL, NULL},
		{"fr", NULL, NULL, "zh_CN", "zh"},
		{NULL, "C.UTF-8", NULL, "zh_CN", NULL},
	};
	static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *value[] = {cases[i].language, cases[i].all, cases[i].messages, cases[i].lang};

		for (guint v = 0; v < G_N_ELEMENTS(value); v++)
			if (value[v])
				g_setenv(names[v], value[v], TRUE);
			else
				g_unsetenv(names[v]);
		g_assert_cmpstr(say_language_of_environment(), ==, cases[i].want);
	}
}

static void accepted__a_header__leads_to_the_best_we_have(void)
{
	static const struct { const char *header, *language; } cases[] = {
		{"zh-CN,zh;q=0.9,en;q=0.8", "zh"}, {"en-US,en;q=0.5", "en"}, {"fr,en;q=0.4,zh;q=0.6", "zh"},
		{"fr", NULL}, {"*", NULL}, {"", NULL}, {NULL, NULL}, {"zh;q=0", NULL}, {",;,=", NULL}, {"en, zh", "en"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(say_language_accepted(cases[i].header), ==, cases[i].language);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/say/english", english__any_text__is_itself);
	g_test_add_func("/say/chinese", chinese__a_text_of_the_catalogue__is_translated);
	g_test_add_func("/say/every", chinese__every_text__is_found);
	g_test_add_func("/say/conversions", chinese__every_text__keeps_the_conversions);
	g_test_add_func("/say/width", chinese__every_text__has_one_width);
	g_test_add_func("/say/threads", languages__two_threads__each_has_its_own);
	g_test_add_func("/say/locale", locale__names__lead_to_a_language);
	g_test_add_func("/say/environment", environment__variables__are_read_like_gettext);
	g_test_add_func("/say/accepted", accepted__a_header__leads_to_the_best_we_have);
	return g_test_run();
}
