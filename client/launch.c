/* Finding the desk's socket; starting a private ttydeskd when there is none. */
#include "client/launch.h"
