/* Import of JSON Lines (ttydesk-import(5)) and the seed of a new or sample desk. */
#ifndef DESK_RECORDS_H
#define DESK_RECORDS_H

#include <stdio.h>
#include "server/desk/desk.h"

struct import_report {
	guint64 lines, added, updated, unchanged, bad;
	guint64 before;         /* written by the run that was broken off */
};
enum import_stage { IMPORT_CHECKING, IMPORT_LINKING, IMPORT_WRITING };
struct import_conf {
	const char *name;       /* of the file, for messages */
	int table;              /* enum record_type: comma-separated values of that type; -1: records */
	gboolean dry_run;
	gboolean from_start;    /* else a run that was broken off goes on where it was */
	void (*complain)(const char *line, void *arg);   /* "file:line: sentence"; may be NULL */
	/* Now and then, done of total lines; TRUE goes on, FALSE breaks off (DESK_CANCELLED). May be NULL. */
	gboolean (*progress)(enum import_stage stage, guint64 done, guint64 total, void *arg);
	void *arg;
};

/* Bad lines are told; the others go in, some hundred a transaction, unless dry_run. FALSE
 * only when reading or the database failed, or progress broke it off. Can be repeated:
 * records are found again by type and key, and a file that was not finished goes on after
 * the last batch that was committed, with the same moment as its "now". */
gboolean import_stream(struct desk *d, FILE *in, const struct import_conf *conf, struct import_report *report,
                       GError **error);
/* Policies, calendars, tags, groups, templates every new desk begins with. */
gboolean seed_desk(struct desk *d, GError **error);
/* What this version would begin with and the desk doesn't have, by key, as a policy file; g_free; "": nothing. */
char *seed_missing(struct desk *d, GError **error);
/* The sample desk on an empty database. DESK_CONFLICT when there is somebody's data. */
gboolean seed_sample(struct desk *d, GError **error);

#endif
