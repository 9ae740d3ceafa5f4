/* Statements put together from named constant fragments (stmt_find.h).
 *
 * A fragment is a piece of SQL with its own $1..$n; composing joins pieces in order and
 * numbers their parameters anew, so that a query whose shape isn't known beforehand is
 * still made of nothing but our own texts and bound values. Connections keep the last
 * DB_CACHE_MAX compositions prepared, found again by their sequence of fragments. */
#ifndef STORAGE_DB_COMPOSE_H
#define STORAGE_DB_COMPOSE_H

#include "server/storage/db.h"
#include "server/storage/stmt_find.h"

enum db_frag {
#define F(id, kind, sql) FRAG_##id,
#define F2(id, kind, sqlite, postgres) FRAG_##id,
	FRAGMENTS(F, F2)
#undef F
#undef F2
	FRAG_COUNT
};

#define DB_COMPOSED_FRAGS 2000 /* pieces of one statement */
#define DB_COMPOSED_PARAMS 800 /* bound values of one statement */

struct db_composed {
	const char *name;  /* static; errors say it */
	GArray *frags;     /* guint16 */
	GArray *args;      /* struct db_arg; texts are kept in `texts` */
	GStringChunk *texts;
	gboolean over;     /* more than fits was added */
};
void db_composed_init(struct db_composed *c, const char *name);
void db_composed_clear(struct db_composed *c);
/* Adds a piece with its values; texts are copied. */
void db_compose(struct db_composed *c, enum db_frag frag, const struct db_arg *args, size_t n);
#define DB_ADD(c, frag) db_compose(c, frag, NULL, 0)
#define DB_ADDV(c, frag, ...) \
	db_compose(c, frag, (const struct db_arg[]){__VA_ARGS__}, \
	           sizeof((const struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg))
/* All of another one behind it. */
void db_compose_all(struct db_composed *c, const struct db_composed *more);

/* Like db_run. DESK_LIMIT: more pieces or values than a statement takes. */
gboolean db_run_composed(struct db_conn *conn, const struct db_composed *c, db_row_fn *fn, void *arg,
                         GError **error);

/* From now until db_read_end each statement of this reader may take at most ms; then it
 * fails with DESK_TIMEOUT, and on PostgreSQL so does all that follows. 0 lifts it. The
 * statements are planned for their values (full text wants that). */
gboolean db_read_limit(struct db_conn *conn, int ms, GError **error);

/* Prepares each fragment in a statement around it; the error names all that this engine refuses. */
gboolean db_vet_fragments(struct db *db, GError **error);

#endif
