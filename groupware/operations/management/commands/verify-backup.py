"""`manage.py verify-backup FILE`: read a backup from end to end."""
# ruff: noqa: N999 - the name of the command has a hyphen

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from groupware.operations.backup.archive import BackupError
from groupware.operations.backup.verifying import verify_backup
from groupware.operations.refusals import BACKUP, of_os_error


class Command(BaseCommand):
    """Says whether a backup could be restored."""

    help = "バックアップを最後まで読み、壊れていないか確かめます（何も変えません）。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`FILE`."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify; a fault is one sentence and exit code 9."""
        try:
            found = verify_backup(options["file"])
        except BackupError as error:
            self.stderr.write(f"このバックアップは使えません。{error}")
            sys.exit(BACKUP)
        except OSError as error:
            self.stderr.write(f"バックアップを調べられませんでした。{of_os_error(error)}")
            sys.exit(BACKUP)
        header = found.header
        self.stdout.write(
            f"壊れていません: 版 {header['version']}、{header['made_at']}、"
            f"原本 {found.blobs} 件、全部で {found.members} 個、{found.size / 2**20:.1f} MB"
        )
        if header["secret_key"] == "outside":  # noqa: S105 - where it is, not what it is
            self.stdout.write(
                "秘密鍵（GROUPWARE_SECRET_KEY）は入っていません。別に控えてください。"
            )
        for warning in found.warnings:
            self.stdout.write(f"注意: {warning}")
