/* A tree back to text, and whether two trees ask the same. */
#include "rules/find_inner.h"

#include <string.h>

static void print_value(GString *out, const struct find_value *v)
{
	if (!v->quoted) {
		g_string_append(out, v->text);
	} else {
		int n, len = (int)strlen(v->text);

		g_string_append_c(out, '"');
		for (int at = 0; at < len; at += n) {
			gunichar c = find_scan_char(v->text, len, at, &n);

			if (c == '"' || c == '\\')
				g_string_append_c(out, '\\');
			g_string_append_len(out, v->text + at, n);
		}
		g_string_append_c(out, '"');
	}
	if (v->prefix)
		g_string_append_c(out, '*');
}

static void print_term(GString *out, const struct find_node *n)
{
	static const char *const signs[] = {":", "<", "<=", ">", ">="};

	if (n->field == FIND_NUMBER && n->compare == FIND_EQ)
		g_string_append_c(out, '#');
	else if (n->field == FIND_CUSTOM)
		g_string_append_printf(out, "field.%s%s", n->custom, signs[n->compare]);
	else if (n->field != FIND_TEXT)
		g_string_append_printf(out, "%s%s", find_field_name(n->field), signs[n->compare]);
	for (guint i = 0; i < n->values->len; i++) {
		if (i)
			g_string_append_c(out, ',');
		print_value(out, g_ptr_array_index(n->values, i));
	}
}

static void print_node(GString *out, const struct find_node *n, enum find_kind around)
{
	/* `or` holds looser than side by side, and `-` tighter than both. */
	gboolean brackets = (n->kind == FIND_OR && around != FIND_ALL_TICKETS) ||
			    (n->kind == FIND_AND && around == FIND_NOT);

	if (brackets)
		g_string_append_c(out, '(');
	switch (n->kind) {
	case FIND_ALL_TICKETS:
		break;
	case FIND_TERM:
		print_term(out, n);
		break;
	case FIND_NOT:
		g_string_append_c(out, '-');
		print_node(out, g_ptr_array_index(n->parts, 0), FIND_NOT);
		break;
	case FIND_AND:
	case FIND_OR:
		for (guint i = 0; i < n->parts->len; i++) {
			if (i)
				g_string_append(out, n->kind == FIND_OR ? " or " : " ");
			print_node(out, g_ptr_array_index(n->parts, i), n->kind);
		}
	}
	if (brackets)
		g_string_append_c(out, ')');
}

char *find_print(const struct find_tree *t)
{
	GString *out = g_string_new(NULL);

	print_node(out, t->root, FIND_ALL_TICKETS);
	return g_string_free(out, FALSE);
}

static gboolean equal_values(const struct find_value *a, const struct find_value *b)
{
	return a->quoted == b->quoted && a->prefix == b->prefix && strcmp(a->text, b->text) == 0;
}

static gboolean equal_nodes(const struct find_node *a, const struct find_node *b)
{
	if (a->kind != b->kind)
		return FALSE;
	if (a->kind == FIND_TERM) {
		if (a->field != b->field || a->compare != b->compare ||
		    g_strcmp0(a->custom, b->custom) != 0 || a->values->len != b->values->len)
			return FALSE;
		for (guint i = 0; i < a->values->len; i++)
			if (!equal_values(g_ptr_array_index(a->values, i), g_ptr_array_index(b->values, i)))
				return FALSE;
		return TRUE;
	}
	if (!a->parts || !b->parts)
		return a->parts == b->parts;
	if (a->parts->len != b->parts->len)
		return FALSE;
	for (guint i = 0; i < a->parts->len; i++)
		if (!equal_nodes(g_ptr_array_index(a->parts, i), g_ptr_array_index(b->parts, i)))
			return FALSE;
	return TRUE;
}

gboolean find_equal(const struct find_tree *a, const struct find_tree *b)
{
	return equal_nodes(a->root, b->root);
}
