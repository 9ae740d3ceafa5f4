/* Following up an after-sales case: asking, the customer's answers, and doing without. */
#include "server/desk/follow_up.h"

#include "rules/status.h"

/* The round that may be asked about or answered: the open one, or the one that begins now. */
static gboolean open_round(struct work *w, struct follow_up_round *r, GError **error)
{
	enum ticket_status s = w->ticket->row.status;

	if (!follow_up_load(w->conn, w->words, w->ticket->row.id, r, error))
		return FALSE;
	if (follow_up_is_open(r->f))
		return TRUE;
	if (follow_up_is_closed(r->f) && r->resolved_ms)
		return work_conflict(w, error, r->f->state == FOLLOW_UP_ANSWERED ?
		                     "#%" G_GINT64_FORMAT " has been followed up: its answers are here" :
		                     r->f->state == FOLLOW_UP_SKIPPED ? N_("#%" G_GINT64_FORMAT ": the follow-up was skipped") :
		                     N_("#%" G_GINT64_FORMAT " was asked twice in vain"), w->ticket->row.id);
	if (s != STATUS_RESOLVED && s != STATUS_FOLLOW_UP_DUE)
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: a follow-up comes after the solution", w->ticket->row.id,
		                     status_name(s));
	return follow_up_begin(w, r, s == STATUS_FOLLOW_UP_DUE, error);
}

gboolean change_follow_up_ask(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	g_auto(follow_up_round_auto) r = {0};
	enum ticket_status s = w->ticket->row.status;

	if (s != STATUS_RESOLVED && s != STATUS_FOLLOW_UP_DUE)
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: a follow-up comes after the solution", w->ticket->row.id,
		                     status_name(s));
	if (!open_round(w, &r, error))
		return FALSE;
	return (!c->body || !*c->body || change_reply(w, out, error)) && follow_up_asked(w, &r, w->message_id, error);
}

/* ---- the answers */
static gboolean tell_history(struct work *w, const struct follow_up *f, GError **error)
{
	return work_history(w, error, f->solved ? HISTORY_FOLLOW_UP_SOLVED : HISTORY_FOLLOW_UP_NOT_SOLVED) &&
	       (!f->speed || work_history(w, error, HISTORY_FOLLOW_UP_SPEED, f->speed)) &&
	       (!f->improve || work_history(w, error, HISTORY_FOLLOW_UP_IMPROVE, f->improve));
}

/* The stars count for the customer, unless he has given some for this case already. */
static gboolean rate(struct work *w, const struct follow_up *f, GError **error)
{
	desk_id customer_id = w->ticket->row.customer_id;
	struct event e = {.kind = EVENT_CUSTOMER, .customer_id = customer_id};
	int64_t had = 0;

	if (!f->speed)
		return TRUE;
	if (!DB_RUN(w->conn, STMT_RATING_OF, row_int_fn, &had, error, DB_I(w->ticket->row.id)))
		return FALSE;
	return had || (DB_RUN(w->conn, STMT_RATING_INSERT, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(customer_id),
	                      DB_I(f->speed), DB_T(f->improve), DB_I(w->now)) &&
	               DB_RUN(w->conn, STMT_CUSTOMER_RATED, NULL, NULL, error, DB_I(customer_id), DB_I(f->speed), DB_I(1)) &&
	               work_announce(w, &e, "customer-rates", error));
}

/* Whoever has the case, else whose solution it was. */
static gboolean tell_owner(struct work *w, const struct follow_up *f, GError **error)
{
	desk_id to = w->ticket->row.assignee_id ? w->ticket->row.assignee_id : f->solver_id;

	return notice_of_work(w, NOTICE_FOLLOW_UP, to, 0, f->improve ? f->improve : w->ticket->row.subject, error);
}

/* Not solved: the case goes on, its clocks with what was left. */
static gboolean go_on(struct work *w, const struct follow_up *f, gboolean by_customer, GError **error)
{
	if (by_customer)
		w->ticket->row.waiting = TRUE;
	if (!status_is_active(w->ticket->row.status) &&
	    (!work_status(w, STATUS_OPEN, error) || !work_history(w, error, HISTORY_STATUS, status_name(STATUS_OPEN))))
		return FALSE;
	return tell_owner(w, f, error);
}

static gboolean close_loop(struct work *w, const struct follow_up *f, gboolean by_customer, GError **error)
{
	if (by_customer && follow_up_wants_answer(f)) /* archived when somebody has answered that */
		return (w->ticket->row.status != STATUS_RESOLVED || work_status(w, STATUS_FOLLOW_UP_DUE, error)) &&
		       tell_owner(w, f, error);
	return work_status(w, STATUS_ARCHIVED, error) && work_history(w, error, HISTORY_STATUS, status_name(STATUS_ARCHIVED));
}

static gboolean take_answers(struct work *w, struct follow_up_round *r, const struct follow_up *said, gboolean by_customer,
                             GError **error)
{
	struct follow_up *f = r->f;

	if (!f->asked && !by_customer) { /* asked and answered in one call */
		f->asked = 1;
		f->asked_ms = w->now;
		f->asked_id = w->who->person_id;
	}
	f->state = FOLLOW_UP_ANSWERED;
	f->solved = said->solved;
	f->speed = said->speed;
	g_free(f->improve);
	f->improve = said->improve && *said->improve ? g_strdup(said->improve) : NULL;
	f->answered_ms = w->now;
	f->answered_id = w->who->person_id;
	r->next_ms = 0;
	if (!tell_history(w, f, error) || !rate(w, f, error) || !problem_answered(w, f->solved > 0, error) ||
	    (by_customer && (!f->solved || follow_up_wants_answer(f)) && !work_fact(w, FACT_FEEDBACK, 0, 0, error)))
		return FALSE;
	return (f->solved ? close_loop(w, f, by_customer, error) : go_on(w, f, by_customer, error)) &&
	       follow_up_put(w, r, error);
}

/* Who is reached after all may still answer what was given up. */
static gboolean may_answer(struct work *w, struct follow_up_round *r, GError **error)
{
	enum ticket_status s = w->ticket->row.status;

	if (s == STATUS_MERGED || s == STATUS_SPAM)
		return desk_fail(error, DESK_INVALID, "#%" G_GINT64_FORMAT " is %s: nothing is followed up there", w->ticket->row.id,
		                 status_name(s));
	if (!follow_up_load(w->conn, w->words, w->ticket->row.id, r, error))
		return FALSE;
	if (r->f && r->f->state == FOLLOW_UP_UNANSWERED && s == STATUS_ARCHIVED)
		return TRUE;
	follow_up_round_clear(r);
	return open_round(w, r, error);
}

gboolean change_follow_up(struct work *w, struct answer *out, GError **error)
{
	const struct follow_up *said = w->change->follow_up;
	g_auto(follow_up_round_auto) r = {0};

	(void)out;
	if (!said)
		return desk_fail(error, DESK_INVALID, "solved: say whether the problem is solved");
	return follow_up_check(said, error) && may_answer(w, &r, error) && take_answers(w, &r, said, FALSE, error);
}

gboolean change_follow_up_skip(struct work *w, struct answer *out, GError **error)
{
	const char *reason = w->change->reason;
	g_auto(follow_up_round_auto) r = {0};

	(void)out;
	if (!actor_leads(w->who))
		return desk_fail(error, DESK_FORBIDDEN, "only a supervisor can skip a follow-up");
	if (!text_check("reason", reason, 2000, TRUE, error) || !open_round(w, &r, error))
		return FALSE;
	r.f->state = FOLLOW_UP_SKIPPED;
	r.f->skipped_ms = w->now;
	r.f->skipped_id = w->who->person_id;
	g_free(r.f->skip_reason);
	r.f->skip_reason = g_strdup(reason);
	r.next_ms = 0;
	return work_status(w, STATUS_ARCHIVED, error) &&
	       work_history(w, error, HISTORY_FOLLOW_UP_SKIPPED, w->who->display ? w->who->display : "the desk", reason) &&
	       follow_up_put(w, &r, error);
}

/* ---- from the customer's side */
gboolean desk_public_follow_up(struct desk *d, struct db_tx *tx, desk_id id, const char *secret,
                               const struct follow_up *answers, struct public_ticket *out, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct public_ticket before;
	g_auto(follow_up_round_auto) r = {0};
	struct work w;
	gboolean ok;

	*out = (struct public_ticket){0};
	if (!desk_public_ticket(d, db_conn_of(tx), id, secret, &before, error))
		return FALSE;
	public_ticket_clear(&before);
	if (!follow_up_check(answers, error) || !work_begin(&w, d, tx, &nobody, error))
		return FALSE;
	ok = work_load(&w, id, error) && work_follow(&w, error) && may_answer(&w, &r, error) &&
	     take_answers(&w, &r, answers, TRUE, error) && work_save(&w, "customer-follow-up", error);
	work_end(&w);
	return ok && desk_public_ticket(d, db_conn_of(tx), id, secret, out, error);
}
