"""Where features meet without importing each other: each adds entries, screens read them.

An entry always carries `can(viewer, …)`; a registry never hands out an entry that the viewer
may not have. Entries are added from `AppConfig.ready()`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.functional import Promise

Text = str | Promise
Viewer = AbstractBaseUser


def everybody(viewer: Viewer) -> bool:
    """For entries that every signed-in person has."""
    return bool(viewer.is_authenticated)


def no_count(viewer: Viewer) -> int | None:
    """For entries without a count."""
    return None


class Named(Protocol):
    """What a registry needs of an entry."""

    @property
    def name(self) -> str: ...

    @property
    def order(self) -> int: ...

    @property
    def can(self) -> Callable[..., bool]: ...


E = TypeVar("E", bound=Named)


class Registry(Generic[E]):
    """Entries by name, in their order."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._entries: dict[str, E] = {}

    def add(self, entry: E) -> E:
        """Add an entry.

        Raises:
            ValueError: when another entry already has its name.
        """
        known = self._entries.get(entry.name)
        if known is not None and known != entry:
            raise ValueError(f"{self.label}: {entry.name!r} is already taken")
        self._entries[entry.name] = entry
        return entry

    def remove(self, name: str) -> None:
        """Take an entry out (tests)."""
        self._entries.pop(name, None)

    def get(self, name: str) -> E:
        """The entry of that name.

        Raises:
            KeyError: when there is none.
        """
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[E]:
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.name)))

    def for_viewer(self, viewer: Viewer, *about: Any) -> list[E]:
        """The entries that `viewer` may have (about the given object, where there is one)."""
        return [entry for entry in self if entry.can(viewer, *about)]


@dataclass(frozen=True)
class Entry:
    """A place of the navigation, of the bar or of the person's menu."""

    name: str
    label: Text
    icon: str
    url_name: str
    order: int
    can: Callable[[Viewer], bool] = everybody
    badge: Callable[[Viewer], int | None] = no_count
    at_foot: bool = False  # stands at the foot of the navigation (検証)
    badge_tone: str = ""  # "ng" when the count calls the person by name


@dataclass(frozen=True)
class Card:
    """How a link to a thing is shown in text of another feature; asks the rights of the thing."""

    name: str
    order: int
    can: Callable[[Viewer, str], bool]  # (viewer, reference)
    template: str
    context: Callable[[Viewer, str], dict[str, Any]]


@dataclass(frozen=True)
class Picker:
    """A way to choose a thing (a document of the library); hands back a reference."""

    name: str
    label: Text
    icon: str
    url_name: str
    order: int
    can: Callable[[Viewer], bool] = everybody


@dataclass(frozen=True)
class Target:
    """Where a thing can be put (into a matter, to a 簿冊); `url` leads to the act."""

    name: str
    label: Text
    icon: str
    order: int
    can: Callable[[Viewer, str], bool]  # (viewer, reference)
    url: Callable[[str], str]


@dataclass(frozen=True)
class ListAction:
    """An act on selected rows of a list, shown in the bulk bar that takes the place of its head."""

    name: str
    label: Text
    icon: str
    order: int
    list_name: str  # the list it belongs to, e.g. "documents"
    can: Callable[[Viewer, str], bool]  # (viewer, list name)
    url_name: str


@dataclass(frozen=True)
class Block:
    """A section of the portal. `context` is asked once per page; None leaves the block out."""

    name: str
    label: Text
    order: int
    template: str
    context: Callable[[Viewer], dict[str, Any] | None]
    column: str = "main"  # "main" or "side"
    can: Callable[[Viewer], bool] = everybody


@dataclass(frozen=True)
class WaitingItem:
    """One thing that waits for the viewer."""

    icon: str
    title: Text
    url: str
    verb: Text  # on the outlined button: 直す, 読む
    tone: str = "info"  # info, ok, warn, ng
    meta: Text = ""  # whose, why
    since: datetime | None = None
    due: date | None = None
    key: str = ""  # stable name of the row, for live updates


@dataclass(frozen=True)
class Waiting:
    """A source of things that wait for a person; the portal sorts the items of all sources."""

    name: str
    order: int
    items: Callable[[Viewer], Sequence[WaitingItem]]
    can: Callable[[Viewer], bool] = everybody


@dataclass(frozen=True)
class Shortcut:
    """A key, for the list that `?` opens. `where` groups them."""

    name: str
    keys: tuple[str, ...]
    label: Text
    where: Text
    order: int
    can: Callable[[Viewer], bool] = everybody


@dataclass(frozen=True)
class Notice:
    """A line that everybody may read before signing in (お知らせ)."""

    title: Text
    text: Text = ""
    url: str = ""


@dataclass(frozen=True)
class Notices:
    """A source of notices for the sign-in page and the portal; `can` is asked without a viewer
    (None) on the sign-in page."""

    name: str
    order: int
    items: Callable[[], Sequence[Notice]]
    can: Callable[[Viewer | None], bool] = field(default=lambda viewer: True)


navigation: Registry[Entry] = Registry("navigation")
bar: Registry[Entry] = Registry("bar")
person_menu: Registry[Entry] = Registry("person_menu")
cards: Registry[Card] = Registry("cards")
pickers: Registry[Picker] = Registry("pickers")
targets: Registry[Target] = Registry("targets")
list_actions: Registry[ListAction] = Registry("list_actions")
portal_blocks: Registry[Block] = Registry("portal_blocks")
waiting: Registry[Waiting] = Registry("waiting")
shortcuts: Registry[Shortcut] = Registry("shortcuts")
notices: Registry[Notices] = Registry("notices")
