/* Who the customer is. */
#include "tui/view_customer.h"

#include <string.h>
#include "tui/draw.h"
#include "tui/fields.h"
#include "tui/lines.h"

struct panel {
	desk_id ticket_id;
	struct lines lines;
};

static struct panel *panel_of(const struct view *v)
{
	return v->state;
}

static void customer_open(struct view *v)
{
	lines_init(&panel_of(v)->lines);
}

static void customer_close(struct view *v)
{
	lines_free(&panel_of(v)->lines);
}

void view_customer_show(struct view *v, desk_id ticket_id)
{
	if (panel_of(v)->ticket_id == ticket_id)
		return;
	panel_of(v)->ticket_id = ticket_id;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

static void build_tag(struct view *v, struct lines *l, const struct tag_mark *mark)
{
	const struct tag *tag = store_tag(v->store, mark->name);
	enum glyph g = tag && tag->glyph ? glyph_by_key(tag->glyph, strlen(tag->glyph)) : GLYPH_DOT;
	enum theme_role role = g == GLYPH_WARN ? LOOK_TAG_ALERT : LOOK_TAG;
	const char *advice = tag ? label_advice(v->store, tag) : NULL;
	char since[WHEN_SIZE];
	g_autofree char *told = NULL;

	lines_begin(l, 1);
	lines_glyph(l, role, g);
	lines_spanf(l, role, " %s", tag ? label_tag(v->store, tag) : mark->name);
	when_day(mark->since_ms, since, sizeof since);
	told = mark->by_person ? g_strdup_printf(_("since %s, set by %s"), since, mark->by_name ? mark->by_name : "")
	                       : g_strdup_printf(_("since %s"), since);
	lines_wrapf(l, 3, LOOK_DIM, "%s%s%s", mark->why ? mark->why : "", mark->why ? ", " : "", told);
	if (advice)
		lines_wrap(l, 3, LOOK_ADVICE, advice);
}

static void build_field(struct lines *l, const char *label, const char *value)
{
	if (!value || !*value)
		return;
	lines_begin(l, 1);
	lines_column(l, LOOK_DIM, say(label), 10);
	lines_span(l, LOOK_TEXT, value);
}

static void build_profile(struct view *v, struct lines *l, const struct customer *who)
{
	char stamp[WHEN_SIZE];
	g_autofree char *age = NULL, *person = NULL, *numbers = NULL;
	int year = 0;

	clock_stamp(store_now_ms(v->store), stamp, sizeof stamp);
	year = (int)g_ascii_strtoll(stamp, NULL, 10);
	if (who->birth_year)
		age = g_strdup_printf("%d", year - who->birth_year);
	person = g_strdup_printf("%s%s%s%s%s", age ? age : "", age && who->gender ? ", " : "", who->gender ? who->gender : "",
	                         (age || who->gender) && who->occupation ? ", " : "", who->occupation ? who->occupation : "");
	build_field(l, N_("person"), person);
	build_field(l, N_("region"), who->region);
	build_field(l, N_("language"), language_said(who->language));
	build_field(l, N_("phone"), who->phone);
	build_field(l, N_("mail"), who->email);
	build_field(l, N_("prefers"), who->preferences);
	numbers = who->csat > 0 ? g_strdup_printf(_("open %d, past %d, CSAT %.1f"), who->open_tickets, who->past_tickets, who->csat)
	                        : g_strdup_printf(_("open %d, past %d"), who->open_tickets, who->past_tickets);
	build_field(l, N_("tickets"), numbers);
	if (who->registered_ms)
		build_field(l, N_("since"), when_day(who->registered_ms, stamp, sizeof stamp));
	if (who->last_contact_ms)
		build_field(l, N_("last here"), when_full(who->last_contact_ms, stamp, sizeof stamp));
}

static void build_orders(struct lines *l, const struct customer *who)
{
	char stamp[WHEN_SIZE];

	for (guint i = 0; i < who->orders->len; i++) {
		const struct order *o = who->orders->pdata[i];

		if (i == 0) {
			lines_blank(l);
			lines_begin(l, 1);
			lines_span(l, LOOK_HEADING, _("orders"));
		}
		lines_begin(l, 1);
		lines_spanf(l, LOOK_NUMBER, "%s ", o->number ? o->number : "?");
		lines_spanf(l, LOOK_TEXT, "%s ", o->state ? o->state : "");
		lines_spanf(l, LOOK_DIM, "%s, %" G_GINT64_FORMAT ".%02d %s", when_day(o->at_ms, stamp, sizeof stamp), o->amount_cents / 100,
		            (int)(ABS(o->amount_cents) % 100), o->currency ? o->currency : "");
		lines_wrap(l, 3, LOOK_TEXT, o->items);
	}
}

/* What the narrow title has no room for. */
static void build_ticket(const struct view *v, struct lines *l, const struct ticket *t)
{
	g_autofree char *state = g_strdup_printf("%s, %s, %s", label_status(t->row.status),
	                                         t->row.assignee_name ? t->row.assignee_name : _("nobody's"),
	                                         t->row.group_name ? t->row.group_name : _("no group"));
	g_autofree char *category = label_category_of(v->store, t->category);

	build_field(l, N_("ticket"), state);
	build_field(l, N_("about"), category);
	build_field(l, N_("channel"), word_said(channel_name(t->row.channel)));
	if (t->escalation_reason) {
		lines_begin(l, 1);
		lines_column(l, LOOK_DIM, _("escalated"), 10);
		lines_span(l, LOOK_ESCALATED, t->escalation_reason);
	}
	if (t->follow_up) {
		g_autofree char *text = follow_up_text(t->follow_up), *answers = follow_up_answers(t->follow_up);

		build_field(l, N_("follow-up"), answers ? answers : text);
	}
	lines_blank(l);
}

static void customer_recalc(struct view *v)
{
	struct panel *p = panel_of(v);
	const struct ticket *t = p->ticket_id ? store_ticket(v->store, p->ticket_id) : NULL;

	lines_clear(&p->lines, v->area.w - 1);
	if (!t)
		return;
	build_ticket(v, &p->lines, t);
	if (!t->customer)
		return;
	for (guint i = 0; i < t->customer->tags->len; i++)
		build_tag(v, &p->lines, t->customer->tags->pdata[i]);
	if (t->customer->tags->len)
		lines_blank(&p->lines);
	build_profile(v, &p->lines, t->customer);
	build_orders(&p->lines, t->customer);
}

static unsigned customer_changed(struct view *v, const struct store_note *note)
{
	return note->kind == STORE_SESSION || (note->kind == STORE_TICKET && note->ticket_id == panel_of(v)->ticket_id) ?
	       TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

static void customer_paint(struct view *v, const struct canvas *c)
{
	struct panel *p = panel_of(v);
	const struct ticket *t = p->ticket_id ? store_ticket(v->store, p->ticket_id) : NULL;

	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER);
	draw_format(c, 0, 2, c->area.w - 4, LOOK_TITLE, " %s ", t && t->customer && t->customer->name ? t->customer->name : _("customer"));
	lines_paint(&p->lines, c, 1, c->area.h - 1, 0);
	if (!t)
		draw_words(c, 1, 2, -1, LOOK_DIM, "Opens with a ticket.");
}

const struct view_ops view_customer_ops = {
	.context = "conversation", .state_size = sizeof(struct panel), .open = customer_open, .close = customer_close,
	.changed = customer_changed, .recalc = customer_recalc, .paint = customer_paint,
};
