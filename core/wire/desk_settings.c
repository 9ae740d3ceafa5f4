/* The settings a desk keeps in its database. */
#include "wire/desk_settings.h"

#include <inttypes.h>
#include <string.h>

const struct desk_setting_spec desk_setting_specs[DESK_SETTING_COUNT] = {
#define E(id, name, type, min, max, def, doc) {name, DESK_SETTING_##type, min, max, def, doc},
	DESK_SETTINGS(E)
#undef E
};

const struct desk_setting_spec *desk_setting_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(desk_setting_specs); i++)
		if (strcmp(desk_setting_specs[i].name, name) == 0)
			return &desk_setting_specs[i];
	return NULL;
}

/* "20", and where a size is meant "20K", "20M", "20G". */
static gboolean parse_number(const char *s, gboolean size, int64_t *value)
{
	static const char units[] = "KMG";
	int64_t number = 0;
	int digits = 0;
	for (; g_ascii_isdigit(*s) && digits < 15; s++, digits++)
		number = number * 10 + (*s - '0');
	const char *unit = size && *s ? strchr(units, *s) : NULL;
	if (unit && number <= INT64_C(1) << 30) {
		number <<= 10 * (unit - units + 1);
		s++;
	}
	*value = number;
	return digits && !*s;
}

static char *wrong_number(const struct desk_setting_spec *spec, const char *value)
{
	gboolean size = spec->type == DESK_SETTING_SIZE;
	int64_t number;
	if (parse_number(value, size, &number) && number >= spec->min && number <= spec->max)
		return NULL;
	return g_strdup_printf("must be a %s from %" PRId64 " to %" PRId64 "%s", size ? "size" : "whole number",
			       spec->min, spec->max, size ? " bytes, like 256K, 20M or 1G" : "");
}

char *desk_setting_wrong(const char *name, const char *value)
{
	const struct desk_setting_spec *spec = desk_setting_find(name);
	if (!spec) {
		g_autoptr(GString) known = g_string_new("is not a setting of the desk; they are");
		for (size_t i = 0; i < G_N_ELEMENTS(desk_setting_specs); i++)
			g_string_append_printf(known, "%s %s", i ? "," : "", desk_setting_specs[i].name);
		return g_string_free(g_steal_pointer(&known), FALSE);
	}
	switch (spec->type) {
	case DESK_SETTING_TEXT:
		if (*value && strlen(value) <= (size_t)spec->max && !strpbrk(value, "\r\n\t"))
			return NULL;
		return g_strdup_printf("must be one line of 1 to %" PRId64 " bytes", spec->max);
	case DESK_SETTING_ZONE:
		return *value && strlen(value) <= 60 ? NULL : g_strdup("must be a time zone like Asia/Shanghai");
	case DESK_SETTING_BOOL:
		return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0 ? NULL : g_strdup("must be yes or no");
	default:
		return wrong_number(spec, value);
	}
}

int64_t desk_setting_value(enum desk_setting_id id, const char *value)
{
	const struct desk_setting_spec *spec = &desk_setting_specs[id];
	int64_t number = 0;
	for (int round = 0; round < 2; round++, value = spec->def) {
		g_autofree char *why = value ? desk_setting_wrong(spec->name, value) : NULL;
		if (!value || why)
			continue;
		if (spec->type == DESK_SETTING_BOOL)
			return strcmp(value, "yes") == 0;
		if (parse_number(value, spec->type == DESK_SETTING_SIZE, &number))
			return number;
	}
	return 0;
}
