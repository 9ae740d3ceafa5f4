/* Strokes to actions, per context. Files are INI: a section a context, `strokes
 * separated by spaces = action argument`; `none` unbinds. Compiled-in defaults
 * (keymaps/default.keys) use the same parser; vi.keys and emacs.keys lie on top of
 * them, the person's file on top of that, what was bound while running on top of all.
 *
 * Contexts: all, queue, conversation, knowledge, details, problem, files, clocks, text, list, composer, sheet, prompt, help. In
 * composer, sheet and prompt, unbound keys go to the line editor. A key that is also a
 * prefix in one context is an error naming both lines. */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "tui/action.h"
#include "tui/input.h"

#define KEYMAP_MAX_SEQ 4

struct binding {
	const char *context;
	stroke seq[KEYMAP_MAX_SEQ];
	size_t len;
	enum action action;
	const char *arg;   /* "" none */
	const char *file;  /* where it came from */
	int line;
};

enum keymap_match { KEYMAP_UNBOUND, KEYMAP_PREFIX, KEYMAP_BOUND };

struct keymap;
struct keymap *keymap_new(void); /* with the compiled-in defaults */
/* "default", "vi" or "emacs"; NULL with DESK_INVALID for another name. */
struct keymap *keymap_new_named(const char *name, GError **error);
extern const char *const keymap_names[]; /* NULL-terminated */
const char *keymap_name(const struct keymap *km);
void keymap_free(struct keymap *km);
/* `km` becomes what `other` is, and `other` is gone: views keep their pointer. */
void keymap_become(struct keymap *km, struct keymap *other);
/* "[CONTEXT:]STROKES = ACTION [ARGUMENT]", in [all] without a context; `nth` is the line it is said to
 * stand on, in a file called "bind". */
gboolean keymap_bind(struct keymap *km, const char *text, int nth, GError **error);
extern const char *const keymap_contexts[]; /* NULL-terminated */
/* All or nothing: on error the map is unchanged and the error lists every bad line. */
gboolean keymap_load(struct keymap *km, const char *path, GError **error);
gboolean keymap_parse(struct keymap *km, const char *name, const char *bytes, size_t len, GError **error);
/* First `context`, then "all" (not for composer, sheet and prompt, where only named and
 * control keys fall through to "all"). */
enum keymap_match keymap_lookup(const struct keymap *km, const char *context,
                                const stroke *seq, size_t len, const struct binding **out);
/* In order of context, then file and line. */
void keymap_each(const struct keymap *km, void (*fn)(const struct binding *b, void *arg), void *arg);
/* What can follow `seq` in the context, [all] included where it is not overridden: struct binding *,
 * borrowed, by the names of the next strokes. Free the array. */
GPtrArray *keymap_continuations(const struct keymap *km, const char *context, const stroke *seq, size_t len);
/* Shortest key of an action in a context, for footers and help; "" when none. */
const char *keymap_key_of(const struct keymap *km, const char *context, enum action action,
                          char *buf, size_t size);
char *keymap_seq_name(const stroke *seq, size_t len); /* "g g"; g_free */

#endif
