/* The customer is told how far it is, by the desk itself: when nobody has talked for a while, once,
 * and not at once, so that what is taken back at once is not told. */
#include "server/desk/routing_desk.h"

#include "rules/fill.h"
#include "rules/progress.h"
#include "wire/desk_settings.h"

#define PROGRESS_DELAY_MS MS_MINUTE

static enum progress_tell what_changed(const struct work *w)
{
	const struct ticket_row *row = &w->ticket->row;

	if (row->status == STATUS_RESOLVED && w->was_status != STATUS_RESOLVED)
		return PROGRESS_TELL_RESOLVED;
	if (!status_is_active(row->status))
		return PROGRESS_TELL_COUNT;
	if (row->tier > w->was_tier && w->was_tier > 0)
		return PROGRESS_TELL_ESCALATED;
	if (row->status == STATUS_PENDING_CUSTOMER && w->was_status != STATUS_PENDING_CUSTOMER)
		return PROGRESS_TELL_WAITING;
	if (row->assignee_id && !w->was_assignee)
		return PROGRESS_TELL_TAKEN;
	return PROGRESS_TELL_COUNT;
}

/* The desk's words for it, in the customer's language. */
static char *wording(struct work *w, enum progress_tell tell, GError **error)
{
	static const enum desk_setting_id ids[PROGRESS_TELL_COUNT][2] = {
		[PROGRESS_TELL_TAKEN] = {DESK_SETTING_ID_PROGRESS_TAKEN, DESK_SETTING_ID_PROGRESS_TAKEN_ZH},
		[PROGRESS_TELL_ESCALATED] = {DESK_SETTING_ID_PROGRESS_ESCALATED, DESK_SETTING_ID_PROGRESS_ESCALATED_ZH},
		[PROGRESS_TELL_WAITING] = {DESK_SETTING_ID_PROGRESS_WAITING, DESK_SETTING_ID_PROGRESS_WAITING_ZH},
		[PROGRESS_TELL_RESOLVED] = {DESK_SETTING_ID_PROGRESS_RESOLVED, DESK_SETTING_ID_PROGRESS_RESOLVED_ZH},
	};
	struct customer *who = customer_read(w->conn, w->words, w->ticket->row.customer_id, error);
	const struct desk_setting_spec *spec;
	g_autofree char *number = NULL, *own = NULL;
	char *text;

	if (!who)
		return NULL;
	spec = &desk_setting_specs[ids[tell][who->language && g_str_has_prefix(who->language, "zh")]];
	own = desk_setting(w->conn, spec->name);
	number = g_strdup_printf("#%" G_GINT64_FORMAT, w->ticket->row.id);
	const struct fill_var vars[] = {{"customer", who->name}, {"ticket", number}};
	text = fill_template(own ? own : spec->def, vars, G_N_ELEMENTS(vars), NULL);
	customer_free(who);
	return text;
}

static gboolean silent_for(struct work *w, int64_t *ms, GError **error)
{
	int64_t last = 0;

	if (!DB_RUN(w->conn, STMT_MESSAGE_PUBLIC_LAST, row_int_fn, &last, error, DB_I(w->ticket->row.id)))
		return FALSE;
	*ms = w->now - last;
	return TRUE;
}

gboolean progress_follow(struct work *w, GError **error)
{
	enum progress_tell tell = w->fresh || w->quiet ? PROGRESS_TELL_COUNT : what_changed(w);
	gboolean moved = !w->fresh && (w->ticket->row.status != w->was_status || w->ticket->row.tier != w->was_tier);
	g_autofree char *text = NULL;
	int64_t silent = 0;

	/* What waits to be told is not so any more. */
	if (moved && !DB_RUN(w->conn, STMT_PROGRESS_DROP, NULL, NULL, error, DB_I(w->ticket->row.id)))
		return FALSE;
	if (tell == PROGRESS_TELL_COUNT)
		return TRUE;
	if (!(w->words->routing->tells & 1u << tell))
		return TRUE;
	if (!silent_for(w, &silent, error))
		return FALSE;
	if (!progress_fits(w->ticket->row.channel, silent))
		return TRUE;
	text = wording(w, tell, error);
	return text && work_message(w, MESSAGE_PROGRESS, text, w->now + PROGRESS_DELAY_MS, error);
}

/* Somebody has written since: that says more. */
gboolean progress_deliver(struct work *w, struct message *m, GError **error)
{
	int64_t silent = 0;

	if (!talk_may_leave(m, error) || !silent_for(w, &silent, error))
		return FALSE;
	m->delivery = progress_fits(w->ticket->row.channel, silent) ? DELIVERY_DONE : DELIVERY_RECALLED;
	m->send_at_ms = 0;
	w->touched = TRUE;
	return DB_RUN(w->conn, STMT_MESSAGE_DELIVERY, NULL, NULL, error, DB_I(m->id), DB_I(m->delivery), DB_I(0));
}
