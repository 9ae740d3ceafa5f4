/* What an agent needs to escalate with a few keys: where to, why, the note, the word to the customer, the time. */
#include "server/desk/ladder.h"

#include <string.h>
#include "wire/desk_settings.h"
#include "wire/said.h"

#define LATELY_MS (30 * MS_DAY)      /* where cases of a type went */
#define LOOKED_BACK 2000             /* escalations, at most */
#define PICKUPS_MS MS_DAY
#define PICKUPS_MAX 500
#define PACE_MS (4 * MS_HOUR)
#define PACE_TICKETS 200
#define ARTICLES_MAX 5

struct sheet {
	struct db_conn *conn;
	const struct words *words;
	const struct actor *who;
	struct ticket *ticket;
	int64_t now;
	const struct category *category; /* or the nearest above it that is known; NULL none */
	GArray *people;                  /* struct ladder_person */
	GArray *waiting;                 /* struct amount, by group */
	GArray *pickups;                 /* struct amount */
	GArray *used;                    /* struct amount, n = 1 each */
	GPtrArray *reasons_used;         /* char* */
	char *tags_go;                   /* where the customer's tags send a case: the setting; NULL nowhere */
};

struct amount {
	desk_id group_id;
	int64_t n;
};

static gboolean amount_fn(const struct db_row *row, void *arg)
{
	struct amount a = {db_int(row, 0), db_int(row, 1)};

	g_array_append_val((GArray *)arg, a);
	return TRUE;
}

/* ticket_count: active, group, assignee, how many */
static gboolean count_fn(const struct db_row *row, void *arg)
{
	struct amount a = {db_int(row, 1), db_int(row, 3)};

	if (db_int(row, 0) == 1 && !db_int(row, 2))
		g_array_append_val((GArray *)arg, a);
	return TRUE;
}

static gboolean used_fn(const struct db_row *row, void *arg)
{
	struct sheet *s = arg;
	struct amount a = {db_int(row, 0), 1};

	g_array_append_val(s->used, a);
	if (!db_null(row, 1))
		g_ptr_array_add(s->reasons_used, db_dup(row, 1));
	return TRUE;
}

static int64_t sum_of(const GArray *amounts, desk_id group_id)
{
	int64_t n = 0;

	for (guint i = 0; i < amounts->len; i++)
		if (g_array_index(amounts, struct amount, i).group_id == group_id)
			n += g_array_index(amounts, struct amount, i).n;
	return n;
}

/* The type as the desk lists it, or what is above it. */
static const struct category *category_of(const struct words *w, const char *name)
{
	g_autofree char *path = g_strdup(name);

	while (path && *path) {
		const struct category *c = words_category_named(w, path);
		char *slash;

		if (c)
			return c;
		slash = strrchr(path, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
	return NULL;
}

/* ---- targets */
static gboolean has_skill(const struct words *w, desk_id person_id, desk_id skill_id)
{
	const struct person *p = words_person(w, person_id);

	for (guint i = 0; p && i < p->skills->len; i++)
		if (g_array_index(p->skills, desk_id, i) == skill_id)
			return TRUE;
	return FALSE;
}

static const char *skill_title(const struct words *w, desk_id id)
{
	for (guint i = 0; id && i < w->skills->len; i++) {
		const struct skill *skill = w->skills->pdata[i];

		if (skill->id == id)
			return skill->title ? skill->title : skill->name;
	}
	return NULL;
}

/* Of the customer's tags the first whose cases the desk sends to that group, as people call it. */
static const char *tag_of(const struct sheet *s, const struct group *g)
{
	const struct customer *c = s->ticket->customer;

	for (guint i = 0; s->tags_go && c && i < c->tags->len; i++) {
		const char *name = ((const struct tag_mark *)c->tags->pdata[i])->name;

		if (!name || !escalation_tag_goes_to(s->tags_go, name, g->name))
			continue;
		for (guint k = 0; k < s->words->tags->len; k++) {
			const struct tag *tag = s->words->tags->pdata[k];
			const char *label = strcmp(say_language(), "zh") ? tag->label_en : tag->label_zh;

			if (g_strcmp0(tag->name, name) == 0 && label)
				return label;
		}
		return name;
	}
	return NULL;
}

static struct escalation_candidate candidate_of(const struct sheet *s, const struct group *g)
{
	const struct customer *customer = s->ticket->customer;
	desk_id skill_id = words_skill_of_category(s->words, s->ticket->category);
	desk_id language_id = customer ? words_skill_of_language(s->words, customer->language) : 0;
	struct escalation_candidate c = {.group = g, .owns_type = s->category && s->category->group_id == g->id,
	                                 .skill = skill_title(s->words, skill_id), .tag = tag_of(s, g),
	                                 .language = language_id ? language_said(customer->language) : NULL,
	                                 .used = (int)MIN(sum_of(s->used, g->id), 99)};

	for (guint i = 0; i < s->people->len; i++) {
		const struct ladder_person *p = &g_array_index(s->people, struct ladder_person, i);
		gboolean skilled, speaks;

		if (p->group_id != g->id)
			continue;
		skilled = skill_id && has_skill(s->words, p->person_id, skill_id);
		speaks = language_id && has_skill(s->words, p->person_id, language_id);
		c.people++;
		c.available += p->available;
		c.with_skill += skilled;
		c.skilled_now += skilled && p->available;
		c.speakers += speaks;
		c.speaking_now += speaks && p->available;
		if (customer && customer->manager_id == p->person_id)
			c.manager = words_person_name(s->words, p->person_id);
	}
	return c;
}

static gboolean wait_of(const struct sheet *s, struct escalation_target *t, GError **error)
{
	g_autoptr(GArray) waits = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int64_t taken = 0;

	for (guint i = 0; i < s->pickups->len; i++)
		if (g_array_index(s->pickups, struct amount, i).group_id == t->group_id)
			g_array_append_val(waits, g_array_index(s->pickups, struct amount, i).n);
	if (waits->len < ESCALATION_PICKUPS_MIN &&
	    !DB_RUN(s->conn, STMT_LADDER_PACE, row_int_fn, &taken, error, DB_I(t->group_id), DB_I(PACE_TICKETS),
	            DB_I(s->now - PACE_MS)))
		return FALSE;
	t->wait_ms = escalation_wait((int64_t *)(void *)waits->data, waits->len, t->waiting, taken ? PACE_MS / taken : -1);
	return TRUE;
}

struct scored {
	struct escalation_target *target; /* owned by the list */
	int fit;
};

static gint by_fit(gconstpointer a, gconstpointer b)
{
	const struct scored *x = a, *y = b;

	if (x->fit != y->fit)
		return x->fit < y->fit ? 1 : -1;
	if (!x->target->tier != !y->target->tier)
		return x->target->tier ? -1 : 1;
	return strcmp(x->target->name, y->target->name);
}

static gboolean add_targets(const struct sheet *s, struct escalation_sheet *to, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct scored));
	gboolean ok = TRUE;

	for (guint i = 0; i < s->words->groups->len; i++) {
		const struct group *g = s->words->groups->pdata[i];
		struct escalation_candidate c;
		struct scored one;

		if (g->tier == 1 || g->id == s->ticket->row.group_id)
			continue;
		c = candidate_of(s, g);
		one = (struct scored){g_new0(struct escalation_target, 1), 0};
		one.target->group_id = g->id;
		one.target->name = g_strdup(g->name);
		one.target->title = g_strdup(g->title);
		one.target->tier = g->tier;
		one.target->people = c.people;
		one.target->available = c.available;
		one.target->waiting = (int)sum_of(s->waiting, g->id);
		one.target->why = escalation_why(&c);
		ok = ok && wait_of(s, one.target, error);
		one.target->promise_ms = ladder_promise(s->conn, s->words, s->ticket, g, s->now, &one.target->target_ms);
		c.late = one.target->target_ms && one.target->wait_ms > one.target->target_ms;
		one.fit = escalation_fit(&c);
		g_array_append_val(list, one);
	}
	g_array_sort(list, by_fit);
	for (guint i = 0; i < list->len; i++) {
		const struct scored *one = &g_array_index(list, struct scored, i);

		one->target->recommended = i == 0 && one->fit > 0;
		g_ptr_array_add(to->targets, one->target);
	}
	return ok;
}

/* ---- texts */
static gboolean title_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, db_dup(row, 0));
	return TRUE;
}

static gboolean add_note(const struct sheet *s, struct escalation_sheet *to, GError **error)
{
	g_autoptr(GPtrArray) moods = moods_read(s->conn, error);
	g_autoptr(GPtrArray) articles = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *zone = desk_setting(s->conn, "zone");
	const struct category *c = s->category;
	const char *label = c ? strcmp(say_language(), "zh") ? c->label_en : c->label_zh : NULL;
	const struct escalation_story story = {
		.ticket = s->ticket, .category = label ? label : s->ticket->category, .moods = moods, .articles = articles,
		.tags = s->words->tags, .zone = zone, .now_ms = s->now,
	};

	if (!moods || !DB_RUN(s->conn, STMT_ARTICLES_OF_TICKET, title_fn, articles, error, DB_I(s->ticket->row.id),
	                      DB_I(ARTICLES_MAX)))
		return FALSE;
	to->note = escalation_note(&story);
	return TRUE;
}

static gboolean add_reasons(const struct sheet *s, struct escalation_sheet *to)
{
	g_autofree char *setting = desk_setting(s->conn, "escalation_reasons");

	g_ptr_array_unref(to->reasons);
	to->reasons = escalation_reasons(setting ? setting : desk_setting_specs[DESK_SETTING_ID_ESCALATION_REASONS].def,
	                                 say_language(), s->reasons_used);
	return TRUE;
}

/* ---- all of it */
static gboolean gather(struct sheet *s, GError **error)
{
	const char *type = s->ticket->category ? s->ticket->category : "";
	g_autofree char *top = g_strndup(type, strcspn(type, "/")), *below = g_strconcat(top, "/", NULL);
	g_autofree char *end = g_strconcat(top, "0", NULL); /* behind / */

	s->category = category_of(s->words, type);
	s->tags_go = desk_setting(s->conn, "escalation_tags");
	s->people = ladder_people(s->conn, s->now, error);
	return s->people && DB_RUN(s->conn, STMT_QUEUE_TOTALS, count_fn, s->waiting, error) &&
	       DB_RUN(s->conn, STMT_LADDER_PICKUPS, amount_fn, s->pickups, error, DB_I(s->now - PICKUPS_MS),
	              DB_I(PICKUPS_MAX)) &&
	       DB_RUN(s->conn, STMT_LADDER_USED, used_fn, s, error, DB_T(top), DB_T(below), DB_T(end),
	              DB_I(s->now - LATELY_MS), DB_I(LOOKED_BACK));
}

static gboolean fill(struct sheet *s, struct escalation_sheet *to, GError **error)
{
	if (!gather(s, error) || !add_targets(s, to, error) || !add_reasons(s, to) || !add_note(s, to, error) ||
	    !ladder_words(s->conn, s->words, s->who, s->ticket, s->now, &to->reply, error))
		return FALSE;
	to->promise_ms = to->targets->len ? ((const struct escalation_target *)to->targets->pdata[0])->promise_ms : 0;
	return TRUE;
}

gboolean escalation_sheet_query(struct db_conn *conn, const struct words *w, const struct actor *who,
                                const struct query *q, int64_t now_ms, struct answer *out, GError **error)
{
	struct sheet s = {
		.conn = conn, .words = w, .who = who, .now = now_ms,
		.ticket = ticket_read(conn, w, q->ticket_id, now_ms, error),
		.waiting = g_array_new(FALSE, FALSE, sizeof(struct amount)),
		.pickups = g_array_new(FALSE, FALSE, sizeof(struct amount)),
		.used = g_array_new(FALSE, FALSE, sizeof(struct amount)),
		.reasons_used = g_ptr_array_new_with_free_func(g_free),
	};
	gboolean ok = FALSE;

	if (s.ticket) {
		out->sheet = escalation_sheet_new();
		ok = fill(&s, out->sheet, error);
	}
	ticket_free(s.ticket);
	g_clear_pointer(&s.people, g_array_unref);
	g_array_unref(s.waiting);
	g_array_unref(s.pickups);
	g_array_unref(s.used);
	g_ptr_array_unref(s.reasons_used);
	g_free(s.tags_go);
	return ok;
}
