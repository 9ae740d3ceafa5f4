/* What a ticket was at a moment that is gone, from what is kept of it: facts, ladder, lines of history. What leaves
 * no trace (tags, category, words, the customer ...) isn't known: such terms of a query are answered by whoever knows
 * the ticket as it is now. Pure. */
#ifndef RULES_PAST_H
#define RULES_PAST_H

#include "rules/clocks.h"
#include "rules/find.h"

struct past_line {          /* a note (text NULL), or a line of history */
	enum message_kind kind;
	int64_t at_ms;
	char *text;
};
struct past_words {         /* of the desk */
	desk_id (*group)(const char *title, void *arg);   /* 0: none is called so */
	int (*tier)(desk_id group, void *arg);            /* 1 or 2; 0 unknown */
	void (*people)(desk_id group, GArray *ids, void *arg); /* adds those who are in it */
	void *arg;
};
struct past_ticket {        /* all borrowed */
	const struct ticket *now;       /* its row, resolved_ms and ladder */
	const struct clock_fact *facts; /* in order of time */
	size_t n_facts;
	const struct past_line *lines;  /* in order of time */
	size_t n_lines;
	const struct past_words *words;
};

/* enum find_field, find_is and find_has as bits. */
struct past_terms {
	uint64_t fields;
	unsigned is, has;
};
struct past {
	struct find_facts facts;   /* what is known, the rest is empty; ids of arrays are the past's */
	struct past_terms known;
	gboolean somebody;         /* it was somebody's, not known whose */
	size_t n_facts;            /* of the ticket's facts, by then */
	GArray *ids[4];
	struct ticket_clock *clocks;
};
/* What happened at at_ms itself is in. past_clear() after. */
void past_fold(const struct past_ticket *t, int64_t at_ms, struct past *out);
/* Its clocks then (struct ticket_clock), folded by its rules over the first n_facts facts. */
void past_set_clocks(struct past *p, const GPtrArray *clocks);
void past_clear(struct past *p);

/* Whether a resolved query held then. now: whether the ticket as it is now fits a term that isn't known of the past;
 * which ones were asked so is added to *asked. */
typedef gboolean past_now_fn(const struct find_node *term, void *arg);
gboolean past_holds(const struct find_tree *tree, const struct past *p, past_now_fn *now, void *arg, struct past_terms *asked);
/* "tag, text, is:snoozed"; "" when there are none. g_free. */
char *past_terms_named(const struct past_terms *terms);

#endif
