/* Every kind of write through the outbox, over a line and a server that die before, during and after it:
 * it is done exactly once, and done it is. */
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#include "client/store.h"
#include "driver_lab.h"
#include "outbox_relay.h"

static const char *const cut_names[CUT_COUNT] = {"undisturbed", "cut before", "cut during", "cut after",
                                                 "server killed during", "server killed after", "workstation dies"};

struct bench {
	struct lab lab;           /* its backend goes straight to the server */
	struct backend *agent;    /* another person, straight too */
	struct relay *relay;
	char *relay_path, *relay_address, *dir;
	struct backend *b;        /* the workstation's, through the relay */
	struct store *s;
	gint killed;              /* the server is dead and wants a successor */
	int ended;
	int code;                 /* of the last write that ended; DESK_CODE_COUNT: well */
	struct session *session;
	desk_id group, other_group, person, customer, other_customer;
	unsigned made;
};

/* ---- straight to the server */

struct asked {
	gboolean done;
	struct answer *answer;
	int code;
	char *why;
};

static void answered(struct answer *answer, const GError *error, const struct ticket *conflict, void *arg)
{
	struct asked *a = arg;
	(void)conflict;
	a->done = TRUE;
	a->answer = answer;
	a->code = error ? (int)desk_error_code(error) : DESK_CODE_COUNT;
	a->why = g_strdup(error ? error->message : NULL);
}

/* The line to it may just have died: asked until it answers. */
static struct answer *ask(struct bench *t, const struct query *q)
{
	for (int tries = 0; tries < 100; tries++) {
		struct asked a = {0};
		backend_read(t->lab.b, q, answered, &a);
		wait_until(a.done);
		g_free(a.why);
		if (a.answer)
			return a.answer;
		g_assert_true(a.code == DESK_NET || a.code == DESK_BUSY || a.code == DESK_TIMEOUT);
	}
	g_assert_not_reached();
}

static struct answer *ask_about(struct bench *t, enum query_kind kind, desk_id id)
{
	struct query q;
	query_init(&q, kind);
	q.ticket_id = q.customer_id = q.article_id = id;
	if (kind == QUERY_QUEUE) {
		q.ticket_id = 0;
		q.view = g_strdup(id ? "assigned" : "every");
		q.limit = 1;
	}
	struct answer *a = ask(t, &q);
	query_clear(&q);
	return a;
}

static struct answer *do_as(struct backend *b, struct change *c)
{
	struct asked a = {0};
	for (int tries = 0; tries < 100 && !a.answer; tries++) {
		a = (struct asked){0};
		backend_write(b, c, answered, &a);
		wait_until(a.done);
		if (!a.answer && a.code != DESK_NET && a.code != DESK_UNCERTAIN)
			g_error("%s: %s", change_name(c->kind), a.why);
		g_free(a.why);
	}
	change_clear(c);
	g_assert_nonnull(a.answer);
	return a.answer;
}

static desk_id new_ticket(struct bench *t)
{
	struct change c;
	change_init(&c, CHANGE_TICKET_NEW);
	c.text = g_strdup_printf("trouble %u", ++t->made);
	c.body = g_strdup("it doesn't work");
	c.channel = CHANNEL_WEB;
	c.group_id = t->group;
	c.customer_id = t->customer;
	struct answer *a = do_as(t->lab.b, &c);
	desk_id id = a->ticket->row.id;
	answer_free(a);
	return id;
}

/* ---- what there is to count; the difference an undisturbed write makes is what any must make */
#define COUNTS 9

static void count(struct bench *t, desk_id ticket_id, desk_id article_id, int64_t n[COUNTS])
{
	struct answer *a = ask_about(t, QUERY_TICKET, ticket_id);
	memset(n, 0, COUNTS * sizeof(*n));
	n[0] = a->ticket->row.version;
	n[1] = a->ticket->messages->len;
	for (guint i = 0; i < a->ticket->messages->len; i++)
		n[2] += ((const struct message *)a->ticket->messages->pdata[i])->delivery == DELIVERY_WAITING;
	answer_free(a);
	a = ask_about(t, QUERY_CUSTOMER, t->customer);
	n[3] = a->customer->version;
	n[4] = a->customer->tags->len;
	answer_free(a);
	a = ask_about(t, QUERY_QUEUE, 0);
	n[5] = a->page->total;
	answer_free(a);
	a = ask_about(t, QUERY_VIEWS, 0);
	n[6] = a->views->len;
	answer_free(a);
	if (article_id) {
		a = ask_about(t, QUERY_ARTICLE, article_id);
		n[7] = a->article->version * 1000 + a->article->used;
		answer_free(a);
	}
	a = ask_about(t, QUERY_QUEUE, 1);
	n[8] = a->page->total;
	answer_free(a);
}

/* ---- a write of each kind that can be done, and what must be there before */

static desk_id a_customer_tag(const struct bench *t, const char **name)
{
	for (guint i = 0; i < t->session->tags->len; i++) {
		const struct tag *tag = t->session->tags->pdata[i];
		if (tag->on_customer) {
			*name = tag->name;
			return tag->id;
		}
	}
	g_assert_not_reached();
}

static desk_id waiting_reply(struct bench *t, desk_id ticket_id)
{
	struct change c;
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = ticket_id;
	c.body = g_strdup("too early");
	c.send_delay_ms = 10 * MS_MINUTE;
	struct answer *a = do_as(t->lab.b, &c);
	desk_id id = a->message->id;
	answer_free(a);
	return id;
}

static desk_id a_step(struct bench *t, desk_id ticket_id)
{
	struct change c;
	change_init(&c, CHANGE_CHECK_ADD);
	c.ticket_id = ticket_id;
	c.text = g_strdup("look at the plug");
	struct answer *a = do_as(t->lab.b, &c);
	desk_id id = ((const struct check_item *)a->ticket->checklist->pdata[0])->id;
	answer_free(a);
	return id;
}

static void set_compensation(struct change *c, int64_t cents)
{
	c->compensation = g_new0(struct compensation, 1);
	c->compensation->kind = COMPENSATION_COUPON;
	c->compensation->amount_cents = cents;
	c->compensation->currency = g_strdup("CNY");
	c->compensation->reason = g_strdup("late");
}

static desk_id waiting_compensation(struct bench *t, desk_id ticket_id)
{
	struct change c;
	change_init(&c, CHANGE_COMPENSATE);
	c.ticket_id = ticket_id;
	set_compensation(&c, 90000000);
	struct answer *a = do_as(t->agent, &c);
	g_assert_nonnull(a->ticket->compensations);
	const struct compensation *one = a->ticket->compensations->pdata[0];
	desk_id id = one->id;
	g_assert_cmpint(one->state, ==, DECISION_WAITING);
	answer_free(a);
	return id;
}

static void set_article(struct change *c, desk_id id, int version)
{
	c->article_id = id;
	c->article = g_new0(struct article, 1);
	c->article->id = id;
	c->article->version = version;
	c->article->module = MODULE_PRODUCT;
	c->article->state = ARTICLE_PUBLISHED;
	c->article->language = g_strdup("en");
	c->article->category = g_strdup("phone");
	c->article->title = g_strdup("A lamp");
	c->article->body = g_strdup("Screw it in.");
}

static desk_id new_article(struct bench *t)
{
	struct change c;
	change_init(&c, CHANGE_ARTICLE_SAVE);
	set_article(&c, 0, 0);
	struct answer *a = do_as(t->lab.b, &c);
	desk_id id = a->article->id;
	answer_free(a);
	return id;
}

static void set_view(struct bench *t, struct change *c)
{
	c->view = g_new0(struct saved_view, 1);
	c->view->name = g_strdup_printf("view %u", ++t->made);
	c->view->scope = SCOPE_OWN;
	c->view->query = g_strdup("status:open");
}

static desk_id first_message(struct bench *t, desk_id ticket_id)
{
	struct answer *a = ask_about(t, QUERY_TICKET, ticket_id);
	desk_id id = ((const struct message *)a->ticket->messages->pdata[0])->id;
	answer_free(a);
	return id;
}

static void set_ids(GArray **to, desk_id id)
{
	*to = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(*to, id);
}

static void prepare_words(struct bench *t, struct change *c)
{
	switch (c->kind) {
	case CHANGE_REPLY:
	case CHANGE_NOTE:
		c->body = g_strdup_printf("said %u", ++t->made);
		c->send_delay_ms = 0;
		break;
	case CHANGE_FORWARD:
		c->body = g_strdup("please look");
		c->to = g_strdup("workshop@example.com");
		break;
	case CHANGE_WHISPER:
		c->body = g_strdup("take care");
		c->person_id = t->person;
		break;
	case CHANGE_ESCALATE:
		c->group_id = t->other_group;
		c->reason = g_strdup("hardware");
		break;
	case CHANGE_TICKET_NEW:
		c->ticket_id = 0;
		c->text = g_strdup("by phone");
		c->body = g_strdup("it rings");
		c->channel = CHANNEL_PHONE;
		c->customer_id = t->customer;
		c->group_id = t->group;
		break;
	case CHANGE_SUBJECT:
		c->text = g_strdup_printf("subject %u", ++t->made);
		break;
	case CHANGE_CATEGORY:
		c->text = g_strdup(((const struct category *)t->session->categories->pdata[0])->name);
		break;
	case CHANGE_TAG:
		c->text = g_strdup("lamp");
		c->on = TRUE;
		break;
	case CHANGE_CHECK_ADD:
		c->text = g_strdup("look at the plug");
		break;
	default:
		break;
	}
}

static void prepare_ticket(struct bench *t, struct change *c)
{
	struct change before;
	switch (c->kind) {
	case CHANGE_RECALL:
		c->message_id = waiting_reply(t, c->ticket_id);
		break;
	case CHANGE_RELEASE:
		change_init(&before, CHANGE_CLAIM);
		before.ticket_id = c->ticket_id;
		answer_free(do_as(t->lab.b, &before));
		break;
	case CHANGE_STATUS:
		c->status = STATUS_PENDING_CUSTOMER;
		break;
	case CHANGE_PRIORITY:
		c->priority = PRIORITY_URGENT;
		break;
	case CHANGE_ASSIGN:
		c->person_id = t->person;
		break;
	case CHANGE_TICKET_CUSTOMER:
		c->customer_id = t->other_customer;
		break;
	case CHANGE_SPLIT:
		answer_free(do_as(t->lab.b, (change_init(&before, CHANGE_NOTE), before.ticket_id = c->ticket_id,
		                             before.body = g_strdup("stays"), &before)));
		set_ids(&c->message_ids, first_message(t, c->ticket_id));
		c->text = g_strdup("the other thing");
		break;
	case CHANGE_MERGE:
	case CHANGE_LINK:
		c->other_id = new_ticket(t);
		c->on = TRUE;
		c->link = LINK_RELATED;
		break;
	case CHANGE_CHECK:
	case CHANGE_CHECK_REMOVE:
		c->item_id = a_step(t, c->ticket_id);
		c->on = TRUE;
		break;
	case CHANGE_HANDOVER:
		set_ids(&c->ticket_ids, c->ticket_id);
		change_init(&before, CHANGE_CLAIM);
		before.ticket_id = c->ticket_id;
		answer_free(do_as(t->lab.b, &before));
		c->ticket_id = 0;
		c->person_id = t->person;
		c->body = g_strdup("good night");
		break;
	case CHANGE_PROMISE:
		c->promise_ms = backend_now_ms(t->lab.b) + MS_HOUR;
		break;
	default:
		break;
	}
}

/* A case that another group has; its rung. */
static desk_id a_rung(struct bench *t, desk_id ticket_id)
{
	struct change c;
	change_init(&c, CHANGE_ESCALATE);
	c.ticket_id = ticket_id;
	c.group_id = t->other_group;
	c.reason = g_strdup("hardware");
	struct answer *a = do_as(t->lab.b, &c);
	g_assert_nonnull(a->ticket->ladder);
	desk_id id = ((const struct escalation *)a->ticket->ladder->pdata[0])->id;
	answer_free(a);
	return id;
}

static void claim(struct bench *t, desk_id ticket_id)
{
	struct change c;
	change_init(&c, CHANGE_CLAIM);
	c.ticket_id = ticket_id;
	answer_free(do_as(t->lab.b, &c));
}

/* Nobody is given more than fits into their hands. */
static void free_hands(struct bench *t)
{
	struct query q;
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("assigned");
	q.limit = 200;
	struct answer *mine = ask(t, &q);
	query_clear(&q);
	for (guint i = 0; i < mine->page->rows->len; i++) {
		struct change c;
		change_init(&c, CHANGE_RELEASE);
		c.ticket_id = ((const struct ticket_row *)mine->page->rows->pdata[i])->id;
		answer_free(do_as(t->lab.b, &c));
	}
	answer_free(mine);
}

/* A repair, a return: solved, so that the customer is to be asked how it was. */
static void solve_after_sales(struct bench *t, desk_id ticket_id)
{
	struct change c;
	change_init(&c, CHANGE_CATEGORY);
	c.ticket_id = ticket_id;
	for (guint i = 0; i < t->session->categories->len && !c.text; i++) {
		const struct category *one = t->session->categories->pdata[i];
		c.text = one->after_sales == 1 ? g_strdup(one->name) : NULL;
	}
	g_assert_nonnull(c.text);
	answer_free(do_as(t->lab.b, &c));
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = ticket_id;
	c.status = STATUS_RESOLVED;
	answer_free(do_as(t->lab.b, &c));
}

static void prepare_follow_up(struct bench *t, struct change *c)
{
	if (c->kind != CHANGE_FOLLOW_UP_ASK && c->kind != CHANGE_FOLLOW_UP && c->kind != CHANGE_FOLLOW_UP_SKIP)
		return;
	solve_after_sales(t, c->ticket_id);
	c->body = g_strdup("Was it solved?");
	c->reason = g_strdup("cannot be reached");
	c->follow_up = g_new0(struct follow_up, 1);
	c->follow_up->solved = 1;
	c->follow_up->speed = 5;
}

static void prepare_ladder(struct bench *t, struct change *c)
{
	switch (c->kind) {
	case CHANGE_ESTIMATE:
		c->promise_ms = backend_now_ms(t->lab.b) + MS_HOUR;
		c->reply = g_strdup("it takes an hour more");
		c->reason = g_strdup("the lab");
		c->item_id = a_rung(t, c->ticket_id);
		break;
	case CHANGE_ACKNOWLEDGE:
	case CHANGE_ESCALATION_ANSWER:
	case CHANGE_RETURN:
		c->item_id = a_rung(t, c->ticket_id);
		c->reason = g_strdup("not ours");
		c->body = g_strdup("a new lamp helps");
		break;
	case CHANGE_CONSULT:
	case CHANGE_TRANSFER:
		claim(t, c->ticket_id);
		c->person_id = t->person;
		c->body = g_strdup("have a look");
		break;
	case CHANGE_CLAIM_NEXT:
		free_hands(t);
		break;
	case CHANGE_CANT_SOLVE:
		claim(t, c->ticket_id);
		c->reason = g_strdup("hardware");
		break;
	case CHANGE_ASSESS:
		c->impact = IMPACT_WIDE;
		c->need = NEED_HIGH;
		break;
	case CHANGE_SNOOZE:
		claim(t, c->ticket_id);
		c->on = TRUE;
		c->hold_until_ms = backend_now_ms(t->lab.b) + MS_HOUR;
		break;
	default:
		break;
	}
}

static void prepare_rest(struct bench *t, struct change *c, desk_id *article_id)
{
	struct change before;
	const char *tag = NULL;
	switch (c->kind) {
	case CHANGE_CUSTOMER_TAG: {
		struct answer *a = ask_about(t, QUERY_CUSTOMER, t->customer);
		a_customer_tag(t, &tag);
		for (guint i = 0; i < a->customer->tags->len; i++) /* on when it is off, and the other way */
			c->reason = c->reason || strcmp(((const struct tag_mark *)a->customer->tags->pdata[i])->name, tag) != 0 ?
				c->reason : g_strdup("had");
		c->on = c->reason == NULL;
		g_free(c->reason);
		c->reason = g_strdup("said so");
		c->ticket_id = 0;
		c->customer_id = t->customer;
		c->text = g_strdup(tag);
		answer_free(a);
		break;
	}
	case CHANGE_CUSTOMER_SAVE: {
		struct answer *a = ask_about(t, QUERY_CUSTOMER, t->customer);
		c->ticket_id = 0;
		c->customer_id = t->customer;
		c->customer = g_steal_pointer(&a->customer);
		g_free(c->customer->occupation);
		c->customer->occupation = g_strdup_printf("occupation %u", ++t->made);
		answer_free(a);
		break;
	}
	case CHANGE_ARTICLE_USED:
	case CHANGE_ARTICLE_SAVE:
		*article_id = new_article(t);
		if (c->kind == CHANGE_ARTICLE_SAVE) {
			c->ticket_id = 0;
			set_article(c, *article_id, 1);
		}
		c->article_id = *article_id;
		break;
	case CHANGE_COMPENSATE:
		set_compensation(c, 100);
		break;
	case CHANGE_COMPENSATION_DECIDE:
		c->item_id = waiting_compensation(t, c->ticket_id);
		c->ticket_id = 0;
		c->approve = TRUE;
		break;
	case CHANGE_FIELD:
		for (guint i = 0; i < t->session->fields->len && !c->text; i++) {
			const struct desk_field *f = t->session->fields->pdata[i];
			if (f->type != FIELD_TYPE_TEXT || !f->active || !f->category)
				continue;
			c->text = g_strdup(f->name);
			change_init(&before, CHANGE_CATEGORY);
			before.ticket_id = c->ticket_id;
			before.text = g_strdup(f->category);
			answer_free(do_as(t->lab.b, &before));
		}
		c->body = g_strdup("A-100");
		c->on = TRUE;
		break;
	case CHANGE_VIEW_SAVE:
		c->ticket_id = 0;
		set_view(t, c);
		break;
	case CHANGE_VIEW_REMOVE:
		c->ticket_id = 0;
		change_init(&before, CHANGE_VIEW_SAVE);
		set_view(t, &before);
		struct answer *a = do_as(t->lab.b, &before);
		c->view_id = a->view->id;
		answer_free(a);
		break;
	default:
		break;
	}
}

/* Not through the outbox: each is asked of the desk by the place that waits for it (or asks again by itself). And
 * what a person is at, and offers: they change no ticket, or need one held out by the desk. */
static gboolean goes_its_own_way(enum change_kind kind)
{
	if (kind >= CHANGE_PROBLEM_SAVE && kind <= CHANGE_PROBLEM_ARTICLE)
		return TRUE;
	return kind == CHANGE_AGENT_STATE || kind == CHANGE_OFFER_ACCEPT || kind == CHANGE_OFFER_DECLINE ||
	       kind == CHANGE_WEBHOOK_RETRY || kind == CHANGE_CONFIG_APPLY || kind == CHANGE_DRAFT_SAVE || kind == CHANGE_DRAFT_REMOVE ||
	       kind == CHANGE_PRESENCE || kind == CHANGE_NOTICES_SEEN || kind == CHANGE_MACRO_SAVE ||
	       kind == CHANGE_MACRO_REMOVE;
}

/* ---- the workstation */

static void heard(const struct store_note *note, void *arg)
{
	struct bench *t = arg;
	if (note->kind != STORE_WRITE)
		return;
	t->ended++;
	t->code = note->error ? (int)desk_error_code(note->error) : DESK_CODE_COUNT;
	if (note->error && t->code != DESK_UNSUPPORTED)
		g_test_message("%s: %s", change_name(note->change->kind), note->error->message);
}

static struct backend *open_backend(const char *address, const char *as)
{
	g_autoptr(GError) error = NULL;
	struct backend *b = backend_open(&(struct backend_conf){.address = address, .as_person = as}, &error);
	g_assert_no_error(error);
	return b;
}

static void workstation_up(struct bench *t)
{
	g_autoptr(GError) error = NULL;
	t->b = open_backend(t->relay_address, "sun.li");
	t->s = store_new(t->b, t->dir, &error);
	g_assert_no_error(error);
	store_listen(t->s, heard, t);
	store_start(t->s);
}

static void workstation_down(struct bench *t)
{
	store_free(t->s);
	backend_close(t->b);
}

/* In the relay's thread. */
static void server_must_die(void *arg)
{
	struct bench *t = arg;
	kill(t->lab.server, SIGKILL);
	g_atomic_int_set(&t->killed, 1);
}

static gboolean write_ended(struct bench *t, int before)
{
	if (g_atomic_int_compare_and_exchange(&t->killed, 1, 0)) {
		lab_kill(&t->lab);
		lab_mend(&t->lab);
		store_retry(t->s);
	}
	return t->ended > before;
}

static void write_it(struct bench *t, const struct change *c, enum cut cut)
{
	int before = t->ended;
	relay_arm(t->relay, cut);
	unsigned cuts = relay_cuts(t->relay);
	store_write(t->s, c);
	if (cut == CUT_LIFE) {
		wait_until(relay_cuts(t->relay) > cuts);
		workstation_down(t);
		workstation_up(t);
	}
	wait_until(write_ended(t, before));
	relay_arm(t->relay, CUT_NONE);
	g_assert_cmpuint(relay_cuts(t->relay), ==, cut == CUT_NONE ? cuts : cuts + 1);
	struct pending refused;
	while (t->code == DESK_UNSUPPORTED && store_pending_at(t->s, 0, 0, &refused)) {
		g_autofree char *key = g_strdup(refused.change->once_key);
		store_pending_drop(t->s, key);
	}
	if (store_pending_count(t->s, 0))
		g_test_message("%s was not done", change_name(c->kind));
	g_assert_cmpuint(store_pending_count(t->s, 0), ==, 0);
}

/* FALSE: the desk can't do that yet. */
static gboolean difference(struct bench *t, enum change_kind kind, enum cut cut, int64_t n[COUNTS])
{
	int64_t before[COUNTS], after[COUNTS];
	desk_id ticket_id = new_ticket(t), article_id = 0;
	struct change c;
	change_init(&c, kind);
	c.ticket_id = ticket_id;
	prepare_words(t, &c);
	prepare_ticket(t, &c);
	prepare_ladder(t, &c);
	prepare_follow_up(t, &c);
	prepare_rest(t, &c, &article_id);
	if (kind == CHANGE_CLAIM_NEXT)
		c.ticket_id = 0;
	count(t, ticket_id, article_id, before);
	write_it(t, &c, cut);
	change_clear(&c);
	if (cut == CUT_NONE && t->code == DESK_UNSUPPORTED)
		return FALSE;
	g_assert_cmpint(t->code, ==, DESK_CODE_COUNT);
	count(t, ticket_id, article_id, after);
	for (int i = 0; i < COUNTS; i++)
		n[i] = after[i] - before[i];
	return TRUE;
}

static void outbox__every_kind_every_cut__done_once(gconstpointer only)
{
	struct bench *t = g_new0(struct bench, 1);
	enum cut first = (enum cut)GPOINTER_TO_SIZE(only);
	unsigned kinds = 0;
	lab_up(&t->lab, GSIZE_TO_POINTER(LAB_NATIVE));
	g_autofree char *straight = g_strconcat("unix:", t->lab.socket_path, NULL);
	backend_close(t->lab.b);
	t->lab.b = open_backend(straight, "sun.li");
	t->agent = open_backend(straight, "li.wei");
	t->relay_path = g_build_filename(t->lab.dir, "relay", NULL);
	t->relay_address = g_strconcat("unix:", t->relay_path, NULL);
	t->relay = relay_new(t->relay_path, t->lab.socket_path, server_must_die, t);
	t->dir = g_build_filename(t->lab.dir, "station", NULL);
	g_assert_cmpint(g_mkdir(t->dir, 0700), ==, 0);
	struct answer *session = ask_about(t, QUERY_SESSION, 0);
	t->session = g_steal_pointer(&session->session);
	answer_free(session);
	t->group = ((const struct group *)t->session->groups->pdata[0])->id;
	t->other_group = ((const struct group *)t->session->groups->pdata[2])->id;
	for (guint i = 0; i < t->session->people->len; i++)
		if (strcmp(((const struct person *)t->session->people->pdata[i])->name, "wang.min") == 0)
			t->person = ((const struct person *)t->session->people->pdata[i])->id;
	t->customer = 1;
	t->other_customer = 2;
	workstation_up(t);
	for (int kind = 0; kind < CHANGE_KIND_COUNT; kind++) {
		int64_t undisturbed[COUNTS], disturbed[COUNTS], any = 0;
		if (goes_its_own_way((enum change_kind)kind))
			continue;
		if (kind == CHANGE_CLAIM_NEXT && first == CUT_LIFE)
			continue; /* not meant any more by the next life */
		if (!difference(t, (enum change_kind)kind, CUT_NONE, undisturbed)) {
			g_test_message("%s: the desk can't do it", change_name((enum change_kind)kind));
			continue;
		}
		for (int i = 0; i < COUNTS; i++)
			any += ABS(undisturbed[i]);
		if (!any)
			g_error("%s: nothing shows that it was done", change_name((enum change_kind)kind));
		difference(t, (enum change_kind)kind, first, disturbed);
		for (int i = 0; i < COUNTS; i++)
			if (disturbed[i] != undisturbed[i] && !(i == 4 && kind == CHANGE_CUSTOMER_TAG))
				g_error("%s, %s: count %d moved by %" G_GINT64_FORMAT ", undisturbed by %" G_GINT64_FORMAT,
				        change_name((enum change_kind)kind), cut_names[first], i, disturbed[i], undisturbed[i]);
		kinds++;
	}
	g_assert_cmpuint(kinds, >=, 30);
	workstation_down(t);
	relay_free(t->relay);
	backend_close(t->agent);
	session_free(t->session);
	g_free(t->relay_path);
	g_free(t->relay_address);
	g_free(t->dir);
	lab_down(&t->lab, GSIZE_TO_POINTER(LAB_NATIVE));
	g_free(t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t cut = CUT_BEFORE; cut < CUT_COUNT; cut++) {
		g_autofree char *path = g_strdup_printf("/outbox/%s", cut_names[cut]);
		g_strdelimit(path + 8, " ", '-');
		g_test_add_data_func(path, GSIZE_TO_POINTER(cut), outbox__every_kind_every_cut__done_once);
	}
	return g_test_run();
}
