/* What was said on a ticket, as lines. */
#include "tui/conversation_lines.h"

#include <string.h>
#include "base/html.h"
#include "base/media.h"
#include "rules/history.h"
#include "tui/changes.h"
#include "tui/draw.h"

#define BODY_INDENT 3
#define ACKNOWLEDGED_MS (10 * MS_MINUTE) /* so long one's own message says that it was sent */

/* ---------------------------------------------------------------- lines */

static gboolean pending_of(const struct store *s, desk_id ticket_id, const char *once_key, struct pending *out)
{
	size_t n = store_pending_count(s, ticket_id);

	for (size_t i = 0; once_key && i < n; i++)
		if (store_pending_at(s, ticket_id, i, out) && strcmp(out->change->once_key, once_key) == 0)
			return TRUE;
	return FALSE;
}

static void pending_words(struct lines *l, const struct pending *p)
{
	switch (p->state) {
	case PENDING_QUEUED:
		lines_glyph(l, LOOK_PENDING, GLYPH_PENDING);
		lines_span(l, LOOK_PENDING, _(" waits to be sent"));
		break;
	case PENDING_SENT:
		lines_glyph(l, LOOK_PENDING, GLYPH_PENDING);
		lines_span(l, LOOK_PENDING, _(" sending"));
		break;
	case PENDING_UNCERTAIN:
		lines_glyph(l, LOOK_PENDING, GLYPH_UNCERTAIN);
		lines_span(l, LOOK_PENDING, _(" no answer yet, will be asked again"));
		break;
	case PENDING_REFUSED:
		lines_glyph(l, LOOK_REFUSED, GLYPH_REFUSED);
		lines_spanf(l, LOOK_REFUSED, " refused: %s", p->why ? p->why : _("no reason given"));
		break;
	case PENDING_ASK:
		lines_glyph(l, LOOK_REFUSED, GLYPH_UNCERTAIN);
		lines_span(l, LOOK_REFUSED, _(" over a day old, see :pending"));
		break;
	}
}

#define COUNTED_MS MS_HOUR /* what leaves later is told by its time */

/* A reply that can still be taken back: until when. */
static void leaving_words(struct lines *l, const struct message *m, int64_t now, int64_t *next_ms)
{
	int64_t left_ms = m->send_at_ms - now;
	char left[32], when[WHEN_SIZE];

	lines_glyph(l, LOOK_PENDING, GLYPH_PENDING);
	if (left_ms > COUNTED_MS) {
		lines_spanf(l, LOOK_PENDING, " leaves %s", when_short(m->send_at_ms, now, when, sizeof when));
		*next_ms = MIN(*next_ms, m->send_at_ms - COUNTED_MS);
	} else {
		lines_spanf(l, LOOK_PENDING, " leaves in %s", clock_countdown(left_ms, left, sizeof left));
		*next_ms = MIN(*next_ms, now + clock_countdown_next(left_ms));
	}
}

/* `mine`: the desk has it; said for a while, as the other states of one's own messages are. */
static void delivery_words(struct lines *l, const struct message *m, gboolean mine, int64_t now, int64_t *next_ms)
{
	if (m->delivery == DELIVERY_WAITING && m->send_at_ms > now) {
		leaving_words(l, m, now, next_ms);
	} else if (m->delivery == DELIVERY_RECALLED) {
		lines_span(l, LOOK_REMOVED, _("taken back"));
	} else if (m->delivery == DELIVERY_FAILED) {
		lines_glyph(l, LOOK_REFUSED, GLYPH_REFUSED);
		lines_span(l, LOOK_REFUSED, _(" was not delivered"));
	} else if (mine && now - m->at_ms < ACKNOWLEDGED_MS) {
		lines_span(l, LOOK_DIM, "  ");
		lines_glyph(l, LOOK_DIM, GLYPH_CHECK);
		lines_span(l, LOOK_DIM, m->kind == MESSAGE_NOTE ? _(" saved") : _(" sent"));
		*next_ms = MIN(*next_ms, m->at_ms + ACKNOWLEDGED_MS);
	}
}

static void build_system(struct lines *l, const struct message *m, const char *when)
{
	g_autofree char *said = history_said(m->body ? m->body : "");
	g_autofree char *line = g_strdup_printf("%s %s%s%s", when, m->author_name ? m->author_name : "",
	                                        m->author_name ? ": " : "", said);

	lines_wrap(l, 1, LOOK_SYSTEM, line);
}

static void files_line(struct lines *l, const struct message *m)
{
	guint n = m->attachments ? m->attachments->len : 0;

	if (!n)
		return;
	g_autoptr(GString) line = g_string_new(NULL);
	g_string_append_printf(line, say_n("+ %u file: ", "+ %u files: ", n), n);
	for (guint i = 0; i < n; i++) {
		const struct attachment *a = m->attachments->pdata[i];
		g_autofree char *size = media_size(a->size);

		g_string_append_printf(line, "%s%s %s%s", i ? ", " : "", a->name ? a->name : _("file"), size,
		                       a->scan == SCAN_INFECTED ? _(" (infected)") : "");
	}
	lines_wrap(l, BODY_INDENT, LOOK_KEY, line->str);
}

/* Whom else it went to. */
static void address_lines(struct lines *l, const struct message *m)
{
	if (m->to && *m->to)
		lines_wrapf(l, BODY_INDENT, LOOK_DIM, "to %s", m->to);
	if (m->cc && *m->cc)
		lines_wrapf(l, BODY_INDENT, LOOK_DIM, "cc %s", m->cc);
}

/* What a mail says, when it says it in HTML only. */
static char *body_of_html(const struct message *m)
{
	g_autofree char *bare = g_strstrip(g_strdup(m->body ? m->body : ""));

	return m->html && !*bare ? html_to_text(m->html, -1, HTML_FOLD_QUOTES) : NULL;
}

static void build_message(const struct store *s, struct lines *l, const struct message *m, const struct pending *p,
                          gboolean mine, int64_t now, int64_t *next_ms)
{
	static const enum theme_role role[MESSAGE_COUNT] = {
		[MESSAGE_CUSTOMER] = LOOK_CUSTOMER, [MESSAGE_REPLY] = LOOK_AGENT,
		[MESSAGE_NOTE] = LOOK_NOTE, [MESSAGE_SYSTEM] = LOOK_SYSTEM, [MESSAGE_PROGRESS] = LOOK_SYSTEM,
	};
	enum theme_role who = role[m->kind];
	char when[WHEN_SIZE];

	draw_when(m->at_ms, now, when, sizeof when);
	l->ref = m->id;
	l->lead = GLYPH_COUNT;
	if (m->kind == MESSAGE_SYSTEM) {
		build_system(l, m, when);
		return;
	}
	if (m->kind == MESSAGE_PROGRESS && m->delivery == DELIVERY_RECALLED) /* nobody was told: there is nothing to show */
		return;
	if (m->kind == MESSAGE_NOTE) { /* a bar at the edge and the word: nobody takes it for a reply */
		l->lead = GLYPH_VLINE;
		l->lead_col = 0;
		l->lead_role = LOOK_NOTE;
	}
	lines_begin(l, 1);
	lines_spanf(l, LOOK_DIM, "%s ", when);
	if (m->kind == MESSAGE_NOTE)
		lines_span(l, LOOK_NOTE, m->whisper_to ? _("whisper ") : _("note "));
	if (m->kind == MESSAGE_PROGRESS)
		lines_span(l, LOOK_SYSTEM, _("progress, told by "));
	lines_span(l, who, m->author_name ? m->author_name : m->kind == MESSAGE_CUSTOMER ? _("customer") : _("desk"));
	if (m->whisper_to) {
		const struct person *to = s ? store_person(s, m->whisper_to) : NULL;

		lines_spanf(l, LOOK_NOTE, _(" to %s"), to ? to->display ? to->display : to->name : _("somebody"));
	}
	if (m->delivery != DELIVERY_DONE || p)
		lines_span(l, LOOK_DIM, "  ");
	if (p)
		pending_words(l, p);
	else
		delivery_words(l, m, mine, now, next_ms);
	address_lines(l, m);
	g_autofree char *readable = body_of_html(m);
	lines_wrap(l, BODY_INDENT, m->delivery == DELIVERY_RECALLED ? LOOK_REMOVED :
	           m->kind == MESSAGE_NOTE ? LOOK_NOTE : LOOK_TEXT, readable ? readable : m->body);
	files_line(l, m);
	l->lead = GLYPH_COUNT;
}

static gboolean has_message(const struct ticket *t, const char *once_key)
{
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (g_strcmp0(m->once_key, once_key) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Writes on their way that the store has not put among the messages. */
static void build_waiting(struct lines *l, const struct ticket *t, const struct store *s, int64_t now, int64_t *next_ms)
{
	const struct session *session = store_session(s);
	size_t n = store_pending_count(s, t->row.id);

	for (size_t i = 0; i < n; i++) {
		struct pending p;
		struct message m = {0};

		if (!store_pending_at(s, t->row.id, i, &p) || has_message(t, p.change->once_key))
			continue;
		if (p.change->kind != CHANGE_REPLY && p.change->kind != CHANGE_NOTE) {
			if (p.state == PENDING_SENT || p.change->kind == CHANGE_ARTICLE_USED)
				continue;
			lines_begin(l, 1);
			lines_spanf(l, LOOK_PENDING, "%s ", change_said(p.change->kind));
			pending_words(l, &p);
			continue;
		}
		m.kind = p.change->kind == CHANGE_REPLY ? MESSAGE_REPLY : MESSAGE_NOTE;
		m.body = p.change->body;
		m.at_ms = p.since_ms;
		m.author_name = session && session->me ? session->me->display : NULL;
		build_message(s, l, &m, &p, TRUE, now, next_ms);
		if (p.change->attachment_ids && p.change->attachment_ids->len)
			lines_wrapf(l, BODY_INDENT, LOOK_KEY, say_n("+ %u file", "+ %u files", p.change->attachment_ids->len),
			            p.change->attachment_ids->len);
	}
}

void conversation_build(struct lines *l, const struct ticket *t, const struct store *s, int64_t now_ms, int64_t *next_ms)
{
	const struct session *session = s ? store_session(s) : NULL;
	desk_id me = session && session->me ? session->me->id : 0;

	if (t->more_messages) {
		l->ref = -1;
		lines_begin(l, 1);
		lines_glyph(l, LOOK_DIM, GLYPH_ELLIPSIS);
		lines_span(l, LOOK_DIM, _(" older messages: move up to fetch them"));
	}
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];
		struct pending p;
		gboolean waits = s && pending_of(s, t->row.id, m->once_key, &p);

		build_message(s, l, m, waits ? &p : NULL, me && m->author_id == me, now_ms, next_ms);
	}
	if (s)
		build_waiting(l, t, s, now_ms, next_ms);
	if (s)
		changes_build(l, t, s, now_ms);
}
