/* The hand-over note: what the next one must know without asking. */
#include "rules/escalation.h"

#include <string.h>
#include "base/say.h"
#include "rules/mentions.h"
#include "rules/mood.h"
#include "rules/promise.h"
#include "wire/said.h"

#define WORDS_MAX 300  /* bytes of the customer's words */
#define TRIED_BYTES 120   /* of one thing that was tried */
#define TRIED_MAX 6    /* the newest */

static void add(GString *out, const char *line)
{
	g_string_append_printf(out, "%s%s", out->len ? "\n" : "", line);
}

G_GNUC_PRINTF(2, 3) static void addf(GString *out, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list args;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	add(out, line);
}

static void add_problem(GString *out, const struct escalation_story *s)
{
	const struct ticket *t = s->ticket;

	if (s->category)
		addf(out, _("Problem: %s (%s)"), t->row.subject, s->category);
	else
		addf(out, _("Problem: %s"), t->row.subject);
}

/* What began it, and the last word when that is another. */
static void add_words(GString *out, const struct escalation_story *s)
{
	const struct message *first = NULL, *last = NULL;

	for (guint i = 0; i < s->ticket->messages->len; i++) {
		const struct message *m = s->ticket->messages->pdata[i];

		if (m->kind != MESSAGE_CUSTOMER || !m->body)
			continue;
		last = m;
		if (!first)
			first = m;
	}
	if (!first)
		return;
	g_autofree char *began = mention_excerpt(first->body, WORDS_MAX), *ended = mention_excerpt(last->body, WORDS_MAX);
	addf(out, _("The customer: \"%s\""), began);
	if (last != first)
		addf(out, _("Last: \"%s\""), ended);
}

static gboolean is_tried(const struct message *m)
{
	return (m->kind == MESSAGE_REPLY || m->kind == MESSAGE_NOTE) && !m->whisper_to && m->body &&
	       m->delivery != DELIVERY_RECALLED;
}

static void add_tried(GString *out, const struct escalation_story *s)
{
	const GPtrArray *messages = s->ticket->messages;
	guint tried = 0, skip;

	for (guint i = 0; i < messages->len; i++)
		tried += is_tried(messages->pdata[i]);
	if (!tried && (!s->articles || !s->articles->len)) {
		add(out, _("Tried: nothing yet"));
		return;
	}
	add(out, _("Tried:"));
	skip = tried > TRIED_MAX ? tried - TRIED_MAX : 0;
	for (guint i = 0; i < messages->len; i++) {
		const struct message *m = messages->pdata[i];
		const char *who = m->author_name ? m->author_name : _("the desk");

		if (!is_tried(m))
			continue;
		if (skip) {
			skip--;
			continue;
		}
		g_autofree char *line = mention_excerpt(m->body, TRIED_BYTES);
		if (m->kind == MESSAGE_NOTE)
			addf(out, _("- %s (note): %s"), who, line);
		else
			addf(out, _("- %s: %s"), who, line);
	}
	for (guint i = 0; s->articles && i < s->articles->len; i++)
		addf(out, _("- knowledge: %s"), (const char *)s->articles->pdata[i]);
}

static void add_checklist(GString *out, const struct escalation_story *s)
{
	const GPtrArray *list = s->ticket->checklist;
	g_autoptr(GString) open = g_string_new(NULL);
	guint done = 0;

	for (guint i = 0; list && i < list->len; i++) {
		const struct check_item *c = list->pdata[i];

		done += c->done != 0;
		if (!c->done)
			g_string_append_printf(open, "%s%s", open->len ? "; " : "", c->text);
	}
	if (list && list->len && open->len)
		addf(out, _("Checklist: %u of %u done; open: %s"), done, list->len, open->str);
	else if (list && list->len)
		addf(out, _("Checklist: %u of %u done"), done, list->len);
}

static void add_promise(GString *out, const struct escalation_story *s)
{
	for (guint i = 0; i < s->ticket->clocks->len; i++) {
		const struct ticket_clock *c = s->ticket->clocks->pdata[i];
		g_autofree char *when = NULL;

		if (c->kind != CLOCK_PROMISE || !c->due_ms ||
		    (c->state != CLOCK_STATE_RUNNING && c->state != CLOCK_STATE_BREACHED))
			continue;
		when = promise_words(c->due_ms, s->now_ms, s->zone, say_language());
		if (c->due_ms <= s->now_ms)
			addf(out, _("Promised to the customer: an answer by %s (overdue)"), when);
		else
			addf(out, _("Promised to the customer: an answer by %s"), when);
	}
}

static const struct tag *tag_of(const GPtrArray *tags, desk_id id)
{
	for (guint i = 0; tags && i < tags->len; i++)
		if (((const struct tag *)tags->pdata[i])->id == id)
			return tags->pdata[i];
	return NULL;
}

static void add_customer(GString *out, const struct escalation_story *s)
{
	enum mood mood = mood_of_messages(s->ticket->messages, s->moods);
	const struct customer *c = s->ticket->customer;
	gboolean chinese = strcmp(say_language(), "zh") == 0;

	if (mood != MOOD_NEUTRAL)
		addf(out, _("Mood: %s"), word_said(mood_name(mood)));
	for (guint i = 0; c && c->tags && i < c->tags->len; i++) {
		const struct tag_mark *mark = c->tags->pdata[i];
		const struct tag *tag = tag_of(s->tags, mark->tag_id);
		const char *label = tag ? chinese ? tag->label_zh : tag->label_en : NULL;
		const char *advice = tag ? chinese ? tag->advice_zh : tag->advice_en : NULL;

		if (advice && *advice)
			addf(out, _("Customer is %s: %s"), label ? label : mark->name, advice);
		else
			addf(out, _("Customer is %s"), label ? label : mark->name);
	}
}

char *escalation_note(const struct escalation_story *s)
{
	GString *out = g_string_new(NULL);

	add_problem(out, s);
	add_words(out, s);
	add_tried(out, s);
	add_checklist(out, s);
	add_promise(out, s);
	add_customer(out, s);
	return g_string_free(out, FALSE);
}
