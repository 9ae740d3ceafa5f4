/* Files: attached to what is being written; those of the ticket read, saved, opened. */
#include "tui/commands.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/html.h"
#include "tui/filetext.h"
#include "tui/openers.h"
#include "tui/paths.h"

/* A place of our own for files that are only looked at; gone when we leave. */
struct filing {
	char *dir;       /* NULL: not needed yet */
	char *save_dir;  /* where the last one was saved */
	GPtrArray *made; /* char*: files in dir */
};

static struct filing *filing_of(struct app *app)
{
	if (!app->filing) {
		app->filing = g_new0(struct filing, 1);
		app->filing->made = g_ptr_array_new_with_free_func(g_free);
	}
	return app->filing;
}

void filing_free(struct app *app)
{
	struct filing *f = g_steal_pointer(&app->filing);

	if (!f)
		return;
	for (guint i = 0; i < f->made->len; i++) {
		g_autofree char *folder = g_path_get_dirname(f->made->pdata[i]);

		g_unlink(f->made->pdata[i]);
		g_rmdir(folder);
	}
	if (f->dir)
		g_rmdir(f->dir);
	g_ptr_array_unref(f->made);
	g_free(f->dir);
	g_free(f->save_dir);
	g_free(f);
}

/* A path that nobody else can read or guess, with the name the file came with. */
static char *private_path(struct app *app, const char *name, GError **error)
{
	struct filing *f = filing_of(app);
	g_autofree char *safe = paths_safe_name(name);
	g_autoptr(GError) why = NULL;
	g_autofree char *folder = NULL;

	if (!f->dir)
		f->dir = g_dir_make_tmp("ttydesk-files-XXXXXX", &why);
	if (f->dir) {
		folder = g_build_filename(f->dir, "XXXXXX", NULL);
		if (!g_mkdtemp(folder))
			g_clear_pointer(&folder, g_free);
	}
	if (!folder) {
		desk_fail(error, DESK_IO, "no folder can be made for it: %s", why ? why->message : "");
		return NULL;
	}
	g_ptr_array_add(f->made, g_build_filename(folder, safe, NULL));
	return g_build_filename(folder, safe, NULL);
}

/* ---------------------------------------------------------------- attaching */

static desk_id writes_on(struct app *app, enum message_kind *kind)
{
	const struct view *composer = app->pane[PANE_COMPOSER];
	desk_id ticket_id = app->focus == PANE_COMPOSER ? composer_ticket(composer) : command_target(app);

	*kind = composer_ticket(composer) == ticket_id ? composer_kind(composer) : MESSAGE_REPLY;
	return ticket_id;
}

static void attach_paths(struct app *app, desk_id ticket_id, const char *line)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) paths = paths_split(line, &error);
	enum message_kind kind;
	guint done = 0;

	if (writes_on(app, &kind) != ticket_id)
		kind = MESSAGE_REPLY;
	for (char **path = paths; path && *path && !error; path++)
		done += store_attach(app->store, ticket_id, kind, *path, &error);
	if (error)
		app_say(app, TRUE, "Not attached: %s.", error->message);
	else
		app_say(app, FALSE, kind == MESSAGE_NOTE ?
		        say_n("%u file attached to your note.", "%u files attached to your note.", done) :
		        say_n("%u file attached to your reply.", "%u files attached to your reply.", done), done);
	app_dirty(app, PANE_COMPOSER, TODO_REFLOW | TODO_PAINT);
}

static void attach_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text)
		attach_paths(e->app, e->ticket_id, text);
}

static char **attach_complete(const char *line, size_t word_from, size_t cursor, void *arg)
{
	(void)arg;
	return paths_complete(line, 0, word_from, cursor, TRUE);
}

void command_attach(struct app *app, const char *arg)
{
	enum message_kind kind;
	desk_id ticket_id = writes_on(app, &kind);

	if (*arg) {
		attach_paths(app, ticket_id, arg);
		return;
	}
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = N_("attach (Tab completes): "), .done = attach_typed, .complete = attach_complete,
		.arg = errand_new(app, ACTION_ATTACH, ticket_id), .destroy = errand_free});
}

static void detach(struct app *app, desk_id ticket_id, enum message_kind kind, guint i)
{
	struct store_file f;

	if (!store_file_at(app->store, ticket_id, kind, i, &f))
		return;
	app_say(app, FALSE, "%s is not attached any more.", f.name);
	store_detach(app->store, ticket_id, kind, i);
	app_dirty(app, PANE_COMPOSER, TODO_REFLOW | TODO_PAINT);
}

static void detach_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		detach(e->app, e->ticket_id, (enum message_kind)e->id, (guint)item->id);
}

void command_detach(struct app *app, const char *arg)
{
	enum message_kind kind;
	desk_id ticket_id = writes_on(app, &kind);
	guint n = store_file_count(app->store, ticket_id, kind);
	gint64 number = 0;
	struct store_file f;
	GPtrArray *items;
	struct errand *e;

	if (*arg && !g_ascii_string_to_signed(arg, 10, 1, n, &number, NULL)) {
		app_say(app, TRUE, n ? "detach takes the number of an attached file, 1 to %u." : "Nothing is attached.", n);
	} else if (!n) {
		app_say(app, FALSE, "Nothing is attached.");
	} else if (number || n == 1) {
		detach(app, ticket_id, kind, number ? (guint)number - 1 : 0);
	} else {
		items = g_ptr_array_new();
		for (guint i = 0; store_file_at(app->store, ticket_id, kind, i, &f); i++)
			g_ptr_array_add(items, pick_item_new(f.name, NULL, NULL, i));
		e = errand_new(app, ACTION_DETACH, ticket_id);
		e->id = (desk_id)kind;
		command_pick(app, "take off which file?", items, detach_picked, e);
	}
}

/* ---------------------------------------------------------------- the list */

void command_files(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);

	(void)arg;
	store_want_ticket(app->store, ticket_id);
	view_files_show(app->pane[PANE_FILES], ticket_id);
	app->text_on = FALSE;
	app->files_on = TRUE;
	app_dirty(app, PANE_FILES, TODO_REFLOW | TODO_PAINT);
}

static void show_text(struct app *app, const char *title, const char *text)
{
	view_text_show(app->pane[PANE_TEXT], title, text);
	app->text_on = TRUE;
	app_dirty(app, PANE_TEXT, TODO_REFLOW | TODO_PAINT);
}

/* What `arg` or the mark names. FALSE: told. */
static gboolean named_file(struct app *app, const char *arg, const struct attachment **file, const struct message **mail)
{
	struct view *files = app->pane[PANE_FILES];
	gint64 n = 0;

	if (!app->files_on)
		view_files_show(files, command_target(app));
	if (*arg && !g_ascii_string_to_signed(arg, 10, 1, 9999, &n, NULL)) {
		app_say(app, TRUE, "This takes the number of a file, see files.");
		return FALSE;
	}
	view_files_at(files, app->files_on || n ? (int)n - 1 : 0, file, mail);
	if (*file || *mail)
		return TRUE;
	app_say(app, TRUE, n ? "There is no file %d here, see files." : N_("There is no file here."), (int)n);
	return FALSE;
}

/* ---------------------------------------------------------------- reading as text */

/* A file on its way to be looked at. */
struct wanted {
	struct app *app;
	char *name, *media;
	guint strokes;      /* typed before it was asked for */
};

static void wanted_free(gpointer data)
{
	struct wanted *w = data;

	g_free(w->name);
	g_free(w->media);
	g_free(w);
}

/* Whether it may take the screen: keys wait a while for it, but who has typed since is at something else. */
static gboolean still_wanted(const struct wanted *w)
{
	if (w->app->strokes == w->strokes)
		return TRUE;
	app_say(w->app, FALSE, "%s is here now; ask for it again.", w->name);
	return FALSE;
}

static void fetched_to_read(const char *path, const GError *error, void *arg)
{
	struct wanted *w = arg;
	g_autofree char *bytes = NULL;
	g_autoptr(GError) why = NULL;
	gsize len = 0;

	if (!error)
		g_file_get_contents(path, &bytes, &len, &why);
	g_unlink(path);
	if (!error && !still_wanted(w))
		return;
	if (error || why) {
		app_say(w->app, TRUE, "%s: %s.", w->name, error ? error->message : why->message);
	} else {
		g_autofree char *text = filetext_read(bytes, len, w->media, w->name, FALSE);

		show_text(w->app, w->name, text);
		app_hush(w->app, FALSE);
	}
	app_release_for(w->app, ACTION_VIEW_FILE);
}

static void fetch(struct app *app, const struct attachment *a, store_fetched_fn *fn)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = private_path(app, a->name, &error);
	struct wanted *w = path ? g_new0(struct wanted, 1) : NULL;

	if (w)
		*w = (struct wanted){app, g_strdup(a->name), g_strdup(a->media), app->strokes};
	if (w && store_fetch(app->store, a, path, TRUE, fn, w, wanted_free, &error)) {
		app_say(app, FALSE, "Fetching %s...", a->name);
		app_hold_for(app, ACTION_VIEW_FILE);
	} else {
		app_say(app, TRUE, "%s: %s.", a->name, error->message);
	}
}

void command_view_file(struct app *app, const char *arg)
{
	const struct attachment *file;
	const struct message *mail;

	if (!named_file(app, arg, &file, &mail))
		return;
	if (mail) {
		g_autofree char *text = html_to_text(mail->html, -1, 0);

		show_text(app, "mail", text);
	} else {
		fetch(app, file, fetched_to_read);
	}
}

/* ---------------------------------------------------------------- opening with a program */

static void program_ended(struct app *app, const GError *error, void *data)
{
	(void)data;
	if (error)
		app_say(app, TRUE, "%s.", error->message);
}

static void fetched_to_open(const char *path, const GError *error, void *arg)
{
	struct wanted *w = arg;
	g_autofree char *own = g_build_filename(g_get_home_dir(), ".mailcap", NULL);
	const char *const mailcaps[] = {own, "/etc/mailcap", NULL};
	g_autoptr(GError) why = NULL;

	if (!error && !still_wanted(w)) {
		g_unlink(path);
		return;
	}
	g_auto(GStrv) argv = error ? NULL : openers_find(w->app->options->openers, mailcaps, w->media, w->name, path, &why);
	if (!argv || !app_program_run(w->app, (const char *const *)argv, FALSE, program_ended, NULL, NULL, &why))
		app_say(w->app, TRUE, "%s: %s.", w->name, error ? error->message : why->message);
	app_release_for(w->app, ACTION_VIEW_FILE);
}

void command_open_file(struct app *app, const char *arg)
{
	const struct attachment *file;
	const struct message *mail;

	if (!named_file(app, arg, &file, &mail))
		return;
	if (mail)
		command_view_file(app, arg);
	else
		fetch(app, file, fetched_to_open);
}

/* ---------------------------------------------------------------- saving */

struct saving {
	struct app *app;
	struct attachment file; /* id, name, size, sha256: owned */
	char *path;
};

static void saving_free(gpointer data)
{
	struct saving *s = data;

	g_free(s->file.name);
	g_free(s->file.sha256);
	g_free(s->path);
	g_free(s);
}

static void saved(const char *path, const GError *error, void *arg)
{
	struct app *app = arg;

	if (error)
		app_say(app, TRUE, "Not saved: %s.", error->message);
	else
		app_say(app, FALSE, "Saved as %s.", path);
}

static void save(struct saving *s, gboolean replace)
{
	g_autoptr(GError) error = NULL;

	if (store_fetch(s->app->store, &s->file, s->path, replace, saved, s->app, NULL, &error))
		app_say(s->app, FALSE, "Fetching %s...", s->file.name);
	else
		app_say(s->app, TRUE, "Not saved: %s.", error->message);
}

static void replace_answered(const char *text, void *arg)
{
	if (text)
		save(arg, TRUE);
}

static struct saving *saving_copy(const struct saving *from)
{
	struct saving *s = g_new0(struct saving, 1);

	s->app = from->app;
	s->file = from->file;
	s->file.name = g_strdup(from->file.name);
	s->file.sha256 = g_strdup(from->file.sha256);
	s->file.media = NULL;
	return s;
}

static void save_typed(const char *text, void *arg)
{
	struct saving *s = saving_copy(arg);
	g_autofree char *typed = text ? g_strstrip(g_strdup(text)) : NULL;
	g_autofree char *home = typed && *typed ? paths_home(typed) : NULL;
	g_autofree char *safe = paths_safe_name(s->file.name);

	if (!home) {
		saving_free(s);
		return;
	}
	s->path = g_file_test(home, G_FILE_TEST_IS_DIR) ? g_build_filename(home, safe, NULL) : g_steal_pointer(&home);
	g_free(filing_of(s->app)->save_dir);
	filing_of(s->app)->save_dir = g_path_get_dirname(s->path);
	if (g_file_test(s->path, G_FILE_TEST_EXISTS)) {
		g_autofree char *leaf = g_path_get_basename(s->path);
		g_autofree char *label = g_strdup_printf(_("It is there already. Replace %s?"), leaf);

		prompt_open(s->app->pane[PANE_PROMPT], &(struct prompt_ask){
			.label = label, .confirm = TRUE, .asked_by = s->app->last_key, .done = replace_answered,
			.arg = s, .destroy = saving_free});
		return;
	}
	save(s, FALSE);
	saving_free(s);
}

static char **save_complete(const char *line, size_t word_from, size_t cursor, void *arg)
{
	(void)arg;
	return paths_complete(line, 0, word_from, cursor, FALSE);
}

/* "~/Downloads/report.pdf": the folder of the last one, the person's downloads, or home. */
static char *proposed_path(struct app *app, const char *name)
{
	const char *downloads = g_get_user_special_dir(G_USER_DIRECTORY_DOWNLOAD), *home = g_get_home_dir();
	const char *dir = filing_of(app)->save_dir;
	g_autofree char *safe = paths_safe_name(name);

	if (!dir)
		dir = downloads && g_file_test(downloads, G_FILE_TEST_IS_DIR) ? downloads : home;
	g_autofree char *path = g_build_filename(dir, safe, NULL);
	if (g_str_has_prefix(path, home) && path[strlen(home)] == '/')
		return g_strconcat("~", path + strlen(home), NULL);
	return g_steal_pointer(&path);
}

void command_save_file(struct app *app, const char *arg)
{
	const struct attachment *file;
	const struct message *mail;

	if (!named_file(app, arg, &file, &mail))
		return;
	if (mail) {
		app_say(app, TRUE, "This is the mail's own text, no file; view-file shows it.");
		return;
	}
	g_autofree char *initial = proposed_path(app, file->name);
	struct saving now = {.app = app, .file = *file};
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = N_("save as: "), .initial = initial, .done = save_typed, .complete = save_complete,
		.arg = saving_copy(&now), .destroy = saving_free});
}

gboolean files_close(struct app *app)
{
	if (app->text_on)
		app->text_on = FALSE;
	else if (clocks_close(app))
		return TRUE;
	else if (app->files_on)
		app->files_on = FALSE;
	else
		return FALSE;
	app_dirty(app, PANE_FILES, TODO_REFLOW | TODO_PAINT);
	return TRUE;
}
