"""Rooms: what a socket can listen to. A room is a kind and a number, backed by a log.

The hub knows nothing of what a room is. A kind says where its log stands: `heads` (last
sequence number), `fetch` (what came after), `allowed` (who may listen, asked when joining and
again whenever something is fetched). Sequence numbers of a room grow by one without gaps, in
the order of commits.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Room = tuple[str, int]

LEAVE: Final = "leave"  # kind of the entries that are for the hub, not for the browser


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a room's log."""

    seq: int
    kind: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RoomKind:
    """Where the log of a kind of room stands. The functions run in a thread with a database.

    `heads(numbers)`: last sequence number of each room; a room without a log counts as 0.
    `fetch({number: after}, limit)`: at most `limit` entries of each room after `after`, in order.
    `allowed(number, staff_ids)`: those of the people who may listen.
    """

    name: str
    heads: Callable[[Collection[int]], Mapping[int, int]]
    fetch: Callable[[Mapping[int, int], int], Mapping[int, Sequence[Entry]]]
    allowed: Callable[[int, Collection[int]], set[int]]


_kinds: dict[str, RoomKind] = {}


def register(kind: RoomKind) -> None:
    """Add a kind of room; from `AppConfig.ready`.

    Raises:
        ValueError: when the name is taken.
    """
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"two kinds of room are called {kind.name!r}")
    _kinds[kind.name] = kind


def kind_of(name: str) -> RoomKind | None:
    """The kind of that name; None when there is none (a client may ask for anything)."""
    return _kinds.get(name)


def topic(room: Room) -> str:
    """What the doorbell says when the room has something new."""
    return f"{room[0]}:{room[1]}"


def room_of(said: str) -> Room | None:
    """The room that a topic of the doorbell names; None for other topics."""
    name, colon, number = said.rpartition(":")
    if not colon or name not in _kinds or not number.isdecimal():
        return None
    return name, int(number)
