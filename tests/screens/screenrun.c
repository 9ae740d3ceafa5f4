/* Plays a .steps file against a program in a terminal and compares its screens with
 * those on file. The language is in README.md.
 *
 * usage: screenrun --bin FOLDER --expected FOLDER [--update] [--keep] [--show] FILE.steps */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "screens/bytes.h"
#include "screens/term.h"
#include "screens/world.h"

static int deadline_ms = 120000; /* generous: reached only when something is wrong */

struct run {
	const char *file;
	char *expected; /* folder */
	char *name;     /* of the test */
	gboolean update, keep, show;
	int line; /* of the step */
	int rows, cols;
	int ambiguous; /* columns of an ambiguous character, as the terminal answers; 0 no answer */
	struct world *world;
	struct term *term;
	GString *failed; /* what is wrong, for a person; empty while all is well */
};

static gboolean fail(struct run *r, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean fail(struct run *r, const char *format, ...)
{
	va_list args;
	g_string_append_printf(r->failed, "%s:%d: ", r->file, r->line);
	va_start(args, format);
	g_string_append_vprintf(r->failed, format, args);
	va_end(args);
	g_string_append_c(r->failed, '\n');
	return FALSE;
}

static gboolean fail_error(struct run *r, GError *error)
{
	fail(r, "%s", error->message);
	g_error_free(error);
	return FALSE;
}

/* "a \"quoted\" text\r": the argument of a step. NULL when it isn't one. */
static char *unquote(const char *s, const char **rest)
{
	g_autoptr(GString) out = g_string_new(NULL);
	if (*s++ != '"')
		return NULL;
	for (; *s != '"'; s++) {
		if (!*s)
			return NULL;
		if (*s != '\\') {
			g_string_append_c(out, *s);
			continue;
		}
		static const char from[] = "rnteb\\\"", to[] = "\r\n\t\033\b\\\"";
		const char *known = *++s ? strchr(from, *s) : NULL;
		if (known) {
			g_string_append_c(out, to[known - from]);
		} else if (*s == 'x' && g_ascii_isxdigit(s[1]) && g_ascii_isxdigit(s[2])) {
			g_string_append_c(
				out, (char)(g_ascii_xdigit_value(s[1]) << 4 | g_ascii_xdigit_value(s[2])));
			s += 2;
		} else {
			return NULL;
		}
	}
	if (rest)
		*rest = s + 1 + strspn(s + 1, " ");
	return g_strdup(out->str);
}

static gboolean need_term(struct run *r)
{
	return r->term ? TRUE : fail(r, "nothing was started yet");
}

/* ---- the surroundings */
static gboolean step_size(struct run *r, const char *arg)
{
	if (sscanf(arg, "%dx%d", &r->cols, &r->rows) != 2 || r->cols < 1 || r->rows < 1 || r->cols > 999 ||
	    r->rows > 999)
		return fail(r, "a size is like 80x24");
	return TRUE;
}

static gboolean step_ambiguous(struct run *r, const char *arg)
{
	r->ambiguous = (int)g_ascii_strtoll(arg, NULL, 10);
	return TRUE;
}

static gboolean step_term(struct run *r, const char *arg)
{
	world_env(r->world, "TERM", arg);
	return TRUE;
}

static gboolean step_locale(struct run *r, const char *arg)
{
	world_env(r->world, "LC_ALL", arg);
	return TRUE;
}

static gboolean step_env(struct run *r, const char *arg)
{
	g_auto(GStrv) both = g_strsplit(arg, "=", 2), parts = g_strsplit(both[1] ? both[1] : "", "$DIR", -1);
	g_autofree char *value = g_strjoinv(r->world->dir, parts);
	world_env(r->world, both[0], both[1] ? value : NULL);
	return TRUE;
}

static gboolean step_file(struct run *r, const char *arg)
{
	g_auto(GStrv) both = g_strsplit(arg, " ", 2);
	g_autofree char *text = both[0] && both[1] ? unquote(both[1], NULL) : NULL;
	GError *error = NULL;
	if (!text)
		return fail(r, "a file step is: file PATH \"text\"");
	g_autofree char *path = world_path(r->world, both[0]), *folder = g_path_get_dirname(path);
	g_mkdir_with_parents(folder, 0700);
	g_auto(GStrv) parts = g_strsplit(text, "$DIR", -1);
	g_autofree char *whole = g_strjoinv(r->world->dir, parts);
	return g_file_set_contents(path, whole, -1, &error) ? TRUE : fail_error(r, error);
}

static gboolean step_server(struct run *r, const char *arg)
{
	GError *error = NULL;
	return world_server_start(r->world, arg, &error) ? TRUE : fail_error(r, error);
}

static gboolean step_start_server(struct run *r, const char *arg)
{
	GError *error = NULL;
	(void)arg;
	return world_server_start(r->world, NULL, &error) ? TRUE : fail_error(r, error);
}

static gboolean step_kill_server(struct run *r, const char *arg)
{
	world_server_stop(r->world, strcmp(arg, "hard") == 0 ? SIGKILL : SIGTERM);
	return TRUE;
}

static gboolean step_clock(struct run *r, const char *arg)
{
	int number;
	char unit;
	if (sscanf(arg, "+%d%c", &number, &unit) != 2 || !strchr("smhd", unit))
		return fail(r, "a clock step is like +5s, +3m, +2h or +1d");
	gint64 ms = unit == 's' ? 1000 : unit == 'm' ? 60000 : unit == 'h' ? 3600000 : 86400000;
	world_clock(r->world, r->world->now_ms + number * ms);
	return TRUE;
}

/* other "ttydesk reply 1042" ["what it reads"]: must succeed */
static gboolean step_other(struct run *r, const char *arg)
{
	const char *rest = NULL;
	g_autofree char *line = unquote(arg, &rest), *input = line && *rest ? unquote(rest, NULL) : NULL;
	g_autofree char *output = NULL;
	GError *error = NULL;
	int status = 0;
	if (!line)
		return fail(r, "an other step is: other \"command\" [\"its input\"]");
	if (!world_run(r->world, line, input, &status, &output, &error))
		return fail_error(r, error);
	return status == 0 ? TRUE : fail(r, "%s ended with %d:\n%s", line, status, output ? output : "");
}

/* request "zhao.min" "POST /v1/tickets/1001/claim" ["{...}"]: somebody else at work */
static gboolean step_request(struct run *r, const char *arg)
{
	const char *rest = NULL, *last = NULL;
	g_autofree char *as = unquote(arg, &rest), *what = as ? unquote(rest, &last) : NULL;
	g_autofree char *json = what && *last ? unquote(last, NULL) : NULL;
	GError *error = NULL;
	if (!what)
		return fail(r, "a request step is: request \"person\" \"METHOD /path\" [\"{...}\"]");
	return world_request(r->world, as, what, json, &error) ? TRUE : fail_error(r, error);
}

/* ---- the program */
static gboolean start(struct run *r, const char *line)
{
	GError *error = NULL;
	const char *locale = world_getenv(r->world, "LC_ALL");
	g_auto(GStrv) argv = world_argv(r->world, line, &error);
	if (!argv)
		return fail_error(r, error);
	term_free(r->term);
	r->term = term_new(r->rows, r->cols, strstr(locale ? locale : "", "UTF-8") != NULL);
	r->term->ambiguous = r->ambiguous;
	if (!term_start(r->term, argv, r->world->env, r->world->dir, WORLD_IDLE_FD, &error))
		return fail_error(r, error);
	return TRUE;
}

static gboolean step_start(struct run *r, const char *arg)
{
	g_autofree char *line = g_strconcat("ttydesk ", arg, NULL);
	return start(r, line) &&
	       (term_idle(r->term, deadline_ms) ? TRUE : fail(r, "ttydesk never became idle"));
}

static gboolean step_program(struct run *r, const char *arg)
{
	return start(r, arg);
}

static gboolean send_quoted(struct run *r, const char *arg, const char *before, const char *after)
{
	g_autofree char *text = unquote(arg, NULL);
	if (!need_term(r))
		return FALSE;
	if (!text)
		return fail(r, "text goes in double quotes; \\r \\n \\t \\e \\b \\xHH \\\" \\\\ are known");
	/* a settled program has nothing more to report, so the next report is about these keys */
	if (r->term->has_idle && !term_idle(r->term, deadline_ms))
		return fail(r, "the program did not become idle");
	g_autofree char *all = g_strconcat(before, text, after, NULL);
	term_send(r->term, all, strlen(all));
	return TRUE;
}

static gboolean step_keys(struct run *r, const char *arg)
{
	return send_quoted(r, arg, "", "");
}

static gboolean step_paste(struct run *r, const char *arg)
{
	return send_quoted(r, arg, "\033[200~", "\033[201~");
}

static gboolean step_resize(struct run *r, const char *arg)
{
	if (!need_term(r) || !step_size(r, arg))
		return FALSE;
	if (r->term->has_idle && !term_idle(r->term, deadline_ms))
		return fail(r, "the program did not become idle");
	term_resize(r->term, r->rows, r->cols);
	return TRUE;
}

static gboolean step_idle(struct run *r, const char *arg)
{
	(void)arg;
	if (!need_term(r))
		return FALSE;
	return term_idle(r->term, deadline_ms) ? TRUE : fail(r, "the program did not become idle");
}

static gboolean step_signal(struct run *r, const char *arg)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{"HUP", SIGHUP}, {"TERM", SIGTERM}, {"CONT", SIGCONT}, {"INT", SIGINT}, {"KILL", SIGKILL}};
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (need_term(r) && strcmp(arg, known[i].name) == 0 && r->term->pid > 0)
			return kill(r->term->pid, known[i].number) == 0;
	return fail(r, "no such signal, or no program to send it to: %s", arg);
}

static gboolean step_hangup(struct run *r, const char *arg)
{
	(void)arg;
	if (!need_term(r))
		return FALSE;
	term_hangup(r->term);
	return TRUE;
}

static gboolean step_exit(struct run *r, const char *arg)
{
	if (!need_term(r))
		return FALSE;
	if (!term_ended(r->term, deadline_ms))
		return fail(r, "the program did not end");
	int status =
		WIFEXITED(r->term->status) ? WEXITSTATUS(r->term->status) : 128 + WTERMSIG(r->term->status);
	return status == (int)g_ascii_strtoll(arg, NULL, 10)
		       ? TRUE
		       : fail(r, "the program ended with %d, not %s", status, arg);
}

/* ---- what is on the screen */
static gboolean has_text(struct term *t, void *arg)
{
	g_autofree char *text = term_text(t);
	return strstr(text, arg) != NULL;
}

static gboolean has_no_text(struct term *t, void *arg)
{
	return !has_text(t, arg);
}

static gboolean look(struct run *r, const char *arg, gboolean wait, term_test_fn *test, const char *complaint)
{
	g_autofree char *text = unquote(arg, NULL);
	if (!need_term(r))
		return FALSE;
	if (!text)
		return fail(r, "the text to look for goes in double quotes");
	if (!wait && r->term->has_idle && !term_idle(r->term, deadline_ms))
		return fail(r, "the program did not become idle");
	if (term_until(r->term, 0, test, text))
		return TRUE;
	r->term->settled = FALSE; /* it will paint, and report once more */
	return term_until(r->term, deadline_ms, test, text) ? TRUE : fail(r, "%s: %s", complaint, text);
}

static gboolean step_wait(struct run *r, const char *arg)
{
	return look(r, arg, TRUE, has_text, "never came onto the screen");
}

static gboolean step_wait_gone(struct run *r, const char *arg)
{
	return look(r, arg, TRUE, has_no_text, "never left the screen");
}

static gboolean step_expect(struct run *r, const char *arg)
{
	return look(r, arg, FALSE, has_text, "is not on the screen");
}

static gboolean step_absent(struct run *r, const char *arg)
{
	return look(r, arg, FALSE, has_no_text, "is on the screen");
}

static char *cursor_line(struct term *t)
{
	int row, col;
	term_cursor(t, &row, &col);
	return term_line(t, row);
}

static gboolean cursor_is_on(struct term *t, void *arg)
{
	g_autofree char *line = cursor_line(t);
	return strstr(line, arg) != NULL;
}

/* The cursor's row holds the text. */
static gboolean step_cursor_on(struct run *r, const char *arg)
{
	g_autofree char *text = unquote(arg, NULL);
	if (!need_term(r) || !text || (r->term->has_idle && !term_idle(r->term, deadline_ms)))
		return fail(r, "a cursor-on step is: cursor-on \"text\"");
	if (term_until(r->term, deadline_ms, cursor_is_on, text))
		return TRUE;
	g_autofree char *line = cursor_line(r->term);
	return fail(r, "the cursor is on the row: %s", line);
}

static gboolean has_title(struct term *t, void *arg)
{
	return strstr(t->title->str, arg) != NULL;
}

static gboolean step_title(struct run *r, const char *arg)
{
	g_autofree char *text = unquote(arg, NULL);
	if (!need_term(r) || !text)
		return fail(r, "a title step is: title \"text\"");
	return term_until(r->term, deadline_ms, has_title, text) ? TRUE : fail(r, "the title is: %s", r->term->title->str);
}

static gboolean has_sent(struct term *t, void *arg)
{
	return memmem(t->raw->data, t->raw->len, arg, strlen(arg)) != NULL;
}

/* The program has sent these bytes to the terminal. */
static gboolean step_sent(struct run *r, const char *arg)
{
	g_autofree char *text = unquote(arg, NULL);
	if (!need_term(r) || !text || (r->term->has_idle && r->term->pid > 0 && !term_idle(r->term, deadline_ms)))
		return fail(r, "a sent step is: sent \"bytes\"");
	return term_until(r->term, deadline_ms, has_sent, text)
		       ? TRUE
		       : fail(r, "was never sent: %s", arg);
}

static char *snapshot(struct run *r, gboolean styles)
{
	int row, col;
	g_autofree char *text = term_text(r->term), *looks = styles ? term_styles(r->term) : NULL;
	term_cursor(r->term, &row, &col);
	g_autofree char *cursor =
		r->term->cursor_shown ? g_strdup_printf("%d,%d", row, col) : g_strdup("hidden");
	return g_strdup_printf("%s-- %dx%d, cursor %s\n%s", text, r->term->cols, r->term->rows, cursor,
			       looks ? looks : "");
}

struct golden {
	struct run *run;
	gboolean styles;
	const char *expected;
};

static gboolean is_golden(struct term *t, void *arg)
{
	struct golden *g = arg;
	(void)t;
	g_autofree char *now = snapshot(g->run, g->styles);
	return g_strcmp0(now, g->expected) == 0;
}

static void show_difference(struct run *r, const char *expected, const char *now)
{
	g_auto(GStrv) a = g_strsplit(expected, "\n", -1), b = g_strsplit(now, "\n", -1);
	guint na = g_strv_length(a), nb = g_strv_length(b);
	for (guint i = 0; i < MAX(na, nb); i++) {
		const char *x = i < na ? a[i] : "(nothing)", *y = i < nb ? b[i] : "(nothing)";
		if (strcmp(x, y) != 0)
			g_string_append_printf(r->failed, "%3u - %s\n    + %s\n", i + 1, x, y);
	}
}

/* screen NAME [styles] */
static gboolean step_screen(struct run *r, const char *arg)
{
	g_auto(GStrv) words = g_strsplit(arg, " ", 2);
	if (!need_term(r) || !words[0])
		return fail(r, "a screen step is: screen NAME [styles]");
	struct golden g = {.run = r, .styles = g_strcmp0(words[1], "styles") == 0};
	g_autofree char *file = g_strdup_printf("%s/%s.%s.screen", r->expected, r->name, words[0]),
			*text = NULL;
	GError *error = NULL;
	if (r->term->has_idle && !term_idle(r->term, deadline_ms))
		return fail(r, "the program did not become idle");
	if (r->show) {
		g_autofree char *now = snapshot(r, g.styles);
		printf("---- %s\n%s", words[0], now);
	}
	if (r->update) {
		g_autofree char *now = snapshot(r, g.styles);
		return g_file_set_contents(file, now, -1, &error) ? TRUE : fail_error(r, error);
	}
	if (!g_file_get_contents(file, &text, NULL, &error))
		return fail_error(r, error);
	g.expected = text;
	/* an idle program's last bytes may still be in the kernel, an answer of others under way: only what is
	 * wrong waits as long as this */
	if (term_until(r->term, deadline_ms, is_golden, &g))
		return TRUE;
	g_autofree char *now = snapshot(r, g.styles);
	fail(r, "screen %s differs from %s:", words[0], file);
	show_difference(r, text, now);
	return FALSE;
}

/* ---- what must never be sent */
static gboolean check_bytes(struct run *r)
{
	g_autofree char *wrong = bytes_wrong(r->term->raw, world_getenv(r->world, "TERM"),
	                                     world_getenv(r->world, "LC_ALL"),
	                                     world_getenv(r->world, "NO_COLOR") != NULL);
	return wrong ? fail(r, "%s", wrong) : TRUE;
}

/* ---- the table of steps */
static const struct step {
	const char *name;
	gboolean (*play)(struct run *r, const char *arg);
} steps[] = {
	{"size", step_size},
	{"term", step_term},
	{"ambiguous", step_ambiguous},
	{"locale", step_locale},
	{"env", step_env},
	{"file", step_file},
	{"server", step_server},
	{"start-server", step_start_server},
	{"kill-server", step_kill_server},
	{"clock", step_clock},
	{"other", step_other},
	{"request", step_request},
	{"start", step_start},
	{"program", step_program},
	{"keys", step_keys},
	{"paste", step_paste},
	{"resize", step_resize},
	{"idle", step_idle},
	{"signal", step_signal},
	{"hangup", step_hangup},
	{"exit", step_exit},
	{"wait", step_wait},
	{"wait-gone", step_wait_gone},
	{"expect", step_expect},
	{"absent", step_absent},
	{"cursor-on", step_cursor_on},
	{"title", step_title},
	{"sent", step_sent},
	{"screen", step_screen},
};

static gboolean play_line(struct run *r, char *line)
{
	g_strstrip(line);
	if (!*line || *line == '#')
		return TRUE;
	size_t len = strcspn(line, " ");
	char *arg = line + len + strspn(line + len, " ");
	line[len] = '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		if (strcmp(steps[i].name, line) == 0)
			return steps[i].play(r, arg);
	return fail(r, "no such step: %s", line);
}

static gboolean play(struct run *r)
{
	g_autofree char *text = NULL;
	GError *error = NULL;
	gboolean ok = TRUE;
	if (!g_file_get_contents(r->file, &text, NULL, &error))
		return fail_error(r, error);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (int i = 0; lines[i] && ok; i++) {
		r->line = i + 1;
		ok = play_line(r, lines[i]);
	}
	return ok && r->term ? check_bytes(r) : ok;
}

/* What a person needs to see when it failed: the screen and the server's last words. */
static void report(struct run *r)
{
	g_autofree char *log = world_path(r->world, "server.log"), *text = NULL;
	fputs(r->failed->str, stderr);
	if (r->term) {
		g_autofree char *now = snapshot(r, FALSE);
		fprintf(stderr, "---- the screen (program %s)\n%s", r->term->pid ? "runs" : "has ended", now);
	}
	if (g_file_get_contents(log, &text, NULL, NULL) && *text)
		fprintf(stderr, "---- server.log, its end\n%s",
			strlen(text) > 3000 ? text + strlen(text) - 3000 : text);
	if (r->term && r->keep) {
		g_autofree char *raw = world_path(r->world, "raw");
		g_file_set_contents(raw, (const char *)r->term->raw->data, r->term->raw->len, NULL);
	}
}

int main(int argc, char **argv)
{
	struct run r = {.rows = 24, .cols = 80, .ambiguous = 1, .failed = g_string_new(NULL)};
	g_autofree char *bin = NULL;
	g_auto(GStrv) rest = NULL;
	const GOptionEntry options[] = {
		{"bin", 0, 0, G_OPTION_ARG_FILENAME, &bin, "where ttydesk and ttydeskd are", "FOLDER"},
		{"expected", 0, 0, G_OPTION_ARG_FILENAME, &r.expected, "where the screens are", "FOLDER"},
		{"update", 0, 0, G_OPTION_ARG_NONE, &r.update, "write the screens instead of comparing",
		 NULL},
		{"keep", 0, 0, G_OPTION_ARG_NONE, &r.keep, "keep the private folder", NULL},
		{"show", 0, 0, G_OPTION_ARG_NONE, &r.show, "print the screens", NULL},
		{"deadline", 0, 0, G_OPTION_ARG_INT, &deadline_ms, "ms to wait at most (120000)", "MS"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, "FILE.steps"},
		{.long_name = NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || !bin || !r.expected || !rest ||
	    rest[1]) {
		fprintf(stderr, "screenrun: %s\n",
			error ? error->message : "--bin, --expected and one FILE.steps, please");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	r.file = rest[0];
	r.name = g_path_get_basename(r.file);
	if (g_str_has_suffix(r.name, ".steps"))
		r.name[strlen(r.name) - strlen(".steps")] = '\0';
	r.world = world_new(bin, deadline_ms);
	gboolean ok = play(&r);
	if (!ok)
		report(&r);
	term_free(r.term);
	world_free(r.world, r.keep && !ok);
	g_string_free(r.failed, TRUE);
	g_free(r.name);
	g_free(r.expected);
	return ok ? 0 : 1;
}
