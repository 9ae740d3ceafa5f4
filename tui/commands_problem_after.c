/* Commands beside the problem itself: the article it leaves, a ticket's impact and need, the weekly pack. */
#include "tui/commands_problems.h"

#include <string.h>
#include "rules/problem.h"

/* ---- what a problem leaves */
static void article_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;

	if (error || !answer || !(answer->article || (answer->articles && answer->articles->len))) {
		app_say(e->app, TRUE, "%s", error ? error->message : _("The desk gave no article."));
	} else {
		const struct article *a = answer->article ? answer->article : answer->articles->pdata[0];
		g_autofree char *title = g_strdup_printf("%" G_GINT64_FORMAT " %s (%s)", a->id, a->title,
		                                         word_said(article_state_name(a->state)));

		view_text_show(e->app->pane[PANE_TEXT], title, a->body);
		e->app->text_on = TRUE;
		app_dirty(e->app, PANE_TEXT, TODO_REFLOW | TODO_PAINT);
		if (answer->problem)
			view_problem_show(e->app->pane[PANE_PROBLEM], g_steal_pointer(&answer->problem));
	}
	g_clear_pointer(&answer, answer_free);
}

void command_problem_article(struct app *app, const char *arg)
{
	desk_id id = command_problem_here(app);
	struct change c;

	if (!id) {
		app_say(app, FALSE, "Open a problem first: problem NUMBER.");
		return;
	}
	if (!*arg) {
		command_pick_word(app, ACTION_PROBLEM_ARTICLE, "a draft of what", "knowledge|training");
		return;
	}
	change_init(&c, CHANGE_PROBLEM_ARTICLE);
	c.problem_id = id;
	c.text = g_strdup(arg);
	c.name = g_strdup(say_language());
	app_request(app, &c, article_came, errand_new(app, ACTION_PROBLEM_ARTICLE, 0), errand_free);
	change_clear(&c);
}

/* Enter on a line: what changes it, or what it names. */

/* ---- impact and need */
void command_assess(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	g_auto(GStrv) words = g_strsplit_set(arg, " /", 2);
	int impact = words[0] ? impact_by_name(words[0]) : -1, need = words[0] && words[1] ? need_by_name(words[1]) : -1;
	struct change c;

	if (!*arg) {
		GPtrArray *items = g_ptr_array_new();

		for (int i = IMPACT_COUNT - 1; i >= 0; i--)
			for (int n = NEED_COUNT - 1; n >= 0; n--) {
				const char *wide = impact_name((enum impact)i), *high = need_name((enum need)n);
				g_autofree char *word = g_strdup_printf("%s %s", wide, high);
				g_autofree char *label = g_strdup_printf(_("impact %s, need %s"), word_said(wide), word_said(high));

				g_ptr_array_add(items, pick_item_new(label, NULL, word, 0));
			}
		command_pick_items(app, ACTION_ASSESS, "whom it hits, and how badly", items);
		return;
	}
	if (impact < 0 || need < 0) {
		app_say(app, TRUE, "%s is no impact and need: limited or wide, then low, medium or high.", arg);
		return;
	}
	change_init(&c, CHANGE_ASSESS);
	c.ticket_id = ticket_id;
	c.impact = impact;
	c.need = need;
	command_write(app, &c, "assessed");
}

/* ---- the weekly pack */
static void pack_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;

	if (error || !answer || !answer->text) {
		app_say(e->app, TRUE, "%s", error ? error->message : _("The desk gave no text."));
	} else {
		view_text_show(e->app->pane[PANE_TEXT], _("the weekly pack"), answer->text);
		e->app->text_on = TRUE;
		app_dirty(e->app, PANE_TEXT, TODO_REFLOW | TODO_PAINT);
	}
	g_clear_pointer(&answer, answer_free);
}

void command_pack(struct app *app, const char *arg)
{
	struct query q;

	query_init(&q, QUERY_PACK);
	q.text = *arg ? g_strdup(arg) : NULL;
	q.language = g_strdup(say_language());
	app_lookup(app, &q, pack_came, errand_new(app, ACTION_PACK, 0), errand_free);
	query_clear(&q);
}
