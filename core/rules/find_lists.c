/* Names of groups, people, tags and fields out of plain lists. */
#include "rules/find_lists.h"

#include <string.h>
#include "base/text.h"

#define NAMES_MAX 512 /* looked through for "did you mean" */

static gboolean same(const char *folded, const char *name)
{
	g_autofree char *other = name ? text_fold(name, -1) : NULL;

	return other && strcmp(folded, other) == 0;
}

static gboolean word_begins(const char *folded, const char *display)
{
	g_autofree char *all = display ? text_fold(display, -1) : NULL;

	if (!all || !*folded)
		return FALSE;
	for (const char *at = strstr(all, folded); at; at = strstr(at + 1, folded))
		if (at == all || at[-1] == ' ')
			return TRUE;
	return FALSE;
}

#define EACH(list, type, item) \
	for (guint i_ = 0; (list) && i_ < (list)->len; i_++) \
		for (const struct type *item = g_ptr_array_index(list, i_); item; item = NULL)

static void groups(const char *name, GArray *ids, void *arg)
{
	const struct find_lists *l = arg;
	g_autofree char *folded = text_fold(name, -1);

	EACH(l->groups, group, g) {
		if (same(folded, g->name) || same(folded, g->title))
			g_array_append_val(ids, g->id);
	}
}

static void people(const char *name, GArray *ids, void *arg)
{
	const struct find_lists *l = arg;
	g_autofree char *folded = text_fold(name, -1);

	EACH(l->people, person, p) {
		if (same(folded, p->name))
			g_array_append_val(ids, p->id);
	}
	if (ids->len)
		return;
	EACH(l->people, person, p) {
		if (word_begins(folded, p->display))
			g_array_append_val(ids, p->id);
	}
}

static void tags(const char *name, GArray *ids, void *arg)
{
	const struct find_lists *l = arg;
	g_autofree char *folded = text_fold(name, -1);

	EACH(l->tags, tag, t) {
		if (same(folded, t->name) || same(folded, t->label_en) || same(folded, t->label_zh))
			g_array_append_val(ids, t->id);
	}
}

static desk_id custom(const char *name, enum find_custom *type, void *arg)
{
	static const enum find_custom types[FIELD_TYPE_TOTAL] = {
		[FIELD_TYPE_TEXT] = FIND_CUSTOM_TEXT,     [FIELD_TYPE_NUMBER] = FIND_CUSTOM_NUMBER,
		[FIELD_TYPE_DATE] = FIND_CUSTOM_DATE,     [FIELD_TYPE_CHOICE] = FIND_CUSTOM_TEXT,
		[FIELD_TYPE_YES_NO] = FIND_CUSTOM_YES_NO,
	};
	const struct find_lists *l = arg;
	g_autofree char *folded = text_fold(name, -1);

	EACH(l->fields, desk_field, f) {
		if (same(folded, f->name)) {
			*type = types[f->type];
			return f->id;
		}
	}
	return 0;
}

static void add_labelled(const char *name, const char *en, const char *zh, find_word_fn *add, void *to)
{
	g_autofree char *means = g_strconcat(en ? en : "", en && zh ? " " : "", zh ? zh : "", NULL);

	add(&(struct find_word){name, *means ? means : NULL}, to);
}

/* Gives `add` each name of a field's values. */
static void words(enum find_field field, find_word_fn *add, void *to, void *arg)
{
	const struct find_lists *l = arg;

	switch (field) {
	case FIND_GROUP:
	case FIND_PART:
		EACH(l->groups, group, g) {
			add(&(struct find_word){g->name, g->title}, to);
		}
		break;
	case FIND_ASSIGNEE:
	case FIND_ESCALATED:
	case FIND_CONSULT:
	case FIND_ACKNOWLEDGE:
		EACH(l->people, person, p) {
			if (p->active)
				add(&(struct find_word){p->name, p->display}, to);
		}
		break;
	case FIND_TAG:
		EACH(l->tags, tag, t) {
			add_labelled(t->name, t->label_en, t->label_zh, add, to);
		}
		break;
	case FIND_CATEGORY:
		EACH(l->categories, category, c) {
			if (c->active)
				add_labelled(c->name, c->label_en, c->label_zh, add, to);
		}
		break;
	case FIND_CUSTOM:
		EACH(l->fields, desk_field, f) {
			add_labelled(f->name, f->label_en, f->label_zh, add, to);
		}
		break;
	default:
		break;
	}
}

struct names {
	const char *name[NAMES_MAX];
	size_t n;
};

static void collect(const struct find_word *word, void *arg)
{
	struct names *names = arg;

	/* Names are borrowed from the lists: only what a word means is made up. */
	if (names->n < NAMES_MAX)
		names->name[names->n++] = word->name;
}

static const char *nearest(enum find_field field, const char *name, void *arg)
{
	struct names names = {.n = 0};

	words(field, collect, &names, arg);
	return find_nearest(name, names.name, names.n);
}

void find_lists_use(const struct find_lists *lists, struct find_resolver *r, struct find_vocabulary *v)
{
	void *arg = (void *)(uintptr_t)lists; /* given back as const */

	if (r)
		*r = (struct find_resolver){
			.groups = groups,
			.people = people,
			.tags = tags,
			.custom = custom,
			.nearest = nearest,
			.me = lists->me ? lists->me->id : 0,
			.mine = lists->me ? lists->me->groups : NULL,
			.zone = lists->zone,
			.arg = arg,
		};
	if (v)
		*v = (struct find_vocabulary){.words = words, .arg = arg};
}
