/* Problems behind tickets (R-TICKET-4): reading, saving, linking, the steps. */
#include "server/desk/problems.h"

#include "rules/priority.h"
#include "rules/problem.h"

#define LIST_MAX 200
#define TITLE_MAX 500
#define CAUSE_MAX 8000
#define NOTE_MAX 4000
#define LINKS_MAX 500

void problem_kept_clear(struct problem_kept *k)
{
	problem_free(k->problem);
	g_free(k->topic);
	*k = (struct problem_kept){0};
}

/* ---- reading */
enum { COL_ID, COL_VERSION, COL_TITLE, COL_STAGE, COL_CATEGORY, COL_CAUSE, COL_OWNER, COL_OPENED, COL_UPDATED, COL_ARTICLE,
	COL_TRAINING, COL_TOPIC, COL_WORK, COL_TELL_FROM, COL_TELL_BY, COL_TICKETS, COL_CUSTOMERS, COL_TOLD, COL_SATISFIED,
	COL_UNSATISFIED };

static struct problem *row_problem(const struct db_row *row, const struct words *w, gboolean counts)
{
	struct problem *p = problem_new();

	p->id = db_int(row, COL_ID);
	p->version = db_int(row, COL_VERSION);
	p->title = db_dup(row, COL_TITLE);
	p->stage = (enum problem_stage)db_int(row, COL_STAGE);
	p->category = db_dup(row, COL_CATEGORY);
	p->root_cause = db_dup(row, COL_CAUSE);
	p->owner_id = db_int(row, COL_OWNER);
	p->owner_name = g_strdup(words_person_name(w, p->owner_id));
	p->opened_ms = db_int(row, COL_OPENED);
	p->updated_ms = db_int(row, COL_UPDATED);
	p->article_id = db_int(row, COL_ARTICLE);
	p->training_id = db_int(row, COL_TRAINING);
	if (!counts)
		return p;
	p->tickets = (int)db_int(row, COL_TICKETS);
	p->customers = (int)db_int(row, COL_CUSTOMERS);
	p->told = (int)db_int(row, COL_TOLD);
	p->satisfied = (int)db_int(row, COL_SATISFIED);
	p->unsatisfied = (int)db_int(row, COL_UNSATISFIED);
	return p;
}

struct problem *problem_of_row(const struct db_row *row, const struct words *w)
{
	return row_problem(row, w, TRUE);
}

struct reading {
	const struct words *words;
	GPtrArray *list;        /* struct problem; NULL: one ... */
	struct problem_kept *kept; /* ... here, without counts */
};

static gboolean problem_fn(const struct db_row *row, void *arg)
{
	struct reading *r = arg;

	if (r->list) {
		g_ptr_array_add(r->list, row_problem(row, r->words, TRUE));
		return TRUE;
	}
	r->kept->problem = row_problem(row, r->words, FALSE);
	r->kept->topic = db_dup(row, COL_TOPIC);
	r->kept->work = (unsigned)db_int(row, COL_WORK);
	r->kept->tell_from = db_int(row, COL_TELL_FROM);
	r->kept->tell_by = db_int(row, COL_TELL_BY);
	return FALSE;
}

static gboolean step_fn(const struct db_row *row, void *arg)
{
	const struct reading *r = arg;
	struct problem_step *s = g_new0(struct problem_step, 1);

	s->stage = (enum problem_stage)db_int(row, 0);
	s->owner_id = db_int(row, 1);
	s->owner_name = g_strdup(words_person_name(r->words, s->owner_id));
	s->due_ms = db_int(row, 2);
	s->done_ms = db_int(row, 3);
	s->done_id = db_int(row, 4);
	s->done_name = g_strdup(words_person_name(r->words, s->done_id));
	s->note = db_dup(row, 5);
	g_ptr_array_add(r->list, s);
	return TRUE;
}

gboolean problem_load_steps(struct db_conn *conn, const struct words *w, struct problem *p, GError **error)
{
	struct reading r = {.words = w};

	g_clear_pointer(&p->steps, g_ptr_array_unref);
	r.list = p->steps = g_ptr_array_new_with_free_func((GDestroyNotify)problem_step_free);
	return DB_RUN(conn, STMT_PROBLEM_STEPS, step_fn, &r, error, DB_I(p->id));
}

static gboolean no_problem(desk_id id, GError **error)
{
	return desk_fail(error, DESK_NOTFOUND, "there is no problem %" G_GINT64_FORMAT, id);
}

gboolean problem_load(struct work *w, desk_id id, struct problem_kept *k, GError **error)
{
	struct reading r = {.words = w->words, .kept = k};

	*k = (struct problem_kept){0};
	if (!DB_RUN(w->conn, STMT_PROBLEM_LOCK, problem_fn, &r, error, DB_I(id)))
		return FALSE;
	return k->problem ? problem_load_steps(w->conn, w->words, k->problem, error) : no_problem(id, error);
}

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

struct problem *problem_read(struct db_conn *conn, const struct words *w, desk_id id, GError **error)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);
	struct reading r = {.words = w, .list = one};
	struct problem *p;

	if (!DB_RUN(conn, STMT_PROBLEM, problem_fn, &r, error, DB_I(id)))
		return NULL;
	if (!one->len) {
		no_problem(id, error);
		return NULL;
	}
	p = one->pdata[0];
	g_clear_pointer(&p->ticket_ids, g_array_unref);
	p->ticket_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	if (!problem_load_steps(conn, w, p, error) ||
	    !DB_RUN(conn, STMT_PROBLEM_TICKETS, id_fn, p->ticket_ids, error, DB_I(id), DB_I(LIST_MAX)))
		return NULL;
	return g_ptr_array_steal_index(one, 0);
}

gboolean problem_query(struct db_conn *conn, const struct words *w, const struct query *q, struct answer *out, GError **error)
{
	out->problem = problem_read(conn, w, q->problem_id, error);
	return out->problem != NULL;
}

gboolean problems_query(struct db_conn *conn, const struct words *w, const struct query *q, struct answer *out,
                        GError **error)
{
	int stage = q->text && *q->text ? problem_stage_by_name(q->text) : -1;
	struct reading r = {.words = w};

	if (q->text && *q->text && stage < 0)
		return desk_fail(error, DESK_INVALID, "stage: \"%s\" isn't one of suspected, found, analysed, fixed, told, "
		                 "prevented, dismissed", q->text);
	r.list = out->problems = g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);
	return DB_RUN(conn, stage < 0 ? STMT_PROBLEMS_OPEN : STMT_PROBLEMS_OF_STAGE, problem_fn, &r, error,
	              DB_I(stage < 0 ? STAGE_PREVENTED : stage), DB_I(LIST_MAX));
}

/* ---- writing */
static gboolean announce(struct work *w, desk_id id, const char *change, GError **error)
{
	struct event e = {.kind = EVENT_PROBLEM, .other_id = id};

	return work_announce(w, &e, change, error);
}

gboolean problem_save(struct work *w, struct problem_kept *k, const char *change, GError **error)
{
	struct problem *p = k->problem;

	p->version++;
	p->updated_ms = w->now;
	return DB_RUN(w->conn, STMT_PROBLEM_UPDATE, NULL, NULL, error, DB_I(p->id), DB_T(p->title), DB_I(p->stage),
	              DB_T(p->category), DB_T(p->root_cause), DB_I(p->owner_id), DB_I(p->updated_ms), DB_I(p->article_id),
	              DB_I(p->training_id)) &&
	       announce(w, p->id, change, error);
}

gboolean problem_save_work(struct work *w, const struct problem_kept *k, GError **error)
{
	return DB_RUN(w->conn, STMT_PROBLEM_WORK, NULL, NULL, error, DB_I(k->problem->id), DB_I(k->work), DB_I(k->tell_from),
	              DB_I(k->tell_by));
}

static gboolean answer_problem(struct work *w, desk_id id, struct answer *out, GError **error)
{
	out->problem = problem_read(w->conn, w->words, id, error);
	return out->problem != NULL;
}

static struct problem_step *step_for(struct problem *p, enum problem_stage stage)
{
	struct problem_step *s = (struct problem_step *)problem_step_of(p->steps, stage);

	if (s)
		return s;
	s = g_new0(struct problem_step, 1);
	s->stage = stage;
	g_ptr_array_add(p->steps, s);
	return s;
}

static gboolean put_step(struct work *w, const struct problem *p, const struct problem_step *s, GError **error)
{
	return DB_RUN(w->conn, STMT_PROBLEM_STEP_PUT, NULL, NULL, error, DB_I(p->id), DB_I(s->stage), DB_I(s->owner_id),
	              DB_I(s->due_ms), DB_I(s->done_ms), DB_I(s->done_id), DB_T(s->note));
}

gboolean problem_step_done(struct work *w, struct problem *p, enum problem_stage stage, desk_id who, const char *note,
                           GError **error)
{
	struct problem_step *s = step_for(p, stage);

	if (note) {
		g_free(s->note);
		s->note = g_strdup(note);
	}
	if (!s->done_ms) {
		s->done_ms = w->now;
		s->done_id = who;
	}
	if (!s->owner_id)
		s->owner_id = who;
	p->stage = problem_stage_by(p->steps);
	return put_step(w, p, s, error);
}

/* ---- saving */
static gboolean check(const struct work *w, const struct problem *p, const char *category_now, GError **error)
{
	const struct person *owner = p->owner_id ? words_person(w->words, p->owner_id) : NULL;

	if (!text_check("problem.title", p->title, TITLE_MAX, FALSE, error))
		return FALSE;
	if (p->owner_id && (!owner || !owner->active))
		return desk_fail(error, DESK_INVALID, "problem.owner_id: there is nobody of that number");
	if (p->root_cause && *p->root_cause && !text_check("problem.root_cause", p->root_cause, CAUSE_MAX, TRUE, error))
		return FALSE;
	return category_check(w->words, p->category, category_now, error);
}

static gboolean link_all(struct work *w, const struct problem *p, const GArray *ids, gboolean on, GError **error);

static char *said(const char *text)
{
	return text && *text ? g_strdup(text) : NULL;
}

static gboolean insert(struct work *w, const struct problem *given, desk_id *id, GError **error)
{
	g_autofree char *category = said(given->category), *cause = said(given->root_cause);
	struct problem_kept k = {0};
	desk_id owner = given->owner_id ? given->owner_id : w->who->person_id;
	gboolean ok;

	if (!DB_RUN(w->conn, STMT_PROBLEM_INSERT, row_int_fn, id, error, DB_T(given->title), DB_I(STAGE_FOUND), DB_T(category),
	            DB_T(cause), DB_I(owner), DB_I(w->now), DB_I(0), DB_T(NULL)))
		return FALSE;
	ok = problem_load(w, *id, &k, error) &&
	     problem_step_done(w, k.problem, STAGE_FOUND, w->who->person_id, NULL, error) &&
	     (!given->ticket_ids || !given->ticket_ids->len || link_all(w, k.problem, given->ticket_ids, TRUE, error)) &&
	     announce(w, *id, change_name(CHANGE_PROBLEM_SAVE), error);
	problem_kept_clear(&k);
	return ok;
}

static gboolean update(struct work *w, const struct problem *given, desk_id id, GError **error)
{
	struct problem_kept k;
	struct problem *p;
	gboolean ok = problem_load(w, id, &k, error);

	if (ok && given->version > 0 && given->version != k.problem->version)
		ok = desk_fail(error, DESK_CONFLICT, "problem %" G_GINT64_FORMAT " has been changed meanwhile (version %" G_GINT64_FORMAT ")",
		               id, k.problem->version);
	ok = ok && check(w, given, k.problem->category, error);
	if (ok) {
		p = k.problem;
		g_free(p->title);
		g_free(p->category);
		g_free(p->root_cause);
		p->title = g_strdup(given->title);
		p->category = said(given->category);
		p->root_cause = said(given->root_cause);
		p->owner_id = given->owner_id;
		ok = problem_save(w, &k, change_name(CHANGE_PROBLEM_SAVE), error);
	}
	problem_kept_clear(&k);
	return ok;
}

gboolean change_problem_save(struct work *w, struct answer *out, GError **error)
{
	const struct problem *given = w->change->problem_record;
	desk_id id;

	if (!given)
		return desk_fail(error, DESK_INVALID, "problem is missing");
	id = w->change->problem_id ? w->change->problem_id : given->id;
	if (id ? !update(w, given, id, error) : !check(w, given, NULL, error) || !insert(w, given, &id, error))
		return FALSE;
	return answer_problem(w, id, out, error);
}

/* ---- tickets */
gboolean problem_take_ticket(struct work *one, const struct problem *p, gboolean *changed, GError **error)
{
	struct ticket *t = one->ticket;
	desk_id was = t->problem_id, to = p ? p->id : 0;

	*changed = was != to;
	if (was == to)
		return TRUE;
	if (was) {
		struct problem *old = problem_read(one->conn, one->words, was, error);
		gboolean ok = old && work_history(one, error, HISTORY_PROBLEM_ENDED, was, old->title);

		problem_free(old);
		if (!ok)
			return FALSE;
	}
	t->problem_id = to;
	return ticket_put_assessed(one, error) && (!p || work_history(one, error, HISTORY_PROBLEM, to, p->title));
}

struct raised {
	gboolean there;
	int priority;
	char *reason;
};

static gboolean raised_fn(const struct db_row *row, void *arg)
{
	*(struct raised *)arg = (struct raised){TRUE, (int)db_int(row, 0), db_dup(row, 1)};
	return FALSE;
}

/* Leaving takes the raised priority along. */
static gboolean leave(struct work *one, const struct problem *p, GError **error)
{
	struct raised r = {0};
	gboolean changed, ok;

	if (one->ticket->problem_id != p->id)
		return TRUE;
	ok = DB_RUN(one->conn, STMT_RAISED_OF, raised_fn, &r, error, DB_I(p->id), DB_I(one->ticket->row.id)) &&
	     problem_take_ticket(one, NULL, &changed, error) &&
	     (!r.there || problem_lower_ticket(one, p->id, r.priority, r.reason, error));
	g_free(r.reason);
	return ok;
}

static gint by_id(gconstpointer a, gconstpointer b)
{
	desk_id x = *(const desk_id *)a, y = *(const desk_id *)b;

	return (x > y) - (x < y); /* two who link at once lock in one order */
}

static gboolean link_one(struct work *w, const struct problem *p, desk_id id, gboolean on, GError **error)
{
	struct work one;
	gboolean changed, ok = work_begin(&one, w->desk, w->tx, w->who, error) && work_load(&one, id, error) &&
	                       work_follow(&one, error);

	ok = ok && (on ? problem_take_ticket(&one, p, &changed, error) : leave(&one, p, error)) &&
	     work_save(&one, change_name(CHANGE_PROBLEM_LINK), error);
	w->seq = MAX(w->seq, one.seq);
	work_end(&one);
	return ok;
}

static gboolean link_all(struct work *w, const struct problem *p, const GArray *ids, gboolean on, GError **error)
{
	g_autoptr(GArray) sorted = g_array_sized_new(FALSE, FALSE, sizeof(desk_id), ids->len);

	if (ids->len > LINKS_MAX)
		return desk_fail(error, DESK_LIMIT, "ticket_ids has more than %d", LINKS_MAX);
	g_array_append_vals(sorted, ids->data, ids->len);
	g_array_sort(sorted, by_id);
	for (guint i = 0; i < sorted->len; i++)
		if (!link_one(w, p, g_array_index(sorted, desk_id, i), on, error))
			return FALSE;
	return TRUE;
}

gboolean change_problem_link(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct problem_kept k;
	gboolean ok;

	if (!c->ticket_ids || !c->ticket_ids->len)
		return desk_fail(error, DESK_INVALID, "ticket_ids is empty");
	ok = problem_load(w, c->problem_id, &k, error);
	if (ok && c->on && !problem_is_open(k.problem->stage))
		ok = desk_fail(error, DESK_INVALID, "problem %" G_GINT64_FORMAT " is %s: it takes no tickets any more", c->problem_id,
		               problem_stage_name(k.problem->stage));
	ok = ok && link_all(w, k.problem, c->ticket_ids, c->on, error) &&
	     problem_save(w, &k, change_name(c->kind), error) && answer_problem(w, c->problem_id, out, error);
	problem_kept_clear(&k);
	return ok;
}

/* ---- steps */
static gboolean may_judge(const struct work *w, const struct problem *p, GError **error)
{
	if (p->stage != STAGE_SUSPECTED || !w->who->person_id || w->who->role >= ROLE_SPECIALIST)
		return TRUE;
	return desk_fail(error, DESK_FORBIDDEN, "a specialist or a supervisor says whether a suspected incident is a problem");
}

static gboolean step_possible(const struct work *w, const struct problem *p, enum problem_stage stage, GError **error)
{
	const struct change *c = w->change;
	gboolean noted = c->body && *c->body;

	if (noted && !text_check("body", c->body, NOTE_MAX, TRUE, error))
		return FALSE;
	if (!c->on)
		return TRUE;
	if (stage == STAGE_ANALYSED && (!p->root_cause || !*p->root_cause))
		return desk_fail(error, DESK_INVALID, "say the root cause first: then it is analysed");
	if (stage == STAGE_PREVENTED && !p->article_id && !p->training_id && !noted)
		return desk_fail(error, DESK_INVALID, "an article, a training note or words on what prevents it now are needed");
	return TRUE;
}

static gboolean dismiss(struct work *w, struct problem_kept *k, GError **error)
{
	const struct change *c = w->change;

	if (!problem_step_done(w, k->problem, STAGE_DISMISSED, w->who->person_id, c->body, error))
		return FALSE;
	k->problem->stage = STAGE_DISMISSED;
	k->work = PROBLEM_LOWERS; /* whoever was not told yet isn't told any more */
	return problem_save_work(w, k, error);
}

static gboolean do_step(struct work *w, struct problem_kept *k, enum problem_stage stage, GError **error)
{
	const struct change *c = w->change;
	struct problem *p = k->problem;
	struct problem_step *s = step_for(p, stage);

	if (c->person_id)
		s->owner_id = c->person_id;
	if (c->hold_until_ms)
		s->due_ms = c->hold_until_ms;
	if (c->on) {
		if (p->stage == STAGE_SUSPECTED && !p->owner_id)
			p->owner_id = w->who->person_id;
		return problem_step_done(w, p, stage, w->who->person_id, c->body, error);
	}
	if (c->body) {
		g_free(s->note);
		s->note = g_strdup(c->body);
	}
	s->done_ms = 0;
	s->done_id = 0;
	if (p->stage != STAGE_SUSPECTED)
		p->stage = problem_stage_by(p->steps);
	return put_step(w, p, s, error);
}

gboolean change_problem_step(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	int stage = c->text ? problem_stage_by_name(c->text) : -1;
	const struct person *owner = c->person_id ? words_person(w->words, c->person_id) : NULL;
	struct problem_kept k;
	gboolean ok;

	if (stage < 0 || (!problem_is_step((enum problem_stage)stage) && stage != STAGE_DISMISSED))
		return desk_fail(error, DESK_INVALID, "stage isn't one of found, analysed, fixed, told, prevented, dismissed");
	if (c->person_id && (!owner || !owner->active))
		return desk_fail(error, DESK_INVALID, "person_id: there is nobody of that number");
	ok = problem_load(w, c->problem_id, &k, error) && may_judge(w, k.problem, error) &&
	     step_possible(w, k.problem, (enum problem_stage)stage, error) &&
	     (stage == STAGE_DISMISSED && c->on ? dismiss(w, &k, error) : do_step(w, &k, (enum problem_stage)stage, error)) &&
	     problem_save(w, &k, change_name(c->kind), error) && answer_problem(w, c->problem_id, out, error);
	problem_kept_clear(&k);
	return ok;
}

/* ---- priorities that a suspected incident raised */
gboolean problem_lower_ticket(struct work *one, desk_id problem_id, int was_priority, const char *was_reason, GError **error)
{
	struct ticket *t = one->ticket;

	return DB_RUN(one->conn, STMT_RAISED_DROP, NULL, NULL, error, DB_I(problem_id), DB_I(t->row.id)) &&
	       (!priority_reason_is_incident(t->priority_reason) ||
	        ticket_set_priority(one, (enum ticket_priority)was_priority, was_reason, error));
}

/* A ticket that is part of something itself stays that; the problem of the one that goes is told in its history. */
gboolean problem_split(struct work *w, const struct work *old, GError **error)
{
	const struct ticket *from = old->ticket;
	struct ticket *t = w->ticket;
	struct raised r = {0};
	struct problem *p;
	gboolean changed, ok;

	t->impact = from->impact;
	t->need = from->need;
	t->priority_reason = g_strdup(from->priority_reason);
	if (!from->problem_id)
		return (t->impact < 0 && !t->priority_reason) || ticket_put_assessed(w, error);
	p = problem_read(w->conn, w->words, from->problem_id, error);
	ok = p && problem_take_ticket(w, p, &changed, error) &&
	     DB_RUN(w->conn, STMT_RAISED_OF, raised_fn, &r, error, DB_I(p->id), DB_I(from->row.id)) &&
	     (!r.there || DB_RUN(w->conn, STMT_RAISED_ADD, NULL, NULL, error, DB_I(p->id), DB_I(t->row.id), DB_I(r.priority),
	                         DB_T(r.reason)));
	problem_free(p);
	g_free(r.reason);
	return ok;
}

gboolean problem_merge(struct work *into, struct work *gone, GError **error)
{
	desk_id from = gone->ticket->row.id, to = into->ticket->row.id, problem_id = gone->ticket->problem_id;
	struct problem *p;
	gboolean changed, ok;

	if (!DB_RUN(into->conn, STMT_PROBLEM_TOLD_MOVE, NULL, NULL, error, DB_I(from), DB_I(to)))
		return FALSE;
	if (!problem_id)
		return TRUE;
	p = into->ticket->problem_id ? NULL : problem_read(into->conn, into->words, problem_id, error);
	ok = into->ticket->problem_id || (p && problem_take_ticket(into, p, &changed, error));
	problem_free(p);
	gone->ticket->problem_id = 0;
	return ok && ticket_put_assessed(gone, error) &&
	       DB_RUN(into->conn, STMT_RAISED_FORGET, NULL, NULL, error, DB_I(from));
}
