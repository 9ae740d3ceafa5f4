/* Deadlines: how they came about, and putting tickets off. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "tui/commands.h"
#include "tui/explain_text.h"

/* ---- explain */
static void put_explained(struct call *c, desk_id id, const struct answer *a)
{
	const struct session *s = desk_session(c->desk, NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < a->explained->len; i++)
		explain_text(text, a->explained->pdata[i], a->server_time_ms, s ? s->zone : NULL);
	out_number(c->out, id);
	g_string_append_c(c->out->text, '\n');
	out_body(c->out, text->len ? text->str : _("No clock has run here."), "");
}

static int explain(struct call *c, desk_id id)
{
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_EXPLAIN);
	q.ticket_id = id;
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);
	query_clear(&q);
	if (!a)
		return call_fail(c, error);
	c->out->now_ms = desk_now_ms(c->desk);
	if (c->out->format == OUT_JSON) {
		g_autoptr(GString) json = g_string_new(NULL);

		answer_to_json(json, a);
		g_ptr_array_add(c->answers, g_strdup(json->str));
	} else if (c->out->quiet) {
		g_string_append_printf(c->out->text, "%" PRId64 "\n", id);
	} else {
		put_explained(c, id, a);
	}
	return PLAIN_OK;
}

int verb_explain(struct call *c)
{
	int worst = PLAIN_OK;

	if (c->words->len)
		return call_usage(c, _("%s is no ticket number"), call_word(c, 0));
	if (c->out->format == OUT_CSV || c->out->format == OUT_TSV)
		return call_usage(c, _("this is no table: -o text or -o json"));
	for (guint i = 0; i < c->tickets->len; i++) {
		int code = explain(c, g_array_index(c->tickets, desk_id, i));

		if (c->out->format == OUT_TEXT && !c->out->quiet && i + 1 < c->tickets->len)
			g_string_append_c(c->out->text, '\n');
		worst = code == PLAIN_OK ? worst : code;
	}
	return worst;
}

/* ---- snooze */
static gboolean fill_snooze(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *until = call_option(c, PLAIN_OPTION_UNTIL);
	g_autofree char *rest = call_rest(c, 0);

	(void)ticket;
	change->on = TRUE;
	if (!until)
		until = rest;
	if (!until)
		return desk_fail(error, DESK_INVALID, _("until when? 2h, 18:00, 2026-11-24 09:00, or reply: until the customer writes"));
	return strcmp(until, "reply") == 0 || command_until(until, desk_now_ms(c->desk), &change->hold_until_ms, error);
}

int verb_snooze(struct call *c)
{
	return call_write_each(c, CHANGE_SNOOZE, fill_snooze, _("snoozed"));
}

static gboolean fill_unsnooze(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)c;
	(void)ticket;
	(void)error;
	change->on = FALSE;
	return TRUE;
}

int verb_unsnooze(struct call *c)
{
	if (c->words->len)
		return call_usage(c, _("%s is too much; usage: ttydesk %s %s"), call_word(c, 0), c->verb->name, c->verb->args);
	return call_write_each(c, CHANGE_SNOOZE, fill_unsnooze, _("back in the queue"));
}
