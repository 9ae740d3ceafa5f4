/* The text of a ticket as the query language sees it: documents of tokens. */
#include "rules/find_inner.h"

#include <string.h>
#include "base/text.h"
#include "rules/tokens.h"

#define TOKEN_MAX 64 /* as in tokens.c: the rest of an endless word says nothing more */

struct tokens {
	const char *source;
	GPtrArray *list;           /* char* */
	size_t last_from, last_to; /* bytes of the newest one */
	gboolean alone;            /* the newest is one Chinese character */
	gboolean ends_run;         /* ... which the bigram before it holds as well */
};

static gboolean is_han(gunichar c)
{
	GUnicodeScript script = g_unichar_get_script(c);

	return script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HIRAGANA ||
	       script == G_UNICODE_SCRIPT_KATAKANA;
}

/* Only Chinese gives a character and then, from the same byte, its bigram: that takes its place. */
static void add_token(const char *token, size_t len, size_t from, size_t to, void *arg)
{
	struct tokens *t = arg;
	gboolean bigram = t->list->len && from == t->last_from && to > t->last_to;

	if (!len)
		return;
	t->ends_run = !bigram && t->list->len && from < t->last_to;
	if (bigram)
		g_ptr_array_remove_index(t->list, t->list->len - 1);
	g_ptr_array_add(t->list, g_strndup(token, len));
	t->alone = !bigram && is_han(g_utf8_get_char(t->source + from));
	t->last_from = from;
	t->last_to = to;
}

static void each(struct tokens *t, const char *text)
{
	*t = (struct tokens){.source = text, .list = g_ptr_array_new_with_free_func(g_free)};
	tokens_each(text, strlen(text), add_token, t);
}

char *find_document(const char *text)
{
	GString *out = g_string_new(NULL);
	struct tokens t;

	each(&t, text ? text : "");
	for (guint i = 0; i < t.list->len; i++) {
		if (i)
			g_string_append_c(out, ' ');
		g_string_append(out, g_ptr_array_index(t.list, i));
	}
	g_ptr_array_unref(t.list);
	return g_string_free(out, FALSE);
}

char *find_head(const char *subject, const char *customer_name, desk_id number, const char *category,
		const GPtrArray *tags)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%s\n%s\n#%" G_GINT64_FORMAT "\n%s\n", subject ? subject : "",
			       customer_name ? customer_name : "", number, category ? category : "");
	for (guint i = 0; tags && i < tags->len; i++)
		g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(tags, i));
	return g_string_free(out, FALSE);
}

/* A word as it is written, not its stem. */
static char *written(const char *s, size_t len)
{
	char *out = text_fold(s, (gssize)len), *to = out;

	for (const char *p = out; *p; p++) {
		if (*p == '\'' || *p == ' ')
			continue;
		if (g_str_has_prefix(p, "\xE2\x80\x99")) {
			p += 2;
			continue;
		}
		*to++ = *p;
	}
	*to = 0;
	if (to - out > TOKEN_MAX) {
		for (to = out + TOKEN_MAX; ((guchar)*to & 0xC0) == 0x80;)
			to--;
		*to = 0;
	}
	return out;
}

GPtrArray *find_tokens(const char *text, gboolean star, gboolean *prefix_token)
{
	struct tokens t;
	char **last;

	each(&t, text ? text : "");
	*prefix_token = FALSE;
	if (!t.list->len)
		return t.list;
	last = (char **)&t.list->pdata[t.list->len - 1];
	if (t.ends_run) {
		/* The bigram before says it already, and what follows it is free. */
		g_ptr_array_remove_index(t.list, t.list->len - 1);
	} else if (t.alone) {
		*prefix_token = TRUE; /* one character alone: also where another follows */
	} else if (star) {
		/* Documents hold stems: "wiped*" has to find "wipe" as well. */
		g_autofree char *word = written(t.source + t.last_from, t.last_to - t.last_from);
		size_t n = 0;

		while (word[n] && word[n] == (*last)[n])
			n++;
		while (((guchar)(*last)[n] & 0xC0) == 0x80)
			n--;
		if (n)
			(*last)[n] = 0;
		*prefix_token = TRUE;
	}
	return t.list;
}

gboolean find_tokens_in(const GPtrArray *tokens, gboolean prefix_token, const char *document)
{
	const char *p = document;

	if (!tokens->len)
		return TRUE;
	while (p && *p) {
		const char *at = p;
		guint i = 0;

		for (; at && i < tokens->len; i++) {
			const char *token = g_ptr_array_index(tokens, i);
			const char *end = strchrnul(at, ' ');
			size_t len = strlen(token), has = (size_t)(end - at);
			gboolean beginning = prefix_token && i + 1 == tokens->len;

			if (has < len || (has > len && !beginning) || memcmp(at, token, len) != 0)
				break;
			at = *end ? end + 1 : NULL;
		}
		if (i == tokens->len)
			return TRUE;
		p = strchr(p, ' ');
		if (p)
			p++;
	}
	return FALSE;
}
