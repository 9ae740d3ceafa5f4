/* The certificate of the TCP listener. Handshakes ask for it one by one, so that a new one is
 * in force from the next handshake on and nobody's connection breaks. What was in force
 * stays in memory until the stop: a handshake that began with it may still be at work. */
#include "server/http_inner.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"

#define CHAIN_MAX 16
#define FILE_MAX (1 << 20)
#define KEY_ID_MAX 64

struct http_tls {
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned n;
	gnutls_privkey_t key;
	int64_t until_s;       /* of the leaf */
	struct http_tls *older;
};

void http_tls_free(struct http_tls *t)
{
	while (t) {
		struct http_tls *older = t->older;

		for (unsigned i = 0; i < t->n; i++)
			gnutls_pcert_deinit(&t->chain[i]);
		if (t->key)
			gnutls_privkey_deinit(t->key);
		g_free(t);
		t = older;
	}
}

static gboolean read_pem(const char *path, char **bytes, gnutls_datum_t *pem, GError **error)
{
	g_autoptr(GError) why = NULL;
	gsize len = 0;

	if (!g_file_get_contents(path, bytes, &len, &why))
		return desk_fail(error, DESK_IO, "can't read %s: %s", path, why->message);
	if (len > FILE_MAX)
		return desk_fail(error, DESK_INVALID, "%s is too long to be a certificate or key", path);
	*pem = (gnutls_datum_t){.data = (unsigned char *)*bytes, .size = (unsigned)len};
	return TRUE;
}

static gboolean read_chain(struct http_tls *t, const char *path, GError **error)
{
	g_autofree char *bytes = NULL;
	gnutls_x509_crt_t *list = NULL;
	gnutls_datum_t pem;
	unsigned n = 0;

	if (!read_pem(path, &bytes, &pem, error))
		return FALSE;
	int rc = gnutls_x509_crt_list_import2(&list, &n, &pem, GNUTLS_X509_FMT_PEM, 0);
	if (rc < 0)
		return desk_fail(error, DESK_INVALID, "%s holds no certificate: %s", path, gnutls_strerror(rc));
	if (n > CHAIN_MAX) {
		rc = GNUTLS_E_CERTIFICATE_LIST_UNSORTED;
		desk_fail(error, DESK_INVALID, "%s holds more than %d certificates", path, CHAIN_MAX);
	} else {
		unsigned sorted = n;

		t->until_s = gnutls_x509_crt_get_expiration_time(list[0]);
		rc = gnutls_pcert_import_x509_list(t->chain, list, &sorted, GNUTLS_X509_CRT_LIST_SORT);
		if (rc < 0)
			desk_fail(error, DESK_INVALID, "the certificates in %s are no chain: %s", path,
				  gnutls_strerror(rc));
		else
			t->n = sorted;
	}
	for (unsigned i = 0; i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	return rc >= 0;
}

static gboolean read_key(struct http_tls *t, const char *path, GError **error)
{
	g_autofree char *bytes = NULL;
	gnutls_datum_t pem;
	struct stat st;

	if (!read_pem(path, &bytes, &pem, error))
		return FALSE;
	if (stat(path, &st) == 0 && (st.st_mode & 0007))
		log_warn("http", "everybody on this host may read the key %s", path);
	int rc = gnutls_privkey_init(&t->key);
	if (rc >= 0)
		rc = gnutls_privkey_import_x509_raw(t->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	gnutls_memset(bytes, 0, pem.size);
	return rc >= 0 || desk_fail(error, DESK_INVALID, "%s holds no key without a password: %s", path,
				    gnutls_strerror(rc));
}

/* Both halves of one pair? Their public keys have the same name. */
static gboolean is_pair(struct http_tls *t)
{
	unsigned char ours[KEY_ID_MAX], theirs[KEY_ID_MAX];
	size_t our_len = sizeof ours, their_len = sizeof theirs;
	gnutls_pubkey_t public = NULL;
	gboolean same = gnutls_pubkey_init(&public) >= 0 && gnutls_pubkey_import_privkey(public, t->key, 0, 0) >= 0 &&
			gnutls_pubkey_get_key_id(public, 0, ours, &our_len) >= 0 &&
			gnutls_pubkey_get_key_id(t->chain[0].pubkey, 0, theirs, &their_len) >= 0 &&
			our_len == their_len && memcmp(ours, theirs, our_len) == 0;

	if (public)
		gnutls_pubkey_deinit(public);
	return same;
}

struct http_tls *http_tls_load(const char *certificate, const char *key, GError **error)
{
	struct http_tls *t = g_new0(struct http_tls, 1);
	char until[40];

	if (!read_chain(t, certificate, error) || !read_key(t, key, error)) {
		http_tls_free(t);
		return NULL;
	}
	if (!is_pair(t)) {
		desk_fail(error, DESK_INVALID, "the key in %s does not belong to the certificate in %s", key,
			  certificate);
		http_tls_free(t);
		return NULL;
	}
	clock_rfc3339(t->until_s * 1000, until, sizeof until);
	if (t->until_s * 1000 < clock_wall_ms())
		log_warn("http", "the certificate in %s ran out on %s: workstations will refuse it", certificate, until);
	else
		log_info("http", "the certificate in %s is good until %s", certificate, until);
	return t;
}

gboolean http_both_or_none(const char *certificate, const char *key, GError **error)
{
	return !certificate == !key ||
	       desk_fail(error, DESK_INVALID, "tls-certificate and tls-key belong together; %s is not set",
			 key ? "tls-certificate" : "tls-key");
}

gboolean http_check_certificate(const char *certificate, const char *key, GError **error)
{
	if (!http_both_or_none(certificate, key, error))
		return FALSE;
	struct http_tls *t = certificate ? http_tls_load(certificate, key, error) : NULL;
	gboolean good = !certificate || t;

	http_tls_free(t);
	return good;
}

gboolean http_reload(struct http_server *s, GError **error)
{
	if (!s->tls)
		return TRUE;
	struct http_tls *fresh = http_tls_load(s->tls_certificate, s->tls_key, error);
	if (!fresh)
		return FALSE;
	g_mutex_lock(&s->lock);
	if (fresh->until_s * 1000 < clock_wall_ms() && s->tls->until_s > fresh->until_s) {
		g_mutex_unlock(&s->lock);
		http_tls_free(fresh);
		return desk_fail(error, DESK_INVALID, "the certificate in %s ran out before the one in force",
				 s->tls_certificate);
	}
	fresh->older = s->tls;
	s->tls = fresh;
	g_mutex_unlock(&s->lock);
	return TRUE;
}

/* The library hangs its connection on the session; ours hangs on that. */
static int retrieve(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **chain,
		    unsigned *n, gnutls_ocsp_data_st **ocsp, unsigned *n_ocsp, gnutls_privkey_t *key, unsigned *flags)
{
	struct MHD_Connection *mhd = gnutls_session_get_ptr(session);
	const union MHD_ConnectionInfo *about =
		mhd ? MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT) : NULL;
	struct http_conn *c = about ? about->socket_context : NULL;

	(void)info;
	if (!c)
		return -1;
	g_mutex_lock(&c->server->lock);
	struct http_tls *t = c->server->tls;
	g_mutex_unlock(&c->server->lock);
	*chain = t->chain;
	*n = t->n;
	*ocsp = NULL;
	*n_ocsp = 0;
	*key = t->key;
	*flags = 0;
	return 0;
}

intptr_t http_tls_retriever(void)
{
	gnutls_certificate_retrieve_function3 *ask = retrieve;

	return (intptr_t)ask;
}
