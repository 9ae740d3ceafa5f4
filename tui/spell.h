/* Spelling, by hunspell where it is installed: its library is looked for when it is first wanted
 * and never needed. The only file that knows it. One checker a workstation.
 *
 * A dictionary is loaded by a thread of its own, for it takes a while and typing doesn't wait; until
 * it is here nothing is wrong. What has no alphabet (Chinese, Japanese, Thai ...) is never wrong, nor
 * are words with digits, addresses, links, {blanks} and names that were told. */
#ifndef TUI_SPELL_H
#define TUI_SPELL_H

#include <glib.h>

struct spell;
/* `setting`: "auto" (or NULL), "off", or the name of a dictionary, "en_GB". `ready` (may be NULL) is
 * called from the main loop when a dictionary came. */
typedef void spell_ready_fn(void *arg);
struct spell *spell_new(const char *setting, spell_ready_fn *ready, void *arg);
void spell_free(struct spell *s);
/* The dictionary of a language ("en", "de_AT"; NULL: that of the locale) from now on, if there is
 * one; costs nothing when it is the same as before. TRUE: it is here. */
gboolean spell_language(struct spell *s, const char *language);
const char *spell_dictionary(const struct spell *s);  /* "en_US"; NULL: none is in use */
/* Its words are right from now on (a customer's name). */
void spell_know(struct spell *s, const char *text);

/* The next word to look at in [*at, len): TRUE and its bytes [*at, *to). Pure. */
gboolean spell_next_word(const char *text, size_t len, size_t *at, size_t *to);
/* Remembered by word. */
gboolean spell_wrong(struct spell *s, const char *word, size_t len);
/* Better words, the likeliest first; NULL-terminated, g_strfreev; never NULL. Takes its time. */
char **spell_suggest(struct spell *s, const char *word, size_t len);

#endif
