"""The tree of a query as the person meant it; engines never see the raw text."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """A word or compound, to be found in any spelling."""

    text: str


@dataclass(frozen=True, slots=True)
class Exact:
    """A quoted passage, to be found letter by letter (width, case and dash aside)."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    children: tuple["Node", ...]


Node = Term | Exact | Not | And | Or


@dataclass(frozen=True, slots=True)
class QueryFilters:
    """What the person wrote as 種別: 部署: 期間: 作成者: inside the query."""

    kinds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return bool(self.kinds or self.sections or self.authors or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: clean text, tree (``None`` when only filters or nothing), filters, question
    or not.
    """

    text: str
    node: Node | None
    filters: QueryFilters = field(default_factory=QueryFilters)
    question: bool = False


def positive_leaves(node: Node | None) -> list[Term | Exact]:
    """The leaves that may be marked in a hit: everything outside a NOT, in order."""
    match node:
        case Term() | Exact():
            return [node]
        case And(children) | Or(children):
            return [leaf for child in children for leaf in positive_leaves(child)]
        case _:
            return []
