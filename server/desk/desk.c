/* The desk: its words and index, and the dispatch of reads. */
#include "server/desk/attachments.h"
#include "server/desk/ladder.h"
#include "server/desk/routing_desk.h"
#include "server/desk/automation.h"
#include "server/desk/inside.h"
#include "wire/desk_settings.h"

#include "base/log.h"
#include "server/desk/message_text.h"
#include "server/desk/views_live.h"

struct words *desk_words(struct desk *d)
{
	struct words *w;

	g_mutex_lock(&d->lock);
	w = d->words;
	g_atomic_ref_count_inc(&w->refs);
	g_mutex_unlock(&d->lock);
	return w;
}

gboolean desk_refresh(struct desk *d, struct db_conn *conn, GError **error)
{
	struct words *fresh = words_load(conn, error), *old;

	if (!fresh)
		return FALSE;
	g_mutex_lock(&d->lock);
	old = d->words;
	d->words = fresh;
	g_mutex_unlock(&d->lock);
	words_unref(old);
	return TRUE;
}

struct db *desk_db(struct desk *d)
{
	return d->db;
}

void desk_set_attachments(struct desk *d, struct attachments *a)
{
	d->attachments = a;
}

struct attachments *desk_attachments(struct desk *d)
{
	return d->attachments;
}

char *desk_setting(struct db_conn *conn, const char *name)
{
	char *value = NULL;

	return db_setting_get(conn, name, &value, NULL) ? value : NULL;
}

struct desk *desk_open(struct db *db, GError **error)
{
	struct desk *d = g_new0(struct desk, 1);
	struct db_conn *conn = db_read_begin(db, error);
	gboolean ok;

	d->db = db;
	g_mutex_init(&d->lock);
	d->knowledge = knowledge_fill_new(d);
	d->incidents = incidents_new();
	d->routing = routing_watch_new();
	d->search = conn ? search_new(error) : NULL;
	ok = d->search && desk_refresh(d, conn, error) && knowledge_index(d, conn, error);
	if (conn)
		db_read_end(db, conn);
	ok = ok && (d->secret_key = secret_key_open(db, error));
	if (ok) {
		d->text = message_text_open(d);
		d->live_views = views_live_new(d);
		return d;
	}
	desk_close(d);
	return NULL;
}

void desk_stop(struct desk *d)
{
	if (d->text)
		message_text_stop(d->text);
	if (d->live_views)
		views_live_stop(d->live_views);
	knowledge_fill_stop(d->knowledge);
}

void desk_close(struct desk *d)
{
	if (!d)
		return;
	desk_stop(d);
	message_text_close(d->text);
	views_live_free(d->live_views);
	knowledge_fill_free(d->knowledge);
	incidents_free(d->incidents);
	routing_watch_free(d->routing);
	words_unref(d->words);
	search_free(d->search);
	g_free(d->secret_key);
	g_mutex_clear(&d->lock);
	g_free(d);
}

/* What an event makes stale is read again; a failure leaves the old state and says so. */
void desk_notice(struct desk *d, const struct event *event)
{
	g_autoptr(GError) error = NULL;
	struct db_conn *conn;

	routing_watch_event(d->routing, event);
	switch (event->kind) {
	case EVENT_TICKET:
		incidents_notice(d->incidents, event);
		views_live_ticket(d->live_views, event->ticket_id);
		if (event->other_id)
			views_live_ticket(d->live_views, event->other_id);
		return;
	case EVENT_CUSTOMER:
		views_live_customer(d->live_views, event->customer_id);
		return;
	case EVENT_PEOPLE:
	case EVENT_POLICY:
	case EVENT_ARTICLE:
	case EVENT_RELOAD:
		break;
	default:
		return;
	}
	conn = db_read_begin(d->db, &error);
	if (conn) {
		if (event->kind == EVENT_ARTICLE && event->article_id)
			knowledge_follow(d, conn, event->article_id, &error);
		else if (event->kind == EVENT_ARTICLE)
			knowledge_index(d, conn, &error);
		else if (desk_refresh(d, conn, &error) && event->kind == EVENT_RELOAD)
			knowledge_index(d, conn, &error);
		db_read_end(d->db, conn);
	}
	if (event->kind == EVENT_PEOPLE || event->kind == EVENT_RELOAD)
		views_live_reset(d->live_views);
	if (error)
		log_warn("desk", "could not follow event %" G_GINT64_FORMAT ": %s", event->seq, error->message);
}

/* ---- reads */
struct read {
	struct desk *desk;
	struct db_conn *conn;
	const struct words *words;
	const struct actor *who;
	const struct query *query;
	int64_t now;
};

static struct person *person_of_actor(const struct actor *who)
{
	struct person *p = person_new();

	p->id = who->person_id;
	p->name = g_strdup(who->display ? who->display : "");
	p->display = g_strdup(p->name);
	p->role = who->role;
	p->locale = g_strdup(who->locale ? who->locale : "en");
	p->active = TRUE;
	return p;
}

static char *zone_here(void)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();

	return g_strdup(g_time_zone_get_identifier(zone));
}

static gboolean read_session(const struct read *r, struct answer *out, GError **error)
{
	struct session *s = out->session = g_new0(struct session, 1);
	g_autofree char *promise = NULL;

	s->server_time_ms = r->now;
	s->server_version = g_strdup(DESK_VERSION);
	s->desk_name = desk_setting(r->conn, "desk_name");
	s->zone = desk_setting(r->conn, "zone");
	s->message_limits = desk_setting(r->conn, "message_limits");
	s->break_reasons = desk_setting(r->conn, "break_reasons");
	if (!s->break_reasons)
		s->break_reasons = g_strdup(desk_setting_specs[DESK_SETTING_ID_BREAK_REASONS].def);
	if (!s->desk_name)
		s->desk_name = g_strdup("ttydesk");
	if (!s->zone)
		s->zone = zone_here();
	if (!(s->groups = words_read_groups(r->conn, error)) || !(s->people = words_read_people(r->conn, error)) ||
	    !(s->tags = words_read_tags(r->conn, error)) || !(s->skills = words_read_skills(r->conn, error)) ||
	    !(s->categories = words_read_categories(r->conn, error)) ||
	    !(s->fields = words_read_fields(r->conn, error)) ||
	    !(s->checklists = words_read_checklists(r->conn, error)) || !(s->moods = moods_read(r->conn, error)))
		return FALSE;
	promise = desk_setting(r->conn, "promise_minutes");
	s->promise_ms = desk_setting_value(DESK_SETTING_ID_PROMISE_MINUTES, promise) * MS_MINUTE;
	for (guint i = 0; i < s->people->len;) {
		struct person *p = s->people->pdata[i];

		if (p->id == r->who->person_id && !s->me) {
			s->me = person_of_actor(r->who);
			g_free(s->me->name);
			g_free(s->me->locale);
			s->me->name = g_strdup(p->name);
			s->me->locale = g_strdup(p->locale);
			g_array_append_vals(s->me->groups, p->groups->data, p->groups->len);
			g_array_append_vals(s->me->skills, p->skills->data, p->skills->len);
		}
		if (p->active)
			i++;
		else
			g_ptr_array_remove_index(s->people, i);
	}
	if (!s->me)
		s->me = person_of_actor(r->who);
	return db_run(r->conn, STMT_FEED_HEAD, NULL, 0, row_int_fn, &s->seq, error);
}

static gboolean read_queue(const struct read *r, struct answer *out, GError **error)
{
	return queue_query(r->desk, r->conn, r->words, r->who, r->query, r->now, out, error);
}

static gboolean read_agents(const struct read *r, struct answer *out, GError **error)
{
	return agents_query(r->conn, r->words, out, error);
}

static gboolean read_offers(const struct read *r, struct answer *out, GError **error)
{
	return offers_query(r->conn, r->who, r->now, out, error);
}

static gboolean read_ticket(const struct read *r, struct answer *out, GError **error)
{
	out->ticket = ticket_read(r->conn, r->words, r->query->ticket_id, r->now, error);
	return out->ticket != NULL;
}

static gboolean read_messages(const struct read *r, struct answer *out, GError **error)
{
	return messages_query(r->conn, r->query, out, error);
}

static gboolean read_customer(const struct read *r, struct answer *out, GError **error)
{
	out->customer = customer_read(r->conn, r->words, r->query->customer_id, error);
	return out->customer != NULL;
}

static gboolean read_customers(const struct read *r, struct answer *out, GError **error)
{
	out->customers = customers_find(r->conn, r->words, r->query->text, r->query->limit, error);
	return out->customers != NULL;
}

static gboolean read_knowledge(const struct read *r, struct answer *out, GError **error)
{
	return knowledge_query(r->desk, r->conn, r->query, out, error);
}

static gboolean read_article(const struct read *r, struct answer *out, GError **error)
{
	return article_query(r->conn, r->query, out, error);
}

static gboolean read_templates(const struct read *r, struct answer *out, GError **error)
{
	g_autoptr(GArray) groups = words_groups_of(r->words, r->who->person_id);

	out->templates = templates_read(r->conn, r->who, groups, error);
	return out->templates && templates_for(r->conn, r->words, out->templates, r->query->ticket_id, r->query->language,
	                                       r->now, error);
}

static gboolean read_macros(const struct read *r, struct answer *out, GError **error)
{
	return macros_query(r->conn, r->words, r->who, out, error);
}

static gboolean read_compensations(const struct read *r, struct answer *out, GError **error)
{
	return compensations_query(r->conn, r->words, r->query, out, error);
}

static gboolean read_secret(const struct read *r, struct answer *out, GError **error)
{
	return secret_query(r->desk, r->conn, r->query, out, error);
}

static gboolean read_views(const struct read *r, struct answer *out, GError **error)
{
	return views_query(r->desk, r->conn, r->words, r->who, out, error);
}

static gboolean read_policies(const struct read *r, struct answer *out, GError **error)
{
	out->policies = words_read_policies(r->conn, error);
	return out->policies != NULL;
}

static gboolean read_config(const struct read *r, struct answer *out, GError **error)
{
	return config_query(r->conn, r->query, out, error);
}

static gboolean read_config_log(const struct read *r, struct answer *out, GError **error)
{
	return config_log_query(r->conn, r->query, out, error);
}

static gboolean read_drafts(const struct read *r, struct answer *out, GError **error)
{
	return drafts_query(r->conn, r->words, r->who, r->query, out, error);
}

static gboolean read_presence(const struct read *r, struct answer *out, GError **error)
{
	return presence_query(r->conn, r->now, out, error);
}

static gboolean read_notices(const struct read *r, struct answer *out, GError **error)
{
	return notices_query(r->conn, r->who, r->query, out, error);
}

static gboolean read_problems(const struct read *r, struct answer *out, GError **error)
{
	return problems_query(r->conn, r->words, r->query, out, error);
}

static gboolean read_problem(const struct read *r, struct answer *out, GError **error)
{
	return problem_query(r->conn, r->words, r->query, out, error);
}

static gboolean read_explain(const struct read *r, struct answer *out, GError **error)
{
	return explain_query(r->conn, r->words, r->query, r->now, out, error);
}

static gboolean read_pack(const struct read *r, struct answer *out, GError **error)
{
	return pack_query(r->conn, r->words, r->query, r->now, out, error);
}

static gboolean read_automation_log(const struct read *r, struct answer *out, GError **error)
{
	return automation_log_query(r->conn, r->query, out, error);
}

static gboolean read_automation_try(const struct read *r, struct answer *out, GError **error)
{
	return automation_try_query(r->desk, r->conn, r->words, r->query, out, error);
}

static gboolean read_deliveries(const struct read *r, struct answer *out, GError **error)
{
	return deliveries_query(r->conn, r->query, out, error);
}

static gboolean read_escalation_sheet(const struct read *r, struct answer *out, GError **error)
{
	return escalation_sheet_query(r->conn, r->words, r->who, r->query, r->now, out, error);
}

static gboolean (*const reads[QUERY_KIND_COUNT])(const struct read *r, struct answer *out, GError **error) = {
	[QUERY_SESSION] = read_session,
	[QUERY_QUEUE] = read_queue,
	[QUERY_TICKET] = read_ticket,
	[QUERY_MESSAGES] = read_messages,
	[QUERY_CUSTOMER] = read_customer,
	[QUERY_CUSTOMERS] = read_customers,
	[QUERY_KNOWLEDGE] = read_knowledge,
	[QUERY_ARTICLE] = read_article,
	[QUERY_ARTICLE_VERSIONS] = read_article,
	[QUERY_TEMPLATES] = read_templates,
	[QUERY_POLICIES] = read_policies,
	[QUERY_VIEWS] = read_views,
	[QUERY_COMPENSATIONS] = read_compensations,
	[QUERY_SECRET] = read_secret,
	[QUERY_CONFIG] = read_config,
	[QUERY_CONFIG_LOG] = read_config_log,
	[QUERY_DRAFTS] = read_drafts,
	[QUERY_PRESENCE] = read_presence,
	[QUERY_NOTICES] = read_notices,
	[QUERY_MACROS] = read_macros,
	[QUERY_PROBLEMS] = read_problems,
	[QUERY_PROBLEM] = read_problem,
	[QUERY_PACK] = read_pack,
	[QUERY_ESCALATION_SHEET] = read_escalation_sheet,
	[QUERY_AGENTS] = read_agents,
	[QUERY_OFFERS] = read_offers,
	[QUERY_AUTOMATION_LOG] = read_automation_log,
	[QUERY_AUTOMATION_TRY] = read_automation_try,
	[QUERY_DELIVERIES] = read_deliveries,
	[QUERY_EXPLAIN] = read_explain,
};

gboolean desk_query(struct desk *d, struct db_conn *conn, const struct actor *who,
                    const struct query *q, struct answer *out, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	struct read r = {d, conn, w, who, q, clock_wall_ms()};

	if ((unsigned)q->kind >= QUERY_KIND_COUNT)
		return desk_fail(error, DESK_INVALID, "there is no such query");
	if (!reads[q->kind])
		return desk_fail(error, DESK_UNSUPPORTED, "this server doesn't know how to answer that yet");
	if (!reads[q->kind])
		return desk_fail(error, DESK_UNSUPPORTED, "this server doesn't know how to answer that yet");
	out->kind = q->kind;
	out->server_time_ms = r.now;
	return reads[q->kind](&r, out, error);
}
