/* A query of rules/find.h made ready for the database: fragments, and what can drive the
 * search. Compiling needs the desk's words only; it fails with DESK_INVALID, whose message
 * says the column ("column 8: ..."). */
#ifndef DESK_FIND_H
#define DESK_FIND_H

#include "rules/find.h"
#include "server/desk/inside.h"
#include "server/storage/db_compose.h"

/* Words that must be in a document of the ticket. */
struct find_text {
	char *match; /* in the engine's own language */
	int at;      /* which document (message_text.h), -1 any */
	const GPtrArray *tokens; /* of a single word or phrase, else NULL; borrowed from the tree */
	gboolean prefix;
};

struct find_plan {
	struct find_tree *tree;
	enum db_engine engine;
	struct db_composed where; /* one condition: all but `texts` */
	gboolean any;             /* the condition says something */
	GPtrArray *texts;         /* struct find_text: all of them must hold */
	GPtrArray *drivers;       /* struct db_composed: ids by an index, at most FIND_DRIVE */
	gboolean empty;           /* nothing is asked: every ticket */
};
#define FIND_DRIVE 5000 /* candidates of a driver; more than that is no help */

/* who NULL: nobody asks, `me` is an error. text NULL or blank: every ticket. */
gboolean find_compile(struct find_plan *p, const struct words *w, enum db_engine engine, const struct actor *who,
                      const char *text, int64_t now_ms, const char *zone, GError **error);
void find_plan_clear(struct find_plan *p);
/* Adds " AND" and the whole query as one condition, texts included (any text as EXISTS). */
void find_add_condition(struct db_composed *to, const struct find_plan *p, gboolean with_texts);
void find_add_text(struct db_composed *to, const struct find_text *t);
/* The list of ids as the engine takes it. g_free. */
char *find_id_list(enum db_engine engine, const desk_id *ids, size_t n);

/* ---- a page of a list (find_run.c) */

/* The lists that have an index; each is a range of it in deadline order. */
enum find_source {
	LIST_EVERY, LIST_ALL, LIST_GROUP, LIST_DONE, LIST_FREE, LIST_PERSON, LIST_SNOOZED,
	LIST_PROMISED, LIST_FOLLOW_UP, LIST_ACKNOWLEDGE /* by deadlines of their own; short, so they are walked, and counted */
};
gboolean find_source_counts(enum find_source source); /* one of the last three */
/* How much work a way may be; the defaults are measured (tests/bench/search_bench.c). */
struct find_bounds {
	int small_base; /* a list so short is walked, whatever is asked */
	int few;        /* so few candidates are looked at one by one */
	int chunk;      /* candidates that a statement looks at */
	int text_cap;   /* documents a word may have to pick by */
	int second_cap; /* the same where they are known to be the best way (PostgreSQL) */
	int stretch;    /* tickets that a walk over common words looks at first (PostgreSQL) */
};
struct find_list {
	struct db_conn *conn;
	const struct words *words;
	enum db_engine engine;
	enum find_source source;
	GArray *keys;             /* owned by who made it: desk_id: groups, a person, or 0 */
	const struct find_plan *plan;
	gboolean newest;          /* order: highest number first, else by deadline */
	int64_t base;             /* tickets of the list without the query */
	int64_t tickets;          /* of the whole desk; 0: as many as `base` */
	gint64 until_us;          /* monotonic: no more work after that */
	const struct find_bounds *bounds; /* NULL: the engine's */
	/* found out on the way */
	gboolean prepared, picked;
	GArray *picks;            /* desk_id, newest first: all that can hold (when picked) */
	GArray *open_texts;       /* guint: texts that `picks` don't already answer */
	gboolean cut;             /* the time was over before the page was full: there may be more */
	gboolean spent;           /* a statement ran out of time: count nothing more */
};
struct find_key {
	int64_t due;
	desk_id id;
};
#define FIND_KEY_FIRST ((struct find_key){INT64_MIN, INT64_MIN})
#define FIND_KEY_LAST ((struct find_key){INT64_MAX, INT64_MAX})

/* The n rows (struct ticket_row) next to `key` in list order, or before it, in list order.
 * DESK_LIMIT "too broad" when the time was not enough for one. NULL on failure. */
GPtrArray *find_rows(struct find_list *l, gboolean back, struct find_key key, int n, GError **error);
/* How many stand before `key` (exactly up to cap); -1 = not known in the time there is. */
gboolean find_count(struct find_list *l, struct find_key key, int64_t cap, int64_t *count, GError **error);
/* All numbers that hold, in no order; at most cap (then *more). */
gboolean find_ids(struct find_list *l, GArray *ids, int64_t cap, gboolean *more, GError **error);
void find_list_clear(struct find_list *l);
/* The same when few can hold; *more (and nothing) when it would take a walk over all. */
gboolean find_ids_picked(struct find_list *l, GArray *ids, gboolean *more, GError **error);
/* Source and keys (to be freed) of a view by name. */
gboolean find_list_view(struct find_list *l, const struct words *w, const struct actor *who, const char *view,
                        desk_id group_id, GError **error);
gboolean find_list_base(struct find_list *l, GError **error);
/* The zone that find_compile wants for that text; NULL when none is needed. g_free. */
char *find_zone(struct db_conn *conn, const char *text);

#endif
