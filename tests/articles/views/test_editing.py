"""Editing: the form, preview, changes, save; and above all that no text sent is ever lost."""

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client

from articles import editing, outlines
from articles.models import Article, Author, Edit, Proposal, Section, Submission
from articles.reviewing import proposing
from tests import doors, factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

MINE = "## Causes\n\nPollen & <b>dust</b>, says me.\n"


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


@pytest.fixture
def causes(asthma) -> Section:
    return Section.objects.get(article=asthma, title="Causes")


def sent(article: Article, **fields: object) -> dict[str, object]:
    return {"text": MINE, "base": article.current_edit_id, "summary": "why", **fields}


def text_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


# --- The editor over the form ------------------------------------------------------------------------------------
@pytest.fixture
def built(settings, tmp_path):
    """The site with a source editor that was built."""
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "source.js").write_text("")
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, tmp_path]


def test_the_form_lets_its_editor_style_itself_by_a_nonce_of_this_answer(editor_client: Client, asthma, built):
    answer = editor_client.get("/edit/Asthma")
    script = next(script for script in Page(answer).all("script") if "data-editor" in script.attrib)
    assert "build/source" in script.attrib["src"]
    assert f"'nonce-{script.attrib['nonce']}'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_without_a_build_there_is_a_plain_box_and_no_nonce(editor_client: Client, asthma, settings):
    settings.STATICFILES_DIRS = []
    answer = editor_client.get("/edit/Asthma")
    assert b"data-toolbar" not in answer.content and b'name="text"' in answer.content
    assert "nonce" not in answer["Content-Security-Policy"]


# --- The visual editor over the form -----------------------------------------------------------------------------
@pytest.fixture
def visual(settings, tmp_path):
    """The site with a visual editor that was built."""
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "visual.js").write_text("")
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, tmp_path]


@pytest.mark.parametrize("query", ["?editor=visual", "?section=Causes&editor=visual"])
def test_edit_opens_the_visual_editor_over_the_same_form(editor_client: Client, asthma, visual, query: str):
    page = Page(editor_client.get(f"/edit/Asthma{query}"))
    assert [script for script in page.all("script") if "build/visual" in script.get("src", "")]
    assert [found for found in page.all("textarea") if found.get("name") == "text"]


def test_edit_source_loads_no_visual_editor_and_knows_where_it_is(editor_client: Client, asthma, visual):
    page = Page(editor_client.get("/edit/Asthma?editor=source"))
    (toolbar,) = [each for each in page.all("div") if each.get("data-toolbar") == "visual"]
    assert not [script for script in page.all("script") if "build/visual" in script.get("src", "")]
    assert "build/visual" in toolbar.get("data-script", "") and "hidden" in toolbar.attrib


def test_without_a_build_edit_is_a_plain_box_with_the_preview_beside_it(editor_client: Client, asthma, settings):
    settings.STATICFILES_DIRS = []
    content = editor_client.get("/edit/Asthma?editor=visual").content
    assert b"data-toolbar" not in content and b"<dialog" not in content and b'data-live-preview="yes"' in content


# --- Saving ------------------------------------------------------------------------------------------------------
def test_a_published_save_leads_to_the_section_it_changed(editor_client: Client, asthma, causes):
    answer = editor_client.post("/edit/Asthma", sent(asthma, section=causes.pk))
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma#Causes")
    assert "Pollen & <b>dust</b>" in text_of(asthma) and "Wheeze." in text_of(asthma)


def test_a_save_of_the_whole_leads_to_the_article(editor_client: Client, asthma):
    answer = editor_client.post("/edit/Asthma", sent(asthma, text="All new.\n"))
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma")
    assert text_of(asthma) == "All new.\n"


def test_the_lead_is_saved_by_itself(editor_client: Client, asthma):
    editor_client.post("/edit/Asthma", sent(asthma, section="0", text="Another lead.\n"))
    assert text_of(asthma).startswith("Another lead.\n\n## Symptoms")


def test_a_new_section_goes_before_the_tail(editor_client: Client, asthma):
    answer = editor_client.post("/edit/Asthma", sent(asthma, section="new", text="## History\n\nLong.\n"))
    assert answer["Location"] == "/wiki/Asthma#History"
    assert text_of(asthma).index("## History") < text_of(asthma).index("[[Category:Lungs]]")


def test_a_section_is_found_by_its_anchor_too(editor_client: Client, asthma):
    editor_client.post("/edit/Asthma", sent(asthma, section="Causes"))
    assert "Pollen" in text_of(asthma) and "Wheeze" in text_of(asthma)


def test_a_section_named_in_the_address_only_is_still_the_only_one_changed(editor_client: Client, asthma, causes):
    editor_client.post(f"/edit/Asthma?section={causes.pk}", sent(asthma))
    assert "Pollen" in text_of(asthma) and "Wheeze" in text_of(asthma)


def test_the_save_keeps_summary_author_and_whether_it_was_minor(editor_client: Client, editor, asthma):
    editor_client.post("/edit/Asthma", sent(asthma, summary="two words", minor="on"))
    edit = Edit.objects.get(article=asthma, number=2)
    assert (edit.summary, edit.author, edit.minor, edit.licence) == ("two words", editor, True, "CC BY-SA 4.0")


def test_a_base_of_nothing_makes_an_article(editor_client: Client):
    answer = editor_client.post("/edit/HIV/AIDS", {"text": "A virus.\n", "base": "0"})
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/HIV/AIDS")
    assert Article.objects.get(title="HIV/AIDS").text.text == "A virus.\n"


def test_a_post_in_another_spelling_is_put_right_inside_and_never_redirected(editor_client: Client, asthma):
    answer = editor_client.post("/edit/asthma", sent(asthma, text="All new.\n"))
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma")
    assert Article.objects.count() == 1


def test_what_is_saved_is_what_was_typed(editor_client: Client, asthma):
    typed = "Two blanks  \r\ntab\there\u00a0and 5 µg, no end"
    editor_client.post("/edit/Asthma", sent(asthma, text=typed))
    assert text_of(asthma) == typed.replace("\r\n", "\n")


def test_a_double_click_saves_once(editor_client: Client, asthma):
    answers = [editor_client.post("/edit/Asthma", sent(asthma, section="new")) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Edit.objects.filter(article=asthma).count() == 2


def test_a_text_that_is_so_already_makes_no_edit(editor_client: Client, asthma):
    answer = editor_client.post("/edit/Asthma", sent(asthma, text=factories.TEXT))
    assert answer.status_code == 303 and Edit.objects.filter(article=asthma).count() == 1


# --- Proposing ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["client", "contributor_client"])
def test_a_save_that_only_proposes_leads_to_the_proposal(request, asthma, causes, who: str):
    answer = request.getfixturevalue(who).post("/edit/Asthma", sent(asthma, section=causes.pk))
    proposal = Proposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/proposals/{proposal.pk}")
    assert proposal.blob.text == MINE and "Pollen" not in text_of(asthma)


@pytest.mark.parametrize(("who", "said"), [("client", True), ("contributor_client", True), ("editor_client", False)])
def test_the_form_says_before_typing_that_a_change_would_wait(request, asthma, who: str, said: bool):
    page = Page(request.getfixturevalue(who).get("/edit/Asthma?section=0"))
    assert ("Submit for review" in page.words) is said
    assert ("will wait until a reviewer" in page.words) is said


def test_the_edit_links_say_so_too(client: Client, editor_client: Client, asthma):
    titles = [
        {element.get("title") for element in Page(browser.get("/wiki/Asthma")).with_class("editsection")[0].iter("a")}
        for browser in (client, editor_client)
    ]
    assert all("reviewer decides" in title for title in titles[0]) and not any("reviewer" in t for t in titles[1])


def test_a_stranger_is_shown_the_private_link_once_and_a_cookie_knows_them_again(client: Client, asthma):
    answer = client.post("/edit/Asthma", sent(asthma))
    first, second = (Page(client.get(answer["Location"])) for _time in range(2))
    assert "?key=" in first.words and "?key=" not in second.words
    assert Page(client.get("/wiki/Asthma")).link("see it") == answer["Location"]


def test_a_change_that_waits_can_be_gone_on_with(contributor_client: Client, asthma, causes):
    contributor_client.post("/edit/Asthma", sent(asthma, section=causes.pk))
    page = Page(contributor_client.get(Page(contributor_client.get("/wiki/Asthma")).link("go on with it")))
    assert page.fields()["text"] == MINE
    contributor_client.post("/edit/Asthma", page.fields(text=MINE + "More.\n"))
    assert [row.state for row in Proposal.objects.order_by("pk")] == ["withdrawn", "waiting"]


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "x", "0"])
def test_a_made_up_proposal_to_go_on_with_changes_nothing(contributor_client: Client, asthma, number: str):
    assert contributor_client.get("/edit/Asthma", {"proposal": number}).status_code == 404
    answer = contributor_client.post("/edit/Asthma", sent(asthma, proposal=number))
    assert answer.status_code in (303, 422) and ("Pollen" in answer.content.decode() or answer.status_code == 303)


def test_nobody_goes_on_with_the_proposal_of_another(contributor_client: Client, asthma):
    Client().post("/edit/Asthma", sent(asthma, text="A stranger's secret.\n"))
    page = Page(contributor_client.get(f"/edit/Asthma?proposal={Proposal.objects.get().pk}"))
    assert "secret" not in page.source


def test_who_was_logged_out_is_told_and_may_send_it_as_a_proposal(editor_client: Client, asthma):
    page = Page(editor_client.get("/edit/Asthma?section=0"))
    editor_client.logout()
    answer = editor_client.post("/edit/Asthma", page.fields(text="Typed while the session ended.\n"))
    again = assert_given_back(answer, 403, "Typed while the session ended.\n")
    answer = editor_client.post("/edit/Asthma", again.fields())
    assert answer.status_code == 303 and answer["Location"].startswith("/proposals/")
    assert Proposal.objects.get().blob.text == "Typed while the session ended.\n"


# --- Refusals give the text back ---------------------------------------------------------------------------------
def assert_given_back(answer, status: int, text: str = MINE) -> Page:
    page = Page(answer)
    assert answer.status_code == status
    assert page.fields()["text"] == text
    assert page.faults() == []
    return page


def test_a_clash_in_the_same_section_is_409_with_both_texts(editor_client: Client, asthma, causes):
    base = asthma.current_edit_id
    factories.edit(asthma, "## Causes\n\nCats, says somebody else.\n", section=str(causes.pk))
    answer = editor_client.post("/edit/Asthma", {"text": MINE, "base": base, "section": causes.pk})
    page = assert_given_back(answer, 409)
    assert "Cats, says somebody else." in page.words
    assert page.fields()["base"] == str(Article.objects.get(pk=asthma.pk).current_edit_id)
    assert "Pollen" not in text_of(asthma)


def test_saving_again_after_a_clash_saves(editor_client: Client, asthma, causes):
    base = asthma.current_edit_id
    factories.edit(asthma, "## Causes\n\nCats.\n", section=str(causes.pk))
    page = Page(editor_client.post("/edit/Asthma", {"text": MINE, "base": base, "section": causes.pk}))
    answer = editor_client.post("/edit/Asthma", page.fields())
    assert answer["Location"] == "/wiki/Asthma#Causes" and "Pollen" in text_of(asthma)


# --- Deciding on the pieces of a clash ---------------------------------------------------------------------------
@pytest.fixture
def clashed(editor_client: Client, asthma, causes) -> Page:
    """The page that an editor gets whose section somebody else has changed meanwhile."""
    base = asthma.current_edit_id
    factories.edit(asthma, "## Causes\n\nCats.\n\nTheirs stays.\n", section=str(causes.pk))
    return Page(editor_client.post("/edit/Asthma", {"text": MINE, "base": base, "section": causes.pk}))


@pytest.mark.parametrize(
    ("choice", "there", "gone"),
    [
        ("mine", ["Pollen"], ["Cats.", "Dust."]),
        ("theirs", ["Cats.", "Theirs stays."], ["Pollen", "Dust."]),
        ("both", ["Cats.", "Pollen"], ["Dust."]),
        ("base", ["Dust."], ["Cats.", "Pollen"]),
        ("own", ["Both of us."], ["Cats.", "Pollen", "Dust."]),
    ],
)
def test_a_piece_is_decided_by_one_choice(editor_client: Client, asthma, clashed: Page, choice, there, gone):
    own = "Both of us.\n" if choice == "own" else MINE.partition("\n\n")[2]
    fields = clashed.fields_of("pieces", **{"piece-1": choice, "own-1": own})
    answer = editor_client.post("/edit/Asthma", fields)
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma#Causes")
    assert all(words in text_of(asthma) for words in there)
    assert not any(words in text_of(asthma) for words in gone)


def test_a_decided_piece_is_previewed_before_it_is_saved(editor_client: Client, asthma, clashed: Page):
    answer = editor_client.post("/edit/Asthma", clashed.fields_of("pieces", **{"piece-1": "both", "action": "preview"}))
    page = Page(answer)
    assert answer.status_code == 200 and "Cats." in page.article and "Pollen" in page.article
    assert "Cats." in page.fields()["text"] and "Pollen" not in text_of(asthma)
    editor_client.post("/edit/Asthma", page.fields())
    assert "Cats." in text_of(asthma) and "Pollen" in text_of(asthma)


def test_who_decides_on_nothing_is_asked_again_with_everything_still_there(editor_client: Client, asthma, clashed):
    page = assert_given_back(editor_client.post("/edit/Asthma", clashed.fields_of("pieces")), 409)
    assert "Choose what shall stand here." in page.words and "Pollen" not in text_of(asthma)


def test_a_text_of_ones_own_that_was_not_chosen_is_not_dropped(editor_client: Client, asthma, clashed: Page):
    fields = clashed.fields_of("pieces", **{"piece-1": "theirs", "own-1": "Half an hour's work.\n"})
    page = assert_given_back(editor_client.post("/edit/Asthma", fields), 409)
    assert page.fields_of("pieces")["own-1"] == "Half an hour's work.\n" and "choose it, or empty it" in page.words


def test_a_decision_on_what_changed_again_meets_that_change(editor_client: Client, asthma, causes, clashed: Page):
    factories.edit(asthma, "Another lead.\n", section="0")
    assert editor_client.post("/edit/Asthma", clashed.fields_of("pieces", **{"piece-1": "both"})).status_code == 303
    assert all(words in text_of(asthma) for words in ("Another lead.", "Cats.", "Pollen"))


def test_a_decision_on_a_piece_that_changed_again_clashes_again(editor_client: Client, asthma, causes, clashed: Page):
    factories.edit(asthma, "## Causes\n\nMould.\n", section=str(causes.pk))
    page = Page(answer := editor_client.post("/edit/Asthma", clashed.fields_of("pieces", **{"piece-1": "both"})))
    assert answer.status_code == 409
    assert all(words in page.words for words in ("Mould.", "Cats.", "Pollen"))


OWN = "Half an hour's work.\n"


def refused_while_read_only(client: Client, fields, settings):
    settings.WIKI_READ_ONLY = "on"
    answer = client.post("/edit/Asthma", fields)
    settings.WIKI_READ_ONLY = "off"
    return answer


def refused_for_its_token(client: Client, fields, settings):
    client.handler.enforce_csrf_checks = True
    answer = client.post("/edit/Asthma", {**fields, "csrfmiddlewaretoken": "of long ago"})
    client.handler.enforce_csrf_checks = False
    return answer


@pytest.mark.parametrize(("refused", "status"), [(refused_while_read_only, 503), (refused_for_its_token, 403)])
def test_pieces_that_are_refused_come_back_as_they_were_decided(
    editor_client: Client, asthma, clashed: Page, settings, refused, status: int
):
    fields = clashed.fields_of("pieces", **{"piece-1": "own", "own-1": OWN})
    page = assert_given_back(refused(editor_client, fields, settings), status)
    again = page.fields_of("pieces")
    ours = {"csrfmiddlewaretoken", "form_key"}
    assert {name: again[name] for name in fields if name not in ours} == {
        name: value for name, value in fields.items() if name not in ours
    }
    assert "Please" in page.words or "read-only until that is done" in page.words
    assert editor_client.post("/edit/Asthma", again).status_code == 303
    assert OWN in text_of(asthma) and "Pollen" not in text_of(asthma)


@pytest.mark.parametrize("refused", [refused_while_read_only, refused_for_its_token])
def test_a_refused_conflict_never_lets_a_text_over_one_that_its_author_did_not_merge(
    editor_client: Client, asthma, clashed: Page, settings, refused, monkeypatch
):
    """Nor where the pieces can't be worked out just then: its next save clashes again."""

    def busy(*args: object, **kwargs: object) -> None:
        raise editing.TextRefused("The renderer is busy.")

    fields = clashed.fields_of("pieces", **{"piece-1": "own", "own-1": OWN})
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("articles.basing.conflict_with", busy)
        page = Page(refused(editor_client, fields, settings))
    assert OWN in page.source.replace("&#x27;", "'")
    answer = editor_client.post("/edit/Asthma", page.fields())
    assert answer.status_code == 409 and "Cats." in text_of(asthma) and "Pollen" not in text_of(asthma)


@pytest.mark.parametrize("started", ["", "0", "999999", "x", "9" * 5000])
def test_a_decision_on_a_made_up_conflict_is_a_conflict(editor_client: Client, asthma, clashed: Page, started: str):
    fields = clashed.fields_of("pieces", **{"piece-1": "mine", "started": started})
    assert_given_back(editor_client.post("/edit/Asthma", fields), 409)
    assert "Pollen" not in text_of(asthma)


@pytest.mark.parametrize("base", ["", "0", "999999", "-1", "x", "²", "9" * 40, "x" * 500])
@pytest.mark.parametrize("who", ["editor_client", "contributor_client"])
def test_a_base_that_is_none_of_this_articles_is_409_and_saves_nothing(request, asthma, base: str, who: str):
    answer = request.getfixturevalue(who).post("/edit/Asthma", sent(asthma, base=base))
    page = assert_given_back(answer, 409)
    assert "Wheeze." in page.words and page.fields()["base"] == str(asthma.current_edit_id)
    assert Edit.objects.count() == 1 and not Proposal.objects.exists()


def test_a_base_of_another_article_is_409(editor_client: Client, asthma):
    other = factories.article("Angina")
    assert_given_back(editor_client.post("/edit/Asthma", sent(other)), 409)
    assert text_of(asthma) == factories.TEXT


def test_a_save_without_any_base_is_409(editor_client: Client, asthma):
    assert_given_back(editor_client.post("/edit/Asthma", {"text": MINE}), 409)


def test_a_base_for_an_article_that_is_not_there_is_409_and_saving_again_makes_it(editor_client: Client):
    page = assert_given_back(editor_client.post("/edit/Nothing", {"text": MINE, "base": "7"}), 409)
    assert editor_client.post("/edit/Nothing", page.fields()).status_code == 303


def test_a_stale_base_on_another_section_merges(editor_client: Client, asthma, causes):
    base = asthma.current_edit_id
    factories.edit(asthma, "Another lead.\n", section="0")
    answer = editor_client.post("/edit/Asthma", {"text": MINE, "base": base, "section": causes.pk})
    assert answer.status_code == 303
    assert "Another lead." in text_of(asthma) and "Pollen" in text_of(asthma)


def test_a_section_that_is_gone_is_409_and_comes_back_as_a_new_one(editor_client: Client, asthma, causes):
    base = asthma.current_edit_id
    factories.edit(asthma, "A lead alone.\n")
    page = assert_given_back(
        editor_client.post("/edit/Asthma", {"text": MINE, "base": base, "section": causes.pk}), 409
    )
    editor_client.post("/edit/Asthma", page.fields())
    assert text_of(asthma).startswith("A lead alone.") and "Pollen" in text_of(asthma)


@pytest.mark.parametrize("bad", ["\0", "\ufdd0", "\ufdef", "\ufffe", "\uffff"])
@pytest.mark.parametrize("who", ["editor_client", "client"])
@pytest.mark.parametrize("title", ["Asthma", "Not_there"])
def test_a_character_that_is_no_text_is_422_with_the_rest(request, asthma, title: str, who: str, bad: str):
    base = asthma.current_edit_id if title == "Asthma" else 0
    answer = request.getfixturevalue(who).post(f"/edit/{title}", {"text": f"One.\nTwo{bad}three.\n", "base": base})
    assert answer.status_code == 422
    assert "Two" in Page(answer).fields()["text"] and "three." in Page(answer).fields()["text"]
    assert Edit.objects.count() == 1 and not Proposal.objects.exists()


@pytest.mark.parametrize("title", ["Asthma", "Not_there"])
def test_a_lone_surrogate_is_422_with_the_rest(editor_client: Client, asthma, title: str):
    base = asthma.current_edit_id if title == "Asthma" else 0
    body = f"text=One%ED%A0%80two&base={base}"
    answer = editor_client.post(f"/edit/{title}", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert Page(answer).fields()["text"].startswith("One") and Page(answer).fields()["text"].endswith("two")


@pytest.mark.parametrize(
    "shape",
    ["> " * 200 + "deep\n", "".join(f"{'  ' * n}- {n}\n" for n in range(200)), "# H\n" * 10_000, "[" * 10_240],
    ids=["quotes", "lists", "headings", "brackets"],
)
def test_a_hostile_shape_is_refused_with_the_text_or_shown_rightly(editor_client: Client, asthma, shape: str):
    answer = editor_client.post("/edit/Asthma", sent(asthma, text=shape))
    assert answer.status_code in (303, 422)
    assert answer.status_code == 303 or Page(answer).fields()["text"] == shape
    assert editor_client.get("/wiki/Asthma").status_code == 200


@pytest.mark.parametrize("who", ["editor_client", "client"])
def test_a_text_above_512_kb_is_413_with_the_text(request, asthma, who: str):
    big = "Five words are in here.\n" * 22_000
    answer = request.getfixturevalue(who).post("/edit/Asthma", sent(asthma, text=big))
    assert_given_back(answer, 413, big)
    assert Edit.objects.count() == 1 and not Proposal.objects.exists()


def test_an_empty_article_is_refused(editor_client: Client, asthma):
    assert editor_client.post("/edit/Asthma", sent(asthma, text=" \n")).status_code == 422
    assert editor_client.post("/edit/Other", {"text": "", "base": "0"}).status_code == 422


@pytest.mark.parametrize("field", ["summary", "section", "proposal"])
def test_a_field_that_is_too_long_or_no_text_is_422_with_the_text(editor_client: Client, asthma, field: str):
    assert_given_back(editor_client.post("/edit/Asthma", sent(asthma, **{field: "x" * 500})), 422)
    assert_given_back(editor_client.post("/edit/Asthma", sent(asthma, **{field: "\0"})), 422)


@pytest.mark.parametrize("title", ["A%3Cb%3E", "A%00b", "%E2%80%AEA", "x" * 300, "A%23b", "Asthm%D0%B0"])
@pytest.mark.parametrize("who", ["editor_client", "client"])
def test_a_title_that_can_not_be_or_looks_like_another_is_422_with_the_text(request, asthma, title: str, who: str):
    answer = request.getfixturevalue(who).post(f"/edit/{title}", {"text": MINE, "base": "0"})
    assert_given_back(answer, 422)
    assert Article.objects.count() == 1 and not Proposal.objects.exists()


def test_a_look_alike_title_names_the_one_that_exists(editor_client: Client, asthma):
    answer = editor_client.post("/edit/Asthm%D0%B0", {"text": MINE, "base": "0"})
    assert "looks like one that exists: “Asthma”" in Page(answer).words


@pytest.mark.parametrize("title", ["Talk:Asthma", "User:Ada", "File:X.png"])
def test_a_page_of_a_kind_that_is_not_there_yet_gives_the_text_back(editor_client: Client, title: str):
    assert_given_back(editor_client.post(f"/edit/{title}", {"text": MINE, "base": "0"}), 404)


def test_a_deleted_article_gives_the_text_back(editor_client: Client, asthma):
    with doors.unlocked("deleting comes with moderation"):
        Article.objects.filter(pk=asthma.pk).update(state="deleted")
    assert_given_back(editor_client.post("/edit/Asthma", sent(asthma)), 410)


@pytest.mark.parametrize("who", ["client", "contributor_client"])
def test_the_ninth_save_in_a_minute_is_429_with_the_text_and_when_to_come_back(request, asthma, who: str):
    browser = request.getfixturevalue(who)
    for number in range(8):
        assert browser.post("/edit/Asthma", {"text": f"No {number}", "base": "x"}).status_code == 409
    answer = browser.post("/edit/Asthma", sent(asthma))
    assert_given_back(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 60


def test_editors_have_a_limit_too_but_a_wide_one(editor_client: Client, asthma, monkeypatch):
    assert proposing.LIMIT_OF_EDITORS == (90, 60)
    monkeypatch.setattr(proposing, "LIMIT_OF_EDITORS", (1, 60))
    editor_client.post("/edit/Asthma", sent(asthma, base="x"))
    assert_given_back(editor_client.post("/edit/Asthma", sent(asthma)), 429)


def test_strangers_of_one_address_share_a_limit_and_others_go_on(asthma):
    for number in range(8):
        Client().post("/edit/Asthma", {"text": f"No {number}", "base": "x"})
    assert Client().post("/edit/Asthma", sent(asthma)).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").post("/edit/Asthma", sent(asthma)).status_code == 303


def test_where_strangers_may_not_edit_the_text_comes_back(client: Client, asthma, settings):
    settings.WIKI_ANONYMOUS_EDITS = "off"
    assert_given_back(client.post("/edit/Asthma", sent(asthma)), 403)


def test_where_strangers_may_not_edit_they_may_read_the_source(client: Client, asthma, causes, settings):
    settings.WIKI_ANONYMOUS_EDITS = "off"
    page = Page(client.get(f"/edit/Asthma?section={causes.pk}"))
    assert page.h1 == "Source of Asthma: Causes" and "Dust." in page.words
    assert "view source" in Page(client.get("/wiki/Asthma")).words


def test_a_protected_article_takes_proposals_of_editors(editor_client: Client, asthma):
    with doors.unlocked("protection comes with moderation"):
        Article.objects.filter(pk=asthma.pk).update(edit_protection="reviewer")
    answer = editor_client.post("/edit/Asthma", sent(asthma))
    assert answer["Location"] == f"/proposals/{Proposal.objects.get().pk}"


# --- Failures give the text back ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "broken",
    [
        "articles.editing.receive",
        "articles.writing.lock",
        "articles.reading.keep_rendered_form",
        "articles.search.index",
        "articles.derived.write_dependencies",
        "articles.derived.mark_pages",
        "articles.writing._remember",
    ],
)
@pytest.mark.parametrize("error", [RuntimeError("broken"), MemoryError()], ids=["error", "memory"])
def test_a_save_that_fails_inside_gives_the_text_back_and_leaves_nothing(editor, asthma, monkeypatch, broken, error):
    browser = Client(raise_request_exception=False)
    browser.force_login(editor.account)

    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(broken, fail)
    answer = browser.post("/edit/Asthma", sent(asthma))
    assert answer.status_code == 500 and Page(answer).disclaimer_faults() == []
    assert [found.text for found in Page(answer).all("textarea") if found.get("name") == "text"] == [MINE]
    assert Edit.objects.count() == 1 and text_of(asthma) == factories.TEXT


@pytest.mark.parametrize(
    ("action", "broken"),
    [
        ("save", "articles.editing.receive"),
        ("save", "articles.writing._remember"),
        ("preview", "articles.basing.merged"),
    ],
)
def test_a_database_that_starts_again_is_no_fault_of_ours_though_it_be_back_at_once(
    editor, asthma, monkeypatch, action, broken
):
    browser = Client(raise_request_exception=False)
    browser.force_login(editor.account)

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("closed") from psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(broken, fail)
    answer = browser.post("/edit/Asthma", sent(asthma, action=action))
    assert answer.status_code == 503 and int(answer["Retry-After"]) > 0
    # Whether it was kept nobody can tell: the commit may have been the last thing that the server did.
    assert MINE in [found.text for found in Page(answer).all("textarea")]


def test_every_body_that_reached_us_is_kept_whatever_became_of_it(editor_client: Client, asthma):
    editor_client.post("/edit/Asthma", sent(asthma, base="forged"))
    editor_client.post("/edit/Asthma", sent(asthma, text="> " * 300))
    assert sorted(Submission.objects.values_list("text", flat=True)) == sorted([MINE, "> " * 300])


# --- Expired forms -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("token", ["", "x" * 64, "short"])
def test_a_form_that_expired_comes_back_with_its_text_and_saves_when_sent_again(editor, asthma, causes, token: str):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor.account)
    refused = browser.post("/edit/Asthma", sent(asthma, section=causes.pk, csrfmiddlewaretoken=token))
    page = assert_given_back(refused, 403)
    again = browser.post("/edit/Asthma", page.fields())
    assert (again.status_code, again["Location"]) == (303, "/wiki/Asthma#Causes")
    assert Edit.objects.get(article=asthma, number=2).summary == "why"


def test_a_strangers_form_that_expired_arrives_as_a_proposal_when_sent_again(asthma):
    browser = Client(enforce_csrf_checks=True)
    page = assert_given_back(browser.post("/edit/Asthma", sent(asthma)), 403)
    assert browser.post("/edit/Asthma", page.fields()).status_code == 303
    assert Proposal.objects.get().blob.text == MINE


@pytest.mark.parametrize("title", ["A%3Cb%3E", "Talk:X", "A%00"])
def test_an_expired_form_for_an_impossible_title_still_gives_the_text_back(title: str, db):
    assert_given_back(Client(enforce_csrf_checks=True).post(f"/edit/{title}", {"text": MINE, "base": "0"}), 403)


@pytest.mark.parametrize("path", ["/edit/Asthma", "/preview/Asthma", "/proposals/1", "/revert/1", "/setup/disclaimer"])
def test_a_post_is_never_redirected_to_a_login(client: Client, asthma, path: str):
    answer = client.post(path, {"text": MINE, "base": "x", "summary": "s"})
    assert "login" not in answer.headers.get("Location", "")
    assert answer.status_code >= 400


# --- Preview and changes -----------------------------------------------------------------------------------------
def test_a_preview_shows_the_text_and_keeps_it_and_saves_nothing(client: Client, asthma, causes):
    answer = client.post("/edit/Asthma", sent(asthma, section=causes.pk, action="preview"))
    page = assert_given_back(answer, 200)
    assert "Pollen & dust, says me." in page.article and "Wheeze." not in page.article
    assert Edit.objects.count() == 1 and not Submission.objects.exists() and not Author.objects.filter(is_visitor=True)


def test_a_preview_knows_footnotes_and_abbreviations_defined_elsewhere(client: Client):
    asthma = factories.article(
        "Asthma", "Lead.\n\n## Causes\n\nDust.\n\n[^a]: Explained here.\n*[COPD]: Lung disease\n"
    )
    text = "## Causes\n\nCOPD and smoke.[^a]\n"
    page = Page(client.post("/edit/Asthma", sent(asthma, section="Causes", text=text, action="preview")))
    assert "Explained here." in page.article
    assert [found.get("title") for found in page.all("abbr") if found.text == "COPD"] == ["Lung disease"]


def test_the_changes_so_far_are_shown(client: Client, asthma, causes):
    page = assert_given_back(client.post("/edit/Asthma", sent(asthma, section=causes.pk, action="changes")), 200)
    (changes,) = page.with_class("changes")
    assert "Pollen" in "".join(changes.itertext()) and "Dust." in "".join(changes.itertext())


@pytest.mark.parametrize("action", ["preview", "changes"])
def test_a_preview_of_what_clashes_says_so_with_both_texts(client: Client, asthma, causes, action: str):
    base = asthma.current_edit_id
    factories.edit(asthma, "## Causes\n\nCats.\n", section=str(causes.pk))
    assert_given_back(client.post("/edit/Asthma", sent(asthma, base=base, section=causes.pk, action=action)), 409)


@pytest.mark.parametrize("action", ["preview", "changes"])
@pytest.mark.parametrize(("text", "status"), [("> " * 300, 422), ("five words\n" * 60_000, 413)], ids=["deep", "big"])
def test_a_preview_refuses_what_a_save_would(client: Client, asthma, action: str, text: str, status: int):
    assert client.post("/edit/Asthma", sent(asthma, text=text, action=action)).status_code == status


def test_the_live_preview_gives_a_page_and_stores_nothing(client: Client, asthma, causes):
    answer = client.post("/preview/Asthma", sent(asthma, section=causes.pk))
    assert answer.status_code == 200 and "Pollen & dust" in Page(answer).article
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"text": "\0"}, 422), ({"text": "> " * 300}, 422), ({"base": "x"}, 409), ({"summary": "x" * 500}, 422)],
)
def test_the_live_preview_says_what_is_wrong(client: Client, asthma, fields: dict[str, str], status: int):
    answer = client.post("/preview/Asthma", sent(asthma, **fields))
    assert answer.status_code == status and Page(answer).faults() == []


def test_the_live_preview_tells_what_is_worth_a_look_and_refuses_nothing_for_it(client: Client, asthma, causes):
    answer = client.post("/preview/Asthma", sent(asthma, section=causes.pk, text="## Causes\n\n'''Dust'''.\n"))
    page = Page(answer)
    assert answer.status_code == 200 and "This is how MediaWiki writes it." in page.words
    assert [link.get("data-line") for link in page.all("a") if "data-line" in link.attrib] == ["3"]


def test_the_live_preview_has_a_limit(client: Client, asthma, monkeypatch):
    monkeypatch.setattr("articles.views._LOOKS_A_MINUTE", 1)
    answers = [client.post("/preview/Asthma", sent(asthma)) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert int(answers[1]["Retry-After"]) > 0 and Page(answers[1]).faults() == []


@pytest.mark.parametrize("method", ["get", "head", "put"])
def test_a_live_preview_is_only_sent(client: Client, method: str, db):
    answer = getattr(client, method)("/preview/Asthma")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


# --- The form ----------------------------------------------------------------------------------------------------
def test_the_form_of_a_section_holds_it_alone_and_its_summary_names_it(editor_client: Client, asthma, causes):
    fields = Page(editor_client.get(f"/edit/Asthma?section={causes.pk}")).fields()
    assert fields["text"] == "## Causes\n\nDust.\n\n### Indoors\n\nMites.\n\n"
    assert (fields["summary"], fields["base"]) == ("/* Causes */ ", str(asthma.current_edit_id))


def test_the_form_of_a_missing_article_is_empty_and_starts_from_nothing(editor_client: Client):
    fields = Page(editor_client.get("/edit/Nothing")).fields()
    assert (fields["text"], fields["base"]) == ("", "0")


@pytest.mark.parametrize("name", ["disease", "drug", "procedure", "anatomy", "nutrition"])
def test_a_new_article_is_offered_the_outline_of_each_type(client: Client, db, name: str):
    offered = {link.href: link.rel for link in Page(client.get("/edit/Rare_thing")).links}
    assert "nofollow" in offered[f"/edit/Rare_thing?outline={name}"]
    fields = Page(client.get(f"/edit/Rare_thing?outline={name}")).fields()
    assert (fields["text"], fields["base"]) == (outlines.text_of(name, "Rare thing"), "0")


@pytest.mark.parametrize("path", ["/edit/Nothing?outline=novel", "/edit/Help:Nothing?outline=disease"])
def test_an_outline_that_is_none_is_ignored(editor_client: Client, path: str):
    answer = editor_client.get(path)
    assert (answer.status_code, Page(answer).fields()["text"]) == (200, "")


def test_an_article_that_is_there_is_offered_no_outline(editor_client: Client, asthma):
    page = Page(editor_client.get("/edit/Asthma?outline=disease"))
    assert page.fields()["text"] == factories.TEXT and not page.with_class("outlines")


@pytest.mark.parametrize("role", ["visitor_client", "editor_client"])
def test_an_outline_that_nobody_has_filled_is_422_with_the_text_kept(request, role: str, db):
    browser = request.getfixturevalue(role)
    fields = Page(browser.get("/edit/Rare_thing?outline=drug")).fields()
    answer = browser.post("/edit/Rare_thing", fields)
    assert answer.status_code == 422 and "Please write something under a heading first." in Page(answer).words
    assert Page(answer).fields()["text"] == fields["text"] and not Article.objects.exists()


def test_an_outline_with_empty_headings_left_is_saved_once_something_is_written(editor_client: Client):
    fields = Page(editor_client.get("/edit/Rare_thing?outline=drug")).fields()
    fields["text"] = fields["text"].replace("## Overdose\n", "## Overdose\n\nNothing is known.\n")
    assert editor_client.post("/edit/Rare_thing", fields).status_code == 303
    assert "## Chemistry\n" in text_of(Article.objects.get(title="Rare thing"))


def test_an_outline_can_be_looked_at_before_anything_is_written(editor_client: Client):
    fields = Page(editor_client.get("/edit/Rare_thing?outline=drug")).fields(action="preview")
    answer = editor_client.post("/edit/Rare_thing", fields)
    assert answer.status_code == 200 and "Contraindications" in Page(answer).article


@pytest.mark.parametrize("role", ["visitor_client", "editor_client"])
def test_help_stands_by_the_text_box_and_opens_beside_it(request, role: str, asthma):
    (link,) = [link for link in Page(request.getfixturevalue(role).get("/edit/Asthma")).all("a") if _is_help(link)]
    assert (link.get("href"), link.get("target"), link.get("rel")) == ("/wiki/Help:Editing", "_blank", "noopener")


def _is_help(link) -> bool:
    return (link.text or "") == "Help with writing"


def test_who_proposes_is_led_to_how_that_goes(client: Client, asthma):
    assert "/wiki/Help:Proposing" in [link.href for link in Page(client.get("/edit/Asthma")).links]


def test_a_text_that_begins_with_an_empty_line_keeps_it_in_the_form(editor_client: Client):
    factories.article("Asthma", "\n\nText.\n")
    assert Page(editor_client.get("/edit/Asthma")).fields()["text"] == "\n\nText.\n"


@pytest.mark.parametrize("section", ["999999", "Nothing", "9" * 30, "²", "-1"])
def test_a_section_that_is_not_there_is_404(editor_client: Client, asthma, section: str):
    assert editor_client.get("/edit/Asthma", {"section": section}).status_code == 404


def test_both_edit_links_work(editor_client: Client, asthma):
    by_hand, live = (editor_client.get(f"/edit/Asthma?section=0{more}") for more in ("&editor=source", ""))
    assert 'data-live-preview="no"' in by_hand.content.decode() and 'data-live-preview="yes"' in live.content.decode()


def test_the_form_is_kept_by_no_cache(client: Client, asthma):
    assert "no-store" in client.get("/edit/Asthma")["Cache-Control"]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_the_form_takes_nothing_else(editor_client: Client, asthma, method: str):
    answer = getattr(editor_client, method)("/edit/Asthma")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_the_form_says_what_saving_agrees_to(client: Client, asthma):
    assert "you release your words under CC BY-SA 4.0" in Page(client.get("/edit/Asthma")).words


@pytest.mark.parametrize(
    "heading",
    [
        "main",
        "preview",
        "changes",
        "contents-heading",
        "references-heading",
        "reference-1",
        "search-words",
        "search-foot",
        "live-preview",
        "id_text",
        "article-content",
        "medical-disclaimer",
        "stub-notice",
        "contents",
        "search",
        "theirs",
        "text",
        "differences",
        "decision",
        "search-foot-words",
        "id_text_helptext",
    ],
)
def test_no_heading_takes_an_id_of_the_page(editor_client: Client, heading: str):
    text = f"Lead [@pmid:1].\n\n## {heading}\n\nText.\n\n## B\n\nB.\n\n## C\n\nC.\n"
    article = factories.article("Asthma", text)
    answers = [
        editor_client.get("/wiki/Asthma"),
        editor_client.post("/edit/Asthma", sent(article, text=text + "More.\n", action="preview")),
        editor_client.post("/edit/Asthma", sent(article, text=text + "More.\n", action="changes")),
    ]
    assert [Page(answer).faults() for answer in answers] == [[], [], []]


@pytest.mark.parametrize(
    ("path", "said"),
    [("/edit/Asthma", "Readers go on seeing the present text"), ("/edit/Gout", "Readers don’t see it until then")],
)
def test_who_proposes_is_told_what_readers_see_meanwhile(client: Client, asthma, path: str, said: str):
    assert said in Page(client.get(path)).words


# --- Redirects ---------------------------------------------------------------------------------------------------
def test_a_redirect_to_itself_is_refused_with_the_text_given_back(editor_client: Client):
    answer = editor_client.post("/edit/Round", {"text": "#REDIRECT [[Round]]\n", "base": "0", "action": "save"})
    assert answer.status_code == 422
    assert "#REDIRECT [[Round]]" in Page(answer).fields()["text"] and "would lead to itself" in Page(answer).words


def test_the_preview_of_a_redirect_says_that_its_target_is_not_written(editor_client: Client):
    sent = {"text": "#REDIRECT [[Asthma]]\n", "base": "0", "action": "preview"}
    assert "Nobody has written that yet" in Page(editor_client.post("/edit/Wheezing", sent)).words


# --- What is said after a save -----------------------------------------------------------------------------------
def told(client: Client, answer: object) -> list[str]:
    """What the page says that a save leads to."""
    page = Page(client.get(answer["Location"].partition("#")[0]))  # type: ignore[index]
    return ["".join(found.itertext()).strip() for found in page.with_class("message")]


def test_after_a_save_the_article_says_so_once_and_leads_to_what_changed(editor_client: Client, asthma, causes):
    answer = editor_client.post("/edit/Asthma", sent(asthma, section=causes.pk))
    page = Page(editor_client.get("/wiki/Asthma"))
    assert told(editor_client, answer) == []
    [message] = page.with_class("message")
    assert message.get("role") == "status" and "Your change is saved." in "".join(message.itertext())
    assert page.link("See what changed") == f"/compare/previous/{Edit.objects.latest('pk').pk}"


def test_it_is_said_where_the_person_arrives(editor_client: Client, asthma, causes):
    editor_client.post("/edit/Asthma", sent(asthma, section=causes.pk))
    source = Page(editor_client.get("/wiki/Asthma")).source
    assert source.index('id="Causes"') < source.index('role="status"') < source.index("Pollen")


def test_a_section_that_was_taken_out_says_so_above_the_article(editor_client: Client, asthma, causes):
    editor_client.post("/edit/Asthma", sent(asthma, section=causes.pk, text=""))
    source = Page(editor_client.get("/wiki/Asthma")).source
    assert source.index('role="status"') < source.index("<h1")


def test_what_was_saved_is_said_on_the_next_page_whichever_it_is(editor_client: Client, asthma, causes):
    editor_client.post("/edit/Asthma", sent(asthma, section=causes.pk))
    assert "Your change is saved." in Page(editor_client.get("/history/Asthma")).words


def test_a_save_that_changes_nothing_says_so_where_it_would_have_been(editor_client: Client, asthma, causes):
    text = "## Causes\n\nDust.\n"
    editor_client.post("/edit/Asthma", sent(asthma, section=causes.pk, text=text))
    base = Article.objects.get(pk=asthma.pk).current_edit_id
    editor_client.get("/wiki/Asthma")
    answer = editor_client.post("/edit/Asthma", sent(asthma, section=causes.pk, text=text, base=base))
    assert answer["Location"] == "/wiki/Asthma#Causes"
    assert told(editor_client, answer) == ["Nothing was changed, so no edit was made."]


def test_a_second_click_is_told_what_the_first_one_did(editor_client: Client, asthma, causes):
    for _click in range(2):
        answer = editor_client.post("/edit/Asthma", sent(asthma, section=causes.pk))
        assert told(editor_client, answer) == ["Your change is saved. See what changed"]


def test_somebody_elses_equal_change_is_no_change_of_mine(editor_client: Client, reviewer_client: Client, asthma):
    reviewer_client.post("/edit/Asthma", sent(asthma, text="All new.\n"))
    answer = editor_client.post("/edit/Asthma", sent(asthma, text="All new.\n"))
    assert told(editor_client, answer) == ["Nothing was changed, so no edit was made."]


def test_a_new_article_is_said_to_be_published(editor_client: Client):
    answer = editor_client.post("/edit/Angina", {"text": "Pain in the chest.\n", "base": "0"})
    assert told(editor_client, answer) == ["Your page is published."]


def test_a_visitor_who_publishes_is_told_and_readers_get_no_cookie(client: Client, asthma, settings):
    settings.WIKI_ANONYMOUS_EDITS = "publish"
    reader = Client()
    answer = client.post("/edit/Asthma", sent(asthma, text="All new.\n"))
    page = client.get(answer["Location"])
    assert "Your change is saved." in Page(page).words and page["Cache-Control"] == "private, no-store"
    assert not client.get(answer["Location"]).cookies and not reader.get("/wiki/Asthma").cookies


def test_a_proposal_says_what_it_is_and_no_bare_number(contributor_client: Client, asthma):
    answer = contributor_client.post("/edit/Asthma", sent(asthma, text="All new.\n"))
    page = Page(contributor_client.get(answer["Location"]))
    assert "Thank you. Your change waits for a reviewer." in page.words and not page.with_class("message")


# --- An old version in the form ----------------------------------------------------------------------------------
@pytest.fixture
def newer(asthma, editor) -> Edit:
    return factories.edit(asthma, "Another lead.\n", section="0", author=editor)


def test_an_old_version_is_edited_against_the_newest_one_and_the_form_says_so(editor_client: Client, asthma, newer):
    page = Page(editor_client.get(f"/edit/Asthma?version={asthma.current_edit_id}"))
    fields = page.fields()
    assert fields["text"] == factories.TEXT and fields["base"] == str(newer.pk)
    assert fields["summary"] == "As in version 1" and "not the newest" in page.words


def test_who_may_not_revert_proposes_an_old_text(client: Client, asthma, newer):
    fields = Page(client.get(f"/edit/Asthma?version={asthma.current_edit_id}")).fields()
    del fields["checked"]  # Who sends none is not stopped.
    made = client.post("/edit/Asthma", {**fields, "action": "save"}, follow=True)
    assert Page(made).h1 == "Proposal for Asthma" and Proposal.objects.get().blob.text == factories.TEXT


def test_the_current_version_in_the_form_is_the_form(editor_client: Client, asthma):
    page = Page(editor_client.get(f"/edit/Asthma?version={asthma.current_edit_id}"))
    assert page.fields()["summary"] == "" and "not the newest" not in page.words


def test_who_may_only_read_sees_which_versions_source_it_is(client: Client, asthma, newer, settings):
    settings.WIKI_ANONYMOUS_EDITS = "off"
    page = Page(client.get(f"/edit/Asthma?version={asthma.current_edit_id}"))
    assert page.h1 == "Source of Asthma" and "This is the source of version 1" in page.words


@pytest.mark.parametrize(("query", "status"), [("version=x", 404), ("version=99999", 404), ("version=", 404)])
def test_a_version_that_is_not_there_is_not_edited(editor_client: Client, asthma, query: str, status: int):
    assert editor_client.get(f"/edit/Asthma?{query}").status_code == status


def test_a_version_of_another_page_is_edited_there(editor_client: Client, asthma):
    factories.article("Angina")
    answer = editor_client.get(f"/edit/Angina?version={asthma.current_edit_id}")
    assert answer["Location"] == f"/edit/Asthma?version={asthma.current_edit_id}"


def test_a_hidden_version_is_not_edited(editor_client: Client, asthma, newer):
    with doors.unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=asthma.current_edit_id).update(hidden_text=True)
    assert editor_client.get(f"/edit/Asthma?version={asthma.current_edit_id}").status_code == 404


@pytest.mark.parametrize(("level", "waits"), [("edit", True), ("propose", False), ("write", False)])
def test_only_who_may_still_propose_is_told_that_their_change_will_wait(editor_client, editor, asthma, level, waits):
    factories.block(editor.name, level=level)
    opened = Page(editor_client.get("/edit/Asthma?section=0"))
    sent = editor_client.post("/edit/Asthma", {"text": "Mine.\n", "base": asthma.current_edit_id, "section": "0"})
    assert ("Your change will wait" in opened.words) is waits
    assert sent.status_code == (303 if waits else 403) and "Your change will wait" not in sent.content.decode()
