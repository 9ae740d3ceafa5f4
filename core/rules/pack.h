/* The weekly pack for the review of service, product and technical people (R-TICKET-4): figures in,
 * a readable text (markdown) in the language of the thread out. Pure. */
#ifndef RULES_PACK_H
#define RULES_PACK_H

#include "base/error.h"
#include "wire/model.h"

struct pack_count {  /* a name, this week's figure and the week before's */
	char *name;      /* NULL: of no category, without a reason ... */
	char *to;        /* escalations: the group's title; else NULL */
	int64_t n, before;
};
struct pack_step {   /* of a problem that is not through: what is owed next */
	enum problem_stage stage;
	char *owner;     /* NULL: nobody's */
	int64_t due_ms;  /* 0: no date */
};
struct pack_problem {
	desk_id id;
	char *title, *owner; /* owner NULL: nobody's */
	enum problem_stage stage;
	int64_t tickets, customers, told, satisfied, unsatisfied;
	GPtrArray *steps; /* struct pack_step, those not done */
};
struct pack_quote {
	desk_id ticket_id;
	char *text;
};
struct pack_topic {  /* one that peaks */
	char *name;
	int64_t n;
	double usual;    /* of a week */
	char *article;   /* the tutorial there is: its title; NULL: one is proposed */
	desk_id article_id;
};
struct pack {
	char *desk_name;
	char *week;               /* "2026-W47" */
	int64_t from_ms, to_ms;   /* from Monday 00:00 to the next, on the desk's wall */
	GTimeZone *zone;
	int64_t now_ms;
	int64_t tickets, tickets_before; /* all that came */
	GPtrArray *volumes;       /* struct pack_count by category, most first */
	GPtrArray *problems;      /* struct pack_problem, most tickets first */
	GPtrArray *breaches;      /* struct pack_count, name = clock's */
	int64_t asked, answered, solved, unsolved, skipped; /* follow-ups of the week */
	double speed;             /* mean of 1..5; 0 none */
	GPtrArray *quotes;        /* struct pack_quote: what could be better */
	GPtrArray *escalations;   /* struct pack_count: name = reason, to = group */
	GPtrArray *peaks;         /* struct pack_topic */
	GPtrArray *repeats;       /* struct pack_count by category: came back about the same */
};

/* Everything empty, lists that own what is in them. */
void pack_init(struct pack *p);
void pack_clear(struct pack *p);
struct pack_count *pack_count_add(GPtrArray *list, const char *name, const char *to, int64_t n, int64_t before);
void pack_topic_free(void *topic);
void pack_step_free(void *step);

/* The week "2026-W47" (ISO 8601; NULL: the last whole one before now_ms) on the wall of `zone`: fills week,
 * from_ms, to_ms, zone, now_ms. DESK_INVALID for what is no week. */
gboolean pack_set_week(struct pack *p, const char *week, GTimeZone *zone, int64_t now_ms, GError **error);

#define PACK_PEAK_LEAST 5 /* tickets of a topic that make a peak */
#define PACK_PEAK_TIMES 2 /* times its usual week */
#define PACK_USUAL_WEEKS 4 /* what is usual is counted over the weeks before */
/* Fills `peaks` from categories with this week's figure and that of the PACK_USUAL_WEEKS before it
 * (struct pack_count: n, before): topics of rules/incident.h, the steepest first, at most `max`. */
void pack_find_peaks(struct pack *p, const GPtrArray *categories, guint max);

char *pack_text(const struct pack *p); /* g_free */

#endif
