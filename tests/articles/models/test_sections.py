"""The permanent identity of a section."""

import pytest

from articles.models import Section
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("title", "name"), [("Causes", "Causes"), ("", "(lead)")])
def test_a_section_is_called_by_its_title(title, name):
    assert str(Section(title=title)) == name


def test_sections_have_their_order_and_no_former_anchors_at_first(article):
    rows = Section.objects.filter(article=article).order_by("position")
    assert [(row.position, row.title, row.former_anchors) for row in rows] == [
        (0, "", []),
        (1, "Symptoms", []),
        (2, "Causes", []),
        (3, "Indoors", []),
    ]


def test_an_id_is_never_given_to_another_section(article):
    gone = Section.objects.get(article=article, title="Symptoms").pk
    factories.edit(article, "", section="Symptoms")
    factories.edit(article, "## Treatment\n\nAir.\n", section="new")
    assert Section.objects.get(article=article, title="Treatment").pk > gone
