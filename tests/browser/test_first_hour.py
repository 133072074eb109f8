"""A newcomer's first hour: an empty machine, an administrator, a site of their own, and what readers see of it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import served
from tests.browser.stage import PASSWORD

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
    environment = {"WIKI_PASSWORD": PASSWORD, "WIKI_REGISTRATION_SECONDS": "0"}
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
    ("anonymous_edits", "off", "/wiki/Asthma", "#article-content", "view source"),
    ("registration", "closed", "/accounts/register/", "main", "administrator"),
]


@pytest.mark.parametrize(("line", "text", "path", "place", "words"), SEEN, ids=[row[0] for row in SEEN])
def test_a_line_of_set_up_is_on_the_next_page_of_a_reader(
    owner: Page, reader: Page, line: str, text: str, path: str, place: str, words: str
):
    reader.goto(path)
    expect(reader.locator(place).first).not_to_contain_text(words)

    change(owner, line, text)

    reader.goto(path)
    expect(reader.locator(place).first).to_contain_text(words)


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


# --- The first article, the first proposal ------------------------------------------------------------------------
def test_a_site_gets_its_name_its_first_article_and_its_first_proposal(owner: Page, reader: Page):
    change(owner, "name", "Lungpedia")
    change(owner, "anonymous_edits", "propose")

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
