/* The details of a ticket: fields, checklist, links, compensation, profile. */
#include "tui/view_details.h"

#include <string.h>
#include "rules/custom_field.h"
#include "rules/priority.h"
#include "tui/draw.h"
#include "tui/fields.h"
#include "tui/overlay.h"

#define CLOCK_X 19 /* behind a sign */
#define CLOCK_STATE_COLS 10

static void details_open(struct view *v)
{
	overlay_open(v, sizeof(struct detail), 1);
}

void view_details_show(struct view *v, desk_id ticket_id)
{
	overlay_show(v, ticket_id, 0);
}

struct detail view_details_selected(const struct view *v)
{
	const struct detail *d = overlay_marked(v);

	return d ? *d : (struct detail){0};
}

static void item(struct view *v, struct detail what, const char *label, enum theme_role role, const char *value)
{
	overlay_field(v, &what, label, role, value);
}

/* The priority says why. */
static void build_priority(struct view *v, const struct ticket *t)
{
	g_autofree char *why = priority_reason_said(t->priority_reason);
	g_autofree char *priority = g_strdup_printf("%s%s%s", word_said(priority_name(t->row.priority)), *why ? ": " : "", why);

	item(v, (struct detail){.kind = DETAIL_PRIORITY}, _("priority"), LOOK_TEXT, priority);
}

static void build_problem(struct view *v, const struct ticket *t)
{
	g_autofree char *assessed = t->impact >= 0 && t->need >= 0 ?
	                            g_strdup_printf(_("impact %s, need %s"), word_said(impact_name((enum impact)t->impact)),
	                                            word_said(need_name((enum need)t->need))) : NULL;
	g_autofree char *problem = t->problem_id ? g_strdup_printf(_("problem %" G_GINT64_FORMAT), t->problem_id) : NULL;

	item(v, (struct detail){.kind = DETAIL_ASSESSMENT}, _("assessment"), LOOK_TEXT, assessed);
	item(v, (struct detail){.kind = DETAIL_PROBLEM, .id = t->problem_id}, _("part of"), LOOK_TEXT, problem);
}

static void build_ticket(struct view *v, const struct ticket *t)
{
	g_autofree char *category = label_category_of(v->store, t->category), *tags = NULL, *who = NULL;
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < t->tags->len; i++)
		g_string_append_printf(list, "%s%s", i ? ", " : "", (const char *)t->tags->pdata[i]);
	tags = g_strdup(list->str);
	who = g_strdup_printf("%s, %s", t->row.assignee_name ? t->row.assignee_name : _("nobody's"),
	                      t->row.group_name ? t->row.group_name : _("no group"));
	item(v, (struct detail){.kind = DETAIL_SUBJECT}, _("subject"), LOOK_TEXT, t->row.subject);
	item(v, (struct detail){.kind = DETAIL_STATUS}, _("status"), LOOK_TEXT, label_status(t->row.status));
	build_priority(v, t);
	item(v, (struct detail){.kind = DETAIL_ASSIGNEE}, _("whose work"), LOOK_TEXT, who);
	item(v, (struct detail){.kind = DETAIL_CATEGORY}, _("about"), LOOK_TEXT, category);
	item(v, (struct detail){.kind = DETAIL_TAGS}, _("tags"), LOOK_TEXT, tags);
	build_problem(v, t);
}

/* Those that are going on, the nearest first, as on the ticket; Enter tells how they came about. */
static void build_clocks(struct view *v, const struct ticket *t)
{
	g_autoptr(GPtrArray) sorted = clocks_sorted(t);
	struct lines *l = &overlay_of(v)->lines;
	int64_t now = store_now_ms(v->store);
	gboolean first = TRUE;

	for (guint i = 0; i < sorted->len; i++) {
		const struct ticket_clock *k = sorted->pdata[i];
		const struct detail what = {.kind = DETAIL_CLOCK, .id = k->kind};
		gboolean runs = k->state == CLOCK_STATE_RUNNING || k->state == CLOCK_STATE_BREACHED;
		enum clock_look look = runs ? clock_look_of(now, k->warn_ms, k->due_ms) : CLOCK_LOOK_NONE;
		enum theme_role role = clock_state_role(k, look);
		char left[32], when[WHEN_SIZE];
		enum glyph sign;

		if (!runs && k->state != CLOCK_STATE_PAUSED)
			continue;
		if (first)
			overlay_heading(v, N_("clocks"));
		first = FALSE;
		overlay_label(v, &what, label_clock(k->kind));
		if (clock_state_sign(k, look, &sign))
			lines_glyph(l, role, sign);
		clock_countdown(runs ? k->due_ms - now : k->left_ms, left, sizeof left);
		lines_cell(l, CLOCK_X, CLOCK_STATE_COLS, role, label_clock_state(k, look));
		lines_cell_right(l, CLOCK_X + CLOCK_STATE_COLS + 1, clock_countdown_cols() + 1, role, left);
		if (runs && k->due_ms < QUEUE_NO_DUE) {
			g_autofree char *due = g_strdup_printf(_("due %s"), draw_when(k->due_ms, now, when, sizeof when));

			lines_cell(l, CLOCK_X + CLOCK_STATE_COLS + clock_countdown_cols() + 4, 0, LOOK_DIM, due);
			overlay_of(v)->next_ms = MIN(overlay_of(v)->next_ms, clock_look_next(now, k->warn_ms, k->due_ms));
		}
		overlay_item_end(v);
	}
}

static void build_fields(struct view *v, const struct ticket *t)
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
			overlay_heading(v, N_("fields"));
		first = FALSE;
		asks = missing ? g_strdup_printf(_("! needed: %s"), field_question(v->store, f)) : NULL;
		item(v, (struct detail){.kind = DETAIL_FIELD, .name = f->name}, field_label(v->store, f),
		     missing ? LOOK_TAG_ALERT : LOOK_TEXT, missing ? asks : value);
	}
}

static void build_checklist(struct view *v, const struct ticket *t)
{
	guint n = t->checklist ? t->checklist->len : 0;

	overlay_heading(v, N_("checklist"));
	for (guint i = 0; i < n; i++) {
		const struct check_item *c = t->checklist->pdata[i];
		g_autofree char *text = c->done && c->by_name ? g_strdup_printf("%s  (%s)", c->text, c->by_name)
		                                              : g_strdup(c->text);

		item(v, (struct detail){.kind = DETAIL_CHECK, .id = c->id, .done = c->done}, c->done ? "[x]" : "[ ]",
		     c->done ? LOOK_DIM : LOOK_TEXT, text);
	}
	item(v, (struct detail){.kind = DETAIL_ADD_CHECK}, "+", LOOK_DIM, _("a step or a whole checklist"));
}

static void build_links(struct view *v, const struct ticket *t)
{
	guint n = t->links ? t->links->len : 0;

	overlay_heading(v, N_("other tickets"));
	if (t->merged_into) {
		lines_begin(&overlay_of(v)->lines, 3);
		lines_spanf(&overlay_of(v)->lines, LOOK_TAG_ALERT, "merged into #%" G_GINT64_FORMAT, t->merged_into);
	}
	for (guint i = 0; i < n; i++) {
		const struct ticket_link *k = t->links->pdata[i];
		g_autofree char *text = g_strdup_printf("#%" G_GINT64_FORMAT " %s, %s", k->ticket_id,
		                                        k->subject ? k->subject : "", label_status(k->status));

		item(v, (struct detail){.kind = DETAIL_LINK, .id = k->ticket_id}, word_said(link_name(k->kind)), LOOK_TEXT, text);
	}
	item(v, (struct detail){.kind = DETAIL_ADD_LINK}, "+", LOOK_DIM, _("a link to another ticket"));
}

static void build_compensations(struct view *v, const struct ticket *t)
{
	guint n = t->compensations ? t->compensations->len : 0;

	overlay_heading(v, N_("compensation"));
	for (guint i = 0; i < n; i++) {
		const struct compensation *c = t->compensations->pdata[i];
		g_autofree char *text = compensation_text(c);

		item(v, (struct detail){.kind = DETAIL_COMPENSATION, .id = c->id, .done = c->state != DECISION_WAITING},
		     word_said(decision_name(c->state)), c->state == DECISION_WAITING ? LOOK_TAG_ALERT : LOOK_TEXT, text);
	}
	item(v, (struct detail){.kind = DETAIL_ADD_COMPENSATION}, "+", LOOK_DIM, _("a coupon or a refund"));
}

static void build_follow_up(struct view *v, const struct ticket *t)
{
	const struct follow_up *f = t->follow_up;
	g_autofree char *text = NULL, *answers = NULL;

	if (!f)
		return;
	overlay_heading(v, N_("follow-up"));
	text = follow_up_text(f);
	item(v, (struct detail){.kind = DETAIL_FOLLOW_UP}, word_said(follow_up_state_name(f->state)),
	     f->state == FOLLOW_UP_DUE ? LOOK_TAG_ALERT : LOOK_TEXT, text);
	answers = follow_up_answers(f);
	if (answers)
		item(v, (struct detail){.kind = DETAIL_FOLLOW_UP}, _("answers"), LOOK_TEXT, answers);
}

static void build_customer(struct view *v, const struct ticket *t)
{
	const struct customer *c = t->customer;

	if (!c)
		return;
	overlay_heading(v, N_("customer"));
	item(v, (struct detail){.kind = DETAIL_CUSTOMER}, _("whose ticket"), LOOK_TEXT, c->name);
	for (const struct profile_member *m = profile_members; m->name; m++) {
		g_autofree char *value = profile_value(c, m);
		const char *shown = strcmp(m->name, "language") == 0 && value ? language_said(value) : NULL;

		if (!value && strcmp(m->name, "manager") == 0)
			continue; /* few customers have one; it is said by name */
		item(v, (struct detail){.kind = DETAIL_PROFILE, .name = m->name}, say(m->label), LOOK_TEXT, shown ? shown : value);
	}
}

static void details_recalc(struct view *v)
{
	desk_id id = overlay_of(v)->of;
	const struct ticket *t = id ? store_ticket(v->store, id) : NULL;

	overlay_begin(v);
	if (!t) {
		overlay_nothing(v, N_("The ticket is being fetched."));
		return;
	}
	build_ticket(v, t);
	build_clocks(v, t);
	build_fields(v, t);
	build_checklist(v, t);
	build_links(v, t);
	build_compensations(v, t);
	build_follow_up(v, t);
	build_customer(v, t);
}

static void details_paint(struct view *v, const struct canvas *c)
{
	overlay_paint(v, c, " #%" G_GINT64_FORMAT " in detail ", overlay_of(v)->of);
}

const struct view_ops view_details_ops = {
	.context = "details", .state_size = sizeof(struct overlay), .open = details_open, .close = overlay_close,
	.changed = overlay_changed, .act = overlay_act, .recalc = details_recalc, .paint = details_paint,
	.tick = overlay_tick, .click = overlay_click,
};
