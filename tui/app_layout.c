/* Which pane is where, and which has the keys. */
#include "tui/app_inner.h"

static void place(struct app *app, enum pane pane, int y, int x, int h, int w)
{
	struct view *v = app->pane[pane];
	struct rect area = {.y = y, .x = x, .h = MAX(h, 0), .w = MAX(w, 0)};

	if (v->area.y == area.y && v->area.x == area.x && v->area.h == area.h && v->area.w == area.w)
		return;
	v->area = area;
	v->stale = TRUE;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

static void hide(struct app *app, enum pane pane)
{
	place(app, pane, 0, 0, 0, 0);
}

/* The composer takes what its text needs, up to a share of the pane. */
static int composer_height(const struct app *app, int room, int width)
{
	int rows = composer_rows(app->pane[PANE_COMPOSER], width);
	int most = MAX(room / 3, 2);

	if (app->focus == PANE_COMPOSER && rows < 2 && room >= 14)
		rows = 2;
	return 1 + CLAMP(rows, 1, most);
}

#define SHEET_TALK_ROWS 7 /* of the conversation that stay above a form: its head and the last words */

/* A form stands under the conversation it is about, whose last words stay before the eyes. */
static void place_sheet(struct app *app, int y, int x, int h, int w)
{
	int most = MAX(h - SHEET_TALK_ROWS, h / 2), rows = MIN(sheet_rows(app->pane[PANE_SHEET], w), most);

	hide(app, PANE_PICKER);
	hide(app, PANE_COMPOSER);
	hide(app, PANE_INLINE);
	hide(app, PANE_SUGGEST);
	if (!app->wide)
		hide(app, PANE_KNOWLEDGE);
	place(app, PANE_CONVERSATION, y, x, h - rows, w);
	place(app, PANE_SHEET, y + h - rows, x, rows, w);
}

/* Conversation above composer above suggestions; a list to choose from or the
 * knowledge takes the conversation's place. */
static void place_talk(struct app *app, int y, int x, int h, int w, gboolean suggest)
{
	int below = suggest ? 1 : 0, compose = composer_height(app, h, w);
	int list = MIN(composer_list_rows(app->pane[PANE_COMPOSER]), MAX(h - compose - below - 2, 0));
	gboolean picks = picker_is_open(app->pane[PANE_PICKER]);

	if (picks)
		hide(app, PANE_SHEET);
	else if (sheet_is_open(app->pane[PANE_SHEET])) {
		place_sheet(app, y, x, h, w);
		return;
	}
	hide(app, PANE_SHEET);
	if (picks) {
		hide(app, PANE_CONVERSATION);
		hide(app, PANE_COMPOSER);
		hide(app, PANE_INLINE);
		hide(app, PANE_SUGGEST);
		place(app, PANE_PICKER, y, x, h, w);
		if (!app->wide)
			hide(app, PANE_KNOWLEDGE);
		return;
	}
	hide(app, PANE_PICKER);
	if (app->knowledge_on && !app->wide) {
		hide(app, PANE_CONVERSATION);
		place(app, PANE_KNOWLEDGE, y, x, h - compose - below - list, w);
	} else {
		place(app, PANE_CONVERSATION, y, x, h - compose - below - list, w);
	}
	place(app, PANE_INLINE, y + h - compose - below - list, x, list, list ? w : 0);
	place(app, PANE_COMPOSER, y + h - compose - below, x, compose, w);
	if (suggest)
		place(app, PANE_SUGGEST, y + h - 1, x, 1, w);
	else
		hide(app, PANE_SUGGEST);
}

static void hide_talk(struct app *app)
{
	hide(app, PANE_CONVERSATION);
	hide(app, PANE_COMPOSER);
	hide(app, PANE_INLINE);
	hide(app, PANE_SUGGEST);
	hide(app, PANE_KNOWLEDGE);
	hide(app, PANE_PICKER);
	hide(app, PANE_SHEET);
}

static void place_wide(struct app *app, int y, int h, int cols)
{
	const struct pane_want want[3] = {{.min = 40, .weight = 3, .max = 84}, {.min = 46, .weight = 4}, {.min = 32, .weight = 2, .max = 56}};
	int w[3] = {0}, x = 0, upper = h * 11 / 20;

	layout_split(cols, 1, want, G_N_ELEMENTS(want), w);
	place(app, PANE_QUEUE, y, 0, h, w[0]);
	x = w[0] + 1;
	app->rules[0] = (struct rect){.y = y, .x = w[0], .h = h, .w = 1};
	place_talk(app, y, x, h, w[1], FALSE);
	x += w[1] + 1;
	app->rules[1] = (struct rect){.y = y, .x = x - 1, .h = w[2] ? h : 0, .w = 1};
	place(app, PANE_CUSTOMER, y, x, upper, w[2]);
	place(app, PANE_KNOWLEDGE, y + upper, x, h - upper, w[2]);
}

/* Something that needs the lower panes while only the queue shows. */
static gboolean talks(const struct app *app)
{
	return app->knowledge_on || app->focus == PANE_COMPOSER || picker_is_open(app->pane[PANE_PICKER]) ||
	       sheet_is_open(app->pane[PANE_SHEET]);
}

static void place_panes(struct app *app, int y, int h, int cols)
{
	int queue = app_shows_all(app) ? MAX(h * 3 / 10, 3) : 0;

	if (app->layout == APP_LAYOUT_QUEUE && !talks(app)) {
		place(app, PANE_QUEUE, y, 0, h, cols);
		hide_talk(app);
		hide(app, PANE_CUSTOMER);
		return;
	}
	if (app->layout == APP_LAYOUT_QUEUE)
		queue = MAX(h * 3 / 10, 3);
	if (app->wide) {
		place_wide(app, y, h, cols);
		return;
	}
	if (sheet_is_open(app->pane[PANE_SHEET])) /* it needs the rows of the list */
		queue = 0;
	hide(app, PANE_CUSTOMER);
	if (!app->knowledge_on)
		hide(app, PANE_KNOWLEDGE);
	place(app, PANE_QUEUE, y, 0, queue, cols);
	place_talk(app, y + queue, 0, h - queue, cols, h >= 14);
}

/* The one that lies over all others; PANE_COUNT none. */
static enum pane overlay(const struct app *app)
{
	/* a list to choose from and a form have their places among the panes below */
	gboolean asks = picker_is_open(app->pane[PANE_PICKER]) || sheet_is_open(app->pane[PANE_SHEET]);

	return app->help_on            ? PANE_HELP
	       : app->text_on          ? PANE_TEXT
	       : app->clocks_on        ? PANE_CLOCKS
	       : app->files_on         ? PANE_FILES
	       : asks                  ? PANE_COUNT
	       : app->problem_on       ? PANE_PROBLEM
	       : app->ladder_on        ? PANE_LADDER
	       : app->details_on       ? PANE_DETAILS
	                               : PANE_COUNT;
}

gboolean app_shows_all(const struct app *app)
{
	return app->layout == APP_LAYOUT_SPLIT || app->layout == APP_LAYOUT_WIDE;
}

gboolean app_has_wide_room(const struct app *app)
{
	return screen_cols(app->screen) >= APP_WIDE_COLS && screen_rows(app->screen) >= APP_WIDE_ROWS;
}

void app_reflow(struct app *app)
{
	enum pane over = overlay(app);
	int rows = screen_rows(app->screen), cols = screen_cols(app->screen), ask;
	gboolean covered = app_covered(app);

	app->rules[0] = app->rules[1] = (struct rect){0};
	app->too_small = rows < APP_MIN_ROWS || cols < APP_MIN_COLS;
	if (app->too_small) {
		for (int i = 0; i < PANE_COUNT; i++)
			hide(app, (enum pane)i);
		return;
	}
	app->wide = app_has_wide_room(app) && app->layout == APP_LAYOUT_WIDE;
	view_conversation_wide(app->pane[PANE_CONVERSATION], app->wide || sheet_is_open(app->pane[PANE_SHEET]));
	view_conversation_answering(app->pane[PANE_CONVERSATION], sheet_is_open(app->pane[PANE_SHEET]));
	ask = prompt_is_open(app->pane[PANE_PROMPT]) ? prompt_rows(app->pane[PANE_PROMPT]) : 0;
	place(app, PANE_STATUS, 0, 0, 1, cols);
	hide(app, PANE_HELP);
	hide(app, PANE_FILES);
	hide(app, PANE_CLOCKS);
	hide(app, PANE_DETAILS);
	hide(app, PANE_PROBLEM);
	hide(app, PANE_LADDER);
	hide(app, PANE_TEXT);
	if (over != PANE_COUNT) {
		hide(app, PANE_QUEUE);
		hide(app, PANE_CUSTOMER);
		hide_talk(app);
		place(app, over, 1, 0, rows - 2, cols);
		app->rules[0] = app->rules[1] = (struct rect){0};
	} else {
		place_panes(app, 1, rows - 2, cols);
	}
	if (ask) {
		hide(app, PANE_FOOTER);
		place(app, PANE_PROMPT, rows - ask, 0, ask, cols);
	} else {
		int keys = MIN(view_footer_rows(app->pane[PANE_FOOTER], cols, rows), rows - 2);

		hide(app, PANE_PROMPT);
		place(app, PANE_FOOTER, rows - keys, 0, keys, cols);
	}
	for (int i = 0; covered && i < PANE_COUNT; i++)
		app->pane[i]->stale = TRUE; /* something lay over somebody's last rows */
	view_footer_context(app->pane[PANE_FOOTER], app->pane[app_active(app)]->ops->context);
}

gboolean app_covered(const struct app *app)
{
	return app->pane[PANE_PROMPT]->area.h > 1 || app->pane[PANE_FOOTER]->area.h > 1;
}

enum pane app_active(const struct app *app)
{
	if (prompt_is_open(app->pane[PANE_PROMPT]))
		return PANE_PROMPT;
	if (picker_is_open(app->pane[PANE_PICKER]))
		return PANE_PICKER;
	if (overlay(app) != PANE_COUNT)
		return overlay(app);
	return sheet_is_open(app->pane[PANE_SHEET]) ? PANE_SHEET : app->focus;
}

void app_focus(struct app *app, enum pane pane)
{
	struct view *from = app->pane[app->focus], *to = app->pane[pane];

	if (app->focus == pane)
		return;
	if (pane == PANE_KNOWLEDGE)
		app->knowledge_back = app->focus;
	if (app->focus == PANE_COMPOSER)
		store_draft_pause(app->store);
	from->focused = FALSE;
	to->focused = TRUE;
	app->focus = pane;
	from->todo |= TODO_PAINT;
	to->todo |= TODO_PAINT | TODO_REFLOW;
	if (pane == PANE_QUEUE)
		view_queue_entered(to);
}

/* The ring: queue, conversation, knowledge where it shows. */
void app_focus_step(struct app *app, int by)
{
	static const enum pane ring[] = {PANE_QUEUE, PANE_CONVERSATION, PANE_KNOWLEDGE};
	int n = (int)G_N_ELEMENTS(ring), at = 0;

	for (int i = 0; i < n; i++)
		if (ring[i] == app->focus)
			at = i;
	for (int i = 0; i < n; i++) {
		at = (at + by + n) % n;
		if (app->pane[ring[at]]->area.h > 0) {
			app_focus(app, ring[at]);
			return;
		}
	}
}
