/* What a ticket carries beside its messages, and the files of those. */
#include "server/desk/inside.h"

/* Parts of STMT_TICKET_EXTRAS. */
enum part { PART_FIELDS, PART_LINKS_HERE, PART_LINKS_THERE, PART_CHECKS, PART_GIVEN };

struct load {
	const struct words *words;
	struct ticket *ticket;
};

static void add(GPtrArray **list, GDestroyNotify free_fn, void *item)
{
	if (!*list)
		*list = g_ptr_array_new_with_free_func(free_fn);
	g_ptr_array_add(*list, item);
}

static void add_field(struct ticket *t, const struct db_row *row)
{
	struct field_value *v = g_new0(struct field_value, 1);

	v->name = db_dup(row, 10);
	v->value = db_dup(row, 11);
	add(&t->fields, (GDestroyNotify)field_value_free, v);
}

/* What is kept as "my parent" reads from the other side as "my child". */
static enum link_kind from_there(enum link_kind kind)
{
	return kind == LINK_PARENT ? LINK_CHILD : kind == LINK_CHILD ? LINK_PARENT : kind;
}

static void add_link(struct ticket *t, const struct db_row *row, gboolean there)
{
	struct ticket_link *l = g_new0(struct ticket_link, 1);
	enum link_kind kind = (enum link_kind)db_int(row, 3);

	l->ticket_id = db_int(row, 2);
	l->kind = there ? from_there(kind) : kind;
	l->status = (enum ticket_status)db_int(row, 4);
	l->subject = db_dup(row, 10);
	add(&t->links, (GDestroyNotify)ticket_link_free, l);
}

static void add_check(const struct words *w, struct ticket *t, const struct db_row *row)
{
	struct check_item *c = g_new0(struct check_item, 1);

	c->id = db_int(row, 2);
	c->done = db_int(row, 3) != 0;
	c->by_id = db_int(row, 4);
	c->by_name = g_strdup(words_person_name(w, c->by_id));
	c->at_ms = db_int(row, 5);
	c->text = db_dup(row, 10);
	add(&t->checklist, (GDestroyNotify)check_item_free, c);
}

static void add_given(const struct words *w, struct ticket *t, const struct db_row *row)
{
	struct compensation *c = g_new0(struct compensation, 1);

	c->id = db_int(row, 2);
	c->ticket_id = t->row.id;
	c->kind = (enum compensation_kind)db_int(row, 3);
	c->state = (enum decision)db_int(row, 4);
	c->amount_cents = db_int(row, 5);
	c->by_id = db_int(row, 6);
	c->by_name = g_strdup(words_person_name(w, c->by_id));
	c->at_ms = db_int(row, 7);
	c->decided_id = db_int(row, 8);
	c->decided_name = g_strdup(words_person_name(w, c->decided_id));
	c->decided_ms = db_int(row, 9);
	c->currency = db_dup(row, 10);
	c->order_number = db_dup(row, 11);
	c->reason = db_dup(row, 12);
	c->decision_reason = db_dup(row, 13);
	add(&t->compensations, (GDestroyNotify)compensation_free, c);
}

static gboolean extra_fn(const struct db_row *row, void *arg)
{
	struct load *l = arg;

	switch ((enum part)db_int(row, 0)) {
	case PART_FIELDS:
		add_field(l->ticket, row);
		break;
	case PART_LINKS_HERE:
	case PART_LINKS_THERE:
		add_link(l->ticket, row, db_int(row, 0) == PART_LINKS_THERE);
		break;
	case PART_CHECKS:
		add_check(l->words, l->ticket, row);
		break;
	case PART_GIVEN:
		add_given(l->words, l->ticket, row);
		break;
	}
	return TRUE;
}

gboolean ticket_load_extras(struct db_conn *conn, const struct words *w, struct ticket *t, GError **error)
{
	struct load l = {w, t};

	g_clear_pointer(&t->fields, g_ptr_array_unref);
	g_clear_pointer(&t->links, g_ptr_array_unref);
	g_clear_pointer(&t->checklist, g_ptr_array_unref);
	g_clear_pointer(&t->compensations, g_ptr_array_unref);
	return DB_RUN(conn, STMT_TICKET_EXTRAS, extra_fn, &l, error, DB_I(t->row.id));
}

/* ---- files */
static struct attachment *attached_of(const struct db_row *row)
{
	struct attachment *a = g_new0(struct attachment, 1);

	a->id = db_int(row, 0);
	a->name = db_dup(row, 1);
	a->media = db_dup(row, 2);
	a->size = db_int(row, 3);
	a->sha256 = db_dup(row, 4);
	a->scan = (enum scan_state)db_int(row, 5);
	return a;
}

static gboolean attached_fn(const struct db_row *row, void *arg)
{
	const GPtrArray *messages = arg;

	for (guint i = 0; i < messages->len; i++) {
		struct message *m = messages->pdata[i];

		if (m->id == db_int(row, 6))
			add(&m->attachments, (GDestroyNotify)attachment_free, attached_of(row));
	}
	return TRUE;
}

gboolean messages_load_attached(struct db_conn *conn, desk_id ticket_id, GPtrArray *messages, GError **error)
{
	desk_id first = 0, last = 0;

	for (guint i = 0; i < messages->len; i++) {
		const struct message *m = messages->pdata[i];

		if (!m->attachments)
			continue;
		first = first ? MIN(first, m->id) : m->id;
		last = MAX(last, m->id);
	}
	return !first || DB_RUN(conn, STMT_ATTACHED, attached_fn, messages, error, DB_I(ticket_id), DB_I(first),
	                        DB_I(last));
}

static gboolean one_attached_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, attached_of(row));
	return TRUE;
}

struct loose {
	desk_id by_id, message_id;
	enum scan_state scan;
	char *name;
	gboolean there;
};

static gboolean loose_fn(const struct db_row *row, void *arg)
{
	struct loose *l = arg;

	l->by_id = db_int(row, 0);
	l->message_id = db_int(row, 1);
	l->scan = (enum scan_state)db_int(row, 2);
	l->name = db_dup(row, 3);
	l->there = TRUE;
	return FALSE;
}

static gboolean may_link(struct work *w, desk_id id, GError **error)
{
	struct loose l = {0};
	gboolean ok = DB_RUN(w->conn, STMT_ATTACHED_LOOSE, loose_fn, &l, error, DB_I(id));

	if (!ok)
		;
	else if (!l.there || (l.by_id != w->who->person_id && w->who->person_id))
		ok = desk_fail(error, DESK_GONE, "attachment_ids: you have uploaded no file %" G_GINT64_FORMAT, id);
	else if (l.message_id)
		ok = desk_fail(error, DESK_INVALID, "attachment_ids: \"%s\" was sent with another message", l.name);
	else if (l.scan == SCAN_INFECTED)
		ok = desk_fail(error, DESK_INVALID, "attachment_ids: \"%s\" is infected", l.name);
	g_free(l.name);
	return ok;
}

gboolean attached_link(struct work *w, struct message *m, const GArray *ids, GError **error)
{
	g_autoptr(GPtrArray) files = NULL;

	if (!ids || ids->len == 0)
		return TRUE;
	if (ids->len > MESSAGE_FILES_MAX)
		return desk_fail(error, DESK_LIMIT, "attachment_ids: more than %d files", MESSAGE_FILES_MAX);
	for (guint i = 0; i < ids->len; i++) {
		desk_id id = g_array_index(ids, desk_id, i);

		if (!may_link(w, id, error) || !DB_RUN(w->conn, STMT_ATTACHED_LINK, NULL, NULL, error, DB_I(id),
		                                       DB_I(m->id), DB_I(m->ticket_id)))
			return FALSE;
		/* taken since by a writer elsewhere, or named twice */
		if (db_changed(w->conn) != 1)
			return desk_fail(error, DESK_CONFLICT, "a file was sent with another message meanwhile");
	}
	files = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
	if (!DB_RUN(w->conn, STMT_ATTACHED_TO, one_attached_fn, files, error, DB_I(m->id)))
		return FALSE;
	m->attachments = g_steal_pointer(&files);
	return TRUE;
}

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

gboolean attached_copy(struct db_conn *conn, desk_id from_message, desk_id to_message, desk_id ticket_id,
                       GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));

	if (!DB_RUN(conn, STMT_ATTACHED_TO, id_fn, ids, error, DB_I(from_message)))
		return FALSE;
	for (guint i = 0; i < ids->len; i++) {
		desk_id from = g_array_index(ids, desk_id, i), copy = 0;

		if (!DB_RUN(conn, STMT_ATTACHED_COPY, row_int_fn, &copy, error, DB_I(from), DB_I(to_message),
		            DB_I(ticket_id)) ||
		    !DB_RUN(conn, STMT_ATTACHED_COPY_DATA, NULL, NULL, error, DB_I(from), DB_I(copy)))
			return FALSE;
	}
	return TRUE;
}

gboolean message_put_extras(struct work *w, struct message *m, GError **error)
{
	if (!m->to && !m->cc && !m->attachments)
		return TRUE;
	return DB_RUN(w->conn, STMT_MESSAGE_EXTRAS, NULL, NULL, error, DB_I(m->id), DB_T(m->to), DB_T(m->cc),
	              DB_I(m->attachments ? m->attachments->len : 0));
}
