/* The top line. */
#include "tui/view_status.h"

#include <string.h>
#include "base/say.h"
#include "tui/draw.h"

struct status {
	guint unseen, marked, told;
	int64_t next_ms;
	char *list;
	size_t pending;
	const struct keymap *keymap;
};

static struct status *status_of(const struct view *v)
{
	return v->state;
}

void view_status_unseen(struct view *v, guint unseen)
{
	if (status_of(v)->unseen == unseen)
		return;
	status_of(v)->unseen = unseen;
	v->todo |= TODO_PAINT;
}

void view_status_marked(struct view *v, guint marked)
{
	status_of(v)->marked = marked;
	v->todo |= TODO_PAINT;
}

void view_status_setup(struct view *v, const struct keymap *km)
{
	status_of(v)->keymap = km;
}

void view_status_told(struct view *v, guint notices)
{
	if (status_of(v)->told == notices)
		return;
	status_of(v)->told = notices;
	v->todo |= TODO_PAINT;
}

void view_status_list(struct view *v, const char *name)
{
	g_free(status_of(v)->list);
	status_of(v)->list = g_strdup(name);
	v->todo |= TODO_PAINT;
}

static void status_close(struct view *v)
{
	g_free(status_of(v)->list);
}

static unsigned status_changed(struct view *v, const struct store_note *note)
{
	if (status_of(v)->pending != store_pending_to_send(v->store))
		return TODO_PAINT;
	return note->kind == STORE_QUEUE || note->kind == STORE_SESSION || note->kind == STORE_CONNECTION ||
	       note->kind == STORE_WRITE || note->kind == STORE_PEOPLE ? TODO_PAINT : TODO_NOTHING;
}

static unsigned status_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	*next_ms = status_of(v)->next_ms;
	return now_ms >= *next_ms ? TODO_PAINT : TODO_NOTHING;
}

/* "mine" is said by the names of the groups. */
static char *list_name(const struct view *v)
{
	const struct store *s = v->store;
	const struct session *session = store_session(s);
	const char *view = store_queue_view(s);
	GString *out;

	if (status_of(v)->list)
		return g_strdup(status_of(v)->list);
	if (!session || !session->me || !session->me->groups || g_strcmp0(view, "mine") != 0)
		return g_strdup(view ? word_said(view) : _("queue"));
	out = g_string_new(NULL);
	for (guint i = 0; i < session->me->groups->len; i++) {
		const struct group *g = store_group(s, g_array_index(session->me->groups, desk_id, i));

		if (g)
			g_string_append_printf(out, "%s%s", out->len ? "+" : "", g->name);
	}
	if (!out->len)
		g_string_append(out, _("everything"));
	return g_string_free(out, FALSE);
}

static int paint_counts(const struct view *v, const struct canvas *c, int x)
{
	gboolean exact = TRUE;
	int64_t total = store_queue_total(v->store, &exact), late = store_queue_late(v->store);
	const char *filter = store_queue_filter(v->store);
	g_autofree char *name = list_name(v);
	size_t pending = store_pending_to_send(v->store), all = store_pending_count(v->store, 0);

	status_of(v)->pending = pending;
	x += draw_raw(c, 0, x, 24, LOOK_STATUS, name);
	if (total > 0 || (total == 0 && exact)) /* an unknown number is none */
		x += draw_format(c, 0, x, -1, LOOK_STATUS, " %s%" G_GINT64_FORMAT, exact ? "" : "~", total);
	if (filter && *filter)
		x += 2 + draw_format(c, 0, x + 2, 24, LOOK_STATUS, "/%s", filter);
	if (late > 0)
		x += 2 + draw_format(c, 0, x + 2, -1, LOOK_CLOCK_LATE, "%" G_GINT64_FORMAT " late", late);
	if (status_of(v)->marked)
		x += 2 + draw_format(c, 0, x + 2, -1, LOOK_MATCH, "%u marked", status_of(v)->marked);
	if (status_of(v)->unseen)
		x += 2 + draw_format(c, 0, x + 2, -1, LOOK_STATUS, "%u above", status_of(v)->unseen);
	if (status_of(v)->told)
		x += 2 + draw_format(c, 0, x + 2, -1, LOOK_UNREAD, say_n("%u notice", "%u notices", status_of(v)->told),
		                     status_of(v)->told);
	if (pending)
		x += 2 + draw_format(c, 0, x + 2, -1, LOOK_PENDING, "%zu to send", pending);
	if (all > pending)
		x += 2 + draw_format(c, 0, x + 2, -1, LOOK_REFUSED, "%zu refused", all - pending);
	return x;
}

/* "OFFLINE, next try in 3 s"; the time comes from the monotonic clock. */
static int connection_words(struct view *v, char *buf, size_t size)
{
	int64_t retry = 0;
	const char *why = NULL;

	buf[0] = '\0';
	switch (store_connection(v->store, &why, &retry)) {
	case BACKEND_OFFLINE: {
		int64_t left = retry ? MAX(retry - clock_mono_ms(), 0) : 0;

		if (left) {
			g_snprintf(buf, size, _("OFFLINE, next try in %d s"), (int)((left + 999) / 1000));
			status_of(v)->next_ms = MIN(status_of(v)->next_ms, store_now_ms(v->store) + (left % 1000 ? left % 1000 : 1000));
		} else {
			g_strlcpy(buf, _("OFFLINE, trying"), size);
		}
		return 2;
	}
	case BACKEND_CONNECTING:
		g_strlcpy(buf, _("connecting"), size);
		return 1;
	default:
		return 0;
	}
}

/* When the next ticket gets late, and the count with it. */
static int64_t next_late(const struct store *s, int64_t now)
{
	for (size_t i = 0; i < store_queue_size(s); i++) {
		const struct ticket_row *row = store_queue_at(s, i);

		if (row && row->next_due_ms > now)
			return row->next_due_ms < QUEUE_NO_DUE ? row->next_due_ms : INT64_MAX;
	}
	return INT64_MAX;
}

static int64_t nearest_due(const struct store *s, int64_t *warn_ms)
{
	gboolean at_top = FALSE;
	const struct ticket_row *row;

	store_queue_ends(s, &at_top);
	row = at_top && !store_queue_newest(s) && store_queue_size(s) ? store_queue_at(s, 0) : NULL;
	*warn_ms = row ? row->next_warn_ms : 0;
	return row ? row->next_due_ms : 0;
}

/* "Li Wei, available, load 45 %": state and load once the person is at work, else the role; what has no
 * room goes: the name, the load, at last the word. g_free. */
static char *who_words(const struct store *s, const struct session *session, int room)
{
	const char *name = session->me->display ? session->me->display : session->me->name;
	const struct agent *me = store_me(s);
	const char *state = me ? word_said(agent_state_name(me->state)) : NULL;

	if (!me || me->state == AGENT_OFFLINE)
		return g_strdup_printf("%s, %s", name, word_said(role_name(session->me->role)));
	for (int form = 0; form < 4; form++) {
		g_autofree char *load = load_said(me);
		char *words = form == 0   ? g_strdup_printf("%s, %s, %s", name, state, load)
		              : form == 1 ? g_strdup_printf("%s, %s", state, load)
		              : form == 2 ? g_strdup_printf("%s %d %%", state, load_percent(me))
		                          : g_strdup(state);

		if (draw_cols(words) <= room)
			return words;
		g_free(words);
	}
	return load_said(me);
}

/* What is held out, over the counts: it moves nothing else and takes no key. */
static gboolean paint_offer(struct view *v, const struct canvas *c)
{
	const struct offer *o = store_offer(v->store);
	int64_t now = store_now_ms(v->store), left = o ? o->until_ms - now : 0;
	g_autofree char *text = NULL;
	char countdown[16], accept[32], decline[32];
	g_autofree char *how = NULL;
	int cols;

	if (!o || left <= 0)
		return FALSE;
	label_key(status_of(v)->keymap, "queue", ACTION_ACCEPT, accept, sizeof accept);
	label_key(status_of(v)->keymap, "queue", ACTION_DECLINE, decline, sizeof decline);
	how = g_strdup_printf(_("%s takes it, %s declines"), accept, decline);
	cols = draw_cols(how);
	clock_countdown(left, countdown, sizeof countdown);
	text = g_strdup_printf("> %s #%" G_GINT64_FORMAT " %s: %s", countdown, o->ticket_id, o->customer_name ? o->customer_name : "",
	                       o->subject ? o->subject : "");
	draw_raw(c, 0, 1, MAX(c->area.w - 10 - cols, 20), LOOK_UNREAD, text);
	draw_raw(c, 0, MAX(c->area.w - 8 - cols, 22), cols, LOOK_UNREAD, how);
	status_of(v)->next_ms = MIN(status_of(v)->next_ms, now + (left % 1000 ? left % 1000 : 1000));
	return TRUE;
}

static void paint_right(struct view *v, const struct canvas *c, int from)
{
	struct status *st = status_of(v);
	int64_t now = store_now_ms(v->store), warn, due = nearest_due(v->store, &warn);
	enum clock_look look = clock_look_of(now, warn, due);
	const struct session *session = store_session(v->store);
	char clock[32], left[16] = "", link[64];
	int right = c->area.w - 6, offline = connection_words(v, link, sizeof link);

	clock_hhmm(now, clock, sizeof clock);
	canvas_literal(c, 0, right, LOOK_STATUS, clock);
	st->next_ms = MIN(st->next_ms, now - now % MS_MINUTE + MS_MINUTE);
	st->next_ms = MIN(st->next_ms, next_late(v->store, now));
	if (offline && from + draw_cols(link) + 12 > right) /* the link's words before the countdown */
		look = CLOCK_LOOK_NONE;
	if (look != CLOCK_LOOK_NONE) {
		clock_countdown(due - now, left, sizeof left);
		right -= 2 + draw_cols(left);
		if (right > from) {
			draw_raw(c, 0, right, -1, look == CLOCK_LOOK_OK ? LOOK_STATUS : clock_look_role(look), left);
			st->next_ms = MIN(st->next_ms, clock_look_next(now, warn, due));
		}
	}
	if (offline) {
		right -= 2 + draw_cols(link);
		int cols = c->area.w - 8 - from; /* what is left between the counts and the time */

		if (cols >= draw_cols(link))
			draw_raw(c, 0, right, -1, LOOK_OFFLINE, link);
		else /* one word, over the counts if need be */
			draw_format(c, 0, MAX(c->area.w - 15, 0), 8, LOOK_OFFLINE, "%s", offline == 2 ? _("OFFLINE ") : _("connect."));
	} else if (session && session->me) {
		g_autofree char *who = who_words(v->store, session, right - 2 - (from + 2) - 2);
		int cols = draw_cols(who) + 2, gap = MAX(right - 2 - cols, from + 2);

		if (right - 2 - gap < 8)
			return;
		gap += canvas_glyph(c, 0, gap, LOOK_STATUS, GLYPH_DOT) + 1;
		draw_raw(c, 0, gap, right - 2 - gap, LOOK_STATUS, who);
	}
}

static void status_paint(struct view *v, const struct canvas *c)
{
	int x = 1;

	status_of(v)->next_ms = INT64_MAX;
	canvas_fill(c, (struct rect){.h = 1, .w = c->area.w}, LOOK_STATUS);
	if (c->area.w >= 72)
		x += canvas_literal(c, 0, x, LOOK_STATUS, "ttydesk  ");
	if (paint_offer(v, c)) {
		char clock[32];

		canvas_literal(c, 0, c->area.w - 6, LOOK_STATUS, clock_hhmm(store_now_ms(v->store), clock, sizeof clock));
		return;
	}
	paint_right(v, c, paint_counts(v, c, x));
}

const struct view_ops view_status_ops = {
	.context = "all", .state_size = sizeof(struct status), .close = status_close,
	.changed = status_changed, .tick = status_tick, .paint = status_paint,
};
