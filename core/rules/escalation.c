/* The rungs of a ladder, who may do what on one, which reply counts; reasons, targets. */
#include "rules/escalation.h"

#include <string.h>
#include "base/say.h"

/* ---- the ladder */
gboolean escalation_is_open(const struct escalation *r)
{
	return r->state == RUNG_WAITING || (r->state == RUNG_ACKNOWLEDGED && r->kind != ESCALATION_TRANSFER);
}

gboolean escalation_is_root(const struct escalation *r)
{
	return (r->kind == ESCALATION_TIER2 || r->kind == ESCALATION_CROSS) && !r->parent_id;
}

struct escalation *escalation_of(const GPtrArray *ladder, desk_id id)
{
	for (guint i = 0; ladder && i < ladder->len; i++) {
		struct escalation *r = ladder->pdata[i];

		if (r->id == id)
			return r;
	}
	return NULL;
}

struct escalation *escalation_current(const GPtrArray *ladder)
{
	for (guint i = ladder ? ladder->len : 0; i > 0; i--) {
		struct escalation *r = ladder->pdata[i - 1];

		if (escalation_is_root(r) && escalation_is_open(r))
			return r;
	}
	return NULL;
}

guint escalation_parts(const GPtrArray *ladder, desk_id plan_id, guint *open, guint *answered)
{
	guint parts = 0, still = 0, done = 0;

	for (guint i = 0; ladder && i < ladder->len; i++) {
		const struct escalation *r = ladder->pdata[i];

		if (r->parent_id != plan_id)
			continue;
		parts++;
		still += escalation_is_open(r);
		done += r->state == RUNG_ANSWERED;
	}
	if (open)
		*open = still;
	if (answered)
		*answered = done;
	return parts;
}

/* ---- who may do what */
static gboolean works_for(const struct escalation_who *who, desk_id group_id)
{
	for (guint i = 0; group_id && who->groups && i < who->groups->len; i++)
		if (g_array_index(who->groups, desk_id, i) == group_id)
			return TRUE;
	return FALSE;
}

gboolean escalation_is_for(const struct escalation *r, const struct escalation_who *who)
{
	if (r->taken_id && r->taken_id == who->person_id)
		return TRUE;
	return r->to_person_id ? r->to_person_id == who->person_id : works_for(who, r->to_group_id);
}

static gboolean asked_by(const struct escalation *r, const struct escalation_who *who)
{
	return who->person_id && (r->by_id == who->person_id || r->from_person_id == who->person_id);
}

/* The act is possible on such a rung at all. */
static gboolean fits(const struct escalation *r, enum escalation_act act)
{
	switch (act) {
	case ESCALATION_ACKNOWLEDGE:
		return r->state == RUNG_WAITING;
	case ESCALATION_ESTIMATE:
		return r->kind == ESCALATION_TIER2 || r->kind == ESCALATION_CROSS;
	case ESCALATION_ANSWER_IT:
		return r->kind != ESCALATION_TRANSFER;
	case ESCALATION_GIVE_BACK:
		return r->kind != ESCALATION_TRANSFER || r->state == RUNG_WAITING;
	case ESCALATION_WITHDRAW:
		return r->kind == ESCALATION_CONSULT || r->state == RUNG_WAITING;
	}
	return FALSE;
}

gboolean escalation_may(const struct escalation *r, enum escalation_act act, const struct escalation_who *who)
{
	if (!escalation_is_open(r) || !fits(r, act))
		return FALSE;
	if (act == ESCALATION_WITHDRAW)
		return asked_by(r, who) || who->leads;
	/* Only the one it was offered to takes it over. */
	if (act == ESCALATION_ACKNOWLEDGE && r->kind == ESCALATION_TRANSFER)
		return escalation_is_for(r, who);
	return escalation_is_for(r, who) || who->leads;
}

struct escalation *escalation_for(const GPtrArray *ladder, enum escalation_act act, const struct escalation_who *who)
{
	struct escalation *other = NULL;

	for (guint i = ladder ? ladder->len : 0; i > 0; i--) {
		struct escalation *r = ladder->pdata[i - 1];

		if (!escalation_may(r, act, who))
			continue;
		if (act == ESCALATION_WITHDRAW ? asked_by(r, who) : escalation_is_for(r, who))
			return r;
		if (!other)
			other = r;
	}
	if (!other && act == ESCALATION_GIVE_BACK)
		return escalation_for(ladder, ESCALATION_WITHDRAW, who);
	return other;
}

/* ---- which reply counts */
static gboolean counts(const GPtrArray *ladder, const struct escalation *r, const struct escalation_who *author,
                       int64_t written_ms)
{
	guint open;

	if (written_ms <= r->at_ms)
		return FALSE;
	if (r->state == RUNG_ANSWERED)
		return TRUE;
	escalation_parts(ladder, r->id, &open, NULL);
	return escalation_is_open(r) && !open && escalation_is_for(r, author);
}

unsigned escalation_met_by_reply(const GPtrArray *ladder, int tier, const struct escalation_who *author,
                                 int64_t written_ms)
{
	const struct escalation *newest[ESCALATION_KIND_COUNT] = {NULL};
	unsigned met = 0;

	for (guint i = 0; ladder && i < ladder->len; i++) {
		const struct escalation *r = ladder->pdata[i];

		if (escalation_is_root(r))
			newest[r->kind] = r;
	}
	if (!newest[ESCALATION_TIER2] && !newest[ESCALATION_CROSS])
		return tier >= 2 ? ESCALATION_MEETS_TIER2 | ESCALATION_MEETS_PLAN : 0;
	if (newest[ESCALATION_TIER2] && counts(ladder, newest[ESCALATION_TIER2], author, written_ms))
		met |= ESCALATION_MEETS_TIER2;
	if (newest[ESCALATION_CROSS] && counts(ladder, newest[ESCALATION_CROSS], author, written_ms))
		met |= ESCALATION_MEETS_PLAN;
	return met;
}

/* ---- reasons */
struct reason {
	char *en, *zh;
	guint used, place;
};

static void reason_clear(void *item)
{
	struct reason *r = item;

	g_free(r->en);
	g_free(r->zh);
}

static gint by_use(gconstpointer a, gconstpointer b)
{
	const struct reason *x = a, *y = b;

	if (x->used != y->used)
		return x->used < y->used ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

static GArray *reasons_parse(const char *setting)
{
	GArray *list = g_array_new(FALSE, TRUE, sizeof(struct reason));
	g_auto(GStrv) entries = g_strsplit(setting ? setting : "", ";", -1);

	g_array_set_clear_func(list, reason_clear);
	for (guint i = 0; entries[i]; i++) {
		char *zh = strchr(entries[i], '=');
		struct reason r = {.place = i};

		if (zh)
			*zh++ = '\0';
		g_strstrip(entries[i]);
		if (zh)
			g_strstrip(zh);
		if (!*entries[i] && (!zh || !*zh))
			continue;
		r.en = g_strdup(*entries[i] ? entries[i] : zh);
		r.zh = g_strdup(zh && *zh ? zh : r.en);
		g_array_append_val(list, r);
	}
	return list;
}

GPtrArray *escalation_reasons(const char *setting, const char *language, const GPtrArray *used)
{
	g_autoptr(GArray) list = reasons_parse(setting);
	GPtrArray *reasons = g_ptr_array_new_with_free_func(g_free);
	gboolean chinese = language && g_str_has_prefix(language, "zh");

	for (guint i = 0; i < list->len; i++) {
		struct reason *r = &g_array_index(list, struct reason, i);

		for (guint k = 0; used && k < used->len; k++)
			r->used += strcmp(used->pdata[k], r->en) == 0 || strcmp(used->pdata[k], r->zh) == 0;
	}
	g_array_sort(list, by_use);
	for (guint i = 0; i < list->len; i++) {
		const struct reason *r = &g_array_index(list, struct reason, i);

		g_ptr_array_add(reasons, g_strdup(chinese ? r->zh : r->en));
	}
	return reasons;
}

/* ---- where to */
static int by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t escalation_wait(int64_t *pickups, size_t n, int waiting, int64_t pace_ms)
{
	if (n >= ESCALATION_PICKUPS_MIN) {
		qsort(pickups, n, sizeof *pickups, by_length);
		return n % 2 ? pickups[n / 2] : pickups[n / 2 - 1] + (pickups[n / 2] - pickups[n / 2 - 1]) / 2;
	}
	return pace_ms < 0 ? -1 : pace_ms * (MAX(waiting, 0) + 1);
}

int escalation_fit(const struct escalation_candidate *c)
{
	int fit = 0;

	if (!c->people)
		return 0;
	fit += c->owns_type ? 100 : 0;
	fit += c->tag ? 80 : 0;
	fit += c->manager ? 70 : 0;
	fit += c->skilled_now ? 50 : c->with_skill ? 30 : 0;
	fit += MIN(c->used, 8) * 5;
	/* The second tier is what a case goes to that nothing else is known of. */
	fit += c->group->tier >= 2 ? 15 : 0;
	if (!fit)
		return 0;
	/* A language alone makes nobody's work of it. */
	fit += c->speaking_now ? 25 : c->speakers ? 15 : 0;
	fit += c->available ? 10 : 0;
	return c->late ? MAX(fit / 2, 1) : fit;
}

gboolean escalation_tag_goes_to(const char *setting, const char *tag, const char *group)
{
	g_auto(GStrv) entries = g_strsplit(setting ? setting : "", ";", -1);

	for (guint i = 0; entries[i]; i++) {
		char *to = strchr(entries[i], '=');

		if (!to)
			continue;
		*to++ = '\0';
		if (strcmp(g_strstrip(entries[i]), tag) == 0 && strcmp(g_strstrip(to), group) == 0)
			return TRUE;
	}
	return FALSE;
}

char *escalation_why(const struct escalation_candidate *c)
{
	g_autoptr(GPtrArray) why = g_ptr_array_new_with_free_func(g_free);

	if (!c->people)
		return g_strdup(_("nobody works there"));
	if (c->owns_type)
		g_ptr_array_add(why, g_strdup(_("cases of this type are theirs")));
	if (c->tag)
		g_ptr_array_add(why, g_strdup_printf(_("for %s"), c->tag));
	if (c->manager)
		g_ptr_array_add(why, g_strdup_printf(_("%s looks after the customer"), c->manager));
	if (c->skill && c->with_skill)
		g_ptr_array_add(why, g_strdup_printf(_("knows about: %s"), c->skill));
	if (c->language && c->speakers)
		g_ptr_array_add(why, g_strdup_printf(_("speaks %s"), c->language));
	if (c->used)
		g_ptr_array_add(why, g_strdup_printf(say_n("%d case of this type went there lately",
		                                           "%d cases of this type went there lately", (guint64)c->used), c->used));
	if (why->len > 2)
		g_ptr_array_set_size(why, 2);
	g_ptr_array_add(why, NULL);
	return g_strjoinv(_(", "), (char **)why->pdata);
}
