"""A match tree with rights as one FTS5 expression. Every token is quoted; nothing a person typed
reaches FTS5 raw.
"""

from collections.abc import Iterable

from search.engines.base import AllOf, AnyOf, Everything, Match, Nothing, Phrase, Rights, Without

NO_ROW = '{acl} : "none"'  # no scope ever carries this token


def quote(token: str) -> str:
    """A token as an FTS5 string."""
    return '"' + token.replace('"', '""') + '"'


def _any_acl(tokens: Iterable[str]) -> str:
    return "{acl} : (" + " OR ".join(quote(token) for token in sorted(tokens)) + ")"


def rights_expression(rights: Rights) -> str:
    """``(acl:mine NOT acl:changed) OR changed-and-mine``; without principals, no row."""
    if not rights.principals:
        return NO_ROW
    expression = _any_acl(rights.principals)
    if rights.changed:
        expression = f"(({expression}) NOT ({_any_acl(f'x{scope}' for scope in rights.changed)}))"
        mine = rights.changed_and_mine & rights.changed
        if mine:
            expression = f"({expression} OR ({_any_acl(f'x{scope}' for scope in mine)}))"
    return expression


def expression(match: Match, rights: Rights) -> str:
    """The whole MATCH string: the tree inside the rights."""
    allowed = rights_expression(rights)
    match match:
        case Everything():
            return allowed
        case Without(Everything(), removed):
            return f"({allowed}) NOT ({_compile(removed, allowed)})"
        case _:
            return f"({_compile(match, allowed)}) AND ({allowed})"


def _compile(match: Match, allowed: str) -> str:
    match match:
        case Phrase(columns, tokens, prefix):
            # A phrase of strings joined by + is one phrase; the last may be a prefix.
            body = " + ".join(quote(token) for token in tokens)
            return "{" + " ".join(columns) + "} : " + body + (" *" if prefix else "")
        case AnyOf(children):
            return "(" + " OR ".join(f"({_compile(child, allowed)})" for child in children) + ")"
        case AllOf(children):
            return "(" + " AND ".join(f"({_compile(child, allowed)})" for child in children) + ")"
        case Without(base, removed):
            return f"(({_compile(base, allowed)}) NOT ({_compile(removed, allowed)}))"
        case Everything():
            return f"({allowed})"
        case Nothing():
            return NO_ROW
