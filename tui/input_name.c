/* Strokes by name: "ctrl-x", "alt-enter", "g", "space". */
#include "base/text.h"
#include "tui/input.h"

#include <string.h>
#include "base/say.h"

#define NAME_MAX_LEN 40

static const struct { stroke key; const char *name; } names[] = {
#define E(id, name) {STROKE_##id, name},
	STROKE_NAMES(E)
#undef E
	/* characters that mean something to a settings file */
	{'=', "equals"}, {'#', "hash"}, {';', "semicolon"}, {'[', "bracket"}, {'"', "quote"},
	{'\\', "backslash"}, {STROKE_ESCAPE, "esc"}, {STROKE_ENTER, "return"}, {'-', "minus"}, {'+', "plus"},
	{',', "comma"},
};

static const struct { stroke bit; const char *name; } modifiers[] = {
	{STROKE_CTRL, "ctrl-"}, {STROKE_ALT, "alt-"}, {STROKE_SHIFT, "shift-"},
};

static stroke named(const char *name, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strlen(names[i].name) == len && g_ascii_strncasecmp(names[i].name, name, len) == 0)
			return names[i].key;
	return 0;
}

static stroke one_char(const char *name, size_t len)
{
	gunichar ch = g_utf8_get_char_validated(name, (gssize)len);

	if (ch >= (gunichar)-2 || g_utf8_next_char(name) != name + len || ch <= ' ' || (ch >= 0x7f && ch < 0xa0))
		return 0;
	return ch;
}

static gboolean bad_stroke(GError **error, const char *name, size_t len, const char *why)
{
	g_autofree char *clean = text_clean_string(name, (gssize)len, 0, NAME_MAX_LEN);

	return desk_fail(error, DESK_INVALID, "\"%s\" is not a key: %s", clean, say(why));
}

stroke stroke_parse(const char *name, size_t len, GError **error)
{
	const char *rest = name;
	size_t left = len;
	stroke bits = 0, key;
	gboolean again = TRUE;

	while (again) {
		again = FALSE;
		for (size_t i = 0; i < G_N_ELEMENTS(modifiers); i++) {
			size_t n = strlen(modifiers[i].name);
			if (left > n && g_ascii_strncasecmp(rest, modifiers[i].name, n) == 0) {
				bits |= modifiers[i].bit;
				rest += n;
				left -= n;
				again = TRUE;
			}
		}
	}
	key = left > 0 ? named(rest, left) : 0;
	if (!key)
		key = left > 0 ? one_char(rest, left) : 0;
	if (!key) {
		bad_stroke(error, name, len, "say one character or a name such as enter, f1, page-up");
		return 0;
	}
	if (bits & STROKE_SHIFT && !(key & STROKE_NAMED)) {
		bad_stroke(error, name, len, "shift- is for named keys; write the capital letter");
		return 0;
	}
	if (key == STROKE_TAB && bits & STROKE_SHIFT)
		return STROKE_BACKTAB | (bits & ~STROKE_SHIFT);
	if (bits & STROKE_CTRL && key < 0x80)
		key = (stroke)g_ascii_tolower((char)key);
	/* What a terminal cannot tell apart from a named key is that key. */
	if (bits & STROKE_CTRL && (key == 'm' || key == 'i' || key == 'h' || key == '[')) {
		key = key == 'm' ? STROKE_ENTER : key == 'i' ? STROKE_TAB : key == 'h' ? STROKE_BACKSPACE : STROKE_ESCAPE;
		bits &= ~STROKE_CTRL;
	}
	return key | bits;
}

const char *stroke_name(stroke s, char *buf, size_t size)
{
	stroke key = s & ~(STROKE_CTRL | STROKE_ALT | (s & STROKE_NAMED ? STROKE_SHIFT : 0));
	const char *name = NULL;
	char utf8[8] = "";

	for (size_t i = 0; i < G_N_ELEMENTS(names) && !name; i++)
		if (names[i].key == key && (key & STROKE_NAMED || strchr("=#;[\"", (int)key)))
			name = names[i].name;
	if (!name && !(key & STROKE_NAMED)) {
		utf8[g_unichar_to_utf8(key, utf8)] = '\0';
		name = utf8;
	}
	g_snprintf(buf, size, "%s%s%s%s", s & STROKE_CTRL ? "ctrl-" : "", s & STROKE_ALT ? "alt-" : "",
	           s & STROKE_NAMED && s & STROKE_SHIFT ? "shift-" : "", name ? name : "?");
	return buf;
}
