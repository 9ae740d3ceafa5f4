/* The contract between workstation and backend: what can be asked, what can be
 * written, what comes back, what is announced; and the JSON of each.
 *
 * Reads are a `struct query`, writes a `struct change`; both know their HTTP
 * form. Decoders are strict about types and ranges, ignore unknown members
 * (versions differ by one minor release), limit depth to 16 and size to
 * WIRE_MAX_BODY, and report DESK_PROTOCOL (answers) or DESK_INVALID (requests)
 * with the member's path. Nothing here does I/O. */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "base/error.h"
#include "wire/model.h"

#define WIRE_MAX_BODY (4u << 20)
#define WIRE_MAX_MESSAGE (256u << 10) /* bytes of one message's body */
#define WIRE_MAX_CONFIG (2u << 20) /* bytes of a policy file */
#define WIRE_KEY_LEN 36               /* idempotency key: a UUID's text */

/* ---------------------------------------------------------------- reads */
enum query_kind {
	QUERY_SESSION,    /* who am I, my groups, tags, groups, people, server's time and version */
	QUERY_QUEUE,      /* a page of ticket rows, by (next_due, id) */
	QUERY_TICKET,     /* one ticket with newest messages, customer, clocks */
	QUERY_MESSAGES,   /* older messages of a ticket, before `before_id` */
	QUERY_CUSTOMER,
	QUERY_CUSTOMERS,  /* search by text in name, mail, phone, order number */
	QUERY_KNOWLEDGE,  /* search by text; with ticket_id and no text: suggestions for it */
	QUERY_ARTICLE,    /* one article; version 0 = current */
	QUERY_ARTICLE_VERSIONS,
	QUERY_TEMPLATES,
	QUERY_POLICIES,
	QUERY_VIEWS,      /* saved views I may see, with counts */
	QUERY_COMPENSATIONS, /* those of state `text` (NULL: waiting), newest first */
	QUERY_SECRET,     /* the word a customer looks a ticket up with; ticket_id */
	QUERY_CONFIG,     /* records of the configuration: all, of type `text`, or one with `key`;
	                   * each with its text when `key` is given or `full` is 1 */
	QUERY_CONFIG_LOG, /* revisions, newest first */
	QUERY_DRAFTS,     /* my unsent texts; with ticket_id: mine and those shared on it */
	QUERY_MACROS,     /* those I may use, by position and name */
	QUERY_PRESENCE,   /* who has what before him now */
	QUERY_NOTICES,    /* mine, newest first, before `before_id` */
	QUERY_AGENTS,     /* everybody who handles tickets: state, load */
	QUERY_OFFERS,     /* tickets held out to me now */
	QUERY_ESCALATION_SHEET, /* ticket_id */
	QUERY_EXPLAIN,    /* ticket_id: how its deadlines came about */
	QUERY_PROBLEMS,   /* of stage `text`; NULL: all that aren't prevented or dismissed */
	QUERY_PROBLEM,    /* problem_id */
	QUERY_PACK,       /* the weekly review: week `text` ("2026-W47"; NULL the last whole one), `language` */
	QUERY_AUTOMATION_LOG, /* newest first: of rule `text`, of ticket_id, before `before_id` */
	QUERY_AUTOMATION_TRY, /* rule `text` on what happened after `since_ms` (0: a week): nothing is done */
	QUERY_DELIVERIES, /* webhooks, newest first, before `before_id` */
	QUERY_KIND_COUNT
};

/* Which page of an ordered list: exactly one anchor. Cursors are opaque text. */
enum page_anchor { PAGE_FIRST, PAGE_AFTER, PAGE_BEFORE, PAGE_AROUND, PAGE_LAST };

struct query {
	enum query_kind kind;
	desk_id ticket_id, customer_id, article_id;
	desk_id before_id, problem_id;
	int64_t since_ms;       /* AUTOMATION_TRY */
	int version;
	char *text;             /* search words; the queue's filter is a query of rules/find.h */
	char *language;         /* preferred language of hits; NULL any */
	/* queue */
	char *view;             /* "mine" (my groups, active), "assigned" (to me), "unassigned",
	                         * "all" (every active), "done" */
	desk_id group_id;       /* 0 = by view */
	enum page_anchor anchor;
	char *cursor;           /* AFTER, BEFORE; AROUND goes by ticket_id */
	char *order;            /* queue: NULL or "due" by deadline, "newest" highest number first */
	char *key;              /* CONFIG */
	int full;               /* CONFIG */
	int limit;              /* 0 = the server's default; capped by it (500) */
};

void query_init(struct query *q, enum query_kind kind);
void query_clear(struct query *q);
void query_copy(struct query *to, const struct query *from);
/* "/v1/tickets?view=mine&limit=50": path and escaped parameters. g_free. */
char *query_to_target(const struct query *q);
/* The server's half: a GET's path (decoded) and its parameters (decoded; NULL when not
 * given). DESK_NOTFOUND when no read lives there, DESK_INVALID names a bad parameter.
 * Whatever comes back, `q` wants query_clear. */
gboolean query_from_http(struct query *q, const char *path, const char *(*param)(const char *name, void *arg),
                         void *arg, GError **error);

/* ---------------------------------------------------------------- writes */
#define WIRE_CHANGES(_) \
	_(REPLY, "reply")               /* ticket_id, body, answers_id, send_delay_ms, template_ids */ \
	_(NOTE, "note")                 /* ticket_id, body */ \
	_(RECALL, "recall")             /* message_id: take back a reply still waiting */ \
	_(CLAIM, "claim")               /* ticket_id */ \
	_(CLAIM_NEXT, "claim-next")     /* group_id or 0 = my groups; answers the ticket */ \
	_(RELEASE, "release")           /* ticket_id: back to the queue */ \
	_(STATUS, "status")             /* ticket_id, status, hold_until_ms */ \
	_(PRIORITY, "priority")         /* ticket_id, priority */ \
	_(SUBJECT, "subject")           /* ticket_id, text */ \
	_(CATEGORY, "category")         /* ticket_id, text, problem */ \
	_(ASSIGN, "assign")             /* ticket_id, person_id (0 nobody), group_id (0 keep) */ \
	_(TAG, "tag")                   /* ticket_id, text = tag; TRUE `on` sets, else removes */ \
	_(CUSTOMER_TAG, "customer-tag") /* customer_id, text = tag, reason, on */ \
	_(ESCALATE, "escalate")         /* ticket_id, group_id, reason, body = hand-over note, promise_ms, reply, parts */ \
	_(TICKET_NEW, "ticket-new")     /* subject=text, body, channel, customer(_id), group_id, category */ \
	_(ARTICLE_USED, "article-used") /* article_id, ticket_id */ \
	_(ARTICLE_SAVE, "article-save") /* article (id 0 = new); version is what was edited */ \
	_(FORWARD, "forward")           /* ticket_id, body, to, cc, message_id (0 = the conversation), attachment_ids */ \
	_(TICKET_CUSTOMER, "customer")  /* ticket_id, customer_id or customer: whose ticket it is */ \
	_(CUSTOMER_SAVE, "customer-save") /* customer_id, customer: profile without tags and orders */ \
	_(FIELD, "field")               /* ticket_id, text = field, body = value; FALSE `on` clears */ \
	_(SPLIT, "split")               /* ticket_id, message_ids, text = subject; answers the new ticket */ \
	_(MERGE, "merge")               /* ticket_id goes into other_id; answers that one */ \
	_(LINK, "link")                 /* ticket_id, other_id, link, on */ \
	_(CHECK_ADD, "check-add")       /* ticket_id, text = item, or name = checklist */ \
	_(CHECK, "check")               /* ticket_id, item_id, on = done */ \
	_(CHECK_REMOVE, "check-remove") /* ticket_id, item_id */ \
	_(COMPENSATE, "compensate")     /* ticket_id, compensation */ \
	_(COMPENSATION_DECIDE, "compensation-decide") /* item_id, approve, reason */ \
	_(SECRET_NEW, "secret-new")     /* ticket_id: the old secret is void */ \
	_(VIEW_SAVE, "view-save")       /* view (id 0 = new) */ \
	_(VIEW_REMOVE, "view-remove")   /* view_id */ \
	_(CONFIG_APPLY, "config-apply") /* body = policy file, revision it was made from (-1 any), dry_run */ \
	_(DRAFT_SAVE, "draft-save")     /* ticket_id, text = kind, body, to, cc, answers_id, template_ids, promise_ms, \
	                                 * shared, revision (0 new): another one there is a CONFLICT */ \
	_(DRAFT_REMOVE, "draft-remove") /* ticket_id, text = kind */ \
	_(MACRO_SAVE, "macro-save")     /* macro (id 0 = new) */ \
	_(MACRO_REMOVE, "macro-remove") /* macro_id */ \
	_(PRESENCE, "presence")         /* ticket_id or 0, name = workstation, writing, idle */ \
	_(WHISPER, "whisper")           /* ticket_id, person_id, body: a note for that person */ \
	_(HANDOVER, "handover")         /* ticket_ids to person_id or group_id, body = note */ \
	_(NOTICES_SEEN, "notices-seen") /* item_id: mine up to this one */ \
	_(PROMISE, "promise")           /* ticket_id, promise_ms: promised by other means than a reply */ \
	_(AGENT_STATE, "agent-state")   /* person_id, agent_state, reason, hold_until_ms = until */ \
	_(OFFER_ACCEPT, "accept")       /* ticket_id */ \
	_(OFFER_DECLINE, "decline")     /* ticket_id, reason */ \
	_(ACKNOWLEDGE, "acknowledge")   /* ticket_id, item_id = escalation */ \
	_(ESTIMATE, "estimate")         /* ticket_id, item_id, promise_ms, reason, reply */ \
	_(ESCALATION_ANSWER, "answer")  /* ticket_id, item_id, body */ \
	_(RETURN, "return")             /* ticket_id, item_id, reason, body = note */ \
	_(CONSULT, "consult")           /* ticket_id, group_id or person_id, body */ \
	_(TRANSFER, "transfer")         /* ticket_id, person_id, body */ \
	_(CANT_SOLVE, "cant-solve")     /* ticket_id, reason */ \
	_(ASSESS, "assess")             /* ticket_id, impact, need */ \
	_(SNOOZE, "snooze")             /* ticket_id, hold_until_ms (0: next reply); FALSE `on` wakes it */ \
	_(FOLLOW_UP_ASK, "follow-up-ask") /* ticket_id, body = the questions; none: asked by other means */ \
	_(FOLLOW_UP, "follow-up")       /* ticket_id, follow_up: solved, speed, improve */ \
	_(FOLLOW_UP_SKIP, "follow-up-skip") /* ticket_id, reason */ \
	_(PROBLEM_SAVE, "problem-save") /* problem_record (id 0 = new) */ \
	_(PROBLEM_LINK, "problem-link") /* problem_id, ticket_ids, on */ \
	_(PROBLEM_STEP, "problem-step") /* problem_id, text = stage, person_id = owner, hold_until_ms = due, on = done, body */ \
	_(PROBLEM_TELL, "problem-tell") /* problem_id, texts, dry_run */ \
	_(PROBLEM_ARTICLE, "problem-article") /* problem_id, text = knowledge or training, name = language */ \
	_(WEBHOOK_RETRY, "webhook-retry") /* item_id */

enum change_kind {
#define E(id, name) CHANGE_##id,
	WIRE_CHANGES(E)
#undef E
	CHANGE_KIND_COUNT
};
const char *change_name(enum change_kind kind);
int change_by_name(const char *name); /* -1 unknown */

struct change {
	enum change_kind kind;
	char once_key[WIRE_KEY_LEN + 1]; /* Idempotency-Key */
	int64_t if_version;              /* ticket version the writer saw; -1 = any */
	desk_id ticket_id, customer_id, group_id, person_id, message_id, article_id;
	desk_id other_id, item_id, view_id, macro_id, problem_id;
	desk_id answers_id;              /* newest message the writer had read; 0 = unknown */
	char *text;
	char *body;
	char *reason;
	char *category;                  /* TICKET_NEW */
	enum ticket_status status;
	enum ticket_priority priority;
	enum channel channel;
	int problem;                     /* enum problem_class or -1 */
	gboolean on;
	int64_t hold_until_ms;
	int64_t send_delay_ms;           /* -1 = the channel's default undo window */
	int64_t send_at_ms;              /* REPLY: not before; 0 = by send_delay_ms */
	int64_t promise_ms;              /* REPLY, PROMISE, DRAFT_SAVE: the time promised; 0 none */
	GArray *template_ids;            /* of desk_id; NULL = none */
	GArray *attachment_ids;          /* REPLY, NOTE, FORWARD, TICKET_NEW: uploaded before; NULL = none */
	GArray *message_ids;             /* SPLIT */
	GArray *ticket_ids;              /* HANDOVER */
	char *to, *cc;                   /* REPLY: beyond the customer's own; FORWARD: to whom */
	char *name;                      /* CHECK_ADD, PRESENCE */
	enum link_kind link;
	gboolean approve, dry_run;
	gboolean shared;                 /* DRAFT_SAVE */
	gboolean writing, idle;          /* PRESENCE */
	int64_t revision;                /* CONFIG_APPLY; -1 any. DRAFT_SAVE */
	struct customer *customer;       /* TICKET_NEW, unknown customer: name, phone, email ... */
	struct article *article;
	struct compensation *compensation; /* kind, amount_cents, currency, order_number, reason */
	struct saved_view *view;
	struct macro *macro;
	char *reply;                     /* ESCALATE, ESTIMATE: sent to the customer with it; NULL: nothing, or when
	                                  * `on` the desk's own words with the time promised, in the customer's language */
	GPtrArray *parts;                /* ESCALATE: struct escalation_part; NULL none */
	enum agent_state agent_state;
	int impact, need;                /* ASSESS; -1 */
	struct follow_up *follow_up;
	struct problem *problem_record;  /* PROBLEM_SAVE */
	GPtrArray *texts;                /* PROBLEM_TELL: struct problem_text; NULL none */
};

/* Fills in a fresh random once_key and neutral values. */
void change_init(struct change *c, enum change_kind kind);
void change_clear(struct change *c);
void change_copy(struct change *to, const struct change *from);
/* HTTP form: method (static), target (g_free), body JSON (g_free, may be NULL).
 *   reply, note      POST /v1/tickets/{id}/messages
 *   recall           POST /v1/messages/{id}/recall
 *   claim, release   POST /v1/tickets/{id}/claim | release
 *   claim-next       POST /v1/tickets/claim-next
 *   status, priority, subject, category   PATCH /v1/tickets/{id}
 *   assign           POST /v1/tickets/{id}/assign
 *   tag              PUT|DELETE /v1/tickets/{id}/tags/{tag}
 *   customer-tag     PUT|DELETE /v1/customers/{id}/tags/{tag}
 *   escalate         POST /v1/tickets/{id}/escalate
 *   ticket-new       POST /v1/tickets
 *   article-used     POST /v1/knowledge/{id}/used
 *   article-save     POST /v1/knowledge | PUT /v1/knowledge/{id}
 * and so on: the table in routes.c is the list. */
void change_to_http(const struct change *c, const char **method, char **target, char **json);
/* The server's half: the body of such a request, into a change whose kind and
 * ids from the path are already set. For PATCH the kind is found from the member. */
gboolean change_from_json(struct change *c, const char *json, size_t len, GError **error);
/* A whole request: finds kind and ids by method and path (decoded), then reads the
 * body. *known is FALSE (and the error DESK_NOTFOUND) when no write lives there.
 * once_key and if_version travel in headers: the caller sets them. Whatever comes
 * back, `c` wants change_clear. */
gboolean change_from_http(struct change *c, const char *method, const char *path, const char *json,
                          size_t len, gboolean *known, GError **error);
/* Whole change as one JSON object, for the outbox on disk; and back. */
char *change_dump(const struct change *c);
gboolean change_load(struct change *c, const char *json, size_t len, GError **error);

/* ---------------------------------------------------------------- answers */
struct session {
	struct person *me;
	GPtrArray *groups;   /* struct group: all */
	GPtrArray *people;   /* struct person: all active */
	GPtrArray *tags;     /* struct tag: all */
	GPtrArray *skills;   /* struct skill: all */
	GPtrArray *categories; /* struct category: all, by position and name */
	GPtrArray *fields;   /* struct desk_field: all, by position */
	GPtrArray *checklists; /* struct checklist: all */
	GPtrArray *moods;    /* struct mood_phrases: the words customers' moods are known by */
	int64_t promise_ms;  /* how long after now a promise is due when the agent says nothing else */
	char *desk_name, *server_version, *zone;
	char *message_limits; /* rules/limits.h; NULL = the default */
	char *break_reasons;  /* those that are proposed, commas between */
	int64_t server_time_ms;
	int64_t seq;         /* newest event at that time */
};

struct queue_page {
	GPtrArray *rows;     /* struct ticket_row in order */
	char *before, *after;/* cursors of the rows around; NULL at either end */
	int64_t offset;      /* rows before the first one; -1 unknown */
	int64_t total;       /* rows in the whole list */
	gboolean total_exact;
	int64_t late;        /* breached ones among them; -1 unknown */
	int64_t seq;         /* the page shows the desk as of this event */
};

struct answer { /* of a read or a write */
	int64_t server_time_ms;
	enum query_kind kind;            /* reads */
	struct session *session;
	struct queue_page *page;
	struct ticket *ticket;           /* also the answer of every write on a ticket */
	struct message *message;         /* of reply, note */
	struct customer *customer;
	GPtrArray *messages, *customers, *hits, *articles, *templates, *policies;
	GPtrArray *views, *compensations, *config, *revisions;
	GPtrArray *drafts, *macros, *presence, *notices;
	GPtrArray *agents, *offers, *explained, *problems, *runs, *deliveries;
	struct agent *agent;             /* AGENT_STATE */
	struct problem *problem;         /* PROBLEM and the writes on one */
	struct escalation_sheet *sheet;
	struct draft *draft;             /* DRAFT_SAVE */
	struct macro *macro;             /* MACRO_SAVE */
	struct compensation *compensation;
	struct saved_view *view;
	char *secret;                    /* SECRET, SECRET_NEW */
	char *text;                      /* CONFIG_APPLY: what changed, a line each, as `policy diff` prints;
	                                  * HANDOVER: how many tickets went */
	int64_t revision;                /* CONFIG, CONFIG_APPLY: in force now */
	struct article *article;
	struct attachment *attachment;   /* of an upload */
	gboolean more;
	int64_t seq;                     /* writes: number of the event it caused */
};
/* "/v1/tickets/{ticket_id}": where a read or write lives, constant; NULL = nowhere. */
const char *query_route(enum query_kind kind);
const char *change_route(enum change_kind kind);
void answer_free(struct answer *a);
typedef struct answer answer_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(answer_auto, answer_free)
void session_free(struct session *s);
void queue_page_free(struct queue_page *p);

/* JSON -> answer of that query. */
struct answer *answer_of_query(enum query_kind kind, const char *json, size_t len, GError **error);
/* JSON -> answer of a write. */
struct answer *answer_of_change(enum change_kind kind, const char *json, size_t len, GError **error);
/* JSON -> answer of an upload. */
struct answer *answer_of_upload(const char *json, size_t len, GError **error);
/* answer -> JSON (server side), appended to `out`. */
void answer_to_json(GString *out, const struct answer *a);

/* The error shape: {"code","message","field","retryable","request_id"}. */
struct wire_error {
	enum desk_code code;
	char *message, *field, *request_id;
	gboolean retryable;
	struct ticket *ticket;  /* CONFLICT: the ticket as it is now; else NULL */
};
void wire_error_free(struct wire_error *e);
void wire_error_to_json(GString *out, const struct wire_error *e);
struct wire_error *wire_error_parse(const char *json, size_t len); /* never NULL */
int wire_error_status(enum desk_code code); /* HTTP status */

/* ---------------------------------------------------------------- events */
#define WIRE_EVENTS(_) \
	_(TICKET, "ticket")       /* row: the ticket's row after the change; message when one was added */ \
	_(CUSTOMER, "customer")   /* customer_id changed: ask again */ \
	_(ARTICLE, "article") _(TEMPLATE, "template") _(POLICY, "policy") \
	_(PEOPLE, "people")       /* people, groups, tags, categories, fields ... changed: ask the session again */ \
	_(RELOAD, "reload")       /* number too old: fetch everything anew */ \
	_(PING, "ping")           /* heart-beat: server_time_ms only, has no number */ \
	_(VIEW, "view")           /* saved views were added, changed or removed */ \
	_(DRAFT, "draft")         /* ticket_id, person_id: a draft of that person was saved, shared or removed */ \
	_(MACRO, "macro")         /* macros changed */ \
	_(PRESENCE, "presence")   /* person_id, presence: change is "look", "write" or "leave" */ \
	_(NOTICE, "notice")       /* person_id, notice: sent to that person's streams only */ \
	_(AGENT, "agent")         /* person_id, agent */ \
	_(OFFER, "offer")         /* person_id, offer: sent to that person's streams only; change is "offer", "taken", "over" */ \
	_(PROBLEM, "problem")     /* other_id = the problem that changed: ask again */
enum event_kind {
#define E(id, name) EVENT_##id,
	WIRE_EVENTS(E)
#undef E
	EVENT_KIND_COUNT
};
struct event {
	int64_t seq;
	int64_t at_ms;
	enum event_kind kind;
	char *change;              /* what caused it: a change ("reply"), "breach", "warning", "import" */
	desk_id person_id;         /* who; 0 = customer or the desk itself */
	desk_id ticket_id, customer_id, article_id, template_id, policy_id;
	desk_id other_id;          /* TICKET: merged into, split off to or from */
	struct ticket_row *row;    /* TICKET */
	struct message *message;   /* TICKET, when a message was added or its delivery changed */
	GPtrArray *clocks;         /* TICKET: struct ticket_clock, all of the ticket; NULL else */
	struct presence *presence; /* PRESENCE */
	struct notice *notice;     /* NOTICE */
	struct agent *agent;       /* AGENT */
	struct offer *offer;       /* OFFER */
};
void event_free(struct event *e);
typedef struct event event_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(event_auto, event_free)
const char *event_kind_name(enum event_kind kind);
int event_kind_by_name(const char *name); /* -1 unknown */
void event_to_json(GString *out, const struct event *e);
/* DESK_UNSUPPORTED: a kind that only a newer server knows; skip it. */
struct event *event_parse(const char *json, size_t len, GError **error);

#endif
