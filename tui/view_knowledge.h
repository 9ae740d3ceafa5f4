/* Knowledge: what fits the opened ticket, what a search found, an article to read. */
#ifndef TUI_VIEW_KNOWLEDGE_H
#define TUI_VIEW_KNOWLEDGE_H

#include "tui/keymap.h"
#include "tui/view.h"

extern const struct view_ops view_knowledge_ops;

void view_knowledge_setup(struct view *v, const struct keymap *km);
void view_knowledge_ticket(struct view *v, desk_id ticket_id);             /* its suggestions */
void view_knowledge_search(struct view *v, desk_id ticket_id, const char *words);
void view_knowledge_read(struct view *v, desk_id article_id);              /* shows it, whatever the list has */
desk_id view_knowledge_selected(const struct view *v);                     /* read or marked; 0 none */
desk_id view_knowledge_at(const struct view *v, size_t i);                 /* i-th hit; 0 none */

#endif
