/* The tables of verbs and options, and a command line read by them. */
#include "tui/plain/verbs.h"

#include <stdio.h>
#include <string.h>

#include "rules/find.h"

static const struct verb verbs[] = {
#define E(id, name, flags, args, options, help) {name, flags, args, options, help, verb_##id},
	PLAIN_VERBS(E)
#undef E
};

static const struct {
	const char *name;
	char letter;
	const char *value, *help;
} options[PLAIN_OPTION_COUNT] = {
#define E(id, name, letter, value, help) {name, letter, value, help},
	PLAIN_OPTIONS(E)
#undef E
};

const char *plain_option_name(enum plain_option o)
{
	return options[o].name;
}

const char *plain_option_value(enum plain_option o)
{
	return options[o].value;
}

const char *plain_option_help(enum plain_option o)
{
	return options[o].help;
}

char plain_option_letter(enum plain_option o)
{
	return options[o].letter;
}

uint64_t plain_options_common(void)
{
	return O(HELP) | O(SERVER) | O(AS) | O(SAMPLE) | O(DAEMON) | O(LOG) | O(OUTPUT) | O(QUIET) | O(COLOR) | O(TIMEOUT);
}

uint64_t verb_options(const struct verb *v)
{
	return plain_options_common() | v->options | (v->flags & VERB_WRITES ? O(KEY) : 0);
}

const struct verb *verb_at(size_t i)
{
	return i < G_N_ELEMENTS(verbs) ? &verbs[i] : NULL;
}

const struct verb *verb_by_name(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

/* ---- reading */

static int option_by_name(const char *name, size_t len, uint64_t taken)
{
	for (int i = 0; i < PLAIN_OPTION_COUNT; i++)
		if ((taken >> i & 1) && strlen(options[i].name) == len && strncmp(options[i].name, name, len) == 0)
			return i;
	return -1;
}

static int option_by_letter(char letter, uint64_t taken)
{
	for (int i = 0; i < PLAIN_OPTION_COUNT; i++)
		if ((taken >> i & 1) && options[i].letter == letter)
			return i;
	return -1;
}

static void set_option(struct call *c, int o, const char *value)
{
	if (!c->option[o])
		c->option[o] = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(c->option[o], g_strdup(value));
}

static gboolean read_long(struct call *c, const char *word, const char *next, gboolean *took_next, GError **error)
{
	const char *eq = strchr(word, '=');
	size_t len = eq ? (size_t)(eq - word) : strlen(word);
	int o = option_by_name(word, len, verb_options(c->verb));

	if (o < 0)
		return desk_fail(error, DESK_INVALID, _("%s has no option --%.*s"), c->verb->name, (int)len, word);
	if (!options[o].value && eq)
		return desk_fail(error, DESK_INVALID, _("--%s takes no value"), options[o].name);
	if (options[o].value && !eq && !next)
		return desk_fail(error, DESK_INVALID, _("--%s needs %s"), options[o].name, options[o].value);
	*took_next = options[o].value && !eq;
	set_option(c, o, !options[o].value ? "" : eq ? eq + 1 : next);
	return TRUE;
}

/* "-qojson": letters without a value, then perhaps one with its value. */
static gboolean read_letters(struct call *c, const char *letters, const char *next, gboolean *took_next, GError **error)
{
	for (; *letters; letters++) {
		int o = option_by_letter(*letters, verb_options(c->verb));

		if (o < 0)
			return desk_fail(error, DESK_INVALID, _("%s has no option -%c"), c->verb->name, *letters);
		if (!options[o].value) {
			set_option(c, o, "");
			continue;
		}
		if (!letters[1] && !next)
			return desk_fail(error, DESK_INVALID, _("-%c needs %s"), *letters, options[o].value);
		*took_next = !letters[1];
		set_option(c, o, letters[1] ? letters + 1 : next);
		return TRUE;
	}
	return TRUE;
}

static gboolean number_of(const char *word, desk_id *id)
{
	gint64 n = 0;

	if (!g_ascii_string_to_signed(*word == '#' ? word + 1 : word, 10, 1, G_MAXINT64, &n, NULL))
		return FALSE;
	*id = n;
	return TRUE;
}

/* Leading numbers are tickets; the rest are words. */
static gboolean take_tickets(struct call *c, desk_id implied, GError **error)
{
	gboolean many = (c->verb->flags & VERB_MANY) != 0;
	desk_id id;

	if (!(c->verb->flags & VERB_TICKET))
		return TRUE;
	if (implied && (!c->words->len || *call_word(c, 0) != '#')) { /* line by line a # says which others */
		g_array_append_val(c->tickets, implied);
		return TRUE;
	}
	while (c->words->len && (many || c->tickets->len == 0) &&
	       (!implied || *call_word(c, 0) == '#') && number_of(c->words->pdata[0], &id)) {
		g_array_append_val(c->tickets, id);
		g_ptr_array_remove_index(c->words, 0);
	}
	if (c->tickets->len || c->option[PLAIN_OPTION_HELP])
		return TRUE;
	if (c->words->len)
		return desk_fail(error, DESK_INVALID, _("%s is no ticket number"), (const char *)c->words->pdata[0]);
	return desk_fail(error, DESK_INVALID, _("which ticket? usage: ttydesk %s %s"), c->verb->name, c->verb->args);
}

/* What begins with a dash is an option, but not - alone, and not what comes after --; a tag
 * that is to be removed is written like one, so what is no option of ours may be a word there. */
static gboolean is_option(const struct call *c, const char *word)
{
	if (word[0] != '-' || !word[1])
		return FALSE;
	if (c->verb->run != verb_tag || word[1] == '-')
		return TRUE;
	return !word[2] && option_by_letter(word[1], verb_options(c->verb)) >= 0;
}

gboolean call_read(struct call *c, const struct verb *v, const char *const *words, desk_id ticket, GError **error)
{
	gboolean only_words = FALSE;

	c->verb = v;
	c->tickets = g_array_new(FALSE, FALSE, sizeof(desk_id));
	c->words = g_ptr_array_new_with_free_func(g_free);
	for (; *words; words++) {
		const char *word = *words;
		gboolean took_next = FALSE, ok = TRUE;

		if (only_words || !is_option(c, word))
			g_ptr_array_add(c->words, g_strdup(word));
		else if (strcmp(word, "--") == 0)
			only_words = TRUE;
		else if (word[1] == '-')
			ok = read_long(c, word + 2, words[1], &took_next, error);
		else
			ok = read_letters(c, word + 1, words[1], &took_next, error);
		if (!ok)
			return FALSE;
		words += took_next;
	}
	return take_tickets(c, ticket, error);
}

void call_clear(struct call *c)
{
	for (int i = 0; i < PLAIN_OPTION_COUNT; i++)
		g_clear_pointer(&c->option[i], g_ptr_array_unref);
	g_clear_pointer(&c->tickets, g_array_unref);
	g_clear_pointer(&c->words, g_ptr_array_unref);
}

const char *call_option(const struct call *c, enum plain_option o)
{
	return c->option[o] ? c->option[o]->pdata[c->option[o]->len - 1] : NULL;
}

const char *call_word(const struct call *c, guint i)
{
	return i < c->words->len ? c->words->pdata[i] : NULL;
}

char *call_rest(const struct call *c, guint from)
{
	GString *all = g_string_new(NULL);

	for (guint i = from; i < c->words->len; i++)
		g_string_append_printf(all, "%s%s", all->len ? " " : "", (const char *)c->words->pdata[i]);
	return g_string_free(all, all->len == 0);
}

/* ---- trouble */

static int exit_of(const GError *error)
{
	switch (desk_error_code(error)) {
	case DESK_INVALID:
	case DESK_LIMIT:
		return PLAIN_FAILED;
	case DESK_NOTFOUND:
	case DESK_GONE:
		return PLAIN_NOT_FOUND;
	case DESK_CONFLICT:
	case DESK_REUSED:
		return PLAIN_CONFLICT;
	case DESK_UNCERTAIN:
		return PLAIN_UNCERTAIN;
	case DESK_NET:
	case DESK_TIMEOUT:
	case DESK_BUSY:
		return PLAIN_UNREACHABLE;
	case DESK_AUTH:
	case DESK_FORBIDDEN:
		return PLAIN_FORBIDDEN;
	default:
		return PLAIN_FAILED;
	}
}

/* In a script what went wrong is on stderr; line by line it is part of the conversation. */
static void blame(const struct call *c, const char *sentence)
{
	g_autofree char *clean = text_clean_string(sentence, -1, TEXT_MULTILINE, 8192);

	if (c->out && c->out->spoken)
		g_string_append_printf(c->out->text, "%s\n", clean);
	else
		fprintf(stderr, "ttydesk: %s\n", clean);
}

int call_fail(const struct call *c, const GError *error)
{
	blame(c, error->message);
	return exit_of(error);
}

void call_warn(const struct call *c, const char *sentence)
{
	blame(c, sentence);
}

int call_usage(const struct call *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *sentence = g_strdup_vprintf(format, args);
	va_end(args);
	blame(c, sentence);
	return PLAIN_USAGE;
}

/* ---- help */

static void append_option(GString *out, int o)
{
	g_autofree char *head = options[o].letter ? g_strdup_printf("-%c, --%s", options[o].letter, options[o].name)
	                                          : g_strdup_printf("    --%s", options[o].name);
	g_autofree char *whole = options[o].value ? g_strdup_printf("%s %s", head, options[o].value) : g_strdup(head);

	g_string_append_printf(out, "  %-28s  %s\n", whole, _(options[o].help));
}

void verb_usage(const struct verb *v, GString *out)
{
	uint64_t all = verb_options(v), common = plain_options_common();

	g_string_append_printf(out, _("Usage: ttydesk %s %s\n"), v->name, v->args);
	g_string_append_printf(out, "%s.\n\n", _(v->help));
	for (int i = 0; i < PLAIN_OPTION_COUNT; i++)
		if ((all & ~common) >> i & 1)
			append_option(out, i);
	if (all & ~common)
		g_string_append_c(out, '\n');
	for (int i = 0; i < PLAIN_OPTION_COUNT; i++)
		if ((common >> i & 1) && i != PLAIN_OPTION_DAEMON)
			append_option(out, i);
	g_string_append(out, _("\nSee ttydesk-commands(1).\n"));
}

char *plain_summary(void)
{
	GString *out = g_string_new(_("Without a screen: ttydesk COMMAND [ARGUMENT...]; ttydesk COMMAND --help says more.\n"));

	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (!(verbs[i].flags & VERB_HIDDEN))
			g_string_append_printf(out, "  %-14s %s\n", verbs[i].name, _(verbs[i].help));
	return g_string_free(out, FALSE);
}
