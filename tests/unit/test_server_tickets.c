/* What tickets carry: fields, categories, customers, steps, compensation, files, secrets. */
#include "desk_fixture.inc"
#include "rules/clocks.h"

static struct change on(enum change_kind kind, desk_id ticket_id)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = ticket_id;
	return c;
}

static void done(struct fixture *f, const struct actor *who, struct change c)
{
	answer_free(fixture_do(f, who, &c));
}

static void refused(struct fixture *f, const struct actor *who, struct change c, enum desk_code code, const char *word)
{
	ticket_free(fixture_refused(f, who, &c, code, word));
}

static const struct message *said_in(const struct ticket *t, const char *body)
{
	for (guint i = 0; i < t->messages->len; i++)
		if (strcmp(((const struct message *)t->messages->pdata[i])->body, body) == 0)
			return t->messages->pdata[i];
	return NULL;
}

/* ---- a desk with words of its own */
static gboolean words_job(struct db_tx *tx, void *arg, GError **error)
{
	struct fixture *f = arg;
	struct db_conn *conn = db_conn_of(tx);
	static const struct {
		const char *name, *choices, *category;
		enum desk_field_type type;
	} fields[] = {
		{"serial-number", "", "repair", FIELD_TYPE_TEXT}, {"price", "", NULL, FIELD_TYPE_NUMBER},
		{"bought", "", NULL, FIELD_TYPE_DATE}, {"colour", "Red\nBlue", NULL, FIELD_TYPE_CHOICE},
		{"insured", "", NULL, FIELD_TYPE_YES_NO},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (!DB_RUN(conn, STMT_TEST_FIELD, NULL, NULL, error, DB_T(fields[i].name), DB_I(fields[i].type),
		            DB_T(fields[i].choices), DB_T(fields[i].category), DB_I(0), DB_I((int64_t)i)))
			return FALSE;
	return DB_RUN(conn, STMT_TEST_CATEGORY, NULL, NULL, error, DB_T("account/lock"), DB_I(PROBLEM_COMPLEX), DB_I(1),
	              DB_I(f->tech), DB_I(1)) &&
	       DB_RUN(conn, STMT_TEST_CATEGORY, NULL, NULL, error, DB_T("repair/lamp"), DB_I(-1), DB_I(-1), DB_I(0),
	              DB_I(1)) &&
	       DB_RUN(conn, STMT_TEST_CATEGORY, NULL, NULL, error, DB_T("old"), DB_I(-1), DB_I(-1), DB_I(0), DB_I(0)) &&
	       DB_RUN(conn, STMT_TEST_CHECKLIST, NULL, NULL, error, DB_T("return"), DB_T("ask for the number\nsend a label")) &&
	       DB_RUN(conn, STMT_TEST_LIMIT, NULL, NULL, error, DB_I(ROLE_AGENT), DB_I(COMPENSATION_COUPON), DB_T("CNY"),
	              DB_I(5000), DB_I(8000));
}

static void open_with_words(struct fixture *f)
{
	g_autoptr(GError) error = NULL;

	fixture_open(f, NULL);
	db_submit_wait(f->db, words_job, f, &error);
	g_assert_no_error(error);
	desk_notice(f->desk, &(struct event){.kind = EVENT_PEOPLE});
}

static struct change field(desk_id id, const char *name, const char *value)
{
	struct change c = on(CHANGE_FIELD, id);

	c.text = g_strdup(name);
	c.body = g_strdup(value);
	c.on = value != NULL;
	return c;
}

static const char *value_of(const struct ticket *t, const char *name)
{
	for (guint i = 0; t->fields && i < t->fields->len; i++) {
		const struct field_value *v = t->fields->pdata[i];

		if (strcmp(v->name, name) == 0)
			return v->value;
	}
	return NULL;
}

static struct change category(desk_id id, const char *name)
{
	struct change c = on(CHANGE_CATEGORY, id);

	c.text = g_strdup(name);
	return c;
}

/* ---- fields and categories */
static void field__of_each_type__is_checked_and_kept(void)
{
	struct fixture f;
	struct ticket *t;
	desk_id id;

	open_with_words(&f);
	id = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	refused(&f, &f.li, field(id, "no-such", "1"), DESK_INVALID, "there is no field");
	refused(&f, &f.li, field(id, "serial-number", "A-1"), DESK_INVALID, "don't have this field");
	refused(&f, &f.li, field(id, "price", "cheap"), DESK_INVALID, "isn't a number");
	refused(&f, &f.li, field(id, "bought", "2026-02-30"), DESK_INVALID, "a day of the calendar");
	refused(&f, &f.li, field(id, "colour", "green"), DESK_INVALID, "one of Red, Blue");
	refused(&f, &f.li, field(id, "insured", "perhaps"), DESK_INVALID, "yes or no");
	refused(&f, &f.li, field(id, "price", "  "), DESK_INVALID, "empty");
	done(&f, &f.li, field(id, "price", " 0012.50 "));
	done(&f, &f.li, field(id, "bought", "2026-11-24"));
	done(&f, &f.li, field(id, "colour", "red"));
	done(&f, &f.li, field(id, "insured", "YES"));
	done(&f, &f.li, category(id, "repair/lamp"));
	done(&f, &f.li, field(id, "serial-number", "A-1"));
	t = fixture_ticket(&f, id);
	g_assert_cmpstr(value_of(t, "price"), ==, "12.5");
	g_assert_cmpstr(value_of(t, "colour"), ==, "Red");
	g_assert_cmpstr(value_of(t, "insured"), ==, "yes");
	g_assert_cmpstr(((struct field_value *)t->fields->pdata[0])->name, ==, "serial-number"); /* by position */
	g_assert_cmpint(t->row.version, ==, 7);
	ticket_free(t);
	done(&f, &f.li, field(id, "price", NULL));
	done(&f, &f.li, field(id, "price", NULL)); /* nothing to clear any more */
	t = fixture_ticket(&f, id);
	g_assert_null(value_of(t, "price"));
	g_assert_cmpint(t->row.version, ==, 8);
	ticket_free(t);
	fixture_close(&f);
}

static void category__listed_ones_only__says_problem_and_group_at_birth(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	open_with_words(&f);
	id = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	refused(&f, &f.li, category(id, "nothing/like"), DESK_INVALID, "there is no category");
	refused(&f, &f.li, category(id, "old"), DESK_INVALID, "isn't used any more");
	refused(&f, &f.li, category(id, "a/b/c/d"), DESK_INVALID, "more than 3 levels");
	c = category(id, "account/lock");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->problem, ==, PROBLEM_COMPLEX); /* its word, not the prefix's */
	g_assert_true(a->ticket->after_sales);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.front); /* nobody's work moves silently */
	answer_free(a);
	c = category(id, "account/lock");
	c.problem = PROBLEM_SIMPLE;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->problem, ==, PROBLEM_SIMPLE);
	answer_free(a);
	c = on(CHANGE_TICKET_NEW, 0);
	c.text = g_strdup("locked out");
	c.body = g_strdup("help");
	c.category = g_strdup("account/lock");
	c.customer_id = f.customer;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.tech);
	g_assert_cmpint(a->ticket->row.tier, ==, 2);
	answer_free(a);
	fixture_close(&f);
}

/* ---- customers */
static void customer__another_one_and_a_new_one__row_follows(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	desk_id id, fresh;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	c = on(CHANGE_TICKET_CUSTOMER, id);
	refused(&f, &f.li, c, DESK_INVALID, "customer is missing");
	c = on(CHANGE_TICKET_CUSTOMER, id);
	c.customer = customer_new();
	c.customer->name = g_strdup("Zhou Lin");
	c.customer->email = g_strdup("zhou@example.com");
	a = fixture_do(&f, &f.li, &c);
	fresh = a->ticket->row.customer_id;
	g_assert_cmpint(fresh, !=, f.customer);
	g_assert_cmpstr(a->ticket->row.customer_name, ==, "Zhou Lin");
	g_assert_cmpint(a->ticket->customer->open_tickets, ==, 1);
	g_assert_nonnull(said_in(a->ticket, "customer: Zhou Lin, before: Wang Fang 王芳"));
	g_assert_cmpstr(said_in(a->ticket, "help")->author_name, ==, "Wang Fang 王芳"); /* what was, was */
	answer_free(a);
	/* the profile, from what was read; and the name in the list */
	c = on(CHANGE_CUSTOMER_SAVE, 0);
	c.customer_id = fresh;
	c.if_version = 1;
	c.customer = customer_new();
	c.customer->name = g_strdup("Zhou Lin 周琳");
	c.customer->email = g_strdup("zhou@example.com");
	c.customer->zone = g_strdup("Asia/Shanghai");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpstr(a->customer->zone, ==, "Asia/Shanghai");
	g_assert_cmpint(a->customer->version, >, 1);
	answer_free(a);
	t = fixture_ticket(&f, id);
	g_assert_cmpstr(t->row.customer_name, ==, "Zhou Lin 周琳");
	ticket_free(t);
	c = on(CHANGE_CUSTOMER_SAVE, 0);
	c.customer_id = fresh;
	c.if_version = 1;
	c.customer = customer_new();
	c.customer->name = g_strdup("Somebody");
	refused(&f, &f.min, c, DESK_CONFLICT, "was changed meanwhile");
	c = on(CHANGE_CUSTOMER_SAVE, 0);
	c.customer_id = fresh;
	c.customer = customer_new();
	c.customer->name = g_strdup("Zhou Lin");
	c.customer->zone = g_strdup("Asia/Nowhere");
	refused(&f, &f.min, c, DESK_INVALID, "customer.zone");
	fixture_close(&f);
}

/* ---- steps */
static void checklist__steps_one_by_one_and_a_whole_list__are_ticked_once(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	const struct check_item *item;
	desk_id id, step;

	open_with_words(&f);
	id = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	c = on(CHANGE_CHECK_ADD, id);
	c.name = g_strdup("return");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpuint(a->ticket->checklist->len, ==, 2);
	item = a->ticket->checklist->pdata[1];
	g_assert_cmpstr(item->text, ==, "send a label");
	step = item->id;
	answer_free(a);
	c = on(CHANGE_CHECK, id);
	c.item_id = step;
	c.on = TRUE;
	a = fixture_do(&f, &f.min, &c);
	item = a->ticket->checklist->pdata[1];
	g_assert_true(item->done);
	g_assert_cmpstr(item->by_name, ==, "Wang Min");
	answer_free(a);
	c = on(CHANGE_CHECK, id); /* somebody else ticks it, too */
	c.item_id = step;
	c.on = TRUE;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(((struct check_item *)a->ticket->checklist->pdata[1])->by_id, ==, f.min.person_id);
	answer_free(a);
	c = on(CHANGE_CHECK_REMOVE, id);
	c.item_id = step;
	done(&f, &f.li, c);
	c = on(CHANGE_CHECK, id);
	c.item_id = step;
	refused(&f, &f.li, c, DESK_NOTFOUND, "no such step");
	c = on(CHANGE_CHECK_ADD, id);
	c.name = g_strdup("no-such");
	refused(&f, &f.li, c, DESK_INVALID, "there is no checklist");
	for (int i = 0; i < 99; i++) {
		c = on(CHANGE_CHECK_ADD, id);
		c.text = g_strdup("one more");
		done(&f, &f.li, c);
	}
	c = on(CHANGE_CHECK_ADD, id);
	c.text = g_strdup("too much");
	refused(&f, &f.li, c, DESK_LIMIT, "at most 100");
	fixture_close(&f);
}

/* ---- what a merge takes along */
static gboolean promise_job(struct db_tx *tx, void *arg, GError **error)
{
	const desk_id *id = arg;

	return DB_RUN(db_conn_of(tx), STMT_FACT_INSERT, NULL, NULL, error, DB_I(*id), DB_I(FACT_PROMISED),
	              DB_I(FIXTURE_START), DB_I(0), DB_I(FIXTURE_START + MS_HOUR));
}

static struct change note(desk_id id)
{
	struct change c = on(CHANGE_NOTE, id);

	c.body = g_strdup("he was promised an answer in an hour");
	return c;
}

static struct change coupon(desk_id id, int64_t cents);

static void merge__fields_steps_compensation_promise__go_over(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	desk_id one, two;

	open_with_words(&f);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "help", NULL);
	done(&f, &f.li, field(one, "price", "12"));
	done(&f, &f.li, field(one, "colour", "red"));
	done(&f, &f.li, field(two, "colour", "blue"));
	c = on(CHANGE_CHECK_ADD, one);
	c.name = g_strdup("return");
	done(&f, &f.li, c);
	done(&f, &f.li, coupon(one, 100));
	g_assert_true(db_submit_wait(f.db, promise_job, &one, NULL));
	done(&f, &f.li, note(one));
	t = fixture_ticket(&f, one);
	g_assert_cmpint(fixture_clock(t, CLOCK_PROMISE)->due_ms, ==, FIXTURE_START + MS_HOUR);
	ticket_free(t);
	fixture_pass(MS_MINUTE);
	c = on(CHANGE_MERGE, one);
	c.other_id = two;
	a = fixture_do(&f, &f.li, &c);
	t = a->ticket;
	g_assert_cmpstr(value_of(t, "price"), ==, "12");
	g_assert_cmpstr(value_of(t, "colour"), ==, "Blue"); /* its own stays */
	g_assert_cmpuint(t->checklist->len, ==, 2);
	g_assert_cmpuint(t->compensations->len, ==, 1);
	g_assert_cmpint(fixture_clock(t, CLOCK_PROMISE)->due_ms, ==, FIXTURE_START + MS_HOUR);
	g_assert_cmpint(t->customer->open_tickets, ==, 1);
	g_assert_cmpint(t->customer->past_tickets, ==, 0); /* the merged one isn't a contact of its own */
	answer_free(a);
	c = field(one, "price", "13"); /* from somebody's outbox */
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(a->ticket->row.id, ==, two);
	g_assert_cmpstr(value_of(a->ticket, "price"), ==, "13");
	answer_free(a);
	fixture_close(&f);
}

/* ---- compensation */
static struct change coupon(desk_id id, int64_t cents)
{
	struct change c = on(CHANGE_COMPENSATE, id);

	c.compensation = g_new0(struct compensation, 1);
	c.compensation->kind = COMPENSATION_COUPON;
	c.compensation->amount_cents = cents;
	c.compensation->currency = g_strdup("CNY");
	c.compensation->reason = g_strdup("late");
	return c;
}

static enum decision given(struct fixture *f, const struct actor *who, desk_id id, int64_t cents, desk_id *number)
{
	struct change c = coupon(id, cents);
	struct answer *a = fixture_do(f, who, &c);
	enum decision state = a->compensation->state;

	if (number)
		*number = a->compensation->id;
	answer_free(a);
	return state;
}

static void compensation__limits_of_role_ticket_and_day__above_them_somebody_else_decides(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct query q;
	desk_id one, two, waits;

	open_with_words(&f);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "help", NULL);
	refused(&f, &f.li, coupon(one, 0), DESK_INVALID, "amount_cents");
	c = coupon(one, 100);
	c.compensation->order_number = g_strdup("B-1");
	refused(&f, &f.li, c, DESK_INVALID, "has no order B-1");
	g_assert_cmpint(given(&f, &f.li, one, 4000, NULL), ==, DECISION_APPROVED);
	g_assert_cmpint(given(&f, &f.min, one, 1001, NULL), ==, DECISION_WAITING); /* 50.00 a ticket, by whomever */
	g_assert_cmpint(given(&f, &f.li, two, 4000, NULL), ==, DECISION_APPROVED);
	g_assert_cmpint(given(&f, &f.li, two, 1000, NULL), ==, DECISION_WAITING); /* 80.00 a day */
	g_assert_cmpint(given(&f, &f.sun, two, 100, &waits), ==, DECISION_WAITING); /* no line for the role */
	fixture_pass(2 * MS_DAY);
	g_assert_cmpint(given(&f, &f.li, two, 1000, NULL), ==, DECISION_APPROVED); /* another day */

	c = on(CHANGE_COMPENSATION_DECIDE, 0);
	c.item_id = waits;
	c.approve = TRUE;
	refused(&f, &f.sun, c, DESK_FORBIDDEN, "somebody else must decide");
	query_init(&q, QUERY_COMPENSATIONS);
	a = fixture_ask(&f, &f.sun, &q);
	g_assert_cmpuint(a->compensations->len, ==, 3);
	g_assert_cmpint(((struct compensation *)a->compensations->pdata[0])->id, ==, waits);
	waits = ((struct compensation *)a->compensations->pdata[2])->id; /* Wang Min's */
	answer_free(a);
	query_clear(&q);
	c = on(CHANGE_COMPENSATION_DECIDE, 0);
	c.item_id = waits;
	refused(&f, &f.sun, c, DESK_INVALID, "say why");
	c = on(CHANGE_COMPENSATION_DECIDE, 0);
	c.item_id = waits;
	c.approve = TRUE;
	a = fixture_do(&f, &f.sun, &c);
	g_assert_cmpint(a->compensation->state, ==, DECISION_APPROVED);
	g_assert_cmpstr(a->compensation->decided_name, ==, "Sun Li");
	g_assert_cmpint(a->ticket->row.id, ==, one);
	g_assert_nonnull(said_in(a->ticket, "compensation approved: coupon of 10.01 CNY: late"));
	g_assert_cmpuint(a->ticket->compensations->len, ==, 2);
	answer_free(a);
	c = on(CHANGE_COMPENSATION_DECIDE, 0);
	c.item_id = waits;
	c.approve = TRUE;
	refused(&f, &f.sun, c, DESK_CONFLICT, "has decided already");
	fixture_close(&f);
}

/* ---- writing to others, with files */
struct file {
	desk_id id, by;
	enum scan_state scan;
};

static gboolean file_job(struct db_tx *tx, void *arg, GError **error)
{
	struct file *file = arg;
	struct db_conn *conn = db_conn_of(tx);

	return DB_RUN(conn, STMT_TEST_FILE, fixture_int_fn, &file->id, error, DB_T("lamp.txt"), DB_I(file->scan),
	              DB_I(file->by)) &&
	       DB_RUN(conn, STMT_TEST_FILE_DATA, NULL, NULL, error, DB_I(file->id), DB_B("abc", 3));
}

static GArray *upload(struct fixture *f, const struct actor *who, enum scan_state scan)
{
	struct file file = {.by = who->person_id, .scan = scan};
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));

	g_assert_true(db_submit_wait(f->db, file_job, &file, NULL));
	g_array_append_val(ids, file.id);
	return ids;
}

static void files__of_reply_forward_and_split__go_with_their_message(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	const struct message *m;
	desk_id id, said, file;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	c = on(CHANGE_REPLY, id);
	c.body = g_strdup("see the file");
	c.cc = g_strdup("a@example.com,Chen Jie <c@example.com>");
	c.attachment_ids = upload(&f, &f.li, SCAN_CLEAN);
	file = g_array_index(c.attachment_ids, desk_id, 0);
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpstr(a->message->cc, ==, "a@example.com, Chen Jie <c@example.com>");
	g_assert_cmpstr(((struct attachment *)a->message->attachments->pdata[0])->name, ==, "lamp.txt");
	said = a->message->id;
	m = said_in(a->ticket, "see the file");
	g_assert_cmpint(((struct attachment *)m->attachments->pdata[0])->size, ==, 3);
	answer_free(a);
	c = on(CHANGE_NOTE, id); /* taken already */
	c.body = g_strdup("again");
	c.attachment_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.attachment_ids, file);
	refused(&f, &f.li, c, DESK_INVALID, "was sent with another message");
	c = on(CHANGE_NOTE, id); /* somebody else's */
	c.body = g_strdup("x");
	c.attachment_ids = upload(&f, &f.min, SCAN_CLEAN);
	refused(&f, &f.li, c, DESK_GONE, "you have uploaded no file");
	c = on(CHANGE_NOTE, id);
	c.body = g_strdup("x");
	c.attachment_ids = upload(&f, &f.li, SCAN_INFECTED);
	refused(&f, &f.li, c, DESK_INVALID, "is infected");

	c = on(CHANGE_FORWARD, id);
	c.to = g_strdup("workshop@example.com");
	c.body = g_strdup("Please look.");
	c.message_id = said;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->message->kind, ==, MESSAGE_FORWARD);
	g_assert_true(g_str_has_prefix(a->message->body, "Please look.\n\nLi Wei, "));
	g_assert_nonnull(strstr(a->message->body, "> see the file"));
	g_assert_cmpuint(a->message->attachments->len, ==, 1);
	g_assert_cmpint(((struct attachment *)a->message->attachments->pdata[0])->id, !=, file);
	answer_free(a);
	c = on(CHANGE_SPLIT, id);
	c.text = g_strdup("the file's");
	c.message_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.message_ids, said);
	a = fixture_do(&f, &f.li, &c);
	m = a->ticket->messages->pdata[0];
	g_assert_cmpuint(m->attachments->len, ==, 1);
	g_assert_cmpstr(m->cc, ==, "a@example.com, Chen Jie <c@example.com>");
	answer_free(a);
	fixture_close(&f);
}

static void forward__answers_nothing__quotes_no_note(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	desk_id id, note;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "a", "where is it?", NULL);
	c = on(CHANGE_NOTE, id);
	c.body = g_strdup("he is a bore");
	a = fixture_do(&f, &f.li, &c);
	note = a->message->id;
	answer_free(a);
	c = on(CHANGE_FORWARD, id);
	c.to = g_strdup("a@example.com");
	c.message_id = note;
	refused(&f, &f.li, c, DESK_INVALID, "a note doesn't leave the desk");
	c = on(CHANGE_FORWARD, id);
	c.to = g_strdup("not an address");
	refused(&f, &f.li, c, DESK_INVALID, "isn't a mail address");
	c = on(CHANGE_FORWARD, id);
	c.to = g_strdup("a@example.com");
	a = fixture_do(&f, &f.li, &c);
	g_assert_nonnull(strstr(a->message->body, "> where is it?"));
	g_assert_null(strstr(a->message->body, "bore"));
	answer_free(a);
	t = fixture_ticket(&f, id);
	g_assert_true(t->row.waiting);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_RUNNING);
	ticket_free(t);
	fixture_close(&f);
}

/* ---- the customer's look-up */
static gboolean looks_up(struct fixture *f, desk_id id, const char *secret, struct public_ticket *t)
{
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(f->db, NULL);
	gboolean ok = desk_public_ticket(f->desk, conn, id, secret, t, &error);

	db_read_end(f->db, conn);
	if (!ok)
		g_assert_cmpstr(error->message, ==, "there is no ticket with this number and secret");
	return ok;
}

static char *secret_of(struct fixture *f, desk_id id)
{
	struct query q;
	struct answer *a;
	char *secret;

	query_init(&q, QUERY_SECRET);
	q.ticket_id = id;
	a = fixture_ask(f, &f->li, &q);
	secret = g_strdup(a->secret);
	answer_free(a);
	query_clear(&q);
	return secret;
}

static void secret__right_one__shows_progress_until_it_is_changed(void)
{
	struct fixture f;
	struct public_ticket t;
	desk_id one, two;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "help", NULL);
	g_autofree char *secret = secret_of(&f, one), *other = secret_of(&f, two);
	g_assert_cmpuint(strlen(secret), ==, 19);
	g_assert_cmpstr(secret, !=, other);
	g_assert_true(looks_up(&f, one, secret, &t));
	g_assert_cmpstr(t.subject, ==, "a");
	g_assert_cmpuint(t.steps->len, ==, 1);
	public_ticket_clear(&t);
	g_assert_false(looks_up(&f, two, secret, &t));
	g_assert_false(looks_up(&f, 7777, secret, &t));
	g_assert_false(looks_up(&f, one, NULL, &t));
	g_assert_false(looks_up(&f, one, "", &t));
	g_autofree char *more = g_strconcat(secret, "A", NULL), *small = g_ascii_strdown(secret, -1);
	g_assert_false(looks_up(&f, one, more, &t));
	g_assert_true(looks_up(&f, one, small, &t));
	public_ticket_clear(&t);
	fixture_reopen(&f); /* another life, the same key */
	g_autofree char *again = secret_of(&f, one);
	g_assert_cmpstr(again, ==, secret);
	done(&f, &f.li, on(CHANGE_SECRET_NEW, one));
	g_assert_false(looks_up(&f, one, secret, &t));
	g_autofree char *fresh = secret_of(&f, one);
	struct change c = on(CHANGE_MERGE, one);
	c.other_id = two;
	done(&f, &f.li, c);
	g_assert_true(looks_up(&f, one, fresh, &t)); /* goes on in the other */
	g_assert_cmpint(t.status, ==, STATUS_NEW);
	g_assert_cmpuint(t.steps->len, ==, 2);
	public_ticket_clear(&t);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tickets/field", field__of_each_type__is_checked_and_kept);
	g_test_add_func("/tickets/category", category__listed_ones_only__says_problem_and_group_at_birth);
	g_test_add_func("/tickets/customer", customer__another_one_and_a_new_one__row_follows);
	g_test_add_func("/tickets/checklist", checklist__steps_one_by_one_and_a_whole_list__are_ticked_once);
	g_test_add_func("/tickets/merge", merge__fields_steps_compensation_promise__go_over);
	g_test_add_func("/tickets/compensation",
	                compensation__limits_of_role_ticket_and_day__above_them_somebody_else_decides);
	g_test_add_func("/tickets/files", files__of_reply_forward_and_split__go_with_their_message);
	g_test_add_func("/tickets/forward", forward__answers_nothing__quotes_no_note);
	g_test_add_func("/tickets/secret", secret__right_one__shows_progress_until_it_is_changed);
	return g_test_run();
}
