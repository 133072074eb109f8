"""The list of all words and choices is whole, and fits the rules and the settings."""

import pytest
from django.conf import settings

from wiki.wording import rules
from wiki.wording.catalogue import BY_KEY, CATALOGUE, GROUPS, Entry, Kind


def test_no_two_have_the_same_key_or_setting():
    assert len(BY_KEY) == len(CATALOGUE)
    with_setting = [entry.setting for entry in CATALOGUE if entry.setting]
    assert len(with_setting) == len(set(with_setting))


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
def test_each_stands_in_a_group_under_a_label_with_a_hint(entry: Entry):
    assert entry.group in GROUPS and str(entry.label) and str(entry.help)
    assert bool(entry.choices) == (entry.kind == Kind.CHOICE)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
def test_what_holds_before_anybody_chose_is_what_may_be_chosen(entry: Entry):
    text = str(getattr(settings, entry.setting) if entry.setting else entry.built_in)
    assert rules.cleaned(entry, text) == text


def test_the_navigation_comes_with_nine_entries():
    assert len(rules.entries_of(str(BY_KEY["navigation"].built_in))) == 9
