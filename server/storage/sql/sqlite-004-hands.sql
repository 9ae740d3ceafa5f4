-- The agent's hands: unsent text, macros, who is there, what a person is told of.

-- channels: bit per channel, 0 = all. careful: what is written to its bearer is looked at twice.
ALTER TABLE template ADD COLUMN channels INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tag ADD COLUMN careful INTEGER NOT NULL DEFAULT 0;
-- promise_ms: a reply that waits starts its promise when it leaves.
ALTER TABLE message ADD COLUMN whisper_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN promise_ms INTEGER NOT NULL DEFAULT 0;

-- Unsent text. template_ids: numbers, "," between. ticket_version: the ticket's when it was saved.
CREATE TABLE draft (
	id INTEGER PRIMARY KEY,
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	person_id INTEGER NOT NULL REFERENCES person(id),
	kind INTEGER NOT NULL,
	body TEXT NOT NULL,
	to_list TEXT,
	cc_list TEXT,
	answers_id INTEGER NOT NULL DEFAULT 0,
	template_ids TEXT NOT NULL DEFAULT '',
	promise_ms INTEGER NOT NULL DEFAULT 0,
	revision INTEGER NOT NULL DEFAULT 1,
	at_ms INTEGER NOT NULL,
	ticket_version INTEGER NOT NULL DEFAULT 0,
	shared INTEGER NOT NULL DEFAULT 0,
	UNIQUE (ticket_id, person_id, kind)
) STRICT;
CREATE INDEX draft_by_person ON draft(person_id, at_ms);

-- steps: one action a line.
CREATE TABLE macro (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	title TEXT,
	scope INTEGER NOT NULL,
	owner_id INTEGER NOT NULL DEFAULT 0,
	category TEXT,
	steps TEXT NOT NULL,
	position INTEGER NOT NULL DEFAULT 0,
	UNIQUE (scope, owner_id, name)
) STRICT;

-- One row a workstation, as long as it repeats itself.
CREATE TABLE presence (
	person_id INTEGER NOT NULL REFERENCES person(id),
	workstation TEXT NOT NULL,
	ticket_id INTEGER NOT NULL DEFAULT 0,
	writing INTEGER NOT NULL DEFAULT 0,
	idle INTEGER NOT NULL DEFAULT 0,
	since_ms INTEGER NOT NULL,
	until_ms INTEGER NOT NULL,
	PRIMARY KEY (person_id, workstation)
) STRICT, WITHOUT ROWID;
CREATE INDEX presence_by_end ON presence(until_ms);

CREATE TABLE notice (
	id INTEGER PRIMARY KEY,
	person_id INTEGER NOT NULL REFERENCES person(id),
	kind INTEGER NOT NULL,
	ticket_id INTEGER NOT NULL DEFAULT 0,
	message_id INTEGER NOT NULL DEFAULT 0,
	by_id INTEGER NOT NULL DEFAULT 0,
	text TEXT,
	clock INTEGER NOT NULL DEFAULT 0,
	at_ms INTEGER NOT NULL,
	seen INTEGER NOT NULL DEFAULT 0,
	late INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX notice_by_person ON notice(person_id, id);

-- What was told already: a warning (kind 0) or a breach (1) of one deadline of one clock, once.
CREATE TABLE alarm (
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	clock INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	PRIMARY KEY (ticket_id, clock, kind, due_ms)
) STRICT, WITHOUT ROWID;

-- When the ticket's next warning or breach is to be told; 0 = nothing more to tell. What passed before
-- this version was installed is told nobody.
ALTER TABLE ticket ADD COLUMN alarm_ms INTEGER NOT NULL DEFAULT 0;
UPDATE ticket SET alarm_ms = COALESCE((SELECT MIN(CASE WHEN c.warn_ms > CAST(strftime('%s', 'now') AS INTEGER) * 1000 THEN c.warn_ms ELSE c.due_ms END)
	FROM ticket_clock AS c WHERE c.ticket_id = ticket.id AND c.state = 1 AND c.due_ms > CAST(strftime('%s', 'now') AS INTEGER) * 1000), 0)
	WHERE active = 1;
CREATE INDEX ticket_by_alarm ON ticket(alarm_ms) WHERE alarm_ms > 0;
