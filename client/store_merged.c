/* Tickets that went into others: what somebody was writing for one of them moves along. */
#include "client/store_private.h"

#include "base/clock.h"
#include "base/log.h"

desk_id store_lives_on(const struct store *s, desk_id ticket_id)
{
	const desk_id *into;

	/* merges of merges; as many steps as there are merges known */
	for (guint i = g_hash_table_size(s->merged); i > 0 && (into = g_hash_table_lookup(s->merged, &ticket_id)); i--)
		ticket_id = *into;
	return ticket_id;
}

static void move_files(struct store *s, desk_id from, desk_id to)
{
	g_autoptr(GError) error = NULL;
	gboolean moved = FALSE;

	for (guint i = 0; i < attached_count(s->attached); i++) {
		struct attached_file *f = attached_at(s->attached, i);

		if (f->ticket_id != from)
			continue;
		f->ticket_id = to;
		moved = TRUE;
		if (!attached_changed(s->attached, f, error ? NULL : &error))
			log_warn("store", "a file's place can't be saved: %s", error ? error->message : "");
	}
	if (moved)
		store_tell_kind(s, STORE_FILES, to, FALSE);
}

static void forget(struct store *s, desk_id from)
{
	const struct cached_ticket *c = tickets_peek(s, from);

	/* One on the screen is the screen's to leave. */
	if (c && from != s->opened && !c->reading && !c->reading_older)
		g_hash_table_remove(s->tickets, &from);
}

void tickets_merged(struct store *s, desk_id from, desk_id into)
{
	g_autoptr(GError) error = NULL;
	gboolean known;

	into = store_lives_on(s, into);
	if (!from || !into || from == into)
		return;
	known = store_lives_on(s, from) == into;
	if (!drafts_move(s->drafts, from, into, clock_wall_ms(), &error))
		log_warn("store", "the drafts of a merged ticket can't be saved yet: %s", error->message);
	draft_sync_merged(s, from, into);
	move_files(s, from, into);
	if (known)
		return;
	g_hash_table_insert(s->merged, g_memdup2(&from, sizeof(from)), g_memdup2(&into, sizeof(into)));
	forget(s, from);
	struct cached_ticket *c = tickets_peek(s, into);
	if (c)
		c->anew = TRUE;
	tickets_again(s, into);
	store_tell(s, &(struct store_note){.kind = STORE_MERGED, .ticket_id = from, .other_id = into, .remote = TRUE});
}
