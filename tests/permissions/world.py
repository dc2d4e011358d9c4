"""Two containers that know nothing of each other: 市民課's (`ours`) and 工務課's (`theirs`)."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.test import Client

from groupware.access.models import Scope
from groupware.access.policies import SYSTEM
from groupware.files.models import File, Upload
from groupware.organization.calendar import business_date
from groupware.organization.models import Section, Staff
from groupware.organization.selectors import section_of
from groupware.portal.models import Announcement
from knowledge.documents import actions as library
from knowledge.documents.models import Document, Folder
from knowledge.pages import actions as pages
from knowledge.pages.models import Article, Space
from tests.documents.conftest import pdf_of, put_in, read_as

NOBODY = "anonymous"
PERSONAS = (
    "clerk",
    "colleague",
    "head",
    "vice",
    "director",
    "deputymayor",
    "mayor",
    "outsider",
    "records",
    "auditor",
    "admin",
    "disabled",
)
EVERYBODY = (*PERSONAS, NOBODY)


@dataclass
class Side:
    """One container with everything in it that has an id."""

    owner: Staff
    marker: str  # stands in every name and text; nobody else may ever read it
    section: Section
    folder: Folder
    document: Document
    arriving: Document
    held: Document
    upload: Upload
    space: Space
    article: Article

    @property
    def scope(self) -> Scope:
        """The folder's."""
        return self.folder.scope

    @property
    def objects(self) -> list[models.Model]:
        """What must not change by somebody else's hand."""
        files = [each.file for each in (self.document, self.arriving, self.held)]
        return [
            self.folder,
            self.folder.scope,
            self.document,
            self.arriving,
            self.held,
            self.upload,
            self.article,
            self.space.scope,
            *(file for file in files if file is not None),
        ]

    def ids(self) -> set[str]:
        """Every public id of the side."""
        found = {str(getattr(each, "uuid", "")) for each in self.objects} - {""}
        return found | {str(self.article.translation_key)}

    def fingerprint(self) -> dict[str, Any]:
        """The rows as they are in the database, with the rights of their scopes."""
        rows: dict[str, Any] = {}
        for each in self.objects:
            model = type(each)
            rows[f"{model.__name__} {each.pk}"] = (
                model._default_manager.filter(pk=each.pk).values().first()
            )
        for scope in (self.folder.scope, self.space.scope):
            rows[f"rights {scope.pk}"] = sorted(scope.tokens.values_list("verb", "token"))
        return rows


@dataclass
class World:
    """The small city with both sides, and a client for everybody."""

    city: dict[str, Staff]
    ours: Side
    theirs: Side
    announcement: Announcement
    cookies: dict[str, str] = field(default_factory=dict)

    def client(self, persona: str) -> Client:
        """A fresh client with the persona's session."""
        client = Client(raise_request_exception=False)
        if persona == NOBODY:
            return client
        client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[persona]
        return client


def make_side(owner: Staff, marker: str) -> Side:
    """A folder that the section of `owner` sees and changes, with a document in each state."""
    section = section_of(owner)
    assert section is not None
    folder = library.create_folder(actor=owner, name=f"{marker}のフォルダー", section=section)
    content = pdf_of(f"{marker}の計画", f"{marker}の費用")
    document = put_in(owner, content, name=f"{marker}の計画.pdf", folder=folder)
    read_as(document, f"{marker}の計画", f"{marker}の費用")
    arriving = put_in(owner, pdf_of(f"{marker}は検査中"), name=f"{marker}検査中.pdf", folder=folder)
    held = put_in(owner, pdf_of(f"{marker}は保留"), name=f"{marker}保留.pdf", folder=folder)
    assert held.file is not None
    File.objects.filter(pk=held.file.pk).update(state=File.State.HELD, reason="個人番号")
    Document.objects.filter(pk=held.pk).update(state=Document.State.HELD)
    upload = Upload.objects.create(
        uploader=owner, name=f"{marker}送信中.pdf", size=100, purpose="document"
    )
    space = pages.open_space(
        actor=SYSTEM, section=section, title=f"{marker}の棚", principals=[f"s{section.pk}"]
    )
    article = pages.publish_article(
        actor=SYSTEM,
        space=space,
        title=f"{marker}の手引き",
        summary=f"{marker}の要約",
        parts=[("はじめに", f"{marker}の本文")],
    )
    document.refresh_from_db()
    return Side(owner, marker, section, folder, document, arriving, held, upload, space, article)


def make_world(city: dict[str, Staff]) -> World:
    """Both sides and an announcement of 市民課's head."""
    ours = make_side(city["clerk"], "紫苑計画")
    theirs = make_side(city["outsider"], "桔梗計画")
    today = business_date()
    announcement = Announcement.objects.create(
        title="年末の開庁",
        section_label="総務部 DX推進課",
        shown_from=today,
        shown_until=today,
        created_by=city["admin"],
        created_by_name=city["admin"].name,
    )
    world = World(city, ours, theirs, announcement)
    for persona in PERSONAS:
        first = Client()
        first.force_login(city[persona], backend=settings.AUTHENTICATION_BACKENDS[0])
        world.cookies[persona] = first.session.session_key or ""
    return world


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def body_of(response: Any) -> bytes:
    """The whole answer, streamed or not."""
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content)
    return bytes(response.content)


def stream(text: str) -> io.BytesIO:
    """A file of text."""
    return io.BytesIO(text.encode())


def uuid_of(text: str) -> UUID | None:
    """The UUID that a text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
