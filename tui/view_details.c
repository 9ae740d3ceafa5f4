/* The details of a ticket: fields, checklist, links, compensation, profile. */
#include "tui/view_details.h"

#include <string.h>
#include "rules/custom_field.h"
#include "rules/priority.h"
#include "tui/draw.h"
#include "tui/fields.h"
#include "tui/lines.h"

#define LABEL_COLS 13

struct details {
	desk_id ticket_id;
	struct lines lines;
	GArray *items;    /* struct detail; a line's ref is its place + 1 */
	guint cursor;     /* in items */
	guint top;
};

static struct details *details_of(const struct view *v)
{
	return v->state;
}

static void details_open(struct view *v)
{
	lines_init(&details_of(v)->lines);
	details_of(v)->items = g_array_new(FALSE, FALSE, sizeof(struct detail));
}

static void details_close(struct view *v)
{
	lines_free(&details_of(v)->lines);
	g_array_unref(details_of(v)->items);
}

void view_details_show(struct view *v, desk_id ticket_id)
{
	struct details *d = details_of(v);

	if (d->ticket_id != ticket_id)
		d->cursor = d->top = 0;
	d->ticket_id = ticket_id;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

desk_id view_details_ticket(const struct view *v)
{
	return details_of(v)->ticket_id;
}

struct detail view_details_selected(const struct view *v)
{
	const struct details *d = details_of(v);

	return d->cursor < d->items->len ? g_array_index(d->items, struct detail, d->cursor) : (struct detail){0};
}

/* ---- building */
static void heading(struct lines *l, const char *text)
{
	lines_blank(l);
	lines_begin(l, 1);
	lines_span(l, LOOK_HEADING, say(text));
}

/* A line that can be marked: label and value. */
static void item(struct details *d, struct detail what, const char *label, enum theme_role role, const char *value)
{
	g_array_append_val(d->items, what);
	d->lines.ref = d->items->len;
	lines_begin(&d->lines, 3);
	lines_column(&d->lines, LOOK_DIM, label, LABEL_COLS);
	lines_spanf(&d->lines, role, " %s", value && *value ? value : "-");
	d->lines.ref = 0;
}

/* The priority says why. */
static void build_priority(struct details *d, const struct ticket *t)
{
	g_autofree char *why = priority_reason_said(t->priority_reason);
	g_autofree char *priority = g_strdup_printf("%s%s%s", word_said(priority_name(t->row.priority)), *why ? ": " : "", why);

	item(d, (struct detail){.kind = DETAIL_PRIORITY}, _("priority"), LOOK_TEXT, priority);
}

static void build_problem(struct details *d, const struct ticket *t)
{
	g_autofree char *assessed = t->impact >= 0 && t->need >= 0 ?
	                            g_strdup_printf(_("impact %s, need %s"), word_said(impact_name((enum impact)t->impact)),
	                                            word_said(need_name((enum need)t->need))) : NULL;
	g_autofree char *problem = t->problem_id ? g_strdup_printf(_("problem %" G_GINT64_FORMAT), t->problem_id) : NULL;

	item(d, (struct detail){.kind = DETAIL_ASSESSMENT}, _("assessment"), LOOK_TEXT, assessed);
	item(d, (struct detail){.kind = DETAIL_PROBLEM, .id = t->problem_id}, _("part of"), LOOK_TEXT, problem);
}

static void build_ticket(const struct view *v, struct details *d, const struct ticket *t)
{
	g_autofree char *category = label_category_of(v->store, t->category), *tags = NULL, *who = NULL;
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < t->tags->len; i++)
		g_string_append_printf(list, "%s%s", i ? ", " : "", (const char *)t->tags->pdata[i]);
	tags = g_strdup(list->str);
	who = g_strdup_printf("%s, %s", t->row.assignee_name ? t->row.assignee_name : _("nobody's"),
	                      t->row.group_name ? t->row.group_name : _("no group"));
	item(d, (struct detail){.kind = DETAIL_SUBJECT}, _("subject"), LOOK_TEXT, t->row.subject);
	item(d, (struct detail){.kind = DETAIL_STATUS}, _("status"), LOOK_TEXT, label_status(t->row.status));
	build_priority(d, t);
	item(d, (struct detail){.kind = DETAIL_ASSIGNEE}, _("whose work"), LOOK_TEXT, who);
	item(d, (struct detail){.kind = DETAIL_CATEGORY}, _("about"), LOOK_TEXT, category);
	item(d, (struct detail){.kind = DETAIL_TAGS}, _("tags"), LOOK_TEXT, tags);
	build_problem(d, t);
}

static void build_fields(struct view *v, struct details *d, const struct ticket *t)
{
	const struct session *s = store_session(v->store);
	gboolean first = TRUE;

	for (guint i = 0; s && i < s->fields->len; i++) {
		const struct desk_field *f = s->fields->pdata[i];
		const char *value = field_value_of(t, f->name);
		gboolean missing = f->required && !value;
		g_autofree char *asks = NULL;

		if (!value && !custom_field_fits(f, t->category))
			continue;
		if (first)
			heading(&d->lines, N_("fields"));
		first = FALSE;
		asks = missing ? g_strdup_printf(_("! needed: %s"), field_question(v->store, f)) : NULL;
		item(d, (struct detail){.kind = DETAIL_FIELD, .name = f->name}, field_label(v->store, f),
		     missing ? LOOK_TAG_ALERT : LOOK_TEXT, missing ? asks : value);
	}
}

static void build_checklist(struct details *d, const struct ticket *t)
{
	guint n = t->checklist ? t->checklist->len : 0;

	heading(&d->lines, N_("checklist"));
	for (guint i = 0; i < n; i++) {
		const struct check_item *c = t->checklist->pdata[i];
		g_autofree char *text = c->done && c->by_name ? g_strdup_printf("%s  (%s)", c->text, c->by_name)
		                                              : g_strdup(c->text);

		item(d, (struct detail){.kind = DETAIL_CHECK, .id = c->id, .done = c->done}, c->done ? "[x]" : "[ ]",
		     c->done ? LOOK_DIM : LOOK_TEXT, text);
	}
	item(d, (struct detail){.kind = DETAIL_ADD_CHECK}, "+", LOOK_DIM, _("a step or a whole checklist"));
}

static void build_links(struct details *d, const struct ticket *t)
{
	guint n = t->links ? t->links->len : 0;

	heading(&d->lines, N_("other tickets"));
	if (t->merged_into) {
		lines_begin(&d->lines, 3);
		lines_spanf(&d->lines, LOOK_TAG_ALERT, "merged into #%" G_GINT64_FORMAT, t->merged_into);
	}
	for (guint i = 0; i < n; i++) {
		const struct ticket_link *k = t->links->pdata[i];
		g_autofree char *text = g_strdup_printf("#%" G_GINT64_FORMAT " %s, %s", k->ticket_id,
		                                        k->subject ? k->subject : "", label_status(k->status));

		item(d, (struct detail){.kind = DETAIL_LINK, .id = k->ticket_id}, word_said(link_name(k->kind)), LOOK_TEXT, text);
	}
	item(d, (struct detail){.kind = DETAIL_ADD_LINK}, "+", LOOK_DIM, _("a link to another ticket"));
}

static void build_compensations(struct details *d, const struct ticket *t)
{
	guint n = t->compensations ? t->compensations->len : 0;

	heading(&d->lines, N_("compensation"));
	for (guint i = 0; i < n; i++) {
		const struct compensation *c = t->compensations->pdata[i];
		g_autofree char *text = compensation_text(c);

		item(d, (struct detail){.kind = DETAIL_COMPENSATION, .id = c->id, .done = c->state != DECISION_WAITING},
		     word_said(decision_name(c->state)), c->state == DECISION_WAITING ? LOOK_TAG_ALERT : LOOK_TEXT, text);
	}
	item(d, (struct detail){.kind = DETAIL_ADD_COMPENSATION}, "+", LOOK_DIM, _("a coupon or a refund"));
}

static void build_follow_up(struct details *d, const struct ticket *t)
{
	const struct follow_up *f = t->follow_up;
	g_autofree char *text = NULL, *answers = NULL;

	if (!f)
		return;
	heading(&d->lines, N_("follow-up"));
	text = follow_up_text(f);
	item(d, (struct detail){.kind = DETAIL_FOLLOW_UP}, word_said(follow_up_state_name(f->state)),
	     f->state == FOLLOW_UP_DUE ? LOOK_TAG_ALERT : LOOK_TEXT, text);
	answers = follow_up_answers(f);
	if (answers)
		item(d, (struct detail){.kind = DETAIL_FOLLOW_UP}, _("answers"), LOOK_TEXT, answers);
}

static void build_customer(struct details *d, const struct ticket *t)
{
	const struct customer *c = t->customer;

	if (!c)
		return;
	heading(&d->lines, N_("customer"));
	item(d, (struct detail){.kind = DETAIL_CUSTOMER}, _("whose ticket"), LOOK_TEXT, c->name);
	for (const struct profile_member *m = profile_members; m->name; m++) {
		g_autofree char *value = profile_value(c, m);
		const char *shown = strcmp(m->name, "language") == 0 && value ? language_said(value) : NULL;

		if (!value && strcmp(m->name, "manager") == 0)
			continue; /* few customers have one; it is said by name */
		item(d, (struct detail){.kind = DETAIL_PROFILE, .name = m->name}, say(m->label), LOOK_TEXT, shown ? shown : value);
	}
}

static void details_recalc(struct view *v)
{
	struct details *d = details_of(v);
	const struct ticket *t = d->ticket_id ? store_ticket(v->store, d->ticket_id) : NULL;

	lines_clear(&d->lines, v->area.w - 1);
	g_array_set_size(d->items, 0);
	if (!t)
		return;
	build_ticket(v, d, t);
	build_fields(v, d, t);
	build_checklist(d, t);
	build_links(d, t);
	build_compensations(d, t);
	build_follow_up(d, t);
	build_customer(d, t);
	d->cursor = MIN(d->cursor, d->items->len ? d->items->len - 1 : 0);
}

static unsigned details_changed(struct view *v, const struct store_note *note)
{
	return note->kind == STORE_SESSION || (note->kind == STORE_TICKET && note->ticket_id == details_of(v)->ticket_id) ?
	       TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

/* ---- moving */
static guint line_of(const struct details *d, guint place)
{
	for (guint i = 0; i < lines_count(&d->lines); i++)
		if (lines_at(&d->lines, i)->ref == (gint64)place + 1)
			return i;
	return 0;
}

static unsigned move(struct view *v, gint64 by)
{
	struct details *d = details_of(v);

	d->cursor = (guint)CLAMP((gint64)d->cursor + by, 0, d->items->len ? (gint64)d->items->len - 1 : 0);
	return TODO_PAINT;
}

static gboolean details_click(struct view *v, int y, int x)
{
	struct details *d = details_of(v);
	guint line = d->top + (guint)MAX(y, 1) - 1, before = d->cursor;
	gint64 ref = y >= 1 && line < lines_count(&d->lines) ? lines_at(&d->lines, line)->ref : 0;

	(void)x;
	if (ref < 1) /* a heading */
		return FALSE;
	d->cursor = (guint)ref - 1;
	return d->cursor == before;
}

static unsigned details_act(struct view *v, enum action act, const char *arg, int count)
{
	int n = MAX(count, 1), page = MAX(v->area.h / 2, 1);

	(void)arg;
	switch (act) {
	case ACTION_NEXT:
		return move(v, n);
	case ACTION_PREV:
		return move(v, -n);
	case ACTION_PAGE_DOWN:
		return move(v, (gint64)n * page);
	case ACTION_PAGE_UP:
		return move(v, -(gint64)n * page);
	case ACTION_FIRST:
		return move(v, -(gint64)G_MAXINT32);
	case ACTION_LAST:
		return move(v, G_MAXINT32);
	default:
		return TODO_UNKNOWN;
	}
}

static void scroll_to_cursor(struct details *d, guint rows)
{
	guint at = line_of(d, d->cursor), count = lines_count(&d->lines);

	if (d->cursor == 0)
		d->top = 0;
	else if (at < d->top)
		d->top = at;
	else if (at >= d->top + rows)
		d->top = at - rows + 1;
	d->top = MIN(d->top, count > rows ? count - rows : 0);
}

static void details_paint(struct view *v, const struct canvas *c)
{
	struct details *d = details_of(v);
	guint rows = (guint)MAX(c->area.h - 1, 1);
	const struct ticket *t = d->ticket_id ? store_ticket(v->store, d->ticket_id) : NULL;

	scroll_to_cursor(d, rows);
	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	draw_format(c, 0, 2, c->area.w - 18, LOOK_TITLE, " #%" G_GINT64_FORMAT " in detail ", d->ticket_id);
	if (lines_count(&d->lines) > rows)
		draw_format(c, 0, c->area.w - 14, -1, LOOK_DIM, " %u of %u ", MIN(d->top + rows, lines_count(&d->lines)),
		            lines_count(&d->lines));
	lines_paint(&d->lines, c, 1, c->area.h - 1, d->top);
	if (!t)
		draw_words(c, 1, 2, -1, LOOK_DIM, "The ticket is being fetched.");
	else if (d->items->len)
		canvas_mark(c, 1 + (int)(line_of(d, d->cursor) - d->top), 1, LOOK_CURSOR, GLYPH_CURSOR);
}

const struct view_ops view_details_ops = {
	.context = "details", .state_size = sizeof(struct details), .open = details_open, .close = details_close,
	.changed = details_changed, .act = details_act, .recalc = details_recalc, .paint = details_paint,
	.click = details_click,
};
