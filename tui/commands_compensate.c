/* Commands of compensation and of the word a customer looks a ticket up with. */
#include "tui/commands.h"

#include <string.h>
#include "tui/fields.h"

/* ---- giving: kind, amount, order, reason, one question after the other.
 * e->text carries the answers so far, a line each. */
static void give(struct app *app, desk_id ticket_id, char *const *said)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *done = NULL;
	struct change c;
	int64_t cents;

	if (!amount_parse(said[1], &cents, &error)) {
		app_say(app, TRUE, "%s.", error->message);
		return;
	}
	change_init(&c, CHANGE_COMPENSATE);
	c.ticket_id = ticket_id;
	c.compensation = g_new0(struct compensation, 1);
	c.compensation->kind = strcmp(said[0], "refund") == 0 ? COMPENSATION_REFUND : COMPENSATION_COUPON;
	c.compensation->amount_cents = cents;
	c.compensation->currency = g_strdup(said[2]);
	c.compensation->order_number = *said[3] ? g_strdup(said[3]) : NULL;
	c.compensation->reason = g_strdup(said[4]);
	done = g_strdup_printf(_("%s of %s %s asked for"), word_said(said[0]), said[1], said[2]);
	command_write(app, &c, done);
}

static void reason_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	g_autofree char *all = NULL;
	g_auto(GStrv) said = NULL;

	if (!text || !*text) {
		app_say(e->app, FALSE, "Nothing was given: a reason is needed.");
		return;
	}
	all = g_strdup_printf("%s\n%s", e->text, text);
	said = g_strsplit(all, "\n", 5);
	give(e->app, e->ticket_id, said);
}

static void ask_reason(struct app *app, desk_id ticket_id, const char *so_far)
{
	struct errand *e = errand_new(app, ACTION_COMPENSATE, ticket_id);

	e->text = g_strdup(so_far);
	command_ask(app, "because: ", reason_typed, e);
}

static void order_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	g_autofree char *so_far = NULL;

	if (!item)
		return;
	so_far = g_strdup_printf("%s\n%s", e->text, item->word);
	ask_reason(e->app, e->ticket_id, so_far);
}

static const char *currency_of(const struct ticket *t)
{
	const struct order *newest = t && t->customer && t->customer->orders->len ? t->customer->orders->pdata[0] : NULL;

	return newest && newest->currency ? newest->currency : "CNY";
}

static void amount_typed(const char *text, void *arg)
{
	struct errand *e = arg, *next;
	const struct ticket *t = store_ticket(e->app->store, e->ticket_id);
	g_auto(GStrv) words = NULL;
	g_autofree char *so_far = NULL;
	GPtrArray *items;

	if (!text || !*text)
		return;
	words = g_strsplit(text, " ", 2);
	so_far = g_strdup_printf("%s\n%s\n%s", e->text, words[0], words[1] ? words[1] : currency_of(t));
	if (!t || !t->customer || !t->customer->orders->len) {
		g_autofree char *without = g_strconcat(so_far, "\n", NULL);

		ask_reason(e->app, e->ticket_id, without);
		return;
	}
	next = errand_new(e->app, ACTION_COMPENSATE, e->ticket_id);
	next->text = g_steal_pointer(&so_far);
	items = g_ptr_array_new();
	g_ptr_array_add(items, pick_item_new(_("no order"), NULL, "", 0));
	for (guint i = 0; i < t->customer->orders->len; i++) {
		const struct order *o = t->customer->orders->pdata[i];

		if (o->number)
			g_ptr_array_add(items, pick_item_new(o->number, o->items, o->number, 0));
	}
	command_pick(e->app, "for which order", items, order_picked, next);
}

void command_compensate(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	g_auto(GStrv) words = g_strsplit(arg, " ", 3);
	struct errand *e;

	if (!words[0]) {
		command_pick_word(app, ACTION_COMPENSATE, "what to give", "coupon|refund");
		return;
	}
	if (compensation_by_name(words[0]) < 0) {
		app_say(app, TRUE, "%s is nothing to give: coupon or refund.", words[0]);
		return;
	}
	if (words[1] && words[2]) { /* coupon 20 REASON */
		char *said[] = {words[0], words[1], (char *)currency_of(t), (char *)"", words[2], NULL};

		give(app, ticket_id, said);
		return;
	}
	e = errand_new(app, ACTION_COMPENSATE, ticket_id);
	e->text = g_strdup(words[0]);
	if (words[1]) {
		amount_typed(words[1], e);
		errand_free(e);
		return;
	}
	command_ask(app, "amount (50, or 50 EUR): ", amount_typed, e);
}

/* ---- deciding */
static void decision_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	gboolean approve = strcmp(e->text, "approve") == 0;
	struct change c;

	if (!text)
		return;
	change_init(&c, CHANGE_COMPENSATION_DECIDE);
	c.ticket_id = e->ticket_id;
	c.item_id = e->id;
	c.approve = approve;
	c.reason = *text ? g_strdup(text) : NULL;
	command_write(e->app, &c, approve ? "compensation approved" : N_("compensation rejected"));
}

static void decision_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg, *next;

	if (!item)
		return;
	next = errand_new(e->app, ACTION_COMPENSATIONS, e->ticket_id);
	next->id = e->id;
	next->text = g_strdup(item->word);
	command_ask_text(e->app, "because (Enter: no reason): ", NULL, decision_typed, next);
}

static void decide(struct app *app, desk_id ticket_id, desk_id compensation_id, const char *title)
{
	struct errand *e = errand_new(app, ACTION_COMPENSATIONS, ticket_id);
	GPtrArray *items = g_ptr_array_new();

	e->id = compensation_id;
	g_ptr_array_add(items, pick_item_new(_("approve"), NULL, "approve", 0));
	g_ptr_array_add(items, pick_item_new(_("reject"), NULL, "reject", 0));
	command_pick(app, title, items, decision_picked, e);
}

void command_compensation_decide(struct app *app, desk_id compensation_id)
{
	const struct session *s = store_session(app->store);
	enum role role = s && s->me ? s->me->role : ROLE_READ_ONLY;

	if (role != ROLE_SUPERVISOR && role != ROLE_ADMINISTRATOR)
		app_say(app, FALSE, "A supervisor decides it.");
	else
		decide(app, command_target(app), compensation_id, _("decide on it"));
}

static void waiting_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	gint64 ticket_id = 0;

	if (!item)
		return;
	g_ascii_string_to_signed(item->word, 10, 1, G_MAXINT64, &ticket_id, NULL);
	decide(e->app, ticket_id, item->id, item->label);
}

static void waiting_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;
	GPtrArray *items;

	if (error || !answer || !answer->compensations || !answer->compensations->len) {
		app_say(e->app, error != NULL, "%s", error ? error->message : _("No compensation waits for a decision."));
		g_clear_pointer(&answer, answer_free);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < answer->compensations->len; i++) {
		const struct compensation *c = answer->compensations->pdata[i];
		g_autofree char *label = compensation_text(c);
		g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, c->ticket_id);
		g_autofree char *detail = g_strdup_printf("#%s", number);

		g_ptr_array_add(items, pick_item_new(label, detail, number, c->id));
	}
	answer_free(answer);
	command_pick(e->app, "compensations that wait for a decision", items, waiting_picked,
	             errand_new(e->app, ACTION_COMPENSATIONS, 0));
	app_dirty(e->app, PANE_PICKER, TODO_REFLOW | TODO_PAINT);
}

void command_compensations(struct app *app, const char *arg)
{
	struct query q;

	(void)arg;
	query_init(&q, QUERY_COMPENSATIONS);
	app_lookup(app, &q, waiting_came, errand_new(app, ACTION_COMPENSATIONS, 0), errand_free);
	query_clear(&q);
}

/* ---- the secret */
static void secret_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;

	if (error || !answer || !answer->secret)
		app_say(e->app, TRUE, "%s", error ? error->message : _("The desk gave no word."));
	else
		app_say(e->app, FALSE, "#%" G_GINT64_FORMAT ": the customer looks it up with %s", e->ticket_id, answer->secret);
	g_clear_pointer(&answer, answer_free);
}

void command_secret(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	struct change c;
	struct query q;

	if (strcmp(arg, "new") == 0) {
		change_init(&c, CHANGE_SECRET_NEW);
		c.ticket_id = ticket_id;
		command_write(app, &c, "the old word is void; `secret` shows the new one");
		return;
	}
	query_init(&q, QUERY_SECRET);
	q.ticket_id = ticket_id;
	app_lookup(app, &q, secret_came, errand_new(app, ACTION_SECRET, ticket_id), errand_free);
	query_clear(&q);
}
