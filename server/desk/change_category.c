/* What kind of problem it is: the category, what follows from it, and the custom fields
 * that belong to it. */
#include "server/desk/inside.h"

#include <string.h>
#include "base/text.h"
#include "rules/custom_field.h"

#define CATEGORY_LEVELS 3
#define CATEGORY_MAX 200

/* R-TIME-4: account, password and order look-ups are the simple ones. */
enum problem_class category_problem(const char *category)
{
	static const char *const simple[] = {"account", "order"};

	for (size_t i = 0; category && i < G_N_ELEMENTS(simple); i++)
		if (g_str_has_prefix(category, simple[i]))
			return PROBLEM_SIMPLE;
	return PROBLEM_COMPLEX;
}

gboolean category_after_sales(const char *category)
{
	static const char *const after[] = {"return", "exchange", "repair", "refund", "after-sales"};

	for (size_t i = 0; category && i < G_N_ELEMENTS(after); i++)
		if (g_str_has_prefix(category, after[i]))
			return TRUE;
	return FALSE;
}

static gboolean any_active(const struct words *w)
{
	for (guint i = 0; i < w->categories->len; i++)
		if (((const struct category *)w->categories->pdata[i])->active)
			return TRUE;
	return FALSE;
}

/* A desk that has a list of categories means it; one without takes what people write. */
gboolean category_check(const struct words *w, const char *category, const char *now, GError **error)
{
	g_auto(GStrv) levels = NULL;
	const struct category *known;

	if (!category || !*category || g_strcmp0(category, now) == 0)
		return TRUE;
	if (!text_check("category", category, CATEGORY_MAX, FALSE, error))
		return FALSE;
	levels = g_strsplit(category, "/", -1);
	if (g_strv_length(levels) > CATEGORY_LEVELS)
		return desk_fail(error, DESK_INVALID, "category: it has more than %d levels", CATEGORY_LEVELS);
	for (char **level = levels; *level; level++)
		if (!**level)
			return desk_fail(error, DESK_INVALID, "category: a level of \"%s\" is empty", category);
	if (!any_active(w))
		return TRUE;
	known = words_category_named(w, category);
	if (!known)
		return desk_fail(error, DESK_INVALID, "category: there is no category \"%s\"", category);
	if (!known->active)
		return desk_fail(error, DESK_INVALID, "category: \"%s\" isn't used any more", category);
	return TRUE;
}

void category_classify(const struct words *w, struct ticket *t, int problem)
{
	const struct category *known = words_category_named(w, t->category);

	if (problem >= 0)
		t->problem = (enum problem_class)problem;
	else
		t->problem = known && known->problem >= 0 ? (enum problem_class)known->problem :
		                                           category_problem(t->category);
	if (known && known->after_sales >= 0)
		t->after_sales = known->after_sales != 0;
	else
		t->after_sales = t->after_sales || category_after_sales(t->category);
}

gboolean change_category(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct ticket *t = w->ticket;

	(void)out;
	if (c->problem >= PROBLEM_COUNT)
		return desk_fail(error, DESK_INVALID, "problem isn't one of simple, complex");
	if (c->text && !category_check(w->words, c->text, t->category, error))
		return FALSE;
	if (c->text) {
		g_free(t->category);
		t->category = *c->text ? g_strdup(c->text) : NULL;
		category_classify(w->words, t, c->problem);
	} else if (c->problem >= 0) {
		t->problem = (enum problem_class)c->problem;
	}
	w->touched = w->new_words = TRUE;
	return TRUE;
}

/* ---- custom fields */
static gboolean put_field(struct work *w, const struct desk_field *f, GError **error)
{
	const struct change *c = w->change;
	const char *category = w->ticket->category;
	g_autofree char *value = NULL, *folded = NULL;
	double number = 0;

	if (!custom_field_fits(f, category))
		return desk_fail(error, DESK_INVALID, "%s: tickets of \"%s\" don't have this field", f->name,
		                 category ? category : _("no category"));
	if (c->body && !text_storable(c->body, strlen(c->body)))
		return desk_fail(error, DESK_INVALID, "%s: the value isn't valid UTF-8", f->name);
	value = custom_field_value(f, c->body, &number, error);
	if (!value)
		return FALSE;
	folded = text_fold(value, -1);
	return DB_RUN(w->conn, STMT_TICKET_FIELD_PUT, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(f->id),
	              DB_T(value), DB_T(folded), DB_D(number));
}

gboolean change_field(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct desk_field *f = words_field_named(w->words, c->text);

	(void)out;
	if (!f)
		return desk_fail(error, DESK_INVALID, "field: there is no field \"%s\"", c->text ? c->text : "");
	if (c->on ? !put_field(w, f, error) :
	            !DB_RUN(w->conn, STMT_TICKET_FIELD_REMOVE, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(f->id)))
		return FALSE;
	if (db_changed(w->conn) > 0)
		w->touched = w->new_words = TRUE;
	return TRUE;
}
