/* The clipboard of the terminal, and its mouse. */
#include "tui/commands.h"

#include <string.h>

#define AGAIN_MS CLOCK_PATIENCE(3000) /* the same key at once: the link instead of the number */

/* "https://desk.example/{ticket}" by the settings, else a form of our own. */
static char *link_of(struct app *app, desk_id ticket_id)
{
	const struct session *s = store_session(app->store);
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, ticket_id), *desk = NULL;

	if (app->options->link) {
		g_auto(GStrv) part = g_strsplit(app->options->link, "{ticket}", -1);

		return g_strjoinv(number, part);
	}
	desk = g_uri_escape_string(s && s->desk_name ? s->desk_name : "desk", NULL, FALSE);
	return g_strdup_printf("ttydesk://%s/tickets/%s", desk, number);
}

static gboolean copy(struct app *app, const char *text)
{
	g_autoptr(GError) error = NULL;

	if (screen_copy(app->screen, text, strlen(text), &error)) {
		app_dirty(app, PANE_STATUS, TODO_PAINT); /* it goes out with a frame */
		return TRUE;
	}
	app_say(app, TRUE, "Not copied: %s.", error->message);
	return FALSE;
}

void command_copy(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	int64_t now = clock_mono_ms();
	gboolean again = app->copied == ticket_id && now - app->copied_ms <= AGAIN_MS;
	g_autofree char *text = again ? link_of(app, ticket_id) : g_strdup_printf("#%" G_GINT64_FORMAT, ticket_id);

	(void)arg;
	app->copied = again ? 0 : ticket_id;
	app->copied_ms = now;
	if (copy(app, text))
		app_say(app, FALSE, "Copied: %s", text);
}

/* What is being written, else what is being read: the article, the message. It may be pasted
 * into a shell, so it passes the gate. */
void command_copy_text(struct app *app, const char *arg)
{
	desk_id article_id = app->focus == PANE_KNOWLEDGE ? view_knowledge_selected(app->pane[PANE_KNOWLEDGE]) : 0;
	const struct article *article = article_id ? store_article(app->store, article_id) : NULL;
	gboolean writing = app->focus == PANE_COMPOSER && composer_ticket(app->pane[PANE_COMPOSER]);
	const struct message *m = view_conversation_message(app->pane[PANE_CONVERSATION]);
	const char *body = writing ? composer_text(app->pane[PANE_COMPOSER]) : article ? article->body : m ? m->body : NULL;
	g_autofree char *text = body ? text_clean_string(body, -1, TEXT_MULTILINE, TEXT_NO_CAP) : NULL;

	(void)arg;
	if (!text || !*text)
		app_say(app, TRUE, "There is no text here to copy.");
	else if (!copy(app, text))
		return;
	else if (writing)
		app_say(app, FALSE, "Copied what is being written.");
	else if (article)
		app_say(app, FALSE, "Copied the article: %s", article->title);
	else if (m->author_name)
		app_say(app, FALSE, "Copied the message of %s.", m->author_name);
	else
		app_say(app, FALSE, "Copied the message.");
}

void command_mouse(struct app *app, const char *arg)
{
	gboolean on = *arg ? strcmp(arg, "on") == 0 : !app->mouse; /* its key turns it over */

	if (*arg && !on && strcmp(arg, "off") != 0) {
		app_say(app, TRUE, "%s is neither on nor off.", arg);
	} else if (!app_use_mouse(app, on)) {
		app_say(app, TRUE, "This terminal has no mouse that tells us anything.");
	} else {
		app_remember(app, "mouse", on ? "on" : "off");
		app_say(app, FALSE, "%s", on ? _("The mouse is on: the wheel scrolls, a click marks, a click on the mark opens. Shift marks text.")
		                             : _("The mouse is off."));
	}
}
