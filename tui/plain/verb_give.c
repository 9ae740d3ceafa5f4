/* Compensation, hand-over, files. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "tui/fields.h"

static int too_little(struct call *c)
{
	return call_usage(c, _("something is missing; usage: ttydesk %s %s"), c->verb->name, c->verb->args);
}

/* ---- compensation */

static gboolean is_currency(const char *word)
{
	return word && strlen(word) == 3 && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static gboolean fill_compensate(struct call *c, desk_id ticket, struct change *change, GError **error)
{
	const char *reason = call_option(c, PLAIN_OPTION_REASON), *currency = is_currency(call_word(c, 2)) ? call_word(c, 2) : NULL;
	struct ticket *t = desk_ticket(c->desk, ticket, error);
	struct compensation *k = g_new0(struct compensation, 1);
	const char *currency_of_order = NULL;
	int kind = compensation_by_name(call_word(c, 0));

	change->compensation = k;
	if (!t)
		return FALSE;
	if (!currency && t->customer && t->customer->orders->len)
		currency_of_order = ((struct order *)t->customer->orders->pdata[0])->currency;
	k->currency = g_strdup(currency ? currency : currency_of_order ? currency_of_order : "CNY");
	ticket_free(t);
	if (kind < 0)
		return desk_fail(error, DESK_INVALID, _("%s is nothing to give: coupon or refund"), call_word(c, 0));
	k->kind = (enum compensation_kind)kind;
	k->reason = reason ? g_strdup(reason) : call_rest(c, currency ? 3 : 2);
	return amount_parse(call_word(c, 1), &k->amount_cents, error);
}

int verb_compensate(struct call *c)
{
	return c->words->len < 2 ? too_little(c) : call_write_each(c, CHANGE_COMPENSATE, fill_compensate, _("compensation asked for"));
}

int verb_compensations(struct call *c)
{
	static const struct listing l = {&shape_compensation, "compensations", "id,ticket_id,kind,amount,currency,state,by_name,reason", "id"};
	g_autoptr(GError) error = NULL;
	struct query q;

	query_init(&q, QUERY_COMPENSATIONS);
	q.text = g_strdup(call_word(c, 0));
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, &error);

	query_clear(&q);
	return a ? call_list(c, &l, a->compensations) : call_fail(c, error);
}

static int decide(struct call *c, gboolean approve)
{
	g_autoptr(GError) error = NULL;
	struct change change;
	int code = PLAIN_OK;

	if (!c->words->len)
		return too_little(c);
	change_init(&change, CHANGE_COMPENSATION_DECIDE);
	change.approve = approve;
	change.reason = call_option(c, PLAIN_OPTION_REASON) ? g_strdup(call_option(c, PLAIN_OPTION_REASON)) : call_rest(c, 1);
	if (!call_number(call_word(c, 0), &change.item_id, &error)) {
		change_clear(&change);
		return call_usage(c, "%s", error->message);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, "%s", approve ? _("approved") : _("rejected"));
	return code;
}

int verb_approve(struct call *c)
{
	return decide(c, TRUE);
}

int verb_reject(struct call *c)
{
	return decide(c, FALSE);
}

/* ---- hand-over: those named, or all that are mine */

static gboolean mine(struct call *c, GArray *ids, GError **error)
{
	struct query q;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("assigned");
	q.limit = 500;
	g_autoptr(answer_auto) a = desk_read(c->desk, &q, error);

	query_clear(&q);
	for (guint i = 0; a && i < a->page->rows->len; i++)
		g_array_append_val(ids, ((struct ticket_row *)a->page->rows->pdata[i])->id);
	return a != NULL;
}

static gboolean fill_handover(struct call *c, struct change *change, GError **error)
{
	const struct group *g = desk_group(c->desk, call_word(c, 0), NULL);
	const struct person *p = g ? NULL : desk_person(c->desk, call_word(c, 0), error);
	int64_t id;

	if (!g && !p)
		return FALSE;
	change->group_id = g ? g->id : 0;
	change->person_id = p ? p->id : 0;
	change->body = g_strdup(call_option(c, PLAIN_OPTION_NOTE));
	change->ticket_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	for (guint i = 1; i < c->words->len; i++) {
		if (!call_number(call_word(c, i), &id, error))
			return FALSE;
		g_array_append_val(change->ticket_ids, id);
	}
	if (c->words->len == 1 && !mine(c, change->ticket_ids, error))
		return FALSE;
	return change->ticket_ids->len || desk_fail(error, DESK_NOTFOUND, _("no ticket is yours"));
}

int verb_handover(struct call *c)
{
	g_autoptr(GError) error = NULL;
	struct change change;
	int code = PLAIN_OK;

	if (!c->words->len)
		return too_little(c);
	change_init(&change, CHANGE_HANDOVER);
	if (!fill_handover(c, &change, &error)) {
		change_clear(&change);
		return call_fail(c, error);
	}
	guint n = change.ticket_ids->len;
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, say_n("%u ticket handed over to %s", "%u tickets handed over to %s", n), n, call_word(c, 0));
	return code;
}

/* ---- files */

static GPtrArray *files_of(const struct ticket *t)
{
	GPtrArray *all = g_ptr_array_new();

	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		for (guint k = 0; m->attachments && k < m->attachments->len; k++)
			g_ptr_array_add(all, m->attachments->pdata[k]);
	}
	return all;
}

int verb_files(struct call *c)
{
	static const struct listing l = {&shape_attachment, "attachments", "id,size,media,scan,name", "id"};
	g_autoptr(GError) error = NULL;
	struct ticket *t = desk_ticket(c->desk, g_array_index(c->tickets, desk_id, 0), &error);
	int code;

	if (!t)
		return call_fail(c, error);
	g_autoptr(GPtrArray) files = files_of(t);

	if (!files->len)
		out_say(c->out, _("no file"));
	code = files->len || c->out->format != OUT_TEXT ? call_list(c, &l, files) : PLAIN_OK;
	ticket_free(t);
	return code;
}

/* A name from afar is a name in this folder, and no hidden one. */
static char *safe_name(const struct attachment *a)
{
	g_autofree char *base = a->name ? g_path_get_basename(a->name) : g_strdup("");
	char *clean = text_clean_string(base, -1, 0, 200);

	for (char *s = clean; *s; s++)
		if (*s == '/' || (*s == '.' && s == clean))
			*s = '_';
	if (*clean)
		return clean;
	g_free(clean);
	return g_strdup_printf("file-%" PRId64, a->id);
}

int verb_save_file(struct call *c)
{
	g_autoptr(GError) error = NULL;
	struct ticket *t = desk_ticket(c->desk, g_array_index(c->tickets, desk_id, 0), &error);
	gint64 n = 0;
	gboolean ok = FALSE;

	if (!t)
		return call_fail(c, error);
	g_autoptr(GPtrArray) files = files_of(t);

	if (!call_word(c, 0) || !g_ascii_string_to_signed(call_word(c, 0), 10, 1, files->len, &n, NULL)) {
		desk_fail(&error, DESK_NOTFOUND, say_n("which file? there is %u", "which file? there are %u", files->len), files->len);
	} else {
		g_autofree char *own = safe_name(files->pdata[n - 1]);
		const char *path = call_word(c, 1) ? call_word(c, 1) : own;

		ok = desk_download(c->desk, files->pdata[n - 1], path, &error);
		if (ok)
			out_say(c->out, _("saved as %s"), path);
	}
	ticket_free(t);
	return ok ? PLAIN_OK : call_fail(c, error);
}
