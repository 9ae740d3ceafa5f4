/* Rules from the command line of the server: tried on the past, resumed, secrets of webhooks. */
#ifndef DESK_AUTOMATION_COMMAND_H
#define DESK_AUTOMATION_COMMAND_H

#include "server/desk/desk.h"
#include "wire/config.h"

/* What a rule of the desk (by name), or every one of a file that is right by itself, would have done since:
 * lines for a person; g_free. Nothing is changed. */
char *desk_rule_try(struct desk *d, const char *name, int64_t since_ms, GError **error);
char *desk_rules_try(struct desk *d, const struct config_file *file, int64_t since_ms, GError **error);
gboolean desk_rule_resume(struct desk *d, const char *name, GError **error);
/* The key its deliveries are signed with; g_free. */
char *desk_rule_secret(struct desk *d, const char *name, GError **error);

#endif
