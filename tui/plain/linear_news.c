/* What happens elsewhere, in a line each, told only between two prompts. */
#include "tui/plain/linear_inner.h"
#include "wire/said.h"

#include <string.h>

#include "tui/notices.h"

#define NEWS_KEPT 50

static void add(struct linear *l, char *line)
{
	g_autofree char *clean = text_clean_string(line, -1, 0, 400);

	g_free(line);
	for (GList *one = l->news.head; one; one = one->next)
		if (strcmp(one->data, clean) == 0)
			return;
	if (g_queue_get_length(&l->news) >= NEWS_KEPT)
		g_free(g_queue_pop_head(&l->news));
	g_queue_push_tail(&l->news, g_steal_pointer(&clean));
	if (l->line)
		line_wake(l->line);
}

static void connection(struct linear *l)
{
	const char *why = NULL;
	enum backend_state state = store_connection(l->store, &why, NULL);

	if (state == BACKEND_OFFLINE && !l->lost)
		add(l, g_strdup(_("The desk can't be reached; what you write is kept and goes when it is back.")));
	else if (state == BACKEND_ONLINE && l->lost)
		add(l, g_strdup(_("The desk is back.")));
	l->lost = state == BACKEND_OFFLINE;
}

/* A write that was answered after its command had gone on. */
static void late_answer(struct linear *l, const struct store_note *note)
{
	if (!note->change || g_strcmp0(note->change->once_key, l->desk->sending_key) == 0)
		return;
	if (note->error)
		add(l, g_strdup_printf(_("#%" PRId64 ": %s was refused: %s"), note->change->ticket_id, change_said(note->change->kind),
		                       note->error->message));
	else
		add(l, g_strdup_printf(_("#%" PRId64 ": %s is done now"), note->ticket_id, change_said(note->change->kind)));
}

/* What others wrote on the opened ticket since it was read. */
static void ticket_news(struct linear *l, desk_id id)
{
	const struct ticket *t = store_ticket(l->store, id);
	const struct session *s = store_session(l->store);

	for (guint i = 0; t && s && i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->id <= MAX(l->read_up_to, l->told_up_to))
			continue;
		l->told_up_to = m->id;
		if (m->kind == MESSAGE_CUSTOMER)
			add(l, g_strdup_printf(_("The customer has written on #%" PRId64 ": read says what."), id));
		else if (m->author_id != s->me->id && m->kind != MESSAGE_SYSTEM)
			add(l, g_strdup_printf(_("%s has written on #%" PRId64 ": read says what."), m->author_name ? m->author_name : "?",
			                       id));
	}
}

/* ---- notices that come in masses: one at once, the others of that time as their number */
static void notice_news(struct linear *l, const struct notice *n, gboolean gathered);

struct gathering {
	struct linear *l;
	desk_id id; /* 0: new tickets */
	guint timer;
};

static gboolean tell_gathered(gpointer arg)
{
	struct gathering *g = arg;
	const struct notice *n = g->id ? notice_gathered(g->l->store, g->id) : NULL;

	if (n)
		notice_news(g->l, n, TRUE);
	else if (!g->id && g->l->fresh.held)
		add(g->l, g_strdup_printf(say_n("%u more new ticket", "%u more new tickets", g->l->fresh.held), g->l->fresh.held));
	if (!g->id)
		g->l->fresh = (struct notice_rate){0};
	g_ptr_array_remove_fast(g->l->gathering, g);
	return G_SOURCE_REMOVE;
}

static void gather(struct linear *l, desk_id id)
{
	struct gathering *g = g_new0(struct gathering, 1);

	g->l = l;
	g->id = id;
	g->timer = g_timeout_add(id ? NOTICE_GATHER_MS : MS_MINUTE, tell_gathered, g);
	g_ptr_array_add(l->gathering, g);
}

static gboolean new_ticket_now(struct linear *l)
{
	gboolean first = !l->fresh.per_minute;

	l->fresh.per_minute = 1;
	if (first)
		gather(l, 0);
	return notice_rate_take(&l->fresh, clock_mono_ms());
}

static void stop_gathering(gpointer arg)
{
	struct gathering *g = arg;
	GSource *timer = g_main_context_find_source_by_id(NULL, g->timer);

	if (timer && timer != g_main_current_source())
		g_source_destroy(timer);
	g_free(g);
}

/* What concerns the person, from anywhere at the desk. */
static void notice_news(struct linear *l, const struct notice *n, gboolean gathered)
{
	g_autofree char *title = NULL, *text = NULL;

	if (n->ticket_id && n->ticket_id == l->opened && (n->kind == NOTICE_REPLY || n->kind == NOTICE_WHISPER))
		return; /* told with the ticket */
	if (n->id && notice_stands_for(n) && !gathered) {
		gather(l, n->id);
		return;
	}
	if (n->kind == NOTICE_NEW_TICKET && !new_ticket_now(l))
		return;
	notice_words(n, &title, &text);
	add(l, text && *text ? g_strdup_printf("%s: %s", title, text) : g_strdup(title));
}

static void on_note(const struct store_note *note, void *arg)
{
	struct linear *l = arg;

	switch (note->kind) {
	case STORE_CONNECTION:
		connection(l);
		break;
	case STORE_WRITE:
		late_answer(l, note);
		break;
	case STORE_TICKET:
		if (note->ticket_id == l->opened)
			ticket_news(l, note->ticket_id);
		if (note->ticket_id == l->opened && note->remote)
			store_want_ticket(l->store, note->ticket_id);
		break;
	case STORE_NOTICE:
		if (note->notice)
			notice_news(l, note->notice, FALSE);
		break;
	case STORE_MERGED:
		if (note->ticket_id == l->opened) {
			add(l, g_strdup_printf(_("#%" PRId64 " went into #%" PRId64 ", which is open now."), note->ticket_id, note->other_id));
			l->opened = note->other_id;
		}
		break;
	case STORE_MESSAGE:
		if (note->text && note->bad && !l->desk->sending_key) /* else it is the answer, which is told */
			add(l, g_strdup(note->text));
		break;
	default:
		break;
	}
}

void linear_news_start(struct linear *l)
{
	l->gathering = g_ptr_array_new_with_free_func(stop_gathering);
	store_listen(l->store, on_note, l);
}

void linear_news_end(struct linear *l)
{
	g_clear_pointer(&l->gathering, g_ptr_array_unref);
}

char *linear_news_take(void *arg)
{
	struct linear *l = arg;
	GString *all;
	char *line;

	if (l->quiet || g_queue_is_empty(&l->news))
		return NULL;
	all = g_string_new(NULL);
	while ((line = g_queue_pop_head(&l->news))) {
		g_string_append_printf(all, "%s\n", line);
		g_free(line);
	}
	return g_string_free(all, FALSE);
}
