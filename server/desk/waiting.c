/* What waits in the queues, as routing sees it; and the next best of it for a person. */
#include "server/desk/routing_desk.h"

struct taking {
	const struct words *words;
	GArray *to;
};

static gboolean waiting_fn(const struct db_row *row, void *arg)
{
	const struct taking *t = arg;
	int64_t channel = db_int(row, 3);
	struct routing_work one = {
		.ticket_id = db_int(row, 0), .group_id = db_int(row, 1), .tier = (int)db_int(row, 2),
		.weight = channel >= 0 && channel < CHANNEL_COUNT ? t->words->routing->weights.of[channel] : 0,
		.due_ms = db_int(row, 5), .waiting_since_ms = MAX(db_int(row, 6), db_int(row, 7)),
		.skills = {words_skill_of_category(t->words, db_text(row, 4)), words_skill_of_language(t->words, db_text(row, 8))},
		.manager_id = db_int(row, 9),
	};

	g_array_append_val(t->to, one);
	return TRUE;
}

gboolean waiting_of_group(struct db_conn *conn, const struct words *w, desk_id group_id, desk_id person_id,
                          int64_t now_ms, int64_t after_due, desk_id after_id, GArray *to, GError **error)
{
	struct taking t = {w, to};

	return DB_RUN(conn, STMT_WAITING_OF_GROUP, waiting_fn, &t, error, DB_I(person_id), DB_I(now_ms), DB_I(group_id),
	              DB_I(after_due), DB_I(after_id));
}

gboolean waiting_of_manager(struct db_conn *conn, const struct words *w, desk_id person_id, int64_t now_ms, int limit,
                            GArray *to, GError **error)
{
	struct taking t = {w, to};

	return DB_RUN(conn, STMT_WAITING_OF_MANAGER, waiting_fn, &t, error, DB_I(person_id), DB_I(now_ms), DB_I(limit));
}

/* ---- the next best for whoever asks */
#define LOOK_MOST 600  /* beyond them somebody else's skills are asked for */
#define MANAGED_MOST 50

struct looking {
	struct work *work;
	struct routing_agent who;
	GArray *works;       /* struct routing_work: what was looked at */
	struct routing_work best;
	gboolean waits;      /* something would do, were there room */
};

/* Of those from there on; TRUE when one was found. */
static gboolean take_best(struct looking *l, guint from)
{
	const struct routing_rules *rules = &l->work->words->routing->rules;
	const struct routing_work *works = (const struct routing_work *)(void *)l->works->data + from;
	int n = (int)(l->works->len - from), at = routing_best_work(&l->who, works, n, rules, l->work->now);
	struct routing_agent boundless = l->who;

	if (at >= 0) {
		const struct routing_work both[2] = {works[at], l->best};

		if (!l->best.ticket_id || routing_best_work(&l->who, both, 2, rules, l->work->now) == 0)
			l->best = works[at];
		return TRUE;
	}
	boundless.capacity = 0;
	l->waits = l->waits || routing_best_work(&boundless, works, n, rules, l->work->now) >= 0;
	return FALSE;
}

/* A few first: one of them usually fits. */
static gboolean look_at_group(struct looking *l, desk_id group_id, GError **error)
{
	const struct work *w = l->work;
	struct taking first = {w->words, l->works};
	guint from = l->works->len, limit = STMT_WAITING_FEW;
	desk_id me = w->who->person_id;

	if (!DB_RUN(w->conn, STMT_WAITING_FIRST, waiting_fn, &first, error, DB_I(me), DB_I(w->now), DB_I(group_id)))
		return FALSE;
	for (guint seen = 0; seen < LOOK_MOST; seen += limit, limit = STMT_WAITING_MANY) {
		const struct routing_work *last;

		if (take_best(l, from) || l->works->len - from < limit || l->waits)
			return TRUE;
		from = l->works->len;
		last = &g_array_index(l->works, struct routing_work, from - 1);
		if (!waiting_of_group(w->conn, w->words, group_id, me, w->now, last->due_ms, last->ticket_id, l->works, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean may_ask_for(struct work *w, GArray *groups, GError **error)
{
	desk_id wanted = w->change->group_id;
	gboolean mine = FALSE;

	if (!wanted)
		return TRUE;
	if (!words_group(w->words, wanted))
		return desk_fail(error, DESK_NOTFOUND, "there is no such group");
	for (guint i = 0; i < groups->len; i++)
		mine = mine || g_array_index(groups, desk_id, i) == wanted;
	if (!mine && !actor_leads(w->who))
		return desk_fail(error, DESK_FORBIDDEN, "you don't work for that group");
	g_array_set_size(groups, 0);
	g_array_append_val(groups, wanted);
	return TRUE;
}

/* One round trip for what is looked at first. */
static void read_ahead(struct work *w, const GArray *groups)
{
	desk_id me = w->who->person_id;

	DB_AHEAD(w->conn, STMT_AGENT, DB_I(me));
	if (!w->change->group_id)
		DB_AHEAD(w->conn, STMT_WAITING_OF_MANAGER, DB_I(me), DB_I(w->now), DB_I(MANAGED_MOST));
	for (guint i = 0; i < MIN(groups->len, 4); i++)
		DB_AHEAD(w->conn, STMT_WAITING_FIRST, DB_I(me), DB_I(w->now), DB_I(g_array_index(groups, desk_id, i)));
}

static gboolean look(struct looking *l, const GArray *groups, GError **error)
{
	struct work *w = l->work;

	if (!w->change->group_id) {
		if (!waiting_of_manager(w->conn, w->words, w->who->person_id, w->now, MANAGED_MOST, l->works, error))
			return FALSE;
		if (take_best(l, 0) && l->best.manager_id == w->who->person_id)
			return TRUE; /* nothing of the groups comes before */
	}
	for (guint i = 0; i < groups->len; i++)
		if (!look_at_group(l, g_array_index(groups, desk_id, i), error))
			return FALSE;
	return TRUE;
}

/* Writers pass one by one, on every server of the desk: what is seen waiting here still waits when it is
 * taken, and the load it is measured against is the one it is added to. */
gboolean change_claim_next(struct work *w, struct answer *out, GError **error)
{
	g_autoptr(GArray) groups = words_groups_of(w->words, w->who->person_id);
	g_autoptr(GArray) works = g_array_new(FALSE, FALSE, sizeof(struct routing_work));
	const struct person *p = words_person(w->words, w->who->person_id);
	struct looking l = {.work = w, .works = works};
	struct agent_row row = {0};

	(void)out;
	if (!may_ask_for(w, groups, error))
		return FALSE;
	read_ahead(w, groups);
	if (!agent_row_load(w->conn, w->who->person_id, &row, error))
		return FALSE;
	l.who = (struct routing_agent){.person_id = w->who->person_id, .groups = groups, .skills = p ? p->skills : NULL,
	                               .load = row.load, .capacity = p ? agent_capacity(w->words, p) : w->words->routing->capacity,
	                               .free_since_ms = row.free_since_ms};
	agent_row_clear(&row);
	if (!look(&l, groups, error))
		return FALSE;
	if (!l.best.ticket_id && l.waits)
		return desk_fail(error, DESK_CONFLICT, "you have enough in hand (load %d %%): finish something, or take a ticket by its number",
		                 l.who.load * 100 / MAX(l.who.capacity, 1));
	if (!l.best.ticket_id)
		return desk_fail(error, DESK_NOTFOUND, "nothing waits in your queues");
	DB_AHEAD(w->conn, STMT_LADDER, DB_I(l.best.ticket_id)); /* who takes it takes what was handed up */
	return work_load(w, l.best.ticket_id, error) && ticket_take(w, error);
}
