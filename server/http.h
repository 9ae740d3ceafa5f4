/* HTTP/1.1 for ttydeskd; the only room that knows libmicrohttpd.
 *
 * Life of a request: (1) framing check: what could be smuggled is refused and
 * the connection closed; (2) the whole body is read, up to WIRE_MAX_BODY (413);
 * (3) the handler runs on an HTTP thread; it answers at once with http_respond,
 * or keeps the exchange and answers later from any thread; (4) after the answer
 * left, the exchange is freed. Exactly one http_respond or http_stream each. */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include <sys/types.h>
#include "base/error.h"

struct http_server;
struct http_exchange;

struct http_peer {
	gboolean local;      /* Unix socket: uid, gid, pid are the kernel's word */
	uid_t uid;
	gid_t gid;
	pid_t pid;
	char address[64];    /* TCP: for logs and limits */
};

typedef void http_handler_fn(struct http_exchange *x, void *arg);

struct http_conf {
	const char *unix_path;     /* NULL none; a stale socket is replaced, a live one is DESK_BUSY */
	mode_t unix_mode;          /* set before anyone can connect; 0 = 0600 */
	const char *unix_group;    /* name of the Unix group that gets the socket; NULL = as created */
	int listen_fd;             /* -1, or an inherited socket (socket activation) */
	const char *tcp_address;   /* "127.0.0.1:8480" or NULL */
	unsigned threads;          /* 0 = 2 */
	unsigned max_connections;  /* 0 = 4096 */
	int header_deadline_ms;    /* absolute, from accept to the end of headers; 0 = 10 s */
	int idle_ms;               /* keep-alive; 0 = 60 s */
	unsigned per_address;      /* TCP connections from one address; 0 = 512 */
	http_handler_fn *handler;
	void *arg;
};

struct http_server *http_start(const struct http_conf *conf, GError **error);
/* Refuses new requests, lets running ones finish for at most `grace_ms`, ends streams
 * with a last comment, then frees. */
void http_stop(struct http_server *s, int grace_ms);
/* Connections with a request or stream of a client (health checks don't count). */
unsigned http_clients(struct http_server *s);
/* Port of the TCP listener (useful after asking for port 0); 0 = none. */
unsigned http_tcp_port(const struct http_server *s);

/* ---- of a request; borrowed until the answer */
const char *http_method(const struct http_exchange *x);
const char *http_target(const struct http_exchange *x);      /* as sent: "/v1/tickets?limit=5" */
const char *http_path(const struct http_exchange *x);        /* decoded, valid UTF-8, no NUL */
const char *http_param(const struct http_exchange *x, const char *name);  /* query parameter or NULL */
const char *http_header(const struct http_exchange *x, const char *name); /* or NULL; only inside the handler */
const char *http_body(const struct http_exchange *x, size_t *len);
const struct http_peer *http_peer(const struct http_exchange *x);
const char *http_request_id(const struct http_exchange *x);  /* ours, unique, in logs and errors */
/* For the request's log line: who asked. Copied. */
void http_set_who(struct http_exchange *x, const char *name);
/* This request doesn't make its connection a client's (health checks). */
void http_set_unnoticed(struct http_exchange *x);
/* A pointer of the handler's, freed with the exchange. */
void http_set_data(struct http_exchange *x, void *data, GDestroyNotify free_fn);
void *http_data(const struct http_exchange *x);

/* ---- answering. `body` is taken (g_string_free later); NULL = empty. Values of
 * headers pass the text gate. */
void http_answer_header(struct http_exchange *x, const char *name, const char *value);
void http_respond(struct http_exchange *x, int status, const char *content_type, GString *body);

/* ---- streams (SSE). The source is asked for bytes after `cursor`; 0 bytes = wait
 * until http_streams_wake. A heart-beat comes from the source too. */
struct http_stream_source {
	/* Appends what is due to `out`, advances *cursor; FALSE ends the stream. */
	gboolean (*fill)(GString *out, int64_t *cursor, void *arg);
	GDestroyNotify free_arg;
};
void http_stream(struct http_exchange *x, const struct http_stream_source *source, int64_t cursor, void *arg);
void http_streams_wake(struct http_server *s); /* any thread; coalesced over a few ms */

#endif
