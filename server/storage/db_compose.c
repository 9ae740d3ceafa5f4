/* Composing statements: joining fragments, numbering parameters, remembering what is prepared. */
#include "server/storage/db_compose.h"

#include <string.h>

#include "server/storage/db_driver.h"

struct fragment {
	const char *name;
	enum db_frag_kind kind;
	const char *sql[2]; /* by enum db_engine */
};

static const struct fragment fragments[FRAG_COUNT] = {
#define F(id, kind, sql) [FRAG_##id] = {#id, FRAG_KIND_##kind, {sql, sql}},
#define F2(id, kind, sqlite, postgres) [FRAG_##id] = {#id, FRAG_KIND_##kind, {sqlite, postgres}},
	FRAGMENTS(F, F2)
#undef F
#undef F2
};

/* The highest $n: a fragment uses all of its values in both texts (vetted). */
static unsigned params_of(enum db_frag frag, enum db_engine engine)
{
	unsigned highest = 0;

	for (const char *p = strchr(fragments[frag].sql[engine], '$'); p; p = strchr(p + 1, '$'))
		highest = MAX(highest, (unsigned)g_ascii_strtoull(p + 1, NULL, 10));
	return highest;
}

void db_composed_init(struct db_composed *c, const char *name)
{
	*c = (struct db_composed){
		.name = name,
		.frags = g_array_new(FALSE, FALSE, sizeof(guint16)),
		.args = g_array_new(FALSE, FALSE, sizeof(struct db_arg)),
		.texts = g_string_chunk_new(512),
	};
}

void db_composed_clear(struct db_composed *c)
{
	if (!c->frags)
		return;
	g_array_unref(c->frags);
	g_array_unref(c->args);
	g_string_chunk_free(c->texts);
	*c = (struct db_composed){0};
}

void db_compose(struct db_composed *c, enum db_frag frag, const struct db_arg *args, size_t n)
{
	guint16 id = (guint16)frag;

	g_assert(frag < FRAG_COUNT && n == params_of(frag, DB_SQLITE));
	if (c->frags->len >= DB_COMPOSED_FRAGS || c->args->len + n > DB_COMPOSED_PARAMS) {
		c->over = TRUE;
		return;
	}
	g_array_append_val(c->frags, id);
	for (size_t i = 0; i < n; i++) {
		struct db_arg a = args[i];

		if (a.type == DB_TEXT && a.text)
			a.text = g_string_chunk_insert(c->texts, a.text);
		g_array_append_val(c->args, a);
	}
}

void db_compose_all(struct db_composed *c, const struct db_composed *more)
{
	const struct db_arg *args = (const struct db_arg *)(void *)more->args->data;

	c->over |= more->over;
	for (guint i = 0; i < more->frags->len; i++) {
		enum db_frag frag = g_array_index(more->frags, guint16, i);
		unsigned n = params_of(frag, DB_SQLITE);

		db_compose(c, frag, args, n);
		args += n;
	}
}

/* ?N and $N alike bind by number. */
char *db_composed_sql(const struct db_composed *c, enum db_engine engine)
{
	GString *sql = g_string_sized_new(1024);
	unsigned base = 0;

	for (guint i = 0; i < c->frags->len; i++) {
		enum db_frag frag = g_array_index(c->frags, guint16, i);
		const char *p = fragments[frag].sql[engine], *dollar;

		while ((dollar = strchr(p, '$'))) {
			char *end;
			unsigned n = (unsigned)g_ascii_strtoull(dollar + 1, &end, 10);

			g_string_append_len(sql, p, dollar - p);
			g_string_append_printf(sql, "%c%u", engine == DB_SQLITE ? '?' : '$', base + n);
			p = end;
		}
		g_string_append(sql, p);
		base += params_of(frag, engine);
	}
	return g_string_free(sql, FALSE);
}

/* ---- what a connection keeps prepared */
struct db_cached *db_cache_find(struct db_cache *cache, const struct db_composed *c)
{
	size_t len = c->frags->len * sizeof(guint16);

	for (unsigned i = 0; i < DB_CACHE_MAX; i++) {
		struct db_cached *e = &cache->entry[i];

		if (e->ready && e->len == len && memcmp(e->key, c->frags->data, len) == 0) {
			e->used = ++cache->clock;
			return e;
		}
	}
	return NULL;
}

struct db_cached *db_cache_oldest(struct db_cache *cache)
{
	struct db_cached *oldest = &cache->entry[0];

	for (unsigned i = 0; i < DB_CACHE_MAX; i++) {
		struct db_cached *e = &cache->entry[i];

		if (!e->ready)
			return e;
		if (e->used < oldest->used)
			oldest = e;
	}
	return oldest;
}

void db_cache_keep(struct db_cache *cache, struct db_cached *e, const struct db_composed *c)
{
	g_free(e->key);
	e->len = c->frags->len * sizeof(guint16);
	e->key = g_memdup2(c->frags->data, e->len);
	e->used = ++cache->clock;
	e->ready = TRUE;
}

void db_cache_clear(struct db_cache *cache)
{
	for (unsigned i = 0; i < DB_CACHE_MAX; i++)
		g_free(cache->entry[i].key);
}

/* ---- running */
gboolean db_run_composed(struct db_conn *conn, const struct db_composed *c, db_row_fn *fn, void *arg,
                         GError **error)
{
	const struct db_arg *args = (const struct db_arg *)(void *)c->args->data;
	GError *why = NULL;

	if (c->over)
		return desk_fail(error, DESK_LIMIT, "%s: this asks for more than one query can hold.", c->name);
	if (conn->failure)
		return desk_fail(error, DESK_BUSY, "%s: an earlier statement of this job failed.", c->name);
	conn->changed = 0;
	conn->wrote = TRUE; /* perhaps */
	if (db_args_valid(c->name, args, c->args->len, &why) && conn->ops->run_composed(conn, c, fn, arg, &why))
		return TRUE;
	if (conn->role == DB_WRITER)
		conn->failure = g_error_copy(why);
	g_propagate_error(error, why);
	return FALSE;
}

gboolean db_read_limit(struct db_conn *conn, int ms, GError **error)
{
	g_assert(conn->role == DB_READER);
	return conn->ops->limit(conn, ms, error);
}

/* ---- vetting: each kind of fragment stands in a frame of its own */
static void frame_around(struct db_composed *c, enum db_frag frag)
{
	struct db_arg none[8];
	unsigned n = params_of(frag, DB_SQLITE);

	g_assert(n <= G_N_ELEMENTS(none));
	for (unsigned i = 0; i < n; i++)
		none[i] = DB_N;
	switch (fragments[frag].kind) {
	case FRAG_KIND_HEAD: /* begins a statement that goes on with a condition */
		db_compose(c, frag, none, n);
		DB_ADD(c, FRAG_TRUE);
		break;
	case FRAG_KIND_OPENER: /* begins one that wants its end */
		db_compose(c, frag, none, n);
		DB_ADD(c, FRAG_TRUE);
		DB_ADDV(c, FRAG_COUNT_END, DB_I(1));
		break;
	case FRAG_KIND_CLOSER:
		DB_ADD(c, FRAG_COUNT_OF);
		DB_ADD(c, FRAG_TRUE);
		db_compose(c, frag, none, n);
		break;
	case FRAG_KIND_CONDITION:
		DB_ADD(c, FRAG_IDS);
		db_compose(c, frag, none, n);
		break;
	case FRAG_KIND_END:
		DB_ADD(c, FRAG_IDS);
		DB_ADD(c, FRAG_TRUE);
		db_compose(c, frag, none, n);
		break;
	case FRAG_KIND_JOINT: /* between two conditions */
		DB_ADD(c, FRAG_IDS);
		DB_ADD(c, FRAG_TRUE);
		db_compose(c, frag, none, n);
		DB_ADD(c, FRAG_TRUE);
		break;
	case FRAG_KIND_BRACE:
		DB_ADD(c, FRAG_IDS);
		DB_ADD(c, FRAG_NOT);
		DB_ADD(c, FRAG_OPEN);
		DB_ADD(c, FRAG_TRUE);
		DB_ADD(c, FRAG_CLOSE);
		break;
	case FRAG_KIND_WHOLE:
		db_compose(c, frag, none, n);
		break;
	case FRAG_KIND_TAIL:
#ifdef DESK_TEST_HOOKS
		DB_ADDV(c, FRAG_TEST_PAIR, DB_N, DB_N);
#endif
		db_compose(c, frag, none, n);
		break;
	}
}

gboolean db_vet_fragments(struct db *db, GError **error)
{
	struct db_conn *conn = db->ops->connect(db, DB_READER, error);
	g_autoptr(GString) bad = g_string_new(NULL);

	if (!conn)
		return FALSE;
	for (int frag = 0; frag < FRAG_COUNT; frag++) {
		struct db_composed c;
		GError *why = NULL;

		db_composed_init(&c, fragments[frag].name);
		frame_around(&c, (enum db_frag)frag);
		if (params_of((enum db_frag)frag, DB_SQLITE) != params_of((enum db_frag)frag, DB_POSTGRES))
			desk_fail(&why, DESK_BUG, "%s: its two texts have different parameters",
			          fragments[frag].name);
		else
			conn->ops->vet_composed(conn, &c, &why);
		db_composed_clear(&c);
		if (!why)
			continue;
		g_string_append_printf(bad, "%s%s", bad->len ? "\n" : "", why->message);
		g_error_free(why);
	}
	conn->ops->disconnect(conn);
	return !bad->len || desk_fail(error, DESK_BUG, "%s", bad->str);
}
