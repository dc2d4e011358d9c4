"""`manage.py worker`: work the queues until told to stop."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from groupware.jobs.worker import QUEUES, Worker


class Command(BaseCommand):
    """Runs one worker process."""

    help = "裏の仕事を処理します（SIGTERM で手もとの仕事を終えて止まります）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--queue` may be given several times."""
        parser.add_argument(
            "--queue", action="append", choices=QUEUES, help="受け持つ列（省くと全部）"
        )
        parser.add_argument(
            "--no-cron", action="store_true", help="定時の仕事を積まない（ほかの処理が積む）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT."""
        Worker(options["queue"] or QUEUES, with_cron=not options["no_cron"]).run()
