#!/usr/bin/python3
"""Every way up the ladder and down again, with the commands of real people against a real ttydeskd whose clock moves."""
import os

from plain_double import NOW_MS, Desk
from ttydeskd_double import main

MINUTE = 60000
HOUR = 60 * MINUTE


class Ladder(Desk):
    """One ticket of li.wei's, and the people around it."""

    def __init__(self, daemon):
        super().__init__(daemon)
        self.now = NOW_MS

    def __enter__(self):
        super().__enter__()
        self.number = self.does("li.wei", "new", "Lamp does not light", "--customer", "#1", "--group", "front", "--channel",
                                "web", "-m", "It is dark.", "-q").strip()
        self.does("li.wei", "claim", self.number)
        return self

    def does(self, who, *words, **more):
        self.pass_ms(1000)
        return self.call("--as", who, *words, **more)

    def pass_ms(self, ms):
        self.now += ms
        fresh = self.clock.name + ".new"
        with open(fresh, "w", encoding="ascii") as f:
            f.write(str(self.now))
        os.replace(fresh, self.clock.name)  # nobody reads half of it

    def state(self):
        return self.ticket(self.number)

    def rungs(self):
        return self.state().get("ladder", [])

    def clock_state(self, kind):
        return {c["kind"]: c["state"] for c in self.state()["clocks"]}.get(kind)

    def bounces_after(self, ms):
        """The scheduler has its own time: its event says when it is done."""
        stream = self.stream(self.get("/v1/session").json()["seq"])
        self.pass_ms(ms)
        while stream.next()[2].get("change") != "bounced":
            pass
        stream.close()

    def finds(self, who, query):
        return self.number in self.call("--as", who, "search", query, "-q").split()

    def told(self, who):
        return " | ".join(n["text"] for n in self.json("--as", who, "notices")["notices"] if n["kind"] == "escalation")

    def escalate(self, *more, to="tech", text=""):
        self.does("li.wei", "escalate", self.number, "--to", to, "--reason", "needs the workshop", *more, text=text)


def with_li(t):
    return (t["group_name"], t.get("assignee_name", "").split(" ")[0], t["tier"]) == ("front", "Li", 1)


def tier_2_acknowledges_and_answers(daemon):
    with Ladder(daemon) as d:
        d.escalate("--note", "-", "--promise", "3h", "--reply", "We take it further: by {promised}.", text="tried another bulb\n")
        t = d.state()
        assert (t["group_name"], t["tier"], t["ladder"][0]["state"]) == ("tech", 2, "waiting"), t
        bodies = [m["body"] for m in t["messages"]]
        assert "tried another bulb" in bodies and not any("{promised}" in b for b in bodies), bodies
        assert d.clock_state("tier2") == "running" and d.clock_state("promise") == "running"
        assert "needs the workshop" in d.told("zhao.min") and not d.told("chen.jie")
        assert d.finds("li.wei", "escalated:me") and not d.finds("zhao.min", "escalated:me")
        d.does("anna.kowalski", "acknowledge", d.number, code=3)
        d.does("zhao.min", "acknowledge", d.number)
        assert "acknowledged by Technical" in d.told("li.wei")
        d.pass_ms(HOUR)
        d.does("zhao.min", "answer", d.number, "the fuse is blown: send a new one")
        t = d.state()
        assert with_li(t) and t["ladder"][0]["answer"] == "the fuse is blown: send a new one", t
        assert d.clock_state("tier2") == "met"
        assert "answered" in d.call("ladder", d.number)
        d.does("zhao.min", "answer", d.number, "once more", code=3)


def nobody_acknowledges_and_it_bounces(daemon):
    with Ladder(daemon) as d:
        d.escalate()
        d.pass_ms(9 * MINUTE)
        assert d.rungs()[0]["state"] == "waiting"
        d.bounces_after(2 * MINUTE)
        assert d.rungs()[0]["state"] == "bounced"
        t = d.state()
        assert with_li(t), t
        assert d.clock_state("resolution") in ("running", "breached") and d.clock_state("escalation") == "running", t["clocks"]
        assert d.told("li.wei").count("came back from Technical") == 1
        # up again: the same case, a new rung
        d.escalate()
        assert [r["state"] for r in d.rungs()] == ["bounced", "waiting"]


def needs_longer_is_told_to_both(daemon):
    with Ladder(daemon) as d:
        d.escalate()
        d.does("maria.santos", "estimate", d.number, "5h", "the vendor has to look")
        t = d.state()
        assert t["ladder"][0]["estimate_ms"] == d.now + 5 * HOUR and t["assignee_name"].startswith("Maria"), t
        reply = [m for m in t["messages"] if m["kind"] == "reply"][-1]["body"]
        assert "{" not in reply and reply, reply
        assert d.clock_state("promise") == "running" and d.clock_state("tier2") == "running"
        assert [c["due_ms"] for c in t["clocks"] if c["kind"] == "tier2"] == [d.now + 5 * HOUR], t["clocks"]
        assert "needs longer" in d.told("li.wei")
        d.pass_ms(3 * HOUR)
        assert d.clock_state("tier2") == "running"


def returned_with_a_reason(daemon):
    with Ladder(daemon) as d:
        d.escalate()
        d.does("zhao.min", "return", d.number, "--reason", "serial number is missing", "--note", "ask for it first")
        t = d.state()
        assert with_li(t) and t["ladder"][0]["state"] == "returned", t
        assert "serial number is missing" in d.told("li.wei")
        assert "ask for it first" in [m["body"] for m in t["messages"]]
        # and taken back by who asked, as long as nobody has it
        d.escalate()
        d.does("li.wei", "return", d.number, "found it myself")
        assert with_li(d.state()) and d.rungs()[1]["state"] == "ended"


def two_departments_owe_a_part_each(daemon):
    with Ladder(daemon) as d:
        d.escalate("--part", "logistics:find the parcel", "--part", "tech:unlock the account", to="logistics")
        t = d.state()
        assert [r["kind"] for r in t["ladder"]] == ["cross-department"] * 3 and t["group_name"] == "logistics", t
        assert d.clock_state("cross-department") == "running" and not d.clock_state("tier2")
        assert "needs the workshop" in d.told("zhao.min") and "needs the workshop" in d.told("liu.yang")
        assert d.finds("zhao.min", "part:mine") and d.finds("li.wei", "part:logistics")
        d.does("zhao.min", "answer", d.number, "-m", "unlocked")
        assert not d.finds("zhao.min", "part:mine")
        assert [r["state"] for r in d.rungs()] == ["waiting", "waiting", "answered"]
        d.does("liu.yang", "answer", d.number, "-m", "it comes on Tuesday")
        t = d.state()
        assert t["ladder"][0]["state"] == "answered" and with_li(t), t
        assert "the plan is complete" in d.told("li.wei")
        assert d.clock_state("cross-department") == "running"
        d.does("li.wei", "reply", d.number, "--anyway", "--now", "-m", "The account is open, the parcel comes on Tuesday.")
        assert d.clock_state("cross-department") == "met"


def asked_for_advice_and_kept(daemon):
    with Ladder(daemon) as d:
        d.does("li.wei", "consult", d.number, "tech", "is the light service down?")
        t = d.state()
        assert with_li(t) and t["ladder"][0]["kind"] == "consult", t
        assert "is the light service down?" in d.told("maria.santos")
        assert d.finds("maria.santos", "consult:me") and not d.finds("anna.kowalski", "consult:me")
        d.does("anna.kowalski", "answer", d.number, "-m", "no", code=3)
        d.does("maria.santos", "answer", d.number, "-m", "since ten; it is being mended")
        t = d.state()
        assert with_li(t) and t["ladder"][0]["state"] == "answered" and "tier2" not in {c["kind"] for c in t["clocks"]}, t
        assert "answered by Technical" in d.told("li.wei")


def offered_to_a_colleague_and_taken(daemon):
    with Ladder(daemon) as d:
        d.does("li.wei", "transfer", d.number, "anna.kowalski", "--note", "my shift ends")
        assert with_li(d.state())
        d.does("anna.kowalski", "return", d.number, "at lunch")
        assert with_li(d.state()) and d.rungs()[0]["state"] == "returned"
        d.does("li.wei", "transfer", d.number, "anna.kowalski")
        d.does("wang.min", "acknowledge", d.number, code=3)
        d.does("anna.kowalski", "acknowledge", d.number)
        t = d.state()
        assert t["assignee_name"] == "Anna Kowalski" and t["ladder"][1]["state"] == "acknowledged", t
        # nobody takes it in time: it stays where it is
        d.does("anna.kowalski", "transfer", d.number, "wang.min")
        d.bounces_after(11 * MINUTE)
        assert d.rungs()[2]["state"] == "bounced"
        assert d.state()["assignee_name"] == "Anna Kowalski"


def said_that_it_cannot_be_solved(daemon):
    with Ladder(daemon) as d:
        d.does("li.wei", "cant-solve", d.number, "no access to the account")
        assert d.clock_state("escalation") == "running"
        d.escalate()
        assert d.clock_state("escalation") == "met"


def a_macro_and_a_command_do_it_all(daemon):
    with Ladder(daemon) as d:
        d.does("li.wei", "save-macro", "up", "-m", "assess wide high\nescalate tech {customer} waits --note tried a bulb --promise 3h --send-text")
        d.does("zhao.min", "save-macro", "later", "-m", "acknowledge\nestimate 5h the vendor looks")
        d.does("zhao.min", "save-macro", "back", "-m", "return no serial number --note ask for it")
        d.does("li.wei", "save-macro", "ask", "-m", "consult tech is the light service down?")
        d.does("maria.santos", "save-macro", "told", "-m", "answer-escalation since ten")
        d.does("li.wei", "save-macro", "give", "-m", "transfer anna.kowalski my shift ends")
        d.does("li.wei", "macro", d.number, "up")
        t = d.state()
        first = t["ladder"][0]
        assert (t["group_name"], first["state"]) == ("tech", "waiting") and first["reason"].endswith("waits"), t
        assert "{" not in first["reason"] and t["priority"] == "urgent", t
        assert [m["body"] for m in t["messages"] if m["kind"] == "note"] == ["tried a bulb"]
        told = [m["body"] for m in t["messages"] if m["kind"] == "reply"]
        assert len(told) == 1 and "{" not in told[0], told
        assert [c["due_ms"] for c in t["clocks"] if c["kind"] == "promise"] == [d.now + 3 * HOUR], t["clocks"]
        d.does("zhao.min", "macro", d.number, "later")
        t = d.state()
        assert t["ladder"][0]["state"] == "acknowledged" and t["ladder"][0]["estimate_ms"] == d.now + 5 * HOUR, t
        assert len([m for m in t["messages"] if m["kind"] == "reply"]) == 2
        d.does("zhao.min", "macro", d.number, "back")
        assert with_li(d.state()) and d.rungs()[0]["state"] == "returned"
        d.does("li.wei", "macro", d.number, "ask")
        d.does("maria.santos", "macro", d.number, "told")
        assert d.rungs()[1]["answer"] == "since ten"
        d.does("li.wei", "macro", d.number, "give")
        assert d.rungs()[2]["kind"] == "transfer" and d.rungs()[2]["state"] == "waiting"
        # what is nobody's to do stops the macro, by name
        d.does("zhao.min", "macro", d.number, "back", code=3)
        # the same without a macro, the time the desk's
        d.does("li.wei", "escalate", d.number, "--to", "tech", "--reason", "once more", "--send-text")
        t = d.state()
        replies = [m["body"] for m in t["messages"] if m["kind"] == "reply"]
        assert len(replies) == 3 and "{" not in replies[2], replies


main([a_macro_and_a_command_do_it_all, tier_2_acknowledges_and_answers, nobody_acknowledges_and_it_bounces, needs_longer_is_told_to_both, returned_with_a_reason,
      two_departments_owe_a_part_each, asked_for_advice_and_kept, offered_to_a_colleague_and_taken,
      said_that_it_cannot_be_solved])
