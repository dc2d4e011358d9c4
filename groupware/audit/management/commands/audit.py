"""`manage.py audit verify|chain|head|guard`: check the record, chain it, write its head outside."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from groupware.audit import chain, heads, triggers
from groupware.audit.verification import LATE, Verdict, verify


class Command(BaseCommand):
    """The audit record on the command line."""

    help = "監査の記録を検証する（verify）、今すぐつなぐ（chain）、先頭を外へ書く（head）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`verify [--heads FILE …] [--json]`, `chain`, `guard`, `head [--file FILE]`."""
        acts = parser.add_subparsers(dest="act", required=True)
        verifying = acts.add_parser("verify", help="連鎖の全体を検証する")
        verifying.add_argument("--heads", type=Path, action="append", metavar="FILE")
        verifying.add_argument("--json", action="store_true", dest="as_json")
        acts.add_parser("chain", help="つながっていない記録を今すぐつなぐ")
        acts.add_parser("guard", help="変更を拒むトリガーが消えていたら戻す")
        writing = acts.add_parser("head", help="連鎖の先頭を今すぐファイルに書く")
        writing.add_argument("--file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one act; `verify` ends with 1 when the record is not as it was written."""
        if options["act"] == "verify":
            self._verify(options["heads"], options["as_json"])
        elif options["act"] == "chain":
            self.stdout.write(f"{chain.extend(everything=True)} 件をつなぎました。")
        elif options["act"] == "guard":
            put_back = triggers.install(connection)
            self.stdout.write(
                f"トリガーを戻しました: {'、'.join(put_back)}" if put_back else "そろっています。"
            )
        else:
            written = heads.write(options["file"], due_only=False)
            path = options["file"] or heads.default_path()
            self.stdout.write(
                f"先頭を書きました: {path}" if written else "前に書いた先頭から変わっていません。"
            )

    def _verify(self, head_files: list[Path] | None, as_json: bool) -> None:
        for path in head_files or []:
            if not path.is_file():
                raise CommandError(f"先頭のファイルがありません: {path}")
        verdict = verify(head_files)
        self.stdout.write(_as_json(verdict) if as_json else _as_text(verdict))
        if not verdict.intact:
            raise SystemExit(1)


def _as_text(verdict: Verdict) -> str:
    lines = []
    if verdict.broken:
        name = f"（{verdict.broken.uuid}）" if verdict.broken.uuid else ""
        lines.append(f"壊れています: {verdict.broken.position} 番{name}: {verdict.broken.wrong}")
        lines.append(f"{verdict.checked} 番までは書かれたときのままです。")
    else:
        lines.append(f"{verdict.checked} 件の連鎖は書かれたときのままです。")
        lines.append(f"先頭: {verdict.head_position} 番 {verdict.head_hash}")
    lines.extend(f"注意: {complaint}" for complaint in verdict.complaints)
    lines.append(f"外に書いた先頭 {verdict.heads_compared} 件と照合しました。")
    if verdict.tail.count and verdict.tail.since:
        since = timezone.localtime(verdict.tail.since).strftime("%Y-%m-%d %H:%M:%S")
        lines.append(
            f"まだつながっていない記録: {verdict.tail.count} 件"
            f"（最初は {verdict.tail.first_uuid}、{since}）"
        )
        if timezone.now() - verdict.tail.since > LATE:
            lines.append("注意: 連鎖が止まっています。serve が動いているか確かめてください。")
    else:
        lines.append("つながっていない記録はありません。")
    return "\n".join(lines)


def _as_json(verdict: Verdict) -> str:
    broken, tail = verdict.broken, verdict.tail
    return json.dumps(
        {
            "intact": verdict.intact,
            "checked": verdict.checked,
            "head": {"position": verdict.head_position, "hash": verdict.head_hash},
            "broken": broken
            and {
                "position": broken.position,
                "uuid": str(broken.uuid) if broken.uuid else None,
                "wrong": broken.wrong,
            },
            "tail": {
                "count": tail.count,
                "first": str(tail.first_uuid) if tail.first_uuid else None,
                "since": chain.instant(tail.since) if tail.since else None,
            },
            "heads_compared": verdict.heads_compared,
            "complaints": verdict.complaints,
        },
        ensure_ascii=False,
    )
