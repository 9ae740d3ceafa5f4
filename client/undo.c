/* Opposites of changes. */
#include "client/undo.h"

#include <string.h>
#include "base/say.h"

enum how { UNDO_PUT_BACK, UNDO_RECALL, UNDO_STEPS, UNDO_TEXT, UNDO_NEVER };

struct undo_item {
	enum how how;
	struct change made, back;
	GArray *had;      /* UNDO_STEPS: desk_id of the steps that were there before */
	enum message_kind kind; /* UNDO_TEXT: `made` and `back` have the texts as bodies */
	const char *why;  /* UNDO_NEVER: a reason beside "can't be taken back"; NULL none */
};

struct undo {
	GPtrArray *groups; /* GPtrArray of struct undo_item, oldest first */
	GPtrArray *open;   /* the group being noted; NULL none */
	int depth;
};

static void item_free(void *p)
{
	struct undo_item *item = p;

	change_clear(&item->made);
	change_clear(&item->back);
	g_clear_pointer(&item->had, g_array_unref);
	g_free(item);
}

struct undo *undo_new(void)
{
	struct undo *u = g_new0(struct undo, 1);

	u->groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	return u;
}

void undo_free(struct undo *u)
{
	if (!u)
		return;
	g_clear_pointer(&u->open, g_ptr_array_unref);
	g_ptr_array_unref(u->groups);
	g_free(u);
}

void undo_begin(struct undo *u)
{
	if (!u->depth++)
		u->open = g_ptr_array_new_with_free_func(item_free);
}

void undo_end(struct undo *u)
{
	GPtrArray *group = u->open;

	if (--u->depth)
		return;
	u->open = NULL;
	if (!group->len) {
		g_ptr_array_unref(group);
		return;
	}
	g_ptr_array_add(u->groups, group);
	if (u->groups->len > UNDO_GROUPS)
		g_ptr_array_remove_index(u->groups, 0);
}

/* ---- what is known of the ticket */

static const struct ticket_row *row_of(struct store *s, desk_id id)
{
	const struct ticket *t = store_ticket(s, id);
	gssize at = t ? -1 : store_queue_find(s, id);

	return t ? &t->row : at >= 0 ? store_queue_at(s, (size_t)at) : NULL;
}

static gboolean has_tag(const struct ticket *t, const char *name)
{
	for (guint i = 0; i < t->tags->len; i++)
		if (g_strcmp0(t->tags->pdata[i], name) == 0)
			return TRUE;
	return FALSE;
}

static const struct tag_mark *customer_mark(const struct ticket *t, const char *name)
{
	for (guint i = 0; t->customer && i < t->customer->tags->len; i++)
		if (g_strcmp0(((const struct tag_mark *)t->customer->tags->pdata[i])->name, name) == 0)
			return t->customer->tags->pdata[i];
	return NULL;
}

static const char *field_of(const struct ticket *t, const char *name)
{
	for (guint i = 0; t->fields && i < t->fields->len; i++) {
		const struct field_value *v = t->fields->pdata[i];

		if (g_strcmp0(v->name, name) == 0)
			return v->value;
	}
	return NULL;
}

static const struct check_item *step_of(const struct ticket *t, desk_id id)
{
	for (guint i = 0; t->checklist && i < t->checklist->len; i++) {
		const struct check_item *item = t->checklist->pdata[i];

		if (item->id == id)
			return item;
	}
	return NULL;
}

static const struct ticket_link *link_of(const struct ticket *t, desk_id other)
{
	for (guint i = 0; t->links && i < t->links->len; i++) {
		const struct ticket_link *l = t->links->pdata[i];

		if (l->ticket_id == other)
			return l;
	}
	return NULL;
}

static desk_id me(const struct store *s)
{
	const struct session *session = store_session(s);

	return session && session->me ? session->me->id : 0;
}

/* ---- noting */

static struct undo_item *add(struct undo *u, const struct change *c, enum how how, enum change_kind back)
{
	struct undo_item *item = g_new0(struct undo_item, 1);

	item->how = how;
	change_copy(&item->made, c);
	change_init(&item->back, back);
	item->back.ticket_id = c->ticket_id;
	g_ptr_array_add(u->open, item);
	return item;
}

static void never(struct undo *u, const struct change *c, const char *why)
{
	add(u, c, UNDO_NEVER, c->kind)->why = why;
}

static void put_assign(struct undo *u, const struct change *c, const struct ticket_row *row, desk_id me_id)
{
	struct undo_item *item = add(u, c, UNDO_PUT_BACK, CHANGE_ASSIGN);

	/* What the change makes of it, whatever its kind. */
	item->made.person_id = c->kind == CHANGE_ASSIGN ? c->person_id : c->kind == CHANGE_RELEASE ? 0 : me_id;
	item->back.person_id = row->assignee_id;
	if (c->kind == CHANGE_ASSIGN && c->group_id && c->group_id != row->group_id)
		item->back.group_id = row->group_id;
	else
		item->made.group_id = 0;
}

static void note_status(struct undo *u, struct store *s, const struct change *c, const struct ticket *t,
                        const struct ticket_row *row)
{
	struct undo_item *item;

	if (row->status == c->status && (c->status != STATUS_ON_HOLD || (t && t->hold_until_ms == c->hold_until_ms)))
		return;
	if (c->status == STATUS_RESOLVED && !row->assignee_id) /* who solves what was nobody's has it */
		put_assign(u, c, row, me(s));
	item = add(u, c, UNDO_PUT_BACK, CHANGE_STATUS);
	/* Nobody sets "new": looked at it has been. */
	item->back.status = row->status == STATUS_NEW ? STATUS_OPEN : row->status;
	item->back.hold_until_ms = t && row->status == STATUS_ON_HOLD ? t->hold_until_ms : 0;
}

static void note_whose(struct undo *u, struct store *s, const struct change *c, const struct ticket_row *row)
{
	desk_id to = c->kind == CHANGE_ASSIGN ? c->person_id : c->kind == CHANGE_RELEASE ? 0 : me(s);

	if (to != row->assignee_id || (c->group_id && c->group_id != row->group_id))
		put_assign(u, c, row, me(s));
}

static void note_tag(struct undo *u, const struct change *c, const struct ticket *t)
{
	gboolean customer = c->kind == CHANGE_CUSTOMER_TAG;
	const struct tag_mark *mark = customer ? customer_mark(t, c->text) : NULL;
	struct undo_item *item;

	if ((customer ? mark != NULL : has_tag(t, c->text)) == !!c->on)
		return;
	item = add(u, c, UNDO_PUT_BACK, c->kind);
	item->back.customer_id = c->customer_id;
	item->back.text = g_strdup(c->text);
	item->back.on = !c->on;
	item->back.reason = g_strdup(mark ? mark->why : NULL);
}

static void note_category(struct undo *u, const struct change *c, const struct ticket *t)
{
	struct undo_item *item;

	if (g_strcmp0(t->category, c->text) == 0)
		return;
	if (!t->category) {
		never(u, c, N_("there was none before"));
		return;
	}
	item = add(u, c, UNDO_PUT_BACK, CHANGE_CATEGORY);
	item->back.text = g_strdup(t->category);
	item->back.problem = (int)t->problem;
}

static void note_field(struct undo *u, const struct change *c, const struct ticket *t)
{
	const char *was = field_of(t, c->text);
	struct undo_item *item;

	if (g_strcmp0(was, c->on ? c->body : NULL) == 0)
		return;
	item = add(u, c, UNDO_PUT_BACK, CHANGE_FIELD);
	item->back.text = g_strdup(c->text);
	item->back.body = g_strdup(was);
	item->back.on = was != NULL;
}

static void note_step(struct undo *u, const struct change *c, const struct ticket *t)
{
	const struct check_item *step = step_of(t, c->item_id);
	struct undo_item *item;

	if (c->kind == CHANGE_CHECK_ADD) {
		item = add(u, c, UNDO_STEPS, CHANGE_CHECK_REMOVE);
		item->had = g_array_new(FALSE, FALSE, sizeof(desk_id));
		for (guint i = 0; t->checklist && i < t->checklist->len; i++)
			g_array_append_val(item->had, ((struct check_item *)t->checklist->pdata[i])->id);
	} else if (step && c->kind == CHANGE_CHECK && step->done != c->on) {
		item = add(u, c, UNDO_PUT_BACK, CHANGE_CHECK);
		item->back.item_id = c->item_id;
		item->back.on = !c->on;
	} else if (step && c->kind == CHANGE_CHECK_REMOVE) {
		item = add(u, c, UNDO_PUT_BACK, CHANGE_CHECK_ADD);
		item->back.text = g_strdup(step->text);
	}
}

static void note_link(struct undo *u, const struct change *c, const struct ticket *t)
{
	const struct ticket_link *was = link_of(t, c->other_id);
	struct undo_item *item;

	if ((was != NULL) == !!c->on && (!was || was->kind == c->link))
		return;
	item = add(u, c, UNDO_PUT_BACK, CHANGE_LINK);
	item->back.other_id = c->other_id;
	item->back.on = was != NULL;
	item->back.link = was ? was->kind : c->link;
}

/* Those that need the whole ticket. */
static void note_inside(struct undo *u, struct store *s, const struct change *c)
{
	const struct ticket *t = store_ticket(s, c->ticket_id);

	if (!t) {
		never(u, c, N_("the ticket had not been fetched"));
		return;
	}
	switch (c->kind) {
	case CHANGE_TAG:
	case CHANGE_CUSTOMER_TAG:
		note_tag(u, c, t);
		break;
	case CHANGE_CATEGORY:
		note_category(u, c, t);
		break;
	case CHANGE_FIELD:
		note_field(u, c, t);
		break;
	case CHANGE_LINK:
		note_link(u, c, t);
		break;
	default:
		note_step(u, c, t);
		break;
	}
}

static void note_row(struct undo *u, struct store *s, const struct change *c)
{
	const struct ticket_row *row = row_of(s, c->ticket_id);
	struct undo_item *item;

	if (!row) {
		never(u, c, N_("the ticket had not been fetched"));
	} else if (c->kind == CHANGE_STATUS) {
		note_status(u, s, c, store_ticket(s, c->ticket_id), row);
	} else if (c->kind == CHANGE_PRIORITY) {
		if (row->priority != c->priority)
			add(u, c, UNDO_PUT_BACK, CHANGE_PRIORITY)->back.priority = row->priority;
	} else if (c->kind == CHANGE_SUBJECT) {
		if (g_strcmp0(row->subject, c->text) == 0)
			return;
		item = add(u, c, UNDO_PUT_BACK, CHANGE_SUBJECT);
		item->back.text = g_strdup(row->subject);
	} else {
		note_whose(u, s, c, row);
	}
}

static void note_assessment(struct undo *u, struct store *s, const struct change *c)
{
	const struct ticket *t = store_ticket(s, c->ticket_id);
	struct undo_item *item;

	if (!t) {
		never(u, c, N_("the ticket had not been fetched"));
	} else if (t->impact < 0 || t->need < 0) {
		never(u, c, N_("it had not been assessed before"));
	} else if (t->impact != c->impact || t->need != c->need) {
		item = add(u, c, UNDO_PUT_BACK, CHANGE_ASSESS);
		item->back.impact = t->impact;
		item->back.need = t->need;
	}
}

void undo_note(struct undo *u, struct store *s, const struct change *c)
{
	undo_begin(u);
	switch (c->kind) {
	case CHANGE_STATUS:
	case CHANGE_PRIORITY:
	case CHANGE_SUBJECT:
	case CHANGE_CLAIM:
	case CHANGE_RELEASE:
	case CHANGE_ASSIGN:
		note_row(u, s, c);
		break;
	case CHANGE_TAG:
	case CHANGE_CUSTOMER_TAG:
	case CHANGE_CATEGORY:
	case CHANGE_FIELD:
	case CHANGE_LINK:
	case CHANGE_CHECK_ADD:
	case CHANGE_CHECK:
	case CHANGE_CHECK_REMOVE:
		note_inside(u, s, c);
		break;
	case CHANGE_ASSESS:
		note_assessment(u, s, c);
		break;
	case CHANGE_REPLY:
		add(u, c, UNDO_RECALL, CHANGE_RECALL);
		break;
	case CHANGE_NOTE:
	case CHANGE_FORWARD:
	case CHANGE_ESCALATE:
	case CHANGE_ACKNOWLEDGE: /* somebody has been told */
	case CHANGE_ESTIMATE:
	case CHANGE_ESCALATION_ANSWER:
	case CHANGE_RETURN:
	case CHANGE_CONSULT:
	case CHANGE_TRANSFER:
	case CHANGE_CANT_SOLVE:
	case CHANGE_SPLIT:
	case CHANGE_MERGE:
	case CHANGE_COMPENSATE:
	case CHANGE_COMPENSATION_DECIDE:
	case CHANGE_SECRET_NEW:
	case CHANGE_WHISPER:
	case CHANGE_HANDOVER:
	case CHANGE_PROMISE:
	case CHANGE_TICKET_CUSTOMER:
	case CHANGE_CUSTOMER_SAVE:
		never(u, c, NULL);
		break;
	default:
		break;
	}
	undo_end(u);
}

void undo_note_text(struct undo *u, desk_id ticket_id, enum message_kind kind, const char *was, const char *made)
{
	struct change c;
	struct undo_item *item;

	undo_begin(u);
	change_init(&c, kind == MESSAGE_NOTE ? CHANGE_NOTE : CHANGE_REPLY);
	c.ticket_id = ticket_id;
	c.body = g_strdup(made);
	item = add(u, &c, UNDO_TEXT, c.kind);
	item->kind = kind;
	item->back.body = g_strdup(was);
	change_clear(&c);
	undo_end(u);
}

/* ---- taking back */

struct taking {
	struct store *s;
	undo_text_fn *text;
	void *arg;
	GString *done, *left;
};

static const char *word_of(enum change_kind kind)
{
	switch (kind) {
	case CHANGE_CHECK_ADD:
		return _("checklist");
	case CHANGE_CHECK:
	case CHANGE_CHECK_REMOVE:
		return _("step");
	case CHANGE_CUSTOMER_TAG:
		return _("tag");
	default:
		return say(change_name(kind));
	}
}

static void list_word(GString *out, const char *word, const char *why)
{
	if (out->len)
		g_string_append(out, say(", "));
	g_string_append(out, word);
	if (why)
		g_string_append_printf(out, " (%s)", say(why));
}

static void list(GString *out, const struct change *c, const char *why)
{
	if (out->len)
		g_string_append(out, say(", "));
	g_string_append(out, word_of(c->kind));
	if ((c->kind == CHANGE_TAG || c->kind == CHANGE_CUSTOMER_TAG || c->kind == CHANGE_FIELD) && c->text)
		g_string_append_printf(out, " %s", c->text);
	if (why)
		g_string_append_printf(out, " (%s)", say(why));
}

/* Whether what the change made is still so. */
static gboolean is_ours(const struct undo_item *item, const struct ticket *t, const struct ticket_row *row)
{
	const struct change *c = &item->made;
	const struct check_item *step;

	switch (item->back.kind) {
	case CHANGE_STATUS:
		return row->status == c->status;
	case CHANGE_PRIORITY:
		return row->priority == c->priority;
	case CHANGE_SUBJECT:
		return g_strcmp0(row->subject, c->text) == 0;
	case CHANGE_ASSIGN:
		return row->assignee_id == c->person_id && (!c->group_id || row->group_id == c->group_id);
	case CHANGE_TAG:
		return t && has_tag(t, c->text) == !!c->on;
	case CHANGE_CUSTOMER_TAG:
		return t && (customer_mark(t, c->text) != NULL) == !!c->on;
	case CHANGE_CATEGORY:
		return t && g_strcmp0(t->category, c->text) == 0;
	case CHANGE_FIELD:
		return t && g_strcmp0(field_of(t, c->text), c->on ? c->body : NULL) == 0;
	case CHANGE_CHECK:
		step = t ? step_of(t, c->item_id) : NULL;
		return step && step->done == c->on;
	case CHANGE_CHECK_ADD:
		return t && !step_of(t, c->item_id);
	case CHANGE_ASSESS:
		return t && t->impact == c->impact && t->need == c->need;
	case CHANGE_LINK:
		return t && (link_of(t, c->other_id) != NULL) == !!c->on;
	default:
		return FALSE;
	}
}

static void put_back(struct taking *k, struct undo_item *item)
{
	const struct ticket *t = store_ticket(k->s, item->made.ticket_id);
	const struct ticket_row *row = row_of(k->s, item->made.ticket_id);
	struct change *back = &item->back;

	if (!row) {
		list(k->left, &item->made, N_("the ticket is not here"));
		return;
	}
	if (!is_ours(item, t, row)) {
		list(k->left, &item->made, N_("changed since"));
		return;
	}
	if (back->kind == CHANGE_STATUS && back->status == STATUS_ON_HOLD && back->hold_until_ms <= store_now_ms(k->s)) {
		back->status = STATUS_OPEN; /* that time is over */
		back->hold_until_ms = 0;
	}
	back->if_version = back->kind == CHANGE_CUSTOMER_TAG ? -1 : row->version;
	store_write(k->s, back);
	list(k->done, &item->made, NULL);
}

static void recall(struct taking *k, struct undo_item *item)
{
	const struct ticket *t = store_ticket(k->s, item->made.ticket_id);
	struct pending p;

	for (size_t i = 0; store_pending_at(k->s, item->made.ticket_id, i, &p); i++)
		if (p.state == PENDING_QUEUED && strcmp(p.change->once_key, item->made.once_key) == 0) {
			store_pending_drop(k->s, item->made.once_key); /* it never left: its text is a draft again */
			list(k->done, &item->made, NULL);
			return;
		}
	for (guint i = t ? t->messages->len : 0; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];

		if (!m->id || g_strcmp0(m->once_key, item->made.once_key) != 0 || m->delivery != DELIVERY_WAITING)
			continue;
		item->back.message_id = m->id;
		store_write(k->s, &item->back);
		list(k->done, &item->made, NULL);
		return;
	}
	list(k->left, &item->made, N_("it has left"));
}

static gboolean was_there(const GArray *had, desk_id id)
{
	for (guint i = 0; i < had->len; i++)
		if (g_array_index(had, desk_id, i) == id)
			return TRUE;
	return FALSE;
}

static void remove_steps(struct taking *k, struct undo_item *item)
{
	const struct ticket *t = store_ticket(k->s, item->made.ticket_id);
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(desk_id));

	for (guint i = 0; t && t->checklist && i < t->checklist->len; i++) {
		const struct check_item *step = t->checklist->pdata[i];

		if (step->id && !step->done && !was_there(item->had, step->id))
			g_array_append_val(gone, step->id);
	}
	for (guint i = 0; i < gone->len; i++) {
		struct change c;

		change_init(&c, CHANGE_CHECK_REMOVE);
		c.ticket_id = item->made.ticket_id;
		c.item_id = g_array_index(gone, desk_id, i);
		store_write(k->s, &c);
		change_clear(&c);
	}
	list(gone->len ? k->done : k->left, &item->made, gone->len ? NULL : N_("its steps are not here"));
}

static void put_text(struct taking *k, struct undo_item *item)
{
	gboolean ok = k->text && k->text(item->made.ticket_id, item->kind, item->back.body, item->made.body, k->arg);

	list_word(ok ? k->done : k->left, _("text"), ok ? NULL : N_("written on since"));
}

gboolean undo_last(struct undo *u, struct store *s, undo_text_fn *text, void *arg, char **done, char **left)
{
	struct taking k = {s, text, arg, NULL, NULL};
	GPtrArray *group;

	if (!u->groups->len)
		return FALSE;
	k.done = g_string_new(NULL);
	k.left = g_string_new(NULL);
	group = g_ptr_array_steal_index(u->groups, u->groups->len - 1);
	for (guint i = group->len; i > 0; i--) {
		struct undo_item *item = group->pdata[i - 1];

		switch (item->how) {
		case UNDO_PUT_BACK:
			put_back(&k, item);
			break;
		case UNDO_RECALL:
			recall(&k, item);
			break;
		case UNDO_STEPS:
			remove_steps(&k, item);
			break;
		case UNDO_TEXT:
			put_text(&k, item);
			break;
		case UNDO_NEVER:
			list(k.left, &item->made, item->why ? item->why : N_("can't be taken back"));
			break;
		}
	}
	g_ptr_array_unref(group);
	*done = g_string_free(k.done, FALSE);
	*left = g_string_free(k.left, FALSE);
	return TRUE;
}
