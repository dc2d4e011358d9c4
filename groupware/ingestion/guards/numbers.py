"""個人番号 in the file's own text: held before anybody sees it. Scans are checked when read."""

from __future__ import annotations

from groupware.ingestion.guards.registry import Candidate, Guard, Verdict, register
from groupware.ingestion.guards.structure import HEAVY
from groupware.ingestion.sandbox.parent import SandboxError

BATCH = 40  # pages asked for at once, so that one call stays far below its time limit


def verdict_for(pages: list[int]) -> Verdict:
    """Return the verdict that holds a file for the numbers on these pages."""
    return Verdict("hold", "personal_number", {"on": pages}, tuple(pages))


def examine(candidate: Candidate) -> Verdict | None:
    """Search every page that has text. Raises SandboxError("wall") on a busy machine."""
    pages: list[int] = []
    total = int(candidate.found.get("pages", 0))
    try:
        for first in range(1, total + 1, BATCH):
            last = min(total, first + BATCH - 1)
            pages += candidate.child.call("numbers", first=first, last=last)["pages"]
    except SandboxError as error:
        if error.kind == "wall":
            raise
        return Verdict("refuse", "too_heavy" if error.kind in HEAVY else "damaged", {"found": ""})
    return verdict_for(pages) if pages else None


register(Guard("personal_number", 40, examine))
