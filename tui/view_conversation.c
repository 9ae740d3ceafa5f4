/* The opened ticket. */
#include "tui/view_conversation.h"

#include <string.h>
#include "base/html.h"
#include "base/media.h"
#include "rules/history.h"
#include "tui/changes.h"
#include "tui/draw.h"
#include "tui/rungs.h"

#define BODY_INDENT 3
#define ACKNOWLEDGED_MS (10 * MS_MINUTE)

struct conversation {
	desk_id ticket_id;
	struct lines lines;
	guint top;
	gboolean at_end;      /* follows what comes */
	gboolean below;       /* something came below the shown part */
	gboolean wide, answering;
	gboolean ladder;      /* a row of the head tells where it was handed to */
	gint64 anchor;        /* message of the top line, and how far into it */
	guint anchor_off;
	desk_id read;
	gint64 next_ms;
};

static struct conversation *conversation_of(const struct view *v)
{
	return v->state;
}

static void conversation_open(struct view *v)
{
	struct conversation *k = conversation_of(v);

	lines_init(&k->lines);
	k->at_end = TRUE;
	k->next_ms = INT64_MAX;
}

static void conversation_close(struct view *v)
{
	lines_free(&conversation_of(v)->lines);
}

void view_conversation_show(struct view *v, desk_id ticket_id)
{
	struct conversation *k = conversation_of(v);

	if (k->ticket_id == ticket_id)
		return;
	k->ticket_id = ticket_id;
	k->top = 0;
	k->at_end = TRUE;
	k->below = FALSE;
	k->read = 0;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

desk_id view_conversation_ticket(const struct view *v)
{
	return conversation_of(v)->ticket_id;
}

desk_id view_conversation_read(const struct view *v)
{
	return conversation_of(v)->read;
}

void view_conversation_wide(struct view *v, gboolean wide)
{
	conversation_of(v)->wide = wide;
}

void view_conversation_answering(struct view *v, gboolean on)
{
	struct conversation *k = conversation_of(v);

	if (k->answering != on)
		v->todo |= TODO_RECALC | TODO_PAINT;
	k->answering = on;
}

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

static int head_rows(const struct view *v)
{
	const struct conversation *k = conversation_of(v);

	return (k->wide || v->area.h < 7 ? 1 : 3) + (k->ladder ? 1 : 0);
}

static int body_rows(const struct view *v)
{
	return MAX(v->area.h - head_rows(v), 1);
}

static guint last_top(const struct view *v)
{
	guint n = lines_count(&conversation_of(v)->lines), h = (guint)body_rows(v);

	return n > h ? n - h : 0;
}

static void find_anchor(struct conversation *k)
{
	const struct line *top = lines_at(&k->lines, k->top);

	k->anchor = top ? top->ref : 0;
	k->anchor_off = 0;
	while (top && k->anchor_off < k->top && lines_at(&k->lines, k->top - k->anchor_off - 1)->ref == k->anchor)
		k->anchor_off++;
}

static void follow_anchor(struct conversation *k)
{
	for (guint i = 0; k->anchor && i < lines_count(&k->lines); i++)
		if (lines_at(&k->lines, i)->ref == k->anchor) {
			k->top = i + k->anchor_off;
			return;
		}
}

/* The last row of all, or the first one of what the customer wrote last, whichever comes first. */
static guint top_of_words(const struct view *v, const struct ticket *t)
{
	const struct conversation *k = conversation_of(v);
	gint64 last = 0;

	for (guint i = 0; i < t->messages->len; i++)
		if (((struct message *)t->messages->pdata[i])->kind == MESSAGE_CUSTOMER)
			last = ((struct message *)t->messages->pdata[i])->id;
	for (guint i = 0; last && i < last_top(v); i++)
		if (lines_at(&k->lines, i)->ref == last)
			return i;
	return last_top(v);
}

static void note_read(struct view *v, const struct ticket *t)
{
	struct conversation *k = conversation_of(v);

	if (!k->at_end)
		return;
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind == MESSAGE_CUSTOMER)
			k->read = MAX(k->read, m->id);
	}
}

/* Where it was handed to and what that waits for; NULL nothing. g_free. */
static char *ladder_line(struct view *v, const struct ticket *t, enum theme_role *role)
{
	const struct ticket_clock *clock = clock_shown(t);

	return rungs_line(v->store, t, clock ? clock->kind : CLOCK_NONE, store_now_ms(v->store), role,
	                  &conversation_of(v)->next_ms);
}

static void conversation_recalc(struct view *v)
{
	struct conversation *k = conversation_of(v);
	const struct ticket *t = k->ticket_id ? store_ticket(v->store, k->ticket_id) : NULL;
	enum theme_role role;

	if (!k->at_end)
		find_anchor(k);
	lines_clear(&k->lines, v->area.w - 1);
	k->next_ms = INT64_MAX;
	if (!t)
		return;
	k->ladder = FALSE;
	if (v->area.h >= 5) {
		g_autofree char *line = ladder_line(v, t, &role);

		k->ladder = line != NULL;
	}
	conversation_build(&k->lines, t, v->store, store_now_ms(v->store), &k->next_ms);
	if (!k->at_end)
		follow_anchor(k);
	else
		k->top = k->answering ? top_of_words(v, t) : last_top(v);
	k->top = MIN(k->top, last_top(v));
	if (k->top == last_top(v))
		k->at_end = TRUE;
	note_read(v, t);
}

/* ---------------------------------------------------------------- moving */

static unsigned conversation_scroll(struct view *v, gint64 by)
{
	struct conversation *k = conversation_of(v);
	gint64 to = CLAMP((gint64)k->top + by, 0, (gint64)last_top(v));
	const struct ticket *t = store_ticket(v->store, k->ticket_id);

	if (by < 0 && to == 0 && t && t->more_messages)
		store_want_older(v->store, k->ticket_id);
	if (to == (gint64)k->top)
		return TODO_NOTHING;
	k->top = (guint)to;
	k->at_end = k->top == last_top(v);
	if (k->at_end) {
		k->below = FALSE;
		if (t)
			note_read(v, t);
	}
	return TODO_PAINT;
}

void view_conversation_to_end(struct view *v)
{
	v->todo |= conversation_scroll(v, G_MAXINT32) | TODO_PAINT;
	conversation_of(v)->at_end = TRUE;
}

static const struct message *message_of(const struct view *v, gint64 id)
{
	const struct ticket *t = store_ticket(v->store, conversation_of(v)->ticket_id);

	for (guint i = 0; t && id > 0 && i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->id == id)
			return m->kind == MESSAGE_SYSTEM ? NULL : m;
	}
	return NULL;
}

const struct message *view_conversation_message(const struct view *v)
{
	const struct conversation *k = conversation_of(v);
	const struct message *m = NULL;
	guint end = MIN(k->top + (guint)body_rows(v), lines_count(&k->lines));

	while (end > 0 && !(m = message_of(v, lines_at(&k->lines, end - 1)->ref)))
		end--;
	return m;
}

static unsigned conversation_act(struct view *v, enum action act, const char *arg, int count)
{
	gint64 by;

	(void)arg;
	if (action_moves(act, count, MAX(body_rows(v) - 1, 1), &by))
		return conversation_scroll(v, by);
	if (act != ACTION_OLDER)
		return TODO_UNKNOWN;
	store_want_older(v->store, conversation_of(v)->ticket_id);
	return TODO_NOTHING;
}

static unsigned conversation_changed(struct view *v, const struct store_note *note)
{
	struct conversation *k = conversation_of(v);

	if (note->kind == STORE_SESSION || (note->kind == STORE_PRESENCE && (!note->ticket_id || note->ticket_id == k->ticket_id ||
	                                                                     note->other_id == k->ticket_id)))
		return TODO_PAINT;
	if (note->kind == STORE_WRITE && note->change && note->change->ticket_id == k->ticket_id)
		return TODO_RECALC | TODO_PAINT;
	if (note->kind == STORE_DRAFT && note->ticket_id == k->ticket_id)
		return TODO_RECALC | TODO_PAINT;
	if (note->kind != STORE_TICKET || note->ticket_id != k->ticket_id)
		return TODO_NOTHING;
	if (note->remote && !k->at_end)
		k->below = TRUE;
	return TODO_RECALC | TODO_PAINT;
}

static unsigned conversation_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	*next_ms = conversation_of(v)->next_ms;
	return now_ms >= *next_ms ? TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

/* ---------------------------------------------------------------- painting */

static char *title_right(struct view *v, const struct ticket *t, enum theme_role *role)
{
	struct conversation *k = conversation_of(v);
	const struct ticket_clock *clock = clock_shown(t);
	int64_t now = store_now_ms(v->store);
	enum clock_look look;
	char left[16];

	*role = LOOK_DIM;
	if (!clock) {
		*role = LOOK_CLOCK_PAUSED;
		return g_strdup(status_is_active(t->row.status) ? _("no clock runs") : _("done"));
	}
	if (clock->state == CLOCK_STATE_PAUSED) {
		*role = LOOK_CLOCK_PAUSED;
		return g_strdup_printf(_("%s paused at %s"), label_clock(clock->kind), clock_countdown(clock->left_ms, left, sizeof left));
	}
	look = clock_look_of(now, clock->warn_ms, clock->due_ms);
	*role = clock_look_role(look);
	k->next_ms = MIN(k->next_ms, clock_look_next(now, clock->warn_ms, clock->due_ms));
	return g_strdup_printf(look == CLOCK_LOOK_LATE ? _("%s %s late") : look == CLOCK_LOOK_WARN ? _("%s %s soon") : "%s %s",
	                       label_clock(clock->kind), clock_countdown(clock->due_ms - now, left, sizeof left));
}

/* Who else is on the ticket, and whether they write; ends before column `end`. Returns where it begins. */
static int paint_there(const struct view *v, const struct canvas *c, const struct ticket *t, int y, int end, int room)
{
	unsigned there = store_there(v->store, t->row.id);
	gboolean writes = there & STORE_THERE_WRITES;
	g_autofree char *names = there ? store_there_names(v->store, t->row.id, writes) : NULL;
	g_autofree char *words = !names ? NULL : writes ? g_strdup_printf(_("%s: writing"), names)
	                                                : g_strdup_printf(_("%s: looking"), names);
	int cols = words ? MIN(draw_cols(words), room - 4) : 0, x = end - cols - 4;

	if (cols < 6)
		return end;
	canvas_literal(c, y, x, LOOK_TEXT, " ");
	canvas_glyph(c, y, x + 1, LOOK_AGENT, writes ? GLYPH_WRITES : GLYPH_LOOKS);
	canvas_literal(c, y, x + 2, LOOK_TEXT, " ");
	draw_raw(c, y, x + 3, cols, LOOK_AGENT, words);
	canvas_literal(c, y, end - 1, LOOK_TEXT, " ");
	return x;
}

static void paint_title(struct view *v, const struct canvas *c, const struct ticket *t)
{
	const struct conversation *k = conversation_of(v);
	enum theme_role role;
	g_autofree char *right = title_right(v, t, &role);
	g_autofree char *category = label_category_of(v->store, t->category);
	g_autofree char *snoozed = t->row.snoozed_ms ? label_snoozed(&t->row, store_now_ms(v->store)) : NULL;
	g_autofree char *state = g_strdup_printf("%s, %s", snoozed ? snoozed : label_status(t->row.status),
	                                         t->row.assignee_name ? t->row.assignee_name : _("nobody's"));
	int w = c->area.w, x = 2, end = w - 2 - draw_cols(right), cols;

	canvas_literal(c, 0, end - 1, LOOK_TEXT, " ");
	draw_raw(c, 0, end, -1, role, right);
	canvas_literal(c, 0, w - 2, LOOK_TEXT, " ");
	end -= 2;
	cols = draw_cols(state);
	if (end - cols > (snoozed ? 22 : 34)) {
		canvas_literal(c, 0, end - cols - 2, LOOK_TEXT, " ");
		draw_raw(c, 0, end - cols - 1, cols, LOOK_DIM, state);
		canvas_literal(c, 0, end - 1, LOOK_TEXT, " ");
		end -= cols + 3;
	}
	if (head_rows(v) < 3) { /* else it has a place of its own */
		int at = paint_there(v, c, t, 0, end, end - 16);

		end = at < end ? at - 1 : end;
	}
	cols = draw_cols(category);
	if (*category && (k->wide || end - cols > 60) && end - cols > 44) {
		canvas_literal(c, 0, end - cols - 2, LOOK_TEXT, " ");
		draw_raw(c, 0, end - cols - 1, cols, LOOK_DIM, category);
		canvas_literal(c, 0, end - 1, LOOK_TEXT, " ");
		end -= cols + 3;
	}
	canvas_literal(c, 0, x - 1, LOOK_TEXT, " ");
	x += draw_format(c, 0, x, -1, LOOK_OPENED, "#%" G_GINT64_FORMAT, t->row.id);
	x += canvas_literal(c, 0, x, LOOK_TEXT, " ");
	x += draw_raw(c, 0, x, end - x - 1, LOOK_TITLE, t->row.subject);
	canvas_literal(c, 0, x, LOOK_TEXT, " ");
}

static void paint_tags(struct view *v, const struct canvas *c, const struct ticket *t)
{
	const struct customer *who = t->customer;
	g_autofree char *category = NULL, *history = NULL;
	const char *language;
	int x = 1, end = c->area.w - 1;

	canvas_fill(c, (struct rect){.y = 1, .h = 2, .w = c->area.w}, LOOK_TEXT);
	if (!who)
		return;
	language = screen_utf8(c->screen) ? language_said(who->language) : who->language ? who->language : "";
	history = who->csat > 0 ? g_strdup_printf(_("%s  open %d  past %d  CSAT %.1f"), language,
	                                          who->open_tickets, who->past_tickets, who->csat)
	                        : g_strdup_printf(_("%s  open %d  past %d"), language,
	                                          who->open_tickets, who->past_tickets);
	g_strchug(history);
	end -= draw_cols(history);
	draw_raw(c, 1, end, -1, LOOK_DIM, history);
	for (guint i = 0; i < who->tags->len && x < end - 6; i++) {
		const struct tag_mark *mark = who->tags->pdata[i];
		const struct tag *tag = store_tag(v->store, mark->name);
		enum glyph g = tag && tag->glyph ? glyph_by_key(tag->glyph, strlen(tag->glyph)) : GLYPH_DOT;
		enum theme_role role = g == GLYPH_WARN ? LOOK_TAG_ALERT : LOOK_TAG;

		x += canvas_glyph(c, 1, x, role, g);
		x += draw_raw(c, 1, x, end - x - 2, role, tag ? label_tag(v->store, tag) : mark->name) + 1;
	}
	for (guint i = 0; i < t->tags->len && x < end - 6; i++) {
		x += canvas_literal(c, 1, x, LOOK_DIM, "#");
		x += draw_raw(c, 1, x, end - x - 2, LOOK_DIM, t->tags->pdata[i]) + 1;
	}
	category = label_category_of(v->store, t->category);
	if (x + 1 + draw_cols(category) < end - 1)
		draw_raw(c, 1, x + 1, -1, LOOK_DIM, category);
}

/* What the first tags advise, as one line. */
static void paint_advice(struct view *v, const struct canvas *c, const struct ticket *t)
{
	int x = 1;

	for (guint i = 0; t->customer && i < t->customer->tags->len && x < c->area.w - 12; i++) {
		const struct tag_mark *mark = t->customer->tags->pdata[i];
		const struct tag *tag = store_tag(v->store, mark->name);
		const char *advice = tag ? label_advice(v->store, tag) : NULL;

		if (!advice)
			continue;
		if (x > 1)
			x += canvas_literal(c, 2, x, LOOK_DIM, "/ ");
		x += draw_raw(c, 2, x, c->area.w - 1 - x, LOOK_ADVICE, advice) + 1;
	}
}

static void paint_none(const struct view *v, const struct canvas *c)
{
	canvas_fill(c, (struct rect){.y = 1, .h = c->area.h - 1, .w = c->area.w}, LOOK_TEXT);
	if (conversation_of(v)->ticket_id)
		draw_format(c, 1, 2, -1, LOOK_DIM, "Fetching #%" G_GINT64_FORMAT "...", conversation_of(v)->ticket_id);
	else
		draw_words(c, 1, 2, -1, LOOK_DIM, "Nothing opened. Enter opens the marked ticket; next-best takes the most urgent one.");
}

static void conversation_paint(struct view *v, const struct canvas *c)
{
	struct conversation *k = conversation_of(v);
	const struct ticket *t = k->ticket_id ? store_ticket(v->store, k->ticket_id) : NULL;
	int head = head_rows(v);

	canvas_hline(c, 0, 0, c->area.w, v->focused ? LOOK_BORDER_FOCUS : LOOK_BORDER);
	if (!t) {
		paint_none(v, c);
		return;
	}
	paint_title(v, c, t);
	if (k->ladder) {
		enum theme_role role = LOOK_DIM;
		g_autofree char *line = ladder_line(v, t, &role);

		canvas_fill(c, (struct rect){.y = head - 1, .h = 1, .w = c->area.w}, LOOK_TEXT);
		canvas_mark(c, head - 1, 1, role, GLYPH_UP);
		draw_raw(c, head - 1, 3, c->area.w - 4, role, line);
	}
	if (head > 2) {
		paint_tags(v, c, t);
		paint_advice(v, c, t);
		paint_there(v, c, t, 2, c->area.w, c->area.w - 12);
	}
	lines_paint(&k->lines, c, head, c->area.h - head, k->top);
	if (k->below && !k->at_end)
		draw_words(c, c->area.h - 1, c->area.w - 1 - draw_cols(_(" new message below ")), -1, LOOK_STATUS, " new message below ");
}

const struct view_ops view_conversation_ops = {
	.context = "conversation", .state_size = sizeof(struct conversation), .open = conversation_open,
	.close = conversation_close, .changed = conversation_changed, .act = conversation_act,
	.tick = conversation_tick, .recalc = conversation_recalc, .paint = conversation_paint,
};
