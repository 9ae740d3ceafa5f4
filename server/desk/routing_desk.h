/* People at work, inside the desk: their states and loads, what waits for them, what is offered. */
#ifndef DESK_ROUTING_DESK_H
#define DESK_ROUTING_DESK_H

#include "server/desk/inside.h"
#include "rules/routing.h"

/* ---- the desk's settings about it; part of the words */
struct routing_conf {
	struct routing_weights weights;
	int capacity;            /* of a person without one of his own */
	int64_t offer_ms;        /* 0: nothing is offered */
	int64_t wrap_up_ms, offline_ms;
	struct routing_weights wrap_ups; /* seconds after a ticket of a channel */
	int missed;              /* so many offers in a row not answered: away; 0 never */
	int64_t take_back_ms, gone_ms; /* 0: never */
	struct routing_rules rules;
	GPtrArray *reasons;      /* char*: of breaks */
	unsigned tells;          /* of what changes the customer is told: bits of enum progress_tell */
};
struct routing_conf *routing_conf_load(struct db_conn *conn, GError **error);
void routing_conf_free(struct routing_conf *conf); /* NULL is fine */

change_fn change_agent_state, change_offer_accept, change_offer_decline;

/* ---- states (agents.c) */
struct agent_row {               /* as stored */
	desk_id person_id;
	enum agent_state state;
	char *reason;            /* of BREAK, BUSY and the like; kept while OFFLINE for coming back */
	int64_t since_ms;        /* 0: was never at the desk */
	int64_t until_ms, free_since_ms;
	int load, tickets;
	int64_t seen_ms;         /* no workstation of theirs is there since; 0: one is */
	int missed;              /* offers in a row that were let pass */
	int back;                /* OFFLINE by silence: the state before; -1: by choice */
};
void agent_row_clear(struct agent_row *row);
/* Zeroed but for the id when there is none yet. Clear it. */
gboolean agent_row_load(struct db_conn *conn, desk_id person_id, struct agent_row *out, GError **error);
GPtrArray *agent_rows(struct db_conn *conn, GError **error); /* struct agent_row: all that have one */
/* Somebody who can be given tickets: active, at least an agent. */
gboolean agent_works(const struct person *p);
int agent_capacity(const struct words *w, const struct person *p); /* > 0 */
/* For routing; borrows from w. */
struct routing_agent agent_for_routing(const struct words *w, const struct person *p, const struct agent_row *row);
gboolean agents_query(struct db_conn *conn, const struct words *w, struct answer *out, GError **error);
/* A workstation of that person is here; `new`: it wasn't. */
gboolean agent_came(struct work *w, desk_id person_id, GError **error);
gboolean agent_left(struct work *w, desk_id person_id, GError **error); /* a workstation is gone */
/* After agent_left: it was quit. Who was at work and has no other one is offline, and what waits with them returns. */
gboolean agent_quit(struct work *w, desk_id person_id, GError **error);
/* Whoever has ended the work's ticket gets the wrap-up of its channel. */
gboolean agent_wraps_up(struct work *w, GError **error);
/* An offer was neither accepted nor declined: too many in a row make the person away. */
gboolean agent_missed(struct work *w, desk_id person_id, GError **error);
/* States that end by themselves, people who stay silent. */
gboolean agents_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
/* What the work's change of a ticket means for the loads of whoever had it and has it. */
gboolean agent_loads_follow(struct work *w, GError **error);
/* All loads from the tickets, by the desk's settings as they are stored. */
gboolean agent_loads_recount(struct db_conn *conn, GError **error);

/* ---- what waits (waiting.c) */
/* Appends struct routing_work of a group, in order of deadline, from behind that key on, at most
 * STMT_WAITING_MANY; without what is held out to others than `person_id`. */
gboolean waiting_of_group(struct db_conn *conn, const struct words *w, desk_id group_id, desk_id person_id,
                          int64_t now_ms, int64_t after_due, desk_id after_id, GArray *to, GError **error);
/* Of the customers this person is manager of. */
gboolean waiting_of_manager(struct db_conn *conn, const struct words *w, desk_id person_id, int64_t now_ms, int limit,
                            GArray *to, GError **error);

/* What desk_claims_ahead has found for that person; 0: look. */
desk_id waiting_foreseen(struct db_tx *tx, desk_id person_id);

/* ---- offers (offers.c) */
gboolean offers_query(struct db_conn *conn, const struct actor *who, int64_t now_ms, struct answer *out, GError **error);
gboolean offers_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);

/* ---- work of people who are gone returns (take_back.c) */
/* Of who has just gone offline, within the work's transaction: what the setting take_back_minutes would return later. */
gboolean take_back_now(struct work *w, desk_id person_id, GError **error);
gboolean take_back_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);

/* ---- when to look (routing_due.c) */
struct routing_watch *routing_watch_new(void);
void routing_watch_free(struct routing_watch *watch); /* NULL is fine */
void routing_watch_event(struct routing_watch *watch, const struct event *event);
/* All of these, as often as the desk's changes call for it. */
gboolean routing_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
/* The settings about it, or tickets behind the works' back, have changed: all loads are counted anew, once all
 * servers know. */
#define ROUTING_RECOUNT "recount" /* setting: from that moment on they are to be */
gboolean routing_recount_begin(struct db_conn *conn, int64_t now_ms, GError **error);

#endif
