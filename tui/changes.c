/* What happened to a ticket since a draft for it was written, as lines. */
#include "tui/changes.h"

#include <string.h>
#include "rules/history.h"
#include "tui/draw.h"

#define CHANGES_SHOWN 5 /* below the conversation; all of them by the action */
#define WORDS_SHOWN 60  /* characters */

const char *changes_kind(enum message_kind kind)
{
	if (kind == DRAFT_SHEET)
		return say_ctx("draft", "form");
	return kind == MESSAGE_NOTE ? say_ctx("draft", "note") : kind == MESSAGE_FORWARD ? say_ctx("draft", "forward") :
	       say_ctx("draft", "reply");
}

char *changes_first_words(const char *text, glong max)
{
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
	g_autofree char *line = g_strdelimit(g_strstrip(g_steal_pointer(&valid)), "\r\n\t", ' ');

	if (g_utf8_strlen(line, -1) <= max)
		return g_steal_pointer(&line);
	g_autofree char *cut = g_utf8_substring(line, 0, max);
	return g_strconcat(cut, "...", NULL);
}

static gboolean is_since(const struct message *m, const struct store_draft *d)
{
	if (!m->id) /* on its way from here */
		return FALSE;
	return d->message_id ? m->id > d->message_id && m->at_ms >= d->at_ms - MS_DAY : m->at_ms > d->at_ms;
}

/* The history's line of what is told as before and after. */
static gboolean is_said_below(const struct message *m, const struct ticket *t, const struct store_draft *d)
{
	if (m->kind != MESSAGE_SYSTEM || !m->body || d->status < 0)
		return FALSE;
	return (d->status != (int)t->row.status && g_str_has_prefix(m->body, "status: ")) ||
	       (d->assignee_id != t->row.assignee_id && g_str_has_prefix(m->body, "assigned to "));
}

static char *message_line(const struct message *m)
{
	g_autofree char *words = changes_first_words(m->body && *m->body ? m->body : "", WORDS_SHOWN);
	const char *who = m->author_name ? m->author_name : _("somebody");

	switch (m->kind) {
	case MESSAGE_CUSTOMER:
		return g_strdup_printf(_("%s wrote: %s"), who, words);
	case MESSAGE_REPLY:
		return g_strdup_printf(_("%s replied: %s"), who, words);
	case MESSAGE_NOTE:
		return g_strdup_printf(_("%s noted: %s"), who, words);
	case MESSAGE_FORWARD:
		return g_strdup_printf(_("%s forwarded: %s"), who, words);
	case MESSAGE_SYSTEM: {
		g_autofree char *said = history_said(words);
		return m->author_name ? g_strdup_printf("%s: %s", m->author_name, said) : g_steal_pointer(&said);
	}
	default:
		return m->author_name ? g_strdup_printf("%s: %s", m->author_name, words) : g_strdup(words);
	}
}

static const char *name_of(const struct store *s, desk_id person_id)
{
	const struct person *p = store_person(s, person_id);

	return !person_id ? _("nobody") : p && p->display ? p->display : _("somebody");
}

GPtrArray *changes_since(const struct store *s, const struct ticket *t, const struct store_draft *d)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < t->messages->len; i++)
		if (is_since(t->messages->pdata[i], d) && !is_said_below(t->messages->pdata[i], t, d))
			g_ptr_array_add(lines, message_line(t->messages->pdata[i]));
	if (d->status >= 0 && d->status != (int)t->row.status)
		g_ptr_array_add(lines, g_strdup_printf(_("status: %s, before %s"), label_status(t->row.status),
		                                       label_status((enum ticket_status)d->status)));
	if (d->status >= 0 && d->assignee_id != t->row.assignee_id)
		g_ptr_array_add(lines, g_strdup_printf(_("whose it is: %s, before %s"), name_of(s, t->row.assignee_id),
		                                       name_of(s, d->assignee_id)));
	return lines;
}

static void draft_lines(struct lines *l, const struct ticket *t, const struct store *s, const struct store_draft *d,
                        int64_t now_ms)
{
	g_autoptr(GPtrArray) since = changes_since(s, t, d);
	char when[40];

	if (d->other)
		lines_wrapf(l, 1, LOOK_PENDING, _("Another text for this %s was written at another screen; it is joined when you leave this one."),
		            changes_kind(d->kind));
	if (d->typed || !since->len)
		return;
	draw_when(d->at_ms, now_ms, when, sizeof when);
	lines_wrapf(l, 1, LOOK_PENDING, _("Since your draft (%s) of %s:"), changes_kind(d->kind), when);
	for (guint i = since->len > CHANGES_SHOWN ? since->len - CHANGES_SHOWN : 0; i < since->len; i++)
		lines_wrap(l, 3, LOOK_ADVICE, since->pdata[i]);
}

void changes_build(struct lines *l, const struct ticket *t, const struct store *s, int64_t now_ms)
{
	g_autoptr(GArray) list = store_draft_list(s);

	l->ref = -2;
	l->lead = GLYPH_COUNT;
	for (guint i = 0; i < list->len; i++) {
		const struct store_draft *d = &g_array_index(list, struct store_draft, i);

		if (d->ticket_id != t->row.id || d->kind == DRAFT_SHEET)
			continue;
		if (!d->person_id) {
			draft_lines(l, t, s, d, now_ms);
			continue;
		}
		g_autofree char *words = changes_first_words(d->text, WORDS_SHOWN);
		lines_wrapf(l, 1, LOOK_PENDING, _("%s shares a draft (%s): %s"), d->person_name ? d->person_name : _("somebody"),
		            changes_kind(d->kind), words);
	}
}
