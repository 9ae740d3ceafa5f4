/* Which language the workstation speaks: what was chosen with :lang, what the settings say, what
 * the environment asks for, what the desk knows of the person; in this order. */
#include "tui/commands.h"

#include <string.h>

static const char *wanted(const struct app *app)
{
	const char *chosen = remember_get(app->remember, "language"), *asked = say_language_of_environment();
	const struct session *s = store_session(app->store);

	if (!screen_utf8(app->screen))
		return "en"; /* every Chinese character would be a question mark */
	if (chosen && g_strv_contains(say_languages(), chosen))
		return chosen;
	if (app->options->language)
		return app->options->language;
	if (!asked && s && s->me)
		asked = say_language_of_locale(s->me->locale);
	return asked ? asked : "en";
}

void app_language(struct app *app)
{
	const char *before = say_language();

	say_language_set(wanted(app));
	if (say_language() == before)
		return;
	for (int i = 0; i < PANE_COUNT; i++)
		app->pane[i]->todo |= TODO_RECALC;
	app_redraw(app);
}

void command_lang(struct app *app, const char *arg)
{
	if (!*arg) {
		GPtrArray *items = g_ptr_array_new();

		for (const char *const *l = say_languages(); *l; l++)
			g_ptr_array_add(items, pick_item_new(language_said(*l), NULL, *l, 0));
		g_ptr_array_add(items, pick_item_new(_("as the system says"), NULL, "auto", 0));
		command_pick_items(app, ACTION_LANG, "language", items);
		return;
	}
	if (strcmp(arg, "auto") != 0 && !g_strv_contains(say_languages(), arg)) {
		app_say(app, TRUE, "\"%s\" is no language of this program: en, zh, or auto.", arg);
	} else if (strcmp(arg, "zh") == 0 && !screen_utf8(app->screen)) {
		app_say(app, TRUE, "This terminal shows no Chinese characters: its locale is not UTF-8.");
	} else {
		app_remember(app, "language", strcmp(arg, "auto") == 0 ? NULL : arg);
		app_language(app);
		app_say(app, FALSE, "Language: %s.", language_said(say_language()));
	}
}
