#!/usr/bin/env python3
"""bars.py results.jsonl [instr.jsonl] - the client bars as one Markdown table: what was measured beside its bar, all from one run."""
import json, statistics as S, sys
R = [json.loads(l) for l in open(sys.argv[1])]; R = [r for r in R if "error" not in r]
I = {}; W = {}
if len(sys.argv) > 2:
    for l in open(sys.argv[2]):
        d = json.loads(l)
        if "tty_writes" in d: W[d["peer"]] = d["tty_writes"]
        if "instr" in d: I[d["peer"]] = {k: S.median(x[k] for x in d["instr"] if k in x) for k in d["instr"][0]}
def ops(r, op, name): return [o for o in r["ops"] if o["op"] == op and o["name"] == name]
def runs(peer, n, has, size="80x24"): return [r for r in R if r["peer"] == peer and r["n"] == n and has in r["what"] and r["size"] == size and r["term"] == "xterm-256color"]
def med(v): v = [x for x in v if x is not None]; return S.median(v) if v else None
def key(peer, name, i, fn=S.median, n=10000, op="key", has="nav"):
    v = []
    for r in runs(peer, n, has):
        for o in ops(r, op, name):
            c = [x[i] for x in o["samples"] if i not in (0, 1) or x[i] >= 0]
            if name == "open" and o.get("cycle") == 5: c = [x[i] for k, x in enumerate(o["samples"]) if k % 5 == 0 and x[i] >= 0]
            if c: v.append(fn(c))
    return med(v)
def start(peer, n): return med([r["ops"][0]["samples"][0][6] / 1e3 for r in R if r["peer"] == peer and r["n"] == n and r["what"] == ["start"] and r.get("round", 0) > 0])
def mem(peer, n, field): return med([o.get(field) for r in R if r["peer"] == peer and r["n"] == n and r["what"] == ["start"] for o in r["ops"] if o["op"] == "mem" and o["name"] == "start"])
def idle(peer, n): return [(o.get("bytes"), o.get("wakeups")) for r in R if r["peer"] == peer and r["n"] == n and "idle" in r["what"] for o in r["ops"] if o["op"] == "idle"]
def f(x, d=0): return "–" if x is None else f"{x:,.{d}f}"
def ratio(a, b): return None if a is None or not b else a / b
T = "ttydesk"
rows = [("bytes per move, 10 k, queue only", f(key(T, "down", 2, S.mean), 1), f"newsboat {f(key('newsboat', 'down', 2, S.mean))}, mutt {f(key('mutt', 'down', 2, S.mean))}, bare ncurses {f(key('floor_nc_scr', 'down', 2, S.mean))}", "131 (stretch 105)"),
        ("the same, split", f(key("ttydesk_split", "down", 2, S.mean), 1), "", "reported"),
        ("300 moves at once: bytes", f(key(T, "burst", 2, op="burst", has="burst")), f"less {f(key('less', 'burst', 2, op='burst', has='burst'))}", "2,900"),
        ("300 moves at once: time / mutt's", f(ratio(key(T, "burst", 1, op="burst", has="burst"), key("mutt", "burst", 1, op="burst", has="burst")), 2), f"{f((key(T, 'burst', 1, op='burst', has='burst') or 0) / 1e3, 1)} ms : {f((key('mutt', 'burst', 1, op='burst', has='burst') or 0) / 1e3, 1)} ms", "0.25"),
        ("write() to the terminal per key", f(W.get(T), 2), f"mutt {f(W.get('mutt'), 1)}, bare ncurses {f(W.get('floor_nc_scr'), 1)}", "1"),
        ("instructions per move / mutt's", f(ratio(I.get(T, {}).get("down"), I.get("mutt", {}).get("down")), 2), f"{f(I.get(T, {}).get('down'))} : {f(I.get('mutt', {}).get('down'))}", "0.5 (stretch 0.15)"),
        ("start to usable queue, 10 k, beyond the empty program, ms", f((start(T, 10000) or 0) - (start("floor_libs", 10000) or 0), 1), f"{f(start(T, 10000), 1)} - {f(start('floor_libs', 10000), 1)}; vim {f(start('vim', 10000), 1)}, mutt {f(start('mutt', 10000), 1)}, tig {f(start('tig', 10000), 1)}", "10 (stretch 4)"),
        ("the same, 100 k : 1 k", f(ratio(start(T, 100000), start(T, 1000)), 2), f"{f(start(T, 100000), 1)} : {f(start(T, 1000), 1)} ms", "1.2 (stretch 1.05)"),
        ("open the next ticket / mutt opening a message", f(ratio(key(T, "open", 1, has="open"), key("mutt", "open", 1, has="open")), 2), f"{f(key(T, 'open', 1, has='open'))} : {f(key('mutt', 'open', 1, has='open'))} us; vim {f(key('vim', 'open', 1, has='open'))}", "1 (stretch: vim)")]
for n in (1000, 10000, 100000):
    rows += [(f"private memory at {n//1000} k, MB", f((mem(T, n, "private_dirty_kb") or 0) / 1024, 2), "", "3 (stretch 2)"), (f"PSS at {n//1000} k / empty program's", f(ratio(mem(T, n, "pss_kb"), mem("floor_libs", n, "pss_kb")), 2), f"{f(mem(T, n, 'pss_kb'))} : {f(mem('floor_libs', n, 'pss_kb'))} kB; tig {f(mem('tig', n, 'pss_kb'))}, mutt {f(mem('mutt', n, 'pss_kb'))}", "1.3 (stretch 1.15)")]
show = lambda p: "; ".join(f"{a} bytes, {b} wake-ups" for a, b in idle(p, 1000)) or "–"
rows.append(("idle 10 s without a clock on the screen", show("ttydesk_still"), f"with seconds running: {show(T)}", "0 bytes, 0.1 wake-ups/s"))
print("| figure | ttydesk | beside it | bar |\n|---|---|---|---|")
for r in rows: print("| " + " | ".join(r) + " |")
