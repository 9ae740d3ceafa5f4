/* From the tree of a query to fragments: a table for what is plain, a function for the rest. */
#include "server/desk/find.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "rules/find_lists.h"
#include "server/desk/message_text.h"

#define AFTER_ALL "\xF4\x8F\xBF\xBF" /* the last code point there is: behind whatever goes on */

char *find_id_list(enum db_engine engine, const desk_id *ids, size_t n)
{
	GString *s = g_string_new(engine == DB_SQLITE ? "[" : "{");

	for (size_t i = 0; i < n; i++)
		g_string_append_printf(s, "%s%" G_GINT64_FORMAT, i ? "," : "", ids[i]);
	g_string_append_c(s, engine == DB_SQLITE ? ']' : '}');
	return g_string_free(s, FALSE);
}

static char *ids_of(const struct find_plan *p, const struct find_value *v)
{
	return find_id_list(p->engine, v->ids ? (const desk_id *)(void *)v->ids->data : NULL, v->ids ? v->ids->len : 0);
}

/* ---- plain terms: columns of the ticket between two numbers */
static const enum db_frag ranges[FIND_FIELD_COUNT] = {
	[FIND_STATUS] = FRAG_STATUS, [FIND_PRIORITY] = FRAG_PRIORITY, [FIND_CHANNEL] = FRAG_CHANNEL,
	[FIND_PROBLEM] = FRAG_PROBLEM, [FIND_TIER] = FRAG_TIER, [FIND_NUMBER] = FRAG_NUMBER, [FIND_DUE] = FRAG_DUE,
	[FIND_CREATED] = FRAG_CREATED, [FIND_UPDATED] = FRAG_UPDATED, [FIND_RESOLVED] = FRAG_RESOLVED,
	[FIND_FOLLOW_UP] = FRAG_FOLLOW_UP,
};

static void add_range(struct db_composed *c, enum db_frag frag, const struct find_value *v)
{
	DB_ADDV(c, frag, DB_I(v->lo), DB_I(v->hi));
}

/* ---- texts */
static int document_of(const struct find_node *n)
{
	switch (n->field) {
	case FIND_SUBJECT:
		return TEXT_SUBJECT;
	case FIND_CUSTOMER:
		return TEXT_CUSTOMER;
	default:
		return -1;
	}
}

static gboolean is_text(const struct find_node *n, const struct find_value *v)
{
	return v->kind == FIND_VALUE_TEXT && v->tokens && v->tokens->len &&
	       (n->field == FIND_TEXT || n->field == FIND_SUBJECT ||
	        (n->field == FIND_CUSTOMER && v->customer_as == FIND_CUSTOMER_NAME));
}

/* Appends the words of a part as alternatives of one match; FALSE when there is more to it. */
static gboolean append_match(const struct find_plan *p, const struct find_node *n, GString *match, int *at)
{
	if (n->kind == FIND_OR) {
		for (guint i = 0; i < n->parts->len; i++)
			if (!append_match(p, n->parts->pdata[i], match, at))
				return FALSE;
		return TRUE;
	}
	if (n->kind != FIND_TERM)
		return FALSE;
	for (guint i = 0; i < n->values->len; i++) {
		const struct find_value *v = n->values->pdata[i];
		g_autofree char *query = NULL;

		if (!is_text(n, v) || (match->len && *at != document_of(n)))
			return FALSE;
		*at = document_of(n);
		query = message_text_query(p->engine, v->tokens, v->prefix_token);
		g_string_append_printf(match, "%s%s", match->len ? (p->engine == DB_SQLITE ? " OR " : " | ") : "", query);
	}
	return match->len > 0;
}

static struct find_text *text_of(const struct find_plan *p, const struct find_node *n)
{
	g_autoptr(GString) match = g_string_new(NULL);
	struct find_text *t;
	int at = -1;

	if (!append_match(p, n, match, &at))
		return NULL;
	t = g_new0(struct find_text, 1);
	t->match = g_strdup(match->str);
	t->at = at;
	if (n->kind == FIND_TERM && n->values->len == 1) {
		const struct find_value *v = n->values->pdata[0];

		t->tokens = v->tokens;
		t->prefix = v->prefix_token;
	}
	return t;
}

static void text_free(void *item)
{
	struct find_text *t = item;

	g_free(t->match);
	g_free(t);
}

void find_add_text(struct db_composed *to, const struct find_text *t)
{
	if (t->at < 0)
		DB_ADDV(to, FRAG_TEXT_IN, DB_T(t->match));
	else
		DB_ADDV(to, FRAG_TEXT_AT, DB_T(t->match), DB_I(t->at));
}

/* ---- terms */
static void add_text_value(const struct find_plan *p, struct db_composed *c, const struct find_node *n,
                           const struct find_value *v)
{
	g_autofree char *match = NULL;
	struct find_text t = {.at = document_of(n)};

	if (v->kind != FIND_VALUE_TEXT || !v->tokens || !v->tokens->len) {
		DB_ADD(c, v->kind == FIND_VALUE_TEXT && v->tokens ? FRAG_TRUE : FRAG_FALSE);
		return;
	}
	t.match = match = message_text_query(p->engine, v->tokens, v->prefix_token);
	find_add_text(c, &t);
}

/* Exactly the folded text, or what begins with it. */
static void add_folded(struct db_composed *c, enum db_frag whole, enum db_frag from, const struct find_value *v)
{
	g_autofree char *end = g_strconcat(v->folded ? v->folded : "", AFTER_ALL, NULL);

	if (!v->folded || (!*v->folded && !v->prefix))
		DB_ADD(c, FRAG_FALSE);
	else if (v->prefix)
		DB_ADDV(c, from, DB_T(*v->folded ? v->folded : "\x01"), DB_T(end));
	else
		DB_ADDV(c, whole, DB_T(v->folded));
}

static void add_digits(struct db_composed *c, enum db_frag frag, const char *digits, int limit)
{
	g_autofree char *key = g_strreverse(g_strdup(digits ? digits : ""));
	g_autofree char *end = g_strconcat(key, ":", NULL); /* behind 9 */

	if (limit)
		DB_ADDV(c, frag, DB_T(key), DB_T(end), DB_I(limit));
	else
		DB_ADDV(c, frag, DB_T(key), DB_T(end));
}

static void add_customer(const struct find_plan *p, struct db_composed *c, const struct find_node *n,
                         const struct find_value *v)
{
	if (v->kind == FIND_VALUE_ANY || v->kind == FIND_VALUE_NONE) {
		DB_ADD(c, v->kind == FIND_VALUE_ANY ? FRAG_TRUE : FRAG_FALSE); /* a ticket has a customer */
		return;
	}
	switch (v->customer_as) {
	case FIND_CUSTOMER_ID:
		add_range(c, FRAG_CUSTOMER, v);
		return;
	case FIND_CUSTOMER_NAME:
		add_text_value(p, c, n, v);
		return;
	case FIND_CUSTOMER_MAIL:
		add_folded(c, FRAG_CUSTOMER_MAIL, FRAG_CUSTOMER_MAIL_FROM, v);
		return;
	case FIND_CUSTOMER_PHONE:
		add_digits(c, FRAG_CUSTOMER_PHONE, v->folded, 0);
		return;
	}
}

static void add_category(struct db_composed *c, const struct find_value *v)
{
	const char *folded = v->folded ? v->folded : "";
	g_autofree char *below = g_strconcat(folded, "/", NULL), *end = g_strconcat(folded, "0", NULL); /* behind / */
	g_autofree char *all = g_strconcat(folded, AFTER_ALL, NULL);

	if (!v->folded)
		DB_ADD(c, FRAG_FALSE);
	else if (v->prefix)
		DB_ADDV(c, FRAG_CATEGORY_FROM, DB_T(*folded ? folded : "\x01"), DB_T(all));
	else
		DB_ADDV(c, FRAG_CATEGORY, DB_T(folded), DB_T(below), DB_T(end));
}

static void add_flag(const struct find_plan *p, struct db_composed *c, const struct find_value *v)
{
	g_autofree char *ids = ids_of(p, v);

	switch ((enum find_is)v->lo) {
	case FIND_IS_LATE:
		DB_ADDV(c, FRAG_DUE_ANY, DB_I(p->tree->now_ms));
		return;
	case FIND_IS_WAITING:
		DB_ADD(c, FRAG_WAITING);
		return;
	case FIND_IS_MINE:
		DB_ADDV(c, FRAG_ASSIGNEES, DB_T(ids));
		return;
	case FIND_IS_UNASSIGNED:
		DB_ADDV(c, FRAG_ASSIGNEE, DB_I(0));
		return;
	case FIND_IS_ESCALATED:
		DB_ADDV(c, FRAG_TIER, DB_I(2), DB_I(INT64_MAX));
		return;
	case FIND_IS_AFTER_SALES:
		DB_ADD(c, FRAG_AFTER_SALES);
		return;
	case FIND_IS_MERGED:
		DB_ADDV(c, FRAG_STATUS, DB_I(STATUS_MERGED), DB_I(STATUS_MERGED));
		return;
	case FIND_IS_SPAM:
		DB_ADDV(c, FRAG_STATUS, DB_I(STATUS_SPAM), DB_I(STATUS_SPAM));
		return;
	case FIND_IS_SNOOZED:
		DB_ADD(c, FRAG_SNOOZED);
		return;
	case FIND_IS_COUNT:
		break;
	}
	DB_ADD(c, FRAG_FALSE);
}

static void add_has(struct db_composed *c, const struct find_value *v)
{
	switch ((enum find_has)v->lo) {
	case FIND_HAS_ATTACHMENT:
		DB_ADD(c, FRAG_HAS_ATTACHMENT);
		return;
	case FIND_HAS_NOTE:
		DB_ADDV(c, FRAG_HAS_MESSAGE, DB_I(MESSAGE_NOTE));
		return;
	case FIND_HAS_PROMISE:
		DB_ADDV(c, FRAG_HAS_CLOCK, DB_I(CLOCK_PROMISE), DB_I(CLOCK_STATE_RUNNING), DB_I(CLOCK_STATE_PAUSED),
		        DB_I(CLOCK_STATE_BREACHED));
		return;
	case FIND_HAS_PARENT:
		DB_ADDV(c, FRAG_PARENT, DB_I(LINK_PARENT), DB_I(1), DB_I(INT64_MAX));
		return;
	case FIND_HAS_CHILDREN:
		DB_ADDV(c, FRAG_CHILDREN, DB_I(LINK_PARENT));
		return;
	case FIND_HAS_LINKS:
		DB_ADDV(c, FRAG_LINK, DB_I(1), DB_I(INT64_MAX));
		return;
	case FIND_HAS_COMPENSATION:
		DB_ADD(c, FRAG_HAS_COMPENSATION);
		return;
	case FIND_HAS_CHECKLIST:
		DB_ADD(c, FRAG_HAS_CHECKLIST);
		return;
	case FIND_HAS_COUNT:
		break;
	}
	DB_ADD(c, FRAG_FALSE);
}

static void add_custom(struct db_composed *c, const struct find_node *n, const struct find_value *v)
{
	struct db_arg field = DB_I(n->custom_id);
	const char *folded = v->folded ? v->folded : "";
	g_autofree char *end = g_strconcat(folded, AFTER_ALL, NULL);

	if (v->kind == FIND_VALUE_DECIMAL && v->lo_open)
		DB_ADDV(c, FRAG_FIELD_ABOVE, field, DB_D(v->real_lo));
	else if (v->kind == FIND_VALUE_DECIMAL && v->hi_open)
		DB_ADDV(c, FRAG_FIELD_BELOW, field, DB_D(v->real_hi));
	else if (v->kind == FIND_VALUE_DECIMAL)
		DB_ADDV(c, FRAG_FIELD_RANGE, field, DB_D(MAX(v->real_lo, -G_MAXDOUBLE)), DB_D(MIN(v->real_hi, G_MAXDOUBLE)));
	else if (v->kind == FIND_VALUE_RANGE)
		DB_ADDV(c, FRAG_FIELD_RANGE, field, DB_D((double)v->lo), DB_D((double)v->hi));
	else if (v->kind == FIND_VALUE_ANY)
		DB_ADDV(c, FRAG_FIELD_ANY, field);
	else if (v->folded && v->prefix)
		DB_ADDV(c, FRAG_FIELD_FROM, field, DB_T(*folded ? folded : "\x01"), DB_T(end));
	else if (v->folded)
		DB_ADDV(c, FRAG_FIELD, field, DB_T(folded));
	else
		DB_ADD(c, FRAG_FALSE);
}

static void add_ladder(struct db_composed *c, enum find_field field, const char *ids)
{
	static const enum db_frag frags[FIND_FIELD_COUNT][2] = { /* any */
		[FIND_ESCALATED] = {FRAG_ESCALATED, FRAG_ESCALATED_ANY}, [FIND_CONSULT] = {FRAG_CONSULT, FRAG_CONSULT_ANY},
		[FIND_ACKNOWLEDGE] = {FRAG_ACKNOWLEDGE, FRAG_ACKNOWLEDGE_ANY}, [FIND_PART] = {FRAG_PART, FRAG_PART_ANY},
	};

	if (ids)
		DB_ADDV(c, frags[field][0], DB_T(ids));
	else
		DB_ADD(c, frags[field][1]);
}

/* A value that isn't `none`. */
static void add_something(const struct find_plan *p, struct db_composed *c, const struct find_node *n,
                          const struct find_value *v)
{
	gboolean any = v->kind == FIND_VALUE_ANY;
	g_autofree char *ids = ids_of(p, v);

	switch (n->field) {
	case FIND_TEXT:
	case FIND_SUBJECT:
		add_text_value(p, c, n, v);
		return;
	case FIND_GROUP:
		if (any)
			DB_ADD(c, FRAG_TRUE);
		else
			DB_ADDV(c, FRAG_GROUPS, DB_T(ids));
		return;
	case FIND_ASSIGNEE:
		if (any)
			DB_ADD(c, FRAG_ASSIGNEE_ANY);
		else
			DB_ADDV(c, FRAG_ASSIGNEES, DB_T(ids));
		return;
	case FIND_ESCALATED:
	case FIND_CONSULT:
	case FIND_ACKNOWLEDGE:
	case FIND_PART:
		add_ladder(c, n->field, any ? NULL : ids);
		return;
	case FIND_TAG:
		if (any)
			DB_ADD(c, FRAG_TAG_ANY);
		else
			DB_ADDV(c, FRAG_TAG, DB_T(ids));
		return;
	case FIND_CUSTOMER:
		add_customer(p, c, n, v);
		return;
	case FIND_CATEGORY:
		if (any)
			DB_ADD(c, FRAG_CATEGORY_ANY);
		else
			add_category(c, v);
		return;
	case FIND_PROBLEM:
		if (any || v->kind == FIND_VALUE_PROBLEM)
			DB_ADDV(c, FRAG_OF_PROBLEM, DB_I(any ? 1 : v->lo), DB_I(any ? INT64_MAX : v->hi));
		else
			add_range(c, FRAG_PROBLEM, v);
		return;
	case FIND_IMPACT:
	case FIND_NEED:
		DB_ADDV(c, n->field == FIND_NEED ? FRAG_NEED : FRAG_IMPACT, DB_I(any ? 0 : MAX(v->lo, 0)),
		        DB_I(any ? INT64_MAX : v->hi));
		return;
	case FIND_LATE:
	case FIND_WARNED:
		DB_ADDV(c, n->field == FIND_LATE ? FRAG_CLOCK_LATE : FRAG_CLOCK_WARNED, DB_I(any ? 1 : v->lo),
		        DB_I(any ? CLOCK_COUNT - 1 : v->hi), DB_I(p->tree->now_ms));
		return;
	case FIND_LANGUAGE:
		if (any)
			DB_ADD(c, FRAG_LANGUAGE_ANY);
		else
			add_folded(c, FRAG_LANGUAGE, FRAG_LANGUAGE_FROM, v);
		return;
	case FIND_DUE:
		if (any)
			DB_ADDV(c, FRAG_DUE_ANY, DB_I(QUEUE_NO_DUE));
		else
			add_range(c, FRAG_DUE, v);
		return;
	case FIND_RESOLVED:
		if (any)
			DB_ADD(c, FRAG_RESOLVED_ANY);
		else
			add_range(c, FRAG_RESOLVED, v);
		return;
	case FIND_PARENT:
		DB_ADDV(c, FRAG_PARENT, DB_I(LINK_PARENT), DB_I(any ? 1 : v->lo), DB_I(any ? INT64_MAX : v->hi));
		return;
	case FIND_LINK:
		DB_ADDV(c, FRAG_LINK, DB_I(any ? 1 : v->lo), DB_I(any ? INT64_MAX : v->hi));
		return;
	case FIND_IS:
		add_flag(p, c, v);
		return;
	case FIND_HAS:
		add_has(c, v);
		return;
	case FIND_CUSTOM:
		add_custom(c, n, v);
		return;
	default:
		if (v->kind == FIND_VALUE_RANGE && ranges[n->field])
			add_range(c, ranges[n->field], v);
		else
			DB_ADD(c, FRAG_FALSE);
	}
}

static void add_value(const struct find_plan *p, struct db_composed *c, const struct find_node *n,
                      const struct find_value *v)
{
	struct find_value some = *v;

	if (v->kind != FIND_VALUE_NONE) {
		add_something(p, c, n, v);
		return;
	}
	some.kind = FIND_VALUE_ANY;
	DB_ADD(c, FRAG_NOT);
	DB_ADD(c, FRAG_OPEN);
	add_something(p, c, n, &some);
	DB_ADD(c, FRAG_CLOSE);
}

static void add_node(const struct find_plan *p, struct db_composed *c, const struct find_node *n)
{
	const GPtrArray *list = n->kind == FIND_TERM ? n->values : n->parts;

	if (n->kind == FIND_ALL_TICKETS) {
		DB_ADD(c, FRAG_TRUE);
		return;
	}
	if (n->kind == FIND_NOT)
		DB_ADD(c, FRAG_NOT);
	DB_ADD(c, FRAG_OPEN);
	for (guint i = 0; i < list->len; i++) {
		if (i)
			DB_ADD(c, n->kind == FIND_AND ? FRAG_AND : FRAG_OR);
		if (n->kind == FIND_TERM)
			add_value(p, c, n, list->pdata[i]);
		else
			add_node(p, c, list->pdata[i]);
	}
	DB_ADD(c, FRAG_CLOSE);
}

/* ---- drivers: terms of which an index of their own knows the tickets */
static void add_driver(struct find_plan *p, const struct find_node *n)
{
	const struct find_value *v = n->values->len == 1 ? n->values->pdata[0] : NULL;
	struct db_composed *c = g_new0(struct db_composed, 1);
	g_autofree char *ids = v ? ids_of(p, v) : NULL;
	g_autofree char *end = v && v->folded ? g_strconcat(v->folded, AFTER_ALL, NULL) : NULL;
	struct db_arg limit = DB_I(FIND_DRIVE);

	db_composed_init(c, "Finding tickets");
	if (!v || v->kind == FIND_VALUE_NONE || v->kind == FIND_VALUE_ANY)
		;
	else if (n->field == FIND_CUSTOMER && v->customer_as == FIND_CUSTOMER_ID)
		DB_ADDV(c, FRAG_DRIVE_CUSTOMER, DB_I(v->lo), DB_I(v->hi), limit);
	else if (n->field == FIND_CUSTOMER && v->customer_as == FIND_CUSTOMER_MAIL && v->folded && *v->folded)
		DB_ADDV(c, FRAG_DRIVE_MAIL, DB_T(v->folded), DB_T(v->prefix ? end : v->folded), limit);
	else if (n->field == FIND_CUSTOMER && v->customer_as == FIND_CUSTOMER_PHONE)
		add_digits(c, FRAG_DRIVE_PHONE, v->folded, FIND_DRIVE);
	else if (n->field == FIND_TAG)
		DB_ADDV(c, FRAG_DRIVE_TAG, DB_T(ids), limit);
	else if (n->field == FIND_CATEGORY && v->folded && *v->folded)
		DB_ADDV(c, FRAG_DRIVE_CATEGORY, DB_T(v->folded), DB_T(end), limit);
	else if (n->field == FIND_CUSTOM && v->folded && *v->folded && v->kind == FIND_VALUE_FOLDED)
		DB_ADDV(c, FRAG_DRIVE_FIELD, DB_I(n->custom_id), DB_T(v->folded), DB_T(v->prefix ? end : v->folded), limit);
	else if (n->field == FIND_PROBLEM && v->kind == FIND_VALUE_PROBLEM)
		DB_ADDV(c, FRAG_DRIVE_PROBLEM, DB_I(v->lo), DB_I(v->hi), limit);
	else if (n->field == FIND_PARENT)
		DB_ADDV(c, FRAG_DRIVE_PARENT, DB_I(v->lo), DB_I(v->hi), limit);
	else if (n->field == FIND_LINK)
		DB_ADDV(c, FRAG_DRIVE_LINK, DB_I(v->lo), DB_I(v->hi), limit);
	if (c->frags->len) {
		g_ptr_array_add(p->drivers, c);
		return;
	}
	db_composed_clear(c);
	g_free(c);
}

static void driver_free(void *item)
{
	db_composed_clear(item);
	g_free(item);
}

/* A part that must hold: text that can drive the search, or a condition. */
static void add_required(struct find_plan *p, const struct find_node *n)
{
	struct find_text *t = text_of(p, n);

	if (t) {
		g_ptr_array_add(p->texts, t);
		return;
	}
	if (n->kind == FIND_TERM)
		add_driver(p, n);
	if (p->any)
		DB_ADD(&p->where, FRAG_AND);
	add_node(p, &p->where, n);
	p->any = TRUE;
}

void find_add_condition(struct db_composed *to, const struct find_plan *p, gboolean with_texts)
{
	if (p->any) {
		DB_ADD(to, FRAG_AND);
		db_compose_all(to, &p->where);
	}
	for (guint i = 0; with_texts && i < p->texts->len; i++) {
		DB_ADD(to, FRAG_AND);
		find_add_text(to, p->texts->pdata[i]);
	}
}

void find_plan_clear(struct find_plan *p)
{
	find_tree_free(p->tree);
	db_composed_clear(&p->where);
	g_clear_pointer(&p->texts, g_ptr_array_unref);
	g_clear_pointer(&p->drivers, g_ptr_array_unref);
	*p = (struct find_plan){0};
}

gboolean find_compile(struct find_plan *p, const struct words *w, enum db_engine engine, const struct actor *who,
                      const char *text, int64_t now_ms, const char *zone_name, GError **error)
{
	g_autoptr(GTimeZone) zone = zone_name ? g_time_zone_new_identifier(zone_name) : NULL;
	struct find_lists lists = {
		.groups = w->groups, .people = w->people, .tags = w->tags, .categories = w->categories, .fields = w->fields,
		.me = who ? words_person(w, who->person_id) : NULL,
	};
	struct find_resolver resolver;
	struct find_error wrong = {0};
	const struct find_node *root;

	*p = (struct find_plan){
		.engine = engine,
		.texts = g_ptr_array_new_with_free_func(text_free),
		.drivers = g_ptr_array_new_with_free_func(driver_free),
	};
	db_composed_init(&p->where, "Finding tickets");
	if (!zone)
		zone = g_time_zone_new_local();
	lists.zone = zone;
	find_lists_use(&lists, &resolver, NULL);
	p->tree = find_parse(text ? text : "", now_ms, zone, &wrong);
	if (!p->tree || !find_resolve(p->tree, &resolver, &wrong)) {
		find_error_to(&wrong, error);
		find_error_clear(&wrong);
		find_plan_clear(p);
		return FALSE;
	}
	root = p->tree->root;
	p->empty = root->kind == FIND_ALL_TICKETS;
	if (root->kind == FIND_AND)
		for (guint i = 0; i < root->parts->len; i++)
			add_required(p, root->parts->pdata[i]);
	else if (!p->empty)
		add_required(p, root);
	return TRUE;
}
