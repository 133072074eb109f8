"""Proposals as tests send and decide them."""

from articles.models import Article, Edit, Proposal
from articles.reviewing import deciding, proposed, proposing
from tests.doors import unlocked


def person_of(author):
    from django.contrib.auth.models import AnonymousUser

    return author.account or AnonymousUser()


def submit(article, author, text="Proposed.\n", **fields):
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": text} | fields
    return proposing.submit(user=person_of(author), author=author, **sent)


def accept(proposal, reviewer, base=None) -> Edit:
    if base is None:
        base = str(proposed.current_id_of(Proposal.objects.get(pk=proposal.pk)))
    return deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)


def decline(proposal, reviewer, reason="No source.") -> Proposal:
    return deciding.decline(proposal=proposal, user=reviewer.account, author=reviewer, reason=reason)


def text_of(article) -> str:
    return Article.objects.get(pk=article.pk).text.text


def protect(article, level, until=None) -> None:
    with unlocked("protecting comes with moderation"):
        Article.objects.filter(pk=article.pk).update(edit_protection=level, edit_protected_until=until)


def amend(proposal, reviewer, text, **fields) -> Edit:
    base = str(proposed.current_id_of(Proposal.objects.get(pk=proposal.pk)))
    return deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base, text=text, **fields)
