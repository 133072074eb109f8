"""The register of erasures: what it knows a passage by, and that it lasts."""

import json

import pytest

from articles.moderation import register

PASSAGE = "Ada lives in Tower Street 7, Zürich"


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path, settings):
    settings.WIKI_DATA = tmp_path


def test_a_passage_is_known_again_wherever_it_stands_in_a_text():
    known = register.fingerprint_of(PASSAGE)
    assert register.passage_in(f"é {PASSAGE}!", known) == PASSAGE
    assert register.passage_in(PASSAGE.lower() * 3, known) is None
    assert register.passage_in_any(["", "short", PASSAGE], known) == PASSAGE


def test_what_is_written_does_not_say_it_and_two_of_the_same_differ():
    one, other = register.fingerprint_of(PASSAGE), register.fingerprint_of(PASSAGE)
    assert not any(word in json.dumps(one) for word in ("Ada", "Tower", "rich"))
    assert one["proof"] != other["proof"]


def test_the_lines_stay_in_their_order_for_the_owner_only():
    for key in ("1", "2"):
        register.add({"key": key})
    assert register.lines() == [{"key": "1"}, {"key": "2"}]
    assert register.path().stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_cut_off_in_writing_hides_no_later_one():
    assert register.lines() == []
    register.add({"key": "1"})
    with register.path().open("a") as file:
        file.write('{"key": "tor')
    register.add({"key": "2"})
    assert [line["key"] for line in register.lines()] == ["1", "2"]
