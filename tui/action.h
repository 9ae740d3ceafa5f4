/* Everything a user can do, once. Keymaps, `:` commands, help and man pages are
 * checked against or made from this table. Names are never renamed. */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include <glib.h>

enum action_flag {
	ACTION_WRITES = 1u << 0,   /* changes something at the desk */
	ACTION_TICKET = 1u << 1,   /* needs an opened or selected ticket */
	ACTION_ARG = 1u << 2       /* takes an argument; asks for it when missing */
};

#define ACTIONS(_) \
	_(NEXT, "next", 0, "", "Move to the next line") \
	_(PREV, "prev", 0, "", "Move to the previous line") \
	_(PAGE_DOWN, "page-down", 0, "", "Move down one page") \
	_(PAGE_UP, "page-up", 0, "", "Move up one page") \
	_(FIRST, "first", 0, "", "Move to the first line") \
	_(LAST, "last", 0, "", "Move to the last line") \
	_(OPEN, "open", 0, "[NUMBER]", "Open the selected ticket or article, or the ticket NUMBER") \
	_(CLOSE, "close", 0, "", "Close this view or prompt, go back") \
	_(FOCUS_NEXT, "focus-next", 0, "", "Move to the next pane") \
	_(FOCUS_PREV, "focus-prev", 0, "", "Move to the previous pane") \
	_(LAYOUT, "layout", ACTION_ARG, "split|queue|conversation|wide", "Choose the panes shown") \
	_(NEXT_BEST, "next-best", ACTION_WRITES, "", "Claim and open the ticket that needs you most") \
	_(CLAIM, "claim", ACTION_WRITES | ACTION_TICKET, "", "Take the ticket") \
	_(RELEASE, "release", ACTION_WRITES | ACTION_TICKET, "", "Put the ticket back into the queue") \
	_(REPLY, "reply", ACTION_TICKET, "", "Write to the customer") \
	_(NOTE, "note", ACTION_TICKET, "", "Write an internal note") \
	_(SEND, "send", ACTION_WRITES | ACTION_TICKET, "", "Send what is in the composer") \
	_(RECALL, "recall", ACTION_WRITES | ACTION_TICKET, "", "Take back a reply that has not left yet") \
	_(STATUS, "status", ACTION_WRITES | ACTION_TICKET | ACTION_ARG, "STATUS [UNTIL]", "Set the status; on-hold takes a time") \
	_(SOLVE, "solve", ACTION_WRITES | ACTION_TICKET, "", "Mark the ticket resolved") \
	_(PRIORITY, "priority", ACTION_WRITES | ACTION_TICKET | ACTION_ARG, "normal|important|urgent", "Set the priority") \
	_(ASSIGN, "assign", ACTION_WRITES | ACTION_TICKET | ACTION_ARG, "PERSON|GROUP|nobody", "Give the ticket to a person or group") \
	_(TAG, "tag", ACTION_WRITES | ACTION_TICKET | ACTION_ARG, "[-]TAG", "Set a tag on ticket or customer; -TAG removes it") \
	_(ESCALATE, "escalate", ACTION_WRITES | ACTION_TICKET | ACTION_ARG, "[GROUP [REASON]]", "Hand the ticket to those who can help") \
	_(LADDER, "ladder", ACTION_TICKET, "", "Show to whom the ticket was handed, and where that stands") \
	_(ACKNOWLEDGE, "acknowledge", ACTION_WRITES | ACTION_TICKET, "", "Say that what was handed to you is in your hands") \
	_(ESTIMATE, "estimate", ACTION_WRITES | ACTION_TICKET, "[TIME [REASON]]", "Say that it takes longer, to agent and customer") \
	_(ANSWER_ESCALATION, "answer-escalation", ACTION_WRITES | ACTION_TICKET, "[TEXT]", "Answer those who escalated or asked") \
	_(RETURN, "return", ACTION_WRITES | ACTION_TICKET, "[REASON]", "Give it back to where it came from, or take it back") \
	_(CONSULT, "consult", ACTION_WRITES | ACTION_TICKET, "[PERSON|GROUP [QUESTION]]", "Ask somebody without handing the ticket over") \
	_(TRANSFER, "transfer", ACTION_WRITES | ACTION_TICKET, "[PERSON [NOTE]]", "Hand the ticket to a colleague, yours until it is taken") \
	_(CANT_SOLVE, "cant-solve", ACTION_WRITES | ACTION_TICKET, "[REASON]", "Say that it can't be solved here: it is to be escalated") \
	_(DETAILS, "details", ACTION_TICKET, "", "Show all that is known of the ticket, and change it") \
	_(REMOVE, "remove", ACTION_WRITES | ACTION_TICKET, "", "Remove the marked step, link or value of the details") \
	_(SUBJECT, "subject", ACTION_WRITES | ACTION_TICKET, "[TEXT]", "Change the subject") \
	_(CATEGORY, "category", ACTION_WRITES | ACTION_TICKET, "[PATH]", "Say what the ticket is about") \
	_(FIELD, "field", ACTION_WRITES | ACTION_TICKET, "[NAME [VALUE]]", "Fill in a field of the ticket") \
	_(INTAKE, "intake", ACTION_WRITES | ACTION_TICKET, "", "Ask what this kind of ticket still needs to know") \
	_(CUSTOMER, "customer", ACTION_WRITES | ACTION_TICKET, "[WORDS]", "Say whose ticket it is") \
	_(PROFILE, "profile", ACTION_WRITES | ACTION_TICKET, "[NAME [VALUE]]", "Change what is known of the customer") \
	_(SPLIT, "split", ACTION_WRITES | ACTION_TICKET, "[SUBJECT]", "Make a new ticket of some messages") \
	_(MERGE, "merge", ACTION_WRITES | ACTION_TICKET, "[NUMBER]", "Put the ticket into another one") \
	_(LINK, "link", ACTION_WRITES | ACTION_TICKET, "[related|parent|child|duplicate] [NUMBER]", "Link the ticket to another") \
	_(UNLINK, "unlink", ACTION_WRITES | ACTION_TICKET, "[NUMBER]", "Remove a link") \
	_(SPAM, "spam", ACTION_WRITES | ACTION_TICKET, "", "Mark the ticket as spam") \
	_(TO, "to", ACTION_TICKET, "[ADDRESSES]", "Send the reply also to these; empty takes them off") \
	_(CC, "cc", ACTION_TICKET, "[ADDRESSES]", "Send copies of the reply to these; empty takes them off") \
	_(FORWARD, "forward", ACTION_WRITES | ACTION_TICKET, "[ADDRESSES]", "Send a message or the conversation to somebody else") \
	_(CHECKLIST, "checklist", ACTION_WRITES | ACTION_TICKET, "[NAME|STEP]", "Put a checklist or a step on the ticket") \
	_(CHECK, "check", ACTION_WRITES | ACTION_TICKET, "[N]", "Mark a step of the checklist done, or not done") \
	_(COMPENSATE, "compensate", ACTION_WRITES | ACTION_TICKET, "[coupon|refund [AMOUNT [REASON]]]", "Give a coupon or a refund") \
	_(COMPENSATIONS, "compensations", ACTION_WRITES, "", "Decide on compensations that wait") \
	_(SECRET, "secret", ACTION_TICKET, "[new]", "Show the word by which the customer looks the ticket up") \
	_(ASSESS, "assess", ACTION_WRITES | ACTION_TICKET, "[IMPACT NEED]", "Say whom it hits and how badly; the priority follows") \
	_(PROBLEMS, "problems", 0, "[STAGE]", "List the problems behind tickets, suspected incidents too") \
	_(PROBLEM, "problem", 0, "[NUMBER]", "Show the problem behind the ticket, or the problem NUMBER") \
	_(LINK_PROBLEM, "link-problem", ACTION_WRITES | ACTION_TICKET, "[NUMBER|TITLE|none]", "Make tickets part of a problem, or no longer") \
	_(PROBLEM_STEP, "problem-step", ACTION_WRITES, "[[undo] STAGE [NOTE]]", "Mark the next or a named stage of the problem done") \
	_(PROBLEM_TELL, "problem-tell", ACTION_WRITES, "", "Tell all customers whom the problem hits, each once") \
	_(PROBLEM_ARTICLE, "problem-article", ACTION_WRITES, "[knowledge|training]", "Draft an article or a training note from the problem") \
	_(PACK, "pack", 0, "[WEEK]", "Read the pack for the weekly review") \
	_(NEW_TICKET, "new-ticket", ACTION_WRITES, "[SUBJECT]", "Open a ticket for a customer on the phone or at the desk") \
	_(TEMPLATE, "template", ACTION_TICKET, "[NAME]", "Insert a template, variables filled") \
	_(KNOWLEDGE, "knowledge", 0, "[WORDS]", "Search the knowledge base") \
	_(INSERT, "insert", ACTION_TICKET, "[N]", "Insert the selected or N-th article into the reply") \
	_(SUGGESTION_1, "suggestion-1", ACTION_TICKET, "", "Insert the first suggestion") \
	_(SUGGESTION_2, "suggestion-2", ACTION_TICKET, "", "Insert the second suggestion") \
	_(SUGGESTION_3, "suggestion-3", ACTION_TICKET, "", "Insert the third suggestion") \
	_(VIEW, "view", ACTION_ARG, "LIST|GROUP|NAME", "Choose which tickets the queue shows") \
	_(FILTER, "filter", 0, "[QUERY]", "Show only tickets that match; empty shows all again") \
	_(FIND, "find", 0, "[QUERY]", "Look through all tickets, done ones too, newest first") \
	_(RELATED, "related", ACTION_TICKET, "", "Show all tickets of this customer") \
	_(RECENT, "recent", 0, "", "List the tickets seen last") \
	_(SAVE_VIEW, "save-view", ACTION_WRITES | ACTION_ARG, "NAME [own|group|all]", "Keep what the queue shows as a view") \
	_(REMOVE_VIEW, "remove-view", ACTION_WRITES | ACTION_ARG, "NAME", "Remove a saved view") \
	_(ATTACH, "attach", ACTION_TICKET, "[PATH...]", "Attach files to the reply or note being written") \
	_(DETACH, "detach", ACTION_TICKET, "[N]", "Take an attached file off again") \
	_(FILES, "files", ACTION_TICKET, "", "List the files of the ticket") \
	_(VIEW_FILE, "view-file", ACTION_TICKET, "[N]", "Read the marked or N-th file of the ticket as text") \
	_(SAVE_FILE, "save-file", ACTION_TICKET, "[N]", "Save the marked or N-th file of the ticket") \
	_(OPEN_FILE, "open-file", ACTION_TICKET, "[N]", "Open the marked or N-th file with the program set for it") \
	_(OLDER, "older", ACTION_TICKET, "", "Fetch older messages") \
	_(SEND_LATER, "send-later", ACTION_WRITES | ACTION_TICKET | ACTION_ARG, "TIME", "Send what is in the composer at a time") \
	_(EDIT_OUTSIDE, "edit-outside", ACTION_TICKET, "", "Write the reply or note in $EDITOR, the conversation below it") \
	_(SPELLING, "spelling", ACTION_TICKET, "", "Go to the next misspelt word and choose a better one") \
	_(SHARE_DRAFT, "share-draft", ACTION_WRITES | ACTION_TICKET, "", "Let others on the ticket read what is being written, or no longer") \
	_(DROP_DRAFT, "drop-draft", ACTION_TICKET, "", "Throw away what is being written") \
	_(CHANGES, "changes", ACTION_TICKET, "", "Show what changed on the ticket since the draft was written") \
	_(MACRO, "macro", ACTION_WRITES | ACTION_TICKET, "[NAME]", "Do a list of actions, after a look at what they will change") \
	_(SAVE_MACRO, "save-macro", ACTION_WRITES | ACTION_ARG, "NAME [own|group|all]", "Write or change a macro") \
	_(REMOVE_MACRO, "remove-macro", ACTION_WRITES | ACTION_ARG, "NAME", "Remove a macro") \
	_(UNDO, "undo", ACTION_WRITES, "", "Take back the last change or macro") \
	_(PROMISE, "promise", ACTION_WRITES | ACTION_TICKET, "[TIME]", "Offer an alternative and promise an answer by a time") \
	_(FOLLOW_UP_ASK, "follow-up-ask", ACTION_WRITES | ACTION_TICKET, "[aloud]", \
	  "Ask the customer how it went: the script, or asked in person") \
	_(FOLLOW_UP, "follow-up", ACTION_WRITES | ACTION_TICKET, "[yes|no [1-5 [TEXT]]]", "Write down the answers to the follow-up") \
	_(SKIP_FOLLOW_UP, "skip-follow-up", ACTION_WRITES | ACTION_TICKET, "[REASON]", "Archive an after-sales ticket without follow-up") \
	_(STATE, "state", ACTION_WRITES, "[STATE [REASON]]", "Say whether you can take work") \
	_(ACCEPT, "accept", ACTION_WRITES, "", "Take the ticket that is held out to you") \
	_(DECLINE, "decline", ACTION_WRITES, "[REASON]", "Let the ticket that is held out to you go to the next") \
	_(TEAM, "team", 0, "", "List the people at work: state, load, skills, what they have") \
	_(CLOCKS, "clocks", ACTION_TICKET, "", "Show all clocks of the ticket, the nearest first") \
	_(EXPLAIN, "explain", ACTION_TICKET, "", "Show how the deadlines of the ticket came about") \
	_(SNOOZE, "snooze", ACTION_WRITES | ACTION_TICKET, "[UNTIL|reply]", "Put the ticket off until a time or the customer's next message") \
	_(UNSNOOZE, "unsnooze", ACTION_WRITES | ACTION_TICKET, "", "Bring a snoozed ticket back into the queue") \
	_(PALETTE, "palette", 0, "[WORDS]", "Find an action, template, ticket, customer or article") \
	_(BIND, "bind", ACTION_ARG, "[CONTEXT:]STROKES = ACTION [ARGUMENT]", "Give keys a meaning until the program ends") \
	_(MAP, "map", 0, "[WORDS]", "List the keys, with the file and line each comes from") \
	_(KEYMAP, "keymap", ACTION_ARG, "default|vi|emacs", "Choose the keys") \
	_(RELOAD, "reload", 0, "", "Read settings, keys and theme again") \
	_(REPEAT, "repeat", ACTION_WRITES, "", "Do the last change again, on the ticket marked now") \
	_(TIMES, "count", 0, "[N]", "Say how often the next action is to be done, or to which line to go") \
	_(MARK, "mark", 0, "", "Mark the ticket, or no longer, to act on many") \
	_(MARK_ALL, "mark-all", 0, "", "Mark all tickets of the list") \
	_(UNMARK_ALL, "unmark-all", 0, "", "Mark no ticket any more") \
	_(COPY, "copy", ACTION_TICKET, "", "Copy the ticket's number; at once again: its link") \
	_(COPY_TEXT, "copy-text", ACTION_TICKET, "", "Copy the text of the message") \
	_(MOUSE, "mouse", ACTION_ARG, "on|off", "Use the mouse, or leave it to the terminal") \
	_(LANG, "lang", ACTION_ARG, "auto|en|zh", "Choose the language") \
	_(NOTICES, "notices", 0, "", "List what you were told of: replies, mentions, deadlines, tickets given to you") \
	_(QUIET, "quiet", 0, "[on|off|DURATION]", "Hold back bells and pop-ups") \
	_(WHISPER, "whisper", ACTION_WRITES | ACTION_TICKET, "[PERSON [TEXT]]", "Write a note for one colleague") \
	_(HANDOVER, "handover", ACTION_WRITES, "[PERSON|GROUP [NOTE]]", "Hand promises, drafts and waiting tickets to somebody else") \
	_(WHO, "who", 0, "", "List who is here and what each looks at") \
	_(PENDING, "pending", 0, "", "List writes that wait, are uncertain or were refused") \
	_(DRAFTS, "drafts", 0, "", "List tickets with unsent text") \
	_(ADMIN, "admin", 0, "[TYPE]", "List what can be configured, or the records of TYPE") \
	_(POLICY_LOG, "policy-log", 0, "", "List the changes of the configuration") \
	_(AUTOMATION, "automation", 0, "[RULE]", "List what the desk's rules did") \
	_(DELIVERIES, "deliveries", 0, "", "List what webhooks were sent") \
	_(COMMAND, "command", 0, "", "Type an action by its name") \
	_(HELP, "help", 0, "[TOPIC]", "Show the keys, or what the manual says of TOPIC") \
	_(RECONNECT, "reconnect", 0, "", "Try the backend again now") \
	_(THEME, "theme", ACTION_ARG, "dark|light|mono|high-contrast|colour-blind|FILE", "Choose the colours") \
	_(REDRAW, "redraw", 0, "", "Paint the whole screen again") \
	_(SUSPEND, "suspend", 0, "", "Stop the program, back with fg") \
	_(QUIT, "quit", 0, "", "Leave; drafts are kept")

enum action {
	ACTION_NONE,
#define E(id, name, flags, args, help) ACTION_##id,
	ACTIONS(E)
#undef E
	ACTION_COUNT
};

struct action_info {
	enum action id;
	const char *name;
	unsigned flags;
	const char *args;
	const char *help;
};
const struct action_info *action_info(enum action id);   /* NULL for NONE */
enum action action_by_name(const char *name, size_t len); /* ACTION_NONE unknown */
/* How far an action of moving goes, down > 0, with `count` typed before it (0 none); FALSE: it is none of them.
 * First and last go further than any list is long: whoever moves keeps within it. */
gboolean action_moves(enum action act, int count, gint64 page, gint64 *by);

#endif
