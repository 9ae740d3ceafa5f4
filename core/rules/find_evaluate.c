/* What every query means, said plainly: one ticket's facts against the tree. */
#include "rules/find_inner.h"

#include <math.h>
#include <string.h>
#include "base/text.h"

struct evaluation {
	const struct find_tree *tree;
	const struct find_facts *f;
	find_term_fn *fn; /* NULL: none */
	void *arg;
};

static gboolean in_range(const struct find_value *v, int64_t x)
{
	return v->kind == FIND_VALUE_RANGE && v->lo <= x && x <= v->hi;
}

static gboolean in_ids(const struct find_value *v, desk_id id)
{
	for (guint i = 0; v->ids && i < v->ids->len; i++)
		if (g_array_index(v->ids, desk_id, i) == id)
			return TRUE;
	return FALSE;
}

/* Whether something is there, for `none` and `any`; else what `otherwise` says. */
static gboolean there(const struct find_value *v, gboolean is, gboolean otherwise)
{
	return v->kind == FIND_VALUE_NONE ? !is : v->kind == FIND_VALUE_ANY ? is : otherwise;
}

static gboolean text_in(const struct find_value *v, const char *text)
{
	g_autofree char *document = find_document(text);

	return v->tokens && find_tokens_in(v->tokens, v->prefix_token, document);
}

static gboolean anywhere(const struct find_value *v, const struct find_facts *f)
{
	for (size_t i = 0; i < f->n_documents; i++)
		if (find_tokens_in(v->tokens, v->prefix_token, f->documents[i]))
			return TRUE;
	return FALSE;
}

static gboolean folded_is(const struct find_value *v, const char *stored)
{
	g_autofree char *folded = stored ? text_fold(stored, -1) : NULL;

	if (!folded || !v->folded)
		return FALSE;
	return v->prefix ? g_str_has_prefix(folded, v->folded) : strcmp(folded, v->folded) == 0;
}

static gboolean category_is(const struct find_value *v, const char *stored)
{
	g_autofree char *folded = stored ? text_fold(stored, -1) : NULL;

	if (!folded || !v->folded || !g_str_has_prefix(folded, v->folded))
		return FALSE;
	return v->prefix || strchr("/", folded[strlen(v->folded)]) != NULL;
}

static gboolean customer_is(const struct find_value *v, const struct find_facts *f)
{
	if (v->kind == FIND_VALUE_NONE || v->kind == FIND_VALUE_ANY)
		return there(v, f->customer_id != 0, FALSE);
	switch (v->customer_as) {
	case FIND_CUSTOMER_ID:
		return in_range(v, f->customer_id);
	case FIND_CUSTOMER_NAME:
		return text_in(v, f->customer_name);
	case FIND_CUSTOMER_MAIL:
		return folded_is(v, f->customer_mail);
	case FIND_CUSTOMER_PHONE: {
		g_autofree char *digits = find_digits(f->customer_phone);

		return g_str_has_suffix(digits, v->folded);
	}
	}
	return FALSE;
}

static gboolean any_id(const struct find_value *v, const desk_id *ids, size_t n, gboolean range)
{
	for (size_t i = 0; i < n; i++)
		if (range ? in_range(v, ids[i]) : in_ids(v, ids[i]))
			return TRUE;
	return there(v, n > 0, FALSE);
}

static gboolean clock_late(const struct ticket_clock *c, int64_t now_ms)
{
	return c->state == CLOCK_STATE_BREACHED || c->state == CLOCK_STATE_MISSED ||
	       (c->state == CLOCK_STATE_RUNNING && c->due_ms < now_ms) || (c->state == CLOCK_STATE_PAUSED && c->left_ms < 0);
}

static gboolean clock_warned(const struct ticket_clock *c, int64_t now_ms)
{
	return c->state == CLOCK_STATE_BREACHED ||
	       (c->state == CLOCK_STATE_RUNNING && (c->due_ms < now_ms || (c->warn_ms > 0 && c->warn_ms <= now_ms)));
}

static gboolean any_clock(const struct evaluation *e, enum find_field field, const struct find_value *v)
{
	int64_t now = e->tree->now_ms;
	gboolean any = FALSE;

	for (size_t i = 0; i < e->f->n_clocks; i++) {
		const struct ticket_clock *c = &e->f->clocks[i];

		if (!(field == FIND_LATE ? clock_late(c, now) : clock_warned(c, now)))
			continue;
		any = TRUE;
		if (in_range(v, c->kind))
			return TRUE;
	}
	return there(v, any, FALSE);
}

static gboolean flag_is(const struct evaluation *e, const struct find_value *v)
{
	const struct find_facts *f = e->f;

	switch ((enum find_is)v->lo) {
	case FIND_IS_LATE:
		return f->next_due_ms < e->tree->now_ms;
	case FIND_IS_WAITING:
		return f->waiting;
	case FIND_IS_MINE:
		return f->assignee_id && in_ids(v, f->assignee_id);
	case FIND_IS_UNASSIGNED:
		return !f->assignee_id;
	case FIND_IS_ESCALATED:
		return f->tier >= 2;
	case FIND_IS_AFTER_SALES:
		return f->after_sales;
	case FIND_IS_MERGED:
		return f->status == STATUS_MERGED;
	case FIND_IS_SPAM:
		return f->status == STATUS_SPAM;
	case FIND_IS_SNOOZED:
		return f->snoozed;
	case FIND_IS_COUNT:
		break;
	}
	return FALSE;
}

/* "2026-11-23" */
static gboolean date_in(const struct find_value *v, const char *stored)
{
	char *end;
	int64_t year = g_ascii_strtoll(stored, &end, 10), month, day, days;

	if (*end != '-')
		return FALSE;
	month = g_ascii_strtoll(end + 1, &end, 10);
	if (*end != '-')
		return FALSE;
	day = g_ascii_strtoll(end + 1, &end, 10);
	if (*end || year != CLAMP(year, 1, 9999) || month != CLAMP(month, 1, 12) || day != CLAMP(day, 1, 31))
		return FALSE;
	days = find_days((int)year, (int)month, (int)day);
	return days != INT64_MIN && in_range(v, days);
}

static gboolean decimal_in(const struct find_value *v, const char *stored)
{
	char *end;
	double n = g_ascii_strtod(stored, &end);

	if (!*stored || *end || v->kind != FIND_VALUE_DECIMAL)
		return FALSE;
	return (v->lo_open ? n > v->real_lo : n >= v->real_lo) &&
	       (v->hi_open ? n < v->real_hi : n <= v->real_hi);
}

static gboolean custom_is(const struct find_node *node, const struct find_value *v,
			  const struct find_facts *f)
{
	const char *stored = NULL;

	for (size_t i = 0; node->custom_id && i < f->n_custom; i++)
		if (f->custom[i].field_id == node->custom_id)
			stored = f->custom[i].value;
	if (v->kind == FIND_VALUE_NONE || v->kind == FIND_VALUE_ANY)
		return there(v, stored && *stored, FALSE);
	if (!stored || !*stored)
		return FALSE;
	switch (node->custom_type) {
	case FIND_CUSTOM_NUMBER:
		return decimal_in(v, stored);
	case FIND_CUSTOM_DATE:
		return date_in(v, stored);
	case FIND_CUSTOM_TEXT:
	case FIND_CUSTOM_YES_NO:
		break;
	}
	return folded_is(v, stored);
}

static gboolean value_holds(const struct evaluation *e, const struct find_node *n, const struct find_value *v)
{
	const struct find_facts *f = e->f;

	switch (n->field) {
	case FIND_TEXT:
		return anywhere(v, f);
	case FIND_STATUS:
		return in_range(v, f->status);
	case FIND_GROUP:
		return there(v, f->group_id != 0, in_ids(v, f->group_id));
	case FIND_ASSIGNEE:
		return there(v, f->assignee_id != 0, in_ids(v, f->assignee_id));
	case FIND_ESCALATED:
		return any_id(v, f->escalated, f->n_escalated, FALSE);
	case FIND_CONSULT:
		return any_id(v, f->consulted, f->n_consulted, FALSE);
	case FIND_ACKNOWLEDGE:
		return any_id(v, f->acknowledging, f->n_acknowledging, FALSE);
	case FIND_PART:
		return any_id(v, f->parts, f->n_parts, FALSE);
	case FIND_CUSTOMER:
		return customer_is(v, f);
	case FIND_TAG:
		return any_id(v, f->tags, f->n_tags, FALSE);
	case FIND_CATEGORY:
		return there(v, f->category && *f->category, category_is(v, f->category));
	case FIND_PRIORITY:
		return in_range(v, f->priority);
	case FIND_CHANNEL:
		return in_range(v, f->channel);
	case FIND_PROBLEM:
		if (v->kind == FIND_VALUE_PROBLEM)
			return f->problem_id == v->lo;
		return there(v, f->problem_id != 0, in_range(v, f->problem));
	case FIND_IMPACT:
		return there(v, f->impact != 0, f->impact && in_range(v, f->impact - 1));
	case FIND_NEED:
		return there(v, f->need != 0, f->need && in_range(v, f->need - 1));
	case FIND_TIER:
		return in_range(v, f->tier);
	case FIND_NUMBER:
		return in_range(v, f->id);
	case FIND_LANGUAGE:
		return there(v, f->language && *f->language, folded_is(v, f->language));
	case FIND_SUBJECT:
		return text_in(v, f->subject);
	case FIND_IS:
		return flag_is(e, v);
	case FIND_HAS:
		return (f->has & 1u << v->lo) != 0;
	case FIND_DUE:
		return there(v, f->next_due_ms < QUEUE_NO_DUE, in_range(v, f->next_due_ms));
	case FIND_CREATED:
		return in_range(v, f->created_ms);
	case FIND_UPDATED:
		return in_range(v, f->updated_ms);
	case FIND_RESOLVED:
		return there(v, f->resolved_ms != 0, in_range(v, f->resolved_ms));
	case FIND_PARENT:
		return there(v, f->parent_id != 0, f->parent_id && in_range(v, f->parent_id));
	case FIND_LINK:
		return any_id(v, f->links, f->n_links, TRUE);
	case FIND_FOLLOW_UP:
		for (int state = 0; state < FOLLOW_UP_STATE_COUNT; state++)
			if (f->follow_ups >> state & 1 && in_range(v, state))
				return TRUE;
		return FALSE;
	case FIND_LATE:
	case FIND_WARNED:
		return any_clock(e, n->field, v);
	case FIND_CUSTOM:
		return custom_is(n, v, f);
	case FIND_FIELD_COUNT:
		break;
	}
	return FALSE;
}

static gboolean node_holds(const struct evaluation *e, const struct find_node *n)
{
	guint count = n->kind == FIND_TERM ? n->values->len : n->parts ? n->parts->len : 0;
	int said = n->kind == FIND_TERM && e->fn ? e->fn(n, e->arg) : -1;

	if (said >= 0)
		return said;

	switch (n->kind) {
	case FIND_ALL_TICKETS:
		return TRUE;
	case FIND_NOT:
		return !node_holds(e, g_ptr_array_index(n->parts, 0));
	case FIND_AND:
		for (guint i = 0; i < count; i++)
			if (!node_holds(e, g_ptr_array_index(n->parts, i)))
				return FALSE;
		return TRUE;
	case FIND_OR:
		for (guint i = 0; i < count; i++)
			if (node_holds(e, g_ptr_array_index(n->parts, i)))
				return TRUE;
		return FALSE;
	case FIND_TERM:
		for (guint i = 0; i < count; i++)
			if (value_holds(e, n, g_ptr_array_index(n->values, i)))
				return TRUE;
		return FALSE;
	}
	return FALSE;
}

gboolean find_evaluate(const struct find_tree *t, const struct find_facts *f)
{
	return find_evaluate_by(t, f, NULL, NULL);
}

gboolean find_evaluate_by(const struct find_tree *t, const struct find_facts *f, find_term_fn *fn, void *arg)
{
	const struct evaluation e = {t, f, fn, arg};

	return node_holds(&e, t->root);
}
