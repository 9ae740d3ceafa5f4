/* Who is asking, and may they: the one authorisation gate. */
#ifndef SERVER_PEOPLE_H
#define SERVER_PEOPLE_H

#include "server/desk/desk.h"
#include "server/http.h"

struct people;
struct people *people_open(struct db *db, GError **error);
void people_close(struct people *p);
void people_notice(struct people *p); /* people or tokens changed: forget what is cached */

/* Embedded desk: this uid owns it and may act as anyone (header Ttydesk-As). Without
 * the header it acts as `person` (log-in name). Before the first request. */
void people_set_owner(struct people *p, uid_t uid, const char *person);
/* The person's id; 0 with DESK_NOTFOUND. By log-in name or display name, any case. */
desk_id people_find(struct people *p, const char *name, GError **error);
/* A new person; `uid` -1 = no Unix account. Id, or 0 (DESK_INVALID, DESK_CONFLICT). */
desk_id people_add(struct people *p, const char *name, const char *display, enum role role,
                   const char *locale, int64_t uid, GError **error);
gboolean people_set_role(struct people *p, desk_id id, enum role role, GError **error);
gboolean people_set_active(struct people *p, desk_id id, gboolean active, GError **error);
gboolean people_set_uid(struct people *p, desk_id id, int64_t uid, GError **error);
gboolean people_join_group(struct people *p, desk_id id, const char *group, GError **error);
gboolean people_add_skill(struct people *p, desk_id id, const char *skill, GError **error);

/* The person behind a request: Unix peer uid, or `Authorization: Bearer` token (TCP
 * always needs one). DESK_AUTH or DESK_FORBIDDEN. `actor` strings live until
 * people_actor_clear. */
gboolean people_who(struct people *p, const struct http_exchange *x, struct actor *actor, GError **error);
void people_actor_clear(struct actor *actor);

/* The gate. One table: query and change kinds to roles. */
gboolean people_may_ask(const struct actor *who, enum query_kind kind, GError **error);
gboolean people_may_change(const struct actor *who, const struct change *c, GError **error);
gboolean people_may_attach(const struct actor *who, GError **error); /* upload files */

/* Figures of the server (metrics): administrators and auditors. */
gboolean people_may_watch(const struct actor *who, GError **error);

/* Tokens: 256 bit, shown once as "ttd_..." (g_free), only the hash is stored. */
char *people_token_new(struct people *p, desk_id person_id, const char *label, GError **error);
gboolean people_token_revoke(struct people *p, const char *label, GError **error);

#endif
