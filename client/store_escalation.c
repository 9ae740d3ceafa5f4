/* The ladder of a ticket while writes on it are under way: what a rung is like once they arrived. */
#include "client/store_private.h"

static void rung_free(gpointer rung)
{
	escalation_free(rung);
}

GPtrArray *ladder_copy(const GPtrArray *from)
{
	GPtrArray *to = from ? g_ptr_array_new_with_free_func(rung_free) : NULL;
	for (guint i = 0; from && i < from->len; i++) {
		const struct escalation *r = from->pdata[i];
		struct escalation *copy = g_memdup2(r, sizeof(*r));
		copy->by_name = g_strdup(r->by_name);
		copy->reason = g_strdup(r->reason);
		copy->task = g_strdup(r->task);
		copy->taken_name = g_strdup(r->taken_name);
		copy->answer = g_strdup(r->answer);
		g_ptr_array_add(to, copy);
	}
	return to;
}

/* A rung that is not there yet: it has no number until the desk gives it one. */
static void add_rung(const struct store *s, struct ticket *t, const struct store_item *item)
{
	const struct change *c = &item->change;
	const struct group *to = store_group(s, c->group_id);
	const struct person *me = s->session ? s->session->me : NULL;
	struct escalation *r = g_new0(struct escalation, 1);
	r->ticket_id = t->row.id;
	r->kind = c->kind == CHANGE_CONSULT                       ? ESCALATION_CONSULT
	          : c->kind == CHANGE_TRANSFER                    ? ESCALATION_TRANSFER
	          : to && to->tier == 0                           ? ESCALATION_CROSS
	                                                          : ESCALATION_TIER2;
	r->from_group_id = t->row.group_id;
	r->from_person_id = t->row.assignee_id;
	r->to_group_id = c->group_id;
	r->to_person_id = c->person_id;
	r->by_id = me ? me->id : 0;
	r->by_name = g_strdup(me ? me->display : NULL);
	r->reason = g_strdup(c->reason ? c->reason : c->body);
	r->at_ms = item->since_ms;
	if (!t->ladder)
		t->ladder = g_ptr_array_new_with_free_func(rung_free);
	g_ptr_array_add(t->ladder, r);
}

static struct escalation *rung_of(const struct ticket *t, desk_id id)
{
	for (guint i = 0; id && t->ladder && i < t->ladder->len; i++)
		if (((struct escalation *)t->ladder->pdata[i])->id == id)
			return t->ladder->pdata[i];
	return NULL;
}

static void acknowledge(const struct store *s, struct escalation *r, int64_t at_ms)
{
	const struct person *me = s->session ? s->session->me : NULL;
	r->acknowledge_by_ms = 0;
	if (r->state != RUNG_WAITING)
		return;
	r->state = RUNG_ACKNOWLEDGED;
	r->acknowledged_ms = at_ms;
	r->taken_id = me ? me->id : 0;
	g_free(r->taken_name);
	r->taken_name = g_strdup(me ? me->display : NULL);
}

void ladder_show(const struct store *s, struct ticket *t, const struct store_item *item)
{
	const struct change *c = &item->change;
	struct escalation *r = rung_of(t, c->item_id);
	if (c->kind == CHANGE_ESCALATE || c->kind == CHANGE_CONSULT || c->kind == CHANGE_TRANSFER)
		add_rung(s, t, item);
	if (!r)
		return;
	switch (c->kind) {
	case CHANGE_ACKNOWLEDGE:
		acknowledge(s, r, item->since_ms);
		break;
	case CHANGE_ESTIMATE:
		acknowledge(s, r, item->since_ms);
		r->estimate_ms = c->promise_ms;
		break;
	case CHANGE_ESCALATION_ANSWER:
		r->state = RUNG_ANSWERED;
		r->ended_ms = item->since_ms;
		g_free(r->answer);
		r->answer = g_strdup(c->body);
		break;
	case CHANGE_RETURN:
		r->state = RUNG_RETURNED;
		r->ended_ms = item->since_ms;
		break;
	default:
		break;
	}
}
