/* Who is meant by owner, group, supervisors and administrators, and notices that may come in masses. */
#include "server/desk/automation.h"

#include "wire/desk_settings.h"

#define SPACE_MS MS_MINUTE

static gboolean has(const GArray *ids, desk_id id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, desk_id, i) == id)
			return TRUE;
	return FALSE;
}

static void add(GArray *out, desk_id id)
{
	if (id && !has(out, id))
		g_array_append_val(out, id);
}

static gboolean add_fn(const struct db_row *row, void *arg)
{
	add(arg, db_int(row, 0));
	return TRUE;
}

static gboolean works_for(const struct person *p, desk_id group_id)
{
	return !group_id || has(p->groups, group_id);
}

/* Active people of those roles in that group (0: of all). */
static void add_people(GArray *out, const struct words *w, desk_id group_id, enum role from, enum role to)
{
	for (guint i = 0; i < w->people->len; i++) {
		const struct person *p = w->people->pdata[i];

		if (p->active && p->role >= from && p->role <= to && works_for(p, group_id))
			add(out, p->id);
	}
}

static gboolean add_group(struct db_conn *conn, GArray *out, const struct words *w, desk_id group_id, GError **error)
{
	guint had = out->len;

	if (!DB_RUN(conn, STMT_GROUP_AVAILABLE, add_fn, out, error, DB_I(group_id), DB_I(AGENT_AVAILABLE)))
		return FALSE;
	if (out->len == had)
		add_people(out, w, group_id, ROLE_AGENT, ROLE_ADMINISTRATOR);
	return TRUE;
}

gboolean people_told(struct db_conn *conn, const struct words *w, const struct ticket_row *row, desk_id group_id,
                     unsigned whom, GArray *out, GError **error)
{
	desk_id group = group_id ? group_id : row->group_id;
	guint had = out->len;

	if ((whom & PEOPLE_OWNER) && row->assignee_id)
		add(out, row->assignee_id);
	else if ((whom & PEOPLE_OWNER) && !add_group(conn, out, w, group, error))
		return FALSE;
	if ((whom & PEOPLE_GROUP) && !add_group(conn, out, w, group, error))
		return FALSE;
	if (whom & PEOPLE_SUPERVISORS) {
		had = out->len;
		add_people(out, w, group, ROLE_SUPERVISOR, ROLE_SUPERVISOR);
		if (out->len == had)
			add_people(out, w, 0, ROLE_SUPERVISOR, ROLE_SUPERVISOR);
	}
	if (whom & PEOPLE_ADMINISTRATORS)
		add_people(out, w, 0, ROLE_ADMINISTRATOR, ROLE_ADMINISTRATOR);
	return TRUE;
}

/* ---- masses */
#define SHORT_MS (5 * MS_MINUTE) /* a warning that stands for its breach, too, when it was told so shortly before */
#define URGENT_A_MINUTE 10       /* of a kind: urgent tickets are told as themselves, but not in hundreds */

struct summary {
	desk_id id, nearest;
	int64_t n, at_ms;
};

static gboolean summary_fn(const struct db_row *row, void *arg)
{
	struct summary *s = arg;
	const char *text = db_text(row, 1) ? db_text(row, 1) : "";
	char *rest = NULL;

	s->id = db_int(row, 0);
	s->n = g_ascii_strtoll(text, &rest, 10);
	s->nearest = g_ascii_strtoll(rest, NULL, 10);
	s->at_ms = db_int(row, 2);
	return FALSE;
}

static gboolean due_of(struct work *w, desk_id ticket_id, int64_t *due_ms, GError **error)
{
	*due_ms = QUEUE_NO_DUE;
	return DB_RUN(w->conn, STMT_TICKET_DUE, row_int_fn, due_ms, error, DB_I(ticket_id));
}

/* Which of the two is due first; the one named already when they are equal. */
static gboolean nearest_of(struct work *w, struct summary *s, desk_id ticket_id, GError **error)
{
	int64_t named = QUEUE_NO_DUE, is = QUEUE_NO_DUE;

	if (s->nearest && (!due_of(w, s->nearest, &named, error) || !due_of(w, ticket_id, &is, error)))
		return FALSE;
	if (!s->nearest || is < named)
		s->nearest = ticket_id;
	return TRUE;
}

static gboolean notice_again(struct work *w, struct notice *n, GError **error)
{
	struct event e = {.kind = EVENT_NOTICE, .change = (char *)notice_kind_name(n->kind), .person_id = n->person_id,
	                  .ticket_id = n->ticket_id, .notice = n};

	return db_tx_event(w->tx, &e, error);
}

/* One notice without a ticket stands for the rest of a minute, until it is looked at: its text is their
 * number and the ticket that is due first of them. */
static gboolean sum_up(struct work *w, const struct notice *n, GError **error)
{
	struct summary s = {0};
	g_autofree char *text = NULL;
	struct notice all = {.kind = n->kind, .person_id = n->person_id, .clock = CLOCK_NONE};

	if (!DB_RUN(w->conn, STMT_NOTICE_SUMMARY, summary_fn, &s, error, DB_I(n->person_id), DB_I(n->kind),
	            DB_I(w->now - SPACE_MS)) ||
	    !nearest_of(w, &s, n->ticket_id, error))
		return FALSE;
	all.text = text = g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, s.n + 1, s.nearest);
	if (!s.id)
		return notice_add(w, &all, error);
	all.id = s.id;
	all.at_ms = s.at_ms;
	return DB_RUN(w->conn, STMT_NOTICE_SUMMARY_SET, NULL, NULL, error, DB_I(s.id), DB_T(text)) &&
	       ((s.n >= 10 && (s.n + 1) % 10) || notice_again(w, &all, error)); /* of hundreds each tenth is word enough */
}

/* *done: who was warned a moment ago has the breach in the warning's place. */
static gboolean raise_warning(struct work *w, const struct notice *n, gboolean *done, GError **error)
{
	struct notice told = *n;

	*done = FALSE;
	if (n->kind != NOTICE_BREACH)
		return TRUE;
	if (!DB_RUN(w->conn, STMT_NOTICE_WARNED, row_int_fn, &told.id, error, DB_I(n->person_id), DB_I(NOTICE_WARNING),
	            DB_I(n->ticket_id), DB_I(n->clock), DB_I(w->now - SHORT_MS)))
		return FALSE;
	*done = told.id != 0;
	told.at_ms = w->now;
	return !told.id || (DB_RUN(w->conn, STMT_NOTICE_RAISE, NULL, NULL, error, DB_I(told.id), DB_I(told.kind),
	                           DB_T(told.text ? told.text : ""), DB_I(told.at_ms), DB_I(told.late != 0)) &&
	                    notice_again(w, &told, error));
}

gboolean notice_add_limited(struct work *w, const struct notice *n, GError **error)
{
	g_autofree char *value = desk_setting(w->conn, "notices_a_minute");
	int64_t most = desk_setting_value(DESK_SETTING_ID_NOTICES_A_MINUTE, value), at = 0;
	gboolean raised;

	if (!raise_warning(w, n, &raised, error))
		return FALSE;
	if (raised)
		return TRUE;
	if (w->ticket && n->ticket_id == w->ticket->row.id && w->ticket->row.priority == PRIORITY_URGENT)
		most = MAX(most, URGENT_A_MINUTE);
	if (!DB_RUN(w->conn, STMT_NOTICE_NTH, row_int_fn, &at, error, DB_I(n->person_id), DB_I(most - 1), DB_I(n->kind)))
		return FALSE;
	return at && at > w->now - SPACE_MS ? sum_up(w, n, error) : notice_add(w, n, error);
}
