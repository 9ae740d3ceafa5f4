/* `ttydeskd serve` and `ttydeskd sample`: opens the desk, answers until told to stop. */
#include "server/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/log.h"
#include "server/api/api_files.h"
#include "server/api/api_public.h"
#include "server/desk/live.h"
#include "server/desk/records.h"
#include "server/desk/sample.h"
#include "server/scheduler.h"
#include "server/service.h"
#include "server/webhook_http.h"
#include "base/say.h"

#define SOCKET_PATH "/run/ttydesk/desk.sock"
#define GRACE_MS 5000
#define WRITE_QUEUE 1000 /* of DB_QUEUE_MAX */
#define SAMPLE_AGENT "li.wei"

struct options {
	struct settings settings;
	gboolean embedded, sample, live, seed_only;
	int linger_s, tickets;
	gboolean owned;        /* the uid that runs it may act as anyone */
};

struct serving {
	const struct options *options;
	struct service_sockets given;
	struct office office;
	struct api api;
	struct api_guard *guard;
	struct feed *feed;
	struct api_files *files;
	GMutex waking; /* the feed's thread wakes these two: */
	struct scheduler *scheduler;
	struct webhooks *webhooks;
	struct http_server *http;
	char *state_dir;
	struct live *live;
	GMainLoop *loop;
	guint sources[5];
	gint64 alone_since_us;
};

/* ---------------------------------------------------------------- running */
static void wake_workers(struct serving *s)
{
	g_mutex_lock(&s->waking);
	if (s->scheduler)
		scheduler_wake(s->scheduler);
	if (s->webhooks)
		webhooks_wake(s->webhooks);
	g_mutex_unlock(&s->waking);
}

static void on_event(const struct event *event, void *arg)
{
	struct serving *s = arg;

	desk_notice(s->office.desk, event);
	if (event->kind == EVENT_PEOPLE || event->kind == EVENT_RELOAD)
		people_notice(s->office.people);
	wake_workers(s);
}

static void set_workers(struct serving *s, struct scheduler *scheduler, struct webhooks *webhooks)
{
	g_mutex_lock(&s->waking);
	s->scheduler = scheduler;
	s->webhooks = webhooks;
	g_mutex_unlock(&s->waking);
	wake_workers(s); /* for what was heard before they were there */
}

static gboolean on_stop(void *arg)
{
	struct serving *s = arg;

	log_info("server", "stopping");
	service_notify("STOPPING=1");
	g_main_loop_quit(s->loop);
	return G_SOURCE_CONTINUE;
}

static gboolean on_hup(void *arg)
{
	struct serving *s = arg;
	g_autoptr(GError) error = NULL;

	service_notify_reloading();
	log_reopen();
	log_info("server", "log reopened");
	if (s->http && !http_reload(s->http, &error))
		log_error("server", "the certificate in force is kept: %s", error->message);
	if (s->http)
		service_notify("READY=1");
	return G_SOURCE_CONTINUE;
}

/* A room of HTTP that is stuck on its lock must not look alive. */
static gboolean on_watchdog(void *arg)
{
	struct serving *s = arg;

	http_clients(s->http);
	service_notify("WATCHDOG=1");
	return G_SOURCE_CONTINUE;
}

static gboolean on_second(void *arg)
{
	struct serving *s = arg;
	gint64 now = g_get_monotonic_time();

	if (http_clients(s->http) > 0)
		s->alone_since_us = now;
	else if (now - s->alone_since_us >= (gint64)s->options->linger_s * G_TIME_SPAN_SECOND) {
		log_info("server", "no workstation for %d s: stopping", s->options->linger_s);
		service_notify("STOPPING=1");
		g_main_loop_quit(s->loop);
	}
	return G_SOURCE_CONTINUE;
}

/* Sockets of a service manager stand for those of the settings, each for its kind. */
static gboolean own_socket(const struct serving *s)
{
	return *s->options->settings.socket && !s->given.has_unix;
}

static struct http_limits limits_of(const struct settings *set)
{
	struct http_limits l = set->limits;

	l.header_ms = set->header_s * 1000;
	l.body_ms = set->body_s * 1000;
	l.request_ms = set->request_s * 1000;
	l.idle_ms = set->idle_s * 1000;
	l.body = (int64_t)set->body_mib << 20;
	return l;
}

static gboolean listen_for_clients(struct serving *s, GError **error)
{
	const struct settings *set = &s->options->settings;

	s->state_dir = settings_state_dir(set);
	s->files = api_files_start(&s->api, s->office.attachments);
	s->guard = api_guard_new();
	s->api = (struct api){.files = s->files, .guard = s->guard, .desk = s->office.desk, .db = s->office.db,
			      .people = s->office.people, .feed = s->feed, .state_dir = s->state_dir,
			      .write_queue = set->write_queue ? (unsigned)set->write_queue : WRITE_QUEUE};
	struct http_conf conf = {
		.unix_path = own_socket(s) ? set->socket : NULL,
		.unix_mode = s->options->owned ? 0600 : 0660,
		.unix_group = set->group,
		.listen_fds = s->given.fds,
		.n_listen_fds = s->given.n,
		.tcp_address = s->given.has_tcp ? NULL : set->tcp,
		.tls_certificate = set->tls_certificate,
		.tls_key = set->tls_key,
		.behind_proxy = set->tls && strcmp(set->tls, "behind-proxy") == 0,
		.threads = (unsigned)set->threads,
		.max_connections = (unsigned)set->max_connections,
		.limits = limits_of(set),
		.spool_dir = s->state_dir,
		.plan = api_plan,
		.handler = api_handle,
		.arg = &s->api,
	};
	s->http = http_start(&conf, error);
	if (!s->http)
		return FALSE;
	feed_attach(s->feed, s->http);
	if (http_tcp_port(s->http))
		log_info("server", "ttydeskd " DESK_VERSION " answers on %s, port %u%s",
			 conf.tcp_address ? conf.tcp_address : "the service manager's socket", http_tcp_port(s->http),
			 conf.tls_certificate ? ", with TLS" : "");
	if (s->given.has_unix)
		log_info("server", "ttydeskd " DESK_VERSION " answers on the service manager's socket");
	if (conf.unix_path)
		log_info("server", "ttydeskd " DESK_VERSION " answers on %s", conf.unix_path);
	return TRUE;
}

/* Before anyone can see us: a signal that comes while we open up must not kill. */
static void heed_signals(struct serving *s)
{
	s->loop = g_main_loop_new(NULL, FALSE);
	s->sources[0] = g_unix_signal_add(SIGTERM, on_stop, s);
	s->sources[1] = g_unix_signal_add(SIGINT, on_stop, s);
	s->sources[2] = g_unix_signal_add(SIGHUP, on_hup, s);
}

static void run(struct serving *s)
{
	s->alone_since_us = g_get_monotonic_time();
	if (s->options->embedded)
		s->sources[3] = g_timeout_add_seconds(1, on_second, s);
	if (service_watchdog_ms())
		s->sources[4] = g_timeout_add(service_watchdog_ms(), on_watchdog, s);
	service_notify("READY=1\nSTATUS=answers workstations");
	g_main_loop_run(s->loop);
}

static void unheed_signals(struct serving *s)
{
	for (size_t i = 0; i < G_N_ELEMENTS(s->sources); i++)
		if (s->sources[i])
			g_source_remove(s->sources[i]);
	g_clear_pointer(&s->loop, g_main_loop_unref);
}

/* Players first (they write), then the door, then what works behind it, then the ground. */
static void close_up(struct serving *s)
{
	live_stop(g_steal_pointer(&s->live));
	if (s->http) {
		/* Streams are woken by the stop itself; the feed lets go only after. */
		feed_attach(s->feed, NULL);
		http_stop(g_steal_pointer(&s->http), GRACE_MS);
	}
	struct scheduler *scheduler = s->scheduler;
	struct webhooks *webhooks = s->webhooks;
	set_workers(s, NULL, NULL); /* what is heard from now on wakes nobody */
	scheduler_stop(scheduler);
	webhooks_stop(webhooks);
	api_files_stop(g_steal_pointer(&s->files));
	api_guard_free(g_steal_pointer(&s->guard));
	office_close(&s->office);
	feed_close(g_steal_pointer(&s->feed));
	g_free(g_steal_pointer(&s->state_dir));
}

/* ---------------------------------------------------------------- whose desk */
static char *login_name(void)
{
	char *name = g_ascii_strdown(g_get_user_name(), -1);

	g_strcanon(name, "abcdefghijklmnopqrstuvwxyz0123456789._-", '_');
	if (name[0] == '-')
		name[0] = '_';
	return name;
}

/* The person the owner of an own desk is, made an administrator at the first start. */
static gboolean own(struct serving *s, GError **error)
{
	g_autofree char *name = login_name();
	const char *locale = g_str_has_prefix(g_get_language_names()[0], "zh") ? "zh" : "en";
	const char *real = g_get_real_name();
	struct people *p = s->office.people;
	struct db_turn *turn = NULL;
	gboolean ok = TRUE;

	if (s->options->sample && people_find(p, SAMPLE_AGENT, NULL)) {
		people_set_owner(p, getuid(), SAMPLE_AGENT);
		return TRUE;
	}
	if (!people_find(p, name, NULL)) {
		gboolean named = real && *real && strcmp(real, "Unknown") != 0 &&
				 g_utf8_validate(real, -1, NULL);

		turn = db_turn_take(s->office.db, error);
		people_notice(p); /* another server may have made them while we waited */
		ok = turn && (people_find(p, name, NULL) ||
			      people_add(p, name, named ? real : name, ROLE_ADMINISTRATOR, locale, getuid(), error));
		db_turn_end(turn);
	}
	people_set_owner(p, getuid(), name);
	return ok;
}

/* ---------------------------------------------------------------- the sample desk */
static gboolean mark_job(struct db_tx *tx, void *arg, GError **error)
{
	(void)arg;
	g_autofree char *now = g_strdup_printf("%" G_GINT64_FORMAT, db_tx_now(tx));

	return db_setting_put(db_conn_of(tx), "sample_ms", now, error);
}

static gboolean sample_age(struct db *db, int64_t *seeded_ms, GError **error)
{
	g_autofree char *value = NULL;
	struct db_conn *conn = db_read_begin(db, error);
	gboolean ok = conn && db_setting_get(conn, "sample_ms", &value, error);

	if (conn)
		db_read_end(db, conn);
	*seeded_ms = value ? g_ascii_strtoll(value, NULL, 10) : 0;
	return ok;
}

/* While it is not served a sample's time stands still: it wakes with its clocks alive. */
static gboolean fill_sample_once(struct serving *s, gboolean *filled, GError **error)
{
	int64_t seeded = 0;

	*filled = FALSE;
	if (!sample_age(s->office.db, &seeded, error))
		return FALSE;
	if (seeded)
		return sample_wake(s->office.desk, error);
	*filled = TRUE;
	return seed_sample(s->office.desk, error) && sample_problem(s->office.desk, error) &&
	       (!s->options->live || sample_scenes(s->office.desk, error)) &&
	       db_submit_wait(s->office.db, mark_job, NULL, error);
}

static gboolean fill_sample(struct serving *s, GError **error)
{
	struct db_turn *turn = db_turn_take(s->office.db, error);
	gboolean filled, ok = turn && fill_sample_once(s, &filled, error);

	db_turn_end(turn);
	return ok && (!filled || s->options->tickets == 0 ||
		      sample_bulk(s->office.desk, s->options->tickets, error));
}

/* ---------------------------------------------------------------- start */
/* The running server holds a lock beside its socket. FALSE without error: another one has it. */
static gboolean take_lock(const char *socket, int *fd, GError **error)
{
	g_autofree char *path = g_strconcat(socket, ".lock", NULL);

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return desk_fail(error, DESK_IO, "can't open %s: %s", path, say_errno(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return TRUE;
	if (errno != EWOULDBLOCK)
		return desk_fail(error, DESK_IO, "can't lock %s: %s", path, say_errno(errno));
	close(*fd);
	*fd = -1;
	return FALSE;
}

static gboolean open_up(struct serving *s, GError **error)
{
	const struct options *o = s->options;

	if (!office_open(&s->office, o->settings.database, error) ||
	    !office_attachments(&s->office, &o->settings, error))
		return FALSE;
	if (o->sample && !fill_sample(s, error))
		return FALSE;
	if (o->seed_only)
		return TRUE;
	/* Before anyone is let in: what was written above is known to desk and people. */
	struct event all = {.kind = EVENT_RELOAD};
	on_event(&all, s);
	if (o->owned && !own(s, error))
		return FALSE;
	s->feed = feed_open(s->office.db, on_event, s, error);
	if (!s->feed)
		return FALSE;
	set_workers(s, scheduler_start(s->office.desk), webhooks_start(s->office.desk));
	if (!listen_for_clients(s, error))
		return FALSE;
	if (o->live)
		s->live = live_start(s->office.desk);
	return TRUE;
}

static int serve(const struct options *o)
{
	struct serving s = {.options = o};
	g_autoptr(GError) error = NULL;
	int lock = -1, code = 0;

	if (!service_take_sockets(&s.given, &error))
		return command_fail(1, error);
	if (!o->seed_only && own_socket(&s) && !take_lock(o->settings.socket, &lock, &error)) {
		if (error)
			return command_fail(1, error);
		if (o->embedded) /* two workstations started at once: one server is enough */
			return 0;
		desk_fail(&error, DESK_BUSY, "another server answers on %s", o->settings.socket);
		return command_fail(1, error);
	}
	g_mutex_init(&s.waking);
	heed_signals(&s);
	if (open_up(&s, &error)) {
		if (!o->seed_only)
			run(&s);
	} else {
		log_error("server", "%s", error->message);
		code = o->settings.log ? command_fail(1, error) : 1;
	}
	close_up(&s);
	unheed_signals(&s);
	g_mutex_clear(&s.waking);
	if (lock >= 0)
		close(lock); /* the file stays: removing it would race with the next server */
	log_info("server", "stopped");
	log_close();
	return code;
}

static char *user_path(const char *base, const char *leaf)
{
	g_autofree char *dir = g_build_filename(base, "ttydesk", NULL);

	g_mkdir_with_parents(dir, 0700);
	return g_build_filename(dir, leaf, NULL);
}

/* An owned desk lives in its owner's folders when nothing else was said. */
static void default_places(struct options *o, gboolean database_given)
{
	const char *name = o->sample ? "sample" : "desk";

	if (o->owned && !database_given) {
		g_autofree char *leaf = g_strconcat(name, ".db", NULL);
		g_autofree char *path = user_path(g_get_user_data_dir(), leaf);

		g_free(o->settings.database);
		o->settings.database = g_strconcat("sqlite:", path, NULL);
	}
	if (!o->settings.socket && o->owned) {
		g_autofree char *leaf = g_strconcat(name, ".sock", NULL);

		o->settings.socket = user_path(g_get_user_runtime_dir(), leaf);
	} else if (!o->settings.socket) {
		o->settings.socket = g_strdup(SOCKET_PATH);
	}
}

static int serve_command(int argc, char **argv, gboolean sample)
{
	struct options o = {.sample = sample, .linger_s = 30};
	const GOptionEntry entries[] = {
		{"socket", 0, 0, G_OPTION_ARG_FILENAME, &o.settings.socket, N_("Unix socket; empty = none"), "PATH"},
		{"tcp", 0, 0, G_OPTION_ARG_STRING, &o.settings.tcp, N_("Answer there, too (tokens only)"), "HOST:PORT"},
		{"embedded", 0, 0, G_OPTION_ARG_NONE, &o.embedded,
		 N_("Belong to the user who starts it; end after the last workstation"), NULL},
		{"linger", 0, 0, G_OPTION_ARG_INT, &o.linger_s, N_("... so long after (default 30)"), "SECONDS"},
		/* the rest is of `sample` only: the list ends here for `serve` */
		{sample ? "live" : NULL, 0, 0, G_OPTION_ARG_NONE, &o.live, N_("Play the customers"), NULL},
		{"tickets", 0, 0, G_OPTION_ARG_INT, &o.tickets, N_("Add so many generated tickets"), "N"},
		{"seed-only", 0, 0, G_OPTION_ARG_NONE, &o.seed_only, N_("Fill the database and end"), NULL},
		{NULL}};
	int code;

	o.settings.own_file_only = sample ? &o.sample : &o.embedded;
	if (!settings_take(&o.settings, &argc, &argv, entries, sample ? N_("- a desk to try") : N_("- answer workstations"),
			   sample ? N_("Fills an empty database with sample people, customers and tickets, and serves it.")
				  : N_("Answers workstations on a Unix socket, and over TCP if told to."), &code)) {
		settings_clear(&o.settings);
		return code;
	}
	if (argc > 1)
		code = command_usage("what is '%s'? see ttydeskd %s --help", argv[1], argv[0]);
	else if (o.linger_s < 0 || o.tickets < 0 || o.tickets > 10000000)
		code = command_usage("--linger and --tickets take a number that is not negative");
	else {
		o.owned = o.embedded || o.sample;
		default_places(&o, o.settings.database_given);
		code = serve(&o);
	}
	settings_clear(&o.settings);
	return code;
}

int command_serve(int argc, char **argv)
{
	return serve_command(argc, argv, FALSE);
}

int command_sample(int argc, char **argv)
{
	return serve_command(argc, argv, TRUE);
}
