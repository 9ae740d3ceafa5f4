#!/usr/bin/python3
"""Event streams of a real server: resumed without loss or double, ended well, several servers' worth of clients."""
import threading
import time

from ttydeskd_double import PATIENCE_S, Server, Stream, main


def note(server, ticket, body):
    answer = server.write("POST", f"/v1/tickets/{ticket}/messages", {"kind": "note", "body": body})
    assert answer.status == 201, answer.bytes
    return answer.json()["seq"]


def some_ticket(server):
    return server.get("/v1/tickets?view=all&limit=1").json()["rows"][0]["id"]


def bodies_until(stream, last):
    """Bodies of the notes up to event `last`, checking that numbers only grow."""
    out, before = [], 0
    while True:
        event = stream.next()
        assert event, "the stream ended"
        number, kind, data = event
        assert number == data["seq"] and number > before, f"{number} after {before}"
        before = number
        if kind == "ticket" and data.get("message", {}).get("kind") == "note":
            out.append(data["message"]["body"])
        if number >= last:
            return out


def killed_stream_resumes_without_loss_or_double(daemon):
    with Server(daemon) as s:
        ticket = some_ticket(s)
        start = s.get("/v1/session").json()["seq"]
        stream = s.stream(start)
        first = note(s, ticket, "heard")
        got = bodies_until(stream, first)
        assert got == ["heard"], got
        stream.close()
        written = [f"while away {n}" for n in range(40)]
        for body in written:
            last = note(s, ticket, body)
        for headers, after in (({"Last_Event_ID": str(first)}, None), ({}, first), ({"Last_Event_ID": str(first)}, start)):
            stream = s.stream(after, **headers)
            assert bodies_until(stream, last) == written, headers
            stream.close()


def restarted_server_resumes_from_the_database(daemon):
    with Server(daemon) as s:
        ticket = some_ticket(s)
        start = s.get("/v1/session").json()["seq"]
        written = [f"before {n}" for n in range(30)]
        for body in written:
            note(s, ticket, body)
        s.stop()
        s.start()
        written.append("after")
        last = note(s, ticket, "after")
        stream = s.stream(start)
        assert bodies_until(stream, last) == written
        stream.close()


def numbers_of_another_life_reload(daemon):
    with Server(daemon) as s:
        stream = s.stream(10**15)
        number, kind, data = stream.next()
        assert kind == "reload" and 0 < number <= s.get("/v1/session").json()["seq"], (number, kind, data)
        ticket = some_ticket(s)
        last = note(s, ticket, "after the reload")
        assert bodies_until(stream, last) == ["after the reload"]
        stream.close()


def new_stream_says_a_ping_with_the_time(daemon):
    with Server(daemon) as s:
        stream = s.stream()
        number, kind, data = stream.next(pings=True)
        while kind != "ping":  # the desk lives
            number, kind, data = stream.next(pings=True)
        assert (number, data["kind"]) == (None, "ping")
        assert abs(data["at_ms"] - time.time() * 1000) < 60000
        stream.close()


def everybody_hears_everything_in_order(daemon):
    clients = 40
    with Server(daemon) as s:
        ticket = some_ticket(s)
        start = s.get("/v1/session").json()["seq"]
        streams = [s.stream(start) for _ in range(clients)]
        written = [f"note {n}" for n in range(60)]
        for body in written:
            last = note(s, ticket, body)
        for stream in streams:
            assert bodies_until(stream, last) == written
            stream.close()


def writers_and_resuming_readers_at_once(daemon):
    with Server(daemon) as s:
        ticket = some_ticket(s)
        start = s.get("/v1/session").json()["seq"]
        lasts, wanted = [], 0
        lock = threading.Lock()

        def write(who):
            last = 0
            for n in range(25):
                last = note(s, ticket, f"{who} {n}")
            with lock:
                lasts.append(last)

        writers = [threading.Thread(target=write, args=(w,)) for w in range(4)]
        for w in writers:
            w.start()
        heard, at = [], start
        while len(heard) < 100:  # a reader whose line drops every few events
            stream = Stream(s.socket, at, {})
            for _ in range(7):
                at, kind, data = stream.next()
                if kind == "ticket" and data.get("message", {}).get("kind") == "note":
                    heard.append(data["message"]["body"])
                if len(heard) == 100:
                    break
            stream.close()
        for w in writers:
            w.join(PATIENCE_S)
        assert sorted(heard) == sorted(f"{w} {n}" for w in range(4) for n in range(25))
        for w in range(4):
            assert [h for h in heard if h.startswith(f"{w} ")] == [f"{w} {n}" for n in range(25)]


def graceful_stop_ends_open_streams(daemon):
    with Server(daemon) as s:
        streams = [s.stream() for _ in range(20)]
        for stream in streams:
            while stream.next(pings=True)[1] != "ping":
                pass
        began = time.monotonic()
        s.stop()
        assert time.monotonic() - began < PATIENCE_S / 2
        for stream in streams:
            while stream.next(pings=True) is not None:  # the last chunk comes, no reset
                pass
            stream.close()
        s.start()


def graceful_stop_finishes_running_writes(daemon):
    with Server(daemon) as s:
        ticket = some_ticket(s)
        answers, busy, stopping = [], threading.Event(), threading.Event()

        def write(who):
            n = 0
            while not stopping.is_set():
                try:
                    answers.append((s.write("POST", f"/v1/tickets/{ticket}/messages",
                                            {"kind": "note", "body": f"{who}/{n}"}).status, f"{who}/{n}"))
                except OSError:
                    return  # the door is shut
                n += 1
                if len(answers) >= 20:
                    busy.set()

        writers = [threading.Thread(target=write, args=(w,)) for w in range(4)]
        for w in writers:
            w.start()
        assert busy.wait(PATIENCE_S)
        s.stop()
        stopping.set()
        for w in writers:
            w.join(PATIENCE_S)
        s.start()
        kept, before = set(), None
        while True:  # every answer that said 201 is on record
            page = s.get(f"/v1/tickets/{ticket}/messages?limit=500" + (f"&before={before}" if before else "")).json()
            kept |= {m["body"] for m in page["messages"]}
            if not page.get("more"):
                break
            before = page["messages"][0]["id"]
        lost = [body for status, body in answers if status == 201 and body not in kept]
        assert not lost, lost
        assert {status for status, _ in answers} <= {201, 503}, {status for status, _ in answers}


def kinds_until(stream, last):
    """(kind, whom) of everything up to event `last`, as one stream hears it."""
    out = []
    while True:
        number, kind, data = stream.next()
        # the sample's clocks ring when they like
        if kind in ("notice", "presence") and data.get("change") not in ("warning", "breach"):
            out.append((kind, data.get("change")))
        if number >= last:
            return out


def notices_are_heard_by_their_person_only(daemon):
    with Server(daemon) as s:
        ticket = some_ticket(s)
        start = s.get("/v1/session").json()["seq"]
        live = {who: s.stream(start, Ttydesk_As=who) for who in ("li.wei", "anna.kowalski", "zhao.min")}
        seat = {"workstation": "w", "ticket_id": ticket}
        assert s.write("PUT", "/v1/presence", seat, Ttydesk_As="zhao.min").status == 200
        assert s.write("PUT", "/v1/presence", seat, Ttydesk_As="zhao.min").status == 200
        note(s, ticket, "@anna.kowalski and @zhao.min, see this")
        assert s.write("POST", f"/v1/tickets/{ticket}/messages", {"kind": "note", "body": "well, @li.wei"},
                       Ttydesk_As="zhao.min").status == 201
        last = note(s, ticket, "the end")
        mention, look = ("notice", "mention"), ("presence", "look")
        for who, stream in live.items():  # from the ring, as it comes
            assert kinds_until(stream, last) == [look, mention], who
            stream.close()
        s.stop()
        s.start()  # now only the database knows
        last = note(s, ticket, "after the restart")
        for who in live:
            stream = s.stream(start, Ttydesk_As=who)
            assert kinds_until(stream, last) == [look, mention], who
            stream.close()


if __name__ == "__main__":
    main([killed_stream_resumes_without_loss_or_double, restarted_server_resumes_from_the_database,
          numbers_of_another_life_reload, new_stream_says_a_ping_with_the_time, everybody_hears_everything_in_order,
          writers_and_resuming_readers_at_once, graceful_stop_ends_open_streams, graceful_stop_finishes_running_writes,
          notices_are_heard_by_their_person_only])
