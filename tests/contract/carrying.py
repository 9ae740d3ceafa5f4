"""Whatever a desk has lived through goes out and comes in again the same, over both databases and back."""
import difflib
import os
import shutil
import sqlite3
import subprocess
import tempfile

from ttydeskd_double import PATIENCE_S, new_database

# Every table of the database, so that a new one is thought of: told by records of its own, ...
TOLD = {
    "desk_group", "person", "person_group", "person_skill", "skill", "tag", "calendar", "calendar_span", "calendar_holiday",
    "calendar_exception", "policy", "policy_target", "category", "desk_field", "checklist", "compensation_limit", "template",
    "saved_view", "macro", "automation", "settings", "customer", "customer_tag", "customer_order", "article",
    "article_version", "ticket", "ticket_tag", "ticket_field", "ticket_check", "ticket_link", "message", "attachment",
    "attachment_data"}
# ... carried as rows (server/desk/carry.c), ...
ROWS = {
    "ticket_fact", "alarm", "escalation", "follow_up", "article_use", "compensation", "rating", "offer_passed", "problem",
    "problem_step", "problem_told", "problem_text", "problem_raised", "incident", "agent_state", "agent_log",
    "automation_run", "clock_era"}
# ... or left behind: the database's own, of these terminals and this moment, computed.
STAYS = {
    "schema_version", "feed_head", "event", "idempotency", "import_key", "config_revision", "token", "presence", "offer",
    "notice", "draft", "automation_queue", "webhook_delivery", "ticket_clock", "ticket_count"}
# The test's desk has lived through these, or nothing is shown of them.
STORY = (
    "problem", "step", "told", "fact", "escalation", "follow-up", "article", "compensation", "rating", "message", "now",
    "log", "era")


def run(server, database, *words):
    done = subprocess.run([server.daemon, *words, "--database", database], capture_output=True, timeout=PATIENCE_S, text=True)
    assert done.returncode == 0, f"{words}: {done.returncode} {done.stdout} {done.stderr}"
    return done.stdout + done.stderr


def exported(server, database, folder, name):
    path = os.path.join(folder, name)
    run(server, database, "export", "-o", path)
    with open(path, encoding="utf-8") as f:
        return path, f.read().splitlines()


def sound(server, database, at_rest=True):
    said = run(server, database, "verify")
    assert " 0 clocks differ" in said and (not at_rest or "still follow" not in said), said


def carried(server):
    """The server has stopped; its desk has been through everything."""
    folder = tempfile.mkdtemp(prefix="ttydesk-carry-")
    try:
        sound(server, server.database, at_rest=False)  # it may have stopped amid following a change
        path, first = exported(server, server.database, folder, "first.jsonl")
        for number, database in enumerate(("sqlite:" + os.path.join(folder, "b.db"), new_database(folder))):
            said = run(server, database, "import", path)
            assert " 0 bad" in said, said
            sound(server, database)
            path, again = exported(server, database, folder, f"again-{number}.jsonl")
            difference = list(difflib.unified_diff(first, again, "before", "after", n=0, lineterm=""))
            all_tables_are_thought_of(database[7:]) if database.startswith("sqlite:") else None
            assert not difference, "\n".join(line[:2000] for line in difference[:12])
        missing = {word for word in STORY if not any(f'"in":"{word}"' in line for line in first)}
        assert not missing, f"the desk has no row of {missing}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)



def all_tables_are_thought_of(path):
    with sqlite3.connect(path) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    new = {name for name in names if not name.startswith(("sqlite_", "message_text"))} - TOLD - ROWS - STAYS
    assert not new, f"is {new} told by export? Say so in carrying.py"
