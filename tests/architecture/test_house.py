"""The house rules that no linter knows: sizes, drawers, shut doors (docs/CONTRIBUTING.md)."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from groupware.settings import base

ROOT = Path(__file__).resolve().parents[2]
DRAWERS = {"utils", "helpers", "common", "lib", "misc"}


def tracked(*patterns: str) -> list[Path]:
    """Files of the tree that git knows or would add."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).exists()]


def product_files() -> list[Path]:
    """Python of the product, without migrations."""
    return [
        path
        for path in tracked("groupware/*.py", "search/*.py", "knowledge/*.py", "approvals/*.py")
        if "migrations" not in path.parts
    ]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_stay_small() -> None:
    """p95 ≤ 320 lines, none over 600 (docs of the style)."""
    sizes = sorted((len(p.read_text(encoding="utf-8").splitlines()), p) for p in product_files())
    assert sizes[-1][0] <= 600, sizes[-1]
    assert sizes[int(len(sizes) * 0.95)][0] <= 320, sizes[-10:]


def test_functions_stay_small() -> None:
    """No function over 60 lines, docstring included."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({node.end_lineno - node.lineno + 1})"
        for path in product_files()
        for node in functions(path)
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > 60
    ]
    assert not long, "\n".join(long)


def test_there_are_no_drawers() -> None:
    """A thing lives with what it serves."""
    names = [p for p in tracked("*.py") if {p.stem, *p.relative_to(ROOT).parts} & DRAWERS]
    assert not names


def test_public_functions_say_what_they_do() -> None:
    """Every public function, method and class of the product has a docstring."""
    silent = []
    for path in product_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                if node.name.startswith("_") or ast.get_docstring(node):
                    continue
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not silent, "\n".join(silent)


def test_views_read_through_selectors() -> None:
    """No `Model.objects` in a view, socket or API: reads go through `access.visible`."""
    doors = ("views", "consumers", "api")
    offenders = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in product_files()
        if path.stem in doors or "views" in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\.objects\b", line)
    ]
    assert not offenders, "\n".join(offenders)


@pytest.mark.parametrize("word", ["../shared", "TODO", "FIXME", "XXX"])
def test_words_that_do_not_belong(word: str) -> None:
    """The tree stands alone and is finished where it stands."""
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py", "*.html", "*.js", "*.css", "*.md", "*.sh", "Makefile")
        if path != Path(__file__) and word in path.read_text(encoding="utf-8", errors="ignore")
    ]
    assert not found, found


def test_no_address_of_another_host() -> None:
    """No template, script or style names another host (namespaces and licences aside)."""
    allowed = re.compile(r"https?://(www\.w3\.org|127\.0\.0\.1|localhost)")
    found = []
    for path in tracked("groupware/*", "search/*", "knowledge/*"):
        if path.suffix not in {".html", ".js", ".css", ".svg"}:
            continue
        for address in re.findall(r"https?://[^\s\"')]+", path.read_text(encoding="utf-8")):
            if not allowed.match(address):
                found.append(f"{path.relative_to(ROOT)}: {address}")
    assert not found, "\n".join(found)


def test_forbidden_wagtail_apps_are_not_installed() -> None:
    """Pictures and files come from the library (docs of the architecture, "Fixed now")."""
    assert not {"wagtail.images", "wagtail.documents"} & set(base.INSTALLED_APPS)
    assert "WAGTAIL_PAGE_MODEL" not in vars(base)
