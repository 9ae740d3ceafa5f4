#!/usr/bin/python3
"""Servers that start at the same moment on one empty database: one migrates and seeds, all serve the same desk."""
import contextlib
import shutil
import tempfile
import threading

from ttydeskd_double import PATIENCE_S, Server, main, new_database

AT_ONCE = 3


def start_all(servers):
    """All processes are under way before the first one answers."""
    troubles = []

    def start(server):
        try:
            server.start()
        except BaseException as trouble:  # told by the caller's thread
            troubles.append(trouble)

    threads = [threading.Thread(target=start, args=(s,)) for s in servers]
    for t in threads:
        t.start()
    for t in threads:
        t.join(2 * PATIENCE_S)
    if troubles:
        raise troubles[0]


@contextlib.contextmanager
def together(daemon, word):
    folder = tempfile.mkdtemp(prefix="ttydesk-together-")
    servers = []
    try:
        database = new_database(folder)
        servers = [Server(daemon, "--embedded", "--linger", "600", database=database, word=word)
                   for _ in range(AT_ONCE)]
        start_all(servers)
        yield servers
        for server in servers:
            server.stop()
        servers[0].run("check")
        servers[0].run("verify")
    finally:
        for server in servers:
            if server.process:
                server.process.kill()
                server.process.wait()
                server.listener.join(PATIENCE_S)
            shutil.rmtree(server.dir, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def names(server, what, key="name"):
    return [one[key] for one in server.get("/v1/session").json()[what]]


def same_desk_everywhere(servers):
    for what in ("people", "groups", "tags"):
        lists = [names(s, what) for s in servers]
        assert lists[0] == lists[1] == lists[2], (what, lists)
        assert len(set(lists[0])) == len(lists[0]), (what, lists[0])
        assert lists[0] or what == "people", what
    for target in ("/v1/templates", "/v1/policies", "/v1/knowledge?text=refund"):
        answers = [s.get(target).json() for s in servers]
        for answer in answers:
            answer.pop("server_time_ms", None)
            assert answer, target
        assert answers[0] == answers[1] == answers[2], target


def new_desk_is_made_once(daemon):
    with together(daemon, "serve") as servers:
        same_desk_everywhere(servers)
        created = servers[0].write("POST", "/v1/tickets", {
            "subject": "first of all", "channel": "phone", "body": "hello",
            "customer": {"name": "Somebody", "phone": "+1 555 0100"}})
        assert created.status == 201, created.bytes
        number = created.json()["ticket"]["id"]
        assert all(s.get(f"/v1/tickets/{number}").status == 200 for s in servers)


def sample_desk_is_filled_once(daemon):
    with together(daemon, "sample") as servers:
        same_desk_everywhere(servers)
        subjects = [r["subject"] for r in servers[0].get("/v1/tickets?view=all&limit=200").json()["rows"]]
        assert len(subjects) > 10 and len(set(subjects)) == len(subjects), subjects
        totals = [s.get("/v1/tickets?view=all&limit=1").json() for s in servers]
        assert len({str(t) for t in ([r["id"] for r in x["rows"]] for x in totals)}) == 1


if __name__ == "__main__":
    main([new_desk_is_made_once, sample_desk_is_filled_once])
