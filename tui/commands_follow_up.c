/* Commands of the follow-up after sales: the script into the composer, the three questions by single
 * keys, and doing without. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "base/text.h"
#include "rules/follow_up.h"

/* The desk would refuse: said before anything is asked or typed. */
static gboolean comes_too_early(struct app *app, desk_id ticket_id)
{
	const struct ticket *t = command_acts_on_many(app) ? NULL : store_ticket(app->store, ticket_id);

	if (!t || !status_is_active(t->row.status) || t->follow_up)
		return FALSE;
	app_say(app, TRUE, "#%" G_GINT64_FORMAT " is %s: a follow-up comes after the solution.", ticket_id,
	        label_status(t->row.status));
	return TRUE;
}

/* ---- asking */
/* The script that fits best: the one for asking again when it was asked already. NULL: there is none. */
static const struct template *script(struct app *app, desk_id ticket_id)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	gboolean again = t && t->follow_up && t->follow_up->asked > 0;
	g_autoptr(GPtrArray) fit = command_templates(app, ticket_id);
	const struct template *first = NULL;

	for (guint i = 0; i < fit->len; i++) {
		const struct template *tpl = fit->pdata[i];

		if (tpl->part != PART_FOLLOW_UP)
			continue;
		if ((g_str_has_suffix(tpl->name ? tpl->name : "", "again") != 0) == again)
			return tpl;
		first = first ? first : tpl;
	}
	return first;
}

static void asked_aloud(struct app *app, desk_id ticket_id)
{
	struct change c;

	change_init(&c, CHANGE_FOLLOW_UP_ASK);
	c.ticket_id = ticket_id;
	command_write(app, &c, "asked in person; x 4 takes the answers");
}

void command_follow_up_ask(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	const GPtrArray *all = store_templates(app->store);
	const struct template *tpl;

	if (*arg && strcmp(arg, "aloud") != 0) {
		app_say(app, TRUE, "The questions are asked by the script, or aloud; not by %s.", arg);
		return;
	}
	if (!*arg && command_templates_wait(app, ACTION_FOLLOW_UP_ASK, ticket_id, arg,
	                                    all->len || (t && !follow_up_speaks(t->row.channel))))
		return;
	if (comes_too_early(app, ticket_id))
		return;
	if (*arg || (t && !follow_up_speaks(t->row.channel))) {
		asked_aloud(app, ticket_id);
		return;
	}
	if (!(tpl = script(app, ticket_id))) {
		app_say(app, TRUE, "The desk has no template for the follow-up; `follow-up-ask aloud` notes that it was asked.");
		return;
	}
	command_reply_or_note(app);
	command_insert_template(app, ticket_id, tpl->id);
}

/* ---- the three questions; e->id carries what was answered so far: solved, then 10 * speed */
static void send_answers(struct app *app, desk_id ticket_id, gboolean solved, int speed, const char *improve)
{
	struct change c;

	change_init(&c, CHANGE_FOLLOW_UP);
	c.ticket_id = ticket_id;
	c.follow_up = g_new0(struct follow_up, 1);
	c.follow_up->solved = solved;
	c.follow_up->speed = speed;
	c.follow_up->improve = improve && *improve ? g_strdup(improve) : NULL;
	command_write(app, &c, solved ? "followed up: solved" : N_("followed up: not solved, the ticket goes on"));
}

static void improve_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (!text)
		app_say(e->app, FALSE, "No answers were kept.");
	else
		send_answers(e->app, e->ticket_id, e->id % 10 != 0, (int)(e->id / 10), text);
}

static void speed_typed(const char *text, void *arg)
{
	struct errand *e = arg, *next;

	if (!text) {
		app_say(e->app, FALSE, "No answers were kept.");
		return;
	}
	next = errand_new(e->app, ACTION_FOLLOW_UP, e->ticket_id);
	next->id = e->id + 10 * (desk_id)g_ascii_strtoll(text, NULL, 10);
	command_ask_text(e->app, "anything to improve (Enter: nothing): ", NULL, improve_typed, next);
}

static void ask_speed(struct app *app, desk_id ticket_id, gboolean solved)
{
	static const struct prompt_choice choices[] = {
		{'1', 0, "1", N_("not at all")}, {'2', 0, "2", ""}, {'3', 0, "3", ""}, {'4', 0, "4", ""},
		{'5', 0, "5", N_("fully")}, {'0', 0, "0", N_("not said")},
	};
	struct errand *e = errand_new(app, ACTION_FOLLOW_UP, ticket_id);
	g_autofree char *words = command_target_words(app, ticket_id);
	g_autofree char *label = g_strdup_printf(_("%s: satisfied with the speed? "), words);

	e->id = solved;
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .choices = choices, .n = G_N_ELEMENTS(choices), .done = speed_typed,
		.arg = e, .destroy = errand_free});
}

static void solved_typed(const char *text, void *arg)
{
	const struct errand *e = arg;

	if (text)
		ask_speed(e->app, e->ticket_id, strcmp(text, "yes") == 0);
	else
		app_say(e->app, FALSE, "No answers were kept.");
}

static void ask_solved(struct app *app, desk_id ticket_id)
{
	static const struct prompt_choice choices[] = {{'y', 0, "yes", N_("solved")}, {'n', 0, "no", N_("not solved")}};
	g_autofree char *words = command_target_words(app, ticket_id);
	g_autofree char *label = g_strdup_printf(_("%s: is the problem solved? "), words);

	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .choices = choices, .n = G_N_ELEMENTS(choices), .done = solved_typed,
		.arg = errand_new(app, ACTION_FOLLOW_UP, ticket_id), .destroy = errand_free});
}

/* ---- what the customer has written instead, for one key */
struct proposal {
	struct app *app;
	desk_id ticket_id;
	struct follow_up *answers;
};

static void proposal_free(void *arg)
{
	struct proposal *p = arg;

	follow_up_free(p->answers);
	g_free(p);
}

static void proposal_judged(const char *text, void *arg)
{
	const struct proposal *p = arg;

	if (!text)
		app_say(p->app, FALSE, "No answers were kept.");
	else if (strcmp(text, "ask") == 0)
		ask_solved(p->app, p->ticket_id);
	else
		send_answers(p->app, p->ticket_id, p->answers->solved != 0, p->answers->speed, p->answers->improve);
}

static gboolean propose(struct app *app, const struct ticket *t)
{
	static const struct prompt_choice choices[] = {{'y', 0, "yes", N_("keep it so")}, {'n', 0, "ask", N_("ask me")}};
	g_autofree char *label = NULL;
	struct follow_up *answers = follow_up_proposed(t, &label);
	struct proposal *p;

	if (!answers)
		return FALSE;
	p = g_new0(struct proposal, 1);
	*p = (struct proposal){app, t->row.id, answers};
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .choices = choices, .n = G_N_ELEMENTS(choices), .done = proposal_judged, .arg = p,
		.destroy = proposal_free});
	return TRUE;
}

/* "yes 4 pack it better" */
void command_follow_up(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	g_autofree char *solved = NULL, *rest = NULL, *speed = NULL, *improve = NULL;
	gint64 stars = 0;

	if (comes_too_early(app, ticket_id))
		return;
	if (!*arg) {
		if (!propose(app, store_ticket(app->store, ticket_id)))
			ask_solved(app, ticket_id);
		return;
	}
	command_split(arg, &solved, &rest);
	if (strcmp(solved, "yes") != 0 && strcmp(solved, "no") != 0) {
		app_say(app, TRUE, "Is it solved? yes or no, not %s.", solved);
		return;
	}
	command_split(rest, &speed, &improve);
	if (*speed && !g_ascii_string_to_signed(speed, 10, 0, 5, &stars, NULL)) {
		app_say(app, TRUE, "The speed is 1 to 5, not %s.", speed);
		return;
	}
	send_answers(app, ticket_id, strcmp(solved, "yes") == 0, (int)stars, improve);
}

/* ---- without */
static void skip(struct app *app, desk_id ticket_id, const char *reason)
{
	struct change c;

	change_init(&c, CHANGE_FOLLOW_UP_SKIP);
	c.ticket_id = ticket_id;
	c.reason = g_strdup(reason);
	command_write(app, &c, "archived without follow-up");
}

static void reason_typed(const char *text, void *arg)
{
	const struct errand *e = arg;

	if (text && *text)
		skip(e->app, e->ticket_id, text);
}

void command_skip_follow_up(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct session *s = store_session(app->store);
	enum role role = s && s->me ? s->me->role : ROLE_READ_ONLY;
	g_autofree char *words = command_target_words(app, ticket_id);
	g_autofree char *label = g_strdup_printf(_("%s: archive without follow-up, because: "), words);

	if (role != ROLE_SUPERVISOR && role != ROLE_ADMINISTRATOR)
		app_say(app, TRUE, "Only a supervisor can skip a follow-up.");
	else if (*arg)
		skip(app, ticket_id, arg);
	else
		command_ask(app, label, reason_typed,
		            errand_new(app, ACTION_SKIP_FOLLOW_UP, ticket_id));
}
