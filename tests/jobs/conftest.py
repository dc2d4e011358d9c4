"""Real worker processes on the database of the test."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from groupware.jobs import cron
from tests.services.ports import wait_until

ROOT = Path(__file__).resolve().parents[2]


class WorkerProcess:
    """`manage.py worker` in a process of its own, with the settings of the tests."""

    def __init__(
        self,
        data_dir: Path,
        *options: str,
        lease_seconds: int = 2,
        environment: dict[str, str] | None = None,
    ) -> None:
        database = str(connection.settings_dict["NAME"])
        self.log = data_dir / f"worker-{os.urandom(3).hex()}.log"
        surroundings = {
            **os.environ,
            **(environment or {}),
            "DJANGO_SETTINGS_MODULE": "tests.jobs.process_settings",
            "TEST_DATA_DIR": str(data_dir),
            "TEST_DATABASE_NAME": database,
            "TEST_LEASE_SECONDS": str(lease_seconds),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "worker", *options],
                env=surroundings, cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    def wait_until_working(self) -> None:
        """Until it has said that it takes tasks."""
        wait_until(self._has_begun, f"worker {self.log}", 60)

    def _has_begun(self) -> bool:
        said = self.log.read_bytes()
        if self.process.poll() is not None:
            raise RuntimeError(f"the worker ended: {said[-2000:].decode(errors='replace')}")
        return b" takes " in said

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        self.process.terminate()
        return self.process.wait(30)

    def end(self) -> None:
        """Whatever state it is in."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()


StartWorker = Callable[..., WorkerProcess]


@pytest.fixture
def start_worker(transactional_db: None, data_dir: Path) -> Iterator[StartWorker]:
    """Start worker processes; every one is gone after the test."""
    started: list[WorkerProcess] = []

    def start(
        *options: str, lease_seconds: int = 2, environment: dict[str, str] | None = None
    ) -> WorkerProcess:
        worker = WorkerProcess(
            data_dir, *options, lease_seconds=lease_seconds, environment=environment
        )
        started.append(worker)
        return worker

    connection.close()  # no transaction of ours is open while others work
    yield start
    for worker in started:
        worker.end()


@pytest.fixture(autouse=True)
def fresh_calendar() -> Iterator[None]:
    """The calendar of this process as the applications registered it."""
    entries, done = dict(cron._entries), dict(cron._done)
    cron._done.clear()
    yield
    cron._entries.clear()
    cron._entries.update(entries)
    cron._done.clear()
    cron._done.update(done)


@pytest.fixture
def short_lease(settings: pytest.FixtureRequest) -> int:
    """Two seconds, so that a test need not wait for thirty."""
    settings.WORKER_LEASE_SECONDS = 2  # type: ignore[attr-defined]  # pytest-django's wrapper
    seconds: int = django_settings.WORKER_LEASE_SECONDS
    return seconds
