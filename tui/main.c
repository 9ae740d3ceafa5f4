/* ttydesk: the workstation. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "client/launch.h"
#include "tui/app.h"
#include "tui/plain/plain.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE };

static int fail(int code, const char *sentence)
{
	g_autofree char *clean = text_clean_string(sentence, -1, TEXT_MULTILINE, 8192);

	fprintf(stderr, "ttydesk: %s%s", clean, g_str_has_suffix(clean, "\n") ? "" : "\n");
	return code;
}

static int check_config(struct options *o)
{
	app_check(o, o->complaints);
	if (!o->complaints->len) {
		puts("Settings, keys and theme are fine.");
		return EXIT_OK;
	}
	fputs(o->complaints->str, stderr);
	return EXIT_FAILED;
}

struct desk_at {
	struct launch_conf conf;
	char *address;
};

/* A private desk that died is started again; the store finds it by itself. */
static void revive(void *arg)
{
	const struct desk_at *at = arg;
	g_autoptr(GError) error = NULL;

	if (!launch_revive(&at->conf, at->address, &error))
		log_warn("main", "the private desk can't be started: %s", error->message);
}

/* With the desk reached: the screen until the person leaves. */
static int work(const struct options *o, struct backend *backend, const char *dir, struct desk_at *at)
{
	g_autoptr(GError) error = NULL;
	struct store *store = store_new(backend, dir, &error);
	struct app *app;
	size_t waiting;
	int code;

	if (!store)
		return fail(EXIT_FAILED, error->message);
	app = app_new(o, store, &error);
	if (!app) {
		store_free(store);
		return fail(EXIT_FAILED, error->message);
	}
	app_on_lost(app, revive, at);
	store_start(store);
	code = app_run(app);
	waiting = store_pending_to_send(store);
	app_free(app);
	store_free(store);
	if (waiting)
		fprintf(stderr, "ttydesk: %zu change%s could not be sent yet; kept for the next start.\n", waiting, waiting == 1 ? "" : "s");
	return code;
}

static int start(const struct options *o)
{
	g_autoptr(GError) error = NULL;
	struct desk_at at = {.conf = {.server = o->server, .daemon = o->daemon, .sample = o->sample}};
	g_autofree char *address = at.address = launch_address(&at.conf, &error);
	g_autofree char *dir = NULL;
	struct backend *backend;
	int code;

	if (!address)
		return fail(EXIT_FAILED, error->message);
	dir = launch_state_dir(address, o->as_person ? o->as_person : g_get_user_name());
	backend = backend_open(&(struct backend_conf){.address = address, .token = o->token, .as_person = o->as_person,
						      .ca_file = o->ca_file}, &error);
	if (!backend)
		return fail(EXIT_FAILED, error->message);
	code = work(o, backend, dir, &at);
	backend_close(backend);
	return code;
}

/* Logged in from afar the chosen locale is often not installed here, and without
 * one every Chinese character would be a question mark. */
static void choose_locale(void)
{
	const char *names[] = {g_getenv("LC_ALL"), g_getenv("LC_CTYPE"), g_getenv("LANG")};
	size_t i = 0;

	if (setlocale(LC_ALL, ""))
		return;
	while (i < G_N_ELEMENTS(names) && !(names[i] && *names[i]))
		i++;
	if (i == G_N_ELEMENTS(names))
		return;
	g_autofree char *lower = g_ascii_strdown(names[i], -1);
	if (strstr(lower, "utf-8") || strstr(lower, "utf8"))
		setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	struct options o;
	int code;

	choose_locale();
	signal(SIGPIPE, SIG_IGN); /* a lost peer is an error code, not an end */
	if (plain_asked(argc, argv))
		return plain_main(argc, argv);
	if (!options_parse(&o, &argc, &argv, NULL, &error)) {
		code = fail(EXIT_USAGE, error->message);
	} else if (o.version) {
		puts("ttydesk " DESK_VERSION);
		code = EXIT_OK;
	} else if (o.check_config) {
		code = check_config(&o);
	} else if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		code = fail(EXIT_USAGE, "this is a program for the terminal, and there is none here");
	} else if (!log_open(o.log ? o.log : "/dev/null", LOG_LEVEL_INFO, &error)) {
		code = fail(EXIT_FAILED, error->message);
	} else {
		code = start(&o);
		log_close();
	}
	options_clear(&o);
	return code;
}
