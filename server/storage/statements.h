/* Every SQL statement, named. One text for both engines with $1..$n; where the
 * engines must differ, S2 has SQLite's first and PostgreSQL's second.
 *
 * To add statements: write them as STATEMENTS_THING(S, S2) in stmt_thing.h, include
 * it here and add one line to STATEMENTS. tests/contract prepares every one of them
 * on both engines, so a slip of dialect fails there.
 *
 * Rules of the common dialect: every $n up to the highest is used (in both texts of S2);
 * no `::`, now(), LIKE, lower(), booleans or `$1 IS NULL` (write CAST($1 AS BIGINT) IS NULL);
 * a parameter that stands in no column's company is cast (CAST($1 AS BIGINT) + 1);
 * CAST(sum(x) AS BIGINT); INSERT .. SELECT .. WHERE true ON CONFLICT; max(a, b) is a CASE;
 * RETURNING columns are qualified after UPDATE .. FROM; no DEFERRABLE foreign keys
 * (a failing COMMIT would undo other jobs of the batch). Text binds to TEXT columns
 * only, integers to INTEGER/BIGINT ones, data (DB_B) to BLOB and BYTEA ones. */
#ifndef STORAGE_STATEMENTS_H
#define STORAGE_STATEMENTS_H

#include "server/storage/stmt_carry.h"
#include "server/storage/stmt_config.h"
#include "server/storage/stmt_check.h"
#include "server/storage/stmt_content.h"
#include "server/storage/stmt_customer.h"
#include "server/storage/stmt_draft.h"
#include "server/storage/stmt_export.h"
#include "server/storage/stmt_feed.h"
#include "server/storage/stmt_files.h"
#include "server/storage/stmt_ladder.h"
#include "server/storage/stmt_follow_up.h"
#include "server/storage/stmt_more_words.h"
#include "server/storage/stmt_people.h"
#include "server/storage/stmt_problem.h"
#include "server/storage/stmt_test.h"
#include "server/storage/stmt_queue.h"
#include "server/storage/stmt_routing.h"
#include "server/storage/stmt_rule.h"
#include "server/storage/stmt_sample.h"
#include "server/storage/stmt_text.h"
#include "server/storage/stmt_together.h"
#include "server/storage/stmt_macro.h"
#include "server/storage/stmt_view.h"
#include "server/storage/stmt_ticket.h"
#include "server/storage/stmt_words.h"
#include "server/storage/stmt_work.h"

#define STATEMENTS(S, S2) \
	STATEMENTS_FEED(S, S2) \
	STATEMENTS_CHECK(S, S2) \
	STATEMENTS_PEOPLE(S, S2) \
	STATEMENTS_TEST(S, S2) \
	STATEMENTS_WORDS(S, S2) \
	STATEMENTS_MORE_WORDS(S, S2) \
	STATEMENTS_CONFIG(S, S2) \
	STATEMENTS_QUEUE(S, S2) \
	STATEMENTS_TEXT(S, S2) \
	STATEMENTS_VIEW(S, S2) \
	STATEMENTS_MACRO(S, S2) \
	STATEMENTS_RULE(S, S2) \
	STATEMENTS_TICKET(S, S2) \
	STATEMENTS_CUSTOMER(S, S2) \
	STATEMENTS_CONTENT(S, S2) \
	STATEMENTS_DRAFT(S, S2) \
	STATEMENTS_EXPORT(S, S2) \
	STATEMENTS_CARRY(S, S2) \
	STATEMENTS_SAMPLE(S, S2) \
	STATEMENTS_FILES(S, S2) \
	STATEMENTS_WORK(S, S2) \
	STATEMENTS_FOLLOW_UP(S, S2) \
	STATEMENTS_TOGETHER(S, S2) \
	STATEMENTS_PROBLEM(S, S2) \
	STATEMENTS_LADDER(S, S2) \
	STATEMENTS_ROUTING(S, S2) \
	/* one line a domain; keep this comment last */

enum db_stmt {
#define S(id, sql) STMT_##id,
#define S2(id, sqlite, postgres) STMT_##id,
	STATEMENTS(S, S2)
#undef S
#undef S2
	STMT_COUNT
};

#endif
