"""`manage.py serve`: the whole product in one command, or one service of it."""

import http.client
import signal
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from groupware.audit.keeper import Keeper
from groupware.operations.refusals import StartRefusedError
from groupware.operations.serving import preflight
from groupware.operations.serving.supervisor import Child, Supervisor, manage, numbered, web


class Command(BaseCommand):
    """Prepares the data, then supervises the processes until SIGTERM or Ctrl-C."""

    help = "文机を動かします。データの準備、ページ、ライブ更新、裏の仕事をまとめて見守ります。"
    requires_system_checks: list[str] = []  # run below, where every complaint is one list

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--only pages|sockets|worker`, `--host`, `--port`."""
        parser.add_argument("--only", choices=["pages", "sockets", "worker"])
        parser.add_argument("--host", default=settings.LISTEN_HOST)
        parser.add_argument("--port", type=int, default=settings.LISTEN_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop; a refusal is one sentence and its exit code."""
        try:
            self._serve(options["only"], options["host"], options["port"])
        except StartRefusedError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(refusal.code)

    def _serve(self, only: str | None, host: str, port: int) -> None:
        preflight.check_folder()
        preflight.check_assets()
        listening = None if only == "worker" else preflight.listen(host, port)
        preflight.prepare_data(self._say)
        connection.close()  # the keeper's thread has one of its own
        supervisor = Supervisor(children(only, listening), self._say)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.stop())
        keeper = Keeper()
        keeper.start()
        if listening is None:
            self._say("裏の仕事を始めました。")
        else:
            at = listening.getsockname()
            supervisor.announce_when(
                lambda: answers(at[0], at[1]),
                lambda: self._announce(f"http://{_shown(at[0])}:{at[1]}"),
            )
        try:
            supervisor.run()
        finally:
            keeper.stop()
            if listening is not None:
                listening.close()
        self._say("止まりました。")

    def _announce(self, address: str) -> None:
        """Called once, when the site answers; `demo serve` adds its table of log-ins."""
        self._say(f"文机を {address} で開きました。")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def children(only: str | None, listening: socket.socket | None) -> list[Child]:
    """The processes of a service; without `only` everything, on one socket."""
    found: list[Child] = []
    if listening is not None:
        names = numbered("ページ" if only == "pages" else "ウェブ", settings.WEB_PROCESSES)
        fd = listening.fileno()
        found += [Child(name, web(fd, only), fds=(fd,)) for name in names]
    if only in (None, "worker"):
        late = bool(found)
        found.append(Child("裏の仕事", manage("worker", "--queue", "default"), late=late))
        found += [
            Child(name, manage("worker", "--queue", "ocr", "--no-cron"), late=late)
            for name in numbered("読み取り", settings.OCR_WORKERS)
        ]
    return found


def answers(host: str, port: int) -> bool:
    """Whether /healthz says 200."""
    asked = http.client.HTTPConnection(_reachable(host), port, timeout=2)
    try:
        asked.request("GET", "/healthz", headers={"Host": _own_name()})
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def _own_name() -> str:
    """A host name that the site answers to."""
    names = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    return names[0].removeprefix(".") if names else "localhost"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _shown(host: str) -> str:
    host = _reachable(host)
    return f"[{host}]" if ":" in host else host
