/* Values as people write them in records: times, lengths, money, lines of text. */
#include "wire/fields.h"
#include "wire/wire.h"

#include <string.h>
#include "base/say.h"

static int64_t unit_ms(char unit)
{
	switch (unit) {
	case 's':
		return 1000;
	case 'm':
		return 60 * 1000;
	case 'h':
		return 60 * 60 * 1000;
	case 'd':
		return INT64_C(24) * 60 * 60 * 1000;
	case 'w':
		return INT64_C(7) * 24 * 60 * 60 * 1000;
	default:
		return 0;
	}
}

/* "2h30m": numbers with units, the largest first, each once; up to a century. */
static gboolean parse_length(const char *s, int64_t *ms)
{
	int64_t sum = 0, last = INT64_MAX;
	if (!*s)
		return FALSE;
	while (*s) {
		int64_t number = 0;
		const char *from = s;
		for (; g_ascii_isdigit(*s) && s - from < 9; s++)
			number = number * 10 + (*s - '0');
		int64_t unit = unit_ms(*s);
		if (s == from || unit == 0 || unit >= last)
			return FALSE;
		last = unit;
		s++;
		sum += number * unit;
	}
	*ms = sum;
	return sum <= INT64_C(100) * 366 * 24 * 60 * 60 * 1000;
}

static void append_length(GString *to, int64_t ms)
{
	for (const char *u = "dhms"; *u; u++) {
		int64_t number = ms / unit_ms(*u);
		if (number)
			g_string_append_printf(to, "%" PRId64 "%c", number, *u);
		ms -= number * unit_ms(*u);
	}
}

/* RFC 3339, or a day alone (its midnight in UTC). */
static gboolean parse_stamp(const char *s, int64_t *ms)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autofree char *day = NULL;
	size_t len = strlen(s);
	if (len < 10 || s[4] != '-' || s[7] != '-')
		return FALSE;
	if (len == 10)
		day = g_strconcat(s, "T00:00:00Z", NULL);
	else if (!strchr("Zz", s[len - 1]) && !strpbrk(s + 10, "+-"))
		return FALSE; /* whose clock? */
	g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(day ? day : s, utc);
	if (!when)
		return FALSE;
	*ms = g_date_time_to_unix(when) * 1000 + g_date_time_get_microsecond(when) / 1000;
	return *ms > 0;
}

gboolean record_read_time(struct reading *r, const struct json_node *n, int64_t *ms)
{
	int64_t length;
	if (json_type(n) == JSON_NUMBER) {
		if (json_integer(n, ms) && *ms >= 0)
			return TRUE;
		return reading_fail(r, "must be a time in whole milliseconds");
	}
	const char *s = json_type(n) == JSON_STRING ? json_text(n) : "";
	if (strcmp(s, "now") == 0) {
		*ms = r->now_ms;
		return TRUE;
	}
	if ((*s == '-' || *s == '+') && parse_length(s + 1, &length)) {
		*ms = MAX(*s == '-' ? r->now_ms - length : r->now_ms + length, 1);
		return TRUE;
	}
	if (parse_stamp(s, ms))
		return TRUE;
	return reading_fail(r, "must be a time: \"now\", \"-2h30m\", \"+15m\", \"2026-11-22T10:40:00Z\", "
			       "\"2026-11-22\" or milliseconds");
}

gboolean record_read_length(struct reading *r, const struct json_node *n, int64_t *ms)
{
	if (json_type(n) == JSON_NUMBER && json_integer(n, ms) && *ms >= 0)
		return TRUE;
	if (json_type(n) == JSON_STRING && parse_length(json_text(n), ms))
		return TRUE;
	return reading_fail(
		r, "must be a length of time: \"30s\", \"15m\", \"2h\", \"1d\", \"1h30m\" or milliseconds");
}

gboolean record_read_body(struct reading *r, const struct json_node *n, size_t max, char **text)
{
	g_autoptr(GString) joined = g_string_new(NULL);
	int index = 0;
	if (json_type(n) == JSON_STRING) {
		g_string_append(joined, json_text(n));
	} else if (json_type(n) == JSON_ARRAY) {
		for (const struct json_node *each = json_first(n); each; each = json_next(each), index++) {
			reading_enter(r, NULL, index);
			if (json_type(each) != JSON_STRING)
				return reading_fail(r, "must be text");
			if (index)
				g_string_append_c(joined, '\n');
			g_string_append(joined, json_text(each));
			reading_leave(r);
		}
	} else {
		return reading_fail(r, "must be text or a list of lines");
	}
	if (joined->len > max)
		return reading_fail(r, "must be at most %zu bytes long", max);
	g_free(*text);
	*text = g_strdup(joined->str);
	return TRUE;
}

/* ---- when a clock warns */
char *clock_threshold_text(int64_t threshold)
{
	GString *text = g_string_new(NULL);
	if (threshold > 0)
		g_string_append_printf(text, "%" PRId64 "%%", threshold);
	else
		append_length(text, -threshold);
	return g_string_free(text, FALSE);
}

char *clock_warnings_text(const int64_t warnings[CLOCK_WARNINGS])
{
	GString *text = g_string_new(NULL);
	for (int i = 0; i < CLOCK_WARNINGS && warnings[i]; i++) {
		g_autofree char *one = clock_threshold_text(warnings[i]);
		g_string_append_printf(text, "%s%s", i ? " " : "", one);
	}
	return g_string_free(g_string_append(text, text->len ? "" : "none"), FALSE);
}

/* "75%" -> 75, "10m" -> -600000; FALSE: neither. */
static gboolean parse_threshold(const char *s, int64_t *threshold)
{
	size_t digits = strspn(s, "0123456789");
	int64_t before;
	*threshold = digits && digits < 3 && strcmp(s + digits, "%") == 0 ? g_ascii_strtoll(s, NULL, 10) : 0;
	if (*threshold)
		return TRUE;
	if (!parse_length(s, &before) || !before)
		return FALSE;
	*threshold = -before;
	return TRUE;
}

static int compare_thresholds(gconstpointer a, gconstpointer b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	if ((x > 0) != (y > 0))
		return x > 0 ? -1 : 1;
	return (x > y) - (x < y); /* shares as they come; the longest time before the end first */
}

char *clock_warnings_parse(const char *text, int64_t to[CLOCK_WARNINGS])
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t,", -1);
	int64_t one;
	int n = 0;
	memset(to, 0, CLOCK_WARNINGS * sizeof *to);
	if (strcmp(text, "none") == 0)
		return NULL;
	for (char **word = words; *word; word++) {
		if (!**word)
			continue;
		if (!parse_threshold(*word, &one))
			return g_strdup(_("must be shares of the target, 1% to 99%, or times before its end, like "
					  "\"50% 75% 10m\", or none"));
		for (int i = 0; i < n; i++)
			if (to[i] == one)
				return g_strdup_printf(_("has %s twice"), *word);
		if (n == CLOCK_WARNINGS)
			return g_strdup_printf(_("has more than %d of them"), CLOCK_WARNINGS);
		to[n++] = one;
	}
	qsort(to, (size_t)n, sizeof *to, compare_thresholds);
	return n ? NULL : g_strdup(_("is empty: for no warning write none"));
}

/* A number is the one share that there once was; 0 and 100 were none. */
gboolean record_read_warnings(struct reading *r, const struct json_node *n, int64_t to[CLOCK_WARNINGS])
{
	int64_t share = -1;
	if (json_type(n) == JSON_NUMBER && json_integer(n, &share) && share >= 0 && share <= 100) {
		memset(to, 0, CLOCK_WARNINGS * sizeof *to);
		to[0] = share % 100;
		return TRUE;
	}
	if (json_type(n) != JSON_STRING)
		return reading_fail(r, "must be text like \"50%% 75%% 10m\"");
	g_autofree char *why = clock_warnings_parse(json_text(n), to);
	return !why || reading_fail(r, "%s", why);
}

/* "899", "899.5" or "899.00", maybe with a minus; where it is open: none, but "unlimited". */
gboolean record_read_cents(struct reading *r, const struct json_node *n, gboolean open, int64_t *cents)
{
	const char *s = json_type(n) == JSON_STRING ? json_text(n) : "";
	gboolean minus = *s == '-';
	int64_t whole = 0;
	int digits = 0, fraction = 0, places = 0;
	if (open && strcmp(s, "unlimited") == 0) {
		*cents = -1;
		return TRUE;
	}
	for (s += minus; g_ascii_isdigit(*s) && digits < 13; s++, digits++)
		whole = whole * 10 + (*s - '0');
	if (digits && *s == '.')
		for (s++; g_ascii_isdigit(*s) && places < 2; s++, places++)
			fraction = fraction * 10 + (*s - '0');
	if (!digits || *s || (open && minus))
		return reading_fail(r, "must be an amount like \"899.00\"%s", open ? _(", or \"unlimited\"") : "");
	if (places == 1)
		fraction *= 10;
	*cents = (whole * 100 + fraction) * (minus ? -1 : 1);
	return TRUE;
}

void record_write_time(struct writer *w, const char *key, int64_t ms)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ms / 1000);
	if (!when || ms < 0) {
		writer_int(w, key, ms);
		return;
	}
	g_autofree char *stamp = g_date_time_format(when, "%Y-%m-%dT%H:%M:%S");
	g_autofree char *full = ms % 1000 ? g_strdup_printf("%s.%03dZ", stamp, (int)(ms % 1000))
					  : g_strconcat(stamp, "Z", NULL);
	writer_string(w, key, full);
}

void record_write_length(struct writer *w, const char *key, int64_t ms)
{
	g_autoptr(GString) text = g_string_new(NULL);
	if (ms < 0 || ms % 1000 || ms == 0) {
		writer_int(w, key, ms);
		return;
	}
	append_length(text, ms);
	writer_string(w, key, text->str);
}

void record_write_cents(struct writer *w, const char *key, int64_t cents)
{
	int64_t size = cents < 0 ? -cents : cents;
	g_autofree char *text =
		g_strdup_printf("%s%" PRId64 ".%02d", cents < 0 ? "-" : "", size / 100, (int)(size % 100));
	writer_string(w, key, text);
}
