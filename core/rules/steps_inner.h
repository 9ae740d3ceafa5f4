/* Names in steps, shared by what reads them and what makes changes of them. */
#ifndef RULES_STEPS_INNER_H
#define RULES_STEPS_INNER_H

#include "rules/macro.h"

/* NULL: nobody, none is called so. */
const struct group *step_group(const struct macro_names *n, const char *name);
const struct person *step_person(const struct macro_names *n, const char *name);

#endif
