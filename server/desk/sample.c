/* Waking a sample desk, and generated tickets for measuring. */
#include "server/desk/sample.h"

#include <string.h>
#include "server/desk/routing_desk.h"
#include "server/desk/message_text.h"

#define ASLEEP_MS (3 * MS_MINUTE)
#define WAKE_MAX_TICKETS 20000
#define BULK_BATCH 1000
#define BULK_CUSTOMERS 5000

/* ---- waking */
static gboolean shift_job(struct db_tx *tx, void *arg, GError **error)
{
	static const enum db_stmt shifts[] = {STMT_SHIFT_MESSAGES, STMT_SHIFT_FACTS, STMT_SHIFT_CLOCKS,
	                                      STMT_SHIFT_CUSTOMERS, STMT_SHIFT_ORDERS, STMT_SHIFT_TAGS,
	                                      STMT_SHIFT_RATINGS, STMT_SHIFT_FOLLOW_UPS, STMT_SHIFT_FOLLOW_PLACES,
	                                      STMT_SHIFT_RUNGS, STMT_SHIFT_STEPS};
	struct event e = {.kind = EVENT_RELOAD, .change = (char *)"woken"};
	int64_t by = *(const int64_t *)arg;

	if (!DB_RUN(db_conn_of(tx), STMT_SHIFT_TICKETS, NULL, NULL, error, DB_I(by), DB_I(QUEUE_NO_DUE)))
		return FALSE;
	for (size_t i = 0; i < G_N_ELEMENTS(shifts); i++)
		if (!DB_RUN(db_conn_of(tx), shifts[i], NULL, NULL, error, DB_I(by)))
			return FALSE;
	return db_tx_event(tx, &e, error);
}

gboolean sample_wake(struct desk *d, GError **error)
{
	struct db_conn *conn = db_read_begin(d->db, error);
	int64_t awake = 0, active = 0, asleep;
	gboolean ok = conn && db_run(conn, STMT_LIVE_AWAKE, NULL, 0, row_int_fn, &awake, error) &&
	              db_run(conn, STMT_TICKET_ACTIVE_COUNT, NULL, 0, row_int_fn, &active, error);

	if (conn)
		db_read_end(d->db, conn);
	asleep = clock_wall_ms() - awake;
	if (!ok || !awake || asleep < ASLEEP_MS || active > WAKE_MAX_TICKETS)
		return ok;
	return db_submit_wait(d->db, shift_job, &asleep, error);
}

/* ---- generated tickets */
static const char *const things_en[] = {"headphones", "phone", "air purifier", "watch", "tablet", "speaker", "lamp",
                                        "charger", "router", "kettle"};
static const char *const troubles_en[] = {"won't switch on", "arrived damaged", "refund not received",
                                          "can't sign in", "battery drains too fast", "invoice is missing",
                                          "where is my parcel", "doesn't pair", "exchange for another colour",
                                          "wrong size delivered"};
static const char *const things_zh[] = {"耳机", "手机", "空气净化器", "手表", "平板", "音箱", "台灯", "充电器", "路由器",
                                        "水壶"};
static const char *const troubles_zh[] = {"开不了机", "收到时已破损", "退款没有到账", "登录不上", "耗电太快",
                                          "没有发票", "快递一直没到", "连接不上", "想换一个颜色", "发错了尺寸"};
static const char *const names_en[] = {"Moreau", "Okafor", "Lindqvist", "Silva", "Novak", "Haddad", "Brown", "Rossi"};
static const char *const first_en[] = {"Anna", "James", "Maria", "Peter", "Ruth", "Omar", "Elena", "Tom"};
static const char *const names_zh[] = {"王", "李", "张", "陈", "刘", "赵", "周", "吴"};
static const char *const first_zh[] = {"芳", "伟", "敏", "静", "磊", "晓", "娜", "洋"};

#define PICK(list, n) ((list)[(n) % G_N_ELEMENTS(list)])

struct bulk {
	struct desk *desk;
	struct words *words;
	GArray *customers; /* desk_id, in order of number */
	int from, to;      /* tickets of this job */
};

static char *bulk_name(unsigned i)
{
	if (i % 4 == 3)
		return g_strconcat(PICK(names_zh, i / 4), PICK(first_zh, i / 32), NULL);
	return g_strdup_printf("%s %s", PICK(first_en, i), PICK(names_en, i / 8));
}

static gboolean customers_job(struct db_tx *tx, void *arg, GError **error)
{
	struct bulk *b = arg;

	g_array_set_size(b->customers, 0);
	for (int i = 0; i < b->to; i++) {
		g_autofree char *name = bulk_name((unsigned)i);
		struct customer c = {.name = name, .language = (char *)(i % 4 == 3 ? "zh" : "en"),
		                     .registered_ms = db_tx_now(tx) - 30 * MS_DAY, .last_contact_ms = db_tx_now(tx)};
		desk_id id = customer_insert(db_conn_of(tx), &c, error);

		if (!id)
			return FALSE;
		g_array_append_val(b->customers, id);
	}
	return TRUE;
}

/* Half are answered and due within the day; half wait for the customer with a promise days away. What was
 * claimed has its promise, too, or it would be late for escalation at once. */
static size_t bulk_facts(const struct ticket *t, int i, struct clock_fact facts[6])
{
	int64_t at = t->row.created_ms;
	size_t n = 0;

	facts[n++] = (struct clock_fact){.kind = FACT_CREATED, .at_ms = at};
	facts[n++] = (struct clock_fact){.kind = FACT_CUSTOMER_MESSAGE, .at_ms = at};
	if (t->row.assignee_id)
		facts[n++] = (struct clock_fact){.kind = FACT_CLAIMED, .at_ms = at + MS_MINUTE};
	facts[n++] = (struct clock_fact){.kind = FACT_PUBLIC_REPLY, .at_ms = at + 2 * MS_MINUTE};
	facts[n++] = (struct clock_fact){.kind = FACT_STATUS, .at_ms = at + 2 * MS_MINUTE, .status = t->row.status};
	if (t->row.status == STATUS_PENDING_CUSTOMER || t->row.assignee_id)
		facts[n++] = (struct clock_fact){.kind = FACT_PROMISED, .at_ms = at + 2 * MS_MINUTE,
		                                 .due_ms = at + MS_DAY + (i % 9973) * 80 * MS_SECOND};
	return n;
}

static struct ticket *bulk_ticket(const struct bulk *b, int i, int64_t now)
{
	const struct group *g = b->words->groups->pdata[(guint)(i / 7) % b->words->groups->len];
	const struct person *p = b->words->people->len ? b->words->people->pdata[(guint)i % b->words->people->len] : NULL;
	gboolean zh = i % 4 == 3;
	guint customer = (guint)i % b->customers->len;
	struct ticket *t = ticket_new();

	if (zh)
		t->row.subject = g_strdup_printf("%s%s", PICK(things_zh, (guint)i / 3), PICK(troubles_zh, (guint)i / 30));
	else
		t->row.subject = g_strdup_printf("%s: %s", PICK(things_en, (guint)i / 3), PICK(troubles_en, (guint)i / 30));
	t->row.status = i % 2 ? STATUS_OPEN : STATUS_PENDING_CUSTOMER;
	t->row.priority = i % 17 == 0 ? PRIORITY_URGENT : i % 5 == 0 ? PRIORITY_IMPORTANT : PRIORITY_NORMAL;
	t->row.channel = i % 3 ? CHANNEL_EMAIL : CHANNEL_WEB;
	t->row.group_id = g->id;
	t->row.assignee_id = p && i % 3 == 0 ? p->id : 0;
	t->row.customer_id = g_array_index(b->customers, desk_id, customer);
	t->row.customer_name = bulk_name(customer);
	/* At least eight hours of a day's clock are left. */
	t->row.created_ms = now - MS_HOUR - (i % 7919) * 6 * MS_SECOND;
	t->row.updated_ms = t->row.created_ms + 2 * MS_MINUTE;
	t->row.tier = g->tier == 1 ? 1 : 2;
	t->problem = PROBLEM_COMPLEX;
	t->category = g_strdup(zh ? "technical/device" : "order/delivery");
	return t;
}

static gboolean bulk_story(struct work *w, int i, const struct clock_fact *facts, size_t n, GError **error)
{
	const struct ticket *t = w->ticket;
	gboolean zh = i % 4 == 3;
	desk_id id = t->row.id, message = 0;
	const char *ask, *answer;

	for (size_t k = 0; k < n; k++)
		if (!DB_RUN(w->conn, STMT_FACT_INSERT, NULL, NULL, error, DB_I(id), DB_I(facts[k].kind),
		            DB_I(facts[k].at_ms), DB_I(facts[k].status), DB_I(facts[k].due_ms)))
			return FALSE;
	for (guint k = 0; k < t->clocks->len; k++)
		if (!ticket_put_clock(w->conn, id, t->clocks->pdata[k], error))
			return FALSE;
	ask = zh ? "你好，麻烦帮我看看，谢谢。" : "Hello, please have a look at this. Thank you.";
	answer = zh ? "收到，我们正在核实，稍后回复您。" : "Thank you for writing, we are looking into it.";
	return DB_RUN(w->conn, STMT_MESSAGE_INSERT, row_int_fn, &message, error, DB_I(id), DB_I(MESSAGE_CUSTOMER), DB_I(0),
	              DB_I(0), DB_T(t->row.customer_name), DB_T(ask), DB_I(t->row.created_ms), DB_I(0), DB_T(NULL)) &&
	       message_text_add(w->desk, w->conn, id, message, MESSAGE_CUSTOMER, ask, error) &&
	       DB_RUN(w->conn, STMT_MESSAGE_INSERT, row_int_fn, &message, error, DB_I(id), DB_I(MESSAGE_REPLY), DB_I(0),
	              DB_I(t->row.assignee_id), DB_T(words_person_name(w->words, t->row.assignee_id)), DB_T(answer),
	              DB_I(t->row.updated_ms), DB_I(0), DB_T(NULL)) &&
	       message_text_add(w->desk, w->conn, id, message, MESSAGE_REPLY, answer, error);
}

static gboolean bulk_one(const struct bulk *b, struct db_tx *tx, int i, GError **error)
{
	struct ticket *t = bulk_ticket(b, i, db_tx_now(tx));
	struct work w = {.desk = b->desk, .tx = tx, .conn = db_conn_of(tx), .words = b->words, .now = db_tx_now(tx)};
	struct clock_fact facts[6];
	size_t n = bulk_facts(t, i, facts);
	const struct clock_case of = {.channel = t->row.channel, .priority = t->row.priority, .problem = t->problem,
		.after_sales = t->after_sales, .group_id = t->row.group_id};
	gboolean ok;

	ticket_clocks_fold(b->words, &of, facts, n, w.now, t->clocks); /* nobody made up here has a tag */
	ok = work_insert(&w, t, error);
	ticket_set_next(t);
	ok = ok && DB_RUN(w.conn, STMT_BULK_NEXT, NULL, NULL, error, DB_I(t->row.id), DB_I(t->row.next_due_ms),
	                  DB_I(t->row.next_warn_ms), DB_I(t->row.next_clock), DB_T(""), DB_I(alarm_next(t, w.now))) &&
	     message_text_head(b->desk, w.conn, t, TRUE, error) &&
	     DB_RUN(w.conn, STMT_QUEUE_COUNT_ADD, NULL, NULL, error, DB_I(1), DB_I(t->row.group_id),
	            DB_I(t->row.assignee_id), DB_I(1)) &&
	     bulk_story(&w, i, facts, n, error);
	ticket_free(t);
	return ok;
}

static gboolean bulk_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct bulk *b = arg;

	for (int i = b->from; i < b->to; i++)
		if (!bulk_one(b, tx, i, error))
			return FALSE;
	return TRUE;
}

static gboolean reload_job(struct db_tx *tx, void *arg, GError **error)
{
	struct event e = {.kind = EVENT_RELOAD, .change = (char *)"import"};

	(void)arg;
	return agent_loads_recount(db_conn_of(tx), error) && db_tx_event(tx, &e, error);
}

gboolean sample_bulk(struct desk *d, int n, GError **error)
{
	g_autoptr(words_auto) words = desk_words(d);
	g_autoptr(GArray) customers = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct bulk b = {.desk = d, .words = words, .customers = customers};
	gboolean ok;

	if (n <= 0)
		return TRUE;
	if (!words->groups->len)
		return desk_fail(error, DESK_INVALID, "the desk has no group yet: seed it first");
	b.to = CLAMP(n / 10, 1, BULK_CUSTOMERS);
	ok = db_submit_wait(d->db, customers_job, &b, error);
	for (int i = 0; ok && i < n; i += BULK_BATCH) {
		b.from = i;
		b.to = MIN(n, i + BULK_BATCH);
		ok = db_submit_wait(d->db, bulk_job, &b, error);
	}
	return ok && db_submit_wait(d->db, reload_job, NULL, error);
}
