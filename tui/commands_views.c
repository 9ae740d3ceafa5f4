/* Views: built-in, of groups, saved; with their counts. */
#include "tui/finding.h"

#include <string.h>

#define VIEWS_MS 1000 /* counts on show are never older, or marked */

static const struct {
	const char *name, *means;
} built_in[] = {
	{"mine", N_("active tickets of my groups")}, {"assigned", N_("assigned to me")},
	{"unassigned", N_("nobody's yet")}, {"all", N_("every active ticket")},
	{"done", N_("resolved and archived")}, {"snoozed", N_("put off until later")},
	{"promises", N_("answers promised, the next one first")}, {"follow-ups", N_("to be asked whether all is well")},
	{"to-acknowledge", N_("handed to us, to be acknowledged before it bounces")},
};

static const char *means_of(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(built_in); i++)
		if (strcmp(built_in[i].name, name) == 0)
			return built_in[i].means;
	return NULL;
}

/* ---------------------------------------------------------------- what there is */

static const struct saved_view *saved_at(const struct app *app, guint i)
{
	const GPtrArray *views = store_views(app->store);

	return views && i < views->len ? views->pdata[i] : NULL;
}

/* By name, one's own before the group's before everybody's. `saved`: none of the built-in ones. */
static const struct saved_view *find_saved(const struct app *app, const char *name, gboolean saved)
{
	const struct saved_view *best = NULL, *v;

	for (guint i = 0; (v = saved_at(app, i)); i++)
		if (v->name && g_ascii_strcasecmp(v->name, name) == 0 && (!saved || v->id) &&
		    (!best || v->scope > best->scope))
			best = v;
	return best;
}

static void show_builtin(struct app *app, const char *view)
{
	struct shown_list l = {.view = g_strdup(view)};

	finding_show(app, &l, FALSE);
}

static void show_group(struct app *app, const struct group *g)
{
	struct shown_list l = {.name = g_strdup(g->name), .view = g_strdup("all"), .group_id = g->id};

	finding_show(app, &l, FALSE);
}

static void show_saved(struct app *app, const struct saved_view *v)
{
	struct shown_list l = {.name = text_clean_string(v->title ? v->title : v->name, -1, 0, 80),
			       .view = g_strdup("every"),
			       .query = g_strdup(v->query),
			       .newest = v->newest_first};

	finding_show(app, &l, FALSE);
}

static gboolean show_named(struct app *app, const char *name)
{
	const struct session *s = store_session(app->store);
	const char *names[G_N_ELEMENTS(built_in)];
	const struct saved_view *v;
	int at;

	for (size_t i = 0; i < G_N_ELEMENTS(built_in); i++)
		names[i] = built_in[i].name;
	for (size_t i = 0; i < G_N_ELEMENTS(built_in); i++)
		if (g_ascii_strcasecmp(names[i], name) == 0) {
			show_builtin(app, names[i]);
			return TRUE;
		}
	for (guint i = 0; s && i < s->groups->len; i++) {
		const struct group *g = s->groups->pdata[i];

		if (g_ascii_strcasecmp(g->name, name) == 0) {
			show_group(app, g);
			return TRUE;
		}
	}
	v = find_saved(app, name, TRUE);
	if (v) {
		show_saved(app, v);
		return TRUE;
	}
	at = command_match(name, names, G_N_ELEMENTS(names));
	if (at < 0)
		return FALSE;
	show_builtin(app, names[at]);
	return TRUE;
}

/* ---------------------------------------------------------------- the picker */

/* "14" "3 late"; "~" before figures that are no longer quite true. */
static void add_item(struct app *app, GPtrArray *items, const char *name, const struct saved_view *v,
                     const char *means)
{
	struct pick_item *item = pick_item_new(name, means, name, v ? v->id : 0);
	const char *old = v && store_now_ms(app->store) - v->as_of_ms > VIEWS_MS ? "~" : "";

	item->count = v && v->count >= 0 ? g_strdup_printf("%s%" G_GINT64_FORMAT, old, v->count) : g_strdup("");
	item->late = v && v->late > 0 ? g_strdup_printf(_("%s%" G_GINT64_FORMAT " late"), old, v->late) : g_strdup("");
	g_ptr_array_add(items, item);
}

static char *means_saved(const struct app *app, const struct saved_view *v)
{
	const struct group *g = v->scope == SCOPE_GROUP ? store_group(app->store, v->owner_id) : NULL;
	const char *whose = v->scope == SCOPE_OWN   ? word_said("own")
			    : v->scope == SCOPE_ALL ? word_said("all")
			    : g                     ? g->name
						    : word_said("group");

	return g_strdup_printf("%s: %s", whose, v->query ? v->query : "");
}

static GPtrArray *view_items(struct app *app, gboolean saved_only)
{
	const struct session *s = store_session(app->store);
	GPtrArray *items = g_ptr_array_new();
	const struct saved_view *v;

	for (size_t i = 0; !saved_only && i < G_N_ELEMENTS(built_in); i++) {
		const struct saved_view *counted = NULL;

		for (guint k = 0; (v = saved_at(app, k)); k++)
			if (!v->id && g_strcmp0(v->name, built_in[i].name) == 0)
				counted = v;
		add_item(app, items, built_in[i].name, counted, say(means_of(built_in[i].name)));
	}
	for (guint i = 0; (v = saved_at(app, i)); i++) {
		g_autofree char *means = v->id ? means_saved(app, v) : NULL;

		if (v->id)
			add_item(app, items, v->name, v, means);
	}
	for (guint i = 0; !saved_only && s && i < s->groups->len; i++) {
		const struct group *g = s->groups->pdata[i];

		add_item(app, items, g->name, NULL, g->title);
	}
	return items;
}

void finding_views_stop(struct app *app)
{
	struct finding *f = app->finding;

	f->picks_views = FALSE;
	if (f->views_timer)
		g_source_remove(f->views_timer);
	f->views_timer = 0;
}

static gboolean on_views(gpointer arg)
{
	struct app *app = arg;

	store_want_views(app->store);
	picker_items(app->pane[PANE_PICKER], view_items(app, FALSE)); /* figures that got old are marked */
	app_dirty(app, PANE_PICKER, TODO_PAINT);
	return G_SOURCE_CONTINUE;
}

static void view_picked(const struct pick_item *item, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;

	finding_views_stop(app);
	if (!item)
		return;
	for (guint i = 0; item->id && saved_at(app, i); i++)
		if (saved_at(app, i)->id == item->id) {
			show_saved(app, saved_at(app, i));
			return;
		}
	show_named(app, item->word);
}

static void pick_view(struct app *app)
{
	struct finding *f = app->finding;

	command_pick(app, "show which tickets", view_items(app, FALSE), view_picked,
		     errand_new(app, ACTION_VIEW, 0));
	if (!(store_capabilities(app->store) & CAN_VIEWS))
		return;
	f->picks_views = TRUE;
	store_want_views(app->store);
	if (!f->views_timer)
		f->views_timer = g_timeout_add(VIEWS_MS, on_views, app);
}

void command_view(struct app *app, const char *arg)
{
	gboolean may_save = (store_capabilities(app->store) & CAN_VIEWS) != 0;

	if (!*arg) {
		pick_view(app);
	} else if (!show_named(app, arg)) {
		if (!may_save || store_views(app->store)) {
			app_say(app, TRUE, "There is no view or group %s.", arg);
			return;
		}
		g_free(app->finding->wanted_view); /* the desk is asked first which there are */
		app->finding->wanted_view = g_strdup(arg);
		store_want_views(app->store);
		app_hold_for(app, ACTION_VIEW); /* what is typed next is for that list */
	}
}

void finding_views_came(struct app *app)
{
	struct finding *f = app->finding;
	g_autofree char *wanted = g_steal_pointer(&f->wanted_view);

	if (f->picks_views && picker_is_open(app->pane[PANE_PICKER])) {
		picker_items(app->pane[PANE_PICKER], view_items(app, FALSE));
		app_dirty(app, PANE_PICKER, TODO_PAINT);
	}
	if (wanted && !show_named(app, wanted))
		app_say(app, TRUE, "There is no view or group %s.", wanted);
	if (wanted)
		app_release_for(app, ACTION_VIEW);
}

/* ---------------------------------------------------------------- saving, removing */

/* own, group (the one on show, else the person's first), all, or a group's name. */
static gboolean scope_of(struct app *app, const char *word, enum scope *scope, desk_id *owner)
{
	const struct session *s = store_session(app->store);

	*owner = 0;
	if (!*word || strcmp(word, "own") == 0) {
		*scope = SCOPE_OWN;
		*owner = s->me->id;
		return TRUE;
	}
	if (strcmp(word, "all") == 0) {
		*scope = SCOPE_ALL;
		return TRUE;
	}
	*scope = SCOPE_GROUP;
	if (strcmp(word, "group") == 0) {
		*owner = app->finding->now.group_id;
		if (!*owner && s->me->groups->len)
			*owner = g_array_index(s->me->groups, desk_id, 0);
		if (!*owner)
			app_say(app, TRUE, "You are in no group; say which one.");
		return *owner != 0;
	}
	for (guint i = 0; i < s->groups->len; i++) {
		const struct group *g = s->groups->pdata[i];

		if (g_ascii_strcasecmp(g->name, word) == 0)
			*owner = g->id;
	}
	if (!*owner)
		app_say(app, TRUE, "A view is own, group, all, or a group's: %s is none of these.", word);
	return *owner != 0;
}

static void save(struct app *app, const char *name, enum scope scope, desk_id owner)
{
	struct find_error e = {0};
	g_autofree char *query = finding_query(app, &e);
	const struct saved_view *old;
	struct change c;

	if (!query) {
		app_say(app, TRUE, "%s", e.message);
		find_error_clear(&e);
		return;
	}
	change_init(&c, CHANGE_VIEW_SAVE);
	c.view = g_new0(struct saved_view, 1);
	c.view->count = c.view->late = -1;
	c.view->name = g_strdup(name);
	c.view->scope = scope;
	c.view->owner_id = owner;
	c.view->query = g_steal_pointer(&query);
	c.view->newest_first = app->finding->now.newest;
	for (guint i = 0; (old = saved_at(app, i)); i++)
		if (old->id && old->scope == scope && old->owner_id == owner &&
		    g_strcmp0(old->name, name) == 0)
			c.view_id = c.view->id = old->id; /* the same name again: it is changed */
	command_write(app, &c, NULL);
	app_say(app, FALSE, "View %s is saved.", name);
}

static void save_named(const char *text, void *arg)
{
	if (text)
		command_run(((struct errand *)arg)->app, ACTION_SAVE_VIEW, text);
}

void command_save_view(struct app *app, const char *arg)
{
	g_autofree char *name = NULL, *word = NULL;
	enum scope scope;
	desk_id owner;

	if (!store_session(app->store))
		return;
	if (!*arg) {
		command_ask(app, "save this list as (NAME own|group|all): ", save_named,
			    errand_new(app, ACTION_SAVE_VIEW, 0));
		return;
	}
	command_split(arg, &name, &word);
	if (means_of(name))
		app_say(app, TRUE, "%s is a built-in view; choose another name.", name);
	else if (scope_of(app, word, &scope, &owner))
		save(app, name, scope, owner);
}

static void remove_now(const char *yes, void *arg)
{
	struct errand *e = arg;
	struct change c;

	if (!yes)
		return;
	change_init(&c, CHANGE_VIEW_REMOVE);
	c.view_id = e->id;
	command_write(e->app, &c, NULL);
	app_say(e->app, FALSE, "View %s is removed.", e->text);
}

static void remove_asked(struct app *app, const struct saved_view *v)
{
	g_autofree char *label = g_strdup_printf(_("Remove the view %s?"), v->name);
	struct errand *e = errand_new(app, ACTION_REMOVE_VIEW, 0);

	e->id = v->id;
	e->text = text_clean_string(v->name, -1, 0, 80);
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){.label = label,
								 .confirm = TRUE,
								 .asked_by = app->last_key,
								 .done = remove_now,
								 .arg = e,
								 .destroy = errand_free});
}

static void remove_picked(const struct pick_item *item, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;

	for (guint i = 0; item && saved_at(app, i); i++)
		if (saved_at(app, i)->id == item->id) {
			remove_asked(app, saved_at(app, i));
			return;
		}
}

void command_remove_view(struct app *app, const char *arg)
{
	const struct saved_view *v = *arg ? find_saved(app, arg, TRUE) : NULL;

	if (v) {
		remove_asked(app, v);
	} else if (*arg) {
		app_say(app, TRUE, "There is no saved view %s.", arg);
	} else {
		GPtrArray *items = view_items(app, TRUE);

		if (items->len)
			command_pick(app, "remove which view", items, remove_picked,
				     errand_new(app, ACTION_REMOVE_VIEW, 0));
		else
			g_ptr_array_unref(items);
		if (!store_views(app->store))
			app_say(app, FALSE, "The views aren't here yet; try again.");
		store_want_views(app->store);
	}
}
