/* What is kept of a ticket, read once and folded to the moment; terms that leave no trace are asked of the database,
 * each of all tickets at once. */
#include "server/desk/automation_past.h"

#include <string.h>
#include "rules/find_lists.h"
#include "server/desk/ladder.h"

#define ASK 500 /* tickets a term is asked of at once */

struct kept {
	struct ticket *ticket;
	GArray *facts;        /* struct clock_fact */
	GArray *lines;        /* struct past_line */
};

struct automation_past {
	struct desk *desk;
	struct db_conn *conn;
	const struct words *words;
	const char *when;
	int64_t now;
	const GArray *ids;
	GTimeZone *zone;
	struct past_words past_words;
	GHashTable *kept;     /* desk_id -> struct kept */
	GHashTable *as_now;   /* text of a term -> set of desk_id */
	desk_id asking;       /* the ticket whose terms are asked */
	GError *error;        /* of a term */
};

/* ---- the desk's words */
static desk_id group_of(const char *title, void *arg)
{
	const struct words *w = arg;

	for (guint i = 0; i < w->groups->len; i++) {
		const struct group *g = w->groups->pdata[i];

		if (g_strcmp0(g->title, title) == 0)
			return g->id;
	}
	return 0;
}

static int tier_of(desk_id id, void *arg)
{
	const struct group *g = words_group(arg, id);

	return !g ? 0 : g->tier == 1 ? 1 : 2;
}

static void people_of(desk_id group, GArray *ids, void *arg)
{
	const struct words *w = arg;

	for (guint i = 0; i < w->people->len; i++) {
		const struct person *p = w->people->pdata[i];

		for (guint g = 0; p->groups && g < p->groups->len; g++)
			if (g_array_index(p->groups, desk_id, g) == group)
				g_array_append_val(ids, p->id);
	}
}

/* ---- what is kept */
static void line_clear(void *item)
{
	g_free(((struct past_line *)item)->text);
}

static void kept_free(void *item)
{
	struct kept *k = item;

	ticket_free(k->ticket);
	g_clear_pointer(&k->facts, g_array_unref);
	g_clear_pointer(&k->lines, g_array_unref);
	g_free(k);
}

static gboolean line_fn(const struct db_row *row, void *arg)
{
	const struct past_line line = {(enum message_kind)db_int(row, 0), db_int(row, 1), db_dup(row, 2)};

	g_array_append_val((GArray *)arg, line);
	return TRUE;
}

static struct kept *kept_of(struct automation_past *p, desk_id id, GError **error)
{
	struct kept *k = g_hash_table_lookup(p->kept, &id);

	if (k)
		return k;
	k = g_new0(struct kept, 1);
	k->lines = g_array_new(FALSE, FALSE, sizeof(struct past_line));
	g_array_set_clear_func(k->lines, line_clear);
	k->ticket = ticket_load(p->conn, p->words, id, FALSE, NULL, error);
	if (k->ticket && ladder_load(p->conn, p->words, k->ticket, error))
		k->facts = ticket_facts(p->conn, id, error);
	if (!k->facts || !DB_RUN(p->conn, STMT_PAST_LINES, line_fn, k->lines, error, DB_I(id))) {
		kept_free(k);
		return NULL;
	}
	g_hash_table_insert(p->kept, g_memdup2(&id, sizeof id), k);
	return k;
}

/* The clocks by the rules of what the ticket was, as far as that is known. */
static gboolean fold_clocks(struct automation_past *p, const struct kept *k, int64_t at_ms, struct past *past, GError **error)
{
	g_autoptr(GPtrArray) clocks = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_clock_free), tags = NULL;
	struct clock_case of;

	if (!ticket_case(p->conn, p->words, k->ticket, &of, &tags, error))
		return FALSE;
	if (past->facts.group_id)
		of.group_id = past->facts.group_id;
	if (past->known.fields & UINT64_C(1) << FIND_PRIORITY)
		of.priority = past->facts.priority;
	ticket_clocks_fold(p->words, &of, (const struct clock_fact *)(void *)k->facts->data, past->n_facts, at_ms, clocks);
	past_set_clocks(past, clocks);
	return TRUE;
}

/* ---- asking */
static GHashTable *ask_now(struct automation_past *p, const char *term)
{
	g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(desk_id));
	GHashTable *set = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (guint from = 0; from < p->ids->len && !p->error; from += ASK)
		automation_which(p->conn, p->words, db_engine(p->desk->db), term, p->now, &g_array_index(p->ids, desk_id, from),
		                 MIN(p->ids->len - from, ASK), out, &p->error);
	for (guint i = 0; i < out->len; i++)
		g_hash_table_add(set, g_memdup2(&g_array_index(out, desk_id, i), sizeof(desk_id)));
	g_hash_table_insert(p->as_now, g_strdup(term), set);
	return set;
}

static gboolean holds_now(const struct find_node *term, void *arg)
{
	struct automation_past *p = arg;
	g_autofree char *text = g_strndup(p->when + term->from, (gsize)(term->to - term->from));
	GHashTable *set = g_hash_table_lookup(p->as_now, text);

	if (!set)
		set = ask_now(p, text);
	return g_hash_table_contains(set, &p->asking);
}

/* Its times count from the moment it is asked about. */
static struct find_tree *tree_at(struct automation_past *p, int64_t at_ms, GError **error)
{
	const struct words *w = p->words;
	struct find_lists lists = {.groups = w->groups, .people = w->people, .tags = w->tags, .categories = w->categories,
		.fields = w->fields, .zone = p->zone};
	struct find_resolver resolver;
	struct find_error wrong = {0};
	struct find_tree *tree = find_parse(p->when, at_ms, p->zone, &wrong);

	find_lists_use(&lists, &resolver, NULL);
	if (tree && find_resolve(tree, &resolver, &wrong))
		return tree;
	find_error_to(&wrong, error);
	find_error_clear(&wrong);
	find_tree_free(tree);
	return NULL;
}

gboolean automation_past_holds(struct automation_past *p, desk_id ticket_id, int64_t at_ms, gboolean *holds,
                               struct past_terms *as_now, GError **error)
{
	g_autoptr(find_tree_auto) tree = NULL;
	struct kept *k = NULL;
	struct past past;
	gboolean ok;

	*holds = !p->when;
	if (!p->when)
		return TRUE;
	tree = tree_at(p, at_ms, error);
	k = tree ? kept_of(p, ticket_id, error) : NULL;
	if (!k)
		return FALSE;
	const struct past_ticket of = {
		.now = k->ticket, .facts = (const struct clock_fact *)(void *)k->facts->data, .n_facts = k->facts->len,
		.lines = (const struct past_line *)(void *)k->lines->data, .n_lines = k->lines->len, .words = &p->past_words,
	};

	past_fold(&of, at_ms, &past);
	ok = fold_clocks(p, k, at_ms, &past, error);
	if (ok) {
		p->asking = ticket_id;
		*holds = past_holds(tree, &past, holds_now, p, as_now);
		ok = !p->error;
		if (!ok)
			g_propagate_error(error, g_steal_pointer(&p->error));
	}
	past_clear(&past);
	return ok;
}

struct automation_past *automation_past_new(struct desk *d, struct db_conn *conn, const struct words *w, const char *when,
                                            int64_t now_ms, const GArray *ids)
{
	struct automation_past *p = g_new0(struct automation_past, 1);

	*p = (struct automation_past){.desk = d, .conn = conn, .words = w, .when = when, .now = now_ms, .ids = ids,
		.zone = automation_zone(conn), .past_words = {group_of, tier_of, people_of, (void *)w}};
	p->kept = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, kept_free);
	p->as_now = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
	return p;
}

void automation_past_free(struct automation_past *p)
{
	if (!p)
		return;
	g_clear_error(&p->error);
	g_hash_table_unref(p->kept);
	g_hash_table_unref(p->as_now);
	g_time_zone_unref(p->zone);
	g_free(p);
}
