"""``manage.py search query|rebuild|drift|tables``."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from search import maintenance, synonyms
from search.models import Synonym
from search.results import Hit, Results
from search.selectors import search


class Command(BaseCommand):
    """Ask the index, build it anew, compare it with what the features say, load its tables."""

    help = (
        "検索: query 質問する / rebuild 作り直す / drift ずれを調べる / tables 同義語の表を入れる"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        query = commands.add_parser("query")
        query.add_argument("words")
        query.add_argument("--as", dest="viewer", required=True, metavar="USER")
        query.add_argument("--json", action="store_true")
        query.add_argument("--literal", action="store_true")
        query.add_argument("--page", type=int, default=1)
        rebuild = commands.add_parser("rebuild")
        rebuild.add_argument("--kind", default="")
        commands.add_parser("drift")
        commands.add_parser("tables")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['command']}")(options)

    def _query(self, options: dict[str, Any]) -> None:
        people = get_user_model().objects
        viewer = people.filter(username=options["viewer"]).first()
        if viewer is None:
            raise CommandError(
                f"「{options['viewer']}」という職員はいません。"
                "--as にはログイン名を書いてください。"
            )
        results = search(viewer, options["words"], page=options["page"], literal=options["literal"])
        if options["json"]:
            self.stdout.write(json.dumps(as_json(results), ensure_ascii=False, indent=1))
        else:
            self._print(results)

    def _print(self, results: Results) -> None:
        self.stdout.write(f"{results.total} 件 ({results.seconds * 1000:.0f} ms)")
        if results.spellings:
            self.stdout.write("合わせて探した書き方: " + "、".join(results.spellings))
        for hit in results.hits:
            page = hit.pages[0]
            text = "".join(f"[{s.text}]" if s.marked else s.text for s in page.snippet)
            self.stdout.write(f"- {hit.title}  p.{page.unit}  {hit.url}\n    {text}")

    def _rebuild(self, options: dict[str, Any]) -> None:
        def progress(groups: int, rows: int) -> None:
            if groups % 100 == 0:
                self.stdout.write(f"{groups} 件のまとまり、{rows} 行")

        groups, rows = maintenance.rebuild(options["kind"], progress)
        self.stdout.write(f"索引を作り直しました: {groups} 件のまとまり、{rows} 行。")

    def _drift(self, options: dict[str, Any]) -> None:
        report = maintenance.drift()
        self.stdout.write(report.sentence())
        if not report.clean:
            raise CommandError("ずれがあります。manage.py search rebuild で直せます。")

    def _tables(self, options: dict[str, Any]) -> None:
        path = Path(settings.BASE_DIR) / synonyms.SUDACHI_TABLE
        if path.exists():
            self.stdout.write(f"同義語辞書: {synonyms.load_table(Synonym.SUDACHI, path)} 語形")
        else:
            self.stdout.write("同義語辞書がありません (npm ci をしてから、もう一度)。")
        if not Synonym.objects.filter(source=Synonym.CITY).exists():
            self.stdout.write(
                f"市の略語: {synonyms.load_table(Synonym.CITY, synonyms.CITY_TABLE)} 語形"
            )


def as_json(results: Results) -> dict[str, Any]:
    """Results as JSON: total, and per hit kind, id, title, page, snippet, boxes, score, url."""
    return {
        "total": results.total,
        "seconds": round(results.seconds, 4),
        "spellings": results.spellings,
        "notes": results.notes,
        "facets": {
            name: [{"value": v.value, "label": v.label, "count": v.count} for v in values]
            for name, values in results.facets.items()
        },
        "hits": [_hit_json(hit) for hit in results.hits],
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    page = hit.pages[0]
    return {
        "kind": hit.kind,
        "id": str(hit.group),
        "title": hit.title,
        "page": page.unit,
        "snippet": "".join(segment.text for segment in page.snippet),
        "marked": [segment.text for segment in page.snippet if segment.marked],
        "boxes": [[box.x, box.y, box.w, box.h] for box in page.boxes],
        "pages": [{"page": each.unit, "score": round(each.score, 3)} for each in hit.pages],
        "score": round(hit.score, 4),
        "url": hit.url,
    }
