#!/usr/bin/env python3
"""ttywrites.py peers... - write() calls to the terminal per 'down' key, by strace. ptydrive's own count has every write of the process
(a memory file, an eventfd); this one only those that reach the terminal. Difference method, as in instr.py."""
import json, os, re, subprocess, sys
import ptybench as pb
P = pb.load(f"{pb.H}/peers.py"); n = 10000
def count(name, keys):
    p = P.PEERS[name]; log = f"/tmp/tw.{os.getpid()}.log"; f = f"/tmp/tw.{os.getpid()}.txt"
    lines = [f'paint start quiet=300 max=120000 for="{p["ready"]}"'] + ([f'key enter "{p["enter"]}" max=60000 quiet=300 for="{p["enter_ready"]}"'] if p.get("enter") else [])
    lines += [f'key first "{p["first"]}" quiet=200 first=500'] if p.get("first") else []
    lines += [f'key down "{p["down"]}" n={keys} quiet=30 first=500'] if keys else []
    open(f, "w").write("\n".join(lines + [f'quit "{p["quit"]}" max=10000']) + "\n")
    cmd = [f"{pb.B}/ptydrive", "-s", "80x24"] + (["-C", pb.fmt(p["cwd"], n, P.D)] if p.get("cwd") else []) + [f, "strace", "-f", "-qq", "-y", "-e", "trace=write,writev", "-o", log] + [pb.fmt(c, n, P.D) for c in p["cmd"]]
    subprocess.run(cmd, env=pb.env_for(p, n, P.D), stdout=subprocess.DEVNULL)
    c = len(re.findall(r"writev?\(\d+</dev/(?:pts/\d+|tty)", open(log, errors="replace").read())); os.unlink(log); os.unlink(f); return c
for name in sys.argv[1:]:
    pb.prep(P, name, n); sv = pb.Server(P.PEERS[name].get("server"), n, P.D)
    try: print(json.dumps(dict(peer=name, tty_writes=(count(name, 200) - count(name, 0)) / 200)), flush=True)
    finally: sv.stop()
