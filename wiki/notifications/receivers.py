"""What the encyclopedia and accounts announce, turned into lines of people's lists."""

from typing import Any

from articles.models import Article, Author, LogEntry, Proposal
from articles.signals import article_moderated, proposal_changed
from wiki.accounts.models import User
from wiki.accounts.signals import account_left, role_given
from wiki.cases.models import Case
from wiki.cases.signals import case_opened
from wiki.notifications import telling


def connect() -> None:
    """Connect the receivers of this module; called once, when the app is ready."""
    proposal_changed.connect(tell_about_a_proposal, dispatch_uid="notifications.tell_about_a_proposal")
    article_moderated.connect(tell_of_an_act, dispatch_uid="notifications.tell_of_an_act")
    case_opened.connect(tell_moderators, dispatch_uid="notifications.tell_moderators")
    role_given.connect(tell_of_a_role, dispatch_uid="notifications.tell_of_a_role")
    account_left.connect(forget, dispatch_uid="notifications.forget")


def tell_about_a_proposal(proposal: Proposal, *, what: str, by: Author, **kwargs: Any) -> None:
    """Tell its author, or those who spoke about it."""
    telling.tell_about(proposal, what=what, by=by)


def tell_of_an_act(entry: LogEntry, *, article: Article | None, **kwargs: Any) -> None:
    """Tell who wrote a section that it is under medical review, or released; and who is blocked, or not any more."""
    telling.tell_of_an_act(entry, article=article)


def tell_of_a_role(user: User, *, role: str, by: User | None, why: str, **kwargs: Any) -> None:
    """Tell its owner that an account has another role, and why."""
    telling.tell_of_a_role(user, role=role, by=by, why=why)


def tell_moderators(case: Case, **kwargs: Any) -> None:
    """Tell moderators at once of what could harm somebody."""
    telling.tell_moderators(case)


def forget(user: User, **kwargs: Any) -> None:
    """Delete what somebody was told, who has closed their account for good."""
    telling.forget(user.pk)
