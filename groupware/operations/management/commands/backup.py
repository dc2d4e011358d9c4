"""`manage.py backup FILE|FOLDER`: everything in one file, while people work."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from groupware.operations.backup.archive import BackupError
from groupware.operations.backup.making import keep_newest, make_backup
from groupware.operations.refusals import BACKUP, of_os_error


class Command(BaseCommand):
    """Makes a backup and reads it again before it counts."""

    help = "データベース・原本・鍵を 1 つのファイルに控えます（動かしたままで取れます）。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`FILE` or a folder, `--with-derived`, `--keep N` (folders only)."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--with-derived", action="store_true", help="ページ画像など、作り直せるものも入れる"
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="フォルダーに取るとき、新しい N 個だけを残す"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it; a failure is one sentence and exit code 9."""
        target: Path = options["file"]
        keep: int | None = options["keep"]
        try:
            if keep is not None and (keep < 1 or not target.is_dir()):
                raise BackupError("--keep は 1 以上で、フォルダーに取るときだけ使えます。")
            made = make_backup(target, with_derived=options["with_derived"], say=self.stdout.write)
            if keep is not None:
                keep_newest(target, keep)
        except (BackupError, DatabaseError) as error:
            self.stderr.write(f"バックアップを取れませんでした。{error}")
            sys.exit(BACKUP)
        except OSError as error:
            self.stderr.write(f"バックアップを取れませんでした。{of_os_error(error)}")
            sys.exit(BACKUP)
        self.stdout.write(
            f"バックアップを取りました: {made.path}"
            f"（原本 {made.blobs} 件、{made.size / 2**20:.1f} MB）"
        )
        for warning in made.warnings:
            self.stdout.write(f"注意: {warning}")
