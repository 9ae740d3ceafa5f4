/* Export: type by type, some hundred records a short transaction. */
#include "server/desk/export_inside.h"

#include <errno.h>
#include <string.h>

#include "server/desk/carry.h"
#include "server/desk/export_table.h"
#include "server/desk/records_inside.h"
#include "server/desk/records_read.h"
#include "base/say.h"

#define PAGE 200

struct exporting {
	struct desk *desk;
	FILE *out;
	const struct export_conf *conf;
	char *uid;
	GString *text;   /* of one record; used again */
	guint64 n;
	GError **error;
	gboolean failed;
};

/* ---- the desk's own name */
struct uid_job {
	char *uid;
};

static gboolean uid_fn(struct db_tx *tx, void *arg, GError **error)
{
	struct uid_job *job = arg;
	struct db_conn *conn = db_conn_of(tx);
	char made[RECORD_UID_LEN + 1] = "";

	g_clear_pointer(&job->uid, g_free);
	if (!db_setting_get(conn, RECORD_UID, &job->uid, error) || job->uid)
		return job->uid != NULL;
	for (int i = 0; i < RECORD_UID_LEN; i++)
		made[i] = (char)('a' + g_random_int_range(0, 26));
	job->uid = g_strdup(made);
	return db_setting_put(conn, RECORD_UID, made, error);
}

char *export_uid(struct desk *d, GError **error)
{
	struct db_conn *conn = db_read_begin(d->db, error);
	struct uid_job job = {0};
	gboolean ok;

	if (!conn)
		return NULL;
	ok = db_setting_get(conn, RECORD_UID, &job.uid, error);
	db_read_end(d->db, conn);
	if (ok && !job.uid && !db_submit_wait(d->db, uid_fn, &job, error))
		g_clear_pointer(&job.uid, g_free);
	return job.uid;
}

/* ---- writing */
static gboolean put_text(struct exporting *e)
{
	if (fwrite(e->text->str, 1, e->text->len, e->out) == e->text->len)
		return TRUE;
	return desk_fail(e->error, DESK_IO, "writing the export: %s", say_errno(errno));
}

static gboolean put_record(const struct record *r, void *arg)
{
	struct exporting *e = arg;
	gboolean ok;

	g_string_truncate(e->text, 0);
	if (e->conf->format == EXPORT_CSV) {
		e->n += export_table_rows(e->text, (enum record_type)(g_bit_nth_lsf(e->conf->types, -1)), r);
	} else {
		record_to_json(e->text, r);
		g_string_append_c(e->text, '\n');
		e->n++;
	}
	ok = put_text(e);
	if (ok && e->conf->progress && !e->conf->progress(e->n, e->conf->arg))
		ok = desk_fail(e->error, DESK_CANCELLED, "broken off");
	e->failed |= !ok;
	return ok;
}

/* ---- customers, articles, tickets: by id */
static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

static struct record *read_one(struct exporting *e, struct db_conn *conn, const struct words *w,
                               enum record_type type, desk_id id, GError **error)
{
	switch (type) {
	case RECORD_CUSTOMER:
		return export_customer(conn, w, e->uid, id, error);
	case RECORD_ARTICLE:
		return export_article(conn, e->uid, id, error);
	case RECORD_TICKET:
		return export_ticket(conn, w, e->uid, id, error);
	default:
		return carry_export(conn, w, e->uid, type, id, error);
	}
}

static gboolean put_page(struct exporting *e, struct db_conn *conn, enum record_type type, GArray *ids)
{
	g_autoptr(words_auto) w = desk_words(e->desk);

	for (guint i = 0; i < ids->len; i++) {
		struct record *r = read_one(e, conn, w, type, g_array_index(ids, desk_id, i), e->error);
		gboolean ok = r && ((r->rows && !r->rows->len) || put_record(r, e));

		record_free(r);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

static gboolean put_by_id(struct exporting *e, enum record_type type)
{
	static const enum db_stmt lists[RECORD_TYPE_COUNT] = {
		[RECORD_CUSTOMER] = STMT_EXPORT_CUSTOMERS, [RECORD_ARTICLE] = STMT_EXPORT_ARTICLES,
		[RECORD_TICKET] = STMT_EXPORT_TICKETS, [RECORD_TICKET_STATE] = STMT_EXPORT_TICKETS,
		[RECORD_PROBLEM] = STMT_EXPORT_PROBLEMS, [RECORD_PERSON_STATE] = STMT_EXPORT_PEOPLE,
		[RECORD_RULE_STATE] = STMT_EXPORT_RULES, [RECORD_CLOCK_STATE] = STMT_EXPORT_DESK,
	};
	enum db_stmt stmt = lists[type];
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	desk_id last = 0;
	gboolean ok = TRUE;

	do {
		struct db_conn *conn = db_read_begin(e->desk->db, e->error);

		g_array_set_size(ids, 0);
		ok = conn && DB_RUN(conn, stmt, id_fn, ids, e->error, DB_I(last), DB_I(PAGE)) &&
		     put_page(e, conn, type, ids);
		if (ids->len)
			last = g_array_index(ids, desk_id, ids->len - 1);
		if (conn)
			db_read_end(e->desk->db, conn);
	} while (ok && ids->len == PAGE);
	return ok;
}

static gboolean put_config(struct exporting *e, enum record_type type)
{
	struct db_conn *conn = db_read_begin(e->desk->db, e->error);
	gboolean ok = conn && records_each(conn, NULL, type, put_record, e, e->error);

	if (conn)
		db_read_end(e->desk->db, conn);
	return ok && !e->failed;
}

static gboolean put_all(struct exporting *e)
{
	gboolean ok = TRUE;

	if (e->conf->format == EXPORT_CSV) {
		enum record_type type = (enum record_type)g_bit_nth_lsf(e->conf->types, -1);

		if (e->conf->types != 1u << type || !export_has_table(type))
			return desk_fail(e->error, DESK_INVALID,
			                 "a table is of one type: customer, order or person");
		export_table_head(e->text, type);
		return put_text(e) && (type == RECORD_PERSON ? put_config(e, type) : put_by_id(e, RECORD_CUSTOMER));
	}
	for (guint i = 0; ok && i < RECORD_TYPE_COUNT; i++) {
		enum record_type type = record_order[i];

		/* orders are told with their customers */
		if (!(e->conf->types & 1u << type) || type == RECORD_ORDER)
			continue;
		ok = record_is_config(type) ? put_config(e, type) : put_by_id(e, type);
	}
	return ok;
}

gboolean export_stream(struct desk *d, FILE *out, const struct export_conf *conf, guint64 *count, GError **error)
{
	struct exporting e = {.desk = d, .out = out, .conf = conf, .error = error, .uid = export_uid(d, error)};
	gboolean ok;

	if (!e.uid)
		return FALSE;
	e.text = g_string_new(NULL);
	ok = put_all(&e);
	*count = e.n;
	g_string_free(e.text, TRUE);
	g_free(e.uid);
	return ok;
}
