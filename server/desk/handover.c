/* From one person to another: a whisper on a ticket, and the hand-over at the end of a shift. */
#include "server/desk/inside.h"

#define TICKETS_MAX 500
#define NOTE_MAX (WIRE_MAX_MESSAGE / 2)
#define NAMED_MAX 8 /* tickets named in the notice */

gboolean change_whisper(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct person *p = words_person(w->words, c->person_id);
	struct message *m;

	(void)out;
	if (!p || !p->active)
		return desk_fail(error, DESK_INVALID, "person_id: there is nobody of that number");
	if (p->id == w->who->person_id)
		return desk_fail(error, DESK_INVALID, "person_id: a whisper is for somebody else; write a note");
	if (!text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error) ||
	    !(m = work_message(w, MESSAGE_NOTE, c->body, 0, error)))
		return FALSE;
	w->message_id = m->id;
	m->whisper_to = p->id;
	return DB_RUN(w->conn, STMT_MESSAGE_WHISPER, NULL, NULL, error, DB_I(m->id), DB_I(p->id)) &&
	       notice_of_work(w, NOTICE_WHISPER, p->id, m->id, c->body, error);
}

/* ---- hand-over */
struct handover {
	struct work *work;
	const struct person *person; /* one of these two */
	const struct group *group;
	GString *numbers;            /* "#1042 #1044 ..." */
	guint n;
	desk_id first;
};

static gint by_id(gconstpointer a, gconstpointer b)
{
	desk_id x = *(const desk_id *)a, y = *(const desk_id *)b;

	return (x > y) - (x < y); /* two who hand over at once lock in one order */
}

static char *local_time(struct db_conn *conn, int64_t at_ms)
{
	g_autofree char *zone = desk_setting(conn, "zone");
	g_autoptr(GTimeZone) named = zone ? g_time_zone_new_identifier(zone) : NULL;
	g_autoptr(GTimeZone) tz = named ? g_time_zone_ref(named) : g_time_zone_new_local();
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / 1000);
	g_autoptr(GDateTime) there = utc ? g_date_time_to_timezone(utc, tz) : NULL;

	return there ? g_date_time_format(there, "%Y-%m-%d %H:%M") : g_strdup("?");
}

static int64_t promised(const struct ticket *t)
{
	for (guint i = 0; i < t->clocks->len; i++) {
		const struct ticket_clock *c = t->clocks->pdata[i];

		if (c->kind == CLOCK_PROMISE && c->due_ms &&
		    (c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED))
			return c->due_ms;
	}
	return 0;
}

/* Who takes over reads in the ticket itself what goes with it. */
static char *note_text(const struct handover *h, const struct work *one)
{
	const char *note = h->work->change->body, *from = h->work->who->display;
	int64_t due = promised(one->ticket);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, _("Handed over by %s to %s."), from ? from : _("the desk"),
	                       h->person ? h->person->display : h->group->title);
	if (due) {
		g_autofree char *when = local_time(one->conn, due);

		g_string_append_printf(text, due <= one->now ?
		                       _("\nPromised to the customer: an answer by %s (overdue).") :
		                       _("\nPromised to the customer: an answer by %s."), when);
	}
	if (note && *note)
		g_string_append_printf(text, "\n%s", note);
	return g_string_free(text, FALSE);
}

static gboolean tell_drafts(struct work *w, desk_id person_id, GError **error)
{
	struct event e = {.kind = EVENT_DRAFT, .ticket_id = w->ticket->row.id, .person_id = person_id,
	                  .change = (char *)"handover"};

	return db_tx_event(w->tx, &e, error);
}

/* Unsent text goes along: to a person as his own, to a group for all to see. */
static gboolean give_drafts(const struct handover *h, struct work *one, desk_id from, GError **error)
{
	desk_id id = one->ticket->row.id, to = h->person ? h->person->id : 0;
	gboolean given = FALSE;

	if (!from || from == to)
		return TRUE;
	if (to) {
		if (!DB_RUN(one->conn, STMT_DRAFTS_GIVE, NULL, NULL, error, DB_I(id), DB_I(from), DB_I(to)))
			return FALSE;
		given = db_changed(one->conn) > 0;
	}
	if (!DB_RUN(one->conn, STMT_DRAFTS_SHARE, NULL, NULL, error, DB_I(id), DB_I(from)))
		return FALSE;
	if (!given && db_changed(one->conn) <= 0)
		return TRUE;
	return tell_drafts(one, from, error) && (!given || tell_drafts(one, to, error));
}

static gboolean give(const struct handover *h, struct work *one, GError **error)
{
	struct ticket_row *row = &one->ticket->row;
	desk_id to = h->person ? h->person->id : 0;

	if (h->group && h->group->id != row->group_id) {
		row->group_id = h->group->id;
		row_name(one->words, row);
		one->touched = TRUE;
	}
	if (row->assignee_id == to)
		return TRUE;
	work_assign(one, to);
	if (!work_fact(one, to ? FACT_CLAIMED : FACT_RELEASED, 0, 0, error))
		return FALSE;
	return !to || row->status != STATUS_NEW || work_status(one, STATUS_OPEN, error);
}

/* One that was closed meanwhile needs nobody any more; one that somebody else took stops all. */
static gboolean hand_one(struct handover *h, struct work *one, desk_id id, GError **error)
{
	const struct actor *who = h->work->who;
	g_autofree char *text = NULL;
	desk_id holder;

	if (!work_load(one, id, error) || !work_follow(one, error))
		return FALSE;
	if (!status_is_active(one->ticket->row.status))
		return TRUE;
	holder = one->ticket->row.assignee_id;
	if (holder && holder != who->person_id && !actor_leads(who))
		return desk_fail(error, DESK_CONFLICT, "%s has #%" G_GINT64_FORMAT ": nothing was handed over",
		                 one->ticket->row.assignee_name ? one->ticket->row.assignee_name : "somebody else",
		                 one->ticket->row.id);
	text = note_text(h, one);
	if (!give(h, one, error) || !work_message(one, MESSAGE_NOTE, text, 0, error) ||
	    !give_drafts(h, one, who->person_id, error) ||
	    (holder != who->person_id && !give_drafts(h, one, holder, error)))
		return FALSE;
	if (h->n++ < NAMED_MAX)
		g_string_append_printf(h->numbers, "%s#%" G_GINT64_FORMAT, h->numbers->len ? " " : "", one->ticket->row.id);
	else if (h->n == NAMED_MAX + 1)
		g_string_append(h->numbers, " ...");
	if (!h->first)
		h->first = one->ticket->row.id;
	return work_save(one, "handover", error);
}

static gboolean tell(const struct handover *h, const struct person *p, const char *text, GError **error)
{
	struct work *w = h->work;
	const struct notice n = {.kind = NOTICE_HANDOVER, .person_id = p->id, .by_id = w->who->person_id,
	                         .by_name = (char *)w->who->display, .text = (char *)text,
	                         .ticket_id = h->n == 1 ? h->first : 0};

	return p->id == w->who->person_id || notice_add(w, &n, error);
}

static gboolean tell_all(const struct handover *h, GError **error)
{
	const char *note = h->work->change->body;
	g_autofree char *text = note && *note ? g_strdup_printf("%s: %s", h->numbers->str, note) : g_strdup(h->numbers->str);

	if (h->person)
		return tell(h, h->person, text, error);
	for (guint i = 0; i < h->work->words->people->len; i++) {
		const struct person *p = h->work->words->people->pdata[i];

		for (guint k = 0; p->active && k < p->groups->len; k++)
			if (g_array_index(p->groups, desk_id, k) == h->group->id && !tell(h, p, text, error))
				return FALSE;
	}
	return TRUE;
}

static gboolean hand_all(struct handover *h, GError **error)
{
	const GArray *ids = h->work->change->ticket_ids;
	g_autoptr(GArray) sorted = g_array_sized_new(FALSE, FALSE, sizeof(desk_id), ids->len);

	g_array_append_vals(sorted, ids->data, ids->len);
	g_array_sort(sorted, by_id);
	for (guint i = 0; i < sorted->len; i++) {
		desk_id id = g_array_index(sorted, desk_id, i);
		struct work one;
		gboolean ok;

		if (i && id == g_array_index(sorted, desk_id, i - 1))
			continue;
		ok = work_begin(&one, h->work->desk, h->work->tx, h->work->who, error) && hand_one(h, &one, id, error);
		h->work->seq = MAX(h->work->seq, one.seq);
		work_end(&one);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

gboolean change_handover(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct handover h = {.work = w, .person = c->person_id ? words_person(w->words, c->person_id) : NULL,
	                     .group = c->group_id ? words_group(w->words, c->group_id) : NULL};
	g_autoptr(GString) numbers = g_string_new(NULL);

	h.numbers = numbers;
	if (!c->person_id == !c->group_id)
		return desk_fail(error, DESK_INVALID, "hand over to a person or to a group: one of person_id and group_id");
	if (c->person_id && (!h.person || !h.person->active || h.person->role < ROLE_AGENT))
		return desk_fail(error, DESK_INVALID, "person_id: nobody of that number handles tickets");
	if (c->group_id && !h.group)
		return desk_fail(error, DESK_INVALID, "group_id: there is no such group");
	if (!c->ticket_ids || !c->ticket_ids->len)
		return desk_fail(error, DESK_INVALID, "ticket_ids is empty");
	if (c->ticket_ids->len > TICKETS_MAX)
		return desk_fail(error, DESK_LIMIT, "ticket_ids has more than %d", TICKETS_MAX);
	if (c->body && *c->body && !text_check("body", c->body, NOTE_MAX, TRUE, error))
		return FALSE;
	if (!hand_all(&h, error) || (h.n && !tell_all(&h, error)))
		return FALSE;
	out->text = g_strdup_printf("%u", h.n);
	return TRUE;
}
