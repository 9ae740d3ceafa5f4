/* One change on many tickets, and the last change once more. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "client/undo.h"

/* What means the same on any ticket. Words written for one person are no such thing. */
static gboolean fits_any_ticket(enum change_kind kind)
{
	switch (kind) {
	case CHANGE_CLAIM:
	case CHANGE_RELEASE:
	case CHANGE_STATUS:
	case CHANGE_PRIORITY:
	case CHANGE_CATEGORY:
	case CHANGE_ASSIGN:
	case CHANGE_TAG:
	case CHANGE_CUSTOMER_TAG:
	case CHANGE_ESCALATE:
	case CHANGE_FIELD:
	case CHANGE_CHECK_ADD:
	case CHANGE_PROMISE:
		return TRUE;
	default:
		return FALSE;
	}
}

/* The same change, on that ticket, as a write of its own. FALSE: it can't be done there. */
static gboolean change_for(const struct change *c, const struct mark *m, struct change *out)
{
	struct change fresh;

	if (c->kind == CHANGE_CUSTOMER_TAG && !m->customer_id)
		return FALSE;
	change_init(&fresh, c->kind);
	change_copy(out, c);
	memcpy(out->once_key, fresh.once_key, sizeof out->once_key);
	change_clear(&fresh);
	out->if_version = -1;
	out->ticket_id = m->ticket_id;
	if (c->kind == CHANGE_CUSTOMER_TAG) {
		out->customer_id = m->customer_id;
		g_free(out->reason);
		out->reason = g_strdup_printf("set by hand at #%" G_GINT64_FORMAT, m->ticket_id);
	}
	return TRUE;
}

/* ---------------------------------------------------------------- acting on all that are marked */

gboolean command_acts_on_many(const struct app *app)
{
	return app->focus == PANE_QUEUE && app->layout != APP_LAYOUT_CONVERSATION && marks_count(app->keying.marks) > 0;
}

char *command_target_words(const struct app *app, desk_id ticket_id)
{
	guint n = marks_count(app->keying.marks);

	if (command_acts_on_many(app))
		return g_strdup_printf(say_n("%u marked ticket", "%u marked tickets", n), n);
	return g_strdup_printf("#%" G_GINT64_FORMAT, ticket_id);
}

struct acting {
	struct app *app;
	struct change change;
	char *done;
};

static void acting_free(gpointer p)
{
	struct acting *a = p;

	change_clear(&a->change);
	g_free(a->done);
	g_free(a);
}

void command_write_all(struct app *app, GPtrArray *changes, const char *done)
{
	struct keying *k = &app->keying;

	if (!k->batch)
		k->batch = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	undo_begin(app->undo); /* taken back together, too */
	for (guint i = 0; i < changes->len; i++)
		undo_note(app->undo, app->store, changes->pdata[i]);
	undo_end(app->undo);
	for (guint i = 0; i < changes->len; i++)
		g_hash_table_add(k->batch, g_strdup(((const struct change *)changes->pdata[i])->once_key));
	k->batch_size += changes->len;
	store_write_many(app->store, (const struct change *const *)changes->pdata, changes->len);
	if (store_connection(app->store, NULL, NULL) != BACKEND_ONLINE)
		done = _("kept here; it goes out when the desk is back");
	app_say(app, FALSE, say_n("%u ticket: %s.", "%u tickets: %s.", changes->len), changes->len, done);
}

static void change_free(gpointer p)
{
	change_clear(p);
	g_free(p);
}

static void act(struct app *app, const struct change *c, const char *done)
{
	g_autoptr(GArray) marked = marks_list(app->keying.marks);
	g_autoptr(GPtrArray) changes = g_ptr_array_new_full(marked->len, change_free);

	for (guint i = 0; i < marked->len; i++) {
		struct change *one = g_new(struct change, 1);

		if (change_for(c, &g_array_index(marked, struct mark, i), one))
			g_ptr_array_add(changes, one);
		else
			g_free(one);
	}
	command_unmark_all(app, "");
	if (changes->len)
		command_write_all(app, changes, done);
	if (changes->len < marked->len)
		app_say(app, TRUE, "Left out, because the customer isn't known here: %u.", marked->len - changes->len);
}

static void act_confirmed(const char *answer, void *arg)
{
	struct acting *a = arg;

	if (answer)
		act(a->app, &a->change, a->done);
	else
		app_say(a->app, FALSE, "Nothing was changed; the marks stay.");
}

/* One question, and it names the number. */
static void ask_for_all(struct app *app, const struct change *c, const char *done)
{
	struct acting *a = g_new0(struct acting, 1);
	guint n = marks_count(app->keying.marks);
	g_autofree char *label = NULL;

	a->app = app;
	a->done = g_strdup(done ? say(done) : change_said(c->kind));
	change_copy(&a->change, c);
	label = g_strdup_printf(say_n("%u marked ticket: %s?", "%u marked tickets: %s?", n), n, a->done);
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .confirm = TRUE, .asked_by = app->last_key, .done = act_confirmed, .arg = a,
		.destroy = acting_free});
}

gboolean command_many_ended(struct app *app, const struct store_note *note)
{
	struct keying *k = &app->keying;

	if (!k->batch || !g_hash_table_remove(k->batch, note->change->once_key))
		return FALSE;
	k->batch_failed += note->error != NULL;
	if (g_hash_table_size(k->batch))
		return TRUE;
	if (k->batch_failed)
		app_say(app, TRUE, say_n("%u of %u change was refused; :pending lists it.",
		                         "%u of %u changes were refused; :pending lists them.", k->batch_failed),
		        k->batch_failed, k->batch_size);
	else
		app_say(app, FALSE, say_n("%u change has reached the desk.", "%u changes have reached the desk.", k->batch_size),
		        k->batch_size);
	k->batch_failed = k->batch_size = 0;
	return TRUE;
}

/* ---------------------------------------------------------------- once more */

void command_remember(struct app *app, enum action act, const char *arg)
{
	struct keying *k = &app->keying;

	if (k->last_change)
		change_free(g_steal_pointer(&k->last_change));
	k->last_action = act;
	g_free(k->last_arg);
	k->last_arg = g_strdup(arg);
}

/* An action typed with all it needs is done again as it was typed ("2h" means from now on); what
 * was chosen from a list or asked for is kept as the change it came to. */
static void remember(struct app *app, const struct change *c, const char *done)
{
	struct keying *k = &app->keying;

	if (k->running != ACTION_NONE && *k->running_arg) {
		g_autofree char *arg = g_strdup(k->running_arg);

		command_remember(app, k->running, arg);
		return;
	}
	command_remember(app, ACTION_NONE, NULL);
	k->last_change = g_new(struct change, 1);
	change_copy(k->last_change, c);
	g_free(k->last_done);
	k->last_done = g_strdup(done);
}

/* Before a change is written: TRUE when it is taken over, to be asked about and done on all. */
gboolean command_many_takes(struct app *app, const struct change *c, const char *done)
{
	if (!fits_any_ticket(c->kind))
		return FALSE;
	remember(app, c, done);
	if (!command_acts_on_many(app))
		return FALSE;
	ask_for_all(app, c, done);
	return TRUE;
}

void command_repeat(struct app *app, const char *arg)
{
	struct keying *k = &app->keying;
	struct mark target = {.ticket_id = command_target(app)};
	const struct ticket_row *row = command_row(app, target.ticket_id);
	struct change c;

	(void)arg;
	if (k->last_action != ACTION_NONE) {
		g_autofree char *again = g_strdup(k->last_arg);

		app_perform(app, k->last_action, again);
		return;
	}
	target.customer_id = row ? row->customer_id : 0;
	if (!k->last_change)
		app_say(app, FALSE, "There is no change to repeat yet.");
	else if (!target.ticket_id)
		app_say(app, FALSE, "repeat needs a ticket: mark one in the queue or open one.");
	else if (!change_for(k->last_change, &target, &c))
		app_say(app, TRUE, "#%" G_GINT64_FORMAT ": its customer isn't known here.", target.ticket_id);
	else {
		g_autofree char *done = g_strdup(k->last_done);

		command_write(app, &c, done);
	}
}
