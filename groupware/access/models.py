"""Scopes: who may see and change a container, compiled from grants and facts.

`ScopeUserGrant` and `ScopeGroupGrant` are django-guardian rows: what people grant by hand.
`ScopeFact` holds what a policy derives from facts (participants, a section's inbox).
`ScopeToken` is compiled from both, in the same transaction, and is what lists read.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class Scope(models.Model):
    """The rights of one container; never shared between containers, however alike."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=32)  # the container's kind: folder, document, room …
    owner_uuid = models.UUIDField(db_index=True)
    # "and superiors": what a 課 gets here, the 部長 above it gets too (token h…)
    with_superiors = models.BooleanField(_("上司を含める"), default=False)

    class Meta:
        verbose_name = _("権限の範囲")
        verbose_name_plural = _("権限の範囲")
        default_permissions = ()
        permissions = [
            ("view", "見る"),
            ("edit", "入れる・直す"),
            ("manage", "権限を決める"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner_uuid}"


class Given(models.Model):
    """Who granted a right, when and why; beside guardian's own columns."""

    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    granted_by_name = models.CharField(max_length=100, blank=True)
    granted_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class ScopeUserGrant(Given, UserObjectPermissionBase):
    """A right granted by hand to one person (django-guardian, direct foreign key)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scope_grants")
    content_object = models.ForeignKey(Scope, models.PROTECT, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class ScopeGroupGrant(Given, GroupObjectPermissionBase):
    """A right granted by hand to a section, post or group (django-guardian)."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="scope_grants")
    content_object = models.ForeignKey(Scope, models.PROTECT, related_name="group_grants")

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class ScopeFact(models.Model):
    """A principal that follows from facts, written by the container's policy."""

    scope = models.ForeignKey(Scope, models.PROTECT, related_name="facts", db_index=False)
    verb = models.CharField(max_length=8)
    token = models.CharField(max_length=24)
    reason = models.CharField(max_length=100)  # a msgid shown on 「誰が見られるか・なぜ」

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "verb", "token"], name="fact_once"),
        ]


class ScopeToken(models.Model):
    """Compiled: holders of `token` (u1, s2, p3, g4, h2, all, x17) may do `verb` in `scope`."""

    # `token_once` begins with the scope: an index of its own would only be read by mistake
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="tokens", db_index=False)
    verb = models.CharField(max_length=8)
    token = models.CharField(max_length=24)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "verb", "token"], name="token_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["token", "verb", "scope"]),
        ]


class ChangedScope(models.Model):
    """A scope whose rights changed and whose index rows are not rewritten yet."""

    scope = models.OneToOneField(Scope, models.PROTECT, primary_key=True, related_name="changed")
    since = models.DateTimeField(auto_now=True)
    turn = models.PositiveBigIntegerField(default=1)  # a change during a rewrite keeps the row


class BreakGlass(models.Model):
    """Emergency access to one scope: a reason, an end, and the owner is told."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="break_glass")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["staff", "ends"])]
