/* When many tickets of one topic are more than usual. */
#include "rules/incident.h"

#include <string.h>

#define LEVELS 2

char *incident_topic(const char *category)
{
	const char *end = category;

	if (!category || !*category)
		return NULL;
	for (int level = 0; level < LEVELS && *end; level++)
		end += strcspn(end, "/") + (level + 1 < LEVELS && end[strcspn(end, "/")] ? 1 : 0);
	return g_strndup(category, (gsize)(end - category));
}

gboolean incident_of_topic(const char *category, const char *topic)
{
	size_t len = topic ? strlen(topic) : 0;

	return len && category && strncmp(category, topic, len) == 0 && (!category[len] || category[len] == '/');
}

double incident_usual(const struct incident_limits *l, int64_t before)
{
	return (double)before * l->minutes / (INCIDENT_USUAL_DAYS * 24 * 60.0);
}

gboolean incident_begins(const struct incident_limits *l, int64_t now, double usual)
{
	return l->count > 0 && now >= l->count && (double)now >= usual * l->times;
}

gboolean incident_lasts(const struct incident_limits *l, int64_t now, double usual)
{
	return l->count > 0 && now * 2 >= l->count && (double)now * 2 >= usual * l->times;
}
