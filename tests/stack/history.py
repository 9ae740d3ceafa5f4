"""Checks one history of a desk that several servers kept: what the clients did and were told, what their
feeds said, and what the database holds must be the same story. Run as a program it checks itself: every kind
of fault, put into a sound history, must be found.

A history is a dict:
  start      number of the newest event before the clients began
  tickets    {id: {"version", "assignee", "status", "tags"}} then; final: the same at the end
  ops        what clients did, in each client's own order: {"client", "person", "key", "kind", "ticket", "arg",
             "sent", "acked" (one clock for all clients; None = never answered), "outcome" ("done", "refused"
             or "unknown"), "seq", "version", "message" (of the answer)}
  events     the database's, oldest first; feeds {client: events as that client was told}
  messages   the database's rows of the clients: {"id", "ticket", "kind", "body", "key", "delivery"}
"""
import copy
import json
import sys

TALK = ("reply", "note")
FORCED = ("assign", "release")  # changes that may take a ticket from somebody


class Checker:
    def __init__(self, history):
        self.h = history
        self.faults = []
        self.done = [op for op in history["ops"] if op["outcome"] == "done"]
        self.by_seq = {e["seq"]: e for e in history["events"]}

    def fault(self, words):
        self.faults.append(words)

    def run(self):
        self.feeds_are_one_sequence()
        self.versions_grow_by_one()
        self.acknowledged_writes_are_there_once()
        self.every_event_has_its_one_write()
        self.writes_are_in_order()
        self.nobody_claims_from_another()
        self.end_is_what_the_events_made()
        self.time_did_its_work_once()
        return self.faults

    # ---- the feed
    def feeds_are_one_sequence(self):
        expected = self.h["start"] + 1
        for e in self.h["events"]:
            if e["seq"] != expected:
                self.fault(f"the database's feed has {e['seq']} where {expected} should be")
            expected = e["seq"] + 1
        person = {str(op["client"]): op["person"] for op in self.h["ops"]}
        for client, events in self.h["feeds"].items():
            # what a person is told of comes to that person only
            truth = [json.dumps(e, sort_keys=True) for e in self.h["events"]
                     if e.get("kind") != "notice" or e.get("person_id") == person.get(str(client))]
            told = [json.dumps(e, sort_keys=True) for e in events]
            if told != truth:
                at = next((n for n, (a, b) in enumerate(zip(told, truth)) if a != b), min(len(told), len(truth)))
                self.fault(f"client {client}'s feed differs from the database's at its {at}. event"
                           f" ({len(told)} events for {len(truth)})")

    def versions_grow_by_one(self):
        versions = {ticket: t["version"] for ticket, t in self.h["tickets"].items()}
        for e in self.h["events"]:
            if "row" not in e:
                continue
            ticket, version = e["ticket_id"], e["row"]["version"]
            if version != versions.get(ticket, 0) + 1:
                self.fault(f"#{ticket}: event {e['seq']} brings version {version} after {versions.get(ticket)}")
            versions[ticket] = version
        for ticket, t in self.h["final"].items():
            if t["version"] != versions[ticket]:
                self.fault(f"#{ticket} ends at version {t['version']}, its events at {versions[ticket]}")

    # ---- writes
    def acknowledged_writes_are_there_once(self):
        rows = {}
        for m in self.h["messages"]:
            rows.setdefault(m["key"], []).append(m)
        known = {op["key"]: op for op in self.h["ops"]}
        for key, found in rows.items():
            if key not in known:
                self.fault(f"message {found[0]['id']} was written by nobody")
            if len(found) > 1:
                self.fault(f"key {key} made {len(found)} messages")
        for op in self.h["ops"]:
            if op["kind"] not in TALK:
                continue
            found = rows.get(op["key"], [])
            if op["outcome"] == "refused" and found:
                self.fault(f"{op['kind']} {op['key']} was refused and is there")
            if op["outcome"] != "done":
                continue
            if not found:
                self.fault(f"acknowledged {op['kind']} {op['key']} on #{op['ticket']} is lost")
            elif (found[0]["id"], found[0]["ticket"], found[0]["body"]) != (op["message"], op["ticket"], op["arg"]):
                self.fault(f"{op['kind']} {op['key']} is stored as something else: {found[0]}")
        for op in self.done:
            e = self.by_seq.get(op["seq"])
            if not e:
                self.fault(f"acknowledged {op['kind']} {op['key']} (event {op['seq']}) is lost")
            elif (e.get("ticket_id"), e.get("person_id"), e["row"]["version"]) != (op["ticket"], op["person"],
                                                                                 op["version"]):
                self.fault(f"event {op['seq']} is not the {op['kind']} {op['key']} that was acknowledged with it")

    def every_event_has_its_one_write(self):
        makers, open_ends = {}, {}
        for op in self.h["ops"]:
            if op["outcome"] == "done":
                makers.setdefault(op["seq"], []).append(op)
            elif op["outcome"] == "unknown":
                open_ends[op["person"]] = open_ends.get(op["person"], 0) + 1
        for e in self.h["events"]:
            ops = makers.get(e["seq"], [])
            if len(ops) > 1:
                self.fault(f"event {e['seq']} was acknowledged to {len(ops)} writes")
            if ops or not e.get("person_id") or e.get("kind") == "notice":
                continue
            if open_ends.get(e["person_id"], 0) > 0:  # a write that was given up may have happened, once
                open_ends[e["person_id"]] -= 1
            else:
                self.fault(f"event {e['seq']} ({e['change']} on #{e.get('ticket_id')}) is nobody's write: doubled?")

    def writes_are_in_order(self):
        last = {}
        for op in self.done:
            if op["seq"] <= last.get(op["client"], 0):
                self.fault(f"client {op['client']}: {op['kind']} {op['key']} got {op['seq']} after"
                           f" {last[op['client']]}")
            last[op["client"]] = op["seq"]
        # across clients: what was acknowledged before another was sent has the smaller number
        newest, acked = 0, sorted((op for op in self.done), key=lambda op: op["acked"])
        at = 0
        for op in sorted(self.done, key=lambda op: op["sent"]):
            while at < len(acked) and acked[at]["acked"] < op["sent"]:
                newest = max(newest, acked[at]["seq"])
                at += 1
            if op["seq"] <= newest:
                self.fault(f"{op['kind']} {op['key']} got {op['seq']}, but was sent after {newest} was acknowledged")

    def nobody_claims_from_another(self):
        holder = {ticket: t["assignee"] for ticket, t in self.h["tickets"].items()}
        for e in self.h["events"]:
            if "row" not in e:
                continue
            ticket, new = e["ticket_id"], e["row"].get("assignee_id", 0)
            old = holder.get(ticket, 0)
            if new != old and old != 0 and e["change"] not in FORCED:
                self.fault(f"#{ticket}: event {e['seq']} ({e['change']}) takes it from {old} and gives it to {new}")
            if e["change"] in ("claim", "claim-next") and new != e.get("person_id"):
                self.fault(f"#{ticket}: event {e['seq']} claims it for somebody else")
            holder[ticket] = new

    def end_is_what_the_events_made(self):
        state = {ticket: dict(t, tags=set(t["tags"])) for ticket, t in self.h["tickets"].items()}
        made = {op["seq"]: op for op in self.done}
        for e in self.h["events"]:
            if "row" in e and e["ticket_id"] in state:
                state[e["ticket_id"]].update(assignee=e["row"].get("assignee_id", 0), status=e["row"]["status"])
            op = made.get(e["seq"])
            if op and op["kind"] == "tag":
                state[op["ticket"]]["tags"].add(op["arg"])
            elif op and op["kind"] == "untag":
                state[op["ticket"]]["tags"].discard(op["arg"])
        for ticket, t in self.h["final"].items():
            for what in ("assignee", "status"):
                if state[ticket][what] != t[what]:
                    self.fault(f"#{ticket} ends with {what} {t[what]}, its events say {state[ticket][what]}")
            if state[ticket]["tags"] != set(t["tags"]):
                self.fault(f"#{ticket} ends with tags {sorted(t['tags'])}, its writes say"
                           f" {sorted(state[ticket]['tags'])}")

    # ---- what the servers' schedulers do, each of them, for all
    def time_did_its_work_once(self):
        sent, holds = {}, {}
        for e in self.h["events"]:
            ticket = e.get("ticket_id")
            if e["change"] == "delivered":
                number = e["message"]["id"]
                sent[number] = sent.get(number, 0) + 1
            elif e["change"] == "hold-ended":
                if not holds.get(ticket):
                    self.fault(f"#{ticket}: a hold ended at {e['seq']} that was over or never was")
                holds[ticket] = False
            elif "row" in e:
                holds[ticket] = e["row"]["status"] == "on-hold"
        for m in self.h["messages"]:
            times = sent.get(m["id"], 0)
            if times > 1 or (m["kind"] == "reply" and times != 1):
                self.fault(f"reply {m['key']} was delivered {times} times")
            if m["delivery"] != "done":
                self.fault(f"message {m['key']} is left {m['delivery']}")
        for ticket, waiting in holds.items():
            if waiting:
                self.fault(f"#{ticket}: the hold never ended")


def check(history):
    """The faults as sentences; none is what one wants."""
    return Checker(history).run()


# ---------------------------------------------------------------- does it find them?
def sound_history():
    h = {"start": 10, "tickets": {}, "final": {}, "ops": [], "events": [], "messages": [], "feeds": {}}
    for ticket in (1, 2):
        h["tickets"][ticket] = {"version": 3, "assignee": 0, "status": "open", "tags": []}
        h["final"][ticket] = {"version": 3, "assignee": 0, "status": "open", "tags": []}
    clock = [0]

    def event(ticket, change, person=0, message=None, **row):
        t = h["final"][ticket]
        t.update(row)
        t["version"] += 1
        e = {"seq": 11 + len(h["events"]), "change": change, "ticket_id": ticket,
             "row": {"version": t["version"], "assignee_id": t["assignee"], "status": t["status"]}}
        if person:
            e["person_id"] = person
        if message:
            e["message"] = message
        h["events"].append(e)
        return e

    def op(client, kind, ticket, arg=None, outcome="done", **row):
        clock[0] += 2
        o = {"client": client, "person": 100 + client, "key": f"k{len(h['ops'])}", "kind": kind, "ticket": ticket,
             "arg": arg, "sent": clock[0], "acked": clock[0] + 1, "outcome": outcome, "seq": 0, "version": 0,
             "message": 0}
        h["ops"].append(o)
        if outcome != "done":
            return
        message = None
        if kind in TALK:
            message = {"id": 500 + len(h["messages"]), "once_key": o["key"]}
            h["messages"].append({"id": message["id"], "ticket": ticket, "kind": kind, "body": arg, "key": o["key"],
                                  "delivery": "done"})
            o["message"] = message["id"]
        e = event(ticket, kind, 100 + client, message, **row)
        o["seq"], o["version"] = e["seq"], e["row"]["version"]

    op(1, "claim", 1, assignee=101)
    op(2, "claim", 1, outcome="refused")
    op(1, "note", 1, "n")
    op(1, "reply", 1, "r")
    event(1, "delivered", message={"id": 501})
    op(2, "tag", 2, "red")
    op(2, "tag", 2, "blue")
    op(1, "untag", 2, "red")
    h["final"][2]["tags"] = ["blue"]
    op(2, "status", 2, "on-hold", status="on-hold")
    event(2, "hold-ended", status="open")
    op(2, "assign", 1, 102, assignee=102)
    op(2, "release", 1, assignee=0)
    op(1, "claim-next", 1, assignee=101)
    h["feeds"] = {client: copy.deepcopy(h["events"]) for client in (1, 2)}
    return h


def everywhere(h, change):
    """The same fault in the database's events and in all feeds: only the rest of the story can tell."""
    for events in [h["events"], *h["feeds"].values()]:
        change(events)


def find(h, **what):
    return next(o for o in h["ops"] if all(o[k] == v for k, v in what.items()))


def the(events, change):
    return next(e for e in events if e["change"] == change)


def swap_numbers(h):
    a, b = find(h, kind="tag", arg="red"), find(h, kind="tag", arg="blue")
    a["seq"], b["seq"] = b["seq"], a["seq"]


def take_over(h):
    h["tickets"][1].update(assignee=55)


def endless(events):
    the(events, "hold-ended")["row"].update(status="on-hold")
    the(events, "hold-ended").update(change="told")


# what is done to a sound history: (what must be said of it, how)
FAULTS = {
    "a message lost": ("is lost", lambda h: h["messages"].pop(0)),
    "a message doubled": ("made 2 messages", lambda h: h["messages"].append(dict(h["messages"][0], id=999))),
    "a message by nobody": ("by nobody", lambda h: h["messages"].append(dict(h["messages"][0], id=999, key="?"))),
    "a message changed": ("something else", lambda h: h["messages"][0].update(body="x")),
    "a message on another ticket": ("something else", lambda h: h["messages"][0].update(ticket=2)),
    "a refused note kept": ("refused and is there", lambda h: find(h, kind="note").update(outcome="refused")),
    "a gap in the feed": ("should be", lambda h: everywhere(h, lambda events: events.pop(3))),
    "an event repeated": ("should be", lambda h: everywhere(h, lambda ev: ev.insert(3, copy.deepcopy(ev[3])))),
    "one feed without an event": ("2's feed differs", lambda h: h["feeds"][2].pop(4)),
    "one feed cut off": ("2's feed differs", lambda h: h["feeds"][2].pop()),
    "one feed in another order": ("1's feed differs", lambda h: h["feeds"][1].insert(2, h["feeds"][1].pop(5))),
    "one feed with another content": ("1's feed differs", lambda h: h["feeds"][1][2]["row"].update(status="new")),
    "a version left out": ("brings version 9", lambda h: everywhere(h, lambda ev: ev[1]["row"].update(version=9))),
    "a version given twice": ("brings version 5", lambda h: everywhere(h, lambda ev: ev[2]["row"].update(version=5))),
    "a change after the last event": ("ends at version 99", lambda h: h["final"][2].update(version=99)),
    "an acknowledged number that isn't there": ("(event 77) is lost", lambda h: find(h, kind="assign").update(seq=77)),
    "two writes with one number": ("to 2 writes",
                                   lambda h: find(h, kind="untag").update(seq=find(h, kind="tag")["seq"])),
    "a write done twice": ("doubled?", lambda h: h["ops"].remove(find(h, kind="tag", arg="blue"))),
    "own writes in another order": ("client 2: tag", swap_numbers),
    "an order that time forbids": ("was sent after", lambda h: find(h, kind="claim").update(sent=98, acked=99)),
    "a ticket claimed from somebody": ("takes it from 55", take_over),
    "a claim for somebody else": ("for somebody else", lambda h: everywhere(h, lambda ev: ev[0].update(person_id=103))),
    "another assignee at the end": ("with assignee 102", lambda h: h["final"][1].update(assignee=102)),
    "another status at the end": ("with status new", lambda h: h["final"][2].update(status="new")),
    "a tag lost": ("with tags", lambda h: h["final"][2].update(tags=[])),
    "a tag come back": ("with tags", lambda h: h["final"][2].update(tags=["blue", "red"])),
    "a reply delivered twice": ("delivered 2 times", lambda h: everywhere(h, lambda ev: the(ev, "hold-ended").update(
        change="delivered", message={"id": 501}))),
    "a reply never delivered": ("delivered 0 times", lambda h: everywhere(h, lambda ev: the(ev, "delivered").update(
        change="told"))),
    "a reply left waiting": ("left waiting", lambda h: h["messages"][1].update(delivery="waiting")),
    "a hold that ended twice": ("over or never was", lambda h: everywhere(h, lambda ev: the(ev, "delivered").update(
        change="hold-ended"))),
    "a hold that never ended": ("never ended", lambda h: everywhere(h, endless)),
}


def main():
    missed = 0
    sound = check(sound_history())
    print(f"1..{len(FAULTS) + 1}")
    print("not ok 1 a sound history: " + "; ".join(sound) if sound else "ok 1 a sound history")
    for number, (name, (words, doctor)) in enumerate(FAULTS.items(), 2):
        h = sound_history()
        doctor(h)
        faults = check(h)
        found = any(words in fault for fault in faults)
        missed += not found
        print(f"ok {number} {name}" if found else f"not ok {number} {name} # {faults}")
    sys.exit(1 if missed or sound else 0)


if __name__ == "__main__":
    main()
