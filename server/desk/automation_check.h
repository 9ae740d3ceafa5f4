/* Triggers, schedules and webhooks of a policy file, looked at beside what the desk has. */
#ifndef DESK_AUTOMATION_CHECK_H
#define DESK_AUTOMATION_CHECK_H

#include "wire/config.h"

/* Everything that rules may name, as it will be. Lists are borrowed objects. */
struct rule_names {
	GPtrArray *groups, *people, *tags, *categories, *fields, *checklists, *templates;
	GPtrArray *webhooks;  /* char* */
	char *webhook_allow;  /* the setting; NULL unset */
	gboolean alone;       /* the file is looked at without a desk: nobody knows that setting */
};
struct rule_names *rule_names_new(void);
void rule_names_free(struct rule_names *n);
void rule_names_add(struct rule_names *n, const struct record *r);
/* Tells every mistake of a trigger, schedule or webhook at its line and column. */
void rule_check(const struct config_item *item, const struct rule_names *names, struct line_errors *errors);
/* The settings that rules have: who is told of clocks, where webhooks may go. DESK_INVALID. */
gboolean rule_setting_possible(const struct record *r, GError **error);

#endif
