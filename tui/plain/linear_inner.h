/* What the files of the line-by-line mode share. Nobody else includes it. */
#ifndef TUI_PLAIN_LINEAR_INNER_H
#define TUI_PLAIN_LINEAR_INNER_H

#include "rules/notice_rules.h"
#include "tui/plain/line.h"
#include "tui/plain/verbs.h"
#include "tui/remember.h"

#define LINEAR_PAGE 10

/* id, name, its words, what it does. linear_NAME does it. Verbs of the command line that are not
 * here can be said as well; where they take a ticket it is the opened one. */
#define LINEAR_COMMANDS(_) \
	_(queue, "queue", "[VIEW]", N_("List tickets, ten at a time: mine, assigned, unassigned, all, done, a group or a saved view")) \
	_(view, "view", "VIEW", N_("The same")) \
	_(find, "find", "QUERY", N_("Look through all tickets, done ones too, newest first")) \
	_(filter, "filter", "[QUERY]", N_("Only tickets of the list that match; without words all again")) \
	_(related, "related", "", N_("List all tickets of this customer")) \
	_(page_down, "page-down", "", N_("The next ten of the list")) \
	_(page_up, "page-up", "", N_("The ten before")) \
	_(next, "next", "", N_("Open the next ticket of the list")) \
	_(prev, "prev", "", N_("Open the one before")) \
	_(open, "open", "N|#NUMBER", N_("Open a ticket: the N-th of the list, or one by its number")) \
	_(close, "close", "", N_("Leave the ticket")) \
	_(next_best, "next-best", "", N_("Claim and open the ticket that needs you most")) \
	_(read, "read", "[all|N]", N_("Read the conversation, all of it, or the last N messages")) \
	_(details, "details", "", N_("Say all that is known of the ticket")) \
	_(clock, "clock", "", N_("Say how much time is left")) \
	_(reply, "reply", "[TEXT]", N_("Write to the customer")) \
	_(note, "note", "[TEXT]", N_("Write an internal note")) \
	_(whisper, "whisper", "PERSON [TEXT]", N_("Write a note for one colleague")) \
	_(forward, "forward", "ADDRESSES", N_("Send the conversation to somebody else")) \
	_(share_draft, "share-draft", "", N_("Let others on the ticket read what is being written, or no longer")) \
	_(changes, "changes", "", N_("Say what changed on the ticket since the draft was written")) \
	_(drop_draft, "drop-draft", "", N_("Throw away what was being written on this ticket")) \
	_(new_ticket, "new-ticket", "[SUBJECT]", N_("Open a ticket for a customer on the phone or at the desk")) \
	_(knowledge, "knowledge", "[WORDS]", N_("Search the knowledge base; without words, suggestions for the ticket")) \
	_(article, "article", "N", N_("Read the N-th article found")) \
	_(template, "template", "[NAME]", N_("List templates that fit, or read one, filled in")) \
	_(intake, "intake", "", N_("Ask what this kind of ticket still needs to know")) \
	_(merge, "merge", "NUMBER", N_("Put the ticket into another one, for good")) \
	_(split, "split", "[SUBJECT]", N_("Make a new ticket of some messages")) \
	_(spam, "spam", "", N_("Mark the ticket as spam")) \
	_(macro, "macro", "NAME", N_("Do a list of actions, after a look at what they will change")) \
	_(follow_up, "follow-up", "[yes|no [1-5 [TEXT]]]", \
	  N_("Keep the answers of the follow-up; without words, what the customer has written is proposed, or each is asked for")) \
	_(customer, "customer", "WHO", N_("Say whose ticket it is: words, or #NUMBER")) \
	_(pending, "pending", "", N_("List writes that wait, are uncertain or were refused")) \
	_(resend, "resend", "N", N_("Send the N-th of these again")) \
	_(drop, "drop", "N", N_("Give up the N-th of these; a text becomes a draft again")) \
	_(drafts, "drafts", "", N_("List tickets with unsent text")) \
	_(quiet, "quiet", "on|off", N_("Hold back what happens elsewhere, or tell it again")) \
	_(lang, "lang", "en|zh", N_("Choose the language")) \
	_(reconnect, "reconnect", "", N_("Try the desk again now")) \
	_(help, "help", "[COMMAND]", N_("List the commands, or say how one is used")) \
	_(quit, "quit", "", N_("Leave; drafts are kept"))

struct linear {
	const struct options *options;
	struct desk *desk;
	struct store *store;
	struct out out;
	struct line *line;
	struct remember *remember;
	gboolean over, quits, quiet, lost;
	/* the list: */
	struct query list;       /* what was asked for; list.view NULL: nothing yet */
	char *filter;
	GPtrArray *rows;         /* struct ticket_row: the page at hand; NULL none */
	char *before, *after;    /* cursors of the pages around; NULL: the end */
	int64_t offset, total;   /* rows before the first one */
	gssize at;               /* row opened last; -1 none */
	/* the ticket: */
	desk_id opened;
	desk_id read_up_to;      /* newest message that was read */
	desk_id told_up_to;      /* newest one that was told of */
	GPtrArray *hits;         /* struct article_hit of the last search */
	/* told between prompts: */
	GQueue news;             /* char * */
	GPtrArray *gathering;    /* those that will be told as a number */
	struct notice_rate fresh; /* new tickets */
};

typedef void linear_fn(struct linear *l, const char *arg);
#define E(id, name, args, help) linear_fn linear_##id;
LINEAR_COMMANDS(E)
#undef E

/* ---- linear.c */
/* Says a line now. */
void linear_say(struct linear *l, const char *format, ...) G_GNUC_PRINTF(2, 3);
void linear_fail(struct linear *l, const GError *error);
void linear_flush(struct linear *l);
/* TRUE and the ticket's number, or says that none is open. */
gboolean linear_ticket(struct linear *l, desk_id *id);
/* The ticket as the desk has it now; says what is wrong. ticket_free. */
struct ticket *linear_fetch(struct linear *l, desk_id id);
/* One line to a question; NULL: stopped or over. g_free. */
char *linear_ask(struct linear *l, const char *prompt);
gboolean linear_confirm(struct linear *l, const char *question);
/* A verb of the command line on the opened ticket. */
int linear_verb(struct linear *l, const char *const *words);
/* ---- linear_lists.c */
void linear_open_ticket(struct linear *l, desk_id id);
void linear_lists_clear(struct linear *l);
/* ---- linear_news.c */
void linear_news_start(struct linear *l);
void linear_news_end(struct linear *l);
char *linear_news_take(void *linear); /* for line_ask.news */

#endif
