"""Where the pages of operations are found: in the person's menu, for those who hold the duty."""

from django.utils.translation import gettext_lazy as _

from groupware.operations.policies import ADMIN, AUDITOR, RELEASE, holds
from groupware.web.registries import Entry, person_menu

ENTRIES = (
    Entry("audit", _("監査の記録"), "scroll-text", "operations:audit", 50, holds(AUDITOR)),
    Entry("held", _("保留のファイル"), "file-lock", "operations:held", 60, holds(RELEASE)),
    Entry("status", _("動いているか"), "activity", "operations:status", 70, holds(ADMIN)),
    Entry("jobs", _("裏の仕事"), "list-checks", "operations:jobs", 80, holds(ADMIN)),
)


def register() -> None:
    """Add the entries."""
    for entry in ENTRIES:
        person_menu.add(entry)
