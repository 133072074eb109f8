"""People and pages for tests, made by the domain's own functions, so that no test lives in an impossible world."""

from __future__ import annotations

import contextlib
import itertools
import re
from typing import Any

from django.contrib.auth import get_user_model

from articles import access, drafts, editing, renderer
from articles.models import Article, Author, Block, Draft, Edit, Filter, FilterHit, Proposal
from articles.moderation import blocking, filtering
from articles.reviewing import proposed, proposing
from wiki.accounts import roles

PASSWORD = "correct horse battery staple"

TEXT = """\
A lead about the lungs.

## Symptoms

Wheeze.

## Causes

Dust.

### Indoors

Mites.

[[Category:Lungs]]
{{stub|medicine}}
"""

_numbers = itertools.count(1)


def user(role: str = "contributor", name: str = "", **fields: Any) -> Any:
    """An account with that role; its password is PASSWORD."""
    account = get_user_model().objects.create_user(
        name or f"{role.capitalize()} {next(_numbers)}", password=PASSWORD, **fields
    )
    if role != "contributor":
        roles.give(account, role, why="a test")
    # A fresh object: the one above remembers the permissions it had before.
    return get_user_model().objects.get(pk=account.pk)


def author(role: str = "contributor", name: str = "") -> Author:
    """The author row of a new account with that role."""
    return access.author_of(user(role, name))


def visitor() -> Author:
    """Somebody without an account."""
    return access.new_visitor()


def article(title: str = "", text: str = TEXT, *, author: Author | None = None, **change: Any) -> Article:
    """A published article, made through the write door."""
    made = save(title or f"Asthma {next(_numbers)}", text, base=0, author=author, **change)
    return Article.objects.select_related("text", "current_edit").get(pk=made.article_id)


def brought_in(title: str, text: str) -> Article:
    """Import an article: it may hold what nobody could save."""
    edit = editing.bring_in(editing.Incoming(title, text), author=_an_editor())
    assert edit is not None
    return edit.article


def bring_in_many(
    author: Author, *titles: str, text: str = "About {title}, see [[Dust]].\n\n[[Category:Lungs]]\n", **incoming: Any
) -> None:
    """New articles under these titles, imported in one transaction."""
    batch = [editing.Incoming(title, text.format(title=title), **incoming) for title in titles]
    assert not editing.bring_in_many([(each, renderer.render(each.text)) for each in batch], author=author)


def save(
    title: str, text: str, *, base: Edit | str | int, section: str = "", author: Author | None = None, **change: Any
) -> Edit:
    """Publish a change and return its edit."""
    return editing.save(
        editing.Change(
            title=title,
            base=base.pk if isinstance(base, Edit) else base,
            section=section,
            text=text,
            author=author or _an_editor(),
            **change,
        )
    )


def edit(article: Article, text: str, *, section: str = "", **change: Any) -> Edit:
    """Publish a change of an article as it is now in the database."""
    now = Article.objects.get(pk=article.pk)
    return save(now.full_title, text, base=now.current_edit_id or 0, section=section, **change)


def writer(author: Author, visit: str = "") -> drafts.Writer:
    """Whose drafts are the author's: an account's, or a visitor's in this visit of their browser."""
    return drafts.Writer(author.account_id, author.visitor_key or "", visit)


def draft(article: Article | str, author: Author, text: str = "Mine.\n", *, section: str = "0", **fields: Any) -> Draft:
    """What somebody is writing, kept through the drafts' door; of an article, or of a title that has none."""
    visit = fields.pop("visit", "")
    key = fields.pop("form_key", "") or drafts.new_form_key(visit)
    title, base = (article, 0) if isinstance(article, str) else (article.full_title, article.current_edit_id)
    sent = {"title": title, "base": str(base), "section": section, "text": text} | fields
    drafts.keep(writer=writer(author, visit), author=author, form_key=key, **sent)
    return Draft.objects.get(author=author, form_key=key)


def proposal(article: Article, author: Author, text: str = "Proposed.\n", **change: Any) -> Proposal:
    """What an author proposes for an article as it is now, of its lead if nothing else is said."""
    from django.contrib.auth.models import AnonymousUser

    now = Article.objects.get(pk=article.pk)
    sent = {"title": now.full_title, "base": str(now.current_edit_id or 0), "section": "0", "text": text} | change
    outcome = proposing.submit(user=author.account or AnonymousUser(), author=author, **sent)
    assert proposed.is_proposal(outcome)
    return outcome


def block(who: str, *, by: Author | None = None, why: str = "Vandalism.", **terms: Any) -> Block:
    """Somebody, or a range, kept from all writing if nothing else is said."""
    moderator = (by or author("moderator")).account
    return blocking.block(who=who, terms=blocking.Terms(**{"level": "write"} | terms), by=moderator, why=why, sure=True)


def filter_of(*, action: str = "log", by: Author | None = None, **rule: Any) -> Filter:
    """A filter, which is off; what isn't a condition is a setting."""
    settings = {name: rule.pop(name) for name in ("tag", "message", "times", "minutes", "hours") if name in rule}
    named = {"name": f"Filter {next(_numbers)}", "action": action, "tag": "", "message": ""} | settings
    moderator = (by or author("moderator")).account
    return filtering.make(rule=filtering.Rule(**rule), by=moderator, why="a test", **named)


def filter_on(*, action: str = "log", **rule: Any) -> Filter:
    """A filter that was tried out and is on."""
    made = filter_of(action=action, **rule)
    filtering.go_on(filtering.begin(made))
    moderator = author("moderator").account
    filtering.switch(filter_id=made.pk, version=made.version, on=True, by=moderator, why="a test")
    return Filter.objects.get(pk=made.pk)


def filter_hit(title: str, text: str, **change: Any) -> FilterHit:
    """What a filter that refuses has found: somebody's change of a page that is there."""
    filter_on(action="refuse", text_matches=re.escape(text.strip()))
    with contextlib.suppress(editing.TextRefused):
        proposal(Article.objects.get(title=title), author(), text, **change)
    return FilterHit.objects.get()


def case(article: Article, *, category: str = "wrong", words: str = "There is no dust.", **fields: Any) -> Any:
    """What a reader has reported of the section on causes."""
    from django.contrib.auth.models import AnonymousUser

    from wiki.cases import reporting

    section = article.sections.get(title="Causes").pk
    return reporting.report(
        passage=reporting.passage(AnonymousUser(), section), category=category, words=words, **fields
    )


def _an_editor() -> Author:
    # Here, because the functions above have an argument called `author`.
    return author("editor")


def authenticator_app(account: Any) -> str:
    """Set up an authenticator app for the account; returns its key, for `code_of`."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    key = generate_totp_secret()
    TOTP.activate(account, key)
    RecoveryCodes.activate(account)
    return key


def code_of(key: str, steps: int = 0) -> str:
    """What an authenticator app with this key shows now, or some half minutes from now."""
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + steps))
