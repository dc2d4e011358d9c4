"""The fair write gate: 50 writers in five processes, none is told "database is locked"."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import mean

import pytest
from django.db import connection

from groupware.settings.sqlite.base import Gate, is_reading
from tests.conftest import count

ROOT = Path(__file__).parents[2]
PROCESSES, THREADS = 5, 10


def run_writers(database: Path, engine: str, seconds: float) -> list[dict[str, object]]:
    """Results of all 50 threads."""
    with sqlite3.connect(database) as setup:
        setup.execute("PRAGMA journal_mode=WAL")
        setup.execute("CREATE TABLE counter (value INTEGER)")
        setup.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
        setup.execute("INSERT INTO counter VALUES (0)")
    command = [
        sys.executable,
        str(ROOT / "tests" / "settings" / "writers.py"),
        str(database),
        engine,
        str(THREADS),
        str(seconds),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        for _ in range(PROCESSES)
    ]
    return [
        result for process in running for result in json.loads(process.communicate(timeout=300)[0])
    ]


def test_fifty_writers_are_never_locked_out(tmp_path: Path) -> None:
    database = tmp_path / "gate.sqlite3"
    results = run_writers(database, "groupware.settings.sqlite", seconds=count(5, 60))
    turns = [int(str(result["turns"])) for result in results]
    assert [result["errors"] for result in results] == [[]] * (PROCESSES * THREADS)
    with sqlite3.connect(database) as check:
        assert check.execute("SELECT value FROM counter").fetchone()[0] == sum(turns)
        assert check.execute("SELECT count(*) FROM note").fetchone()[0] == sum(turns)
        assert check.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert min(turns) > 0.3 * mean(turns), f"unfair: {sorted(turns)}"
    longest = max(float(str(result["longest"])) for result in results)
    share = PROCESSES * THREADS / (sum(turns) / count(5, 60))  # seconds of one round of all
    assert longest < 5 + 10 * share, f"waited {longest:.1f} s where a round takes {share:.1f} s"


def test_a_dead_writer_frees_the_gate(tmp_path: Path) -> None:
    path = tmp_path / "x.gate"
    script = (
        "import sys, time; from groupware.settings.sqlite.base import Gate; "
        "Gate(sys.argv[1]).take(); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    gate = Gate(str(path))
    waiting = threading.Thread(target=gate.take)
    waiting.start()
    time.sleep(0.2)
    assert not gate.held
    holder.kill()
    waiting.join(5)
    assert gate.held
    gate.leave()
    holder.wait()


def test_a_forked_child_does_not_keep_the_gate(tmp_path: Path) -> None:
    """`fork` copies the descriptor; leaving must free the lock all the same."""
    gate, other = Gate(str(tmp_path / "x.gate")), Gate(str(tmp_path / "x.gate"))
    gate.take()
    ends = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ends[1])
        os.read(ends[0], 1)  # until the parent is done
        os._exit(0)
    try:
        gate.leave()
        taking = threading.Thread(target=other.take, daemon=True)
        taking.start()
        taking.join(5)
        assert other.held
    finally:
        os.close(ends[1])
        os.waitpid(child, 0)
        other.leave()


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("SELECT 1", True),
        ("  select 1", True),
        ("WITH RECURSIVE up(id) AS (SELECT 1) SELECT * FROM up", True),
        ("WITH old AS (SELECT 1) DELETE FROM note", False),
        ("INSERT INTO note VALUES (1)", False),
        ("CREATE TABLE x (y)", False),
        ("PRAGMA wal_checkpoint", True),
    ],
)
def test_only_writes_take_the_gate(query: str, reading: bool) -> None:
    assert is_reading(query) is reading


@pytest.mark.django_db(transaction=True)
def test_rows_of_an_insert_are_handed_out_from_memory() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the gate belongs to SQLite")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE gate_note (id INTEGER PRIMARY KEY, text TEXT)")
        try:
            insert = "INSERT INTO gate_note (text) VALUES (%s), (%s), (%s) RETURNING id"
            cursor.execute(insert, ["a", "b", "c"])
            assert not cursor.cursor.gate.held
            assert cursor.fetchone() == (1,)
            assert cursor.fetchmany(1) == [(2,)]
            assert cursor.fetchall() == [(3,)]
            assert cursor.fetchone() is None
            cursor.execute(insert, ["d", "e", "f"])
            assert list(cursor) == [(4,), (5,), (6,)]
            cursor.execute("SELECT count(*) FROM gate_note")
            assert cursor.fetchone() == (6,)
        finally:
            cursor.execute("DROP TABLE gate_note")
