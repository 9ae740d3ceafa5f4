/* What a terminal with fewer colours shows of a style. Pure. */
#include "tui/theme.h"

#define GREY_SPREAD 24 /* between the channels of what still counts as grey */

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

static guint32 rgb_of(gint32 colour)
{
	return colour & LOOK_RGB ? (guint32)colour & 0xffffff : rgb_of_256(colour);
}

static int channel(guint32 rgb, int i)
{
	return (int)(rgb >> (16 - 8 * i) & 255);
}

static gboolean is_grey(guint32 rgb)
{
	int r = channel(rgb, 0), g = channel(rgb, 1), b = channel(rgb, 2);

	return MAX(r, MAX(g, b)) - MIN(r, MIN(g, b)) <= GREY_SPREAD;
}

static int distance(guint32 a, guint32 b)
{
	int dr = channel(a, 0) - channel(b, 0), dg = channel(a, 1) - channel(b, 1), db = channel(a, 2) - channel(b, 2);

	return 2 * dr * dr + 4 * dg * dg + 3 * db * db;
}

/* A grey one becomes none of the colours, a colour no grey where that can be helped. */
static int nearest(guint32 rgb, int from, int to)
{
	gboolean grey = is_grey(rgb);
	int best = -1;

	for (int i = from; i < to; i++) {
		guint32 have = rgb_of_256(i);

		if (to <= 16 && is_grey(have) != grey)
			continue;
		if (best < 0 || distance(rgb, have) < distance(rgb, rgb_of_256(best)))
			best = i;
	}
	return best;
}

static gint32 colour_shown(gint32 colour, int colours, gboolean direct)
{
	if (colour < 0 || colours < 8)
		return -1;
	if (direct) /* 0-7 are the palette */
		return !(colour & LOOK_RGB) && colour < 8 ? colour : (gint32)MAX(rgb_of(colour), 8);
	if (!(colour & LOOK_RGB) && colour < colours)
		return colour;
	return colours >= 256 ? nearest(rgb_of(colour), 16, 256) : nearest(rgb_of(colour), 0, colours >= 16 ? 16 : 8);
}

struct style style_shown(struct style wanted, int colours, gboolean direct)
{
	struct style s = wanted;

	s.fg = colour_shown(wanted.fg, colours, direct);
	s.bg = colour_shown(wanted.bg, colours, direct);
	if (colours < 8) {
		if (wanted.bg >= 0)
			s.attrs |= LOOK_REVERSE;
		return s;
	}
	/* With so few, a grey on the terminal's own background would be as bright as text, or
	 * black on black: the terminal's own colour can always be read. */
	if (colours < 16 && wanted.fg >= 0 && wanted.bg < 0 && is_grey(rgb_of(wanted.fg)))
		s.fg = -1;
	if (s.fg >= 0 && s.fg == s.bg) {
		s.bg = -1;
		s.attrs |= LOOK_REVERSE;
	}
	return s;
}
