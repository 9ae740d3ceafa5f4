/* Whose ticket it is and what is known of it: claim, release, assign, status,
 * subject, tags. */
#include "server/desk/follow_up.h"

#include <string.h>

#include "rules/status.h"

#define SUBJECT_MAX 500
#define HOLD_MAX_MS (366 * MS_DAY)

static gboolean must_be_active(struct work *w, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;

	if (status_is_active(row->status))
		return TRUE;
	return work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: open it again first", row->id,
	                     status_name(row->status));
}

static const char *holder(const struct ticket_row *row)
{
	return row->assignee_name ? row->assignee_name : _("somebody else");
}

gboolean ticket_take(struct work *w, GError **error)
{
	work_assign(w, w->who->person_id);
	if (!work_fact(w, FACT_CLAIMED, 0, 0, error))
		return FALSE;
	return w->ticket->row.status != STATUS_NEW || work_status(w, STATUS_OPEN, error);
}

gboolean change_claim(struct work *w, struct answer *out, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;

	(void)out;
	if (!must_be_active(w, error))
		return FALSE;
	if (row->assignee_id == w->who->person_id)
		return TRUE;
	if (row->assignee_id)
		return work_conflict(w, error, "%s has #%" G_GINT64_FORMAT, holder(row), row->id);
	return ticket_take(w, error);
}

gboolean change_release(struct work *w, struct answer *out, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;

	(void)out;
	if (!row->assignee_id)
		return TRUE;
	if (row->assignee_id != w->who->person_id && !actor_leads(w->who))
		return work_conflict(w, error, "%s has #%" G_GINT64_FORMAT, holder(row), row->id);
	work_assign(w, 0);
	return work_fact(w, FACT_RELEASED, 0, 0, error) &&
	       work_history(w, error, HISTORY_RELEASED, w->who->display ? w->who->display : "the desk");
}

/* Whose role may open a closed ticket by hand: a setting of the desk, an agent's by default. */
static gboolean may_reopen(struct work *w, GError **error)
{
	g_autofree char *name = desk_setting(w->conn, "reopen_role");
	int least = name ? role_by_name(name) : ROLE_AGENT;

	if (!w->who->person_id || (int)w->who->role >= MAX(least, ROLE_AGENT))
		return TRUE;
	return desk_fail(error, DESK_FORBIDDEN, "only a %s can open a closed ticket again", role_name((enum role)least));
}

static gboolean status_possible(struct work *w, GError **error)
{
	const struct change *c = w->change;
	enum ticket_status from = w->ticket->row.status;

	if ((unsigned)c->status >= STATUS_COUNT || c->status == STATUS_NEW || c->status == STATUS_MERGED)
		return desk_fail(error, DESK_INVALID, "status: a ticket can't be set to that by hand");
	/* The desk itself may put away what customers leave. */
	if (w->who->person_id && !status_may_follow(from, c->status))
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: it can't become %s", c->ticket_id,
		                     status_name(from), status_name(c->status));
	if (status_reopens(from, c->status) && !may_reopen(w, error))
		return FALSE;
	if (c->status == STATUS_ARCHIVED && from != STATUS_ARCHIVED && !follow_up_may_archive(w, error))
		return FALSE;
	if (c->status == STATUS_ON_HOLD && c->hold_until_ms <= w->now)
		return desk_fail(error, DESK_INVALID, "hold_until_ms isn't in the future");
	if (c->status == STATUS_ON_HOLD && c->hold_until_ms > w->now + HOLD_MAX_MS)
		return desk_fail(error, DESK_INVALID, "hold_until_ms is more than a year away");
	return TRUE;
}

gboolean change_status(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct ticket *t = w->ticket;

	(void)out;
	if (!status_possible(w, error))
		return FALSE;
	if (t->row.status == c->status && (c->status != STATUS_ON_HOLD || t->hold_until_ms == c->hold_until_ms))
		return TRUE;
	/* Who solves what was nobody's has handled it. */
	if (c->status == STATUS_RESOLVED && !t->row.assignee_id && w->who->person_id) {
		work_assign(w, w->who->person_id);
		if (!work_fact(w, FACT_CLAIMED, 0, 0, error))
			return FALSE;
	}
	if (!work_status(w, c->status, error))
		return FALSE;
	if (c->status == STATUS_ON_HOLD)
		t->hold_until_ms = c->hold_until_ms;
	w->touched = TRUE;
	return work_history(w, error, HISTORY_STATUS, status_name(c->status));
}

gboolean change_subject(struct work *w, struct answer *out, GError **error)
{
	(void)out;
	if (!text_check("subject", w->change->text, SUBJECT_MAX, FALSE, error))
		return FALSE;
	if (strcmp(w->ticket->row.subject, w->change->text) == 0)
		return TRUE;
	g_free(w->ticket->row.subject);
	w->ticket->row.subject = g_strdup(w->change->text);
	w->touched = w->new_words = TRUE;
	return TRUE;
}

static gboolean assign_person(struct work *w, const struct person *p, GError **error)
{
	struct ticket_row *row = &w->ticket->row;

	work_assign(w, p->id);
	if (!work_fact(w, FACT_CLAIMED, 0, 0, error))
		return FALSE;
	if (row->status == STATUS_NEW && !work_status(w, STATUS_OPEN, error))
		return FALSE;
	return p->id == w->who->person_id ||
	       (work_history(w, error, HISTORY_ASSIGNED, p->display) &&
	        notice_of_work(w, NOTICE_ASSIGNED, p->id, 0, row->subject, error));
}

gboolean change_assign(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct ticket_row *row = &w->ticket->row;
	const struct person *p = c->person_id ? words_person(w->words, c->person_id) : NULL;
	const struct group *g = c->group_id ? words_group(w->words, c->group_id) : NULL;

	(void)out;
	if (c->person_id && (!p || !p->active || p->role < ROLE_AGENT))
		return desk_fail(error, DESK_INVALID, "person_id: nobody of that number handles tickets");
	if (c->group_id && !g)
		return desk_fail(error, DESK_INVALID, "group_id: there is no such group");
	if (!must_be_active(w, error))
		return FALSE;
	if (row->assignee_id && row->assignee_id != w->who->person_id && !actor_leads(w->who))
		return work_conflict(w, error, "%s has #%" G_GINT64_FORMAT, holder(row), row->id);
	if (g && g->id != row->group_id) {
		row->group_id = g->id;
		row_name(w->words, row);
		if (!work_history(w, error, HISTORY_MOVED, g->title))
			return FALSE;
	}
	if (c->person_id == row->assignee_id)
		return TRUE;
	if (p)
		return assign_person(w, p, error);
	work_assign(w, 0);
	return work_fact(w, FACT_RELEASED, 0, 0, error) && work_history(w, error, HISTORY_ASSIGNED_NOBODY);
}

gboolean change_tag(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct tag *tag = words_tag_named(w->words, c->text);

	(void)out;
	if (!text_check("tag", c->text, 64, FALSE, error))
		return FALSE;
	if (strpbrk(c->text, " \t,/"))
		return desk_fail(error, DESK_INVALID, "tag: a tag is one word, \"%s\" isn't", c->text);
	if (tag && tag->on_customer)
		return desk_fail(error, DESK_INVALID, "tag: \"%s\" is a tag of customers", c->text);
	if (!DB_RUN(w->conn, c->on ? STMT_TICKET_TAG_ADD : STMT_TICKET_TAG_REMOVE, NULL, NULL, error,
	            DB_I(w->ticket->row.id), DB_T(c->text)))
		return FALSE;
	if (db_changed(w->conn) > 0)
		w->touched = w->new_words = TRUE;
	return TRUE;
}
