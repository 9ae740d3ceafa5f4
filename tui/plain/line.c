/* The line editor of the workstation behind a prompt of a printing terminal. */
#include "tui/plain/line.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "tui/lineedit.h"

#define CTRL_D (STROKE_CTRL | 'd')

struct line {
	gboolean terminal, ended, stopped;
	struct termios before;
	struct input *input;
	struct lineedit *edit;
	const struct line_ask *ask; /* while reading */
	char *accepted;
	GString *shown;             /* what stands behind the prompt */
	size_t cursor;              /* byte of it that the terminal is at */
	GString *piped;             /* without a terminal: read, not yet given */
	guint watch, expire;
};

static void put(const char *text)
{
	fputs(text, stdout);
}

static int columns(void)
{
	struct winsize size = {0};

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* ---- showing */

static int cols_of(const char *text, size_t len)
{
	g_autofree char *clean = text_clean_string(text, (gssize)len, 0, TEXT_NO_CAP);

	return text_string_cols(clean, strlen(clean));
}

static void put_bytes(const char *text, size_t len)
{
	fwrite(text, 1, len, stdout);
}

static void back(int cols)
{
	for (int i = 0; i < cols; i++)
		put("\b");
}

static void show_prompt(struct line *l)
{
	put(l->ask->prompt);
	g_string_truncate(l->shown, 0);
	l->cursor = 0;
}

/* The terminal's place goes to a byte of what is shown. */
static void go(struct line *l, size_t to)
{
	if (to < l->cursor)
		back(cols_of(l->shown->str + to, l->cursor - to));
	else
		put_bytes(l->shown->str + l->cursor, to - l->cursor);
	l->cursor = to;
}

/* Only at the end of one row something can be rubbed out. */
static void rub_out(struct line *l, size_t to)
{
	int cols = cols_of(l->shown->str + to, l->shown->len - to);

	for (int i = 0; i < cols; i++)
		put("\b \b");
	g_string_truncate(l->shown, to);
	l->cursor = to;
}

/* Pasted or restored text may hold what a terminal must not get. */
static char *visible(const char *text)
{
	return text_clean_string(text, -1, 0, TEXT_NO_CAP);
}

static void show(struct line *l)
{
	g_autofree char *now = visible(lineedit_text(l->edit));
	size_t len = strlen(now), cursor = lineedit_cursor(l->edit), same = 0;
	gboolean one_row = cols_of(l->ask->prompt, strlen(l->ask->prompt)) + cols_of(l->shown->str, l->shown->len) < columns();

	if (strcmp(now, lineedit_text(l->edit)) != 0)
		cursor = len; /* cleaned: the places differ */
	while (same < len && same < l->shown->len && now[same] == l->shown->str[same])
		same++;
	while (same > 0 && ((guint8)now[same] & 0xc0) == 0x80)
		same--;
	if (same == l->shown->len && l->cursor == l->shown->len) { /* more at the end, or the same */
		put_bytes(now + same, len - same);
		g_string_append(l->shown, now + same);
		l->cursor = len;
	} else if (same == len && l->cursor == l->shown->len && one_row) { /* less at the end */
		rub_out(l, same);
	} else if (same < len || same < l->shown->len) { /* changed within: said anew, on a line of its own */
		put("\n");
		show_prompt(l);
		put_bytes(now, len);
		g_string_assign(l->shown, now);
		l->cursor = len;
	}
	if (cursor <= l->shown->len && cursor != l->cursor && one_row)
		go(l, cursor);
	fflush(stdout);
}

/* ---- keys */

/* readline's question while it searches or quotes is not shown: the text it finds is. */
static void end_line(struct line *l)
{
	go(l, l->shown->len);
	put("\n");
	fflush(stdout);
}

static void offer(struct line *l)
{
	const char *text = lineedit_text(l->edit);
	g_auto(GStrv) all = l->ask->complete ? l->ask->complete(text, l->ask->arg) : NULL;
	guint n = all ? g_strv_length(all) : 0;
	size_t common = n ? strlen(all[0]) : 0;

	for (guint i = 1; i < n; i++)
		while (common > 0 && strncmp(all[0], all[i], common) != 0)
			common--;
	while (common > 0 && n && ((guint8)all[0][common] & 0xc0) == 0x80)
		common--;
	if (n == 0 || common < strlen(text))
		return;
	g_autofree char *whole = g_strdup_printf("%.*s%s", (int)common, all[0], n == 1 ? " " : "");

	if (n > 1 && common == strlen(text)) { /* a list, then the line again */
		end_line(l);
		for (guint i = 0; i < n && i < 40; i++) {
			g_autofree char *clean = visible(all[i]);

			put(clean);
			put("\n");
		}
		show_prompt(l);
	}
	lineedit_set(l->edit, whole);
}

static void on_event(const struct input_event *ev, void *arg)
{
	struct line *l = arg;
	gboolean key = ev->kind == INPUT_STROKE;
	enum lineedit_result result = LINEEDIT_MORE;

	if (l->accepted || l->ended || ev->kind == INPUT_FOCUS_IN || ev->kind == INPUT_FOCUS_OUT)
		return;
	if (key && ev->stroke == CTRL_D && !*lineedit_text(l->edit)) {
		l->ended = TRUE;
		return;
	}
	if (key && ev->stroke == STROKE_TAB)
		offer(l);
	else
		result = lineedit_key(l->edit, ev);
	show(l);
	if (l->ask->typed && result == LINEEDIT_MORE)
		l->ask->typed(lineedit_text(l->edit), l->ask->arg);
	if (result == LINEEDIT_MORE)
		return;
	end_line(l);
	l->stopped = result == LINEEDIT_CANCELLED;
	l->accepted = g_strdup(l->stopped ? "" : lineedit_text(l->edit));
	if (!l->stopped && l->ask->remember)
		lineedit_remember(l->edit);
	lineedit_set(l->edit, "");
}

static gboolean on_expire(gpointer arg)
{
	struct line *l = arg;

	input_expire(l->input, on_event, l);
	if (input_waiting(l->input))
		return G_SOURCE_CONTINUE;
	l->expire = 0;
	return G_SOURCE_REMOVE;
}

/* ---- bytes */

static gboolean take_piped(struct line *l)
{
	const char *end = memchr(l->piped->str, '\n', l->piped->len);
	size_t len = end ? (size_t)(end - l->piped->str) : l->piped->len;

	if (!end && !(l->ended && l->piped->len))
		return FALSE;
	l->accepted = g_strndup(l->piped->str, len);
	g_strchomp(l->accepted);
	if (!g_utf8_validate(l->accepted, -1, NULL)) {
		char *valid = g_utf8_make_valid(l->accepted, -1);

		g_free(l->accepted);
		l->accepted = valid;
	}
	g_string_erase(l->piped, 0, (gssize)MIN(len + 1, l->piped->len));
	return TRUE;
}

static gboolean on_bytes(gint fd, GIOCondition condition, gpointer arg)
{
	struct line *l = arg;
	char buf[1024];
	/* one at a time: what comes behind Enter is for the next prompt, or for another program */
	ssize_t n = read(fd, buf, l->terminal ? 1 : sizeof buf);

	(void)condition;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	if (n <= 0)
		l->ended = TRUE;
	else if (l->terminal)
		input_feed(l->input, buf, (size_t)n, on_event, l);
	else
		g_string_append_len(l->piped, buf, n);
	if (l->terminal && input_waiting(l->input) && !l->expire)
		l->expire = g_timeout_add(INPUT_ESC_WAIT_MS, on_expire, l);
	return G_SOURCE_CONTINUE;
}

/* ---- the terminal: its own echo is off only while a line is read */

static void take_terminal(struct line *l)
{
	struct termios now;

	if (!l->terminal || tcgetattr(STDIN_FILENO, &l->before) != 0)
		return;
	now = l->before;
	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	now.c_iflag &= ~(tcflag_t)(IXON | INLCR | IGNCR);
	now.c_iflag |= ICRNL;
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
}

static void give_terminal(struct line *l)
{
	if (l->terminal)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &l->before);
}

struct line *line_new(const char *history)
{
	struct line *l = g_new0(struct line, 1);

	l->terminal = isatty(STDIN_FILENO);
	l->input = input_new(NULL);
	l->edit = lineedit_new(history, FALSE);
	l->shown = g_string_new(NULL);
	l->piped = g_string_new(NULL);
	return l;
}

void line_free(struct line *l)
{
	if (!l)
		return;
	lineedit_free(l->edit);
	input_free(l->input);
	g_string_free(l->shown, TRUE);
	g_string_free(l->piped, TRUE);
	g_free(l);
}

gboolean line_terminal(const struct line *l)
{
	return l->terminal;
}

void line_wake(struct line *l)
{
	(void)l;
	g_main_context_wakeup(NULL);
}

/* Nothing typed: what there is to say goes between this prompt and the same one again. */
static void tell_news(struct line *l)
{
	gboolean typing = l->accepted || l->ended || *lineedit_text(l->edit);
	g_autofree char *news = l->ask->news && !typing ? l->ask->news(l->ask->arg) : NULL;

	if (!news)
		return;
	if (l->terminal)
		put("\n");
	put(news);
	if (l->terminal)
		show_prompt(l);
	fflush(stdout);
}

char *line_read(struct line *l, const struct line_ask *ask, gboolean *stopped)
{
	char *text;

	l->ask = ask;
	l->stopped = FALSE;
	take_terminal(l);
	if (l->terminal)
		show_prompt(l);
	lineedit_set(l->edit, ask->proposed ? ask->proposed : "");
	if (l->terminal)
		show(l);
	fflush(stdout);
	l->watch = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_bytes, l);
	while (!l->accepted && !(!l->terminal && take_piped(l)) && !l->ended) {
		g_main_context_iteration(NULL, TRUE);
		tell_news(l);
	}
	g_source_remove(l->watch);
	if (l->expire)
		g_source_remove(l->expire);
	l->expire = 0;
	give_terminal(l);
	if (!l->accepted && l->terminal)
		put("\n");
	l->ask = NULL;
	text = g_steal_pointer(&l->accepted);
	if (stopped)
		*stopped = l->stopped;
	return text;
}
