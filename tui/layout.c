/* Wrapping and splitting. Pure. */
#include "tui/layout.h"

#include <string.h>

static void add_line(GArray *lines, size_t from, size_t to, int cols, gboolean continues)
{
	struct layout_line line = {.from = from, .to = to, .cols = cols, .continues = continues};

	g_array_append_val(lines, line);
}

/* Closing marks stay with the character before them. */
static gboolean no_line_start(const char *s, size_t n)
{
	static const char *const closing[] = {
		"\u3001", "\u3002", "\uff0c", "\uff0e", "\uff01", "\uff1f", "\uff1a", "\uff1b", "\uff09", "\u300d",
		"\u300f", "\u3011", "\u300b", "\u3009", "\u201d", "\u2019", "\u2026", ",", ".", "!", "?", ":", ";", ")",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(closing); i++)
		if (strlen(closing[i]) == n && memcmp(closing[i], s, n) == 0)
			return TRUE;
	return FALSE;
}

struct wrap {
	const char *s;
	int width;
	GArray *lines;
	size_t from;         /* of the line being built */
	int cols;
	size_t cut, next;    /* last place to break: the line ends at cut, the next starts at next */
	int cut_cols;
	gboolean continues;
};

/* Ends the line at its last break, or at `at` when there is none. */
static void break_line(struct wrap *w, size_t at)
{
	if (w->next > w->from) {
		add_line(w->lines, w->from, w->cut, w->cut_cols, w->continues);
		w->from = w->next;
	} else {
		add_line(w->lines, w->from, at, w->cols, w->continues);
		w->from = at;
	}
	w->continues = TRUE;
	w->cols = text_string_cols(w->s + w->from, at > w->from ? at - w->from : 0);
	w->next = w->from;
}

/* One hard line [from, to). */
static void wrap_line(struct wrap *w, size_t from, size_t to)
{
	gboolean wide_before = FALSE, in_spaces = FALSE;
	size_t at = from;

	w->from = w->next = from;
	w->cols = 0;
	w->continues = FALSE;
	while (at < to) {
		int cols;
		size_t n = text_grapheme(w->s + at, to - at, &cols);
		gboolean space = n == 1 && w->s[at] == ' '; /* one with an accent is drawn */

		if (n == 0)
			break;
		if (space) {
			if (!in_spaces) {
				w->cut = at;
				w->cut_cols = w->cols;
			}
			/* Spaces may hang over the edge: they end the line, none starts with them. */
			w->next = at + n;
			w->cols += cols;
		} else {
			if ((cols == 2 || wide_before) && at > w->from && !in_spaces && !no_line_start(w->s + at, n)) {
				w->cut = w->next = at;
				w->cut_cols = w->cols;
			}
			while (w->cols + cols > w->width && at > w->from)
				break_line(w, at);
			w->cols += cols;
		}
		wide_before = cols == 2;
		in_spaces = space;
		at += n;
	}
	if (w->cols > w->width && in_spaces && w->cut >= w->from)
		add_line(w->lines, w->from, w->cut, w->cut_cols, w->continues);
	else
		add_line(w->lines, w->from, to, w->cols, w->continues);
}

void layout_wrap(const char *utf8, size_t len, int width, GArray *lines)
{
	struct wrap w = {.s = utf8, .width = MAX(width, 1), .lines = lines};
	size_t from = 0;

	for (;;) {
		const char *nl = len > from ? memchr(utf8 + from, '\n', len - from) : NULL;
		size_t to = nl ? (size_t)(nl - utf8) : len;

		wrap_line(&w, from, to);
		if (!nl)
			return;
		from = to + 1;
	}
}

size_t layout_split(int total, int gap, const struct pane_want *want, size_t n, int *out)
{
	int used = 0, weights = 0, left;
	size_t fit = 0;
	gboolean gave = TRUE;

	for (size_t i = 0; i < n; i++)
		out[i] = 0;
	for (; fit < n; fit++) {
		int need = want[fit].min + (fit > 0 ? gap : 0);
		if (used + need > total)
			break;
		used += need;
		out[fit] = want[fit].min;
	}
	left = total - used;
	/* What a pane cannot take (max) goes to the others, round by round. */
	while (left > 0 && gave) {
		int share = left;

		gave = FALSE;
		weights = 0;
		for (size_t i = 0; i < fit; i++)
			if (want[i].max == 0 || out[i] < want[i].max)
				weights += want[i].weight;
		for (size_t i = 0; i < fit && weights > 0; i++) {
			int more = (int)((gint64)share * want[i].weight / weights);

			if (want[i].weight == 0 || (want[i].max != 0 && out[i] >= want[i].max))
				continue;
			if (share < weights) /* fewer cells than weights: one each, in order */
				more = MIN(1, left);
			if (want[i].max != 0)
				more = MIN(more, want[i].max - out[i]);
			more = MIN(more, left);
			out[i] += more;
			left -= more;
			gave = gave || more > 0;
		}
	}
	return fit;
}
