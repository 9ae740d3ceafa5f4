#!/usr/bin/env python3
"""How late warnings and breaches are told, and what the waiting costs, whatever the number of open tickets.

usage: alarms_bench.py TTYDESKD [TICKETS...]     by hand; SQLite; prints a table. The default is 1000 100000.
Makes a desk of so many open tickets, puts deadlines into the seconds to come (one a tenth of a second, then a
burst in one millisecond), and listens to the event stream: late = when the event was there minus the deadline."""
import http.client
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

SINGLE, BURST, LEAD_S, IDLE_S = 50, 3000, 6, 20


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def cost(pid):
    """CPU seconds, and switches of all threads (each is at least a system call)."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    switches = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status") as f:
            switches += sum(int(line.split()[1]) for line in f if "ctxt_switches" in line)
    return cpu, switches


def serve(daemon, folder):
    path = os.path.join(folder, "s")
    process = subprocess.Popen([daemon, "serve", "--embedded", "--linger", "3600", "--socket", path, "--database",
                                "sqlite:" + os.path.join(folder, "desk.db")], stderr=subprocess.PIPE)
    for line in process.stderr:
        if b" answers on " in line:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return process, path
    raise SystemExit("ttydeskd does not start")


def deadlines(folder, ids, at_ms):
    """Those tickets get one running clock, due at those moments; all others ring in a year."""
    db = sqlite3.connect(os.path.join(folder, "desk.db"))
    year = int(time.time() * 1000) + 365 * 86400 * 1000
    with db:
        db.execute("UPDATE ticket SET alarm_ms = ?, next_due_ms = ? WHERE active <> 0", (year, year))
        db.execute("UPDATE ticket_clock SET due_ms = ?, warn_ms = ? WHERE due_ms > 0", (year, year))
        for number, due in zip(ids, at_ms):
            db.execute("DELETE FROM ticket_clock WHERE ticket_id = ?", (number,))
            db.execute("INSERT INTO ticket_clock(ticket_id, kind, state, started_ms, target_ms, due_ms, left_ms, warn_ms, "
                       "ended_ms, policy_id) VALUES (?, 1, 1, ?, 60000, ?, 0, 0, 0, 1)", (number, due - 60000, due))
            db.execute("UPDATE ticket SET alarm_ms = ?, next_due_ms = ? WHERE id = ?", (due, due, number))
    db.close()


def measure(daemon, folder, ids):
    base = int(time.time() * 1000) + LEAD_S * 1000
    due = [base + i * 100 for i in range(SINGLE)] + [base + SINGLE * 100 + 2000] * BURST
    wanted = dict(zip(ids, due))
    deadlines(folder, ids[:len(due)], due)
    process, path = serve(daemon, folder)
    stream = Unix(path)
    stream.request("GET", "/v1/events")
    answer, late, event = stream.getresponse(), {}, {}
    while len(late) < len(due):
        line = answer.readline().decode().rstrip("\n")
        if line.startswith("data: "):
            event = json.loads(line[6:])
            if event.get("kind") == "ticket" and event.get("change") == "breach" and event["ticket_id"] in wanted:
                assert event["ticket_id"] not in late, "told twice"
                late[event["ticket_id"]] = time.time() * 1000 - wanted[event["ticket_id"]]
    stream.close()
    single = sorted(late[i] for i in ids[:SINGLE])
    burst = sorted(late[i] for i in ids[SINGLE:len(due)])
    time.sleep(2)
    before = cost(process.pid)
    time.sleep(IDLE_S)
    after = cost(process.pid)
    process.terminate()
    process.wait()
    return single, burst, (after[0] - before[0]) / IDLE_S, (after[1] - before[1]) / IDLE_S


def main():
    daemon, sizes = sys.argv[1], [int(n) for n in sys.argv[2:]] or [1000, 100000]
    print("| open tickets | single: median, most (ms) | burst of 3000: first, median, last (ms) | idle: CPU %, switches/s |")
    print("|---|---|---|---|")
    for size in sizes:
        folder = tempfile.mkdtemp(prefix="ttydesk-alarms-")
        try:
            # more than that: some of the generated ones are done already
            subprocess.run([daemon, "sample", "--seed-only", "--tickets", str(int(size * 1.25) + BURST + 200), "--socket", "",
                            "--database", "sqlite:" + os.path.join(folder, "desk.db")], check=True, stderr=subprocess.DEVNULL)
            db = sqlite3.connect(os.path.join(folder, "desk.db"))
            ids = [row[0] for row in db.execute("SELECT id FROM ticket WHERE active = 1 ORDER BY id DESC")]
            db.close()
            single, burst, cpu, switches = measure(daemon, folder, ids)
            print(f"| {len(ids)} | {single[len(single) // 2]:.0f}, {single[-1]:.0f} | {burst[0]:.0f}, "
                  f"{burst[len(burst) // 2]:.0f}, {burst[-1]:.0f} | {100 * cpu:.2f}, {switches:.1f} |", flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


main()
