-- Storage's own tables: schema history, the numbered feed, answers kept for
-- repeated writes, settings of the desk. The version in force is the highest in schema_version.
CREATE TABLE schema_version (
  version BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  at_ms BIGINT NOT NULL
);

CREATE TABLE feed_head (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  seq BIGINT NOT NULL
);
INSERT INTO feed_head (id, seq) VALUES (1, 0);

CREATE TABLE event (
  seq BIGINT PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  body TEXT NOT NULL
);

CREATE TABLE idempotency (
  person_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status BIGINT NOT NULL,
  answer TEXT,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (at_ms);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
