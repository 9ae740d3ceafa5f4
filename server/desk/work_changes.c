/* What happened to a ticket since a version of it, in words: for whom a stale write is refused. */
#include "server/desk/inside.h"

#include <string.h>
#include "base/say.h"

#define EVENTS_BACK 20000  /* looked through, at most so many */
#define EVENTS_KEPT 50
#define CLAUSES_MAX 4

struct looked {
	desk_id ticket_id;
	int64_t version;
	GPtrArray *events; /* struct event, newest first */
};

static gboolean event_fn(const struct db_row *row, void *arg)
{
	struct looked *l = arg;
	const char *json = db_text(row, 0);
	struct event *e = json ? event_parse(json, strlen(json), NULL) : NULL;

	if (!e || e->kind != EVENT_TICKET || e->ticket_id != l->ticket_id || !e->row) {
		event_free(e);
		return TRUE;
	}
	if (e->row->version <= l->version) {
		event_free(e);
		return FALSE;
	}
	g_ptr_array_add(l->events, e);
	return TRUE;
}

/* One clause; g_free. */
static char *clause_of(const struct words *w, const struct event *e)
{
	const struct ticket_row *row = e->row;
	int kind = e->change ? change_by_name(e->change) : -1;
	const char *who = words_person_name(w, e->person_id);

	if (!e->person_id)
		who = e->message && e->message->kind == MESSAGE_CUSTOMER && row->customer_name ? row->customer_name : _("the desk");
	else if (!who)
		who = _("somebody");
	if (e->message && e->message->kind == MESSAGE_CUSTOMER)
		return g_strdup_printf(_("%s wrote"), who);
	switch (kind) {
	case CHANGE_REPLY:
		return g_strdup_printf(_("%s replied"), who);
	case CHANGE_NOTE:
		return g_strdup_printf(_("%s wrote a note"), who);
	case CHANGE_STATUS:
		return g_strdup_printf(_("%s set the status to %s"), who, say_ctx("status", status_name(row->status)));
	case CHANGE_PRIORITY:
		return g_strdup_printf(_("%s set the priority to %s"), who, say_ctx("priority", priority_name(row->priority)));
	case CHANGE_CLAIM:
	case CHANGE_CLAIM_NEXT:
		return g_strdup_printf(_("%s took it"), who);
	case CHANGE_RELEASE:
		return g_strdup_printf(_("%s put it back"), who);
	case CHANGE_ASSIGN:
		return row->assignee_name ? g_strdup_printf(_("%s gave it to %s"), who, row->assignee_name) :
		                            g_strdup_printf(_("%s moved it to %s"), who, row->group_name ? row->group_name : "?");
	case CHANGE_ESCALATE:
		return g_strdup_printf(_("%s escalated it to %s"), who, row->group_name ? row->group_name : "?");
	case CHANGE_SUBJECT:
		return g_strdup_printf(_("%s changed the subject to \"%s\""), who, row->subject);
	case CHANGE_MERGE:
		return g_strdup_printf(_("%s merged it"), who);
	default:
		return g_strdup_printf(_("%s changed it (%s)"), who, e->change ? e->change : "?");
	}
}

static gboolean head_fn(const struct db_row *row, void *arg)
{
	*(int64_t *)arg = db_int(row, 0);
	return FALSE;
}

char *work_changes_since(struct work *w, int64_t version)
{
	g_autofree char *piece = g_strdup_printf("\"ticket_id\":%" G_GINT64_FORMAT ",", w->ticket->row.id);
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	g_autoptr(GString) said = g_string_new(NULL);
	struct looked l = {w->ticket->row.id, version, events};
	int64_t head = 0;
	int clauses = 0;

	if (!DB_RUN(w->conn, STMT_FEED_HEAD, head_fn, &head, NULL) ||
	    !DB_RUN(w->conn, STMT_FEED_OF_TICKET, event_fn, &l, NULL, DB_I(MAX(head - EVENTS_BACK, 0)), DB_T(piece),
	            DB_I(EVENTS_KEPT)))
		return NULL;
	for (guint i = events->len; i > 0; i--) {
		g_autofree char *clause = clause_of(w->words, events->pdata[i - 1]);

		if (strstr(said->str, clause))
			continue;
		if (clauses++ == CLAUSES_MAX) {
			g_string_append(said, " ...");
			break;
		}
		g_string_append_printf(said, "%s%s", said->len ? "; " : "", clause);
	}
	return said->len ? g_string_free(g_steal_pointer(&said), FALSE) : NULL;
}
