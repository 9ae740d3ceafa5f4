/* The rungs of a ticket's ladder: reading, adding, moving on, and who is told. */
#include "server/desk/ladder.h"

/* ---- rows */
struct load {
	const struct words *words;
	struct ticket *ticket;
};

static gboolean rung_fn(const struct db_row *row, void *arg)
{
	struct load *l = arg;
	struct escalation *r = g_new0(struct escalation, 1);

	r->id = db_int(row, 0);
	r->ticket_id = l->ticket->row.id;
	r->kind = (enum escalation_kind)db_int(row, 1);
	r->state = (enum escalation_state)db_int(row, 2);
	r->parent_id = db_int(row, 3);
	r->from_group_id = db_int(row, 4);
	r->from_person_id = db_int(row, 5);
	r->to_group_id = db_int(row, 6);
	r->to_person_id = db_int(row, 7);
	r->by_id = db_int(row, 8);
	r->by_name = g_strdup(words_person_name(l->words, r->by_id));
	r->reason = db_dup(row, 9);
	r->task = db_dup(row, 10);
	r->note_id = db_int(row, 11);
	r->at_ms = db_int(row, 12);
	r->acknowledge_by_ms = db_int(row, 13);
	r->acknowledged_ms = db_int(row, 14);
	r->taken_id = db_int(row, 15);
	r->taken_name = g_strdup(words_person_name(l->words, r->taken_id));
	r->estimate_ms = db_int(row, 16);
	r->answer = db_dup(row, 17);
	r->ended_ms = db_int(row, 18);
	if (!l->ticket->ladder)
		l->ticket->ladder = g_ptr_array_new_with_free_func((GDestroyNotify)escalation_free);
	g_ptr_array_add(l->ticket->ladder, r);
	return TRUE;
}

gboolean ladder_load(struct db_conn *conn, const struct words *w, struct ticket *t, GError **error)
{
	struct load l = {w, t};

	g_clear_pointer(&t->ladder, g_ptr_array_unref);
	return DB_RUN(conn, STMT_LADDER, rung_fn, &l, error, DB_I(t->row.id));
}

static struct escalation *rung_copy(const struct work *w, const struct escalation *from)
{
	struct escalation *r = g_memdup2(from, sizeof *from);

	r->by_name = g_strdup(words_person_name(w->words, r->by_id));
	r->taken_name = g_strdup(words_person_name(w->words, r->taken_id));
	r->reason = g_strdup(from->reason);
	r->task = g_strdup(from->task);
	r->answer = g_strdup(from->answer);
	return r;
}

struct escalation *ladder_add(struct work *w, const struct escalation *from, GError **error)
{
	struct ticket *t = w->ticket;
	struct escalation *r = rung_copy(w, from);

	r->ticket_id = t->row.id;
	w->touched = TRUE;
	w->no_ladder = FALSE;
	if (!DB_RUN(w->conn, STMT_RUNG_INSERT, row_int_fn, &r->id, error, DB_I(r->ticket_id), DB_I(r->kind), DB_I(r->state),
	            DB_I(r->parent_id), DB_I(r->from_group_id), DB_I(r->from_person_id), DB_I(r->to_group_id),
	            DB_I(r->to_person_id), DB_I(r->by_id), DB_T(r->reason), DB_T(r->task), DB_I(r->note_id), DB_I(r->at_ms),
	            DB_I(r->acknowledge_by_ms), DB_I(r->acknowledged_ms), DB_I(r->taken_id), DB_I(r->estimate_ms),
	            DB_T(r->answer), DB_I(r->ended_ms))) {
		escalation_free(r);
		return NULL;
	}
	if (!t->ladder)
		t->ladder = g_ptr_array_new_with_free_func((GDestroyNotify)escalation_free);
	g_ptr_array_add(t->ladder, r);
	return r;
}

gboolean ladder_save(struct work *w, const struct escalation *r, GError **error)
{
	w->touched = TRUE;
	return DB_RUN(w->conn, STMT_RUNG_UPDATE, NULL, NULL, error, DB_I(r->id), DB_I(r->state),
	              DB_I(r->acknowledge_by_ms), DB_I(r->acknowledged_ms), DB_I(r->taken_id), DB_I(r->estimate_ms),
	              DB_T(r->answer), DB_I(r->ended_ms));
}

gboolean ladder_set(struct work *w, struct escalation *r, enum escalation_state state, GError **error)
{
	r->state = state;
	if (!escalation_is_open(r))
		r->ended_ms = w->now;
	return ladder_save(w, r, error);
}

gboolean ladder_take(struct work *w, struct escalation *r, desk_id person_id, GError **error)
{
	r->taken_id = person_id;
	g_free(r->taken_name);
	r->taken_name = g_strdup(words_person_name(w->words, person_id));
	r->acknowledged_ms = w->now;
	r->acknowledge_by_ms = r->parent_id || r->kind == ESCALATION_CONSULT ? ladder_remind_at(w, r->estimate_ms) : 0;
	return ladder_set(w, r, RUNG_ACKNOWLEDGED, error);
}

gboolean ladder_end_parts(struct work *w, desk_id plan_id, GError **error)
{
	for (guint i = 0; w->ticket->ladder && i < w->ticket->ladder->len; i++) {
		struct escalation *r = w->ticket->ladder->pdata[i];

		if (r->parent_id == plan_id && escalation_is_open(r) && !ladder_set(w, r, RUNG_ENDED, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- people */
struct escalation_who ladder_who(const struct work *w, GArray **groups)
{
	const struct person *p = words_person(w->words, w->who->person_id);

	/* Not words_groups_of: who has no group works for none here, or every supervisor would be every target. */
	*groups = p ? g_array_ref(p->groups) : g_array_new(FALSE, FALSE, sizeof(desk_id));
	return (struct escalation_who){w->who->person_id, *groups, actor_leads(w->who)};
}

static gboolean person_fn(const struct db_row *row, void *arg)
{
	int64_t state = db_int(row, 2);
	gboolean looks = db_int(row, 3) > 0;
	struct ladder_person p = {.group_id = db_int(row, 0), .person_id = db_int(row, 1)};

	/* Who has said nothing of himself is there when a workstation of his is. */
	p.available = state == AGENT_AVAILABLE || (state < 0 && looks);
	p.present = state < 0 ? looks : state != AGENT_OFFLINE;
	g_array_append_val((GArray *)arg, p);
	return TRUE;
}

GArray *ladder_people(struct db_conn *conn, int64_t now_ms, GError **error)
{
	GArray *people = g_array_new(FALSE, FALSE, sizeof(struct ladder_person));

	if (DB_RUN(conn, STMT_LADDER_PEOPLE, person_fn, people, error, DB_I(now_ms), DB_I(ROLE_AGENT)))
		return people;
	g_array_unref(people);
	return NULL;
}

gboolean ladder_tell_group(struct work *w, desk_id group_id, desk_id message_id, const char *text, GError **error)
{
	g_autoptr(GArray) people = ladder_people(w->conn, w->now, error);
	gboolean anybody = FALSE;

	for (guint i = 0; people && i < people->len; i++)
		anybody |= g_array_index(people, struct ladder_person, i).group_id == group_id &&
		           g_array_index(people, struct ladder_person, i).present;
	for (guint i = 0; people && i < people->len; i++) {
		const struct ladder_person *p = &g_array_index(people, struct ladder_person, i);

		if (p->group_id == group_id && (p->present || !anybody) &&
		    !notice_of_work(w, NOTICE_ESCALATION, p->person_id, message_id, text, error))
			return FALSE;
	}
	return people != NULL;
}

gboolean ladder_line(struct work *w, desk_id person_id, GError **error, const char *form, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, form);
	text = g_strdup_vprintf(form, args);
	va_end(args);
	return work_message(w, MESSAGE_SYSTEM, text, 0, error) != NULL &&
	       notice_of_work(w, NOTICE_ESCALATION, person_id, 0, text, error);
}

desk_id ladder_asker(const struct escalation *r)
{
	return r->from_person_id ? r->from_person_id : r->by_id;
}

const char *ladder_target_name(const struct words *w, const struct escalation *r)
{
	const struct group *g = words_group(w, r->to_group_id);
	const char *name = r->to_person_id ? words_person_name(w, r->to_person_id) : g ? g->title ? g->title : g->name : NULL;

	return name ? name : "?";
}

char *ladder_time(struct db_conn *conn, int64_t at_ms)
{
	g_autofree char *zone = desk_setting(conn, "zone");
	g_autoptr(GTimeZone) named = zone ? g_time_zone_new_identifier(zone) : NULL;
	g_autoptr(GTimeZone) tz = named ? g_time_zone_ref(named) : g_time_zone_new_local();
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / 1000);
	g_autoptr(GDateTime) there = utc ? g_date_time_to_timezone(utc, tz) : NULL;

	return there ? g_date_time_format(there, "%Y-%m-%d %H:%M") : g_strdup("?");
}

gboolean ladder_note(struct work *w, const char *body, desk_id *id, GError **error)
{
	struct message *note;

	*id = 0;
	if (!body || !*body)
		return TRUE;
	if (!text_check("body", body, WIRE_MAX_MESSAGE, TRUE, error) || !(note = work_message(w, MESSAGE_NOTE, body, 0, error)))
		return FALSE;
	*id = w->message_id = note->id;
	return notice_mentions(w, note, error);
}

/* ---- the ticket */
gboolean ladder_give_back(struct work *w, const struct escalation *r, GError **error)
{
	struct ticket_row *row = &w->ticket->row;
	const struct group *back = words_group(w->words, r->from_group_id);
	const struct person *p = r->from_person_id ? words_person(w->words, r->from_person_id) : NULL;

	w->on_ladder = TRUE;
	if (back) {
		row->group_id = back->id;
		row->tier = back->tier == 1 ? 1 : 2;
	}
	work_assign(w, p && p->active ? p->id : 0);
	if (row->status != STATUS_PENDING_CUSTOMER && !work_status(w, STATUS_OPEN, error))
		return FALSE;
	return work_fact(w, row->assignee_id ? FACT_CLAIMED : FACT_RELEASED, 0, 0, error) &&
	       ladder_end_parts(w, r->id, error);
}
