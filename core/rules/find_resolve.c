/* Names to ids, and custom fields to what their type makes of a value. */
#include "rules/find_inner.h"

#include <math.h>
#include <string.h>

struct resolving {
	struct find_tree *tree;
	const struct find_resolver *r;
	struct find_error *error;
};

static gboolean fail_name(const struct resolving *s, const struct find_node *node, const struct find_value *v,
			  const char *what)
{
	const char *close = s->r->nearest ? s->r->nearest(node->field, v->text, s->r->arg) : NULL;
	g_autofree char *meant = find_meant(close);

	return find_fail(s->error, s->tree->source, v->from, v->to, "there is no %s \"%s\"%s", what, v->text,
			 meant);
}

static gboolean add_me(const struct resolving *s, struct find_value *v)
{
	if (!s->r->me)
		return find_fail(s->error, s->tree->source, v->from, v->to,
				 "nobody is asking here: \"%s\" means no one", v->text);
	g_array_append_val(v->ids, s->r->me);
	return TRUE;
}

static gboolean resolve_name(const struct resolving *s, const struct find_node *node, struct find_value *v)
{
	static const char *const nouns[FIND_FIELD_COUNT] = {
		[FIND_GROUP] = "group", [FIND_ASSIGNEE] = "person", [FIND_TAG] = "tag",
		[FIND_ESCALATED] = "person", [FIND_CONSULT] = "person", [FIND_ACKNOWLEDGE] = "person",
		[FIND_PART] = "group"};
	gboolean person = find_names_people(node->field), group = node->field == FIND_GROUP || node->field == FIND_PART;

	g_clear_pointer(&v->ids, g_array_unref);
	v->ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	if (person && find_value_is(v, "me"))
		return add_me(s, v);
	if (group && find_value_is(v, "mine")) {
		if (s->r->mine && s->r->mine->len)
			g_array_append_vals(v->ids, s->r->mine->data, s->r->mine->len);
		else /* who is in no group works for the whole desk */
			v->kind = FIND_VALUE_ANY;
		return TRUE;
	}
	if (group)
		s->r->groups(v->text, v->ids, s->r->arg);
	else if (person)
		s->r->people(v->text, v->ids, s->r->arg);
	else
		s->r->tags(v->text, v->ids, s->r->arg);
	return v->ids->len > 0 || fail_name(s, node, v, nouns[node->field]);
}

static gboolean decimal(const struct resolving *s, const struct find_node *node, struct find_value *v)
{
	char *end;
	double n = g_ascii_strtod(v->text, &end);

	if (!*v->text || *end || !isfinite(n) || v->prefix || strpbrk(v->text, "xX \t"))
		return find_fail(s->error, s->tree->source, v->from, v->to,
				 "\"%s\" is no number, and field.%s is one", v->text, node->custom);
	v->kind = FIND_VALUE_DECIMAL;
	v->real_lo = -INFINITY;
	v->real_hi = INFINITY;
	if (node->compare != FIND_LT && node->compare != FIND_LE)
		v->real_lo = n;
	if (node->compare != FIND_GT && node->compare != FIND_GE)
		v->real_hi = n;
	v->lo_open = node->compare == FIND_GT;
	v->hi_open = node->compare == FIND_LT;
	return TRUE;
}

static gboolean yes_no(const struct resolving *s, const struct find_node *node, struct find_value *v)
{
	if (!find_value_is(v, "yes") && !find_value_is(v, "no"))
		return find_fail(s->error, s->tree->source, v->from, v->to, "field.%s is yes or no",
				 node->custom);
	return TRUE;
}

static gboolean resolve_custom(const struct resolving *s, struct find_node *node,
			       const struct find_reader *reader)
{
	node->custom_id = s->r->custom ? s->r->custom(node->custom, &node->custom_type, s->r->arg) : 0;
	if (!node->custom_id) {
		const char *close =
			s->r->nearest ? s->r->nearest(FIND_CUSTOM, node->custom, s->r->arg) : NULL;
		g_autofree char *meant = find_meant(close);

		return find_fail(s->error, s->tree->source, node->from, node->to, "there is no field.%s%s",
				 node->custom, meant);
	}
	if (node->compare != FIND_EQ &&
	    (node->custom_type == FIND_CUSTOM_TEXT || node->custom_type == FIND_CUSTOM_YES_NO))
		return find_fail(s->error, s->tree->source, node->from, node->to,
				 "field.%s can't be compared; write field.%s:value", node->custom,
				 node->custom);
	for (guint i = 0; i < node->values->len; i++) {
		struct find_value *v = g_ptr_array_index(node->values, i);

		if (v->kind == FIND_VALUE_NONE || v->kind == FIND_VALUE_ANY ||
		    node->custom_type == FIND_CUSTOM_TEXT)
			continue;
		if (!(node->custom_type == FIND_CUSTOM_NUMBER ? decimal(s, node, v)
		      : node->custom_type == FIND_CUSTOM_DATE ? find_read_day(reader, node, v)
							      : yes_no(s, node, v)))
			return FALSE;
	}
	return TRUE;
}

static gboolean resolve_node(const struct resolving *s, struct find_node *n, const struct find_reader *reader)
{
	if (n->kind == FIND_TERM && n->field == FIND_CUSTOM)
		return resolve_custom(s, n, reader);
	for (guint i = 0; n->kind == FIND_TERM && i < n->values->len; i++) {
		struct find_value *v = g_ptr_array_index(n->values, i);

		if (v->kind == FIND_VALUE_IDS && !resolve_name(s, n, v))
			return FALSE;
		if (n->field == FIND_IS && v->lo == FIND_IS_MINE) {
			g_clear_pointer(&v->ids, g_array_unref);
			v->ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
			if (!add_me(s, v))
				return FALSE;
		}
	}
	for (guint i = 0; n->parts && i < n->parts->len; i++) {
		struct find_node *part = g_ptr_array_index(n->parts, i);

		if (!resolve_node(s, part, reader))
			return FALSE;
		n->uses |= part->uses; /* a custom date may be today's */
	}
	return TRUE;
}

gboolean find_resolve(struct find_tree *t, const struct find_resolver *r, struct find_error *e)
{
	g_autoptr(GTimeZone) utc = r->zone ? NULL : g_time_zone_new_utc();
	const struct resolving s = {t, r, e};
	const struct find_reader reader = {t->source, t->now_ms, r->zone ? r->zone : utc, e};

	t->resolved = resolve_node(&s, t->root, &reader);
	t->uses = t->root->uses;
	return t->resolved;
}
