/* Verbs of problems behind tickets: impact and need, the problems and their stages, the weekly pack. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "rules/priority.h"
#include "rules/problem.h"
#include "tui/commands.h"
#include "wire/said.h"

static int too_little(struct call *c)
{
	return call_usage(c, _("something is missing; usage: ttydesk %s %s"), c->verb->name, c->verb->args);
}

/* ---- impact and need */
static gboolean fill_assess(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)ticket;
	change->impact = impact_by_name(call_word(c, 0));
	change->need = need_by_name(call_word(c, 1));
	if (change->impact < 0)
		return desk_fail(error, DESK_INVALID, _("%s is no impact: limited or wide"), call_word(c, 0));
	if (change->need < 0)
		return desk_fail(error, DESK_INVALID, _("%s is no need: low, medium or high"), call_word(c, 1));
	return TRUE;
}

int verb_assess(struct call *c)
{
	return c->words->len < 2 ? too_little(c) : call_write_each(c, CHANGE_ASSESS, fill_assess, _("assessed"));
}

/* ---- the list */
int verb_problems(struct call *c)
{
	static const struct listing l = {&shape_problem, "problems", "id,stage,title,tickets,customers,told,owner_name", "id"};
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_PROBLEMS);
	q.text = g_strdup(call_word(c, 0));
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	return a ? call_list(c, &l, a->problems) : call_fail(c, error);
}

/* ---- one of them */
static void put_step(struct out *o, const struct problem_step *s)
{
	g_autofree char *when = out_when(s->done_ms ? s->done_ms : s->due_ms);
	const char *who = s->done_ms ? s->done_name : s->owner_name;
	const char *stage = word_said(problem_stage_name(s->stage)), *note = s->note && *s->note ? s->note : NULL;

	if (!who)
		who = _("nobody");
	if (s->done_ms)
		out_say(o, _("  done: %s, %s, %s%s%s"), stage, who, when, note ? ": " : "", note ? note : "");
	else if (s->due_ms)
		out_say(o, _("  open: %s, %s, due %s%s%s"), stage, who, when, note ? ": " : "", note ? note : "");
	else
		out_say(o, _("  open: %s, %s%s%s"), stage, who, note ? ": " : "", note ? note : "");
}

static void put_problem(struct call *c, const struct problem *p)
{
	struct out *o = c->out;
	g_autoptr(GString) numbers = g_string_new(NULL);

	if (o->format == OUT_JSON) {
		out_json(o, &shape_problem, p);
		return;
	}
	if (o->quiet) {
		g_string_append_printf(o->text, "%" G_GINT64_FORMAT "\n", p->id);
		return;
	}
	out_say(o, _("Problem %" G_GINT64_FORMAT ": %s (%s)"), p->id, p->title, word_said(problem_stage_name(p->stage)));
	if (p->category)
		out_say(o, _("about: %s"), p->category);
	if (p->root_cause)
		out_say(o, _("root cause: %s"), p->root_cause);
	out_say(o, _("owner: %s"), p->owner_name ? p->owner_name : _("nobody"));
	for (guint i = 0; p->steps && i < p->steps->len; i++)
		put_step(o, p->steps->pdata[i]);
	out_say(o, _("told: %d of %d customers; %d satisfied, %d not"), p->told, p->customers, p->satisfied, p->unsatisfied);
	if (p->article_id)
		out_say(o, _("knowledge: article %" G_GINT64_FORMAT), p->article_id);
	if (p->training_id)
		out_say(o, _("training: article %" G_GINT64_FORMAT), p->training_id);
	for (guint i = 0; p->ticket_ids && i < p->ticket_ids->len; i++)
		g_string_append_printf(numbers, " #%" G_GINT64_FORMAT, g_array_index(p->ticket_ids, desk_id, i));
	out_say(o, _("tickets: %d:%s"), p->tickets, numbers->str);
}

static int print_problem(struct call *c, desk_id id)
{
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_PROBLEM);
	q.problem_id = id;
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	if (!a)
		return call_fail(c, error);
	put_problem(c, a->problem);
	return PLAIN_OK;
}

/* ---- what is done to it; each fills the change from the words behind the number */
static gboolean numbers_from(struct call *c, guint from, GArray **ids, GError **error)
{
	*ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	for (guint i = from; i < c->words->len; i++) {
		int64_t id;

		if (!call_number(call_word(c, i), &id, error))
			return FALSE;
		g_array_append_val(*ids, id);
	}
	return TRUE;
}

static gboolean fill_new(struct call *c, struct change *change, GError **error)
{
	change->kind = CHANGE_PROBLEM_SAVE;
	change->problem_id = 0;
	change->problem_record = problem_new();
	change->problem_record->title = g_strdup(call_word(c, 1));
	g_clear_pointer(&change->problem_record->ticket_ids, g_array_unref);
	return numbers_from(c, 2, &change->problem_record->ticket_ids, error);
}

static gboolean fill_link(struct call *c, struct change *change, GError **error)
{
	change->kind = CHANGE_PROBLEM_LINK;
	change->on = strcmp(call_word(c, 1), "link") == 0;
	return numbers_from(c, 2, &change->ticket_ids, error);
}

static gboolean fill_cause(struct call *c, struct change *change, GError **error)
{
	struct query q;

	query_init(&q, QUERY_PROBLEM);
	q.problem_id = change->problem_id;
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, error);

	query_clear(&q);
	if (!a)
		return FALSE;
	change->kind = CHANGE_PROBLEM_SAVE;
	change->problem_record = g_steal_pointer(&a->problem);
	g_free(change->problem_record->root_cause);
	change->problem_record->root_cause = call_rest(c, 2);
	g_clear_pointer(&change->problem_record->steps, g_ptr_array_unref);
	g_clear_pointer(&change->problem_record->ticket_ids, g_array_unref);
	return TRUE;
}

/* "zh=已经修好了。"; none at all: only whom they would reach is asked. */
static gboolean fill_tell(struct call *c, struct change *change, GError **error)
{
	change->kind = CHANGE_PROBLEM_TELL;
	change->dry_run = c->words->len == 2;
	change->texts = g_ptr_array_new_with_free_func((GDestroyNotify)problem_text_free);
	for (guint i = 2; i < c->words->len; i++) {
		const char *word = call_word(c, i), *eq = strchr(word, '=');
		struct problem_text *t;

		if (!eq || eq == word || !eq[1])
			return desk_fail(error, DESK_INVALID, _("%s is no text: write LANGUAGE=TEXT, or *=TEXT for all others"), word);
		t = g_new0(struct problem_text, 1);
		t->language = g_strndup(word, (gsize)(eq - word));
		t->body = g_strdup(eq + 1);
		g_ptr_array_add(change->texts, t);
	}
	return TRUE;
}

static gboolean fill_draft(struct call *c, struct change *change, GError **error)
{
	(void)error;
	change->kind = CHANGE_PROBLEM_ARTICLE;
	change->text = g_strdup(call_word(c, 2) ? call_word(c, 2) : "knowledge");
	change->name = g_strdup(call_option(c, PLAIN_OPTION_LANGUAGE) ? call_option(c, PLAIN_OPTION_LANGUAGE) : say_language());
	return TRUE;
}

static gboolean fill_step(struct call *c, struct change *change, GError **error)
{
	gboolean undo = strcmp(call_word(c, 1), "undo") == 0;
	const char *stage = call_word(c, undo ? 2 : 1), *until = call_option(c, PLAIN_OPTION_UNTIL);

	if (!stage || problem_stage_by_name(stage) <= STAGE_SUSPECTED)
		return desk_fail(error, DESK_INVALID, _("%s is nothing to do with a problem; usage: ttydesk %s %s"), stage ? stage : "undo",
		                 c->verb->name, c->verb->args);
	change->kind = CHANGE_PROBLEM_STEP;
	change->text = g_strdup(stage);
	change->on = !undo && !until; /* due then: it isn't done yet */
	change->body = g_strdup(call_option(c, PLAIN_OPTION_NOTE));
	return !until || command_until(until, desk_now_ms(c->desk), &change->hold_until_ms, error);
}

static const struct {
	const char *word;
	guint least; /* words it takes, number and itself included */
	gboolean (*fill)(struct call *c, struct change *change, GError **error);
} acts[] = {
	{"link", 3, fill_link}, {"unlink", 3, fill_link}, {"cause", 3, fill_cause}, {"tell", 2, fill_tell},
	{"draft", 2, fill_draft}, {NULL, 2, fill_step},
};

static int do_act(struct call *c, gboolean (*fill)(struct call *, struct change *, GError **), desk_id id)
{
	g_autoptr(GError) error = NULL;
	struct change change;
	int code = PLAIN_OK;

	change_init(&change, CHANGE_PROBLEM_SAVE);
	change.problem_id = id;
	if (!fill(c, &change, &error)) {
		change_clear(&change);
		return call_fail(c, error);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (!a || c->out->format == OUT_JSON)
		return code;
	if (a->text)
		out_put(c->out, a->text, OUT_PLAIN);
	else if (a->article)
		out_say(c->out, _("article %" G_GINT64_FORMAT ": %s"), a->article->id, a->article->title);
	else if (a->problem)
		put_problem(c, a->problem);
	return code;
}

int verb_problem(struct call *c)
{
	g_autoptr(GError) error = NULL;
	const char *what = call_word(c, 1);
	int64_t id = 0;
	size_t i = 0;

	if (!c->words->len)
		return too_little(c);
	if (strcmp(call_word(c, 0), "new") == 0)
		return what ? do_act(c, fill_new, 0) : too_little(c);
	if (!call_number(call_word(c, 0), &id, &error))
		return call_usage(c, "%s", error->message);
	if (!what)
		return print_problem(c, id);
	while (acts[i].word && strcmp(acts[i].word, what) != 0)
		i++;
	return c->words->len < acts[i].least ? too_little(c) : do_act(c, acts[i].fill, id);
}

/* ---- the weekly pack */
int verb_pack(struct call *c)
{
	const char *language = call_option(c, PLAIN_OPTION_LANGUAGE);
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_PACK);
	q.text = g_strdup(call_option(c, PLAIN_OPTION_WEEK));
	q.language = g_strdup(language ? language : say_language());
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	if (!a)
		return call_fail(c, error);
	if (c->out->format == OUT_JSON) {
		g_autoptr(GString) json = g_string_new(NULL);

		answer_to_json(json, a);
		out_json_text(c->out, json->str);
	} else {
		out_put(c->out, a->text, OUT_PLAIN);
	}
	return PLAIN_OK;
}
