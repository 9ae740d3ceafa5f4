/* The loop guard: what rules have done already because of one change of a person, a customer or time.
 *
 * A chain is a text, "7@1042 9@1042": rules and the tickets they fired on, by number. A rule never fires
 * twice on one ticket in a chain, and a chain has an end. Pure. */
#ifndef RULES_CHAIN_H
#define RULES_CHAIN_H

#include "wire/model.h"

#define CHAIN_DEPTH 8      /* rules behind each other */
#define CHAIN_HOUR 12      /* times that a rule fires on one ticket within an hour; then it is suspended */
#define CHAIN_ERRORS 20    /* times that a rule fails within an hour; then it is suspended */

enum chain_answer { CHAIN_GO, CHAIN_AGAIN /* it was here */, CHAIN_DEEP };
/* `chain` NULL or "": nothing yet. */
enum chain_answer chain_may(const char *chain, desk_id rule_id, desk_id ticket_id);
/* The chain with that one behind it. g_free. */
char *chain_with(const char *chain, desk_id rule_id, desk_id ticket_id);
int chain_depth(const char *chain);

#endif
