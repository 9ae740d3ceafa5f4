/* Sheets that end in a write on a ticket: opening, keeping, guards, writing. */
#include "tui/forms.h"

#include <string.h>
#include "rules/fill.h"
#include "rules/guards.h"
#include "tui/templates.h"

struct form *form_ref(struct form *f)
{
	return g_rc_box_acquire(f);
}

static void form_clear(gpointer p)
{
	struct form *f = p;

	escalation_sheet_free(f->sheet);
	g_free(f->tell);
	g_free(f->words);
}

void form_unref(gpointer f)
{
	g_rc_box_release_full(f, form_clear);
}

struct view *form_view(const struct form *f)
{
	return f->app->pane[PANE_SHEET];
}

/* ---------------------------------------------------------------- the ticket's draft of forms */

/* "[escalate]\nreason\tlate\n[consult]\n...": the part of one of them. NULL none; g_free. */
static char *part_of(const char *draft, const char *name)
{
	g_autofree char *head = g_strdup_printf("[%s]\n", name);
	const char *at = draft, *end;

	while (at && strncmp(at, head, strlen(head)) != 0) {
		at = strstr(at, "\n[");
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return NULL;
	at += strlen(head);
	end = *at == '[' ? at : strstr(at, "\n[");
	return end ? g_strndup(at, (gsize)(end - at) + (*end == '\n')) : g_strdup(at);
}

static void keep_part(struct app *app, desk_id ticket_id, const char *name, const char *text)
{
	const char *draft = store_draft(app->store, ticket_id, DRAFT_SHEET);
	g_auto(GStrv) parts = g_strsplit(draft ? draft : "", "\n[", -1);
	g_autoptr(GString) out = g_string_new(NULL);

	for (char **p = parts; *p && draft; p++) {
		const char *part = p == parts && **p == '[' ? *p + 1 : *p;
		size_t len = strlen(name);

		if (strncmp(part, name, len) == 0 && part[len] == ']')
			continue;
		g_string_append_printf(out, "[%s%s", part, g_str_has_suffix(part, "\n") ? "" : "\n");
	}
	if (text)
		g_string_append_printf(out, "[%s]\n%s", name, text);
	store_draft_set(app->store, ticket_id, DRAFT_SHEET, out->len ? out->str : NULL);
}

static void keep(struct form *f)
{
	g_autofree char *kept = sheet_kept(form_view(f));

	keep_part(f->app, f->ticket_id, f->kind->name, kept);
}

void form_forget(struct app *app, desk_id ticket_id)
{
	store_draft_set(app->store, ticket_id, DRAFT_SHEET, NULL);
}

char *form_waiting(const struct app *app, desk_id ticket_id, enum action *act)
{
	const char *draft = store_draft(app->store, ticket_id, DRAFT_SHEET), *end;
	g_autofree char *name = NULL;
	GString *out;

	if (!draft || *draft != '[' || !(end = strstr(draft, "]\n")))
		return NULL;
	name = g_strndup(draft + 1, (gsize)(end - draft - 1));
	*act = action_by_name(name, strlen(name));
	out = g_string_new(NULL);
	for (const char *p = end + 2; *p && !(*p == '[' && p[-1] == '\n'); p += strcspn(p, "\n"), p += *p == '\n') {
		const char *tab = strchr(p, '\t');
		size_t len = tab ? strcspn(tab + 1, "\n") : 0;

		if (tab && tab < p + strcspn(p, "\n") && len)
			g_string_append_printf(out, "%s%.*s", out->len ? "\n" : "", (int)len, tab + 1);
	}
	return g_string_free(out, FALSE);
}

/* ---------------------------------------------------------------- times, and what is told of them */

char *form_time(int64_t ms, int64_t now_ms)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_local((ms + MS_MINUTE - 1) / MS_MINUTE * 60);

	return g_date_time_format(at, ms - now_ms < MS_DAY - MS_MINUTE ? "%H:%M" : "%Y-%m-%d %H:%M");
}

gboolean form_until(const struct form *f, int64_t *until_ms, GError **error)
{
	const char *text = f->kind->until < 0 ? "" : sheet_text(form_view(f), (guint)f->kind->until);

	*until_ms = 0;
	if (!text[strspn(text, " ")])
		return TRUE;
	return command_until(text, store_now_ms(f->app->store), until_ms, error);
}

void form_tell(struct form *f)
{
	struct view *v = form_view(f);
	const struct ticket *t = store_ticket(f->app->store, f->ticket_id);
	g_autofree char *words = NULL, *filled = NULL;
	int64_t until_ms = 0;

	if (f->kind->told < 0)
		return;
	if (form_until(f, &until_ms, NULL) && until_ms)
		words = templates_promised(f->app->store, t, NULL, until_ms);
	if (!sheet_touched(v, (guint)f->kind->told)) {
		const struct fill_var var = {"promised", words};

		filled = f->tell ? fill_template(f->tell, &var, 1, NULL) : g_strdup("");
		sheet_set_text(v, (guint)f->kind->told, filled);
		sheet_set_on(v, (guint)f->kind->tells, *filled && words && !command_said_aloud(t));
	} else if (words && f->words && strcmp(words, f->words) != 0) { /* the time within what the person wrote */
		g_auto(GStrv) around = g_strsplit(sheet_text(v, (guint)f->kind->told), f->words, -1);

		filled = g_strjoinv(words, around);
		if (g_strv_length(around) > 1)
			sheet_type(v, (guint)f->kind->told, filled);
	}
	g_free(f->words);
	f->words = g_steal_pointer(&words);
}

/* ---------------------------------------------------------------- what is asked before it leaves */

static gboolean accept(void *arg);

static char *title_of(const struct form_kind *kind, desk_id ticket_id)
{
	return g_strdup_printf("%s #%" G_GINT64_FORMAT, say(kind->title), ticket_id);
}

static void facts_of(const struct form *f, const char *text, struct guard_facts *facts)
{
	struct app *app = f->app;
	const struct ticket *t = store_ticket(app->store, f->ticket_id);
	const struct tag *tag;

	*facts = (struct guard_facts){.kind = MESSAGE_REPLY, .text = text, .passed = f->passed};
	facts->channel = t ? t->row.channel : CHANNEL_WEB;
	facts->limits = t ? composer_limits(app->pane[PANE_COMPOSER]) : NULL;
	facts->newest = command_newest_of_customer(t);
	facts->answers = view_conversation_read(app->pane[PANE_CONVERSATION]);
	facts->other_writes = store_there(app->store, f->ticket_id) & STORE_THERE_WRITES;
	facts->careful = command_wants_care(app, t, &tag);
	facts->promise_gone = f->words && !strstr(text, f->words);
}

static void refuse(struct form *f, const struct guard_facts *facts, const struct guard_verdict *verdict)
{
	struct view *v = form_view(f);
	g_autofree char *says = NULL;

	if (verdict->guard == GUARD_PLACEHOLDER)
		says = g_strdup_printf(_("fill in %.*s first"), (int)(verdict->to - verdict->at), facts->text + verdict->at);
	else if (verdict->guard == GUARD_LENGTH)
		says = g_strdup_printf(_("%s takes %" G_GINT64_FORMAT " at most, the text has %" G_GINT64_FORMAT),
		                       label_channel(facts->channel), verdict->use.max, verdict->use.used);
	else
		says = g_strdup(_("write to the customer, or switch it off"));
	sheet_focus(v, (guint)f->kind->told);
	sheet_say(v, says, TRUE);
}

static char *question(const struct form *f, const struct guard_facts *facts, const struct guard_verdict *verdict)
{
	const struct ticket *t = store_ticket(f->app->store, f->ticket_id);
	const struct tag *tag = NULL;
	g_autofree char *names = NULL;

	switch (verdict->guard) {
	case GUARD_BRACES:
		return g_strdup_printf(_("%.*s looks like a blank to fill in. Send it?"), (int)(verdict->to - verdict->at),
		                       facts->text + verdict->at);
	case GUARD_CARD:
		return g_strdup(_("A card number stands in it. Send it?"));
	case GUARD_NEWER:
		view_conversation_to_end(f->app->pane[PANE_CONVERSATION]);
		return g_strdup_printf(_("%s wrote again, see above. Send as it is?"),
		                       t && t->row.customer_name ? t->row.customer_name : _("The customer"));
	case GUARD_PROMISE:
		return g_strdup_printf(_("It doesn't say \"%s\". Send it nevertheless?"), f->words ? f->words : "");
	case GUARD_OTHER:
		names = store_there_names(f->app->store, f->ticket_id, TRUE);
		return g_strdup_printf(_("%s: writing on this ticket, too. Send?"), names ? names : _("A colleague"));
	case GUARD_CAREFUL:
		command_wants_care(f->app, t, &tag);
		return g_strdup_printf(_("%s: read it once more. Send it?"), tag ? label_tag(f->app->store, tag) : "");
	default:
		return g_strdup(_("Send it?"));
	}
}

struct asked {
	struct form *form;
	unsigned passes; /* bits that a yes sets; 0: it is sure */
};

static void asked_free(gpointer p)
{
	form_unref(((struct asked *)p)->form);
	g_free(p);
}

static void answered(const char *answer, void *arg)
{
	struct asked *a = arg;

	if (!answer || a->form->closed)
		return;
	a->form->passed |= a->passes;
	a->form->sure |= !a->passes;
	if (accept(a->form)) {
		sheet_close(form_view(a->form));
	} else if (!a->passes) {
		a->form->sure = FALSE;
	}
}

static void ask(struct form *f, const char *label, unsigned passes)
{
	struct asked *a = g_new0(struct asked, 1);

	a->form = form_ref(f);
	a->passes = passes;
	prompt_open(f->app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .confirm = TRUE, .asked_by = f->app->last_key, .done = answered, .arg = a, .destroy = asked_free});
}

/* TRUE: what the customer is told may go. */
static gboolean guards_pass(struct form *f, const char *text)
{
	struct guard_facts facts;
	struct guard_verdict verdict;
	g_autofree char *label = NULL;

	facts_of(f, text, &facts);
	verdict = guards_ask(&facts);
	if (verdict.guard == GUARD_NONE)
		return TRUE;
	if (verdict.refuses) {
		refuse(f, &facts, &verdict);
		return FALSE;
	}
	label = question(f, &facts, &verdict);
	ask(f, label, 1u << verdict.guard);
	return FALSE;
}

/* ---------------------------------------------------------------- confirming */

static gboolean write_it(struct form *f)
{
	const struct form_kind *kind = f->kind;
	struct view *v = form_view(f);
	gboolean tells = kind->told >= 0 && sheet_on(v, (guint)kind->tells);
	g_autofree char *done = NULL;
	struct change c;

	change_init(&c, CHANGE_KIND_COUNT);
	c.ticket_id = f->ticket_id;
	c.item_id = f->rung_id;
	form_until(f, &c.promise_ms, NULL);
	if (tells)
		c.reply = g_strdup(sheet_text(v, (guint)kind->told));
	if (!kind->build(f, &c, &done)) {
		change_clear(&c);
		return FALSE;
	}
	command_write(f->app, &c, done);
	keep_part(f->app, f->ticket_id, kind->name, NULL); /* the outbox has the words */
	view_conversation_to_end(f->app->pane[PANE_CONVERSATION]);
	return TRUE;
}

/* Enter, or a question on the way was answered with yes. TRUE: it is written. */
static gboolean accept(void *arg)
{
	struct form *f = arg;
	const struct form_kind *kind = f->kind;
	struct view *v = form_view(f);
	g_autoptr(GError) error = NULL;
	int64_t until_ms;

	if (!form_until(f, &until_ms, &error)) {
		sheet_focus(v, (guint)kind->until);
		sheet_say(v, error->message, TRUE);
		return FALSE;
	}
	if (sheet_asked_by(v) == f->app->last_key && !f->sure && !f->passed) { /* nothing is confirmed by the key that asked */
		g_autofree char *title = title_of(kind, f->ticket_id);
		g_autofree char *label = g_strdup_printf(_("%s: sure?"), title);

		ask(f, label, 0);
		return FALSE;
	}
	if (kind->told >= 0 && sheet_on(v, (guint)kind->tells) && !guards_pass(f, sheet_text(v, (guint)kind->told)))
		return FALSE;
	return write_it(f);
}

/* ---------------------------------------------------------------- opening */

static void changed(guint field, void *arg)
{
	struct form *f = arg;

	if (f->kind->changed)
		f->kind->changed(f, field);
	if (f->kind->until == (int)field)
		form_tell(f);
	keep(f);
}

static char *hint(guint field, void *arg)
{
	struct form *f = arg;
	g_autoptr(GError) error = NULL;
	int64_t until_ms;

	if ((int)field == f->kind->until) {
		if (!form_until(f, &until_ms, &error))
			return NULL; /* still being typed */
		return until_ms && f->words ? g_strdup_printf(_("the customer is told: %s"), f->words)
		       : until_ms           ? NULL
		                            : g_strdup(_("nothing is promised"));
	}
	if ((int)field == f->kind->tells)
		return sheet_on(form_view(f), field) ? g_strdup(_("the text below goes to the customer with it"))
		                                     : g_strdup(_("nothing is sent to the customer"));
	return f->kind->hint ? f->kind->hint(f, field) : NULL;
}

static void let_go(void *arg)
{
	struct form *f = arg;

	f->closed = TRUE; /* perhaps because the program ends: nothing else is there any more */
	form_unref(f);
}

struct form *form_open(struct app *app, const struct form_kind *kind, desk_id ticket_id, desk_id rung_id)
{
	struct form *f = g_rc_box_new0(struct form);
	g_autofree char *kept = NULL;

	if (app->opened != ticket_id)
		command_open_ticket(app, ticket_id);
	*f = (struct form){.kind = kind, .app = app, .ticket_id = ticket_id, .rung_id = rung_id};
	kept = part_of(store_draft(app->store, ticket_id, DRAFT_SHEET), kind->name);
	sheet_open(form_view(f), &(struct sheet_ask){
		.title = title_of(kind, ticket_id), .fields = kind->fields, .n = kind->n, .asked_by = app->last_key,
		.accept = accept, .changed = changed, .hint = hint, .arg = f, .destroy = let_go});
	sheet_restore(form_view(f), kept);
	if (kept)
		app_say(app, FALSE, "What was typed before is back.");
	app_dirty(app, PANE_CONVERSATION, TODO_REFLOW | TODO_RECALC | TODO_PAINT);
	return f;
}

/* ---------------------------------------------------------------- people to choose from */

static void add_people(struct app *app, const struct session *s, GPtrArray *options, gboolean here)
{
	for (guint i = 0; i < s->people->len; i++) {
		const struct person *p = s->people->pdata[i];
		const struct presence *at = command_where(app, p->id);
		g_autofree char *words = NULL;

		if ((at != NULL) != here || p->role < ROLE_AGENT || (s->me && p->id == s->me->id))
			continue;
		words = command_where_words(app, at);
		g_ptr_array_add(options, sheet_option_new(p->display ? p->display : p->name, words, p->name, p->id));
	}
}

GPtrArray *form_people(struct app *app, gboolean groups)
{
	const struct session *s = store_session(app->store);
	GPtrArray *options = g_ptr_array_new();

	if (s)
		add_people(app, s, options, TRUE);
	for (guint i = 0; s && groups && i < s->groups->len; i++) {
		const struct group *g = s->groups->pdata[i];

		g_ptr_array_add(options, sheet_option_new(g->title ? g->title : g->name, _("a group"), g->name, 0));
	}
	if (s)
		add_people(app, s, options, FALSE);
	return options;
}

/* ---------------------------------------------------------------- the external editor */

struct edited {
	struct form *form;
	guint field;
};

static void edited_free(gpointer p)
{
	form_unref(((struct edited *)p)->form);
	g_free(p);
}

static void came_back(struct app *app, const char *text, const GError *error, void *data)
{
	struct edited *e = data;
	g_autofree char *clean = text ? g_strchomp(g_strdup(text)) : NULL;

	if (error)
		app_say(app, TRUE, "%s", error->message);
	if (!clean || e->form->closed)
		return;
	if (strcmp(clean, sheet_text(form_view(e->form), e->field)) != 0)
		sheet_type(form_view(e->form), e->field, clean);
	store_drafts_flush(app->store, NULL);
}

gboolean form_edit_outside(struct app *app)
{
	struct view *v = app->pane[PANE_SHEET];
	struct form *f = sheet_arg(v);
	struct edited *e;
	g_autofree char *name = NULL;
	g_autoptr(GError) error = NULL;
	guint at;

	if (!f)
		return FALSE;
	at = sheet_focused(v);
	for (guint i = 0; i < f->kind->n && f->kind->fields[at].kind != SHEET_TEXT; i++) /* the first text, when none has the keys */
		at = (at + 1) % f->kind->n;
	if (f->kind->fields[at].kind != SHEET_TEXT)
		return TRUE;
	e = g_new0(struct edited, 1);
	e->form = form_ref(f);
	e->field = at;
	name = g_strdup_printf("%s-%" G_GINT64_FORMAT ".txt", f->kind->fields[at].name, f->ticket_id);
	if (!app_edit(app, name, sheet_text(v, at), came_back, e, edited_free, &error)) {
		app_say(app, TRUE, "%s.", error->message);
		edited_free(e);
	}
	return TRUE;
}
