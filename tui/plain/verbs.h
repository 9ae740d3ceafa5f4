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
	_(TEMPLATE, "template", 't', "NAME", N_("A template, filled in, before the text; may be said more than once")) \
	_(ANSWERS, "answers", 0, "MESSAGE", N_("The message that was read last: refused when the customer has written since")) \
	_(NOW, "now", 0, NULL, N_("Without the time to take it back")) \
	_(ANYWAY, "anyway", 0, NULL, N_("Although something speaks against it")) \
	_(REASON, "reason", 'r', "TEXT", N_("Why")) \
	_(NOTE, "note", 0, "TEXT", N_("Words for colleagues to go with it")) \
	_(UNTIL, "until", 0, "TIME", N_("2h, 18:00 or 2026-11-24 09:00")) \
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

struct call;
/* PLAIN_OK, or has said on stderr what is wrong. */
typedef int verb_fn(struct call *c);

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
int call_usage(const struct call *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* How it is used: names, options, help. */
void verb_usage(const struct verb *v, GString *out);

#endif
