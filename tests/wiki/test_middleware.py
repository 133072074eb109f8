"""The disclaimer on every HTML answer, the stub notice where it is earned, headers, pages for bare refusals."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse, HttpResponseNotModified, HttpResponseRedirect, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver

from articles import eyes
from articles.models import Section
from tests import factories
from tests.pages import Page, words
from tests.test_permissions import _names
from wiki import middleware
from wiki.wording import words as wording

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

LONG = "Words about the lungs. " * 60
BUILT_IN = "MedWiki is not a substitute for professional medical advice."


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def fail(error: BaseException):
    def failing(*args: object, **kwargs: object) -> None:
        raise error

    return failing


def through(response) -> bytes:
    answer = middleware.MedicalDisclaimerMiddleware(lambda request: response)(RequestFactory().get("/"))
    return answer.content if not answer.streaming else b"".join(answer.streaming_content)


# --- Every answer that is HTML -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/wiki/Asthma", 200),
        ("/wiki/Asthma?printable=yes", 200),
        ("/wiki/asthma", 301),
        ("/wiki/Nothing", 404),
        ("/wiki/A%3Cb%3E", 404),
        ("/no/such/address", 404),
        ("/section/999", 404),
        ("/search?q=Asthma", 302),
        ("/search?q=dust", 200),
        ("/revert/1", 403),
        ("/disclaimer", 200),
        ("/disclaimer/change", 301),
        ("/setup/", 403),
        ("/accounts/login/", 200),
        ("/accounts/register/", 200),
        ("/accounts/logout/", 302),
        ("/admin/", 302),
        ("/admin/nothing/", 302),
        ("/preview/Asthma", 405),
    ],
)
def test_each_page_has_the_disclaimer_once(browser: Client, asthma, path: str, status: int):
    path = path.replace("/revert/1", f"/revert/{asthma.current_edit_id}")
    answer = browser.get(path)
    assert answer.status_code == status
    assert Page(answer).disclaimer_faults() == []
    assert int(answer.headers.get("Content-Length", len(answer.content))) == len(answer.content)


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/articles/article/", "/admin/accounts/user/", "/admin/articles/edit/"]
)
def test_the_admin_has_it_too(administrator_client: Client, asthma, path: str):
    assert Page(administrator_client.get(path)).disclaimer_faults() == []


@pytest.mark.parametrize("path", ["/raw/Asthma", "/suggest?q=as"])
def test_what_is_no_page_has_none(browser: Client, asthma, path: str):
    answer = browser.get(path)
    assert answer.status_code == 200 and b"medical-disclaimer" not in answer.content


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequest("no"), 400),
        (SuspiciousOperation("no"), 400),
        (PermissionDenied(), 403),
        (Http404("<b>gone</b>"), 404),
        (RuntimeError("secret"), 500),
        (DatabaseError("secret"), 500),
        (MemoryError("secret"), 500),
        (RecursionError("secret"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_a_view_that_fails_answers_with_a_page(browser: Client, monkeypatch, error: Exception, status: int):
    monkeypatch.setattr("articles.reading.newly_changed", fail(error))
    answer = browser.get("/")
    assert answer.status_code == status and Page(answer).faults() == []
    assert b"secret" not in answer.content and b"<b>gone" not in answer.content


@pytest.mark.parametrize(
    "place",
    [
        "wiki.middleware.HeadersMiddleware.__call__",
        "wiki.middleware.ErrorPageMiddleware.__call__",
        "wiki.middleware.StubNoticeMiddleware.__call__",
        "django.middleware.security.SecurityMiddleware.process_request",
        "django.contrib.sessions.middleware.SessionMiddleware.process_request",
        "django.contrib.sessions.middleware.SessionMiddleware.process_response",
        "django.contrib.auth.middleware.AuthenticationMiddleware.process_request",
        "django.middleware.csrf.CsrfViewMiddleware.process_response",
        "csp.middleware.CSPMiddleware.process_response",
    ],
)
@pytest.mark.parametrize("error", [RuntimeError("secret"), DatabaseError("secret")], ids=["error", "database"])
def test_a_middleware_that_fails_answers_with_a_page(browser, asthma, monkeypatch, place: str, error: Exception):
    monkeypatch.setattr(place, fail(error))
    answer = browser.get("/wiki/Asthma")
    assert answer.status_code == 500 and Page(answer).faults() == []
    assert BUILT_IN in Page(answer).words and b"secret" not in answer.content


@pytest.mark.parametrize("host", ["evil.example", "testserver:x", "a b", "<script>"])
def test_a_forged_host_gets_a_page_that_says_nothing_of_it(browser: Client, db, host: str):
    answer = browser.get("/", headers={"host": host})
    assert answer.status_code == 400 and Page(answer).faults() == []
    assert host.encode() not in answer.content


def test_a_body_beyond_all_limits_is_413(browser: Client, asthma, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = browser.post("/edit/Asthma", "text=" + "x" * 2000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413 and Page(answer).faults() == []


def test_too_many_fields_are_400(browser: Client, asthma):
    answer = browser.post("/edit/Asthma", {f"f{number}": "x" for number in range(300)})
    assert answer.status_code == 400 and Page(answer).faults() == []


@pytest.mark.parametrize(
    "path", ["/edit/Asthma", "/preview/Asthma", "/proposals/1", "/accounts/login/", "/accounts/logout/"]
)
def test_a_form_without_its_token_is_403_with_a_page(asthma, path: str):
    answer = Client(enforce_csrf_checks=True).post(path, {"text": "x"})
    assert answer.status_code == 403 and Page(answer).faults() == []


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize(
    "path", ["/", "/wiki/Asthma", "/edit/Asthma", "/recent", "/disclaimer", "/suggest", "/raw/Asthma"]
)
def test_a_method_that_is_not_for_it_is_405_with_a_page(browser: Client, asthma, path: str, method: str):
    answer = getattr(browser, method)(path)
    assert answer.status_code == 405 and answer["Allow"].startswith("GET, HEAD")
    assert Page(answer).faults() == []


# --- Nothing an article holds can take it away -------------------------------------------------------------------
TRICKS = [
    "<div>",
    "<div><div><div>",
    "<!--",
    "<!-- -->",
    "-->",
    "<textarea>",
    "<title>",
    "<plaintext>",
    "<xmp>",
    "<noembed>",
    "<select>",
    "</main>",
    "</body>",
    "</html>",
    "</div></div></div></main>",
    "<template>",
    "<noscript>",
    "<svg><style>",
    "<math>",
    "<script>",
    "<style>#medical-disclaimer{display:none}</style>",
    "<iframe src=x>",
    "<frameset>",
    "<object>",
    "<base href=//evil.example>",
    '<aside id="medical-disclaimer"><p><strong>Medical Disclaimer:</strong> all is fine</p></aside>',
    "<details>",
    '<p id="medical-disclaimer">x</p>',
    "<p id=medical-disclaimer>",
    '<b class="screen-only" hidden>',
    "## medical-disclaimer",
    "{{ request.disclaimer_place }}",
    "{% comment %}",
    "{#",
    "<!-- {{ request.stub_notice_place }} -->",
    "<![CDATA[",
    "<?php",
    "`</body>`",
    "    </body></html>",
    "```\n</body></html>\n```",
    "<a href='",
    '<img alt="',
    '<b title="</main>',
    "<table><tr><td>",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "&lt;/body&gt;",
    "<dialog open>",
    "<p style='position:fixed;inset:0'>",
    "[x]: </body>",
    "<marquee>",
    BUILT_IN,
    "**Medical Disclaimer:** " + BUILT_IN,
]


@pytest.mark.parametrize("trick", TRICKS, ids=range(len(TRICKS)))
def test_no_article_hides_doubles_or_swallows_it(client: Client, trick: str):
    made = factories.article("Trick", f"Lead.\n\n{trick}\n\n## Section {trick}\n\nText {trick}\n\n{trick}")
    pages = [
        Page(client.get("/wiki/Trick")),
        Page(client.get(f"/wiki/Trick?version={made.current_edit_id}")),
        Page(client.get("/edit/Trick")),
        Page(client.get(f"/compare/previous/{made.current_edit_id}")),
        Page(client.post("/edit/Trick", {"text": f"{trick}\n\nx", "base": made.current_edit_id, "action": "preview"})),
        Page(client.get("/search?full=1&q=trick")),
    ]
    assert [page.faults() for page in pages] == [[]] * len(pages)
    assert [page.is_inside(page.with_id("medical-disclaimer")[0], "main") for page in pages] == [False] * len(pages)


@pytest.mark.parametrize("trick", ["</body>", '<aside id="medical-disclaimer">', "<!--", "<title>"])
def test_no_title_does_either(editor_client: Client, trick: str):
    pages = [editor_client.get("/search", {"q": trick}), editor_client.get(f"/wiki/{trick.replace('/', '%2F')}")]
    assert [Page(page).faults() for page in pages] == [[], []]


# --- Which answers, and how --------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["text/html", "text/html; charset=latin-1", "TEXT/HTML", "application/xhtml+xml"])
def test_any_spelling_of_html_is_html(kind: str):
    assert through(HttpResponse("<p>x</p>", content_type=kind)).count(b'id="medical-disclaimer"') == 1


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/css", "image/svg+xml", "application/xml", ""])
def test_nothing_else_is_touched(kind: str):
    assert (
        through(HttpResponse(b"<p>x</p>", content_type=kind or None, headers={} if kind else {"Content-Type": ""}))
        == b"<p>x</p>"
    )


@pytest.mark.parametrize("response", [HttpResponse(status=204), HttpResponseNotModified()])
def test_an_answer_that_has_no_body_gets_none(response):
    assert through(response) == b""


def test_a_streamed_page_has_it_and_keeps_cookies_and_headers():
    response = StreamingHttpResponse([b"<body>", b"x</body>"], headers={"X-Own": "1"})
    response.set_cookie("a", "b")
    answer = middleware.MedicalDisclaimerMiddleware(lambda request: response)(RequestFactory().get("/"))
    assert answer.content.count(b'id="medical-disclaimer"') == 1 and answer["X-Own"] == "1" and "a" in answer.cookies


def test_a_redirect_with_a_body_has_it():
    assert through(HttpResponseRedirect("/")).count(b'id="medical-disclaimer"') == 1


def test_the_place_is_another_in_each_answer_and_never_sent(client: Client, asthma):
    seen: list[str] = []

    def view(request):
        seen.append(request.disclaimer_place)
        return HttpResponse(f"<!-- {request.disclaimer_place} -->")

    bodies = [middleware.MedicalDisclaimerMiddleware(view)(RequestFactory().get("/")).content.decode() for _ in "ab"]
    assert len(set(seen)) == 2 and not any(place in body for place in seen for body in bodies)


def test_when_the_disclaimer_itself_fails_a_page_with_nothing_else_is_sent(browser: Client, monkeypatch, db):
    monkeypatch.setattr("wiki.disclaimer.placed", fail(RuntimeError()))
    answer = browser.get("/")
    assert answer.status_code == 500 and BUILT_IN in Page(answer).words


# --- The database can't be read ----------------------------------------------------------------------------------
def test_with_the_wording_unreadable_pages_carry_the_built_in_one(client: Client, administrator, monkeypatch):
    wording.change(key="disclaimer", text="Our own words.", who=administrator.account)
    monkeypatch.setattr(wording, "_changed", fail(DatabaseError()))
    page = Page(client.get("/recent"))
    assert page.faults() == [] and BUILT_IN in page.words and "Our own words." not in page.words


@pytest.mark.parametrize(
    "path", ["/", "/wiki/Asthma", "/search?q=dust", "/recent", "/edit/Asthma", "/admin/", "/accounts/login/"]
)
@pytest.mark.parametrize("who", ["client", "editor_client"])
def test_with_no_database_at_all_every_page_carries_it(request, asthma, path: str, who: str):
    browser = request.getfixturevalue(who)
    browser.raise_request_exception = False
    with connection.execute_wrapper(fail(DatabaseError("the database is away"))):
        answer = browser.get(path)
    assert Page(answer).disclaimer_faults() == [] and b"is away" not in answer.content
    assert BUILT_IN in Page(answer).words


def test_with_no_database_at_all_what_was_typed_comes_back(editor_client: Client, asthma):
    editor_client.raise_request_exception = False
    with connection.execute_wrapper(fail(DatabaseError())):
        answer = editor_client.post("/edit/Asthma", {"text": "Typed <b>long</b>.", "base": "1"})
    assert answer.status_code == 500
    assert [found.text for found in Page(answer).all("textarea")] == ["Typed <b>long</b>."]


# --- The stub notice ---------------------------------------------------------------------------------------------
def notices(browser: Client, path: str) -> list[str]:
    return [words(found) for found in Page(browser.get(path)).with_id("stub-notice")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Short.\n", "related to medicine"),
        (f"{LONG}\n\n{{{{stub|cardiology}}}}\n", "related to cardiology"),
        (f"{LONG}\n\n{{{{stub}}}}\n", "related to medicine"),
        ("Short.\n\n{{stub|<b>lungs</b>}}\n", "related to"),
    ],
)
def test_a_short_or_marked_article_says_that_it_is_a_stub(client: Client, text: str, said: str):
    factories.article("Asthma", text)
    (notice,) = notices(client, "/wiki/Asthma")
    assert said in notice and Page(client.get("/wiki/Asthma")).link("expanding it") == "/edit/Asthma"


def test_a_long_unmarked_article_is_no_stub(client: Client):
    factories.article("Asthma", LONG)
    assert notices(client, "/wiki/Asthma") == []


@pytest.mark.parametrize(
    "path",
    [
        "/wiki/Wheezing?redirect=no",
        "/category/Lungs",
        "/wiki/Help:Editing",
        "/wiki/MedWiki_project",
        "/wiki/Nothing",
        "/",
        "/edit/Asthma",
        "/history/Asthma",
        "/recent",
    ],
)
def test_no_other_page_is_a_stub(client: Client, asthma, path: str):
    for title, text in (("Wheezing", "#REDIRECT [[Asthma]]\n"), ("Help:Editing", "Short. {{stub}}\n")):
        factories.article(title, text)
    factories.article("Category:Lungs", "Short.\n\n{{stub}}\n")
    assert notices(client, path) == []


def test_the_number_of_words_can_be_set_and_switched_off(client: Client, settings):
    factories.article("Asthma", "Short.\n")
    settings.WIKI_STUB_WORDS = 0
    assert notices(client, "/wiki/Asthma") == []


@pytest.mark.parametrize(
    "trick",
    ['<aside id="stub-notice">mine</aside>', "<!--", "## stub-notice", "<!-- {{ request.stub_notice_place }} -->"],
)
def test_no_article_doubles_or_hides_the_stub_notice(client: Client, trick: str):
    factories.article("Asthma", f"{trick}\n\nx\n")
    page = Page(client.get("/wiki/Asthma"))
    assert len(page.with_id("stub-notice")) == 1
    assert not page.is_inside(page.with_id("stub-notice")[0], "article-content") and page.faults() == []


# --- Headers -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/wiki/Asthma",
        "/wiki/Nothing",
        "/edit/Asthma",
        "/preview/Asthma",
        "/admin/",
        "/accounts/login/",
        "/raw/Asthma",
    ],
)
def test_every_answer_says_what_a_browser_may_do_with_it(client: Client, asthma, path: str):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy and "form-action 'self'" in policy
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert (
        headers["Referrer-Policy"] == "strict-origin-when-cross-origin" and "camera=()" in headers["Permissions-Policy"]
    )


@pytest.mark.parametrize(
    "path", ["/", "/wiki/Asthma", "/wiki/Nothing", "/history/Asthma", "/search?q=x", "/accounts/login/"]
)
def test_a_page_without_an_editor_has_no_nonce_that_a_cache_could_keep(client: Client, asthma, path: str):
    assert "nonce" not in client.get(path).headers["Content-Security-Policy"]


def test_a_page_that_sets_a_cookie_is_kept_by_no_cache(client: Client, asthma):
    answer = client.get("/edit/Asthma")
    assert answer.cookies and "no-store" in answer["Cache-Control"]


def test_a_page_of_nobody_is_asked_for_again_each_time(client: Client, asthma):
    assert client.get("/wiki/Asthma")["Cache-Control"] == "no-cache"


# --- Bare refusals -----------------------------------------------------------------------------------------------
def test_a_bare_refusal_becomes_a_page_and_keeps_its_headers(client: Client, db):
    answer = client.post("/recent")
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD"
    assert Page(answer).h1 == "This address does not work that way"


# --- Robots ------------------------------------------------------------------------------------------------------
def robots_word(response) -> str:
    answer = middleware.RobotsMiddleware(lambda request: response)(RequestFactory().get("/"))
    return answer.headers.get("X-Robots-Tag", "")


def listed(response):
    response.may_be_listed = True
    return response


def test_an_answer_that_nobody_thought_of_is_not_for_search_engines(settings):
    settings.SITE_URL, settings.WIKI_INDEXING = "https://wiki.example", "on"
    assert robots_word(HttpResponse("x")) == "noindex"


@pytest.mark.parametrize(("choice", "word"), [("on", ""), ("off", "noindex")])
def test_a_page_that_may_be_listed_is_so_by_the_owners_choice(settings, choice: str, word: str):
    settings.SITE_URL, settings.WIKI_INDEXING = "https://wiki.example", choice
    assert robots_word(listed(HttpResponse("x"))) == word


@pytest.mark.parametrize("status", [404, 410, 500])
def test_an_error_is_never_listed(settings, status: int):
    settings.SITE_URL, settings.WIKI_INDEXING = "https://wiki.example", "on"
    assert robots_word(listed(HttpResponse("x", status=status))) == "noindex"


def test_a_redirect_says_nothing_of_the_page_it_leads_to():
    assert robots_word(HttpResponseRedirect("/")) == ""


# --- Who is kept from all writing --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    ["/proposals/", "/protect/Asthma", "/special/block", "/admin/articles/article/", "/accounts/name/", "/nowhere"],
)
def test_who_is_kept_from_all_writing_sends_nothing(moderator_client: Client, moderator, administrator, path: str):
    factories.block(moderator.name, by=administrator, why="Out of hand.")
    answer = moderator_client.post(path, {"reason": "Words."})
    assert answer.status_code == (404 if path == "/nowhere" else 403)
    assert ("Out of hand." in Page(answer).words) is (path != "/nowhere")
    assert moderator_client.get("/special/blocks").status_code == 200


@pytest.mark.parametrize("path", ["/accounts/role/{}/", "/accounts/close/for/"])
def test_who_is_kept_from_all_writing_makes_nobody_an_editor(moderator_client, moderator, contributor, path: str):
    factories.block(moderator.name, by=factories.author("administrator"), why="Out of hand.")
    sent = {"role": "editor", "reason": "Words.", "name": contributor.name}
    answer = moderator_client.post(path.format(contributor.account_id), sent)
    assert answer.status_code == 403 and "Out of hand." in Page(answer).words
    assert not contributor.account.groups.filter(name="editor").exists()


@pytest.mark.parametrize(
    ("path", "status"), [("/accounts/logout/", 302), ("/drafts/forget", 303), ("/notifications", 303)]
)
def test_who_is_kept_from_all_writing_may_send_what_is_only_theirs(contributor_client, contributor, path, status):
    factories.block(contributor.name)
    assert contributor_client.post(path).status_code == status


def test_a_reader_whose_address_is_blocked_may_still_report_what_is_dangerous(client: Client, asthma):
    factories.block("192.0.2.0/24")
    section = Section.objects.filter(article=asthma).order_by("position")[0]
    answer = client.post(f"/report/{section.pk}", {}, REMOTE_ADDR="192.0.2.7")
    assert answer.status_code == 422


def test_each_form_that_is_open_to_the_blocked_is_there():
    names = _names(get_resolver())
    open_to_them = middleware._FOR_THE_BLOCKED | middleware._NOT_FOR_THE_BLOCKED
    assert open_to_them <= names


def test_each_form_that_is_open_while_nothing_is_saved_is_there():
    assert middleware._OPEN_WHILE_READ_ONLY - {"admin:login", "admin:logout"} <= _names(get_resolver())


# --- Whose eyes --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("role", "sees"), [("editor", False), ("reviewer", True), ("moderator", True)])
def test_a_request_reads_with_the_eyes_of_its_person(role: str, sees: bool, db: None):
    request = RequestFactory().get("/")
    request.user = factories.user(role)
    seen: list[bool] = []
    middleware.EyesMiddleware(lambda request: HttpResponse(str(seen.append(eyes.see_all()))))(request)
    assert seen == [sees] and not eyes.see_all()
