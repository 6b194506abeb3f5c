"""Small things that every page uses: icons, fields, dates, tones."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final

from django import template
from django.forms import BaseForm, BoundField, Form
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from cairn.web import nav
from cairn.web.icons import ICONS
from cairn.web.public.content import language

register = template.Library()
#: A language as HTML names it: en, de-AT, zh-Hans.
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "check" %}`` beside a word, ``{% icon "check" "Passed" %}`` alone."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - our own drawings
    if label:
        return format_html(
            '<svg class="i" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, drawing
        )
    return format_html('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing)


@register.simple_tag
def status(tone: str, words: str, icon_name: str = "") -> SafeString:
    """A judgement: icon and word, never a colour alone. Tones: good, warn, bad, info, or none."""
    usual = {"good": "check", "warn": "warn", "bad": "stop", "info": "half"}
    drawn = icon(icon_name or usual.get(tone, "ring"))
    return format_html(
        '<span class="status" data-tone="{}">{}<span>{}</span></span>', tone, drawn, words
    )


@register.simple_tag
def when(moment: datetime | None, *, day_only: bool = False) -> SafeString | str:
    """A moment in the reader's zone: “3 November 2026 at 14:05”."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    words = date_format(local, "j F Y")
    if not day_only:
        words = f"{words}, {date_format(local, 'H:i')}"
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.filter
def day(value: date | datetime | None) -> str:
    """“3 November 2026”."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return date_format(value, "j F Y")


@register.filter
def spoken(content: Any) -> SafeString:
    """Say in which language a definition is written, where the page around it speaks another one."""
    tag = getattr(content, "language", None) or ""
    page = get_language() or "en"
    if not _TAG.fullmatch(tag) or tag[:3].split("-")[0].lower() == page.split("-")[0]:
        return SafeString("")
    return format_html(' lang="{}"', tag)


@register.filter
def plain(value: Any) -> str:
    """A number without trailing zeros: 40, 2.5."""
    if value is None:
        return ""
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.inclusion_tag("cairn/components/field.html")
def field(bound: BoundField, *, hint: str = "", width: str = "") -> dict[str, Any]:
    """A label, its hint, its error and its control, tied together for everybody."""
    described = []
    help_text = hint or bound.help_text
    if help_text:
        described.append(f"{bound.id_for_label}-hint")
    if bound.errors:
        described.append(f"{bound.id_for_label}-error")
    attrs: dict[str, str | bool] = {}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    kind = getattr(bound.field.widget, "input_type", "")
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "hint": help_text,
        "width": width,
        "boolean": kind == "checkbox" and not hasattr(bound.field, "choices"),
        "grouped": getattr(bound.field.widget, "use_fieldset", False),
        "optional": not bound.field.required
        and kind != "checkbox"
        and bound.name not in getattr(bound.form, "one_of", ()),
    }


register.filter("language", language)


@register.inclusion_tag("cairn/components/error_summary.html")
def error_summary(*forms: Form | str | None) -> dict[str, Any]:
    """What is wrong with one or more forms, with links to the fields; it takes the focus."""
    found = []
    for form in forms:
        if not isinstance(form, BaseForm) or not form.is_bound:  # a name without a value is ""
            continue
        found += [{"words": error, "target": ""} for error in form.non_field_errors()]
        found += [
            {"words": error, "target": _place(bound)} for bound in form for error in bound.errors
        ]
    return {"errors": found}


def _place(bound: BoundField) -> str:
    """The id to go to; for choices, Django names none, and the group or its first choice has it."""
    return str(bound.id_for_label or bound.auto_id)


@register.simple_tag(takes_context=True)
def shell_items(context: template.Context, audience: str) -> list[dict[str, Any]]:
    request = context.get("request")
    return [] if request is None else nav.items(request, audience)
