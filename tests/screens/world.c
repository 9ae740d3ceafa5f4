/* Private surroundings of one screen test. */
#include "screens/world.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FROZEN_MS G_GINT64_CONSTANT(1795344120000) /* 2026-11-22 10:42 UTC, a Sunday */

char *world_path(const struct world *w, const char *name)
{
	return g_build_filename(w->dir, name, NULL);
}

void world_env(struct world *w, const char *name, const char *value)
{
	w->env = value ? g_environ_setenv(w->env, name, value, TRUE) : g_environ_unsetenv(w->env, name);
}

const char *world_getenv(const struct world *w, const char *name)
{
	return g_environ_getenv(w->env, name);
}

static void env_folder(struct world *w, const char *name, const char *folder)
{
	g_autofree char *path = world_path(w, folder);
	if (g_mkdir_with_parents(path, 0700) != 0)
		g_error("%s: %s", path, g_strerror(errno));
	world_env(w, name, path);
}

/* Nothing of the one who runs the test gets in, but for what sanitizers need. */
static const char *const kept[] = {"PATH",         "ASAN_OPTIONS",    "UBSAN_OPTIONS",
				   "LSAN_OPTIONS", "LD_LIBRARY_PATH", NULL};

struct world *world_new(const char *bin, int deadline_ms)
{
	struct world *w = g_new0(struct world, 1);
	g_autoptr(GError) error = NULL;
	g_autofree char *clock_file = NULL, *fd = g_strdup_printf("%d", WORLD_IDLE_FD);
	w->dir = g_dir_make_tmp("ttydesk-screen-XXXXXX", &error);
	if (!w->dir)
		g_error("%s", error->message);
	w->bin = g_canonicalize_filename(bin, NULL);
	w->deadline_ms = deadline_ms;
	w->env = g_new0(char *, 1);
	for (int i = 0; kept[i]; i++)
		if (g_getenv(kept[i]))
			world_env(w, kept[i], g_getenv(kept[i]));
	env_folder(w, "HOME", "home");
	env_folder(w, "XDG_CONFIG_HOME", "config");
	env_folder(w, "XDG_DATA_HOME", "data");
	env_folder(w, "XDG_STATE_HOME", "state");
	env_folder(w, "XDG_CACHE_HOME", "cache");
	env_folder(w, "XDG_RUNTIME_DIR", "runtime");
	clock_file = world_path(w, "clock");
	world_env(w, "TTYDESK_TEST_CLOCK", clock_file);
	world_env(w, "TTYDESK_TEST_IDLE_FD", fd);
	world_env(w, "INPUTRC", "/dev/null");
	world_env(w, "TZ", "UTC");
	world_env(w, "TERM", "xterm-256color");
	world_env(w, "LC_ALL", "C.UTF-8");
	world_env(w, "LANGUAGE", "en"); /* else the language is the person's */
	world_env(w, "DICPATH", "/nonexistent"); /* what dictionaries this machine has is not looked at */
	world_clock(w, FROZEN_MS);
	return w;
}

static void remove_tree(const char *path)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return;
	if (S_ISDIR(st.st_mode)) {
		GDir *dir = g_dir_open(path, 0, NULL);
		for (const char *name; dir && (name = g_dir_read_name(dir));) {
			g_autofree char *inner = g_build_filename(path, name, NULL);
			remove_tree(inner);
		}
		if (dir)
			g_dir_close(dir);
	}
	g_remove(path);
}

void world_free(struct world *w, gboolean keep)
{
	world_server_stop(w, SIGTERM);
	if (keep)
		g_printerr("kept: %s\n", w->dir);
	else
		remove_tree(w->dir);
	if (w->server_argv)
		g_ptr_array_unref(w->server_argv);
	g_strfreev(w->env);
	g_free(w->bin);
	g_free(w->dir);
	g_free(w);
}

void world_clock(struct world *w, gint64 now_ms)
{
	g_autofree char *path = world_path(w, "clock");
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, now_ms);
	g_autoptr(GError) error = NULL;
	w->now_ms = now_ms;
	if (!g_file_set_contents(path, text, -1, &error)) /* renames: nobody reads half of it */
		g_error("%s", error->message);
}

static char *replace_all(char *text, const char *what, const char *by)
{
	g_auto(GStrv) parts = g_strsplit(text, what, -1);
	g_free(text);
	return g_strjoinv(by, parts);
}

char **world_argv(const struct world *w, const char *line, GError **error)
{
	char **argv;
	g_autofree char *socket = world_path(w, "desk.sock");
	g_autofree char *server = g_strconcat("unix:", socket, NULL);
	if (!g_shell_parse_argv(line, NULL, &argv, error))
		return NULL;
	for (char **word = argv; *word; word++) {
		*word = replace_all(*word, "$SOCKET", socket);
		*word = replace_all(*word, "$SERVER", server);
		*word = replace_all(*word, "$DIR", w->dir);
	}
	if (strcmp(argv[0], "ttydesk") == 0 || strcmp(argv[0], "ttydeskd") == 0) {
		char *path = g_build_filename(w->bin, argv[0], NULL);
		g_free(argv[0]);
		argv[0] = path;
	} else if (argv[0][0] != '/') {
		char *path = g_find_program_in_path(argv[0]);
		if (!path) {
			g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT, "%s is not installed",
				    argv[0]);
			g_strfreev(argv);
			return NULL;
		}
		g_free(argv[0]);
		argv[0] = path;
	}
	return argv;
}

/* The server does not know of screens: without the idle fd. */
static char **quiet_env(const struct world *w)
{
	return g_environ_unsetenv(g_strdupv(w->env), "TTYDESK_TEST_IDLE_FD");
}

/* ---- the server */
static gboolean answers(const char *path)
{
	g_autoptr(GSocket) s =
		g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	return s && g_socket_connect(s, address, NULL, NULL);
}

static void log_to(gpointer path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd >= 0) {
		dup2(fd, 1);
		dup2(fd, 2);
	}
}

static gboolean server_failed(struct world *w, const char *log, const char *why, GError **error)
{
	g_autofree char *text = NULL;
	g_file_get_contents(log, &text, NULL, NULL);
	g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "the server %s; its log:\n%s", why,
		    text ? text : "");
	world_server_stop(w, SIGKILL);
	return FALSE;
}

gboolean world_server_start(struct world *w, const char *line, GError **error)
{
	g_autofree char *log = world_path(w, "server.log"), *socket = world_path(w, "desk.sock");
	g_auto(GStrv) env = quiet_env(w);
	if (line) {
		char **argv = world_argv(w, line, error);
		if (!argv)
			return FALSE;
		g_clear_pointer(&w->server_argv, g_ptr_array_unref);
		w->server_argv = g_ptr_array_new_with_free_func(g_free);
		for (char **word = argv; *word; word++)
			g_ptr_array_add(w->server_argv, *word);
		g_ptr_array_add(w->server_argv, NULL);
		g_free(argv);
	}
	if (!w->server_argv || w->server > 0) {
		g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "%s",
			    w->server > 0 ? "the server runs already" : "no server was started before");
		return FALSE;
	}
	GPid pid;
	if (!g_spawn_async(w->dir, (char **)w->server_argv->pdata, env,
			   G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, log_to, log, &pid, error))
		return FALSE;
	w->server = pid;
	gint64 deadline = g_get_monotonic_time() + w->deadline_ms * G_TIME_SPAN_MILLISECOND;
	while (!answers(socket)) {
		int status;
		if (waitpid(w->server, &status, WNOHANG) == w->server) {
			w->server = 0;
			return server_failed(w, log, "ended at once", error);
		}
		if (g_get_monotonic_time() > deadline)
			return server_failed(w, log, "does not answer", error);
		g_usleep(5000); /* a socket's birth can't be waited for otherwise */
	}
	return TRUE;
}

void world_server_stop(struct world *w, int sig)
{
	gint64 deadline = g_get_monotonic_time() + w->deadline_ms * G_TIME_SPAN_MILLISECOND;
	int status;
	if (w->server <= 0)
		return;
	kill(w->server, sig);
	while (waitpid(w->server, &status, WNOHANG) == 0) {
		if (g_get_monotonic_time() > deadline)
			kill(w->server, SIGKILL);
		g_usleep(2000);
	}
	w->server = 0;
}

/* ---- other programs */
gboolean world_run(struct world *w, const char *line, const char *input, int *status, char **output,
		   GError **error)
{
	g_auto(GStrv) argv = world_argv(w, line, error), env = quiet_env(w);
	if (!argv)
		return FALSE;
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
					  G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_subprocess_launcher_set_environ(launcher, env);
	g_subprocess_launcher_set_cwd(launcher, w->dir);
	g_autoptr(GSubprocess) p = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, error);
	if (!p || !g_subprocess_communicate_utf8(p, input, NULL, output, NULL, error))
		return FALSE;
	*status = g_subprocess_get_if_exited(p) ? g_subprocess_get_exit_status(p) : 128;
	return TRUE;
}

gboolean world_request(struct world *w, const char *as, const char *what, const char *json, GError **error)
{
	g_autofree char *socket = world_path(w, "desk.sock"), *uuid = g_uuid_string_random();
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(socket);
	g_autoptr(GSocketConnection) line =
		g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, error);
	if (!line)
		return FALSE;
	g_autofree char *request = g_strdup_printf(
		"%s HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nTtydesk-As: %s\r\nIdempotency-Key: %s\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		what, as, uuid, json ? strlen(json) : 0, json ? json : "");
	GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(line));
	GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(line));
	if (!g_output_stream_write_all(out, request, strlen(request), NULL, NULL, error))
		return FALSE;
	g_autoptr(GString) answer = g_string_new(NULL);
	char buf[4096];
	gssize n;
	while ((n = g_input_stream_read(in, buf, sizeof buf, NULL, error)) > 0)
		g_string_append_len(answer, buf, n);
	if (n < 0)
		return FALSE;
	if (g_str_has_prefix(answer->str, "HTTP/1.1 2"))
		return TRUE;
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s was answered:\n%s", what, answer->str);
	return FALSE;
}
