/* Telling all customers that a problem affects: the texts in a form, then whom they reach, then a question that
 * another key than the one before answers. */
#include "tui/commands_problems.h"

#include <string.h>

enum { FIELD_CHINESE, FIELD_ENGLISH, FIELD_OTHERS, FIELDS };
static const struct sheet_field fields[FIELDS] = {
	[FIELD_CHINESE] = {"zh", N_("in Chinese"), SHEET_TEXT, FALSE, NULL},
	[FIELD_ENGLISH] = {"en", N_("in English"), SHEET_TEXT, FALSE, NULL},
	[FIELD_OTHERS] = {"any", N_("to others"), SHEET_TEXT, FALSE, NULL},
};
static const char *const languages[FIELDS] = {[FIELD_CHINESE] = "zh", [FIELD_ENGLISH] = "en", [FIELD_OTHERS] = "*"};

/* One way through the questions; shared by them. */
struct telling {
	struct app *app;
	desk_id problem_id;
	char *text[FIELDS];
	stroke asked_by;
};

static void telling_clear(void *p)
{
	struct telling *t = p;

	for (int i = 0; i < FIELDS; i++)
		g_free(t->text[i]);
}

static void telling_unref(void *p)
{
	g_rc_box_release_full(p, telling_clear);
}

static void open_form(struct telling *t, const char *said);

static void request(struct telling *t, gboolean dry_run, store_answer_fn *fn)
{
	struct change c;

	change_init(&c, CHANGE_PROBLEM_TELL);
	c.problem_id = t->problem_id;
	c.dry_run = dry_run;
	c.texts = g_ptr_array_new_with_free_func((GDestroyNotify)problem_text_free);
	for (int i = 0; i < FIELDS; i++) {
		struct problem_text *text;

		if (!t->text[i] || !*t->text[i])
			continue;
		text = g_new0(struct problem_text, 1);
		text->language = g_strdup(languages[i]);
		text->body = g_strdup(t->text[i]);
		g_ptr_array_add(c.texts, text);
	}
	app_request(t->app, &c, fn, g_rc_box_acquire(t), telling_unref);
	change_clear(&c);
}

static char *one_line(const char *text)
{
	g_autofree char *trimmed = g_strchomp(g_strdup(text));
	g_auto(GStrv) lines = g_strsplit(trimmed, "\n", -1);

	return g_strjoinv("; ", lines);
}

/* ---- telling */
static void told(struct answer *answer, const GError *error, void *arg)
{
	struct telling *t = arg;
	g_autofree char *said = answer && answer->text ? one_line(answer->text) : NULL;

	if (error)
		app_say(t->app, TRUE, "Nobody is told: %s", error->message);
	else
		app_say(t->app, FALSE, "%s.", said ? said : _("They are being told"));
	if (!error && answer && answer->problem)
		view_problem_show(t->app->pane[PANE_PROBLEM], g_steal_pointer(&answer->problem));
	app_dirty(t->app, PANE_PROBLEM, TODO_REFLOW | TODO_RECALC | TODO_PAINT);
	g_clear_pointer(&answer, answer_free);
}

static void confirmed(const char *answer, void *arg)
{
	struct telling *t = arg;

	if (answer)
		request(t, FALSE, told);
	else
		open_form(t, _("nobody was told yet"));
}

static void planned(struct answer *answer, const GError *error, void *arg)
{
	struct telling *t = arg;

	if (error || !answer || !answer->text) {
		open_form(t, error ? error->message : _("The desk gave no text."));
	} else {
		g_autofree char *said = one_line(answer->text);
		g_autofree char *label = g_strdup_printf(_("%s. Tell them? (y/n) "), said);

		prompt_open(t->app->pane[PANE_PROMPT], &(struct prompt_ask){
			.label = label, .confirm = TRUE, .asked_by = t->app->last_key, .done = confirmed,
			.arg = g_rc_box_acquire(t), .destroy = telling_unref});
		app_dirty(t->app, PANE_PROMPT, TODO_REFLOW | TODO_PAINT);
	}
	g_clear_pointer(&answer, answer_free);
}

static gboolean accepted(void *arg)
{
	struct telling *t = arg;
	struct view *sheet = t->app->pane[PANE_SHEET];
	gboolean any = FALSE;

	for (int i = 0; i < FIELDS; i++) {
		g_free(t->text[i]);
		t->text[i] = g_strdup(sheet_text(sheet, (guint)i));
		any = any || (t->text[i] && *t->text[i]);
	}
	if (!any) {
		sheet_say(sheet, _("what are they to be told?"), TRUE);
		return FALSE;
	}
	request(t, TRUE, planned);
	return TRUE;
}

static void open_form(struct telling *t, const char *said)
{
	struct view *sheet = t->app->pane[PANE_SHEET];
	const struct sheet_ask ask = {
		.title = g_strdup_printf(_("tell all customers of problem %" G_GINT64_FORMAT), t->problem_id), .fields = fields,
		.n = FIELDS, .asked_by = t->asked_by, .accept = accepted, .arg = g_rc_box_acquire(t), .destroy = telling_unref,
	};

	sheet_open(sheet, &ask);
	for (int i = 0; i < FIELDS; i++)
		if (t->text[i] && *t->text[i])
			sheet_type(sheet, (guint)i, t->text[i]);
	if (said) {
		g_autofree char *line = one_line(said);

		sheet_say(sheet, line, FALSE);
	}
	app_dirty(t->app, PANE_SHEET, TODO_REFLOW | TODO_RECALC | TODO_PAINT);
}

static void audience_came(struct answer *answer, const GError *error, void *arg)
{
	struct telling *t = arg;

	if (error)
		app_say(t->app, TRUE, "Nobody is told: %s", error->message);
	else
		open_form(t, answer && answer->text ? strchr(answer->text, '\n') + 1 : NULL);
	g_clear_pointer(&answer, answer_free);
}

void command_problem_tell(struct app *app, const char *arg)
{
	struct telling *t;

	(void)arg;
	if (!command_problem_here(app)) {
		app_say(app, FALSE, "Open a problem first: problem NUMBER.");
		return;
	}
	t = g_rc_box_new0(struct telling);
	t->app = app;
	t->problem_id = command_problem_here(app);
	t->asked_by = app->last_key;
	request(t, TRUE, audience_came); /* who they are, and in which languages */
	telling_unref(t);
}
