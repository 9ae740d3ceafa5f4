/* Making and ending views. */
#include "tui/view.h"

struct view *view_new(const struct view_ops *ops, struct store *store)
{
	struct view *v = g_new0(struct view, 1);

	v->ops = ops;
	v->store = store;
	v->state = g_malloc0(ops->state_size);
	v->stale = TRUE;
	v->todo = TODO_RECALC | TODO_PAINT;
	if (ops->open)
		ops->open(v);
	return v;
}

void view_free(struct view *v)
{
	if (!v)
		return;
	if (v->ops->close)
		v->ops->close(v);
	g_free(v->state);
	g_free(v);
}
