-- The desk itself: people, customers, tickets, knowledge, policies.
-- Enumerations are stored as their number in core/wire/model.h, whose tables only
-- grow at the end. Times are ms UTC, 0 = none; ids are positive, 0 = none.

CREATE TABLE desk_group (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	title TEXT NOT NULL,
	tier INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE person (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	display TEXT NOT NULL,
	role INTEGER NOT NULL,
	locale TEXT NOT NULL DEFAULT 'en',
	active INTEGER NOT NULL DEFAULT 1,
	unix_uid INTEGER UNIQUE
) STRICT;

CREATE TABLE person_group (
	person_id INTEGER NOT NULL REFERENCES person(id),
	group_id INTEGER NOT NULL REFERENCES desk_group(id),
	PRIMARY KEY (person_id, group_id)
) STRICT;

CREATE TABLE token (
	id INTEGER PRIMARY KEY,
	hash TEXT NOT NULL UNIQUE,
	label TEXT NOT NULL UNIQUE,
	person_id INTEGER NOT NULL REFERENCES person(id),
	revoked INTEGER NOT NULL DEFAULT 0,
	created_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE tag (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	label_en TEXT,
	label_zh TEXT,
	advice_en TEXT,
	advice_zh TEXT,
	glyph TEXT,
	on_customer INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE calendar (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	zone TEXT NOT NULL
) STRICT;

CREATE TABLE calendar_span (
	calendar_id INTEGER NOT NULL REFERENCES calendar(id),
	position INTEGER NOT NULL,
	weekday INTEGER NOT NULL,
	from_minute INTEGER NOT NULL,
	to_minute INTEGER NOT NULL,
	PRIMARY KEY (calendar_id, position)
) STRICT;

CREATE TABLE calendar_holiday (
	calendar_id INTEGER NOT NULL REFERENCES calendar(id),
	date TEXT NOT NULL,
	PRIMARY KEY (calendar_id, date)
) STRICT;

CREATE TABLE policy (
	id INTEGER PRIMARY KEY,
	version INTEGER NOT NULL DEFAULT 1,
	position INTEGER NOT NULL,
	name TEXT NOT NULL UNIQUE,
	channels INTEGER NOT NULL DEFAULT 0,
	after_sales INTEGER NOT NULL DEFAULT -1
) STRICT;

CREATE TABLE policy_target (
	policy_id INTEGER NOT NULL REFERENCES policy(id),
	position INTEGER NOT NULL,
	clock INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	problem INTEGER NOT NULL,
	target_ms INTEGER NOT NULL,
	warn_percent INTEGER NOT NULL,
	pause_statuses INTEGER NOT NULL,
	calendar TEXT,
	PRIMARY KEY (policy_id, position)
) STRICT;

-- search: folded name, mail, phone and order numbers. marks: glyph keys of the tags.
CREATE TABLE customer (
	id INTEGER PRIMARY KEY,
	version INTEGER NOT NULL DEFAULT 1,
	name TEXT NOT NULL,
	language TEXT,
	email TEXT,
	phone TEXT,
	region TEXT,
	gender TEXT,
	occupation TEXT,
	birth_year INTEGER NOT NULL DEFAULT 0,
	zone TEXT,
	preferences TEXT,
	registered_ms INTEGER NOT NULL DEFAULT 0,
	last_contact_ms INTEGER NOT NULL DEFAULT 0,
	stars_sum INTEGER NOT NULL DEFAULT 0,
	stars_count INTEGER NOT NULL DEFAULT 0,
	marks TEXT NOT NULL DEFAULT '',
	search TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX customer_email ON customer(email) WHERE email IS NOT NULL;
CREATE INDEX customer_phone ON customer(phone) WHERE phone IS NOT NULL;
CREATE INDEX customer_contact ON customer(last_contact_ms, id);

CREATE TABLE customer_tag (
	customer_id INTEGER NOT NULL REFERENCES customer(id),
	tag_id INTEGER NOT NULL REFERENCES tag(id),
	why TEXT,
	since_ms INTEGER NOT NULL,
	by_person INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (customer_id, tag_id)
) STRICT;

CREATE TABLE customer_order (
	id INTEGER PRIMARY KEY,
	customer_id INTEGER NOT NULL REFERENCES customer(id),
	number TEXT NOT NULL,
	items TEXT,
	state TEXT,
	amount_cents INTEGER NOT NULL DEFAULT 0,
	currency TEXT,
	at_ms INTEGER NOT NULL DEFAULT 0,
	UNIQUE (customer_id, number)
) STRICT;

-- customer_name and marks are copies: a page of the queue reads no other table.
-- newest_customer: id of the newest message the customer wrote.
-- search: folded subject, customer name, "#number", tags and category.
CREATE TABLE ticket (
	id INTEGER PRIMARY KEY,
	version INTEGER NOT NULL DEFAULT 1,
	active INTEGER NOT NULL,
	subject TEXT NOT NULL,
	status INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	channel INTEGER NOT NULL,
	group_id INTEGER NOT NULL REFERENCES desk_group(id),
	assignee_id INTEGER NOT NULL DEFAULT 0,
	customer_id INTEGER NOT NULL REFERENCES customer(id),
	customer_name TEXT NOT NULL,
	created_ms INTEGER NOT NULL,
	updated_ms INTEGER NOT NULL,
	next_due_ms INTEGER NOT NULL,
	next_warn_ms INTEGER NOT NULL,
	next_clock INTEGER NOT NULL,
	waiting INTEGER NOT NULL DEFAULT 0,
	tier INTEGER NOT NULL DEFAULT 1,
	marks TEXT NOT NULL DEFAULT '',
	category TEXT,
	problem INTEGER NOT NULL,
	after_sales INTEGER NOT NULL DEFAULT 0,
	hold_until_ms INTEGER NOT NULL DEFAULT 0,
	escalation_reason TEXT,
	origin TEXT,
	newest_customer INTEGER NOT NULL DEFAULT 0,
	search TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_by_group ON ticket(active, group_id, next_due_ms, id);
CREATE INDEX ticket_by_due ON ticket(active, next_due_ms, id);
CREATE INDEX ticket_by_assignee ON ticket(assignee_id, next_due_ms, id) WHERE active = 1 AND assignee_id <> 0;
-- Its first columns are constant: they make the planner of SQLite prefer it.
CREATE INDEX ticket_free ON ticket(active, assignee_id, group_id, next_due_ms, id) WHERE active = 1 AND assignee_id = 0;
CREATE INDEX ticket_by_customer ON ticket(customer_id, active, id);
CREATE INDEX ticket_held ON ticket(hold_until_ms) WHERE hold_until_ms > 0;

-- How many tickets there are, so that a queue's total costs nothing.
CREATE TABLE ticket_count (
	active INTEGER NOT NULL,
	group_id INTEGER NOT NULL,
	assignee_id INTEGER NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (active, group_id, assignee_id)
) STRICT;

CREATE TABLE ticket_tag (
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	name TEXT NOT NULL,
	PRIMARY KEY (ticket_id, name)
) STRICT;

CREATE TABLE message (
	id INTEGER PRIMARY KEY,
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	kind INTEGER NOT NULL,
	delivery INTEGER NOT NULL DEFAULT 0,
	author_id INTEGER NOT NULL DEFAULT 0,
	author_name TEXT,
	body TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	send_at_ms INTEGER NOT NULL DEFAULT 0,
	once_key TEXT
) STRICT;
CREATE INDEX message_by_ticket ON message(ticket_id, id);
CREATE INDEX message_waiting ON message(send_at_ms) WHERE delivery = 1;

-- What happened, in order: the service clocks are a fold over it.
CREATE TABLE ticket_fact (
	id INTEGER PRIMARY KEY,
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	kind INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	status INTEGER NOT NULL DEFAULT 0,
	due_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX ticket_fact_by_ticket ON ticket_fact(ticket_id, at_ms, id);

-- That fold, stored; `verify` recomputes it.
CREATE TABLE ticket_clock (
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	kind INTEGER NOT NULL,
	state INTEGER NOT NULL,
	started_ms INTEGER NOT NULL,
	target_ms INTEGER NOT NULL,
	due_ms INTEGER NOT NULL,
	left_ms INTEGER NOT NULL,
	warn_ms INTEGER NOT NULL,
	ended_ms INTEGER NOT NULL,
	policy_id INTEGER NOT NULL,
	PRIMARY KEY (ticket_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE rating (
	id INTEGER PRIMARY KEY,
	ticket_id INTEGER NOT NULL REFERENCES ticket(id),
	customer_id INTEGER NOT NULL REFERENCES customer(id),
	stars INTEGER NOT NULL,
	comment TEXT,
	at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX rating_by_ticket ON rating(ticket_id);

-- newest: number of the newest version; published: of the one customers may get, 0 none.
CREATE TABLE article (
	id INTEGER PRIMARY KEY,
	newest INTEGER NOT NULL,
	published INTEGER NOT NULL DEFAULT 0,
	used INTEGER NOT NULL DEFAULT 0,
	helpful INTEGER NOT NULL DEFAULT 0,
	unhelpful INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE article_version (
	article_id INTEGER NOT NULL REFERENCES article(id),
	version INTEGER NOT NULL,
	state INTEGER NOT NULL,
	module INTEGER NOT NULL,
	category TEXT,
	language TEXT,
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	keywords TEXT,
	author TEXT,
	at_ms INTEGER NOT NULL,
	PRIMARY KEY (article_id, version)
) STRICT;

CREATE TABLE template (
	id INTEGER PRIMARY KEY,
	version INTEGER NOT NULL DEFAULT 1,
	name TEXT NOT NULL,
	title TEXT NOT NULL,
	language TEXT NOT NULL,
	part INTEGER NOT NULL,
	audience INTEGER NOT NULL DEFAULT 0,
	scope INTEGER NOT NULL DEFAULT 0,
	owner_id INTEGER NOT NULL DEFAULT 0,
	category TEXT,
	body TEXT NOT NULL,
	position INTEGER NOT NULL DEFAULT 0,
	UNIQUE (name, language, audience, scope, owner_id)
) STRICT;

-- Records that came by import, found again by type and key.
CREATE TABLE import_key (
	type INTEGER NOT NULL,
	key TEXT NOT NULL,
	id INTEGER NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (type, key)
) STRICT;
