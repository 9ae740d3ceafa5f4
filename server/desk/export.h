/* Export: the whole desk, or some types of it, as the records that import reads. */
#ifndef DESK_EXPORT_H
#define DESK_EXPORT_H

#include <stdio.h>
#include "server/desk/desk.h"
#include "wire/records.h"

enum export_format { EXPORT_JSONL, EXPORT_CSV };

struct export_conf {
	unsigned types;              /* bit per enum record_type */
	enum export_format format;   /* CSV: one type, and only customer, order or person */
	gboolean (*progress)(guint64 done, void *arg); /* records; TRUE goes on; may be NULL */
	void *arg;
};

/* Reads in short transactions of some hundred records, so that a busy desk goes on meanwhile:
 * what changes during the export is in it as it was before or as it is after. Keys are those
 * of the import that brought a record; others get one of this desk's own, by which the same
 * desk knows them again. *count: records written. */
gboolean export_stream(struct desk *d, FILE *out, const struct export_conf *conf, guint64 *count, GError **error);

#endif
