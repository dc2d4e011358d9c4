"""Registers policies, what is searched, who claims uploads; imported once by `apps`."""

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from groupware.access.policies import register
from groupware.files.uploads import register_claimer
from groupware.notifications import targets
from groupware.web.registries import Entry, Shortcut, navigation, shortcuts
from knowledge.documents.actions import PURPOSE, claim_upload
from knowledge.documents.models import Document, Folder
from knowledge.documents.policies import DocumentPolicy, FolderPolicy
from knowledge.documents.search import DECLARATION
from search import registry

register(Folder, FolderPolicy())
register(Document, DocumentPolicy())
register_claimer(PURPOSE, claim_upload)
targets.register_model("document", Document, "documents:viewer")
registry.register(DECLARATION)
navigation.add(
    Entry(
        name="documents",
        label=_("文書"),
        icon="folder-open",
        url_name="documents:library",
        order=30,
    )
)
_VIEWER = _("文書を見る画面")
for position, (name, keys, label) in enumerate(
    (
        ("viewer-next-hit", ("N",), _("次の当たり")),
        ("viewer-previous-hit", ("Shift", "N"), _("前の当たり")),
        ("viewer-next-page", ("PageDown",), _("次のページ")),
        ("viewer-previous-page", ("PageUp",), _("前のページ")),
        ("viewer-zoom-in", ("+",), _("大きく")),
        ("viewer-zoom-out", ("-",), _("小さく")),
        ("viewer-zoom-fit", ("0",), _("幅に合わせる")),
        ("viewer-rotate", ("R",), _("右に回す")),
    )
):
    shortcuts.add(Shortcut(name=name, keys=keys, label=label, where=_VIEWER, order=300 + position))
import_module("knowledge.documents.events")
import_module("knowledge.documents.containers")
