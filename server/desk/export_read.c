/* Customers, articles and tickets of the database as records. */
#include "server/desk/export_inside.h"
#include "server/desk/records_inside.h"

#include <string.h>

#define MESSAGES_PAGE 500

static gboolean text_fn(const struct db_row *row, void *arg)
{
	*(char **)arg = db_dup(row, 0);
	return FALSE;
}

char *export_key(struct db_conn *conn, const char *uid, enum record_type type, desk_id id, GError **error)
{
	char *key = NULL;

	if (!DB_RUN(conn, STMT_EXPORT_KEY, text_fn, &key, error, DB_I(type), DB_I(id)))
		return NULL;
	return key ? key : g_strdup_printf("%s.%" G_GINT64_FORMAT, uid, id);
}

/* ---- customers */
struct record *export_customer(struct db_conn *conn, const struct words *w, const char *uid, desk_id id,
                               GError **error)
{
	struct record *r = record_new(RECORD_CUSTOMER);

	customer_free(r->customer);
	r->customer = customer_read(conn, w, id, error);
	r->key = r->customer ? export_key(conn, uid, RECORD_CUSTOMER, id, error) : NULL;
	if (!r->key) {
		record_free(r);
		return NULL;
	}
	if (r->customer->manager_id) {
		const struct person *manager = words_person(w, r->customer->manager_id);

		g_free(r->customer->manager_name);
		r->customer->manager_name = g_strdup(manager ? manager->name : NULL);
	}
	for (guint i = 0; i < r->customer->tags->len; i++) {
		struct tag_mark *m = r->customer->tags->pdata[i];
		const struct person *by = m->by_person ? words_person(w, m->by_person) : NULL;

		g_free(m->by_name);
		m->by_name = g_strdup(by ? by->name : NULL); /* records know people by their log-in name */
	}
	return r;
}

/* ---- articles: the newest version, and the older ones as its history */
static gboolean version_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_insert(arg, 0, row_article(row));
	return TRUE;
}

struct record *export_article(struct db_conn *conn, const char *uid, desk_id id, GError **error)
{
	g_autoptr(GPtrArray) versions = g_ptr_array_new_with_free_func((GDestroyNotify)article_free);
	struct record *r;

	if (!DB_RUN(conn, STMT_ARTICLE_VERSIONS, version_fn, versions, error, DB_I(id)))
		return NULL;
	if (!versions->len) {
		desk_fail(error, DESK_NOTFOUND, "there is no article %" G_GINT64_FORMAT, id);
		return NULL;
	}
	r = record_new(RECORD_ARTICLE);
	article_free(r->article);
	r->article = g_ptr_array_steal_index(versions, versions->len - 1);
	if (versions->len)
		r->article_history = g_steal_pointer(&versions);
	r->key = export_key(conn, uid, RECORD_ARTICLE, id, error);
	if (r->key)
		return r;
	record_free(r);
	return NULL;
}

/* ---- tickets */
struct with_files {
	desk_id message_id;
	struct record_message *message;
};

struct telling {
	struct record *record;
	const struct words *words;
	const char *uid;
	desk_id before; /* the smallest id seen */
	GArray *with_files; /* struct with_files */
	guint n;
};

static gboolean message_fn(const struct db_row *row, void *arg)
{
	struct telling *t = arg;
	struct message *m = row_message(row);
	const struct person *author = m->author_id ? words_person(t->words, m->author_id) : NULL;
	struct record_message *to;

	t->before = m->id;
	t->n++;
	if (m->delivery == DELIVERY_RECALLED) {
		message_free(m);
		return TRUE;
	}
	to = g_new0(struct record_message, 1);
	to->kind = m->kind;
	if ((m->kind == MESSAGE_REPLY || m->kind == MESSAGE_NOTE) && !author)
		to->kind = MESSAGE_SYSTEM; /* of nobody that is known */
	if (to->kind != MESSAGE_CUSTOMER && author)
		to->author = g_strdup(author->name);
	to->key = m->once_key && g_str_has_prefix(m->once_key, "import/") ?
	          g_strdup(m->once_key + strlen("import/")) :
	          g_strdup_printf("%s.m%" G_GINT64_FORMAT, t->uid, m->id);
	to->body = g_steal_pointer(&m->body);
	to->html = g_steal_pointer(&m->html);
	to->to = g_steal_pointer(&m->to);
	to->cc = g_steal_pointer(&m->cc);
	to->at_ms = m->at_ms;
	if (m->attachments) {
		struct with_files one = {m->id, to};

		g_array_append_val(t->with_files, one);
	}
	message_free(m);
	g_ptr_array_add(t->record->messages, to);
	return TRUE;
}

/* By time; those of one moment as they were written: they come newest first. */
static int by_time(gconstpointer a, gconstpointer b)
{
	const struct record_message *x = *(const struct record_message *const *)a,
	                            *y = *(const struct record_message *const *)b;

	return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

static gboolean tell_messages(struct db_conn *conn, struct telling *t, desk_id id, GError **error)
{
	GPtrArray *list = t->record->messages;
	int64_t told = 0;
	g_autoptr(GArray) with_files = g_array_new(FALSE, FALSE, sizeof(struct with_files));

	t->with_files = with_files;
	t->before = G_MAXINT64;
	do {
		t->n = 0;
		if (!DB_RUN(conn, STMT_MESSAGES, message_fn, t, error, DB_I(id), DB_I(t->before), DB_I(MESSAGES_PAGE)))
			return FALSE;
	} while (t->n == MESSAGES_PAGE);
	for (guint i = 0; i < t->with_files->len; i++) {
		const struct with_files *one = &g_array_index(t->with_files, struct with_files, i);

		if (!record_tell_files(conn, one->message_id, one->message, &told, error))
			return FALSE;
	}
	for (guint i = 0; i < list->len / 2; i++) {
		gpointer other = list->pdata[list->len - 1 - i];

		list->pdata[list->len - 1 - i] = list->pdata[i];
		list->pdata[i] = other;
	}
	g_ptr_array_sort(list, by_time); /* GLib's is stable */
	return TRUE;
}

static gboolean rating_fn(const struct db_row *row, void *arg)
{
	struct record *r = arg;

	r->rating = (int)db_int(row, 0);
	r->rating_comment = db_dup(row, 1);
	return FALSE;
}

static gboolean tell_facts(struct db_conn *conn, struct record *r, desk_id id, GError **error)
{
	g_autoptr(GArray) facts = ticket_facts(conn, id, error);
	enum ticket_status status = r->ticket->row.status;

	for (guint i = 0; facts && i < facts->len; i++) {
		const struct clock_fact *f = &g_array_index(facts, struct clock_fact, i);

		if (f->kind == FACT_CLAIMED && !r->claimed_ms)
			r->claimed_ms = f->at_ms;
		else if (f->kind == FACT_STATUS && f->status == status && !status_is_active(status))
			r->resolved_ms = f->at_ms;
		else if (f->kind == FACT_PROMISED)
			r->promised_ms = f->due_ms;
		else if (f->kind == FACT_PROMISE_KEPT)
			r->promised_ms = 0;
		else if (f->kind == FACT_ESCALATED || f->kind == FACT_CROSS_ESCALATED)
			r->escalated_ms = f->at_ms;
	}
	return facts != NULL;
}

/* Records know people by their log-in name and tickets by their key. A link is told by the one
 * of the two that has the higher number: the other one is there when it is read. */
static gboolean tell_extras(struct db_conn *conn, struct telling *t, GError **error)
{
	struct ticket *ticket = t->record->ticket;

	if (!ticket_load_extras(conn, t->words, ticket, error))
		return FALSE;
	for (guint i = 0; ticket->checklist && i < ticket->checklist->len; i++) {
		struct check_item *step = ticket->checklist->pdata[i];
		const struct person *by = step->by_id ? words_person(t->words, step->by_id) : NULL;

		g_free(step->by_name);
		step->by_name = g_strdup(by ? by->name : NULL);
	}
	for (guint i = 0; ticket->links && i < ticket->links->len; i++) {
		const struct ticket_link *l = ticket->links->pdata[i];
		char *key = l->ticket_id < ticket->row.id ?
		            export_key(conn, t->uid, RECORD_TICKET, l->ticket_id, error) : NULL;

		if (l->ticket_id >= ticket->row.id)
			continue;
		if (!key)
			return FALSE;
		record_add_link(t->record, key, l->kind);
	}
	return TRUE;
}

static gboolean tell_ticket(struct db_conn *conn, struct telling *t, desk_id id, GError **error)
{
	struct record *r = t->record;
	const struct ticket_row *row = &r->ticket->row;
	const struct group *group = words_group(t->words, row->group_id);
	const struct person *assignee = words_person(t->words, row->assignee_id);

	r->key = export_key(conn, t->uid, RECORD_TICKET, id, error);
	r->customer_key = export_key(conn, t->uid, RECORD_CUSTOMER, row->customer_id, error);
	if (!r->key || !r->customer_key || !tell_facts(conn, r, id, error) || !tell_messages(conn, t, id, error) ||
	    !DB_RUN(conn, STMT_EXPORT_RATING, rating_fn, r, error, DB_I(id)) ||
	    !ticket_load_tags(conn, r->ticket, error) || !tell_extras(conn, t, error))
		return FALSE;
	r->group_key = g_strdup(group ? group->name : NULL);
	r->assignee_key = g_strdup(assignee ? assignee->name : NULL);
	if (r->escalated_ms && group)
		r->escalated_to = g_strdup(group->name);
	else
		r->escalated_ms = 0;
	return TRUE;
}

struct record *export_ticket(struct db_conn *conn, const struct words *w, const char *uid, desk_id id, GError **error)
{
	struct record *r = record_new(RECORD_TICKET);
	struct telling t = {.record = r, .words = w, .uid = uid};

	ticket_free(r->ticket);
	r->ticket = ticket_load(conn, w, id, FALSE, NULL, error);
	if (r->ticket && tell_ticket(conn, &t, id, error))
		return r;
	record_free(r);
	return NULL;
}
