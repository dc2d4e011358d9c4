"""A real web server with the hub, and real WebSocket clients."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from websockets.sync.client import ClientConnection, connect

from groupware.organization.models import Staff
from tests.services.ports import answers, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """uvicorn with the sockets, on a free port; `extra` are environment variables."""

    def __init__(self, data_dir: Path, port: int, extra: dict[str, str]) -> None:
        self.port = port
        self._log = data_dir / f"server-{port}-{os.urandom(2).hex()}.log"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.jobs.process_settings",
            "TEST_DATA_DIR": str(data_dir),
            "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
            **extra,
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "uvicorn", "tests.realtime.app:application",
                 "--ws", "websockets-sansio", "--ws-per-message-deflate", "false",
                 "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning",
                 "--timeout-graceful-shutdown", "1", "--lifespan", "off"],
                env=environment, cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip
        wait_until(self._answers, f"server {self._log}", 60)

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            said = self._log.read_text(errors="replace")
            raise RuntimeError(f"the server ended: {said[-2000:]}")
        return answers(self.port)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(10)

    def memory(self) -> int:
        """Resident bytes of the server."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024


class Live:
    """One socket of one person: remembers its place like the browser's adapter."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.epoch = ""
        self.seq = 0
        self.events: list[dict[str, Any]] = []
        self.reloads = 0

    def join(self, *, after: int | None = None, epoch: str | None = None, **more: Any) -> None:
        """Ask for a room and take the answer."""
        self.socket.send(json.dumps({"after": after, "epoch": epoch, **more}))
        self.take(5)

    def take(self, seconds: float) -> bool:
        """One message, if one comes."""
        try:
            said = json.loads(self.socket.recv(timeout=seconds))
        except TimeoutError:
            return False
        if "hello" in said or "reload" in said:
            self.epoch, self.seq = said["epoch"], said["seq"]
            self.reloads += "reload" in said
        elif "events" in said:
            assert said["seq"] > self.seq
            self.seq = said["seq"]
            self.events += said["events"]
        else:
            self.events.append(said)
        return True

    def take_until(self, count: int, seconds: float) -> float:
        """Until there are `count` events; returns how long it took."""
        began = time.monotonic()
        while len(self.events) < count:
            left = began + seconds - time.monotonic()
            if left <= 0 or not self.take(left):
                raise TimeoutError(f"{len(self.events)} of {count} events in {seconds} s")
        return time.monotonic() - began

    def seqs(self) -> list[int]:
        """Sequence numbers in the order of arrival."""
        return [event["seq"] for event in self.events]


def sign_in(staff: Staff) -> str:
    """A session of its own; returns its key."""
    client = Client()
    client.force_login(staff, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    key = client.session.session_key
    assert key
    return key


StartServer = Callable[..., Server]
OpenSocket = Callable[..., Live]


@pytest.fixture
def start_server(transactional_db: None, data_dir: Path) -> Iterator[StartServer]:
    """Start servers; all are gone after the test."""
    started: list[Server] = []

    def start(*, port: int | None = None, **extra: str) -> Server:
        server = Server(data_dir, port or free_port(), extra)
        started.append(server)
        return server

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def open_socket() -> Iterator[OpenSocket]:
    """Open sockets as a browser of this site would; all are closed after the test."""
    with ExitStack() as stack:

        def open_(server: Server, key: str, *, origin: str | None = None) -> Live:
            own = f"http://127.0.0.1:{server.port}"
            socket = connect(
                f"ws://127.0.0.1:{server.port}/ws/",
                origin=own if origin is None else origin or None,  # type: ignore[arg-type]  # NewType
                additional_headers={"Cookie": f"{django_settings.SESSION_COOKIE_NAME}={key}"},
                compression=None,
                max_size=None,
            )
            stack.callback(socket.close)
            return Live(socket)

        yield open_
