/* What the word under the cursor can become. */
#include "rules/find_inner.h"

#include <string.h>
#include "base/text.h"
#include "base/say.h"

struct candidate {
	char *text, *shown, *means;
	gboolean more, contains;
};

struct completion {
	const struct find_vocabulary *v;
	char *part; /* folded: what is there already */
	enum find_field field;
	gboolean value, quoted;
	GPtrArray *offers; /* struct candidate */
	GHashTable *seen;  /* texts */
};

static void candidate_free(void *arg)
{
	struct candidate *o = arg;

	g_free(o->text);
	g_free(o->shown);
	g_free(o->means);
	g_free(o);
}

/* A name as a value can be written. */
static char *quote(const char *name, gboolean always)
{
	static const char *const special[] = {"none", "any", "me", "mine", "nobody"};
	gboolean wanted = always || !*name;
	GString *out = g_string_new("\"");
	int len = (int)strlen(name), n;

	for (int at = 0; at < len; at += n) {
		gunichar c = find_scan_char(name, len, at, &n);

		wanted |= g_unichar_isspace(c) || c == 0x3000 ||
			  strchr(",()\"*<>", c < 0x80 ? (int)c : 'a') != NULL;
		if (c == '"' || c == '\\')
			g_string_append_c(out, '\\');
		g_string_append_len(out, name + at, n);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(special); i++)
		wanted |= g_ascii_strcasecmp(name, special[i]) == 0;
	g_string_append_c(out, '"');
	if (wanted)
		return g_string_free(out, FALSE);
	g_string_free(out, TRUE);
	return g_strdup(name);
}

/* Takes `text`; it is offered when `shown` or what it means fits what is there. */
static void offer(struct completion *c, char *text, const char *shown, const char *means, gboolean more)
{
	g_autofree char *folded = text_fold(shown, -1), *meant = means ? text_fold(say(means), -1) : NULL;
	gboolean begins = g_str_has_prefix(folded, c->part);
	gboolean contains = strstr(folded, c->part) || (meant && strstr(meant, c->part));
	struct candidate *o;

	if (!(begins || contains) || g_hash_table_contains(c->seen, text)) {
		g_free(text);
		return;
	}
	o = g_new0(struct candidate, 1);
	*o = (struct candidate){text, g_strdup(shown), g_strdup(say(means)), more, !begins};
	g_ptr_array_add(c->offers, o);
	g_hash_table_add(c->seen, text);
}

static void offer_word(const struct find_word *word, void *arg)
{
	struct completion *c = arg;

	offer(c, quote(word->name, c->quoted), word->name, word->means, FALSE);
}

static void offer_custom(const struct find_word *word, void *arg)
{
	struct completion *c = arg;
	g_autofree char *shown = g_strdup_printf("field.%s:", word->name);

	offer(c, g_strdup(shown), shown, word->means, TRUE);
}

static void offer_fields(struct completion *c)
{
	static const char *const means[FIND_FIELD_COUNT] = {
		[FIND_STATUS] = N_("open, new, active, done ..."),
		[FIND_GROUP] = N_("whose queue it is in"),
		[FIND_ASSIGNEE] = N_("who works on it: me, nobody ..."),
		[FIND_CUSTOMER] = N_("name, mail, phone or #number"),
		[FIND_TAG] = N_("of the ticket or the customer"),
		[FIND_CATEGORY] = N_("account, account/sign-in ..."),
		[FIND_PRIORITY] = N_("normal, important, urgent"),
		[FIND_CHANNEL] = N_("email, phone, wechat ..."),
		[FIND_PROBLEM] = N_("simple, complex; 3: part of problem 3"),
		[FIND_TIER] = "1, 2",
		[FIND_NUMBER] = N_("1042, or just #1042"),
		[FIND_LANGUAGE] = N_("of the customer: en, zh"),
		[FIND_SUBJECT] = N_("words in the subject"),
		[FIND_IS] = N_("late, waiting, mine ..."),
		[FIND_HAS] = N_("attachment, note, promise ..."),
		[FIND_DUE] = N_("what is left: due<15m, due:none"),
		[FIND_CREATED] = N_("created<2d, created:today"),
		[FIND_UPDATED] = N_("updated>3h"),
		[FIND_RESOLVED] = N_("resolved:yesterday"),
		[FIND_PARENT] = N_("parts of that ticket"),
		[FIND_LINK] = N_("linked with that ticket"),
		[FIND_IMPACT] = N_("limited, wide"),
		[FIND_NEED] = N_("low, medium, high"),
		[FIND_ESCALATED] = N_("who escalated it: me ..."),
		[FIND_CONSULT] = N_("whose advice is asked: me ..."),
		[FIND_ACKNOWLEDGE] = N_("who has to acknowledge it: me ..."),
		[FIND_PART] = N_("which group owes a part: mine ..."),
		[FIND_LATE] = N_("first-response ...: that clock is over"),
		[FIND_WARNED] = N_("first-response ...: that clock is over soon"),
		[FIND_FOLLOW_UP] = N_("due, asked, answered, skipped ..."),
	};
	const struct find_fixed *flags;
	size_t n = find_fixed_words(FIND_IS, &flags);

	for (int i = 0; i < FIND_FIELD_COUNT; i++) {
		g_autofree char *name = g_strconcat(find_field_name(i), ":", NULL);

		if (i != FIND_TEXT && i != FIND_CUSTOM)
			offer(c, g_strdup(name), name, means[i], TRUE);
	}
	if (c->v && c->v->words)
		c->v->words(FIND_CUSTOM, offer_custom, c, c->v->arg);
	for (size_t i = 0; *c->part && i < n; i++)
		offer(c, g_strconcat("is:", flags[i].name, NULL), flags[i].name, flags[i].means, FALSE);
}

static void offer_values(struct completion *c, enum find_compare compare)
{
	static const char *const spans[] = {"15m", "1h", "4h", "1d", "7d"};
	enum find_reading reading = find_field_reading(c->field);
	const struct find_fixed *words;
	size_t n = find_fixed_words(c->field, &words);

	if (compare == FIND_EQ || reading == FIND_READ_ENUM)
		for (size_t i = 0; i < n; i++)
			offer(c, g_strdup(words[i].name), words[i].name, words[i].means, FALSE);
	for (size_t i = 0; compare != FIND_EQ && (reading == FIND_READ_AGE || reading == FIND_READ_DUE) &&
			   i < G_N_ELEMENTS(spans);
	     i++)
		offer(c, g_strdup(spans[i]), spans[i], reading == FIND_READ_DUE ? N_("left") : N_("ago"), FALSE);
	if (c->v && c->v->words && c->field != FIND_CUSTOM)
		c->v->words(c->field, offer_word, c, c->v->arg);
}

static gboolean field_named(const char *text, const struct find_lexeme *l, enum find_field *field)
{
	g_autofree char *name = g_ascii_strdown(text + l->name_from, l->name_to - l->name_from);

	for (int i = 0; i < FIND_FIELD_COUNT; i++)
		if (i != FIND_TEXT && strcmp(find_field_name(i), name) == 0) {
			*field = i;
			return TRUE;
		}
	return FALSE;
}

/* Best first: what begins with the part; only when nothing does, what contains it. */
static void answer(const struct completion *c, int from, int to, int max, find_completion_fn *fn, void *arg)
{
	gboolean begins = FALSE;
	int given = 0;

	for (guint i = 0; i < c->offers->len; i++)
		begins |= !((const struct candidate *)g_ptr_array_index(c->offers, i))->contains;
	for (guint i = 0; i < c->offers->len && given < max; i++) {
		const struct candidate *o = g_ptr_array_index(c->offers, i);
		const struct find_completion out = {o->text, o->shown, o->means, from, to, o->more};

		if (o->contains && begins)
			continue;
		fn(&out, arg);
		given++;
	}
}

void find_complete(const char *text, size_t cursor, const struct find_vocabulary *v, int max,
		   find_completion_fn *fn, void *arg)
{
	struct find_scan scan = {.s = text};
	struct find_lexeme last = {0};
	struct completion c = {.v = v};
	size_t len = text ? strlen(text) : 0;
	const struct find_piece *piece = NULL;
	int from;

	cursor = MIN(cursor, len);
	if (!text || cursor > FIND_MAX_BYTES || !g_utf8_validate(text, (gssize)cursor, NULL))
		return;
	/* Only what stands before the cursor decides; its last lexeme is the word. */
	scan.len = (int)cursor;
	do {
		find_lexeme_clear(&last);
		find_scan_next(&scan, &last);
	} while (last.kind != FIND_LEX_END && last.to < (int)cursor);
	from = (int)cursor;
	if (last.kind != FIND_LEX_END && last.pieces->len) {
		piece = g_ptr_array_index(last.pieces, last.pieces->len - 1);
		from = piece->from;
	}
	c.value = last.name_from < last.name_to;
	c.part = piece ? text_fold(piece->text->str, (gssize)piece->text->len) : g_strdup("");
	c.quoted = piece && piece->quoted;
	c.offers = g_ptr_array_new_with_free_func(candidate_free);
	c.seen = g_hash_table_new(g_str_hash, g_str_equal);
	if (piece && (piece->star || (piece->quoted && piece->closed)))
		; /* it is finished */
	else if (!c.value && !c.quoted && !last.number)
		offer_fields(&c);
	else if (c.value && field_named(text, &last, &c.field))
		offer_values(&c, last.compare);
	answer(&c, from, (int)cursor, max, fn, arg);
	g_hash_table_unref(c.seen);
	g_ptr_array_unref(c.offers);
	g_free(c.part);
	find_lexeme_clear(&last);
}
