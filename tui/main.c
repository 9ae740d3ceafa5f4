/* ttydesk: the workstation. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/say.h"
#include "base/text.h"
#include "client/launch.h"
#include "tui/app.h"
#include "tui/plain/linear.h"
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
		puts(_("Settings, keys and theme are fine."));
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
		fprintf(stderr, say_n("ttydesk: %zu change could not be sent yet; kept for the next start.\n",
		                      "ttydesk: %zu changes could not be sent yet; kept for the next start.\n", waiting), waiting);
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

static int line_by_line(const struct options *o)
{
	g_autoptr(GError) error = NULL;
	int code;

	if (!log_open(o->log ? o->log : "/dev/null", LOG_LEVEL_INFO, &error))
		return fail(EXIT_FAILED, error->message);
	code = linear_main(o);
	log_close();
	return code;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	struct options o;
	int code;

	say_start();
	signal(SIGPIPE, SIG_IGN); /* a lost peer is an error code, not an end */
	if (plain_asked(argc, argv))
		return plain_main(argc, argv);
	gboolean understood = options_parse(&o, &argc, &argv, NULL, &error);

	if (o.language && g_get_charset(NULL))
		say_language_set(o.language);
	if (!understood) {
		code = fail(EXIT_USAGE, error->message);
	} else if (o.version) {
		puts("ttydesk " DESK_VERSION);
		code = EXIT_OK;
	} else if (o.check_config) {
		code = check_config(&o);
	} else if (o.linear) {
		code = line_by_line(&o);
	} else if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		code = fail(EXIT_USAGE, _("this is a program for the terminal, and there is none here"));
	} else if (!log_open(o.log ? o.log : "/dev/null", LOG_LEVEL_INFO, &error)) {
		code = fail(EXIT_FAILED, error->message);
	} else {
		code = start(&o);
		log_close();
	}
	options_clear(&o);
	return code;
}
