"""The `detail` of an entry, made such that it hashes the same on every database.

SQLite and PostgreSQL must give back exactly what the chainer hashed (RFC 8785): numbers that
their JSON types change, NUL and lone surrogates are therefore replaced before they are stored.
"""

import ipaddress
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from django.utils.functional import Promise

SAFE_INTEGER = 2**53 - 1  # RFC 8785 knows no larger ones
NOT_STORABLE = {ord("\0"): "\N{REPLACEMENT CHARACTER}"}

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None


def clean_text(text: str, limit: int | None = None) -> str:
    """Text that both databases store; at most `limit` code points, an ellipsis last if cut."""
    storable = text.translate(NOT_STORABLE).encode("utf-8", "replace").decode("utf-8")
    if limit is not None and len(storable) > limit:
        return storable[: limit - 1] + "…"
    return storable


def clean_address(address: str) -> str | None:
    """An IP address in its short form without a zone; None for anything else (a Unix socket)."""
    try:
        return str(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return None


def clean(value: object) -> Json:
    """`value` as JSON without floats: they, large integers, dates and UUIDs become text.

    Raises:
        TypeError: for what has no obvious text (an object, bytes).
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return clean(value.value)
    if isinstance(value, int):
        return value if abs(value) <= SAFE_INTEGER else str(value)
    if isinstance(value, (str, Promise)):
        return clean_text(str(value))
    if isinstance(value, (float, UUID)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {clean_text(str(key)): clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return [clean(item) for item in sorted(value, key=str)]
    raise TypeError(f"an audit detail cannot hold a {type(value).__name__}")
