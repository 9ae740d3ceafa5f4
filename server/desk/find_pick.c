/* What few tickets can hold a query is picked before the list is read: by the indexes of its words and
 * names. Where all words are common nothing is picked, and the list is walked. */
#include "server/desk/find_inner.h"

#include <string.h>
#include "server/desk/message_text.h"

/* Documents a word may have to pick by: SQLite's index reads them in a row, PostgreSQL has to
 * fetch each from its table. */
static const struct find_bounds engine_bounds[] = {
	[DB_SQLITE] = {.small_base = 2000, .few = 200, .chunk = 400, .text_cap = 30000},
	[DB_POSTGRES] = {.small_base = 2000, .few = 200, .chunk = 400, .text_cap = 6000, .second_cap = 60000,
	                 .stretch = 2000},
};

gboolean find_time_over(const struct find_list *l)
{
	return l->until_us && g_get_monotonic_time() > l->until_us;
}

/* ---- sets of numbers, newest first, each once */
static int newest_first(gconstpointer a, gconstpointer b)
{
	desk_id x = *(const desk_id *)a, y = *(const desk_id *)b;

	return (x < y) - (x > y);
}

static void make_set(GArray *ids)
{
	guint kept = 0;

	g_array_sort(ids, newest_first);
	for (guint i = 0; i < ids->len; i++)
		if (!kept || g_array_index(ids, desk_id, i) != g_array_index(ids, desk_id, kept - 1))
			g_array_index(ids, desk_id, kept++) = g_array_index(ids, desk_id, i);
	g_array_set_size(ids, kept);
}

void find_intersect(GArray *a, const GArray *b)
{
	guint kept = 0, j = 0;

	for (guint i = 0; i < a->len; i++) {
		desk_id id = g_array_index(a, desk_id, i);

		while (j < b->len && g_array_index(b, desk_id, j) > id)
			j++;
		if (j < b->len && g_array_index(b, desk_id, j) == id)
			g_array_index(a, desk_id, kept++) = id;
	}
	g_array_set_size(a, kept);
}

guint find_place_below(const GArray *ids, desk_id id)
{
	guint from = 0, to = ids->len;

	while (from < to) {
		guint middle = (from + to) / 2;

		if (g_array_index(ids, desk_id, middle) >= id)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

gboolean find_id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

gboolean find_run(struct find_list *l, const struct db_composed *c, db_row_fn *fn, void *arg, gboolean *over,
                  GError **error)
{
	GError *why = NULL;

	*over = FALSE;
	if (db_run_composed(l->conn, c, fn, arg, &why))
		return TRUE;
	if (g_error_matches(why, DESK_ERROR, DESK_TIMEOUT)) {
		*over = l->spent = TRUE;
		g_error_free(why);
		return TRUE;
	}
	g_propagate_error(error, why);
	return FALSE;
}

GArray *find_text_ids(struct find_list *l, const struct find_text *t, gboolean up, desk_id low, desk_id high, int cap,
                        gboolean *all, GError **error)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	int64_t from = low <= 0 ? 0 : TEXT_DOC(low, 0);
	int64_t to = high >= (INT64_C(1) << 42) ? INT64_MAX : TEXT_DOC(high + 1, 0) - 1;
	struct db_composed c;
	gboolean over, ok;

	db_composed_init(&c, "Searching the text");
	DB_ADDV(&c, up ? FRAG_TEXT_UP : FRAG_TEXT_DOWN, DB_T(t->match), DB_I(from), DB_I(to), DB_I(cap), DB_I(t->at));
	ok = find_run(l, &c, find_id_fn, ids, &over, error);
	db_composed_clear(&c);
	*all = ok && !over && ids->len < (guint)cap;
	make_set(ids);
	if (ok)
		return ids;
	g_array_unref(ids);
	return NULL;
}

/* ---- picking */
static void take_picks(struct find_list *l, GArray *ids)
{
	if (l->picked) {
		find_intersect(l->picks, ids);
	} else {
		l->picks = g_array_ref(ids);
		l->picked = TRUE;
	}
}

static gboolean pick_by_drivers(struct find_list *l, GError **error)
{
	for (guint i = 0; i < l->plan->drivers->len && !l->spent; i++) {
		g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
		gboolean over;

		if (!find_run(l, l->plan->drivers->pdata[i], find_id_fn, ids, &over, error))
			return FALSE;
		if (over || ids->len >= FIND_DRIVE)
			continue;
		make_set(ids);
		take_picks(l, ids);
	}
	return TRUE;
}

static gboolean pick_by_texts(struct find_list *l, int cap, GError **error)
{
	g_array_set_size(l->open_texts, 0);
	for (guint i = 0; i < l->plan->texts->len; i++) {
		g_autoptr(GArray) ids = NULL;
		gboolean all = FALSE;

		if (l->picked && l->picks->len <= (guint)l->bounds->few) {
			g_array_append_val(l->open_texts, i);
			continue;
		}
		ids = l->spent ? NULL : find_text_ids(l, l->plan->texts->pdata[i], FALSE, 0, INT64_MAX, cap, &all, error);
		if (!ids && !l->spent)
			return FALSE;
		if (all)
			take_picks(l, ids);
		else
			g_array_append_val(l->open_texts, i);
	}
	return TRUE;
}

/* ---- PostgreSQL: which way is shorter, by what its statistics know of the words */
#define WALK_US 8.0       /* a ticket of a walk, each word looked up */
#define FETCH_US 2.5      /* a document of the index, fetched */
#define PAGE_ROWS 51.0
#define DOCS_A_TICKET 6.0
#define UNKNOWN_DOCS 1000.0

struct commonness {
	GHashTable *docs; /* word: double */
};

static gboolean common_fn(const struct db_row *row, void *arg)
{
	struct commonness *c = arg;
	double *docs = g_new(double, 1);

	*docs = db_double(row, 1);
	g_hash_table_replace(c->docs, db_dup(row, 0), docs);
	return TRUE;
}

static char *words_list(const struct find_plan *plan)
{
	GString *s = g_string_new("{");

	for (guint i = 0; i < plan->texts->len; i++) {
		const struct find_text *t = plan->texts->pdata[i];

		/* tokens are letters and digits: nothing in them needs quoting but by habit */
		for (guint k = 0; t->tokens && k < t->tokens->len; k++)
			g_string_append_printf(s, "%s\"%s\"", s->len > 1 ? "," : "", (const char *)t->tokens->pdata[k]);
	}
	g_string_append_c(s, '}');
	return g_string_free(s, FALSE);
}

static double tickets_of(const struct find_list *l)
{
	return MAX((double)(l->tickets ? l->tickets : l->base), 1.0);
}

/* The words of a phrase are in one document as often as chance has it. */
static double docs_of(const struct find_list *l, const struct commonness *c, const struct find_text *t)
{
	double all = tickets_of(l) * DOCS_A_TICKET, n = -1;

	for (guint i = 0; t->tokens && i + t->prefix < t->tokens->len; i++) {
		const double *docs = g_hash_table_lookup(c->docs, t->tokens->pdata[i]);

		n = (n < 0 ? 1 : n / all) * (docs ? *docs : UNKNOWN_DOCS);
	}
	return n < 0 ? UNKNOWN_DOCS * 10 : MAX(n, 1.0);
}

static double share_of(const struct find_list *l, double docs)
{
	return CLAMP(docs / tickets_of(l), 1e-7, 1.0);
}

/* The text to pick by; -1: a walk is shorter. *cap: how many documents may come. */
static int best_text(struct find_list *l, const double *docs, int *cap)
{
	const GPtrArray *texts = l->plan->texts;
	double all = 1, walk, fetch;
	int best = 0;

	for (guint i = 0; i < texts->len; i++) {
		all *= share_of(l, docs[i]);
		if (docs[i] < docs[best])
			best = (int)i;
	}
	walk = MIN(PAGE_ROWS / all, (double)l->base) * WALK_US;
	fetch = docs[best] * FETCH_US + MIN(PAGE_ROWS / (all / share_of(l, docs[best])), docs[best]) * WALK_US;
	*cap = (int)CLAMP(docs[best] * 3, l->bounds->text_cap, l->bounds->second_cap);
	return fetch <= walk ? best : -1;
}

static gboolean pick_by_text(struct find_list *l, guint text, int cap, gboolean *all, GError **error)
{
	g_autoptr(GArray) ids = find_text_ids(l, l->plan->texts->pdata[text], FALSE, 0, INT64_MAX, cap, all, error);

	if (*all)
		take_picks(l, ids);
	return ids != NULL;
}

static gboolean pick_by_best_text(struct find_list *l, GError **error)
{
	struct commonness known = {g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
	g_autofree double *docs = g_new0(double, l->plan->texts->len + 1);
	g_autofree char *list = words_list(l->plan);
	struct db_composed c;
	gboolean over, ok;
	int best, cap = 0;

	db_composed_init(&c, "Searching the text");
	DB_ADDV(&c, FRAG_TEXT_COMMON, DB_T(list));
	ok = find_run(l, &c, common_fn, &known, &over, error);
	db_composed_clear(&c);
	for (guint i = 0; i < l->plan->texts->len; i++)
		docs[i] = docs_of(l, &known, l->plan->texts->pdata[i]);
	g_hash_table_unref(known.docs);
	best = ok && !l->spent ? best_text(l, docs, &cap) : -1;
	for (guint i = 0; ok && i < l->plan->texts->len; i++) {
		gboolean all = FALSE, few = l->picked && l->picks->len <= (guint)l->bounds->few;

		/* what isn't known to be common may be rare: a short look tells */
		if (docs[i] <= UNKNOWN_DOCS && !few)
			ok = pick_by_text(l, i, l->bounds->few + 1, &all, error);
		if (ok && !all && !few && (int)i == best)
			ok = pick_by_text(l, i, cap, &all, error);
		if (!all)
			g_array_append_val(l->open_texts, i);
	}
	return ok;
}

gboolean find_prepare(struct find_list *l, GError **error)
{
	if (l->prepared)
		return TRUE;
	l->prepared = TRUE;
	if (!l->bounds)
		l->bounds = &engine_bounds[l->engine];
	l->open_texts = g_array_new(FALSE, FALSE, sizeof(guint));
	if (l->source != LIST_EVERY && l->base <= l->bounds->small_base) {
		for (guint i = 0; i < l->plan->texts->len; i++)
			g_array_append_val(l->open_texts, i);
		return TRUE;
	}
	if (!pick_by_drivers(l, error))
		return FALSE;
	if (l->engine == DB_POSTGRES)
		return !l->plan->texts->len || pick_by_best_text(l, error);
	return pick_by_texts(l, l->bounds->text_cap, error);
}

void find_list_clear(struct find_list *l)
{
	g_clear_pointer(&l->picks, g_array_unref);
	g_clear_pointer(&l->open_texts, g_array_unref);
}
