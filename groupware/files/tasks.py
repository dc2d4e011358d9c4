"""Recurring housekeeping of files."""

from django_tasks import task

from groupware.files import sweeping, uploads
from groupware.jobs import priorities
from groupware.jobs.retry import retries


@task(priority=priorities.NORMAL)
@retries()
def finish_uploads() -> int:
    """Hand over uploads whose last byte came just before their process died."""
    return uploads.finish_whole_uploads()


@task(priority=priorities.BULK)
@retries()
def sweep() -> dict[str, int]:
    """Drop uploads untouched for a day, and everything on disk that no row owns."""
    expired = uploads.expire_uploads()
    swept = sweeping.sweep_orphans()
    return {
        "expired": expired,
        "temporary": swept.temporary,
        "parts": swept.parts,
        "blobs": swept.blobs,
        "derived": swept.derived,
    }
