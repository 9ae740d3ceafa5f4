/* What is done on a ladder: acknowledge, estimate, answer, return, consult, transfer, and saying that it
 * can't be solved here. Each has a form, or is done at once when all of it was typed. */
#include "tui/forms.h"

#include <string.h>
#include "tui/rungs.h"
#include "tui/templates.h"

/* ---------------------------------------------------------------- which rung */

static const struct {
	enum action action;
	enum escalation_act act;
	const char *none; /* said when there is nothing to do it to */
} acts[] = {
	{ACTION_ACKNOWLEDGE, ESCALATION_ACKNOWLEDGE, N_("nothing waits for you to acknowledge it.")},
	{ACTION_ESTIMATE, ESCALATION_ESTIMATE, N_("it was not escalated to you.")},
	{ACTION_ANSWER_ESCALATION, ESCALATION_ANSWER_IT, N_("nobody waits for your answer.")},
	{ACTION_RETURN, ESCALATION_GIVE_BACK, N_("there is nothing to return.")},
};

/* The marked rung of the ladder on show, else the newest that the person may do it to. 0: none, which was said. */
static desk_id rung_for(struct app *app, enum action action, desk_id ticket_id)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	struct escalation_who who = rungs_who(app->store);
	const struct escalation *marked, *r;

	if (!t) {
		app_say(app, TRUE, "#%" G_GINT64_FORMAT " is still being fetched.", ticket_id);
		return 0;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		if (acts[i].action != action)
			continue;
		marked = app->ladder_on ? escalation_of(t->ladder, view_ladder_selected(app->pane[PANE_LADDER])) : NULL;
		r = marked && escalation_may(marked, acts[i].act, &who) ? marked : escalation_for(t->ladder, acts[i].act, &who);
		if (action == ACTION_RETURN && marked && escalation_may(marked, ESCALATION_WITHDRAW, &who))
			r = marked; /* what was asked for can be taken back */
		if (r && r->id)
			return r->id;
		app_say(app, TRUE, "#%" G_GINT64_FORMAT ": %s", ticket_id, say(acts[i].none));
	}
	return 0;
}

static void write_on(struct app *app, enum change_kind kind, desk_id ticket_id, desk_id rung_id, const char *reason,
                     const char *body, const char *done)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = ticket_id;
	c.item_id = rung_id;
	c.reason = g_strdup(reason);
	c.body = g_strdup(body);
	command_write(app, &c, done);
}

/* ---------------------------------------------------------------- estimate */

enum { UNTIL, WHY, TELL, REPLY };
static const struct sheet_field estimate_fields[] = {
	[UNTIL] = {"until", N_("until"), SHEET_LINE, .needed = N_("Say by when: 2h, 18:00 or 2026-11-24 09:00.")},
	[WHY] = {"why", N_("because"), SHEET_LINE, .needed = N_("Say why it takes longer.")},
	[TELL] = {"tell", N_("send text"), SHEET_SWITCH},
	[REPLY] = {"reply", N_("customer"), SHEET_TEXT},
};

static gboolean build_estimate(struct form *f, struct change *c, char **done)
{
	char when[WHEN_SIZE];

	c->kind = CHANGE_ESTIMATE;
	c->reason = g_strdup(sheet_text(form_view(f), WHY));
	*done = g_strdup_printf(_("needs longer, until %s"), draw_when(c->promise_ms, store_now_ms(f->app->store), when, sizeof when));
	return TRUE;
}

static const struct form_kind estimate = {
	.action = ACTION_ESTIMATE, .name = "estimate", .title = N_("needs longer:"), .fields = estimate_fields,
	.n = G_N_ELEMENTS(estimate_fields), .until = UNTIL, .tells = TELL, .told = REPLY, .build = build_estimate,
};

#define ESTIMATE_DEFAULT_MS (2 * MS_HOUR)

void command_estimate(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app), rung_id = rung_for(app, ACTION_ESTIMATE, ticket_id);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	const struct template *tpl;
	g_autofree char *until = NULL, *why = NULL, *usual = NULL;
	int64_t now_ms = store_now_ms(app->store);
	struct form *f;

	if (!rung_id)
		return;
	command_split(arg, &until, &why);
	tpl = command_alternative(app, ticket_id);
	f = form_open(app, &estimate, ticket_id, rung_id);
	f->tell = tpl && t ? templates_fill(tpl, app->store, t, NULL) : NULL;
	if (*until)
		sheet_type(form_view(f), UNTIL, until);
	usual = form_time(now_ms + ESTIMATE_DEFAULT_MS, now_ms);
	sheet_set_text(form_view(f), UNTIL, usual);
	if (*why)
		sheet_type(form_view(f), WHY, why);
	form_tell(f);
}

/* ---------------------------------------------------------------- answer */

static const struct sheet_field answer_fields[] = {
	{"answer", N_("answer"), SHEET_TEXT, .needed = N_("Write the answer.")},
};

static gboolean build_answer(struct form *f, struct change *c, char **done)
{
	c->kind = CHANGE_ESCALATION_ANSWER;
	c->body = g_strdup(sheet_text(form_view(f), 0));
	*done = g_strdup(_("answered"));
	return TRUE;
}

static const struct form_kind answering = {
	.action = ACTION_ANSWER_ESCALATION, .name = "answer-escalation", .title = N_("the answer to those who asked:"),
	.fields = answer_fields, .n = G_N_ELEMENTS(answer_fields), .until = -1, .tells = -1, .told = -1, .build = build_answer,
};

void command_answer_escalation(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app), rung_id = rung_for(app, ACTION_ANSWER_ESCALATION, ticket_id);

	if (!rung_id)
		return;
	if (*arg)
		write_on(app, CHANGE_ESCALATION_ANSWER, ticket_id, rung_id, NULL, arg, N_("answered"));
	else
		form_open(app, &answering, ticket_id, rung_id);
}

/* ---------------------------------------------------------------- acknowledge, return, can't solve */

void command_acknowledge(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app), rung_id = rung_for(app, ACTION_ACKNOWLEDGE, ticket_id);

	(void)arg;
	if (rung_id)
		write_on(app, CHANGE_ACKNOWLEDGE, ticket_id, rung_id, NULL, NULL, N_("acknowledged"));
}

enum { REASON, NOTE };
static const struct sheet_field return_fields[] = {
	[REASON] = {"reason", N_("reason"), SHEET_CHOICE, .own_words = TRUE, .needed = N_("Say why: a number, or words of your own.")},
	[NOTE] = {"note", N_("note"), SHEET_TEXT},
};
static const char *const return_reasons[] = {
	N_("something is missing that the customer has to say"), N_("tier 1 can do it: see the note"), N_("it belongs to another group"),
	N_("it is no fault"),
};
static const char *const cant_reasons[] = {
	N_("a fault that needs a technician"), N_("beyond what tier 1 may decide"), N_("I don't know this product"),
	N_("another department has to act"),
};

static GPtrArray *options_of(const char *const *texts, size_t n)
{
	GPtrArray *options = g_ptr_array_new();

	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(options, sheet_option_new(say(texts[i]), NULL, say(texts[i]), 0));
	return options;
}

static char *reason_of(const struct form *f)
{
	const struct sheet_option *o = sheet_chosen(form_view(f), REASON);

	return g_strdup(o ? o->word : sheet_text(form_view(f), REASON));
}

static gboolean build_return(struct form *f, struct change *c, char **done)
{
	const char *note = sheet_text(form_view(f), NOTE);

	c->kind = CHANGE_RETURN;
	c->reason = reason_of(f);
	c->body = *note ? g_strdup(note) : NULL;
	*done = g_strdup(_("returned"));
	return TRUE;
}

static const struct form_kind returning = {
	.action = ACTION_RETURN, .name = "return", .title = N_("return"), .fields = return_fields,
	.n = G_N_ELEMENTS(return_fields), .until = -1, .tells = -1, .told = -1, .build = build_return,
};

void command_return(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app), rung_id = rung_for(app, ACTION_RETURN, ticket_id);
	struct form *f;

	if (!rung_id)
		return;
	if (*arg) {
		write_on(app, CHANGE_RETURN, ticket_id, rung_id, arg, NULL, N_("returned"));
		return;
	}
	f = form_open(app, &returning, ticket_id, rung_id);
	sheet_options(form_view(f), REASON, options_of(return_reasons, G_N_ELEMENTS(return_reasons)));
}

static const struct sheet_field cant_fields[] = {
	[REASON] = {"reason", N_("reason"), SHEET_CHOICE, .own_words = TRUE, .needed = N_("Say why: a number, or words of your own.")},
};

static gboolean build_cant(struct form *f, struct change *c, char **done)
{
	c->kind = CHANGE_CANT_SOLVE;
	c->reason = reason_of(f);
	*done = g_strdup(_("can't be solved here: its clock runs"));
	return TRUE;
}

static const struct form_kind cant = {
	.action = ACTION_CANT_SOLVE, .name = "cant-solve", .title = N_("can't be solved here:"), .fields = cant_fields,
	.n = G_N_ELEMENTS(cant_fields), .until = -1, .tells = -1, .told = -1, .build = build_cant,
};

void command_cant_solve(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	struct form *f;

	if (*arg) {
		write_on(app, CHANGE_CANT_SOLVE, ticket_id, 0, arg, NULL, N_("can't be solved here: its clock runs"));
		return;
	}
	f = form_open(app, &cant, ticket_id, 0);
	sheet_options(form_view(f), REASON, options_of(cant_reasons, G_N_ELEMENTS(cant_reasons)));
}

/* ---------------------------------------------------------------- consult, transfer */

enum { WHOM, WORDS };
static const struct sheet_field consult_fields[] = {
	[WHOM] = {"whom", N_("ask"), SHEET_CHOICE, .needed = N_("Choose whom to ask.")},
	[WORDS] = {"question", N_("question"), SHEET_TEXT, .needed = N_("Write the question.")},
};
static const struct sheet_field transfer_fields[] = {
	[WHOM] = {"whom", N_("to"), SHEET_CHOICE, .needed = N_("Choose who is to have it.")},
	[WORDS] = {"note", N_("note"), SHEET_TEXT},
};

/* Whom the option, or the word, names. */
static gboolean find_whom(struct app *app, const char *word, struct change *c)
{
	const struct session *s = store_session(app->store);
	const struct person *p = s ? command_person(s, word) : NULL;
	const struct group *g = s && !p ? command_group(s, word) : NULL;

	c->person_id = p ? p->id : 0;
	c->group_id = g ? g->id : 0;
	return p || g;
}

static gboolean build_consult(struct form *f, struct change *c, char **done)
{
	const struct sheet_option *whom = sheet_chosen(form_view(f), WHOM);

	c->kind = CHANGE_CONSULT;
	find_whom(f->app, whom->word, c);
	c->body = g_strdup(sheet_text(form_view(f), WORDS));
	*done = g_strdup_printf(_("%s is asked; the ticket stays yours"), whom->label);
	return TRUE;
}

static gboolean build_transfer(struct form *f, struct change *c, char **done)
{
	const struct sheet_option *whom = sheet_chosen(form_view(f), WHOM);
	const char *note = sheet_text(form_view(f), WORDS);

	c->kind = CHANGE_TRANSFER;
	find_whom(f->app, whom->word, c);
	c->body = *note ? g_strdup(note) : NULL;
	*done = g_strdup_printf(_("offered to %s; it stays yours until then"), whom->label);
	return TRUE;
}

static const struct form_kind consulting = {
	.action = ACTION_CONSULT, .name = "consult", .title = N_("ask somebody about"), .fields = consult_fields,
	.n = G_N_ELEMENTS(consult_fields), .until = -1, .tells = -1, .told = -1, .build = build_consult,
};
static const struct form_kind transferring = {
	.action = ACTION_TRANSFER, .name = "transfer", .title = N_("hand over, once it is taken:"), .fields = transfer_fields,
	.n = G_N_ELEMENTS(transfer_fields), .until = -1, .tells = -1, .told = -1, .build = build_transfer,
};

/* Both: the sheet, with what was typed in it; or at once, when all of it was typed. */
static void ask_whom(struct app *app, const struct form_kind *kind, enum change_kind change, const char *arg, const char *done)
{
	g_autofree char *whom = NULL, *words = NULL, *kept = NULL;
	struct form *f;
	struct change c;

	command_split(arg, &whom, &words);
	change_init(&c, change);
	c.ticket_id = command_target(app);
	if (*whom && (!find_whom(app, whom, &c) || (change == CHANGE_TRANSFER && !c.person_id))) {
		app_say(app, TRUE, change == CHANGE_TRANSFER ? "No person is called %s." : N_("No person or group is called %s."), whom);
	} else if (*whom && *words) {
		c.body = g_strdup(words);
		command_write(app, &c, done);
		return;
	} else {
		f = form_open(app, kind, c.ticket_id, 0);
		if (*whom) {
			const struct person *p = store_person(app->store, c.person_id);
			const struct group *g = store_group(app->store, c.group_id);

			kept = g_strdup_printf("whom\t%s\n", p ? p->name : g->name);
			sheet_restore(form_view(f), kept);
		}
		sheet_options(form_view(f), WHOM, form_people(app, change == CHANGE_CONSULT));
		if (sheet_chosen(form_view(f), WHOM))
			sheet_focus(form_view(f), WORDS);
	}
	change_clear(&c);
}

void command_consult(struct app *app, const char *arg)
{
	ask_whom(app, &consulting, CHANGE_CONSULT, arg, N_("asked; the ticket stays yours"));
}

/* Only whoever has it can offer it, or who leads: said before anything is typed. */
static gboolean somebody_elses(struct app *app)
{
	const struct session *session = store_session(app->store);
	const struct ticket *t = store_ticket(app->store, command_target(app));
	const struct person *me = session ? session->me : NULL;

	if (!t || !me || me->role == ROLE_SUPERVISOR || me->role == ROLE_ADMINISTRATOR || !t->row.assignee_id ||
	    t->row.assignee_id == me->id)
		return FALSE;
	app_say(app, TRUE, "%s has #%" G_GINT64_FORMAT, t->row.assignee_name ? t->row.assignee_name : _("somebody else"),
	        t->row.id);
	return TRUE;
}

void command_transfer(struct app *app, const char *arg)
{
	if (somebody_elses(app))
		return;
	ask_whom(app, &transferring, CHANGE_TRANSFER, arg, N_("offered; it stays yours until then"));
}

/* ---------------------------------------------------------------- the view */

void command_ladder(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);

	(void)arg;
	store_want_ticket(app->store, ticket_id);
	view_ladder_show(app->pane[PANE_LADDER], ticket_id);
	app->ladder_on = TRUE;
	app_dirty(app, PANE_LADDER, TODO_REFLOW | TODO_RECALC | TODO_PAINT);
}

static void rung_action_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		command_run(e->app, (enum action)item->id, "");
}

/* Enter on a rung: what can be done to it. */
void command_rung_open(struct app *app)
{
	const struct ticket *t = store_ticket(app->store, view_ladder_ticket(app->pane[PANE_LADDER]));
	const struct escalation *r = t ? escalation_of(t->ladder, view_ladder_selected(app->pane[PANE_LADDER])) : NULL;
	struct escalation_who who = rungs_who(app->store);
	GPtrArray *items = g_ptr_array_new();

	for (size_t i = 0; r && i < G_N_ELEMENTS(acts); i++)
		if (escalation_may(r, acts[i].act, &who) ||
		    (acts[i].action == ACTION_RETURN && escalation_may(r, ESCALATION_WITHDRAW, &who)))
			g_ptr_array_add(items, pick_item_new(action_info(acts[i].action)->name, say(action_info(acts[i].action)->help),
			                                     NULL, acts[i].action));
	if (items->len) {
		command_pick(app, "what to do", items, rung_action_picked, errand_new(app, ACTION_LADDER, 0));
		return;
	}
	g_ptr_array_unref(items);
	app_say(app, FALSE, "There is nothing for you to do on this one.");
}
