-- The daily work on tickets in depth: merging and splitting, files, fields, lists,
-- compensation; saved views; the configuration's history.

-- from_ticket_id: came by merge or split. slot: number of its document in the full-text
-- index among the ticket's (0 = not indexed), see server/desk/message_text.h.
ALTER TABLE message ADD COLUMN from_ticket_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN slot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN html TEXT;
ALTER TABLE message ADD COLUMN to_list TEXT;
ALTER TABLE message ADD COLUMN cc_list TEXT;
ALTER TABLE message ADD COLUMN files INTEGER NOT NULL DEFAULT 0; -- how many attachments

-- A conversation reads in order of time; what came by a merge or an import has any id.
CREATE INDEX message_by_time ON message(ticket_id, at_ms, id);
DROP INDEX message_by_ticket;

-- slots: documents of its messages given out so far. secret_epoch: how often the secret was changed.
ALTER TABLE ticket ADD COLUMN merged_into INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN resolved_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN secret_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN slots INTEGER NOT NULL DEFAULT 0;
UPDATE ticket SET resolved_ms = COALESCE((SELECT MAX(at_ms) FROM ticket_fact
	WHERE ticket_fact.ticket_id = ticket.id AND kind = 5 AND ticket_fact.status = 5), 0) WHERE active = 0;
CREATE INDEX ticket_by_category ON ticket(category, id) WHERE category IS NOT NULL;

-- Export asks for the key a record came by.
CREATE INDEX import_key_by_id ON import_key(type, id, key);

CREATE TABLE skill (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	title TEXT
) STRICT;

CREATE TABLE person_skill (
	person_id INTEGER NOT NULL REFERENCES person(id),
	skill_id INTEGER NOT NULL REFERENCES skill(id),
	PRIMARY KEY (person_id, skill_id)
) STRICT;

CREATE TABLE category (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	label_en TEXT,
	label_zh TEXT,
	problem INTEGER NOT NULL DEFAULT -1,
	after_sales INTEGER NOT NULL DEFAULT -1,
	group_id INTEGER NOT NULL DEFAULT 0,
	position INTEGER NOT NULL DEFAULT 0,
	active INTEGER NOT NULL DEFAULT 1
) STRICT;

-- choices: one a line.
CREATE TABLE desk_field (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	label_en TEXT,
	label_zh TEXT,
	ask_en TEXT,
	ask_zh TEXT,
	type INTEGER NOT NULL DEFAULT 0,
	choices TEXT NOT NULL DEFAULT '',
	category TEXT,
	required INTEGER NOT NULL DEFAULT 0,
	position INTEGER NOT NULL DEFAULT 0,
	active INTEGER NOT NULL DEFAULT 1
) STRICT;

-- number: the value of a number or a date (days since 1970) for comparing; else 0.
CREATE TABLE ticket_field (
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	field_id INTEGER NOT NULL REFERENCES desk_field(id),
	value TEXT NOT NULL,
	folded TEXT NOT NULL,
	number REAL NOT NULL DEFAULT 0,
	PRIMARY KEY (ticket_id, field_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_field_by_value ON ticket_field(field_id, folded, ticket_id);

-- items: one a line.
CREATE TABLE checklist (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	title TEXT,
	category TEXT,
	items TEXT NOT NULL DEFAULT '',
	position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE ticket_check (
	id INTEGER PRIMARY KEY,
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	text TEXT NOT NULL,
	done INTEGER NOT NULL DEFAULT 0,
	by_id INTEGER NOT NULL DEFAULT 0,
	at_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX ticket_check_by_ticket ON ticket_check(ticket_id, id);

-- other_id is `kind` (enum link_kind) to ticket_id. Kept once: related and duplicate with
-- ticket_id < other_id, parent and child as child -> parent.
CREATE TABLE ticket_link (
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	other_id INTEGER NOT NULL REFERENCES ticket(id),
	kind INTEGER NOT NULL,
	PRIMARY KEY (ticket_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_link_back ON ticket_link(other_id, ticket_id);

CREATE TABLE compensation (
	id INTEGER PRIMARY KEY,
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	kind INTEGER NOT NULL,
	state INTEGER NOT NULL,
	amount_cents INTEGER NOT NULL,
	currency TEXT NOT NULL,
	order_number TEXT,
	reason TEXT NOT NULL,
	by_id INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	decided_id INTEGER NOT NULL DEFAULT 0,
	decision_reason TEXT,
	decided_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX compensation_by_ticket ON compensation(ticket_id, id);
CREATE INDEX compensation_by_state ON compensation(state, id);
CREATE INDEX compensation_by_person ON compensation(by_id, at_ms);

-- What a role may give without asking; 0 = nothing, -1 = without limit.
CREATE TABLE compensation_limit (
	id INTEGER PRIMARY KEY,
	role INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	currency TEXT NOT NULL,
	per_ticket_cents INTEGER NOT NULL,
	per_day_cents INTEGER NOT NULL,
	UNIQUE (role, kind, currency)
) STRICT;

-- message_id 0: uploaded, not yet said with anything (swept after a day).
-- place: 0 = bytes in attachment_data, 1 = in a file named by its sha256.
-- AUTOINCREMENT: a draft may still name one that was swept; its number must never be another file's.
CREATE TABLE attachment (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	message_id INTEGER NOT NULL DEFAULT 0,
	ticket_id INTEGER NOT NULL DEFAULT 0,
	name TEXT NOT NULL,
	media TEXT NOT NULL,
	size INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	scan INTEGER NOT NULL DEFAULT 0,
	place INTEGER NOT NULL DEFAULT 0,
	by_id INTEGER NOT NULL DEFAULT 0,
	at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_by_message ON attachment(message_id) WHERE message_id <> 0;
CREATE INDEX attachment_by_ticket ON attachment(ticket_id) WHERE ticket_id <> 0;
CREATE INDEX attachment_loose ON attachment(at_ms) WHERE message_id = 0;
CREATE INDEX attachment_by_sum ON attachment(sha256);

CREATE TABLE attachment_data (
	attachment_id INTEGER PRIMARY KEY REFERENCES attachment(id),
	data BLOB NOT NULL
) STRICT;

CREATE TABLE saved_view (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	title TEXT,
	scope INTEGER NOT NULL,
	owner_id INTEGER NOT NULL DEFAULT 0,
	query TEXT NOT NULL,
	newest_first INTEGER NOT NULL DEFAULT 0,
	position INTEGER NOT NULL DEFAULT 0,
	UNIQUE (scope, owner_id, name)
) STRICT;

-- text: the whole configuration after this revision, as a policy file.
CREATE TABLE config_revision (
	revision INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	by_name TEXT,
	summary TEXT NOT NULL,
	text TEXT NOT NULL
) STRICT;

-- Full text of tickets, newest first (server/desk/message_text.h): a row per document,
-- rowid = ticket id << 20 | number. What it holds is kept nowhere else and never read back.
CREATE VIRTUAL TABLE message_text USING fts5(tokens, content='', columnsize=0, tokenize='ascii', prefix='1 2');

-- What customers are found by, exactly: folded mail and language, digits of the phone reversed.
ALTER TABLE customer ADD COLUMN mail_key TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN phone_key TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN language_key TEXT NOT NULL DEFAULT '';
CREATE INDEX customer_mail_key ON customer(mail_key) WHERE mail_key <> '';
CREATE INDEX customer_phone_key ON customer(phone_key) WHERE phone_key <> '';
-- And tickets by their folded category.
ALTER TABLE ticket ADD COLUMN category_key TEXT NOT NULL DEFAULT '';
CREATE INDEX ticket_by_category_key ON ticket(category_key, id) WHERE category_key <> '';
CREATE INDEX ticket_tag_by_name ON ticket_tag(name, ticket_id);
CREATE INDEX customer_tag_by_tag ON customer_tag(tag_id, customer_id);
