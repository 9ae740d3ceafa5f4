/* What needs a question or two, line by line: new tickets, intake, what can't be undone, writes that wait. */
#include "tui/plain/linear_inner.h"

#include <string.h>

#include "tui/fields.h"
#include "wire/said.h"

/* ---- a new ticket */

/* The N-th of those found, or a new customer of that name. FALSE: stopped. */
static gboolean choose_customer(struct linear *l, struct change *c)
{
	g_autofree char *words = linear_ask(l, _("whose? name, phone, mail or order: "));
	g_autoptr(GError) error = NULL;
	g_autofree char *answer = NULL;
	struct query q;
	gint64 n = 0;

	if (!words || !*words)
		return FALSE;
	query_init(&q, QUERY_CUSTOMERS);
	q.text = g_strdup(words);
	q.limit = LINEAR_PAGE;
	g_autoptr(answer_auto) a = desk_read(l->desk, &q, &error);

	query_clear(&q);
	if (!a) {
		linear_fail(l, error);
		return FALSE;
	}
	for (guint i = 0; i < a->customers->len; i++) {
		const struct customer *who = a->customers->pdata[i];

		linear_say(l, "%u. %s, %s, %s", i + 1, who->name ? who->name : "?", who->phone ? who->phone : "-",
		           who->email ? who->email : "-");
	}
	linear_say(l, _("0. A new customer: %s"), words);
	answer = linear_ask(l, _("which one: "));
	if (!answer || !g_ascii_string_to_signed(g_strstrip(answer), 10, 0, a->customers->len, &n, NULL))
		return FALSE;
	if (n > 0) {
		c->customer_id = ((struct customer *)a->customers->pdata[n - 1])->id;
		return TRUE;
	}
	c->customer = customer_new();
	c->customer->name = g_strdup(words);
	return TRUE;
}

static gboolean ask_ticket(struct linear *l, const char *subject, struct change *c)
{
	c->channel = CHANNEL_PHONE;
	if (!choose_customer(l, c))
		return FALSE;
	c->text = *subject ? g_strdup(subject) : linear_ask(l, _("subject: "));
	if (!c->text || !*c->text)
		return FALSE;
	c->body = linear_ask(l, _("what happened, in the customer's words: "));
	if (c->body && !*c->body) {
		g_free(c->body);
		c->body = g_strdup(c->text);
	}
	return c->body != NULL;
}

void linear_new_ticket(struct linear *l, const char *arg)
{
	g_autoptr(GError) error = NULL;
	gboolean waits = FALSE;
	struct change c;

	change_init(&c, CHANGE_TICKET_NEW);
	if (!ask_ticket(l, arg, &c)) {
		change_clear(&c);
		linear_say(l, _("No ticket was made."));
		return;
	}
	g_autoptr(answer_auto) a = desk_write(l->desk, &c, &waits, &error);

	change_clear(&c);
	if (!a)
		linear_fail(l, error);
	else if (waits)
		linear_say(l, _("Kept; the ticket is made when the desk is back."));
	else if (a->ticket)
		linear_open_ticket(l, a->ticket->row.id);
}

/* ---- what a ticket of this kind still needs to know */

void linear_intake(struct linear *l, const char *arg)
{
	const struct session *s = store_session(l->store);
	const struct desk_field *f = NULL;
	desk_id id;
	struct ticket *t = linear_ticket(l, &id) ? linear_fetch(l, id) : NULL;
	const char *after = NULL;

	(void)arg;
	if (!t)
		return;
	if (!field_missing(s, t, NULL))
		linear_say(l, _("Nothing is missing."));
	while ((f = field_missing(s, t, after))) {
		g_autofree char *prompt = g_strdup_printf("%s ", field_question(l->store, f));
		g_autofree char *clean = text_clean_string(prompt, -1, 0, 400);
		g_autofree char *answer = linear_ask(l, clean);

		if (!answer)
			break;
		if (*answer)
			linear_verb(l, (const char *[]){"field", "--", f->name, answer, NULL});
		after = f->name;
	}
	ticket_free(t);
}

/* ---- what asks first */

void linear_merge(struct linear *l, const char *arg)
{
	g_autofree char *into = *arg ? g_strdup(arg) : NULL;
	desk_id id;

	if (!linear_ticket(l, &id))
		return;
	if (!into)
		into = linear_ask(l, _("into which ticket: "));
	if (!into || !*into)
		return;
	g_autofree char *question = g_strdup_printf(_("Put #%" PRId64 " into %s for good?"), id, into);

	if (linear_confirm(l, question))
		linear_verb(l, (const char *[]){"merge", "--", into, NULL});
}

/* The messages that can go, numbered; ids of those from one to another. */
static GPtrArray *choose_messages(struct linear *l, const struct ticket *t)
{
	g_autoptr(GArray) can = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autofree char *first = NULL, *last = NULL;
	GPtrArray *ids = NULL;
	gint64 from = 0, to = 0;

	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];
		g_autofree char *line = g_strndup(m->body ? m->body : "", m->body ? strcspn(m->body, "\r\n") : 0);

		if (m->kind == MESSAGE_SYSTEM || m->delivery == DELIVERY_WAITING)
			continue;
		g_array_append_val(can, m->id);
		linear_say(l, "%u. %s: %s", can->len, m->author_name ? m->author_name : "?", line);
	}
	first = linear_ask(l, _("from which message: "));
	if (!first || !g_ascii_string_to_signed(g_strstrip(first), 10, 1, can->len, &from, NULL))
		return NULL;
	last = linear_ask(l, _("up to which one: "));
	if (!last || !g_ascii_string_to_signed(g_strstrip(last), 10, from, can->len, &to, NULL))
		return NULL;
	ids = g_ptr_array_new_with_free_func(g_free);
	for (gint64 i = from; i <= to; i++)
		g_ptr_array_add(ids, g_strdup_printf("%" PRId64, g_array_index(can, desk_id, i - 1)));
	return ids;
}

void linear_split(struct linear *l, const char *arg)
{
	desk_id id;
	struct ticket *t = linear_ticket(l, &id) ? linear_fetch(l, id) : NULL;
	g_autoptr(GPtrArray) ids = t ? choose_messages(l, t) : NULL;
	g_autofree char *subject = NULL;
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	ticket_free(t);
	if (ids)
		subject = *arg ? g_strdup(arg) : linear_ask(l, _("subject of the new ticket: "));
	if (!subject || !*subject) {
		if (id)
			linear_say(l, _("No ticket was made."));
		return;
	}
	g_ptr_array_add(words, (void *)"split");
	g_ptr_array_add(words, (void *)"--subject");
	g_ptr_array_add(words, subject);
	g_ptr_array_add(words, (void *)"--");
	for (guint i = 0; i < ids->len; i++)
		g_ptr_array_add(words, ids->pdata[i]);
	g_ptr_array_add(words, NULL);
	linear_verb(l, (const char *const *)words->pdata);
}

void linear_spam(struct linear *l, const char *arg)
{
	desk_id id;

	(void)arg;
	if (!linear_ticket(l, &id))
		return;
	g_autofree char *question = g_strdup_printf(_("Is #%" PRId64 " spam?"), id);

	if (linear_confirm(l, question))
		linear_verb(l, (const char *[]){"spam", NULL});
}

void linear_macro(struct linear *l, const char *arg)
{
	desk_id id;

	if (!*arg) {
		linear_verb(l, (const char *[]){"macros", NULL});
		return;
	}
	if (!linear_ticket(l, &id))
		return;
	if (linear_verb(l, (const char *[]){"macros", "--", arg, NULL}) == PLAIN_OK && linear_confirm(l, _("Do it?")))
		linear_verb(l, (const char *[]){"macro", "--anyway", "--", arg, NULL});
}

void linear_customer(struct linear *l, const char *arg)
{
	desk_id id;

	if (!linear_ticket(l, &id))
		return;
	if (*arg)
		linear_verb(l, (const char *[]){"whose", "--", arg, NULL});
	else
		linear_verb(l, (const char *[]){"profile", NULL});
}

/* ---- writes on their way */

static const char *state_word(enum pending_state state)
{
	switch (state) {
	case PENDING_SENT:
		return _("sent, not answered yet");
	case PENDING_UNCERTAIN:
		return _("uncertain; it is sent again with the same key");
	case PENDING_REFUSED:
		return _("refused");
	case PENDING_ASK:
		return _("waits to be asked for: resend or drop");
	default:
		return _("waits");
	}
}

void linear_pending(struct linear *l, const char *arg)
{
	size_t n = store_pending_count(l->store, 0);
	struct pending p;

	(void)arg;
	if (!n)
		linear_say(l, _("Nothing waits; all was sent."));
	for (size_t i = 0; i < n && store_pending_at(l->store, 0, i, &p); i++)
		linear_say(l, "%zu. #%" PRId64 ", %s: %s%s%s", i + 1, p.change->ticket_id, change_said(p.change->kind), state_word(p.state),
		           p.why ? ": " : "", p.why ? p.why : "");
}

static gboolean pending_at(struct linear *l, const char *arg, struct pending *p)
{
	gint64 n = 0;
	size_t count = store_pending_count(l->store, 0);

	if (g_ascii_string_to_signed(*arg ? arg : "1", 10, 1, (gint64)count, &n, NULL) &&
	    store_pending_at(l->store, 0, (size_t)n - 1, p))
		return TRUE;
	linear_say(l, _("There is no such write; pending lists them."));
	return FALSE;
}

void linear_resend(struct linear *l, const char *arg)
{
	struct pending p;

	if (!pending_at(l, arg, &p))
		return;
	store_pending_resend(l->store, p.change->once_key);
	linear_say(l, _("Sent again."));
}

void linear_drop(struct linear *l, const char *arg)
{
	struct pending p;

	if (!pending_at(l, arg, &p) || !linear_confirm(l, _("Give it up?")) || !pending_at(l, arg, &p))
		return;
	store_pending_drop(l->store, p.change->once_key);
	linear_say(l, _("Given up; a text is a draft again."));
}
