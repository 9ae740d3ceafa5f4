/* The weekly pack as text. */
#include "rules/pack.h"

#include <string.h>
#include "rules/incident.h"
#include "wire/said.h"

#define QUOTE_MAX 300 /* characters of one */

/* ---- what it is made of */
static void count_free(void *item)
{
	struct pack_count *c = item;

	g_free(c->name);
	g_free(c->to);
	g_free(c);
}

void pack_step_free(void *item)
{
	struct pack_step *s = item;

	g_free(s->owner);
	g_free(s);
}

static void problem_item_free(void *item)
{
	struct pack_problem *p = item;

	g_free(p->title);
	g_free(p->owner);
	g_clear_pointer(&p->steps, g_ptr_array_unref);
	g_free(p);
}

static void quote_free(void *item)
{
	struct pack_quote *q = item;

	g_free(q->text);
	g_free(q);
}

void pack_topic_free(void *item)
{
	struct pack_topic *t = item;

	g_free(t->name);
	g_free(t->article);
	g_free(t);
}

void pack_init(struct pack *p)
{
	*p = (struct pack){
		.volumes = g_ptr_array_new_with_free_func(count_free),
		.problems = g_ptr_array_new_with_free_func(problem_item_free),
		.breaches = g_ptr_array_new_with_free_func(count_free),
		.quotes = g_ptr_array_new_with_free_func(quote_free),
		.escalations = g_ptr_array_new_with_free_func(count_free),
		.peaks = g_ptr_array_new_with_free_func(pack_topic_free),
		.repeats = g_ptr_array_new_with_free_func(count_free),
	};
}

void pack_clear(struct pack *p)
{
	GPtrArray *lists[] = {p->volumes, p->problems, p->breaches, p->quotes, p->escalations, p->peaks, p->repeats};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		g_clear_pointer(&lists[i], g_ptr_array_unref);
	g_free(p->desk_name);
	g_free(p->week);
	g_clear_pointer(&p->zone, g_time_zone_unref);
	*p = (struct pack){0};
}

struct pack_count *pack_count_add(GPtrArray *list, const char *name, const char *to, int64_t n, int64_t before)
{
	struct pack_count *c = g_new0(struct pack_count, 1);

	c->name = g_strdup(name);
	c->to = g_strdup(to);
	c->n = n;
	c->before = before;
	g_ptr_array_add(list, c);
	return c;
}

/* ---- the week */
/* Midnight, `days` after that day: the wall's, whatever the clocks do in between. */
static GDateTime *midnight_after(GDateTime *t, int days, GTimeZone *zone)
{
	g_autoptr(GDateTime) then = g_date_time_add_days(t, days);

	return then ? g_date_time_new(zone, g_date_time_get_year(then), g_date_time_get_month(then),
	                              g_date_time_get_day_of_month(then), 0, 0, 0) : NULL;
}

static GDateTime *monday_of(const char *week, GTimeZone *zone)
{
	size_t len = strlen(week);
	g_autofree char *day = g_strconcat(week, "-1", NULL);
	g_autofree char *midnight = g_strconcat(day, "T00:00:00", NULL), *same = NULL;
	g_autoptr(GDateTime) monday = NULL;

	if (len != 8 || week[4] != '-' || week[5] != 'W')
		return NULL;
	monday = g_date_time_new_from_iso8601(midnight, zone);
	same = monday ? g_date_time_format(monday, "%G-W%V") : NULL;
	/* A year without a 53rd week; and GLib takes the offset of a week's date from January. */
	return g_strcmp0(same, week) == 0 ? midnight_after(monday, 0, zone) : NULL;
}

static GDateTime *last_whole_week(GTimeZone *zone, int64_t now_ms)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_ms / 1000);
	g_autoptr(GDateTime) here = utc ? g_date_time_to_timezone(utc, zone) : NULL;

	return here ? midnight_after(here, -6 - g_date_time_get_day_of_week(here), zone) : NULL;
}

gboolean pack_set_week(struct pack *p, const char *week, GTimeZone *zone, int64_t now_ms, GError **error)
{
	g_autoptr(GDateTime) from = week && *week ? monday_of(week, zone) : last_whole_week(zone, now_ms);
	g_autoptr(GDateTime) to = from ? midnight_after(from, 7, zone) : NULL;

	if (!to)
		return desk_fail(error, DESK_INVALID, "week: \"%s\" isn't a week like 2026-W47", week ? week : "");
	g_free(p->week);
	p->week = g_date_time_format(from, "%G-W%V");
	p->from_ms = g_date_time_to_unix(from) * 1000;
	p->to_ms = g_date_time_to_unix(to) * 1000;
	p->now_ms = now_ms;
	if (p->zone)
		g_time_zone_unref(p->zone);
	p->zone = g_time_zone_ref(zone);
	return TRUE;
}

/* ---- topics that peak */
static struct pack_topic *topic_named(GPtrArray *all, const char *category)
{
	struct pack_topic *t;

	for (guint i = 0; i < all->len; i++)
		if (incident_of_topic(category, ((struct pack_topic *)all->pdata[i])->name))
			return all->pdata[i];
	t = g_new0(struct pack_topic, 1);
	t->name = incident_topic(category);
	g_ptr_array_add(all, t);
	return t;
}

static gint steepest(gconstpointer a, gconstpointer b)
{
	const struct pack_topic *x = *(struct pack_topic *const *)a, *y = *(struct pack_topic *const *)b;
	double more_x = (double)x->n - x->usual, more_y = (double)y->n - y->usual;

	return more_x > more_y ? -1 : more_x < more_y ? 1 : g_strcmp0(x->name, y->name);
}

/* Of "account" and "account/sign-in" the first must be no topic of the second: longer names first. */
static gint deeper(gconstpointer a, gconstpointer b)
{
	const struct pack_count *x = *(struct pack_count *const *)a, *y = *(struct pack_count *const *)b;

	return g_strcmp0(y->name, x->name);
}

void pack_find_peaks(struct pack *p, const GPtrArray *categories, guint max)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new(), all = g_ptr_array_new_with_free_func(pack_topic_free);

	for (guint i = 0; i < categories->len; i++)
		if (((const struct pack_count *)categories->pdata[i])->name)
			g_ptr_array_add(sorted, categories->pdata[i]);
	g_ptr_array_sort(sorted, deeper);
	for (guint i = 0; i < sorted->len; i++) {
		const struct pack_count *c = sorted->pdata[i];
		struct pack_topic *t = topic_named(all, c->name);

		t->n += c->n;
		t->usual += (double)c->before / PACK_USUAL_WEEKS;
	}
	g_ptr_array_sort(all, steepest);
	while (all->len && p->peaks->len < max) {
		struct pack_topic *t = g_ptr_array_steal_index(all, 0);

		if (t->n >= PACK_PEAK_LEAST && (double)t->n >= t->usual * PACK_PEAK_TIMES)
			g_ptr_array_add(p->peaks, t);
		else
			pack_topic_free(t);
	}
}

/* ---- text */
static char *day_text(const struct pack *p, int64_t ms)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);
	g_autoptr(GDateTime) here = utc ? g_date_time_to_timezone(utc, p->zone) : NULL;

	return here ? g_date_time_format(here, "%Y-%m-%d") : g_strdup("?");
}

static void heading(GString *out, const char *text)
{
	g_string_append_printf(out, "\n## %s\n\n", text);
}

static void nothing(GString *out)
{
	g_string_append_printf(out, "%s\n", _("Nothing this week."));
}

/* A bar within a table would end its cell, a line its row. */
static void cell(GString *out, const char *text)
{
	g_string_append(out, "| ");
	for (; *text; text++)
		g_string_append_c(out, *text == '|' ? '/' : *text == '\n' || *text == '\r' ? ' ' : *text);
	g_string_append_c(out, ' ');
}

static void figures(GString *out, const struct pack_count *c)
{
	int64_t more = c->n - c->before;

	g_string_append_printf(out, "| %" G_GINT64_FORMAT " | %" G_GINT64_FORMAT " | %s%" G_GINT64_FORMAT " |\n", c->n, c->before,
	                       more > 0 ? "+" : "", more);
}

static void volumes(GString *out, const struct pack *p)
{
	const struct pack_count all = {.n = p->tickets, .before = p->tickets_before};

	heading(out, _("Tickets by category"));
	g_string_append_printf(out, "| %s | %s | %s | %s |\n|---|---:|---:|---:|\n", _("about"), _("this week"),
	                       _("week before"), _("difference"));
	for (guint i = 0; i < p->volumes->len; i++) {
		const struct pack_count *c = p->volumes->pdata[i];

		cell(out, c->name ? c->name : _("no category"));
		figures(out, c);
	}
	cell(out, _("all together"));
	figures(out, &all);
}

static void open_steps(GString *out, const struct pack *p, const struct pack_problem *b)
{
	for (guint i = 0; i < b->steps->len; i++) {
		const struct pack_step *s = b->steps->pdata[i];
		g_autofree char *due = s->due_ms ? day_text(p, s->due_ms) : NULL;
		const char *owner = s->owner ? s->owner : _("nobody's");

		if (!due)
			continue;
		g_string_append(out, "  - ");
		g_string_append_printf(out, s->due_ms < p->now_ms ? _("OVERDUE: %s by %s (%s)") : _("%s by %s (%s)"),
		                       word_said(problem_stage_name(s->stage)), due, owner);
		g_string_append_c(out, '\n');
	}
}

static void problems(GString *out, const struct pack *p)
{
	heading(out, _("Problems"));
	if (!p->problems->len)
		nothing(out);
	for (guint i = 0; i < p->problems->len; i++) {
		const struct pack_problem *b = p->problems->pdata[i];

		g_string_append(out, "- ");
		g_string_append_printf(out, _("**Problem %" G_GINT64_FORMAT ": %s** - %s, owner %s; "), b->id, b->title,
		                       word_said(problem_stage_name(b->stage)), b->owner ? b->owner : _("nobody"));
		g_string_append_printf(out, say_n("%" G_GINT64_FORMAT " ticket, ", "%" G_GINT64_FORMAT " tickets, ", (guint64)b->tickets),
		                       b->tickets);
		g_string_append_printf(out, say_n("%" G_GINT64_FORMAT " customer", "%" G_GINT64_FORMAT " customers", (guint64)b->customers),
		                       b->customers);
		if (b->told)
			g_string_append_printf(out, _("; %" G_GINT64_FORMAT " told, %" G_GINT64_FORMAT " satisfied, %" G_GINT64_FORMAT " not"),
			                       b->told, b->satisfied, b->unsatisfied);
		g_string_append_c(out, '\n');
		open_steps(out, p, b);
	}
}

static void breaches(GString *out, const struct pack *p)
{
	heading(out, _("Deadlines missed"));
	if (!p->breaches->len) {
		nothing(out);
		return;
	}
	g_string_append_printf(out, "| %s | %s | %s | %s |\n|---|---:|---:|---:|\n", _("clock"), _("this week"),
	                       _("week before"), _("difference"));
	for (guint i = 0; i < p->breaches->len; i++) {
		const struct pack_count *c = p->breaches->pdata[i];

		cell(out, word_said(c->name));
		figures(out, c);
	}
}

/* One line, cut where it is long. */
static void quote(GString *out, const struct pack_quote *q)
{
	g_autofree char *flat = g_strdelimit(g_strdup(q->text), "\r\n\t", ' ');
	gboolean is_long = g_utf8_strlen(flat, -1) > QUOTE_MAX;
	g_autofree char *cut = is_long ? g_utf8_substring(flat, 0, QUOTE_MAX) : g_strdup(flat);

	g_string_append_printf(out, "> %s%s (#%" G_GINT64_FORMAT ")\n>\n", cut, is_long ? " ..." : "", q->ticket_id);
}

static void follow_ups(GString *out, const struct pack *p)
{
	heading(out, _("Follow-up"));
	if (!p->asked && !p->answered && !p->skipped) {
		nothing(out);
		return;
	}
	g_string_append_printf(out, _("Asked %" G_GINT64_FORMAT ", answered %" G_GINT64_FORMAT ", skipped %" G_GINT64_FORMAT "."),
	                       p->asked, p->answered, p->skipped);
	g_string_append_c(out, ' ');
	g_string_append_printf(out, _("Solved: %" G_GINT64_FORMAT " yes, %" G_GINT64_FORMAT " no."), p->solved, p->unsolved);
	if (p->speed > 0) {
		g_string_append_c(out, ' ');
		g_string_append_printf(out, _("Speed: %.1f of 5."), p->speed);
	}
	g_string_append(out, "\n");
	if (!p->quotes->len)
		return;
	g_string_append_printf(out, "\n%s\n\n", _("What could be better:"));
	for (guint i = 0; i < p->quotes->len; i++)
		quote(out, p->quotes->pdata[i]);
}

static void escalations(GString *out, const struct pack *p)
{
	heading(out, _("Escalations"));
	if (!p->escalations->len) {
		nothing(out);
		return;
	}
	g_string_append_printf(out, "| %s | %s | %s |\n|---|---|---:|\n", _("reason"), _("handed to"), _("this week"));
	for (guint i = 0; i < p->escalations->len; i++) {
		const struct pack_count *c = p->escalations->pdata[i];

		cell(out, c->name && *c->name ? c->name : _("no reason"));
		cell(out, c->to ? c->to : "-");
		g_string_append_printf(out, "| %" G_GINT64_FORMAT " |\n", c->n);
	}
}

static void peaks(GString *out, const struct pack *p)
{
	heading(out, _("Topics that peak"));
	if (!p->peaks->len)
		nothing(out);
	for (guint i = 0; i < p->peaks->len; i++) {
		const struct pack_topic *t = p->peaks->pdata[i];

		g_string_append(out, "- ");
		g_string_append_printf(out, _("%s: %" G_GINT64_FORMAT " tickets, usually %.1f a week."), t->name, t->n, t->usual);
		g_string_append_c(out, ' ');
		if (t->article)
			g_string_append_printf(out, _("There is \"%s\" (article %" G_GINT64_FORMAT "): is it found, does it help?"),
			                       t->article, t->article_id);
		else
			g_string_append(out, _("Proposed: a tutorial. There is no article about it yet."));
		g_string_append_c(out, '\n');
	}
}

static void repeats(GString *out, const struct pack *p)
{
	heading(out, _("Customers who came back about the same"));
	if (!p->repeats->len)
		nothing(out);
	for (guint i = 0; i < p->repeats->len; i++) {
		const struct pack_count *c = p->repeats->pdata[i];

		g_string_append_printf(out, "- %s: %" G_GINT64_FORMAT "\n", c->name ? c->name : _("no category"), c->n);
	}
}

char *pack_text(const struct pack *p)
{
	GString *out = g_string_new("# ");
	g_autofree char *from = day_text(p, p->from_ms), *to = day_text(p, p->to_ms - 1);

	g_string_append_printf(out, _("Week %s, %s to %s"), p->week, from, to);
	if (p->desk_name && *p->desk_name)
		g_string_append_printf(out, " - %s", p->desk_name);
	g_string_append_c(out, '\n');
	volumes(out, p);
	problems(out, p);
	breaches(out, p);
	follow_ups(out, p);
	escalations(out, p);
	peaks(out, p);
	repeats(out, p);
	return g_string_free(out, FALSE);
}
