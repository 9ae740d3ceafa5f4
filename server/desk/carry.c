/* Rows of tables as records and back, by a table of tables: a column more is a line more. */
#include "server/desk/carry.h"

#include <string.h>

#include "rules/clocks.h"
#include "server/desk/export_inside.h"

enum carry_kind {
	CARRY_END,
	CARRY_NUMBER,
	CARRY_MINUS,     /* a number whose nothing is -1 */
	CARRY_TEXT,      /* may be NULL */
	CARRY_WORD,      /* of a vocabulary; must be there */
	CARRY_WORD_MAYBE,/* -1: not said */
	CARRY_PERSON, CARRY_GROUP, CARRY_TICKET, CARRY_CUSTOMER, CARRY_ARTICLE, CARRY_PROBLEM,
	CARRY_MESSAGE,   /* of the same ticket */
	CARRY_ID,        /* the row's own number: not told, known to CARRY_ROW */
	CARRY_ROW        /* which of the rows before it, from 1 */
};

struct carry_column {
	const char *name;
	enum carry_kind kind;
	gboolean must;                /* a reference without which the row is nothing */
	const char *(*word)(int v);   /* "?" beyond the last */
};

struct carry_table {
	enum record_type of;
	const char *name;             /* in the record */
	enum db_stmt read, clear, add; /* clear STMT_COUNT: one row that is there already */
	const struct carry_column *columns;
};

#define WORD_FN(name) \
	static const char *word_##name(int v) \
	{ \
		return name((unsigned)v); \
	}
WORD_FN(clock_fact_name)
WORD_FN(clock_kind_name)
WORD_FN(message_kind_name)
WORD_FN(delivery_name)
WORD_FN(escalation_kind_name)
WORD_FN(escalation_state_name)
WORD_FN(follow_up_state_name)
WORD_FN(compensation_name)
WORD_FN(decision_name)
WORD_FN(impact_name)
WORD_FN(need_name)
WORD_FN(priority_name)
WORD_FN(problem_stage_name)
WORD_FN(agent_state_name)
WORD_FN(rule_kind_name)

static const char *word_alarm(int v)
{
	static const char *const words[] = {"warning", "breach"};

	return (unsigned)v < G_N_ELEMENTS(words) ? words[v] : "?";
}

#define N(name) {name, CARRY_NUMBER, FALSE, NULL}
#define T(name) {name, CARRY_TEXT, FALSE, NULL}
#define W(name, fn) {name, CARRY_WORD, FALSE, word_##fn}
#define MAYBE(name, fn) {name, CARRY_WORD_MAYBE, FALSE, word_##fn}
#define REF(name, kind) {name, CARRY_##kind, FALSE, NULL}
#define MUST(name, kind) {name, CARRY_##kind, TRUE, NULL}
#define COLUMNS(...) (const struct carry_column[]){__VA_ARGS__, {NULL, CARRY_END, FALSE, NULL}}
#define TABLE(of, name, id, ...) \
	{RECORD_##of, name, STMT_CARRY_##id, STMT_CARRY_##id##_CLEAR, STMT_CARRY_##id##_ADD, COLUMNS(__VA_ARGS__)}
#define ROW(of, name, id, ...) \
	{RECORD_##of, name, STMT_CARRY_##id, STMT_COUNT, STMT_CARRY_##id##_SET, COLUMNS(__VA_ARGS__)}

/* The order of the columns is that of server/storage/stmt_carry.h. */
static const struct carry_table tables[] = {
	TABLE(CLOCK_STATE, "era", ERA, N("from"), T("text")),
	ROW(PROBLEM, "problem", PROBLEM, N("version"), T("title"), W("stage", problem_stage_name), T("category"),
	    T("root_cause"), REF("owner", PERSON), N("opened"), N("updated"), REF("article", ARTICLE), REF("training", ARTICLE),
	    N("peak"), T("topic"), N("work"), REF("tell_from", CUSTOMER), REF("tell_by", PERSON)),
	TABLE(PROBLEM, "step", STEP, W("stage", problem_stage_name), REF("owner", PERSON), N("due"), N("done"),
	      REF("done_by", PERSON), T("note")),
	TABLE(PROBLEM, "told", TOLD, MUST("customer", CUSTOMER), REF("ticket", TICKET), N("at"),
	      REF("satisfied", MINUS)),
	TABLE(PROBLEM, "text", TEXT, N("position"), T("language"), T("body")),
	TABLE(PROBLEM, "raised", RAISED, MUST("ticket", TICKET), W("was", priority_name), T("was_reason")),
	TABLE(PROBLEM, "incident", INCIDENT, T("topic"), N("since")),
	ROW(TICKET_STATE, "ticket", TICKET, N("tier"), N("hold_until"), T("escalation_reason"), N("resolved"),
	    REF("merged_into", TICKET), N("secret_epoch"), N("queued"), MAYBE("impact", impact_name), MAYBE("need", need_name),
	    T("priority_reason"), REF("problem", PROBLEM), N("snoozed"), N("follow_due"), N("updated")),
	TABLE(TICKET_STATE, "fact", FACT, W("kind", clock_fact_name), N("at"), N("status"), N("due")),
	TABLE(TICKET_STATE, "alarm", ALARM, W("clock", clock_kind_name), W("kind", alarm), N("due"), N("at"),
	      N("threshold")),
	TABLE(TICKET_STATE, "escalation", RUNG, REF("id", ID), W("kind", escalation_kind_name),
	      W("state", escalation_state_name), REF("part_of", ROW), REF("from_group", GROUP), REF("from", PERSON),
	      REF("to_group", GROUP), REF("to", PERSON), REF("by", PERSON), T("reason"), T("task"), REF("note", MESSAGE), N("at"),
	      N("acknowledge_by"), N("acknowledged"), REF("taken_by", PERSON), N("estimate"), T("answer"), N("ended")),
	TABLE(TICKET_STATE, "follow-up", FOLLOW_UP, N("round"), W("state", follow_up_state_name), N("due"),
	      N("next"), N("asked_times"), N("asked"), REF("asked_by", PERSON), REF("message", MESSAGE), REF("solved", MINUS),
	      N("speed"), T("improve"), N("answered"), REF("answered_by", PERSON), REF("solver", PERSON), N("resolved"),
	      N("skipped"), REF("skipped_by", PERSON), T("skip_reason")),
	TABLE(TICKET_STATE, "article", ARTICLE_USE, MUST("article", ARTICLE), REF("by", PERSON), N("at")),
	TABLE(TICKET_STATE, "compensation", COMPENSATION, W("kind", compensation_name),
	      W("state", decision_name), N("cents"), T("currency"), T("order"), T("reason"), REF("by", PERSON), N("at"),
	      REF("decided_by", PERSON), T("decision"), N("decided")),
	TABLE(TICKET_STATE, "rating", RATING, MUST("customer", CUSTOMER), N("stars"), T("comment"), N("at")),
	TABLE(TICKET_STATE, "passed", PASSED, MUST("by", PERSON), N("at"), T("reason")),
	ROW(TICKET_STATE, "message", MESSAGE, MUST("key", MESSAGE), W("kind", message_kind_name),
	    W("delivery", delivery_name), N("send_at"), N("promise"), REF("whisper_to", PERSON), REF("from_ticket", TICKET)),
	ROW(PERSON_STATE, "now", AGENT, W("state", agent_state_name), T("reason"), N("since"), N("until"),
	    N("seen"), MAYBE("back", agent_state_name)),
	TABLE(PERSON_STATE, "log", AGENT_LOG, W("state", agent_state_name), T("reason"), N("at"), REF("by", PERSON)),
	ROW(RULE_STATE, "rule", RULE, N("last"), N("next"), N("suspended"), T("why")),
	TABLE(RULE_STATE, "run", RUN, W("kind", rule_kind_name), REF("ticket", TICKET), N("at"), T("why"),
	      T("did"), T("error")),
};
#define COLUMNS_MAX 20
#define OF_THE_DESK 1 /* the number of what there is one of */

/* The record whose rows they are; of a problem its own. */
static enum record_type carry_owner(enum record_type type)
{
	return type == RECORD_TICKET_STATE ? RECORD_TICKET :
	       type == RECORD_PERSON_STATE ? RECORD_PERSON :
	       type == RECORD_RULE_STATE   ? RECORD_TRIGGER :
	                                     type;
}

static enum record_type record_of(enum carry_kind kind)
{
	return kind == CARRY_PERSON   ? RECORD_PERSON :
	       kind == CARRY_GROUP    ? RECORD_GROUP :
	       kind == CARRY_TICKET   ? RECORD_TICKET :
	       kind == CARRY_CUSTOMER ? RECORD_CUSTOMER :
	       kind == CARRY_ARTICLE  ? RECORD_ARTICLE :
	                                RECORD_PROBLEM;
}

static gboolean is_reference(enum carry_kind kind)
{
	return kind >= CARRY_PERSON && kind <= CARRY_MESSAGE;
}

/* ---- out */
struct telling {
	struct db_conn *conn;
	const struct words *words;
	const char *uid;
	desk_id owner;
	const struct carry_table *table;
	GArray *values; /* struct record_cell, column after column: as the database has them */
	GArray *ids;    /* desk_id: CARRY_ID of each row */
	GError **error;
};

static void value_clear(void *data)
{
	g_free(((struct record_cell *)data)->text);
}

static gboolean value_fn(const struct db_row *row, void *arg)
{
	struct telling *t = arg;

	for (int i = 0; t->table->columns[i].kind; i++) {
		struct record_cell cell = {0};

		if (t->table->columns[i].kind == CARRY_TEXT)
			cell.text = db_dup(row, i);
		else
			cell.number = db_int(row, i);
		g_array_append_val(t->values, cell);
	}
	return TRUE;
}

static gboolean key_fn(const struct db_row *row, void *arg)
{
	*(char **)arg = g_strdup(db_null(row, 0) ? "" : db_text(row, 0));
	return FALSE;
}

/* *key NULL: what it refers to isn't told. */
static gboolean message_key(const struct telling *t, desk_id id, char **key)
{
	g_autofree char *once = NULL;

	if (!DB_RUN(t->conn, STMT_CARRY_MESSAGE_KEY, key_fn, &once, t->error, DB_I(id), DB_I(t->owner)))
		return FALSE;
	if (once)
		*key = g_str_has_prefix(once, "import/") ? g_strdup(once + strlen("import/")) :
		                                           g_strdup_printf("%s.m%" G_GINT64_FORMAT, t->uid, id);
	return TRUE;
}

static gboolean reference(const struct telling *t, enum carry_kind kind, desk_id id, char **key)
{
	const struct person *person;
	const struct group *group;

	switch (kind) {
	case CARRY_PERSON:
		person = words_person(t->words, id);
		*key = g_strdup(person ? person->name : NULL);
		return TRUE;
	case CARRY_GROUP:
		group = words_group(t->words, id);
		*key = g_strdup(group ? group->name : NULL);
		return TRUE;
	case CARRY_MESSAGE:
		return message_key(t, id, key);
	default:
		*key = export_key(t->conn, t->uid, record_of(kind), id, t->error);
		return *key != NULL;
	}
}

static gint64 place_of(const GArray *ids, desk_id id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, desk_id, i) == id)
			return i + 1;
	return 0;
}

static gboolean tell_cell(struct telling *t, const struct carry_column *c, const struct record_cell *v,
                          struct record_row *row)
{
	g_autofree char *key = NULL;

	switch (c->kind) {
	case CARRY_ID:
		g_array_append_val(t->ids, v->number);
		return TRUE;
	case CARRY_TEXT:
		if (v->text)
			record_row_add(row, c->name, v->text, 0);
		return TRUE;
	case CARRY_WORD:
	case CARRY_WORD_MAYBE:
		if (v->number >= 0)
			record_row_add(row, c->name, c->word((int)v->number), 0);
		return TRUE;
	case CARRY_MINUS:
		if (v->number != -1)
			record_row_add(row, c->name, NULL, v->number);
		return TRUE;
	case CARRY_ROW:
		if (v->number)
			record_row_add(row, c->name, NULL, place_of(t->ids, v->number));
		return TRUE;
	case CARRY_NUMBER:
		if (v->number)
			record_row_add(row, c->name, NULL, v->number);
		return TRUE;
	default:
		if (v->number > 0 && !reference(t, c->kind, v->number, &key))
			return FALSE;
		if (key)
			record_row_add(row, c->name, key, 0);
		return TRUE;
	}
}

static gboolean tell_table(struct telling *t, struct record *r)
{
	const struct carry_column *columns = t->table->columns;

	g_array_set_size(t->values, 0);
	g_array_set_size(t->ids, 0);
	if (!DB_RUN(t->conn, t->table->read, value_fn, t, t->error, DB_I(t->owner)))
		return FALSE;
	for (guint at = 0; at < t->values->len;) {
		struct record_row *row = record_row_new(t->table->name);

		g_ptr_array_add(r->rows, row);
		for (int i = 0; columns[i].kind; i++, at++)
			if (!tell_cell(t, &columns[i], &g_array_index(t->values, struct record_cell, at), row))
				return FALSE;
	}
	return TRUE;
}

static char *owner_key(const struct telling *t, enum record_type type)
{
	char *key = NULL;

	if (type != RECORD_PERSON_STATE && type != RECORD_RULE_STATE)
		return export_key(t->conn, t->uid, carry_owner(type), MAX(t->owner, OF_THE_DESK), t->error);
	if (DB_RUN(t->conn, type == RECORD_PERSON_STATE ? STMT_EXPORT_PERSON_NAME : STMT_EXPORT_RULE_NAME, key_fn, &key, t->error,
	           DB_I(t->owner)) && !key)
		desk_fail(t->error, DESK_NOTFOUND, "it is no longer there");
	return key;
}

struct record *carry_export(struct db_conn *conn, const struct words *w, const char *uid, enum record_type type,
                            desk_id id, GError **error)
{
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(struct record_cell));
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct telling t = {conn, w, uid, type == RECORD_CLOCK_STATE ? 0 : id, NULL, values, ids, error};
	struct record *r = record_new(type);
	gboolean ok;

	g_array_set_clear_func(values, value_clear);
	r->key = owner_key(&t, type);
	ok = r->key != NULL;
	for (size_t i = 0; ok && i < G_N_ELEMENTS(tables); i++)
		if (tables[i].of == type) {
			t.table = &tables[i];
			ok = tell_table(&t, r);
		}
	if (ok)
		return r;
	record_free(r);
	return NULL;
}

/* ---- in */
struct taking {
	struct db_conn *conn;
	struct record_keys *keys;
	desk_id owner;
	const struct carry_table *table;
	const struct record_row *row;
	GArray *ids;
	GError **error;
	gboolean left_out; /* the row refers to what isn't here */
};

static const struct record_cell *cell_of(const struct record_row *row, const char *name)
{
	for (guint i = 0; i < row->cells->len; i++) {
		const struct record_cell *c = &g_array_index(row->cells, struct record_cell, i);

		if (strcmp(c->column, name) == 0)
			return c;
	}
	return NULL;
}

static gboolean take_word(const struct taking *t, const struct carry_column *c, const struct record_cell *v, int64_t *number)
{
	*number = -1;
	if (!v)
		return c->kind == CARRY_WORD_MAYBE || desk_fail(t->error, DESK_INVALID, "rows: %s of %s is missing", c->name, t->table->name);
	for (int i = 0; v->text && strcmp(c->word(i), "?") != 0; i++)
		if (strcmp(c->word(i), v->text) == 0)
			*number = i;
	return *number >= 0 || desk_fail(t->error, DESK_INVALID, "rows: %s of %s isn't a word this desk knows", c->name, t->table->name);
}

static gboolean take_reference(struct taking *t, const struct carry_column *c, const struct record_cell *v, desk_id *id)
{
	g_autofree char *once = NULL;

	*id = 0;
	if (v && !v->text)
		return desk_fail(t->error, DESK_INVALID, "rows: %s of %s must be a key", c->name, t->table->name);
	if (v && c->kind == CARRY_MESSAGE) {
		once = g_strconcat("import/", v->text, NULL);
		if (!DB_RUN(t->conn, STMT_CARRY_MESSAGE_ID, row_int_fn, id, t->error, DB_I(t->owner), DB_T(once)))
			return FALSE;
	} else if (v && !record_keys_id(t->keys, t->conn, record_of(c->kind), v->text, id, t->error)) {
		return FALSE;
	}
	if (c->must && !*id)
		t->left_out = TRUE;
	return TRUE;
}

static gboolean take_cell(struct taking *t, const struct carry_column *c, struct db_arg *to)
{
	const struct record_cell *v = cell_of(t->row, c->name);
	int64_t number = v ? v->number : c->kind == CARRY_MINUS ? -1 : 0;

	if (c->kind == CARRY_TEXT) {
		*to = DB_T(v ? v->text : NULL);
		return !v || v->text || desk_fail(t->error, DESK_INVALID, "rows: %s of %s must be a text", c->name, t->table->name);
	}
	if (c->kind == CARRY_WORD || c->kind == CARRY_WORD_MAYBE) {
		if (!take_word(t, c, v, &number))
			return FALSE;
	} else if (is_reference(c->kind)) {
		if (!take_reference(t, c, v, &number))
			return FALSE;
	} else if (v && v->text) {
		return desk_fail(t->error, DESK_INVALID, "rows: %s of %s must be a number", c->name, t->table->name);
	} else if (c->kind == CARRY_ROW && number) {
		if (number < 0 || number > t->ids->len)
			return desk_fail(t->error, DESK_INVALID, "rows: %s of %s must be a row before it", c->name, t->table->name);
		number = g_array_index(t->ids, desk_id, number - 1);
	}
	*to = DB_I(number);
	return TRUE;
}

static gboolean take_row(struct taking *t)
{
	struct db_arg args[COLUMNS_MAX + 1] = {DB_I(t->owner)};
	const struct carry_column *c = t->table->columns;
	size_t n = 1;
	desk_id id = 0;
	gboolean has_id = c->kind == CARRY_ID;

	t->left_out = FALSE;
	for (c += has_id; c->kind; c++, n++) {
		g_assert(n <= COLUMNS_MAX);
		if (!take_cell(t, c, &args[n]))
			return FALSE;
	}
	if (t->left_out)
		return TRUE;
	if (!db_run(t->conn, t->table->add, args, n, has_id ? row_int_fn : NULL, &id, t->error))
		return FALSE;
	if (has_id)
		g_array_append_val(t->ids, id);
	return TRUE;
}

static gboolean take_tables(struct taking *t, const struct record *r)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		t->table = &tables[i];
		if (t->table->of != r->type)
			continue;
		g_array_set_size(t->ids, 0);
		if (t->table->clear != STMT_COUNT &&
		    !DB_RUN(t->conn, t->table->clear, NULL, NULL, t->error, DB_I(t->owner)))
			return FALSE;
		for (guint k = 0; k < r->rows->len; k++) {
			t->row = r->rows->pdata[k];
			if (strcmp(t->row->in, t->table->name) == 0 && !take_row(t))
				return FALSE;
		}
	}
	return TRUE;
}

/* Its rows are about tickets: counts and clocks follow what they say. */
static gboolean take_ticket(struct desk *d, struct db_tx *tx, struct taking *t, const struct record *r)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct work work;
	gboolean ok;

	if (!work_begin(&work, d, tx, &nobody, t->error))
		return FALSE;
	work.quiet = TRUE;
	ok = work_load(&work, t->owner, t->error) && take_tables(t, r);
	g_clear_pointer(&work.facts, g_array_unref); /* others than were loaded */
	ok = ok && work_restore(&work, t->error);
	work_end(&work);
	return ok;
}

static gboolean find_owner(struct taking *t, const struct record *r, desk_id *id)
{
	enum record_type owner = carry_owner(r->type);

	if (r->type == RECORD_CLOCK_STATE) {
		*id = OF_THE_DESK;
		return TRUE;
	}
	if (r->type == RECORD_PROBLEM)
		return *id || DB_RUN(t->conn, STMT_PROBLEM_INSERT, row_int_fn, id, t->error, DB_T(r->key), DB_I(STAGE_FOUND), DB_T(NULL),
		                     DB_T(NULL), DB_I(0), DB_I(0), DB_I(0), DB_T(NULL));
	return record_keys_id(t->keys, t->conn, owner, r->key, id, t->error) &&
	       (*id || desk_fail(t->error, DESK_INVALID, "there is no %s \"%s\"", record_type_name(owner), r->key));
}

gboolean carry_import(struct desk *d, struct db_tx *tx, const struct words *w, struct record_keys *keys,
                      const struct record *r, desk_id *id, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct taking t = {.conn = db_conn_of(tx), .keys = keys, .ids = ids, .error = error};
	int64_t own = 0;

	(void)w;
	if (!record_own_number(t.conn, r->key, "", &own, error))
		return FALSE;
	if (own) {
		*id = own;
		return TRUE;
	}
	if (!find_owner(&t, r, id))
		return FALSE;
	t.owner = r->type == RECORD_CLOCK_STATE ? 0 : *id;
	return r->type == RECORD_TICKET_STATE ? take_ticket(d, tx, &t, r) : take_tables(&t, r);
}
