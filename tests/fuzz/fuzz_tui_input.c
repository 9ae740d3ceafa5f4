/* Bytes of a terminal: any pieces, in any cuts; pastes are never strokes. The first
 * byte is the size of the pieces. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "tui/input.h"

static void see(const struct input_event *ev, void *arg)
{
	char name[40];

	g_assert_cmpuint(ev->raw_len, <=, sizeof(ev->raw));
	if (ev->kind == INPUT_STROKE) {
		g_assert_true(ev->stroke != 0);
		g_assert_true(g_utf8_validate(stroke_name(ev->stroke, name, sizeof(name)), -1, NULL));
	} else if (ev->kind == INPUT_PASTE) {
		g_assert_cmpuint(ev->len, <=, INPUT_PASTE_MAX);
	}
	g_assert_true(ev->row >= 0 && ev->col >= 0);
	++*(size_t *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input *in = input_new(NULL);
	size_t events = 0, step = size && data[0] ? data[0] : 1;

	input_expect_cursor(in, step % 2 == 0);
	for (size_t at = 1; at < size; at += step)
		input_feed(in, (const char *)data + at, MIN(step, size - at), see, &events);
	if (input_waiting(in))
		input_expire(in, see, &events);
	input_expect_cursor(in, FALSE);
	if (input_waiting(in))
		input_expire(in, see, &events);
	g_assert_cmpuint(events, <=, size + 1);
	input_free(in);
	return 0;
}
