/* From one misspelt word to the next, and a better one instead. */
#include "tui/commands.h"

#include <string.h>
#include "tui/spell.h"

static void picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg; /* id: where the word stands; text: the word */
	struct view *composer = e->app->pane[PANE_COMPOSER];
	const char *text = composer_text(composer);
	size_t at = (size_t)e->id, len = strlen(e->text);

	app_focus(e->app, PANE_COMPOSER);
	if (!item || composer_ticket(composer) != e->ticket_id || strlen(text) < at + len || strncmp(text + at, e->text, len) != 0)
		return;
	if (item->id) {
		spell_know(composer_spell(composer), e->text);
		app_say(e->app, FALSE, "\"%s\" counts as right until you leave.", e->text);
		app_dirty(e->app, PANE_COMPOSER, TODO_PAINT);
		return;
	}
	composer_change(composer, at, at + len, item->label);
}

void command_spelling(struct app *app, const char *arg)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	struct spell *spell = composer_spell(composer);
	g_auto(GStrv) better = NULL;
	g_autofree char *title = NULL;
	struct errand *e;
	GPtrArray *items;
	size_t at, to;

	(void)arg;
	if (!spell) {
		app_say(app, FALSE, "There is no dictionary for this language (hunspell).");
		return;
	}
	if (!composer_misspelt(composer, composer_cursor_at(composer), &at, &to) && !composer_misspelt(composer, 0, &at, &to)) {
		app_say(app, FALSE, "No misspelt word is left.");
		return;
	}
	composer_move(composer, at);
	e = errand_new(app, ACTION_SPELLING, composer_ticket(composer));
	e->id = (desk_id)at;
	e->text = g_strndup(composer_text(composer) + at, to - at);
	better = spell_suggest(spell, e->text, to - at);
	items = g_ptr_array_new();
	for (char **word = better; *word; word++)
		g_ptr_array_add(items, pick_item_new(*word, NULL, NULL, 0));
	g_ptr_array_add(items, pick_item_new(e->text, _("right as it is"), NULL, 1));
	title = g_strdup_printf(_("instead of \"%s\""), e->text);
	command_pick(app, title, items, picked, e);
}
