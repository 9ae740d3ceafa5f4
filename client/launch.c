/* Finding the desk's socket; starting a private ttydeskd when there is none. */
#include "client/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/say.h"

#define LAUNCH_DEADLINE_MS (60 * MS_SECOND) /* a slow disk, a schema brought up to date */
#define LAUNCH_POLL_US 5000
#define LAUNCH_LAST_WORDS 300

/* ---- folders */

/* A folder of ours that nobody else may look into. */
static gboolean private_dir(const char *path, GError **error)
{
	struct stat st;
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return desk_fail(error, DESK_IO, "can't create %s: %s", path, say_errno(errno));
	if (lstat(path, &st) != 0)
		return desk_fail(error, DESK_IO, "can't read %s: %s", path, say_errno(errno));
	if (!S_ISDIR(st.st_mode) || st.st_uid != getuid())
		return desk_fail(error, DESK_IO, "%s is not a folder of yours", path);
	if ((st.st_mode & 077) && chmod(path, 0700) != 0)
		return desk_fail(error, DESK_IO, "can't close %s to others: %s", path, say_errno(errno));
	return TRUE;
}

char *launch_runtime_dir(GError **error)
{
	struct stat st;
	const char *xdg = g_getenv("XDG_RUNTIME_DIR");
	g_autofree char *path = NULL;
	if (xdg && g_path_is_absolute(xdg) && stat(xdg, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == getuid())
		path = g_build_filename(xdg, "ttydesk", NULL);
	else
		path = g_strdup_printf("%s/ttydesk-%u", g_get_tmp_dir(), (unsigned)getuid());
	return private_dir(path, error) ? g_steal_pointer(&path) : NULL;
}

static char *make_below(const char *base, GError **error)
{
	g_autofree char *path = g_build_filename(base, "ttydesk", NULL);
	if (g_mkdir_with_parents(path, 0700) != 0) {
		desk_fail(error, DESK_IO, "can't create %s: %s", path, say_errno(errno));
		return NULL;
	}
	return g_steal_pointer(&path);
}

/* Readable for a person, and different for different addresses. */
char *launch_state_dir(const char *address, const char *person)
{
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, address, -1);
	g_autofree char *name = g_strdup(person && *person ? person : "me");
	const char *slash = strrchr(address, '/');
	g_autofree char *desk = g_strdup(slash ? slash + 1 : address);
	sum[12] = '\0';
	g_strcanon(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", '_');
	g_strcanon(desk, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", '_');
	g_autofree char *leaf = g_strdup_printf("%.40s-%s", desk, sum);
	return g_build_filename(g_get_user_state_dir(), "ttydesk", leaf, name, NULL);
}

/* ---- sockets */

static int try_connect(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(to.sun_path))
		return ENAMETOOLONG;
	memcpy(to.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	int failed = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ? 0 : errno;
	close(fd);
	return failed;
}

/* ---- the private daemon */

static char *find_daemon(const struct launch_conf *conf, GError **error)
{
	if (conf->daemon)
		return g_strdup(conf->daemon);
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *dir = self ? g_path_get_dirname(self) : g_strdup(".");
	char *beside = g_build_filename(dir, "ttydeskd", NULL);
	if (g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE))
		return beside;
	g_free(beside);
	if (g_file_test(DESK_BINDIR "/ttydeskd", G_FILE_TEST_IS_EXECUTABLE))
		return g_strdup(DESK_BINDIR "/ttydeskd");
	char *in_path = g_find_program_in_path("ttydeskd");
	if (!in_path)
		desk_fail(error, DESK_NET, "no server is configured and ttydeskd is not installed");
	return in_path;
}

/* A session of its own: the terminal's hang-up and ^C are not meant for it. */
static void detach(gpointer unused)
{
	(void)unused;
	setsid();
}

static gboolean start_daemon(const char *daemon, gboolean sample, const char *socket_path, const char *database,
                             const char *log, GPid *pid, GError **error)
{
	const char *argv[16];
	size_t n = 0;
	g_autofree char *url = g_strconcat("sqlite:", database, NULL);
	argv[n++] = daemon;
	argv[n++] = sample ? "sample" : "serve";
	if (sample)
		argv[n++] = "--live";
	argv[n++] = "--socket";
	argv[n++] = socket_path;
	argv[n++] = "--database";
	argv[n++] = url;
	argv[n++] = "--embedded";
	argv[n] = NULL;
	int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (out < 0)
		return desk_fail(error, DESK_IO, "can't write %s: %s", log, say_errno(errno));
	g_autoptr(GError) local = NULL;
	gboolean ok = g_spawn_async_with_fds("/", (gchar **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, detach, NULL,
	                                     pid, -1, out, out, &local);
	close(out);
	return ok || desk_fail(error, DESK_NET, "can't start %s: %s", daemon, local->message);
}

/* What the daemon said since it was started, for the person's eyes: its last error,
 * which is seldom its last line. A log line is "TIME LEVEL module: sentence". */
static char *last_words(const char *log, off_t since)
{
	g_autofree char *text = NULL;
	gsize len = 0;
	if (!g_file_get_contents(log, &text, &len, NULL) || len <= (gsize)since)
		return g_strdup(_("it said nothing"));
	g_strchomp(text + since);
	g_auto(GStrv) lines = g_strsplit(text + since, "\n", -1);
	const char *last = lines[0] ? lines[g_strv_length(lines) - 1] : "";
	for (guint i = g_strv_length(lines); i-- > 0;) {
		const char *level = strstr(lines[i], "Z error ");
		if (level && level - lines[i] < 32) {
			last = level + strlen("Z error ");
			break;
		}
	}
	return text_clean_string(last, -1, 0, LAUNCH_LAST_WORDS);
}

static void reap(GPid pid, gint status, gpointer unused)
{
	(void)status;
	(void)unused;
	g_spawn_close_pid(pid);
}

/* A second daemon that found the first one at work ends well: then only the
 * socket counts. */
static gboolean wait_for_socket(const char *socket_path, GPid pid, const char *log, off_t log_was, GError **error)
{
	int64_t deadline = clock_mono_ms() + LAUNCH_DEADLINE_MS;
	gboolean gone = FALSE;
	int status = 0;
	while (clock_mono_ms() < deadline) {
		if (try_connect(socket_path) == 0) {
			if (!gone)
				g_child_watch_add(pid, reap, NULL);
			return TRUE;
		}
		if (!gone && waitpid(pid, &status, WNOHANG) == pid) {
			gone = TRUE;
			if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
				break;
		}
		g_usleep(LAUNCH_POLL_US);
	}
	g_autofree char *words = last_words(log, log_was);
	if (!gone)
		g_child_watch_add(pid, reap, NULL);
	return desk_fail(error, DESK_NET, "the private server did not start: %s (all of it in %s)", words, log);
}

struct started {
	GPid pid;
	char *log;
	off_t log_was;
};

static gboolean launch_daemon(const struct launch_conf *conf, const char *socket_path, const char *name,
                              struct started *started, GError **error)
{
	g_autofree char *daemon = find_daemon(conf, error);
	g_autofree char *data =
		daemon ? make_below(conf->state_dir ? conf->state_dir : g_get_user_data_dir(), error) : NULL;
	g_autofree char *state =
		data ? make_below(conf->state_dir ? conf->state_dir : g_get_user_state_dir(), error) : NULL;
	if (!state)
		return FALSE;
	g_autofree char *database = g_strdup_printf("%s/%s.db", data, name);
	struct stat st;
	started->log = g_strdup_printf("%s/ttydeskd-%s.log", state, name);
	started->log_was = stat(started->log, &st) == 0 ? st.st_size : 0;
	return start_daemon(daemon, conf->sample, socket_path, database, started->log, &started->pid, error);
}

static const char *desk_name(const struct launch_conf *conf)
{
	return conf->sample ? "sample" : "desk";
}

/* Where the private daemon of this kind listens. */
static char *private_socket(const struct launch_conf *conf, GError **error)
{
	g_autofree char *dir = launch_runtime_dir(error);
	return dir ? g_strdup_printf("%s/%s.sock", dir, desk_name(conf)) : NULL;
}

gboolean launch_revive(const struct launch_conf *conf, const char *address, GError **error)
{
	g_autofree char *socket_path = private_socket(conf, error);
	if (!socket_path)
		return FALSE;
	if (!g_str_has_prefix(address, "unix:") || strcmp(address + strlen("unix:"), socket_path) != 0 ||
	    try_connect(socket_path) == 0)
		return TRUE;
	struct started started = {0};
	gboolean ok = launch_daemon(conf, socket_path, desk_name(conf), &started, error);
	if (ok)
		g_child_watch_add(started.pid, reap, NULL);
	g_free(started.log);
	return ok;
}

char *launch_running(const struct launch_conf *conf)
{
	if (conf->server && *conf->server)
		return launch_address(conf, NULL);
	if (!conf->sample && try_connect(LAUNCH_HOST_SOCKET) == 0)
		return g_strdup("unix:" LAUNCH_HOST_SOCKET);
	g_autofree char *socket_path = private_socket(conf, NULL);
	return socket_path && try_connect(socket_path) == 0 ? g_strconcat("unix:", socket_path, NULL) : NULL;
}

char *launch_address(const struct launch_conf *conf, GError **error)
{
	if (conf->server && *conf->server)
		return conf->server[0] == '/' ? g_strconcat("unix:", conf->server, NULL) : g_strdup(conf->server);
	if (!conf->sample && try_connect(LAUNCH_HOST_SOCKET) == 0)
		return g_strdup("unix:" LAUNCH_HOST_SOCKET);
	g_autofree char *socket_path = private_socket(conf, error);
	if (!socket_path)
		return NULL;
	int failed = try_connect(socket_path);
	if (failed == ENAMETOOLONG) {
		desk_fail(error, DESK_INVALID, "the path of the socket is too long: %s", socket_path);
		return NULL;
	}
	struct started started = {0};
	gboolean ok = !failed || (launch_daemon(conf, socket_path, desk_name(conf), &started, error) &&
	                          wait_for_socket(socket_path, started.pid, started.log, started.log_was, error));
	g_free(started.log);
	if (!ok)
		return NULL;
	return g_strconcat("unix:", socket_path, NULL);
}
