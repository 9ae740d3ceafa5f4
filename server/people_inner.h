/* Shared by the files of the people room only. */
#ifndef SERVER_PEOPLE_INNER_H
#define SERVER_PEOPLE_INNER_H

#include "server/people.h"

#define PEOPLE_TOKEN_PREFIX "ttd_"
#define PEOPLE_TOKEN_BYTES 32
#define PEOPLE_TOKEN_CHARS 43
#define PEOPLE_HASH_HEX 65

struct db *people_db(struct people *p);
/* SHA-256 in hex: a slow hash is needless for 256 random bits. */
void people_hash_token(const char *token, char hex[PEOPLE_HASH_HEX]);

#endif
