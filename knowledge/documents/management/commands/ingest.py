"""`manage.py ingest PATH… --as USER [--folder NAME] [--wait] [--json]`"""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from groupware.access.policies import visible
from groupware.files.errors import FileError
from groupware.jobs import priorities
from groupware.organization.models import Staff
from groupware.organization.selectors import is_in_service, staff_by_login
from knowledge.documents.actions import inbox_of
from knowledge.documents.models import Folder
from knowledge.documents.receiving import Receipt, receive, wait_for


class Command(BaseCommand):
    """Takes files into the library as one person; folders with everything below them.

    Ends with 0 when everything was taken (with --wait: and read), 1 when something was not,
    2 when nothing could be tried.
    """

    help = "ファイルを文書として取り込みます。フォルダーは中のものをすべて取り込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Paths, who, where to, and whether to wait."""
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--as", dest="login", required=True, metavar="USER")
        parser.add_argument(
            "--folder", default="", metavar="NAME", help="名前、親/名前、または uuid"
        )
        parser.add_argument("--wait", action="store_true", help="読み終わるまで待つ")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take everything in, report per file."""
        actor = self._actor(options["login"])
        folder = self._folder(actor, options["folder"])
        files = list(self._files(options["paths"]))
        if not files:
            raise CommandError("取り込むファイルがありません。", returncode=2)
        quiet = options["as_json"]
        priority = priorities.PERSON if len(files) == 1 else priorities.NORMAL
        receipts: list[Receipt] = []
        for path in files:
            receipt = receive(actor=actor, path=path, folder=folder, priority=priority)
            receipts.append(receipt)
            if not quiet and not options["wait"]:
                self._print(receipt)
        worked_here = False
        if options["wait"]:
            say = (lambda line: None) if quiet else self.stdout.write
            worked_here = wait_for(receipts, say=say)
            if not quiet:
                for receipt in receipts:
                    self._print(receipt)
        if quiet:
            answer = {
                "results": [receipt.as_dict() for receipt in receipts],
                "worked_queue_itself": worked_here,
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        if any(not receipt.good for receipt in receipts):
            raise SystemExit(1)

    def _actor(self, login: str) -> Staff:
        actor = staff_by_login(login)
        if actor is None or not is_in_service(actor):
            raise CommandError(
                f"{login} という、いま使える職員がいません。--as を確かめてください。", returncode=2
            )
        return actor

    def _folder(self, actor: Staff, name: str) -> Folder:
        try:
            if not name:
                return inbox_of(actor)
        except FileError as error:
            raise CommandError(str(error), returncode=2) from error
        found = [
            folder
            for folder in visible(
                actor, Folder.objects.select_related("parent", "scope", "section")
            )
            if name in {folder.name, str(folder.uuid), _path(folder)}
        ]
        if not found:
            raise CommandError(
                f"「{name}」というフォルダーは見つかりません。--folder を確かめてください。",
                returncode=2,
            )
        if len(found) > 1:
            choices = "\n".join(f"  {folder.uuid}  {_path(folder)}" for folder in found)
            raise CommandError(
                f"「{name}」は {len(found)} つあります。uuid で選んでください。\n{choices}",
                returncode=2,
            )
        return found[0]

    def _files(self, paths: list[str]) -> Iterator[Path]:
        for text in paths:
            path = Path(text)
            if path.is_dir():
                yield from sorted(
                    inside
                    for inside in path.rglob("*")
                    if inside.is_file() and not inside.name.startswith(".")
                )
            elif path.exists():
                yield path
            else:
                raise CommandError(f"{text} がありません。何も取り込んでいません。", returncode=2)

    def _print(self, receipt: Receipt) -> None:
        line = f"{receipt.mark} {receipt.path}: {receipt.sentence}"
        self.stdout.write(line if receipt.good else self.style.ERROR(line))


def _path(folder: Folder) -> str:
    steps = [folder.name]
    above = folder.parent
    while above is not None:
        steps.append(above.name)
        above = above.parent
    return "/".join(reversed(steps))
