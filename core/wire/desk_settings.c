/* The settings a desk keeps in its database. */
#include "wire/desk_settings.h"

#include <inttypes.h>
#include <string.h>

#include "wire/model.h"
#include "base/say.h"

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

static gboolean parse_number(const char *s, int64_t *value)
{
	size_t digits = strspn(s, "0123456789");
	*value = g_ascii_strtoll(s, NULL, 10);
	return digits && digits <= 15 && !s[digits];
}

static char *wrong_number(const struct desk_setting_spec *spec, const char *value)
{
	int64_t number;
	if (parse_number(value, &number) && number >= spec->min && number <= spec->max)
		return NULL;
	return g_strdup_printf(_("must be a whole number from %" PRId64 " to %" PRId64), spec->min, spec->max);
}

static char *wrong_role(const char *value)
{
	g_autoptr(GString) known = g_string_new(_("must be one of"));
	if (role_by_name(value) >= 0)
		return NULL;
	for (int role = 0; role < ROLE_COUNT; role++)
		g_string_append_printf(known, "%s %s", role ? "," : "", role_name((enum role)role));
	return g_string_free(g_steal_pointer(&known), FALSE);
}

char *desk_setting_wrong(const char *name, const char *value)
{
	const struct desk_setting_spec *spec = desk_setting_find(name);
	if (!spec) {
		g_autoptr(GString) known = g_string_new(_("is not a setting of the desk; they are"));
		for (size_t i = 0; i < G_N_ELEMENTS(desk_setting_specs); i++)
			g_string_append_printf(known, "%s %s", i ? "," : "", desk_setting_specs[i].name);
		return g_string_free(g_steal_pointer(&known), FALSE);
	}
	switch (spec->type) {
	case DESK_SETTING_TEXT:
		if (*value && strlen(value) <= (size_t)spec->max && !strpbrk(value, "\r\n\t"))
			return NULL;
		return g_strdup_printf(_("must be one line of 1 to %" PRId64 " bytes"), spec->max);
	case DESK_SETTING_ZONE:
		return *value && strlen(value) <= 60 ? NULL : g_strdup(_("must be a time zone like Asia/Shanghai"));
	case DESK_SETTING_ROLE:
		return wrong_role(value);
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
		if (spec->type == DESK_SETTING_ROLE)
			return role_by_name(value);
		if (parse_number(value, &number))
			return number;
	}
	return 0;
}
