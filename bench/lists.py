"""A wiki of many edits, made in bulk, and what its lists cost: the same lists of few and of many, in one run.

The seconds are the clock's; how much more a list asks of the database than in the small wiki is counted (bench.work).

The write door would take a day for 200,000 edits, so their rows are written directly: as many edits, reversions and
rows of the log as there would be, and a tenth as many proposals, every second of which waits. All of them are of texts
of one line: no list reads a text. One page and one person have half of everything, the others share the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from bench import work

SIZES: Final = (1_000, 200_000)
_ROUNDS: Final = 30
_AT_ONCE: Final = 2_000
_PAGES: Final = 100


def measured() -> list[tuple[str, float, float]]:
    """Return a row for each list and size: seconds for a page of it, and how much it asks beside the small wiki."""
    wiki = Wiki()
    taken: dict[str, list[tuple[float, int]]] = {}
    for size in SIZES:
        wiki.grow_to(size)
        for name, page in wiki.lists().items():
            page()
            # The quickest counts: the wiki of few edits is measured minutes before that of many, and a machine is busy
            # now and then.
            seconds = min(_seconds(page) for _round in range(_ROUNDS))
            taken.setdefault(name, []).append((seconds, work.of(page)))
    return [
        (f"{name}, {size:,} edits", seconds, asked / max(of_both[0][1], 1))
        for name, of_both in taken.items()
        for size, (seconds, asked) in zip(SIZES, of_both, strict=True)
    ]


class Wiki:
    """Pages, people, and as many edits as one wants."""

    def __init__(self, pages: int = _PAGES) -> None:
        from articles import access, editing
        from articles.models import Article, Filter, Section

        self.author = access.imported_author("Bench")
        self.others = [access.new_visitor() for _number in range(pages)]
        text = "A line.\n\n## Part\n\nIt leads to [[Listed 0]].\n\n[[Category:Listed]]\n"
        for number in range(pages):
            change = editing.Change(title=f"Listed {number}", base=0, section="", text=text, author=self.author)
            editing.save(change)
        rows = Article.objects.filter(title__startswith="Listed ").select_related("current_edit")
        self.pages = list(rows.order_by("pk"))
        self.sections = dict(Section.objects.filter(article__in=self.pages).values_list("article", "pk"))
        self.filter = Filter.objects.create(name="Bench", rule={}, action=Filter.Action.TAG)
        self.numbers = dict.fromkeys((page.pk for page in self.pages), 1)
        self.made = 0

    def grow_to(self, size: int) -> None:
        """Write rows until there are so many edits, some thousand in each transaction."""
        from django.db import connection, transaction

        while self.made < size:
            with transaction.atomic():
                self._write(min(_AT_ONCE, size - self.made))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Of all rows, not of some by chance: the same wiki is asked in the same way each time.
                cursor.execute("SET default_statistics_target = 1000")
                # A merge reads what stands between the wanted rows, too. Here it is as dear as asking for each of them,
                # and the dead rows that other tests have left decide which of both is taken.
                cursor.execute("SET enable_mergejoin = off")
            cursor.execute("ANALYZE")  # As databases in use do by themselves.

    def lists(self) -> dict[str, Callable[[], object]]:
        """The lists, each by what its page asks: at its beginning, and far down."""
        of_all = self._of_edits() | self._of_proposals() | self._of_the_log() | self._of_moderators()
        return of_all | self._of_the_admin()

    def _of_edits(self) -> dict[str, Callable[[], object]]:
        from articles import history, lists
        from articles.models import Edit
        from articles.recent import Wanted

        page, person = self.pages[0], self.author.pk
        section = self.sections[page.pk]
        middle = Edit.objects.order_by("pk").values_list("pk", flat=True)[self.made // 2]
        narrowed = {
            "that wait for a look": Wanted(unseen=True),
            "of new people": Wanted(new=True),
            "of a tag": Wanted(tag="bench"),
            "of a tag that nothing has": Wanted(tag="none"),
            "of a topic": Wanted(topic="Listed"),
            "of a topic that nothing has": Wanted(topic="None"),
            "of templates": Wanted(namespace="template"),
            "of small edits": Wanted(minor="only"),
            "by somebody": Wanted(by="Bench"),
        }
        return {
            "recent changes": lambda: history.recent_changes().rows,
            "recent changes, far down": lambda: history.recent_changes(before=middle).rows,
            "recent changes, newer ones": lambda: history.recent_changes(after=middle).rows,
            "recent changes, with what is hidden": lambda: history.recent_changes(hidden_too=True).rows,
            **{
                f"recent changes {words}": lambda wanted=wanted: history.recent_changes(wanted).rows
                for words, wanted in narrowed.items()
            },
            "history": lambda: history.edits_of(page).rows,
            "history, far down": lambda: history.edits_of(page, before=self.numbers[page.pk] // 2).rows,
            "history of a section": lambda: history.edits_of_section(page, section).rows,
            "contributions": lambda: history.contributions_of([person]).rows,
            "contributions, far down": lambda: history.contributions_of([person], before=middle).rows,
            "contributions, with what is hidden": lambda: history.contributions_of([person], hidden_too=True).rows,
            "a person": lambda: lists.person("Bench", is_imported=True),
            "facts of a page": lambda: lists.facts_of(page),
            "edits and authors, counted before": lists._edits_of_the_day,
            "new articles": lists.new_pages,
            "short articles": lists.short_pages,
            "long articles": lists.long_pages,
            "all pages": lambda: lists.all_pages("article"),
            "links to a page": lambda: lists.links_to(page.full_title),
        }

    def _of_proposals(self) -> dict[str, Callable[[], object]]:
        from django.db.models.functions import Abs

        from articles import topics
        from articles.models import Proposal
        from articles.moderation import measuring
        from articles.reviewing import waiting
        from articles.reviewing.waiting import Wanted

        rows = Proposal.objects.waiting()
        below = rows.values_list("pk", flat=True)[rows.count() // 10]
        large = rows.order_by(Abs("size_change").desc(), "pk").values_list("pk", flat=True)[rows.count() // 10]
        narrowed = {
            "the newest first": Wanted(order="newest"),
            "the largest first": Wanted(order="largest"),
            "the largest first, far down": Wanted(order="largest", after=large),
            "far down": Wanted(after=below),
            "of a topic": Wanted(topic="Listed"),
            "of a topic that nothing has": Wanted(topic="None"),
            "of somebody's topics": Wanted(topics=("Listed", "None")),
            "of nobody": Wanted(author="Nobody"),
            "of an age that none has": Wanted(age=9000),
            "of small ones": Wanted(size="small"),
            "of large ones": Wanted(size="large"),
            "of risky ones": Wanted(risk="risky"),
            "of calm ones": Wanted(risk="calm"),
            "given back": Wanted(state=Proposal.State.RETURNED),
        }
        return {
            "queue of proposals": waiting.queue,
            **{f"queue {words}": lambda wanted=wanted: waiting.queue(wanted) for words, wanted in narrowed.items()},
            "proposals that wait, counted up to fifty": lambda: waiting.count_waiting(50),
            "proposals of somebody": lambda: waiting.proposals_of(self.others[1]),
            "what waits, for a mail": lambda: waiting.what_waits(for_author=self.author),
            "what waits of topics, for a mail": lambda: waiting.what_waits(topics=["None"], for_author=self.author),
            "how long proposals have waited": measuring.queue,
            "proposals in topics": lambda: topics.waiting_in(["Listed", "None"]),
            "topics that are offered": topics.offered,
        }

    def _of_the_log(self) -> dict[str, Callable[[], object]]:
        from django.utils import timezone

        from articles import logbook

        page, today = self.pages[0], timezone.now().date()
        long_ago = today - timedelta(days=728)
        wanted = {
            "log": logbook.Wanted(),
            "log of a deed": logbook.Wanted(what="article.hide"),
            "log of a deed that nobody did": logbook.Wanted(what="none"),
            "log of a page": logbook.Wanted(target=page.full_title),
            "log of a deed with a page": logbook.Wanted(what="article.protect", target=page.full_title),
            "log of nobody": logbook.Wanted(who="nobody"),
            "log until nearly two years ago": logbook.Wanted(until=long_ago),
            "log since then": logbook.Wanted(since=long_ago),
        }
        return {name: lambda wanted=each: logbook.page(wanted).rows for name, each in wanted.items()}

    def _of_moderators(self) -> dict[str, Callable[[], object]]:
        from articles import judging
        from articles.moderation import filtering, inbox
        from bench import texts
        from wiki.cases import deciding

        user: Any = texts.moderator()
        kinds = {kind.name: lambda kind=kind: kind.waiting(user) for kind in inbox.kinds()}
        return {
            **{f"inbox, kind “{name}”": each for name, each in kinds.items()},
            "risky edits to look at": judging.unseen,
            "cases": lambda: deciding.cases(user),
            "cases, closed": lambda: deciding.cases(user, closed=True),
            "what filters found": filtering.hits,
            "what a filter found": lambda: filtering.hits(filter_id=self.filter.pk),
        }

    def _of_the_admin(self) -> dict[str, Callable[[], object]]:
        from django.contrib import admin
        from django.test import RequestFactory

        from articles.models import Article, Edit, LogEntry, Proposal
        from bench import texts

        user = texts.moderator()

        def listed(model: type[Any], **asked: str) -> object:
            request = RequestFactory().get("/", asked)
            request.user = user
            found: Any = admin.site.get_model_admin(model).get_changelist_instance(request)
            # Without the people who are named beside each row: how few these are decides how they are joined.
            rows = [*found.result_list.values_list("pk", flat=True)]
            return rows, found.dates, [[*each.choices(found)] for each in found.filter_specs]

        return {
            "admin, edits": lambda: listed(Edit),
            "admin, proposals": lambda: listed(Proposal),
            "admin, articles": lambda: listed(Article),
            "admin, log": lambda: listed(LogEntry),
            "admin, log of a deed": lambda: listed(LogEntry, what="article.hide"),
            "admin, log of a deed that nobody did": lambda: listed(LogEntry, what="article.undo"),
            "admin, log of a year": lambda: listed(LogEntry, when__year=str(_first_of(LogEntry, "when").year)),
            "admin, proposals of this year": lambda: listed(Proposal, made__year=str(_first_of(Proposal, "made").year)),
            "admin, edits of this year": lambda: listed(Edit, time__year=str(_first_of(Edit, "time").year)),
        }

    def _write(self, many: int) -> None:
        from django.utils import timezone
        from reversion.models import Revision

        from articles.models import Edit

        now = timezone.now()
        revisions = Revision.objects.bulk_create(Revision(date_created=now, comment="") for _number in range(many))
        edits = []
        for at, revision in enumerate(revisions):
            page = self.pages[0] if at % 2 else self.pages[(self.made + at) // 2 % len(self.pages)]
            author = self.author if at % 4 < 2 else self.others[at % len(self.pages)]
            self.numbers[page.pk] += 1
            when = now + timedelta(milliseconds=self.made + at)
            edits.append(_edit(page, revision, self.numbers[page.pk], author, when))
        Edit.objects.bulk_create(edits)
        self._mark(edits)
        self._log(many, now)
        self._propose(many // 10, now)
        self._report(many // 10, now, edits)
        self.made += many

    def _mark(self, edits: list[Any]) -> None:
        """Every second edit waits for a look, a tenth of them for new people's sake or a risk's; a tenth has a tag."""
        from articles.models import Patrol, Tagged

        rows = list(enumerate(edits))
        Patrol.objects.bulk_create(
            Patrol(edit=edit, by_somebody_new=at % 20 == 0, is_risky=at % 20 == 10) for at, edit in rows[::2]
        )
        Tagged.objects.bulk_create(Tagged(edit=edit, name="bench") for _at, edit in rows[::10])

    def _log(self, many: int, now: Any) -> None:
        """Rows of the log, chained as `record` chains them."""
        from articles import logbook
        from articles.models import LogEntry

        number, last = logbook.newest()
        rows = []
        for at in range(many):
            page = self.pages[0] if at % 2 else self.pages[(number + at) // 2 % len(self.pages)]
            # Two hundred thousand rows are two years of a busy wiki.
            when = now - timedelta(days=730) + timedelta(minutes=5 * (self.made + at))
            entry = LogEntry(
                number=number + at + 1,
                what="article.hide" if at % 3 else "article.protect",
                target=page.full_title,
                why="bench",
                when=when,
                after={"edit": at},
                previous_hash=last,
            )
            entry.hash = last = logbook._hash_of(entry)
            rows.append(entry)
        LogEntry.objects.bulk_create(rows)

    def _propose(self, many: int, now: Any) -> None:
        from articles.models import Proposal

        states = (Proposal.State.WAITING, Proposal.State.ACCEPTED)
        Proposal.objects.bulk_create(
            Proposal(
                namespace=page.namespace,
                title=page.title,
                article=page,
                base=page.current_edit,
                section="0",
                blob_id=page.text_id,
                author=self.others[1 if at % 2 else at % len(self.pages)],
                made=now + timedelta(milliseconds=self.made + at),
                changed=now,
                state=states[at % 2],
                size_change=at * 7919 % 3_001 - 1_500,
                risks=[["dose", 1, ["5 mg"], ["50 mg"], False]] if at % 100 == 0 else [],
            )
            for at, page in ((at, self.pages[at % len(self.pages)]) for at in range(many))
        )

    def _report(self, many: int, now: Any, edits: list[Any]) -> None:
        """Reports of readers, every second of which is closed, and what a filter found, half of it looked at."""
        from articles.models import FilterHit
        from wiki.cases.models import Case

        FilterHit.objects.bulk_create(
            FilterHit(
                filter=self.filter,
                version=1,
                action=self.filter.action,
                author=self.others[at % len(self.pages)],
                title=edits[at].title,
                edit=edits[at],
                looked_at_by=self.author if at % 2 else None,
            )
            for at in range(many)
        )
        Case.objects.bulk_create(
            Case(
                article=page,
                section_id=self.sections[page.pk],
                edit=page.current_edit,
                quote="A line.",
                category=Case.Category.WRONG,
                words="bench",
                due=now + timedelta(minutes=at),
                state=(Case.State.WAITING, Case.State.CLOSED)[at % 2],
                closed=now if at % 2 else None,
            )
            for at, page in ((at, self.pages[at % len(self.pages)]) for at in range(many))
        )


def _first_of(model: type[Any], field: str) -> Any:
    return model.objects.order_by(field).values_list(field, flat=True)[0]


def _edit(page: Any, revision: Any, number: int, author: Any, now: Any) -> Any:
    from articles.models import Edit

    return Edit(
        revision=revision,
        article=page,
        number=number,
        blob_id=page.text_id,
        title=page.full_title,
        author=author,
        time=now,
        kind=Edit.Kind.EDIT,
        outline=page.current_edit.outline,
        summary="bench",
        size=8,
        size_change=0,
    )


def _seconds(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start
