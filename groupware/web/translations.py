"""Texts of our apps and their English: found in the sources, compared, compiled.

Source texts are Japanese (LANGUAGE_CODE "ja"), so the usual interface needs no translation file.
Python is read as a syntax tree, templates through Django's own `templatize`; GNU gettext is not
needed on any machine.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

SINGLE = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
PO = Path("locale/en/LC_MESSAGES/django.po")
_CALL = re.compile(
    r"(?<![A-Za-z])(n?p?gettext|_)\(\s*(u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?:\s*,\s*u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))*)"
)
_FORMAT = re.compile(r"%\((\w+)\)[sd]|(?<!%)%[sd]|\{(\w+)\}")


@dataclass(frozen=True)
class Text:
    """A text of the sources."""

    msgid: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a text of an app."""

    app: str
    why: str
    text: str


@dataclass
class Comparison:
    """What a look at one app found."""

    texts: int = 0
    problems: list[Problem] = field(default_factory=list)


def _strings(nodes: list[ast.expr]) -> list[str]:
    found = []
    for node in nodes:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            break
        found.append(node.value)
    return found


def _text_of(function: str, strings: list[str]) -> Text | None:
    if function in SINGLE and strings:
        return Text(strings[0])
    if function in PLURAL and len(strings) >= 2:
        return Text(strings[0], plural=strings[1])
    if function in CONTEXT and len(strings) >= 2:
        return Text(strings[1], context=strings[0])
    return None


def texts_of_python(source: str) -> Iterator[Text]:
    """Texts marked in a Python file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        text = _text_of(name, _strings(node.args))
        if text and text.msgid:
            yield text


def texts_of_template(source: str, origin: str) -> Iterator[Text]:
    """Texts marked in a Django template."""
    for match in _CALL.finditer(templatize(source, origin=origin)):
        literals = ast.literal_eval(f"({match[2]},)")
        text = _text_of(match[1], [str(literal) for literal in literals])
        if text and text.msgid:
            yield text


def texts_of_app(root: Path) -> set[Text]:
    """Every text of an app: its modules and its templates."""
    found: set[Text] = set()
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts:
            found.update(texts_of_python(path.read_text(encoding="utf-8")))
    for folder in ("templates", "template_parts"):
        for path in sorted((root / folder).rglob("*.*")):
            if path.suffix in {".html", ".txt"}:
                found.update(texts_of_template(path.read_text(encoding="utf-8"), str(path)))
    return found


def compare(root: Path) -> Comparison:
    """Compare an app's texts with its English file.

    Problems: no translation, marked fuzzy, no longer in the sources, other placeholders.
    """
    wanted = texts_of_app(root)
    result = Comparison(texts=len(wanted))
    app = root.name
    path = root / PO
    known = {_key(entry): entry for entry in polib.pofile(str(path))} if path.is_file() else {}
    for text in sorted(wanted, key=lambda text: text.msgid):
        entry = known.pop(text, None)
        if entry is None or not _translated(entry):
            result.problems.append(Problem(app, "訳がありません", text.msgid))
        elif entry.fuzzy:
            result.problems.append(Problem(app, "確かめていない訳です (fuzzy)", text.msgid))
        elif not _same_placeholders(entry):
            result.problems.append(Problem(app, "差し込みの名前が違います", text.msgid))
    for text, entry in known.items():
        if not entry.obsolete:
            result.problems.append(Problem(app, "もう使われていません", text.msgid))
    return result


def update(root: Path) -> int:
    """Bring an app's English file in step with its sources; returns how many texts are to do.

    Texts that went are removed, new ones are added empty.
    """
    wanted = texts_of_app(root)
    path = root / PO
    if not wanted and not path.is_file():
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    file = polib.pofile(str(path), wrapwidth=100) if path.is_file() else _empty()
    known = {_key(entry): entry for entry in file}
    for text, entry in known.items():
        if text not in wanted:
            file.remove(entry)
    for text in sorted(wanted - set(known), key=lambda text: (text.context, text.msgid)):
        file.append(_entry(text))
    file.save(str(path))
    return sum(1 for entry in file if not _translated(entry))


def compile_all(roots: list[Path]) -> int:
    """Write `django.mo` beside every `django.po` that is newer; returns how many were written."""
    written = 0
    for root in roots:
        for path in sorted((root / "locale").rglob("*.po")):
            compiled = path.with_suffix(".mo")
            if compiled.is_file() and compiled.stat().st_mtime >= path.stat().st_mtime:
                continue
            polib.pofile(str(path)).save_as_mofile(str(compiled))
            written += 1
    return written


def _empty() -> polib.POFile:
    file = polib.POFile(wrapwidth=100)
    file.metadata = {
        "Project-Id-Version": "fuzukue",
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return file


def _key(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, plural=entry.msgid_plural or "", context=entry.msgctxt or "")


def _entry(text: Text) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.msgid, msgctxt=text.context or None)
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = {0: "", 1: ""}
    if "%" in text.msgid and _FORMAT.search(text.msgid):
        entry.flags.append("python-format")
    return entry


def _translated(entry: polib.POEntry) -> bool:
    if entry.msgid_plural:
        return len(entry.msgstr_plural) == 2 and all(entry.msgstr_plural.values())
    return bool(entry.msgstr)


def _same_placeholders(entry: polib.POEntry) -> bool:
    wanted = {match[0] for match in _FORMAT.finditer(entry.msgid_plural or entry.msgid)}
    given = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    # the singular of English may say "one" instead of the number
    return all({match[0] for match in _FORMAT.finditer(text)} <= wanted for text in given) and (
        {match[0] for match in _FORMAT.finditer(given[-1])} == wanted
    )
