/* Imported and applied words of the work: skills, categories, fields, checklists, limits, views,
 * settings; and what tickets have of them. */
#include "server/desk/records_inside.h"
#include "server/desk/routing_desk.h"

#include <string.h>
#include "base/text.h"
#include "rules/limits.h"
#include "rules/progress.h"
#include "rules/macro.h"
#include "rules/priority.h"
#include "rules/routing.h"
#include "server/desk/automation.h"

static gboolean known_id(struct db_conn *conn, enum record_type type, const char *key, desk_id *id, GError **error)
{
	*id = 0;
	if (!key)
		return TRUE;
	return record_id(conn, type, key, id, error) &&
	       (*id || desk_fail(error, DESK_INVALID, "there is no %s \"%s\"", record_type_name(type), key));
}

gboolean record_put_skills(struct db_conn *conn, const struct record *r, desk_id person_id, GError **error)
{
	if (!DB_RUN(conn, STMT_PERSON_SKILLS_CLEAR, NULL, NULL, error, DB_I(person_id)))
		return FALSE;
	for (guint i = 0; r->skill_keys && i < r->skill_keys->len; i++) {
		desk_id skill_id;

		if (!known_id(conn, RECORD_SKILL, r->skill_keys->pdata[i], &skill_id, error) ||
		    !DB_RUN(conn, STMT_PERSON_SKILL_ADD, NULL, NULL, error, DB_I(person_id), DB_I(skill_id)))
			return FALSE;
	}
	return TRUE;
}

static gboolean put_skill(struct db_conn *conn, const struct skill *s, desk_id *id, GError **error)
{
	if (*id)
		return DB_RUN(conn, STMT_SKILL_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(s->name), DB_T(s->title));
	return DB_RUN(conn, STMT_SKILL_INSERT, row_int_fn, id, error, DB_T(s->name), DB_T(s->title));
}

static gboolean put_category(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	const struct category *c = r->category;
	desk_id group_id, skill_id;

	if (!known_id(conn, RECORD_GROUP, r->group_key, &group_id, error) ||
	    !known_id(conn, RECORD_SKILL, r->skill_key, &skill_id, error))
		return FALSE;
	if (*id ? !DB_RUN(conn, STMT_CATEGORY_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(c->name), DB_T(c->label_en),
	                  DB_T(c->label_zh), DB_I(c->problem), DB_I(c->after_sales), DB_I(group_id),
	                  DB_I(c->position), DB_I(c->active != 0)) :
	          !DB_RUN(conn, STMT_CATEGORY_INSERT, row_int_fn, id, error, DB_T(c->name), DB_T(c->label_en),
	                  DB_T(c->label_zh), DB_I(c->problem), DB_I(c->after_sales), DB_I(group_id), DB_I(c->position),
	                  DB_I(c->active != 0)))
		return FALSE;
	return DB_RUN(conn, STMT_CATEGORY_SKILL, NULL, NULL, error, DB_I(*id), DB_I(skill_id));
}

static char *lines_of(const GPtrArray *list)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(text, "%s%s", i ? "\n" : "", (const char *)list->pdata[i]);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean put_field(struct db_conn *conn, const struct desk_field *f, desk_id *id, GError **error)
{
	g_autofree char *choices = lines_of(f->choices);

	if (*id)
		return DB_RUN(conn, STMT_FIELD_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(f->name), DB_T(f->label_en),
		              DB_T(f->label_zh), DB_T(f->ask_en), DB_T(f->ask_zh), DB_I(f->type), DB_T(choices),
		              DB_T(f->category), DB_I(f->required != 0), DB_I(f->position), DB_I(f->active != 0));
	return DB_RUN(conn, STMT_FIELD_INSERT, row_int_fn, id, error, DB_T(f->name), DB_T(f->label_en),
	              DB_T(f->label_zh), DB_T(f->ask_en), DB_T(f->ask_zh), DB_I(f->type), DB_T(choices),
	              DB_T(f->category), DB_I(f->required != 0), DB_I(f->position), DB_I(f->active != 0));
}

static gboolean put_checklist(struct db_conn *conn, const struct checklist *c, desk_id *id, GError **error)
{
	g_autofree char *items = lines_of(c->items);

	if (*id)
		return DB_RUN(conn, STMT_CHECKLIST_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(c->name), DB_T(c->title),
		              DB_T(c->category), DB_T(items), DB_I(c->position));
	return DB_RUN(conn, STMT_CHECKLIST_INSERT, row_int_fn, id, error, DB_T(c->name), DB_T(c->title),
	              DB_T(c->category), DB_T(items), DB_I(c->position));
}

static gboolean put_limit(struct db_conn *conn, const struct compensation_limit *l, desk_id *id, GError **error)
{
	if (!*id && !DB_RUN(conn, STMT_LIMIT_FIND, row_int_fn, id, error, DB_I(l->role), DB_I(l->kind),
	                    DB_T(l->currency)))
		return FALSE;
	if (*id)
		return DB_RUN(conn, STMT_LIMIT_UPDATE, NULL, NULL, error, DB_I(*id), DB_I(l->role), DB_I(l->kind),
		              DB_T(l->currency), DB_I(l->per_ticket_cents), DB_I(l->per_day_cents));
	return DB_RUN(conn, STMT_LIMIT_INSERT, row_int_fn, id, error, DB_I(l->role), DB_I(l->kind), DB_T(l->currency),
	              DB_I(l->per_ticket_cents), DB_I(l->per_day_cents));
}

static gboolean put_view(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	const struct saved_view *v = r->view;
	desk_id owner;

	if (!known_id(conn, RECORD_GROUP, r->owner_key, &owner, error))
		return FALSE;
	if (!*id && !DB_RUN(conn, STMT_VIEW_SHARED_FIND, row_int_fn, id, error, DB_T(v->name), DB_I(v->scope),
	                    DB_I(owner)))
		return FALSE;
	if (*id)
		return DB_RUN(conn, STMT_VIEW_SHARED_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(v->name), DB_T(v->title),
		              DB_I(v->scope), DB_I(owner), DB_T(v->query), DB_I(v->newest_first != 0),
		              DB_I(v->position));
	return DB_RUN(conn, STMT_VIEW_SHARED_INSERT, row_int_fn, id, error, DB_T(v->name), DB_T(v->title),
	              DB_I(v->scope), DB_I(owner), DB_T(v->query), DB_I(v->newest_first != 0), DB_I(v->position));
}

static gboolean put_macro(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	const struct macro *m = r->macro;
	const char *category = m->category && *m->category ? m->category : NULL;
	g_autoptr(GPtrArray) steps = macro_parse(m->steps, NULL, error);
	desk_id owner;

	if (!steps || !known_id(conn, RECORD_GROUP, r->owner_key, &owner, error))
		return FALSE;
	if (!*id && !DB_RUN(conn, STMT_MACRO_FIND, row_int_fn, id, error, DB_T(m->name), DB_I(m->scope), DB_I(owner)))
		return FALSE;
	if (*id)
		return DB_RUN(conn, STMT_MACRO_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(m->name), DB_T(m->title),
		              DB_I(m->scope), DB_I(owner), DB_T(category), DB_T(m->steps), DB_I(m->position));
	return DB_RUN(conn, STMT_MACRO_INSERT, row_int_fn, id, error, DB_T(m->name), DB_T(m->title), DB_I(m->scope),
	              DB_I(owner), DB_T(category), DB_T(m->steps), DB_I(m->position));
}

static gboolean put_setting(struct db_conn *conn, const struct record *r, GError **error)
{
	if (strcmp(r->key, "zone") == 0) {
		g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(r->value);

		if (!zone)
			return desk_fail(error, DESK_INVALID, "value: \"%s\" isn't a time zone", r->value);
	}
	if (strcmp(r->key, "channel_weights") == 0 &&
	    (!routing_weights_parse(&(struct routing_weights){0}, r->value, error) ||
	     !routing_recount_begin(conn, clock_wall_ms(), error)))
		return FALSE;
	if (strcmp(r->key, "wrap_up_after") == 0 && !routing_weights_parse(&(struct routing_weights){0}, r->value, error))
		return FALSE;
	if (strcmp(r->key, "progress_messages") == 0 && !progress_tells_parse(r->value, &(unsigned){0}, error))
		return FALSE;
	if (strcmp(r->key, "message_limits") == 0 && !limits_parse(&(struct limits){0}, r->value, error))
		return FALSE;
	if (strcmp(r->key, "priority_matrix") == 0 && !priority_matrix_parse(&(struct priority_matrix){0}, r->value, error))
		return FALSE;
	return db_setting_put(conn, r->key, r->value, error);
}

gboolean record_put_word(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	switch (r->type) {
	case RECORD_SKILL:
		return put_skill(conn, r->skill, id, error);
	case RECORD_CATEGORY:
		return put_category(conn, r, id, error);
	case RECORD_FIELD:
		return put_field(conn, r->field, id, error);
	case RECORD_CHECKLIST:
		return put_checklist(conn, r->checklist, id, error);
	case RECORD_LIMIT:
		return put_limit(conn, r->limit, id, error);
	case RECORD_VIEW:
		return put_view(conn, r, id, error);
	case RECORD_SETTING:
		return put_setting(conn, r, error);
	case RECORD_MACRO:
		return put_macro(conn, r, id, error);
	case RECORD_TRIGGER:
	case RECORD_SCHEDULE:
	case RECORD_WEBHOOK:
		return automation_rule_put(conn, r->rule, id, error);
	default:
		return desk_fail(error, DESK_BUG, "a record of no type");
	}
}

/* ---- what tickets have of them */
static double number_of(const char *value)
{
	g_autoptr(GDate) day = g_date_new();

	if (strlen(value) == 10 && value[4] == '-') {
		g_auto(GStrv) parts = g_strsplit(value, "-", 3);
		guint64 y, m, d;

		if (g_strv_length(parts) == 3 && g_ascii_string_to_unsigned(parts[0], 10, 1, 9999, &y, NULL) &&
		    g_ascii_string_to_unsigned(parts[1], 10, 1, 12, &m, NULL) &&
		    g_ascii_string_to_unsigned(parts[2], 10, 1, 31, &d, NULL) &&
		    g_date_valid_dmy((GDateDay)d, (GDateMonth)m, (GDateYear)y)) {
			g_date_set_dmy(day, (GDateDay)d, (GDateMonth)m, (GDateYear)y);
			return (double)g_date_get_julian(day) - 719163; /* 1970-01-01 */
		}
	}
	return g_ascii_strtod(value, NULL);
}

static gboolean field_type_fn(const struct db_row *row, void *arg)
{
	struct desk_field *want = arg;

	if (db_int(row, 0) != want->id)
		return TRUE;
	want->type = (enum desk_field_type)db_int(row, 6);
	return FALSE;
}

static gboolean put_value(struct db_conn *conn, const struct field_value *v, desk_id ticket_id, GError **error)
{
	struct desk_field f = {0};
	g_autofree char *folded = text_fold(v->value, -1);
	gboolean counts;

	if (!known_id(conn, RECORD_FIELD, v->name, &f.id, error) ||
	    !db_run(conn, STMT_FIELDS, NULL, 0, field_type_fn, &f, error))
		return FALSE;
	counts = f.type == FIELD_TYPE_NUMBER || f.type == FIELD_TYPE_DATE;
	return DB_RUN(conn, STMT_RECORD_FIELD_PUT, NULL, NULL, error, DB_I(ticket_id), DB_I(f.id), DB_T(v->value),
	              DB_T(folded), DB_D(counts ? number_of(v->value) : 0));
}

/* The checklist is what the record says; steps that were added here go with it. */
static gboolean put_checks(struct db_conn *conn, const GPtrArray *steps, desk_id ticket_id, GError **error)
{
	if (!DB_RUN(conn, STMT_RECORD_CHECKS_CLEAR, NULL, NULL, error, DB_I(ticket_id)))
		return FALSE;
	for (guint i = 0; i < steps->len; i++) {
		const struct check_item *c = steps->pdata[i];
		desk_id by;

		if (!known_id(conn, RECORD_PERSON, c->by_name, &by, error) ||
		    !DB_RUN(conn, STMT_RECORD_CHECK_ADD, NULL, NULL, error, DB_I(ticket_id), DB_T(c->text),
		            DB_I(c->done != 0), DB_I(by), DB_I(c->at_ms)))
			return FALSE;
	}
	return TRUE;
}

/* Each link is kept once; the other ticket's own record says it, too, so one that isn't there
 * yet is no fault. */
static gboolean put_link(struct db_conn *conn, const struct record_link *l, desk_id ticket_id, GError **error)
{
	desk_id other = 0, from = ticket_id;
	enum link_kind kind = l->kind;

	if (!record_id(conn, RECORD_TICKET, l->ticket, &other, error))
		return FALSE;
	if (!other || other == ticket_id)
		return TRUE;
	if (kind == LINK_CHILD) { /* the other is my child: kept as "I am its parent" */
		from = other;
		other = ticket_id;
		kind = LINK_PARENT;
	} else if (kind != LINK_PARENT && from > other) {
		from = other;
		other = ticket_id;
	}
	return DB_RUN(conn, STMT_RECORD_LINK_ADD, NULL, NULL, error, DB_I(from), DB_I(other), DB_I(kind));
}

gboolean record_put_extras(struct db_conn *conn, const struct record *r, desk_id ticket_id, GError **error)
{
	const struct ticket *t = r->ticket;

	for (guint i = 0; t->fields && i < t->fields->len; i++)
		if (!put_value(conn, t->fields->pdata[i], ticket_id, error))
			return FALSE;
	if (t->checklist && !put_checks(conn, t->checklist, ticket_id, error))
		return FALSE;
	for (guint i = 0; r->links && i < r->links->len; i++)
		if (!put_link(conn, r->links->pdata[i], ticket_id, error))
			return FALSE;
	return TRUE;
}
