#!/usr/bin/python3
"""Waiting work is held out to people who are at their workstations of a real ttydeskd whose clock moves: taken, let pass,
declined, missed too often; after a call there is wrap-up; nobody gets more than fits, no two the same; work of who is
gone comes back. Below with_postgres on PostgreSQL."""
from plain_double import NOW_MS, Desk
from ttydeskd_double import main, until

MINUTE = 60_000
OFFER_S = 30
# Only these three work for the group, so that nothing of the sample gets in between.
GROUP = """
[group desk]
title = Desk
tier = 1
[setting offer_seconds]
value = %d
[setting channel_weights]
value = phone=100 web=20
[setting skill_minutes]
value = 0
"""


class Routing(Desk):
    """A group of its own, with as many people as a test wants at their workstations."""

    def __init__(self, daemon, people, capacity=100):
        super().__init__(daemon)
        self.now = NOW_MS
        self.crew = people
        self.here = set()
        self.capacity = capacity

    def __enter__(self):
        super().__enter__()
        crew = "".join(f"[person {name}]\ndisplay = {name}\nrole = agent\ngroups = desk\ncapacity = {self.capacity}\n"
                       for name in self.crew)
        self.good("POST", "/v1/config", "gao.feng", {"text": GROUP % OFFER_S + crew})
        session = until("the policy", self.known)
        self.group = next(g["id"] for g in session["groups"] if g["name"] == "desk")
        return self

    def known(self):
        """All of the server follows a policy within a second."""
        session = self.get("/v1/session").json()
        self.ids = {p["name"]: p["id"] for p in session["people"]}
        agents = {a["person_id"] for a in self.get("/v1/agents").json()["agents"]}
        return session if all(self.ids.get(name) in agents for name in self.crew) else None

    def good(self, method, path, who, body=None):
        answer = self.write(method, path, body, Ttydesk_As=who)
        assert answer.status in (200, 201), (path, answer.status, answer.bytes)
        return answer.json()

    # ---- time and people
    def pass_ms(self, ms):
        """Workstations say that they are there all the while."""
        end = self.now + ms
        while self.now < end:
            self.now = min(end, self.now + 20_000)
            with open(self.clock.name, "w", encoding="ascii") as f:
                f.write(str(self.now))
            for who in sorted(self.here):
                self.good("PUT", "/v1/presence", who, {"workstation": "real"})

    def comes(self, *people):
        for who in people:
            self.here.add(who)
            self.good("PUT", "/v1/presence", who, {"workstation": "real"})

    def until(self, what, condition, step=250):
        """The desk looks a few times a second of its own clock; what it sees late counts from then."""
        def look():
            self.pass_ms(step)
            return condition()
        return until(what, look)

    def does(self, who, *words, **more):
        return self.call("--as", who, *words, **more)

    def accepts(self, who, number, status=200):
        answer = self.write("POST", f"/v1/tickets/{number}/offer/accept", Ttydesk_As=who)
        assert answer.status == status, (answer.status, answer.bytes)

    # ---- what there is
    def waits(self, subject, channel="web"):
        number = self.good("POST", "/v1/tickets", "gao.feng", {
            "subject": subject, "body": "hello", "channel": channel, "group_id": self.group,
            "customer": {"name": "Wang Fang", "email": "wang@example.com"}})["ticket"]["id"]
        if channel == "phone":  # whoever answers the phone has it
            self.does("gao.feng", "release", str(number))
        return number

    def offers(self, who):
        return [o["ticket_id"] for o in self.get("/v1/offers", Ttydesk_As=who).json()["offers"]]

    def holder(self, number):
        return [who for who in self.crew if number in self.offers(who)]

    def offered_to(self, number):
        """Exactly one has it before him."""
        return self.until(f"#{number} to be held out", lambda: self.holder(number))

    def agent(self, who):
        return next(a for a in self.get("/v1/agents").json()["agents"] if a["person_id"] == self.ids[who])

    def assignee(self, number):
        return self.ticket(number).get("assignee_name")


def passed_on_to_the_next_and_accepted(daemon):
    with Routing(daemon, ["ann", "bob", "cid"]) as d:
        d.comes("ann", "bob", "cid")
        number = d.waits("who takes it?")
        seen = []
        for _ in range(2):
            holder = d.offered_to(number)
            assert len(holder) == 1 and holder[0] not in seen, (holder, seen)
            seen += holder
            d.pass_ms((OFFER_S - 5) * 1000)
            if d.holder(number) == holder:  # it is his for all of the time
                d.pass_ms(6_000)
            d.until("the next", lambda: d.holder(number) not in ([], holder))
        last = d.offered_to(number)
        assert len(last) == 1 and last[0] not in seen, (last, seen)
        d.accepts(seen[0], number, status=409)  # too late
        d.accepts(last[0], number)
        assert d.assignee(number) == last[0] and d.holder(number) == []
        assert d.agent(last[0])["load"] == 20


def declined_it_goes_on_at_once(daemon):
    with Routing(daemon, ["ann", "bob"]) as d:
        d.comes("ann", "bob")
        number = d.waits("not mine")
        first = d.offered_to(number)
        d.good("POST", f"/v1/tickets/{number}/offer/decline", first[0], {"reason": "my neighbour's"})
        assert d.until("the other", lambda: d.holder(number)) != first


def missed_too_often_is_away(daemon):
    with Routing(daemon, ["ann"]) as d:
        d.comes("ann")
        numbers = [d.waits(f"anybody there? {n}") for n in range(4)]
        held = []
        while d.agent("ann")["state"] == "available":
            assert len(held) <= 3, held
            held += d.until("an offer, or the end", lambda: d.offers("ann") or
                            (d.agent("ann")["state"] == "away" and ["away"]))
            d.pass_ms((OFFER_S + 1) * 1000)
            d.until("its end", lambda: not d.offers("ann") or d.offers("ann") != held[-1:])
        assert [n for n in held if n != "away"] == numbers[:3], held  # three, each once
        assert d.agent("ann")["state"] == "away"
        d.pass_ms(2 * MINUTE)
        assert d.offers("ann") == []
        assert any(n["kind"] == "away" for n in d.json("--as", "ann", "notices")["notices"])
        d.good("PUT", f"/v1/agents/{d.ids['ann']}/state", "ann", {"state": "available"})
        assert d.until("work again", lambda: d.offers("ann"))


def after_a_call_there_is_wrap_up(daemon):
    with Routing(daemon, ["ann"]) as d:
        d.comes("ann")
        number = d.waits("call me", channel="phone")
        d.offered_to(number)
        d.accepts("ann", number)
        other = d.waits("me, too", channel="web")
        d.does("ann", "status", str(number), "resolved")
        agent = d.agent("ann")
        assert agent["state"] == "wrap-up" and agent["until_ms"] - d.now <= MINUTE, agent
        d.pass_ms(40_000)
        assert d.agent("ann")["state"] == "wrap-up" and d.offers("ann") == []
        d.pass_ms(21_000)
        d.until("its end", lambda: d.agent("ann")["state"] == "available")
        assert d.offered_to(other) == ["ann"]


def nobody_gets_more_than_fits_nor_two_the_same(daemon):
    crew = ["ann", "bob", "cid"]
    with Routing(daemon, crew, capacity=60) as d:
        d.comes(*crew)
        numbers = [d.waits(f"n {n}") for n in range(12)]
        taken = {}
        for _ in range(9):  # 60 / 20 for each of three
            who, number = d.until("an offer", lambda: [(w, n) for w in crew for n in d.offers(w)][:1])[0]
            held = [n for w in crew for n in d.offers(w)]
            assert len(held) == len(set(held)), held
            assert number not in taken
            d.accepts(who, number)
            taken[number] = who
            for one in crew:
                agent = d.agent(one)
                assert agent["load"] <= 60 and len(d.offers(one)) <= 1, agent
        d.pass_ms(10_000)
        assert [d.offers(w) for w in crew] == [[], [], []]
        assert sorted(taken.values()) == sorted(crew * 3), taken
        assert sum(1 for n in numbers if not d.assignee(n)) == 3
        # what is done makes room
        first = next(iter(taken))
        d.does(taken[first], "status", str(first), "resolved")
        assert d.until("an offer", lambda: d.offers(taken[first]))


def work_of_who_is_gone_returns_the_answered_stays(daemon):
    with Routing(daemon, ["ann", "bob"], capacity=400) as d:
        d.comes("ann")
        waiting, answered = d.waits("hello?"), d.waits("and me?")
        for number in (waiting, answered):
            d.does("ann", "claim", str(number))
        d.does("ann", "reply", str(answered), "--anyway", "--now", "-m", "Here you are.")
        d.here.clear()
        d.comes("bob")
        d.until("ann to be offline", lambda: d.agent("ann")["state"] == "offline", step=15_000)
        assert d.assignee(waiting) == "ann"  # for some time it is still hers
        d.until("the queue to have it", lambda: d.assignee(waiting) is None, step=15_000)
        assert d.assignee(answered) == "ann"
        assert d.offered_to(waiting) == ["bob"]
        d.accepts("bob", waiting)
        d.comes("ann")
        d.until("ann to be back", lambda: d.agent("ann")["state"] == "available")
        assert d.assignee(waiting) == "bob" and d.agent("ann")["tickets"] == 1


if __name__ == "__main__":
    main([passed_on_to_the_next_and_accepted, declined_it_goes_on_at_once, missed_too_often_is_away,
          after_a_call_there_is_wrap_up, nobody_gets_more_than_fits_nor_two_the_same,
          work_of_who_is_gone_returns_the_answered_stays])
