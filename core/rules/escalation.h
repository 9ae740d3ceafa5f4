/* Handing a case on (R-TICKET-3, R-TIME-6 to -8): the rungs of a ticket's ladder, who may do what on one, where a case
 * fits best, how long it will wait there, the note that goes along. Pure. */
#ifndef RULES_ESCALATION_H
#define RULES_ESCALATION_H

#include "wire/model.h"

/* ---- the ladder (struct escalation, oldest first; NULL = none) */
/* Waiting or acknowledged; a transfer only waiting: who acknowledges it has the case. */
gboolean escalation_is_open(const struct escalation *r);
/* A hand-over of the case itself: to tier 2 or to another department, not a part of a plan. */
gboolean escalation_is_root(const struct escalation *r);
/* NULL: there is no such rung. */
struct escalation *escalation_of(const GPtrArray *ladder, desk_id id);
/* The newest open root: where the case is now. NULL: nowhere else. */
struct escalation *escalation_current(const GPtrArray *ladder);
/* Parts of a plan: how many there are; *open of them, and *answered, may be NULL. */
guint escalation_parts(const GPtrArray *ladder, desk_id plan_id, guint *open, guint *answered);

/* Who looks at a ladder. */
struct escalation_who {
	desk_id person_id;
	const GArray *groups;   /* desk_id: those the person works for; NULL none */
	gboolean leads;         /* a supervisor or more */
};
enum escalation_act {
	ESCALATION_ACKNOWLEDGE, /* the target: "we have it" */
	ESCALATION_ESTIMATE,    /* the target: it takes longer */
	ESCALATION_ANSWER_IT,   /* the target: here is the solution, or what was asked */
	ESCALATION_GIVE_BACK,   /* the target: back to where it came from; of a transfer: declined */
	ESCALATION_WITHDRAW     /* who asked: no longer wanted, as long as nobody has acknowledged it */
};
/* Whether the rung is this person's or their groups' to answer. */
gboolean escalation_is_for(const struct escalation *r, const struct escalation_who *who);
gboolean escalation_may(const struct escalation *r, enum escalation_act act, const struct escalation_who *who);
/* The newest rung that the person may do this to; NULL none. What is for the person comes before what only a
 * supervisor may. Where there is nothing to give back, what the person asked for can be taken back: WITHDRAW. */
struct escalation *escalation_for(const GPtrArray *ladder, enum escalation_act act, const struct escalation_who *who);

/* What a public reply means to the ladder once the customer has it: an answer of tier 2, the plan of a
 * cross-department case. It counts when it was written after the hand-over, by somebody of the target or by anyone
 * after the target's answer; a plan with open parts isn't one yet. (One with a promise before the answer is a new
 * estimate: the fact has its time.) A ticket at tier 2 without any root (of an
 * import) counts every reply. */
enum { ESCALATION_MEETS_TIER2 = 1, ESCALATION_MEETS_PLAN = 2 };
unsigned escalation_met_by_reply(const GPtrArray *ladder, int tier, const struct escalation_who *author,
                                 int64_t written_ms);

/* ---- reasons: the desk's list, "needs a specialist=需要专家; ..." (a lone name stands for both languages) */
/* In that language, those that were given most often first, else as listed. `used`: char*, reasons as given lately,
 * of whatever language; NULL none. char*, never NULL. */
GPtrArray *escalation_reasons(const char *setting, const char *language, const GPtrArray *used);

/* ---- where to */
#define ESCALATION_PICKUPS_MIN 3
/* How long a case waits there until somebody takes it, in ms: with three pickups or more (how long lately escalated
 * cases waited, in any order; sorted here) their median; else (waiting + 1) times the pace, the mean time between
 * two takings; -1 unknown (pace_ms < 0). */
int64_t escalation_wait(int64_t *pickups, size_t n, int waiting, int64_t pace_ms);

struct escalation_candidate {
	const struct group *group;
	gboolean owns_type;    /* cases of this type are theirs by the desk's list of types */
	const char *skill;     /* title of the skill that the type takes; NULL: none is said */
	int people, available; /* of the group; with_skill of them have that skill, skilled_now are available */
	int with_skill, skilled_now;
	const char *language;  /* title of the skill of the customer's language; NULL: none is told apart */
	int speakers, speaking_now;
	const char *tag;       /* the customer bears one whose cases the desk sends there; its name for people; NULL */
	const char *manager;   /* the customer's own manager works there: the name; NULL */
	int used;              /* cases of this type that went there lately */
	gboolean late;         /* it is expected to wait there for longer than its clock allows */
};
/* Higher fits better; what is 0 or less isn't recommended. */
int escalation_fit(const struct escalation_candidate *c);
/* Groups that have cases of a customer's tag, by the setting: "high-value=care; ...". */
gboolean escalation_tag_goes_to(const char *setting, const char *tag, const char *group);
/* Why it comes where it comes, the two best reasons, in the language of the thread; "" when there is none but its tier;
 * g_free. Never NULL. */
char *escalation_why(const struct escalation_candidate *c);

/* ---- the hand-over note */
struct escalation_story {
	const struct ticket *ticket;   /* with messages, clocks, checklist, customer */
	const char *category;          /* its label for people; NULL none */
	const GPtrArray *moods;        /* struct mood_phrases */
	const GPtrArray *articles;     /* char*: titles of what was used of the knowledge base */
	const GPtrArray *tags;         /* struct tag: the desk's */
	const char *zone;              /* of the desk; NULL the process's */
	int64_t now_ms;
};
/* The problem, the customer's words, what was tried, what is promised, mood and tags with their advice; in the
 * language of the thread, a line each. Notes for one person only stay out. g_free. */
char *escalation_note(const struct escalation_story *s);

#endif
