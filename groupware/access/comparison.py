"""The nightly comparison of compiled rights with guardian's rows and the facts."""

import logging
from dataclasses import dataclass, field

from django.db import transaction

from groupware.access.compiling import Difference, differences
from groupware.access.models import Scope
from groupware.audit.actions import record

LOG = logging.getLogger(__name__)
SHOWN = 50


@dataclass
class Outcome:
    """What a comparison found."""

    scopes: int
    count: int = 0
    first: list[Difference] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)


def compare() -> Outcome:
    """Rebuild the rights of every scope in memory, compare, record the result. Repairs nothing.

    A difference is an error of the program: it is logged as one and stands in the audit record.
    """
    outcome = Outcome(scopes=Scope.objects.count())
    for difference in differences():
        outcome.count += 1
        outcome.wrong.add(difference.scope_id)
        if len(outcome.first) < SHOWN:
            outcome.first.append(difference)
    detail = {
        "scopes": outcome.scopes,
        "differences": outcome.count,
        "first": [list(difference) for difference in outcome.first],
    }
    with transaction.atomic():
        record(None, "scope.compared", detail=detail)
    if outcome.count:
        LOG.error(
            "%s differences in the rights of %s scopes: `manage.py access compare` shows them",
            outcome.count,
            len(outcome.wrong),
        )
    return outcome
