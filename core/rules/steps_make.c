/* How a step becomes a change of the ticket: of rules, of macros in the workstation and on the command line. */
#include "rules/steps.h"

#include <string.h>
#include "base/say.h"
#include "rules/custom_field.h"
#include "rules/escalation.h"
#include "rules/step_options.h"
#include "rules/steps_inner.h"

static const struct desk_field *field_named(const struct macro_names *n, const char *name)
{
	for (guint i = 0; n->fields && i < n->fields->len; i++)
		if (g_strcmp0(((const struct desk_field *)n->fields->pdata[i])->name, name) == 0)
			return n->fields->pdata[i];
	return NULL;
}

static const struct tag *tag_named(const GPtrArray *tags, const char *name)
{
	for (guint i = 0; tags && i < tags->len; i++)
		if (g_strcmp0(((const struct tag *)tags->pdata[i])->name, name) == 0)
			return tags->pdata[i];
	return NULL;
}

/* ---- changes */
struct making {
	const struct step_world *w;
	const char *arg;
	struct change *c;
};
typedef gboolean make_fn(struct making *m, GError **error);

static gboolean make_nothing(struct making *m, GError **error)
{
	(void)m;
	(void)error;
	return TRUE;
}

static gboolean make_time(struct making *m, const char *text, int64_t *to, GError **error)
{
	return (text && step_time(text, m->w->now_ms, m->w->zone, to)) ||
	       desk_fail(error, DESK_INVALID, "\"%s\" is no time", text ? text : "");
}

static gboolean make_status(struct making *m, GError **error)
{
	g_autofree char *rest = NULL, *name = step_split(m->arg, &rest);
	int status = status_by_name(name);

	if (status < 0)
		return desk_fail(error, DESK_INVALID, "%s is no status", name);
	m->c->status = (enum ticket_status)status;
	return status != STATUS_ON_HOLD || make_time(m, rest, &m->c->hold_until_ms, error);
}

static gboolean make_resolved(struct making *m, GError **error)
{
	(void)error;
	m->c->status = STATUS_RESOLVED;
	return TRUE;
}

static gboolean make_spam(struct making *m, GError **error)
{
	(void)error;
	m->c->status = STATUS_SPAM;
	return TRUE;
}

static gboolean make_priority(struct making *m, GError **error)
{
	int priority = priority_by_name(m->arg);

	if (priority < 0)
		return desk_fail(error, DESK_INVALID, "%s is no priority", m->arg);
	m->c->priority = (enum ticket_priority)priority;
	return TRUE;
}

static gboolean make_assign(struct making *m, GError **error)
{
	const struct person *p = m->w->me && strcmp(m->arg, "me") == 0 ? m->w->me : step_person(&m->w->desk, m->arg);
	const struct group *g = p ? NULL : step_group(&m->w->desk, m->arg);

	if (!p && !g && strcmp(m->arg, "nobody") != 0)
		return desk_fail(error, DESK_INVALID, "no person or group is called %s", m->arg);
	m->c->person_id = p ? p->id : 0;
	m->c->group_id = g ? g->id : 0;
	return TRUE;
}

/* Of whom a step asks for help: the person, else the group. */
static gboolean make_whom(struct making *m, const char *name, gboolean groups, GError **error)
{
	const struct person *p = step_person(&m->w->desk, name);
	const struct group *g = p || !groups ? NULL : step_group(&m->w->desk, name);

	m->c->person_id = p ? p->id : 0;
	m->c->group_id = g ? g->id : 0;
	return p || g || desk_fail(error, DESK_INVALID, groups ? N_("no person or group is called %s") : "no person is called %s", name);
}

static gboolean make_part(struct making *m, const char *line, GError **error)
{
	g_autofree char *name = NULL, *task = NULL, *due = NULL;
	struct escalation_part *p;
	const struct group *g;

	if (!step_part(line, &name, &task, &due))
		return desk_fail(error, DESK_INVALID, "write GROUP: TASK @ TIME, a line each; %s is no such line", line);
	g = step_group(&m->w->desk, name);
	if (!g)
		return desk_fail(error, DESK_INVALID, "no group is called %s", name);
	p = g_new0(struct escalation_part, 1);
	p->group_id = g->id;
	p->task = g_steal_pointer(&task);
	if (!m->c->parts)
		m->c->parts = g_ptr_array_new_with_free_func((GDestroyNotify)escalation_part_free);
	g_ptr_array_add(m->c->parts, p);
	return !due || make_time(m, due, &p->due_ms, error);
}

static char *filled(const struct making *m, const char *text)
{
	return text && *text ? step_text(text, m->w) : NULL;
}

/* Words of the line, then what its options say. */
static gboolean make_hand_over(struct making *m, const struct step_options *o, const char *reason, GError **error)
{
	m->c->reason = filled(m, o->reason ? o->reason : reason);
	m->c->body = filled(m, o->note);
	m->c->reply = filled(m, o->reply);
	m->c->on = o->tells;
	for (guint i = 0; i < o->parts->len; i++)
		if (!make_part(m, o->parts->pdata[i], error))
			return FALSE;
	return !o->promise || make_time(m, o->promise, &m->c->promise_ms, error);
}

static gboolean make_escalate(struct making *m, GError **error)
{
	struct step_options o;
	g_autofree char *name = NULL, *reason = NULL;
	const struct group *g;
	gboolean ok;

	step_options_read(m->arg, &o);
	name = step_split(o.words, &reason);
	g = step_group(&m->w->desk, name);
	m->c->group_id = g ? g->id : 0;
	ok = (g || desk_fail(error, DESK_INVALID, "no group is called %s", name)) && make_hand_over(m, &o, reason, error);
	step_options_clear(&o);
	return ok;
}

/* ---- on a rung: the newest that the person may do it to; of a rule's, the desk looks for it */
static gboolean make_rung(struct making *m, enum escalation_act act, GError **error)
{
	const struct person *me = m->w->me;
	const struct escalation_who who = {me ? me->id : 0, me ? me->groups : NULL, me && me->role >= ROLE_SUPERVISOR};
	const struct escalation *r = me ? escalation_for(m->w->ladder, act, &who) : NULL;

	m->c->item_id = r ? r->id : 0;
	return !me || m->c->item_id || desk_fail(error, DESK_NOTFOUND, "nothing on the ladder of #%" G_GINT64_FORMAT
	                                         " is yours to do that with", m->w->row->id);
}

static gboolean make_acknowledge(struct making *m, GError **error)
{
	return make_rung(m, ESCALATION_ACKNOWLEDGE, error);
}

/* The customer has to hear of it, too: in the desk's words when the step has none. */
static gboolean make_estimate(struct making *m, GError **error)
{
	struct step_options o;
	g_autofree char *time = NULL, *reason = NULL;
	gboolean ok;

	step_options_read(m->arg, &o);
	time = step_split(o.words, &reason);
	m->c->reason = filled(m, o.reason ? o.reason : reason);
	m->c->reply = filled(m, o.reply);
	m->c->on = !m->c->reply;
	ok = make_time(m, time, &m->c->promise_ms, error) && make_rung(m, ESCALATION_ESTIMATE, error);
	step_options_clear(&o);
	return ok;
}

static gboolean make_answer(struct making *m, GError **error)
{
	m->c->body = step_text(m->arg, m->w);
	return make_rung(m, ESCALATION_ANSWER_IT, error);
}

static gboolean make_return(struct making *m, GError **error)
{
	struct step_options o;

	step_options_read(m->arg, &o);
	m->c->reason = filled(m, o.reason ? o.reason : o.words);
	m->c->body = filled(m, o.note);
	step_options_clear(&o);
	return make_rung(m, ESCALATION_GIVE_BACK, error);
}

static gboolean make_consult(struct making *m, GError **error)
{
	g_autofree char *question = NULL, *name = step_split(m->arg, &question);

	m->c->body = filled(m, question);
	return make_whom(m, name, TRUE, error);
}

static gboolean make_transfer(struct making *m, GError **error)
{
	g_autofree char *note = NULL, *name = step_split(m->arg, &note);

	m->c->body = filled(m, note);
	return make_whom(m, name, FALSE, error);
}

static gboolean make_reason(struct making *m, GError **error)
{
	(void)error;
	m->c->reason = step_text(m->arg, m->w);
	return TRUE;
}

static gboolean make_tag(struct making *m, GError **error)
{
	gboolean off = *m->arg == '-';
	const struct tag *tag = tag_named(m->w->tags, m->arg + off);

	m->c->text = g_strdup(m->arg + off);
	m->c->on = !off;
	if (!tag || !tag->on_customer)
		return TRUE;
	if (!m->w->row->customer_id)
		return desk_fail(error, DESK_BUSY, "the ticket is still being fetched");
	m->c->kind = CHANGE_CUSTOMER_TAG;
	m->c->customer_id = m->w->row->customer_id;
	m->c->reason = m->w->me ? g_strdup_printf(_("set by hand at #%" G_GINT64_FORMAT), m->w->row->id) :
	                          g_strdup_printf("set by the rule %s at #%" G_GINT64_FORMAT, m->w->rule, m->w->row->id);
	return TRUE;
}

static gboolean make_text(struct making *m, GError **error)
{
	(void)error;
	m->c->text = step_text(m->arg, m->w);
	return TRUE;
}

static gboolean make_word(struct making *m, GError **error)
{
	(void)error;
	m->c->text = g_strdup(m->arg);
	return TRUE;
}

static gboolean make_body(struct making *m, GError **error)
{
	(void)error;
	m->c->body = step_text(m->arg, m->w);
	return TRUE;
}

static gboolean make_checklist(struct making *m, GError **error)
{
	(void)error;
	m->c->name = g_strdup(m->arg);
	return TRUE;
}

static gboolean make_field(struct making *m, GError **error)
{
	g_autofree char *value = NULL, *name = step_split(m->arg, &value);
	const struct desk_field *f = field_named(&m->w->desk, name);

	if (!f || !value)
		return desk_fail(error, DESK_INVALID, "there is no field %s", name);
	m->c->text = g_strdup(name);
	m->c->on = TRUE;
	m->c->body = custom_field_value(f, value, NULL, error);
	return m->c->body != NULL;
}

static gboolean make_whisper(struct making *m, GError **error)
{
	g_autofree char *text = NULL, *name = step_split(m->arg, &text);
	const struct person *p = step_person(&m->w->desk, name);

	if (!p || !text)
		return desk_fail(error, DESK_INVALID, "no person is called %s", name);
	m->c->person_id = p->id;
	m->c->body = step_text(text, m->w);
	return TRUE;
}

static gboolean make_promise(struct making *m, GError **error)
{
	return make_time(m, m->arg, &m->c->promise_ms, error);
}

static gboolean make_snooze(struct making *m, GError **error)
{
	m->c->on = TRUE;
	return strcmp(m->arg, "reply") == 0 || make_time(m, m->arg, &m->c->hold_until_ms, error);
}

static gboolean make_assess(struct making *m, GError **error)
{
	g_autofree char *need = NULL, *impact = step_split(m->arg, &need);

	m->c->impact = impact_by_name(impact);
	m->c->need = need ? need_by_name(need) : -1;
	return (m->c->impact >= 0 && m->c->need >= 0) || desk_fail(error, DESK_INVALID, "%s is no impact and need", m->arg);
}

static gboolean make_problem(struct making *m, GError **error)
{
	desk_id id = m->w->row->id;

	(void)error;
	m->c->problem_id = g_ascii_strtoll(m->arg, NULL, 10);
	m->c->on = TRUE;
	m->c->ticket_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(m->c->ticket_ids, id);
	return TRUE;
}

/* "yes 4 pack it better" */
static gboolean make_follow_up(struct making *m, GError **error)
{
	g_autofree char *rest = NULL, *solved = step_split(m->arg, &rest), *improve = NULL, *speed = NULL;
	gint64 stars = 0;

	speed = step_split(rest ? rest : "", &improve);
	if ((strcmp(solved, "yes") != 0 && strcmp(solved, "no") != 0) ||
	    (*speed && !g_ascii_string_to_signed(speed, 10, 0, 5, &stars, NULL)))
		return desk_fail(error, DESK_INVALID, "follow-up takes yes or no, then 1 to 5, then a text");
	m->c->follow_up = g_new0(struct follow_up, 1);
	m->c->follow_up->solved = strcmp(solved, "yes") == 0;
	m->c->follow_up->speed = (int)stars;
	m->c->follow_up->improve = g_steal_pointer(&improve);
	return TRUE;
}

static const struct making_rule {
	const char *action;
	enum change_kind change;
	make_fn *make;
} makes[] = {
	{"claim", CHANGE_CLAIM, make_nothing},
	{"release", CHANGE_RELEASE, make_nothing},
	{"status", CHANGE_STATUS, make_status},
	{"solve", CHANGE_STATUS, make_resolved},
	{"spam", CHANGE_STATUS, make_spam},
	{"priority", CHANGE_PRIORITY, make_priority},
	{"assess", CHANGE_ASSESS, make_assess},
	{"assign", CHANGE_ASSIGN, make_assign},
	{"escalate", CHANGE_ESCALATE, make_escalate},
	{"acknowledge", CHANGE_ACKNOWLEDGE, make_acknowledge},
	{"estimate", CHANGE_ESTIMATE, make_estimate},
	{"answer-escalation", CHANGE_ESCALATION_ANSWER, make_answer},
	{"return", CHANGE_RETURN, make_return},
	{"consult", CHANGE_CONSULT, make_consult},
	{"transfer", CHANGE_TRANSFER, make_transfer},
	{"cant-solve", CHANGE_CANT_SOLVE, make_reason},
	{"tag", CHANGE_TAG, make_tag},
	{"subject", CHANGE_SUBJECT, make_text},
	{"category", CHANGE_CATEGORY, make_word},
	{"field", CHANGE_FIELD, make_field},
	{"checklist", CHANGE_CHECK_ADD, make_checklist},
	{"note", CHANGE_NOTE, make_body},
	{"reply", CHANGE_REPLY, make_body},
	{"promise", CHANGE_PROMISE, make_promise},
	{"whisper", CHANGE_WHISPER, make_whisper},
	{"snooze", CHANGE_SNOOZE, make_snooze},
	{"unsnooze", CHANGE_SNOOZE, make_nothing},
	{"link-problem", CHANGE_PROBLEM_LINK, make_problem},
	{"follow-up-ask", CHANGE_FOLLOW_UP_ASK, make_nothing},
	{"follow-up", CHANGE_FOLLOW_UP, make_follow_up},
};

gboolean step_change(const char *action, const char *arg, const struct step_world *w, struct change *out, GError **error)
{
	const struct making_rule *rule = NULL;
	struct making m = {w, arg, out};

	for (size_t i = 0; i < G_N_ELEMENTS(makes); i++)
		if (strcmp(makes[i].action, action) == 0)
			rule = &makes[i];
	change_init(out, rule ? rule->change : CHANGE_NOTE);
	out->ticket_id = w->row->id;
	out->if_version = -1;
	return rule ? rule->make(&m, error) : desk_fail(error, DESK_INVALID, "%s changes nothing", action);
}
