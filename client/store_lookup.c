/* One question of a place that keeps the answer itself. */
#include "client/store_private.h"

struct asking {
	struct store *store; /* NULL: it has ended */
	store_answer_fn *fn;
	void *arg;
	GDestroyNotify destroy;
};

static void let_go(struct asking *a)
{
	if (a->destroy)
		a->destroy(a->arg);
	a->destroy = NULL;
}

static void answered(struct answer *answer, const GError *error, const struct ticket *conflict, void *arg)
{
	struct asking *a = arg;

	(void)conflict;
	if (a->store) {
		g_ptr_array_remove_fast(a->store->asking, a);
		a->fn(answer, error, a->arg);
	} else if (answer) {
		answer_free(answer);
	}
	let_go(a);
	g_free(a);
}

static struct asking *asking_new(struct store *s, store_answer_fn *fn, void *arg, GDestroyNotify destroy)
{
	struct asking *a = g_new(struct asking, 1);

	*a = (struct asking){s, fn, arg, destroy};
	g_ptr_array_add(s->asking, a);
	return a;
}

void store_lookup(struct store *s, const struct query *q, store_answer_fn *fn, void *arg, GDestroyNotify destroy)
{
	backend_read(s->backend, q, answered, asking_new(s, fn, arg, destroy));
}

void store_request(struct store *s, const struct change *c, store_answer_fn *fn, void *arg, GDestroyNotify destroy)
{
	backend_write(s->backend, c, answered, asking_new(s, fn, arg, destroy));
}

/* The answers still come, from the backend's end; nobody hears of them. */
void asking_end(struct store *s)
{
	for (guint i = 0; i < s->asking->len; i++) {
		struct asking *a = s->asking->pdata[i];

		a->store = NULL;
		let_go(a);
	}
	g_ptr_array_unref(s->asking);
}
