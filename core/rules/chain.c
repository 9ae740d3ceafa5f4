/* Chains of rules. */
#include "rules/chain.h"

#include <string.h>

static char *link_of(desk_id rule_id, desk_id ticket_id)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "@%" G_GINT64_FORMAT, rule_id, ticket_id);
}

int chain_depth(const char *chain)
{
	int n = 0;

	for (const char *p = chain; p && (p = strchr(p, '@')); p++)
		n++;
	return n;
}

enum chain_answer chain_may(const char *chain, desk_id rule_id, desk_id ticket_id)
{
	g_autofree char *one = link_of(rule_id, ticket_id);
	g_auto(GStrv) links = g_strsplit(chain ? chain : "", " ", -1);

	if (g_strv_contains((const char *const *)links, one))
		return CHAIN_AGAIN;
	return chain_depth(chain) >= CHAIN_DEPTH ? CHAIN_DEEP : CHAIN_GO;
}

char *chain_with(const char *chain, desk_id rule_id, desk_id ticket_id)
{
	g_autofree char *one = link_of(rule_id, ticket_id);

	return chain && *chain ? g_strconcat(chain, " ", one, NULL) : g_steal_pointer(&one);
}
