/* The others at the desk: who looks at what, and what the person here is told. */
#include "client/store_private.h"

#include <string.h>

#include "base/log.h"

#define SETTLE_MS 400   /* who only passes by a ticket isn't looking at it */
#define AGAIN_MS 300    /* several reasons to read anew are one */
#define KEEP 200        /* notices in the list */

struct there {
	desk_id ticket_id; /* key */
	unsigned bits;     /* of others, enum store_there */
};

struct store_together {
	GPtrArray *presence;        /* struct presence, of everybody, as it came */
	GHashTable *by_ticket;      /* desk_id -> struct there; NULL: to be made anew */
	guint64 presence_read, notices_read;
	gboolean presence_moved;    /* while it was being read */
	gboolean notices_known;
	GPtrArray *notices;         /* struct notice, newest first */
	desk_id newest;             /* the highest number of the server's */
	char *workstation;
	desk_id look_id;            /* what was last asked to be said of this workstation */
	gboolean writing, idle;
	gboolean said;              /* ... and the desk knows */
	gboolean leaving;           /* the desk is being told */
	guint settle_timer, repeat_timer, again_timer;
};

static gboolean can(const struct store *s)
{
	return store_capabilities(s) & CAN_TOGETHER;
}

static desk_id my_id(const struct store *s)
{
	return s->session && s->session->me ? s->session->me->id : 0;
}

/* ---- presence of all */
static GHashTable *index_of(const struct store *s)
{
	struct store_together *t = s->together;

	if (t->by_ticket)
		return t->by_ticket;
	t->by_ticket = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	for (guint i = 0; i < t->presence->len; i++) {
		const struct presence *p = t->presence->pdata[i];
		struct there *one;

		if (!p->ticket_id || p->person_id == my_id(s) || (p->idle && !p->writing))
			continue;
		one = g_hash_table_lookup(t->by_ticket, &p->ticket_id);
		if (!one) {
			one = g_new0(struct there, 1);
			one->ticket_id = p->ticket_id;
			g_hash_table_insert(t->by_ticket, &one->ticket_id, one);
		}
		one->bits |= p->writing ? STORE_THERE_WRITES : STORE_THERE_LOOKS;
	}
	return t->by_ticket;
}

unsigned store_there(const struct store *s, desk_id ticket_id)
{
	const struct there *one = g_hash_table_lookup(index_of(s), &ticket_id);

	return one ? one->bits : 0;
}

const GPtrArray *store_presence(const struct store *s)
{
	return s->together->presence;
}

char *store_there_names(const struct store *s, desk_id ticket_id, gboolean writing)
{
	GString *names = g_string_new(NULL);
	desk_id last = 0;

	for (guint i = 0; i < s->together->presence->len; i++) { /* in order of person */
		const struct presence *p = s->together->presence->pdata[i];
		const struct person *who = store_person(s, p->person_id);

		if (p->ticket_id != ticket_id || p->person_id == my_id(s) || p->person_id == last || !who ||
		    (writing ? !p->writing : p->idle && !p->writing))
			continue;
		g_string_append_printf(names, "%s%s", names->len ? ", " : "", who->display ? who->display : who->name);
		last = p->person_id;
	}
	return g_string_free(names, !names->len);
}

static void presence_changed(struct store *s, desk_id ticket_id, desk_id other_id)
{
	g_clear_pointer(&s->together->by_ticket, g_hash_table_unref);
	store_tell(s, &(struct store_note){.kind = STORE_PRESENCE, .ticket_id = ticket_id, .other_id = other_id, .remote = TRUE});
}

static void ask_presence(struct store *s);

static void presence_came(struct store *s, struct answer *a, const GError *error, const struct ticket *x, int64_t about)
{
	struct store_together *t = s->together;

	(void)x;
	(void)about;
	t->presence_read = 0;
	if (error || !a || !a->presence)
		return;
	if (t->presence_moved) { /* the answer may be older than what was heard meanwhile */
		ask_presence(s);
		return;
	}
	g_ptr_array_unref(t->presence);
	t->presence = g_steal_pointer(&a->presence);
	presence_changed(s, 0, 0);
}

static void ask_presence(struct store *s)
{
	struct query q;

	if (s->together->presence_read || !can(s))
		return;
	s->together->presence_moved = FALSE;
	query_init(&q, QUERY_PRESENCE);
	s->together->presence_read = store_ask(s, &q, presence_came, 0);
	query_clear(&q);
}

static gint by_person(gconstpointer a, gconstpointer b)
{
	const struct presence *x = *(struct presence *const *)a, *y = *(struct presence *const *)b;

	if (x->person_id != y->person_id)
		return (x->person_id > y->person_id) - (x->person_id < y->person_id);
	return g_strcmp0(x->workstation, y->workstation);
}

static void presence_event(struct store *s, const struct event *e)
{
	struct store_together *t = s->together;
	const struct presence *p = e->presence;
	desk_id was = 0;

	if (!p)
		return;
	t->presence_moved = TRUE;
	for (guint i = 0; i < t->presence->len; i++) {
		const struct presence *old = t->presence->pdata[i];

		if (old->person_id != p->person_id || g_strcmp0(old->workstation, p->workstation) != 0)
			continue;
		was = old->ticket_id;
		g_ptr_array_remove_index(t->presence, i);
		break;
	}
	if (g_strcmp0(e->change, "leave") != 0) {
		struct presence *copy = g_memdup2(p, sizeof *p);

		copy->workstation = g_strdup(p->workstation);
		g_ptr_array_add(t->presence, copy);
		g_ptr_array_sort(t->presence, by_person);
	}
	presence_changed(s, p->ticket_id, was);
}

/* ---- mine */
static void say_look(struct store *s);

gboolean together_will_say(const struct store *s)
{
	return s->together && (s->together->settle_timer || s->together->again_timer);
}

static gboolean repeat_look(void *arg)
{
	struct store *s = arg;

	s->together->repeat_timer = 0;
	if (s->state == BACKEND_ONLINE)
		say_look(s);
	return G_SOURCE_REMOVE;
}

static void look_said(struct store *s, struct answer *a, const GError *error, const struct ticket *x, int64_t about)
{
	(void)x;
	(void)about;
	if (a && a->seq > s->own_seq)
		s->own_seq = a->seq;
	s->together->said = !error; /* else with the next repetition */
}

static void say_look(struct store *s)
{
	struct store_together *t = s->together;
	struct change c;

	if (!can(s) || !s->session)
		return;
	change_init(&c, CHANGE_PRESENCE);
	c.name = g_strdup(t->workstation);
	c.ticket_id = t->look_id;
	c.writing = t->writing;
	c.idle = t->idle;
	t->said = TRUE;
	store_send(s, &c, look_said, 0);
	change_clear(&c);
	if (t->repeat_timer)
		g_source_remove(t->repeat_timer);
	t->repeat_timer = g_timeout_add(PRESENCE_REPEAT_MS, repeat_look, s);
}

static gboolean look_settled(void *arg)
{
	struct store *s = arg;

	s->together->settle_timer = 0;
	if (!s->together->said && s->state == BACKEND_ONLINE)
		say_look(s);
	return G_SOURCE_REMOVE;
}

void store_look(struct store *s, desk_id ticket_id, gboolean writing, gboolean idle)
{
	struct store_together *t = s->together;

	if (t->look_id == ticket_id && t->writing == writing && t->idle == idle)
		return;
	t->look_id = ticket_id;
	t->writing = writing;
	t->idle = idle;
	t->said = FALSE;
	if (!t->settle_timer && can(s))
		t->settle_timer = g_timeout_add(SETTLE_MS, look_settled, s);
}

static void leave_said(struct store *s, struct answer *a, const GError *error, const struct ticket *x, int64_t about)
{
	(void)a;
	(void)error; /* then it ends by itself */
	(void)x;
	(void)about;
	s->together->leaving = FALSE;
}

static void end_timers(struct store_together *t)
{
	guint *timers[] = {&t->settle_timer, &t->repeat_timer, &t->again_timer};

	for (size_t i = 0; i < G_N_ELEMENTS(timers); i++)
		if (*timers[i])
			g_source_remove(*timers[i]);
	t->settle_timer = t->repeat_timer = t->again_timer = 0;
}

void store_leave(struct store *s)
{
	struct store_together *t = s->together;
	struct change c;

	end_timers(t);
	if (!can(s) || !s->session || s->state != BACKEND_ONLINE)
		return;
	change_init(&c, CHANGE_PRESENCE);
	c.name = g_strdup(t->workstation);
	c.on = TRUE;
	t->leaving = TRUE;
	store_send(s, &c, leave_said, 0);
	change_clear(&c);
}

gboolean together_leaving(const struct store *s)
{
	return s->together->leaving;
}

/* ---- notices */
const GPtrArray *store_notices(const struct store *s)
{
	return s->together->notices;
}

guint store_notices_unseen(const struct store *s, unsigned off)
{
	guint n = 0;

	for (guint i = 0; i < s->together->notices->len; i++) {
		const struct notice *one = s->together->notices->pdata[i];

		n += !one->seen && !(off >> one->kind & 1);
	}
	return n;
}

static void tell_notice(struct store *s, const struct notice *n)
{
	store_tell(s, &(struct store_note){.kind = STORE_NOTICE, .ticket_id = n ? n->ticket_id : 0, .notice = n, .remote = TRUE});
}

static struct notice *notice_copy(const struct notice *n)
{
	struct notice *copy = g_memdup2(n, sizeof *n);

	copy->by_name = g_strdup(n->by_name);
	copy->text = g_strdup(n->text);
	return copy;
}

/* TRUE: it is in the list already, having come twice, by the feed and by reading; or the desk made
 * something else of it (a warning became late, one more is meant): *changed, and the old one is gone. */
static gboolean known(struct store_together *t, const struct notice *n, gboolean *changed)
{
	*changed = FALSE;
	for (guint i = 0; n->id && i < t->notices->len; i++) {
		const struct notice *was = t->notices->pdata[i];

		if (was->id != n->id)
			continue;
		*changed = was->kind != n->kind || g_strcmp0(was->text, n->text) != 0;
		if (*changed)
			g_ptr_array_remove_index(t->notices, i);
		return TRUE;
	}
	return FALSE;
}

/* Takes it; tells of what is new. */
static void take_notice(struct store *s, struct notice *n, gboolean tell)
{
	struct store_together *t = s->together;
	gboolean changed, had = known(t, n, &changed);
	guint at = 0;

	if (had && !changed) {
		notice_free(n);
		return;
	}
	while (at < t->notices->len && ((const struct notice *)t->notices->pdata[at])->at_ms > n->at_ms)
		at++;
	g_ptr_array_insert(t->notices, (gint)at, n);
	t->newest = MAX(t->newest, n->id);
	if (had || (tell && !n->seen))
		tell_notice(s, had ? NULL : n);
	if (t->notices->len > KEEP)
		g_ptr_array_set_size(t->notices, KEEP);
}

static void notices_came(struct store *s, struct answer *a, const GError *error, const struct ticket *x, int64_t about)
{
	struct store_together *t = s->together;
	desk_id before = t->newest;

	(void)x;
	(void)about;
	t->notices_read = 0;
	if (error || !a || !a->notices)
		return;
	for (guint i = a->notices->len; i-- > 0;) {
		struct notice *n = g_ptr_array_steal_index(a->notices, i);

		/* What waited before the start is counted; what was missed since is told. */
		take_notice(s, n, t->notices_known && n->id > before);
	}
	t->notices_known = TRUE;
	tell_notice(s, NULL);
}

static void ask_notices(struct store *s)
{
	struct query q;

	if (s->together->notices_read || !can(s))
		return;
	query_init(&q, QUERY_NOTICES);
	s->together->notices_read = store_ask(s, &q, notices_came, 0);
	query_clear(&q);
}

static void mark_seen(struct store *s, desk_id up_to)
{
	for (guint i = 0; i < s->together->notices->len; i++) {
		struct notice *n = s->together->notices->pdata[i];

		if (n->id && n->id <= up_to)
			n->seen = TRUE;
	}
	tell_notice(s, NULL);
}

static void seen_said(struct store *s, struct answer *a, const GError *error, const struct ticket *x, int64_t about)
{
	(void)s;
	(void)a;
	(void)x;
	(void)about;
	if (error) /* they are new again on the next start; nothing is lost */
		log_info("store", "notices: %s", error->message);
}

static void say_seen(struct store *s)
{
	struct change c;

	change_init(&c, CHANGE_NOTICES_SEEN);
	c.item_id = s->together->newest;
	store_send(s, &c, seen_said, 0);
	change_clear(&c);
}

/* The desk keeps one number: it is told when nothing below it is new any more. */
void store_notices_seen(struct store *s, desk_id ticket_id)
{
	struct store_together *t = s->together;
	gboolean kept = FALSE, open = FALSE, changed = FALSE;

	for (guint i = 0; i < t->notices->len; i++) {
		struct notice *n = t->notices->pdata[i];

		if (n->seen)
			continue;
		if (ticket_id && n->ticket_id != ticket_id) {
			open |= n->id != 0;
			continue;
		}
		kept |= n->id != 0;
		changed = n->seen = TRUE;
	}
	if (kept && !open)
		say_seen(s);
	if (changed)
		tell_notice(s, NULL);
}

static void notice_event(struct store *s, const struct event *e)
{
	if (!e->notice || e->person_id != my_id(s))
		return;
	if (g_strcmp0(e->change, "seen") == 0)
		mark_seen(s, e->notice->id);
	else
		take_notice(s, notice_copy(e->notice), TRUE);
}

/* ---- what tickets' own events tell: new ones, and clocks of those that are nobody's */
static gboolean told_already(const struct store *s, desk_id ticket_id)
{
	for (guint i = 0; i < s->together->notices->len; i++) {
		const struct notice *n = s->together->notices->pdata[i];

		if (!n->id && n->ticket_id == ticket_id)
			return TRUE;
	}
	return FALSE;
}

/* Whom clocks are told to is the desk's to say; new tickets are every workstation's own business. */
void together_ticket(struct store *s, const struct event *e)
{
	const struct ticket_row *row = e->row;
	struct notice *n;

	if ((g_strcmp0(e->change, "ticket-new") != 0 && g_strcmp0(e->change, "customer-opens") != 0) || !row || !s->session ||
	    row->assignee_id || !status_is_active(row->status) || (e->person_id && e->person_id == my_id(s)) ||
	    !store_in_my_groups(s, row->group_id) || told_already(s, row->id))
		return;
	n = g_new0(struct notice, 1);
	n->kind = NOTICE_NEW_TICKET;
	n->person_id = my_id(s);
	n->ticket_id = row->id;
	n->by_name = g_strdup(row->customer_name);
	n->text = g_strdup(row->subject);
	n->clock = CLOCK_NONE;
	n->at_ms = e->at_ms;
	take_notice(s, n, TRUE);
}

void together_event(struct store *s, const struct event *e)
{
	if (e->kind == EVENT_PRESENCE)
		presence_event(s, e);
	else if (e->kind == EVENT_NOTICE)
		notice_event(s, e);
}

/* ---- life */
static gboolean read_again(void *arg)
{
	struct store *s = arg;

	s->together->again_timer = 0;
	ask_presence(s);
	ask_notices(s);
	say_look(s);
	return G_SOURCE_REMOVE;
}

void together_online(struct store *s)
{
	if (!s->together->again_timer && can(s))
		s->together->again_timer = g_timeout_add(AGAIN_MS, read_again, s);
}

void together_init(struct store *s)
{
	struct store_together *t = s->together = g_new0(struct store_together, 1);

	t->presence = g_ptr_array_new_with_free_func((GDestroyNotify)presence_free);
	t->notices = g_ptr_array_new_with_free_func((GDestroyNotify)notice_free);
	t->workstation = g_uuid_string_random();
}

void together_free(struct store *s)
{
	struct store_together *t = g_steal_pointer(&s->together);

	end_timers(t);
	g_ptr_array_unref(t->presence);
	g_ptr_array_unref(t->notices);
	g_clear_pointer(&t->by_ticket, g_hash_table_unref);
	g_free(t->workstation);
	g_free(t);
}
