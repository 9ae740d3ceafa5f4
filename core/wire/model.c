/* Life and death of the domain structs, by their shapes. */
#include "wire/fields.h"
#include "wire/wire.h"

#define FREE(type) \
	void type##_free(struct type *v) \
	{ \
		shape_free(&shape_##type, v); \
	}

FREE(group)
FREE(person)
FREE(tag)
FREE(tag_mark)
FREE(ticket_clock)
FREE(ticket_row)
FREE(message)
FREE(order)
FREE(customer)
FREE(ticket)
FREE(article)
FREE(article_hit)
FREE(template)
FREE(mood_phrases)
FREE(policy)
FREE(policy_target)
FREE(skill)
FREE(category)
FREE(desk_field)
FREE(checklist)
FREE(attachment)
FREE(field_value)
FREE(ticket_link)
FREE(check_item)
FREE(compensation)
FREE(compensation_limit)
FREE(saved_view)
FREE(config_entry)
FREE(config_revision)
FREE(macro)
FREE(draft)
FREE(presence)
FREE(notice)
FREE(agent)
FREE(offer)
FREE(escalation)
FREE(escalation_part)
FREE(escalation_target)
FREE(escalation_sheet)
FREE(follow_up)
FREE(problem_step)
FREE(problem)
FREE(problem_text)
FREE(automation_run)
FREE(webhook_delivery)
FREE(clock_step)
FREE(clock_what_if)
FREE(clock_warns)
FREE(clock_explained)
FREE(session)
FREE(queue_page)
FREE(answer)
FREE(wire_error)
FREE(event)

void ticket_row_clear(struct ticket_row *v)
{
	shape_clear(&shape_ticket_row, v);
}

struct macro *macro_copy(const struct macro *from)
{
	struct macro *to = g_new(struct macro, 1);

	shape_copy(&shape_macro, to, from);
	return to;
}

struct message *message_copy(const struct message *from)
{
	struct message *to = g_new(struct message, 1);

	shape_copy(&shape_message, to, from);
	return to;
}

void ticket_row_copy(struct ticket_row *to, const struct ticket_row *from)
{
	shape_copy(&shape_ticket_row, to, from);
}

struct person *person_new(void)
{
	struct person *v = g_new0(struct person, 1);
	v->groups = g_array_new(FALSE, FALSE, sizeof(desk_id));
	v->skills = g_array_new(FALSE, FALSE, sizeof(desk_id));
	return v;
}

struct customer *customer_new(void)
{
	return shape_new(&shape_customer);
}

struct ticket *ticket_new(void)
{
	struct ticket *v = shape_new(&shape_ticket);
	v->row.next_due_ms = 0; /* zeroed, as the header says */
	return v;
}

struct policy *policy_new(void)
{
	struct policy *v = shape_new(&shape_policy);
	v->after_sales = 0;
	return v;
}

#define NEW(type) \
	struct type *type##_new(void) \
	{ \
		return shape_new(&shape_##type); \
	}

NEW(skill)
NEW(category)
NEW(desk_field)
NEW(checklist)
NEW(mood_phrases)
NEW(escalation_sheet)
NEW(problem)
NEW(clock_explained)
