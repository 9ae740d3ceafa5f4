#!/usr/bin/python3
"""Merges and splits whose server is killed under way: sent again with the same key they are done exactly once."""
import json
import uuid

from ttydeskd_double import Server, UnixConnection, main

ROUNDS = 6


def kill(server):
    server.process.kill()
    server.process.wait()
    server.listener.join(60)
    server.process = None


def send_only(server, path, body, key):
    """The request leaves; its answer is not waited for."""
    connection = UnixConnection(server.socket)
    connection.request("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json", "Idempotency-Key": key})
    return connection


def new_ticket(server, customer, group, name):
    body = {"subject": name, "body": f"{name}: where is it?", "channel": "web", "group_id": group, "customer_id": customer}
    answer = server.write("POST", "/v1/tickets", body)
    assert answer.status == 201, answer.bytes
    return answer.json()["ticket"]["id"]


def read(server, number):
    return server.get(f"/v1/tickets/{number}").json()["ticket"]


def bodies(ticket):
    return [m["body"] for m in ticket["messages"]]


def interrupted(server, path, body, answered):
    """Killed after the request left, or after its answer came (and was lost): then asked again."""
    key = str(uuid.uuid4())
    connection = send_only(server, path, body, key)
    if answered:
        connection.getresponse().read()
    kill(server)
    connection.close()
    server.start()
    first = server.write("POST", path, body, key)
    second = server.write("POST", path, body, key)
    assert first.status == second.status and first.status < 300, f"{first.status} {first.bytes}"
    assert first.json()["ticket"]["version"] == second.json()["ticket"]["version"]
    return first.json()["ticket"]


def killed_under_way__done_once(daemon):
    with Server(daemon) as s:
        session = s.get("/v1/session").json()
        group = next(g["id"] for g in session["groups"] if g["name"] == "front")
        customer = s.get("/v1/tickets?view=all&limit=1").json()["rows"][0]["customer_id"]
        for i in range(ROUNDS):
            one, two = (new_ticket(s, customer, group, f"{name} {i}") for name in ("parcel", "lamp"))
            before = s.get(f"/v1/customers/{customer}").json()["customer"]["open_tickets"]
            merged = interrupted(s, f"/v1/tickets/{one}/merge", {"into_id": two}, i % 2 == 1)
            assert merged["id"] == two
            here, gone = read(s, two), read(s, one)
            assert gone["status"] == "merged" and gone["merged_into"] == two
            for name in ("parcel", "lamp"):
                assert bodies(here).count(f"{name} {i}: where is it?") == 1, bodies(here)
            assert sum("merged into this" in b for b in bodies(here)) == 1, bodies(here)
            assert bodies(gone) == [f"merged into #{two}"]
            question = next(m["id"] for m in here["messages"] if m["body"].startswith("lamp"))
            part = interrupted(s, f"/v1/tickets/{two}/split", {"message_ids": [question], "subject": "only this"}, i % 2 == 0)
            assert bodies(part).count(f"lamp {i}: where is it?") == 1
            assert sum("split off to" in b for b in bodies(read(s, two))) == 1
            after = s.get(f"/v1/customers/{customer}").json()["customer"]["open_tickets"]
            assert after == before, f"{before} {after}" # one less by the merge, one more by the split
        s.stop()
        s.run("check")
        s.run("verify")


main([killed_under_way__done_once])
