/* A store over the scripted driver in a private folder, for the store's tests. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/drivers/scripted.h"
#include "client/store.h"

struct desk_under_test {
	char *dir;
	struct backend *b;
	struct store *s;
	GString *said;      /* sentences of STORE_MESSAGE */
	int writes_ended, writes_failed;
	desk_id claimed;    /* -1: nothing heard */
};

static inline void fixture_note(const struct store_note *note, void *arg)
{
	struct desk_under_test *t = arg;
	if (note->kind == STORE_MESSAGE)
		g_string_append_printf(t->said, "%s\n", note->text);
	if (note->kind == STORE_CLAIMED)
		t->claimed = note->ticket_id;
	if (note->kind == STORE_WRITE) {
		t->writes_ended++;
		t->writes_failed += note->error != NULL;
	}
}

#define WAIT_MS 180000
/* Turns the main loop until it holds; the deadline is for broken code only. */
#define wait_until(condition) \
	do { \
		int64_t began_ = clock_mono_ms(); \
		while (!(condition)) { \
			g_assert_cmpint(clock_mono_ms() - began_, <, WAIT_MS); \
			g_main_context_iteration(NULL, TRUE); \
		} \
	} while (0)
/* Until nothing is asked any more. */
#define settle(t) \
	do { \
		wait_until(!store_busy((t)->s)); \
		while (g_main_context_iteration(NULL, FALSE)) \
			; \
	} while (0)

static inline gboolean fixture_tick(gpointer unused)
{
	(void)unused;
	return G_SOURCE_CONTINUE; /* keeps blocking iterations from sleeping for ever in a failing test */
}

static inline void fixture_open_store(struct desk_under_test *t)
{
	g_autoptr(GError) error = NULL;
	t->s = store_new(t->b, t->dir, &error);
	g_assert_no_error(error);
	store_listen(t->s, fixture_note, t);
}

static inline void fixture_up(struct desk_under_test *t, unsigned tickets)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = g_strdup_printf("{\"desk\":%u}", tickets);
	memset(t, 0, sizeof(*t));
	t->said = g_string_new(NULL);
	t->claimed = -1;
	t->dir = g_dir_make_tmp("store-XXXXXX", &error);
	g_assert_no_error(error);
	t->b = backend_open(&(struct backend_conf){.address = "script:"}, &error);
	g_assert_no_error(error);
	g_assert_true(scripted_line(t->b, line));
	fixture_open_store(t);
}

static inline void fixture_start(struct desk_under_test *t)
{
	store_start(t->s);
	settle(t);
}

static inline void fixture_down(struct desk_under_test *t)
{
	store_free(t->s);
	backend_close(t->b);
	g_autoptr(GDir) d = g_dir_open(t->dir, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(t->dir, name, NULL);
		unlink(path);
	}
	rmdir(t->dir);
	g_free(t->dir);
	g_string_free(t->said, TRUE);
}

static inline void fixture_write(struct desk_under_test *t, enum change_kind kind, desk_id ticket_id, const char *body)
{
	struct change c;
	change_init(&c, kind);
	c.ticket_id = ticket_id;
	c.body = g_strdup(body);
	store_write(t->s, &c);
	change_clear(&c);
}

#endif
