/* Every SQL statement, named. One text for both engines with $1..$n; where the
 * engines must differ, S2 has SQLite's first and PostgreSQL's second. Rules of the
 * common dialect: no `::`, no now(), typed integers, CAST($n AS BIGINT) IS NULL, no LIKE. */
#ifndef STORAGE_STATEMENTS_H
#define STORAGE_STATEMENTS_H

#include "server/storage/stmt_feed.h"

#define STATEMENTS(S, S2) \
	STATEMENTS_FEED(S, S2)

enum db_stmt {
#define S(id, sql) STMT_##id,
#define S2(id, sqlite, postgres) STMT_##id,
	STATEMENTS(S, S2)
#undef S
#undef S2
	STMT_COUNT
};

#endif
