/* The one painter: what is dirty becomes one frame, then the program sleeps until something changes. */
#include "tui/commands.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <glib-unix.h>

/* A source of its own: ready while something is to be painted, woken when a
 * countdown's text changes, asleep else. */
struct painter {
	GSource source;
	struct app *app;
};

static gboolean shows(const struct view *v)
{
	return v->area.h > 0 && v->area.w > 0;
}

static gboolean wants_paint(const struct app *app)
{
	if (screen_suspended(app->screen))
		return FALSE;
	for (int i = 0; i < PANE_COUNT; i++)
		if ((app->pane[i]->todo & (TODO_PAINT | TODO_RECALC) && shows(app->pane[i])) ||
		    app->pane[i]->todo & TODO_REFLOW)
			return TRUE;
	return FALSE;
}

static void paint_small(struct app *app)
{
	struct canvas c = canvas_of(app->screen, (struct rect){.h = screen_rows(app->screen), .w = screen_cols(app->screen)});

	canvas_fill(&c, (struct rect){.h = c.area.h, .w = c.area.w}, LOOK_TEXT);
	draw_format(&c, 0, 0, c.area.w, LOOK_STATUS_ERROR, "ttydesk needs %dx%d", APP_MIN_COLS, APP_MIN_ROWS);
	for (int i = 0; i < PANE_COUNT; i++)
		app->pane[i]->todo = 0;
	screen_flush(app->screen, -1, 0);
}

static void paint_rules(struct app *app)
{
	for (size_t i = 0; i < G_N_ELEMENTS(app->rules); i++)
		if (app->rules[i].h > 0) {
			struct canvas c = canvas_of(app->screen, app->rules[i]);

			canvas_vline(&c, 0, 0, app->rules[i].h, LOOK_BORDER);
		}
}

/* Reflow, recalc, paint what is dirty, place the cursor, send one frame. */
static void app_paint(struct app *app)
{
	const struct view *active;
	unsigned reflow = 0;
	gboolean covered;
	int y = -1, x = 0;

	for (int i = 0; i < PANE_COUNT; i++)
		reflow |= app->pane[i]->todo & TODO_REFLOW;
	if (reflow)
		app_reflow(app);
	for (int i = 0; reflow && i < PANE_COUNT; i++) /* of hidden panes too, or we never sleep */
		app->pane[i]->todo &= ~(unsigned)TODO_REFLOW;
	if (app->too_small) {
		paint_small(app);
		return;
	}
	covered = app_covered(app);
	view_status_unseen(app->pane[PANE_STATUS], view_queue_unseen(app->pane[PANE_QUEUE]));
	paint_rules(app);
	app_title(app);
	for (int i = 0; i < PANE_COUNT; i++) {
		struct view *v = app->pane[i];

		if (!shows(v) || (!v->todo && !v->stale && !(covered && (i == PANE_PROMPT || i == PANE_FOOTER))))
			continue;
		v->stale |= covered;
		if (v->todo & (TODO_RECALC | TODO_REFLOW) && v->ops->recalc)
			v->ops->recalc(v);
		if (i == PANE_LADDER) /* the footer comes after it */
			view_footer_nothing(app->pane[PANE_FOOTER], !view_ladder_selected(v));
		struct canvas c = canvas_of(app->screen, v->area);

		v->ops->paint(v, &c);
		v->todo = 0;
		v->stale = FALSE;
	}
	active = app->pane[app_active(app)];
	if (shows(active) && active->ops->cursor && active->ops->cursor(active, &y, &x)) {
		y += active->area.y;
		x += active->area.x;
	} else {
		y = -1;
	}
	screen_flush(app->screen, y, x);
}

/* Views whose time has come get their bits; returns when the next one's comes. */
static int64_t app_tick(struct app *app)
{
	int64_t now = store_now_ms(app->store), first = INT64_MAX;

	for (int i = 0; i < PANE_COUNT; i++) {
		struct view *v = app->pane[i];
		int64_t next = INT64_MAX;

		if (!shows(v) || !v->ops->tick)
			continue;
		v->todo |= v->ops->tick(v, now, &next);
		first = MIN(first, next);
	}
	return first;
}

static void wake_at(struct app *app, int64_t next_ms)
{
	int64_t wait = next_ms == INT64_MAX ? -1 : MAX(next_ms - store_now_ms(app->store), 0);

	if (wait < 0 || screen_suspended(app->screen))
		g_source_set_ready_time(app->painter, -1);
	else
		g_source_set_ready_time(app->painter, g_get_monotonic_time() + MAX(wait, 20) * 1000);
}

static void tell_idle(struct app *app)
{
	gint64 looked_us = g_get_monotonic_time(); /* what was typed before is read, or there will be another report */

	if (app->idle_fd < 0 || !app->active || app->program || app->room_watch || store_busy(app->store) ||
	    !store_settled(app->store) || input_waiting(app->input) || input_expects_cursor(app->input) || app->held ||
	    app->filter_timer || palette_busy(app) || app_input_is_there(STDIN_FILENO))
		return;
	char report[72];

	app->active = FALSE;
	g_snprintf(report, sizeof report, "i%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n",
	           screen_sent(app->screen), app->typed, looked_us);
	if (write(app->idle_fd, report, strlen(report)) < 0 && errno != EAGAIN)
		app->idle_fd = -1;
}

static gboolean painter_prepare(GSource *source, int *timeout)
{
	struct app *app = ((struct painter *)source)->app;

	*timeout = -1;
	if (wants_paint(app)) {
		app->active = TRUE;
		return TRUE;
	}
	tell_idle(app);
	return FALSE;
}

static gboolean on_room(gint fd, GIOCondition condition, gpointer arg)
{
	struct app *app = arg;

	(void)fd;
	(void)condition;
	app_paint(app);
	if (screen_blocked(app->screen))
		return G_SOURCE_CONTINUE;
	app->active = TRUE;
	app->room_watch = 0;
	return G_SOURCE_REMOVE;
}

/* A frame larger than the terminal's buffer leaves in pieces, as there is room. */
static void paint_whole(struct app *app)
{
	app->active = TRUE;
	app_paint(app);
	if (screen_blocked(app->screen) && !app->room_watch)
		app->room_watch = g_unix_fd_add(screen_fd(app->screen), G_IO_OUT | G_IO_ERR | G_IO_HUP, on_room, app);
}

static gboolean painter_dispatch(GSource *source, GSourceFunc fn, gpointer arg)
{
	struct app *app = ((struct painter *)source)->app;

	(void)fn;
	(void)arg;
	g_source_set_ready_time(source, -1);
	app_tick(app);
	if (wants_paint(app))
		paint_whole(app);
	app_presence(app);
	wake_at(app, app_tick(app));
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs painter_funcs = {.prepare = painter_prepare, .dispatch = painter_dispatch};

void app_make_painter(struct app *app)
{
	app->painter = g_source_new(&painter_funcs, sizeof(struct painter));
	((struct painter *)app->painter)->app = app;
	g_source_set_priority(app->painter, G_PRIORITY_DEFAULT_IDLE);
	g_source_attach(app->painter, NULL);
}
