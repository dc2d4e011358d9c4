"""A field of a Django form as this program shows it: label above, hint, control, error below."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from groupware.web.components.markup import classes, element
from groupware.web.icons import icon

SELECTS = (forms.Select,)
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def field(
    bound: BoundField,
    *,
    hint: object = "",
    icon_name: str = "",
    unit: object = "",
    small: bool = False,
    mark_optional: bool = False,
    given: dict[str, Any] | None = None,
) -> SafeString:
    """Render a bound field with everything that belongs to it.

    Args:
        hint: a line under the label (default: the field's help text).
        icon_name: an icon inside the control, at its beginning.
        unit: a word inside the control, at its end (円).
        small: the label as a light line, for settings beside each other.
        mark_optional: say 任意 where a form is mostly required.
        given: further attributes of the control.
    """
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    if isinstance(widget, forms.CheckboxInput):
        return _checkbox(bound, hint, given)
    if isinstance(widget, CHOICES):
        return _choices(bound, hint)
    errors = _errors(bound)
    said = hint or bound.help_text
    control = _control(bound, said, errors, given or {})
    inside = [
        format_html('<span class="lead">{}</span>', icon(icon_name)) if icon_name else "",
        control,
        format_html('<span class="unit" aria-hidden="true">{}</span>', unit) if unit else "",
        icon("chevron-down", "chev")
        if isinstance(widget, SELECTS) and not getattr(widget, "allow_multiple_selected", False)
        else "",
        _end_of(widget),
    ]
    reveal = "password-reveal" if isinstance(widget, forms.PasswordInput) else None
    box = element("span", {"class_": "inbox", "data_controller": reveal}, _joined(inside))
    label = format_html(
        '<label for="{}">{}{}</label>',
        bound.id_for_label,
        bound.label,
        _required(bound, mark_optional),
    )
    return element(
        "div",
        {"class_": classes(["fld", "s" if small else ""])},
        _joined([label, _hint(bound, said), box, errors]),
    )


def _control(
    bound: BoundField, said: object, errors: SafeString | str, given: dict[str, Any]
) -> SafeString:
    """The widget itself, tied to its hint and its errors."""
    widget = bound.field.widget
    described = " ".join(
        part
        for part, wanted in ((f"{bound.auto_id}_hint", said), (f"{bound.auto_id}_err", errors))
        if wanted
    )
    css = classes(["in", "err" if errors else "", str(widget.attrs.get("class", ""))])
    attrs: dict[str, Any] = {
        **{key.rstrip("_").replace("_", "-"): value for key, value in given.items()},
        "class": css,
        "aria-describedby": described or None,
        "aria-invalid": "true" if errors else None,
    }
    if widget.attrs.get("placeholder") == bound.label:
        attrs["placeholder"] = False  # says nothing that the label does not say
    return bound.as_widget(
        attrs={key: value for key, value in attrs.items() if value is not None and value != ""}
    )


def error_summary(form: forms.BaseForm) -> SafeString:
    """How many places to mend, each a link to its field; takes the focus after a failed submit."""
    if not form.errors:
        return SafeString("")
    links = []
    for name in form.errors:
        if name in form.fields:
            bound = form[name]
            links.append(
                format_html('<li><a href="#{}">{}</a></li>', bound.id_for_label, bound.label)
            )
    whole = [format_html("<p>{}</p>", text) for text in form.non_field_errors()]
    title = _("%(n)s か所を直してください") % {"n": len(links)} if links else ""
    inside = _joined(
        [
            format_html("<h2>{}</h2>", title) if title else "",
            *whole,
            format_html('<ul class="row s" role="list">{}</ul>', _joined(links)) if links else "",
        ]
    )
    return element(
        "div",
        {"class_": "note ng errsum mb", "role": "alert", "tabindex": "-1", "data_focus": "true"},
        format_html('{}<div class="body">{}</div>', icon("circle-alert"), inside),
    )


def _joined(parts: list[Any]) -> SafeString:
    return SafeString("".join(str(part) for part in parts if part))


def _required(bound: BoundField, mark_optional: bool) -> SafeString:
    if bound.field.required:
        return format_html('<span class="req">{}</span>', _("必須"))
    return (
        format_html('<span class="opt">{}</span>', _("任意")) if mark_optional else SafeString("")
    )


def _hint(bound: BoundField, said: object) -> SafeString:
    return (
        format_html('<span class="hint" id="{}_hint">{}</span>', bound.auto_id, said)
        if said
        else SafeString("")
    )


def _errors(bound: BoundField) -> SafeString:
    if not bound.errors:
        return SafeString("")
    return format_html(
        '<span class="err" id="{}_err">{}<span>{}</span></span>',
        bound.auto_id,
        icon("circle-alert"),
        " ".join(str(error) for error in bound.errors),
    )


def _end_of(widget: forms.Widget) -> SafeString:
    if not isinstance(widget, forms.PasswordInput):
        return SafeString("")
    return format_html(
        '<button type="button" class="iconbtn end" data-action="password-reveal#toggle" '
        'aria-pressed="false" data-password-reveal-target="button" aria-label="{}">{}{}</button>',
        _("パスワードを表示する"),
        icon("eye", "on"),
        icon("eye-off", "off"),
    )


def _checkbox(bound: BoundField, hint: object, given: dict[str, Any] | None) -> SafeString:
    attrs = {key.replace("_", "-"): value for key, value in (given or {}).items()}
    said = hint or bound.help_text
    if said:
        attrs["aria-describedby"] = f"{bound.auto_id}_hint"
    words = format_html("<span>{}{}</span>", bound.label, _hint(bound, said))
    label = format_html('<label class="cb">{}{}</label>', bound.as_widget(attrs=attrs), words)
    return element("div", {"class_": "fld"}, _joined([label, _errors(bound)]))


def _choices(bound: BoundField, hint: object) -> SafeString:
    several = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    css = "cb" if several else "rad"
    options = [
        format_html(
            '<label class="{}">{}<span>{}</span></label>',
            css,
            option.tag(wrap_label=False),
            option.choice_label,
        )
        for option in bound.subwidgets
    ]
    legend = format_html("<legend>{}{}</legend>", bound.label, _required(bound, False))
    row = format_html('<div class="row">{}</div>', _joined(options))
    return element(
        "fieldset",
        {"class_": "fld"},
        _joined([legend, _hint(bound, hint or bound.help_text), row, _errors(bound)]),
    )
