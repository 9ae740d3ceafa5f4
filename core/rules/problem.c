/* The loop of a problem. */
#include "rules/problem.h"

#include <string.h>
#include "base/say.h"

#define SAID_MAX 200 /* characters of what a customer said */

gboolean problem_is_step(enum problem_stage stage)
{
	return stage >= PROBLEM_FIRST_STEP && stage <= PROBLEM_LAST_STEP;
}

gboolean problem_is_open(enum problem_stage stage)
{
	return stage < STAGE_PREVENTED;
}

enum problem_stage problem_stage_by(const GPtrArray *steps)
{
	enum problem_stage stage = STAGE_FOUND;

	for (guint i = 0; i < steps->len; i++) {
		const struct problem_step *s = steps->pdata[i];

		if (s->done_ms && problem_is_step(s->stage) && s->stage > stage)
			stage = s->stage;
	}
	return stage;
}

const struct problem_step *problem_step_of(const GPtrArray *steps, enum problem_stage stage)
{
	for (guint i = 0; steps && i < steps->len; i++)
		if (((const struct problem_step *)steps->pdata[i])->stage == stage)
			return steps->pdata[i];
	return NULL;
}

/* ---- telling */
static gboolean same_language(const char *a, const char *b)
{
	size_t len = strcspn(a, "-_");

	return len == strcspn(b, "-_") && g_ascii_strncasecmp(a, b, len) == 0;
}

const struct problem_text *problem_text_for(const GPtrArray *texts, const char *language)
{
	const struct problem_text *any = NULL;
	gboolean known = language && *language;

	for (guint i = 0; i < texts->len; i++) {
		const struct problem_text *t = texts->pdata[i];

		if (strcmp(t->language, "*") == 0)
			any = t;
		else if (known && same_language(t->language, language))
			return t;
	}
	return any || known || !texts->len ? any : texts->pdata[0];
}

char *problem_text_asking(const struct problem_text *text, const char *language)
{
	const char *in = strcmp(text->language, "*") != 0 ? text->language : language;

	return g_strdup_printf("%s\n\n%s", text->body,
	                       say_in(say_language_of_locale(in) ? say_language_of_locale(in) : "en",
	                              N_("Is it solved for you now? Please tell us, with 1 (not at all) to 5 (very satisfied).")));
}

/* ---- the draft */
static void quotes(GString *out, const GPtrArray *said)
{
	for (guint i = 0; i < said->len; i++) {
		g_autofree char *flat = g_strdelimit(g_strdup(said->pdata[i]), "\r\n\t", ' ');
		gboolean is_long = g_utf8_strlen(flat, -1) > SAID_MAX;
		g_autofree char *cut = is_long ? g_utf8_substring(flat, 0, SAID_MAX) : g_strdup(flat);

		g_string_append_printf(out, "- \"%s%s\"\n", cut, is_long ? " ..." : "");
	}
}

char *problem_article(const struct problem *p, const GPtrArray *said, gboolean training, const char *language)
{
	const struct problem_step *fixed = problem_step_of(p->steps, STAGE_FIXED);
	GString *out = g_string_new(NULL);

	if (training)
		g_string_append_printf(out, say_in(language, N_("For the training of agents, from problem %" G_GINT64_FORMAT ".")), p->id);
	else
		g_string_append_printf(out, say_in(language, N_("Draft from problem %" G_GINT64_FORMAT ".")), p->id);
	g_string_append_printf(out, "\n\n## %s\n%s\n", say_in(language, N_("Cause")),
	                       p->root_cause ? p->root_cause : say_in(language, N_("(not known yet)")));
	g_string_append_printf(out, "\n## %s\n1. %s\n", say_in(language, N_("What to do")),
	                       fixed && fixed->note && *fixed->note ? fixed->note : say_in(language, N_("(to be written)")));
	if (said->len) {
		g_string_append_printf(out, "\n## %s\n", training ? say_in(language, N_("How to know it: what customers say")) :
		                                                   say_in(language, N_("How customers put it")));
		quotes(out, said);
	}
	return g_string_free(out, FALSE);
}
