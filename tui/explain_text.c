/* The arithmetic of a clock in words. */
#include "tui/explain_text.h"

#include <string.h>
#include "tui/draw.h"

#define COLS_FROM 24
#define COLS_TO 22
#define COLS_SUM 11

struct telling {
	GString *out;
	const struct clock_explained *e;
	GTimeZone *zone;
	int64_t now_ms;
};

static int64_t whole_seconds(int64_t ms)
{
	return ms >= 0 ? (ms + MS_SECOND / 2) / MS_SECOND : -((-ms + MS_SECOND / 2) / MS_SECOND);
}

static const char *put_seconds(int64_t s, char *buf, size_t size)
{
	int64_t n = ABS(s);

	g_snprintf(buf, size, "%s%" G_GINT64_FORMAT ":%02d:%02d", s < 0 ? "-" : "", n / 3600, (int)(n / 60 % 60), (int)(n % 60));
	return buf;
}

const char *explain_length(int64_t ms, char *buf, size_t size)
{
	return put_seconds(whole_seconds(ms), buf, size);
}

static void put(struct telling *t, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void put(struct telling *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	g_string_append_vprintf(t->out, format, ap);
	va_end(ap);
	g_string_append_c(t->out, '\n');
}

/* ---- words */
static const char *word_of(const char *name, const char *const (*table)[2], size_t n)
{
	for (size_t i = 0; name && i < n; i++)
		if (strcmp(table[i][0], name) == 0)
			return say(table[i][1]);
	return NULL;
}

/* What set it going, or ended it. */
static char *cause(const char *note)
{
	static const char *const facts[][2] = {
		{"created", N_("the ticket was opened")}, {"customer-message", N_("the customer wrote")},
		{"public-reply", N_("the customer was answered")}, {"claimed", N_("somebody took the ticket")},
		{"released", N_("the ticket was put back")}, {"escalated", N_("it went to the second tier")},
		{"cross-escalated", N_("it went to another department")}, {"tier2-answer", N_("the second tier answered")},
		{"plan-sent", N_("the customer was told the plan")}, {"promised", N_("the customer was promised an answer")},
		{"promise-kept", N_("the promise was kept")}, {"cant-solve", N_("it can't be solved where it was")},
		{"returned", N_("it was given back")}, {"judged", N_("the policy changed")},
	};
	const char *word = word_of(note, facts, G_N_ELEMENTS(facts));
	int status = note ? status_by_name(note) : -1;

	if (word)
		return g_strdup(word);
	return status >= 0 ? g_strdup_printf(_("the status became: %s"), word_said(note)) : g_strdup(note ? note : "");
}

static char *condition(const char *key, const char *value)
{
	if (strcmp(key, "channel") == 0)
		return g_strdup_printf(_("channel %s"), word_said(value));
	if (strcmp(key, "priority") == 0)
		return g_strdup_printf(_("priority %s"), word_said(value));
	if (strcmp(key, "problem") == 0)
		return g_strdup_printf(_("problem %s"), word_said(value));
	if (strcmp(key, "after-sales") == 0)
		return g_strdup(strcmp(value, "yes") == 0 ? _("after-sales") : _("not after-sales"));
	if (strcmp(key, "tag") == 0)
		return g_strdup_printf(_("customer tag %s"), value);
	if (strcmp(key, "group") == 0)
		return g_strdup_printf(_("group %s"), value);
	return g_strdup_printf("%s %s", key, value);
}

/* "channel=web\tpriority=urgent" */
static char *conditions(const char *matched)
{
	g_auto(GStrv) part = g_strsplit(matched ? matched : "", "\t", -1);
	GString *all = g_string_new(NULL);

	for (char **p = part; *p; p++) {
		char *value = strchr(*p, '=');

		if (!value)
			continue;
		*value++ = '\0';
		g_autofree char *words = condition(*p, value);
		g_string_append_printf(all, "%s%s", all->len ? ", " : "", words);
	}
	return g_string_free(all, FALSE);
}

/* ---- what it comes to */
static void put_heading(struct telling *t)
{
	const struct ticket_clock *k = &t->e->clock;
	const char *name = label_clock(k->kind);
	char left[32], when[WHEN_SIZE];

	explain_length(ABS(k->left_ms), left, sizeof left);
	when_exact(k->ended_ms, t->now_ms, t->zone, when, sizeof when);
	switch (k->state) {
	case CLOCK_STATE_RUNNING:
		if (k->warn_ms && t->now_ms >= k->warn_ms && k->warn_ms < k->due_ms)
			put(t, _("%s: soon over, %s left"), name, left);
		else
			put(t, _("%s: running, %s left"), name, left);
		break;
	case CLOCK_STATE_BREACHED:
		put(t, _("%s: late, %s over"), name, left);
		break;
	case CLOCK_STATE_PAUSED:
		put(t, k->left_ms < 0 ? _("%s: paused, %s over") : _("%s: paused, %s left"), name, left);
		break;
	case CLOCK_STATE_MET:
		put(t, _("%s: met %s"), name, when);
		break;
	case CLOCK_STATE_MISSED:
		put(t, _("%s: met late %s"), name, when);
		break;
	default:
		put(t, _("%s: ended %s"), name, when);
	}
}

static void put_rule(struct telling *t)
{
	const struct clock_explained *e = t->e;
	g_autofree char *why = conditions(e->matched);

	if (!e->policy)
		put(t, _("  No policy: what was promised holds."));
	else if (*why)
		put(t, _("  Policy %s, for: %s."), e->policy, why);
	else
		put(t, _("  Policy %s, for every ticket."), e->policy);
	if (e->calendar)
		put(t, _("  Counts in the hours of %s (%s)."), e->calendar, e->zone ? e->zone : "");
	else
		put(t, _("  Counts round the clock."));
}

/* ---- the table */
/* `used`: columns of the line so far (blanks at its end are nothing to the text gate). */
static void column(GString *line, int *used, const char *text, int from, int cols, gboolean right)
{
	int wide = draw_cols(text), pad = from - *used;

	if (right)
		pad += MAX(cols - wide, 0);
	pad = MAX(pad, *used ? 1 : 0);
	*used += pad + wide;
	for (; pad > 0; pad--)
		g_string_append_c(line, ' ');
	g_string_append(line, text);
}

static void row(struct telling *t, const char *from, const char *to, const char *counted, const char *total)
{
	g_autoptr(GString) line = g_string_new(NULL);
	int used = 0;

	column(line, &used, from, 2, COLS_FROM, FALSE);
	column(line, &used, to, 2 + COLS_FROM, COLS_TO, FALSE);
	if (*counted || *total) {
		column(line, &used, counted, 2 + COLS_FROM + COLS_TO, COLS_SUM, TRUE);
		column(line, &used, total, 2 + COLS_FROM + COLS_TO + COLS_SUM, COLS_SUM, TRUE);
	}
	put(t, "%s", line->str);
}

static char *to_words(const struct telling *t, const struct clock_step *s)
{
	char when[WHEN_SIZE];

	if (when_same_day(s->from_ms, s->to_ms, t->zone))
		return g_strdup(when_second(s->to_ms, t->zone, when, sizeof when));
	return g_strdup(when_exact(s->to_ms, t->now_ms, t->zone, when, sizeof when));
}

/* What stands in the second column; NULL: the time it ends. */
static char *words_of(const struct telling *t, const struct clock_step *s)
{
	static const char *const moments[][2] = {
		{"late", N_("due, and passed")}, {"judged", N_("another policy; what was late stays late")},
		{"changed", N_("counted until the policy changed")}, {"now", N_("now")}, {"due", N_("due")},
	};
	const char *moment = word_of(s->kind, moments, G_N_ELEMENTS(moments));
	g_autofree char *to = to_words(t, s);

	if (moment)
		return g_strdup(moment);
	if (strcmp(s->kind, "closed") == 0)
		return g_strdup_printf(_("%s, outside of the hours"), to);
	if (strcmp(s->kind, "holiday") == 0)
		return s->note && *s->note ? g_strdup_printf(_("holiday: %s"), s->note) : g_strdup(_("holiday"));
	if (strcmp(s->kind, "paused") == 0)
		return g_strdup_printf(_("%s, paused: %s"), to, s->note ? word_said(s->note) : "");
	if (strcmp(s->kind, "stopped") == 0)
		return g_strdup_printf(_("%s, until then it had ended"), to);
	return strcmp(s->kind, "counted") == 0 || strcmp(s->kind, "coming") == 0 ? g_steal_pointer(&to) : cause(s->note);
}

static void put_step(struct telling *t, const struct clock_step *s, int64_t before_ms)
{
	char from[WHEN_SIZE], counted[32] = "", total[32] = "";
	g_autofree char *words = words_of(t, s);

	when_exact(s->from_ms, t->now_ms, t->zone, from, sizeof from);
	if (strcmp(s->kind, "changed") == 0)
		explain_length(s->total_ms, total, sizeof total);
	if (s->counted_ms) {
		put_seconds(whole_seconds(s->total_ms) - whole_seconds(before_ms), counted, sizeof counted);
		explain_length(s->total_ms, total, sizeof total);
	}
	row(t, from, words, counted, total);
	if (s->note && s->counted_ms)
		put(t, _("    in %s stretches"), s->note);
}

/* What was counted until now. */
static int64_t counted_ms(const struct clock_explained *e)
{
	int64_t total = 0;

	for (guint i = 0; i < e->steps->len; i++) {
		const struct clock_step *s = e->steps->pdata[i];

		if (strcmp(s->kind, "now") == 0)
			break;
		total = s->total_ms;
	}
	return total;
}

static void put_sum(struct telling *t)
{
	const struct ticket_clock *k = &t->e->clock;
	int64_t target = whole_seconds(k->target_ms), total = whole_seconds(counted_ms(t->e));
	char counted[32], left[32], whole[32], when[WHEN_SIZE];

	put_seconds(total, counted, sizeof counted);
	put_seconds(ABS(target - total), left, sizeof left);
	put_seconds(target, whole, sizeof whole);
	if (total > target)
		put(t, _("  %s counted - %s over = %s, the target"), counted, left, whole);
	else
		put(t, _("  %s counted + %s left = %s, the target"), counted, left, whole);
	if (k->due_ms > 0 && k->due_ms < QUEUE_NO_DUE)
		put(t, _("  due %s"), when_exact(k->due_ms, t->now_ms, t->zone, when, sizeof when));
}

/* ---- when it warns */
static void put_warnings(struct telling *t)
{
	for (guint i = 0; i < t->e->warnings->len; i++) {
		const struct clock_warns *w = t->e->warnings->pdata[i];
		gboolean share = strchr(w->threshold, '%') != NULL;
		char when[WHEN_SIZE];

		when_exact(w->at_ms, t->now_ms, t->zone, when, sizeof when);
		if (!w->at_ms)
			put(t, _("  no warning %s before the end: the clock is shorter"), w->threshold);
		else if (w->at_ms <= t->now_ms)
			put(t, share ? _("  warned at %s: %s") : _("  warned %s before the end: %s"), w->threshold, when);
		else
			put(t, share ? _("  warns at %s: %s") : _("  warns %s before the end: %s"), w->threshold, when);
	}
}

/* ---- what if */
static char *outcome(const struct telling *t, const struct clock_what_if *w)
{
	char left[32], when[WHEN_SIZE];

	explain_length(ABS(w->left_ms), left, sizeof left);
	when_exact(w->due_ms, t->now_ms, t->zone, when, sizeof when);
	switch (w->state) {
	case CLOCK_STATE_RUNNING:
		return w->due_ms >= QUEUE_NO_DUE ? g_strdup(_("never due")) : g_strdup_printf(_("due %s"), when);
	case CLOCK_STATE_BREACHED:
		return g_strdup_printf(_("late since %s"), when);
	case CLOCK_STATE_PAUSED:
		return g_strdup_printf(w->left_ms < 0 ? _("paused, %s over") : _("paused, %s left"), left);
	case CLOCK_STATE_MET:
		return g_strdup(_("met"));
	case CLOCK_STATE_MISSED:
		return g_strdup(_("met late"));
	default:
		return g_strdup(_("ended"));
	}
}

static void put_what_if(struct telling *t)
{
	static const char *const kinds[][2] = {
		{"pending-now", N_("set to pending-customer now")},
		{"pending-until-tomorrow", N_("and opened again")},
		{"reopened-tomorrow", N_("opened again")},
		{"resolved-now", N_("resolved now")},
	};

	if (t->e->what_if->len)
		put(t, _("  What if it were ..."));
	for (guint i = 0; i < t->e->what_if->len; i++) {
		const struct clock_what_if *w = t->e->what_if->pdata[i];
		const char *word = word_of(w->kind, kinds, G_N_ELEMENTS(kinds));
		g_autofree char *becomes = outcome(t, w);
		char when[WHEN_SIZE];

		if (w->at_ms > t->now_ms)
			put(t, "    %s %s: %s", word ? word : w->kind, when_exact(w->at_ms, t->now_ms, t->zone, when, sizeof when),
			    becomes);
		else
			put(t, "    %s: %s", word ? word : w->kind, becomes);
	}
}

/* Whose wall it is, where that is another than the process's. */
static void put_zone(struct telling *t, const char *zone)
{
	char there[WHEN_SIZE], here[WHEN_SIZE];

	when_exact(t->now_ms, t->now_ms, t->zone, there, sizeof there);
	when_exact(t->now_ms, t->now_ms, NULL, here, sizeof here);
	if (strcmp(there, here) != 0)
		put(t, _("  Times of %s, where it is %s now."), zone, there);
}

void explain_text(GString *out, const struct clock_explained *e, int64_t now_ms, const char *zone)
{
	g_autoptr(GTimeZone) wall = zone && *zone ? g_time_zone_new_identifier(zone) : NULL;
	struct telling t = {out, e, wall, now_ms};
	int64_t before = 0;

	put_heading(&t);
	put_rule(&t);
	put_zone(&t, zone);
	row(&t, say_ctx("time", "from"), say_ctx("time", "to"), say_ctx("time", "counted"), say_ctx("time", "together"));
	for (guint i = 0; i < e->steps->len; i++) {
		const struct clock_step *s = e->steps->pdata[i];

		put_step(&t, s, before);
		before = s->total_ms;
	}
	put_sum(&t);
	put_warnings(&t);
	put_what_if(&t);
}
