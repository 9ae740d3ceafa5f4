/* Themes: INI files with a palette and roles, some of them compiled in. */
#include "tui/theme.h"

#include <string.h>
#include "base/ini.h"
#include "tui/builtin.h"

static const char *const role_names[LOOK_COUNT] = {
#define E(id, name) [LOOK_##id] = name,
	THEME_ROLES(E)
#undef E
};

static const char *const names[] = {"dark", "light", "mono", "high-contrast", "colour-blind", NULL};

/* What tells the state of something; the rest only arranges what is written. */
static const guint8 signs[LOOK_COUNT] = {
	[LOOK_CURSOR] = SIGN_MARK, [LOOK_CURSOR_BLUR] = SIGN_MARK, [LOOK_TAG_ALERT] = SIGN_MARK,
	[LOOK_CLOCK_WARN] = SIGN_MARK, [LOOK_CLOCK_LATE] = SIGN_MARK, [LOOK_PRIORITY_URGENT] = SIGN_MARK,
	[LOOK_PRIORITY_IMPORTANT] = SIGN_MARK, [LOOK_PENDING] = SIGN_MARK, [LOOK_REFUSED] = SIGN_MARK,
	[LOOK_PART_DONE] = SIGN_MARK, [LOOK_PART_MISSING] = SIGN_MARK, [LOOK_MISSPELT] = SIGN_MARK,
	[LOOK_OPENED] = SIGN_WORD, [LOOK_NOTE] = SIGN_WORD, [LOOK_CLOCK_PAUSED] = SIGN_WORD,
	[LOOK_ESCALATED] = SIGN_WORD, [LOOK_COMPOSE_REPLY] = SIGN_WORD, [LOOK_COMPOSE_NOTE] = SIGN_WORD,
	[LOOK_STATUS_ERROR] = SIGN_WORD, [LOOK_OFFLINE] = SIGN_WORD, [LOOK_REMOVED] = SIGN_WORD,
	[LOOK_CUSTOMER] = SIGN_WORD, [LOOK_AGENT] = SIGN_WORD, [LOOK_SYSTEM] = SIGN_WORD,
	[LOOK_UNREAD] = SIGN_WORD,
};

static const char *const basic[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

struct reading {
	const struct ini *ini;
	struct theme *theme;
	GString *errors;
};

const char *theme_role_name(enum theme_role role)
{
	return (unsigned)role < LOOK_COUNT ? role_names[role] : "";
}

int theme_role_by_name(const char *name)
{
	for (int i = 0; i < LOOK_COUNT; i++)
		if (strcmp(role_names[i], name) == 0)
			return i;
	return -1;
}

enum theme_sign theme_role_sign(enum theme_role role)
{
	return (unsigned)role < LOOK_COUNT ? (enum theme_sign)signs[role] : SIGN_NONE;
}

const char *const *theme_names(void)
{
	return names;
}

void theme_free(struct theme *t)
{
	if (!t)
		return;
	for (int i = 0; i < LOOK_COUNT; i++)
		g_free(t->mark[i]);
	g_free(t->name);
	g_free(t);
}

static gboolean number(const char *s, int base, guint64 max, gint32 *out)
{
	guint64 n;

	if (!g_ascii_string_to_unsigned(s, (guint)base, 0, max, &n, NULL))
		return FALSE;
	*out = (gint32)n;
	return TRUE;
}

/* "default", 0-255, #rrggbb, "red", "bright-red"; not the palette. */
static gboolean plain_colour(const char *word, gint32 *out)
{
	gboolean bright = g_str_has_prefix(word, "bright-");
	const char *name = bright ? word + strlen("bright-") : word;

	if (strcmp(word, "default") == 0) {
		*out = -1;
		return TRUE;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(basic); i++)
		if (strcmp(basic[i], name) == 0) {
			*out = (gint32)i + (bright ? 8 : 0);
			return TRUE;
		}
	if (word[0] == '#' && strlen(word) == 7 && number(word + 1, 16, 0xffffff, out)) {
		*out |= LOOK_RGB;
		return TRUE;
	}
	return g_ascii_isdigit(word[0]) && number(word, 10, 255, out);
}

static gboolean colour(const struct reading *r, const char *word, gint32 *out)
{
	const char *value = ini_get(r->ini, "palette", word);

	return plain_colour(value ? value : word, out);
}

static unsigned attribute(const char *word)
{
	static const struct { const char *name; unsigned bit; } attrs[] = {
		{"bold", LOOK_BOLD}, {"faint", LOOK_FAINT}, {"underline", LOOK_UNDERLINE}, {"reverse", LOOK_REVERSE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(attrs); i++)
		if (strcmp(attrs[i].name, word) == 0)
			return attrs[i].bit;
	return 0;
}

/* The mark after `mark`, with or without quotes: a printable ASCII character. */
static char *read_mark(const struct reading *r, const struct ini_entry *e, const char *word)
{
	size_t len = strlen(word);
	char *mark;

	if (len >= 2 && word[0] == '"' && word[len - 1] == '"')
		mark = g_strndup(word + 1, len - 2);
	else
		mark = g_strdup(word);
	len = strlen(mark);
	for (size_t i = 0; i < len; i++)
		if (mark[i] < ' ' || mark[i] >= 0x7f)
			len = 0;
	if (len == 1 && *mark != ' ')
		return mark;
	g_free(mark);
	ini_complain(r->ini, e, r->errors, "a mark is one ASCII character in quotes");
	return NULL;
}

static void read_role(const struct reading *r, const struct ini_entry *e)
{
	int role = theme_role_by_name(e->key);
	struct style style = {.fg = -1, .bg = -1};
	g_auto(GStrv) words = g_strsplit_set(e->value, " \t", -1);
	g_autofree char *mark = NULL;
	gboolean first = TRUE;

	if (role < 0) {
		ini_complain(r->ini, e, r->errors, "there is no role \"%s\"", e->key);
		return;
	}
	for (char **w = words; *w; w++) {
		if (**w == '\0')
			continue;
		if (strcmp(*w, "on") == 0 && w[1] && colour(r, w[1], &style.bg)) {
			w++;
		} else if (strcmp(*w, "mark") == 0 && w[1]) {
			g_free(mark);
			mark = read_mark(r, e, *++w);
			if (!mark)
				return;
			if (theme_role_sign((enum theme_role)role) != SIGN_MARK) {
				ini_complain(r->ini, e, r->errors, "%s has no mark: words tell it", e->key);
				return;
			}
		} else if (attribute(*w)) {
			style.attrs |= attribute(*w);
		} else if (!first || !colour(r, *w, &style.fg)) {
			ini_complain(r->ini, e, r->errors, "\"%s\" is no colour, attribute or `on COLOUR` or `mark \"X\"`", *w);
			return;
		}
		first = FALSE;
	}
	r->theme->style[role] = style;
	if (!mark) /* the one of the theme underneath tells it further on */
		return;
	g_free(r->theme->mark[role]);
	r->theme->mark[role] = g_steal_pointer(&mark);
}

static void read_entry(const struct reading *r, const struct ini_entry *e)
{
	gint32 ignored;

	if (strcmp(e->section, "roles") == 0) {
		read_role(r, e);
	} else if (strcmp(e->section, "palette") == 0) {
		if (!plain_colour(e->value, &ignored))
			ini_complain(r->ini, e, r->errors, "\"%s\" is no colour: use default, 0-255, #rrggbb or a name",
			             e->value);
	} else if (strcmp(e->section, "theme") == 0 && strcmp(e->key, "family") == 0) {
		if (!g_strv_contains(names, e->value) && strcmp(e->value, "colour") != 0)
			ini_complain(r->ini, e, r->errors, "family is dark, light, mono, high-contrast or colour-blind");
	} else {
		ini_complain(r->ini, e, r->errors, "there is no [%s] %s: sections are theme (family), palette, roles",
		             e->section, e->key);
	}
}

/* On top of `theme`, which is freed when the file is wrong. */
static struct theme *read_theme(struct theme *theme, const struct ini *ini, GError **error)
{
	struct reading r = {.ini = ini, .theme = theme, .errors = g_string_new(NULL)};
	gboolean good;

	for (size_t i = 0; i < ini_count(ini); i++)
		read_entry(&r, ini_at(ini, i));
	good = r.errors->len == 0;
	if (!good) {
		g_string_truncate(r.errors, r.errors->len - 1); /* the last newline */
		desk_fail(error, DESK_INVALID, "%s", r.errors->str);
		theme_free(theme);
	}
	g_string_free(r.errors, TRUE);
	return good ? theme : NULL;
}

static struct theme *blank_theme(const char *name)
{
	struct theme *t = g_new0(struct theme, 1);

	for (int i = 0; i < LOOK_COUNT; i++)
		t->style[i] = (struct style){.fg = -1, .bg = -1};
	t->name = g_strdup(name);
	return t;
}

struct theme *theme_builtin(const char *name, GError **error)
{
	const char *file = strcmp(name, "colour") == 0 ? "dark" : name;
	g_autofree char *path = g_strdup_printf("themes/%s.theme", file);
	g_autoptr(GBytes) data = g_strv_contains(names, file) ? builtin_file(path) : NULL;
	g_autoptr(ini_auto) ini = NULL;
	gsize len;
	const char *bytes;

	if (!data) {
		desk_fail(error, DESK_NOTFOUND, "there is no theme \"%s\"; dark, light, mono, high-contrast and colour-blind are built in",
		          name);
		return NULL;
	}
	bytes = g_bytes_get_data(data, &len);
	ini = ini_parse(file, bytes, len, error);
	return ini ? read_theme(blank_theme(file), ini, error) : NULL;
}

struct theme *theme_load(const char *path, GError **error)
{
	g_autoptr(ini_auto) ini = ini_load(path, error);
	g_autofree char *base = NULL;
	const char *family;
	struct theme *t;

	if (!ini)
		return NULL;
	family = ini_get(ini, "theme", "family");
	t = theme_builtin(family && g_strv_contains(names, family) ? family : "dark", error);
	if (!t)
		return NULL;
	base = g_path_get_basename(path);
	g_free(t->name);
	t->name = g_str_has_suffix(base, ".theme") ? g_strndup(base, strlen(base) - strlen(".theme"))
	                                            : g_strdup(base);
	return read_theme(t, ini, error);
}

/* ---- by name */

static char *own_folder(void)
{
	return g_build_filename(g_get_user_config_dir(), "ttydesk", "themes", NULL);
}

struct theme *theme_find(const char *name, GError **error)
{
	g_autofree char *folder = NULL, *file = NULL, *path = NULL;

	if (g_strv_contains(names, name) || strcmp(name, "colour") == 0)
		return theme_builtin(name, error);
	if (g_str_has_prefix(name, "~/")) {
		path = g_build_filename(g_get_home_dir(), name + 2, NULL);
		return theme_load(path, error);
	}
	if (strchr(name, '/') || g_file_test(name, G_FILE_TEST_IS_REGULAR))
		return theme_load(name, error);
	folder = own_folder();
	file = g_strconcat(name, ".theme", NULL);
	path = g_build_filename(folder, file, NULL);
	return g_file_test(path, G_FILE_TEST_EXISTS) ? theme_load(path, error) : theme_builtin(name, error);
}

char **theme_list(void)
{
	g_autoptr(GStrvBuilder) out = g_strv_builder_new();
	g_autofree char *folder = own_folder();
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *file;

	for (const char *const *n = names; *n; n++)
		g_strv_builder_add(out, *n);
	while (dir && (file = g_dir_read_name(dir)))
		if (g_str_has_suffix(file, ".theme")) {
			g_autofree char *name = g_strndup(file, strlen(file) - strlen(".theme"));

			g_strv_builder_add(out, name);
		}
	return g_strv_builder_end(out);
}
