/* HTTP/1.1 for ttydeskd; the only room that knows libmicrohttpd.
 *
 * Life of a request: (1) framing check: what could be smuggled is refused and
 * the connection closed; (2) the whole body is read, up to WIRE_MAX_BODY or what the plan
 * allows for this request (413);
 * (3) the handler runs on an HTTP thread; it answers at once with http_respond,
 * or keeps the exchange and answers later from any thread; (4) after the answer
 * left, the exchange is freed. Exactly one http_respond, http_respond_fd or http_stream each. */
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

/* How the body of a request is taken. Asked once when its headers are here, on an HTTP
 * thread, before the body is read: method, path, parameters and headers are known. The
 * function may answer itself (http_respond, before it returns): the body is then not
 * read, the handler not called, and the connection closed. Without a plan: WIRE_MAX_BODY
 * at most, in memory. */
#define HTTP_SPOOL_BYTES (256 << 10)
struct http_body_plan {
	int64_t max_bytes; /* 0 = limits.body; a longer one is answered with 413 */
	gboolean always;   /* served also when the server has too much to do (health, metrics) */
	gboolean spool;    /* past HTTP_SPOOL_BYTES in a file without a name instead of memory */
};
typedef void http_plan_fn(struct http_exchange *x, struct http_body_plan *plan, void *arg);

/* How much anybody may have; 0 = the default in brackets. Whoever comes over a Unix socket
 * is only held to the limits of all. */
struct http_limits {
	unsigned connections_per_address; /* (512) over TCP; an IPv6 network of 64 bits is one address */
	unsigned streams;                 /* (3500) event streams of all */
	unsigned streams_per_address;     /* (256) */
	unsigned streams_per_person;      /* (32) */
	unsigned requests_per_address;    /* (200) a second, four seconds' worth at once */
	unsigned requests_per_person;     /* (50) the same */
	unsigned under_way;               /* (1000) requests of all that wait for their answer: more get 503 */
	unsigned headers;                 /* (64) of one request */
	unsigned header_kib;              /* (8) all headers of one request together, and the line above them */
	int header_ms;                    /* (10 s) absolute, from accept to the end of headers */
	int body_ms;                      /* (60 s) absolute, from there to the end of the body; large ones get more */
	int request_ms;                   /* (60 s) from there to the answer's beginning: then 504 */
	int idle_ms;                      /* (60 s) keep-alive */
	int64_t body;                     /* (WIRE_MAX_BODY) bytes, where a plan says nothing else */
};

#define HTTP_GIVEN_MAX 8
struct http_conf {
	const char *unix_path;     /* NULL none; a stale socket is replaced, a live one is DESK_BUSY */
	mode_t unix_mode;          /* set before anyone can connect; 0 = 0600 */
	const char *unix_group;    /* name of the Unix group that gets the socket; NULL = as created */
	const int *listen_fds;     /* listening sockets of a service manager, Unix or TCP; taken over */
	int n_listen_fds;          /* at most HTTP_GIVEN_MAX */
	const char *tcp_address;   /* "127.0.0.1:8480" or NULL */
	const char *tls_certificate, *tls_key; /* PEM files: TCP speaks TLS only; NULL: plain, on loopback only */
	gboolean behind_proxy;     /* a proxy speaks TLS before us: plain on any address, and the last entry of
				    * X-Forwarded-For is the client */
	unsigned threads;          /* 0 = 2 */
	unsigned max_connections;  /* 0 = 4096 */
	struct http_limits limits;
	const char *spool_dir;     /* an existing folder for large bodies; NULL: all stay in memory */
	http_plan_fn *plan;        /* NULL: no request has one */
	http_handler_fn *handler;
	void *arg;                 /* of both */
};

struct http_server *http_start(const struct http_conf *conf, GError **error);
/* Refuses new requests, lets running ones finish for at most `grace_ms`, ends streams
 * with a last comment, then frees. */
void http_stop(struct http_server *s, int grace_ms);
/* Connections with a request or stream of a client (health checks don't count). */
unsigned http_clients(struct http_server *s);
/* Reads the certificate and key anew (renewal); with an error the old ones stay in force.
 * Connections go on in any case. */
gboolean http_reload(struct http_server *s, GError **error);
/* Whether http_start would take them; both NULL is fine. */
gboolean http_check_certificate(const char *certificate, const char *key, GError **error);
/* Port of the TCP listener (useful after asking for port 0); 0 = none. */
unsigned http_tcp_port(const struct http_server *s);

/* Appends the room's counters in the text format of Prometheus. Any thread. */
void http_metrics_text(struct http_server *s, GString *out);
/* One more metric without labels; type is counter or gauge. */
void http_metric(GString *out, const char *name, const char *type, const char *help, double value);

/* ---- of a request; borrowed until the answer */
const char *http_method(const struct http_exchange *x);
const char *http_target(const struct http_exchange *x);      /* as sent: "/v1/tickets?limit=5" */
const char *http_path(const struct http_exchange *x);        /* decoded, valid UTF-8, no NUL */
const char *http_param(const struct http_exchange *x, const char *name);  /* query parameter or NULL */
const char *http_header(const struct http_exchange *x, const char *name); /* or NULL; only inside the handler */
const char *http_body(const struct http_exchange *x, size_t *len);
/* A spooled body (http_body is empty then): its descriptor, at the beginning; -1: it is in
 * memory. `size` is right in both cases. The file has mode 0600, no name, and lives in
 * spool_dir: where the file system can, linkat() of /proc/self/fd/N puts it into place. It
 * is closed with the exchange. */
int http_body_fd(const struct http_exchange *x, int64_t *size);
const char *http_body_sha256(struct http_exchange *x); /* 64 hex digits; of any body */
const struct http_peer *http_peer(const struct http_exchange *x);
const char *http_request_id(const struct http_exchange *x);  /* ours, unique, in logs and errors */
/* Who it is that asks (their id): FALSE when they ask too often; the answer (429) is given
 * then and the exchange over. */
gboolean http_admit(struct http_exchange *x, int64_t person);
/* Answers with 503 and Retry-After: there is too much to do. */
void http_overloaded(struct http_exchange *x);
struct http_server *http_server_of(const struct http_exchange *x);
/* Where the request comes from: the peer's address, or what the proxy says. */
const char *http_address(const struct http_exchange *x);
/* The Content-Length that was sent; 0 = none. Known to the plan already. */
int64_t http_declared(const struct http_exchange *x);
/* For the request's log line: who asked. Copied. */
void http_set_who(struct http_exchange *x, const char *name);
/* For metrics: "/v1/tickets/{ticket_id}". A text that lives for ever; few different ones. */
void http_set_route(struct http_exchange *x, const char *route);
/* This request doesn't make its connection a client's (health checks). */
void http_set_unnoticed(struct http_exchange *x);

/* ---- answering. `body` is taken (g_string_free later); NULL = empty. Values of
 * headers pass the text gate. */
void http_answer_header(struct http_exchange *x, const char *name, const char *value);
void http_respond(struct http_exchange *x, int status, const char *content_type, GString *body);
/* `size` bytes of a file from its beginning, with their Content-Length, as
 * application/octet-stream that no browser may take for anything else. `fd` is taken. */
void http_respond_fd(struct http_exchange *x, int status, int fd, int64_t size);

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
