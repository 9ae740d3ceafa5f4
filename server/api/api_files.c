/* Attachments over HTTP. What waits (disk, checksum, scanner) is done on threads of its own. */
#include "server/api/api_files.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define UPLOADS_AT_ONCE 2
#define DOWNLOADS_AT_ONCE 2
#define PLACE "/v1/attachments"
#define PLACE_OF_ONE "/v1/attachments/"

struct api_files {
	struct api *api;
	struct attachments *attachments;
	GThreadPool *uploads, *downloads;
	gint under_way;          /* uploads */
};

struct upload {
	struct api_files *files;
	struct http_exchange *x;
	struct actor who;
	struct attachment_new in;
	char *key, *hash;
	struct answer *answer;   /* made anew by every run of the job */
	int status;
	gboolean fresh;          /* the answer is not an old one */
	gboolean remembering, retried;
};

struct download {
	struct api_files *files;
	struct http_exchange *x;
	struct attachment_row row;
};

/* ---------------------------------------------------------------- what lives where */
gboolean api_is_upload(const char *method, const char *path)
{
	return strcmp(method, "POST") == 0 && strcmp(path, PLACE) == 0;
}

gboolean api_is_download(const char *path, desk_id *id)
{
	const char *digits = path + strlen(PLACE_OF_ONE);
	size_t n;

	*id = 0;
	if (!g_str_has_prefix(path, PLACE_OF_ONE))
		return FALSE;
	n = strlen(digits);
	if (n == 0 || n > 15 || strspn(digits, "0123456789") != n)
		return FALSE;
	*id = g_ascii_strtoll(digits, NULL, 10);
	return *id > 0;
}

void api_files_plan(struct api *api, struct http_exchange *x, struct http_body_plan *plan)
{
	g_autoptr(GError) error = NULL;
	struct actor who = {0};

	plan->max_bytes = attachments_max_bytes(api->files->attachments);
	plan->spool = TRUE;
	if (!people_who(api->people, x, &who, &error) || !people_may_attach(&who, &error))
		api_fail(x, error, NULL, NULL);
	people_actor_clear(&who);
}

/* ---------------------------------------------------------------- uploads */
static void upload_free(struct upload *u)
{
	if (u->files)
		g_atomic_int_add(&u->files->under_way, -1);
	answer_free(u->answer);
	attachment_new_clear(&u->in);
	people_actor_clear(&u->who);
	g_free(u->key);
	g_free(u->hash);
	g_free(u);
}

struct memory {
	char *hash, *answer;
	int status;
};

static gboolean take_memory(const struct db_row *row, void *arg)
{
	struct memory *m = arg;

	m->hash = db_dup(row, 0);
	m->status = (int)db_int(row, 1);
	m->answer = db_dup(row, 2);
	return FALSE;
}

/* The answer that was given to this key, if what it names is still there. */
static gboolean recall(struct upload *u, struct db_conn *conn, gboolean *known, GError **error)
{
	struct memory m = {0};
	struct attachment_row row = {0};
	gboolean ok = DB_RUN(conn, STMT_IDEM_GET, take_memory, &m, error, DB_I(u->who.person_id), DB_T(u->key));

	*known = ok && m.hash;
	if (*known && strcmp(m.hash, u->hash) != 0) {
		ok = desk_fail(error, DESK_REUSED, "this Idempotency-Key was used for another request");
	} else if (*known) {
		u->answer = answer_of_upload(m.answer, strlen(m.answer), error);
		u->status = m.status;
		ok = u->answer && DB_RUN(conn, STMT_ATTACHMENT, attachment_row_fn, &row, error,
					 DB_I(u->answer->attachment->id));
		if (ok && !row.meta) /* swept meanwhile: it is kept anew */
			g_clear_pointer(&u->answer, answer_free);
		attachment_row_clear(&row);
	}
	g_free(m.hash);
	g_free(m.answer);
	return ok;
}

static gboolean remember(struct upload *u, struct db_conn *conn, gboolean known, int64_t now, GError **error)
{
	g_autoptr(GString) json = g_string_new(NULL);
	gboolean ok;

	answer_to_json(json, u->answer);
	if (known)
		return DB_RUN(conn, STMT_IDEM_REPLACE, NULL, NULL, error, DB_I(u->who.person_id), DB_T(u->key),
			      DB_T(json->str), DB_I(now));
	ok = DB_RUN(conn, STMT_IDEM_ADD, NULL, NULL, error, DB_I(u->who.person_id), DB_T(u->key), DB_T(u->hash),
		    DB_I(201), DB_T(json->str), DB_I(now));
	u->remembering = !ok;
	return ok;
}

static gboolean upload_job(struct db_tx *tx, void *arg, GError **error)
{
	struct upload *u = arg;
	struct db_conn *conn = db_conn_of(tx);
	gboolean known = FALSE;

	g_clear_pointer(&u->answer, answer_free);
	u->remembering = FALSE;
	u->fresh = FALSE;
	if (!recall(u, conn, &known, error))
		return FALSE;
	if (u->answer)
		return TRUE;
	if (!attachments_add(u->files->attachments, tx, &u->in, 0, 0, error))
		return FALSE;
	u->answer = g_new0(struct answer, 1);
	u->answer->server_time_ms = db_tx_now(tx);
	u->answer->attachment = g_new0(struct attachment, 1);
	*u->answer->attachment = u->in.meta;
	u->answer->attachment->name = g_strdup(u->in.meta.name);
	u->answer->attachment->media = g_strdup(u->in.meta.media);
	u->answer->attachment->sha256 = g_strdup(u->in.meta.sha256);
	u->status = 201;
	u->fresh = TRUE;
	return remember(u, conn, known, db_tx_now(tx), error);
}

static void upload_done(const GError *error, void *arg)
{
	struct upload *u = arg;

	if (error && u->remembering && !u->retried && desk_error_code(error) == DESK_CONFLICT) {
		u->retried = TRUE; /* the other server's answer is there now */
		db_submit(u->files->api->db, upload_job, upload_done, u);
		return;
	}
	if (error) {
		api_fail(u->x, error, NULL, NULL);
	} else {
		GString *json = g_string_new(NULL);

		u->answer->server_time_ms = clock_wall_ms();
		answer_to_json(json, u->answer);
		api_answer(u->x, u->status, json);
	}
	u->x = NULL; /* its bytes went with it */
	if (!u->fresh && u->in.in_file)
		g_thread_pool_push(u->files->uploads, u, NULL); /* the file that was kept may be nobody's */
	else
		upload_free(u);
}

static void upload_run(gpointer data, gpointer arg)
{
	struct upload *u = data;
	struct api_files *f = arg;
	g_autoptr(GError) error = NULL;

	if (!u->x) {
		attachments_forget(f->attachments, f->api->db, u->in.meta.sha256);
		upload_free(u);
	} else if (attachments_take(f->attachments, &u->in, &error)) {
		db_submit(f->api->db, upload_job, upload_done, u);
	} else {
		api_fail(u->x, error, NULL, NULL);
		upload_free(u);
	}
}

static char *hash_upload(struct http_exchange *x)
{
	g_autofree char *all = g_strconcat(http_method(x), "\n", http_target(x), "\n", http_body_sha256(x), NULL);

	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
}

/* Everything about the request but its bytes. */
static gboolean check_upload(struct api *api, struct upload *u, const char **field, GError **error)
{
	const char *name = http_param(u->x, "name");

	if (!people_who(api->people, u->x, &u->who, error))
		return FALSE;
	http_set_who(u->x, u->who.display);
	if (!people_may_attach(&u->who, error))
		return FALSE;
	if (!api->files)
		return desk_fail(error, DESK_UNSUPPORTED, "this server keeps no attachments");
	*field = "Idempotency-Key";
	if (!(u->key = api_key(u->x, error)))
		return FALSE;
	*field = "name";
	if (!name || !*name)
		return desk_fail(error, DESK_INVALID, "an upload needs the parameter name");
	*field = NULL;
	u->in.fd = http_body_fd(u->x, &u->in.meta.size);
	if (u->in.meta.size > attachments_max_bytes(api->files->attachments))
		return desk_fail(error, DESK_LIMIT, "the file is larger than %" G_GINT64_FORMAT " KiB",
				 attachments_max_bytes(api->files->attachments) >> 10);
	return TRUE;
}

void api_upload(struct api *api, struct http_exchange *x)
{
	struct upload *u = g_new0(struct upload, 1);
	g_autoptr(GError) error = NULL;
	const char *field = NULL;
	size_t len;

	u->x = x;
	u->files = api->files;
	if (u->files)
		g_atomic_int_inc(&u->files->under_way);
	if (!check_upload(api, u, &field, &error)) {
		api_fail(x, error, field, NULL);
		upload_free(u);
		return;
	}
	attachment_name(&u->in.meta, http_param(x, "name"), http_param(x, "media"));
	u->in.meta.sha256 = g_strdup(http_body_sha256(x));
	u->in.by_id = u->who.person_id;
	u->in.bytes = http_body(x, &len);
	u->hash = hash_upload(x);
	g_thread_pool_push(api->files->uploads, u, NULL);
}

/* ---------------------------------------------------------------- downloads */
static void download_free(struct download *d)
{
	attachment_row_clear(&d->row);
	g_free(d);
}

/* RFC 6266: an ASCII name for the old, the real one percent-encoded for the rest. */
static char *disposition(const char *name)
{
	g_autofree char *plain = g_strdup(name);
	g_autofree char *coded = g_uri_escape_string(name, "!#$&+^`|", FALSE);

	for (unsigned char *c = (unsigned char *)plain; *c; c++)
		if (!g_ascii_isalnum(*c) && !strchr("._- ", *c))
			*c = '_';
	return g_strdup_printf("attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, coded);
}

static void head(struct http_exchange *x, const struct attachment *m)
{
	g_autofree char *name = disposition(m->name);
	g_autofree char *tag = g_strdup_printf("\"%s\"", m->sha256);

	api_stamp(x);
	http_answer_header(x, "Content-Disposition", name);
	http_answer_header(x, "Content-Security-Policy", "default-src 'none'; sandbox");
	http_answer_header(x, "Cache-Control", "private, no-store");
	http_answer_header(x, "ETag", tag);
}

static void download_run(gpointer data, gpointer arg)
{
	struct download *d = data;
	struct api_files *f = arg;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;
	struct db_conn *conn = d->row.in_file ? NULL : db_read_begin(f->api->db, &error);
	gboolean ok = d->row.in_file || conn;
	int fd = -1;

	ok = ok && attachments_bytes(f->attachments, conn, &d->row, &fd, &bytes, &error);
	if (conn)
		db_read_end(f->api->db, conn);
	if (!ok && desk_error_code(error) != DESK_BUSY) { /* to the asker it is the same: our copy is bad */
		g_autoptr(GError) bad = g_steal_pointer(&error);

		log_error("attachments", "%s", bad->message);
		desk_fail(&error, DESK_IO, "the stored copy of %s is missing or damaged", d->row.meta->name);
	}
	if (!ok) {
		api_fail(d->x, error, NULL, NULL);
	} else {
		head(d->x, d->row.meta);
		if (fd >= 0) {
			http_respond_fd(d->x, 200, fd, d->row.meta->size);
		} else {
			size_t len;
			const char *from = g_bytes_get_data(bytes, &len);

			http_answer_header(d->x, "X-Content-Type-Options", "nosniff");
			http_respond(d->x, 200, "application/octet-stream", g_string_new_len(from, (gssize)len));
		}
	}
	download_free(d);
}

/* Rights: as reading the ticket; what no message has yet is its uploader's alone. */
static gboolean check_download(struct api *api, struct download *d, desk_id id, GError **error)
{
	struct actor who = {0};
	struct db_conn *conn = NULL;
	gboolean ok = people_who(api->people, d->x, &who, error);

	if (ok)
		http_set_who(d->x, who.display);
	ok = ok && people_may_ask(&who, QUERY_TICKET, error) && (conn = db_read_begin(api->db, error)) &&
	     attachment_read(conn, id, &d->row, error);
	if (conn)
		db_read_end(api->db, conn);
	if (ok && !d->row.message_id && d->row.by_id != who.person_id)
		ok = desk_fail(error, DESK_NOTFOUND, "there is no attachment %" G_GINT64_FORMAT, id);
	if (ok && d->row.meta->scan == SCAN_INFECTED)
		ok = desk_fail(error, DESK_FORBIDDEN, "%s is infected: it is kept, but not handed out",
			       d->row.meta->name);
	if (ok && !api->files)
		ok = desk_fail(error, DESK_UNSUPPORTED, "this server keeps no attachments");
	people_actor_clear(&who);
	return ok;
}

void api_download(struct api *api, struct http_exchange *x, desk_id id)
{
	struct download *d = g_new0(struct download, 1);
	g_autoptr(GError) error = NULL;

	d->x = x;
	d->files = api->files;
	if (check_download(api, d, id, &error)) {
		g_thread_pool_push(api->files->downloads, d, NULL);
		return;
	}
	api_fail(x, error, NULL, NULL);
	download_free(d);
}

/* ---------------------------------------------------------------- life */
struct api_files *api_files_start(struct api *api, struct attachments *a)
{
	struct api_files *f = g_new0(struct api_files, 1);

	f->api = api;
	f->attachments = a;
	f->uploads = g_thread_pool_new(upload_run, f, UPLOADS_AT_ONCE, FALSE, NULL);
	f->downloads = g_thread_pool_new(download_run, f, DOWNLOADS_AT_ONCE, FALSE, NULL);
	return f;
}

void api_files_stop(struct api_files *f)
{
	if (!f)
		return;
	while (g_atomic_int_get(&f->under_way)) /* the pool's, or the writer's */
		g_usleep(1000);
	g_thread_pool_free(f->uploads, FALSE, TRUE);
	g_thread_pool_free(f->downloads, FALSE, TRUE);
	g_free(f);
}
