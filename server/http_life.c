/* The HTTP room's start and stop: listeners, daemons, and the end of what is under way. */
#include "server/http_inner.h"

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "wire/wire.h"

/* Nothing older than TLS 1.2, and the server's taste first. */
#define HTTP_PRIORITIES "SECURE128:%SERVER_PRECEDENCE:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

void http_server_unref(struct http_server *s)
{
	g_mutex_lock(&s->lock);
	int left = --s->refs;
	g_mutex_unlock(&s->lock);
	if (left)
		return;
	http_limits_end(s);
	g_mutex_clear(&s->lock);
	g_cond_clear(&s->changed);
	g_cond_clear(&s->sweep);
	g_cond_clear(&s->pump_wake);
	g_free(s->unix_path);
	g_free(s->spool_dir);
	g_free(s->tls_certificate);
	g_free(s->tls_key);
	http_tls_free(s->tls);
	g_free(s);
}

static void on_log(void *arg, const char *format, va_list args) G_GNUC_PRINTF(2, 0);
static void on_log(void *arg, const char *format, va_list args)
{
	(void)arg;
	if (log_wants(LOG_LEVEL_DEBUG)) {
		g_autofree char *line = g_strdup_vprintf(format, args);

		log_write(LOG_LEVEL_DEBUG, "http", "%s", g_strchomp(line));
	}
}

/* ---------------------------------------------------------------- listeners */
static gboolean add_daemon(struct http_server *s, int fd, gboolean tcp, GError **error)
{
	unsigned idle_s = (unsigned)(s->conf.limits.idle_ms + 999) / 1000;
	gboolean tls = tcp && s->tls;
	struct MHD_OptionItem options[] = {
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_log, NULL},
		{MHD_OPTION_THREAD_POOL_SIZE, s->conf.threads, NULL},
		{MHD_OPTION_CONNECTION_LIMIT, s->conf.max_connections, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)s->conf.limits.header_kib << 10, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, idle_s, NULL},
		{MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)http_on_completed, s},
		{MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)http_on_connection, s},
		{MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)http_on_target, s},
		{MHD_OPTION_END, 0, NULL}};
	struct MHD_Daemon *d = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_SUSPEND_RESUME | MHD_USE_TURBO |
			MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0),
		0, NULL, NULL, http_on_request, s, MHD_OPTION_ARRAY, options,
		/* not taken inside an array */
		tls ? MHD_OPTION_HTTPS_CERT_CALLBACK2 : MHD_OPTION_END, (void *)http_tls_retriever(),
		MHD_OPTION_HTTPS_PRIORITIES, HTTP_PRIORITIES, MHD_OPTION_END);

	if (!d) {
		close(fd);
		return desk_fail(error, DESK_IO, "the HTTP server does not start");
	}
	s->daemons[s->n_daemons] = d;
	s->listen_fds[s->n_daemons++] = fd;
	return TRUE;
}

/* Tokens and tickets don't cross a network in the clear because somebody forgot a line. */
static gboolean add_tcp(struct http_server *s, int fd, unsigned port, GError **error)
{
	if (!s->tls && !s->conf.behind_proxy && !http_is_loopback(fd)) {
		close(fd);
		return desk_fail(error, DESK_INVALID,
				 "port %u can be reached from other hosts, and there is no TLS: set tls-certificate and "
				 "tls-key, or 'tls = behind-proxy' when a proxy before it speaks TLS", port);
	}
	s->tcp_port = port;
	return add_daemon(s, fd, TRUE, error);
}

static gboolean add_given(struct http_server *s, GError **error)
{
	for (int i = 0; i < s->conf.n_listen_fds; i++) {
		int fd = s->conf.listen_fds[i];
		unsigned port = http_port_of(fd);

		if (port ? !add_tcp(s, fd, port, error) : !add_daemon(s, fd, FALSE, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean add_listeners(struct http_server *s, GError **error)
{
	const struct http_conf *conf = &s->conf;
	unsigned port;
	int fd;

	if (!add_given(s, error))
		return FALSE;
	if (conf->unix_path) {
		fd = http_listen_unix(conf->unix_path, conf->unix_mode, conf->unix_group, &s->unix_ino, error);
		if (fd < 0)
			return FALSE;
		s->unix_path = g_strdup(conf->unix_path);
		if (!add_daemon(s, fd, FALSE, error))
			return FALSE;
	}
	if (conf->tcp_address) {
		fd = http_listen_tcp(conf->tcp_address, &port, error);
		if (fd < 0 || !add_tcp(s, fd, port, error))
			return FALSE;
	}
	return s->n_daemons > 0 || desk_fail(error, DESK_INVALID, "no socket to listen on");
}

static gboolean add_certificate(struct http_server *s, GError **error)
{
	const struct http_conf *conf = &s->conf;

	if (!http_both_or_none(conf->tls_certificate, conf->tls_key, error))
		return FALSE;
	if (!conf->tls_certificate)
		return TRUE;
	s->tls_certificate = g_strdup(conf->tls_certificate);
	s->tls_key = g_strdup(conf->tls_key);
	s->tls = http_tls_load(s->tls_certificate, s->tls_key, error);
	return s->tls != NULL;
}

static void set_limits(struct http_limits *l)
{
	static const struct http_limits most = {
		.connections_per_address = 512, .streams = 3500, .streams_per_address = 256, .streams_per_person = 32,
		.requests_per_address = 200, .requests_per_person = 50, .under_way = 1000, .headers = 64,
		.header_kib = 8, .header_ms = 10000, .body_ms = 60000, .request_ms = 60000, .idle_ms = 60000,
		.body = WIRE_MAX_BODY};

#define DEFAULT(m) l->m = l->m ? l->m : most.m
	DEFAULT(connections_per_address);
	DEFAULT(streams);
	DEFAULT(streams_per_address);
	DEFAULT(streams_per_person);
	DEFAULT(requests_per_address);
	DEFAULT(requests_per_person);
	DEFAULT(under_way);
	DEFAULT(headers);
	DEFAULT(header_kib);
	DEFAULT(header_ms);
	DEFAULT(body_ms);
	DEFAULT(request_ms);
	DEFAULT(idle_ms);
	DEFAULT(body);
#undef DEFAULT
}

struct http_server *http_start(const struct http_conf *conf, GError **error)
{
	struct http_server *s = g_new0(struct http_server, 1);

	s->refs = 1;
	s->conf = *conf;
	s->conf.threads = conf->threads ? conf->threads : 2;
	s->conf.max_connections = conf->max_connections ? conf->max_connections : 4096;
	set_limits(&s->conf.limits);
	http_limits_start(s);
	s->spool_dir = g_strdup(conf->spool_dir);
	s->id_prefix = g_random_int();
	g_mutex_init(&s->lock);
	g_cond_init(&s->changed);
	g_cond_init(&s->sweep);
	g_cond_init(&s->pump_wake);
	http_sweep_start(s);
	http_pump_start(s);
	if (!add_certificate(s, error) || !add_listeners(s, error) || !http_accept_start(s, error)) {
		http_stop(s, 0);
		return NULL;
	}
	return s;
}

static void answer_the_rest(struct http_server *s)
{
	for (GList *l = s->exchanges.head; l; l = l->next) {
		struct http_exchange *x = l->data;

		if (!x->parked)
			continue;
		if (!x->stream) {
			http_refuse(x, 503, HTTP_REFUSED_CLOSING, "the server is closing");
			x->forced = TRUE;
		}
		x->parked = FALSE;
		MHD_resume_connection(x->mhd);
	}
}

void http_stop(struct http_server *s, int grace_ms)
{
	gint64 until = g_get_monotonic_time() + (gint64)grace_ms * 1000;

	g_mutex_lock(&s->lock);
	s->draining = TRUE;
	g_mutex_unlock(&s->lock);
	http_accept_end(s);
	if (s->unix_path)
		http_unlisten_unix(s->unix_path, s->unix_ino);
	http_streams_wake(s);
	g_mutex_lock(&s->lock);
	while (s->exchanges.length > 0 && g_cond_wait_until(&s->changed, &s->lock, until))
		;
	g_mutex_unlock(&s->lock);
	http_sweep_end(s);
	http_pump_end(s);
	g_mutex_lock(&s->lock);
	answer_the_rest(s);
	g_mutex_unlock(&s->lock);
	for (int i = 0; i < s->n_daemons; i++) {
		MHD_stop_daemon(s->daemons[i]);
		close(s->listen_fds[i]);
	}
	http_server_unref(s);
}

unsigned http_clients(struct http_server *s)
{
	g_mutex_lock(&s->lock);
	unsigned n = s->clients;
	g_mutex_unlock(&s->lock);
	return n;
}

unsigned http_tcp_port(const struct http_server *s)
{
	return s->tcp_port;
}
