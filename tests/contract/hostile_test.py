#!/usr/bin/python3
"""Hundreds of malformed requests: each gets the error shape and a 4xx (501, 503 at most); the server stays up."""
import itertools
import json
import random
import socket
import sys

import yaml

from ttydeskd_double import PATIENCE_S, Server, UnixConnection, main

DOCUMENT = sys.argv[2]
SEED = 20261122
MUTANT_S = 0.3

BODIES = [b"", b"{", b"}", b"[]", b"null", b"1", b'"x"', b"{}x", b"{\"a\":}", b"{'a':1}", b"\x00", b"\xff\xfe", b"{\"body\":\"\xff\"}",
          b"{\"body\":\"\\u0000\"}", b"{\"body\":\"\\ud800\"}", b"[" * 100000, b"{\"a\":" * 50000, b"{\"body\":" + b"9" * 4000 + b"}",
          b"{\"body\":1e999}", b"{\"id\":1e400,\"id\":2}", b"\xef\xbb\xbf{}", b"{\"kind\":\"reply\"}", b"{\"kind\":7,\"body\":[]}",
          b"{\"status\":\"nonsense\"}", b"{\"status\":[]}", b"{\"priority\":null}", b"{\"subject\":\"\"}", b"{\"subject\":\"\\n\"}",
          b"{\"status\":\"open\",\"priority\":\"urgent\"}", b"{\"person_id\":-1}", b"{\"person_id\":99999999999999999999}",
          b"{\"person_id\":1.5}", b"{\"group_id\":424242}", b"{\"group_id\":1,\"reason\":\"\"}", b"{\"article\":{}}", b"{\"article\":7}",
          b"{\"article\":{\"module\":\"product\",\"title\":\"\",\"body\":\"\"}}", b"{\"subject\":\"a\",\"body\":\"b\",\"customer_id\":424242}",
          b"{\"subject\":\"a\",\"body\":\"b\",\"customer\":{\"name\":7}}", b"{\"subject\":\"a\",\"body\":\"b\",\"customer\":{}}",
          b"{\"subject\":\"a\",\"body\":\"b\",\"channel\":\"pigeon\"}", b"{\"kind\":\"reply\",\"body\":\"x\",\"send_delay_ms\":-5}",
          b"{\"kind\":\"reply\",\"body\":\"x\",\"template_ids\":[\"a\"]}", b"{\"kind\":\"reply\",\"body\":\"x\",\"answers_id\":-3}",
          b"{\"kind\":\"customer\",\"body\":\"x\"}", b"{\"kind\":\"reply\",\"body\":\"" + b"x" * 300000 + b"\"}", b"{\"reason\":{}}",
          b"{\"hold_until_ms\":\"soon\",\"status\":\"on-hold\"}"]
IDS = ["0", "-1", "1.5", "x", "99999999999999999999", "9007199254740993", "9007199254740991", "424242", "%00", "%ff", "%2e%2e", "1%2f2",
       "1;drop", "'", "+1", "0x1", "%E4%BD%A0", " ", "1/../2"]
VALUES = ["", "-1", "x", "99999999999999999999", "%00", "%ff", "%", "%F0%9F%92%A9", "'%20OR%201=1", "\"", "*", "a" * 3000, "NEAR(", "%22unclosed",
          "AND", "title:x", "{", "1e3", "0x10"]
HEADERS = [{"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 37}, {"Idempotency-Key": "a b"}, {"Idempotency-Key": "\u00e9"}, {"If-Match": "x"},
           {"If-Match": "\"-1\""}, {"If-Match": "\""}, {"If-Match": "9" * 30}, {"Ttydesk-As": "'"}, {"Ttydesk-As": "x" * 2000},
           {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer ttd_short"},
           {"Authorization": "Bearer ttd_" + "A" * 43}, {"Authorization": "Bearer " + "A" * 3000}, {"Last-Event-ID": "x"}]


def judge(what, status, body, kind):
    assert 200 <= status < 500 or status in (501, 503), f"{what}: {status} {body[:300]!r}"
    if status >= 400 and kind == "application/json":
        error = json.loads(body.decode("utf-8"))
        assert error["code"] and error["message"], f"{what}: {error}"
        assert "\x1b" not in error["message"] and "\n" not in error["message"], error


def send(server, method, target, body=None, headers=None):
    answer = None
    connection = UnixConnection(server.socket)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value.encode("utf-8"))
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        if body:
            try:
                connection.send(body)
            except OSError:
                pass  # refused while we still talk
        answer = connection.getresponse()
        if answer.status == 200 and answer.headers.get("Content-Type") == "text/event-stream":
            judge(f"{method} {target[:80]}", answer.status, b"", "")
            return answer.status
        read = answer.read()
        judge(f"{method} {target[:80]} {headers} {body[:80] if body else body!r}", answer.status, read, answer.headers.get("Content-Type"))
        return answer.status
    finally:
        connection.close()


def operations():
    with open(DOCUMENT, encoding="utf-8") as f:
        document = yaml.safe_load(f)
    for path, item in document["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                yield method.upper(), path, item.get("parameters", []) + item[method].get("parameters", []), document


def filled(path, value="1001"):
    for name in ("ticket_id", "message_id", "customer_id", "article_id", "tag"):
        path = path.replace("{" + name + "}", value)
    return path


def malformed_requests_never_break(daemon):
    count = 0
    with Server(daemon) as s:
        key = itertools.count()
        for method, path, parameters, document in operations():
            if method != "GET":
                for body in BODIES:
                    count += 1
                    send(s, method, filled(path), body, {"Content-Type": "application/json", "Idempotency-Key": f"h{next(key)}"})
                for kind in ("", "text/plain", "application/xml", "application/jsonx"):
                    count += 1
                    send(s, method, filled(path), b"{}", {"Content-Type": kind, "Idempotency-Key": f"h{next(key)}"})
            if "{" in path:
                for value in IDS:
                    count += 1
                    send(s, method, filled(path, value).replace(" ", "%20"), b"{}" if method != "GET" else None,
                         {"Content-Type": "application/json", "Idempotency-Key": f"h{next(key)}"})
            for parameter in parameters:
                node = parameter
                if "$ref" in parameter:
                    node = document["components"]["parameters"][parameter["$ref"].split("/")[-1]]
                if node["in"] == "query" and method == "GET":
                    for value in VALUES:
                        count += 1
                        send(s, method, filled(path) + f"?{node['name']}={value}")
            for headers in HEADERS:
                count += 1
                send(s, method, filled(path), b"{}" if method != "GET" else None,
                     {"Content-Type": "application/json", "Idempotency-Key": f"h{next(key)}", **headers})
        assert count > 500, count
        assert s.get("/v1/health").status == 200
        assert s.get("/v1/tickets?view=all").status == 200


def mutated_bytes_never_break(daemon):
    """Whole requests with bytes changed, cut, doubled; seeded, so that a failure comes again."""
    rng = random.Random(SEED)
    seeds = [b"GET /v1/tickets?view=mine&limit=5 HTTP/1.1\r\nHost: a\r\n\r\n",
             b"POST /v1/tickets/1001/messages HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k1\r\nContent-Type: application/json\r\n"
             b"Content-Length: 28\r\n\r\n{\"kind\":\"note\",\"body\":\"abc\"}",
             b"PATCH /v1/tickets/1001 HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k2\r\nContent-Type: application/json\r\n"
             b"Content-Length: 21\r\n\r\n{\"priority\":\"urgent\"}"]
    with Server(daemon) as s:
        for n in range(400):
            data = bytearray(rng.choice(seeds))
            for _ in range(rng.randint(1, 6)):
                at = rng.randrange(len(data))
                action = rng.randrange(4)
                if action == 0:
                    data[at] = rng.randrange(256)
                elif action == 1:
                    del data[at:at + rng.randint(1, 8)]
                elif action == 2:
                    data[at:at] = data[max(0, at - rng.randint(1, 20)):at]
                else:
                    data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 5)))
                if not data:
                    data = bytearray(b"G")
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
                sock.settimeout(PATIENCE_S)
                sock.connect(s.socket)
                answer = b""
                try:
                    sock.sendall(data)
                    sock.shutdown(socket.SHUT_WR)
                    sock.settimeout(MUTANT_S)  # a cut request waits for its deadline: not for us
                    while True:
                        part = sock.recv(65536)
                        if not part:
                            break
                        answer += part
                        if b"text/event-stream" in answer:
                            break
                except (ConnectionError, TimeoutError):
                    pass
            if answer:
                assert answer.startswith(b"HTTP/1.1 "), (n, bytes(data), answer[:200])
                status = int(answer[9:12])
                assert 100 <= status < 500 or status in (501, 503, 505), (n, bytes(data), answer[:400])
        assert s.get("/v1/health").status == 200


def slow_and_idle_clients_do_not_block_others(daemon):
    with Server(daemon) as s:
        idle = []
        for _ in range(100):
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            sock.settimeout(PATIENCE_S)
            sock.connect(s.socket)
            sock.sendall(b"GET /v1/health HT")
            idle.append(sock)
        assert s.get("/v1/health").status == 200
        assert s.get("/v1/session").status == 200
        for sock in idle:
            sock.close()


main([malformed_requests_never_break, mutated_bytes_never_break, slow_and_idle_clients_do_not_block_others])
