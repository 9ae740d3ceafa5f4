/* Who gets what: orders over people and tickets, nothing else. */
#include "rules/routing.h"

#include <string.h>
#include "wire/desk_settings.h"

#define WITHOUT_LIMIT (1 << 30)

/* ---- capacity */
static gboolean parse_word(struct routing_weights *w, const char *word, GError **error)
{
	const char *eq = strchr(word, '=');
	g_autofree char *name = eq ? g_strndup(word, (gsize)(eq - word)) : NULL;
	int channel = name ? channel_by_name(name) : -1;
	gint64 weight;
	char *end;

	if (channel < 0)
		return desk_fail(error, DESK_INVALID, "\"%s\" doesn't begin with a channel and =", word);
	weight = g_ascii_strtoll(eq + 1, &end, 10);
	if (!g_ascii_isdigit(eq[1]) || weight > ROUTING_WEIGHT_MAX || *end)
		return desk_fail(error, DESK_INVALID, "\"%s\" must end in a number from 0 to %d", word, ROUTING_WEIGHT_MAX);
	w->of[channel] = (int)weight;
	return TRUE;
}

gboolean routing_weights_parse(struct routing_weights *w, const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text ? text : desk_setting_specs[DESK_SETTING_ID_CHANNEL_WEIGHTS].def, " ", -1);

	memset(w, 0, sizeof(*w));
	for (char **word = words; *word; word++)
		if (**word && strcmp(*word, "none") != 0 && !parse_word(w, *word, error))
			return FALSE;
	return TRUE;
}

gboolean routing_counts(enum ticket_status status)
{
	return status == STATUS_NEW || status == STATUS_OPEN || status == STATUS_PENDING_INTERNAL;
}

int routing_weight(const struct routing_weights *w, enum channel channel, enum ticket_status status)
{
	return routing_counts(status) && (unsigned)channel < CHANNEL_COUNT ? w->of[channel] : 0;
}

gboolean routing_has_room(const struct routing_agent *a, int weight)
{
	/* what takes nothing needs no room, but whoever is over the brim gets nothing more */
	return a->capacity <= 0 || ((int64_t)a->load + weight <= a->capacity);
}

/* ---- who may */
static gboolean has(const GArray *ids, desk_id id)
{
	for (guint i = 0; ids && i < ids->len; i++)
		if (g_array_index(ids, desk_id, i) == id)
			return TRUE;
	return FALSE;
}

static int skills_known(const struct routing_agent *a, const struct routing_work *work, int *asked)
{
	int known = 0;

	*asked = 0;
	for (int i = 0; i < ROUTING_SKILLS; i++) {
		if (!work->skills[i])
			continue;
		++*asked;
		known += has(a->skills, work->skills[i]);
	}
	return known;
}

static gboolean is_manager(const struct routing_agent *a, const struct routing_work *work)
{
	return work->manager_id && work->manager_id == a->person_id &&
	       (work->tier <= 1 || has(a->groups, work->group_id));
}

gboolean routing_may(const struct routing_agent *a, const struct routing_work *work, const struct routing_rules *rules,
                     int64_t now_ms)
{
	int asked;

	if (!routing_has_room(a, work->weight) || (a->passed_ms && now_ms - a->passed_ms < rules->again_ms))
		return FALSE;
	if (is_manager(a, work))
		return TRUE;
	return has(a->groups, work->group_id) &&
	       (now_ms - work->waiting_since_ms >= rules->skills_ms || skills_known(a, work, &asked) == asked);
}

/* ---- orders: < 0 when a is before b */
static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_loads(const struct routing_agent *a, const struct routing_agent *b)
{
	int64_t of_a = a->capacity > 0 ? a->capacity : WITHOUT_LIMIT, of_b = b->capacity > 0 ? b->capacity : WITHOUT_LIMIT;

	return compare(a->load * of_b, b->load * of_a);
}

static int compare_agents(const struct routing_agent *a, const struct routing_agent *b, const struct routing_work *work)
{
	int asked, order = is_manager(b, work) - is_manager(a, work);

	if (!order)
		order = compare(a->passed_ms, b->passed_ms); /* who never did has 0 */
	if (!order)
		order = skills_known(b, work, &asked) - skills_known(a, work, &asked);
	if (!order)
		order = compare_loads(a, b);
	if (!order)
		order = compare(a->free_since_ms, b->free_since_ms);
	return order ? order : compare(a->person_id, b->person_id);
}

int routing_best_agent(const struct routing_agent *agents, int n, const struct routing_work *work,
                       const struct routing_rules *rules, int64_t now_ms)
{
	int best = -1;

	for (int i = 0; i < n; i++)
		if (routing_may(&agents[i], work, rules, now_ms) &&
		    (best < 0 || compare_agents(&agents[i], &agents[best], work) < 0))
			best = i;
	return best;
}

static int compare_works(const struct routing_work *a, const struct routing_work *b, const struct routing_agent *who)
{
	int order = is_manager(who, b) - is_manager(who, a);

	if (!order)
		order = compare(a->due_ms, b->due_ms);
	return order ? order : compare(a->ticket_id, b->ticket_id);
}

int routing_best_work(const struct routing_agent *a, const struct routing_work *works, int n,
                      const struct routing_rules *rules, int64_t now_ms)
{
	int best = -1;

	for (int i = 0; i < n; i++)
		if (routing_may(a, &works[i], rules, now_ms) &&
		    (best < 0 || compare_works(&works[i], &works[best], a) < 0))
			best = i;
	return best;
}

GPtrArray *routing_reasons(const char *text)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) parts = g_strsplit(text ? text : desk_setting_specs[DESK_SETTING_ID_BREAK_REASONS].def, ",", -1);

	for (char **part = parts; *part; part++)
		if (*g_strstrip(*part))
			g_ptr_array_add(list, g_strdup(*part));
	return list;
}
