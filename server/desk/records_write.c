/* The writing half of import: batches of one type after the other, each with a bookmark in
 * the same transaction, so that a run that was broken off goes on exactly there. */
#include "server/desk/config_desk.h"
#include "server/desk/records_inside.h"

#include <stdio.h>
#include <string.h>

#define BATCH 200
#define MARK_FROM 5000 /* lines: smaller files are quicker done again */

static int place_of(enum record_type type)
{
	int place = 0;

	while (record_order[place] != type)
		place++;
	return place;
}

/* ---- the bookmark: "now place line done" under the file's checksum */
gboolean import_mark_find(struct import *im, const char *bytes, size_t len, GError **error)
{
	g_autofree char *sum = NULL, *value = NULL;
	g_auto(GStrv) parts = NULL;
	struct db_conn *conn;
	gboolean ok;

	if (im->conf->dry_run || len < MARK_FROM * 20)
		return TRUE;
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, len);
	im->mark = g_strdup_printf("import.%s", sum);
	conn = db_read_begin(im->desk->db, error);
	if (!conn)
		return FALSE;
	ok = db_setting_get(conn, im->mark, &value, error);
	db_read_end(im->desk->db, conn);
	if (!ok || !value || im->conf->from_start)
		return ok;
	parts = g_strsplit(value, " ", -1);
	if (g_strv_length(parts) != 4)
		return TRUE;
	im->now = g_ascii_strtoll(parts[0], NULL, 10);
	im->done_place = (int)g_ascii_strtoll(parts[1], NULL, 10);
	im->done_line = (guint)g_ascii_strtoull(parts[2], NULL, 10);
	im->report->before = g_ascii_strtoull(parts[3], NULL, 10);
	im->resumed = TRUE;
	return TRUE;
}

static gboolean mark_put(struct import *im, struct db_conn *conn, const struct import_line *last, guint64 done,
                         GError **error)
{
	g_autofree char *value = NULL;

	if (!im->mark)
		return TRUE;
	value = g_strdup_printf("%" G_GINT64_FORMAT " %d %u %" G_GUINT64_FORMAT, im->now, place_of(last->type), last->number,
	                        done);
	return db_setting_put(conn, im->mark, value, error);
}

static gboolean was_done(const struct import *im, const struct import_line *line)
{
	int place = place_of(line->type);

	return im->resumed &&
	       (place < im->done_place || (place == im->done_place && line->number <= im->done_line));
}

/* ---- batches */
struct batch {
	struct import *im;
	const struct import_line *lines;
	guint n;
	guint64 results[3];
};

static gboolean batch_job(struct db_tx *tx, void *arg, GError **error)
{
	struct batch *b = arg;
	struct import *im = b->im;
	gboolean rules = FALSE;

	for (guint i = 0; i < b->n; i++)
		rules |= b->lines[i].type == RECORD_POLICY || b->lines[i].type == RECORD_CALENDAR;
	if (rules && !eras_begin(db_conn_of(tx), error))
		return FALSE;
	memset(b->results, 0, sizeof(b->results));
	record_keys_begin(im->keys);
	for (guint i = 0; i < b->n; i++) {
		const struct import_line *line = &b->lines[i];
		g_autofree char *hash = import_hash(line);
		struct record *r = record_parse(line->text, line->len, im->now, error);
		enum put_result result = PUT_UNCHANGED;
		gboolean ok = r && record_put(im->desk, tx, im->words, im->keys, r, hash, &result, error);

		record_free(r);
		if (!ok)
			return FALSE;
		b->results[result]++;
	}
	return (!rules || eras_changed(db_conn_of(tx), db_tx_now(tx), error)) &&
	       mark_put(im, db_conn_of(tx), &b->lines[b->n - 1], im->written + b->n, error);
}

static gboolean write_batch(struct import *im, const struct import_line *lines, guint n, GError **error)
{
	struct batch b = {.im = im, .lines = lines, .n = n};
	g_autoptr(GError) failed = NULL;

	if (db_submit_wait(im->desk->db, batch_job, &b, &failed)) {
		record_keys_commit(im->keys);
		im->written += n;
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
		import_complain(im, lines->number, failed->message);
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

static gboolean finish_job(struct db_tx *tx, void *arg, GError **error)
{
	struct import *im = arg;
	struct event e = {.kind = EVENT_RELOAD, .change = (char *)"import"};

	return (!im->mark || db_setting_put(db_conn_of(tx), im->mark, NULL, error)) &&
	       (im->report->added + im->report->updated + im->report->before == 0 || db_tx_event(tx, &e, error));
}

static gboolean write_type(struct import *im, int type, guint64 total, guint64 *done, GError **error)
{
	const GArray *lines = im->lines[type];

	for (guint i = 0; i < lines->len;) {
		const struct import_line *first = &g_array_index(lines, struct import_line, i);
		guint n = 1;

		if (was_done(im, first)) {
			i++;
			(*done)++;
			im->written++;
			continue;
		}
		n = MIN(BATCH, lines->len - i);
		if (!write_batch(im, first, n, error))
			return FALSE;
		i += n;
		*done += n;
		if (!import_tell(im, IMPORT_WRITING, *done, total, error))
			return FALSE;
	}
	return TRUE;
}

gboolean import_write(struct import *im, GError **error)
{
	guint64 total = 0, done = 0;

	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		total += im->lines[type]->len;
	for (size_t i = 0; i < G_N_ELEMENTS(record_order); i++) {
		int type = record_order[i];

		if (!write_type(im, type, total, &done, error))
			return FALSE;
		/* Customers and tickets need the words that came before them. */
		if (im->lines[type]->len && (record_is_config((enum record_type)type) || type == RECORD_CLOCK_STATE) && !refresh(im, error))
			return FALSE;
	}
	return db_submit_wait(im->desk->db, finish_job, im, error);
}
