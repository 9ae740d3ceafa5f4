/* A desk in memory, or a real ttydeskd on a private socket with a sample desk of its own. */
#include "driver_lab.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/drivers/scripted.h"

const char *const lab_names[LAB_KINDS] = {"scripted", "native"};

static gboolean tick(gpointer unused)
{
	(void)unused;
	return G_SOURCE_CONTINUE; /* so that a failing test reaches its deadline */
}

/* ---- the real server */

static gboolean listening(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	g_strlcpy(to.sun_path, path, sizeof(to.sun_path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	gboolean ok = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0;
	close(fd);
	return ok;
}

static void server_start(struct lab *l)
{
	g_autofree char *database = g_strdup_printf("sqlite:%s/desk.db", l->dir);
	g_autofree char *log = g_build_filename(l->dir, "log", NULL);
	const char *argv[] = {BUILD_DIR "/ttydeskd", "sample",     "--socket", l->socket_path, "--database", database,
	                      "--embedded",          "--linger",   "600",      "--log",        log,          NULL};
	g_autoptr(GError) error = NULL;
	g_spawn_async(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &l->server, &error);
	g_assert_no_error(error);
	int64_t began = clock_mono_ms();
	while (!listening(l->socket_path)) {
		if (waitpid(l->server, NULL, WNOHANG) == l->server || clock_mono_ms() - began > WAIT_MS) {
			g_autofree char *words = NULL;
			g_file_get_contents(log, &words, NULL, NULL);
			g_error("ttydeskd does not serve: %s", words ? words : "no log");
		}
		g_main_context_iteration(NULL, TRUE);
	}
}

static void server_kill(struct lab *l)
{
	if (!l->server)
		return;
	kill(l->server, SIGKILL);
	waitpid(l->server, NULL, 0);
	l->server = 0;
}

/* ---- both */

void lab_up(struct lab *l, gconstpointer kind)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = NULL;
	l->kind = (enum lab_kind)GPOINTER_TO_SIZE(kind);
	l->tick = g_timeout_add(10, tick, NULL);
	if (l->kind == LAB_NATIVE) {
		l->dir = g_dir_make_tmp("lab-XXXXXX", &error);
		g_assert_no_error(error);
		l->socket_path = g_build_filename(l->dir, "sock", NULL);
		server_start(l);
		address = g_strconcat("unix:", l->socket_path, NULL);
	}
	l->b = backend_open(&(struct backend_conf){.address = address ? address : "script:"}, &error);
	g_assert_no_error(error);
	if (l->kind == LAB_SCRIPTED)
		g_assert_true(scripted_line(l->b, "{\"desk\":50}"));
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) d = g_dir_open(path, 0, NULL);
	const char *name;
	while (d && (name = g_dir_read_name(d))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		remove_tree(inner);
	}
	g_remove(path);
}

void lab_down(struct lab *l, gconstpointer kind)
{
	(void)kind;
	backend_close(l->b);
	g_source_remove(l->tick);
	if (!l->dir)
		return;
	server_kill(l);
	remove_tree(l->dir);
	g_free(l->dir);
	g_free(l->socket_path);
}

void lab_cut(struct lab *l)
{
	if (l->kind == LAB_SCRIPTED)
		g_assert_true(scripted_line(l->b, "{\"online\":false}"));
	else
		server_kill(l);
}

void lab_kill(struct lab *l)
{
	lab_cut(l);
}

void lab_mend(struct lab *l)
{
	if (l->kind == LAB_SCRIPTED)
		g_assert_true(scripted_line(l->b, "{\"online\":true}"));
	else if (!l->server)
		server_start(l);
}

/* A stopped server's socket still takes the request from the kernel's queue. */
void lab_lose_next_answer(struct lab *l)
{
	if (l->kind == LAB_SCRIPTED)
		g_assert_true(scripted_line(l->b, "{\"on\":\"note\",\"lost\":\"answer\"}"));
	else
		g_assert_cmpint(kill(l->server, SIGSTOP), ==, 0);
}

void lab_now_lose_it(struct lab *l)
{
	if (l->kind == LAB_SCRIPTED)
		return;
	for (int i = 0; i < 20; i++) /* the request leaves */
		g_main_context_iteration(NULL, TRUE);
	server_kill(l);
}
