"""Pages kept for a role: whose they are, what of them is filled for each person, until when, and how many.

That none of them is older than what it shows is asked in tests/test_kept_pages.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import access
from articles.models import Section
from articles.moderation import quarantining
from articles.renderer import RenderError
from articles.views import reading
from tests import factories
from tests.kept import Answer, KeptSite
from wiki import rolepages
from wiki.accounts import roles
from wiki.rolepages import Anyone, Key, OfOnePerson, Role, RolePage, RolePages

ROLE = Role(frozenset({"articles.propose"}), is_staff=False)
TEXT = "A lead about the lungs.\n\n## Causes\n\nDust and wombats.\n"


@pytest.fixture
def site(tmp_path: Any) -> KeptSite:
    return KeptSite(tmp_path)


@pytest.fixture
def article(editor: Any) -> Any:
    return factories.article("Asthma", TEXT, author=editor)


class Reader:
    """Somebody who is logged in, in a browser that keeps its cookies."""

    def __init__(self, site: KeptSite, account: Any) -> None:
        self.site = site
        self.client = Client()
        self.client.force_login(account)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.client.cookies.items())

    def read(self, address: str = "/wiki/Asthma", **variables: str) -> Answer:
        return self.site.get(address, HTTP_COOKIE=self.cookie, **variables)


@pytest.fixture
def ada(site: KeptSite) -> Reader:
    return Reader(site, factories.author("editor", "Ada").account)


@pytest.fixture
def ben(site: KeptSite) -> Reader:
    return Reader(site, factories.author("editor", "Ben").account)


def kept(site: KeptSite) -> list[str]:
    return [key.full_title for key in site.role_pages._pages]


# --- What is of one person ---------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_next_of_the_role_gets_the_page_with_their_own_menu(site, article, ada, ben, django_assert_num_queries):
    assert 'href="/user/Ada"' in ada.read().text and kept(site) == ["Asthma"]

    # Stamps, session, account, permissions, the site's words, what is unseen, drafts, what waits.
    with django_assert_num_queries(8):
        answer = ben.read()

    assert 'href="/user/Ben"' in answer.text and "Ada" not in answer.text
    assert answer.headers["cache-control"] == "private, no-store" and "etag" not in answer.headers
    assert answer.text.count('id="medical-disclaimer"') == answer.text.count('id="stub-notice"') == 1


@pytest.mark.django_db
def test_nothing_of_whoever_asked_first_is_in_the_page_that_is_kept(site, article, ada):
    answer = ada.read()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text)
    assert token
    (there,) = site.role_pages._pages.values()
    said = b"".join(there.pieces).decode()
    assert "wombats" in said
    for secret in ("Ada", token[1], "csrfmiddlewaretoken", ada.client.cookies["sessionid"].value, "medical-disclaimer"):
        assert secret not in said


@pytest.mark.django_db
def test_each_person_has_a_token_of_their_own_that_their_cookie_answers_to(site, article, ada, ben):
    answers = [ada.read(), ben.read(), ada.read()]
    tokens = [re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text) for answer in answers]
    assert [len(each) for each in tokens] == [1, 1, 1] and len({each[0] for each in tokens}) == 3
    assert all("csrftoken=" in answer.headers["set-cookie"] for answer in answers)


@pytest.mark.django_db
def test_only_their_author_is_told_of_what_waits(site, article):
    people = [factories.author("contributor", name) for name in ("Cleo", "Dora")]
    cleo, dora = (Reader(site, person.account) for person in people)
    assert "waits for review" not in dora.read().text
    factories.proposal(article, people[0], TEXT.replace("wombats", "pollen"))

    assert "waits for review" in cleo.read().text
    assert "waits for review" not in dora.read().text
    assert kept(site) == ["Asthma"]


@pytest.mark.django_db
def test_what_became_of_a_save_is_told_once_and_kept_for_nobody(site, article, ada, ben):
    form = ada.client.get("/edit/Asthma").context["form"]
    saved = ada.client.post(
        "/edit/Asthma", {"base": form["base"].value(), "text": f"{TEXT}\nMore.\n", "account": "Ada"}
    )
    assert saved.status_code == 303

    told = ada.read()
    assert "Your change is saved." in told.text and kept(site) == []
    del ada.client.cookies["messages"]  # As the answer says.
    assert all("Your change is saved." not in each.read().text for each in (ben, ada))
    assert kept(site) == ["Asthma"]


# --- Whose role --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_role_has_a_page_of_its_own(site, article):
    names = ["contributor", "editor", "reviewer", "moderator", "administrator"]
    readers = {name: Reader(site, factories.author(name, f"The {name}").account) for name in names}
    first = {name: reader.read().text for name, reader in readers.items()}
    assert kept(site) == ["Asthma"] * len(names)
    assert {name for name in names if 'href="/protect/Asthma"' in first[name]} == {"moderator", "administrator"}
    assert {name for name in names if 'href="/move/Asthma"' in first[name]} == {*names} - {"contributor"}
    assert "Suggest a new section" in first["contributor"] and "Suggest a new section" not in first["editor"]
    for reader in readers.values():
        fresh = site.fresh("/wiki/Asthma", HTTP_COOKIE=reader.cookie).text
        assert re.findall(r'href="[^"]+"', reader.read().text) == re.findall(r'href="[^"]+"', fresh)


@pytest.mark.django_db
def test_another_role_holds_from_the_next_page_on(site, article, ada, administrator):
    person = get_user_model().objects.get(username="Ada")
    Reader(site, factories.author("moderator", "The moderator").account).read()
    assert 'href="/protect/Asthma"' not in ada.read().text
    roles.give(person, "moderator", by=administrator.account, why="a test")
    assert 'href="/protect/Asthma"' in ada.read().text
    roles.give(person, "contributor", by=administrator.account, why="a test")
    assert 'href="/move/Asthma"' not in ada.read().text


@pytest.mark.django_db
def test_who_has_logged_out_is_nobody(site, article, ada):
    ada.read()
    cookie = ada.cookie
    ada.client.logout()
    assert "Log out" not in site.get("/wiki/Asthma", HTTP_COOKIE=cookie).text


@pytest.mark.django_db
def test_whose_account_was_closed_is_nobody(site, article, ada, administrator):
    ada.read()
    roles.close(get_user_model().objects.get(username="Ada"), by=administrator.account, why="a test")
    assert "Log out" not in ada.read().text


@pytest.mark.django_db
def test_what_some_see_and_others_do_not_is_kept_for_nobody(site, article, moderator):
    section = Section.objects.get(article=article, title="Causes")
    quarantining.quarantine(article=article, section=section.pk, by=moderator.account, why="a test")
    reviewer, editor = (Reader(site, factories.author(role, f"A {role}").account) for role in ("reviewer", "editor"))
    for _time in range(2):
        assert "wombats" in reviewer.read().text and "wombats" not in editor.read().text
    assert kept(site) == []


# --- What is kept ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/wiki/Asthma?printable=yes", 200),
        ("/wiki/Asthma?from=Asthma", 200),
        ("/wiki/Asthma?version={edit}", 200),
        ("/wiki/asthma", 301),
        ("/wiki/Nothing_here", 404),
        ("/wiki/Redirect", 301),
        ("/wiki/User:Ada", 302),
        ("/history/Asthma", 200),
        ("/", 200),
    ],
)
def test_nothing_else_is_kept(site, article, ada, editor, address: str, status: int):
    factories.article("Redirect", "#REDIRECT [[Asthma]]\n", author=editor)
    there = address.format(edit=article.current_edit_id)
    answer = ada.read(there)
    assert answer.status == status and kept(site) == []
    assert answer.status != 200 or 'href="/user/Ada"' in answer.text


@pytest.mark.django_db
def test_another_spelling_is_led_to_the_right_one(site, editor, ada):
    factories.article("Ankle sprain", TEXT, author=editor)
    assert ada.read("/wiki/Ankle_sprain").status == 200
    answer = ada.read("/wiki/Ankle sprain")
    assert (answer.status, answer.headers["location"]) == (301, "/wiki/Ankle_sprain")


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["Ménière", "Астма", "喘息 (肺)", "HIV/AIDS", "What is “pain”?", "5 % of 𝐀"])
def test_titles_in_all_letters_are_kept_and_named_as_ever(site, editor, ada, title: str):
    page = factories.article(title, TEXT, author=editor)
    fresh = site.fresh(page.get_absolute_url(), HTTP_COOKIE=ada.cookie)
    for _time in range(2):
        answer = ada.read(page.get_absolute_url())
        assert answer.status == fresh.status == 200 and kept(site) == [title]
        assert links_of(answer) == links_of(fresh)


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["Nirgends ähnlich", "Нигде", "𝐀nywhere"])
def test_what_is_not_there_is_told_in_all_letters(site, ada, title: str):
    address = f"/wiki/{quote(title.replace(' ', '_'))}"
    assert ada.read(address).status == site.fresh(address, HTTP_COOKIE=ada.cookie).status in (404, 301)


def links_of(answer: Answer) -> list[str]:
    return re.findall(r'(?:href|content)="([^"]+)"', answer.text)


@pytest.mark.django_db
def test_a_superuser_and_a_visitor_get_pages_of_their_own(site, article, ada):
    get_user_model().objects.filter(username="Ada").update(is_superuser=True)
    ada.read()
    site.get("/wiki/Asthma", HTTP_COOKIE=f"visitor={access.visitor_cookie('a' * 32)}")
    assert kept(site) == []


@pytest.mark.django_db
def test_head_is_answered_without_a_body(site, article, ada):
    ada.read()
    answer = ada.read(REQUEST_METHOD="HEAD")
    assert (answer.status, answer.body) == (200, b"") and int(answer.headers["content-length"]) > 1_000


@pytest.mark.django_db
def test_it_has_the_headers_of_the_page_that_django_makes(site, article, ada, monkeypatch):
    """But for the secrets of each answer; what a view says of its own, too."""
    work = reading.keep_page

    def keep(response: Any, **until: Any) -> None:
        response.headers["X-Of-The-View"] = "said"
        work(response, **until)

    monkeypatch.setattr(reading, "keep_page", keep)
    fresh = site.fresh("/wiki/Asthma", HTTP_COOKIE=ada.cookie).headers
    for _time in range(2):
        answer = ada.read().headers
        assert answer["x-of-the-view"] == "said" and answer.keys() == fresh.keys()
        own = {"x-request-id", "set-cookie", "content-length", "content-security-policy"}
        assert {name for name in fresh if answer[name] != fresh[name]} <= own


@pytest.mark.django_db
def test_while_the_stamps_cannot_be_read_the_page_is_made_for_the_person(site, article, ada, monkeypatch):
    def away(_paths: Any) -> Any:
        raise OSError("away")

    for asked in (away, lambda _paths: None):
        monkeypatch.setattr(site.role_pages.stamps, "of", asked)
        assert 'href="/user/Ada"' in ada.read().text and kept(site) == []


@pytest.mark.django_db
def test_a_page_that_asks_who_reads_it_is_made_for_the_person(site, article, ada, monkeypatch):
    def asks(user: Any, _article: Any) -> bool:
        return bool(user.get_username())

    monkeypatch.setattr(access, "may_move", asks)
    assert 'href="/user/Ada"' in ada.read().text and kept(site) == []


@pytest.fixture
def tabs_say(settings: Any, tmp_path: Path) -> Callable[[str], object]:
    """What lets a template of the page, outside of its places, say something else."""
    other = tmp_path / "templates" / "articles" / "_tabs.html"
    other.parent.mkdir(parents=True)
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path / "templates", *engine["DIRS"]]}]
    return other.write_text


@pytest.mark.django_db
@pytest.mark.parametrize("asking", ["{{ user }}", "{{ user.pk }}", "{% if user.email %}x{% endif %}"])
def test_nor_is_one_whose_template_asks(site, article, ada, tabs_say, asking: str):
    tabs_say(asking)
    assert 'href="/user/Ada"' in ada.read().text and kept(site) == []


@pytest.mark.django_db
def test_a_page_is_made_by_a_request_that_knows_the_address_alone(site, article, ada, tabs_say):
    tabs_say("[{{ request.COOKIES|length }}{{ request.session.session_key }}{{ request.csp_nonce }}{{ request.META }}]")
    ada.read(REMOTE_ADDR="192.0.2.77", HTTP_USER_AGENT="Adas browser")
    (there,) = site.role_pages._pages.values()
    said = b"".join(there.pieces).decode()
    assert "[0{" in said and "REQUEST_METHOD" in said
    for secret in ("192.0.2.77", "Adas", *(morsel.value for morsel in ada.client.cookies.values())):
        assert secret not in said


@pytest.mark.django_db
def test_while_a_replica_stands_in_no_page_is_kept_and_none_is_answered(site, article, ada, monkeypatch):
    ada.read()
    monkeypatch.setattr("wiki.routing.newest_may_be_missing", lambda: True)
    assert 'id="only-reading"' in ada.read().text
    site.role_pages._pages.clear()
    assert 'href="/user/Ada"' in ada.read().text and kept(site) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "is_kept"), [("localhost", True), ("localhost:80", True), ("localhost:8080", False), ("LOCALHOST", False)]
)
def test_no_spelling_of_a_host_takes_the_room_of_another(site, article, ada, host: str, is_kept: bool):
    answer = ada.read(HTTP_HOST=host)
    assert answer.status == 200 and 'href="/user/Ada"' in answer.text
    assert kept(site) == ["Asthma"] * is_kept


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/wiki/Redirect", "/wiki/asthma", "/wiki/Asthma", "/wiki/Nothing_here"])
def test_what_cannot_be_kept_asks_little_more(site, article, ada, moderator, editor, address: str):
    factories.article("Redirect", "#REDIRECT [[Asthma]]\n", author=editor)
    section = Section.objects.get(article=article, title="Causes")
    quarantining.quarantine(article=article, section=section.pk, by=moderator.account, why="a test")
    asked = []
    for read in (site.fresh, site.get):
        with CaptureQueriesContext(connection) as queries:
            read(address, HTTP_COOKIE=ada.cookie)
        asked.append(len(queries))
    # Stamps, session, account and permissions, or whether a page is there, once more.
    assert asked[1] <= asked[0] + 4


@pytest.mark.django_db
def test_a_page_that_cannot_be_made_is_tried_once(site, article, ada, monkeypatch):
    tried = []

    def fails(page: Any) -> Any:
        tried.append(page)
        raise RenderError("busy", "Try again.")

    monkeypatch.setattr("articles.reading.page_of", fails)
    answer = ada.read()
    assert answer.status == 503 and 'href="/user/Ada"' in answer.text and len(tried) == 1 and kept(site) == []


@pytest.mark.django_db
def test_words_of_a_text_are_no_place(site, editor, ada):
    words = "includes/account.html disclaimer stub notice :includes/account.html:"
    factories.article("Words", f"{words}\n", author=editor)
    first, second = ada.read("/wiki/Words").text, ada.read("/wiki/Words").text
    assert kept(site) == ["Words"] and words in first and words in second
    assert second.count('class="account"') == 1


@pytest.mark.parametrize("name", ["pk", "id", "username", "email", "get_username", "is_superuser"])
def test_anyone_is_nobody_in_particular(name: str):
    with pytest.raises(OfOnePerson):
        getattr(Anyone(ROLE), name)
    for asking in (f"{{{{ user.{name} }}}}", "{{ user }}"):
        with pytest.raises(OfOnePerson):
            Template(asking).render(Context({"user": Anyone(ROLE)}))


# --- How many ----------------------------------------------------------------------------------------------------
def page(size: int, held: Any = (1, 1), until: float = math.inf) -> RolePage:
    return RolePage(held, (b"x" * (size - rolepages._OVERHEAD),), (), until=until)


def key(number: int) -> Key:
    return Key(f"Page {number}", "testserver", "http", "en", ROLE)


def test_there_is_room_for_so_many_bytes_of_those_asked_for_last():
    pages: Any = RolePages(None, most_bytes=30_000)  # type: ignore[arg-type]
    for number in range(3):
        pages.keep(key(number), page(10_000))
    pages.find(key(0), (1, 1))
    pages.keep(key(3), page(10_000))
    assert [number for number in range(4) if pages.find(key(number), (1, 1))] == [0, 2, 3]
    pages.keep(key(3), page(20_000))
    assert [number for number in range(4) if pages.find(key(number), (1, 1))] == [2, 3] and pages._bytes == 30_000
    pages.keep(key(4), page(30_001))
    assert [number for number in range(5) if pages.find(key(number), (1, 1))] == [2, 3] and pages._bytes == 30_000


def test_other_stamps_and_the_end_of_something_let_a_page_go(monkeypatch):
    pages: Any = RolePages(None, most_bytes=30_000)  # type: ignore[arg-type]
    pages.keep(key(0), page(10_000))
    assert pages.find(key(0), (1, 2)) is None and pages.find(key(0), (1, 1)) is None
    pages.keep(key(0), page(10_000, until=1_000.0))
    monkeypatch.setattr("wiki.rolepages.time.time", lambda: 999.0)
    assert pages.find(key(0), (1, 1)) is not None
    monkeypatch.setattr("wiki.rolepages.time.time", lambda: 1_000.0)
    assert pages.find(key(0), (1, 1)) is None and pages._bytes == 0
