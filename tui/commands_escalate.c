/* Escalating: one sheet with the reason, to whom, what is promised, the note that goes along and what
 * the customer is told. */
#include "tui/forms.h"

#include <string.h>
#include "rules/step_options.h"
#include "tui/templates.h"

enum { REASON, TO, PARTS, PROMISE, NOTE, TELL, REPLY };
static const struct sheet_field fields[] = {
	[REASON] = {"reason", N_("reason"), SHEET_CHOICE, .own_words = TRUE, .needed = N_("Say why: a number, or words of your own.")},
	[TO] = {"to", N_("to"), SHEET_CHOICE, .sideways = TRUE, .needed = N_("Choose who is to help.")},
	[PARTS] = {"parts", N_("who owes"), SHEET_TEXT},
	[PROMISE] = {"promise", N_("promise"), SHEET_LINE},
	[NOTE] = {"note", N_("note"), SHEET_TEXT},
	[TELL] = {"tell", N_("send text"), SHEET_SWITCH},
	[REPLY] = {"reply", N_("customer"), SHEET_TEXT},
};

/* Where the desk doesn't say: the usual ones. */
static const char *const usual_reasons[] = {
	N_("a fault that needs a technician"), N_("beyond what tier 1 may decide"), N_("the product has to be looked at"),
	N_("the customer asks for somebody higher up"), N_("another department has to act"),
};

#define PROMISE_DEFAULT_MS (2 * MS_HOUR)

static const struct escalation_target *target_of(const struct form *f)
{
	const struct sheet_option *o = sheet_chosen(form_view(f), TO);

	for (guint i = 0; o && f->sheet && i < f->sheet->targets->len; i++) {
		const struct escalation_target *t = f->sheet->targets->pdata[i];

		if (t->group_id == o->id)
			return t;
	}
	return NULL;
}

/* ---------------------------------------------------------------- what the desk answers, and what stands for it */

/* Short: there is little room. g_free. */
static char *about(int64_t ms)
{
	int64_t minutes = MAX((ms + MS_MINUTE - 1) / MS_MINUTE, 1);

	return minutes < 90 ? g_strdup_printf(_("%d min"), (int)minutes) : g_strdup_printf(_("%d h"), (int)((minutes + 30) / 60));
}

/* A case would wait there for longer than the group's clock allows. */
static gboolean waits_too_long(const struct escalation_target *t)
{
	return t->target_ms > 0 && t->wait_ms > t->target_ms;
}

/* "2/3 free, wait 4 min, speaks Chinese": what there is to know of a group, what may be cut last. */
static char *target_words(const struct escalation_target *t)
{
	g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *wait = about(t->wait_ms), *answer = about(t->target_ms);

	if (t->people > 0)
		g_ptr_array_add(out, g_strdup_printf(_("%d/%d free"), t->available, t->people));
	if (t->waiting > 0 && t->wait_ms < 0)
		g_ptr_array_add(out, g_strdup_printf(say_n("%d waits", "%d wait", (guint64)t->waiting), t->waiting));
	if (t->wait_ms >= 0)
		g_ptr_array_add(out, g_strdup_printf(waits_too_long(t) ? _("! wait %s") : _("wait %s"), wait));
	if (t->why && *t->why)
		g_ptr_array_add(out, g_strdup(t->why));
	else if (t->recommended)
		g_ptr_array_add(out, g_strdup(_("fits best")));
	if (t->target_ms > 0)
		g_ptr_array_add(out, g_strdup_printf(_("answer %s"), answer));
	g_ptr_array_add(out, NULL);
	return g_strjoinv(_(", "), (char **)out->pdata);
}

static char *target_name(const struct escalation_target *t)
{
	const char *title = t->title && *t->title ? t->title : t->name;

	return t->tier == 2 ? g_strdup_printf(_("tier 2: %s"), title) : t->tier == 0 ? g_strdup_printf(_("department: %s"), title)
	                                                                             : g_strdup(title);
}

static GPtrArray *target_options(const struct form *f)
{
	GPtrArray *options = g_ptr_array_new();

	for (guint i = 0; i < f->sheet->targets->len; i++) {
		const struct escalation_target *t = f->sheet->targets->pdata[i];
		g_autofree char *name = target_name(t), *words = target_words(t);

		g_ptr_array_add(options, sheet_option_new(name, words, t->name, t->group_id));
	}
	return options;
}

static GPtrArray *reason_options(const struct form *f)
{
	GPtrArray *options = g_ptr_array_new();

	for (guint i = 0; i < f->sheet->reasons->len; i++)
		g_ptr_array_add(options, sheet_option_new(f->sheet->reasons->pdata[i], NULL, f->sheet->reasons->pdata[i], 0));
	return options;
}

/* The groups of the session, tier 2 first, then other departments: without the desk it isn't known who is there. */
static void groups_of_session(struct form *f)
{
	const struct session *s = store_session(f->app->store);
	const struct ticket_row *row = command_row(f->app, f->ticket_id);
	static const int tiers[] = {2, 0};

	for (size_t k = 0; k < G_N_ELEMENTS(tiers); k++)
		for (guint i = 0; s && i < s->groups->len; i++) {
			const struct group *g = s->groups->pdata[i];
			struct escalation_target *t;

			if (g->tier != tiers[k] || (row && row->group_id == g->id))
				continue;
			t = g_new0(struct escalation_target, 1);
			t->group_id = g->id;
			t->name = g_strdup(g->name);
			t->title = g_strdup(g->title);
			t->tier = g->tier;
			t->wait_ms = -1;
			t->recommended = !f->sheet->targets->len && g->tier == 2;
			g_ptr_array_add(f->sheet->targets, t);
		}
}

static void stand_in(struct form *f)
{
	const struct ticket *t = store_ticket(f->app->store, f->ticket_id);
	const struct ticket_row *row = command_row(f->app, f->ticket_id);
	const struct template *tpl = t ? command_alternative(f->app, f->ticket_id) : NULL;

	f->sheet = escalation_sheet_new();
	groups_of_session(f);
	for (size_t i = 0; i < G_N_ELEMENTS(usual_reasons); i++)
		g_ptr_array_add(f->sheet->reasons, g_strdup(say(usual_reasons[i])));
	f->sheet->note = g_strdup_printf(_("Problem: %s\nTried: \nPromised: \nMood: %s"), row && row->subject ? row->subject : "",
	                                 word_said(mood_name(templates_mood(f->app->store, t))));
	f->sheet->reply = tpl ? templates_fill(tpl, f->app->store, t, NULL) : NULL;
}

/* ---------------------------------------------------------------- into the fields */

static int64_t promise_of(const struct form *f)
{
	const struct escalation_target *t = target_of(f);
	int64_t now = store_now_ms(f->app->store);

	if (t && t->promise_ms > now)
		return t->promise_ms;
	if (!t && f->sheet->promise_ms > now)
		return f->sheet->promise_ms;
	return now + (t && t->target_ms > 0 ? t->target_ms : PROMISE_DEFAULT_MS);
}

/* What follows from the group: who else may owe something, and by when the customer hears. */
static void target_changed(struct form *f)
{
	struct view *v = form_view(f);
	const struct escalation_target *t = target_of(f);
	g_autofree char *until = form_time(promise_of(f), store_now_ms(f->app->store));
	g_autofree char *owes = t && t->tier == 0 ? g_strdup_printf("%s: ", t->name) : NULL;

	if (store_connection(f->app->store, NULL, NULL) == BACKEND_ONLINE)
		sheet_say(v, NULL, FALSE);
	if (t && waits_too_long(t)) {
		g_autofree char *wait = about(t->wait_ms), *answer = about(t->target_ms);
		g_autofree char *told = g_strdup_printf(f->sheet->targets->len > 1 ?
			_("! %s wait for an answer in %s; right: next group") : _("! %s wait for an answer in %s"), wait, answer);

		sheet_say(v, told, FALSE); /* stays as long as it is so */
	}
	sheet_show(v, PARTS, owes != NULL);
	sheet_set_text(v, PARTS, owes);
	sheet_set_text(v, PROMISE, until);
	form_tell(f);
}

static void fill(struct form *f)
{
	struct view *v = form_view(f);
	const struct escalation_target *first = f->sheet->targets->len ? f->sheet->targets->pdata[0] : NULL;

	f->tell = g_strdup(f->sheet->reply);
	sheet_options(v, REASON, reason_options(f));
	sheet_options(v, TO, target_options(f));
	for (guint i = 0; i < f->sheet->targets->len; i++)
		if (((struct escalation_target *)f->sheet->targets->pdata[i])->recommended)
			first = f->sheet->targets->pdata[i];
	if (first)
		sheet_choose(v, TO, first->name);
	sheet_set_text(v, NOTE, f->sheet->note);
	target_changed(f);
}

static void came(struct answer *answer, const GError *error, void *arg)
{
	struct form *f = arg;

	if (!f->closed) {
		if (answer && answer->sheet) {
			f->sheet = g_steal_pointer(&answer->sheet);
		} else {
			stand_in(f);
		}
		fill(f);
		if (error)
			sheet_say(form_view(f), error->message, TRUE);
		f->app->active = TRUE;
		sheet_await(form_view(f), FALSE); /* Enter may have been typed already: last */
	}
	g_clear_pointer(&answer, answer_free);
}

/* ---------------------------------------------------------------- out of the fields */

/* "legal: look through the contract @ 18:00". */
static struct escalation_part *part_of(const struct form *f, const char *line, GError **error)
{
	g_autofree char *name = NULL, *task = NULL, *due = NULL;
	gboolean ok = step_part(line, &name, &task, &due);
	const struct group *g = ok ? command_group(store_session(f->app->store), name) : NULL;
	struct escalation_part *part;
	int64_t due_ms = 0;

	if (!g) {
		desk_fail(error, DESK_INVALID, "write GROUP: TASK @ TIME, a line each; %s is no such line", line);
		return NULL;
	}
	if (due && !command_until(due, store_now_ms(f->app->store), &due_ms, error))
		return NULL;
	part = g_new0(struct escalation_part, 1);
	part->group_id = g->id;
	part->task = g_steal_pointer(&task);
	part->due_ms = due_ms;
	return part;
}

/* A line without a task is a line not yet filled in. */
static gboolean read_parts(const struct form *f, GPtrArray **out, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(sheet_text(form_view(f), PARTS), "\n", -1);
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func((GDestroyNotify)escalation_part_free);

	*out = NULL;
	for (char **line = lines; *line; line++) {
		struct escalation_part *part;

		g_strstrip(*line);
		if (!**line || g_str_has_suffix(*line, ":") || g_str_has_suffix(*line, "："))
			continue;
		part = part_of(f, *line, error);
		if (!part)
			return FALSE;
		g_ptr_array_add(parts, part);
	}
	if (parts->len)
		*out = g_steal_pointer(&parts);
	return TRUE;
}

static gboolean build(struct form *f, struct change *c, char **done)
{
	struct view *v = form_view(f);
	const struct sheet_option *reason = sheet_chosen(v, REASON), *to = sheet_chosen(v, TO);
	g_autoptr(GError) error = NULL;

	c->kind = CHANGE_ESCALATE;
	c->group_id = to->id;
	c->reason = g_strdup(reason ? reason->word : sheet_text(v, REASON));
	c->body = *sheet_text(v, NOTE) ? g_strdup(sheet_text(v, NOTE)) : NULL;
	if (sheet_shows(v, PARTS) && !read_parts(f, &c->parts, &error)) {
		sheet_focus(v, PARTS);
		sheet_say(v, error->message, TRUE);
		return FALSE;
	}
	*done = g_strdup_printf(_("handed to %s"), to->word);
	return TRUE;
}

static void changed(struct form *f, guint field)
{
	if (field == TO && f->sheet)
		target_changed(f);
}

static const struct form_kind kind = {
	.action = ACTION_ESCALATE, .name = "escalate", .title = N_("escalate"), .fields = fields, .n = G_N_ELEMENTS(fields),
	.until = PROMISE, .tells = TELL, .told = REPLY, .changed = changed, .build = build,
};

/* ---------------------------------------------------------------- the action */

static void open_sheet(struct app *app, desk_id ticket_id, const char *group)
{
	struct form *f = form_open(app, &kind, ticket_id, 0);
	g_autofree char *wanted = group ? g_strdup_printf("to\t%s\n", group) : NULL;
	struct query q;

	sheet_show(form_view(f), PARTS, FALSE);
	if (wanted)
		sheet_restore(form_view(f), wanted);
	if (store_connection(app->store, NULL, NULL) != BACKEND_ONLINE) {
		stand_in(f);
		fill(f);
		sheet_say(form_view(f), _("offline: goes out when the desk is back"), TRUE);
		return;
	}
	sheet_await(form_view(f), TRUE);
	query_init(&q, QUERY_ESCALATION_SHEET);
	q.ticket_id = ticket_id;
	store_lookup(app->store, &q, came, form_ref(f), form_unref);
	query_clear(&q);
}

void command_escalate(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	g_autofree char *name = NULL, *reason = NULL;
	const struct group *g;

	if (!s)
		return;
	command_split(arg, &name, &reason);
	if (command_acts_on_many(app) || *reason || !(store_capabilities(app->store) & CAN_LADDER)) {
		command_escalate_plainly(app, arg);
		return;
	}
	g = *name ? command_group(s, name) : NULL;
	if (*name && !g)
		app_say(app, TRUE, "No group is called %s.", name);
	else
		open_sheet(app, command_target(app), g ? g->name : NULL);
}
