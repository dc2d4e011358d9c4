"""Operations that misbehave on purpose; run in a sandbox child by the tests."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from groupware.ingestion.sandbox.child import Operation, Session


def _tried(act: Any) -> dict[str, Any]:
    try:
        act()
    except OSError as error:
        return {"allowed": False, "error": type(error).__name__}
    return {"allowed": True}


def read(session: Session, path: str) -> dict[str, Any]:
    """Try to read a file."""
    return _tried(lambda: Path(path).read_bytes())


def write(session: Session, path: str) -> dict[str, Any]:
    """Try to write a file."""
    return _tried(lambda: Path(path).write_bytes(b"x"))


def connect(session: Session, port: int) -> dict[str, Any]:
    """Try to reach the network."""
    return _tried(lambda: socket.create_connection(("127.0.0.1", port), 2).close())


def unix(session: Session, path: str) -> dict[str, Any]:
    """Try to reach a Unix socket."""

    def act() -> None:
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(path)

    return _tried(act)


def start(session: Session) -> dict[str, Any]:
    """Try to start a program."""
    return _tried(lambda: subprocess.run(["/bin/true"], check=True))


def environment(session: Session) -> dict[str, Any]:
    """Return the names of all environment variables."""
    return {"names": sorted(os.environ), "pid": os.getpid()}


def eat(session: Session, megabytes: int) -> dict[str, Any]:
    """Take memory and touch it."""
    blocks = []
    for _ in range(megabytes):
        blocks.append(bytearray(b"\1" * (1 << 20)))
        time.sleep(0.001)
    return {"blocks": len(blocks)}


def spin(session: Session) -> dict[str, Any]:
    """Burn CPU for ever."""
    while True:
        pass


def sleep(session: Session, seconds: float) -> dict[str, Any]:
    """Do nothing for long."""
    time.sleep(seconds)
    return {}


def program(session: Session, seconds: int) -> dict[str, Any]:
    """Wait for a program of one's own."""
    subprocess.run(["/bin/sleep", str(seconds)], check=True)
    return {}


def shout(session: Session) -> dict[str, Any]:
    """Answer with more than a frame may hold."""
    return {"text": "x" * (30 << 20)}


def fill(session: Session) -> dict[str, Any]:
    """Write more into a file than allowed."""
    block = b"x" * (1 << 20)

    def act() -> None:
        with (session.scratch / "big").open("wb") as target:
            for _ in range(600):
                target.write(block)

    return _tried(act)


OPERATIONS: dict[str, Operation] = {
    "read": read,
    "write": write,
    "connect": connect,
    "unix": unix,
    "start": start,
    "environment": environment,
    "eat": eat,
    "spin": spin,
    "sleep": sleep,
    "program": program,
    "shout": shout,
    "fill": fill,
}
