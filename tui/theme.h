/* Roles say what a cell means; a theme says how a meaning looks. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <glib.h>
#include "base/error.h"

#define THEME_ROLES(_) \
	_(TEXT, "text") _(DIM, "dim") _(HEADING, "heading") _(TITLE, "title") \
	_(BORDER, "border") _(BORDER_FOCUS, "border.focus") \
	_(CURSOR, "cursor") _(CURSOR_BLUR, "cursor.blur") _(OPENED, "opened") \
	_(UNREAD, "unread") _(MATCH, "match") _(NUMBER, "number") \
	_(TAG, "tag") _(TAG_ALERT, "tag.alert") _(ADVICE, "advice") \
	_(CUSTOMER, "from.customer") _(AGENT, "from.agent") _(NOTE, "from.note") _(SYSTEM, "from.system") \
	_(CLOCK_OK, "clock.ok") _(CLOCK_WARN, "clock.warn") _(CLOCK_LATE, "clock.late") _(CLOCK_PAUSED, "clock.paused") \
	_(PRIORITY_URGENT, "priority.urgent") _(PRIORITY_IMPORTANT, "priority.important") _(ESCALATED, "escalated") \
	_(PENDING, "pending") _(REFUSED, "refused") \
	_(COMPOSE_REPLY, "compose.reply") _(COMPOSE_NOTE, "compose.note") _(PART_DONE, "part.done") _(PART_MISSING, "part.missing") \
	_(STATUS, "status") _(STATUS_ERROR, "status.error") _(OFFLINE, "offline") _(KEY, "key") \
	_(REMOVED, "removed") _(PROMPT, "prompt") _(COMPLETION, "completion") _(OVERLAY, "overlay") \
	_(MISSPELT, "misspelt")

enum theme_role {
#define E(id, name) LOOK_##id,
	THEME_ROLES(E)
#undef E
	LOOK_COUNT
};

enum theme_attr { LOOK_BOLD = 1u << 0, LOOK_FAINT = 1u << 1, LOOK_UNDERLINE = 1u << 2, LOOK_REVERSE = 1u << 3 };

struct style {
	gint32 fg, bg;   /* -1 terminal's default; 0..255; LOOK_RGB | 0xrrggbb */
	unsigned attrs;
};
#define LOOK_RGB (1 << 24)

struct theme {
	struct style style[LOOK_COUNT];
	char *mark[LOOK_COUNT]; /* what carries the meaning without colour ("!" ); NULL none */
	char *name;
};

/* What a role is told by where there is no colour: a sign drawn for it (the theme's mark,
 * one ASCII character that the theme may choose), a word or a line beside it, or nothing,
 * because it tells nothing that the text doesn't. */
enum theme_sign { SIGN_NONE, SIGN_WORD, SIGN_MARK };
enum theme_sign theme_role_sign(enum theme_role role);

/* The names of those that are compiled in from themes/ (file NAME.theme); NULL-terminated. */
const char *const *theme_names(void);
/* One of them; "colour" is "dark". Never fails for those. DESK_NOTFOUND. */
struct theme *theme_builtin(const char *name, GError **error);
/* A file, on top of the built-in one of its family (dark without); errors keep nothing and
 * name every bad line. */
struct theme *theme_load(const char *path, GError **error);
/* What a person typed: a built-in one, NAME for themes/NAME.theme in the folder of the
 * settings, or a path. */
struct theme *theme_find(const char *name, GError **error);
/* Those that theme_find() knows by name; g_strfreev. */
char **theme_list(void);
void theme_free(struct theme *t);
const char *theme_role_name(enum theme_role role);
int theme_role_by_name(const char *name); /* -1 unknown */

/* What a terminal of so many colours can show of a style (0 = none; `direct`: its numbers
 * from 8 on are RGB). fg and bg are its colour numbers, -1 its own. Grey stays grey, text
 * never sinks into its background, and a bar of background colour becomes reverse where
 * there is none. Pure. */
struct style style_shown(struct style wanted, int colours, gboolean direct);

#endif
