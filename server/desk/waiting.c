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
		.manager_id = db_int(row, 9), .customer_id = db_int(row, 10),
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
	const struct words *words;
	int64_t now;
	struct routing_agent who;
	GArray *works;       /* struct routing_work: what was looked at */
	struct routing_work best;
	gboolean waits;      /* something would do, were there room */
};

/* Of those from there on; TRUE when one was found. */
static gboolean take_best(struct looking *l, guint from)
{
	const struct routing_rules *rules = &l->words->routing->rules;
	const struct routing_work *works = (const struct routing_work *)(void *)l->works->data + from;
	int n = (int)(l->works->len - from), at = routing_best_work(&l->who, works, n, rules, l->now);
	struct routing_agent boundless = l->who;

	if (at >= 0) {
		const struct routing_work both[2] = {works[at], l->best};

		if (!l->best.ticket_id || routing_best_work(&l->who, both, 2, rules, l->now) == 0)
			l->best = works[at];
		return TRUE;
	}
	boundless.capacity = 0;
	l->waits = l->waits || routing_best_work(&boundless, works, n, rules, l->now) >= 0;
	return FALSE;
}

/* A few first: one of them usually fits. */
static gboolean look_at_group(struct work *w, struct looking *l, desk_id group_id, GError **error)
{
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

static gboolean look(struct work *w, struct looking *l, const GArray *groups, GError **error)
{
	if (!w->change->group_id) {
		if (!waiting_of_manager(w->conn, w->words, w->who->person_id, w->now, MANAGED_MOST, l->works, error))
			return FALSE;
		if (take_best(l, 0) && l->best.manager_id == w->who->person_id)
			return TRUE; /* nothing of the groups comes before */
	}
	for (guint i = 0; i < groups->len; i++)
		if (!look_at_group(w, l, g_array_index(groups, desk_id, i), error))
			return FALSE;
	return TRUE;
}

/* `groups`, for which they look, are borrowed. */
static gboolean looking_begin(struct looking *l, struct db_conn *conn, const struct words *w, int64_t now_ms,
                              desk_id person_id, const GArray *groups, GError **error)
{
	const struct person *p = words_person(w, person_id);
	struct agent_row row = {0};

	*l = (struct looking){.words = w, .now = now_ms};
	if (!agent_row_load(conn, person_id, &row, error))
		return FALSE;
	l->who = (struct routing_agent){.person_id = person_id, .groups = groups, .skills = p ? p->skills : NULL,
	                                .load = row.load, .capacity = p ? agent_capacity(w, p) : w->routing->capacity,
	                                .free_since_ms = row.free_since_ms};
	agent_row_clear(&row);
	return TRUE;
}

static gboolean look_and_take(struct work *w, GError **error)
{
	g_autoptr(GArray) groups = words_groups_of(w->words, w->who->person_id);
	g_autoptr(GArray) works = g_array_new(FALSE, FALSE, sizeof(struct routing_work));
	struct looking l;

	if (!may_ask_for(w, groups, error))
		return FALSE;
	read_ahead(w, groups);
	if (!looking_begin(&l, w->conn, w->words, w->now, w->who->person_id, groups, error))
		return FALSE;
	l.works = works;
	if (!look(w, &l, groups, error))
		return FALSE;
	if (!l.best.ticket_id && l.waits)
		return desk_fail(error, DESK_CONFLICT, "you have enough in hand (load %d %%): finish something, or take a ticket by its number",
		                 l.who.load * 100 / MAX(l.who.capacity, 1));
	if (!l.best.ticket_id)
		return desk_fail(error, DESK_NOTFOUND, "nothing waits in your queues");
	DB_AHEAD(w->conn, STMT_LADDER, DB_I(l.best.ticket_id)); /* who takes it takes what was handed up */
	return work_load(w, l.best.ticket_id, error) && ticket_take(w, error);
}

/* Writers pass one by one, on every server of the desk: what is seen waiting here still waits when it is
 * taken, and the load it is measured against is the one it is added to. */
gboolean change_claim_next(struct work *w, struct answer *out, GError **error)
{
	desk_id foreseen = waiting_foreseen(w->tx, w->who->person_id);

	(void)out;
	if (!foreseen) {
		db_tx_surprise(w->tx);
		return look_and_take(w, error);
	}
	w->foreseen = TRUE;
	return work_load(w, foreseen, error) && ticket_take(w, error);
}

/* ---- the next best for several who ask at once */
#define TOGETHER_MOST 64

/* What each of them will get, all being given theirs in this order. */
struct foreseen {
	desk_id person_id, ticket_id, customer_id;
};

/* The start of a group's queue, read once. */
struct start {
	desk_id group_id;
	GArray *works; /* struct routing_work; those given away have no ticket_id */
	gboolean whole;
};

static void start_clear(void *start)
{
	g_array_unref(((struct start *)start)->works);
}

desk_id waiting_foreseen(struct db_tx *tx, desk_id person_id)
{
	const GArray *all = db_tx_looked_ahead(tx);

	for (guint i = 0; all && i < all->len; i++)
		if (g_array_index(all, struct foreseen, i).person_id == person_id)
			return g_array_index(all, struct foreseen, i).ticket_id;
	return 0;
}

static gboolean holder_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 1);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

static gboolean has_id(const GArray *ids, desk_id id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, desk_id, i) == id)
			return TRUE;
	return FALSE;
}

static struct start *start_of(GArray *starts, desk_id group_id)
{
	for (guint i = 0; i < starts->len; i++)
		if (g_array_index(starts, struct start, i).group_id == group_id)
			return &g_array_index(starts, struct start, i);
	return NULL;
}

struct together {
	struct db_conn *conn;
	const struct words *words;
	int64_t now;
	GArray *starts;  /* struct start */
	GArray *holders; /* desk_id: something is held out to them */
	GArray *found;   /* struct foreseen */
};

/* The first few that are left, as look_at_group sees them; FALSE: it can't be told from what was read. */
static gboolean take_few(const struct start *s, GArray *to)
{
	guint few = 0;

	for (guint i = 0; i < s->works->len && few < STMT_WAITING_FEW; i++) {
		const struct routing_work *one = &g_array_index(s->works, struct routing_work, i);

		if (!one->ticket_id)
			continue;
		g_array_append_vals(to, one, 1);
		few++;
	}
	return few == STMT_WAITING_FEW || s->whole;
}

static void give_away(const struct together *t, desk_id ticket_id)
{
	for (guint i = 0; i < t->starts->len; i++) {
		const GArray *works = g_array_index(t->starts, struct start, i).works;

		for (guint k = 0; k < works->len; k++)
			if (g_array_index(works, struct routing_work, k).ticket_id == ticket_id)
				g_array_index(works, struct routing_work, k).ticket_id = 0;
	}
}

/* What look() would find. FALSE: not foreseen (a manager's own, an offer, other skills, no room, an error). */
static gboolean foresee(struct together *t, desk_id person_id, GArray *groups)
{
	g_autoptr(GArray) works = g_array_new(FALSE, FALSE, sizeof(struct routing_work));
	struct looking l;
	struct foreseen f;

	if (!waiting_of_manager(t->conn, t->words, person_id, t->now, MANAGED_MOST, works, NULL) || works->len ||
	    has_id(t->holders, person_id) || !looking_begin(&l, t->conn, t->words, t->now, person_id, groups, NULL))
		return FALSE;
	l.works = works;
	for (guint i = 0; i < groups->len; i++) {
		const struct start *s = start_of(t->starts, g_array_index(groups, desk_id, i));
		guint from = works->len;

		if (!s || !take_few(s, works) || (works->len > from && !take_best(&l, from)))
			return FALSE;
	}
	if (!l.best.ticket_id)
		return FALSE;
	f = (struct foreseen){person_id, l.best.ticket_id, l.best.customer_id};
	give_away(t, f.ticket_id);
	g_array_append_val(t->found, f);
	return TRUE;
}

static gboolean read_starts(struct together *t, GError **error)
{
	if (!db_run(t->conn, STMT_OFFERS, NULL, 0, holder_fn, t->holders, error))
		return FALSE;
	for (guint i = 0; i < t->starts->len; i++) {
		struct start *s = &g_array_index(t->starts, struct start, i);

		if (!waiting_of_group(t->conn, t->words, s->group_id, 0, t->now, INT64_MIN, 0, s->works, error))
			return FALSE;
		s->whole = s->works->len < STMT_WAITING_MANY;
	}
	return TRUE;
}

/* The groups of each, and all that must be known to foresee; in one round trip. */
static guint send_looks(struct together *t, const struct actor *const *who, guint n, GArray *const *groups)
{
	guint many = 0;

	db_ahead(t->conn, STMT_OFFERS, NULL, 0);
	for (; many < MIN(n, TOGETHER_MOST); many++) {
		desk_id me = who[many]->person_id;

		for (guint i = 0; i < many; i++)
			if (who[i]->person_id == me)
				return many; /* what they have in hand isn't known before */
		DB_AHEAD(t->conn, STMT_AGENT, DB_I(me));
		DB_AHEAD(t->conn, STMT_WAITING_OF_MANAGER, DB_I(me), DB_I(t->now), DB_I(MANAGED_MOST));
		for (guint i = 0; i < groups[many]->len; i++) {
			struct start s = {.group_id = g_array_index(groups[many], desk_id, i)};

			if (start_of(t->starts, s.group_id))
				continue;
			s.works = g_array_new(FALSE, FALSE, sizeof(struct routing_work));
			g_array_append_val(t->starts, s);
			DB_AHEAD(t->conn, STMT_WAITING_OF_GROUP, DB_I(0), DB_I(t->now), DB_I(s.group_id), DB_I(INT64_MIN), DB_I(0));
		}
	}
	return many;
}

guint desk_claims_ahead(struct desk *d, struct db_tx *tx, const struct actor *const *who, guint n)
{
	g_autoptr(words_auto) words = desk_words(d);
	g_autofree GArray **groups = g_new(GArray *, n);
	struct together t = {
		.conn = db_conn_of(tx), .words = words, .now = db_tx_now(tx),
		.starts = g_array_new(FALSE, FALSE, sizeof(struct start)),
		.holders = g_array_new(FALSE, FALSE, sizeof(desk_id)),
		.found = g_array_new(FALSE, FALSE, sizeof(struct foreseen)),
	};
	guint many, done = 0;

	g_array_set_clear_func(t.starts, start_clear);
	for (guint i = 0; i < n; i++)
		groups[i] = words_groups_of(words, who[i]->person_id);
	many = send_looks(&t, who, n, groups);
	if (read_starts(&t, NULL))
		while (done < many && foresee(&t, who[done]->person_id, groups[done]))
			done++;
	for (guint i = 0; i < done; i++) {
		const struct foreseen *f = &g_array_index(t.found, struct foreseen, i);

		work_send_ahead(t.conn, f->ticket_id);
		answer_send_ahead(t.conn, f->ticket_id, f->customer_id);
	}
	for (guint i = 0; i < n; i++)
		g_array_unref(groups[i]);
	g_array_unref(t.starts);
	g_array_unref(t.holders);
	if (done)
		db_tx_ahead(tx, t.found, (GDestroyNotify)g_array_unref);
	else
		g_array_unref(t.found);
	return done;
}
