"""The sockets alone, for a uvicorn beside the test; a second kind of room to be put out of."""

import os
from collections.abc import Collection, Mapping, Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.jobs.process_settings")
django.setup()

from channels.routing import URLRouter  # noqa: E402 - needs Django set up
from django.urls import path  # noqa: E402 - as above

from groupware.organization.models import Membership  # noqa: E402 - as above
from groupware.realtime import person, rooms  # noqa: E402 - as above
from groupware.realtime.consumers import LiveConsumer  # noqa: E402 - as above


def _section_allowed(number: int, staff_ids: Collection[int]) -> set[int]:
    """A room of a section: the people who have a membership row in it."""
    rows = Membership.objects.filter(section_id=number, staff_id__in=staff_ids)
    return set(rows.values_list("staff_id", flat=True))


def _section_heads(numbers: Collection[int]) -> Mapping[int, int]:
    speakers = {number: _speaker(number) for number in numbers}
    heads = person.heads(speakers.values())
    return {number: heads.get(speaker, 0) for number, speaker in speakers.items()}


def _section_fetch(after: Mapping[int, int], limit: int) -> Mapping[int, Sequence[rooms.Entry]]:
    return {
        number: person.fetch({_speaker(number): seq}, limit).get(_speaker(number), ())
        for number, seq in after.items()
    }


def _speaker(section_id: int) -> int:
    """The log of the room is the stream of the section's first member."""
    row = Membership.objects.filter(section_id=section_id).order_by("pk").first()
    return row.staff_id if row is not None else 0


rooms.register(rooms.RoomKind("section", _section_heads, _section_fetch, _section_allowed))

application = URLRouter([path("ws/", LiveConsumer.as_asgi())])
