/* Rules over every byte that a program sent to its terminal. */
#include "screens/bytes.h"

#include <stdlib.h>
#include <string.h>

static gboolean sends(const GByteArray *raw, const char *what, size_t len)
{
	return memmem(raw->data, raw->len, what, len) != NULL;
}

static gboolean has_colour(const char *s, const char *end)
{
	while (s < end) {
		char *next;
		long n = strtol(s, &next, 10);
		if ((n >= 30 && n <= 38) || (n >= 40 && n <= 48) || (n >= 90 && n <= 107))
			return TRUE;
		s = next > s ? next : s + 1;
		if (s < end && (*s == ';' || *s == ':'))
			s++;
	}
	return FALSE;
}

static gboolean sends_colour(const GByteArray *raw)
{
	const char *s = (const char *)raw->data, *end = s + raw->len;
	while (s && (s = memmem(s, (size_t)(end - s), "\033[", 2))) {
		const char *stop = s += 2;
		while (stop < end && (g_ascii_isdigit(*stop) || *stop == ';' || *stop == ':'))
			stop++;
		if (stop < end && *stop == 'm' && has_colour(s, stop))
			return TRUE;
	}
	return FALSE;
}

/* Padding, in any terminal, is for hardware of long ago. */
char *bytes_wrong(const GByteArray *raw, const char *term, const char *locale, gboolean no_color)
{
	static const struct {
		const char *bytes, *name;
	} unknown_to_vt[] = {{"\033]", "an OSC sequence"}, {"\033[?1049", "the alternate screen"},
		{"\033[?2004", "bracketed paste"}};
	gboolean vt = g_str_has_prefix(term, "vt"), utf8 = locale && strstr(locale, "UTF-8");
	if (sends(raw, "\0", 1))
		return g_strdup("a NUL (padding) was sent");
	if ((vt || no_color) && sends_colour(raw))
		return g_strdup("colour was sent to a terminal without");
	for (size_t i = 0; vt && i < G_N_ELEMENTS(unknown_to_vt); i++)
		if (sends(raw, unknown_to_vt[i].bytes, strlen(unknown_to_vt[i].bytes)))
			return g_strdup_printf("%s was sent to %s", unknown_to_vt[i].name, term);
	for (guint i = 0; !utf8 && i < raw->len; i++)
		if (raw->data[i] >= 0x80)
			return g_strdup_printf("a byte beyond ASCII was sent at %u in the locale %s", i, locale);
	return NULL;
}
