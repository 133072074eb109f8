"""A reader sees the medical disclaimer, whatever an article holds."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.attacks import OVERLAYS

pytestmark = pytest.mark.browser

NAMES = [name for name, _ in OVERLAYS]


@pytest.fixture(scope="module", params=NAMES)
def hostile(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Iterator[Page]:
    """An article that wants the disclaimer away, loaded once."""
    page = new_page()
    page.goto(f"/wiki/Overlay_{request.param.replace(' ', '_')}")
    yield page
    page.context.close()


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("width", [1280, 360, 320])
def test_it_is_seen_under_hostile_text(width: int, media: str, hostile: Page):
    hostile.set_viewport_size({"width": width, "height": 700})
    hostile.emulate_media(media=media)

    assert hostile.watch.status == 200
    assert pages.disclaimer_faults(hostile) == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_it_is_read_in_all_colours(colours: str, hostile: Page):
    hostile.emulate_media(color_scheme=colours, media="screen")

    assert pages.disclaimer_faults(hostile) == []


def test_hostile_text_does_not_scroll_the_page_sideways(hostile: Page):
    hostile.emulate_media(media="screen")
    hostile.set_viewport_size({"width": 360, "height": 700})

    assert pages.sideways(hostile) == []


def test_hostile_text_leaves_the_page_around_it_whole(hostile: Page):
    hostile.set_viewport_size({"width": 1280, "height": 900})
    hostile.emulate_media(media="screen")

    expect(hostile.locator("body > .foot > #medical-disclaimer")).to_be_visible()
    expect(hostile.locator("body > footer.credits")).to_be_visible()
    expect(hostile.locator("body > .masthead #search")).to_be_visible()
    assert hostile.watch.faults == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [1280, 360])
def test_it_is_seen_without_scripts(width: int, name: str, open_page: Callable[..., Page]):
    size = {"width": width, "height": 700}
    page = open_page(f"/wiki/Overlay_{name.replace(' ', '_')}", size=size, java_script_enabled=False)

    assert pages.disclaimer_faults(page) == []


@pytest.mark.parametrize(("name", "text"), OVERLAYS, ids=NAMES)
def test_it_is_seen_under_a_preview_of_hostile_text(name: str, text: str, open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=source", "editor")
    page.locator("#id_text").fill(f"## Symptoms\n\n{text}")

    with page.expect_navigation():
        page.locator("button[value=preview]").click()

    assert pages.disclaimer_faults(page) == []
    assert pages.sideways(page) == []


@pytest.mark.parametrize("path", ["/raw/Trachea", "/suggest?q=asthma"])
def test_what_is_no_page_has_none(path: str, open_page: Callable[..., Page]):
    page = open_page("/")

    answer = page.request.get(path)

    assert answer.status == 200 and "medical-disclaimer" not in answer.text()
