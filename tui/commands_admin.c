/* The administrator's lists: what kinds of configuration there are, the records of one, a record
 * as text in the person's editor, what that would change, and only then the change. */
#include "tui/commands.h"

#include <string.h>

#include "wire/config.h"

/* What is being looked at or changed; shared by the questions of one way through. */
struct admin {
	struct app *app;
	char *type, *key;    /* key NULL: a new one */
	char *was;           /* the record's text as it was read; NULL new or to be removed */
	char *text;          /* as it is to be */
	int64_t revision;    /* of the configuration when it was read */
	gboolean removing;
};

static void admin_clear(void *p)
{
	struct admin *a = p;

	g_free(a->type);
	g_free(a->key);
	g_free(a->was);
	g_free(a->text);
}

static void admin_unref(void *p)
{
	g_rc_box_release_full(p, admin_clear);
}

static struct admin *admin_new(struct app *app, const char *type)
{
	struct admin *a = g_rc_box_new0(struct admin);

	a->app = app;
	a->type = g_strdup(type);
	return a;
}

static struct admin *admin_ref(struct admin *a)
{
	return g_rc_box_acquire(a);
}

static void pick(struct admin *a, const char *title, GPtrArray *items, picker_done_fn *done)
{
	const struct picker_ask ask = {.title = title, .items = items, .done = done, .arg = admin_ref(a),
	                               .destroy = admin_unref};

	picker_open(a->app->pane[PANE_PICKER], &ask);
}

static void say_error(struct app *app, const GError *error)
{
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", 2);

	app_say(app, TRUE, "%s", lines[0]);
}

static gboolean may_change(const struct app *app)
{
	const struct session *s = store_session(app->store);

	return s && s->me && s->me->role == ROLE_ADMINISTRATOR;
}

static void lookup(struct admin *a, const char *type, const char *key, gboolean full, store_answer_fn *fn)
{
	struct query q;

	query_init(&q, QUERY_CONFIG);
	q.text = g_strdup(type);
	q.key = g_strdup(key);
	q.full = full;
	app_lookup(a->app, &q, fn, admin_ref(a), admin_unref);
	query_clear(&q);
}

/* ---------------------------------------------------------------- trying and applying */
static void edit(struct admin *a);
static void try_it(struct admin *a, int64_t revision);

static void add_lines(GPtrArray *items, const char *text, const char *word)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++) {
		struct pick_item *item = **line ? pick_item_new(*line, NULL, word, 0) : NULL;

		if (item && strlen(*line) > 76) /* cut in the list */
			item->preview = g_strdup(*line);
		if (item)
			g_ptr_array_add(items, item);
	}
}

static void send(struct admin *a, int64_t revision, gboolean dry_run, store_answer_fn *fn)
{
	struct change c;

	change_init(&c, CHANGE_CONFIG_APPLY);
	c.body = g_strdup(a->text);
	c.revision = revision;
	c.dry_run = dry_run;
	app_request(a->app, &c, fn, admin_ref(a), admin_unref);
	change_clear(&c);
}

static void applied(struct answer *answer, const GError *error, void *arg)
{
	struct admin *a = arg;

	if (!error)
		app_say(a->app, FALSE, a->removing ? _("%s removed: revision %" PRId64 ".") : _("%s changed: revision %" PRId64 "."), a->type,
		        answer->revision);
	else
		say_error(a->app, error);
	/* Somebody else was faster: what this would change of their work, asked again. */
	if (error && desk_error_code(error) == DESK_CONFLICT)
		try_it(a, -1);
	else if (error)
		app_say(a->app, TRUE, "%s (nothing is lost: :admin %s again)", error->message, a->type);
	answer_free(answer);
}

static void decided(const struct pick_item *item, void *arg)
{
	struct admin *a = arg;
	const char *word = item && item->word ? item->word : "";

	if (strcmp(word, "edit") == 0)
		edit(a);
	else if (strcmp(word, "apply") == 0)
		send(a, a->revision, FALSE, applied);
	else if (item)
		app_say(a->app, FALSE, "Nothing was changed.");
}

/* The first line is never the one that changes something: Enter twice does no harm. */
static void tried(struct answer *answer, const GError *error, void *arg)
{
	struct admin *a = arg;
	GPtrArray *items = g_ptr_array_new();
	g_autofree char *title = NULL;

	if (error && desk_error_code(error) == DESK_CONFLICT) {
		say_error(a->app, error);
		g_ptr_array_unref(items);
		try_it(a, -1);
		return;
	}
	if (error && desk_error_code(error) != DESK_INVALID) {
		say_error(a->app, error);
		g_ptr_array_unref(items);
		return;
	}
	if (answer && (!answer->text || !*answer->text)) {
		app_say(a->app, FALSE, "Nothing was changed.");
		g_ptr_array_unref(items);
		answer_free(answer);
		return;
	}
	if (a->removing)
		g_ptr_array_add(items, pick_item_new(_("keep it"), NULL, "keep", 0));
	else
		g_ptr_array_add(items, pick_item_new(_("edit again"), _("nothing is lost"), "edit", 0));
	if (answer) {
		a->revision = answer->revision;
		g_ptr_array_add(items, pick_item_new(a->removing ? _("remove it") : _("apply these changes"), NULL, "apply", 0));
	}
	g_ptr_array_add(items, pick_item_new(_("give up"), NULL, "keep", 0));
	add_lines(items, answer ? answer->text : error->message, a->removing ? "keep" : "edit");
	title = g_strdup_printf("%s %s: %s", a->type, a->key ? a->key : _("new"), answer ? _("this would change") : _("this is wrong"));
	pick(a, title, items, decided);
	answer_free(answer);
}

static void try_it(struct admin *a, int64_t revision)
{
	send(a, revision, TRUE, tried);
}

/* ---------------------------------------------------------------- one record */
static void edited(struct app *app, const char *text, const GError *error, void *data)
{
	struct admin *a = data;

	if (error) {
		say_error(app, error);
		return;
	}
	if (a->was && strcmp(text, a->was) == 0) {
		app_say(app, FALSE, "Nothing was changed.");
		return;
	}
	g_free(a->text);
	a->text = g_strdup(text);
	try_it(a, a->revision);
}

static void edit(struct admin *a)
{
	g_autofree char *name = g_strdup_printf("%s.policy", a->type);
	g_autoptr(GError) error = NULL;

	if (!app_edit(a->app, name, a->text, edited, admin_ref(a), admin_unref, &error)) {
		say_error(a->app, error);
		admin_unref(a);
	}
}

static void record_done(const struct pick_item *item, void *arg)
{
	struct admin *a = arg;

	if (!item || !item->word || !may_change(a->app))
		return;
	if (strcmp(item->word, "remove") == 0) {
		a->removing = TRUE;
		g_free(a->text);
		a->text = g_strdup_printf("[remove %s %s]\n", a->type, a->key);
		try_it(a, a->revision);
	} else {
		edit(a);
	}
}

static void record_came(struct answer *answer, const GError *error, void *arg)
{
	struct admin *a = arg;
	const struct config_entry *e = answer && answer->config->len ? answer->config->pdata[0] : NULL;
	g_autofree char *title = NULL;
	GPtrArray *items;

	if (!e || !e->text) {
		app_say(a->app, TRUE, "%s", error ? error->message : _("It is not there anymore."));
		answer_free(answer);
		return;
	}
	a->revision = answer->revision;
	a->was = g_strdup(e->text);
	a->text = g_strdup(e->text);
	items = g_ptr_array_new();
	if (may_change(a->app)) {
		g_ptr_array_add(items, pick_item_new(_("edit"), _("in your editor; asks before anything changes"), "edit", 0));
		g_ptr_array_add(items, pick_item_new(_("remove"), _("shows first what would go"), "remove", 0));
	}
	add_lines(items, e->text, "edit");
	title = g_strdup_printf("%s %s", a->type, a->key);
	pick(a, title, items, record_done);
	answer_free(answer);
}

/* ---------------------------------------------------------------- records of a type, and types */
static void entry_picked(const struct pick_item *item, void *arg)
{
	struct admin *list = arg, *a;

	if (!item)
		return;
	a = admin_new(list->app, list->type);
	a->revision = list->revision;
	if (item->id) {
		a->text = config_skeleton((enum record_type)record_type_by_name(a->type), "new-key");
		edit(a);
	} else {
		a->key = g_strdup(item->word);
		lookup(a, a->type, a->key, TRUE, record_came);
	}
	admin_unref(a);
}

static void entries_came(struct answer *answer, const GError *error, void *arg)
{
	struct admin *a = arg;
	g_autofree char *title = NULL;
	GPtrArray *items;

	if (error) {
		say_error(a->app, error);
		return;
	}
	a->revision = answer->revision;
	items = g_ptr_array_new();
	for (guint i = 0; i < answer->config->len; i++) {
		const struct config_entry *e = answer->config->pdata[i];
		struct pick_item *item = pick_item_new(e->key, e->title, e->key, 0);

		item->preview = g_strdup(e->text);
		g_ptr_array_add(items, item);
	}
	if (may_change(a->app))
		g_ptr_array_add(items, pick_item_new(_("new ..."), _("begins with an empty one to fill in"), NULL, 1));
	title = g_strdup_printf("%s: %u", a->type, answer->config->len);
	pick(a, title, items, entry_picked);
	answer_free(answer);
}

static void type_picked(const struct pick_item *item, void *arg)
{
	if (item)
		command_admin(((struct admin *)arg)->app, item->word);
}

static void types_came(struct answer *answer, const GError *error, void *arg)
{
	struct admin *a = arg;
	guint counts[RECORD_TYPE_COUNT] = {0};
	GPtrArray *items;

	if (error) {
		say_error(a->app, error);
		return;
	}
	for (guint i = 0; i < answer->config->len; i++) {
		int type = record_type_by_name(((const struct config_entry *)answer->config->pdata[i])->type);

		if (type >= 0)
			counts[type]++;
	}
	items = g_ptr_array_new();
	for (int i = 0; i < RECORD_TYPE_COUNT; i++) {
		const char *name = record_type_name(record_order[i]);
		g_autofree char *count = g_strdup_printf("%u", counts[record_order[i]]);

		if (record_is_config(record_order[i]))
			g_ptr_array_add(items, pick_item_new(name, count, name, 0));
	}
	pick(a, _("configuration"), items, type_picked);
	answer_free(answer);
}

void command_admin(struct app *app, const char *arg)
{
	int type = *arg ? record_type_by_name(arg) : -1;
	struct admin *a;

	if (*arg && (type < 0 || !record_is_config((enum record_type)type))) {
		app_say(app, TRUE, "\"%s\" is no kind of configuration; :admin lists them.", arg);
		return;
	}
	a = admin_new(app, *arg ? arg : NULL);
	lookup(a, a->type, NULL, a->type != NULL, a->type ? entries_came : types_came);
	admin_unref(a);
}

/* ---------------------------------------------------------------- revisions */
static void log_came(struct answer *answer, const GError *error, void *arg)
{
	struct admin *a = arg;
	GPtrArray *items;

	if (error) {
		say_error(a->app, error);
		return;
	}
	if (!answer->revisions->len) {
		app_say(a->app, FALSE, "The configuration was never changed.");
		answer_free(answer);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < answer->revisions->len; i++) {
		const struct config_revision *r = answer->revisions->pdata[i];
		g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(r->at_ms / 1000);
		g_autofree char *when = at ? g_date_time_format(at, "%Y-%m-%d %H:%M") : g_strdup("");
		g_autofree char *label = g_strdup_printf("%" PRId64 " %s", r->revision, r->summary ? r->summary : "");
		g_autofree char *detail = g_strdup_printf("%s %s", when, r->by_name ? r->by_name : "");
		struct pick_item *item = pick_item_new(label, detail, NULL, 0);

		item->preview = g_strdup(r->summary);
		g_ptr_array_add(items, item);
	}
	pick(a, _("changes of the configuration"), items, NULL);
	answer_free(answer);
}

void command_policy_log(struct app *app, const char *arg)
{
	struct admin *a = admin_new(app, NULL);
	struct query q;

	(void)arg;
	query_init(&q, QUERY_CONFIG_LOG);
	app_lookup(app, &q, log_came, admin_ref(a), admin_unref);
	query_clear(&q);
	admin_unref(a);
}
