/* Shapes: one table per struct says which members it has and what they are
 * called in JSON. Decoding, encoding, freeing and copying all follow the table,
 * so a member can't be written by one half and forgotten by the other.
 *
 * A struct's own shape (shape_ticket, ...) names every owned member exactly once.
 * Other shapes over the same struct (bodies of requests, records) are views: they
 * are only read and written, never cleared or copied. */
#ifndef WIRE_FIELDS_H
#define WIRE_FIELDS_H

#include <stddef.h>
#include "base/error.h"
#include "wire/json.h"
#include "wire/model.h"
#include "wire/writer.h"

enum field_type {
	FIELD_ID,      /* desk_id: 0 is left out */
	FIELD_INT64,
	FIELD_INT,
	FIELD_BOOL,    /* gboolean */
	FIELD_MAYBE,   /* int: -1 not said (left out), else true or false */
	FIELD_DOUBLE,
	FIELD_STRING,  /* char *, owned; NULL is left out */
	FIELD_CHARS,   /* char[size] inside the struct */
	FIELD_ENUM,    /* int, by `words` */
	FIELD_MASK,    /* unsigned, one bit per word; an array of names */
	FIELD_OBJECT,  /* pointer to `shape`, owned; NULL is left out */
	FIELD_FLAT,    /* members of `shape`, at offset, in the same JSON object */
	FIELD_NEST,    /* members of `shape`, at offset, in a JSON object of their own */
	FIELD_LIST,    /* GPtrArray of `shape` */
	FIELD_STRINGS, /* GPtrArray of char * */
	FIELD_IDS,     /* GArray of desk_id */
	FIELD_INNER,   /* plain memory of the server's own: neither read nor written */
	/* only in records, see records.h */
	FIELD_TIME,    /* int64_t ms */
	FIELD_LENGTH,  /* int64_t ms */
	FIELD_BODY,    /* char *: text or array of lines */
	FIELD_CENTS,   /* int64_t: "899.00" */
	FIELD_WARNINGS, /* int64_t[CLOCK_WARNINGS]: "50% 75% 10m", or "none"; def: a share */
	FIELD_TYPE_COUNT
};

enum field_flag {
	FIELD_REQUIRED = 1u << 0, /* decoding fails without it */
	FIELD_OMIT = 1u << 1,     /* not written when it equals `def`; NEST: when it has no members */
	FIELD_NULLABLE = 1u << 2, /* a list that may be NULL: then left out */
	FIELD_DEREF = 1u << 3,    /* FLAT: the member is a pointer, set by the caller; skipped when NULL */
	FIELD_READ = 1u << 4,     /* an alias: understood, never written */
	FIELD_OPEN = 1u << 5      /* CENTS: not negative; -1 is "unlimited" */
};

/* The names of one vocabulary, by value. */
struct words {
	const char *const *names;
	int count;
};

struct shape;
struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	size_t offset;
	size_t size;     /* of the member */
	int64_t def;     /* value when absent (scalars) */
	int64_t min, max;/* numbers: range when min < max; strings: max bytes when max > 0 */
	const struct words *words;
	const struct shape *shape;
};

struct shape {
	const char *name; /* for messages: "a customer" */
	size_t size;
	const struct field *fields;
	size_t count;
	GDestroyNotify free;             /* of an allocated one; needed for OBJECT and LIST */
	const char *shorthand;           /* a plain string stands for an object with this member */
};

/* Tables are written with these. */
#define FIELD_AT(type_, member) .offset = offsetof(struct type_, member), \
	.size = sizeof(((struct type_ *)NULL)->member)
#define SHAPE(type_, table_, ...) \
	{.name = #type_, .size = sizeof(struct type_), .fields = table_, .count = G_N_ELEMENTS(table_), \
	 __VA_ARGS__}

/* A decoding under way: what to call an error, and where we are. */
#define READING_DEPTH 40
struct reading {
	enum desk_code code;
	int64_t now_ms;  /* anchors relative times of records */
	GError **error;
	unsigned depth;
	struct {
		const char *name; /* NULL: an index */
		int index;
	} path[READING_DEPTH];
};
void reading_enter(struct reading *r, const char *name, int index);
void reading_leave(struct reading *r);
/* "messages[2].at must be ..." with the reading's code; returns FALSE. */
gboolean reading_fail(struct reading *r, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Defaults and empty lists, over zeroed memory. */
void shape_init(const struct shape *s, void *v);
void *shape_new(const struct shape *s);
/* A view's own defaults, over an object that has its lists already. */
void shape_defaults(const struct shape *s, void *v);
/* Frees what the members own and zeroes the struct. */
void shape_clear(const struct shape *s, void *v);
void shape_free(const struct shape *s, void *v); /* NULL is fine */
void shape_copy(const struct shape *s, void *to, const void *from); /* `to` is raw memory */
/* On failure `v` is still sound and wants shape_clear. */
gboolean shape_read(struct reading *r, const struct shape *s, const struct json_node *n, void *v);
/* The members of `v`, inside an object that the caller opened. */
void shape_write_members(struct writer *w, const struct shape *s, const void *v);
void shape_write(struct writer *w, const char *key, const struct shape *s, const void *v);
/* Parses text and reads it into `v`. */
gboolean shape_parse(const struct shape *s, void *v, const char *json, size_t len, enum desk_code code,
                     GError **error);

/* Values that only records have (record_values.c). */
gboolean record_read_time(struct reading *r, const struct json_node *n, int64_t *ms);
gboolean record_read_length(struct reading *r, const struct json_node *n, int64_t *ms);
gboolean record_read_body(struct reading *r, const struct json_node *n, size_t max, char **text);
gboolean record_read_cents(struct reading *r, const struct json_node *n, gboolean open, int64_t *cents);
gboolean record_read_warnings(struct reading *r, const struct json_node *n, int64_t to[CLOCK_WARNINGS]);
struct record;
gboolean record_read_calendar(struct reading *r, const struct json_node *root, struct record *to);
void record_write_calendar(struct writer *w, const struct record *r);
gboolean record_read_rows(struct reading *r, const struct json_node *root, struct record *to);
void record_write_rows(struct writer *w, const GPtrArray *rows);
gboolean record_finish(struct reading *in, struct record *r); /* checks and defaults after the tables */
/* The members of a record of that type; *object: the shape of its object, NULL for none. */
const struct shape *record_shape(int type, const struct shape **object);
void record_write_time(struct writer *w, const char *key, int64_t ms);
void record_write_length(struct writer *w, const char *key, int64_t ms);
void record_write_cents(struct writer *w, const char *key, int64_t cents);

/* Vocabularies (names.c). */
extern const struct words role_words, status_words, priority_words, channel_words, problem_words,
	clock_kind_words, clock_state_words, message_kind_words, delivery_words, module_words,
	article_state_words, part_words, audience_words, scope_words, link_words, desk_field_type_words,
	compensation_words, decision_words, scan_words, mood_words, notice_kind_words, change_words,
	event_kind_words, agent_state_words, escalation_kind_words, escalation_state_words, impact_words, need_words, follow_up_state_words,
	problem_stage_words, rule_kind_words;

/* The structs of model.h and wire.h (shapes_*.c). */
extern const struct shape shape_group, shape_person, shape_tag, shape_tag_mark, shape_ticket_clock,
	shape_ticket_row, shape_message, shape_order, shape_customer, shape_ticket, shape_article,
	shape_article_hit, shape_skill, shape_category, shape_desk_field, shape_checklist,
	shape_attachment, shape_field_value, shape_ticket_link, shape_check_item, shape_compensation,
	shape_compensation_limit, shape_macro, shape_draft, shape_presence, shape_notice, shape_saved_view,
	shape_config_entry, shape_config_revision, shape_template, shape_mood_phrases,
	shape_policy_target, shape_policy, shape_query, shape_change, shape_session,
	shape_queue_page, shape_answer, shape_wire_error, shape_event, shape_record, shape_agent, shape_offer,
	shape_escalation, shape_escalation_part, shape_escalation_target, shape_escalation_sheet, shape_follow_up,
	shape_problem_step, shape_problem, shape_problem_text, shape_automation_run, shape_webhook_delivery,
	shape_clock_step, shape_clock_what_if, shape_clock_warns, shape_clock_explained;

#endif
