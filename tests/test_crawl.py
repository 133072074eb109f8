"""As a reader would, and as each role: from the main page and every address, along every link, to the end."""

from __future__ import annotations

import re
from collections import Counter, deque
from urllib.parse import parse_qs, unquote, urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from articles import access, editing, logbook
from articles.models import Article, Block, Draft, DryRun, Filter, FilterHit, Proposal, Section, Submission
from tests import factories, worlds
from tests.pages import Page
from tests.test_permissions import _names, first_act_of, get_resolver
from wiki.cases import reporting
from wiki.cases.models import Case
from wiki.notifications import telling
from wiki.notifications.models import Notification
from wiki.pages import load as load_pages

pytestmark = pytest.mark.django_db

MOST_PAGES = 1500
ENOUGH_OF_A_KIND = 15
LONG = "Words about the lungs. " * 60
# Addresses that only machines ask for, or that end the crawl by ending the session.
NOT_FOLLOWED = ("/accounts/logout/", "/admin/logout/", "/static/")
# The pages that come along have the tools of any article: an article's are enough.
TOOLS_OF_THE_HOUSE = re.compile(r"/(?!wiki/)(?:[a-z]+/)+(?:Help|Project):|/wiki/(?:Help|Project):[^?]*\?.")
# Each comparison is shown in three ways, of each section as well: those of an edit with the one before it are enough.
COMPARED_AGAIN = re.compile(r"/compare/(?:(?!previous/).*[?&]view=|.*section=.*view=|.*view=.*section=)")
TITLES = ["HIV/AIDS", "What is pain?", "5% dextrose", 'Crohn\'s & "co"']


def _a_little_of_everything() -> list[str]:
    """Make it; return an address of every URL name."""
    editor = factories.author("editor")
    everything = factories.TEXT + (
        '\n\n## Odd: 5% "quotes" & <b>more</b>?\n\n[[Not there]] [[Pollen#Nowhere|pollen]] [[#Causes|above]] '
        "[[Category:Empty one]] [[:Category:Lungs]] [@pmid:1] [@doi:10.1/x%41] note[^1] {{infobox disease|a=b}} "
        "[[File:X.png]] <https://example.org> [up](/wiki/Pollen) [bad](javascript:alert(1)) "
        + " ".join(f"[[{title}]]" for title in TITLES)
        + "\n\n[^1]: A note.\n\n[[Category:What? & 5%|x]]\n"
    )
    load_pages()
    asthma = factories.article("Asthma", everything, author=editor)
    for title in ["Pollen", *TITLES]:
        factories.article(title, f"{LONG}\n\nAbout [[Asthma]].\n", author=editor)
    factories.article("Wheezing", "#REDIRECT [[Asthma#Symptoms]]\n", author=editor)
    factories.article("Category:Lungs", "All that breathes.\n", author=editor)
    second = factories.edit(asthma, "Another lead, [[Pollen]].\n", section="0", author=editor)
    proposer = Client()
    proposer.force_login(factories.user("contributor", "Proposer"))
    proposer.post("/edit/Asthma", {"text": "Third.\n", "base": second.pk, "section": "0"})
    # Whoever crawls is somebody else: to them these are not there.
    factories.draft(asthma, editor)
    editing.receive(title="Asthma", base="no base", section="0", text="Sent in vain.\n", author=editor)
    # Whoever crawls was told nothing; of what others were told they learn nothing.
    telling.tell_about(Proposal.objects.get(), what="returned", by=editor)
    factories.block("192.0.2.0/24")
    factories.filter_hit("Pollen", "Found.\n")
    factories.case(asthma)
    logged = logbook.record(who=editor.account, what="test", target="x")
    return [_address(name, asthma, logged.pk, editor.account.pk) for name in sorted(_names(get_resolver()))]


world = worlds.made_once(_a_little_of_everything)


@pytest.fixture
def wiki(world: list[str], settings) -> list[str]:
    settings.WIKI_DASHBOARD = "on"
    return worlds.copied(world)


def _address(name: str, article: Article, logged: int, user: int) -> str:
    edit = article.current_edit_id
    arguments = {
        "articles:section": [Section.objects.filter(article=article, position__isnull=False).first().pk],
        "articles:category": ["Lungs"],
        "articles:cite": ["Asthma"],
        "articles:draft": [Draft.objects.get().pk],
        "articles:sent_text": [Submission.objects.get(base="no base").pk],
        "articles:keep_draft": ["Asthma"],
        "articles:history_feed": ["Asthma"],
        "articles:sitemap_page": [1],
        "articles:mediawiki_special": ["RecentChanges"],
        "articles:compare": ["previous", edit],
        "articles:revert": [edit],
        "articles:hide": [edit],
        "articles:undo": [edit],
        "articles:rollback": ["Asthma"],
        "articles:blame": ["Asthma"],
        "articles:take_back": [article.current_edit.author.name],
        "articles:taken_back": [999],
        "articles:filter": [Filter.objects.get().pk],
        "articles:dry_run": [DryRun.objects.get().pk],
        "articles:filter_hit": [FilterHit.objects.get().pk],
        "articles:change_block": [Block.objects.get().pk],
        "articles:proposal": [Proposal.objects.get().pk],
        "articles:links": ["Asthma"],
        "articles:info": ["Asthma"],
        "articles:user": [article.current_edit.author.name],
        "articles:contributions": [article.current_edit.author.name],
        "wording:change": ["disclaimer"],
        "cases:report": [Section.objects.filter(article=article, position__isnull=False).first().pk],
        "cases:told": [Case.objects.get().pk, reporting.key_of(Case.objects.get())],
        "cases:case": [Case.objects.get().pk],
        "notifications:notification": [Notification.objects.get().pk],
        "notifications:stop": ["not-a-token"],
        "account_email_confirm": ["not-a-token"],
        "wording:logo_picture": ["0123456789ab"],
        "wording:colours": ["0123456789ab"],
        "account_reset_password_from_key": [user, "not-a-token"],
        "mfa_remove_webauthn": [1],
        "account_role": [user],
        "admin:app_list": ["articles"],
        "admin:view_on_site": [1, article.pk],
    }.get(name)
    if arguments is None and name.endswith(("_history", "_delete", "_change")) and name != "admin:password_change":
        rows = {
            "article": article.pk,
            "edit": edit,
            "proposal": Proposal.objects.get().pk,
            "logentry": logged,
            "author": article.current_edit.author_id,
            "user": user,
            "case": Case.objects.get().pk,
        }
        arguments = [rows.get(name.split("_")[-2], 1)]
    if name.endswith("_act"):
        arguments = [first_act_of(name)]
    acts = ("protect", "quarantine", "move", "delete", "restore")
    titled = [f"articles:{each}" for each in ("read", "raw", "edit", "preview", "history", "outline", *acts)]
    return reverse(name, args=arguments if arguments is not None else ["Asthma"] if name in titled else [])


def crawl(
    browser: Client, starts: list[str], *, of_a_kind: int = MOST_PAGES
) -> tuple[dict[str, Page | None], dict[str, list[str]]]:
    """Visit everything that can be reached; return the pages by address, and what is wrong with each.

    Of one kind no more than `of_a_kind` are visited, besides the starts.
    """
    faults: dict[str, list[str]] = {}
    pages: dict[str, Page | None] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    waiting = deque((start, "the start", frozenset[str]()) for start in ["/", *starts])
    while waiting and len(pages) < MOST_PAGES:
        address, where, marks = waiting.popleft()
        if address in pages or address.startswith(NOT_FOLLOWED):
            continue
        kind = _kind(address)
        if where != "the start" and seen[kind] >= of_a_kind:
            continue
        seen[kind] += 1
        answer = browser.get(address)
        is_html = answer["Content-Type"].startswith("text/html")
        page = pages[address] = Page(answer) if is_html else None
        wrong = _wrong(address, answer.status_code, where, marks)
        if page is not None:
            wrong += _faults(address, answer.status_code, page)
            waiting.extend((link, address, more) for link, more in _inside(address, page))
        if answer.status_code in (301, 302, 303):
            waiting.append((urldefrag(answer["Location"])[0], address, marks))
        if wrong:
            faults[address] = wrong
    return pages, faults


def _kind(address: str) -> tuple[str, ...]:
    """The view that answers, and the names in the query."""
    parts = urlsplit(address)
    try:
        view = resolve(unquote(parts.path)).view_name
    except Resolver404:
        view = ""
    return (view, *sorted(parse_qs(parts.query, keep_blank_values=True)))


def _wrong(address: str, status: int, where: str, marks: frozenset[str]) -> list[str]:
    """A failure anywhere, or a dead link: only a link marked as missing may lead to a 404."""
    if status >= 500:
        return [f"{status}, linked from {where}"]
    is_marked = "missing-link" in marks or "nofollow" in marks or address.startswith(("/category/", "/admin/"))
    may_refuse = where == "the start" or is_marked
    return [f"{status}, linked from {where}"] if status >= 400 and not may_refuse else []


def _faults(address: str, status: int, page: Page) -> list[str]:
    # A bare redirect is no page, and the admin's pages are Django's.
    is_ours = status not in (301, 302, 303) and not address.startswith("/admin/")
    return (page.faults() if is_ours else page.disclaimer_faults()) + _broken_places(page)


def _broken_places(page: Page) -> list[str]:
    """Links to a place in the page itself that isn't there."""
    ids = set(page.ids)
    places = [link.href[1:] for link in page.links if link.href.startswith("#")]
    return [f"#{place} leads nowhere" for place in places if not {place, unquote(place)} & ids]


def _inside(address: str, page: Page) -> list[tuple[str, frozenset[str]]]:
    """The links of a page that stay on this site."""
    found = []
    for link in page.links:
        target = urldefrag(urljoin(address, link.href))[0]
        parts = urlsplit(target)
        # The admin's lists sort themselves in many ways, and every page has its own link to log in.
        is_a_variant = parts.path.startswith(("/admin/", "/accounts/")) and parts.query
        is_a_variant = is_a_variant or TOOLS_OF_THE_HOUSE.match(f"{parts.path}?{parts.query}")
        is_a_variant = is_a_variant or COMPARED_AGAIN.match(f"{parts.path}?{parts.query}")
        if parts.hostname in (None, "testserver") and parts.scheme in ("", "http") and not is_a_variant:
            found.append((target.removeprefix("http://testserver"), link.rel | link.classes))
    return found


@pytest.mark.parametrize("role", ["anonymous", "administrator"])
def test_every_page_that_a_role_can_reach_is_whole(wiki: list[str], role: str):
    pages, faults = crawl(_crawler(role), wiki)
    assert faults == {}
    assert len(pages) < MOST_PAGES and {"/wiki/Asthma", "/recent", "/wiki/5%25_dextrose"} <= set(pages)


@pytest.mark.alike  # Every address is asked as each role on every database by `test_permissions`.
@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "moderator"])
def test_some_pages_of_each_kind_that_a_role_can_reach_are_whole(wiki: list[str], role: str):
    """Who stands between sees other templates, the same on every page of a kind; each page was looked at above."""
    pages, faults = crawl(_crawler(role), wiki, of_a_kind=ENOUGH_OF_A_KIND)
    assert faults == {}
    assert len({_kind(address) for address in pages}) > 100 and {"/wiki/Asthma", "/recent"} <= set(pages)


def _crawler(role: str) -> Client:
    browser = Client(raise_request_exception=False)
    if role != "anonymous":
        account = factories.user(role, "Crawler")
        browser.force_login(account)
        factories.draft("Pollen", access.author_of(account), "Of the crawler's own.\n")
    return browser


def test_each_link_to_an_article_that_is_missing_says_so_and_offers_to_write_it(wiki: list[str], client: Client):
    (link,) = {link for link in Page(client.get("/wiki/Asthma")).links if link.text == "Not there"}
    assert "missing-link" in link.classes and "nofollow" in link.rel
    answer = client.get(link.href)
    assert answer.status_code == 404 and "/edit/Not_there" in [found.href for found in Page(answer).links]
