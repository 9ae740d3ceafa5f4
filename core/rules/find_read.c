/* Reads the values of a term: everything that needs no names of the desk. */
#include "rules/find_inner.h"

#include <string.h>
#include "base/text.h"
#include "base/say.h"

gboolean find_value_is(const struct find_value *v, const char *word)
{
	return !v->quoted && !v->prefix && g_ascii_strcasecmp(v->text, word) == 0;
}

char *find_digits(const char *s)
{
	GString *out = g_string_new(NULL);

	for (; s && *s; s++)
		if (g_ascii_isdigit(*s))
			g_string_append_c(out, *s);
	return g_string_free(out, FALSE);
}

#define FAIL(...) find_fail(r->error, r->source, v->from, v->to, __VA_ARGS__)

/* ---- fixed vocabularies */
static int fixed_index(enum find_field field, const struct find_value *v)
{
	const struct find_fixed *words;
	size_t n = find_fixed_words(field, &words);

	for (size_t i = 0; i < n && !v->prefix; i++)
		if (g_ascii_strcasecmp(words[i].name, v->text) == 0)
			return (int)i;
	return -1;
}

static gboolean of_clocks(enum find_field field)
{
	return field == FIND_LATE || field == FIND_WARNED;
}

static gboolean fail_fixed(const struct find_reader *r, enum find_field field, const struct find_value *v)
{
	const struct find_fixed *words;
	const char *names[32];
	size_t n = find_fixed_words(field, &words);
	g_autoptr(GString) all = g_string_new(NULL);
	g_autofree char *meant = NULL;

	for (size_t i = 0; i < n && i < G_N_ELEMENTS(names); i++) {
		names[i] = words[i].name;
		g_string_append_printf(all, "%s%s", i ? ", " : "", words[i].name);
	}
	meant = find_meant(find_nearest(v->text, names, MIN(n, G_N_ELEMENTS(names))));
	if (field == FIND_IS || field == FIND_HAS)
		return FAIL("a ticket is never asked for \"%s:%s\"%s%s", find_field_name(field), v->text,
			    *meant ? meant : _("; there are "), *meant ? "" : all->str);
	return FAIL("there is no %s \"%s\"%s%s", of_clocks(field) ? "clock" : find_field_name(field), v->text,
		    *meant ? meant : _("; there are "), *meant ? "" : all->str);
}

static void canonical(struct find_value *v, const char *name)
{
	g_free(v->text);
	v->text = g_strdup(name);
}

/* ---- numbers */
static gboolean number(const char *s, int64_t *n)
{
	char *end;

	s += *s == '#';
	if (g_str_has_prefix(s, "\xEF\xBC\x83")) /* full-width # */
		s += 3;
	if (!g_ascii_isdigit(*s) || strlen(s) > 18)
		return FALSE;
	*n = g_ascii_strtoll(s, &end, 10);
	return !*end;
}

/* problem:3 is the problem of that number, beside the classes of problems. */
static gboolean read_problem(struct find_node *node, struct find_value *v)
{
	g_autofree char *text = NULL;
	int64_t n;

	if (node->field != FIND_PROBLEM || v->prefix || !number(v->text, &n) || !n)
		return FALSE;
	text = g_strdup_printf("%" G_GINT64_FORMAT, n);
	canonical(v, text);
	v->quoted = FALSE;
	v->kind = FIND_VALUE_PROBLEM;
	v->lo = v->hi = n;
	node->uses |= FIND_USES_OTHERS;
	return TRUE;
}

static gboolean read_enum(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	const struct find_fixed *words;
	int i = fixed_index(node->field, v);

	if (read_problem(node, v))
		return TRUE;
	if (i < 0)
		return fail_fixed(r, node->field, v);
	find_fixed_words(node->field, &words);
	canonical(v, words[i].name);
	if (node->field == FIND_IMPACT || node->field == FIND_NEED)
		node->uses |= FIND_USES_OTHERS;
	if (node->field == FIND_STATUS && i == STATUS_COUNT)
		find_range(FIND_EQ, 0, STATUS_ON_HOLD, v);
	else if (node->field == FIND_STATUS && i == STATUS_COUNT + 1)
		find_range(FIND_EQ, STATUS_ON_HOLD + 1, STATUS_COUNT - 1, v);
	else
		find_range(node->compare, i, i, v);
	if (node->field == FIND_FOLLOW_UP)
		node->uses |= FIND_USES_OTHERS;
	if (of_clocks(node->field))
		node->uses |= FIND_USES_OTHERS | FIND_USES_NOW;
	return TRUE;
}

static gboolean read_flag(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	const struct find_fixed *words;
	int i = fixed_index(node->field, v);

	if (i < 0)
		return fail_fixed(r, node->field, v);
	find_fixed_words(node->field, &words);
	canonical(v, words[i].name);
	v->kind = FIND_VALUE_FLAG;
	v->lo = v->hi = i;
	if (node->field == FIND_HAS)
		node->uses |= FIND_USES_OTHERS;
	else if (i == FIND_IS_LATE)
		node->uses |= FIND_USES_NOW;
	else if (i == FIND_IS_MINE)
		node->uses |= FIND_USES_ME;
	return TRUE;
}

static gboolean read_number(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	g_autofree char *text = NULL;
	int64_t n;

	if (v->prefix || !number(v->text, &n) || (!n && node->field != FIND_TIER))
		return node->field == FIND_TIER ? FAIL("\"%s\" is no number", v->text)
						: FAIL("\"%s\" is no ticket's number", v->text);
	text = g_strdup_printf("%" G_GINT64_FORMAT, n);
	canonical(v, text);
	v->quoted = FALSE;
	find_range(node->compare, n, n, v);
	if (node->field == FIND_PARENT || node->field == FIND_LINK)
		node->uses |= FIND_USES_OTHERS;
	return TRUE;
}

/* ---- text */
static gboolean read_text(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	v->kind = FIND_VALUE_TEXT;
	v->tokens = find_tokens(v->text, v->prefix, &v->prefix_token);
	if (!v->tokens->len)
		return FAIL("there is no word to search for in \"%s\"", v->text);
	node->uses |= node->field == FIND_CUSTOMER ? FIND_USES_OTHERS : FIND_USES_TEXT;
	return TRUE;
}

static void read_folded(struct find_value *v)
{
	v->kind = FIND_VALUE_FOLDED;
	v->folded = text_fold(v->text, -1);
}

static gboolean is_phone(const struct find_value *v)
{
	int n = 0;

	for (const char *s = v->text; *s; s++)
		if (g_ascii_isdigit(*s))
			n++;
		else if (!strchr("+-(). ", *s))
			return FALSE;
	return n >= 4 && !v->prefix;
}

static gboolean read_customer(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	int64_t id;

	if (!v->quoted && *v->text == '#' && !v->prefix && number(v->text, &id) && id) {
		v->customer_as = FIND_CUSTOMER_ID;
		find_range(FIND_EQ, id, id, v);
		return TRUE;
	}
	node->uses |= FIND_USES_OTHERS;
	if (strchr(v->text, '@')) {
		v->customer_as = FIND_CUSTOMER_MAIL;
		read_folded(v);
		return TRUE;
	}
	if (is_phone(v)) {
		v->customer_as = FIND_CUSTOMER_PHONE;
		v->kind = FIND_VALUE_FOLDED;
		v->folded = find_digits(v->text);
		return TRUE;
	}
	v->customer_as = FIND_CUSTOMER_NAME;
	return read_text(r, node, v);
}

static gboolean read_category(const struct find_reader *r, struct find_value *v)
{
	g_autofree char *trimmed = g_strdup(v->text);
	size_t len = strlen(trimmed), from = strspn(trimmed, "/ ");

	while (len > from && !v->prefix && strchr("/ ", trimmed[len - 1]))
		trimmed[--len] = 0;
	v->kind = FIND_VALUE_FOLDED;
	v->folded = text_fold(trimmed + from, -1);
	return *v->folded ? TRUE : FAIL("there is no category \"%s\"", v->text);
}

gboolean find_names_people(enum find_field field)
{
	return field == FIND_ASSIGNEE || field == FIND_ESCALATED || field == FIND_CONSULT ||
	       field == FIND_ACKNOWLEDGE;
}

/* ---- any value */
static gboolean read_optional(struct find_node *node, struct find_value *v)
{
	static const unsigned fields = 1u << FIND_GROUP | 1u << FIND_ASSIGNEE | 1u << FIND_CUSTOMER |
				       1u << FIND_TAG | 1u << FIND_CATEGORY | 1u << FIND_LANGUAGE |
				       1u << FIND_DUE | 1u << FIND_RESOLVED | 1u << FIND_PARENT |
				       1u << FIND_LINK | 1u << FIND_PROBLEM | 1u << FIND_IMPACT |
				       1u << FIND_NEED | 1u << FIND_ESCALATED | 1u << FIND_CONSULT |
				       1u << FIND_PART | 1u << FIND_ACKNOWLEDGE | 1u << FIND_CUSTOM |
				       1u << FIND_LATE | 1u << FIND_WARNED;
	static const unsigned others = 1u << FIND_TAG | 1u << FIND_LANGUAGE | 1u << FIND_PARENT |
				       1u << FIND_LINK | 1u << FIND_PROBLEM | 1u << FIND_IMPACT |
				       1u << FIND_NEED | 1u << FIND_ESCALATED | 1u << FIND_CONSULT |
				       1u << FIND_PART | 1u << FIND_ACKNOWLEDGE | 1u << FIND_CUSTOM |
				       1u << FIND_LATE | 1u << FIND_WARNED;
	gboolean nobody = node->field == FIND_ASSIGNEE && find_value_is(v, "nobody");

	if (!(fields & 1u << node->field) || !(nobody || find_value_is(v, "none") || find_value_is(v, "any")))
		return FALSE;
	v->kind = find_value_is(v, "any") ? FIND_VALUE_ANY : FIND_VALUE_NONE;
	canonical(v, v->kind == FIND_VALUE_ANY ? "any" : node->field == FIND_ASSIGNEE ? "nobody" : "none");
	if (others & 1u << node->field)
		node->uses |= FIND_USES_OTHERS;
	if (of_clocks(node->field))
		node->uses |= FIND_USES_NOW;
	return TRUE;
}

static gboolean read_name(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	v->kind = FIND_VALUE_IDS; /* find_resolve fills them in */
	if (node->field != FIND_GROUP && node->field != FIND_ASSIGNEE)
		node->uses |= FIND_USES_OTHERS;
	if (find_names_people(node->field) && find_value_is(v, "me"))
		node->uses |= FIND_USES_ME;
	if ((node->field == FIND_GROUP || node->field == FIND_PART) && find_value_is(v, "mine"))
		node->uses |= FIND_USES_ME;
	return *v->text ? TRUE : FAIL("a name is missing after \"%s\"", find_field_name(node->field));
}

static gboolean read_value(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	static const unsigned stars = 1u << FIND_READ_TEXT | 1u << FIND_READ_CUSTOMER |
				      1u << FIND_READ_CATEGORY | 1u << FIND_READ_CUSTOM;
	enum find_reading reading = find_field_reading(node->field);

	if (read_optional(node, v))
		return node->compare == FIND_EQ ||
		       FAIL("\"%s\" can't be compared; write a colon before it", v->text);
	if (v->prefix && !(stars & 1u << reading))
		return FAIL("a star stands only behind words, customers and categories, not behind \"%s\"",
			    v->text);
	switch (reading) {
	case FIND_READ_TEXT:
		return read_text(r, node, v);
	case FIND_READ_NAME:
		return read_name(r, node, v);
	case FIND_READ_ENUM:
		return read_enum(r, node, v);
	case FIND_READ_NUMBER:
		return read_number(r, node, v);
	case FIND_READ_AGE:
	case FIND_READ_DUE:
		return find_read_time(r, node, v);
	case FIND_READ_CUSTOMER:
		return read_customer(r, node, v);
	case FIND_READ_CATEGORY:
		return read_category(r, v);
	case FIND_READ_WORD:
		read_folded(v);
		node->uses |= FIND_USES_OTHERS;
		return TRUE;
	case FIND_READ_FLAG:
		return read_flag(r, node, v);
	case FIND_READ_CUSTOM:
		node->uses |= FIND_USES_OTHERS;
		read_folded(v); /* find_resolve reads it anew by the field's type */
		return TRUE;
	}
	return FALSE;
}

gboolean find_read_term(const struct find_reader *r, struct find_node *node)
{
	static const unsigned compared = 1u << FIND_PRIORITY | 1u << FIND_TIER | 1u << FIND_NUMBER |
					 1u << FIND_DUE | 1u << FIND_CREATED | 1u << FIND_UPDATED |
					 1u << FIND_RESOLVED | 1u << FIND_IMPACT | 1u << FIND_NEED |
					 1u << FIND_CUSTOM;
	const char *name = find_field_name(node->field);

	if (node->compare != FIND_EQ && !(compared & 1u << node->field))
		return find_fail(r->error, r->source, node->from, node->to,
				 "\"%s\" can't be compared; write %s:value", name, name);
	for (guint i = 0; i < node->values->len; i++)
		if (!read_value(r, node, g_ptr_array_index(node->values, i)))
			return FALSE;
	return TRUE;
}
