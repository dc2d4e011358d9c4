"""The bus of one machine: a Unix datagram socket per listening process in `<data>/run/`.

Socket names are limited to 107 bytes, data folders are not: every socket is addressed through
an open descriptor of its folder (`/proc/self/fd/N/name`).
"""

import contextlib
import os
import secrets
import socket
import stat
import threading
import time
from pathlib import Path
from typing import Final

from groupware.realtime.doorbell.bus import Hearer

SUFFIX: Final = ".bell"
BATCH_BYTES: Final = 4096
WAIT_SECONDS: Final = 0.02  # for a listener whose queue is full
SLOW_SECONDS: Final = 1.0  # a listener that stayed full is skipped for so long


class SocketBus:
    """Rings every socket in the folder; a socket nobody holds any more is removed."""

    def __init__(self, data_dir: str) -> None:
        self._folder = Path(data_dir) / "run"
        self._slow: dict[str, float] = {}
        self._own: set[str] = set()

    def _open_folder(self) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def ring(self, topics: tuple[str, ...]) -> None:
        """Send the topics to every other process that listens."""
        folder = self._open_folder()
        try:
            names = [
                name
                for name in os.listdir(folder)  # noqa: PTH208 - by descriptor, as `sendto` below
                if name.endswith(SUFFIX) and name not in self._own
            ]
            if not names:
                return
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.settimeout(WAIT_SECONDS)
                for batch in _batches(topics):
                    for name in names:
                        self._send(sender, folder, name, batch)
        finally:
            os.close(folder)

    def _send(self, sender: socket.socket, folder: int, name: str, batch: bytes) -> None:
        if self._slow.get(name, 0.0) > time.monotonic():
            return
        self._slow.pop(name, None)
        try:
            sender.sendto(batch, f"/proc/self/fd/{folder}/{name}")
        except (ConnectionRefusedError, FileNotFoundError):
            _remove(folder, name)  # its process is gone
        except (TimeoutError, BlockingIOError):
            self._slow[name] = time.monotonic() + SLOW_SECONDS

    def listen(self, hear: Hearer, stop: threading.Event) -> None:
        """Hear until `stop`; the socket file goes with the listener."""
        folder = self._open_folder()
        name = f"{os.getpid()}-{secrets.token_hex(6)}{SUFFIX}"
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
                receiver.bind(f"/proc/self/fd/{folder}/{name}")
                os.chmod(name, stat.S_IRUSR | stat.S_IWUSR, dir_fd=folder)
                self._own.add(name)
                receiver.settimeout(0.5)
                while not stop.is_set():
                    try:
                        batch = receiver.recv(BATCH_BYTES * 2)
                    except TimeoutError:
                        continue
                    for topic in batch.decode().splitlines():
                        hear(topic)
        finally:
            self._own.discard(name)
            _remove(folder, name)
            os.close(folder)


def _batches(topics: tuple[str, ...]) -> list[bytes]:
    """The topics as lines, in datagrams of at most `BATCH_BYTES`."""
    batches: list[bytes] = []
    lines: list[bytes] = []
    size = 0
    for topic in topics:
        line = topic.encode()
        if lines and size + len(line) + 1 > BATCH_BYTES:
            batches.append(b"\n".join(lines))
            lines, size = [], 0
        lines.append(line)
        size += len(line) + 1
    if lines:
        batches.append(b"\n".join(lines))
    return batches


def _remove(folder: int, name: str) -> None:
    with contextlib.suppress(FileNotFoundError):  # another process was faster
        os.unlink(name, dir_fd=folder)
