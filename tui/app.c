/* The running workstation: what it is made of, its loop. */
#include "tui/commands.h"
#include "tui/notices.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <glib-unix.h>
#include "client/undo.h"

#define READ_MAX (64u << 10)  /* bytes taken in one turn, so that a paste can't starve the rest */
#define BAD_STAYS_MS CLOCK_PATIENCE(3000)

void app_dirty(struct app *app, enum pane pane, unsigned todo)
{
	app->pane[pane]->todo |= todo;
}

void app_say(struct app *app, gboolean bad, const char *format, ...)
{
	g_autofree char *raw = NULL, *sentence = NULL;
	va_list ap;

	va_start(ap, format);
	raw = g_strdup_vprintf(say(format), ap);
	va_end(ap);
	sentence = text_clean_string(raw, -1, 0, 1024);
	app->message_ms = clock_mono_ms();
	app->message_bad = bad;
	view_footer_say(app->pane[PANE_FOOTER], sentence, bad);
}

/* A key wipes what was said; a bad message stays long enough to be read. */
void app_hush(struct app *app, gboolean force)
{
	if (!app->message_ms || (!force && app->message_bad && clock_mono_ms() - app->message_ms < BAD_STAYS_MS))
		return;
	app->message_ms = 0;
	view_footer_say(app->pane[PANE_FOOTER], NULL, FALSE);
}

void app_quit(struct app *app, int code)
{
	app->exit_code = code;
	g_main_loop_quit(app->loop);
}

void app_redraw(struct app *app)
{
	for (int i = 0; i < PANE_COUNT; i++)
		app->pane[i]->stale = TRUE;
	app_dirty(app, PANE_STATUS, TODO_REFLOW);
	screen_redraw(app->screen);
}

/* ---------------------------------------------------------------- terminal */

static gboolean terminal_gone(struct app *app)
{
	app->gone = TRUE;
	app_quit(app, 0);
	return G_SOURCE_REMOVE;
}

static gboolean on_escape(gpointer arg)
{
	struct app *app = arg;

	app->escape_timer = 0;
	app->active = TRUE;
	app_bytes(app, NULL, 0);
	return G_SOURCE_REMOVE;
}

void app_await_escape(struct app *app)
{
	if (app->escape_timer)
		g_source_remove(app->escape_timer);
	app->escape_timer = input_waiting(app->input) ? g_timeout_add(INPUT_ESC_WAIT_MS, on_escape, app) : 0;
}

/* Everything that has been typed is worked off before anything is painted. */
gboolean app_input_is_there(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer arg)
{
	struct app *app = arg;
	char bytes[4096];
	size_t taken = 0;

	app->active = TRUE;
	if (condition & (G_IO_HUP | G_IO_ERR | G_IO_NVAL) && !(condition & G_IO_IN))
		return terminal_gone(app);
	do {
		ssize_t n = read(fd, bytes, sizeof bytes);

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			break;
		if (n <= 0)
			return terminal_gone(app);
		taken += (size_t)n;
		app->typed += (size_t)n;
		app_bytes(app, bytes, (size_t)n);
	} while (taken < READ_MAX && !screen_suspended(app->screen) && app_input_is_there(fd));
	app_await_escape(app);
	return G_SOURCE_CONTINUE;
}

static void resized(struct app *app)
{
	if (!screen_suspended(app->screen) && screen_resized(app->screen))
		app_redraw(app);
}

static gboolean on_winch(gpointer arg)
{
	resized(arg);
	return G_SOURCE_CONTINUE;
}

/* The line broke: or somebody asks us to read our settings again, as daemons do. */
static gboolean on_hup(gpointer arg)
{
	struct app *app = arg;
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

	app->active = TRUE;
	if ((poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL)) || !isatty(STDIN_FILENO))
		terminal_gone(app);
	else
		command_run(app, ACTION_RELOAD, "");
	return G_SOURCE_CONTINUE;
}

static gboolean on_term(gpointer arg)
{
	app_quit(arg, 0);
	return G_SOURCE_CONTINUE;
}

static gboolean on_interrupt(gpointer arg)
{
	struct app *app = arg;

	if (!app->program) /* else it is meant for that */
		app_quit(app, 0);
	return G_SOURCE_CONTINUE;
}

void app_suspend(struct app *app)
{
	store_drafts_flush(app->store, NULL);
	screen_suspend(app->screen);
	kill(getpid(), SIGSTOP); /* goes on here after fg */
	screen_resume(app->screen);
	screen_resized(app->screen);
	app_redraw(app);
	store_retry(app->store);
}

/* SIGTSTP and SIGCONT come through a descriptor: their default actions would stop
 * us with the terminal in our modes. */
static gboolean on_job_signal(gint fd, GIOCondition condition, gpointer arg)
{
	struct app *app = arg;
	struct signalfd_siginfo info;

	(void)condition;
	while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (app->program) {
			if (info.ssi_signo == SIGTSTP)
				kill(getpid(), SIGSTOP); /* the terminal is the program's: leave it as it is */
		} else if (info.ssi_signo == SIGTSTP) {
			app_suspend(app);
		} else if (!screen_suspended(app->screen)) { /* stopped without a word: modes may be lost */
			screen_suspend(app->screen);
			screen_resume(app->screen);
			screen_resized(app->screen);
			app_redraw(app);
		}
	}
	return G_SOURCE_CONTINUE;
}

static void watch_signals(struct app *app)
{
	sigset_t jobs;

	sigemptyset(&jobs);
	sigaddset(&jobs, SIGTSTP);
	sigaddset(&jobs, SIGCONT);
	sigprocmask(SIG_BLOCK, &jobs, NULL);
	app->signal_fd = signalfd(-1, &jobs, SFD_NONBLOCK | SFD_CLOEXEC);
	app->watch[0] = g_unix_signal_add(SIGWINCH, on_winch, app);
	app->watch[1] = g_unix_signal_add(SIGHUP, on_hup, app);
	app->watch[2] = g_unix_signal_add(SIGTERM, on_term, app);
	app->watch[3] = g_unix_signal_add(SIGINT, on_interrupt, app);
	app->watch[4] = app->signal_fd >= 0 ? g_unix_fd_add(app->signal_fd, G_IO_IN, on_job_signal, app) : 0;
	app_watch_keys(app, TRUE);
}

void app_watch_keys(struct app *app, gboolean on)
{
	GSource *source;

	if (app->watch[5])
		g_source_remove(app->watch[5]);
	app->watch[5] = 0;
	if (!on)
		return;
	source = g_unix_fd_source_new(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR);
	g_source_set_callback(source, G_SOURCE_FUNC(on_input), app, NULL);
	/* Nothing here recurses. Said so, GLib doesn't take the descriptor out of its poll and put it back
	 * at every key, waking itself up twice and going round once more. */
	g_source_set_can_recurse(source, TRUE);
	app->watch[5] = g_source_attach(source, NULL);
	g_source_unref(source);
}

/* ---------------------------------------------------------------- looks */

gboolean app_use_theme(struct app *app, const char *name, GError **error)
{
	struct theme *theme = theme_find(name, error), *old = app->theme;

	if (!theme)
		return FALSE;
	app->theme = theme;
	screen_set_theme(app->screen, theme);
	theme_free(old);
	app_redraw(app);
	return TRUE;
}

void app_remember(struct app *app, const char *key, const char *value)
{
	g_autoptr(GError) error = NULL;

	if (!remember_set(app->remember, key, value, &error))
		app_say(app, TRUE, "%s", error->message);
}

/* Complaints of settings, keys and theme as one sentence; the rest by --check-config. */
static void say_complaints(struct app *app, const GString *complaints)
{
	const char *end = strchr(complaints->str, '\n');
	gboolean more = end && end[1];

	if (complaints->len)
		app_say(app, TRUE, "%.*s%s", (int)(end ? end - complaints->str : (long)complaints->len), complaints->str,
		        more ? _(" (and more: ttydesk --check-config)") : "");
}

/* What a closed terminal or a crash left behind is not to be forgotten. */
static void say_drafts(struct app *app)
{
	g_autoptr(GArray) tickets = store_drafts(app->store);
	guint n = tickets ? tickets->len : 0;

	if (n)
		app_say(app, FALSE, say_n("%u draft is kept from before; :drafts shows it.",
		                          "%u drafts are kept from before; :drafts shows them.", n), n);
}

static void complain(GString *complaints, const GError *error)
{
	g_string_append_printf(complaints, "%s%s", error->message, g_str_has_suffix(error->message, "\n") ? "" : "\n");
}

void app_check(const struct options *o, GString *complaints)
{
	struct keymap *keymap = keymap_new_named(o->keys ? o->keys : "default", NULL);
	g_autoptr(GError) wrong_keys = NULL;
	g_autoptr(GError) wrong_theme = NULL;

	if (o->keymap && !keymap_load(keymap, o->keymap, &wrong_keys))
		complain(complaints, wrong_keys);
	if (o->theme) {
		struct theme *theme = theme_find(o->theme, &wrong_theme);

		if (!theme)
			complain(complaints, wrong_theme);
		theme_free(theme);
	}
	keymap_free(keymap);
}

void app_options_changed(struct app *app, const struct options *o)
{
	const struct options *old = app->options;
	const char *chosen = remember_get(app->remember, "theme"); /* while running; until the settings say another */
	const char *theme = chosen && g_strcmp0(old->theme, o->theme) == 0 ? chosen : o->theme;

	app->options = o;
	if (theme)
		app_use_theme(app, theme, NULL);
	app_dirty(app, PANE_STATUS, TODO_REFLOW | TODO_PAINT);
}

/* ---------------------------------------------------------------- life */

static const struct view_ops *const pane_ops[PANE_COUNT] = {
	[PANE_STATUS] = &view_status_ops, [PANE_QUEUE] = &view_queue_ops, [PANE_CONVERSATION] = &view_conversation_ops,
	[PANE_COMPOSER] = &composer_ops, [PANE_INLINE] = &composer_list_ops,
	[PANE_CUSTOMER] = &view_customer_ops, [PANE_KNOWLEDGE] = &view_knowledge_ops,
	[PANE_SUGGEST] = &view_suggest_ops, [PANE_FOOTER] = &view_footer_ops, [PANE_HELP] = &view_help_ops,
	[PANE_FILES] = &view_files_ops, [PANE_TEXT] = &view_text_ops, [PANE_DETAILS] = &view_details_ops,
	[PANE_PROBLEM] = &view_problem_ops, [PANE_LADDER] = &view_ladder_ops,
	[PANE_CLOCKS] = &view_clocks_ops,
	[PANE_PICKER] = &picker_ops, [PANE_SHEET] = &sheet_ops, [PANE_PROMPT] = &prompt_ops,
};

static int idle_fd_of_test(void)
{
#ifdef DESK_TEST_HOOKS
	const char *fd = g_getenv("TTYDESK_TEST_IDLE_FD");

	if (fd)
		return (int)g_ascii_strtoll(fd, NULL, 10);
#endif
	return -1;
}

static void make_panes(struct app *app)
{
	for (int i = 0; i < PANE_COUNT; i++)
		app->pane[i] = view_new(pane_ops[i], app->store);
	view_footer_setup(app->pane[PANE_FOOTER], app->keymap);
	view_suggest_setup(app->pane[PANE_SUGGEST], app->keymap);
	view_status_setup(app->pane[PANE_STATUS], app->keymap);
	view_help_setup(app->pane[PANE_HELP], app->keymap);
	view_knowledge_setup(app->pane[PANE_KNOWLEDGE], app->keymap);
	composer_setup(app->pane[PANE_COMPOSER], app->keymap, app->options->spelling);
	composer_list_setup(app->pane[PANE_INLINE], app->pane[PANE_COMPOSER]);
}

/* The command line goes above what was chosen last, and that above the settings. What was
 * remembered and is no more (a theme file) is no error: the settings hold. */
static void take_choices(struct app *app, GString *complaints, gboolean mono)
{
	const struct options *o = app->options;
	const char *layout = remember_get(app->remember, "layout"), *theme = remember_get(app->remember, "theme");
	const char *mouse = remember_get(app->remember, "mouse");
	int known = layout ? app_layout_by_name(layout) : -1;
	g_autoptr(GError) wrong = NULL;

	app->layout = known >= 0 && !o->layout_said ? (enum app_layout)known : o->layout;
	app->mouse = mouse ? strcmp(mouse, "on") == 0 : o->mouse;
	if (theme && !o->theme_said && !mono && screen_colours(app->screen) && app_use_theme(app, theme, NULL))
		return;
	if (o->theme && !mono && !app_use_theme(app, o->theme, &wrong))
		complain(complaints, wrong);
}

static struct remember *open_remembered(const struct store *store, GString *complaints)
{
	g_autoptr(GError) wrong = NULL;
	struct remember *r = remember_open(store_dir(store), &wrong);

	if (wrong)
		complain(complaints, wrong);
	return r;
}

struct app *app_new(const struct options *o, struct store *store, GError **error)
{
	const char *term = g_getenv("TERM"), *no_color = g_getenv("NO_COLOR");
	gboolean mono = no_color && *no_color;
	struct screen *screen = screen_new(STDIN_FILENO, STDOUT_FILENO, term, mono, error);
	g_autoptr(GString) complaints = NULL;
	struct app *app;

	if (!screen)
		return NULL;
	app = g_new0(struct app, 1);
	app->options = o;
	app->store = store;
	app->screen = screen;
	app->focused = TRUE;
	app->idle_fd = idle_fd_of_test();
	app->active = TRUE;
	app->loop = g_main_loop_new(NULL, FALSE);
	app->input = input_new(term);
	app->keymap = keymap_new_named(o->keys ? o->keys : "default", NULL);
	app->state_dir = g_strdup(store_dir(store));
	complaints = g_string_new(o->complaints->str);
	app->remember = open_remembered(store, complaints);
	if (o->ambiguous_width)
		text_set_ambiguous_width(o->ambiguous_width);
	app->theme = theme_builtin(mono || !screen_colours(screen) ? "mono" : "dark", NULL);
	screen_set_theme(screen, app->theme);
	if (o->keymap) {
		g_autoptr(GError) wrong = NULL;

		if (!keymap_load(app->keymap, o->keymap, &wrong))
			complain(complaints, wrong);
	}
	make_panes(app);
	keying_init(app);
	finding_init(app);
	app->undo = undo_new();
	app->notices = notices_new(app);
	app->on_focus = app_presence;
	app_presence_key(app, FALSE);
	take_choices(app, complaints, mono);
	app_language(app);
	app->focus = app->knowledge_back = app->layout == APP_LAYOUT_CONVERSATION ? PANE_CONVERSATION : PANE_QUEUE;
	app->pane[app->focus]->focused = TRUE;
	app_make_painter(app);
	watch_signals(app);
	app_ask_width(app);
	if (app->mouse)
		app->mouse = app_use_mouse(app, TRUE);
	store_listen(store, app_note, app);
	say_drafts(app);
	say_complaints(app, complaints);
	app_dirty(app, PANE_STATUS, TODO_REFLOW);
	return app;
}

void app_on_lost(struct app *app, app_revive_fn *fn, void *arg)
{
	app->revive = fn;
	app->revive_arg = arg;
}

int app_run(struct app *app)
{
	g_main_loop_run(app->loop);
	store_drafts_flush(app->store, NULL);
	if (app->quits)
		store_leave(app->store);
	store_drafts_farewell(app->store, APP_FAREWELL_MS);
	return app->exit_code;
}

void app_free(struct app *app)
{
	guint *timers[] = {&app->room_watch, &app->hold_timer, &app->prefix_timer, &app->escape_timer, &app->filter_timer, &app->answer_timer,
	                   &app->presence_timer};

	app_program_free(app);
	for (size_t i = 0; i < G_N_ELEMENTS(timers); i++)
		if (*timers[i])
			g_source_remove(*timers[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(app->watch); i++)
		if (app->watch[i])
			g_source_remove(app->watch[i]);
	g_source_destroy(app->painter);
	g_source_unref(app->painter);
	for (int i = 0; i < PANE_COUNT; i++)
		view_free(app->pane[i]);
	keying_free(app);
	filing_free(app);
	finding_free(app);
	command_macro_free(app);
	undo_free(app->undo);
	g_free(app->macro_wanted);
	notices_free(app->notices);
	if (app->signal_fd >= 0)
		close(app->signal_fd);
	if (app->held)
		g_string_free(app->held, TRUE);
	app_drain_answer(app);
	screen_free(app->screen);
	input_free(app->input);
	keymap_free(app->keymap);
	theme_free(app->theme);
	remember_free(app->remember);
	g_main_loop_unref(app->loop);
	g_free(app->filter_wanted);
	g_free(app->customer_words);
	g_free(app->template_name);
	g_free(app->state_dir);
	g_free(app);
}
