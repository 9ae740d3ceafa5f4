/* Shared by the files of the HTTP room only (server/http*.c). One mutex guards every short
 * state change; the handler and stream sources run without it. */
#ifndef SERVER_HTTP_INNER_H
#define SERVER_HTTP_INNER_H

#include <microhttpd.h>

#include "server/http.h"

#define HTTP_STREAM_GATHER_US 5000     /* events of this window leave together */
#define HTTP_STREAM_CALM_US 20000      /* after so long without any, the first doesn't wait for others ... */
#define HTTP_STREAM_FIRST_US 300       /* ... but for those of its own change */
#define HTTP_STREAM_TICK_MS 10000      /* sources are asked at least this often */
#define HTTP_ANSWER_DEADLINE_MS 120000 /* absolute, for a reader of an answer */
#define HTTP_LEAST_RATE 32             /* bytes a ms (256 kbit/s) that large bodies get as time */
#define HTTP_LISTENERS (HTTP_GIVEN_MAX + 2)

/* One accepted socket. */
struct http_conn {
	struct http_server *server;
	GList link;            /* in server->conns */
	int fd;
	struct http_peer peer;
	gint64 deadline_us;    /* monotonic; 0 = none. Past it the sweeper shuts the socket */
	char key[40];          /* of its address, for limits */
	gboolean counted;      /* among its address's connections */
	gboolean too_many;     /* its address has enough of them: nothing of it is read */
	struct http_exchange *exchange; /* the one it is at */
	gboolean client;       /* had a request that counts */
	gboolean shut;
};

enum http_state {
	HTTP_NEW,       /* target read */
	HTTP_READING,   /* headers accepted */
	HTTP_HANDLING,  /* the handler has it */
	HTTP_ANSWERED   /* answer or stream is decided */
};

struct http_exchange {
	const char *language; /* of its errors; NULL until the headers are here */
	gint refs;               /* libmicrohttpd's and the handler's */
	struct http_server *server;
	struct http_conn *conn;  /* NULL once libmicrohttpd let go */
	struct MHD_Connection *mhd;
	GList link;              /* in server->exchanges */
	enum http_state state;
	gboolean parked;         /* suspended */
	gboolean queued;         /* the answer is with libmicrohttpd */
	gboolean close_after;
	gboolean unnoticed;
	int64_t person;          /* 0: nobody knows yet */
	char forwarded[64];      /* the client's address as the proxy says; "" */
	char forwarded_key[40];
	gboolean counted;        /* among the streams */
	gboolean forced;         /* answered by the stop; the handler may still be at it */
	char *target, *path;
	GPtrArray *params;       /* name, value, name, value */
	char *method;
	char *who;
	const char *route;       /* constant; NULL: none fits */
	guint64 sent;            /* bytes of the answer */
	/* the body */
	int64_t declared;        /* Content-Length; 0 = none */
	struct http_body_plan plan;
	GString *body;           /* in memory, empty once it is spooled */
	int spool_fd;            /* -1 */
	int64_t body_len;
	GChecksum *sum;          /* runs along for planned bodies; else made when asked for */
	char id[32];
	gint64 began_us;
	/* the answer */
	int status;
	const char *content_type;
	GPtrArray *headers;      /* name, value, ... */
	GString *answer;
	int answer_fd;           /* -1, or sent instead of `answer` */
	int64_t answer_size;
	/* a stream */
	gboolean stream, stream_over, farewell;
	struct http_stream_source source;
	int64_t cursor;
	void *stream_arg;
	GString *pending;
	gsize pending_off;
};

/* ---- http_metrics.c */
#define HTTP_ROUTES 128   /* and one place for what has none */
#define HTTP_VERBS 7
#define HTTP_CLASSES 5    /* of status */
#define HTTP_BUCKETS 11   /* of durations, and one above all */
enum http_refusal {
	HTTP_REFUSED_FRAMING, HTTP_REFUSED_LENGTH, HTTP_REFUSED_ROOM, HTTP_REFUSED_CLOSING,
	HTTP_REFUSED_OVERLOAD, HTTP_REFUSED_ADDRESS_RATE, HTTP_REFUSED_PERSON_RATE,
	HTTP_REFUSED_CONNECTIONS, HTTP_REFUSED_STREAMS, HTTP_REFUSED_DEADLINE, HTTP_REFUSED_LATE, HTTP_REFUSED_UNPARSED,
	HTTP_REFUSALS
};
struct http_route_counts {
	const char *route;
	guint64 requests[HTTP_VERBS][HTTP_CLASSES], durations[HTTP_BUCKETS + 1], total_us;
};
struct http_metrics {
	struct http_route_counts routes[HTTP_ROUTES + 1];
	guint64 refused[HTTP_REFUSALS], connections, received, sent;
};
#define http_count(counter, n) ((void)__atomic_fetch_add((counter), (n), __ATOMIC_RELAXED))
void http_count_refused(struct http_server *s, enum http_refusal why);
void http_count_request(struct http_exchange *x, gint64 took_us);

struct http_server {
	gint refs;               /* the owner's and one per exchange */
	GMutex lock;
	GCond changed;           /* an exchange or connection went */
	struct http_conf conf;
	char *unix_path, *spool_dir;
	guint64 unix_ino;
	char *tls_certificate, *tls_key;
	struct http_tls *tls;    /* in force; NULL: plain */
	unsigned tcp_port;
	struct MHD_Daemon *daemons[HTTP_LISTENERS];
	int listen_fds[HTTP_LISTENERS];
	int n_daemons;
	/* http_accept.c */
	GThread *acceptor;
	int accept_end;          /* an eventfd: written, the thread ends */
	GQueue conns, exchanges;
	unsigned clients;
	gboolean draining;       /* new requests are refused, streams end */
	gboolean stopped;        /* nothing may be suspended any more */
	guint32 id_prefix;
	guint64 id_next;
	/* http_sweep.c */
	GThread *sweeper;
	GCond sweep;
	gint64 sweep_at_us;
	/* http_stream.c */
	GThread *pump;
	GCond pump_wake;
	gboolean wake_wanted;
	guint64 generation;      /* grows with every wake-up */
	unsigned streams;
	struct http_metrics metrics;
	/* http_limit.c */
	GMutex limit_lock;       /* taken inside `lock` if both */
	GHashTable *quotas;
	gint64 forgot_us;
};

/* http_accept.c: hands what connects at listen_fds to daemons, until the end; no more than once. */
gboolean http_accept_start(struct http_server *s, GError **error);
void http_accept_end(struct http_server *s);

/* http_listen.c: sockets bound and listening, or -1 with an error. */
int http_listen_unix(const char *path, mode_t mode, const char *group, guint64 *ino, GError **error);
int http_listen_tcp(const char *address, unsigned *port, GError **error);
void http_unlisten_unix(const char *path, guint64 ino);
/* 0 for a Unix socket. */
unsigned http_port_of(int fd);
gboolean http_is_loopback(int fd);
void http_peer_of(int fd, struct http_peer *peer);

/* http_check.c: 0 when the request may be served, else the status to refuse it with and
 * a sentence. Looks at the parsed headers of x->mhd, x->method, and decodes the target. */
int http_check_request(struct http_exchange *x, const char *version, const char **sentence);
gboolean http_decode_target(const char *target, char **path, GPtrArray *params);

/* http_sweep.c; all with the lock held except start and end. */
void http_sweep_start(struct http_server *s);
void http_sweep_end(struct http_server *s);
void http_deadline(struct http_conn *c, int ms); /* 0 = none */

/* http_stream.c */
void http_pump_start(struct http_server *s);
void http_pump_end(struct http_server *s);
int http_stream_queue(struct http_exchange *x); /* queues the endless answer on x->mhd */

/* http_request.c */
struct http_exchange *http_exchange_new(struct http_server *s, struct http_conn *c, const char *target);
void http_exchange_unref(struct http_exchange *x);

/* http_body.c */
int64_t http_body_max(const struct http_exchange *x);
void http_body_begin(struct http_exchange *x);
void http_body_take(struct http_exchange *x, const char *bytes, size_t len); /* or refuses */
void http_body_clear(struct http_exchange *x);

/* http_limit.c */
void http_limits_start(struct http_server *s);
void http_limits_end(struct http_server *s);
void http_limit_key(char *key, size_t size, const char *address);
static inline const char *http_limit_key_of(const struct http_exchange *x)
{
	return *x->forwarded_key ? x->forwarded_key : x->conn->key;
}
/* Counts one more, also where it says that this is more than an address may have. */
gboolean http_limit_connected(struct http_server *s, const char *key);
void http_limit_left(struct http_server *s, const char *key);
gboolean http_limit_request(struct http_exchange *x);
gboolean http_limit_stream(struct http_exchange *x, const char **why); /* lock held; counts when TRUE */
void http_limit_stream_ended(struct http_exchange *x);

/* http_tls.c */
struct http_tls;
gboolean http_both_or_none(const char *certificate, const char *key, GError **error);
struct http_tls *http_tls_load(const char *certificate, const char *key, GError **error);
void http_tls_free(struct http_tls *t); /* with all it replaced; NULL is fine */
intptr_t http_tls_retriever(void); /* what the library asks at each handshake */

/* http_life.c */
void http_server_unref(struct http_server *s);

/* http.c */
void *http_on_target(void *arg, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result http_on_request(void *arg, struct MHD_Connection *mhd, const char *url, const char *method,
				const char *version, const char *bytes, size_t *len, void **context);
void http_on_completed(void *arg, struct MHD_Connection *mhd, void **context,
		       enum MHD_RequestTerminationCode code);
void http_on_connection(void *arg, struct MHD_Connection *mhd, void **context,
			enum MHD_ConnectionNotificationCode code);
/* Decides the answer: the error shape, and the connection's end. */
void http_refuse(struct http_exchange *x, int status, enum http_refusal why, const char *sentence);
/* The same for what is only too much now: Retry-After, and the connection may go on. */
void http_turn_away(struct http_exchange *x, int status, enum http_refusal why, const char *sentence);
/* The answer is decided, the lock held: wakes the HTTP thread when the exchange was waiting. */
void http_answered(struct http_exchange *x);
void http_refuse_long(struct http_exchange *x);
void http_add_headers(struct http_exchange *x, void *response);

#endif
