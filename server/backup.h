/* A backup: a folder with the database as it was at one moment, the files of attachments, and
 * a MANIFEST that says what belongs to it. */
#ifndef SERVER_BACKUP_H
#define SERVER_BACKUP_H

#include "server/storage/db_backup.h"

#define BACKUP_FORMAT 1

struct backup_conf {
	const char *folder;          /* must not exist yet */
	const char *files;           /* where large attachments are; NULL or missing: there are none */
	db_backup_fn *progress;
	void *arg;
};
struct backup_report {
	int64_t bytes;               /* of the database's copy */
	guint64 files;               /* attachments */
};

/* Made beside the place under another name and moved there when it is whole and on the disk. */
gboolean backup_make(struct db *db, const struct backup_conf *conf, struct backup_report *report, GError **error);
/* Every part against the MANIFEST; DESK_INVALID names what is missing or different. */
gboolean backup_check(const char *folder, struct backup_report *report, GError **error);
/* Checked first; then into a database that is not there yet, and its files into `files` (NULL:
 * none may be in the backup). An SQLite backup goes into SQLite, PostgreSQL's into PostgreSQL. */
gboolean backup_restore(const char *folder, const char *url, const char *files, struct backup_report *report,
			GError **error);

#endif
