#!/usr/bin/env python3
"""hour.py - how many bytes an hour of work sends to an 80x24 terminal, by kind.
usage: hour.py [OUT.json]      PTYBIN: folder with ttydesk, ttydeskd, ptydrive. See README.md.

Thirty tickets, each opened, read, answered with some 200 typed characters, tagged, solved or noted; lists, search, templates,
knowledge, help and palette between them (HOUR below); sixty changes by colleagues and customers; and the clocks on the screen
that tick all the while. The keys are played as fast as they are answered: only ticking is a matter of time, so a minute of it is
measured and counted sixty times. A desk of its own is made and thrown away."""
import http.client, json, os, shutil, socket, subprocess, sys, tempfile, threading, time
B = os.environ.get("PTYBIN", os.path.dirname(os.path.abspath(__file__)))
BAR = 1_200_000
TICKETS = 30
ANSWER = ["Dear customer, my name is Li. I understand that it is late; thank you for writing so soon.", "I have looked at your order and found the parcel at the depot in your town.",
          "It leaves today; should it not be with you by tomorrow evening, call me and I send a new one."]
def ticket(i):
    """(kind, op, what) of one ticket; kinds are what the report is by."""
    s = [("moving", "key", ["j"] * 6 + ["k"] * 2), ("opening", "key", ["\\r"]), ("reading", "key", [" ", " ", "b", " "])]
    if i % 3 == 0: s += [("knowledge", "key", ["K"]), ("typing", "type", "battery"), ("knowledge", "key", ["\\r", "j", "\\r", " ", "q", "q"])]
    s += [("composer", "key", ["r"])]
    if i % 3 == 1: s += [("templates", "key", ["\\x14"]), ("typing", "type", "greet"), ("templates", "key", ["\\r"])]
    for line in ANSWER: s += [("writing", "type", line), ("writing", "key", ["\\e\\r"])]
    s += [("writing", "key", ["\\x7f"] * 5), ("sending", "key", ["\\r", "y"]), ("composer", "key", ["\\e", "\\e"])]
    if i % 2: s += [("composer", "key", ["n"]), ("writing", "type", "Called the depot, they look for it; see the ticket of last week."), ("sending", "key", ["\\r"]), ("composer", "key", ["\\e"])]
    s += [("commands", "type", ":tag vip"), ("commands", "key", ["\\r"])]
    if i % 2 == 0: s += [("commands", "key", ["S"])]
    if i % 5 == 0: s += [("lists", "key", ["/"]), ("typing", "type", "mail"), ("lists", "key", ["\\r"]), ("lists", "key", ["/", "\\x15", "\\r"]), ("lists", "key", ["g", "u"]), ("lists", "key", ["g", "m"])]
    if i % 5 == 1: s += [("details", "key", ["d", "j", "j", "j", "j", "d"])]
    if i % 5 == 2: s += [("finding", "key", ["F"]), ("typing", "type", "refund"), ("finding", "key", ["\\r"]), ("moving", "key", ["j", "j"]), ("finding", "key", ["q"])]
    if i % 5 == 3: s += [("palette", "key", ["\\x0b"]), ("typing", "type", "layout"), ("palette", "key", ["\\e"])]
    if i % 10 == 4: s += [("help", "key", ["?", " ", "?"]), ("repaint", "key", ["\\x0c"])]
    return s + [("opening", "key", ["q", "q"])]
def request(sock, who, method, path, body):
    c = http.client.HTTPConnection("desk"); c.sock = socket.socket(socket.AF_UNIX); c.sock.connect(sock)
    c.request(method, path, json.dumps(body), {"Ttydesk-As": who, "Idempotency-Key": os.urandom(12).hex(), "Content-Type": "application/json"})
    r = c.getresponse(); data = r.read(); c.close(); return r.status, data
def others(sock, count):
    """Colleagues at work: a claim, a note on the ticket that is open here, a priority; what an hour brings."""
    c = http.client.HTTPConnection("desk"); c.sock = socket.socket(socket.AF_UNIX); c.sock.connect(sock)
    c.request("GET", "/v1/tickets?view=all&limit=50", headers={"Ttydesk-As": "zhao.min"}); rows = json.loads(c.getresponse().read()); c.close()
    ids = [t["id"] for t in rows.get("rows") or rows.get("items") or rows.get("tickets")]
    done = 0
    for i in range(count):
        t = ids[i % len(ids)]
        what = [("POST", f"/v1/tickets/{t}/claim", {}), ("POST", "/v1/tickets/1001/messages", {"kind": "note", "body": f"Looked at it, part {i}."}),
                ("PATCH", f"/v1/tickets/{t}", {"priority": "urgent" if i % 2 else "important"})][i % 3]
        status, _ = request(sock, "zhao.min", *what)
        done += status < 300; time.sleep(.15)
    return done
def drive(script, sock, home):
    f = f"{home}/script"; open(f, "w").write("\n".join(script) + "\n")
    env = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": home + "/state", "XDG_CONFIG_HOME": home + "/config", "INPUTRC": "/dev/null"}
    r = subprocess.run([f"{B}/ptydrive", "-G", "-s", "80x24", "-T", "xterm-256color", f, f"{B}/ttydesk", "--server", f"unix:{sock}", "--as", "li.wei"], env=env, stdout=subprocess.PIPE)
    return json.loads(r.stdout.decode("utf-8", "replace"))
def quote(k): return '"' + k.replace('"', '\\"') + '"'
def keys():
    s = ['paint start quiet=300 max=60000 for="#10"']
    for i in range(TICKETS):
        for kind, op, what in ticket(i):
            lone = op == "key" and "\\e" in what   # an escape is one only when nothing follows it at once
            s += [f"{op} {kind} " + (" ".join(quote(k) for k in what) if op == "key" else quote(what)) + (" quiet=12 first=60 gap=90" if lone else " quiet=12 first=60")]
    return s + ["screen end", 'quit "Q" max=4000']
def main():
    home = tempfile.mkdtemp(prefix="ttydesk-hour-"); sock, db = home + "/desk.sock", "sqlite:" + home + "/desk.db"
    server = subprocess.Popen([f"{B}/ttydeskd", "sample", "--socket", sock, "--database", db, "--embedded", "--linger", "600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        if os.path.exists(sock): break
        time.sleep(.05)
    by, count = {}, {}
    try:
        for o in drive(keys(), sock, home)["ops"]:
            for x in o.get("samples", []):
                by[o["name"]] = by.get(o["name"], 0) + x[2]; count[o["name"]] = count.get(o["name"], 0) + 1
            if o["op"] == "screen" and os.environ.get("HOUR_SCREEN"): print("\n".join(o["rows"]), file=sys.stderr)
        d = drive(['paint s quiet=300 max=60000 for="#10"', "sleep 2000", 'key o "\\r" quiet=300', "idle ticking ms=60000", 'quit "Q" max=4000'], sock, home)
        minute = [o["bytes"] for o in d["ops"] if o["op"] == "idle"][0]
        seen = {}
        t = threading.Thread(target=lambda: (time.sleep(21), seen.update(n=others(sock, 60)))); t.start()
        d = drive(['paint s quiet=300 max=60000 for="#10"', "type o \":open 1001\"", 'key o "\\r"', "sleep 2000", "idle alone ms=16000", "idle others ms=16000", 'quit "Q" max=4000'], sock, home); t.join()
        alone, both = [o["bytes"] for o in d["ops"] if o["op"] == "idle"]
        by["others"] = max(both - alone, 0); count["others"] = seen.get("n", 0)
        by["ticking"] = minute * 60; count["ticking"] = 3600
    finally:
        server.terminate(); server.wait(); shutil.rmtree(home)
    total = sum(by.values())
    print("| kind | events | bytes | each |\n|---|---|---|---|")
    for k in sorted(by, key=by.get, reverse=True): print(f"| {k} | {count[k]:,} | {by[k]:,} | {by[k] / max(count[k], 1):,.0f} |")
    print(f"| **together** | | **{total:,}** | bar {BAR:,}: {'reached' if total <= BAR else 'MISSED'} |")
    if len(sys.argv) > 1: json.dump(dict(bytes=by, events=count, total=total), open(sys.argv[1], "w"))
    return total > BAR
if __name__ == "__main__": sys.exit(main())
