/* From bytes to actions: sequences, who gets a key, keys that have to wait. */
#include "tui/app_inner.h"

#include <string.h>
#include "tui/commands.h"

static gboolean takes_text(enum pane pane)
{
	return pane == PANE_PROMPT || pane == PANE_PICKER || pane == PANE_SHEET || pane == PANE_COMPOSER;
}

static void give_text(struct app *app, enum pane pane, const struct input_event *ev)
{
	switch (pane) {
	case PANE_PROMPT:
		prompt_key(app->pane[pane], ev);
		break;
	case PANE_PICKER:
		picker_key(app->pane[pane], ev);
		break;
	case PANE_SHEET:
		sheet_key(app->pane[pane], ev);
		break;
	case PANE_COMPOSER:
		app_presence_key(app, TRUE);
		if (composer_key(app->pane[pane], ev) == LINEEDIT_CANCELLED)
			app_perform(app, ACTION_CLOSE, "");
		else if (ev->kind == INPUT_PASTE)
			command_pasted(app, ev);
		command_inline_taken(app);
		break;
	default:
		break;
	}
}

static void sequence_end(struct app *app)
{
	app->seq_len = 0;
	if (app->prefix_timer) {
		g_source_remove(app->prefix_timer);
		app->prefix_timer = 0;
	}
	view_footer_prefix(app->pane[PANE_FOOTER], NULL, 0);
}

static gboolean on_prefix(gpointer arg)
{
	struct app *app = arg;

	app->prefix_timer = 0;
	view_footer_prefix(app->pane[PANE_FOOTER], app->seq, app->seq_len);
	return G_SOURCE_REMOVE;
}

/* With a count the first and the last line are the one of that number. */
static unsigned view_acts(struct app *app, enum pane pane, enum action act, const char *arg)
{
	struct view *v = app->pane[pane];
	int count = app->keying.count;

	if (!v->ops->act)
		return TODO_UNKNOWN;
	if (count > 0 && pane != PANE_QUEUE && (act == ACTION_FIRST || act == ACTION_LAST)) {
		unsigned todo = v->ops->act(v, ACTION_FIRST, "", 0);

		return count == 1 || todo & TODO_UNKNOWN ? todo : todo | v->ops->act(v, ACTION_NEXT, "", count - 1);
	}
	return v->ops->act(v, act, arg, count);
}

/* The focused view first, then the desk. */
void app_perform(struct app *app, enum action act, const char *arg)
{
	enum pane pane = app_active(app);
	struct view *v = app->pane[pane];
	unsigned todo = view_acts(app, pane, act, arg);

	if (!(todo & TODO_UNKNOWN)) {
		v->todo |= todo;
		return;
	}
	if (!command_run(app, act, arg))
		app_say(app, FALSE, "%s has no meaning here.", action_info(act)->name);
}

/* A key bound to an action that means nothing to a text field goes into it. */
static gboolean performs(struct app *app, enum pane pane, const struct binding *b)
{
	struct view *v = app->pane[pane];
	unsigned todo = view_acts(app, pane, b->action, b->arg);

	if (!(todo & TODO_UNKNOWN)) {
		v->todo |= todo;
		return TRUE;
	}
	if ((pane == PANE_COMPOSER || pane == PANE_SHEET) &&
	    (b->action == ACTION_PAGE_UP || b->action == ACTION_PAGE_DOWN)) { /* reads on while writing */
		struct view *talk = app->pane[PANE_CONVERSATION];

		talk->todo |= talk->ops->act(talk, b->action, b->arg, 0);
		return TRUE;
	}
	if (pane == PANE_SHEET && (b->action == ACTION_EDIT_OUTSIDE || b->action == ACTION_HELP))
		return command_run(app, b->action, b->arg);
	if (pane == PANE_PROMPT || pane == PANE_PICKER || pane == PANE_SHEET)
		return b->action == ACTION_REDRAW || b->action == ACTION_SUSPEND ? command_run(app, b->action, b->arg) : FALSE;
	if (pane == PANE_QUEUE && app->keying.count && (b->action == ACTION_FIRST || b->action == ACTION_LAST)) {
		command_line(app, app->keying.count); /* beyond what is here of the list */
		return TRUE;
	}
	if (command_run(app, b->action, b->arg))
		return TRUE;
	return !takes_text(pane);
}

static void on_stroke(struct app *app, const struct input_event *ev);

/* A letter typed with Alt that means nothing so: some terminals send AltGr letters like this. */
static gboolean as_letter(struct input_event *ev)
{
	stroke ch = ev->stroke & ~STROKE_ALT;

	if (!(ev->stroke & STROKE_ALT) || ch & (STROKE_NAMED | STROKE_CTRL) || ch < 0x80)
		return FALSE;
	ev->stroke = ch;
	ev->raw_len = 0;
	return TRUE;
}

static void unbound(struct app *app, enum pane pane)
{
	struct input_event keys[KEYMAP_MAX_SEQ];
	size_t n = app->seq_len;
	g_autofree char *name = NULL;

	memcpy(keys, app->keys, n * sizeof *keys);
	name = n > 1 ? keymap_seq_name(app->seq, n) : NULL;
	sequence_end(app);
	if (app->keying.counting)
		count_end(app);
	if (n == 1 && as_letter(&keys[0])) {
		on_stroke(app, &keys[0]);
	} else if (takes_text(pane)) {
		size_t i = 0;

		for (; i < n && app_active(app) == pane; i++)
			give_text(app, pane, &keys[i]);
		for (; i < n; i++) /* it closed the pane: the rest is for what shows now */
			on_stroke(app, &keys[i]);
	} else if (name && keys[n - 1].stroke != STROKE_ESCAPE) {
		app_say(app, FALSE, "%s is not bound here.", name);
	}
}

static gboolean editor_takes_escape(const struct app *app, enum pane pane)
{
	return (pane == PANE_COMPOSER && composer_takes_escape(app->pane[pane])) ||
	       (pane == PANE_SHEET && sheet_takes_escape(app->pane[pane])) ||
	       (pane == PANE_PROMPT && prompt_takes_escape(app->pane[pane]));
}

static void on_stroke(struct app *app, const struct input_event *ev)
{
	enum pane pane = app_active(app);
	const struct binding *b = NULL;

	if (!app->seq_len && ((ev->stroke == STROKE_ESCAPE && editor_takes_escape(app, pane)) ||
	                      (pane == PANE_COMPOSER && composer_list_takes(app->pane[pane], ev->stroke)))) {
		give_text(app, pane, ev);
		return;
	}
	if (!app->seq_len && app->keying.counting) {
		if (count_digit(app, ev->stroke))
			return;
		if (ev->stroke == STROKE_ESCAPE) {
			count_end(app);
			return;
		}
	}
	if (app->seq_len == KEYMAP_MAX_SEQ)
		sequence_end(app);
	app->keys[app->seq_len] = *ev;
	app->seq[app->seq_len++] = ev->stroke;
	app->last_key = ev->stroke;
	switch (keymap_lookup(app->keymap, app->pane[pane]->ops->context, app->seq, app->seq_len, &b)) {
	case KEYMAP_PREFIX:
		if (!app->prefix_timer)
			app->prefix_timer = g_timeout_add(APP_PREFIX_MS, on_prefix, app);
		return;
	case KEYMAP_BOUND: {
		struct binding bound = *b;
		gboolean counted = app->keying.counting; /* not by what is done now */

		if (!performs(app, pane, &bound)) {
			unbound(app, pane);
			return;
		}
		sequence_end(app);
		if (bound.action != ACTION_TIMES && counted)
			count_end(app);
		return;
	}
	case KEYMAP_UNBOUND:
		unbound(app, pane);
		return;
	}
}

static void on_event(const struct input_event *ev, void *arg)
{
	struct app *app = arg;

	if (ev->kind == INPUT_CLICK) /* what was begun for one pane is not ended in another */
		sequence_end(app);
	if (app_terminal_event(app, ev))
		return;
	app_hush(app, FALSE);
	app->strokes++;
	app_presence_key(app, FALSE);
	if (ev->kind == INPUT_STROKE) {
		on_stroke(app, ev);
	} else if (takes_text(app_active(app))) {
		sequence_end(app);
		give_text(app, app_active(app), ev);
	} else {
		app_say(app, TRUE, "Nothing here takes the pasted text: open the composer first.");
	}
}

/* NULL bytes: the wait for the rest of an escape sequence is over. Bytes that come
 * while an answer decides where they belong are kept, in order. */
void app_bytes(struct app *app, const char *bytes, size_t len)
{
	if (!bytes && !app->held) {
		input_expire(app->input, on_event, app);
		app_await_escape(app); /* a paste without an end takes several waits */
		return;
	}
	if (app->held) {
		if (bytes)
			g_string_append_len(app->held, bytes, (gssize)len);
		return;
	}
	for (size_t i = 0; i < len && !app->held; i++) {
		/* one byte at a time: a key may start the holding back of the next */
		input_feed(app->input, bytes + i, 1, on_event, app);
		if (app->held && i + 1 < len)
			g_string_append_len(app->held, bytes + i + 1, (gssize)(len - i - 1));
	}
	app_await_escape(app);
}

static void let_go(struct app *app)
{
	GString *held = app->held;

	if (!held)
		return;
	if (app->hold_timer)
		g_source_remove(app->hold_timer);
	app->hold_timer = 0;
	app->held = NULL;
	app->held_for = ACTION_NONE;
	app_bytes(app, held->str, held->len);
	g_string_free(held, TRUE);
}

static gboolean on_hold_over(gpointer arg)
{
	struct app *app = arg;

	app->hold_timer = 0;
	app->hold_number++; /* an answer that comes after all finds that nobody waits */
	app_say(app, TRUE, "The desk has not answered yet.");
	command_give_up(app);
	let_go(app);
	return G_SOURCE_REMOVE;
}

void app_hold_for(struct app *app, enum action act)
{
	if (app->held)
		return;
	app->hold_number++;
	app->held = g_string_new(NULL);
	app->held_for = act;
	app->hold_timer = g_timeout_add(APP_HOLD_MS, on_hold_over, app);
}

void app_release_for(struct app *app, enum action act)
{
	if (app->held && app->held_for == act)
		let_go(app);
}

void app_hold(struct app *app)
{
	app_hold_for(app, ACTION_NONE);
}

void app_release(struct app *app)
{
	let_go(app);
}

/* ---------------------------------------------------------------- questions that keys wait for */

struct waiting {
	struct app *app;
	guint number;       /* the hold that waits for it */
	store_answer_fn *fn;
	void *arg;
	GDestroyNotify destroy;
	gboolean writes;
};

static void waiting_free(gpointer p)
{
	struct waiting *w = p;

	if (w->destroy)
		w->destroy(w->arg);
	g_free(w);
}

static void waited(struct answer *answer, const GError *error, void *arg)
{
	struct waiting *w = arg;
	struct app *app = w->app;

	if (!app->held || app->hold_number != w->number) { /* given up: nothing may open under the typing */
		g_clear_pointer(&answer, answer_free);
		if (error)
			app_say(app, TRUE, "%s", error->message);
		else if (w->writes)
			app_say(app, FALSE, "The desk has done it in the meantime.");
		else
			app_say(app, FALSE, "The answer came too late to be shown; ask again.");
		return;
	}
	w->fn(answer, error, w->arg);
	app->active = TRUE;
	if (app->hold_number == w->number) /* else the answer led to the next question */
		let_go(app);
}

static struct waiting *waiting_new(struct app *app, store_answer_fn *fn, void *arg, GDestroyNotify destroy)
{
	struct waiting *w = g_new(struct waiting, 1);

	if (app->held) { /* one question led to another: the same keys wait on */
		app->hold_number++;
		g_source_remove(app->hold_timer);
		app->hold_timer = g_timeout_add(APP_HOLD_MS, on_hold_over, app);
	}
	app_hold_for(app, ACTION_NONE);
	*w = (struct waiting){.app = app, .number = app->hold_number, .fn = fn, .arg = arg, .destroy = destroy};
	return w;
}

void app_lookup(struct app *app, const struct query *q, store_answer_fn *fn, void *arg, GDestroyNotify destroy)
{
	store_lookup(app->store, q, waited, waiting_new(app, fn, arg, destroy), waiting_free);
}

void app_request(struct app *app, const struct change *c, store_answer_fn *fn, void *arg, GDestroyNotify destroy)
{
	struct waiting *w = waiting_new(app, fn, arg, destroy);

	w->writes = TRUE;
	store_request(app->store, c, waited, w, waiting_free);
}
