"""The sections of the portal and what they need."""

from collections.abc import Sequence
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from groupware.access.policies import can
from groupware.organization.models import Staff
from groupware.portal import selectors, waiting
from groupware.portal.models import Announcement
from groupware.web.registries import (
    Block,
    Entry,
    Notice,
    Notices,
    Viewer,
    Waiting,
    navigation,
    notices,
    person_menu,
    portal_blocks,
)
from groupware.web.registries import waiting as waiting_sources


def under_way(viewer: Viewer) -> dict[str, Any] | None:
    """What is being read; nothing to show when all is read."""
    found = selectors.list_under_way(cast(Staff, viewer))
    return {"under_way": found} if found.number else None


def new_documents(viewer: Viewer) -> dict[str, Any] | None:
    """What is new to the viewer."""
    return {"documents": selectors.shelf(cast(Staff, viewer)).new}


def recent_documents(viewer: Viewer) -> dict[str, Any] | None:
    """What the viewer opened last."""
    found = selectors.shelf(cast(Staff, viewer)).recent
    return {"documents": found} if found else None


def announcements(viewer: Viewer) -> dict[str, Any] | None:
    """お知らせ of the day."""
    found = list(selectors.current_announcements()[: selectors.ROWS])
    may_post = can(viewer, "manage", Announcement())
    return {"announcements": found, "may_post": may_post} if found or may_post else None


def section_today(viewer: Viewer) -> dict[str, Any] | None:
    """The viewer's section."""
    found = selectors.section_today(cast(Staff, viewer))
    return {"section": found} if found else None


def public_announcements() -> Sequence[Notice]:
    """What the sign-in page shows."""
    rows = selectors.current_announcements().filter(before_sign_in=True)[: selectors.ROWS]
    return [Notice(title=row.title, text=row.text) for row in rows]


def register() -> None:
    """Add the portal's own entries."""
    navigation.add(Entry("home", _("ホーム"), "house", "portal:home", order=10))
    person_menu.add(
        Entry(
            "sessions", _("サインイン中の端末"), "monitor-smartphone", "usersessions_list", order=10
        )
    )
    person_menu.add(Entry("mfa", _("二つ目の確認"), "shield-check", "mfa_index", order=20))
    person_menu.add(
        Entry("password", _("パスワードの変更"), "key-round", "account_change_password", order=30)
    )
    blocks = (
        Block("under_way", _("読み取っているもの"), 10, "portal/blocks/under_way.html", under_way),
        Block("new", _("新しく出たもの"), 20, "portal/blocks/new.html", new_documents),
        Block("recent", _("最近見た文書"), 30, "portal/blocks/recent.html", recent_documents),
        Block(
            "announcements",
            _("お知らせ"),
            10,
            "portal/blocks/announcements.html",
            announcements,
            column="side",
        ),
        Block(
            "section", _("課の今日"), 20, "portal/blocks/section.html", section_today, column="side"
        ),
    )
    for block in blocks:
        portal_blocks.add(block)
    waiting_sources.add(Waiting("release", 10, waiting.files_to_release))
    waiting_sources.add(Waiting("uploads", 20, waiting.stopped_uploads))
    notices.add(Notices("announcements", 10, public_announcements))
