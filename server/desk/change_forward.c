/* Writing to others: addresses beside the customer's, and forwarding a conversation to
 * somebody who is not the customer. A note is never quoted: it doesn't leave the desk. */
#include "server/desk/inside.h"

#include <string.h>
#include "rules/addresses.h"

#define QUOTED_MAX 50 /* newest public messages of a conversation */
#define LEFT_OUT "(earlier messages are left out)\n\n"

gboolean addresses_of_change(const struct change *c, gboolean needs_to, char **to, char **cc, GError **error)
{
	g_autoptr(GError) local = NULL;
	int many = 0, more = 0;

	*to = addresses_check("to", c->to, &many, &local);
	if (!local)
		*cc = addresses_check("cc", c->cc, &more, &local);
	if (local) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (needs_to && many == 0)
		return desk_fail(error, DESK_INVALID, "to: say to whom");
	if (many + more > ADDRESSES_MAX)
		return desk_fail(error, DESK_LIMIT, "to: more than %d addresses with cc", ADDRESSES_MAX);
	return TRUE;
}

struct quote {
	GTimeZone *zone;
	GPtrArray *parts; /* char*, newest first */
	size_t bytes, room;
	gboolean cut;
};

static char *quoted(const struct quote *q, const char *name, int64_t at_ms, const char *body)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / 1000);
	g_autoptr(GDateTime) at = utc ? g_date_time_to_timezone(utc, q->zone) : NULL;
	g_autofree char *when = at ? g_date_time_format(at, "%Y-%m-%d %H:%M %Z") : g_strdup("");
	g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
	GString *s = g_string_new(NULL);

	g_string_append_printf(s, "%s, %s:\n", name ? name : "?", when);
	for (char **line = lines; *line; line++)
		g_string_append_printf(s, "> %s\n", g_strchomp(*line));
	g_string_append_c(s, '\n');
	return g_string_free(s, FALSE);
}

static void add_quote(struct quote *q, const char *name, int64_t at_ms, const char *body)
{
	char *part = quoted(q, name, at_ms, body);
	size_t len = strlen(part);

	if (q->cut || q->bytes + len > q->room) {
		q->cut = TRUE;
		g_free(part);
		return;
	}
	q->bytes += len;
	g_ptr_array_add(q->parts, part);
}

static gboolean public_fn(const struct db_row *row, void *arg)
{
	add_quote(arg, db_text(row, 2), db_int(row, 4), db_text(row, 3));
	return TRUE;
}

static gboolean quote_one(struct work *w, struct quote *q, GError **error)
{
	struct message *m = message_load(w->conn, w->change->message_id, error);
	gboolean ok = FALSE;

	if (!m)
		return FALSE;
	if (m->ticket_id != w->ticket->row.id)
		desk_fail(error, DESK_INVALID, "message_id: that message isn't of #%" G_GINT64_FORMAT, w->ticket->row.id);
	else if (m->kind == MESSAGE_NOTE || m->kind == MESSAGE_SYSTEM)
		desk_fail(error, DESK_INVALID, "message_id: a note doesn't leave the desk");
	else if (m->delivery != DELIVERY_DONE)
		desk_fail(error, DESK_INVALID, "message_id: that reply wasn't sent");
	else
		ok = TRUE;
	if (ok)
		add_quote(q, m->author_name, m->at_ms, m->body);
	message_free(m);
	return ok;
}

static char *body_of(const struct change *c, const struct quote *q)
{
	GString *s = g_string_new(NULL);

	if (c->body && *c->body)
		g_string_append_printf(s, "%s\n\n", c->body);
	if (q->cut)
		g_string_append(s, LEFT_OUT);
	for (guint i = q->parts->len; i-- > 0;)
		g_string_append(s, q->parts->pdata[i]);
	return g_strchomp(g_string_free(s, FALSE));
}

static GTimeZone *desk_zone(struct db_conn *conn)
{
	g_autofree char *name = desk_setting(conn, "zone");
	GTimeZone *zone = name ? g_time_zone_new_identifier(name) : NULL;

	return zone ? zone : g_time_zone_new_local();
}

static char *forwarded_text(struct work *w, GError **error)
{
	const struct change *c = w->change;
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GTimeZone) zone = desk_zone(w->conn);
	struct quote q = {.zone = zone, .parts = parts};

	q.room = WIRE_MAX_MESSAGE - (c->body ? strlen(c->body) + 2 : 0) - sizeof(LEFT_OUT);
	if (c->message_id ? !quote_one(w, &q, error) :
	                    !DB_RUN(w->conn, STMT_MESSAGES_PUBLIC, public_fn, &q, error, DB_I(w->ticket->row.id),
	                            DB_I(QUOTED_MAX + 1)))
		return NULL;
	if (parts->len > QUOTED_MAX) {
		g_ptr_array_set_size(parts, QUOTED_MAX);
		q.cut = TRUE;
	}
	return body_of(c, &q);
}

/* The forwarded message's files and the writer's own, as one list. */
static gboolean put_files(struct work *w, struct message *m, GError **error)
{
	const struct change *c = w->change;
	g_autoptr(GPtrArray) one = g_ptr_array_new();

	if (c->message_id && !attached_copy(w->conn, c->message_id, m->id, m->ticket_id, error))
		return FALSE;
	if (!attached_link(w, m, c->attachment_ids, error))
		return FALSE;
	if (!m->attachments)
		m->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
	g_ptr_array_set_size(m->attachments, 0);
	g_ptr_array_add(one, m);
	if (!messages_load_attached(w->conn, m->ticket_id, one, error))
		return FALSE;
	if (m->attachments->len == 0)
		g_clear_pointer(&m->attachments, g_ptr_array_unref);
	return message_put_extras(w, m, error);
}

gboolean change_forward(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	g_autofree char *to = NULL, *cc = NULL, *body = NULL;
	struct message *m;

	(void)out;
	if (c->body && *c->body && !text_check("body", c->body, WIRE_MAX_MESSAGE / 2, TRUE, error))
		return FALSE;
	if (!addresses_of_change(c, TRUE, &to, &cc, error) || !(body = forwarded_text(w, error)))
		return FALSE;
	if (!*body)
		return desk_fail(error, DESK_INVALID, "body is empty, and there is nothing to forward yet");
	m = work_message(w, MESSAGE_FORWARD, body, 0, error);
	if (!m || !talk_may_leave(m, error))
		return FALSE;
	m->to = g_steal_pointer(&to);
	m->cc = g_steal_pointer(&cc);
	w->message_id = m->id;
	return put_files(w, m, error) && draft_was_sent(w, MESSAGE_FORWARD, c->body, error);
}
