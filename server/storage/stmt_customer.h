/* Statements of customers, their tags and orders. */
#ifndef STORAGE_STMT_CUSTOMER_H
#define STORAGE_STMT_CUSTOMER_H

#define STMT_CUSTOMER_COLS \
	"id, version, name, language, email, phone, region, gender, occupation, birth_year, zone, preferences, " \
	"registered_ms, last_contact_ms, stars_sum, stars_count, marks, manager_id"

#define STMT_CUSTOMERS_FIND(fn) \
	"SELECT " STMT_CUSTOMER_COLS " FROM customer WHERE " fn "(search, $1) > 0 AND " fn "(search, $2) > 0 AND " \
	fn "(search, $3) > 0 AND " fn "(search, $4) > 0 ORDER BY last_contact_ms DESC, id DESC LIMIT $5"

#define STATEMENTS_CUSTOMER(S, S2) \
	S(CUSTOMER, "SELECT " STMT_CUSTOMER_COLS " FROM customer WHERE id = $1") \
	S2(CUSTOMERS_FIND, STMT_CUSTOMERS_FIND("instr"), STMT_CUSTOMERS_FIND("strpos")) \
	S(CUSTOMER_SHOWN, "SELECT name, marks FROM customer WHERE id = $1") \
	S(CUSTOMER_BY_EMAIL, "SELECT id FROM customer WHERE email = $1 ORDER BY id LIMIT 1") \
	S(CUSTOMER_BY_PHONE, "SELECT id FROM customer WHERE phone = $1 ORDER BY id LIMIT 1") \
	S(CUSTOMER_INSERT, "INSERT INTO customer(name, language, email, phone, region, gender, occupation, " \
	  "birth_year, zone, preferences, registered_ms, last_contact_ms, search) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id") \
	S(CUSTOMER_UPDATE, "UPDATE customer SET version = version + 1, name = $2, language = $3, email = $4, " \
	  "phone = $5, region = $6, gender = $7, occupation = $8, birth_year = $9, zone = $10, preferences = $11, " \
	  "registered_ms = $12, last_contact_ms = $13, search = $14 WHERE id = $1") \
	S(CUSTOMER_MANAGER, "UPDATE customer SET manager_id = $2 WHERE id = $1") \
	S(CUSTOMER_CONTACT, "UPDATE customer SET last_contact_ms = $2 WHERE id = $1 AND last_contact_ms < $2") \
	S(CUSTOMER_RATED, "UPDATE customer SET version = version + 1, stars_sum = stars_sum + $2, " \
	  "stars_count = stars_count + $3 WHERE id = $1") \
	S(CUSTOMER_MARKS, "UPDATE customer SET version = version + 1, marks = $2 WHERE id = $1") \
	S(CUSTOMER_TICKETS, "SELECT active, COUNT(*) FROM ticket WHERE customer_id = $1 " \
	  "AND status <> 8 AND status <> 9 GROUP BY active") /* merged and spam are no contacts */ \
	S(CUSTOMER_TAGS, "SELECT tag_id, why, since_ms, by_person FROM customer_tag WHERE customer_id = $1 " \
	  "ORDER BY tag_id") \
	S(CUSTOMER_TAG_PUT, "INSERT INTO customer_tag(customer_id, tag_id, why, since_ms, by_person) " \
	  "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (customer_id, tag_id) DO UPDATE SET why = excluded.why, " \
	  "by_person = excluded.by_person") \
	S(CUSTOMER_TAG_REMOVE, "DELETE FROM customer_tag WHERE customer_id = $1 AND tag_id = $2") \
	S(CUSTOMER_ORDERS, "SELECT number, items, state, amount_cents, currency, at_ms FROM customer_order " \
	  "WHERE customer_id = $1 ORDER BY at_ms DESC, id DESC") \
	S(CUSTOMER_ORDER_PUT, "INSERT INTO customer_order(customer_id, number, items, state, amount_cents, currency, " \
	  "at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (customer_id, number) DO UPDATE SET " \
	  "items = excluded.items, state = excluded.state, amount_cents = excluded.amount_cents, " \
	  "currency = excluded.currency, at_ms = excluded.at_ms") \
	S(CUSTOMER_IDS, "SELECT id, language FROM customer ORDER BY id LIMIT $1")

#endif
