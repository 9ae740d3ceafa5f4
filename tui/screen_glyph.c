/* The glyphs of the screen, each with its ASCII stand-in. */
#include "tui/screen_cells.h"

#include <string.h>

struct glyph_row {
	const char *key;  /* as named by tags; NULL: only by number */
	const char *utf8;
	const char *ascii;
};

static const struct glyph_row table[GLYPH_COUNT] = {
	[GLYPH_HLINE] = {NULL, "\u2500", "-"},
	[GLYPH_VLINE] = {NULL, "\u2502", "|"},
	[GLYPH_TEE_DOWN] = {NULL, "\u252c", "+"},
	[GLYPH_TEE_UP] = {NULL, "\u2534", "+"},
	[GLYPH_TEE_RIGHT] = {NULL, "\u251c", "+"},
	[GLYPH_TEE_LEFT] = {NULL, "\u2524", "+"},
	[GLYPH_CROSS] = {NULL, "\u253c", "+"},
	[GLYPH_CURSOR] = {NULL, ">", ">"},
	[GLYPH_STAR] = {"star", "\u2605", "*"},
	[GLYPH_WARN] = {"warn", "\u26a0", "!"},
	[GLYPH_UP] = {"up", "\u2197", "^"},
	[GLYPH_DOT] = {"dot", "\u2022", "."},
	[GLYPH_CHECK] = {"check", "\u2713", "+"},
	[GLYPH_HEART] = {"heart", "\u2665", "&"},
	[GLYPH_ELDERLY] = {"elderly", "\u25c7", "o"},
	[GLYPH_WAITING] = {"waiting", "\u25cf", "<"},
	[GLYPH_PENDING] = {"pending", "\u21bb", "%"},
	[GLYPH_UNCERTAIN] = {"uncertain", "?", "?"},
	[GLYPH_REFUSED] = {"refused", "\u2717", "x"},
	[GLYPH_PAUSED] = {"paused", "\u2016", "="},
	[GLYPH_LATE] = {"late", "!", "!"},
	[GLYPH_ELLIPSIS] = {NULL, "\u2026", "~"},
	[GLYPH_LOOKS] = {NULL, "\u25cc", "o"},
	[GLYPH_WRITES] = {NULL, "\u270e", "w"},
	[GLYPH_FROM_LEFT] = {NULL, "\u2510", "."},
	[GLYPH_FROM_RIGHT] = {NULL, "\u250c", ","},
};

enum glyph glyph_by_key(const char *key, size_t len)
{
	for (int i = 0; i < GLYPH_COUNT; i++)
		if (table[i].key && strlen(table[i].key) == len && memcmp(table[i].key, key, len) == 0)
			return (enum glyph)i;
	return GLYPH_DOT;
}

const char *glyph_string(const struct screen *s, enum glyph g)
{
	g_assert(g >= 0 && g < GLYPH_COUNT);
	int cols = 0;
	const char *utf8 = table[g].utf8;

	/* Where the terminal draws these two wide, borders and marks would tear the table. */
	if (!s->utf8 || s->plain)
		return table[g].ascii;
	text_grapheme(utf8, strlen(utf8), &cols);
	return cols == 1 ? utf8 : table[g].ascii;
}

const char *glyph_ascii(enum glyph g)
{
	return table[g].ascii;
}

int glyph_cols(const struct screen *s, enum glyph g)
{
	(void)s;
	(void)g;
	return 1;
}
