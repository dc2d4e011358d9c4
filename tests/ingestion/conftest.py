"""Files of a scope of one's own, taken in and read by the real worker with the real parsers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction

from groupware.access.actions import create_scope
from groupware.access.models import Scope
from groupware.access.tokens import Fact
from groupware.files.actions import create_file
from groupware.files.models import File
from groupware.ingestion import actions
from groupware.ingestion.models import Reading
from groupware.ingestion.ocr import recogniser
from groupware.jobs.worker import run_pending
from groupware.organization.models import Staff
from groupware.organization.selectors import section_of

TakeIn = Callable[..., File]
Read = Callable[..., Reading]


@pytest.fixture(scope="session", autouse=True)
def no_child_left() -> Iterator[None]:
    """End the OCR child of this test process at its end."""
    yield
    recogniser.close()


@pytest.fixture
def scope(clerk: Staff) -> Scope:
    """What 市民課 may see and change."""
    section = section_of(clerk)
    assert section is not None
    facts = [Fact(f"s{section.pk}", "edit"), Fact(f"u{clerk.pk}", "manage")]
    return create_scope(kind="test", owner_uuid=uuid4(), principals=facts)


@pytest.fixture
def take_in(clerk: Staff, scope: Scope) -> TakeIn:
    """Bring a file (bytes or path) into quarantine as `clerk` and begin its reading."""

    def take(source: bytes | Path, name: str = "") -> File:
        data = source.read_bytes() if isinstance(source, Path) else source
        title = name or (source.name if isinstance(source, Path) else "file.bin")
        with transaction.atomic():
            file = create_file(
                actor=clerk,
                source=io.BytesIO(data),
                name=title,
                scope=scope,
                owner_kind="test",
                owner_uuid=uuid4(),
            )
            actions.begin(file, actor=clerk)
        return file

    return take


@pytest.fixture
def read(take_in: TakeIn) -> Read:
    """Bring a file in and work the queue until nothing is left; returns its reading."""

    def work(source: bytes | Path, name: str = "", *, seconds: float = 120) -> Reading:
        file = take_in(source, name)
        run_pending(seconds)
        return Reading.objects.select_related("file").get(file=file)

    return work
