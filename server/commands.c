/* Words of the command line, settings, and what all commands share. */
#include "server/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/ini.h"
#include "base/log.h"
#include "base/say.h"
#include "base/say_options.h"
#include "server/desk/attachments.h"
#include "server/desk/records.h"

#define CONFIG_PATH "/etc/ttydesk/ttydeskd.conf"
#define STATE_PATH "/var/lib/ttydesk"
#define DATABASE_PATH "sqlite:" STATE_PATH "/desk.db"

static const struct word {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} words[] = {
	{"serve", command_serve, N_("answer workstations")},
	{"sample", command_sample, N_("serve a desk with sample people, customers and tickets")},
	{"import", command_import, N_("read records from a JSON Lines file, see ttydesk-import(5)")},
	{"export", command_export, N_("write all records, or a table for a spreadsheet")},
	{"backup", command_backup, N_("copy database and attachments into a folder, while the desk works")},
	{"restore", command_restore, N_("put a backup into a new database")},
	{"person", command_person, N_("list, add and change the people of the desk")},
	{"token", command_token, N_("make, revoke and list tokens for the network")},
	{"policy", command_policy, N_("check, apply and export the configuration as files")},
	{"config", command_config, N_("list, show, set and remove single records of it")},
	{"calendar", command_calendar, N_("take holidays from an iCalendar file")},
	{"check", command_check, N_("check the settings file and the database")},
	{"verify", command_verify, N_("recompute every clock and load and compare")},
};

static void print_help(FILE *out)
{
	fprintf(out, _("Usage: ttydeskd WORD [OPTION...]\n\nThe server of the ttydesk help desk.\n\nWords:\n"));
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		fprintf(out, "  %-8s %s\n", words[i].name, say(words[i].summary));
	fprintf(out, _("\nttydeskd WORD --help tells the options of each; ttydeskd(8) everything.\n"));
}

int command_run(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";

	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		print_help(stdout);
		return argc > 1 ? 0 : 2;
	}
	if (strcmp(word, "--version") == 0) {
		puts("ttydeskd " DESK_VERSION);
		return 0;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(word, words[i].name) == 0) {
			g_autofree char *name = g_strconcat("ttydeskd ", word, NULL);

			g_set_prgname(name); /* for the usage line of --help */
			return words[i].run(argc - 1, argv + 1);
		}
	return command_usage("there is no '%s'; see ttydeskd --help", word);
}

int command_fail(int code, const GError *error)
{
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);

	for (char **line = lines; *line; line++)
		if (**line)
			fprintf(stderr, "ttydeskd: %s\n", *line);
	return code;
}

int command_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *sentence = g_strdup_vprintf(say(format), args);
	va_end(args);
	fprintf(stderr, "ttydeskd: %s\n", sentence);
	return 2;
}

/* ---------------------------------------------------------------- settings */
static const struct known {
	const char *section, *key;
	size_t offset;
	gboolean number;
} known[] = {
	{"server", "socket", G_STRUCT_OFFSET(struct settings, socket), FALSE},
	{"server", "tcp", G_STRUCT_OFFSET(struct settings, tcp), FALSE},
	{"server", "database", G_STRUCT_OFFSET(struct settings, database), FALSE},
	{"server", "group", G_STRUCT_OFFSET(struct settings, group), FALSE},
	{"server", "state", G_STRUCT_OFFSET(struct settings, state), FALSE},
	{"server", "tls", G_STRUCT_OFFSET(struct settings, tls), FALSE},
	{"server", "tls-certificate", G_STRUCT_OFFSET(struct settings, tls_certificate), FALSE},
	{"server", "tls-key", G_STRUCT_OFFSET(struct settings, tls_key), FALSE},
	{"server", "threads", G_STRUCT_OFFSET(struct settings, threads), TRUE},
	{"server", "max-connections", G_STRUCT_OFFSET(struct settings, max_connections), TRUE},
	{"attachments", "store", G_STRUCT_OFFSET(struct settings, att_store), FALSE},
	{"attachments", "limit-mib", G_STRUCT_OFFSET(struct settings, att_limit_mib), TRUE},
	{"attachments", "in-database-kib", G_STRUCT_OFFSET(struct settings, att_inline_kib), TRUE},
	{"attachments", "unused", G_STRUCT_OFFSET(struct settings, att_loose), TRUE},
	{"attachments", "scanner", G_STRUCT_OFFSET(struct settings, att_scanner), FALSE},
	{"attachments", "scanner-seconds", G_STRUCT_OFFSET(struct settings, att_scanner_s), TRUE},
	{"attachments", "scanner-failed", G_STRUCT_OFFSET(struct settings, att_failed), FALSE},
#define LIMIT(key, m) {"limits", key, G_STRUCT_OFFSET(struct settings, m), TRUE}
	LIMIT("connections-per-address", limits.connections_per_address),
	LIMIT("streams", limits.streams),
	LIMIT("streams-per-address", limits.streams_per_address),
	LIMIT("streams-per-person", limits.streams_per_person),
	LIMIT("requests-per-address", limits.requests_per_address),
	LIMIT("requests-per-person", limits.requests_per_person),
	LIMIT("requests-under-way", limits.under_way),
	LIMIT("write-queue", write_queue),
	LIMIT("headers", limits.headers),
	LIMIT("header-size", limits.header_kib),
	LIMIT("header-time", header_s),
	LIMIT("body-time", body_s),
	LIMIT("request-time", request_s),
	LIMIT("idle-time", idle_s),
	LIMIT("body-size", body_mib),
	{"log", "file", G_STRUCT_OFFSET(struct settings, log), FALSE},
	{"log", "level", G_STRUCT_OFFSET(struct settings, log_level), FALSE},
};

void settings_clear(struct settings *s)
{
	g_free(s->config);
	g_free(s->socket);
	g_free(s->tcp);
	g_free(s->database);
	g_free(s->group);
	g_free(s->state);
	g_free(s->tls);
	g_free(s->tls_certificate);
	g_free(s->tls_key);
	g_free(s->log);
	g_free(s->log_level);
	g_free(s->att_store);
	g_free(s->att_scanner);
	g_free(s->att_failed);
	*s = (struct settings){0};
}

char *settings_state_dir(const struct settings *s)
{
	const char *database = s->database ? s->database : DATABASE_PATH;
	const char *systemd = g_getenv("STATE_DIRECTORY");

	if (s->state)
		return g_strdup(s->state);
	if (g_str_has_prefix(database, "sqlite:"))
		return g_path_get_dirname(database + strlen("sqlite:"));
	if (!g_str_has_prefix(database, "postgres"))
		return g_path_get_dirname(database);
	if (systemd && g_path_is_absolute(systemd)) /* several are separated by colons: the first is ours */
		return g_strndup(systemd, strcspn(systemd, ":"));
	return g_strdup(STATE_PATH);
}

static const struct known *find_known(const struct ini_entry *e)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (strcmp(known[i].section, e->section) == 0 && strcmp(known[i].key, e->key) == 0)
			return &known[i];
	return NULL;
}

static void take_entry(struct settings *s, const struct ini *ini, const struct ini_entry *e, GString *errors)
{
	const struct known *k = find_known(e);
	enum log_level level;
	guint64 number;

	if (!k) {
		ini_complain(ini, e, errors, "there is no setting '%s' in [%s]", e->key, e->section);
	} else if (k->number) {
		int *slot = (int *)(void *)((char *)s + k->offset);

		if (!g_ascii_string_to_unsigned(e->value, 10, 1, 100000, &number, NULL))
			ini_complain(ini, e, errors, "%s is a number from 1 to 100000", e->key);
		else if (*slot == 0)
			*slot = (int)number;
	} else {
		char **slot = (char **)(void *)((char *)s + k->offset);

		if (strcmp(e->key, "level") == 0 && !log_level_parse(e->value, &level, NULL))
			ini_complain(ini, e, errors, "level is one of error, warn, info, debug");
		else if (strcmp(e->key, "scanner-failed") == 0 && strcmp(e->value, "refuse") != 0 &&
			 strcmp(e->value, "mark") != 0)
			ini_complain(ini, e, errors, "scanner-failed is refuse or mark");
		else if (strcmp(e->key, "tls") == 0 && strcmp(e->value, "behind-proxy") != 0 &&
			 strcmp(e->value, "own") != 0)
			ini_complain(ini, e, errors, "tls is own or behind-proxy");
		else if (!*slot)
			*slot = g_strdup(e->value);
	}
}

static gboolean take_file(struct settings *s, GError **error)
{
	const char *path = s->config ? s->config : CONFIG_PATH;

	if (!s->config && ((s->own_file_only && *s->own_file_only) || !g_file_test(path, G_FILE_TEST_EXISTS)))
		return TRUE;
	g_autoptr(ini_auto) ini = ini_load(path, error);
	g_autoptr(GString) errors = g_string_new(NULL);
	if (!ini)
		return FALSE;
	for (size_t i = ini_count(ini); i-- > 0;) /* the last line of a key wins */
		take_entry(s, ini, ini_at(ini, i), errors);
	return errors->len == 0 || desk_fail(error, DESK_INVALID, "%s", errors->str);
}

gboolean settings_take(struct settings *s, int *argc, char ***argv, const GOptionEntry *entries,
		       const char *usage, const char *summary, int *code)
{
	gboolean version = FALSE;
	const GOptionEntry common[] = {
		{"config", 'c', 0, G_OPTION_ARG_FILENAME, &s->config, N_("Settings file"), "FILE"},
		{"database", 0, 0, G_OPTION_ARG_FILENAME, &s->database,
		 N_("sqlite:FILE or postgresql://...; default sqlite:/var/lib/ttydesk/desk.db"), "URL"},
		{"log", 0, 0, G_OPTION_ARG_FILENAME, &s->log, N_("Log there instead of to stderr"), "FILE"},
		{"log-level", 0, 0, G_OPTION_ARG_STRING, &s->log_level, N_("error, warn, info or debug"), "LEVEL"},
		{"version", 0, 0, G_OPTION_ARG_NONE, &version, N_("Tell the version"), NULL},
		{NULL}};
	g_autoptr(GOptionContext) context = g_option_context_new(usage);
	g_autoptr(GError) error = NULL;
	enum log_level level = LOG_LEVEL_INFO;

	g_option_context_set_summary(context, summary);
	if (entries)
		g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_add_main_entries(context, common, NULL);
	*code = 2;
	if (!say_options_parse(context, argc, argv, &error))
		return command_fail(2, error) == 0;
	if (version) {
		puts("ttydeskd " DESK_VERSION);
		*code = 0;
		return FALSE;
	}
	if (s->log_level && !log_level_parse(s->log_level, &level, &error))
		return command_fail(2, error) == 0;
	if (!take_file(s, &error))
		return command_fail(2, error) == 0;
	if (s->log_level)
		log_level_parse(s->log_level, &level, NULL);
	s->database_given = s->database != NULL;
	if (!s->database)
		s->database = g_strdup(DATABASE_PATH);
	if (!log_open(s->log, level, &error)) {
		*code = command_fail(1, error);
		return FALSE;
	}
	return TRUE;
}

/* ---------------------------------------------------------------- an opened desk */
static gboolean seeded_job(struct db_tx *tx, void *arg, GError **error)
{
	(void)arg;
	return db_setting_put(db_conn_of(tx), "seeded", "1", error);
}

static gboolean office_seed(struct office *o, GError **error)
{
	struct event all = {.kind = EVENT_RELOAD};

	if (!seed_desk(o->desk, error) || !db_submit_wait(o->db, seeded_job, NULL, error))
		return FALSE;
	desk_notice(o->desk, &all);
	return TRUE;
}

static gboolean is_seeded(struct office *o, gboolean *seeded, GError **error)
{
	g_autofree char *value = NULL;
	struct db_conn *conn = db_read_begin(o->db, error);
	gboolean ok = conn && db_setting_get(conn, "seeded", &value, error);

	if (conn)
		db_read_end(o->db, conn);
	*seeded = value != NULL;
	return ok;
}

/* Servers that start together on a new database: one seeds, the others wait. */
static gboolean office_seed_once(struct office *o, GError **error)
{
	gboolean seeded = FALSE;

	if (!is_seeded(o, &seeded, error) || seeded)
		return seeded;
	struct db_turn *turn = db_turn_take(o->db, error);
	gboolean ok = turn && is_seeded(o, &seeded, error) && (seeded || office_seed(o, error));
	db_turn_end(turn);
	if (ok && seeded) { /* by another one: read what it wrote */
		struct event all = {.kind = EVENT_RELOAD};
		desk_notice(o->desk, &all);
	}
	return ok;
}

gboolean office_open(struct office *o, const char *database, GError **error)
{
	*o = (struct office){0};
	o->db = db_open(database, error);
	o->desk = o->db ? desk_open(o->db, error) : NULL;
	o->people = o->desk ? people_open(o->db, error) : NULL;
	if (o->people && office_seed_once(o, error))
		return TRUE;
	office_close(o);
	return FALSE;
}

#define ATTACHMENTS_LEAF "attachments"
char *settings_files_dir(const struct settings *s)
{
	g_autofree char *state = settings_state_dir(s);

	if (s->att_store && strcmp(s->att_store, "database") == 0)
		return NULL;
	return s->att_store ? g_strdup(s->att_store) : g_build_filename(state, ATTACHMENTS_LEAF, NULL);
}

gboolean office_attachments(struct office *o, const struct settings *s, GError **error)
{
	g_autofree char *dir = settings_files_dir(s);
	const struct attachments_conf conf = {
		.dir = dir,
		.max_bytes = (int64_t)s->att_limit_mib << 20,
		.inline_bytes = (int64_t)s->att_inline_kib << 10,
		.loose_max = s->att_loose,
		.scanner = s->att_scanner,
		.scanner_ms = s->att_scanner_s * 1000,
		.scanner_strict = s->att_failed && strcmp(s->att_failed, "refuse") == 0,
	};

	o->attachments = attachments_open(&conf, error);
	if (o->attachments)
		desk_set_attachments(o->desk, o->attachments);
	return o->attachments != NULL;
}

void office_close(struct office *o)
{
	if (o->desk)
		desk_stop(o->desk);
	db_close(o->db);
	people_close(o->people);
	if (o->desk)
		desk_close(o->desk);
	attachments_close(o->attachments);
	*o = (struct office){0};
}
