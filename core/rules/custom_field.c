/* Custom fields: fitting, checking, completeness. */
#include "rules/custom_field.h"

#include <math.h>
#include <string.h>
#include "base/say.h"

gboolean category_is_of(const char *category, const char *of)
{
	size_t len = of ? strlen(of) : 0;

	if (len == 0)
		return TRUE;
	return category && strncmp(category, of, len) == 0 && (category[len] == '\0' || category[len] == '/');
}

gboolean custom_field_fits(const struct desk_field *f, const char *category)
{
	return f->active && category_is_of(category, f->category);
}

static char *refuse(const struct desk_field *f, const char *wanted, const char *text, GError **error)
{
	desk_fail(error, DESK_INVALID, "%s: \"%s\" isn't %s", f->name, text, say(wanted));
	return NULL;
}

/* "-12,5"? No: a point, as it is written everywhere on the wire. */
static char *number_of(const struct desk_field *f, const char *text, double *number, GError **error)
{
	const char *p = text + (*text == '-' || *text == '+');
	size_t whole = strspn(p, "0123456789"), part = 0;
	g_autofree char *kept = NULL;
	char *end;

	if (p[whole] == '.')
		part = strspn(p + whole + 1, "0123456789");
	if (whole + part == 0 || whole > 15 || part > 9 || p[whole + (p[whole] == '.' ? 1 + part : 0)])
		return refuse(f, "a number", text, error);
	*number = g_ascii_strtod(text, NULL);
	kept = g_strdup_printf("%s%.*s%s%.*s", *text == '-' ? "-" : "", (int)whole, p, part ? "." : "", (int)part,
	                       part ? p + whole + 1 : "");
	/* "007.50" is "7.5" */
	if (part) {
		end = kept + strlen(kept);
		while (end[-1] == '0')
			*--end = '\0';
		if (end[-1] == '.')
			*--end = '\0';
	}
	p = kept + (*kept == '-');
	while (p[0] == '0' && g_ascii_isdigit(p[1]))
		p++;
	return g_strdup_printf("%s%s%s", *kept == '-' && *number < 0 ? "-" : "", *p == '.' || !*p ? "0" : "", p);
}

static char *date_of(const struct desk_field *f, const char *text, double *number, GError **error)
{
	static const char shape[] = "dddd-dd-dd";
	int digits[10];
	GDate date;

	if (strlen(text) != sizeof(shape) - 1)
		return refuse(f, "a date like 2026-11-24", text, error);
	for (size_t i = 0; shape[i]; i++) {
		if (shape[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != '-')
			return refuse(f, "a date like 2026-11-24", text, error);
		digits[i] = text[i] - '0';
	}
	int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
	int month = digits[5] * 10 + digits[6], day = digits[8] * 10 + digits[9];
	if (year < 1 || !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return refuse(f, "a day of the calendar", text, error);
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	*number = (double)g_date_get_julian(&date) - 719163.0; /* 1970-01-01 */
	return g_strdup(text);
}

static char *choice_of(const struct desk_field *f, const char *text, GError **error)
{
	g_autofree char *folded = g_utf8_casefold(text, -1);

	for (guint i = 0; i < f->choices->len; i++) {
		g_autofree char *one = g_utf8_casefold(f->choices->pdata[i], -1);

		if (strcmp(one, folded) == 0)
			return g_strdup(f->choices->pdata[i]);
	}
	g_autoptr(GString) list = g_string_new(_("one of "));
	for (guint i = 0; i < f->choices->len; i++)
		g_string_append_printf(list, "%s%s", i ? ", " : "", (const char *)f->choices->pdata[i]);
	return refuse(f, f->choices->len ? list->str : N_("possible: it has no choices"), text, error);
}

char *custom_field_value(const struct desk_field *f, const char *text, double *number, GError **error)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text ? text : ""));
	double none, *to = number ? number : &none;

	*to = 0;
	if (!*trimmed) {
		desk_fail(error, DESK_INVALID, "%s: the value is empty", f->name);
		return NULL;
	}
	if (strlen(trimmed) > CUSTOM_FIELD_TEXT_MAX) {
		desk_fail(error, DESK_LIMIT, "%s: the value is longer than %d bytes", f->name, CUSTOM_FIELD_TEXT_MAX);
		return NULL;
	}
	switch (f->type) {
	case FIELD_TYPE_NUMBER:
		return number_of(f, trimmed, to, error);
	case FIELD_TYPE_DATE:
		return date_of(f, trimmed, to, error);
	case FIELD_TYPE_CHOICE:
		return choice_of(f, trimmed, error);
	case FIELD_TYPE_YES_NO:
		*to = g_ascii_strcasecmp(trimmed, "yes") == 0;
		if (*to == 0 && g_ascii_strcasecmp(trimmed, "no") != 0)
			return refuse(f, "yes or no", trimmed, error);
		return g_strdup(*to != 0 ? "yes" : "no");
	case FIELD_TYPE_TEXT:
	case FIELD_TYPE_TOTAL:
		break;
	}
	return g_steal_pointer(&trimmed);
}

const char *custom_field_missing(const GPtrArray *fields, const char *category, const GPtrArray *values)
{
	for (guint i = 0; fields && i < fields->len; i++) {
		const struct desk_field *f = fields->pdata[i];
		gboolean there = !f->required || !custom_field_fits(f, category);

		for (guint k = 0; !there && values && k < values->len; k++)
			there = strcmp(((const struct field_value *)values->pdata[k])->name, f->name) == 0;
		if (!there)
			return f->name;
	}
	return NULL;
}
