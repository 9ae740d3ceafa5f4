/* The policy file, read: sections become records through the same tables that read JSON. */
#include "wire/config_inner.h"

#include <string.h>

#include "base/text.h"
#include "base/say.h"

/* ---- keys */
static const struct {
	const char *member, *text;
	enum config_style style;
} lists[] = {
	{"targets", "target", CONFIG_TARGET},   {"holidays", "holiday", CONFIG_LINES},
	{"choices", "choice", CONFIG_LINES},    {"items", "item", CONFIG_LINES},
	{"groups", "groups", CONFIG_WORDS},     {"skills", "skills", CONFIG_WORDS},
	{"channels", "channels", CONFIG_WORDS}, {"tags", "tags", CONFIG_WORDS},
	{"exceptions", "exception", CONFIG_LINES},
};

static void add_key(GArray *keys, const char *outer, const struct field *f)
{
	struct config_key k = {.outer = outer, .member = f->name, .field = f};
	const char *text = f->name;
	if (f->type == FIELD_MASK)
		k.style = CONFIG_WORDS;
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		if (strcmp(lists[i].member, f->name) == 0) {
			text = lists[i].text;
			k.style = lists[i].style;
		}
	}
	g_snprintf(k.text, sizeof k.text, "%s%s%s", outer ? outer : "", outer ? "." : "", text);
	g_array_append_val(keys, k);
}

static void add_keys(GArray *keys, const char *outer, const struct shape *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (f->type == FIELD_FLAT)
			add_keys(keys, outer, f->shape);
		else if (f->type == FIELD_NEST)
			add_keys(keys, f->name, f->shape);
		else if (!(f->flags & FIELD_READ) && (outer || strcmp(f->name, "key") != 0))
			add_key(keys, outer, f);
	}
}

GArray *config_key_table(enum record_type type)
{
	GArray *keys = g_array_new(FALSE, TRUE, sizeof(struct config_key));
	const struct shape *object;
	add_keys(keys, NULL, record_shape(type, &object));
	if (type == RECORD_CALENDAR) {
		const struct config_key hours = {.text = "hours", .member = "hours", .style = CONFIG_HOURS};
		g_array_insert_val(keys, 1, hours);
	}
	return keys;
}

char **config_keys(enum record_type type)
{
	g_autoptr(GArray) keys = config_key_table(type);
	char **names = g_new0(char *, keys->len + 1);
	for (guint i = 0; i < keys->len; i++)
		names[i] = g_strdup(g_array_index(keys, struct config_key, i).text);
	return names;
}

/* ---- one section */
#define ERRORS_MOST 200 /* that are looked for, each by reading the section anew */

struct reader {
	const struct section *section;
	GArray *keys;
	int *key_of;     /* of each entry: index into keys, -1 unknown */
	gboolean *bad;   /* of each entry: told already */
	struct line_errors *errors;
	enum record_type type;
	const char *key;
};

static const struct section_entry *entry_at(const struct reader *r, guint i)
{
	return &g_array_index(r->section->entries, struct section_entry, i);
}

static void find_keys(struct reader *r)
{
	g_autofree int *first_of = g_new0(int, r->keys->len + 1); /* its line; 0 none yet */
	for (guint i = 0; i < r->section->entries->len; i++) {
		const struct section_entry *e = entry_at(r, i);
		r->key_of[i] = -1;
		for (guint k = 0; k < r->keys->len; k++)
			if (strcmp(g_array_index(r->keys, struct config_key, k).text, e->key) == 0)
				r->key_of[i] = (int)k;
		if (r->key_of[i] < 0) {
			g_autoptr(GString) known = g_string_new(NULL);
			for (guint k = 0; k < r->keys->len; k++)
				g_string_append_printf(known, "%s%s", k ? ", " : "",
						       g_array_index(r->keys, struct config_key, k).text);
			line_errors_add(r->errors, e->line, "a %s has no \"%s\"; it has %s", record_type_name(r->type),
					e->key, known->str);
			r->bad[i] = TRUE;
			continue;
		}
		if (g_array_index(r->keys, struct config_key, r->key_of[i]).style >= CONFIG_LINES)
			continue;
		if (!first_of[r->key_of[i]]) {
			first_of[r->key_of[i]] = e->line;
			continue;
		}
		line_errors_add(r->errors, e->line, "%s is there twice, first at line %d", e->key, first_of[r->key_of[i]]);
		r->bad[i] = TRUE;
	}
}

/* Complains about entry i; FALSE. */
static gboolean wrong(struct reader *r, guint i, const char *sentence)
{
	line_errors_add(r->errors, entry_at(r, i)->line, "%s %s", entry_at(r, i)->key, say(sentence));
	r->bad[i] = TRUE;
	return FALSE;
}

static gboolean is_number(const char *s)
{
	const char *digits = s + (*s == '-');
	size_t n = strspn(digits, "0123456789");
	return n && n <= 15 && !digits[n] && (*digits != '0' || n == 1);
}

static gboolean write_value(struct reader *r, struct writer *w, guint i, const struct config_key *k)
{
	const char *value = entry_at(r, i)->value;
	switch (k->field->type) {
	case FIELD_BOOL:
	case FIELD_MAYBE:
		if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
			return wrong(r, i, "must be yes or no");
		writer_bool(w, k->member, *value == 'y');
		return TRUE;
	case FIELD_INT:
	case FIELD_INT64:
		if (!is_number(value))
			return wrong(r, i, "must be a whole number");
		writer_int(w, k->member, g_ascii_strtoll(value, NULL, 10));
		return TRUE;
	default:
		writer_string(w, k->member, value);
		return TRUE;
	}
}

static void write_words(struct writer *w, const char *name, const char *value, const char *between)
{
	g_auto(GStrv) words = g_strsplit_set(value, between, -1);
	writer_array(w, name);
	for (char **word = words; *word; word++)
		if (**word)
			writer_string(w, NULL, *word);
	writer_end_array(w);
}

/* The words behind `name` in a target; how many, 0: none are right. Warnings may be several words: "50% 75% 10m". */
static guint write_part(struct writer *w, const char *name, char **value)
{
	guint n = value[0] ? 1 : 0;
	if (!n)
		return 0;
	if (strcmp(name, "priority") == 0 || strcmp(name, "problem") == 0 || strcmp(name, "calendar") == 0) {
		writer_string(w, name, value[0]);
	} else if (strcmp(name, "pause") == 0) {
		write_words(w, "pause", value[0], ",");
	} else if (strcmp(name, "warn") == 0) {
		g_autoptr(GString) all = g_string_new(value[0]);
		for (; value[n] && g_ascii_isdigit(*value[n]); n++)
			g_string_append_printf(all, " %s", value[n]);
		writer_string(w, name, all->str);
	} else {
		n = 0;
	}
	return n;
}

/* "CLOCK LENGTH [priority P] [problem P] [warn N% LENGTH] [pause S,S] [calendar C]" */
static gboolean write_target(struct reader *r, struct writer *w, guint i)
{
	g_auto(GStrv) words = g_strsplit_set(entry_at(r, i)->value, " \t", -1);
	GString *out = w->out;
	struct writer before = *w;
	gsize len = out->len;
	guint n = 0;
	for (char **word = words; *word; word++) {
		if (**word)
			words[n++] = *word;
		else
			g_free(*word);
	}
	words[n] = NULL;
	gboolean ok = n >= 2;
	writer_object(w, NULL);
	if (ok) {
		size_t digits = strspn(words[1], "0123456789");
		writer_string(w, "clock", words[0]);
		if (digits && digits <= 12 && strcmp(words[1] + digits, "ms") == 0)
			writer_int(w, "target", g_ascii_strtoll(words[1], NULL, 10));
		else
			writer_string(w, "target", words[1]);
	}
	for (guint at = 2, taken; ok && at < n; at += 1 + taken) {
		taken = write_part(w, words[at], words + at + 1);
		ok = taken > 0;
	}
	writer_end_object(w);
	if (ok)
		return TRUE;
	g_string_truncate(out, len);
	*w = before;
	return wrong(r, i, "must be CLOCK LENGTH, maybe with priority WORD, problem WORD, warn N% LENGTH, pause "
			   "STATUS,STATUS and calendar KEY behind it");
}

/* "mon-fri 09:00-12:00 13:00-18:00" */
static gboolean write_hours(struct reader *r, struct writer *w, guint i)
{
	const char *value = entry_at(r, i)->value;
	size_t n = strcspn(value, " \t");
	if (!n || !value[n])
		return wrong(r, i, "must be days and spans like mon-fri 09:00-12:00 13:00-18:00");
	g_autofree char *days = g_strndup(value, n);
	write_words(w, days, value + n, " \t");
	return TRUE;
}

static void write_entry(struct reader *r, struct writer *w, guint i, const struct config_key *k)
{
	switch (k->style) {
	case CONFIG_VALUE:
		write_value(r, w, i, k);
		break;
	case CONFIG_WORDS:
		write_words(w, k->member, entry_at(r, i)->value, " \t,");
		break;
	case CONFIG_LINES:
		writer_string(w, NULL, entry_at(r, i)->value);
		break;
	case CONFIG_TARGET:
		write_target(r, w, i);
		break;
	case CONFIG_HOURS:
		write_hours(r, w, i);
		break;
	}
}

/* Something right in the place of what is bad, so that its lack hides no other mistake. */
static void write_stand_in(struct writer *w, const struct config_key *k)
{
	if (k->style == CONFIG_HOURS) {
		writer_object(w, k->member);
		write_words(w, "mon", "00:00-24:00", " ");
		writer_end_object(w);
	} else if (k->style == CONFIG_VALUE && (k->field->flags & FIELD_REQUIRED)) {
		writer_string(w, k->member, k->field->words ? k->field->words->names[0] : "1");
	} else if (k->style == CONFIG_TARGET) {
		writer_array(w, k->member);
		writer_end_array(w);
	}
}

static void write_key(struct reader *r, struct writer *w, guint at)
{
	const struct config_key *k = &g_array_index(r->keys, struct config_key, at);
	gboolean opened = FALSE, tried = FALSE;
	for (guint i = 0; i < r->section->entries->len; i++) {
		if (r->key_of[i] != (int)at)
			continue;
		tried = TRUE;
		if (r->bad[i])
			continue;
		if (!opened && k->style == CONFIG_HOURS)
			writer_object(w, k->member);
		else if (!opened && k->style >= CONFIG_LINES)
			writer_array(w, k->member);
		opened = TRUE;
		write_entry(r, w, i, k);
	}
	if (opened && k->style == CONFIG_HOURS)
		writer_end_object(w);
	else if (opened && k->style >= CONFIG_LINES)
		writer_end_array(w);
	else if (tried && !opened)
		write_stand_in(w, k);
}

/* The section as the JSON of a record, without what is known to be bad. */
static char *json_of(struct reader *r)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *outer = NULL;
	struct writer w;
	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_string(&w, "type", record_type_name(r->type));
	writer_string(&w, "key", r->key);
	for (guint at = 0; at < r->keys->len; at++) {
		const struct config_key *k = &g_array_index(r->keys, struct config_key, at);
		if (g_strcmp0(outer, k->outer) != 0) {
			if (outer)
				writer_end_object(&w);
			if (k->outer)
				writer_object(&w, k->outer);
			outer = k->outer;
		}
		write_key(r, &w, at);
	}
	if (outer)
		writer_end_object(&w);
	writer_end_object(&w);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- whose fault is it? The message begins with the path in JSON. */
static int key_at_path(const struct reader *r, const char *path, size_t *len)
{
	for (guint at = 0; at < r->keys->len; at++) {
		const struct config_key *k = &g_array_index(r->keys, struct config_key, at);
		g_autofree char *name = k->outer ? g_strconcat(k->outer, ".", k->member, NULL) : g_strdup(k->member);
		*len = strlen(name);
		if (strncmp(path, name, *len) == 0 && strchr(" [.", path[*len]))
			return (int)at;
	}
	return -1;
}

/* The entry a path means: the n-th of a list, the one of those days, else the only one. */
static int entry_of(const struct reader *r, int key, const char *rest)
{
	int nth = *rest == '[' ? (int)g_ascii_strtoll(rest + 1, NULL, 10) : 0, last = -1;
	const struct config_key *k = &g_array_index(r->keys, struct config_key, key);
	size_t days = *rest == '.' ? strcspn(rest + 1, " [") : 0;
	for (guint i = 0; i < r->section->entries->len; i++) {
		const char *value = entry_at(r, i)->value;
		if (r->key_of[i] != key || r->bad[i])
			continue;
		last = (int)i;
		if (k->style == CONFIG_HOURS && days && strncmp(value, rest + 1, days) == 0 &&
		    strchr(" \t", value[days]))
			return last;
		if ((k->style == CONFIG_LINES || k->style == CONFIG_TARGET) && nth-- == 0)
			return last;
	}
	return k->style == CONFIG_VALUE || k->style == CONFIG_WORDS || k->style == CONFIG_HOURS ? last : -1;
}

/* Where the n-th word of a list stands, "[n]" being the path's. */
static int word_column(const struct section_entry *e, const char *path)
{
	gint64 nth = g_ascii_strtoll(path + 1, NULL, 10);
	const char *at = e->value + strspn(e->value, " \t,");
	while (nth-- > 0 && *at) {
		at += strcspn(at, " \t,");
		at += strspn(at, " \t,");
	}
	return e->column + (int)g_utf8_strlen(e->value, at - e->value);
}

/* Tells the error at its line. FALSE when it can't be set aside to look for more. */
static gboolean blame(struct reader *r, const char *message)
{
	size_t len = 0;
	int key = key_at_path(r, message, &len), at = -1;
	const char *rest = message + len, *sentence;
	if (key < 0) {
		line_errors_add(r->errors, r->section->line, "%s", message);
		return FALSE;
	}
	const struct config_key *k = &g_array_index(r->keys, struct config_key, key);
	if (*rest == '[' || *rest == '.')
		at = entry_of(r, key, rest);
	else if (k->style < CONFIG_LINES)
		at = entry_of(r, key, "");
	/* "targets[2].clock must be": what stands behind the path, but inside of a target */
	sentence = k->style == CONFIG_TARGET && strchr(rest, '.') ? strchr(rest, '.') + 1 : rest + strcspn(rest, " ") + 1;
	if (*rest == ' ')
		sentence = rest + 1;
	if (at < 0) {
		for (guint i = 0; i < r->section->entries->len; i++)
			if (r->key_of[i] == key && r->bad[i])
				return FALSE; /* missing only because it was set aside */
		line_errors_add(r->errors, r->section->line, "%s %s", k->text, sentence);
		return FALSE;
	}
	if (k->style == CONFIG_WORDS && *rest == '[')
		line_errors_add_at(r->errors, entry_at(r, (guint)at)->line, word_column(entry_at(r, (guint)at), rest), "%s %s",
				   k->text, sentence);
	else
		line_errors_add(r->errors, entry_at(r, (guint)at)->line, "%s%s %s", k->text,
				k->style == CONFIG_TARGET ? ":" : "", sentence);
	r->bad[at] = TRUE;
	return TRUE;
}

static struct record *read_section(struct reader *r, struct record **rest)
{
	guint n = r->section->entries->len, before = line_errors_count(r->errors);
	struct record *record = NULL;
	r->keys = config_key_table(r->type);
	r->key_of = g_new0(int, n + 1);
	r->bad = g_new0(gboolean, n + 1);
	find_keys(r);
	for (guint turn = 0; turn <= n; turn++) {
		g_autofree char *json = json_of(r);
		g_autoptr(GError) error = NULL;
		record = record_parse(json, strlen(json), 0, &error);
		if (record || !blame(r, error->message))
			break;
		if (turn == ERRORS_MOST) {
			line_errors_add(r->errors, r->section->line, "[%s] has more errors than are looked for", r->section->head);
			break;
		}
	}
	if (line_errors_count(r->errors) > before)
		*rest = g_steal_pointer(&record);
	g_array_unref(r->keys);
	g_free(r->key_of);
	g_free(r->bad);
	return record;
}

/* ---- the file */
static void item_free(void *data)
{
	struct config_item *item = data;
	g_free(item->key);
	record_free(item->record);
	record_free(item->rest);
	g_free(item);
}

static char *name_of(enum record_type type, const char *key)
{
	return g_strdup_printf("%s %s", record_type_name(type), key);
}

static gboolean check_head(const struct section *s, char **words, guint n, int *type, struct line_errors *errors)
{
	gboolean remove = n > 0 && strcmp(words[0], "remove") == 0;
	*type = n == (remove ? 3u : 2u) ? record_type_by_name(words[n - 2]) : -2;
	if (*type >= 0 && record_is_config((enum record_type)*type))
		return TRUE;
	if (*type == -2) {
		line_errors_add(errors, s->line, "[%s]: a section is [TYPE KEY] or [remove TYPE KEY]", s->head);
		return FALSE;
	}
	g_autoptr(GString) known = g_string_new(NULL);
	for (int i = 0; i < RECORD_TYPE_COUNT; i++)
		if (record_is_config(record_order[i]))
			g_string_append_printf(known, "%s%s", known->len ? ", " : "", record_type_name(record_order[i]));
	line_errors_add(errors, s->line, "\"%s\" is no type of configuration; they are %s", words[n - 2], known->str);
	return FALSE;
}

static void take_section(struct config_file *f, const struct section *s, struct line_errors *errors)
{
	g_auto(GStrv) words = g_strsplit(s->head, " ", -1);
	guint n = g_strv_length(words);
	int type;
	if (!check_head(s, words, n, &type, errors))
		return;
	struct config_item *item = g_new0(struct config_item, 1);
	item->type = (enum record_type)type;
	item->key = g_strdup(words[n - 1]);
	item->remove = n == 3;
	item->section = s;
	g_autofree char *name = name_of(item->type, item->key);
	const struct config_item *first = g_hash_table_lookup(f->named, name);
	if (first)
		line_errors_add(errors, s->line, "%s is there twice, first at line %d", name, first->section->line);
	else
		g_hash_table_insert(f->named, g_strdup(name), item);
	if (item->remove && s->entries->len)
		line_errors_add(errors, g_array_index(s->entries, struct section_entry, 0).line,
				"what is to be removed has no values");
	if (!item->remove) {
		struct reader r = {.section = s, .errors = errors, .type = item->type, .key = item->key};
		item->record = read_section(&r, &item->rest);
	}
	g_ptr_array_add(f->items, item);
}

struct config_file *config_parse(const char *text, size_t len, struct line_errors *errors)
{
	struct config_file *f = g_new0(struct config_file, 1);
	f->sections = sections_parse(text, len, errors);
	f->items = g_ptr_array_new_with_free_func(item_free);
	f->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < sections_count(f->sections); i++)
		take_section(f, sections_at(f->sections, i), errors);
	return f;
}

void config_file_free(struct config_file *f)
{
	if (!f)
		return;
	g_hash_table_unref(f->named);
	g_ptr_array_unref(f->items);
	sections_free(f->sections);
	g_free(f);
}

const struct config_item *config_find(const struct config_file *f, enum record_type type, const char *key)
{
	g_autofree char *name = name_of(type, key);
	return g_hash_table_lookup(f->named, name);
}

int config_line_of(const struct config_item *item, const char *word)
{
	for (guint i = 0; i < item->section->entries->len; i++) {
		const struct section_entry *e = &g_array_index(item->section->entries, struct section_entry, i);
		g_auto(GStrv) words = g_strsplit_set(e->value, " \t,", -1);
		if (g_strv_contains((const char *const *)words, word))
			return e->line;
	}
	return item->section->line;
}

struct checking {
	const struct config_file *file;
	const struct config_item *item;
	config_known_fn *known;
	void *arg;
	struct line_errors *errors;
};

static gboolean check_reference(enum record_type type, const char *key, void *arg)
{
	const struct checking *c = arg;
	const struct config_item *there = config_find(c->file, type, key);
	if (there ? !there->remove : c->known && c->known(type, key, c->arg))
		return TRUE;
	line_errors_add(c->errors, config_line_of(c->item, key), there ? "there is no %s \"%s\": this file removes it" :
			N_("there is no %s \"%s\""), record_type_name(type), key);
	return TRUE;
}

void config_check_references(const struct config_file *f, config_known_fn *known, void *arg,
			     struct line_errors *errors)
{
	for (guint i = 0; i < f->items->len; i++) {
		struct checking c = {f, f->items->pdata[i], known, arg, errors};
		if (c.item->record || c.item->rest)
			record_references(c.item->record ? c.item->record : c.item->rest, check_reference, &c);
	}
}
