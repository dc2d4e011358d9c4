"""`manage.py access compare`: compiled rights against guardian and the facts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from groupware.access.actions import recompile
from groupware.access.comparison import compare
from groupware.access.policies import SYSTEM


class Command(BaseCommand):
    """Compare, and only when asked to, repair."""

    help = "権限の照合: まとめた権限を、手で与えた権限と事実から作り直したものと比べる。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`compare` with an optional `--repair`."""
        parser.add_argument("what", choices=["compare"])
        parser.add_argument(
            "--repair", action="store_true", help="違いのある範囲を作り直し、監査記録に残す"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences; exit 1 when there are any that were not repaired."""
        outcome = compare()
        for scope_id, verb, token, kind in outcome.first:
            word = "余分" if kind == "extra" else "不足"
            self.stdout.write(f"範囲 {scope_id}: {verb} {token} が{word}")
        self.stdout.write(f"範囲 {outcome.scopes} 件、違い {outcome.count} 件")
        if not outcome.count:
            return
        if not options["repair"]:
            raise CommandError(
                "違いがあります。何も直していません。直すには --repair を付けてください。"
            )
        repaired = recompile(actor=SYSTEM, scope_ids=sorted(outcome.wrong))
        self.stdout.write(f"{repaired} 件の範囲を作り直しました（監査記録に残しました）。")
