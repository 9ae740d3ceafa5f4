/* libcurl's multi interface as one source of the main loop. */
#include "client/drivers/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/say.h"

#define HTTP_WAIT_MAX_S 3600
#define HTTP_KEPT_HANDLES 6
#define HTTP_KEPT_CONNECTIONS 8

struct watched { /* a socket libcurl waits for */
	curl_socket_t fd;
	gpointer tag;
};

struct http_source {
	GSource base;
	struct http_client *client;
};

struct http_client {
	CURLM *multi;
	struct http_source *source;
	GArray *watched;     /* struct watched */
	GPtrArray *idle;     /* CURL*: reset, ready for the next call */
	GPtrArray *calls;    /* struct http_call */
	char *unix_path;     /* NULL: TCP */
	char *ca_file;       /* NULL: the host's authorities */
	char *origin;        /* "http://desk" for Unix sockets */
};

struct http_call {
	struct http_client *client;
	CURL *easy;
	struct curl_slist *headers;
	GByteArray *body;    /* of the answer */
	size_t max_bytes;
	gboolean too_big, head_seen;
	http_opened_fn *opened;
	http_bytes_fn *bytes;
	http_done_fn *done;
	void *arg;
	struct http_upload upload; /* fd -1: none */
	int64_t sent;
	http_moved_fn *moved;
	char message[CURL_ERROR_SIZE];
};

/* ---- sockets and time: the callbacks only write down what is to be watched */

static GIOCondition condition_of(int what)
{
	GIOCondition c = 0;
	if (what & CURL_POLL_IN)
		c |= G_IO_IN | G_IO_HUP | G_IO_ERR;
	if (what & CURL_POLL_OUT)
		c |= G_IO_OUT | G_IO_HUP | G_IO_ERR;
	return c;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
	struct http_client *c = arg;
	GSource *source = &c->source->base;
	(void)easy;
	(void)unused;
	for (guint i = 0; i < c->watched->len; i++) {
		struct watched *w = &g_array_index(c->watched, struct watched, i);
		if (w->fd != fd)
			continue;
		if (what == CURL_POLL_REMOVE) {
			g_source_remove_unix_fd(source, w->tag);
			g_array_remove_index_fast(c->watched, i);
		} else {
			g_source_modify_unix_fd(source, w->tag, condition_of(what));
		}
		return 0;
	}
	if (what != CURL_POLL_REMOVE) {
		struct watched w = {fd, g_source_add_unix_fd(source, fd, condition_of(what))};
		g_array_append_val(c->watched, w);
	}
	return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct http_client *c = arg;
	(void)multi;
	g_source_set_ready_time(&c->source->base,
	                        timeout_ms < 0 ? -1 : g_get_monotonic_time() + (gint64)timeout_ms * 1000);
	return 0;
}

/* ---- handles */

static CURL *take_handle(struct http_client *c)
{
	if (c->idle->len)
		return g_ptr_array_steal_index_fast(c->idle, c->idle->len - 1);
	return curl_easy_init();
}

static void give_handle(struct http_client *c, CURL *easy)
{
	if (c->idle->len >= HTTP_KEPT_HANDLES) {
		curl_easy_cleanup(easy);
		return;
	}
	curl_easy_reset(easy);
	g_ptr_array_add(c->idle, easy);
}

static void call_free(struct http_call *call)
{
	curl_multi_remove_handle(call->client->multi, call->easy);
	give_handle(call->client, call->easy);
	curl_slist_free_all(call->headers);
	g_byte_array_unref(call->body);
	g_free(call);
}

void http_call_off(struct http_call *call)
{
	if (call && g_ptr_array_remove_fast(call->client->calls, call))
		call_free(call);
}

/* ---- results */

/* Bytes of all attempts count: a request that went out on a kept connection which then
 * broke is tried by libcurl on a fresh one, and that may not even connect. */
static gboolean left(CURL *easy)
{
	long sent = 0;
	curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
	return sent > 0;
}

static char *reason(const struct http_call *call, CURLcode code)
{
	if (call->too_big)
		return g_strdup(_("the answer is too long"));
	if (code == CURLE_COULDNT_CONNECT && call->client->unix_path) /* curl would speak of a host and a port */
		return g_strdup_printf(_("nobody answers on %s"), call->client->unix_path);
	if (code == CURLE_PEER_FAILED_VERIFICATION) {
		const char *why = *call->message ? call->message : curl_easy_strerror(code);

		return g_strdup_printf(_("the server's certificate is not trusted (%s); see ca-file in ttydesk.conf(5)"), why);
	}
	return g_strdup(*call->message ? call->message : curl_easy_strerror(code));
}

static void finish(struct http_call *call, CURLcode code)
{
	struct http_result r = {.outcome = HTTP_ANSWERED};
	long status = 0;
	curl_off_t wait_s = 0;
	http_done_fn *done = call->done;
	void *arg = call->arg;
	g_autoptr(GByteArray) body = g_byte_array_ref(call->body);
	g_autofree char *why = NULL;
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	r.status = (int)status;
	if (curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &wait_s) == CURLE_OK)
		r.retry_after_ms = CLAMP((int64_t)wait_s, 0, HTTP_WAIT_MAX_S) * 1000;
	r.timed_out = code == CURLE_OPERATION_TIMEDOUT;
	if (call->too_big)
		r.outcome = HTTP_TOO_BIG;
	else if (code != CURLE_OK)
		r.outcome = left(call->easy) ? HTTP_NO_ANSWER : HTTP_NEVER_LEFT;
	if (r.outcome != HTTP_ANSWERED)
		why = reason(call, code);
	r.why = why;
	g_byte_array_append(body, (const guint8 *)"", 1);
	r.body = (const char *)body->data;
	r.len = body->len - 1;
	g_ptr_array_remove_fast(call->client->calls, call);
	call_free(call);
	done(&r, arg);
}

static void finish_done(struct http_client *c)
{
	CURLMsg *message;
	int rest;
	while ((message = curl_multi_info_read(c->multi, &rest))) {
		struct http_call *call = NULL;
		CURLcode code = message->data.result;
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		finish(call, code);
	}
}

static gboolean dispatch(GSource *base, GSourceFunc unused, gpointer unused_data)
{
	struct http_client *c = ((struct http_source *)base)->client;
	g_autoptr(GArray) ready = g_array_new(FALSE, FALSE, sizeof(struct watched));
	gint64 due = g_source_get_ready_time(base);
	int running;
	(void)unused;
	(void)unused_data;
	for (guint i = 0; i < c->watched->len; i++) {
		struct watched w = g_array_index(c->watched, struct watched, i);
		if (g_source_query_unix_fd(base, w.tag))
			g_array_append_val(ready, w);
	}
	for (guint i = 0; i < ready->len; i++) { /* the list may change under each call */
		struct watched w = g_array_index(ready, struct watched, i);
		GIOCondition got = 0;
		for (guint k = 0; k < c->watched->len; k++)
			if (g_array_index(c->watched, struct watched, k).tag == w.tag)
				got = g_source_query_unix_fd(base, w.tag);
		if (got)
			curl_multi_socket_action(c->multi, w.fd,
			                         (got & (G_IO_IN | G_IO_HUP) ? CURL_CSELECT_IN : 0) |
			                                 (got & G_IO_OUT ? CURL_CSELECT_OUT : 0) |
			                                 (got & G_IO_ERR ? CURL_CSELECT_ERR : 0),
			                         &running);
	}
	if (due >= 0 && due <= g_get_monotonic_time()) {
		g_source_set_ready_time(base, -1);
		curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	finish_done(c);
	return G_SOURCE_CONTINUE;
}

/* ---- bytes */

static size_t on_head(char *bytes, size_t one, size_t len, void *arg)
{
	struct http_call *call = arg;
	long status = 0;
	(void)one;
	if (len > 2 || *bytes == ' ' || call->head_seen)
		return len;
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200) /* 100 Continue and its kind */
		return len;
	call->head_seen = TRUE;
	if (call->opened)
		call->opened((int)status, call->arg);
	return len;
}

static size_t on_bytes(char *bytes, size_t one, size_t len, void *arg)
{
	struct http_call *call = arg;
	long status = 0;
	(void)one;
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (call->bytes && status == 200)
		return call->bytes(bytes, len, call->arg) ? len : 0;
	if (call->body->len + len > call->max_bytes) {
		call->too_big = TRUE;
		return 0;
	}
	g_byte_array_append(call->body, (const guint8 *)bytes, (guint)len);
	return len;
}

/* ---- files */

static size_t on_wanted(char *to, size_t size, size_t n, void *arg)
{
	struct http_call *call = arg;
	size_t want = (size_t)MIN((int64_t)(size * n), call->upload.size - call->sent);
	ssize_t got;
	do
		got = pread(call->upload.fd, to, want, call->sent);
	while (got < 0 && errno == EINTR);
	if (got < 0 || (got == 0 && want > 0)) /* it has become shorter under our hands */
		return CURL_READFUNC_ABORT;
	call->sent += got;
	return (size_t)got;
}

static int on_rewind(void *arg, curl_off_t offset, int origin)
{
	struct http_call *call = arg;
	if (origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	call->sent = offset;
	return CURL_SEEKFUNC_OK;
}

static int on_moved(void *arg, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	struct http_call *call = arg;
	if (call->upload.fd >= 0)
		call->moved(up, up_total, call->arg);
	else
		call->moved(down, down_total, call->arg);
	return 0;
}

static void set_file(struct http_call *call, const struct http_request *r)
{
	CURL *e = call->easy;
	if (r->upload) {
		call->upload = *r->upload;
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->upload->size);
		curl_easy_setopt(e, CURLOPT_READFUNCTION, on_wanted);
		curl_easy_setopt(e, CURLOPT_READDATA, call);
		curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, on_rewind);
		curl_easy_setopt(e, CURLOPT_SEEKDATA, call);
		call->headers = curl_slist_append(call->headers, "Content-Type: application/octet-stream");
	}
	if (r->moved) {
		call->moved = r->moved;
		curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_moved);
		curl_easy_setopt(e, CURLOPT_XFERINFODATA, call);
	}
	if (r->stall_ms) {
		curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)(r->stall_ms / 1000));
	}
}

/* ---- calls */

static void set_request(struct http_call *call, const struct http_request *r)
{
	struct http_client *c = call->client;
	CURL *e = call->easy;
	g_autofree char *url = g_strconcat(c->origin, r->target, NULL);
	if (c->unix_path) {
		curl_easy_setopt(e, CURLOPT_UNIX_SOCKET_PATH, c->unix_path);
		curl_easy_setopt(e, CURLOPT_PROXY, "");
	}
	if (c->ca_file)
		curl_easy_setopt(e, CURLOPT_CAINFO, c->ca_file);
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "ttydesk/" DESK_VERSION);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)r->connect_ms);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, call->message);
	curl_easy_setopt(e, CURLOPT_PRIVATE, call);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, call);
	for (const char *const *h = r->headers; h && *h; h++)
		call->headers = curl_slist_append(call->headers, *h);
	g_autofree char *language = g_strconcat("Accept-Language: ", say_language(), NULL);
	call->headers = curl_slist_append(call->headers, language);
	set_file(call, r);
	if (r->upload)
		;
	else if (strcmp(r->method, "GET") == 0)
		curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	else
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method);
	if (r->body) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(r->body));
		curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, r->body);
		call->headers = curl_slist_append(call->headers, "Content-Type: application/json");
		call->headers = curl_slist_append(call->headers, "Expect:"); /* no round trip to ask leave */
	} else if (strcmp(r->method, "POST") == 0 && !r->upload) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
		curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, "");
	}
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, call->headers);
}

struct http_call *http_client_stream(struct http_client *c, const struct http_request *r, http_opened_fn *opened,
                                     http_bytes_fn *bytes, http_done_fn *done, void *arg)
{
	struct http_call *call = g_new0(struct http_call, 1);
	call->client = c;
	call->easy = take_handle(c);
	call->body = g_byte_array_new();
	call->max_bytes = r->max_bytes;
	call->upload.fd = -1;
	call->opened = opened;
	call->bytes = bytes;
	call->done = done;
	call->arg = arg;
	set_request(call, r);
	g_ptr_array_add(c->calls, call);
	curl_multi_add_handle(c->multi, call->easy); /* sets a timer of 0 ms, no more */
	return call;
}

struct http_call *http_client_send(struct http_client *c, const struct http_request *r, http_done_fn *done, void *arg)
{
	return http_client_stream(c, r, NULL, NULL, done, arg);
}

/* ---- life */

static gboolean split_address(struct http_client *c, const char *address, GError **error)
{
	if (g_str_has_prefix(address, "unix:/")) {
		c->unix_path = g_strdup(address + strlen("unix:"));
		c->origin = g_strdup("http://desk");
		return TRUE;
	}
	if (!g_str_has_prefix(address, "http://") && !g_str_has_prefix(address, "https://"))
		return desk_fail(error, DESK_INVALID,
		                 "a server is unix:/PATH, http://HOST:PORT or https://HOST, not %s", address);
	g_autoptr(GUri) uri = g_uri_parse(address, G_URI_FLAGS_NONE, NULL);
	if (!uri || !g_uri_get_host(uri) || !*g_uri_get_host(uri))
		return desk_fail(error, DESK_INVALID, "not the address of a server: %s", address);
	c->origin = g_strdup(address);
	while (g_str_has_suffix(c->origin, "/"))
		c->origin[strlen(c->origin) - 1] = '\0';
	return TRUE;
}

/* Once a process, when the first client is made. */
static gboolean start_library(GError **error)
{
	static gsize done = 0;
	if (g_once_init_enter(&done))
		g_once_init_leave(&done, curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 1 : 2);
	return done == 1 || desk_fail(error, DESK_NET, "the HTTP library can't be started");
}

static void free_handle(gpointer easy)
{
	curl_easy_cleanup(easy);
}

struct http_client *http_client_new(const char *address, const char *ca_file, GError **error)
{
	static GSourceFuncs funcs = {.dispatch = dispatch};
	struct http_client *c = g_new0(struct http_client, 1);
	if (!split_address(c, address, error) || !start_library(error)) {
		g_free(c->unix_path);
		g_free(c->origin);
		g_free(c);
		return NULL;
	}
	c->ca_file = g_strdup(ca_file);
	c->watched = g_array_new(FALSE, FALSE, sizeof(struct watched));
	c->idle = g_ptr_array_new_with_free_func(free_handle);
	c->calls = g_ptr_array_new();
	c->source = (struct http_source *)g_source_new(&funcs, sizeof(struct http_source));
	c->source->client = c;
	g_source_set_name(&c->source->base, "http");
	g_source_attach(&c->source->base, NULL);
	c->multi = curl_multi_init();
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)HTTP_KEPT_CONNECTIONS);
	return c;
}

void http_client_free(struct http_client *c)
{
	if (!c)
		return;
	while (c->calls->len)
		http_call_off(c->calls->pdata[0]);
	g_ptr_array_unref(c->idle);
	curl_multi_cleanup(c->multi);
	g_source_destroy(&c->source->base);
	g_source_unref(&c->source->base);
	g_ptr_array_unref(c->calls);
	g_array_unref(c->watched);
	g_free(c->unix_path);
	g_free(c->ca_file);
	g_free(c->origin);
	g_free(c);
}
