/* The files of a ticket. */
#include "tui/view_files.h"

#include <string.h>
#include "base/media.h"
#include "tui/draw.h"

struct files {
	desk_id ticket_id;
	guint cursor, top;
};

static struct files *files_of(const struct view *v)
{
	return v->state;
}

/* Counts them; on the way the i-th is found. A mail in HTML stands before its files. */
guint files_of_ticket(const struct ticket *t, int i, const struct attachment **file, const struct message **from)
{
	guint n = 0;

	for (guint k = 0; t && k < t->messages->len; k++) {
		const struct message *m = t->messages->pdata[k];
		guint count = (m->html != NULL) + (m->attachments ? m->attachments->len : 0);

		if (i >= 0 && (guint)i >= n && (guint)i < n + count) {
			guint at = (guint)i - n;

			*from = m;
			if (!m->html || at > 0)
				*file = m->attachments->pdata[at - (m->html != NULL)];
		}
		n += count;
	}
	return n;
}

static guint count_of(const struct view *v)
{
	const struct attachment *file = NULL;
	const struct message *from = NULL;

	return files_of_ticket(store_ticket(v->store, files_of(v)->ticket_id), -1, &file, &from);
}

void view_files_show(struct view *v, desk_id ticket_id)
{
	struct files *f = files_of(v);

	if (f->ticket_id != ticket_id)
		f->cursor = f->top = 0;
	f->ticket_id = ticket_id;
	v->todo |= TODO_PAINT;
}

desk_id view_files_ticket(const struct view *v)
{
	return files_of(v)->ticket_id;
}

void view_files_at(const struct view *v, int i, const struct attachment **file, const struct message **mail)
{
	const struct message *from = NULL;

	*file = NULL;
	*mail = NULL;
	files_of_ticket(store_ticket(v->store, files_of(v)->ticket_id), i < 0 ? (int)files_of(v)->cursor : i, file, &from);
	if (!*file)
		*mail = from;
}

static unsigned files_changed(struct view *v, const struct store_note *note)
{
	if (note->kind == STORE_FILES)
		return TODO_PAINT;
	return note->kind == STORE_TICKET && note->ticket_id == files_of(v)->ticket_id ? TODO_PAINT : TODO_NOTHING;
}

static int body_rows(const struct view *v)
{
	return MAX(v->area.h - 1, 1);
}

static unsigned move(struct view *v, gint64 by)
{
	struct files *f = files_of(v);
	guint n = count_of(v);

	f->cursor = (guint)CLAMP((gint64)f->cursor + by, 0, n ? (gint64)n - 1 : 0);
	return TODO_PAINT;
}

static gboolean files_click(struct view *v, int y, int x)
{
	struct files *f = files_of(v);
	guint i = f->top + (guint)MAX(y, 1) - 1, before = f->cursor;

	(void)x;
	if (y < 1 || i >= count_of(v))
		return FALSE;
	f->cursor = i;
	return i == before;
}

static unsigned files_act(struct view *v, enum action act, const char *arg, int count)
{
	int n = MAX(count, 1);

	(void)arg;
	switch (act) {
	case ACTION_NEXT:
		return move(v, n);
	case ACTION_PREV:
		return move(v, -n);
	case ACTION_PAGE_DOWN:
		return move(v, (gint64)n * body_rows(v));
	case ACTION_PAGE_UP:
		return move(v, -(gint64)n * body_rows(v));
	case ACTION_FIRST:
		return move(v, -(gint64)G_MAXINT32);
	case ACTION_LAST:
		return move(v, G_MAXINT32);
	default:
		return TODO_UNKNOWN;
	}
}

/* ---------------------------------------------------------------- painting */

static char *state_words(const struct view *v, const struct attachment *a, enum theme_role *role)
{
	int64_t done, total;

	*role = LOOK_DIM;
	if (store_fetching(v->store, a->id, &done, &total)) {
		*role = LOOK_PENDING;
		return g_strdup_printf(_("fetching %d%%"), total > 0 ? (int)(100 * done / total) : 0);
	}
	if (a->scan == SCAN_INFECTED) {
		*role = LOOK_REFUSED;
		return g_strdup(_("infected"));
	}
	return g_strdup(a->scan == SCAN_CLEAN ? _("clean") : a->scan == SCAN_SCAN_FAILED ? _("not scanned") : "");
}

static void paint_row(const struct view *v, const struct canvas *c, int y, guint i)
{
	const struct attachment *file = NULL;
	const struct message *from = NULL;
	gboolean cursor = i == files_of(v)->cursor;
	int w = c->area.w, name_w = MAX(w - 46, 14), x;
	enum theme_role role;
	char when[WHEN_SIZE];

	files_of_ticket(store_ticket(v->store, files_of(v)->ticket_id), (int)i, &file, &from);
	if (!from)
		return;
	g_autofree char *size = file ? media_size(file->size) : g_strdup("");
	g_autofree char *state = file ? state_words(v, file, &role) : NULL;
	if (cursor)
		canvas_mark(c, y, 0, LOOK_CURSOR, GLYPH_CURSOR);
	draw_format(c, y, 2, 3, LOOK_NUMBER, "%u", i + 1);
	draw_raw(c, y, 6, name_w, cursor ? LOOK_TITLE : LOOK_TEXT, file ? file->name : _("the mail itself, as text"));
	x = 6 + name_w + 1;
	draw_raw(c, y, x + 8 - MIN(draw_cols(size), 8), 8, LOOK_TEXT, size);
	x += 10;
	draw_raw(c, y, x, when_short_cols(), LOOK_DIM, draw_when(from->at_ms, store_now_ms(v->store), when, sizeof when));
	x += when_short_cols() + 1;
	if (state && *state)
		draw_raw(c, y, x, w - x, role, state);
	else
		draw_raw(c, y, x, w - x, LOOK_DIM, from->author_name ? from->author_name : "");
}

static void files_paint(struct view *v, const struct canvas *c)
{
	struct files *f = files_of(v);
	const struct ticket *t = store_ticket(v->store, f->ticket_id);
	guint n = count_of(v), rows = (guint)body_rows(v);

	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	draw_format(c, 0, 2, c->area.w - 4, LOOK_TITLE, " files of #%" G_GINT64_FORMAT " ", f->ticket_id);
	f->cursor = n ? MIN(f->cursor, n - 1) : 0;
	if (f->cursor < f->top)
		f->top = f->cursor;
	if (f->cursor >= f->top + rows)
		f->top = f->cursor - rows + 1;
	for (guint i = f->top; i < n && i < f->top + rows; i++)
		paint_row(v, c, 1 + (int)(i - f->top), i);
	if (!n)
		draw_raw(c, 1, 2, c->area.w - 3, LOOK_DIM, !t ? _("fetching the ticket...") : _("No message here has a file."));
	if (t && t->more_messages && n - f->top < rows)
		draw_raw(c, (int)MIN(1 + n - f->top + (n ? 0 : 1), rows), 2, c->area.w - 3, LOOK_DIM,
		         _("Older messages have not been fetched; older fetches them."));
}

const struct view_ops view_files_ops = {
	.context = "files", .state_size = sizeof(struct files), .changed = files_changed,
	.act = files_act, .paint = files_paint, .click = files_click,
};
