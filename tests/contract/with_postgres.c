/* Runs a command with a PostgreSQL 15 of its own: `with_postgres COMMAND ARGS...`.
 *
 * The server lives in a private folder, listens on a Unix socket in it and nowhere
 * else, and runs as an unprivileged user when we are root. The command finds the
 * folder in DESK_TEST_POSTGRES (host=...; user "desk", database "postgres", no
 * password) and psql in DESK_TEST_PSQL. A server that ends by itself is started
 * again, so a test may kill it (DESK_TEST_POSTGRES_PID is a file with its pid).
 *
 * A guard process holds one end of a pipe: however this program ends (even by
 * SIGKILL, a test's time-out), the guard stops the server and removes the folder. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#define START_MS 60000

struct server {
	char *bin;  /* folder of the programs */
	char *root; /* our folder: data, socket, log */
	char *data, *log, *pid_file;
	const struct passwd *user; /* NULL: as we are */
};

static void become(const struct passwd *user)
{
	if (user && (setgroups(0, NULL) < 0 || setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0)) {
		perror("with_postgres: changing the user");
		_exit(127);
	}
}

/* Starts a program as the server's user, its output going to the log. */
static pid_t start(const struct server *s, const char *program, const char *const argv[])
{
	g_autofree char *path = g_build_filename(s->bin, program, NULL);
	/* PostgreSQL's programs look for each other beside their own first argument. */
	const char *args[32] = {path};
	for (size_t i = 1; argv[i] && i < G_N_ELEMENTS(args) - 1; i++)
		args[i] = argv[i];
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	become(s->user);
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	if (getppid() != parent || chdir(s->root) < 0)
		_exit(127);
	int fd = open(s->log, O_WRONLY | O_CREAT | O_APPEND, 0600), null = open("/dev/null", O_RDONLY);
	dup2(null, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	closefrom(3);
	/* the sanitizers' settings are not for PostgreSQL, its locale is ours to set */
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("LD_PRELOAD");
	execv(path, (char **)args);
	_exit(127);
}

static gboolean run(const struct server *s, const char *program, const char *const argv[])
{
	pid_t pid = start(s, program, argv);
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void show_log(const struct server *s)
{
	g_autofree char *text = NULL;

	if (g_file_get_contents(s->log, &text, NULL, NULL))
		fprintf(stderr, "%s\n", text);
}

static pid_t start_server(const struct server *s)
{
	/* a test's server needn't survive the machine; one that is measured must */
	gboolean durable = g_getenv("DESK_TEST_POSTGRES_DURABLE") != NULL;
	const char *const argv[] = {"postgres",
				    "-D",
				    s->data,
				    "-k",
				    s->root,
				    "-c",
				    "listen_addresses=",
				    "-c",
				    durable ? "fsync=on" : "fsync=off",
				    "-c",
				    "max_connections=60",
				    "-c",
				    durable ? "shared_buffers=256MB" : "shared_buffers=16MB",
				    "-c",
				    "unix_socket_permissions=0700",
				    "-c",
				    "deadlock_timeout=200ms",
				    "-c",
				    "dynamic_shared_memory_type=posix",
				    NULL};
	pid_t pid = start(s, "postgres", argv);
	g_autofree char *text = g_strdup_printf("%d\n", (int)pid);

	g_file_set_contents(s->pid_file, text, -1, NULL);
	return pid;
}

static gboolean wait_ready(const struct server *s, pid_t pid)
{
	const char *const argv[] = {"pg_isready", "-q", "-h", s->root, "-d", "postgres", "-U", "desk", NULL};

	for (int waited = 0; waited < START_MS; waited += 50) {
		if (run(s, "pg_isready", argv))
			return TRUE;
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return FALSE;
		g_usleep(50000);
	}
	return FALSE;
}

static void remove_tree(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		GDir *dir = g_dir_open(path, 0, NULL);
		const char *name;

		while (dir && (name = g_dir_read_name(dir))) {
			g_autofree char *child = g_build_filename(path, name, NULL);
			remove_tree(child);
		}
		if (dir)
			g_dir_close(dir);
	}
	remove(path);
}

/* Fast shutdown first; what doesn't heed it gets the harsher ones. */
static void stop_server(pid_t pid)
{
	static const int signals[] = {SIGINT, SIGQUIT, SIGKILL};

	for (unsigned i = 0; i < G_N_ELEMENTS(signals); i++) {
		kill(pid, signals[i]);
		for (int waited = 0; waited < 10000; waited += 20) {
			if (waitpid(pid, NULL, WNOHANG) == pid)
				return;
			g_usleep(20000);
		}
	}
}

/* The guard: owns the server until the other end of `life` is closed. */
static void guard(const struct server *s, int life, int ready)
{
	const char *const initdb[] = {"initdb", "-D",    s->data, "-U",   "desk",
				      "-A",     "trust", "-E",    "UTF8", "--locale=C.UTF-8",
				      "-N",     NULL};
	pid_t pid = -1;
	gboolean good = run(s, "initdb", initdb);

	if (good) {
		pid = start_server(s);
		good = wait_ready(s, pid);
	}
	if (!good)
		show_log(s);
	(void)!write(ready, good ? "y" : "n", 1);
	close(ready);
	while (good) {
		struct pollfd fd = {.fd = life, .events = POLLIN};
		if (poll(&fd, 1, 50) > 0)
			break;
		if (waitpid(pid, NULL, WNOHANG) == pid)
			pid = start_server(s);
	}
	if (pid > 0)
		stop_server(pid);
	remove_tree(s->root);
}

static char *find_programs(void)
{
	const char *own = g_getenv("DESK_POSTGRES_BIN");
	char *dir = g_strdup(own ? own : "/usr/lib/postgresql/15/bin");
	g_autofree char *postgres = g_build_filename(dir, "postgres", NULL);

	if (g_file_test(postgres, G_FILE_TEST_IS_EXECUTABLE))
		return dir;
	fprintf(stderr,
		"with_postgres: PostgreSQL 15 is not in %s (Debian: postgresql-15, or set "
		"DESK_POSTGRES_BIN)\n",
		dir);
	g_free(dir);
	return NULL;
}

static gboolean prepare(struct server *s)
{
	/* a socket's path is short: not below TMPDIR, which may be deep */
	char root[] = "/tmp/desk-pg-XXXXXX";

	s->bin = find_programs();
	if (!s->bin)
		return FALSE;
	if (!mkdtemp(root)) {
		perror("with_postgres: mkdtemp");
		return FALSE;
	}
	if (geteuid() == 0) {
		s->user = getpwnam("postgres");
		if (!s->user)
			s->user = getpwnam("nobody");
		if (!s->user || chown(root, s->user->pw_uid, s->user->pw_gid) < 0) {
			fprintf(stderr, "with_postgres: no unprivileged user to run PostgreSQL as\n");
			rmdir(root);
			return FALSE;
		}
	}
	s->root = g_strdup(root);
	s->data = g_build_filename(root, "data", NULL);
	s->log = g_build_filename(root, "log", NULL);
	s->pid_file = g_build_filename(root, "pid", NULL);
	return TRUE;
}

static int run_command(const struct server *s, char **argv)
{
	pid_t parent = getpid(), pid;
	int status;
	g_autofree char *psql = g_build_filename(s->bin, "psql", NULL);

	setenv("DESK_TEST_POSTGRES", s->root, 1);
	setenv("DESK_TEST_POSTGRES_PID", s->pid_file, 1);
	setenv("DESK_TEST_PSQL", psql, 1);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(127);
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void free_server(struct server *s)
{
	g_free(s->bin);
	g_free(s->root);
	g_free(s->data);
	g_free(s->log);
	g_free(s->pid_file);
}

int main(int argc, char **argv)
{
	struct server s = {0};
	int life[2], ready[2], result;
	char answer = 'n';
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: with_postgres COMMAND [ARG...]\n");
		return 2;
	}
	if (!prepare(&s))
		return 1;
	if (pipe2(life, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0) {
		perror("with_postgres: pipe");
		return 1;
	}
	pid = fork();
	if (pid == 0) {
		setsid(); /* a time-out's signals to our group must not reach it */
		close(life[1]);
		close(ready[0]);
		guard(&s, life[0], ready[1]);
		_exit(0);
	}
	close(life[0]);
	close(ready[1]);
	while (read(ready[0], &answer, 1) < 0 && errno == EINTR)
		;
	if (answer != 'y')
		fprintf(stderr, "with_postgres: PostgreSQL did not start\n");
	result = answer == 'y' ? run_command(&s, argv + 1) : 1;
	close(life[1]);
	waitpid(pid, NULL, 0);
	free_server(&s);
	return result;
}
