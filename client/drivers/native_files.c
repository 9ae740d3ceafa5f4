/* Files to and from ttydeskd, streamed. */
#include "client/drivers/native.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/say.h"

static void moved(int64_t done, int64_t total, void *arg)
{
	struct native_call *call = arg;
	backend_moved(call->native->backend, call->id, done, total);
}

/* ---- up */

static void upload_done(const struct http_result *r, void *arg)
{
	struct native_call *call = arg;
	struct backend *b = call->native->backend;
	native_feed_hint(call->native, r->outcome != HTTP_NEVER_LEFT);
	if (r->outcome != HTTP_ANSWERED) {
		native_failed(call, r);
	} else if (r->status >= 200 && r->status < 300) {
		g_autoptr(GError) error = NULL;
		struct answer *a = answer_of_upload(r->body, r->len, &error);
		if (a)
			backend_server_time(b, a->server_time_ms);
		backend_answer(b, call->id, a, error, NULL);
	} else {
		native_refused(call, r);
	}
	g_hash_table_remove(call->native->calls, &call->id);
}

void native_upload(struct backend *b, guint64 id, const struct backend_file *f)
{
	struct native *n = backend_driver_state(b);
	struct native_call *call = native_call_new(n, id);
	g_autofree char *name = g_uri_escape_string(f->name, NULL, FALSE);
	g_autofree char *media = g_uri_escape_string(f->media ? f->media : "", NULL, FALSE);
	g_autofree char *target = g_strdup_printf("/v1/attachments?name=%s&media=%s", name, media);
	g_autofree char *key = g_strconcat("Idempotency-Key: ", f->once_key, NULL);
	g_autoptr(GPtrArray) headers = g_ptr_array_new();
	const struct http_upload upload = {f->fd, f->size};
	for (guint i = 0; i + 1 < n->headers->len; i++)
		g_ptr_array_add(headers, n->headers->pdata[i]);
	g_ptr_array_add(headers, key);
	g_ptr_array_add(headers, NULL);
	call->is_write = TRUE;
	call->http = http_client_send(n->http,
	                              &(struct http_request){.method = "POST",
	                                                     .target = target,
	                                                     .upload = &upload,
	                                                     .moved = moved,
	                                                     .headers = (const char *const *)headers->pdata,
	                                                     .stall_ms = BACKEND_STALL_MS,
	                                                     .connect_ms = BACKEND_CONNECT_MS,
	                                                     .max_bytes = WIRE_MAX_BODY},
	                              upload_done, call);
}

/* ---- down */

static void download_opened(int status, void *arg)
{
	((struct native_call *)arg)->status = status;
}

/* Into the file; the rest of a full disk's answer isn't wanted. */
static gboolean download_bytes(const char *bytes, size_t len, void *arg)
{
	struct native_call *call = arg;
	g_checksum_update(call->sum, (const guchar *)bytes, (gssize)len);
	while (len > 0) {
		ssize_t n = write(call->fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			call->full = TRUE;
			call->trouble = n < 0 ? errno : ENOSPC;
			return FALSE;
		}
		bytes += n;
		len -= (size_t)n;
	}
	return TRUE;
}

static void download_whole(struct native_call *call)
{
	struct backend *b = call->native->backend;
	g_autoptr(GError) error = NULL;
	if (call->sha256 && g_strcmp0(call->sha256, g_checksum_get_string(call->sum)) != 0)
		desk_fail(&error, DESK_PROTOCOL, "other bytes came than were promised");
	backend_answer(b, call->id, error ? NULL : g_new0(struct answer, 1), error, NULL);
}

static void download_done(const struct http_result *r, void *arg)
{
	struct native_call *call = arg;
	g_autoptr(GError) error = NULL;
	native_feed_hint(call->native, r->outcome != HTTP_NEVER_LEFT);
	if (call->full) {
		desk_fail(&error, DESK_IO, "the file can't be written: %s", say_errno(call->trouble));
		backend_answer(call->native->backend, call->id, NULL, error, NULL);
	} else if (r->outcome != HTTP_ANSWERED) {
		native_failed(call, r);
	} else if (r->status >= 200 && r->status < 300) {
		download_whole(call);
	} else {
		native_refused(call, r);
	}
	g_hash_table_remove(call->native->calls, &call->id);
}

void native_download(struct backend *b, guint64 id, const struct backend_file *f)
{
	struct native *n = backend_driver_state(b);
	struct native_call *call = native_call_new(n, id);
	g_autofree char *target = g_strdup_printf("/v1/attachments/%" G_GINT64_FORMAT, f->attachment_id);
	call->fd = f->fd;
	call->sum = g_checksum_new(G_CHECKSUM_SHA256);
	call->sha256 = g_strdup(f->sha256);
	call->http = http_client_stream(n->http,
	                                &(struct http_request){.method = "GET",
	                                                       .target = target,
	                                                       .moved = moved,
	                                                       .headers = (const char *const *)n->headers->pdata,
	                                                       .stall_ms = BACKEND_STALL_MS,
	                                                       .connect_ms = BACKEND_CONNECT_MS,
	                                                       .max_bytes = WIRE_MAX_BODY},
	                                download_opened, download_bytes, download_done, call);
}
