/* The driver of tests: a desk in memory, with delays, losses and events by script. */
#include "client/drivers/scripted.h"

#include <string.h>

#include "client/journal.h"
#include "wire/json.h"

struct rule { /* what is to happen to the next question of a kind */
	char *on;
	int64_t times;
	char *error, *message, *lost, *answer;
	gboolean hold;
};

struct held { /* waits for a step: an answer, or an event */
	guint64 id;
	struct answer *answer;
	GError *error;
	char *event;
};

struct scripted {
	struct scripted_desk *desk;
	struct scripted_files *files;
	struct scripted_drafts *drafts;
	unsigned draft_writes;
	GPtrArray *rules;
	GQueue held;
	GPtrArray *writes;
	unsigned reads[QUERY_KIND_COUNT];
	gboolean offline, following;
	int64_t sent_seq;
};

static const char *const query_names[QUERY_KIND_COUNT] = {
	[QUERY_SESSION] = "session",     [QUERY_QUEUE] = "queue",
	[QUERY_TICKET] = "ticket",       [QUERY_MESSAGES] = "messages",
	[QUERY_CUSTOMER] = "customer",   [QUERY_CUSTOMERS] = "customers",
	[QUERY_KNOWLEDGE] = "knowledge", [QUERY_ARTICLE] = "article",
	[QUERY_TEMPLATES] = "templates", [QUERY_POLICIES] = "policies",
	[QUERY_ARTICLE_VERSIONS] = "article-versions",
	[QUERY_VIEWS] = "views",         [QUERY_DRAFTS] = "drafts",
};

static void rule_free(gpointer data)
{
	struct rule *r = data;
	g_free(r->on);
	g_free(r->error);
	g_free(r->message);
	g_free(r->lost);
	g_free(r->answer);
	g_free(r);
}

static void held_free(gpointer data)
{
	struct held *h = data;
	answer_free(h->answer);
	g_clear_error(&h->error);
	g_free(h->event);
	g_free(h);
}

static void change_free(gpointer data)
{
	change_clear(data);
	g_free(data);
}

/* ---- the feed */

static void send_event(struct backend *b, const char *json)
{
	struct event *e = event_parse(json, strlen(json), NULL);
	g_assert(e); /* a test's own line */
	backend_feed_event(b, e);
}

static void send_log(struct backend *b)
{
	struct scripted *s = backend_driver_state(b);
	const GPtrArray *log = scripted_desk_log(s->desk);
	if (s->offline || !s->following)
		return;
	for (; s->sent_seq < (int64_t)log->len; s->sent_seq++)
		send_event(b, log->pdata[s->sent_seq]);
}

static void scripted_follow(struct backend *b, int64_t after_seq)
{
	struct scripted *s = backend_driver_state(b);
	s->following = TRUE;
	s->sent_seq = after_seq ? after_seq : (int64_t)scripted_desk_log(s->desk)->len;
	backend_feed_state(b, s->offline ? BACKEND_OFFLINE : BACKEND_ONLINE, s->offline ? "the line is cut" : NULL, 0);
	send_log(b);
}

static void set_offline(struct backend *b, gboolean offline)
{
	struct scripted *s = backend_driver_state(b);
	s->offline = offline;
	if (!s->following)
		return;
	backend_feed_state(b, offline ? BACKEND_OFFLINE : BACKEND_ONLINE, offline ? "the line is cut" : NULL, 0);
	send_log(b);
}

/* ---- lines */

static gboolean take_touch(struct backend *b, const char *line, size_t len, int64_t id)
{
	struct scripted *s = backend_driver_state(b);
	struct ticket_row *row = scripted_desk_row(s->desk, id);
	if (!row)
		return FALSE;
	g_autofree char *subject = journal_member_string(line, len, "subject");
	g_autofree char *status = journal_member_string(line, len, "status");
	g_autofree char *message = journal_member_string(line, len, "message");
	if (subject) {
		g_free(row->subject);
		row->subject = g_steal_pointer(&subject);
	}
	if (status)
		row->status = (enum ticket_status)status_by_name(status);
	journal_member_int(line, len, "assignee_id", &row->assignee_id);
	journal_member_int(line, len, "group_id", &row->group_id);
	journal_member_int(line, len, "next_due_ms", &row->next_due_ms);
	scripted_desk_touched(s->desk, row, message);
	send_log(b);
	return TRUE;
}

static void told_of_draft(struct backend *b, desk_id ticket_id, desk_id person_id, gboolean removed)
{
	struct scripted *s = backend_driver_state(b);
	struct event e = {.kind = EVENT_DRAFT, .ticket_id = ticket_id, .person_id = person_id,
	                  .change = (char *)change_name(removed ? CHANGE_DRAFT_REMOVE : CHANGE_DRAFT_SAVE)};
	scripted_desk_tell(s->desk, &e);
	send_log(b);
}

static void draft_was_sent(struct backend *b, const struct change *c)
{
	struct scripted *s = backend_driver_state(b);
	enum message_kind kind = c->kind == CHANGE_REPLY ? MESSAGE_REPLY : MESSAGE_NOTE;
	const struct draft *had = scripted_drafts_at(s->drafts, c->ticket_id, kind);
	if (!had || g_strcmp0(had->body, c->body) != 0)
		return;
	scripted_drafts_put(s->drafts, c->ticket_id, kind, "", FALSE, 0, NULL);
	told_of_draft(b, c->ticket_id, scripted_desk_me(), TRUE);
}

/* Written elsewhere: at another screen of the person, or by somebody who shares it. */
static void take_draft(struct backend *b, const char *line, size_t len, desk_id ticket_id)
{
	struct scripted *s = backend_driver_state(b);
	g_autofree char *body = journal_member_string(line, len, "body");
	g_autofree char *kind_name = journal_member_string(line, len, "kind");
	int kind = kind_name ? message_kind_by_name(kind_name) : MESSAGE_REPLY;
	int64_t person_id = 0;
	journal_member_int(line, len, "person", &person_id);
	scripted_drafts_put(s->drafts, ticket_id, (enum message_kind)kind, body ? body : "", person_id != 0, person_id,
	                    person_id ? "Somebody" : "me");
	told_of_draft(b, ticket_id, person_id ? person_id : scripted_desk_me(), !body || !*body);
}

static gboolean take_rule(struct scripted *s, const char *line, size_t len, char *on)
{
	const char *value;
	size_t n;
	struct rule *r = g_new0(struct rule, 1);
	r->on = on;
	r->times = 1;
	journal_member_int(line, len, "times", &r->times);
	r->error = journal_member_string(line, len, "error");
	r->message = journal_member_string(line, len, "message");
	r->lost = journal_member_string(line, len, "lost");
	if (journal_member(line, len, "answer", &value, &n))
		r->answer = g_strndup(value, n);
	r->hold = journal_member(line, len, "hold", &value, &n) && n == 4;
	g_ptr_array_add(s->rules, r);
	return r->error || r->lost || r->answer || r->hold;
}

gboolean scripted_line(struct backend *b, const char *json)
{
	struct scripted *s = backend_driver_state(b);
	size_t len = strlen(json), n;
	const char *value;
	int64_t number;
	if (journal_member_int(json, len, "desk", &number)) {
		scripted_desk_free(s->desk);
		s->desk = scripted_desk_new((unsigned)number);
		return TRUE;
	}
	if (journal_member_int(json, len, "file", &number)) {
		g_autofree char *text = journal_member_string(json, len, "text");
		g_autofree char *name = journal_member_string(json, len, "name");
		scripted_files_add(s->files, number, name ? name : "file", text ? text : "");
		return TRUE;
	}
	if (journal_member_int(json, len, "draft", &number)) {
		take_draft(b, json, len, number);
		return TRUE;
	}
	if (journal_member_int(json, len, "touch", &number))
		return take_touch(b, json, len, number);
	if (journal_member(json, len, "online", &value, &n)) {
		set_offline(b, n == 5);
		return TRUE;
	}
	if (journal_member(json, len, "forget", &value, &n)) {
		g_ptr_array_set_size(s->rules, 0);
		return TRUE;
	}
	if (journal_member(json, len, "event", &value, &n)) {
		struct held *h = g_new0(struct held, 1);
		h->event = g_strndup(value, n);
		g_queue_push_tail(&s->held, h);
		return TRUE;
	}
	char *on = journal_member_string(json, len, "on");
	return on && take_rule(s, json, len, on);
}

static gboolean load_script(struct backend *b, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	if (!*path)
		return TRUE;
	if (!g_file_get_contents(path, &text, NULL, error))
		return FALSE;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++)
		if (*lines[i] && *lines[i] != '#' && !scripted_line(b, lines[i]))
			return desk_fail(error, DESK_INVALID, "%s:%u: not a line of a script", path, i + 1);
	return TRUE;
}

/* ---- driver */

static void scripted_close(struct backend *b)
{
	struct scripted *s = backend_driver_state(b);
	scripted_desk_free(s->desk);
	scripted_files_free(s->files);
	scripted_drafts_free(s->drafts);
	g_ptr_array_unref(s->rules);
	g_ptr_array_unref(s->writes);
	g_queue_clear_full(&s->held, held_free);
}

static gboolean scripted_open(struct backend *b, const struct backend_conf *conf, GError **error)
{
	struct scripted *s = backend_driver_state(b);
	s->desk = scripted_desk_new(0);
	s->files = scripted_files_new();
	s->drafts = scripted_drafts_new();
	s->rules = g_ptr_array_new_with_free_func(rule_free);
	s->writes = g_ptr_array_new_with_free_func(change_free);
	g_queue_init(&s->held);
	if (load_script(b, conf->address + strlen("script:"), error))
		return TRUE;
	scripted_close(b);
	return FALSE;
}

/* The rule for this question, used up; NULL none. */
static struct rule *take_rule_for(struct scripted *s, const char *name)
{
	for (guint i = 0; i < s->rules->len; i++) {
		struct rule *r = s->rules->pdata[i];
		if (strcmp(r->on, name) != 0)
			continue;
		if (--r->times > 0) {
			struct rule *copy = g_new0(struct rule, 1);
			copy->on = g_strdup(r->on);
			copy->error = g_strdup(r->error);
			copy->message = g_strdup(r->message);
			copy->lost = g_strdup(r->lost);
			copy->answer = g_strdup(r->answer);
			copy->hold = r->hold;
			return copy;
		}
		return g_ptr_array_steal_index(s->rules, i);
	}
	return NULL;
}

/* Answers now, or at a step. Takes both. */
static void answer(struct backend *b, guint64 id, const struct rule *rule, struct answer *a, GError *error,
                   const struct ticket *conflict)
{
	struct scripted *s = backend_driver_state(b);
	if (rule && rule->hold && !s->offline) {
		struct held *h = g_new0(struct held, 1);
		h->id = id;
		h->answer = a;
		h->error = error;
		g_queue_push_tail(&s->held, h);
		return;
	}
	backend_answer(b, id, a, error, conflict);
	g_clear_error(&error);
}

static gboolean fail_by_rule(const struct rule *r, GError **error)
{
	if (!r || !r->error)
		return FALSE;
	desk_fail(error, desk_code_by_name(r->error), "%s", r->message ? r->message : r->error);
	return TRUE;
}

static void scripted_read(struct backend *b, guint64 id, const struct query *q)
{
	struct scripted *s = backend_driver_state(b);
	struct rule *rule = take_rule_for(s, query_names[q->kind]);
	GError *error = NULL;
	struct answer *a = NULL;
	s->reads[q->kind]++;
	if (s->offline || (rule && rule->lost))
		desk_fail(&error, DESK_NET, "the line is cut");
	else if (!fail_by_rule(rule, &error))
		a = rule && rule->answer          ? answer_of_query(q->kind, rule->answer, strlen(rule->answer), &error)
		    : q->kind == QUERY_DRAFTS ? scripted_drafts_read(s->drafts, q->ticket_id)
		                              : scripted_desk_read(s->desk, q, &error);
	answer(b, id, rule, a, error, NULL);
	if (rule)
		rule_free(rule);
}

static void scripted_write(struct backend *b, guint64 id, const struct change *c)
{
	struct scripted *s = backend_driver_state(b);
	struct rule *rule = take_rule_for(s, change_name(c->kind));
	GError *error = NULL;
	struct answer *a = NULL;
	const struct ticket_row *row = NULL;
	if (s->offline || (rule && g_strcmp0(rule->lost, "request") == 0)) {
		desk_fail(&error, DESK_NET, "the line is cut");
	} else if (c->kind == CHANGE_DRAFT_SAVE || c->kind == CHANGE_DRAFT_REMOVE) {
		s->draft_writes++;
		if (!fail_by_rule(rule, &error))
			a = scripted_drafts_write(s->drafts, c, &error);
		if (a)
			told_of_draft(b, c->ticket_id, scripted_desk_me(), c->kind == CHANGE_DRAFT_REMOVE);
		if (a)
			a->seq = scripted_seq(b);
	} else {
		struct change *copy = g_new0(struct change, 1);
		change_copy(copy, c);
		g_ptr_array_add(s->writes, copy);
		if (!fail_by_rule(rule, &error))
			a = scripted_desk_write(s->desk, c, &error, &row);
		if (a && (c->kind == CHANGE_REPLY || c->kind == CHANGE_NOTE))
			draft_was_sent(b, c);
	}
	if (rule && g_strcmp0(rule->lost, "answer") == 0) {
		g_clear_pointer(&a, answer_free);
		g_clear_error(&error);
		desk_fail(&error, DESK_UNCERTAIN, "no answer came");
	}
	g_autoptr(GPtrArray) keep = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_free);
	struct ticket *conflict = row ? ticket_new() : NULL;
	if (row) {
		ticket_row_copy(&conflict->row, row);
		g_ptr_array_add(keep, conflict);
	}
	answer(b, id, rule, a, error, conflict);
	send_log(b);
	if (rule)
		rule_free(rule);
}

static void move_file(struct backend *b, guint64 id, const struct backend_file *f, gboolean up)
{
	struct scripted *s = backend_driver_state(b);
	struct rule *rule = take_rule_for(s, up ? "upload" : "download");
	GError *error = NULL;
	struct answer *a = NULL;
	if (s->offline || (rule && g_strcmp0(rule->lost, "request") == 0))
		desk_fail(&error, DESK_NET, "the line is cut");
	else if (!fail_by_rule(rule, &error))
		a = up ? scripted_files_take(s->files, f, &error) : scripted_files_give(s->files, f, &error);
	if (a)
		backend_moved(b, id, f->size, f->size);
	if (rule && g_strcmp0(rule->lost, "answer") == 0) {
		g_clear_pointer(&a, answer_free);
		g_clear_error(&error);
		desk_fail(&error, up ? DESK_UNCERTAIN : DESK_NET, "no answer came");
	}
	answer(b, id, rule, a, error, NULL);
	if (rule)
		rule_free(rule);
}

static void scripted_upload(struct backend *b, guint64 id, const struct backend_file *f)
{
	move_file(b, id, f, TRUE);
}

static void scripted_download(struct backend *b, guint64 id, const struct backend_file *f)
{
	move_file(b, id, f, FALSE);
}

static void scripted_cancel(struct backend *b, guint64 id)
{
	struct scripted *s = backend_driver_state(b);
	for (GList *l = s->held.head; l; l = l->next) {
		struct held *h = l->data;
		if (h->id == id && !h->event) {
			held_free(h);
			g_queue_delete_link(&s->held, l);
			return;
		}
	}
}

static void scripted_retry(struct backend *b)
{
	(void)b; /* the line comes back by script only */
}

/* ---- for tests */

unsigned scripted_held(struct backend *b)
{
	return ((struct scripted *)backend_driver_state(b))->held.length;
}

void scripted_step(struct backend *b)
{
	struct scripted *s = backend_driver_state(b);
	struct held *h = g_queue_pop_head(&s->held);
	if (!h)
		return;
	if (h->event)
		send_event(b, h->event);
	else
		backend_answer(b, h->id, g_steal_pointer(&h->answer), h->error, NULL);
	held_free(h);
}

const GPtrArray *scripted_writes(struct backend *b)
{
	return ((struct scripted *)backend_driver_state(b))->writes;
}

unsigned scripted_reads(struct backend *b, enum query_kind kind)
{
	return ((struct scripted *)backend_driver_state(b))->reads[kind];
}

unsigned scripted_files(struct backend *b)
{
	return scripted_files_count(((struct scripted *)backend_driver_state(b))->files);
}

GBytes *scripted_file(struct backend *b, desk_id id, const char **name)
{
	return scripted_files_at(((struct scripted *)backend_driver_state(b))->files, id, name);
}

const struct draft *scripted_draft(struct backend *b, desk_id ticket_id, enum message_kind kind)
{
	return scripted_drafts_at(((struct scripted *)backend_driver_state(b))->drafts, ticket_id, kind);
}

unsigned scripted_draft_writes(struct backend *b)
{
	return ((struct scripted *)backend_driver_state(b))->draft_writes;
}

int64_t scripted_seq(struct backend *b)
{
	return scripted_desk_log(((struct scripted *)backend_driver_state(b))->desk)->len;
}

static const char *const schemes[] = {"script:", NULL};

const struct backend_driver backend_scripted = {
	.name = "script",
	.schemes = schemes,
	.capabilities = CAN_QUEUE | CAN_CLAIM | CAN_REPLY | CAN_NOTE | CAN_STATUS | CAN_ASSIGN | CAN_TAG |
	                CAN_ESCALATE | CAN_KNOWLEDGE | CAN_SUGGEST | CAN_TEMPLATES | CAN_CUSTOMERS | CAN_FEED | CAN_FILES |
	                CAN_FIND | CAN_VIEWS | CAN_DRAFTS | CAN_LADDER,
	.state_size = sizeof(struct scripted),
	.open = scripted_open,
	.close = scripted_close,
	.read = scripted_read,
	.write = scripted_write,
	.upload = scripted_upload,
	.download = scripted_download,
	.cancel = scripted_cancel,
	.follow = scripted_follow,
	.retry = scripted_retry,
};
