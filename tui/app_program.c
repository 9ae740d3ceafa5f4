/* A program on the real terminal, and back. */
#include "tui/app_program.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "tui/app_inner.h"
#include "base/say.h"

#define EDIT_MAX_BYTES (4u << 20)

struct program {
	GPid pid;
	guint watch;
	gboolean pause;
	app_program_fn *done;
	void *data;
	GDestroyNotify free;
	struct sigaction quit; /* as it was */
};

/* Between fork and exec: what we block or ignore is not the program's business, but a stopped
 * program would leave the terminal to nobody, so it can't be stopped. */
static void child_setup(void *arg)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL}, ignore = {.sa_handler = SIG_IGN};
	sigset_t none;

	(void)arg;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sigaction(SIGPIPE, &normal, NULL);
	sigaction(SIGQUIT, &normal, NULL);
	sigaction(SIGINT, &normal, NULL);
	sigaction(SIGTSTP, &ignore, NULL);
}

static void say_status(int status, GError **error)
{
	if (WIFEXITED(status) && WEXITSTATUS(status))
		desk_fail(error, DESK_IO, "the program ended with status %d", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		desk_fail(error, DESK_IO, "the program was ended by signal %d", WTERMSIG(status));
}

/* One line of the terminal as the program left it: cooked. */
static void wait_for_enter(void)
{
	const char *ask = _("\n[Enter: back to ttydesk] ");
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	char byte = 0;

	if (write(STDOUT_FILENO, ask, strlen(ask)) < 0)
		return;
	while (byte != '\n' && (poll(&p, 1, -1) > 0 || errno == EINTR)) {
		if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		if (p.revents & POLLIN && read(STDIN_FILENO, &byte, 1) <= 0 && errno != EINTR)
			return;
	}
}

static void program_free(struct program *p)
{
	if (p->free)
		p->free(p->data);
	g_free(p);
}

static void come_back(struct app *app, const struct program *p)
{
	if (p->pause)
		wait_for_enter();
	sigaction(SIGQUIT, &p->quit, NULL);
	screen_resume(app->screen);
	screen_resized(app->screen);
	app_watch_keys(app, TRUE);
	app_redraw(app);
}

static void on_end(GPid pid, int status, gpointer arg)
{
	struct app *app = arg;
	struct program *p = g_steal_pointer(&app->program);
	g_autoptr(GError) error = NULL;

	g_spawn_close_pid(pid);
	app->active = TRUE;
	come_back(app, p);
	say_status(status, &error);
	p->done(app, error, p->data);
	program_free(p);
}

gboolean app_program_run(struct app *app, const char *const *argv, gboolean pause, app_program_fn *done, void *data,
                         GDestroyNotify free, GError **error)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	g_autoptr(GError) why = NULL;
	struct program *p;

	if (app->program)
		return desk_fail(error, DESK_CONFLICT, "another program is running");
	p = g_new0(struct program, 1);
	p->pause = pause;
	p->done = done;
	p->data = data;
	p->free = free;
	store_drafts_flush(app->store, NULL);
	app_watch_keys(app, FALSE);
	screen_suspend(app->screen);
	sigaction(SIGQUIT, &ignore, &p->quit);
	app->program = p;
	if (g_spawn_async(NULL, (char **)argv, NULL,
	                  G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN | G_SPAWN_DO_NOT_REAP_CHILD, child_setup,
	                  NULL, &p->pid, &why)) {
		p->watch = g_child_watch_add(p->pid, on_end, app);
		return TRUE;
	}
	app->program = NULL;
	p->pause = FALSE;
	come_back(app, p);
	g_free(p);
	return desk_fail(error, DESK_IO, "%s", why->message);
}

gboolean app_program_runs(const struct app *app)
{
	return app->program != NULL;
}

char **app_program_words(const char *line, GError **error)
{
	g_autoptr(GError) why = NULL;
	char **argv = NULL;

	if (g_shell_parse_argv(line, NULL, &argv, &why))
		return argv;
	desk_fail(error, DESK_INVALID, "\"%s\" can't be split into words: %s", line, why->message);
	return NULL;
}

void app_program_free(struct app *app)
{
	struct program *p = g_steal_pointer(&app->program);

	if (!p)
		return;
	g_source_remove(p->watch);
	kill(p->pid, SIGTERM);
	waitpid(p->pid, NULL, WNOHANG);
	program_free(p);
}

/* ---------------------------------------------------------------- text in an editor */
struct edit {
	char *folder, *path;
	app_edit_fn *done;
	void *data;
	GDestroyNotify free;
};

/* Copies and swap files hold the same private words. Ours alone, mode 0700: nobody else puts
 * anything there. */
static void empty(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		g_unlink(path);
	}
	if (dir)
		g_dir_close(dir);
}

static void edit_free(void *arg)
{
	struct edit *e = arg;

	if (e->folder)
		empty(e->folder);
	if (e->folder)
		g_rmdir(e->folder);
	if (e->free)
		e->free(e->data);
	g_free(e->path);
	g_free(e->folder);
	g_free(e);
}

static char *read_back(const struct edit *e, GError **error)
{
	g_autoptr(GError) why = NULL;
	GStatBuf st;
	char *text = NULL;
	gsize len;

	if (g_stat(e->path, &st) == 0 && st.st_size > EDIT_MAX_BYTES) {
		desk_fail(error, DESK_LIMIT, "what the editor wrote is larger than 4 MiB");
		return NULL;
	}
	if (!g_file_get_contents(e->path, &text, &len, &why)) {
		desk_fail(error, DESK_IO, "what the editor wrote can't be read: %s", why->message);
		return NULL;
	}
	if (text_storable(text, len))
		return text;
	g_free(text);
	desk_fail(error, DESK_INVALID, "what the editor wrote isn't UTF-8 text");
	return NULL;
}

static void edited(struct app *app, const GError *failed, void *arg)
{
	struct edit *e = arg;
	g_autoptr(GError) error = failed ? g_error_copy(failed) : NULL;
	g_autofree char *text = read_back(e, error ? NULL : &error);

	e->done(app, text, error, e->data);
}

/* g_file_set_contents would go by another file's name; this one is ours alone from the start. */
static gboolean write_private(const char *path, const char *text, GError **error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t left = strlen(text);

	while (fd >= 0 && left) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		text += n;
		left -= (size_t)n;
	}
	if (fd >= 0 && close(fd) == 0 && !left)
		return TRUE;
	return desk_fail(error, DESK_IO, "can't write %s: %s", path, say_errno(errno));
}

static char **editor_words(GError **error)
{
	const char *line = g_getenv("VISUAL");

	if (!line || !*line)
		line = g_getenv("EDITOR");
	return app_program_words(line && *line ? line : "vi", error);
}

gboolean app_edit(struct app *app, const char *name, const char *text, app_edit_fn *done, void *data,
                  GDestroyNotify free, GError **error)
{
	struct edit *e = g_new0(struct edit, 1);
	g_auto(GStrv) words = editor_words(error);
	g_autoptr(GError) why = NULL;
	g_autoptr(GPtrArray) argv = g_ptr_array_new();

	if (words)
		e->folder = g_dir_make_tmp("ttydesk-XXXXXX", &why);
	if (why)
		desk_fail(error, DESK_IO, "%s", why->message);
	if (e->folder) {
		e->path = g_build_filename(e->folder, name, NULL);
		for (char **word = words; *word; word++)
			g_ptr_array_add(argv, *word);
		g_ptr_array_add(argv, e->path);
		g_ptr_array_add(argv, NULL);
		e->done = done;
		e->data = data;
		if (write_private(e->path, text, error) &&
		    app_program_run(app, (const char *const *)argv->pdata, FALSE, edited, e, edit_free, error)) {
			e->free = free;
			return TRUE;
		}
	}
	edit_free(e);
	return FALSE;
}
