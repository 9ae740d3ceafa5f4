/* Authentication: the person behind a Unix peer or a token. The people of the desk are
 * kept in memory, verified tokens by their hash; any event about people clears both. */
#include "server/people_inner.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"

#define TOKENS_CACHED 4096
/* Another process (ttydeskd person, token) may write where no event reaches us. */
#define FACES_TRUST_US (2 * G_TIME_SPAN_SECOND)
#define TOKENS_TRUST_US (5 * G_TIME_SPAN_SECOND)

struct face {
	desk_id id;
	char *name, *display, *locale;
	char *name_key, *display_key; /* folded, for people_find */
	enum role role;
	gboolean active;
	int64_t uid;
};

struct people {
	struct db *db;
	GMutex lock;
	GPtrArray *faces;    /* NULL: to be read again */
	gint64 faces_until_us;
	GHashTable *tokens;  /* hash in hex -> id (boxed) */
	gint64 tokens_until_us;
	guint64 notices;     /* a read that began before the last one isn't kept */
	gboolean owned;
	uid_t owner;
	char *owner_person;
};

static void face_free(void *p)
{
	struct face *f = p;

	g_free(f->name);
	g_free(f->display);
	g_free(f->locale);
	g_free(f->name_key);
	g_free(f->display_key);
	g_free(f);
}

static gboolean take_face(const struct db_row *row, void *arg)
{
	struct face *f = g_new0(struct face, 1);

	f->id = db_int(row, 0);
	f->name = db_dup(row, 1);
	f->display = db_dup(row, 2);
	f->role = (enum role)db_int(row, 3);
	f->locale = db_dup(row, 4);
	f->active = db_int(row, 5) != 0;
	f->uid = db_int(row, 6);
	f->name_key = text_fold(f->name, -1);
	f->display_key = text_fold(f->display ? f->display : f->name, -1);
	g_ptr_array_add(arg, f);
	return TRUE;
}

/* A reference to the current list of people; NULL with an error. */
static GPtrArray *faces_get(struct people *p, GError **error)
{
	g_mutex_lock(&p->lock);
	guint64 notices = p->notices;
	if (g_get_monotonic_time() > p->faces_until_us)
		g_clear_pointer(&p->faces, g_ptr_array_unref);
	GPtrArray *faces = p->faces ? g_ptr_array_ref(p->faces) : NULL;
	g_mutex_unlock(&p->lock);
	if (faces)
		return faces;

	struct db_conn *conn = db_read_begin(p->db, error);
	if (!conn)
		return NULL;
	faces = g_ptr_array_new_with_free_func(face_free);
	gboolean ok = db_run(conn, STMT_PEOPLE_LIST, NULL, 0, take_face, faces, error);
	db_read_end(p->db, conn);
	if (!ok) {
		g_ptr_array_unref(faces);
		return NULL;
	}
	g_mutex_lock(&p->lock);
	if (!p->faces && notices == p->notices) {
		p->faces = g_ptr_array_ref(faces);
		p->faces_until_us = g_get_monotonic_time() + FACES_TRUST_US;
	}
	g_mutex_unlock(&p->lock);
	return faces;
}

struct people *people_open(struct db *db, GError **error)
{
	if (sodium_init() < 0) {
		desk_fail(error, DESK_IO, "the cryptographic library does not start");
		return NULL;
	}
	struct people *p = g_new0(struct people, 1);
	p->db = db;
	g_mutex_init(&p->lock);
	p->tokens = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return p;
}

void people_close(struct people *p)
{
	if (!p)
		return;
	g_clear_pointer(&p->faces, g_ptr_array_unref);
	g_hash_table_unref(p->tokens);
	g_mutex_clear(&p->lock);
	g_free(p->owner_person);
	g_free(p);
}

void people_notice(struct people *p)
{
	g_mutex_lock(&p->lock);
	p->notices++;
	g_clear_pointer(&p->faces, g_ptr_array_unref);
	g_hash_table_remove_all(p->tokens);
	g_mutex_unlock(&p->lock);
}

void people_set_owner(struct people *p, uid_t uid, const char *person)
{
	p->owned = TRUE;
	p->owner = uid;
	g_free(p->owner_person);
	p->owner_person = g_strdup(person);
}

/* ---------------------------------------------------------------- finding */
static const struct face *by_name(const GPtrArray *faces, const char *name)
{
	g_autofree char *key = text_fold(name, -1);
	const struct face *found = NULL;

	for (guint i = 0; i < faces->len; i++) {
		const struct face *f = faces->pdata[i];

		if (strcmp(f->name_key, key) == 0)
			return f;
		if (strcmp(f->display_key, key) == 0)
			found = f;
	}
	return found;
}

static const struct face *by_uid(const GPtrArray *faces, uid_t uid)
{
	for (guint i = 0; i < faces->len; i++) {
		const struct face *f = faces->pdata[i];

		if (f->uid >= 0 && f->uid == (int64_t)uid)
			return f;
	}
	return NULL;
}

static const struct face *by_id(const GPtrArray *faces, desk_id id)
{
	for (guint i = 0; i < faces->len; i++) {
		const struct face *f = faces->pdata[i];

		if (f->id == id)
			return f;
	}
	return NULL;
}

desk_id people_find(struct people *p, const char *name, GError **error)
{
	g_autoptr(GPtrArray) faces = faces_get(p, error);

	if (!faces)
		return 0;
	const struct face *f = by_name(faces, name);
	if (!f) {
		g_autofree char *clean = text_clean_string(name, -1, 0, 80);

		desk_fail(error, DESK_NOTFOUND, "the desk has nobody named '%s'", clean);
	}
	return f ? f->id : 0;
}

/* ---------------------------------------------------------------- tokens */
struct db *people_db(struct people *p)
{
	return p->db;
}

void people_hash_token(const char *token, char hex[PEOPLE_HASH_HEX])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
	sodium_bin2hex(hex, PEOPLE_HASH_HEX, hash, sizeof hash);
}

static gboolean take_id(const struct db_row *row, void *arg)
{
	*(desk_id *)arg = db_int(row, 0);
	return FALSE;
}

static gboolean token_person(struct people *p, const char *token, desk_id *id, GError **error)
{
	char hex[PEOPLE_HASH_HEX];

	*id = 0;
	if (!g_str_has_prefix(token, PEOPLE_TOKEN_PREFIX) || strlen(token) != strlen(PEOPLE_TOKEN_PREFIX) + PEOPLE_TOKEN_CHARS)
		return desk_fail(error, DESK_AUTH, "the token is not one of this desk");
	people_hash_token(token, hex);
	g_mutex_lock(&p->lock);
	if (g_get_monotonic_time() > p->tokens_until_us) {
		g_hash_table_remove_all(p->tokens);
		p->tokens_until_us = g_get_monotonic_time() + TOKENS_TRUST_US;
	}
	const desk_id *known = g_hash_table_lookup(p->tokens, hex);
	guint64 notices = p->notices;
	*id = known ? *known : 0;
	g_mutex_unlock(&p->lock);
	if (*id)
		return TRUE;

	struct db_conn *conn = db_read_begin(p->db, error);
	if (!conn)
		return FALSE;
	gboolean ok = DB_RUN(conn, STMT_TOKEN_FIND, take_id, id, error, DB_T(hex));
	db_read_end(p->db, conn);
	if (!ok)
		return FALSE;
	if (!*id)
		return desk_fail(error, DESK_AUTH, "the token is not one of this desk, or was revoked");
	g_mutex_lock(&p->lock);
	if (notices == p->notices && g_hash_table_size(p->tokens) < TOKENS_CACHED)
		g_hash_table_replace(p->tokens, g_strdup(hex), g_memdup2(id, sizeof *id));
	g_mutex_unlock(&p->lock);
	return TRUE;
}

/* ---------------------------------------------------------------- who */
static gboolean become(struct actor *actor, const struct face *f, GError **error)
{
	if (!f->active)
		return desk_fail(error, DESK_FORBIDDEN, "%s no longer works at this desk", f->name);
	*actor = (struct actor){.person_id = f->id, .role = f->role, .display = g_strdup(f->display),
				.locale = g_strdup(f->locale)};
	return TRUE;
}

static const struct face *local_face(struct people *p, const GPtrArray *faces, const struct http_peer *peer,
				     const char *as, GError **error)
{
	gboolean owner = p->owned && peer->uid == p->owner;
	const struct face *self = owner && p->owner_person ? by_name(faces, p->owner_person)
							   : by_uid(faces, peer->uid);
	const struct face *wanted = as ? by_name(faces, as) : self;

	if (as && !owner && (!self || wanted != self)) {
		desk_fail(error, DESK_FORBIDDEN, "only the owner of a desk may act as somebody else");
		return NULL;
	}
	if (!wanted && as) {
		g_autofree char *clean = text_clean_string(as, -1, 0, 80);

		desk_fail(error, DESK_AUTH, "the desk has nobody named '%s'", clean);
	} else if (!wanted) {
		desk_fail(error, DESK_AUTH, "the Unix user %u is nobody of this desk; an administrator adds "
			  "them with: ttydeskd person add NAME --uid %u", (unsigned)peer->uid,
			  (unsigned)peer->uid);
	}
	return wanted;
}

static void faces_forget(struct people *p)
{
	g_mutex_lock(&p->lock);
	g_clear_pointer(&p->faces, g_ptr_array_unref);
	g_mutex_unlock(&p->lock);
}

static gboolean who(struct people *p, const struct http_exchange *x, struct actor *actor, GError **error)
{
	const char *authorization = http_header(x, "Authorization");
	const char *as = http_header(x, "Ttydesk-As");
	const struct http_peer *peer = http_peer(x);
	g_autoptr(GPtrArray) faces = faces_get(p, error);
	const struct face *f;
	desk_id id;

	*actor = (struct actor){0};
	if (!faces)
		return FALSE;
	if (as && !*as)
		as = NULL;
	if (authorization) {
		if (g_ascii_strncasecmp(authorization, "Bearer ", 7) != 0)
			return desk_fail(error, DESK_AUTH, "only Bearer tokens are taken");
		if (!token_person(p, authorization + 7, &id, error))
			return FALSE;
		f = by_id(faces, id);
		if (!f)
			return desk_fail(error, DESK_AUTH, "the token's person is gone");
		if (as && by_name(faces, as) != f)
			return desk_fail(error, DESK_FORBIDDEN, "a token speaks for its own person only");
		return become(actor, f, error);
	}
	if (!peer->local)
		return desk_fail(error, DESK_AUTH, "a token is needed: send Authorization: Bearer ttd_...");
	f = local_face(p, faces, peer, as, error);
	return f && become(actor, f, error);
}

gboolean people_who(struct people *p, const struct http_exchange *x, struct actor *actor, GError **error)
{
	GError *why = NULL;

	if (who(p, x, actor, &why))
		return TRUE;
	if (desk_error_code(why) == DESK_AUTH) { /* added by another process a moment ago? */
		g_clear_error(&why);
		faces_forget(p);
		if (who(p, x, actor, &why))
			return TRUE;
	}
	g_propagate_error(error, why);
	return FALSE;
}

void people_actor_clear(struct actor *actor)
{
	g_free((char *)actor->display);
	g_free((char *)actor->locale);
	*actor = (struct actor){0};
}
