/* A call carried out: keys, answers, texts, lists; what all verbs share. */
#include "tui/plain/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/say.h"

/* ---- writes */

/* Keys of one command follow from its first: the whole command again is the same writes again. */
static void next_key(struct call *c, char *key)
{
	if (c->writes++ == 0) {
		g_strlcpy(key, c->key, WIRE_KEY_LEN + 1);
		return;
	}
	g_autofree char *of = g_strdup_printf("%s/%u", c->key, c->writes);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, of, -1);

	g_snprintf(key, WIRE_KEY_LEN + 1, "%.8s-%.4s-%.4s-%.4s-%.12s", sum, sum + 8, sum + 12, sum + 16, sum + 20);
}

static void keep_answer(struct call *c, const struct answer *a)
{
	GString *json;

	if (c->out->format != OUT_JSON)
		return;
	json = g_string_new(NULL);
	answer_to_json(json, a);
	g_ptr_array_add(c->answers, g_string_free(json, FALSE));
}

static void tell_key(const struct call *c)
{
	if (c->out->spoken)
		return;
	fprintf(stderr, _("ttydesk: the same command with --key %s is done once, however often it is sent\n"), c->key);
}

struct answer *call_write(struct call *c, struct change *change, gboolean *waits, int *code)
{
	g_autoptr(GError) error = NULL;
	struct answer *a;

	next_key(c, change->once_key);
	a = desk_write(c->desk, change, waits, &error);
	if (a) {
		keep_answer(c, a);
	} else {
		if (change->ticket_id) {
			g_autofree char *number = g_strdup_printf("#%" PRId64, change->ticket_id);

			if (!g_str_has_prefix(error->message, number)) { /* the desk may have said which one */
				char *sentence = g_strdup_printf("%s: %s", number, error->message);

				g_free(error->message);
				error->message = sentence;
			}
		}
		*code = call_fail(c, error);
		if (*code == PLAIN_UNCERTAIN)
			tell_key(c);
	}
	change_clear(change);
	return a;
}

void call_say_done(struct call *c, desk_id ticket, const char *done, gboolean waits)
{
	if (waits)
		out_say(c->out, _("#%" PRId64 ": %s; it goes when the desk is back"), ticket, done);
	else
		out_say(c->out, "#%" PRId64 ": %s", ticket, done);
}

int call_write_each(struct call *c, enum change_kind kind, call_fill_fn *fill, const char *done)
{
	int worst = PLAIN_OK;

	for (guint i = 0; i < c->tickets->len; i++) {
		desk_id ticket = g_array_index(c->tickets, desk_id, i);
		g_autoptr(GError) error = NULL;
		gboolean waits = FALSE;
		struct change change;
		int code = PLAIN_OK;

		change_init(&change, kind);
		change.ticket_id = ticket;
		if (fill && !fill(c, ticket, &change, &error)) {
			change_clear(&change);
			return call_fail(c, error);
		}
		g_autoptr(answer_auto) a = call_write(c, &change, &waits, &code);

		if (a)
			call_say_done(c, ticket, done, waits);
		else
			worst = code;
	}
	return worst;
}

static void put_answers(struct call *c)
{
	if (c->answers->len == 0)
		return;
	if (c->answers->len == 1 && c->tickets->len < 2) {
		out_json_text(c->out, c->answers->pdata[0]);
		return;
	}
	g_ptr_array_add(c->answers, NULL);
	g_autofree char *list = g_strjoinv(",", (char **)c->answers->pdata);
	g_autofree char *all = g_strdup_printf("{\"answers\":[%s]}", list);

	out_json_text(c->out, all);
}

/* ---- texts */

static char *read_all(GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char buf[4096];
	size_t n;

	if (isatty(STDIN_FILENO))
		fputs(_("Write the text; Ctrl-D on a line of its own ends it.\n"), stderr);
	while ((n = fread(buf, 1, sizeof buf, stdin)) > 0 && text->len <= WIRE_MAX_MESSAGE)
		g_string_append_len(text, buf, (gssize)n);
	if (ferror(stdin)) {
		desk_fail(error, DESK_IO, _("standard input can't be read: %s"), say_errno(errno));
		return NULL;
	}
	if (!text_storable(text->str, text->len)) {
		desk_fail(error, DESK_INVALID, _("the text is not UTF-8"));
		return NULL;
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean wants_stdin(struct call *c)
{
	guint last = c->words->len - 1;

	if (c->words->len && strcmp(c->words->pdata[last], "-") == 0) {
		g_ptr_array_remove_index(c->words, last);
		return TRUE;
	}
	return FALSE;
}

char *call_text(struct call *c, GError **error)
{
	const char *said = call_option(c, PLAIN_OPTION_MESSAGE);
	gboolean from_stdin = wants_stdin(c) || !said || strcmp(said, "-") == 0;
	g_autofree char *text = NULL;

	if (from_stdin && c->out->spoken) {
		desk_fail(error, DESK_INVALID, _("there is no text"));
		return NULL;
	}
	text = from_stdin ? read_all(error) : g_strdup(said);
	if (!text)
		return NULL;
	while (g_str_has_suffix(text, "\n") || g_str_has_suffix(text, "\r"))
		text[strlen(text) - 1] = '\0';
	if (!*text) {
		desk_fail(error, DESK_INVALID, _("there is no text"));
		return NULL;
	}
	if (strlen(text) > WIRE_MAX_MESSAGE || !text_storable(text, strlen(text))) {
		desk_fail(error, DESK_INVALID, _("the text is longer than %u KiB, or not UTF-8"), WIRE_MAX_MESSAGE >> 10);
		return NULL;
	}
	return g_steal_pointer(&text);
}

gboolean call_number(const char *word, int64_t *n, GError **error)
{
	gint64 value = 0;

	if (!word || !g_ascii_string_to_signed(*word == '#' ? word + 1 : word, 10, 1, G_MAXINT64, &value, NULL))
		return desk_fail(error, DESK_INVALID, _("%s is no number"), word ? word : "");
	*n = value;
	return TRUE;
}

int call_limit(const struct call *c, int most, GError **error)
{
	const char *said = call_option(c, PLAIN_OPTION_LIMIT);
	int64_t n = 0;

	if (!said)
		return 0;
	if (!call_number(said, &n, error))
		return -1;
	return (int)MIN(n, most);
}

int call_list(struct call *c, const struct listing *l, const GPtrArray *rows)
{
	g_autoptr(GError) error = NULL;

	c->out->header = !c->option[PLAIN_OPTION_NO_HEADER] && !c->out->spoken;
	if (c->out->spoken && !rows->len)
		out_say(c->out, _("Nothing."));
	if (out_list(c->out, l, rows, call_option(c, PLAIN_OPTION_COLUMNS), &error))
		return PLAIN_OK;
	call_fail(c, error);
	return PLAIN_USAGE;
}

/* ---- running */

static gboolean take_common(struct call *c, GError **error)
{
	const char *format = call_option(c, PLAIN_OPTION_OUTPUT), *colour = call_option(c, PLAIN_OPTION_COLOR);
	const char *key = call_option(c, PLAIN_OPTION_KEY), *timeout = call_option(c, PLAIN_OPTION_TIMEOUT);
	int known = format ? out_format_by_name(format) : OUT_TEXT;

	if (known < 0)
		return desk_fail(error, DESK_INVALID, _("%s is no format: text, json, csv or tsv"), format);
	c->out->format = (enum out_format)known;
	c->out->quiet = c->option[PLAIN_OPTION_QUIET] != NULL;
	if (colour && strcmp(colour, "auto") != 0 && strcmp(colour, "always") != 0 && strcmp(colour, "never") != 0)
		return desk_fail(error, DESK_INVALID, _("--color is auto, always or never"));
	if (colour && strcmp(colour, "auto") != 0)
		c->out->colour = colour[0] == 'a';
	if (key && (!*key || strlen(key) > WIRE_KEY_LEN || key[strspn(key, "0123456789abcdefghijklmnopqrstuvwxyz"
	                                                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")]))
		return desk_fail(error, DESK_INVALID, _("a key has at most %d letters, digits and dashes"), WIRE_KEY_LEN);
	return !timeout || !c->desk || clock_parse_duration(timeout, &c->desk->patience_ms, error);
}

int call_run(struct call *c)
{
	g_autofree char *fresh = g_uuid_string_random();
	const char *key = call_option(c, PLAIN_OPTION_KEY);
	g_autoptr(GError) error = NULL;
	int code;

	if (c->option[PLAIN_OPTION_HELP]) {
		verb_usage(c->verb, c->out->text);
		return PLAIN_OK;
	}
	if (!take_common(c, &error))
		return call_usage(c, "%s", error->message);
	if (!*c->verb->args && c->words->len) /* ignored, it would answer something else than was asked */
		return call_usage(c, _("%s is too much; usage: ttydesk %s %s"), call_word(c, 0), c->verb->name, c->verb->args);
	g_strlcpy(c->key, key ? key : fresh, sizeof c->key);
	c->out->now_ms = c->desk ? desk_now_ms(c->desk) : clock_wall_ms();
	c->answers = g_ptr_array_new_with_free_func(g_free);
	code = c->verb->run(c);
	put_answers(c);
	g_clear_pointer(&c->answers, g_ptr_array_unref);
	return code;
}

int call_words(struct desk *d, struct out *o, const char *const *words, desk_id ticket)
{
	const struct verb *v = verb_by_name(words[0]);
	struct call c = {.desk = d, .out = o, .verb = v};
	g_autoptr(GError) error = NULL;
	int code;

	g_assert(v);
	code = call_read(&c, v, words + 1, ticket, &error) ? call_run(&c) : call_usage(&c, "%s", error->message);
	call_clear(&c);
	return code;
}
