/* The authorisation gate over all roles and kinds; people and tokens on a real database. */
#include "server/people.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- the gate: written again by hand, role by role, so that a slip in the table shows */
static gboolean may_write(enum role role, enum change_kind kind)
{
	if (kind == CHANGE_VIEW_SAVE || kind == CHANGE_VIEW_REMOVE || kind == CHANGE_PRESENCE ||
	    kind == CHANGE_NOTICES_SEEN)
		return TRUE;
	switch (role) {
	case ROLE_READ_ONLY:
	case ROLE_AUDITOR:
		return FALSE;
	case ROLE_AGENT:
		return kind != CHANGE_ARTICLE_SAVE && kind != CHANGE_COMPENSATION_DECIDE &&
		       kind != CHANGE_CONFIG_APPLY && kind != CHANGE_FOLLOW_UP_SKIP && kind != CHANGE_PROBLEM_TELL &&
		       kind != CHANGE_PROBLEM_ARTICLE && kind != CHANGE_WEBHOOK_RETRY;
	case ROLE_SPECIALIST:
		return kind != CHANGE_COMPENSATION_DECIDE && kind != CHANGE_CONFIG_APPLY &&
		       kind != CHANGE_FOLLOW_UP_SKIP && kind != CHANGE_WEBHOOK_RETRY;
	case ROLE_SUPERVISOR:
		return kind != CHANGE_CONFIG_APPLY;
	case ROLE_ADMINISTRATOR:
		return TRUE;
	case ROLE_COUNT:
		break;
	}
	return FALSE;
}

static void people_gate__every_role_and_change__as_written(void)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int kind = 0; kind < CHANGE_KIND_COUNT; kind++) {
			struct actor who = {.person_id = 1, .role = (enum role)role};
			struct change c = {.kind = (enum change_kind)kind};
			g_autoptr(GError) error = NULL;
			gboolean may = people_may_change(&who, &c, &error);

			g_test_message("%s %s", role_name(who.role), change_name(c.kind));
			g_assert_cmpint(may, ==, may_write(who.role, c.kind));
			if (may)
				g_assert_no_error(error);
			else
				g_assert_error(error, DESK_ERROR, DESK_FORBIDDEN);
		}
}

static gboolean may_read(enum role role, enum query_kind kind)
{
	switch (kind) {
	case QUERY_SECRET:
	case QUERY_OFFERS:
		return role != ROLE_READ_ONLY && role != ROLE_AUDITOR;
	case QUERY_CONFIG:
	case QUERY_CONFIG_LOG:
	case QUERY_AUTOMATION_TRY:
	case QUERY_DELIVERIES:
		return role == ROLE_AUDITOR || role == ROLE_SUPERVISOR || role == ROLE_ADMINISTRATOR;
	default:
		return TRUE;
	}
}

static void people_gate__every_role_and_read__as_written(void)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int kind = 0; kind < QUERY_KIND_COUNT; kind++) {
			struct actor who = {.person_id = 1, .role = (enum role)role};

			g_assert_cmpint(people_may_ask(&who, (enum query_kind)kind, NULL), ==,
			                may_read(who.role, (enum query_kind)kind));
		}
}

static void people_gate__unknown_role_or_kind__refused(void)
{
	struct actor odd = {.person_id = 1, .role = ROLE_COUNT}, boss = {.role = ROLE_ADMINISTRATOR};
	struct change reply = {.kind = CHANGE_REPLY}, unknown = {.kind = CHANGE_KIND_COUNT};

	g_assert_false(people_may_change(&odd, &reply, NULL));
	g_assert_false(people_may_ask(&odd, QUERY_SESSION, NULL));
	g_assert_false(people_may_change(&boss, &unknown, NULL));
	g_assert_false(people_may_ask(&boss, QUERY_KIND_COUNT, NULL));
}

/* ---- people and tokens */
struct place {
	char *dir, *path;
	struct db *db;
	struct people *people;
};

static void place_open(struct place *p)
{
	g_autoptr(GError) error = NULL;

	p->dir = g_dir_make_tmp("ttydesk-people-XXXXXX", &error);
	g_assert_no_error(error);
	p->path = g_build_filename(p->dir, "desk.db", NULL);
	p->db = db_open(p->path, &error);
	g_assert_no_error(error);
	p->people = people_open(p->db, &error);
	g_assert_no_error(error);
}

static void place_close(struct place *p)
{
	static const char *const endings[] = {"", "-wal", "-shm", ".lock"};

	db_close(p->db);
	people_close(p->people);
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *file = g_strconcat(p->path, endings[i], NULL);

		g_unlink(file);
	}
	g_rmdir(p->dir);
	g_free(p->path);
	g_free(p->dir);
}

static void people__add_and_find__by_either_name(void)
{
	struct place p;
	g_autoptr(GError) error = NULL;

	place_open(&p);
	desk_id id = people_add(p.people, "chen.xiao", "Chén Xiǎo 陈晓", ROLE_AGENT, "zh", 1234, &error);
	g_assert_no_error(error);
	g_assert_cmpint(id, >, 0);
	g_assert_cmpint(people_find(p.people, "chen.xiao", NULL), ==, id);
	g_assert_cmpint(people_find(p.people, "CHEN.XIAO", NULL), ==, id);
	g_assert_cmpint(people_find(p.people, "chén xiǎo 陈晓", NULL), ==, id);
	g_assert_cmpint(people_find(p.people, "nobody", &error), ==, 0);
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	g_clear_error(&error);
	g_assert_cmpint(people_add(p.people, "chen.xiao", NULL, ROLE_AGENT, NULL, -1, &error), ==, 0);
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	g_clear_error(&error);
	g_assert_cmpint(people_add(p.people, "other", NULL, ROLE_AGENT, NULL, 1234, &error), ==, 0);
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	g_clear_error(&error);
	g_assert_true(people_set_role(p.people, id, ROLE_SUPERVISOR, &error));
	g_assert_false(people_set_role(p.people, id + 100, ROLE_SUPERVISOR, &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	g_clear_error(&error);
	g_assert_false(people_join_group(p.people, id, "no-such-group", &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	place_close(&p);
}

static void people__odd_names__refused(void)
{
	static const char *const odd[] = {"", "Big", "a b", "-x", "../x", "a\nb", "名", "a\x1b[2J"};
	struct place p;

	place_open(&p);
	for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(people_add(p.people, odd[i], NULL, ROLE_AGENT, NULL, -1, &error), ==, 0);
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
	}
	g_autoptr(GError) error = NULL;
	g_assert_cmpint(people_add(p.people, "ok", "bad \xff", ROLE_AGENT, NULL, -1, &error), ==, 0);
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	place_close(&p);
}

static void people__token__long_random_and_labelled(void)
{
	struct place p;
	g_autoptr(GError) error = NULL;

	place_open(&p);
	desk_id id = people_add(p.people, "a", NULL, ROLE_AGENT, NULL, -1, &error);
	g_autofree char *one = people_token_new(p.people, id, "laptop", &error);
	g_assert_no_error(error);
	g_autofree char *two = people_token_new(p.people, id, "phone", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(strlen(one), ==, 4 + 43);
	g_assert_true(g_str_has_prefix(one, "ttd_"));
	g_assert_cmpuint(strspn(one + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), ==, 43);
	g_assert_cmpstr(one, !=, two);
	g_assert_null(people_token_new(p.people, id, "laptop", &error));
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	g_clear_error(&error);
	g_assert_true(people_token_revoke(p.people, "laptop", &error));
	g_assert_false(people_token_revoke(p.people, "laptop", &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);

	place_close(&p);
}

static gboolean grab(const struct db_row *row, void *arg)
{
	g_string_append(arg, db_text(row, 0));
	return TRUE;
}

static void people__token__only_its_hash_is_stored(void)
{
	struct place p;
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = NULL;
	gsize len;

	place_open(&p);
	desk_id id = people_add(p.people, "a", NULL, ROLE_AGENT, NULL, -1, &error);
	g_autofree char *token = people_token_new(p.people, id, "laptop", &error);
	g_assert_no_error(error);
	g_autoptr(GString) labels = g_string_new(NULL);
	struct db_conn *conn = db_read_begin(p.db, &error);
	g_assert_true(db_run(conn, STMT_TOKEN_LIST, NULL, 0, grab, labels, &error));
	db_read_end(p.db, conn);
	g_assert_cmpstr(labels->str, ==, "laptop");
	g_autofree char *wal = g_strconcat(p.path, "-wal", NULL);
	const char *const files[] = {p.path, wal};
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		if (!g_file_get_contents(files[i], &bytes, &len, NULL))
			continue;
		g_assert_null(memmem(bytes, len, token + 4, 43));
		g_clear_pointer(&bytes, g_free);
	}
	place_close(&p);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/server/" #name, name)
	T(people_gate__every_role_and_change__as_written);
	T(people_gate__every_role_and_read__as_written);
	T(people_gate__unknown_role_or_kind__refused);
	T(people__add_and_find__by_either_name);
	T(people__odd_names__refused);
	T(people__token__long_random_and_labelled);
	T(people__token__only_its_hash_is_stored);
	return g_test_run();
}
