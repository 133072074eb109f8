"""The full disclaimer, *Set up* with its forms, the logo's picture and the accent's stylesheet."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.models import LogEntry
from tests import factories
from tests.pages import Page
from tests.wiki.wording.test_logo import a_picture
from wiki.wording import logo, words
from wiki.wording.catalogue import CATALOGUE
from wiki.wording.models import Wording

pytestmark = pytest.mark.django_db

OURS = "Ask <b>your</b> doctor & {name}.\n\nTwice."
FORMS = ["/setup/disclaimer", "/setup/name", "/setup/logo", "/setup/mail"]


def send(browser: Client, path: str, **changed: str):
    """Send the form of a page as a browser would."""
    return browser.post(path, Page(browser.get(path)).fields(**changed))


# --- The disclaimer ----------------------------------------------------------------------------------------------
def test_the_full_disclaimer_is_there_before_anybody_wrote_one(client: Client):
    page = Page(client.get("/disclaimer"))
    assert page.h1 == "Medical disclaimer" and "call your local emergency number" in page.article


def test_a_changed_wording_is_on_the_next_page_as_text(client: Client, administrator_client: Client):
    answer = send(administrator_client, "/setup/disclaimer", text=OURS, why="lawyers")
    assert (answer.status_code, answer["Location"]) == (303, "/setup/")
    page = Page(client.get("/"))
    (aside,) = page.with_id("medical-disclaimer")
    assert "Ask <b>your</b> doctor & MedWiki." in "".join(aside.itertext()) and page.faults() == []


@pytest.mark.parametrize("path", ["/", "/nowhere", "/recent", "/accounts/login/", "/disclaimer"])
def test_it_is_on_every_kind_of_page(client: Client, administrator, path: str):
    words.change(key="disclaimer", text="Only ours.", who=administrator.account)
    assert "Only ours." in Page(client.get(path)).words


def test_earlier_versions_can_be_read_and_say_that_they_are(client: Client, administrator):
    first = words.change(key="full_disclaimer", text="The first.", who=administrator.account)
    words.change(key="full_disclaimer", text="The second.", who=administrator.account)
    answer = client.get(f"/disclaimer?version={first.pk}")
    old, now = Page(answer), Page(client.get("/disclaimer"))
    assert "The first." in old.article and "This is an earlier version." in old.words
    assert answer["X-Robots-Tag"] == "noindex"
    assert "The second." in now.article and f"?version={first.pk}" in [link.href for link in now.links]


@pytest.mark.parametrize("number", ["999", "x", "²", "9" * 30, "-1"])
def test_a_version_that_is_none_is_404(client: Client, administrator_client: Client, number: str):
    assert client.get("/disclaimer", {"version": number}).status_code == 404
    assert administrator_client.get("/setup/motto", {"version": number}).status_code == 404


@pytest.mark.parametrize(
    ("query", "there"), [("", "disclaimer"), ("?key=full_disclaimer", "full_disclaimer"), ("?key=x", "disclaimer")]
)
def test_the_forms_former_address_leads_to_its_present_one(client: Client, query: str, there: str):
    answer = client.get(f"/disclaimer/change{query}")
    assert (answer.status_code, answer["Location"]) == (301, f"/setup/{there}")


# --- Set up ------------------------------------------------------------------------------------------------------
def test_set_up_lists_everything_and_leads_to_each_form(administrator_client: Client):
    page = Page(administrator_client.get("/setup/"))
    links = [link.href for link in page.links]
    assert page.h1 == "Set up" and page.faults() == []
    assert {f"/setup/{entry.key}" for entry in CATALOGUE} | {"/setup/mail"} <= set(links)
    assert "to do" in page.words and "As the software came" in page.words


def test_administrators_find_it_in_the_header_and_nobody_else_does(administrator_client, moderator_client, client):
    assert Page(administrator_client.get("/")).link("Set up") == "/setup/"
    assert "Set up" not in Page(moderator_client.get("/")).words + Page(client.get("/")).words


def test_a_line_says_who_changed_it_and_why(administrator_client: Client, administrator, monkeypatch):
    monkeypatch.setenv("WIKI_LICENCE", "CC0")
    words.change(key="motto", text="First, do no harm.", who=administrator.account, why="a vote")
    page = Page(administrator_client.get("/setup/"))
    assert f"Set here by {administrator.account.username}: a vote" in page.words and "First, do no harm." in page.words
    assert "From the environment" in page.words


@pytest.mark.parametrize("path", ["/setup/", *FORMS])
@pytest.mark.parametrize(
    "who", ["client", "contributor_client", "editor_client", "reviewer_client", "moderator_client"]
)
def test_nobody_else_sees_it_or_changes_anything(request, who: str, path: str):
    browser = request.getfixturevalue(who)
    assert browser.get(path).status_code == 403
    assert browser.post(path, {"text": "Mine.", "base": "0"}).status_code in (403, 405)
    assert not Wording.objects.exists()


@pytest.mark.parametrize(
    ("key", "text", "where", "shown"),
    [
        ("name", "Heal", "/", "Heal is not a substitute"),
        ("long_name", "{name}, of care", "/recent", "MedWiki, of care"),
        ("tagline", "By {name}", "/wiki/Asthma", "By MedWiki"),
        ("motto", "One line.\nAnother.", "/", "One line.Another."),
        ("navigation", "Somewhere | /index/\nElse | https://example.org/", "/", "Somewhere Else"),
        ("credits", "Pictures by nobody.", "/", "Credits: Pictures by nobody."),
        ("licence", "CC0", "/wiki/Asthma", "available under CC0"),
        ("stub", "Too short, on {topic}.", "/wiki/Asthma", "Too short, on medicine."),
        ("stub_help", "Make {name} [longer].", "/wiki/Asthma", "Make MedWiki longer."),
        ("stub_topics", "medicine | Our own. | A cross", "/wiki/Asthma", "Our own."),
        ("sponsor", "Buy this.", "/", "Ad. Buy this."),
        ("full_disclaimer", "All of it, {name}.", "/disclaimer", "All of it, MedWiki."),
        ("anonymous_edits", "off", "/wiki/Asthma", "view source"),
        ("registration", "closed", "/accounts/register/", "Nobody can register now"),
    ],
)
def test_what_is_saved_is_on_the_next_page(administrator_client, client, key: str, text: str, where: str, shown: str):
    factories.article("Asthma")
    assert send(administrator_client, f"/setup/{key}", text=text).status_code == 303
    page = Page(client.get(where))
    assert shown in page.words and page.faults() == []


@pytest.mark.parametrize(
    ("key", "text", "words_of_the_link"),
    [
        ("licence_url", "https://example.org/licence", "CC BY-SA 4.0"),
        ("advertise_link", "https://example.org/advertise", "Advertise on MedWiki"),
    ],
)
def test_an_address_that_is_saved_is_led_to(administrator_client, client, key: str, text: str, words_of_the_link: str):
    assert send(administrator_client, f"/setup/{key}", text=text).status_code == 303
    assert Page(client.get("/")).link(words_of_the_link) == text


@pytest.mark.parametrize(
    ("key", "text", "gone", "there"),
    [
        ("sponsor_link", "https://example.org/air", "https://example.org/old", "https://example.org/air"),
        ("sponsor_off", "Asthma", "Clean air.", ""),
        ("advertise_label", "Be seen on {name}", "Your words here", "Be seen on MedWiki"),
    ],
)
def test_the_rest_of_the_sponsor_is_on_the_next_page(
    administrator_client, client, administrator, key, text, gone, there
):
    factories.article("Asthma")
    for named, said in {
        "sponsor": "Clean air.",
        "sponsor_link": "https://example.org/old",
        "advertise_label": "Your words here",
        "advertise_link": "/advertise",
    }.items():
        words.change(key=named, text=said, who=administrator.account)
    assert gone in Page(client.get("/wiki/Asthma")).source
    assert send(administrator_client, f"/setup/{key}", text=text).status_code == 303
    page = Page(client.get("/wiki/Asthma"))
    assert gone not in page.source and there in page.source and page.faults() == []


def test_a_new_account_that_may_publish_does(administrator_client: Client, contributor_client: Client):
    article = factories.article("Asthma")
    assert send(administrator_client, "/setup/contributor_edits", text="publish").status_code == 303
    fields = {"text": "Mine.\n", "base": article.current_edit_id, "section": "0"}
    assert contributor_client.post("/edit/Asthma", fields)["Location"].startswith("/wiki/Asthma")


def test_search_engines_are_let_in_by_one_choice(administrator_client: Client, client: Client, settings):
    settings.SITE_URL = "http://testserver"
    factories.article("Asthma")
    assert client.get("/wiki/Asthma")["X-Robots-Tag"] == "noindex"
    assert send(administrator_client, "/setup/indexing", text="on").status_code == 303
    assert "X-Robots-Tag" not in client.get("/wiki/Asthma")


@pytest.mark.parametrize("text", ["", " \n ", "...", "x" * 20_001, "a\0b"])
def test_what_can_not_be_is_422_with_the_text_and_changes_nothing(administrator_client: Client, text: str):
    answer = administrator_client.post("/setup/disclaimer", {"text": text, "why": "kept", "base": "0"})
    assert answer.status_code == 422 and not Wording.objects.exists()
    assert Page(answer).fields()["why"] == "kept" and Page(answer).faults() == []


def test_somebody_elses_change_meanwhile_is_shown_and_both_are_kept(administrator_client: Client, administrator):
    form = Page(administrator_client.get("/setup/motto")).fields(text="Mine.")
    words.change(key="motto", text="Theirs.", who=administrator.account)
    answer = administrator_client.post("/setup/motto", form)
    page = Page(answer)
    assert answer.status_code == 409 and page.fields()["text"].strip() == "Mine." and "Theirs." in page.words
    assert administrator_client.post("/setup/motto", page.fields()).status_code == 303
    assert words.value("motto") == "Mine."


def test_the_form_names_its_versions_and_one_click_brings_one_back_into_it(administrator_client, administrator):
    first = words.change(key="motto", text="First.", who=administrator.account, why="a beginning")
    second = words.change(key="motto", text="Second.", who=administrator.account)
    page = Page(administrator_client.get("/setup/motto"))
    assert page.fields()["text"].strip() == "Second." and "a beginning" in page.words and page.faults() == []
    old = Page(administrator_client.get(f"/setup/motto?version={first.pk}"))
    assert (old.fields()["text"].strip(), old.fields()["base"]) == ("First.", str(second.pk))
    assert (
        administrator_client.post("/setup/motto", old.fields()).status_code == 303 and words.value("motto") == "First."
    )


def test_one_click_drops_what_was_set_here(administrator_client: Client, client: Client, administrator):
    unchanged = Page(administrator_client.get("/setup/name"))
    words.change(key="name", text="Heal", who=administrator.account)
    page = Page(administrator_client.get("/setup/name"))
    assert "Use the built-in one again" in page.words and "built-in one again" not in unchanged.words
    sent = page.fields(put_back="yes", text="", why="We are not so far")
    assert administrator_client.post("/setup/name", sent).status_code == 303
    assert Page(client.get("/")).words.count("MedWiki is not a substitute") == 1
    listed = Page(administrator_client.get("/setup/"))
    assert f"put back by {administrator.account.username}: We are not so far" in listed.words
    assert listed.faults() == page.faults() == []


def test_what_another_has_set_meanwhile_is_not_dropped_unseen(administrator_client: Client, administrator):
    words.change(key="motto", text="First.", who=administrator.account)
    form = Page(administrator_client.get("/setup/motto")).fields(put_back="yes")
    words.change(key="motto", text="Second.", who=administrator.account)
    answer = administrator_client.post("/setup/motto", form)
    assert answer.status_code == 409 and words.value("motto") == "Second." and "Second." in Page(answer).words


def test_the_value_of_the_environment_is_named_as_such(administrator_client: Client, administrator, monkeypatch):
    monkeypatch.setenv("WIKI_CREDITS", "x")
    words.change(key="credits", text="Ours.", who=administrator.account)
    page = Page(administrator_client.get("/setup/credits"))
    assert "Use the environment's value again" in page.words and "Each article is by" in page.words


@pytest.mark.parametrize("key", ["nothing", "disclaimer-", "x" * 300])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_word_that_there_is_none_of_is_404(administrator_client: Client, method: str, key: str):
    assert getattr(administrator_client, method)(f"/setup/{key}").status_code == 404


# --- The logo ----------------------------------------------------------------------------------------------------
def upload(browser: Client, data: bytes, **fields: str):
    file = SimpleUploadedFile("logo.png", data, content_type="image/png")
    return browser.post("/setup/logo", {"picture": file, "base": "0", **fields})


def test_a_logo_is_on_the_next_page_in_place_of_the_name(administrator_client: Client, client: Client):
    assert upload(administrator_client, a_picture(200, 50), why="ours").status_code == 303
    page = Page(client.get("/"))
    marks = page.with_class("wordmark")
    (image,) = marks[0].iter("img")
    assert (image.get("alt"), image.get("width"), len(marks)) == ("MedWiki", "200", 2) and page.faults() == []
    picture = client.get(image.get("src"))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp") and picture.content[8:12] == b"WEBP"
    assert "immutable" in picture["Cache-Control"] and "no-store" not in picture["Cache-Control"]


@pytest.mark.parametrize("data", [b"<svg/>", b"", b"\x89PNG\r\n\x1a\nnonsense"])
def test_what_is_no_logo_is_422_with_a_reason(administrator_client: Client, data: bytes):
    answer = upload(administrator_client, data, why="kept")
    assert answer.status_code == 422 and Page(answer).fields()["why"] == "kept" and Page(answer).faults() == []
    assert not Wording.objects.exists() and len(Page(answer).with_class("error-summary")) == 1


def test_a_logo_is_taken_away_once_asked_about_and_taken_again(administrator_client: Client, administrator):
    first = logo.change(who=administrator.account, picture=a_picture())
    asked = Page(
        administrator_client.get(
            "/setup/logo" + Page(administrator_client.get("/setup/logo")).link("Take the logo away")
        )
    )
    assert "Take the logo away?" in asked.words and asked.faults() == [] and words.value("logo") == first.text
    away = administrator_client.post("/setup/logo", asked.fields(remove="yes", why="Too gaudy"))
    gone = Page(administrator_client.get("/setup/logo"))
    assert away.status_code == 303 and words.value("logo") == "" and "take this one again" in gone.words
    base = gone.fields()["base"]
    assert administrator_client.post("/setup/logo", {"base": base, "again": str(first.pk)}).status_code == 303
    assert words.value("logo") == first.text


def test_a_logo_that_was_taken_away_is_as_the_software_came(
    administrator_client: Client, client: Client, administrator
):
    first = logo.change(who=administrator.account, picture=a_picture())
    administrator_client.post("/setup/logo", {"base": str(first.pk), "remove": "yes", "why": "Too gaudy"})
    listed = Page(administrator_client.get("/setup/"))
    entry = LogEntry.objects.latest("number")
    assert f"put back by {administrator.account.username}: Too gaudy" in listed.words
    assert (entry.what, entry.target, entry.why) == ("wording.put_back", "logo", "Too gaudy")
    assert words.source_of("logo") == "software" and "/site/logo-" not in Page(client.get("/")).source


def test_where_there_is_no_logo_none_is_taken_away(administrator_client: Client):
    page = Page(administrator_client.get("/setup/logo?remove=yes"))
    assert "Take the logo away" not in page.words and page.faults() == []


@pytest.mark.parametrize("deed", ["remove", "again"])
def test_the_logo_of_another_is_not_taken_away_unseen(administrator_client: Client, administrator, deed: str):
    first = logo.change(who=administrator.account, picture=a_picture())
    theirs = logo.change(who=administrator.account, picture=a_picture(9, 9))
    sent = {"remove": "yes"} if deed == "remove" else {"again": str(first.pk)}
    answer = administrator_client.post("/setup/logo", {"base": str(first.pk), "why": "kept", **sent})
    page = Page(answer)
    assert answer.status_code == 409 and page.faults() == [] and words.value("logo") == theirs.text
    assert (page.fields()["base"], page.fields()["why"]) == (str(theirs.pk), "kept")


def test_two_people_who_change_the_logo_meet(administrator_client: Client, administrator):
    logo.change(who=administrator.account, picture=a_picture())
    answer = upload(administrator_client, a_picture(9, 9))
    assert answer.status_code == 409 and Page(answer).faults() == []


def icons(browser: Client) -> tuple[str, str]:
    """Where the icon is that a browser asks for by itself, and the one that the page names."""
    named = [link.get("href") or "" for link in Page(browser.get("/")).all("link") if link.get("rel") == "icon"]
    return browser.get("/favicon.ico")["Location"], named[0]


def test_a_browser_that_asks_for_an_icon_by_itself_gets_one_that_it_keeps(client: Client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302 and answer["Cache-Control"] == "public, max-age=86400"
    assert icons(client) == ("/static/img/favicon.ico", "/static/img/favicon.svg")


def test_the_logo_is_the_icon_unless_it_is_wide(client: Client, administrator):
    square = logo.change(who=administrator.account, picture=a_picture(16, 16)).text.split()[0]
    assert set(icons(client)) == {f"/site/logo-{square}.webp"}
    logo.change(who=administrator.account, picture=a_picture(90, 16))
    assert icons(client) == ("/static/img/favicon.ico", "/static/img/favicon.svg")


@pytest.mark.parametrize("path", ["/site/logo-0123456789abcdef01234567.webp", "/site/colours-0123456789ab.css"])
def test_a_picture_or_sheet_that_is_none_is_404(client: Client, path: str):
    assert client.get(path).status_code == 404


# --- The accent --------------------------------------------------------------------------------------------------
def sheets(browser: Client) -> list[str]:
    found = [link.get("href") or "" for link in Page(browser.get("/")).all("link")]
    return [address for address in found if address.startswith("/site/")]


def test_an_accent_is_a_small_stylesheet_linked_only_when_it_is_chosen(administrator_client: Client, client: Client):
    assert sheets(client) == []
    assert send(administrator_client, "/setup/accent", text="#B3261E").status_code == 303
    (address,) = sheets(client)
    sheet = client.get(address)
    assert sheet["Content-Type"] == "text/css; charset=utf-8" and "immutable" in sheet["Cache-Control"]
    assert b"--accent: #b3261e" in sheet.content


def test_the_sheet_of_an_earlier_accent_is_still_there_for_pages_that_name_it(client: Client, administrator):
    words.change(key="accent", text="#b3261e", who=administrator.account)
    (earlier,) = sheets(client)
    words.change(key="accent", text="", who=administrator.account)
    assert sheets(client) == [] and client.get(earlier).status_code == 200


# --- Mail --------------------------------------------------------------------------------------------------------
@pytest.fixture
def ada() -> Client:
    browser = Client()
    browser.force_login(factories.user("administrator", "Ada", email="ada@example.org"))
    return browser


def test_a_test_mail_goes_to_the_administrators_own_address(ada: Client, mailoutbox):
    page = Page(ada.get("/setup/mail"))
    assert "ada@example.org" in page.words and page.faults() == []
    assert ada.post("/setup/mail", page.fields()).status_code == 303
    assert [mail.to for mail in mailoutbox] == [["ada@example.org"]]
    assert "The test mail to ada@example.org was only written" in Page(ada.get("/setup/")).words


def test_without_an_address_there_is_nowhere_to_send_it(administrator_client: Client, mailoutbox):
    page = Page(administrator_client.get("/setup/mail"))
    assert "no mail address" in page.words and page.faults() == []
    assert administrator_client.post("/setup/mail").status_code == 422 and mailoutbox == []


def test_a_mail_server_that_refuses_is_told(ada: Client, monkeypatch):
    def send(self) -> None:
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    answer = ada.post("/setup/mail")
    assert answer.status_code == 422 and "nobody listens" in Page(answer).words and Page(answer).faults() == []
