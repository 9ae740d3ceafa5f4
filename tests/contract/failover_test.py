#!/usr/bin/python3
"""PostgreSQL fails over to a standby while clients write (run through with_postgres): the server finds the new
primary by itself, nothing acknowledged is lost, nothing is done twice, the feed goes on without a gap."""
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid

from events_test import bodies_until, some_ticket
from ttydeskd_double import PATIENCE_S, Server, main, new_database

PSQL = os.environ.get("DESK_TEST_PSQL", "psql")
PRIMARY = os.environ.get("DESK_TEST_POSTGRES", "")
STEP = threading.Event()  # never set: the step of a poll that has a deadline
WRITERS, WRITES_AFTER = 4, 5


def ask(host, sql, check=True):
    done = subprocess.run([PSQL, "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", "desk", "-d", "postgres", "-c",
                           sql], check=check, capture_output=True, text=True, timeout=PATIENCE_S)
    return done.stdout.strip()


def wait_until(what, condition):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"{what} took too long"
        STEP.wait(0.05)


def programs():
    """The folder of the server's programs, as the running one tells it."""
    return ask(PRIMARY, "SELECT setting FROM pg_config WHERE name = 'BINDIR'")


@contextlib.contextmanager
def standby():
    """A streaming standby of the primary, as the user that one runs as; gives its socket's folder."""
    owner = os.stat(os.path.join(PRIMARY, "data") if os.path.isdir(os.path.join(PRIMARY, "data")) else PRIMARY)
    as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.getuid() == 0 else {}
    folder = tempfile.mkdtemp(prefix="desk-standby-", dir="/tmp")
    os.chown(folder, owner.st_uid, owner.st_gid)
    data, tools, process = os.path.join(folder, "data"), programs(), None
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
             "env": {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}, "cwd": folder}
    try:
        subprocess.run([os.path.join(tools, "pg_basebackup"), "-h", PRIMARY, "-U", "desk", "-D", data, "-R", "-X",
                        "stream", "-c", "fast"], check=True, timeout=PATIENCE_S, **quiet, **as_owner)
        process = subprocess.Popen([os.path.join(tools, "postgres"), "-D", data, "-k", folder, "-c",
                                    "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c",
                                    "max_connections=60", "-c", "dynamic_shared_memory_type=posix"],
                                   **quiet, **as_owner)
        wait_until("starting the standby", lambda: ask(folder, "SELECT pg_is_in_recovery()", check=False) == "t")
        yield folder
    finally:
        if process:
            process.send_signal(signal.SIGQUIT)
            process.wait(PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def in_step(folder):
    """What the primary acknowledges the standby has; afterwards the old primary is as it was."""
    try:
        ask(PRIMARY, "ALTER SYSTEM SET synchronous_standby_names = '*'")
        ask(PRIMARY, "SELECT pg_reload_conf()")
        wait_until("keeping in step", lambda: ask(PRIMARY, "SELECT sync_state FROM pg_stat_replication") == "sync")
        yield
    finally:
        for name in ("synchronous_standby_names", "default_transaction_read_only"):
            subprocess.run([PSQL, "-XqAt", "-h", PRIMARY, "-U", "desk", "-d", "postgres", "-c",
                            "SET default_transaction_read_only = off", "-c", f"ALTER SYSTEM RESET {name}", "-c",
                            "SELECT pg_reload_conf()"], check=False, capture_output=True, timeout=PATIENCE_S)


def fail_over(folder):
    """The old primary crashes, to come back read-only (its guard starts it again), and the standby takes over."""
    ask(PRIMARY, "ALTER SYSTEM SET default_transaction_read_only = on")
    with open(os.environ["DESK_TEST_POSTGRES_PID"]) as f:
        os.kill(int(f.read()), signal.SIGQUIT)
    ask(folder, "SELECT pg_promote()")
    wait_until("promoting", lambda: ask(folder, "SELECT pg_is_in_recovery()") == "f")


class Writer:
    """Writes notes until it is told that the fail-over is done, and a few more."""

    def __init__(self, server, number, ticket, over):
        self.server, self.number, self.ticket, self.over = server, number, ticket, over
        self.done, self.trouble = [], None
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            more = WRITES_AFTER
            while more > 0:
                more -= self.over.is_set()
                self.write(f"writer {self.number} note {len(self.done)}")
                STEP.wait(0.01)
        except BaseException as trouble:  # told by the test's thread
            self.trouble = trouble

    def write(self, body):
        key, until = str(uuid.uuid4()), time.monotonic() + PATIENCE_S
        while True:  # as a workstation does: the same key until there is an answer
            answer = self.server.write("POST", f"/v1/tickets/{self.ticket}/messages", {"kind": "note", "body": body},
                                       key=key)
            if answer.status == 201:
                self.done.append((answer.json()["seq"], body))
                return
            assert answer.json()["retryable"], answer.bytes
            assert time.monotonic() < until, answer.bytes
            STEP.wait(0.05)


def a_promoted_standby_goes_on_where_the_primary_ended(daemon):
    url = new_database("")
    name = url.rsplit("dbname=", 1)[1]
    with standby() as folder, in_step(folder):
        # the standby stands first: a server that can't be written to is passed over
        database = f"postgres:host={folder},{PRIMARY} user=desk dbname={name}"
        with Server(daemon, "--embedded", "--linger", "600", database=database) as server:
            ticket = some_ticket(server)
            start = server.get("/v1/session").json()["seq"]
            stream = server.stream(start)
            over = threading.Event()
            writers = [Writer(server, n, ticket, over) for n in range(WRITERS)]
            for w in writers:
                w.thread.start()
            try:
                wait_until("the first notes", lambda: all(len(w.done) >= 3 for w in writers))
                fail_over(folder)
            finally:
                over.set()
            for w in writers:
                w.thread.join(2 * PATIENCE_S)
            for w in writers:
                assert not w.trouble, w.trouble
            said = sorted(one for w in writers for one in w.done)
            assert len({seq for seq, _ in said}) == len(said), said
            heard, expected = bodies_until(stream, said[-1][0]), [body for _, body in said]
            assert heard == expected, [pair for pair in zip(heard, expected) if pair[0] != pair[1]][:3]
            stream.close()
            kept = ask_in(folder, name, "SELECT count(*), count(DISTINCT once_key) FROM message WHERE body LIKE 'writer%'")
            assert kept == f"{len(said)}|{len(said)}", kept
        server.run("check")


def ask_in(host, name, sql):
    return subprocess.run([PSQL, "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", "desk", "-d", name, "-c", sql],
                          check=True, capture_output=True, text=True, timeout=PATIENCE_S).stdout.strip()


if __name__ == "__main__":
    main([a_promoted_standby_goes_on_where_the_primary_ended])
