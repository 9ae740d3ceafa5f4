/* What the terminal is told and tells beside keys: title, focus, mouse, how wide it draws. */
#include "tui/app_inner.h"

#include <poll.h>
#include <unistd.h>
#include "base/say.h"
#include "tui/commands.h"

#define WHEEL_LINES 3
#define DRAIN_MS 100
#define ANSWER_MS 2000 /* a terminal that has not answered by then does not */

/* ---- title */

void app_title(struct app *app)
{
	const struct session *session = store_session(app->store);
	const char *desk = session && session->desk_name ? session->desk_name : "ttydesk";
	const char *language = say_language();
	int64_t late = store_queue_late(app->store);
	g_autoptr(text_auto) title = NULL;

	if (app->titled.late == late && app->titled.desk == desk && app->titled.language == language)
		return; /* with each frame: what it costs counts */
	app->titled.late = late;
	app->titled.desk = desk;
	app->titled.language = language;
	if (late > 0)
		title = text_format(_("%d late - %s"), (int)MIN(late, G_MAXINT32), desk);
	else
		title = text_format("%s", desk);
	screen_title(app->screen, title);
}

/* ---- how wide it draws what is one or two columns wide */

static gboolean no_answer(gpointer arg)
{
	struct app *app = arg;

	app->answer_timer = 0;
	app->active = TRUE;
	input_expect_cursor(app->input, FALSE);
	app_bytes(app, NULL, 0); /* what was half an answer is none */
	return G_SOURCE_REMOVE;
}

/* Nothing waits for the answer: until it is here such a character counts as one column. */
void app_ask_width(struct app *app)
{
	if (app->options->ambiguous_width || !screen_ask_width(app->screen))
		return;
	input_expect_cursor(app->input, TRUE);
	app->answer_timer = g_timeout_add(ANSWER_MS, no_answer, app);
}

static void take_width(struct app *app, int col)
{
	if (app->answer_timer)
		g_source_remove(app->answer_timer);
	app->answer_timer = 0;
	if (col != 2)
		return;
	text_set_ambiguous_width(2);
	for (int i = 0; i < PANE_COUNT; i++)
		app->pane[i]->todo |= TODO_RECALC;
	app_redraw(app);
}

/* Who leaves at once must not find the answer typed into the shell. */
void app_drain_answer(struct app *app)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	char bytes[64];

	if (!input_expects_cursor(app->input) || app->gone)
		return;
	if (poll(&p, 1, DRAIN_MS) > 0 && p.revents & POLLIN && read(STDIN_FILENO, bytes, sizeof bytes) < 0)
		app->gone = TRUE;
}

/* ---- mouse */

gboolean app_use_mouse(struct app *app, gboolean on)
{
	if (!screen_mouse(app->screen, on))
		return FALSE;
	app->mouse = on;
	app_dirty(app, PANE_STATUS, TODO_PAINT); /* it goes out with a frame */
	return TRUE;
}

static gboolean holds(const struct view *v, int row, int col)
{
	return row >= v->area.y && row < v->area.y + v->area.h && col >= v->area.x && col < v->area.x + v->area.w;
}

/* What is painted later lies above. */
static enum pane pane_at(const struct app *app, int row, int col)
{
	int i = PANE_COUNT - 1;

	while (i >= 0 && !holds(app->pane[i], row, col))
		i--;
	return i < 0 ? PANE_COUNT : (enum pane)i;
}

static void wheel(struct app *app, enum pane pane, enum action act)
{
	struct view *v = pane < PANE_COUNT ? app->pane[pane] : NULL;
	unsigned todo;

	if (!v || !v->ops->act || pane == PANE_PROMPT || pane == PANE_COMPOSER)
		return;
	todo = v->ops->act(v, act, "", WHEEL_LINES);
	if (!(todo & TODO_UNKNOWN))
		v->todo |= todo;
}

static gboolean may_focus(const struct app *app, enum pane pane)
{
	return pane == PANE_QUEUE || pane == PANE_CONVERSATION || pane == PANE_KNOWLEDGE ||
	       (pane == PANE_COMPOSER && composer_ticket(app->pane[PANE_COMPOSER]));
}

/* A question is answered before anything else gets the keys. */
static void click(struct app *app, enum pane pane, int row, int col)
{
	enum pane active = app_active(app);
	struct view *v = pane < PANE_COUNT ? app->pane[pane] : NULL;
	gboolean had_keys = pane == active, again;

	if (!v || (!had_keys && (active != app->focus || !may_focus(app, pane))))
		return;
	if (!had_keys)
		app_focus(app, pane);
	if (pane == PANE_COMPOSER || !v->ops->click)
		return;
	again = v->ops->click(v, row - v->area.y, col - v->area.x);
	v->todo |= TODO_PAINT;
	if (again && had_keys)
		app_perform(app, pane == PANE_FILES ? ACTION_VIEW_FILE : pane == PANE_CLOCKS ? ACTION_EXPLAIN : ACTION_OPEN, "");
}

gboolean app_terminal_event(struct app *app, const struct input_event *ev)
{
	switch (ev->kind) {
	case INPUT_FOCUS_IN:
	case INPUT_FOCUS_OUT:
		app->focused = ev->kind == INPUT_FOCUS_IN;
		if (app->on_focus)
			app->on_focus(app);
		return TRUE;
	case INPUT_CURSOR_AT:
		take_width(app, ev->col);
		return TRUE;
	case INPUT_CLICK:
	case INPUT_WHEEL_UP:
	case INPUT_WHEEL_DOWN:
		if (!app->mouse || app->too_small) /* reports that were under way when it was turned off */
			return TRUE;
		app_hush(app, FALSE);
		if (ev->kind == INPUT_CLICK)
			click(app, pane_at(app, ev->row, ev->col), ev->row, ev->col);
		else
			wheel(app, pane_at(app, ev->row, ev->col), ev->kind == INPUT_WHEEL_UP ? ACTION_PREV : ACTION_NEXT);
		return TRUE;
	default:
		return FALSE;
	}
}
