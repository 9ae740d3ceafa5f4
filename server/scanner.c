/* Runs the scanner: a child of its own session, watched from a private main context. */
#include "server/scanner.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "base/say.h"

char **scanner_parse(const char *setting, GError **error)
{
	g_autoptr(GError) bad = NULL;
	char **argv = NULL;

	if (!g_shell_parse_argv(setting, NULL, &argv, &bad)) {
		desk_fail(error, DESK_INVALID, "the scanner's quotes don't match: %s", setting);
		return NULL;
	}
	if (g_path_is_absolute(argv[0]))
		return argv;
	desk_fail(error, DESK_INVALID, "the scanner is told with its whole path, not as %s", argv[0]);
	g_strfreev(argv);
	return NULL;
}

struct run {
	GSubprocess *child;
	gboolean ended, late;
};

static void on_end(GObject *child, GAsyncResult *result, gpointer arg)
{
	struct run *r = arg;

	g_subprocess_wait_finish(G_SUBPROCESS(child), result, NULL);
	r->ended = TRUE;
}

/* What it started is in its session and goes with it. */
static gboolean on_late(gpointer arg)
{
	struct run *r = arg;
	const char *id = g_subprocess_get_identifier(r->child);

	r->late = TRUE;
	if (id)
		kill((pid_t)-g_ascii_strtoll(id, NULL, 10), SIGKILL);
	g_subprocess_force_exit(r->child);
	return G_SOURCE_REMOVE;
}

static void own_session(gpointer unused)
{
	(void)unused;
	setsid();
}

static void wait_for(struct run *r, GMainContext *context, int timeout_ms)
{
	g_autoptr(GSource) timer = g_timeout_source_new((guint)timeout_ms);

	g_source_set_callback(timer, on_late, r, NULL);
	g_source_attach(timer, context);
	g_subprocess_wait_async(r->child, NULL, on_end, r);
	while (!r->ended)
		g_main_context_iteration(context, TRUE);
	g_source_destroy(timer);
}

static enum scan_state judge(const struct run *r, const char *program, int timeout_ms, char **why)
{
	if (r->late)
		*why = g_strdup_printf(_("%s took longer than %d s"), program, timeout_ms / 1000);
	else if (!g_subprocess_get_if_exited(r->child))
		*why = g_strdup_printf(_("%s was ended by signal %d"), program, g_subprocess_get_term_sig(r->child));
	else if (g_subprocess_get_exit_status(r->child) == 0)
		return SCAN_CLEAN;
	else if (g_subprocess_get_exit_status(r->child) == 1)
		return SCAN_INFECTED;
	else
		*why = g_strdup_printf(_("%s ended with status %d"), program,
				       g_subprocess_get_exit_status(r->child));
	return SCAN_SCAN_FAILED;
}

enum scan_state scanner_run(char *const *argv, const char *path, int timeout_ms, char **why)
{
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GError) bad = NULL;
	enum scan_state state = SCAN_SCAN_FAILED;
	struct run r = {0};

	*why = NULL;
	for (char *const *word = argv; *word; word++)
		g_ptr_array_add(words, *word);
	g_ptr_array_add(words, (char *)path);
	g_ptr_array_add(words, NULL);
	g_subprocess_launcher_set_child_setup(launcher, own_session, NULL, NULL);
	g_main_context_push_thread_default(context);
	r.child = g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, &bad);
	if (r.child) {
		wait_for(&r, context, timeout_ms);
		state = judge(&r, argv[0], timeout_ms, why);
		g_object_unref(r.child);
	} else {
		*why = g_strdup_printf(_("%s can't be started: %s"), argv[0], bad->message);
	}
	g_main_context_pop_thread_default(context);
	return state;
}
