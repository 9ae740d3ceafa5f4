/* By hand only: ttydeskd over HTTP beside the barest server of the same library, in one run
 * and in turns; the load comes from here, on the other core. Figures are ratios.
 *
 *   cmake --preset release -DDESK_TESTS=ON; cmake --build --preset release --target http_bench ttydeskd
 *   http_bench TTYDESKD [TICKETS [STREAMS [ROUNDS]]]     prints a table; default 20000 2000 3
 *
 * Both servers have one HTTP thread. Times are of the wall, CPU is the server's own. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONNS 64
#define SECONDS 2.0
#define EVENT_BYTES 1250 /* what a note on a ticket is */
#define TLS_STREAMS 500

static double now(void)
{
	return (double)g_get_monotonic_time() / 1e6;
}

static void die(const char *what)
{
	fprintf(stderr, "http_bench: %s: %s\n", what, g_strerror(errno));
	exit(1);
}

/* ---------------------------------------------------------------- the barest server */
struct listener {
	struct MHD_Connection *mhd;
	unsigned heard;
	gboolean parked;
};
static struct floor {
	GMutex lock;
	GPtrArray *listeners;
	unsigned said;
	char event[EVENT_BYTES + 1];
} ground;

static ssize_t floor_read(void *arg, uint64_t pos, char *buf, size_t max)
{
	struct listener *l = arg;
	ssize_t n = 0;

	(void)pos;
	g_mutex_lock(&ground.lock);
	if (l->heard < ground.said && max >= EVENT_BYTES) {
		memcpy(buf, ground.event, EVENT_BYTES);
		l->heard = ground.said;
		n = EVENT_BYTES;
	} else {
		l->parked = TRUE;
		MHD_suspend_connection(l->mhd);
	}
	g_mutex_unlock(&ground.lock);
	return n;
}

static enum MHD_Result floor_stream(struct MHD_Connection *mhd)
{
	struct listener *l = g_new0(struct listener, 1);
	struct MHD_Response *r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, floor_read, l, NULL);

	l->mhd = mhd;
	g_mutex_lock(&ground.lock);
	l->heard = ground.said - 1; /* a first event, as ours sends a ping */
	g_ptr_array_add(ground.listeners, l);
	g_mutex_unlock(&ground.lock);
	enum MHD_Result rc = MHD_queue_response(mhd, 200, r);
	MHD_destroy_response(r);
	return rc;
}

static void floor_say(void)
{
	g_mutex_lock(&ground.lock);
	ground.said++;
	for (guint i = 0; i < ground.listeners->len; i++) {
		struct listener *l = ground.listeners->pdata[i];

		if (l->parked) {
			l->parked = FALSE;
			MHD_resume_connection(l->mhd);
		}
	}
	g_mutex_unlock(&ground.lock);
}

static enum MHD_Result floor_request(void *arg, struct MHD_Connection *mhd, const char *url, const char *method,
				     const char *version, const char *bytes, size_t *len, void **context)
{
	static int seen;

	(void)arg;
	(void)method;
	(void)version;
	(void)bytes;
	if (!*context) {
		*context = &seen;
		return MHD_YES;
	}
	if (*len) {
		*len = 0;
		return MHD_YES;
	}
	if (strcmp(url, "/stream") == 0)
		return floor_stream(mhd);
	if (strcmp(url, "/say") == 0)
		floor_say();
	struct MHD_Response *r =
		MHD_create_response_from_buffer(13, (void *)(intptr_t)"hello, world\n", MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(r, "Content-Type", "text/plain");
	enum MHD_Result rc = MHD_queue_response(mhd, 200, r);
	MHD_destroy_response(r);
	return rc;
}

static pid_t floor_start(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	pid_t pid;

	g_strlcpy(addr.sun_path, path, sizeof addr.sun_path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 || listen(fd, 511) < 0)
		die(path);
	pid = fork();
	if (pid != 0) {
		close(fd);
		return pid;
	}
	ground.listeners = g_ptr_array_new();
	ground.said = 1;
	memset(ground.event, 'x', EVENT_BYTES);
	memcpy(ground.event, "id: 1\ndata: ", 12);
	memcpy(ground.event + EVENT_BYTES - 2, "\n\n", 2);
	MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME | MHD_USE_TURBO, 0, NULL, NULL,
			 floor_request, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, 4096u,
			 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)8192, MHD_OPTION_END);
	for (;;)
		pause();
}

/* ---------------------------------------------------------------- ours */
static pid_t desk_start(const char *daemon, const char *dir, const char *tickets, gboolean tls)
{
	g_autofree char *socket_path = g_build_filename(dir, "desk", NULL), *db = g_strconcat(dir, "/desk.db", NULL);
	g_autofree char *conf = g_build_filename(dir, "conf", NULL), *log = g_build_filename(dir, "log", NULL);
	g_autofree char *text = g_strdup_printf(
		"[server]\nthreads = 1\n%s%s%s%s%s[limits]\nstreams-per-address = 4000\nstreams-per-person = 4000\n"
		"requests-per-address = 100000\nrequests-per-person = 100000\nconnections-per-address = 4000\n",
		tls ? "tcp = 127.0.0.1:0\ntls-certificate = " : "", tls ? dir : "",
		tls ? "/tls.pem\ntls-key = " : "", tls ? dir : "", tls ? "/tls.key\n" : "");
	const char *words[] = {daemon, "sample", "--config", conf, "--socket", socket_path, "--database", db, "--log",
			       log, "--tickets", tickets, NULL};
	g_autoptr(GError) error = NULL;
	g_autofree char *said = NULL;
	GPid pid;

	g_file_set_contents(conf, text, -1, NULL);
	g_remove(log);
	if (!g_spawn_async(NULL, (char **)words, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error)) {
		fprintf(stderr, "http_bench: %s\n", error->message);
		exit(1);
	}
	for (;;) {
		g_clear_pointer(&said, g_free);
		if (g_file_get_contents(log, &said, NULL, NULL) && strstr(said, "/desk\n"))
			return pid;
		if (waitpid(pid, NULL, WNOHANG) == pid) {
			fprintf(stderr, "http_bench: ttydeskd ended:\n%s\n", said ? said : "");
			exit(1);
		}
		g_usleep(20000);
	}
}

static void stop(pid_t pid)
{
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

/* Seconds on a processor of all its threads that live, exact to the ns. */
static double cpu_of(pid_t pid)
{
	g_autofree char *tasks = g_strdup_printf("/proc/%d/task", (int)pid);
	g_autoptr(GDir) dir = g_dir_open(tasks, 0, NULL);
	const char *name;
	double total = 0;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_strdup_printf("%s/%s/schedstat", tasks, name), *text = NULL;

		if (g_file_get_contents(path, &text, NULL, NULL))
			total += g_ascii_strtod(text, NULL) / 1e9;
	}
	return total;
}

static double rss_of(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/statm", (int)pid), *text = NULL;
	unsigned long pages = 0;

	if (g_file_get_contents(path, &text, NULL, NULL))
		sscanf(text, "%*u %lu", &pages);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* ---------------------------------------------------------------- load */
static int dial(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_strlcpy(addr.sun_path, path, sizeof addr.sun_path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die(path);
	return fd;
}

struct client {
	int fd;
	size_t have, whole; /* bytes of the answer; 0 = its head isn't here */
	char buf[131072];
};

/* TRUE when a whole answer is here. */
static gboolean take(struct client *c)
{
	ssize_t n = recv(c->fd, c->buf + c->have, sizeof c->buf - 1 - c->have, MSG_DONTWAIT);

	if (n <= 0) {
		if (n < 0 && errno == EAGAIN)
			return FALSE;
		die("the server hung up");
	}
	c->have += (size_t)n;
	c->buf[c->have] = '\0';
	if (!c->whole) {
		const char *end = strstr(c->buf, "\r\n\r\n"), *length = strstr(c->buf, "Content-Length: ");

		if (!end)
			return FALSE;
		if (strncmp(c->buf, "HTTP/1.1 200", 12) != 0) {
			fprintf(stderr, "http_bench: %.300s\n", c->buf);
			exit(1);
		}
		c->whole = (size_t)(end - c->buf) + 4 + (length ? strtoul(length + 16, NULL, 10) : 0);
	}
	return c->have >= c->whole;
}

struct figures { double rate, cpu_us, p99_ms, bytes; };

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static struct figures load(const char *path, const char *target, pid_t pid)
{
	g_autofree char *request = g_strdup_printf("GET %s HTTP/1.1\r\nHost: a\r\n\r\n", target);
	struct client *clients = g_new0(struct client, CONNS);
	double *sent = g_new0(double, CONNS);
	g_autoptr(GArray) took = g_array_new(FALSE, FALSE, sizeof(double));
	size_t len = strlen(request);
	int ep = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event events[CONNS];
	struct figures f = {0};

	for (int i = 0; i < CONNS; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};

		clients[i].fd = dial(path);
		epoll_ctl(ep, EPOLL_CTL_ADD, clients[i].fd, &e);
		sent[i] = now();
		if (send(clients[i].fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
			die("send");
	}
	double began = now(), cpu = cpu_of(pid), until = began + SECONDS, at;
	while ((at = now()) < until) {
		int n = epoll_wait(ep, events, CONNS, 1000);

		for (int i = 0; i < n; i++) {
			struct client *c = &clients[events[i].data.u32];
			double ms;

			if (!take(c))
				continue;
			ms = (now() - sent[events[i].data.u32]) * 1e3;
			g_array_append_val(took, ms);
			f.bytes = (double)c->whole;
			c->have = c->whole = 0;
			sent[events[i].data.u32] = now();
			if (send(c->fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
				die("send");
		}
	}
	f.rate = took->len / (at - began);
	f.cpu_us = (cpu_of(pid) - cpu) / MAX(took->len, 1) * 1e6;
	qsort(took->data, took->len, sizeof(double), by_value);
	f.p99_ms = took->len ? g_array_index(took, double, took->len * 99 / 100) : 0;
	for (int i = 0; i < CONNS; i++)
		close(clients[i].fd);
	close(ep);
	g_free(clients);
	g_free(sent);
	return f;
}

/* ---------------------------------------------------------------- streams */
struct crowd {
	int n, ep, heard;   /* heard: this round */
	int *fds;
	unsigned char *done;
};

/* Until every stream had an event ("\nid: "), or its first bytes. */
static void hear(struct crowd *c, const char *mark)
{
	struct epoll_event events[256];
	char buf[16384];

	memset(c->done, 0, (size_t)c->n);
	for (c->heard = 0; c->heard < c->n;) {
		int got = epoll_wait(c->ep, events, 256, 30000);

		if (got <= 0)
			die("streams fell silent");
		for (int i = 0; i < got; i++) {
			uint32_t at = events[i].data.u32;
			ssize_t n = recv(c->fds[at], buf, sizeof buf - 1, MSG_DONTWAIT);

			if (n <= 0)
				die("a stream ended");
			buf[n] = '\0';
			if (!c->done[at] && strstr(buf, mark)) {
				c->done[at] = 1;
				c->heard++;
			}
		}
	}
}

static void crowd_join(struct crowd *c, const char *path, const char *target, int n, const char *mark)
{
	g_autofree char *request = g_strdup_printf("GET %s HTTP/1.1\r\nHost: a\r\n\r\n", target);

	*c = (struct crowd){.n = n, .ep = epoll_create1(EPOLL_CLOEXEC), .fds = g_new0(int, n), .done = g_malloc0((gsize)n)};
	for (int i = 0; i < n; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};

		c->fds[i] = dial(path);
		epoll_ctl(c->ep, EPOLL_CTL_ADD, c->fds[i], &e);
		if (send(c->fds[i], request, strlen(request), MSG_NOSIGNAL) < 0)
			die("send");
	}
	hear(c, mark);
}

static void crowd_leave(struct crowd *c)
{
	for (int i = 0; i < c->n; i++)
		close(c->fds[i]);
	close(c->ep);
	g_free(c->fds);
	g_free(c->done);
}

#define SAY_FLOOR "POST /say?%u HTTP/1.1\r\nHost: a%d\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define SAY_DESK \
	"POST /v1/tickets/1001/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" \
	"Idempotency-Key: k%u-%d\r\nContent-Length: 28\r\nConnection: close\r\n\r\n{\"kind\":\"note\",\"body\":\"abc\"}"

/* Median of how long one change takes to the last listener, in ms. */
static double broadcast(struct crowd *c, const char *path, gboolean desk, int rounds)
{
	g_autoptr(GArray) took = g_array_new(FALSE, FALSE, sizeof(double));

	for (int i = 0; i < rounds; i++) {
		g_autofree char *request = desk ? g_strdup_printf(SAY_DESK, g_random_int(), i)
						 : g_strdup_printf(SAY_FLOOR, g_random_int(), i);
		int fd = dial(path);
		double began = now(), ms;

		if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
			die("send");
		hear(c, "id: ");
		ms = (now() - began) * 1e3;
		g_array_append_val(took, ms);
		close(fd);
	}
	qsort(took->data, took->len, sizeof(double), by_value);
	return g_array_index(took, double, took->len / 2);
}

/* Bytes for each idle TLS stream. */
static double tls_streams(const char *daemon, const char *dir)
{
	g_autofree char *token = NULL, *log = g_build_filename(dir, "log", NULL), *said = NULL;
	g_autofree char *database = g_strconcat(dir, "/desk.db", NULL);
	const char *words[] = {daemon, "token", "new", "li.wei", "--label", "bench", "--database", database, NULL};
	pid_t pid = desk_start(daemon, dir, "0", TRUE);
	gnutls_certificate_credentials_t trust;
	gnutls_session_t *sessions = g_new0(gnutls_session_t, TLS_STREAMS);
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	if (!g_spawn_sync(NULL, (char **)words, NULL, 0, NULL, NULL, &token, NULL, NULL, NULL) || !token ||
	    !g_file_get_contents(log, &said, NULL, NULL) || !strstr(said, ", port "))
		die("no token or port");
	addr.sin_port = htons((uint16_t)strtoul(strstr(said, ", port ") + 7, NULL, 10));
	g_autofree char *request = g_strdup_printf("GET /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n",
						   g_strchomp(token));
	gnutls_certificate_allocate_credentials(&trust);
	double before = 0;
	for (int i = 0; i < TLS_STREAMS; i++) {
		char buf[4096] = "";
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (i == 20)
			before = rss_of(pid); /* the pools are warm */
		if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
			die("connect");
		gnutls_init(&sessions[i], GNUTLS_CLIENT);
		gnutls_set_default_priority(sessions[i]);
		gnutls_credentials_set(sessions[i], GNUTLS_CRD_CERTIFICATE, trust);
		gnutls_transport_set_int(sessions[i], fd);
		if (gnutls_handshake(sessions[i]) < 0)
			die("handshake");
		gnutls_record_send(sessions[i], request, strlen(request));
		while (!strstr(buf, "event: "))
			if (gnutls_record_recv(sessions[i], buf, sizeof buf - 1) <= 0)
				die("a TLS stream ended");
	}
	double each = (rss_of(pid) - before) / (TLS_STREAMS - 20);
	stop(pid);
	return each;
}

/* ---------------------------------------------------------------- the barest page */
#define PAGE_SQL \
	"SELECT id, version, subject, status, priority, channel, group_id, assignee_id, customer_id, customer_name, " \
	"created_ms, updated_ms, next_due_ms, next_warn_ms, next_clock, waiting, tier, marks " \
	"FROM ticket WHERE active = 1 ORDER BY next_due_ms, id LIMIT 50"

static void put_row(GString *out, sqlite3_stmt *stmt)
{
	g_string_append_c(out, out->len > 1 ? ',' : ' ');
	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		g_string_append(out, i ? ",\"" : "{\"");
		g_string_append(out, sqlite3_column_name(stmt, i));
		g_string_append(out, "\":");
		if (sqlite3_column_type(stmt, i) == SQLITE_TEXT)
			g_string_append_printf(out, "\"%s\"", (const char *)sqlite3_column_text(stmt, i));
		else
			g_string_append_printf(out, "%lld", (long long)sqlite3_column_int64(stmt, i));
	}
	g_string_append_c(out, '}');
}

/* Microseconds of CPU for one page: read by SQLite in a transaction, written as JSON. */
static double page_floor(const char *dir, double *bytes)
{
	g_autofree char *path = g_build_filename(dir, "desk.db", NULL);
	g_autoptr(GString) out = g_string_sized_new(65536);
	sqlite3 *db;
	sqlite3_stmt *stmt, *begin, *end;
	struct timespec from, to;
	int pages = 0;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v3(db, PAGE_SQL, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "BEGIN", -1, &begin, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "COMMIT", -1, &end, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
	double until = now() + SECONDS;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	for (; now() < until; pages++) {
		g_string_assign(out, "[");
		sqlite3_step(begin);
		sqlite3_reset(begin);
		while (sqlite3_step(stmt) == SQLITE_ROW)
			put_row(out, stmt);
		sqlite3_reset(stmt);
		sqlite3_step(end);
		sqlite3_reset(end);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	*bytes = (double)out->len;
	sqlite3_finalize(stmt);
	sqlite3_finalize(begin);
	sqlite3_finalize(end);
	sqlite3_close(db);
	return ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) / MAX(pages, 1);
}

/* ---------------------------------------------------------------- the table */
static void say(const char *what, double ours, double theirs, const char *unit, const char *bar)
{
	printf("| %s | %.1f %s | %.1f %s | %.2f | %s |\n", what, ours, unit, theirs, unit, theirs > 0 ? ours / theirs : 0, bar);
	fflush(stdout);
}

static void keep_best(struct figures *best, struct figures f)
{
	if (f.rate > best->rate)
		*best = f;
}

static void measure_requests(const char *dir, const char *desk, const char *ground_path, pid_t desk_pid,
			     pid_t floor_pid, int rounds)
{
	double bare_us = G_MAXDOUBLE, bare_bytes = 0;

	struct figures hello = {0}, health = {0}, ticket = {0}, page = {0};

	for (int i = 0; i < rounds; i++) {
		keep_best(&hello, load(ground_path, "/", floor_pid));
		keep_best(&ticket, load(desk, "/v1/tickets/1001", desk_pid));
		keep_best(&health, load(desk, "/v1/health", desk_pid));
		keep_best(&page, load(desk, "/v1/tickets?view=all&limit=50", desk_pid));
		bare_us = MIN(bare_us, page_floor(dir, &bare_bytes));
	}
	say("health, requests/s", health.rate, hello.rate, "", "");
	say("one ticket, requests/s", ticket.rate, hello.rate, "", ">= 0.6");
	say("one ticket, CPU of the server", ticket.cpu_us, hello.cpu_us, "us", "<= 1.67");
	say("one ticket, p99", ticket.p99_ms, hello.p99_ms, "ms", "");
	say("page of 50, requests/s", page.rate, hello.rate, "", "");
	say("page of 50, CPU; beside it SQLite's page with JSON", page.cpu_us, bare_us, "us", "<= 1.67");
	printf("answers: ticket %.0f bytes, page %.0f bytes, bare page %.0f bytes\n", ticket.bytes, page.bytes,
	       bare_bytes);
}

int main(int argc, char **argv)
{
	const char *tickets = argc > 2 ? argv[2] : "20000";
	int streams = argc > 3 ? (int)g_ascii_strtoll(argv[3], NULL, 10) : 2000;
	int rounds = argc > 4 ? (int)g_ascii_strtoll(argv[4], NULL, 10) : 3;
	struct rlimit files = {16384, 16384};
	g_autofree char *dir = g_dir_make_tmp("http-bench-XXXXXX", NULL);
	g_autofree char *ground_path = g_build_filename(dir, "floor", NULL), *desk = g_build_filename(dir, "desk", NULL);
	g_autofree char *clean = g_strconcat("rm -rf ", dir, NULL), *make = g_strdup_printf(
		"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
		"-keyout %s/tls.key -out %s/tls.pem", dir, dir);
	struct crowd crowd;

	if (argc < 2) {
		fprintf(stderr, "usage: http_bench TTYDESKD [TICKETS [STREAMS [ROUNDS]]]\n");
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	g_spawn_command_line_sync(make, NULL, NULL, NULL, NULL);
	pid_t floor_pid = floor_start(ground_path), desk_pid = desk_start(argv[1], dir, tickets, FALSE);
	printf("| what | ttydeskd | bare library | ratio | bar |\n|---|---|---|---|---|\n");
	measure_requests(dir, desk, ground_path, desk_pid, floor_pid, rounds);

	double floor_rss = rss_of(floor_pid), desk_rss = rss_of(desk_pid);
	crowd_join(&crowd, ground_path, "/stream", streams, "id: ");
	double floor_ms = broadcast(&crowd, ground_path, FALSE, 15);
	double floor_kb = (rss_of(floor_pid) - floor_rss) / streams / 1024;
	crowd_leave(&crowd);
	crowd_join(&crowd, desk, "/v1/events", streams, "event: ");
	double idle_kb = (rss_of(desk_pid) - desk_rss) / streams / 1024;
	double desk_ms = broadcast(&crowd, desk, TRUE, 15);
	double busy_kb = (rss_of(desk_pid) - desk_rss) / streams / 1024;
	crowd_leave(&crowd);
	printf("%d streams:\n", streams);
	say("one change to the last of them", desk_ms, floor_ms, "ms", "<= 2");
	say("memory of each, idle", idle_kb, floor_kb, "KB", "<= 20 KB");
	say("memory of each, after changes", busy_kb, floor_kb, "KB", "<= 20 KB");
	stop(floor_pid);
	stop(desk_pid);
	say("memory of each TLS stream", tls_streams(argv[1], dir) / 1024, 0, "KB", "<= 60 KB");
	g_spawn_command_line_sync(clean, NULL, NULL, NULL, NULL);
	return 0;
}
