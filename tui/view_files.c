/* The files of a ticket. */
#include "tui/view_files.h"

#include "base/media.h"
#include "tui/draw.h"
#include "tui/overlay.h"

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

static void files_open(struct view *v)
{
	overlay_open(v, sizeof(guint), 0);
}

void view_files_show(struct view *v, desk_id ticket_id)
{
	overlay_show(v, ticket_id, 0);
}

void view_files_at(const struct view *v, int i, const struct attachment **file, const struct message **mail)
{
	const struct message *from = NULL;
	const guint *marked = overlay_marked(v);

	*file = NULL;
	*mail = NULL;
	files_of_ticket(store_ticket(v->store, overlay_of(v)->of), i >= 0 ? i : marked ? (int)*marked : 0, file, &from);
	if (!*file)
		*mail = from;
}

static unsigned files_changed(struct view *v, const struct store_note *note)
{
	return note->kind == STORE_FILES ? TODO_RECALC | TODO_PAINT : overlay_changed(v, note);
}

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

static void build_file(struct view *v, struct lines *l, const struct attachment *file, const struct message *from, guint i)
{
	gboolean marked = overlay_item(v, &i);
	int name_w = MAX(v->area.w - 46, 14), x = 6 + name_w + 1;
	g_autofree char *number = g_strdup_printf("%u", i + 1), *size = file ? media_size(file->size) : NULL;
	enum theme_role role = LOOK_DIM;
	g_autofree char *state = file ? state_words(v, file, &role) : NULL;
	char when[WHEN_SIZE];

	lines_begin(l, 2);
	lines_cell(l, 2, 3, LOOK_NUMBER, number);
	lines_cell(l, 6, name_w, marked ? LOOK_TITLE : LOOK_TEXT, file ? file->name : _("the mail itself, as text"));
	lines_cell_right(l, x, 8, LOOK_TEXT, size);
	x += 10;
	lines_cell(l, x, when_short_cols(), LOOK_DIM, draw_when(from->at_ms, store_now_ms(v->store), when, sizeof when));
	x += when_short_cols() + 1;
	lines_cell(l, x, 0, role, state && *state ? state : from->author_name);
	overlay_item_end(v);
}

static void files_recalc(struct view *v)
{
	struct lines *l = overlay_begin(v);
	desk_id id = overlay_of(v)->of;
	const struct ticket *t = id ? store_ticket(v->store, id) : NULL;
	const struct attachment *file = NULL;
	const struct message *from = NULL;
	guint n = files_of_ticket(t, -1, &file, &from);

	for (guint i = 0; i < n; i++) {
		file = NULL;
		files_of_ticket(t, (int)i, &file, &from);
		build_file(v, l, file, from, i);
	}
	if (!n)
		overlay_nothing(v, t ? N_("No message here has a file.") : N_("The ticket is being fetched."));
	if (t && t->more_messages)
		overlay_nothing(v, N_("Older messages have not been fetched; older fetches them."));
}

static void files_paint(struct view *v, const struct canvas *c)
{
	overlay_paint(v, c, " files of #%" G_GINT64_FORMAT " ", overlay_of(v)->of);
}

const struct view_ops view_files_ops = {
	.context = "files", .state_size = sizeof(struct overlay), .open = files_open, .close = overlay_close,
	.changed = files_changed, .act = overlay_act, .recalc = files_recalc, .paint = files_paint,
	.click = overlay_click,
};
