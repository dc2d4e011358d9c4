"""A whole site for the browser: the embedded settings, a fresh data folder, the small city."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """`manage.py serve` in a folder of its own; stopped with everything that it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder.parent / f"{folder.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What commands of this site run with."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "groupware.settings.embedded",
            "GROUPWARE_DATA_DIR": str(self.folder),
            "GROUPWARE_WORKER_LEASE_SECONDS": "6",
        }

    def command(self, *arguments: str) -> str:
        """Run `manage.py …` on this site; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def seed(self) -> None:
        """Migrate and write the small city."""
        self.command("migrate", "--verbosity", "0")
        subprocess.run(
            [sys.executable, "-m", "tests.e2e.seed"], cwd=ROOT, env=self.environment, check=True
        )

    def start(self, *, seconds: float = 60) -> None:
        """Serve until `stop`; returns when /healthz answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError(f"the site did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """End the supervisor and its children."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None
