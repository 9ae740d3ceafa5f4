/* Who gets what: capacity in the channels' weights, the best person for a ticket, the best ticket for
 * a person. Pure.
 *
 * The desk's setting channel_weights says what a ticket of a channel takes of a person's capacity:
 * "phone=100 web=20 email=10", a word a channel; a channel that isn't named takes nothing. */
#ifndef RULES_ROUTING_H
#define RULES_ROUTING_H

#include "base/error.h"
#include "wire/model.h"

struct routing_weights {
	int of[CHANNEL_COUNT];  /* 0..ROUTING_WEIGHT_MAX */
};
#define ROUTING_WEIGHT_MAX 100000

/* DESK_INVALID and a sentence on what is wrong with the text; NULL text: the default setting. */
gboolean routing_weights_parse(struct routing_weights *w, const char *text, GError **error);
/* What a ticket takes of whoever has it: its channel's weight while it is his to work on (new, open,
 * pending-internal); nothing while the customer's answer or a date is waited for, or when it is done. */
int routing_weight(const struct routing_weights *w, enum channel channel, enum ticket_status status);
gboolean routing_counts(enum ticket_status status); /* a ticket of that status takes capacity */

#define ROUTING_SKILLS 2 /* the problem type's and the customer's language */

/* A ticket that waits for somebody. */
struct routing_work {
	desk_id ticket_id, group_id, customer_id;
	int tier;                /* of the ticket: 1, or 2 once it was escalated */
	desk_id manager_id;      /* its customer's; 0 none */
	desk_id skills[ROUTING_SKILLS]; /* asked for; 0 none */
	int weight;
	int64_t due_ms;          /* nearest deadline; QUEUE_NO_DUE */
	int64_t waiting_since_ms;
};

/* Somebody who may be given work now. */
struct routing_agent {
	desk_id person_id;
	const GArray *groups, *skills; /* of desk_id; borrowed */
	int load, capacity;      /* capacity 0: without limit */
	int64_t free_since_ms;   /* since when nothing new came to them */
	int64_t passed_ms;       /* when they last let this very ticket go by; 0 never */
};

struct routing_rules {
	int64_t skills_ms;       /* how long a ticket waits for its skills; then anybody of the group will do */
	int64_t again_ms;        /* how long after it was passed a ticket isn't offered to the same person */
};

/* There is room for that much more. */
gboolean routing_has_room(const struct routing_agent *a, int weight);
/* May have it at all: works for the group and knows what is asked for (or it has waited for that long
 * enough), or is the customer's manager (of first-tier work, whatever the group), has room, hasn't
 * just let it pass. */
gboolean routing_may(const struct routing_agent *a, const struct routing_work *work, const struct routing_rules *rules,
                     int64_t now_ms);
/* Index of the best of n for it, or -1: the customer's own manager, those who never let it pass, more of
 * the skills, least loaded in proportion to capacity, longest without anything new, lowest number. */
int routing_best_agent(const struct routing_agent *agents, int n, const struct routing_work *work,
                       const struct routing_rules *rules, int64_t now_ms);
/* Index of the best of n works for this person, or -1: own customers' first, then the nearest deadline,
 * then the lowest number. */
int routing_best_work(const struct routing_agent *a, const struct routing_work *works, int n,
                      const struct routing_rules *rules, int64_t now_ms);
/* "lunch, training": the reasons for a break, as the setting break_reasons lists them. char*; unref. */
GPtrArray *routing_reasons(const char *text);

#endif
