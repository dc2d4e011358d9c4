"""Guards, start-up check and recurring work; imported once by `apps`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name

from groupware.ingestion.guards import malware, names, numbers, structure
from groupware.ingestion.sandbox.probe import guard_in_force
from groupware.ingestion.tasks import check_again
from groupware.jobs import cron

GUARDS = (names, malware, structure, numbers)  # importing them registers them


@register("sandbox", deploy=True)
def check_sandbox(app_configs: Any, **_options: Any) -> Sequence[CheckMessage]:
    """Try the walls for real; without one towards the network production does not start."""
    guard = guard_in_force()
    if not guard.network:
        return [
            Error(
                "読み取りの囲い（ネットワークの遮断）がこの機械で働きません。",
                hint="user namespace か seccomp を使える設定にしてください（docs/ingestion.md）。",
                id="ingestion.E001",
            )
        ]
    if not guard.landlock:
        return [
            Warning(
                "読み取りの囲いのうち、ファイルの遮断（Landlock）がこの機械で働きません。",
                hint="Linux 5.13 以降で Landlock を有効にしてください。",
                id="ingestion.W001",
            )
        ]
    return []


@register("sandbox", deploy=True)
def check_scanner(app_configs: Any, **_options: Any) -> Sequence[CheckMessage]:
    """Say that no malware scanner is configured; being without one is the site's decision."""
    if settings.CLAMD_ADDRESS:
        return []
    return [Warning("ウイルス対策（GROUPWARE_CLAMD）が設定されていません。", id="ingestion.W002")]


cron.register("ingestion-check-again", "*/5 * * * *", check_again)
