/* A ticket in words: what show prints, and what is read line by line. */
#include "tui/plain/verbs.h"

#include "rules/priority.h"

#include <string.h>

#include "tui/draw.h"
#include "wire/said.h"

/* ---- parts */

void plain_row(struct out *o, const struct ticket_row *row)
{
	const char *who = row->customer_name ? row->customer_name : "", *what = row->subject ? row->subject : "";
	g_autofree char *due = row->next_due_ms == QUEUE_NO_DUE ? NULL : out_deadline(row->next_due_ms, o->now_ms);

	out_number(o, row->id);
	g_string_append(o->text, ", ");
	out_put(o, who, OUT_PLAIN);
	g_string_append(o->text, ": ");
	out_put(o, what, OUT_BOLD);
	if (due)
		g_string_append_printf(o->text, ", %s", due);
	if (row->priority != PRIORITY_NORMAL)
		g_string_append_printf(o->text, ", %s", word_said(priority_name(row->priority)));
	g_string_append_c(o->text, '\n');
}

static void put_clock(struct out *o, const struct ticket_clock *k)
{
	g_autofree char *due = out_deadline(k->due_ms, o->now_ms), *span = out_span(k->left_ms), *when = out_when(k->ended_ms);
	g_autofree char *until = out_when(k->due_ms);
	const char *name = label_clock(k->kind);

	switch (k->state) {
	case CLOCK_STATE_RUNNING:
	case CLOCK_STATE_BREACHED:
		g_string_append(o->text, "  ");
		out_put(o, name, OUT_PLAIN);
		g_string_append(o->text, ": ");
		out_put(o, due, k->due_ms < o->now_ms ? OUT_BAD : OUT_PLAIN);
		g_string_append_printf(o->text, " (%s)\n", until);
		break;
	case CLOCK_STATE_PAUSED:
		out_say(o, k->left_ms < 0 ? _("  %s: paused, %s over") : _("  %s: paused, %s left"), name, span);
		break;
	case CLOCK_STATE_MET:
		out_say(o, _("  %s: met %s"), name, when);
		break;
	case CLOCK_STATE_MISSED:
		out_say(o, _("  %s: met late %s"), name, when);
		break;
	default:
		break;
	}
}

void plain_clocks(struct out *o, const struct ticket *t)
{
	if (t->clocks->len)
		out_say(o, _("Clocks:"));
	for (guint i = 0; i < t->clocks->len; i++)
		put_clock(o, t->clocks->pdata[i]);
}

static const struct tag *tag_named(const struct session *s, const char *name)
{
	for (guint i = 0; s && i < s->tags->len; i++)
		if (g_strcmp0(((struct tag *)s->tags->pdata[i])->name, name) == 0)
			return s->tags->pdata[i];
	return NULL;
}

/* The label and what to do about it, in the language of the one who reads. */
static void put_tag(struct out *o, const struct session *s, const char *name, const char *why)
{
	const struct tag *tag = tag_named(s, name);
	gboolean zh = strcmp(say_language(), "zh") == 0;
	const char *label = tag && zh && tag->label_zh ? tag->label_zh : tag && tag->label_en ? tag->label_en : name;
	const char *advice = tag ? zh && tag->advice_zh ? tag->advice_zh : tag->advice_en : NULL;

	g_string_append(o->text, "  ");
	out_put(o, label, OUT_BOLD);
	if (advice) {
		g_string_append(o->text, ": ");
		out_put(o, advice, OUT_PLAIN);
	}
	if (why && *why) {
		g_string_append(o->text, " (");
		out_put(o, why, OUT_PLAIN);
		g_string_append_c(o->text, ')');
	}
	g_string_append_c(o->text, '\n');
}

static void put_tags(struct desk *d, struct out *o, const struct ticket *t)
{
	const struct session *s = desk_session(d, NULL);
	guint of_customer = t->customer ? t->customer->tags->len : 0;

	if (t->tags->len + of_customer == 0)
		return;
	out_say(o, _("Tags:"));
	for (guint i = 0; i < of_customer; i++) {
		const struct tag_mark *m = t->customer->tags->pdata[i];

		put_tag(o, s, m->name, m->why);
	}
	for (guint i = 0; i < t->tags->len; i++)
		put_tag(o, s, t->tags->pdata[i], NULL);
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void put_customer(struct out *o, const struct customer *c)
{
	if (!c)
		return;
	out_say(o, _("Customer: %s, language %s, mail %s, phone %s"), or_dash(c->name), or_dash(c->language), or_dash(c->email),
	        or_dash(c->phone));
	out_say(o, _("Tickets of this customer: %d open, %d past"), c->open_tickets, c->past_tickets);
	if (c->csat > 0)
		out_say(o, _("Satisfaction: %.1f of 5"), c->csat);
	for (guint i = 0; i < c->orders->len && i < 3; i++) {
		const struct order *order = c->orders->pdata[i];

		out_say(o, _("Order %s: %s, %s"), or_dash(order->number), or_dash(order->items), or_dash(order->state));
	}
}

static void put_work(struct out *o, const struct ticket *t)
{
	for (guint i = 0; t->fields && i < t->fields->len; i++) {
		const struct field_value *f = t->fields->pdata[i];

		out_say(o, _("Field %s: %s"), f->name, or_dash(f->value));
	}
	for (guint i = 0; t->links && i < t->links->len; i++) {
		const struct ticket_link *k = t->links->pdata[i];

		out_say(o, _("Link, %s: #%" G_GINT64_FORMAT " %s"), word_said(link_name(k->kind)), k->ticket_id, or_dash(k->subject));
	}
	for (guint i = 0; t->checklist && i < t->checklist->len; i++) {
		const struct check_item *item = t->checklist->pdata[i];

		out_say(o, item->done ? _("Step %u, done: %s") : _("Step %u: %s"), i + 1, or_dash(item->text));
	}
	for (guint i = 0; t->compensations && i < t->compensations->len; i++) {
		const struct compensation *k = t->compensations->pdata[i];

		out_say(o, _("%s of %" G_GINT64_FORMAT ".%02d %s, %s: %s"), word_said(compensation_name(k->kind)), k->amount_cents / 100,
		        (int)(k->amount_cents % 100), or_dash(k->currency), word_said(decision_name(k->state)), or_dash(k->reason));
	}
}

/* Notes must never be taken for what the customer reads: the word says it, not the colour. */
static const char *kind_word(const struct message *m)
{
	switch (m->kind) {
	case MESSAGE_NOTE:
		return m->whisper_to ? _("whisper, internal") : _("note, internal");
	case MESSAGE_REPLY:
		return m->delivery == DELIVERY_WAITING    ? _("reply, not sent yet")
		       : m->delivery == DELIVERY_RECALLED ? _("reply, taken back")
		       : m->delivery == DELIVERY_FAILED   ? _("reply, could not be sent")
		                                          : _("reply");
	case MESSAGE_PROGRESS:
		return m->delivery == DELIVERY_WAITING ? _("progress, not told yet") :
		       m->delivery == DELIVERY_RECALLED ? _("progress, not told") : _("progress, told by the desk");
	case MESSAGE_FORWARD:
		return _("forwarded");
	case MESSAGE_SYSTEM:
		return _("history");
	default:
		return _("customer");
	}
}

void plain_message(struct out *o, const struct ticket *t, const struct message *m)
{
	g_autofree char *when = out_when(m->at_ms);

	(void)t;
	g_string_append_printf(o->text, "-- %s ", when);
	out_put(o, m->author_name ? m->author_name : "", OUT_BOLD);
	g_string_append_printf(o->text, " (%s)", kind_word(m));
	if (!o->spoken)
		g_string_append_printf(o->text, " %" PRId64, m->id);
	g_string_append_c(o->text, '\n');
	if (m->to && *m->to)
		out_say(o, _("to: %s"), m->to);
	if (m->cc && *m->cc)
		out_say(o, _("copies: %s"), m->cc);
	out_body(o, m->body, o->spoken ? "" : "   ");
	for (guint i = 0; m->attachments && i < m->attachments->len; i++) {
		const struct attachment *a = m->attachments->pdata[i];
		g_autofree char *size = g_format_size((guint64)a->size);

		out_say(o, _("file: %s, %s"), or_dash(a->name), size);
	}
}

void plain_ticket(struct desk *d, struct out *o, const struct ticket *t)
{
	const struct ticket_row *row = &t->row;

	out_number(o, row->id);
	g_string_append_c(o->text, ' ');
	out_put(o, row->subject ? row->subject : "", OUT_BOLD);
	g_string_append_c(o->text, '\n');
	out_say(o, _("Status %s, priority %s, by %s"), word_said(status_name(row->status)), word_said(priority_name(row->priority)),
	        word_said(channel_name(row->channel)));
	out_say(o, _("Group %s, assigned to %s"), or_dash(row->group_name), row->assignee_name ? row->assignee_name : _("nobody"));
	if (t->category)
		out_say(o, _("Category %s"), t->category);
	if (t->priority_reason) {
		g_autofree char *why = priority_reason_said(t->priority_reason);

		out_say(o, _("Priority because: %s"), why);
	}
	if (t->problem_id)
		out_say(o, _("Part of problem %" G_GINT64_FORMAT), t->problem_id);
	if (t->hold_until_ms && row->status == STATUS_ON_HOLD) {
		g_autofree char *until = out_when(t->hold_until_ms);

		out_say(o, _("On hold until %s"), until);
	}
	if (t->escalation_reason)
		out_say(o, _("Escalated: %s"), t->escalation_reason);
	put_customer(o, t->customer);
	put_tags(d, o, t);
	plain_clocks(o, t);
	put_work(o, t);
}

/* ---- show */

/* Everything that was said before the newest page, put in front. */
static gboolean older_messages(struct desk *d, struct ticket *t, GError **error)
{
	while (t->more_messages && t->messages->len) {
		struct query q;

		query_init(&q, QUERY_MESSAGES);
		q.ticket_id = t->row.id;
		q.before_id = ((struct message *)t->messages->pdata[0])->id;
		q.limit = 200;
		g_autoptr(answer_auto) a = desk_read(d, &q, error);

		query_clear(&q);
		if (!a)
			return FALSE;
		for (guint i = 0; a->messages->len; i++)
			g_ptr_array_insert(t->messages, (int)i, g_ptr_array_steal_index(a->messages, 0));
		t->more_messages = a->more;
	}
	return TRUE;
}

static int show(struct call *c, desk_id id)
{
	g_autoptr(GError) error = NULL;
	struct ticket *t = desk_ticket(c->desk, id, &error);

	if (!t || (c->option[PLAIN_OPTION_ALL] && !older_messages(c->desk, t, &error))) {
		ticket_free(t);
		return call_fail(c, error);
	}
	c->out->now_ms = desk_now_ms(c->desk);
	if (c->out->format == OUT_JSON) {
		g_autoptr(GString) json = g_string_new(NULL);
		struct answer a = {.ticket = t, .server_time_ms = c->out->now_ms};

		answer_to_json(json, &a);
		g_ptr_array_add(c->answers, g_strdup(json->str));
	} else if (c->out->quiet) {
		g_string_append_printf(c->out->text, "%" PRId64 "\n", id);
	} else {
		plain_ticket(c->desk, c->out, t);
		if (t->more_messages)
			out_say(c->out, _("Older messages: --all shows them."));
		for (guint i = 0; i < t->messages->len; i++)
			plain_message(c->out, t, t->messages->pdata[i]);
	}
	ticket_free(t);
	return PLAIN_OK;
}

int verb_show(struct call *c)
{
	int worst = PLAIN_OK;

	if (c->words->len)
		return call_usage(c, _("%s is no ticket number"), call_word(c, 0));
	if (c->out->format == OUT_CSV || c->out->format == OUT_TSV)
		return call_usage(c, _("a ticket is no table: -o text or -o json"));
	for (guint i = 0; i < c->tickets->len; i++) {
		int code = show(c, g_array_index(c->tickets, desk_id, i));

		if (c->out->format == OUT_TEXT && !c->out->quiet && i + 1 < c->tickets->len)
			g_string_append_c(c->out->text, '\n');
		worst = code == PLAIN_OK ? worst : code;
	}
	return worst;
}
