"""What a person is today, as tokens: the principal provider of `access` (architecture, rule 6).

One statement on both databases: the person while in service, `all`, their sections and all above
them, the sections whose work came to one of these (merger, 引継ぎ), posts, groups, `h…` for the
sections directly under one that they head, and `x…` for what is open in an emergency.
"""

from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from groupware.access.providers import BREAK_GLASS_SQL
from groupware.organization.calendar import business_date


def _holds(row: str) -> str:
    """The dated `row` holds on the day."""
    until = f"({row}.valid_until IS NULL OR {row}.valid_until >= %(day)s)"
    return f"{row}.valid_from <= %(day)s AND {until}"


# Each part names the person itself: joined to a first part, SQLite would read whole tables.
_SQL: Final = f"""
WITH RECURSIVE work(section_id, post_id) AS (
    SELECT member.section_id, member.post_id FROM organization_membership member
    WHERE member.staff_id = %(staff)s AND {_holds("member")}
), step(here, there) AS (
    SELECT tree.section_id, tree.parent_id FROM organization_sectionparent tree
    WHERE {_holds("tree")}
    UNION ALL
    SELECT link.successor_id, link.predecessor_id FROM organization_sectionsuccession link
    WHERE link."on" <= %(day)s
), above(section_id) AS (
    SELECT section_id FROM work
    UNION
    SELECT step.there FROM above JOIN step ON step.here = above.section_id
)
SELECT 'u', staff.id FROM organization_staff staff
    WHERE staff.id = %(staff)s AND staff.is_active AND {_holds("staff")}
UNION ALL SELECT 's', section_id FROM above
UNION ALL SELECT 'p', post_id FROM work WHERE post_id IS NOT NULL
UNION ALL SELECT 'g', team.staff_group_id FROM organization_staffgroupmembership team
    WHERE team.staff_id = %(staff)s AND {_holds("team")}
UNION ALL SELECT 'h', tree.section_id FROM work
    JOIN organization_post post ON post.id = work.post_id AND post.is_head
    JOIN organization_sectionparent tree ON tree.parent_id = post.section_id
    WHERE {_holds("tree")}
"""  # noqa: S608  # built of its own constants; values are parameters
_NOW: Final = f"{_SQL} UNION ALL {BREAK_GLASS_SQL}"


def principals(staff: Any, at: date | datetime | None = None) -> frozenset[str]:
    """Tokens of `staff` on the business date of `at`; now, with emergencies, when None; 1 query.

    Empty for who is disabled, not yet or no longer in service: the database is asked, not the
    object, which may be older than the change.
    """
    if staff is None or staff.pk is None:
        return frozenset()
    parameters: dict[str, Any] = {"staff": staff.pk, "day": business_date(at)}
    if at is None:
        parameters["now"] = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_NOW if at is None else _SQL, parameters)
        found = {f"{kind}{key}" for kind, key in cursor.fetchall()}
    return frozenset(found | {"all"}) if f"u{staff.pk}" in found else frozenset()
