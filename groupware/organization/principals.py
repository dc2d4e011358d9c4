"""What a person is today, as tokens: the principal provider of `access` (architecture, rule 6).

One statement on both databases: the person while in service, `all`, their sections and all above
them, the sections whose work came to one of these (merger, 引継ぎ), posts, groups, and `h…` for
the sections directly under one that they head.
"""

from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from groupware.access.providers import BREAK_GLASS_SQL
from groupware.organization.calendar import business_date

# A dated row `{0}` holds on the day; the day is given twice.
_HOLDS: Final = "{0}.valid_from <= %s AND ({0}.valid_until IS NULL OR {0}.valid_until >= %s)"
_SQL: Final = f"""
WITH RECURSIVE person(id) AS (
    SELECT staff.id FROM organization_staff staff
    WHERE staff.id = %s AND staff.is_active AND {_HOLDS.format("staff")}
), work(section_id, post_id) AS (
    SELECT member.section_id, member.post_id FROM organization_membership member
    JOIN person ON person.id = member.staff_id WHERE {_HOLDS.format("member")}
), step(here, there) AS (
    SELECT tree.section_id, tree.parent_id FROM organization_sectionparent tree
    WHERE {_HOLDS.format("tree")}
    UNION ALL
    SELECT link.successor_id, link.predecessor_id FROM organization_sectionsuccession link
    WHERE link."on" <= %s
), above(section_id) AS (
    SELECT section_id FROM work
    UNION
    SELECT step.there FROM step JOIN above ON above.section_id = step.here
)
SELECT 'u', id FROM person
UNION SELECT 's', section_id FROM above
UNION SELECT 'p', post_id FROM work WHERE post_id IS NOT NULL
UNION SELECT 'g', team.staff_group_id FROM organization_staffgroupmembership team
    JOIN person ON person.id = team.staff_id WHERE {_HOLDS.format("team")}
UNION SELECT 'h', tree.section_id FROM organization_sectionparent tree
    JOIN organization_post post ON post.section_id = tree.parent_id AND post.is_head
    JOIN work ON work.post_id = post.id WHERE {_HOLDS.format("tree")}
"""  # noqa: S608  # built of its own constants; values are parameters
_DAYS: Final = _SQL.count("%s") - 1  # every parameter but the first is the day
_NOW: Final = f"{_SQL} UNION {BREAK_GLASS_SQL}"


def principals(staff: Any, at: date | datetime | None = None) -> frozenset[str]:
    """Tokens of `staff` on the business date of `at`; now, with emergencies, when None; 1 query.

    Empty for who is disabled, not yet or no longer in service: the database is asked, not the
    object, which may be older than the change.
    """
    if staff is None or staff.pk is None:
        return frozenset()
    parameters: list[Any] = [staff.pk, *[business_date(at)] * _DAYS]
    if at is None:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        parameters += [staff.pk, now, now]
    with connection.cursor() as cursor:
        cursor.execute(_NOW if at is None else _SQL, parameters)
        found = {f"{kind}{key}" for kind, key in cursor.fetchall()}
    return frozenset(found | {"all"}) if f"u{staff.pk}" in found else frozenset()
