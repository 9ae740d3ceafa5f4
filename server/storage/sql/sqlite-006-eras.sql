-- What policies and calendars were, each from its moment until the next one's: what a clock has counted
-- by them stays when they change. text: the records as a policy file.
CREATE TABLE clock_era (
	from_ms INTEGER PRIMARY KEY,
	text TEXT NOT NULL
) STRICT;
