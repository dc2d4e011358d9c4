"""The `auth.Group` that each section, post and staff group owns: guardian's grantee.

It is named by the owner's token (`s3`), and nobody is a member of it. A row and its group need
each other's key, so the group is made first with a passing name and named when the owner has one.
"""

import uuid
from typing import TypeVar

from django.contrib.auth.models import Group

from groupware.access.tokens import FORM
from groupware.organization.models import Post, Section, StaffGroup

Owner = TypeVar("Owner", Section, Post, StaffGroup)

PREFIXES: dict[type[Section | Post | StaffGroup], str] = {Section: "s", Post: "p", StaffGroup: "g"}


def token_of(owner: Section | Post | StaffGroup) -> str:
    """The principal token of a section, post or group."""
    return f"{PREFIXES[type(owner)]}{owner.pk}"


def new_group() -> Group:
    """A group that is named when its owner has a key."""
    return Group.objects.create(name=f"new:{uuid.uuid4()}")


def name_group(owner: Owner) -> Owner:
    """Name the group of a fresh owner by its token."""
    owner.group.name = token_of(owner)
    owner.group.save(update_fields=["name"])
    return owner


def name_all_groups() -> int:
    """Name every group that is not named yet (after a bulk write); how many were."""
    count = 0
    for model in PREFIXES:
        fresh: list[Group] = []
        for owner in model.objects.select_related("group"):
            if owner.group.name != token_of(owner):
                owner.group.name = token_of(owner)
                fresh.append(owner.group)
        Group.objects.bulk_update(fresh, ["name"])
        count += len(fresh)
    return count


def unnamed() -> list[str]:
    """Names of owned groups that are not tokens (a check; must be empty)."""
    names = Group.objects.exclude(section=None, post=None, staff_group=None)
    return [name for name in names.values_list("name", flat=True) if not FORM.match(name)]
