/* What speaks against sending, in words: the composer's guards where nobody sees a composer. */
#include "tui/plain/guard.h"

#include <string.h>

#include "tui/composer.h"
#include "wire/said.h"

static const struct message *newest_of_customer(const struct ticket *t)
{
	for (guint i = t->messages->len; i > 0; i--)
		if (((struct message *)t->messages->pdata[i - 1])->kind == MESSAGE_CUSTOMER)
			return t->messages->pdata[i - 1];
	return NULL;
}

static gboolean first_reply(const struct ticket *t)
{
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind == MESSAGE_REPLY && m->delivery != DELIVERY_RECALLED)
			return FALSE;
	}
	return !t->more_messages;
}

static const struct tag *careful_tag(const struct session *s, const char *name)
{
	for (guint i = 0; i < s->tags->len; i++) {
		const struct tag *tag = s->tags->pdata[i];

		if (tag->careful && g_strcmp0(tag->name, name) == 0)
			return tag;
	}
	return NULL;
}

static const struct tag *wants_care(const struct session *s, const struct ticket *t)
{
	const struct tag *tag = NULL;

	for (guint i = 0; !tag && t->customer && i < t->customer->tags->len; i++)
		tag = careful_tag(s, ((struct tag_mark *)t->customer->tags->pdata[i])->name);
	for (guint i = 0; !tag && i < t->tags->len; i++)
		tag = careful_tag(s, t->tags->pdata[i]);
	return tag;
}

static char *without_parts(unsigned missing)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (int part = 0; part < PART_COUNT; part++)
		if (missing & 1u << part)
			g_ptr_array_add(names, (char *)word_said(part_name((enum template_part)part)));
	g_ptr_array_add(names, NULL);
	g_autofree char *list = g_strjoinv(_(", "), (char **)names->pdata);

	return g_strdup_printf(_("This is a first reply without %s."), list);
}

static char *in_words(const struct guard_facts *f, const struct guard_verdict *v, const struct tag *tag, const char *who)
{
	switch (v->guard) {
	case GUARD_HUGE:
		return g_strdup_printf(_("The text is longer than %u KB; the desk takes no more in one message."), WIRE_MAX_MESSAGE >> 10);
	case GUARD_PLACEHOLDER:
		return g_strdup_printf(_("The text still has %.*s."), (int)(v->to - v->at), f->text + v->at);
	case GUARD_BRACES:
		return g_strdup_printf(_("%.*s looks like a blank to fill in."), (int)(v->to - v->at), f->text + v->at);
	case GUARD_PARTS:
		return without_parts(v->missing);
	case GUARD_CARD:
		return g_strdup_printf(_("%.*s looks like the number of a payment card."), (int)(v->to - v->at), f->text + v->at);
	case GUARD_LENGTH:
		return g_strdup_printf(_("This channel takes %" PRId64 " at most, the text has %" PRId64 "."), v->use.max, v->use.used);
	case GUARD_NEWER:
		return g_strdup_printf(_("%s has written since."), who);
	case GUARD_CAREFUL:
		return g_strdup_printf(_("%s: this customer wants a second look."), tag ? tag->name : "");
	default:
		return g_strdup(_("there is no text"));
	}
}

char *plain_objection(const struct session *s, const struct ticket *t, enum message_kind kind, const char *text,
                      desk_id answers, unsigned passed, struct guard_verdict *verdict)
{
	const struct message *newest = newest_of_customer(t);
	const struct tag *tag = wants_care(s, t);
	struct limits limits = {0};
	struct guard_facts f = {.kind = kind, .channel = t->row.channel, .limits = &limits, .text = text, .passed = passed};

	if (!limits_parse(&limits, s->message_limits, NULL))
		memset(&limits, 0, sizeof limits);
	f.first_reply = first_reply(t);
	f.parts = composer_parts(text, t->row.customer_name, s->me->display);
	f.newest = newest ? newest->id : 0;
	f.answers = answers;
	f.careful = tag != NULL;
	*verdict = guards_ask(&f);
	return verdict->guard == GUARD_NONE ? NULL
	                                    : in_words(&f, verdict, tag, t->row.customer_name ? t->row.customer_name : _("The customer"));
}
