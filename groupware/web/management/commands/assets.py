"""`manage.py assets`: put the browser's files of the npm packages where staticfiles finds them.

Compiles the translations as well: both are built from what is committed, and never committed.
"""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from groupware.web.assets import AssetsMissingError, collect
from groupware.web.management.commands.check_translations import own_roots
from groupware.web.translations import compile_all


class Command(BaseCommand):
    """Copies scripts, styles, fonts and icons out of node_modules; does nothing when up to date."""

    help = "npm パッケージから画面用のファイルを集めます。"
    requires_system_checks: list[str] = []  # the checks themselves need the assets

    def add_arguments(self, parser: CommandParser) -> None:
        """`--force` copies again, `--quiet` says nothing."""
        parser.add_argument("--force", action="store_true", help="変わっていなくても集め直します。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: when npm packages are missing.
        """
        started = time.monotonic()
        root = Path(settings.BASE_DIR)
        target = Path(settings.ASSETS_DIR)
        try:
            copied = collect(
                root / "node_modules", root / "package-lock.json", target, force=options["force"]
            )
        except AssetsMissingError as error:
            raise CommandError(
                f"npm のパッケージが足りません: {error}。先に npm ci を実行してください。"
            ) from error
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} がありません。") from error
        compiled = compile_all(own_roots())
        if options["verbosity"]:
            seconds = time.monotonic() - started
            self.stdout.write(
                f"画面用のファイル {copied} 個を集めました（{seconds:.1f} 秒）。"
                if copied
                else "画面用のファイルは最新です。"
            )
            if compiled:
                self.stdout.write(f"訳のファイルを {compiled} 個つくりました。")
