"""The template tags: what they write, and that nothing of a person's text becomes markup."""

import re
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from groupware.web.components import controls
from groupware.web.icons import UnknownIconError, icon
from groupware.web.management.commands.check_translations import own_roots

NASTY = '<script>"x"</script>'


def draw(text: str, **context: Any) -> str:
    return Template("{% load fuzukue %}" + text).render(Context(context))


def test_an_icon_is_inline_and_hidden_from_readers() -> None:
    html = icon("search")
    assert html.startswith('<svg class="ic"') and 'aria-hidden="true"' in html and "<path" in html
    assert 'aria-label="さがす"' in icon("search", label="さがす")
    with pytest.raises(UnknownIconError):
        icon("../../etc/passwd")
    with pytest.raises(UnknownIconError):
        icon("no-such-icon")


def test_a_button_has_its_kind_busy_word_and_attributes() -> None:
    html = draw(
        '{% button label "p" icon="check" type="submit" busy="送信中" '
        'hx_post="/x" hx_status_422="swap:x" %}',
        label=NASTY,
    )
    assert 'class="btn p"' in html and 'type="submit"' in html and 'data-busy="送信中"' in html
    assert 'hx-post="/x"' in html and 'hx-status:422="swap:x"' in html
    assert "<script>" not in html
    with pytest.raises(ValueError):
        controls.button("x", "primary")


def test_a_link_that_is_disabled_is_a_disabled_button() -> None:
    assert draw('{% button "開く" "o" href="/x" %}').startswith("<a ")
    assert draw('{% button "開く" "o" href="/x" disabled=True %}').startswith("<button ")


def test_a_state_is_icon_word_and_colour() -> None:
    html = draw('{% tag "差戻し" "ng" "undo-2" %}')
    assert 'class="tag ng"' in html and "<svg" in html and "差戻し" in html
    with pytest.raises(ValueError):
        controls.tag("x", "pink")


def test_a_note_that_failed_is_read_at_once() -> None:
    assert 'role="alert"' in draw('{% note "ng" %}だめ{% endnote %}')
    assert "role=" not in draw("{% note %}よし{% endnote %}").split(">")[0]


def test_a_badge_counts_to_99_and_hides_nothing() -> None:
    assert draw("{% badge 0 %}") == ""
    assert "99+" in draw("{% badge 120 %}")
    live = draw('{% badge 0 "ng" "bell" %}')
    assert "hidden" in live and 'data-live-badge="bell"' in live


def test_progress_without_a_value_moves_to_and_fro() -> None:
    assert "value=" not in draw('{% progress "検査中" %}')
    html = draw('{% progress "読み取り中" 34 120 meta="あと 3 分" %}')
    assert 'value="34"' in html and 'max="120"' in html and "あと 3 分" in html


def test_boxes_lie_over_the_page_and_one_is_current() -> None:
    boxes = [controls_box(1, 2, 3, 4), controls_box(5, 6, 7.5, 8)]
    html = draw("{% hits boxes 1 %}", boxes=boxes)
    assert html.count("<rect") == 2 and html.count("hit now") == 1 and 'width="7.5"' in html
    assert "style=" not in html


def controls_box(x: float, y: float, w: float, h: float) -> Any:
    return type("Box", (), {"x": x, "y": y, "w": w, "h": h})()


def test_breadcrumbs_end_here() -> None:
    html = draw('{% breadcrumb "文書" "/documents/" name "" %}', name=NASTY)
    assert html.count("<a ") == 1 and "&lt;script&gt;" in html and "<script>" not in html


def test_pages_keep_the_other_parameters() -> None:
    request = RequestFactory().get("/list/?q=断水&page=2")
    html = draw("{% pagination page %}", page=Paginator(range(60), 20).page(2), request=request)
    assert "?q=%E6%96%AD%E6%B0%B4&amp;page=3" in html and 'aria-current="page">2' in html
    assert (
        draw("{% pagination page %}", page=Paginator(range(3), 20).page(1), request=request).strip()
        == ""
    )


def test_a_face_has_the_initial_and_is_decoration() -> None:
    html = draw('{% avatar "佐藤 恵子" "s" %}')
    assert ">佐<" in html and 'aria-hidden="true"' in html
    assert draw("{% avatar person %}", person=None) == ""


def test_device_names() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    assert draw("{{ ua|device_name }}", ua=edge) == "Edge・Windows"
    assert draw("{{ ua|device_name }}", ua="curl/8") == "ほかのブラウザー"


class PaperForm(forms.Form):
    title = forms.CharField(label="件名", help_text="短く")
    level = forms.ChoiceField(label="区分", choices=[("a", "甲"), ("b", "乙")], required=False)
    kind = forms.ChoiceField(label="種類", choices=[("a", "甲")], widget=forms.RadioSelect)
    tell = forms.BooleanField(label="知らせる", help_text="ベルに出ます", required=False)
    secret = forms.CharField(label="パスワード", widget=forms.PasswordInput, required=False)


def test_a_field_names_its_label_hint_and_error() -> None:
    form = PaperForm({"title": "", "kind": "a"})
    html = draw("{% field form.title %}", form=form)
    assert '<label for="id_title">件名<span class="req">必須</span></label>' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described is not None
    for name in described[1].split():
        assert f'id="{name}"' in html
    assert 'aria-invalid="true"' in html and 'class="in err"' in html


def test_other_controls() -> None:
    form = PaperForm()
    assert "chev" in draw("{% field form.level %}", form=form)
    assert "<fieldset" in draw("{% field form.kind %}", form=form)
    assert '<label class="cb"><input type="checkbox"' in draw("{% field form.tell %}", form=form)
    assert 'data-controller="password-reveal"' in draw("{% field form.secret %}", form=form)
    assert "任意" in draw("{% field form.level optional=True %}", form=form)


def test_the_summary_links_to_each_wrong_field() -> None:
    form = PaperForm({})
    html = draw("{% error_summary form %}", form=form)
    assert "2 か所を直してください" in html and 'href="#id_title"' in html and "data-focus" in html
    assert draw("{% error_summary form %}", form=PaperForm({"title": "a", "kind": "a"})) == ""


def test_no_template_of_ours_has_inline_style_or_script() -> None:
    seen = 0
    for root in own_roots():
        for path in (root / "templates").rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            seen += 1
            assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|javascript:", text), path
            for script in re.findall(r"<script\b[^>]*>", text):
                assert "nonce=" in script, (path, script)
    assert seen > 10
