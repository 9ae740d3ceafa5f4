/* What `ttydeskd WORD ...` does; each takes argv from its word on and gives the exit code
 * (0 ok, 1 failed, 2 usage). */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H

#include "server/desk/desk.h"
#include "server/people.h"

int command_run(int argc, char **argv); /* finds the word; --help, --version */

int command_serve(int argc, char **argv);
int command_sample(int argc, char **argv);
int command_import(int argc, char **argv);
int command_export(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_person(int argc, char **argv);
int command_token(int argc, char **argv);
int command_policy(int argc, char **argv);
int command_config(int argc, char **argv);
int command_calendar(int argc, char **argv);
int command_check(int argc, char **argv);
int command_verify(int argc, char **argv);

/* ---- settings: /etc/ttydesk/ttydeskd.conf or --config, then options */
struct settings {
	char *config, *socket, *tcp, *database, *group, *state, *tls, *tls_certificate, *tls_key, *log, *log_level;
	char *att_store, *att_scanner, *att_failed; /* [attachments] */
	int threads, max_connections, write_queue;
	int header_s, body_s, request_s, idle_s, body_mib; /* 0 = default */
	struct http_limits limits; /* what is a plain number of them */
	int att_limit_mib, att_inline_kib, att_loose, att_scanner_s;
	gboolean database_given; /* else `database` is the host's default */
	const gboolean *own_file_only; /* when TRUE the host's file is not for this desk; NULL: it is */
};
void settings_clear(struct settings *s);
/* The folder for what is not in the database (large attachments, bodies on their way in): as set,
 * else that of the SQLite file, else what systemd names, else the host's. g_free. */
char *settings_state_dir(const struct settings *s);
/* The folder of large attachments; NULL: all are in the database. g_free. */
char *settings_files_dir(const struct settings *s);
/* Parses the command's options (entries may be NULL) into `s` and its file into what they left open.
 * Positional arguments stay in argv. FALSE: *code is what to exit with (--help and --version: 0). */
gboolean settings_take(struct settings *s, int *argc, char ***argv, const GOptionEntry *entries,
                       const char *usage, const char *summary, int *code);
/* Tells stderr, as "ttydeskd: sentence"; returns `code`. */
int command_fail(int code, const GError *error);
int command_usage(const char *format, ...) G_GNUC_PRINTF(1, 2); /* returns 2 */

/* ---- an opened desk, for commands that don't serve */
struct office {
	struct db *db;
	struct desk *desk;
	struct people *people;
	struct attachments *attachments; /* NULL until office_attachments */
};
/* Opens the place of attachments as the settings say, for the desk to use. */
gboolean office_attachments(struct office *o, const struct settings *s, GError **error);
gboolean office_open(struct office *o, const char *database, GError **error); /* seeds a new desk */
void office_close(struct office *o);
/* The same for what must be there already: opening makes a database where there is none. */
gboolean command_office(struct office *o, const struct settings *s, GError **error);
struct db *command_database(const struct settings *s, GError **error); /* db_close */

#endif
