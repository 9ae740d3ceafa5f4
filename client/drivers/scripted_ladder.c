/* The ladders of the scripted desk: enough of one to see a rung come, be acknowledged and end. */
#include "client/drivers/scripted.h"

struct scripted_ladders {
	GHashTable *of;   /* desk_id of the ticket -> GPtrArray of struct escalation */
	desk_id last;
};

static void free_rung(gpointer rung)
{
	escalation_free(rung);
}

struct scripted_ladders *scripted_ladders_new(void)
{
	struct scripted_ladders *l = g_new0(struct scripted_ladders, 1);
	l->of = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	return l;
}

void scripted_ladders_free(struct scripted_ladders *l)
{
	g_hash_table_unref(l->of);
	g_free(l);
}

static struct escalation *rung_of(GPtrArray *ladder, desk_id id)
{
	for (guint i = 0; ladder && i < ladder->len; i++)
		if (((struct escalation *)ladder->pdata[i])->id == id)
			return ladder->pdata[i];
	return NULL;
}

static void add(struct scripted_ladders *l, const struct change *c, int64_t now_ms)
{
	GPtrArray *ladder = g_hash_table_lookup(l->of, &c->ticket_id);
	struct escalation *r = g_new0(struct escalation, 1);
	if (!ladder) {
		ladder = g_ptr_array_new_with_free_func(free_rung);
		g_hash_table_insert(l->of, g_memdup2(&c->ticket_id, sizeof(c->ticket_id)), ladder);
	}
	r->id = ++l->last;
	r->ticket_id = c->ticket_id;
	r->kind = c->kind == CHANGE_CONSULT ? ESCALATION_CONSULT : c->kind == CHANGE_TRANSFER ? ESCALATION_TRANSFER
	                                                                                        : ESCALATION_TIER2;
	r->to_group_id = c->group_id;
	r->to_person_id = c->person_id;
	r->by_id = scripted_desk_me();
	r->reason = g_strdup(c->reason);
	r->at_ms = now_ms;
	r->acknowledge_by_ms = now_ms + 600000;
	g_ptr_array_add(ladder, r);
}

gboolean scripted_ladders_write(struct scripted_ladders *l, const struct change *c, int64_t now_ms)
{
	struct escalation *r = rung_of(g_hash_table_lookup(l->of, &c->ticket_id), c->item_id);
	if (c->kind == CHANGE_ESCALATE || c->kind == CHANGE_CONSULT || c->kind == CHANGE_TRANSFER)
		add(l, c, now_ms);
	else if (!r)
		return FALSE;
	if (!r)
		return TRUE;
	r->state = c->kind == CHANGE_ESCALATION_ANSWER ? RUNG_ANSWERED
	           : c->kind == CHANGE_RETURN          ? RUNG_RETURNED
	                                               : RUNG_ACKNOWLEDGED;
	r->taken_id = scripted_desk_me();
	if (c->kind == CHANGE_ESTIMATE)
		r->estimate_ms = c->promise_ms;
	return TRUE;
}

GPtrArray *scripted_ladders_read(const struct scripted_ladders *l, desk_id ticket_id)
{
	const GPtrArray *ladder = g_hash_table_lookup(l->of, &ticket_id);
	GPtrArray *out = ladder ? g_ptr_array_new_with_free_func(free_rung) : NULL;
	for (guint i = 0; ladder && i < ladder->len; i++) {
		const struct escalation *r = ladder->pdata[i];
		struct escalation *copy = g_memdup2(r, sizeof(*r));
		copy->reason = g_strdup(r->reason);
		g_ptr_array_add(out, copy);
	}
	return out;
}
