/* Knowledge written back: use counted, versions saved. */
#include "server/desk/inside.h"

#include <string.h>

struct heads {
	int64_t newest, published;
};

static gboolean heads_fn(const struct db_row *row, void *arg)
{
	*(struct heads *)arg = (struct heads){db_int(row, 0), db_int(row, 1)};
	return TRUE;
}

/* Who takes the case over sees what was tried; of a ticket that isn't there nothing is kept. */
static gboolean note_use(struct work *w, GError **error)
{
	int64_t there = 0;
	desk_id ticket_id = w->change->ticket_id;

	if (!ticket_id || !DB_RUN(w->conn, STMT_TICKET_ROW, row_int_fn, &there, error, DB_I(ticket_id)))
		return !ticket_id;
	return !there || DB_RUN(w->conn, STMT_ARTICLE_USE_ADD, NULL, NULL, error, DB_I(ticket_id),
	                        DB_I(w->change->article_id), DB_I(w->who->person_id), DB_I(w->now));
}

gboolean change_article_used(struct work *w, struct answer *out, GError **error)
{
	desk_id id = w->change->article_id;
	struct event e = {.kind = EVENT_ARTICLE, .article_id = id};

	if (!DB_RUN(w->conn, STMT_ARTICLE_USED, NULL, NULL, error, DB_I(id)))
		return FALSE;
	if (db_changed(w->conn) == 0)
		return desk_fail(error, DESK_NOTFOUND, "there is no article %" G_GINT64_FORMAT, id);
	if (!note_use(w, error))
		return FALSE;
	out->article = article_read(w->conn, id, 0, error);
	return out->article && work_announce(w, &e, change_name(CHANGE_ARTICLE_USED), error);
}

static gboolean article_check(const struct article *a, GError **error)
{
	if (!a)
		return desk_fail(error, DESK_INVALID, "article is missing");
	if ((unsigned)a->module >= MODULE_COUNT || (unsigned)a->state >= ARTICLE_STATE_COUNT)
		return desk_fail(error, DESK_INVALID, "article.module or article.state isn't one we know");
	return text_check("article.title", a->title, 500, FALSE, error) &&
	       text_check("article.body", a->body, WIRE_MAX_MESSAGE, TRUE, error);
}

/* Publication is a review (R-KB-3): what an agent saves is a proposal. */
static enum article_state state_for(const struct actor *who, enum article_state wanted)
{
	if (who->role == ROLE_AGENT && who->person_id)
		return ARTICLE_DRAFT;
	return wanted;
}

gboolean change_article_save(struct work *w, struct answer *out, GError **error)
{
	const struct article *given = w->change->article;
	struct article a;
	struct heads heads = {0};
	struct event e = {.kind = EVENT_ARTICLE};

	if (!article_check(given, error))
		return FALSE;
	a = *given;
	a.id = w->change->article_id ? w->change->article_id : given->id;
	if (a.id) {
		if (!DB_RUN(w->conn, STMT_ARTICLE_LOCK, heads_fn, &heads, error, DB_I(a.id)))
			return FALSE;
		if (!heads.newest)
			return desk_fail(error, DESK_NOTFOUND, "there is no article %" G_GINT64_FORMAT, a.id);
		if (given->version > 0 && given->version != heads.newest)
			return desk_fail(error, DESK_CONFLICT,
			                 "the article has been changed meanwhile (version %" G_GINT64_FORMAT ")", heads.newest);
	}
	a.version = (int)heads.newest + 1;
	a.state = state_for(w->who, given->state);
	a.author = (char *)w->who->display;
	a.at_ms = w->now;
	if (a.state == ARTICLE_PUBLISHED)
		heads.published = a.version;
	else if (a.state == ARTICLE_OUTDATED)
		heads.published = 0;
	if (a.id ? !DB_RUN(w->conn, STMT_ARTICLE_UPDATE, NULL, NULL, error, DB_I(a.id), DB_I(a.version),
	                   DB_I(heads.published)) :
	           !DB_RUN(w->conn, STMT_ARTICLE_INSERT, row_int_fn, &a.id, error, DB_I(a.version),
	                   DB_I(heads.published), DB_I(0), DB_I(0), DB_I(0)))
		return FALSE;
	if (a.state != ARTICLE_DRAFT &&
	    !DB_RUN(w->conn, STMT_ARTICLE_OUTDATE, NULL, NULL, error, DB_I(a.id), DB_I(ARTICLE_OUTDATED),
	            DB_I(ARTICLE_PUBLISHED), DB_I(a.version)))
		return FALSE;
	e.article_id = a.id;
	if (!article_add_version(w->conn, a.id, &a, error) ||
	    !work_announce(w, &e, change_name(CHANGE_ARTICLE_SAVE), error))
		return FALSE;
	out->article = article_read(w->conn, a.id, a.version, error);
	return out->article != NULL;
}
