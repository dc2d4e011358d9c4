"""Every event of the product: what happened, in the past tense, and what it carries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from groupware.events import Event


@dataclass(frozen=True, slots=True)
class PageRead:
    """Page `page` (from 1) of a file has text and boxes."""

    file_uuid: UUID
    page: int


@dataclass(frozen=True, slots=True)
class FileRead:
    """Every page of a file that can be read has been read."""

    file_uuid: UUID
    pages: int
    has_scan: bool


@dataclass(frozen=True, slots=True)
class FileReadFailed:
    """Reading stopped; `page` is None when the whole file cannot be read."""

    file_uuid: UUID
    page: int | None
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FileHeld:
    """A guard holds the file back until somebody releases it."""

    file_uuid: UUID
    reason: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FileReleased:
    """A held file was let through by a named person."""

    file_uuid: UUID


@dataclass(frozen=True, slots=True)
class FileRefused:
    """A guard refused the file; it is not kept."""

    file_uuid: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class FileDisposed:
    """A file ended; what was made from it (text, boxes, images, index rows) must go."""

    file_uuid: UUID


@dataclass(frozen=True, slots=True)
class ScopeChanged:
    """Who may see a container changed; index rows of the scope must be rewritten."""

    scope_id: int


@dataclass(frozen=True, slots=True)
class GlassBroken:
    """Somebody opened a container in an emergency; `told` are the keys of those who decide its
    rights, who must hear of it."""

    scope_uuid: UUID
    kind: str
    owner_uuid: UUID
    staff_id: int
    reason: str
    ends: datetime
    told: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """One session of a person ended; its sockets close."""

    staff_id: int
    session_key: str


@dataclass(frozen=True, slots=True)
class StaffDisabled:
    """A person may no longer sign in; every session and socket ends."""

    staff_id: int


PAGE_READ = Event("page_read", PageRead)
FILE_READ = Event("file_read", FileRead)
FILE_READ_FAILED = Event("file_read_failed", FileReadFailed)
FILE_HELD = Event("file_held", FileHeld)
FILE_RELEASED = Event("file_released", FileReleased)
FILE_REFUSED = Event("file_refused", FileRefused)
FILE_DISPOSED = Event("file_disposed", FileDisposed)
SCOPE_CHANGED = Event("scope_changed", ScopeChanged)
GLASS_BROKEN = Event("glass_broken", GlassBroken)
SESSION_ENDED = Event("session_ended", SessionEnded)
STAFF_DISABLED = Event("staff_disabled", StaffDisabled)
