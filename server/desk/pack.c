/* The weekly pack (R-TICKET-4): its figures, each from a range of an index in time; rules/pack.h makes the text. */
#include "server/desk/problems.h"

#include <string.h>

#include "rules/incident.h"
#include "rules/pack.h"
#include "rules/problem.h"

#define VOLUMES_MAX 25
#define PROBLEMS_MAX 20
#define QUOTES_MAX 10
#define ESCALATIONS_MAX 20
#define PEAKS_MAX 10
#define REPEATS_MAX 10

struct packing {
	struct db_conn *conn;
	const struct words *words;
	struct pack *pack;
	GPtrArray *categories; /* struct pack_count: this week, the PACK_USUAL_WEEKS before; within `all` */
	struct pack all;       /* owns them */
};

static gboolean volume_fn(const struct db_row *row, void *arg)
{
	struct packing *p = arg;
	const char *category = db_text(row, 0);
	int64_t n = db_int(row, 1), before = db_int(row, 2);

	p->pack->tickets += n;
	p->pack->tickets_before += before;
	if ((n || before) && p->pack->volumes->len < VOLUMES_MAX)
		pack_count_add(p->pack->volumes, category, NULL, n, before);
	g_ptr_array_add(p->categories, pack_count_add(p->all.volumes, category, NULL, n, db_int(row, 3)));
	return TRUE;
}

/* ---- problems */
static gboolean problem_fn(const struct db_row *row, void *arg)
{
	struct packing *p = arg;
	struct problem *from = problem_of_row(row, p->words);
	struct pack_problem *b = g_new0(struct pack_problem, 1);

	b->id = from->id;
	b->title = g_strdup(from->title);
	b->owner = g_strdup(from->owner_name);
	b->stage = from->stage;
	b->tickets = from->tickets;
	b->customers = from->customers;
	b->told = from->told;
	b->satisfied = from->satisfied;
	b->unsatisfied = from->unsatisfied;
	b->steps = g_ptr_array_new_with_free_func(pack_step_free);
	g_ptr_array_add(p->pack->problems, b);
	problem_free(from);
	return TRUE;
}

static gboolean add_steps(struct packing *p, struct pack_problem *b, GError **error)
{
	struct problem *all = problem_new();
	gboolean ok;

	all->id = b->id;
	ok = problem_load_steps(p->conn, p->words, all, error);
	for (guint i = 0; ok && i < all->steps->len; i++) {
		const struct problem_step *s = all->steps->pdata[i];
		struct pack_step *owed;

		if (s->done_ms || !problem_is_step(s->stage))
			continue;
		owed = g_new0(struct pack_step, 1);
		owed->stage = s->stage;
		owed->owner = g_strdup(s->owner_name);
		owed->due_ms = s->due_ms;
		g_ptr_array_add(b->steps, owed);
	}
	problem_free(all);
	return ok;
}

static gboolean read_problems(struct packing *p, GError **error)
{
	if (!DB_RUN(p->conn, STMT_PACK_PROBLEMS, problem_fn, p, error, DB_I(p->pack->from_ms), DB_I(p->pack->to_ms),
	            DB_I(STAGE_PREVENTED), DB_I(PROBLEMS_MAX)))
		return FALSE;
	for (guint i = 0; i < p->pack->problems->len; i++)
		if (!add_steps(p, p->pack->problems->pdata[i], error))
			return FALSE;
	return TRUE;
}

/* ---- the rest */
static gboolean breach_fn(const struct db_row *row, void *arg)
{
	struct packing *p = arg;
	int64_t clock = db_int(row, 0);

	if (clock > CLOCK_NONE && clock < CLOCK_COUNT)
		pack_count_add(p->pack->breaches, clock_kind_name((enum clock_kind)clock), NULL, db_int(row, 1), db_int(row, 2));
	return TRUE;
}

static gboolean answers_fn(const struct db_row *row, void *arg)
{
	struct pack *p = ((struct packing *)arg)->pack;

	p->answered = db_int(row, 0);
	p->solved = db_int(row, 1);
	p->unsolved = db_int(row, 2);
	p->speed = db_int(row, 4) ? (double)db_int(row, 3) / (double)db_int(row, 4) : 0;
	return FALSE;
}

static gboolean quote_fn(const struct db_row *row, void *arg)
{
	struct packing *p = arg;
	struct pack_quote *q = g_new0(struct pack_quote, 1);

	q->ticket_id = db_int(row, 0);
	q->text = db_dup(row, 1);
	g_ptr_array_add(p->pack->quotes, q);
	return TRUE;
}

static gboolean escalation_fn(const struct db_row *row, void *arg)
{
	struct packing *p = arg;
	const struct group *g = words_group(p->words, db_int(row, 1));
	const char *to = g ? g->title : words_person_name(p->words, db_int(row, 2));

	pack_count_add(p->pack->escalations, db_text(row, 0), to, db_int(row, 3), 0);
	return TRUE;
}

static gboolean repeat_fn(const struct db_row *row, void *arg)
{
	pack_count_add(((struct packing *)arg)->pack->repeats, db_text(row, 0), NULL, db_int(row, 1), 0);
	return TRUE;
}

static gboolean article_fn(const struct db_row *row, void *arg)
{
	struct pack_topic *t = arg;

	t->article_id = db_int(row, 0);
	t->article = db_dup(row, 1);
	return FALSE;
}

static gboolean read_peaks(struct packing *p, GError **error)
{
	pack_find_peaks(p->pack, p->categories, PEAKS_MAX);
	for (guint i = 0; i < p->pack->peaks->len; i++) {
		struct pack_topic *t = p->pack->peaks->pdata[i];
		g_autofree char *below = g_strconcat(t->name, "/", NULL), *end = g_strconcat(t->name, "0", NULL); /* behind / */

		if (!DB_RUN(p->conn, STMT_PACK_ARTICLE, article_fn, t, error, DB_T(t->name), DB_T(below), DB_T(end)))
			return FALSE;
	}
	return TRUE;
}

static gboolean read_figures(struct packing *p, GError **error)
{
	struct pack *k = p->pack;
	int64_t week = 7 * MS_DAY, from = k->from_ms, to = k->to_ms;

	return DB_RUN(p->conn, STMT_PACK_VOLUMES, volume_fn, p, error, DB_I(from - PACK_USUAL_WEEKS * week), DB_I(from), DB_I(to),
	              DB_I(from - week)) &&
	       DB_RUN(p->conn, STMT_PACK_BREACHES, breach_fn, p, error, DB_I(from - week), DB_I(from), DB_I(MIN(to, k->now_ms))) &&
	       DB_RUN(p->conn, STMT_PACK_ASKED, row_int_fn, &k->asked, error, DB_I(from), DB_I(to)) &&
	       DB_RUN(p->conn, STMT_PACK_SKIPPED, row_int_fn, &k->skipped, error, DB_I(from), DB_I(to)) &&
	       DB_RUN(p->conn, STMT_PACK_ANSWERS, answers_fn, p, error, DB_I(from), DB_I(to)) &&
	       DB_RUN(p->conn, STMT_PACK_QUOTES, quote_fn, p, error, DB_I(from), DB_I(to), DB_I(QUOTES_MAX)) &&
	       DB_RUN(p->conn, STMT_PACK_ESCALATIONS, escalation_fn, p, error, DB_I(from), DB_I(to), DB_I(ESCALATIONS_MAX)) &&
	       DB_RUN(p->conn, STMT_PACK_REPEATS, repeat_fn, p, error, DB_I(from), DB_I(to), DB_I(week), DB_I(REPEATS_MAX)) &&
	       read_problems(p, error) && read_peaks(p, error);
}

/* "account/sign-in" as its levels are called in the thread's language: "账号/登录". NULL stays. */
static void call_category(const struct words *w, char **name)
{
	gboolean chinese = strcmp(say_language(), "zh") == 0;
	g_auto(GStrv) levels = *name ? g_strsplit(*name, "/", -1) : NULL;
	g_autoptr(GString) path = g_string_new(NULL), called = g_string_new(NULL);

	for (guint i = 0; levels && levels[i]; i++) {
		const struct category *c;
		const char *label;

		g_string_append_printf(path, "%s%s", i ? "/" : "", levels[i]);
		c = words_category_named(w, path->str);
		label = !c ? NULL : chinese ? c->label_zh : c->label_en;
		g_string_append_printf(called, "%s%s", i ? "/" : "", label && *label ? label : levels[i]);
	}
	if (levels) {
		g_free(*name);
		*name = g_strdup(called->str);
	}
}

static void call_categories(const struct words *w, const struct pack *k)
{
	for (guint i = 0; i < k->volumes->len; i++)
		call_category(w, &((struct pack_count *)k->volumes->pdata[i])->name);
	for (guint i = 0; i < k->peaks->len; i++)
		call_category(w, &((struct pack_topic *)k->peaks->pdata[i])->name);
	for (guint i = 0; i < k->repeats->len; i++)
		call_category(w, &((struct pack_count *)k->repeats->pdata[i])->name);
}

/* In the language asked for; the thread's own again after it. */
static char *text_in(const struct words *w, const struct pack *k, const char *language)
{
	const char *own = say_language(), *wanted = say_language_of_locale(language);
	char *text;

	if (wanted)
		say_language_set(wanted);
	call_categories(w, k);
	text = pack_text(k);
	say_language_set(own);
	return text;
}

gboolean pack_query(struct db_conn *conn, const struct words *w, const struct query *q, int64_t now_ms, struct answer *out,
                    GError **error)
{
	g_autofree char *zone_name = desk_setting(conn, "zone");
	g_autoptr(GTimeZone) named = zone_name ? g_time_zone_new_identifier(zone_name) : NULL;
	g_autoptr(GTimeZone) zone = named ? g_time_zone_ref(named) : g_time_zone_new_local();
	g_autoptr(GPtrArray) categories = g_ptr_array_new();
	struct pack k;
	struct packing p = {conn, w, &k, categories, {0}};
	gboolean ok;

	pack_init(&k);
	pack_init(&p.all);
	k.desk_name = desk_setting(conn, "desk_name");
	ok = pack_set_week(&k, q->text, zone, now_ms, error) && read_figures(&p, error);
	if (ok)
		out->text = text_in(w, &k, q->language);
	pack_clear(&p.all);
	pack_clear(&k);
	return ok;
}
