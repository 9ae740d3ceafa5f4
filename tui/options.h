/* What the person asked for: the command line over the environment over
 * ttydesk.conf over the defaults. */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <glib.h>
#include "base/error.h"
#include "rules/notice_rules.h"

enum app_layout {
	APP_LAYOUT_SPLIT, APP_LAYOUT_QUEUE, APP_LAYOUT_CONVERSATION,
	APP_LAYOUT_WIDE, /* side by side where there is room, else as split */
	APP_LAYOUT_COUNT
};
const char *app_layout_name(enum app_layout layout);
int app_layout_by_name(const char *name); /* -1 unknown */

/* [notices] */
enum notices_out { NOTICES_AUTO, NOTICES_DESKTOP, NOTICES_TERMINAL, NOTICES_BELL, NOTICES_OFF };
struct notices_settings {
	struct notice_wish wish;  /* quiet_until_ms is the running program's */
	unsigned per_minute;
	enum notices_out out;
};

struct options {
	char *server, *as_person, *token, *ca_file, *daemon;
	char *keys;               /* the keymap's name: default, vi, emacs; NULL: default */
	char *keymap, *theme, *log; /* keymap: a file on top of it */
	char *spelling;           /* "auto" (NULL), "off", or a dictionary */
	char *view;               /* first list shown; NULL = "mine" */
	gboolean sample, version, check_config, linear;
	enum app_layout layout;
	gboolean layout_said, theme_said; /* on the command line: above what is remembered */
	gboolean mouse;
	char *link;               /* [desk] link: "{ticket}" becomes the number; NULL: the built-in form */
	const char *language;     /* "en", "zh"; NULL: as the environment says */
	int ambiguous_width;      /* 1, 2; 0 = ask the terminal */
	GPtrArray *openers;       /* struct opener: [open], in the order of the file */
	char *conf_path;          /* the settings file asked for; NULL: the usual place */
	char **line;              /* the command line as it was given */
	struct notices_settings notices;
	GString *complaints;      /* "file:line: sentence\n" of a settings file; the defaults stay */
};

/* FALSE with DESK_INVALID for a command line that can't be used. --help is
 * printed and leaves by itself. `conf_path` NULL: the usual place. */
gboolean options_parse(struct options *o, int *argc, char ***argv, const char *conf_path, GError **error);
/* The same command line and settings file once more, as they are now. */
gboolean options_again(const struct options *o, struct options *fresh, GError **error);
/* Only the settings file; complaints are collected, nothing fails. */
void options_init(struct options *o);
void options_load(struct options *o, const char *path);
void options_clear(struct options *o);
char *options_conf_path(void); /* g_free */

#endif
