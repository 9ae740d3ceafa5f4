/* The order of templates. */
#include "rules/fit.h"

#include <string.h>
#include "rules/mood.h"

enum weight {
	WEIGHT_LANGUAGE = 2000,
	WEIGHT_OTHERS = -1000,   /* for another age or channel: whatever else fits */
	WEIGHT_COMFORT = 500,
	WEIGHT_NO_COMFORT = -60, /* nobody needs comforting */
	WEIGHT_VARIANT = 2,      /* these two choose among what says the same */
	WEIGHT_CATEGORY = 100,
	WEIGHT_OTHER_CATEGORY = -50,
	WEIGHT_CHANNEL = 1,
	WEIGHT_HAS = -300
};

static gboolean tagged(const struct customer *c, const char *tag)
{
	for (guint i = 0; c->tags && i < c->tags->len; i++)
		if (g_strcmp0(((const struct tag_mark *)c->tags->pdata[i])->name, tag) == 0)
			return TRUE;
	return FALSE;
}

static int year_of(int64_t now_ms)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(now_ms / 1000);

	return now ? g_date_time_get_year(now) : 0;
}

void fit_of_ticket(struct fit *fit, const struct ticket *t, const GPtrArray *moods, int64_t now_ms)
{
	const struct customer *c = t ? t->customer : NULL;
	int age = c && c->birth_year > 0 ? year_of(now_ms) - c->birth_year : -1;

	*fit = (struct fit){.channel = t ? (int)t->row.channel : -1, .category = t ? t->category : NULL};
	if (c) {
		fit->language = c->language;
		fit->elderly = tagged(c, "elderly");
		fit->young = !fit->elderly && tagged(c, "young");
		if (!fit->elderly && !fit->young && age >= 0 && age < 130) { /* a tag knows better than a year */
			fit->elderly = age >= FIT_ELDERLY_AGE;
			fit->young = age >= 10 && age <= FIT_YOUNG_AGE;
		}
	}
	if (t)
		fit->mood = mood_of_messages(t->messages, moods);
}

static gboolean for_this_age(const struct template *t, const struct fit *fit)
{
	return t->audience == AUDIENCE_ELDERLY ? fit->elderly : t->audience == AUDIENCE_YOUNG ? fit->young : FALSE;
}

static gboolean for_this_channel(const struct template *t, const struct fit *fit)
{
	return t->channels && fit->channel >= 0 && (t->channels & (1u << fit->channel));
}

/* "account" fits "account/sign-in", not "accounting". */
static gboolean category_fits(const char *of, const char *ticket)
{
	size_t n = strlen(of);

	return strncmp(of, ticket, n) == 0 && (ticket[n] == '\0' || ticket[n] == '/' || (n && of[n - 1] == '/'));
}

int fit_score(const struct template *t, const struct fit *fit)
{
	int score = 0;

	if (t->audience != AUDIENCE_ANY && !for_this_age(t, fit))
		score += WEIGHT_OTHERS;
	if (fit->language && g_strcmp0(fit->language, t->language) == 0)
		score += WEIGHT_LANGUAGE;
	if (t->part == PART_COMFORT)
		score += mood_is_negative(fit->mood) ? WEIGHT_COMFORT : WEIGHT_NO_COMFORT;
	if (t->category && *t->category && fit->category)
		score += category_fits(t->category, fit->category) ? WEIGHT_CATEGORY : WEIGHT_OTHER_CATEGORY;
	if (t->channels && fit->channel >= 0 && !for_this_channel(t, fit))
		score += WEIGHT_OTHERS;
	if (fit->has & (1u << t->part))
		score += t->part == PART_COMFORT ? WEIGHT_HAS - WEIGHT_COMFORT : WEIGHT_HAS;
	return score;
}

/* A conversation's order. */
static int part_rank(enum template_part part)
{
	static const int rank[PART_COUNT] = {
		[PART_GREETING] = 0, [PART_IDENTITY] = 1, [PART_PROBLEM] = 2, [PART_COMFORT] = 3, [PART_SOLUTION] = 4,
		[PART_ALTERNATIVE] = 5, [PART_CARE] = 6, [PART_CLOSING] = 7, [PART_FOLLOW_UP] = 8};

	return (unsigned)part < PART_COUNT ? rank[part] : PART_COUNT;
}

static int made_for(const struct template *t, const struct fit *fit)
{
	return WEIGHT_VARIANT * for_this_age(t, fit) + WEIGHT_CHANNEL * for_this_channel(t, fit);
}

static gint by_fit(gconstpointer a, gconstpointer b, gpointer arg)
{
	const struct template *x = *(struct template *const *)a, *y = *(struct template *const *)b;
	int sx = fit_score(x, arg), sy = fit_score(y, arg);

	if (sx != sy)
		return sy - sx;
	if (x->part != y->part)
		return part_rank(x->part) - part_rank(y->part);
	if (made_for(x, arg) != made_for(y, arg))
		return made_for(y, arg) - made_for(x, arg);
	return x->position != y->position ? x->position - y->position : (x->id > y->id) - (x->id < y->id);
}

void fit_sort(GPtrArray *templates, const struct fit *fit)
{
	g_ptr_array_sort_with_data(templates, by_fit, (gpointer)fit);
}
