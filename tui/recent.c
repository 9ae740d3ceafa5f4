/* Recently seen tickets of a person at a desk: a small file, newest first. */
#include "tui/finding.h"

#include <string.h>

#define WRITE_MS 300 /* after the last one: opening a ticket waits for no disk */

struct recent {
	char *path;
	GPtrArray *list; /* struct recent_ticket */
	guint timer;
};

static void seen_free(gpointer p)
{
	struct recent_ticket *t = p;

	g_free(t->customer);
	g_free(t->subject);
	g_free(t);
}

static char *or_null(char *s)
{
	if (*s)
		return s;
	g_free(s);
	return NULL;
}

/* ID TAB MS TAB CUSTOMER TAB SUBJECT; FALSE: not ours. */
static struct recent_ticket *parse_line(const char *line)
{
	g_auto(GStrv) part = g_strsplit(line, "\t", 4);
	struct recent_ticket *t;
	gint64 id, at;

	if (g_strv_length(part) != 4 || !g_ascii_string_to_signed(part[0], 10, 1, G_MAXINT64, &id, NULL) ||
	    !g_ascii_string_to_signed(part[1], 10, 0, G_MAXINT64, &at, NULL))
		return NULL;
	t = g_new0(struct recent_ticket, 1);
	t->id = id;
	t->at_ms = at;
	t->customer = or_null(g_strdup(part[2]));
	t->subject = or_null(g_strdup(part[3]));
	return t;
}

static struct recent_ticket *known(const struct recent *r, desk_id id)
{
	for (guint i = 0; i < r->list->len; i++) {
		struct recent_ticket *t = r->list->pdata[i];

		if (t->id == id)
			return t;
	}
	return NULL;
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
	const struct recent_ticket *x = *(struct recent_ticket *const *)a,
				   *y = *(struct recent_ticket *const *)b;

	return x->at_ms != y->at_ms ? (x->at_ms < y->at_ms ? 1 : -1) : (x->id < y->id) - (x->id > y->id);
}

/* What the file has and we don't, or newer: another workstation wrote it. */
static void merge_file(struct recent *r)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) line = NULL;

	if (!g_file_get_contents(r->path, &text, NULL, NULL) || !g_utf8_validate(text, -1, NULL))
		return;
	line = g_strsplit(text, "\n", RECENT_MAX + 1);
	for (char **l = line; *l; l++) {
		struct recent_ticket *t = parse_line(*l), *have = t ? known(r, t->id) : NULL;

		if (!t)
			continue;
		if (have && have->at_ms < t->at_ms)
			have->at_ms = t->at_ms;
		if (have)
			seen_free(t);
		else
			g_ptr_array_add(r->list, t);
	}
	g_ptr_array_sort(r->list, newest_first);
	if (r->list->len > RECENT_MAX)
		g_ptr_array_set_size(r->list, RECENT_MAX);
}

static void append_clean(GString *out, const char *raw)
{
	g_autofree char *clean = raw ? text_clean_string(raw, -1, 0, 200) : g_strdup("");

	g_string_append(out, g_strdelimit(clean, "\t\n", ' '));
}

static void write_file(struct recent *r)
{
	g_autoptr(GString) out = g_string_new(NULL);

	merge_file(r);
	for (guint i = 0; i < r->list->len; i++) {
		const struct recent_ticket *t = r->list->pdata[i];

		g_string_append_printf(out, "%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t", t->id, t->at_ms);
		append_clean(out, t->customer);
		g_string_append_c(out, '\t');
		append_clean(out, t->subject);
		g_string_append_c(out, '\n');
	}
	/* A convenience: when the disk is full the list is just older next time. */
	g_file_set_contents_full(r->path, out->str, (gssize)out->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
				 NULL);
}

static gboolean on_write(gpointer arg)
{
	struct recent *r = arg;

	r->timer = 0;
	write_file(r);
	return G_SOURCE_REMOVE;
}

struct recent *recent_new(const char *dir)
{
	struct recent *r = g_new0(struct recent, 1);

	r->path = g_build_filename(dir, "recent", NULL);
	r->list = g_ptr_array_new_with_free_func(seen_free);
	merge_file(r);
	return r;
}

void recent_free(struct recent *r)
{
	if (!r)
		return;
	if (r->timer) {
		g_source_remove(r->timer);
		write_file(r);
	}
	g_ptr_array_unref(r->list);
	g_free(r->path);
	g_free(r);
}

void recent_seen(struct recent *r, desk_id id, int64_t at_ms, const char *customer, const char *subject)
{
	struct recent_ticket *t = known(r, id);
	const struct recent_ticket *newest = r->list->len ? r->list->pdata[0] : NULL;

	if (newest && newest->id != id && newest->at_ms >= at_ms) /* several within one tick of the clock */
		at_ms = newest->at_ms + 1;
	if (!t) {
		t = g_new0(struct recent_ticket, 1);
		t->id = id;
		g_ptr_array_add(r->list, t);
	}
	t->at_ms = MAX(t->at_ms, at_ms);
	if (customer) {
		g_free(t->customer);
		t->customer = g_strdup(customer);
	}
	if (subject) {
		g_free(t->subject);
		t->subject = g_strdup(subject);
	}
	g_ptr_array_sort(r->list, newest_first);
	if (r->list->len > RECENT_MAX)
		g_ptr_array_set_size(r->list, RECENT_MAX);
	if (!r->timer)
		r->timer = g_timeout_add(WRITE_MS, on_write, r);
}

const GPtrArray *recent_list(struct recent *r)
{
	merge_file(r);
	return r->list;
}
