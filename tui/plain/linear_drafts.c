/* Unsent texts, line by line: listed, shared, compared with what happened since, thrown away. */
#include "tui/plain/linear_inner.h"

#include "tui/changes.h"

/* The draft of the opened ticket: a reply before a note. FALSE, and says so: there is none. */
static gboolean opened_draft(struct linear *l, struct store_draft *d)
{
	desk_id id;

	if (!linear_ticket(l, &id))
		return FALSE;
	if (store_draft_about(l->store, id, MESSAGE_REPLY, d) || store_draft_about(l->store, id, MESSAGE_NOTE, d))
		return TRUE;
	linear_say(l, _("There is no unsent text."));
	return FALSE;
}

void linear_share_draft(struct linear *l, const char *arg)
{
	struct store_draft d;

	(void)arg;
	if (!opened_draft(l, &d))
		return;
	store_draft_share(l->store, d.ticket_id, d.kind, !d.shared);
	linear_say(l, d.shared ? _("Only you can read it now.") : _("Others on the ticket can read it now."));
}

void linear_drop_draft(struct linear *l, const char *arg)
{
	desk_id id;

	(void)arg;
	if (!linear_ticket(l, &id))
		return;
	store_draft_set(l->store, id, MESSAGE_REPLY, NULL);
	store_draft_set(l->store, id, MESSAGE_NOTE, NULL);
	store_draft_set(l->store, id, MESSAGE_FORWARD, NULL);
	linear_say(l, _("Thrown away."));
}

static void say_draft(struct linear *l, const struct store_draft *d)
{
	const char *kind = d->kind == MESSAGE_REPLY ? _("reply") : d->kind == MESSAGE_NOTE ? _("note") : _("forward");

	if (d->kind != MESSAGE_REPLY && d->kind != MESSAGE_NOTE && d->kind != MESSAGE_FORWARD)
		return;
	if (d->person_id)
		linear_say(l, _("#%" PRId64 ", %s by %s: %s"), d->ticket_id, kind, d->person_name ? d->person_name : "?", d->text);
	else if (d->shared)
		linear_say(l, _("#%" PRId64 ", %s, shared: %s"), d->ticket_id, kind, d->text);
	else
		linear_say(l, "#%" PRId64 ", %s: %s", d->ticket_id, kind, d->text);
	if (d->other)
		linear_say(l, _("written elsewhere meanwhile: %s"), d->other);
}

void linear_drafts(struct linear *l, const char *arg)
{
	g_autoptr(GArray) all = store_draft_list(l->store);

	(void)arg;
	if (!all->len)
		linear_say(l, _("There is no unsent text."));
	for (guint i = 0; i < all->len; i++)
		say_draft(l, &g_array_index(all, struct store_draft, i));
}

void linear_changes(struct linear *l, const char *arg)
{
	const struct ticket *t;
	struct store_draft d;

	(void)arg;
	if (!opened_draft(l, &d))
		return;
	t = store_ticket(l->store, d.ticket_id);
	g_autoptr(GPtrArray) since = t ? changes_since(l->store, t, &d) : NULL;

	if (!since || !since->len)
		linear_say(l, _("Nothing has changed since."));
	for (guint i = 0; since && i < since->len; i++)
		linear_say(l, "%s", (const char *)since->pdata[i]);
}
