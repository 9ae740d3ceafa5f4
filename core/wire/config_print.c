/* The policy file, written: a record becomes the one section that stands for it. */
#include "wire/config_inner.h"

#include <string.h>

#include "base/text.h"
#include "wire/wire.h"

/* ---- values */
static gboolean is_default(const struct field *f, const struct json_node *n)
{
	if (f->type == FIELD_BOOL)
		return json_true(n) == (f->def != 0);
	return f->type == FIELD_ENUM && !(f->flags & (FIELD_REQUIRED | FIELD_OMIT)) &&
	       strcmp(json_text(n), f->words->names[f->def]) == 0;
}

static void print_value(GString *out, const struct config_key *k, const struct json_node *n)
{
	int64_t number;
	if (is_default(k->field, n))
		return;
	if (json_type(n) == JSON_BOOL)
		g_string_append_printf(out, "%s = %s\n", k->text, json_true(n) ? "yes" : "no");
	else if (json_type(n) == JSON_NUMBER && json_integer(n, &number))
		g_string_append_printf(out, "%s = %" PRId64 "\n", k->text, number);
	else
		sections_write(out, k->text, json_text(n));
}

static int compare_words(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_words(GString *out, const struct config_key *k, const struct json_node *n)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	for (const struct json_node *each = json_first(n); each; each = json_next(each))
		g_ptr_array_add(words, (char *)json_text(each));
	if (!words->len)
		return;
	if (k->field->type == FIELD_STRINGS) /* of no order; those of a vocabulary stand in its order */
		g_ptr_array_sort(words, compare_words);
	g_autoptr(GString) line = g_string_new(NULL);
	for (guint i = 0; i < words->len; i++)
		if (!i || strcmp(words->pdata[i], words->pdata[i - 1]) != 0)
			g_string_append_printf(line, "%s%s", i ? " " : "", (const char *)words->pdata[i]);
	sections_write(out, k->text, line->str);
}

static void print_target(GString *to, const struct config_key *k, const struct json_node *n)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const struct json_node *target = json_member(n, "target"), *part;
	int64_t ms = 0;
	g_string_append_printf(out, "%s ", json_text(json_member(n, "clock")));
	if (json_type(target) == JSON_NUMBER && json_integer(target, &ms))
		g_string_append_printf(out, "%" PRId64 "%s", ms, ms ? "ms" : "s");
	else
		g_string_append(out, json_text(target));
	for (const char *const *name = (const char *const[]){"priority", "problem", NULL}; *name; name++)
		if ((part = json_member(n, *name)))
			g_string_append_printf(out, " %s %s", *name, json_text(part));
	if ((part = json_member(n, "warn")) && strcmp(json_text(part), "75%") != 0)
		g_string_append_printf(out, " warn %s", json_text(part));
	if ((part = json_member(n, "pause"))) {
		g_string_append(out, " pause ");
		for (const struct json_node *each = json_first(part); each; each = json_next(each))
			g_string_append_printf(out, "%s%s", each == json_first(part) ? "" : ",", json_text(each));
	}
	if ((part = json_member(n, "calendar")))
		g_string_append_printf(out, " calendar %s", json_text(part));
	sections_write(to, k->text, out->str);
}

static char *spans_text(const struct json_node *day)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (const struct json_node *each = day ? json_first(day) : NULL; each; each = json_next(each))
		g_string_append_printf(text, " %s", json_text(each));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Days after each other with the same hours share a line. */
static void print_hours(GString *out, const struct config_key *k, const struct json_node *n)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	for (int from = 0, to; from < 7; from = to + 1) {
		g_autofree char *spans = spans_text(json_member(n, days[from]));
		for (to = from; to < 6; to++) {
			g_autofree char *next = spans_text(json_member(n, days[to + 1]));
			if (strcmp(spans, next) != 0)
				break;
		}
		if (*spans)
			g_string_append_printf(out, "%s = %s%s%s%s\n", k->text, days[from], to > from ? "-" : "",
					       to > from ? days[to] : "", spans);
	}
}

static void print_key(GString *out, const struct config_key *k, const struct json_node *n)
{
	switch (k->style) {
	case CONFIG_VALUE:
		print_value(out, k, n);
		break;
	case CONFIG_WORDS:
		print_words(out, k, n);
		break;
	case CONFIG_HOURS:
		print_hours(out, k, n);
		break;
	case CONFIG_LINES:
		for (const struct json_node *each = json_first(n); each; each = json_next(each))
			sections_write(out, k->text, json_text(each));
		break;
	case CONFIG_TARGET:
		for (const struct json_node *each = json_first(n); each; each = json_next(each))
			print_target(out, k, each);
		break;
	}
}

void config_print(GString *out, const struct record *r)
{
	g_autoptr(GArray) keys = config_key_table(r->type);
	g_autoptr(GString) json = g_string_new(NULL);
	record_to_json(json, r);
	g_autoptr(json_auto) root = json_parse(json->str, json->len, DESK_BUG, NULL);
	g_string_append_printf(out, "[%s %s]\n", record_type_name(r->type), r->key);
	for (guint i = 0; root && i < keys->len; i++) {
		const struct config_key *k = &g_array_index(keys, struct config_key, i);
		const struct json_node *n = k->outer ? json_member(root, k->outer) : root;
		n = n ? json_member(n, k->member) : NULL;
		if (n && !(strcmp(k->text, "name") == 0 && strcmp(json_text(n), r->key) == 0))
			print_key(out, k, n);
	}
}

char *config_text(const struct record *r)
{
	g_autoptr(GString) out = g_string_new(NULL);
	config_print(out, r);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- for lists */
static char *first_line(const char *text)
{
	return g_strndup(text ? text : "", text ? strcspn(text, "\r\n") : 0);
}

static char *labels(const char *en, const char *zh)
{
	return g_strdup_printf("%s%s%s", en ? en : "", en && zh ? " " : "", zh ? zh : "");
}

char *config_title(const struct record *r)
{
	switch (r->type) {
	case RECORD_GROUP:
		return g_strdup(r->group->title);
	case RECORD_PERSON:
		return g_strdup_printf("%s, %s%s", r->person->display, role_name(r->person->role),
				       r->person->active ? "" : ", retired");
	case RECORD_TAG:
		return labels(r->tag->label_en, r->tag->label_zh);
	case RECORD_CALENDAR:
		return g_strdup_printf("%s, %u holidays", r->zone ? r->zone : "UTC", r->holidays->len);
	case RECORD_POLICY:
		return g_strdup_printf("%d: %u targets", r->policy->position, r->policy->targets->len);
	case RECORD_TEMPLATE:
		return g_strdup_printf("%s, %s, %s", r->template->title, part_name(r->template->part), r->template->language);
	case RECORD_SKILL:
		return first_line(r->skill->title);
	case RECORD_CATEGORY:
		return labels(r->category->label_en, r->category->label_zh);
	case RECORD_FIELD:
		return labels(r->field->label_en, r->field->label_zh);
	case RECORD_CHECKLIST:
		return g_strdup_printf("%s, %u items", r->checklist->title ? r->checklist->title : r->key,
				       r->checklist->items->len);
	case RECORD_LIMIT:
		return g_strdup_printf("%s %s in %s", role_name(r->limit->role), compensation_name(r->limit->kind),
				       r->limit->currency);
	case RECORD_VIEW:
		return g_strdup(r->view->title ? r->view->title : r->view->query);
	case RECORD_MACRO:
		return first_line(r->macro->title ? r->macro->title : r->macro->steps);
	case RECORD_TRIGGER:
	case RECORD_SCHEDULE:
		return first_line(r->rule->title ? r->rule->title : r->rule->steps);
	case RECORD_WEBHOOK:
		return g_strdup(r->rule->title ? r->rule->title : r->rule->url);
	case RECORD_SETTING:
		return first_line(r->value);
	default:
		return g_strdup("");
	}
}

char *config_identity(const struct record *r)
{
	switch (r->type) {
	case RECORD_GROUP:
		return g_strdup_printf("name \"%s\"", r->group->name);
	case RECORD_PERSON:
		return g_strdup_printf("name \"%s\"", r->person->name);
	case RECORD_TAG:
		return g_strdup_printf("name \"%s\"", r->tag->name);
	case RECORD_POLICY:
		return g_strdup_printf("name \"%s\"", r->policy->name);
	case RECORD_TEMPLATE:
		return g_strdup_printf("name \"%s\" in %s for %s, %s %s", r->template->name, r->template->language,
				       audience_name(r->template->audience), scope_name(r->template->scope),
				       r->owner_key ? r->owner_key : "");
	case RECORD_LIMIT:
		return g_strdup_printf("limit of %s %s in %s", role_name(r->limit->role), compensation_name(r->limit->kind),
				       r->limit->currency);
	case RECORD_VIEW:
		return g_strdup_printf("name \"%s\", %s %s", r->view->name, scope_name(r->view->scope),
				       r->owner_key ? r->owner_key : "");
	case RECORD_MACRO:
		return g_strdup_printf("name \"%s\", %s %s", r->macro->name, scope_name(r->macro->scope),
				       r->owner_key ? r->owner_key : "");
	default:
		return NULL;
	}
}

/* ---- to begin with */
static const char *hint(const struct config_key *k)
{
	static const struct {
		const char *key, *text;
	} hints[] = {
		{"target", "first-response 30s warn 75% pause pending-customer calendar office"},
		{"hours", "mon-fri 09:00-12:00 13:00-18:00"}, {"holiday", "2026-12-25 Christmas Day"},
		{"exception", "2026-12-24 09:00-12:00 Christmas Eve"}, {"tags", "high-value"},
		{"zone", "Asia/Shanghai"}, {"item", "The first step"}, {"per_ticket", "50.00"}, {"per_day", "300.00"}, {"currency", "CNY"},
		{"query", "status:open due<15m"}, {"category", "account/sign-in"}, {"glyph", "star"},
		{"language", "en"}, {"locale", "en"}, {"position", "10"}, {"tier", "1"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(hints); i++)
		if (strcmp(hints[i].key, k->text) == 0)
			return hints[i].text;
	return "";
}

char *config_skeleton(enum record_type type, const char *key)
{
	g_autoptr(GArray) keys = config_key_table(type);
	g_autoptr(GString) out = g_string_new(NULL);
	g_string_append_printf(out, "# A new %s: choose its key, fill in, save and leave. ttydesk-policy(5) has more.\n"
			       "[%s %s]\n", record_type_name(type), record_type_name(type), key);
	for (guint i = 0; i < keys->len; i++) {
		const struct config_key *k = &g_array_index(keys, struct config_key, i);
		gboolean required = !k->field || (k->field->flags & FIELD_REQUIRED);
		if (strcmp(k->text, "name") == 0)
			continue;
		g_string_append_printf(out, "%s%s = %s", required ? "" : "#", k->text, hint(k));
		if (k->field && k->field->words && k->style != CONFIG_TARGET && !*hint(k)) {
			const struct words *w = k->field->words;
			if (required)
				g_string_append(out, w->names[0]);
			g_string_append(out, required ? "\n#  one of:" : "");
			for (int at = 0; at < w->count; at++)
				g_string_append_printf(out, "%s%s", at || required ? " " : "", w->names[at]);
		} else if (k->field && (k->field->type == FIELD_BOOL || k->field->type == FIELD_MAYBE)) {
			g_string_append(out, k->field->type == FIELD_BOOL && k->field->def ? "no" : "yes");
		}
		g_string_append_c(out, '\n');
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
