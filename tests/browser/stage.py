"""The encyclopedia that the browser drives: `python -m tests.browser.stage` makes it and prints what tests must know.

It is a program of its own: the browser's loop, pytest's database and the server's must not meet in one process.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PASSWORD: Final = "seven quiet lungs breathe"
PEOPLE: Final = {
    "contributor": "Cora Contributor",
    "editor": "Edgar Editor",
    "reviewer": "Rita Reviewer",
    "moderator": "Mona Moderator",
    "administrator": "Ada Administrator",
}
# Somebody whose second factors a test adds and takes away.
SECOND_FACTORS: Final = "Paula Passkey"
# How many pages tests may change; each takes one of its own.
SPARE_PAGES: Final = 40

TEXT: Final = """\
The **trachea** leads air to the [[Lungs]]. It is kept open by rings of cartilage.

## Symptoms

Wheeze and a dry cough.

## Causes

Dust, smoke and cold air.

### Indoors

Mites and mould.

## Treatment

Rest, and treatment of the cause.

[[Category:Airways]]
"""

# Everything that a text may hold, so that each kind of element is looked at in light and dark.
EVERY_MARK: Final = """\
**Every mark** of the syntax stands here, with a [[Asthma|link]], a [[Page nobody wrote]], `code`, H~2~O, \
<kbd>Ctrl</kbd>, an [outside link](https://www.who.int/) and a note.[^1] HTML is short for something.[@pmid:24352797]

[TOC]

## Lists

1. One
2. Two
    - inside
    - [ ] undone

Term
:   What it means.

## Tables

| Drug | Dose | A very long heading of a column that does not fit | Route | Interval | Warnings |
|:-----|-----:|:-------------------------------------------------:|-------|----------|----------|
| Ibuprofen | 200 mg | 3 to 4 times a day | by mouth | 6 hours | stomach, kidneys, pregnancy |
| Salbutamol | 100 µg | 1 to 2 puffs | inhaled | as needed | tremor, palpitations, low potassium |

## Notices

!!! warning "Stop"
    Never take both.

!!! note
    A plain one.

!!! danger
    Call an ambulance.

> A quotation of somebody.

```python
dose = weight * 10  # a line of code that is rather long, so that it does not fit into a narrow column at all
```

### A third level

#### A fourth level

{{infobox disease|name=Example}} [[File:Lungs.png|The lungs]] {{unknown}}

A word without any place to break: Pneumonoultramicroscopicsilicovolcanoconiosispneumonoultramicroscopic.

Also [@doi:10.1056/NEJMoa0707570] and again [@pmid:24352797].

---

## Measures

[[Category:Airways]]
[[Category:Medical procedures]]
[^1]: The note itself, with a [link](https://www.nih.gov/).
*[HTML]: HyperText Markup Language
"""


def make() -> dict[str, Any]:
    """Make all of it; return the addresses and numbers that can't be known beforehand."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_pages", verbosity=0)
    call_command("import_articles", ROOT / "articles" / "sample", verbosity=0, stdout=sys.stderr)
    os.environ["WIKI_PASSWORD"] = PASSWORD
    for role, name in PEOPLE.items():
        call_command("adduser", name, role=role, stdout=sys.stderr)
    call_command("adduser", SECOND_FACTORS, stdout=sys.stderr)
    return {**_with_a_past(), **_protected(), **_proposals(), **_drafts(), **_inbox(), **_spare(), **_hostile()}


def _author(role: str) -> Any:
    from django.contrib.auth import get_user_model

    from articles import access

    return access.author_of(get_user_model().objects.get(username=PEOPLE[role]))


def _save(title: str, text: str, base: Any = 0, section: str = "", role: str = "editor", summary: str = "") -> Any:
    from tests import factories

    return factories.save(title, text, base=base, section=section, author=_author(role), summary=summary)


def _with_a_past() -> dict[str, Any]:
    made = _save("Trachea", TEXT, summary="A first text")
    dose = _save("Trachea", "## Symptoms\n\nWheeze, 2 mg.\n", made, "Symptoms", summary="/* Symptoms */ a dose")
    other = _save("Trachea", "## Symptoms\n\nWheeze, 20 mg, and a dry cough at night.\n", dose, "Symptoms", "reviewer")
    last = _save(
        "Trachea", "## Treatment\n\nRest.\n\nAnd warmth.\n", other, "Treatment", summary="/* Treatment */ short"
    )
    _save("Every mark", EVERY_MARK, summary="A page with everything")
    _save("Windpipe", "#REDIRECT [[Trachea]]")
    _save("Category:Airways", "What leads air.\n\n## Upper airways\n\nNose and throat.\n")
    return {"trachea": made.article_id, "first": made.pk, "second": dose.pk, "third": other.pk, "last": last.pk}


def _protected() -> dict[str, Any]:
    from articles.moderation import deleting, hiding, protecting, quarantining
    from tests import factories
    from wiki.cases import reporting

    by = _author("administrator").account
    made = _save("Kept as it is", TEXT)
    guards = {"edit": protecting.Guard("administrator")}
    protecting.protect(article=made.article, full_title="Kept as it is", guards=guards, by=by, why="It holds for all.")
    deleting.delete([_save("Taken away", TEXT).article], by=by, why="An advertisement.")
    past = _save("Hidden past", TEXT)
    hidden = _save("Hidden past", "Somebody's address.\n", past, "0", summary="An address")
    _save("Hidden past", "A lead.\n", hidden, "0")
    hiding.hide(edit=hidden, text=True, summary=True, author=True, by=by, why="Private.")
    text = "A lead.\n\n## Dosage\n\nTwo at night.\n\n### Children\n\nHalf.\n\n## Causes\n\nDust.\n"
    kept = _save("Under review", text).article
    numbers = {title.lower(): kept.sections.get(title=title).pk for title in ("Dosage", "Causes")}
    quarantining.quarantine(article=kept, section=numbers["dosage"], by=by, why="Is it twice too much?")
    case = factories.case(kept, category="dangerous", words="It could harm a child.")
    told = f"/accounts/report/{case.pk}/{reporting.key_of(case)}/"
    return {"hidden": hidden.pk, "case": case.pk, "told": told, "erased": _erased(), **numbers, **_blocked()}


def _blocked() -> dict[str, Any]:
    from tests import factories

    factories.block("203.0.113.0/24", by=_author("moderator"), no_accounts=True)
    terms = {"level": "propose", "page": "Windpipe"}
    block = factories.block(PEOPLE["contributor"], by=_author("moderator"), why="They go on and on.", **terms)
    hit = factories.filter_hit("Trachea", "Found by a filter, 5 mg.\n")
    return {"block": block.pk, "hit": hit.pk, "filter": hit.filter_id, "run": hit.filter.runs.get().pk}


def _erased() -> int:
    from articles.moderation import erasing

    passage, author = "Nobody may read this sentence", _author("administrator")
    made = _save("Erased past", f"{TEXT}\n\n{passage}.\n")
    count = erasing.places_of(passage).total
    erasing.erase(passage=passage, count=count, by=author.account, author=author, why="Order 12/3 of a court.")
    return made.pk


def _proposals() -> dict[str, Any]:
    from django.contrib.auth import get_user_model

    from articles.editing import Change
    from articles.models import Article
    from articles.reviewing import deciding, proposing

    _save("Bronchi", TEXT)
    article = Article.objects.get(title="Bronchi")
    user = get_user_model().objects.get(username=PEOPLE["contributor"])
    ids = {}
    for name, section, text in (
        ("waiting", "Symptoms", "## Symptoms\n\nWheeze, a dry cough, and short breath at night.\n"),
        ("declined", "Causes", "## Causes\n\nOnly the moon.\n\n### Indoors\n\nMites and mould.\n"),
    ):
        proposal = proposing.submit(
            user=user,
            author=_author("contributor"),
            title="Bronchi",
            base=str(article.current_edit_id),
            section=section,
            text=text,
            summary=f"/* {section} */ what I read",
        )
        ids[name] = proposal.pk
    from articles.models import Proposal

    deciding.decline(
        proposal=Proposal.objects.get(pk=ids["declined"]),
        user=get_user_model().objects.get(username=PEOPLE["reviewer"]),
        author=_author("reviewer"),
        reason="Please name a source.",
    )
    for name, role in (("gout", "contributor"), ("gout_again", "editor")):
        change = Change(
            "Chilblains", 0, "", f"Chilblains, as {role}s know it.\n", _author(role), summary="a new article"
        )
        ids[name] = proposing.propose(change).pk
    ids["contributor"] = user.pk
    return ids


def _drafts() -> dict[str, Any]:
    from articles import editing
    from articles.models import Article, Section
    from tests import factories

    article = Article.objects.select_related("current_edit").get(title="Every mark")
    section = Section.objects.get(article=article, anchor="Lists")
    draft = factories.draft(article, _author("reviewer"), "## Lists\n\n1. One only\n", section=str(section.pk))
    sent = {"title": "Every mark", "base": "0", "section": "0", "text": "Sent in vain.\n"}
    editing.receive(author=_author("reviewer"), **sent)
    return {"draft": draft.pk}


def _inbox() -> dict[str, Any]:
    """Twenty items that a moderator clears in a day: proposals, first edits of new people on a page that is hot of
    them, reports. Return the first of each kind."""
    from articles.models import Article
    from tests import factories

    pharynx = factories.article("Pharynx", factories.TEXT, author=_author("reviewer"))
    edits = [
        factories.edit(pharynx, f"The throat, as somebody new puts it the {number}. time.\n", section="0")
        for number in range(1, 6)
    ]
    cases = [factories.case(pharynx, words=f"There is no dust, says reader {number}.") for number in range(1, 4)]
    parts = range(1, 13)
    _save("Larynx", "".join(f"## Part {number}\n\nAs it was.\n\n" for number in parts), role="reviewer")
    article = Article.objects.get(title="Larynx")
    made = [
        factories.proposal(
            article, factories.visitor(), f"## Part {number}\n\nAs a visitor puts it.\n", section=f"Part_{number}"
        )
        for number in parts
    ]
    first = {"proposal": made[0].pk, "people": edits[0].pk, "hot": pharynx.pk, "case": cases[0].pk}
    return {"inbox": {kind: f"{kind}-{number}" for kind, number in first.items()}}


def _spare() -> dict[str, Any]:
    titles = [f"Spare page {number}" for number in range(1, SPARE_PAGES + 1)]
    for title in titles:
        _save(title, TEXT)
    return {"spare": titles}


def _hostile() -> dict[str, Any]:
    from articles.editing import TextRefused
    from tests.browser import attacks

    kept: dict[str, Any] = {"attacks": [], "attack_titles": [], "overlays": []}
    for number, payload in enumerate(attacks.SCRIPTS):
        try:
            _save(f"Attack {number}", f"{payload}\n\n## {payload}\n\n{payload}\n", summary=payload[:300])
        except TextRefused as refused:
            sys.stderr.write(f"Attack {number} is refused: {refused}\n")
        else:
            kept["attacks"].append(number)
    everything = "\n\n".join(attacks.SCRIPTS)
    first = _save("All attacks", "Nothing yet.\n", summary="Before")
    last = _save("All attacks", everything, first, summary=" ".join(attacks.SCRIPTS)[:390])
    for number, title in enumerate(attacks.TITLES):
        try:
            _save(title, f"Text {number}. {attacks.SCRIPTS[number]}", summary=title)
        except TextRefused as refused:
            sys.stderr.write(f"The title {title} is refused: {refused}\n")
        else:
            kept["attack_titles"].append(title)
    for name, text in attacks.OVERLAYS:
        _save(f"Overlay {name}", text)
        kept["overlays"].append(name)
    return {**kept, "all_attacks": last.pk, "before_attacks": first.pk}


if __name__ == "__main__":
    import django

    django.setup()
    facts = make()
    sys.stdout.write("\n" + json.dumps(facts))
