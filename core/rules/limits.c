/* How long a message may be on each channel. */
#include "rules/limits.h"

#include <string.h>
#include "wire/desk_settings.h"

#define SMS_ONE 160
#define SMS_PART 153
#define SMS_WIDE_ONE 70
#define SMS_WIDE_PART 67
#define LIMIT_MAX 1000000

static gboolean parse_word(struct limits *l, const char *word, GError **error)
{
	const char *eq = strchr(word, '=');
	g_autofree char *name = eq ? g_strndup(word, (gsize)(eq - word)) : NULL;
	int channel = name ? channel_by_name(name) : -1;
	gint64 max;
	char *end;

	if (channel < 0)
		return desk_fail(error, DESK_INVALID, "\"%s\" doesn't begin with a channel and =", word);
	max = g_ascii_strtoll(eq + 1, &end, 10);
	if (!g_ascii_isdigit(eq[1]) || max < 1 || max > LIMIT_MAX || strlen(end) > 1 || (*end && !strchr("bs", *end)))
		return desk_fail(error, DESK_INVALID, "\"%s\" must end in a number, or a number and b (bytes) or s (SMS)", word);
	l->of[channel].max = max;
	l->of[channel].unit = *end == 'b' ? LIMIT_BYTES : *end == 's' ? LIMIT_SMS : LIMIT_CHARACTERS;
	return TRUE;
}

gboolean limits_parse(struct limits *l, const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text ? text : desk_setting_specs[DESK_SETTING_ID_MESSAGE_LIMITS].def, " ", -1);

	memset(l, 0, sizeof(*l));
	for (char **w = words; *w; w++)
		if (**w && strcmp(*w, "none") != 0 && !parse_word(l, *w, error))
			return FALSE;
	return TRUE;
}

/* ---------------------------------------------------------------- counting */

/* Septets of one character in the GSM alphabet (3GPP 23.038), 0: not in it. */
static int septets(gunichar ch)
{
	static const char basic[] =
		"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
		"¿abcdefghijklmnopqrstuvwxyzäöñüà";
	static const char extended[] = "^{}\\[~]|€";

	if (ch < 0x80 ? strchr(basic, (int)ch) != NULL : g_utf8_strchr(basic, -1, ch) != NULL)
		return 1;
	return g_utf8_strchr(extended, -1, ch) ? 2 : 0;
}

static int64_t units_of(const char *text)
{
	int64_t n = 0;

	for (const guint8 *p = (const guint8 *)text; *p; p++)
		n += (*p & 0xc0) != 0x80 ? (*p >= 0xf0 ? 2 : 1) : 0; /* first bytes; four of them need a pair */
	return n;
}

static void use_sms(int64_t messages, const char *text, struct limit_use *out)
{
	int64_t n = 0, one = SMS_ONE, part = SMS_PART;

	for (const char *p = text; *p && n >= 0; p = g_utf8_next_char(p)) {
		int s = septets(g_utf8_get_char(p));

		n = s ? n + s : -1;
	}
	if (n < 0) {
		n = units_of(text);
		one = SMS_WIDE_ONE;
		part = SMS_WIDE_PART;
	}
	out->used = n;
	out->messages = n <= one ? 1 : (int)((n + part - 1) / part);
	out->max = messages == 1 ? one : messages * part;
}

gboolean limits_use(const struct limits *l, enum channel channel, const char *text, struct limit_use *out)
{
	const struct limit *limit = &l->of[channel];

	*out = (struct limit_use){.max = limit->max, .messages = 1};
	if (limit->unit == LIMIT_NONE)
		return FALSE;
	if (limit->unit == LIMIT_BYTES)
		out->used = (int64_t)strlen(text);
	else if (limit->unit == LIMIT_CHARACTERS)
		out->used = units_of(text);
	else
		use_sms(limit->max, text, out);
	out->over = out->used > out->max;
	return TRUE;
}

gboolean limits_check(const struct limits *l, enum channel channel, const char *text, GError **error)
{
	struct limit_use use;

	if (!limits_use(l, channel, text, &use) || !use.over)
		return TRUE;
	if (l->of[channel].unit == LIMIT_BYTES)
		return desk_fail(error, DESK_LIMIT,
		                 "the text has %" G_GINT64_FORMAT " bytes; %s takes at most %" G_GINT64_FORMAT " in one message",
		                 use.used, channel_name(channel), use.max);
	return desk_fail(error, DESK_LIMIT,
	                 "the text has %" G_GINT64_FORMAT " characters; %s takes at most %" G_GINT64_FORMAT " in one message",
	                 use.used, channel_name(channel), use.max);
}
