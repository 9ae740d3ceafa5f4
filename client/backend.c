/* The driver registry and the table of who waits for which answer. */
#include "client/backend.h"

#include <string.h>

#include "base/clock.h"
#include "base/say.h"

static const struct backend_driver *const drivers[] = {&backend_native, &backend_scripted};

/* Who waits. `settled` once an answer is queued: what the driver says later is dropped. */
struct waiter {
	guint64 id;
	backend_done_fn *fn;
	void *arg;
	gboolean settled;
	/* files */
	backend_progress_fn *progress;
	int64_t moved, total;
	gboolean telling;    /* a report of progress is queued */
	int64_t told_mono_ms;
};

enum report_kind { REPORT_ANSWER, REPORT_PROGRESS, REPORT_EVENT, REPORT_STATE };
/* Something the driver said that the callers haven't heard yet. */
struct report {
	enum report_kind kind;
	guint64 id;
	struct answer *answer;
	GError *error;
	struct ticket *conflict;
	struct event *event;
	enum backend_state state;
	char *why;
	int64_t retry_at_mono_ms;
};

struct backend {
	const struct backend_driver *driver;
	void *state_of_driver;
	GHashTable *waiting; /* guint64 in struct waiter -> struct waiter */
	GQueue reports;
	guint source;
	guint64 last_id;
	unsigned depth;      /* callbacks running: the memory must outlive them */
	gboolean closed;
	backend_event_fn *event_fn;
	backend_state_fn *state_fn;
	void *feed_arg;
	enum backend_state state;
	gboolean has_offset;
	int64_t offset_ms;   /* server clock minus ours */
};

static const unsigned query_needs[QUERY_KIND_COUNT] = {
	[QUERY_QUEUE] = CAN_QUEUE,         [QUERY_TICKET] = CAN_QUEUE,
	[QUERY_MESSAGES] = CAN_QUEUE,      [QUERY_CUSTOMER] = CAN_CUSTOMERS,
	[QUERY_CUSTOMERS] = CAN_CUSTOMERS, [QUERY_KNOWLEDGE] = CAN_KNOWLEDGE,
	[QUERY_ARTICLE] = CAN_KNOWLEDGE,   [QUERY_ARTICLE_VERSIONS] = CAN_KNOWLEDGE,
	[QUERY_TEMPLATES] = CAN_TEMPLATES, [QUERY_POLICIES] = CAN_CLOCKS,
	[QUERY_MACROS] = CAN_MACROS,
	[QUERY_AGENTS] = CAN_PEOPLE,       [QUERY_OFFERS] = CAN_PEOPLE,
	[QUERY_ESCALATION_SHEET] = CAN_LADDER, [QUERY_EXPLAIN] = CAN_EXPLAIN,
	[QUERY_PROBLEMS] = CAN_PROBLEMS,   [QUERY_PROBLEM] = CAN_PROBLEMS,
	[QUERY_PACK] = CAN_PROBLEMS,       [QUERY_AUTOMATION_LOG] = CAN_AUTOMATION,
	[QUERY_AUTOMATION_TRY] = CAN_AUTOMATION, [QUERY_DELIVERIES] = CAN_AUTOMATION,
};

static const unsigned change_needs[CHANGE_KIND_COUNT] = {
	[CHANGE_REPLY] = CAN_REPLY,          [CHANGE_NOTE] = CAN_NOTE,
	[CHANGE_RECALL] = CAN_RECALL,        [CHANGE_CLAIM] = CAN_CLAIM,
	[CHANGE_CLAIM_NEXT] = CAN_CLAIM,     [CHANGE_RELEASE] = CAN_CLAIM,
	[CHANGE_STATUS] = CAN_STATUS,        [CHANGE_PRIORITY] = CAN_STATUS,
	[CHANGE_SUBJECT] = CAN_STATUS,       [CHANGE_CATEGORY] = CAN_STATUS,
	[CHANGE_ASSIGN] = CAN_ASSIGN,        [CHANGE_TAG] = CAN_TAG,
	[CHANGE_CUSTOMER_TAG] = CAN_TAG,     [CHANGE_ESCALATE] = CAN_ESCALATE,
	[CHANGE_TICKET_NEW] = CAN_CREATE,    [CHANGE_ARTICLE_USED] = CAN_KNOWLEDGE,
	[CHANGE_ARTICLE_SAVE] = CAN_EDIT_KNOWLEDGE,
	[CHANGE_MACRO_SAVE] = CAN_MACROS,    [CHANGE_MACRO_REMOVE] = CAN_MACROS,
	[CHANGE_PROMISE] = CAN_MACROS,
	[CHANGE_AGENT_STATE] = CAN_PEOPLE,   [CHANGE_OFFER_ACCEPT] = CAN_PEOPLE,
	[CHANGE_OFFER_DECLINE] = CAN_PEOPLE, [CHANGE_ACKNOWLEDGE] = CAN_LADDER,
	[CHANGE_ESTIMATE] = CAN_LADDER,      [CHANGE_ESCALATION_ANSWER] = CAN_LADDER,
	[CHANGE_RETURN] = CAN_LADDER,        [CHANGE_CONSULT] = CAN_LADDER,
	[CHANGE_TRANSFER] = CAN_LADDER,      [CHANGE_CANT_SOLVE] = CAN_LADDER,
	[CHANGE_ASSESS] = CAN_PROBLEMS,      [CHANGE_SNOOZE] = CAN_EXPLAIN,
	[CHANGE_FOLLOW_UP_ASK] = CAN_FOLLOW_UP, [CHANGE_FOLLOW_UP] = CAN_FOLLOW_UP,
	[CHANGE_FOLLOW_UP_SKIP] = CAN_FOLLOW_UP, [CHANGE_PROBLEM_SAVE] = CAN_PROBLEMS,
	[CHANGE_PROBLEM_LINK] = CAN_PROBLEMS, [CHANGE_PROBLEM_STEP] = CAN_PROBLEMS,
	[CHANGE_PROBLEM_TELL] = CAN_PROBLEMS, [CHANGE_PROBLEM_ARTICLE] = CAN_PROBLEMS,
	[CHANGE_WEBHOOK_RETRY] = CAN_AUTOMATION,
};

static void report_free(struct report *r)
{
	answer_free(r->answer);
	g_clear_error(&r->error);
	ticket_free(r->conflict);
	event_free(r->event);
	g_free(r->why);
	g_free(r);
}

static void backend_free_if_done(struct backend *b)
{
	if (!b->closed || b->depth)
		return;
	g_hash_table_unref(b->waiting);
	g_free(b->state_of_driver);
	g_free(b);
}

static const struct backend_driver *driver_for(const char *address)
{
	for (size_t i = 0; i < G_N_ELEMENTS(drivers); i++)
		for (const char *const *scheme = drivers[i]->schemes; *scheme; scheme++)
			if (g_str_has_prefix(address, *scheme))
				return drivers[i];
	return NULL;
}

struct backend *backend_open(const struct backend_conf *conf, GError **error)
{
	const struct backend_driver *driver = conf->address ? driver_for(conf->address) : NULL;
	if (!driver) {
		desk_fail(error, DESK_INVALID, "no such kind of server address: %s",
		          conf->address ? conf->address : "(none)");
		return NULL;
	}
	struct backend *b = g_new0(struct backend, 1);
	b->driver = driver;
	b->state_of_driver = g_malloc0(MAX(driver->state_size, 1));
	b->waiting = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	g_queue_init(&b->reports);
	b->state = BACKEND_CONNECTING;
	if (!driver->open(b, conf, error)) {
		b->closed = TRUE;
		backend_free_if_done(b);
		return NULL;
	}
	return b;
}

/* The one place that calls out for an answer. */
static void deliver_answer(struct backend *b, struct report *r)
{
	struct waiter *w = g_hash_table_lookup(b->waiting, &r->id);
	if (!w)
		return;
	backend_done_fn *fn = w->fn;
	void *arg = w->arg;
	g_hash_table_remove(b->waiting, &r->id);
	fn(g_steal_pointer(&r->answer), r->error, r->conflict, arg);
}

static void deliver_progress(struct backend *b, const struct report *r)
{
	struct waiter *w = g_hash_table_lookup(b->waiting, &r->id);
	if (!w || b->closed)
		return;
	w->telling = FALSE;
	w->told_mono_ms = clock_mono_ms();
	w->progress(w->moved, w->total, w->arg);
}

static void deliver(struct backend *b, struct report *r)
{
	switch (r->kind) {
	case REPORT_PROGRESS:
		deliver_progress(b, r);
		break;
	case REPORT_ANSWER:
		deliver_answer(b, r);
		break;
	case REPORT_EVENT:
		if (b->event_fn && !b->closed)
			b->event_fn(r->event, b->feed_arg);
		break;
	case REPORT_STATE:
		b->state = r->state;
		if (b->state_fn && !b->closed)
			b->state_fn(r->state, r->why, r->retry_at_mono_ms, b->feed_arg);
		break;
	}
	report_free(r);
}

/* Only what was there at the beginning: a driver that answers at once must not
 * keep keys and painting waiting. */
static gboolean deliver_reports(void *arg)
{
	struct backend *b = arg;
	b->source = 0;
	b->depth++;
	for (guint left = g_queue_get_length(&b->reports); left && !b->closed; left--) {
		struct report *r = g_queue_pop_head(&b->reports);
		if (!r)
			break;
		deliver(b, r);
	}
	b->depth--;
	if (!b->closed && !g_queue_is_empty(&b->reports) && !b->source)
		b->source = g_idle_add_full(G_PRIORITY_DEFAULT, deliver_reports, b, NULL);
	backend_free_if_done(b);
	return G_SOURCE_REMOVE;
}

static void queue_report(struct backend *b, struct report *r)
{
	g_queue_push_tail(&b->reports, r);
	if (!b->source)
		b->source = g_idle_add_full(G_PRIORITY_DEFAULT, deliver_reports, b, NULL);
}

void backend_close(struct backend *b)
{
	if (!b || b->closed)
		return;
	b->closed = TRUE;
	b->depth++;
	b->driver->close(b);
	if (b->source)
		g_source_remove(b->source);
	b->source = 0;
	struct report *r;
	while ((r = g_queue_pop_head(&b->reports)))
		deliver(b, r);
	GHashTableIter iter;
	gpointer value;
	for (;;) {
		g_hash_table_iter_init(&iter, b->waiting);
		if (!g_hash_table_iter_next(&iter, NULL, &value))
			break;
		struct report *last = g_new0(struct report, 1);
		last->kind = REPORT_ANSWER;
		last->id = ((struct waiter *)value)->id;
		desk_fail(&last->error, DESK_CANCELLED, "the connection was closed");
		deliver(b, last);
	}
	b->depth--;
	backend_free_if_done(b);
}

unsigned backend_capabilities(const struct backend *b)
{
	return b->driver->capabilities;
}

/* Between answers the server's clock runs by our monotonic one, so that a
 * corrected local clock moves no countdown; a test's clock file moves both. */
static int64_t running_clock(void)
{
#ifdef DESK_TEST_HOOKS
	if (g_getenv("TTYDESK_TEST_CLOCK"))
		return clock_wall_ms();
#endif
	return clock_mono_ms();
}

int64_t backend_now_ms(const struct backend *b)
{
	return b->has_offset ? running_clock() + b->offset_ms : clock_wall_ms();
}

/* An answer travels some ms, so the true offset is never less than what one shows:
 * small steps back are jitter and would make countdowns stutter. */
#define CLOCK_JITTER_MS 1500

void backend_server_time(struct backend *b, int64_t server_ms)
{
	if (server_ms <= 0)
		return;
	int64_t offset = server_ms - running_clock();
	if (b->has_offset && offset < b->offset_ms && b->offset_ms - offset < CLOCK_JITTER_MS)
		return;
	b->offset_ms = offset;
	b->has_offset = TRUE;
}

enum backend_state backend_state(const struct backend *b)
{
	return b->state;
}

/* Registered first, then told to the driver: its answer may come inside the call. */
static guint64 wait_for(struct backend *b, backend_done_fn *fn, void *arg)
{
	struct waiter *w = g_new0(struct waiter, 1);
	w->id = ++b->last_id;
	w->fn = fn;
	w->arg = arg;
	g_hash_table_insert(b->waiting, &w->id, w);
	return w->id;
}

static void answer_error(struct backend *b, guint64 id, enum desk_code code, const char *sentence)
{
	g_autoptr(GError) error = NULL;
	desk_fail(&error, code, "%s", say(sentence));
	backend_answer(b, id, NULL, error, NULL);
}

guint64 backend_read(struct backend *b, const struct query *q, backend_done_fn *fn, void *arg)
{
	if (b->closed)
		return 0;
	guint64 id = wait_for(b, fn, arg);
	unsigned needs = query_needs[q->kind];
	if (q->kind == QUERY_KNOWLEDGE && !q->text)
		needs = CAN_SUGGEST;
	if ((b->driver->capabilities & needs) != needs)
		answer_error(b, id, DESK_UNSUPPORTED, "this server can't be asked for that");
	else
		b->driver->read(b, id, q);
	return id;
}

guint64 backend_write(struct backend *b, const struct change *c, backend_done_fn *fn, void *arg)
{
	if (b->closed)
		return 0;
	guint64 id = wait_for(b, fn, arg);
	unsigned needs = change_needs[c->kind];
	if ((b->driver->capabilities & needs) != needs)
		answer_error(b, id, DESK_UNSUPPORTED, "this server can't do that");
	else
		b->driver->write(b, id, c);
	return id;
}

static guint64 move_file(struct backend *b, const struct backend_file *f, gboolean up,
                         backend_progress_fn *progress, backend_done_fn *fn, void *arg)
{
	if (b->closed)
		return 0;
	guint64 id = wait_for(b, fn, arg);
	struct waiter *w = g_hash_table_lookup(b->waiting, &id);
	w->progress = progress;
	if (!(b->driver->capabilities & CAN_FILES))
		answer_error(b, id, DESK_UNSUPPORTED, "this server keeps no files");
	else if (up)
		b->driver->upload(b, id, f);
	else
		b->driver->download(b, id, f);
	return id;
}

guint64 backend_upload(struct backend *b, const struct backend_file *f, backend_progress_fn *progress,
                       backend_done_fn *fn, void *arg)
{
	return move_file(b, f, TRUE, progress, fn, arg);
}

guint64 backend_download(struct backend *b, const struct backend_file *f, backend_progress_fn *progress,
                         backend_done_fn *fn, void *arg)
{
	return move_file(b, f, FALSE, progress, fn, arg);
}

/* An answer that is here but not told yet is dropped as well: who calls off never
 * has to look whether it was in time. */
void backend_cancel(struct backend *b, guint64 id)
{
	struct waiter *w = g_hash_table_lookup(b->waiting, &id);
	if (!w)
		return;
	if (!w->settled)
		b->driver->cancel(b, id);
	for (GList *l = b->reports.head; l && w->settled; l = l->next) {
		struct report *r = l->data;
		if (r->kind != REPORT_ANSWER || r->id != id)
			continue;
		g_queue_delete_link(&b->reports, l);
		report_free(r);
		break;
	}
	w->settled = FALSE;
	answer_error(b, id, DESK_CANCELLED, "cancelled");
}

void backend_follow(struct backend *b, int64_t after_seq, backend_event_fn *event,
                    backend_state_fn *state, void *arg)
{
	if (b->closed)
		return;
	/* what the old feed still had to say would come out of order */
	for (GList *l = b->reports.head; l;) {
		GList *next = l->next;
		struct report *r = l->data;
		if (r->kind == REPORT_EVENT) {
			report_free(r);
			g_queue_delete_link(&b->reports, l);
		}
		l = next;
	}
	b->event_fn = event;
	b->state_fn = state;
	b->feed_arg = arg;
	if (event)
		b->driver->follow(b, after_seq);
}

void backend_retry(struct backend *b)
{
	if (!b->closed)
		b->driver->retry(b);
}

unsigned backend_busy(const struct backend *b)
{
	return g_hash_table_size(b->waiting);
}

/* ---- for drivers */

void *backend_driver_state(struct backend *b)
{
	return b->state_of_driver;
}

/* What a screen and an outbox need of the ticket as it is now. */
static struct ticket *copy_conflict(const struct ticket *t)
{
	if (!t)
		return NULL;
	struct ticket *copy = ticket_new();
	ticket_row_copy(&copy->row, &t->row);
	return copy;
}

void backend_answer(struct backend *b, guint64 id, struct answer *answer, const GError *error,
                    const struct ticket *conflict)
{
	struct waiter *w = g_hash_table_lookup(b->waiting, &id);
	if (!w || w->settled) {
		answer_free(answer);
		return;
	}
	w->settled = TRUE;
	struct report *r = g_new0(struct report, 1);
	r->kind = REPORT_ANSWER;
	r->id = id;
	r->answer = answer;
	r->error = error ? g_error_copy(error) : NULL;
	r->conflict = copy_conflict(conflict);
	if (!answer && !error)
		desk_fail(&r->error, DESK_BUG, "the driver gave neither answer nor error");
	queue_report(b, r);
}

#define PROGRESS_MS 100
void backend_moved(struct backend *b, guint64 id, int64_t done, int64_t total)
{
	struct waiter *w = g_hash_table_lookup(b->waiting, &id);
	if (!w || w->settled || !w->progress || (w->moved == done && w->total == total))
		return;
	w->moved = done;
	w->total = total;
	if (w->telling || (done != total && clock_mono_ms() - w->told_mono_ms < PROGRESS_MS))
		return;
	struct report *r = g_new0(struct report, 1);
	r->kind = REPORT_PROGRESS;
	r->id = id;
	w->telling = TRUE;
	queue_report(b, r);
}

void backend_feed_event(struct backend *b, struct event *event)
{
	struct report *r = g_new0(struct report, 1);
	r->kind = REPORT_EVENT;
	r->event = event;
	queue_report(b, r);
}

void backend_feed_state(struct backend *b, enum backend_state state, const char *why, int64_t retry_at_mono_ms)
{
	struct report *r = g_new0(struct report, 1);
	r->kind = REPORT_STATE;
	r->state = state;
	r->why = g_strdup(why);
	r->retry_at_mono_ms = retry_at_mono_ms;
	queue_report(b, r);
}
