"""The nightly comparison, at 03:10."""

from django_tasks import task

from groupware.access.comparison import compare
from groupware.jobs import cron


@task()
def compare_rights() -> dict[str, int]:
    """Compare compiled rights with the truth; safe to run twice, changes nothing."""
    outcome = compare()
    return {"scopes": outcome.scopes, "differences": outcome.count}


def register_cron() -> None:
    """Compare every night (Asia/Tokyo)."""
    cron.register("access-compare", "10 3 * * *", compare_rights)
