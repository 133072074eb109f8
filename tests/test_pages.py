"""The eyes of the other tests see what they are there to see."""

import pytest

from tests.pages import Page

WHOLE = (
    '<!doctype html><html lang="en"><head><title>T</title></head>'
    '<body><main><h1>T</h1><div id="article-content">{}</div></main>'
    '<aside id="medical-disclaimer"><p><strong>Medical Disclaimer:</strong> x</p></aside></body></html>'
)


def test_a_page_that_is_whole_has_no_faults():
    assert Page(WHOLE.format("<p>Text</p>")).faults() == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<p onclick=x>",
        "<p style=x>",
        "<style>x</style>",
        "<iframe>",
        "<svg></svg>",
        "<base href=x>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<a href=data:x>x</a>",
        "<img src=//evil.example/x>",
        "<img src=https://evil.example/x>",
        "<form action=https://evil.example></form>",
        "<meta http-equiv=refresh>",
        "<script src=//evil.example/x.js></script>",
        "<svg><use xlink:href=//evil.example/x></use></svg>",
        "<object>",
    ],
)
def test_what_acts_is_seen(text: str):
    assert Page(WHOLE.format(text)).live() != []


@pytest.mark.parametrize(
    "text", ["<template>{}</template>", "<noscript>{}</noscript>", "<svg>{}</svg>", "<div>" * 3000 + "{}"]
)
def test_what_acts_is_seen_wherever_it_stands(text: str):
    assert Page(text.format("<p onclick=x>")).live() == ["<p>: onclick=x"]


@pytest.mark.parametrize(
    "text", ["<textarea>", "<!--", "<title>", "<plaintext>", "<template>", "<details>", "<div hidden>", "<noscript>"]
)
def test_a_disclaimer_that_is_swallowed_or_hidden_is_seen(text: str):
    aside = "<aside id=medical-disclaimer>Medical Disclaimer: x</aside>"
    page = f"<!doctype html><html lang=en><title>T</title><h1>T</h1>{text}{aside}"
    assert Page(page).disclaimer_faults() != []


@pytest.mark.parametrize(
    "text",
    [
        "<p id=medical-disclaimer>x</p>",
        "<h1>Two</h1>",
        "<p id=a></p><p id=a></p>",
        "<aside id=medical-disclaimer>Medical Disclaimer: x</aside>",
    ],
)
def test_what_is_there_twice_is_seen(text: str):
    assert Page(WHOLE.format(text)).faults() != []
