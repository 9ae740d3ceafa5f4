-- Service: people at work, escalation, after-sales, problems, automation.

-- ---- people at work. capacity: units, 0 = the desk's.
ALTER TABLE person ADD COLUMN capacity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE category ADD COLUMN skill_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN manager_id INTEGER NOT NULL DEFAULT 0;
CREATE INDEX customer_by_manager ON customer(manager_id, id) WHERE manager_id > 0;
-- since when the ticket waits in the queue it is in, when that isn't since it was made; 0 = since then.
ALTER TABLE ticket ADD COLUMN queued_ms INTEGER NOT NULL DEFAULT 0;

-- load: units in hand, kept with every change of a ticket; tickets: how many make it up. seen_ms: no
-- workstation of theirs is there since; 0 = one is. back: offline by silence, the state before; else -1.
CREATE TABLE agent_state (
	person_id INTEGER PRIMARY KEY REFERENCES person(id),
	state INTEGER NOT NULL DEFAULT 0,
	reason TEXT,
	since_ms INTEGER NOT NULL DEFAULT 0,
	until_ms INTEGER NOT NULL DEFAULT 0,
	load INTEGER NOT NULL DEFAULT 0,
	tickets INTEGER NOT NULL DEFAULT 0,
	free_since_ms INTEGER NOT NULL DEFAULT 0,
	seen_ms INTEGER NOT NULL DEFAULT 0,
	back INTEGER NOT NULL DEFAULT -1
) STRICT;
-- Every state somebody entered, by whom (0 = the desk).
CREATE TABLE agent_log (
	id INTEGER PRIMARY KEY,
	person_id INTEGER NOT NULL REFERENCES person(id),
	state INTEGER NOT NULL,
	reason TEXT,
	at_ms INTEGER NOT NULL,
	by_id INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX agent_log_by_person ON agent_log(person_id, at_ms);

-- A ticket is held out to one person at a time; who let it pass isn't asked again at once.
CREATE TABLE offer (
	ticket_id INTEGER PRIMARY KEY REFERENCES ticket(id),
	person_id INTEGER NOT NULL REFERENCES person(id),
	made_ms INTEGER NOT NULL,
	until_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX offer_by_end ON offer(until_ms);
CREATE INDEX offer_by_person ON offer(person_id);
CREATE TABLE offer_passed (
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	person_id INTEGER NOT NULL REFERENCES person(id),
	at_ms INTEGER NOT NULL,
	reason TEXT,
	PRIMARY KEY (ticket_id, person_id)
) STRICT, WITHOUT ROWID;

-- ---- the ticket. impact, need: -1 not said. snoozed_ms: -1 until the customer writes.
-- promise_due_ms, follow_due_ms: of the running promise, of the follow-up that is due; 0 none.
ALTER TABLE ticket ADD COLUMN impact INTEGER NOT NULL DEFAULT -1;
ALTER TABLE ticket ADD COLUMN need INTEGER NOT NULL DEFAULT -1;
ALTER TABLE ticket ADD COLUMN priority_reason TEXT;
ALTER TABLE ticket ADD COLUMN problem_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN snoozed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN promise_due_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN follow_due_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ticket_by_problem ON ticket(problem_id, id) WHERE problem_id > 0;
CREATE INDEX ticket_of_problem ON ticket(problem_id, customer_id, id) WHERE problem_id > 0;
CREATE INDEX ticket_assessed ON ticket(id) WHERE impact >= 0;
CREATE INDEX ticket_by_birth ON ticket(created_ms, category);
CREATE INDEX ticket_by_snooze ON ticket(snoozed_ms) WHERE snoozed_ms > 0;
CREATE INDEX ticket_by_promise ON ticket(group_id, promise_due_ms, id) WHERE promise_due_ms > 0;
CREATE INDEX ticket_by_follow ON ticket(follow_due_ms, id) WHERE follow_due_ms > 0;
CREATE INDEX ticket_follow_group ON ticket(group_id, follow_due_ms, id) WHERE follow_due_ms > 0;

-- ---- policies: problem -1 both; tags: names, "," between, '' = all; groups: numbers, "," between.
ALTER TABLE policy ADD COLUMN problem INTEGER NOT NULL DEFAULT -1;
ALTER TABLE policy ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE policy ADD COLUMN groups TEXT NOT NULL DEFAULT '';
ALTER TABLE calendar_holiday ADD COLUMN name TEXT;
-- Hours of one date instead of its weekday's; several a date.
CREATE TABLE calendar_exception (
	calendar_id INTEGER NOT NULL REFERENCES calendar(id),
	date TEXT NOT NULL,
	position INTEGER NOT NULL,
	from_minute INTEGER NOT NULL,
	to_minute INTEGER NOT NULL,
	name TEXT,
	PRIMARY KEY (calendar_id, date, position)
) STRICT;

-- ---- the ladder of a ticket; see struct escalation.
CREATE TABLE escalation (
	id INTEGER PRIMARY KEY,
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	kind INTEGER NOT NULL,
	state INTEGER NOT NULL,
	parent_id INTEGER NOT NULL DEFAULT 0,
	from_group_id INTEGER NOT NULL DEFAULT 0,
	from_person_id INTEGER NOT NULL DEFAULT 0,
	to_group_id INTEGER NOT NULL DEFAULT 0,
	to_person_id INTEGER NOT NULL DEFAULT 0,
	by_id INTEGER NOT NULL DEFAULT 0,
	reason TEXT,
	task TEXT,
	note_id INTEGER NOT NULL DEFAULT 0,
	at_ms INTEGER NOT NULL,
	acknowledge_by_ms INTEGER NOT NULL DEFAULT 0,
	acknowledged_ms INTEGER NOT NULL DEFAULT 0,
	taken_id INTEGER NOT NULL DEFAULT 0,
	estimate_ms INTEGER NOT NULL DEFAULT 0,
	answer TEXT,
	ended_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX escalation_by_ticket ON escalation(ticket_id, id);
CREATE INDEX escalation_by_bounce ON escalation(acknowledge_by_ms) WHERE state = 0 AND acknowledge_by_ms > 0;
CREATE INDEX escalation_to_group ON escalation(to_group_id, state, at_ms);
CREATE INDEX escalation_to_person ON escalation(to_person_id, state) WHERE to_person_id > 0;
CREATE INDEX escalation_by_person ON escalation(by_id, at_ms);
CREATE INDEX escalation_by_time ON escalation(at_ms);
CREATE INDEX escalation_from_person ON escalation(from_person_id, ticket_id) WHERE from_person_id > 0;
CREATE INDEX escalation_by_pickup ON escalation(acknowledged_ms) WHERE acknowledged_ms > 0;
-- What of the knowledge base was used for a ticket: the next one needn't try it again.
CREATE TABLE article_use (
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	article_id INTEGER NOT NULL REFERENCES article(id),
	person_id INTEGER NOT NULL DEFAULT 0,
	at_ms INTEGER NOT NULL,
	PRIMARY KEY (ticket_id, article_id)
) STRICT, WITHOUT ROWID;

-- ---- after sales: a round for each time a ticket was resolved. state: follow_up_state; next_ms: when the
-- desk looks at it by itself, 0 never; resolved_ms: the solution it is of, 0 an earlier one; solved -1 not said.
CREATE TABLE follow_up (
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	round INTEGER NOT NULL,
	state INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,
	next_ms INTEGER NOT NULL DEFAULT 0,
	asked INTEGER NOT NULL DEFAULT 0,
	asked_ms INTEGER NOT NULL DEFAULT 0,
	asked_id INTEGER NOT NULL DEFAULT 0,
	ask_message INTEGER NOT NULL DEFAULT 0,
	solved INTEGER NOT NULL DEFAULT -1,
	speed INTEGER NOT NULL DEFAULT 0,
	improve TEXT,
	answered_ms INTEGER NOT NULL DEFAULT 0,
	answered_id INTEGER NOT NULL DEFAULT 0,
	solver_id INTEGER NOT NULL DEFAULT 0,
	resolved_ms INTEGER NOT NULL DEFAULT 0,
	skipped_ms INTEGER NOT NULL DEFAULT 0,
	skipped_id INTEGER NOT NULL DEFAULT 0,
	skip_reason TEXT,
	PRIMARY KEY (ticket_id, round)
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_up_by_next ON follow_up(next_ms) WHERE next_ms > 0;
CREATE INDEX follow_up_by_solver ON follow_up(solver_id, answered_ms) WHERE answered_ms > 0;
CREATE INDEX follow_up_answered ON follow_up(answered_ms) WHERE answered_ms > 0;
CREATE INDEX follow_up_asked ON follow_up(asked_ms) WHERE asked_ms > 0;
CREATE INDEX follow_up_skipped ON follow_up(skipped_ms) WHERE skipped_ms > 0;
-- What was solved lately and not archived is followed up, too.
INSERT INTO follow_up(ticket_id, round, state, due_ms, next_ms, solver_id, resolved_ms)
	SELECT id, 1, 0, resolved_ms + 86400000, resolved_ms + 86400000, assignee_id, resolved_ms FROM ticket
	WHERE status = 5 AND after_sales = 1 AND resolved_ms > CAST(strftime('%s', 'now') AS INTEGER) * 1000 - 2592000000;
INSERT INTO follow_up(ticket_id, round, state, due_ms, solver_id, resolved_ms)
	SELECT id, 1, 1, updated_ms, assignee_id, resolved_ms FROM ticket WHERE status = 6;
UPDATE ticket SET follow_due_ms = (SELECT f.due_ms FROM follow_up AS f WHERE f.ticket_id = ticket.id)
	WHERE EXISTS (SELECT 1 FROM follow_up AS f WHERE f.ticket_id = ticket.id);
CREATE INDEX ticket_by_solution ON ticket(resolved_ms) WHERE status = 5 AND after_sales = 0;

-- ---- problems. peak_ms, topic: the incident it began with; 0 = made by a person. work: bits of
-- enum problem_work; tell_from: customers beyond it are still to be told, in the name of tell_by.
CREATE TABLE problem (
	id INTEGER PRIMARY KEY,
	version INTEGER NOT NULL DEFAULT 1,
	title TEXT NOT NULL,
	stage INTEGER NOT NULL,
	category TEXT,
	root_cause TEXT,
	owner_id INTEGER NOT NULL DEFAULT 0,
	opened_ms INTEGER NOT NULL,
	updated_ms INTEGER NOT NULL,
	article_id INTEGER NOT NULL DEFAULT 0,
	training_id INTEGER NOT NULL DEFAULT 0,
	peak_ms INTEGER NOT NULL DEFAULT 0,
	topic TEXT,
	work INTEGER NOT NULL DEFAULT 0,
	tell_from INTEGER NOT NULL DEFAULT 0,
	tell_by INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX problem_by_stage ON problem(stage, updated_ms);
CREATE INDEX problem_by_topic ON problem(topic, id) WHERE topic IS NOT NULL;
CREATE INDEX problem_at_work ON problem(id) WHERE work > 0;
CREATE TABLE problem_step (
	problem_id INTEGER NOT NULL REFERENCES problem(id),
	stage INTEGER NOT NULL,
	owner_id INTEGER NOT NULL DEFAULT 0,
	due_ms INTEGER NOT NULL DEFAULT 0,
	done_ms INTEGER NOT NULL DEFAULT 0,
	done_id INTEGER NOT NULL DEFAULT 0,
	note TEXT,
	PRIMARY KEY (problem_id, stage)
) STRICT, WITHOUT ROWID;
-- Who was told: once, whatever breaks off in between.
CREATE TABLE problem_told (
	problem_id INTEGER NOT NULL REFERENCES problem(id),
	customer_id INTEGER NOT NULL REFERENCES customer(id),
	ticket_id INTEGER NOT NULL,
	message_id INTEGER NOT NULL DEFAULT 0,
	at_ms INTEGER NOT NULL,
	satisfied INTEGER NOT NULL DEFAULT -1,
	PRIMARY KEY (problem_id, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX problem_told_on ON problem_told(ticket_id);
-- What they are told, by language ("*": any), until all are.
CREATE TABLE problem_text (
	problem_id INTEGER NOT NULL REFERENCES problem(id),
	position INTEGER NOT NULL,
	language TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (problem_id, position)
) STRICT, WITHOUT ROWID;
-- Tickets whose priority a suspected incident raised, and what it was before.
CREATE TABLE problem_raised (
	problem_id INTEGER NOT NULL REFERENCES problem(id),
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	was_priority INTEGER NOT NULL,
	was_reason TEXT,
	PRIMARY KEY (problem_id, ticket_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX problem_raised_on ON problem_raised(ticket_id);
-- The peaks that last now, one row a topic.
CREATE TABLE incident (
	topic TEXT PRIMARY KEY,
	problem_id INTEGER NOT NULL,
	since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_by_due ON alarm(kind, due_ms);

-- ---- automation. kind: trigger, schedule, webhook; events, by_whom, was, clocks: bits (wire/model_rule.h).
CREATE TABLE automation (
	id INTEGER PRIMARY KEY,
	kind INTEGER NOT NULL,
	name TEXT NOT NULL UNIQUE,
	title TEXT,
	position INTEGER NOT NULL DEFAULT 0,
	active INTEGER NOT NULL DEFAULT 1,
	events INTEGER NOT NULL DEFAULT 0,
	by_whom INTEGER NOT NULL DEFAULT 0,
	was INTEGER NOT NULL DEFAULT 0,
	clocks INTEGER NOT NULL DEFAULT 0,
	condition TEXT,
	steps TEXT,
	schedule TEXT,
	calendar TEXT,
	most INTEGER NOT NULL DEFAULT 0,
	url TEXT,
	secret INTEGER NOT NULL DEFAULT 1,
	last_ms INTEGER NOT NULL DEFAULT 0,
	next_ms INTEGER NOT NULL DEFAULT 0,
	suspended_ms INTEGER NOT NULL DEFAULT 0,
	suspended_why TEXT
) STRICT;
CREATE INDEX automation_by_next ON automation(next_ms) WHERE next_ms > 0;
-- What rules have yet to look at: written with the change, removed with what they do about it.
CREATE TABLE automation_queue (
	id INTEGER PRIMARY KEY,
	automation_id INTEGER NOT NULL,
	ticket_id INTEGER NOT NULL,
	events INTEGER NOT NULL DEFAULT 0,
	clock INTEGER NOT NULL DEFAULT 0,
	by_id INTEGER NOT NULL DEFAULT 0,
	chain TEXT,
	at_ms INTEGER NOT NULL,
	not_before_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX automation_queue_by_time ON automation_queue(not_before_ms, id);
CREATE INDEX automation_queue_by_rule ON automation_queue(automation_id);
CREATE TABLE automation_run (
	id INTEGER PRIMARY KEY,
	automation_id INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	name TEXT NOT NULL,
	ticket_id INTEGER NOT NULL DEFAULT 0,
	at_ms INTEGER NOT NULL,
	why TEXT,
	did TEXT,
	error TEXT
) STRICT;
CREATE INDEX automation_run_by_rule ON automation_run(name, id);
CREATE INDEX automation_run_by_ticket ON automation_run(ticket_id, id) WHERE ticket_id > 0;
CREATE INDEX automation_run_by_time ON automation_run(at_ms);
-- One row an event and receiver. next_ms: when to try (again); who tries moves it on first, so one server does.
CREATE TABLE webhook_delivery (
	id INTEGER PRIMARY KEY,
	delivery TEXT NOT NULL UNIQUE,
	automation_id INTEGER NOT NULL,
	webhook TEXT NOT NULL,
	event TEXT NOT NULL,
	ticket_id INTEGER NOT NULL DEFAULT 0,
	body TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	tries INTEGER NOT NULL DEFAULT 0,
	status INTEGER NOT NULL DEFAULT 0,
	next_ms INTEGER NOT NULL DEFAULT 0,
	error TEXT,
	done_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX webhook_delivery_by_next ON webhook_delivery(next_ms) WHERE next_ms > 0;

-- ---- what is in people's hands, by the weights of an unset channel_weights: phone 2, walk-in 12, email 3, community 11.
INSERT INTO agent_state(person_id, load, tickets) SELECT assignee_id, CAST(SUM(CASE channel WHEN 2 THEN 100 WHEN 12 THEN 100
	WHEN 3 THEN 10 WHEN 11 THEN 10 ELSE 20 END) AS BIGINT), COUNT(*) FROM ticket WHERE active = 1 AND assignee_id <> 0 AND
	status IN (0, 1, 3) GROUP BY assignee_id;
CREATE INDEX webhook_delivery_by_time ON webhook_delivery(at_ms);

-- Alarms by time: rules are tried on the past.
CREATE INDEX alarm_by_time ON alarm(at_ms);
