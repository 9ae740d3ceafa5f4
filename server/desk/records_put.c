/* One imported record into the database: found again by type and key, or by its name. */
#include "server/desk/carry.h"
#include "server/desk/config_desk.h"
#include "server/desk/records_inside.h"

#include <string.h>

struct known {
	desk_id id;
	gboolean same;
	const char *hash;
};

static gboolean known_fn(const struct db_row *row, void *arg)
{
	struct known *k = arg;

	k->id = db_int(row, 0);
	k->same = strcmp(db_text(row, 1), k->hash) == 0;
	return FALSE;
}

gboolean record_own_number(struct db_conn *conn, const char *key, const char *before, int64_t *number, GError **error)
{
	g_autofree char *uid = NULL;
	size_t len = strspn(key, "abcdefghijklmnopqrstuvwxyz"), sign = strlen(before);
	gint64 value = 0;

	*number = 0;
	if (len != RECORD_UID_LEN || key[len] != '.' || strncmp(key + len + 1, before, sign) != 0 ||
	    !g_ascii_string_to_signed(key + len + 1 + sign, 10, 1, G_MAXINT64, &value, NULL))
		return TRUE;
	if (!db_setting_get(conn, RECORD_UID, &uid, error))
		return FALSE;
	if (uid && strlen(uid) == len && strncmp(uid, key, len) == 0)
		*number = value;
	return TRUE;
}

static gboolean id_by_number(struct db_conn *conn, enum record_type type, const char *key, desk_id *id, GError **error)
{
	enum db_stmt stmt = type == RECORD_CUSTOMER ? STMT_CUSTOMER :
	                    type == RECORD_ARTICLE  ? STMT_ARTICLE_CURRENT :
	                                              STMT_TICKET_ROW;
	int64_t number;

	if (!record_own_number(conn, key, "", &number, error))
		return FALSE;
	return !number || DB_RUN(conn, stmt, row_int_fn, id, error, DB_I(number));
}

/* Types that have a name of their own are found by it, too: the desk may have them without import. */
static gboolean id_by_name(struct db_conn *conn, enum record_type type, const char *key, desk_id *id, GError **error)
{
	switch (type) {
	case RECORD_CUSTOMER:
	case RECORD_ARTICLE:
	case RECORD_TICKET:
		return id_by_number(conn, type, key, id, error);
	case RECORD_GROUP:
		return DB_RUN(conn, STMT_GROUP_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_PERSON:
		return DB_RUN(conn, STMT_PERSON_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_TAG:
		return DB_RUN(conn, STMT_TAG_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_CALENDAR:
		return DB_RUN(conn, STMT_CALENDAR_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_POLICY:
		return DB_RUN(conn, STMT_POLICY_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_SKILL:
		return DB_RUN(conn, STMT_SKILL_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_CATEGORY:
		return DB_RUN(conn, STMT_CATEGORY_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_FIELD:
		return DB_RUN(conn, STMT_FIELD_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_CHECKLIST:
		return DB_RUN(conn, STMT_CHECKLIST_BY_NAME, row_int_fn, id, error, DB_T(key));
	case RECORD_TRIGGER:
	case RECORD_SCHEDULE:
	case RECORD_WEBHOOK:
		return DB_RUN(conn, STMT_RULE_FIND, row_int_fn, id, error, DB_T(key));
	default:
		return TRUE;
	}
}

gboolean record_id(struct db_conn *conn, enum record_type type, const char *key, desk_id *id, GError **error)
{
	*id = 0;
	return DB_RUN(conn, STMT_IMPORT_KEY, row_int_fn, id, error, DB_I(type), DB_T(key)) &&
	       (*id || id_by_name(conn, type, key, id, error));
}

static gboolean put_group(struct db_conn *conn, const struct group *g, desk_id *id, GError **error)
{
	const char *title = g->title ? g->title : g->name;

	if (*id)
		return DB_RUN(conn, STMT_GROUP_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(g->name), DB_T(title),
		              DB_I(g->tier));
	return DB_RUN(conn, STMT_GROUP_INSERT, row_int_fn, id, error, DB_T(g->name), DB_T(title), DB_I(g->tier));
}

static gboolean put_person(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	const struct person *p = r->person;
	const char *locale = p->locale ? p->locale : "en";

	if (*id ? !DB_RUN(conn, STMT_PERSON_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(p->name), DB_T(p->display),
	                  DB_I(p->role), DB_T(locale), DB_I(p->active != 0)) :
	          !DB_RUN(conn, STMT_PERSON_INSERT, row_int_fn, id, error, DB_T(p->name), DB_T(p->display),
	                  DB_I(p->role), DB_T(locale), DB_I(p->active != 0)))
		return FALSE;
	if (!DB_RUN(conn, STMT_PERSON_CAPACITY, NULL, NULL, error, DB_I(*id), DB_I(p->capacity)) ||
	    !DB_RUN(conn, STMT_PERSON_GROUPS_CLEAR, NULL, NULL, error, DB_I(*id)))
		return FALSE;
	for (guint i = 0; r->group_keys && i < r->group_keys->len; i++) {
		desk_id group_id;

		if (!record_id(conn, RECORD_GROUP, r->group_keys->pdata[i], &group_id, error))
			return FALSE;
		if (!group_id)
			return desk_fail(error, DESK_INVALID, "there is no group \"%s\"",
			                 (const char *)r->group_keys->pdata[i]);
		if (!DB_RUN(conn, STMT_PERSON_GROUP_ADD, NULL, NULL, error, DB_I(*id), DB_I(group_id)))
			return FALSE;
	}
	return record_put_skills(conn, r, *id, error);
}

static gboolean put_tag(struct db_conn *conn, const struct tag *t, desk_id *id, GError **error)
{
	if (*id)
		return DB_RUN(conn, STMT_TAG_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(t->name), DB_T(t->label_en),
		              DB_T(t->label_zh), DB_T(t->advice_en), DB_T(t->advice_zh), DB_T(t->glyph),
		              DB_I(t->on_customer != 0), DB_I(t->careful != 0));
	return DB_RUN(conn, STMT_TAG_INSERT, row_int_fn, id, error, DB_T(t->name), DB_T(t->label_en),
	              DB_T(t->label_zh), DB_T(t->advice_en), DB_T(t->advice_zh), DB_T(t->glyph),
	              DB_I(t->on_customer != 0), DB_I(t->careful != 0));
}

static gboolean known_word(struct db_conn *conn, enum record_type type, const char *key, desk_id *id, GError **error)
{
	return record_id(conn, type, key, id, error) &&
	       (*id || desk_fail(error, DESK_INVALID, "there is no %s \"%s\"", record_type_name(type), key));
}

/* An exception's spans one by one; for a date without hours one of -1. */
typedef gboolean exception_span_fn(const char *date, int position, const struct calendar_span *span, const char *called,
                                   void *arg, GError **error);
static gboolean each_exception_span(const char *text, exception_span_fn *fn, void *arg, GError **error)
{
	static const struct calendar_span none = {.weekday = 1, .from_minute = -1, .to_minute = -1};
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct calendar_span));
	char date[11] = "";
	const char *called;

	if (!record_exception_parse(text, date, spans, &called))
		return desk_fail(error, DESK_INVALID, "exceptions: \"%s\" isn't a day and its hours", text);
	for (guint i = 0; i < spans->len; i++)
		if (!fn(date, (int)i, &g_array_index(spans, struct calendar_span, i), called, arg, error))
			return FALSE;
	return spans->len || fn(date, 0, &none, called, arg, error);
}

static gboolean try_span(const char *date, int position, const struct calendar_span *span, const char *called, void *arg,
                         GError **error)
{
	(void)position;
	(void)called;
	return calendar_add_exception(arg, date, span, error);
}

/* A calendar that can't be loaded would stop the desk from starting: tried before it is stored. */
struct calendar *record_calendar(const struct record *r, GError **error)
{
	const char *zone = r->zone ? r->zone : "UTC";
	g_autoptr(GTimeZone) tz = g_time_zone_new_identifier(zone);
	struct calendar *c;
	gboolean ok = TRUE;

	if (!tz) {
		desk_fail(error, DESK_INVALID, "zone: \"%s\" isn't a time zone", zone);
		return NULL;
	}
	G_STATIC_ASSERT(sizeof(struct calendar_span) == sizeof(struct record_calendar_span));
	c = calendar_new(r->key, tz, r->spans ? (const struct calendar_span *)(void *)r->spans->data : NULL,
	                 r->spans ? r->spans->len : 0, error);
	if (!c)
		return NULL;
	for (guint i = 0; ok && r->holidays && i < r->holidays->len; i++) {
		char date[11] = "";
		const char *called;

		record_holiday_parse(r->holidays->pdata[i], date, &called);
		ok = calendar_add_holiday(c, date, called, error);
	}
	for (guint i = 0; ok && r->exceptions && i < r->exceptions->len; i++)
		ok = each_exception_span(r->exceptions->pdata[i], try_span, c, error);
	if (!ok)
		g_clear_pointer(&c, calendar_free);
	return c;
}

static gboolean record_calendar_possible(const struct record *r, GError **error)
{
	struct calendar *c = record_calendar(r, error);

	calendar_free(c);
	return c != NULL;
}

struct putting {
	struct db_conn *conn;
	desk_id id;
};

static gboolean put_span(const char *date, int position, const struct calendar_span *span, const char *called, void *arg,
                         GError **error)
{
	const struct putting *p = arg;

	return DB_RUN(p->conn, STMT_CALENDAR_EXCEPTION_ADD, NULL, NULL, error, DB_I(p->id), DB_T(date), DB_I(position),
	              DB_I(span->from_minute), DB_I(span->to_minute), DB_T(called));
}

static gboolean put_dates(struct db_conn *conn, const struct record *r, desk_id id, GError **error)
{
	struct putting p = {conn, id};

	for (guint i = 0; r->holidays && i < r->holidays->len; i++) {
		char date[11] = "";
		const char *called;

		record_holiday_parse(r->holidays->pdata[i], date, &called);
		if (!DB_RUN(conn, STMT_CALENDAR_HOLIDAY_ADD, NULL, NULL, error, DB_I(id), DB_T(date), DB_T(called)))
			return FALSE;
	}
	for (guint i = 0; r->exceptions && i < r->exceptions->len; i++)
		if (!each_exception_span(r->exceptions->pdata[i], put_span, &p, error))
			return FALSE;
	return TRUE;
}

static gboolean put_calendar(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	const char *zone = r->zone ? r->zone : "UTC";

	if (!record_calendar_possible(r, error))
		return FALSE;
	if (*id ? !DB_RUN(conn, STMT_CALENDAR_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(r->key), DB_T(zone)) :
	          !DB_RUN(conn, STMT_CALENDAR_INSERT, row_int_fn, id, error, DB_T(r->key), DB_T(zone)))
		return FALSE;
	if (!DB_RUN(conn, STMT_CALENDAR_SPANS_CLEAR, NULL, NULL, error, DB_I(*id)) ||
	    !DB_RUN(conn, STMT_CALENDAR_HOLIDAYS_CLEAR, NULL, NULL, error, DB_I(*id)) ||
	    !DB_RUN(conn, STMT_CALENDAR_EXCEPTIONS_CLEAR, NULL, NULL, error, DB_I(*id)))
		return FALSE;
	for (guint i = 0; r->spans && i < r->spans->len; i++) {
		const struct record_calendar_span *s = &g_array_index(r->spans, struct record_calendar_span, i);

		if (!DB_RUN(conn, STMT_CALENDAR_SPAN_ADD, NULL, NULL, error, DB_I(*id), DB_I(i), DB_I(s->weekday),
		            DB_I(s->from_minute), DB_I(s->to_minute)))
			return FALSE;
	}
	return put_dates(conn, r, *id, error);
}

/* Both lists as they are kept: "," between. */
static gboolean policy_lists(struct db_conn *conn, const struct record *r, GString *tags, GString *groups, GError **error)
{
	const GPtrArray *keys = r->group_keys;
	desk_id id;

	for (guint i = 0; i < r->policy->tags->len; i++) {
		if (!known_word(conn, RECORD_TAG, r->policy->tags->pdata[i], &id, error))
			return FALSE;
		g_string_append_printf(tags, "%s%s", i ? "," : "", (const char *)r->policy->tags->pdata[i]);
	}
	for (guint i = 0; keys && i < keys->len; i++) {
		if (!known_word(conn, RECORD_GROUP, keys->pdata[i], &id, error))
			return FALSE;
		g_string_append_printf(groups, "%s%" G_GINT64_FORMAT, i ? "," : "", id);
	}
	return TRUE;
}

static gboolean put_policy(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	const struct policy *p = r->policy;
	g_autoptr(GString) tags = g_string_new(NULL), groups = g_string_new(NULL);

	if (!policy_lists(conn, r, tags, groups, error))
		return FALSE;
	if (!*id && !DB_RUN(conn, STMT_POLICY_BY_NAME, row_int_fn, id, error, DB_T(p->name)))
		return FALSE;
	if (*id ? !DB_RUN(conn, STMT_POLICY_UPDATE, NULL, NULL, error, DB_I(*id), DB_I(p->position), DB_T(p->name),
	                  DB_I(p->channels), DB_I(p->after_sales), DB_I(p->problem), DB_T(tags->str), DB_T(groups->str)) :
	          !DB_RUN(conn, STMT_POLICY_INSERT, row_int_fn, id, error, DB_I(p->position), DB_T(p->name),
	                  DB_I(p->channels), DB_I(p->after_sales), DB_I(p->problem), DB_T(tags->str), DB_T(groups->str)))
		return FALSE;
	if (!DB_RUN(conn, STMT_POLICY_TARGETS_CLEAR, NULL, NULL, error, DB_I(*id)))
		return FALSE;
	for (guint i = 0; i < p->targets->len; i++) {
		const struct policy_target *t = p->targets->pdata[i];
		g_autofree char *warn = clock_warnings_text(t->warnings);

		if (!DB_RUN(conn, STMT_POLICY_TARGET_ADD, NULL, NULL, error, DB_I(*id), DB_I(i), DB_I(t->clock),
		            DB_I(t->priority), DB_I(t->problem), DB_I(t->target_ms), DB_T(warn),
		            DB_I(t->pause_statuses), DB_T(t->calendar)))
			return FALSE;
	}
	return TRUE;
}

static gboolean put_customer_tags(struct desk *d, struct db_conn *conn, const struct words *w, const struct customer *c, desk_id id,
                                  GError **error)
{
	for (guint i = 0; i < c->tags->len; i++) {
		const struct tag_mark *m = c->tags->pdata[i];
		desk_id tag_id, by = 0;

		if (!record_id(conn, RECORD_TAG, m->name, &tag_id, error) ||
		    (m->by_name && !record_id(conn, RECORD_PERSON, m->by_name, &by, error)))
			return FALSE;
		if (!tag_id)
			return desk_fail(error, DESK_INVALID, "there is no tag \"%s\"", m->name);
		if (!customer_put_tag(conn, id, tag_id, m->why, m->since_ms, by, error))
			return FALSE;
	}
	if (!c->tags->len)
		return TRUE;
	return customer_remark(d, conn, w, id, error) &&
	       (!w->tagged_policies || desk_refold_begin(conn, clock_wall_ms(), error));
}

static gboolean put_customer(struct desk *d, struct db_conn *conn, const struct words *w, const struct customer *c,
                             desk_id *id, GError **error)
{
	struct customer to = *c;

	to.manager_id = 0;
	if (c->manager_name && !record_id(conn, RECORD_PERSON, c->manager_name, &to.manager_id, error))
		return FALSE;
	if (c->manager_name && !to.manager_id)
		return desk_fail(error, DESK_INVALID, "there is no person \"%s\"", c->manager_name);
	if (*id) {
		struct customer *was = customer_read(conn, w, *id, error);
		gboolean ok;

		if (!was)
			return FALSE;
		to.id = *id;
		to.last_contact_ms = was->last_contact_ms;
		ok = customer_update(conn, &to, error) && customer_remark(d, conn, w, *id, error);
		customer_free(was);
		if (!ok)
			return FALSE;
	} else {
		*id = customer_insert(conn, &to, error);
		if (!*id)
			return FALSE;
	}
	return customer_put_orders(conn, *id, c->orders, error) && put_customer_tags(d, conn, w, c, *id, error);
}

/* The customer is found by the numbers of its orders, too. */
static gboolean put_order(struct db_conn *conn, const struct words *w, struct record_keys *keys,
                          const struct record *r, desk_id *id, GError **error)
{
	const struct order *o = r->order;
	struct customer *c;
	gboolean ok;

	if (!record_keys_id(keys, conn, RECORD_CUSTOMER, r->customer_key, id, error))
		return FALSE;
	if (!*id)
		return desk_fail(error, DESK_INVALID, "there is no customer \"%s\"", r->customer_key);
	if (!DB_RUN(conn, STMT_CUSTOMER_ORDER_PUT, NULL, NULL, error, DB_I(*id), DB_T(o->number), DB_T(o->items),
	            DB_T(o->state), DB_I(o->amount_cents), DB_T(o->currency), DB_I(o->at_ms)))
		return FALSE;
	c = customer_read(conn, w, *id, error);
	ok = c && customer_update(conn, c, error);
	customer_free(c);
	return ok;
}

static gboolean add_article(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	const struct article *a = r->article;

	if (!DB_RUN(conn, STMT_ARTICLE_INSERT, row_int_fn, id, error, DB_I(a->version),
	            DB_I(a->state == ARTICLE_PUBLISHED ? a->version : 0), DB_I(a->used), DB_I(a->helpful),
	            DB_I(a->unhelpful)))
		return FALSE;
	for (guint i = 0; r->article_history && i < r->article_history->len; i++) {
		struct article old = *(const struct article *)r->article_history->pdata[i];

		old.module = a->module;
		if (!old.category)
			old.category = a->category;
		if (!old.language)
			old.language = a->language;
		if (!article_add_version(conn, *id, &old, error))
			return FALSE;
	}
	return article_add_version(conn, *id, a, error);
}

struct heads {
	int64_t newest, published;
};

static gboolean heads_fn(const struct db_row *row, void *arg)
{
	*(struct heads *)arg = (struct heads){db_int(row, 0), db_int(row, 1)};
	return TRUE;
}

/* What changed becomes one version more; what the desk wrote itself stays in its history. */
static gboolean update_article(struct db_conn *conn, const struct article *given, desk_id id, GError **error)
{
	struct heads heads = {0};
	struct article a = *given;

	if (!DB_RUN(conn, STMT_ARTICLE_LOCK, heads_fn, &heads, error, DB_I(id)))
		return FALSE;
	a.version = (int)heads.newest + 1;
	if (a.state == ARTICLE_PUBLISHED)
		heads.published = a.version;
	else if (a.state == ARTICLE_OUTDATED)
		heads.published = 0;
	return DB_RUN(conn, STMT_ARTICLE_UPDATE, NULL, NULL, error, DB_I(id), DB_I(a.version),
	              DB_I(heads.published)) &&
	       (a.state != ARTICLE_PUBLISHED ||
	        DB_RUN(conn, STMT_ARTICLE_OUTDATE, NULL, NULL, error, DB_I(id), DB_I(ARTICLE_OUTDATED),
	               DB_I(ARTICLE_PUBLISHED), DB_I(a.version))) &&
	       article_add_version(conn, id, &a, error);
}

static gboolean put_template(struct db_conn *conn, const struct record *r, desk_id *id, GError **error)
{
	const struct template *t = r->template;
	desk_id owner = 0;

	if (r->owner_key && t->scope != SCOPE_ALL &&
	    !record_id(conn, t->scope == SCOPE_GROUP ? RECORD_GROUP : RECORD_PERSON, r->owner_key, &owner, error))
		return FALSE;
	if (!*id && !DB_RUN(conn, STMT_TEMPLATE_FIND, row_int_fn, id, error, DB_T(t->name), DB_T(t->language),
	                    DB_I(t->audience), DB_I(t->scope), DB_I(owner)))
		return FALSE;
	if (*id)
		return DB_RUN(conn, STMT_TEMPLATE_UPDATE, NULL, NULL, error, DB_I(*id), DB_T(t->name), DB_T(t->title),
		              DB_T(t->language), DB_I(t->part), DB_I(t->audience), DB_I(t->scope), DB_I(owner),
		              DB_T(t->category), DB_T(t->body), DB_I(t->position), DB_I(t->channels));
	return DB_RUN(conn, STMT_TEMPLATE_INSERT, row_int_fn, id, error, DB_T(t->name), DB_T(t->title),
	              DB_T(t->language), DB_I(t->part), DB_I(t->audience), DB_I(t->scope), DB_I(owner),
	              DB_T(t->category), DB_T(t->body), DB_I(t->position), DB_I(t->channels));
}

gboolean record_store(struct desk *d, struct db_tx *tx, const struct words *w, struct record_keys *keys,
                      const struct record *r, desk_id *id, GError **error)
{
	struct db_conn *conn = db_conn_of(tx);

	switch (r->type) {
	case RECORD_GROUP:
		return put_group(conn, r->group, id, error);
	case RECORD_PERSON:
		return put_person(conn, r, id, error);
	case RECORD_TAG:
		return put_tag(conn, r->tag, id, error);
	case RECORD_CALENDAR:
		return put_calendar(conn, r, id, error);
	case RECORD_POLICY:
		return put_policy(conn, r, id, error);
	case RECORD_CUSTOMER:
		return put_customer(d, conn, w, r->customer, id, error);
	case RECORD_ORDER:
		return put_order(conn, w, keys, r, id, error);
	case RECORD_ARTICLE:
		return *id ? update_article(conn, r->article, *id, error) : add_article(conn, r, id, error);
	case RECORD_TEMPLATE:
		return put_template(conn, r, id, error);
	case RECORD_TICKET:
		return record_put_ticket(d, tx, w, keys, r, id, error);
	case RECORD_PROBLEM:
	case RECORD_TICKET_STATE:
	case RECORD_PERSON_STATE:
	case RECORD_RULE_STATE:
	case RECORD_CLOCK_STATE:
		return carry_import(d, tx, w, keys, r, id, error);
	default:
		return record_put_word(conn, r, id, error);
	}
}

gboolean record_put(struct desk *d, struct db_tx *tx, const struct words *w, struct record_keys *keys,
                    const struct record *r, const char *hash, enum put_result *result, GError **error)
{
	struct db_conn *conn = db_conn_of(tx);
	struct known k = {.hash = hash};

	if (!DB_RUN(conn, STMT_IMPORT_KEY, known_fn, &k, error, DB_I(r->type), DB_T(r->key)))
		return FALSE;
	*result = k.same ? PUT_UNCHANGED : k.id ? PUT_UPDATED : PUT_ADDED;
	if (k.same)
		return TRUE;
	if (!k.id && !id_by_name(conn, r->type, r->key, &k.id, error))
		return FALSE;
	return record_store(d, tx, w, keys, r, &k.id, error) &&
	       DB_RUN(conn, STMT_IMPORT_KEY_PUT, NULL, NULL, error, DB_I(r->type), DB_T(r->key), DB_I(k.id),
	              DB_T(hash));
}
