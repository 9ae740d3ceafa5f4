/* What the files of app and commands share; nobody else includes it. */
#ifndef TUI_APP_INNER_H
#define TUI_APP_INNER_H

#include "base/clock.h"
#include "tui/app.h"
#include "tui/app_program.h"
#include "tui/composer.h"
#include "tui/composer_inline.h"
#include "tui/draw.h"
#include "tui/keymap.h"
#include "tui/marks.h"
#include "tui/picker.h"
#include "tui/prompt.h"
#include "tui/remember.h"
#include "tui/sheet.h"
#include "tui/view_clocks.h"
#include "tui/view_conversation.h"
#include "tui/view_customer.h"
#include "tui/view_details.h"
#include "tui/view_files.h"
#include "tui/view_footer.h"
#include "tui/view_help.h"
#include "tui/view_knowledge.h"
#include "tui/view_problem.h"
#include "tui/view_ladder.h"
#include "tui/view_queue.h"
#include "tui/view_status.h"
#include "tui/view_suggest.h"
#include "tui/view_text.h"

enum pane { /* in order of painting; no two visible ones overlap */
	PANE_STATUS, PANE_QUEUE, PANE_CONVERSATION, PANE_COMPOSER, PANE_INLINE, PANE_CUSTOMER, PANE_KNOWLEDGE,
	PANE_SUGGEST, PANE_DETAILS, PANE_PROBLEM, PANE_LADDER, PANE_HELP, PANE_FILES, PANE_TEXT, PANE_PICKER, PANE_SHEET,
	PANE_CLOCKS,
	PANE_FOOTER, PANE_PROMPT, PANE_COUNT
};

#define APP_MIN_ROWS 10
#define APP_MIN_COLS 40
#define APP_WIDE_COLS 120
#define APP_WIDE_ROWS 20
#define APP_HOLD_MS CLOCK_PATIENCE(3000) /* how long typed keys wait for an answer */
#define APP_FAREWELL_MS CLOCK_PATIENCE(800) /* the desk gets that long to take the last words */
#define APP_PREFIX_MS 400
#define APP_FILTER_MS 120   /* a filter being typed asks the desk this much after the last key */

/* What keys need beyond the keymap (commands_keys.c, commands_many.c, commands_marks.c, palette.c). */
struct keying {
	gboolean counting;
	int count;                  /* of the action under way; 0 none was given */
	struct marks *marks;        /* tickets to act on together */
	enum action running;        /* the command that runs now, and what it was given */
	char *running_arg;
	enum action last_action;    /* what `repeat` does: this, as it was typed ... */
	char *last_arg;
	struct change *last_change; /* ... or this, on another ticket */
	char *last_done;
	GHashTable *batch;          /* once_keys of acts on many that are under way */
	guint batch_size, batch_failed;
	GPtrArray *bound;           /* char *: what `bind` was given, oldest first */
	GPtrArray *offer_names, *offer_means; /* char *: what Tab offered last on the ":" line; means may be NULL */
	gboolean offers_found;      /* ... or it was the query language that offered */
	struct options *options;    /* the newest, when they were read again; app->options points here */
	struct palette *palette;
};

struct app {
	const struct options *options;
	struct store *store;
	struct screen *screen;
	struct input *input;
	struct keymap *keymap;
	struct theme *theme;
	GMainLoop *loop;
	GSource *painter;
	struct view *pane[PANE_COUNT];

	enum app_layout layout;
	enum pane focus, knowledge_back; /* back: where focus goes when the knowledge closes */
	desk_id shown_group;        /* the list is of this group; 0 by view */
	gboolean too_small, wide, knowledge_on, help_on, files_on, text_on, details_on, problem_on, ladder_on;
	gboolean clocks_on;
	struct rect rules[2];       /* vertical lines between wide columns */
	desk_id opened;

	struct input_event keys[KEYMAP_MAX_SEQ]; /* a sequence under way */
	stroke seq[KEYMAP_MAX_SEQ];
	size_t seq_len;
	guint strokes;              /* typed so far */
	stroke last_key;            /* the one that asked, for confirmations */

	GString *held;              /* bytes typed while an answer decides where they belong */
	enum action held_for;       /* whose answer that is; NONE: said by app_hold */
	guint hold_number;          /* of the last hold */
	desk_id template_ticket;    /* templates were asked for before they were here; 0 no */
	char *template_name;
	gboolean templates_came;
	enum action template_action;   /* what waits for them */
	gboolean insert_inline;        /* the next text goes where the cursor is, not on a line of its own */
	struct undo *undo;
	struct macro_run *macro;       /* commands_macros.c; NULL none */
	gboolean macro_waits;          /* until the macros are here */
	enum action macro_action;
	char *macro_wanted;
	guint hold_timer, prefix_timer, escape_timer, filter_timer;
	guint room_watch; /* waits until the terminal takes the rest of a frame */
	int64_t message_ms;         /* when it came, monotonic; 0 none */
	gboolean message_bad;
	char *filter_wanted;

	gboolean picks_customer;    /* the picker shows customers */
	char *customer_words;
	desk_id insert_article, insert_ticket; /* to insert when its text is here */
	guint watch[8];
	struct program *program;    /* has the terminal now (app_program.h); NULL none */
	int signal_fd, idle_fd;
	guint64 typed; /* bytes read from the terminal, for a test */
	gboolean active;            /* something happened since the last idle signal */
	int exit_code;
	gboolean quits; /* by the person, not because the terminal is gone */
	gboolean gone;              /* the terminal is no more */
	struct remember *remember;  /* what was chosen: layout, theme, mouse, language ... */
	gboolean mouse;
	struct { int64_t late; const void *desk, *language; } titled; /* what the title says; compared, never read */
	guint answer_timer;         /* until the terminal is taken not to answer */
	desk_id copied;             /* its number, at copied_ms (monotonic); 0 none */
	int64_t copied_ms;
	gboolean focused;           /* the terminal's window has the focus; TRUE where it doesn't tell */
	void (*on_focus)(struct app *app); /* called when that changes; NULL nobody cares */
	app_revive_fn *revive;
	void *revive_arg;
	gboolean lost;
	gboolean told_start;
	char *state_dir;            /* this person's at this desk: histories */
	struct filing *filing;      /* commands_files.c; NULL until needed */
	struct finding *finding;    /* finding.h */
	struct keying keying;
	struct notices *notices;    /* notices.h */
	int64_t key_ms, typed_ms;   /* last key, last one into the composer; monotonic */
	guint presence_timer;
};

/* ---- app.c */
void app_dirty(struct app *app, enum pane pane, unsigned todo);
/* The format is translated, what it shows is not. */
void app_say(struct app *app, gboolean bad, const char *format, ...) G_GNUC_PRINTF(3, 4);
void app_hush(struct app *app, gboolean force);
void app_quit(struct app *app, int code);
void app_suspend(struct app *app);
void app_watch_keys(struct app *app, gboolean on); /* whether we read what is typed */
gboolean app_use_theme(struct app *app, const char *name, GError **error);
/* Keeps a choice for the next start; says so when it can't. */
void app_remember(struct app *app, const char *key, const char *value);
void app_redraw(struct app *app);
/* Other settings hold from now on (they were found good): whoever shows one takes it over here. */
void app_options_changed(struct app *app, const struct options *o);

/* ---- language.c */
void app_language(struct app *app); /* settles the language anew; all is painted when it changes */
void app_await_escape(struct app *app); /* a lone Escape is told from a sequence by time */

/* ---- app_terminal.c */
void app_title(struct app *app);      /* the late ones and the desk, where the terminal has a title */
void app_ask_width(struct app *app);
void app_drain_answer(struct app *app); /* before the terminal is given back for good */
gboolean app_use_mouse(struct app *app, gboolean on); /* FALSE: the terminal has none */
gboolean app_terminal_event(struct app *app, const struct input_event *ev); /* FALSE: a key, or a paste */

/* ---- app_paint.c */
void app_make_painter(struct app *app);

/* ---- app.c */
gboolean app_input_is_there(int fd); /* bytes wait to be read */

/* ---- app_layout.c */
void app_reflow(struct app *app);
void app_focus(struct app *app, enum pane pane);
void app_focus_step(struct app *app, int by);
gboolean app_shows_all(const struct app *app); /* queue and conversation at once: split, wide */
gboolean app_has_wide_room(const struct app *app);
enum pane app_active(const struct app *app); /* who gets the keys */
gboolean app_covered(const struct app *app); /* completions, or what follows a prefix, lie over other panes */

/* ---- app_keys.c */
void app_bytes(struct app *app, const char *bytes, size_t len);
void app_perform(struct app *app, enum action act, const char *arg);
/* What is typed waits until an answer says what it is for (at most APP_HOLD_MS). The short forms are
 * for anybody's answer; the others let go only what the same action held back. */
void app_hold(struct app *app);
void app_release(struct app *app);
void app_hold_for(struct app *app, enum action act);
void app_release_for(struct app *app, enum action act);
/* store_lookup and store_request for answers that open something or move the cursor: keys wait until
 * `fn` is through. When the person's patience was shorter than the desk's, `fn` is never called. */
void app_lookup(struct app *app, const struct query *q, store_answer_fn *fn, void *arg, GDestroyNotify destroy);
void app_request(struct app *app, const struct change *c, store_answer_fn *fn, void *arg, GDestroyNotify destroy);

/* ---- app_presence.c */
void app_presence(struct app *app);   /* after whatever may have changed it; cheap */
void app_presence_key(struct app *app, gboolean typed); /* typed: into the composer */

/* ---- app_notes.c */
void app_note(const struct store_note *note, void *arg);

/* ---- commands*.c */
typedef void command_fn(struct app *app, const char *arg);
gboolean command_run(struct app *app, enum action act, const char *arg); /* FALSE: no such command */
/* A line typed after ":". FALSE and a sentence when it can't be understood. */
gboolean command_parse(const char *line, enum action *act, char **arg, GError **error);
char **command_complete(const char *line, size_t word_from, size_t cursor, void *app);

#endif
