"""Type, emptiness, encryption, bombs, scripts, page count: what the sandboxed parsers see."""

from __future__ import annotations

from groupware.ingestion.guards.registry import Candidate, Guard, Verdict, register
from groupware.ingestion.sandbox.parent import Refusal, SandboxError

HEAVY = ("memory", "cpu", "crash")


def examine(candidate: Candidate) -> Verdict | None:
    """Look the whole file over in its child. Raises SandboxError("wall") on a busy machine."""
    try:
        candidate.found = candidate.child.call(
            "inspect", name=candidate.name, page_limit=candidate.page_limit
        )
    except Refusal as refusal:
        return Verdict("refuse", refusal.code, refusal.facts)
    except SandboxError as error:
        if error.kind in HEAVY:
            return Verdict("refuse", "too_heavy")
        if error.kind == "parser":
            return Verdict("refuse", "damaged", {"found": candidate.name.rpartition(".")[2]})
        raise
    return None


register(Guard("structure", 30, examine))
