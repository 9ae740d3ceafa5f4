/* "Tell all affected" (R-TICKET-4): one message a customer, once. The texts are kept with the problem and a
 * slice of the customers is told at a time, each slice one transaction with the mark of how far it is: whatever
 * breaks off, and whoever goes on, nobody hears it twice and nobody is left out. */
#include "server/desk/problems.h"

#include "base/log.h"
#include "base/say.h"
#include "rules/limits.h"
#include "rules/problem.h"

#define SLICE 50          /* customers or tickets of one transaction */
#define TEXTS_MAX 40
#define AT_WORK_MAX 20
#define AGAIN_MS (5 * MS_SECOND)

static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};

/* ---- how many, and what they would lack */
struct hearers {
	const GPtrArray *texts;
	struct limits limits;
	gboolean limited;
	GString *lines;
	GHashTable *lacking; /* language -> count */
	int64_t ready, lacks, too_long;
	GHashTable *speaking; /* language of the text -> count */
};

static void add(GHashTable *counts, const char *key, int64_t n)
{
	int64_t now = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, key));

	g_hash_table_replace(counts, g_strdup(key), GSIZE_TO_POINTER((gsize)(now + n)));
}

static gboolean audience_fn(const struct db_row *row, void *arg)
{
	struct hearers *a = arg;
	const char *language = db_text(row, 0);
	enum channel channel = (enum channel)db_int(row, 1);
	int64_t n = db_int(row, 2);
	const struct problem_text *t = problem_text_for(a->texts, language);
	g_autofree char *body = t ? problem_text_asking(t, language) : NULL;
	struct limit_use use;

	if (!t) {
		a->lacks += n;
		add(a->lacking, language && *language ? language : "?", n);
	} else if (a->limited && limits_use(&a->limits, channel, body, &use) && use.over) {
		a->too_long += n;
		g_string_append_printf(a->lines, _("too long for %s in %s: %" G_GINT64_FORMAT), channel_name(channel), t->language, n);
		g_string_append_c(a->lines, '\n');
	} else {
		a->ready += n;
		add(a->speaking, t->language, n);
	}
	return TRUE;
}

static void say_counts(GString *out, GHashTable *counts)
{
	g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(counts), (GCompareFunc)(void (*)(void))g_strcmp0);

	for (GList *k = keys; k; k = k->next)
		g_string_append_printf(out, "%s%s %" G_GSIZE_FORMAT, k == keys ? "" : ", ", (const char *)k->data,
		                       GPOINTER_TO_SIZE(g_hash_table_lookup(counts, k->data)));
}

/* A line each: who will be told, which languages lack a text, where a text is too long. g_free. */
static char *audience_words(const struct hearers *a)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, say_n("%" G_GINT64_FORMAT " customer will be told", "%" G_GINT64_FORMAT " customers will be told",
	                                  (guint64)a->ready), a->ready);
	if (a->ready) {
		g_string_append(out, ": ");
		say_counts(out, a->speaking);
	}
	g_string_append_c(out, '\n');
	if (a->lacks) {
		g_string_append_printf(out, "%s: ", _("no text for"));
		say_counts(out, a->lacking);
		g_string_append_c(out, '\n');
	}
	g_string_append(out, a->lines->str);
	return g_string_free(out, FALSE);
}

static char *look_at_audience(struct work *w, desk_id id, const GPtrArray *texts, GError **error)
{
	g_autofree char *setting = desk_setting(w->conn, "message_limits");
	g_autoptr(GString) lines = g_string_new(NULL);
	g_autoptr(GHashTable) lacking = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) speaking = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct hearers a = {.texts = texts, .lines = lines, .lacking = lacking, .speaking = speaking};

	a.limited = limits_parse(&a.limits, setting, NULL);
	if (!DB_RUN(w->conn, STMT_PROBLEM_AUDIENCE, audience_fn, &a, error, DB_I(id), DB_I(STATUS_ARCHIVED), DB_I(STATUS_SPAM),
	            DB_I(STATUS_MERGED)))
		return NULL;
	return audience_words(&a);
}

/* ---- the wish to tell */
static gboolean texts_check(const GPtrArray *texts, gboolean wanted, GError **error)
{
	if (wanted && (!texts || !texts->len))
		return desk_fail(error, DESK_INVALID, "texts is empty: what are they to be told?");
	if (texts && texts->len > TEXTS_MAX)
		return desk_fail(error, DESK_LIMIT, "texts has more than %d", TEXTS_MAX);
	for (guint i = 0; texts && i < texts->len; i++) {
		const struct problem_text *t = texts->pdata[i];

		if (!text_check("texts.language", t->language, 20, FALSE, error) ||
		    !text_check("texts.body", t->body, WIRE_MAX_MESSAGE / 2, TRUE, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean keep_texts(struct work *w, desk_id id, const GPtrArray *texts, GError **error)
{
	if (!DB_RUN(w->conn, STMT_PROBLEM_TEXTS_CLEAR, NULL, NULL, error, DB_I(id)))
		return FALSE;
	for (guint i = 0; i < texts->len; i++) {
		const struct problem_text *t = texts->pdata[i];

		if (!DB_RUN(w->conn, STMT_PROBLEM_TEXT_ADD, NULL, NULL, error, DB_I(id), DB_I(i), DB_T(t->language), DB_T(t->body)))
			return FALSE;
	}
	return TRUE;
}

gboolean change_problem_tell(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	struct problem_kept k;
	gboolean ok;

	if (!texts_check(c->texts, !c->dry_run, error) || !problem_load(w, c->problem_id, &k, error))
		return FALSE;
	ok = k.problem->stage != STAGE_SUSPECTED && k.problem->stage != STAGE_DISMISSED;
	if (!ok)
		desk_fail(error, DESK_INVALID, "problem %" G_GINT64_FORMAT " is %s: nobody is told of it", c->problem_id,
		          problem_stage_name(k.problem->stage));
	ok = ok && (out->text = look_at_audience(w, c->problem_id, c->texts ? c->texts : none, error));
	if (ok && !c->dry_run) {
		k.work |= PROBLEM_TELLS;
		k.tell_from = 0;
		k.tell_by = w->who->person_id;
		ok = keep_texts(w, c->problem_id, c->texts, error) && problem_save_work(w, &k, error) &&
		     problem_save(w, &k, change_name(c->kind), error);
	}
	ok = ok && (out->problem = problem_read(w->conn, w->words, c->problem_id, error));
	problem_kept_clear(&k);
	return ok;
}

/* ---- telling a slice */
struct affected {
	desk_id customer_id, ticket_id;
	char *language;
};

struct slice {
	struct desk *desk;
	desk_id problem_id;
	gboolean more;      /* there is more to do for this problem */
	GArray *affected;   /* struct affected */
	GPtrArray *texts;   /* struct problem_text */
};

static gboolean affected_fn(const struct db_row *row, void *arg)
{
	struct affected a = {db_int(row, 0), db_int(row, 1), db_dup(row, 2)};

	g_array_append_val((GArray *)arg, a);
	return TRUE;
}

static void affected_clear(void *item)
{
	g_free(((struct affected *)item)->language);
}

static gboolean text_fn(const struct db_row *row, void *arg)
{
	struct problem_text *t = g_new0(struct problem_text, 1);

	t->language = db_dup(row, 0);
	t->body = db_dup(row, 1);
	g_ptr_array_add(arg, t);
	return TRUE;
}

/* A case closed for good stays closed: the customer hears of it on a new one below it, which is resolved. */
static struct message *tell_below(struct work *one, const struct work *old, const char *body, GError **error)
{
	struct ticket *t = ticket_after(one, old->ticket);
	desk_id from = old->ticket->row.id;
	struct message *m;

	t->after_sales = FALSE;
	if (!work_insert(one, t, error) || !work_fact(one, FACT_CREATED, 0, 0, error) ||
	    !(m = talk_tell(one, body, error)) || !work_status(one, STATUS_RESOLVED, error))
		return NULL;
	one->other_id = from;
	t->problem_id = old->ticket->problem_id;
	return ticket_put_assessed(one, error) && link_put(one->conn, t->row.id, from, LINK_PARENT, error) &&
	       work_history(one, error, HISTORY_FOLLOWS, from) ? m : NULL;
}

/* What one customer's ticket doesn't allow must not hold up the others: *told tells. */
static gboolean may_tell(struct work *one, const char *body, gboolean *told)
{
	g_autofree char *setting = desk_setting(one->conn, "message_limits");
	struct limits limits;

	*told = !limits_parse(&limits, setting, NULL) || limits_check(&limits, one->ticket->row.channel, body, NULL);
	return *told;
}

static gboolean tell_on(struct work *one, const struct actor *who, const char *body, struct message **m, desk_id *ticket_id,
                        GError **error)
{
	struct work below;
	gboolean ok;

	if (one->ticket->row.status != STATUS_ARCHIVED) {
		*ticket_id = one->ticket->row.id;
		return (*m = talk_tell(one, body, error)) && work_save(one, change_name(CHANGE_PROBLEM_TELL), error);
	}
	ok = work_begin(&below, one->desk, one->tx, who, error) && (*m = tell_below(&below, one, body, error)) &&
	     work_save(&below, change_name(CHANGE_PROBLEM_TELL), error);
	if (ok) {
		struct message *kept = message_copy(*m); /* it ends with its work */

		*ticket_id = below.ticket->row.id;
		g_ptr_array_add(one->messages, kept);
		*m = kept;
		one->other_id = *ticket_id;
	}
	work_end(&below);
	return ok;
}

static gboolean tell_one(const struct slice *s, struct db_tx *tx, const struct actor *who, const struct affected *a,
                         GError **error)
{
	const struct problem_text *t = problem_text_for(s->texts, a->language);
	g_autofree char *body = t ? problem_text_asking(t, a->language) : NULL;
	struct message *m = NULL;
	struct work one;
	desk_id ticket_id = 0;
	gboolean told = FALSE, ok;

	if (!t)
		return TRUE; /* said when it was asked for; a later text of the language reaches them */
	if (!DB_RUN(db_conn_of(tx), STMT_PROBLEM_TOLD_ADD, NULL, NULL, error, DB_I(s->problem_id), DB_I(a->customer_id),
	            DB_I(a->ticket_id), DB_I(db_tx_now(tx))))
		return FALSE;
	if (db_changed(db_conn_of(tx)) <= 0)
		return TRUE;
	ok = work_begin(&one, s->desk, tx, who, error) && work_load(&one, a->ticket_id, error);
	if (ok && may_tell(&one, body, &told))
		ok = tell_on(&one, who, body, &m, &ticket_id, error) &&
		     DB_RUN(one.conn, STMT_PROBLEM_TOLD_BY, NULL, NULL, error, DB_I(s->problem_id), DB_I(a->customer_id),
		            DB_I(ticket_id), DB_I(m->id));
	else if (ok)
		ok = DB_RUN(one.conn, STMT_PROBLEM_TOLD_DROP, NULL, NULL, error, DB_I(s->problem_id), DB_I(a->customer_id));
	work_end(&one);
	return ok;
}

/* In the name of whoever wished it, though the desk does it. */
static struct actor teller(const struct words *w, desk_id person_id)
{
	const struct person *p = words_person(w, person_id);
	struct actor a = nobody;

	if (p)
		a = (struct actor){.person_id = p->id, .role = p->role, .display = p->display, .locale = p->locale};
	return a;
}

/* All that could be told are: the step is done when nobody is left. */
static gboolean end_telling(struct work *w, struct problem_kept *k, GError **error)
{
	int64_t untold = 0, told = 0;
	g_autofree char *note = NULL;
	desk_id id = k->problem->id;

	if (!DB_RUN(w->conn, STMT_PROBLEM_UNTOLD, row_int_fn, &untold, error, DB_I(id), DB_I(STATUS_SPAM), DB_I(STATUS_MERGED)) ||
	    !DB_RUN(w->conn, STMT_PROBLEM_TOLD_COUNT, row_int_fn, &told, error, DB_I(id)) ||
	    !DB_RUN(w->conn, STMT_PROBLEM_TEXTS_CLEAR, NULL, NULL, error, DB_I(id)))
		return FALSE;
	k->work &= ~(unsigned)PROBLEM_TELLS;
	k->tell_from = 0;
	note = g_strdup_printf("%" G_GINT64_FORMAT, told);
	if (told && !untold && !problem_step_done(w, k->problem, STAGE_TOLD, k->tell_by, note, error))
		return FALSE;
	k->tell_by = 0;
	return problem_save_work(w, k, error) && problem_save(w, k, "problem-told", error);
}

static gboolean tell_slice(struct slice *s, struct work *w, struct problem_kept *k, GError **error)
{
	const struct actor who = teller(w->words, k->tell_by);

	g_array_set_size(s->affected, 0);
	g_ptr_array_set_size(s->texts, 0);
	if (!DB_RUN(w->conn, STMT_PROBLEM_TEXTS, text_fn, s->texts, error, DB_I(s->problem_id)) ||
	    !DB_RUN(w->conn, STMT_PROBLEM_AFFECTED, affected_fn, s->affected, error, DB_I(s->problem_id), DB_I(k->tell_from),
	            DB_I(SLICE), DB_I(STATUS_ARCHIVED), DB_I(STATUS_SPAM), DB_I(STATUS_MERGED)))
		return FALSE;
	if (!s->affected->len)
		return end_telling(w, k, error);
	s->more = TRUE;
	for (guint i = 0; i < s->affected->len; i++) {
		const struct affected *a = &g_array_index(s->affected, struct affected, i);

		if (!tell_one(s, w->tx, &who, a, error))
			return FALSE;
		k->tell_from = a->customer_id;
	}
	return problem_save_work(w, k, error);
}

/* ---- priorities go back */
struct was {
	desk_id ticket_id;
	int priority;
	char *reason;
};

static gboolean was_fn(const struct db_row *row, void *arg)
{
	struct was was = {db_int(row, 0), (int)db_int(row, 1), db_dup(row, 2)};

	g_array_append_val((GArray *)arg, was);
	return TRUE;
}

static void was_clear(void *item)
{
	g_free(((struct was *)item)->reason);
}

static gboolean lower_slice(struct slice *s, struct work *w, struct problem_kept *k, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct was));
	gboolean ok;

	g_array_set_clear_func(list, was_clear);
	ok = DB_RUN(w->conn, STMT_RAISED, was_fn, list, error, DB_I(s->problem_id), DB_I(SLICE));
	for (guint i = 0; ok && i < list->len; i++) {
		const struct was *was = &g_array_index(list, struct was, i);
		struct work one;

		ok = work_begin(&one, s->desk, w->tx, &nobody, error) && work_load(&one, was->ticket_id, error) &&
		     problem_lower_ticket(&one, s->problem_id, was->priority, was->reason, error) &&
		     work_save(&one, change_name(CHANGE_ASSESS), error);
		work_end(&one);
	}
	if (!ok || (s->more = list->len > 0))
		return ok;
	k->work &= ~(unsigned)PROBLEM_LOWERS;
	return problem_save_work(w, k, error);
}

/* ---- by the scheduler */
static gboolean slice_job(struct db_tx *tx, void *arg, GError **error)
{
	struct slice *s = arg;
	struct problem_kept k = {0};
	struct work w;
	gboolean ok;

	s->more = FALSE;
	if (!work_begin(&w, s->desk, tx, &nobody, error))
		return FALSE;
	ok = problem_load(&w, s->problem_id, &k, error);
	if (ok && (k.work & PROBLEM_TELLS))
		ok = tell_slice(s, &w, &k, error);
	else if (ok && (k.work & PROBLEM_LOWERS))
		ok = lower_slice(s, &w, &k, error);
	s->more = s->more || k.work;
	problem_kept_clear(&k);
	work_end(&w);
	return ok;
}

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

gboolean problems_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct slice s = {.desk = d};

	*next_ms = INT64_MAX;
	if (!DB_READ_ONE(d->db, STMT_PROBLEMS_WORK, id_fn, ids, error, DB_I(AT_WORK_MAX)))
		return FALSE;
	if (!ids->len)
		return TRUE;
	s.affected = g_array_new(FALSE, FALSE, sizeof(struct affected));
	g_array_set_clear_func(s.affected, affected_clear);
	s.texts = g_ptr_array_new_with_free_func((GDestroyNotify)problem_text_free);
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(GError) failed = NULL;

		s.problem_id = g_array_index(ids, desk_id, i);
		if (!db_submit_wait(d->db, slice_job, &s, &failed)) {
			log_warn("desk", "problem %" G_GINT64_FORMAT ": %s", s.problem_id, failed->message);
			*next_ms = MIN(*next_ms, now_ms + AGAIN_MS);
		} else if (s.more) {
			*next_ms = now_ms;
		}
	}
	g_array_unref(s.affected);
	g_ptr_array_unref(s.texts);
	return TRUE;
}

/* ---- what they answer */
gboolean problem_answered(struct work *w, gboolean satisfied, GError **error)
{
	desk_id problem_id = 0;
	struct event e = {.kind = EVENT_PROBLEM};

	if (!DB_RUN(w->conn, STMT_PROBLEM_ANSWERED, row_int_fn, &problem_id, error, DB_I(w->ticket->row.id), DB_I(satisfied != 0)))
		return FALSE;
	if (!problem_id)
		return TRUE;
	e.other_id = problem_id;
	e.change = (char *)"problem-answered";
	return db_tx_event(w->tx, &e, error);
}
