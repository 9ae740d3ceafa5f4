/* Rules from the command line of the server. */
#include "server/desk/automation_command.h"

#include <string.h>
#include "base/text.h"
#include "server/desk/automation.h"

#define MOST 100
#define COLUMNS 200

static const struct rule *rule_named(const struct words *w, const char *name, GError **error)
{
	for (guint i = 0; i < w->rules->len; i++)
		if (strcmp(((const struct rule *)w->rules->pdata[i])->name, name) == 0)
			return w->rules->pdata[i];
	desk_fail(error, DESK_NOTFOUND, "there is no rule \"%s\"", name);
	return NULL;
}

static void run_line(GString *out, const struct automation_run *r)
{
	g_autofree char *why = text_clean_string(r->why, -1, 0, COLUMNS), *did = text_clean_string(r->did ? r->did : "", -1, 0, COLUMNS);
	g_autofree char *wrong = r->error ? text_clean_string(r->error, -1, 0, COLUMNS) : NULL;
	char stamp[40];

	g_string_append_printf(out, "%s  #%" G_GINT64_FORMAT "  %s\n    %s\n", clock_stamp(r->at_ms, stamp, sizeof stamp),
	                       r->ticket_id, why, did);
	if (wrong)
		g_string_append_printf(out, "    ! %s\n", wrong);
}

static gboolean try_one(struct desk *d, struct db_conn *conn, const struct words *w, const struct rule *r, int64_t since_ms,
                        GString *out, GError **error)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)automation_run_free);
	g_autofree char *as_now = NULL;
	gboolean more = FALSE;

	if (!automation_try(d, conn, w, r, since_ms, clock_wall_ms(), MOST, runs, &more, &as_now, error))
		return FALSE;
	g_string_append_printf(out, _("%s %s: would have fired %s%u times\n"), rule_kind_name(r->kind), r->name,
	                       more ? _("more than ") : "", runs->len);
	for (guint i = 0; i < runs->len; i++)
		run_line(out, runs->pdata[i]);
	if (*as_now)
		g_string_append_printf(out, _("    (asked of the tickets as they are now: %s)\n"), as_now);
	return TRUE;
}

char *desk_rule_try(struct desk *d, const char *name, int64_t since_ms, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	g_autoptr(GString) out = g_string_new(NULL);
	const struct rule *r = rule_named(w, name, error);
	struct db_conn *conn = r ? db_read_begin(d->db, error) : NULL;
	gboolean ok = conn && try_one(d, conn, w, r, since_ms, out, error);

	if (conn)
		db_read_end(d->db, conn);
	return ok ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

char *desk_rules_try(struct desk *d, const struct config_file *file, int64_t since_ms, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	g_autoptr(GString) out = g_string_new(NULL);
	struct db_conn *conn = db_read_begin(d->db, error);
	gboolean ok = conn != NULL;

	for (guint i = 0; ok && i < file->items->len; i++) {
		const struct config_item *item = file->items->pdata[i];

		ok = !item->record || !item->record->rule || try_one(d, conn, w, item->record->rule, since_ms, out, error);
	}
	if (conn)
		db_read_end(d->db, conn);
	return ok ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static gboolean resume_job(struct db_tx *tx, void *arg, GError **error)
{
	struct event e = {.kind = EVENT_PEOPLE, .change = (char *)"rule-resumed"};

	return DB_RUN(db_conn_of(tx), STMT_RULE_RESUME, NULL, NULL, error, DB_T((const char *)arg)) && db_tx_event(tx, &e, error);
}

gboolean desk_rule_resume(struct desk *d, const char *name, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);

	return rule_named(w, name, error) && db_submit_wait(d->db, resume_job, (void *)name, error);
}

char *desk_rule_secret(struct desk *d, const char *name, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	const struct rule *r = rule_named(w, name, error);

	if (r && r->kind == RULE_WEBHOOK)
		return desk_webhook_secret(d, r->name, r->secret);
	if (r)
		desk_fail(error, DESK_INVALID, "%s is no webhook: it has no secret", name);
	return NULL;
}
