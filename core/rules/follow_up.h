/* After sales (R-TICKET-2): what becomes of a follow-up as its ticket and the time go on. A ticket
 * has a round of it for each time it was resolved. Pure. */
#ifndef RULES_FOLLOW_UP_H
#define RULES_FOLLOW_UP_H

#include "base/error.h"
#include "wire/model_service.h"

#define FOLLOW_UP_ASKS 2          /* so often somebody is asked, then the desk lets it be */
#define FOLLOW_UP_POOR_SPEED 2    /* so many stars or fewer want a word */
#define FOLLOW_UP_IMPROVE_MAX 4000

/* Still to be done: waiting, due, asked. NULL: no. */
gboolean follow_up_is_open(const struct follow_up *f);
/* The loop is closed and the ticket may be archived: answered, asked in vain, or skipped. NULL: no. */
gboolean follow_up_is_closed(const struct follow_up *f);
/* What the customer said wants an answer (R-TIME-9): solved, but something is to be improved. */
gboolean follow_up_wants_answer(const struct follow_up *f);
/* The questions can be sent through this channel; else somebody asks them. */
gboolean follow_up_speaks(enum channel channel);

/* What a ticket's state makes of its newest round. */
enum follow_up_turn {
	FOLLOW_UP_STAYS,
	FOLLOW_UP_BEGINS, /* a new round; an open one ends */
	FOLLOW_UP_FALLS,  /* it is due now */
	FOLLOW_UP_RESTS,  /* asked, and the ticket was opened meanwhile: nobody is asked again */
	FOLLOW_UP_ENDS,   /* nothing to follow up any more */
	FOLLOW_UP_PASSES  /* it was of an earlier solution */
};
struct follow_up_ticket {
	enum ticket_status status;
	gboolean after_sales;
	int64_t resolved_ms;     /* of the ticket */
	int64_t round_ms;        /* the resolution that the round is of; 0 an earlier one */
};
/* f NULL: there was none yet. */
enum follow_up_turn follow_up_turn_of(const struct follow_up *f, const struct follow_up_ticket *t);

/* What the desk does by itself when the round's moment has come. */
enum follow_up_act {
	FOLLOW_UP_NOTHING,
	FOLLOW_UP_FALL_DUE,
	FOLLOW_UP_ASK_AGAIN,  /* by the desk when the channel takes it, else by whoever asked */
	FOLLOW_UP_GIVE_UP     /* asked often enough: archived, "asked, not answered" */
};
enum follow_up_act follow_up_act_of(const struct follow_up *f, enum ticket_status status);

/* What a customer's own words answer, as far as they say it: "5", "yes, 4 stars, could be quicker", "没有解决", in English
 * and Chinese. `to` gets solved (-1 not said), speed (0 not said) and improve (what else they say; g_free; NULL nothing).
 * FALSE: no answer to the script that a person should be asked to confirm. A guess: never to be booked by itself. */
gboolean follow_up_read(const char *text, struct follow_up *to);

/* The answers that the customer's newest words since the script went out seem to give, to be confirmed; NULL: none that
 * are sure enough. *said: those words and answers as a question, in the language of the thread; g_free. follow_up_free. */
struct follow_up *follow_up_proposed(const struct ticket *t, char **said);

/* Answers as somebody gives them: DESK_INVALID names the member. */
gboolean follow_up_check(const struct follow_up *answers, GError **error);

#endif
