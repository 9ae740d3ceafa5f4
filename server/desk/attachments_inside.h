/* What the files of attachments share. */
#ifndef DESK_ATTACHMENTS_INSIDE_H
#define DESK_ATTACHMENTS_INSIDE_H

#include "server/desk/attachments.h"

struct attachments {
	struct filestore *store; /* NULL: all in the database */
	int64_t max_bytes, inline_bytes;
	int loose_max, scanner_ms;
	char **scanner;
	gboolean scanner_strict;
	int64_t next_sweep_ms;   /* of the scheduler's thread */
};

/* A row of STMT_ATTACHMENT_COLS. */
void attachment_row_take(const struct db_row *row, struct attachment_row *to);

#endif
