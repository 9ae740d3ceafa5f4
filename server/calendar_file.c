/* iCalendar files of holidays: unfolded and nested here, so that each fault has its line; what a
 * property means is libical's. */
#include "server/calendar_file.h"

#include <string.h>
#include <libical/ical.h>

#include "base/say.h"
#include "base/text.h"

#define LINE_MAX_BYTES 8192
#define NAME_MAX_BYTES 160
#define EVENT_DAYS 366   /* the longest one event may be */
#define REPEATS 20000    /* of one rule */
#define FOLLOW_US (G_USEC_PER_SEC * 20) /* for the rules of a file: some look for what never comes */
#define DEPTH 16

struct line {
	int number;
	char *text; /* unfolded */
};

struct event {
	int line;                 /* of its BEGIN */
	struct icaltimetype start, end;
	int days;                 /* by DURATION; 0: not said */
	gboolean cancelled, bad;
	char *called;
	GPtrArray *rules;         /* icalproperty: RRULE */
	GArray *more;             /* GDate: RDATE */
	GHashTable *without;      /* EXDATE: "20261225" */
};

struct reading {
	struct line_errors *errors;
	int from, to;
	GHashTable *days;         /* date -> struct calendar_file_day */
	char *open[DEPTH];        /* components begun */
	int opened_at[DEPTH];
	guint depth;
	struct event event;
	gboolean in_event;
	gint64 followed_us;       /* spent on rules */
	gboolean found;           /* a VCALENDAR */
};

void calendar_file_day_free(struct calendar_file_day *day)
{
	if (!day)
		return;
	g_free(day->called);
	g_free(day);
}

/* ---- lines */
static void line_free(void *data)
{
	struct line *l = data;

	g_free(l->text);
	g_free(l);
}

/* A line that begins with a space goes on with the one before it. */
static GPtrArray *unfold(const char *text, size_t len, struct line_errors *errors)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
	g_autoptr(GString) last = g_string_new(NULL);
	struct line *open = NULL;
	gboolean skipped = FALSE; /* it was too long: what it goes on with, too */
	int number = 0;

	for (size_t at = 0; at < len;) {
		const char *from = text + at, *end = memchr(from, '\n', len - at);
		size_t n = end ? (size_t)(end - from) : len - at;
		gboolean folded = n && (*from == ' ' || *from == '\t');

		at += n + 1;
		number++;
		if (n && from[n - 1] == '\r')
			n--;
		if (!n)
			continue;
		if (folded && open && last->len + n <= LINE_MAX_BYTES) {
			g_string_append_len(last, from + 1, (gssize)n - 1);
			g_free(open->text);
			open->text = g_strdup(last->str);
			continue;
		}
		if (folded && skipped)
			continue;
		skipped = n > LINE_MAX_BYTES || (folded && open);
		if (folded || skipped) {
			line_errors_add(errors, number, skipped ? "the line is too long" : N_("goes on, but nothing was begun"));
			continue;
		}
		open = g_new(struct line, 1);
		g_string_truncate(last, 0);
		g_string_append_len(last, from, (gssize)n);
		*open = (struct line){number, g_strdup(last->str)};
		g_ptr_array_add(lines, open);
	}
	return lines;
}

/* ---- one event */
static void event_clear(struct event *e)
{
	g_free(e->called);
	g_clear_pointer(&e->rules, g_ptr_array_unref);
	g_clear_pointer(&e->more, g_array_unref);
	g_clear_pointer(&e->without, g_hash_table_unref);
	*e = (struct event){0};
}

static void event_begin(struct event *e, int line)
{
	*e = (struct event){.line = line, .start = icaltime_null_time(), .end = icaltime_null_time()};
	e->rules = g_ptr_array_new_with_free_func((GDestroyNotify)icalproperty_free);
	e->more = g_array_new(FALSE, FALSE, sizeof(GDate));
	e->without = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void wrong(struct reading *r, int line, const char *sentence)
{
	line_errors_add(r->errors, line, "%s", say(sentence));
	r->event.bad = TRUE;
}

static char *name_of(const char *summary)
{
	g_autofree char *clean = text_clean_string(summary, -1, 0, TEXT_NO_CAP);
	const char *end;

	g_strdelimit(clean, "\r\n\t", ' ');
	g_strstrip(clean);
	if (strlen(clean) <= NAME_MAX_BYTES)
		return *clean ? g_steal_pointer(&clean) : NULL;
	end = g_utf8_find_prev_char(clean, clean + NAME_MAX_BYTES);
	return g_strndup(clean, end ? (gsize)(end - clean) : 0);
}

static gboolean whole_day(struct icaltimetype t)
{
	return !icaltime_is_null_time(t) && icaltime_is_date(t) && t.year >= 1 && t.year <= 9999 &&
	       g_date_valid_dmy((GDateDay)t.day, (GDateMonth)t.month, (GDateYear)t.year);
}

/* RDATE, EXDATE: "20261225,20270101", each maybe with a time or a period behind it. */
static gboolean take_dates(struct event *e, const char *line)
{
	g_auto(GStrv) values = g_strsplit(strchr(line, ':') + 1, ",", -1);
	gboolean more = g_ascii_strncasecmp(line, "R", 1) == 0;

	for (char **v = values; *v; v++) {
		const char *s = *v;
		int y, m, d;
		GDate day;

		if (strspn(s, "0123456789") != 8 || (s[8] && s[8] != 'T'))
			return FALSE;
		d = (s[6] - '0') * 10 + s[7] - '0';
		m = (s[4] - '0') * 10 + s[5] - '0';
		y = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 + s[3] - '0';
		if (!g_date_valid_dmy((GDateDay)d, (GDateMonth)m, (GDateYear)y))
			return FALSE;
		g_date_clear(&day, 1);
		g_date_set_dmy(&day, (GDateDay)d, (GDateMonth)m, (GDateYear)y);
		if (more)
			g_array_append_val(e->more, day);
		else
			g_hash_table_add(e->without, g_strndup(s, 8));
	}
	return TRUE;
}

/* Keeps p when the rule is one we follow. */
static gboolean take_rule(struct reading *r, int line, icalproperty *p)
{
	struct icalrecurrencetype rule = icalproperty_get_rrule(p);

	if (rule.freq != ICAL_YEARLY_RECURRENCE && rule.freq != ICAL_MONTHLY_RECURRENCE &&
	    rule.freq != ICAL_WEEKLY_RECURRENCE && rule.freq != ICAL_DAILY_RECURRENCE) {
		wrong(r, line, N_("RRULE: must repeat by the year, month, week or day"));
		return FALSE;
	}
	g_ptr_array_add(r->event.rules, p);
	return TRUE;
}

static gboolean is_named(const char *line, const char *name)
{
	size_t n = strcspn(line, ":;");

	return strlen(name) == n && g_ascii_strncasecmp(name, line, n) == 0;
}

/* The kinds that matter; the others are passed over. */
static gboolean matters(const char *line)
{
	static const char *const names[] = {"DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "RRULE"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (is_named(line, names[i]))
			return TRUE;
	return FALSE;
}

static void take_moment(struct reading *r, int line, struct icaltimetype t, struct icaltimetype *to, const char *sentence)
{
	if (!icaltime_is_null_time(*to))
		wrong(r, line, N_("the event has that already"));
	else if (!whole_day(t))
		wrong(r, line, sentence);
	else
		*to = t;
}

static void take_property(struct reading *r, const struct line *l)
{
	struct event *e = &r->event;
	icalproperty *p = matters(l->text) ? icalproperty_new_from_string(l->text) : NULL;
	struct icaldurationtype length;
	gboolean kept = FALSE;

	if (is_named(l->text, "RDATE") || is_named(l->text, "EXDATE")) {
		if (!take_dates(e, l->text))
			wrong(r, l->number, N_("must be days like 20261225, with commas between"));
		return;
	}
	if (is_named(l->text, "RECURRENCE-ID"))
		wrong(r, l->number, N_("RECURRENCE-ID: days that were moved can't be taken over, write them as events of their own"));
	if (!p) {
		if (matters(l->text))
			wrong(r, l->number, N_("can't be understood"));
		return;
	}
	switch (icalproperty_isa(p)) {
	case ICAL_DTSTART_PROPERTY:
		take_moment(r, l->number, icalproperty_get_dtstart(p), &e->start,
		            N_("DTSTART: must be a day like 20261225: only whole days can be holidays"));
		break;
	case ICAL_DTEND_PROPERTY:
		take_moment(r, l->number, icalproperty_get_dtend(p), &e->end, N_("DTEND: must be a day like 20261226"));
		break;
	case ICAL_DURATION_PROPERTY:
		length = icalproperty_get_duration(p);
		if (length.is_neg || length.hours || length.minutes || length.seconds || length.days + length.weeks < 1 ||
		    length.days > EVENT_DAYS || length.weeks > EVENT_DAYS)
			wrong(r, l->number, N_("DURATION: must be whole days"));
		else
			e->days = (int)(length.days + 7 * length.weeks);
		break;
	case ICAL_SUMMARY_PROPERTY:
		if (!e->called && icalproperty_get_summary(p))
			e->called = name_of(icalproperty_get_summary(p));
		break;
	case ICAL_STATUS_PROPERTY:
		e->cancelled = icalproperty_get_status(p) == ICAL_STATUS_CANCELLED;
		break;
	case ICAL_RRULE_PROPERTY:
		kept = take_rule(r, l->number, p);
		break;
	default:
		wrong(r, l->number, N_("can't be understood"));
		break;
	}
	if (!kept)
		icalproperty_free(p);
}

/* The days of one occurrence. */
static void add_days(struct reading *r, GDate d, int days)
{
	char first[16];

	g_snprintf(first, sizeof first, "%04d%02d%02d", g_date_get_year(&d), (int)g_date_get_month(&d), g_date_get_day(&d));
	if (g_hash_table_contains(r->event.without, first))
		return;
	for (int i = 0; i < days && g_date_get_year(&d) <= r->to; i++, g_date_add_days(&d, 1)) {
		struct calendar_file_day *put;
		char date[11];

		if (g_date_get_year(&d) < r->from)
			continue;
		g_snprintf(date, sizeof(date), "%04d-%02d-%02d", g_date_get_year(&d), (int)g_date_get_month(&d), g_date_get_day(&d));
		if (g_hash_table_contains(r->days, date))
			continue;
		put = g_new0(struct calendar_file_day, 1);
		g_strlcpy(put->date, date, sizeof(put->date));
		put->called = g_strdup(r->event.called);
		g_hash_table_insert(r->days, put->date, put);
	}
}

static void add_occurrence(struct reading *r, struct icaltimetype t, int days)
{
	GDate d;

	g_date_clear(&d, 1);
	if (g_date_valid_dmy((GDateDay)t.day, (GDateMonth)t.month, (GDateYear)t.year)) {
		g_date_set_dmy(&d, (GDateDay)t.day, (GDateMonth)t.month, (GDateYear)t.year);
		add_days(r, d, days);
	}
}

static void add_repeats(struct reading *r, icalproperty *rule, int days)
{
	gint64 began = g_get_monotonic_time();
	icalrecur_iterator *it = r->followed_us < FOLLOW_US ?
		icalrecur_iterator_new(icalproperty_get_rrule(rule), r->event.start) : NULL;
	struct icaltimetype t;
	int n = 0;

	if (!it) {
		wrong(r, r->event.line, r->followed_us < FOLLOW_US ? N_("the event's RRULE can't be followed") :
		      N_("the RRULEs before this one took too long to follow"));
		r->followed_us += g_get_monotonic_time() - began;
		return;
	}
	for (t = icalrecur_iterator_next(it); !icaltime_is_null_time(t) && t.year <= r->to && n < REPEATS;
	     t = icalrecur_iterator_next(it), n++)
		add_occurrence(r, t, days);
	icalrecur_iterator_free(it);
	r->followed_us += g_get_monotonic_time() - began;
	if (n == REPEATS)
		wrong(r, r->event.line, N_("the event's RRULE repeats too often since its DTSTART"));
}

static void event_end(struct reading *r)
{
	struct event *e = &r->event;
	int days = e->days ? e->days : 1;

	if (icaltime_is_null_time(e->start)) {
		if (!e->bad)
			wrong(r, e->line, N_("the event has no DTSTART"));
		return;
	}
	if (!icaltime_is_null_time(e->end)) {
		days = icaltime_day_of_year(e->end) - icaltime_day_of_year(e->start);
		for (int year = e->start.year; year < e->end.year && days <= EVENT_DAYS; year++)
			days += icaltime_days_in_year(year);
		if (e->end.year < e->start.year || days < 0)
			wrong(r, e->line, N_("the event ends before it begins"));
		days = MAX(days, 1);
	}
	if (e->days && !icaltime_is_null_time(e->end))
		wrong(r, e->line, N_("the event has a DTEND and a DURATION"));
	if (days > EVENT_DAYS)
		wrong(r, e->line, N_("the event is longer than a year"));
	if (e->bad || e->cancelled)
		return;
	add_occurrence(r, e->start, days);
	for (guint i = 0; i < e->rules->len; i++)
		add_repeats(r, e->rules->pdata[i], days);
	for (guint i = 0; i < e->more->len; i++)
		add_days(r, g_array_index(e->more, GDate, i), days);
}

/* ---- the whole */
static void begin(struct reading *r, const struct line *l, const char *what)
{
	if (r->depth == DEPTH) {
		line_errors_add(r->errors, l->number, "too deep");
		return;
	}
	if (!r->depth && g_ascii_strcasecmp(what, "VCALENDAR") != 0)
		line_errors_add(r->errors, l->number, "must begin with BEGIN:VCALENDAR");
	r->found = TRUE;
	if (r->in_event && g_ascii_strcasecmp(what, "VEVENT") == 0)
		wrong(r, l->number, N_("an event can't begin inside of another"));
	r->open[r->depth] = g_strdup(what);
	r->opened_at[r->depth++] = l->number;
	if (r->depth == 2 && g_ascii_strcasecmp(what, "VEVENT") == 0) {
		event_begin(&r->event, l->number);
		r->in_event = TRUE;
	}
}

static void finish(struct reading *r, const struct line *l, const char *what)
{
	if (!r->depth || g_ascii_strcasecmp(r->open[r->depth - 1], what) != 0) {
		line_errors_add(r->errors, l->number, "END:%.40s ends nothing that is open", what);
		return;
	}
	if (r->depth == 2 && r->in_event) {
		event_end(r);
		event_clear(&r->event);
		r->in_event = FALSE;
	}
	g_clear_pointer(&r->open[--r->depth], g_free);
}

static void take_line(struct reading *r, const struct line *l)
{
	if (g_ascii_strncasecmp(l->text, "BEGIN:", 6) == 0)
		begin(r, l, l->text + 6);
	else if (g_ascii_strncasecmp(l->text, "END:", 4) == 0)
		finish(r, l, l->text + 4);
	else if (!r->depth)
		line_errors_add(r->errors, l->number, "is outside of the calendar");
	else if (!strchr(l->text, ':'))
		line_errors_add(r->errors, l->number, "is no property: it has no colon");
	else if (r->in_event && r->depth == 2)
		take_property(r, l);
}

static int by_date(gconstpointer a, gconstpointer b)
{
	const struct calendar_file_day *const *x = a, *const *y = b;

	return strcmp((*x)->date, (*y)->date);
}

static GPtrArray *sorted(GHashTable *days)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_file_day_free);
	GHashTableIter iter;
	void *key, *day;

	g_hash_table_iter_init(&iter, days);
	while (g_hash_table_iter_next(&iter, &key, &day)) {
		g_hash_table_iter_steal(&iter);
		g_ptr_array_add(list, day);
	}
	g_ptr_array_sort(list, by_date);
	return list;
}

GPtrArray *calendar_file_read(const char *text, size_t len, int from, int to, struct line_errors *errors)
{
	struct reading r = {.errors = errors, .from = from, .to = to};
	g_autoptr(GPtrArray) lines = NULL;
	g_autoptr(GHashTable) days = NULL;

	if (len > CALENDAR_FILE_MAX) {
		line_errors_add(errors, 1, "the file is too large");
		return NULL;
	}
	if (!sections_check_text(text, len, errors))
		return NULL;
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	icalerror_set_errors_are_fatal(FALSE);
	lines = unfold(text, len, errors);
	r.days = days = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)calendar_file_day_free);
	for (guint i = 0; i < lines->len; i++)
		take_line(&r, lines->pdata[i]);
	for (guint i = 0; i < r.depth; i++) {
		line_errors_add(errors, r.opened_at[i], "BEGIN:%.40s has no END", r.open[i]);
		g_free(r.open[i]);
	}
	event_clear(&r.event);
	if (!r.found)
		line_errors_add(errors, 1, "there is no calendar in it");
	if (g_hash_table_size(days) > CALENDAR_FILE_DAYS)
		line_errors_add(errors, 1, "it has more than %d days", CALENDAR_FILE_DAYS);
	return line_errors_count(errors) ? NULL : sorted(days);
}

/* ---- into a calendar */
static gboolean has_date(const GPtrArray *holidays, const char *date, guint *at)
{
	for (*at = 0; *at < holidays->len; ++*at)
		if (strncmp(holidays->pdata[*at], date, 10) == 0)
			return TRUE;
	return FALSE;
}

static int by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void calendar_file_merge(struct record *calendar, const GPtrArray *days, gboolean replace, guint *added, guint *renamed)
{
	GPtrArray *holidays = calendar->holidays;
	g_autoptr(GPtrArray) old = g_ptr_array_copy(holidays, (GCopyFunc)(void (*)(void))g_strdup, NULL);

	*added = *renamed = 0;
	g_ptr_array_set_free_func(old, g_free);
	if (replace)
		g_ptr_array_set_size(holidays, 0);
	for (guint i = 0; i < days->len; i++) {
		const struct calendar_file_day *day = days->pdata[i];
		char *text = record_holiday_text(day->date, day->called);
		guint was, at;

		*added += !has_date(old, day->date, &was);
		*renamed += was < old->len && strcmp(old->pdata[was], text) != 0;
		if (has_date(holidays, day->date, &at)) {
			g_free(holidays->pdata[at]);
			holidays->pdata[at] = text;
		} else {
			g_ptr_array_add(holidays, text);
		}
	}
	g_ptr_array_sort(holidays, by_text);
}
