#!/usr/bin/python3
"""Several ttydeskd on one PostgreSQL (run through with_postgres): one desk, whichever server is asked."""
import contextlib
import os
import signal
import subprocess
import threading
import time
import uuid

from events_test import bodies_until, note, some_ticket
from ttydeskd_double import PATIENCE_S, Server, main


def psql(sql):
    subprocess.run([os.environ["DESK_TEST_PSQL"], "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h",
                    os.environ["DESK_TEST_POSTGRES"], "-U", "desk", "-d", "postgres", "-c", sql], check=True)


@contextlib.contextmanager
def two_servers(daemon):
    name = "s" + uuid.uuid4().hex[:8]
    psql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    with contextlib.ExitStack() as stack:
        servers = []
        for _ in range(2):
            server = Server(daemon, "--embedded", "--linger", "600")
            server.database = f"postgres:host={os.environ['DESK_TEST_POSTGRES']} user=desk dbname={name}"
            servers.append(stack.enter_context(server))
        yield servers
    checked = servers[0].run("check")
    assert "sound" in checked.stdout, checked.stdout


def events_of_one_are_heard_at_the_other(daemon):
    with two_servers(daemon) as (a, b):
        ticket = some_ticket(a)
        assert some_ticket(b) == ticket
        start = a.get("/v1/session").json()["seq"]
        streams = [a.stream(start), b.stream(start)]
        written = []
        for n in range(20):
            for name, server in (("a", a), ("b", b)):
                written.append(f"{name} {n}")
                last = note(server, ticket, written[-1])
        for stream in streams:
            assert bodies_until(stream, last) == written
            stream.close()


def writers_on_both_give_one_order_and_nothing_is_missing(daemon):
    with two_servers(daemon) as (a, b):
        ticket = some_ticket(a)
        start = a.get("/v1/session").json()["seq"]
        streams = [a.stream(start), b.stream(start)]
        threads = [threading.Thread(target=lambda s=s, w=w: [note(s, ticket, f"{w} {n}") for n in range(25)])
                   for w, s in enumerate((a, b, a, b))]
        for t in threads:
            t.start()
        heard = [[], []]
        for stream, events in zip(streams, heard):
            before, notes = start, 0
            while notes < 100:
                number, kind, data = stream.next()
                assert number > before, f"{number} after {before}"
                before = number
                body = data.get("message", {}).get("body") if kind == "ticket" else None
                notes += body is not None
                events.append((number, kind, body))
            stream.close()
        for t in threads:
            t.join(PATIENCE_S)
        assert heard[0] == heard[1]  # numbers too: what one person's stream leaves out, it leaves out everywhere
        bodies = [body for _, _, body in heard[0] if body]
        assert sorted(bodies) == sorted(f"{w} {n}" for w in range(4) for n in range(25)), bodies
        for w in range(4):
            assert [b for b in bodies if b.startswith(f"{w} ")] == [f"{w} {n}" for n in range(25)], bodies


def one_key_at_two_servers_is_one_write(daemon):
    with two_servers(daemon) as (a, b):
        target = f"/v1/tickets/{some_ticket(a)}/messages"
        for n in range(10):
            key, answers = str(uuid.uuid4()), []
            threads = [threading.Thread(target=lambda s=s: answers.append(
                s.write("POST", target, {"kind": "note", "body": f"once {n}"}, key=key))) for s in (a, b)]
            for t in threads:
                t.start()
            for t in threads:
                t.join(PATIENCE_S)
            first, second = answers
            assert first.status == second.status == 201, (first.bytes, second.bytes)
            assert first.json()["message"]["id"] == second.json()["message"]["id"]


def nobody_claims_what_another_has(daemon):
    with two_servers(daemon) as (a, b):
        people = [p["name"] for p in a.get("/v1/session").json()["people"]]
        claimed, lock = {}, threading.Lock()

        def claim(server, person):
            for _ in range(4):
                answer = server.write("POST", "/v1/tickets/claim-next", {}, Ttydesk_As=person)
                if answer.status != 200:
                    return
                with lock:
                    claimed.setdefault(answer.json()["ticket"]["id"], []).append(person)

        threads = [threading.Thread(target=claim, args=((a, b)[n % 2], person)) for n, person in enumerate(people)]
        for t in threads:
            t.start()
        for t in threads:
            t.join(PATIENCE_S)
        assert len(claimed) > 4, claimed
        assert all(len(who) == 1 for who in claimed.values()), claimed


def a_restarted_database_loses_nothing(daemon):
    with two_servers(daemon) as (a, b):
        ticket = some_ticket(a)
        start = a.get("/v1/session").json()["seq"]
        stream = b.stream(start)
        written = ["before"]
        note(a, ticket, "before")
        with open(os.environ["DESK_TEST_POSTGRES_PID"]) as f:
            os.kill(int(f.read()), signal.SIGQUIT)  # its guard starts it again
        until = time.monotonic() + PATIENCE_S
        for n in range(10):
            written.append(f"after {n}")
            key = str(uuid.uuid4())
            while True:  # as a workstation does: the same key until there is an answer
                answer = a.write("POST", f"/v1/tickets/{ticket}/messages", {"kind": "note", "body": written[-1]}, key=key)
                if answer.status == 201:
                    break
                assert answer.json()["retryable"], answer.bytes
                assert time.monotonic() < until, answer.bytes
        assert bodies_until(stream, answer.json()["seq"]) == written
        stream.close()


if __name__ == "__main__":
    main([events_of_one_are_heard_at_the_other, writers_on_both_give_one_order_and_nothing_is_missing,
          one_key_at_two_servers_is_one_write, nobody_claims_what_another_has, a_restarted_database_loses_nothing])
