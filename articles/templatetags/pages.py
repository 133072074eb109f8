"""How a page names itself, in templates and to machines."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template import RequestContext
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.encoding import escape_uri_path
from django.utils.translation import get_language

from articles import asking, choices

register = template.Library()


@register.simple_tag(takes_context=True)
def canonical(context: dict[str, Any], path: str = "") -> str:
    """Return the full address of a path; without one, of the page itself, the query left out."""
    request = context["request"]
    return absolute(request, path or escape_uri_path(request.path))


@dataclass(frozen=True)
class Asked:
    """The question as a form shows it: its words, what was answered before, and whether that was wrong."""

    words: str
    given: str
    is_wrong: bool


@register.simple_tag(takes_context=True)
def question_for_visitors(context: dict[str, Any]) -> Asked | None:
    """Return what the person is asked; None for whoever is logged in, and while no question is set."""
    request = context["request"]
    question = asking.question_for(request.user)
    if question is None:
        return None
    given = request.POST.get("answer", "")
    return Asked(question.words, given, bool(given) and not question.accepts(given))


@register.simple_tag
def reports_are_taken() -> bool:
    """Return whether readers are asked to report what is wrong."""
    return choices.value("WIKI_REPORTS") == "on"


@register.simple_tag
def same_for_all(template_name: str, **words: Hashable) -> str:
    """Show a piece of a page in which nothing changes but these words and the interface's language.

    It is rendered once a process, for it stands on every page, or on every page of a person.
    """
    return _same_for_all(template_name, get_language(), get_script_prefix(), tuple(words.items()))


# A dozen pieces for everybody, and a menu for each of those who are logged in just now.
@lru_cache(maxsize=500)
def _same_for_all(template_name: str, language: str, prefix: str, words: tuple[tuple[str, Hashable], ...]) -> str:
    return render_to_string(template_name, dict(words))


@register.simple_tag(takes_context=True)
def personal(context: RequestContext, template_name: str) -> str:
    """Show a piece of a page that is of the person who reads it; while the page is made for many, mark its place."""
    mark = getattr(context.get("request"), "personal_place", None)
    if mark is not None:
        return str(mark(template_name))
    assert context.template is not None
    with context.push():
        return context.template.engine.get_template(template_name).render(context)


def absolute(request: HttpRequest, path: str) -> str:
    """Return the full address of a path: under SITE_URL, else under the host that was asked."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


@register.simple_tag
def built_editor(name: str) -> str:
    """Return the static file of an editor; "" where it was not built, and texts are written in the plain box."""
    script = f"build/{name}.js"
    return script if finders.find(script) else ""


@register.simple_tag(takes_context=True)
def first_editor(context: dict[str, Any]) -> str:
    """Return the editor that a form opens with: the one its address asks for; of a conflict, the source is shown."""
    is_visual = context["request"].GET.get("editor") == "visual" and "clash" not in context
    return "visual" if is_visual and built_editor("visual") else "source"
