"""What every page needs for its frame: places, counts, the person, switches."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from groupware.web.people import Face, face_of
from groupware.web.registries import (
    Entry,
    Registry,
    Text,
    Viewer,
    bar,
    navigation,
    person_menu,
    shortcuts,
)

PHONE_FIRST = ("home", "search", "approvals", "chat")
PHONE_PLACES = 4  # and その他 makes five
TEXT_SIZE_COOKIE = "text_size"


@dataclass(frozen=True)
class Place:
    """An entry as the templates draw it."""

    name: str
    label: Text
    icon: str
    url: str
    count: int | None
    tone: str
    current: bool
    at_foot: bool


@dataclass(frozen=True)
class Frame:
    """The frame around a page of a signed-in person."""

    places: list[Place]
    phone: list[Place]
    rest: list[Place]
    bar: list[Place]
    menu: list[Place]
    face: Face
    search_url: str
    shortcuts: list[Any]


def address_of(entry: Entry) -> str:
    """Where an entry leads; empty when its feature has no address here."""
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


def _places(registry: Registry[Entry], viewer: Viewer, request: HttpRequest) -> list[Place]:
    match = request.resolver_match
    inside = match.namespace if match else ""
    here = match.view_name if match else ""
    places = []
    for entry in registry.for_viewer(viewer):
        url = address_of(entry)
        if not url:
            continue
        namespace = entry.url_name.rpartition(":")[0]
        places.append(
            Place(
                name=entry.name,
                label=entry.label,
                icon=entry.icon,
                url=url,
                count=entry.badge(viewer),
                tone=entry.badge_tone,
                current=bool(namespace and namespace == inside) or entry.url_name == here,
                at_foot=entry.at_foot,
            )
        )
    return places


def frame_of(request: HttpRequest) -> Frame | None:
    """The frame; None when nobody is signed in."""
    viewer = getattr(request, "user", None)
    if viewer is None or not viewer.is_authenticated:
        return None
    places = _places(navigation, viewer, request)
    by_name = {place.name: place for place in places}
    first = [by_name[name] for name in PHONE_FIRST if name in by_name]
    others = [place for place in places if place.name not in PHONE_FIRST]
    phone = (first + [place for place in others if not place.at_foot])[:PHONE_PLACES]
    search = by_name.get("search")
    return Frame(
        places=places,
        phone=phone,
        rest=[place for place in places if place not in phone],
        bar=_places(bar, viewer, request),
        menu=_places(person_menu, viewer, request),
        face=face_of(viewer),
        search_url=search.url if search else "",
        shortcuts=shortcuts.for_viewer(viewer),
    )


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` (built only when a template asks), city, switches."""
    return {
        "frame": SimpleLazyObject(lambda: frame_of(request)),
        "city_name": settings.CITY_NAME,
        "help_desk": settings.HELP_DESK,
        "text_size": "large" if request.COOKIES.get(TEXT_SIZE_COOKIE) == "large" else "",
    }
