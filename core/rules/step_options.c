/* Options behind the words of a step; the parts of a plan. */
#include "rules/step_options.h"

#include <string.h>

char *step_split(const char *arg, char **rest)
{
	size_t n = strcspn(arg, " \t");
	const char *after = arg + n + strspn(arg + n, " \t");

	*rest = *after ? g_strdup(after) : NULL;
	return g_strndup(arg, n);
}

/* ---- options */
enum { REASON, PROMISE, NOTE, REPLY, SEND_TEXT, PART, NONE };
static const char *const names[] = {[REASON] = "--reason", [PROMISE] = "--promise", [NOTE] = "--note", [REPLY] = "--reply",
                                    [SEND_TEXT] = "--send-text", [PART] = "--part"};

static guint option_at(const char *word)
{
	size_t n = strcspn(word, " \t");

	for (guint i = 0; i < NONE; i++)
		if (strlen(names[i]) == n && strncmp(names[i], word, n) == 0)
			return i;
	return NONE;
}

/* The next option at or behind `from`, at the beginning of a word; the end when there is none. */
static const char *next_option(const char *from, guint *which)
{
	for (const char *p = from; *p; p += strcspn(p, " \t"), p += strspn(p, " \t")) {
		*which = option_at(p);
		if (*which != NONE)
			return p;
	}
	*which = NONE;
	return from + strlen(from);
}

static char *piece(const char *from, const char *to)
{
	return g_strstrip(g_strndup(from, (gsize)(to - from)));
}

static void keep(char **to, char *value)
{
	g_free(*to);
	*to = value;
}

void step_options_read(const char *arg, struct step_options *out)
{
	guint which;
	const char *start = arg + strspn(arg, " \t"), *p = next_option(start, &which);

	*out = (struct step_options){.words = piece(start, p), .parts = g_ptr_array_new_with_free_func(g_free)};
	while (which != NONE) {
		guint now = which;
		const char *value = p + strlen(names[now]), *end;
		char *text;

		value += strspn(value, " \t");
		end = next_option(value, &which);
		text = piece(value, end);
		switch (now) {
		case REASON:
			keep(&out->reason, text);
			break;
		case PROMISE:
			keep(&out->promise, text);
			break;
		case NOTE:
			keep(&out->note, text);
			break;
		case REPLY:
			keep(&out->reply, text);
			break;
		case PART:
			g_ptr_array_add(out->parts, text);
			break;
		default:
			out->tells = TRUE;
			g_free(text);
			break;
		}
		p = end;
	}
}

void step_options_clear(struct step_options *o)
{
	g_free(o->words);
	g_free(o->reason);
	g_free(o->promise);
	g_free(o->note);
	g_free(o->reply);
	g_clear_pointer(&o->parts, g_ptr_array_unref);
}

/* ---- parts */
#define WIDE_COLON "：" /* of a Chinese keyboard */

gboolean step_part(const char *line, char **group, char **task, char **due)
{
	const char *narrow = strchr(line, ':'), *wide = strstr(line, WIDE_COLON), *at = strrchr(line, '@');
	const char *colon = wide && (!narrow || wide < narrow) ? wide : narrow;
	const char *from = colon ? colon + (colon == wide ? strlen(WIDE_COLON) : 1) : NULL;

	*group = *task = *due = NULL;
	if (!colon)
		return FALSE;
	if (at < from)
		at = NULL;
	*group = piece(line, colon);
	*task = at ? piece(from, at) : g_strstrip(g_strdup(from));
	*due = at ? g_strstrip(g_strdup(at + 1)) : NULL;
	if (**group && **task && (!*due || **due))
		return TRUE;
	g_clear_pointer(group, g_free);
	g_clear_pointer(task, g_free);
	g_clear_pointer(due, g_free);
	return FALSE;
}
