/* The full-text index: what goes into it and leaves it with each write. */
#include "server/desk/message_text_inside.h"

#include <string.h>

#include "base/text.h"
#include "rules/find.h"

#define DOCUMENT_TOKENS 16000  /* PostgreSQL counts positions up to 16383 */
#define TEXT_SLOT_MAX 1048000   /* as in TEXT_ADD_MESSAGE; what is beyond isn't found */
#define DOCUMENT_BYTES 400000  /* and takes a megabyte */

/* ---- documents */

/* No longer than both engines take. */
static char *document_of(const char *text)
{
	char *document = find_document(text), *end = document;

	for (int n = 0; *end; n++) {
		char *space = strchrnul(end, ' ');

		if (n == DOCUMENT_TOKENS || space - document > DOCUMENT_BYTES) {
			while (end > document && end[-1] == ' ')
				end--;
			*end = '\0';
			break;
		}
		end = *space ? space + 1 : space;
	}
	return document;
}

static void append_quoted(GString *to, const char *token, size_t len)
{
	g_string_append_c(to, '\'');
	for (size_t i = 0; i < len; i++) {
		if (token[i] == '\'' || token[i] == '\\')
			g_string_append_c(to, token[i]);
		g_string_append_c(to, token[i]);
	}
	g_string_append_c(to, '\'');
}

/* 'word':1 'word':2 ... */
static char *vector_of(const char *document)
{
	GString *to = g_string_sized_new(strlen(document) * 2);

	for (int n = 1; *document; n++) {
		const char *space = strchrnul(document, ' ');

		if (to->len)
			g_string_append_c(to, ' ');
		append_quoted(to, document, (size_t)(space - document));
		g_string_append_printf(to, ":%d", n);
		document = *space ? space + 1 : space;
	}
	return g_string_free(to, FALSE);
}

/* What the engine's statement takes for a document; takes it. */
static char *stored_form(const struct desk *d, char *document)
{
	char *vector;

	if (db_engine(d->db) == DB_SQLITE)
		return document;
	vector = vector_of(document);
	g_free(document);
	return vector;
}

char *message_text_query(enum db_engine engine, const GPtrArray *tokens, gboolean prefix_token)
{
	GString *to = g_string_new(engine == DB_SQLITE ? "\"" : "");

	for (guint i = 0; i < tokens->len; i++) {
		const char *token = tokens->pdata[i];

		if (i)
			g_string_append(to, engine == DB_SQLITE ? " " : " <-> ");
		if (engine == DB_SQLITE)
			g_string_append(to, token);
		else
			append_quoted(to, token, strlen(token));
	}
	if (engine == DB_SQLITE)
		g_string_append_c(to, '"');
	if (prefix_token)
		g_string_append(to, engine == DB_SQLITE ? " *" : ":*");
	return g_string_free(to, FALSE);
}

static gboolean put_document(struct desk *d, struct db_conn *conn, int64_t doc, const char *document, GError **error)
{
	g_autofree char *stored = stored_form(d, g_strdup(document));

	return !*document || DB_RUN(conn, STMT_TEXT_ADD, NULL, NULL, error, DB_I(doc), DB_T(stored));
}

static gboolean take_document(struct db_conn *conn, int64_t doc, const char *document, GError **error)
{
	return !*document || DB_RUN(conn, STMT_TEXT_REMOVE, NULL, NULL, error, DB_I(doc), DB_T(document));
}

/* ---- messages */
static gboolean is_found(enum message_kind kind)
{
	return kind != MESSAGE_SYSTEM;
}

gboolean message_text_put(struct desk *d, struct db_conn *conn, desk_id ticket_id, desk_id message_id, gboolean has_slot,
                          const char *body, GError **error)
{
	char *document = document_of(body);
	g_autofree char *stored = NULL;

	if (!*document) {
		g_free(document);
		return TRUE;
	}
	stored = stored_form(d, document);
	return (has_slot || (DB_RUN(conn, STMT_TEXT_SLOT_NEXT, NULL, NULL, error, DB_I(ticket_id)) &&
	                     DB_RUN(conn, STMT_TEXT_SLOT_GIVE, NULL, NULL, error, DB_I(message_id)))) &&
	       DB_RUN(conn, STMT_TEXT_ADD_MESSAGE, NULL, NULL, error, DB_I(message_id), DB_T(stored));
}

gboolean message_text_add(struct desk *d, struct db_conn *conn, desk_id ticket_id, desk_id message_id,
                          enum message_kind kind, const char *body, GError **error)
{
	gboolean covered;

	if (!is_found(kind) || !body)
		return TRUE;
	if (!message_text_covers(d, conn, ticket_id, &covered, error))
		return FALSE;
	return !covered || message_text_put(d, conn, ticket_id, message_id, FALSE, body, error);
}

struct found {
	desk_id id;
	int64_t slot;
	enum message_kind kind;
	char *body;
};

static void found_clear(void *item)
{
	g_free(((struct found *)item)->body);
}

static gboolean found_fn(const struct db_row *row, void *arg)
{
	struct found m = {db_int(row, 0), db_int(row, 1), (enum message_kind)db_int(row, 2), db_dup(row, 3)};

	g_array_append_val((GArray *)arg, m);
	return TRUE;
}

static GArray *found_new(void)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct found));

	g_array_set_clear_func(list, found_clear);
	return list;
}

gboolean message_text_add_loose(struct desk *d, struct db_conn *conn, desk_id ticket_id, GError **error)
{
	g_autoptr(GArray) list = found_new();
	int64_t slot = 0;
	gboolean covered;

	if (!message_text_covers(d, conn, ticket_id, &covered, error))
		return FALSE;
	if (!covered)
		return TRUE;
	if (!DB_RUN(conn, STMT_TEXT_LOOSE, found_fn, list, error, DB_I(ticket_id), DB_I(MESSAGE_SYSTEM)))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const struct found *m = &g_array_index(list, struct found, i);
		g_autofree char *document = document_of(m->body);

		if (!*document)
			continue;
		slot = MAX(slot, m->slot) + 1; /* the ticket's count so far */
		if (slot > TEXT_SLOT_MAX)
			break;
		if (!DB_RUN(conn, STMT_TEXT_SLOT_SET, NULL, NULL, error, DB_I(m->id), DB_I(slot)) ||
		    !put_document(d, conn, TEXT_DOC(ticket_id, TEXT_MESSAGES - 1 + slot), document, error))
			return FALSE;
	}
	return !slot || DB_RUN(conn, STMT_TEXT_SLOTS_SET, NULL, NULL, error, DB_I(ticket_id), DB_I(slot));
}

gboolean message_text_leave(struct desk *d, struct db_conn *conn, desk_id ticket_id, GError **error)
{
	g_autoptr(GArray) list = found_new();
	gboolean covered;

	if (!message_text_covers(d, conn, ticket_id, &covered, error) ||
	    !DB_RUN(conn, STMT_TEXT_MESSAGES, found_fn, list, error, DB_I(ticket_id)))
		return FALSE;
	for (guint i = 0; covered && i < list->len; i++) {
		const struct found *m = &g_array_index(list, struct found, i);
		g_autofree char *document = NULL;

		if (!m->slot || m->slot > TEXT_SLOT_MAX || !is_found(m->kind))
			continue;
		document = document_of(m->body);
		if (!take_document(conn, TEXT_DOC(ticket_id, TEXT_MESSAGES - 1 + m->slot), document, error))
			return FALSE;
	}
	return DB_RUN(conn, STMT_TEXT_SLOTS_DROP, NULL, NULL, error, DB_I(ticket_id));
}

/* ---- heads: the tokens of subject, of the customer's name and of the rest, a line each */
struct head {
	char *subject, *name, *rest;
};

static void head_clear(struct head *h)
{
	g_free(h->subject);
	g_free(h->name);
	g_free(h->rest);
}

static void head_of(struct head *h, const struct ticket *t)
{
	g_autofree char *rest = find_head(NULL, NULL, t->row.id, t->category, t->tags);

	h->subject = document_of(t->row.subject);
	h->name = document_of(t->row.customer_name);
	h->rest = document_of(rest);
}

/* What was written by versions without an index has other lines, and is not in it. */
static void head_parse(struct head *h, const char *search)
{
	g_auto(GStrv) lines = g_strsplit(search ? search : "", "\n", 3);
	guint n = g_strv_length(lines);

	h->subject = g_strdup(n == 3 ? lines[0] : "");
	h->name = g_strdup(n == 3 ? lines[1] : "");
	h->rest = g_strdup(n == 3 ? lines[2] : "");
}

static char *head_search(const struct head *h)
{
	return g_strdup_printf("%s\n%s\n%s", h->subject, h->name, h->rest);
}

static char *head_document(const struct head *h)
{
	GString *to = g_string_new(h->subject);

	g_string_append_printf(to, "%s%s", to->len && *h->name ? " " : "", h->name);
	g_string_append_printf(to, "%s%s", to->len && *h->rest ? " " : "", h->rest);
	return g_string_free(to, FALSE);
}

static gboolean replace(struct desk *d, struct db_conn *conn, int64_t doc, const char *old, const char *now,
                        GError **error)
{
	return strcmp(old, now) == 0 ||
	       (take_document(conn, doc, old, error) && put_document(d, conn, doc, now, error));
}

static gboolean head_replace(struct desk *d, struct db_conn *conn, desk_id id, const struct head *old,
                             const struct head *now, GError **error)
{
	g_autofree char *before = head_document(old), *after = head_document(now);

	return replace(d, conn, TEXT_DOC(id, TEXT_HEAD), before, after, error) &&
	       replace(d, conn, TEXT_DOC(id, TEXT_SUBJECT), old->subject, now->subject, error) &&
	       replace(d, conn, TEXT_DOC(id, TEXT_CUSTOMER), old->name, now->name, error);
}

static gboolean text_fn(const struct db_row *row, void *arg)
{
	*(char **)arg = db_dup(row, 0);
	return FALSE;
}

gboolean message_text_head_put(struct desk *d, struct db_conn *conn, const struct ticket *t, gboolean covered,
                               gboolean anew, GError **error)
{
	struct head old = {0}, now = {0};
	g_autofree char *was = NULL, *search = NULL;
	g_autofree char *category = t->category ? text_fold(t->category, -1) : g_strdup("");
	gboolean ok;

	if (!anew && !DB_RUN(conn, STMT_TEXT_HEAD, text_fn, &was, error, DB_I(t->row.id)))
		return FALSE;
	head_of(&now, t);
	head_parse(&old, was);
	search = head_search(&now);
	ok = (!covered || head_replace(d, conn, t->row.id, &old, &now, error)) &&
	     DB_RUN(conn, STMT_TEXT_HEAD_PUT, NULL, NULL, error, DB_I(t->row.id), DB_T(search), DB_T(category));
	head_clear(&old);
	head_clear(&now);
	return ok;
}

gboolean message_text_head(struct desk *d, struct db_conn *conn, const struct ticket *t, gboolean fresh, GError **error)
{
	gboolean covered;

	return message_text_covers(d, conn, t->row.id, &covered, error) &&
	       message_text_head_put(d, conn, t, covered, fresh, error);
}

/* ---- customers */
static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

gboolean message_text_customer(struct desk *d, struct db_conn *conn, desk_id customer_id, const char *name,
                               GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autoptr(words_auto) w = desk_words(d);
	gboolean ok = DB_RUN(conn, STMT_TEXT_CUSTOMER_TICKETS, id_fn, ids, error, DB_I(customer_id), DB_T(name));

	for (guint i = 0; ok && i < ids->len; i++) {
		struct ticket *t = ticket_load(conn, w, g_array_index(ids, desk_id, i), FALSE, NULL, error);

		ok = t && ticket_load_tags(conn, t, error);
		if (ok) {
			g_free(t->row.customer_name);
			t->row.customer_name = g_strdup(name);
			ok = message_text_head(d, conn, t, FALSE, error);
		}
		ticket_free(t);
	}
	return ok;
}

/* Folded; a phone as its digits from the last to the first, so that an end is a beginning. */
gboolean message_text_customer_keys(struct db_conn *conn, desk_id customer_id, const char *email, const char *phone,
                                    const char *language, GError **error)
{
	g_autofree char *mail = text_fold(email ? email : "", -1), *tongue = text_fold(language ? language : "", -1);
	g_autoptr(GString) digits = g_string_new(NULL);

	for (const char *p = phone ? phone : ""; *p; p++)
		if (g_ascii_isdigit(*p))
			g_string_prepend_c(digits, *p);
	return DB_RUN(conn, STMT_TEXT_CUSTOMER_KEYS, NULL, NULL, error, DB_I(customer_id), DB_T(mail), DB_T(digits->str),
	              DB_T(tongue));
}
