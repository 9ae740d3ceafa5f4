/* All that is known of a ticket, line by line; what can be changed can be marked. */
#ifndef TUI_VIEW_DETAILS_H
#define TUI_VIEW_DETAILS_H

#include "tui/view.h"

extern const struct view_ops view_details_ops;

enum detail_kind {
	DETAIL_NONE, DETAIL_SUBJECT, DETAIL_STATUS, DETAIL_PRIORITY, DETAIL_ASSIGNEE, DETAIL_CATEGORY, DETAIL_TAGS,
	DETAIL_CUSTOMER, DETAIL_PROFILE, DETAIL_FIELD, DETAIL_CHECK, DETAIL_ADD_CHECK, DETAIL_LINK, DETAIL_ADD_LINK,
	DETAIL_COMPENSATION, DETAIL_ADD_COMPENSATION, DETAIL_ASSESSMENT, DETAIL_PROBLEM, DETAIL_FOLLOW_UP,
	DETAIL_CLOCK
};
struct detail {
	enum detail_kind kind;
	desk_id id;         /* step, other ticket, compensation, kind of clock */
	const char *name;   /* field, member of the profile; borrowed until the next change */
	gboolean done;      /* CHECK */
};

void view_details_show(struct view *v, desk_id ticket_id);
/* The marked one; kind DETAIL_NONE when there is none. */
struct detail view_details_selected(const struct view *v);

#endif
