#!/usr/bin/python3
"""Metrics (grammar, figures, who may look), the log's lines, and limits: rates, streams, overload."""
import concurrent.futures
import http.client
import json
import os
import re
import socket
import sqlite3
import sys
import time

from ttydeskd_double import PATIENCE_S, Server, UnixConnection, main, until

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{({NAME}="(?:[^"\\\n]|\\["\\n])*"(?:,{NAME}="(?:[^"\\\n]|\\["\\n])*")*)\}})? (\S+)')


def parse(text):
    """{(name, labels): value}; the grammar of the text format 0.0.4, and what promtool would complain about."""
    assert text.endswith("\n") and "\r" not in text
    kinds, helps, samples, seen, current = {}, set(), {}, set(), None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name = line.split(" ", 3)[2]
            assert name not in helps and len(line.split(" ", 3)) == 4, line
            helps.add(name)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name in helps and name not in kinds and kind in ("counter", "gauge", "histogram"), line
            assert name not in seen, f"{name}: its samples are in two places"
            kinds[name] = kind
            current = name
            seen.add(name)
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            name, labels, value = match.groups()
            base = re.sub(r"_(bucket|sum|count)$", "", name) if kinds[current] == "histogram" else name
            assert base == current, f"{line}: below the type of {current}"
            assert kinds[current] != "counter" or name.endswith("_total"), line
            assert (name, labels or "") not in samples, line
            samples[name, labels or ""] = float(value)
    for name, kind in kinds.items():
        if kind == "histogram":
            check_histogram(name, samples)
    return samples


def check_histogram(name, samples):
    series = {}
    for (sample, labels), value in samples.items():
        if sample == name + "_bucket":
            others = re.sub(r'(^|,)le="[^"]*"', "", labels)
            series.setdefault(others, []).append((float(re.search(r'le="([^"]*)"', labels).group(1)), value))
    assert series or not any(n.startswith(name) for n, _ in samples), name
    for others, buckets in series.items():
        assert buckets == sorted(buckets) and [v for _, v in buckets] == sorted(v for _, v in buckets), (name, others)
        assert buckets[-1][0] == float("inf") and buckets[-1][1] == samples[name + "_count", others], (name, others)
        assert (name + "_sum", others) in samples


def metrics(server):
    answer = server.get("/metrics")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return parse(answer.bytes.decode())


def figures_are_told_and_right(daemon):
    with Server(daemon) as s:
        first = metrics(s)
        for _ in range(3):
            assert s.get("/v1/tickets?view=all").status == 200
        assert s.get("/v1/tickets/99999").status == 404
        assert s.get("/v1/nowhere").status == 404
        assert s.write("POST", "/v1/tickets/1001/messages", {"kind": "note", "body": "x"}).status == 201
        stream = s.stream()
        assert stream.status == 200 and stream.next(pings=True)
        wanted = {'route="/v1/tickets",method="GET",status="2xx"': 3,
                  'route="/v1/tickets/{ticket_id}",method="GET",status="4xx"': 1,
                  'route="none",method="GET",status="4xx"': 1,
                  'route="/v1/events",method="GET",status="2xx"': 1,
                  'route="/v1/tickets/{ticket_id}/messages",method="POST",status="2xx"': 1}

        def told():  # an answer may be here before it is counted, and a change before the feed has heard of it
            now = metrics(s)
            grown = all(now[name, ""] > first[name, ""] for name in ("ttydesk_feed_seq", "ttydesk_db_commit_jobs_sum"))
            counts = {labels: now.get(("ttydesk_http_requests_total", labels), 0) for labels in wanted}
            return now if grown and all(counts[labels] >= n for labels, n in wanted.items()) else None

        then = until("all figures", told)
        for labels, n in wanted.items():
            assert then["ttydesk_http_requests_total", labels] == n, (labels, then)
        assert then["ttydesk_http_streams", ""] == 1
        assert then["ttydesk_http_requests_under_way", ""] == 1
        assert then["ttydesk_db_up", ""] == 1
        assert then["process_resident_memory_bytes", ""] > 1 << 20
        assert 5 < then["process_open_fds", ""] < 200
        for (name, labels), value in first.items():
            if name.endswith(("_total", "_count", "_bucket")):
                assert then[name, labels] >= value, f"{name} {labels} went back"
        stream.close()


class Tcp:
    def __init__(self, server):
        with open(server.log) as f:
            self.port = int(next(line for line in f if ", port " in line).rsplit(" ", 1)[1])

    def ask(self, target, token=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        body = b"" if answer.headers.get("Content-Type") == "text/event-stream" else answer.read()
        return answer, body, connection


def at_once(tcp, target, **more):
    """Twenty-four answers to requests that leave together: a slow machine's purse is not full again in between."""
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        return [one.result() for one in [pool.submit(tcp.ask, target, **more) for _ in range(24)]]


def token(server, person):
    return server.run("token", "new", person, "--label", person).stdout.strip()


def metrics_are_for_auditors_and_administrators(daemon):
    with Server(daemon, "--tcp", "127.0.0.1:0", people=[("eye", "auditor"), ("boss", "administrator"), ("hand", "agent"),
                                                        ("guest", "read-only")]) as s:
        tcp = Tcp(s)
        for person, status in (("eye", 200), ("boss", 200), ("hand", 403), ("guest", 403)):
            answer, body, _ = tcp.ask("/metrics", token(s, person))
            assert answer.status == status, (person, answer.status, body)
            if status == 200:
                parse(body.decode())
        assert tcp.ask("/metrics")[0].status == 401
        assert tcp.ask("/v1/health")[0].status == 200


def log_lines_have_all_values_and_no_secret(daemon):
    with Server(daemon, "--tcp", "127.0.0.1:0") as s:
        tcp, secret = Tcp(s), token(s, "zhao.min")
        answer, _, _ = tcp.ask("/v1/tickets?view=all&q=Geheimnis", secret, Ttydesk_As="x" * 20)
        number = answer.headers["Ttydesk-Request"]
        assert s.write("POST", "/v1/tickets/1001/messages", {"kind": "note", "body": "Vertraulich"}).status == 201
        s.get("/v1/tickets/1%30%30%31%22%0a")
        s.stop()
        with open(s.log) as f:
            said = f.read()
        s.start()
    lines = [line for line in said.split("\n") if " http: request=" in line]
    assert len(lines) >= 3
    for line in lines:
        assert re.fullmatch(r'\S+Z info  http: request=[0-9a-f]{8}-[0-9a-f]+ method=[A-Z]+ path=/\S* status=\d+ bytes=\d+ '
                            r'ms=\d+\.\d\d address=\S+ who="[^"]*"', line), line
    own = [line for line in lines if number in line]
    assert len(own) == 1 and "method=GET path=/v1/tickets status=4" in own[0] and "address=127.0.0.1" in own[0], own
    for word in (secret, "Geheimnis", "Vertraulich", "Bearer"):
        assert word not in said, word


def settings(server, text):
    path = os.path.join(server.dir, "conf")
    with open(path, "w") as f:
        f.write(text)
    return "--config", path


def limited(daemon, text, *options, **more):
    server = Server(daemon, *options, **more)
    server.options = (*options, *settings(server, text))
    return server


def who_asks_too_often_waits(daemon):
    with limited(daemon, "[limits]\nrequests-per-person = 1\nrequests-per-address = 3\n", "--tcp", "127.0.0.1:0") as s:
        tcp, secret = Tcp(s), token(s, "zhao.min")
        # Four seconds' worth at once: 4 for the person, 12 for the address.
        assert [tcp.ask("/v1/session", secret)[0].status for _ in range(4)] == [200] * 4
        refused = until("a refusal", lambda: [(a, body) for a, body, _ in at_once(tcp, "/v1/drafts", token=secret) if a.status == 429])
        assert int(refused[0][0].headers["Retry-After"]) >= 1
        error = json.loads(refused[0][1])
        assert error["code"] == "busy" and error["retryable"] and "more often" in error["message"], error

        def strangers():
            statuses = [a.status for a, _, _ in at_once(tcp, "/v1/session")]
            assert set(statuses) <= {401, 429}, statuses
            return 429 in statuses

        until("an address refused", strangers)
        for _ in range(40):
            assert s.get("/v1/session").status == 200, "the Unix socket is exempt"
        told = metrics(s)
        assert told["ttydesk_http_refused_total", 'reason="person-rate"'] > 0
        assert told["ttydesk_http_refused_total", 'reason="address-rate"'] > 0


def streams_are_limited_for_a_person_and_in_all(daemon):
    with limited(daemon, "[limits]\nstreams-per-person = 2\nstreams = 3\n", "--tcp", "127.0.0.1:0") as s:
        tcp, secret = Tcp(s), token(s, "zhao.min")
        two = [tcp.ask("/v1/events", secret) for _ in range(2)]
        assert [a.status for a, _, _ in two] == [200, 200]
        answer, body, _ = tcp.ask("/v1/events", secret)
        assert answer.status == 503 and "Retry-After" in answer.headers and b"yours" in body, body
        own = s.stream()
        assert own.status == 200
        more = s.stream()
        assert more.status == 503, "the limit of all holds on the Unix socket, too"
        more.close()
        own.close()
        for answer, _, connection in two:
            answer.close()
            connection.close()
        # What was closed is noticed with the next write to it; then there is room again.
        status = 503
        while status == 503:
            s.write("POST", "/v1/tickets/1001/messages", {"kind": "note", "body": "x"})
            again = s.stream()
            status = again.status
            again.close()
        assert status == 200


def connections_of_an_address_are_limited(daemon):
    with limited(daemon, "[limits]\nconnections-per-address = 3\n", "--tcp", "127.0.0.1:0") as s:
        tcp = Tcp(s)
        kept = []
        for _ in range(3):
            connection = http.client.HTTPConnection("127.0.0.1", tcp.port, timeout=PATIENCE_S)
            connection.request("GET", "/v1/health")
            assert connection.getresponse().read()
            kept.append(connection)
        with socket.create_connection(("127.0.0.1", tcp.port), timeout=PATIENCE_S) as over:
            try:
                over.sendall(b"GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n")
                assert over.recv(100) == b""
            except ConnectionError:
                pass
        assert metrics(s)["ttydesk_http_refused_total", 'reason="address-connections"'] >= 1
        for connection in kept:
            connection.close()


def many_and_long_headers_are_refused(daemon):
    with limited(daemon, "[limits]\nheaders = 10\n") as s:
        for count, status in ((8, 200), (12, 431)):
            answer = s.get("/v1/health", **{f"X_{n}": "y" for n in range(count)})
            assert answer.status == status, (count, answer.status)
            assert answer.headers["Content-Type"] == "application/json"


def behind_a_proxy_its_word_is_the_address(daemon):
    with limited(daemon, "[server]\ntls = behind-proxy\n[limits]\nrequests-per-address = 1\n", "--tcp", "0.0.0.0:0") as s:
        tcp = Tcp(s)
        for n in range(8):  # everybody has a purse of their own
            answer, _, _ = tcp.ask("/v1/health", X_Forwarded_For=f"6.6.6.6, 10.0.0.{n}")
            assert answer.status == 200
        until("a refusal: the client's own word doesn't count", lambda: 429 in [
            a.status for a, _, _ in at_once(tcp, "/v1/health", X_Forwarded_For=f"10.9.9.{time.monotonic_ns() % 250}, 10.0.0.1")])
        tcp.ask("/v1/session", X_Forwarded_For="10.1.2.3")
        tcp.ask("/v1/session", X_Forwarded_For="no address")
        s.stop()
        with open(s.log) as f:
            said = f.read()
        s.start()
    assert "address=10.1.2.3 " in said and "no address" not in said


def overload_refuses_the_new_and_serves_the_streams(daemon):
    """The writer is held up by somebody else's lock: what is beyond the mark gets 503, the stream lives on."""
    with limited(daemon, "[limits]\nwrite-queue = 5\nrequests-under-way = 30\n") as s:
        stream = s.stream()
        assert stream.next(pings=True)
        lock = sqlite3.connect(s.database[len("sqlite:"):], isolation_level=None, timeout=PATIENCE_S)
        lock.execute("BEGIN IMMEDIATE")
        waiting = []
        refused = None
        for n in range(40):
            connection = UnixConnection(s.socket)
            body = json.dumps({"kind": "note", "body": f"n{n}"})
            connection.request("POST", "/v1/tickets/1001/messages", body,
                               {"Content-Type": "application/json", "Idempotency-Key": f"o{n}"})
            waiting.append(connection)
            answer = s.get("/v1/session")
            if answer.status == 503:
                refused = answer
                break
        assert refused, "forty writes that wait are too many"
        assert int(refused.headers["Retry-After"]) >= 1 and refused.json()["code"] == "busy" and refused.json()["retryable"]
        assert s.get("/v1/health").status == 200
        told = metrics(s)
        assert told["ttydesk_db_write_queue", ""] > 5
        assert told["ttydesk_http_refused_total", 'reason="overload"'] >= 1
        lock.execute("ROLLBACK")
        lock.close()
        made = 0
        for connection in waiting:
            answer = connection.getresponse()
            assert answer.status in (201, 503), answer.status
            made += answer.status == 201
            connection.close()
        assert made >= 5
        heard = 0
        while heard < made:
            _, kind, data = stream.next()
            heard += kind == "ticket" and "message" in data
        assert s.get("/v1/session").status == 200
        stream.close()


TESTS = [figures_are_told_and_right, metrics_are_for_auditors_and_administrators, log_lines_have_all_values_and_no_secret,
         who_asks_too_often_waits, streams_are_limited_for_a_person_and_in_all, connections_of_an_address_are_limited,
         many_and_long_headers_are_refused, behind_a_proxy_its_word_is_the_address,
         overload_refuses_the_new_and_serves_the_streams]
main([t for t in TESTS if len(sys.argv) < 4 or t.__name__ in sys.argv[3:]])
