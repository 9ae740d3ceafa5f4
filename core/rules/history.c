/* Lines of history, recognised by their forms. */
#include "rules/history.h"

#include <string.h>
#include "wire/said.h"

#define PARTS_MAX 6

/* The narrower form before the one that would take its lines, too. */
const char *const history_forms[] = {
	HISTORY_ACKNOWLEDGED, HISTORY_ASSIGNED_NOBODY, HISTORY_ASSIGNED, HISTORY_BOUNCED, HISTORY_CANT_SOLVE,
	HISTORY_CANT_SOLVE_BARE, HISTORY_CONSULTED, HISTORY_ESTIMATED, HISTORY_LADDER_ANSWERED, HISTORY_PLAN_COMPLETE,
	HISTORY_RETURNED, HISTORY_TAKEN_BACK, HISTORY_TRANSFER_DECLINED, HISTORY_TRANSFER_OFFERED,
	HISTORY_TRANSFER_TAKEN, HISTORY_COMPENSATED, HISTORY_COMPENSATION_ASKED,
	HISTORY_COMPENSATION_APPROVED, HISTORY_COMPENSATION_REJECTED, HISTORY_CUSTOMER, HISTORY_ESCALATED, HISTORY_ESCALATED_BARE,
	HISTORY_FOLLOW_UP_ASKED, HISTORY_FOLLOW_UP_ASKED_ALOUD, HISTORY_FOLLOW_UP_DUE, HISTORY_FOLLOW_UP_DUE_AGAIN,
	HISTORY_FOLLOW_UP_IMPROVE, HISTORY_FOLLOW_UP_NOT_SOLVED, HISTORY_FOLLOW_UP_SKIPPED, HISTORY_FOLLOW_UP_SOLVED,
	HISTORY_FOLLOW_UP_SPEED, HISTORY_FOLLOW_UP_UNANSWERED,
	HISTORY_FOLLOWED, HISTORY_FOLLOWS, HISTORY_HOLD_ENDED, HISTORY_MERGED_FROM_OTHER, HISTORY_MERGED_FROM,
	HISTORY_MERGED_INTO, HISTORY_MOVED, HISTORY_PRIORITY, HISTORY_PRIORITY_INCIDENT,
	HISTORY_PRIORITY_MATRIX, HISTORY_PRIORITY_PERSON, HISTORY_PROBLEM, HISTORY_PROBLEM_ENDED,
	HISTORY_PROMISED, HISTORY_RATED_WHY, HISTORY_RATED, HISTORY_RELEASED, HISTORY_RULE, HISTORY_SECRET,
	HISTORY_SNOOZED_REPLY, HISTORY_SNOOZED, HISTORY_SNOOZE_OVER, HISTORY_SNOOZE_WOKEN, HISTORY_SNOOZE_CLOCK,
	HISTORY_SPLIT_FROM, HISTORY_SPLIT_ONE, HISTORY_SPLIT_MANY, HISTORY_STATUS, HISTORY_STEP_REMOVED,
	HISTORY_UNLINKED, HISTORY_LINKED, HISTORY_TRANSFER_BOUNCED, HISTORY_PART, HISTORY_REMINDED, HISTORY_NOT_THERE, NULL,
};

struct part {
	const char *from;
	size_t len;
};

/* After a '%': past the conversion; *place gets the n of "n$", 0 none. */
static const char *conversion_end(const char *p, guint *place)
{
	size_t digits = strspn(p, "0123456789");

	*place = 0;
	if (digits && p[digits] == '$') {
		*place = (guint)g_ascii_strtoull(p, NULL, 10);
		p += digits + 1;
	}
	p += strspn(p, "l");
	return *p ? p + 1 : p;
}

/* Whether the line has the form; parts[n..] get what stands for its conversions. */
static gboolean fits(const char *form, const char *line, struct part *parts, guint n)
{
	size_t same = strcspn(form, "%"), most;
	gboolean number;
	guint place;

	if (strncmp(form, line, same) != 0)
		return FALSE;
	form += same;
	line += same;
	if (!*form)
		return !*line;
	form = conversion_end(form + 1, &place);
	number = form[-1] != 's';
	most = number ? strspn(line, "0123456789") : strlen(line);
	if (n == PARTS_MAX || (number && !most))
		return FALSE;
	parts[n].from = line;
	for (size_t len = number || !*form ? most : 0; len <= most; len++) {
		parts[n].len = len;
		if ((!*form || line[len] == *form) && fits(form, line + len, parts, n + 1))
			return TRUE;
	}
	return FALSE;
}

static char *told(const char *const *forms, const char *line);

static const char *const given_forms[] = {HISTORY_GIVEN_FOR, HISTORY_GIVEN, NULL};
static const char *const why_forms[] = {HISTORY_PRIORITY_INCIDENT, HISTORY_PRIORITY_MATRIX, HISTORY_PRIORITY_PERSON, NULL};
static const char *const word_forms[] = {HISTORY_STATUS, HISTORY_LINKED, HISTORY_UNLINKED, HISTORY_PRIORITY_MATRIX, NULL};

/* A name of the vocabulary, what was given, or just what stands there. */
static void put(GString *out, const char *form, const struct part *part)
{
	g_autofree char *text = g_strndup(part->from, part->len), *given = NULL;

	if (g_strv_contains(word_forms, form) || g_strv_contains(given_forms, form))
		g_string_append(out, word_said(text));
	else if (strcmp(form, HISTORY_PRIORITY) == 0)
		g_string_append(out, given = told(why_forms, word_said(text)));
	else if (g_str_has_prefix(form, "compensation"))
		g_string_append(out, given = told(given_forms, text));
	else
		g_string_append(out, text);
}

static char *fill(const char *form, const struct part *parts)
{
	GString *out = g_string_new(NULL);
	guint next = 0, place;

	for (const char *p = say(form); *p;) {
		size_t n = strcspn(p, "%");

		g_string_append_len(out, p, (gssize)n);
		p += n;
		if (!*p)
			break;
		p = conversion_end(p + 1, &place);
		place = place ? place - 1 : next++;
		if (place < PARTS_MAX && parts[place].from)
			put(out, form, &parts[place]);
	}
	return g_string_free(out, FALSE);
}

static char *told(const char *const *forms, const char *line)
{
	struct part parts[PARTS_MAX];

	for (; line && *forms; forms++) {
		memset(parts, 0, sizeof parts);
		if (fits(*forms, line, parts, 0))
			return fill(*forms, parts);
	}
	return g_strdup(line);
}

gboolean history_has_form(const char *line, const char *form)
{
	struct part parts[PARTS_MAX];

	return line && fits(form, line, parts, 0);
}

char *history_said(const char *line)
{
	return told(history_forms, line);
}

char *history_part(const char *line, const char *form, guint n)
{
	struct part parts[PARTS_MAX] = {{0}};

	return line && fits(form, line, parts, 0) && n < PARTS_MAX ? g_strndup(parts[n].from, parts[n].len) : NULL;
}
