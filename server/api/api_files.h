/* Uploads and downloads of attachments: bodies are bytes, not JSON.
 *   POST /v1/attachments?name=NAME&media=TYPE   Idempotency-Key; 201 {"attachment": {...}}
 *   GET  /v1/attachments/ID                     the bytes, checked against their SHA-256 */
#ifndef API_API_FILES_H
#define API_API_FILES_H

#include "server/api/api.h"
#include "server/desk/attachments.h"

struct api_files;
/* Threads that wait for disk and scanner in place of the HTTP threads. */
struct api_files *api_files_start(struct api *api, struct attachments *a);
/* After the HTTP server stopped, before the database closes. NULL is fine. */
void api_files_stop(struct api_files *f);

/* ---- within the room */
/* Of an upload: a large body from those who may; strangers' aren't read at all. */
void api_files_plan(struct api *api, struct http_exchange *x, struct http_body_plan *plan);
gboolean api_is_upload(const char *method, const char *path);
gboolean api_is_download(const char *path, desk_id *id); /* id 0: the path is of the kind, but no number */
void api_upload(struct api *api, struct http_exchange *x);
void api_download(struct api *api, struct http_exchange *x, desk_id id);

#endif
