/* Rows of the database into the structs of the contract. */
#include "server/desk/inside.h"

void row_name(const struct words *w, struct ticket_row *row)
{
	const struct group *g = words_group(w, row->group_id);

	g_free(row->group_name);
	g_free(row->assignee_name);
	row->group_name = g_strdup(g ? g->name : NULL);
	row->assignee_name = g_strdup(words_person_name(w, row->assignee_id));
}

void row_read(const struct db_row *row, const struct words *w, struct ticket_row *to)
{
	to->id = db_int(row, 0);
	to->version = db_int(row, 1);
	to->subject = db_dup(row, 2);
	to->status = (enum ticket_status)db_int(row, 3);
	to->priority = (enum ticket_priority)db_int(row, 4);
	to->channel = (enum channel)db_int(row, 5);
	to->group_id = db_int(row, 6);
	to->assignee_id = db_int(row, 7);
	to->customer_id = db_int(row, 8);
	to->customer_name = db_dup(row, 9);
	to->created_ms = db_int(row, 10);
	to->updated_ms = db_int(row, 11);
	to->next_due_ms = db_int(row, 12);
	to->next_warn_ms = db_int(row, 13);
	to->next_clock = (enum clock_kind)db_int(row, 14);
	to->waiting = db_int(row, 15) != 0;
	to->tier = (int)db_int(row, 16);
	to->marks = db_dup(row, 17);
	to->snoozed_ms = db_int(row, 18);
	row_name(w, to);
}

struct ticket *row_ticket(const struct db_row *row, const struct words *w, desk_id *newest_customer)
{
	struct ticket *t = ticket_new();

	row_read(row, w, &t->row);
	t->category = db_dup(row, 19);
	t->problem = (enum problem_class)db_int(row, 20);
	t->after_sales = db_int(row, 21) != 0;
	t->hold_until_ms = db_int(row, 22);
	t->escalation_reason = db_dup(row, 23);
	t->origin = db_dup(row, 24);
	if (newest_customer)
		*newest_customer = db_int(row, 25);
	t->resolved_ms = db_int(row, 26);
	t->merged_into = db_int(row, 27);
	t->impact = (int)db_int(row, 28);
	t->need = (int)db_int(row, 29);
	t->priority_reason = db_dup(row, 30);
	t->problem_id = db_int(row, 31);
	return t;
}

struct message *row_message(const struct db_row *row)
{
	struct message *m = g_new0(struct message, 1);

	m->id = db_int(row, 0);
	m->ticket_id = db_int(row, 1);
	m->kind = (enum message_kind)db_int(row, 2);
	m->delivery = (enum delivery)db_int(row, 3);
	m->author_id = db_int(row, 4);
	m->author_name = db_dup(row, 5);
	m->body = db_dup(row, 6);
	m->at_ms = db_int(row, 7);
	m->send_at_ms = db_int(row, 8);
	m->once_key = db_dup(row, 9);
	m->html = db_dup(row, 10);
	m->to = db_dup(row, 11);
	m->cc = db_dup(row, 12);
	m->from_ticket_id = db_int(row, 13);
	if (db_int(row, 14)) /* filled by whoever reads a page of them */
		m->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
	m->whisper_to = db_int(row, 15);
	return m;
}

gboolean row_int_fn(const struct db_row *row, void *int64)
{
	*(int64_t *)int64 = db_int(row, 0);
	return TRUE;
}
