/* Styles of a theme onto what the terminal can show: RGB, 256, 16, 8 colours, mono. */
#include "tui/screen_cells.h"

#include <curses.h>

#define PAIRS_MAX 200

/* The usual 16, then the 6x6x6 cube and the grey ramp of xterm. */
static guint32 rgb_of_256(int n)
{
	static const guint32 basic[16] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};
	static const guint32 level[6] = {0, 95, 135, 175, 215, 255};

	if (n < 16)
		return basic[n];
	if (n >= 232)
		return (guint32)(8 + (n - 232) * 10) * 0x010101;
	n -= 16;
	return level[n / 36] << 16 | level[n / 6 % 6] << 8 | level[n % 6];
}

static int distance(guint32 a, guint32 b)
{
	int dr = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int dg = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int db = (int)(a & 255) - (int)(b & 255);

	return 2 * dr * dr + 4 * dg * dg + 3 * db * db;
}

static int nearest(guint32 rgb, int from, int to)
{
	int best = from;

	for (int i = from; i < to; i++)
		if (distance(rgb, rgb_of_256(i)) < distance(rgb, rgb_of_256(best)))
			best = i;
	return best;
}

/* -1 stays the terminal's own colour. */
static int degrade(const struct screen *s, gint32 colour)
{
	guint32 rgb;

	if (colour < 0)
		return -1;
	if (s->direct) {
		rgb = colour & LOOK_RGB ? (guint32)colour & 0xffffff : rgb_of_256(colour);
		/* In direct-colour descriptions 0-7 are the palette. */
		return !(colour & LOOK_RGB) && colour < 8 ? colour : (int)MAX(rgb, 8);
	}
	if (!(colour & LOOK_RGB) && colour < s->n_colours)
		return colour;
	rgb = colour & LOOK_RGB ? (guint32)colour & 0xffffff : rgb_of_256(colour);
	return s->n_colours >= 256 ? nearest(rgb, 16, 256) : nearest(rgb, 0, s->n_colours >= 16 ? 16 : 8);
}

static unsigned attributes(const struct screen *s, const struct style *st)
{
	unsigned a = 0;

	if (st->attrs & LOOK_BOLD)
		a |= A_BOLD;
	if (st->attrs & LOOK_FAINT)
		a |= A_DIM;
	if (st->attrs & LOOK_UNDERLINE)
		a |= A_UNDERLINE;
	if (st->attrs & LOOK_REVERSE)
		a |= A_REVERSE;
	/* A bar made only of background colour would vanish without colours. */
	if (!s->colours && st->bg >= 0)
		a |= A_REVERSE;
	return a;
}

void colour_resolve(struct screen *s)
{
	int fg[PAIRS_MAX], bg[PAIRS_MAX];
	int used = 1, limit = 0;

	set_term(s->curses);
	if (s->colours)
		limit = MIN(COLOR_PAIRS, PAIRS_MAX);
	fg[0] = bg[0] = -1;
	for (int i = 0; i < LOOK_COUNT; i++) {
		const struct style plain = {.fg = -1, .bg = -1};
		const struct style *st = s->theme ? &s->theme->style[i] : &plain;
		int f = degrade(s, st->fg), b = degrade(s, st->bg), p;

		s->attr[i] = attributes(s, st);
		s->pair[i] = 0;
		if (limit == 0 || (f < 0 && b < 0))
			continue;
		for (p = 1; p < used && (fg[p] != f || bg[p] != b); p++)
			;
		if (p == used) {
			if (used == limit || init_extended_pair(p, f, b) == ERR)
				continue;
			fg[used] = f;
			bg[used++] = b;
		}
		s->pair[i] = p;
	}
	if (s->shown)
		for (int i = 0; i < s->rows * s->cols; i++)
			s->shown[i] = CELL_NEVER;
	for (int y = 0; y < s->rows; y++)
		cells_dirty(s, y, 0, s->cols);
}
