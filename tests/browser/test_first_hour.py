"""A newcomer's first hour: an empty machine, an administrator, a site of their own, and what readers see of it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import served
from tests.browser.stage import PASSWORD
from wiki.wording.catalogue import CATALOGUE

pytestmark = pytest.mark.browser

OWNER = "Olivia Owner"
# What `make run` does with an empty data folder, and `make admin`.
STEPS = [
    ["manage.py", "migrate", "--verbosity", "0"],
    ["manage.py", "createcachetable"],
    ["manage.py", "load_pages"],
    ["manage.py", "import_articles", "articles/sample", "--if-empty"],
    ["manage.py", "adduser", OWNER, "--role", "administrator"],
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site as it comes, with its sample and one administrator."""
    environment = {"WIKI_PASSWORD": PASSWORD, "WIKI_REGISTRATION_SECONDS": "0", "WIKI_DASHBOARD": "off"}
    with served(tmp_path_factory.mktemp("hour"), *STEPS, **environment) as (url, _said):
        yield url


@pytest.fixture(scope="module")
def owner(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(OWNER)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").first.click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    yield context.new_page()
    context.close()


def change(owner: Page, line: str, text: str) -> None:
    """Change a line of *Set up*, from its page, as a person finds it."""
    owner.goto("/")
    owner.get_by_role("link", name="Set up").first.click()
    owner.locator(f"a[href='/setup/{line}']").click()
    field = owner.locator("[name=text]")
    if field.first.evaluate("field => field.tagName") == "SELECT":
        field.select_option(text)
    elif field.count() > 1:
        owner.locator(f"[name=text][value={text}]").check()
    else:
        field.fill(text)
    owner.get_by_role("button", name="Save").click()
    expect(owner).to_have_url("/setup/")


# --- Each line of Set up, and where a reader sees it ---------------------------------------------------------------
SEEN = [
    ("long_name", "Lungs and all, for everybody", "/", ".foot", "Lungs and all, for everybody"),
    ("tagline", "Out of {name}", "/wiki/Asthma", ".tagline", "Out of MedWiki"),
    ("motto", "First, do no harm", "/wiki/Asthma", ".foot", "First, do no harm"),
    ("disclaimer", "{name} is no doctor.", "/nowhere", "#medical-disclaimer", "MedWiki is no doctor."),
    ("full_disclaimer", "All of it: {name} is no doctor.", "/disclaimer", "main", "All of it: MedWiki is no doctor."),
    ("credits", "By many hands.", "/", "footer.credits", "By many hands."),
    ("licence", "CC BY 4.0", "/wiki/Asthma", "footer.credits", "CC BY 4.0"),
    ("stub", "Short, this piece on {topic}.", "/wiki/Mesotherapy", "#stub-notice", "Short, this piece on medicine."),
    ("stub_help", "Do [write more]!", "/wiki/Mesotherapy", "#stub-notice", "Do write more!"),
    ("navigation", "Lungs | /wiki/Lung", "/", ".foot nav", "Lungs"),
    ("sponsor", "Clean air by Example", "/wiki/Asthma", "body", "Clean air by Example"),
    ("visitor_question", "Which organ breathes? | lung", "/edit/Asthma", "main", "Which organ breathes?"),
    ("anonymous_edits", "off", "/wiki/Asthma", "#article-content", "view source"),
    (
        "stub_topics",
        "medicine | On medicine, and short.",
        "/wiki/Mesotherapy",
        "#stub-notice",
        "On medicine, and short.",
    ),
    ("advertise_link", "/wiki/Project:Contact", "/wiki/Asthma", "body", "Advertise on MedWiki"),
    ("advertise_label", "Be seen on {name}", "/wiki/Asthma", "body", "Be seen on MedWiki"),
    ("registration", "closed", "/accounts/register/", "main", "administrator"),
    ("announcement", "Read only from 20:00 UTC on.", "/wiki/Asthma", "body", "Read only from 20:00 UTC on."),
]
# What is not seen without another line; the test of that one may be another worker's.
NEEDS = {"advertise_label": ("advertise_link", "/wiki/Project:Contact")}
# Addresses, and what takes something away: shown by the tests below.
SEEN_OTHERWISE = {
    "name",
    "logo",
    "accent",
    "licence_url",
    "sponsor_link",
    "sponsor_off",
    "contributor_edits",
    "emergency",
    "read_only",
    "dashboard",
}
# Search engines are let in only where the site has an address of its own: tests/wiki/wording/test_views.py.
NOT_SEEN_HERE = {"indexing"}


@pytest.mark.parametrize(("line", "text", "path", "place", "words"), SEEN, ids=[row[0] for row in SEEN])
def test_a_line_of_set_up_is_on_the_next_page_of_a_reader(
    owner: Page, reader: Page, line: str, text: str, path: str, place: str, words: str
):
    if line in NEEDS:
        change(owner, *NEEDS[line])
    reader.goto(path)
    expect(reader.locator(place).first).not_to_contain_text(words)

    change(owner, line, text)

    reader.goto(path)
    expect(reader.locator(place).first).to_contain_text(words)


def test_every_line_of_set_up_is_seen_by_a_reader():
    assert {row[0] for row in SEEN} | SEEN_OTHERWISE | NOT_SEEN_HERE == {entry.key for entry in CATALOGUE}


def test_whom_to_call_is_said_where_a_reader_reports_something(owner: Page, reader: Page):
    change(owner, "emergency", "In danger, call for help first.")

    reader.goto("/wiki/Asthma")
    reader.get_by_role("link", name="Something wrong here?").first.click()

    expect(reader.get_by_role("main")).to_contain_text("In danger, call for help first.")


def test_a_site_that_is_read_only_says_so_until_it_is_no_more(owner: Page, reader: Page):
    change(owner, "read_only", "on")
    reader.goto("/wiki/Asthma")
    expect(reader.locator(".announcement").last).to_contain_text("read-only")

    change(owner, "read_only", "off")
    reader.goto("/wiki/Asthma")
    expect(reader.locator("body")).not_to_contain_text("read-only")


def test_moderators_find_their_dashboard_once_the_owner_wants_one(owner: Page):
    owner.goto("/moderation/")
    expect(owner.get_by_role("main")).not_to_contain_text("Dashboard")

    change(owner, "dashboard", "on")

    owner.goto("/moderation/")
    owner.get_by_role("link", name="Dashboard").click()
    expect(owner.locator("main svg").first).to_be_visible()


@pytest.mark.parametrize(
    ("line", "target"), [("licence_url", "https://example.org/ours"), ("sponsor_link", "https://example.org/air")]
)
def test_an_address_in_set_up_is_led_to_from_the_next_page_of_a_reader(
    owner: Page, reader: Page, line: str, target: str
):
    change(owner, "sponsor", "Clean air by Example")
    reader.goto("/wiki/Asthma")
    expect(reader.locator(f"a[href='{target}']")).to_have_count(0)

    change(owner, line, target)

    reader.goto("/wiki/Asthma")
    expect(reader.locator(f"a[href='{target}']").first).to_be_visible()


def test_a_page_without_the_sponsor_has_none_for_a_reader(owner: Page, reader: Page):
    change(owner, "sponsor", "Clean air by Example")
    change(owner, "sponsor_off", "Asthma")
    reader.goto("/wiki/Asthma")
    expect(reader.locator("body")).not_to_contain_text("Clean air by Example")
    reader.goto("/wiki/Lung")
    expect(reader.locator("body")).to_contain_text("Clean air by Example")


def test_a_new_account_may_publish_once_the_owner_says_so(owner: Page, reader: Page):
    change(owner, "registration", "open")
    reader.goto("/accounts/register/")
    reader.locator("#id_username").fill("Rita Reader")
    reader.locator("#id_password1").fill(PASSWORD)
    reader.locator("#id_password2").fill(PASSWORD)
    reader.get_by_role("main").get_by_role("button", name="Register").click()
    reader.goto("/edit/Lung")
    expect(reader.get_by_role("button", name="Submit for review")).to_be_visible()

    change(owner, "contributor_edits", "publish")

    reader.goto("/edit/Lung")
    expect(reader.get_by_role("button", name="Save", exact=True)).to_be_visible()


def test_somebody_is_let_in_by_the_owner_where_sign_up_is_closed(owner: Page, reader: Page):
    change(owner, "registration", "closed")
    owner.goto("/admin/accounts/user/")
    owner.get_by_role("link", name="Add account").click()
    owner.locator("#id_name").fill("Nora Nurse")
    owner.get_by_role("button", name="Make the account").click()
    link = owner.locator("#link").input_value()

    reader.goto(link)
    reader.locator("#id_new").fill(PASSWORD)
    reader.locator("#id_again").fill(PASSWORD)
    reader.get_by_role("button", name="Save the password").click()
    reader.locator("#id_login").fill("Nora Nurse")
    reader.locator("#id_password").fill(PASSWORD)
    reader.get_by_role("main").get_by_role("button", name="Log in").first.click()

    expect(reader.get_by_role("button", name="Log out")).to_be_visible()


def test_a_logo_and_a_colour_of_ones_own_are_on_the_next_page_of_a_reader(owner: Page, reader: Page):
    picture = BytesIO()
    Image.new("RGB", (64, 64), "#7a1f5c").save(picture, "PNG")

    owner.goto("/setup/")
    owner.locator("a[href='/setup/logo']").click()
    owner.locator("[type=file]").set_input_files(
        {"name": "l.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    owner.get_by_role("button", name="Save").click()
    change(owner, "accent", "#7a1f5c")

    reader.goto("/wiki/Asthma")
    assert reader.locator("header .wordmark img").evaluate("picture => picture.naturalWidth") > 0
    colour = reader.locator("#article-content a:not(.missing-link)").first.evaluate(
        "link => getComputedStyle(link).color"
    )
    assert colour == "rgb(122, 31, 92)"
    owner.goto("/admin/")
    header = owner.locator("#header").evaluate("header => getComputedStyle(header).backgroundColor")
    assert header == "rgb(122, 31, 92)"


# --- The first article, the first proposal ------------------------------------------------------------------------
def test_a_site_gets_its_name_its_first_article_and_its_first_proposal(owner: Page, reader: Page):
    change(owner, "name", "Lungpedia")
    change(owner, "anonymous_edits", "propose")
    change(owner, "visitor_question", "Which organ breathes? | lung")

    owner.goto("/wiki/Pleurisy")
    owner.get_by_role("link", name="Disease").first.click()
    owner.locator("#id_text").fill(
        "**Pleurisy** is an inflammation of the lining of the lungs.\n\n## Causes\n\nMany.\n"
    )
    owner.get_by_role("button", name="Save", exact=True).click()
    expect(owner.get_by_role("heading", name="Pleurisy", level=1)).to_be_visible()

    reader.goto("/wiki/Pleurisy#Causes")
    expect(reader).to_have_title("Pleurisy - Lungpedia")
    reader.get_by_role("link", name="edit source: Causes", exact=True).click()
    reader.locator("#id_text").fill("## Causes\n\nMost often an infection.\n")
    reader.get_by_label("Which organ breathes?").fill("Lung!")
    reader.get_by_role("button", name="Submit for review").click()
    expect(reader.locator(".notice--waiting")).to_contain_text("Your change waits for a reviewer")
    reader.goto("/wiki/Pleurisy")
    expect(reader.locator("#article-content")).to_contain_text("Many.")

    owner.goto("/")
    owner.get_by_role("link", name="Proposals").first.click()
    owner.get_by_role("main").get_by_role("link", name="Pleurisy").first.click()
    owner.get_by_role("button", name="Accept and publish").click()

    reader.goto("/wiki/Pleurisy")
    expect(reader.locator("#article-content")).to_contain_text("Most often an infection.")
    expect(reader.locator("#article-content")).not_to_contain_text("Many.")
