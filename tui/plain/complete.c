/* Words that a shell offers next: asked of the tables, and of the desk when it is there. Never
 * starts one, never waits long, never says what is wrong. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "base/clock.h"
#include "rules/find.h"

#define PATIENCE_MS CLOCK_PATIENCE(700)

static void offer(struct call *c, const char *word, const char *begins, const char *means)
{
	g_autofree char *clean = text_clean_string(word, -1, 0, 200);

	if (!g_str_has_prefix(clean, begins) || !*clean)
		return;
	if (means) {
		g_autofree char *why = text_clean_string(means, -1, 0, 60);

		g_string_append_printf(c->out->text, "%s\t%s\n", clean, why);
	} else {
		g_string_append_printf(c->out->text, "%s\n", clean);
	}
}

/* ---- of the desk */

static void offer_list(struct call *c, const GPtrArray *list, size_t name, size_t means, const char *begins)
{
	for (guint i = 0; list && i < list->len; i++) {
		const char *at = list->pdata[i];

		offer(c, *(char *const *)(const void *)(at + name), begins, *(char *const *)(const void *)(at + means));
	}
}

#define OFFER(c, list, type, name, means, begins) \
	offer_list(c, list, offsetof(struct type, name), offsetof(struct type, means), begins)

static struct answer *asked(struct call *c, enum query_kind kind)
{
	struct answer *a;
	struct query q;

	query_init(&q, kind);
	if (kind == QUERY_QUEUE) {
		q.view = g_strdup("mine");
		q.limit = 50;
	}
	a = desk_read(c->desk, &q, NULL);
	query_clear(&q);
	return a;
}

static void offer_tickets(struct call *c, const char *begins)
{
	g_autoptr(answer_auto) a = asked(c, QUERY_QUEUE);

	for (guint i = 0; a && i < a->page->rows->len; i++) {
		const struct ticket_row *row = a->page->rows->pdata[i];
		g_autofree char *number = g_strdup_printf("%" PRId64, row->id);

		offer(c, number, begins, row->subject);
	}
}

static void offer_words(struct call *c, const struct words *words, const char *begins)
{
	for (int i = 0; i < words->count; i++)
		offer(c, words->names[i], begins, NULL);
}

enum offered { OFFER_NOTHING, OFFER_PEOPLE, OFFER_GROUPS, OFFER_TAGS, OFFER_VIEWS, OFFER_TEMPLATES, OFFER_MACROS,
	       OFFER_CATEGORIES, OFFER_STATUSES, OFFER_PRIORITIES, OFFER_CHANNELS, OFFER_LINKS, OFFER_TICKETS };

static void offer_views(struct call *c, const struct session *s, const char *begins)
{
	static const char *const always[] = {"mine", "assigned", "unassigned", "all", "done", "snoozed", "promises", "follow-ups",
	                                    "to-acknowledge",
	                                    "every"};
	g_autoptr(answer_auto) a = asked(c, QUERY_VIEWS);

	for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
		offer(c, always[i], begins, NULL);
	if (s)
		OFFER(c, s->groups, group, name, title, begins);
	for (guint i = 0; a && i < a->views->len; i++) {
		const struct saved_view *v = a->views->pdata[i];

		if (!find_view_text(v->name))
			offer(c, v->name, begins, v->title);
	}
}

static void offer_fixed(struct call *c, const char *list, const char *begins)
{
	g_auto(GStrv) words = g_strsplit(list, "|", -1);

	for (char **word = words; *word; word++)
		offer(c, *word, begins, NULL);
}

static void offer_of_session(struct call *c, enum offered what, const struct session *s, const char *begins)
{
	if (!s)
		return;
	if (what == OFFER_PEOPLE) {
		offer_fixed(c, "me|nobody", begins);
		OFFER(c, s->people, person, name, display, begins);
	}
	if (what == OFFER_GROUPS || what == OFFER_PEOPLE)
		OFFER(c, s->groups, group, name, title, begins);
	if (what == OFFER_CATEGORIES)
		OFFER(c, s->categories, category, name, label_en, begins);
	if (what != OFFER_TAGS)
		return;
	OFFER(c, s->tags, tag, name, label_en, begins);
}

static void offer_what(struct call *c, enum offered what, const char *begins)
{
	gboolean desk = c->desk && (what == OFFER_PEOPLE || what == OFFER_GROUPS || what == OFFER_TAGS ||
	                            what == OFFER_CATEGORIES || what == OFFER_VIEWS);
	const struct session *s = desk ? desk_session(c->desk, NULL) : NULL;
	g_autoptr(answer_auto) a = NULL;

	offer_of_session(c, what, s, begins);
	switch (what) {
	case OFFER_VIEWS:
		if (c->desk)
			offer_views(c, s, begins);
		else
			offer_fixed(c, "mine|assigned|unassigned|all|done|snoozed|promises|follow-ups|every", begins);
		break;
	case OFFER_TEMPLATES:
		a = c->desk ? asked(c, QUERY_TEMPLATES) : NULL;
		if (a)
			OFFER(c, a->templates, template, name, title, begins);
		break;
	case OFFER_MACROS:
		a = c->desk ? asked(c, QUERY_MACROS) : NULL;
		if (a)
			OFFER(c, a->macros, macro, name, title, begins);
		break;
	case OFFER_TICKETS:
		if (c->desk)
			offer_tickets(c, begins);
		break;
	case OFFER_STATUSES:
		offer_words(c, &status_words, begins);
		break;
	case OFFER_PRIORITIES:
		offer_words(c, &priority_words, begins);
		break;
	case OFFER_CHANNELS:
		offer_words(c, &channel_words, begins);
		break;
	case OFFER_LINKS:
		offer_words(c, &link_words, begins);
		break;
	default:
		break;
	}
}

/* ---- which list */

static const struct {
	const char *verb;
	enum offered what;
	const char *fixed;
} of_words[] = {
	{"queue", OFFER_VIEWS, NULL}, {"assign", OFFER_PEOPLE, NULL}, {"tag", OFFER_TAGS, NULL},
	{"status", OFFER_STATUSES, NULL}, {"priority", OFFER_PRIORITIES, NULL}, {"escalate", OFFER_GROUPS, NULL},
	{"consult", OFFER_GROUPS, NULL}, {"transfer", OFFER_PEOPLE, NULL},
	{"category", OFFER_CATEGORIES, NULL}, {"whisper", OFFER_PEOPLE, NULL}, {"handover", OFFER_PEOPLE, NULL},
	{"template", OFFER_TEMPLATES, NULL}, {"macro", OFFER_MACROS, NULL}, {"macros", OFFER_MACROS, NULL},
	{"remove-view", OFFER_VIEWS, NULL}, {"report", OFFER_NOTHING, "queues|people|clocks"},
	{"compensate", OFFER_NOTHING, "coupon|refund"}, {"compensations", OFFER_NOTHING, "waiting|approved|rejected"},
	{"state", OFFER_NOTHING, "available|busy|break|wrap-up|away|offline"}, {"notices", OFFER_NOTHING, "seen"}, {"link", OFFER_LINKS, NULL},
	{"deliveries", OFFER_NOTHING, "retry"},
};

static void offer_word(struct call *c, const struct verb *v, gboolean has_ticket, const char *begins)
{
	if ((v->flags & VERB_TICKET) && (!has_ticket || (v->flags & VERB_MANY && *begins && strspn(begins, "0123456789") == strlen(begins))))
		offer_what(c, OFFER_TICKETS, begins);
	if ((v->flags & VERB_TICKET) && !has_ticket)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(of_words); i++)
		if (strcmp(of_words[i].verb, v->name) == 0) {
			if (of_words[i].fixed)
				offer_fixed(c, of_words[i].fixed, begins);
			offer_what(c, of_words[i].what, begins);
		}
}

static void offer_value(struct call *c, const struct verb *v, int o, const char *begins)
{
	switch (o) {
	case PLAIN_OPTION_OUTPUT:
		offer_fixed(c, "text|json|csv|tsv", begins);
		break;
	case PLAIN_OPTION_COLOR:
		offer_fixed(c, "auto|always|never", begins);
		break;
	case PLAIN_OPTION_ORDER:
		offer_fixed(c, "due|newest", begins);
		break;
	case PLAIN_OPTION_LANGUAGE:
		offer_fixed(c, "en|zh", begins);
		break;
	case PLAIN_OPTION_GROUP:
		offer_what(c, OFFER_GROUPS, begins);
		break;
	case PLAIN_OPTION_TO:
		if (strcmp(v->name, "escalate") == 0)
			offer_what(c, OFFER_GROUPS, begins);
		break;
	case PLAIN_OPTION_AS:
		offer_what(c, OFFER_PEOPLE, begins);
		break;
	case PLAIN_OPTION_TEMPLATE:
		offer_what(c, OFFER_TEMPLATES, begins);
		break;
	case PLAIN_OPTION_CATEGORY:
		offer_what(c, OFFER_CATEGORIES, begins);
		break;
	case PLAIN_OPTION_CHANNEL:
		offer_what(c, OFFER_CHANNELS, begins);
		break;
	case PLAIN_OPTION_PRIORITY:
		offer_what(c, OFFER_PRIORITIES, begins);
		break;
	case PLAIN_OPTION_AS_KIND:
		offer_what(c, OFFER_LINKS, begins);
		break;
	case PLAIN_OPTION_FOR:
		offer_what(c, OFFER_TICKETS, begins);
		break;
	default:
		break;
	}
}

static void offer_verbs(struct call *c, const char *begins)
{
	const struct verb *v;

	for (size_t i = 0; (v = verb_at(i)); i++)
		if (!(v->flags & VERB_HIDDEN))
			offer(c, v->name, begins, _(v->help));
}

static void offer_program_options(struct call *c, const char *begins)
{
	for (const struct program_option *o = program_options; o->name; o++) {
		g_autofree char *word = g_strdup_printf("--%s", o->name);

		offer(c, word, begins, NULL);
	}
}

static void offer_options(struct call *c, const struct verb *v, const char *begins)
{
	for (int i = 0; i < PLAIN_OPTION_COUNT; i++) {
		g_autofree char *word = g_strdup_printf("--%s", plain_option_name((enum plain_option)i));

		if ((verb_options(v) >> i & 1) && i != PLAIN_OPTION_DAEMON)
			offer(c, word, begins, _(plain_option_help((enum plain_option)i)));
	}
}

static int option_of(const struct verb *v, const char *word)
{
	if (word[0] != '-')
		return -1;
	for (int i = 0; i < PLAIN_OPTION_COUNT; i++)
		if ((verb_options(v) >> i & 1) && plain_option_value((enum plain_option)i) &&
		    (word[1] == '-' ? strcmp(word + 2, plain_option_name((enum plain_option)i)) == 0
		                    : word[1] && word[1] == plain_option_letter((enum plain_option)i) && !word[2]))
			return i;
	return -1;
}

/* ---- the words so far: PLAIN_OPTION_SERVER and the like may stand before the verb */

static const struct verb no_verb = {.name = ""};

static void take_option(struct call *c, enum plain_option o, const char *value)
{
	if (!c->option[o])
		c->option[o] = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(c->option[o], g_strdup(value));
}

void complete_options(struct call *c)
{
	for (guint i = 0; i + 1 < c->words->len; i++) {
		const char *word = c->words->pdata[i], *next = c->words->pdata[i + 1];

		if (strcmp(word, "--sample") == 0)
			take_option(c, PLAIN_OPTION_SAMPLE, "");
		else if (i + 2 < c->words->len && (strcmp(word, "-s") == 0 || strcmp(word, "--server") == 0))
			take_option(c, PLAIN_OPTION_SERVER, next);
		else if (i + 2 < c->words->len && (strcmp(word, "-a") == 0 || strcmp(word, "--as") == 0))
			take_option(c, PLAIN_OPTION_AS, next);
	}
}

/* The value of one of the whole program's. */
static gboolean program_value(struct call *c, const char *before, const char *begins)
{
	const struct program_option *o = program_option_of(before);

	if (!o || !o->values)
		return FALSE;
	if (strcmp(o->name, "view") == 0)
		offer_what(c, OFFER_VIEWS, begins);
	else if (strcmp(o->name, "as") == 0)
		offer_what(c, OFFER_PEOPLE, begins);
	else if (*o->values)
		offer_fixed(c, o->values, begins);
	return TRUE;
}

/* The first word that is neither an option nor the value of one; the last word is only begun. */
static guint verb_among(const struct call *c)
{
	for (guint i = 0; i + 1 < c->words->len; i++) {
		if (option_of(&no_verb, c->words->pdata[i]) >= 0)
			i++;
		else if (*call_word(c, i) != '-')
			return i;
	}
	return c->words->len;
}

static gboolean numbered(const struct call *c, guint from)
{
	for (guint i = from; i + 1 < c->words->len; i++)
		if (g_ascii_isdigit(call_word(c, i)[call_word(c, i)[0] == '#']))
			return TRUE;
	return FALSE;
}

/* complete WORD... : the words typed so far, the last one perhaps only begun. */
int verb_complete(struct call *c)
{
	guint n = c->words->len, at = verb_among(c);
	const char *last = n ? call_word(c, n - 1) : "", *before = n > 1 ? call_word(c, n - 2) : "";
	const struct verb *v = at < n ? verb_by_name(call_word(c, at)) : &no_verb;

	if (c->desk)
		c->desk->patience_ms = PATIENCE_MS;
	if (!v)
		return PLAIN_OK;
	if (v == &no_verb && program_value(c, before, last))
		return PLAIN_OK;
	if (option_of(v, before) >= 0)
		offer_value(c, v, option_of(v, before), last);
	else if (*last == '-' && v == &no_verb)
		offer_program_options(c, last);
	else if (*last == '-')
		offer_options(c, v, last);
	else if (v == &no_verb)
		offer_verbs(c, last);
	else
		offer_word(c, v, numbered(c, at + 1), last);
	return PLAIN_OK;
}
