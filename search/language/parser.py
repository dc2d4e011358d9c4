"""The query language.

White space (also U+3000) joins by AND; 「」 『』 “” "" quote exactly; - or ー before a term
excludes it; OR, または and | join the two terms around them; ( ) group; 種別: 部署: 期間: 作成者:
filter. Anything else is text. Every input has a meaning: nothing here raises, whatever is typed.
"""

import re
from dataclasses import dataclass

from search.analysis import words
from search.analysis.clean import clean
from search.language.nodes import And, Exact, Node, Not, Or, Query, QueryFilters, Term
from search.language.period import parse_period

MAX_LENGTH = 500  # code points; what is beyond is not read
MAX_LEAVES = 32
QUESTION_WORDS = 5  # content words from which a text is a question

_QUOTES = {"「": "」", "『": "』", "“": "”", "”": "”", '"': '"', "＂": "＂", "〝": "〟", "„": "”"}
_GROUP_END = re.compile(r"[)）](?=\s|[)）]|$)")
_OPERATOR = re.compile(r"\s(?:[-−－ー]\S|(?:OR|NOT|または|又は|もしくは|[|｜])\s)")
_CLOSING = frozenset(_QUOTES.values())
_SPACE = re.compile(r"\s+")
_MINUS = frozenset("-ー－−‐–")
_OR = frozenset({"OR", "または", "又は", "もしくは", "|", "｜", "ＯＲ"})
_AND = frozenset({"AND", "ＡＮＤ", "&", "＆"})
_NOT = frozenset({"NOT", "ＮＯＴ"})
_FILTER = re.compile(r"(種別|種類|部署|所属|期間|作成者|登録者)[:：]")
_ASKING = re.compile(
    r"(?:何|なに|なん|どこ|どの|どう|どちら|どれ|いつ|だれ|誰|いくら|いくつ|なぜ|どんな|ですか|ますか|でしょうか)"
)
_AFTER_QUOTE = re.compile(r"[\s)）「『“\"]|OR\b|AND\b|または|又は|もしくは")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "term" "exact" "or" "not" "open" "close" "filter"
    text: str
    name: str = ""


def _quoted(text: str, position: int) -> tuple[str, int] | None:
    """The passage inside the quote that opens at ``position`` and where it ends, if it is
    closed.
    """
    close = text.find(_QUOTES[text[position]], position + 1)
    if close < 0:
        return None
    return text[position + 1 : close], close + 1


def _ends_quote(text: str, position: int) -> bool:
    """Whether another quote ends right before (「…」「…」)."""
    return position > 0 and text[position - 1] in _CLOSING


def _stands_alone(text: str, end: int) -> bool:
    """Whether a closed quote is a term of its own; inside a sentence 「…」 is only punctuation."""
    return end >= len(text) or _AFTER_QUOTE.match(text, end) is not None


def _read_value(text: str, position: int) -> tuple[str, int]:
    if position < len(text) and text[position] in _QUOTES:
        quoted = _quoted(text, position)
        if quoted:
            return quoted
    match = _SPACE.search(text, position)
    end = match.start() if match else len(text)
    return text[position:end], end


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, depth = 0, 0
    while position < len(text):
        character = text[position]
        if character.isspace():
            position += 1
            continue
        fresh = position == 0 or text[position - 1].isspace() or text[position - 1] in "(（"
        fresh = fresh or bool(tokens and tokens[-1].kind == "not")
        filter_match = _FILTER.match(text, position) if fresh else None
        if filter_match:
            value, position = _read_value(text, filter_match.end())
            tokens.append(_Token("filter", value, filter_match.group(1)))
        elif character in _QUOTES and (fresh or _ends_quote(text, position)):
            quoted = _quoted(text, position)
            if quoted and _stands_alone(text, quoted[1]):
                passage, position = quoted
                tokens.append(_Token("exact", passage))
            else:
                position = _read_term(text, position, depth, tokens)
        elif (
            fresh
            and character in _MINUS
            and position + 1 < len(text)
            and not text[position + 1].isspace()
        ):
            tokens.append(_Token("not", character))
            position += 1
        elif fresh and character in "(（" and _closes(text, position):
            tokens.append(_Token("open", character))
            position, depth = position + 1, depth + 1
        elif depth and character in ")）":
            tokens.append(_Token("close", character))
            position, depth = position + 1, depth - 1
        else:
            position = _read_term(text, position, depth, tokens)
    return tokens


def _closes(text: str, position: int) -> bool:
    """Whether a bracket at the start of a term is a group: it is closed and has an operator
    inside.
    """
    match = _GROUP_END.search(text, position)
    return match is not None and _OPERATOR.search(text, position + 1, match.start()) is not None


def _read_term(text: str, position: int, depth: int, tokens: list[_Token]) -> int:
    match = _SPACE.search(text, position + 1)
    end = match.start() if match else len(text)
    if depth:
        closing = re.compile(r"[)）]").search(text, position)
        end = min(end, closing.start()) if closing and closing.start() > position else end
    word = text[position:end]
    if word in _OR:
        tokens.append(_Token("or", word))
    elif word in _NOT:
        tokens.append(_Token("not", word))
    elif word not in _AND:
        tokens.append(_Token("term", word))
    return end


class _Reader:
    """Recursive descent over the tokens; a missing operand is simply left out."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = [token for token in tokens if token.kind != "filter"]
        self.position = 0
        self.leaves = 0

    def _peek(self) -> str:
        return self.tokens[self.position].kind if self.position < len(self.tokens) else ""

    def conjunction(self, depth: int = 0) -> Node | None:
        nodes: list[Node] = []
        while self._peek() and not (depth and self._peek() == "close"):
            node = self._disjunction(depth)
            if node is not None:
                nodes.append(node)
        if not nodes:
            return None
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _disjunction(self, depth: int) -> Node | None:
        nodes = [self._unary(depth)]
        while self._peek() == "or":
            self.position += 1
            if self._peek():
                nodes.append(self._unary(depth))
        found = [node for node in nodes if node is not None]
        if not found:
            return None
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _unary(self, depth: int) -> Node | None:
        kind = self._peek()
        if kind in ("", "or"):
            return None
        token = self.tokens[self.position]
        self.position += 1
        if kind == "not":
            child = self._unary(depth) if self._peek() not in ("or", "close") else None
            if isinstance(child, Not):
                return child.child
            return Not(child) if child is not None else None
        if kind == "open" and depth < 8:
            node = self.conjunction(depth + 1)
            if self._peek() == "close":
                self.position += 1
            return node
        return self._leaf(token)

    def _leaf(self, token: _Token) -> Node | None:
        if self.leaves >= MAX_LEAVES or token.kind not in ("term", "exact"):
            return None
        text = clean(token.text).text.strip()
        if not any(character.isalnum() for character in text):
            return None
        self.leaves += 1
        return Exact(text) if token.kind == "exact" else Term(text)


def _filters(tokens: list[_Token]) -> QueryFilters:
    values: dict[str, list[str]] = {}
    since = until = None
    for token in tokens:
        value = token.text.strip()
        if token.kind != "filter" or not value:
            continue
        if token.name == "期間":
            period = parse_period(value)
            if period:
                since, until = period
        else:
            values.setdefault(token.name, []).extend(
                part for part in re.split("[,，、]", value) if part
            )
    return QueryFilters(
        kinds=tuple(values.get("種別", []) + values.get("種類", [])),
        sections=tuple(values.get("部署", []) + values.get("所属", [])),
        authors=tuple(values.get("作成者", []) + values.get("登録者", [])),
        since=since,
        until=until,
    )


def _plain_terms(node: Node | None) -> list[str]:
    """The texts of a query that is nothing but terms; empty when it has an operator or a quote."""
    terms = list(node.children) if isinstance(node, And) else [node] if node else []
    texts = [term.text for term in terms if isinstance(term, Term)]
    return texts if len(texts) == len(terms) else []


def may_be_question(query: Query) -> bool:
    """Whether, when nothing is found, any of the words may be looked for instead."""
    texts = _plain_terms(query.node)
    many = len(texts) > 1 and _many_words(texts)
    return many or any(words.is_sentence(text) for text in texts)


def _many_words(texts: list[str]) -> bool:
    return sum(len(words.query_words(text)) for text in texts) >= QUESTION_WORDS


def _is_question(raw: str, node: Node | None) -> bool:
    """A trailing ？, an interrogative in a sentence, or five content words without any operator."""
    if raw.rstrip().endswith(("?", "？")):
        return True
    texts = _plain_terms(node)
    sentences = [text for text in texts if words.is_sentence(text)]
    if any(_ASKING.search(text) for text in sentences):
        return True
    return _many_words(texts) and bool(sentences or len(texts) >= QUESTION_WORDS)


def parse(raw: str, *, literal: bool = False) -> Query:
    """Parse what a person typed; with ``literal`` every term is taken letter by letter."""
    text = raw[:MAX_LENGTH].encode("utf-8", "ignore").decode("utf-8").replace("\x00", " ")
    tokens = _tokens(text)
    node = _Reader(tokens).conjunction()
    question = not literal and _is_question(text, node)
    if literal:
        node = _as_exact(node)
    return Query(clean(text).text.strip(), node, _filters(tokens), question)


def _as_exact(node: Node | None) -> Node | None:
    match node:
        case Term(text):
            return Exact(text)
        case Not(child):
            inner = _as_exact(child)
            return Not(inner) if inner is not None else None
        case And(children):
            return And(
                tuple(inner for child in children if (inner := _as_exact(child)) is not None)
            )
        case Or(children):
            return Or(tuple(inner for child in children if (inner := _as_exact(child)) is not None))
        case _:
            return node
