"""What a notification says: a closed list of kinds, each with its sentence.

A feature adds its kinds from `AppConfig.ready()`:

    kinds.register(Kind("file-read", icon="file-check-2", tone="ok", title=..., line=...))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Detail = Mapping[str, Any]


def nothing_more(detail: Detail) -> str:
    """For kinds whose title says it all."""
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """`title` and `line` make text in the reader's language out of the stored detail.

    `tone` is ok, info, warn or ng; `verb` stands on the link for a screen reader.
    """

    name: str
    icon: str
    title: Callable[[Detail], str]
    line: Callable[[Detail], str] = nothing_more
    tone: str = "info"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind.

    Raises:
        ValueError: when the name is taken.
    """
    if kind.name in _kinds and _kinds[kind.name] != kind:
        raise ValueError(f"two kinds of notification are called {kind.name!r}")
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind | None:
    """The kind of that name; None when this version does not know it."""
    return _kinds.get(name)
