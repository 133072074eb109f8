"""MediaWiki's addresses lead to ours, or say that there is nothing; never to another site."""

from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from articles.models import Article, Edit, Section
from tests import factories, worlds
from tests.pages import Page

pytestmark = pytest.mark.django_db

# An address as people know it, and where it leads; {first} and {second} are edits, {causes} and {indoors} sections.
PAGES = """
/w/index.php?title=Asthma                                      /wiki/Asthma
/index.php?title=Asthma                                        /wiki/Asthma
/w/index.php/Asthma                                            /wiki/Asthma
/index.php/Asthma                                              /wiki/Asthma
/index.php/asthma?action=history                               /history/Asthma
/index.php/HIV/AIDS                                            /wiki/HIV/AIDS
/w/index.php?title=type_1_diabetes                             /wiki/Type_1_diabetes
/w/index.php?title=Asthma%23Causes                             /wiki/Asthma
/w/index.php?title=Category:Lungs&action=edit                  /edit/Category:Lungs
/w/index.php?title=Asthma&action=view                          /wiki/Asthma
/w/index.php?title=Asthma&action=purge                         /wiki/Asthma
/w/index.php?title=Asthma&action=history                       /history/Asthma
/w/index.php?title=Asthma&action=raw                           /raw/Asthma
/w/index.php?title=Asthma&action=raw&oldid={first}             /raw/Asthma?version={first}
/w/index.php?title=Asthma&action=info                          /info/Asthma
/w/index.php?title=Asthma&action=edit                          /edit/Asthma
/w/index.php?title=Asthma&action=submit                        /edit/Asthma
/w/index.php?title=Nothing&action=edit&redlink=1               /edit/Nothing
/w/index.php?title=Asthma&veaction=edit                        /edit/Asthma?editor=visual
/w/index.php?title=Asthma&action=edit&section=0                /edit/Asthma?section=0
/w/index.php?title=Asthma&action=edit&section=1                /edit/Asthma?section={symptoms}
/w/index.php?title=Asthma&action=edit&section=2                /edit/Asthma?section={causes}
/w/index.php?title=Asthma&action=edit&section=3                /edit/Asthma?section={indoors}
/w/index.php?title=Asthma&veaction=edit&section=2              /edit/Asthma?section={causes}&editor=visual
/w/index.php?title=Asthma&action=edit&section=new              /edit/Asthma?section=new
/w/index.php?title=Asthma&action=edit&undo={second}            /compare/previous/{second}
/w/index.php?title=Asthma&action=edit&oldid={first}            /edit/Asthma?version={first}
/w/index.php?title=Asthma&oldid={first}                        /wiki/Asthma?version={first}
/w/index.php?oldid={first}                                     /wiki/Asthma?version={first}
/w/index.php?title=Asthma&printable=yes                        /wiki/Asthma?printable=yes
/w/index.php?title=Asthma&redirect=no                          /wiki/Asthma?redirect=no
/w/index.php?title=Asthma&diff={second}&oldid={first}          /compare/{first}/{second}
/w/index.php?title=Asthma&diff={second}                        /compare/previous/{second}
/w/index.php?title=Asthma&diff=prev&oldid={second}             /compare/previous/{second}
/w/index.php?title=Asthma&diff=next&oldid={first}              /compare/{first}/{second}
/w/index.php?title=Asthma&diff=next&oldid={second}             /compare/{second}/current
/w/index.php?title=Asthma&diff=cur&oldid={first}               /compare/{first}/current
/w/index.php?title=Asthma&diff=0&oldid={first}                 /compare/{first}/current
/w/index.php?title=Asthma&diff=cur                             /compare/previous/{second}
/w/index.php?diff={second}                                     /compare/previous/{second}
/w/index.php?search=dust                                       /search?q=dust
/w/index.php?title=Special:Search&search=dust&fulltext=1       /search?q=dust&full=1
/w/index.php                                                   /
/wiki/Asthma?action=edit&section=2                             /w/index.php/Asthma?action=edit&section=2
/wiki/asthma?action=history                                    /w/index.php/Asthma?action=history
/wiki/Asthma?oldid={first}                                     /w/index.php/Asthma?oldid={first}
/wiki/Asthma?diff=prev&oldid={second}                          /w/index.php/Asthma?diff=prev&oldid={second}
/wiki/Special:RecentChanges                                    /recent
/Special:RecentChanges                                         /recent
/wiki/special:recent_changes                                   /recent
/w/index.php?title=Special:RecentChanges                       /recent
/index.php/Special:RecentChanges                               /recent
/wiki/Special:NewPages                                         /special/new
/wiki/Special:AllPages                                         /special/all
/wiki/Special:AllPages/As                                      /special/all?from=As
/wiki/Special:PrefixIndex                                      /index/
/wiki/Special:PrefixIndex/As                                   /index/As
/wiki/Special:Search                                           /search
/wiki/Special:Search/dust                                      /search?q=dust
/wiki/Special:Search?search=house+dust                         /search?q=house+dust
/wiki/Special:Random                                           /random
/wiki/Special:WhatLinksHere/asthma                             /links/Asthma
/wiki/Special:WhatLinksHere?target=Asthma                      /links/Asthma
/wiki/Special:WhatLinksHere                                    /special/
/wiki/Special:Contributions/Ada_Long                           /contributions/Ada_Long
/wiki/Special:Contributions/User:Ada_Long                      /contributions/Ada_Long
/wiki/Special:Categories                                       /special/categories
/wiki/Special:WantedPages                                      /special/wanted
/wiki/Special:OrphanedPages                                    /special/orphaned
/wiki/Special:LonelyPages                                      /special/orphaned
/wiki/Special:LongPages                                        /special/long
/wiki/Special:ShortPages                                       /special/short
/wiki/Special:Statistics                                       /special/statistics
/wiki/Special:SpecialPages                                     /special/
/wiki/Special:UserLogin                                        /accounts/login/
/wiki/Special:CreateAccount                                    /accounts/register/
/wiki/Special:UserLogout                                       /accounts/logout/
/wiki/Special:Preferences                                      /accounts/
/wiki/Special:ChangePassword                                   /accounts/password/
/wiki/Special:PasswordReset                                    /accounts/password/reset/
/wiki/Special:CiteThisPage/Asthma                              /cite/Asthma
/wiki/Special:CiteThisPage?page=Asthma                         /cite/Asthma
/wiki/Special:PageInfo/Asthma                                  /info/Asthma
/wiki/Special:History/Asthma                                   /history/Asthma
/wiki/Special:PermanentLink/{first}                            /wiki/Asthma?version={first}
/wiki/Special:Diff/{second}                                    /compare/previous/{second}
/wiki/Special:Diff/{first}/{second}                            /compare/{first}/{second}
/wiki/Special:Diff/{second}/prev                               /compare/previous/{second}
/wiki/Special:Diff/{first}/cur                                 /compare/{first}/current
/w/index.php?title=Asthma&action=protect                        /protect/Asthma
/w/index.php?title=Asthma&action=delete                         /delete/Asthma
/wiki/Special:MovePage/Asthma                                  /move/Asthma
/wiki/Special:Undelete                                         /special/deleted
/wiki/Special:Log                                              /special/log
/wiki/Special:Log/Asthma                                       /special/log?page=Asthma
/wiki/Special:PendingChanges                                   /proposals/
/wiki/Special:MyPage                                           /accounts/login/?next=%2Fwiki%2FSpecial%3AMyPage
/wiki/Special:Redirect/page/{page}                             /wiki/Asthma
/wiki/Special:Redirect/revision/{first}                        /wiki/Asthma?version={first}
/w/index.php?curid={page}                                      /wiki/Asthma
/w/                                                            /
"""

NOT_HERE = """
/w/index.php?title=Asthma&action=watch
/w/index.php?title=Asthma&action=edit&section=99
/w/index.php?title=Asthma&action=edit&section=T-1
/w/index.php?title=Asthma&action=edit&section=²
/w/index.php?title=Nothing&action=edit&section=1
/w/index.php?title=Asthma&action=edit&undo=x
/w/index.php?title=Asthma&oldid=x
/w/index.php?title=Asthma&oldid=99999999999999999999
/w/index.php?oldid=999999
/w/index.php?curid=999999
/w/index.php?curid=x
/wiki/Special:Redirect
/wiki/Special:Redirect/page
/wiki/Special:Redirect/user/1
/wiki/Special:Redirect/revision/999999
/w/index.php?diff=prev
/w/index.php?title=Nothing&diff=cur
/w/index.php?title=Asthma&diff=x&oldid=1
/w/index.php?title=Asthma&diff=next&oldid=999999
/w/index.php?title=a%5Bb
/w/index.php?title=..
/w/index.php?title=%00
/w/index.php?title=//evil.example
/w/index.php/%2F%2Fevil.example
/index.php/a%0Ab
/wiki/Special:
/wiki/Special:Nothing_at_all
/wiki/Special:UserRights/Ada
/wiki/Special:Diff
/wiki/Special:Diff/x/y
/wiki/Special:PermanentLink/x
/wiki/Special:WhatLinksHere/a%5Bb
/wiki/Special:%00
/Special:%0d%0aLocation:%20x
"""


def _asthma_and_numbers() -> tuple[Article, dict[str, int]]:
    """An article of two edits, and the numbers that addresses of MediaWiki's would name."""
    asthma = factories.article("Asthma", author=factories.author("editor", "Ada Long"))
    second = factories.edit(asthma, "Another lead.\n", section="0")
    sections = {found.title.lower(): found.pk for found in Section.objects.filter(article=asthma, level__gt=0)}
    return asthma, {"page": asthma.pk, "first": asthma.current_edit_id, "second": second.pk, **sections}


world = worlds.made_once(_asthma_and_numbers)


@pytest.fixture
def asthma(world: tuple[Article, dict[str, int]]) -> Article:
    return worlds.copied(world[0])


@pytest.fixture
def names(world: tuple[Article, dict[str, int]]) -> dict[str, int]:
    return world[1]


@pytest.mark.parametrize(
    ("path", "leads_to"), [line.split() for line in PAGES.strip().splitlines()], ids=lambda value: str(value)[:60]
)
def test_an_address_of_mediawikis_leads_to_ours(client: Client, names: dict[str, int], path: str, leads_to: str):
    answer = client.get(path.format(**names))
    assert (answer.status_code, answer["Location"]) == (301, leads_to.format(**names))


@pytest.mark.parametrize("path", sorted({line.split()[0] for line in PAGES.strip().splitlines()}))
def test_where_it_leads_there_is_a_page(moderator_client: Client, names: dict[str, int], path: str):
    answer = moderator_client.get(path.format(**names), follow=True)
    # Only what isn't written yet is missing; nothing leads around in a circle.
    assert answer.status_code == (404 if "HIV" in path or "diabetes" in path else 200)


def test_where_it_leads_may_change_so_no_cache_keeps_it(client: Client, names: dict[str, int]):
    assert client.get("/w/index.php?title=Asthma&action=edit&section=2")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", NOT_HERE.split())
def test_what_is_not_here_is_404_with_a_page(client: Client, names: dict[str, int], path: str):
    answer = client.get(path)
    assert answer.status_code == 404 and Page(answer).faults() == []


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [("MyPage", "/user/"), ("MyContributions", "/contributions/"), ("MyContribs", "/contributions/")],
)
def test_ones_own_pages_are_those_of_who_asks(editor_client: Client, editor, name: str, leads_to: str):
    answer = editor_client.get(f"/wiki/Special:{name}")
    assert answer["Location"] == leads_to + editor.name.replace(" ", "_")


@pytest.mark.parametrize("query", ["action=watch", "action=edit&section=99"])
def test_what_an_article_has_not_got_leads_on_to_the_article(client: Client, asthma, query: str):
    page = Page(client.get(f"/w/index.php?title=Asthma&{query}"))
    assert page.link("Asthma") == "/wiki/Asthma"
    assert page.link("History of Asthma") == "/history/Asthma"


def test_an_unknown_special_page_leads_to_those_that_there_are(client: Client, db):
    page = Page(client.get("/wiki/Special:<b>Nothing"))
    assert page.link("All special pages") == "/special/" and "Special:<b>Nothing" in page.words


@pytest.mark.parametrize(
    "value",
    [
        "//evil.example",
        "https://evil.example/",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "@evil.example",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/w/index.php?title={}",
        "/w/index.php?title=Asthma&action={}",
        "/w/index.php?title=Asthma&action=edit&section={}",
        "/w/index.php?title=Asthma&returnto={}",
        "/w/index.php?search={}",
        "/index.php/{}",
        "/wiki/Special:{}",
        "/wiki/Special:Search/{}",
        "/wiki/Special:PrefixIndex/{}",
        "/wiki/Special:AllPages/{}",
        "/wiki/Special:Contributions/{}",
        "/wiki/Special:WhatLinksHere/{}",
        "/wiki/Special:UserLogin?returnto={}",
    ],
)
def test_nothing_leads_to_another_site(client: Client, asthma, path: str, value: str):
    answer = client.get(path.format(quote(value, safe="")))
    target = urlsplit(answer.headers.get("Location", "/"))
    assert answer.status_code in (301, 404)
    assert (target.scheme, target.netloc) == ("", "") and target.path.startswith("/")
    assert not target.path.startswith(("//", "/\\"))


@pytest.mark.parametrize("name", ["Special:Search", "special:x", "Ｓpecial:Search"])
def test_no_article_can_be_made_where_it_could_not_be_read(editor_client: Client, name: str):
    before = Article.objects.count()
    answer = editor_client.post(f"/edit/{quote(name)}", {"text": "Text.\n", "base": "0"})
    assert answer.status_code == 422 and Article.objects.count() == before


@pytest.mark.parametrize("path", ["/w/index.php?title=Asthma", "/wiki/Special:RecentChanges"])
def test_nothing_is_sent_to_mediawikis_addresses(client: Client, asthma, path: str):
    before = Edit.objects.count()
    assert client.post(path, {"wpTextbox1": "x"}).status_code == 405
    assert Edit.objects.count() == before
