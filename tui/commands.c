/* The table of commands, what is checked before each, and the `:` line. */
#include "tui/commands.h"
#include "client/undo.h"

#include <string.h>

static const struct command {
	command_fn *run;
	unsigned needs; /* capabilities of the backend */
} commands[ACTION_COUNT] = {
	[ACTION_OPEN] = {command_open, 0},
	[ACTION_CLOSE] = {command_close, 0},
	[ACTION_FOCUS_NEXT] = {command_focus_next, 0},
	[ACTION_FOCUS_PREV] = {command_focus_prev, 0},
	[ACTION_LAYOUT] = {command_layout, 0},
	[ACTION_NEXT_BEST] = {command_next_best, CAN_CLAIM},
	[ACTION_CLAIM] = {command_claim, CAN_CLAIM},
	[ACTION_RELEASE] = {command_release, CAN_CLAIM},
	[ACTION_REPLY] = {command_reply, CAN_REPLY},
	[ACTION_NOTE] = {command_note, CAN_NOTE},
	[ACTION_SEND] = {command_send, 0},
	[ACTION_SEND_LATER] = {command_send_later, 0},
	[ACTION_EDIT_OUTSIDE] = {command_edit_outside, 0},
	[ACTION_SPELLING] = {command_spelling, 0},
	[ACTION_RECALL] = {command_recall, CAN_RECALL},
	[ACTION_STATUS] = {command_status, CAN_STATUS},
	[ACTION_SOLVE] = {command_solve, CAN_STATUS},
	[ACTION_PRIORITY] = {command_priority, CAN_STATUS},
	[ACTION_ASSIGN] = {command_assign, CAN_ASSIGN},
	[ACTION_TAG] = {command_tag, CAN_TAG},
	[ACTION_ESCALATE] = {command_escalate, CAN_ESCALATE},
	[ACTION_LADDER] = {command_ladder, CAN_LADDER},
	[ACTION_ACKNOWLEDGE] = {command_acknowledge, CAN_LADDER},
	[ACTION_ESTIMATE] = {command_estimate, CAN_LADDER},
	[ACTION_ANSWER_ESCALATION] = {command_answer_escalation, CAN_LADDER},
	[ACTION_RETURN] = {command_return, CAN_LADDER},
	[ACTION_CONSULT] = {command_consult, CAN_LADDER},
	[ACTION_TRANSFER] = {command_transfer, CAN_LADDER},
	[ACTION_CANT_SOLVE] = {command_cant_solve, CAN_LADDER},
	[ACTION_DETAILS] = {command_details, 0},
	[ACTION_REMOVE] = {command_remove, 0},
	[ACTION_SUBJECT] = {command_subject, CAN_STATUS},
	[ACTION_CATEGORY] = {command_category, CAN_STATUS},
	[ACTION_FIELD] = {command_field, CAN_STATUS},
	[ACTION_INTAKE] = {command_intake, CAN_STATUS},
	[ACTION_CUSTOMER] = {command_customer, CAN_CUSTOMERS},
	[ACTION_PROFILE] = {command_profile, CAN_CUSTOMERS},
	[ACTION_SPLIT] = {command_split_off, CAN_CREATE},
	[ACTION_MERGE] = {command_merge, CAN_STATUS},
	[ACTION_LINK] = {command_link, CAN_STATUS},
	[ACTION_UNLINK] = {command_unlink, CAN_STATUS},
	[ACTION_SPAM] = {command_spam, CAN_STATUS},
	[ACTION_TO] = {command_to, CAN_REPLY},
	[ACTION_CC] = {command_cc, CAN_REPLY},
	[ACTION_FORWARD] = {command_forward, CAN_REPLY},
	[ACTION_CHECKLIST] = {command_checklist, CAN_STATUS},
	[ACTION_CHECK] = {command_check, CAN_STATUS},
	[ACTION_COMPENSATE] = {command_compensate, CAN_STATUS},
	[ACTION_COMPENSATIONS] = {command_compensations, 0},
	[ACTION_SECRET] = {command_secret, 0},
	[ACTION_PROBLEMS] = {command_problems, CAN_PROBLEMS},
	[ACTION_PROBLEM] = {command_problem, CAN_PROBLEMS},
	[ACTION_LINK_PROBLEM] = {command_link_problem, CAN_PROBLEMS},
	[ACTION_PROBLEM_STEP] = {command_problem_step, CAN_PROBLEMS},
	[ACTION_PROBLEM_TELL] = {command_problem_tell, CAN_PROBLEMS},
	[ACTION_PROBLEM_ARTICLE] = {command_problem_article, CAN_PROBLEMS},
	[ACTION_ASSESS] = {command_assess, CAN_PROBLEMS},
	[ACTION_PACK] = {command_pack, CAN_PROBLEMS},
	[ACTION_NEW_TICKET] = {command_new_ticket, CAN_CREATE},
	[ACTION_TEMPLATE] = {command_template, CAN_TEMPLATES},
	[ACTION_PROMISE] = {command_promise, CAN_TEMPLATES},
	[ACTION_MACRO] = {command_macro, CAN_MACROS},
	[ACTION_SAVE_MACRO] = {command_save_macro, CAN_MACROS},
	[ACTION_REMOVE_MACRO] = {command_remove_macro, CAN_MACROS},
	[ACTION_UNDO] = {command_undo, 0},
	[ACTION_KNOWLEDGE] = {command_knowledge, CAN_KNOWLEDGE},
	[ACTION_INSERT] = {command_insert, CAN_KNOWLEDGE},
	[ACTION_SUGGESTION_1] = {command_suggestion_1, CAN_KNOWLEDGE},
	[ACTION_SUGGESTION_2] = {command_suggestion_2, CAN_KNOWLEDGE},
	[ACTION_SUGGESTION_3] = {command_suggestion_3, CAN_KNOWLEDGE},
	[ACTION_VIEW] = {command_view, CAN_QUEUE},
	[ACTION_FILTER] = {command_filter, CAN_QUEUE},
	[ACTION_FIND] = {command_find, CAN_FIND},
	[ACTION_RELATED] = {command_related, CAN_FIND},
	[ACTION_RECENT] = {command_recent, 0},
	[ACTION_SAVE_VIEW] = {command_save_view, CAN_VIEWS},
	[ACTION_REMOVE_VIEW] = {command_remove_view, CAN_VIEWS},
	[ACTION_ATTACH] = {command_attach, CAN_FILES},
	[ACTION_DETACH] = {command_detach, 0},
	[ACTION_FILES] = {command_files, CAN_FILES},
	[ACTION_VIEW_FILE] = {command_view_file, CAN_FILES},
	[ACTION_SAVE_FILE] = {command_save_file, CAN_FILES},
	[ACTION_OPEN_FILE] = {command_open_file, CAN_FILES},
	[ACTION_OLDER] = {command_older, 0},
	[ACTION_PENDING] = {command_pending, 0},
	[ACTION_DRAFTS] = {command_drafts, 0},
	[ACTION_SHARE_DRAFT] = {command_share_draft, CAN_DRAFTS},
	[ACTION_DROP_DRAFT] = {command_drop_draft, 0},
	[ACTION_CHANGES] = {command_changes, 0},
	[ACTION_NOTICES] = {command_notices, 0},
	[ACTION_QUIET] = {command_quiet, 0},
	[ACTION_WHO] = {command_who, CAN_TOGETHER},
	[ACTION_WHISPER] = {command_whisper, CAN_TOGETHER},
	[ACTION_HANDOVER] = {command_handover, CAN_TOGETHER},
	[ACTION_ADMIN] = {command_admin, CAN_CONFIG},
	[ACTION_POLICY_LOG] = {command_policy_log, CAN_CONFIG},
	[ACTION_AUTOMATION] = {command_automation, CAN_AUTOMATION},
	[ACTION_DELIVERIES] = {command_deliveries, CAN_AUTOMATION},
	[ACTION_FOLLOW_UP_ASK] = {command_follow_up_ask, CAN_FOLLOW_UP},
	[ACTION_FOLLOW_UP] = {command_follow_up, CAN_FOLLOW_UP},
	[ACTION_SKIP_FOLLOW_UP] = {command_skip_follow_up, CAN_FOLLOW_UP},
	[ACTION_STATE] = {command_state, CAN_PEOPLE},
	[ACTION_ACCEPT] = {command_accept, CAN_PEOPLE},
	[ACTION_DECLINE] = {command_decline, CAN_PEOPLE},
	[ACTION_TEAM] = {command_team, CAN_PEOPLE},
	[ACTION_CLOCKS] = {command_clocks, 0},
	[ACTION_EXPLAIN] = {command_explain, CAN_EXPLAIN},
	[ACTION_SNOOZE] = {command_snooze, CAN_EXPLAIN},
	[ACTION_UNSNOOZE] = {command_unsnooze, CAN_EXPLAIN},
	[ACTION_PALETTE] = {command_palette, 0},
	[ACTION_BIND] = {command_bind, 0},
	[ACTION_MAP] = {command_map, 0},
	[ACTION_KEYMAP] = {command_keymap, 0},
	[ACTION_RELOAD] = {command_reload, 0},
	[ACTION_REPEAT] = {command_repeat, 0},
	[ACTION_TIMES] = {command_count, 0},
	[ACTION_MARK] = {command_mark, 0},
	[ACTION_MARK_ALL] = {command_mark_all, CAN_QUEUE},
	[ACTION_UNMARK_ALL] = {command_unmark_all, 0},
	[ACTION_COMMAND] = {command_command, 0},
	[ACTION_HELP] = {command_help, 0},
	[ACTION_RECONNECT] = {command_reconnect, 0},
	[ACTION_THEME] = {command_theme, 0},
	[ACTION_COPY] = {command_copy, 0},
	[ACTION_COPY_TEXT] = {command_copy_text, 0},
	[ACTION_MOUSE] = {command_mouse, 0},
	[ACTION_REDRAW] = {command_redraw, 0},
	[ACTION_LANG] = {command_lang, 0},
	[ACTION_SUSPEND] = {command_suspend, 0},
	[ACTION_QUIT] = {command_quit, 0},
};

/* While it runs it is known what was asked for: a change it makes can be done again like that. */
static void run(struct app *app, enum action act, command_fn *fn, const char *arg)
{
	struct keying *k = &app->keying;
	enum action outer = k->running;
	g_autofree char *outer_arg = g_steal_pointer(&k->running_arg);

	k->running = act;
	k->running_arg = g_strdup(arg);
	fn(app, arg);
	k->running = outer;
	g_free(k->running_arg);
	k->running_arg = g_steal_pointer(&outer_arg);
}

gboolean command_run(struct app *app, enum action act, const char *arg)
{
	const struct action_info *info = action_info(act);
	const struct command *c = info ? &commands[act] : NULL;

	if (!c || !c->run)
		return FALSE;
	if (c->needs & ~store_capabilities(app->store)) {
		app_say(app, TRUE, "This desk can't %s.", info->name);
		return TRUE;
	}
	if (info->flags & ACTION_TICKET && !command_target(app)) {
		app_say(app, TRUE, "%s needs a ticket: mark one in the queue or open one.", info->name);
		return TRUE;
	}
	run(app, act, c->run, arg ? arg : "");
	return TRUE;
}

/* ---------------------------------------------------------------- errands */

struct errand *errand_new(struct app *app, enum action action, desk_id ticket_id)
{
	struct errand *e = g_new0(struct errand, 1);

	e->app = app;
	e->action = action;
	e->ticket_id = ticket_id;
	return e;
}

void errand_free(gpointer p)
{
	struct errand *e = p;

	g_free(e->text);
	g_free(e);
}

void command_ask(struct app *app, const char *label, prompt_done_fn *done, struct errand *errand)
{
	const struct prompt_ask ask = {.label = label, .done = done, .arg = errand, .destroy = errand_free};

	prompt_open(app->pane[PANE_PROMPT], &ask);
}

void command_pick(struct app *app, const char *title, GPtrArray *items, picker_done_fn *done, struct errand *errand)
{
	const struct picker_ask ask = {.title = title, .items = items, .done = done, .arg = errand, .destroy = errand_free};

	picker_open(app->pane[PANE_PICKER], &ask);
}

static void word_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		command_run(e->app, e->action, item->word ? item->word : item->label);
}

void command_pick_word(struct app *app, enum action act, const char *title, const char *words)
{
	g_auto(GStrv) word = g_strsplit(words, "|", -1);
	GPtrArray *items = g_ptr_array_new();

	for (char **w = word; *w; w++)
		g_ptr_array_add(items, pick_item_new(word_said(*w), NULL, *w, 0));
	command_pick(app, title, items, word_picked, errand_new(app, act, 0));
}

void command_pick_items(struct app *app, enum action act, const char *title, GPtrArray *items)
{
	command_pick(app, title, items, word_picked, errand_new(app, act, 0));
}

/* ---------------------------------------------------------------- targets and writes */

desk_id command_target(const struct app *app)
{
	desk_id marked = view_queue_selected(app->pane[PANE_QUEUE]);

	if (app->focus == PANE_QUEUE && app->layout != APP_LAYOUT_CONVERSATION)
		return marked ? marked : app->opened;
	return app->opened ? app->opened : marked;
}

const struct ticket_row *command_row(struct app *app, desk_id ticket_id)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	gssize at = t ? -1 : store_queue_find(app->store, ticket_id);

	return t ? &t->row : at >= 0 ? store_queue_at(app->store, (size_t)at) : NULL;
}

void command_write(struct app *app, struct change *c, const char *done)
{
	gboolean online = store_connection(app->store, NULL, NULL) == BACKEND_ONLINE;

	if (command_many_takes(app, c, done)) {
		change_clear(c);
		return;
	}
	undo_note(app->undo, app->store, c);
	store_write(app->store, c);
	if (done && !online)
		done = N_("kept here; it goes out when the desk is back");
	if (done && c->ticket_id)
		app_say(app, FALSE, "#%" G_GINT64_FORMAT ": %s.", c->ticket_id, say(done));
	else if (done)
		app_say(app, FALSE, "%s.", say(done));
	change_clear(c);
}

/* ---------------------------------------------------------------- the `:` line */

gboolean command_parse(const char *line, enum action *act, char **arg, GError **error)
{
	g_autofree char *clean = g_strstrip(g_strdup(line));
	g_autofree char *name = NULL;
	const char *names[ACTION_COUNT] = {NULL};
	int at;

	if (*clean == '#' || g_ascii_isdigit(*clean)) {
		*act = ACTION_OPEN;
		*arg = g_strdup(clean);
		return TRUE;
	}
	command_split(clean, &name, arg);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		names[i] = action_info((enum action)i)->name;
	at = command_match(name, names, ACTION_COUNT);
	if (at > ACTION_NONE) {
		*act = (enum action)at;
		return TRUE;
	}
	g_clear_pointer(arg, g_free);
	if (at == -2)
		return desk_fail(error, DESK_INVALID, "%s begins several actions; Tab shows them", name);
	return desk_fail(error, DESK_INVALID, "no action is called %s; Tab shows them", name);
}
