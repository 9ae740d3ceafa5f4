/* The customer's answers to the follow-up, from a page of his own: no sign-in, the ticket's secret. */
#include "server/api/api_public.h"

#include <string.h>

#define PLACE "/v1/public/tickets/"
#define END "/follow-up"

gboolean api_is_public_follow(const char *method, const char *path, desk_id *id)
{
	g_autofree char *ticket = NULL;

	if ((strcmp(method, "PUT") != 0 && strcmp(method, "POST") != 0) || !g_str_has_prefix(path, PLACE) ||
	    !g_str_has_suffix(path, END))
		return FALSE;
	ticket = g_strndup(path, strlen(path) - strlen(END));
	return api_is_public(ticket, id);
}

struct follow {
	struct api *api;
	struct http_exchange *x;
	desk_id id;
	char *secret;
	struct change change;     /* its follow_up alone */
	struct public_ticket out;
};

static gboolean follow_job(struct db_tx *tx, void *arg, GError **error)
{
	struct follow *f = arg;

	public_ticket_clear(&f->out);
	return desk_public_follow_up(f->api->desk, tx, f->id, f->secret, f->change.follow_up, &f->out, error);
}

static void follow_done(const GError *error, void *arg)
{
	struct follow *f = arg;

	if (error)
		api_fail(f->x, error, NULL, NULL);
	else
		api_answer(f->x, 200, api_public_json(&f->out));
	public_ticket_clear(&f->out);
	change_clear(&f->change);
	g_free(f->secret);
	g_free(f);
}

/* {"solved": ...} as it stands, or as an agent's write has it: {"follow_up": {...}}. */
static gboolean read_answers(struct http_exchange *x, struct change *c, GError **error)
{
	size_t len;
	const char *body = http_body(x, &len);
	g_autofree char *text = g_strndup(body ? body : "", body ? len : 0), *whole = NULL;

	if (!strstr(text, "\"follow_up\""))
		whole = g_strdup_printf("{\"follow_up\":%s}", *text ? text : "null");
	change_init(c, CHANGE_FOLLOW_UP);
	if (!change_from_json(c, whole ? whole : text, strlen(whole ? whole : text), error))
		return FALSE;
	return c->follow_up || desk_fail(error, DESK_INVALID, "solved: say whether the problem is solved");
}

void api_public_follow(struct api *api, struct http_exchange *x, desk_id id)
{
	g_autoptr(GError) error = NULL;
	struct follow *f;

	http_set_who(x, "a customer");
	if (!api_public_may_ask(api->guard, http_peer(x))) {
		desk_fail(&error, DESK_BUSY, "too many look-ups from here: wait a moment");
		api_fail_as(x, 429, error);
		return;
	}
	f = g_new0(struct follow, 1);
	f->api = api;
	f->x = x;
	f->id = id;
	f->secret = g_strdup(http_header(x, "Ttydesk-Ticket-Secret"));
	if (read_answers(x, &f->change, &error)) {
		db_submit(api->db, follow_job, follow_done, f);
		return;
	}
	follow_done(error, f);
}
