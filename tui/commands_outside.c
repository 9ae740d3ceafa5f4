/* The reply or note in the person's own editor: the conversation below a cut line, and a review
 * line afterwards. What comes back is the draft at once, on disk, before anything is asked. */
#include "tui/forms.h"

#include <string.h>
#include "base/text.h"

#define QUOTED_MOST 40 /* newest messages */

struct outside {
	struct app *app;
	desk_id ticket_id;
	enum message_kind kind;
	char *before; /* the text as it was; dropping goes back to it */
	char *cut;    /* the line below which nothing is kept */
};

static struct outside *outside_copy(const struct outside *o)
{
	struct outside *copy = g_memdup2(o, sizeof *o);

	copy->before = g_strdup(o->before);
	copy->cut = g_strdup(o->cut);
	return copy;
}

static void outside_free(gpointer p)
{
	struct outside *o = p;

	g_free(o->before);
	g_free(o->cut);
	g_free(o);
}

/* ---------------------------------------------------------------- the file */

/* What stands below a reply could reach the customer if the cut line went missing: notes are
 * quoted below notes only. */
static gboolean is_quoted(const struct message *m, enum message_kind kind)
{
	return m->kind == MESSAGE_CUSTOMER || m->kind == MESSAGE_REPLY || (m->kind == MESSAGE_NOTE && kind == MESSAGE_NOTE);
}

static void quote(GString *out, const struct message *m, int64_t now_ms)
{
	g_auto(GStrv) lines = g_strsplit(m->body ? m->body : "", "\n", -1);
	char when[40];

	g_string_append_printf(out, "\n%s %s%s:\n", draw_when(m->at_ms, now_ms, when, sizeof when),
	                       m->author_name ? m->author_name : "", m->kind == MESSAGE_NOTE ? _(" (note)") : "");
	for (char **line = lines; *line; line++)
		g_string_append_printf(out, "> %s\n", g_strchomp(*line));
}

static char *file_of(const struct outside *o, const char *text)
{
	const struct ticket *t = store_ticket(o->app->store, o->ticket_id);
	GString *out = g_string_new(text);
	guint from = 0, n = 0;

	if (out->len == 0 || out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append_printf(out, "\n%s\n", o->cut);
	if (!t)
		return g_string_free(out, FALSE);
	g_string_append_printf(out, "#%" G_GINT64_FORMAT " %s\n", t->row.id, t->row.subject ? t->row.subject : "");
	for (guint i = t->messages->len; i > 0 && n < QUOTED_MOST; i--)
		if (is_quoted(t->messages->pdata[i - 1], o->kind)) {
			from = i - 1;
			n++;
		}
	for (guint i = from; i < t->messages->len; i++)
		if (is_quoted(t->messages->pdata[i], o->kind))
			quote(out, t->messages->pdata[i], store_now_ms(o->app->store));
	return g_string_free(out, FALSE);
}

/* What stands above the cut line, without the blank lines before it. FALSE: the line is gone. */
static gboolean above_cut(const char *file, const char *cut, char **text)
{
	const char *at = file, *end = NULL;
	size_t len = strlen(cut);

	while (!end && at) {
		if (strncmp(at, cut, len) == 0 && (at[len] == '\n' || at[len] == '\r' || !at[len]))
			end = at;
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	*text = end ? g_strndup(file, (gsize)(end - file)) : g_strdup(file);
	g_strchomp(*text);
	return end != NULL;
}

/* ---------------------------------------------------------------- the review line */

static void go_outside(struct app *app);

static void put_back(const struct outside *o)
{
	composer_replace(o->app->pane[PANE_COMPOSER], o->before);
	store_drafts_flush(o->app->store, NULL);
}

static void reviewed(const char *answer, void *arg)
{
	const struct outside *o = arg;
	struct app *app = o->app;
	struct view *composer = app->pane[PANE_COMPOSER];

	if (composer_ticket(composer) != o->ticket_id || composer_kind(composer) != o->kind)
		return; /* the draft is kept whatever shows now */
	app_focus(app, PANE_COMPOSER);
	if (!answer && !*composer_text(composer))
		answer = "drop"; /* Escape keeps what there is, and here that is what was before */
	if (g_strcmp0(answer, "send") == 0) {
		command_send(app, "");
	} else if (g_strcmp0(answer, "edit") == 0) {
		go_outside(app);
	} else if (g_strcmp0(answer, "drop") == 0) {
		put_back(o);
		app_say(app, FALSE, "Dropped: the draft is as it was before the editor.");
	} else if (!*composer_text(composer)) {
		app_say(app, FALSE, "The draft is dropped.");
	} else {
		app_say(app, FALSE, "Kept as the draft.");
	}
}

static const struct prompt_choice review[] = {
	{'s', 'o', "send", N_("send")}, {'e', 'E', "edit", N_("edit again")}, {'k', 'K', "keep", N_("keep")},
	{'d', 'D', "drop", N_("drop")}};
static const struct prompt_choice emptied[] = {
	{'e', 'E', "edit", N_("edit again")}, {'b', 'B', "drop", N_("back to the draft")}, {'d', 'D', "keep", N_("drop it")}};

static void ask(const struct outside *o, const char *label, const struct prompt_choice *choices, size_t n)
{
	prompt_open(o->app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .choices = choices, .n = n, .asked_by = o->app->last_key, .done = reviewed,
		.arg = outside_copy(o), .destroy = outside_free});
}

/* ---------------------------------------------------------------- there and back */

static void came_back(struct app *app, const char *file, const GError *error, void *data)
{
	const struct outside *o = data;
	struct view *composer = app->pane[PANE_COMPOSER];
	g_autofree char *text = NULL, *was = g_strchomp(g_strdup(o->before));
	gboolean cut;

	if (!file) {
		app_say(app, TRUE, "%s. The draft is as it was.", error->message);
		return;
	}
	cut = above_cut(file, o->cut, &text);
	if (strcmp(text, was) == 0) {
		if (error)
			app_say(app, TRUE, "%s. The draft is as it was.", error->message);
		else
			app_say(app, FALSE, "Nothing was changed.");
		return;
	}
	if (composer_ticket(composer) != o->ticket_id || composer_kind(composer) != o->kind)
		composer_show(composer, o->ticket_id, o->kind, 0);
	composer_replace(composer, text);
	store_drafts_flush(app->store, NULL);
	app_focus(app, PANE_COMPOSER);
	if (!*text)
		ask(o, N_("The editor left nothing."), emptied, G_N_ELEMENTS(emptied));
	else if (error)
		ask(o, N_("The editor failed; it saved this:"), review, G_N_ELEMENTS(review));
	else if (!cut)
		ask(o, N_("The cut line is gone: look it through."), review, G_N_ELEMENTS(review));
	else if (o->kind == MESSAGE_NOTE)
		ask(o, N_("The note from the editor:"), review, G_N_ELEMENTS(review));
	else
		ask(o, N_("The reply from the editor:"), review, G_N_ELEMENTS(review));
}

static void go_outside(struct app *app)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	struct outside *o = g_new0(struct outside, 1);
	g_autofree char *file = NULL, *name = NULL;
	g_autoptr(GError) error = NULL;

	o->app = app;
	o->ticket_id = composer_ticket(composer);
	o->kind = composer_kind(composer);
	o->before = g_strdup(composer_text(composer));
	o->cut = g_strdup(_("-- >8 -- what stands below this line is not sent --"));
	file = file_of(o, o->before);
	name = g_strdup_printf("%s-%" G_GINT64_FORMAT ".txt", message_kind_name(o->kind), o->ticket_id);
	if (app_edit(app, name, file, came_back, o, outside_free, &error))
		return;
	app_say(app, TRUE, "%s.", error->message);
	outside_free(o);
}

void command_edit_outside(struct app *app, const char *arg)
{
	(void)arg;
	if (form_edit_outside(app))
		return;
	if (app->focus != PANE_COMPOSER)
		command_reply_or_note(app);
	if (composer_ticket(app->pane[PANE_COMPOSER]))
		go_outside(app);
}
