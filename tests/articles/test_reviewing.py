"""Proposals: kept, seen by those who may, decided once, and published through the write door."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from articles import access, editing, limits, logbook, moderation, outlines, reviewing
from articles.editing import AlreadyDecided, BaseMissing, EditConflict, TextRefused, TitleRefused
from articles.models import Address, Article, Edit, LogEntry, Proposal, Submission
from articles.signals import proposal_changed
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def person_of(author):
    from django.contrib.auth.models import AnonymousUser

    return author.account or AnonymousUser()


def submit(article, author, text="Proposed.\n", **fields):
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": text} | fields
    return reviewing.submit(user=person_of(author), author=author, **sent)


@pytest.fixture
def proposal(article, contributor) -> Proposal:
    return submit(article, contributor, summary="clearer")


def accept(proposal, reviewer, base=None) -> Edit:
    if base is None:
        base = str(reviewing.current_id_of(Proposal.objects.get(pk=proposal.pk)))
    return reviewing.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)


def decline(proposal, reviewer, reason="No source.") -> Proposal:
    return reviewing.decline(proposal=proposal, user=reviewer.account, author=reviewer, reason=reason)


def text_of(article) -> str:
    return Article.objects.get(pk=article.pk).text.text


# --- Submitting --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["visitor", "contributor"])
def test_what_a_visitor_or_a_contributor_sends_waits_and_readers_see_nothing_of_it(article, role, request):
    proposal = submit(article, request.getfixturevalue(role), summary="clearer", minor=True)
    assert isinstance(proposal, Proposal)
    assert (proposal.state, proposal.blob.text, proposal.summary, proposal.minor) == (
        "waiting",
        "Proposed.\n",
        "clearer",
        True,
    )
    assert (proposal.article, proposal.base, proposal.section) == (article, article.current_edit, "0")
    assert text_of(article) == factories.TEXT and Edit.objects.count() == 1


@pytest.mark.parametrize("role", ["editor", "reviewer", "moderator", "administrator"])
def test_what_an_editor_and_up_sends_is_published(article, role, request):
    edit = submit(article, request.getfixturevalue(role))
    assert isinstance(edit, Edit) and text_of(article).startswith("Proposed.\n")


@pytest.mark.parametrize(
    ("role", "setting", "value"),
    [("visitor", "WIKI_ANONYMOUS_EDITS", "publish"), ("contributor", "WIKI_CONTRIBUTOR_EDITS", "publish")],
)
def test_a_wiki_may_let_everybody_publish(article, role, setting, value, settings, request):
    setattr(settings, setting, value)
    assert isinstance(submit(article, request.getfixturevalue(role)), Edit)


def test_a_wiki_may_take_nothing_from_visitors(article, visitor, settings):
    settings.WIKI_ANONYMOUS_EDITS = "off"
    with pytest.raises(reviewing.NotAllowed):
        submit(article, visitor)
    assert Submission.objects.get().text == "Proposed.\n"


def test_a_protected_article_takes_proposals_only(article, editor):
    protect(article, "reviewer")
    assert isinstance(submit(article, editor), Proposal)


def test_an_article_for_administrators_takes_no_proposals(article, moderator):
    protect(article, "administrator")
    with pytest.raises(reviewing.NotAllowed):
        submit(article, moderator)


def protect(article, level, until=None) -> None:
    with unlocked("protecting comes with moderation"):
        Article.objects.filter(pk=article.pk).update(edit_protection=level, edit_protected_until=until)


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_a_double_click_leads_to_the_same(article, role, request):
    author = request.getfixturevalue(role)
    assert submit(article, author) == submit(article, author)
    assert Proposal.objects.count() + Edit.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["visitor", "contributor", "editor"])
def test_four_clicks_at_once_lead_to_the_same(article, role, request, at_once):
    author = request.getfixturevalue(role)
    outcomes = at_once(lambda _number: submit(article, author), [1, 2, 3, 4])
    assert len({(type(outcome), outcome.pk) for outcome in outcomes}) == 1, outcomes
    assert Proposal.objects.count() + Edit.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "fields", "error"),
    [
        ("Mine.\n", {"base": ""}, BaseMissing),
        ("Mine.\n", {"base": "999999"}, BaseMissing),
        ("Mine.\n", {"section": "No_such"}, EditConflict),
        ("Mine.\n", {"title": "A#b", "base": "0"}, TitleRefused),
        ("[" * 10_000, {}, TextRefused),
        ("Damaged \ufffd.\n", {}, TextRefused),
    ],
)
def test_what_could_not_be_saved_is_not_kept_as_a_proposal_but_as_a_submission(
    article, contributor, text, fields, error
):
    with pytest.raises(error):
        submit(article, contributor, text, **fields)
    assert not Proposal.objects.exists()
    assert Submission.objects.get().text == text


def test_what_no_article_can_hold_is_given_back_and_not_kept(article, contributor):
    with pytest.raises(editing.TextTooLarge):
        submit(article, contributor, "x" * (512 * 1024 + 1))
    assert not Submission.objects.exists()


def test_a_proposal_that_changes_nothing_is_none(article, contributor):
    assert submit(article, contributor, factories.TEXT, section="") == article.current_edit
    assert not Proposal.objects.exists()


def test_a_proposal_that_clashes_already_is_a_conflict(article, contributor):
    factories.edit(article, "Theirs.\n", section="0")
    with pytest.raises(EditConflict) as conflict:
        submit(article, contributor)
    assert (conflict.value.clash.mine, conflict.value.clash.theirs) == ("Proposed.\n", "Theirs.\n\n")


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_an_outline_that_nobody_has_filled_is_neither_saved_nor_proposed(request, role):
    author = request.getfixturevalue(role)
    sent = {"title": "Gout", "base": "0", "section": "", "text": outlines.text_of("disease", "Gout")}
    with pytest.raises(TextRefused, match="under a heading"):
        reviewing.submit(user=author.account, author=author, **sent)
    assert Submission.objects.get().title == "Gout" and not Article.objects.exists()


def test_an_outline_for_a_title_that_was_deleted_is_refused_as_well(article, editor):
    moderation.delete([article], by=None, why="a test")
    text = outlines.text_of("disease", article.title)
    with pytest.raises(TextRefused, match="under a heading"):
        reviewing.submit(user=editor.account, author=editor, title=article.title, base="0", section="", text=text)


def test_a_new_article_can_be_proposed(contributor):
    sent = {"title": "Not there yet", "base": "0", "section": "", "text": "New.\n"}
    proposal = reviewing.submit(user=contributor.account, author=contributor, **sent)
    assert (proposal.article, proposal.base, reviewing.title_of(proposal)) == (None, None, "Not there yet")
    assert not Article.objects.exists()


def test_the_address_a_visitor_sent_from_is_in_a_table_of_its_own(article, visitor):
    submit(article, visitor, address="192.0.2.1")
    assert Address.objects.get().address == "192.0.2.1"


@pytest.mark.parametrize(("role", "times"), [("visitor", 8), ("contributor", 8), ("editor", 90), ("moderator", 90)])
def test_so_many_a_minute_are_taken_and_no_more(article, role, times, request, monkeypatch):
    author, taken = request.getfixturevalue(role), []
    monkeypatch.setattr(limits, "take", lambda key, **limit: taken.append((key, limit)))
    submit(article, author, address="192.0.2.1")
    key = "edit:192.0.2.1" if author.is_visitor else f"edit:{author.pk}"
    assert taken == [(key, {"times": times, "seconds": 60})]


def test_the_ninth_of_a_contributor_in_a_minute_is_refused(article, contributor):
    proposals = [submit(article, contributor, f"Proposed {number}.\n") for number in range(8)]
    with pytest.raises(limits.TooOften) as too_often:
        submit(article, contributor, "One too many.\n")
    assert len({proposal.pk for proposal in proposals}) == 8
    assert 0 < too_often.value.retry_after <= 60


def test_the_ninth_of_an_address_in_a_minute_is_refused_whoever_sends_it(article):
    proposals = [submit(article, factories.visitor(), f"{n}.\n", address="192.0.2.1") for n in range(8)]
    with pytest.raises(limits.TooOften):
        submit(article, factories.visitor(), "One too many.\n", address="192.0.2.1")
    assert len(proposals) == 8 and submit(article, factories.visitor(), "Elsewhere.\n", address="192.0.2.2")


def test_the_91st_of_an_editor_in_a_minute_is_refused(article, editor):
    key = f"edit:{editor.pk}"
    taken = [limits.take(key, times=90, seconds=60) for _time in range(90)]
    with pytest.raises(limits.TooOften):
        submit(article, editor)
    assert len(taken) == 90


# --- Going on with one's own -------------------------------------------------------------------------------------
def test_a_later_proposal_withdraws_the_one_it_goes_on_with(article, contributor, proposal):
    later = submit(article, contributor, "Put better.\n", instead_of=proposal)
    proposal.refresh_from_db()
    assert (proposal.state, later.state) == ("withdrawn", "waiting")


def test_going_on_with_what_was_decided_meanwhile_is_a_new_proposal(article, contributor, proposal, reviewer):
    waiting = Proposal.objects.get(pk=proposal.pk)
    decline(proposal, reviewer)
    later = submit(article, contributor, "Put better.\n", instead_of=waiting)
    proposal.refresh_from_db()
    assert (proposal.state, later.state) == ("declined", "waiting")


def test_going_back_to_the_words_of_a_withdrawn_proposal_proposes_them_again(article, contributor, proposal):
    second = submit(article, contributor, "Put better.\n", instead_of=proposal)
    third = submit(article, contributor, "Proposed.\n", instead_of=second)
    assert (third.state, third.blob.text) == ("waiting", "Proposed.\n")
    assert list(Proposal.objects.waiting()) == [third]


def test_sending_what_was_declined_again_leads_to_the_answer(article, contributor, proposal, reviewer):
    decline(proposal, reviewer)
    assert submit(article, contributor, summary="clearer") == proposal


def test_one_may_withdraw_ones_own(proposal, contributor):
    reviewing.withdraw(proposal=proposal, author=contributor)
    assert Proposal.objects.get().state == "withdrawn"


def test_nobody_withdraws_what_somebody_else_proposed(proposal, reviewer):
    with pytest.raises(PermissionDenied):
        reviewing.withdraw(proposal=proposal, author=reviewer)
    assert Proposal.objects.get().state == "waiting"


# --- Deciding ----------------------------------------------------------------------------------------------------
def test_an_accepted_proposal_is_an_edit_by_its_author_accepted_by_the_reviewer(
    article, proposal, contributor, reviewer
):
    edit = accept(proposal, reviewer)
    proposal.refresh_from_db()
    assert (edit.author, edit.approver, edit.kind, edit.summary) == (contributor, reviewer, "accept", "clearer")
    assert (proposal.state, proposal.edit, proposal.decided_by) == ("accepted", edit, reviewer)
    assert text_of(article) == factories.TEXT.replace("A lead about the lungs.\n", "Proposed.\n")


def test_an_accepted_article_is_made(contributor, reviewer):
    sent = {"title": "Not there yet", "base": "0", "section": "", "text": "New.\n"}
    proposal = reviewing.submit(user=contributor.account, author=contributor, **sent)
    edit = accept(proposal, reviewer)
    assert (edit.article.title, edit.author, edit.blob.text) == ("Not there yet", contributor, "New.\n")


def test_accepting_merges_with_what_came_since_to_other_sections(article, proposal, reviewer):
    factories.edit(article, "## Symptoms\n\nCough.\n", section="Symptoms")
    accept(proposal, reviewer)
    assert text_of(article).startswith("Proposed.\n") and "Cough." in text_of(article)


def test_accepting_what_clashes_with_what_came_since_is_a_conflict(article, proposal, reviewer):
    factories.edit(article, "Theirs.\n", section="0")
    with pytest.raises(EditConflict) as conflict:
        accept(proposal, reviewer)
    assert (conflict.value.clash.mine, conflict.value.clash.theirs) == ("Proposed.\n", "Theirs.\n\n")
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("base", ["", "0", "former", "999999"])
def test_accepting_on_another_base_than_the_current_edit_is_a_conflict(article, proposal, reviewer, base):
    factories.edit(article, "## Symptoms\n\nCough.\n", section="Symptoms")
    with pytest.raises(reviewing.ArticleMovedOn):
        accept(proposal, reviewer, base=str(article.current_edit_id) if base == "former" else base)
    assert Proposal.objects.get().state == "waiting" and Edit.objects.count() == 2


def test_accepting_what_is_there_by_now_decides_it_without_an_edit(article, proposal, reviewer):
    current = factories.edit(article, "Proposed.\n", section="0")
    assert accept(proposal, reviewer) == current
    proposal.refresh_from_db()
    assert (proposal.state, proposal.edit, Edit.objects.count()) == ("accepted", None, 2)


@pytest.mark.parametrize("role", ["reviewer", "moderator", "administrator"])
def test_nobody_accepts_or_declines_their_own_proposal(article, role, request):
    author = request.getfixturevalue(role)
    protect(article, "administrator" if role == "moderator" else "")
    change = editing.Change(article.title, article.current_edit_id, "0", "My own.\n", author)
    own = reviewing.propose(change)
    with pytest.raises(PermissionDenied):
        accept(own, author)
    with pytest.raises(PermissionDenied):
        decline(own, author)
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_who_is_no_reviewer_decides_nothing(article, visitor, role, request):
    somebody, proposal = request.getfixturevalue(role), submit(article, visitor)
    with pytest.raises(PermissionDenied):
        accept(proposal, somebody)
    with pytest.raises(PermissionDenied):
        decline(proposal, somebody)
    assert Proposal.objects.get().state == "waiting"


def test_a_declined_proposal_keeps_its_text_and_the_reason(article, proposal, reviewer):
    decline(proposal, reviewer, "No source.")
    kept = Proposal.objects.get()
    assert (kept.state, kept.reason, kept.blob.text) == ("declined", "No source.", "Proposed.\n")
    assert text_of(article) == factories.TEXT


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_declined_without_a_reason(proposal, reviewer, reason):
    with pytest.raises(reviewing.ReasonMissing):
        decline(proposal, reviewer, reason)
    assert Proposal.objects.get().state == "waiting"


DECISIONS = {
    "accept": accept,
    "decline": decline,
    "withdraw": lambda proposal, reviewer: reviewing.withdraw(proposal=proposal, author=proposal.author),
}


@pytest.mark.parametrize("second", DECISIONS)
@pytest.mark.parametrize("first", DECISIONS)
def test_what_is_decided_is_decided(article, proposal, reviewer, first, second):
    as_seen_before = Proposal.objects.get(pk=proposal.pk)
    DECISIONS[first](proposal, reviewer)
    state = Proposal.objects.get().state
    with pytest.raises((AlreadyDecided, EditConflict)):
        DECISIONS[second](as_seen_before, reviewer)
    assert Proposal.objects.get().state == state
    assert LogEntry.objects.filter(what__startswith="proposal").count() == (first != "withdraw")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("decisions", [("accept", "accept"), ("accept", "decline"), ("decline", "decline")])
def test_of_two_reviewers_at_once_one_decides(article, proposal, decisions, at_once):
    seen = [(each, Proposal.objects.get(pk=proposal.pk), factories.author("reviewer")) for each in decisions]
    outcomes = at_once(lambda one: DECISIONS[one[0]](one[1], one[2]), seen)
    late = [outcome for outcome in outcomes if isinstance(outcome, AlreadyDecided | EditConflict)]
    assert len(late) == 1, outcomes
    assert LogEntry.objects.filter(what__startswith="proposal").count() == 1
    assert Edit.objects.count() == 1 + (Proposal.objects.get().state == "accepted")


@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_decisions_are_in_the_log(article, proposal, reviewer, decision):
    DECISIONS[decision](proposal, reviewer)
    entry = LogEntry.objects.get(what=f"proposal.{decision}")
    assert (entry.who, entry.target, entry.after["proposal"]) == (reviewer.account, article.title, proposal.pk)
    assert logbook.verify() is None


def test_a_decision_whose_log_entry_fails_is_none(proposal, reviewer, monkeypatch):
    monkeypatch.setattr(logbook, "record", lambda **entry: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decline(proposal, reviewer)
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("decision", ["", *DECISIONS])
def test_each_change_of_a_proposal_is_announced(
    article, contributor, reviewer, decision, django_capture_on_commit_callbacks
):
    heard = []

    def listen(*, proposal, **kwargs):
        heard.append(proposal.state)

    proposal_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        proposal = submit(article, contributor)
    with django_capture_on_commit_callbacks(execute=True):
        DECISIONS.get(decision, lambda *people: None)(proposal, reviewer)
    proposal_changed.disconnect(listen)
    states = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}
    assert heard == ["waiting", *([states[decision]] if decision else [])]


# --- Looking -----------------------------------------------------------------------------------------------------
def test_the_queue_is_what_waits_the_oldest_first(article, contributor, visitor, reviewer, proposal):
    second, third = submit(article, visitor, "2.\n"), submit(article, contributor, "3.\n")
    decline(second, reviewer)
    assert reviewing.queue() == [proposal, third]
    assert reviewing.queue(after=proposal.pk) == [third]


def test_the_queue_pages_by_key(article, contributor, monkeypatch):
    monkeypatch.setattr(reviewing, "PAGE_SIZE", 2)
    made = [submit(article, contributor, f"{number}.\n") for number in range(5)]
    assert reviewing.queue() == made[:3]
    assert reviewing.queue(after=made[1].pk) == made[2:5]


def test_the_author_is_told_on_the_article_what_waits(article, contributor, proposal, visitor, reviewer):
    assert reviewing.waiting_of(contributor, article.title) == [proposal]
    assert reviewing.waiting_of(visitor, article.title) == reviewing.waiting_of(None, article.title) == []
    decline(proposal, reviewer)
    assert reviewing.waiting_of(contributor, article.title) == []


def test_ones_own_waiting_proposal_is_found_by_its_number(article, contributor, visitor, proposal):
    assert reviewing.own_waiting(contributor, proposal.pk, article.title) == proposal
    assert reviewing.own_waiting(visitor, proposal.pk, article.title) is None
    assert reviewing.own_waiting(visitor, proposal.pk, article.title, access.key_of(proposal)) == proposal
    assert reviewing.own_waiting(contributor, proposal.pk, "Another title") is None


def test_ones_own_proposals_are_listed_the_newest_first(article, contributor, visitor, proposal):
    later = submit(article, contributor, "Later.\n")
    assert reviewing.proposals_of(contributor) == [later, proposal]
    assert reviewing.proposals_of(visitor) == reviewing.proposals_of(None) == []


@pytest.mark.parametrize(
    ("section", "before"),
    [
        ("", factories.TEXT),
        ("0", "A lead about the lungs.\n\n"),
        ("Indoors", "### Indoors\n\nMites.\n\n"),
        ("new", ""),
    ],
)
def test_a_proposal_is_compared_with_its_section_in_its_base(article, contributor, section, before):
    proposal = submit(article, contributor, "## Something else\n", section=section)
    factories.edit(article, "All is new.\n")
    assert reviewing.text_before(proposal) == before


def test_a_proposal_of_several_sections_is_compared_with_them(article, contributor):
    start = editing.starting_point(
        article, "+".join(str(row.pk) for row in article.sections.filter(position__in=(1, 3)))
    )
    proposal = submit(article, contributor, "## Symptoms\n\nCough.\n", section=start.section)
    assert reviewing.text_before(proposal) == start.text == "## Symptoms\n\nWheeze.\n\n### Indoors\n\nMites.\n\n"


def test_a_proposed_article_is_compared_with_nothing(contributor):
    sent = {"title": "Not there yet", "base": "0", "section": "", "text": "New.\n"}
    proposal = reviewing.submit(user=contributor.account, author=contributor, **sent)
    assert (reviewing.text_before(proposal), reviewing.current_id_of(proposal)) == ("", 0)


# --- Who sees it -------------------------------------------------------------------------------------------------
def address_of(proposal, key="") -> str:
    return proposal.get_absolute_url() + (f"?key={key}" if key else "")


@pytest.mark.parametrize("role", ["visitor", "editor"])
def test_to_a_stranger_a_proposal_is_not_there(proposal, role, request):
    client = request.getfixturevalue(f"{role}_client")
    assert client.get(address_of(proposal)).status_code == 404
    assert client.post(address_of(proposal), {"decision": "accept"}).status_code == 404
    assert b"Proposed." not in client.get(address_of(proposal)).content


@pytest.mark.parametrize("key", ["x", "\u00e4", "0" * 43])
def test_a_wrong_key_opens_nothing(proposal, client, key):
    assert client.get(address_of(proposal), {"key": key}).status_code == 404


def test_a_key_opens_one_proposal_only(article, visitor, client):
    one, other = submit(article, visitor, "1.\n"), submit(article, visitor, "2.\n")
    assert client.get(address_of(one, access.key_of(one))).status_code == 200
    assert client.get(address_of(other, access.key_of(one))).status_code == 404


@pytest.mark.parametrize("role", ["contributor", "reviewer", "moderator"])
def test_its_author_and_those_who_decide_see_a_proposal(proposal, role, request):
    answer = request.getfixturevalue(f"{role}_client").get(address_of(proposal))
    assert answer.status_code == 200 and b"Proposed." in answer.content


def test_a_visitor_is_known_again_by_a_cookie_and_shown_the_private_link_once(article, client):
    sent = {"text": "Proposed.", "base": article.current_edit_id, "section": "0", "action": "save"}
    answer = client.post(f"/edit/{article.title}", sent)
    proposal = Proposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, address_of(proposal))
    link = f"?key={access.key_of(proposal)}"
    assert link in client.get(answer["Location"]).content.decode()
    assert link not in client.get(answer["Location"]).content.decode()
    assert Client().get(answer["Location"]).status_code == 404


def test_a_second_change_of_a_visitor_is_by_the_same_pseudonym(article, client):
    sent = {"base": article.current_edit_id, "section": "0", "action": "save"}
    answers = [client.post(f"/edit/{article.title}", sent | {"text": f"{number}."}) for number in (1, 2)]
    first, second = Proposal.objects.order_by("id")
    assert answers[1].status_code == 303 and first.author == second.author and first.author.is_visitor


@pytest.mark.parametrize("forged", ["1", "1:x", "", "\u00e4"])
def test_a_forged_cookie_is_nobodys(article, proposal, client, forged):
    client.cookies["visitor"] = forged.encode().decode("latin-1")
    assert client.get(address_of(proposal)).status_code == 404


def test_who_holds_the_private_link_may_withdraw_whatever_cookie_they_have_now(article, visitor, client):
    proposal = submit(article, visitor)
    client.cookies["visitor"] = access.visitor_cookie(factories.visitor().visitor_key)
    answer = client.post(address_of(proposal, access.key_of(proposal)), {"decision": "withdraw"})
    assert answer.status_code == 303 and Proposal.objects.get().state == "withdrawn"


def test_who_holds_the_private_link_decides_nothing(article, visitor, client):
    proposal = submit(article, visitor)
    sent = {"decision": "accept", "base": article.current_edit_id}
    assert client.post(address_of(proposal, access.key_of(proposal)), sent).status_code == 403
    assert Proposal.objects.get().state == "waiting"


def test_a_reviewer_accepts_over_the_screen(article, proposal, reviewer_client):
    sent = {"decision": "accept", "base": article.current_edit_id}
    answer = reviewer_client.post(address_of(proposal), sent)
    assert (answer.status_code, answer["Location"]) == (303, article.get_absolute_url())
    assert text_of(article).startswith("Proposed.\n")


def test_a_stale_acceptance_over_the_screen_is_a_409_with_the_proposal(article, proposal, reviewer_client):
    factories.edit(article, "Theirs.\n", section="0")
    answer = reviewer_client.post(address_of(proposal), {"decision": "accept", "base": article.current_edit_id})
    assert answer.status_code == 409 and b"Proposed." in answer.content
