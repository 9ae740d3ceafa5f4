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
