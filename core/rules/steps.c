/* Actions of rules: one table says what each is and what its argument must be. */
#include "rules/steps.h"

#include <string.h>
#include "base/clock.h"
#include "base/say.h"
#include "rules/step_options.h"
#include "rules/steps_inner.h"

static char *sentence(const char *format, ...) G_GNUC_PRINTF(1, 2);
static char *sentence(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(say(format), args);
	va_end(args);
	return text;
}

/* ---- names */
const struct group *step_group(const struct macro_names *n, const char *name)
{
	for (guint i = 0; n->groups && i < n->groups->len; i++)
		if (g_strcmp0(((const struct group *)n->groups->pdata[i])->name, name) == 0)
			return n->groups->pdata[i];
	return NULL;
}

const struct person *step_person(const struct macro_names *n, const char *name)
{
	for (guint i = 0; n->people && i < n->people->len; i++)
		if (g_strcmp0(((const struct person *)n->people->pdata[i])->name, name) == 0)
			return n->people->pdata[i];
	return NULL;
}

/* ---- times */
static gboolean hour_of(const char *s, int *hour, int *minute)
{
	size_t n = strspn(s, "0123456789");

	if ((n != 1 && n != 2) || s[n] != ':' || strspn(s + n + 1, "0123456789") != 2 || s[n + 3])
		return FALSE;
	*hour = (int)g_ascii_strtoll(s, NULL, 10);
	*minute = (int)g_ascii_strtoll(s + n + 1, NULL, 10);
	return *hour < 24 && *minute < 60;
}

gboolean step_time(const char *text, int64_t now_ms, GTimeZone *zone, int64_t *at_ms)
{
	int hour, minute;
	int64_t ms;

	if (clock_parse_duration(text, &ms, NULL) && ms > 0) {
		*at_ms = now_ms + ms;
		return TRUE;
	}
	if (!hour_of(text, &hour, &minute))
		return FALSE;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_ms / 1000);
	g_autoptr(GDateTime) now = g_date_time_to_timezone(utc, zone);

	for (int day = 0; day < 3; day++) {
		g_autoptr(GDateTime) then = g_date_time_add_days(now, day);
		g_autoptr(GDateTime) at = g_date_time_new(zone, g_date_time_get_year(then), g_date_time_get_month(then),
		                                          g_date_time_get_day_of_month(then), hour, minute, 0);

		*at_ms = at ? g_date_time_to_unix(at) * 1000 : 0;
		if (*at_ms > now_ms)
			return TRUE;
	}
	return FALSE;
}

/* ---- what an argument must be; NULL: it is right */
typedef char *check_fn(const char *arg, const struct step_names *names);

static char *check_text(const char *arg, const struct step_names *names)
{
	(void)arg;
	(void)names;
	return NULL;
}

static char *check_assign(const char *arg, const struct step_names *names)
{
	return strcmp(arg, "me") == 0 ? sentence("a rule is nobody: name a person or a group, or nobody") :
	                                macro_wrong("assign", arg, &names->desk);
}

static char *check_webhook(const char *arg, const struct step_names *names)
{
	for (guint i = 0; names->webhooks && i < names->webhooks->len; i++)
		if (strcmp(names->webhooks->pdata[i], arg) == 0)
			return NULL;
	return names->webhooks ? sentence("no webhook is called \"%s\"", arg) : NULL;
}

static char *check_notify(const char *arg, const struct step_names *names)
{
	const char *text;
	desk_id id;
	enum step_whom whom = step_whom(arg, &names->desk, &id, &text);
	g_autofree char *rest = NULL, *name = step_split(arg, &rest);

	if (whom == WHOM_NOBODY && names->desk.people)
		return sentence("nobody is called \"%s\": owner, group, supervisors, administrators, a person or a group", name);
	return rest ? NULL : sentence("notify needs a text after whom it tells");
}

/* ---- the table. Arguments without a check of their own are what macros take; steps_make.c has what becomes of them. */
static const struct step_rule {
	const char *action;
	enum step_kind kind;
	check_fn *check;  /* NULL: macro_wrong() */
	enum { TAKES, BARE, BY_HAND } how; /* an argument; none; only somebody's own doing: no rule's */
} rules[] = {
	{"status", STEP_CHANGE, NULL, TAKES},
	{"solve", STEP_CHANGE, NULL, BARE},
	{"spam", STEP_CHANGE, NULL, BARE},
	{"priority", STEP_CHANGE, NULL, TAKES},
	{"assess", STEP_CHANGE, NULL, TAKES},
	{"claim", STEP_CHANGE, NULL, BY_HAND},
	{"assign", STEP_CHANGE, check_assign, TAKES},
	{"release", STEP_CHANGE, NULL, BARE},
	{"escalate", STEP_CHANGE, NULL, TAKES},
	{"acknowledge", STEP_CHANGE, NULL, BARE},
	{"estimate", STEP_CHANGE, NULL, TAKES},
	{"answer-escalation", STEP_CHANGE, NULL, TAKES},
	{"return", STEP_CHANGE, NULL, TAKES},
	{"consult", STEP_CHANGE, NULL, TAKES},
	{"transfer", STEP_CHANGE, NULL, TAKES},
	{"cant-solve", STEP_CHANGE, NULL, TAKES},
	{"tag", STEP_CHANGE, NULL, TAKES},
	{"subject", STEP_CHANGE, NULL, TAKES},
	{"category", STEP_CHANGE, NULL, TAKES},
	{"field", STEP_CHANGE, NULL, TAKES},
	{"checklist", STEP_CHANGE, NULL, TAKES},
	{"note", STEP_CHANGE, check_text, TAKES},
	{"reply", STEP_CHANGE, check_text, TAKES},
	{"template", STEP_TEMPLATE, NULL, TAKES},
	{"promise", STEP_CHANGE, NULL, TAKES},
	{"whisper", STEP_CHANGE, NULL, TAKES},
	{"snooze", STEP_CHANGE, NULL, TAKES},
	{"unsnooze", STEP_CHANGE, NULL, BARE},
	{"link-problem", STEP_CHANGE, NULL, TAKES},
	{"follow-up-ask", STEP_CHANGE, NULL, BY_HAND},
	{"follow-up", STEP_CHANGE, NULL, BY_HAND},
	{"notify", STEP_NOTIFY, check_notify, TAKES},
	{"webhook", STEP_WEBHOOK, check_webhook, TAKES},
};

static const struct step_rule *rule_of(const char *action)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (strcmp(rules[i].action, action) == 0)
			return &rules[i];
	return NULL;
}

void step_free(gpointer p)
{
	struct step *s = p;

	if (!s)
		return;
	g_free(s->action);
	g_free(s->arg);
	g_free(s);
}

/* ---- lines */
struct parsing {
	const struct step_names *names;
	step_wrong_fn *wrong;
	void *arg;
	GPtrArray *steps;
	gboolean failed;
};

static void complain(struct parsing *p, int line, int column, char *text)
{
	p->failed = TRUE;
	if (p->wrong)
		p->wrong(line, column, text, p->arg);
	g_free(text);
}

static int column_of(const char *line, const char *at)
{
	return (int)g_utf8_strlen(line, at - line) + 1;
}

static void parse_line(struct parsing *p, const char *line, int number)
{
	const char *from = line + strspn(line, " \t\r:");
	size_t n = strcspn(from, " \t\r");
	const char *arg = from + n + strspn(from + n, " \t");
	struct step *s;
	const struct step_rule *rule;
	char *why;

	if (!*from || *from == '#')
		return;
	s = g_new0(struct step, 1);
	s->line = number;
	s->column = column_of(line, from);
	s->action = g_strndup(from, n);
	s->arg = g_strchomp(g_strdup(arg));
	g_ptr_array_add(p->steps, s);
	rule = rule_of(s->action);
	if (!rule || rule->how == BY_HAND) {
		complain(p, number, s->column, sentence("\"%s\" is nothing that a rule can do", s->action));
		return;
	}
	s->kind = rule->kind;
	if (rule->how == BARE && *s->arg)
		complain(p, number, column_of(line, arg), sentence("%s takes nothing after it", s->action));
	else if (rule->how == TAKES && !*s->arg)
		complain(p, number, s->column, sentence("%s needs its argument", s->action));
	else if (rule->how == TAKES) {
		why = rule->check ? rule->check(s->arg, p->names) : macro_wrong(s->action, s->arg, &p->names->desk);
		if (why)
			complain(p, number, column_of(line, arg), why);
	}
}

GPtrArray *steps_parse(const char *text, const struct step_names *names, step_wrong_fn *wrong, void *arg)
{
	static const struct step_names none;
	struct parsing p = {names ? names : &none, wrong, arg, g_ptr_array_new_with_free_func(step_free), FALSE};
	g_auto(GStrv) line = NULL;

	if (text && strlen(text) > MACRO_TEXT_MAX)
		complain(&p, 1, 1, sentence("what a rule does is at most %d bytes long", MACRO_TEXT_MAX));
	else
		line = g_strsplit(text ? text : "", "\n", -1);
	for (int i = 0; line && line[i]; i++)
		parse_line(&p, line[i], i + 1);
	if (line && !p.steps->len)
		complain(&p, 1, 1, sentence("a rule needs at least one action"));
	else if (p.steps->len > STEPS_MAX)
		complain(&p, ((struct step *)p.steps->pdata[STEPS_MAX])->line, 1, sentence("a rule has at most %d steps", STEPS_MAX));
	if (!p.failed)
		return p.steps;
	g_ptr_array_unref(p.steps);
	return NULL;
}

/* ---- texts */
static char *lines_of(const char *text)
{
	GString *out = g_string_new(NULL);

	for (const char *p = text; *p; p++) {
		gboolean escape = *p == '\\' && (p[1] == 'n' || p[1] == '\\');

		g_string_append_c(out, !escape ? *p : p[1] == 'n' ? '\n' : '\\');
		p += escape;
	}
	return g_string_free(out, FALSE);
}

char *step_text(const char *text, const struct step_world *w)
{
	const struct ticket_row *row = w->row;
	g_autofree char *lines = lines_of(text), *number = g_strdup_printf("%" G_GINT64_FORMAT, row->id);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(w->now_ms / 1000);
	g_autoptr(GDateTime) now = g_date_time_to_timezone(utc, w->zone);
	g_autofree char *date = g_date_time_format(now, "%Y-%m-%d");
	const struct fill_var vars[] = {
		{"customer", row->customer_name}, {"ticket", number}, {"subject", row->subject},
		{"group", row->group_name}, {"agent", row->assignee_name ? row->assignee_name : "nobody"},
		{"status", status_name(row->status)}, {"priority", priority_name(row->priority)}, {"date", date},
		{"rule", w->rule},
	};

	return fill_template(lines, vars, G_N_ELEMENTS(vars), NULL);
}

enum step_whom step_whom(const char *arg, const struct macro_names *names, desk_id *id, const char **text)
{
	static const char *const words[] = {
		[WHOM_OWNER] = "owner", [WHOM_GROUP] = "group", [WHOM_SUPERVISORS] = "supervisors",
		[WHOM_ADMINISTRATORS] = "administrators"};
	size_t n = strcspn(arg, " \t");
	g_autofree char *name = g_strndup(arg, n);
	const struct person *p;
	const struct group *g;

	*id = 0;
	*text = arg + n + strspn(arg + n, " \t");
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i], name) == 0)
			return (enum step_whom)i;
	p = step_person(names, name);
	g = p ? NULL : step_group(names, name);
	*id = p ? p->id : g ? g->id : 0;
	return p ? WHOM_PERSON : g ? WHOM_GROUP : WHOM_NOBODY;
}
