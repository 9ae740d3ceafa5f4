/* What the files of this room share: the snapshot of the desk's words, reading
 * rows into structs, and the frame of a write. Nobody outside includes this. */
#ifndef DESK_INSIDE_H
#define DESK_INSIDE_H

#include "server/desk/desk.h"
#include "server/search.h"
#include "base/clock.h"
#include "rules/clocks.h"
#include "rules/history.h"
#include "wire/model_rule.h"

/* ---- words: groups, people, tags, policies, calendars. Immutable once loaded;
 * readers hold a reference, a change swaps the whole. */
struct words {
	gatomicrefcount refs;
	GPtrArray *groups, *people, *tags, *policies, *calendars;
	GPtrArray *skills, *categories, *fields, *checklists; /* as in struct session */
	GPtrArray *rules;      /* struct rule: triggers, schedules, webhooks, by position */
	unsigned rule_events;  /* what the active ones among them wait for: bits of enum rule_event */
	GHashTable *people_by_id; /* borrowed struct person, by &id */
	gboolean tagged_policies; /* some policy asks for a customer's tags */
	struct routing_conf *routing; /* routing_desk.h */
	GPtrArray *eras;       /* eras.c: what policies and calendars were, newest first */
};
gboolean words_read_eras(struct db_conn *conn, struct words *w, GError **error); /* after policies, calendars, groups */

struct words *words_load(struct db_conn *conn, GError **error);
void words_unref(struct words *w);
struct words *words_ref(struct words *w);
typedef struct words words_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(words_auto, words_unref)
const struct group *words_group(const struct words *w, desk_id id); /* NULL unknown */
const struct person *words_person(const struct words *w, desk_id id);
const struct tag *words_tag(const struct words *w, desk_id id);
const struct tag *words_tag_named(const struct words *w, const char *name);
const char *words_person_name(const struct words *w, desk_id id); /* display, or NULL */
/* The groups somebody works for; all of the desk for one without any. Free the array. */
GArray *words_groups_of(const struct words *w, desk_id person_id);
/* The single lists, freshly read (answers own theirs). */
GPtrArray *words_read_groups(struct db_conn *conn, GError **error);
GPtrArray *words_read_people(struct db_conn *conn, GError **error);
GPtrArray *words_read_tags(struct db_conn *conn, GError **error);
GPtrArray *words_read_policies(struct db_conn *conn, GError **error);
GPtrArray *words_read_skills(struct db_conn *conn, GError **error);
GPtrArray *words_read_categories(struct db_conn *conn, GError **error);
GPtrArray *words_read_fields(struct db_conn *conn, GError **error);
GPtrArray *words_read_checklists(struct db_conn *conn, GError **error);
const struct desk_field *words_field_named(const struct words *w, const char *name); /* NULL unknown */
const struct category *words_category_named(const struct words *w, const char *name);
/* What a customer's language ("zh-CN": the skill lang-zh), a problem type or the nearest above it asks for; 0 nothing. */
desk_id words_skill_of_language(const struct words *w, const char *language);
desk_id words_skill_of_category(const struct words *w, const char *category);

struct desk {
	struct db *db;
	GMutex lock; /* of `words` */
	struct words *words;
	struct search *search;
	struct attachments *attachments; /* NULL: none was set */
	struct message_text *text; /* message_text.h */
	struct views_live *live_views; /* views_live.h */
	struct knowledge_fill *knowledge; /* how far the index is */
	struct incidents *incidents;
	struct routing_watch *routing; /* routing_due.c */
	int64_t rules_pruned_ms; /* the scheduler's: when old runs of rules were last removed */
	char *secret_key; /* hex; what tickets' secrets are derived from */
};
struct words *desk_words(struct desk *d); /* a reference */
/* Reads the words anew through conn and swaps them in. */
gboolean desk_refresh(struct desk *d, struct db_conn *conn, GError **error);
/* A setting of the desk; NULL when unset (no error) or on failure. g_free. */
char *desk_setting(struct db_conn *conn, const char *name);

/* ---- rows into structs */
void row_read(const struct db_row *row, const struct words *w, struct ticket_row *to); /* `to` is zeroed */
void row_name(const struct words *w, struct ticket_row *row); /* fills group_name and assignee_name */
struct ticket *row_ticket(const struct db_row *row, const struct words *w, desk_id *newest_customer);
struct message *row_message(const struct db_row *row);
struct article *row_article(const struct db_row *row);
/* The first column of a one-row answer as a number. */
gboolean row_int_fn(const struct db_row *row, void *int64);

/* ---- tickets.c */
/* One ticket without messages, tags, clocks, customer. lock: against other writers. */
struct ticket *ticket_load(struct db_conn *conn, const struct words *w, desk_id id, gboolean lock,
                           desk_id *newest_customer, GError **error);
gboolean ticket_load_clocks(struct db_conn *conn, struct ticket *t, int64_t now_ms, GError **error);
gboolean ticket_put_clock(struct db_conn *conn, desk_id id, const struct ticket_clock *c, GError **error);
gboolean ticket_load_tags(struct db_conn *conn, struct ticket *t, GError **error);
gboolean ticket_load_messages(struct db_conn *conn, struct ticket *t, GError **error);
struct message *message_load(struct db_conn *conn, desk_id id, GError **error); /* with its files */
/* Fields, links, checklist, compensations: one statement. */
gboolean ticket_load_extras(struct db_conn *conn, const struct words *w, struct ticket *t, GError **error);
/* The files of a page of messages: one statement, none when there are none. */
gboolean messages_load_attached(struct db_conn *conn, desk_id ticket_id, GPtrArray *messages, GError **error);
/* Everything a ticket shows. */
struct ticket *ticket_read(struct db_conn *conn, const struct words *w, desk_id id, int64_t now_ms,
                           GError **error);
#define TICKET_PAGE 50 /* messages in a ticket's newest page */
#define MESSAGE_FILES_MAX 50
gboolean messages_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error);

/* Four folded words of a search ("" = none) for the statements that take them. */
struct find_words {
	char *folded;
	const char *word[4];
	gboolean any;
};
void find_words_init(struct find_words *f, const char *text);
void find_words_clear(struct find_words *f);

/* ---- the other reads */
gboolean queue_query(struct desk *d, struct db_conn *conn, const struct words *w, const struct actor *who,
                     const struct query *q, int64_t now_ms, struct answer *out, GError **error);
struct customer *customer_read(struct db_conn *conn, const struct words *w, desk_id id, GError **error);
GPtrArray *customers_find(struct db_conn *conn, const struct words *w, const char *text, int limit,
                          GError **error);
char *customer_search_text(const struct customer *c);
char *customer_marks(struct db_conn *conn, const struct words *w, desk_id id, GError **error);
desk_id customer_insert(struct db_conn *conn, const struct customer *c, GError **error);
gboolean customer_update(struct db_conn *conn, const struct customer *c, GError **error);
gboolean customer_put_tag(struct db_conn *conn, desk_id customer_id, desk_id tag_id, const char *why,
                          int64_t since_ms, desk_id by_person, GError **error);
gboolean customer_put_orders(struct db_conn *conn, desk_id customer_id, const GPtrArray *orders, GError **error);
/* Its marks anew, into the customer and its tickets. */
gboolean customer_remark(struct desk *d, struct db_conn *conn, const struct words *w, desk_id id, GError **error);
gboolean knowledge_query(struct desk *d, struct db_conn *conn, const struct query *q, struct answer *out,
                         GError **error);
struct article *article_read(struct db_conn *conn, desk_id id, int version, GError **error);
gboolean article_add_version(struct db_conn *conn, desk_id id, const struct article *a, GError **error);
GPtrArray *templates_read(struct db_conn *conn, const struct actor *who, GArray *groups, GError **error);
/* Best first for that ticket (rules/fit.h); `language` (may be NULL) instead of the customer's. */
gboolean templates_for(struct db_conn *conn, const struct words *w, GPtrArray *templates, desk_id ticket_id,
                       const char *language, int64_t now_ms, GError **error);
/* The desk's words for moods; every mood that has any. */
GPtrArray *moods_read(struct db_conn *conn, GError **error);
gboolean macros_query(struct db_conn *conn, const struct words *w, const struct actor *who, struct answer *out,
                      GError **error);
gboolean article_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error);
/* The index follows what is published of an article. */
gboolean knowledge_follow(struct desk *d, struct db_conn *conn, desk_id id, GError **error);
/* Fills the index with every published article: what takes longer goes on in the background. */
gboolean knowledge_index(struct desk *d, struct db_conn *conn, GError **error);
struct knowledge_fill *knowledge_fill_new(struct desk *d);
void knowledge_fill_stop(struct knowledge_fill *k);
void knowledge_fill_free(struct knowledge_fill *k); /* NULL is fine */
gboolean knowledge_complete(struct desk *d);        /* the index holds every article */

gboolean views_query(struct desk *d, struct db_conn *conn, const struct words *w, const struct actor *who,
                     struct answer *out, GError **error);

/* ---- clocks over words */
/* What its rules are chosen by (clock_rules). tags: of its customer, for of->tags; NULL when no policy
 * asks for any; g_ptr_array_unref. FALSE: the database failed. */
gboolean ticket_case(struct db_conn *conn, const struct words *w, const struct ticket *t, struct clock_case *of,
                     GPtrArray **tags, GError **error);
const struct calendar *words_calendar(const char *name, void *words); /* a clock_calendar_fn */
/* The rules of a ticket's clocks with what held before, for facts from since_ms on. The words must outlive
 * it; it stays where it is (its parts point at each other). */
struct ticket_rules {
	struct clock_rule rule[CLOCK_COUNT];
	size_t n;
	struct clock_rule *oldest[CLOCK_COUNT];
	GPtrArray *before; /* struct clock_rule; NULL: nothing has changed */
};
void ticket_rules_of(const struct words *w, const struct clock_case *of, int64_t since_ms, struct ticket_rules *to);
void ticket_rules_clear(struct ticket_rules *r);
/* The clocks of a ticket of this kind after those facts. Appends to `clocks`. */
void ticket_clocks_fold(const struct words *w, const struct clock_case *of, const struct clock_fact *facts, size_t n,
                        int64_t now_ms, GPtrArray *clocks);
/* The rules of a ticket's clocks, as they are in that group (0: its own); returns how many. */
size_t ticket_clock_rules(const struct words *w, const struct ticket *t, desk_id group_id,
                          struct clock_rule rules[CLOCK_COUNT]);
GArray *ticket_facts(struct db_conn *conn, desk_id id, GError **error); /* struct clock_fact */
/* Sets next_due_ms, next_warn_ms and next_clock from its clocks. */
void ticket_set_next(struct ticket *t);

/* Where a ticket is: ticket.active. The lists show what is LISTED; an agent still works on what is
 * not DONE. */
enum ticket_place { PLACE_DONE, PLACE_LISTED, PLACE_SNOOZED };
int ticket_place(const struct ticket_row *row);

/* ---- work: the frame of a write on one ticket */
struct work {
	struct desk *desk;
	struct db_tx *tx;
	struct db_conn *conn;
	const struct actor *who;
	const struct change *change; /* NULL for what customers and the scheduler do */
	struct words *words;
	int64_t now;
	struct ticket *ticket;       /* as it will be; owned */
	GArray *facts;               /* struct clock_fact: its own, as they will be; NULL: to be read again */
	gboolean no_ladder;          /* it was looked at: there is none */
	gboolean foreseen;           /* all that is read of it was sent ahead, before it was written */
	desk_id newest_customer;
	gboolean fresh;              /* was inserted by this work */
	int was_active;              /* ticket_place */
	gboolean was_after_sales;
	enum ticket_status was_status;
	int was_tier;
	desk_id was_group, was_assignee;
	gboolean was_counted;        /* took capacity of was_assignee */
	enum ticket_priority was_priority;
	unsigned happened;           /* bits of enum rule_event that the ticket itself doesn't show, for rules */
	gboolean touched;            /* there is something to save */
	gboolean new_words;          /* subject, category, tags, fields, customer changed */
	desk_id other_id;            /* the other ticket of a merge, split or link, for the event */
	desk_id followed_id;         /* the merged ticket that was named instead of this one; 0 none */
	desk_id followed_newest;     /* its newest message of the customer */
	gboolean quiet;              /* import: one event tells of all */
	gboolean on_ladder;          /* the change moves the ladder itself: it doesn't follow */
	int64_t updated_ms;          /* 0 = now */
	GPtrArray *messages;         /* struct message: added or with a new delivery */
	desk_id message_id;          /* of them, the one the answer names; 0 none */
	struct ticket *conflict;     /* told beside DESK_CONFLICT; owned until taken */
	int64_t seq;
	int64_t alarm_ms;            /* set by work_save_clocks: when a clock of it rings next; 0 none */
	int64_t promise_due_ms;      /* and when its running promise is due; 0 none */
};

gboolean work_begin(struct work *w, struct desk *d, struct db_tx *tx, const struct actor *who, GError **error);
void work_end(struct work *w);
/* After its rows and facts were written as they were elsewhere: counts, loads and clocks follow, nothing else happens. */
gboolean work_restore(struct work *w, GError **error);
/* What work_load reads, and what the answer is made of with its customer: sent ahead. */
void work_send_ahead(struct db_conn *conn, desk_id ticket_id);
void answer_send_ahead(struct db_conn *conn, desk_id ticket_id, desk_id customer_id);
/* Loads the ticket and keeps it from other writers. */
gboolean work_load(struct work *w, desk_id ticket_id, GError **error);
gboolean work_fact(struct work *w, enum clock_fact_kind kind, enum ticket_status status, int64_t due_ms,
                   GError **error);
/* Adds a message; NULL on failure, else borrowed. author 0 = the customer (or the desk for SYSTEM). */
struct message *work_message(struct work *w, enum message_kind kind, const char *body, int64_t send_at_ms,
                             GError **error);
/* A line of history, in one of the forms of rules/history.h. */
gboolean work_history(struct work *w, GError **error, const char *form, ...) G_GNUC_PRINTF(3, 4);
/* "2026-11-24 09:00" on the desk's wall, for lines of history. */
const char *work_stamp(struct work *w, int64_t ms, char *buf, size_t size);
void work_assign(struct work *w, desk_id person_id);
gboolean work_status(struct work *w, enum ticket_status status, GError **error); /* with its fact */
/* DESK_CONFLICT with the ticket as it is. Returns FALSE. */
gboolean work_conflict(struct work *w, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Inserts w->ticket (row filled, id unset), owned by the work from then on. */
gboolean work_insert(struct work *w, struct ticket *t, GError **error);
/* Clocks, row, counters, events. `change` names it in the feed. */
gboolean work_save(struct work *w, const char *change, GError **error);
/* The clocks alone, into their table and the ticket's row in memory; *changed (may be NULL) is set
 * when one did. */
gboolean work_save_clocks(struct work *w, gboolean *changed, GError **error);
/* Theirs who do this, and open when it was new. */
gboolean ticket_take(struct work *w, GError **error);
/* TRUE when who is a supervisor or more. */
gboolean actor_leads(const struct actor *who);
gboolean words_works_for(const struct words *w, const struct actor *who, desk_id group_id);
/* What is kept for all, a group or oneself. Own ones are anybody's to change; a group's are its
 * supervisors' and the administrators'; those of all every supervisor's. */
gboolean scope_may_use(const struct words *w, const struct actor *who, enum scope scope, desk_id owner_id);
gboolean scope_may_change(const struct words *w, const struct actor *who, enum scope scope, desk_id owner_id);
/* Two tickets in one transaction: `w` gets `id`, `other` (begun here; work_end by the
 * caller, also after a failure) gets other_id; locked in the order of their numbers. */
gboolean work_load_two(struct work *w, desk_id id, struct work *other, desk_id other_id, GError **error);
/* From a merged ticket to the one that lives on: loads that instead. */
gboolean work_follow(struct work *w, GError **error);
/* The ticket that a merged one lives on in, at last; `id` itself when it isn't merged. 0 on failure. */
desk_id ticket_lives_on(struct db_conn *conn, desk_id id, GError **error);
/* DESK_CONFLICT when the change was made from another version. */
gboolean work_check_version(struct work *w, GError **error);
/* Says what is wrong with a text of a person; names the member. */
gboolean text_check(const char *member, const char *text, size_t max, gboolean lines, GError **error);

/* ---- the configuration (config_desk.h) */
gboolean config_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error);
gboolean config_log_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error);

/* ---- one function per change; all have loaded what WORK_TICKET says */
typedef gboolean change_fn(struct work *w, struct answer *out, GError **error);
change_fn change_reply, change_note, change_recall, change_claim, change_claim_next, change_release,
	change_status, change_priority, change_subject, change_category, change_assign, change_tag,
	change_customer_tag, change_escalate, change_ticket_new, change_article_used, change_article_save,
	change_forward, change_ticket_customer, change_customer_save, change_field, change_split, change_merge,
	change_link, change_check_add, change_check, change_check_remove, change_compensate,
	change_compensation_decide, change_secret_new, change_config_apply, change_view_save, change_view_remove,
	change_draft_save, change_draft_remove,
	change_presence, change_notices_seen, change_whisper, change_handover,
	change_macro_save, change_macro_remove, change_promise, change_assess, change_problem_save, change_problem_link,
	change_problem_step, change_problem_tell, change_problem_article;
change_fn change_snooze;
change_fn change_acknowledge, change_estimate, change_escalation_answer, change_return, change_consult, change_transfer,
	change_cant_solve;
change_fn change_follow_up_ask, change_follow_up, change_follow_up_skip;
/* The only door to a channel: whatever hands a message on asks here first. A note never passes:
 * DESK_FORBIDDEN, whatever its row says. */
gboolean talk_may_leave(const struct message *m, GError **error);
/* Promises (change_promise.c): checked when they are made, kept with a reply that waits, started when
 * it leaves. */
gboolean promise_check(struct work *w, int64_t promise_ms, int64_t not_before_ms, GError **error);
gboolean promise_keep(struct work *w, desk_id message_id, int64_t promise_ms, GError **error);
gboolean promise_start(struct work *w, int64_t promise_ms, GError **error);
gboolean promise_of_message(struct work *w, desk_id message_id, GError **error);
int64_t promise_due(const struct ticket *t); /* of the running promise, by its clock; 0 none */
/* ---- what the customer is told by the desk itself (progress.c) */
gboolean progress_follow(struct work *w, GError **error);
gboolean progress_deliver(struct work *w, struct message *m, GError **error);
/* ---- out of the queue for a while (snooze.c) */
/* What comes to other hands, or is done, is not snoozed any more. */
void snooze_settle(struct work *w);
/* Wakes it, when it is snoozed, with a line of history (NULL: none). */
gboolean snooze_end(struct work *w, const char *history, GError **error);
gboolean snooze_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
/* Marks a waiting reply as sent, with its facts. */
gboolean talk_delivered(struct work *w, struct message *m, GError **error);
gboolean talk_public_reply_facts(struct work *w, const struct message *m, GError **error); /* m NULL: said in person */
/* ---- unsent text (drafts.c) */
gboolean drafts_query(struct db_conn *conn, const struct words *w, const struct actor *who, const struct query *q,
                      struct answer *out, GError **error);
/* What was sent on the work's ticket (or on the merged one that was named) is no draft any more. */
gboolean draft_was_sent(struct work *w, enum message_kind kind, const char *body, GError **error);
/* Everybody's of the merged ticket go over; who had one there already has both texts in it. */
gboolean drafts_merge(struct work *into, desk_id from, GError **error);
/* Who changed what since that version of the work's ticket, as clauses with "; " between; NULL when
 * the feed doesn't know any more. g_free. */
char *work_changes_since(struct work *w, int64_t version);
/* ---- attached files: rows only, the bytes are attachments.c's. */
/* The writer's own loose files (desk_id; NULL none) become the message's. */
gboolean attached_link(struct work *w, struct message *m, const GArray *ids, GError **error);
/* The files of one message once more, for a copy of it in `ticket_id`. */
gboolean attached_copy(struct db_conn *conn, desk_id from_message, desk_id to_message, desk_id ticket_id,
                       GError **error);
/* Checks REPLY's and FORWARD's to and cc; keeps them with the message. */
gboolean message_put_extras(struct work *w, struct message *m, GError **error);
gboolean addresses_of_change(const struct change *c, gboolean needs_to, char **to, char **cc, GError **error);
/* Puts `child` below `parent` (LINK_PARENT), or relates both; the older link between them goes. */
gboolean link_put(struct db_conn *conn, desk_id id, desk_id other_id, enum link_kind kind, GError **error);
/* Whose ticket it is from now on: name, marks, row; the row is saved by the caller. */
gboolean ticket_take_customer(struct work *w, const struct customer *customer, GError **error);
/* Somebody we know by mail or phone, else a new one, from the change's customer. 0 on failure. */
desk_id customer_of_change(struct work *w, GError **error);
/* What a category says, into the ticket: problem class (unless `problem` >= 0) and after-sales. */
void category_classify(const struct words *w, struct ticket *t, int problem);
gboolean category_check(const struct words *w, const char *category, const char *now, GError **error);
gboolean compensations_query(struct db_conn *conn, const struct words *w, const struct query *q, struct answer *out,
                             GError **error);
/* The desk's random key, made on first use; NULL on failure. */
char *secret_key_open(struct db *db, GError **error);
char *ticket_secret(const struct desk *d, desk_id id, int64_t epoch); /* "K7QM-..."; g_free */
gboolean secret_query(struct desk *d, struct db_conn *conn, const struct query *q, struct answer *out, GError **error);
/* What the category says of a problem nobody classified. */
enum problem_class category_problem(const char *category);
gboolean category_after_sales(const char *category);
/* ---- several people on one desk */
/* Keeps a notice (its text cut to a line) and announces it to its person. */
gboolean notice_add(struct work *w, const struct notice *n, GError **error);
/* About the work's ticket, by whoever does it; to nobody, oneself or by an import: nothing. */
gboolean notice_of_work(struct work *w, enum notice_kind kind, desk_id person_id, desk_id message_id, const char *text,
                        GError **error);
gboolean notice_mentions(struct work *w, const struct message *note, GError **error); /* those named in it */
gboolean notices_query(struct db_conn *conn, const struct actor *who, const struct query *q, struct answer *out,
                       GError **error);
/* How the clocks of a ticket came about (explain.c). */
gboolean explain_query(struct db_conn *conn, const struct words *w, const struct query *q, int64_t now_ms,
                       struct answer *out, GError **error);
gboolean presence_query(struct db_conn *conn, int64_t now_ms, struct answer *out, GError **error);
/* When the ticket's next warning or breach is, after now; 0 none. */
int64_t alarm_next(const struct ticket *t, int64_t now_ms);
/* A change has put a deadline or its warning into the past. was NULL: the clock is new, FALSE. */
gboolean alarm_passed(const struct ticket_clock *was, const struct ticket_clock *is, int64_t now_ms);
/* What time brings; *next_ms: when again, INT64_MAX never. */
gboolean alarms_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
gboolean presence_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
/* ---- problems behind tickets (problems.h) */
gboolean problem_query(struct db_conn *conn, const struct words *w, const struct query *q, struct answer *out, GError **error);
gboolean problems_query(struct db_conn *conn, const struct words *w, const struct query *q, struct answer *out,
                        GError **error);
gboolean pack_query(struct db_conn *conn, const struct words *w, const struct query *q, int64_t now_ms, struct answer *out,
                    GError **error);
/* One slice of what problems have to be done; *next_ms: when again, INT64_MAX never. */
gboolean problems_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
/* Looks for peaks, soon after tickets came that desk_notice heard of. */
struct incidents;
struct incidents *incidents_new(void);
void incidents_free(struct incidents *i); /* NULL is fine */
void incidents_notice(struct incidents *i, const struct event *event);
gboolean incidents_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
/* The customer of the work's ticket says whether all is well now: counted for the problem that he was told of. */
gboolean problem_answered(struct work *w, gboolean satisfied, GError **error);
/* What a merged ticket was part of, its place among the told and raised ones go over. */
gboolean problem_merge(struct work *into, struct work *gone, GError **error);
gboolean reassess_one(struct work *w, desk_id id, GError **error); /* after a change of the matrix */
/* A new ticket below one that is closed for good, not inserted yet: same customer, group and kind. */
struct ticket *ticket_after(struct work *w, const struct ticket *old);
/* A public reply by the work's actor that makes nobody the owner, sent at once; with the checks and
 * facts of any reply. NULL on failure; borrowed. */
struct message *talk_tell(struct work *w, const char *body, GError **error);
/* Something that isn't a ticket changed. */
gboolean work_announce(struct work *w, struct event *e, const char *change, GError **error);

#endif
