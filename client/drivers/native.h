/* The native driver's inside: requests in native.c, the feed in native_feed.c. */
#ifndef DRIVERS_NATIVE_H
#define DRIVERS_NATIVE_H

#include "client/backend.h"
#include "client/drivers/http.h"

struct native_feed {
	struct http_call *call;
	int64_t after;          /* newest number seen; 0 = from now */
	gboolean wanted, open;
	GString *line, *data;   /* of the event being read */
	gboolean broken;        /* a line beyond all measure */
	int64_t wait_ms;        /* before the next attempt */
	guint retry_timer;
	GSource *silence;       /* moved on with every sign of life, so that it wakes nobody */
};

struct native {
	struct backend *backend;
	struct http_client *http;
	GHashTable *calls;      /* guint64 -> struct native_call */
	GPtrArray *headers;     /* char*: those of every request */
	struct native_feed feed;
};

struct native_call {
	struct native *native;
	guint64 id;
	gboolean is_write;
	enum query_kind query;
	enum change_kind change;
	struct http_call *http;
	/* of reads and writes, to ask once more when the server says when */
	const char *method;
	char *target, *json;
	char **headers;
	unsigned asked;
	guint later;
	/* files */
	int fd, status;
	gboolean full;          /* writing to fd failed: errno */
	int trouble;
	GChecksum *sum;
	char *sha256;
};
struct native_call *native_call_new(struct native *n, guint64 id);
void native_failed(struct native_call *call, const struct http_result *r);  /* answers: no whole answer came */
void native_refused(struct native_call *call, const struct http_result *r); /* answers: not 2xx */
void native_upload(struct backend *b, guint64 id, const struct backend_file *f);
void native_download(struct backend *b, guint64 id, const struct backend_file *f);

/* Sentence and code of an answer that is not 2xx, or of none. NULL-safe members only. */
struct wire_error *native_error(const struct http_result *r);

void native_feed_init(struct native *n);
void native_feed_clear(struct native *n);
void native_feed_follow(struct native *n, int64_t after_seq);
void native_feed_retry(struct native *n);
void native_feed_hint(struct native *n, gboolean reachable); /* a request found out */

#endif
