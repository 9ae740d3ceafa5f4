/* All keys. */
#include "tui/view_help.h"

#include <string.h>
#include "tui/draw.h"
#include "tui/overlay.h"

struct help {
	struct overlay overlay;
	const struct keymap *keymap;
	const char *context;
};

static struct help *help_of(const struct view *v)
{
	return v->state;
}

static void help_open(struct view *v)
{
	overlay_open(v, 1, 0); /* nothing can be marked */
	help_of(v)->context = "all";
}

void view_help_setup(struct view *v, const struct keymap *km)
{
	help_of(v)->keymap = km;
}

void view_help_show(struct view *v, const char *context)
{
	help_of(v)->context = context;
	overlay_of(v)->top = 0;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

/* The keys of one action in one context stand on one line. */
struct help_row {
	const char *context, *arg;
	enum action action;
	GString *keys;
};

struct walk {
	GPtrArray *rows;     /* struct help_row, in the keymap's order */
	gboolean bound[ACTION_COUNT];
};

static void row_free(gpointer p)
{
	struct help_row *row = p;

	g_string_free(row->keys, TRUE);
	g_free(row);
}

static void collect(const struct binding *b, void *arg)
{
	struct walk *w = arg;
	g_autofree char *key = keymap_seq_name(b->seq, b->len);
	struct help_row *row;

	if (!action_info(b->action))
		return;
	w->bound[b->action] = TRUE;
	for (guint i = 0; i < w->rows->len; i++) {
		row = w->rows->pdata[i];
		if (row->action == b->action && strcmp(row->context, b->context) == 0 && strcmp(row->arg, b->arg) == 0) {
			g_string_append_printf(row->keys, "  %s", key);
			return;
		}
	}
	row = g_new0(struct help_row, 1);
	*row = (struct help_row){.context = b->context, .arg = b->arg, .action = b->action, .keys = g_string_new(key)};
	g_ptr_array_add(w->rows, row);
}

static void build_context(struct view *v, const struct walk *w, const char *context)
{
	struct lines *l = &overlay_of(v)->lines;
	gboolean first = TRUE;

	for (guint i = 0; i < w->rows->len; i++) {
		const struct help_row *row = w->rows->pdata[i];
		const struct action_info *info = action_info(row->action);
		g_autofree char *name = NULL;

		if (strcmp(row->context, context) != 0)
			continue;
		if (first) {
			overlay_heading(v, strcmp(context, "all") == 0 ? _("everywhere") : say_ctx("context", context));
			first = FALSE;
		}
		name = g_strdup_printf("%s%s%s", info->name, *row->arg ? " " : "", row->arg);
		lines_begin(l, 2);
		lines_column(l, LOOK_KEY, row->keys->str, 16);
		lines_span(l, LOOK_TEXT, " ");
		lines_column(l, LOOK_DIM, name, 15);
		lines_spanf(l, LOOK_TEXT, " %s", say(info->help));
	}
}

static void unbound_lines(struct view *v, const struct walk *w)
{
	struct lines *l = &overlay_of(v)->lines;
	gboolean first = TRUE;

	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);

		if (w->bound[i])
			continue;
		if (first) {
			overlay_heading(v, N_("only by name, after :"));
			first = FALSE;
		}
		lines_begin(l, 2);
		lines_spanf(l, LOOK_KEY, "%s %s", info->name, info->args);
		lines_spanf(l, LOOK_TEXT, "  %s", say(info->help));
	}
}

/* First the keys of the pane one came from, then those that work everywhere. */
static void help_recalc(struct view *v)
{
	static const char *const contexts[] = {
		"all", NC_("context", "queue"), NC_("context", "conversation"), NC_("context", "composer"),
		NC_("context", "knowledge"), NC_("context", "details"), NC_("context", "problem"), NC_("context", "files"),
		NC_("context", "clocks"), NC_("context", "text"),
		NC_("context", "list"), NC_("context", "sheet"), NC_("context", "prompt"), NC_("context", "help"),
	};
	const struct help *h = help_of(v);
	struct walk w = {.rows = g_ptr_array_new_with_free_func(row_free)};

	overlay_begin(v);
	keymap_each(h->keymap, collect, &w);
	build_context(v, &w, h->context);
	for (size_t i = 0; i < G_N_ELEMENTS(contexts); i++)
		if (strcmp(contexts[i], h->context) != 0)
			build_context(v, &w, contexts[i]);
	unbound_lines(v, &w);
	g_ptr_array_unref(w.rows);
}

static void help_paint(struct view *v, const struct canvas *c)
{
	overlay_paint(v, c, " keys (%s) ", say_ctx("context", help_of(v)->context));
}

const struct view_ops view_help_ops = {
	.context = "help", .state_size = sizeof(struct help), .open = help_open, .close = overlay_close,
	.act = overlay_act, .recalc = help_recalc, .paint = help_paint,
};
