/* Custom fields, profiles and compensations as people read and type them. */
#include "tui/fields.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/say.h"
#include "rules/custom_field.h"
#include "wire/said.h"

/* The person's language first; the other one is better than none. */
static const char *by_language(const struct store *s, const char *en, const char *zh, const char *other)
{
	gboolean chinese = strcmp(say_language(), "zh") == 0;
	const char *first = chinese ? zh : en, *second = chinese ? en : zh;

	(void)s;
	return first ? first : second ? second : other;
}

const char *field_label(const struct store *s, const struct desk_field *f)
{
	return by_language(s, f->label_en, f->label_zh, f->name);
}

const char *field_question(const struct store *s, const struct desk_field *f)
{
	return by_language(s, f->ask_en, f->ask_zh, field_label(s, f));
}

const char *field_value_of(const struct ticket *t, const char *name)
{
	for (guint i = 0; t->fields && i < t->fields->len; i++) {
		const struct field_value *v = t->fields->pdata[i];

		if (g_strcmp0(v->name, name) == 0)
			return v->value;
	}
	return NULL;
}

const struct desk_field *field_named(const struct session *s, const char *name)
{
	for (guint i = 0; s && i < s->fields->len; i++) {
		const struct desk_field *f = s->fields->pdata[i];

		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

const struct desk_field *field_missing(const struct session *s, const struct ticket *t, const char *after)
{
	gboolean passed = !after;

	for (guint i = 0; s && i < s->fields->len; i++) {
		const struct desk_field *f = s->fields->pdata[i];

		if (!passed)
			passed = strcmp(f->name, after) == 0;
		else if (f->required && custom_field_fits(f, t->category) && !field_value_of(t, f->name))
			return f;
	}
	return NULL;
}

char *compensation_text(const struct compensation *c)
{
	const char *kind = word_said(compensation_name(c->kind)), *currency = c->currency ? c->currency : "";
	const char *by = c->by_name ? c->by_name : "?";
	g_autofree char *amount = g_strdup_printf("%" G_GINT64_FORMAT ".%02d", c->amount_cents / 100,
	                                          (int)(c->amount_cents % 100));
	g_autofree char *why = g_strdup_printf("%s%s%s", c->reason ? c->reason : "", c->decision_reason ? " - " : "",
	                                       c->decision_reason ? c->decision_reason : "");

	if (c->order_number)
		/* TRANSLATORS: "coupon 50.00 CNY, order 2024-1, by Li Wei: late" */
		return g_strdup_printf(_("%s %s %s, order %s, by %s: %s"), kind, amount, currency, c->order_number, by, why);
	return g_strdup_printf(_("%s %s %s, by %s: %s"), kind, amount, currency, by, why);
}

gboolean amount_parse(const char *text, int64_t *cents, GError **error)
{
	const char *s = text + strspn(text, " ");
	gint64 whole = 0, part = 0;
	int digits = 0, after = -1;

	if (g_str_has_prefix(s, "¥") || g_str_has_prefix(s, "€"))
		s = g_utf8_next_char(s);
	else if (*s == '$')
		s++;
	for (; g_ascii_isdigit(*s) || (*s == '.' && after < 0); s++) {
		if (*s == '.') {
			after = 0;
		} else if (after >= 0) {
			part = part * 10 + (*s - '0');
			after++;
		} else {
			whole = whole * 10 + (*s - '0');
			digits++;
		}
		if (digits > 12 || after > 2)
			return desk_fail(error, DESK_INVALID, "%s is no amount: write 89 or 89.50", text);
	}
	*cents = whole * 100 + (after == 1 ? part * 10 : part);
	if (*s || *cents <= 0 || after == 0)
		return desk_fail(error, DESK_INVALID, "%s is no amount: write 89 or 89.50", text);
	return TRUE;
}

/* ---- profiles */
#define MEMBER(m, label) {#m, label, offsetof(struct customer, m)}
const struct profile_member profile_members[] = {
	MEMBER(name, N_("name")), MEMBER(language, N_("language")), MEMBER(phone, N_("phone")), MEMBER(email, N_("mail")),
	MEMBER(region, N_("region")), MEMBER(gender, N_("gender")), {"birth_year", N_("born in"), SIZE_MAX},
	MEMBER(occupation, N_("occupation")), MEMBER(zone, N_("time zone")), MEMBER(preferences, N_("prefers")),
	{"manager", N_("manager"), offsetof(struct customer, manager_name)}, {NULL, NULL, 0},
};

const struct profile_member *profile_named(const char *name)
{
	for (const struct profile_member *m = profile_members; m->name; m++)
		if (strcmp(m->name, name) == 0 || strcmp(m->label, name) == 0)
			return m;
	return NULL;
}

static char **slot(struct customer *c, const struct profile_member *m)
{
	return (char **)(void *)((char *)c + m->offset);
}

char *profile_value(const struct customer *c, const struct profile_member *m)
{
	if (m->offset == SIZE_MAX)
		return c->birth_year ? g_strdup_printf("%d", c->birth_year) : NULL;
	return g_strdup(*(char *const *)(const void *)((const char *)c + m->offset));
}

gboolean profile_set(struct customer *c, const struct profile_member *m, const char *value, GError **error)
{
	gint64 year = 0;

	if (m->offset == SIZE_MAX) {
		if (*value && !g_ascii_string_to_signed(value, 10, 1880, 2100, &year, NULL))
			return desk_fail(error, DESK_INVALID, "%s is no year", value);
		c->birth_year = (int)year;
		return TRUE;
	}
	if (!*value && strcmp(m->name, "name") == 0)
		return desk_fail(error, DESK_INVALID, "a customer needs a name");
	g_free(*slot(c, m));
	/* nobody is somebody to say: nothing said of a manager leaves the one there is */
	*slot(c, m) = *value ? g_strdup(value) : strcmp(m->name, "manager") == 0 ? g_strdup("-") : NULL;
	return TRUE;
}

/* ---- the follow-up */
char *follow_up_text(const struct follow_up *f)
{
	char when[WHEN_SIZE];

	switch (f->state) {
	case FOLLOW_UP_WAITING:
		return g_strdup_printf(_("due %s"), when_full(f->due_ms, when, sizeof when));
	case FOLLOW_UP_DUE:
		return g_strdup_printf(_("due since %s"), when_full(f->due_ms, when, sizeof when));
	case FOLLOW_UP_ASKED:
	case FOLLOW_UP_UNANSWERED:
		when_full(f->asked_ms, when, sizeof when);
		return g_strdup_printf(say_n("asked %d time, last %s by %s", "asked %d times, last %s by %s", (guint)f->asked), f->asked,
		                       when, f->asked_name ? f->asked_name : _("the desk"));
	case FOLLOW_UP_ANSWERED:
		when_full(f->answered_ms, when, sizeof when);
		return g_strdup_printf("%s, %s", when, f->answered_name ? f->answered_name : _("the customer"));
	case FOLLOW_UP_SKIPPED:
		return g_strdup_printf("%s: %s", f->skipped_name ? f->skipped_name : "?", f->skip_reason ? f->skip_reason : "");
	default:
		return g_strdup("");
	}
}

char *follow_up_answers(const struct follow_up *f)
{
	g_autofree char *speed = f->speed ? g_strdup_printf(_(", speed %d of 5"), f->speed) : g_strdup("");

	if (!f->answered_ms)
		return NULL;
	return g_strdup_printf("%s%s%s%s", f->solved ? _("solved") : _("not solved"), speed, f->improve ? ": " : "",
	                       f->improve ? f->improve : "");
}
