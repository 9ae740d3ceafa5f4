/* What may stand in a macro. */
#include "rules/macro.h"

#include <string.h>
#include "base/say.h"
#include "rules/step_options.h"
#include "rules/steps.h"

struct checking {
	const struct macro_names *names;
	const char *arg;
	char *why;  /* owned; set when it is wrong */
};
typedef void arg_fn(struct checking *c);

static gboolean amiss(struct checking *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean amiss(struct checking *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	c->why = g_strdup_vprintf(say(format), args);
	va_end(args);
	return FALSE;
}

/* ---- times: a macro is for any day */
static gboolean is_time(const char *text)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	int64_t at;

	return step_time(text, 0, utc, &at);
}

static gboolean check_time_text(struct checking *c, const char *text)
{
	return is_time(text) || amiss(c, "\"%s\" is no time: write a length like 2h or an hour like 18:00", text);
}

static void arg_time(struct checking *c)
{
	check_time_text(c, c->arg);
}

static void arg_status(struct checking *c)
{
	size_t n = strcspn(c->arg, " ");
	g_autofree char *name = g_strndup(c->arg, n);
	const char *rest = c->arg + n + strspn(c->arg + n, " ");
	int status = status_by_name(name);

	if (status < 0 || status == STATUS_NEW || status == STATUS_MERGED)
		amiss(c, "\"%s\" is no status that can be set", name);
	else if (status == STATUS_ON_HOLD && !*rest)
		amiss(c, "on-hold needs a time: on-hold 2h");
	else if (status != STATUS_ON_HOLD && *rest)
		amiss(c, "only on-hold takes a time");
	else if (*rest)
		check_time_text(c, rest);
}

static void arg_priority(struct checking *c)
{
	if (priority_by_name(c->arg) < 0)
		amiss(c, "\"%s\" is no priority: normal, important or urgent", c->arg);
}

/* ---- names */
#define FIND(type, list, member, word) \
	for (guint i = 0; (list) && i < (list)->len; i++) \
		if (g_strcmp0(((const struct type *)(list)->pdata[i])->member, word) == 0) \
			return TRUE; \
	return (list) == NULL

static gboolean knows_group(const struct macro_names *n, const char *word)
{
	FIND(group, n->groups, name, word);
}
static gboolean knows_person(const struct macro_names *n, const char *word)
{
	FIND(person, n->people, name, word);
}
static gboolean knows_category(const struct macro_names *n, const char *word)
{
	FIND(category, n->categories, name, word);
}
static gboolean knows_field(const struct macro_names *n, const char *word)
{
	FIND(desk_field, n->fields, name, word);
}
static gboolean knows_checklist(const struct macro_names *n, const char *word)
{
	FIND(checklist, n->checklists, name, word);
}
static gboolean knows_template(const struct macro_names *n, const char *word)
{
	FIND(template, n->templates, name, word);
}

static void arg_assign(struct checking *c)
{
	const struct macro_names *n = c->names;

	if (strcmp(c->arg, "me") == 0 || strcmp(c->arg, "nobody") == 0 || !n || !n->people || !n->groups)
		return;
	if (!knows_person(n, c->arg) && !knows_group(n, c->arg))
		amiss(c, "no person or group is called \"%s\"", c->arg);
}

static gboolean check_part(struct checking *c, const char *line)
{
	g_autofree char *group = NULL, *task = NULL, *due = NULL;

	if (!step_part(line, &group, &task, &due))
		return amiss(c, "write GROUP: TASK @ TIME, a line each; %s is no such line", line);
	if (c->names && !knows_group(c->names, group))
		return amiss(c, "no group is called \"%s\"", group);
	return !due || check_time_text(c, due);
}

static void arg_escalate(struct checking *c)
{
	struct step_options o;
	g_autofree char *name = NULL, *reason = NULL;

	step_options_read(c->arg, &o);
	name = step_split(o.words, &reason);
	if (!reason && (!o.reason || !*o.reason))
		amiss(c, "escalate needs a reason after the group");
	else if (c->names && !knows_group(c->names, name))
		amiss(c, "no group is called \"%s\"", name);
	else if (!o.promise || check_time_text(c, o.promise))
		for (guint i = 0; i < o.parts->len && check_part(c, o.parts->pdata[i]); i++)
			;
	step_options_clear(&o);
}

static void arg_estimate(struct checking *c)
{
	struct step_options o;
	g_autofree char *time = NULL, *reason = NULL;

	step_options_read(c->arg, &o);
	time = step_split(o.words, &reason);
	if (check_time_text(c, time) && !reason && (!o.reason || !*o.reason))
		amiss(c, "estimate needs a reason after the time");
	step_options_clear(&o);
}

static void arg_consult(struct checking *c)
{
	g_autofree char *question = NULL, *name = step_split(c->arg, &question);

	if (!question)
		amiss(c, "consult needs a question after whom it asks");
	else if (c->names && c->names->people && c->names->groups && !knows_person(c->names, name) && !knows_group(c->names, name))
		amiss(c, "no person or group is called \"%s\"", name);
}

static void arg_transfer(struct checking *c)
{
	g_autofree char *note = NULL, *name = step_split(c->arg, &note);

	if (c->names && !knows_person(c->names, name))
		amiss(c, "no person is called \"%s\"", name);
}

static void arg_assess(struct checking *c)
{
	g_autofree char *need = NULL, *impact = step_split(c->arg, &need);

	if (impact_by_name(impact) < 0)
		amiss(c, "\"%s\" is no impact: limited or wide", impact);
	else if (!need || need_by_name(need) < 0)
		amiss(c, "assess needs a need behind the impact: low, medium or high");
}

static void arg_problem(struct checking *c)
{
	if (*c->arg == '0' || strspn(c->arg, "0123456789") != strlen(c->arg) || strlen(c->arg) > 15)
		amiss(c, "\"%s\" is no number of a problem", c->arg);
}

static void arg_snooze(struct checking *c)
{
	if (strcmp(c->arg, "reply") != 0 && !is_time(c->arg))
		amiss(c, "\"%s\" is no time to put it off to: write a length like 2h, an hour like 18:00, or reply", c->arg);
}

static void arg_tag(struct checking *c)
{
	const char *name = c->arg + (*c->arg == '-');

	if (!*name || strpbrk(name, " \t,/"))
		amiss(c, "a tag is one word, \"%s\" isn't", c->arg);
}

static void arg_category(struct checking *c)
{
	if (c->names && !knows_category(c->names, c->arg))
		amiss(c, "there is no category \"%s\"", c->arg);
}

static void arg_field(struct checking *c)
{
	size_t at = strcspn(c->arg, " ");
	g_autofree char *name = g_strndup(c->arg, at);

	if (!c->arg[at])
		amiss(c, "field needs a value after the name");
	else if (c->names && !knows_field(c->names, name))
		amiss(c, "there is no field \"%s\"", name);
}

static void arg_checklist(struct checking *c)
{
	if (c->names && !knows_checklist(c->names, c->arg))
		amiss(c, "there is no checklist \"%s\"", c->arg);
}

static void arg_template(struct checking *c)
{
	if (c->names && !knows_template(c->names, c->arg))
		amiss(c, "there is no template \"%s\"", c->arg);
}

static void arg_whisper(struct checking *c)
{
	size_t at = strcspn(c->arg, " ");
	g_autofree char *name = g_strndup(c->arg, at);

	if (!c->arg[at])
		amiss(c, "whisper needs a text after the person");
	else if (c->names && !knows_person(c->names, name))
		amiss(c, "no person is called \"%s\"", name);
}

static void arg_any(struct checking *c)
{
	(void)c;
}

/* ---- the table */
static const struct macro_rule {
	const char *action;
	arg_fn *arg;     /* NULL: takes none */
	enum { CHANGES, COMPOSES, LEAVES } what; /* LEAVES the ticket or its view: nothing can follow */
} rules[] = {
	{"claim", NULL, CHANGES},
	{"release", NULL, CHANGES},
	{"status", arg_status, CHANGES},
	{"solve", NULL, CHANGES},
	{"spam", NULL, CHANGES},
	{"priority", arg_priority, CHANGES},
	{"assign", arg_assign, CHANGES},
	{"escalate", arg_escalate, CHANGES},
	{"acknowledge", NULL, CHANGES},
	{"estimate", arg_estimate, CHANGES},
	{"answer-escalation", arg_any, CHANGES},
	{"return", arg_any, CHANGES},
	{"consult", arg_consult, CHANGES},
	{"transfer", arg_transfer, CHANGES},
	{"cant-solve", arg_any, CHANGES},
	{"assess", arg_assess, CHANGES},
	{"link-problem", arg_problem, CHANGES},
	{"snooze", arg_snooze, CHANGES},
	{"unsnooze", NULL, CHANGES},
	{"tag", arg_tag, CHANGES},
	{"subject", arg_any, CHANGES},
	{"category", arg_category, CHANGES},
	{"field", arg_field, CHANGES},
	{"checklist", arg_checklist, CHANGES},
	{"reply", NULL, COMPOSES},
	{"note", NULL, COMPOSES},
	{"template", arg_template, COMPOSES},
	{"promise", arg_time, COMPOSES},
	{"cc", arg_any, COMPOSES},
	{"send", NULL, COMPOSES},
	{"send-later", arg_time, COMPOSES},
	{"whisper", arg_whisper, CHANGES},
	{"follow-up-ask", NULL, CHANGES},
	{"follow-up", arg_any, CHANGES},
	{"next-best", NULL, LEAVES},
	{"close", NULL, LEAVES},
};

static const struct macro_rule *rule_of(const char *action)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (strcmp(rules[i].action, action) == 0)
			return &rules[i];
	return NULL;
}

char *macro_wrong(const char *action, const char *arg, const struct macro_names *names)
{
	const struct macro_rule *rule = rule_of(action);
	struct checking c = {.names = names, .arg = arg};

	if (rule && rule->arg)
		rule->arg(&c);
	return c.why;
}

gboolean macro_changes(const char *action)
{
	const struct macro_rule *rule = rule_of(action);

	return rule && rule->what == CHANGES;
}

const char *macro_action(size_t i)
{
	return i < G_N_ELEMENTS(rules) ? rules[i].action : NULL;
}

void macro_step_free(gpointer p)
{
	struct macro_step *s = p;

	g_free(s->action);
	g_free(s->arg);
	g_free(s);
}

static struct macro_step *step_of(const char *line, int number)
{
	struct macro_step *s = g_new0(struct macro_step, 1);
	g_autofree char *clean = g_strstrip(g_strdup(line));
	const char *from = clean + (*clean == ':'); /* as copied from a screen */
	size_t n = strcspn(from, " \t");

	s->line = number;
	s->action = g_strndup(from, n);
	s->arg = g_strstrip(g_strdup(from + n));
	return s;
}

static gboolean check_step(const struct macro_step *s, const struct macro_names *names, GError **error)
{
	const struct macro_rule *rule = rule_of(s->action);
	struct checking c = {.names = names, .arg = s->arg};

	if (!rule)
		return desk_fail(error, DESK_INVALID, "line %d: \"%s\" can't stand in a macro", s->line, s->action);
	if (!rule->arg && *s->arg)
		return desk_fail(error, DESK_INVALID, "line %d: %s takes nothing after it", s->line, s->action);
	if (rule->arg && !*s->arg)
		return desk_fail(error, DESK_INVALID, "line %d: a macro asks nothing, so %s needs its argument", s->line,
		                 s->action);
	if (rule->arg)
		rule->arg(&c);
	if (!c.why)
		return TRUE;
	desk_fail(error, DESK_INVALID, "line %d: %s", s->line, c.why);
	g_free(c.why);
	return FALSE;
}

static gboolean add_line(GPtrArray *steps, const char *line, int number, const struct macro_names *names,
                         const struct macro_step **final, GError **error)
{
	const char *from = line + strspn(line, " \t\r");
	struct macro_step *s;

	if (!*from || *from == '#')
		return TRUE;
	s = step_of(from, number);
	g_ptr_array_add(steps, s);
	if (*final)
		return desk_fail(error, DESK_INVALID, "line %d: nothing can follow %s", s->line, (*final)->action);
	if (steps->len > MACRO_STEPS_MAX)
		return desk_fail(error, DESK_LIMIT, "line %d: a macro has at most %d steps", s->line, MACRO_STEPS_MAX);
	if (!check_step(s, names, error))
		return FALSE;
	if (rule_of(s->action)->what == LEAVES)
		*final = s;
	return TRUE;
}

GPtrArray *macro_parse(const char *text, const struct macro_names *names, GError **error)
{
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(macro_step_free);
	g_auto(GStrv) line = g_strsplit(text ? text : "", "\n", -1);
	const struct macro_step *final = NULL;

	if (text && strlen(text) > MACRO_TEXT_MAX) {
		desk_fail(error, DESK_LIMIT, "a macro is at most %d bytes long", MACRO_TEXT_MAX);
		return NULL;
	}
	for (int i = 0; line[i]; i++)
		if (!add_line(steps, line[i], i + 1, names, &final, error))
			return NULL;
	if (!steps->len) {
		desk_fail(error, DESK_INVALID, "a macro needs at least one action");
		return NULL;
	}
	return g_steal_pointer(&steps);
}
