/* The random desk key, and comparing what strangers claim to know. */
#include "server/people_secret.h"

#include <sodium.h>

char *people_random_hex(size_t bytes)
{
	g_autofree unsigned char *raw = g_malloc(bytes);
	char *hex = g_malloc(2 * bytes + 1);

	if (sodium_init() < 0)
		g_error("libsodium can't start"); /* without it the server doesn't start either */
	randombytes_buf(raw, bytes);
	sodium_bin2hex(hex, 2 * bytes + 1, raw, bytes);
	sodium_memzero(raw, bytes);
	return hex;
}

gboolean people_same_bytes(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}
