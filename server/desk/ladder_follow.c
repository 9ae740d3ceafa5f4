/* The ladder follows what becomes of its ticket by other changes; merging and splitting carry it. */
#include "server/desk/ladder.h"

/* Whoever works for the target and has the ticket now has acknowledged it. */
static gboolean taken_by(const struct work *w, const struct escalation *r, desk_id person_id)
{
	const struct person *p = words_person(w->words, person_id);
	const struct escalation_who who = {person_id, p ? p->groups : NULL, FALSE};

	return escalation_is_for(r, &who);
}

static gboolean follow_assignee(struct work *w, struct escalation *r, GError **error)
{
	desk_id person_id = w->ticket->row.assignee_id;

	if (r->state != RUNG_WAITING || r->parent_id || r->kind == ESCALATION_CONSULT)
		return TRUE;
	if (taken_by(w, r, person_id))
		return ladder_take(w, r, person_id, error) &&
		       ladder_line(w, ladder_asker(r), error, HISTORY_ACKNOWLEDGED, ladder_target_name(w->words, r),
		                   w->ticket->row.assignee_name ? w->ticket->row.assignee_name : "?");
	/* Somebody else has it: the offer is over. */
	return r->kind != ESCALATION_TRANSFER || ladder_set(w, r, RUNG_ENDED, error);
}

/* Moved to another group by hand: what was handed to this one isn't any more. */
static gboolean follow_group(struct work *w, struct escalation *r, GError **error)
{
	if (!escalation_is_root(r) || r->to_group_id == w->ticket->row.group_id)
		return TRUE;
	return ladder_set(w, r, RUNG_ENDED, error) && ladder_end_parts(w, r->id, error);
}

gboolean ladder_follow(struct work *w, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;
	gboolean closed = w->was_active && !status_is_active(row->status);
	gboolean assigned = row->assignee_id && row->assignee_id != w->was_assignee;
	gboolean moved = row->group_id != w->was_group;

	if (w->fresh || w->quiet || w->on_ladder || (!closed && !assigned && !moved))
		return TRUE;
	if (!ladder_load(w->conn, w->words, w->ticket, error))
		return FALSE;
	w->no_ladder = !w->ticket->ladder;
	for (guint i = 0; w->ticket->ladder && i < w->ticket->ladder->len; i++) {
		struct escalation *r = w->ticket->ladder->pdata[i];
		gboolean ok = TRUE;

		if (!escalation_is_open(r))
			continue;
		if (closed)
			ok = ladder_set(w, r, RUNG_ENDED, error);
		else if (moved && escalation_is_root(r))
			ok = follow_group(w, r, error);
		if (ok && assigned && escalation_is_open(r))
			ok = follow_assignee(w, r, error);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

/* ---- with the ticket */
gboolean ladder_merge(struct work *into, struct work *gone, GError **error)
{
	desk_id from = gone->ticket->row.id, to = into->ticket->row.id;

	if (!ladder_load(gone->conn, gone->words, gone->ticket, error))
		return FALSE;
	for (guint i = 0; gone->ticket->ladder && i < gone->ticket->ladder->len; i++) {
		struct escalation *r = gone->ticket->ladder->pdata[i];

		/* A question to somebody is still one; the case itself is where the other ticket is. */
		if (escalation_is_open(r) && r->kind != ESCALATION_CONSULT && !ladder_set(gone, r, RUNG_ENDED, error))
			return FALSE;
	}
	gone->on_ladder = TRUE;
	g_clear_pointer(&gone->ticket->ladder, g_ptr_array_unref);
	return DB_RUN(into->conn, STMT_RUNGS_MOVE, NULL, NULL, error, DB_I(from), DB_I(to)) &&
	       DB_RUN(into->conn, STMT_ARTICLE_USES_MOVE, NULL, NULL, error, DB_I(from), DB_I(to));
}

gboolean ladder_split(struct work *w, desk_id from, GError **error)
{
	struct ticket old = {.row.id = from};
	gboolean ok = ladder_load(w->conn, w->words, &old, error);
	const struct escalation *r = ok ? escalation_current(old.ladder) : NULL;

	if (r) {
		struct escalation copy = *r;

		copy.note_id = 0; /* the note stays there */
		ok = ladder_add(w, &copy, error) != NULL;
	}
	g_clear_pointer(&old.ladder, g_ptr_array_unref);
	return ok;
}
