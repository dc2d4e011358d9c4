"""Principal tokens and verbs: what stands in `ScopeToken`, in an index row and in a search.

`u12` a person, `s3` a section and everything below it, `p4` a post, `g5` a group, `all` everybody
in service, `h3` the head of the section that section 3 stands under (課 → 部長: "and superiors";
not the 市長 above), `x17` scope 17 itself (break-glass, the mark of changed scopes). The
`auth.Group` that a section, post or group owns is *named* by its token, so a guardian row says
whom it speaks of without a join.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VIEW: Final = "view"
EDIT: Final = "edit"
MANAGE: Final = "manage"
VERBS: Final = (VIEW, EDIT, MANAGE)  # each contains those before it
VERB_LABELS: dict[str, Promise] = {
    VIEW: _("見る"),
    EDIT: _("入れる・直す"),
    MANAGE: _("権限を決める"),
}

ALL: Final = "all"
PERSON: Final = "u"
SECTION: Final = "s"
POST: Final = "p"
GROUP: Final = "g"
SUPERIORS: Final = "h"
SCOPE: Final = "x"

FORM = re.compile(r"(?:all|[uspgh][1-9][0-9]*)\Z")

Principal: TypeAlias = str


class Fact(NamedTuple):
    """A principal that follows from facts: who, what they may do, and why (a msgid)."""

    token: Principal
    verb: str = VIEW
    reason: str = ""


def implied(verb: str) -> tuple[str, ...]:
    """`verb` and every verb that it contains.

    Raises:
        ValueError: when there is no such verb.
    """
    return VERBS[: VERBS.index(verb) + 1]


def containing(verb: str) -> tuple[str, ...]:
    """`verb` and every verb that contains it.

    Raises:
        ValueError: when there is no such verb.
    """
    return VERBS[VERBS.index(verb) :]


def check(token: Principal) -> Principal:
    """The token itself.

    Raises:
        ValueError: when it does not have the form of a principal. A scope's own token (`x17`) is
            refused: nobody is granted the scope itself.
    """
    if not FORM.match(token):
        raise ValueError(f"{token!r} is not a principal")
    return token


def facts_of(principals: Iterable[str | Fact]) -> set[Fact]:
    """Facts from tokens (a bare token may view) and facts.

    Raises:
        ValueError: for a malformed token or an unknown verb.
    """
    facts = {Fact(entry) if isinstance(entry, str) else entry for entry in principals}
    for fact in facts:
        check(fact.token)
        implied(fact.verb)
    return facts


def scope_token(scope_id: int) -> str:
    """The token of a scope itself."""
    return f"{SCOPE}{scope_id}"


def superiors_of(token: Principal) -> Principal | None:
    """`h3` for `s3`; None for what has no superiors."""
    return SUPERIORS + token[1:] if token.startswith(SECTION) else None


def sections_under(tokens: Iterable[Principal]) -> set[Principal]:
    """`s3` for each `h3` among `tokens`: sections whose superior the holder is."""
    return {SECTION + token[1:] for token in tokens if token.startswith(SUPERIORS)}
