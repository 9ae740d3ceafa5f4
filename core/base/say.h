/* The words for people, in the language of the running thread.
 *
 * A msgid is the English text itself. The catalogues (po/) are compiled into both
 * programs. Why not libintl: it translates nothing where LC_MESSAGES names no installed locale
 * (a bare host, C.UTF-8 over ssh), has one language for the whole process while a server answers
 * each request in its own, and looks for files at a path fixed when it was built.
 *
 * What is returned is borrowed and lives as long as the program. Any thread; each has a
 * language of its own, English until it is set. */
#ifndef BASE_SAY_H
#define BASE_SAY_H

#include <glib.h>

/* The text for people; msgid itself (the same pointer) when there is none. NULL and "" stay so.
 * A text that is no msgid, like one translated before, comes back as it is. */
const char *say(const char *msgid) G_GNUC_FORMAT(1);
/* In that language, whatever the thread speaks. */
const char *say_in(const char *language, const char *msgid) G_GNUC_FORMAT(2);
/* g_strerror in our words, where the C library has no locale for them. */
const char *say_errno(int errnum);
/* By number: say_n("%d ticket", "%d tickets", n). Both are written as literals. */
const char *say_n(const char *one, const char *many, guint64 n) G_GNUC_FORMAT(1) G_GNUC_FORMAT(2);
/* A short word that other languages tell apart: say_ctx("status", "open"). */
const char *say_ctx(const char *context, const char *msgid) G_GNUC_FORMAT(2);

/* Texts in code: translated where it stands; only marked (tables), translated where it is used. */
#define _(text) say(text)
#define N_(text) (text)
#define NC_(context, text) (text)

/* "en" or "zh". FALSE, and nothing changes: there is no such language. */
gboolean say_language_set(const char *language);
const char *say_language(void); /* never NULL */
/* Both, for completion and settings: NULL-terminated. */
const char *const *say_languages(void);
/* "zh_CN.UTF-8", "zh-Hans", "en", "de_AT@euro" -> the language we have for it ("zh", "en"; English
 * for people whose language we lack); NULL for what names no language (NULL, "", "C", "C.UTF-8", "POSIX"). */
const char *say_language_of_locale(const char *locale);
/* What LANGUAGE, LC_ALL, LC_MESSAGES and LANG ask for, as gettext reads them; NULL: nothing. */
const char *say_language_of_environment(void);
/* At the beginning of main(): takes the locale of the environment and its language, as far as texts
 * can be shown in it (UTF-8). Logged in from afar the chosen locale is often not installed here, and
 * without one every Chinese character would be a question mark: then C.UTF-8 stands in. */
void say_start(void);
/* "zh-CN,zh;q=0.9,en;q=0.8" (RFC 9110 12.5.4) -> the best we have; NULL: nothing said. */
const char *say_language_accepted(const char *header);

#endif
