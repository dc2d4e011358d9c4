"""受信トレイ: where a section's papers arrive. The section and its 部長 see it, nobody else."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from groupware.access.actions import create_scope, set_facts
from groupware.access.models import ScopeFact
from groupware.access.tokens import Fact
from groupware.organization.models import Post, Section
from groupware.organization.selectors import path, tree
from knowledge.documents.models import Folder

OWN = gettext_noop("この所属の受信トレイだから")
HEAD = gettext_noop("所属の部長だから")


def ensure_inbox(section: Section) -> Folder:
    """The inbox of `section`, made when it is first needed; its rights follow the organization.

    Raises:
        IntegrityError: never to the caller; of two at once, one waits for the other's.
    """
    wanted = inbox_facts(section)
    inbox = _find(section)
    if inbox is None:
        try:
            inbox = _make(section, wanted)
        except IntegrityError:
            inbox = Folder.objects.select_related("scope", "section").get(
                section=section, kind=Folder.Kind.INBOX
            )
    present = set(ScopeFact.objects.filter(scope=inbox.scope).values_list("token", "verb"))
    if present != {(fact.token, fact.verb) for fact in wanted}:
        set_facts(inbox.scope, wanted)
    return inbox


def _find(section: Section) -> Folder | None:
    inboxes = Folder.objects.select_related("scope", "section")
    return inboxes.filter(section=section, kind=Folder.Kind.INBOX).first()


def _make(section: Section, facts: set[Fact]) -> Folder:
    with transaction.atomic():
        folder = Folder(name=_("受信トレイ"), kind=Folder.Kind.INBOX, section=section)
        folder.scope = create_scope(kind="folder", owner_uuid=folder.uuid, principals=facts)
        folder.save()
    return folder


def inbox_facts(section: Section) -> set[Fact]:
    """Who may use the inbox of a section, as of today.

    A section without others below it is one token. A 部 is not: its token would reach every 課
    of it, so its own posts are named instead. The 部長 is the head of the nearest section above
    that has one (docs/documents.md).
    """
    node = tree().get(section.pk)
    if node is not None and not node.children:
        facts = {Fact(f"s{section.pk}", "edit", OWN)}
    else:
        own = Post.objects.filter(section=section).values_list("pk", flat=True)
        facts = {Fact(f"p{pk}", "edit", OWN) for pk in own}
    above = [step.pk for step in path(section)[1:-1]]  # neither the city itself nor the section
    for pk in reversed(above):
        heads = list(Post.objects.filter(section=pk, is_head=True).values_list("pk", flat=True))
        if heads and pk == above[-1]:
            # whoever heads the 部 on the day, also after the section moved to another at midnight
            return facts | {Fact(f"h{section.pk}", "edit", HEAD)}
        if heads:
            return facts | {Fact(f"p{head}", "edit", HEAD) for head in heads}
    return facts
