#!/usr/bin/python3
"""kill -9 of the server behind each of the writes that a confirmed escalation (an accepted offer, a question of the
follow-up, a word to all affected of a problem) consists of, and behind its commit: when the client has sent it again,
it is there wholly and once. Where to die is counted down in a file that the test writes."""
import http.client
import os
import uuid

from telling_test import TEXTS, good
from ttydeskd_double import PATIENCE_S, Server, main, until
from webhooks_test import Clock

LI = {"Ttydesk_As": "li.wei"}
SUN = {"Ttydesk_As": "sun.li"}
ZHAO = {"Ttydesk_As": "zhao.min"}
HOUR = 3_600_000


class Mortal(Server):
    """A server that can be told when to die."""

    def __init__(self, daemon):
        super().__init__(daemon, "--embedded", "--linger", "600")
        self.kill = os.path.join(self.dir, "kill")
        self.deaths = 0

    def __enter__(self):
        os.environ["TTYDESK_TEST_KILL"] = self.kill
        try:
            return super().__enter__()
        finally:
            del os.environ["TTYDESK_TEST_KILL"]

    def dies_after(self, steps):
        with open(self.kill + ".new", "w", encoding="ascii") as f:
            f.write(f"{steps:08d}")
        os.replace(self.kill + ".new", self.kill)

    def lives(self):
        """How many steps were left."""
        with open(self.kill, encoding="ascii") as f:
            left = int(f.read())
        os.remove(self.kill)
        return left

    def rise(self):
        self.process.wait(PATIENCE_S)
        self.listener.join(PATIENCE_S)
        self.deaths += 1
        os.environ["TTYDESK_TEST_KILL"] = self.kill
        try:
            self.start()
        finally:
            del os.environ["TTYDESK_TEST_KILL"]

    def insists(self, ask):
        """As workstations do: what got no answer is sent once more, when the server is there again."""
        while True:
            try:
                return ask()
            except (OSError, http.client.HTTPException):
                self.rise()

    def at_every_point(self, prepare, write, check, stride=1):
        point = 1
        while True:
            number, key, before = prepare(), str(uuid.uuid4()), self.deaths
            self.dies_after(point)
            good(self.insists(lambda: write(number, key)))
            self.insists(lambda: check(number))
            left = self.lives()
            good(self.insists(lambda: write(number, key)))  # an answer that was lost is asked for again
            check(number)
            if self.deaths == before and left > 0:
                return
            point += stride

    def ends_well(self, deaths):
        assert self.deaths >= deaths, self.deaths
        self.stop()
        said = self.run("verify").stdout
        assert " 0 clocks differ" in said, said  # nor loads

    # ---- what is looked at
    def ticket(self, number):
        return good(self.get(f"/v1/tickets/{number}"))["ticket"]

    def says(self, number, kind):
        return [m["body"] for m in self.ticket(number)["messages"] if m["kind"] == kind]

    def opens(self, subject, group="front", **more):
        groups = {g["name"]: g["id"] for g in good(self.get("/v1/session"))["groups"]}
        new = {"subject": subject, "body": "help", "channel": "web", "group_id": groups[group],
               "customer": {"name": "Wang Fang", "email": "wang@example.com"}, **more}
        return good(self.write("POST", "/v1/tickets", new, **LI))["ticket"]["id"]


def clock_states(ticket):
    return {c["kind"]: c["state"] for c in ticket["clocks"]}


def once(lines, word):
    assert sum(word in line for line in lines) == 1, (word, lines)


def escalation__whole_and_once(daemon):
    with Clock() as clock, Mortal(daemon) as s:
        tech = {g["name"]: g["id"] for g in good(s.get("/v1/session"))["groups"]}["tech"]

        def prepare():
            number = s.opens("up it goes")
            good(s.write("POST", f"/v1/tickets/{number}/claim", **LI))
            return number

        def write(number, key):
            return s.write("POST", f"/v1/tickets/{number}/escalate", {
                "group_id": tech, "reason": "needs the workshop", "body": "tried another bulb",
                "reply": "By {promised} you hear from us.", "promise_ms": clock.now + 3 * HOUR}, key=key, **LI)

        def check(number):
            t = s.ticket(number)
            assert (t["group_name"], t["tier"], [r["state"] for r in t["ladder"]]) == ("tech", 2, ["waiting"]), t
            assert s.says(number, "note") == ["tried another bulb"]
            replies = s.says(number, "reply")
            assert len(replies) == 1 and replies[0].startswith("By ") and "{" not in replies[0], replies
            states = clock_states(t)
            assert states["promise"] == states["tier2"] == "running", states
            once(s.says(number, "system"), "needs the workshop")
            for who in ("zhao.min", "maria.santos"):
                told = [n for n in good(s.get("/v1/notices?limit=500", Ttydesk_As=who))["notices"]
                        if n.get("ticket_id") == number and n["kind"] == "escalation"]
                assert len(told) == 1, (who, told)

        s.at_every_point(prepare, write, check, stride=2)
        s.ends_well(8)


def offer__is_accepted_once(daemon):
    with Clock() as clock, Mortal(daemon) as s:
        good(s.write("POST", "/v1/config", {"text": "[setting offer_seconds]\nvalue = 600\n"}, Ttydesk_As="gao.feng"))
        done = []

        def offered():
            clock.set(clock.now + 250)  # the desk looks at its people a few times a second at most
            good(s.write("PUT", "/v1/presence", {"workstation": "test"}, **LI))
            return [o["ticket_id"] for o in good(s.get("/v1/offers", **LI))["offers"] if o["ticket_id"] not in done]

        def prepare():
            if done:  # his hands are free again
                good(s.write("PATCH", f"/v1/tickets/{done[-1]}", {"status": "spam"}, **SUN))
            s.opens("somebody take it")
            offers = until("an offer", offered)
            assert len(offers) == 1, offers
            done.extend(offers)
            return offers[0]

        def write(number, key):
            return s.write("POST", f"/v1/tickets/{number}/offer/accept", key=key, **LI)

        def check(number):
            t = s.ticket(number)
            assert t["assignee_name"].startswith("Li Wei"), t
            assert all(o["ticket_id"] != number for o in good(s.get("/v1/offers", **LI))["offers"])

        s.at_every_point(prepare, write, check)
        s.ends_well(4)


def follow_up__is_asked_once(daemon):
    with Clock(), Mortal(daemon) as s:
        def prepare():
            number = s.opens("it came back", group="returns", category="return/howto/label")
            good(s.write("POST", f"/v1/tickets/{number}/claim", **LI))
            good(s.write("PATCH", f"/v1/tickets/{number}", {"status": "resolved"}, **LI))
            return number

        def write(number, key):
            return s.write("POST", f"/v1/tickets/{number}/follow-up/ask", {"body": "Is it solved? Was it quick?"}, key=key,
                           **LI)

        def check(number):
            t = s.ticket(number)
            assert (t["follow_up"]["state"], t["follow_up"]["asked"]) == ("asked", 1), t
            once(s.says(number, "reply"), "Was it quick?")

        s.at_every_point(prepare, write, check, stride=2)
        s.ends_well(4)


def all_affected__are_told_once(daemon):
    with Clock(), Mortal(daemon) as s:
        hit = {}

        def prepare():
            ids = [s.opens("can't sign in", customer={"name": f"Customer {len(hit)}.{n}", "language": ("en", "zh")[n % 2],
                                                      "phone": f"+86 555 {len(hit):03d} {n:02d}"}) for n in range(4)]
            made = good(s.write("POST", "/v1/problems", {"problem": {"title": "codes are refused", "ticket_ids": ids}}, **ZHAO))
            hit[made["problem"]["id"]] = ids
            return made["problem"]["id"]

        def write(problem, key):
            return s.write("POST", f"/v1/problems/{problem}/tell", {"texts": TEXTS}, key=key, **ZHAO)

        def check(problem):
            until("the last of them", lambda: good(s.get(f"/v1/problems/{problem}"))["problem"]["stage"] == "told")
            assert good(s.get(f"/v1/problems/{problem}"))["problem"]["told"] == 4
            for n, number in enumerate(hit[problem]):
                replies = s.says(number, "reply")
                assert len(replies) == 1 and replies[0].startswith(TEXTS[n % 2]["body"]), replies

        s.at_every_point(prepare, write, check, stride=5)
        s.ends_well(4)


if __name__ == "__main__":
    main([escalation__whole_and_once, offer__is_accepted_once, follow_up__is_asked_once, all_affected__are_told_once])
