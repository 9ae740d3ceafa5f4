/* Verbs of the follow-up after sales. */
#include "tui/plain/verbs.h"

#include <string.h>

static gboolean fill_ask(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)ticket;
	(void)error;
	change->body = g_strdup(call_option(c, PLAIN_OPTION_MESSAGE));
	return TRUE;
}

int verb_follow_up_ask(struct call *c)
{
	return call_write_each(c, CHANGE_FOLLOW_UP_ASK, fill_ask, _("asked"));
}

static gboolean fill_answers(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *solved = call_word(c, 0), *speed = call_word(c, 1);
	gint64 stars = 0;

	(void)ticket;
	if (!solved || (strcmp(solved, "yes") != 0 && strcmp(solved, "no") != 0))
		return desk_fail(error, DESK_INVALID, _("is it solved? say yes or no"));
	if (speed && !g_ascii_string_to_signed(speed, 10, 0, 5, &stars, NULL))
		return desk_fail(error, DESK_INVALID, _("the speed is 1 to 5, not %s"), speed);
	change->follow_up = g_new0(struct follow_up, 1);
	change->follow_up->solved = strcmp(solved, "yes") == 0;
	change->follow_up->speed = (int)stars;
	change->follow_up->improve = call_rest(c, 2);
	return TRUE;
}

int verb_follow_up(struct call *c)
{
	return call_write_each(c, CHANGE_FOLLOW_UP, fill_answers, _("answers kept"));
}

static gboolean fill_skip(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	(void)ticket;
	change->reason = g_strdup(call_option(c, PLAIN_OPTION_REASON));
	return change->reason || desk_fail(error, DESK_INVALID, _("say why, with --reason"));
}

int verb_skip_follow_up(struct call *c)
{
	return call_write_each(c, CHANGE_FOLLOW_UP_SKIP, fill_skip, _("archived without follow-up"));
}
