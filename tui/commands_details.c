/* Commands on what a ticket is: details, subject, category, customer, profile, fields. */
#include "tui/commands.h"

#include <string.h>
#include "rules/custom_field.h"
#include "tui/fields.h"

/* ---- the pane */
void command_details(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);

	(void)arg;
	store_want_ticket(app->store, ticket_id);
	view_details_show(app->pane[PANE_DETAILS], ticket_id);
	app->details_on = TRUE;
	app_dirty(app, PANE_DETAILS, TODO_REFLOW | TODO_RECALC | TODO_PAINT);
}

/* Enter on a line of the details: what changes it. */
void command_detail_open(struct app *app)
{
	struct detail what = view_details_selected(app->pane[PANE_DETAILS]);

	switch (what.kind) {
	case DETAIL_SUBJECT:
		command_run(app, ACTION_SUBJECT, "");
		break;
	case DETAIL_STATUS:
		command_run(app, ACTION_STATUS, "");
		break;
	case DETAIL_PRIORITY:
		command_run(app, ACTION_PRIORITY, "");
		break;
	case DETAIL_ASSIGNEE:
		command_run(app, ACTION_ASSIGN, "");
		break;
	case DETAIL_CATEGORY:
		command_run(app, ACTION_CATEGORY, "");
		break;
	case DETAIL_TAGS:
		command_run(app, ACTION_TAG, "");
		break;
	case DETAIL_CUSTOMER:
		command_run(app, ACTION_CUSTOMER, "");
		break;
	case DETAIL_PROFILE:
		command_run(app, ACTION_PROFILE, what.name);
		break;
	case DETAIL_FIELD:
		command_run(app, ACTION_FIELD, what.name);
		break;
	case DETAIL_CHECK:
		command_check_item(app, what.id, !what.done);
		break;
	case DETAIL_ADD_CHECK:
		command_run(app, ACTION_CHECKLIST, "");
		break;
	case DETAIL_LINK:
		app->details_on = FALSE;
		app_dirty(app, PANE_DETAILS, TODO_REFLOW);
		command_open_ticket(app, what.id);
		break;
	case DETAIL_ADD_LINK:
		command_run(app, ACTION_LINK, "");
		break;
	case DETAIL_FOLLOW_UP:
		command_run(app, ACTION_FOLLOW_UP, "");
		break;
	case DETAIL_COMPENSATION:
		command_compensation_decide(app, what.id);
		break;
	case DETAIL_ADD_COMPENSATION:
		command_run(app, ACTION_COMPENSATE, "");
		break;
	case DETAIL_ASSESSMENT:
		command_run(app, ACTION_ASSESS, "");
		break;
	case DETAIL_PROBLEM:
		command_run(app, what.id ? ACTION_PROBLEM : ACTION_LINK_PROBLEM, "");
		break;
	case DETAIL_CLOCK:
		command_run(app, ACTION_EXPLAIN, "");
		break;
	case DETAIL_NONE:
		break;
	}
}

void command_remove(struct app *app, const char *arg)
{
	struct detail what = view_details_selected(app->pane[PANE_DETAILS]);
	g_autofree char *text = NULL;

	(void)arg;
	if (app->problem_on) {
		command_problem_remove(app);
		return;
	}
	if (!app->details_on) {
		app_say(app, FALSE, "remove works in the details of a ticket, on a step, a link or a field.");
		return;
	}
	if (what.kind == DETAIL_CHECK)
		command_check_remove(app, what.id);
	else if (what.kind == DETAIL_LINK)
		command_run(app, ACTION_UNLINK, text = g_strdup_printf("%" G_GINT64_FORMAT, what.id));
	else if (what.kind == DETAIL_FIELD)
		command_field_clear(app, what.name);
	else
		app_say(app, FALSE, "This can be changed, not removed.");
}

/* ---- a line of text with what is there now */
void command_ask_text(struct app *app, const char *label, const char *now, prompt_done_fn *done, struct errand *errand)
{
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .initial = now, .may_be_empty = TRUE, .done = done, .arg = errand, .destroy = errand_free});
}

static void set_subject(struct app *app, desk_id ticket_id, const char *text)
{
	const struct ticket_row *row = command_row(app, ticket_id);
	struct change c;

	change_init(&c, CHANGE_SUBJECT);
	c.ticket_id = ticket_id;
	c.if_version = row ? row->version : -1; /* another one's is not written over unseen */
	c.text = g_strdup(text);
	command_write(app, &c, "subject changed");
}

static void subject_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text && *text)
		set_subject(e->app, e->ticket_id, text);
}

void command_subject(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket_row *row = command_row(app, ticket_id);

	if (*arg)
		set_subject(app, ticket_id, arg);
	else
		command_ask_text(app, "subject: ", row ? row->subject : NULL, subject_typed,
		                 errand_new(app, ACTION_SUBJECT, ticket_id));
}

/* ---- category */
static void set_category(struct app *app, desk_id ticket_id, const char *path)
{
	struct change c;

	change_init(&c, CHANGE_CATEGORY);
	c.ticket_id = ticket_id;
	c.text = g_strdup(path);
	command_write(app, &c, "category set");
}

static void category_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		set_category(e->app, e->ticket_id, item->word);
}

static void category_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text && *text)
		set_category(e->app, e->ticket_id, text);
}

void command_category(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	gboolean chinese = strcmp(say_language(), "zh") == 0;
	GPtrArray *items;

	if (*arg) {
		set_category(app, ticket_id, arg);
		return;
	}
	if (!s || !s->categories->len) { /* a desk without a list: whatever is written */
		command_ask_text(app, "category (account/sign-in): ", t ? t->category : NULL, category_typed,
		                 errand_new(app, ACTION_CATEGORY, ticket_id));
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < s->categories->len; i++) {
		const struct category *c = s->categories->pdata[i];
		const char *label = chinese && c->label_zh ? c->label_zh : c->label_en;

		if (c->active)
			g_ptr_array_add(items, pick_item_new(c->name, label, c->name, c->id));
	}
	command_pick(app, "what is the ticket about", items, category_picked, errand_new(app, ACTION_CATEGORY, ticket_id));
}

/* ---- the customer's profile */
static void profile_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	const struct ticket *t = store_ticket(e->app->store, e->ticket_id);
	const struct profile_member *m = profile_named(e->text);
	g_autoptr(GError) error = NULL;
	struct change c;

	if (!text || !m || !t || !t->customer)
		return;
	change_init(&c, CHANGE_CUSTOMER_SAVE);
	c.customer_id = t->customer->id;
	c.if_version = t->customer->version;
	c.customer = customer_new();
	for (const struct profile_member *each = profile_members; each->name; each++) {
		g_autofree char *value = profile_value(t->customer, each);

		profile_set(c.customer, each, value ? value : "", NULL);
	}
	c.customer->registered_ms = t->customer->registered_ms;
	if (profile_set(c.customer, m, text, &error)) {
		command_write(e->app, &c, "profile saved");
	} else {
		app_say(e->app, TRUE, "%s.", error->message);
		change_clear(&c);
	}
}

void command_profile(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	g_autofree char *name = NULL, *value = NULL, *label = NULL, *now = NULL;
	const struct profile_member *m;
	struct errand *e;

	if (!*arg) {
		command_pick_word(app, ACTION_PROFILE, "what of the customer's profile",
		                  "name|language|phone|email|region|gender|birth_year|occupation|zone|preferences");
		return;
	}
	command_split(arg, &name, &value);
	m = profile_named(name);
	if (!m || !t || !t->customer) {
		app_say(app, TRUE, m ? "The customer is still being fetched." : N_("A profile has no such line."));
		return;
	}
	e = errand_new(app, ACTION_PROFILE, ticket_id);
	e->text = g_strdup(m->name);
	if (*value) {
		profile_typed(value, e);
		errand_free(e);
		return;
	}
	now = profile_value(t->customer, m);
	label = g_strdup_printf("%s: ", say(m->label));
	command_ask_text(app, label, now, profile_typed, e);
}

/* ---- fields */
static void write_field(struct app *app, desk_id ticket_id, const char *name, const char *value)
{
	g_autofree char *done = g_strdup_printf(*value ? _("%s is %s") : _("%s cleared"), name, value);
	struct change c;

	change_init(&c, CHANGE_FIELD);
	c.ticket_id = ticket_id;
	c.text = g_strdup(name);
	c.body = *value ? g_strdup(value) : NULL;
	c.on = *value != '\0';
	command_write(app, &c, done);
}

void command_field_clear(struct app *app, const char *name)
{
	write_field(app, command_target(app), name, "");
}

static void ask_field(struct app *app, desk_id ticket_id, const struct desk_field *f, gboolean chain);

/* The next question of the intake, when this was one of it. */
static void field_answered(struct errand *e, const char *value)
{
	const struct session *s = store_session(e->app->store);
	const struct desk_field *f = field_named(s, e->text);
	const struct ticket *t = store_ticket(e->app->store, e->ticket_id);
	g_autofree char *clean = NULL;
	g_autoptr(GError) error = NULL;

	if (!f)
		return;
	clean = *value ? custom_field_value(f, value, NULL, &error) : g_strdup("");
	if (!clean) {
		app_say(e->app, TRUE, "%s.", error->message);
		ask_field(e->app, e->ticket_id, f, e->id != 0);
		return;
	}
	write_field(e->app, e->ticket_id, f->name, clean);
	f = e->id && t ? field_missing(s, t, e->text) : NULL;
	if (f)
		ask_field(e->app, e->ticket_id, f, TRUE);
}

static void field_typed(const char *text, void *arg)
{
	if (text)
		field_answered(arg, text);
}

static void field_picked(const struct pick_item *item, void *arg)
{
	if (item)
		field_answered(arg, item->word);
}

static void ask_field(struct app *app, desk_id ticket_id, const struct desk_field *f, gboolean chain)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	struct errand *e = errand_new(app, ACTION_FIELD, ticket_id);
	const char *question = field_question(app->store, f);
	g_autofree char *label = g_strdup_printf("%s%s ", question, f->type == FIELD_TYPE_DATE ? " (2026-11-24)" : "");
	GPtrArray *items;

	e->text = g_strdup(f->name);
	e->id = chain;
	if (f->type != FIELD_TYPE_CHOICE && f->type != FIELD_TYPE_YES_NO) {
		command_ask_text(app, label, t ? field_value_of(t, f->name) : NULL, field_typed, e);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; f->type == FIELD_TYPE_CHOICE && i < f->choices->len; i++)
		g_ptr_array_add(items, pick_item_new(f->choices->pdata[i], NULL, f->choices->pdata[i], 0));
	if (f->type == FIELD_TYPE_YES_NO) {
		g_ptr_array_add(items, pick_item_new(_("yes"), NULL, "yes", 0));
		g_ptr_array_add(items, pick_item_new(_("no"), NULL, "no", 0));
	}
	command_pick(app, question, items, field_picked, e);
}

static void which_field(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		command_run(e->app, ACTION_FIELD, item->word);
}

void command_field(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	g_autofree char *name = NULL, *value = NULL;
	const struct desk_field *f;
	GPtrArray *items;

	if (*arg) {
		command_split(arg, &name, &value);
		f = field_named(s, name);
		if (!f) {
			app_say(app, TRUE, "No field is called %s.", name);
		} else if (*value) {
			struct errand *e = errand_new(app, ACTION_FIELD, ticket_id);

			e->text = g_strdup(f->name);
			field_answered(e, value);
			errand_free(e);
		} else {
			ask_field(app, ticket_id, f, FALSE);
		}
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; s && i < s->fields->len; i++) {
		f = s->fields->pdata[i];
		if (t && custom_field_fits(f, t->category))
			g_ptr_array_add(items, pick_item_new(field_label(app->store, f), field_value_of(t, f->name), f->name, f->id));
	}
	if (!items->len) {
		g_ptr_array_unref(items);
		app_say(app, FALSE, "Tickets of this kind have no fields; the category decides.");
		return;
	}
	command_pick(app, "which field", items, which_field, errand_new(app, ACTION_FIELD, ticket_id));
}

void command_intake(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	const struct desk_field *f = t ? field_missing(store_session(app->store), t, NULL) : NULL;

	(void)arg;
	if (!t)
		app_say(app, TRUE, "#%" G_GINT64_FORMAT " is still being fetched.", ticket_id);
	else if (!f)
		app_say(app, FALSE, t->category ? "#%" G_GINT64_FORMAT ": nothing is left to ask." :
		        N_("#%" G_GINT64_FORMAT ": nothing is left to ask (the category decides what is asked)."), ticket_id);
	else
		ask_field(app, ticket_id, f, TRUE);
}
