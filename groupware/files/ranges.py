"""Byte ranges of HTTP (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

MOST = 16  # ranges answered in one response; more is answered with the whole (RFC 9110, 14.2)
_SPEC = re.compile(r"(\d*)-(\d*)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes `first` to `last`, both inclusive."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Bytes."""
        return self.last - self.first + 1


class NotSatisfiable(Exception):
    """No byte of the file lies in the ranges asked for (416)."""


def parse_ranges(header: str, size: int) -> list[Range] | None:
    """The ranges of a Range header in a file of `size` bytes.

    None means: answer with the whole file (no header, another unit, bad syntax, too many).

    Raises:
        NotSatisfiable: when none of the ranges holds a byte.
    """
    unit, equals, rest = header.strip().partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return None
    specs = [part.strip() for part in rest.split(",") if part.strip()]
    if not specs or len(specs) > MOST:
        return None
    ranges: list[Range] = []
    for spec in specs:
        found = _SPEC.match(spec)
        if found is None or spec == "-":
            return None
        first, last = found.groups()
        if not first:  # the last n bytes
            wanted = min(int(last), size)
            if wanted:
                ranges.append(Range(size - wanted, size - 1))
            continue
        if last and int(last) < int(first):
            return None
        if int(first) < size:
            ranges.append(Range(int(first), min(int(last), size - 1) if last else size - 1))
    if not ranges:
        raise NotSatisfiable
    if sum(piece.length for piece in ranges) > size:
        return None  # overlapping on purpose: the whole is less
    return ranges
