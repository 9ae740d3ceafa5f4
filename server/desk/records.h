/* Import of JSON Lines (ttydesk-import(5)) and the seed of a new or sample desk. */
#ifndef DESK_RECORDS_H
#define DESK_RECORDS_H

#include <stdio.h>
#include "server/desk/desk.h"

struct import_report {
	guint64 lines, added, updated, unchanged, bad;
};
/* Every bad line is told to `complain` ("file:line: sentence"); the others go in,
 * some hundred a transaction, unless dry_run. FALSE only when reading or the
 * database failed. Can be repeated: records are found again by type and key. */
gboolean import_stream(struct desk *d, FILE *in, const char *name, gboolean dry_run,
                       void (*complain)(const char *line, void *arg), void *arg,
                       struct import_report *report, GError **error);
/* Policies, calendars, tags, groups, templates every new desk begins with. */
gboolean seed_desk(struct desk *d, GError **error);
/* The sample desk on an empty database. DESK_CONFLICT when there is somebody's data. */
gboolean seed_sample(struct desk *d, GError **error);

#endif
