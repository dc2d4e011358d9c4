"""`manage.py demo load|accounts|serve|reset`: the demo city 尾乃市."""

import logging
import sys
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.conf import settings
from django.db import connection

from groupware.operations.demo.accounts import table
from groupware.operations.demo.load import NotEmptyError, load, read_born_digital
from groupware.operations.demo.progress import Reporter, sentence
from groupware.operations.demo.reset import reset
from groupware.operations.management.commands.serve import Command as Serve
from groupware.operations.refusals import SETTINGS, StartRefusedError
from groupware.operations.serving import preflight

READ_SECONDS = 240.0  # the site opens then, whatever is still unread


class Command(Serve):
    """The demo city: load it, list its log-ins, serve it, start over."""

    help = "デモの市「尾乃市」を読み込み、動かします。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of four acts; `serve` takes the address of `manage.py serve`."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="load|accounts|serve|reset")
        loading = acts.add_parser("load", help="足りないものを読み込む")
        loading.add_argument("--no-wait", action="store_true", help="文書を読まずに終わる")
        acts.add_parser("accounts", help="ログインの一覧")
        serving = acts.add_parser("serve", help="読み込んで動かす（make demo）")
        serving.add_argument("--host", default=settings.LISTEN_HOST)
        serving.add_argument("--port", type=int, default=settings.LISTEN_PORT)
        starting_over = acts.add_parser(
            "reset", help="デモのデータを消して読み込み直す（make demo-reset）"
        )
        starting_over.add_argument("--no-wait", action="store_true", help="文書を読まずに終わる")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act; a refusal is one sentence and an exit code."""
        try:
            match options["act"]:
                case "accounts":
                    self._say(table())
                case "load":
                    self._load(wait=not options["no_wait"])
                    self._say(table())
                case "reset":
                    self._reset(wait=not options["no_wait"])
                case _:
                    self._serve_demo(options["host"], options["port"])
        except NotEmptyError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(SETTINGS)
        except StartRefusedError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(refusal.code)

    def _load(self, *, wait: bool) -> None:
        # One line per task would hide the progress that is printed here.
        logging.getLogger("django_tasks").setLevel(logging.WARNING)
        preflight.check_folder()
        preflight.prepare_data(self._say)
        load(say=self._say)
        if wait:
            read_born_digital(max_seconds=READ_SECONDS, say=self._say)

    def _reset(self, *, wait: bool) -> None:
        preflight.check_folder()
        self._say("デモのデータを消しました。" if reset() else "消すデータはありませんでした。")
        self._load(wait=wait)
        self._say("はじめからの状態になりました。make demo で動きます。")

    def _serve_demo(self, host: str, port: int) -> None:
        preflight.check_folder()
        with closing(preflight.listen(host, port)):
            pass  # a port in use is told before a minute of loading
        self._load(wait=True)
        connection.close()
        reporter = Reporter(self._say)
        reporter.start()
        try:
            self._serve(None, host, port)
        finally:
            reporter.stop()

    def _announce(self, address: str) -> None:
        left = sentence()
        if left:
            self._say(left)
        self._say(f"\n{table()}\n")
        super()._announce(address)
        self._say("止めるには Ctrl-C を押してください。")
