/* ttydesk: the workstation. */
#include <stdio.h>
int main(void)
{
	puts("ttydesk " DESK_VERSION);
	return 0;
}
