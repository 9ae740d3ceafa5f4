#!/usr/bin/python3
"""`ttydeskd check` and `verify` find what doesn't agree in a database, on both engines."""
import os
import shutil
import sqlite3
import subprocess
import tempfile

from ttydeskd_double import Server, main, new_database

FAULTS = (
    ("UPDATE ticket_count SET n = n + 3 WHERE active = 1 AND n > 0", "totals are wrong", "check"),
    ("INSERT INTO ticket_count(active, group_id, assignee_id, n) VALUES (0, 77, 0, 1)", "off by 1", "check"),
    ("UPDATE ticket SET next_due_ms = next_due_ms + 1 WHERE id = (SELECT MAX(id) FROM ticket WHERE active = 1)",
     "its clocks say", "check"),
    ("DELETE FROM event WHERE seq = (SELECT MAX(seq) FROM event)", "feed is damaged", "check"),
    ("UPDATE ticket_clock SET due_ms = due_ms + 60000 WHERE state = 1 AND ticket_id = "
     "(SELECT MAX(ticket_id) FROM ticket_clock WHERE state = 1)", "clocks differ", "verify"),
)
POSTGRES_FAULTS = (
    ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('ticket_by_due')",
     "index ticket_by_due is not valid", "check"),
    ("UPDATE pg_constraint SET convalidated = false WHERE conname = "
     "(SELECT MIN(conname) FROM pg_constraint WHERE contype = 'f')", "was never validated", "check"),
)


def change(database, sql):
    if database.startswith("sqlite:"):
        with sqlite3.connect(database[len("sqlite:"):]) as connection:
            connection.execute(sql)
        connection.close()
        return
    subprocess.run([os.environ["DESK_TEST_PSQL"], "-Xq", "-v", "ON_ERROR_STOP=1", "-h",
                    os.environ["DESK_TEST_POSTGRES"], "-U", "desk", "-d", database.rsplit("dbname=", 1)[1], "-c", sql],
                   check=True, timeout=60)


def every_fault_is_found(daemon):
    folder = tempfile.mkdtemp(prefix="ttydesk-check-")
    try:
        on_postgres = "DESK_TEST_POSTGRES" in os.environ
        for sql, words, command in FAULTS + (POSTGRES_FAULTS if on_postgres else ()):
            database = new_database(tempfile.mkdtemp(dir=folder))
            server = Server(daemon, database=database)
            shutil.rmtree(server.dir)
            server.run("sample", "--seed-only")
            server.run("check")
            said = server.run("verify").stdout
            assert " 0 clocks differ" in said and "still follow" not in said, said
            change(database, sql)
            found = server.run(command, check=False)
            assert found.returncode == 1 and words in found.stdout + found.stderr, (sql, found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main([every_fault_is_found])
