"""Every address of the site, read from the URL configuration itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter


@dataclass(frozen=True)
class Route:
    """A named address and the kinds of its parameters ("uuid", "int", "text")."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    pattern: str


def routes() -> list[Route]:
    """All of them, in the order of the configuration.

    Raises:
        AssertionError: for an address without a name: it could not be given a row.
    """
    return list(_walk(get_resolver().url_patterns, "", "", {}))


def _walk(
    patterns: list[URLPattern | URLResolver],
    space: str,
    before: str,
    outer: dict[str, str],
) -> Iterator[Route]:
    for entry in patterns:
        pattern = before + str(entry.pattern)
        kinds = outer | {
            name: _kind(converter) for name, converter in entry.pattern.converters.items()
        }
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, inner, pattern, kinds)
            continue
        assert entry.name, f"{pattern} has no name"
        groups = getattr(entry.pattern, "regex", None)
        if not kinds and groups is not None and groups.groups:
            kinds = {str(number): "text" for number in range(groups.groups)}
        yield Route(f"{space}{entry.name}", tuple(kinds.items()), pattern)


def _kind(converter: object) -> str:
    if isinstance(converter, UUIDConverter):
        return "uuid"
    return "int" if isinstance(converter, IntConverter) else "text"
