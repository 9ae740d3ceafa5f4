/* The PostgreSQL driver: connecting, migrating, settling a commit without an answer. */
#include "server/storage/postgres_driver.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/say.h"

#define OLDEST_SERVER 150000
#define MIGRATION_LOCK "8390879012468450155" /* "ttydesk+" as a number */
#define TURN_LOCK "8390879012468450156"
#define SETTLE_MS 3000

static enum desk_code code_of(const char *sqlstate)
{
	static const struct {
		const char *state; /* a class (2) or a state (5) */
		enum desk_code code;
	} table[] = {
		{"23505", DESK_CONFLICT}, {"23503", DESK_CONFLICT}, {"23P01", DESK_CONFLICT},
		{"23", DESK_INVALID},     {"22", DESK_INVALID},     {"40", DESK_BUSY},
		{"55P03", DESK_BUSY},     {"57014", DESK_TIMEOUT},  {"57", DESK_BUSY},        {"08", DESK_BUSY},
		{"53300", DESK_BUSY},     {"25P03", DESK_BUSY},     {"0A", DESK_BUSY},
		{"25006", DESK_BUSY},    
		{"42", DESK_BUG},
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(table); i++)
		if (strncmp(sqlstate, table[i].state, strlen(table[i].state)) == 0)
			return table[i].code;
	return DESK_IO;
}

gboolean postgres_fail(GError **error, const PGconn *pg, const PGresult *result, const char *doing)
{
	const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *words = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	g_autofree char *sentence = g_strdup(words ? words : PQerrorMessage(pg));

	g_strchomp(g_strdelimit(sentence, "\r\n\t", ' '));
	/* no state of the server's: libpq itself lost the connection */
	return desk_fail(error, sqlstate ? code_of(sqlstate) : DESK_BUSY, "%s: %s", say(doing), sentence);
}

gboolean postgres_exec(PGconn *pg, const char *text, const char *doing, GError **error)
{
	g_autoptr(postgres_result) result = PQexec(pg, text);
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
	       postgres_fail(error, pg, result, doing);
}

static void hear_notice(void *arg, const char *message)
{
	(void)arg;
	log_debug("postgres", "%s", message);
}

PGconn *postgres_connect(const struct postgres_db *p, enum db_role role, GError **error)
{
	/* what stands before dbname can be set by the address, what stands after can't */
	const char *const keys[] = {"application_name",
				    "connect_timeout",
				    "keepalives_idle",
				    "keepalives_interval",
				    "keepalives_count",
				    "tcp_user_timeout",
				    "target_session_attrs", /* of several hosts the one that can write */
				    "dbname",
				    "client_encoding",
				    NULL};
	const char *const values[] = {"ttydeskd", "5", "30", "10", "3", "20000", "read-write", p->conninfo, "UTF8", NULL};
	PGconn *pg = PQconnectdbParams(keys, values, 1);

	if (PQstatus(pg) != CONNECTION_OK) {
		postgres_fail(error, pg, NULL, "The PostgreSQL server can't be reached");
		PQfinish(pg);
		return NULL;
	}
	PQsetNoticeProcessor(pg, hear_notice, NULL);
	/* a server of ours that hangs while it holds the feed's lock is cut off after a while */
	if (postgres_exec(
		    pg,
		    "SET timezone = 'UTC'; SET lock_timeout = '10s'; SET extra_float_digits = 1; "
		    "SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = warning",
		    "Setting up the connection", error) &&
	    /* what a reader runs between two Syncs is one transaction with these defaults */
	    (role != DB_READER ||
	     postgres_exec(pg,
			   "SET default_transaction_isolation = 'repeatable read'; "
			   "SET default_transaction_read_only = on; SET statement_timeout = '30s'",
			   "Setting up the connection", error)) &&
	    (role != DB_LISTENER || postgres_exec(pg, "LISTEN " POSTGRES_CHANNEL, "Listening", error)))
		return pg;
	PQfinish(pg);
	return NULL;
}

/* `name` is the transaction's number and its server's timeline: after a fail-over the
 * number may be another transaction's. */
static enum db_outcome ask_once(PGconn *pg, const char *name, gboolean *hopeless)
{
	g_auto(GStrv) parts = g_strsplit(name, " ", 2);
	const char *const values[] = {parts[0]};
	g_autoptr(postgres_result) result = PQexecParams(
		pg,
		"SELECT pg_xact_status(CAST($1 AS xid8)), substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)", 1,
		NULL, values, NULL, NULL, 0);
	const char *word = NULL;

	*hopeless = FALSE;
	if (PQresultStatus(result) == PGRES_TUPLES_OK) {
		word = PQgetvalue(result, 0, 0);
		*hopeless = g_strcmp0(PQgetvalue(result, 0, 1), parts[1]) != 0;
	} else if (PQstatus(pg) != CONNECTION_BAD) {
		*hopeless = TRUE; /* another server's numbers: this one can't know */
	}
	if (*hopeless || !word)
		return DB_UNKNOWN;
	return strcmp(word, "committed") == 0 ? DB_COMMITTED
	       : strcmp(word, "aborted") == 0 ? DB_NOT_COMMITTED
					      : DB_UNKNOWN; /* still running */
}

enum db_outcome postgres_ask_outcome(const struct postgres_db *p, const char *xid)
{
	gint64 deadline = g_get_monotonic_time() + SETTLE_MS * 1000;
	enum db_outcome outcome = DB_UNKNOWN;
	gboolean hopeless = !xid;
	PGconn *pg = NULL;

	while (outcome == DB_UNKNOWN && !hopeless && g_get_monotonic_time() < deadline) {
		if (!pg)
			pg = postgres_connect(p, DB_READER, NULL);
		if (pg)
			outcome = ask_once(pg, xid, &hopeless);
		if (outcome == DB_UNKNOWN && !hopeless) {
			if (pg && PQstatus(pg) == CONNECTION_BAD)
				g_clear_pointer(&pg, PQfinish);
			g_usleep(50000);
		}
	}
	g_clear_pointer(&pg, PQfinish);
	return outcome;
}

/* ---- migrating */
static gboolean ask_int(PGconn *pg, const char *text, int64_t *value, const char *doing, GError **error)
{
	g_autoptr(postgres_result) result = PQexec(pg, text);

	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
		return postgres_fail(error, pg, result, doing);
	*value = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	return TRUE;
}

/* The schema's version, 0 for an empty one; anything that isn't ours is refused. */
static gboolean look_inside(PGconn *pg, int64_t *version, GError **error)
{
	static const char looking[] = "Looking at the database";
	int64_t ours = 0, others = 0;
	int newest = db_migrate_newest(&postgres_ops);

	*version = 0;
	if (!ask_int(pg,
		     "SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() "
		     "AND "
		     "((table_name = 'schema_version' AND column_name IN ('version', 'name', 'at_ms')) OR "
		     "(table_name = 'feed_head' AND column_name IN ('id', 'seq')))",
		     &ours, looking, error) ||
	    !ask_int(pg,
		     "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(current_schema()) "
		     "AND "
		     "relkind IN ('r', 'p', 'v', 'm', 'f', 'S')",
		     &others, looking, error))
		return FALSE;
	if (!others)
		return TRUE;
	if (ours != 5)
		return desk_fail(error, DESK_INVALID,
				 "The database %s holds the tables of another program; "
				 "it was left as it is. ttydeskd needs one of its own.",
				 PQdb(pg));
	if (!ask_int(pg, "SELECT coalesce(max(version), 0) FROM schema_version", version, looking, error))
		return FALSE;
	if (*version > newest)
		return desk_fail(error, DESK_NEWER,
				 "The database %s was written by a newer ttydeskd (schema %" G_GINT64_FORMAT
				 ", this one knows %d); it was left as it is.",
				 PQdb(pg), *version, newest);
	return *version > 0 || desk_fail(error, DESK_INVALID,
					 "The database %s has no schema version; "
					 "it was left as it is.",
					 PQdb(pg));
}

static gboolean apply_script(int version, const char *name, const char *sql, void *arg, GError **error)
{
	PGconn *pg = arg;
	g_autofree char *number = g_strdup_printf("%d", version);
	g_autofree char *at = g_strdup_printf("%" G_GINT64_FORMAT, clock_wall_ms());
	const char *const values[] = {number, name, at};
	g_autoptr(postgres_result) result = NULL;

	if (!postgres_exec(pg, sql, name, error))
		return FALSE;
	result = PQexecParams(pg, "INSERT INTO schema_version (version, name, at_ms) VALUES ($1, $2, $3)", 3,
			      NULL, values, NULL, NULL, 0);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		return postgres_fail(error, pg, result, name);
	log_info("storage", "Schema %d: %s", version, name);
	return TRUE;
}

static gboolean migrate(PGconn *pg, GError **error)
{
	int64_t version;

	return postgres_exec(pg,
			     "BEGIN; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(" MIGRATION_LOCK
			     ")",
			     "Waiting to migrate", error) &&
	       look_inside(pg, &version, error) &&
	       db_migrate_each(&postgres_ops, (int)version, apply_script, pg, error) &&
	       postgres_exec(pg, "COMMIT", "Migrating", error);
}

gboolean postgres_open(struct db *db, const char *target, GError **error)
{
	struct postgres_db *p = g_new0(struct postgres_db, 1);
	gboolean good = FALSE;
	const char *encoding;
	PGconn *pg;

	p->conninfo = g_strdup(target);
	db->engine = p;
	pg = postgres_connect(p, DB_WRITER, error);
	if (!pg)
		return FALSE;
	encoding = PQparameterStatus(pg, "server_encoding");
	if (PQserverVersion(pg) < OLDEST_SERVER)
		desk_fail(error, DESK_UNSUPPORTED,
			  "PostgreSQL %d is too old: ttydeskd needs version 15 or later.",
			  PQserverVersion(pg) / 10000);
	else if (g_strcmp0(encoding, "UTF8") != 0)
		desk_fail(error, DESK_INVALID,
			  "The database %s is encoded in %s: it must be UTF8. It was left as it is.",
			  PQdb(pg), encoding ? encoding : _("an unknown way"));
	else
		good = migrate(pg, error);
	PQfinish(pg);
	return good;
}

void postgres_close(struct db *db)
{
	struct postgres_db *p = db->engine;

	g_free(p->conninfo);
	g_free(p);
}

/* ---- turns: the lock lives as long as its connection */
struct postgres_turn {
	struct db_turn base;
	PGconn *pg;
};

struct db_turn *postgres_turn_take(struct db *db, GError **error)
{
	PGconn *pg = postgres_connect(db->engine, DB_READER, error);
	struct postgres_turn *turn;

	if (!pg)
		return NULL;
	if (!postgres_exec(pg,
			   "SET statement_timeout = 0; SET lock_timeout = " G_STRINGIFY(DB_TURN_WAIT_MS) "; SELECT pg_advisory_lock(" TURN_LOCK ")",
			   "Waiting for the others that start", error)) {
		PQfinish(pg);
		return NULL;
	}
	turn = g_new(struct postgres_turn, 1);
	*turn = (struct postgres_turn){.base.ops = db->ops, .pg = pg};
	return &turn->base;
}

void postgres_turn_end(struct db_turn *turn)
{
	PQfinish(((struct postgres_turn *)turn)->pg);
	g_free(turn);
}

static gboolean none_of(PGconn *pg, const char *text, const char *sentence, GError **error)
{
	g_autoptr(postgres_result) result = PQexec(pg, text);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return postgres_fail(error, pg, result, "Checking the database");
	return PQntuples(result) == 0 ||
	       desk_fail(error, DESK_INVALID, "%s: %s %s", PQdb(pg), PQgetvalue(result, 0, 0), sentence);
}

/* PostgreSQL guards its own pages and references, while its indexes and constraints are
 * valid; else (an interrupted REINDEX, a restored dump) it quietly does not. */
gboolean postgres_check(struct db *db, GError **error)
{
	PGconn *pg = postgres_connect(db->engine, DB_READER, error);
	int64_t version;
	gboolean good;

	if (!pg)
		return FALSE;
	good = look_inside(pg, &version, error) &&
	       none_of(pg,
		       "SELECT 'index ' || c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
		       "WHERE c.relnamespace = to_regnamespace(current_schema()) AND "
		       "NOT (i.indisvalid AND i.indisready AND i.indislive) ORDER BY 1",
		       "is not valid: REINDEX it.", error) &&
	       none_of(pg,
		       "SELECT 'constraint ' || conname FROM pg_constraint "
		       "WHERE connamespace = to_regnamespace(current_schema()) AND NOT convalidated ORDER BY 1",
		       "was never validated.", error);
	PQfinish(pg);
	return good;
}
