/* ttydeskd: the backend. */
#include <stdio.h>
int main(void)
{
	puts("ttydeskd " DESK_VERSION);
	return 0;
}
