"""Readers see only what a trusted person published: words that are nowhere else are sought on every address there is.

A word is in a proposal, in a draft, in a hidden version, in a deleted page, in the versions of before a title was
written anew, or it was erased for law. Each address of the URL configuration stands in one of the two lists below, so
that none is forgotten.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import get_resolver, reverse

from articles import access, editing
from articles.models import Article, Draft, DryRun, Edit, Proposal, Section, Submission
from articles.moderation import deleting, erasing, hiding, quarantining
from articles.reviewing import deciding, proposing
from tests import factories, worlds
from tests.test_permissions import _names, first_act_of
from wiki.cases import reporting
from wiki.cases.models import Case

pytestmark = pytest.mark.django_db

PROPOSED, DRAFTED, HIDDEN, SIGNED, DELETED, BEFORE, WITHHELD, ERASED, REPORTED = (
    "dunnartish",
    "antechinish",
    "quollish",
    "potoroo",
    "echidnish",
    "pademelonish",
    "wombatish",
    "bandicootish",
    "numbattish",
)
WORDS = (PROPOSED, DRAFTED, HIDDEN, SIGNED, DELETED, BEFORE, WITHHELD, ERASED, REPORTED)
NOWHERE = "thylacinish"
# Who may see which word; its author sees what they propose and draft, and is nobody of these.
MODERATED = {HIDDEN, SIGNED, DELETED, BEFORE, REPORTED}
SEEN_BY = {
    "anonymous": set(),
    "contributor": set(),
    "editor": set(),
    "reviewer": {PROPOSED, WITHHELD},
    "moderator": {PROPOSED, WITHHELD} | MODERATED,
    "administrator": {PROPOSED, WITHHELD} | MODERATED,
}

_OF_A_TITLE = ("Asthma", "Gone", "Remade", "Leading", "Linking", "New_thing", "Watched", "Pointing", "Cleaned")
# Of each name all addresses that lead to any of it: `{hidden}` and so on are numbers, `{title}` is each title.
SURFACES: dict[str, tuple[str, ...]] = {
    "articles:main": ("/",),
    "articles:read": (
        "/wiki/{title}",
        "/wiki/{title}?printable=yes",
        "/wiki/{title}?redirect=no",
        "/wiki/Asthma?version={hidden}",
        "/wiki/Asthma?version={accepted}",
        "/wiki/Asthma?version={after}",
        "/wiki/Gone?version={gone}",
        "/wiki/Remade?version={before}",
        "/wiki/Watched?version={watched}",
        "/wiki/Watched?version={watched_now}",
        "/wiki/Cleaned?version={erased}",
    ),
    "articles:raw": (
        "/raw/{title}",
        "/raw/Asthma?version={hidden}",
        "/raw/Asthma?version={accepted}",
        "/raw/Gone?version={gone}",
        "/raw/Remade?version={before}",
        "/raw/Watched?version={watched}",
        "/raw/Cleaned?version={erased}",
    ),
    "articles:section": ("/section/{causes}", "/section/{gone_section}", "/section/{dosage}", "/section/{children}"),
    "articles:category": ("/category/Lungs", "/category/About_nothing"),
    "articles:index": ("/index/A",),
    "articles:edit": (
        "/edit/{title}",
        "/edit/Asthma?section={causes}",
        "/edit/Asthma?proposal={proposal}",
        "/edit/Asthma?version={hidden}",
        "/edit/Asthma?version={accepted}",
        "/edit/Gone?version={gone}",
        "/edit/Remade?version={before}",
        "/edit/Cleaned?version={erased}",
        "/edit/Cleaned?proposal={erased_proposal}",
        "/edit/Watched?version={watched}",
        "/edit/Watched?section={dosage}",
        "/edit/Watched?section={children}",
        "/edit/Watched?section={outside}",
    ),
    "articles:outline": ("/outline/{title}", "/outline/Asthma?section={causes}", "/outline/Watched?section={dosage}"),
    "articles:history": (
        "/history/{title}",
        "/history/Asthma?section={causes}",
        "/history/Watched?section={dosage}",
        "/history/Watched?section={children}",
    ),
    "articles:compare": (
        "/compare/previous/{hidden}",
        "/compare/previous/{accepted}",
        "/compare/previous/{after}",
        "/compare/{first}/{hidden}",
        "/compare/{hidden}/current",
        "/compare/previous/{gone}",
        "/compare/{before}/current",
        "/compare/previous/{erased}",
        "/compare/{erased}/current",
        "/compare/previous/{cleaned}",
        "/compare/previous/{hidden}?section={causes}",
        "/compare/previous/{watched}?section={dosage}",
        "/compare/{watched}/current",
        "/compare/previous/{watched}",
        "/compare/{current}/{watched}",
        *(
            f"/compare/{pair}?view={view}"
            for view in ("inline", "rendered")
            for pair in (
                "previous/{hidden}",
                "previous/{after}",
                "{first}/{accepted}",
                "{hidden}/current",
                "{watched}/current",
            )
        ),
    ),
    "articles:blame": (
        "/blame/{title}",
        "/blame/Asthma?section={causes}",
        "/blame/Asthma?version={hidden}",
        "/blame/Asthma?version={after}",
        "/blame/Gone?version={gone}",
        "/blame/Remade?version={before}",
        "/blame/Cleaned?version={erased}",
        "/blame/Watched?version={watched}",
        "/blame/Watched?section={dosage}",
    ),
    "articles:undo": tuple(
        f"/undo/{{{name}}}"
        for name in (
            "hidden",
            "after",
            "accepted",
            "current",
            "gone",
            "before",
            "watched",
            "watched_now",
            "erased",
            "cleaned",
        )
    ),
    "articles:rollback": ("/rollback/{title}",),
    "articles:take_back": ("/take-back/Eva?hours=24", "/take-back/Paula?hours=24"),
    "articles:taken_back": ("/taken-back/1",),
    "articles:chosen": ("/compare/?old={first}&new={hidden}",),
    "articles:revert": (
        "/revert/{hidden}",
        "/revert/{gone}",
        "/revert/{before}",
        "/revert/{watched}",
        "/revert/{erased}",
    ),
    "articles:recent": ("/recent", "/recent?topic=Lungs&minor=no", "/recent?unseen=on&new=on"),
    "articles:proposals": ("/proposals/",),
    "articles:topics": ("/proposals/topics",),
    "articles:proposal": tuple(
        f"/proposals/{{{name}}}" for name in ("proposal", "declined", "published", "erased_proposal")
    ),
    "articles:draft": ("/drafts/{draft}",),
    "articles:sent_text": ("/drafts/sent/{sent}",),
    "articles:drafts": ("/drafts",),
    "articles:protect": ("/protect/{title}",),
    "articles:quarantine": ("/quarantine/{title}", "/quarantine/Watched?section={dosage}"),
    "articles:move": ("/move/{title}",),
    "articles:delete": ("/delete/{title}",),
    "articles:restore": ("/restore/{title}",),
    "articles:deleted": ("/special/deleted",),
    "articles:log": ("/special/log", "/special/log?page=Asthma", "/special/log?page=Gone", "/special/log?page=Watched"),
    "articles:inbox": ("/moderation/", "/moderation/?open=proposal-{proposal}", "/moderation/?kind=people"),
    "articles:dashboard": ("/moderation/dashboard",),
    "articles:approvers": ("/moderation/approvers",),
    "articles:filters": ("/special/filters",),
    "articles:new_filter": ("/special/filters/new",),
    "articles:filter": ("/special/filters/{filter}",),
    "articles:dry_run": ("/special/filters/runs/{run}",),
    "articles:filter_hits": ("/special/filters/hits", "/special/filters/hits?filter={filter}"),
    "articles:filter_hit": ("/special/filters/hits/{hit}",),
    "articles:domains": ("/special/domains",),
    "articles:blocks": ("/special/blocks", "/special/blocks?who=Eva"),
    "articles:block": ("/special/block?who=Eva",),
    "articles:change_block": ("/special/blocks/{block}",),
    "articles:look_up": ("/special/look-up?who=Eva",),
    "articles:hide": ("/hide/{hidden}", "/hide/{gone}", "/hide/{before}", "/hide/{erased}"),
    # Of the private address only its reader knows the secret.
    "cases:report": ("/report/{causes}", "/report/{dosage}", "/report/{dosage}?edit={watched}", "/report/{children}"),
    "cases:told": ("/accounts/report/{case}/no-such-secret/",),
    "cases:cases": ("/cases/",),
    "cases:case": ("/cases/{case}",),
    "notifications:notifications": ("/notifications",),
    "notifications:notification": ("/notifications/1", "/notifications/2"),
    "articles:links": ("/links/{title}",),
    "articles:info": ("/info/{title}",),
    "articles:user": ("/user/Eva", "/user/Paula"),
    "articles:contributions": ("/contributions/Eva", "/contributions/Paula"),
    "articles:all_pages": ("/special/all",),
    "articles:search": ("/search?q=dust&full=1", "/search?q=Asthma&full=1", "/search?q=watched&full=1"),
    "articles:suggest": ("/suggest?q=as", "/suggest?q=go", "/suggest?q=wa"),
    "articles:cite": (
        "/cite/{title}",
        "/cite/Asthma?version={hidden}",
        "/cite/Gone?version={gone}",
        "/cite/Cleaned?version={erased}",
    ),
    "articles:history_feed": ("/feeds/history/{title}.atom",),
    "articles:mediawiki": ("/w/index.php?title=Asthma&oldid={hidden}", "/w/index.php?diff={hidden}"),
}
# Their one address is enough: lists of everything, forms of accounts, what holds no text of articles.
ONE_ADDRESS = {
    *(f"articles:{name}" for name in ("recent_feed", "new_feed", "sitemap", "sitemap_page", "robots", "opensearch")),
    *(f"articles:{name}" for name in ("new_pages", "long_pages", "short_pages", "wanted_pages", "orphaned_pages")),
    *(
        f"articles:{name}"
        for name in ("stubs", "categories", "statistics", "random", "special", "remove_sample", "erase")
    ),
    *(f"articles:{name}" for name in ("patrol", "preview", "keep_draft", "forget_drafts", "mediawiki_special")),
    "notifications:mail",
    "notifications:stop",
    "healthz",
    "readyz",
    "metrics",
}
# Rooms of which each address is asked for with the arguments of the permission table.
ROOMS = ("wording:", "ladder:", "account", "mfa_", "admin:")


def _a_wiki_with_secrets() -> dict[str, Any]:
    """Put each word where no reader may find it; return the numbers by which it could be asked for."""
    eva, paula = factories.author("editor", "Eva"), factories.author("contributor", "Paula")
    signer, moderator, reviewer = (
        factories.author("editor", SIGNED.capitalize()),
        factories.author("moderator", "Mo"),
        factories.author("reviewer", "Rita"),
    )
    asthma = factories.article("Asthma", author=eva)
    causes = Section.objects.get(article=asthma, title="Causes").pk
    text = f"## {HIDDEN.capitalize()} causes\n\nDust, {HIDDEN}.\n"
    hidden = factories.edit(asthma, text, section=str(causes), author=signer, summary=f"{HIDDEN} and more")
    after = factories.edit(asthma, factories.TEXT, author=eva)
    published = _propose(paula, "Asthma", after.pk, f"Sneezes, {HIDDEN}.\n", summary=HIDDEN)
    accepted = deciding.accept(proposal=published, user=reviewer.account, author=reviewer, base=str(after.pk))
    current = factories.edit(asthma, factories.TEXT, author=eva)
    for edit in (hidden, accepted):
        hiding.hide(edit=edit, text=True, summary=True, author=True, by=moderator.account, why="private")
    proposal = _propose(paula, "Asthma", current.pk, f"Breath, {PROPOSED}.\n", summary=PROPOSED)
    _propose(paula, "New thing", 0, f"New and {PROPOSED}.\n")
    declined = _propose(paula, "Asthma", current.pk, f"Worse, {PROPOSED}.\n")
    deciding.decline(proposal=declined, user=reviewer.account, author=reviewer, reason="No.")
    factories.draft(Article.objects.get(pk=asthma.pk), paula, f"Mine, {DRAFTED}.\n", summary=DRAFTED)
    editing.receive(title="Asthma", base="no base", section="0", text=f"In vain, {DRAFTED}.\n", author=paula)
    gone = factories.article(
        "Gone", f"Dust, {DELETED}.\n\n## {DELETED.capitalize()}\n\nx\n\n[[Category:Lungs]]\n", author=eva
    )
    again = factories.edit(gone, f"More, {DELETED}.\n", section="0", author=eva, summary=DELETED)
    for title, words in (("Leading", "#REDIRECT [[Gone]]\n"), ("Linking", "See [[Gone]] and [[Remade]].\n")):
        factories.article(title, words, author=eva)
    before = factories.article("Remade", f"Dust, {BEFORE}.\n", author=eva, summary=BEFORE)
    deleting.delete([gone, before], by=moderator.account, why="for a test")
    factories.save("Remade", "Harmless.\n", base=0, author=eva)
    cleaned = factories.article("Cleaned", f"A lead.\n\n## About {ERASED} things\n\nAll {ERASED} things.\n", author=eva)
    erased = _propose(paula, "Cleaned", cleaned.current_edit_id, f"And {ERASED} things.\n", summary=f"{ERASED} things")
    factories.draft(cleaned, eva, f"Of {ERASED} things.\n")
    _erase(f"{ERASED} things", factories.author("administrator"))
    watched = _withhold(eva, moderator)
    return {
        **watched,
        "erased": cleaned.current_edit_id,
        "cleaned": Article.objects.get(pk=cleaned.pk).current_edit_id,
        "erased_proposal": erased.pk,
        "first": asthma.current_edit_id,
        "hidden": hidden.pk,
        "after": after.pk,
        "accepted": accepted.pk,
        "current": current.pk,
        "gone": again.pk,
        "before": before.current_edit_id,
        "causes": causes,
        "gone_section": Section.objects.filter(article=gone).order_by("-pk").values_list("pk", flat=True)[0],
        "proposal": proposal.pk,
        "declined": declined.pk,
        "published": published.pk,
        "draft": Draft.objects.get(author=paula).pk,
        **_filtered(),
        "block": factories.block(eva.name).pk,
        "sent": Submission.objects.get(base="no base").pk,
    }


world = worlds.made_once(_a_wiki_with_secrets)


@pytest.fixture
def numbers(world: dict[str, Any], settings) -> dict[str, Any]:
    settings.WIKI_DASHBOARD = "on"
    return worlds.copied(world)


def _withhold(author, moderator) -> dict[str, Any]:
    """An article whose dosage is under review, edited before and since, and proposed for."""
    text = (
        f"A lead on the watched.[^1]\n\n## Dosage\n\n"
        f"Two {WITHHELD} pills of WMB at night, [[Into {WITHHELD}]][^{WITHHELD}], see [the table][{WITHHELD}].\n\n"
        f"[^{WITHHELD}]: A note on {WITHHELD} pills.\n\n[[Category:About {WITHHELD}]]\n\n"
        f"### For {WITHHELD} children\n\nHalf of it[^1][^2][^{WITHHELD} far].\n\n## Outside\n\nDust.\n\n"
        f"> [^2]: A note on {WITHHELD} children.\n\nMore.\n\n[^1]: Watched.[^4]\n[^{WITHHELD} far]: See[^3].\n"
        f"[^3]: Of {WITHHELD} things, [[Far {WITHHELD}]].\n\n    And {WITHHELD} more.\n\n[^4]: Yes.\n"
        f'[{WITHHELD}]: https://example.org/{WITHHELD} "Of {WITHHELD} pills"\n*[WMB]: {WITHHELD} measure\n'
        "[[Category:Lungs]]\n"
    )
    factories.article("Pointing", f"See [[Watched#For {WITHHELD[:4]}]].\n", author=author)
    watched = factories.article("Watched", text, author=author)
    rows = {row.title: row.pk for row in Section.objects.filter(article=watched)}
    dosage, children = rows["Dosage"], rows[f"For {WITHHELD} children"]
    child = f"### For {WITHHELD} children\n\nA third of {WITHHELD}, no more[^1][^2][^{WITHHELD} far].\n"
    factories.edit(watched, child, section=str(children), author=author, summary=f"/* For {WITHHELD} children */ less")
    passage = reporting.passage(AnonymousUser(), dosage)
    said = {"category": "dangerous", "words": f"Too much, {REPORTED}.", "contact": f"{REPORTED}@example.org"}
    case = reporting.report(passage=passage, **said)
    entry = quarantining.quarantine(article=watched, section=dosage, by=moderator.account, why="Too much?")
    now = factories.edit(watched, "A lead on the watched, and more.[^1]\n", section="0", author=author)
    return {
        "watched": watched.current_edit_id,
        "watched_now": now.pk,
        "dosage": dosage,
        "children": children,
        "outside": rows["Outside"],
        "quarantine": entry.after["quarantine"],
        "case": case.pk,
    }


def _erase(passage: str, by) -> None:
    count = erasing.places_of(passage).total
    erasing.erase(passage=passage, count=count, by=by.account, author=by, why="for a test")


def _filtered() -> dict[str, Any]:
    hit = factories.filter_hit("Linking", f"Refused, {HIDDEN}.\n", summary=HIDDEN)
    return {"hit": hit.pk, "filter": hit.filter_id, "run": DryRun.objects.get().pk}


def _propose(author, title: str, base: int, text: str, **fields: str) -> Proposal:
    section = "0" if base else ""
    sent = {"title": title, "base": str(base), "section": section, "text": text} | fields
    proposal = proposing.submit(user=author.account, author=author, **sent)
    assert isinstance(proposal, Proposal)
    return proposal


def _browser(role: str) -> Client:
    browser = Client(raise_request_exception=False)
    if role != "anonymous":
        browser.force_login(factories.user(role))
    return browser


def _addresses(numbers: dict[str, Any]) -> list[str]:
    """Every address of every name."""
    asthma = Article.objects.select_related("current_edit__author").get(title="Asthma")
    found = []
    for name in sorted(_names(get_resolver())):
        if name in SURFACES:
            for address in SURFACES[name]:
                found += [
                    address.format(title=title, **numbers)
                    for title in _OF_A_TITLE
                    if "{title}" in address or title == "Asthma"
                ]
        elif not name.startswith(ROOMS):
            found.append(reverse(name, args=_arguments_of(name, asthma)))
    return found


def _arguments_of(name: str, article: Article) -> list[object]:
    if name == "notifications:stop":
        return ["not-a-token"]
    of = {"articles:keep_draft": ["Asthma"], "articles:preview": ["Asthma"], "articles:sitemap_page": [1]}
    return of.get(name, ["RecentChanges"] if name == "articles:mediawiki_special" else [])


def _leaks(browser: Client, addresses: list[str], seen: set[str]) -> list[str]:
    """Each address on which a word stands that this person may not see."""
    found = []
    for address in addresses:
        answer = browser.get(address)
        said = (answer.content.decode() + str(answer.headers)).lower()
        found += [f"{address}: {word}" for word in WORDS if word in said and word not in seen]
    return found


def test_each_address_is_on_one_of_the_lists():
    names = _names(get_resolver())
    listed = {name for name in names if name in SURFACES or name in ONE_ADDRESS or name.startswith(ROOMS)}
    assert names == listed and SURFACES.keys() | ONE_ADDRESS <= names and not SURFACES.keys() & ONE_ADDRESS


@pytest.mark.parametrize("role", SEEN_BY)
def test_a_word_is_seen_only_by_those_who_may(numbers: dict[str, Any], role: str):
    assert _leaks(_browser(role), _addresses(numbers), SEEN_BY[role]) == []


@pytest.mark.parametrize("role", ["reviewer", "moderator"])
def test_the_rooms_of_accounts_and_of_the_admin_show_none_of_it_either(numbers: dict[str, Any], role: str, settings):
    article = Article.objects.select_related("current_edit__author").get(title="Asthma")
    rooms = [name for name in sorted(_names(get_resolver())) if name.startswith(ROOMS)]
    # Of what is looked up in the admin, moderators may see all but drafts.
    addresses = [reverse(name, args=_admin_arguments(name, article)) for name in rooms if "logout" not in name]
    assert _leaks(_browser(role), addresses, SEEN_BY[role]) == []


def _admin_arguments(name: str, article: Article) -> list[object]:
    of: dict[str, list[object]] = {
        "account_reset_password_from_key": [1, "not-a-token"],
        "account_role": [1],
        "account_email_confirm": ["not-a-token"],
        "mfa_remove_webauthn": [1],
        "wording:change": ["disclaimer"],
        "wording:logo_picture": ["0123456789ab"],
        "wording:colours": ["0123456789ab"],
        "admin:app_list": ["articles"],
        "admin:view_on_site": [1, 1],
        "admin:password_change": [],
    }
    if name.endswith("_act"):
        return [first_act_of(name)]
    if name in of or not name.endswith(("_history", "_delete", "_change")):
        return of.get(name, [])
    rows = {
        "article": article.pk,
        "edit": article.current_edit_id,
        "author": article.current_edit.author_id,
        "proposal": Proposal.objects.order_by("pk")[0].pk,
        "case": Case.objects.get().pk,
    }
    return [rows.get(name.split("_")[-2], 1)]


@pytest.mark.parametrize("role", SEEN_BY)
def test_to_look_for_a_word_is_to_look_for_one_that_is_nowhere(numbers: dict[str, Any], role: str):
    browser = _browser(role)
    addresses = ("/search?q={}", "/search?q={}&full=1", "/suggest?q={}", "/special/all?from={}", "/user/{}")
    nothing = {address: _said(browser, address, NOWHERE) for address in addresses}
    # Whoever has an account has a page, whatever they wrote.
    asked = [(address, word) for address in addresses for word in WORDS if (address, word) != ("/user/{}", SIGNED)]
    assert [one for one in asked if _said(browser, *one) != nothing[one[0]]] == []


def _said(browser: Client, address: str, sought: str) -> tuple[int, str, str]:
    """An answer without what it repeats of the question, and without tokens."""
    answer = browser.get(address.format(sought))
    text = re.sub(re.escape(sought), "WORD", answer.content.decode(), flags=re.IGNORECASE)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return answer.status_code, answer.headers.get("Location", "").replace(sought, "WORD"), text


# The forms of each page, the versions of it that could be named as their base, and some of others, deleted ones too.
FORMS_AND_BASES = (
    (("/edit/Asthma", "/preview/Asthma", "/outline/Asthma"), ("hidden", "accepted", "watched", "gone")),
    (("/edit/Gone",), ("gone", "before")),
    (("/edit/Remade",), ("before", "hidden")),
    (("/edit/Cleaned",), ("erased", "gone")),
    (("/edit/Watched", "/preview/Watched", "/outline/Watched"), ("watched", "watched_now", "erased")),
)


@pytest.mark.parametrize("role", SEEN_BY)
def test_no_form_gives_away_what_its_base_was(numbers: dict[str, Any], role: str):
    browser = _browser(role)
    said = ""
    asked = [(path, base) for paths, bases in FORMS_AND_BASES for path in paths for base in bases]
    for (path, base), section in itertools.product(asked, ("0", "", numbers["dosage"])):
        sent = {"text": "Mine.\n", "section": section, "base": numbers[base], "deed": "add"}
        # A preview is shown whatever is asked for.
        for action in ("changes",) if path.startswith("/preview/") else ("changes", "preview"):
            said += browser.post(path, sent | {"action": action}).content.decode().lower()
    assert [word for word in WORDS if word in said and word not in SEEN_BY[role] - MODERATED - {PROPOSED}] == []


def test_who_may_finds_each_word_where_it_is(numbers: dict[str, Any]):
    """Else the suite would find no leak in a wiki that shows nothing to anybody."""
    moderator, reviewer, author = _browser("moderator"), _browser("reviewer"), Client()
    author.force_login(access.Author.objects.get(name="Paula").account)
    assert PROPOSED in reviewer.get(f"/proposals/{numbers['proposal']}").content.decode()
    assert DRAFTED in author.get(f"/drafts/{numbers['draft']}").content.decode()
    assert PROPOSED in author.get(f"/proposals/{numbers['declined']}").content.decode()
    for address, word in (
        ("/wiki/Asthma?version={hidden}", HIDDEN),
        ("/history/Asthma", SIGNED),
        ("/wiki/Gone?version={gone}", DELETED),
        ("/raw/Remade?version={before}", BEFORE),
        ("/proposals/{published}", HIDDEN),
        ("/wiki/Watched", WITHHELD),
        ("/cases/{case}", REPORTED),
        ("/moderation/", REPORTED),
        ("/raw/Watched?version={watched}", WITHHELD),
        ("/history/Watched", WITHHELD),
        ("/quarantine/Watched?section={dosage}", WITHHELD),
    ):
        assert word in moderator.get(address.format(**numbers)).content.decode().lower()
    assert Edit.objects.filter(hidden_text=True, erased=False).count() == 3
