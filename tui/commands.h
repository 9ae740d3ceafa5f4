/* The actions that act on the desk, one function each; found through one table. */
#ifndef TUI_COMMANDS_H
#define TUI_COMMANDS_H

#include "tui/app_inner.h"

/* What a question remembers until it is answered. */
struct errand {
	struct app *app;
	enum action action;
	desk_id ticket_id, id;
	char *text;
};
struct errand *errand_new(struct app *app, enum action action, desk_id ticket_id);
void errand_free(gpointer errand);

/* The ticket an action is about: the marked one in the queue, else the opened one; 0 none. */
desk_id command_target(const struct app *app);
const struct ticket_row *command_row(struct app *app, desk_id ticket_id); /* NULL: not here */
void command_open_ticket(struct app *app, desk_id ticket_id);
void command_article_came(struct app *app, desk_id article_id);
void command_customers_came(struct app *app);
void command_templates_came(struct app *app);  /* templates, or the ticket they are for */
/* TRUE: the ticket or the templates (`some`: enough are here) are still being fetched; the action goes on
 * in command_templates_came, keys wait. */
gboolean command_templates_wait(struct app *app, enum action act, desk_id ticket_id, const char *arg, gboolean some);
void command_macros_came(struct app *app);     /* macros, templates or the ticket they are for */
gboolean command_macro_runs(const struct app *app); /* a macro is being done: ask nothing */
void command_macro_free(struct app *app);
void command_give_up(struct app *app);         /* what was waited for did not come */
/* Sends the change (and clears it), saying what was done (a whole sentence; translated here). */
void command_write(struct app *app, struct change *c, const char *done);
/* Text into what is being written on the ticket, on a line of its own; template_id 0: of none. */
void command_put_text(struct app *app, desk_id ticket_id, const char *text, desk_id template_id);
/* The templates that fit (borrowed ones, the array is the caller's), and one of them as an item. */
GPtrArray *command_templates(struct app *app, desk_id ticket_id);
struct pick_item *command_template_item(struct app *app, desk_id ticket_id, const struct template *tpl);
void command_insert_template(struct app *app, desk_id ticket_id, desk_id template_id);
void command_insert_article(struct app *app, desk_id article_id, desk_id ticket_id);
void command_inline_taken(struct app *app); /* from a list that opened in the composer, if anything was */
/* What the reply being written promises: the moment when `text` (NULL: any) still names it, else 0;
 * *words (may be NULL, g_free) how it is named, NULL when nothing was promised. */
int64_t command_promised(struct app *app, desk_id ticket_id, const char *text, char **words);
/* What offers an alternative and names a time, the one that fits best; NULL: there is none. */
const struct template *command_alternative(struct app *app, desk_id ticket_id);
/* By phone or across a desk: what is promised is said, not written. */
gboolean command_said_aloud(const struct ticket *t);
/* What guards look at: the newest message of the customer (0 none), and the tag for whose bearer a second
 * look is wanted. */
desk_id command_newest_of_customer(const struct ticket *t);
gboolean command_wants_care(const struct app *app, const struct ticket *t, const struct tag **which);
/* Question helpers. */
void command_ask(struct app *app, const char *label, prompt_done_fn *done, struct errand *errand);
void command_pick(struct app *app, const char *title, GPtrArray *items, picker_done_fn *done, struct errand *errand);
void command_pick_word(struct app *app, enum action act, const char *title, const char *words); /* "a|b|c" */
void command_pick_items(struct app *app, enum action act, const char *title, GPtrArray *items); /* by their words */
/* A line to edit: `now` stands in it; Enter on nothing answers "". */
void command_ask_text(struct app *app, const char *label, const char *now, prompt_done_fn *done, struct errand *errand);
/* Finds a customer by what is typed; the item of a new one has an id below 0 and the name as its word. */
void command_pick_customer(struct app *app, const char *title, const char *typed, picker_done_fn *done,
                           struct errand *errand);
/* Goes on with what is written on the ticket, a reply where nothing is. */
void command_reply_or_note(struct app *app);
/* Says what is to be said of a paste into the composer. */
void command_pasted(struct app *app, const struct input_event *ev);
void command_focus_talk(struct app *app);
/* The rung of the ladder that is marked. */
void command_rung_open(struct app *app);
/* The line of the details that is marked. */
void command_detail_open(struct app *app);
void command_problem_open(struct app *app);   /* the same of a problem */
void command_problem_remove(struct app *app);
void command_problem_changed(struct app *app, desk_id id); /* 0: any may have */
void command_field_clear(struct app *app, const char *name);
void command_check_item(struct app *app, desk_id item_id, gboolean done);
void command_check_remove(struct app *app, desk_id item_id);
void command_compensation_decide(struct app *app, desk_id compensation_id);
/* Whom the reply being written goes to beside the customer; NULL none; g_free. */
void command_addresses(struct app *app, desk_id ticket_id, char **to, char **cc);

/* ---- commands_many.c: acting on all marked tickets */
gboolean command_acts_on_many(const struct app *app);
char *command_target_words(const struct app *app, desk_id ticket_id); /* "#1042", "12 marked tickets"; g_free */
/* Writes all of them at once (GPtrArray of struct change) and follows them: one word at the end,
 * refused ones stay in the list of `pending`. */
void command_write_all(struct app *app, GPtrArray *changes, const char *done);
gboolean command_many_takes(struct app *app, const struct change *c, const char *done);
gboolean command_many_ended(struct app *app, const struct store_note *note); /* TRUE: it was one of many */
/* What `repeat` does next time; a change on one ticket that goes through command_write is remembered by itself. */
void command_remember(struct app *app, enum action act, const char *arg);
/* ---- commands_marks.c */
gboolean command_unmark(struct app *app);            /* FALSE: nothing was marked */
void command_line(struct app *app, gint64 line);     /* of the list on show, from 1 */
/* ---- commands_keys.c */
void keying_init(struct app *app);
void keying_free(struct app *app);
gboolean count_digit(struct app *app, stroke key);   /* FALSE: no count is being typed, or it is no digit */
void count_end(struct app *app);
/* ---- commands_complete.c: Tab on the ":" line */
gboolean command_completes(enum action act);         /* it is known what the action takes */
void command_meaning(size_t i, const char **name, const char **means, void *app);
/* ---- palette.c */
void palette_free(struct app *app);
gboolean palette_busy(const struct app *app); /* it is about to ask the desk */
/* Colleagues (commands_together.c): by log-in or display name; where they are (NULL: not here), in words (g_free). */
const struct group *command_group(const struct session *s, const char *word); /* NULL: none, or several */
void command_escalate_plainly(struct app *app, const char *arg); /* many at once; without a sheet */
const struct person *command_person(const struct session *s, const char *word);
const struct presence *command_where(struct app *app, desk_id person_id);
char *command_where_words(struct app *app, const struct presence *p);

/* ---- the table's functions */
command_fn command_count, command_bind, command_map, command_keymap, command_reload;  /* commands_keys.c */
command_fn command_mark, command_mark_all, command_unmark_all;                        /* commands_marks.c */
command_fn command_repeat;                                                            /* commands_many.c */
command_fn command_palette;                                                           /* palette.c */
command_fn command_close, command_focus_next, command_focus_prev, command_layout, command_view, command_filter,
	command_older, command_command, command_help, command_reconnect, command_theme, command_redraw,
	command_suspend, command_quit;                                                    /* commands_desk.c */
command_fn command_copy, command_copy_text, command_mouse;                            /* commands_copy.c */
command_fn command_find, command_related, command_recent;                             /* and filter: commands_find.c */
command_fn command_save_view, command_remove_view;                                    /* and view: commands_views.c */
command_fn command_open, command_next_best, command_claim, command_release, command_status, command_solve,
	command_priority, command_assign, command_tag, command_recall;                    /* commands_ticket.c */
command_fn command_escalate;                                                          /* commands_escalate.c */
command_fn command_ladder, command_acknowledge, command_estimate, command_answer_escalation, command_return,
	command_consult, command_transfer, command_cant_solve;                            /* commands_ladder.c */
command_fn command_details, command_remove, command_subject, command_category, command_field, command_intake,
	command_profile;                                                                  /* commands_details.c */
command_fn command_customer, command_split_off, command_merge, command_link, command_unlink,
	command_spam;                                                                     /* commands_tickets.c */
command_fn command_to, command_cc, command_forward, command_checklist, command_check; /* commands_give.c */
command_fn command_compensate, command_compensations, command_secret;                 /* commands_compensate.c */
command_fn command_problems, command_problem, command_link_problem, command_problem_step, command_problem_article,
	command_assess, command_pack;                                                     /* commands_problems.c */
command_fn command_problem_tell;                                                      /* commands_problem_tell.c */
command_fn command_new_ticket;                                                        /* commands_new.c */
command_fn command_spelling;                                                          /* commands_spelling.c */
command_fn command_edit_outside;                                                      /* commands_outside.c */
command_fn command_send, command_send_later;                                                              /* commands_send.c */
command_fn command_template, command_promise;                                         /* commands_templates.c */
command_fn command_macro, command_undo;                                                /* commands_macros.c */
command_fn command_save_macro, command_remove_macro;                                   /* commands_macro_edit.c */
command_fn command_reply, command_note, command_knowledge, command_insert,
	command_suggestion_1, command_suggestion_2, command_suggestion_3;                 /* commands_text.c */
command_fn command_attach, command_detach, command_files, command_view_file, command_save_file,
	command_open_file;                                                                /* commands_files.c */
command_fn command_pending;                                                           /* commands_lists.c */
command_fn command_drafts, command_share_draft, command_drop_draft, command_changes;  /* commands_drafts.c */
command_fn command_pending, command_drafts;                                           /* commands_lists.c */
command_fn command_notices, command_quiet, command_who, command_whisper;              /* commands_together.c */
command_fn command_handover;                                                          /* commands_handover.c */
command_fn command_follow_up_ask, command_follow_up, command_skip_follow_up;          /* commands_follow_up.c */
command_fn command_state, command_accept, command_decline, command_team;              /* commands_people.c */
command_fn command_automation, command_deliveries;                                    /* commands_automation.c */
command_fn command_admin, command_policy_log;                                         /* commands_admin.c */

/* Files (commands_files.c). */
void filing_free(struct app *app);
gboolean files_close(struct app *app); /* the text, or the list; FALSE: neither shows */

/* Looking for tickets (finding.h). */
void finding_init(struct app *app);
void finding_free(struct app *app);
void finding_seen(struct app *app, desk_id ticket_id); /* it was opened, or more of it is here now */
void finding_views_came(struct app *app);
gboolean finding_close(struct app *app);
void finding_meaning(struct app *app, size_t i, const char **name, const char **means); /* of its candidates */
char **finding_complete(struct app *app, const char *line, size_t start, size_t word_from, size_t cursor);
void finding_refused(struct app *app, const char *message); /* by the desk: a query it couldn't take */

command_fn command_clocks, command_explain, command_snooze, command_unsnooze;         /* commands_clocks.c */
gboolean clocks_close(struct app *app); /* FALSE: they don't show */

command_fn command_lang;                                                              /* language.c */

/* ---- pure helpers, commands_args.c */
/* "2h", "18:00" (today or tomorrow), "2026-11-24", "2026-11-24 09:00" -> wall ms. */
gboolean command_until(const char *text, int64_t now_ms, int64_t *out, GError **error);
/* "GROUP REASON..." -> both; reason may be empty. */
void command_split(const char *arg, char **first, char **rest);
/* Exact name, or the only one that starts with it (case-insensitive): index, -1 none, -2 several. */
int command_match(const char *word, const char *const *names, size_t n);

#endif
