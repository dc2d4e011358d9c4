"""`manage.py` and `manage.py serve` as whole processes on a data folder of their own."""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.services.ports import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What a process of the embedded settings runs with."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "groupware.settings.embedded",
        "GROUPWARE_DATA_DIR": str(folder),
        **more,
    }


def manage(
    folder: Path, *arguments: str, timeout: float = 180, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run `manage.py …`; never raises for its exit code."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


class Serving:
    """A running `serve`; `stop` or `kill` it."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        self.port = port or free_port()
        self.log = Path(tempfile.mkstemp(suffix=".log")[1])
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port), *options],
                cwd=ROOT,
                env=environment(folder),
                stdout=log,
                stderr=log,
            )

    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text(encoding="utf-8")

    def get(self, path: str) -> int:
        """The status of a GET; 0 when nobody answers."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            asked.request("GET", path)
            return asked.getresponse().status
        except OSError:
            return 0
        finally:
            asked.close()

    def wait_for(self, path: str, status: int = 200, seconds: float = 120) -> float:
        """Wait until `path` answers `status`; returns the seconds it took."""
        began = time.monotonic()

        def there() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended:\n{self.said()}")
            return self.get(path) == status

        wait_until(there, f"{path} = {status}: {self.said()}", seconds)
        return time.monotonic() - began

    def children(self) -> dict[int, str]:
        """The processes that it started: pid → command line."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, ValueError):
                continue
            if parent == self.process.pid:
                found[int(entry.name)] = line
        return found

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def end(self) -> None:
        """Whatever state it is in."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self.log.unlink(missing_ok=True)


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
