/* Labels of columns fit their columns in every language. */
#include "base/say.h"
#include "tui/draw.h"
#include "tui/fields.h"

static void fits(const char *label, int cols)
{
	if (draw_cols(label) > cols)
		g_error("%s has more than %d columns", label, cols);
}

static void labels__every_language__fit_their_columns(void)
{
	for (const char *const *l = say_languages(); *l; l++) {
		say_language_set(*l);
		for (int i = 0; i < CHANNEL_COUNT; i++)
			fits(label_channel((enum channel)i), 6);
		for (int i = 0; i < STATUS_COUNT; i++)
			fits(label_status((enum ticket_status)i), 11);
		for (int i = 0; i < CLOCK_COUNT; i++)
			fits(label_clock((enum clock_kind)i), 11);
		for (const struct profile_member *m = profile_members; m->name; m++)
			fits(say(m->label), 13);
	}
	say_language_set("en");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/labels/columns", labels__every_language__fit_their_columns);
	return g_test_run();
}
