"""A moderator at work in the Django admin: rows ticked in a list, the page that asks why, what is told afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.test import Client

from tests.pages import Page


def choose(browser: Client, path: str, act: str, numbers: Iterable[int]) -> Any:
    """Tick rows of a list, choose what is to be done with them, and go where that leads."""
    page = Page(browser.get(path))
    sent = page.fields_of_each("actions") | {
        "action": act,
        "index": "0",
        "_selected_action": [str(number) for number in numbers],
    }
    return browser.post(path, sent, follow=True)


def send(browser: Client, asked: Any, **fields: Any) -> Any:
    """Fill in the form of the page that asks why, and send it to where it stands."""
    page = Page(asked)
    path = asked.redirect_chain[-1][0] if getattr(asked, "redirect_chain", None) else asked.request["PATH_INFO"]
    return browser.post(path.partition("?")[0], page.fields_of_each("act-form") | fields)


def do(browser: Client, path: str, act: str, numbers: Iterable[int], **fields: Any) -> Any:
    """Do something with rows of a list, from the list on."""
    return send(browser, choose(browser, path, act, numbers), **fields)


def do_from_the_row(browser: Client, path: str, label: str, **fields: Any) -> Any:
    """Do something with one row, by the button on its page."""
    return send(browser, browser.get(Page(browser.get(path)).link(label)), **fields)
