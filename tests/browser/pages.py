"""One page of every kind and how a person gets there; and what is looked at in a page, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.stage import PASSWORD

Steps = Callable[[Page], None]


@dataclass(frozen=True)
class Kind:
    """A kind of page: its address (`{names}` are numbers that the stage told), and what is done from there."""

    name: str
    path: str
    role: str = ""
    status: int = 200
    steps: Steps | None = None
    # Django's admin is made by others: its small targets and its sidebar that unfolds are not ours to change.
    is_ours: bool = True
    # The door's own pages load nothing; where a page has no background, axe takes white for one in the dark, too.
    has_a_sheet: bool = True

    def __str__(self) -> str:
        return self.name


def _protect_for_no_reason(page: Page) -> None:
    page.locator("#id_edit-ends").select_option("date")
    page.locator("#id_edit-level").select_option("editor")
    page.locator("#id_reason").fill(" ")
    with page.expect_navigation():
        page.get_by_role("button", name="Save the protection").click()


def _block(page: Page) -> None:
    page.locator("#id_reason").fill("Spam.")
    with page.expect_navigation():
        page.get_by_role("button", name="Block", exact=True).click()


def _look_up(page: Page) -> None:
    page.locator("#id_reason").fill("A second account?")
    with page.expect_navigation():
        page.get_by_role("button", name="Look it up").click()


def _keep_a_step_for_no_reason(page: Page) -> None:
    # The browser itself would not send the form without a reason.
    page.locator("form.ladder").first.evaluate("form => form.noValidate = true")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep the step to Editor").click()


def _do_for_no_reason(page: Page) -> None:
    with page.expect_navigation():
        page.locator(".act-form [type=submit]").click()


def _send(action: str, text: str | None = None) -> Steps:
    def steps(page: Page) -> None:
        if text is not None:
            page.locator("#id_text").fill(text)
        with page.expect_navigation():
            page.locator(f"button[value={action}]").click()

    return steps


def _send_on_an_older_base(page: Page) -> None:
    # As if the form had been open since before the others' edits of this section.
    page.locator("#id_text").fill("## Symptoms\n\nA dry cough only, 5 mg.\n")
    page.evaluate("(number) => document.querySelector('.edit-form').elements.base.value = number", page.facts["first"])
    _send("save")(page)


def _propose(page: Page) -> None:
    _send("save", "## Symptoms\n\nWheeze, and what a visitor knows.\n")(page)


def _choose(deed: str) -> Steps:
    def steps(page: Page) -> None:
        page.locator(f"#deed-{deed}").check()

    return steps


def _tick_two(page: Page) -> None:
    for box in page.locator(".outline__row input").all()[:2]:
        box.check()
    _press("Edit the ticked sections together")(page)


def _arrange(deed: str, action: str) -> Steps:
    def steps(page: Page) -> None:
        _choose(deed)(page)
        with page.expect_navigation():
            page.locator(f".deeds button[value={action}]").click()

    return steps


def _press(name: str) -> Steps:
    def steps(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button", name=name).click()

    return steps


def _log_in_wrongly(page: Page) -> None:
    page.locator("#id_login").fill("Nobody at all")
    page.locator("#id_password").fill("not the password")
    _press("Log in")(page)


def _register_wrongly(page: Page) -> None:
    page.locator("#id_username").fill("Edgar Editor")
    page.locator("#id_password1").fill("12345")
    page.locator("#id_password2").fill("54321")
    _press("Register")(page)


def _change_the_password_wrongly(page: Page) -> None:
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_new").fill("12345")
    page.locator("#id_again").fill("54321")
    _press("Change the password")(page)


def _make_an_account_twice(page: Page) -> None:
    page.locator("#id_name").fill("Cora Contributor")
    _press("Make the account")(page)


def _make_a_link(page: Page) -> None:
    page.locator("#id_name").fill("Cora Contributor")
    _press("Make the link")(page)


def _find_too_little(page: Page) -> None:
    page.locator("#id_passage").fill("the")
    _press("Find it")(page)


def _find_a_passage(page: Page) -> None:
    page.locator("#id_passage").fill("Somebody's address.")
    _press("Find it")(page)


def _give_the_password_again(page: Page) -> None:
    page.locator("#id_password").fill(PASSWORD)
    _press("Go on")(page)


def _empty_the_wording(page: Page) -> None:
    page.locator("#id_text").fill(" ")
    page.locator("#id_why").fill("It is long")
    with page.expect_navigation():
        page.locator("main form [type=submit]").click()


def _decline_without_a_reason(page: Page) -> None:
    with page.expect_navigation():
        page.locator("button[value=decline]").click()


# One row of each act, with the page that asks why; and what is said of a form without a reason.
_ACTS_OF_THE_ADMIN: Final = (
    *(
        Kind(f"admin, {act} {model}", f"/admin/{app}/{model}/act/{act}/?row={{{row}}}", "moderator", is_ours=False)
        for app, model, row, acts in (
            ("articles", "article", "trachea", ("protect", "delete", "stub", "quarantine")),
            ("articles", "edit", "second", ("undo", "revert", "hide")),
            ("articles", "proposal", "waiting", ("accept", "decline", "changes")),
            ("articles", "block", "block", ("lift",)),
            ("accounts", "user", "contributor", ("role", "block")),
            ("cases", "case", "case", ("take", "withhold", "close")),
        )
        for act in acts
    ),
    Kind(
        "admin, an act without a reason",
        "/admin/articles/proposal/act/decline/?row={waiting}",
        "moderator",
        422,
        _do_for_no_reason,
        is_ours=False,
    ),
    Kind("admin reports", "/admin/cases/case/", "moderator", is_ours=False),
    Kind("admin report", "/admin/cases/case/{case}/change/", "moderator", is_ours=False),
    Kind("admin blocks", "/admin/articles/block/", "moderator", is_ours=False),
)

KINDS: Final = (
    Kind("main", "/"),
    Kind("article", "/wiki/Asthma"),
    Kind("article, as an editor", "/wiki/Asthma", "editor"),
    Kind("article with every mark", "/wiki/Every_mark"),
    Kind("stub article", "/wiki/Mesotherapy"),
    Kind("article redirected to", "/wiki/Windpipe"),
    Kind("redirect itself", "/wiki/Windpipe?redirect=no"),
    Kind("printable article", "/wiki/Asthma?printable=yes"),
    Kind("missing article", "/wiki/Asthmma", status=404),
    Kind("old version", "/wiki/Trachea?version={second}"),
    Kind("category", "/category/Airways"),
    Kind("empty category", "/category/Nothing_in_here", status=404),
    Kind("index", "/index/"),
    Kind("edit section", "/edit/Trachea?section=Symptoms", "editor"),
    Kind("edit whole", "/edit/Every_mark", "editor"),
    Kind("edit section as it looks", "/edit/Trachea?section=Symptoms&editor=visual", "editor"),
    Kind("edit whole as it looks", "/edit/Every_mark?editor=visual", "editor"),
    Kind("edit source", "/edit/Trachea?section=Symptoms&editor=source", "editor"),
    Kind("edit section, proposing", "/edit/Trachea?section=Symptoms"),
    Kind("new article", "/edit/A_new_one", "editor"),
    Kind("new article, from an outline", "/edit/A_new_one?outline=disease"),
    Kind("outline that nobody has filled", "/edit/A_new_one?outline=drug", "editor", 422, _send("save")),
    Kind("help", "/wiki/Help:Editing"),
    Kind("legal draft", "/wiki/Project:Privacy"),
    Kind("portal", "/wiki/Project:Disease_index"),
    Kind("view source", "/edit/Kept_as_it_is"),
    Kind("preview", "/edit/Every_mark", "editor", steps=_send("preview")),
    Kind(
        "changes", "/edit/Trachea?section=Causes", "editor", steps=_send("changes", "## Causes\n\nDust.\n\n## More\n")
    ),
    Kind(
        "stopped by checks",
        "/edit/Trachea?section=Causes",
        "editor",
        422,
        _send("save", "== Causes ==\n\nDust. It is treated with 5 mg of rest daily. See https://www.who.int/.\n"),
    ),
    Kind("conflict", "/edit/Trachea?section=Symptoms", "editor", 409, _send_on_an_older_base),
    Kind("error summary", "/edit/Trachea?editor=source", "editor", 422, _send("save", "No character: \ufdd0")),
    Kind("edit several sections", "/outline/Every_mark", "editor", steps=_tick_two),
    Kind("sections", "/outline/Every_mark", "editor"),
    Kind("sections, one chosen", "/outline/Trachea?section=Causes", "editor"),
    Kind("sections, proposing", "/outline/Trachea?section=0"),
    Kind("sections, one to be parted", "/outline/Every_mark?section=0", "editor", steps=_choose("part")),
    Kind("sections, what would change", "/outline/Trachea?section=Causes", "editor", steps=_arrange("up", "changes")),
    Kind("sections, refused", "/outline/Trachea?section=Causes", "editor", 422, _arrange("add", "save")),
    Kind("history", "/history/Trachea", "editor"),
    Kind("history, as nobody", "/history/Trachea"),
    Kind("compare", "/compare/{first}/{last}", "editor"),
    Kind("compare in one column", "/compare/{first}/{last}?view=inline"),
    Kind("compare as readers see it", "/compare/{first}/{last}?view=rendered"),
    Kind("who wrote what", "/blame/Trachea"),
    Kind("compare, neighbours", "/compare/{second}/{third}"),
    Kind("revert", "/revert/{first}", "editor"),
    Kind("undo", "/undo/{second}", "editor"),
    Kind("undo, proposing", "/undo/{second}"),
    Kind("take back", "/take-back/Edgar_Editor?hours=1", "moderator"),
    Kind("recent", "/recent"),
    Kind("recent, as a reviewer, narrowed", "/recent?unseen=on&namespace=article", "reviewer"),
    Kind("special pages", "/special/"),
    Kind("all pages", "/special/all"),
    Kind("new articles", "/special/new"),
    Kind("long articles", "/special/long"),
    Kind("wanted articles", "/special/wanted"),
    Kind("orphaned articles", "/special/orphaned"),
    Kind("stubs", "/special/stubs", "editor"),
    Kind("stubs of a topic that has none", "/special/stubs?topic=pharmacy"),
    Kind("categories", "/special/categories"),
    Kind("category of stubs", "/category/Medicine_stubs"),
    Kind("statistics", "/special/statistics"),
    Kind("links to a page", "/links/Trachea"),
    Kind("facts of a page", "/info/Trachea"),
    Kind("user", "/user/Edgar_Editor"),
    Kind("contributions", "/contributions/Edgar_Editor"),
    Kind("proposals, as a reviewer", "/proposals/", "reviewer"),
    Kind("topics of a reviewer", "/proposals/topics", "reviewer"),
    Kind("proposals, as an author", "/proposals/", "contributor"),
    Kind("proposals, as nobody", "/proposals/"),
    Kind("proposal, as its author", "/proposals/{waiting}", "contributor"),
    Kind("proposal, as a reviewer", "/proposals/{waiting}", "reviewer"),
    Kind("proposal beside another", "/proposals/{gout}?beside={gout_again}", "reviewer"),
    Kind("missing article, proposed", "/wiki/Chilblains", "reviewer", 404),
    Kind("proposal, declined", "/proposals/{declined}", "contributor"),
    Kind("proposal, error", "/proposals/{waiting}", "reviewer", 422, _decline_without_a_reason),
    Kind("proposal, just made", "/edit/Bronchi?section=Symptoms", steps=_propose),
    Kind("article with a waiting proposal", "/wiki/Bronchi", "contributor"),
    Kind("drafts", "/drafts", "reviewer"),
    Kind("drafts, as nobody", "/drafts"),
    Kind("draft against the present text", "/drafts/{draft}", "reviewer"),
    Kind("edit section, with a draft left", "/edit/Every_mark?section=Lists", "reviewer"),
    Kind("cite", "/cite/Asthma"),
    Kind("no such special page", "/wiki/Special:Nothing_at_all", status=404),
    Kind("search results", "/search?q=lungs+air&full=1"),
    Kind("search, nothing found", "/search?q=zzxqy"),
    Kind("search, empty", "/search"),
    Kind("login", "/accounts/login/"),
    Kind("login, refused", "/accounts/login/", "", 422, _log_in_wrongly),
    Kind("register", "/accounts/register/"),
    Kind("register, refused", "/accounts/register/", "", 422, _register_wrongly),
    Kind("logout", "/accounts/logout/", "editor"),
    Kind("account", "/accounts/", "moderator"),
    Kind("displayed name", "/accounts/name/", "editor"),
    Kind("e-mail address", "/accounts/email/", "editor"),
    Kind("what is mailed", "/accounts/mail/", "reviewer"),
    Kind("mail stopped, no such link", "/accounts/mail/stop/nobody/", status=410),
    Kind("address confirmed, no such link", "/accounts/email/confirm/nobody/", status=410),
    Kind("own data", "/accounts/data/", "editor"),
    Kind("close the account", "/accounts/close/", "editor"),
    Kind("close somebody's account", "/accounts/close/for/", "administrator"),
    Kind("new password", "/accounts/password/", "editor"),
    Kind("new password, refused", "/accounts/password/", "editor", 422, _change_the_password_wrongly),
    Kind("forgotten password", "/accounts/password/reset/"),
    Kind("used up link", "/accounts/password/reset/1/x/", status=410),
    Kind("role of somebody", "/accounts/role/{contributor}/", "moderator"),
    Kind("account for somebody", "/accounts/new/", "administrator"),
    Kind("account for somebody, refused", "/accounts/new/", "administrator", 422, _make_an_account_twice),
    Kind("link for somebody", "/accounts/reset-link/", "administrator"),
    Kind("link for somebody, made", "/accounts/reset-link/", "administrator", steps=_make_a_link),
    Kind("password again", "/accounts/reauthenticate/", "editor"),
    Kind("two factors", "/accounts/2fa/", "editor"),
    Kind("authenticator app", "/accounts/2fa/app/", "contributor", steps=_give_the_password_again),
    Kind("new passkey", "/accounts/2fa/passkeys/add/", "reviewer", steps=_give_the_password_again),
    Kind("disclaimer", "/disclaimer"),
    Kind("set up", "/setup/", "administrator"),
    Kind("wording", "/setup/disclaimer", "administrator"),
    Kind("wording, refused", "/setup/disclaimer", "administrator", 422, _empty_the_wording),
    Kind("choice", "/setup/registration", "administrator"),
    Kind("ladder", "/ladder", "administrator"),
    Kind("ladder, refused", "/ladder", "administrator", 422, _keep_a_step_for_no_reason),
    Kind("logo", "/setup/logo", "administrator"),
    Kind("test mail", "/setup/mail", "administrator"),
    Kind("inbox", "/moderation/", "moderator"),
    Kind("inbox, refused", "/moderation/?kind=proposal", "moderator", 422, _press("Decline")),
    Kind("dashboard", "/moderation/dashboard", "moderator"),
    Kind("protect", "/protect/Trachea", "moderator"),
    Kind("protect, refused", "/protect/Trachea", "moderator", 422, _protect_for_no_reason),
    Kind("protect a title", "/protect/Nothing_of_the_kind", "moderator"),
    Kind("protected article", "/wiki/Kept_as_it_is"),
    Kind("move", "/move/Trachea", "editor"),
    Kind("delete", "/delete/Trachea", "moderator"),
    Kind("deleted article", "/wiki/Taken_away", status=410),
    Kind("restore", "/restore/Taken_away", "moderator"),
    Kind("bin", "/special/deleted", "moderator"),
    Kind("hide", "/hide/{hidden}", "moderator"),
    Kind("history with a hidden version", "/history/Hidden_past"),
    Kind("history with a hidden version, as a moderator", "/history/Hidden_past", "moderator"),
    Kind("hidden version", "/wiki/Hidden_past?version={hidden}", "moderator"),
    Kind("section under review", "/wiki/Under_review"),
    Kind("section under review, as a reviewer", "/wiki/Under_review", "reviewer"),
    Kind("quarantine", "/quarantine/Under_review", "moderator"),
    Kind("quarantine a section", "/quarantine/Under_review?section={causes}", "moderator"),
    Kind("release a section", "/quarantine/Under_review?section={dosage}", "moderator"),
    Kind("report", "/report/{causes}"),
    Kind("report told", "{told}"),
    Kind("cases", "/cases/", "moderator"),
    Kind("case", "/cases/{case}", "moderator"),
    Kind("log", "/special/log", "moderator"),
    Kind("who approves", "/moderation/approvers", "administrator"),
    Kind("blocks", "/special/blocks", "moderator"),
    Kind("block", "/special/block?who=192.0.2.0/24", "moderator"),
    Kind("block, a wide range", "/special/block?who=192.0.0.0/16", "moderator", 422, _block),
    Kind("block, to be changed", "/special/blocks/{block}", "moderator"),
    Kind("blocked", "/edit/Windpipe", "contributor"),
    Kind("filters", "/special/filters", "moderator"),
    Kind("new filter", "/special/filters/new", "moderator"),
    Kind("filter", "/special/filters/{filter}", "moderator"),
    Kind("dry run", "/special/filters/runs/{run}", "moderator"),
    Kind("what filters found", "/special/filters/hits", "moderator"),
    Kind("what a filter found", "/special/filters/hits/{hit}", "moderator"),
    Kind("domains", "/special/domains", "moderator"),
    Kind("look up", "/special/look-up", "moderator"),
    Kind("look up, seen", "/special/look-up?who=203.0.113.9", "moderator", 200, _look_up),
    Kind("remove the sample articles", "/special/remove-sample", "administrator"),
    Kind("erase", "/special/erase", "administrator"),
    Kind("erase, refused", "/special/erase", "administrator", 422, _find_too_little),
    Kind("erase, to be confirmed", "/special/erase", "administrator", steps=_find_a_passage),
    Kind("history with an erased version", "/history/Erased_past"),
    Kind("erased version", "/wiki/Erased_past?version={erased}", status=410),
    Kind("403", "/setup/", "editor", 403),
    Kind("404", "/nowhere/at/all", status=404),
    Kind("400, by the door", "/wiki/%ff", status=400, has_a_sheet=False),
    Kind("admin index", "/admin/", "administrator", is_ours=False),
    Kind("admin list", "/admin/articles/article/", "administrator", is_ours=False),
    Kind("admin list by author", "/admin/articles/edit/", "moderator", is_ours=False),
    Kind("admin row", "/admin/articles/edit/{first}/change/", "moderator", is_ours=False),
    Kind("admin history", "/admin/articles/edit/{first}/history/", "moderator", is_ours=False),
    *_ACTS_OF_THE_ADMIN,
    Kind("admin account", "/admin/accounts/user/1/change/", "administrator", is_ours=False),
)

# --- What is looked at -------------------------------------------------------------------------------------------
_RUN_AXE: Final = """
async (rules) => {
  const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], preload: false, ...only });
  return found.violations.flatMap((fault) =>
    fault.nodes.map((node) => `${fault.id} (${fault.impact}): ${node.target.join(" ")}: ${node.failureSummary}`));
}
"""


def axe_faults(page: Page, *rules: str) -> list[str]:
    """What axe finds in the page as it is now; all of its rules, or only those named."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN_AXE, list(rules) or None)
    return found


def sideways(page: Page) -> list[str]:
    """What makes the whole page scroll sideways; nothing where it does not."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.scrollingElement.scrollWidth;
          if (wide <= innerWidth) return [];
          const faults = [`${wide} px wide, the window ${innerWidth} px`];
          for (const element of document.body.querySelectorAll("*")) {
            const box = element.getBoundingClientRect();
            const name = `${element.tagName}.${element.className}`;
            if (box.right > innerWidth + 1 && faults.length < 6) faults.push(`${name} ends at ${box.right}`);
          }
          return faults;
        }"""
    )
    return found


# Every line of the disclaimer is brought into the window and asked for what is on top at its middle.
_LOOK_AT_DISCLAIMER: Final = """
() => {
  const found = document.querySelectorAll("#medical-disclaimer");
  if (found.length !== 1) return [`${found.length} disclaimers`];
  const aside = found[0];
  const faults = [];
  const channels = (colour) => {
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => channels(colour).slice(0, 3)
    .map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const backdrop = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (channels(colour)[3] === 255) return colour;
    }
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches && !matchMedia("print").matches;
    return isDark ? "#121212" : "#fff";
  };
  const strictly = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true };
  if (!aside.checkVisibility(strictly)) faults.push("hidden");
  if (!aside.innerText.startsWith("Medical Disclaimer:")) faults.push(`it says ${aside.innerText.slice(0, 40)}`);
  const walker = document.createTreeWalker(aside, NodeFilter.SHOW_TEXT);
  let lines = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const style = getComputedStyle(node.parentElement);
    if (parseFloat(style.fontSize) < 10) faults.push(`letters of ${style.fontSize}`);
    const [dark, bright] = [light(style.color), light(backdrop(node.parentElement))].sort((one, other) => one - other);
    if ((bright + 0.05) / (dark + 0.05) < 4.5) faults.push(`contrast ${(bright + 0.05) / (dark + 0.05)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const count = range.getClientRects().length;
    for (let at = 0; at < count; at++) {
      const line = range.getClientRects()[at];
      scrollBy({ left: 0, top: line.top - innerHeight / 2, behavior: "instant" });
      const now = range.getClientRects()[at];
      if (now.width < 2) continue;
      lines++;
      const top = document.elementFromPoint(now.left + now.width / 2, now.top + now.height / 2);
      if (!aside.contains(top)) faults.push(`line ${lines} is covered by ${top?.outerHTML.slice(0, 80)}`);
    }
  }
  if (lines < 3) faults.push(`${lines} lines are shown`);
  scrollTo({ left: 0, top: 0, behavior: "instant" });
  return faults;
}
"""


def disclaimer_faults(page: Page) -> list[str]:
    """Why a person looking at this page would not see the medical disclaimer, or could not read it."""
    found: list[str] = page.evaluate(_LOOK_AT_DISCLAIMER)
    return found


def unmoving(page: Page) -> None:
    """Wait until all colours have arrived: on their way from light to dark they are those of neither."""
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => null)")


def settled(page: Page) -> Any:
    """Wait until the page has been laid out and painted with all that it loads."""
    page.wait_for_load_state("networkidle")
    return page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
