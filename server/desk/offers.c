/* Push: waiting work is held out to the best person who is available, one ticket a person at a time. Who
 * accepts in time has it; else it goes on to the next. Decided in one write, so that servers that look at
 * once never offer anything twice. */
#include "server/desk/routing_desk.h"

#include <string.h>

#define LOOK_MOST 60      /* of each manager */
#define FORGET_MS MS_HOUR /* what was passed longer ago counts no more */
#define POLL_MS (10 * MS_SECOND) /* skills are dropped and passes forgotten by time alone */

enum offer_end { OFFER_STANDS, OFFER_TAKEN, OFFER_OVER, OFFER_PASSED };

struct held {
	struct offer offer;
	enum ticket_status status;
	desk_id assignee_id;
	enum offer_end end;
};

struct made {
	desk_id ticket_id, person_id;
};

struct offers {
	const struct words *words;
	struct db_conn *conn;
	int64_t now, next;
	GArray *held;        /* struct held */
	GArray *agents;      /* struct routing_agent: to whom something may be offered */
	GArray *works;       /* struct routing_work */
	GArray *passed;      /* struct passed */
	GArray *made;        /* struct made */
};

struct passed {
	desk_id ticket_id, person_id;
	int64_t at_ms;
};

/* ---- what there is */
static gboolean held_fn(const struct db_row *row, void *arg)
{
	struct held h = {
		.offer = {.ticket_id = db_int(row, 0), .person_id = db_int(row, 1), .made_ms = db_int(row, 2),
		          .until_ms = db_int(row, 3), .subject = db_dup(row, 4), .customer_name = db_dup(row, 5),
		          .channel = (enum channel)db_int(row, 6)},
		.status = (enum ticket_status)db_int(row, 7), .assignee_id = db_int(row, 8),
	};

	g_array_append_val((GArray *)arg, h);
	return TRUE;
}

static void held_clear(void *held)
{
	struct held *h = held;

	g_free(h->offer.subject);
	g_free(h->offer.customer_name);
}

static GArray *held_list(struct db_conn *conn, GError **error)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct held));

	g_array_set_clear_func(list, held_clear);
	if (db_run(conn, STMT_OFFERS, NULL, 0, held_fn, list, error))
		return list;
	g_array_unref(list);
	return NULL;
}

static gboolean passed_fn(const struct db_row *row, void *arg)
{
	struct passed p = {db_int(row, 0), db_int(row, 1), db_int(row, 2)};

	g_array_append_val((GArray *)arg, p);
	return TRUE;
}

static gboolean available(const struct agent_row *row)
{
	return row->state == AGENT_AVAILABLE && !row->seen_ms;
}

static const struct agent_row *row_of(const GPtrArray *rows, desk_id person_id)
{
	for (guint i = 0; i < rows->len; i++)
		if (((const struct agent_row *)rows->pdata[i])->person_id == person_id)
			return rows->pdata[i];
	return NULL;
}

static enum offer_end end_of(const struct held *h, const GPtrArray *rows, int64_t now)
{
	const struct agent_row *row = row_of(rows, h->offer.person_id);

	if (h->assignee_id)
		return h->assignee_id == h->offer.person_id ? OFFER_TAKEN : OFFER_OVER;
	if (!routing_counts(h->status) || !row || !available(row))
		return OFFER_OVER;
	return h->offer.until_ms <= now ? OFFER_PASSED : OFFER_STANDS;
}

static gboolean has_offer(const struct offers *o, desk_id person_id)
{
	for (guint i = 0; i < o->held->len; i++) {
		const struct held *h = &g_array_index(o->held, struct held, i);

		if (h->offer.person_id == person_id && h->end == OFFER_STANDS)
			return TRUE;
	}
	return FALSE;
}

/* Lets pass one too many: will be away when it has ended. */
static gboolean gives_up(const struct offers *o, const struct agent_row *row)
{
	int most = o->words->routing->missed;

	for (guint i = 0; most && row->missed + 1 >= most && i < o->held->len; i++) {
		const struct held *h = &g_array_index(o->held, struct held, i);

		if (h->offer.person_id == row->person_id && h->end == OFFER_PASSED)
			return TRUE;
	}
	return FALSE;
}

static gboolean look_at_people(struct offers *o, GError **error)
{
	g_autoptr(GPtrArray) rows = agent_rows(o->conn, error);

	if (!rows || !(o->held = held_list(o->conn, error)))
		return FALSE;
	for (guint i = 0; i < o->held->len; i++) {
		struct held *h = &g_array_index(o->held, struct held, i);

		h->end = end_of(h, rows, o->now);
		if (h->end == OFFER_STANDS)
			o->next = MIN(o->next, h->offer.until_ms);
	}
	for (guint i = 0; o->words->routing->offer_ms && i < rows->len; i++) {
		const struct agent_row *row = rows->pdata[i];
		const struct person *p = words_person(o->words, row->person_id);
		struct routing_agent a;

		if (!available(row) || !agent_works(p) || has_offer(o, row->person_id) || gives_up(o, row))
			continue;
		a = agent_for_routing(o->words, p, row);
		if (routing_has_room(&a, 0))
			g_array_append_val(o->agents, a);
	}
	return TRUE;
}

static gboolean anybody_of(const struct offers *o, desk_id group_id)
{
	for (guint i = 0; i < o->agents->len; i++) {
		const GArray *groups = g_array_index(o->agents, struct routing_agent, i).groups;

		for (guint k = 0; k < groups->len; k++)
			if (g_array_index(groups, desk_id, k) == group_id)
				return TRUE;
	}
	return FALSE;
}

static gint by_due(gconstpointer a, gconstpointer b)
{
	const struct routing_work *x = a, *y = b;

	if (x->due_ms != y->due_ms)
		return x->due_ms < y->due_ms ? -1 : 1;
	return (x->ticket_id > y->ticket_id) - (x->ticket_id < y->ticket_id);
}

static gboolean look_at_work(struct offers *o, GError **error)
{
	for (guint i = 0; i < o->words->groups->len; i++) {
		const struct group *g = o->words->groups->pdata[i];

		if (anybody_of(o, g->id) && !waiting_of_group(o->conn, o->words, g->id, 0, o->now, INT64_MIN, 0, o->works, error))
			return FALSE;
	}
	for (guint i = 0; i < o->agents->len; i++)
		if (!waiting_of_manager(o->conn, o->words, g_array_index(o->agents, struct routing_agent, i).person_id, o->now,
		                        LOOK_MOST, o->works, error))
			return FALSE;
	g_array_sort(o->works, by_due);
	return TRUE;
}

/* ---- who gets what */
static void tell_passes(const struct offers *o, desk_id ticket_id)
{
	for (guint i = 0; i < o->agents->len; i++)
		g_array_index(o->agents, struct routing_agent, i).passed_ms = 0;
	for (guint i = 0; i < o->passed->len; i++) {
		const struct passed *p = &g_array_index(o->passed, struct passed, i);

		for (guint k = 0; p->ticket_id == ticket_id && k < o->agents->len; k++) {
			struct routing_agent *a = &g_array_index(o->agents, struct routing_agent, k);

			if (a->person_id == p->person_id)
				a->passed_ms = p->at_ms;
		}
	}
}

static gboolean held_out(const struct offers *o, guint at)
{
	desk_id id = g_array_index(o->works, struct routing_work, at).ticket_id;

	if (at && g_array_index(o->works, struct routing_work, at - 1).ticket_id == id)
		return TRUE; /* it was looked at: a manager's customer's in the manager's group */
	for (guint i = 0; i < o->held->len; i++) {
		const struct held *h = &g_array_index(o->held, struct held, i);

		if (h->offer.ticket_id == id && h->end == OFFER_STANDS)
			return TRUE;
	}
	return FALSE;
}

static void match(struct offers *o)
{
	for (guint i = 0; i < o->works->len && o->agents->len; i++) {
		const struct routing_work *work = &g_array_index(o->works, struct routing_work, i);
		struct made m = {.ticket_id = work->ticket_id};
		int at;

		if (held_out(o, i))
			continue;
		o->next = MIN(o->next, o->now + POLL_MS);
		tell_passes(o, work->ticket_id);
		at = routing_best_agent((const struct routing_agent *)(void *)o->agents->data, (int)o->agents->len, work,
		                        &o->words->routing->rules, o->now);
		if (at < 0)
			continue;
		m.person_id = g_array_index(o->agents, struct routing_agent, at).person_id;
		g_array_append_val(o->made, m);
		g_array_remove_index(o->agents, (guint)at);
	}
}

static void offers_clear(struct offers *o)
{
	g_array_unref(o->agents);
	g_array_unref(o->works);
	g_array_unref(o->passed);
	g_array_unref(o->made);
	g_clear_pointer(&o->held, g_array_unref);
}

/* Clear it, also after a failure. */
static gboolean offers_plan(struct offers *o, struct db_conn *conn, const struct words *w, int64_t now_ms,
                            GError **error)
{
	*o = (struct offers){
		.words = w, .conn = conn, .now = now_ms, .next = INT64_MAX,
		.agents = g_array_new(FALSE, FALSE, sizeof(struct routing_agent)),
		.works = g_array_new(FALSE, FALSE, sizeof(struct routing_work)),
		.passed = g_array_new(FALSE, FALSE, sizeof(struct passed)),
		.made = g_array_new(FALSE, FALSE, sizeof(struct made)),
	};
	if (!look_at_people(o, error))
		return FALSE;
	if (!o->agents->len)
		return TRUE;
	/* those that end now are passed, too: known before the next is looked for */
	for (guint i = 0; i < o->held->len; i++) {
		const struct held *h = &g_array_index(o->held, struct held, i);
		struct passed p = {h->offer.ticket_id, h->offer.person_id, now_ms};

		if (h->end == OFFER_PASSED)
			g_array_append_val(o->passed, p);
	}
	if (!look_at_work(o, error) ||
	    !DB_RUN(conn, STMT_OFFERS_PASSED, passed_fn, o->passed, error, DB_I(now_ms - FORGET_MS)))
		return FALSE;
	match(o);
	return TRUE;
}

/* ---- doing it */
static gboolean tell(struct work *w, struct offer *offer, const char *change, GError **error)
{
	struct event e = {.kind = EVENT_OFFER, .change = (char *)change, .person_id = offer->person_id,
	                  .ticket_id = offer->ticket_id, .offer = offer};
	gboolean ok = db_tx_event(w->tx, &e, error);

	w->seq = e.seq;
	return ok;
}

static gboolean pass(struct work *w, desk_id ticket_id, desk_id person_id, const char *reason, GError **error)
{
	return DB_RUN(w->conn, STMT_OFFERS_FORGET, NULL, NULL, error, DB_I(w->now - FORGET_MS)) &&
	       DB_RUN(w->conn, STMT_OFFER_PASS, NULL, NULL, error, DB_I(ticket_id), DB_I(person_id), DB_I(w->now),
	              DB_T(reason && *reason ? reason : NULL));
}

static gboolean end_offers(struct work *w, const struct offers *o, GError **error)
{
	for (guint i = 0; i < o->held->len; i++) {
		struct held *h = &g_array_index(o->held, struct held, i);

		if (h->end == OFFER_STANDS)
			continue;
		if (!DB_RUN(w->conn, STMT_OFFER_END, NULL, NULL, error, DB_I(h->offer.ticket_id)) ||
		    (h->end == OFFER_PASSED && (!pass(w, h->offer.ticket_id, h->offer.person_id, NULL, error) ||
		                                !agent_missed(w, h->offer.person_id, error))) ||
		    !tell(w, &h->offer, h->end == OFFER_TAKEN ? "taken" : "over", error))
			return FALSE;
	}
	return TRUE;
}

static gboolean make_offer(struct work *w, const struct made *m, GError **error)
{
	struct ticket *t = ticket_load(w->conn, w->words, m->ticket_id, TRUE, NULL, error);
	struct offer offer;
	struct notice n;
	gboolean ok;

	if (!t)
		return FALSE;
	offer = (struct offer){.ticket_id = m->ticket_id, .person_id = m->person_id, .made_ms = w->now,
	                       .until_ms = w->now + w->words->routing->offer_ms, .subject = t->row.subject,
	                       .customer_name = t->row.customer_name, .channel = t->row.channel};
	n = (struct notice){.kind = NOTICE_OFFER, .person_id = m->person_id, .ticket_id = m->ticket_id,
	                    .text = t->row.subject};
	ok = DB_RUN(w->conn, STMT_OFFER_ADD, NULL, NULL, error, DB_I(offer.ticket_id), DB_I(offer.person_id),
	            DB_I(offer.made_ms), DB_I(offer.until_ms)) &&
	     tell(w, &offer, "offer", error) && notice_add(w, &n, error);
	ticket_free(t);
	return ok;
}

static gboolean offer_job(struct db_tx *tx, void *arg, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct work w;
	struct offers o;
	gboolean ok;

	if (!work_begin(&w, arg, tx, &nobody, error))
		return FALSE;
	ok = offers_plan(&o, w.conn, w.words, w.now, error) && end_offers(&w, &o, error);
	for (guint i = 0; ok && i < o.made->len; i++)
		ok = make_offer(&w, &g_array_index(o.made, struct made, i), error);
	offers_clear(&o);
	work_end(&w);
	return ok;
}

static gboolean anything_to_do(const struct offers *o)
{
	for (guint i = 0; i < o->held->len; i++)
		if (g_array_index(o->held, struct held, i).end != OFFER_STANDS)
			return TRUE;
	return o->made->len > 0;
}

gboolean offers_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	struct db_conn *conn = db_read_begin(d->db, error);
	struct offers o;
	gboolean ok, due = FALSE;

	*next_ms = INT64_MAX;
	if (!conn)
		return FALSE;
	ok = offers_plan(&o, conn, w, now_ms, error);
	db_read_end(d->db, conn);
	if (ok) {
		due = anything_to_do(&o);
		*next_ms = o.next;
	}
	offers_clear(&o);
	return ok && (!due || db_submit_wait(d->db, offer_job, d, error));
}

/* ---- whom it is offered to */
gboolean offers_query(struct db_conn *conn, const struct actor *who, int64_t now_ms, struct answer *out, GError **error)
{
	g_autoptr(GArray) held = held_list(conn, error);

	if (!held)
		return FALSE;
	out->offers = g_ptr_array_new_with_free_func((GDestroyNotify)offer_free);
	for (guint i = 0; i < held->len; i++) {
		struct held *h = &g_array_index(held, struct held, i);
		struct offer *mine;

		if (h->offer.person_id != who->person_id || h->assignee_id || h->offer.until_ms <= now_ms)
			continue;
		mine = g_memdup2(&h->offer, sizeof(h->offer));
		mine->subject = g_strdup(h->offer.subject);
		mine->customer_name = g_strdup(h->offer.customer_name);
		g_ptr_array_add(out->offers, mine);
	}
	return TRUE;
}

struct whose {
	desk_id person_id;
	int64_t until_ms;
};

static gboolean whose_fn(const struct db_row *row, void *arg)
{
	*(struct whose *)arg = (struct whose){db_int(row, 0), db_int(row, 1)};
	return FALSE;
}

static gboolean has_room(struct work *w, GError **error)
{
	const struct person *p = words_person(w->words, w->who->person_id);
	struct agent_row row = {0};
	struct routing_agent a;

	if (!p || !agent_row_load(w->conn, p->id, &row, error))
		return p == NULL;
	a = agent_for_routing(w->words, p, &row);
	agent_row_clear(&row);
	return routing_has_room(&a, routing_weight(&w->words->routing->weights, w->ticket->row.channel, STATUS_OPEN)) ||
	       desk_fail(error, DESK_CONFLICT, "you have enough in hand (load %d %%): finish something, or take a ticket by its number",
	                 a.load * 100 / MAX(a.capacity, 1));
}

gboolean change_offer_accept(struct work *w, struct answer *out, GError **error)
{
	struct ticket_row *row = &w->ticket->row;
	struct offer offer = {.ticket_id = row->id, .person_id = w->who->person_id, .subject = row->subject,
	                      .customer_name = row->customer_name, .channel = row->channel};
	struct whose whose = {0};

	(void)out;
	if (row->assignee_id && row->assignee_id == w->who->person_id)
		return TRUE;
	if (!DB_RUN(w->conn, STMT_OFFER, whose_fn, &whose, error, DB_I(row->id)))
		return FALSE;
	if (whose.person_id != w->who->person_id || whose.until_ms <= w->now || row->assignee_id)
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " isn't offered to you any more", row->id);
	offer.until_ms = whose.until_ms;
	return has_room(w, error) && ticket_take(w, error) &&
	       DB_RUN(w->conn, STMT_AGENT_ANSWERED, NULL, NULL, error, DB_I(offer.person_id)) &&
	       DB_RUN(w->conn, STMT_OFFER_END, NULL, NULL, error, DB_I(row->id)) && tell(w, &offer, "taken", error);
}

gboolean change_offer_decline(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct offer offer = {.ticket_id = c->ticket_id, .person_id = w->who->person_id};
	struct whose whose = {0};

	(void)out;
	if (c->reason && *c->reason && !text_check("reason", c->reason, 200, FALSE, error))
		return FALSE;
	if (!DB_RUN(w->conn, STMT_OFFER, whose_fn, &whose, error, DB_I(c->ticket_id)))
		return FALSE;
	if (whose.person_id != w->who->person_id)
		return desk_fail(error, DESK_CONFLICT, "#%" G_GINT64_FORMAT " isn't offered to you any more", c->ticket_id);
	return DB_RUN(w->conn, STMT_OFFER_END, NULL, NULL, error, DB_I(c->ticket_id)) &&
	       DB_RUN(w->conn, STMT_AGENT_ANSWERED, NULL, NULL, error, DB_I(offer.person_id)) &&
	       pass(w, c->ticket_id, w->who->person_id, c->reason, error) && tell(w, &offer, "over", error);
}
