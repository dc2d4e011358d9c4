"""Texts are found in the sources and compared with their English."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from groupware.web import translations
from groupware.web.translations import (
    Text,
    compare,
    compile_all,
    texts_of_python,
    texts_of_template,
    update,
)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A small app with texts in Python and in a template."""
    root = tmp_path / "sample"
    (root / "templates").mkdir(parents=True)
    (root / "views.py").write_text(
        "from django.utils.translation import gettext as _\n"
        'A = _("こんにちは、%(name)sさん") % {"name": 1}\n',
        encoding="utf-8",
    )
    (root / "templates/a.html").write_text(
        "{% load i18n %}{% translate '閉じる' %}"
        "{% blocktranslate count n=n %}{{ n }} 件{% plural %}{{ n }} 件{% endblocktranslate %}",
        encoding="utf-8",
    )
    return root


def write(root: Path, *entries: str) -> None:
    path = root / translations.PO
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(entries) + "\n", encoding="utf-8")


FULL = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"',
    'msgid "こんにちは、%(name)sさん"\nmsgstr "Hello %(name)s"',
    'msgid "閉じる"\nmsgstr "Close"',
    'msgid "%(n)s 件"\nmsgid_plural "%(n)s 件"\nmsgstr[0] "one item"\nmsgstr[1] "%(n)s items"',
)


def test_texts_are_found_in_python_and_templates() -> None:
    source = (
        '_("甲"); ngettext("乙", "丙", 3); pgettext("場所", "丁"); gettext_lazy("戊"); '
        'other("己"); _(name)'
    )
    assert set(texts_of_python(source)) == {
        Text("甲"), Text("乙", plural="丙"), Text("丁", context="場所"), Text("戊"),
    }  # fmt: skip
    template = (
        "{% load i18n %}{% translate '甲' %}{{ _('乙') }}{% translate \"丙 's\" as x %}"
        "{% blocktranslate with a=b %}丁 {{ a }}{% endblocktranslate %}{# translate '己' #}"
    )
    assert set(texts_of_template(template, "t")) == {
        Text("甲"),
        Text("乙"),
        Text("丙 's"),
        Text("丁 %(a)s"),
    }


def test_a_complete_file_has_no_fault(app: Path) -> None:
    write(app, *FULL)
    found = compare(app)
    assert (found.texts, found.problems) == (3, [])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("Hello %(name)s", "Hello"), "差し込み"),
        (('msgstr "Close"', 'msgstr ""'), "訳がありません"),
        (('msgid "閉じる"', '#, fuzzy\nmsgid "閉じる"'), "fuzzy"),
        (('msgid "閉じる"', 'msgid "開く"'), "訳がありません"),
        (('msgstr[1] "%(n)s items"', 'msgstr[1] "items"'), "差し込み"),
    ],
)
def test_each_fault_is_named(app: Path, change: tuple[str, str], why: str) -> None:
    write(app, *(entry.replace(*change) for entry in FULL))
    problems = compare(app).problems
    assert problems and any(why in problem.why for problem in problems)


def test_updating_keeps_what_is_translated(app: Path) -> None:
    write(app, *FULL[:2], 'msgid "もうない"\nmsgstr "gone"')
    assert update(app) == 2
    text = (app / translations.PO).read_text(encoding="utf-8")
    assert "Hello %(name)s" in text and "もうない" not in text and "閉じる" in text


def test_compiled_once_until_it_changes(app: Path) -> None:
    write(app, *FULL)
    assert compile_all([app]) == 1
    assert compile_all([app]) == 0
    assert (app / translations.PO).with_suffix(".mo").stat().st_size > 100


def test_the_frame_the_portal_and_sign_in_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_translations", "web", "portal")
    assert "そろっています" in capsys.readouterr().out


def test_the_command_fails_with_the_text(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from groupware.web.management.commands import check_translations

    monkeypatch.setattr(check_translations, "own_roots", lambda labels: [app])
    with pytest.raises(CommandError, match="3 件"):
        call_command("check_translations")
