/* What policies and calendars were: whenever they change the desk keeps how they are from then on, and
 * what they were before. Clocks count each stretch of time by what held then (struct clock_rule). */
#include "server/desk/config_desk.h"
#include "server/desk/records_inside.h"

#include <string.h>

#define ERAS_MAX 200 /* newest changes that are looked at; a clock older than that is judged by the oldest */

static const enum record_type types[] = {RECORD_CALENDAR, RECORD_POLICY};

/* ---- keeping them */
static gboolean print_fn(const struct record *r, void *arg)
{
	config_print(arg, r);
	g_string_append_c(arg, '\n');
	return TRUE;
}

static gboolean text_fn(const struct db_row *row, void *arg)
{
	*(char **)arg = db_dup(row, 1);
	return FALSE;
}

static gboolean found_fn(const struct db_row *row, void *arg)
{
	(void)row;
	*(gboolean *)arg = TRUE;
	return FALSE;
}

/* *kept: there is a change of what there was. Before the first ticket nothing was: a desk that is
 * being set up, in however many steps, began as it ends. */
static gboolean keep(struct db_conn *conn, int64_t from_ms, gboolean *kept, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *newest = NULL;
	gboolean tickets = FALSE;

	*kept = FALSE;
	if (!DB_RUN(conn, STMT_ERAS, text_fn, &newest, error, DB_I(1)) ||
	    !db_run(conn, STMT_TICKET_ANY, NULL, 0, found_fn, &tickets, error))
		return FALSE;
	if (newest && !from_ms) /* how it began is known */
		return TRUE;
	if (!newest || !tickets)
		from_ms = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (!records_each(conn, NULL, types[i], print_fn, text, error))
			return FALSE;
	if (strcmp(newest ? newest : "", text->str) == 0)
		return TRUE;
	*kept = newest && tickets;
	return DB_RUN(conn, STMT_ERA_PUT, NULL, NULL, error, DB_I(from_ms), DB_T(text->str));
}

gboolean eras_begin(struct db_conn *conn, GError **error)
{
	return keep(conn, 0, &(gboolean){FALSE}, error);
}

gboolean eras_changed(struct db_conn *conn, int64_t now_ms, GError **error)
{
	gboolean changed;

	return keep(conn, now_ms, &changed, error) && (!changed || desk_refold_begin(conn, now_ms, error));
}

/* ---- reading them */
struct era {
	int64_t until_ms;      /* when the next one began */
	struct config_file *file;
	GPtrArray *policies;   /* struct policy, borrowed from the file */
	GPtrArray *calendars;  /* struct calendar; one that never changed since is the desk's own */
	GPtrArray *own;        /* those that it isn't */
};

static void era_free(void *data)
{
	struct era *e = data;

	config_file_free(e->file);
	g_ptr_array_unref(e->policies);
	g_ptr_array_unref(e->calendars);
	g_ptr_array_unref(e->own);
	g_free(e);
}

static const struct calendar *era_calendar(const char *name, void *arg)
{
	const struct era *e = arg;

	for (guint i = 0; name && i < e->calendars->len; i++)
		if (strcmp(calendar_name(e->calendars->pdata[i]), name) == 0)
			return e->calendars->pdata[i];
	return NULL;
}

/* Removed since: no ticket is in such a group. */
static void take_groups(struct policy *p, const struct record *r, const struct words *w)
{
	for (guint i = 0; r->group_keys && i < r->group_keys->len; i++) {
		desk_id id = -1;

		for (guint at = 0; at < w->groups->len; at++) {
			const struct group *g = w->groups->pdata[at];

			if (g_strcmp0(g->name, r->group_keys->pdata[i]) == 0)
				id = g->id;
		}
		g_array_append_val(p->groups, id);
	}
}

/* The newer era's calendar (`later` NULL: the desk's), when it is the same. */
static struct calendar *unchanged(const struct record *r, const struct config_file *next, const struct era *later,
                                  const struct words *w)
{
	const struct config_item *item = next ? config_find(next, RECORD_CALENDAR, r->key) : NULL;
	g_autofree char *was = config_text(r), *is = item && item->record ? config_text(item->record) : NULL;

	if (g_strcmp0(was, is) != 0)
		return NULL;
	return (struct calendar *)(later ? era_calendar(r->key, (void *)later) : words_calendar(r->key, (void *)w));
}

static void take_item(struct era *e, const struct config_item *item, const struct config_file *next,
                      const struct era *later, const struct words *w)
{
	const struct record *r = item->record;
	struct calendar *c = NULL;

	if (!r)
		return;
	if (item->type == RECORD_POLICY) {
		take_groups(r->policy, r, w);
		g_ptr_array_add(e->policies, r->policy);
	} else if (item->type == RECORD_CALENDAR && !(c = unchanged(r, next, later, w))) {
		c = record_calendar(r, NULL); /* its zone may be unknown by now: then round the clock */
		if (c)
			g_ptr_array_add(e->own, c);
	}
	if (c)
		g_ptr_array_add(e->calendars, c);
}

struct reading {
	struct words *words;
	int64_t until_ms;           /* of the next row, which is older; 0: it is the newest */
	struct config_file *newest; /* what holds now, to compare with */
};

static gboolean era_fn(const struct db_row *row, void *arg)
{
	struct reading *r = arg;
	const char *text = db_text(row, 1);
	g_autoptr(line_errors_auto) errors = line_errors_new("era");
	struct config_file *file = config_parse(text, strlen(text), errors);
	const GPtrArray *eras = r->words->eras;
	const struct era *later = eras->len ? eras->pdata[eras->len - 1] : NULL;
	struct era *e;

	if (r->newest) {
		e = g_new0(struct era, 1);
		e->until_ms = r->until_ms;
		e->file = file;
		e->policies = g_ptr_array_new();
		e->calendars = g_ptr_array_new();
		e->own = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_free);
		for (guint i = 0; i < file->items->len; i++)
			take_item(e, file->items->pdata[i], later ? later->file : r->newest, later, r->words);
		g_ptr_array_add(r->words->eras, e);
	} else {
		r->newest = file;
	}
	r->until_ms = db_int(row, 0);
	return TRUE;
}

gboolean words_read_eras(struct db_conn *conn, struct words *w, GError **error)
{
	struct reading r = {.words = w};
	gboolean ok;

	w->eras = g_ptr_array_new_with_free_func(era_free);
	ok = DB_RUN(conn, STMT_ERAS, era_fn, &r, error, DB_I(ERAS_MAX));
	if (r.newest)
		config_file_free(r.newest);
	return ok;
}

/* ---- the rules of a ticket */
static void add_era(struct ticket_rules *rules, const struct era *e, const struct clock_case *of)
{
	struct clock_rule old[CLOCK_COUNT];
	size_t n = clock_rules(e->policies, of, era_calendar, (void *)e, old), at = 0;

	for (size_t i = 0; i < n; i++) { /* both in the order of their kinds */
		struct clock_rule *oldest;

		while (at < rules->n && rules->rule[at].kind < old[i].kind)
			at++;
		if (at == rules->n || rules->rule[at].kind != old[i].kind)
			continue;
		oldest = rules->oldest[at];
		if (clock_rule_same(oldest, &old[i]))
			continue;
		if (!rules->before)
			rules->before = g_ptr_array_new_with_free_func(g_free);
		oldest->since_ms = e->until_ms;
		oldest->before = rules->oldest[at] = g_memdup2(&old[i], sizeof(old[i]));
		g_ptr_array_add(rules->before, rules->oldest[at]);
	}
}

void ticket_rules_of(const struct words *w, const struct clock_case *of, int64_t since_ms, struct ticket_rules *to)
{
	to->before = NULL;
	to->n = clock_rules(w->policies, of, words_calendar, (void *)w, to->rule);
	for (size_t i = 0; i < to->n; i++)
		to->oldest[i] = &to->rule[i];
	for (guint i = 0; i < w->eras->len; i++) { /* newest first */
		const struct era *e = w->eras->pdata[i];

		if (e->until_ms <= since_ms)
			break;
		add_era(to, e, of);
	}
}

void ticket_rules_clear(struct ticket_rules *r)
{
	if (r->before)
		g_ptr_array_unref(r->before);
	r->before = NULL;
}
