/* The players of the sample desk. They know nothing but the desk itself: each turn looks
 * at it and does one thing a customer would do now. */
#include "server/desk/live.h"

#include "base/log.h"
#include "server/desk/inside.h"
#include "server/desk/live_lines.h"

#define LOOK_AT 200           /* tickets, newest first */
#define OPEN_ENOUGH 70        /* from here nobody new comes */
#define PAUSE_MIN_MS (5 * MS_SECOND)
#define PAUSE_MAX_MS (20 * MS_SECOND)
#define PATIENCE_MAX 3        /* reminders before somebody falls silent */
#define LEAVE_AFTER_MS (45 * MS_MINUTE)
#define ANSWER_WITHIN_MS (40 * MS_MINUTE)

struct seen {
	desk_id id, customer_id, assignee_id;
	enum ticket_status status;
	enum channel channel;
	gboolean waiting, rated, after_sales;
	char language[3];
	int unanswered;
	int64_t created_ms, last_ms, updated_ms;
};

enum act_kind { ACT_NONE, ACT_OPEN, ACT_REMIND, ACT_ANSWER, ACT_RATE, ACT_REOPEN, ACT_LEAVE };
static const char *const act_names[] = {
	[ACT_NONE] = NULL, [ACT_OPEN] = "opens", [ACT_REMIND] = "waits", [ACT_ANSWER] = "answers",
	[ACT_RATE] = "rates", [ACT_REOPEN] = "reopens", [ACT_LEAVE] = "leaves",
};

struct act {
	enum act_kind kind;
	struct desk *desk;
	const struct seen *ticket;
	desk_id customer_id, group_id;
	const struct live_opening *opening;
	const char *text;
	int stars;
};

static gboolean seen_fn(const struct db_row *row, void *arg)
{
	const char *language = db_text(row, 5);
	struct seen s = {
		.id = db_int(row, 0), .status = (enum ticket_status)db_int(row, 1), .channel = (enum channel)db_int(row, 2),
		.waiting = db_int(row, 3) != 0, .customer_id = db_int(row, 4), .created_ms = db_int(row, 6),
		.unanswered = (int)db_int(row, 7), .last_ms = db_int(row, 8), .updated_ms = db_int(row, 9),
		.rated = db_int(row, 10) != 0, .assignee_id = db_int(row, 11), .after_sales = db_int(row, 12) != 0,
	};

	g_strlcpy(s.language, language ? language : "en", sizeof(s.language));
	g_array_append_val((GArray *)arg, s);
	return TRUE;
}

static gboolean slow_channel(enum channel c)
{
	return c == CHANNEL_EMAIL || c == CHANNEL_PHONE || c == CHANNEL_WALK_IN || c == CHANNEL_COMMUNITY;
}

/* What the customer of this ticket would do now, if anything. */
static enum act_kind wish(const struct seen *s, int64_t now)
{
	int64_t since = now - s->last_ms;

	if (s->status == STATUS_RESOLVED)
		return !s->rated && now - s->updated_ms > 20 * MS_SECOND && now - s->updated_ms < MS_HOUR ? ACT_RATE : ACT_NONE;
	if (s->waiting && s->unanswered > PATIENCE_MAX && !s->assignee_id && since > LEAVE_AFTER_MS)
		return ACT_LEAVE;
	if (s->waiting && s->unanswered <= PATIENCE_MAX && since < 6 * MS_HOUR &&
	    since > (slow_channel(s->channel) ? 20 * MS_MINUTE : 50 * MS_SECOND * s->unanswered))
		return ACT_REMIND;
	if (!s->waiting && s->last_ms && s->unanswered == 0 && since > 25 * MS_SECOND && since < ANSWER_WITHIN_MS &&
	    (s->status == STATUS_OPEN || s->status == STATUS_PENDING_CUSTOMER))
		return ACT_ANSWER;
	return ACT_NONE;
}

static gboolean id_fn(const struct db_row *row, void *arg)
{
	struct seen s = {.customer_id = db_int(row, 0)};
	const char *language = db_text(row, 1);

	g_strlcpy(s.language, language ? language : "en", sizeof(s.language));
	g_array_append_val((GArray *)arg, s);
	return TRUE;
}

static desk_id group_for(const struct words *w, const char *category)
{
	desk_id first = 0;

	for (guint i = 0; i < w->groups->len; i++) {
		const struct group *g = w->groups->pdata[i];

		if (g->tier != 1)
			continue;
		if (!first)
			first = g->id;
		if (g_str_equal(g->name, "returns") &&
		    (g_str_has_prefix(category, "payment") || g_str_has_prefix(category, "return")))
			return g->id;
	}
	return first;
}

/* Somebody who has no open ticket comes in. */
static gboolean plan_opening(struct act *a, struct db_conn *conn, const GArray *tickets, GRand *rand, GError **error)
{
	g_autoptr(words_auto) w = desk_words(a->desk);
	g_autoptr(GArray) people = g_array_new(FALSE, TRUE, sizeof(struct seen));

	if (!DB_RUN(conn, STMT_CUSTOMER_IDS, id_fn, people, error, DB_I(500)))
		return FALSE;
	for (guint tries = 0; people->len && tries < 20; tries++) {
		const struct seen *p = &g_array_index(people, struct seen, (guint)g_rand_int_range(rand, 0, (gint32)people->len));
		gboolean busy = FALSE;

		for (guint i = 0; i < tickets->len && !busy; i++)
			busy = g_array_index(tickets, struct seen, i).customer_id == p->customer_id &&
			       g_array_index(tickets, struct seen, i).status != STATUS_RESOLVED;
		if (busy)
			continue;
		a->opening = live_opening(rand, p->language);
		a->customer_id = p->customer_id;
		a->group_id = group_for(w, a->opening->category);
		a->kind = a->group_id ? ACT_OPEN : ACT_NONE;
		break;
	}
	return TRUE;
}

static void plan_text(struct act *a, GRand *rand)
{
	const struct seen *s = a->ticket;

	switch (a->kind) {
	case ACT_REMIND:
		a->text = live_impatient(rand, s->language, s->unanswered);
		break;
	case ACT_ANSWER:
		a->text = live_answer(rand, s->language);
		break;
	case ACT_RATE:
		a->stars = g_rand_int_range(rand, 0, 10) < 7 ? g_rand_int_range(rand, 4, 6) : g_rand_int_range(rand, 2, 5);
		a->text = live_comment(rand, s->language, a->stars);
		if (g_rand_int_range(rand, 0, 12) == 0) {
			a->kind = ACT_REOPEN;
			a->text = live_reopen(rand, s->language);
		}
		break;
	case ACT_LEAVE:
		a->text = live_leave(s->language);
		break;
	default:
		break;
	}
}

static gboolean plan(struct act *a, struct db_conn *conn, GArray *tickets, GRand *rand, int64_t now, GError **error)
{
	g_autoptr(GArray) wishes = g_array_new(FALSE, FALSE, sizeof(guint));
	guint active = 0;

	if (!DB_RUN(conn, STMT_LIVE_TICKETS, seen_fn, tickets, error, DB_I(LOOK_AT)))
		return FALSE;
	for (guint i = 0; i < tickets->len; i++) {
		const struct seen *s = &g_array_index(tickets, struct seen, i);

		active += s->status != STATUS_RESOLVED;
		if (wish(s, now) != ACT_NONE)
			g_array_append_val(wishes, i);
	}
	/* One in three turns somebody new, unless the desk is full. */
	if (active < OPEN_ENOUGH && (!wishes->len || g_rand_int_range(rand, 0, 3) == 0))
		return plan_opening(a, conn, tickets, rand, error);
	if (!wishes->len)
		return TRUE;
	a->ticket = &g_array_index(tickets, struct seen,
	                           g_array_index(wishes, guint, (guint)g_rand_int_range(rand, 0, (gint32)wishes->len)));
	a->kind = wish(a->ticket, now);
	plan_text(a, rand);
	return TRUE;
}

/* They give up: a last word, and the desk puts the case away. */
static gboolean leave(struct act *a, struct db_tx *tx, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct change c;
	struct answer *out = g_new0(struct answer, 1);
	gboolean ok;

	change_init(&c, CHANGE_STATUS);
	c.ticket_id = a->ticket->id;
	c.status = a->ticket->after_sales ? STATUS_RESOLVED : STATUS_ARCHIVED; /* the one is followed up first */
	ok = desk_customer_writes(a->desk, tx, c.ticket_id, a->text, error) &&
	     desk_change(a->desk, tx, &nobody, &c, out, NULL, error);
	answer_free(out);
	change_clear(&c);
	return ok;
}

static gboolean act_job(struct db_tx *tx, void *arg, GError **error)
{
	struct act *a = arg;

	switch (a->kind) {
	case ACT_OPEN:
		return desk_customer_opens(a->desk, tx, a->customer_id, a->opening->channel, a->opening->subject,
		                           a->opening->body, a->group_id, a->opening->category, NULL, error);
	case ACT_REMIND:
	case ACT_ANSWER:
	case ACT_REOPEN:
		return desk_customer_writes(a->desk, tx, a->ticket->id, a->text, error);
	case ACT_RATE:
		return desk_customer_rates(a->desk, tx, a->ticket->id, a->stars, a->text, error);
	case ACT_LEAVE:
		return leave(a, tx, error);
	case ACT_NONE:
		break;
	}
	return TRUE;
}

gboolean live_turn(struct desk *d, GRand *rand, int64_t now_ms, const char **did, GError **error)
{
	g_autoptr(GArray) tickets = g_array_new(FALSE, TRUE, sizeof(struct seen));
	struct act act = {.desk = d};
	struct db_conn *conn = db_read_begin(d->db, error);
	gboolean ok = conn && plan(&act, conn, tickets, rand, now_ms, error);

	if (conn)
		db_read_end(d->db, conn);
	*did = ok ? act_names[act.kind] : NULL;
	if (!ok || act.kind == ACT_NONE)
		return ok;
	return db_submit_wait(d->db, act_job, &act, error);
}

/* ---- the thread */
struct live {
	struct desk *desk;
	GThread *thread;
	GMutex lock;
	GCond cond;
	gboolean stopping;
	GRand *rand;
};

static gboolean pause_between(struct live *l, int64_t ms)
{
	gint64 end = g_get_monotonic_time() + ms * 1000;
	gboolean stopping;

	g_mutex_lock(&l->lock);
	while (!l->stopping && g_cond_wait_until(&l->cond, &l->lock, end))
		;
	stopping = l->stopping;
	g_mutex_unlock(&l->lock);
	return !stopping;
}

static void *play(void *arg)
{
	struct live *l = arg;
	int64_t pause = 3 * MS_SECOND;

	while (pause_between(l, pause)) {
		g_autoptr(GError) error = NULL;
		const char *did;

		if (!live_turn(l->desk, l->rand, clock_wall_ms(), &did, &error))
			log_debug("live", "a customer was held back: %s", error->message);
		pause = g_rand_int_range(l->rand, (gint32)PAUSE_MIN_MS, (gint32)PAUSE_MAX_MS);
	}
	return NULL;
}

struct live *live_start(struct desk *d)
{
	struct live *l = g_new0(struct live, 1);

	l->desk = d;
	l->rand = g_rand_new();
	g_mutex_init(&l->lock);
	g_cond_init(&l->cond);
	l->thread = g_thread_try_new("live", play, l, NULL);
	if (l->thread)
		return l;
	live_stop(l);
	return NULL;
}

void live_stop(struct live *l)
{
	if (!l)
		return;
	g_mutex_lock(&l->lock);
	l->stopping = TRUE;
	g_cond_signal(&l->cond);
	g_mutex_unlock(&l->lock);
	if (l->thread)
		g_thread_join(l->thread);
	g_rand_free(l->rand);
	g_cond_clear(&l->cond);
	g_mutex_clear(&l->lock);
	g_free(l);
}
