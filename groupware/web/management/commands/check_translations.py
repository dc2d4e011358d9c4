"""`manage.py check_translations`: every Japanese text of our apps has its English one.

The sources themselves are read, so a text that was added a minute ago is found as well.
"""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from groupware.web.translations import Problem, compare, update

OURS = {"groupware", "knowledge", "approvals", "search"}


class Command(BaseCommand):
    """Fails with the list of untranslated, unchecked, stale or ill-fitting texts."""

    help = "英語の訳がそろっているかを確かめます。"

    def add_arguments(self, parser: CommandParser) -> None:
        """`--update` writes new texts into the translation files; labels limit the apps."""
        parser.add_argument("labels", nargs="*", help="アプリの名前（省略するとすべて）")
        parser.add_argument(
            "--update",
            action="store_true",
            help="訳のファイルに、増えた文を加え、消えた文を除きます。",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: when a text is not translated.
        """
        problems: list[Problem] = []
        checked = 0
        for root in own_roots(options["labels"]):
            if options["update"]:
                update(root)
            found = compare(root)
            problems += found.problems
            checked += found.texts
        for problem in problems:
            self.stderr.write(f"{problem.app}: {problem.why}: {problem.text}")
        if problems:
            raise CommandError(f"英語の訳に {len(problems)} 件の不備があります。")
        self.stdout.write(f"英語の訳はそろっています（{checked} 件）。")


def own_roots(labels: list[str] | None = None) -> list[Path]:
    """Folders of this project's apps, without those of packages."""
    return [
        Path(config.path)
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in OURS and (not labels or config.label in labels)
    ]
