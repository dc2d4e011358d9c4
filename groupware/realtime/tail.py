"""What the hub keeps of one open room: its members and the last entries, ready to be sent."""

import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from groupware.realtime import person
from groupware.realtime.rooms import LEAVE, Entry, Room

if TYPE_CHECKING:
    from groupware.realtime.hub import Connection

TAIL: Final = 500  # entries kept in memory per room


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as text; empty for what browsers are not told."""

    seq: int
    text: str


def line_of(entry: Entry) -> Line:
    """The entry as JSON."""
    if entry.kind == LEAVE:
        return Line(entry.seq, "")
    said = {"seq": entry.seq, "kind": entry.kind, "payload": entry.payload}
    return Line(entry.seq, json.dumps(said, ensure_ascii=False, separators=(",", ":")))


def frame(room: Room, lines: Iterable[Line], seq: int) -> str:
    """One message with all the lines: `{"seq": last, "events": [...]}`.

    A room that is not the person's own is named.
    """
    events = ",".join(line.text for line in lines if line.text)
    return f'{{{_named(room)}"seq":{seq},"events":[{events}]}}'


def greeting(room: Room, epoch: str, seq: int) -> str:
    """The answer to a client that begins here."""
    return f'{{{_named(room)}"hello":true,"epoch":"{epoch}","seq":{seq}}}'


def reload(room: Room, epoch: str, seq: int) -> str:
    """The answer to a client whose gap cannot be filled: load afresh, go on from here."""
    return f'{{{_named(room)}"reload":true,"epoch":"{epoch}","seq":{seq}}}'


def left(room: Room) -> str:
    """The room is no longer open to the client."""
    return f'{{{_named(room)}"left":true}}'


def _named(room: Room) -> str:
    return "" if room[0] == person.NAME else f'"room":{json.dumps(list(room))},'


@dataclass
class OpenRoom:
    """A room that somebody on this process listens to. `head` is None until it was looked up."""

    room: Room
    head: int | None = None
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=TAIL))
    members: "set[Connection]" = field(default_factory=set)
    _made: dict[int, str] = field(default_factory=dict)  # frames of this head, by cursor

    def start_at(self, head: int) -> None:
        """Begin (again) with an empty tail."""
        self.head = head
        self.lines.clear()
        self._made.clear()

    def append(self, entries: Sequence[Entry]) -> None:
        """Add what was fetched after `head`; a hole empties the tail, never bridges it."""
        for entry in entries:
            if self.head is not None and entry.seq != self.head + 1:
                self.lines.clear()
            self.lines.append(line_of(entry))
            self.head = entry.seq
        self._made.clear()

    def reaches(self, cursor: int) -> bool:
        """Whether the tail holds everything after `cursor`."""
        return bool(self.lines) and self.lines[0].seq <= cursor + 1

    def frame_after(self, cursor: int) -> str:
        """The message for a member at `cursor`; made once for all members at the same place."""
        assert self.head is not None
        made = self._made.get(cursor)
        if made is None:
            count = self.head - cursor
            recent = [
                self.lines[index] for index in range(len(self.lines) - count, len(self.lines))
            ]
            made = self._made[cursor] = frame(self.room, recent, self.head)
        return made


def parse(text: str) -> dict[str, Any] | None:
    """A client's message as an object; None for anything else."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
