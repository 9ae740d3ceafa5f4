/* Writing, line by line: a line with a single dot ends the text, one with a tilde is a command. */
#include "tui/plain/guard.h"
#include "tui/plain/linear_inner.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "rules/addresses.h"
#include "tui/commands.h"

/* A text being written. */
struct writing {
	struct linear *l;
	desk_id ticket_id;
	enum message_kind kind;
	desk_id whisper_to;
	GString *text;         /* whole lines so far */
	char *to, *cc;
	int64_t at_ms, promise_ms;
	GArray *files, *templates; /* desk_id; NULL none */
	desk_id answers_id;
	gboolean over;
	gboolean aside;        /* no draft of the ticket: another one stands there, or it is a whisper */
};

/* letter, its words, what it does. write_NAME does it. */
#define WRITING_COMMANDS(_) \
	_(say, "p", "", N_("Say what is written so far")) \
	_(undo, "u", "", N_("Take the last line back")) \
	_(edit, "e", "", N_("Go on in the editor of $VISUAL or $EDITOR")) \
	_(template, "t", "NAME", N_("Put in a template, filled in")) \
	_(article, "k", "N", N_("Put in the N-th article found")) \
	_(attach, "a", "PATH", N_("Send a file along")) \
	_(to, "o", "ADDRESSES", N_("Send it also to these")) \
	_(copies, "c", "ADDRESSES", N_("Send copies to these")) \
	_(later, "s", "TIME", N_("Send it then: 2h, 18:00")) \
	_(promise, "m", "TIME", N_("Promise an answer by then")) \
	_(leave, "q", "", N_("Leave off; the text is kept as a draft")) \
	_(forget, "x", "", N_("Throw it away")) \
	_(help, "h", "", N_("Say these"))
typedef void write_fn(struct writing *w, const char *arg);
#define E(id, letter, args, help) static write_fn write_##id;
WRITING_COMMANDS(E)
#undef E
static const struct {
	char letter;
	const char *args, *help;
	write_fn *run;
} writing_commands[] = {
#define E(id, letter, args, help) {letter[0], args, help, write_##id},
	WRITING_COMMANDS(E)
#undef E
};

/* ---- the draft on disk */

static void keep(struct writing *w, const char *begun)
{
	g_autofree char *all = g_strconcat(w->text->str, begun ? begun : "", NULL);

	if (!w->aside)
		store_draft_set(w->l->store, w->ticket_id, w->kind, all);
}

static void on_typed(const char *text, void *arg)
{
	keep(arg, text[0] == '~' || strcmp(text, ".") == 0 ? NULL : text);
}

static void append(struct writing *w, const char *text)
{
	g_string_append(w->text, text);
	if (!g_str_has_suffix(text, "\n"))
		g_string_append_c(w->text, '\n');
	keep(w, NULL);
}

static char *body_of(const struct writing *w)
{
	char *body = g_strdup(w->text->str);

	while (g_str_has_suffix(body, "\n"))
		body[strlen(body) - 1] = '\0';
	return body;
}

/* ---- what a tilde does */

static void write_say(struct writing *w, const char *arg)
{
	(void)arg;
	out_body(&w->l->out, w->text->str, "");
	linear_flush(w->l);
}

static void write_undo(struct writing *w, const char *arg)
{
	gsize len = w->text->len;

	(void)arg;
	if (len)
		len--;
	while (len > 0 && w->text->str[len - 1] != '\n')
		len--;
	g_autofree char *gone = g_strchomp(g_strdup(w->text->str + len));

	g_string_truncate(w->text, len);
	keep(w, NULL);
	linear_say(w->l, _("Taken back: %s"), gone);
}

/* The person's own editor, without a shell. */
static gboolean run_editor(const char *path, GError **error)
{
	const char *program = g_getenv("VISUAL") && *g_getenv("VISUAL") ? g_getenv("VISUAL") : g_getenv("EDITOR");
	g_auto(GStrv) words = NULL;
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	int status = 0;

	if (!program || !*program)
		return desk_fail(error, DESK_INVALID, _("$EDITOR names no editor"));
	if (!g_shell_parse_argv(program, NULL, &words, error))
		return FALSE;
	for (char **word = words; *word; word++)
		g_ptr_array_add(argv, *word);
	g_ptr_array_add(argv, (void *)path);
	g_ptr_array_add(argv, NULL);
	if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL,
	                  NULL, &status, error))
		return FALSE;
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || desk_fail(error, DESK_IO, _("the editor failed; the text is as it was"));
}

static void write_edit(struct writing *w, const char *arg)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL, *text = NULL;
	gsize len = 0;
	int fd = g_file_open_tmp("ttydesk-XXXXXX.txt", &path, &error);
	gboolean ok = fd >= 0;

	(void)arg;
	if (fd >= 0)
		close(fd);
	ok = ok && g_file_set_contents(path, w->text->str, -1, &error) && run_editor(path, &error) &&
	     g_file_get_contents(path, &text, &len, &error);
	if (ok && !text_storable(text, len))
		ok = desk_fail(&error, DESK_INVALID, _("the text is not UTF-8"));
	if (path)
		g_unlink(path);
	if (!ok) {
		linear_fail(w->l, error);
		return;
	}
	g_string_assign(w->text, "");
	append(w, text);
	write_say(w, "");
}

static void write_template(struct writing *w, const char *arg)
{
	g_autoptr(GError) error = NULL;
	struct ticket *t = linear_fetch(w->l, w->ticket_id);
	struct query q;

	query_init(&q, QUERY_TEMPLATES);
	g_autoptr(answer_auto) a = t ? desk_read(w->l->desk, &q, &error) : NULL;
	const struct template *tp = a ? plain_template(a->templates, arg, &error) : NULL;
	g_autofree char *text = tp ? plain_fill(w->l->desk, tp, t, w->promise_ms, &error) : NULL;

	query_clear(&q);
	ticket_free(t);
	if (!text) {
		if (error)
			linear_fail(w->l, error);
		return;
	}
	if (!w->templates)
		w->templates = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(w->templates, tp->id);
	append(w, text);
	out_body(&w->l->out, text, "");
	linear_flush(w->l);
}

static void write_article(struct writing *w, const char *arg)
{
	struct linear *l = w->l;
	g_autoptr(GError) error = NULL;
	gint64 n = 0;
	struct query q;

	if (!l->hits || !g_ascii_string_to_signed(arg, 10, 1, l->hits->len, &n, NULL)) {
		linear_say(l, _("knowledge finds articles; ~k N puts one in."));
		return;
	}
	query_init(&q, QUERY_ARTICLE);
	q.article_id = ((struct article_hit *)l->hits->pdata[n - 1])->id;
	g_autoptr(answer_auto) a = desk_read(l->desk, &q, &error);

	query_clear(&q);
	if (!a) {
		linear_fail(l, error);
		return;
	}
	append(w, a->article->body ? a->article->body : "");
	linear_say(l, _("Put in: %s"), a->article->title);
}

static void write_attach(struct writing *w, const char *arg)
{
	g_autoptr(GError) error = NULL;
	desk_id id;

	if (!desk_upload(w->l->desk, arg, NULL, &id, &error)) {
		linear_fail(w->l, error);
		return;
	}
	if (!w->files)
		w->files = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(w->files, id);
	linear_say(w->l, _("%s goes along."), arg);
}

static void set_addresses(struct writing *w, char **to, const char *arg)
{
	g_autoptr(GError) error = NULL;
	char *list = *arg ? addresses_check("to", arg, NULL, &error) : NULL;

	if (error) {
		linear_fail(w->l, error);
		return;
	}
	g_free(*to);
	*to = list;
	linear_say(w->l, list ? _("It goes also to %s.") : _("It goes to nobody else."), list);
}

static void write_to(struct writing *w, const char *arg)
{
	set_addresses(w, &w->to, arg);
}

static void write_copies(struct writing *w, const char *arg)
{
	set_addresses(w, &w->cc, arg);
}

static void set_time(struct writing *w, int64_t *ms, const char *arg)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *when = NULL;

	if (!command_until(arg, desk_now_ms(w->l->desk), ms, &error)) {
		linear_fail(w->l, error);
		return;
	}
	when = out_when(*ms);
	linear_say(w->l, "%s", when);
}

static void write_later(struct writing *w, const char *arg)
{
	set_time(w, &w->at_ms, arg);
}

static void write_promise(struct writing *w, const char *arg)
{
	set_time(w, &w->promise_ms, arg);
}

static void write_leave(struct writing *w, const char *arg)
{
	(void)arg;
	w->over = TRUE;
	linear_say(w->l, _("Kept as a draft."));
}

static void write_forget(struct writing *w, const char *arg)
{
	(void)arg;
	g_string_truncate(w->text, 0);
	keep(w, NULL);
	w->over = TRUE;
	linear_say(w->l, _("Thrown away."));
}

static void write_help(struct writing *w, const char *arg)
{
	(void)arg;
	for (size_t i = 0; i < G_N_ELEMENTS(writing_commands); i++)
		linear_say(w->l, "~%c %s: %s.", writing_commands[i].letter, writing_commands[i].args, _(writing_commands[i].help));
	linear_say(w->l, _("A line that begins with a tilde is written with two."));
}

static void tilde(struct writing *w, const char *line)
{
	g_autofree char *arg = line[1] ? g_strstrip(g_strdup(line + 2)) : g_strdup("");

	for (size_t i = 0; i < G_N_ELEMENTS(writing_commands); i++)
		if (writing_commands[i].letter == line[1]) {
			writing_commands[i].run(w, arg);
			return;
		}
	linear_say(w->l, _("~%c is no command; ~h says them."), g_ascii_isgraph(line[1]) ? line[1] : '?');
}

/* ---- before it goes: what the composer asks, too */

static const struct message *newest_of_customer(const struct ticket *t)
{
	for (guint i = t->messages->len; i > 0; i--)
		if (((struct message *)t->messages->pdata[i - 1])->kind == MESSAGE_CUSTOMER)
			return t->messages->pdata[i - 1];
	return NULL;
}

/* As the store has it, else as it is read now into *own: a ticket opened this moment is still on its way.
 * NULL: the desk is away; it looks itself when it gets the reply. */
static const struct ticket *ticket_of(struct writing *w, struct ticket **own)
{
	struct linear *l = w->l;
	const struct ticket *t = store_ticket(l->store, w->ticket_id);

	if (!t && !*own && store_connection(l->store, NULL, NULL) != BACKEND_OFFLINE)
		*own = linear_fetch(l, w->ticket_id);
	return t ? t : *own;
}

/* What speaks against it is asked about, one thing after the other; TRUE: it may go. */
static gboolean guards(struct writing *w, const char *body)
{
	struct linear *l = w->l;
	struct ticket *own = NULL;
	const struct ticket *t;
	const struct session *s = store_session(l->store);
	const struct message *m;
	struct guard_verdict v = {0};
	unsigned passed = 0;
	gboolean ok = TRUE;
	char *objection;

	while (ok && (t = ticket_of(w, &own)) &&
	       (objection = plain_objection(s, t, w->kind, body, l->read_up_to, passed, &v))) {
		g_autofree char *sentence = objection;

		linear_say(l, "%s", sentence);
		m = newest_of_customer(t);
		if (v.guard == GUARD_NEWER) {
			plain_message(&l->out, t, m);
			l->read_up_to = m->id;
		}
		if (v.guard == GUARD_CAREFUL)
			out_body(&l->out, body, "");
		ok = !v.refuses && linear_confirm(l, _("Send it?"));
		passed |= 1u << v.guard;
	}
	w->answers_id = l->read_up_to;
	ticket_free(own);
	return ok;
}

/* ---- sending */

static enum change_kind change_of(const struct writing *w)
{
	return w->whisper_to ? CHANGE_WHISPER : w->kind == MESSAGE_REPLY ? CHANGE_REPLY
	       : w->kind == MESSAGE_FORWARD ? CHANGE_FORWARD : CHANGE_NOTE;
}

static void say_sent(struct writing *w, const struct answer *a, gboolean waits)
{
	struct linear *l = w->l;
	int64_t now = desk_now_ms(l->desk);

	if (waits) {
		linear_say(l, _("Kept; it goes when the desk is back."));
	} else if (a->message && a->message->delivery == DELIVERY_WAITING && a->message->send_at_ms > now) {
		g_autofree char *span = out_span(a->message->send_at_ms - now + 999);

		linear_say(l, _("It goes out in %s; recall takes it back."), span);
	} else {
		linear_say(l, w->kind == MESSAGE_REPLY ? _("Sent.") : w->kind == MESSAGE_FORWARD ? _("Forwarded.") : _("Written."));
	}
}

static void send(struct writing *w, const char *body)
{
	g_autoptr(GError) error = NULL;
	gboolean waits = FALSE;
	struct change c;

	change_init(&c, change_of(w));
	c.ticket_id = w->ticket_id;
	c.body = g_strdup(body);
	c.person_id = w->whisper_to;
	c.answers_id = w->answers_id;
	c.to = g_strdup(w->to);
	c.cc = g_strdup(w->cc);
	c.send_at_ms = w->at_ms;
	c.promise_ms = w->promise_ms;
	c.attachment_ids = w->files ? g_array_ref(w->files) : NULL;
	c.template_ids = w->templates ? g_array_ref(w->templates) : NULL;
	g_autoptr(answer_auto) a = desk_write(w->l->desk, &c, &waits, &error);

	change_clear(&c);
	if (!a) {
		linear_fail(w->l, error); /* the text is still the draft */
		return;
	}
	if (!w->aside) /* it is in the outbox, or there */
		store_draft_set(w->l->store, w->ticket_id, w->kind, NULL);
	say_sent(w, a, waits);
}

/* TRUE: there is nothing more to write. */
static gboolean finish(struct writing *w)
{
	g_autofree char *body = body_of(w);

	if (!*body && w->kind != MESSAGE_FORWARD) {
		linear_say(w->l, _("Nothing was written."));
		return TRUE;
	}
	if ((w->kind == MESSAGE_REPLY || w->kind == MESSAGE_NOTE) && !w->whisper_to && !guards(w, body)) {
		linear_say(w->l, _("Not sent. Go on; ~h says what there is."));
		return FALSE;
	}
	send(w, body);
	return TRUE;
}

static void write_line(struct writing *w, const char *line)
{
	if (strcmp(line, ".") == 0)
		w->over = finish(w);
	else if (line[0] == '~' && line[1] != '~')
		tilde(w, line);
	else
		append(w, line[0] == '~' ? line + 1 : line);
}

static void write_lines(struct writing *w, const char *prompt)
{
	const struct line_ask ask = {.prompt = prompt, .typed = on_typed, .arg = w};

	while (!w->over && !w->l->over) {
		gboolean stopped = FALSE;
		g_autofree char *line = NULL;

		linear_flush(w->l);
		line = line_read(w->l->line, &ask, &stopped);
		if (!line || stopped) {
			write_leave(w, "");
			w->l->over |= !line && !line_terminal(w->l->line);
		} else {
			write_line(w, line);
		}
	}
}

static void begin(struct writing *w, const char *arg, const char *prompt, const char *title)
{
	const char *draft = w->whisper_to ? NULL : store_draft(w->l->store, w->ticket_id, w->kind);

	w->text = g_string_new(NULL);
	w->aside = w->whisper_to || (*arg && draft && *draft);
	if (draft && *draft && !*arg) {
		linear_say(w->l, _("Written before:"));
		append(w, draft);
		write_say(w, "");
	}
	if (*arg) { /* all of it stands behind the command */
		append(w, arg);
		if (finish(w))
			w->over = TRUE;
	}
	if (!w->over)
		linear_say(w->l, "%s", title);
	if (!w->aside)
		store_draft_showing(w->l->store, w->ticket_id, w->kind);
	store_look(w->l->store, w->ticket_id, TRUE, FALSE);
	write_lines(w, prompt);
	store_draft_showing(w->l->store, 0, MESSAGE_REPLY); /* what was written elsewhere meanwhile comes up */
	store_draft_pause(w->l->store);
	g_string_free(w->text, TRUE);
	g_free(w->to);
	g_free(w->cc);
	g_clear_pointer(&w->files, g_array_unref);
	g_clear_pointer(&w->templates, g_array_unref);
}

void linear_reply(struct linear *l, const char *arg)
{
	struct writing w = {.l = l, .kind = MESSAGE_REPLY};

	if (!linear_ticket(l, &w.ticket_id))
		return;
	const struct ticket *t = store_ticket(l->store, w.ticket_id);
	g_autofree char *title = g_strdup_printf(_("To the customer, %s. A line with a dot sends it; ~h says what else there is."),
	                                         t && t->row.customer_name ? t->row.customer_name : "?");

	begin(&w, arg, _("reply> "), title);
}

void linear_note(struct linear *l, const char *arg)
{
	struct writing w = {.l = l, .kind = MESSAGE_NOTE};

	if (linear_ticket(l, &w.ticket_id))
		begin(&w, arg, _("note> "), _("A note; the customer never sees it. A line with a dot ends it."));
}

void linear_whisper(struct linear *l, const char *arg)
{
	struct writing w = {.l = l, .kind = MESSAGE_NOTE};
	g_autofree char *name = NULL, *rest = NULL;
	g_autoptr(GError) error = NULL;

	if (!linear_ticket(l, &w.ticket_id))
		return;
	command_split(arg, &name, &rest);
	const struct person *p = desk_person(l->desk, name, &error);

	if (!p) {
		linear_fail(l, error);
		return;
	}
	w.whisper_to = p->id;
	begin(&w, rest, _("whisper> "), _("For this colleague only. A line with a dot ends it."));
}

void linear_forward(struct linear *l, const char *arg)
{
	struct writing w = {.l = l, .kind = MESSAGE_FORWARD};
	g_autofree char *asked = NULL;
	g_autoptr(GError) error = NULL;

	if (!linear_ticket(l, &w.ticket_id))
		return;
	asked = *arg ? g_strdup(arg) : linear_ask(l, _("to which mail addresses: "));
	w.to = asked && *asked ? addresses_check("to", asked, NULL, &error) : NULL;
	if (!w.to) {
		linear_say(l, "%s", error ? error->message : _("Nothing was forwarded."));
		return;
	}
	begin(&w, "", _("forward> "), _("Words to go with it. A line with a dot sends it."));
}
