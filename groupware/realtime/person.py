"""The room of one person: `("person", staff id)`; nobody else may listen."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.db.models import Q

from groupware.realtime.models import PersonEvent, Stream
from groupware.realtime.rooms import Entry, RoomKind

NAME: Final = "person"
ROOMS_PER_QUERY: Final = 200


def heads(numbers: Collection[int]) -> Mapping[int, int]:
    """Last sequence numbers by staff id."""
    found: dict[int, int] = {}
    wanted = list(numbers)
    for start in range(0, len(wanted), ROOMS_PER_QUERY):
        some = wanted[start : start + ROOMS_PER_QUERY]
        found.update(Stream.objects.filter(pk__in=some).values_list("staff_id", "last_seq"))
    return found


def fetch(after: Mapping[int, int], limit: int) -> Mapping[int, Sequence[Entry]]:
    """Events of each person after a sequence number."""
    found: dict[int, list[Entry]] = {}
    rooms = list(after.items())
    for start in range(0, len(rooms), ROOMS_PER_QUERY):
        wanted = Q()
        for number, seq in rooms[start : start + ROOMS_PER_QUERY]:
            wanted |= Q(stream_id=number, seq__gt=seq, seq__lte=seq + limit)
        rows = PersonEvent.objects.filter(wanted).order_by("stream_id", "seq")
        for number, seq, kind, payload in rows.values_list("stream_id", "seq", "kind", "payload"):
            found.setdefault(number, []).append(Entry(seq, kind, payload))
    return found


def allowed(number: int, staff_ids: Collection[int]) -> set[int]:
    """Only the person."""
    return {number} & set(staff_ids)


KIND: Final = RoomKind(NAME, heads, fetch, allowed)
