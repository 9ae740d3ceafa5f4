/* Sending what is in the composer, and what is looked at before it leaves. */
#include "tui/commands.h"

#include <string.h>
#include "rules/fill.h"

static desk_id newest_from_customer(const struct ticket *t)
{
	for (guint i = t ? t->messages->len : 0; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];

		if (m->kind == MESSAGE_CUSTOMER)
			return m->id;
	}
	return 0;
}

static void send_now(struct app *app)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	gboolean note = composer_kind(composer) == MESSAGE_NOTE;
	const GArray *templates = composer_templates(composer);
	g_autoptr(GError) error = NULL;
	GArray *files = NULL;
	struct change c;

	if (!store_files_ready(app->store, composer_ticket(composer), composer_kind(composer), &files, &error)) {
		app_say(app, TRUE, "Not sent: %s.", error->message);
		return;
	}
	change_init(&c, note ? CHANGE_NOTE : CHANGE_REPLY);
	c.ticket_id = composer_ticket(composer);
	c.attachment_ids = files;
	c.body = g_strdup(composer_text(composer));
	c.send_delay_ms = -1;
	if (!note) {
		c.answers_id = composer_answers(composer);
		command_addresses(app, c.ticket_id, &c.to, &c.cc);
		if (templates && templates->len) {
			c.template_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
			g_array_append_vals(c.template_ids, templates->data, templates->len);
		}
	}
	view_conversation_to_end(app->pane[PANE_CONVERSATION]);
	/* The draft goes only when the outbox has the words: in between the process may die. */
	command_write(app, &c, note ? "note added" : N_("reply sent"));
	if (!note)
		store_draft_set(app->store, composer_ticket(composer), DRAFT_ADDRESSES, NULL);
	composer_done(composer);
	command_focus_talk(app);
}

static void send_anyway(const char *answer, void *arg)
{
	struct errand *e = arg;
	struct view *composer = e->app->pane[PANE_COMPOSER];

	if (composer_ticket(composer) != e->ticket_id)
		return;
	composer_set_answers(composer, MAX(composer_answers(composer), e->id));
	if (answer)
		send_now(e->app);
}

/* ":open 1019" typed into the composer is no message. */
static gboolean looks_like_command(struct app *app, const char *text)
{
	g_autofree char *word = *text == ':' ? g_strndup(text + 1, strcspn(text + 1, " \n")) : NULL;
	struct errand *e;

	if (!word || !*word || strchr(text, '\n') || action_by_name(word, strlen(word)) == ACTION_NONE)
		return FALSE;
	e = errand_new(app, ACTION_SEND, composer_ticket(app->pane[PANE_COMPOSER]));
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = N_("This reads like a command. Send it as a message?"), .confirm = TRUE, .asked_by = app->last_key,
		.done = send_anyway, .arg = e, .destroy = errand_free});
	return TRUE;
}

/* The customer wrote while the reply was written: it is shown before anything leaves. */
static gboolean must_read_first(struct app *app)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	const struct ticket *t = store_ticket(app->store, composer_ticket(composer));
	desk_id newest = newest_from_customer(t), answers = composer_answers(composer);
	struct errand *e;
	g_autofree char *label = NULL;

	if (composer_kind(composer) != MESSAGE_REPLY || !newest || !answers || newest <= answers)
		return FALSE;
	view_conversation_to_end(app->pane[PANE_CONVERSATION]);
	e = errand_new(app, ACTION_SEND, t->row.id);
	e->id = newest;
	label = g_strdup_printf(_("%s wrote again, see above. Send as it is?"),
	                        t->row.customer_name ? t->row.customer_name : _("The customer"));
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .confirm = TRUE, .asked_by = app->last_key, .done = send_anyway, .arg = e, .destroy = errand_free});
	return TRUE;
}

void command_send(struct app *app, const char *arg)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	const char *text = composer_text(composer);
	g_autofree char *bare = g_strstrip(g_strdup(text));
	size_t at;

	(void)arg;
	if (!composer_answers(composer)) /* begun before the ticket was here */
		composer_set_answers(composer, view_conversation_read(app->pane[PANE_CONVERSATION]));
	if (!composer_ticket(composer) || !*bare) {
		app_say(app, TRUE, store_file_count(app->store, composer_ticket(composer), composer_kind(composer)) ?
		        "Write a line to go with the files." : N_("There is nothing to send."));
	} else if (strlen(text) > WIRE_MAX_MESSAGE) {
		app_say(app, TRUE, "The text is longer than %u KB; the desk takes no more in one message.", WIRE_MAX_MESSAGE >> 10);
	} else if (fill_unresolved(text, &at)) {
		app_say(app, TRUE, "Not sent: fill in %.*s first.", (int)strcspn(text + at, "}") + 1, text + at);
		composer_move(composer, at);
		app_focus(app, PANE_COMPOSER);
	} else if (!looks_like_command(app, bare) && !must_read_first(app)) {
		send_now(app);
	}
}
