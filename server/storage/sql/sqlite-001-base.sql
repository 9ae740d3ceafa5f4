-- Storage's own tables: schema history, the numbered feed, answers kept for
-- repeated writes, settings of the desk. The version in force is user_version.
CREATE TABLE schema_version (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE feed_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO feed_head (id, seq) VALUES (1, 0);

CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE idempotency (
  person_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  answer TEXT,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (person_id, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (at_ms);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
