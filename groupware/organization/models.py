"""People, sections (所属) as a dated tree, posts (職位), memberships with 兼務, absences, deputies.

Nobody and nothing is deleted here: people, sections and memberships end. A dated row holds from
`valid_from` up to and including `valid_until` (both business dates in Asia/Tokyo).
"""

import uuid
from typing import ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    Group,
    PermissionsMixin,
)
from django.db import models
from django.utils.translation import gettext_lazy as _

from groupware.organization.sorting import sort_key


class Dated(models.Model):
    """A fact that holds for a span of business dates."""

    valid_from = models.DateField(_("開始日"))
    valid_until = models.DateField(_("終了日"), null=True, blank=True)

    class Meta:
        abstract = True


class StaffManager(BaseUserManager["Staff"]):
    """Creates staff; the manager that Django's commands expect."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Staff":
        """A person who can sign in with `username` (an unusable password when None)."""
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff

    def create_superuser(
        self, username: str, password: str | None = None, **fields: object
    ) -> "Staff":
        """A technical administrator; being one opens no document (docs/access.md)."""
        return self.create_user(username, password, is_superuser=True, **fields)


class Staff(AbstractBaseUser, PermissionsMixin):
    """A person of the city hall (職員), the user model. Numbers are never reused."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("ログイン名"), max_length=64, unique=True)
    staff_number = models.CharField(_("職員番号"), max_length=16, unique=True)
    name = models.CharField(_("氏名"), max_length=100)
    yomi = models.CharField(_("よみ"), max_length=100)
    sort_key = models.CharField(_("並び順"), max_length=220, db_index=True, editable=False)
    email = models.EmailField(_("メール"), blank=True)
    extension = models.CharField(_("内線"), max_length=16, blank=True)
    language = models.CharField(_("表示のことば"), max_length=8, default="ja")
    valid_from = models.DateField(_("在職の開始日"))
    valid_until = models.DateField(_("在職の終了日"), null=True, blank=True)
    is_active = models.BooleanField(_("サインインできる"), default=True)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["staff_number", "name", "yomi", "valid_from"]

    class Meta:
        verbose_name = _("職員")
        verbose_name_plural = _("職員")
        ordering = ("sort_key", "staff_number")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the stored sort key in step with よみ."""
        self.sort_key = sort_key(self.yomi)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own open signature

    def get_full_name(self) -> str:
        """The name as written."""
        return self.name

    def get_short_name(self) -> str:
        """The family name."""
        return self.name.split()[0] if self.name else self.username


class StaffName(Dated):
    """A name that a person carried (history; the current one stands on `Staff` too)."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="names")
    name = models.CharField(max_length=100)
    yomi = models.CharField(max_length=100)


class TreeStamp(models.Model):
    """One row that is new with every change of the tree of sections; readers compare it.

    Random, not counted: a number that was rolled back could return with another tree behind it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_tree_stamp"),
        ]

    @classmethod
    def current(cls) -> uuid.UUID | None:
        """The stamp now; None before the first change."""
        return cls.objects.filter(pk=1).values_list("stamp", flat=True).first()

    @classmethod
    def renew(cls) -> None:
        """Say that the tree changed; everybody builds it anew. Call it after a bulk write, too."""
        cls.objects.update_or_create(pk=1, defaults={"stamp": uuid.uuid4()})


class OfTree(models.Model):
    """A row that the tree of sections is made of."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Renew the stamp of the tree with every write."""
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own open signature
        TreeStamp.renew()


class Section(OfTree):
    """A 所属: its identity apart from dated names and parents. Owns one group as grantee."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("所属コード"), max_length=16, unique=True)
    group = models.OneToOneField(Group, models.PROTECT, related_name="section", editable=False)
    extension = models.CharField(_("代表内線"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("所属")
        verbose_name_plural = _("所属")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class SectionName(OfTree, Dated):
    """What a section is called, by date."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="names")
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("略称"), max_length=50, blank=True)
    yomi = models.CharField(_("よみ"), max_length=200)


class SectionParent(OfTree, Dated):
    """Where a section stands in the tree, by date; no row: a root."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Section, models.PROTECT, related_name="children")


class SectionSuccession(models.Model):
    """A merger or split: `predecessor`'s work went to `successor` on `on`."""

    predecessor = models.ForeignKey(Section, models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Section, models.PROTECT, related_name="predecessors")
    on = models.DateField()


class Post(models.Model):
    """A 職位 (課長 of a section, 市長). `rank`: smaller is higher. Owns one group as grantee."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("職名"), max_length=50)
    section = models.ForeignKey(
        Section, models.PROTECT, related_name="posts", null=True, blank=True
    )
    rank = models.PositiveSmallIntegerField(_("順位"), default=90)
    is_head = models.BooleanField(_("所属の長"), default=False)
    group = models.OneToOneField(Group, models.PROTECT, related_name="post", editable=False)
    ended_on = models.DateField(_("廃止した日"), null=True, blank=True)

    class Meta:
        verbose_name = _("職位")
        verbose_name_plural = _("職位")
        ordering = ("rank", "id")

    def __str__(self) -> str:
        return self.title


class Membership(Dated):
    """A person works in a section, with a post; one is 本務, others are 兼務."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="memberships")
    section = models.ForeignKey(Section, models.PROTECT, related_name="memberships")
    post = models.ForeignKey(
        Post, models.PROTECT, related_name="memberships", null=True, blank=True
    )
    is_primary = models.BooleanField(_("本務"), default=True)

    class Meta:
        verbose_name = _("配属")
        verbose_name_plural = _("配属")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["staff", "valid_from", "valid_until"]),
            models.Index(fields=["section", "valid_from", "valid_until"]),
        ]


class StaffGroup(models.Model):
    """People across sections (a project, a committee). Owns one group as grantee."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=100)
    group = models.OneToOneField(Group, models.PROTECT, related_name="staff_group", editable=False)
    ended_on = models.DateField(_("終わった日"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class StaffGroupMembership(Dated):
    """A person belongs to a `StaffGroup`."""

    staff_group = models.ForeignKey(StaffGroup, models.PROTECT, related_name="memberships")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="group_memberships")


class Absence(models.Model):
    """A person is away from `starts` to `ends` (instants)."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("休み")
        TRIP = "trip", _("出張")

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=8, choices=Kind)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    place = models.CharField(max_length=100, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)


class Deputy(Dated):
    """`deputy` stands in for `principal` (代決, 代理) in the order of `rank` (1 first)."""

    principal = models.ForeignKey(Staff, models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Staff, models.PROTECT, related_name="deputy_of")
    rank = models.PositiveSmallIntegerField(default=1)


class StaffRole(Dated):
    """A duty of the system that a person holds, by date."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("管理者")
        RECORDS = "records", _("文書主任")
        AUDITOR = "auditor", _("監査")
        RELEASE = "release", _("個人番号の保留を外す人")

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=16, choices=Role)
