/* Verbs that change tickets: whose work, which state, what it is about. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "tui/commands.h"
#include "wire/said.h"

static int plain_each(struct call *c, enum change_kind kind, const char *done)
{
	if (c->words->len)
		return call_usage(c, _("%s is too much; usage: ttydesk %s %s"), call_word(c, 0), c->verb->name, c->verb->args);
	return call_write_each(c, kind, NULL, done);
}

static int too_little(struct call *c)
{
	return call_usage(c, _("something is missing; usage: ttydesk %s %s"), c->verb->name, c->verb->args);
}

int verb_claim(struct call *c)
{
	return plain_each(c, CHANGE_CLAIM, _("yours"));
}

int verb_release(struct call *c)
{
	return plain_each(c, CHANGE_RELEASE, _("back in the queue"));
}

int verb_next_best(struct call *c)
{
	const char *name = call_option(c, PLAIN_OPTION_GROUP);
	g_autoptr(GError) error = NULL;
	const struct group *g = name ? desk_group(c->desk, name, &error) : NULL;
	struct change change;
	int code = PLAIN_OK;

	if (error)
		return call_fail(c, error);
	change_init(&change, CHANGE_CLAIM_NEXT);
	change.group_id = g ? g->id : 0;
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (!a)
		return code;
	if (!a->ticket) {
		desk_fail(&error, DESK_NOTFOUND, _("nothing is left to claim"));
		return call_fail(c, error);
	}
	c->claimed = a->ticket->row.id;
	out_say(c->out, _("#%" G_GINT64_FORMAT " is yours: %s"), a->ticket->row.id, a->ticket->row.subject ? a->ticket->row.subject : "");
	if (c->out->quiet && c->out->format != OUT_JSON)
		g_string_append_printf(c->out->text, "%" PRId64 "\n", a->ticket->row.id);
	return PLAIN_OK;
}

/* ---- assign */

static gboolean fill_assign(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	g_autofree char *word = call_rest(c, 0);
	g_autoptr(GError) no_group = NULL;
	const struct group *g;
	const struct person *p;

	(void)ticket;
	if (strcmp(word, "nobody") == 0)
		return TRUE;
	g = desk_group(c->desk, word, &no_group);
	p = g ? NULL : desk_person(c->desk, word, error);
	if (!g && !p)
		return FALSE;
	change->group_id = g ? g->id : 0;
	change->person_id = p ? p->id : 0;
	return TRUE;
}

int verb_assign(struct call *c)
{
	g_autofree char *word = call_rest(c, 0);
	g_autofree char *done = word ? g_strdup_printf(_("given to %s"), word) : NULL;

	return word ? call_write_each(c, CHANGE_ASSIGN, fill_assign, done) : too_little(c);
}

/* ---- tags: several tickets, several tags */

static gboolean fill_tag(struct call *c, const char *word, desk_id ticket, struct change *change, GError **error)
{
	gboolean off = *word == '-';
	const struct tag *tag = desk_tag(c->desk, off ? word + 1 : word, error);
	struct ticket *t;

	if (!tag)
		return FALSE;
	change_init(change, tag->on_customer ? CHANGE_CUSTOMER_TAG : CHANGE_TAG);
	change->ticket_id = ticket;
	change->text = g_strdup(tag->name);
	change->on = !off;
	if (!tag->on_customer)
		return TRUE;
	t = desk_ticket(c->desk, ticket, error);
	change->customer_id = t ? t->row.customer_id : 0;
	change->reason = call_option(c, PLAIN_OPTION_REASON)
	                         ? g_strdup(call_option(c, PLAIN_OPTION_REASON))
	                         : g_strdup_printf(_("set by hand at #%" G_GINT64_FORMAT), ticket);
	if (!t)
		change_clear(change);
	ticket_free(t);
	return change->customer_id != 0;
}

static int one_tag(struct call *c, desk_id ticket, const char *word)
{
	g_autoptr(GError) error = NULL;
	gboolean waits = FALSE, off = *word == '-';
	struct change change;
	int code = PLAIN_OK;

	if (!fill_tag(c, word, ticket, &change, &error))
		return call_fail(c, error);
	g_autofree char *name = g_strdup(change.text);
	g_autoptr(answer_auto) a = call_write(c, &change, &waits, &code);

	if (a && off)
		out_say(c->out, _("#%" G_GINT64_FORMAT ": tag %s removed"), ticket, name);
	else if (a)
		out_say(c->out, _("#%" G_GINT64_FORMAT ": tag %s set"), ticket, name);
	return code;
}

int verb_tag(struct call *c)
{
	int worst = PLAIN_OK;

	if (!c->words->len)
		return too_little(c);
	for (guint i = 0; i < c->tickets->len; i++)
		for (guint k = 0; k < c->words->len; k++) {
			int code = one_tag(c, g_array_index(c->tickets, desk_id, i), call_word(c, k));

			worst = code == PLAIN_OK ? worst : code;
		}
	return worst;
}

/* ---- status, priority */

static gboolean fill_status(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *until = call_option(c, PLAIN_OPTION_UNTIL);
	g_autofree char *rest = call_rest(c, 1); /* status 1042 on-hold 2h */
	int at = desk_word(call_word(c, 0), &status_words);

	(void)ticket;
	if (at < 0) {
		g_autofree char *list = desk_words(&status_words);

		return desk_fail(error, DESK_INVALID, _("%s is no status: %s"), call_word(c, 0), list);
	}
	change->status = (enum ticket_status)at;
	if (!until)
		until = rest;
	if (at == STATUS_ON_HOLD && !until)
		return desk_fail(error, DESK_INVALID, _("on hold until when? 2h, 18:00 or 2026-11-24 09:00"));
	return !until || command_until(until, desk_now_ms(c->desk), &change->hold_until_ms, error);
}

int verb_status(struct call *c)
{
	int at = call_word(c, 0) ? desk_word(call_word(c, 0), &status_words) : -1;

	if (!call_word(c, 0))
		return too_little(c);
	return call_write_each(c, CHANGE_STATUS, fill_status, at >= 0 ? word_said(status_words.names[at]) : "");
}

static gboolean fill_solve(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)c;
	(void)ticket;
	(void)error;
	change->status = STATUS_RESOLVED;
	return TRUE;
}

int verb_solve(struct call *c)
{
	return call_write_each(c, CHANGE_STATUS, fill_solve, _("resolved"));
}

static gboolean fill_spam(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)c;
	(void)ticket;
	(void)error;
	change->status = STATUS_SPAM;
	return TRUE;
}

int verb_spam(struct call *c)
{
	return call_write_each(c, CHANGE_STATUS, fill_spam, _("spam"));
}

static gboolean fill_priority(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	int at = desk_word(call_word(c, 0), &priority_words);

	(void)ticket;
	if (at < 0)
		return desk_fail(error, DESK_INVALID, _("%s is no priority: normal, important or urgent"), call_word(c, 0));
	change->priority = (enum ticket_priority)at;
	return TRUE;
}

int verb_priority(struct call *c)
{
	return call_word(c, 0) ? call_write_each(c, CHANGE_PRIORITY, fill_priority, call_word(c, 0)) : too_little(c);
}

/* ---- what it is about */

static gboolean fill_subject(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)ticket;
	(void)error;
	change->text = call_rest(c, 0);
	return TRUE;
}

int verb_subject(struct call *c)
{
	return c->words->len ? call_write_each(c, CHANGE_SUBJECT, fill_subject, _("subject changed")) : too_little(c);
}

int verb_category(struct call *c)
{
	return c->words->len ? call_write_each(c, CHANGE_CATEGORY, fill_subject, _("category set")) : too_little(c);
}

static gboolean fill_field(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)ticket;
	(void)error;
	change->text = g_strdup(call_word(c, 0));
	change->body = call_rest(c, 1);
	change->on = change->body != NULL;
	return TRUE;
}

int verb_field(struct call *c)
{
	if (!c->words->len)
		return too_little(c);
	return call_write_each(c, CHANGE_FIELD, fill_field, c->words->len > 1 ? _("field filled in") : _("field cleared"));
}

/* ---- several tickets */

static gboolean other_ticket(struct call *c, struct change *change, GError **error)
{
	return call_number(call_word(c, 0), &change->other_id, error);
}

static gboolean fill_merge(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)ticket;
	return other_ticket(c, change, error);
}

int verb_merge(struct call *c)
{
	g_autofree char *done = c->words->len ? g_strdup_printf(_("merged into %s"), call_word(c, 0)) : NULL;

	return done ? call_write_each(c, CHANGE_MERGE, fill_merge, done) : too_little(c);
}

static gboolean fill_split(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *subject = call_option(c, PLAIN_OPTION_SUBJECT);
	int64_t id;

	(void)ticket;
	change->message_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	for (guint i = 0; i < c->words->len; i++) {
		if (!call_number(call_word(c, i), &id, error))
			return FALSE;
		g_array_append_val(change->message_ids, id);
	}
	change->text = g_strdup(subject);
	return subject || desk_fail(error, DESK_INVALID, _("what is the new ticket about? --subject says it"));
}

int verb_split(struct call *c)
{
	g_autoptr(GError) error = NULL;
	desk_id ticket = g_array_index(c->tickets, desk_id, 0);
	struct change change;
	int code = PLAIN_OK;

	if (!c->words->len)
		return too_little(c);
	change_init(&change, CHANGE_SPLIT);
	change.ticket_id = ticket;
	if (!fill_split(c, ticket, &change, &error)) {
		change_clear(&change);
		return call_fail(c, error);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a && a->ticket) {
		out_say(c->out, _("#%" G_GINT64_FORMAT " is made"), a->ticket->row.id);
		if (c->out->quiet && c->out->format != OUT_JSON)
			g_string_append_printf(c->out->text, "%" PRId64 "\n", a->ticket->row.id);
	}
	return code;
}

static gboolean fill_link(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *kind = call_option(c, PLAIN_OPTION_AS_KIND);
	int at = kind ? link_by_name(kind) : LINK_RELATED;

	(void)ticket;
	/* link 1042 parent 1001, as after a colon */
	if (!kind && c->words->len > 1 && link_by_name(call_word(c, 0)) >= 0) {
		change->link = (enum link_kind)link_by_name(call_word(c, 0));
		change->on = TRUE;
		return call_number(call_word(c, 1), &change->other_id, error);
	}
	if (at < 0)
		return desk_fail(error, DESK_INVALID, _("--kind is related, parent, child or duplicate"));
	change->link = (enum link_kind)at;
	change->on = TRUE;
	return other_ticket(c, change, error);
}

int verb_link(struct call *c)
{
	return c->words->len ? call_write_each(c, CHANGE_LINK, fill_link, _("linked")) : too_little(c);
}

int verb_unlink(struct call *c)
{
	return c->words->len ? call_write_each(c, CHANGE_LINK, fill_merge, _("link removed")) : too_little(c);
}

/* ---- steps, promises */

static gboolean fill_checklist(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const struct session *s = desk_session(c->desk, error);

	(void)ticket;
	for (guint i = 0; s && c->words->len == 1 && i < s->checklists->len; i++)
		if (strcmp(((struct checklist *)s->checklists->pdata[i])->name, call_word(c, 0)) == 0)
			change->name = g_strdup(call_word(c, 0));
	if (!change->name)
		change->text = call_rest(c, 0);
	return s != NULL;
}

int verb_checklist(struct call *c)
{
	return c->words->len ? call_write_each(c, CHANGE_CHECK_ADD, fill_checklist, _("put on the checklist")) : too_little(c);
}

static gboolean fill_check(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	struct ticket *t = desk_ticket(c->desk, ticket, error);
	guint n = t && t->checklist ? t->checklist->len : 0;
	gint64 at = 0;
	gboolean ok = t && g_ascii_string_to_signed(call_word(c, 0), 10, 1, n, &at, NULL);

	if (ok) {
		const struct check_item *item = t->checklist->pdata[at - 1];

		change->item_id = item->id;
		change->on = !item->done;
	} else if (t) {
		desk_fail(error, DESK_NOTFOUND, _("there is no step %s: the checklist has %u"), call_word(c, 0), n);
	}
	ticket_free(t);
	return ok;
}

int verb_check(struct call *c)
{
	return c->words->len ? call_write_each(c, CHANGE_CHECK, fill_check, _("step changed")) : too_little(c);
}

static gboolean fill_promise(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	g_autofree char *when = call_rest(c, 0);

	(void)ticket;
	return command_until(when, desk_now_ms(c->desk), &change->promise_ms, error);
}

int verb_promise(struct call *c)
{
	return c->words->len ? call_write_each(c, CHANGE_PROMISE, fill_promise, _("promised")) : too_little(c);
}
