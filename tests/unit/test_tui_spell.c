/* Which words are looked at, and hunspell behind a thread, with a dictionary of our own. */
#include <glib/gstdio.h>
#include <string.h>
#include "tui/spell.h"

/* ---- words */
static void check_words(const char *text, const char *expected)
{
	g_autoptr(GString) words = g_string_new(NULL);
	size_t at = 0, to;

	for (; spell_next_word(text, strlen(text), &at, &to); at = to)
		g_string_append_printf(words, "%s%.*s", words->len ? " " : "", (int)(to - at), text + at);
	g_assert_cmpstr(words->str, ==, expected);
}

static void words__of_text__are_those_with_letters(void)
{
	check_words("Hello, world!", "Hello world");
	check_words("", "");
	check_words("   ", "");
	check_words("I don't know; it\xe2\x80\x99s 'quoted' (yes).", "don't know it\xe2\x80\x99s quoted yes");
	check_words("caf\xc3\xa9 na\xc3\xafve re-use", "caf\xc3\xa9 na\xc3\xafve re use");
	check_words("e\xcc\x81t\xc3\xa9", "e\xcc\x81t\xc3\xa9");
}

static void words__addresses_numbers_blanks__are_none(void)
{
	check_words("mail wang@example.com or https://x.example/path now", "mail or now");
	check_words("order A-3100 of 12kg {customer} #1042 snake_case www.example.com end.", "order of end");
	check_words("end.Next one", "end Next one");
}

static void words__without_alphabet__are_skipped(void)
{
	check_words("蓝牙耳机连接不上", "");
	check_words("请用 Settings 菜单打开Bluetooth。", "Settings Bluetooth");
	check_words("привет", "привет");
}

/* From a place inside: no word before it, and none that begins before it. */
static void words__from_a_place__are_those_behind_it(void)
{
	const char *text = "one two@x three four";
	size_t at = 2, to;

	g_assert_true(spell_next_word(text, strlen(text), &at, &to));
	g_assert_cmpuint(at, ==, 10);
	at = 18;
	g_assert_false(spell_next_word(text, strlen(text), &at, &to));
}

/* ---- the library */
static void came(void *arg)
{
	*(gboolean *)arg = TRUE;
}

static char *make_dictionary(void)
{
	char *dir = g_dir_make_tmp("ttydesk-spell-XXXXXX", NULL);
	g_autofree char *aff = g_build_filename(dir, "en_XX.aff", NULL), *dic = g_build_filename(dir, "en_XX.dic", NULL);

	g_assert_true(g_file_set_contents(aff, "SET ISO8859-1\nTRY esianrtolcdugmphbyfvkwzESIANRTOLCDUGMPHBYFVKWZ'\n", -1, NULL));
	g_assert_true(g_file_set_contents(dic, "5\nhello\nworld\nthe\ndon't\ncaf\xe9\n", -1, NULL));
	return dir;
}

static void remove_dictionary(char *dir)
{
	g_autofree char *aff = g_build_filename(dir, "en_XX.aff", NULL), *dic = g_build_filename(dir, "en_XX.dic", NULL);

	g_unlink(aff);
	g_unlink(dic);
	g_rmdir(dir);
	g_free(dir);
}

static void wait_for(gboolean *ready)
{
	while (!*ready)
		g_main_context_iteration(NULL, TRUE);
}

static void dictionary__comes_by_itself__then_words_are_wrong(void)
{
	gboolean ready = FALSE;
	char *dir = make_dictionary();
	struct spell *s;
	g_auto(GStrv) better = NULL;

	g_setenv("DICPATH", dir, TRUE);
	s = spell_new(NULL, came, &ready);
	g_assert_false(spell_language(s, "en")); /* not yet: nothing is wrong, nobody waits */
	g_assert_false(spell_wrong(s, "wrold", 5));
	wait_for(&ready);
	g_assert_true(spell_language(s, "en"));
	g_assert_cmpstr(spell_dictionary(s), ==, "en_XX");
	g_assert_true(spell_wrong(s, "wrold", 5));
	g_assert_true(spell_wrong(s, "wrold", 5));
	g_assert_false(spell_wrong(s, "world", 5));
	g_assert_false(spell_wrong(s, "caf\xc3\xa9", 5)); /* its own bytes are Latin-1 */
	g_assert_false(spell_wrong(s, "\xd0\xbf\xd1\x80\xd0\xb8", 6)); /* not of its alphabet */
	g_assert_false(spell_wrong(s, "don\xe2\x80\x99t", 7));
	better = spell_suggest(s, "wrold", 5);
	g_assert_cmpstr(better[0], ==, "world");
	spell_know(s, "Wrold Ltd");
	g_assert_true(spell_wrong(s, "wrold", 5));
	g_assert_false(spell_wrong(s, "Wrold", 5));
	/* another language has none: nothing is wrong in it; the first one is still here after */
	g_assert_false(spell_language(s, "zh"));
	g_assert_false(spell_wrong(s, "wrold", 5));
	g_assert_null(spell_dictionary(s));
	g_assert_true(spell_language(s, "en"));
	g_assert_true(spell_wrong(s, "wrold", 5));
	spell_free(s);
	remove_dictionary(dir);
}

static void dictionary__none_or_off__nothing_happens(void)
{
	gboolean ready = FALSE;
	char *dir = make_dictionary();
	struct spell *s;

	g_setenv("DICPATH", "/nonexistent", TRUE);
	s = spell_new("auto", came, &ready);
	g_assert_false(spell_language(s, "en"));
	g_assert_false(spell_wrong(s, "wrold", 5));
	spell_free(s);
	g_setenv("DICPATH", dir, TRUE);
	s = spell_new("off", came, &ready);
	g_assert_false(spell_language(s, "en"));
	spell_free(s);
	s = spell_new("en_XX", came, &ready); /* ended while it comes */
	g_assert_false(spell_language(s, "zh"));
	spell_free(s);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_false(ready);
	remove_dictionary(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/spell/words", words__of_text__are_those_with_letters);
	g_test_add_func("/spell/no-words", words__addresses_numbers_blanks__are_none);
	g_test_add_func("/spell/alphabets", words__without_alphabet__are_skipped);
	g_test_add_func("/spell/from", words__from_a_place__are_those_behind_it);
	g_test_add_func("/spell/dictionary", dictionary__comes_by_itself__then_words_are_wrong);
	g_test_add_func("/spell/none", dictionary__none_or_off__nothing_happens);
	return g_test_run();
}
