/* The answers of a follow-up line by line: what the customer has written is proposed; else the three questions. */
#include "tui/plain/linear_inner.h"

#include <string.h>
#include "rules/follow_up.h"

static void keep(struct linear *l, gboolean solved, int speed, const char *improve)
{
	char stars[2] = {(char)('0' + CLAMP(speed, 0, 5)), 0};
	const char *words[] = {"follow-up", solved ? "yes" : "no", stars, improve && *improve ? improve : NULL, NULL};

	linear_verb(l, words);
}

static gboolean yes(const char *answer)
{
	return g_ascii_strcasecmp(answer, "yes") == 0 || strcmp(answer, _("yes")) == 0;
}

static gboolean no(const char *answer)
{
	return g_ascii_strcasecmp(answer, "no") == 0 || strcmp(answer, _("no")) == 0;
}

static void ask_each(struct linear *l)
{
	g_autofree char *solved = linear_ask(l, _("Is the problem solved, yes or no? "));
	g_autofree char *speed = NULL, *improve = NULL;
	gint64 stars = 0;

	if (solved)
		g_strstrip(solved);
	if (solved && (yes(solved) || no(solved)))
		speed = linear_ask(l, _("Satisfied with the speed, 1 to 5 (Enter: not said)? "));
	if (speed && (!*g_strstrip(speed) || g_ascii_string_to_signed(speed, 10, 0, 5, &stars, NULL)))
		improve = linear_ask(l, _("Anything to improve (Enter: nothing)? "));
	if (improve)
		keep(l, yes(solved), (int)stars, g_strstrip(improve));
	else
		linear_say(l, _("No answers were kept."));
}

void linear_follow_up(struct linear *l, const char *arg)
{
	g_autofree char *said = NULL;
	struct follow_up *answers;
	struct ticket *t;
	desk_id id;

	if (!linear_ticket(l, &id))
		return;
	if (*arg) {
		g_auto(GStrv) split = g_strsplit(arg, " ", 3);
		const char *words[] = {"follow-up", split[0], split[1], split[1] ? split[2] : NULL, NULL};

		linear_verb(l, words);
		return;
	}
	t = linear_fetch(l, id);
	if (!t)
		return;
	answers = follow_up_proposed(t, &said);
	ticket_free(t);
	if (answers && linear_confirm(l, g_strchomp(said)))
		keep(l, answers->solved, answers->speed, answers->improve);
	else
		ask_each(l);
	follow_up_free(answers);
}
