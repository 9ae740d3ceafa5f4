/* Styles of a theme onto what the terminal can show: RGB, 256, 16, 8 colours, mono. */
#include "tui/screen_cells.h"

#include <curses.h>

#define PAIRS_MAX 200

static unsigned attributes(const struct style *st)
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
		const struct style st = style_shown(s->theme ? s->theme->style[i] : plain, s->colours ? s->n_colours : 0, s->direct);
		int f = st.fg, b = st.bg, p;

		s->attr[i] = attributes(&st);
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
