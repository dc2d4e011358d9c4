"""The three buses between real processes or servers, and what a broken one costs."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from groupware.realtime import doorbell
from groupware.realtime.doorbell.bus import EVERYTHING
from groupware.realtime.doorbell.redis import RedisBus
from groupware.realtime.doorbell.sockets import SocketBus
from tests.services.ports import wait_until
from tests.services.redis import Redis

RING = """
import sys
sys.path.insert(0, {root!r})
from groupware.realtime.doorbell.sockets import SocketBus
SocketBus({folder!r}).ring(("jobs", "person:7"))
"""
ROOT = str(Path(__file__).resolve().parents[2])


class Ear:
    """A bus that is listened to in a thread."""

    def __init__(self, bus: SocketBus | RedisBus) -> None:
        self.heard: list[str] = []
        self.broke = False
        self._stop = threading.Event()
        self._bus = bus
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._bus.listen(self.heard.append, self._stop)
        except Exception:  # whatever the transport raises is what is being tested
            self.broke = True

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._thread.join(5)


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """A real server."""
    server = Redis()
    server.start()
    yield server
    server.stop()


def test_another_process_is_heard_however_long_the_folder(tmp_path: Path) -> None:
    """A data folder longer than a socket's name may be; the file is the owner's alone."""
    folder = tmp_path / ("長い名前" * 15) / "data"
    ear = Ear(SocketBus(str(folder)))
    try:
        wait_until(lambda: any((folder / "run").glob("*.bell")), "socket", 5)
        bell = next((folder / "run").glob("*.bell"))
        subprocess.run(
            [sys.executable, "-c", RING.format(root=ROOT, folder=str(folder))],
            check=True,
            cwd=ROOT,
        )
        wait_until(lambda: len(ear.heard) == 2, "rings", 5)
        assert ear.heard == ["jobs", "person:7"]
        assert bell.stat().st_mode & 0o777 == 0o600
    finally:
        ear.close()
    assert not bell.exists()


def test_sockets_of_the_dead_are_removed(tmp_path: Path) -> None:
    """A killed process leaves its file; the next ring clears it away."""
    ear = Ear(SocketBus(str(tmp_path)))
    wait_until(lambda: any((tmp_path / "run").glob("*.bell")), "socket", 5)
    left = tmp_path / "run" / "1-dead.bell"
    bell = next((tmp_path / "run").glob("*.bell"))
    ear.close()

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
        dead.bind(str(left))
    assert left.exists()
    SocketBus(str(tmp_path)).ring(("jobs",))
    assert not left.exists()
    assert not bell.exists()


def test_a_listener_that_stands_still_holds_nobody_up(tmp_path: Path) -> None:
    """A full queue costs 20 ms once a second, not once a ring."""

    (tmp_path / "run").mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stuck:
        stuck.bind(str(tmp_path / "run" / "1-stuck.bell"))
        bus = SocketBus(str(tmp_path))
        began = time.monotonic()
        for _ in range(3000):
            bus.ring(("person:1",))
        spent = time.monotonic() - began
    assert spent < 5, f"{spent:.1f} s for 3,000 rings"


def test_many_topics_go_in_few_datagrams(tmp_path: Path) -> None:
    """A round to 2,000 people arrives whole."""
    ear = Ear(SocketBus(str(tmp_path)))
    try:
        wait_until(lambda: any((tmp_path / "run").glob("*.bell")), "socket", 5)
        SocketBus(str(tmp_path)).ring(tuple(f"person:{n}" for n in range(2000)))
        wait_until(lambda: len(ear.heard) == 2000, "rings", 5)
    finally:
        ear.close()


def test_redis_carries_topics_and_may_go(redis_server: Redis) -> None:
    """Rings arrive; a server that ends is an exception for the listener, who then comes back."""
    bus = RedisBus(redis_server.url)
    ear = Ear(bus)
    wait_until(lambda: ear.heard == [EVERYTHING], "subscription", 10)
    bus.ring(("jobs", "person:7"))
    wait_until(lambda: ear.heard[1:] == ["jobs", "person:7"], "rings", 5)
    redis_server.stop()
    wait_until(lambda: ear.broke, "break", 10)
    ear.close()


@pytest.mark.django_db
def test_a_bus_that_is_down_is_left_alone(
    settings: "pytest.FixtureRequest", redis_server: Redis
) -> None:
    """Ringing never fails and does not ask a dead server again and again."""
    settings.DOORBELL_URL = redis_server.url  # type: ignore[attr-defined]  # pytest-django's wrapper
    redis_server.stop()
    doorbell._rest.until = 0.0
    heard: list[str] = []
    listener = doorbell.Listener(heard.append)
    try:
        began = time.monotonic()
        for _ in range(200):
            doorbell.ring("jobs")
        assert time.monotonic() - began < 2.0
        assert heard.count("jobs") == 200  # this process hears itself without any bus
    finally:
        listener.close()
        listener.join()
        doorbell._rest.until = 0.0
