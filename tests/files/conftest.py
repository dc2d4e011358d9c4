"""A scope of one's own, a claimer of test uploads, the addresses of files."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings as SettingsWrapper

from groupware.access.actions import create_scope
from groupware.access.models import Scope
from groupware.access.tokens import Fact
from groupware.files import serving, uploads
from groupware.files.actions import create_file
from groupware.files.models import File, Upload
from groupware.files.storage import Staged
from groupware.organization.models import Staff
from groupware.organization.selectors import section_of


@pytest.fixture(autouse=True)
def reads_at_once(settings: SettingsWrapper) -> Iterator[None]:
    """Write read entries of the audit record at once, and let every test see its own."""
    settings.AUDIT_READS_QUEUED = False
    serving.recent_reads.clear()
    yield


@pytest.fixture
def scope(clerk: Staff) -> Scope:
    """What 市民課 may see and change, and `clerk` manage."""
    section = section_of(clerk)
    assert section is not None
    return create_scope(
        kind="test",
        owner_uuid=uuid4(),
        principals=[Fact(f"s{section.pk}", "edit"), Fact(f"u{clerk.pk}", "manage")],
    )


@pytest.fixture
def claimed(clerk: Staff, scope: Scope) -> Iterator[list[UUID]]:
    """Uploads of the purpose "test" become files of `scope`; the list says which, in order."""
    taken: list[UUID] = []

    def claim(upload: Upload, staged: Staged) -> UUID:
        file = create_file(
            actor=upload.uploader,
            source=staged,
            name=upload.name,
            scope=scope,
            owner_kind="test",
            owner_uuid=upload.uuid,
        )
        taken.append(file.uuid)
        return file.uuid

    uploads.register_claimer("test", claim)
    yield taken
    uploads._claimers.pop("test")


def ready(file: File) -> File:
    """The file, through quarantine."""
    file.state = File.State.READY
    file.save(update_fields=["state"])
    return file
