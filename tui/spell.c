/* Spelling, by hunspell where it is installed. */
#include "tui/spell.h"

#include <dlfcn.h>
#include <string.h>

#define REMEMBERED 20000 /* words; then it begins anew */
#define WORD_MOST 100    /* bytes: what is longer is no word */
#define SUGGESTED 12

/* What hunspell.h declares, so that it need not be there. */
struct library {
	void *handle;
	void *(*create)(const char *aff, const char *dic);
	void (*destroy)(void *h);
	int (*spell)(void *h, const char *word);
	int (*suggest)(void *h, char ***list, const char *word);
	void (*free_list)(void *h, char ***list, int n);
	char *(*encoding)(void *h);
};

/* A dictionary on its way. The thread fills in `hunspell` and ends; the rest is the main loop's. */
struct loading {
	struct spell *s;
	struct library lib;
	char *aff, *dic, *name, *language;
	void *hunspell;
};

struct spell {
	char *setting;
	spell_ready_fn *ready;
	void *arg;
	gboolean looked;      /* for the library */
	struct library lib;
	char *wanted;         /* language asked for last */
	struct loading *loading;
	GThread *thread;
	void *hunspell;       /* the newest that came, kept while another language has none; NULL: none */
	char *have;           /* the language it came for */
	char *name, *encoding;
	GHashTable *known;    /* word -> GINT 1 right, 2 wrong */
	GHashTable *told;     /* words that are right whatever the dictionary says */
};

/* ---------------------------------------------------------------- the library */

static gboolean find(void *handle, const char *name, void *fn)
{
	void *symbol = dlsym(handle, name);

	memcpy(fn, &symbol, sizeof symbol); /* ISO C knows no other way from object to function */
	return symbol != NULL;
}

static gboolean library_open(struct library *l)
{
	static const char *const names[] = {"libhunspell-1.7.so.0", "libhunspell-1.6.so.0", "libhunspell-1.8.so.0",
		"libhunspell.so"};

	for (size_t i = 0; i < G_N_ELEMENTS(names) && !l->handle; i++)
		l->handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (!l->handle)
		return FALSE;
	if (find(l->handle, "Hunspell_create", &l->create) && find(l->handle, "Hunspell_destroy", &l->destroy) &&
	    find(l->handle, "Hunspell_spell", &l->spell) && find(l->handle, "Hunspell_suggest", &l->suggest) &&
	    find(l->handle, "Hunspell_free_list", &l->free_list) &&
	    find(l->handle, "Hunspell_get_dic_encoding", &l->encoding))
		return TRUE;
	dlclose(l->handle);
	l->handle = NULL;
	return FALSE;
}

/* ---------------------------------------------------------------- dictionaries */

static char **folders(void)
{
	const char *path = g_getenv("DICPATH");
	GPtrArray *all = g_ptr_array_new();

	if (path && *path) /* said: only there */
		return g_strsplit(path, ":", -1);
	g_ptr_array_add(all, g_build_filename(g_get_user_data_dir(), "hunspell", NULL));
	for (const char *const *dir = g_get_system_data_dirs(); *dir; dir++) {
		g_ptr_array_add(all, g_build_filename(*dir, "hunspell", NULL));
		g_ptr_array_add(all, g_build_filename(*dir, "myspell", "dicts", NULL));
	}
	g_ptr_array_add(all, NULL);
	return (char **)g_ptr_array_free(all, FALSE);
}

static gboolean is_one(const char *folder, const char *name)
{
	g_autofree char *aff = g_strdup_printf("%s/%s.aff", folder, name), *dic = g_strdup_printf("%s/%s.dic", folder, name);

	return g_file_test(aff, G_FILE_TEST_IS_REGULAR) && g_file_test(dic, G_FILE_TEST_IS_REGULAR);
}

/* The first by name of those of the language in the folder; g_free; NULL none. */
static char *any_of(const char *folder, const char *language)
{
	g_autofree char *with = g_strconcat(language, "_", NULL), *best = NULL;
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *file;

	while (dir && (file = g_dir_read_name(dir)) != NULL) {
		g_autofree char *name = g_str_has_suffix(file, ".aff") ? g_strndup(file, strlen(file) - 4) : NULL;

		if (!name || !g_str_has_prefix(name, with) || !is_one(folder, name) || (best && strcmp(name, best) > 0))
			continue;
		g_free(best);
		best = g_steal_pointer(&name);
	}
	if (dir)
		g_dir_close(dir);
	return g_steal_pointer(&best);
}

/* "en": as the locale has it (en_GB), then the usual ones, then any. */
static char *best_name(const char *folder, const char *language)
{
	const char *const *locale = g_get_language_names();
	const char *tries[] = {language, NULL, strcmp(language, "en") == 0 ? "en_US" : NULL, NULL};
	g_autofree char *here = NULL, *twice = NULL;

	if (locale && locale[0] && g_str_has_prefix(locale[0], language) && locale[0][strlen(language)] == '_')
		tries[1] = here = g_strndup(locale[0], strcspn(locale[0], ".@"));
	tries[3] = twice = g_strdup_printf("%s_%c%c", language, g_ascii_toupper(language[0]),
	                                   language[0] ? g_ascii_toupper(language[1]) : ' ');
	for (size_t i = 0; i < G_N_ELEMENTS(tries); i++)
		if (tries[i] && is_one(folder, tries[i]))
			return g_strdup(tries[i]);
	return strchr(language, '_') ? NULL : any_of(folder, language);
}

static struct loading *look_for(const struct spell *s, const char *language)
{
	g_auto(GStrv) all = folders();

	for (char **folder = all; *folder; folder++) {
		g_autofree char *name = best_name(*folder, language);
		struct loading *l;

		if (!name)
			continue;
		l = g_new0(struct loading, 1);
		l->lib = s->lib;
		l->aff = g_strdup_printf("%s/%s.aff", *folder, name);
		l->dic = g_strdup_printf("%s/%s.dic", *folder, name);
		l->name = g_steal_pointer(&name);
		return l;
	}
	return NULL;
}

/* ---------------------------------------------------------------- loading */

static void loading_free(struct loading *l)
{
	if (l->hunspell)
		l->lib.destroy(l->hunspell);
	g_free(l->aff);
	g_free(l->dic);
	g_free(l->name);
	g_free(l->language);
	g_free(l);
}

static void forget(struct spell *s)
{
	if (s->hunspell)
		s->lib.destroy(s->hunspell);
	s->hunspell = NULL;
	g_clear_pointer(&s->name, g_free);
	g_clear_pointer(&s->have, g_free);
	g_clear_pointer(&s->encoding, g_free);
	g_hash_table_remove_all(s->known);
}

static void begin(struct spell *s);

static gboolean loaded(gpointer data)
{
	struct loading *l = data;
	struct spell *s = l->s;

	g_thread_join(g_steal_pointer(&s->thread));
	s->loading = NULL;
	forget(s);
	s->hunspell = g_steal_pointer(&l->hunspell);
	s->have = g_steal_pointer(&l->language);
	s->name = g_steal_pointer(&l->name);
	if (s->hunspell)
		s->encoding = g_strdup(s->lib.encoding(s->hunspell));
	loading_free(l);
	if (strcmp(s->have, s->wanted) != 0) /* another ticket meanwhile */
		begin(s);
	else if (s->ready)
		s->ready(s->arg);
	return G_SOURCE_REMOVE;
}

static gpointer load(gpointer data)
{
	struct loading *l = data;

	l->hunspell = l->lib.create(l->aff, l->dic);
	g_idle_add(loaded, l);
	return NULL;
}

/* One at a time. */
static void begin(struct spell *s)
{
	if (!s->looked)
		library_open(&s->lib);
	s->looked = TRUE;
	if (s->loading || !s->lib.handle || !(s->loading = look_for(s, s->wanted)))
		return;
	s->loading->s = s;
	s->loading->language = g_strdup(s->wanted);
	s->thread = g_thread_new("spelling", load, s->loading);
}

static gboolean in_use(const struct spell *s)
{
	return s->hunspell && g_strcmp0(s->have, s->wanted) == 0;
}

struct spell *spell_new(const char *setting, spell_ready_fn *ready, void *arg)
{
	struct spell *s = g_new0(struct spell, 1);

	s->setting = g_strdup(setting ? setting : "auto");
	s->ready = ready;
	s->arg = arg;
	s->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	s->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return s;
}

void spell_free(struct spell *s)
{
	if (!s)
		return;
	if (s->loading) {
		g_thread_join(s->thread);
		g_source_remove_by_user_data(s->loading);
		loading_free(s->loading);
	}
	forget(s);
	g_hash_table_unref(s->known);
	g_hash_table_unref(s->told);
	g_free(s->setting);
	g_free(s->wanted);
	g_free(s); /* the library stays: unloading C++ is asking for trouble */
}

gboolean spell_language(struct spell *s, const char *language)
{
	const char *const *locale = g_get_language_names();
	const char *wanted = strcmp(s->setting, "auto") != 0 ? s->setting : language && *language ? language : locale[0];
	size_t len = strcspn(wanted, ".@");

	if (strcmp(s->setting, "off") == 0)
		return FALSE;
	if (!s->wanted || strlen(s->wanted) != len || strncmp(s->wanted, wanted, len) != 0) {
		g_free(s->wanted);
		s->wanted = g_strndup(wanted, len);
		if (!in_use(s))
			begin(s);
	}
	return in_use(s);
}

const char *spell_dictionary(const struct spell *s)
{
	return in_use(s) ? s->name : NULL;
}

/* ---------------------------------------------------------------- words */

static gboolean has_alphabet(gunichar ch)
{
	switch (g_unichar_get_script(ch)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_HANGUL:
	case G_UNICODE_SCRIPT_BOPOMOFO:
	case G_UNICODE_SCRIPT_THAI:
	case G_UNICODE_SCRIPT_LAO:
	case G_UNICODE_SCRIPT_KHMER:
	case G_UNICODE_SCRIPT_MYANMAR:
		return FALSE;
	default:
		return g_unichar_isalpha(ch) || g_unichar_ismark(ch);
	}
}

static gboolean is_apostrophe(gunichar ch)
{
	return ch == '\'' || ch == 0x2019;
}

/* What makes its run of characters something else than words: an address, a link, a number,
 * a path, a blank. */
static gboolean spoils(gunichar ch)
{
	return ch < 0x80 ? strchr("@/\\_#{}=<>&+", (int)ch) != NULL || g_ascii_isdigit((char)ch) : g_unichar_isdigit(ch);
}

/* The run without blanks around `from`, up to what has no alphabet. */
static const char *run_end(const char *p, const char *end, gboolean *spoilt)
{
	*spoilt = FALSE;
	while (p < end) {
		gunichar ch = g_utf8_get_char(p);

		if (g_unichar_isspace(ch) || (g_unichar_isalpha(ch) && !has_alphabet(ch)))
			break;
		*spoilt |= spoils(ch);
		/* "example.com", "www.x": a dot with letters on both sides */
		if (ch == '.' && p + 1 < end && g_ascii_isalpha(p[1]) && g_ascii_islower(p[1]))
			*spoilt = TRUE;
		p = g_utf8_next_char(p);
	}
	return p;
}

gboolean spell_next_word(const char *text, size_t len, size_t *at, size_t *to)
{
	const char *p = text + *at, *end = text + len, *run = NULL;
	gboolean spoilt = FALSE;

	/* not from inside a run that is spoilt before */
	while (p > text && !g_ascii_isspace(p[-1]) && (guint8)p[-1] < 0x80)
		p--;
	for (; p < end; p = g_utf8_next_char(p)) {
		const char *from = p;

		if (!run || p >= run)
			run = run_end(p, end, &spoilt);
		if (spoilt && run > p) {
			p = g_utf8_prev_char(run);
			continue;
		}
		while (p < run && (has_alphabet(g_utf8_get_char(p)) ||
		                   (p > from && is_apostrophe(g_utf8_get_char(p)) && g_utf8_next_char(p) < run &&
		                    has_alphabet(g_utf8_get_char(g_utf8_next_char(p))))))
			p = g_utf8_next_char(p);
		if (p > from && (size_t)(from - text) >= *at && g_utf8_next_char(from) < p && p - from <= WORD_MOST) {
			*at = (size_t)(from - text);
			*to = (size_t)(p - text);
			return TRUE;
		}
		if (p >= end)
			break;
		if (p > from)
			p = g_utf8_prev_char(p);
	}
	return FALSE;
}

void spell_know(struct spell *s, const char *text)
{
	size_t len = text ? strlen(text) : 0, at = 0, to;

	for (; text && spell_next_word(text, len, &at, &to); at = to)
		if (g_hash_table_add(s->told, g_strndup(text + at, to - at)))
			g_hash_table_remove_all(s->known);
}

/* In the dictionary's own bytes; NULL: it has no such characters. g_free. */
static char *encode(const struct spell *s, const char *word)
{
	if (!s->encoding || g_ascii_strcasecmp(s->encoding, "UTF-8") == 0)
		return g_strdup(word);
	return g_convert(word, -1, s->encoding, "UTF-8", NULL, NULL, NULL);
}

static gboolean ask(struct spell *s, const char *word)
{
	g_autofree char *bytes = encode(s, word), *plain = NULL, *straight = NULL;
	char **part;

	if (!bytes || s->lib.spell(s->hunspell, bytes))
		return FALSE;
	if (!strstr(word, "\xe2\x80\x99"))
		return TRUE;
	part = g_strsplit(word, "\xe2\x80\x99", -1); /* dictionaries know the straight one */
	plain = g_strjoinv("'", part);
	g_strfreev(part);
	straight = encode(s, plain);
	return !straight || !s->lib.spell(s->hunspell, straight);
}

gboolean spell_wrong(struct spell *s, const char *word, size_t len)
{
	g_autofree char *copy = NULL;
	int known;

	if (!in_use(s))
		return FALSE;
	copy = g_strndup(word, len);
	known = GPOINTER_TO_INT(g_hash_table_lookup(s->known, copy));
	if (!known) {
		known = !g_hash_table_contains(s->told, copy) && ask(s, copy) ? 2 : 1;
		if (g_hash_table_size(s->known) >= REMEMBERED)
			g_hash_table_remove_all(s->known);
		g_hash_table_insert(s->known, g_steal_pointer(&copy), GINT_TO_POINTER(known));
	}
	return known == 2;
}

char **spell_suggest(struct spell *s, const char *word, size_t len)
{
	g_autofree char *copy = g_strndup(word, len), *bytes = in_use(s) ? encode(s, copy) : NULL;
	GPtrArray *out = g_ptr_array_new();
	char **list = NULL;
	int n = bytes ? s->lib.suggest(s->hunspell, &list, bytes) : 0;

	for (int i = 0; i < n && i < SUGGESTED; i++) {
		char *utf8 = g_ascii_strcasecmp(s->encoding, "UTF-8") == 0 ? g_utf8_make_valid(list[i], -1) :
		             g_convert(list[i], -1, "UTF-8", s->encoding, NULL, NULL, NULL);

		if (utf8)
			g_ptr_array_add(out, utf8);
	}
	if (list)
		s->lib.free_list(s->hunspell, &list, n);
	g_ptr_array_add(out, NULL);
	return (char **)g_ptr_array_free(out, FALSE);
}
