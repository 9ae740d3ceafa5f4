/* The key strings of a terminal's description, for the input decoder. */
#include "tui/screen_cells.h"

#include <curses.h>
#include <term.h>
#include "tui/input.h"

static const struct { const char *cap; stroke key; } keys[] = {
	{"kcuu1", STROKE_UP}, {"kcud1", STROKE_DOWN}, {"kcub1", STROKE_LEFT}, {"kcuf1", STROKE_RIGHT},
	{"khome", STROKE_HOME}, {"kend", STROKE_END}, {"kpp", STROKE_PAGE_UP}, {"knp", STROKE_PAGE_DOWN},
	{"kich1", STROKE_INSERT}, {"kdch1", STROKE_DELETE}, {"kcbt", STROKE_BACKTAB}, {"kent", STROKE_ENTER},
	{"kbs", STROKE_BACKSPACE}, {"kfnd", STROKE_HOME}, {"kslt", STROKE_END},
	{"kf1", STROKE_F1}, {"kf2", STROKE_F2}, {"kf3", STROKE_F3}, {"kf4", STROKE_F4}, {"kf5", STROKE_F5},
	{"kf6", STROKE_F6}, {"kf7", STROKE_F7}, {"kf8", STROKE_F8}, {"kf9", STROKE_F9}, {"kf10", STROKE_F10},
	{"kf11", STROKE_F11}, {"kf12", STROKE_F12},
	{"kUP", STROKE_UP | STROKE_SHIFT}, {"kDN", STROKE_DOWN | STROKE_SHIFT}, {"kLFT", STROKE_LEFT | STROKE_SHIFT},
	{"kRIT", STROKE_RIGHT | STROKE_SHIFT}, {"kHOM", STROKE_HOME | STROKE_SHIFT}, {"kEND", STROKE_END | STROKE_SHIFT},
};

void screen_each_key(const char *term, screen_key_fn *fn, void *arg)
{
	TERMINAL *before = set_curterm(NULL); /* the screen's own stays in force */
	TERMINAL *mine;
	int status = 0;

	if (setupterm(term, -1, &status) == OK) {
		for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
			const char *bytes = tigetstr(keys[i].cap);
			if (bytes && bytes != (char *)-1 && *bytes)
				fn(keys[i].key, bytes, arg);
		}
		mine = set_curterm(before);
		del_curterm(mine);
	} else {
		set_curterm(before);
	}
}
