"""The child: confines itself, then answers calls about one file until its input ends.

Started only by sandbox.parent. Its environment holds no setting of the site, so there is no
database log-in, key or address to find here.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from groupware.ingestion.sandbox import confinement, limits, wire

Operation = Callable[..., dict[str, Any]]


class Refused(Exception):
    """An operation cannot go on for a reason that a person should hear: a code and its facts."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(slots=True)
class Session:
    """What the operations of one child share: the file, the scratch folder, opened documents."""

    path: Path | None
    scratch: Path
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> Path:
        """The file of this child. Raises Refused where there is none."""
        if self.path is None:
            raise Refused("empty")
        return self.path


def main(argument: str) -> None:
    """Serve the calls of the parent; `argument` is the JSON that sandbox.parent wrote."""
    start = json.loads(argument)
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not reach the protocol
    allowed = limits.Limits(**start["limits"])
    path = Path(start["path"]) if start["path"] else None
    scratch = Path(start["scratch"])
    readable = [Path(start["root"])] + ([path] if path else [])
    readable += [Path(extra) for extra in start["readable"]]
    standing = confinement.put_up(
        allowed, readable=readable, writable=[scratch], walls=frozenset(start["walls"])
    )
    threading.Thread(target=_end_with_parent, args=(os.getppid(), scratch), daemon=True).start()
    operations: dict[str, Operation] = importlib.import_module(start["operations"]).OPERATIONS
    session = Session(path=path, scratch=scratch)
    wire.write(answers, {"ready": True, "walls": standing})
    while True:
        try:
            call = wire.read(0)
        except wire.WireError:
            return
        limits.renew_cpu(allowed)
        wire.write(answers, answer(operations, session, call))


def answer(
    operations: dict[str, Operation], session: Session, call: dict[str, Any]
) -> dict[str, Any]:
    """Run one operation and put what came of it into words for the parent."""
    try:
        return {"ok": operations[call["operation"]](session, **call["arguments"])}
    except Refused as refusal:
        return {"refused": refusal.code, "facts": refusal.facts}
    except MemoryError:
        return {"failed": "memory", "detail": "MemoryError"}
    except Exception as error:  # a parser may raise anything on foreign bytes; the parent decides
        text = f"{type(error).__name__}: {error}"
        kind = "memory" if "memory" in text.lower() or "bad_alloc" in text else "parser"
        return {"failed": kind, "detail": text[:500]}


def _end_with_parent(parent: int, scratch: Path) -> None:
    """End this process and what it started when the worker was killed: nobody waits any more."""
    while os.getppid() == parent:
        time.sleep(0.5)
    shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
