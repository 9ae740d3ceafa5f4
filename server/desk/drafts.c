/* Unsent text, kept per person, ticket and kind: saved, shared, merged, and gone once it is sent. */
#include "server/desk/inside.h"

#include <string.h>

#define DRAFTS_MAX 200          /* of a person, newest first */
#define DRAFTS_BYTES (1500u << 10) /* of texts in one answer: its JSON stays below WIRE_MAX_BODY */
#define DRAFT_MOVED "\n\n-- #%" G_GINT64_FORMAT " --\n" /* as the workstations join theirs */
#define ADDRESSES_MAX 4000

static GArray *ids_of(const char *text)
{
	GArray *ids = NULL;

	for (const char *p = text; p && *p;) {
		char *end = NULL;
		desk_id id = g_ascii_strtoll(p, &end, 10);

		if (end == p)
			break;
		if (!ids)
			ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_array_append_val(ids, id);
		p = *end == ',' ? end + 1 : end;
	}
	return ids;
}

static char *text_of_ids(const GArray *ids)
{
	GString *s = g_string_new(NULL);

	for (guint i = 0; ids && i < ids->len; i++)
		g_string_append_printf(s, "%s%" G_GINT64_FORMAT, i ? "," : "", g_array_index(ids, desk_id, i));
	return g_string_free(s, FALSE);
}

static struct draft *draft_of(const struct db_row *row)
{
	struct draft *d = g_new0(struct draft, 1);

	d->id = db_int(row, 0);
	d->ticket_id = db_int(row, 1);
	d->kind = (enum message_kind)db_int(row, 2);
	d->person_id = db_int(row, 3);
	d->body = db_dup(row, 4);
	d->to = db_dup(row, 5);
	d->cc = db_dup(row, 6);
	d->answers_id = db_int(row, 7);
	d->template_ids = ids_of(db_text(row, 8));
	d->promise_ms = db_int(row, 9);
	d->revision = db_int(row, 10);
	d->at_ms = db_int(row, 11);
	d->ticket_version = db_int(row, 12);
	d->shared = db_int(row, 13) != 0;
	return d;
}

/* ---- reading */
struct listing {
	const struct words *words;
	struct answer *out;
	size_t bytes;
};

static gboolean list_fn(const struct db_row *row, void *arg)
{
	struct listing *l = arg;
	struct draft *d = draft_of(row);

	l->bytes += strlen(d->body);
	if (l->out->drafts->len && l->bytes > DRAFTS_BYTES) {
		draft_free(d);
		l->out->more = TRUE;
		return FALSE;
	}
	d->person_name = g_strdup(words_person_name(l->words, d->person_id));
	g_ptr_array_add(l->out->drafts, d);
	return TRUE;
}

gboolean drafts_query(struct db_conn *conn, const struct words *w, const struct actor *who, const struct query *q,
                      struct answer *out, GError **error)
{
	struct listing l = {.words = w, .out = out};
	desk_id ticket_id;

	out->drafts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
	if (!q->ticket_id)
		return DB_RUN(conn, STMT_DRAFTS_MINE, list_fn, &l, error, DB_I(who->person_id), DB_I(DRAFTS_MAX));
	ticket_id = ticket_lives_on(conn, q->ticket_id, error);
	return ticket_id && DB_RUN(conn, STMT_DRAFTS_SEEN, list_fn, &l, error, DB_I(ticket_id), DB_I(who->person_id),
	                           DB_I(DRAFTS_MAX));
}

static gboolean take_fn(const struct db_row *row, void *arg)
{
	*(struct draft **)arg = draft_of(row);
	return FALSE;
}

/* *out is NULL when there is none. */
static gboolean draft_load(struct work *w, desk_id ticket_id, desk_id person_id, enum message_kind kind,
                           struct draft **out, GError **error)
{
	*out = NULL;
	return DB_RUN(w->conn, STMT_DRAFT_OF, take_fn, out, error, DB_I(ticket_id), DB_I(person_id), DB_I(kind));
}

static gboolean draft_put(struct work *w, struct draft *d, GError **error)
{
	g_autofree char *ids = text_of_ids(d->template_ids);

	if (!d->id)
		return DB_RUN(w->conn, STMT_DRAFT_INSERT, row_int_fn, &d->id, error, DB_I(d->ticket_id), DB_I(d->person_id),
		              DB_I(d->kind), DB_T(d->body), DB_T(d->to), DB_T(d->cc), DB_I(d->answers_id), DB_T(ids),
		              DB_I(d->promise_ms), DB_I(d->revision), DB_I(d->at_ms), DB_I(d->ticket_version),
		              DB_I(d->shared != 0));
	return DB_RUN(w->conn, STMT_DRAFT_UPDATE, NULL, NULL, error, DB_I(d->id), DB_I(d->ticket_id), DB_T(d->body),
	              DB_T(d->to), DB_T(d->cc), DB_I(d->answers_id), DB_T(ids), DB_I(d->promise_ms), DB_I(d->revision),
	              DB_I(d->at_ms), DB_I(d->ticket_version), DB_I(d->shared != 0));
}

/* Never a number that was there before, also when the draft was gone meanwhile: who still
 * holds an old text must not take a new one for its successor. */
static void new_revision(const struct work *w, struct draft *d)
{
	d->revision = MAX(d->revision + 1, w->now);
	d->at_ms = w->now;
}

static gboolean announce(struct work *w, const struct draft *d, enum change_kind why, GError **error)
{
	struct event e = {.kind = EVENT_DRAFT, .change = (char *)change_name(why), .ticket_id = d->ticket_id,
	                  .person_id = d->person_id};

	if (!db_tx_event(w->tx, &e, error))
		return FALSE;
	w->seq = e.seq;
	return TRUE;
}

/* The next few words of one who sits at a single screen are nobody else's news: with every
 * writer's every pause in the feed it would hold minutes, not days. */
static gboolean announce_saved(struct work *w, const struct draft *d, gboolean is_news, GError **error)
{
	int64_t screens = 0;

	if (!is_news && !DB_RUN(w->conn, STMT_DRAFT_WATCHERS, row_int_fn, &screens, error, DB_I(d->person_id), DB_I(w->now)))
		return FALSE;
	return (!is_news && screens == 1) || announce(w, d, CHANGE_DRAFT_SAVE, error);
}

/* ---- saving and removing */
static gboolean kind_of(const struct change *c, enum message_kind *kind, GError **error)
{
	int found = c->text ? message_kind_by_name(c->text) : -1;

	if (found != MESSAGE_REPLY && found != MESSAGE_NOTE && found != MESSAGE_FORWARD)
		return desk_fail(error, DESK_INVALID, "a draft is of a reply, a note or a forward");
	*kind = (enum message_kind)found;
	return TRUE;
}

/* The ticket the draft is for, kept from a merge meanwhile; *version is its own. 0 on failure. */
static desk_id lock_ticket(struct work *w, desk_id id, int64_t *version, GError **error)
{
	for (int i = 0; i < 100; i++) {
		desk_id into = ticket_lives_on(w->conn, id, error);
		struct ticket *t = into ? ticket_load(w->conn, w->words, into, TRUE, NULL, error) : NULL;
		gboolean merged;

		if (!t)
			return 0;
		merged = t->row.status == STATUS_MERGED && t->merged_into;
		*version = t->row.version;
		ticket_free(t);
		if (!merged)
			return into;
	}
	desk_fail(error, DESK_BUSY, "the ticket is being merged");
	return 0;
}

static gboolean same_text(const struct draft *d, const struct change *c)
{
	g_autofree char *had = text_of_ids(d->template_ids), *has = text_of_ids(c->template_ids);

	return strcmp(d->body, c->body) == 0 && g_strcmp0(d->to, c->to) == 0 && g_strcmp0(d->cc, c->cc) == 0 &&
	       strcmp(had, has) == 0 && d->promise_ms == c->promise_ms;
}

static gboolean draft_check(const struct change *c, GError **error)
{
	return text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error) &&
	       (!c->to || !*c->to || text_check("to", c->to, ADDRESSES_MAX, FALSE, error)) &&
	       (!c->cc || !*c->cc || text_check("cc", c->cc, ADDRESSES_MAX, FALSE, error));
}

/* Says what happened to the text that the writer's was made from. */
static gboolean made_elsewhere(struct work *w, const struct draft *was, desk_id ticket_id, GError **error)
{
	g_autoptr(GDateTime) at = was ? g_date_time_new_from_unix_utc(was->at_ms / 1000) : NULL;
	g_autofree char *when = at ? g_date_time_format(at, "%H:%M:%S") : NULL;

	(void)w;
	if (was)
		return desk_fail(error, DESK_CONFLICT,
		                 "your draft on #%" G_GINT64_FORMAT " was changed elsewhere at %s UTC: look at both", ticket_id,
		                 when ? when : "?");
	return desk_fail(error, DESK_CONFLICT, "your draft on #%" G_GINT64_FORMAT " was sent or dropped elsewhere", ticket_id);
}

static void set_text(char **to, const char *from)
{
	g_free(*to);
	*to = g_strdup(from && *from ? from : NULL);
}

static void take_change(struct draft *d, const struct change *c)
{
	g_free(d->body);
	d->body = g_strdup(c->body);
	set_text(&d->to, c->to);
	set_text(&d->cc, c->cc);
	d->answers_id = c->answers_id;
	g_clear_pointer(&d->template_ids, g_array_unref);
	if (c->template_ids)
		d->template_ids = g_array_ref(c->template_ids);
	d->promise_ms = c->promise_ms;
	d->shared = c->shared;
}

gboolean change_draft_save(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	enum message_kind kind;
	struct draft *d = NULL;
	int64_t version;
	desk_id ticket_id;
	gboolean ok, is_new, is_news;

	if (!kind_of(c, &kind, error) || !draft_check(c, error) ||
	    !(ticket_id = lock_ticket(w, c->ticket_id, &version, error)) ||
	    !draft_load(w, ticket_id, w->who->person_id, kind, &d, error))
		return FALSE;
	/* The same words once more are the answer that got lost. */
	if ((d ? d->revision : 0) != c->revision && !(d && same_text(d, c))) {
		made_elsewhere(w, d, ticket_id, error);
		draft_free(d);
		return FALSE;
	}
	is_new = !d;
	if (is_new)
		d = g_new0(struct draft, 1);
	is_news = is_new || d->shared || c->shared;
	d->ticket_id = ticket_id;
	d->kind = kind;
	d->person_id = w->who->person_id;
	d->ticket_version = version;
	take_change(d, c);
	new_revision(w, d);
	ok = draft_put(w, d, error) && announce_saved(w, d, is_news, error);
	d->person_name = g_strdup(w->who->display);
	out->draft = d;
	return ok;
}

/* If-Match, when given, is the revision of the draft. */
gboolean change_draft_remove(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	enum message_kind kind;
	struct draft *d = NULL;
	int64_t version;
	gboolean ok = TRUE;

	if (!kind_of(c, &kind, error) || !lock_ticket(w, c->ticket_id, &version, error) ||
	    !draft_load(w, c->ticket_id, w->who->person_id, kind, &d, error))
		return FALSE;
	if (d && c->if_version >= 0 && c->if_version != d->revision)
		ok = made_elsewhere(w, d, c->ticket_id, error);
	else if (d)
		ok = DB_RUN(w->conn, STMT_DRAFT_REMOVE, NULL, NULL, error, DB_I(d->id)) &&
		     announce(w, d, CHANGE_DRAFT_REMOVE, error);
	draft_free(d);
	out->seq = w->seq;
	return ok;
}

/* ---- what happens to tickets */
gboolean draft_was_sent(struct work *w, enum message_kind kind, const char *body, GError **error)
{
	struct draft *d = NULL;
	gboolean ok = TRUE;

	if (!w->who->person_id || !body || !*body)
		return TRUE;
	if (!draft_load(w, w->ticket->row.id, w->who->person_id, kind, &d, error))
		return FALSE;
	if (d && strcmp(d->body, body) == 0)
		ok = DB_RUN(w->conn, STMT_DRAFT_REMOVE, NULL, NULL, error, DB_I(d->id)) &&
		     announce(w, d, CHANGE_DRAFT_REMOVE, error);
	draft_free(d);
	return ok;
}

static gboolean all_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, draft_of(row));
	return TRUE;
}

/* Behind what the person has there; whom the reply goes to stays as it is there. */
static void join(struct draft *here, const struct draft *gone)
{
	g_autofree char *line = g_strdup_printf(DRAFT_MOVED, gone->ticket_id);

	if (!strstr(here->body, gone->body)) {
		char *both = g_strconcat(here->body, line, gone->body, NULL);

		g_free(here->body);
		here->body = both;
	}
	if (!here->promise_ms)
		here->promise_ms = gone->promise_ms;
	for (guint i = 0; gone->template_ids && i < gone->template_ids->len; i++) {
		if (!here->template_ids)
			here->template_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_array_append_val(here->template_ids, g_array_index(gone->template_ids, desk_id, i));
	}
}

static gboolean merge_one(struct work *into, struct draft *gone, GError **error)
{
	struct draft *here = NULL;
	gboolean ok = draft_load(into, into->ticket->row.id, gone->person_id, gone->kind, &here, error);

	if (ok && here) {
		join(here, gone);
		new_revision(into, here);
		ok = DB_RUN(into->conn, STMT_DRAFT_REMOVE, NULL, NULL, error, DB_I(gone->id)) && draft_put(into, here, error) &&
		     announce(into, here, CHANGE_DRAFT_SAVE, error);
	} else if (ok) {
		int64_t at_ms = gone->at_ms;

		gone->ticket_id = into->ticket->row.id;
		new_revision(into, gone);
		gone->at_ms = at_ms; /* nobody wrote */
		ok = draft_put(into, gone, error) && announce(into, gone, CHANGE_DRAFT_SAVE, error);
	}
	draft_free(here);
	return ok;
}

gboolean drafts_merge(struct work *into, desk_id from, GError **error)
{
	g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);

	if (!DB_RUN(into->conn, STMT_DRAFTS_OF_TICKET, all_fn, gone, error, DB_I(from)))
		return FALSE;
	for (guint i = 0; i < gone->len; i++)
		if (!merge_one(into, gone->pdata[i], error))
			return FALSE;
	return TRUE;
}
