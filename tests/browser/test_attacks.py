"""Hostile text does nothing, even with the Content-Security-Policy that stands behind the sanitizer switched off."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser import attacks, pages
from tests.browser.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

# What could act in the page as it is now; then everything is pointed at, focused and clicked.
PROVOKE = """
() => {
  const faults = [];
  const safe = ["http:", "https:", "mailto:", "tel:"];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name) || name === "srcdoc") faults.push(`${element.tagName} ${name}=${value}`);
      if (!["href", "src", "action", "formaction", "data", "xlink:href", "poster", "ping"].includes(name)) continue;
      const scheme = value.replace(/[\\u0000-\\u0020]/g, "").match(/^[a-z][a-z0-9+.-]*:/i)?.[0].toLowerCase();
      if (scheme && !safe.includes(scheme)) faults.push(`${element.tagName} ${name}=${value}`);
    }
    const ours = element.matches("script[src^='/static/'], head > style[nonce]");
    if (!ours && element.matches("script, style, iframe, frame, object, embed, base, meta[http-equiv]")) {
      faults.push(element.outerHTML.slice(0, 120));
    }
  }
  const content = document.querySelector("#article-content");
  for (const element of content?.querySelectorAll("svg, math, form, input:not([type=checkbox]), [style], link") ?? []) {
    faults.push(element.outerHTML.slice(0, 120));
  }
  addEventListener("click", (event) => event.preventDefault(), true);
  addEventListener("submit", (event) => event.preventDefault(), true);
  for (const element of document.querySelectorAll("main, main *")) {
    for (const kind of ["pointerenter", "mouseover", "mousemove", "focus", "click", "toggle", "animationstart"]) {
      element.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }));
    }
  }
  return faults;
}
"""


class Trap:
    """A page whose Content-Security-Policy is switched off, and what ran in it that should not."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ran: list[str] = []
        page.context.expose_function("attacked", lambda: self.ran.append(page.url))
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        if dialog.type != "beforeunload":
            self.ran.append(f"{dialog.type}: {dialog.message}")
        dialog.accept()

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def faults(self) -> list[str]:
        """What could act, or did."""
        live: list[str] = self.page.evaluate(PROVOKE)
        pages.settled(self.page)
        ran, self.ran = self.ran, []
        return [*live, *(f"it ran at {where}" for where in ran)]


def _make_trap(new_page: Callable[..., Page], role: str) -> Iterator[Trap]:
    page = new_page(role, bypass_csp=True)
    yield Trap(page)
    page.context.close()


@pytest.fixture(scope="module")
def trap(new_page: Callable[..., Page]) -> Iterator[Trap]:
    yield from _make_trap(new_page, "")


@pytest.fixture(scope="module")
def reviewers_trap(new_page: Callable[..., Page]) -> Iterator[Trap]:
    yield from _make_trap(new_page, "reviewer")


# --- The trap ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "live",
    [
        "<img src=x onerror=attacked()>",
        "<p onmouseover=attacked()>point here</p>",
        "<script>attacked()</script>",
        "<a href='javascript:attacked()'>press</a>",
        "<style>p{}</style>",
    ],
)
def test_the_trap_catches_what_is_live(live: str, new_page: Callable[..., Page]):
    trap = Trap(new_page(bypass_csp=True))
    trap.go("/disclaimer")

    trap.page.locator("main").evaluate(
        "(main, live) => main.append(document.createRange().createContextualFragment(live))", live
    )

    assert trap.faults() != []
    trap.page.context.close()


@pytest.mark.parametrize("live", ["<img src=x onerror=attacked()>", "<script>attacked()</script>"])
def test_the_trap_sees_what_ran(live: str, new_page: Callable[..., Page]):
    trap = Trap(new_page(bypass_csp=True))
    trap.go("/disclaimer")

    trap.page.locator("main").evaluate(
        "(main, live) => main.append(document.createRange().createContextualFragment(live))", live
    )
    pages.settled(trap.page)

    assert trap.ran != []
    trap.page.context.close()


# --- What is read ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", range(len(attacks.SCRIPTS)))
def test_nothing_runs_in_an_article(number: int, trap: Trap, site: Site):
    page = trap.go(f"/wiki/Attack_{number}")

    assert trap.page.watch.status == 200
    assert trap.faults() == []
    assert page.locator("#medical-disclaimer").count() == 1


@pytest.mark.parametrize("payload", attacks.SCRIPTS)
def test_nothing_runs_in_search_results(payload: str, trap: Trap):
    trap.go(f"/search?full=1&q={quote(payload[:300])}")

    assert trap.page.watch.status == 200
    assert trap.faults() == []


@pytest.mark.parametrize("payload", attacks.SCRIPTS)
def test_nothing_runs_on_the_page_of_a_missing_title(payload: str, trap: Trap):
    trap.go(f"/wiki/{quote(payload[:200], safe='')}")

    assert trap.page.watch.status in (400, 404)
    assert trap.faults() == []


@pytest.mark.parametrize(
    "path",
    [
        "/wiki/All_attacks",
        "/wiki/All_attacks?printable=yes",
        "/wiki/All_attacks?version={all_attacks}",
        "/history/All_attacks",
        "/history/Attack_0",
        "/compare/{before_attacks}/{all_attacks}",
        "/edit/All_attacks?editor=source",
        "/edit/All_attacks?section=<img src=x onerror=attacked()>",
        '/category/x" onmouseover="attacked()',
        "/category/<script>attacked()</script>",
        "/recent",
        "/",
        "/index/L",
        "/search?q=onerror+attacked&full=1",
        "/accounts/login/?next=javascript:attacked()",
        '/accounts/login/?next="><img src=x onerror=attacked()>',
    ],
)
def test_nothing_runs_where_hostile_text_is_listed(path: str, trap: Trap, site: Site):
    trap.go(site.address(path))

    assert trap.page.watch.status in (200, 404)
    assert trap.faults() == []


@pytest.mark.parametrize("number", range(len(attacks.TITLES)))
@pytest.mark.parametrize("action", ["wiki", "edit", "history"])
def test_nothing_runs_under_a_hostile_title(action: str, number: int, trap: Trap):
    trap.go(f"/{action}/{quote(attacks.TITLES[number].replace(' ', '_'), safe='')}")

    assert trap.page.watch.status == 200
    assert trap.faults() == []


# --- What is written ---------------------------------------------------------------------------------------------
GROUPS = [attacks.SCRIPTS[start : start + 12] for start in range(0, len(attacks.SCRIPTS), 12)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: str(GROUPS.index(group)))
def test_nothing_runs_in_the_preview_beside_the_text(group: tuple[str, ...], reviewers_trap: Trap):
    page = reviewers_trap.go("/edit/Trachea?section=Symptoms")

    with page.expect_response("**/preview/**"):
        page.locator("#id_text").fill("\n\n".join(group) + "\n\nThe end.")
    expect(page.locator("[data-live-state]")).not_to_have_text("Shown when you pause")

    assert page.locator("[data-live-content]").inner_text() != ""
    assert reviewers_trap.faults() == []


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: str(GROUPS.index(group)))
def test_nothing_runs_in_the_visual_editor(group: tuple[str, ...], reviewers_trap: Trap):
    page = reviewers_trap.go("/edit/Trachea?section=Symptoms&editor=visual")

    put = "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }"
    page.locator("#id_text").evaluate(put, "\n\n".join(group) + "\n\nThe end.")

    expect(page.locator("#id_text, .visual-editor").first).to_contain_text("The end.")
    assert reviewers_trap.faults() == []


@pytest.mark.parametrize("action", ["preview", "changes"])
def test_nothing_runs_in_what_the_form_shows(action: str, reviewers_trap: Trap):
    page = reviewers_trap.go("/edit/Trachea?section=Symptoms&editor=source")
    page.locator("#id_text").fill("\n\n".join(attacks.SCRIPTS))
    page.locator("#id_summary").fill(attacks.SCRIPTS[2])

    with page.expect_navigation():
        page.locator(f"button[value={action}]").click()

    expect(page.locator("[data-sent-preview], .changes").first).to_be_visible()
    assert reviewers_trap.faults() == []


def test_nothing_runs_in_a_conflict(reviewers_trap: Trap, site: Site):
    page = reviewers_trap.go("/edit/Trachea?section=Symptoms&editor=source")
    page.locator("#id_text").fill("## Symptoms\n\n" + "\n\n".join(attacks.SCRIPTS))
    page.evaluate("(number) => document.querySelector('.edit-form').elements.base.value = number", site.facts["first"])

    with page.expect_navigation():
        page.locator("button[value=save]").click()

    assert reviewers_trap.page.watch.status == 409
    assert reviewers_trap.faults() == []


def test_nothing_runs_in_a_proposal_nor_in_the_list_of_them(
    new_page: Callable[..., Page], reviewers_trap: Trap, site: Site
):
    visitor = new_page()
    visitor.goto("/edit/Bronchi?section=Treatment&editor=source")
    visitor.locator("#id_text").fill("## Treatment\n\n" + "\n\n".join(attacks.SCRIPTS))
    visitor.locator("#id_summary").fill(" ".join(attacks.SCRIPTS)[:390])
    visitor.get_by_role("button", name="Submit for review").click()
    expect(visitor.get_by_text("Keep this private link")).to_be_visible()

    reviewers_trap.go(visitor.url)
    one = reviewers_trap.faults()
    reviewers_trap.go("/proposals/")

    assert [*one, *reviewers_trap.faults()] == []
    visitor.context.close()


@pytest.mark.parametrize("number", range(len(attacks.TITLES)))
def test_nothing_runs_in_suggestions(number: int, trap: Trap):
    page = trap.go("/disclaimer")

    page.locator("#search-words").press_sequentially(attacks.TITLES[number][:5])
    expect(page.get_by_role("option").first).to_be_visible()

    assert trap.faults() == []


# --- And with the policy on --------------------------------------------------------------------------------------
def test_the_policy_alone_would_stop_what_got_through(open_page: Callable[..., Page]):
    page = open_page("/disclaimer")
    ran: list[bool] = []
    page.context.expose_function("attacked", lambda: ran.append(True))
    page.reload()

    page.locator("main").evaluate(
        """(main) => {
          main.innerHTML = "<img src=x onerror=attacked()><p style='color:red'>x</p>";
          const script = document.createElement("script");
          script.textContent = "attacked()";
          main.append(script);
        }"""
    )
    pages.settled(page)

    assert ran == []
    assert "Content-Security-Policy" in " ".join(page.watch.faults)
    page.watch.forget()
