/* Import of JSON Lines: all lines are checked first, then written type by type, some
 * hundred a transaction, so that references may stand anywhere in the file. */
#include "server/desk/export_table.h"
#include "server/desk/records_inside.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/text.h"
#include "base/say.h"

#define LINE_MAX_BYTES (8u << 20)
#define STREAM_MAX_BYTES (1u << 30) /* of what can't be mapped */
#define TELL_EVERY 2000             /* lines */

void import_complain(struct import *im, guint number, const char *what)
{
	g_autofree char *line = g_strdup_printf("%s:%u: %s", im->conf->name, number, what);

	im->report->bad++;
	if (im->conf->complain)
		im->conf->complain(line, im->conf->arg);
}

gboolean import_tell(struct import *im, enum import_stage stage, guint64 done, guint64 total, GError **error)
{
	if (!im->conf->progress || im->conf->progress(stage, done, total, im->conf->arg))
		return TRUE;
	return desk_fail(error, DESK_CANCELLED, "broken off; the same command goes on from here");
}

static char *type_key(enum record_type type, const char *key)
{
	return g_strdup_printf("%d/%s", (int)type, key);
}

/* ---- first pass: every line by itself */
static void check_line(struct import *im, const char *text, size_t len, guint number)
{
	g_autoptr(GError) error = NULL;
	struct record *r;
	struct import_line line = {.text = text, .len = len, .number = number};

	while (len && g_ascii_isspace(text[len - 1]))
		len--;
	if (!len || text[0] == '#')
		return;
	im->report->lines++;
	if (len > LINE_MAX_BYTES) {
		import_complain(im, number, _("the line is longer than 8 MiB"));
		return;
	}
	r = record_parse(text, len, im->now, &error);
	if (!r) {
		import_complain(im, number, error->message);
		return;
	}
	line.len = len;
	line.type = r->type;
	g_array_append_val(im->lines[r->type], line);
	g_hash_table_add(im->named, type_key(r->type, r->key));
	record_free(r);
}

static gboolean check_lines(struct import *im, const char *bytes, size_t len, GError **error)
{
	const char *start = bytes, *end = bytes + len;

	if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		bytes += 3;
	for (guint number = 1; bytes < end; number++) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t n = (size_t)((stop ? stop : end) - bytes);

		check_line(im, bytes, n, number);
		bytes += n + 1;
		if (number % TELL_EVERY == 0 &&
		    !import_tell(im, IMPORT_CHECKING, (guint64)(bytes - start), len, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- references: to a good line of this file, or to what the desk has already */
struct check {
	struct import *im;
	struct db_conn *conn;
	char *missing;
	GError **error;
};

/* FALSE when the database failed; what is missing is only noted. */
static gboolean refers(enum record_type type, const char *key, void *arg)
{
	struct check *c = arg;
	g_autofree char *name = type_key(type, key);
	desk_id id = 0;

	if (c->missing || g_hash_table_contains(c->im->named, name))
		return TRUE;
	if (!record_id(c->conn, type, key, &id, c->error))
		return FALSE;
	if (!id)
		c->missing = g_strdup_printf("there is no %s \"%s\"", record_type_name(type), key);
	return TRUE;
}

static gboolean check_references(struct import *im, struct db_conn *conn, GError **error)
{
	guint64 done = 0;

	for (int type = 0; type < RECORD_TYPE_COUNT; type++) {
		GArray *lines = im->lines[type];
		guint kept = 0;

		for (guint i = 0; i < lines->len; i++) {
			struct import_line line = g_array_index(lines, struct import_line, i);

			if (++done % TELL_EVERY == 0 &&
			    !import_tell(im, IMPORT_LINKING, done, im->report->lines, error))
				return FALSE;
			struct record *r = record_parse(line.text, line.len, im->now, NULL);
			struct check c = {.im = im, .conn = conn, .error = error};
			gboolean ok = record_references(r, refers, &c);

			if (ok && c.missing)
				import_complain(im, line.number, c.missing);
			else if (ok)
				g_array_index(lines, struct import_line, kept++) = line;
			g_free(c.missing);
			record_free(r);
			if (!ok)
				return FALSE;
		}
		g_array_set_size(lines, kept);
	}
	return TRUE;
}

/* ---- what a line would do: for --dry-run */
struct known {
	char *hash;
	gboolean found;
};

static gboolean known_fn(const struct db_row *row, void *arg)
{
	struct known *k = arg;

	k->found = TRUE;
	k->hash = db_dup(row, 1);
	return FALSE;
}

char *import_hash(const struct import_line *line)
{
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)line->text, line->len);
}

static gboolean foresee(struct import *im, struct db_conn *conn, GError **error)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		for (guint i = 0; i < im->lines[type]->len; i++) {
			const struct import_line *line = &g_array_index(im->lines[type], struct import_line, i);
			g_autofree char *hash = import_hash(line);
			struct record *r = record_parse(line->text, line->len, im->now, NULL);
			struct known k = {0};
			gboolean ok = DB_RUN(conn, STMT_IMPORT_KEY, known_fn, &k, error, DB_I(type), DB_T(r->key));

			record_free(r);
			if (!ok)
				return FALSE;
			if (!k.found)
				im->report->added++;
			else if (strcmp(k.hash, hash) == 0)
				im->report->unchanged++;
			else
				im->report->updated++;
			g_free(k.hash);
		}
	return TRUE;
}

/* ---- the whole */
static gboolean run(struct import *im, GError **error)
{
	gboolean dry_run = im->conf->dry_run;
	struct db_conn *conn = db_read_begin(im->desk->db, error);
	gboolean ok = conn && check_references(im, conn, error) && (!dry_run || foresee(im, conn, error));

	if (conn)
		db_read_end(im->desk->db, conn);
	return ok && (dry_run || import_write(im, error));
}

gboolean import_buffer(struct desk *d, const char *bytes, size_t len, const struct import_conf *conf,
                       struct import_report *report, GError **error)
{
	struct import im = {
		.desk = d, .conf = conf, .now = clock_wall_ms(), .report = report, .words = desk_words(d),
		.named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.keys = record_keys_new(),
	};
	gboolean ok;

	if (conf->name && strcmp(conf->name, "stdin") != 0) {
		g_autofree char *folder = g_path_get_dirname(conf->name);

		record_keys_set_folder(im.keys, folder);
	}
	*report = (struct import_report){0};
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		im.lines[type] = g_array_new(FALSE, FALSE, sizeof(struct import_line));
	ok = import_mark_find(&im, bytes, len, error) && check_lines(&im, bytes, len, error) && run(&im, error);
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		g_array_unref(im.lines[type]);
	g_hash_table_unref(im.named);
	record_keys_free(im.keys);
	words_unref(im.words);
	g_free(im.mark);
	return ok;
}

/* ---- tables: made into lines of records, row by row */
static void bad_row(guint line, const char *sentence, void *arg)
{
	GPtrArray *bad = arg;

	g_ptr_array_add(bad, g_strdup_printf("%u: %s", line, sentence));
}

/* Spreadsheets of Chinese offices are often in their old encoding. */
static char *table_text(const char *bytes, size_t len, const char *name, GError **error)
{
	gsize n = 0;
	char *text;

	if (text_storable(bytes, len))
		return g_strndup(bytes, len);
	text = memchr(bytes, 0, len) ? NULL : g_convert(bytes, (gssize)len, "UTF-8", "GB18030", NULL, &n, NULL);
	if (!text || strlen(text) != n) {
		g_free(text);
		desk_fail(error, DESK_INVALID, "%s is neither UTF-8 nor GB18030 text", name);
		return NULL;
	}
	return text;
}

static gboolean import_table(struct desk *d, const char *bytes, size_t len, const struct import_conf *conf,
                             struct import_report *report, GError **error)
{
	g_autofree char *text = table_text(bytes, len, conf->name, error);
	g_autoptr(GPtrArray) bad = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) lines = g_string_new(NULL);
	gboolean ok;

	*report = (struct import_report){0};
	if (!text)
		return FALSE;
	ok = !import_table_lines(lines, (enum record_type)conf->table, text, strlen(text), bad_row, bad) ||
	     import_buffer(d, lines->str, lines->len, conf, report, error);
	for (guint i = 0; ok && i < bad->len; i++) {
		g_autofree char *line = g_strdup_printf("%s:%s", conf->name, (const char *)bad->pdata[i]);

		report->bad++;
		if (conf->complain)
			conf->complain(line, conf->arg);
	}
	return ok;
}

static gboolean import_bytes(struct desk *d, const char *bytes, size_t len, const struct import_conf *conf,
                             struct import_report *report, GError **error)
{
	return conf->table >= 0 ? import_table(d, bytes, len, conf, report, error) :
	                          import_buffer(d, bytes, len, conf, report, error);
}

static gboolean import_read(struct desk *d, FILE *in, const struct import_conf *conf, struct import_report *report,
                            GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);
	g_autofree char *buffer = g_malloc(65536);
	size_t n;

	while ((n = fread(buffer, 1, 65536, in)) > 0) {
		g_string_append_len(all, buffer, (gssize)n);
		if (all->len > STREAM_MAX_BYTES)
			return desk_fail(error, DESK_LIMIT, "%s is larger than 1 GiB: give it as a file", conf->name);
	}
	if (ferror(in))
		return desk_fail(error, DESK_IO, "can't read %s: %s", conf->name, say_errno(errno));
	return import_bytes(d, all->str, all->len, conf, report, error);
}

/* A file is mapped: its size is no matter, and nothing of it is copied. */
gboolean import_stream(struct desk *d, FILE *in, const struct import_conf *conf, struct import_report *report,
                       GError **error)
{
	struct stat st;
	gboolean ok;
	void *bytes;

	if (fstat(fileno(in), &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0 || ftello(in) != 0)
		return import_read(d, in, conf, report, error);
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fileno(in), 0);
	if (bytes == MAP_FAILED)
		return import_read(d, in, conf, report, error);
	ok = import_bytes(d, bytes, (size_t)st.st_size, conf, report, error);
	munmap(bytes, (size_t)st.st_size);
	return ok;
}
