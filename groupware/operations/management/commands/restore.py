"""`manage.py restore FILE`: into a fresh data folder."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from groupware.operations.backup.archive import BackupError
from groupware.operations.backup.restoring import restore_backup
from groupware.operations.refusals import BACKUP, StartRefusedError, of_os_error


class Command(BaseCommand):
    """Restores a backup and makes the search index anew."""

    help = "バックアップを空のデータフォルダー（GROUPWARE_DATA_DIR）に戻します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`FILE`."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore; a failure is one sentence and exit code 9."""
        try:
            done = restore_backup(options["file"], say=self.stdout.write)
        except (BackupError, StartRefusedError, DatabaseError) as error:
            self.stderr.write(f"戻せませんでした。{error}")
            sys.exit(BACKUP)
        except OSError as error:
            self.stderr.write(f"戻せませんでした。{of_os_error(error)}")
            sys.exit(BACKUP)
        self.stdout.write(
            f"戻しました: 原本 {done.blobs} 件、索引 {done.indexed} 行。"
            "サインインは、全員にもう一度していただきます。"
        )
        for warning in done.warnings:
            self.stdout.write(f"注意: {warning}")
        if not done.audit_intact:
            self.stdout.write(
                "注意: 監査の記録に合わないところがあります。"
                "manage.py audit verify で調べてください。"
            )
