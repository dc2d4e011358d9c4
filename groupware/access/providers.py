"""Who knows people: `organization` registers here, `access` asks here.

`access` stands below `organization` and knows a person only as the user model.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser

# What a provider adds to its own statement, so that a person's principals are one question to the
# database: scopes that the person has open in an emergency. Parameters: staff (key), now.
BREAK_GLASS_SQL: Final = """
SELECT 'x', glass.scope_id FROM access_breakglass glass
WHERE glass.staff_id = %(staff)s AND glass.starts <= %(now)s AND glass.ends > %(now)s
"""

PrincipalProvider: TypeAlias = Callable[[AbstractBaseUser, date | None], frozenset[str]]

_providers: list[PrincipalProvider] = []
_directories: list["Directory"] = []


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who may be granted something, in words for people."""

    token: str
    kind: str  # person, section, post, group, all, superiors
    name: str
    place: str = ""  # 部 and 課, or whose post it is
    reaches: tuple[str, ...] = ()  # names of the sections below that the grant reaches
    holders: tuple[str, ...] = ()  # names of those who hold a post now
    sort_key: str = ""
    ended: bool = False


class Directory(Protocol):
    """What `organization` answers about tokens."""

    def describe(self, tokens: Iterable[str]) -> dict[str, Party]:
        """Each known token in words, as of now."""

    def people(self, tokens: Iterable[str]) -> dict[str, list[int]]:
        """Keys of the people who hold each token now."""

    def find(self, text: str, limit: int) -> list[Party]:
        """Parties whose name or よみ begins with or contains `text`."""

    def grantee(self, token: str) -> Any:
        """The person, section, post or group of a token; "all"; None when there is none."""


def register_provider(provider: PrincipalProvider) -> None:
    """Ask `provider(staff, on)` for principals from now on; twice the same is once.

    Without a date (now) the answer includes `x…` for what is open in an emergency
    (`BREAK_GLASS_SQL`).
    """
    if provider not in _providers:
        _providers.append(provider)


def register_directory(directory: Directory) -> None:
    """Ask `directory` for the words of tokens from now on; the last one registered counts."""
    _directories[:] = [directory]


def provided(staff: AbstractBaseUser, on: date | None) -> frozenset[str]:
    """The union of what every provider says; nothing without a provider."""
    return frozenset().union(*(provider(staff, on) for provider in _providers))


def directory() -> Directory:
    """The registered directory.

    Raises:
        LookupError: when none is registered.
    """
    if not _directories:
        raise LookupError("no directory is registered (groupware.organization is not installed)")
    return _directories[0]


MayBreakGlass: TypeAlias = Callable[[AbstractBaseUser], bool]
_emergency: list[MayBreakGlass] = []


def register_emergency(may: MayBreakGlass) -> None:
    """Say who may open something in an emergency; nobody may where nothing is registered."""
    _emergency[:] = [may]


def may_break_glass(person: AbstractBaseUser) -> bool:
    """Whether this person may open a container in an emergency."""
    return bool(_emergency) and _emergency[0](person)
