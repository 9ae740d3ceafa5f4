/* The domain, second half: people at work, escalation, after-sales, problems, automation, and the
 * arithmetic of clocks. The conventions are those of model.h, which includes this. */
#ifndef WIRE_MODEL_SERVICE_H
#define WIRE_MODEL_SERVICE_H

#include "wire/model.h"

/* ---- vocabulary: stored as numbers, grows at the end */
#define MODEL_AGENT_STATES(_) \
	_(OFFLINE, "offline") _(AVAILABLE, "available") _(BUSY, "busy") \
	_(BREAK, "break")       /* with a reason */ \
	_(WRAP_UP, "wrap-up")   /* after a contact; ends by itself */ \
	_(AWAY, "away")
/* the ways a ticket goes to others (R-TICKET-3) */
#define MODEL_ESCALATIONS(_) \
	_(TIER2, "tier2") \
	_(CROSS, "cross-department") \
	_(CONSULT, "consult")   /* asked, not handed over */ \
	_(TRANSFER, "transfer") /* from agent to agent, kept until the other takes it */
#define MODEL_ESCALATION_STATES(_) \
	_(WAITING, "waiting")           /* nobody there has acknowledged it */ \
	_(ACKNOWLEDGED, "acknowledged") \
	_(ANSWERED, "answered") \
	_(RETURNED, "returned")         /* given back or declined, with a reason */ \
	_(BOUNCED, "bounced")           /* went back because nobody acknowledged it in time */ \
	_(ENDED, "ended")               /* the ticket was solved, or went on elsewhere */
#define MODEL_IMPACTS(_) _(LIMITED, "limited") _(WIDE, "wide")
#define MODEL_NEEDS(_) _(LOW, "low") _(MEDIUM, "medium") _(HIGH, "high")
#define MODEL_PROBLEM_STAGES(_) \
	_(SUSPECTED, "suspected") /* the desk saw a peak; nobody has looked yet */ \
	_(FOUND, "found") _(ANALYSED, "analysed") _(FIXED, "fixed") _(TOLD, "told") _(PREVENTED, "prevented") \
	_(DISMISSED, "dismissed")
/* where a round of the follow-up is (R-TICKET-2) */
#define MODEL_FOLLOW_UPS(_) \
	_(WAITING, "waiting")       /* resolved; its day hasn't come */ \
	_(DUE, "due")               /* somebody has to ask */ \
	_(ASKED, "asked") _(ANSWERED, "answered") \
	_(UNANSWERED, "unanswered") /* asked as often as the desk asks */ \
	_(SKIPPED, "skipped")       /* archived without, by a supervisor */ \
	_(ENDED, "ended")           /* opened again, merged or spam before it was answered */
#define MODEL_RULES(_) _(TRIGGER, "trigger") _(SCHEDULE, "schedule") _(WEBHOOK, "webhook")

#define E(id, name) AGENT_##id,
enum agent_state { MODEL_AGENT_STATES(E) AGENT_STATE_COUNT };
#undef E
#define E(id, name) ESCALATION_##id,
enum escalation_kind { MODEL_ESCALATIONS(E) ESCALATION_KIND_COUNT };
#undef E
#define E(id, name) RUNG_##id,
enum escalation_state { MODEL_ESCALATION_STATES(E) RUNG_STATE_COUNT };
#undef E
#define E(id, name) IMPACT_##id,
enum impact { MODEL_IMPACTS(E) IMPACT_COUNT };
#undef E
#define E(id, name) NEED_##id,
enum need { MODEL_NEEDS(E) NEED_COUNT };
#undef E
#define E(id, name) STAGE_##id,
enum problem_stage { MODEL_PROBLEM_STAGES(E) STAGE_COUNT };
#undef E
#define E(id, name) FOLLOW_UP_##id,
enum follow_up_state { MODEL_FOLLOW_UPS(E) FOLLOW_UP_STATE_COUNT };
#undef E
#define E(id, name) RULE_##id,
enum rule_kind { MODEL_RULES(E) RULE_COUNT };
#undef E

const char *agent_state_name(enum agent_state v);
const char *escalation_kind_name(enum escalation_kind v);
const char *escalation_state_name(enum escalation_state v);
const char *impact_name(enum impact v);
const char *need_name(enum need v);
const char *problem_stage_name(enum problem_stage v);
const char *follow_up_state_name(enum follow_up_state v);
const char *rule_kind_name(enum rule_kind v);
int agent_state_by_name(const char *s);
int escalation_kind_by_name(const char *s);
int escalation_state_by_name(const char *s);
int impact_by_name(const char *s);
int need_by_name(const char *s);
int problem_stage_by_name(const char *s);
int follow_up_state_by_name(const char *s);
int rule_kind_by_name(const char *s);

/* ---- people at work */
struct agent {
	desk_id person_id;
	enum agent_state state;
	char *reason;             /* of a BREAK; NULL else */
	int64_t since_ms;
	int64_t until_ms;         /* ends by itself then; 0 = not */
	int load, capacity;       /* in units: a channel's weight each; capacity > 0 */
	int tickets;              /* how many make up the load */
	int64_t free_since_ms;    /* since when nothing is in hand; 0 = something is */
};

struct offer {                    /* a ticket held out to one person */
	desk_id ticket_id, person_id;
	int64_t made_ms, until_ms; /* goes on to the next then */
	char *subject, *customer_name;
	enum channel channel;
};

/* ---- escalation */
struct escalation {               /* a rung of a ticket's ladder */
	desk_id id, ticket_id;
	enum escalation_kind kind;
	enum escalation_state state;
	desk_id parent_id;        /* CROSS: the plan that this is a part of; 0 = a plan itself */
	desk_id from_group_id, from_person_id;
	desk_id to_group_id;      /* 0: to a person */
	desk_id to_person_id;     /* 0: to a group */
	desk_id by_id;
	char *by_name;
	char *reason;
	char *task;               /* what the group owes, of a part */
	desk_id note_id;          /* the hand-over note's message; 0 none */
	int64_t at_ms;
	int64_t acknowledge_by_ms;/* bounces then; of a part, and of a question that was acknowledged: those who owe it are
	                           * reminded then; 0 never */
	int64_t acknowledged_ms;
	desk_id taken_id;         /* who acknowledged */
	char *taken_name;
	int64_t estimate_ms;      /* by when there will be a solution, as last said; parts: due */
	char *answer;
	int64_t ended_ms;
};

struct escalation_part {          /* asked for with an escalation */
	desk_id group_id;
	char *task;
	int64_t due_ms;           /* 0: by the plan's clock */
};

struct escalation_target {
	desk_id group_id;
	char *name, *title;
	int tier;                 /* 0 = other department */
	int people, available;
	int waiting;              /* tickets in its queue that nobody has taken */
	int64_t wait_ms;          /* expected until somebody takes it; -1 unknown */
	int64_t target_ms;        /* its clock; 0 none */
	int64_t promise_ms;       /* moment to promise the customer when the agent says nothing else */
	gboolean recommended;
	char *why;                /* it is recommended */
};

/* What an agent needs to escalate with a few keys. */
struct escalation_sheet {
	GPtrArray *targets;       /* struct escalation_target, the recommended one first */
	GPtrArray *reasons;       /* char*, likeliest first */
	char *note;               /* hand-over note: problem, what was tried, promises, mood */
	char *reply;              /* to the customer, in his language; {promised} is not yet filled */
	int64_t promise_ms;
};

/* ---- after sales (R-TICKET-2) */
struct follow_up {
	enum follow_up_state state;
	int64_t due_ms;
	int64_t asked_ms;         /* last; 0 not yet */
	desk_id asked_id;
	char *asked_name;
	int asked;                /* times */
	int solved;               /* -1 not said, 0, 1 */
	int speed;                /* 1..5 stars; 0 not said */
	char *improve;
	int64_t answered_ms;
	desk_id answered_id;      /* who wrote it down; 0: the customer himself */
	char *answered_name;
	desk_id solver_id;        /* who resolved the ticket */
	char *solver_name;
	int64_t skipped_ms;       /* archived without: 0 not */
	desk_id skipped_id;
	char *skipped_name, *skip_reason;
};

/* ---- problems behind tickets (R-TICKET-4) */
struct problem_step {
	enum problem_stage stage;
	desk_id owner_id;
	char *owner_name;
	int64_t due_ms;
	int64_t done_ms;          /* 0 not yet */
	desk_id done_id;
	char *done_name, *note;
};

struct problem {
	desk_id id;
	int64_t version;
	char *title;
	enum problem_stage stage;
	char *category;           /* of the tickets, then of the root cause; NULL none */
	char *root_cause;
	desk_id owner_id;
	char *owner_name;
	int64_t opened_ms, updated_ms;
	int tickets, customers, told, satisfied, unsatisfied; /* counts */
	desk_id article_id, training_id;
	GPtrArray *steps;         /* struct problem_step, by stage; NULL in lists */
	GArray *ticket_ids;       /* newest 200; NULL in lists */
};

struct problem_text {             /* what all affected are told, in one language */
	char *language, *body;
};

/* ---- automation */
struct automation_run {
	desk_id id;
	enum rule_kind kind;
	char *name;               /* of the rule */
	desk_id ticket_id;
	int64_t at_ms;
	char *why, *did, *error;
};

struct webhook_delivery {
	desk_id id;
	char *delivery;           /* the id its receiver sees */
	char *webhook, *event;
	desk_id ticket_id;
	int64_t at_ms;
	int tries, status;        /* status: HTTP, 0 = no answer */
	int64_t next_ms;          /* next try; 0 none */
	char *error;
	int64_t done_ms;          /* accepted; 0 not */
};

/* ---- how a deadline came about */
struct clock_step {
	char *kind;               /* start, counted, paused, closed (no working time), holiday, met, ... */
	int64_t from_ms, to_ms;
	int64_t counted_ms;       /* in this step */
	int64_t total_ms;         /* up to its end */
	char *note;               /* status, name of the holiday, ... */
};
struct clock_what_if {
	char *kind;               /* pending-now, reopened-tomorrow, ... */
	int64_t at_ms;
	enum clock_state state;
	int64_t due_ms, left_ms;
};
struct clock_warns {
	char *threshold;          /* "75%", "10m" */
	int64_t at_ms;            /* 0: the clock is shorter than that */
};
struct clock_explained {
	struct ticket_clock clock;
	char *policy;             /* its name */
	char *matched;            /* why this one */
	char *calendar, *zone;    /* NULL = round the clock */
	GPtrArray *warnings;      /* struct clock_warns, of a running one in order of time */
	GPtrArray *steps;         /* struct clock_step */
	GPtrArray *what_if;       /* struct clock_what_if */
};

void agent_free(struct agent *v);
void offer_free(struct offer *v);
void escalation_free(struct escalation *v);
void escalation_part_free(struct escalation_part *v);
void escalation_target_free(struct escalation_target *v);
void escalation_sheet_free(struct escalation_sheet *v);
void follow_up_free(struct follow_up *v);
void problem_step_free(struct problem_step *v);
void problem_free(struct problem *v);
void problem_text_free(struct problem_text *v);
void automation_run_free(struct automation_run *v);
void webhook_delivery_free(struct webhook_delivery *v);
void clock_step_free(struct clock_step *v);
void clock_what_if_free(struct clock_what_if *v);
void clock_warns_free(struct clock_warns *v);
void clock_explained_free(struct clock_explained *v);
struct escalation_sheet *escalation_sheet_new(void);
struct problem *problem_new(void);
struct clock_explained *clock_explained_new(void);

#endif
