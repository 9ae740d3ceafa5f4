#!/usr/bin/env python3
"""instr.py [-n N] peers... - user-space instructions (valgrind cachegrind, no cache simulation) of start-up, per 'down' and per 'page' key.
Difference method: run with a and with b keys; (I_b - I_a)/(b - a).  Children are not traced.  Stable to about 0.1 %."""
import importlib.util, json, os, re, subprocess, sys
import ptybench as pb
P = pb.load(f"{pb.H}/peers.py"); a = sys.argv[1:]; n = 10000; reps = 1
while a and a[0].startswith("-"):
    if a[0] == "-n": n = int(a[1])
    if a[0] == "-r": reps = int(a[1])
    a = a[2:]
def count(name, lines):
    p = P.PEERS[name]; log = f"/tmp/cg.{os.getpid()}.log"; f = f"/tmp/cg.{os.getpid()}.txt"
    open(f, "w").write("\n".join([f'paint start quiet=300 max=120000 for="{p["ready"]}"'] + ([f'key enter "{p["enter"]}" max=60000 quiet=300 for="{p["enter_ready"]}"'] if p.get("enter") else []) + lines + [f'quit "{p["quit"]}" max=10000']) + "\n")
    cmd = [f"{pb.B}/ptydrive", "-s", "80x24"] + (["-C", pb.fmt(p["cwd"], n, P.D)] if p.get("cwd") else []) + [f, "valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", f"--log-file={log}"] + [pb.fmt(c, n, P.D) for c in p["cmd"]]
    subprocess.run(cmd, env=pb.env_for(p, n, P.D), stdout=subprocess.DEVNULL)
    m = re.findall(r"I\s+refs:\s+([\d,]+)", open(log).read()); os.unlink(log); os.unlink(f)
    return max(int(x.replace(",", "")) for x in m) if m else None      # forked children log too: the main process is the largest
for name in a or list(P.PEERS):
    pb.prep(P, name, n); p = P.PEERS[name]; sv = pb.Server(p.get("server"), n, P.D)
    try:
        out = []
        first = [f'key first "{p["first"]}" quiet=200 first=500'] if p.get("first") else []
        for _ in range(reps):
            z = count(name, []); r = {"start": z}
            for nm in ("down", "page"):
                if not p.get(nm): continue
                x, y = (30, 130) if nm == "down" else (5, 25)
                A = count(name, first + [f'key {nm} "{p[nm]}" n={x} quiet=60 first=500']); B = count(name, first + [f'key {nm} "{p[nm]}" n={y} quiet=60 first=500'])
                if A and B: r[nm] = (B - A) // (y - x)
            out.append(r)
        print(json.dumps(dict(peer=name, n=n, instr=out)), flush=True)
    except Exception as e: print(json.dumps(dict(peer=name, error=str(e))), flush=True)
    finally: sv.stop()
