/* The customer's look-up: progress only; a wrong secret and an unknown number look alike. */
#include "server/api/api_public.h"

#include <string.h>

#include "base/clock.h"
#include "rules/progress.h"
#include "rules/promise.h"
#include "wire/writer.h"

#define PLACE "/v1/public/tickets/"
#define GUARD_SLOTS 1024

struct api_guard {
	GMutex lock;
	int64_t empty_ms[GUARD_SLOTS]; /* monotonic: when the last look-up taken is paid back */
};

struct api_guard *api_guard_new(void)
{
	struct api_guard *g = g_new0(struct api_guard, 1);

	g_mutex_init(&g->lock);
	return g;
}

void api_guard_free(struct api_guard *g)
{
	if (!g)
		return;
	g_mutex_clear(&g->lock);
	g_free(g);
}

gboolean api_public_may_ask(struct api_guard *g, const struct http_peer *peer)
{
	guint slot = (peer->local ? g_int_hash(&peer->uid) * 2654435761u >> 8 : g_str_hash(peer->address)) % GUARD_SLOTS;
	int64_t now = clock_mono_ms();
	gboolean ok;

	if (!g)
		return TRUE;
	g_mutex_lock(&g->lock);
	int64_t paid = MAX(g->empty_ms[slot], now);
	ok = paid - now <= (API_PUBLIC_BURST - 1) * API_PUBLIC_REFILL_MS;
	if (ok)
		g->empty_ms[slot] = paid + API_PUBLIC_REFILL_MS;
	g_mutex_unlock(&g->lock);
	return ok;
}

gboolean api_is_public(const char *path, desk_id *id)
{
	const char *digits = path + strlen(PLACE);
	size_t n;

	*id = 0;
	if (!g_str_has_prefix(path, PLACE) || (n = strlen(digits)) == 0 || n > 15 ||
	    strspn(digits, "0123456789") != n || *digits == '0')
		return FALSE;
	*id = (desk_id)g_ascii_strtoll(digits, NULL, 10);
	return TRUE;
}

/* In the customer's own language, as far as we have it. */
static void put_progress(struct writer *w, const struct public_ticket *t)
{
	const struct progress_step *last = &g_array_index(t->progress, struct progress_step, t->progress->len - 1);

	writer_string(w, "progress", progress_name(last->progress));
	writer_string(w, "progress_text", progress_said(last->progress, t->language));
	writer_array(w, "steps");
	for (guint i = 0; i < t->progress->len; i++) {
		const struct progress_step *s = &g_array_index(t->progress, struct progress_step, i);

		writer_object(w, NULL);
		writer_string(w, "progress", progress_name(s->progress));
		writer_string(w, "text", progress_said(s->progress, t->language));
		writer_int(w, "at_ms", s->at_ms);
		writer_end_object(w);
	}
	writer_end_array(w);
}

static void put_promises(struct writer *w, const struct public_ticket *t)
{
	int64_t now = clock_wall_ms();

	writer_array(w, "promises");
	for (guint i = 0; i < t->promises->len; i++) {
		const struct progress_promise *p = &g_array_index(t->promises, struct progress_promise, i);
		g_autofree char *until = promise_words(p->due_ms, now, t->zone, t->language);

		writer_object(w, NULL);
		writer_int(w, "made_ms", p->made_ms);
		writer_int(w, "due_ms", p->due_ms);
		writer_string(w, "state", promise_state_name(p->state));
		writer_string(w, "text", until);
		writer_end_object(w);
	}
	writer_end_array(w);
}

GString *api_public_json(const struct public_ticket *t)
{
	GString *json = g_string_new(NULL);
	struct writer w;

	writer_init(&w, json);
	writer_object(&w, NULL);
	writer_object(&w, "ticket");
	writer_int(&w, "id", t->id);
	writer_string(&w, "subject", t->subject);
	writer_string(&w, "status", status_name(t->status));
	writer_int(&w, "created_ms", t->created_ms);
	writer_int(&w, "updated_ms", t->updated_ms);
	if (t->promised_ms)
		writer_int(&w, "promised_ms", t->promised_ms);
	if (t->follow_up_open)
		writer_bool(&w, "follow_up", TRUE);
	if (t->answered_ms)
		writer_int(&w, "answered_ms", t->answered_ms);
	put_progress(&w, t);
	put_promises(&w, t);
	writer_array(&w, "messages");
	for (guint i = t->steps->len; i-- > 0;) {
		const struct public_step *step = &g_array_index(t->steps, struct public_step, i);

		writer_object(&w, NULL);
		writer_string(&w, "kind", message_kind_name(step->by_customer ? MESSAGE_CUSTOMER : MESSAGE_REPLY));
		writer_int(&w, "at_ms", step->at_ms);
		writer_end_object(&w);
	}
	writer_end_array(&w);
	writer_end_object(&w);
	writer_int(&w, "server_time_ms", clock_wall_ms());
	writer_end_object(&w);
	return json;
}

void api_public(struct api *api, struct http_exchange *x, desk_id id)
{
	g_autoptr(GError) error = NULL;
	struct public_ticket t = {0};
	struct db_conn *conn;
	gboolean ok;

	http_set_who(x, "a customer");
	if (!api_public_may_ask(api->guard, http_peer(x))) {
		desk_fail(&error, DESK_BUSY, "too many look-ups from here: wait a moment");
		api_fail_as(x, 429, error);
		return;
	}
	conn = db_read_begin(api->db, &error);
	ok = conn && desk_public_ticket(api->desk, conn, id, http_header(x, "Ttydesk-Ticket-Secret"), &t, &error);
	if (conn)
		db_read_end(api->db, conn);
	if (ok)
		api_answer(x, 200, api_public_json(&t));
	else
		api_fail(x, error, NULL, NULL);
	public_ticket_clear(&t);
}
