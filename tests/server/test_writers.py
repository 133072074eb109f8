"""Many people write one article at once: each acknowledged text is there once, and what clashes is given back."""

from __future__ import annotations

import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server import EDITORS, Answer, Browser, Site
from tests.server.test_kills import faults_of, history_of

pytestmark = pytest.mark.server

WRITERS = 8
# So many saves of each; WIKI_SAVES asks for more of them.
SAVES = int(os.environ.get("WIKI_SAVES", "8"))
# Most tries clash there, and each clash is a page with both texts.
SAVES_OF_ONE_SECTION = int(os.environ.get("WIKI_SAVES", "5"))


@pytest.fixture(scope="module")
def people(site: Site) -> list[list[Browser]]:
    """Eight people, each with three accounts: a clash is a try too, and tries are limited for each account."""
    accounts = [Browser(site).log_in(name) for name in EDITORS]
    return [accounts[number::WRITERS] for number in range(WRITERS)]


def begin(people: list[list[Browser]], title: str) -> None:
    text = "".join(f"## Part {number}\n\nBegun.\n\n" for number in range(WRITERS))
    assert people[0][0].save(title, text=text).status == 303


def write(accounts: list[Browser], title: str, section: str, name: str, saves: int) -> list[tuple[str, Answer]]:
    """Add so many lines to a section, one a save; after a clash again, from what is there now."""
    answers: list[tuple[str, Answer]] = []
    for number in range(saves):
        word = f"writer{name}word{number}"
        while True:
            browser = accounts[len(answers) % len(accounts)]
            form = browser.form(title, section)
            sent = f"{form['text'].rstrip()}\n\n{word}\n"
            answers.append((sent, browser.save(title, **{**form, "text": sent, "summary": word})))
            if answers[-1][1].status != 409:
                break
    return answers


def written_by_all(people: list[list[Browser]], title: str, section: str, saves: int) -> list[tuple[str, Answer]]:
    with ThreadPoolExecutor(WRITERS) as pool:
        jobs = [
            pool.submit(write, accounts, title, section.format(number=number), str(number), saves)
            for number, accounts in enumerate(people)
        ]
        return [answer for job in jobs for answer in job.result()]


def check(site: Site, people: list[list[Browser]], title: str, saves: int) -> None:
    """Each word that was acknowledged is in the text once, and in history once."""
    wanted = Counter(f"writer{name}word{number}" for name in range(WRITERS) for number in range(saves))
    text = people[0][0].raw(title)
    assert Counter(re.findall(r"writer\d+word\d+", text)) == wanted
    assert Counter(history_of(people[0][0], title)) == wanted
    assert faults_of(site) == []
    assert "database is locked" not in site.said.read_text()


def test_different_sections_never_clash_and_nothing_is_lost(site: Site, people: list[list[Browser]]):
    begin(people, "Crowded")
    answers = written_by_all(people, "Crowded", "Part_{number}", SAVES)
    assert Counter(answer.status for _, answer in answers) == {303: WRITERS * SAVES}
    check(site, people, "Crowded", SAVES)


def test_in_the_same_section_a_clash_gives_the_text_back_and_nothing_is_lost(site: Site, people: list[list[Browser]]):
    begin(people, "Contested")
    answers = written_by_all(people, "Contested", "Part_0", SAVES_OF_ONE_SECTION)
    statuses = Counter(answer.status for _, answer in answers)
    assert statuses.keys() == {303, 409} and statuses[303] == WRITERS * SAVES_OF_ONE_SECTION
    assert all(answer.given_back == sent for sent, answer in answers if answer.status == 409)
    check(site, people, "Contested", SAVES_OF_ONE_SECTION)


def test_the_same_form_sent_many_times_at_once_is_saved_once(site: Site, people: list[list[Browser]]):
    begin(people, "Clicked")
    browser = people[0][0]
    form = {**browser.form("Clicked", "Part_1"), "text": "## Part 1\n\nwriter0word0\n", "summary": "writer0word0"}
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda _: browser.save("Clicked", **form), range(WRITERS)))
    assert {(answer.status, answer.headers["Location"]) for answer in answers} == {(303, "/wiki/Clicked#Part_1")}
    assert history_of(browser, "Clicked") == ["writer0word0"]


def test_an_article_that_eight_people_make_at_once_has_one_maker(site: Site, people: list[list[Browser]]):
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(
            pool.map(lambda number: people[number][0].save("Raced", text=f"Made by {number}.\n"), range(WRITERS))
        )
    assert Counter(answer.status for answer in answers) == {303: 1, 409: WRITERS - 1}
    lost = [number for number, answer in enumerate(answers) if answer.status == 409]
    assert [answers[number].given_back for number in lost] == [f"Made by {number}.\n" for number in lost]
    assert faults_of(site) == []
