/* What this workstation says of its person: the ticket before them, whether they write, whether
 * anybody sits there. */
#include "tui/app_inner.h"

#define WRITING_MS 30000    /* after the last key in the composer */
#define IDLE_MS (3 * MS_MINUTE)

static gboolean on_time(gpointer arg)
{
	struct app *app = arg;

	app->presence_timer = 0;
	app_presence(app);
	return G_SOURCE_REMOVE;
}

void app_presence_key(struct app *app, gboolean typed)
{
	app->key_ms = clock_mono_ms();
	if (typed)
		app->typed_ms = app->key_ms;
}

void app_presence(struct app *app)
{
	int64_t now = clock_mono_ms(), wrote = app->typed_ms ? now - app->typed_ms : INT64_MAX, key = now - app->key_ms;
	struct view *composer = app->pane[PANE_COMPOSER];
	const char *text = composer_ticket(composer) == app->opened ? composer_text(composer) : NULL;
	gboolean writing = app->opened && text && *text && wrote < WRITING_MS;
	gboolean idle = !app->focused || key >= IDLE_MS;
	int64_t wait = writing ? WRITING_MS - wrote : !idle ? IDLE_MS - key : 0;

	store_look(app->store, app->opened, writing, idle);
	if (!app->presence_timer && wait > 0)
		app->presence_timer = g_timeout_add((guint)wait + 1, on_time, app);
}
