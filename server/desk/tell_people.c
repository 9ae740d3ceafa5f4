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
struct summary {
	desk_id id;
	int64_t n;
};

static gboolean summary_fn(const struct db_row *row, void *arg)
{
	struct summary *s = arg;

	s->id = db_int(row, 0);
	s->n = g_ascii_strtoll(db_text(row, 1) ? db_text(row, 1) : "", NULL, 10);
	return FALSE;
}

/* One notice without a ticket stands for the rest of a minute; its text is their number. */
static gboolean sum_up(struct work *w, const struct notice *n, GError **error)
{
	struct summary s = {0};
	g_autofree char *text = NULL;
	struct notice all = {.kind = n->kind, .person_id = n->person_id, .clock = CLOCK_NONE};

	if (!DB_RUN(w->conn, STMT_NOTICE_SUMMARY, summary_fn, &s, error, DB_I(n->person_id), DB_I(n->kind),
	            DB_I(w->now - SPACE_MS)))
		return FALSE;
	text = g_strdup_printf("%" G_GINT64_FORMAT, s.n + 1);
	if (s.id)
		return DB_RUN(w->conn, STMT_NOTICE_SUMMARY_SET, NULL, NULL, error, DB_I(s.id), DB_T(text));
	all.text = text;
	return notice_add(w, &all, error);
}

gboolean notice_add_limited(struct work *w, const struct notice *n, GError **error)
{
	g_autofree char *value = desk_setting(w->conn, "notices_a_minute");
	int64_t most = desk_setting_value(DESK_SETTING_ID_NOTICES_A_MINUTE, value), at = 0;

	if (!DB_RUN(w->conn, STMT_NOTICE_NTH, row_int_fn, &at, error, DB_I(n->person_id), DB_I(most - 1),
	            DB_I(NOTICE_WARNING), DB_I(NOTICE_BREACH), DB_I(NOTICE_RULE)))
		return FALSE;
	return at && at > w->now - SPACE_MS ? sum_up(w, n, error) : notice_add(w, n, error);
}
