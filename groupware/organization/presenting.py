"""How a person appears: in the frame of every page (`web`) and in the record (`audit`)."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser

from groupware.audit.actors import Standing
from groupware.organization import selectors
from groupware.organization.models import Staff
from groupware.web.people import Face, tint_of


def face(person: AbstractBaseUser) -> Face:
    """Name and, under it, section and post (市民課 主任)."""
    if not isinstance(person, Staff):
        return Face(name=person.get_username(), tint=tint_of(person.pk or 0))
    rows = selectors.memberships_of(person)
    line = ""
    if rows:
        node = selectors.tree().get(rows[0].section_id)
        title = rows[0].post.title if rows[0].post is not None else ""
        line = f"{node.label if node is not None else ''} {title}".strip()
    return Face(name=person.name, line=line, tint=tint_of(person.pk))


def standing(actor: object, at: datetime) -> Standing:
    """Post and section of an actor at a moment, as the record keeps them."""
    if not isinstance(actor, Staff):
        return Standing()
    found = selectors.standing(actor, at)
    return Standing(post=found.post_title, section=found.section_label)
