/* `ttydeskd person` and `ttydeskd token`: who may come in. */
#include "server/commands.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "server/desk/config_desk.h"
#include "base/say.h"

struct personal {
	char *display, *role, *locale, *uid;
	char **groups, **skills;
	enum role role_id;
	int64_t uid_number;   /* -1: none */
};

static void personal_clear(struct personal *p)
{
	g_free(p->display);
	g_free(p->role);
	g_free(p->locale);
	g_free(p->uid);
	g_strfreev(p->groups);
	g_strfreev(p->skills);
}

static void put(const char *text, int width)
{
	g_autofree char *clean = text_clean_string(text ? text : "", -1, 0, TEXT_NO_CAP);
	int pad = width - text_string_cols(clean, strlen(clean));

	printf("%s%*s", clean, pad > 0 ? pad : 0, "");
}

/* ---------------------------------------------------------------- person */
static gboolean print_person(const struct db_row *row, void *arg)
{
	int64_t uid = db_int(row, 6);

	(void)arg;
	put(db_text(row, 1), 17);
	put(db_text(row, 2), 25);
	put(role_name((enum role)db_int(row, 3)), 14);
	if (uid >= 0)
		printf(" uid %-6" G_GINT64_FORMAT, uid);
	puts(db_int(row, 5) ? "" : _(" retired"));
	return TRUE;
}

static gboolean list_people(struct office *o, GError **error)
{
	struct db_conn *conn = db_read_begin(o->db, error);
	gboolean ok = conn && db_run(conn, STMT_PEOPLE_LIST, NULL, 0, print_person, NULL, error);

	if (conn)
		db_read_end(o->db, conn);
	return ok;
}

static gboolean uid_of(const char *user, int64_t *uid)
{
	struct passwd entry, *found = NULL;
	char buf[16384];

	if (getpwnam_r(user, &entry, buf, sizeof buf, &found) != 0 || !found)
		return FALSE;
	*uid = (int64_t)found->pw_uid;
	return TRUE;
}

static gboolean check_personal(struct personal *p, GError **error)
{
	guint64 number;
	int role = p->role ? role_by_name(p->role) : ROLE_AGENT;

	if (role < 0)
		return desk_fail(error, DESK_INVALID, "there is no role '%s'; roles are read-only, auditor, agent, "
				 "specialist, supervisor, administrator", p->role);
	p->role_id = (enum role)role;
	p->uid_number = -1;
	if (p->uid && strcmp(p->uid, "none") != 0) {
		if (g_ascii_string_to_unsigned(p->uid, 10, 0, G_MAXUINT32 - 1, &number, NULL))
			p->uid_number = (int64_t)number;
		else if (!uid_of(p->uid, &p->uid_number))
			return desk_fail(error, DESK_INVALID, "this host has no Unix user '%s'", p->uid);
	}
	return TRUE;
}

static gboolean change_person(struct office *o, const char *verb, const char *name, const struct personal *p,
			      GError **error)
{
	gboolean add = strcmp(verb, "add") == 0;
	desk_id id = add ? people_add(o->people, name, p->display, p->role_id, p->locale, p->uid_number, error)
			 : people_find(o->people, name, error);
	gboolean ok = id != 0;

	if (strcmp(verb, "retire") == 0 || strcmp(verb, "return") == 0)
		return ok && people_set_active(o->people, id, strcmp(verb, "return") == 0, error);
	if (ok && !add && p->role)
		ok = people_set_role(o->people, id, p->role_id, error);
	if (ok && !add && p->uid)
		ok = people_set_uid(o->people, id, p->uid_number, error);
	for (char **group = p->groups; ok && group && *group; group++)
		ok = people_join_group(o->people, id, *group, error);
	for (char **skill = p->skills; ok && skill && *skill; skill++)
		ok = people_add_skill(o->people, id, *skill, error);
	return ok;
}

/* As in a policy file; by log-in or display name. */
static gboolean show_person(struct office *o, const char *name, GError **error)
{
	desk_id id = people_find(o->people, name, error);
	struct db_conn *conn = id ? db_read_begin(o->db, error) : NULL;
	g_autoptr(GPtrArray) kept = conn ? records_read(conn, RECORD_PERSON, error) : NULL;

	if (conn)
		db_read_end(o->db, conn);
	for (guint i = 0; kept && i < kept->len; i++) {
		const struct record_kept *k = kept->pdata[i];
		g_autofree char *text = k->id == id ? config_text(k->record) : NULL;

		if (text)
			fputs(text, stdout);
	}
	return kept != NULL;
}

int command_person(int argc, char **argv)
{
	static const char *const verbs[] = {"list", "show", "add", "set", "retire", "return", NULL};
	struct settings settings = {0};
	struct personal p = {0};
	const GOptionEntry entries[] = {
		{"display", 0, 0, G_OPTION_ARG_STRING, &p.display, N_("Name for customers and colleagues"), "TEXT"},
		{"role", 0, 0, G_OPTION_ARG_STRING, &p.role,
		 N_("read-only, auditor, agent, specialist, supervisor, administrator"), "ROLE"},
		{"locale", 0, 0, G_OPTION_ARG_STRING, &p.locale, N_("en or zh"), "LANGUAGE"},
		{"uid", 0, 0, G_OPTION_ARG_STRING, &p.uid, N_("Unix user (name or number) who is this person, or none"), "USER"},
		{"group", 0, 0, G_OPTION_ARG_STRING_ARRAY, &p.groups, N_("Group to join; may be repeated"), "NAME"},
		{"skill", 0, 0, G_OPTION_ARG_STRING_ARRAY, &p.skills, N_("Skill to have; may be repeated"), "NAME"},
		{NULL}};
	g_autoptr(GError) error = NULL;
	struct office o;
	int code;

	if (!settings_take(&settings, &argc, &argv, entries, "list | show NAME | add NAME | set NAME | retire NAME | return NAME",
			   N_("The people of the desk."), &code))
		goto out;
	const char *verb = argc > 1 ? argv[1] : "list";
	if (!g_strv_contains(verbs, verb) || argc != (strcmp(verb, "list") == 0 ? MIN(argc, 2) : 3)) {
		code = command_usage("write: ttydeskd person list, or show, add, set, retire, return and a NAME");
		goto out;
	}
	if (!check_personal(&p, &error)) {
		code = command_fail(2, error);
		goto out;
	}
	code = 1;
	if (office_open(&o, settings.database, &error)) {
		gboolean ok = strcmp(verb, "list") == 0   ? list_people(&o, &error)
			      : strcmp(verb, "show") == 0 ? show_person(&o, argv[2], &error)
							  : change_person(&o, verb, argv[2], &p, &error);
		code = ok ? 0 : 1;
		office_close(&o);
	}
	if (code)
		command_fail(code, error);
out:
	personal_clear(&p);
	settings_clear(&settings);
	return code;
}

/* ---------------------------------------------------------------- token */
static gboolean print_token(const struct db_row *row, void *arg)
{
	char stamp[40];

	(void)arg;
	put(db_text(row, 0), 25);
	put(db_text(row, 1), 17);
	printf(" %s%s\n", clock_stamp(db_int(row, 3), stamp, sizeof stamp), db_int(row, 2) ? _(" revoked") : "");
	return TRUE;
}

static gboolean list_tokens(struct office *o, GError **error)
{
	struct db_conn *conn = db_read_begin(o->db, error);
	gboolean ok = conn && db_run(conn, STMT_TOKEN_LIST, NULL, 0, print_token, NULL, error);

	if (conn)
		db_read_end(o->db, conn);
	return ok;
}

static gboolean new_token(struct office *o, const char *name, const char *label, GError **error)
{
	desk_id id = people_find(o->people, name, error);
	char stamp[40];

	if (!id)
		return FALSE;
	g_autofree char *made = label ? g_strdup(label)
				      : g_strdup_printf("%s %s", name, clock_rfc3339(clock_wall_ms(), stamp, sizeof stamp));
	g_autofree char *token = people_token_new(o->people, id, made, error);
	if (!token)
		return FALSE;
	puts(token);
	fprintf(stderr, _("This is shown once. To take it back: ttydeskd token revoke '%s'\n"), made);
	return TRUE;
}

int command_token(int argc, char **argv)
{
	struct settings settings = {0};
	g_autofree char *label = NULL;
	const GOptionEntry entries[] = {
		{"label", 0, 0, G_OPTION_ARG_STRING, &label, N_("What to call it; default: person and time"), "TEXT"},
		{NULL}};
	g_autoptr(GError) error = NULL;
	struct office o;
	int code;

	if (!settings_take(&settings, &argc, &argv, entries, "list | new PERSON | revoke LABEL",
			   N_("Tokens for workstations that come over the network."), &code)) {
		settings_clear(&settings);
		return code;
	}
	const char *verb = argc > 1 ? argv[1] : "list";
	gboolean list = strcmp(verb, "list") == 0;
	if (argc > (list ? 2 : 3) || (!list && argc != 3) ||
	    (!list && strcmp(verb, "new") != 0 && strcmp(verb, "revoke") != 0)) {
		settings_clear(&settings);
		return command_usage("write: ttydeskd token list, token new PERSON, or token revoke LABEL");
	}
	code = 1;
	if (office_open(&o, settings.database, &error)) {
		gboolean ok = list ? list_tokens(&o, &error)
			      : strcmp(verb, "new") == 0 ? new_token(&o, argv[2], label, &error)
							 : people_token_revoke(o.people, argv[2], &error);
		code = ok ? 0 : 1;
		office_close(&o);
	}
	if (code)
		command_fail(code, error);
	settings_clear(&settings);
	return code;
}
