/* Where webhooks may go, how they are signed, when they are tried again. */
#include "server/webhook_rules.h"

#include <gio/gio.h>
#include <string.h>
#include "base/clock.h"

struct network {
	guint8 bytes[16];
	guint len;  /* 4 or 16 */
	guint bits;
};

static gboolean network_parse(const char *text, struct network *out)
{
	const char *slash = strchr(text, '/');
	g_autofree char *host = slash ? g_strndup(text, (gsize)(slash - text)) : g_strdup(text);
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
	guint64 bits;

	if (!address)
		return FALSE;
	out->len = (guint)g_inet_address_get_native_size(address);
	memcpy(out->bytes, g_inet_address_to_bytes(address), out->len);
	bits = out->len * 8;
	if (slash && !g_ascii_string_to_unsigned(slash + 1, 10, 0, bits, &bits, NULL))
		return FALSE;
	out->bits = (guint)bits;
	return TRUE;
}

static gboolean within(const struct network *n, const guint8 *address, size_t len)
{
	guint whole = n->bits / 8, rest = n->bits % 8;

	if (n->len != len || memcmp(n->bytes, address, whole) != 0)
		return FALSE;
	return !rest || ((n->bytes[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

/* IPv4 in IPv6 is looked at as IPv4. */
static const guint8 *unmapped(const guint8 *address, size_t *len)
{
	static const guint8 mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (*len != 16 || memcmp(address, mapped, sizeof mapped) != 0)
		return address;
	*len = 4;
	return address + 12;
}

static gboolean host_fits(const char *pattern, const char *host)
{
	size_t p = strlen(pattern), h = strlen(host);

	if (pattern[0] != '*')
		return g_ascii_strcasecmp(pattern, host) == 0;
	return h > p - 1 && g_ascii_strcasecmp(host + h - (p - 1), pattern + 1) == 0;
}

static gboolean is_host(const char *s)
{
	size_t stars = g_str_has_prefix(s, "*.") ? 2 : 0, n = strlen(s);

	return n > stars && n <= 253 && s[stars] != '.' && s[stars] != '-' &&
	       strspn(s + stars, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == n - stars;
}

struct webhook_allow *webhook_allow_parse(const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(text ? text : "", " \t,", -1);
	g_autoptr(webhook_allow_auto) a = g_new0(struct webhook_allow, 1);

	a->hosts = g_ptr_array_new_with_free_func(g_free);
	a->networks = g_array_new(FALSE, FALSE, sizeof(struct network));
	for (char **word = words; *word; word++) {
		struct network n;

		if (!**word)
			continue;
		if (network_parse(*word, &n))
			g_array_append_val(a->networks, n);
		else if (is_host(*word) && !strchr(*word, '/'))
			g_ptr_array_add(a->hosts, g_strdup(*word));
		else {
			desk_fail(error, DESK_INVALID, "\"%s\" is neither a host nor a network like 10.1.0.0/16", *word);
			return NULL;
		}
	}
	return g_steal_pointer(&a);
}

void webhook_allow_free(struct webhook_allow *a)
{
	if (!a)
		return;
	g_ptr_array_unref(a->hosts);
	g_array_unref(a->networks);
	g_free(a);
}

gboolean webhook_address_listed(const struct webhook_allow *a, const guint8 *address, size_t len)
{
	address = unmapped(address, &len);
	for (guint i = 0; i < a->networks->len; i++)
		if (within(&g_array_index(a->networks, struct network, i), address, len))
			return TRUE;
	return FALSE;
}

gboolean webhook_address_public(const guint8 *address, size_t len)
{
	/* IANA's special-purpose registries; tunnels can end inside. */
	static const char *const inside[] = {
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
		"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"224.0.0.0/3", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
		"3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
	};

	address = unmapped(address, &len);
	for (size_t i = 0; i < G_N_ELEMENTS(inside); i++) {
		struct network n;

		if (network_parse(inside[i], &n) && within(&n, address, len))
			return FALSE;
	}
	return len == 4 || len == 16;
}

gboolean webhook_address_allowed(const struct webhook_allow *a, const guint8 *address, size_t len)
{
	return webhook_address_listed(a, address, len) || webhook_address_public(address, len);
}

static GUri *url_read(const char *url, GError **error)
{
	g_autoptr(GError) local = NULL;
	GUri *uri = g_uri_parse(url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_HAS_PASSWORD, &local);
	const char *scheme = uri ? g_uri_get_scheme(uri) : "", *host = uri ? g_uri_get_host(uri) : NULL;

	if (uri && (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0) && host && *host &&
	    !g_uri_get_userinfo(uri) && !g_uri_get_fragment(uri))
		return uri;
	g_clear_pointer(&uri, g_uri_unref);
	desk_fail(error, DESK_INVALID, "\"%s\" is no address of a webhook: https://HOST/PATH without user and fragment", url);
	return NULL;
}

gboolean webhook_url_check(const char *url, GError **error)
{
	g_autoptr(GUri) uri = url_read(url, error);

	return uri != NULL;
}

gboolean webhook_url_allowed(const struct webhook_allow *a, const char *url, gboolean *plain, GError **error)
{
	g_autoptr(GUri) uri = url_read(url, error);
	const char *host = uri ? g_uri_get_host(uri) : NULL;
	g_autoptr(GInetAddress) address = host ? g_inet_address_new_from_string(host) : NULL;

	if (!uri)
		return FALSE;
	*plain = strcmp(g_uri_get_scheme(uri), "http") == 0;
	if (address) {
		if (webhook_address_listed(a, g_inet_address_to_bytes(address), g_inet_address_get_native_size(address)))
			return TRUE;
		return desk_fail(error, DESK_FORBIDDEN, "the address %s is in no network of webhook_allow", host);
	}
	for (guint i = 0; i < a->hosts->len; i++)
		if (host_fits(a->hosts->pdata[i], host))
			return TRUE;
	return desk_fail(error, DESK_FORBIDDEN, "the host %s is not in webhook_allow", host);
}

int64_t webhook_wait(int tries)
{
	/* a day and a half in all: a receiver that is down over night gets them */
	static const int64_t waits[WEBHOOK_TRIES - 1] = {10 * MS_SECOND, MS_MINUTE, 5 * MS_MINUTE, 20 * MS_MINUTE, MS_HOUR,
	                                                 3 * MS_HOUR, 6 * MS_HOUR, 12 * MS_HOUR, 12 * MS_HOUR};

	return tries >= 1 && tries < WEBHOOK_TRIES ? waits[tries - 1] : 0;
}

char *webhook_signature(const char *secret, int64_t timestamp_s, const char *body)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)secret, strlen(secret));
	g_autofree char *stamp = g_strdup_printf("%" G_GINT64_FORMAT ".", timestamp_s);

	g_hmac_update(hmac, (const guchar *)stamp, -1);
	g_hmac_update(hmac, (const guchar *)body, (gssize)strlen(body));
	return g_strconcat("sha256=", g_hmac_get_string(hmac), NULL);
}
