/* [notices] of ttydesk.conf: quiet hours, a switch for each kind, how many and by which way. */
#include "tui/options_notices.h"

#include <string.h>
#include "base/say.h"

static const char *set_quiet(struct notices_settings *n, const char *value)
{
	return quiet_hours_parse(value, &n->wish.hours, NULL) ? NULL : N_("quiet hours are written 22:00-07:00, or off");
}

static const char *set_rate(struct notices_settings *n, const char *value)
{
	guint64 rate;

	if (!g_ascii_string_to_unsigned(value, 10, 0, 60, &rate, NULL))
		return N_("this is a number of notices a minute, at most 60; 0 none");
	n->per_minute = (unsigned)rate;
	return NULL;
}

static const char *set_out(struct notices_settings *n, const char *value)
{
	static const char *const names[] = {
		[NOTICES_AUTO] = "auto", [NOTICES_DESKTOP] = "desktop", [NOTICES_TERMINAL] = "terminal",
		[NOTICES_BELL] = "bell", [NOTICES_OFF] = "off",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(value, names[i]) == 0) {
			n->out = (enum notices_out)i;
			return NULL;
		}
	return N_("this is auto, desktop, terminal, bell or off");
}

static const char *set_kind(struct notices_settings *n, int kind, const char *value)
{
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return N_("this is on or off");
	if (value[1] == 'n')
		n->wish.off &= ~(1u << kind);
	else
		n->wish.off |= 1u << kind;
	return NULL;
}

void options_notices_init(struct notices_settings *n)
{
	*n = (struct notices_settings){.per_minute = 6, .out = NOTICES_AUTO};
}

gboolean options_notices_set(struct notices_settings *n, const char *key, const char *value, const char **wrong)
{
	int kind = notice_kind_by_name(key);

	if (strcmp(key, "quiet") == 0)
		*wrong = set_quiet(n, value);
	else if (strcmp(key, "rate") == 0)
		*wrong = set_rate(n, value);
	else if (strcmp(key, "out") == 0)
		*wrong = set_out(n, value);
	else if (kind >= 0)
		*wrong = set_kind(n, kind, value);
	else
		return FALSE;
	return TRUE;
}
