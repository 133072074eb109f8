"""Passkeys with an authenticator that Chromium plays: added, used in place of and after the password, taken away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, Site, Watch
from tests.browser.stage import PASSWORD, SECOND_FACTORS

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A browser with a passkey's hardware, on the one host that browsers trust without https."""
    context = browser.new_context(base_url=site.url.replace("127.0.0.1", "localhost"))
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.watch = Watch(page)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    page.key = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    page.session = session
    yield page
    faults = page.watch.faults
    context.close()
    assert not faults


def _press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _give_the_password(page: Page) -> None:
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(SECOND_FACTORS)
    page.locator("#id_password").fill(PASSWORD)
    _press(page, "Log in")


def _log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()


def _add_a_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/passkeys/add/")
    page.locator("#id_password").fill(PASSWORD)
    _press(page, "Go on")
    page.locator("#id_name").fill("My phone")
    _press(page, "Add the passkey")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_logs_in_without_a_name_after_a_password_and_not_when_it_is_taken_away(page: Page):
    _give_the_password(page)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    _add_a_passkey(page)
    page.goto("/accounts/2fa/")
    expect(page.get_by_role("main")).to_contain_text("My phone")

    _log_out(page)
    page.goto("/accounts/login/?next=/accounts/")
    _press(page, "Use a passkey instead")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()

    _log_out(page)
    _give_the_password(page)
    expect(page.get_by_role("heading", name="The second factor")).to_be_visible()
    _press(page, "Use a passkey")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()

    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Take away My phone").click()
    page.locator("#id_password").fill(PASSWORD)
    _press(page, "Go on")
    _press(page, "Take it away")
    expect(page.get_by_role("main")).not_to_contain_text("My phone")

    _log_out(page)
    page.goto("/accounts/login/")
    _press(page, "Use a passkey instead")
    expect(page.get_by_role("heading", name="The passkey was not right")).to_be_visible()


def test_who_turns_the_passkey_down_is_told_and_stays_where_they_are(page: Page):
    page.session.send("WebAuthn.setUserVerified", {"authenticatorId": page.key, "isUserVerified": False})
    page.goto("/accounts/login/")
    _press(page, "Use a passkey instead")
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()


def test_without_scripts_the_pages_offer_no_passkey(browser: Browser, site: Site):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Use a passkey instead")).to_be_hidden()
    context.close()
