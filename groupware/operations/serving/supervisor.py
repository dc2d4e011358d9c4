"""Keeping processes up: start, restart with back-off, stop in order."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groupware.operations.refusals import UNSTABLE, StartRefusedError

ROOT = Path(__file__).resolve().parents[3]
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
STEADY_SECONDS = 30.0  # a process that ran for so long begins again at the shortest pause
FIRST_TRIES = 4  # a process that never got that far before the site was up is a refusal
GRACE_SECONDS = 30.0  # for all processes to end after SIGTERM
LOOK_SECONDS = 0.1
LATE_SECONDS = 10.0  # how long a late child waits for the site at the most

Say = Callable[[str], object]


@dataclass(slots=True)
class Child:
    """One process: what it is called for people, how it is started, how it fares.

    A `late` one lets the site come up first: two cores cannot start everything at once.
    """

    name: str
    command: Sequence[str]
    fds: tuple[int, ...] = ()
    late: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it, tied to this process (see `tether`)."""
        tie = [sys.executable, "-m", "groupware.operations.serving.tether", str(os.getpid())]
        self.process = subprocess.Popen(
            [*tie, *self.command],
            cwd=ROOT,
            pass_fds=self.fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops in order
        )
        self.started = time.monotonic()

    def ended(self) -> int | None:
        """The exit status (negative: the signal) once it has ended."""
        return None if self.process is None else self.process.poll()


class Supervisor:
    """Runs its children until told to stop; a child that ends is started again."""

    def __init__(self, children: Sequence[Child], say: Say) -> None:
        self.children = list(children)
        self._say = say
        self._stop = threading.Event()
        self._steady = False

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler."""
        self._stop.set()

    def announce_when(self, ready: Callable[[], bool], announce: Callable[[], object]) -> None:
        """Call `announce` once when `ready` says so; until then a start may still be refused."""

        def watch() -> None:
            while not self._stop.wait(0.2):
                if ready():
                    self._steady = True
                    announce()
                    return

        threading.Thread(target=watch, name="announce", daemon=True).start()

    def run(self) -> None:
        """Supervise until `stop` is called.

        Raises:
            StartRefusedError: a child ended four times before everything was up once.
        """
        try:
            began = time.monotonic()
            for child in self.children:
                child.start_at = began + LATE_SECONDS if child.late else began
            while not self._stop.wait(LOOK_SECONDS):
                for child in self.children:
                    self._look_after(child)
        finally:
            self._end_all()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at or (self._steady and child.late and not child.failures):
                child.start()
            return
        status = child.ended()
        if status is None:
            return
        if now - child.started >= STEADY_SECONDS:
            child.failures = 0
        child.failures += 1
        child.process = None
        if not self._steady and child.failures >= FIRST_TRIES:
            raise StartRefusedError(
                UNSTABLE,
                f"{child.name}の処理がすぐに終わってしまいます（{_how(status)}）。"
                "上に出ている理由を直してから始めてください。",
            )
        pause = BACKOFF_SECONDS[min(child.failures, len(BACKOFF_SECONDS)) - 1]
        child.start_at = now + pause
        self._say(
            f"{child.name}の処理が終わりました（{_how(status)}）。{pause:g} 秒後に始め直します。"
        )

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def manage(*arguments: str) -> list[str]:
    """The command line of a management command in a process of its own."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def web(fd: int, only: str | None) -> list[str]:
    """The command line of a web process on the listening socket `fd`."""
    command = [sys.executable, "-m", "groupware.operations.serving.web_process", "--fd", str(fd)]
    return [*command, "--only", only] if only else command


def numbered(name: str, count: int) -> list[str]:
    """`name` for one process; `name 1`, `name 2` … for several."""
    return (
        [name]
        if count == 1
        else [f"{name} {n}" for n in itertools.islice(itertools.count(1), count)]
    )


def _how(status: int) -> str:
    if status >= 0:
        return f"終了コード {status}"
    return f"シグナル {signal.Signals(-status).name}"
