/* Lists and tickets, line by line: ten tickets at a time, numbered; one opened and read. */
#include "tui/plain/linear_inner.h"

#include <string.h>

#include "rules/find.h"
#include "tui/commands.h"

/* ---- the list */

void linear_lists_clear(struct linear *l)
{
	query_clear(&l->list);
	g_clear_pointer(&l->filter, g_free);
	g_clear_pointer(&l->rows, g_ptr_array_unref);
	g_clear_pointer(&l->before, g_free);
	g_clear_pointer(&l->after, g_free);
	g_clear_pointer(&l->hits, g_ptr_array_unref);
}

static void take_page(struct linear *l, struct queue_page *page)
{
	int64_t offset = page->offset;

	g_clear_pointer(&l->rows, g_ptr_array_unref);
	g_free(l->before);
	g_free(l->after);
	l->rows = g_steal_pointer(&page->rows);
	page->rows = g_ptr_array_new();
	l->before = g_steal_pointer(&page->before);
	l->after = g_steal_pointer(&page->after);
	l->offset = MAX(offset, 0);
	l->total = page->total;
	l->at = -1;
}

static gboolean fetch(struct linear *l, enum page_anchor anchor, const char *cursor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(answer_auto) a = NULL;
	struct query q;

	query_copy(&q, &l->list);
	q.anchor = anchor;
	q.limit = LINEAR_PAGE;
	g_free(q.cursor);
	q.cursor = g_strdup(cursor);
	if (l->filter) {
		char *both = q.text ? g_strdup_printf("(%s) (%s)", q.text, l->filter) : g_strdup(l->filter);

		g_free(q.text);
		q.text = both;
	}
	a = desk_read(l->desk, &q, &error);
	query_clear(&q);
	if (a)
		take_page(l, a->page);
	else
		linear_fail(l, error);
	return a != NULL;
}

static void say_list(struct linear *l)
{
	l->out.now_ms = desk_now_ms(l->desk);
	if (!l->rows->len)
		linear_say(l, _("No ticket."));
	else if (l->total > l->rows->len)
		linear_say(l, _("%" PRId64 " tickets; these are %" PRId64 " to %" PRId64 "."), l->total, l->offset + 1,
		           l->offset + l->rows->len);
	else
		linear_say(l, say_n("%" PRId64 " ticket.", "%" PRId64 " tickets.", (guint64)l->total), l->total);
	for (guint i = 0; i < l->rows->len; i++) {
		g_string_append_printf(l->out.text, "%" PRId64 ". ", l->offset + i + 1);
		plain_row(&l->out, l->rows->pdata[i]);
	}
	if (l->after)
		linear_say(l, _("page-down says more."));
	linear_flush(l);
}

static void show_view(struct linear *l, const char *view, const char *text, gboolean newest)
{
	struct call none = {.desk = l->desk, .out = &l->out};
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_QUEUE);
	q.text = g_strdup(text);
	if (newest)
		q.order = g_strdup("newest");
	if (!plain_queue_query(l->desk, &none, view, &q, &error)) {
		query_clear(&q);
		linear_fail(l, error);
		return;
	}
	query_clear(&l->list);
	l->list = q;
	g_clear_pointer(&l->filter, g_free);
	if (fetch(l, PAGE_FIRST, NULL))
		say_list(l);
}

void linear_queue(struct linear *l, const char *arg)
{
	if (!*arg && l->list.view) { /* the list of now again, as it is now */
		if (fetch(l, PAGE_FIRST, NULL))
			say_list(l);
		return;
	}
	show_view(l, *arg ? arg : "mine", NULL, FALSE);
}

void linear_view(struct linear *l, const char *arg)
{
	show_view(l, *arg ? arg : "mine", NULL, FALSE);
}

void linear_find(struct linear *l, const char *arg)
{
	g_autofree char *asked = *arg ? g_strdup(arg) : linear_ask(l, _("look for: "));

	if (asked && *asked)
		show_view(l, "every", asked, TRUE);
}

void linear_filter(struct linear *l, const char *arg)
{
	g_free(l->filter);
	l->filter = *arg ? g_strdup(arg) : NULL;
	if (fetch(l, PAGE_FIRST, NULL))
		say_list(l);
	else
		g_clear_pointer(&l->filter, g_free);
}

void linear_related(struct linear *l, const char *arg)
{
	desk_id id;

	(void)arg;
	if (!linear_ticket(l, &id))
		return;
	struct ticket *t = linear_fetch(l, id);

	if (t) {
		g_autofree char *query = g_strdup_printf("customer:#%" PRId64, t->row.customer_id);

		show_view(l, "every", query, TRUE);
	}
	ticket_free(t);
}

void linear_page_down(struct linear *l, const char *arg)
{
	g_autofree char *cursor = g_strdup(l->after);

	(void)arg;
	if (!cursor)
		linear_say(l, _("This is the end of the list."));
	else if (fetch(l, PAGE_AFTER, cursor))
		say_list(l);
}

void linear_page_up(struct linear *l, const char *arg)
{
	g_autofree char *cursor = g_strdup(l->before);

	(void)arg;
	if (!cursor)
		linear_say(l, _("This is the beginning of the list."));
	else if (fetch(l, PAGE_BEFORE, cursor))
		say_list(l);
}

/* ---- a ticket */

static void say_newest(struct linear *l, const struct ticket *t, guint n)
{
	guint from = t->messages->len > n ? t->messages->len - n : 0;

	for (guint i = from; i < t->messages->len; i++)
		plain_message(&l->out, t, t->messages->pdata[i]);
	if (t->messages->len)
		l->read_up_to = ((struct message *)t->messages->pdata[t->messages->len - 1])->id;
	linear_flush(l);
}

void linear_open_ticket(struct linear *l, desk_id id)
{
	struct ticket *t = linear_fetch(l, id);

	if (!t)
		return;
	l->opened = t->row.id;
	store_want_ticket(l->store, t->row.id);
	store_opened(l->store, t->row.id);
	plain_row(&l->out, &t->row);
	linear_say(l, say_n("%u message; the newest:", "%u messages; the newest:", t->messages->len), t->messages->len);
	say_newest(l, t, 1);
	g_autofree char *others = store_there_names(l->store, t->row.id, FALSE);

	if (others)
		linear_say(l, _("Also there: %s"), others);
	store_notices_seen(l->store, t->row.id);
	if (store_draft(l->store, t->row.id, MESSAGE_REPLY) || store_draft(l->store, t->row.id, MESSAGE_NOTE))
		linear_say(l, _("There is unsent text of yours; reply or note goes on with it."));
	ticket_free(t);
}

static void open_row(struct linear *l, gssize at)
{
	l->at = at;
	linear_open_ticket(l, ((struct ticket_row *)l->rows->pdata[at])->id);
}

void linear_open(struct linear *l, const char *arg)
{
	gint64 n = 0;
	gboolean number = *arg == '#';

	if (!*arg && l->rows && l->rows->len) {
		open_row(l, MAX(l->at, 0));
		return;
	}
	if (!g_ascii_string_to_signed(number ? arg + 1 : arg, 10, 1, G_MAXINT64, &n, NULL)) {
		linear_say(l, _("%s is no number"), arg);
		return;
	}
	if (!number && l->rows && n > l->offset && n <= l->offset + l->rows->len)
		open_row(l, (gssize)(n - l->offset - 1));
	else
		linear_open_ticket(l, n);
}

void linear_next(struct linear *l, const char *arg)
{
	(void)arg;
	if (!l->rows) {
		linear_queue(l, "");
	} else if (l->at + 1 < (gssize)l->rows->len) {
		open_row(l, l->at + 1);
	} else if (l->after) {
		g_autofree char *cursor = g_strdup(l->after);

		if (fetch(l, PAGE_AFTER, cursor) && l->rows->len)
			open_row(l, 0);
	} else {
		linear_say(l, _("This is the end of the list."));
	}
}

void linear_prev(struct linear *l, const char *arg)
{
	(void)arg;
	if (l->rows && l->at > 0) {
		open_row(l, l->at - 1);
	} else if (l->rows && l->before) {
		g_autofree char *cursor = g_strdup(l->before);

		if (fetch(l, PAGE_BEFORE, cursor) && l->rows->len)
			open_row(l, (gssize)l->rows->len - 1);
	} else {
		linear_say(l, _("This is the beginning of the list."));
	}
}

void linear_close(struct linear *l, const char *arg)
{
	(void)arg;
	l->opened = 0;
}

void linear_next_best(struct linear *l, const char *arg)
{
	g_autoptr(GError) error = NULL;
	gboolean waits = FALSE;
	struct change c;

	(void)arg;
	change_init(&c, CHANGE_CLAIM_NEXT);
	c.group_id = l->list.group_id;
	g_autoptr(answer_auto) a = desk_write(l->desk, &c, &waits, &error);

	change_clear(&c);
	if (!a)
		linear_fail(l, error);
	else if (waits)
		linear_say(l, _("The desk can't be reached: the next ticket can be claimed when it is back."));
	else if (!a->ticket)
		linear_say(l, _("Nothing is left to claim."));
	else
		linear_open_ticket(l, a->ticket->row.id);
}

/* ---- reading */

void linear_read(struct linear *l, const char *arg)
{
	gint64 n = 0;
	desk_id id;

	if (!linear_ticket(l, &id))
		return;
	if (strcmp(arg, "all") == 0) {
		linear_verb(l, (const char *[]){"show", "--all", NULL});
		return;
	}
	struct ticket *t = linear_fetch(l, id);

	if (!t)
		return;
	if (!g_ascii_string_to_signed(arg, 10, 1, 500, &n, NULL))
		n = t->messages->len;
	if (t->more_messages && n >= t->messages->len)
		linear_say(l, _("There are older messages; read all says them, too."));
	say_newest(l, t, (guint)n);
	ticket_free(t);
}

void linear_details(struct linear *l, const char *arg)
{
	desk_id id;
	struct ticket *t = linear_ticket(l, &id) ? linear_fetch(l, id) : NULL;

	(void)arg;
	if (t)
		plain_ticket(l->desk, &l->out, t);
	linear_flush(l);
	ticket_free(t);
}

void linear_clock(struct linear *l, const char *arg)
{
	desk_id id;
	struct ticket *t = linear_ticket(l, &id) ? linear_fetch(l, id) : NULL;

	(void)arg;
	if (t && !t->clocks->len)
		linear_say(l, _("No clock runs."));
	else if (t)
		plain_clocks(&l->out, t);
	linear_flush(l);
	ticket_free(t);
}

/* ---- knowledge */

void linear_knowledge(struct linear *l, const char *arg)
{
	g_autoptr(GError) error = NULL;
	struct query q;

	if (!*arg && !l->opened) {
		linear_say(l, _("What do you look for?"));
		return;
	}
	query_init(&q, QUERY_KNOWLEDGE);
	q.text = *arg ? g_strdup(arg) : NULL;
	q.ticket_id = l->opened;
	q.limit = LINEAR_PAGE;
	g_autoptr(answer_auto) a = desk_read(l->desk, &q, &error);

	query_clear(&q);
	if (!a) {
		linear_fail(l, error);
		return;
	}
	g_clear_pointer(&l->hits, g_ptr_array_unref);
	l->hits = g_steal_pointer(&a->hits);
	if (!l->hits->len)
		linear_say(l, _("Nothing was found."));
	for (guint i = 0; i < l->hits->len; i++) {
		const struct article_hit *h = l->hits->pdata[i];

		linear_say(l, "%u. %s", i + 1, h->title ? h->title : "?");
	}
}

void linear_article(struct linear *l, const char *arg)
{
	gint64 n = 0;

	if (!l->hits || !g_ascii_string_to_signed(arg, 10, 1, l->hits->len, &n, NULL)) {
		linear_say(l, _("knowledge finds articles; article N reads one."));
		return;
	}
	g_autofree char *number = g_strdup_printf("#%" PRId64, ((struct article_hit *)l->hits->pdata[n - 1])->id);

	linear_verb(l, (const char *[]){"kb", number, NULL});
}

void linear_template(struct linear *l, const char *arg)
{
	g_autofree char *number = g_strdup_printf("%" PRId64, l->opened);
	const char *words[] = {"template", "--for", number, *arg ? arg : NULL, NULL};
	const char *alone[] = {"template", *arg ? arg : NULL, NULL};

	linear_verb(l, l->opened ? words : alone);
}
