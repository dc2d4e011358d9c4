"""The table of demo log-ins, as it is printed and as README shows it."""

import unicodedata

from groupware.operations.demo.city import PASSWORD, PERSONAS
from groupware.organization.models import Staff


def width_of(text: str) -> int:
    """Columns of a terminal that `text` takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "FWA" else 1 for c in text)


def padded(text: str, width: int) -> str:
    """`text` with spaces up to `width` columns."""
    return text + " " * max(0, width - width_of(text))


def rows() -> list[tuple[str, str, str]]:
    """Log-in, name, what the person shows; in the order of `PERSONAS`."""
    names = dict(Staff.objects.filter(username__in=PERSONAS).values_list("username", "name"))
    return [(login, names.get(login, "—"), what) for login, what in PERSONAS.items()]


def table() -> str:
    """The table for a console."""
    lines = [("ログイン名", "氏名", "だれか"), *rows()]
    first = max(width_of(line[0]) for line in lines)
    second = max(width_of(line[1]) for line in lines)
    body = "\n".join(f"  {padded(a, first)}  {padded(b, second)}  {c}" for a, b, c in lines)
    return f"{body}\n\n  パスワードは全員 {PASSWORD} です。"
