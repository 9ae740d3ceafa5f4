/* R-SORT-2: impact and need of a ticket, and the priority that follows from them. */
#include "rules/priority.h"
#include "server/desk/problems.h"

void priority_matrix_read(struct db_conn *conn, struct priority_matrix *m)
{
	g_autofree char *setting = desk_setting(conn, "priority_matrix");

	priority_matrix_parse(m, setting, NULL); /* one that was refused can't be here; then the default holds */
}

gboolean ticket_put_assessed(struct work *w, GError **error)
{
	const struct ticket *t = w->ticket;

	w->touched = TRUE;
	return DB_RUN(w->conn, STMT_TICKET_ASSESSED, NULL, NULL, error, DB_I(t->row.id), DB_I(t->impact), DB_I(t->need),
	              DB_T(t->priority_reason), DB_I(t->problem_id));
}

gboolean ticket_set_priority(struct work *w, enum ticket_priority priority, const char *reason, GError **error)
{
	struct ticket *t = w->ticket;
	char *why = g_strdup(reason); /* it may be the one that goes */

	if (t->row.priority == priority && g_strcmp0(t->priority_reason, why) == 0) {
		g_free(why);
		return TRUE;
	}
	t->row.priority = priority;
	g_free(t->priority_reason);
	t->priority_reason = why;
	if (!ticket_put_assessed(w, error))
		return FALSE;
	return !why || work_history(w, error, HISTORY_PRIORITY, priority_name(priority), why);
}

/* What the matrix says wins over whoever set it before: that is what assessing anew means. */
gboolean change_assess(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct ticket *t = w->ticket;
	enum ticket_priority priority = t->row.priority;
	g_autofree char *reason = NULL;
	struct priority_matrix m;

	(void)out;
	if (c->impact < 0 || c->impact >= IMPACT_COUNT)
		return desk_fail(error, DESK_INVALID, "impact isn't one of limited, wide");
	if (c->need < 0 || c->need >= NEED_COUNT)
		return desk_fail(error, DESK_INVALID, "need isn't one of low, medium, high");
	priority_matrix_read(w->conn, &m);
	priority_assess(&m, c->impact, c->need, &priority);
	reason = priority_reason_matrix((enum impact)c->impact, (enum need)c->need);
	if (t->impact != c->impact || t->need != c->need) {
		t->impact = c->impact;
		t->need = c->need;
		if (!ticket_put_assessed(w, error))
			return FALSE;
	}
	return ticket_set_priority(w, priority, reason, error);
}

/* Set by hand: it holds until somebody assesses the ticket anew. */
gboolean change_priority(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct ticket *t = w->ticket;
	g_autofree char *reason = NULL;

	(void)out;
	if ((unsigned)c->priority >= PRIORITY_COUNT)
		return desk_fail(error, DESK_INVALID, "priority isn't one of normal, important, urgent");
	if (t->row.priority == c->priority && !t->priority_reason)
		return TRUE;
	reason = g_strdup_printf(HISTORY_PRIORITY_PERSON, w->who->display ? w->who->display : "the desk");
	if (t->row.priority == c->priority && g_strcmp0(t->priority_reason, reason) == 0)
		return TRUE;
	t->row.priority = c->priority;
	g_free(t->priority_reason);
	t->priority_reason = g_steal_pointer(&reason);
	return ticket_put_assessed(w, error);
}

/* After a change of the matrix (refold.c): a ticket that has its priority from it follows. */
gboolean reassess_one(struct work *w, desk_id id, GError **error)
{
	struct priority_matrix m;
	enum ticket_priority priority;
	gboolean ok = work_load(w, id, error);

	if (ok && priority_reason_is_matrix(w->ticket->priority_reason)) {
		priority_matrix_read(w->conn, &m);
		priority = w->ticket->row.priority;
		priority_assess(&m, w->ticket->impact, w->ticket->need, &priority);
		if (priority != w->ticket->row.priority)
			ok = ticket_set_priority(w, priority, w->ticket->priority_reason, error) &&
			     work_save(w, change_name(CHANGE_ASSESS), error);
	}
	g_clear_pointer(&w->ticket, ticket_free);
	g_ptr_array_set_size(w->messages, 0);
	w->touched = FALSE;
	return ok;
}
