"""A Redis server without persistence on a free port."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.services.ports import answers, free_port, wait_until


class Redis:
    """`start`, then connect to `url`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """redis://127.0.0.1:port/0"""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Serve; the same port again after `stop`.

        Raises:
            FileNotFoundError: when Redis is not installed (apt-get install redis-server).
        """
        program = shutil.which("redis-server")
        if program is None:
            raise FileNotFoundError("Redis がありません: apt-get install redis-server")
        self.port = self.port or free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="fuzukue-redis-"))
        self._process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(lambda: answers(self.port), "Redis")

    def stop(self) -> None:
        """End the server."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
