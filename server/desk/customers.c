/* Customers: reading with tags and orders, finding, writing, marks. */
#include "server/desk/inside.h"

#include <string.h>
#include "base/text.h"
#include "server/desk/message_text.h"

#define CUSTOMERS_LIMIT 50

static struct customer *row_customer(const struct db_row *row)
{
	struct customer *c = customer_new();
	int64_t stars = db_int(row, 14), count = db_int(row, 15);

	c->id = db_int(row, 0);
	c->version = db_int(row, 1);
	c->name = db_dup(row, 2);
	c->language = db_dup(row, 3);
	c->email = db_dup(row, 4);
	c->phone = db_dup(row, 5);
	c->region = db_dup(row, 6);
	c->gender = db_dup(row, 7);
	c->occupation = db_dup(row, 8);
	c->birth_year = (int)db_int(row, 9);
	c->zone = db_dup(row, 10);
	c->preferences = db_dup(row, 11);
	c->registered_ms = db_int(row, 12);
	c->last_contact_ms = db_int(row, 13);
	c->csat = count ? (double)stars / (double)count : 0;
	c->manager_id = db_int(row, 17);
	return c;
}

static gboolean customer_fn(const struct db_row *row, void *arg)
{
	*(struct customer **)arg = row_customer(row);
	return FALSE;
}

struct load {
	const struct words *words;
	struct customer *customer;
};

static gboolean mark_fn(const struct db_row *row, void *arg)
{
	struct load *l = arg;
	const struct tag *tag = words_tag(l->words, db_int(row, 0));
	struct tag_mark *m;

	if (!tag)
		return TRUE;
	m = g_new0(struct tag_mark, 1);
	m->tag_id = tag->id;
	m->name = g_strdup(tag->name);
	m->why = db_dup(row, 1);
	m->since_ms = db_int(row, 2);
	m->by_person = db_int(row, 3);
	m->by_name = g_strdup(words_person_name(l->words, m->by_person));
	g_ptr_array_add(l->customer->tags, m);
	return TRUE;
}

static gboolean order_fn(const struct db_row *row, void *arg)
{
	struct load *l = arg;
	struct order *o = g_new0(struct order, 1);

	o->number = db_dup(row, 0);
	o->items = db_dup(row, 1);
	o->state = db_dup(row, 2);
	o->amount_cents = db_int(row, 3);
	o->currency = db_dup(row, 4);
	o->at_ms = db_int(row, 5);
	g_ptr_array_add(l->customer->orders, o);
	return TRUE;
}

static gboolean tickets_fn(const struct db_row *row, void *arg)
{
	struct load *l = arg;

	if (db_int(row, 0))
		l->customer->open_tickets += (int)db_int(row, 1);
	else
		l->customer->past_tickets = (int)db_int(row, 1);
	return TRUE;
}

struct customer *customer_read(struct db_conn *conn, const struct words *w, desk_id id, GError **error)
{
	struct load l = {w, NULL};

	if (!DB_RUN(conn, STMT_CUSTOMER, customer_fn, &l.customer, error, DB_I(id)))
		return NULL;
	if (!l.customer) {
		desk_fail(error, DESK_NOTFOUND, "there is no customer %" G_GINT64_FORMAT, id);
		return NULL;
	}
	l.customer->manager_name = g_strdup(words_person_name(w, l.customer->manager_id));
	if (DB_RUN(conn, STMT_CUSTOMER_TAGS, mark_fn, &l, error, DB_I(id)) &&
	    DB_RUN(conn, STMT_CUSTOMER_ORDERS, order_fn, &l, error, DB_I(id)) &&
	    DB_RUN(conn, STMT_CUSTOMER_TICKETS, tickets_fn, &l, error, DB_I(id)))
		return l.customer;
	customer_free(l.customer);
	return NULL;
}

static gboolean list_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, row_customer(row));
	return TRUE;
}

GPtrArray *customers_find(struct db_conn *conn, const struct words *w, const char *text, int limit,
                          GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)customer_free);
	struct find_words f;
	gboolean ok;

	find_words_init(&f, text);
	ok = DB_RUN(conn, STMT_CUSTOMERS_FIND, list_fn, list, error, DB_T(f.word[0]), DB_T(f.word[1]),
	            DB_T(f.word[2]), DB_T(f.word[3]), DB_I(limit > 0 ? MIN(limit, CUSTOMERS_LIMIT) : CUSTOMERS_LIMIT));
	find_words_clear(&f);
	for (guint i = 0; ok && i < list->len; i++) {
		struct load l = {w, list->pdata[i]};

		ok = DB_RUN(conn, STMT_CUSTOMER_TAGS, mark_fn, &l, error, DB_I(l.customer->id));
	}
	if (ok)
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

char *customer_search_text(const struct customer *c)
{
	g_autoptr(GString) s = g_string_new(c->name);

	if (c->email)
		g_string_append_printf(s, "\n%s", c->email);
	if (c->phone) {
		/* As written, and as somebody reads it aloud: digits only. */
		g_string_append_printf(s, "\n%s\n", c->phone);
		for (const char *p = c->phone; *p; p++)
			if (g_ascii_isdigit(*p))
				g_string_append_c(s, *p);
	}
	for (guint i = 0; c->orders && i < c->orders->len; i++) {
		const struct order *o = c->orders->pdata[i];

		g_string_append_printf(s, "\n%s", o->number);
	}
	return text_fold(s->str, (gssize)s->len);
}

desk_id customer_insert(struct db_conn *conn, const struct customer *c, GError **error)
{
	g_autofree char *search = customer_search_text(c);
	desk_id id = 0;

	if (!DB_RUN(conn, STMT_CUSTOMER_INSERT, row_int_fn, &id, error, DB_T(c->name), DB_T(c->language),
	            DB_T(c->email), DB_T(c->phone), DB_T(c->region), DB_T(c->gender), DB_T(c->occupation),
	            DB_I(c->birth_year), DB_T(c->zone), DB_T(c->preferences), DB_I(c->registered_ms),
	            DB_I(c->last_contact_ms), DB_T(search)) ||
	    (c->manager_id && !DB_RUN(conn, STMT_CUSTOMER_MANAGER, NULL, NULL, error, DB_I(id), DB_I(c->manager_id))) ||
	    !message_text_customer_keys(conn, id, c->email, c->phone, c->language, error))
		return 0;
	return id;
}

gboolean customer_update(struct db_conn *conn, const struct customer *c, GError **error)
{
	g_autofree char *search = customer_search_text(c);

	return DB_RUN(conn, STMT_CUSTOMER_UPDATE, NULL, NULL, error, DB_I(c->id), DB_T(c->name), DB_T(c->language),
	              DB_T(c->email), DB_T(c->phone), DB_T(c->region), DB_T(c->gender), DB_T(c->occupation),
	              DB_I(c->birth_year), DB_T(c->zone), DB_T(c->preferences), DB_I(c->registered_ms),
	              DB_I(c->last_contact_ms), DB_T(search)) &&
	       DB_RUN(conn, STMT_CUSTOMER_MANAGER, NULL, NULL, error, DB_I(c->id), DB_I(c->manager_id)) &&
	       message_text_customer_keys(conn, c->id, c->email, c->phone, c->language, error);
}

gboolean customer_put_tag(struct db_conn *conn, desk_id customer_id, desk_id tag_id, const char *why,
                          int64_t since_ms, desk_id by_person, GError **error)
{
	return DB_RUN(conn, STMT_CUSTOMER_TAG_PUT, NULL, NULL, error, DB_I(customer_id), DB_I(tag_id),
	              why && *why ? DB_T(why) : DB_T(NULL), DB_I(since_ms), DB_I(by_person));
}

gboolean customer_put_orders(struct db_conn *conn, desk_id customer_id, const GPtrArray *orders, GError **error)
{
	/* Those of one moment are read newest first, see STMT_CUSTOMER_ORDERS. */
	for (guint i = orders ? orders->len : 0; i-- > 0;) {
		const struct order *o = orders->pdata[i];

		if (!DB_RUN(conn, STMT_CUSTOMER_ORDER_PUT, NULL, NULL, error, DB_I(customer_id), DB_T(o->number),
		            DB_T(o->items), DB_T(o->state), DB_I(o->amount_cents), DB_T(o->currency), DB_I(o->at_ms)))
			return FALSE;
	}
	return TRUE;
}

/* Glyph keys of its tags, each once, in the order of the tags. */
static char *marks_of(const struct words *w, const struct customer *c)
{
	GString *s = g_string_new(NULL);

	for (guint i = 0; i < c->tags->len; i++) {
		const struct tag_mark *m = c->tags->pdata[i];
		const struct tag *tag = words_tag(w, m->tag_id);

		if (!tag || !tag->glyph || strstr(s->str, tag->glyph))
			continue;
		if (s->len)
			g_string_append_c(s, ' ');
		g_string_append(s, tag->glyph);
	}
	return g_string_free(s, FALSE);
}

char *customer_marks(struct db_conn *conn, const struct words *w, desk_id id, GError **error)
{
	struct load l = {w, customer_new()};
	char *marks = NULL;

	if (DB_RUN(conn, STMT_CUSTOMER_TAGS, mark_fn, &l, error, DB_I(id)))
		marks = marks_of(w, l.customer);
	customer_free(l.customer);
	return marks;
}

gboolean customer_remark(struct desk *d, struct db_conn *conn, const struct words *w, desk_id id, GError **error)
{
	struct customer *c = customer_read(conn, w, id, error);
	g_autofree char *marks = c ? marks_of(w, c) : NULL;
	gboolean ok = c && DB_RUN(conn, STMT_CUSTOMER_MARKS, NULL, NULL, error, DB_I(id), DB_T(marks)) &&
	              message_text_customer(d, conn, id, c->name, error) &&
	              DB_RUN(conn, STMT_TICKET_CUSTOMER, NULL, NULL, error, DB_I(id), DB_T(c->name), DB_T(marks));

	customer_free(c);
	return ok;
}
