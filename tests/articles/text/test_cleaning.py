"""A text as it is stored: cleaned once, and what no process ends cleaning left alone."""

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles.text import cleaning


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n\t #-=|"), max_size=60))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_cleaned_once_is_clean(text):
    assert cleaning.clean(cleaning.clean(text)) == cleaning.clean(text)
    assert "\r" not in cleaning.clean(text)


def test_a_text_of_endless_accents_is_left_as_it_is_for_no_process_ends_sorting_them():
    endless = "a" + "\u0301\u0323" * 200_000
    assert cleaning.clean(f"{endless}\r\n") == f"{endless}\n"
    assert cleaning.clean("e\u0301") == "\xe9"
