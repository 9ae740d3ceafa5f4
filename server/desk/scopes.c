/* Whose views and macros are whose. */
#include "server/desk/inside.h"

gboolean words_works_for(const struct words *w, const struct actor *who, desk_id group_id)
{
	const struct person *p = words_person(w, who->person_id);

	for (guint i = 0; p && i < p->groups->len; i++)
		if (g_array_index(p->groups, desk_id, i) == group_id)
			return TRUE;
	return FALSE;
}

gboolean scope_may_use(const struct words *w, const struct actor *who, enum scope scope, desk_id owner_id)
{
	switch (scope) {
	case SCOPE_OWN:
		return owner_id == who->person_id;
	case SCOPE_GROUP:
		return actor_leads(who) || words_works_for(w, who, owner_id);
	default:
		return TRUE;
	}
}

gboolean scope_may_change(const struct words *w, const struct actor *who, enum scope scope, desk_id owner_id)
{
	switch (scope) {
	case SCOPE_OWN:
		return owner_id == who->person_id;
	case SCOPE_GROUP:
		return who->person_id == 0 || who->role == ROLE_ADMINISTRATOR ||
		       (who->role == ROLE_SUPERVISOR && words_works_for(w, who, owner_id));
	default:
		return actor_leads(who);
	}
}
