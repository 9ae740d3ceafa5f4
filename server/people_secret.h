/* Random bytes and comparing secrets, for whoever may not know libsodium. */
#ifndef SERVER_PEOPLE_SECRET_H
#define SERVER_PEOPLE_SECRET_H

#include <glib.h>

/* `bytes` random bytes in hex; g_free. */
char *people_random_hex(size_t bytes);
/* The same time whatever the bytes are. */
gboolean people_same_bytes(const void *a, const void *b, size_t len);

#endif
