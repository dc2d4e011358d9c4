"""The worker's side of the sandbox: start a child, ask it, end it when it takes too much."""

from __future__ import annotations

import functools
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from groupware.ingestion.sandbox import wire
from groupware.ingestion.sandbox.limits import PARSER, Limits

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
ALL_WALLS = frozenset({"namespace", "landlock", "seccomp"})
PREFIX = "fuzukue-"
POLL = 0.2  # seconds between two looks at the child's memory
START_TIMEOUT = 30.0
ENTRY = (
    "import sys; sys.path.insert(0, sys.argv[2]); "
    "from groupware.ingestion.sandbox.child import main; main(sys.argv[1])"
)


class SandboxError(Exception):
    """The child was ended or failed.

    kind: "memory", "cpu", "wall" (the clock), "crash" (a signal), "parser" (the library's error).
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


class Refusal(Exception):
    """The child read the file and says why it cannot be taken: a code of guards.sentences."""

    def __init__(self, code: str, facts: Mapping[str, str | int]) -> None:
        super().__init__(code)
        self.code = code
        self.facts = dict(facts)


class Child:
    """One confined process for one file; a context manager that leaves nothing behind.

    Raises SandboxError when the process cannot be started.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        operations: str = "groupware.ingestion.parsers.operations",
        limits: Limits = PARSER,
        readable: Iterable[Path] = (),
        environment: Mapping[str, str] | None = None,
        walls: frozenset[str] = ALL_WALLS,
        scratch_root: Path | None = None,
    ) -> None:
        self.limits = limits
        sweep_scratch(scratch_root)
        prefix = f"{PREFIX}{os.getpid()}-"
        self.scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=scratch_root))
        self.calls = 0
        self._started = time.time()
        argument = {
            "path": str(path.resolve()) if path else "",
            "scratch": str(self.scratch),
            "root": str(ROOT / "groupware"),
            "readable": [str(extra) for extra in readable],
            "operations": operations,
            "limits": limits.to_json(),
            "walls": sorted(walls),
        }
        self._log = (self.scratch / "stderr.txt").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", ENTRY, json.dumps(argument), str(ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=self._environment(environment or {}),
            cwd=self.scratch,
            start_new_session=True,
        )
        try:
            hello = self._receive(START_TIMEOUT)
        except BaseException:  # nothing is left behind, whatever stopped the start
            self.close()
            raise
        self.walls: frozenset[str] = frozenset(hello.get("walls", ()))

    def _environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Return the child's whole environment: nothing of ours is inherited."""
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.scratch),
            "TMPDIR": str(self.scratch),
            "LANG": "C.UTF-8",
            "MALLOC_ARENA_MAX": "2",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **extra,
        }

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Run one operation in the child.

        Raises Refusal for what a person should hear, SandboxError for everything else.
        """
        self.calls += 1
        if self._process.stdin is None or self._process.poll() is not None:
            raise SandboxError("crash", "child is gone")
        try:
            wire.write(
                self._process.stdin.fileno(), {"operation": operation, "arguments": arguments}
            )
        except wire.WireError:
            raise self._post_mortem() from None
        answer = self._receive(self.limits.wall_per_call)
        if "refused" in answer:
            raise Refusal(str(answer["refused"]), answer.get("facts", {}))
        if "failed" in answer:
            raise SandboxError(str(answer["failed"]), str(answer.get("detail", "")))
        result = answer.get("ok")
        if not isinstance(result, dict):
            raise SandboxError("crash", "no answer")
        return result

    def _receive(self, seconds: float) -> dict[str, Any]:
        if self._process.stdout is None:
            raise SandboxError("crash", "no pipe")
        pipe = self._process.stdout.fileno()
        end = time.monotonic() + seconds
        while not select.select([pipe], [], [], min(POLL, max(0.0, end - time.monotonic())))[0]:
            if time.monotonic() >= end:
                self.kill()
                raise SandboxError("wall", f"{seconds:.0f} s")
            if self.resident() > self.limits.resident:
                self.kill()
                raise SandboxError("memory", f"{self.limits.resident >> 20} MB")
        try:
            return wire.read(pipe, end)
        except wire.WireTimeout:
            self.kill()
            raise SandboxError("wall", f"{seconds:.0f} s") from None
        except wire.WireError:
            raise self._post_mortem() from None

    def resident(self) -> int:
        """Return the resident bytes of the child and the programs it started; 0 when it is gone."""
        total = 0
        for process in _group(self._process.pid) if self.limits.allow_exec else [self._process.pid]:
            try:
                pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
            except (OSError, IndexError, ValueError):
                continue
            total += pages * os.sysconf("SC_PAGE_SIZE")
        return total

    def alive(self) -> bool:
        """Return whether the child still runs."""
        return self._process.poll() is None

    def _post_mortem(self) -> SandboxError:
        self.kill()
        code = self._process.returncode
        self._log.flush()
        tail = (self.scratch / "stderr.txt").read_bytes()[-400:].decode("utf-8", "replace")
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return SandboxError("cpu" if code == -signal.SIGXCPU else "memory", f"signal {-code}")
        kind = "memory" if "MemoryError" in tail or "bad_alloc" in tail else "crash"
        logger.info("sandbox child ended with %s: %s", code, tail)
        return SandboxError(kind, f"exit {code}")

    def kill(self) -> None:
        """End the child and every program it started, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End the child and remove its scratch folder."""
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe is not None:
                pipe.close()
        if self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.scratch, ignore_errors=True)
        if self.limits.socket_folder:
            _remove_sockets(Path(self.limits.socket_folder), self._started)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@functools.cache
def sweep_scratch(root: Path | None = None) -> None:
    """Remove, once in a process, scratch folders whose worker was killed."""
    for folder in Path(root or tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        worker = folder.name.removeprefix(PREFIX).partition("-")[0]
        if worker.isdigit() and folder.is_dir() and not Path(f"/proc/{worker}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _remove_sockets(folder: Path, since: float) -> None:
    """Remove the sockets that a child may make but not take away (limits.socket_folder)."""
    for path in folder.glob(f"OSL_PIPE_{os.getuid()}_*"):
        try:
            if path.is_socket() and path.stat().st_mtime >= since - 1:
                path.unlink()
        except OSError:
            continue  # gone, or somebody else's


def _group(leader: int) -> list[int]:
    """Return a process and what it started, itself included while it lives.

    The kernel's own list of children: going through all of /proc ten times a second cost two CPU
    seconds a page on a busy machine.
    """
    members: list[int] = []
    waiting = [leader]
    while waiting:
        process = waiting.pop()
        try:
            threads = list(Path(f"/proc/{process}/task").iterdir())
        except OSError:
            continue  # ended meanwhile
        members.append(process)
        for thread in threads:
            with suppress(OSError):
                waiting += [int(child) for child in (thread / "children").read_text().split()]
    return members
