/* Knowledge: articles with their versions, search and suggestions. */
#include "server/desk/inside.h"

#define HITS_LIMIT 20
#define HITS_LIMIT_MAX 100

struct article *row_article(const struct db_row *row)
{
	struct article *a = g_new0(struct article, 1);

	a->id = db_int(row, 0);
	a->version = (int)db_int(row, 1);
	a->state = (enum article_state)db_int(row, 2);
	a->module = (enum kb_module)db_int(row, 3);
	a->category = db_dup(row, 4);
	a->language = db_dup(row, 5);
	a->title = db_dup(row, 6);
	a->body = db_dup(row, 7);
	a->keywords = db_dup(row, 8);
	a->author = db_dup(row, 9);
	a->at_ms = db_int(row, 10);
	a->used = db_int(row, 11);
	a->helpful = db_int(row, 12);
	a->unhelpful = db_int(row, 13);
	return a;
}

static gboolean article_fn(const struct db_row *row, void *arg)
{
	*(struct article **)arg = row_article(row);
	return FALSE;
}

static gboolean list_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, row_article(row));
	return TRUE;
}

struct article *article_read(struct db_conn *conn, desk_id id, int version, GError **error)
{
	struct article *a = NULL;
	const struct db_arg args[] = {DB_I(id), DB_I(version)};

	if (!db_run(conn, version ? STMT_ARTICLE_VERSION : STMT_ARTICLE_CURRENT, args, version ? 2 : 1,
	            article_fn, &a, error)) {
		article_free(a);
		return NULL;
	}
	if (!a && version)
		desk_fail(error, DESK_NOTFOUND, "there is no version %d of article %" G_GINT64_FORMAT, version, id);
	else if (!a)
		desk_fail(error, DESK_NOTFOUND, "there is no article %" G_GINT64_FORMAT, id);
	return a;
}

gboolean article_add_version(struct db_conn *conn, desk_id id, const struct article *a, GError **error)
{
	return DB_RUN(conn, STMT_ARTICLE_VERSION_ADD, NULL, NULL, error, DB_I(id), DB_I(a->version), DB_I(a->state),
	              DB_I(a->module), DB_T(a->category), DB_T(a->language), DB_T(a->title), DB_T(a->body),
	              DB_T(a->keywords), DB_T(a->author), DB_I(a->at_ms));
}

static gboolean body_fn(const struct db_row *row, void *arg)
{
	g_string_append_printf(arg, "\n%s", db_text(row, 0));
	return TRUE;
}

/* What a ticket is about: its subject (head), with what the customer wrote last. */
static char *about_ticket(struct desk *d, struct db_conn *conn, desk_id ticket_id, char **head, char **category,
                          GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	struct ticket *t = ticket_load(conn, w, ticket_id, FALSE, NULL, error);
	GString *s;

	if (!t)
		return NULL;
	*category = g_strdup(t->category);
	*head = g_strdup(t->row.subject);
	s = g_string_new(*head);
	ticket_free(t);
	if (DB_RUN(conn, STMT_MESSAGES_CUSTOMER, body_fn, s, error, DB_I(ticket_id), DB_I(MESSAGE_CUSTOMER), DB_I(3)))
		return g_string_free(s, FALSE);
	g_string_free(s, TRUE);
	return NULL;
}

gboolean knowledge_query(struct desk *d, struct db_conn *conn, const struct query *q, struct answer *out,
                         GError **error)
{
	int limit = q->limit > 0 ? MIN(q->limit, HITS_LIMIT_MAX) : HITS_LIMIT;
	gboolean suggest = q->ticket_id > 0 && (!q->text || !*q->text);
	g_autofree char *category = NULL, *head = NULL;
	g_autofree char *text = suggest ? about_ticket(d, conn, q->ticket_id, &head, &category, error) :
	                                  g_strdup(q->text ? q->text : "");
	struct search_query find = {.text = text, .head = head, .language = q->language, .category = category, .limit = limit,
	                            .mode = suggest ? SEARCH_ANY : SEARCH_ALL_FIRST};

	if (!text)
		return FALSE;
	out->hits = search_find(d->search, &find, error);
	out->more = !knowledge_complete(d);
	return out->hits != NULL;
}

gboolean article_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error)
{
	if (q->kind == QUERY_ARTICLE) {
		out->article = article_read(conn, q->article_id, q->version, error);
		return out->article != NULL;
	}
	out->articles = g_ptr_array_new_with_free_func((GDestroyNotify)article_free);
	if (!DB_RUN(conn, STMT_ARTICLE_VERSIONS, list_fn, out->articles, error, DB_I(q->article_id)))
		return FALSE;
	return out->articles->len ||
	       desk_fail(error, DESK_NOTFOUND, "there is no article %" G_GINT64_FORMAT, q->article_id);
}
