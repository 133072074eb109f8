"""Whatever changes what a page shows, the page that is kept at the door is as new as one made now.

A deed for each thing that a page shows; of each it is also asked whether it changed anything, so that none is idle.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from articles import access, drugs, editing, renderer, undoing
from articles.models import Article, Quarantine, Section
from articles.moderation import deleting, erasing, hiding, moving, protecting, quarantining
from articles.reviewing import deciding
from tests import factories, worlds
from tests.conftest import ROLES
from tests.kept import KeptSite
from wiki.accounts import leaving, making
from wiki.wording import words

pytestmark = pytest.mark.django_db

TEXT = """\
A lead about the lungs, with [[Dust]], [[Mites]] and [[Lungs]].

## Symptoms

Wheeze and wombatish whispers.

## Causes

Dust, as [[Dust#Kinds|kinds]] go.

[[Category:Airways]]
"""
ADDRESSES = (
    "/wiki/Asthma",
    "/wiki/Asthma?printable=yes",
    "/wiki/Asthma?from=Wheezing",
    "/wiki/Lungs",
    "/wiki/Bronchi",
    "/wiki/Nowhere_yet",
    "/wiki/Dust",
    "/wiki/Wheezing",
    "/wiki/Project:About",
    "/history/Asthma",
    "/history/Lungs",
    "/history/Bronchi",
    "/history/Dust",
    "/history/Wheezing",
)
# Of these, what is kept for roles: articles, plain.
OF_ROLES = tuple(address for address in ADDRESSES if address.startswith("/wiki/") and "?" not in address)


@pytest.fixture
def site(tmp_path: Any) -> KeptSite:
    return KeptSite(tmp_path)


def _a_few_pages() -> SimpleNamespace:
    """Asthma by two people, an earlier version of it, a page that is linked, two redirects, one that leads nowhere."""
    people = {role: factories.author(role) for role in ("editor", "moderator", "administrator")}
    editor, ada = people["editor"], factories.author("editor", "Ada")
    asthma = factories.article("Asthma", TEXT.replace("whispers", "murmurs"), author=editor)
    first = asthma.current_edit
    lead = TEXT.replace("A lead about the lungs", "Ada wrote this lead about the lungs")
    middle = factories.edit(asthma, lead, author=ada)
    last = factories.edit(asthma, lead.replace("Dust, as", "Pollen, as"), author=editor)
    lungs = factories.article(
        "Lungs", "See [[Asthma]], [[Bronchi]], [[Mites]]. Two of them, side by side, breathe.\n", author=editor
    )
    factories.article("Bronchi", "Tubes. See [[Lungs]].\n", author=editor)
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n", author=editor)
    factories.article("Nowhere yet", "#REDIRECT [[Mites]]\n", author=editor)
    factories.article("Project:About", "About. See [[Bronchi]].\n", author=editor)
    comparisons = (
        f"/compare/previous/{first.pk}",
        f"/compare/{first.pk}/{middle.pk}",
        f"/compare/{first.pk}/{last.pk}",
        f"/compare/{middle.pk}/current",
        f"/compare/{last.pk}/{lungs.current_edit_id}",
    )
    return SimpleNamespace(
        asthma=Article.objects.get(pk=asthma.pk),
        middle=middle,
        addresses=(*ADDRESSES, *comparisons),
        ada=ada,
        readers={role: factories.user(role, f"The {role} who reads") for role in ROLES},
        **people,
    )


made = worlds.made_once(_a_few_pages)


@pytest.fixture
def world(made: SimpleNamespace, settings: Any) -> SimpleNamespace:
    settings.WIKI_STUB_WORDS = 10
    return worlds.copied(made)


def now(article: Any) -> Any:
    return Article.objects.select_related("current_edit__blob", "text").get(pk=article.pk)


def section(title: str) -> int:
    return Section.objects.get(article__title="Asthma", title=title).pk


def guard(world: Any, **guards: Any) -> None:
    levels = {act: protecting.Guard(*guards.get(act, ())) for act in access.ACTS}
    protecting.protect(
        article=now(world.asthma), full_title="Asthma", guards=levels, by=world.moderator.account, why="a test"
    )


def word(world: Any, key: str, text: str) -> None:
    words.change(key=key, text=text, who=world.administrator.account)


def quarantine(world: Any) -> None:
    quarantining.quarantine(
        article=now(world.asthma), section=section("Causes"), by=world.moderator.account, why="a test"
    )


def release(world: Any) -> None:
    quarantining.release(quarantine=Quarantine.objects.get(), by=world.moderator.account, why="a test")


def hide(world: Any, **what: bool) -> None:
    flags = {"text": False, "summary": False, "author": False} | what
    hiding.hide(edit=world.middle, by=world.moderator.account, why="a test", **flags)


def delete(world: Any, title: str) -> None:
    deleting.delete([Article.objects.get(title=title)], by=world.moderator.account, why="a test")


def restore(world: Any, title: str) -> None:
    gone = Article.objects.select_related("current_edit__blob").get(title=title)
    deleting.restore(article=gone, with_redirects=False, by=world.moderator.account, why="a test")


def move(world: Any, title: str, to: str) -> None:
    moved = Article.objects.select_related("current_edit__blob", "origin").get(title=title)
    person = world.moderator
    moving.move(
        article=moved, title=to, base=str(moved.current_edit_id), by=person.account, author=person, why="a test"
    )


def accept(world: Any) -> None:
    proposal = factories.proposal(world.asthma, factories.author(), "A proposed lead about the lungs.\n")
    person = factories.author("reviewer")
    deciding.accept(proposal=proposal, user=person.account, author=person, base=str(now(world.asthma).current_edit_id))


def erase(world: Any) -> None:
    person, passage = world.administrator, "wombatish"
    count = erasing.places_of(passage).total
    erasing.erase(passage=passage, count=count, by=person.account, author=person, why="the law")


def details(world: Any) -> None:
    making.change_details(world.ada.account, display_name="Countess", email="", by=world.administrator.account)


def bring_in(world: Any) -> None:
    batch = [editing.Incoming("Dust", "Fine.\n"), editing.Incoming("Mites", "Small.\n")]
    editing.bring_in_many([(each, renderer.render(each.text)) for each in batch], author=world.editor)


Deed = Callable[[Any], object]
DEEDS: dict[str, Deed] = {
    "a save": lambda world: factories.edit(world.asthma, f"{TEXT}\nMore.\n"),
    "a save of a section": lambda world: factories.edit(
        world.asthma, "## Causes\n\nCats.\n", section=str(section("Causes"))
    ),
    "a save by somebody new": lambda world: factories.edit(
        world.asthma, f"{TEXT}\nMuch more.\n", author=factories.author("editor", "Newcomer")
    ),
    "a proposal that is accepted": accept,
    "an undo": lambda world: undoing.undo(
        edit=world.middle, base=now(world.asthma).current_edit_id, author=world.editor
    ),
    "a rollback": lambda world: undoing.roll_back(
        article=now(world.asthma), base=now(world.asthma).current_edit_id, author=world.moderator
    ),
    "a revert": lambda world: editing.revert(
        edit=world.middle, base=now(world.asthma).current_edit_id, author=world.editor
    ),
    "a linked page that is made": lambda world: factories.article("Dust", "Fine.\n"),
    "a page that a redirect waits for": lambda world: factories.article("Mites", "Small.\n"),
    "an import of linked pages": bring_in,
    "a linked page that is deleted": lambda world: delete(world, "Bronchi"),
    "a page that is deleted": lambda world: delete(world, "Asthma"),
    "a redirect that is deleted": lambda world: delete(world, "Wheezing"),
    "a linked page that is moved": lambda world: move(world, "Bronchi", "Airways"),
    "a page that is moved": lambda world: move(world, "Asthma", "Asthma bronchiale"),
    "a page that is moved onto a red link": lambda world: move(world, "Bronchi", "Dust"),
    "a redirect that becomes an article": lambda world: factories.edit(
        Article.objects.get(title="Wheezing"), "A sound.\n"
    ),
    "a redirect that leads elsewhere": lambda world: factories.edit(
        Article.objects.get(title="Wheezing"), "#REDIRECT [[Lungs]]\n"
    ),
    "an article that becomes a redirect": lambda world: factories.edit(
        Article.objects.get(title="Bronchi"), "#REDIRECT [[Lungs]]\n"
    ),
    "an author who is hidden": lambda world: hide(world, author=True),
    "a summary that is hidden": lambda world: hide(world, summary=True),
    "a text that is hidden": lambda world: hide(world, text=True),
    "a section put under review": quarantine,
    "a protection": lambda world: guard(world, edit=("administrator",)),
    "a protection of proposals": lambda world: guard(world, propose=("editor",)),
    "a stub mark": lambda world: factories.edit(world.asthma, f"{TEXT}{{{{stub|medicine}}}}\n"),
    "a displayed name": lambda world: making.change_display_name(world.ada.account, "Countess"),
    "a displayed name that an administrator sets": details,
    "somebody who leaves": lambda world: leaving.leave(world.ada.account, by=None),
    "a passage erased for law": erase,
    "the site's name": lambda world: word(world, "name", "Cure"),
    "the site's tagline": lambda world: word(world, "tagline", "From the pond"),
    "the site's motto": lambda world: word(world, "motto", "Slowly."),
    "the disclaimer": lambda world: word(world, "disclaimer", "Ask your doctor, always."),
    "the navigation": lambda world: word(world, "navigation", "Portals | /wiki/Portals"),
    "the sponsor": lambda world: word(world, "sponsor", "Ducks"),
    "the credits": lambda world: word(world, "credits", "Ducks"),
    "the licence": lambda world: word(world, "licence", "CC0"),
    "an accent": lambda world: word(world, "accent", "#aa0055"),
    "the words of stubs": lambda world: word(world, "stub", "This is short."),
    "a stub topic": lambda world: word(world, "stub_topics", "medicine | A stub of its own. | "),
    "registration": lambda world: word(world, "registration", "closed"),
    "who may edit": lambda world: word(world, "anonymous_edits", "off"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_after_a_deed_no_kept_page_is_older_than_a_fresh_one(site: KeptSite, world: Any, deed: str):
    before = {address: site.get_kept(address) for address in world.addresses}
    assert {address for address in before if site.keeps(address)} == {
        address for address in before if before[address].status == 200
    }

    DEEDS[deed](world)

    fresh = {address: site.fresh(address) for address in before}
    assert any(fresh[address].body != before[address].body for address in before)
    differing(site, fresh)


def differing(site: KeptSite, fresh: dict[str, Any]) -> None:
    """See that each page is as it is when Django makes it: asked for the first time, and kept again."""
    for _time in range(3):
        answers = {address: site.get(address) for address in fresh}
        assert {address: (each.status, each.body) for address, each in answers.items()} == {
            address: (each.status, each.body) for address, each in fresh.items()
        }


@pytest.mark.alike  # The stamps of a deed are those of the test above.
@pytest.mark.parametrize("deed", DEEDS)
def test_after_a_deed_no_page_kept_for_a_role_is_older_than_a_fresh_one(
    site: KeptSite, world: SimpleNamespace, deed: str
):
    readers = [server_cookie(world.readers[role]) for role in ("contributor", "reviewer", "moderator")]
    for reader in readers:
        before = {address: site.get(address, HTTP_COOKIE=reader) for address in OF_ROLES}
    shown = [address for address in OF_ROLES if before[address].status == 200]
    assert Counter(key.full_title for key in site.role_pages._pages) == {
        address.removeprefix("/wiki/").replace("_", " "): len(readers) for address in shown
    }

    DEEDS[deed](world)

    for reader in readers:
        differing_for(site, reader)


def differing_for(site: KeptSite, reader: str) -> None:
    """See that somebody who is logged in gets each page as Django makes it for them: made for their role, and kept."""
    fresh = {address: site.fresh(address, HTTP_COOKIE=reader) for address in OF_ROLES}
    for _time in range(2):
        answers = {address: site.get(address, HTTP_COOKIE=reader) for address in OF_ROLES}
        assert {address: (each.status, without_secrets(each.text)) for address, each in answers.items()} == {
            address: (each.status, without_secrets(each.text)) for address, each in fresh.items()
        }


def server_cookie(account: Any) -> str:
    client = Client()
    client.force_login(account)
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={'c' * 32}"


def without_secrets(page: str) -> str:
    """The page without what is another in each answer, the token of its forms, and without blank lines."""
    return re.sub(r"\n\s*", "\n", re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", page))


UNDONE: dict[str, tuple[Deed, Deed]] = {
    "a page that is restored": (lambda world: delete(world, "Bronchi"), lambda world: restore(world, "Bronchi")),
    "a section that is released": (quarantine, release),
    "a protection that is lifted": (lambda world: guard(world, edit=("moderator",)), guard),
    "an author who is shown again": (lambda world: hide(world, author=True), hide),
    "a summary that is shown again": (lambda world: hide(world, summary=True), hide),
    "a version that is hidden": (
        lambda world: factories.edit(world.asthma, TEXT.replace("Causes", "Reasons")),
        lambda world: hide(world, text=True),
    ),
    "a title that is written anew": (
        lambda world: delete(world, "Asthma"),
        lambda world: factories.article("Asthma", "Anew.\n"),
    ),
    "a word that is put back": (
        lambda world: word(world, "name", "Cure"),
        lambda world: words.put_back(key="name", who=world.administrator.account),
    ),
}


@pytest.mark.parametrize("deed", UNDONE)
def test_after_a_deed_is_undone_no_kept_page_is_older_than_a_fresh_one(site: KeptSite, world: Any, deed: str):
    first, second = UNDONE[deed]
    first(world)
    for address in world.addresses:
        site.get_kept(address)
    second(world)
    differing(site, {address: site.fresh(address) for address in world.addresses})


@pytest.mark.alike
@pytest.mark.parametrize("deed", UNDONE)
def test_after_a_deed_is_undone_no_page_kept_for_a_role_is_older_than_a_fresh_one(
    site: KeptSite, world: SimpleNamespace, deed: str
):
    readers = [server_cookie(world.readers[role]) for role in ("editor", "reviewer", "administrator")]
    first, second = UNDONE[deed]
    first(world)
    for reader in readers:
        for address in OF_ROLES:
            site.get(address, HTTP_COOKIE=reader)
    second(world)
    for reader in readers:
        differing_for(site, reader)


def test_a_protection_that_ends_by_itself_is_gone_from_the_kept_page(site: KeptSite, world: Any, monkeypatch: Any):
    end = timezone.now() + timedelta(hours=1)
    guard(world, edit=("moderator", end))
    protected = site.get("/wiki/Asthma")
    assert site.keeps("/wiki/Asthma") and 'class="protected"' in protected.text

    monkeypatch.setattr("django.utils.timezone.now", lambda: end)
    monkeypatch.setattr("wiki.pagecache.time.time", end.timestamp)
    after = site.get("/wiki/Asthma")
    assert 'class="protected"' not in after.text and after.body == site.fresh("/wiki/Asthma").body


def test_a_comparison_is_made_anew_after_some_minutes_for_a_drug_may_have_come(
    site: KeptSite, world: Any, monkeypatch: Any
):
    article = factories.article("Gout", "Some take quux.\n")
    after = factories.edit(article, "Some take frobnine.\n")
    address = f"/compare/previous/{after.pk}"
    before = site.get_kept(address)
    assert "frobnine" in before.text

    factories.article("Frobnine", "A drug.\n\n[[Category:Drugs]]\n")
    cache.clear()
    assert site.keeps(address)
    monkeypatch.setattr("wiki.pagecache.time.time", (timezone.now() + drugs.KEPT).timestamp)

    assert not site.keeps(address)
    assert site.get(address).body == site.fresh(address).body != before.body


def test_a_comparison_is_kept_in_one_spelling(site: KeptSite, world: Any):
    for address in (f"/compare/previous/0{world.middle.pk}", f"/compare/00{world.middle.pk}/current"):
        assert site.get_kept(address).status == 200 and not site.keeps(address)


def test_a_comparison_that_is_read_once_takes_no_room(site: KeptSite, world: Any):
    for address in world.addresses[len(ADDRESSES) :]:
        site.get(address)
        assert not site.keeps(address) and len(site.pages._pages) == 0


# --- What a kept page is -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ADDRESSES[:5])
def test_a_kept_page_is_the_page_that_django_makes(site: KeptSite, world: Any, address: str):
    first, kept, fresh = site.get(address), site.get(address), site.fresh(address)
    assert first.body == kept.body == fresh.body and kept.text.count('id="medical-disclaimer"') == 1
    differing_headers = {
        name for name in kept.headers.keys() | fresh.headers.keys() if kept.headers.get(name) != fresh.headers.get(name)
    }
    assert differing_headers <= {"vary", "x-request-id"}


def test_it_holds_nothing_of_one_person(site: KeptSite, world: Any):
    site.get("/wiki/Asthma")
    kept = site.get("/wiki/Asthma")
    assert "set-cookie" not in kept.headers and "nonce" not in kept.headers["content-security-policy"]
    assert "csrfmiddlewaretoken" not in kept.text and 'method="post"' not in kept.text


def test_each_answer_has_a_number_of_its_own(site: KeptSite, world: Any):
    assert len({site.get("/wiki/Asthma").headers["x-request-id"] for _time in range(3)}) == 3


def test_each_answer_has_its_line_in_the_log(site: KeptSite, world: Any, caplog: Any):
    site.get("/wiki/Asthma")
    caplog.clear()
    caplog.set_level("INFO", "wiki.access")
    site.get("/wiki/Asthma")
    assert [record.getMessage()[:21] for record in caplog.records] == ["GET /wiki/Asthma 200 "]


@pytest.mark.parametrize(
    "address",
    [
        "/wiki/Asthma?from=Made+up",
        "/wiki/Asthma?from=wheezing",
        "/wiki/Asthma?from=Wheezing&printable=yes",
        "/wiki/Asthma?from=Wheezin%67",
        "/wiki/Asthma?redirect=no",
        "/wiki/Asthma?x=1",
        "/wiki/asthma",
        "/wiki/Made_up",
        "/wiki/Wheezing",
        "/history/asthma",
        "/history/Made_up",
        "/history/Asthma?before=2",
        "/history/Asthma?printable=yes",
        "/history/Asthma?from=Wheezing",
        "/compare/previous/1?view=inline",
        "/compare/?old=1&new=2",
        "/compare/1/999999",
        "/category/Airways",
        "/raw/Asthma",
        "/",
    ],
)
def test_no_other_address_is_kept(site: KeptSite, world: Any, address: str):
    site.get(address)
    assert not site.keeps(address) and len(site.pages._pages) == 0


def test_a_host_that_is_none_of_ours_leaves_nothing_behind(site: KeptSite, world: Any):
    assert site.get("/wiki/Asthma", HTTP_HOST="evil.example").status == 400
    assert len(site.pages._pages) == 0


def test_somebody_who_is_logged_in_gets_a_page_of_their_own_and_leaves_none(site: KeptSite, world: Any, client: Any):
    client.force_login(world.editor.account)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    assert "Log out" in site.get("/wiki/Asthma", HTTP_COOKIE=cookie).text
    assert "Log out" not in site.get("/wiki/Asthma").text
    assert "Log out" in site.get("/wiki/Asthma", HTTP_COOKIE=cookie).text


def test_a_page_made_while_the_sites_words_could_not_be_read_is_not_kept(site: KeptSite, world: Any, monkeypatch: Any):
    from django.db import DatabaseError

    def away() -> Any:
        raise DatabaseError("away")

    with monkeypatch.context() as patched:
        patched.setattr("wiki.wording.words._changed", away)
        patched.setattr("articles.choices.value", lambda name: "propose")
        assert site.get("/wiki/Asthma").status == 200
    assert not site.keeps("/wiki/Asthma")
