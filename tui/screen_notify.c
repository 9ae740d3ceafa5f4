/* A notice to the person behind the terminal: by the sequence that this terminal knows,
 * else by its bell. */
#include "tui/screen_cells.h"

#include <string.h>

static gboolean is(const char *value, const char *name)
{
	return value && strcmp(value, name) == 0;
}

static gboolean set(const char *value)
{
	return value && *value;
}

/* Terminals inside tmux and screen are not reached: these pass a bell on, and mark the window. */
enum notify_way notify_way_of(const struct notify_env *e)
{
	const char *term = e->term ? e->term : "";

	if (set(e->tmux) || set(e->sty) || g_str_has_prefix(term, "tmux") || g_str_has_prefix(term, "screen"))
		return NOTIFY_BELL;
	if (set(e->kitty) || g_str_has_prefix(term, "xterm-kitty"))
		return NOTIFY_OSC99;
	if (g_str_has_prefix(term, "foot") || g_str_has_prefix(term, "rxvt-unicode") || g_str_has_prefix(term, "xterm-ghostty") ||
	    g_str_has_prefix(term, "contour") || set(e->vte) || is(e->program, "ghostty"))
		return NOTIFY_OSC777;
	if (is(e->program, "iTerm.app") || is(e->lc_terminal, "iTerm2") || is(e->program, "WezTerm") ||
	    g_str_has_prefix(term, "wezterm") || set(e->windows) || set(e->conemu))
		return NOTIFY_OSC9;
	return NOTIFY_BELL;
}

/* Gated text again: printable, no semicolons (they part the fields), ASCII where that is all there is. */
static void append_plain(GString *out, const char *text, gboolean utf8)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		int n = (int)(g_utf8_next_char(p) - p);

		if (n == 1)
			g_string_append_c(out, *p == ';' ? ',' : *p >= ' ' && *p < 0x7f ? *p : ' ');
		else if (utf8)
			g_string_append_len(out, p, n);
		else
			g_string_append_c(out, '?');
	}
}

void notify_sequence(GString *out, enum notify_way way, const char *title, const char *text, gboolean utf8)
{
	switch (way) {
	case NOTIFY_OSC9:
		g_string_append(out, "\033]9;ttydesk: "); /* a number first would be a progress bar */
		append_plain(out, title, utf8);
		g_string_append(out, *text ? " - " : "");
		append_plain(out, text, utf8);
		break;
	case NOTIFY_OSC777:
		g_string_append(out, "\033]777;notify;");
		append_plain(out, title, utf8);
		g_string_append_c(out, ';');
		append_plain(out, text, utf8);
		break;
	case NOTIFY_OSC99:
		g_string_append(out, "\033]99;i=ttydesk:d=0;");
		append_plain(out, title, utf8);
		g_string_append(out, "\033\\\033]99;i=ttydesk:d=1:p=body;");
		append_plain(out, text, utf8);
		break;
	case NOTIFY_BELL:
		g_string_append_c(out, '\a');
		return;
	}
	g_string_append(out, "\033\\");
}

void screen_notify(struct screen *s, gboolean bell_only, const struct text *title, const struct text *text)
{
	const struct notify_env e = {
		.term = s->term, .program = g_getenv("TERM_PROGRAM"), .lc_terminal = g_getenv("LC_TERMINAL"),
		.kitty = g_getenv("KITTY_WINDOW_ID"), .vte = g_getenv("VTE_VERSION"), .windows = g_getenv("WT_SESSION"),
		.conemu = g_getenv("ConEmuPID"), .tmux = g_getenv("TMUX"), .sty = g_getenv("STY"),
	};
	enum notify_way way = bell_only || !s->modern ? NOTIFY_BELL : notify_way_of(&e);

	if (way == NOTIFY_BELL)
		screen_bell(s);
	else
		notify_sequence(s->before, way, text_bytes(title), text_bytes(text), s->utf8);
}
