/* Import of JSON Lines: all lines are checked first, then written type by type, some
 * hundred a transaction, so that references may stand anywhere in the file. */
#include "server/desk/records_inside.h"

#include <errno.h>
#include <string.h>

#define BATCH 200
#define LINE_MAX_BYTES (1u << 20)
#define FILE_MAX_BYTES (1u << 30)

struct line {
	enum record_type type;
	const char *text;
	size_t len;
	guint number;
};

struct import {
	struct desk *desk;
	const char *name;
	int64_t now;
	void (*complain)(const char *line, void *arg);
	void *arg;
	struct import_report *report;
	GArray *lines[RECORD_TYPE_COUNT]; /* struct line: the good ones */
	GHashTable *keys;                 /* "type/key" of every good line */
	struct words *words;
};

static void complain(struct import *im, guint number, const char *what)
{
	g_autofree char *line = g_strdup_printf("%s:%u: %s", im->name, number, what);

	im->report->bad++;
	if (im->complain)
		im->complain(line, im->arg);
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
	struct line line = {.text = text, .len = len, .number = number};

	while (len && g_ascii_isspace(text[len - 1]))
		len--;
	if (!len || text[0] == '#')
		return;
	im->report->lines++;
	if (len > LINE_MAX_BYTES) {
		complain(im, number, "the line is longer than 1 MiB");
		return;
	}
	r = record_parse(text, len, im->now, &error);
	if (!r) {
		complain(im, number, error->message);
		return;
	}
	line.len = len;
	line.type = r->type;
	g_array_append_val(im->lines[r->type], line);
	g_hash_table_add(im->keys, type_key(r->type, r->key));
	record_free(r);
}

static void check_lines(struct import *im, const char *bytes, size_t len)
{
	const char *end = bytes + len;

	if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		bytes += 3;
	for (guint number = 1; bytes < end; number++) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t n = (size_t)((stop ? stop : end) - bytes);

		check_line(im, bytes, n, number);
		bytes += n + 1;
	}
}

/* ---- references: to a good line of this file, or to what the desk has already */
struct check {
	struct import *im;
	struct db_conn *conn;
	char *missing;
	GError **error;
};

static gboolean refers(struct check *c, enum record_type type, const char *key)
{
	g_autofree char *name = key ? type_key(type, key) : NULL;
	desk_id id = 0;

	if (!key || c->missing || g_hash_table_contains(c->im->keys, name))
		return TRUE;
	if (!record_id(c->conn, type, key, &id, c->error))
		return FALSE;
	if (!id)
		c->missing = g_strdup_printf("there is no %s \"%s\"", record_type_name(type), key);
	return TRUE;
}

static gboolean refers_of_customer(struct check *c, const struct customer *customer)
{
	for (guint i = 0; i < customer->tags->len; i++) {
		const struct tag_mark *m = customer->tags->pdata[i];

		if (!refers(c, RECORD_TAG, m->name) || !refers(c, RECORD_PERSON, m->by_name))
			return FALSE;
	}
	return TRUE;
}

static gboolean refers_of_record(struct check *c, const struct record *r)
{
	gboolean ok = refers(c, RECORD_CUSTOMER, r->customer_key) && refers(c, RECORD_GROUP, r->group_key) &&
	              refers(c, RECORD_PERSON, r->assignee_key) && refers(c, RECORD_GROUP, r->escalated_to) &&
	              refers(c, RECORD_PERSON, r->escalated_by);

	if (ok && r->owner_key && r->type == RECORD_TEMPLATE)
		ok = refers(c, r->template->scope == SCOPE_GROUP ? RECORD_GROUP : RECORD_PERSON, r->owner_key);
	for (guint i = 0; ok && r->group_keys && i < r->group_keys->len; i++)
		ok = refers(c, RECORD_GROUP, r->group_keys->pdata[i]);
	for (guint i = 0; ok && r->messages && i < r->messages->len; i++)
		ok = refers(c, RECORD_PERSON, ((const struct record_message *)r->messages->pdata[i])->author);
	for (guint i = 0; ok && r->policy && i < r->policy->targets->len; i++)
		ok = refers(c, RECORD_CALENDAR, ((const struct policy_target *)r->policy->targets->pdata[i])->calendar);
	return ok && (!r->customer || refers_of_customer(c, r->customer));
}

static gboolean check_references(struct import *im, struct db_conn *conn, GError **error)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++) {
		GArray *lines = im->lines[type];
		guint kept = 0;

		for (guint i = 0; i < lines->len; i++) {
			struct line line = g_array_index(lines, struct line, i);
			struct record *r = record_parse(line.text, line.len, im->now, NULL);
			struct check c = {.im = im, .conn = conn, .error = error};
			gboolean ok = refers_of_record(&c, r);

			if (ok && c.missing)
				complain(im, line.number, c.missing);
			else if (ok)
				g_array_index(lines, struct line, kept++) = line;
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

static char *hash_of(const struct line *line)
{
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)line->text, line->len);
}

static gboolean foresee(struct import *im, struct db_conn *conn, GError **error)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		for (guint i = 0; i < im->lines[type]->len; i++) {
			const struct line *line = &g_array_index(im->lines[type], struct line, i);
			g_autofree char *hash = hash_of(line);
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

/* ---- second pass: writing */
struct batch {
	struct import *im;
	const struct line *lines;
	guint n;
	guint64 results[3];
};

static gboolean batch_job(struct db_tx *tx, void *arg, GError **error)
{
	struct batch *b = arg;

	memset(b->results, 0, sizeof(b->results));
	for (guint i = 0; i < b->n; i++) {
		const struct line *line = &b->lines[i];
		g_autofree char *hash = hash_of(line);
		struct record *r = record_parse(line->text, line->len, b->im->now, error);
		enum put_result result = PUT_UNCHANGED;
		gboolean ok = r && record_put(b->im->desk, tx, b->im->words, r, hash, &result, error);

		record_free(r);
		if (!ok)
			return FALSE;
		b->results[result]++;
	}
	return TRUE;
}

static gboolean write_batch(struct import *im, const struct line *lines, guint n, GError **error)
{
	struct batch b = {.im = im, .lines = lines, .n = n};
	g_autoptr(GError) failed = NULL;

	if (db_submit_wait(im->desk->db, batch_job, &b, &failed)) {
		im->report->added += b.results[PUT_ADDED];
		im->report->updated += b.results[PUT_UPDATED];
		im->report->unchanged += b.results[PUT_UNCHANGED];
		return TRUE;
	}
	if (desk_error_code(failed) == DESK_IO || desk_error_code(failed) == DESK_BUSY ||
	    desk_error_code(failed) == DESK_UNCERTAIN) {
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
	if (n == 1) {
		complain(im, lines->number, failed->message);
		return TRUE;
	}
	/* One of them is bad: each alone, so that only that one stays out. */
	for (guint i = 0; i < n; i++)
		if (!write_batch(im, &lines[i], 1, error))
			return FALSE;
	return TRUE;
}

static gboolean refresh(struct import *im, GError **error)
{
	struct db_conn *conn = db_read_begin(im->desk->db, error);
	gboolean ok = conn && desk_refresh(im->desk, conn, error);

	if (conn)
		db_read_end(im->desk->db, conn);
	if (ok) {
		words_unref(im->words);
		im->words = desk_words(im->desk);
	}
	return ok;
}

static gboolean announce_job(struct db_tx *tx, void *arg, GError **error)
{
	struct event e = {.kind = EVENT_RELOAD, .change = (char *)"import"};

	(void)arg;
	return db_tx_event(tx, &e, error);
}

static gboolean write_lines(struct import *im, GError **error)
{
	guint64 before = im->report->added + im->report->updated;

	for (int type = 0; type < RECORD_TYPE_COUNT; type++) {
		GArray *lines = im->lines[type];

		for (guint i = 0; i < lines->len; i += BATCH)
			if (!write_batch(im, &g_array_index(lines, struct line, i), MIN(BATCH, lines->len - i), error))
				return FALSE;
		/* Customers and tickets need the words that came before them. */
		if (lines->len && type <= RECORD_POLICY && !refresh(im, error))
			return FALSE;
	}
	if (im->report->added + im->report->updated == before)
		return TRUE;
	return db_submit_wait(im->desk->db, announce_job, NULL, error);
}

static gboolean run(struct import *im, gboolean dry_run, GError **error)
{
	struct db_conn *conn = db_read_begin(im->desk->db, error);
	gboolean ok = conn && check_references(im, conn, error) && (!dry_run || foresee(im, conn, error));

	if (conn)
		db_read_end(im->desk->db, conn);
	return ok && (dry_run || write_lines(im, error));
}

gboolean import_buffer(struct desk *d, const char *bytes, size_t len, const char *name, gboolean dry_run,
                       void (*complain_fn)(const char *line, void *arg), void *arg,
                       struct import_report *report, GError **error)
{
	struct import im = {
		.desk = d, .name = name, .now = clock_wall_ms(), .complain = complain_fn, .arg = arg,
		.report = report, .words = desk_words(d),
		.keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	gboolean ok;

	*report = (struct import_report){0};
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		im.lines[type] = g_array_new(FALSE, FALSE, sizeof(struct line));
	check_lines(&im, bytes, len);
	ok = run(&im, dry_run, error);
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		g_array_unref(im.lines[type]);
	g_hash_table_unref(im.keys);
	words_unref(im.words);
	return ok;
}

gboolean import_stream(struct desk *d, FILE *in, const char *name, gboolean dry_run,
                       void (*complain_fn)(const char *line, void *arg), void *arg,
                       struct import_report *report, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);
	g_autofree char *buffer = g_malloc(65536);
	size_t n;

	while ((n = fread(buffer, 1, 65536, in)) > 0) {
		g_string_append_len(all, buffer, (gssize)n);
		if (all->len > FILE_MAX_BYTES)
			return desk_fail(error, DESK_LIMIT, "%s is larger than 1 GiB: split it", name);
	}
	if (ferror(in))
		return desk_fail(error, DESK_IO, "can't read %s: %s", name, g_strerror(errno));
	return import_buffer(d, all->str, all->len, name, dry_run, complain_fn, arg, report, error);
}
