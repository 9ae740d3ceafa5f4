/* What people are told of: kept for each until seen, and announced to their own streams only. */
#include "server/desk/inside.h"

#include "rules/mentions.h"

#define TEXT_MAX 200             /* bytes a notice quotes */
#define KEEP_MS (60 * MS_DAY)    /* older ones go when somebody looks */
#define PAGE 50
#define PAGE_MAX 500

gboolean notice_add(struct work *w, const struct notice *n, GError **error)
{
	g_autofree char *text = mention_excerpt(n->text, TEXT_MAX);
	struct notice told = *n;
	struct event e = {.kind = EVENT_NOTICE, .change = (char *)notice_kind_name(n->kind), .person_id = n->person_id,
	                  .ticket_id = n->ticket_id, .notice = &told};

	told.text = text;
	told.at_ms = w->now;
	return DB_RUN(w->conn, STMT_NOTICE_ADD, row_int_fn, &told.id, error, DB_I(n->person_id), DB_I(n->kind),
	              DB_I(n->ticket_id), DB_I(n->message_id), DB_I(n->by_id), DB_T(text), DB_I(n->clock), DB_I(w->now),
	              DB_I(n->late != 0)) &&
	       db_tx_event(w->tx, &e, error);
}

gboolean notice_of_work(struct work *w, enum notice_kind kind, desk_id person_id, desk_id message_id, const char *text,
                        GError **error)
{
	const struct notice n = {
		.kind = kind, .person_id = person_id, .ticket_id = w->ticket->row.id, .message_id = message_id,
		.by_id = w->who->person_id, .text = (char *)text,
		.by_name = (char *)(w->who->person_id ? w->who->display : kind == NOTICE_REPLY ? w->ticket->row.customer_name : NULL),
	};

	return w->quiet || !person_id || person_id == w->who->person_id || notice_add(w, &n, error);
}

static const struct person *person_named(const struct words *w, const char *name)
{
	for (guint i = 0; i < w->people->len; i++) {
		const struct person *p = w->people->pdata[i];

		if (p->active && g_strcmp0(p->name, name) == 0)
			return p;
	}
	return NULL;
}

gboolean notice_mentions(struct work *w, const struct message *note, GError **error)
{
	g_autoptr(GPtrArray) names = mentions_find(note->body);

	for (guint i = 0; i < names->len; i++) {
		const struct person *p = person_named(w->words, names->pdata[i]);

		if (p && !notice_of_work(w, NOTICE_MENTION, p->id, note->id, note->body, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- the list */
static gboolean notice_fn(const struct db_row *row, void *arg)
{
	struct notice *n = g_new0(struct notice, 1);

	n->id = db_int(row, 0);
	n->kind = (enum notice_kind)db_int(row, 1);
	n->person_id = db_int(row, 2);
	n->ticket_id = db_int(row, 3);
	n->message_id = db_int(row, 4);
	n->by_id = db_int(row, 5);
	n->by_name = db_dup(row, 6);
	n->text = db_dup(row, 7);
	n->clock = (int)db_int(row, 8);
	n->at_ms = db_int(row, 9);
	n->seen = db_int(row, 10) != 0;
	n->late = db_int(row, 11) != 0;
	g_ptr_array_add(arg, n);
	return TRUE;
}

gboolean notices_query(struct db_conn *conn, const struct actor *who, const struct query *q, struct answer *out,
                       GError **error)
{
	int limit = q->limit > 0 ? MIN(q->limit, PAGE_MAX) : PAGE;

	out->notices = g_ptr_array_new_with_free_func((GDestroyNotify)notice_free);
	if (!DB_RUN(conn, STMT_NOTICES, notice_fn, out->notices, error, DB_I(who->person_id),
	            DB_I(q->before_id > 0 ? q->before_id : INT64_MAX), DB_I(limit + 1), DB_I(NOTICE_REPLY)))
		return FALSE;
	out->more = out->notices->len > (guint)limit;
	if (out->more)
		g_ptr_array_remove_index(out->notices, (guint)limit);
	return TRUE;
}

/* Other workstations of the same person hear it by the feed. */
gboolean change_notices_seen(struct work *w, struct answer *out, GError **error)
{
	struct notice up_to = {.id = w->change->item_id, .person_id = w->who->person_id, .at_ms = w->now, .seen = TRUE};
	struct event e = {.kind = EVENT_NOTICE, .change = (char *)"seen", .person_id = w->who->person_id, .notice = &up_to};

	(void)out;
	if (!DB_RUN(w->conn, STMT_NOTICES_SEEN, NULL, NULL, error, DB_I(w->who->person_id), DB_I(w->change->item_id)))
		return FALSE;
	if (db_changed(w->conn) <= 0)
		return TRUE;
	if (!DB_RUN(w->conn, STMT_NOTICES_PRUNE, NULL, NULL, error, DB_I(w->who->person_id), DB_I(w->now - KEEP_MS)) ||
	    !db_tx_event(w->tx, &e, error))
		return FALSE;
	w->seq = e.seq;
	return TRUE;
}
