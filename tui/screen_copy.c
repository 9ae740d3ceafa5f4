/* Text onto the terminal's clipboard: OSC 52, as it is or inside what lets it through
 * tmux and screen. */
#include "tui/screen_cells.h"

#include <string.h>

#define SCREEN_CHUNK 240 /* of one DCS string: old versions of screen cut longer ones */

enum copy_wrap copy_wrap_of(const char *term, gboolean tmux, gboolean sty)
{
	if (tmux || g_str_has_prefix(term, "tmux"))
		return COPY_TMUX;
	return sty || g_str_has_prefix(term, "screen") ? COPY_SCREEN : COPY_BARE;
}

/* In either, BEL ends the OSC: the other end mark would end the string around it. */
void copy_sequence(GString *out, const char *bytes, size_t len, enum copy_wrap wrap)
{
	g_autofree char *code = g_base64_encode((const guchar *)bytes, len);
	g_autofree char *osc = g_strconcat("\033]52;c;", code, "\a", NULL);
	size_t n = strlen(osc);

	switch (wrap) {
	case COPY_BARE:
		g_string_append(out, osc);
		break;
	case COPY_TMUX: /* bare for `set-clipboard on`, passed through for `allow-passthrough on` */
		g_string_append_printf(out, "%s\033Ptmux;\033%s\033\\", osc, osc);
		break;
	case COPY_SCREEN:
		for (size_t at = 0; at < n; at += SCREEN_CHUNK)
			g_string_append_printf(out, "\033P%.*s\033\\", SCREEN_CHUNK, osc + at);
		break;
	}
}

gboolean screen_copy(struct screen *s, const char *bytes, size_t len, GError **error)
{
	g_autoptr(GString) clean = g_string_sized_new(MIN(len, SCREEN_COPY_MAX));

	if (!s->modern)
		return desk_fail(error, DESK_UNSUPPORTED, "a terminal of the type %s has no clipboard to copy to", s->term);
	for (size_t i = 0; i < len && clean->len <= SCREEN_COPY_MAX; i++)
		if (bytes[i])
			g_string_append_c(clean, bytes[i]);
	if (clean->len > SCREEN_COPY_MAX)
		return desk_fail(error, DESK_LIMIT, "this is %zu kB; terminals copy %d kB at most", (len + 999) / 1000,
		                 SCREEN_COPY_MAX / 1000);
	copy_sequence(s->before, clean->str, clean->len,
	              copy_wrap_of(s->term, g_getenv("TMUX") != NULL, g_getenv("STY") != NULL));
	return TRUE;
}
