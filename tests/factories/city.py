"""The small city of the tests: the twelve personas of the demo city in the sections they need.

Written by the demo's own writer, so that a test and the demo mean the same person by `clerk`.
"""

from datetime import date

from groupware.operations.demo.city import CITY, PASSWORD, PERSONAS
from groupware.operations.demo.roster import Roster, write_roster
from groupware.organization.models import Staff

# Sections of the personas and everything above them, and one ended section for dated tests.
_USED = {row.section for row in CITY.people if row.login}
_KEPT = _USED | {row.parent for row in CITY.sections if row.code in _USED} | {"0000", "0703"}

SMALL = Roster(
    sections=tuple(row for row in CITY.sections if row.code in _KEPT),
    people=tuple(row for row in CITY.people if row.login),
    deputies=tuple(
        row
        for row in CITY.deputies
        if {row[0], row[1]} <= {person.number for person in CITY.people if person.login}
    ),
)


def make_city(*, password: str | None = PASSWORD, today: date | None = None) -> dict[str, Staff]:
    """Write the small city into an empty database; return the personas by log-in name."""
    people = write_roster(SMALL, password=password, today=today or date(2026, 11, 24))
    by_login = {person.username: person for person in people.values()}
    missing = set(PERSONAS) - set(by_login)
    if missing:
        raise AssertionError(f"personas without a person: {sorted(missing)}")
    return by_login
