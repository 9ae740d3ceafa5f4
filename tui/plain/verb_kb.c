/* Knowledge, templates, customers: found and printed. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "base/clock.h"
#include "rules/fill.h"
#include "tui/fields.h"

/* ---- knowledge */

static int put_article(struct call *c, const struct article *a)
{
	struct out *o = c->out;

	if (o->format == OUT_JSON) {
		out_json(o, &shape_article, a);
		return PLAIN_OK;
	}
	if (o->quiet) {
		out_body(o, a->body, "");
		return PLAIN_OK;
	}
	out_put(o, a->title ? a->title : "", OUT_BOLD);
	g_string_append_c(o->text, '\n');
	out_say(o, _("Article %" G_GINT64_FORMAT ", version %d, %s, language %s"), a->id, a->version, a->category ? a->category : "-",
	        a->language ? a->language : "-");
	out_body(o, a->body, "");
	return PLAIN_OK;
}

static int article(struct call *c, desk_id id)
{
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_ARTICLE);
	q.article_id = id;
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	return a ? put_article(c, a->article) : call_fail(c, error);
}

int verb_kb(struct call *c)
{
	static const struct listing l = {&shape_article_hit, "hits", "id,module,language,title", "id"};
	const char *ticket = call_option(c, PLAIN_OPTION_FOR);
	g_autoptr(GError) error = NULL;
	gint64 id = 0;
	struct query q;

	if (c->words->len == 1 && *call_word(c, 0) == '#' &&
	    g_ascii_string_to_signed(call_word(c, 0) + 1, 10, 1, G_MAXINT64, &id, NULL))
		return article(c, id);
	if (!c->words->len && !ticket)
		return call_usage(c, _("what do you look for? usage: ttydesk %s %s"), c->verb->name, c->verb->args);
	query_init(&q, QUERY_KNOWLEDGE);
	q.limit = call_limit(c, 500, &error);
	if (q.limit < 0 || (ticket && !call_number(ticket, &q.ticket_id, &error)))
		return call_usage(c, "%s", error->message);
	q.text = call_rest(c, 0);
	q.language = g_strdup(call_option(c, PLAIN_OPTION_LANGUAGE));
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	return a ? call_list(c, &l, a->hits) : call_fail(c, error);
}

/* ---- templates */

struct template *plain_template(const GPtrArray *all, const char *name, GError **error)
{
	struct template *t = desk_named(all, offsetof(struct template, name), name);

	if (!t)
		desk_fail(error, DESK_NOTFOUND, _("there is no template %s"), name);
	return t;
}

char *plain_fill(struct desk *d, const struct template *t, const struct ticket *ticket, int64_t promise_ms, GError **error)
{
	const struct session *s = desk_session(d, error);
	const struct order *order = ticket->customer && ticket->customer->orders->len ? ticket->customer->orders->pdata[0] : NULL;
	g_autofree char *number = g_strdup_printf("#%" PRId64, ticket->row.id);
	char date[40], promised[40];

	if (!s)
		return NULL;
	clock_stamp(desk_now_ms(d), date, sizeof date);
	if (strlen(date) > 10)
		date[10] = '\0'; /* the day alone */
	const struct fill_var vars[] = {
		{"customer", ticket->row.customer_name},
		{"agent", s->me->display ? s->me->display : s->me->name},
		{"order", order ? order->number : NULL},
		{"product", order ? order->items : NULL},
		{"ticket", number},
		{"group", ticket->row.group_name},
		{"date", date},
		{"promised", promise_ms ? clock_stamp(promise_ms, promised, sizeof promised) : NULL},
	};

	return fill_template(t->body ? t->body : "", vars, G_N_ELEMENTS(vars), NULL);
}

static int put_template(struct call *c, const struct template *t, desk_id ticket_id)
{
	g_autoptr(GError) error = NULL;
	struct ticket *ticket = ticket_id ? desk_ticket(c->desk, ticket_id, &error) : NULL;
	g_autofree char *body = ticket ? plain_fill(c->desk, t, ticket, 0, &error) : g_strdup(t->body);

	ticket_free(ticket);
	if (error)
		return call_fail(c, error);
	if (c->out->format == OUT_JSON)
		out_json(c->out, &shape_template, t);
	else
		out_body(c->out, body, "");
	return PLAIN_OK;
}

int verb_template(struct call *c)
{
	static const struct listing l = {&shape_template, "templates", "name,language,part,audience,title", "name"};
	const char *ticket = call_option(c, PLAIN_OPTION_FOR);
	g_autofree char *name = call_rest(c, 0);
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_TEMPLATES);
	if (ticket && !call_number(ticket, &q.ticket_id, &error))
		return call_usage(c, "%s", error->message);
	q.language = g_strdup(call_option(c, PLAIN_OPTION_LANGUAGE));
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);
	desk_id id = q.ticket_id;

	query_clear(&q);
	if (!a)
		return call_fail(c, error);
	if (!name)
		return call_list(c, &l, a->templates);
	const struct template *t = plain_template(a->templates, name, &error);

	return t ? put_template(c, t, id) : call_fail(c, error);
}

/* ---- customers */

static struct answer *find_customers(struct desk *d, const char *words, int limit, GError **error)
{
	struct answer *a;
	struct query q;

	query_init(&q, QUERY_CUSTOMERS);
	q.text = g_strdup(words);
	q.limit = limit;
	a = desk_read(d, &q, error);
	query_clear(&q);
	return a;
}

static struct customer *customer_of(struct desk *d, desk_id id, GError **error)
{
	struct query q;

	query_init(&q, QUERY_CUSTOMER);
	q.customer_id = id;
	g_autoptr(answer_auto) a = desk_read(d, &q, error);

	query_clear(&q);
	return a ? g_steal_pointer(&a->customer) : NULL;
}

struct customer *plain_customer(struct desk *d, const char *words, GError **error)
{
	gint64 id = 0;

	if (*words == '#' && g_ascii_string_to_signed(words + 1, 10, 1, G_MAXINT64, &id, NULL))
		return customer_of(d, id, error);
	g_autoptr(answer_auto) a = find_customers(d, words, 2, error);

	if (!a)
		return NULL;
	if (a->customers->len == 1)
		return g_ptr_array_steal_index(a->customers, 0);
	if (a->customers->len)
		desk_fail(error, DESK_INVALID, _("%s fits more than one customer; the customer command shows them, #NUMBER says which"), words);
	else
		desk_fail(error, DESK_NOTFOUND, _("no customer fits %s"), words);
	return NULL;
}

static void put_profile(struct call *c, const struct customer *who)
{
	g_autoptr(GPtrArray) names = out_columns(&shape_customer);
	g_autoptr(GPtrArray) one = g_ptr_array_new();
	struct out cells;

	if (c->out->format == OUT_JSON) {
		out_json(c->out, &shape_customer, who);
		return;
	}
	g_ptr_array_add(one, (void *)who);
	for (guint i = 0; i < names->len; i++) { /* a line each, empty ones left out */
		struct listing l = {&shape_customer, "customers", names->pdata[i], "id"};

		cells = *c->out;
		cells.text = g_string_new(NULL);
		cells.header = cells.quiet = FALSE;
		cells.format = OUT_TEXT;
		out_list(&cells, &l, one, NULL, NULL);
		if (cells.text->len > 1)
			g_string_append_printf(c->out->text, "%s: %s", (char *)names->pdata[i], cells.text->str);
		g_string_free(cells.text, TRUE);
	}
	for (guint i = 0; i < who->tags->len; i++)
		out_say(c->out, _("tag: %s"), ((struct tag_mark *)who->tags->pdata[i])->name);
	for (guint i = 0; i < who->orders->len; i++) {
		const struct order *order = who->orders->pdata[i];

		out_say(c->out, _("Order %s: %s, %s"), order->number, order->items ? order->items : "-", order->state ? order->state : "-");
	}
}

int verb_customer(struct call *c)
{
	static const struct listing l = {&shape_customer, "customers", "id,name,language,phone,email,open_tickets", "id"};
	g_autofree char *words = call_rest(c, 0);
	g_autoptr(GError) error = NULL;
	int limit = call_limit(c, 500, &error);

	if (!words || limit < 0)
		return call_usage(c, _("who? usage: ttydesk %s %s"), c->verb->name, c->verb->args);
	if (*words == '#') {
		struct customer *who = plain_customer(c->desk, words, &error);

		if (!who)
			return call_fail(c, error);
		put_profile(c, who);
		customer_free(who);
		return PLAIN_OK;
	}
	g_autoptr(answer_auto) a = find_customers(c->desk, words, limit, &error);

	return a ? call_list(c, &l, a->customers) : call_fail(c, error);
}

/* ---- whose ticket, and what is known of the customer */

static gboolean fill_whose(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	g_autofree char *words = call_rest(c, 0);
	const char *name = call_option(c, PLAIN_OPTION_NAME);

	(void)ticket;
	if (words) {
		struct customer *who = plain_customer(c->desk, words, error);

		change->customer_id = who ? who->id : 0;
		customer_free(who);
		return change->customer_id != 0;
	}
	if (!name)
		return desk_fail(error, DESK_INVALID, _("whose ticket is it? a customer, or --name for a new one"));
	change->customer = customer_new();
	change->customer->name = g_strdup(name);
	change->customer->phone = g_strdup(call_option(c, PLAIN_OPTION_PHONE));
	change->customer->email = g_strdup(call_option(c, PLAIN_OPTION_EMAIL));
	return TRUE;
}

int verb_whose(struct call *c)
{
	return call_write_each(c, CHANGE_TICKET_CUSTOMER, fill_whose, _("another customer's now"));
}

/* A profile with one line changed: what is not sent along would be forgotten. */
static struct customer *with_line(const struct customer *who, const char *name, const char *value, GError **error)
{
	const struct profile_member *m = profile_named(name);
	struct customer *changed = customer_new();

	for (const struct profile_member *each = profile_members; each->name; each++) {
		g_autofree char *now = profile_value(who, each);

		profile_set(changed, each, now ? now : "", NULL);
	}
	changed->registered_ms = who->registered_ms;
	if (m && profile_set(changed, m, value ? value : "", error))
		return changed;
	if (!m)
		desk_fail(error, DESK_INVALID, _("a profile has no line %s"), name);
	customer_free(changed);
	return NULL;
}

int verb_profile(struct call *c)
{
	desk_id ticket = g_array_index(c->tickets, desk_id, 0);
	g_autoptr(GError) error = NULL;
	struct ticket *t = desk_ticket(c->desk, ticket, &error);
	struct customer *who = t ? customer_of(c->desk, t->row.customer_id, &error) : NULL;
	struct change change;
	int code = PLAIN_OK;

	ticket_free(t);
	if (!who)
		return call_fail(c, error);
	if (!c->words->len) {
		put_profile(c, who);
		customer_free(who);
		return PLAIN_OK;
	}
	change_init(&change, CHANGE_CUSTOMER_SAVE);
	change.customer_id = who->id;
	change.if_version = who->version;
	g_autofree char *value = call_rest(c, 1);

	change.customer = with_line(who, call_word(c, 0), value, &error);
	customer_free(who);
	if (!change.customer) {
		change_clear(&change);
		return call_fail(c, error);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, _("the profile is changed"));
	return code;
}
