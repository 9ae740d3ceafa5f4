/* The authorisation gate: which role may ask and change what. A kind that has no line
 * here is nobody's, so a new kind stays closed until someone decides. */
#include "server/people.h"
#include "wire/said.h"

#define BIT(role) (1u << ROLE_##role)
#define EVERYBODY (BIT(READ_ONLY) | BIT(AUDITOR) | WORKERS)
#define WORKERS (BIT(AGENT) | EDITORS)
#define OVERSEERS (BIT(AUDITOR) | BIT(SUPERVISOR) | BIT(ADMINISTRATOR))
#define EDITORS (BIT(SPECIALIST) | BIT(SUPERVISOR) | BIT(ADMINISTRATOR))

static const unsigned query_gate[QUERY_KIND_COUNT] = {
	[QUERY_SESSION] = EVERYBODY,
	[QUERY_QUEUE] = EVERYBODY,
	[QUERY_TICKET] = EVERYBODY,
	[QUERY_MESSAGES] = EVERYBODY,
	[QUERY_CUSTOMER] = EVERYBODY,
	[QUERY_CUSTOMERS] = EVERYBODY,
	[QUERY_KNOWLEDGE] = EVERYBODY,
	[QUERY_ARTICLE] = EVERYBODY,
	[QUERY_ARTICLE_VERSIONS] = EVERYBODY,
	[QUERY_TEMPLATES] = EVERYBODY,
	[QUERY_POLICIES] = EVERYBODY,
	[QUERY_VIEWS] = EVERYBODY,
	[QUERY_COMPENSATIONS] = EVERYBODY,
	[QUERY_SECRET] = WORKERS,
	[QUERY_CONFIG] = OVERSEERS,
	[QUERY_CONFIG_LOG] = OVERSEERS,
	[QUERY_DRAFTS] = EVERYBODY, /* one's own, and what is shared on tickets one sees */
	[QUERY_MACROS] = EVERYBODY,
	[QUERY_PRESENCE] = EVERYBODY,
	[QUERY_NOTICES] = EVERYBODY,
	[QUERY_AGENTS] = EVERYBODY,
	[QUERY_OFFERS] = WORKERS,
	[QUERY_ESCALATION_SHEET] = EVERYBODY,
	[QUERY_EXPLAIN] = EVERYBODY,
	[QUERY_PROBLEMS] = EVERYBODY,
	[QUERY_PROBLEM] = EVERYBODY,
	[QUERY_PACK] = EVERYBODY,
	[QUERY_AUTOMATION_LOG] = EVERYBODY,
	[QUERY_AUTOMATION_TRY] = OVERSEERS,
	[QUERY_DELIVERIES] = OVERSEERS,
};

static const unsigned change_gate[CHANGE_KIND_COUNT] = {
	[CHANGE_REPLY] = WORKERS,
	[CHANGE_NOTE] = WORKERS,
	[CHANGE_RECALL] = WORKERS,
	[CHANGE_CLAIM] = WORKERS,
	[CHANGE_CLAIM_NEXT] = WORKERS,
	[CHANGE_RELEASE] = WORKERS,
	[CHANGE_STATUS] = WORKERS,
	[CHANGE_PRIORITY] = WORKERS,
	[CHANGE_SUBJECT] = WORKERS,
	[CHANGE_CATEGORY] = WORKERS,
	[CHANGE_ASSIGN] = WORKERS,
	[CHANGE_TAG] = WORKERS,
	[CHANGE_CUSTOMER_TAG] = WORKERS,
	[CHANGE_ESCALATE] = WORKERS,
	[CHANGE_TICKET_NEW] = WORKERS,
	[CHANGE_ARTICLE_USED] = WORKERS,
	[CHANGE_ARTICLE_SAVE] = EDITORS,
	[CHANGE_FORWARD] = WORKERS,
	[CHANGE_TICKET_CUSTOMER] = WORKERS,
	[CHANGE_CUSTOMER_SAVE] = WORKERS,
	[CHANGE_FIELD] = WORKERS,
	[CHANGE_SPLIT] = WORKERS,
	[CHANGE_MERGE] = WORKERS,
	[CHANGE_LINK] = WORKERS,
	[CHANGE_CHECK_ADD] = WORKERS,
	[CHANGE_CHECK] = WORKERS,
	[CHANGE_CHECK_REMOVE] = WORKERS,
	[CHANGE_COMPENSATE] = WORKERS,
	[CHANGE_COMPENSATION_DECIDE] = BIT(SUPERVISOR) | BIT(ADMINISTRATOR),
	[CHANGE_SECRET_NEW] = WORKERS,
	[CHANGE_VIEW_SAVE] = EVERYBODY, /* whose views: the desk looks at the scope */
	[CHANGE_VIEW_REMOVE] = EVERYBODY,
	[CHANGE_CONFIG_APPLY] = BIT(ADMINISTRATOR),
	[CHANGE_DRAFT_SAVE] = WORKERS,
	[CHANGE_DRAFT_REMOVE] = WORKERS,
	[CHANGE_MACRO_SAVE] = WORKERS, /* whose macros: the desk looks at the scope */
	[CHANGE_MACRO_REMOVE] = WORKERS,
	[CHANGE_PRESENCE] = EVERYBODY,
	[CHANGE_WHISPER] = WORKERS,
	[CHANGE_HANDOVER] = WORKERS,
	[CHANGE_NOTICES_SEEN] = EVERYBODY,
	[CHANGE_PROMISE] = WORKERS,
	[CHANGE_AGENT_STATE] = WORKERS, /* another's: the desk asks for a supervisor */
	[CHANGE_OFFER_ACCEPT] = WORKERS,
	[CHANGE_OFFER_DECLINE] = WORKERS,
	[CHANGE_ACKNOWLEDGE] = WORKERS,
	[CHANGE_ESTIMATE] = WORKERS,
	[CHANGE_ESCALATION_ANSWER] = WORKERS,
	[CHANGE_RETURN] = WORKERS,
	[CHANGE_CONSULT] = WORKERS,
	[CHANGE_TRANSFER] = WORKERS,
	[CHANGE_CANT_SOLVE] = WORKERS,
	[CHANGE_ASSESS] = WORKERS,
	[CHANGE_SNOOZE] = WORKERS,
	[CHANGE_FOLLOW_UP_ASK] = WORKERS,
	[CHANGE_FOLLOW_UP] = WORKERS,
	[CHANGE_FOLLOW_UP_SKIP] = BIT(SUPERVISOR) | BIT(ADMINISTRATOR),
	[CHANGE_PROBLEM_SAVE] = WORKERS,
	[CHANGE_PROBLEM_LINK] = WORKERS,
	[CHANGE_PROBLEM_STEP] = WORKERS,
	[CHANGE_PROBLEM_TELL] = EDITORS,
	[CHANGE_PROBLEM_ARTICLE] = EDITORS,
	[CHANGE_WEBHOOK_RETRY] = BIT(SUPERVISOR) | BIT(ADMINISTRATOR),
};

static gboolean allowed(const struct actor *who, unsigned roles, const char *what, GError **error)
{
	if ((unsigned)who->role < ROLE_COUNT && (roles & (1u << who->role)))
		return TRUE;
	return desk_fail(error, DESK_FORBIDDEN, "the role %s may not do this: %s", word_said(role_name(who->role)), say(what));
}

gboolean people_may_ask(const struct actor *who, enum query_kind kind, GError **error)
{
	unsigned roles = (unsigned)kind < QUERY_KIND_COUNT ? query_gate[kind] : 0;
	g_autoptr(GString) names = g_string_new(NULL);

	if ((unsigned)who->role < ROLE_COUNT && (roles & (1u << who->role)))
		return TRUE;
	for (int role = 0; role < ROLE_COUNT; role++)
		if (roles & (1u << role))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", word_said(role_name((enum role)role)));
	return desk_fail(error, DESK_FORBIDDEN, "the role %s may not see this; it is for %s", word_said(role_name(who->role)),
	                 names->len ? names->str : "-");
}

gboolean people_may_change(const struct actor *who, const struct change *c, GError **error)
{
	return allowed(who, (unsigned)c->kind < CHANGE_KIND_COUNT ? change_gate[c->kind] : 0,
		       change_said(c->kind), error);
}

/* Whoever may say something may send a file with it. */
gboolean people_may_attach(const struct actor *who, GError **error)
{
	return allowed(who, WORKERS, N_("attach files"), error);
}

gboolean people_may_watch(const struct actor *who, GError **error)
{
	return allowed(who, BIT(AUDITOR) | BIT(ADMINISTRATOR), N_("metrics"), error);
}
