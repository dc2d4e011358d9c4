"""How people appear in the frame: name, and 市民課 主任 under it."""

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser

from groupware.organization.models import Staff
from groupware.organization.selectors import memberships_of, tree
from groupware.web.people import Face, tint_of


def face_of_staff(person: AbstractBaseUser) -> Face:
    """The face of a member of staff with the 本務 of today (1 query)."""
    staff = cast(Staff, person)
    line = ""
    for row in memberships_of(staff)[:1]:
        node = tree().get(row.section_id)
        parts = [node.label if node else "", row.post.title if row.post else ""]
        line = " ".join(part for part in parts if part)
    return Face(name=staff.name, line=line, tint=tint_of(staff.pk))


def keep_language(person: AbstractBaseUser, language: str) -> None:
    """Remember the language with the person."""
    Staff.objects.filter(pk=person.pk).update(language=language)
