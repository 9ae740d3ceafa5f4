/* Peaks: many tickets of one topic in a short time are an "incident suspected". Whoever writes isn't held up by
 * it: tickets that came make the scheduler look, at most every few seconds, at the index of newborn tickets. A row
 * a topic in `incident` is what makes a peak happen once, whichever server sees it first. */
#include "server/desk/problems.h"

#include <string.h>
#include "base/say.h"
#include "rules/incident.h"
#include "rules/problem.h"
#include "wire/desk_settings.h"

#define LOOK_MS (5 * MS_SECOND)   /* between two looks at tickets that came */
#define WATCH_MS (30 * MS_SECOND) /* while a peak lasts: is it over? */
#define USUAL_MS MS_HOUR          /* what is usual is counted anew */
#define SLICE 50                  /* tickets that join in one transaction */
#define SLICES_MAX 20             /* of one look */

static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};

struct incidents {
	GMutex lock;
	gboolean came;      /* tickets, since the last look */
	/* the scheduler's alone */
	int64_t looked_ms;
	gboolean lasting;   /* a peak is on */
	GHashTable *usual;  /* topic -> how many in the days before (size) */
	int64_t usual_ms;   /* counted then; 0 never */
};

struct incidents *incidents_new(void)
{
	struct incidents *i = g_new0(struct incidents, 1);

	g_mutex_init(&i->lock);
	i->came = TRUE; /* what came before this server did */
	i->usual = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return i;
}

void incidents_free(struct incidents *i)
{
	if (!i)
		return;
	g_mutex_clear(&i->lock);
	g_hash_table_unref(i->usual);
	g_free(i);
}

void incidents_notice(struct incidents *i, const struct event *event)
{
	static const char *const births[] = {"customer-opens", "ticket-new", "category", "split", NULL};

	if (!event->change || !g_strv_contains(births, event->change))
		return;
	g_mutex_lock(&i->lock);
	i->came = TRUE;
	g_mutex_unlock(&i->lock);
}

static void take_came(struct incidents *i)
{
	g_mutex_lock(&i->lock);
	i->came = FALSE;
	g_mutex_unlock(&i->lock);
}

/* ---- counting */
struct lasting {
	char *topic;
	desk_id problem_id;
	int64_t since_ms;
};

struct look {
	struct desk *desk;
	struct incident_limits limits;
	int64_t now;
	GHashTable *counts;   /* topic -> how many within the window (size) */
	GPtrArray *lasting;   /* struct lasting */
};

static void lasting_free(void *item)
{
	struct lasting *l = item;

	g_free(l->topic);
	g_free(l);
}

static gboolean count_fn(const struct db_row *row, void *arg)
{
	GHashTable *counts = arg;
	char *topic = incident_topic(db_text(row, 0));
	gsize n = (gsize)db_int(row, 1);

	if (topic)
		g_hash_table_replace(counts, topic, GSIZE_TO_POINTER(n + GPOINTER_TO_SIZE(g_hash_table_lookup(counts, topic))));
	return TRUE;
}

static gboolean lasting_fn(const struct db_row *row, void *arg)
{
	struct lasting *l = g_new0(struct lasting, 1);

	l->topic = db_dup(row, 0);
	l->problem_id = db_int(row, 1);
	l->since_ms = db_int(row, 2);
	g_ptr_array_add(arg, l);
	return TRUE;
}

static int number(struct db_conn *conn, enum desk_setting_id id)
{
	g_autofree char *value = desk_setting(conn, desk_setting_specs[id].name);

	return (int)desk_setting_value(id, value);
}

static int64_t window_from(const struct look *l)
{
	return l->now - l->limits.minutes * MS_MINUTE;
}

static gboolean read_counts(struct look *l, GError **error)
{
	struct db_conn *conn = db_read_begin(l->desk->db, error);
	gboolean ok;

	if (!conn)
		return FALSE;
	l->limits = (struct incident_limits){
		.count = number(conn, DESK_SETTING_ID_INCIDENT_COUNT), .minutes = number(conn, DESK_SETTING_ID_INCIDENT_MINUTES),
		.times = number(conn, DESK_SETTING_ID_INCIDENT_TIMES),
	};
	ok = DB_RUN(conn, STMT_INCIDENTS, lasting_fn, l->lasting, error) &&
	     (!l->limits.count || DB_RUN(conn, STMT_INCIDENT_COUNTS, count_fn, l->counts, error, DB_I(window_from(l)),
	                                 DB_I(INT64_MAX)));
	db_read_end(l->desk->db, conn);
	return ok;
}

/* Only asked when a topic has many at all: it is a walk over a week. */
static gboolean usual_of(struct look *l, const char *topic, double *usual, GError **error)
{
	struct incidents *i = l->desk->incidents;
	int64_t from = window_from(l);

	if (!i->usual_ms || l->now - i->usual_ms > USUAL_MS || l->now < i->usual_ms) {
		g_hash_table_remove_all(i->usual);
		if (!DB_READ_ONE(l->desk->db, STMT_INCIDENT_COUNTS, count_fn, i->usual, error,
		                 DB_I(from - INCIDENT_USUAL_DAYS * MS_DAY), DB_I(from)))
			return FALSE;
		i->usual_ms = l->now;
	}
	*usual = incident_usual(&l->limits, (int64_t)GPOINTER_TO_SIZE(g_hash_table_lookup(i->usual, topic)));
	return TRUE;
}

/* ---- a slice of a peak: it begins, and tickets join it */
struct peak {
	const struct look *look;
	const char *topic;
	int64_t n;
	gboolean more;
};

static gboolean row_lasting_fn(const struct db_row *row, void *arg)
{
	*(desk_id *)arg = db_int(row, 1);
	return FALSE;
}

static char *peak_words(const struct peak *p)
{
	return g_strdup_printf(_("%s: %" G_GINT64_FORMAT " tickets in %d minutes"), p->topic, p->n, p->look->limits.minutes);
}

/* The problem of this peak: one nobody has got to the bottom of yet goes on. */
static gboolean begin(struct work *w, const struct peak *p, desk_id *id, GError **error)
{
	g_autofree char *title = peak_words(p);
	struct event e = {.kind = EVENT_PROBLEM};

	*id = 0;
	if (!DB_RUN(w->conn, STMT_INCIDENT_PROBLEM, row_int_fn, id, error, DB_T(p->topic), DB_I(STAGE_ANALYSED)))
		return FALSE;
	if (!*id && !DB_RUN(w->conn, STMT_PROBLEM_INSERT, row_int_fn, id, error, DB_T(title), DB_I(STAGE_SUSPECTED),
	                    DB_T(p->topic), DB_T(NULL), DB_I(0), DB_I(w->now), DB_I(w->now), DB_T(p->topic)))
		return FALSE;
	e.other_id = *id;
	return DB_RUN(w->conn, STMT_INCIDENT_IS, NULL, NULL, error, DB_T(p->topic), DB_I(*id)) &&
	       work_announce(w, &e, "incident", error);
}

static gboolean works_for(const struct person *p, desk_id group_id)
{
	for (guint i = 0; group_id && i < p->groups->len; i++)
		if (g_array_index(p->groups, desk_id, i) == group_id)
			return TRUE;
	return FALSE;
}

/* The group that a category of the topic says, the topic itself first; 0 none. */
static desk_id group_of(const struct words *w, const char *topic)
{
	const struct category *c = words_category_named(w, topic);

	for (guint i = 0; !(c && c->group_id) && i < w->categories->len; i++)
		if (incident_of_topic(((const struct category *)w->categories->pdata[i])->name, topic))
			c = w->categories->pdata[i];
	return c ? c->group_id : 0;
}

static gboolean tell(struct work *w, const struct peak *p, desk_id problem_id, desk_id ticket_id, GError **error)
{
	g_autofree char *words = peak_words(p);
	g_autofree char *text = g_strdup_printf(_("incident suspected: %s (problem %" G_GINT64_FORMAT ")"), words, problem_id);
	desk_id group_id = group_of(w->words, p->topic);

	for (guint i = 0; i < w->words->people->len; i++) {
		const struct person *who = w->words->people->pdata[i];
		const struct notice n = {.kind = NOTICE_INCIDENT, .person_id = who->id, .text = text, .ticket_id = ticket_id};

		if (who->active && (who->role == ROLE_SUPERVISOR || works_for(who, group_id)) && !notice_add(w, &n, error))
			return FALSE;
	}
	return TRUE;
}

/* A fault that hits many goes first; what a person set by hand stays. */
static gboolean raise_priority(struct work *one, const struct peak *p, desk_id problem_id, const struct priority_matrix *m,
                      GError **error)
{
	struct ticket *t = one->ticket;
	enum ticket_priority to = t->row.priority;
	g_autofree char *reason = NULL;

	priority_assess(m, IMPACT_WIDE, t->need >= 0 ? t->need : NEED_HIGH, &to);
	if (to <= t->row.priority || priority_reason_is_person(t->priority_reason))
		return TRUE;
	reason = g_strdup_printf(HISTORY_PRIORITY_INCIDENT, (unsigned)p->n, p->topic, (unsigned)p->look->limits.minutes);
	return DB_RUN(one->conn, STMT_RAISED_ADD, NULL, NULL, error, DB_I(problem_id), DB_I(t->row.id), DB_I(t->row.priority),
	              DB_T(t->priority_reason)) &&
	       ticket_set_priority(one, to, reason, error);
}

static gboolean join(struct work *w, const struct peak *p, const struct problem *problem, desk_id id,
                     const struct priority_matrix *m, GError **error)
{
	struct work one;
	gboolean changed, ok = work_begin(&one, w->desk, w->tx, &nobody, error) && work_load(&one, id, error);

	/* Asked again under the lock: somebody may have closed or linked it meanwhile. */
	if (ok && status_is_active(one.ticket->row.status) && !one.ticket->problem_id)
		ok = problem_take_ticket(&one, problem, &changed, error) && raise_priority(&one, p, problem->id, m, error) &&
		     work_save(&one, "incident", error);
	work_end(&one);
	return ok;
}

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

static gboolean join_slice(struct work *w, struct peak *p, desk_id problem_id, GArray *ids, GError **error)
{
	g_autofree char *below = g_strconcat(p->topic, "/", NULL), *end = g_strconcat(p->topic, "0", NULL); /* behind / */
	struct problem_kept k;
	struct priority_matrix m;
	gboolean ok = problem_load(w, problem_id, &k, error);

	priority_matrix_read(w->conn, &m);
	ok = ok && (!problem_is_open(k.problem->stage) ||
	            DB_RUN(w->conn, STMT_INCIDENT_TICKETS, id_fn, ids, error, DB_I(window_from(p->look)), DB_T(p->topic),
	                   DB_T(below), DB_T(end), DB_I(SLICE)));
	for (guint i = 0; ok && i < ids->len; i++)
		ok = join(w, p, k.problem, g_array_index(ids, desk_id, i), &m, error);
	ok = ok && (!ids->len || problem_save(w, &k, "incident", error));
	p->more = ok && ids->len == SLICE;
	problem_kept_clear(&k);
	return ok;
}

static gboolean peak_job(struct db_tx *tx, void *arg, GError **error)
{
	struct peak *p = arg;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct work w;
	desk_id problem_id = 0;
	gboolean first, ok;

	p->more = FALSE;
	if (!work_begin(&w, p->look->desk, tx, &nobody, error))
		return FALSE;
	ok = DB_RUN(w.conn, STMT_INCIDENT_BEGIN, NULL, NULL, error, DB_T(p->topic), DB_I(w.now));
	first = ok && db_changed(w.conn) > 0;
	ok = ok && (first ? begin(&w, p, &problem_id, error) :
	                    DB_RUN(w.conn, STMT_INCIDENT_LOCK, row_lasting_fn, &problem_id, error, DB_T(p->topic)));
	ok = ok && (!problem_id || join_slice(&w, p, problem_id, ids, error));
	if (ok && first)
		ok = tell(&w, p, problem_id, ids->len ? g_array_index(ids, desk_id, 0) : 0, error);
	work_end(&w);
	return ok;
}

static gboolean end_job(struct db_tx *tx, void *arg, GError **error)
{
	return DB_RUN(db_conn_of(tx), STMT_INCIDENT_END, NULL, NULL, error, DB_T(arg));
}

/* ---- looking */
static gboolean is_lasting(const struct look *l, const char *topic)
{
	for (guint i = 0; i < l->lasting->len; i++)
		if (strcmp(((const struct lasting *)l->lasting->pdata[i])->topic, topic) == 0)
			return TRUE;
	return FALSE;
}

static gboolean run_peak(struct look *l, const char *topic, int64_t n, GError **error)
{
	struct peak p = {.look = l, .topic = topic, .n = n};

	l->desk->incidents->lasting = TRUE;
	for (int i = 0; i < SLICES_MAX; i++) {
		if (!db_submit_wait(l->desk->db, peak_job, &p, error))
			return FALSE;
		if (!p.more)
			return TRUE;
	}
	g_mutex_lock(&l->desk->incidents->lock);
	l->desk->incidents->came = TRUE; /* the rest with the next look */
	g_mutex_unlock(&l->desk->incidents->lock);
	return TRUE;
}

static gboolean look_at(struct look *l, const char *topic, int64_t n, GError **error)
{
	gboolean lasts = is_lasting(l, topic);
	double usual = 0;

	if (!lasts && !incident_begins(&l->limits, n, 0))
		return TRUE;
	if (!usual_of(l, topic, &usual, error))
		return FALSE;
	if (lasts && !incident_lasts(&l->limits, n, usual))
		return db_submit_wait(l->desk->db, end_job, (void *)topic, error);
	return !lasts && !incident_begins(&l->limits, n, usual) ? TRUE : run_peak(l, topic, n, error);
}

static gboolean look_at_all(struct look *l, GError **error)
{
	GHashTableIter iter;
	void *topic, *n;

	if (!read_counts(l, error))
		return FALSE;
	l->desk->incidents->lasting = FALSE;
	g_hash_table_iter_init(&iter, l->counts);
	while (g_hash_table_iter_next(&iter, &topic, &n))
		if (!look_at(l, topic, (int64_t)GPOINTER_TO_SIZE(n), error))
			return FALSE;
	for (guint i = 0; i < l->lasting->len; i++) {
		struct lasting *one = l->lasting->pdata[i];

		if (!g_hash_table_contains(l->counts, one->topic) && !look_at(l, one->topic, 0, error))
			return FALSE;
	}
	return TRUE;
}

static int64_t next_look(struct incidents *i)
{
	gboolean came;

	g_mutex_lock(&i->lock);
	came = i->came;
	g_mutex_unlock(&i->lock);
	return came ? i->looked_ms + LOOK_MS : i->lasting ? i->looked_ms + WATCH_MS : INT64_MAX;
}

gboolean incidents_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	struct incidents *i = d->incidents;
	struct look l = {.desk = d, .now = now_ms};
	gboolean ok;

	if (now_ms < i->looked_ms)
		i->looked_ms = 0; /* the wall clock went back */
	*next_ms = next_look(i);
	if (*next_ms > now_ms)
		return TRUE;
	take_came(i);
	i->looked_ms = now_ms;
	l.counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	l.lasting = g_ptr_array_new_with_free_func(lasting_free);
	ok = look_at_all(&l, error);
	*next_ms = next_look(i);
	g_hash_table_unref(l.counts);
	g_ptr_array_unref(l.lasting);
	return ok;
}
