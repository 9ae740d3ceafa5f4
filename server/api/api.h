/* The routes of /v1: decode, ask who and may they, let the desk do it, encode. What lives
 * where is core/wire's table; this room adds what HTTP needs around it. */
#ifndef API_API_H
#define API_API_H

#include "server/desk/desk.h"
#include "server/feed.h"
#include "server/http.h"
#include "server/people.h"

struct api {
	struct desk *desk;
	struct db *db;
	struct people *people;
	struct feed *feed;
	struct api_files *files; /* NULL: no attachments */
	struct api_guard *guard; /* of customers' look-ups; NULL: none */
	const char *state_dir; /* exists; the HTTP room's spool_dir is on the same file system */
	unsigned write_queue;  /* more writes than that wait: everything new gets 503; 0 = no such mark */
};

/* http_conf.plan and http_conf.handler; arg is a struct api that outlives the server. */
void api_plan(struct http_exchange *x, struct http_body_plan *plan, void *arg);
void api_handle(struct http_exchange *x, void *arg);

/* ---- within the room */
/* Answers with the error shape; `field` and `conflict` may be NULL (borrowed). */
void api_fail(struct http_exchange *x, const GError *error, const char *field, const struct ticket *conflict);
void api_fail_as(struct http_exchange *x, int status, const GError *error); /* another status than the code's */
void api_answer(struct http_exchange *x, int status, GString *json);
void api_stamp(struct http_exchange *x); /* the headers of every answer; api_answer does it */
char *api_key(struct http_exchange *x, GError **error); /* Idempotency-Key, checked; g_free */
void api_etag(struct http_exchange *x, const struct answer *a);
/* api_watch.c */
void api_health(struct api *api, struct http_exchange *x);
void api_metrics(struct api *api, struct http_exchange *x);
/* A write whose change was decoded and allowed; takes over what both hold. */
void api_write(struct api *api, struct http_exchange *x, struct change *c, struct actor *who);

#endif
