#!/usr/bin/python3
"""The packages in a life of their own: built, judged by lintian, installed over an older version whose desk has
an older schema, used as the units would start them, removed, installed again, purged. It happens in a root of
its own (an overlay over this machine's, in a mount namespace), so that the machine stays as it is.
usage: deb.py [--inside WORK], as root or with sudo; else 77. Environment: SOURCE_DIR, BUILD_DIR"""
import glob
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading

SOURCE, BUILD = os.environ["SOURCE_DIR"], os.environ["BUILD_DIR"]
PATIENCE_S = 180
SKIP = 77
OLD = "0.0.1-1"  # older than any release
OLD_SCHEMA = 2
DATABASE = "/var/lib/ttydesk/desk.db"
CONF = "/etc/ttydesk/ttydeskd.conf"
SOCKET = "/run/ttydesk/desk.sock"
UNITS = "/lib/systemd/system"
COUNTED = ("ticket", "message", "customer", "person", "article_version", "template", "ticket_clock", "ticket_fact")
ACCOUNTS = {"ttdanna": 64101, "ttdstranger": 64102}


def run(*words, check=True, **options):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}")
    return done


# ---- outside: building, and the way in
def build(out):
    done = run(os.path.join(SOURCE, "packaging/build-deb"), out, check=False, timeout=500)
    assert done.returncode == 0, done.stdout
    return sorted(f for f in glob.glob(out + "/*.deb") if "-dbgsym" not in f)


def lintian(out):
    said = run("lintian", "--allow-root", "--fail-on", "error,warning", *glob.glob(out + "/*.changes"), check=False)
    assert said.returncode == 0, said.stdout


def enter():
    """Once more inside a mount namespace of root's; 77 where that isn't allowed."""
    unshare = ["unshare", "--mount", "--"]
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n", "-E"]
    if as_root and not shutil.which("sudo") or run(*as_root, *unshare, "true", check=False).returncode != 0:
        print("1..0 # SKIP needs root (or sudo) and a mount namespace")
        sys.exit(SKIP)
    work = tempfile.mkdtemp(prefix="ttydesk-deb-")
    try:
        out = os.path.join(work, "new")
        build(out)
        lintian(out)
        inside = subprocess.run([*as_root, *unshare, sys.executable, __file__, "--inside", work])
        sys.exit(inside.returncode)
    finally:
        run(*as_root, "rm", "-rf", work, check=False)


# ---- inside
class Root:
    """An overlay over this machine; what is changed lands in `upper`."""

    def __init__(self, work):
        layers = os.path.join(work, "layers")
        os.mkdir(layers)
        if run("mount", "-t", "tmpfs", "tmpfs", layers, check=False).returncode != 0:
            self.refuse("no tmpfs")
        self.upper, self.path = layers + "/upper", layers + "/root"
        for name in (self.upper, self.path, layers + "/work"):
            os.mkdir(name)
        options = f"lowerdir=/,upperdir={self.upper},workdir={layers}/work"
        if run("mount", "-t", "overlay", "overlay", "-o", options, self.path, check=False).returncode != 0:
            self.refuse("no overlay file system")
        for name in ("/proc", "/dev"):
            run("mount", "--rbind", name, self.path + name)
        run("mount", "-t", "tmpfs", "tmpfs", self.path + "/run")
        run("mount", "-t", "tmpfs", "tmpfs", self.path + "/tmp")
        # whatever ran on this machine before is not in here
        for name in glob.glob(self.path + "/var/lib/ttydesk*") + glob.glob(self.path + "/etc/ttydesk*"):
            shutil.rmtree(name)

    @staticmethod
    def refuse(why):
        print(f"1..0 # SKIP {why} here")
        sys.exit(SKIP)

    def run(self, *words, user=None, check=True):
        identity = [f"--userspec={user}"] if user else []
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8"}
        return run("chroot", *identity, self.path, *words, check=check, env=environment, timeout=PATIENCE_S)

    def there(self, path):
        return os.path.lexists(self.path + path)

    def desk(self, *words, check=True):
        """ttydeskd as an administrator calls it."""
        return self.run("ttydeskd", *words, user="ttydesk", check=check)

    def dpkg(self, *words):
        return self.run("dpkg", *words)


class Service:
    """Started as the units do it: the socket is there first, the server comes with the first who knocks."""

    def __init__(self, root):
        self.root = root
        self.notices = root.path + "/run/notices"
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.listener.settimeout(PATIENCE_S)
        self.listener.bind(self.notices)
        os.chmod(self.notices, 0o777)
        self.log, self.listens = b"", threading.Event()
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            ["chroot", root.path, "systemd-socket-activate", "-l", SOCKET, "-E", "NOTIFY_SOCKET=/run/notices", "setpriv",
             "--reuid=ttydesk", "--regid=ttydesk", "--init-groups", "--no-new-privs", "ttydeskd", "serve"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
        self.reader = threading.Thread(target=self.read, args=(self.process.stdout,))
        self.reader.start()
        assert self.listens.wait(PATIENCE_S) and self.process.poll() is None, self.words()
        # SocketMode=0660 and SocketGroup=ttydesk of the unit
        root.run("chgrp", "ttydesk", SOCKET)
        root.run("chmod", "0660", SOCKET)

    def read(self, pipe):
        with pipe:
            for line in pipe:
                self.log += line
                if line.startswith(b"Listening on "):
                    self.listens.set()
        self.listens.set()

    def words(self):
        return self.log.decode("utf-8", "replace")[-4000:]

    def ready(self):
        while True:
            try:
                if b"READY=1" in self.listener.recv(4096):
                    return
            except TimeoutError:
                raise AssertionError("no READY=1\n" + self.words()) from None

    def ask(self, user, target):
        """(exit code of curl, answer)"""
        done = self.root.run("curl", "-s", "--fail-with-body", "--max-time", str(PATIENCE_S), "--unix-socket", SOCKET,
                             "http://desk" + target, user=user, check=False)
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            return done.returncode, {"said": done.stdout, "log": self.words()}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE_S) == 0, self.words()
        self.listener.close()
        self.reader.join(PATIENCE_S)
        os.unlink(self.notices)
        self.root.run("rm", "-f", SOCKET)


def older(packages, out):
    """The same files under an older version number."""
    os.mkdir(out)
    olds = []
    for package in packages:
        tree = os.path.join(out, "tree")
        run("dpkg-deb", "-R", package, tree)
        with open(tree + "/DEBIAN/control", encoding="utf-8") as f:
            control = f.read()
        version = next(line for line in control.splitlines() if line.startswith("Version: ")).removeprefix("Version: ")
        with open(tree + "/DEBIAN/control", "w", encoding="utf-8") as f:
            f.write(control.replace(version, OLD))
        olds.append(os.path.join(out, os.path.basename(package).replace(version, OLD)))
        run("dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, olds[-1])
        shutil.rmtree(tree)
    return olds


def counts(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED}


# Columns that are gone, from what took their place.
ONCE = {("policy_target", "warn_percent"): "CAST(warn AS INTEGER)"}


def age(new, old):
    """What the sample desk of today's `new` was under the schema of then: old tables, filled by column."""
    db = sqlite3.connect(old)
    folder = SOURCE + "/server/storage/sql/"
    names = sorted(os.path.basename(f) for f in glob.glob(folder + "sqlite-*.sql"))
    assert len(names) > OLD_SCHEMA, "there is nothing to migrate"
    for name in names[:OLD_SCHEMA]:
        with open(folder + name, encoding="utf-8") as f:
            db.executescript(f.read())
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("ATTACH ? AS new", (new,))
    for (table,) in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
        now = {row[1] for row in db.execute(f"PRAGMA new.table_info({table})")}
        then = [row[1] for row in db.execute(f"PRAGMA main.table_info({table})")]
        columns = ", ".join(name for name in then if name in now or (table, name) in ONCE)
        values = ", ".join(ONCE.get((table, name), name) for name in then if name in now or (table, name) in ONCE)
        db.execute(f"DELETE FROM main.{table}")
        if table == "schema_version":
            db.execute("INSERT INTO main.schema_version SELECT * FROM new.schema_version WHERE version <= ?", (OLD_SCHEMA,))
        else:
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {values} FROM new.{table}")
    for pragma, value in (("application_id", db.execute("PRAGMA new.application_id").fetchone()[0]),
                          ("user_version", OLD_SCHEMA)):
        db.execute(f"PRAGMA main.{pragma} = {value}")
    db.commit()
    db.close()


def installs(root, packages):
    root.dpkg("-i", *packages)
    root.run("ttydeskd", "--version")
    root.run("ttydesk", "--version")
    assert root.run("id", "-gn", "ttydesk").stdout.strip() == "ttydesk"
    said = root.run("stat", "-c", "%U:%G %a %n", "/var/lib/ttydesk", "/var/log/ttydesk", "/run/ttydesk", CONF).stdout
    assert said.splitlines() == ["ttydesk:ttydesk 750 /var/lib/ttydesk", "ttydesk:ttydesk 750 /var/log/ttydesk",
                                 "root:root 755 /run/ttydesk", f"root:root 644 {CONF}"], said
    for link in ("sockets.target.wants/ttydeskd.socket", "multi-user.target.wants/ttydeskd.service"):
        assert root.there("/etc/systemd/system/" + link), f"{link} is not enabled"
    for page in ("1 ttydesk", "5 ttydesk.conf", "5 ttydeskd.conf", "5 ttydesk-import", "7 ttydesk-api",
                 "7 ttydesk-query", "8 ttydeskd"):
        assert root.there("/usr/share/man/man{}/{}.{}.gz".format(page[0], page[2:], page[0])), f"no manual page {page}"


def units_are_sound(root):
    said = root.run("systemd-analyze", "verify", f"{UNITS}/ttydeskd.socket", f"{UNITS}/ttydeskd.service", check=False)
    # it also reads the units of this machine: only a word about ours counts
    ours = [line for line in said.stdout.splitlines() if "ttydesk" in line]
    assert not ours, said.stdout
    root.run("systemd-analyze", "security", "--offline=true", "--threshold=20", f"{UNITS}/ttydeskd.service")


def old_desk(root):
    """The old version's desk with people's work in it; returns how much."""
    fresh, old = root.path + "/run/fresh.db", root.path + DATABASE
    root.run("ttydeskd", "sample", "--seed-only", "--database", "/run/fresh.db")
    age(fresh, old)
    root.run("chown", "ttydesk:ttydesk", DATABASE)
    root.run("chmod", "0640", DATABASE)
    with open(root.path + CONF, "a", encoding="utf-8") as f:
        f.write("\n# the administrator's own word\n")
    return counts(old)


def upgrades(root, packages, before):
    root.dpkg("-i", *packages)
    with open(root.path + CONF, encoding="utf-8") as f:
        assert "the administrator's own word" in f.read(), "the settings were overwritten"
    assert counts(root.path + DATABASE) == before
    for name in ("ttydesk", "ttydeskd"):
        packaged = root.run("dpkg-query", "-W", "-f", "${Version}", name).stdout.rpartition("-")[0]
        assert root.run(name, "--version").stdout.split()[1] == packaged, f"debian/changelog says {packaged}"
    root.desk("person", "add", "anna", "--display", "Anna Adm", "--role", "administrator", "--uid", "ttdanna")
    after = counts(root.path + DATABASE)
    assert after == {**before, "person": before["person"] + 1}, f"{before}\n{after}"
    with sqlite3.connect(root.path + DATABASE) as db:
        newest = len(glob.glob(SOURCE + "/server/storage/sql/sqlite-*.sql"))
        assert db.execute("PRAGMA user_version").fetchone()[0] == newest


def serves(root):
    service = Service(root)
    code, said = service.ask("ttdanna:ttdanna", "/v1/health")
    assert code == 7, f"somebody outside the group came in: {said}"
    code, said = service.ask("ttdanna:ttydesk", "/v1/session")
    assert code == 0 and said.get("me", {}).get("name") == "anna", said
    service.ready()
    code, said = service.ask("ttdstranger:ttydesk", "/v1/session")
    assert code == 22 and said.get("code") == "auth", said
    code, said = service.ask("ttdanna:ttydesk", "/v1/tickets?view=all&limit=3")
    assert code == 0 and len(said.get("rows", [])) == 3, said
    code, said = service.ask("ttdanna:ttydesk", f"/v1/tickets/{said['rows'][0]['id']}")
    assert code == 0 and said["ticket"]["messages"], said
    owners = set(root.run("stat", "-c", "%U", *[DATABASE + end for end in ("", "-wal", "-shm")]).stdout.split())
    assert owners == {"ttydesk"}, owners
    # what an administrator asks while it runs
    root.desk("check")
    root.desk("verify")
    service.stop()
    root.desk("verify")


# systemd as the first process of namespaces of its own, on nothing but the units that are needed here.
BOOT = """set -eu
r=$1 group=$2
echo $$ >"$group/cgroup.procs"
exec unshare --mount --pid --fork --kill-child --ipc --uts --cgroup /bin/sh -eu -c '
	r=$1
	umount -R "$r/proc" "$r/dev"
	mount -t proc proc "$r/proc"
	mount -o bind,ro "$r/proc/sys" "$r/proc/sys"
	mount -t sysfs -o ro sysfs "$r/sys"
	mount -t cgroup2 cgroup2 "$r/sys/fs/cgroup"
	mount -t tmpfs tmpfs "$r/dev"
	mkdir "$r/dev/shm" "$r/dev/pts"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$r/dev/pts"
	ln -s pts/ptmx "$r/dev/ptmx"
	for name in null zero full random urandom tty; do
		: >"$r/dev/$name"
		mount --bind "/dev/$name" "$r/dev/$name"
	done
	units=$r/usr/lib/systemd/system
	mkdir "$r/run/units"
	for name in basic.target sysinit.target sockets.target multi-user.target shutdown.target final.target \
		umount.target exit.target systemd-exit.service ttydeskd.socket ttydeskd.service; do
		cp "$r/lib/systemd/system/$name" "$r/run/units"
	done
	mount -t tmpfs tmpfs "$r/usr/lib/systemd/system-generators"
	mount -t tmpfs tmpfs "$r/etc/systemd/system"
	mount --bind "$r/run/units" "$units"
	mkdir "$r/etc/systemd/system/multi-user.target.wants"
	cp "$r/run/probe.service" "$r/etc/systemd/system"
	ln -s /etc/systemd/system/probe.service "$r/etc/systemd/system/multi-user.target.wants"
	exec chroot "$r" env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd \
		--log-target=console --show-status=no --unit=multi-user.target' boot "$r"
"""
PROBE_UNIT = """[Unit]
Wants=ttydeskd.socket
After=ttydeskd.socket
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
TimeoutStartSec=60
ExecStart=/bin/sh /run/probe.sh
StandardOutput=file:/run/probe.log
StandardError=inherit
"""
PROBE = """set -u
say() { echo "$1: $2"; }
ask() { setpriv --reuid=$1 --regid=ttydesk --clear-groups curl -s --unix-socket /run/ttydesk/desk.sock http://d/v1/$2; }
say before "$(systemctl is-active ttydeskd.socket ttydeskd.service | xargs)"
say door "$(stat -c '%U:%G %a' /run/ttydesk/desk.sock)"
say me "$(ask ttdanna session | jq -r .me.name)"
say after "$(systemctl is-active ttydeskd.service)"
main=$(systemctl show -P MainPID ttydeskd.service)
say status "$(systemctl show -P StatusText ttydeskd.service)"
say user "$(stat -c %U /proc/$main)"
for name in NoNewPrivs Seccomp CapBnd; do say $name "$(sed -n "s/^$name:[[:space:]]*//p" /proc/$main/status)"; done
say homes "$(stat -c %a /proc/$main/root/root /proc/$main/root/home | xargs)"
say usr "$(touch /proc/$main/root/usr/x 2>&1 | grep -o 'Read-only file system')"
systemctl reload ttydeskd.service
say reloaded "$(systemctl is-active ttydeskd.service), $(systemctl show -P MainPID ttydeskd.service)"
say same "$main"
systemctl restart ttydeskd.service
say restarted "$(ask ttdanna health | jq -r .status)"
systemctl stop ttydeskd.socket ttydeskd.service
say stopped "$(systemctl show -P Result ttydeskd.service), $(ls /run/ttydesk | wc -l) left"
"""


def cgroup():
    """A group of our own below the unified hierarchy; None where that isn't to be had."""
    with open("/proc/mounts", encoding="utf-8") as f:
        tops = [line.split()[1] for line in f if line.split()[2] == "cgroup2"]
    for top in tops:
        path = os.path.join(top, f"ttydesk-test-{os.getpid()}")
        try:
            os.mkdir(path)
            return path
        except OSError:
            pass
    return None


def systemd_runs_it(root):
    """The units as they are, with all their walls, under a real systemd."""
    group = cgroup()
    if not group:
        return "no control groups of our own here"
    for name, text in (("probe.service", PROBE_UNIT), ("probe.sh", PROBE)):
        with open(f"{root.path}/run/{name}", "w", encoding="utf-8") as f:
            f.write(text)
    try:
        said = run("/bin/sh", "-c", BOOT, "boot", root.path, group, check=False, timeout=3 * PATIENCE_S).stdout
    finally:
        for folder, _, _ in os.walk(group, topdown=False):
            os.rmdir(folder)
    log = root.path + "/run/probe.log"
    if not os.path.exists(log):
        return "systemd doesn't start here: " + " ".join(said.split())[-300:]
    with open(log, encoding="utf-8") as f:
        heard = dict(line.rstrip("\n").split(": ", 1) for line in f if ": " in line)
    main = heard.pop("same", "?")
    assert heard == {"before": "active inactive", "door": "root:ttydesk 660", "me": "anna", "after": "active",
                     "status": "answers workstations", "user": "ttydesk", "NoNewPrivs": "1", "Seccomp": "2",
                     "CapBnd": "0000000000000000", "homes": "0 0", "usr": "Read-only file system",
                     "reloaded": f"active, {main}", "restarted": "ok", "stopped": "success, 0 left"}, f"{heard}\n{said}"
    return None


def removed(root):
    root.dpkg("-r", "ttydesk", "ttydeskd")
    for path in ("/usr/bin/ttydesk", "/usr/bin/ttydeskd", UNITS + "/ttydeskd.service", UNITS + "/ttydeskd.socket"):
        assert not root.there(path), f"{path} was left by removing"
    assert root.there(DATABASE) and root.there(CONF)


def purged(root):
    root.dpkg("-P", "ttydesk", "ttydeskd")
    bookkeeping = ("/var/lib/dpkg", "/var/log", "/var/cache", "/run", "/tmp")
    left = []
    for folder, folders, files in os.walk(root.upper):
        inside = folder.removeprefix(root.upper) + "/"
        for name in folders + files:
            path = inside + name
            if "ttydesk" in name and not path.startswith(bookkeeping) and root.there(path):
                left.append(path)
    assert not left, f"left by purging: {left}"
    assert not root.there("/var/log/ttydesk") and not root.there("/run/ttydesk")
    root.run("id", "ttydesk")  # a system user stays: its number may own something elsewhere
    said = root.run("dpkg", "-l", "ttydesk", "ttydeskd", check=False).stdout
    assert not [line for line in said.splitlines() if line.startswith(("ii", "rc"))], said


def inside(work):
    news = sorted(f for f in glob.glob(work + "/new/*.deb") if "-dbgsym" not in f)
    root = Root(work)
    shutil.copytree(work + "/new", root.path + "/tmp/new")
    news = [f"/tmp/new/{os.path.basename(f)}" for f in news]
    olds = older([root.path + f for f in news], root.path + "/tmp/old")
    olds = [f.removeprefix(root.path) for f in olds]
    for name, number in ACCOUNTS.items():
        root.run("groupadd", "-g", str(number), name)
        root.run("useradd", "-M", "-u", str(number), "-g", name, name)
    steps = [("old_version_installs", lambda: installs(root, olds)),
             ("units_are_sound", lambda: units_are_sound(root)),
             ("new_version_takes_the_old_desk_over", lambda: upgrades(root, news, old_desk(root))),
             ("it_serves_the_host", lambda: serves(root)),
             ("systemd_runs_it_behind_walls", lambda: systemd_runs_it(root)),
             ("removing_keeps_desk_and_settings", lambda: removed(root)),
             ("it_installs_again", lambda: (installs(root, news), serves(root))),
             ("purging_leaves_nothing", lambda: purged(root))]
    print(f"1..{len(steps)}", flush=True)
    for number, (name, step) in enumerate(steps, 1):
        why = step()  # each stands on the one before: the first that fails ends it
        print(f"ok {number} {name}" + (f" # SKIP {why}" if isinstance(why, str) else ""), flush=True)


if sys.argv[1:2] == ["--inside"]:
    inside(sys.argv[2])
else:
    enter()
