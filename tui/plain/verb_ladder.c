/* Escalation without a screen: up the ladder, and what is done to its rungs. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "rules/escalation.h"
#include "rules/step_options.h"
#include "tui/commands.h"

static int too_little(struct call *c)
{
	return call_usage(c, _("something is missing; usage: ttydesk %s %s"), c->verb->name, c->verb->args);
}

/* ---- texts and times */

/* --note TEXT, or - for standard input; read once for all tickets. NULL without error: none. */
static char *note_of(struct call *c, GError **error)
{
	const char *note = call_option(c, PLAIN_OPTION_NOTE);

	if (!note || strcmp(note, "-") != 0)
		return g_strdup(note);
	if (!c->option[PLAIN_OPTION_MESSAGE]) {
		c->option[PLAIN_OPTION_MESSAGE] = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(c->option[PLAIN_OPTION_MESSAGE], g_strdup("-"));
	}
	char *text = call_text(c, error);
	if (text)
		g_ptr_array_add(c->option[PLAIN_OPTION_NOTE], g_strdup(text));
	return text;
}

static gboolean take_note(struct call *c, struct change *change, GError **error)
{
	g_autoptr(GError) wrong = NULL;

	change->body = note_of(c, &wrong);
	if (!wrong)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&wrong));
	return FALSE;
}

static gboolean take_promise(struct call *c, struct change *change, GError **error)
{
	const char *at = call_option(c, PLAIN_OPTION_PROMISE);

	return !at || command_until(at, desk_now_ms(c->desk), &change->promise_ms, error);
}

/* ---- escalate: GROUP REASON as after a colon, or --to and --reason */

static gboolean add_part(struct call *c, const char *said, struct change *change, GError **error)
{
	g_autofree char *name = NULL, *task = NULL, *due = NULL;
	const struct group *g;
	struct escalation_part *p;

	if (!step_part(said, &name, &task, &due))
		return desk_fail(error, DESK_INVALID, _("--part %s: say GROUP:TASK, or GROUP:TASK @ TIME"), said);
	g = desk_group(c->desk, name, error);
	if (!g)
		return FALSE;
	p = g_new0(struct escalation_part, 1);
	p->group_id = g->id;
	p->task = g_steal_pointer(&task);
	if (!change->parts)
		change->parts = g_ptr_array_new_with_free_func((GDestroyNotify)escalation_part_free);
	g_ptr_array_add(change->parts, p);
	return !due || command_until(due, desk_now_ms(c->desk), &p->due_ms, error);
}

static gboolean fill_escalate(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *to = call_option(c, PLAIN_OPTION_TO), *reason = call_option(c, PLAIN_OPTION_REASON);
	const struct group *g = desk_group(c->desk, to ? to : call_word(c, 0), error);
	const GPtrArray *parts = c->option[PLAIN_OPTION_PART];

	(void)ticket;
	if (!g)
		return FALSE;
	change->group_id = g->id;
	change->reason = reason ? g_strdup(reason) : call_rest(c, to ? 0 : 1);
	change->reply = g_strdup(call_option(c, PLAIN_OPTION_REPLY));
	change->on = c->option[PLAIN_OPTION_SEND_TEXT] != NULL;
	for (guint i = 0; parts && i < parts->len; i++)
		if (!add_part(c, parts->pdata[i], change, error))
			return FALSE;
	if (!change->reason)
		return desk_fail(error, DESK_INVALID, _("why is it escalated? --reason says it"));
	return take_promise(c, change, error) && take_note(c, change, error);
}

int verb_escalate(struct call *c)
{
	const char *to = call_option(c, PLAIN_OPTION_TO) ? call_option(c, PLAIN_OPTION_TO) : call_word(c, 0);
	g_autofree char *done = to ? g_strdup_printf(_("handed to %s"), to) : NULL;

	return to ? call_write_each(c, CHANGE_ESCALATE, fill_escalate, done) : too_little(c);
}

/* ---- the rung meant: the newest that I may do this to */

static struct escalation *rung_of(struct call *c, const struct ticket *t, enum escalation_act act, GError **error)
{
	const struct session *s = desk_session(c->desk, error);
	struct escalation_who who;
	struct escalation *r;

	if (!s)
		return NULL;
	who = (struct escalation_who){s->me->id, s->me->groups, s->me->role >= ROLE_SUPERVISOR};
	r = escalation_for(t->ladder, act, &who);
	if (!r)
		desk_fail(error, DESK_NOTFOUND, _("nothing on the ladder of #%" G_GINT64_FORMAT " is yours to do that with"), t->row.id);
	return r;
}

static gboolean fill_rung(struct call *c, desk_id ticket, enum escalation_act act, struct change *change, GError **error)
{
	struct ticket *t = desk_ticket(c->desk, ticket, error);
	const struct escalation *r = t ? rung_of(c, t, act, error) : NULL;

	change->item_id = r ? r->id : 0;
	ticket_free(t);
	return change->item_id != 0;
}

static gboolean fill_acknowledge(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	return fill_rung(c, ticket, ESCALATION_ACKNOWLEDGE, change, error);
}

int verb_acknowledge(struct call *c)
{
	return call_write_each(c, CHANGE_ACKNOWLEDGE, fill_acknowledge, _("acknowledged"));
}

static gboolean fill_estimate(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *until = call_option(c, PLAIN_OPTION_UNTIL), *reply = call_option(c, PLAIN_OPTION_REPLY);
	const char *reason = call_option(c, PLAIN_OPTION_REASON);

	if (!command_until(until ? until : call_word(c, 0), desk_now_ms(c->desk), &change->promise_ms, error) ||
	    !fill_rung(c, ticket, ESCALATION_ESTIMATE, change, error))
		return FALSE;
	change->reason = reason ? g_strdup(reason) : call_rest(c, until ? 0 : 1);
	if (!change->reason)
		return desk_fail(error, DESK_INVALID, _("why does it take longer? --reason says it"));
	change->reply = g_strdup(reply);
	change->on = !reply; /* the customer hears of it in any case */
	return TRUE;
}

int verb_estimate(struct call *c)
{
	if (!call_option(c, PLAIN_OPTION_UNTIL) && !c->words->len)
		return too_little(c);
	return call_write_each(c, CHANGE_ESTIMATE, fill_estimate, _("told: it takes longer"));
}

static gboolean fill_answer(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	change->body = call_text(c, error);
	return change->body && fill_rung(c, ticket, ESCALATION_ANSWER_IT, change, error);
}

int verb_answer(struct call *c)
{
	g_autofree char *text = call_rest(c, 0); /* answer 1042 it works again */

	if (text && !c->option[PLAIN_OPTION_MESSAGE] && strcmp(text, "-") != 0) {
		c->option[PLAIN_OPTION_MESSAGE] = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(c->option[PLAIN_OPTION_MESSAGE], g_steal_pointer(&text));
	}
	return call_write_each(c, CHANGE_ESCALATION_ANSWER, fill_answer, _("answered"));
}

static gboolean fill_return(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *reason = call_option(c, PLAIN_OPTION_REASON);

	change->reason = reason ? g_strdup(reason) : call_rest(c, 0);
	if (!change->reason)
		return desk_fail(error, DESK_INVALID, _("why is it returned? --reason says it"));
	return take_note(c, change, error) && fill_rung(c, ticket, ESCALATION_GIVE_BACK, change, error);
}

int verb_return(struct call *c)
{
	return call_write_each(c, CHANGE_RETURN, fill_return, _("given back"));
}

/* ---- beside the ladder */

static gboolean fill_consult(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	g_autoptr(GError) no_group = NULL;
	const struct group *g = desk_group(c->desk, call_word(c, 0), &no_group);
	const struct person *p = g ? NULL : desk_person(c->desk, call_word(c, 0), error);

	(void)ticket;
	if (!g && !p)
		return FALSE;
	change->group_id = g ? g->id : 0;
	change->person_id = p ? p->id : 0;
	change->body = call_text(c, error);
	return change->body != NULL;
}

int verb_consult(struct call *c)
{
	g_autofree char *text = call_rest(c, 1); /* consult 1042 tech is the service down? */

	if (!c->words->len)
		return too_little(c);
	if (text && !c->option[PLAIN_OPTION_MESSAGE] && strcmp(text, "-") != 0) {
		c->option[PLAIN_OPTION_MESSAGE] = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(c->option[PLAIN_OPTION_MESSAGE], g_steal_pointer(&text));
	}
	return call_write_each(c, CHANGE_CONSULT, fill_consult, _("asked"));
}

static gboolean fill_transfer(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const struct person *p = desk_person(c->desk, call_word(c, 0), error);

	(void)ticket;
	change->person_id = p ? p->id : 0;
	return p && take_note(c, change, error);
}

int verb_transfer(struct call *c)
{
	g_autofree char *done = c->words->len ? g_strdup_printf(_("offered to %s; yours until it is taken"), call_word(c, 0)) : NULL;

	return done ? call_write_each(c, CHANGE_TRANSFER, fill_transfer, done) : too_little(c);
}

static gboolean fill_cant_solve(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *reason = call_option(c, PLAIN_OPTION_REASON);

	(void)ticket;
	(void)error;
	change->reason = reason ? g_strdup(reason) : call_rest(c, 0);
	return TRUE;
}

int verb_cant_solve(struct call *c)
{
	return call_write_each(c, CHANGE_CANT_SOLVE, fill_cant_solve, _("said: it can't be solved here"));
}

int verb_ladder(struct call *c)
{
	static const struct listing l = {
		&shape_escalation, "ladder", "id,parent_id,kind,state,at_ms,by_name,reason,task,taken_name,estimate_ms,answer", "id"};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	struct ticket *t = desk_ticket(c->desk, g_array_index(c->tickets, desk_id, 0), &error);
	int code;

	if (!t)
		return call_fail(c, error);
	code = call_list(c, &l, t->ladder ? t->ladder : none);
	ticket_free(t);
	return code;
}
