"""How the findings of edit checks are put into words."""

from collections.abc import Iterable

from django import template

from articles import checks
from articles.reviewing import tags as words
from articles.text.checking import Finding

register = template.Library()


@register.filter
def groups(findings: Iterable[Finding]) -> list[checks.Group]:
    """The findings by what is said of them."""
    return checks.groups_of(findings)


@register.filter
def remark(finding: Finding) -> str:
    """What is said of this one place."""
    return checks.remark_on(finding)


@register.filter
def tag_names(tags: Iterable[str]) -> list[str]:
    """An edit's tags in words."""
    return words.names_of(tags)
