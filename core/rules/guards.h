/* What is looked at before a message leaves, in order. Pure: facts in, the first objection out.
 *
 * A guard refuses (the text has to be changed) or asks (the person may send nevertheless; what
 * was answered with yes is put into `passed`, and the next one is looked for). A note is asked
 * for a card number and two drafts in one only: it stays inside. */
#ifndef RULES_GUARDS_H
#define RULES_GUARDS_H

#include "rules/limits.h"

enum guard {
	GUARD_NONE,         /* nothing speaks against it */
	GUARD_EMPTY,        /* refuses: there is nothing to send */
	GUARD_HUGE,         /* refuses: more than the desk takes in one message */
	GUARD_PLACEHOLDER,  /* refuses: {promised} is not filled in */
	GUARD_LENGTH,       /* refuses: longer than the channel takes */
	GUARD_COMMAND,      /* asks: reads like ":open 1019" */
	GUARD_JOINED,       /* asks: two drafts stand in it, with the line that joins them */
	GUARD_BRACES,       /* asks: {something} looks like one */
	GUARD_PARTS,        /* asks: the first reply lacks a part of the 3+1 structure */
	GUARD_CARD,         /* asks: the number of a payment card */
	GUARD_NEWER,        /* asks: the customer wrote meanwhile */
	GUARD_PROMISE,      /* asks: the words no longer name the time that was promised */
	GUARD_OTHER,        /* asks: a colleague is writing on the ticket, too */
	GUARD_CAREFUL,      /* asks: a second look is wanted for this customer */
	GUARD_COUNT
};

struct guard_facts {
	enum message_kind kind;
	enum channel channel;
	const struct limits *limits;      /* NULL: none known */
	const char *text;
	gboolean like_command;
	gboolean first_reply;             /* nobody has answered this customer on the ticket yet */
	unsigned parts;                   /* of the 3+1 structure, bits of enum template_part */
	desk_id newest, answers;          /* newest customer message; newest the writer has read (0 unknown) */
	gboolean promise_gone;            /* a time was promised, and the text doesn't say it */
	gboolean other_writes;            /* a colleague does, on the same ticket */
	gboolean careful;                 /* a tag of the customer says so */
	unsigned passed;                  /* bits 1 << guard: answered with yes */
};

struct guard_verdict {
	enum guard guard;
	gboolean refuses;
	size_t at, to;                    /* bytes of the text it is about; equal when about none */
	unsigned missing;                 /* PARTS */
	struct limit_use use;             /* LENGTH */
};

#define GUARD_PARTS_WANTED (1u << PART_GREETING | 1u << PART_IDENTITY | 1u << PART_PROBLEM | 1u << PART_CARE)

/* The first guard that objects. */
struct guard_verdict guards_ask(const struct guard_facts *f);

#endif
