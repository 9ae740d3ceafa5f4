/* Macros as the workstation does them: a step becomes a change (by rules/steps.h) or an action of the composer, and what
 * it would do can be told before. No state of its own but the ticket's. */
#ifndef TUI_MACRO_H
#define TUI_MACRO_H

#include "client/store.h"
#include "rules/macro.h"

/* The change of a step that macro_changes() on that ticket; change_clear it whatever comes back. FALSE names what the
 * desk doesn't know. */
gboolean macro_step_change(const char *macro, const struct macro_step *step, struct store *s, desk_id ticket_id,
                           struct change *out, GError **error);
/* "status: open -> pending-customer", a line a step, for the ticket as it is now. g_free. */
char *macro_preview(const struct macro *m, struct store *s, desk_id ticket_id);
/* What a macro's names are looked for in: the session's lists and the templates. */
void macro_names_of(struct store *s, struct macro_names *out);
/* Parsed with them; NULL and the line that is wrong. */
GPtrArray *macro_steps(const struct macro *m, struct store *s, GError **error);
#endif
