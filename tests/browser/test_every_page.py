"""What holds for a page of every kind: for all eyes and hands, at any width, in light and dark, on paper."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.conftest import NARROW, WIDE, Site
from tests.browser.pages import KINDS, Kind

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

# Rules whose answer is another one in other colours, or at another width.
OF_COLOURS = ("color-contrast", "link-in-text-block")
OF_WIDTHS = ("target-size", "scrollable-region-focusable", "heading-order", "region", "list", "listitem")


def _gone_to(kind: Kind, site: Site, page: Page) -> Page:
    page.facts = site.facts
    page.goto(site.address(kind.path))
    if kind.steps is not None:
        kind.steps(page)
    return page


@pytest.fixture(scope="module", params=KINDS, ids=str)
def shown(request: pytest.FixtureRequest, site: Site, new_page: Callable[..., Page]) -> Iterator[Page]:
    """The page, loaded once for all of its tests."""
    kind = request.param
    page = _gone_to(kind, site, new_page(kind.role))
    page.kind = kind
    yield page
    page.context.close()


def _look(page: Page, *, size: dict[str, int] = WIDE, colours: str = "light", media: str = "screen") -> None:
    if page.viewport_size != size:
        page.set_viewport_size(size)
    page.emulate_media(color_scheme=colours, media=media)
    pages.unmoving(page)


def _rules(page: Page, *, colours: str, width: int = 0) -> list[str]:
    """The rules to ask once more: those whose answer may be another one now."""
    of_widths = OF_WIDTHS if width and page.kind.is_ours else ()
    of_colours = OF_COLOURS if page.kind.has_a_sheet or colours == "light" else OF_COLOURS[1:]
    return [*of_colours, *of_widths]


def test_it_is_answered_as_it_should_be_and_nothing_moves_while_it_loads(shown: Page):
    pages.settled(shown)
    assert shown.watch.status == shown.kind.status
    assert shown.evaluate("window.shifted") < (0.01 if shown.kind.is_ours else 0.25)


def test_axe_finds_nothing_in_light_colours(shown: Page):
    _look(shown)
    assert pages.axe_faults(shown) == []


def test_axe_finds_nothing_in_dark_colours(shown: Page):
    _look(shown, colours="dark")
    assert pages.axe_faults(shown, *_rules(shown, colours="dark")) == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone(shown: Page, colours: str):
    _look(shown, size=NARROW, colours=colours)
    assert pages.axe_faults(shown, *_rules(shown, colours=colours, width=NARROW["width"])) == []


@pytest.mark.parametrize("width", [1280, 700, 360, 320])
def test_the_disclaimer_is_seen_and_nothing_scrolls_sideways(shown: Page, width: int):
    _look(shown, size={"width": width, "height": 700})
    assert pages.sideways(shown) + pages.disclaimer_faults(shown) == []


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_the_disclaimer_is_printed(shown: Page, width: int):
    _look(shown, size={"width": width, "height": 700}, media="print")
    assert pages.disclaimer_faults(shown) == []


def test_nothing_went_wrong_in_it(shown: Page):
    """The last of them: it looks back on all that was done with the page."""
    _look(shown)
    assert shown.watch.faults == []


def _one_for_each_role(new_page: Callable[..., Page], **options: Any) -> Iterator[Callable[[Kind], Page]]:
    """Go to pages one after the other in the same browser, as a person of the role that each is for."""
    opened: dict[str, Page] = {}

    def go_to(kind: Kind) -> Page:
        if kind.role not in opened:
            opened[kind.role] = new_page(kind.role, size=NARROW, **options)
        page = opened[kind.role]
        page.watch.forget()
        return page

    yield go_to
    for page in opened.values():
        page.context.close()


@pytest.fixture(scope="module")
def phone(new_page: Callable[..., Page]) -> Iterator[Callable[[Kind], Page]]:
    yield from _one_for_each_role(new_page)


@pytest.fixture(scope="module")
def phone_without_scripts(new_page: Callable[..., Page]) -> Iterator[Callable[[Kind], Page]]:
    yield from _one_for_each_role(new_page, java_script_enabled=False)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.is_ours and kind.steps is None], ids=str)
def test_nothing_moves_while_it_loads_on_a_phone(kind: Kind, site: Site, phone: Callable[[Kind], Page]):
    page = _gone_to(kind, site, phone(kind))
    pages.settled(page)
    assert page.evaluate("window.shifted") < 0.01
    assert page.watch.faults == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.steps is None], ids=str)
def test_the_disclaimer_is_seen_without_scripts(kind: Kind, site: Site, phone_without_scripts: Callable[[Kind], Page]):
    page = _gone_to(kind, site, phone_without_scripts(kind))
    assert pages.disclaimer_faults(page) == []
