/* Verbs that say something: to a customer, to colleagues, to somebody else. */
#include "tui/plain/guard.h"
#include "tui/plain/verbs.h"

#include <string.h>

#include "base/clock.h"
#include "tui/commands.h"

/* ---- what goes along */

static gboolean attach(struct call *c, struct change *change, GError **error)
{
	const GPtrArray *paths = c->option[PLAIN_OPTION_ATTACH];

	for (guint i = 0; paths && i < paths->len; i++) {
		g_autofree char *of = g_strdup_printf("%s/file/%u", call_option(c, PLAIN_OPTION_KEY), i);
		g_autofree char *key = g_compute_checksum_for_string(G_CHECKSUM_SHA256, of, -1);
		desk_id id;

		key[WIRE_KEY_LEN] = '\0';
		if (!desk_upload(c->desk, paths->pdata[i], call_option(c, PLAIN_OPTION_KEY) ? key : NULL, &id, error))
			return FALSE;
		if (!change->attachment_ids)
			change->attachment_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_array_append_val(change->attachment_ids, id);
	}
	return TRUE;
}

static gboolean time_option(struct call *c, enum plain_option o, int64_t *ms, GError **error)
{
	const char *said = call_option(c, o);

	return !said || command_until(said, desk_now_ms(c->desk), ms, error);
}

/* The templates, filled in, one paragraph each. */
static gboolean templates(struct call *c, struct change *change, GString *body, GError **error)
{
	const GPtrArray *names = c->option[PLAIN_OPTION_TEMPLATE];
	struct query q;

	if (!names)
		return TRUE;
	g_autoptr(answer_auto) a = NULL;
	struct ticket *t = desk_ticket(c->desk, change->ticket_id, error);
	gboolean ok = t != NULL;

	query_init(&q, QUERY_TEMPLATES);
	if (ok)
		ok = (a = desk_read(c->desk, &q, error)) != NULL;
	query_clear(&q);
	for (guint i = 0; ok && i < names->len; i++) {
		const struct template *tp = plain_template(a->templates, names->pdata[i], error);
		g_autofree char *text = tp ? plain_fill(c->desk, tp, t, change->promise_ms, error) : NULL;

		ok = text != NULL;
		if (!ok)
			break;
		g_string_append_printf(body, "%s%s", body->len ? "\n\n" : "", text);
		if (!change->template_ids)
			change->template_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_array_append_val(change->template_ids, tp->id);
	}
	ticket_free(t);
	return ok;
}

/* Templates, then the text; with a template the text may be missing. */
static gboolean reply_body(struct call *c, struct change *change, GError **error)
{
	g_autoptr(GString) body = g_string_new(NULL);
	gboolean wants_text = !c->option[PLAIN_OPTION_TEMPLATE] || call_option(c, PLAIN_OPTION_MESSAGE);
	g_autofree char *text = NULL;

	if (!templates(c, change, body, error) || (wants_text && !(text = call_text(c, error))))
		return FALSE;
	if (text)
		g_string_append_printf(body, "%s%s", body->len ? "\n\n" : "", text);
	change->body = g_strdup(body->str);
	return TRUE;
}

/* What the composer would ask about is refused here: nobody is there to answer. Only what a first
 * reply lacks is no reason to hold a program back. */
static gboolean guard(struct call *c, const struct change *change, GError **error)
{
	const struct session *s = desk_session(c->desk, error);
	struct ticket *t = s ? desk_ticket(c->desk, change->ticket_id, error) : NULL;
	struct guard_verdict v = {0};
	unsigned passed = c->option[PLAIN_OPTION_ANYWAY] ? ~0u : 1u << GUARD_NEWER; /* the desk holds that one */
	gboolean ok = t != NULL, go_on = ok;

	while (go_on) {
		g_autofree char *objection = plain_objection(s, t, MESSAGE_REPLY, change->body, change->answers_id, passed, &v);

		go_on = objection && v.guard == GUARD_PARTS;
		if (go_on)
			call_warn(c, objection);
		else if (objection && v.refuses)
			ok = desk_fail(error, DESK_INVALID, "%s", objection);
		else if (objection)
			ok = desk_fail(error, DESK_INVALID, _("%s --anyway sends it."), objection);
		passed |= 1u << v.guard;
	}
	ticket_free(t);
	return ok;
}

static gboolean fill_reply(struct call *c, struct change *change, GError **error)
{
	const char *answers = call_option(c, PLAIN_OPTION_ANSWERS);

	change->to = g_strdup(call_option(c, PLAIN_OPTION_TO));
	change->cc = g_strdup(call_option(c, PLAIN_OPTION_CC));
	if (c->option[PLAIN_OPTION_NOW])
		change->send_delay_ms = 0;
	return time_option(c, PLAIN_OPTION_AT, &change->send_at_ms, error) &&
	       time_option(c, PLAIN_OPTION_PROMISE, &change->promise_ms, error) &&
	       (!answers || call_number(answers, &change->answers_id, error)) && reply_body(c, change, error) &&
	       guard(c, change, error) && attach(c, change, error);
}

static void say_replied(struct call *c, desk_id ticket, const struct answer *a, gboolean waits)
{
	if (waits) {
		out_say(c->out, _("#%" PRId64 ": the reply goes when the desk is back"), ticket);
	} else if (a->message && a->message->delivery == DELIVERY_WAITING) {
		g_autofree char *span = out_span(a->message->send_at_ms - desk_now_ms(c->desk) + 999);
		g_autofree char *when = out_when(a->message->send_at_ms);

		if (a->message->send_at_ms - desk_now_ms(c->desk) > 20 * MS_MINUTE)
			out_say(c->out, _("#%" PRId64 ": the reply goes out at %s; recall takes it back"), ticket, when);
		else
			out_say(c->out, _("#%" PRId64 ": the reply goes out in %s; recall takes it back"), ticket, span);
	} else {
		out_say(c->out, _("#%" PRId64 ": replied"), ticket);
	}
}

int verb_reply(struct call *c)
{
	desk_id ticket = g_array_index(c->tickets, desk_id, 0);
	g_autoptr(GError) error = NULL;
	gboolean waits = FALSE;
	struct change change;
	int code = PLAIN_OK;

	change_init(&change, CHANGE_REPLY);
	change.ticket_id = ticket;
	if (!fill_reply(c, &change, &error)) {
		change_clear(&change);
		return call_fail(c, error);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, &waits, &code);

	if (a)
		say_replied(c, ticket, a, waits);
	return code;
}

/* Standard input is read once, whatever it is for. */
static gboolean keep_text(struct call *c, GError **error)
{
	g_autofree char *text = call_text(c, error);

	if (!text)
		return FALSE;
	if (!c->option[PLAIN_OPTION_MESSAGE])
		c->option[PLAIN_OPTION_MESSAGE] = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(c->option[PLAIN_OPTION_MESSAGE], g_steal_pointer(&text));
	return TRUE;
}

static gboolean fill_note(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)ticket;
	change->body = g_strdup(call_option(c, PLAIN_OPTION_MESSAGE));
	return attach(c, change, error);
}

int verb_note(struct call *c)
{
	g_autoptr(GError) error = NULL;

	if (!keep_text(c, &error))
		return call_fail(c, error);
	return call_write_each(c, CHANGE_NOTE, fill_note, _("note written"));
}

static gboolean fill_forward(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *text = call_option(c, PLAIN_OPTION_MESSAGE), *message = call_word(c, 0);

	(void)ticket;
	change->to = g_strdup(call_option(c, PLAIN_OPTION_TO));
	change->cc = g_strdup(call_option(c, PLAIN_OPTION_CC));
	change->body = g_strdup(text);
	if (!change->to)
		return desk_fail(error, DESK_INVALID, _("to whom? --to says it"));
	return (!message || call_number(message, &change->message_id, error)) && attach(c, change, error);
}

int verb_forward(struct call *c)
{
	g_autoptr(GError) error = NULL;

	/* words to go with it need not be there: only - or -m asks for them */
	if (c->words->len && strcmp(c->words->pdata[c->words->len - 1], "-") == 0 && !keep_text(c, &error))
		return call_fail(c, error);
	return call_write_each(c, CHANGE_FORWARD, fill_forward, _("forwarded"));
}

static gboolean fill_whisper(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const struct person *p = desk_person(c->desk, call_word(c, 0), error);

	(void)ticket;
	if (!p)
		return FALSE;
	change->person_id = p->id;
	change->body = g_strdup(call_option(c, PLAIN_OPTION_MESSAGE));
	return TRUE;
}

int verb_whisper(struct call *c)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;

	if (!call_word(c, 0))
		return call_usage(c, _("to whom? usage: ttydesk %s %s"), c->verb->name, c->verb->args);
	text = call_rest(c, 1); /* whisper 1042 li.wei come and see */
	if (text && !c->option[PLAIN_OPTION_MESSAGE] && strcmp(text, "-") != 0) {
		c->option[PLAIN_OPTION_MESSAGE] = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(c->option[PLAIN_OPTION_MESSAGE], g_steal_pointer(&text));
	}
	if (!keep_text(c, &error))
		return call_fail(c, error);
	return call_write_each(c, CHANGE_WHISPER, fill_whisper, _("whispered"));
}

/* ---- a reply taken back */

static desk_id waiting_reply(const struct ticket *t)
{
	for (guint i = t->messages->len; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];

		if (m->kind == MESSAGE_REPLY && m->delivery == DELIVERY_WAITING)
			return m->id;
	}
	return 0;
}

int verb_recall(struct call *c)
{
	desk_id ticket = g_array_index(c->tickets, desk_id, 0);
	g_autoptr(GError) error = NULL;
	struct ticket *t = desk_ticket(c->desk, ticket, &error);
	struct change change;
	int code = PLAIN_OK;

	if (!t)
		return call_fail(c, error);
	change_init(&change, CHANGE_RECALL);
	change.ticket_id = ticket;
	change.message_id = waiting_reply(t);
	ticket_free(t);
	if (!change.message_id) {
		change_clear(&change);
		desk_fail(&error, DESK_NOTFOUND, _("#%" PRId64 ": no reply waits; what has left can't be taken back"), ticket);
		return call_fail(c, error);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, _("#%" PRId64 ": the reply is taken back"), ticket);
	return code;
}

/* ---- a new ticket */

static gboolean whose(struct call *c, struct change *change, GError **error)
{
	const char *who = call_option(c, PLAIN_OPTION_CUSTOMER), *name = call_option(c, PLAIN_OPTION_NAME);

	if (who) {
		struct customer *found = plain_customer(c->desk, who, error);

		change->customer_id = found ? found->id : 0;
		customer_free(found);
		return change->customer_id != 0;
	}
	if (!name)
		return desk_fail(error, DESK_INVALID, _("whose ticket is it? --customer says it, or --name for a new one"));
	change->customer = customer_new();
	change->customer->name = g_strdup(name);
	change->customer->phone = g_strdup(call_option(c, PLAIN_OPTION_PHONE));
	change->customer->email = g_strdup(call_option(c, PLAIN_OPTION_EMAIL));
	change->customer->language = g_strdup(call_option(c, PLAIN_OPTION_LANGUAGE));
	return TRUE;
}

static gboolean word_option(struct call *c, enum plain_option o, const struct words *words, int *value, GError **error)
{
	const char *said = call_option(c, o);
	int at = said ? desk_word(said, words) : -1;

	if (said && at < 0) {
		g_autofree char *list = desk_words(words);

		return desk_fail(error, DESK_INVALID, _("--%s is one of %s"), plain_option_name(o), list);
	}
	if (said)
		*value = at;
	return TRUE;
}

static gboolean fill_new(struct call *c, struct change *change, GError **error)
{
	const char *group = call_option(c, PLAIN_OPTION_GROUP), *subject = call_option(c, PLAIN_OPTION_SUBJECT);
	int channel = CHANNEL_PHONE, priority = PRIORITY_NORMAL;

	if (!word_option(c, PLAIN_OPTION_CHANNEL, &channel_words, &channel, error) ||
	    !word_option(c, PLAIN_OPTION_PRIORITY, &priority_words, &priority, error) || !whose(c, change, error))
		return FALSE;
	change->body = call_text(c, error);
	if (!change->body)
		return FALSE;
	change->channel = (enum channel)channel;
	change->priority = (enum ticket_priority)priority;
	change->category = g_strdup(call_option(c, PLAIN_OPTION_CATEGORY));
	change->text = subject ? g_strdup(subject) : call_rest(c, 0);
	if (!change->text) {
		g_autofree char *line = g_strndup(change->body, strcspn(change->body, "\n"));

		change->text = g_utf8_strlen(line, -1) > 100 ? g_utf8_substring(line, 0, 100) : g_strdup(line);
	}
	if (group) {
		const struct group *g = desk_group(c->desk, group, error);

		if (!g)
			return FALSE;
		change->group_id = g->id;
	}
	return attach(c, change, error);
}

int verb_new(struct call *c)
{
	g_autoptr(GError) error = NULL;
	gboolean waits = FALSE;
	struct change change;
	int code = PLAIN_OK;

	change_init(&change, CHANGE_TICKET_NEW);
	if (!fill_new(c, &change, &error)) {
		change_clear(&change);
		return call_fail(c, error);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, &waits, &code);

	if (a && waits) {
		out_say(c->out, _("the ticket is made when the desk is back"));
	} else if (a && a->ticket) {
		out_say(c->out, _("#%" PRId64 " is made"), a->ticket->row.id);
		if (c->out->quiet && c->out->format != OUT_JSON)
			g_string_append_printf(c->out->text, "%" PRId64 "\n", a->ticket->row.id);
	}
	return code;
}
