/* A ticket as it was: folds over its facts, and over what changed its group, tier and priority. */
#include "rules/past.h"

#include <string.h>
#include "rules/escalation.h"
#include "rules/find_inner.h"
#include "rules/history.h"

#define BIT(n) (UINT64_C(1) << (n))
#define SOMEBODY (-1) /* an id that nobody has */

/* ---- values that change at moments */
struct turn {
	int64_t at_ms;
	int64_t before, after; /* 0: not known */
};

static void add_turn(GArray *turns, int64_t at_ms, int64_t before, int64_t after)
{
	const struct turn t = {at_ms, before, after};
	guint at = turns->len;

	while (at > 0 && g_array_index(turns, struct turn, at - 1).at_ms > at_ms)
		at--;
	g_array_insert_val(turns, at, t);
}

/* The value then; 0: not known. */
static int64_t value_then(const GArray *turns, int64_t now, int64_t at_ms)
{
	const struct turn *last = NULL, *next = NULL;

	for (guint i = 0; i < turns->len && !next; i++) {
		const struct turn *t = &g_array_index(turns, struct turn, i);

		*(t->at_ms <= at_ms ? &last : &next) = t;
	}
	return !next ? now : last && last->after ? last->after : next->before;
}

static void group_and_tier(const struct past_ticket *t, int64_t at_ms, struct past *out)
{
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(struct turn)), tiers = g_array_new(FALSE, FALSE, sizeof(struct turn));
	const struct past_words *w = t->words;

	for (guint i = 0; t->now->ladder && i < t->now->ladder->len; i++) {
		const struct escalation *r = t->now->ladder->pdata[i];
		int from = w->tier(r->from_group_id, w->arg);

		if (!escalation_is_root(r))
			continue;
		add_turn(groups, r->at_ms, r->from_group_id, r->to_group_id);
		add_turn(tiers, r->at_ms, from, 2);
		if (r->ended_ms) { /* ENDED: solved, or went on; where it was then others say */
			gboolean back = r->state != RUNG_ENDED;

			add_turn(groups, r->ended_ms, r->to_group_id, back ? r->from_group_id : 0);
			add_turn(tiers, r->ended_ms, 2, back ? from : 0);
		}
	}
	for (size_t i = 0; i < t->n_lines; i++) {
		g_autofree char *title = history_part(t->lines[i].text, HISTORY_MOVED, 0);

		if (title)
			add_turn(groups, t->lines[i].at_ms, 0, w->group(title, w->arg));
	}
	out->facts.group_id = value_then(groups, t->now->row.group_id, at_ms);
	out->facts.tier = (int)value_then(tiers, t->now->row.tier, at_ms);
	out->known.fields |= out->facts.group_id ? BIT(FIND_GROUP) : 0;
	out->known.fields |= out->facts.tier ? BIT(FIND_TIER) : 0;
	out->known.is |= out->facts.tier ? 1u << FIND_IS_ESCALATED : 0;
}

/* What somebody set by hand has no line: when that was isn't known. */
static void priority(const struct past_ticket *t, int64_t at_ms, struct past *out)
{
	g_autoptr(GArray) turns = g_array_new(FALSE, FALSE, sizeof(struct turn));
	int64_t now = 1 + (int64_t)t->now->row.priority, then;

	for (size_t i = 0; i < t->n_lines; i++) {
		g_autofree char *name = history_part(t->lines[i].text, HISTORY_PRIORITY, 0);

		if (name)
			add_turn(turns, t->lines[i].at_ms, 0, 1 + priority_by_name(name));
	}
	then = value_then(turns, now, at_ms);
	if (!then || history_has_form(t->now->priority_reason, HISTORY_PRIORITY_PERSON) ||
	    (turns->len && g_array_index(turns, struct turn, turns->len - 1).after != now))
		return;
	out->facts.priority = (enum ticket_priority)(then - 1);
	out->known.fields |= BIT(FIND_PRIORITY);
}

/* ---- values that are a fold over the facts */
struct folded {
	enum ticket_status status;
	gboolean waiting, assigned;
	int64_t resolved_ms, updated_ms;
	size_t n, claims; /* facts; of them those that say whose it is */
};

static void fold(const struct past_ticket *t, int64_t at_ms, struct folded *out)
{
	*out = (struct folded){.status = STATUS_NEW};
	for (; out->n < t->n_facts && t->facts[out->n].at_ms <= at_ms; out->n++) {
		const struct clock_fact *f = &t->facts[out->n];

		out->updated_ms = f->at_ms;
		switch (f->kind) {
		case FACT_STATUS:
			out->status = f->status;
			if (f->status == STATUS_RESOLVED || (f->status == STATUS_FOLLOW_UP_DUE && !out->resolved_ms))
				out->resolved_ms = f->at_ms;
			break;
		case FACT_CUSTOMER_MESSAGE:
		case FACT_PUBLIC_REPLY:
			out->waiting = f->kind == FACT_CUSTOMER_MESSAGE;
			break;
		case FACT_CLAIMED:
		case FACT_RELEASED:
			out->assigned = f->kind == FACT_CLAIMED;
			out->claims++;
			break;
		default:
			break;
		}
	}
	for (size_t i = 0; i < t->n_lines && t->lines[i].at_ms <= at_ms; i++)
		out->updated_ms = MAX(out->updated_ms, t->lines[i].at_ms);
}

/* What the facts tell is known when by now they tell what is so: of an import they may tell less. */
static void of_facts(const struct past_ticket *t, int64_t at_ms, struct past *out)
{
	const struct ticket_row *row = &t->now->row;
	struct folded then, now;

	fold(t, at_ms, &then);
	fold(t, INT64_MAX, &now);
	out->n_facts = then.n;
	if (now.status == row->status) {
		out->facts.status = then.status;
		out->known.fields |= BIT(FIND_STATUS);
		out->known.is |= 1u << FIND_IS_MERGED | 1u << FIND_IS_SPAM;
	}
	if (now.waiting == row->waiting) {
		out->facts.waiting = then.waiting;
		out->known.is |= 1u << FIND_IS_WAITING;
	}
	if (now.resolved_ms == t->now->resolved_ms) {
		out->facts.resolved_ms = then.resolved_ms;
		out->known.fields |= BIT(FIND_RESOLVED);
	}
	if (now.updated_ms == row->updated_ms) {
		out->facts.updated_ms = then.updated_ms;
		out->known.fields |= BIT(FIND_UPDATED);
	}
	if (now.assigned != (row->assignee_id != 0))
		return;
	out->somebody = then.assigned && then.claims < now.claims;
	out->facts.assignee_id = !then.assigned ? 0 : out->somebody ? SOMEBODY : row->assignee_id;
	out->known.fields |= BIT(FIND_ASSIGNEE);
	out->known.is |= 1u << FIND_IS_UNASSIGNED;
}

/* ---- the ladder */
static void add_target(const struct past_words *w, const struct escalation *r, GArray *ids)
{
	const desk_id somebody = SOMEBODY;

	if (r->to_person_id)
		g_array_append_val(ids, r->to_person_id);
	else if (r->to_group_id)
		w->people(r->to_group_id, ids, w->arg);
	if (r->to_person_id || r->to_group_id)
		g_array_append_val(ids, somebody);
}

static void ladder(const struct past_ticket *t, int64_t at_ms, struct past *out)
{
	enum { HANDED, ASKED, WAITING, OWED };

	for (size_t i = 0; i < G_N_ELEMENTS(out->ids); i++)
		out->ids[i] = g_array_new(FALSE, FALSE, sizeof(desk_id));
	for (guint i = 0; t->now->ladder && i < t->now->ladder->len; i++) {
		const struct escalation *r = t->now->ladder->pdata[i];
		gboolean open = !(r->ended_ms && r->ended_ms <= at_ms);

		if (r->at_ms > at_ms)
			continue;
		if (escalation_is_root(r)) {
			g_array_append_val(out->ids[HANDED], r->by_id);
			g_array_append_val(out->ids[HANDED], r->from_person_id);
		}
		if (open && r->kind == ESCALATION_CONSULT)
			add_target(t->words, r, out->ids[ASKED]);
		if (open && !(r->acknowledged_ms && r->acknowledged_ms <= at_ms))
			add_target(t->words, r, out->ids[WAITING]);
		if (open && r->parent_id)
			g_array_append_val(out->ids[OWED], r->to_group_id);
	}
#define IDS(of, member) \
	out->facts.member = (const desk_id *)(const void *)out->ids[of]->data; \
	out->facts.n_##member = out->ids[of]->len
	IDS(HANDED, escalated);
	IDS(ASKED, consulted);
	IDS(WAITING, acknowledging);
	IDS(OWED, parts);
#undef IDS
	out->known.fields |= BIT(FIND_ESCALATED) | BIT(FIND_CONSULT) | BIT(FIND_ACKNOWLEDGE) | BIT(FIND_PART);
}

void past_fold(const struct past_ticket *t, int64_t at_ms, struct past *out)
{
	const struct ticket_row *row = &t->now->row;

	*out = (struct past){.facts = {.id = row->id, .channel = row->channel, .created_ms = row->created_ms,
		.next_due_ms = QUEUE_NO_DUE}};
	out->known.fields = BIT(FIND_NUMBER) | BIT(FIND_CHANNEL) | BIT(FIND_CREATED);
	of_facts(t, at_ms, out);
	group_and_tier(t, at_ms, out);
	priority(t, at_ms, out);
	ladder(t, at_ms, out);
	for (size_t i = 0; i < t->n_lines && t->lines[i].at_ms <= at_ms; i++)
		if (t->lines[i].kind == MESSAGE_NOTE)
			out->facts.has |= 1u << FIND_HAS_NOTE;
	out->known.has |= 1u << FIND_HAS_NOTE;
}

void past_set_clocks(struct past *p, const GPtrArray *clocks)
{
	const struct ticket_clock *next = NULL;

	g_free(p->clocks);
	p->clocks = g_new0(struct ticket_clock, clocks->len + 1);
	for (guint i = 0; i < clocks->len; i++) {
		const struct ticket_clock *c = clocks->pdata[i];

		p->clocks[i] = *c;
		if (c->kind == CLOCK_PROMISE && (c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_PAUSED ||
		                                 c->state == CLOCK_STATE_BREACHED))
			p->facts.has |= 1u << FIND_HAS_PROMISE;
	}
	if (!(p->known.fields & BIT(FIND_STATUS)) || status_is_active(p->facts.status))
		next = clock_nearest(p->clocks, clocks->len);
	p->facts.next_due_ms = next ? next->due_ms : QUEUE_NO_DUE;
	p->facts.clocks = p->clocks;
	p->facts.n_clocks = clocks->len;
	p->known.fields |= BIT(FIND_DUE) | BIT(FIND_LATE) | BIT(FIND_WARNED);
	p->known.is |= 1u << FIND_IS_LATE;
	p->known.has |= 1u << FIND_HAS_PROMISE;
}

void past_clear(struct past *p)
{
	for (size_t i = 0; i < G_N_ELEMENTS(p->ids); i++)
		g_clear_pointer(&p->ids[i], g_array_unref);
	g_clear_pointer(&p->clocks, g_free);
}

/* ---- asking */
struct asking {
	const struct past *past;
	past_now_fn *now;
	void *arg;
	struct past_terms *asked;
};

/* What of a term isn't known; nothing: all is. */
static struct past_terms unknown(const struct past *p, const struct find_node *term)
{
	struct past_terms not = {0};

	for (guint i = 0; i < term->values->len; i++) {
		const struct find_value *v = term->values->pdata[i];
		gboolean whether = v->kind == FIND_VALUE_NONE || v->kind == FIND_VALUE_ANY;

		if (term->field == FIND_IS)
			not.is |= ~p->known.is & 1u << v->lo;
		else if (term->field == FIND_HAS)
			not.has |= ~p->known.has & 1u << v->lo;
		else if (!(p->known.fields & BIT(term->field)) || (term->field == FIND_ASSIGNEE && p->somebody && !whether))
			not.fields |= BIT(term->field);
	}
	return not;
}

static int answer(const struct find_node *term, void *arg)
{
	const struct asking *a = arg;
	const struct past_terms not = unknown(a->past, term);

	if (!not.fields && !not.is && !not.has)
		return -1;
	a->asked->fields |= not.fields;
	a->asked->is |= not.is;
	a->asked->has |= not.has;
	return a->now(term, a->arg);
}

gboolean past_holds(const struct find_tree *tree, const struct past *p, past_now_fn *now, void *arg, struct past_terms *asked)
{
	struct asking a = {p, now, arg, asked};

	return find_evaluate_by(tree, &p->facts, answer, &a);
}

static void name(GString *to, const char *field, const char *value)
{
	g_string_append_printf(to, "%s%s%s%s", to->len ? ", " : "", field, value ? ":" : "", value ? value : "");
}

char *past_terms_named(const struct past_terms *terms)
{
	static const char *const is[] = {
#define E(id, said, help) said,
		FIND_IS(E)
	}, *const has[] = {
		FIND_HAS(E)
#undef E
	};
	GString *s = g_string_new(NULL);

	for (int i = 0; i < FIND_FIELD_COUNT; i++)
		if (terms->fields & BIT(i))
			name(s, find_field_name((enum find_field)i), NULL);
	for (int i = 0; i < FIND_IS_COUNT; i++)
		if (terms->is & 1u << i)
			name(s, "is", is[i]);
	for (int i = 0; i < FIND_HAS_COUNT; i++)
		if (terms->has & 1u << i)
			name(s, "has", has[i]);
	return g_string_free(s, FALSE);
}
