/* ttydeskd over HTTP: typed reads and writes. */
#include "client/drivers/native.h"

#include <string.h>

#include "base/text.h"
#include "base/say.h"

#define NATIVE_ASKED_MAX 3   /* the first time included */
#define NATIVE_WAIT_MS 5000

/* ---- answers */

/* What a status means when something between us and the desk answered. */
static enum desk_code code_of_status(int status)
{
	switch (status) {
	case 401:
		return DESK_AUTH;
	case 403:
		return DESK_FORBIDDEN;
	case 404:
	case 405:
		return DESK_NOTFOUND;
	case 409:
	case 412:
		return DESK_CONFLICT;
	case 410:
		return DESK_GONE;
	case 413:
		return DESK_LIMIT;
	case 429:
	case 503:
		return DESK_BUSY;
	case 502:
	case 504:
		return DESK_UNCERTAIN;
	default:
		return status >= 400 && status < 500 ? DESK_INVALID : DESK_BUG;
	}
}

struct wire_error *native_error(const struct http_result *r)
{
	struct wire_error *e = wire_error_parse(r->body, r->len);
	if (e->code == DESK_PROTOCOL) {
		e->code = code_of_status(r->status);
		g_free(e->message);
		e->message = g_strdup_printf(_("the server answered with status %d"), r->status);
	}
	if (!e->message)
		e->message = g_strdup(_("the server gave no reason"));
	return e;
}

void native_failed(struct native_call *call, const struct http_result *r)
{
	struct backend *b = call->native->backend;
	g_autoptr(GError) error = NULL;
	enum desk_code code = DESK_NET;
	if (r->outcome == HTTP_TOO_BIG && r->status >= 200 && r->status < 300)
		code = call->is_write ? DESK_PROTOCOL : DESK_LIMIT; /* the write was done */
	else if (r->outcome == HTTP_TOO_BIG)
		code = call->is_write ? DESK_UNCERTAIN : DESK_LIMIT;
	else if (r->outcome == HTTP_NO_ANSWER)
		code = call->is_write ? DESK_UNCERTAIN : r->timed_out ? DESK_TIMEOUT : DESK_NET;
	g_autofree char *why = text_clean_string(r->why, -1, 0, 200);
	desk_fail(&error, code, "%s", why);
	backend_answer(b, call->id, NULL, error, NULL);
}

void native_refused(struct native_call *call, const struct http_result *r)
{
	struct wire_error *e = native_error(r);
	g_autoptr(GError) error = NULL;
	enum desk_code code = e->code;
	if (code == DESK_UNCERTAIN && !call->is_write)
		code = DESK_NET;
	g_autofree char *sentence = text_clean_string(e->message, -1, 0, 400);
	desk_fail(&error, code, "%s", sentence);
	backend_answer(call->native->backend, call->id, NULL, error, e->ticket);
	wire_error_free(e);
}

static void answer_here(struct native_call *call, const struct http_result *r)
{
	struct backend *b = call->native->backend;
	g_autoptr(GError) error = NULL;
	struct answer *a = NULL;
	if (r->len == 0 && call->is_write)
		a = g_new0(struct answer, 1);
	else if (call->is_write)
		a = answer_of_change(call->change, r->body, r->len, &error);
	else
		a = answer_of_query(call->query, r->body, r->len, &error);
	if (a)
		backend_server_time(b, a->server_time_ms);
	backend_answer(b, call->id, a, error, NULL);
}

/* ---- a server that has too much to do */

static void call_send(struct native_call *call);

static gboolean ask_again(void *arg)
{
	struct native_call *call = arg;
	call->later = 0;
	call_send(call);
	return G_SOURCE_REMOVE;
}

/* It said when to come again: we do, a little later than the others who were told the same. What takes
 * longer than a person waits is left to the store. The write's key makes it the same write. */
static gboolean ask_later(struct native_call *call, const struct http_result *r)
{
	int64_t wait = r->retry_after_ms;
	if (r->outcome != HTTP_ANSWERED || (r->status != 429 && r->status != 503) || wait <= 0 ||
	    wait > NATIVE_WAIT_MS || call->asked >= NATIVE_ASKED_MAX)
		return FALSE;
	call->http = NULL;
	call->later = g_timeout_add((guint)(wait + g_random_int_range(0, (gint32)wait)), ask_again, call);
	return TRUE;
}

static void call_done(const struct http_result *r, void *arg)
{
	struct native_call *call = arg;
	native_feed_hint(call->native, r->outcome != HTTP_NEVER_LEFT);
	if (ask_later(call, r))
		return;
	if (r->outcome != HTTP_ANSWERED)
		native_failed(call, r);
	else if (r->status >= 200 && r->status < 300)
		answer_here(call, r);
	else
		native_refused(call, r);
	g_hash_table_remove(call->native->calls, &call->id);
}

/* ---- asking */

static void native_call_free(gpointer data)
{
	struct native_call *call = data;
	if (call->later)
		g_source_remove(call->later);
	g_strfreev(call->headers);
	g_free(call->target);
	g_free(call->json);
	if (call->sum)
		g_checksum_free(call->sum);
	g_free(call->sha256);
	g_free(call);
}

struct native_call *native_call_new(struct native *n, guint64 id)
{
	struct native_call *call = g_new0(struct native_call, 1);
	call->native = n;
	call->id = id;
	g_hash_table_insert(n->calls, &call->id, call);
	return call;
}

static void call_send(struct native_call *call)
{
	struct native *n = call->native;

	call->asked++;
	call->http = http_client_send(n->http,
	                              &(struct http_request){.method = call->method,
	                                                     .target = call->target,
	                                                     .body = call->json,
	                                                     .headers = (const char *const *)call->headers,
	                                                     .timeout_ms = call->is_write ? BACKEND_WRITE_MS
	                                                                                  : BACKEND_READ_MS,
	                                                     .connect_ms = BACKEND_CONNECT_MS,
	                                                     .max_bytes = WIRE_MAX_BODY},
	                              call_done, call);
}

static void native_read(struct backend *b, guint64 id, const struct query *q)
{
	struct native *n = backend_driver_state(b);
	struct native_call *call = native_call_new(n, id);
	call->query = q->kind;
	call->method = "GET";
	call->target = query_to_target(q);
	call->headers = g_strdupv((char **)n->headers->pdata);
	call_send(call);
}

static void native_write(struct backend *b, guint64 id, const struct change *c)
{
	struct native *n = backend_driver_state(b);
	struct native_call *call = native_call_new(n, id);
	g_autoptr(GPtrArray) headers = g_ptr_array_new();
	change_to_http(c, &call->method, &call->target, &call->json);
	for (guint i = 0; i + 1 < n->headers->len; i++)
		g_ptr_array_add(headers, g_strdup(n->headers->pdata[i]));
	g_ptr_array_add(headers, g_strconcat("Idempotency-Key: ", c->once_key, NULL));
	if (c->if_version >= 0)
		g_ptr_array_add(headers, g_strdup_printf("If-Match: \"%" G_GINT64_FORMAT "\"", c->if_version));
	g_ptr_array_add(headers, NULL);
	call->headers = (char **)g_ptr_array_free(g_steal_pointer(&headers), FALSE);
	call->is_write = TRUE;
	call->change = c->kind;
	call_send(call);
}

static void native_cancel(struct backend *b, guint64 id)
{
	struct native *n = backend_driver_state(b);
	struct native_call *call = g_hash_table_lookup(n->calls, &id);
	if (!call)
		return;
	http_call_off(call->http);
	g_hash_table_remove(n->calls, &id);
}

static void native_follow(struct backend *b, int64_t after_seq)
{
	native_feed_follow(backend_driver_state(b), after_seq);
}

static void native_retry(struct backend *b)
{
	native_feed_retry(backend_driver_state(b));
}

/* ---- life */

/* A name from an option into a header: one line, nothing that could end it. */
static void add_header(struct native *n, const char *name, const char *value)
{
	g_autofree char *clean = text_clean_string(value, -1, 0, 256);
	g_ptr_array_add(n->headers, g_strdup_printf("%s: %s", name, clean));
}

static gboolean native_open(struct backend *b, const struct backend_conf *conf, GError **error)
{
	struct native *n = backend_driver_state(b);
	n->backend = b;
	n->http = http_client_new(conf->address, conf->ca_file, error);
	if (!n->http)
		return FALSE;
	n->calls = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, native_call_free);
	n->headers = g_ptr_array_new_with_free_func(g_free);
	if (conf->token && *conf->token) {
		g_autofree char *bearer = g_strconcat("Bearer ", conf->token, NULL);
		add_header(n, "Authorization", bearer);
	}
	if (conf->as_person && *conf->as_person)
		add_header(n, "Ttydesk-As", conf->as_person);
	g_ptr_array_add(n->headers, NULL);
	native_feed_init(n);
	return TRUE;
}

static void native_close(struct backend *b)
{
	struct native *n = backend_driver_state(b);
	native_feed_clear(n);
	http_client_free(n->http);
	g_hash_table_unref(n->calls);
	g_ptr_array_unref(n->headers);
}

static const char *const schemes[] = {"unix:", "http:", "https:", NULL};

const struct backend_driver backend_native = {
	.name = "native",
	.schemes = schemes,
	.capabilities = CAN_PEOPLE | CAN_QUEUE | CAN_CLAIM | CAN_REPLY | CAN_NOTE | CAN_STATUS | CAN_ASSIGN | CAN_TAG |
	                CAN_ESCALATE | CAN_CREATE | CAN_KNOWLEDGE | CAN_SUGGEST | CAN_TEMPLATES | CAN_CUSTOMERS |
	                CAN_FEED | CAN_CLOCKS | CAN_RECALL | CAN_EDIT_KNOWLEDGE | CAN_FIND | CAN_VIEWS | CAN_FILES | CAN_CONFIG |
	                CAN_DRAFTS | CAN_MACROS | CAN_TOGETHER | CAN_PEOPLE | CAN_LADDER | CAN_EXPLAIN | CAN_FOLLOW_UP |
	                CAN_PROBLEMS | CAN_AUTOMATION,
	.state_size = sizeof(struct native),
	.open = native_open,
	.close = native_close,
	.read = native_read,
	.write = native_write,
	.upload = native_upload,
	.download = native_download,
	.cancel = native_cancel,
	.follow = native_follow,
	.retry = native_retry,
};
