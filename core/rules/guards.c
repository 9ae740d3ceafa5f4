/* What is looked at before a message leaves: a table, in the order it is asked. What refuses stands
 * before what asks: nobody answers questions about a text that can't go. */
#include "rules/guards.h"

#include <string.h>
#include "rules/cards.h"
#include "rules/fill.h"
#include "wire/wire.h"

typedef gboolean guard_fn(const struct guard_facts *f, struct guard_verdict *v);

static gboolean is_empty(const struct guard_facts *f, struct guard_verdict *v)
{
	(void)v;
	return f->text[strspn(f->text, " \t\r\n")] == '\0';
}

static gboolean is_huge(const struct guard_facts *f, struct guard_verdict *v)
{
	(void)v;
	return strlen(f->text) > WIRE_MAX_MESSAGE;
}

static gboolean is_command(const struct guard_facts *f, struct guard_verdict *v)
{
	(void)v;
	return f->like_command;
}

/* "-- #1042 --" or "-- + --" as a line: what drafts are joined with. */
static gboolean is_joined(const struct guard_facts *f, struct guard_verdict *v)
{
	for (const char *p = f->text; (p = strstr(p, "-- ")); p += 3) {
		const char *end = p + 3;

		if (p > f->text && p[-1] != '\n')
			continue;
		end += *end == '#' ? 1 + strspn(end + 1, "0123456789") : *end == '+';
		if (end < p + 4 || strncmp(end, " --", 3) != 0 || (end[3] != '\n' && end[3] != '\0'))
			continue;
		v->at = (size_t)(p - f->text);
		v->to = (size_t)(end + 3 - f->text);
		return TRUE;
	}
	return FALSE;
}

static gboolean has_placeholder(const struct guard_facts *f, struct guard_verdict *v)
{
	if (!fill_unresolved(f->text, &v->at))
		return FALSE;
	v->to = v->at + strcspn(f->text + v->at, "}") + 1;
	return TRUE;
}

static gboolean has_braces(const struct guard_facts *f, struct guard_verdict *v)
{
	return fill_suspect(f->text, &v->at, &v->to);
}

static gboolean lacks_parts(const struct guard_facts *f, struct guard_verdict *v)
{
	v->missing = GUARD_PARTS_WANTED & ~f->parts;
	return f->first_reply && v->missing;
}

static gboolean has_card(const struct guard_facts *f, struct guard_verdict *v)
{
	return cards_find(f->text, 0, &v->at, &v->to);
}

static gboolean is_long(const struct guard_facts *f, struct guard_verdict *v)
{
	return f->limits && limits_use(f->limits, f->channel, f->text, &v->use) && v->use.over;
}

static gboolean is_late(const struct guard_facts *f, struct guard_verdict *v)
{
	(void)v;
	return f->newest && f->answers && f->newest > f->answers;
}

static gboolean lost_promise(const struct guard_facts *f, struct guard_verdict *v)
{
	(void)v;
	return f->promise_gone;
}

static gboolean is_not_alone(const struct guard_facts *f, struct guard_verdict *v)
{
	(void)v;
	return f->other_writes;
}

static gboolean wants_care(const struct guard_facts *f, struct guard_verdict *v)
{
	(void)v;
	return f->careful;
}

static const struct {
	enum guard guard;
	gboolean refuses, notes_too;
	guard_fn *objects;
} table[] = {
	{GUARD_EMPTY, TRUE, TRUE, is_empty},
	{GUARD_HUGE, TRUE, TRUE, is_huge},
	{GUARD_PLACEHOLDER, TRUE, FALSE, has_placeholder},
	{GUARD_LENGTH, TRUE, FALSE, is_long},
	{GUARD_COMMAND, FALSE, TRUE, is_command},
	{GUARD_JOINED, FALSE, TRUE, is_joined},
	{GUARD_BRACES, FALSE, FALSE, has_braces},
	{GUARD_PARTS, FALSE, FALSE, lacks_parts},
	{GUARD_CARD, FALSE, TRUE, has_card},
	{GUARD_NEWER, FALSE, FALSE, is_late},
	{GUARD_PROMISE, FALSE, FALSE, lost_promise},
	{GUARD_OTHER, FALSE, FALSE, is_not_alone},
	{GUARD_CAREFUL, FALSE, FALSE, wants_care},
};

struct guard_verdict guards_ask(const struct guard_facts *f)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct guard_verdict v = {.guard = table[i].guard, .refuses = table[i].refuses};

		if (f->kind == MESSAGE_NOTE && !table[i].notes_too)
			continue;
		if ((table[i].refuses || !(f->passed & 1u << table[i].guard)) && table[i].objects(f, &v))
			return v;
	}
	return (struct guard_verdict){.guard = GUARD_NONE};
}
