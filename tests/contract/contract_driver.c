/* The five points of client/backend.h, once for every driver: a desk in memory and a
 * real ttydeskd on a private socket. */
#include "driver_lab.h"

#include <unistd.h>

/* ---- who asks */

struct caller {
	gboolean inside;      /* within the asking call */
	gboolean too_early;   /* a callback came in there */
	int calls;
	enum desk_code code;  /* DESK_CODE_COUNT: an answer */
	struct answer *answer;
};

static void answered(struct answer *answer, const GError *error, const struct ticket *conflict, void *arg)
{
	struct caller *c = arg;
	(void)conflict;
	c->too_early |= c->inside;
	c->calls++;
	g_assert_true((answer != NULL) != (error != NULL));
	c->code = error ? desk_error_code(error) : DESK_CODE_COUNT;
	answer_free(c->answer);
	c->answer = answer;
}

static void caller_clear(struct caller *c)
{
	answer_free(c->answer);
	memset(c, 0, sizeof(*c));
}

static guint64 ask(struct backend *b, struct caller *c, enum query_kind kind, desk_id ticket_id)
{
	struct query q;
	query_init(&q, kind);
	q.ticket_id = ticket_id;
	c->inside = TRUE;
	guint64 id = backend_read(b, &q, answered, c);
	c->inside = FALSE;
	query_clear(&q);
	return id;
}

static void new_note(struct change *c, desk_id ticket_id, const char *body)
{
	change_init(c, CHANGE_NOTE);
	c->ticket_id = ticket_id;
	c->body = g_strdup(body);
}

static guint64 put(struct backend *b, struct caller *c, const struct change *change)
{
	c->inside = TRUE;
	guint64 id = backend_write(b, change, answered, c);
	c->inside = FALSE;
	return id;
}

static desk_id first_ticket(struct lab *l)
{
	struct caller c = {0};
	struct query q;
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("all");
	backend_read(l->b, &q, answered, &c);
	query_clear(&q);
	wait_until(c.calls == 1);
	g_assert_cmpint(c.code, ==, DESK_CODE_COUNT);
	g_assert_cmpuint(c.answer->page->rows->len, >, 0);
	desk_id id = ((struct ticket_row *)c.answer->page->rows->pdata[0])->id;
	caller_clear(&c);
	return id;
}

static guint notes_with(struct lab *l, desk_id ticket_id, const char *body)
{
	struct caller c = {0};
	guint n = 0;
	ask(l->b, &c, QUERY_TICKET, ticket_id);
	wait_until(c.calls == 1);
	g_assert_cmpint(c.code, ==, DESK_CODE_COUNT);
	for (guint i = 0; i < c.answer->ticket->messages->len; i++)
		n += strcmp(((struct message *)c.answer->ticket->messages->pdata[i])->body, body) == 0;
	caller_clear(&c);
	return n;
}

/* ---- 1 and 2 */

static void callbacks__never_inside_the_call(struct lab *l, gconstpointer unused)
{
	struct caller r = {0}, w = {0}, u = {0};
	struct change note;
	(void)unused;
	desk_id id = first_ticket(l);
	new_note(&note, id, "a note");
	ask(l->b, &r, QUERY_SESSION, 0);
	put(l->b, &w, &note);
	ask(l->b, &u, QUERY_TICKET, 999999999); /* an error comes as late as an answer */
	g_assert_cmpuint(backend_busy(l->b), ==, 3);
	wait_until(r.calls && w.calls && u.calls);
	g_assert_false(r.too_early || w.too_early || u.too_early);
	g_assert_cmpint(r.code, ==, DESK_CODE_COUNT);
	g_assert_cmpint(w.code, ==, DESK_CODE_COUNT);
	g_assert_cmpint(u.code, ==, DESK_NOTFOUND);
	g_assert_nonnull(r.answer->session->me->name);
	g_assert_cmpuint(backend_busy(l->b), ==, 0);
	change_clear(&note);
	caller_clear(&r);
	caller_clear(&w);
	caller_clear(&u);
}

static void callbacks__cancelled__exactly_one(struct lab *l, gconstpointer unused)
{
	struct caller c = {0}, again = {0};
	(void)unused;
	guint64 id = ask(l->b, &c, QUERY_SESSION, 0);
	backend_cancel(l->b, id);
	g_assert_cmpint(c.calls, ==, 0);
	wait_until(c.calls == 1);
	g_assert_cmpint(c.code, ==, DESK_CANCELLED);
	backend_cancel(l->b, id); /* too late: nothing happens */
	ask(l->b, &again, QUERY_SESSION, 0);
	wait_until(again.calls == 1);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpint(c.calls, ==, 1);
	caller_clear(&c);
	caller_clear(&again);
}

static void callbacks__closed__exactly_one_each(struct lab *l, gconstpointer unused)
{
	struct caller c[6] = {0};
	struct change note;
	(void)unused;
	new_note(&note, first_ticket(l), "a note on the way");
	for (size_t i = 0; i < G_N_ELEMENTS(c); i++) {
		if (i % 2)
			put(l->b, &c[i], &note);
		else
			ask(l->b, &c[i], QUERY_SESSION, 0);
	}
	backend_cancel(l->b, 0); /* nobody's */
	backend_close(g_steal_pointer(&l->b));
	while (g_main_context_iteration(NULL, FALSE))
		;
	for (size_t i = 0; i < G_N_ELEMENTS(c); i++) {
		g_assert_cmpint(c[i].calls, ==, 1);
		caller_clear(&c[i]);
	}
	change_clear(&note);
}

/* ---- 3 */

static void write__server_away__net_then_same_key_goes(struct lab *l, gconstpointer unused)
{
	struct caller c = {0};
	struct change note;
	(void)unused;
	desk_id id = first_ticket(l);
	new_note(&note, id, "written while away");
	lab_cut(l);
	put(l->b, &c, &note);
	wait_until(c.calls == 1);
	g_assert_cmpstr(desk_code_name(c.code), ==, "net");
	lab_mend(l);
	put(l->b, &c, &note);
	wait_until(c.calls == 2);
	g_assert_cmpint(c.code, ==, DESK_CODE_COUNT);
	g_assert_cmpuint(notes_with(l, id, "written while away"), ==, 1);
	change_clear(&note);
	caller_clear(&c);
}

static void write__answer_lost__uncertain_then_same_key_does_it_once(struct lab *l, gconstpointer unused)
{
	struct caller c = {0};
	struct change note;
	(void)unused;
	desk_id id = first_ticket(l);
	new_note(&note, id, "did it arrive?");
	lab_lose_next_answer(l);
	put(l->b, &c, &note);
	lab_now_lose_it(l);
	wait_until(c.calls == 1);
	g_assert_cmpstr(desk_code_name(c.code), ==, "uncertain");
	lab_mend(l);
	for (int i = 2; i < 4; i++) {
		put(l->b, &c, &note);
		wait_until(c.calls == i);
		g_assert_cmpint(c.code, ==, DESK_CODE_COUNT);
	}
	g_assert_cmpuint(notes_with(l, id, "did it arrive?"), ==, 1);
	change_clear(&note);
	caller_clear(&c);
}

/* ---- 4 */

static void operation__not_offered__unsupported(struct lab *l, gconstpointer unused)
{
	static const struct {
		unsigned can;
		enum change_kind kind;
	} writes[] = {{CAN_CREATE, CHANGE_TICKET_NEW}, {CAN_RECALL, CHANGE_RECALL}, {CAN_EDIT_KNOWLEDGE, CHANGE_ARTICLE_SAVE}};
	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(writes); i++) {
		struct caller c = {0};
		struct change change;
		if (backend_capabilities(l->b) & writes[i].can)
			continue;
		change_init(&change, writes[i].kind);
		put(l->b, &c, &change);
		wait_until(c.calls == 1);
		g_assert_false(c.too_early);
		g_assert_cmpint(c.code, ==, DESK_UNSUPPORTED);
		change_clear(&change);
		caller_clear(&c);
	}
	g_assert_cmpuint(backend_capabilities(l->b) & (CAN_QUEUE | CAN_REPLY | CAN_FEED), ==,
	                 CAN_QUEUE | CAN_REPLY | CAN_FEED);
}

/* ---- 5 */

struct ear {
	int64_t last;         /* number of the newest event */
	gboolean disorder;
	int reloads, online, offline;
	GString *bodies;      /* of notes, in the order they came */
};

static void hear(const struct event *e, void *arg)
{
	struct ear *ear = arg;
	if (e->kind == EVENT_RELOAD) {
		ear->reloads++;
		return;
	}
	ear->disorder |= e->seq <= ear->last;
	ear->last = e->seq;
	if (e->message && e->message->kind == MESSAGE_NOTE)
		g_string_append_printf(ear->bodies, "%s;", e->message->body);
}

static void hear_state(enum backend_state state, const char *why, int64_t retry_at, void *arg)
{
	struct ear *ear = arg;
	(void)why;
	(void)retry_at;
	ear->online += state == BACKEND_ONLINE;
	ear->offline += state == BACKEND_OFFLINE;
}

static void write_note(struct lab *l, desk_id id, const char *body)
{
	struct caller c = {0};
	struct change note;
	new_note(&note, id, body);
	put(l->b, &c, &note);
	wait_until(c.calls == 1);
	g_assert_cmpint(c.code, ==, DESK_CODE_COUNT);
	change_clear(&note);
	caller_clear(&c);
}

static int64_t seq_now(struct lab *l)
{
	struct caller c = {0};
	ask(l->b, &c, QUERY_SESSION, 0);
	wait_until(c.calls == 1);
	int64_t seq = c.answer->session->seq;
	caller_clear(&c);
	return seq;
}

static void feed__from_an_old_number__everything_since_in_order(struct lab *l, gconstpointer unused)
{
	struct ear ear = {.bodies = g_string_new(NULL)};
	(void)unused;
	desk_id id = first_ticket(l);
	write_note(l, id, "before");
	int64_t from = seq_now(l);
	write_note(l, id, "one");
	write_note(l, id, "two");
	backend_follow(l->b, from, hear, hear_state, &ear);
	wait_until(strstr(ear.bodies->str, "two;"));
	write_note(l, id, "three");
	wait_until(strstr(ear.bodies->str, "three;"));
	g_assert_cmpstr(ear.bodies->str, ==, "one;two;three;");
	g_assert_false(ear.disorder);
	g_assert_cmpint(ear.reloads, ==, 0);
	g_assert_cmpint(backend_state(l->b), ==, BACKEND_ONLINE);
	backend_follow(l->b, 0, NULL, NULL, NULL);
	g_string_free(ear.bodies, TRUE);
}

static void feed__line_breaks__resumes_without_gap_or_double(struct lab *l, gconstpointer unused)
{
	struct ear ear = {.bodies = g_string_new(NULL)};
	(void)unused;
	desk_id id = first_ticket(l);
	backend_follow(l->b, seq_now(l), hear, hear_state, &ear);
	wait_until(ear.online == 1);
	write_note(l, id, "before the cut");
	wait_until(strstr(ear.bodies->str, "before the cut;"));
	lab_cut(l);
	wait_until(ear.offline > 0);
	g_assert_cmpint(backend_state(l->b), ==, BACKEND_OFFLINE);
	lab_mend(l);
	backend_retry(l->b);
	write_note(l, id, "after the cut");
	wait_until(strstr(ear.bodies->str, "after the cut;"));
	write_note(l, id, "and on");
	wait_until(strstr(ear.bodies->str, "and on;"));
	g_assert_cmpstr(ear.bodies->str, ==, "before the cut;after the cut;and on;");
	g_assert_false(ear.disorder);
	g_assert_cmpint(ear.reloads, ==, 0);
	backend_follow(l->b, 0, NULL, NULL, NULL);
	g_string_free(ear.bodies, TRUE);
}

/* The server dies again and again while notes are written; each is sent until it is
 * acknowledged, always with its own key. Afterwards every note is there once. */
static void crash__in_mid_write__nothing_lost_or_doubled(struct lab *l, gconstpointer unused)
{
	enum { NOTES = 18, CRASHES = 3 };
	struct ear ear = {.bodies = g_string_new(NULL)};
	struct change notes[NOTES];
	struct caller c[NOTES] = {0};
	(void)unused;
	desk_id id = first_ticket(l);
	backend_follow(l->b, seq_now(l), hear, hear_state, &ear);
	for (int i = 0; i < NOTES; i++) {
		g_autofree char *body = g_strdup_printf("note-%02d", i);
		new_note(&notes[i], id, body);
	}
	for (int crash = 0; crash < CRASHES; crash++) {
		int from = crash * NOTES / CRASHES, to = (crash + 1) * NOTES / CRASHES;
		for (int i = from; i < to; i++)
			put(l->b, &c[i], &notes[i]);
		wait_until(c[from].calls == 1); /* some done, some under way */
		lab_kill(l);
		for (int i = from; i < to; i++)
			wait_until(c[i].calls == 1);
		lab_mend(l);
		backend_retry(l->b);
		for (int i = from; i < to; i++) {
			g_assert_true(c[i].code == DESK_CODE_COUNT || c[i].code == DESK_UNCERTAIN ||
			              c[i].code == DESK_NET);
			put(l->b, &c[i], &notes[i]); /* also those that were acknowledged */
			wait_until(c[i].calls == 2);
			g_assert_cmpint(c[i].code, ==, DESK_CODE_COUNT);
		}
	}
	for (int i = 0; i < NOTES; i++) {
		g_autofree char *heard = g_strconcat(notes[i].body, ";", NULL);
		wait_until(strstr(ear.bodies->str, heard));
		g_assert_null(strstr(strstr(ear.bodies->str, heard) + 1, heard));
		g_assert_cmpuint(notes_with(l, id, notes[i].body), ==, 1);
		change_clear(&notes[i]);
		caller_clear(&c[i]);
	}
	g_assert_false(ear.disorder);
	g_assert_cmpint(ear.reloads, ==, 0);
	backend_follow(l->b, 0, NULL, NULL, NULL);
	g_string_free(ear.bodies, TRUE);
}

/* ---- files */

static int file_with(const char *bytes, size_t len)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("lab-file-XXXXXX", &path, NULL);
	g_assert_cmpint(fd, >=, 0);
	unlink(path);
	g_assert_cmpint(write(fd, bytes, len), ==, (ssize_t)len);
	return fd;
}

static void count_moves(int64_t done, int64_t total, void *arg)
{
	struct caller *c = arg;
	g_assert_cmpint(c->calls, ==, 0); /* never after the end */
	g_assert_true(done >= 0 && (total == 0 || done <= total));
}

static desk_id bring(struct lab *l, const struct backend_file *f)
{
	struct caller c = {.inside = TRUE};
	backend_upload(l->b, f, count_moves, answered, &c);
	c.inside = FALSE;
	wait_until(c.calls == 1);
	g_assert_false(c.too_early);
	g_assert_cmpint(c.code, ==, DESK_CODE_COUNT);
	g_assert_cmpint(c.answer->attachment->size, ==, f->size);
	g_assert_cmpstr(c.answer->attachment->name, ==, f->name);
	desk_id id = c.answer->attachment->id;
	caller_clear(&c);
	return id;
}

static void files__come_back_as_they_went(struct lab *l, gconstpointer unused)
{
	static const size_t sizes[] = {0, 5, 3 << 20};
	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *bytes = g_malloc(sizes[i] + 1), *back = g_malloc(sizes[i] + 1);
		for (size_t k = 0; k < sizes[i]; k++)
			bytes[k] = (char)(k * 7 + k / 251);
		g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)bytes, sizes[i]);
		g_autofree char *key = g_uuid_string_random();
		int fd = file_with(bytes, sizes[i]), to = file_with("", 0);
		struct backend_file f = {.fd = fd, .size = (int64_t)sizes[i], .name = "报告 & 1.bin",
		                         .media = "text/plain", .once_key = key};
		struct caller c = {0};
		desk_id id = bring(l, &f);
		g_assert_cmpint(bring(l, &f), ==, id); /* the same key */
		backend_download(l->b, &(struct backend_file){.fd = to, .attachment_id = id, .sha256 = sum},
		                 count_moves, answered, &c);
		wait_until(c.calls == 1);
		g_assert_cmpint(c.code, ==, DESK_CODE_COUNT);
		g_assert_cmpint(pread(to, back, sizes[i] + 1, 0), ==, (ssize_t)sizes[i]);
		g_assert_cmpmem(back, sizes[i], bytes, sizes[i]);
		caller_clear(&c);
		backend_download(l->b, &(struct backend_file){.fd = to, .attachment_id = id, .sha256 = "00"},
		                 NULL, answered, &c);
		wait_until(c.calls == 1);
		g_assert_cmpint(c.code, ==, DESK_PROTOCOL);
		caller_clear(&c);
		close(fd);
		close(to);
	}
}

static void files__trouble__exactly_one_callback(struct lab *l, gconstpointer unused)
{
	struct caller gone = {0}, off = {0}, net = {0}, closed = {0};
	int fd = file_with("bytes", 5);
	struct backend_file up = {.fd = fd, .size = 5, .name = "a", .media = "", .once_key = "some-key"};
	struct backend_file down = {.fd = fd, .attachment_id = 77777777};
	(void)unused;
	backend_download(l->b, &down, NULL, answered, &gone);
	wait_until(gone.calls == 1);
	g_assert_cmpint(gone.code, ==, DESK_NOTFOUND);
	guint64 id = backend_upload(l->b, &up, NULL, answered, &off);
	backend_cancel(l->b, id);
	wait_until(off.calls == 1);
	g_assert_cmpint(off.code, ==, DESK_CANCELLED);
	lab_cut(l);
	backend_upload(l->b, &up, NULL, answered, &net);
	wait_until(net.calls == 1);
	g_assert_cmpint(net.code, ==, DESK_NET);
	lab_mend(l);
	bring(l, &up); /* with the same key */
	backend_upload(l->b, &up, count_moves, answered, &closed);
	backend_close(g_steal_pointer(&l->b));
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpint(closed.calls, ==, 1);
	close(fd);
	caller_clear(&gone);
	caller_clear(&off);
	caller_clear(&net);
	caller_clear(&closed);
}

static const struct {
	const char *name;
	void (*run)(struct lab *l, gconstpointer unused);
} points[] = {
	{"never-inside", callbacks__never_inside_the_call},
	{"cancelled", callbacks__cancelled__exactly_one},
	{"closed", callbacks__closed__exactly_one_each},
	{"net", write__server_away__net_then_same_key_goes},
	{"uncertain", write__answer_lost__uncertain_then_same_key_does_it_once},
	{"unsupported", operation__not_offered__unsupported},
	{"feed-resume", feed__from_an_old_number__everything_since_in_order},
	{"feed-cut", feed__line_breaks__resumes_without_gap_or_double},
	{"files", files__come_back_as_they_went},
	{"files-trouble", files__trouble__exactly_one_callback},
	{"crash", crash__in_mid_write__nothing_lost_or_doubled},
};

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t d = 0; d < LAB_KINDS; d++)
		for (size_t i = 0; i < G_N_ELEMENTS(points); i++) {
			g_autofree char *path = g_strdup_printf("/driver/%s/%s", lab_names[d], points[i].name);
			g_test_add(path, struct lab, GSIZE_TO_POINTER(d), lab_up, points[i].run, lab_down);
		}
	return g_test_run();
}
