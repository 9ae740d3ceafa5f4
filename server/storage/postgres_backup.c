/* Backup and restore of a PostgreSQL database by its own programs, pg_dump and pg_restore. */
#include "server/storage/postgres_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "base/say.h"

#define PROGRAMS "/usr/lib/postgresql"

/* Debian has the programs on the path (a wrapper) or only beside the server: the newest. */
static char *find_program(const char *name, GError **error)
{
	char *path = g_find_program_in_path(name);
	GDir *dir = path ? NULL : g_dir_open(PROGRAMS, 0, NULL);
	const char *version;
	gint64 newest = 0;

	while (dir && (version = g_dir_read_name(dir))) {
		g_autofree char *there = g_build_filename(PROGRAMS, version, "bin", name, NULL);
		gint64 number = g_ascii_strtoll(version, NULL, 10);

		if (number <= newest || !g_file_test(there, G_FILE_TEST_IS_EXECUTABLE))
			continue;
		newest = number;
		g_free(path);
		path = g_steal_pointer(&there);
	}
	if (dir)
		g_dir_close(dir);
	if (!path)
		desk_fail(error, DESK_UNSUPPORTED, "%s isn't installed: install the package postgresql-client", name);
	return path;
}

/* Every part of the connection goes by the environment: a password must not be among the arguments. */
static char **environment_of(const char *conninfo, GError **error)
{
	char **env = g_get_environ(), *why = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &why);

	if (!options) {
		desk_fail(error, DESK_INVALID, "the database's address can't be read");
		PQfreemem(why);
		g_strfreev(env);
		return NULL;
	}
	for (PQconninfoOption *o = options; o->keyword; o++)
		if (o->val && *o->val && o->envvar)
			env = g_environ_setenv(env, o->envvar, o->val, TRUE);
	PQconninfoFree(options);
	return g_environ_setenv(env, "PGAPPNAME", "ttydeskd", TRUE);
}

static gboolean run_program(const char *conninfo, char **argv, GError **error)
{
	g_auto(GStrv) env = environment_of(conninfo, error);
	g_autofree char *said = NULL;
	g_autoptr(GError) why = NULL;
	int status = 0;

	if (!env)
		return FALSE;
	if (!g_spawn_sync(NULL, argv, env, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said, &status, &why))
		return desk_fail(error, DESK_IO, "%s: %s", argv[0], why->message);
	if (g_spawn_check_wait_status(status, NULL))
		return TRUE;
	g_strchomp(g_strdelimit(said, "\r\n\t", ' '));
	if (!g_utf8_validate(said, -1, NULL))
		g_strlcpy(said, _("it failed"), strlen(said) + 1);
	return desk_fail(error, DESK_IO, "%s: %s", argv[0], *said ? said : _("it failed"));
}

static gboolean sync_file(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		desk_fail(error, DESK_IO, "%s: %s", path, say_errno(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

gboolean postgres_backup(struct db *db, const char *file, db_backup_fn *progress, void *arg, GError **error)
{
	const struct postgres_db *p = db->engine;
	g_autofree char *program = find_program("pg_dump", error);
	g_autofree char *to = g_strconcat("--file=", file, NULL);
	char *argv[] = {program, (char *)"--format=custom", (char *)"--no-owner", (char *)"--no-privileges", to, NULL};
	int fd;

	if (!program)
		return FALSE;
	if (progress && !progress(0, 0, arg))
		return desk_fail(error, DESK_CANCELLED, "broken off");
	fd = open(file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600); /* with these rights from the start */
	if (fd < 0)
		return desk_fail(error, errno == EEXIST ? DESK_CONFLICT : DESK_IO, "%s: %s", file, say_errno(errno));
	close(fd);
	if (run_program(p->conninfo, argv, error) && sync_file(file, error))
		return TRUE;
	g_unlink(file);
	return FALSE;
}

static gboolean is_empty(const char *conninfo, GError **error)
{
	PGconn *pg = PQconnectdb(conninfo);
	gboolean ok = FALSE;

	if (PQstatus(pg) != CONNECTION_OK) {
		postgres_fail(error, pg, NULL, "the database");
	} else {
		g_autoptr(postgres_result) result =
			PQexec(pg, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()");

		if (PQresultStatus(result) != PGRES_TUPLES_OK)
			postgres_fail(error, pg, result, "the database");
		else if (strcmp(PQgetvalue(result, 0, 0), "0") != 0)
			desk_fail(error, DESK_CONFLICT, "the database isn't empty: restore into a new one");
		else
			ok = TRUE;
	}
	PQfinish(pg);
	return ok;
}

gboolean postgres_restore(const char *conninfo, const char *file, GError **error)
{
	g_autofree char *program = find_program("pg_restore", error);
	g_autofree char *name = NULL;
	char *argv[] = {program, (char *)"--no-owner", (char *)"--no-privileges", (char *)"--single-transaction",
			(char *)"--exit-on-error", NULL, NULL, NULL};
	PQconninfoOption *options;

	if (!program || !is_empty(conninfo, error))
		return FALSE;
	options = PQconninfoParse(conninfo, NULL);
	for (PQconninfoOption *o = options; o && o->keyword; o++)
		if (strcmp(o->keyword, "dbname") == 0 && o->val && *o->val)
			name = g_strconcat("--dbname=", o->val, NULL);
	PQconninfoFree(options);
	if (!name)
		return desk_fail(error, DESK_INVALID, "the address must name the database to restore into");
	argv[5] = name;
	argv[6] = (char *)file;
	return run_program(conninfo, argv, error);
}
