#!/usr/bin/python3
"""A database that goes away and comes back: health and metrics say so, by themselves, and reads are told to wait."""
import os
import subprocess

from ttydeskd_double import PATIENCE_S, Server, main


def psql(statement):
    subprocess.run([os.environ["DESK_TEST_PSQL"], "-qX", "-h", os.environ["DESK_TEST_POSTGRES"], "-U", "desk", "-d", "postgres",
                    "-c", statement], check=True, timeout=PATIENCE_S, stdout=subprocess.DEVNULL)


def health_says_when_the_database_is_away(daemon):
    with Server(daemon) as s:
        name = s.database.rsplit("dbname=", 1)[1]
        assert s.get("/v1/health").json()["status"] == "ok"
        psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        psql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        answer = s.get("/v1/health")
        while answer.status == 200:  # nobody asks the database: the server notices by itself
            answer = s.get("/v1/health")
        assert answer.status == 503 and answer.headers["Retry-After"]
        assert answer.json()["status"] == "degraded" and answer.json()["database"] == "away"
        assert b"\nttydesk_db_up 0\n" in s.get("/metrics").bytes
        refused = s.get("/v1/tickets?view=all")
        assert refused.status == 503 and refused.json()["retryable"], refused.bytes
        psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        while s.get("/v1/health").status != 200:
            pass
        assert b"\nttydesk_db_up 1\n" in s.get("/metrics").bytes
        assert s.get("/v1/tickets?view=all").status == 200


main([health_says_when_the_database_is_away])
