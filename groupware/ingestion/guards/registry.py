"""The guards in their order, and the file under examination.

To add one: `registry.register(Guard("name", order, function))` from an AppConfig; the function
gets the `Candidate` and returns a `Verdict` or None. It runs in the worker: foreign bytes are
only ever parsed through `candidate.child`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from groupware.ingestion.sandbox.parent import Child


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard decided: refuse the file, or hold it until a named person releases it.

    `code` and `facts` become a sentence (guards.sentences); `pages` are those that caused it.
    """

    outcome: Literal["refuse", "hold"]
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    pages: tuple[int, ...] = ()


@dataclass(slots=True)
class Candidate:
    """A file in quarantine. `found` is filled by the structure guard (kind, pages, flags)."""

    path: Path
    name: str
    child: Child
    page_limit: int
    found: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guard:
    """One examination; guards run by ascending order until one returns a verdict."""

    name: str
    order: int
    examine: Callable[[Candidate], Verdict | None]


_guards: dict[str, Guard] = {}


def register(guard: Guard) -> None:
    """Add a guard, or put it in the place of the one of that name."""
    _guards[guard.name] = guard


def guards() -> list[Guard]:
    """Every guard in the order in which they run."""
    return sorted(_guards.values(), key=lambda guard: (guard.order, guard.name))


def examine(candidate: Candidate) -> Verdict | None:
    """Run the guards until one objects.

    Raises SandboxError when a child was ended for no clear fault, ScannerDown.
    """
    for guard in guards():
        verdict = guard.examine(candidate)
        if verdict is not None:
            return verdict
    return None
