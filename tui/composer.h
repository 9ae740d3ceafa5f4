/* Where replies and notes are written: an editing state per ticket and kind, the
 * frame says which it is by word and line, every change goes to the drafts. */
#ifndef TUI_COMPOSER_H
#define TUI_COMPOSER_H

#include "rules/limits.h"
#include "tui/input.h"
#include "tui/keymap.h"
#include "tui/lineedit.h"
#include "tui/view.h"

extern const struct view_ops composer_ops;

/* `spelling`: see spell_new. */
void composer_setup(struct view *v, const struct keymap *km, const char *spelling);
/* Shows the draft of that ticket; kind MESSAGE_REPLY or MESSAGE_NOTE. `read` is the
 * newest customer message the person has seen: what a reply begun now answers. */
void composer_show(struct view *v, desk_id ticket_id, enum message_kind kind, desk_id read);
/* The ticket's draft of whichever kind there is, or an empty reply. */
void composer_follow(struct view *v, desk_id ticket_id);
desk_id composer_ticket(const struct view *v);
enum message_kind composer_kind(const struct view *v);
const char *composer_text(const struct view *v);
desk_id composer_answers(const struct view *v);      /* 0 unknown */
void composer_set_answers(struct view *v, desk_id message_id);
enum lineedit_result composer_key(struct view *v, const struct input_event *ev);
void composer_insert(struct view *v, const char *text, desk_id template_id); /* 0: none */
void composer_replace(struct view *v, const char *text); /* all of it, one step for undo */
/* Bytes [at, to) become `text`, the cursor behind it. */
void composer_change(struct view *v, size_t at, size_t to, const char *text);
/* The checker, for the language of what is written now; NULL: it has no dictionary (yet). */
struct spell *composer_spell(const struct view *v);
/* The first misspelt word that begins at or after byte `from`: TRUE and its bytes [*at, *to). */
gboolean composer_misspelt(const struct view *v, size_t from, size_t *at, size_t *to);
/* Templates inserted so far: GArray of desk_id, borrowed; NULL none. */
GArray *composer_templates(const struct view *v);
/* The text of that draft becomes `was` (NULL: none) when it still is `made`; else FALSE. */
gboolean composer_put_back(struct view *v, desk_id ticket_id, enum message_kind kind, const char *made, const char *was);
void composer_done(struct view *v);                  /* sent: forgets text and draft */
/* Escape belongs to the editor now (vi, a search). */
gboolean composer_takes_escape(const struct view *v);
void composer_move(struct view *v, size_t at);        /* the cursor, to a byte of the text */
size_t composer_cursor_at(const struct view *v);       /* byte of the text */
int composer_rows(const struct view *v, int width);  /* text rows it would like, at least 1 */

/* How long a message may be on each channel, as the desk says it. */
const struct limits *composer_limits(const struct view *v);

/* The 3+1 parts (R-TALK-1) a reply has, as bits of enum template_part. Pure. */
unsigned composer_parts(const char *text, const char *customer, const char *agent);

#endif
