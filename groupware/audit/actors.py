"""What the record keeps of a person: an id and the texts of the moment.

`audit` stands below `organization` and knows a person only by the attributes of `Actor`; post
and section come from a describer that `organization` (or whoever composes it) registers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from groupware.audit.details import clean_text
from groupware.audit.models import Entry


class Actor(Protocol):
    """A person as far as the audit record needs one."""

    @property
    def pk(self) -> object:
        """The database key, given on to the describer."""

    uuid: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Post and section of a person at one moment, as text."""

    post: str = ""
    section: str = ""


Describer: TypeAlias = Callable[[object, datetime], Standing]
_describers: list[Describer] = []


def register_describer(describer: Describer) -> None:
    """Ask `describer(person, at)` for post and section from now on; the last one counts."""
    _describers.append(describer)


def standing_of(actor: object, at: datetime) -> Standing:
    """Post and section of `actor` at `at`; empty without a describer."""
    return _describers[-1](actor, at) if _describers else Standing()


def complete(entry: Entry, actor: object | None) -> Entry:
    """Add post and section as of the entry's moment; asked late, so that a GET does not wait."""
    if actor is not None and entry.actor_uuid is not None:
        standing = standing_of(actor, entry.at)
        entry.actor_post = clean_text(standing.post, 50)
        entry.actor_section = clean_text(standing.section, 200)
    return entry
