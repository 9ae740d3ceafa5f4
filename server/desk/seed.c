/* The seed of a new desk and the sample desk, from the compiled-in content. */
#include "server/desk/config_desk.h"
#include "server/desk/records_inside.h"

#include <string.h>
#include "server/files.h"

#define CONTENT "/ttydeskd/content/"

static void take_first(const char *line, void *arg)
{
	char **first = arg;

	if (!*first)
		*first = g_strdup(line);
}

/* Content of ours must be without fault: the first complaint is the error. */
static gboolean import_content(struct desk *d, const char *bytes, size_t len, const char *name, GError **error)
{
	struct import_report report;
	g_autofree char *first = NULL;
	const struct import_conf conf = {.name = name, .table = -1, .complain = take_first, .arg = &first};

	if (!import_buffer(d, bytes, len, &conf, &report, error))
		return FALSE;
	return !report.bad || desk_fail(error, DESK_BUG, "compiled-in content: %s", first);
}

static GBytes *seed_bytes(GError **error)
{
	return g_resource_lookup_data(server_files(), CONTENT "seed.jsonl", G_RESOURCE_LOOKUP_FLAGS_NONE, error);
}

/* Known by its key or by what it is called, whatever it says now. */
static gboolean is_there(struct db_conn *conn, const struct config_state *s, const struct record *r, gboolean *there,
                         GError **error)
{
	desk_id id = 0;

	*there = config_state_find(s, r->type, r->key) != NULL;
	if (*there || r->type == RECORD_SETTING)
		return TRUE;
	if (!record_id(conn, r->type, r->key, &id, error))
		return FALSE;
	*there = id != 0;
	return TRUE;
}

static gboolean add_missing(struct db_conn *conn, const struct config_state *s, const char *line, GString *out,
                            GError **error)
{
	struct record *r;
	gboolean there = TRUE, ok;

	if (!*line || *line == '#')
		return TRUE;
	r = record_parse(line, strlen(line), clock_wall_ms(), error);
	ok = r && (!record_is_config(r->type) || is_there(conn, s, r, &there, error));
	if (ok && !there) {
		g_string_append(out, out->len ? "\n" : "");
		config_print(out, r);
	}
	record_free(r);
	return ok;
}

static char **split_lines(GBytes *bytes)
{
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

	return g_strsplit(text, "\n", -1);
}

char *seed_missing(struct desk *d, GError **error)
{
	g_autoptr(GBytes) bytes = seed_bytes(error);
	g_auto(GStrv) lines = bytes ? split_lines(bytes) : NULL;
	struct db_conn *conn = bytes ? db_read_begin(d->db, error) : NULL;
	g_autoptr(config_state_auto) s = conn ? config_state_load(conn, error) : NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	gboolean ok = s != NULL;

	for (char **line = lines; ok && *line; line++)
		ok = add_missing(conn, s, g_strchomp(*line), out, error);
	if (conn)
		db_read_end(d->db, conn);
	return ok ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

gboolean seed_desk(struct desk *d, GError **error)
{
	g_autoptr(GBytes) bytes = seed_bytes(error);
	gsize len;
	const char *text;

	if (!bytes)
		return FALSE;
	text = g_bytes_get_data(bytes, &len);
	return import_content(d, text, len, "seed.jsonl", error);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All of sample*.jsonl as one text, so that references may cross files. */
static GString *sample_text(GError **error)
{
	g_auto(GStrv) names = g_resource_enumerate_children(server_files(), CONTENT, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
	GString *all = g_string_new(NULL);

	if (names)
		qsort(names, g_strv_length(names), sizeof(char *), compare_names);
	for (char **name = names; name && *name; name++) {
		g_autofree char *path = g_strconcat(CONTENT, *name, NULL);
		g_autoptr(GBytes) bytes = NULL;

		if (!g_str_has_prefix(*name, "sample") || !g_str_has_suffix(*name, ".jsonl"))
			continue;
		bytes = g_resource_lookup_data(server_files(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
		if (!bytes)
			break;
		g_string_append_len(all, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes));
		g_string_append_c(all, '\n');
	}
	if (all->len)
		return all;
	g_string_free(all, TRUE);
	if (error && !*error)
		desk_fail(error, DESK_BUG, "this build has no sample desk in it");
	return NULL;
}

static gboolean has_tickets(struct desk *d, gboolean *any, GError **error)
{
	struct db_conn *conn = db_read_begin(d->db, error);
	int64_t one = 0;
	gboolean ok = conn && db_run(conn, STMT_TICKET_ANY, NULL, 0, row_int_fn, &one, error);

	if (conn)
		db_read_end(d->db, conn);
	*any = one != 0;
	return ok;
}

static gboolean name_job(struct db_tx *tx, void *arg, GError **error)
{
	(void)arg;
	return db_setting_put(db_conn_of(tx), "desk_name", "Lanyu sample desk", error) &&
	       db_setting_put(db_conn_of(tx), "zone", "Asia/Shanghai", error);
}

gboolean seed_sample(struct desk *d, GError **error)
{
	g_autoptr(GString) all = NULL;
	gboolean any;

	if (!has_tickets(d, &any, error))
		return FALSE;
	if (any)
		return desk_fail(error, DESK_CONFLICT, "this database holds somebody's tickets already");
	all = sample_text(error);
	return all && seed_desk(d, error) && import_content(d, all->str, all->len, "sample.jsonl", error) &&
	       db_submit_wait(d->db, name_job, NULL, error);
}
