/* When many tickets of one topic in a short time are more than its usual day: "incident suspected"
 * (R-SORT-2). Pure: whoever counts brings the figures. */
#ifndef RULES_INCIDENT_H
#define RULES_INCIDENT_H

#include <glib.h>
#include <stdint.h>

#define INCIDENT_USUAL_DAYS 7 /* what is usual is counted over the days before the window */

struct incident_limits {
	int count;   /* tickets of a topic that are many; 0: nothing is ever suspected */
	int minutes; /* within so long */
	int times;   /* and so many times what is usual for the topic */
};

/* A category's topic: its first two levels, "account/sign-in" of "account/sign-in/code"; g_free. NULL for
 * none. What breaks shows on different third levels, as each customer tells it. */
char *incident_topic(const char *category);
/* `category` is of that topic. */
gboolean incident_of_topic(const char *category, const char *topic);

/* Tickets that a window of the limits has usually, when `before` came in the INCIDENT_USUAL_DAYS before it. */
double incident_usual(const struct incident_limits *l, int64_t before);
/* `now` tickets came within the window. */
gboolean incident_begins(const struct incident_limits *l, int64_t now, double usual);
/* One that began lasts until its window holds less than half of what began it. */
gboolean incident_lasts(const struct incident_limits *l, int64_t now, double usual);

#endif
