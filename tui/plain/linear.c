/* The line-by-line mode: start, prompt, commands. */
#include "tui/plain/linear.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "client/launch.h"
#include "rules/find.h"
#include "tui/commands.h"
#include "tui/plain/linear_inner.h"

#define FAREWELL_MS CLOCK_PATIENCE(500) /* for what was just written to reach the desk */

static const struct command {
	const char *name, *args, *help;
	linear_fn *run;
} commands[] = {
#define E(id, name, args, help) {name, args, help, linear_##id},
	LINEAR_COMMANDS(E)
#undef E
};

/* ---- saying */

void linear_flush(struct linear *l)
{
	if (!out_flush(&l->out, NULL))
		l->over = TRUE; /* nobody hears us any more */
}

void linear_say(struct linear *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *line = g_strdup_vprintf(format, args);
	va_end(args);
	out_put(&l->out, line, OUT_PLAIN);
	g_string_append_c(l->out.text, '\n');
	linear_flush(l);
}

void linear_fail(struct linear *l, const GError *error)
{
	linear_say(l, "%s", error->message);
}

gboolean linear_ticket(struct linear *l, desk_id *id)
{
	*id = l->opened;
	if (!l->opened)
		linear_say(l, _("No ticket is open; open does it."));
	return l->opened != 0;
}

struct ticket *linear_fetch(struct linear *l, desk_id id)
{
	g_autoptr(GError) error = NULL;
	struct ticket *t = desk_ticket(l->desk, id, &error);

	if (!t)
		linear_fail(l, error);
	l->out.now_ms = desk_now_ms(l->desk);
	return t;
}

char *linear_ask(struct linear *l, const char *prompt)
{
	gboolean stopped = FALSE;
	char *text;

	linear_flush(l);
	text = line_read(l->line, &(struct line_ask){.prompt = prompt}, &stopped);
	if (text && !stopped)
		return text;
	g_free(text);
	return NULL;
}

gboolean linear_confirm(struct linear *l, const char *question)
{
	g_autofree char *prompt = g_strdup_printf(_("%s yes or no? "), question);
	g_autofree char *answer = linear_ask(l, prompt);

	return answer && (g_ascii_strcasecmp(g_strstrip(answer), "yes") == 0 || strcmp(answer, _("yes")) == 0);
}

/* ---- commands */

static const struct command *command_named(const char *name)
{
	const char *names[G_N_ELEMENTS(commands)];
	int at;

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		names[i] = commands[i].name;
	at = command_match(name, names, G_N_ELEMENTS(names));
	return at < 0 ? NULL : &commands[at];
}

/* By its whole name, or the beginning of only one. */
static const struct verb *verb_named(const char *name)
{
	const struct verb *found = verb_by_name(name), *v;

	for (size_t i = 0; !found && (v = verb_at(i)); i++)
		if (!(v->flags & (VERB_HIDDEN | VERB_ALONE)) && g_str_has_prefix(v->name, name))
			found = v;
	return found && !(found->flags & (VERB_HIDDEN | VERB_ALONE)) ? found : NULL;
}

int linear_verb(struct linear *l, const char *const *words)
{
	int code;

	l->out.format = OUT_TEXT;
	l->out.quiet = FALSE;
	code = call_words(l->desk, &l->out, words, l->opened);
	l->out.format = OUT_TEXT;
	l->out.quiet = FALSE;
	linear_flush(l);
	return code;
}

static void run_verb(struct linear *l, const struct verb *v, const char *arg)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) split = NULL;
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	if (*arg && !g_shell_parse_argv(arg, NULL, &split, &error)) {
		g_clear_error(&error); /* it's only an apostrophe: words as they stand */
		split = g_strsplit(arg, " ", -1);
	}
	if ((v->flags & VERB_TICKET) && !l->opened && !(*arg == '#')) {
		linear_say(l, _("No ticket is open; open does it."));
		return;
	}
	g_ptr_array_add(words, (void *)v->name);
	for (char **word = split; word && *word; word++)
		g_ptr_array_add(words, *word);
	g_ptr_array_add(words, NULL);
	linear_verb(l, (const char *const *)words->pdata);
}

static void unknown(struct linear *l, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const char *near;

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		g_ptr_array_add(names, (void *)commands[i].name);
	near = find_nearest(name, (const char *const *)names->pdata, names->len);
	if (near)
		linear_say(l, _("%s is no command; did you mean %s?"), name, near);
	else
		linear_say(l, _("%s is no command; help lists them."), name);
}

static void run(struct linear *l, const char *line)
{
	g_autofree char *name = NULL, *rest = NULL;
	const struct command *c;
	const struct verb *v;

	line += strspn(line, ": "); /* as after a colon */
	if (!*line)
		return;
	command_split(line, &name, &rest);
	if (name[0] == '#' || g_ascii_isdigit(name[0])) {
		linear_open(l, name);
		return;
	}
	c = command_named(name);
	v = c ? NULL : verb_named(name);
	l->out.now_ms = desk_now_ms(l->desk);
	if (c)
		c->run(l, rest);
	else if (v)
		run_verb(l, v, rest);
	else
		unknown(l, name);
	linear_flush(l);
}

void linear_help(struct linear *l, const char *arg)
{
	const struct command *c = *arg ? command_named(arg) : NULL;
	const struct verb *v = *arg && !c ? verb_named(arg) : NULL;

	if (c) {
		linear_say(l, "%s %s: %s.", c->name, c->args, _(c->help));
		return;
	}
	if (v) {
		verb_usage(v, l->out.text);
		linear_flush(l);
		return;
	}
	if (*arg) {
		unknown(l, arg);
		return;
	}
	linear_say(l, _("A name may be shortened as long as it is the only one. A number opens a ticket of the list."));
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		linear_say(l, "%s: %s.", commands[i].name, _(commands[i].help));
	for (size_t i = 0; (v = verb_at(i)); i++)
		if (!(v->flags & (VERB_HIDDEN | VERB_ALONE)) && !command_named(v->name))
			linear_say(l, "%s: %s.", v->name, _(v->help));
}

void linear_quit(struct linear *l, const char *arg)
{
	(void)arg;
	l->over = l->quits = TRUE;
}

/* As chosen before, in the settings, by the environment; and only what the terminal can show. */
static void choose_language(struct linear *l)
{
	const char *chosen = remember_get(l->remember, "language");

	if (!g_get_charset(NULL))
		say_language_set("en");
	else if (chosen && g_strv_contains(say_languages(), chosen))
		say_language_set(chosen);
}

void linear_lang(struct linear *l, const char *arg)
{
	g_autoptr(GError) error = NULL;

	if (!g_strv_contains(say_languages(), arg)) {
		linear_say(l, _("There is no language %s: en or zh."), arg);
		return;
	}
	if (!remember_set(l->remember, "language", arg, &error))
		linear_fail(l, error);
	choose_language(l);
	linear_say(l, _("From now on in English."));
}

void linear_reconnect(struct linear *l, const char *arg)
{
	(void)arg;
	store_retry(l->store);
}

void linear_quiet(struct linear *l, const char *arg)
{
	l->quiet = strcmp(arg, "off") != 0;
	linear_say(l, l->quiet ? _("What happens elsewhere is held back.") : _("What happens elsewhere is told."));
}

/* ---- the prompt */

static void complete_command(GPtrArray *out, const char *text)
{
	const struct verb *v;

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (g_str_has_prefix(commands[i].name, text))
			g_ptr_array_add(out, g_strdup(commands[i].name));
	for (size_t i = 0; (v = verb_at(i)); i++)
		if (!(v->flags & (VERB_HIDDEN | VERB_ALONE)) && !command_named(v->name) && g_str_has_prefix(v->name, text))
			g_ptr_array_add(out, g_strdup(v->name));
}

/* What a shell would be offered for the same words. */
static void complete_word(struct linear *l, GPtrArray *out, const char *text)
{
	g_auto(GStrv) typed = g_strsplit(text, " ", -1);
	const struct verb *v = verb_by_name(typed[0]);
	g_autofree char *number = g_strdup_printf("%" PRId64, l->opened);
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	struct out offered = {.text = g_string_new(NULL), .utf8 = TRUE};
	int64_t patience = l->desk->patience_ms;
	size_t before = (size_t)(strrchr(text, ' ') + 1 - text);

	g_ptr_array_add(words, (void *)"complete");
	g_ptr_array_add(words, (void *)"--");
	g_ptr_array_add(words, typed[0]);
	if (v && (v->flags & VERB_TICKET) && l->opened)
		g_ptr_array_add(words, number);
	for (char **word = typed + 1; *word; word++)
		g_ptr_array_add(words, *word);
	g_ptr_array_add(words, NULL);
	call_words(l->desk, &offered, (const char *const *)words->pdata, 0);
	l->desk->patience_ms = patience;
	g_auto(GStrv) lines = g_strsplit(offered.text->str, "\n", -1);

	for (char **line = lines; *line; line++)
		if (**line)
			g_ptr_array_add(out, g_strdup_printf("%.*s%.*s", (int)before, text, (int)strcspn(*line, "\t"), *line));
	out_clear(&offered);
}

static char **complete(const char *text, void *arg)
{
	GPtrArray *out = g_ptr_array_new();

	if (strchr(text, ' '))
		complete_word(arg, out, text);
	else
		complete_command(out, text);
	g_ptr_array_add(out, NULL);
	return (char **)g_ptr_array_free(out, FALSE);
}

static void converse(struct linear *l)
{
	while (!l->over) {
		g_autofree char *prompt = l->opened ? g_strdup_printf("#%" PRId64 "> ", l->opened) : g_strdup("ttydesk> ");
		g_autofree char *news = linear_news_take(l);
		g_autofree char *line = NULL;

		if (news)
			g_string_append(l->out.text, news);
		linear_flush(l);
		store_look(l->store, l->opened, FALSE, FALSE);
		line = line_read(l->line, &(struct line_ask){.prompt = prompt, .remember = TRUE, .news = linear_news_take,
							     .complete = complete, .arg = l}, NULL);
		if (!line)
			break;
		run(l, line);
	}
}

/* ---- start and end */

static gboolean on_end(gpointer arg)
{
	((struct linear *)arg)->over = TRUE;
	return G_SOURCE_CONTINUE;
}

static gboolean on_interrupt(gpointer arg)
{
	(void)arg;
	return G_SOURCE_CONTINUE; /* what is waited for hears it itself */
}

static void tell_waiting(void *arg)
{
	struct linear *l = arg;

	linear_say(l, _("Waiting for the desk."));
}

static gboolean wait_for_session(struct linear *l)
{
	g_autoptr(GError) error = NULL;
	const char *why = NULL;
	struct query q;

	query_init(&q, QUERY_SESSION);
	g_autoptr(answer_auto) a = desk_read(l->desk, &q, &error);

	query_clear(&q);
	while (a && !store_session(l->store) && store_connection(l->store, &why, NULL) != BACKEND_OFFLINE)
		g_main_context_iteration(NULL, TRUE);
	if (a && store_session(l->store))
		return TRUE;
	fprintf(stderr, "ttydesk: %s\n", error ? error->message : why ? why : _("the desk can't be reached"));
	return FALSE;
}

static void greet(struct linear *l)
{
	const struct session *s = store_session(l->store);

	linear_say(l, _("%s, %s. help lists the commands."), s->desk_name ? s->desk_name : "ttydesk",
	           s->me->display ? s->me->display : s->me->name);
	linear_queue(l, l->options->view ? l->options->view : "");
}

static int work(struct linear *l, const char *dir)
{
	g_autofree char *history = g_build_filename(dir, "history-linear", NULL);
	guint ends[] = {g_unix_signal_add(SIGTERM, on_end, l), g_unix_signal_add(SIGHUP, on_end, l),
	                g_unix_signal_add(SIGINT, on_interrupt, l)};
	size_t waiting;

	l->line = line_new(history);
	l->remember = remember_open(dir, NULL);
	choose_language(l);
	l->desk->waiting = tell_waiting;
	l->desk->waiting_arg = l;
	store_start(l->store);
	linear_news_start(l);
	if (wait_for_session(l)) {
		desk_use_store(l->desk, l->store);
		greet(l);
		converse(l);
	}
	if (l->quits)
		store_leave(l->store);
	store_drafts_farewell(l->store, FAREWELL_MS);
	waiting = store_pending_to_send(l->store);
	if (waiting)
		linear_say(l, say_n("%zu change could not be sent yet; it is kept for the next start.",
		                    "%zu changes could not be sent yet; they are kept for the next start.", waiting), waiting);
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
		g_source_remove(ends[i]);
	line_free(l->line);
	remember_free(l->remember);
	return PLAIN_OK;
}

static void clear(struct linear *l)
{
	linear_lists_clear(l);
	linear_news_end(l);
	g_queue_clear_full(&l->news, g_free);
	out_clear(&l->out);
}

int linear_main(const struct options *o)
{
	struct linear l = {.options = o, .at = -1};
	g_autoptr(GError) error = NULL;
	g_autofree char *dir = NULL;
	int code = PLAIN_FAILED;

	out_init(&l.out);
	l.out.spoken = TRUE;
	l.out.colour = l.out.links = FALSE;
	l.desk = desk_open(o, DESK_PATIENCE_MS, &error);
	if (l.desk) {
		dir = launch_state_dir(l.desk->address, o->as_person ? o->as_person : g_get_user_name());
		l.store = store_new(l.desk->backend, dir, &error);
	}
	if (l.store) {
		code = work(&l, dir);
		store_free(l.store);
		l.desk->store = NULL;
	} else {
		fprintf(stderr, "ttydesk: %s\n", error->message);
	}
	desk_close(l.desk);
	clear(&l);
	return code;
}
