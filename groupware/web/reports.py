"""Violations of the Content-Security-Policy that browsers report: counted, logged, not trusted."""

import json
import logging
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest

logger = logging.getLogger("groupware.csp")

MAX_BYTES = 16 * 1024
PER_MINUTE = 60  # per address of a browser; more are dropped silently
WINDOW_SECONDS = 60
COUNT_KEY = "csp-reports"
COUNT_DAYS = 30


@dataclass(frozen=True)
class Violation:
    """What a browser refused to do."""

    directive: str
    blocked: str
    page: str


def violations_of(body: bytes) -> list[Violation]:
    """The violations in a report of either format (CSP 2 `csp-report`, Reporting API list).

    Raises:
        ValueError: when it is neither.
    """
    try:
        data = json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError("not JSON") from error
    if isinstance(data, dict) and isinstance(data.get("csp-report"), dict):
        found = data["csp-report"]
        return [
            Violation(
                directive=_short(
                    found.get("effective-directive") or found.get("violated-directive")
                ),
                blocked=_short(found.get("blocked-uri")),
                page=_short(found.get("document-uri")),
            )
        ]
    if isinstance(data, list):
        bodies = [item.get("body") for item in data if isinstance(item, dict)]
        return [
            Violation(
                directive=_short(found.get("effectiveDirective")),
                blocked=_short(found.get("blockedURL")),
                page=_short(found.get("documentURL")),
            )
            for found in bodies
            if isinstance(found, dict)
        ]
    raise ValueError("not a report")


def _short(value: object) -> str:
    """Printable, one line, at most 200 characters."""
    return "".join(char for char in str(value or "") if char.isprintable())[:200]


def within_rate(request: HttpRequest) -> bool:
    """Whether this address may report once more in this minute."""
    key = f"csp-rate:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return cache.incr(key) <= PER_MINUTE
    except ValueError:  # it ran out between the two calls
        return True


def keep(found: list[Violation]) -> None:
    """Log them and add to the count that administrators see."""
    for violation in found:
        logger.warning(
            "CSP: %s refused %s on %s", violation.directive, violation.blocked, violation.page
        )
    cache.add(COUNT_KEY, 0, COUNT_DAYS * 86400)
    try:
        cache.incr(COUNT_KEY, len(found))
    except ValueError:  # it ran out between the two calls
        cache.set(COUNT_KEY, len(found), COUNT_DAYS * 86400)


def count() -> int:
    """Violations reported in about the last 30 days."""
    return int(cache.get(COUNT_KEY, 0))
