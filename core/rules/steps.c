/* Actions of rules: one table says what each is and how it becomes a change. */
#include "rules/steps.h"

#include <string.h>
#include "base/clock.h"
#include "base/say.h"
#include "rules/custom_field.h"

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

/* "first rest": both owned; rest NULL when there is none. */
static char *split(const char *arg, char **rest)
{
	size_t n = strcspn(arg, " \t");
	const char *after = arg + n + strspn(arg + n, " \t");

	*rest = *after ? g_strdup(after) : NULL;
	return g_strndup(arg, n);
}

/* ---- names */
#define NAMED(list, type, word) \
	for (guint i = 0; (list) && i < (list)->len; i++) \
		if (g_strcmp0(((const struct type *)(list)->pdata[i])->name, word) == 0) \
			return (list)->pdata[i]; \
	return NULL
static const struct group *group_named(const struct macro_names *n, const char *name)
{
	NAMED(n->groups, group, name);
}
static const struct person *person_named(const struct macro_names *n, const char *name)
{
	NAMED(n->people, person, name);
}
static const struct desk_field *field_named(const struct macro_names *n, const char *name)
{
	NAMED(n->fields, desk_field, name);
}
static const struct tag *tag_named(const GPtrArray *tags, const char *name)
{
	NAMED(tags, tag, name);
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

static char *check_snooze(const char *arg, const struct step_names *names)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	int64_t at;

	(void)names;
	if (strcmp(arg, "reply") == 0 || step_time(arg, 0, utc, &at))
		return NULL;
	return sentence("\"%s\" is no time for a rule: write a length like 2h, an hour like 18:00, or reply", arg);
}

static char *check_promise(const char *arg, const struct step_names *names)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	int64_t at;

	(void)names;
	if (step_time(arg, 0, utc, &at))
		return NULL;
	return sentence("\"%s\" is no time for a rule: write a length like 2h or an hour like 18:00", arg);
}

static char *check_assess(const char *arg, const struct step_names *names)
{
	g_autofree char *need = NULL, *impact = split(arg, &need);

	(void)names;
	if (impact_by_name(impact) < 0)
		return sentence("\"%s\" is no impact: limited or wide", impact);
	return need && need_by_name(need) >= 0 ? NULL : sentence("assess needs a need behind the impact: low, medium or high");
}

static char *check_problem(const char *arg, const struct step_names *names)
{
	(void)names;
	return *arg != '0' && strspn(arg, "0123456789") == strlen(arg) && strlen(arg) <= 15 ? NULL :
	       sentence("\"%s\" is no number of a problem", arg);
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
	g_autofree char *rest = NULL, *name = split(arg, &rest);

	if (whom == WHOM_NOBODY && names->desk.people)
		return sentence("nobody is called \"%s\": owner, group, supervisors, administrators, a person or a group", name);
	return rest ? NULL : sentence("notify needs a text after whom it tells");
}

/* ---- changes */
struct making {
	const struct step_world *w;
	const char *arg;
	struct change *c;
};
typedef gboolean make_fn(struct making *m, GError **error);

static gboolean make_nothing(struct making *m, GError **error)
{
	(void)m;
	(void)error;
	return TRUE;
}

static gboolean make_time(struct making *m, const char *text, int64_t *to, GError **error)
{
	return (text && step_time(text, m->w->now_ms, m->w->zone, to)) ||
	       desk_fail(error, DESK_INVALID, "\"%s\" is no time for a rule", text ? text : "");
}

static gboolean make_status(struct making *m, GError **error)
{
	g_autofree char *rest = NULL, *name = split(m->arg, &rest);
	int status = status_by_name(name);

	if (status < 0)
		return desk_fail(error, DESK_INVALID, "%s is no status", name);
	m->c->status = (enum ticket_status)status;
	return status != STATUS_ON_HOLD || make_time(m, rest, &m->c->hold_until_ms, error);
}

static gboolean make_resolved(struct making *m, GError **error)
{
	(void)error;
	m->c->status = STATUS_RESOLVED;
	return TRUE;
}

static gboolean make_spam(struct making *m, GError **error)
{
	(void)error;
	m->c->status = STATUS_SPAM;
	return TRUE;
}

static gboolean make_priority(struct making *m, GError **error)
{
	int priority = priority_by_name(m->arg);

	if (priority < 0)
		return desk_fail(error, DESK_INVALID, "%s is no priority", m->arg);
	m->c->priority = (enum ticket_priority)priority;
	return TRUE;
}

static gboolean make_assign(struct making *m, GError **error)
{
	const struct person *p = person_named(&m->w->desk, m->arg);
	const struct group *g = p ? NULL : group_named(&m->w->desk, m->arg);

	if (!p && !g && strcmp(m->arg, "nobody") != 0)
		return desk_fail(error, DESK_INVALID, "no person or group is called %s", m->arg);
	m->c->person_id = p ? p->id : 0;
	m->c->group_id = g ? g->id : 0;
	return TRUE;
}

static gboolean make_escalate(struct making *m, GError **error)
{
	g_autofree char *name = split(m->arg, &m->c->reason);
	const struct group *g = group_named(&m->w->desk, name);

	if (!g)
		return desk_fail(error, DESK_INVALID, "no group is called %s", name);
	m->c->group_id = g->id;
	return TRUE;
}

static gboolean make_tag(struct making *m, GError **error)
{
	gboolean off = *m->arg == '-';
	const struct tag *tag = tag_named(m->w->tags, m->arg + off);

	(void)error;
	m->c->text = g_strdup(m->arg + off);
	m->c->on = !off;
	if (!tag || !tag->on_customer)
		return TRUE;
	m->c->kind = CHANGE_CUSTOMER_TAG;
	m->c->customer_id = m->w->row->customer_id;
	m->c->reason = g_strdup_printf("set by the rule %s at #%" G_GINT64_FORMAT, m->w->rule, m->w->row->id);
	return TRUE;
}

static gboolean make_text(struct making *m, GError **error)
{
	(void)error;
	m->c->text = step_text(m->arg, m->w);
	return TRUE;
}

static gboolean make_word(struct making *m, GError **error)
{
	(void)error;
	m->c->text = g_strdup(m->arg);
	return TRUE;
}

static gboolean make_body(struct making *m, GError **error)
{
	(void)error;
	m->c->body = step_text(m->arg, m->w);
	return TRUE;
}

static gboolean make_checklist(struct making *m, GError **error)
{
	(void)error;
	m->c->name = g_strdup(m->arg);
	return TRUE;
}

static gboolean make_field(struct making *m, GError **error)
{
	g_autofree char *value = NULL, *name = split(m->arg, &value);
	const struct desk_field *f = field_named(&m->w->desk, name);

	if (!f || !value)
		return desk_fail(error, DESK_INVALID, "there is no field %s", name);
	m->c->text = g_strdup(name);
	m->c->on = TRUE;
	m->c->body = custom_field_value(f, value, NULL, error);
	return m->c->body != NULL;
}

static gboolean make_whisper(struct making *m, GError **error)
{
	g_autofree char *text = NULL, *name = split(m->arg, &text);
	const struct person *p = person_named(&m->w->desk, name);

	if (!p || !text)
		return desk_fail(error, DESK_INVALID, "no person is called %s", name);
	m->c->person_id = p->id;
	m->c->body = step_text(text, m->w);
	return TRUE;
}

static gboolean make_promise(struct making *m, GError **error)
{
	return make_time(m, m->arg, &m->c->promise_ms, error);
}

static gboolean make_snooze(struct making *m, GError **error)
{
	m->c->on = TRUE;
	return strcmp(m->arg, "reply") == 0 || make_time(m, m->arg, &m->c->hold_until_ms, error);
}

static gboolean make_assess(struct making *m, GError **error)
{
	g_autofree char *need = NULL, *impact = split(m->arg, &need);

	m->c->impact = impact_by_name(impact);
	m->c->need = need ? need_by_name(need) : -1;
	return (m->c->impact >= 0 && m->c->need >= 0) || desk_fail(error, DESK_INVALID, "%s is no impact and need", m->arg);
}

static gboolean make_problem(struct making *m, GError **error)
{
	desk_id id = m->w->row->id;

	(void)error;
	m->c->problem_id = g_ascii_strtoll(m->arg, NULL, 10);
	m->c->on = TRUE;
	m->c->ticket_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(m->c->ticket_ids, id);
	return TRUE;
}

/* ---- the table. Arguments without a check of their own are what macros take. */
static const struct step_rule {
	const char *action;
	enum step_kind kind;
	enum change_kind change;
	make_fn *make;
	check_fn *check;  /* NULL: macro_wrong() */
	gboolean bare;    /* takes no argument */
} rules[] = {
	{"status", STEP_CHANGE, CHANGE_STATUS, make_status, NULL, FALSE},
	{"solve", STEP_CHANGE, CHANGE_STATUS, make_resolved, NULL, TRUE},
	{"spam", STEP_CHANGE, CHANGE_STATUS, make_spam, NULL, TRUE},
	{"priority", STEP_CHANGE, CHANGE_PRIORITY, make_priority, NULL, FALSE},
	{"assess", STEP_CHANGE, CHANGE_ASSESS, make_assess, check_assess, FALSE},
	{"assign", STEP_CHANGE, CHANGE_ASSIGN, make_assign, check_assign, FALSE},
	{"release", STEP_CHANGE, CHANGE_RELEASE, make_nothing, NULL, TRUE},
	{"escalate", STEP_CHANGE, CHANGE_ESCALATE, make_escalate, NULL, FALSE},
	{"tag", STEP_CHANGE, CHANGE_TAG, make_tag, NULL, FALSE},
	{"subject", STEP_CHANGE, CHANGE_SUBJECT, make_text, NULL, FALSE},
	{"category", STEP_CHANGE, CHANGE_CATEGORY, make_word, NULL, FALSE},
	{"field", STEP_CHANGE, CHANGE_FIELD, make_field, NULL, FALSE},
	{"checklist", STEP_CHANGE, CHANGE_CHECK_ADD, make_checklist, NULL, FALSE},
	{"note", STEP_CHANGE, CHANGE_NOTE, make_body, check_text, FALSE},
	{"reply", STEP_CHANGE, CHANGE_REPLY, make_body, check_text, FALSE},
	{"template", STEP_TEMPLATE, CHANGE_REPLY, make_nothing, NULL, FALSE},
	{"promise", STEP_CHANGE, CHANGE_PROMISE, make_promise, check_promise, FALSE},
	{"whisper", STEP_CHANGE, CHANGE_WHISPER, make_whisper, NULL, FALSE},
	{"snooze", STEP_CHANGE, CHANGE_SNOOZE, make_snooze, check_snooze, FALSE},
	{"unsnooze", STEP_CHANGE, CHANGE_SNOOZE, make_nothing, NULL, TRUE},
	{"link-problem", STEP_CHANGE, CHANGE_PROBLEM_LINK, make_problem, check_problem, FALSE},
	{"notify", STEP_NOTIFY, CHANGE_NOTE, make_nothing, check_notify, FALSE},
	{"webhook", STEP_WEBHOOK, CHANGE_NOTE, make_nothing, check_webhook, FALSE},
};

static const struct step_rule *rule_of(const char *action)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (strcmp(rules[i].action, action) == 0)
			return &rules[i];
	return NULL;
}

const char *step_action(size_t i)
{
	return i < G_N_ELEMENTS(rules) ? rules[i].action : NULL;
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
	if (!rule) {
		complain(p, number, s->column, sentence("\"%s\" is nothing that a rule can do", s->action));
		return;
	}
	s->kind = rule->kind;
	if (rule->bare && *s->arg)
		complain(p, number, column_of(line, arg), sentence("%s takes nothing after it", s->action));
	else if (!rule->bare && !*s->arg)
		complain(p, number, s->column, sentence("%s needs its argument", s->action));
	else if (!rule->bare) {
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

gboolean step_change(const struct step *s, const struct step_world *w, struct change *out, GError **error)
{
	const struct step_rule *rule = rule_of(s->action);
	struct making m = {w, s->arg, out};

	change_init(out, rule ? rule->change : CHANGE_NOTE);
	out->ticket_id = w->row->id;
	out->if_version = -1;
	if (!rule || rule->kind != STEP_CHANGE)
		return desk_fail(error, DESK_INVALID, "%s changes nothing", s->action);
	return rule->make(&m, error);
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
	p = person_named(names, name);
	g = p ? NULL : group_named(names, name);
	*id = p ? p->id : g ? g->id : 0;
	return p ? WHOM_PERSON : g ? WHOM_GROUP : WHOM_NOBODY;
}
