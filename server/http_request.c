/* What a handler sees of a request, and how long it lives. */
#include "server/http_inner.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define HTTP_HEADER_CAP 1024

struct http_exchange *http_exchange_new(struct http_server *s, struct http_conn *c, const char *target)
{
	struct http_exchange *x = g_new0(struct http_exchange, 1);

	x->refs = 1;
	x->server = s;
	x->conn = c;
	x->target = g_strdup(target);
	x->params = g_ptr_array_new_with_free_func(g_free);
	x->headers = g_ptr_array_new_with_free_func(g_free);
	x->began_us = g_get_monotonic_time();
	x->link.data = x;
	x->spool_fd = x->answer_fd = -1;
	g_mutex_lock(&s->lock);
	s->refs++;
	g_snprintf(x->id, sizeof x->id, "%08x-%" G_GINT64_MODIFIER "x", s->id_prefix, s->id_next++);
	g_queue_push_tail_link(&s->exchanges, &x->link);
	c->exchange = x;
	g_mutex_unlock(&s->lock);
	return x;
}

static void exchange_free(struct http_exchange *x)
{
	if (x->stream && x->source.free_arg)
		x->source.free_arg(x->stream_arg);
	http_body_clear(x);
	if (x->answer)
		g_string_free(x->answer, TRUE);
	if (x->answer_fd >= 0)
		close(x->answer_fd);
	if (x->pending)
		g_string_free(x->pending, TRUE);
	g_ptr_array_unref(x->params);
	g_ptr_array_unref(x->headers);
	g_free(x->target);
	g_free(x->path);
	g_free(x->method);
	g_free(x->who);
	g_free(x);
}

void http_exchange_unref(struct http_exchange *x)
{
	struct http_server *s = x->server;

	if (!g_atomic_int_dec_and_test(&x->refs))
		return;
	exchange_free(x);
	http_server_unref(s);
}

const char *http_method(const struct http_exchange *x)
{
	return x->method;
}

const char *http_target(const struct http_exchange *x)
{
	return x->target;
}

const char *http_path(const struct http_exchange *x)
{
	return x->path;
}

const char *http_param(const struct http_exchange *x, const char *name)
{
	for (guint i = 0; i + 1 < x->params->len; i += 2)
		if (strcmp(x->params->pdata[i], name) == 0)
			return x->params->pdata[i + 1];
	return NULL;
}

const char *http_header(const struct http_exchange *x, const char *name)
{
	return MHD_lookup_connection_value(x->mhd, MHD_HEADER_KIND, name);
}

const struct http_peer *http_peer(const struct http_exchange *x)
{
	return &x->conn->peer;
}

struct http_server *http_server_of(const struct http_exchange *x)
{
	return x->server;
}

const char *http_address(const struct http_exchange *x)
{
	return *x->forwarded ? x->forwarded : x->conn->peer.address;
}

int64_t http_declared(const struct http_exchange *x)
{
	return x->declared;
}

const char *http_request_id(const struct http_exchange *x)
{
	return x->id;
}

void http_set_who(struct http_exchange *x, const char *name)
{
	g_free(x->who);
	x->who = g_strdelimit(g_strdup(name), "\"\\", '\''); /* it stands in quotes */
}

void http_set_route(struct http_exchange *x, const char *route)
{
	x->route = route;
}

void http_set_unnoticed(struct http_exchange *x)
{
	x->unnoticed = TRUE;
}

void http_answer_header(struct http_exchange *x, const char *name, const char *value)
{
	g_ptr_array_add(x->headers, g_strdup(name));
	g_ptr_array_add(x->headers, text_clean_string(value, -1, 0, HTTP_HEADER_CAP));
}
