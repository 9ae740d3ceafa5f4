/* Moods by phrases. */
#include "rules/mood.h"

#include <string.h>
#include "base/text.h"
#include "rules/tokens.h"

#define LOOKED_AT 8192 /* bytes of a message: how somebody feels shows early */
#define MESSAGES 3

/* Urgency, not the order they are stored in. */
static const enum mood order[] = {MOOD_ANGRY, MOOD_ANXIOUS, MOOD_DISAPPOINTED, MOOD_SATISFIED};

struct seen {
	char *folded; /* for phrases as they are */
	char *stems;  /* " let down " : for phrases of words */
};

static gboolean is_plain(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return FALSE;
	return TRUE;
}

static char *stems_of(const char *text)
{
	g_autofree char *tokens = tokens_string(text);

	return g_strdup_printf(" %s ", tokens);
}

static gboolean says(const struct seen *seen, const char *phrase)
{
	if (is_plain(phrase)) {
		g_autofree char *stems = stems_of(phrase);

		return stems[strspn(stems, " ")] != '\0' && strstr(seen->stems, stems) != NULL;
	}
	g_autofree char *folded = text_fold(phrase, -1);
	return *folded && strstr(seen->folded, folded) != NULL;
}

static int hits(const struct seen *seen, const GPtrArray *words, enum mood mood)
{
	int n = 0;

	for (guint i = 0; i < words->len; i++) {
		const struct mood_phrases *m = words->pdata[i];

		for (guint k = 0; m->mood == mood && m->phrases && k < m->phrases->len; k++)
			n += says(seen, m->phrases->pdata[k]);
	}
	return n;
}

enum mood mood_of_text(const char *text, const GPtrArray *words)
{
	g_autofree char *start = NULL;
	struct seen seen;
	enum mood best = MOOD_NEUTRAL;
	int most = 0;

	if (!text || !*text || !words || !words->len)
		return MOOD_NEUTRAL;
	start = g_utf8_make_valid(text, (gssize)strnlen(text, LOOKED_AT));
	seen.folded = text_fold(start, -1);
	seen.stems = stems_of(start);
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
		int n = hits(&seen, words, order[i]);

		if (n > most) {
			most = n;
			best = order[i];
		}
	}
	g_free(seen.folded);
	g_free(seen.stems);
	return best;
}

enum mood mood_of_messages(const GPtrArray *messages, const GPtrArray *words)
{
	int looked = 0;

	for (guint i = messages ? messages->len : 0; i > 0 && looked < MESSAGES; i--) {
		const struct message *m = messages->pdata[i - 1];
		enum mood mood;

		if (m->kind != MESSAGE_CUSTOMER)
			continue;
		looked++;
		mood = mood_of_text(m->body, words);
		if (mood != MOOD_NEUTRAL)
			return mood;
	}
	return MOOD_NEUTRAL;
}

gboolean mood_is_negative(enum mood mood)
{
	return mood == MOOD_ANXIOUS || mood == MOOD_DISAPPOINTED || mood == MOOD_ANGRY;
}

void mood_split(const char *list, GPtrArray *to)
{
	const char *from = list ? list : "";

	while (*from) {
		const char *end = from;
		char *word;

		while (*end && *end != ',' && *end != ';' && !g_str_has_prefix(end, "，") && !g_str_has_prefix(end, "、") &&
		       !g_str_has_prefix(end, "；"))
			end = g_utf8_next_char(end);
		word = g_strstrip(g_strndup(from, (gsize)(end - from)));
		if (*word)
			g_ptr_array_add(to, word);
		else
			g_free(word);
		from = *end ? g_utf8_next_char(end) : end;
	}
}
