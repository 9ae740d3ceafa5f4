/* The prompt: what is wrong with a text is shown when it is surely wrong, and Enter takes none of it. */
#include "tui/prompt.h"

#include <string.h>

struct heard {
	char *answer;
	int answers;
};

/* "bad" is wrong; at the end of what is being typed it may become "badge". */
static gboolean check(const char *text, gboolean final, struct prompt_fault *out, void *arg)
{
	const char *at = strstr(text, "bad");

	(void)arg;
	if (!at || (!final && !at[3]))
		return TRUE;
	*out = (struct prompt_fault){g_strdup("that is bad"), (int)(at - text), (int)(at - text) + 3};
	return FALSE;
}

static void done(const char *text, void *arg)
{
	struct heard *h = arg;

	g_free(h->answer);
	h->answer = g_strdup(text);
	h->answers++;
}

static struct view *prompt_new(struct heard *h)
{
	struct view *v = view_new(&prompt_ops, NULL);

	prompt_open(v, &(struct prompt_ask){.label = "/", .may_be_empty = TRUE, .done = done, .check = check, .arg = h});
	return v;
}

static void give(const struct input_event *ev, void *v)
{
	prompt_key(v, ev);
}

static void type(struct view *v, const char *keys)
{
	struct input *in = input_new(NULL);

	input_feed(in, keys, strlen(keys), give, v);
	input_free(in);
}

static void enter__fault__stays_open_until_it_is_mended(void)
{
	struct heard h = {NULL, 0};
	struct view *v = prompt_new(&h);

	type(v, "a bad");
	g_assert_cmpint(prompt_rows(v), ==, 1); /* still being typed */
	prompt_accept(v);
	g_assert_true(prompt_is_open(v));
	g_assert_cmpint(prompt_rows(v), ==, 2);
	g_assert_cmpint(h.answers, ==, 0);
	type(v, "ge");
	prompt_accept(v);
	g_assert_true(prompt_is_open(v)); /* the word still begins with it */
	type(v, "\x7f\x7f\x7f\x7f\x7fok");
	g_assert_cmpint(prompt_rows(v), ==, 1);
	prompt_accept(v);
	g_assert_false(prompt_is_open(v));
	g_assert_cmpint(h.answers, ==, 1);
	g_assert_nonnull(strstr(h.answer, "ok"));
	view_free(v);
	g_free(h.answer);
}

static void typed__fault_before_the_end__is_shown_at_once(void)
{
	struct heard h = {NULL, 0};
	struct view *v = prompt_new(&h);

	type(v, "bad x");
	g_assert_cmpint(prompt_rows(v), ==, 2);
	type(v, "\x15");
	g_assert_cmpint(prompt_rows(v), ==, 1);
	prompt_cancel(v);
	g_assert_cmpint(h.answers, ==, 1);
	g_assert_null(h.answer);
	view_free(v);
}

static void blame__from_the_desk__is_shown_and_forgotten_with_the_text(void)
{
	struct heard h = {NULL, 0};
	struct view *v = prompt_new(&h);
	struct prompt_fault fault = {g_strdup("the desk says no"), 2, 900};

	prompt_blame(v, &fault);
	g_assert_null(fault.says);
	g_assert_cmpint(prompt_rows(v), ==, 2);
	type(v, "y");
	g_assert_cmpint(prompt_rows(v), ==, 1);
	prompt_cancel(v);
	fault.says = g_strdup("nobody asks any more");
	prompt_blame(v, &fault);
	g_assert_null(fault.says);
	view_free(v);
	g_free(h.answer);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/prompt/enter", enter__fault__stays_open_until_it_is_mended);
	g_test_add_func("/prompt/typed", typed__fault_before_the_end__is_shown_at_once);
	g_test_add_func("/prompt/blame", blame__from_the_desk__is_shown_and_forgotten_with_the_text);
	return g_test_run();
}
