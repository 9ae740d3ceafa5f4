/* The query language: its tables, the life of a tree, what an error says. */
#include "rules/find_inner.h"

#include <string.h>
#include "base/say.h"
#include "base/text.h"

static const struct {
	const char *name;
	enum find_reading reading;
} fields[FIND_FIELD_COUNT] = {
#define E(id, name, reading) [FIND_##id] = {name, FIND_READ_##reading},
	FIND_FIELDS(E)
#undef E
};

const char *find_field_name(enum find_field field)
{
	return (unsigned)field < FIND_FIELD_COUNT ? fields[field].name : "?";
}

enum find_reading find_field_reading(enum find_field field)
{
	return (unsigned)field < FIND_FIELD_COUNT ? fields[field].reading : FIND_READ_TEXT;
}

static const struct {
	const char *view, *text;
} views[] = {
	{"mine", "status:active group:mine -is:snoozed"},
	{"assigned", "status:active assignee:me -is:snoozed"},
	{"unassigned", "status:active assignee:nobody -is:snoozed"},
	{"all", "status:active -is:snoozed"},
	{"done", "status:done"},
	{"snoozed", "is:snoozed group:mine"},
	{"promises", "has:promise group:mine"},
	{"follow-ups", "status:follow-up-due group:mine"},
	{"to-acknowledge", "status:active acknowledge:me"},
	{"every", ""},
};

const char *find_view_text(const char *view)
{
	for (size_t i = 0; view && i < G_N_ELEMENTS(views); i++)
		if (strcmp(views[i].view, view) == 0)
			return views[i].text;
	return NULL;
}

/* ---- words that the language itself knows */
#define MEANT(id, name) {name, NULL},
#define HELPED(id, name, help) {name, help},
static const struct find_fixed statuses[] = {MODEL_STATUSES(MEANT){"active", N_("anyone still works on it")},
					     {"done", N_("nobody works on it any more")}};
static const struct find_fixed priorities[] = {MODEL_PRIORITIES(MEANT)};
static const struct find_fixed channels[] = {MODEL_CHANNELS(MEANT)};
static const struct find_fixed problems[] = {MODEL_PROBLEMS(MEANT)};
static const struct find_fixed impacts[] = {MODEL_IMPACTS(MEANT)};
static const struct find_fixed needs[] = {MODEL_NEEDS(MEANT)};
static const struct find_fixed follow_ups[] = {MODEL_FOLLOW_UPS(MEANT)};
static const struct find_fixed clocks[] = {MODEL_CLOCKS(MEANT){"any", N_("there is one")}};
static const struct find_fixed flags[] = {FIND_IS(HELPED)};
static const struct find_fixed things[] = {FIND_HAS(HELPED)};
static const struct find_fixed groups[] = {{"mine", N_("my groups")}};
static const struct find_fixed people[] = {{"me", N_("I")}, {"nobody", N_("it is in the queue")}};
static const struct find_fixed optional[] = {{"none", N_("there is none")}, {"any", N_("there is one")}};
static const struct find_fixed dues[] = {
	{"none", N_("no clock runs")}, {"any", N_("a clock runs")}, {"today", NULL}, {"tomorrow", NULL}};
static const struct find_fixed ages[] = {{"today", NULL}, {"yesterday", NULL}};

static const struct {
	const struct find_fixed *words;
	size_t n;
} fixed[FIND_FIELD_COUNT] = {
#define WORDS(id, table) [FIND_##id] = {table, G_N_ELEMENTS(table)}
	WORDS(STATUS, statuses),  WORDS(PRIORITY, priorities),
	WORDS(CHANNEL, channels), WORDS(PROBLEM, problems),
	WORDS(IS, flags),         WORDS(HAS, things),
	WORDS(GROUP, groups),     WORDS(ASSIGNEE, people),
	WORDS(TAG, optional),     WORDS(CATEGORY, optional),
	WORDS(DUE, dues),         WORDS(CREATED, ages),
	WORDS(UPDATED, ages),     WORDS(RESOLVED, ages),
	WORDS(PARENT, optional),  WORDS(LINK, optional),
	WORDS(IMPACT, impacts),   WORDS(NEED, needs),
	WORDS(FOLLOW_UP, follow_ups), WORDS(LATE, clocks), WORDS(WARNED, clocks),
};

size_t find_fixed_words(enum find_field field, const struct find_fixed **words)
{
	*words = (unsigned)field < FIND_FIELD_COUNT ? fixed[field].words : NULL;
	return *words ? fixed[field].n : 0;
}

/* ---- life and death */
void find_value_free(struct find_value *v)
{
	if (!v)
		return;
	g_free(v->text);
	g_free(v->folded);
	g_clear_pointer(&v->ids, g_array_unref);
	g_clear_pointer(&v->tokens, g_ptr_array_unref);
	g_free(v);
}

void find_node_free(struct find_node *n)
{
	if (!n)
		return;
	g_clear_pointer(&n->parts, g_ptr_array_unref);
	g_clear_pointer(&n->values, g_ptr_array_unref);
	g_free(n->custom);
	g_free(n);
}

void find_tree_free(struct find_tree *t)
{
	if (!t)
		return;
	find_node_free(t->root);
	g_free(t->source);
	g_free(t);
}

/* ---- errors */
#define COLUMN N_("column %d: %s")

gboolean find_fail(struct find_error *e, const char *source, int from, int to, const char *format, ...)
{
	g_autofree char *raw = NULL, *clean = NULL;
	va_list args;

	if (!e)
		return FALSE;
	va_start(args, format);
	raw = g_strdup_vprintf(say(format), args);
	va_end(args);
	clean = text_clean_string(raw, -1, 0, TEXT_NO_CAP);
	find_error_clear(e);
	e->from = from;
	e->to = MAX(from, to);
	e->column = text_string_cols(source, (size_t)from);
	e->message = g_strdup_printf(_(COLUMN), e->column + 1, clean);
	return FALSE;
}

void find_error_clear(struct find_error *e)
{
	g_free(e->message);
	*e = (struct find_error){0};
}

gboolean find_error_to(const struct find_error *e, GError **error)
{
	return desk_fail(error, DESK_INVALID, "%s", e->message ? e->message : _("the query isn't understood"));
}

int find_error_column(const char *message)
{
	/* In whatever language the server spoke. */
	for (const char *const *l = say_languages(); message && *l; l++) {
		g_auto(GStrv) around = g_strsplit_set(say_in(*l, COLUMN), "%", 3); /* "column ", "d: ", "s" */
		const char *at = strstr(message, around[0]);
		guint64 n;
		char *end;

		if (!at || !g_ascii_isdigit(at[strlen(around[0])]))
			continue;
		n = g_ascii_strtoull(at + strlen(around[0]), &end, 10);
		if (g_str_has_prefix(end, around[1] + 1) && n > 0 && n <= FIND_MAX_BYTES)
			return (int)n - 1;
	}
	return -1;
}

char *find_meant(const char *near_name)
{
	return near_name ? g_strdup_printf(_("; did you mean \"%s\"?"), near_name) : g_strdup("");
}

/* ---- the nearest of several names: fewest letters to change, swap, add or leave out */
#define NEAR_MAX 64

static int distance(const char *a, const char *b)
{
	int rows[3][NEAR_MAX + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > NEAR_MAX || m > NEAR_MAX)
		return INT_MAX;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		int *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			int cost = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				cost = MIN(cost, before[j - 2] + 1);
			row[j] = MIN(cost, 1 + MIN(above[j], row[j - 1]));
		}
	}
	return rows[n % 3][m];
}

const char *find_nearest(const char *word, const char *const *names, size_t n)
{
	g_autofree char *folded = text_fold(word, -1);
	const char *best = NULL;
	int least = MAX(1, (int)strlen(folded) / 3) + 1;

	for (size_t i = 0; i < n; i++) {
		g_autofree char *name = text_fold(names[i], -1);
		size_t shorter = MIN(strlen(name), strlen(folded));
		int d = shorter >= 3 && strncmp(name, folded, shorter) == 0 ? 1 : distance(folded, name);

		if (d < least) {
			least = d;
			best = names[i];
		}
	}
	return best;
}
