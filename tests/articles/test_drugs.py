"""Which names are those of drugs: of articles in the category of drugs, however deep, under all their titles."""

import pytest

from articles import drugs
from tests import factories

pytestmark = pytest.mark.django_db


def test_articles_in_the_category_of_drugs_and_in_those_within_it_name_drugs_under_all_their_titles():
    factories.article("Category:Painkillers", "Against pain.\n\n[[Category:Drugs]]\n")
    factories.article("Aspirin", "A drug.\n\n[[Category:Painkillers]]\n")
    factories.article("Lithium", "A drug.\n\n[[Category:Drugs]]\n")
    factories.article("ASA", "#REDIRECT [[Aspirin]]\n")
    factories.article("Asthma", "No drug.\n\n[[Category:Lungs]]\n")
    words = ["aspirin", "lithium", "asa", "asthma", "painkillers"]
    assert drugs.known().found_in(words) == ["aspirin", "lithium", "asa"]


def test_a_wiki_without_such_articles_knows_drugs_by_the_endings_of_their_names(db):
    assert drugs.known().found_in(["amoxicillin", "aspirin"]) == ["amoxicillin"]


def test_categories_within_each_other_in_a_circle_end(db):
    factories.article("Category:One", "x\n\n[[Category:Drugs]] [[Category:Two]]\n")
    factories.article("Category:Two", "x\n\n[[Category:One]]\n")
    factories.article("Digoxin", "A drug.\n\n[[Category:Two]]\n")
    assert drugs.known().found_in(["digoxin"]) == ["digoxin"]
