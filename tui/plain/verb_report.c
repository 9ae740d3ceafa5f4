/* Numbers of the desk, counted by the desk: its lists are asked for their totals. */
#include "tui/plain/verbs.h"

#include <string.h>

#define OLDEST_OF 200 /* waiting tickets looked at for the one that waits longest */

/* ---- asking for many counts at once */

struct count {
	char *text;       /* a query */
	int64_t *total, *late; /* where it goes; late may be NULL */
	gboolean *exact;
};

static void count_clear(void *p)
{
	g_free(((struct count *)p)->text);
}

static void want(GArray *counts, char *text, int64_t *total, int64_t *late)
{
	struct count one = {.text = text, .total = total, .late = late};

	g_array_append_val(counts, one);
}

static gboolean ask(struct desk *d, const GArray *counts, GError **error)
{
	g_autofree struct query *q = g_new0(struct query, counts->len);
	g_autofree struct answer **answers = g_new0(struct answer *, counts->len);
	gboolean ok;

	for (guint i = 0; i < counts->len; i++) {
		query_init(&q[i], QUERY_QUEUE);
		q[i].view = g_strdup("every");
		q[i].text = g_strdup(g_array_index(counts, struct count, i).text);
		q[i].limit = 1;
	}
	ok = desk_read_all(d, q, counts->len, answers, error);
	for (guint i = 0; i < counts->len; i++) {
		const struct count *one = &g_array_index(counts, struct count, i);

		query_clear(&q[i]);
		if (!answers[i])
			continue;
		*one->total = answers[i]->page->total;
		if (one->late)
			*one->late = answers[i]->page->late;
		answer_free(answers[i]);
	}
	return ok;
}

static GArray *counts_new(void)
{
	GArray *counts = g_array_new(FALSE, FALSE, sizeof(struct count));

	g_array_set_clear_func(counts, count_clear);
	return counts;
}

/* ---- queues: a line a group, and all of them */

struct queue_line {
	char *name;
	int64_t active, late, unassigned, mine, fresh, open, pending, on_hold, waiting, waiting_since_ms;
};
#define NUMBER(T, m, n) {.name = n, .type = FIELD_INT64, FIELD_AT(T, m)}
static const struct field queue_fields[] = {
	{.name = "group", .type = FIELD_STRING, FIELD_AT(queue_line, name)},
	NUMBER(queue_line, active, "active"), NUMBER(queue_line, late, "late"),
	NUMBER(queue_line, unassigned, "unassigned"), NUMBER(queue_line, mine, "mine"),
	NUMBER(queue_line, fresh, "new"), NUMBER(queue_line, open, "open"), NUMBER(queue_line, pending, "pending"),
	NUMBER(queue_line, on_hold, "on_hold"), NUMBER(queue_line, waiting, "waiting"),
	NUMBER(queue_line, waiting_since_ms, "waiting_since_ms"),
};
static const struct shape shape_queue_line = SHAPE(queue_line, queue_fields);

static void want_queue(GArray *counts, struct queue_line *l, const char *which)
{
	want(counts, g_strdup_printf("status:active %s", which), &l->active, NULL);
	want(counts, g_strdup_printf("status:active is:late %s", which), &l->late, NULL);
	want(counts, g_strdup_printf("status:active is:unassigned %s", which), &l->unassigned, NULL);
	want(counts, g_strdup_printf("status:active is:mine %s", which), &l->mine, NULL);
	want(counts, g_strdup_printf("status:new %s", which), &l->fresh, NULL);
	want(counts, g_strdup_printf("status:open %s", which), &l->open, NULL);
	want(counts, g_strdup_printf("status:pending-customer,pending-internal %s", which), &l->pending, NULL);
	want(counts, g_strdup_printf("status:on-hold %s", which), &l->on_hold, NULL);
	want(counts, g_strdup_printf("status:active is:waiting %s", which), &l->waiting, NULL);
}

/* Of those nearest their deadline: who has waited longest for us. */
static gboolean waiting_since(struct desk *d, struct queue_line *l, const char *which, GError **error)
{
	struct query q;

	if (l->waiting <= 0)
		return TRUE;
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("every");
	q.text = g_strdup_printf("status:active is:waiting %s", which);
	q.limit = OLDEST_OF;
	g_autoptr(answer_auto) a = desk_read(d, &q, error);

	query_clear(&q);
	for (guint i = 0; a && i < a->page->rows->len; i++) {
		const struct ticket_row *row = a->page->rows->pdata[i];

		if (!l->waiting_since_ms || row->updated_ms < l->waiting_since_ms)
			l->waiting_since_ms = row->updated_ms;
	}
	return a != NULL;
}

static gboolean fill_queues(struct desk *d, const struct session *s, GPtrArray *lines, GError **error)
{
	g_autoptr(GArray) counts = counts_new();
	g_autoptr(GPtrArray) which = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i <= s->groups->len; i++) {
		const struct group *g = i < s->groups->len ? s->groups->pdata[i] : NULL;
		struct queue_line *l = g_new0(struct queue_line, 1);

		l->name = g ? g->name : (char *)"all";
		g_ptr_array_add(lines, l);
		g_ptr_array_add(which, g ? g_strdup_printf("group:\"%s\"", g->name) : g_strdup(""));
		want_queue(counts, l, which->pdata[i]);
	}
	if (!ask(d, counts, error))
		return FALSE;
	for (guint i = 0; i < lines->len; i++)
		if (!waiting_since(d, lines->pdata[i], which->pdata[i], error))
			return FALSE;
	return TRUE;
}

static int queues(struct call *c, const struct session *s)
{
	static const struct listing l = {&shape_queue_line, "queues",
		"group,active,late,unassigned,mine,new,open,pending,on_hold,waiting,waiting_since", "group"};
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	return fill_queues(c->desk, s, lines, &error) ? call_list(c, &l, lines) : call_fail(c, error);
}

/* ---- people: who has how much */

struct person_line {
	char *name, *display;
	int64_t assigned, late, waiting, resolved_today;
};
static const struct field person_fields[] = {
	{.name = "name", .type = FIELD_STRING, FIELD_AT(person_line, name)},
	{.name = "display", .type = FIELD_STRING, FIELD_AT(person_line, display)},
	NUMBER(person_line, assigned, "assigned"), NUMBER(person_line, late, "late"),
	NUMBER(person_line, waiting, "waiting"), NUMBER(person_line, resolved_today, "resolved_today"),
};
static const struct shape shape_person_line = SHAPE(person_line, person_fields);

static int people(struct call *c, const struct session *s)
{
	static const struct listing list = {&shape_person_line, "people", "name,assigned,late,waiting,resolved_today,display", "name"};
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) counts = counts_new();
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < s->people->len; i++) {
		const struct person *p = s->people->pdata[i];
		struct person_line *l = g_new0(struct person_line, 1);

		l->name = p->name;
		l->display = p->display;
		g_ptr_array_add(lines, l);
		want(counts, g_strdup_printf("status:active assignee:\"%s\"", p->name), &l->assigned, NULL);
		want(counts, g_strdup_printf("status:active is:late assignee:\"%s\"", p->name), &l->late, NULL);
		want(counts, g_strdup_printf("status:active is:waiting assignee:\"%s\"", p->name), &l->waiting, NULL);
		want(counts, g_strdup_printf("resolved:today assignee:\"%s\"", p->name), &l->resolved_today, NULL);
	}
	return ask(c->desk, counts, &error) ? call_list(c, &list, lines) : call_fail(c, error);
}

/* ---- clocks: how much time there is */

struct clock_line {
	char *name;
	int64_t late, minutes_15, hour, hours_4, day;
};
static const struct field clock_fields[] = {
	{.name = "group", .type = FIELD_STRING, FIELD_AT(clock_line, name)},
	NUMBER(clock_line, late, "late"), NUMBER(clock_line, minutes_15, "within_15m"), NUMBER(clock_line, hour, "within_1h"),
	NUMBER(clock_line, hours_4, "within_4h"), NUMBER(clock_line, day, "within_1d"),
};
static const struct shape shape_clock_line = SHAPE(clock_line, clock_fields);

static int clocks(struct call *c, const struct session *s)
{
	static const struct listing list = {&shape_clock_line, "clocks", "group,late,within_15m,within_1h,within_4h,within_1d", "group"};
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) counts = counts_new();
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i <= s->groups->len; i++) {
		const struct group *g = i < s->groups->len ? s->groups->pdata[i] : NULL;
		g_autofree char *which = g ? g_strdup_printf("group:\"%s\"", g->name) : g_strdup("");
		struct clock_line *l = g_new0(struct clock_line, 1);

		l->name = g ? g->name : (char *)"all";
		g_ptr_array_add(lines, l);
		want(counts, g_strdup_printf("status:active is:late %s", which), &l->late, NULL);
		want(counts, g_strdup_printf("status:active -is:late due:<15m %s", which), &l->minutes_15, NULL);
		want(counts, g_strdup_printf("status:active -is:late due:<1h %s", which), &l->hour, NULL);
		want(counts, g_strdup_printf("status:active -is:late due:<4h %s", which), &l->hours_4, NULL);
		want(counts, g_strdup_printf("status:active -is:late due:<1d %s", which), &l->day, NULL);
	}
	return ask(c->desk, counts, &error) ? call_list(c, &list, lines) : call_fail(c, error);
}

int verb_report(struct call *c)
{
	static const struct {
		const char *name;
		int (*put)(struct call *c, const struct session *s);
	} reports[] = {{"queues", queues}, {"people", people}, {"clocks", clocks}};
	const char *which = call_word(c, 0) ? call_word(c, 0) : "queues";
	g_autoptr(GError) error = NULL;
	const struct session *s = desk_session(c->desk, &error);

	if (!s)
		return call_fail(c, error);
	for (size_t i = 0; i < G_N_ELEMENTS(reports); i++)
		if (strcmp(reports[i].name, which) == 0)
			return reports[i].put(c, s);
	return call_usage(c, _("there is no report %s: queues, people or clocks"), which);
}
