/* What rules of the desk did, and what webhooks were sent. */
#include "tui/plain/verbs.h"

#include <string.h>

static const struct listing runs_list = {&shape_automation_run, "runs", "at,name,ticket_id,why,did,error", "id"};
static const struct listing deliveries_list = {
	&shape_webhook_delivery, "deliveries", "id,at,webhook,event,ticket_id,tries,status,error", "id"};

static gboolean all_digits(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

/* [RULE|NUMBER] */
int verb_automation(struct call *c)
{
	const char *word = call_word(c, 0);
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_AUTOMATION_LOG);
	q.limit = call_limit(c, 500, &error);
	if (q.limit < 0 || (word && all_digits(word) && !call_number(word, &q.ticket_id, &error)))
		return call_usage(c, "%s", error->message);
	if (word && !q.ticket_id)
		q.text = g_strdup(word);
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	return a ? call_list(c, &runs_list, a->runs) : call_fail(c, error);
}

static int send_again(struct call *c, const char *word)
{
	g_autoptr(GError) error = NULL;
	struct change change;
	int code = PLAIN_OK;
	desk_id id;

	if (!word || !call_number(word, &id, &error))
		return call_usage(c, "%s", error ? error->message : _("which one? its number stands in the list"));
	change_init(&change, CHANGE_WEBHOOK_RETRY);
	change.item_id = id;
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, _("delivery %s is sent again"), word);
	return code;
}

/* [retry NUMBER] */
int verb_deliveries(struct call *c)
{
	g_autoptr(GError) error = NULL;
	struct query q;

	if (g_strcmp0(call_word(c, 0), "retry") == 0)
		return send_again(c, call_word(c, 1));
	query_init(&q, QUERY_DELIVERIES);
	q.limit = call_limit(c, 500, &error);
	if (q.limit < 0)
		return call_usage(c, "%s", error->message);
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	return a ? call_list(c, &deliveries_list, a->deliveries) : call_fail(c, error);
}
