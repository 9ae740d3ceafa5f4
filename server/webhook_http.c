/* Webhooks by libcurl: https verified, no proxies, no redirects, no waiting without end. */
#include "server/webhook_http.h"

#include <curl/curl.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "server/desk/webhook_due.h"
#include "server/webhook_rules.h"

#define AT_ONCE 16
#define CONNECT_MS 5000L
#define TRY_MS 15000L        /* below the lease */
#define ANSWER_MAX 4096      /* bytes of an answer that are read; the rest is nobody's */
#define RETRY_MS 5000
#define LONGEST_MS (10 * 60 * 1000)
#ifdef DESK_TEST_HOOKS
#define LOOK_MS 200
#else
#define LOOK_MS LONGEST_MS
#endif
#define GONE 410             /* the receiver wants no more of it */

struct webhooks {
	struct desk *desk;
	GThread *thread;
	CURLM *multi;
	gint woken, stopping;
	GPtrArray *running;  /* struct post */
};

struct post {
	struct webhooks *w;
	struct delivery_due *due;
	struct webhook_allow *allow;
	CURL *easy;
	struct curl_slist *headers;
	gboolean plain;           /* http: into listed networks only */
	char refused[128];        /* why no socket was opened */
	size_t got;
	char error[CURL_ERROR_SIZE];
};

static void post_free(struct post *p)
{
	if (p->easy)
		curl_easy_cleanup(p->easy);
	curl_slist_free_all(p->headers);
	webhook_allow_free(p->allow);
	delivery_due_free(p->due);
	g_free(p);
}

static void done(struct post *p, int status, const char *why, gboolean final)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *clean = why ? text_clean_string(why, -1, 0, 300) : NULL;

	if (status < 200 || status > 299)
		log_info("webhook", "%s to %s, try %d: %s", p->due->delivery, p->due->webhook, p->due->tries, clean ? clean : "?");
	if (!desk_delivery_done(p->w->desk, p->due->id, p->due->tries, status, clean, final, &error))
		log_warn("webhook", "what came of %s can't be kept: %s", p->due->delivery, error->message);
}

/* ---- the address that a name has is looked at when it is connected to, not before */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct post *p = arg;
	const guint8 *bytes = NULL;
	size_t len = 0;
	gboolean ok;

	(void)purpose;
	if (address->family == AF_INET) {
		bytes = (const guint8 *)&((const struct sockaddr_in *)(const void *)&address->addr)->sin_addr;
		len = 4;
	} else if (address->family == AF_INET6) {
		bytes = (const guint8 *)&((const struct sockaddr_in6 *)(const void *)&address->addr)->sin6_addr;
		len = 16;
	}
	ok = bytes && (p->plain ? webhook_address_listed(p->allow, bytes, len) : webhook_address_allowed(p->allow, bytes, len));
	if (!ok) {
		g_snprintf(p->refused, sizeof p->refused, "its address is %s webhook_allow",
		           p->plain ? "in no network of" : "an inside one and in no network of");
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* An answer is not read to its end: who sends a great one is not waited for. */
static size_t answered(char *data, size_t size, size_t n, void *arg)
{
	struct post *p = arg;

	(void)data;
	p->got += size * n;
	return p->got > ANSWER_MAX ? 0 : size * n;
}

static void add_header(struct post *p, const char *name, const char *value)
{
	g_autofree char *line = g_strdup_printf("%s: %s", name, value);

	p->headers = curl_slist_append(p->headers, line);
}

static void headers(struct post *p)
{
	int64_t now_s = clock_wall_ms() / 1000;
	g_autofree char *stamp = g_strdup_printf("%" G_GINT64_FORMAT, now_s);
	g_autofree char *signature = webhook_signature(p->due->secret, now_s, p->due->body);
	g_autofree char *try = g_strdup_printf("%d", p->due->tries);

	add_header(p, "Content-Type", "application/json");
	add_header(p, "Ttydesk-Event", p->due->event);
	add_header(p, "Ttydesk-Delivery", p->due->delivery);
	add_header(p, "Ttydesk-Timestamp", stamp);
	add_header(p, "Ttydesk-Signature", signature);
	add_header(p, "Ttydesk-Try", try);
	add_header(p, "Expect", "");
}

static void options(struct post *p)
{
	curl_easy_setopt(p->easy, CURLOPT_URL, p->due->url);
	curl_easy_setopt(p->easy, CURLOPT_HTTPHEADER, p->headers);
	curl_easy_setopt(p->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(p->due->body));
	curl_easy_setopt(p->easy, CURLOPT_POSTFIELDS, p->due->body);
	curl_easy_setopt(p->easy, CURLOPT_PROTOCOLS_STR, p->plain ? "http" : "https");
	curl_easy_setopt(p->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(p->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(p->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(p->easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(p->easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(p->easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(p->easy, CURLOPT_TIMEOUT_MS, TRY_MS);
	curl_easy_setopt(p->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(p->easy, CURLOPT_FORBID_REUSE, 1L); /* each connection's address is looked at */
	curl_easy_setopt(p->easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(p->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(p->easy, CURLOPT_OPENSOCKETDATA, p);
	curl_easy_setopt(p->easy, CURLOPT_WRITEFUNCTION, answered);
	curl_easy_setopt(p->easy, CURLOPT_WRITEDATA, p);
	curl_easy_setopt(p->easy, CURLOPT_ERRORBUFFER, p->error);
	curl_easy_setopt(p->easy, CURLOPT_USERAGENT, "ttydeskd/" DESK_VERSION);
	curl_easy_setopt(p->easy, CURLOPT_PRIVATE, p);
}

/* Takes `due`. */
static void post(struct webhooks *w, struct delivery_due *due, const char *allow)
{
	struct post *p = g_new0(struct post, 1);
	g_autoptr(GError) error = NULL;

	p->w = w;
	p->due = due;
	p->allow = webhook_allow_parse(allow, NULL);
	if (!p->allow)
		p->allow = webhook_allow_parse(NULL, NULL);
	if (!webhook_url_allowed(p->allow, due->url, &p->plain, &error)) {
		done(p, 0, error->message, TRUE);
		post_free(p);
		return;
	}
	p->easy = curl_easy_init();
	headers(p);
	options(p);
	if (curl_multi_add_handle(w->multi, p->easy) == CURLM_OK) {
		g_ptr_array_add(w->running, p);
		return;
	}
	done(p, 0, "it can't be begun", FALSE);
	post_free(p);
}

static void ended(struct webhooks *w, const CURLMsg *msg)
{
	struct post *p = NULL;
	long status = 0;
	g_autofree char *why = NULL;
	CURLcode result = msg->data.result;

	curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &p);
	curl_easy_getinfo(msg->easy_handle, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(w->multi, p->easy);
	g_ptr_array_remove_fast(w->running, p);
	/* A long answer after an accepting head is an accepting one. */
	if (result != CURLE_OK && !(result == CURLE_WRITE_ERROR && p->got > ANSWER_MAX)) {
		status = 0;
		why = g_strdup(*p->refused ? p->refused : *p->error ? p->error : curl_easy_strerror(result));
	} else if (status < 200 || status > 299) {
		why = g_strdup_printf(status >= 300 && status < 400 ? "it answered %ld: redirects are not followed" : "it answered %ld",
		                      status);
	}
	done(p, (int)status, why, status == GONE);
	post_free(p);
}

/* Begins what is due; how long nothing will be, in ms. */
static int64_t take(struct webhooks *w)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) due = g_ptr_array_new();
	g_autofree char *allow = NULL;
	int64_t next = INT64_MAX, longest = g_getenv("TTYDESK_TEST_CLOCK") ? LOOK_MS : LONGEST_MS;

	if (w->running->len >= AT_ONCE)
		return longest;
	if (!desk_deliveries_take(w->desk, (int)(AT_ONCE - w->running->len), due, &next, &error)) {
		log_warn("webhook", "what is due can't be read: %s", error->message);
		for (guint i = 0; i < due->len; i++)
			delivery_due_free(due->pdata[i]);
		return RETRY_MS;
	}
	if (due->len)
		allow = desk_webhook_allow(w->desk);
	for (guint i = 0; i < due->len; i++)
		post(w, due->pdata[i], allow);
	return next == INT64_MAX ? longest : CLAMP(next - clock_wall_ms(), 1, longest);
}

static void *run(void *arg)
{
	struct webhooks *w = arg;
	int64_t wait = 0, since = clock_mono_ms();

	while (!g_atomic_int_get(&w->stopping)) {
		int running = 0, left = 0;
		CURLMsg *msg;

		if (g_atomic_int_exchange(&w->woken, 0) || clock_mono_ms() - since >= wait) {
			since = clock_mono_ms();
			wait = take(w);
		}
		curl_multi_perform(w->multi, &running);
		while ((msg = curl_multi_info_read(w->multi, &left)))
			if (msg->msg == CURLMSG_DONE) {
				ended(w, msg);
				wait = MIN(wait, 1); /* there is room for another one */
			}
		curl_multi_poll(w->multi, NULL, 0, (int)CLAMP(since + wait - clock_mono_ms(), 0, LONGEST_MS), NULL);
	}
	return NULL;
}

struct webhooks *webhooks_start(struct desk *d)
{
	struct webhooks *w = g_new0(struct webhooks, 1);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	w->desk = d;
	w->multi = curl_multi_init();
	w->running = g_ptr_array_new();
	w->thread = g_thread_new("webhooks", run, w);
	return w;
}

void webhooks_wake(struct webhooks *w)
{
	if (!g_atomic_int_exchange(&w->woken, 1))
		curl_multi_wakeup(w->multi);
}

/* What is under way is not waited for: its lease ends, and it goes again with the same id. */
void webhooks_stop(struct webhooks *w)
{
	if (!w)
		return;
	g_atomic_int_set(&w->stopping, 1);
	curl_multi_wakeup(w->multi);
	g_thread_join(w->thread);
	for (guint i = 0; i < w->running->len; i++) {
		struct post *p = w->running->pdata[i];

		curl_multi_remove_handle(w->multi, p->easy);
		post_free(p);
	}
	g_ptr_array_unref(w->running);
	curl_multi_cleanup(w->multi);
	g_free(w);
}
