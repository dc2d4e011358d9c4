"""Is the guard really there? Tried at start with a real child against a real listening socket."""

from __future__ import annotations

import functools
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groupware.ingestion.sandbox.child import Operation, Session
from groupware.ingestion.sandbox.parent import Child, SandboxError


@dataclass(frozen=True, slots=True)
class Guard:
    """The walls that were tried and held. Without `network` nothing foreign may be parsed."""

    namespace: bool
    seccomp: bool
    landlock: bool

    @property
    def network(self) -> bool:
        """Whether a child is cut off from every network."""
        return self.namespace or self.seccomp

    def __str__(self) -> str:
        names = [name for name in ("namespace", "seccomp", "landlock") if getattr(self, name)]
        return "+".join(names) or "none"


@functools.cache
def guard_in_force() -> Guard:
    """Try each wall alone with a child of its own; return those that held (0.5 s, once)."""
    return Guard(namespace=_cut_off("namespace"), seccomp=_cut_off("seccomp"), landlock=_shut_in())


def _cut_off(wall: str) -> bool:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        try:
            with Child(None, operations=__name__, walls=frozenset({wall})) as child:
                return wall in child.walls and not child.call("connect", port=port)["connected"]
        except SandboxError:
            return False


def _shut_in() -> bool:
    try:
        with Child(None, operations=__name__, walls=frozenset({"landlock"})) as child:
            return "landlock" in child.walls and not child.call("list", path="/etc")["listed"]
    except SandboxError:
        return False


def _connect(session: Session, port: int) -> dict[str, Any]:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return {"connected": False}
    return {"connected": True}


def _list(session: Session, path: str) -> dict[str, Any]:
    try:
        list(Path(path).iterdir())
    except OSError:
        return {"listed": False}
    return {"listed": True}


OPERATIONS: dict[str, Operation] = {"connect": _connect, "list": _list}
