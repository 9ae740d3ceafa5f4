/* The driver registry and the table of who waits for which answer. */
#include "client/backend.h"
