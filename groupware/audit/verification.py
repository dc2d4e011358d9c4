"""Reading the whole chain again: what is broken first, what is not chained, what left no trace."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from groupware.audit import chain, heads, triggers
from groupware.audit.models import Entry, Link

CHUNK = 2000
LATE = timedelta(seconds=60)  # an entry unchained for longer means that no chainer runs


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    position: int
    uuid: UUID | None
    wrong: str


@dataclass(frozen=True, slots=True)
class Tail:
    """Entries that are committed but not chained yet; nothing proves them so far."""

    count: int
    first_uuid: UUID | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `intact` says whether everything chained is as it was written."""

    checked: int
    head_position: int
    head_hash: str
    broken: Break | None
    tail: Tail
    heads_compared: int
    complaints: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """No break, nothing cut off, triggers in place."""
        return self.broken is None and not self.complaints


def verify(head_files: Iterable[Path] | None = None) -> Verdict:
    """Check every link against its entry, its neighbour and the heads kept outside.

    Takes no lock and may run while people work; reads 2,000 links at a time.
    """
    complaints: list[str] = []
    expected = _expected_heads(head_files, complaints)
    heads_known = len(expected)
    broken: Break | None = None
    position, previous = 0, chain.GENESIS
    for link in _links():
        broken = _check(link, position + 1, previous) or _against_head(link, expected)
        if broken:
            break
        position, previous = link["position"], link["hash"]
    if broken is None and expected:
        first = min(expected)
        broken = Break(
            first,
            None,
            f"{_local(expected[first].at)} に外へ書いた先頭は {first} 番でしたが、"
            f"いまは {position} 番までしかありません。末尾が消されています。",
        )
    if absent := triggers.missing(connection):
        complaints.append(f"変更を拒むトリガーがありません: {'、'.join(absent)}")
    return Verdict(
        checked=position,
        head_position=position,
        head_hash=previous,
        broken=broken,
        tail=tail(),
        heads_compared=heads_known,
        complaints=complaints,
    )


def tail() -> Tail:
    """What is not chained, over the whole table."""
    waiting = chain.unchained(everything=True)
    first = waiting.values("uuid", "at").first()
    if first is None:
        return Tail(0)
    return Tail(waiting.count(), first["uuid"], first["at"])


def _links() -> Iterator[dict[str, Any]]:
    """Links in order with the entries they speak of; entry values are None where it is gone."""
    after = 0
    while True:
        rows = list(
            Link.objects.filter(position__gt=after)
            .order_by("position")
            .values("position", "entry_id", "previous_hash", "hash", "schema")[:CHUNK]
        )
        if not rows:
            return
        wanted = [row["entry_id"] for row in rows]
        entries = {
            entry["pk"]: entry
            for entry in Entry.objects.filter(pk__in=wanted).values("pk", *chain.FIELDS)
        }
        for row in rows:
            yield {**row, "entry": entries.get(row["entry_id"])}
        after = rows[-1]["position"]


def _check(link: dict[str, Any], position: int, previous: str) -> Break | None:
    entry = link["entry"]
    uuid = entry["uuid"] if entry else None
    if link["position"] != position:
        return Break(
            position, None, f"{position} 番が消されています（次は {link['position']} 番）。"
        )
    if entry is None:
        return Break(position, None, "この番号の記録が消されています。")
    if link["previous_hash"] != previous:
        return Break(position, uuid, "一つ前の記録とつながっていません（入れ替えか差し替え）。")
    try:
        own = chain.digest(position, previous, entry, link["schema"])
    except (ValueError, TypeError, AttributeError):
        # Values that cannot even be hashed were never written by `record`.
        return Break(position, uuid, "内容が書き換えられています（読めない値）。")
    if own != link["hash"]:
        return Break(position, uuid, "内容が書き換えられています。")
    return None


def _against_head(link: dict[str, Any], expected: dict[int, heads.Head]) -> Break | None:
    """Heads are taken out of `expected` as they are met; what is left was cut off."""
    known = expected.pop(link["position"], None)
    if known is None or known.hash == link["hash"]:
        return None
    return Break(
        link["position"],
        link["entry"]["uuid"],
        f"{_local(known.at)} に外へ書いた先頭と違います。この番号までの連鎖が作り直されています。",
    )


def _expected_heads(
    head_files: Iterable[Path] | None, complaints: list[str]
) -> dict[int, heads.Head]:
    expected: dict[int, heads.Head] = {}
    for path in [heads.default_path()] if head_files is None else head_files:
        try:
            for known in heads.read(path):
                other = expected.setdefault(known.position, known)
                if other.hash != known.hash:
                    complaints.append(f"{known.position} 番の先頭が二通り書かれています: {path}")
        except (ValueError, OSError) as error:
            complaints.append(str(error))
    return expected


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
