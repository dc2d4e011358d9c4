"""A whole site for the browser: the embedded settings, a fresh data folder, the small city."""

import subprocess
import sys
from pathlib import Path

from tests.operations.serving import ROOT, Serving, environment, manage


class Site:
    """`manage.py serve` in a folder of its own; stopped with everything that it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.serving: Serving | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str, timeout: float = 300) -> str:
        """Run `manage.py …` on this site; its output."""
        done = manage(self.folder, *arguments, timeout=timeout)
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def seed(self) -> None:
        """Migrate and write the small city."""
        self.command("migrate", "--verbosity", "0")
        subprocess.run(
            [sys.executable, "-m", "tests.e2e.seed"],
            cwd=ROOT,
            env=environment(self.folder),
            check=True,
        )

    def start(self) -> None:
        """Serve until `stop`; returns when /healthz answers."""
        self.serving = Serving(self.folder, port=self.port)
        self.port = self.serving.port
        self.serving.wait_for("/healthz")

    def stop(self) -> None:
        """End the supervisor and its children."""
        if self.serving is not None:
            self.serving.stop()
            self.serving.end()
            self.serving = None
