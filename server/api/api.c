/* Dispatch and reads. */
#include "server/api/api_files.h"
#include "server/api/api_public.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "rules/find.h"

#define JSON_TYPE "application/json"
#define DECIMAL_CAP 17 /* digits of an event number */

/* ---------------------------------------------------------------- answering */
void api_stamp(struct http_exchange *x)
{
	char now[24];

	g_snprintf(now, sizeof now, "%" G_GINT64_FORMAT, clock_wall_ms());
	http_answer_header(x, "Ttydesk-Time", now);
	http_answer_header(x, "Ttydesk-Request", http_request_id(x));
}

void api_answer(struct http_exchange *x, int status, GString *json)
{
	api_stamp(x);
	http_answer_header(x, "Cache-Control", "no-store");
	http_respond(x, status, JSON_TYPE, json);
}

void api_etag(struct http_exchange *x, const struct answer *a)
{
	char tag[28];

	if (!a->ticket)
		return;
	g_snprintf(tag, sizeof tag, "\"%" G_GINT64_FORMAT "\"", a->ticket->row.version);
	http_answer_header(x, "ETag", tag);
}

/* Sentences about a member begin with its path: "messages[2].body: is too long". g_free. */
static char *member_of(const char *message)
{
	size_t n = strspn(message, "abcdefghijklmnopqrstuvwxyz0123456789_.[]");

	return n > 0 && message[n] == ':' && message[n + 1] == ' ' ? g_strndup(message, n) : NULL;
}

static void fail_with(struct http_exchange *x, int status, const GError *error, const char *field,
		      const struct ticket *conflict)
{
	enum desk_code code = desk_error_code(error);
	/* a query that is wrong says at which column */
	g_autofree char *member = field ? g_strdup(field) : find_error_column(error->message) >= 0 ? g_strdup("q")
							    : member_of(error->message);
	struct wire_error e = {.code = code, .message = error->message, .field = member,
			       .request_id = (char *)http_request_id(x),
			       .retryable = code == DESK_BUSY || code == DESK_UNCERTAIN,
			       .ticket = (struct ticket *)conflict};
	GString *json = g_string_new(NULL);

	wire_error_to_json(json, &e);
	if (code == DESK_BUSY)
		http_answer_header(x, "Retry-After", "1");
	if (code == DESK_AUTH)
		http_answer_header(x, "WWW-Authenticate", "Bearer");
	if (status >= 500 && code != DESK_BUSY)
		log_error("api", "%s %s %s: %s", http_request_id(x), http_method(x), http_path(x),
			  error->message);
	api_answer(x, status, json);
}

void api_fail(struct http_exchange *x, const GError *error, const char *field, const struct ticket *conflict)
{
	fail_with(x, wire_error_status(desk_error_code(error)), error, field, conflict);
}

void api_fail_as(struct http_exchange *x, int status, const GError *error)
{
	fail_with(x, status, error, NULL, NULL);
}

/* ---------------------------------------------------------------- what lives where */
static const char *param_of(const char *name, void *arg)
{
	return http_param(arg, name);
}

static const char *no_param(const char *name, void *arg)
{
	(void)name;
	(void)arg;
	return NULL;
}

static gboolean is_read(const char *path)
{
	g_autoptr(GError) error = NULL;
	struct query q = {0};
	gboolean ok = query_from_http(&q, path, no_param, NULL, &error);

	query_clear(&q);
	desk_id id;
	return ok || desk_error_code(error) != DESK_NOTFOUND || strcmp(path, "/v1/health") == 0 ||
	       strcmp(path, "/v1/events") == 0 || strcmp(path, "/metrics") == 0 || api_is_public(path, &id) ||
	       api_is_download(path, &id);
}

static gboolean is_write(const char *method, const char *path)
{
	g_autoptr(GError) error = NULL;
	struct change c = {0};
	gboolean known = FALSE;

	change_from_http(&c, method, path, "", 0, &known, &error);
	change_clear(&c);
	desk_id id;
	return known || api_is_upload(method, path) || api_is_public_follow(method, path, &id);
}

/* Nothing lives there for this method: 405 when something does for another. */
static void answer_nowhere(struct http_exchange *x)
{
	static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
	g_autoptr(GString) allow = g_string_new(is_read(http_path(x)) ? "GET, HEAD" : "");
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(methods); i++)
		if (is_write(methods[i], http_path(x)))
			g_string_append_printf(allow, "%s%s", allow->len ? ", " : "", methods[i]);
	if (allow->len == 0) {
		desk_fail(&error, DESK_NOTFOUND, "nothing lives at this address");
		api_fail(x, error, NULL, NULL);
		return;
	}
	http_answer_header(x, "Allow", allow->str);
	desk_fail(&error, DESK_UNSUPPORTED, "this address takes %s", allow->str);
	fail_with(x, 405, error, NULL, NULL);
}

/* ---------------------------------------------------------------- reads */
static gboolean event_number(const char *text, int64_t *after)
{
	size_t n = text ? strlen(text) : 0;

	if (n == 0 || n > DECIMAL_CAP || strspn(text, "0123456789") != n)
		return FALSE;
	*after = (int64_t)g_ascii_strtoull(text, NULL, 10);
	return TRUE;
}

static void answer_events(struct api *api, struct http_exchange *x, const struct actor *who)
{
	const char *last = http_header(x, "Last-Event-ID"), *after_param = http_param(x, "after");
	const char *accept = http_header(x, "Accept");
	/* A browser's or curl's resumption knows better than the address it began with. */
	const char *text = last && *last ? last : after_param;
	g_autoptr(GError) error = NULL;
	int64_t after = -1;

	if (text && !event_number(text, &after)) {
		desk_fail(&error, DESK_INVALID, "%s is not an event's number",
			  text == last ? "Last-Event-ID" : "after");
		api_fail(x, error, text == last ? "Last-Event-ID" : "after", NULL);
		return;
	}
	if (accept && strstr(accept, JSON_TYPE) && !strstr(accept, "text/event-stream")) {
		GString *json = g_string_new(NULL);

		if (feed_page(api->feed, who->person_id, after < 0 ? feed_newest(api->feed) : after, json, &error)) {
			api_answer(x, 200, json);
			return;
		}
		g_string_free(json, TRUE);
		api_fail(x, error, NULL, NULL);
		return;
	}
	if (strcmp(http_method(x), "HEAD") == 0) {
		api_stamp(x);
		http_respond(x, 200, "text/event-stream", NULL);
		return;
	}
	api_stamp(x);
	feed_stream(api->feed, x, who->person_id, after);
}

static void answer_query(struct api *api, struct http_exchange *x, const struct actor *who, const struct query *q)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(answer_auto) a = g_new0(struct answer, 1);

	a->kind = q->kind;
	if (!people_may_ask(who, q->kind, &error)) {
		api_fail(x, error, NULL, NULL);
		return;
	}
	struct db_conn *conn = db_read_begin(api->db, &error);
	gboolean ok = conn && desk_query(api->desk, conn, who, q, a, &error);
	if (conn)
		db_read_end(api->db, conn);
	if (!ok) {
		api_fail(x, error, NULL, NULL);
		return;
	}
	GString *json = g_string_sized_new(4096);
	a->server_time_ms = clock_wall_ms();
	answer_to_json(json, a);
	api_etag(x, a);
	api_answer(x, 200, json);
}

/* `q` NULL: the events. */
static void answer_read(struct api *api, struct http_exchange *x, const struct actor *who, const struct query *q,
			const GError *malformed)
{
	if (!q)
		answer_events(api, x, who);
	else if (malformed)
		api_fail(x, malformed, NULL, NULL);
	else
		answer_query(api, x, who, q);
}

static void handle_read(struct api *api, struct http_exchange *x)
{
	g_autoptr(GError) error = NULL;
	struct actor who = {0};
	struct query q = {0};
	gboolean ok = query_from_http(&q, http_path(x), param_of, x, &error);
	gboolean events = strcmp(http_path(x), "/v1/events") == 0;

	if (!ok && !events && desk_error_code(error) == DESK_NOTFOUND) {
		answer_nowhere(x);
	} else {
		g_autoptr(GError) stranger = NULL;

		if (!people_who(api->people, x, &who, &stranger)) {
			api_fail(x, stranger, NULL, NULL);
		} else {
			http_set_who(x, who.display);
			http_set_route(x, events ? "/v1/events" : query_route(q.kind));
			if (http_admit(x, who.person_id))
				answer_read(api, x, &who, events ? NULL : &q, error);
		}
	}
	query_clear(&q);
	people_actor_clear(&who);
}

/* ---------------------------------------------------------------- writes */
static gboolean check_key(const char *key, GError **error)
{
	size_t n = key ? strlen(key) : 0;

	if (n == 0)
		return desk_fail(error, DESK_INVALID, "a write needs the header Idempotency-Key");
	if (n > WIRE_KEY_LEN)
		return desk_fail(error, DESK_INVALID, "Idempotency-Key is longer than %d", WIRE_KEY_LEN);
	for (size_t i = 0; i < n; i++)
		if (!g_ascii_isgraph(key[i]))
			return desk_fail(error, DESK_INVALID, "Idempotency-Key has odd characters");
	return TRUE;
}

char *api_key(struct http_exchange *x, GError **error)
{
	const char *key = http_header(x, "Idempotency-Key");

	return check_key(key, error) ? g_strdup(key) : NULL;
}

static gboolean take_key(struct http_exchange *x, struct change *c, GError **error)
{
	const char *key = http_header(x, "Idempotency-Key");

	if (!check_key(key, error))
		return FALSE;
	g_strlcpy(c->once_key, key, sizeof c->once_key);
	return TRUE;
}

/* "12" with or without quotes; * or no header: any. */
static gboolean take_version(struct http_exchange *x, struct change *c, GError **error)
{
	const char *match = http_header(x, "If-Match");
	g_autofree char *bare = NULL;

	c->if_version = -1;
	if (!match || strcmp(match, "*") == 0)
		return TRUE;
	size_t n = strlen(match);
	if (n >= 2 && match[0] == '"' && match[n - 1] == '"')
		bare = g_strndup(match + 1, n - 2);
	return event_number(bare ? bare : match, &c->if_version) ||
	       desk_fail(error, DESK_INVALID, "If-Match is not a ticket's version");
}

static gboolean json_or_nothing(struct http_exchange *x)
{
	const char *type = http_header(x, "Content-Type");
	size_t len;

	http_body(x, &len);
	if (len == 0)
		return TRUE;
	return type && g_ascii_strncasecmp(type, JSON_TYPE, strlen(JSON_TYPE)) == 0 &&
	       strchr("; \t", type[strlen(JSON_TYPE)]) != NULL;
}

/* Who, whether they may, and the headers, in the order that tells a stranger least. */
static gboolean prepare(struct api *api, struct http_exchange *x, struct change *c, struct actor *who,
			const GError *malformed, const char **field, GError **error)
{
	if (!people_who(api->people, x, who, error))
		return FALSE;
	http_set_who(x, who->display);
	if (malformed) {
		g_propagate_error(error, g_error_copy(malformed));
		return FALSE;
	}
	if (!people_may_change(who, c, error))
		return FALSE;
	*field = "Idempotency-Key";
	if (!take_key(x, c, error))
		return FALSE;
	*field = "If-Match";
	if (!take_version(x, c, error))
		return FALSE;
	*field = NULL;
	return TRUE;
}

static void handle_write(struct api *api, struct http_exchange *x)
{
	g_autoptr(GError) malformed = NULL;
	g_autoptr(GError) error = NULL;
	struct change c = {0};
	struct actor who = {0};
	gboolean known = FALSE;
	const char *field = NULL;
	size_t len;
	const char *body = http_body(x, &len);

	change_from_http(&c, http_method(x), http_path(x), body, len, &known, &malformed);
	if (known)
		http_set_route(x, change_route(c.kind));
	if (!known) {
		answer_nowhere(x);
	} else if (!json_or_nothing(x)) {
		desk_fail(&error, DESK_UNSUPPORTED, "the body's Content-Type must be %s", JSON_TYPE);
		fail_with(x, 415, error, "Content-Type", NULL);
	} else if (!prepare(api, x, &c, &who, malformed, &field, &error)) {
		api_fail(x, error, field, NULL);
	} else if (http_admit(x, who.person_id)) {
		api_write(api, x, &c, &who);
		return;
	}
	change_clear(&c);
	people_actor_clear(&who);
}

void api_handle(struct http_exchange *x, void *arg)
{
	struct api *api = arg;
	const char *method = http_method(x);
	desk_id id;

	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0) {
		if (strcmp(http_path(x), "/v1/health") == 0)
			api_health(api, x);
		else if (strcmp(http_path(x), "/metrics") == 0)
			api_metrics(api, x);
		else if (api_is_download(http_path(x), &id)) {
			http_set_route(x, "/v1/attachments/{attachment_id}");
			api_download(api, x, id);
		} else if (api_is_public(http_path(x), &id)) {
			http_set_route(x, "/v1/public/tickets/{number}");
			api_public(api, x, id);
		} else
			handle_read(api, x);
	} else if (api_is_public_follow(method, http_path(x), &id)) {
		http_set_route(x, "/v1/public/tickets/{number}/follow-up");
		api_public_follow(api, x, id);
	} else if (api_is_upload(method, http_path(x))) {
		http_set_route(x, "/v1/attachments");
		api_upload(api, x);
	} else {
		handle_write(api, x);
	}
}
