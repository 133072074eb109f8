"""What tells people without an account from machines."""

import pytest
from django.contrib.auth.models import AnonymousUser

from articles import asking
from articles.asking import NotAnswered

QUESTION = "What organ pumps blood? | heart | the heart"


@pytest.mark.parametrize("answer", ["heart", " The  HEART. ", "\uff28eart", "the-heart"])
def test_each_right_answer_is_accepted_however_it_is_typed(answer: str):
    question = asking.question_in(QUESTION)
    assert question is not None and question.accepts(answer)


@pytest.mark.parametrize("answer", ["", " ", "?", "liver", "heart and liver"])
def test_nothing_else_is(answer: str):
    question = asking.question_in(QUESTION)
    assert question is not None and not question.accepts(answer)


@pytest.mark.parametrize("line", ["", "What organ pumps blood?", "Well? | ", "Well? | ?", " | heart"])
def test_without_a_question_or_an_answer_nothing_is_asked(line: str):
    assert asking.question_in(line) is None


def test_somebody_without_an_account_is_asked_what_is_set(settings, db):
    assert asking.question_for(AnonymousUser()) is None
    settings.WIKI_VISITOR_QUESTION = QUESTION
    question = asking.question_for(AnonymousUser())
    assert question is not None and question.words == "What organ pumps blood?"


@pytest.mark.parametrize(("answer", "unseen"), [("liver", ""), ("", ""), ("heart", "https://pills.example")])
def test_a_wrong_answer_and_a_filled_trap_are_refused(settings, db, answer: str, unseen: str):
    settings.WIKI_VISITOR_QUESTION = QUESTION
    with pytest.raises(NotAnswered):
        asking.refuse_machines(AnonymousUser(), answer=answer, unseen=unseen)


def test_whoever_is_logged_in_is_asked_nothing(settings, contributor):
    settings.WIKI_VISITOR_QUESTION = QUESTION
    asking.refuse_machines(contributor.account, answer="", unseen="filled in by a password manager")
    assert asking.question_for(contributor.account) is None
