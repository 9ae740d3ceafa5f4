/* Paths as a person types them. */
#include "tui/paths.h"

#include <string.h>

#include "base/text.h"

#define OFFERS_MAX 200
#define NAME_MAX_BYTES 200
#define SPECIAL " \\'\""

char *paths_home(const char *path)
{
	if (path[0] == '~' && (path[1] == '/' || path[1] == '\0'))
		return g_build_filename(g_get_home_dir(), path[1] ? path + 2 : "", NULL);
	return g_strdup(path);
}

/* ---------------------------------------------------------------- several in a line */

/* One path; FALSE: a quote is left open. */
static gboolean next_path(const char **at, GString *out)
{
	char quote = '\0';
	const char *s = *at;

	for (; *s && (quote || *s != ' '); s++) {
		if (*s == '\\' && s[1] && quote != '\'')
			g_string_append_c(out, *++s);
		else if (quote ? *s == quote : (*s == '\'' || *s == '"'))
			quote = quote ? '\0' : *s;
		else
			g_string_append_c(out, *s);
	}
	*at = s;
	return quote == '\0';
}

char **paths_split(const char *line, GError **error)
{
	g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *bare = g_strstrip(g_strdup(line));
	g_autofree char *whole = paths_home(bare);
	const char *at = bare;

	if (*bare && g_file_test(whole, G_FILE_TEST_EXISTS)) {
		g_ptr_array_add(out, g_steal_pointer(&whole));
		at = "";
	}
	while (*(at += strspn(at, " "))) {
		g_autoptr(GString) path = g_string_new(NULL);

		if (!next_path(&at, path)) {
			desk_fail(error, DESK_INVALID, "a quote is left open");
			return NULL;
		}
		g_ptr_array_add(out, paths_home(path->str));
	}
	if (out->len == 0) {
		desk_fail(error, DESK_INVALID, "no file was named");
		return NULL;
	}
	g_ptr_array_add(out, NULL);
	return (char **)g_ptr_array_steal(out, NULL);
}

/* ---------------------------------------------------------------- completion */

/* Where the path under the cursor begins: behind the last blank that isn't part of it. */
static size_t path_start(const char *line, size_t from, size_t cursor)
{
	size_t start = from;

	for (size_t i = from; i < cursor; i++) {
		if (line[i] == '\\' && i + 1 < cursor)
			i++;
		else if (line[i] == ' ')
			start = i + 1;
	}
	return start;
}

static char *escaped(const char *s, gboolean escape)
{
	GString *out = g_string_new(NULL);

	for (; *s; s++) {
		if (escape && strchr(SPECIAL, *s))
			g_string_append_c(out, '\\');
		g_string_append_c(out, *s);
	}
	return g_string_free(out, FALSE);
}

static gboolean wanted(const char *name, const char *begin)
{
	return g_str_has_prefix(name, begin) && (name[0] != '.' || begin[0] == '.') &&
	       text_storable(name, strlen(name)) && !strpbrk(name, "\n\t\r\x1b");
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *names_in(const char *folder, const char *begin)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *real = paths_home(*folder ? folder : ".");
	g_autoptr(GDir) dir = g_dir_open(real, 0, NULL);
	const char *name;

	while (dir && names->len < OFFERS_MAX && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(real, name, NULL);

		if (wanted(name, begin))
			g_ptr_array_add(names, g_strconcat(name, g_file_test(path, G_FILE_TEST_IS_DIR) ? "/" : "", NULL));
	}
	g_ptr_array_sort(names, by_name);
	return names;
}

char **paths_complete(const char *line, size_t from, size_t word_from, size_t cursor, gboolean escape)
{
	size_t start = escape ? path_start(line, from, cursor) : from;
	g_autofree char *typed = g_strndup(line + start, cursor - start);
	g_autoptr(GString) plain = g_string_new(NULL);
	g_autoptr(GPtrArray) out = g_ptr_array_new();
	const char *at = typed;

	if (escape)
		next_path(&at, plain);
	else
		g_string_assign(plain, typed);
	const char *slash = strrchr(plain->str, '/');
	g_autofree char *folder = g_strndup(plain->str, slash ? (gsize)(slash - plain->str) + 1 : 0);
	g_autoptr(GPtrArray) names = names_in(folder, slash ? slash + 1 : plain->str);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path = g_strconcat(folder, names->pdata[i], NULL);
		g_autofree char *offer = escaped(path, escape);
		size_t before = word_from > start ? word_from - start : 0;

		/* what stands before the last blank is typed already, the same way */
		if (strlen(offer) >= before && strncmp(offer, typed, before) == 0)
			g_ptr_array_add(out, g_strdup(offer + before));
	}
	if (out->len == 0)
		return NULL;
	g_ptr_array_add(out, NULL);
	return (char **)g_ptr_array_steal(out, NULL);
}

/* ---------------------------------------------------------------- names from outside */

char *paths_safe_name(const char *name)
{
	const char *leaf = name ? name : "", *at;

	while ((at = strpbrk(leaf, "/\\")))
		leaf = at + 1;
	g_autofree char *clean = text_clean_string(leaf, -1, 0, NAME_MAX_BYTES);
	g_strstrip(clean);
	const char *safe = clean + strspn(clean, ".-~ ");
	return g_strdup(*safe ? safe : "file");
}
