/* A program in a terminal of ours: pty, libvterm, waiting without sleeping. */
#include "screens/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#define QUIET_MS 10 /* the kernel hands a pty's output on a moment after the write */

static int on_property(VTermProp prop, VTermValue *value, void *arg)
{
	struct term *t = arg;
	if (prop == VTERM_PROP_TITLE)
		g_string_assign(t->title, value->string);
	if (prop == VTERM_PROP_CURSORVISIBLE)
		t->cursor_shown = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

struct term *term_new(int rows, int cols, gboolean utf8)
{
	struct term *t = g_new0(struct term, 1);
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	if (openpty(&t->master, &t->slave, NULL, NULL, &size) != 0)
		g_error("openpty: %s", g_strerror(errno));
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
	fcntl(t->slave, F_SETFD, FD_CLOEXEC);
	fcntl(t->master, F_SETFL, fcntl(t->master, F_GETFL) | O_NONBLOCK);
	t->idle_fd = -1;
	t->rows = rows;
	t->cols = cols;
	t->raw = g_byte_array_new();
	t->piece = g_byte_array_new();
	t->title = g_string_new(NULL);
	t->vt = vterm_new(rows, cols);
	vterm_set_utf8(t->vt, utf8);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	return t;
}

void term_free(struct term *t)
{
	if (!t)
		return;
	if (t->pid > 0) {
		kill(-t->pid, SIGKILL);
		kill(t->pid, SIGKILL);
		waitpid(t->pid, &t->status, 0);
	}
	if (t->idle_fd >= 0)
		close(t->idle_fd);
	close(t->master);
	close(t->slave);
	vterm_free(t->vt);
	g_byte_array_unref(t->raw);
	g_byte_array_unref(t->piece);
	g_string_free(t->title, TRUE);
	g_free(t);
}

/* Only calls that are safe between fork and exec. */
static void run_child(int slave, int idle, int idle_child_fd, const char *folder, char **argv, char **envp)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	login_tty(slave);
	if (idle != idle_child_fd) {
		dup2(idle, idle_child_fd);
		close(idle);
	} else {
		fcntl(idle, F_SETFD, 0);
	}
	if (chdir(folder) == 0)
		execve(argv[0], argv, envp);
	_exit(127);
}

gboolean term_start(struct term *t, char **argv, char **envp, const char *folder, int idle_child_fd,
		    GError **error)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) != 0) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "pipe: %s", g_strerror(errno));
		return FALSE;
	}
	t->pid = fork();
	if (t->pid == 0)
		run_child(t->slave, fds[1], idle_child_fd, folder, argv, envp);
	close(fds[1]);
	if (t->idle_fd >= 0)
		close(t->idle_fd);
	t->idle_fd = fds[0];
	fcntl(t->idle_fd, F_SETFL, O_NONBLOCK);
	t->settled = t->told_idle = FALSE;
	t->wanted = 0;
	t->sending_us = t->sent_us = 0;
	t->heard = 0;
	t->before = t->raw->len;
	if (t->pid > 0)
		return TRUE;
	t->pid = 0;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "fork: %s", g_strerror(errno));
	return FALSE;
}

/* Reads all reports there are; TRUE when there was one. */
static gboolean take_idle(struct term *t)
{
	char buf[256];
	gboolean any = FALSE;
	ssize_t n;
	while (t->idle_fd >= 0 && (n = read(t->idle_fd, buf, sizeof buf - 1)) > 0) {
		buf[n] = '\0';
		/* "i1234 56 987654\n": bytes written, bytes read, when it looked for more; other programs say
		 * only "i" */
		const char *last = strrchr(buf, 'i');
		guint64 heard = t->heard + 1;
		gint64 looked_us = G_MAXINT64;
		if (last && g_ascii_isdigit(last[1])) {
			char *rest;
			t->wanted = g_ascii_strtoull(last + 1, &rest, 10);
			heard = g_ascii_strtoull(rest, &rest, 10);
			looked_us = g_ascii_strtoll(rest, NULL, 10);
		}
		any |= looked_us > t->sent_us || (looked_us > t->sending_us && heard > t->heard);
		t->heard = MAX(t->heard, heard);
		t->has_idle = TRUE;
	}
	return any;
}

void term_resize(struct term *t, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	t->rows = rows;
	t->cols = cols;
	vterm_set_size(t->vt, rows, cols);
	take_idle(t); /* what was reported before is not about it */
	t->settled = t->told_idle = FALSE;
	t->sending_us = t->sent_us = g_get_monotonic_time();
	ioctl(t->master, TIOCSWINSZ, &size);
}

/* Bytes up to the last character or sequence that isn't all here yet: libvterm 0.1.4 garbles a
 * character, and loses a title, that comes in two pieces. */
static gsize whole_of(const GByteArray *piece)
{
	const guint8 *s = piece->data;
	gsize len = piece->len, at = len;
	while (at > 0 && len - at < 4 && (s[at - 1] & 0xc0) == 0x80)
		at--;
	if (at > 0 && s[at - 1] >= 0xc0 && g_utf8_get_char_validated((const char *)s + at - 1, (gssize)(len - at + 1)) ==
						   (gunichar)-2)
		return at - 1;
	const guint8 *escape = memrchr(s, '\033', len);
	if (!escape)
		return len;
	gsize from = (gsize)(escape - s), end = from + 2;
	if (len - from < 2)
		return from;
	if (s[from + 1] == '[')
		while (end < len && (s[end] < 0x40 || s[end] > 0x7e))
			end++;
	else if (s[from + 1] == ']' || s[from + 1] == 'P')
		while (end < len && s[end] != '\a')
			end++;
	else if (s[from + 1] != '(' && s[from + 1] != ')')
		return len;
	return end < len ? len : from;
}

/* Takes what the program wrote; answers what it asked the terminal. */
static gboolean pump(struct term *t)
{
	char buf[65536];
	gboolean any = FALSE;
	ssize_t n;
	while ((n = read(t->master, buf, sizeof buf)) > 0) {
		any = TRUE;
		g_byte_array_append(t->raw, (const guint8 *)buf, (guint)n);
		g_byte_array_append(t->piece, (const guint8 *)buf, (guint)n);
		gsize whole = whole_of(t->piece);
		vterm_input_write(t->vt, (const char *)t->piece->data, whole);
		g_byte_array_remove_range(t->piece, 0, (guint)whole);
		size_t reply = vterm_output_read(t->vt, buf, sizeof buf - 1);
		char *at;
		buf[reply] = '\0';
		if (t->ambiguous == 2 && (at = strstr(buf, "\033[2;2R"))) /* the star took two columns */
			at[4] = '3';
		if (reply && t->ambiguous && write(t->master, buf, reply) < 0)
			break;
	}
	return any;
}

void term_send(struct term *t, const char *bytes, size_t len)
{
	take_idle(t); /* what was reported before is not about these bytes */
	t->told_idle = FALSE;
	t->settled = FALSE;
	t->sending_us = g_get_monotonic_time();
	while (len) {
		ssize_t n = write(t->master, bytes, len);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
			continue;
		}
		/* the program is behind: it may wait for us to read */
		struct pollfd fd = {.fd = t->master, .events = POLLIN | POLLOUT};
		poll(&fd, 1, 1000);
		pump(t);
	}
	t->sent_us = g_get_monotonic_time();
}

static void reap(struct term *t)
{
	if (t->pid > 0 && waitpid(t->pid, &t->status, WNOHANG) == t->pid)
		t->pid = 0;
}

static void wait_for_more(struct term *t, int ms)
{
	struct pollfd fds[2] = {{.fd = t->master, .events = POLLIN}, {.fd = t->idle_fd, .events = POLLIN}};
	/* an ended program's pipe is always readable: don't spin on it */
	poll(fds, t->pid > 0 ? 2 : 1, ms);
}

gboolean term_until(struct term *t, int deadline_ms, term_test_fn *test, void *arg)
{
	gint64 deadline = g_get_monotonic_time() + deadline_ms * G_TIME_SPAN_MILLISECOND;
	for (;;) {
		gboolean was_running = t->pid > 0;
		gboolean more = pump(t);
		if (test(t, arg))
			return TRUE;
		if (g_get_monotonic_time() >= deadline || (!was_running && !more))
			return FALSE;
		wait_for_more(t, 50);
		reap(t);
	}
}

static gboolean never(struct term *t, void *arg)
{
	(void)t;
	(void)arg;
	return FALSE;
}

static gboolean all_read(struct term *t)
{
	int waiting = 0;
	return ioctl(t->slave, FIONREAD, &waiting) != 0 || waiting == 0;
}

static gboolean is_idle(struct term *t, void *arg)
{
	(void)arg;
	/* a report from before it read what was sent is none */
	if (take_idle(t))
		t->told_idle = all_read(t);
	return t->told_idle && t->raw->len - t->before >= t->wanted;
}

gboolean term_idle(struct term *t, int deadline_ms)
{
	gboolean ok = t->settled || term_until(t, deadline_ms, is_idle, NULL);
	if (ok)
		term_until(t, QUIET_MS, never, NULL);
	t->settled = ok;
	return ok;
}

static gboolean has_ended(struct term *t, void *arg)
{
	(void)arg;
	return t->pid == 0;
}

void term_hangup(struct term *t)
{
	int silent[2];

	if (pipe2(silent, O_CLOEXEC | O_NONBLOCK) != 0 || dup2(silent[0], t->master) < 0) /* closes our end of the pty */
		g_error("pipe: %s", g_strerror(errno));
	close(silent[0]); /* the other end stays open: a line that says nothing */
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
}

gboolean term_ended(struct term *t, int deadline_ms)
{
	return term_until(t, deadline_ms, has_ended, NULL);
}

/* ---- the screen */
static void append_row(struct term *t, int row, GString *out)
{
	gsize start = out->len, end = out->len;
	for (int col = 0; col < t->cols; col++) {
		VTermScreenCell cell;
		vterm_screen_get_cell(t->screen, (VTermPos){row, col}, &cell);
		if (cell.chars[0] == 0) {
			g_string_append_c(out, ' ');
			continue;
		}
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			g_string_append_unichar(out, cell.chars[i]);
		if (cell.chars[0] != ' ')
			end = out->len;
		col += cell.width - 1;
	}
	g_string_truncate(out, MAX(start, end));
}

char *term_line(struct term *t, int row)
{
	GString *out = g_string_new(NULL);
	append_row(t, row, out);
	return g_string_free(out, FALSE);
}

char *term_text(struct term *t)
{
	GString *out = g_string_new(NULL);
	for (int row = 0; row < t->rows; row++) {
		append_row(t, row, out);
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

/* One letter a cell: r reverse, b bold, u underlined, B bold and reverse, x more of
 * them at once; c colour alone, C colour and any of them. */
static char style_letter(const VTermScreenCell *cell)
{
	gboolean colour = !VTERM_COLOR_IS_DEFAULT_FG(&cell->fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell->bg);
	unsigned bold = cell->attrs.bold, reverse = cell->attrs.reverse,
		 underline = cell->attrs.underline != 0;
	if (colour)
		return bold || reverse || underline ? 'C' : 'c';
	if (bold + reverse + underline > 1)
		return bold && reverse && !underline ? 'B' : 'x';
	return bold ? 'b' : reverse ? 'r' : underline ? 'u' : '.';
}

char *term_styles(struct term *t)
{
	GString *out = g_string_new(NULL);
	for (int row = 0; row < t->rows; row++) {
		gsize end = out->len;
		for (int col = 0; col < t->cols; col++) {
			VTermScreenCell cell;
			vterm_screen_get_cell(t->screen, (VTermPos){row, col}, &cell);
			/* the second half of a wide character has no style of its own */
			for (int i = 0; i < cell.width; i++)
				g_string_append_c(out, style_letter(&cell));
			col += cell.width - 1;
			if (out->str[out->len - 1] != '.')
				end = out->len;
		}
		g_string_truncate(out, end);
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

void term_cursor(struct term *t, int *row, int *col)
{
	VTermPos pos;
	vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
	*row = pos.row;
	*col = pos.col;
}
