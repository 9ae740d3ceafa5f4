/* Tables of customers, orders and people, both ways. */
#include "server/desk/export_table.h"

#include <string.h>

#include "wire/csv.h"
#include "wire/writer.h"
#include "base/say.h"

enum cell_kind { CELL_TEXT, CELL_NUMBER, CELL_YES, CELL_LIST };
struct column {
	const char *name;
	enum cell_kind kind;
};

static const struct column customer_table[] = {
	{"key", CELL_TEXT}, {"name", CELL_TEXT}, {"language", CELL_TEXT}, {"email", CELL_TEXT}, {"phone", CELL_TEXT},
	{"region", CELL_TEXT}, {"gender", CELL_TEXT}, {"occupation", CELL_TEXT}, {"birth_year", CELL_NUMBER},
	{"zone", CELL_TEXT}, {"preferences", CELL_TEXT}, {"registered", CELL_TEXT}, {"tags", CELL_LIST}, {NULL, 0}};
static const struct column order_table[] = {
	{"key", CELL_TEXT}, {"customer", CELL_TEXT}, {"number", CELL_TEXT}, {"items", CELL_TEXT},
	{"state", CELL_TEXT}, {"amount", CELL_TEXT}, {"currency", CELL_TEXT}, {"at", CELL_TEXT}, {NULL, 0}};
static const struct column person_table[] = {
	{"key", CELL_TEXT}, {"display", CELL_TEXT}, {"role", CELL_TEXT}, {"locale", CELL_TEXT},
	{"groups", CELL_LIST}, {"skills", CELL_LIST}, {"active", CELL_YES}, {NULL, 0}};

static const struct column *table_of(enum record_type type)
{
	return type == RECORD_CUSTOMER ? customer_table :
	       type == RECORD_ORDER    ? order_table :
	       type == RECORD_PERSON   ? person_table :
	                                 NULL;
}

gboolean export_has_table(enum record_type type)
{
	return table_of(type) != NULL;
}

/* ---- out */
void export_table_head(GString *out, enum record_type type)
{
	const char *names[CSV_MAX_CELLS];
	guint n = 0;

	for (const struct column *c = table_of(type); c->name; c++)
		names[n++] = c->name;
	csv_write(out, names, n);
}

static char *moment(int64_t ms)
{
	g_autoptr(GDateTime) at = ms ? g_date_time_new_from_unix_utc(ms / 1000) : NULL;

	return at ? g_date_time_format_iso8601(at) : NULL;
}

char *record_order_key(const char *customer_key, const char *number)
{
	GString *key = g_string_new(NULL);

	g_string_printf(key, "%s.%s", customer_key, number);
	g_strcanon(key->str, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", '_');
	if (key->len > 64) { /* the longest a key may be */
		g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key->str, -1);

		g_string_assign(key, sum);
	}
	return g_string_free(key, FALSE);
}

static char *joined(const GPtrArray *keys)
{
	GString *s = g_string_new(NULL);

	for (guint i = 0; keys && i < keys->len; i++)
		g_string_append_printf(s, "%s%s", i ? " " : "", (const char *)keys->pdata[i]);
	return g_string_free(s, FALSE);
}

static void customer_row(GString *out, const struct record *r)
{
	const struct customer *c = r->customer;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *year = c->birth_year ? g_strdup_printf("%d", c->birth_year) : NULL;
	g_autofree char *registered = moment(c->registered_ms), *tags = NULL;

	for (guint i = 0; i < c->tags->len; i++)
		g_ptr_array_add(names, ((const struct tag_mark *)c->tags->pdata[i])->name);
	tags = joined(names);
	const char *cells[] = {r->key, c->name, c->language, c->email, c->phone, c->region, c->gender, c->occupation,
	                       year, c->zone, c->preferences, registered, tags};
	csv_write(out, cells, G_N_ELEMENTS(cells));
}

static void order_row(GString *out, const struct record *r, const struct order *o)
{
	g_autofree char *key = record_order_key(r->key, o->number), *at = moment(o->at_ms);
	g_autofree char *amount = g_strdup_printf("%s%" G_GINT64_FORMAT ".%02d", o->amount_cents < 0 ? "-" : "",
	                                          ABS(o->amount_cents) / 100, (int)(ABS(o->amount_cents) % 100));
	const char *cells[] = {key, r->key, o->number, o->items, o->state, amount, o->currency, at};

	csv_write(out, cells, G_N_ELEMENTS(cells));
}

static void person_row(GString *out, const struct record *r)
{
	const struct person *p = r->person;
	g_autofree char *groups = joined(r->group_keys), *skills = joined(r->skill_keys);
	const char *cells[] = {r->key, p->display, role_name(p->role), p->locale, groups, skills,
	                       p->active ? "yes" : "no"};

	csv_write(out, cells, G_N_ELEMENTS(cells));
}

guint export_table_rows(GString *out, enum record_type type, const struct record *r)
{
	if (type == RECORD_PERSON) {
		person_row(out, r);
		return 1;
	}
	if (type == RECORD_CUSTOMER) {
		customer_row(out, r);
		return 1;
	}
	for (guint i = 0; i < r->customer->orders->len; i++)
		order_row(out, r, r->customer->orders->pdata[i]);
	return r->customer->orders->len;
}

/* ---- in */
struct table {
	enum record_type type;
	GString *out;
	guint line;        /* of `out`, so far */
	GArray *columns;   /* const struct column *, by cell; NULL before the first row */
	void (*bad)(guint line, const char *sentence, void *arg);
	void *arg;
	gboolean hopeless;
};

static const struct column *column_named(enum record_type type, const char *name)
{
	for (const struct column *c = table_of(type); c->name; c++)
		if (g_ascii_strcasecmp(c->name, name) == 0)
			return c;
	return NULL;
}

static gboolean head_row(struct table *t, char *const *cells, guint n, guint line)
{
	t->columns = g_array_new(FALSE, FALSE, sizeof(const struct column *));
	for (guint i = 0; i < n; i++) {
		g_autofree char *name = g_strstrip(g_strdup(cells[i]));
		const struct column *c = column_named(t->type, name);

		if (!c && *name) {
			g_autofree char *sentence = g_strdup_printf(_("there is no column \"%s\" in a table of %s records"),
			                                            name, record_type_name(t->type));

			t->bad(line, sentence, t->arg);
			t->hopeless = TRUE;
		}
		g_array_append_val(t->columns, c);
	}
	return !t->hopeless;
}

static void write_cell(struct writer *w, const struct column *c, const char *text)
{
	static const char *const yes[] = {"yes", "true", "1", "y", "是", NULL}, *const no[] = {"no", "false", "0", "n", "否", NULL};
	g_auto(GStrv) parts = NULL;
	char *end;
	gint64 number;

	switch (c->kind) {
	case CELL_NUMBER:
		number = g_ascii_strtoll(text, &end, 10);
		if (*end)
			writer_string(w, c->name, text); /* import says what is wrong with it */
		else
			writer_int(w, c->name, number);
		return;
	case CELL_YES:
		if (g_strv_contains(yes, text))
			writer_bool(w, c->name, TRUE);
		else if (g_strv_contains(no, text))
			writer_bool(w, c->name, FALSE);
		else
			writer_string(w, c->name, text);
		return;
	case CELL_LIST:
		parts = g_strsplit_set(text, " ,;", -1);
		writer_array(w, c->name);
		for (char **part = parts; *part; part++)
			if (**part)
				writer_string(w, NULL, *part);
		writer_end_array(w);
		return;
	case CELL_TEXT:
		writer_string(w, c->name, text);
	}
}

static gboolean table_row(char *const *cells, guint n, guint line, void *arg)
{
	struct table *t = arg;
	struct writer w;
	const char *key = NULL, *customer = NULL, *number = NULL;

	if (!t->columns)
		return head_row(t, cells, n, line);
	if (n > t->columns->len) {
		t->bad(line, _("the row has more cells than the first one"), t->arg);
		return TRUE;
	}
	for (; t->line < line; t->line++)
		g_string_append_c(t->out, '\n');
	writer_init(&w, t->out);
	writer_object(&w, NULL);
	writer_string(&w, "type", record_type_name(t->type));
	for (guint i = 0; i < n; i++) {
		const struct column *c = g_array_index(t->columns, const struct column *, i);

		if (!c || !*cells[i])
			continue;
		if (strcmp(c->name, "key") == 0)
			key = cells[i];
		else if (strcmp(c->name, "customer") == 0)
			customer = cells[i];
		else if (strcmp(c->name, "number") == 0)
			number = cells[i];
		write_cell(&w, c, cells[i]);
	}
	if (!key && customer && number) {
		g_autofree char *made = record_order_key(customer, number);

		writer_string(&w, "key", made);
	}
	writer_end_object(&w);
	return TRUE;
}

static void table_bad(guint line, const char *sentence, void *arg)
{
	const struct table *t = arg;

	t->bad(line, sentence, t->arg);
}

gboolean import_table_lines(GString *out, enum record_type type, const char *text, size_t len,
                            void (*bad)(guint line, const char *sentence, void *arg), void *arg)
{
	struct table t = {.type = type, .out = out, .line = 1, .bad = bad, .arg = arg};

	csv_read(text, len, table_row, table_bad, &t);
	if (t.columns)
		g_array_unref(t.columns);
	return !t.hopeless;
}
