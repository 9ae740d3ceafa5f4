/* The knowledge index on FTS5. Text is tokenised by core/rules before it gets here,
 * so that Chinese is found at all and ranks like English. */
#include "server/search.h"

#include <sqlite3.h>
#include <string.h>
#include "rules/tokens.h"

#define TERMS_MAX 12
#define CANDIDATES 60        /* of a match, ranked again with the language */
#define LANGUAGE_BOOST 2.0
#define CATEGORY_BOOST 0.4   /* for each part of the category in common */
#define ALL_BOOST 2.0        /* every term is there */
#define HEAD_BOOST 2.0       /* a term of the subject */
#define WEAK_SHARE 0.3       /* of the best one's score: a suggestion below is noise */
#define SNIPPET_BYTES 150

enum statement { PUT, REMOVE, FIND, SEEN, STATEMENT_COUNT };
static const char *const statements[STATEMENT_COUNT] = {
	[PUT] = "INSERT INTO article(rowid, title, keywords, body) VALUES (?1, ?2, ?3, ?4)",
	[REMOVE] = "DELETE FROM article WHERE rowid = ?1",
	[FIND] = "SELECT rowid, bm25(article, 4.0, 2.0, 1.0) FROM article WHERE article MATCH ?1 "
	         "ORDER BY rank LIMIT ?2",
	[SEEN] = "SELECT doc FROM term WHERE term = ?1",
};
static const char *const schema =
	"CREATE VIRTUAL TABLE article USING fts5(title, keywords, body, tokenize = \"unicode61 remove_diacritics 0\");"
	"INSERT INTO article(article, rank) VALUES ('rank', 'bm25(4.0, 2.0, 1.0)');"
	"CREATE VIRTUAL TABLE term USING fts5vocab(article, 'row');";

struct search {
	GMutex lock;
	sqlite3 *db;
	sqlite3_stmt *prepared[STATEMENT_COUNT];
	GHashTable *articles; /* id -> struct article: what a hit shows */
};

static gboolean fail(struct search *s, GError **error)
{
	return desk_fail(error, DESK_IO, "the knowledge index failed: %s", sqlite3_errmsg(s->db));
}

static void article_drop(void *a)
{
	article_free(a);
}

struct search *search_new(GError **error)
{
	struct search *s = g_new0(struct search, 1);
	gboolean ok;

	g_mutex_init(&s->lock);
	s->articles = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, article_drop);
	ok = sqlite3_open_v2(":memory:", &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
	                     NULL) == SQLITE_OK &&
	     sqlite3_exec(s->db, schema, NULL, NULL, NULL) == SQLITE_OK;
	for (int i = 0; ok && i < STATEMENT_COUNT; i++)
		ok = sqlite3_prepare_v3(s->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &s->prepared[i], NULL) ==
		     SQLITE_OK;
	if (ok)
		return s;
	fail(s, error);
	search_free(s);
	return NULL;
}

void search_free(struct search *s)
{
	if (!s)
		return;
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(s->prepared[i]);
	sqlite3_close(s->db);
	g_hash_table_unref(s->articles);
	g_mutex_clear(&s->lock);
	g_free(s);
}

static gboolean step_done(struct search *s, enum statement st, GError **error)
{
	int rc = sqlite3_step(s->prepared[st]);

	sqlite3_reset(s->prepared[st]);
	sqlite3_clear_bindings(s->prepared[st]);
	return rc == SQLITE_DONE ? TRUE : fail(s, error);
}

static gboolean drop_locked(struct search *s, desk_id id, GError **error)
{
	if (!g_hash_table_contains(s->articles, &id))
		return TRUE;
	g_hash_table_remove(s->articles, &id);
	sqlite3_bind_int64(s->prepared[REMOVE], 1, id);
	return step_done(s, REMOVE, error);
}

static struct article *shown_part(const struct article *a)
{
	struct article *copy = g_new0(struct article, 1);

	copy->id = a->id;
	copy->version = a->version;
	copy->module = a->module;
	copy->category = g_strdup(a->category);
	copy->language = g_strdup(a->language);
	copy->title = g_strdup(a->title);
	copy->body = g_strdup(a->body);
	return copy;
}

gboolean search_put(struct search *s, const struct article *a, GError **error)
{
	g_autofree char *title = tokens_string(a->title), *body = tokens_string(a->body);
	g_autofree char *keywords = tokens_string(a->keywords ? a->keywords : "");
	struct article *copy = shown_part(a);
	sqlite3_stmt *put = s->prepared[PUT];
	gboolean ok;

	g_mutex_lock(&s->lock);
	ok = drop_locked(s, a->id, error);
	if (ok) {
		sqlite3_bind_int64(put, 1, a->id);
		sqlite3_bind_text(put, 2, title, -1, SQLITE_STATIC);
		sqlite3_bind_text(put, 3, keywords, -1, SQLITE_STATIC);
		sqlite3_bind_text(put, 4, body, -1, SQLITE_STATIC);
		ok = step_done(s, PUT, error);
	}
	if (ok)
		g_hash_table_insert(s->articles, &copy->id, copy);
	else
		article_free(copy);
	g_mutex_unlock(&s->lock);
	return ok;
}

gboolean search_remove(struct search *s, desk_id id, GError **error)
{
	gboolean ok;

	g_mutex_lock(&s->lock);
	ok = drop_locked(s, id, error);
	g_mutex_unlock(&s->lock);
	return ok;
}

gboolean search_retain(struct search *s, GHashTable *ids, GError **error)
{
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(desk_id));
	GHashTableIter iter;
	gpointer id;
	gboolean ok = TRUE;

	g_mutex_lock(&s->lock);
	g_hash_table_iter_init(&iter, s->articles);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		if (!g_hash_table_contains(ids, id))
			g_array_append_val(gone, *(desk_id *)id);
	for (guint i = 0; ok && i < gone->len; i++)
		ok = drop_locked(s, g_array_index(gone, desk_id, i), error);
	g_mutex_unlock(&s->lock);
	return ok;
}

/* ---- finding */
struct term {
	const char *text;
	int64_t seen; /* articles that hold it */
	guint place;
};

static int compare_terms(const void *a, const void *b)
{
	const struct term *x = a, *y = b;

	if (x->seen != y->seen)
		return x->seen < y->seen ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* The terms that occur at all, rarest first, at most TERMS_MAX. *all: every term occurs. */
static GArray *rare_terms(struct search *s, const GPtrArray *tokens, gboolean *all)
{
	GArray *terms = g_array_new(FALSE, TRUE, sizeof(struct term));
	sqlite3_stmt *seen = s->prepared[SEEN];

	*all = TRUE;
	for (guint i = 0; i < tokens->len; i++) {
		struct term t = {tokens->pdata[i], 0, i};

		sqlite3_bind_text(seen, 1, t.text, -1, SQLITE_STATIC);
		if (sqlite3_step(seen) == SQLITE_ROW)
			t.seen = sqlite3_column_int64(seen, 0);
		sqlite3_reset(seen);
		if (t.seen)
			g_array_append_val(terms, t);
		else
			*all = FALSE;
	}
	if (terms->len)
		qsort(terms->data, terms->len, sizeof(struct term), compare_terms);
	if (terms->len > TERMS_MAX)
		g_array_set_size(terms, TERMS_MAX);
	return terms;
}

/* "a" AND "b": quoted, so that no token is read as an operator. */
static char *match_text(const GArray *terms, const char *operator)
{
	GString *q = g_string_new(NULL);

	for (guint i = 0; i < terms->len; i++) {
		const struct term *t = &g_array_index(terms, struct term, i);

		if (i)
			g_string_append_printf(q, " %s ", operator);
		g_string_append_c(q, '"');
		for (const char *p = t->text; *p; p++) {
			if (*p == '"')
				g_string_append_c(q, '"');
			g_string_append_c(q, *p);
		}
		g_string_append_c(q, '"');
	}
	return g_string_free(q, FALSE);
}

struct seek {
	const GArray *terms;
	size_t at;
	gboolean found;
};

static void seek_fn(const char *token, size_t len, size_t from, size_t to, void *arg)
{
	struct seek *k = arg;

	(void)to;
	for (guint i = 0; !k->found && i < k->terms->len; i++) {
		const char *t = g_array_index(k->terms, struct term, i).text;

		if (strlen(t) == len && memcmp(t, token, len) == 0) {
			k->found = TRUE;
			k->at = from;
		}
	}
}

static gboolean word_byte(const char *p)
{
	return g_ascii_isalnum(*p) || *p == '\'' || *p == '-';
}

/* Neither end may stand inside a Latin word or a character. */
static const char *cut_back(const char *start, const char *at)
{
	const char *p = at;

	while (p > start && ((unsigned char)*p & 0xC0) == 0x80)
		p--;
	while (p > start && word_byte(p) && word_byte(p - 1))
		p--;
	return p;
}

/* The line around the first match, with an ellipsis where it was cut. */
static char *snippet_of(const char *body, const GArray *terms)
{
	struct seek k = {.terms = terms};
	const char *line, *start, *end, *stop;
	g_autofree char *cut = NULL;

	tokens_each(body, strlen(body), seek_fn, &k);
	for (line = body + k.at; line > body && line[-1] != '\n'; line--)
		;
	stop = line + strcspn(line, "\n");
	start = body + k.at - line > SNIPPET_BYTES / 2 ? cut_back(line, body + k.at - SNIPPET_BYTES / 3) : line;
	end = stop - start > SNIPPET_BYTES ? cut_back(body + k.at, start + SNIPPET_BYTES) : stop;
	if (end <= body + k.at) /* one word longer than a snippet */
		end = stop;
	cut = g_strstrip(g_strndup(start, (gsize)(end - start)));
	return g_strconcat(start > line ? "…" : "", cut, end < stop ? "…" : "", NULL);
}

static struct article_hit *hit_of(const struct article *a, double score)
{
	struct article_hit *h = g_new0(struct article_hit, 1);

	h->id = a->id;
	h->version = a->version;
	h->module = a->module;
	h->category = g_strdup(a->category);
	h->language = g_strdup(a->language);
	h->title = g_strdup(a->title);
	h->score = score;
	return h;
}

/* How many parts ("account", "sign-in") two categories have in common. */
static int shared_parts(const char *a, const char *b)
{
	g_auto(GStrv) parts = g_strsplit(a ? a : "", "/", -1), others = g_strsplit(b ? b : "", "/", -1);
	int n = 0;

	for (char **p = parts; *p; p++)
		n += **p && g_strv_contains((const char *const *)others, *p);
	return n;
}

static double weigh(double score, const struct article *a, const struct search_query *q)
{
	score = MAX(score, 1e-6); /* a term in most articles has next to no weight */
	if (q->language && a->language && strcmp(q->language, a->language) == 0)
		score *= LANGUAGE_BOOST;
	return score * (1 + CATEGORY_BOOST * shared_parts(a->category, q->category));
}

static struct article_hit *hit_with(const GPtrArray *hits, desk_id id)
{
	for (guint i = 0; i < hits->len; i++) {
		struct article_hit *h = hits->pdata[i];

		if (h->id == id)
			return h;
	}
	return NULL;
}

/* What an earlier match has found keeps its score, or gets this one on top (`add`). */
static gboolean run_match(struct search *s, const GArray *terms, const char *operator, const struct search_query *q,
                          double weight, gboolean add, GPtrArray *hits, GError **error)
{
	g_autofree char *match = match_text(terms, operator);
	sqlite3_stmt *find = s->prepared[FIND];
	int rc;

	sqlite3_bind_text(find, 1, match, -1, SQLITE_STATIC);
	sqlite3_bind_int(find, 2, CANDIDATES);
	while ((rc = sqlite3_step(find)) == SQLITE_ROW) {
		desk_id id = sqlite3_column_int64(find, 0);
		double score = -sqlite3_column_double(find, 1) * weight;
		const struct article *a = g_hash_table_lookup(s->articles, &id);
		struct article_hit *had = hit_with(hits, id);

		if (a && !had)
			g_ptr_array_add(hits, hit_of(a, weigh(score, a, q)));
		else if (a && add)
			had->score += weigh(score, a, q);
	}
	sqlite3_reset(find);
	sqlite3_clear_bindings(find);
	return rc == SQLITE_DONE ? TRUE : fail(s, error);
}

static int compare_hits(gconstpointer a, gconstpointer b)
{
	const struct article_hit *x = *(const struct article_hit *const *)a, *y = *(const struct article_hit *const *)b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

struct tally {
	const GArray *terms;
	int64_t common;
	guint seen; /* bit per term */
};

static void tally_fn(const char *token, size_t len, size_t from, size_t to, void *arg)
{
	struct tally *t = arg;

	(void)from;
	(void)to;
	for (guint i = 0; i < t->terms->len; i++) {
		const char *term = g_array_index(t->terms, struct term, i).text;

		if (g_array_index(t->terms, struct term, i).seen <= t->common && strlen(term) == len &&
		    memcmp(term, token, len) == 0)
			t->seen |= 1u << i;
	}
}

/* A bit for each of the terms in it, of those that at most `common` articles hold. */
static guint terms_in(const char *text, const GArray *terms, int64_t common)
{
	struct tally t = {.terms = terms, .common = common};

	tokens_each(text, strlen(text), tally_fn, &t);
	return t.seen;
}

/* Running text matches almost anything by one word: a suggestion has a term of the
 * head in its title (not one like "not"), or several terms of the whole: fewer where the category agrees. */
static gboolean is_weak(struct search *s, const struct search_query *q, const struct article_hit *h,
                        const GArray *head, const GArray *terms)
{
	const struct article *a = g_hash_table_lookup(s->articles, &h->id);

	if (terms_in(a->title, head, MAX(2, g_hash_table_size(s->articles) / 5)))
		return FALSE;
	return __builtin_popcount(terms_in(a->title, terms, INT64_MAX)) +
	               __builtin_popcount(terms_in(a->body, terms, INT64_MAX)) <
	       (shared_parts(a->category, q->category) ? 3 : 6);
}

static void drop_weak(struct search *s, const struct search_query *q, GPtrArray *hits, const GArray *head,
                      const GArray *terms)
{
	double best = hits->len ? ((const struct article_hit *)hits->pdata[0])->score : 0;

	for (guint i = 0; i < hits->len;) {
		const struct article_hit *h = hits->pdata[i];

		if (h->score < best * WEAK_SHARE || is_weak(s, q, h, head, terms))
			g_ptr_array_remove_index(hits, i);
		else
			i++;
	}
}

static void add_snippets(struct search *s, GPtrArray *hits, const GArray *terms)
{
	for (guint i = 0; i < hits->len; i++) {
		struct article_hit *h = hits->pdata[i];
		const struct article *a = g_hash_table_lookup(s->articles, &h->id);

		h->snippet = snippet_of(a->body, terms);
	}
}

/* Suggestions: the head's terms and the text's, added up. */
static gboolean find_any(struct search *s, const struct search_query *q, const GArray *terms, GPtrArray *hits,
                         GError **error)
{
	g_autoptr(GPtrArray) tokens = tokens_query(q->head ? q->head : q->text);
	g_autoptr(GArray) head = NULL;
	gboolean all;

	head = rare_terms(s, tokens, &all);
	if ((head->len && !run_match(s, head, "OR", q, HEAD_BOOST, TRUE, hits, error)) ||
	    (terms->len && !run_match(s, terms, "OR", q, 1.0, TRUE, hits, error)))
		return FALSE;
	g_ptr_array_sort(hits, compare_hits);
	drop_weak(s, q, hits, head, terms);
	return TRUE;
}

static gboolean find_all_first(struct search *s, const struct search_query *q, const GArray *terms, gboolean all,
                               GPtrArray *hits, GError **error)
{
	if (terms->len && all && !run_match(s, terms, "AND", q, ALL_BOOST, FALSE, hits, error))
		return FALSE;
	if (terms->len && hits->len < (guint)q->limit && !run_match(s, terms, "OR", q, 1.0, FALSE, hits, error))
		return FALSE;
	g_ptr_array_sort(hits, compare_hits);
	return TRUE;
}

GPtrArray *search_find(struct search *s, const struct search_query *q, GError **error)
{
	g_autoptr(GPtrArray) tokens = tokens_query(q->text);
	g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func((GDestroyNotify)article_hit_free);
	g_autoptr(GArray) terms = NULL;
	gboolean all, ok;

	g_mutex_lock(&s->lock);
	terms = rare_terms(s, tokens, &all);
	ok = q->mode == SEARCH_ANY ? find_any(s, q, terms, hits, error) :
	                             find_all_first(s, q, terms, all, hits, error);
	if (hits->len > (guint)q->limit)
		g_ptr_array_set_size(hits, q->limit);
	add_snippets(s, hits, terms);
	g_mutex_unlock(&s->lock);
	return ok ? g_steal_pointer(&hits) : NULL;
}
