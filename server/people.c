/* Authentication and the authorisation gate. */
#include "server/people.h"
