/* One line of knowledge that fits. Keeps its own copy: a later search replaces
 * the hits of the store, not what the keys 1 to 3 stand for. */
#include "tui/view_suggest.h"

#include "tui/draw.h"

struct suggest {
	const struct keymap *keymap;
	desk_id ticket_id;
	struct { desk_id id; char *title; } hit[SUGGEST_MAX];
	size_t n;
	gboolean asked;
	desk_id heard;         /* newest message of the customer that was asked for */
};

static struct suggest *suggest_of(const struct view *v)
{
	return v->state;
}

static void forget(struct suggest *s)
{
	for (size_t i = 0; i < s->n; i++)
		g_clear_pointer(&s->hit[i].title, g_free);
	s->n = 0;
}

static void suggest_close(struct view *v)
{
	forget(suggest_of(v));
}

void view_suggest_setup(struct view *v, const struct keymap *km)
{
	suggest_of(v)->keymap = km;
}

static unsigned take_hits(struct view *v)
{
	struct suggest *s = suggest_of(v);
	desk_id ticket_id = 0;
	const char *text = NULL;
	const GPtrArray *hits;

	hits = store_hits(v->store, &ticket_id, &text);
	if (!hits || text || ticket_id != s->ticket_id)
		return TODO_NOTHING;
	forget(s);
	for (guint i = 0; i < hits->len && s->n < SUGGEST_MAX; i++) {
		const struct article_hit *hit = hits->pdata[i];

		s->hit[s->n].id = hit->id;
		s->hit[s->n++].title = g_strdup(hit->title);
	}
	return TODO_PAINT;
}

static desk_id newest_of_customer(const struct view *v)
{
	const struct ticket *t = store_ticket(v->store, suggest_of(v)->ticket_id);

	for (guint i = t ? t->messages->len : 0; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];

		if (m->kind == MESSAGE_CUSTOMER)
			return m->id;
	}
	return 0;
}

/* The customer wrote more: what fits may have changed. Not while somebody reads what
 * they searched for, whose hits an answer would replace. */
static void ask_again(struct view *v)
{
	struct suggest *s = suggest_of(v);
	desk_id newest = newest_of_customer(v);
	const char *text = NULL;

	store_hits(v->store, NULL, &text);
	if (newest == s->heard || text || !s->asked)
		return;
	if (s->heard)
		store_search(v->store, s->ticket_id, NULL);
	s->heard = newest;
}

void view_suggest_show(struct view *v, desk_id ticket_id)
{
	struct suggest *s = suggest_of(v);

	if (s->ticket_id == ticket_id)
		return;
	forget(s);
	s->ticket_id = ticket_id;
	s->heard = newest_of_customer(v);
	s->asked = ticket_id != 0 && (store_capabilities(v->store) & CAN_SUGGEST);
	v->todo |= TODO_PAINT;
	if (s->asked) {
		store_search(v->store, ticket_id, NULL);
		take_hits(v); /* fetched ahead: here already */
	}
}

desk_id view_suggest_at(const struct view *v, size_t i)
{
	return i < suggest_of(v)->n ? suggest_of(v)->hit[i].id : 0;
}

static unsigned suggest_changed(struct view *v, const struct store_note *note)
{
	struct suggest *s = suggest_of(v);

	if (note->kind == STORE_TICKET && note->ticket_id == s->ticket_id)
		ask_again(v);
	return note->kind == STORE_HITS ? take_hits(v) : TODO_NOTHING;
}

/* Titles that need less than their share leave it to the longer ones. */
static void share_room(const struct suggest *s, int total, int room[SUGGEST_MAX])
{
	int want[SUGGEST_MAX] = {0}, left = total - 4 * (int)s->n, open = (int)s->n;

	for (size_t i = 0; i < s->n; i++)
		want[i] = draw_cols(s->hit[i].title);
	for (size_t round = 0; round < s->n; round++)
		for (size_t i = 0; i < s->n; i++)
			if (!room[i] && open && want[i] <= left / open) {
				room[i] = want[i];
				left -= want[i];
				open--;
			}
	for (size_t i = 0; i < s->n; i++)
		if (!room[i])
			room[i] = left / MAX(open, 1);
}

static void suggest_paint(struct view *v, const struct canvas *c)
{
	const struct suggest *s = suggest_of(v);
	static const enum action action[SUGGEST_MAX] = {ACTION_SUGGESTION_1, ACTION_SUGGESTION_2, ACTION_SUGGESTION_3};
	char key[64];
	int x = 1, tail = 0, room[SUGGEST_MAX] = {0};

	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	if (!s->ticket_id)
		return;
	label_key(s->keymap, "conversation", ACTION_TEMPLATE, key, sizeof key);
	if (*key) {
		tail = draw_cols(key) + 1 + draw_cols(_("templates")) + 1;
		draw_format(c, 0, c->area.w - tail, -1, LOOK_KEY, "%s", key);
		draw_words(c, 0, c->area.w - 1 - draw_cols(_("templates")), -1, LOOK_DIM, "templates");
	}
	if (!s->n)
		draw_raw(c, 0, x, c->area.w - tail - 2, LOOK_DIM, s->asked ? _("no article fits yet") : "");
	share_room(s, c->area.w - tail - x, room);
	for (size_t i = 0; i < s->n; i++) {
		label_key(s->keymap, "conversation", action[i], key, sizeof key);
		if (room[i] < 6)
			break;
		x += draw_raw(c, 0, x, 3, LOOK_KEY, *key ? key : "-") + 1;
		x += draw_raw(c, 0, x, room[i], LOOK_TEXT, s->hit[i].title) + 2;
	}
}

const struct view_ops view_suggest_ops = {
	.context = "all", .state_size = sizeof(struct suggest), .close = suggest_close,
	.changed = suggest_changed, .paint = suggest_paint,
};
