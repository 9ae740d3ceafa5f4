/* Every verb and option of the command line, once: parsing, help, completion and the
 * manual are made from these tables or checked against them. Names are never renamed. */
#ifndef TUI_PLAIN_VERBS_H
#define TUI_PLAIN_VERBS_H

#include "tui/plain/desk.h"
#include "tui/plain/out.h"
#include "tui/plain/plain.h"

/* id, name, letter, its value (NULL: none), what it is */
#define PLAIN_OPTIONS(_) \
	_(HELP, "help", 'h', NULL, N_("Say how it is used")) \
	_(SERVER, "server", 's', "ADDRESS", N_("The desk: unix:/path, http://host:port or https://host")) \
	_(AS, "as", 'a', "NAME", N_("Be this person (on a desk of your own)")) \
	_(SAMPLE, "sample", 0, NULL, N_("A living sample desk instead of your own")) \
	_(DAEMON, "daemon", 0, "FILE", N_("Path of ttydeskd")) \
	_(LOG, "log", 0, "FILE", N_("Write a log to this file")) \
	_(OUTPUT, "output", 'o', "FORMAT", N_("text, json, csv or tsv")) \
	_(QUIET, "quiet", 'q', NULL, N_("Only numbers or names, one a line; after a write nothing")) \
	_(COLOR, "color", 0, "WHEN", N_("auto, always or never")) \
	_(TIMEOUT, "timeout", 0, "DURATION", N_("How long to wait for the desk, 30s if not said")) \
	_(KEY, "key", 0, "KEY", N_("The key of a write that had no answer: done once, however often it is sent")) \
	_(FILTER, "filter", 'f', "QUERY", N_("Only tickets that match, see ttydesk-query(7)")) \
	_(LIMIT, "limit", 'n', "N", N_("At most so many")) \
	_(ORDER, "order", 0, "due|newest", N_("By deadline, or highest number first")) \
	_(COLUMNS, "columns", 'c', "NAMES", N_("Which columns, with commas between; all shows every one")) \
	_(NO_HEADER, "no-header", 0, NULL, N_("Without the line of names")) \
	_(ALL, "all", 0, NULL, N_("Older messages, too; of lists, everything")) \
	_(FOR, "for", 0, "NUMBER", N_("What fits this ticket")) \
	_(LANGUAGE, "language", 0, "LANGUAGE", N_("In this language: en, zh")) \
	_(MESSAGE, "message", 'm', "TEXT", N_("The text; without it or as - it is read from standard input")) \
	_(SUBJECT, "subject", 0, "TEXT", N_("What it is about")) \
	_(CUSTOMER, "customer", 0, "WHO", N_("The customer: #NUMBER, or words that fit only one")) \
	_(NAME, "name", 0, "NAME", N_("Name of a new customer")) \
	_(PHONE, "phone", 0, "NUMBER", N_("Phone of a new customer")) \
	_(EMAIL, "email", 0, "ADDRESS", N_("Mail address of a new customer")) \
	_(CHANNEL, "channel", 0, "CHANNEL", N_("How it came: phone, email, web ...")) \
	_(PRIORITY, "priority", 'p', "PRIORITY", N_("normal, important or urgent")) \
	_(GROUP, "group", 'g', "GROUP", N_("Whose work it is")) \
	_(CATEGORY, "category", 0, "PATH", N_("The problem type")) \
	_(TO, "to", 0, "WHOM", N_("Mail addresses beside the customer's; of escalate, the group")) \
	_(CC, "cc", 0, "ADDRESSES", N_("Who gets a copy")) \
	_(ATTACH, "attach", 0, "FILE", N_("Sent along; may be said more than once")) \
	_(TEMPLATE, "template", 't', "NAME", \
	  N_("A template, filled in, before the text; may be said more than once")) \
	_(ANSWERS, "answers", 0, "MESSAGE", \
	  N_("The message that was read last: refused when the customer has written since")) \
	_(NOW, "now", 0, NULL, N_("Without the time to take it back")) \
	_(ANYWAY, "anyway", 0, NULL, N_("Although something speaks against it")) \
	_(REASON, "reason", 'r', "TEXT", N_("Why")) \
	_(NOTE, "note", 0, "TEXT", N_("Words for colleagues to go with it")) \
	_(AT, "at", 0, "TIME", N_("Send it then: 2h, 18:00 or 2026-11-24 09:00")) \
	_(PROMISE, "promise", 0, "TIME", N_("Promise an answer by then; fills {promised}")) \
	_(WEEK, "week", 0, "WEEK", N_("Of this week: 2026-W47; else the last whole one")) \
	_(UNTIL, "until", 0, "TIME", N_("2h, 18:00 or 2026-11-24 09:00")) \
	_(REPLY, "reply", 0, "TEXT", N_("Sent to the customer with it; {promised} becomes the promised time")) \
	_(SEND_TEXT, "send-text", 0, NULL, N_("Tell the customer in the desk's own words, with the time promised")) \
	_(PART, "part", 0, "GROUP:TASK", N_("What a group owes of a plan (@ TIME behind it: by when); may be said more than once")) \
	_(AS_KIND, "kind", 0, "KIND", N_("What the other ticket is to this one: related, parent, child, duplicate"))

enum plain_option {
#define E(id, name, letter, value, help) PLAIN_OPTION_##id,
	PLAIN_OPTIONS(E)
#undef E
	PLAIN_OPTION_COUNT
};
#define O(id) (UINT64_C(1) << PLAIN_OPTION_##id)

enum verb_flag {
	VERB_TICKET = 1u << 0,  /* its first word is a ticket's number; line by line it is the opened ticket */
	VERB_MANY = 1u << 1,    /* further leading numbers are tickets as well */
	VERB_WRITES = 1u << 2,
	VERB_TEXT = 1u << 3,    /* takes a text: -m or standard input */
	VERB_LIST = 1u << 4,    /* prints a list: columns, formats */
	VERB_HIDDEN = 1u << 5,
	VERB_ALONE = 1u << 6    /* means nothing line by line, where another command does it */
};

#define O_LIST (O(COLUMNS) | O(NO_HEADER))
#define O_QUEUE (O_LIST | O(ALL) | O(FILTER) | O(LIMIT) | O(ORDER) | O(GROUP))
#define TICKET (VERB_TICKET | VERB_WRITES)
#define TICKETS (VERB_TICKET | VERB_MANY | VERB_WRITES)

/* name, what it is, its words, its options, help. verb_NAME (dashes are _) does it. */
#define PLAIN_VERBS(_) \
	_(queue, "queue", VERB_LIST, "[VIEW]", O_QUEUE, \
	  N_("List tickets of a view: mine, assigned, unassigned, all, done, snoozed, promises, follow-ups, to-acknowledge, every, " \
	     "a group or a saved view")) \
	_(search, "search", VERB_LIST, "QUERY", O_QUEUE, \
	  N_("Look through all tickets, done ones too, newest first")) \
	_(show, "show", VERB_TICKET | VERB_MANY, "NUMBER...", O(ALL), \
	  N_("Print a ticket: clocks, tags with advice, messages")) \
	_(new, "new", VERB_WRITES | VERB_TEXT, "[SUBJECT]", O(MESSAGE) | O(SUBJECT) | O(CUSTOMER) | O(NAME) | O(PHONE) | O(EMAIL) | \
	  O(LANGUAGE) | O(CHANNEL) | O(PRIORITY) | O(GROUP) | O(CATEGORY) | O(ATTACH), N_("Open a ticket")) \
	_(reply, "reply", TICKET | VERB_TEXT, "NUMBER", O(MESSAGE) | O(TO) | O(CC) | O(ATTACH) | O(TEMPLATE) | O(ANSWERS) | O(NOW) | \
	  O(AT) | O(PROMISE) | O(ANYWAY), N_("Write to the customer")) \
	_(note, "note", TICKETS | VERB_TEXT, "NUMBER...", O(MESSAGE) | O(ATTACH), N_("Write an internal note")) \
	_(forward, "forward", TICKET | VERB_TEXT, "NUMBER [MESSAGE]", O(MESSAGE) | O(TO) | O(CC) | O(ATTACH), \
	  N_("Send a message, or the conversation, to somebody else")) \
	_(recall, "recall", TICKET, "NUMBER", 0, N_("Take back a reply that has not left yet")) \
	_(next_best, "next-best", VERB_WRITES, "", O(GROUP), N_("Claim the ticket that needs you most")) \
	_(claim, "claim", TICKETS, "NUMBER...", 0, N_("Take tickets")) \
	_(release, "release", TICKETS, "NUMBER...", 0, N_("Put tickets back into the queue")) \
	_(assign, "assign", TICKETS, "NUMBER... PERSON|GROUP|nobody", 0, N_("Give tickets to a person or group")) \
	_(tag, "tag", TICKETS, "NUMBER... [-]TAG...", O(REASON), \
	  N_("Set tags on ticket or customer; -TAG removes one")) \
	_(status, "status", TICKETS, "NUMBER... STATUS", O(UNTIL), N_("Set the status; on-hold takes a time")) \
	_(solve, "solve", TICKETS, "NUMBER...", 0, N_("Mark tickets resolved")) \
	_(spam, "spam", TICKETS, "NUMBER...", 0, N_("Mark tickets as spam")) \
	_(priority, "priority", TICKETS, "NUMBER... PRIORITY", 0, N_("Set the priority")) \
	_(subject, "subject", TICKET, "NUMBER TEXT", 0, N_("Change the subject")) \
	_(category, "category", TICKETS, "NUMBER... PATH", 0, N_("Say what the ticket is about")) \
	_(field, "field", TICKET, "NUMBER NAME [VALUE]", 0, \
	  N_("Fill in a field of the ticket; without a value it is cleared")) \
	_(escalate, "escalate", TICKETS, "NUMBER... [GROUP REASON]", O(TO) | O(REASON) | O(NOTE) | O(PROMISE) | O(REPLY) | O(SEND_TEXT) | \
	  O(PART), \
	  N_("Hand tickets to a group with a reason, or to several that owe a part each")) \
	_(acknowledge, "acknowledge", TICKETS, "NUMBER...", 0, N_("Say that an escalation has arrived, or take what was offered")) \
	_(estimate, "estimate", TICKET, "NUMBER [TIME REASON]", O(UNTIL) | O(REASON) | O(REPLY), \
	  N_("Say that an escalated ticket takes longer, to agent and customer")) \
	_(answer, "answer", TICKET | VERB_TEXT, "NUMBER [TEXT]", O(MESSAGE), N_("Answer an escalation or a question: back to who asked")) \
	_(return, "return", TICKETS, "NUMBER... [REASON]", O(REASON) | O(NOTE), \
	  N_("Give an escalated ticket back, decline an offered one, or take back one's own")) \
	_(consult, "consult", TICKET | VERB_TEXT, "NUMBER GROUP|PERSON [TEXT]", O(MESSAGE), N_("Ask for advice and keep the ticket")) \
	_(transfer, "transfer", TICKETS, "NUMBER... PERSON", O(NOTE), N_("Offer tickets to a colleague, who has to take them")) \
	_(cant_solve, "cant-solve", TICKETS, "NUMBER... [REASON]", O(REASON), N_("Say that it can't be solved here: escalate in time")) \
	_(ladder, "ladder", VERB_TICKET | VERB_LIST, "NUMBER", O_LIST, N_("List where a ticket went, and what came of it")) \
	_(merge, "merge", TICKET, "NUMBER INTO", 0, N_("Put a ticket into another one, for good")) \
	_(split, "split", TICKET, "NUMBER MESSAGE...", O(SUBJECT), N_("Make a new ticket of some messages")) \
	_(link, "link", TICKET, "NUMBER OTHER", O(AS_KIND), N_("Link a ticket to another")) \
	_(unlink, "unlink", TICKET, "NUMBER OTHER", 0, N_("Remove a link")) \
	_(checklist, "checklist", TICKET, "NUMBER NAME|STEP", 0, N_("Put a checklist or a step on the ticket")) \
	_(check, "check", TICKET, "NUMBER N", 0, N_("Mark the N-th step of the checklist done, or not done")) \
	_(promise, "promise", TICKET, "NUMBER TIME", 0, N_("Promise an answer by a time, as on the phone")) \
	_(follow_up_ask, "follow-up-ask", TICKETS, "NUMBER...", O(MESSAGE), \
	  N_("Ask how it went: with -m the questions, else they were asked in person")) \
	_(follow_up, "follow-up", TICKET, "NUMBER yes|no [1-5 [TEXT]]", 0, \
	  N_("Write down the answers to the follow-up after sales")) \
	_(skip_follow_up, "skip-follow-up", TICKETS, "NUMBER...", O(REASON), \
	  N_("Archive after-sales tickets without follow-up; a supervisor does that")) \
	_(explain, "explain", VERB_TICKET | VERB_MANY, "NUMBER...", 0, \
	  N_("Say how the deadlines of a ticket came about")) \
	_(snooze, "snooze", TICKETS, "NUMBER... UNTIL|reply", O(UNTIL), \
	  N_("Put tickets off until a time or the customer's next message")) \
	_(unsnooze, "unsnooze", TICKETS, "NUMBER...", 0, N_("Bring snoozed tickets back into the queue")) \
	_(whisper, "whisper", TICKET | VERB_TEXT, "NUMBER PERSON", O(MESSAGE), \
	  N_("Write a note for one colleague")) \
	_(handover, "handover", VERB_WRITES, "PERSON|GROUP [NUMBER...]", O(NOTE), \
	  N_("Hand tickets, or all of mine, to a person or group at the end of a shift")) \
	_(compensate, "compensate", TICKET, "NUMBER coupon|refund AMOUNT [CURRENCY]", O(REASON), \
	  N_("Give a coupon or a refund")) \
	_(compensations, "compensations", VERB_LIST, "[waiting|approved|rejected]", O_LIST, \
	  N_("List compensations that wait for a decision, or were decided")) \
	_(approve, "approve", VERB_WRITES, "COMPENSATION", O(REASON), N_("Allow a compensation that waits")) \
	_(reject, "reject", VERB_WRITES, "COMPENSATION", O(REASON), N_("Refuse a compensation that waits")) \
	_(assess, "assess", TICKETS, "NUMBER... IMPACT NEED", 0, \
	  N_("Say whom it hits (limited, wide) and how badly (low, medium, high); the priority follows")) \
	_(problems, "problems", VERB_LIST, "[STAGE]", O_LIST, N_("List problems behind tickets, suspected incidents too")) \
	_(problem, "problem", VERB_WRITES, "NUMBER [WHAT...]|new TITLE [TICKET...]", O(NOTE) | O(UNTIL) | O(LANGUAGE), \
	  N_("Print a problem, or change it: STAGE, undo STAGE, cause, link, unlink, tell, draft")) \
	_(pack, "pack", 0, "", O(WEEK) | O(LANGUAGE), N_("Print the pack for the weekly review")) \
	_(whose, "whose", TICKET, "NUMBER CUSTOMER", O(NAME) | O(PHONE) | O(EMAIL), N_("Say whose ticket it is")) \
	_(profile, "profile", TICKET, "NUMBER [NAME VALUE]", 0, \
	  N_("Print what is known of the customer, or change it")) \
	_(files, "files", VERB_TICKET | VERB_LIST, "NUMBER", O_LIST, N_("List the files of a ticket")) \
	_(save_file, "save-file", VERB_TICKET, "NUMBER N [PATH]", 0, N_("Save the N-th file of a ticket")) \
	_(macro, "macro", TICKETS, "NUMBER... NAME", O(ANYWAY), \
	  N_("Do a list of actions; says first what they will change")) \
	_(customer, "customer", VERB_LIST, "WORDS|#NUMBER", O_LIST | O(LIMIT), \
	  N_("Find customers by name, mail, phone or order; or print one")) \
	_(kb, "kb", VERB_LIST, "WORDS|#NUMBER", O_LIST | O(FOR) | O(LANGUAGE) | O(LIMIT), \
	  N_("Search the knowledge base, or print an article")) \
	_(template, "template", VERB_LIST, "[NAME]", O_LIST | O(FOR) | O(LANGUAGE), \
	  N_("List templates, or print one, filled in for a ticket")) \
	_(macros, "macros", VERB_LIST, "[NAME]", O_LIST, N_("List macros, or print the steps of one")) \
	_(save_macro, "save-macro", VERB_WRITES | VERB_TEXT | VERB_ALONE, "NAME", O(MESSAGE) | O(SUBJECT), \
	  N_("Write or change a macro of yours: one action a line")) \
	_(remove_macro, "remove-macro", VERB_WRITES, "NAME", 0, N_("Remove a macro")) \
	_(views, "views", VERB_LIST, "", O_LIST, N_("List saved views and how many tickets they show")) \
	_(save_view, "save-view", VERB_WRITES, "NAME QUERY", O(ORDER), N_("Keep a query as a view of yours")) \
	_(remove_view, "remove-view", VERB_WRITES, "NAME", 0, N_("Remove a saved view")) \
	_(report, "report", VERB_LIST, "[queues|people|clocks]", O_LIST, \
	  N_("Count tickets: by group, by person, by deadline")) \
	_(drafts, "drafts", VERB_LIST, "[NUMBER]", O_LIST, N_("List unsent texts that the desk keeps")) \
	_(notices, "notices", VERB_LIST, "[seen]", O_LIST | O(LIMIT), \
	  N_("List what you were told of; seen marks all as read")) \
	_(automation, "automation", VERB_LIST, "[RULE|NUMBER]", O_LIST | O(LIMIT), \
	  N_("List what the desk's rules did: all, one rule, or on one ticket")) \
	_(deliveries, "deliveries", VERB_LIST, "[retry NUMBER]", O_LIST | O(LIMIT), \
	  N_("List what webhooks were sent; retry sends one again")) \
	_(who, "who", VERB_LIST, "", O_LIST, N_("Say who is looking at what, and who is writing")) \
	_(agents, "agents", VERB_LIST, "", O_LIST, N_("List who handles tickets: state, load in percent, number of tickets")) \
	_(state, "state", VERB_WRITES | VERB_LIST, "[PERSON] [STATE [REASON]]", O_LIST | O(UNTIL), \
	  N_("Say what you do: available, busy, break, wrap-up, away, offline; without a word, print it")) \
	_(accept, "accept", VERB_WRITES, "[NUMBER]", 0, N_("Take the ticket that is offered to you")) \
	_(decline, "decline", VERB_WRITES, "[NUMBER]", O(REASON), N_("Let the ticket that is offered to you go to the next")) \
	_(people, "people", VERB_LIST, "", O_LIST, N_("List the people of the desk")) \
	_(groups, "groups", VERB_LIST, "", O_LIST, N_("List the groups of the desk")) \
	_(tags, "tags", VERB_LIST, "", O_LIST, N_("List tags and what they advise")) \
	_(categories, "categories", VERB_LIST, "", O_LIST, N_("List problem types")) \
	_(whoami, "whoami", 0, "", 0, N_("Say who you are to the desk")) \
	_(complete, "complete", VERB_HIDDEN | VERB_ALONE, "WORD...", 0, N_("Words that a shell can offer next"))

/* Options of the whole program, before any verb; tests/lint holds them to --help. Ended by a NULL name. */
struct program_option {
	const char *name;
	char letter;
	const char *values; /* NULL: it takes none; "": any; else those there are, a|b */
};
extern const struct program_option program_options[];
const struct program_option *program_option_of(const char *word); /* "--name" or "-n"; NULL none */

struct call;
/* PLAIN_OK, or has said on stderr what is wrong. */
typedef int verb_fn(struct call *c);
#define E(id, name, flags, args, options, help) verb_fn verb_##id;
PLAIN_VERBS(E)
#undef E

struct verb {
	const char *name;
	unsigned flags;
	const char *args;
	uint64_t options;
	const char *help;
	verb_fn *run;
};

/* A command line, read. */
struct call {
	const struct verb *verb;
	struct desk *desk;
	struct out *out;
	GArray *tickets;                       /* desk_id */
	GPtrArray *words;                      /* char *: the rest */
	GPtrArray *option[PLAIN_OPTION_COUNT]; /* char *: values as said, "" for those without; NULL not said */
	char key[WIRE_KEY_LEN + 1];            /* of the first write; the next ones' are made of it */
	desk_id claimed;                       /* next-best: which it was; new, split: what was made */
	unsigned writes;
	GPtrArray *answers;                    /* char *: of the writes, as json */
};

const struct verb *verb_by_name(const char *name); /* NULL: none; unambiguous beginnings count */
const struct verb *verb_at(size_t i);              /* NULL: no more */
const char *plain_option_name(enum plain_option o);
const char *plain_option_value(enum plain_option o);
const char *plain_option_help(enum plain_option o);
char plain_option_letter(enum plain_option o);
/* Options that every verb takes. */
uint64_t plain_options_common(void);
/* All that a verb takes. */
uint64_t verb_options(const struct verb *v);

/* `ticket`: implied when the verb wants one and no number stands first; 0: none. FALSE: DESK_INVALID. */
gboolean call_read(struct call *c, const struct verb *v, const char *const *words, desk_id ticket, GError **error);
void call_clear(struct call *c);
/* The last value said; NULL. */
const char *call_option(const struct call *c, enum plain_option o);
/* The words from `from` on as one text; NULL when there are none. g_free. */
char *call_rest(const struct call *c, guint from);
const char *call_word(const struct call *c, guint i); /* NULL */
/* Says what is wrong, in the name of the program; answers the code for it. */
int call_fail(const struct call *c, const GError *error);
/* The same for what is no reason to stop. */
void call_warn(const struct call *c, const char *sentence);
int call_usage(const struct call *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The words of `complete` say which desk is meant, too. */
void complete_options(struct call *c);
/* Carries out what was read, and prints: the exit code. */
int call_run(struct call *c);
/* Reads, carries out, forgets. */
int call_words(struct desk *d, struct out *o, const char *const *words, desk_id ticket);

/* ---- for the verbs */
/* Writes, with a key made of the call's, and keeps the answer for json. Takes what `change` owns.
 * NULL: said what is wrong, *code is the exit code. */
struct answer *call_write(struct call *c, struct change *change, gboolean *waits, int *code);
/* "#1042: DONE", and whether it still waits to go out. */
void call_say_done(struct call *c, desk_id ticket, const char *done, gboolean waits);
/* One write a ticket: `fill` completes it, `done` says so (NULL: the text alone). */
typedef gboolean call_fill_fn(struct call *c, desk_id ticket, struct change *change, GError **error);
int call_write_each(struct call *c, enum change_kind kind, call_fill_fn *fill, const char *done);
/* The text: -m, a word that is -, or standard input; NULL with *error. g_free. */
char *call_text(struct call *c, GError **error);
/* A number among the words or options: DESK_INVALID. */
gboolean call_number(const char *word, int64_t *n, GError **error);
/* As json, or as a table of --columns. */
int call_list(struct call *c, const struct listing *l, const GPtrArray *rows);
/* 0: not said. */
int call_limit(const struct call *c, int most, GError **error);
/* What is at stake, printed by show and read line by line. */
void plain_ticket(struct desk *d, struct out *o, const struct ticket *t);
void plain_message(struct out *o, const struct ticket *t, const struct message *m);
void plain_clocks(struct out *o, const struct ticket *t);
void plain_row(struct out *o, const struct ticket_row *row);
/* A template's body with what is known of the ticket; `promise_ms` 0: none. */
char *plain_fill(struct desk *d, const struct template *t, const struct ticket *ticket, int64_t promise_ms, GError **error);
/* Fills view, group and text of a queue's query from the words of a call. */
gboolean plain_queue_query(struct desk *d, struct call *c, const char *view, struct query *q, GError **error);
struct template *plain_template(const GPtrArray *all, const char *name, GError **error);
struct customer *plain_customer(struct desk *d, const char *words, GError **error);
/* How it is used: names, options, help. */
void verb_usage(const struct verb *v, GString *out);

#endif
