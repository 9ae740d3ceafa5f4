/* Imported tickets: what a record tells becomes messages and facts, and the clocks
 * are folded over them as if it had happened here. */
#include "server/desk/records_inside.h"
#include "server/desk/message_text.h"

#include <string.h>

/* A line of the ticket's story: a message, or a fact without one. */
struct step {
	int64_t at_ms;
	guint order;               /* ties stay as told */
	const struct record_message *message;
	guint number;              /* its place among the record's messages */
	gboolean newest_customer;  /* no message of the customer's comes after it */
	char *history;             /* a line of ours; owned */
	enum clock_fact_kind fact;
	gboolean has_fact;
	enum ticket_status status;
	int64_t due_ms;
};

struct story {
	struct record_keys *keys;
	GArray *steps;
	const struct record *record;
	int64_t created_ms, last_ms;
};

static void step_clear(void *data)
{
	g_free(((struct step *)data)->history);
}

static void add_step(struct story *s, struct step step)
{
	step.order = s->steps->len;
	g_array_append_val(s->steps, step);
}

static void add_fact(struct story *s, int64_t at_ms, enum clock_fact_kind fact, enum ticket_status status,
                     int64_t due_ms)
{
	add_step(s, (struct step){.at_ms = at_ms, .fact = fact, .has_fact = TRUE, .status = status, .due_ms = due_ms});
}

static int compare_steps(gconstpointer a, gconstpointer b)
{
	const struct step *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static void add_messages(struct story *s)
{
	const struct record *r = s->record;

	for (guint i = 0; i < r->messages->len; i++) {
		const struct record_message *m = r->messages->pdata[i];
		struct step step = {.at_ms = m->at_ms, .message = m, .number = i};

		if (m->kind == MESSAGE_CUSTOMER || m->kind == MESSAGE_REPLY) {
			step.has_fact = TRUE;
			step.fact = m->kind == MESSAGE_CUSTOMER ? FACT_CUSTOMER_MESSAGE : FACT_PUBLIC_REPLY;
		}
		add_step(s, step);
		if (m->kind == MESSAGE_REPLY && r->escalated_ms && m->at_ms > r->escalated_ms) {
			add_fact(s, m->at_ms, FACT_TIER2_ANSWER, 0, 0);
			add_fact(s, m->at_ms, FACT_PLAN_SENT, 0, 0);
		}
		s->last_ms = MAX(s->last_ms, m->at_ms);
	}
}

static int64_t first_reply(const struct record *r)
{
	for (guint i = 0; i < r->messages->len; i++) {
		const struct record_message *m = r->messages->pdata[i];

		if (m->kind == MESSAGE_REPLY)
			return m->at_ms;
	}
	return 0;
}

static gboolean tells_of_escalation(const struct record *r)
{
	for (guint i = 0; i < r->messages->len; i++)
		if (((const struct record_message *)r->messages->pdata[i])->kind == MESSAGE_SYSTEM)
			return TRUE;
	return FALSE;
}

static void add_escalation(struct story *s, const struct group *to)
{
	const struct record *r = s->record;
	struct step line = {.at_ms = r->escalated_ms};

	if (!r->escalated_to || !to)
		return;
	add_fact(s, r->escalated_ms, to->tier == 0 ? FACT_CROSS_ESCALATED : FACT_ESCALATED, 0, 0);
	if (tells_of_escalation(r))
		return;
	line.history = g_strdup_printf(r->ticket->escalation_reason ? HISTORY_ESCALATED : HISTORY_ESCALATED_BARE, to->title,
	                               r->ticket->escalation_reason);
	add_step(s, line);
}

static void add_status(struct story *s)
{
	const struct record *r = s->record;
	enum ticket_status status = r->ticket->row.status;
	int64_t at = s->last_ms;

	if (status == STATUS_NEW)
		return;
	if (status == STATUS_OPEN)
		at = r->claimed_ms ? r->claimed_ms : s->created_ms;
	else if (!status_is_active(status) && r->resolved_ms)
		at = r->resolved_ms;
	add_fact(s, at, FACT_STATUS, status, 0);
	s->last_ms = MAX(s->last_ms, at);
}

static void story_of(struct story *s, const struct record *r, const struct group *escalated_to)
{
	int64_t claimed = r->claimed_ms, replied = first_reply(r);

	s->record = r;
	s->steps = g_array_new(FALSE, TRUE, sizeof(struct step));
	g_array_set_clear_func(s->steps, step_clear);
	s->created_ms = r->ticket->row.created_ms;
	if (!s->created_ms)
		s->created_ms = ((const struct record_message *)r->messages->pdata[0])->at_ms;
	s->last_ms = s->created_ms;
	if (!claimed && r->assignee_key)
		claimed = replied ? replied : s->created_ms;
	add_fact(s, s->created_ms, FACT_CREATED, 0, 0);
	if (claimed)
		add_fact(s, claimed, FACT_CLAIMED, 0, 0);
	add_messages(s);
	add_escalation(s, escalated_to);
	add_status(s);
	if (r->promised_ms)
		add_fact(s, replied ? s->last_ms : s->created_ms, FACT_PROMISED, 0, r->promised_ms);
	g_array_sort(s->steps, compare_steps);
	for (guint i = s->steps->len; i-- > 0;) {
		struct step *step = &g_array_index(s->steps, struct step, i);

		step->newest_customer = step->message && step->message->kind == MESSAGE_CUSTOMER;
		if (step->newest_customer)
			break;
	}
}

/* ---- writing it */
static char *key_of(const struct step *step)
{
	if (step->history)
		return g_strdup("import/escalated");
	if (step->message->key)
		return g_strconcat("import/", step->message->key, NULL);
	return g_strdup_printf("import/%u", step->number);
}

/* Only the number of the customer's newest message is wanted: a statement without an
 * answer costs no round trip. */
static gboolean put_message(struct work *work, const struct story *s, const struct step *step, const char *key,
                            GError **error)
{
	const struct record_message *m = step->message;
	enum message_kind kind = m ? m->kind : MESSAGE_SYSTEM;
	const char *name = kind == MESSAGE_CUSTOMER ? work->ticket->row.customer_name : NULL;
	desk_id author = 0, id = 0;

	if (m && m->author && kind != MESSAGE_CUSTOMER) {
		if (!record_keys_id(s->keys, work->conn, RECORD_PERSON, m->author, &author, error))
			return FALSE;
		name = words_person_name(work->words, author);
	}
	gboolean more = m && record_message_has_extras(m);
	g_autofree char *body = m ? record_message_body(m) : NULL;
	if (!DB_RUN(work->conn, STMT_MESSAGE_INSERT, step->newest_customer || more ? row_int_fn : NULL, &id, error,
	            DB_I(work->ticket->row.id), DB_I(kind), DB_I(DELIVERY_DONE), DB_I(author), DB_T(name),
	            DB_T(m ? body : step->history), DB_I(step->at_ms), DB_I(0), DB_T(key)))
		return FALSE;
	if (step->newest_customer)
		work->newest_customer = id;
	if (more && !record_put_message_extras(work, s->keys, m, id, error))
		return FALSE;
	if (kind == MESSAGE_CUSTOMER || kind == MESSAGE_REPLY)
		work->ticket->row.waiting = kind == MESSAGE_CUSTOMER;
	return TRUE;
}

static gboolean put_fact(struct work *work, const struct step *step, GError **error)
{
	g_clear_pointer(&work->facts, g_array_unref);
	return DB_RUN(work->conn, STMT_FACT_INSERT, NULL, NULL, error, DB_I(work->ticket->row.id), DB_I(step->fact),
	              DB_I(step->at_ms), DB_I(step->status), DB_I(step->due_ms));
}

struct had {
	GHashTable *keys;  /* once keys */
	GHashTable *ids;   /* of those that came without import */
};

static gboolean key_fn(const struct db_row *row, void *arg)
{
	const struct had *had = arg;
	desk_id id = db_int(row, 1);

	if (!db_null(row, 0))
		g_hash_table_add(had->keys, db_dup(row, 0));
	g_hash_table_add(had->ids, g_memdup2(&id, sizeof id));
	return TRUE;
}

/* Known by its key, or by its number from an export of this desk. */
static gboolean was_had(struct work *work, const struct had *had, const char *key, gboolean *known, GError **error)
{
	int64_t id = 0;

	*known = !key || g_hash_table_contains(had->keys, key);
	if (*known)
		return TRUE;
	if (!record_own_number(work->conn, key + strlen("import/"), "m", &id, error))
		return FALSE;
	*known = id && g_hash_table_contains(had->ids, &id);
	return TRUE;
}

/* Messages that came before are known by their key; only the others are new. */
static gboolean put_story(struct work *work, const struct story *s, gboolean fresh, GError **error)
{
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	struct had had = {keys, ids};

	if (!fresh && !DB_RUN(work->conn, STMT_MESSAGE_KEYS, key_fn, &had, error, DB_I(work->ticket->row.id)))
		return FALSE;
	for (guint i = 0; i < s->steps->len; i++) {
		const struct step *step = &g_array_index(s->steps, struct step, i);
		g_autofree char *key = step->message || step->history ? key_of(step) : NULL;

		gboolean known = FALSE;

		if (!fresh && !was_had(work, &had, key, &known, error))
			return FALSE;
		if (known)
			continue;
		if (key && !put_message(work, s, step, key, error))
			return FALSE;
		if (step->has_fact && !put_fact(work, step, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean put_tags(struct work *work, const struct ticket *from, GError **error)
{
	for (guint i = 0; i < from->tags->len; i++)
		if (!DB_RUN(work->conn, STMT_TICKET_TAG_ADD, NULL, NULL, error, DB_I(work->ticket->row.id),
		            DB_T(from->tags->pdata[i])))
			return FALSE;
	return TRUE;
}

struct refs {
	desk_id customer, group, assignee, escalated_to;
};

static gboolean resolve(struct record_keys *k, struct db_conn *conn, const struct words *w, const struct record *r,
                        struct refs *refs, GError **error)
{
	if ((r->customer_key && !record_keys_id(k, conn, RECORD_CUSTOMER, r->customer_key, &refs->customer, error)) ||
	    (r->group_key && !record_keys_id(k, conn, RECORD_GROUP, r->group_key, &refs->group, error)) ||
	    (r->assignee_key && !record_keys_id(k, conn, RECORD_PERSON, r->assignee_key, &refs->assignee, error)) ||
	    (r->escalated_to &&
	     !record_keys_id(k, conn, RECORD_GROUP, r->escalated_to, &refs->escalated_to, error)))
		return FALSE;
	if (!refs->customer)
		return desk_fail(error, DESK_INVALID, "there is no customer \"%s\"", r->customer_key ? r->customer_key : "");
	if (!refs->group && refs->escalated_to)
		refs->group = refs->escalated_to;
	for (guint i = 0; !refs->group && i < w->groups->len; i++) {
		const struct group *g = w->groups->pdata[i];

		if (g->tier == 1)
			refs->group = g->id;
	}
	return refs->group || desk_fail(error, DESK_INVALID, "the desk has no group yet: import one first");
}

static void take_words(struct ticket *t, const struct ticket *from)
{
	g_free(t->row.subject);
	g_free(t->category);
	g_free(t->escalation_reason);
	t->row.subject = g_strdup(from->row.subject);
	t->category = g_strdup(from->category);
	t->escalation_reason = g_strdup(from->escalation_reason);
	t->row.status = from->row.status;
	t->row.priority = from->row.priority;
	t->problem = from->problem;
	t->after_sales = from->after_sales;
	t->hold_until_ms = from->row.status == STATUS_ON_HOLD ? from->hold_until_ms : 0;
}

static struct ticket *fresh_ticket(struct work *work, const struct record *r, const struct refs *refs,
                                   const struct story *s, GError **error)
{
	const struct record_customer *customer =
		record_keys_customer(s->keys, work->conn, refs->customer, error);
	struct ticket *t;

	if (!customer)
		return NULL;
	t = ticket_new();
	take_words(t, r->ticket);
	t->row.channel = r->ticket->row.channel;
	t->row.customer_id = refs->customer;
	t->row.customer_name = g_strdup(customer->name);
	t->row.marks = g_strdup(customer->marks);
	t->row.group_id = refs->group;
	t->row.assignee_id = refs->assignee;
	t->row.tier = r->escalated_to ? 2 : 1;
	t->row.created_ms = s->created_ms;
	t->row.updated_ms = s->last_ms;
	t->origin = g_strdup(r->ticket->origin);
	return t;
}

static gboolean put_rating(struct work *work, const struct record *r, const struct story *s, GError **error)
{
	int64_t had = 0;

	if (!r->rating)
		return TRUE;
	if (!work->fresh && !DB_RUN(work->conn, STMT_RATING_OF, row_int_fn, &had, error, DB_I(work->ticket->row.id)))
		return FALSE;
	return had || (DB_RUN(work->conn, STMT_RATING_INSERT, NULL, NULL, error, DB_I(work->ticket->row.id),
	                      DB_I(work->ticket->row.customer_id), DB_I(r->rating), DB_T(r->rating_comment),
	                      DB_I(s->last_ms)) &&
	               DB_RUN(work->conn, STMT_CUSTOMER_RATED, NULL, NULL, error, DB_I(work->ticket->row.customer_id),
	                      DB_I(r->rating), DB_I(1)));
}

static gboolean update_ticket(struct work *work, const struct record *r, const struct refs *refs, desk_id id,
                              GError **error)
{
	struct ticket *t;

	if (!work_load(work, id, error))
		return FALSE;
	t = work->ticket;
	if (t->row.status != r->ticket->row.status &&
	    !work_fact(work, FACT_STATUS, r->ticket->row.status, 0, error))
		return FALSE;
	take_words(t, r->ticket);
	t->row.group_id = refs->group;
	if (refs->assignee)
		t->row.assignee_id = refs->assignee;
	row_name(work->words, &t->row);
	return TRUE;
}

static gboolean put(struct work *work, const struct record *r, const struct refs *refs, struct story *s, desk_id *id,
                    GError **error)
{
	gboolean fresh = *id == 0;
	struct ticket *t;

	if (fresh) {
		t = fresh_ticket(work, r, refs, s, error);
		if (!t || !work_insert(work, t, error))
			return FALSE;
	} else if (!update_ticket(work, r, refs, *id, error)) {
		return FALSE;
	}
	work->touched = work->new_words = TRUE;
	work->updated_ms = s->last_ms;
	t = work->ticket;
	if (t->row.status == STATUS_RESOLVED || t->row.status == STATUS_FOLLOW_UP_DUE || t->row.status == STATUS_ARCHIVED)
		t->resolved_ms = r->resolved_ms ? r->resolved_ms : s->last_ms;
	*id = t->row.id;
	return put_story(work, s, fresh, error) && message_text_add_loose(work->desk, work->conn, *id, error) &&
	       put_tags(work, r->ticket, error) && record_put_extras(work->conn, r, *id, error) &&
	       put_rating(work, r, s, error) && work_save(work, "import", error) &&
	       DB_RUN(work->conn, STMT_CUSTOMER_CONTACT, NULL, NULL, error, DB_I(refs->customer), DB_I(s->last_ms));
}

gboolean record_put_ticket(struct desk *d, struct db_tx *tx, const struct words *w, struct record_keys *keys,
                           const struct record *r, desk_id *id, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct refs refs = {0};
	struct story s = {.keys = keys};
	struct work work;
	gboolean ok;

	if (!resolve(keys, db_conn_of(tx), w, r, &refs, error) || !work_begin(&work, d, tx, &nobody, error))
		return FALSE;
	work.quiet = TRUE;
	story_of(&s, r, words_group(work.words, refs.escalated_to));
	ok = put(&work, r, &refs, &s, id, error);
	g_array_unref(s.steps);
	work_end(&work);
	return ok;
}
