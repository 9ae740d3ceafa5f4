/* `ttydeskd check` and `verify`. */
#include "server/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "server/desk/config_desk.h"
#include "server/desk/follow_up.h"
#include "server/desk/attachments.h"
#include "base/say.h"

/* ---------------------------------------------------------------- check, verify */
/* Opening makes a database where there is none; a check must not. */
static gboolean must_exist(const char *url, GError **error)
{
	const char *path = g_str_has_prefix(url, "sqlite:") ? url + 7 : url;

	if (strstr(url, "://") || g_str_has_prefix(url, "postgres") || g_file_test(path, G_FILE_TEST_EXISTS))
		return TRUE;
	return desk_fail(error, DESK_IO, "there is no database %s", path);
}

struct db *command_database(const struct settings *s, GError **error)
{
	return must_exist(s->database, error) ? db_open(s->database, error) : NULL;
}

gboolean command_office(struct office *o, const struct settings *s, GError **error)
{
	return must_exist(s->database, error) && office_open(o, s->database, error);
}

static gboolean check_database(const char *url, GError **error)
{
	struct db *db = must_exist(url, error) ? db_open(url, error) : NULL;
	gboolean ok = db && db_check(db, error);

	db_close(db);
	return ok;
}

int command_check(int argc, char **argv)
{
	struct settings settings = {0};
	g_autoptr(GError) error = NULL;
	int code;

	if (!settings_take(&settings, &argc, &argv, NULL, NULL, N_("Checks the settings file and the database."),
			   &code)) {
		settings_clear(&settings);
		return code;
	}
	if (argc > 1) {
		code = command_usage("check takes no argument '%s'", argv[1]);
	} else if (!http_check_certificate(settings.tls_certificate, settings.tls_key, &error)) {
		code = command_fail(1, error);
	} else if (!check_database(settings.database, &error)) {
		code = command_fail(1, error);
	} else {
		puts(_("settings and database are sound"));
		code = 0;
	}
	settings_clear(&settings);
	return code;
}

struct verifying {
	struct office office;
	struct db_conn *conn;
	struct attachments_report files;
	GArray *ids;
	guint64 tickets, differing, loose;
};

static gboolean take_id(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

static void differs(const char *sentence, void *arg)
{
	struct verifying *v = arg;

	v->differing++;
	printf("%s\n", sentence);
}

#define VERIFY_PAGE 1000
static gboolean verify(struct verifying *v, GError **error)
{
	gboolean ok = TRUE, more = TRUE;
	desk_id last = 0, done = 0;
	int64_t judged = 0;

	while (ok && more) { /* short reads, so that a server beside us can checkpoint */
		v->conn = db_read_begin(v->office.db, error);
		g_array_set_size(v->ids, 0);
		ok = v->conn && desk_judged(v->conn, &judged, error) && desk_refolded(v->conn, &done, error) &&
		     DB_RUN(v->conn, STMT_VERIFY_TICKETS, take_id, v->ids, error, DB_I(last), DB_I(VERIFY_PAGE),
			    DB_I(judged));
		for (guint i = 0; ok && i < v->ids->len; i++) {
			last = g_array_index(v->ids, desk_id, i);
			more = last <= done;
			ok = !more || desk_verify_ticket(v->office.desk, v->conn, last, clock_wall_ms(), differs, v, error);
			v->tickets += more && ok;
		}
		more = more && v->ids->len == VERIFY_PAGE;
		if (v->conn)
			db_read_end(v->office.db, v->conn);
	}
	if (ok && done != INT64_MAX)
		printf(_("the clocks of tickets after #%" G_GINT64_FORMAT " still follow a change of the configuration: "
			 "verify again when a server has done them\n"), done);
	return ok;
}

#define LOOSE_MAX 100
/* After-sales cases that were archived while their follow-up was open. */
static gboolean verify_follow_ups(struct verifying *v, GError **error)
{
	gboolean ok;

	v->conn = db_read_begin(v->office.db, error);
	g_array_set_size(v->ids, 0);
	ok = v->conn && follow_ups_verify(v->conn, LOOSE_MAX, v->ids, error);
	for (guint i = 0; ok && i < v->ids->len; i++)
		printf(_("#%" G_GINT64_FORMAT ": archived without its follow-up\n"), g_array_index(v->ids, desk_id, i));
	if (v->conn)
		db_read_end(v->office.db, v->conn);
	v->loose = v->ids->len;
	return ok;
}

static void damaged(const char *sentence, void *arg)
{
	(void)arg;
	printf("%s\n", sentence);
}

static gboolean verify_files(struct office *o, const struct settings *settings,
			     struct attachments_report *report, GError **error)
{
	return office_attachments(o, settings, error) &&
	       attachments_verify(o->attachments, o->db, damaged, NULL, report, error);
}

int command_verify(int argc, char **argv)
{
	struct settings settings = {0};
	struct verifying v = {.ids = g_array_new(FALSE, FALSE, sizeof(desk_id))};
	g_autoptr(GError) error = NULL;
	int code;

	if (settings_take(&settings, &argc, &argv, NULL, NULL,
			  N_("Recomputes every ticket's clocks, what people have in hand and every attachment's checksum, and compares."), &code) &&
	    argc > 1) {
		code = command_usage("verify takes no argument '%s'", argv[1]);
	} else if (settings.database) {
		gboolean ok = must_exist(settings.database, &error) &&
			      office_open(&v.office, settings.database, &error) && verify(&v, &error) &&
			      verify_follow_ups(&v, &error) && desk_loads_verify(v.office.desk, &error) &&
			      verify_files(&v.office, &settings, &v.files, &error);

		office_close(&v.office);
		if (!ok)
			code = command_fail(1, error);
		else
			printf(_("%" G_GUINT64_FORMAT " tickets, %" G_GUINT64_FORMAT " clocks differ\n"
				 "%" G_GUINT64_FORMAT " attachments, %" G_GUINT64_FORMAT " damaged, %" G_GUINT64_FORMAT " unused files removed\n"),
			       v.tickets, v.differing, v.files.count, v.files.damaged, v.files.orphans);
		if (ok)
			code = v.differing || v.loose || v.files.damaged ? 1 : 0;
	}
	g_array_unref(v.ids);
	settings_clear(&settings);
	return code;
}
