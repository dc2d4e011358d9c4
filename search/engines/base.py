"""The port between the search and an engine: rows in, a match tree with rights, ranked rows out.

Both engines hold the same tokens (search.analysis) and answer the same tree, so that the same
query has the same hits. An engine knows nothing of people: it gets principals and the short list
of changed scopes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from search.analysis.analyzer import Tokens

COLUMNS = ("t", "w", "g", "d", "n")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Adjacent tokens in any of ``columns``; with ``prefix`` the last one may go on."""

    columns: str
    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one matches."""

    children: tuple["Match", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one matches."""

    children: tuple["Match", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """``base`` (or everything) where ``removed`` does not match."""

    base: "Match"
    removed: "Match"


@dataclass(frozen=True, slots=True)
class Everything:
    """Every row that the rights allow."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No row."""


Match = Phrase | AnyOf | AllOf | Without | Everything | Nothing


@dataclass(frozen=True, slots=True)
class Rights:
    """What one viewer may find, as architecture rule 5: ``(acl:mine NOT acl:changed) OR
    changed-and-mine``.

    No principal means no row. ``hidden`` are rows that are not exact in the index yet and are left
    out.
    """

    principals: frozenset[str]
    changed: frozenset[int] = frozenset()
    changed_and_mine: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Conditions:
    """Filters that narrow every count alike (facet filters are applied after the engine)."""

    since: date | None = None
    until: date | None = None
    authors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One row to be indexed. ``acl`` are principal tokens; the scope's own token is added by the
    engine.
    """

    id: int
    kind: str
    group: str
    unit: int
    section: int
    year: int
    made_on: date | None
    author: str
    is_scan: bool
    confidence: float
    scope: int
    acl: tuple[str, ...]
    version: int
    tokens: Tokens


class Candidate(NamedTuple):
    """A matching row with the engine's own rough score (higher is better).

    A tuple, because a common word makes ten thousand of them.
    """

    id: int
    group: str
    kind: str
    section: int
    year: int
    unit: int
    scan: int
    made_on: str
    score: float


@dataclass(frozen=True, slots=True)
class Stored:
    """What the engine kept of a row, for verification and for the fine ranking."""

    id: int
    clean: str
    clean_title: str
    t: str
    w: str
    g: str
    is_scan: bool
    confidence: float
    made_on: str


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How many rows hold a token, per column, with the number of rows and mean lengths in
    tokens.
    """

    rows: int = 0
    mean_words: float = 1.0
    mean_title: float = 1.0
    mean_grams: float = 1.0
    terms: dict[tuple[str, str], int] = field(default_factory=dict)


class Engine(Protocol):
    """What the search asks of an engine."""

    name: str

    def put(self, rows: Sequence[EngineRow]) -> None:
        """Add or replace rows, in the caller's transaction where the engine shares it."""

    def remove(self, ids: Sequence[int]) -> None:
        """Take rows out; unknown ids are ignored."""

    def find(
        self, match: Match, rights: Rights, conditions: Conditions, *, browsing: Match | None = None
    ) -> list[Candidate]:
        """Every row that matches under the rights, in no particular order.

        With ``browsing``, more rows than anybody ranks need no score by their words: those that
        match ``browsing`` too (titles) come first, then the newest.
        """

    def load(self, ids: Sequence[int]) -> dict[int, Stored]:
        """What is kept of the rows."""

    def frequencies(self) -> Iterable[tuple[str, str, int]]:
        """(column, token, rows) for columns w and g, for the nightly table."""

    def means(self) -> tuple[int, float, float, float]:
        """Number of rows, mean tokens in w, in t, in g."""

    def known(self) -> Iterable[tuple[int, int, int]]:
        """(id, version, scope) of every row, to find drift."""

    def reset(self) -> None:
        """Forget everything."""
