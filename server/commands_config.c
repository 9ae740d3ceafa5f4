/* `ttydeskd policy` and `ttydeskd config`: the configuration as readable files and records.
 *
 * Both write to the database themselves: a server that runs on it sees the events within a
 * second, and its writes and ours are transactions of their own. */
#include "server/commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "server/calendar_file.h"
#include "server/desk/automation_command.h"
#include "server/desk/config_desk.h"
#include "server/desk/records.h"
#include "base/say.h"

struct configuring {
	struct settings settings;
	struct office office;
	gboolean open, dry_run;
	char **missing;      /* types whose records that the files don't name are to be removed */
	int64_t revision;    /* export: an older one; 0 now */
	char *into;          /* calendar: its name */
	int years;           /* calendar: how far ahead */
	gboolean replace;    /* calendar: instead of its own holidays */
	char *since;         /* try: how far back */
	int argc;
	char **argv;         /* from the verb on */
};

/* ---------------------------------------------------------------- texts */
static gboolean is_text(const char *path, const GString *all, GError **error)
{
	g_autoptr(line_errors_auto) errors = line_errors_new(strcmp(path, "-") == 0 ? "stdin" : path);
	g_autofree char *said = NULL;

	if (sections_check_text(all->str, all->len, errors))
		return TRUE;
	said = line_errors_text(errors);
	return desk_fail(error, DESK_INVALID, "%s", g_strchomp(said));
}

static char *read_file(const char *path, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);
	gboolean from_stdin = strcmp(path, "-") == 0;
	FILE *in = from_stdin ? stdin : fopen(path, "re");
	char buffer[16384];
	size_t n;

	if (!in) {
		desk_fail(error, DESK_IO, "can't read %s: %s", path, say_errno(errno));
		return NULL;
	}
	while (all->len <= WIRE_MAX_CONFIG && (n = fread(buffer, 1, sizeof buffer, in)) > 0)
		g_string_append_len(all, buffer, (gssize)n);
	gboolean failed = ferror(in) != 0;
	if (!from_stdin)
		fclose(in);
	if (failed)
		desk_fail(error, DESK_IO, "can't read %s", path);
	else if (all->len > WIRE_MAX_CONFIG)
		desk_fail(error, DESK_LIMIT, "%s is larger than %u MiB", path, WIRE_MAX_CONFIG >> 20);
	else if (is_text(path, all, error))
		return g_string_free(g_steal_pointer(&all), FALSE);
	return NULL;
}

static gboolean office_take(struct configuring *c, GError **error)
{
	const char *url = c->settings.database;
	const char *path = g_str_has_prefix(url, "sqlite:") ? url + 7 : url;

	if (!g_str_has_prefix(url, "postgres") && !g_file_test(path, G_FILE_TEST_EXISTS))
		return desk_fail(error, DESK_IO, "there is no database %s", path);
	c->open = office_open(&c->office, url, error);
	return c->open;
}

static struct config_state *state_now(struct configuring *c, GError **error)
{
	struct db_conn *conn = db_read_begin(c->office.db, error);
	struct config_state *s = conn ? config_state_load(conn, error) : NULL;

	if (conn)
		db_read_end(c->office.db, conn);
	return s;
}

/* "[remove TYPE KEY]" for what the file doesn't name. */
static gboolean add_missing(struct configuring *c, GString *text, GError **error)
{
	g_autoptr(line_errors_auto) errors = line_errors_new("");
	g_autoptr(config_file_auto) file = NULL;
	g_autoptr(config_state_auto) s = NULL;

	if (!c->missing)
		return TRUE;
	file = config_parse(text->str, text->len, errors);
	s = state_now(c, error);
	g_string_append_c(text, '\n');
	for (char **name = c->missing; s && *name; name++) {
		int type = record_type_by_name(*name);

		if (type < 0 || !s->kept[type])
			return desk_fail(error, DESK_INVALID, "\"%s\" is no type of configuration", *name);
		for (guint i = 0; i < s->kept[type]->len; i++) {
			const struct record *r = ((struct record_kept *)s->kept[type]->pdata[i])->record;
			gboolean gone = (r->person && !r->person->active) || (r->category && !r->category->active) ||
					(r->field && !r->field->active);

			if (!gone && !config_find(file, r->type, r->key))
				g_string_append_printf(text, "[remove %s %s]\n", *name, r->key);
		}
	}
	return s != NULL;
}

/* ---------------------------------------------------------------- doing */
static gboolean print_result(const struct config_result *r, gboolean dry_run)
{
	fputs(r->diff ? r->diff : "", stdout);
	if (!r->summary || !*r->summary)
		puts(_("nothing to change"));
	else if (dry_run)
		printf(_("\nwould be: %s\n"), r->summary);
	else
		printf(_("\nrevision %" PRId64 ": %s\n"), r->revision, r->summary);
	return TRUE;
}

/* Servers follow the new words first; then the clocks go on by them. What we can't finish, a
 * server does. */
static gboolean refold(struct configuring *c, GError **error)
{
	int64_t next = 0;

	if (!desk_refold(c->office.desk, 0, &next, error) || next == INT64_MAX)
		return next == INT64_MAX;
	g_usleep(1500 * 1000);
	while (next != INT64_MAX)
		if (!desk_refold(c->office.desk, INT64_MAX, &next, error))
			return FALSE;
	return TRUE;
}

static gboolean apply_text(struct configuring *c, const char *text, const char *name, GError **error)
{
	const struct config_request rq = {.text = text, .name = name, .revision = -1, .dry_run = c->dry_run,
					  .by_name = g_get_user_name()};
	struct config_result result = {0};
	gboolean ok = config_apply_wait(c->office.desk, &rq, &result, error);

	if (ok)
		print_result(&result, c->dry_run);
	config_result_clear(&result);
	return ok && (c->dry_run || refold(c, error));
}

static gboolean do_apply(struct configuring *c, GError **error)
{
	g_autofree char *text = read_file(c->argv[1], error);
	g_autoptr(GString) all = g_string_new(text);

	return text && office_take(c, error) && add_missing(c, all, error) &&
	       apply_text(c, all->str, strcmp(c->argv[1], "-") == 0 ? "stdin" : c->argv[1], error);
}

/* What a desk that began with an older version lacks; what it has stays as it is. */
static gboolean do_seed(struct configuring *c, GError **error)
{
	g_autofree char *text = office_take(c, error) ? seed_missing(c->office.desk, error) : NULL;

	return text && apply_text(c, text, "seed", error);
}

static gboolean do_diff(struct configuring *c, GError **error)
{
	c->dry_run = TRUE;
	return do_apply(c, error);
}

/* Against the desk where there is one (or one was named), else by itself. */
static gboolean check_one(struct configuring *c, const char *path, GError **error)
{
	g_autoptr(line_errors_auto) errors = line_errors_new(strcmp(path, "-") == 0 ? "stdin" : path);
	g_autofree char *text = read_file(path, error), *said = NULL;
	g_autoptr(config_file_auto) file = NULL;
	g_autoptr(config_state_auto) s = NULL;
	g_autoptr(config_plan_auto) plan = NULL;
	struct db_conn *conn = NULL;

	if (!text)
		return FALSE;
	file = config_parse(text, strlen(text), errors);
	if (c->open) {
		conn = db_read_begin(c->office.db, error);
		s = conn ? config_state_load(conn, error) : NULL;
		if (!s) {
			if (conn)
				db_read_end(c->office.db, conn);
			return FALSE;
		}
	}
	plan = config_plan_new(conn, file, s, errors, error);
	if (conn)
		db_read_end(c->office.db, conn);
	if (plan)
		return TRUE;
	said = line_errors_text(errors);
	return (error && *error) || desk_fail(error, DESK_INVALID, "%s", g_strchomp(said));
}

static gboolean do_check(struct configuring *c, GError **error)
{
	gboolean ok = TRUE;

	if (!office_take(c, error)) {
		if (c->settings.database_given)
			return FALSE;
		g_clear_error(error);
	}
	for (int i = 1; i < c->argc; i++) {
		g_autoptr(GError) wrong = NULL;

		if (check_one(c, c->argv[i], &wrong))
			continue;
		if (!ok)
			command_fail(1, *error);
		g_clear_error(error);
		g_propagate_error(error, g_steal_pointer(&wrong));
		ok = FALSE;
	}
	if (ok)
		puts(c->open ? _("sound") : _("sound by itself (there is no desk to compare with)"));
	return ok;
}

static gboolean text_fn(const struct db_row *row, void *arg)
{
	*(char **)arg = db_dup(row, 0);
	return FALSE;
}

static gboolean export_revision(struct configuring *c, GError **error)
{
	struct db_conn *conn = db_read_begin(c->office.db, error);
	g_autofree char *text = NULL;
	gboolean ok = conn && DB_RUN(conn, STMT_REVISION_TEXT, text_fn, &text, error, DB_I(c->revision));

	if (conn)
		db_read_end(c->office.db, conn);
	if (ok && !text)
		return desk_fail(error, DESK_NOTFOUND, "there is no revision %" PRId64, c->revision);
	if (ok)
		fputs(text, stdout);
	return ok;
}

static gboolean type_of(const char *name, int *type, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	*type = name ? record_type_by_name(name) : -1;
	if (!name || (*type >= 0 && record_is_config((enum record_type)*type)))
		return TRUE;
	for (int i = 0; i < RECORD_TYPE_COUNT; i++)
		if (record_is_config(record_order[i]))
			g_string_append_printf(known, "%s%s", known->len ? ", " : "", record_type_name(record_order[i]));
	return desk_fail(error, DESK_INVALID, "\"%s\" is no type of configuration; they are %s", name, known->str);
}

static gboolean do_export(struct configuring *c, GError **error)
{
	const char *key = c->argc > 2 ? c->argv[2] : NULL;
	g_autoptr(config_state_auto) s = NULL;
	g_autofree char *text = NULL;
	int type;

	if (!type_of(c->argc > 1 ? c->argv[1] : NULL, &type, error) || !office_take(c, error))
		return FALSE;
	if (c->revision)
		return export_revision(c, error);
	s = state_now(c, error);
	if (!s)
		return FALSE;
	text = config_state_text(s, type, key);
	if (key && !*text)
		return desk_fail(error, DESK_NOTFOUND, "there is no %s \"%s\"", c->argv[1], key);
	fputs(text, stdout);
	return TRUE;
}

static gboolean log_fn(const struct db_row *row, void *arg)
{
	g_autofree char *by = text_clean_string(db_text(row, 2) ? db_text(row, 2) : "-", -1, 0, 100);
	g_autofree char *what = text_clean_string(db_text(row, 3), -1, 0, TEXT_NO_CAP);
	char stamp[40];

	(void)arg;
	printf("%5" PRId64 "  %s  %s  %s\n", db_int(row, 0), clock_stamp(db_int(row, 1), stamp, sizeof stamp), by, what);
	return TRUE;
}

static gboolean do_log(struct configuring *c, GError **error)
{
	struct db_conn *conn = office_take(c, error) ? db_read_begin(c->office.db, error) : NULL;
	gboolean ok = conn && DB_RUN(conn, STMT_REVISIONS, log_fn, NULL, error, DB_I(1000));

	if (conn)
		db_read_end(c->office.db, conn);
	return ok;
}

/* ---------------------------------------------------------------- rules */
static gboolean try_file(struct configuring *c, const char *path, int64_t since_ms, GError **error)
{
	g_autoptr(line_errors_auto) errors = line_errors_new(path);
	g_autofree char *text = NULL, *said = NULL;
	g_autoptr(config_file_auto) file = NULL;

	if (!check_one(c, path, error))
		return FALSE;
	text = read_file(path, error);
	file = text ? config_parse(text, strlen(text), errors) : NULL;
	said = file ? desk_rules_try(c->office.desk, file, since_ms, error) : NULL;
	if (said)
		fputs(*said ? said : _("there is no rule in it\n"), stdout);
	return said != NULL;
}

static gboolean do_try(struct configuring *c, GError **error)
{
	int64_t back = 7 * MS_DAY, since;
	g_autofree char *said = NULL;

	if ((c->since && !clock_parse_duration(c->since, &back, error)) || !office_take(c, error))
		return FALSE;
	since = clock_wall_ms() - back;
	if (g_file_test(c->argv[1], G_FILE_TEST_EXISTS))
		return try_file(c, c->argv[1], since, error);
	said = desk_rule_try(c->office.desk, c->argv[1], since, error);
	if (said)
		fputs(said, stdout);
	return said != NULL;
}

static gboolean do_resume(struct configuring *c, GError **error)
{
	return office_take(c, error) && desk_rule_resume(c->office.desk, c->argv[1], error);
}

static gboolean do_secret(struct configuring *c, GError **error)
{
	g_autofree char *secret = office_take(c, error) ? desk_rule_secret(c->office.desk, c->argv[1], error) : NULL;

	if (secret)
		puts(secret);
	return secret != NULL;
}

/* ---------------------------------------------------------------- single records */
static gboolean do_list(struct configuring *c, GError **error)
{
	g_autoptr(config_state_auto) s = NULL;
	int type;

	if (!type_of(c->argc > 1 ? c->argv[1] : NULL, &type, error) || !office_take(c, error) ||
	    !(s = state_now(c, error)))
		return FALSE;
	for (int i = 0; i < RECORD_TYPE_COUNT; i++) {
		const GPtrArray *kept = s->kept[record_order[i]];

		if (kept && type < 0)
			printf("%-10s %u\n", record_type_name(record_order[i]), kept->len);
		for (guint at = 0; kept && type == (int)record_order[i] && at < kept->len; at++) {
			const struct record *r = ((struct record_kept *)kept->pdata[at])->record;
			g_autofree char *title = config_title(r), *clean = text_clean_string(title ? title : "", -1, 0, 200);

			printf("%-28s %s\n", r->key, clean);
		}
	}
	return TRUE;
}

static gboolean do_remove(struct configuring *c, GError **error)
{
	g_autofree char *text = g_strdup_printf("[remove %s %s]\n", c->argv[1], c->argv[2]);

	return office_take(c, error) && apply_text(c, text, "remove", error);
}

/* The record as it is (if it is), with some keys set anew. */
static gboolean do_set(struct configuring *c, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(config_state_auto) s = NULL;
	g_autofree char *was = NULL;
	int type;

	if (!type_of(c->argv[1], &type, error) || !office_take(c, error) || !(s = state_now(c, error)))
		return FALSE;
	g_string_append_printf(text, "[%s %s]\n", c->argv[1], c->argv[2]);
	for (int i = 3; i < c->argc; i++) {
		const char *equals = strchr(c->argv[i], '=');

		if (!equals)
			return desk_fail(error, DESK_INVALID, "\"%s\" is not KEY=VALUE", c->argv[i]);
		g_ptr_array_add(names, g_strndup(c->argv[i], (gsize)(equals - c->argv[i])));
		if (equals[1])
			sections_write(text, names->pdata[names->len - 1], equals + 1);
	}
	was = config_state_text(s, type, c->argv[2]);
	g_autoptr(line_errors_auto) errors = line_errors_new("");
	g_autoptr(sections_auto) old = sections_parse(was, strlen(was), errors);
	for (guint i = 0; sections_count(old) && i < sections_at(old, 0)->entries->len; i++) {
		const struct section_entry *e = &g_array_index(sections_at(old, 0)->entries, struct section_entry, i);

		if (!g_ptr_array_find_with_equal_func(names, e->key, g_str_equal, NULL))
			sections_write(text, e->key, e->value);
	}
	return apply_text(c, text->str, "set", error);
}

/* ---------------------------------------------------------------- holidays from a file */
static struct record *calendar_named(struct configuring *c, const char *name, GError **error)
{
	g_autoptr(config_state_auto) s = state_now(c, error);
	const struct record_kept *k = s ? config_state_find(s, RECORD_CALENDAR, name) : NULL;
	g_autoptr(GString) json = g_string_new(NULL);

	if (s && !k)
		desk_fail(error, DESK_NOTFOUND, "there is no calendar \"%s\": make it first with its hours", name);
	if (!k)
		return NULL;
	record_to_json(json, k->record);
	return record_parse(json->str, json->len, 0, error);
}

static GPtrArray *days_of(struct configuring *c, const char *path, GError **error)
{
	g_autoptr(line_errors_auto) errors = line_errors_new(strcmp(path, "-") == 0 ? "stdin" : path);
	g_autofree char *text = read_file(path, error), *said = NULL;
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(clock_wall_ms() / 1000);
	int year = g_date_time_get_year(now);
	GPtrArray *days = text ? calendar_file_read(text, strlen(text), year - 1, year + c->years, errors) : NULL;

	if (!text || days)
		return days;
	said = line_errors_text(errors);
	desk_fail(error, DESK_INVALID, "%s", g_strchomp(said));
	return NULL;
}

static gboolean do_import_calendar(struct configuring *c, GError **error)
{
	g_autoptr(GPtrArray) days = NULL;
	struct record *calendar = NULL;
	guint added, renamed;
	gboolean ok;

	if (!c->into)
		return desk_fail(error, DESK_INVALID, "say with --into NAME which calendar gets the holidays");
	if (c->years < 0 || c->years > 50)
		return desk_fail(error, DESK_INVALID, "--years must be 0 to 50");
	days = days_of(c, c->argv[1], error);
	ok = days && office_take(c, error) && (calendar = calendar_named(c, c->into, error));
	if (ok) {
		g_autofree char *text = NULL;

		calendar_file_merge(calendar, days, c->replace, &added, &renamed);
		text = config_text(calendar);
		ok = apply_text(c, text, c->argv[1], error);
		if (ok)
			printf(_("%u days in the file, %u of them new, %u with another name\n"), days->len, added, renamed);
	}
	record_free(calendar);
	return ok;
}

/* ---------------------------------------------------------------- words */
struct verb {
	const char *name;
	int least, most; /* arguments behind it; most -1: any */
	gboolean (*run)(struct configuring *c, GError **error);
};

static const struct verb policy_verbs[] = {
	{"check", 1, -1, do_check}, {"diff", 1, 1, do_diff}, {"apply", 1, 1, do_apply}, {"seed", 0, 0, do_seed},
	{"export", 0, 2, do_export}, {"log", 0, 0, do_log}, {"try", 1, 1, do_try}, {"resume", 1, 1, do_resume},
	{"secret", 1, 1, do_secret},
};
static const struct verb calendar_verbs[] = {{"import", 1, 1, do_import_calendar}};
static const struct verb config_verbs[] = {
	{"list", 0, 1, do_list}, {"show", 2, 2, do_export}, {"set", 3, -1, do_set}, {"remove", 2, 2, do_remove},
};

static int run_verb(struct configuring *c, const struct verb *verbs, size_t n, const char *usage)
{
	g_autoptr(GError) error = NULL;
	int code = -1;

	for (size_t i = 0; i < n && c->argc; i++) {
		int given = c->argc - 1;

		if (strcmp(verbs[i].name, c->argv[0]) != 0 || given < verbs[i].least ||
		    (verbs[i].most >= 0 && given > verbs[i].most))
			continue;
		code = verbs[i].run(c, &error) ? 0 : command_fail(1, error);
	}
	if (code < 0)
		code = command_usage("write: %s", usage);
	if (c->open)
		office_close(&c->office);
	return code;
}

int command_policy(int argc, char **argv)
{
	struct configuring c = {0};
	const GOptionEntry entries[] = {
		{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &c.dry_run, N_("apply, seed: only tell what would change"), NULL},
		{"remove-missing", 0, 0, G_OPTION_ARG_STRING_ARRAY, &c.missing,
		 N_("apply, diff: remove records of this type that the file doesn't have; may be repeated"), "TYPE"},
		{"revision", 0, 0, G_OPTION_ARG_INT64, &c.revision, N_("export: the whole text of that revision"), "N"},
		{"since", 0, 0, G_OPTION_ARG_STRING, &c.since, N_("try: how far back, 7d when left out"), "LENGTH"},
		{NULL}};
	int code;

	if (settings_take(&c.settings, &argc, &argv, entries,
			  "check FILE... | diff FILE | apply FILE | seed | export [TYPE [KEY]] | log | "
			  "try FILE|RULE | resume RULE | secret WEBHOOK",
			  N_("The configuration as readable files, see ttydesk-policy(5)."), &code)) {
		c.argc = argc - 1;
		c.argv = argv + 1;
		code = run_verb(&c, policy_verbs, G_N_ELEMENTS(policy_verbs),
				"ttydeskd policy check FILE..., diff FILE, apply FILE, seed, export [TYPE [KEY]], log, "
				"try FILE or RULE, resume RULE, or secret WEBHOOK");
	}
	g_strfreev(c.missing);
	g_free(c.since);
	settings_clear(&c.settings);
	return code;
}

int command_calendar(int argc, char **argv)
{
	struct configuring c = {.years = 10};
	const GOptionEntry entries[] = {
		{"into", 0, 0, G_OPTION_ARG_STRING, &c.into, N_("the calendar that gets the holidays"), "NAME"},
		{"years", 0, 0, G_OPTION_ARG_INT, &c.years, N_("how many years ahead what repeats is spelled out (10)"), "N"},
		{"replace", 0, 0, G_OPTION_ARG_NONE, &c.replace, N_("instead of the holidays it has"), NULL},
		{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &c.dry_run, N_("only tell what would change"), NULL},
		{NULL}};
	int code;

	if (settings_take(&c.settings, &argc, &argv, entries, "import FILE.ics --into NAME",
			  N_("Holidays of an iCalendar file into a calendar, see ttydesk-policy(5)."), &code)) {
		c.argc = argc - 1;
		c.argv = argv + 1;
		code = run_verb(&c, calendar_verbs, G_N_ELEMENTS(calendar_verbs),
				"ttydeskd calendar import FILE.ics --into NAME");
	}
	g_free(c.into);
	settings_clear(&c.settings);
	return code;
}

int command_config(int argc, char **argv)
{
	struct configuring c = {0};
	int code;

	if (settings_take(&c.settings, &argc, &argv, NULL,
			  "list [TYPE] | show TYPE KEY | set TYPE KEY NAME=VALUE... | remove TYPE KEY",
			  N_("Single records of the configuration, see ttydesk-policy(5)."), &code)) {
		c.argc = argc - 1;
		c.argv = argv + 1;
		code = run_verb(&c, config_verbs, G_N_ELEMENTS(config_verbs),
				"ttydeskd config list [TYPE], show TYPE KEY, set TYPE KEY NAME=VALUE..., or remove TYPE KEY");
	}
	settings_clear(&c.settings);
	return code;
}
