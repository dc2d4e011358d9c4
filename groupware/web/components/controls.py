"""Buttons, tags, notes, faces, counts, progress: small parts built without a template."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from groupware.web.components.markup import attributes, classes, element
from groupware.web.icons import icon
from groupware.web.people import Face, tint_of

KINDS = {"p", "o", "q", "r"}
TONES = {"", "info", "wait", "ok", "warn", "ng", "mark"}
NOTE_ICONS = {
    "": "info",
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "ng": "circle-alert",
}


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise ValueError(f"unknown tone {tone!r}; one of {sorted(TONES)}")
    return tone


def button(
    label: object,
    kind: str = "o",
    *,
    icon_name: str = "",
    href: str = "",
    size: str = "",
    busy: str = "",
    disabled: bool = False,
    given: dict[str, Any] | None = None,
) -> SafeString:
    """A button, or a link that looks like one.

    Args:
        kind: p filled (one per screen), o outlined, q words only, r refusing.
        size: "big" (56 px, for deciding), "wide" (the whole line).
        busy: what the button says while its form or request is under way.
        given: further attributes; `class_` adds classes.

    Raises:
        ValueError: on an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of button {kind!r}")
    rest = dict(given or {})
    css = classes(["btn", kind, size, str(rest.pop("class_", ""))])
    inside = format_html("{}<span>{}</span>", icon(icon_name) if icon_name else "", label)
    if href and not disabled:
        return element("a", {"class_": css, "href": href, **rest}, inside)
    rest.setdefault("type", "button")
    return element(
        "button", {"class_": css, "disabled": disabled, "data_busy": busy, **rest}, inside
    )


def icon_button(
    icon_name: str,
    label: object,
    *,
    href: str = "",
    key: str = "",
    disabled: bool = False,
    given: dict[str, Any] | None = None,
) -> SafeString:
    """A square button with an icon; its name is read aloud and shown as a tooltip."""
    rest = dict(given or {})
    css = classes(["iconbtn", str(rest.pop("class_", ""))])
    hint = format_html(" <kbd>{}</kbd>", key) if key else ""
    inside = format_html(
        '{}<span class="vh">{}</span><span class="tip" aria-hidden="true">{}{}</span>',
        icon(icon_name),
        label,
        label,
        hint,
    )
    if href and not disabled:
        return element("a", {"class_": css, "href": href, **rest}, inside)
    rest.setdefault("type", "button")
    return element("button", {"class_": css, "disabled": disabled, **rest}, inside)


def tag(label: object, tone: str = "", icon_name: str = "") -> SafeString:
    """A state: icon, word and colour."""
    return element(
        "span",
        {"class_": classes(["tag", _tone(tone)])},
        format_html("{}{}", icon(icon_name) if icon_name else "", label),
    )


def kind_mark(icon_name: str, tone: str = "", css: str = "") -> SafeString:
    """The tinted square that says of what kind a row is."""
    return element("span", {"class_": classes(["kind", _tone(tone), css])}, icon(icon_name))


def note(inside: object, tone: str = "info", given: dict[str, Any] | None = None) -> SafeString:
    """A line that tells something; failing ones are read at once."""
    role = "alert" if tone == "ng" else None
    rest = dict(given or {})
    css = classes(["note", "" if tone == "info" else _tone(tone), str(rest.pop("class_", ""))])
    return element(
        "div",
        {"class_": css, "role": role, **rest},
        format_html('{}<div class="body">{}</div>', icon(NOTE_ICONS[tone]), inside),
    )


def avatar(person: AbstractBaseUser | Face | str | None, size: str = "") -> SafeString:
    """The circle with a person's initial; decoration beside the written name."""
    if person is None:
        return mark_safe("")
    if isinstance(person, str):
        face = Face(name=person, tint=tint_of(sum(map(ord, person))))
    else:
        # no presenter here: a list of faces must not ask for everybody's section
        face = (
            person if isinstance(person, Face) else Face(str(person), tint=tint_of(person.pk or 0))
        )
    css = classes(["av", size, f"f{face.tint}" if face.tint > 1 else ""])
    return element("span", {"class_": css, "aria_hidden": "true"}, face.initial)


def badge(number: int | None, tone: str = "", name: str = "", words: str = "") -> SafeString:
    """A count. `name` makes it live (kind `badge` of the socket); nothing is shown for 0."""
    shown = number or 0
    text = "99+" if shown > 99 else str(shown)
    said = format_html('<span class="vh">{}</span>', words or _("件")) if shown else ""
    return (
        element(
            "span",
            {
                "class_": classes(["bdg", tone]),
                "data_live_badge": name,
                "hidden": shown == 0,
            },
            format_html("{}{}", text, said),
        )
        if shown or name
        else mark_safe("")
    )


def progress(
    label: object,
    value: float | None = None,
    maximum: float | None = None,
    *,
    meta: object = "",
    icon_name: str = "",
    given: dict[str, Any] | None = None,
) -> SafeString:
    """A labelled bar; without a value it moves to and fro. Percentages are not announced."""
    head = format_html(
        '<span class="lab">{}<span>{}</span>{}</span>',
        icon(icon_name) if icon_name else "",
        label,
        format_html('<span class="meta">{}</span>', meta) if meta else "",
    )
    bar = element(
        "progress",
        {
            "value": None if value is None else f"{value:g}",
            "max": None if maximum is None else f"{maximum:g}",
            "aria_label": str(label),
        },
        "",
    )
    return element("div", {"class_": "prog", **(given or {})}, format_html("{}{}", head, bar))


def skeleton(rows: int = 2, *, thumbnail: bool = True) -> SafeString:
    """Grey lines of the final size; they appear after 300 ms (`late`)."""
    box = mark_safe('<span class="sk box late"></span>') if thumbnail else ""
    lines = mark_safe(
        '<span class="grow"><span class="sk late w1"></span><span class="sk late w3"></span>'
        '<span class="sk late w4"></span></span>'
    )
    row = format_html('<div class="lrow" aria-hidden="true">{}{}</div>', box, lines)
    said = format_html('<p class="vh" role="status">{}</p>', _("読み込んでいます"))
    return format_html("{}{}", said, mark_safe(row * rows))  # noqa: S308 - built above


def crumbs(items: list[tuple[object, str]]) -> SafeString:
    """Where this is: pairs of name and address; the last one without address is here."""
    parts = []
    for name, url in items:
        link = (
            format_html('<a href="{}">{}</a>', url, name)
            if url
            else format_html("<span>{}</span>", name)
        )
        follows = icon("chevron-right") if (name, url) != items[-1] else ""
        parts.append(format_html("<li>{}{}</li>", link, follows))
    inside = format_html("<ol>{}</ol>", mark_safe("".join(parts)))  # noqa: S308 - escaped parts
    return element("nav", {"class_": "crumb", "aria_label": _("いまの場所")}, inside)


def attributes_of(given: dict[str, Any]) -> SafeString:
    """For templates that pass attributes on."""
    return attributes(given)
