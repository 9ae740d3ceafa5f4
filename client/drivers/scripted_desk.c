/* The scripted driver's desk: rows, messages and a numbered log, all in memory. */
#include "client/drivers/scripted.h"

#include <string.h>

#define ME 7
#define FIRST_ID 1001
#define FIRST_DUE_MS INT64_C(1800000000000)
#define MESSAGES_A_PAGE 20

struct scripted_desk {
	GPtrArray *rows;       /* struct ticket_row, by id */
	GHashTable *messages;  /* desk_id in GINT -> GPtrArray of struct message */
	GHashTable *done;      /* once_key -> ticket id */
	GPtrArray *log;
	desk_id last_message;
	struct scripted_ladders *ladders;
};

static void free_row(gpointer row)
{
	ticket_row_free(row);
}

static void free_message(gpointer m)
{
	message_free(m);
}

desk_id scripted_desk_me(void)
{
	return ME;
}

struct scripted_desk *scripted_desk_new(unsigned tickets)
{
	struct scripted_desk *d = g_new0(struct scripted_desk, 1);
	d->ladders = scripted_ladders_new();
	d->rows = g_ptr_array_new_with_free_func(free_row);
	d->messages = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	d->done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	d->log = g_ptr_array_new_with_free_func(g_free);
	d->last_message = 500;
	for (unsigned i = 0; i < tickets; i++) {
		struct ticket_row *row = g_new0(struct ticket_row, 1);
		row->id = FIRST_ID + i;
		row->version = 1;
		row->subject = g_strdup_printf("ticket number %u", i);
		row->status = STATUS_OPEN;
		row->group_id = 1;
		row->group_name = g_strdup("front");
		row->customer_id = 100 + i % 40;
		row->customer_name = g_strdup_printf("Customer %u", i % 40);
		row->next_due_ms = FIRST_DUE_MS + (int64_t)i * 1000;
		row->next_clock = CLOCK_FIRST_RESPONSE;
		row->waiting = TRUE;
		row->tier = 1;
		g_ptr_array_add(d->rows, row);
	}
	return d;
}

void scripted_desk_free(struct scripted_desk *d)
{
	if (!d)
		return;
	g_ptr_array_unref(d->rows);
	g_hash_table_unref(d->messages);
	g_hash_table_unref(d->done);
	g_ptr_array_unref(d->log);
	scripted_ladders_free(d->ladders);
	g_free(d);
}

struct ticket_row *scripted_desk_row(struct scripted_desk *d, desk_id id)
{
	for (guint i = 0; i < d->rows->len; i++)
		if (((struct ticket_row *)d->rows->pdata[i])->id == id)
			return d->rows->pdata[i];
	return NULL;
}

const GPtrArray *scripted_desk_log(const struct scripted_desk *d)
{
	return d->log;
}

static GPtrArray *messages_of(struct scripted_desk *d, desk_id id)
{
	GPtrArray *list = g_hash_table_lookup(d->messages, &id);
	if (!list) {
		list = g_ptr_array_new_with_free_func(free_message);
		g_hash_table_insert(d->messages, g_memdup2(&id, sizeof(id)), list);
	}
	return list;
}

static struct message *copy_message(const struct message *from)
{
	struct message *to = g_memdup2(from, sizeof(*from));
	to->author_name = g_strdup(from->author_name);
	to->body = g_strdup(from->body);
	to->once_key = g_strdup(from->once_key);
	return to;
}

static struct message *add_message(struct scripted_desk *d, desk_id ticket_id, enum message_kind kind,
                                   const char *body, const char *once_key)
{
	struct message *m = g_new0(struct message, 1);
	m->id = ++d->last_message;
	m->ticket_id = ticket_id;
	m->kind = kind;
	m->author_id = kind == MESSAGE_CUSTOMER ? 0 : ME;
	m->author_name = g_strdup(kind == MESSAGE_CUSTOMER ? "Customer" : "Li Wei");
	m->body = g_strdup(body ? body : "");
	m->at_ms = FIRST_DUE_MS;
	m->once_key = g_strdup(once_key);
	g_ptr_array_add(messages_of(d, ticket_id), m);
	return m;
}

void scripted_desk_tell(struct scripted_desk *d, struct event *e)
{
	GString *json = g_string_new(NULL);
	e->seq = d->log->len + 1;
	e->at_ms = FIRST_DUE_MS;
	event_to_json(json, e);
	g_ptr_array_add(d->log, g_string_free(json, FALSE));
}

static void log_change(struct scripted_desk *d, const char *change, desk_id person_id, struct ticket_row *row,
                       struct message *message)
{
	struct event e = {.kind = EVENT_TICKET,
	                  .change = (char *)change,
	                  .person_id = person_id,
	                  .ticket_id = row->id,
	                  .row = row,
	                  .message = message};
	scripted_desk_tell(d, &e);
}

void scripted_desk_touched(struct scripted_desk *d, struct ticket_row *row, const char *body)
{
	row->version++;
	struct message *m = body ? add_message(d, row->id, MESSAGE_CUSTOMER, body, NULL) : NULL;
	log_change(d, body ? "customer-writes" : "status", 0, row, m);
}

/* ---- reads */

static struct person *new_me(void)
{
	struct person *me = person_new();
	desk_id group = 1;
	me->id = ME;
	me->name = g_strdup("li.wei");
	me->display = g_strdup("Li Wei");
	me->role = ROLE_AGENT;
	me->locale = g_strdup("en");
	me->active = TRUE;
	g_array_append_val(me->groups, group);
	return me;
}

static struct session *read_session(const struct scripted_desk *d)
{
	static const char *const groups[] = {"front", "tech"};
	struct session *s = g_new0(struct session, 1);
	s->me = new_me();
	s->groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	s->people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	s->tags = g_ptr_array_new_with_free_func((GDestroyNotify)tag_free);
	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
		struct group *g = g_new0(struct group, 1);
		g->id = (desk_id)i + 1;
		g->name = g_strdup(groups[i]);
		g->title = g_strdup(groups[i]);
		g->tier = (int)i + 1;
		g_ptr_array_add(s->groups, g);
	}
	g_ptr_array_add(s->people, new_me());
	s->desk_name = g_strdup("scripted");
	s->server_version = g_strdup(DESK_VERSION);
	s->zone = g_strdup("UTC");
	s->seq = d->log->len;
	return s;
}

static gboolean listed(const struct query *q, const struct ticket_row *row)
{
	gboolean active = status_is_active(row->status);
	const char *view = q->view ? q->view : "mine";
	if (q->text && !strstr(row->subject, q->text))
		return FALSE;
	if (strcmp(view, "every") == 0)
		return !q->group_id || row->group_id == q->group_id;
	if (strcmp(view, "assigned") == 0)
		return active && row->assignee_id == ME;
	if (strcmp(view, "all") == 0)
		return active && (!q->group_id || row->group_id == q->group_id);
	if (row->group_id != (q->group_id ? q->group_id : 1))
		return FALSE;
	if (strcmp(view, "done") == 0)
		return !active;
	return active && (strcmp(view, "unassigned") != 0 || !row->assignee_id);
}

static int by_number(gconstpointer a, gconstpointer b)
{
	const struct ticket_row *x = *(struct ticket_row *const *)a, *y = *(struct ticket_row *const *)b;
	return x->id > y->id ? -1 : x->id < y->id;
}

static int by_key(gconstpointer a, gconstpointer b)
{
	const struct ticket_row *x = *(struct ticket_row *const *)a, *y = *(struct ticket_row *const *)b;
	if (x->next_due_ms != y->next_due_ms)
		return x->next_due_ms < y->next_due_ms ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static char *cursor_of(const struct ticket_row *row)
{
	return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, row->next_due_ms, row->id);
}

/* Index of the first row behind the cursor. */
static guint cursor_place(GPtrArray *rows, const char *cursor, GCompareFunc by)
{
	char *rest = NULL;
	struct ticket_row key = {.next_due_ms = g_ascii_strtoll(cursor, &rest, 10)};
	struct ticket_row *k = &key;
	guint i = 0;
	key.id = g_ascii_strtoll(rest + 1, NULL, 10);
	while (i < rows->len && by(&rows->pdata[i], &k) <= 0)
		i++;
	return i;
}

static void page_range(const struct query *q, GPtrArray *rows, GCompareFunc by, guint limit, guint *from, guint *to)
{
	guint at = 0;
	if (q->anchor == PAGE_AFTER) {
		at = cursor_place(rows, q->cursor, by);
	} else if (q->anchor == PAGE_BEFORE) {
		guint end = cursor_place(rows, q->cursor, by);
		end -= end > 0; /* the cursor's own row is not wanted */
		*to = end;
		*from = end > limit ? end - limit : 0;
		return;
	} else if (q->anchor == PAGE_LAST) {
		at = rows->len > limit ? rows->len - limit : 0;
	} else if (q->anchor == PAGE_AROUND) {
		while (at < rows->len && ((struct ticket_row *)rows->pdata[at])->id != q->ticket_id)
			at++;
		at = at > limit / 2 ? at - limit / 2 : 0;
	}
	*from = MIN(at, rows->len);
	*to = MIN(*from + limit, rows->len);
}

static struct queue_page *read_queue(struct scripted_desk *d, const struct query *q)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new();
	struct queue_page *page = g_new0(struct queue_page, 1);
	GCompareFunc by = g_strcmp0(q->order, "newest") == 0 ? by_number : by_key;
	guint from, to;
	for (guint i = 0; i < d->rows->len; i++)
		if (listed(q, d->rows->pdata[i]))
			g_ptr_array_add(rows, d->rows->pdata[i]);
	g_ptr_array_sort(rows, by);
	page_range(q, rows, by, q->limit ? (guint)q->limit : 50, &from, &to);
	page->rows = g_ptr_array_new_with_free_func(free_row);
	for (guint i = from; i < to; i++) {
		struct ticket_row *copy = g_new0(struct ticket_row, 1);
		ticket_row_copy(copy, rows->pdata[i]);
		g_ptr_array_add(page->rows, copy);
	}
	if (from > 0 && to > from)
		page->before = cursor_of(rows->pdata[from]);
	if (to < rows->len && to > from)
		page->after = cursor_of(rows->pdata[to - 1]);
	page->offset = from;
	page->total = rows->len;
	page->total_exact = TRUE;
	page->seq = d->log->len;
	return page;
}

static struct ticket *read_ticket(struct scripted_desk *d, desk_id id)
{
	struct ticket *t = ticket_new();
	GPtrArray *all = messages_of(d, id);
	guint from = all->len > MESSAGES_A_PAGE ? all->len - MESSAGES_A_PAGE : 0;
	ticket_row_copy(&t->row, scripted_desk_row(d, id));
	for (guint i = from; i < all->len; i++)
		g_ptr_array_add(t->messages, copy_message(all->pdata[i]));
	t->more_messages = from > 0;
	t->ladder = scripted_ladders_read(d->ladders, id);
	t->customer = customer_new();
	t->customer->id = t->row.customer_id;
	t->customer->name = g_strdup(t->row.customer_name);
	return t;
}

static GPtrArray *read_older(struct scripted_desk *d, const struct query *q, gboolean *more)
{
	GPtrArray *all = messages_of(d, q->ticket_id), *page = g_ptr_array_new_with_free_func(free_message);
	guint to = 0;
	while (to < all->len && ((struct message *)all->pdata[to])->id < q->before_id)
		to++;
	guint from = to > MESSAGES_A_PAGE ? to - MESSAGES_A_PAGE : 0;
	for (guint i = from; i < to; i++)
		g_ptr_array_add(page, copy_message(all->pdata[i]));
	*more = from > 0;
	return page;
}

struct answer *scripted_desk_read(struct scripted_desk *d, const struct query *q, GError **error)
{
	struct answer *a = g_new0(struct answer, 1);
	a->kind = q->kind;
	if ((q->kind == QUERY_TICKET || q->kind == QUERY_MESSAGES ||
	     (q->kind == QUERY_QUEUE && q->anchor == PAGE_AROUND)) &&
	    !scripted_desk_row(d, q->ticket_id)) {
		desk_fail(error, DESK_NOTFOUND, "there is no ticket #%" G_GINT64_FORMAT, q->ticket_id);
		g_clear_pointer(&a, answer_free);
		return NULL;
	}
	switch (q->kind) {
	case QUERY_SESSION:
		a->session = read_session(d);
		break;
	case QUERY_QUEUE:
		a->page = read_queue(d, q);
		break;
	case QUERY_TICKET:
		a->ticket = read_ticket(d, q->ticket_id);
		break;
	case QUERY_MESSAGES:
		a->messages = read_older(d, q, &a->more);
		break;
	case QUERY_TEMPLATES:
		a->templates = g_ptr_array_new_with_free_func((GDestroyNotify)template_free);
		break;
	case QUERY_KNOWLEDGE:
		a->hits = g_ptr_array_new_with_free_func((GDestroyNotify)article_hit_free);
		break;
	case QUERY_CUSTOMERS:
		a->customers = g_ptr_array_new_with_free_func((GDestroyNotify)customer_free);
		break;
	default:
		desk_fail(error, DESK_NOTFOUND, "the scripted desk has none of these");
		g_clear_pointer(&a, answer_free);
		break;
	}
	return a;
}

/* ---- writes */

static void set_assignee(struct ticket_row *row, desk_id id)
{
	row->assignee_id = id;
	g_free(row->assignee_name);
	row->assignee_name = g_strdup(id == ME ? "Li Wei" : id ? "Somebody" : NULL);
}

static struct message *apply(struct scripted_desk *d, const struct change *c, struct ticket_row *row)
{
	switch (c->kind) {
	case CHANGE_REPLY:
		row->waiting = FALSE;
		return add_message(d, row->id, MESSAGE_REPLY, c->body, c->once_key);
	case CHANGE_NOTE:
		return add_message(d, row->id, MESSAGE_NOTE, c->body, c->once_key);
	case CHANGE_CLAIM:
	case CHANGE_CLAIM_NEXT:
		set_assignee(row, ME);
		break;
	case CHANGE_RELEASE:
		set_assignee(row, 0);
		break;
	case CHANGE_ASSIGN:
		set_assignee(row, c->person_id);
		if (c->group_id)
			row->group_id = c->group_id;
		break;
	case CHANGE_ESCALATE:
		row->group_id = c->group_id;
		row->tier = 2;
		set_assignee(row, 0);
		break;
	case CHANGE_STATUS:
		row->status = c->status;
		if (!status_is_active(c->status))
			row->next_due_ms = QUEUE_NO_DUE;
		break;
	case CHANGE_PRIORITY:
		row->priority = c->priority;
		break;
	case CHANGE_SUBJECT:
		g_free(row->subject);
		row->subject = g_strdup(c->text);
		break;
	default:
		break;
	}
	return NULL;
}

/* The ticket a write is about; CLAIM_NEXT finds the nearest deadline. */
static struct ticket_row *row_of(struct scripted_desk *d, const struct change *c)
{
	struct ticket_row *best = NULL;
	if (c->kind != CHANGE_CLAIM_NEXT)
		return scripted_desk_row(d, c->ticket_id);
	for (guint i = 0; i < d->rows->len; i++) {
		struct ticket_row *row = d->rows->pdata[i];
		if (status_is_active(row->status) && !row->assignee_id && row->group_id == 1 &&
		    (!best || by_key(&row, &best) < 0))
			best = row;
	}
	return best;
}

static struct answer *answer_for(struct scripted_desk *d, desk_id ticket_id)
{
	struct answer *a = g_new0(struct answer, 1);
	a->ticket = read_ticket(d, ticket_id);
	a->seq = d->log->len;
	return a;
}

struct answer *scripted_desk_write(struct scripted_desk *d, const struct change *c, GError **error,
                                   const struct ticket_row **conflict)
{
	const desk_id *done = g_hash_table_lookup(d->done, c->once_key);
	if (done)
		return answer_for(d, *done);
	struct ticket_row *row = row_of(d, c);
	if (!row) {
		desk_fail(error, DESK_NOTFOUND, "there is no such ticket");
		return NULL;
	}
	if (c->if_version >= 0 && c->if_version != row->version) {
		*conflict = row;
		desk_fail(error, DESK_CONFLICT, "the ticket was changed by somebody else");
		return NULL;
	}
	if (c->item_id && !scripted_ladders_write(d->ladders, c, row->created_ms)) {
		desk_fail(error, DESK_NOTFOUND, "there is no such rung");
		return NULL;
	}
	struct message *m = apply(d, c, row);
	if (!c->item_id && (c->kind == CHANGE_ESCALATE || c->kind == CHANGE_CONSULT || c->kind == CHANGE_TRANSFER))
		scripted_ladders_write(d->ladders, c, row->created_ms);
	row->version++;
	g_hash_table_insert(d->done, g_strdup(c->once_key), &row->id);
	log_change(d, change_name(c->kind), ME, row, m);
	struct answer *a = answer_for(d, row->id);
	a->message = m ? copy_message(m) : NULL;
	return a;
}
