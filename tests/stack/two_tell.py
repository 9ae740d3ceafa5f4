#!/usr/bin/python3
"""Two ttydeskd on one PostgreSQL, of which one is killed in the middle: what time and rules do by themselves is done
once. Warnings and breaches, an escalation nobody takes, a rule, a webhook. Run through with_postgres."""
import signal

from servers_test import two_servers
from ttydeskd_double import main, until
from webhooks_test import Clock, Receiver, deliveries, open_ticket, policy

TICKETS = 6
MINUTE_MS = 60_000
NEVER_SUMMED = "[setting notices_a_minute]\nvalue = 500\n"


def kill(server):
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    server.listener.join()
    server.start()


def changes(stream, last, wanted):
    """How often each ticket was said to have had one of the wanted changes, up to event number `last`."""
    heard = {}
    while True:
        number, kind, data = stream.next()
        if kind == "ticket" and data.get("change") in wanted:
            key = data["ticket_id"], data["change"]
            heard[key] = heard.get(key, 0) + 1
        if number >= last:
            return heard


def marker(server, ticket):
    answer = server.write("POST", f"/v1/tickets/{ticket}/messages", {"kind": "note", "body": "the end"})
    assert answer.status == 201, answer.bytes
    return answer.json()["seq"]


def told(server, person, numbers):
    notices = server.get("/v1/notices?limit=500", Ttydesk_As=person).json()["notices"]
    return [(n["ticket_id"], n["kind"]) for n in notices if n.get("ticket_id") in numbers]


def follows(server):
    """The rules are in force for what is written at that server: one of its probes is tagged."""
    probes = []

    def tagged():
        probes.append(open_ticket(server, "probe"))
        return any("one" in server.get(f"/v1/tickets/{n}").json()["ticket"]["tags"] for n in probes)

    until("the rules", tagged)


def clocks__ring_once_for_everybody__whoever_dies(daemon):
    with Clock() as clock, two_servers(daemon) as (a, b):
        policy(a, NEVER_SUMMED + "[setting warning_tells]\nvalue = @li.wei\n[setting breach_tells]\nvalue = @sun.li\n")
        start = a.get("/v1/session").json()["seq"]
        numbers = [open_ticket((a, b)[i % 2], f"two tell {i}") for i in range(TICKETS)]
        clock.set(clock.now + 23_000)
        until("the warnings", lambda: len(told(b, "li.wei", numbers)) >= TICKETS // 2)
        kill(a)
        until("all warnings", lambda: len(told(b, "li.wei", numbers)) >= TICKETS)
        clock.set(clock.now + 8_000)
        kill(b)
        until("all breaches", lambda: len(told(a, "sun.li", numbers)) >= TICKETS)
        kill(a)  # who starts again rings nothing again
        stream = b.stream(start)
        heard = changes(stream, marker(a, numbers[0]), ("warning", "breach"))
        stream.close()
        for number in numbers:
            assert heard.get((number, "warning")) == 1 and heard.get((number, "breach")) == 1, (number, heard)
        assert sorted(told(b, "li.wei", numbers)) == sorted((n, "warning") for n in numbers)
        assert sorted(told(b, "sun.li", numbers)) == sorted((n, "breach") for n in numbers)


def escalation__that_nobody_takes__comes_back_once(daemon):
    with Clock() as clock, two_servers(daemon) as (a, b):
        start = a.get("/v1/session").json()["seq"]
        groups = {g["name"]: g["id"] for g in a.get("/v1/session").json()["groups"]}
        numbers = [open_ticket((a, b)[i % 2], f"bounce {i}") for i in range(TICKETS)]
        for i, number in enumerate(numbers):
            answer = (a, b)[i % 2].write("POST", f"/v1/tickets/{number}/escalate",
                                         {"group_id": groups["tech"], "reason": "needs a specialist"})
            assert answer.status == 200, answer.bytes

        def back(server):
            return [n for n in numbers if server.get(f"/v1/tickets/{n}").json()["ticket"]["tier"] == 1]

        clock.set(clock.now + 11 * MINUTE_MS)
        until("one back", lambda: back(b))
        kill(a)
        until("all back", lambda: len(back(b)) == TICKETS)
        kill(b)
        stream = a.stream(start)
        heard = changes(stream, marker(a, numbers[0]), ("bounced",))
        stream.close()
        assert [heard.get((n, "bounced")) for n in numbers] == [1] * TICKETS, heard


def rule_and_webhook__are_done_once__whoever_dies(daemon):
    receiver = Receiver()
    with Clock() as clock, two_servers(daemon) as (a, b):
        policy(a, "[setting webhook_allow]\nvalue = 127.0.0.0/8\n[tag one]\non = ticket\n"
                  f"[webhook outside]\nurl = {receiver.url('/ok')}\non = new\nwhen = subject:twofold\n"
                  "[trigger once]\non = new\nwhen = subject:twofold\ndo = \"\"\"\ntag one\nnote the rule was here\n\"\"\"\n"
                  "[trigger probe]\non = new\nwhen = subject:probe\ndo = tag one\n")
        for server in (a, b):
            follows(server)
        numbers = []
        for turn in range(4):
            numbers += [open_ticket((a, b)[i % 2], f"twofold {turn}") for i in range(TICKETS)]
            kill((a, b)[turn % 2])

        def notes(number):
            messages = a.get(f"/v1/tickets/{number}").json()["ticket"]["messages"]
            return sum(m["body"] == "the rule was here" for m in messages)

        for number in numbers:
            until("the rule", lambda n=number: notes(n))
        clock.set(clock.now + 2 * MINUTE_MS)  # what a dead server had begun is free again
        until("the deliveries", lambda: len([d for d in deliveries(a) if d.get("done_ms")]) >= len(numbers))
        assert [notes(n) for n in numbers] == [1] * len(numbers)
        runs = [r["ticket_id"] for r in b.get("/v1/automation/log?limit=500", Ttydesk_As="sun.li").json()["runs"]
                if r["name"] == "once"]
        assert sorted(runs) == sorted(numbers), runs
        kept = [d for d in deliveries(b) if d["webhook"] == "outside"]
        assert sorted(d["ticket_id"] for d in kept) == sorted(numbers), kept
        # A server that dies between the answer and its note sends again, with the same id: one delivery.
        sent = {}
        for _, headers, body in receiver.of("/ok"):
            sent.setdefault(headers["Ttydesk-Delivery"], set()).add(body)
        assert len(sent) == len(numbers), len(sent)
        assert all(len(bodies) == 1 for bodies in sent.values())
    receiver.shutdown()


main([clocks__ring_once_for_everybody__whoever_dies, escalation__that_nobody_takes__comes_back_once,
      rule_and_webhook__are_done_once__whoever_dies])
