/* Filling the knowledge index at start: a few hundred articles at once, more in the background,
 * so that a desk with many articles is there at once. Until the end searches say that there
 * may be more. */
#include "server/desk/inside.h"

#include "base/log.h"

#define PAGE 100                                  /* articles between two breaths */
#define AT_ONCE_US (100 * G_TIME_SPAN_MILLISECOND) /* what a start (or an event) waits for */
#define RETRY_US (5 * G_TIME_SPAN_SECOND)

struct knowledge_fill {
	struct desk *desk;
	GThread *thread;
	GMutex lock;        /* reading an article and putting it in are one: the index never goes back */
	GCond wake;
	gboolean stopping, filling;
	desk_id last;       /* articles up to here are in */
	GHashTable *ids;    /* what is published, as far as seen */
};

static gboolean list_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, row_article(row));
	return TRUE;
}

/* Under the lock. At the end what is no longer published goes. */
static gboolean fill_page(struct knowledge_fill *k, struct db_conn *conn, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)article_free);

	if (!DB_RUN(conn, STMT_ARTICLES_PUBLISHED, list_fn, list, error, DB_I(k->last), DB_I(PAGE)))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const struct article *a = list->pdata[i];

		if (!search_put(k->desk->search, a, error))
			return FALSE;
		k->last = a->id;
		g_hash_table_add(k->ids, g_memdup2(&k->last, sizeof(k->last)));
	}
	k->filling = list->len == PAGE;
	return k->filling || search_retain(k->desk->search, k->ids, error);
}

static gboolean page_of_thread(struct knowledge_fill *k)
{
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(k->desk->db, &error);
	gboolean ok = conn && fill_page(k, conn, &error);

	if (conn)
		db_read_end(k->desk->db, conn);
	if (!ok)
		log_warn("search", "the knowledge index waits: %s", error->message);
	return ok;
}

static void *fill(void *arg)
{
	struct knowledge_fill *k = arg;

	g_mutex_lock(&k->lock);
	while (!k->stopping) {
		if (!k->filling) {
			g_cond_wait(&k->wake, &k->lock);
			continue;
		}
		if (!page_of_thread(k))
			g_cond_wait_until(&k->wake, &k->lock, g_get_monotonic_time() + RETRY_US);
		else if (!k->filling)
			log_info("search", "the knowledge index is complete");
		/* others come in between */
		g_mutex_unlock(&k->lock);
		g_thread_yield();
		g_mutex_lock(&k->lock);
	}
	g_mutex_unlock(&k->lock);
	return NULL;
}

struct knowledge_fill *knowledge_fill_new(struct desk *d)
{
	struct knowledge_fill *k = g_new0(struct knowledge_fill, 1);

	k->desk = d;
	k->ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_mutex_init(&k->lock);
	g_cond_init(&k->wake);
	return k;
}

void knowledge_fill_stop(struct knowledge_fill *k)
{
	g_mutex_lock(&k->lock);
	k->stopping = TRUE;
	g_cond_broadcast(&k->wake);
	g_mutex_unlock(&k->lock);
	if (k->thread)
		g_thread_join(k->thread);
	k->thread = NULL;
}

void knowledge_fill_free(struct knowledge_fill *k)
{
	if (!k)
		return;
	knowledge_fill_stop(k);
	g_hash_table_unref(k->ids);
	g_mutex_clear(&k->lock);
	g_cond_clear(&k->wake);
	g_free(k);
}

gboolean knowledge_complete(struct desk *d)
{
	struct knowledge_fill *k = d->knowledge;
	gboolean complete;

	/* whoever has the lock is filling in: not worth waiting for */
	if (!g_mutex_trylock(&k->lock))
		return FALSE;
	complete = !k->filling;
	g_mutex_unlock(&k->lock);
	return complete;
}

gboolean knowledge_index(struct desk *d, struct db_conn *conn, GError **error)
{
	struct knowledge_fill *k = d->knowledge;
	gint64 until = g_get_monotonic_time() + AT_ONCE_US;
	gboolean ok = TRUE;

	g_mutex_lock(&k->lock);
	k->filling = TRUE;
	k->last = 0;
	g_hash_table_remove_all(k->ids);
	while (ok && k->filling && g_get_monotonic_time() < until)
		ok = fill_page(k, conn, error);
	if (ok && k->filling && !k->stopping && !k->thread) {
		log_info("search", "filling the knowledge index in the background");
		k->thread = g_thread_new("knowledge", fill, k);
	}
	g_cond_signal(&k->wake);
	g_mutex_unlock(&k->lock);
	return ok;
}

static gboolean article_fn(const struct db_row *row, void *arg)
{
	*(struct article **)arg = row_article(row);
	return FALSE;
}

/* After commit, for every event of an article: the index follows what is published. */
gboolean knowledge_follow(struct desk *d, struct db_conn *conn, desk_id id, GError **error)
{
	struct knowledge_fill *k = d->knowledge;
	struct article *a = NULL;
	gboolean ok;

	g_mutex_lock(&k->lock);
	ok = DB_RUN(conn, STMT_ARTICLE_PUBLISHED, article_fn, &a, error, DB_I(id));
	if (ok)
		ok = a ? search_put(d->search, a, error) : search_remove(d->search, id, error);
	if (ok && a)
		g_hash_table_add(k->ids, g_memdup2(&id, sizeof(id)));
	else if (ok)
		g_hash_table_remove(k->ids, &id);
	g_mutex_unlock(&k->lock);
	article_free(a);
	return ok;
}
