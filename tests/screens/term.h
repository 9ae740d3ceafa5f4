/* A program in a terminal of ours: a pty, and a libvterm screen fed by it. */
#ifndef SCREENS_TERM_H
#define SCREENS_TERM_H

#include <glib.h>
#include <sys/types.h>

struct term {
	int master, slave;   /* the slave stays open here: output is never lost with the program */
	int idle_fd;         /* read end of the pipe on which the program reports that it is idle */
	pid_t pid;           /* 0: none, or it has ended */
	int status;          /* of waitpid, once it has ended */
	int rows, cols;
	GByteArray *piece;   /* the beginning of what is not all here yet */
	gboolean has_idle;   /* the program reports */
	gboolean told_idle;  /* it did, since bytes were last sent to it */
	guint64 wanted;      /* bytes it had written by then: they come through the pty a moment later */
	guint64 heard;       /* bytes it had read by then */
	/* The last bytes went to it between these (monotonic). A report from before tells nothing about them, one
	 * from between only when it has read more. */
	gint64 sending_us, sent_us;
	guint64 before;      /* bytes of raw that earlier programs wrote */
	gboolean settled;    /* nothing happened since it last did */
	GByteArray *raw;     /* every byte it ever wrote */
	struct VTerm *vt;
	struct VTermScreen *screen;
	GString *title;
	int ambiguous;       /* columns that it says an ambiguous character has; 0: it does not answer */
	gboolean cursor_shown;
};

struct term *term_new(int rows, int cols, gboolean utf8);
void term_free(struct term *t); /* kills the program */
/* Runs argv in the terminal with exactly this environment. In the child the fd of
 * the idle pipe is `idle_child_fd`. */
gboolean term_start(struct term *t, char **argv, char **envp, const char *folder, int idle_child_fd,
                    GError **error);
void term_resize(struct term *t, int rows, int cols);
void term_send(struct term *t, const char *bytes, size_t len);

typedef gboolean term_test_fn(struct term *t, void *arg);
/* Reads what comes until the test holds. FALSE at the deadline, or when the program
 * has ended and can say no more. */
gboolean term_until(struct term *t, int deadline_ms, term_test_fn *test, void *arg);
/* Until the program says that it is idle, having read all that was sent. */
gboolean term_idle(struct term *t, int deadline_ms);
void term_hangup(struct term *t); /* the line breaks: the program loses its terminal */
gboolean term_ended(struct term *t, int deadline_ms);

/* The screen as lines without trailing blanks, each with a newline. g_free. */
char *term_text(struct term *t);
/* The same raster with a letter for how each cell looks; lines without any are empty. */
char *term_styles(struct term *t);
void term_cursor(struct term *t, int *row, int *col);
char *term_line(struct term *t, int row);

#endif
