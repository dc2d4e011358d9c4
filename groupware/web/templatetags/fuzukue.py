"""`{% load fuzukue %}`: the parts of the program for templates. See /style-guide/ for each."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

from django import forms, template
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from groupware.web import formats, wareki
from groupware.web.components import controls
from groupware.web.components import forms as form_parts
from groupware.web.components.markup import element
from groupware.web.devices import device_of
from groupware.web.icons import icon as icon_svg
from groupware.web.importmap import import_map
from groupware.web.people import Face, face_of
from groupware.web.registries import Notice, notices

register = template.Library()


class BoxLike(Protocol):
    """A rectangle in thousandths of the page's width and height."""

    x: float
    y: float
    w: float
    h: float


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """{% icon "search" %}, {% icon "search" "s" %}: Lucide inline; sizes "", s, l, xl."""
    return icon_svg(name, css, label)


@register.simple_tag
def logo(css: str = "") -> SafeString:
    """The desk with the seal on it."""
    return format_html(
        '<svg class="logo {}" viewBox="0 0 32 32" aria-hidden="true" focusable="false">'
        '<g fill="none" stroke="currentColor" stroke-linecap="round">'
        '<path d="M2.5 8.5h27M7.7 9v15M24.3 9v15" stroke-width="3.4"/></g>'
        '<circle class="dot" cx="16" cy="18.5" r="4.1"/></svg>',
        css,
    )


@register.simple_tag
def button(
    label: object,
    kind: str = "o",
    *,
    icon: str = "",
    href: str = "",
    size: str = "",
    busy: str = "",
    disabled: bool = False,
    **given: Any,
) -> SafeString:
    """{% button "開く" "p" icon="check" type="submit" busy="送信中" hx_post=url %}."""
    return controls.button(
        label, kind, icon_name=icon, href=href, size=size, busy=busy, disabled=disabled, given=given
    )


@register.simple_tag
def icon_button(
    icon: str, label: object, *, href: str = "", key: str = "", disabled: bool = False, **given: Any
) -> SafeString:
    """{% icon_button "rotate-cw" "右に回す" key="R" %}."""
    return controls.icon_button(icon, label, href=href, key=key, disabled=disabled, given=given)


@register.simple_tag(name="tag")
def tag_(label: object, tone: str = "", icon: str = "") -> SafeString:
    """{% tag "回議中" "wait" "arrow-left-right" %}."""
    return controls.tag(label, tone, icon)


@register.simple_tag
def kind(icon: str, tone: str = "", css: str = "") -> SafeString:
    """The tinted square at the head of a row."""
    return controls.kind_mark(icon, tone, css)


@register.simple_block_tag
def note(content: str, tone: str = "info", **given: Any) -> SafeString:
    """{% note "ok" %}…{% endnote %}: info, ok, warn, ng."""
    return controls.note(mark_safe(content), tone, given)  # noqa: S308 - rendered by the template


@register.simple_tag
def avatar(person: AbstractBaseUser | Face | str | None, size: str = "") -> SafeString:
    """{% avatar staff %}, {% avatar staff "s" %}."""
    return controls.avatar(person, size)


@register.simple_tag
def badge(number: int | None, tone: str = "", name: str = "", words: str = "") -> SafeString:
    """{% badge 4 "ng" %}; `name` makes it follow the socket."""
    return controls.badge(number, tone, name, words)


@register.simple_tag
def progress(
    label: object,
    value: float | None = None,
    max: float | None = None,  # noqa: A002 - the attribute's own name
    meta: object = "",
    icon: str = "",
    **given: Any,
) -> SafeString:
    """{% progress "読み取り中" 34 120 meta="あと 3 分" %}; without a value it moves to and fro."""
    return controls.progress(label, value, max, meta=meta, icon_name=icon, given=given)


@register.simple_tag
def skeleton(rows: int = 2, thumbnail: bool = True) -> SafeString:
    """Grey rows of the final size."""
    return controls.skeleton(rows, thumbnail=thumbnail)


@register.simple_block_tag
def empty(content: str, icon: str, title: object, level: int = 2) -> SafeString:
    """{% empty "mails" "待っている回覧はありません" %}text, one button{% endempty %}."""
    return format_html(
        '<div class="empty">{}<h{} class="h">{}</h{}>{}</div>',
        icon_svg(icon),
        level,
        title,
        level,
        mark_safe(content),  # noqa: S308 - rendered by the template
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: object, **given: Any) -> SafeString:  # noqa: A002 - the attribute's own name
    """{% dialog "drop" "この案件を否決しますか" %}…<div class="acts">…</div>{% enddialog %}.

    Opened by `data-action="dialog#open" data-dialog-id-param="drop"`.
    """
    inside = format_html("<h2 id='{}-title'>{}</h2>{}", id, title, mark_safe(content))  # noqa: S308
    return element(
        "dialog",
        {"class_": "dlg", "id": id, "aria_labelledby": f"{id}-title", **given},
        inside,
    )


@register.simple_tag
def breadcrumb(*pairs: str) -> SafeString:
    """{% breadcrumb "文書" url_of_list "市民課" url_of_folder "窓口改善" "" %}."""
    return controls.crumbs(list(zip(pairs[::2], pairs[1::2], strict=True)))


@register.simple_tag
def crumbs(items: list[tuple[object, str]]) -> SafeString:
    """The same from a list of (name, address)."""
    return controls.crumbs(items)


@register.simple_tag
def field(
    bound: BoundField,
    *,
    hint: object = "",
    icon: str = "",
    unit: object = "",
    small: bool = False,
    optional: bool = False,
    **given: Any,
) -> SafeString:
    """{% field form.title hint="…" unit="円" %}."""
    return form_parts.field(
        bound,
        hint=hint,
        icon_name=icon,
        unit=unit,
        small=small,
        mark_optional=optional,
        given=given,
    )


@register.simple_tag
def error_summary(form: forms.BaseForm) -> SafeString:
    """「2 か所を直してください」 with links to the fields."""
    return form_parts.error_summary(form)


@register.inclusion_tag("web/parts/pagination.html", takes_context=True)
def pagination(context: Context, page: "Page[Any]", name: str = "page") -> dict[str, Any]:
    """{% pagination page_obj %}: keeps the other parameters of the address."""
    paginator = page.paginator
    numbers = list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {
        "page": page,
        "numbers": numbers,
        "gap": paginator.ELLIPSIS,
        "name": name,
        "request": context["request"],
    }


@register.inclusion_tag("web/parts/tabs.html")
def tabs(items: Iterable[dict[str, Any]], label: object = "") -> dict[str, Any]:
    """{% tabs items "切り替え" %}; items are dicts label, url, count, current."""
    return {"items": items, "label": label or _("切り替え")}


@register.simple_tag
def hits(boxes: Iterable[BoxLike], current: int | None = None) -> SafeString:
    """Boxes of found words over a page image inside `.paper`; `current` is the index of one."""
    shapes = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        (
            (
                "hit now" if number == current else "hit",
                f"{box.x:g}",
                f"{box.y:g}",
                f"{box.w:g}",
                f"{box.h:g}",
            )
            for number, box in enumerate(boxes)
        ),
    )
    return format_html(
        '<svg class="hits" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>",
        shapes,
    )


@register.simple_tag
def importmap() -> SafeString:
    """The browser's import map as JSON."""
    return mark_safe(import_map())  # noqa: S308 - JSON with "<" escaped


@register.filter(name="wareki")
def wareki_(moment: date | datetime | None) -> str:
    """令和8年11月24日（火）."""
    return wareki.long_date(moment) if moment else ""


@register.filter
def wareki_plain(moment: date | datetime | None) -> str:
    """令和8年11月24日."""
    return wareki.long_date(moment, weekday=False) if moment else ""


@register.filter
def wareki_list(moment: date | datetime | None) -> str:
    """11月24日 (this year), R7.11.24 (others)."""
    return wareki.list_date(moment) if moment else ""


@register.filter
def wareki_short(moment: date | datetime | None) -> str:
    """R8.11.24."""
    return wareki.table_date(moment) if moment else ""


@register.filter
def fiscal_year(year: int | date | None) -> str:
    """2026 → 令和8年度; a date → its 年度."""
    if year is None or year == "":
        return ""
    return wareki.fiscal_year_text(
        wareki.fiscal_year(year) if isinstance(year, date) else int(year)
    )


@register.simple_tag
def when(moment: date | datetime | None, form: str = "list") -> SafeString:
    """<time>: 今日 9:12, 昨日 17:08, 11月24日, the full form in its title; list, table, long."""
    if moment is None:
        return mark_safe("")
    if form == "long":
        text = wareki.long_date(moment)
    elif form == "table":
        text = wareki.table_date(moment)
    else:
        text = (
            wareki.moment_text(moment) if isinstance(moment, datetime) else wareki.list_date(moment)
        )
    full = wareki.long_date(moment)
    if isinstance(moment, datetime):
        local = timezone.localtime(moment)
        full = f"{full} {local.hour}:{local:%M}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, text)


@register.filter
def filesize(size: int | None) -> str:
    """46.2 MB."""
    return formats.filesize(size) if size is not None else ""


@register.filter
def money(yen: int | None) -> str:
    """418,000円."""
    return formats.money(yen) if yen is not None else ""


@register.filter
def count(number: int) -> str:
    """1,234 件."""
    return formats.count(number)


@register.filter
def person_name(person: AbstractBaseUser | None) -> str:
    """The name that a person goes by."""
    return face_of(person).name if person else ""


@register.filter
def person_line(person: AbstractBaseUser | None) -> str:
    """市民課 主任."""
    return face_of(person).line if person else ""


@register.simple_tag
def public_notices() -> list[Notice]:
    """Notices that may be read before signing in."""
    return [notice for source in notices if source.can(None) for notice in source.items()]


@register.filter
def device_name(user_agent: str) -> str:
    """Chrome・Windows, out of what the browser says of itself."""
    return device_of(user_agent)


@register.filter
def last_word(label: str) -> str:
    """市民部 市民課 → 市民課."""
    return label.rsplit(maxsplit=1)[-1] if label.split() else ""


@register.simple_tag
def until(moment: datetime) -> str:
    """When an absence ends: 15:00 today, otherwise the day (25日, 12月1日)."""
    return wareki.end_text(moment)
