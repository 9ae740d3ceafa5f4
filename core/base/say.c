/* The words for people: a reader of .mo files, and which language a thread speaks. */
#include "base/say.h"

#include <locale.h>
#include <string.h>
#include "base/say_inner.h"

#define MO_MAGIC 0x950412deu
enum { MO_COUNT = 8, MO_IDS = 12, MO_TEXTS = 16, MO_ENTRY = 8 }; /* where it says so; bytes of an entry */

static const struct language {
	const char *name;
	const struct say_catalogue *words; /* NULL: the msgids themselves */
	gboolean plural;                   /* has a form of its own for one */
} languages[] = {
	{"en", NULL, TRUE},
	{"zh", &say_catalogue_zh, FALSE},
};
static const char *const names[] = {"en", "zh", NULL};

static _Thread_local guint spoken; /* index of the running thread's language */

/* ---------------------------------------------------------------- catalogues */
static guint32 number_at(const struct say_catalogue *c, gsize offset)
{
	guint32 n;

	g_assert(offset + sizeof n <= c->len);
	memcpy(&n, c->bytes + offset, sizeof n);
	return GUINT32_FROM_LE(n);
}

guint say_catalogue_count(const struct say_catalogue *c)
{
	g_assert(number_at(c, 0) == MO_MAGIC);
	return number_at(c, MO_COUNT);
}

static const char *string_at(const struct say_catalogue *c, gsize table, guint i, guint32 *len)
{
	gsize entry = number_at(c, table) + (gsize)i * MO_ENTRY;

	*len = number_at(c, entry);
	return (const char *)c->bytes + number_at(c, entry + 4);
}

void say_catalogue_at(const struct say_catalogue *c, guint i, const char **msgid, const char **more,
                      const char **text)
{
	guint32 len;
	gsize first;

	*text = string_at(c, MO_TEXTS, i, &len);
	*msgid = string_at(c, MO_IDS, i, &len);
	first = strlen(*msgid);
	*more = first < len ? *msgid + first + 1 : NULL;
}

/* The ids are sorted by their bytes, a plural by its first form. `compare` looks for one of them. */
static const char *look_up(const struct say_catalogue *c, int (*compare)(const char *const *key, const char *id),
                           const char *const *key)
{
	guint from = 0, to = say_catalogue_count(c);

	while (from < to) {
		guint mid = from + (to - from) / 2;
		guint32 len;
		int order = compare(key, string_at(c, MO_IDS, mid, &len));

		if (order == 0) {
			const char *text = string_at(c, MO_TEXTS, mid, &len);
			return len ? text : NULL;
		}
		if (order < 0)
			to = mid;
		else
			from = mid + 1;
	}
	return NULL;
}

static int compare_plain(const char *const *key, const char *id)
{
	return strcmp(key[0], id);
}

/* "context\004msgid" without putting it together. */
static int compare_context(const char *const *key, const char *id)
{
	size_t n = strlen(key[0]);
	int order = strncmp(key[0], id, n);

	if (order)
		return order;
	if (id[n] != '\004')
		return '\004' - (unsigned char)id[n];
	return strcmp(key[1], id + n + 1);
}

const char *say_in(const char *language, const char *msgid)
{
	guint mine = spoken;
	const char *text;

	say_language_set(language);
	text = say(msgid);
	spoken = mine;
	return text;
}

const char *say(const char *msgid)
{
	const struct say_catalogue *c = languages[spoken].words;
	const char *text;

	if (!c || !msgid || !*msgid)
		return msgid;
	text = look_up(c, compare_plain, &msgid);
	return text ? text : msgid;
}

const char *say_n(const char *one, const char *many, guint64 n)
{
	const struct language *l = &languages[spoken];
	const char *text = l->words && one && *one ? look_up(l->words, compare_plain, &one) : NULL;

	if (text)
		return l->plural && n != 1 ? text + strlen(text) + 1 : text;
	return n == 1 ? one : many;
}

const char *say_ctx(const char *context, const char *msgid)
{
	const struct say_catalogue *c = languages[spoken].words;
	const char *const key[] = {context, msgid};
	const char *text;

	if (!c || !msgid || !*msgid)
		return msgid;
	text = look_up(c, compare_context, key);
	return text ? text : msgid;
}

/* What the C library calls what happens most, for the catalogues. */
static const char *const errno_words[] = {
	N_("No such file or directory"), N_("Permission denied"), N_("File exists"), N_("Not a directory"),
	N_("Is a directory"), N_("No space left on device"), N_("Read-only file system"),
	N_("Input/output error"), N_("Connection refused"), N_("Connection timed out"),
	N_("Connection reset by peer"), N_("No route to host"), N_("Network is unreachable"),
	N_("Host is down"), N_("Address already in use"), N_("Cannot assign requested address"),
	N_("Operation not permitted"), N_("Too many open files"), N_("Too many open files in system"),
	N_("File name too long"), N_("File too large"), N_("Disk quota exceeded"), N_("Broken pipe"),
	N_("Bad file descriptor"), N_("Invalid argument"), N_("No such process"), N_("Device or resource busy"),
	N_("Text file busy"), N_("Resource temporarily unavailable"), N_("Operation not supported"),
	N_("Directory not empty"), N_("Too many levels of symbolic links"), N_("No such device or address"),
	N_("Inappropriate ioctl for device"), N_("Cannot allocate memory"), N_("Argument list too long"),
	N_("Exec format error"), N_("Interrupted system call"), N_("Invalid cross-device link"),
	N_("Stale file handle"), N_("Transport endpoint is not connected"), N_("Protocol not supported"),
	N_("Message too long"), N_("Success"),
};

const char *say_errno(int errnum)
{
	const char *text = g_strerror(errnum);

	for (size_t i = 0; i < G_N_ELEMENTS(errno_words); i++)
		if (strcmp(text, errno_words[i]) == 0)
			return say(errno_words[i]);
	return text;
}

/* ---------------------------------------------------------------- which language */
gboolean say_language_set(const char *language)
{
	for (guint i = 0; i < G_N_ELEMENTS(languages); i++)
		if (g_strcmp0(languages[i].name, language) == 0) {
			spoken = i;
			return TRUE;
		}
	return FALSE;
}

const char *say_language(void)
{
	return languages[spoken].name;
}

const char *const *say_languages(void)
{
	return names;
}

/* The index of the language whose code the text begins with; -1. */
static int language_of(const char *text, size_t len)
{
	for (guint i = 0; i < G_N_ELEMENTS(languages); i++)
		if (strlen(languages[i].name) == len && g_ascii_strncasecmp(languages[i].name, text, len) == 0)
			return (int)i;
	return -1;
}

const char *say_language_of_locale(const char *locale)
{
	size_t len = locale ? strcspn(locale, "_-.@") : 0;
	int at;

	if (len == 0 || (len == 1 && *locale == 'C') || (len == 5 && strncmp(locale, "POSIX", len) == 0))
		return NULL;
	at = language_of(locale, len);
	return at >= 0 ? languages[at].name : languages[0].name;
}

const char *say_language_of_environment(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *locale = NULL, *wanted = g_getenv("LANGUAGE");

	for (guint i = 0; i < G_N_ELEMENTS(variables) && !(locale && *locale); i++)
		locale = g_getenv(variables[i]);
	/* A list of languages, best first; a bare C is a script's, which wants what never changes. */
	if (wanted && *wanted && !(locale && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0))) {
		g_auto(GStrv) list = g_strsplit(wanted, ":", -1);

		for (char **l = list; *l; l++)
			if (language_of(*l, strcspn(*l, "_-.@")) >= 0)
				return say_language_of_locale(*l);
	}
	return say_language_of_locale(locale);
}

void say_start(void)
{
	const char *locales[] = {g_getenv("LC_ALL"), g_getenv("LC_CTYPE"), g_getenv("LANG")}, *language;
	gboolean installed = setlocale(LC_ALL, "") != NULL;
	size_t i = 0;

	while (i < G_N_ELEMENTS(locales) && !(locales[i] && *locales[i]))
		i++;
	if (!installed && i < G_N_ELEMENTS(locales)) {
		g_autofree char *lower = g_ascii_strdown(locales[i], -1);

		if (strstr(lower, "utf-8") || strstr(lower, "utf8"))
			setlocale(LC_CTYPE, "C.UTF-8");
	}
	language = say_language_of_environment();
	if (language && g_get_charset(NULL))
		say_language_set(language);
}

const char *say_language_accepted(const char *header)
{
	g_auto(GStrv) part = g_strsplit(header ? header : "", ",", 32);
	double best = 0;
	int found = -1;

	for (char **p = part; *p; p++) {
		const char *tag = g_strstrip(*p), *weight = strstr(tag, "q=");
		double q = weight ? g_ascii_strtod(weight + 2, NULL) : 1;
		int at = language_of(tag, strcspn(tag, "-; \t"));

		if (at >= 0 && q > best) {
			best = q;
			found = at;
		}
	}
	return found >= 0 ? languages[found].name : NULL;
}
