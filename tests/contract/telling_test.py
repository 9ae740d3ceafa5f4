#!/usr/bin/python3
"""Everybody whom a problem hits is told exactly once, also when the server is killed in between or two tell at once."""
import contextlib
import os
import threading

from ttydeskd_double import Server, main, until

CUSTOMERS = 140
ZHAO = {"Ttydesk_As": "zhao.min"}
TEXTS = [{"language": "en", "body": "It works again."}, {"language": "zh", "body": "已经修好了。"}]


def good(answer):
    assert answer.status in (200, 201), f"{answer.status} {answer.bytes!r}"
    return answer.json()


def hit_by(s):
    """A problem and the tickets of those whom it hits."""
    group = s.get("/v1/session").json()["groups"][0]["id"]
    ids = []
    for n in range(CUSTOMERS):
        new = {"subject": "can't sign in", "body": "the code is wrong", "channel": "web", "group_id": group,
               "customer": {"name": f"Customer {n}", "phone": f"+86 555 {n:05d}", "language": ("en", "zh")[n % 2]}}
        ids.append(good(s.write("POST", "/v1/tickets", new))["ticket"]["id"])
    made = good(s.write("POST", "/v1/problems", {"problem": {"title": "codes are refused", "ticket_ids": ids}}, **ZHAO))
    return made["problem"]["id"], ids


def tell(s, problem):
    return good(s.write("POST", f"/v1/problems/{problem}/tell", {"texts": TEXTS}, **ZHAO))


def told(s, problem):
    return good(s.get(f"/v1/problems/{problem}"))["problem"]["told"]


def wait_for_all(s, problem):
    until("telling all", lambda: told(s, problem) == CUSTOMERS and
          good(s.get(f"/v1/problems/{problem}"))["problem"]["stage"] == "told")


def each_once(s, ids):
    for n, number in enumerate(ids):
        replies = [m["body"] for m in good(s.get(f"/v1/tickets/{number}"))["ticket"]["messages"] if m["kind"] == "reply"]
        assert len(replies) == 1, f"#{number}: {replies}"
        assert replies[0].startswith(TEXTS[n % 2]["body"]), replies


def killed_in_the_middle_goes_on_where_it_was(daemon):
    with Server(daemon, "--embedded", "--linger", "600") as s:
        problem, ids = hit_by(s)
        stream = s.stream(good(s.get("/v1/session"))["seq"])
        tell(s, problem)
        for kill in range(2):
            heard = 0
            while heard < 60:  # some have heard it
                if stream.next(pings=True)[1] != "ping":
                    heard += 1
                elif told(s, problem) == CUSTOMERS:
                    break  # there is no more to hear
            s.process.kill()
            s.process.wait()
            s.listener.join()
            with contextlib.suppress(Exception):
                stream.close()
            s.start()
            stream = s.stream(good(s.get("/v1/session"))["seq"])
            if told(s, problem) == CUSTOMERS:
                break
            tell(s, problem)  # whoever is unsure says it once more
        wait_for_all(s, problem)
        each_once(s, ids)
        assert "0 customers" in tell(s, problem)["text"]
        wait_for_all(s, problem)
        each_once(s, ids)
        stream.close()


def two_servers_tell_as_one(daemon):
    """Below with_postgres: both schedulers work on the same problem."""
    if "DESK_TEST_POSTGRES" not in os.environ:
        return
    with Server(daemon, "--embedded", "--linger", "600") as a:
        with Server(daemon, "--embedded", "--linger", "600", database=a.database) as b:
            problem, ids = hit_by(a)
            threads = [threading.Thread(target=tell, args=(s, problem)) for s in (a, b)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            wait_for_all(b, problem)
            each_once(a, ids)


def two_servers_suspect_one_incident(daemon):
    if "DESK_TEST_POSTGRES" not in os.environ:
        return
    with Server(daemon, "--embedded", "--linger", "600") as a:
        with Server(daemon, "--embedded", "--linger", "600", database=a.database) as b:
            session = a.get("/v1/session").json()
            category = next(c["name"] for c in session["categories"] if c["name"].startswith("account/sign-in"))
            for n in range(14):
                new = {"subject": "can't sign in", "body": "the code is wrong", "channel": "web", "category": category,
                       "group_id": session["groups"][0]["id"], "customer": {"name": f"Customer {n}"}}
                good((a, b)[n % 2].write("POST", "/v1/tickets", new))
            found = until("a suspicion", lambda: [p for p in good(b.get("/v1/problems?stage=suspected"))["problems"]
                                                  if p["tickets"] >= 14])
            assert len(found) == 1, found
            for person in ("sun.li",):
                notices = good(a.get("/v1/notices", Ttydesk_As=person))["notices"]
                assert [n["kind"] for n in notices].count("incident") == 1, notices


if __name__ == "__main__":
    main([killed_in_the_middle_goes_on_where_it_was, two_servers_tell_as_one, two_servers_suspect_one_incident])
