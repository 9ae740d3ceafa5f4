/* Reading tickets: the row, clocks, tags, the newest messages, the customer. */
#include "server/desk/ladder.h"
#include "server/desk/follow_up.h"

#include <string.h>
#include "base/text.h"

struct load {
	const struct words *words;
	struct ticket *ticket;
	desk_id *newest_customer;
};

static gboolean ticket_fn(const struct db_row *row, void *arg)
{
	struct load *l = arg;

	l->ticket = row_ticket(row, l->words, l->newest_customer);
	return FALSE;
}

struct ticket *ticket_load(struct db_conn *conn, const struct words *w, desk_id id, gboolean lock,
                           desk_id *newest_customer, GError **error)
{
	struct load l = {w, NULL, newest_customer};

	if (!DB_RUN(conn, lock ? STMT_TICKET_LOCK : STMT_TICKET, ticket_fn, &l, error, DB_I(id))) {
		ticket_free(l.ticket);
		return NULL;
	}
	if (!l.ticket)
		desk_fail(error, DESK_NOTFOUND, "there is no ticket #%" G_GINT64_FORMAT, id);
	return l.ticket;
}

/* "75:22500 -600000:600000": the threshold, and how long before the end. */
static void read_warnings(struct ticket_clock *c, const char *text)
{
	char *end = (char *)(uintptr_t)text;

	for (int i = 0; i < CLOCK_WARNINGS && *end; i++) {
		int64_t threshold = g_ascii_strtoll(end, &end, 10);

		if (*end != ':')
			return;
		c->warnings[i] = (struct clock_warning){threshold, c->due_ms - g_ascii_strtoll(end + 1, &end, 10)};
		end += *end == ' ';
	}
}

static void print_warnings(const struct ticket_clock *c, char *to, size_t size)
{
	size_t at = 0;

	*to = '\0';
	for (int i = 0; i < CLOCK_WARNINGS && c->warnings[i].threshold; i++)
		at += (size_t)g_snprintf(to + at, size - at, "%s%" PRId64 ":%" PRId64, i ? " " : "",
		                         c->warnings[i].threshold, c->due_ms - c->warnings[i].at_ms);
}

gboolean ticket_put_clock(struct db_conn *conn, desk_id id, const struct ticket_clock *c, GError **error)
{
	char warnings[CLOCK_WARNINGS * 48];

	print_warnings(c, warnings, sizeof warnings);
	return DB_RUN(conn, STMT_CLOCK_PUT, NULL, NULL, error, DB_I(id), DB_I(c->kind), DB_I(c->state),
	              DB_I(c->started_ms), DB_I(c->target_ms), DB_I(c->due_ms), DB_I(c->left_ms), DB_I(c->warn_ms),
	              DB_I(c->ended_ms), DB_I(c->policy_id), DB_T(warnings));
}

static gboolean clock_row_fn(const struct db_row *row, void *arg)
{
	struct ticket_clock *c = g_new0(struct ticket_clock, 1);

	c->kind = (enum clock_kind)db_int(row, 0);
	c->state = (enum clock_state)db_int(row, 1);
	c->started_ms = db_int(row, 2);
	c->target_ms = db_int(row, 3);
	c->due_ms = db_int(row, 4);
	c->left_ms = db_int(row, 5);
	c->warn_ms = db_int(row, 6);
	c->ended_ms = db_int(row, 7);
	c->policy_id = db_int(row, 8);
	read_warnings(c, db_text(row, 9));
	g_ptr_array_add(arg, c);
	return TRUE;
}

gboolean ticket_load_clocks(struct db_conn *conn, struct ticket *t, int64_t now_ms, GError **error)
{
	g_ptr_array_set_size(t->clocks, 0);
	if (!DB_RUN(conn, STMT_CLOCKS, clock_row_fn, t->clocks, error, DB_I(t->row.id)))
		return FALSE;
	/* Passing its due time is the one thing that happens to a clock without a write. */
	for (guint i = 0; i < t->clocks->len; i++) {
		struct ticket_clock *c = t->clocks->pdata[i];

		if (c->state == CLOCK_STATE_RUNNING && c->due_ms <= now_ms)
			c->state = CLOCK_STATE_BREACHED;
	}
	return TRUE;
}

static gboolean name_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, db_dup(row, 0));
	return TRUE;
}

gboolean ticket_load_tags(struct db_conn *conn, struct ticket *t, GError **error)
{
	g_ptr_array_set_size(t->tags, 0);
	return DB_RUN(conn, STMT_TICKET_TAGS, name_fn, t->tags, error, DB_I(t->row.id));
}

static gboolean message_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, row_message(row));
	return TRUE;
}

/* Newest first as they come, oldest first as they are shown. */
static gboolean read_messages(struct db_conn *conn, desk_id ticket_id, desk_id before, int limit,
                              GPtrArray *list, gboolean *more, GError **error)
{
	int64_t at = INT64_MAX;

	if (before != INT64_MAX && !DB_RUN(conn, STMT_MESSAGE_AT, row_int_fn, &at, error, DB_I(before)))
		return FALSE;
	if (!DB_RUN(conn, STMT_MESSAGES_PAGE, message_fn, list, error, DB_I(ticket_id), DB_I(at), DB_I(before),
	            DB_I(limit + 1)))
		return FALSE;
	*more = list->len > (guint)limit;
	if (*more)
		g_ptr_array_set_size(list, limit);
	for (guint i = 0, j = list->len; i + 1 < j; i++) {
		void *swap = list->pdata[--j];

		list->pdata[j] = list->pdata[i];
		list->pdata[i] = swap;
	}
	return messages_load_attached(conn, ticket_id, list, error);
}

struct message *message_load(struct db_conn *conn, desk_id id, GError **error)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);

	if (!DB_RUN(conn, STMT_MESSAGE, message_fn, one, error, DB_I(id)))
		return NULL;
	if (one->len == 0) {
		desk_fail(error, DESK_NOTFOUND, "there is no message %" G_GINT64_FORMAT, id);
		return NULL;
	}
	if (!messages_load_attached(conn, ((struct message *)one->pdata[0])->ticket_id, one, error))
		return NULL;
	return g_ptr_array_steal_index(one, 0);
}

gboolean ticket_load_messages(struct db_conn *conn, struct ticket *t, GError **error)
{
	g_ptr_array_set_size(t->messages, 0);
	return read_messages(conn, t->row.id, INT64_MAX, TICKET_PAGE, t->messages, &t->more_messages, error);
}

struct ticket *ticket_read(struct db_conn *conn, const struct words *w, desk_id id, int64_t now_ms,
                           GError **error)
{
	struct ticket *t = ticket_load(conn, w, id, FALSE, NULL, error);

	if (!t)
		return NULL;
	if (ticket_load_clocks(conn, t, now_ms, error) && ticket_load_tags(conn, t, error) &&
	    ticket_load_extras(conn, w, t, error) && ladder_load(conn, w, t, error) &&
	    ticket_load_follow_up(conn, w, t, error) &&
	    ticket_load_messages(conn, t, error) &&
	    (t->customer = customer_read(conn, w, t->row.customer_id, error)))
		return t;
	ticket_free(t);
	return NULL;
}

void find_words_init(struct find_words *f, const char *text)
{
	char *p;

	*f = (struct find_words){.folded = text_fold(text ? text : "", -1), .word = {"", "", "", ""}};
	p = f->folded;
	for (size_t i = 0; i < G_N_ELEMENTS(f->word); i++) {
		p += strspn(p, " \t\r\n");
		if (!*p)
			return;
		f->word[i] = p;
		f->any = TRUE;
		p += strcspn(p, " \t\r\n");
		if (*p)
			*p++ = '\0';
	}
}

void find_words_clear(struct find_words *f)
{
	g_clear_pointer(&f->folded, g_free);
}

/* ---- clocks */
const struct calendar *words_calendar(const char *name, void *arg)
{
	const struct words *w = arg;

	for (guint i = 0; name && i < w->calendars->len; i++)
		if (strcmp(calendar_name(w->calendars->pdata[i]), name) == 0)
			return w->calendars->pdata[i];
	return NULL;
}

struct tagging {
	const struct words *words;
	GPtrArray *names; /* borrowed from the words */
};

static gboolean tag_id_fn(const struct db_row *row, void *arg)
{
	struct tagging *t = arg;
	const struct tag *tag = words_tag(t->words, db_int(row, 0));

	if (tag)
		g_ptr_array_add(t->names, tag->name);
	return TRUE;
}

gboolean ticket_case(struct db_conn *conn, const struct words *w, const struct ticket *t, struct clock_case *of,
                     GPtrArray **tags, GError **error)
{
	struct tagging tagging = {w, NULL};

	*tags = NULL;
	*of = (struct clock_case){.channel = t->row.channel, .priority = t->row.priority, .problem = t->problem,
		.after_sales = t->after_sales, .group_id = t->row.group_id};
	if (!w->tagged_policies)
		return TRUE;
	of->tags = *tags = tagging.names = g_ptr_array_new();
	return DB_RUN(conn, STMT_CUSTOMER_TAGS, tag_id_fn, &tagging, error, DB_I(t->row.customer_id));
}

size_t ticket_clock_rules(const struct words *w, const struct ticket *t, desk_id group_id,
                          struct clock_rule rules[CLOCK_COUNT])
{
	const struct clock_case of = {.channel = t->row.channel, .priority = t->row.priority, .problem = t->problem,
		.after_sales = t->after_sales, .group_id = group_id ? group_id : t->row.group_id};

	return clock_rules(w->policies, &of, words_calendar, (void *)w, rules);
}

void ticket_clocks_fold(const struct words *w, const struct clock_case *of, const struct clock_fact *facts, size_t n,
                        int64_t now_ms, GPtrArray *clocks)
{
	struct ticket_rules rules;

	ticket_rules_of(w, of, n ? facts[0].at_ms : now_ms, &rules);
	for (size_t i = 0; i < rules.n; i++) {
		struct ticket_clock clock;

		if (clock_fold(&rules.rule[i], facts, n, now_ms, &clock))
			g_ptr_array_add(clocks, g_memdup2(&clock, sizeof(clock)));
	}
	ticket_rules_clear(&rules);
}

static gboolean fact_fn(const struct db_row *row, void *arg)
{
	struct clock_fact f = {
		.kind = (enum clock_fact_kind)db_int(row, 0),
		.at_ms = db_int(row, 1),
		.status = (enum ticket_status)db_int(row, 2),
		.due_ms = db_int(row, 3),
	};

	if (f.kind == FACT_JUDGED) { /* its clock is kept where others have their status */
		f.clock = (enum clock_kind)f.status;
		f.status = STATUS_NEW;
	}
	g_array_append_val((GArray *)arg, f);
	return TRUE;
}

GArray *ticket_facts(struct db_conn *conn, desk_id id, GError **error)
{
	GArray *facts = g_array_new(FALSE, FALSE, sizeof(struct clock_fact));

	if (DB_RUN(conn, STMT_FACTS, fact_fn, facts, error, DB_I(id)))
		return facts;
	g_array_unref(facts);
	return NULL;
}

void ticket_set_next(struct ticket *t)
{
	const struct ticket_clock *next = NULL;
	g_autofree struct ticket_clock *flat = g_new(struct ticket_clock, t->clocks->len + 1);

	for (guint i = 0; i < t->clocks->len; i++)
		flat[i] = *(const struct ticket_clock *)t->clocks->pdata[i];
	if (status_is_active(t->row.status))
		next = clock_nearest(flat, t->clocks->len);
	t->row.next_due_ms = next ? next->due_ms : QUEUE_NO_DUE;
	t->row.next_warn_ms = next ? next->warn_ms : QUEUE_NO_DUE;
	t->row.next_clock = next ? next->kind : CLOCK_NONE;
}

gboolean desk_clocks(struct desk *d, struct db_conn *conn, desk_id ticket_id, int64_t now_ms,
                     GPtrArray **clocks, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	struct ticket *t = ticket_load(conn, w, ticket_id, FALSE, NULL, error);
	g_autoptr(GArray) facts = t ? ticket_facts(conn, ticket_id, error) : NULL;
	g_autoptr(GPtrArray) tags = NULL;
	struct clock_case of;
	gboolean ok = facts && ticket_case(conn, w, t, &of, &tags, error);

	if (ok) {
		*clocks = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_clock_free);
		ticket_clocks_fold(w, &of, (const struct clock_fact *)(void *)facts->data, facts->len, now_ms, *clocks);
	}
	ticket_free(t);
	return ok;
}

/* QUERY_MESSAGES */
gboolean messages_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error)
{
	int64_t id = 0;

	out->messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	if (!DB_RUN(conn, STMT_TICKET_ROW, row_int_fn, &id, error, DB_I(q->ticket_id)))
		return FALSE;
	if (!id)
		return desk_fail(error, DESK_NOTFOUND, "there is no ticket #%" G_GINT64_FORMAT, q->ticket_id);
	return read_messages(conn, q->ticket_id, q->before_id > 0 ? q->before_id : INT64_MAX,
	                     q->limit > 0 ? MIN(q->limit, 200) : TICKET_PAGE, out->messages, &out->more, error);
}
