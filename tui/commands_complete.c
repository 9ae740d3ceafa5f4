/* What Tab offers on the ":" line: names of actions, then what each of them takes, by a table. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "tui/fields.h"
#include "tui/finding.h"
#include "tui/manual.h"
#include "tui/paths.h"
#include "wire/records.h"

#define TICKETS_OFFERED 30

/* Candidates for what stands between `typed` and the cursor. The line editor puts them in from its
 * last blank on, so a candidate with blanks of its own loses what stands before that. */
struct offers {
	struct app *app;
	const char *typed;  /* of the argument, up to the cursor */
	size_t skip;        /* its bytes before the last blank */
	GPtrArray *lines, *names, *means; /* char * */
};

static void offer(struct offers *o, const char *text, const char *means)
{
	size_t len = strlen(o->typed);

	if (!text || strlen(text) < len || g_ascii_strncasecmp(text, o->typed, len) != 0)
		return;
	g_ptr_array_add(o->lines, g_strdup(text + MIN(o->skip, len)));
	g_ptr_array_add(o->names, g_strdup(text));
	g_ptr_array_add(o->means, means && *means ? g_strdup(means) : NULL);
}

static void offer_words(struct offers *o, const char *words)
{
	g_auto(GStrv) word = g_strsplit(words, "|", -1);

	for (char **w = word; *w; w++)
		offer(o, *w, NULL);
}

static const struct session *session_of(const struct offers *o)
{
	return store_session(o->app->store);
}

/* ---------------------------------------------------------------- where candidates come from */
typedef void source_fn(struct offers *o);

static void layouts(struct offers *o) { offer_words(o, "wide|split|queue|conversation"); }
static void priorities(struct offers *o) { offer_words(o, "normal|important|urgent"); }
static void scopes(struct offers *o) { offer_words(o, "own|group|all"); }
static void states(struct offers *o) { offer_words(o, "available|busy|break|wrap-up|away|offline"); }
static void aloud(struct offers *o) { offer_words(o, "aloud"); }
static void yes_no(struct offers *o) { offer_words(o, "yes|no"); }
static void on_off(struct offers *o) { offer_words(o, "on|off"); }
static void times(struct offers *o) { offer_words(o, "30m|1h|2h|4h|1d|09:00|18:00"); }
static void snooze_times(struct offers *o) { offer_words(o, "reply|1h|4h|09:00|1d"); }
static void link_kinds(struct offers *o) { offer_words(o, "related|parent|child|duplicate"); }
static void compensations(struct offers *o) { offer_words(o, "coupon|refund"); }
static void new_word(struct offers *o) { offer_words(o, "new"); }
static void none_word(struct offers *o) { offer_words(o, "none"); }
static void impacts(struct offers *o) { offer_words(o, "limited|wide"); }
static void needs(struct offers *o) { offer_words(o, "low|medium|high"); }
static void stages(struct offers *o) { offer_words(o, "suspected|found|analysed|fixed|told|prevented|dismissed"); }
static void steps(struct offers *o) { offer_words(o, "found|analysed|fixed|told|prevented|dismissed|undo"); }
static void draft_kinds(struct offers *o) { offer_words(o, "knowledge|training"); }

static void quiet_words(struct offers *o)
{
	on_off(o);
	offer_words(o, "30m|1h|2h");
}

static void break_reasons(struct offers *o)
{
	const struct session *s = session_of(o);
	g_auto(GStrv) list = g_strsplit(s && s->break_reasons ? s->break_reasons : "", ",", -1);

	for (char **one = list; *one; one++)
		offer(o, g_strstrip(*one), NULL);
}

static void free_text(struct offers *o)
{
	(void)o;
}

static void statuses(struct offers *o)
{
	for (int i = 0; i < STATUS_COUNT; i++)
		offer(o, status_name((enum ticket_status)i), NULL);
}

static void people(struct offers *o)
{
	const struct session *s = session_of(o);

	for (guint i = 0; s && i < s->people->len; i++)
		offer(o, ((struct person *)s->people->pdata[i])->name, ((struct person *)s->people->pdata[i])->display);
}

static void groups(struct offers *o)
{
	const struct session *s = session_of(o);

	for (guint i = 0; s && i < s->groups->len; i++)
		offer(o, ((struct group *)s->groups->pdata[i])->name, ((struct group *)s->groups->pdata[i])->title);
}

static void anybody(struct offers *o)
{
	people(o);
	groups(o);
}

static void assignees(struct offers *o)
{
	offer_words(o, "me|nobody");
	anybody(o);
}

/* A tag with a minus before it is taken off. */
static void tags(struct offers *o)
{
	const struct session *s = session_of(o);

	for (guint i = 0; s && i < s->tags->len; i++) {
		const struct tag *tag = s->tags->pdata[i];
		g_autofree char *off = g_strconcat("-", tag->name, NULL);

		offer(o, *o->typed == '-' ? off : tag->name, label_tag(o->app->store, tag));
	}
}

static void saved_views(struct offers *o)
{
	const GPtrArray *views = store_views(o->app->store);

	for (guint i = 0; views && i < views->len; i++)
		if (((const struct saved_view *)views->pdata[i])->id)
			offer(o, ((const struct saved_view *)views->pdata[i])->name, NULL);
}

static void views(struct offers *o)
{
	offer_words(o, "mine|assigned|unassigned|all|done|snoozed|promises|follow-ups");
	groups(o);
	saved_views(o);
}

static void templates(struct offers *o)
{
	const GPtrArray *all = store_templates(o->app->store);

	for (guint i = 0; all && i < all->len; i++)
		offer(o, ((const struct template *)all->pdata[i])->name, ((const struct template *)all->pdata[i])->title);
}

static void macros(struct offers *o)
{
	const GPtrArray *all = store_macros(o->app->store);

	for (guint i = 0; all && i < all->len; i++)
		offer(o, ((const struct macro *)all->pdata[i])->name, ((const struct macro *)all->pdata[i])->title);
}

static void categories(struct offers *o)
{
	const struct session *s = session_of(o);

	for (guint i = 0; s && i < s->categories->len; i++)
		if (((const struct category *)s->categories->pdata[i])->active)
			offer(o, ((const struct category *)s->categories->pdata[i])->name, NULL);
}

static void fields(struct offers *o)
{
	const struct session *s = session_of(o);

	for (guint i = 0; s && i < s->fields->len; i++) {
		const struct desk_field *f = s->fields->pdata[i];

		if (f->active)
			offer(o, f->name, field_label(o->app->store, f));
	}
}

static void profile_lines(struct offers *o)
{
	for (const struct profile_member *m = profile_members; m->name; m++)
		offer(o, m->name, m->label);
}

static void checklists(struct offers *o)
{
	const struct session *s = session_of(o);

	for (guint i = 0; s && i < s->checklists->len; i++)
		offer(o, ((const struct checklist *)s->checklists->pdata[i])->name,
		      ((const struct checklist *)s->checklists->pdata[i])->title);
}

static void offer_ticket(struct offers *o, desk_id id, const char *customer, const char *subject)
{
	g_autofree char *number = g_strdup_printf("%s%" G_GINT64_FORMAT, *o->typed == '#' ? "#" : "", id);
	g_autofree char *means = g_strdup_printf("%s %s", customer ? customer : "", subject ? subject : "");

	offer(o, number, means);
}

/* Those seen lately, then the list on show. */
static void tickets(struct offers *o)
{
	const GPtrArray *seen = recent_list(o->app->finding->recent);
	g_autoptr(GHashTable) had = g_hash_table_new(g_int64_hash, g_int64_equal);

	for (guint i = 0; i < seen->len && i < TICKETS_OFFERED; i++) {
		struct recent_ticket *t = seen->pdata[i];

		g_hash_table_add(had, &t->id);
		offer_ticket(o, t->id, t->customer, t->subject);
	}
	for (size_t i = 0; i < store_queue_size(o->app->store) && i < TICKETS_OFFERED; i++) {
		const struct ticket_row *row = store_queue_at(o->app->store, i);

		if (!g_hash_table_contains(had, &row->id))
			offer_ticket(o, row->id, row->customer_name, row->subject);
	}
}

/* The n-th file of what is being written. */
static void draft_files(struct offers *o)
{
	desk_id ticket_id = o->app->opened;
	struct store_file f;

	for (guint i = 0; store_file_at(o->app->store, ticket_id, MESSAGE_REPLY, i, &f); i++) {
		g_autofree char *n = g_strdup_printf("%u", i + 1);

		offer(o, n, f.name);
	}
}

/* The n-th file of the ticket, as `files` lists them. */
static void ticket_files(struct offers *o)
{
	const struct ticket *t = store_ticket(o->app->store, command_target(o->app));
	const struct attachment *file = NULL;
	const struct message *mail = NULL;
	guint n = files_of_ticket(t, -1, &file, &mail);

	for (guint i = 0; i < n; i++) {
		g_autofree char *number = g_strdup_printf("%u", i + 1);

		file = NULL;
		files_of_ticket(t, (int)i, &file, &mail);
		offer(o, number, file ? file->name : mail->author_name);
	}
}

static void check_steps(struct offers *o)
{
	const struct ticket *t = store_ticket(o->app->store, command_target(o->app));

	for (guint i = 0; t && t->checklist && i < t->checklist->len; i++) {
		g_autofree char *n = g_strdup_printf("%u", i + 1);

		offer(o, n, ((const struct check_item *)t->checklist->pdata[i])->text);
	}
}

static void themes(struct offers *o)
{
	g_auto(GStrv) names = theme_list();

	for (char **n = names; *n; n++)
		offer(o, *n, NULL);
}

static void keymaps(struct offers *o)
{
	for (int i = 0; keymap_names[i]; i++)
		offer(o, keymap_names[i], NULL);
}

static void actions(struct offers *o)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		offer(o, action_info((enum action)i)->name, _(action_info((enum action)i)->help));
}

static void map_words(struct offers *o)
{
	for (int i = 0; keymap_contexts[i]; i++)
		offer(o, keymap_contexts[i], NULL);
	actions(o);
}

/* "CONTEXT:", and the action behind the "=". */
static void bindings(struct offers *o)
{
	const char *equals = strstr(o->typed, " = ");

	if (equals) {
		size_t before = (size_t)(equals + 3 - o->typed);
		struct offers rest = *o;

		rest.typed += before;
		rest.skip = o->skip > before ? o->skip - before : 0;
		actions(&rest);
		return;
	}
	for (int i = 0; keymap_contexts[i]; i++) {
		g_autofree char *context = g_strconcat(keymap_contexts[i], ":", NULL);

		offer(o, context, NULL);
	}
}

static void languages(struct offers *o)
{
	offer(o, "auto", NULL);
	for (const char *const *l = say_languages(); *l; l++)
		offer(o, *l, NULL);
}

static void record_types(struct offers *o)
{
	for (int i = 0; i < RECORD_TYPE_COUNT; i++)
		offer(o, record_type_name(record_order[i]), NULL);
}

static void topics(struct offers *o)
{
	g_auto(GStrv) names = manual_topics();

	for (char **n = names; *n; n++)
		offer(o, *n, NULL);
}

/* ---------------------------------------------------------------- what each action takes */

static const struct argument {
	enum action action;
	source_fn *first;   /* the whole argument where it may have blanks and nothing follows */
	source_fn *second;  /* after the first word; NULL: the first goes on to the end of the line */
} arguments[] = {
	{ACTION_OPEN, tickets, NULL},
	{ACTION_LAYOUT, layouts, NULL},
	{ACTION_STATUS, statuses, times},
	{ACTION_PRIORITY, priorities, NULL},
	{ACTION_ASSIGN, assignees, NULL},
	{ACTION_TAG, tags, NULL},
	{ACTION_ESCALATE, groups, free_text},
	{ACTION_ESTIMATE, times, free_text},
	{ACTION_ANSWER_ESCALATION, free_text, NULL},
	{ACTION_RETURN, free_text, NULL},
	{ACTION_CONSULT, anybody, free_text},
	{ACTION_TRANSFER, people, free_text},
	{ACTION_CANT_SOLVE, free_text, NULL},
	{ACTION_SUBJECT, free_text, NULL},
	{ACTION_CATEGORY, categories, NULL},
	{ACTION_FIELD, fields, NULL /* its choices: field_values */},
	{ACTION_CUSTOMER, free_text, NULL},
	{ACTION_PROFILE, profile_lines, free_text},
	{ACTION_SPLIT, free_text, NULL},
	{ACTION_MERGE, tickets, NULL},
	{ACTION_LINK, link_kinds, tickets},
	{ACTION_UNLINK, tickets, NULL},
	{ACTION_TO, free_text, NULL},
	{ACTION_CC, free_text, NULL},
	{ACTION_FORWARD, free_text, NULL},
	{ACTION_CHECKLIST, checklists, NULL},
	{ACTION_CHECK, check_steps, NULL},
	{ACTION_COMPENSATE, compensations, free_text},
	{ACTION_ASSESS, impacts, needs},
	{ACTION_PROBLEMS, stages, NULL},
	{ACTION_PROBLEM, free_text, NULL},
	{ACTION_AUTOMATION, free_text, NULL},
	{ACTION_LINK_PROBLEM, none_word, NULL},
	{ACTION_PROBLEM_STEP, steps, free_text},
	{ACTION_PROBLEM_ARTICLE, draft_kinds, NULL},
	{ACTION_PACK, free_text, NULL},
	{ACTION_SECRET, new_word, NULL},
	{ACTION_NEW_TICKET, free_text, NULL},
	{ACTION_TEMPLATE, templates, NULL},
	{ACTION_KNOWLEDGE, free_text, NULL},
	{ACTION_INSERT, free_text, NULL},
	{ACTION_VIEW, views, NULL},
	{ACTION_FILTER, NULL, NULL}, /* NULL: its own grammar, see command_complete */
	{ACTION_FIND, NULL, NULL},
	{ACTION_SAVE_VIEW, saved_views, scopes},
	{ACTION_REMOVE_VIEW, saved_views, NULL},
	{ACTION_ATTACH, NULL, NULL},
	{ACTION_DETACH, draft_files, NULL},
	{ACTION_VIEW_FILE, ticket_files, NULL},
	{ACTION_SAVE_FILE, ticket_files, NULL},
	{ACTION_OPEN_FILE, ticket_files, NULL},
	{ACTION_SEND_LATER, times, NULL},
	{ACTION_MACRO, macros, NULL},
	{ACTION_SAVE_MACRO, macros, scopes},
	{ACTION_REMOVE_MACRO, macros, NULL},
	{ACTION_PROMISE, times, NULL},
	{ACTION_FOLLOW_UP_ASK, aloud, NULL},
	{ACTION_FOLLOW_UP, yes_no, free_text},
	{ACTION_SKIP_FOLLOW_UP, free_text, NULL},
	{ACTION_STATE, states, break_reasons},
	{ACTION_DECLINE, free_text, NULL},
	{ACTION_SNOOZE, snooze_times, NULL},
	{ACTION_PALETTE, free_text, NULL},
	{ACTION_BIND, bindings, NULL},
	{ACTION_MAP, map_words, NULL},
	{ACTION_KEYMAP, keymaps, NULL},
	{ACTION_TIMES, free_text, NULL},
	{ACTION_MOUSE, on_off, NULL},
	{ACTION_LANG, languages, NULL},
	{ACTION_QUIET, quiet_words, NULL},
	{ACTION_WHISPER, people, free_text},
	{ACTION_HANDOVER, anybody, free_text},
	{ACTION_ADMIN, record_types, NULL},
	{ACTION_HELP, topics, NULL},
	{ACTION_THEME, themes, NULL},
};

static const struct argument *argument_of(enum action act)
{
	for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++)
		if (arguments[i].action == act)
			return &arguments[i];
	return NULL;
}

gboolean command_completes(enum action act)
{
	return argument_of(act) != NULL;
}

/* `field NAME VALUE`: the values of a choice. */
static void field_values(struct offers *o, const char *name)
{
	const struct session *s = session_of(o);
	const struct desk_field *f = s ? field_named(s, name) : NULL;

	for (guint i = 0; f && f->choices && i < f->choices->len; i++)
		offer(o, f->choices->pdata[i], NULL);
}

/* o->typed is all of the argument; moves on to its second part when the cursor is there. */
static void complete_argument(struct offers *o, enum action act)
{
	const struct argument *a = argument_of(act);
	size_t first = strcspn(o->typed, " "), blanks = strspn(o->typed + first, " ");
	g_autofree char *word = g_strndup(o->typed, first);
	gboolean second = blanks > 0 && a && (a->second || act == ACTION_FIELD);

	if (!a || !a->first)
		return;
	if (!second) {
		a->first(o);
		return;
	}
	o->typed += first + blanks;
	o->skip -= MIN(o->skip, first + blanks);
	if (act == ACTION_FIELD)
		field_values(o, word);
	else
		a->second(o);
}

/* ---------------------------------------------------------------- the line */

static char **take_lines(struct offers *o)
{
	struct keying *k = &o->app->keying;
	char **lines = NULL;

	g_clear_pointer(&k->offer_names, g_ptr_array_unref);
	g_clear_pointer(&k->offer_means, g_ptr_array_unref);
	if (o->lines->len) {
		g_ptr_array_add(o->lines, NULL);
		lines = (char **)g_ptr_array_steal(o->lines, NULL);
	}
	g_ptr_array_unref(o->lines);
	k->offer_names = o->names;
	k->offer_means = o->means;
	return lines;
}

/* The action the line begins with, by its name or an unambiguous beginning. */
static enum action action_on(const char *line)
{
	g_autofree char *name = g_strndup(line, strcspn(line, " "));
	g_autofree char *rest = NULL;
	enum action act = action_by_name(name, strlen(name));

	if (act == ACTION_NONE && !command_parse(name, &act, &rest, NULL))
		return ACTION_NONE;
	return act;
}

char **command_complete(const char *line, size_t word_from, size_t cursor, void *arg)
{
	struct app *app = arg;
	size_t lead = strspn(line, " "), name_end = lead + strcspn(line + lead, " ");
	size_t start = name_end + strspn(line + name_end, " ");
	g_autofree char *typed = NULL;
	struct offers o = {.app = app};
	enum action act;

	app->keying.offers_found = FALSE;
	if (cursor > name_end && start <= cursor) {
		act = action_on(line + lead);
		if (act == ACTION_FILTER || act == ACTION_FIND) {
			app->keying.offers_found = TRUE;
			return finding_complete(app, line, start, word_from, cursor);
		}
		if (act == ACTION_ATTACH)
			return paths_complete(line, start, word_from, cursor, TRUE);
	} else {
		act = ACTION_NONE;
		start = lead;
	}
	typed = g_strndup(line + start, cursor > start ? cursor - start : 0);
	o.typed = typed;
	o.skip = word_from > start ? word_from - start : 0;
	o.lines = g_ptr_array_new();
	o.names = g_ptr_array_new_with_free_func(g_free);
	o.means = g_ptr_array_new_with_free_func(g_free);
	if (cursor <= name_end)
		actions(&o);
	else
		complete_argument(&o, act);
	return take_lines(&o);
}

void command_meaning(size_t i, const char **name, const char **means, void *arg)
{
	struct app *app = arg;
	const struct keying *k = &app->keying;

	if (k->offers_found) {
		finding_meaning(app, i, name, means);
	} else if (k->offer_names && i < k->offer_names->len) {
		*name = k->offer_names->pdata[i];
		*means = k->offer_means->pdata[i];
	}
}
