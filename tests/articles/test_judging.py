"""What nobody publishes alone: a risky change by anyone below reviewer waits, whatever door it comes through."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import access, arranging, basing, editing, judging, patrol
from articles.models import Article, Edit, Patrol, Proposal, Submission
from articles.moderation import moving, quarantining, ruling, taking_back
from articles.reviewing import deciding, proposing, tags
from articles.text import risks
from tests import factories
from tests.articles.text import mutations

pytestmark = pytest.mark.django_db

TEXT = "Lead.\n\n## Dose\n\nTake 5 mg.\n\n## Causes\n\nDust.\n"
FIFTY = "## Dose\n\nTake 50 mg.\n"


@pytest.fixture
def aspirin(editor) -> Article:
    return factories.article("Aspirin", TEXT, author=editor)


def now(article) -> Edit:
    edit = Article.objects.get(pk=article.pk).current_edit
    assert edit is not None
    return edit


def submit(article, author, text=FIFTY, *, section="Dose", base: Edit | None = None, **fields):
    sent = {"title": article.full_title, "base": str((base or now(article)).pk), "section": section, "text": text}
    return proposing.submit(user=author.account, author=author, **sent, **fields)


def past(deed, article, author, *, edit: Edit | None = None):
    """Undo or revert an edit, or roll back, as this person."""
    which = {"article": article} if edit is None else {"edit": edit}
    return deed(user=author.account, author=author, base=str(now(article).pk), **which)


# --- Saves -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("Dose", FIFTY),
        ("", TEXT.replace("5 mg", "5 g")),
        ("Dose", "## Dose\n\nDo not take 5 mg.\n"),
        ("", TEXT.replace("## Causes\n\nDust.\n", "## Causes\n\nDust, and 5 mg.\n").replace("Take 5 mg", "Take 2 mg")),
    ],
)
def test_a_risky_change_of_an_editor_waits_and_says_why(aspirin, editor, section, text):
    proposal = submit(aspirin, editor, text, section=section)
    assert isinstance(proposal, Proposal) and proposal.why_held == ["risk"]
    assert proposal.is_grave and now(aspirin).blob.text == TEXT


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("Dose", "## Dose\n\nTake 5mg.\n"),
        ("Causes", "## Causes\n\nDust, in 2019.\n"),
        ("new", "## Children\n\nTake 2 mg.\n"),
        ("Causes", ""),
    ],
)
def test_a_harmless_change_of_an_editor_is_published(aspirin, editor, section, text):
    edit = submit(aspirin, editor, text, section=section)
    assert isinstance(edit, Edit) and edit.tags == []


# --- What the page shows and the source hides, and the other way round --------------------------------------------
SAID = "Adults take 500 mg of it twice a day."
HARM = "Adults take 5000 mg of it twice a day."


@pytest.mark.parametrize(
    "harm",
    [
        f"<nowiki>{HARM}</nowiki>",
        f"`{HARM}`",
        f"```\n{HARM}\n```",
        f"~~~\n{HARM}\n~~~",
        f"<code>{HARM}</code>",
        f"<pre>{HARM}</pre>",
        f"<pre-x>{HARM}</pre>",
        f"    {HARM}",
        f"Adults take 5<b></b>000 mg of it twice a day.\n\n<!-- {SAID} -->",
        f"{HARM}\n\n<!-- {SAID} -->",
        f"{HARM}\n\n[[Category:Pain|x. {SAID} y]]",
        f"{HARM}\n\n[[Category:Pain|{SAID}]]",
        f"{HARM}\n\n<span title='{SAID}'>x</span>",
        f"{HARM}\n\n[x](/y 'z. {SAID} z')",
        f"{HARM}\n\n[unused]: /y '{SAID}'",
        f"{HARM}\n\n*[XYZQ]: {SAID}",
        f"{HARM}\n\n{{{{unknown|{SAID}}}}}",
        f"{HARM}\n\n[[File:{SAID}]]",
        f"<nowiki>{HARM}</nowiki>\n\n[[Category:Pain|x. {SAID} y]]",
        "Adults take 5&#48;00&#48; mg of it twice a day.",
    ],
)
def test_a_dose_that_changes_for_readers_waits_however_it_is_marked(editor, reviewer, harm: str):
    text = f"A lead.\n\n{SAID}\n\n## Causes\n\nDust.\n"
    drug = factories.article("Somedrug", text, author=reviewer)
    held = submit(drug, editor, text.replace(SAID, harm), section="")
    assert isinstance(held, Proposal) and held.why_held == ["risk"] and held.is_grave


@pytest.mark.parametrize(
    "wrapped", ["<nowiki>{}</nowiki>", "`{}`", "```\n{}\n```", "**{}**", "{} [[Lungs|so]].", "- {}"]
)
def test_the_same_dose_marked_otherwise_is_published(editor, reviewer, wrapped: str):
    text = f"A lead.\n\n{SAID}\n"
    drug = factories.article("Somedrug", text, author=reviewer)
    assert isinstance(submit(drug, editor, text.replace(SAID, wrapped.format(SAID)), section=""), Edit)


def test_filler_does_not_hide_a_changed_dose(editor, reviewer):
    text = f"A lead.\n\n## Dose\n\n{SAID}\n\n## Rest\n\nDust.\n"
    drug = factories.article("Somedrug", text, author=reviewer)
    filler = "".join(
        f"Line {'abcdefghij'[n % 10]} of what says nothing at all, in very many words.\n\n" for n in range(1_200)
    )
    found = submit(drug, editor, filler + text.replace(SAID, HARM), section="")
    assert isinstance(found, Proposal) and found.is_grave
    assert isinstance(submit(drug, editor, filler + text, section=""), Edit)


UNDER_HEADINGS = "Lead.\n\n## Adults\n\nTake 500 mg of it.\n\n## Children\n\nTake 50 mg of it.\n\n## Causes\n\nDust.\n"


@pytest.mark.parametrize(
    "changed",
    [
        UNDER_HEADINGS.replace("500", "x").replace("50 mg", "500 mg").replace("x", "50"),
        UNDER_HEADINGS.replace("Adults", "x").replace("Children", "Adults").replace("x", "Children"),
        UNDER_HEADINGS.replace("## Adults", "## Infants"),
    ],
)
def test_a_dose_that_holds_for_others_than_before_waits(editor, reviewer, changed: str):
    drug = factories.article("Somedrug", UNDER_HEADINGS, author=reviewer)
    held = submit(drug, editor, changed, section="")
    assert isinstance(held, Proposal) and held.is_grave


@pytest.mark.parametrize(
    "changed",
    [
        UNDER_HEADINGS.replace("## Adults", "## Use in adults"),
        UNDER_HEADINGS.replace("## Children", "## Paediatric use"),
        UNDER_HEADINGS.replace("## Causes\n\nDust.\n", "").replace("Lead.\n", "Lead.\n\n## Causes\n\nDust.\n"),
    ],
)
def test_a_heading_in_other_words_is_no_risk(editor, reviewer, changed: str):
    drug = factories.article("Somedrug", UNDER_HEADINGS, author=reviewer)
    assert isinstance(submit(drug, editor, changed, section=""), Edit)


def test_what_readers_see_of_a_category_is_looked_at_too(editor, reviewer):
    page = factories.article("Category:Painkillers", f"A lead.\n\n{SAID}\n", author=reviewer)
    assert isinstance(submit(page, editor, f"A lead.\n\n{HARM}\n", section=""), Proposal)


def test_on_a_page_of_ones_own_a_dose_that_was_read_for_long_changes_in_no_two_steps(aspirin, editor, monkeypatch):
    later = timezone.now() + judging.READ_FOR_LONG + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert isinstance(submit(aspirin, editor, "## Dose\n\nAsk.\n"), Edit)
    assert isinstance(submit(aspirin, editor, FIFTY), Proposal)


def test_an_editor_begins_an_article_with_its_doses(editor):
    sent = {"title": "Ibuprofen", "base": "0", "section": "", "text": TEXT}
    assert isinstance(proposing.submit(user=editor.account, author=editor, **sent), Edit)


def test_of_a_wiki_where_everybody_publishes_risky_changes_still_wait(aspirin, visitor, contributor, settings):
    settings.WIKI_CONTRIBUTOR_EDITS = settings.WIKI_ANONYMOUS_EDITS = "publish"
    assert submit(aspirin, contributor).why_held == ["risk"]
    assert isinstance(submit(aspirin, contributor, "## Causes\n\nMites.\n", section="Causes"), Edit)


def test_what_a_contributor_proposes_anyway_is_not_said_to_be_held(aspirin, contributor):
    assert submit(aspirin, contributor).why_held == []


def test_the_same_body_twice_waits_once(aspirin, editor):
    base = now(aspirin)
    assert submit(aspirin, editor, base=base) == submit(aspirin, editor, base=base)
    assert Proposal.objects.count() == 1 and Submission.objects.get().proposal is not None


@pytest.mark.django_db(transaction=True)
def test_four_clicks_at_once_wait_once(aspirin, editor, at_once):
    base = now(aspirin)
    assert len({proposal.pk for proposal in at_once(lambda _: submit(aspirin, editor, base=base), [None] * 4)}) == 1


def test_what_is_judged_is_what_would_be_published(aspirin, editor, reviewer):
    base = now(aspirin)
    submit(aspirin, reviewer)  # Fifty, by somebody who may.
    assert isinstance(submit(aspirin, editor, base=base, summary="the same"), Edit)
    assert isinstance(submit(aspirin, editor, "## Causes\n\nMites.\n", section="Causes", base=base), Edit)
    assert "50 mg" in now(aspirin).blob.text and "Mites" in now(aspirin).blob.text


def test_a_risk_that_comes_of_two_changes_only_waits(aspirin, editor):
    # By itself each sentence is new; beside the one that went, the dose has changed.
    text = TEXT.replace("Take 5 mg.", "Adults swallow 50 mg.")
    assert submit(aspirin, editor, text, section="").why_held == ["risk"]


def test_an_editor_who_takes_the_risk_out_again_is_published_and_the_first_text_is_withdrawn(aspirin, editor):
    first = submit(aspirin, editor)
    edit = submit(aspirin, editor, "## Dose\n\nTake 5 mg a day.\n", instead_of=first)
    first.refresh_from_db()
    assert isinstance(edit, Edit) and first.state == Proposal.State.WITHDRAWN


def test_a_newer_risky_text_takes_the_place_of_the_first(aspirin, editor):
    first = submit(aspirin, editor)
    second = submit(aspirin, editor, FIFTY + "\nDaily.\n", instead_of=first)
    first.refresh_from_db()
    assert (first.state, second.first, second.why_held) == ("withdrawn", first, ["risk"])


@pytest.mark.parametrize("between", [[], ["## Causes\n\nMites.\n"]])
def test_a_dose_that_an_editor_takes_out_first_and_writes_anew_waits_all_the_same(aspirin, contributor, between):
    other = factories.author("editor")
    assert isinstance(submit(aspirin, other, "## Dose\n\nAsk.\n"), Edit)
    for text in between:
        submit(aspirin, other, text, section="Causes")
    proposal = submit(aspirin, other)
    assert proposal.why_held == ["risk", "together"] and proposal.is_grave
    assert "50 mg" not in now(aspirin).blob.text


def test_the_old_dose_written_anew_is_published(aspirin):
    other = factories.author("editor")
    submit(aspirin, other, "## Dose\n\nAsk.\n")
    assert isinstance(submit(aspirin, other, "## Dose\n\nTake 5 mg.\n"), Edit)


def test_in_an_article_that_nobody_else_has_written_in_a_dose_written_anew_is_published(aspirin, editor):
    submit(aspirin, editor, "## Dose\n\nAsk.\n")
    assert isinstance(submit(aspirin, editor), Edit)


def test_what_others_have_let_through_is_held_against_nobody(aspirin, reviewer):
    other = factories.author("editor")
    who = {"user": reviewer.account, "author": reviewer, "base": str(now(aspirin).pk)}
    deciding.accept(proposal=submit(aspirin, other), **who)
    assert submit(aspirin, other, "## Causes\n\nMites.\n", section="Causes").tags == []
    assert submit(aspirin, other, "## Causes\n\nPollen.\n", section="Causes").tags == []


def test_what_a_reviewer_publishes_in_two_saves_is_marked_once(aspirin, reviewer):
    submit(aspirin, reviewer, "## Dose\n\nAsk.\n")
    marked = submit(aspirin, reviewer)
    for cause in ("Mites", "Pollen"):
        submit(aspirin, reviewer, f"## Causes\n\n{cause}.\n", section="Causes")
    assert judging.unseen() == [marked]


# --- Several who take turns --------------------------------------------------------------------------------------
ASK = "## Dose\n\nAsk.\n"


@pytest.mark.parametrize("by_whom", ["the same", "the one between", "a third"])
def test_a_dose_changed_by_editors_who_take_turns_waits(aspirin, by_whom):
    first, second, third = (factories.author("editor") for _ in range(3))
    assert isinstance(submit(aspirin, first, ASK), Edit)
    assert isinstance(submit(aspirin, second, "## Causes\n\nMites.\n", section="Causes"), Edit)
    who = {"the same": first, "the one between": second, "a third": third}[by_whom]
    proposal = submit(aspirin, who)
    assert proposal.why_held == ["risk", "together"] and "50 mg" not in now(aspirin).blob.text


def test_what_two_of_them_do_half_each_waits_however_often_they_alternate(aspirin):
    first, second = (factories.author("editor") for _ in range(2))
    submit(aspirin, first, ASK)
    for cause in ("Mites", "Pollen", "Cats"):
        for author, word in ((second, "Often"), (first, "Seldom")):
            text = f"## Causes\n\n{word}: {cause}.\n"
            assert isinstance(submit(aspirin, author, text, section="Causes"), Edit)
    assert submit(aspirin, second).why_held == ["risk", "together"]


def test_nobody_is_held_for_what_was_grave_without_their_save(aspirin, editor):
    # An import, or a command, may have changed the dose: nobody's save, and nobody else's fault.
    factories.edit(aspirin, ASK, section="Dose", author=editor)
    factories.edit(aspirin, FIFTY, section="Dose", author=editor)
    assert isinstance(submit(aspirin, factories.author("editor"), "## Causes\n\nMites.\n", section="Causes"), Edit)


def test_what_a_reviewer_has_looked_at_is_where_the_next_one_starts(aspirin, reviewer):
    first, second = (factories.author("editor") for _ in range(2))
    gone = submit(aspirin, first, ASK)
    patrol.look(numbers=[gone.pk], user=reviewer.account, author=reviewer)
    assert isinstance(submit(aspirin, second), Edit)


def test_and_so_is_what_a_reviewer_has_saved(aspirin, reviewer):
    submit(aspirin, factories.author("editor"), ASK)
    submit(aspirin, reviewer, "## Causes\n\nMites.\n", section="Causes")
    assert isinstance(submit(aspirin, factories.author("editor")), Edit)


def test_and_what_everybody_has_read_for_a_week(aspirin, monkeypatch):
    submit(aspirin, factories.author("editor"), ASK)
    later = timezone.now() + judging.READ_FOR_LONG + timedelta(minutes=1)
    monkeypatch.setattr(judging.timezone, "now", lambda: later)
    assert isinstance(submit(aspirin, factories.author("editor")), Edit)


def test_a_reviewer_who_completes_what_others_began_is_marked(aspirin, reviewer):
    submit(aspirin, factories.author("editor"), ASK)
    assert submit(aspirin, reviewer).tags == [Edit.RISKY]


@pytest.mark.django_db(transaction=True)
def test_of_two_halves_sent_at_once_one_waits(aspirin, at_once):
    """Each is harmless beside the version that both started from: the second is judged anew beside the first."""
    author, base = factories.author("editor"), now(aspirin)
    halves = [("Dose", ASK), ("Causes", "## Causes\n\nDust. Take 50 mg.\n")]
    outcomes = at_once(lambda half: submit(aspirin, author, half[1], section=half[0], base=base), halves)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Edit", "Proposal"]
    [waiting] = Proposal.objects.all()
    assert waiting.why_held == ["risk", "together"]


@pytest.mark.django_db(transaction=True)
def test_and_so_it_is_of_two_people(aspirin, at_once):
    base = now(aspirin)
    halves = [("Dose", ASK), ("Causes", "## Causes\n\nDust. Take 50 mg.\n")]
    sent = [(factories.author("editor"), *half) for half in halves]
    outcomes = at_once(lambda half: submit(aspirin, half[0], half[2], section=half[1], base=base), sent)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Edit", "Proposal"]


# --- Titles that led elsewhere -----------------------------------------------------------------------------------
STRONG = "Lead.\n\n## Dose\n\nTake 5000 mg.\n"
HARMLESS = "Lead.\n\n## Dose\n\nAsk.\n"


def named(title: str) -> Article:
    return Article.objects.get(title=title)


def move(article: Article, title: str, by) -> Article:
    """Move an article; return the redirect left behind."""
    old, base = article.title, str(now(article).pk)
    article = Article.objects.select_related("current_edit__blob").get(pk=article.pk)
    moving.move(article=article, title=title, base=base, by=by.account, author=by, why="Usual.")
    return named(old)


def write(article: Article, author, text: str):
    return submit(article, author, text, section="")


def leading_to(title: str) -> str:
    return f"#REDIRECT [[{title}]]\n"


def test_a_dose_written_over_the_redirect_that_a_move_left_behind_waits(aspirin):
    other = factories.author("editor")
    redirect = move(aspirin, "Aspirin (old)", other)
    proposal = write(redirect, other, STRONG)
    assert proposal.why_held == ["risk"] and proposal.is_grave
    assert now(redirect).blob.text == leading_to("Aspirin (old)")


@pytest.mark.parametrize(
    "between",
    [
        [HARMLESS],
        [leading_to("Dust")],
        [leading_to("Dust"), HARMLESS],
        [HARMLESS, leading_to("Dust")],
    ],
)
def test_and_so_it_does_after_harmless_saves_in_its_place(aspirin, editor, between):
    factories.article("Dust", "Dust is dry.\n", author=editor)
    other = factories.author("editor")
    redirect = move(aspirin, "Aspirin (old)", other)
    for text in between:
        assert isinstance(write(redirect, other, text), Edit)
    assert "risk" in write(redirect, other, STRONG).why_held


def test_and_where_the_dose_was_taken_out_of_the_article_that_was_moved(aspirin):
    other = factories.author("editor")
    redirect = move(aspirin, "Aspirin (old)", other)
    submit(named("Aspirin (old)"), other, "## Dose\n\nAsk.\n")
    assert write(redirect, other, STRONG).why_held == ["risk", "together"]


def test_and_after_one_more_move_whatever_the_redirects_say(aspirin, editor):
    factories.article("Dust", "Dust is dry.\n", author=editor)
    other = factories.author("editor")
    first = move(aspirin, "Aspirin (old)", other)
    second = move(named("Aspirin (old)"), "Aspirin (older)", other)
    for redirect in (first, second):
        assert isinstance(write(redirect, other, leading_to("Dust")), Edit)
    assert write(first, other, STRONG).why_held == ["risk"]


@pytest.mark.parametrize("target", ["Dust", "Nowhere"])
def test_a_dose_written_where_an_article_had_become_a_redirect_waits(aspirin, editor, reviewer, target):
    factories.article("Dust", "Dust is dry.\n", author=editor)
    other = factories.author("editor")
    gone = write(aspirin, other, leading_to(target))
    patrol.look(numbers=[gone.pk], user=reviewer.account, author=reviewer)
    assert write(aspirin, other, STRONG).why_held == ["risk"]
    assert isinstance(write(aspirin, other, HARMLESS), Edit)
    assert write(aspirin, other, STRONG).why_held == ["risk", "together"]


def test_an_article_brought_back_as_it_was_does_not_wait(aspirin):
    other = factories.author("editor")
    write(aspirin, other, leading_to("Nowhere"))
    edit = write(aspirin, other, TEXT)
    assert isinstance(edit, Edit) and edit.tags == []


def test_a_dose_written_over_a_redirect_by_edit_is_compared_with_where_it_led(aspirin):
    first, second = (factories.author("editor") for _ in range(2))
    factories.article("ASS", leading_to("Aspirin"), author=first)
    factories.article("ASA", leading_to("ASS"), author=first)
    assert write(named("ASA"), second, STRONG).why_held == ["risk"]
    assert isinstance(write(named("ASA"), second, leading_to("Nowhere")), Edit)
    assert write(named("ASA"), second, STRONG).why_held == ["risk", "together"]
    assert isinstance(write(named("ASA"), second, TEXT), Edit)


def test_a_reviewer_writes_over_a_redirect_and_is_marked(aspirin, reviewer):
    redirect = move(aspirin, "Aspirin (old)", factories.author("editor"))
    assert write(redirect, reviewer, STRONG).tags == [Edit.RISKY]


def test_an_article_of_ones_own_that_began_as_a_redirect_to_ones_own_is_compared_all_the_same(editor):
    factories.article("Own", TEXT, author=editor)
    factories.article("Ours", leading_to("Own"), author=editor)
    assert isinstance(write(named("Ours"), editor, TEXT), Edit)
    assert write(named("Ours"), editor, STRONG).why_held == ["risk"]


# --- Articles that lead elsewhere --------------------------------------------------------------------------------
@pytest.mark.parametrize("text", [STRONG, "Other.\n\nOf this drug adults are given 5000 mg each day, with water.\n"])
def test_an_article_that_comes_to_lead_to_another_dose_waits(aspirin, text):
    other = factories.author("editor")
    factories.article("Aspirin (own)", text, author=other)
    waiting = write(aspirin, other, leading_to("Aspirin (own)"))
    assert waiting.why_held == ["risk"] and waiting.is_grave and now(aspirin).blob.text == TEXT


def test_and_so_it_does_by_way_of_other_redirects_and_of_a_page_without_a_dose(aspirin):
    other = factories.author("editor")
    factories.article("Aspirin (own)", STRONG, author=other)
    factories.article("ASS", leading_to("Aspirin (own)"), author=other)
    assert write(aspirin, other, leading_to("ASS")).why_held == ["risk"]
    factories.article("Dust", "Dust is dry.\n", author=other)
    assert isinstance(write(aspirin, other, leading_to("Dust")), Edit)
    assert "risk" in write(aspirin, other, leading_to("ASS")).why_held


def test_and_where_its_dose_was_taken_out_before(aspirin):
    other = factories.author("editor")
    factories.article("Aspirin (own)", STRONG, author=other)
    assert isinstance(submit(aspirin, other, ASK), Edit)
    assert write(aspirin, other, leading_to("Aspirin (own)")).why_held == ["risk", "together"]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"# All painkillers\n\nOf ibuprofen take 400 mg at most.\n\n{TEXT}\n## Children\n\nGive 2 mg per kg.\n",
        "Dust is dry.\n",
    ],
)
def test_a_merge_that_keeps_its_doses_or_leads_to_none_does_not_wait(aspirin, text):
    other = factories.author("editor")
    factories.article("Painkillers", text, author=other)
    merged = write(aspirin, other, leading_to("Painkillers"))
    assert isinstance(merged, Edit) and merged.tags == []


def test_what_readers_see_of_the_target_counts(aspirin, moderator):
    other = factories.author("editor")
    target = factories.article("Painkillers", f"{TEXT}\n## More\n\nx\n", author=other)
    dose = target.sections.get(title="Dose").pk
    quarantining.quarantine(article=target, section=dose, by=moderator.account, why="Too much?")
    assert isinstance(write(aspirin, other, leading_to("Painkillers")), Edit)


def test_a_reviewer_lets_a_page_lead_to_another_dose_and_is_marked(aspirin, reviewer):
    factories.article("Aspirin (own)", STRONG, author=reviewer)
    assert write(aspirin, reviewer, leading_to("Aspirin (own)")).tags == [Edit.RISKY]


def test_taking_back_the_text_in_place_of_a_redirect_does_not_wait(aspirin, reviewer):
    other = factories.author("editor")
    factories.article("Aspirin (own)", STRONG, author=other)
    write(aspirin, reviewer, leading_to("Aspirin (own)"))
    edit = write(aspirin, reviewer, TEXT)
    undone = past(proposing.undo, aspirin, other, edit=edit)
    assert isinstance(undone, Edit) and now(aspirin).blob.text == leading_to("Aspirin (own)")


# --- Foretold ----------------------------------------------------------------------------------------------------
def foreseen(article, author, text, section="Dose") -> list[str]:
    merged = basing.merged_with(title=article.full_title, base=str(now(article).pk), section=section, text=text)
    return judging.foreseen(author.account, author, merged)


def test_what_would_wait_is_foretold_and_why(aspirin, reviewer):
    author = factories.author("editor")
    assert foreseen(aspirin, author, FIFTY) == judging.reasons(["risk"])
    assert foreseen(aspirin, author, ASK) == foreseen(aspirin, reviewer, FIFTY) == []


def test_so_is_what_would_wait_beside_earlier_saves(aspirin):
    submit(aspirin, factories.author("editor"), ASK)
    author = factories.author("editor")
    assert foreseen(aspirin, author, FIFTY) == judging.reasons(["risk", "together"])
    assert submit(aspirin, author).why_held == ["risk", "together"]


def test_and_what_a_rule_asks_others_for(editor, administrator):
    lungs = factories.article("Asthma", TEXT + "\n[[Category:Lungs]]\n", author=editor)
    ruling.make_rule(
        category="Lungs", level="", number=1, kinds=[], one_of_each=False, user=administrator.account, why="Doses."
    )
    assert foreseen(lungs, editor, ASK) == judging.reasons(["rule"])


def test_looking_further_back_is_two_questions(aspirin, at_most_queries):
    other = factories.author("editor")
    submit(aspirin, other, "## Causes\n\nMites.\n", section="Causes")
    change = editing.Change("Aspirin", now(aspirin).pk, "Causes", "## Causes\n\nPollen.\n", other)
    merged, judge = basing.merged(change), judging.judge_of(other.account)
    judge(change, merged)  # Who may what, and which drugs there are, is known from here on.
    with at_most_queries(5):  # With twice a look into the cache for the drugs, and whether there are rules.
        assert judge(change, merged) == ()


def test_what_is_held_back_of_an_editors_proposal_still_says_why(editor, reviewer):
    text = "Lead.\n\n## One\n\nTake 5 mg.\n\n## Two\n\nTake 6 mg.\n"
    article = factories.article("Two doses", text, author=editor)
    proposal = submit(article, editor, text.replace("5", "50").replace("6", "60"), section="")
    decisions = ["accept", "hold"]
    who = {"user": reviewer.account, "author": reviewer, "base": str(now(article).pk)}
    deciding.accept_parts(proposal=proposal, decisions=decisions, **who)
    assert Proposal.objects.latest("pk").why_held == ["risk"]


def test_arranging_changes_no_dose(aspirin, editor):
    done = arranging.done(aspirin, str(now(aspirin).pk), arranging.Deed("down", str(section_id(aspirin, "Dose"))))
    assert isinstance(submit(aspirin, editor, done.text, section=""), Edit)


def test_a_heading_with_another_dose_in_it_waits(editor):
    article = factories.article("Levels", "Lead.\n\n## 5 mg tablets\n\nWhite.\n", author=editor)
    deed = arranging.Deed("rename", str(section_id(article, "5 mg tablets")), heading="50 mg tablets")
    done = arranging.done(article, str(now(article).pk), deed)
    assert submit(article, editor, done.text, section="").why_held == ["risk"]


def section_id(article, title: str) -> int:
    return next(each["id"] for each in now(article).outline["entries"] if each["title"] == title)


def test_imports_and_commands_are_nobodys_save(aspirin, editor):
    edit = factories.edit(aspirin, FIFTY, section="Dose", author=editor)
    assert "50 mg" in edit.blob.text and not Proposal.objects.exists()


def test_the_door_holds_what_the_marks_call_grave_and_nothing_else(editor):
    path = next(path for path in sorted(Path("articles/sample").glob("*.md")) if " mg" in path.read_text())
    text = path.read_text().split("---\n", 2)[2]
    title = factories.article("Sample", text, author=editor).full_title
    changes = [bad for _name, bad in mutations.harmful(text)]
    changes += [good for _name, change in mutations.HARMLESS if (good := change(text)) != text]
    held = [is_held(title, changed, editor) for changed in changes]
    assert held == [risks.are_grave(risks.risks_of(text, changed)) for changed in changes]
    assert True in held and False in held and len(held) > 10


def is_held(title, text, editor) -> bool:
    merged = basing.merged(editing.Change(title, now(Article.objects.get(title=title)).pk, "", text, editor))
    try:
        judging.judge_of(editor.account)(editing.Change(title, 0, "", text, editor), merged)
    except judging.Held:
        return True
    return False


# --- Steps back --------------------------------------------------------------------------------------------------
def test_back_to_the_version_just_before_an_editor_waits_for_nobody(aspirin, editor, reviewer):
    first, wrong = now(aspirin), submit(aspirin, reviewer)
    undone = past(proposing.undo, aspirin, editor, edit=wrong)
    assert isinstance(undone, Edit) and undone.blob == first.blob
    again = submit(aspirin, reviewer, base=undone)
    assert isinstance(past(proposing.revert, aspirin, editor, edit=first), Edit)
    submit(aspirin, reviewer, FIFTY + "\nDaily.\n")
    assert isinstance(past(proposing.roll_back, aspirin, editor), Edit) and again.pk


@pytest.mark.parametrize("deed", [proposing.undo, proposing.revert, proposing.roll_back])
def test_a_dose_that_comes_back_so_is_marked(aspirin, editor, reviewer, deed):
    first, other = now(aspirin), submit(aspirin, reviewer)
    which = {proposing.undo: other, proposing.revert: first}.get(deed)
    edit = past(deed, aspirin, editor, edit=which)
    assert edit.tags == [Edit.RISKY] and judging.unseen() == [other, edit]
    assert submit(aspirin, editor, "## Causes\n\nMites.\n", section="Causes").tags == []


def test_a_dose_that_a_moderator_takes_back_on_top_is_marked_as_well(aspirin, reviewer, moderator):
    dose = submit(aspirin, reviewer)
    who = {"user": moderator.account, "author": moderator, "name": reviewer.name, "why": "wrong"}
    taking_back.take_back(edits=[dose], **who)
    assert judging.unseen() == [dose, now(aspirin)]


def test_a_harmless_step_back_is_not_marked(aspirin, editor, reviewer):
    edit = submit(aspirin, reviewer, "## Causes\n\nMites.\n", section="Causes")
    assert past(proposing.undo, aspirin, editor, edit=edit).tags == []


def test_an_older_dose_waits(aspirin, editor, reviewer):
    first = now(aspirin)
    submit(aspirin, reviewer)
    submit(aspirin, reviewer, "## Causes\n\nMites.\n", section="Causes")
    proposal = past(proposing.revert, aspirin, editor, edit=first)
    assert proposal.why_held == ["risk", "older"] and "50 mg" in now(aspirin).blob.text


def test_an_older_dose_brought_back_by_an_undo_in_the_middle_waits(aspirin, editor, reviewer):
    dose = submit(aspirin, reviewer)
    submit(aspirin, reviewer, "## Causes\n\nMites.\n", section="Causes")
    proposal = past(proposing.undo, aspirin, editor, edit=dose)
    assert proposal.why_held == ["risk", "older"] and "Mites" in proposal.blob.text


def test_a_run_with_a_dose_in_it_rolled_back_waits_once(aspirin, editor, reviewer):
    submit(aspirin, reviewer)
    submit(aspirin, reviewer, "## Causes\n\nMites.\n", section="Causes")
    first, second = (past(proposing.roll_back, aspirin, editor) for _ in range(2))
    assert first == second and first.why_held == ["risk", "older"] and first.blob.text == TEXT


def test_a_harmless_step_far_back_is_done(aspirin, editor, reviewer):
    first = now(aspirin)
    submit(aspirin, reviewer, "## Causes\n\nMites.\n", section="Causes")
    submit(aspirin, reviewer, "## Causes\n\nPollen.\n", section="Causes")
    assert isinstance(past(proposing.revert, aspirin, editor, edit=first), Edit)


@pytest.mark.parametrize("deed", [proposing.revert, proposing.roll_back])
def test_who_may_not_bring_old_versions_back_proposes_none_so(aspirin, contributor, deed):
    edit = now(aspirin) if deed is proposing.revert else None
    with pytest.raises(PermissionDenied):
        past(deed, aspirin, contributor, edit=edit)


def test_a_waiting_step_back_is_accepted_as_any_proposal(aspirin, editor, reviewer):
    first = now(aspirin)
    submit(aspirin, reviewer)
    submit(aspirin, reviewer, "## Causes\n\nMites.\n", section="Causes")
    proposal = past(proposing.revert, aspirin, editor, edit=first)
    who = {"user": reviewer.account, "author": reviewer, "base": str(now(aspirin).pk)}
    edit = deciding.accept(proposal=proposal, **who)
    assert edit.blob.text == TEXT and (edit.author, edit.approver) == (editor, reviewer)


# --- What a reviewer publishes alone -----------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["reviewer", "moderator", "administrator"])
def test_a_risky_change_of_a_reviewer_is_published_and_marked(aspirin, role, request):
    edit = submit(aspirin, request.getfixturevalue(role))
    assert edit.tags == [Edit.RISKY] and tags.names_of(edit.tags) == ["risky"]
    assert judging.unseen() == [edit] and judging.count_unseen() == 1


def test_a_harmless_one_is_not(aspirin, reviewer):
    submit(aspirin, reviewer, "## Causes\n\nMites.\n", section="Causes")
    assert judging.unseen() == [] and not Patrol.objects.filter(is_risky=True).exists()


def test_what_a_moderator_takes_back_in_one_act_is_marked_as_well(aspirin, reviewer, moderator):
    dose = submit(aspirin, reviewer)
    submit(aspirin, moderator, "## Causes\n\nMites.\n", section="Causes")
    who = {"user": moderator.account, "author": moderator, "name": reviewer.name, "why": "wrong"}
    taking_back.take_back(edits=[dose], **who)
    assert judging.unseen() == [dose, now(aspirin)]


def test_an_acceptance_is_not_marked_for_two_have_seen_it(aspirin, contributor, reviewer):
    proposal = submit(aspirin, contributor)
    who = {"user": reviewer.account, "author": reviewer, "base": str(now(aspirin).pk)}
    assert Edit.RISKY not in deciding.accept(proposal=proposal, **who).tags and judging.unseen() == []


def test_a_dose_that_the_reviewer_puts_into_a_proposal_is_marked(aspirin, contributor, reviewer, moderator):
    proposal = submit(aspirin, contributor, "## Dose\n\nTake 5 mg daily.\n")
    who = {"user": reviewer.account, "author": reviewer, "base": str(now(aspirin).pk)}
    edit = deciding.accept(proposal=proposal, text="## Dose\n\nTake 9 mg daily.\n", **who)
    assert judging.unseen() == [edit] and not judging.may_look(reviewer.account, reviewer, edit)
    assert judging.may_look(moderator.account, moderator, edit)


def test_another_reviewer_looks_and_then_nobody_has_to(aspirin, reviewer, moderator):
    edit = submit(aspirin, reviewer)
    judging.look(edit=edit, user=moderator.account, author=moderator)
    assert judging.unseen() == [] and Patrol.objects.get(is_risky=True).by == moderator


def test_who_looked_first_stays(aspirin, reviewer, moderator, administrator):
    edit = submit(aspirin, reviewer)
    for author in (moderator, administrator):
        judging.look(edit=edit, user=author.account, author=author)
    assert Patrol.objects.get(is_risky=True).by == moderator


@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_nobody_looks_at_their_own_and_no_editor_at_any(aspirin, reviewer, role, request):
    edit, author = submit(aspirin, reviewer), request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        judging.look(edit=edit, user=author.account, author=author)
    assert judging.count_unseen() == 1


def test_unseen_edits_are_paged_by_key(aspirin, reviewer, monkeypatch, at_most_queries):
    monkeypatch.setattr(judging, "PAGE_SIZE", 2)
    edits = [submit(aspirin, reviewer, f"## Dose\n\nTake {dose} mg.\n") for dose in (6, 7, 8)]
    with at_most_queries(1):
        assert [edit.article.title for edit in judging.unseen()] == ["Aspirin"] * 3
    assert judging.unseen(after=edits[1].pk) == edits[2:]


def test_reasons_are_told_in_words_also_those_of_other_rules():
    risk, other = judging.reasons(["risk", "filter:links"])
    assert "dose" in risk and "filter" not in other and other


@pytest.mark.parametrize(("role", "waits"), [("editor", True), ("reviewer", False)])
def test_the_form_says_beforehand_whose_risky_change_waits(role, waits, request):
    user = request.getfixturevalue(role).account
    assert judging.waits_when_risky(user, access.mode_of(user, None)) is waits


def test_the_door_asks_about_exactly_the_text_that_it_would_publish(aspirin, editor):
    change = editing.Change("Aspirin", now(aspirin).pk, "Dose", FIFTY, editor)
    with pytest.raises(judging.Held) as held:
        editing.save(change, judge=judging.judge_of(editor.account))
    assert held.value.text == TEXT.replace("5 mg", "50 mg") and now(aspirin).blob.text == TEXT
