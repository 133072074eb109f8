"""What tells people without an account from machines: a question the administrator may set, and a field nobody sees."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from articles import choices
from articles.editing import TextRefused

if TYPE_CHECKING:
    from articles.access import Person


class NotAnswered(TextRefused):
    """The question was not answered, or the field that nobody sees was filled in; the message says what to do."""


@dataclass(frozen=True)
class Question:
    """What a person without an account is asked, and the answers that are right."""

    words: str
    answers: tuple[str, ...]

    def accepts(self, answer: str) -> bool:
        """Whether it is one of the right answers, whatever its capitals, spaces and punctuation."""
        return bool(_plain(answer)) and _plain(answer) in {_plain(each) for each in self.answers}


def question_in(text: str) -> Question | None:
    """Return what a line says, its parts between bars; None when there is a question without an answer, or none.

    >>> question_in("What organ pumps blood? | heart | the heart")
    Question(words='What organ pumps blood?', answers=('heart', 'the heart'))
    >>> question_in("What organ pumps blood?") is None
    True
    """
    words, *answers = (part.strip() for part in text.split("|"))
    answers = [answer for answer in answers if _plain(answer)]
    return Question(words, tuple(answers)) if words and answers else None


def question_for(user: Person) -> Question | None:
    """Return what this person is asked before their text is taken; None for whoever is logged in."""
    return None if user.is_authenticated else question_in(choices.value("WIKI_VISITOR_QUESTION"))


def refuse_machines(user: Person, *, answer: str, unseen: str) -> None:
    """Refuse what a machine sends, before anything of it is kept. Raises NotAnswered.

    `unseen` is what stood in the field that no person sees.
    """
    if user.is_authenticated:
        return
    if unseen.strip():
        raise NotAnswered(
            _("A field that should stay empty was filled in; it is empty again. If you are a person, send it anew.")
        )
    question = question_for(user)
    if question is not None and not question.accepts(answer):
        raise NotAnswered(
            _("Answer the question below your text, so that we know you are no machine: ") + question.words
        )


def _plain(answer: str) -> str:
    folded = unicodedata.normalize("NFKC", answer).casefold()
    return " ".join("".join(each if each.isalnum() else " " for each in folded).split())
