/* What a problem leaves behind: a knowledge draft, or a training note for agents. Both are articles: the note is
 * one of the service module under "training", so that it is found, versioned and reviewed like any other. */
#include "server/desk/problems.h"

#include <string.h>
#include "rules/problem.h"

#define SAID_MAX 5 /* customers quoted */
#define TRAINING "training"

static gboolean said_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, db_dup(row, 0));
	return TRUE;
}

static enum kb_module module_of(const struct work *w, const struct problem *p, gboolean training)
{
	const struct category *c = words_category_named(w->words, p->category);

	if (training)
		return MODULE_SERVICE;
	if (c && c->after_sales > 0)
		return MODULE_AFTER_SALES;
	return c && c->after_sales < 0 && category_after_sales(p->category) ? MODULE_AFTER_SALES : MODULE_PRODUCT;
}

static gboolean insert(struct work *w, const struct problem *p, gboolean training, const char *language, desk_id *id,
                       GError **error)
{
	g_autoptr(GPtrArray) said = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *body = NULL;
	struct event e = {.kind = EVENT_ARTICLE};
	struct article a = {
		.version = 1, .state = ARTICLE_DRAFT, .module = module_of(w, p, training), .language = (char *)language,
		.category = training ? (char *)TRAINING : p->category, .title = p->title, .author = (char *)w->who->display,
		.at_ms = w->now,
	};

	if (!DB_RUN(w->conn, STMT_PROBLEM_ASKED, said_fn, said, error, DB_I(p->id), DB_I(MESSAGE_CUSTOMER), DB_I(SAID_MAX)))
		return FALSE;
	a.body = body = problem_article(p, said, training, language);
	if (!DB_RUN(w->conn, STMT_ARTICLE_INSERT, row_int_fn, &a.id, error, DB_I(1), DB_I(0), DB_I(0), DB_I(0), DB_I(0)) ||
	    !article_add_version(w->conn, a.id, &a, error))
		return FALSE;
	*id = e.article_id = a.id;
	return work_announce(w, &e, change_name(CHANGE_ARTICLE_SAVE), error);
}

/* Asked for once more it is the one there is. */
gboolean change_problem_article(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	gboolean training = g_strcmp0(c->text, "training") == 0;
	const char *language = c->name && *c->name ? say_language_of_locale(c->name) : "en";
	struct problem_kept k;
	desk_id *id;
	gboolean ok;

	if (!training && g_strcmp0(c->text, "knowledge") != 0)
		return desk_fail(error, DESK_INVALID, "kind isn't one of knowledge, training");
	if (!language)
		return desk_fail(error, DESK_INVALID, "language: \"%s\" isn't one of en, zh", c->name);
	if (!problem_load(w, c->problem_id, &k, error))
		return FALSE;
	id = training ? &k.problem->training_id : &k.problem->article_id;
	ok = *id || (insert(w, k.problem, training, language, id, error) && problem_save(w, &k, change_name(c->kind), error));
	ok = ok && (out->article = article_read(w->conn, *id, 0, error)) &&
	     (out->problem = problem_read(w->conn, w->words, c->problem_id, error));
	problem_kept_clear(&k);
	return ok;
}
