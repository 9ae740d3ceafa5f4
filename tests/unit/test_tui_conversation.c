/* Lines of a conversation, parts of a reply, templates that fit. */
#include <string.h>
#include "tui/composer.h"
#include "tui/conversation_lines.h"

static struct message *say(struct ticket *t, enum message_kind kind, const char *who, const char *body)
{
	struct message *m = g_new0(struct message, 1);

	m->id = (desk_id)t->messages->len + 1;
	m->kind = kind;
	m->author_name = g_strdup(who);
	m->body = g_strdup(body);
	m->at_ms = INT64_C(1700000000000);
	g_ptr_array_add(t->messages, m);
	return m;
}

static char *line_text(const struct lines *l, guint i)
{
	const struct line *row = lines_at(l, i);
	GString *out = g_string_new(NULL);

	for (guint s = 0; row && s < row->spans; s++) {
		const struct line_span *span = &g_array_index(l->span, struct line_span, row->first + s);

		if (span->text)
			g_string_append_len(out, text_bytes(span->text) + span->from, (gssize)(span->to - span->from));
	}
	return g_string_free(out, FALSE);
}

static void build__long_body__wraps_inside_the_pane(void)
{
	struct ticket *t = ticket_new();
	struct lines l;
	int64_t next = INT64_MAX;

	say(t, MESSAGE_CUSTOMER, "Wang Fang", "I have tried five times, it keeps telling me the code is wrong. 很着急! 请尽快处理这个问题, 谢谢");
	lines_init(&l);
	lines_clear(&l, 40);
	conversation_build(&l, t, NULL, INT64_C(1700000100000), &next);
	g_assert_cmpuint(lines_count(&l), >=, 3);
	for (guint i = 1; i < lines_count(&l); i++) {
		g_autofree char *row = line_text(&l, i);

		g_assert_cmpint(text_string_cols(row, strlen(row)), <=, 37);
	}
	lines_free(&l);
	ticket_free(t);
}

static void build__note__is_framed_and_named(void)
{
	struct ticket *t = ticket_new();
	struct lines l;
	int64_t next = INT64_MAX;
	g_autofree char *head = NULL, *reply = NULL;

	say(t, MESSAGE_NOTE, "Zhao Min", "Third contact this week.");
	say(t, MESSAGE_REPLY, "Li Wei", "Hello.");
	lines_init(&l);
	lines_clear(&l, 80);
	conversation_build(&l, t, NULL, INT64_C(1700000100000), &next);
	head = line_text(&l, 0);
	reply = line_text(&l, 2);
	g_assert_nonnull(strstr(head, "note Zhao Min"));
	g_assert_null(strstr(reply, "note"));
	g_assert_cmpint(lines_at(&l, 1)->lead, ==, GLYPH_VLINE);
	g_assert_cmpint(lines_at(&l, 3)->lead, ==, GLYPH_COUNT);
	lines_free(&l);
	ticket_free(t);
}

static void build__waiting_reply__counts_down(void)
{
	struct ticket *t = ticket_new();
	struct message *m = say(t, MESSAGE_REPLY, "Li Wei", "Hello.");
	struct lines l;
	int64_t next = INT64_MAX, now = INT64_C(1700000000000);
	g_autofree char *head = NULL;

	m->delivery = DELIVERY_WAITING;
	m->send_at_ms = now + 12000;
	lines_init(&l);
	lines_clear(&l, 80);
	conversation_build(&l, t, NULL, now, &next);
	head = line_text(&l, 0);
	g_assert_nonnull(strstr(head, "leaves in 00:12"));
	g_assert_cmpint(next, >, now);
	g_assert_cmpint(next, <=, now + 1000);
	lines_free(&l);
	ticket_free(t);
}

static void build__hostile_body__leaves_no_control_bytes(void)
{
	struct ticket *t = ticket_new();
	struct lines l;
	int64_t next = INT64_MAX;

	say(t, MESSAGE_CUSTOMER, "x\033[2J", "a\033]0;title\007b\rc\n\x9b" "31m\xff");
	lines_init(&l);
	lines_clear(&l, 80);
	conversation_build(&l, t, NULL, INT64_C(1700000100000), &next);
	for (guint i = 0; i < lines_count(&l); i++) {
		g_autofree char *row = line_text(&l, i);

		for (const char *p = row; *p; p++)
			g_assert_cmpint((unsigned char)*p, >=, ' ');
	}
	lines_free(&l);
	ticket_free(t);
}

static void parts__both_languages__are_seen(void)
{
	unsigned all = (1u << PART_GREETING) | (1u << PART_IDENTITY) | (1u << PART_PROBLEM) | (1u << PART_CARE);

	g_assert_cmpuint(composer_parts("Hello, my name is Li. You say the code is wrong. Thank you!", NULL, NULL), ==, all);
	g_assert_cmpuint(composer_parts("您好，我是李伟。您说验证码错误。感谢您的耐心", NULL, NULL), ==, all);
	g_assert_cmpuint(composer_parts("Good day. What is the name on the order? It is about the lamp. Take care.", NULL, NULL), ==, all);
	g_assert_cmpuint(composer_parts("您好。请告诉我您的姓名。我确认一下：是灯坏了，对吗？随时找我", NULL, NULL), ==, all);
	g_assert_cmpuint(composer_parts("", "Wang", "Li"), ==, 0);
	g_assert_cmpuint(composer_parts("Wang, I reset it.", "Wang", NULL) & (1u << PART_GREETING), !=, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/conversation/wrap", build__long_body__wraps_inside_the_pane);
	g_test_add_func("/conversation/note", build__note__is_framed_and_named);
	g_test_add_func("/conversation/waiting", build__waiting_reply__counts_down);
	g_test_add_func("/conversation/hostile", build__hostile_body__leaves_no_control_bytes);
	g_test_add_func("/composer/parts", parts__both_languages__are_seen);
	return g_test_run();
}
