/* The lines of a ticket's history. They are kept in English, so that what is stored, searched and
 * exported never depends on who looked on, and told in the reader's language by their forms. A form
 * may change or go; lines of an old one are then shown as they stand. */
#ifndef RULES_HISTORY_H
#define RULES_HISTORY_H

#include "base/say.h"

#define HISTORY_ACKNOWLEDGED N_("acknowledged by %s (%s)")
#define HISTORY_ASSIGNED N_("assigned to %s")
#define HISTORY_ASSIGNED_NOBODY N_("assigned to nobody")
#define HISTORY_BOUNCED N_("came back from %s: nobody acknowledged it in time")
#define HISTORY_CANT_SOLVE N_("can't be solved here: %s")
#define HISTORY_CANT_SOLVE_BARE N_("can't be solved here")
#define HISTORY_COMPENSATED N_("compensation: %s")
#define HISTORY_COMPENSATION_ASKED N_("compensation waits for approval: %s")
#define HISTORY_COMPENSATION_APPROVED N_("compensation approved: %s")
#define HISTORY_COMPENSATION_REJECTED N_("compensation rejected: %s")
#define HISTORY_CONSULTED N_("asked %s: %s")
#define HISTORY_CUSTOMER N_("customer: %s, before: %s")
#define HISTORY_ESCALATED N_("escalated to %s: %s")
#define HISTORY_ESCALATED_BARE N_("escalated to %s")
#define HISTORY_ESTIMATED N_("needs longer, says %s, until %s: %s")
#define HISTORY_FOLLOWED N_("the customer has written again: #%" G_GINT64_FORMAT)
#define HISTORY_FOLLOWS N_("follow-up of #%" G_GINT64_FORMAT)
#define HISTORY_FOLLOW_UP_ASKED N_("follow-up: the questions were sent")
#define HISTORY_FOLLOW_UP_ASKED_ALOUD N_("follow-up: asked in person")
#define HISTORY_FOLLOW_UP_DUE N_("follow-up due")
#define HISTORY_FOLLOW_UP_DUE_AGAIN N_("follow-up: no answer, to be asked once more")
#define HISTORY_FOLLOW_UP_IMPROVE N_("follow-up: to improve: %s")
#define HISTORY_FOLLOW_UP_NOT_SOLVED N_("follow-up: not solved")
#define HISTORY_FOLLOW_UP_SKIPPED N_("archived without follow-up by %s: %s")
#define HISTORY_FOLLOW_UP_SOLVED N_("follow-up: solved")
#define HISTORY_FOLLOW_UP_SPEED N_("follow-up: speed %d of 5")
#define HISTORY_FOLLOW_UP_UNANSWERED N_("follow-up: asked, not answered")
#define HISTORY_GIVEN N_("%s of %s %s: %s") /* within the lines of compensation */
#define HISTORY_GIVEN_FOR N_("%s of %s %s for order %s: %s")
#define HISTORY_HOLD_ENDED N_("the hold has ended")
#define HISTORY_LADDER_ANSWERED N_("answered by %s")
#define HISTORY_LINKED N_("%s: #%" G_GINT64_FORMAT)
#define HISTORY_MERGED_FROM N_("#%" G_GINT64_FORMAT " merged into this: %s")
#define HISTORY_MERGED_FROM_OTHER N_("#%" G_GINT64_FORMAT " merged into this: %s (of %s)")
#define HISTORY_MERGED_INTO N_("merged into #%" G_GINT64_FORMAT)
#define HISTORY_MOVED N_("moved to %s")
#define HISTORY_PRIORITY N_("priority: %s (%s)")
#define HISTORY_PRIORITY_INCIDENT N_("incident suspected: %u of %s in %u min") /* why it has that priority */
#define HISTORY_PRIORITY_MATRIX N_("impact %s x need %s")
#define HISTORY_PRIORITY_PERSON N_("set by %s")
#define HISTORY_PROBLEM N_("part of problem %" G_GINT64_FORMAT ": %s")
#define HISTORY_PROBLEM_ENDED N_("no longer part of problem %" G_GINT64_FORMAT ": %s")
#define HISTORY_PART N_("%s owes a part: %s")
#define HISTORY_PLAN_COMPLETE N_("the plan is complete: tell the customer")
#define HISTORY_PROMISED N_("promised an answer by %s")
#define HISTORY_RATED N_("rated %d of 5")
#define HISTORY_RATED_WHY N_("rated %d of 5: %s")
#define HISTORY_RELEASED N_("released by %s")
#define HISTORY_REMINDED N_("%s is reminded: no answer yet")
#define HISTORY_RETURNED N_("returned by %s: %s")
#define HISTORY_RULE N_("rule %s: %s")
#define HISTORY_SECRET N_("a new secret for the customer; the old one is void")
#define HISTORY_SNOOZED N_("snoozed until %s")
#define HISTORY_SNOOZED_REPLY N_("snoozed until the customer writes")
#define HISTORY_SNOOZE_OVER N_("the snooze has ended")
#define HISTORY_SNOOZE_WOKEN N_("woken before its time")
#define HISTORY_SNOOZE_CLOCK N_("woken by a deadline")
#define HISTORY_SPLIT_FROM N_("split off from #%" G_GINT64_FORMAT)
#define HISTORY_SPLIT_ONE N_("%u message split off to #%" G_GINT64_FORMAT ": %s")
#define HISTORY_SPLIT_MANY N_("%u messages split off to #%" G_GINT64_FORMAT ": %s")
#define HISTORY_STATUS N_("status: %s")
#define HISTORY_STEP_REMOVED N_("step removed: %s")
#define HISTORY_TAKEN_BACK N_("taken back from %s: %s")
#define HISTORY_TRANSFER_BOUNCED N_("%s didn't take it over in time")
#define HISTORY_TRANSFER_DECLINED N_("not taken over by %s: %s")
#define HISTORY_TRANSFER_OFFERED N_("offered to %s")
#define HISTORY_TRANSFER_TAKEN N_("taken over by %s")
#define HISTORY_NOT_THERE N_("%s is not there: back to the queue")
#define HISTORY_UNLINKED N_("no longer %s: #%" G_GINT64_FORMAT)

/* The line in the language of the thread; a copy of it when it has none of the forms. g_free. */
char *history_said(const char *line);
/* Whether a line (NULL: FALSE) has that form. */
gboolean history_has_form(const char *line, const char *form);
/* What stands at the n-th place of the form; NULL: the line (NULL: none) hasn't that form. g_free. */
char *history_part(const char *line, const char *form, guint n);
/* The forms, NULL-terminated (tests). */
extern const char *const history_forms[];

#endif
