#!/usr/bin/python3
"""monkey.py SECONDS [SEED] - a monkey at the keyboard of a living desk: keys, pastes, broken UTF-8 and resizes at random.
The sanitizers must stay silent, and the workstation must still be there and leave when told to."""
import fcntl, glob, os, pty, random, select, shutil, signal, struct, subprocess, sys, tempfile, termios, time

KEYS = list("jkjkgGabcdefhilmnopqrstuvwxyzACDEKNSTV?/:+123 ") + ["\r"] * 6 + [
    "\t", "\x1b", "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "\x1b[Z", "\x0c", "\x14", "\x18", "\x1bk", "\x1b1", "\x07",
    "\x7f", "\x17", "\x1f", "\x1b\r", "\x1b[200~pasted\ntext 你好\x1b[31m\x1b[201~", "你", "e\u0301", ":open 1001\r",
    ":view all\r", ":view mine\r", ":filter x\r", ":filter\r", ":layout queue\r", ":layout split\r", ":theme mono\r",
    ":theme colour\r", ":status on-hold 2h\r", ",", ",", ".", "\x0b", "\x0bwang\r", "\x1b4", ":mark-all\r", ":keymap vi\r",
    ":keymap emacs\r", ":keymap default\r", ":bind f5 x = view all\r", ":map view\r", ":reload\r", ":count 7\r", ":tag \t\t",
    ":priority urgent\r", ":escalate\r", ":consult\r", ":estimate\r", ":ladder\r", "e1\r", "!", "@", "=",
    "y", "x", "g", "\x1b[97;7u"]
SIZES = [(24, 80), (60, 200), (30, 120), (10, 40), (5, 20), (24, 79), (50, 132)]

seconds, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
print(f"seed {seed}", flush=True)
random.seed(seed)
home = tempfile.mkdtemp(prefix="monkey")
for name in "rdsc":
    os.mkdir(f"{home}/{name}", 0o700)
env = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", HOME=home, XDG_RUNTIME_DIR=f"{home}/r",
           XDG_DATA_HOME=f"{home}/d", XDG_STATE_HOME=f"{home}/s", XDG_CONFIG_HOME=f"{home}/c",
           ASAN_OPTIONS=f"log_path={home}/asan:detect_leaks=0", UBSAN_OPTIONS=f"log_path={home}/ubsan:print_stacktrace=1")
program = os.path.join(os.environ["BUILD_DIR"], "ttydesk")
pid, fd = pty.fork()
if pid == 0:
    os.execve(program, [program, "--sample"], env)


def resize(rows, cols):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def drain(wait):
    """Reads what comes within `wait` seconds; False when the terminal was closed."""
    end = time.monotonic() + wait
    while select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
        try:
            if not os.read(fd, 65536):
                return False
        except OSError:
            return False
    return True


resize(24, 80)
alive, end = drain(5), time.monotonic() + seconds
while alive and time.monotonic() < end:
    if random.random() < 0.01:
        resize(*random.choice(SIZES))
    key = random.choice(KEYS).encode()
    if random.random() < 0.02:
        key = bytes(random.randrange(128, 256) for _ in range(random.randint(1, 9)))
    try:
        os.write(fd, key * (random.randint(1, 40) if random.random() < 0.05 else 1))
    except OSError:
        break
    alive = drain(random.choice([0, 0.01, 0.03]))
if alive:
    os.kill(pid, signal.SIGTERM)
    while drain(10):
        pass
status = os.waitpid(pid, 0)[1]
reports = [open(f, errors="replace").read() for f in glob.glob(f"{home}/*san*")]
subprocess.run(["pkill", "-f", f"{home}/r"], check=False)
if not alive or status or reports:
    print(f"left by itself: {not alive}, wait status {status}\n" + "\n".join(reports)[:20000])
    sys.exit(1)
shutil.rmtree(home, ignore_errors=True)
