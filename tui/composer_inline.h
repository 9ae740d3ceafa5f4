/* Lists that open while one writes: "::greet" templates, "??bluetooth" articles, "@@zhao" colleagues (in
 * notes). Enter or Tab takes the marked one, Up and Down move, Escape leaves the text as typed; every
 * other key belongs to the text. */
#ifndef TUI_COMPOSER_INLINE_H
#define TUI_COMPOSER_INLINE_H

#include "tui/input.h"
#include "tui/view.h"

enum inline_kind { INLINE_NONE, INLINE_TEMPLATE, INLINE_KNOWLEDGE, INLINE_MENTION };

/* What the cursor stands behind: from = the byte of the first sign, word = behind the two. The signs
 * must begin the text or follow a space, a line or (templates, people) Chinese; not in `code` nor in
 * a block fenced by ```. Pure. */
enum inline_kind inline_find(const char *text, size_t cursor, size_t *from, size_t *word);
/* How well a folded word fits a name and a title: higher is better, -1 not at all. Pure. */
int inline_score(const char *word, const char *name, const char *title);

/* The list's own pane, above the composer's; `composer` is that pane. */
extern const struct view_ops composer_list_ops;
void composer_list_setup(struct view *list, struct view *composer);
int composer_list_rows(const struct view *composer);      /* 0: none is open */
/* This key is the list's now. */
gboolean composer_list_takes(const struct view *composer, stroke key);
/* What was taken since the last call, once: the id of a template or article (a colleague's name is put
 * in at once); INLINE_NONE nothing. */
enum inline_kind composer_list_taken(struct view *composer, desk_id *id);

/* ---- for composer.c */
gboolean composer_list_key(struct view *composer, const struct input_event *ev); /* FALSE: not the list's */
void composer_list_update(struct view *composer);   /* text or cursor changed */
void composer_list_free(struct view *composer);

#endif
