"""File names that lie about what they are, or that no disk can carry."""

from __future__ import annotations

import unicodedata

from groupware.files.names import NAME_BYTES, TURNING
from groupware.ingestion.guards.registry import Candidate, Guard, Verdict, register


def check_name(name: str) -> Verdict | None:
    """Judge a name by itself: direction marks, control characters, length in bytes of UTF-8."""
    if TURNING & set(name):
        return Verdict("refuse", "name_turning")
    if any(unicodedata.category(char) in ("Cc", "Cs", "Co") for char in name) or not name.strip(
        ". "
    ):
        return Verdict("refuse", "name")
    size = len(name.encode("utf-8", "surrogatepass"))
    if size > NAME_BYTES:
        return Verdict("refuse", "name_long", {"size": size, "limit": NAME_BYTES})
    return None


def examine(candidate: Candidate) -> Verdict | None:
    """Judge the name that the file was given."""
    return check_name(candidate.name)


register(Guard("name", 10, examine))
