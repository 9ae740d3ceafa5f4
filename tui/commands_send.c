/* Sending what is in the composer: now or later, and what is asked before it leaves. */
#include "tui/commands.h"

#include <string.h>
#include "rules/cards.h"
#include "rules/guards.h"
#include "wire/said.h"

#define LATER_MOST (60 * MS_DAY)

/* One message on its way through the questions. */
struct sending {
	struct app *app;
	desk_id ticket_id;
	enum message_kind kind;
	unsigned passed;      /* bits 1 << guard: answered with yes */
	enum guard asked;     /* the question that is open */
	desk_id shown;        /* NEWER: the message that was brought before the eyes */
	int64_t send_at_ms;   /* 0: now */
};

static void go_on(struct sending *s);

desk_id command_newest_of_customer(const struct ticket *t)
{
	for (guint i = t ? t->messages->len : 0; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];

		if (m->kind == MESSAGE_CUSTOMER)
			return m->id;
	}
	return 0;
}

/* ---------------------------------------------------------------- it leaves */

static void send_now(const struct sending *s)
{
	struct app *app = s->app;
	struct view *composer = app->pane[PANE_COMPOSER];
	gboolean note = s->kind == MESSAGE_NOTE;
	const GArray *templates = composer_templates(composer);
	g_autoptr(GError) error = NULL;
	GArray *files = NULL;
	struct change c;

	if (!store_files_ready(app->store, s->ticket_id, s->kind, &files, &error)) {
		app_say(app, TRUE, "Not sent: %s.", error->message);
		return;
	}
	change_init(&c, note ? CHANGE_NOTE : CHANGE_REPLY);
	c.ticket_id = s->ticket_id;
	c.attachment_ids = files;
	c.body = g_strdup(composer_text(composer));
	c.send_delay_ms = -1;
	if (!note) {
		c.send_at_ms = s->send_at_ms;
		c.answers_id = composer_answers(composer);
		command_addresses(app, c.ticket_id, &c.to, &c.cc);
		c.promise_ms = command_promised(app, c.ticket_id, c.body, NULL);
		if (templates && templates->len) {
			c.template_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
			g_array_append_vals(c.template_ids, templates->data, templates->len);
		}
	}
	view_conversation_to_end(app->pane[PANE_CONVERSATION]);
	/* The draft goes only when the outbox has the words: in between the process may die. */
	command_write(app, &c, note ? N_("note added") : N_("reply sent"));
	if (!note) {
		store_draft_set(app->store, s->ticket_id, DRAFT_ADDRESSES, NULL);
		store_draft_set(app->store, s->ticket_id, DRAFT_PROMISE, NULL);
	}
	composer_done(composer);
	command_focus_talk(app);
}

/* ---------------------------------------------------------------- what is asked */

gboolean command_wants_care(const struct app *app, const struct ticket *t, const struct tag **which)
{
	for (guint i = 0; t && t->customer && i < t->customer->tags->len; i++) {
		const struct tag_mark *mark = t->customer->tags->pdata[i];

		*which = store_tag(app->store, mark->name);
		if (*which && (*which)->careful)
			return TRUE;
	}
	for (guint i = 0; t && i < t->tags->len; i++) {
		*which = store_tag(app->store, t->tags->pdata[i]);
		if (*which && (*which)->careful)
			return TRUE;
	}
	return FALSE;
}

static gboolean is_first_reply(const struct ticket *t)
{
	for (guint i = 0; t && i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind == MESSAGE_REPLY && m->delivery != DELIVERY_RECALLED)
			return FALSE;
	}
	return t && !t->more_messages;
}

/* ":open 1019" typed into the composer is no message. */
static gboolean looks_like_command(const char *text)
{
	const char *p = text + strspn(text, " \t");
	g_autofree char *word = *p == ':' ? g_strndup(p + 1, strcspn(p + 1, " \n")) : NULL;

	return word && *word && !strchr(p, '\n') && action_by_name(word, strlen(word)) != ACTION_NONE;
}

static void gather(const struct sending *s, struct guard_facts *f)
{
	struct view *composer = s->app->pane[PANE_COMPOSER];
	const struct ticket *t = store_ticket(s->app->store, s->ticket_id);
	const struct session *session = store_session(s->app->store);
	const struct tag *tag;
	g_autofree char *words = NULL;

	*f = (struct guard_facts){.kind = s->kind, .text = composer_text(composer), .passed = s->passed};
	f->channel = t ? t->row.channel : CHANNEL_WEB;
	f->limits = t ? composer_limits(composer) : NULL;
	f->like_command = looks_like_command(f->text);
	f->first_reply = is_first_reply(t);
	f->parts = composer_parts(f->text, t ? t->row.customer_name : NULL, session && session->me ? session->me->display : NULL);
	f->newest = command_newest_of_customer(t);
	f->answers = composer_answers(composer);
	f->other_writes = store_there(s->app->store, s->ticket_id) & STORE_THERE_WRITES;
	f->careful = command_wants_care(s->app, t, &tag);
	f->promise_gone = !command_promised(s->app, s->ticket_id, f->text, &words) && words;
}

static void refuse(const struct sending *s, const struct guard_facts *f, const struct guard_verdict *v)
{
	struct app *app = s->app;
	struct view *composer = app->pane[PANE_COMPOSER];

	switch (v->guard) {
	case GUARD_HUGE:
		app_say(app, TRUE, "The text is longer than %u KB; the desk takes no more in one message.", WIRE_MAX_MESSAGE >> 10);
		break;
	case GUARD_PLACEHOLDER:
		app_say(app, TRUE, "Not sent: fill in %.*s first.", (int)(v->to - v->at), f->text + v->at);
		composer_move(composer, v->at);
		app_focus(app, PANE_COMPOSER);
		break;
	case GUARD_LENGTH:
		app_say(app, TRUE, "Not sent: %s takes %" G_GINT64_FORMAT " at most, the text has %" G_GINT64_FORMAT ".",
		        label_channel(f->channel), v->use.max, v->use.used);
		app_focus(app, PANE_COMPOSER);
		break;
	default:
		if (store_file_count(app->store, s->ticket_id, s->kind))
			app_say(app, TRUE, "Write a line to go with the files.");
		else
			app_say(app, TRUE, "There is nothing to send.");
		break;
	}
}

static char *missing_parts(unsigned missing)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (int part = 0; part < PART_COUNT; part++)
		if (missing & 1u << part)
			g_ptr_array_add(names, (char *)word_said(part_name((enum template_part)part)));
	g_ptr_array_add(names, NULL);
	return g_strjoinv(_(", "), (char **)names->pdata);
}

/* The question of a guard; g_free. Brings before the eyes what it is about. */
static char *question(struct sending *s, const struct guard_facts *f, const struct guard_verdict *v)
{
	struct app *app = s->app;
	const struct ticket *t = store_ticket(app->store, s->ticket_id);
	const struct tag *tag = NULL;
	g_autofree char *missing = NULL, *words = NULL, *names = NULL;

	if (v->to > v->at)
		composer_move(app->pane[PANE_COMPOSER], v->at);
	switch (v->guard) {
	case GUARD_COMMAND:
		return g_strdup(_("This reads like a command. Send it as a message?"));
	case GUARD_JOINED:
		return g_strdup(_("Two drafts stand in this text, see the cursor. Send it as it is?"));
	case GUARD_BRACES:
		return g_strdup_printf(_("%.*s looks like a blank to fill in. Send it?"), (int)(v->to - v->at), f->text + v->at);
	case GUARD_PARTS:
		missing = missing_parts(v->missing);
		return g_strdup_printf(_("First reply without %s. Send?"), missing);
	case GUARD_CARD:
		return g_strdup(s->kind == MESSAGE_NOTE ? _("A card number stands at the cursor, in a note.") :
		                                          _("A card number stands at the cursor. Send it?"));
	case GUARD_NEWER:
		view_conversation_to_end(app->pane[PANE_CONVERSATION]);
		s->shown = f->newest;
		return g_strdup_printf(_("%s wrote again, see above. Send as it is?"),
		                       t && t->row.customer_name ? t->row.customer_name : _("The customer"));
	case GUARD_PROMISE:
		command_promised(app, s->ticket_id, NULL, &words);
		return g_strdup_printf(_("It no longer says \"%s\". Send without the promise?"), words ? words : "");
	case GUARD_OTHER:
		names = store_there_names(app->store, s->ticket_id, TRUE);
		return g_strdup_printf(_("%s: writing on this ticket, too. Send?"), names ? names : _("A colleague"));
	case GUARD_CAREFUL:
		command_wants_care(app, t, &tag);
		return g_strdup_printf(_("%s: read it once more. Send it?"), tag ? label_tag(app->store, tag) : "");
	default:
		return g_strdup("");
	}
}

static void answered(const char *answer, void *arg)
{
	struct sending *s = arg;
	struct view *composer = s->app->pane[PANE_COMPOSER];

	if (composer_ticket(composer) != s->ticket_id || composer_kind(composer) != s->kind)
		return;
	if (s->asked == GUARD_NEWER) /* it has been shown, whatever was answered; a newer one asks again */
		composer_set_answers(composer, MAX(composer_answers(composer), s->shown));
	else if (answer)
		s->passed |= 1u << s->asked;
	if (answer)
		go_on(s);
	else
		app_focus(s->app, PANE_COMPOSER);
}

/* Through the guards, in order; each question goes on from here. */
static void go_on(struct sending *s)
{
	static const struct prompt_choice reply[] = {{'y', 'o', "y", N_("send")}, {'n', 'n', NULL, N_("back")}},
		note[] = {{'y', 'o', "y", N_("keep it")}, {'n', 'n', NULL, N_("back")}};
	struct guard_facts facts;
	struct guard_verdict v;
	g_autofree char *label = NULL;

	gather(s, &facts);
	v = guards_ask(&facts);
	if (v.guard == GUARD_NONE) {
		send_now(s);
		return;
	}
	if (v.refuses) {
		refuse(s, &facts, &v);
		return;
	}
	s->asked = v.guard;
	label = question(s, &facts, &v);
	prompt_open(s->app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .choices = s->kind == MESSAGE_NOTE ? note : reply, .n = 2, .asked_by = s->app->last_key, .done = answered,
		.arg = g_memdup2(s, sizeof *s), .destroy = g_free});
}

static void begin(struct app *app, int64_t send_at_ms)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	struct sending s = {.app = app, .ticket_id = composer_ticket(composer), .kind = composer_kind(composer),
		.send_at_ms = send_at_ms};

	if (!s.ticket_id) {
		app_say(app, TRUE, "There is nothing to send.");
		return;
	}
	if (!composer_answers(composer)) /* begun before the ticket was here */
		composer_set_answers(composer, view_conversation_read(app->pane[PANE_CONVERSATION]));
	go_on(&s);
}

void command_send(struct app *app, const char *arg)
{
	(void)arg;
	begin(app, 0);
}

/* ---------------------------------------------------------------- later */

static void later_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text)
		command_send_later(e->app, text);
}

void command_send_later(struct app *app, const char *arg)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	g_autoptr(GError) error = NULL;
	int64_t now_ms = store_now_ms(app->store), at_ms;

	if (!*composer_text(composer)) {
		app_say(app, TRUE, "There is nothing to send.");
	} else if (composer_kind(composer) == MESSAGE_NOTE) {
		app_say(app, TRUE, "A note doesn't leave the desk: send puts it here at once.");
	} else if (!*arg) {
		command_ask(app, "send at (18:00, 2h, 2026-11-24 09:00): ", later_typed,
		            errand_new(app, ACTION_SEND_LATER, composer_ticket(composer)));
	} else if (!command_until(arg, now_ms, &at_ms, &error)) {
		app_say(app, TRUE, "%s.", error->message);
	} else if (at_ms > now_ms + LATER_MOST) {
		app_say(app, TRUE, "Not sent: that is more than 60 days ahead.");
	} else {
		begin(app, at_ms);
	}
}

/* ---------------------------------------------------------------- pasting */

/* What was pasted is looked at once, while it can still be taken out with undo. */
void command_pasted(struct app *app, const struct input_event *ev)
{
	g_autofree char *text = g_utf8_make_valid(ev->bytes, (gssize)ev->len);
	size_t at, to;

	if (ev->cut || strlen(composer_text(app->pane[PANE_COMPOSER])) + 8 > INPUT_PASTE_MAX)
		app_say(app, TRUE, "The paste was longer than %u MB: its end is missing here.", INPUT_PASTE_MAX >> 20);
	else if (cards_find(text, 0, &at, &to))
		app_say(app, TRUE, "A card number was pasted; take it out unless it has to be there.");
}
