/* An HTTP client on the main loop; the only room that knows libcurl.
 *
 * No threads, no signals. Callbacks come from one GSource, never inside
 * http_client_send; in them new calls may be made and others called off, but the
 * client itself not be freed. Bytes of a stream are handed over while libcurl is
 * at work: http_bytes_fn may only store them. */
#ifndef DRIVERS_HTTP_H
#define DRIVERS_HTTP_H

#include <stdint.h>

#include "base/error.h"

struct http_client;
struct http_call;

enum http_outcome {
	HTTP_ANSWERED,   /* status and body are whole */
	HTTP_NEVER_LEFT, /* nothing of the request reached the other side */
	HTTP_NO_ANSWER,  /* it left, at least in part; no whole answer came */
	HTTP_TOO_BIG,    /* the answer is over the limit */
};

struct http_upload {
	int fd;                      /* read from its beginning; open during the call */
	int64_t size;
};
/* Bytes sent and to send, or come and to come (0: unknown). While libcurl is at work: only store. */
typedef void http_moved_fn(int64_t done, int64_t total, void *arg);

struct http_request {
	const char *method;          /* static or alive during the call */
	const char *target;          /* "/v1/..." */
	const char *body;            /* NULL none; JSON; copied */
	const char *const *headers;  /* "Name: value", NULL-terminated; values clean already */
	int timeout_ms;              /* 0 none */
	int connect_ms;
	const struct http_upload *upload; /* instead of a body; copied */
	http_moved_fn *moved;        /* progress of a file; NULL nobody cares */
	int stall_ms;                /* ends when nothing moves for so long; 0 never */
	size_t max_bytes;            /* of the answer; of an error's body for streams */
};

struct http_result {
	enum http_outcome outcome;
	int status;
	const char *body;            /* NUL-terminated */
	size_t len;
	const char *why;             /* a sentence, when not ANSWERED */
	gboolean timed_out;
	int64_t retry_after_ms;      /* what the other side asks to wait; 0 = it doesn't say */
};

typedef void http_done_fn(const struct http_result *result, void *arg);
/* `opened` once with the status when the answer's head is here (streams). FALSE from bytes ends it. */
typedef void http_opened_fn(int status, void *arg);
typedef gboolean http_bytes_fn(const char *bytes, size_t len, void *arg);

/* address: "unix:/path", "http://host:port", "https://..."; ca_file: PEM with the authorities that are
 * trusted instead of the host's, or NULL. A certificate is always verified. */
struct http_client *http_client_new(const char *address, const char *ca_file, GError **error);
void http_client_free(struct http_client *c); /* calls off everything, no callbacks */
struct http_call *http_client_send(struct http_client *c, const struct http_request *r, http_done_fn *done, void *arg);
struct http_call *http_client_stream(struct http_client *c, const struct http_request *r, http_opened_fn *opened,
                                     http_bytes_fn *bytes, http_done_fn *done, void *arg);
void http_call_off(struct http_call *call); /* no callback follows */

#endif
