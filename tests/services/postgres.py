"""A PostgreSQL cluster in a temporary folder on a free port, gone when stopped.

PostgreSQL refuses to run as root: then it runs as the system's `postgres` user.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from tests.services.ports import free_port, wait_until

# Nothing of a test must survive a power cut; the fault tests ask for `durable=True`.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def programs() -> Path:
    """The folder of PostgreSQL's own programs.

    Raises:
        FileNotFoundError: when no server is installed (apt-get install postgresql).
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    if on_path is None:
        raise FileNotFoundError("PostgreSQL のサーバーがありません: apt-get install postgresql")
    return Path(on_path).parent


class Postgres:
    """`start`, then connect to `url`; `stop` removes everything."""

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.user = "postgres"
        self.password = secrets.token_hex(8)
        self.name = "fuzukue"

    @property
    def url(self) -> str:
        """postgresql://user:password@127.0.0.1:port/fuzukue"""
        return f"postgresql://{self.user}:{quote(self.password)}@127.0.0.1:{self.port}/{self.name}"

    def _as_owner(self, command: list[str]) -> list[str]:
        return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command

    def start(self) -> None:
        """Make the cluster and its database, and serve it."""
        folder = Path(tempfile.mkdtemp(prefix="fuzukue-postgres-", dir="/tmp"))
        self._folder = folder
        password = folder / "password"
        password.write_text(self.password, encoding="ascii")
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            for path in (folder, password):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        initdb = [
            str(programs() / "initdb"), "-D", str(data), "-U", self.user, "-A", "scram-sha-256",
            f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8", "-N",
        ]  # fmt: skip
        subprocess.run(self._as_owner(initdb), check=True, capture_output=True, cwd="/tmp")
        self._serve()
        subprocess.run(
            [str(programs() / "createdb"), "-h", "127.0.0.1", "-p", str(self.port),
             "-U", self.user, self.name],
            check=True, capture_output=True, env={**os.environ, "PGPASSWORD": self.password},
        )  # fmt: skip

    def _serve(self) -> None:
        assert self._folder is not None
        self.port = self.port or free_port()
        command = [
            str(programs() / "postgres"), "-D", str(self._folder / "data"), "-p", str(self.port),
            "-k", str(self._folder), "-c", "listen_addresses=127.0.0.1",
            "-c", "max_connections=120",
            *(() if self._durable else FAST),
        ]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._as_owner(command), stdout=log, stderr=log, cwd="/tmp"
            )
        wait_until(self._accepts, f"PostgreSQL ({self._folder / 'log'})")

    def _accepts(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: see {self._folder}/log")
        asked = subprocess.run(
            [str(programs() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)],
            check=False,
        )
        return asked.returncode == 0

    def _control(self, mode: str) -> None:
        assert self._folder is not None
        command = [
            str(programs() / "pg_ctl"), "stop", "-w", "-m", mode, "-D", str(self._folder / "data"),
        ]  # fmt: skip
        subprocess.run(self._as_owner(command), check=False, capture_output=True, cwd="/tmp")

    def restart(self, mode: str = "fast") -> None:
        """Stop (`fast` or `immediate`) and serve again on the same port."""
        self._control(mode)
        if self._process is not None:
            self._process.wait(30)
        self._serve()

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self._folder is None:
            return
        self._control("immediate")
        if self._process is not None:
            self._process.wait(30)
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None
