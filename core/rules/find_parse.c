/* The query language's parser: recursive descent, `or` below side by side below `not`. */
#include "rules/find_inner.h"

#include <string.h>
#include "base/text.h"
#include "base/say.h"

struct parser {
	struct find_reader reader;
	struct find_scan scan;
	struct find_lexeme next;
	int terms;
};

static gboolean fail(struct parser *p, int from, int to, const char *sentence)
{
	return find_fail(p->reader.error, p->scan.s, from, to, "%s", say(sentence));
}

static void step(struct parser *p)
{
	find_lexeme_clear(&p->next);
	find_scan_next(&p->scan, &p->next);
}

static struct find_node *node_new(enum find_kind kind, int from, int to)
{
	struct find_node *n = g_new0(struct find_node, 1);

	n->kind = kind;
	n->from = from;
	n->to = to;
	if (kind == FIND_AND || kind == FIND_OR || kind == FIND_NOT)
		n->parts = g_ptr_array_new_with_free_func((GDestroyNotify)find_node_free);
	return n;
}

/* Adds a part; one of the same kind gives its own parts, so that brackets that say
 * nothing leave no trace. */
static void node_add(struct find_node *n, struct find_node *part)
{
	n->uses |= part->uses;
	n->to = MAX(n->to, part->to);
	if (part->kind == n->kind && n->kind != FIND_NOT) {
		g_ptr_array_extend_and_steal(n->parts, g_steal_pointer(&part->parts));
		find_node_free(part);
	} else {
		g_ptr_array_add(n->parts, part);
	}
}

/* ---- terms */
static gboolean find_field_of(struct parser *p, struct find_node *node)
{
	const char *names[FIND_FIELD_COUNT];
	const char *from = p->scan.s + p->next.name_from;
	g_autofree char *name = g_ascii_strdown(from, p->next.name_to - p->next.name_from);
	g_autofree char *meant = NULL;
	char *dot = strchr(name, '.');
	size_t n = 0;

	if (dot)
		*dot = 0;
	for (int i = 0; i < FIND_FIELD_COUNT; i++) {
		if (i == FIND_TEXT)
			continue;
		names[n++] = find_field_name(i);
		if (strcmp(find_field_name(i), name) == 0 && !dot == (i != FIND_CUSTOM)) {
			node->field = i;
			if (dot)
				node->custom = g_strndup(
					from + (dot + 1 - name),
					(gsize)(p->next.name_to - p->next.name_from - (dot + 1 - name)));
			if (!node->custom || *node->custom)
				return TRUE;
		}
	}
	if (strcmp(name, "field") == 0)
		return fail(p, p->next.name_from, p->next.name_to, "say which field: field.NAME:value");
	if (dot)
		*dot = '.';
	meant = find_meant(find_nearest(name, names, n));
	return find_fail(p->reader.error, p->scan.s, p->next.name_from, p->next.name_to,
			 "there is no field \"%s\"%s", name,
			 *meant ? meant : _("; put words with a colon in quotes"));
}

static gboolean add_value(struct parser *p, struct find_node *node, const struct find_piece *piece)
{
	struct find_value *v;

	if (!piece->closed)
		return fail(p, piece->from, piece->to, "the quotation mark that opens here is never closed");
	if (!piece->quoted && !piece->star && piece->text->len == 0) {
		g_autofree char *says =
			g_strdup_printf(_("a value is missing after \"%s\""),
					node->values->len ? "," : find_field_name(node->field));

		return fail(p, piece->from, piece->to, says);
	}
	if (node->values->len == FIND_MAX_VALUES)
		return fail(p, piece->from, piece->to, "these are too many values for one field");
	v = g_new0(struct find_value, 1);
	v->from = piece->from;
	v->to = piece->to;
	v->text = g_strndup(piece->text->str, piece->text->len);
	v->quoted = piece->quoted;
	v->prefix = piece->star;
	g_ptr_array_add(node->values, v);
	return TRUE;
}

static struct find_node *parse_term(struct parser *p)
{
	struct find_node *node = node_new(FIND_TERM, p->next.from, p->next.to);
	gboolean ok = TRUE;

	node->values = g_ptr_array_new_with_free_func((GDestroyNotify)find_value_free);
	node->compare = p->next.compare;
	if (++p->terms > FIND_MAX_TERMS)
		ok = fail(p, p->next.from, p->next.to, "the query has too many terms");
	else if (p->next.name_from < p->next.name_to)
		ok = find_field_of(p, node);
	else if (p->next.number)
		node->field = FIND_NUMBER;
	for (guint i = 0; ok && i < p->next.pieces->len; i++)
		ok = add_value(p, node, g_ptr_array_index(p->next.pieces, i));
	if (ok && node->compare != FIND_EQ && node->values->len > 1)
		ok = fail(p, p->next.from, p->next.to, "a comparison takes one value");
	if (!ok || !find_read_term(&p->reader, node)) {
		find_node_free(node);
		return NULL;
	}
	step(p);
	return node;
}

/* ---- how terms go together */
static struct find_node *parse_or(struct parser *p, int depth);

static struct find_node *parse_brackets(struct parser *p, int depth)
{
	int from = p->next.from, to = p->next.to;
	struct find_node *node;

	step(p);
	if (p->next.kind == FIND_LEX_CLOSE) {
		fail(p, from, p->next.to, "there is nothing between the brackets");
		return NULL;
	}
	node = parse_or(p, depth + 1);
	if (!node)
		return NULL;
	if (p->next.kind != FIND_LEX_CLOSE) {
		fail(p, from, to, "the bracket that opens here is never closed");
		find_node_free(node);
		return NULL;
	}
	step(p);
	return node;
}

static struct find_node *parse_not(struct parser *p, int depth)
{
	struct find_node *node, *part;
	int from = p->next.from, to = p->next.to;

	if (depth > FIND_MAX_DEPTH) {
		fail(p, from, to, "brackets and \"not\" go too deep here");
		return NULL;
	}
	switch (p->next.kind) {
	case FIND_LEX_TERM:
		return parse_term(p);
	case FIND_LEX_OPEN:
		return parse_brackets(p, depth);
	case FIND_LEX_NOT:
		step(p);
		if (p->next.kind == FIND_LEX_END || p->next.kind == FIND_LEX_CLOSE) {
			fail(p, from, to, "there is nothing after \"not\"");
			return NULL;
		}
		part = parse_not(p, depth + 1);
		if (!part)
			return NULL;
		node = node_new(FIND_NOT, from, part->to);
		node_add(node, part);
		return node;
	case FIND_LEX_CLOSE:
		fail(p, from, to, "this bracket closes nothing");
		return NULL;
	default:
		fail(p, from, to,
		     p->next.kind == FIND_LEX_END ? N_("something is missing at the end")
						  : N_("there is nothing before this word"));
		return NULL;
	}
}

/* A single part stands for itself. */
static struct find_node *unwrap(struct find_node *n)
{
	struct find_node *only;

	if (n->parts->len > 1)
		return n;
	only = g_ptr_array_steal_index(n->parts, 0);
	find_node_free(n);
	return only;
}

static struct find_node *parse_and(struct parser *p, int depth)
{
	struct find_node *node = node_new(FIND_AND, p->next.from, p->next.from);

	do {
		struct find_node *part = parse_not(p, depth);

		if (!part) {
			find_node_free(node);
			return NULL;
		}
		node_add(node, part);
		if (p->next.kind == FIND_LEX_AND) {
			step(p);
			if (p->next.kind == FIND_LEX_END || p->next.kind == FIND_LEX_CLOSE ||
			    p->next.kind == FIND_LEX_OR) {
				fail(p, node->to, p->next.from, "there is nothing after \"and\"");
				find_node_free(node);
				return NULL;
			}
		}
	} while (p->next.kind != FIND_LEX_END && p->next.kind != FIND_LEX_CLOSE &&
		 p->next.kind != FIND_LEX_OR);
	return unwrap(node);
}

static struct find_node *parse_or(struct parser *p, int depth)
{
	struct find_node *node = node_new(FIND_OR, p->next.from, p->next.from);

	for (;;) {
		struct find_node *part = parse_and(p, depth);

		if (!part) {
			find_node_free(node);
			return NULL;
		}
		node_add(node, part);
		if (p->next.kind != FIND_LEX_OR)
			return unwrap(node);
		step(p);
		if (p->next.kind == FIND_LEX_END || p->next.kind == FIND_LEX_CLOSE) {
			fail(p, node->to, p->next.from, "there is nothing after \"or\"");
			find_node_free(node);
			return NULL;
		}
	}
}

static struct find_node *parse_all(struct parser *p)
{
	struct find_node *root;

	step(p);
	if (p->next.kind == FIND_LEX_END)
		return node_new(FIND_ALL_TICKETS, 0, 0);
	root = parse_or(p, 0);
	if (root && p->next.kind != FIND_LEX_END) {
		fail(p, p->next.from, p->next.to, "this bracket closes nothing");
		g_clear_pointer(&root, find_node_free);
	}
	return root;
}

struct find_tree *find_parse(const char *text, int64_t now_ms, GTimeZone *zone, struct find_error *e)
{
	g_autoptr(GTimeZone) utc = zone ? NULL : g_time_zone_new_utc();
	size_t len = text ? strlen(text) : 0;
	struct parser p = {
		.reader = {text, now_ms, zone ? zone : utc, e},
		.scan = {.s = text ? text : "", .len = (int)MIN(len, FIND_MAX_BYTES)},
	};
	struct find_tree *t;
	struct find_node *root;
	const char *bad;

	p.reader.source = p.scan.s;
	if (!g_utf8_validate(p.scan.s, (gssize)len, &bad)) {
		int at = (int)MIN(bad - p.scan.s, FIND_MAX_BYTES);

		find_fail(e, p.scan.s, g_utf8_validate(p.scan.s, at, NULL) ? at : 0, at, "this isn't UTF-8");
		return NULL;
	}
	if (len > FIND_MAX_BYTES) {
		find_fail(e, "", 0, 0, "the query is longer than %d bytes", FIND_MAX_BYTES);
		return NULL;
	}
	root = parse_all(&p);
	find_lexeme_clear(&p.next);
	if (!root)
		return NULL;
	t = g_new0(struct find_tree, 1);
	t->source = g_strdup(p.scan.s);
	t->root = root;
	t->uses = root->uses;
	t->now_ms = now_ms;
	return t;
}
