"""Recurring work on the audit record, for installations where no `serve` keeps the chain."""

import logging
from typing import Any

from django.db import transaction
from django_tasks import task

from groupware.audit import chain, heads
from groupware.audit.actions import record
from groupware.audit.verification import verify
from groupware.jobs import cron

log = logging.getLogger(__name__)


@task()
def keep_chain() -> dict[str, Any]:
    """Chain what is not chained yet and write the head outside."""
    return {"chained": chain.extend(everything=True), "head_written": heads.write()}


@task()
def verify_nightly() -> dict[str, Any]:
    """Verify everything and put the result into the record, where the auditor sees it."""
    verdict = verify()
    detail = {
        "intact": verdict.intact,
        "checked": verdict.checked,
        "heads": verdict.heads_compared,
        "position": verdict.broken.position if verdict.broken else None,
        "wrong": verdict.broken.wrong if verdict.broken else "",
        "complaints": verdict.complaints,
    }
    if not verdict.intact:
        log.critical("監査の記録が書かれたときのままではありません: %s", detail)
    with transaction.atomic():
        record(None, "audit.verified", detail=detail)
    return detail


def register_cron() -> None:
    """Every hour, and every night at 02:40 (Asia/Tokyo)."""
    cron.register("audit-chain", "0 * * * *", keep_chain)
    cron.register("audit-verify", "40 2 * * *", verify_nightly)
