"""The walls around a parser: each tried with a child that pushes against it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from groupware.ingestion.sandbox import parent, wire
from groupware.ingestion.sandbox.limits import PARSER, RECOGNISER, Limits
from groupware.ingestion.sandbox.parent import Child, SandboxError
from groupware.ingestion.sandbox.probe import guard_in_force
from groupware.ingestion.wiring import check_sandbox
from tests.services.ports import wait_until

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., Child]


@pytest.fixture
def probe() -> Iterator[Open]:
    """A child whose operations are tests.ingestion.probes."""
    opened: list[Child] = []

    def start(
        path: Path | None = None,
        *,
        walls: frozenset[str] = parent.ALL_WALLS,
        limits: Limits = PARSER,
    ) -> Child:
        child = Child(
            path,
            operations="tests.ingestion.probes",
            readable=[ROOT / "tests"],
            walls=walls,
            limits=limits,
        )
        opened.append(child)
        return child

    yield start
    for child in opened:
        child.close()


def test_every_wall_stands_and_start_up_says_so() -> None:
    guard = guard_in_force()
    assert guard.network, "neither user namespaces nor seccomp work on this machine"
    assert str(guard) != "none"
    assert [message for message in check_sandbox(None) if message.is_serious()] == []


@pytest.mark.parametrize("wall", ["namespace", "seccomp"])
def test_either_wall_alone_cuts_the_network_off(probe: Open, wall: str) -> None:
    if not getattr(guard_in_force(), wall):
        pytest.skip(f"no {wall} on this machine")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not probe(walls=frozenset({wall})).call("connect", port=port)["allowed"]
        assert probe(walls=frozenset()).call("connect", port=port)["allowed"], "control"


def test_a_child_reads_its_own_file_and_nothing_of_the_site(probe: Open, tmp_path: Path) -> None:
    if not guard_in_force().landlock:
        pytest.skip("no Landlock on this machine")
    mine, database = tmp_path / "mine.pdf", tmp_path / "site.sqlite3"
    mine.write_bytes(b"mine")
    database.write_bytes(b"secret")
    child = probe(mine)
    assert child.call("read", path=str(mine))["allowed"]
    assert not child.call("read", path=str(database))["allowed"]
    assert not child.call("write", path=str(mine))["allowed"]
    assert not child.call("write", path=str(tmp_path / "new"))["allowed"]
    assert not child.call("read", path=f"/proc/{os.getpid()}/environ")["allowed"]
    assert child.call("write", path=str(child.scratch / "new"))["allowed"]


def test_a_child_knows_no_setting_and_reaches_no_socket_or_program(
    probe: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    path = tmp_path / "database.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        child = probe()
        names = child.call("environment")["names"]
        assert not [
            name for name in names if "DATABASE" in name or "DJANGO" in name or "GROUPWARE" in name
        ]
        assert not child.call("unix", path=str(path))["allowed"]
        assert not child.call("start")["allowed"]
    assert probe(limits=RECOGNISER).call("start")["allowed"], "the recogniser starts Tesseract"


def test_memory_is_bounded(probe: Open) -> None:
    with pytest.raises(SandboxError) as caught:
        probe(limits=replace(PARSER, address_space=400 << 20)).call("eat", megabytes=600)
    assert caught.value.kind == "memory"


def test_resident_memory_is_watched_where_address_space_cannot_be_bounded(probe: Open) -> None:
    child = probe(limits=replace(RECOGNISER, resident=300 << 20))
    with pytest.raises(SandboxError) as caught:
        child.call("eat", megabytes=900)
    assert caught.value.kind == "memory"
    assert not child.alive()


def test_cpu_and_clock_are_bounded(probe: Open) -> None:
    begun = time.monotonic()
    with pytest.raises(SandboxError) as caught:
        probe(limits=replace(PARSER, cpu_per_call=1)).call("spin")
    assert caught.value.kind == "cpu"
    with pytest.raises(SandboxError) as caught:
        probe(limits=replace(PARSER, wall_per_call=1.0)).call("sleep", seconds=60)
    assert caught.value.kind == "wall"
    assert time.monotonic() - begun < 15


def test_each_call_has_its_own_cpu_time(probe: Open) -> None:
    child = probe(limits=replace(PARSER, cpu_per_call=2))
    for _ in range(3):
        child.call("eat", megabytes=200)
    assert child.alive()


def test_files_and_answers_are_bounded(probe: Open) -> None:
    child = probe()
    outcome: dict[str, object] = {}
    try:
        outcome = child.call("fill")
    except SandboxError as error:
        assert error.kind == "crash"
    assert outcome.get("allowed") is not True
    with pytest.raises(SandboxError):
        probe().call("shout")


def test_nothing_is_left_behind(probe: Open) -> None:
    child = probe()
    pid = child.call("environment")["pid"]
    scratch = child.scratch
    child.close()
    assert not scratch.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_and_its_programs_end_with_a_killed_worker(tmp_path: Path) -> None:
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from groupware.ingestion.sandbox.limits import RECOGNISER\n"
        "from groupware.ingestion.sandbox.parent import Child\n"
        "tests = Path(sys.argv[1]) / 'tests'\n"
        "c = Child(None, operations='tests.ingestion.probes', readable=[tests],\n"
        "          limits=RECOGNISER, scratch_root=Path(sys.argv[2]))\n"
        "print(c.call('environment')['pid'], flush=True)\n"
        "c.call('program', seconds=60)\n"
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    worker = subprocess.Popen(
        [sys.executable, "-c", script, str(ROOT), str(scratch)], stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    pid = int(worker.stdout.readline())
    wait_until(lambda: len(parent._group(pid)) == 2, "the program of the child", 20)
    members = [Path(f"/proc/{member}") for member in parent._group(pid)]
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    gone = lambda: not any(member.exists() for member in members)  # noqa: E731
    wait_until(gone, "the end of the child and its program", 20)
    worker.stdout.close()
    (left,) = scratch.iterdir()
    parent.sweep_scratch(scratch)
    assert not left.exists()


@pytest.mark.parametrize("garbage", [b"\xff\xff\xff\xff", b"\0\0\0\2{]", b"\0\0\0\2[]", b"\0\0"])
def test_frames_that_are_no_frames_are_refused(garbage: bytes) -> None:
    reader, writer = os.pipe()
    os.write(writer, garbage)
    os.close(writer)
    with pytest.raises(wire.WireError):
        wire.read(reader, time.monotonic() + 5)
    os.close(reader)
