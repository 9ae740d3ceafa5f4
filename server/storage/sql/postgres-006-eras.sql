-- When a clock warns is a list now: "50% 75% 10m". warnings: of a running clock "75:22500", the threshold
-- (less than 0: ms before the end) and by how much its moment is before due_ms.
ALTER TABLE policy_target ADD COLUMN warn TEXT NOT NULL DEFAULT '75%';
UPDATE policy_target SET warn = CASE WHEN warn_percent BETWEEN 1 AND 99 THEN CAST(warn_percent AS TEXT) || '%' ELSE 'none' END;
ALTER TABLE ticket_clock ADD COLUMN warnings TEXT NOT NULL DEFAULT '';
UPDATE ticket_clock SET warnings = CAST(COALESCE((SELECT MAX(t.warn_percent) FROM policy_target AS t WHERE t.policy_id = ticket_clock.policy_id
	AND t.clock = ticket_clock.kind AND t.target_ms = ticket_clock.target_ms), 75) AS TEXT) || ':' || CAST(due_ms - warn_ms AS TEXT)
	WHERE warn_ms > 0 AND warn_ms < due_ms;

-- Each threshold is told once: 0 of a breach.
CREATE TABLE alarm_new (
	ticket_id BIGINT NOT NULL REFERENCES ticket(id),
	clock BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	due_ms BIGINT NOT NULL,
	threshold BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	PRIMARY KEY (ticket_id, clock, kind, due_ms, threshold)
);
INSERT INTO alarm_new(ticket_id, clock, kind, due_ms, at_ms, threshold) SELECT a.ticket_id, a.clock, a.kind, a.due_ms, a.at_ms,
	CASE a.kind WHEN 1 THEN 0 ELSE COALESCE((SELECT MAX(t.warn_percent) FROM policy_target AS t JOIN ticket_clock AS k
	ON k.policy_id = t.policy_id AND k.kind = t.clock AND k.target_ms = t.target_ms WHERE k.ticket_id = a.ticket_id AND k.kind = a.clock), 75) END
	FROM alarm AS a;
DROP TABLE alarm;
ALTER TABLE alarm_new RENAME TO alarm;
ALTER TABLE policy_target DROP COLUMN warn_percent;

-- A span that ends where it begins is refused now; it was a whole day.
INSERT INTO calendar_span(calendar_id, position, weekday, from_minute, to_minute) SELECT calendar_id, position + 10000, weekday % 7 + 1,
	0, from_minute FROM calendar_span WHERE to_minute = from_minute + 1440 AND from_minute > 0;
UPDATE calendar_span SET to_minute = 1440 WHERE to_minute = from_minute + 1440 AND from_minute > 0;
UPDATE calendar_exception SET to_minute = to_minute - 1 WHERE to_minute = from_minute + 1440 AND from_minute > 0;

-- What policies and calendars were, each from its moment until the next one's: what a clock has counted
-- by them stays when they change. text: the records as a policy file.
CREATE TABLE clock_era (
	from_ms BIGINT PRIMARY KEY,
	text TEXT NOT NULL
);

-- Who owes a part of a plan or an answer is reminded after it was acknowledged, too; what came to tier 2 isn't.
UPDATE escalation SET acknowledge_by_ms = 0 WHERE state = 1;
DROP INDEX escalation_by_bounce;
CREATE INDEX escalation_by_bounce ON escalation(acknowledge_by_ms) WHERE state <= 1 AND acknowledge_by_ms > 0;

-- Offers in a row that somebody let pass: too many make them away.
ALTER TABLE agent_state ADD COLUMN missed BIGINT NOT NULL DEFAULT 0;
-- What waits in a group, without what has an owner. "+ 0": the planner can't take another index for it, and in
-- ticket_by_group a claim would walk over all that others have in hand.
DROP INDEX ticket_free;
CREATE INDEX ticket_free ON ticket(group_id, next_due_ms, id) WHERE active + 0 = 1 AND assignee_id = 0;
