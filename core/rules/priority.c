/* Priority from impact and need, and why. */
#include "rules/priority.h"

#include <string.h>
#include "wire/desk_settings.h"

/* "wide/high=urgent" */
static gboolean parse_word(struct priority_matrix *m, const char *word, unsigned *named, GError **error)
{
	g_auto(GStrv) sides = g_strsplit(word, "=", 2);
	g_auto(GStrv) pair = g_strsplit(sides[0] ? sides[0] : "", "/", 2);
	int impact = pair[0] && pair[1] ? impact_by_name(pair[0]) : -1;
	int need = pair[0] && pair[1] ? need_by_name(pair[1]) : -1;
	int priority = sides[0] && sides[1] ? priority_by_name(sides[1]) : -1;
	unsigned bit;

	if (impact < 0 || need < 0)
		return desk_fail(error, DESK_INVALID,
		                 "\"%s\" doesn't begin with an impact and a need, as in wide/high=urgent", word);
	if (priority < 0)
		return desk_fail(error, DESK_INVALID, "\"%s\" doesn't end in = and a priority", word);
	bit = 1u << (impact * NEED_COUNT + need);
	if (*named & bit)
		return desk_fail(error, DESK_INVALID, "%s is named twice", sides[0]);
	*named |= bit;
	m->of[impact][need] = (enum ticket_priority)priority;
	return TRUE;
}

static gboolean parse(struct priority_matrix *m, const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(text, " ,", -1);
	unsigned named = 0;

	for (char **w = words; *w; w++)
		if (**w && !parse_word(m, *w, &named, error))
			return FALSE;
	return TRUE;
}

gboolean priority_matrix_parse(struct priority_matrix *m, const char *text, GError **error)
{
	struct priority_matrix own;

	memset(m, 0, sizeof(*m));
	if (!parse(m, desk_setting_specs[DESK_SETTING_ID_PRIORITY_MATRIX].def, NULL))
		g_assert_not_reached();
	own = *m;
	if (text && !parse(&own, text, error))
		return FALSE;
	*m = own;
	return TRUE;
}

gboolean priority_assess(const struct priority_matrix *m, int impact, int need, enum ticket_priority *out)
{
	if (impact < 0 || impact >= IMPACT_COUNT || need < 0 || need >= NEED_COUNT)
		return FALSE;
	*out = m->of[impact][need];
	return TRUE;
}

/* ---- why */
char *priority_reason_matrix(enum impact impact, enum need need)
{
	return g_strdup_printf(HISTORY_PRIORITY_MATRIX, impact_name(impact), need_name(need));
}

gboolean priority_reason_is_matrix(const char *reason)
{
	return history_has_form(reason, HISTORY_PRIORITY_MATRIX);
}

gboolean priority_reason_is_incident(const char *reason)
{
	return history_has_form(reason, HISTORY_PRIORITY_INCIDENT);
}

gboolean priority_reason_is_person(const char *reason)
{
	return history_has_form(reason, HISTORY_PRIORITY_PERSON);
}

char *priority_reason_said(const char *reason)
{
	return reason ? history_said(reason) : g_strdup("");
}
