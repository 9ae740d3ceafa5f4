/* readline under our own input and display: nothing of it reads or writes the
 * terminal. readline is one editor with global state, so what belongs to an editing
 * state of ours is put into it when a key arrives and taken out when another's does. */
#include "tui/lineedit.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <readline/history.h>
#include <readline/readline.h>
#include "tui/layout.h"
#include "tui/lineedit_text.h"

#define HISTORY_KEPT 500
#define QUEUE_MAX 64

struct lineedit {
	gboolean multi;
	char *file;              /* history; NULL none */
	int width;               /* columns for up and down; 0 = hard lines */
	int goal;                /* column that up and down aim at; -1 none */
	lineedit_complete_fn *complete;
	void *complete_arg;
	GPtrArray *candidates;   /* NULL-terminated; NULL none */
	/* away from readline: */
	char *buffer;            /* malloc'd: readline grows it */
	int buflen, end, point, mark, insert_mode;
	UNDO_LIST *undo;
	Keymap keymap;
	HISTORY_STATE history;
};

/* readline's state is global, so is ours. */
static struct {
	gboolean started;
	struct lineedit *current; /* whose text is in readline; NULL nobody's */
	struct lineedit nobody;
	guint8 queue[QUEUE_MAX];  /* bytes readline has not read yet */
	size_t queued;
	gboolean accepted, ended; /* readline finished a line of its own */
	char *line;
	gboolean quoting;         /* the next key is taken literally */
} rl;

/* ---- what readline calls */

static int next_byte(FILE *ignored)
{
	int c = EOF;

	(void)ignored;
	if (rl.queued > 0) {
		c = rl.queue[0];
		memmove(rl.queue, rl.queue + 1, --rl.queued);
	}
	return c;
}

static int bytes_wait(void)
{
	return rl.queued > 0;
}

static void no_display(void)
{
}

static void no_prepare(int meta)
{
	(void)meta;
}

static void finished(char *line)
{
	rl.accepted = line != NULL;
	rl.ended = line == NULL;
	g_free(rl.line);
	rl.line = g_strdup(line ? line : "");
	free(line);
}

static void forget_candidates(struct lineedit *e)
{
	g_clear_pointer(&e->candidates, g_ptr_array_unref);
}

/* readline wants the common part first, all of it by malloc. */
static char **to_matches(char *const *words)
{
	size_t n = g_strv_length((char **)words), common = strlen(words[0]);
	char **matches = calloc(n + 2, sizeof(*matches));

	for (size_t i = 1; i < n; i++) {
		size_t k = 0;
		while (k < common && words[i][k] == words[0][k])
			k++;
		common = k;
	}
	while (common > 0 && ((guint8)words[0][common] & 0xc0) == 0x80)
		common--;
	if (!matches)
		return NULL;
	matches[0] = strndup(words[0], common);
	for (size_t i = 0; n > 1 && i < n; i++)
		matches[i + 1] = strdup(words[i]);
	return matches;
}

static char **complete(const char *word, int start, int end)
{
	struct lineedit *e = rl.current;
	g_auto(GStrv) words = NULL;

	(void)word;
	rl_attempted_completion_over = 1;
	if (!e || !e->complete)
		return NULL;
	words = e->complete(rl_line_buffer, (size_t)start, (size_t)end, e->complete_arg);
	if (!words || !words[0])
		return NULL;
	if (words[1]) {
		e->candidates = g_ptr_array_new_with_free_func(g_free);
		for (char **w = words; *w; w++)
			g_ptr_array_add(e->candidates, g_strdup(*w));
		g_ptr_array_add(e->candidates, NULL);
	}
	/* A field or a folder wants more behind it, no blank. */
	rl_completion_suppress_append = !words[1] && *words[0] && strchr(":/", words[0][strlen(words[0]) - 1]) != NULL;
	return to_matches(words);
}

static void show_matches(char **matches, int n, int longest)
{
	(void)matches; /* lineedit_candidates() has them */
	(void)n;
	(void)longest;
}

static const stroke ctrl_c = 'c' | STROKE_CTRL, ctrl_g = 'g' | STROKE_CTRL, ctrl_j = 'j' | STROKE_CTRL,
	ctrl_n = 'n' | STROKE_CTRL, ctrl_p = 'p' | STROKE_CTRL;

gboolean lineedit_multi(void)
{
	return rl.current && rl.current->multi;
}

/* ---- putting an editing state in and out */

static void start(void)
{
	int kept;

	if (rl.started)
		return;
	rl.started = TRUE;
	/* readline cuts text at characters of the locale; ours is UTF-8 whatever the
	 * terminal can show. */
	if (MB_CUR_MAX == 1)
		setlocale(LC_CTYPE, "C.UTF-8");
	rl_readline_name = "ttydesk";
	rl_instream = fopen("/dev/null", "re");
	rl_outstream = fopen("/dev/null", "we");
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_getc_function = next_byte;
	rl_input_available_hook = bytes_wait;
	rl_redisplay_function = no_display;
	rl_prep_term_function = no_prepare;
	rl_deprep_term_function = no_display;
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = show_matches;
	rl_completer_word_break_characters = " \t\n";
	kept = lineedit_hush();
	rl_callback_handler_install("", finished);
	lineedit_unhush(kept);
	lineedit_tame();
}

static void pull(struct lineedit *e)
{
	struct readline_state now;
	HISTORY_STATE *history = history_get_history_state();

	rl_save_state(&now);
	e->buffer = now.buffer;
	e->buflen = now.buflen;
	e->end = now.end;
	e->point = now.point;
	e->mark = now.mark;
	e->undo = now.ul;
	e->keymap = now.kmap;
	e->insert_mode = now.insmode;
	e->history = *history;
	free(history);
}

static void push(const struct lineedit *e)
{
	struct readline_state now;

	/* The rest stays as it is: some of it points into readline's own memory. */
	rl_save_state(&now);
	now.buffer = e->buffer;
	now.buflen = e->buflen;
	now.end = e->end;
	now.point = e->point;
	now.mark = e->mark;
	now.ul = e->undo;
	now.kmap = e->keymap;
	now.insmode = e->insert_mode;
	now.lastfunc = NULL;
	rl_restore_state(&now);
	history_set_history_state((HISTORY_STATE *)&e->history);
}

static void replace_text(const char *utf8, size_t len)
{
	g_autofree char *copy = g_strndup(utf8, len);

	rl_begin_undo_group();
	rl_delete_text(0, rl_end);
	rl_point = 0;
	rl_insert_text(copy);
	rl_end_undo_group();
	rl_mark = 0;
}

/* readline hangs undo lists on lines of the history and frees some of them twice:
 * each list belongs to the line being edited, and to it alone. */
static void unshare_history(void)
{
	HIST_ENTRY **entries = history_list();

	for (int i = 0; entries && entries[i]; i++)
		entries[i]->data = NULL;
}

/* readline keeps the line that was left for the history in a place of its own:
 * brings it home, keeps what is shown now. */
static void leave_history(void)
{
	g_autofree char *shown = NULL;
	int point = rl_point;

	if (where_history() >= history_length)
		return;
	shown = g_strdup(rl_line_buffer);
	rl_end_of_history(1, 0);
	unshare_history();
	replace_text(shown, strlen(shown));
	rl_point = point;
}

static gboolean in_sequence(void)
{
	return rl.quoting || RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_MULTIKEY |
	                                RL_STATE_VIMOTION | RL_STATE_CHARSEARCH | RL_STATE_METANEXT);
}

/* Some commands take a character byte by byte, or a NUL: with one in the text
 * readline's searches do not end. */
static void repair(void)
{
	g_autofree char *valid = NULL;
	int point = rl_point;

	rl_line_buffer[rl_end] = '\0';
	if (!g_utf8_validate_len(rl_line_buffer, (gsize)rl_end, NULL)) {
		valid = g_utf8_make_valid(rl_line_buffer, rl_end);
		replace_text(valid, strlen(valid));
	}
	rl_point = CLAMP(point, 0, rl_end);
	while (rl_point > 0 && ((guint8)rl_line_buffer[rl_point] & 0xc0) == 0x80)
		rl_point--;
}

/* Alt-1 held down and a letter would be a million letters. */
#define COUNT_MAX 999

static void read_queue(const char *bytes, size_t n)
{
	memcpy(rl.queue, bytes, n);
	rl.queued = n;
	while (rl.queued > 0) {
		rl_callback_read_char();
		rl_numeric_arg = CLAMP(rl_numeric_arg, -COUNT_MAX, COUNT_MAX);
		unshare_history();
	}
	repair();
}

/* Keys that go on with a search. readline 8.2 loses its way when others (prefixes
 * like Ctrl-X and Escape) end one: end it first. */
static gboolean goes_on(stroke s)
{
	return s == STROKE_SPACE || s == STROKE_BACKSPACE || s == ctrl_g || s == ('r' | STROKE_CTRL) ||
	       s == ('s' | STROKE_CTRL) || !(s & (STROKE_NAMED | STROKE_CTRL | STROKE_ALT));
}

static void end_search(stroke next)
{
	if (RL_ISSTATE(RL_STATE_ISEARCH) && !goes_on(next))
		read_queue("\n", 1); /* one of isearch-terminators: ends, does nothing else */
	if (RL_ISSTATE(RL_STATE_NSEARCH) && !goes_on(next) && next != STROKE_ENTER)
		read_queue("\007", 1);
}

/* Ends searches, counts and half sequences. */
static void settle(void)
{
	if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH)) {
		/* its own way out restores the line and its prompt */
		read_queue("\007", 1);
	}
	if (in_sequence())
		rl_callback_sigcleanup();
	RL_UNSETSTATE(RL_STATE_MULTIKEY | RL_STATE_METANEXT | RL_STATE_NUMERICARG);
	rl_discard_argument();
	rl.quoting = FALSE;
	rl.queued = 0;
}

static void switch_to(struct lineedit *e)
{
	if (rl.current == e)
		return;
	settle();
	if (rl.current) {
		int point = rl_point;

		leave_history();
		point = MIN(point, rl_end);
		/* vi mode keeps an open insertion in globals: close it, go on inserting */
		if (rl_editing_mode == 0 && rl_get_keymap() == vi_insertion_keymap) {
			rl_vi_movement_mode(1, 0);
			rl_vi_insertion_mode(1, 0);
			rl_point = point;
		}
	}
	pull(rl.current ? rl.current : &rl.nobody);
	rl.current = e;
	push(e ? e : &rl.nobody);
}

/* ---- the text */

static size_t room(void)
{
	return TEXT_MAX - MIN((size_t)rl_end, TEXT_MAX);
}

struct lineedit *lineedit_new(const char *history, gboolean is_multi)
{
	struct lineedit *e = g_new0(struct lineedit, 1);

	start();
	e->multi = is_multi;
	e->goal = -1;
	e->buflen = 256;
	e->buffer = calloc(1, (size_t)e->buflen);
	g_assert(e->buffer);
	e->insert_mode = 1;
	e->keymap = rl_editing_mode == 0 ? vi_insertion_keymap : emacs_standard_keymap;
	if (history) {
		e->file = g_strdup(history);
		switch_to(e);
		read_history(e->file); /* none yet is fine */
		if (history_length > 2 * HISTORY_KEPT)
			history_truncate_file(e->file, HISTORY_KEPT);
		using_history();
	}
	return e;
}

void lineedit_free(struct lineedit *e)
{
	HISTORY_STATE *history;

	if (!e)
		return;
	switch_to(e);
	settle();
	leave_history();
	rl_free_undo_list(); /* first: the history may share it */
	rl_clear_history();
	history = history_get_history_state();
	free(history->entries);
	free(history);
	rl.current = NULL;
	free(rl_line_buffer);
	push(&rl.nobody);
	forget_candidates(e);
	g_free(e->file);
	g_free(e);
	g_clear_pointer(&rl.line, g_free);
}

void lineedit_insert(struct lineedit *e, const char *utf8)
{
	g_autofree char *clean = NULL;

	switch_to(e);
	settle();
	clean = lineedit_clean(e->multi, utf8, strlen(utf8), room());
	e->goal = -1;
	rl_begin_undo_group();
	rl_insert_text(clean);
	rl_end_undo_group();
}

void lineedit_set(struct lineedit *e, const char *utf8)
{
	g_autofree char *clean = lineedit_clean(e->multi, utf8, strlen(utf8), TEXT_MAX);

	switch_to(e);
	settle();
	leave_history();
	e->goal = -1;
	forget_candidates(e);
	if (rl_end == 0 && !rl_undo_list) {
		rl_replace_line(clean, 1); /* a draft that comes back begins here */
		rl_point = rl_end;
	} else {
		replace_text(clean, strlen(clean));
	}
}

const char *lineedit_text(const struct lineedit *e)
{
	return rl.current == e ? rl_line_buffer : e->buffer;
}

size_t lineedit_length(const struct lineedit *e)
{
	return (size_t)(rl.current == e ? rl_end : e->end);
}

size_t lineedit_cursor(const struct lineedit *e)
{
	int point = rl.current == e ? rl_point : e->point, end = rl.current == e ? rl_end : e->end;

	return (size_t)CLAMP(point, 0, end);
}

void lineedit_move(struct lineedit *e, size_t at)
{
	switch_to(e);
	settle();
	e->goal = -1;
	at = MIN(at, (size_t)rl_end);
	while (at > 0 && ((guint8)rl_line_buffer[at] & 0xc0) == 0x80)
		at--;
	rl_point = (int)at;
}

void lineedit_width(struct lineedit *e, int cols)
{
	e->width = cols;
}

gboolean lineedit_takes_escape(const struct lineedit *e)
{
	if (rl.current != e)
		return rl_editing_mode == 0 && e->keymap == vi_insertion_keymap;
	return in_sequence() || (rl_editing_mode == 0 && rl_get_keymap() == vi_insertion_keymap);
}

const char *lineedit_message(const struct lineedit *e)
{
	return rl.current == e && RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG)
	       ? rl_display_prompt : NULL;
}

/* ---- up and down */

static void wrap(const struct lineedit *e, int from, int to, GArray *rows)
{
	g_array_set_size(rows, 0);
	layout_wrap(rl_line_buffer + from, (size_t)(to - from), e->width > 0 ? e->width : G_MAXINT / 2, rows);
}

/* To row `row` (-1: the last) of the hard line [from, to). */
static void put_point(struct lineedit *e, int from, const GArray *rows, int row)
{
	const struct layout_line *l = &g_array_index(rows, struct layout_line, row < 0 ? (int)rows->len - 1 : row);
	const char *s = rl_line_buffer + from + l->from;
	int cols;

	rl_point = from + (int)(l->from + text_fit(s, l->to - l->from, e->goal, &cols));
}

static void move_line(struct lineedit *e, int direction)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct layout_line));
	int from = lineedit_line_start(rl_point), to = lineedit_line_end(rl_point), row = 0;
	const struct layout_line *l;

	wrap(e, from, to, rows);
	while (row + 1 < (int)rows->len &&
	       g_array_index(rows, struct layout_line, row + 1).from <= (size_t)(rl_point - from))
		row++;
	l = &g_array_index(rows, struct layout_line, row);
	if (e->goal < 0)
		e->goal = text_string_cols(rl_line_buffer + from + l->from, (size_t)rl_point - (size_t)from - l->from);
	row += direction;
	if (row >= 0 && row < (int)rows->len) {
		put_point(e, from, rows, row);
	} else if (direction < 0 && from > 0) {
		to = from - 1;
		from = lineedit_line_start(to);
		wrap(e, from, to, rows);
		put_point(e, from, rows, -1);
	} else if (direction > 0 && to < rl_end) {
		from = to + 1;
		wrap(e, from, lineedit_line_end(from), rows);
		put_point(e, from, rows, 0);
	} else {
		rl_point = direction < 0 ? 0 : rl_end;
	}
}

void lineedit_move_line(int direction)
{
	if (rl.current)
		move_line(rl.current, direction);
}

/* ---- keys */

static gboolean bound(const char *bytes, size_t n)
{
	int type;

	return rl_function_of_keyseq_len(bytes, n, rl_get_keymap(), &type) != NULL;
}

static enum lineedit_result outcome(struct lineedit *e)
{
	gboolean accepted = rl.accepted, ended = rl.ended;

	rl.accepted = rl.ended = FALSE;
	if (!accepted && !ended)
		return LINEEDIT_MORE;
	/* readline has begun a new line: put the text back, whoever asked decides */
	rl_replace_line(rl.line ? rl.line : "", 1);
	rl_point = rl_end;
	if (e->multi)
		return LINEEDIT_MORE; /* only Enter ends it, and that is not readline's here */
	return accepted ? LINEEDIT_ACCEPTED : LINEEDIT_CANCELLED;
}

static enum lineedit_result feed(struct lineedit *e, stroke s)
{
	char bytes[16];
	size_t n = lineedit_bytes(s, bytes, sizeof(bytes));
	gboolean was_quoting = rl.quoting;

	/* An unbound sequence would have its tail inserted as text. */
	if (n == 0 || (n > 2 && bytes[0] == 033 && bytes[1] == '[' && !in_sequence() && !bound(bytes, n)))
		return LINEEDIT_MORE;
	if (room() == 0 && n == 1 && (guint8)bytes[0] >= ' ' && bytes[0] != 0x7f)
		return LINEEDIT_MORE;
	read_queue(bytes, n);
	rl.quoting = !was_quoting && rl_last_func == rl_quoted_insert;
	return outcome(e);
}

static enum lineedit_result paste(struct lineedit *e, const struct input_event *ev)
{
	g_autofree char *clean = lineedit_clean(e->multi, ev->bytes, ev->len, TEXT_MAX);

	lineedit_insert(e, clean);
	return LINEEDIT_MORE;
}

enum lineedit_result lineedit_key(struct lineedit *e, const struct input_event *ev)
{
	stroke s = ev->stroke;
	gboolean vertical = s == STROKE_UP || s == STROKE_DOWN || s == ctrl_p || s == ctrl_n;

	if (ev->kind == INPUT_PASTE)
		return paste(e, ev);
	if (ev->kind != INPUT_STROKE)
		return LINEEDIT_MORE;
	switch_to(e);
	forget_candidates(e);
	if (!vertical)
		e->goal = -1;
	if (s == ctrl_c) {
		settle();
		return LINEEDIT_CANCELLED;
	}
	end_search(s);
	if (!in_sequence()) {
		if (s == ctrl_g)
			return LINEEDIT_CANCELLED;
		if (s == STROKE_ENTER)
			return LINEEDIT_ACCEPTED;
		if (e->multi && (s == (STROKE_ENTER | STROKE_ALT) || s == ctrl_j)) {
			if (room() > 0)
				rl_insert_text("\n");
			return LINEEDIT_MORE;
		}
		if (e->multi && (s == STROKE_UP || s == STROKE_DOWN)) {
			move_line(e, s == STROKE_UP ? -1 : 1);
			return LINEEDIT_MORE;
		}
	}
	return feed(e, s);
}

/* ---- history and completion */

void lineedit_remember(struct lineedit *e)
{
	HIST_ENTRY *last;
	int fd;

	switch_to(e);
	settle();
	leave_history();
	if (rl_end == 0 || strchr(rl_line_buffer, '\n'))
		return;
	last = history_get(history_base + history_length - 1);
	if (last && strcmp(last->line, rl_line_buffer) == 0)
		return;
	add_history(rl_line_buffer);
	using_history();
	if (!e->file)
		return;
	fd = open(e->file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0) {
		close(fd);
		append_history(1, e->file);
	}
}

void lineedit_completer(struct lineedit *e, lineedit_complete_fn *fn, void *arg)
{
	e->complete = fn;
	e->complete_arg = arg;
}

const char *const *lineedit_candidates(const struct lineedit *e)
{
	return e->candidates ? (const char *const *)e->candidates->pdata : NULL;
}
