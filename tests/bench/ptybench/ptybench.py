#!/usr/bin/env python3
"""ptybench.py - drive peers in alternation with ptydrive, collect JSON, print tables.  See README.md."""
import argparse, json, os, shlex, socket, statistics as S, subprocess, sys, time
import importlib.util
H = os.path.dirname(os.path.abspath(__file__))
B = os.environ.get("PTYBIN", H)   # where the compiled parts are
def load(path):
    sp = importlib.util.spec_from_file_location("peers", path); m = importlib.util.module_from_spec(sp); sp.loader.exec_module(m); return m
def fmt(x, n, D): return x.replace("{K}", f"{n//1000}k").replace("{N}", str(n)).replace("{D}", D).replace("{H}", H).replace("{B}", B) if isinstance(x, str) else x
def env_for(p, n, D):
    e = {k: v for k, v in os.environ.items() if k in ("PATH",)}; e.update(HOME=f"{D}/home", LANG="C.UTF-8", LC_ALL="C.UTF-8")
    e.update({k: fmt(v, n, D) for k, v in p.get("env", {}).items()}); return e
class Server:
    def __init__(s, spec, n, D):
        s.p = None
        if not spec: return
        if spec.get("socket"):
            path = fmt(spec["socket"], n, D); subprocess.run(["sh", "-c", fmt(spec["prep"], n, D)], env=env_for({}, n, D), check=True); s.p = subprocess.Popen([fmt(c, n, D) for c in spec["cmd"]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env_for({}, n, D))
            for _ in range(600):
                try: c = socket.socket(socket.AF_UNIX); c.connect(path); c.close(); return
                except OSError: time.sleep(.05)
            raise SystemExit(f"server {spec['cmd']} not ready")
        port = spec.get("port")
        try: socket.create_connection(("127.0.0.1", port), .2).close(); return     # already running
        except OSError: pass
        s.p = subprocess.Popen([fmt(c, n, D) for c in spec["cmd"]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env_for({}, n, D))
        for _ in range(200):
            try: socket.create_connection(("127.0.0.1", port), .2).close(); return
            except OSError: time.sleep(.05)
        raise SystemExit(f"server {spec['cmd']} not ready")
    def stop(s):
        if s.p: s.p.terminate(); s.p.wait()
def one(P, name, n, size, term, what, wrap=None, drive_opts=()):
    p = P.PEERS[name]; sc = P.script(p, what, size)
    e = env_for(p, n, P.D); cmd = [fmt(c, n, P.D) for c in p["cmd"]]
    if wrap: cmd = wrap + cmd
    f = f"/tmp/ptyb.{os.getpid()}.{name}.txt"; open(f, "w").write(sc)
    a = [f"{B}/ptydrive", "-s", size, "-T", term, *drive_opts] + (["-C", fmt(p["cwd"], n, P.D)] if p.get("cwd") else []) + [f] + cmd
    r = subprocess.run(a, env=e, stdout=subprocess.PIPE); os.unlink(f)
    try: d = json.loads(r.stdout.decode("utf-8", "replace"))
    except Exception as ex: return dict(peer=name, n=n, size=size, term=term, error=str(ex))
    d.update(peer=name, n=n, size=size, term=term, what=sorted(what), at=time.time(), load=os.getloadavg()[0]); return d
def prep(P, name, n):
    p = P.PEERS[name]
    if p.get("prep"): subprocess.run(["sh", "-c", fmt(p["prep"], n, P.D)], env=env_for(p, n, P.D), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def main():
    ap = argparse.ArgumentParser(); ap.add_argument("--peers-file", default=f"{H}/peers.py"); ap.add_argument("-p", "--peers"); ap.add_argument("-w", "--what", default="start")
    ap.add_argument("-n", default="10000"); ap.add_argument("-s", "--size", default="80x24"); ap.add_argument("-t", "--term", default="xterm-256color"); ap.add_argument("-r", "--rounds", type=int, default=3)
    ap.add_argument("-o", "--out", default="results.jsonl"); ap.add_argument("--parallel", action="store_true", help="all peers at once (idle only)"); ap.add_argument("--screens", action="store_true")
    a = ap.parse_args(); P = load(a.peers_file); names = a.peers.split(",") if a.peers else list(P.PEERS); what = set(a.what.split(",")); ns = [int(x) for x in a.n.split(",")]
    jobs = [(nm, n) for n in ns for nm in names if n in P.PEERS[nm].get("ns", [n]) and (not P.PEERS[nm].get("only") or what <= set(P.PEERS[nm]["only"]))]
    servers = []
    for nm, n in jobs:
        if P.PEERS[nm].get("server"): servers.append(Server(P.PEERS[nm]["server"], n, P.D))
        prep(P, nm, n)
    try:
        with open(a.out, "a") as f:
            if a.parallel:
                from concurrent.futures import ThreadPoolExecutor
                with ThreadPoolExecutor(32) as ex:
                    for d in ex.map(lambda j: one(P, j[0], j[1], a.size, a.term, what), jobs): f.write(json.dumps(d) + "\n")
            else:
                for r in range(a.rounds):
                    for nm, n in jobs:                       # A B C A B C ...
                        d = one(P, nm, n, a.size, a.term, what); d["round"] = r; f.write(json.dumps(d) + "\n"); f.flush()
                        if a.screens or "error" in d:
                            print("=====", nm, n, d.get("error", ""), d.get("exit"))
                            for o in d.get("ops", []):
                                if o["op"] == "screen": print("--", o["name"]); print("\n".join(o["rows"]))
                                elif "samples" in o: x = o["samples"]; print(o["op"], o["name"], "n", len(x), "first", S.median(y[0] for y in x), "last", S.median(y[1] for y in x), "bytes", S.median(y[2] for y in x), "t/o", o.get("timeout"), "x" , x[:2])
                                else: print(o)
    finally:
        for s in servers: s.stop()
if __name__ == "__main__": main()
