/* Writing people and tokens: what `ttydeskd person` and `ttydeskd token` do. Every write
 * is announced, so that running servers forget what they had cached. */
#include "server/people_inner.h"

#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "wire/wire.h"
#include "base/say.h"

struct edit {
	enum db_stmt stmt;
	const struct db_arg *args;
	size_t n;
	desk_id id;           /* of RETURNING */
	gboolean want_row;    /* something must have changed */
	const char *missing;  /* sentence when it hasn't */
};

static gboolean take_id(const struct db_row *row, void *arg)
{
	*(desk_id *)arg = db_int(row, 0);
	return FALSE;
}

static gboolean edit_job(struct db_tx *tx, void *arg, GError **error)
{
	struct edit *e = arg;
	struct db_conn *conn = db_conn_of(tx);
	g_autoptr(event_auto) event = g_new0(struct event, 1);

	e->id = 0;
	if (!db_run(conn, e->stmt, e->args, e->n, take_id, &e->id, error))
		return FALSE;
	if (e->want_row && db_changed(conn) == 0)
		return desk_fail(error, DESK_NOTFOUND, "%s", e->missing);
	event->kind = EVENT_PEOPLE;
	event->change = g_strdup("people");
	return db_tx_event(tx, event, error);
}

#define EDIT(p, e, error, ...) \
	edit_run(p, e, (const struct db_arg[]){__VA_ARGS__}, \
		 sizeof((const struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg), error)
static gboolean edit_run(struct people *p, struct edit *e, const struct db_arg *args, size_t n, GError **error)
{
	e->args = args;
	e->n = n;
	gboolean ok = db_submit_wait(people_db(p), edit_job, e, error);
	people_notice(p);
	return ok;
}

/* A log-in name is typed, put into headers and file names: a small alphabet. */
static gboolean check_name(const char *name, GError **error)
{
	size_t n = strlen(name);

	if (n < 1 || n > 64 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") != n || name[0] == '-')
		return desk_fail(error, DESK_INVALID, "a log-in name has 1 to 64 of a-z, 0-9, '.', '_' and '-'");
	return TRUE;
}

desk_id people_add(struct people *p, const char *name, const char *display, enum role role,
		   const char *locale, int64_t uid, GError **error)
{
	struct edit e = {.stmt = STMT_PEOPLE_ADD};
	GError *why = NULL;

	if (!check_name(name, error))
		return 0;
	if (display && (!text_storable(display, strlen(display)) || strlen(display) > 200)) {
		desk_fail(error, DESK_INVALID, "the display name is not UTF-8, or longer than 200 bytes");
		return 0;
	}
	if (EDIT(p, &e, &why, DB_T(name), DB_T(display ? display : name), DB_I(role),
		 DB_T(locale ? locale : "en"), uid < 0 ? DB_N : DB_I(uid)))
		return e.id;
	if (desk_error_code(why) == DESK_CONFLICT) {
		desk_fail(error, DESK_CONFLICT, "there is already a person named '%s', or with that Unix user",
			  name);
		g_error_free(why);
	} else {
		g_propagate_error(error, why);
	}
	return 0;
}

gboolean people_set_role(struct people *p, desk_id id, enum role role, GError **error)
{
	struct edit e = {.stmt = STMT_PEOPLE_ROLE_SET, .want_row = TRUE, .missing = N_("no such person")};

	return EDIT(p, &e, error, DB_I(id), DB_I(role));
}

gboolean people_set_active(struct people *p, desk_id id, gboolean active, GError **error)
{
	struct edit e = {.stmt = STMT_PEOPLE_ACTIVE_SET, .want_row = TRUE, .missing = N_("no such person")};

	return EDIT(p, &e, error, DB_I(id), DB_I(active ? 1 : 0));
}

gboolean people_set_uid(struct people *p, desk_id id, int64_t uid, GError **error)
{
	struct edit e = {.stmt = STMT_PEOPLE_UID_SET, .want_row = TRUE, .missing = N_("no such person")};

	return EDIT(p, &e, error, DB_I(id), uid < 0 ? DB_N : DB_I(uid));
}

static gboolean take_group(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, db_dup(row, 0));
	return TRUE;
}

/* Adds by name; a name that nothing has adds nothing, so what there is now is asked. */
static gboolean belong(struct people *p, desk_id id, const char *name, enum db_stmt add, enum db_stmt list,
		       const char *missing, GError **error)
{
	struct edit e = {.stmt = add};
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	if (!EDIT(p, &e, error, DB_I(id), DB_T(name)))
		return FALSE;
	struct db_conn *conn = db_read_begin(people_db(p), error);
	if (!conn)
		return FALSE;
	gboolean ok = DB_RUN(conn, list, take_group, names, error, DB_I(id));
	db_read_end(people_db(p), conn);
	if (!ok)
		return FALSE;
	return g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL) ||
	       desk_fail(error, DESK_NOTFOUND, "the desk has no %s '%s'", missing, name);
}

gboolean people_join_group(struct people *p, desk_id id, const char *group, GError **error)
{
	return belong(p, id, group, STMT_PEOPLE_GROUP_ADD, STMT_PEOPLE_GROUPS, "group", error);
}

gboolean people_add_skill(struct people *p, desk_id id, const char *skill, GError **error)
{
	return belong(p, id, skill, STMT_PEOPLE_SKILL_ADD, STMT_PEOPLE_SKILLS_OF, "skill", error);
}

char *people_token_new(struct people *p, desk_id person_id, const char *label, GError **error)
{
	unsigned char bytes[PEOPLE_TOKEN_BYTES];
	char chars[PEOPLE_TOKEN_CHARS + 1], hex[PEOPLE_HASH_HEX];
	struct edit e = {.stmt = STMT_TOKEN_ADD};
	g_autofree char *token = NULL;
	GError *why = NULL;

	if (!*label || strlen(label) > 100 || !text_storable(label, strlen(label))) {
		desk_fail(error, DESK_INVALID, "a token's label has 1 to 100 bytes of UTF-8");
		return NULL;
	}
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2base64(chars, sizeof chars, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	token = g_strconcat(PEOPLE_TOKEN_PREFIX, chars, NULL);
	people_hash_token(token, hex);
	sodium_memzero(bytes, sizeof bytes);
	sodium_memzero(chars, sizeof chars);
	if (EDIT(p, &e, &why, DB_T(hex), DB_T(label), DB_I(person_id), DB_I(clock_wall_ms())))
		return g_steal_pointer(&token);
	if (desk_error_code(why) == DESK_CONFLICT) {
		desk_fail(error, DESK_CONFLICT, "there is already a token labelled '%s'", label);
		g_error_free(why);
	} else {
		g_propagate_error(error, why);
	}
	return NULL;
}

gboolean people_token_revoke(struct people *p, const char *label, GError **error)
{
	struct edit e = {.stmt = STMT_TOKEN_REVOKE, .want_row = TRUE,
			 .missing = N_("no token in force has that label")};

	return EDIT(p, &e, error, DB_T(label));
}
