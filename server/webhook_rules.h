/* Where webhooks may go, and when one is tried again. Pure: whoever connects brings the address.
 *
 * The setting webhook_allow names hosts and networks with spaces between: "hooks.example.com
 * *.example.org 10.1.0.0/16 fd00::/8". A webhook goes to hosts of that list only (a star stands for
 * one label or more at the beginning; an address that stands for itself must be in a network). The
 * address a name resolves to must be a public one or in a listed network, whatever the name: no
 * answer of a name server leads inside. Unencrypted http is for listed networks only. */
#ifndef SERVER_WEBHOOK_RULES_H
#define SERVER_WEBHOOK_RULES_H

#include "base/error.h"

#define WEBHOOK_TRIES 10

struct webhook_allow {
	GPtrArray *hosts;  /* char*: "hooks.example.com", "*.example.org" */
	GArray *networks;  /* private */
};
/* NULL or blank text: nothing is allowed. NULL: DESK_INVALID, a sentence. */
struct webhook_allow *webhook_allow_parse(const char *text, GError **error);
void webhook_allow_free(struct webhook_allow *a); /* NULL is fine */
typedef struct webhook_allow webhook_allow_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(webhook_allow_auto, webhook_allow_free)

/* 4 bytes (IPv4) or 16 (IPv6; mapped IPv4 counts as such). */
gboolean webhook_address_listed(const struct webhook_allow *a, const guint8 *address, size_t len);
/* Not private, loopback, link-local, shared, multicast, reserved, or a tunnel to one of them. */
gboolean webhook_address_public(const guint8 *address, size_t len);
gboolean webhook_address_allowed(const struct webhook_allow *a, const guint8 *address, size_t len);

/* The URL by itself: http or https, a host, no user in it, no fragment. DESK_INVALID, a sentence. */
gboolean webhook_url_check(const char *url, GError **error);
/* And by the list; addresses of names are looked at when connecting. *plain: it is http. DESK_FORBIDDEN. */
gboolean webhook_url_allowed(const struct webhook_allow *a, const char *url, gboolean *plain, GError **error);

/* How long to wait after the n-th try (from 1) has failed; 0: no more. */
int64_t webhook_wait(int tries);
/* "sha256=" and the HMAC-SHA256 of "TIMESTAMP.BODY" in hex. g_free. */
char *webhook_signature(const char *secret, int64_t timestamp_s, const char *body);

#endif
