/* `ttydeskd backup` and `ttydeskd restore`. */
#include "server/commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/backup.h"
#include "base/say.h"

static gboolean progress(int64_t done, int64_t total, void *arg)
{
	gint64 *told_us = arg, now = g_get_monotonic_time();

	if (now - *told_us < G_USEC_PER_SEC / 5 && done < total)
		return TRUE;
	*told_us = now;
	if (total)
		fprintf(stderr, "\r\033[K%3d %%", (int)(done * 100 / total));
	if (total && done >= total)
		fputs("\r\033[K", stderr);
	fflush(stderr);
	return TRUE;
}

static void tell(const char *what, const struct backup_report *r)
{
	g_autofree char *size = g_format_size((guint64)r->bytes);

	printf(_("%s: database of %s, %" G_GUINT64_FORMAT " attachments in files\n"), what, size, r->files);
}

static gboolean make(const struct settings *s, const char *folder, struct backup_report *report, GError **error)
{
	g_autofree char *files = settings_files_dir(s);
	gint64 told_us = 0;
	const struct backup_conf conf = {.folder = folder, .files = files,
					 .progress = isatty(STDERR_FILENO) ? progress : NULL, .arg = &told_us};
	struct db *db = command_database(s, error);
	gboolean ok = db && backup_make(db, &conf, report, error);

	db_close(db);
	return ok;
}

int command_backup(int argc, char **argv)
{
	struct settings settings = {0};
	struct backup_report report = {0};
	gboolean check = FALSE;
	const GOptionEntry entries[] = {
		{"check", 'c', 0, G_OPTION_ARG_NONE, &check, N_("Compare a backup with its manifest, make none"), NULL},
		{NULL}};
	g_autoptr(GError) error = NULL;
	int code;

	if (!settings_take(&settings, &argc, &argv, entries, "FOLDER",
			   N_("Copies the database and the attachments into a new folder, while the desk works."), &code)) {
		settings_clear(&settings);
		return code;
	}
	if (argc != 2) {
		code = command_usage("write: ttydeskd backup FOLDER");
	} else if (!(check ? backup_check(argv[1], &report, &error) : make(&settings, argv[1], &report, &error))) {
		code = command_fail(1, error);
	} else {
		tell(check ? _("the backup is whole") : _("backup made"), &report);
		code = 0;
	}
	settings_clear(&settings);
	return code;
}

/* Opening migrates what an older ttydeskd made; then all of it is looked through. */
static gboolean settle(const char *url, GError **error)
{
	struct db *db = db_open(url, error);
	gboolean ok = db && db_check(db, error);

	db_close(db);
	return ok;
}

int command_restore(int argc, char **argv)
{
	struct settings settings = {0};
	struct backup_report report = {0};
	g_autoptr(GError) error = NULL;
	g_autofree char *files = NULL;
	int code;

	if (!settings_take(&settings, &argc, &argv, NULL, "FOLDER",
			   N_("Puts a backup into a database that is not there yet."), &code)) {
		settings_clear(&settings);
		return code;
	}
	files = settings_files_dir(&settings);
	if (argc != 2) {
		code = command_usage("write: ttydeskd restore FOLDER");
	} else if (!backup_restore(argv[1], settings.database, files, &report, &error) ||
		   !settle(settings.database, &error)) {
		code = command_fail(1, error);
	} else {
		tell("restored", &report);
		code = 0;
	}
	settings_clear(&settings);
	return code;
}
