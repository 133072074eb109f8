"""Lists of pages, of what is missing, of people; the facts of a page; numbers of the whole wiki.

A list goes on by key, never by OFFSET, and shows what a reader may know of. What can be had only by reading the whole
wiki is asked anew while the wiki is small; in a large one it is kept for some minutes, and says when it was made.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db import connections, router
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import notices
from articles.models import Article, Author, Dependency, Edit, Share
from articles.models.articles import Unsteered
from articles.text import titles

LETTERS: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
PAGE_SIZE = 100
# Up to so many rows are counted, or ranked, at each request: a few milliseconds.
SMALL = 1_000
# So many titles are looked at for one page of orphaned ones, and so many stubs are ranked.
WINDOW = 2_000
RANKED = 1_000
_KEPT_SECONDS: Final = 600
_DAY: Final = 86_400
_EDITS_KEPT_AS: Final = "lists:edits-of-the-day"
_MOST_COUNTED: Final = 500
# Of the edits of one page.
MOST_EDITS: Final = 10_000
_NAMESAKES: Final = 20
_MOST_WRITERS: Final = 5
# From the least to the most: groups, and who is needed to edit a protected page.
_ROLES: Final = ("contributor", "editor", "reviewer", "moderator", "administrator")

_Row = TypeVar("_Row")
_Made = TypeVar("_Made")


class NoSuchPlace(Http404):
    """The key of a list's next page is none that a list gave out."""


@dataclass(frozen=True)
class Listing(Generic[_Row]):
    """A page of a list; `next` is the key with which the one after it begins, empty at the end.

    `counted` is when a list that was kept for some minutes was made.
    """

    rows: list[_Row]
    next: str
    counted: datetime | None = None


@dataclass(frozen=True)
class Named:
    """A page's full title, and whether it only leads to another."""

    full_title: str
    is_redirect: bool


@dataclass(frozen=True)
class Counted:
    """A title or topic, and how many of what the list counts."""

    title: str
    number: int
    is_more: bool = False


@dataclass(frozen=True)
class Stub:
    """An article that should become longer, and how many pages link to it."""

    article: Article
    links: int


@dataclass(frozen=True)
class Writer:
    """Somebody whose words a page has: of a hundred, so many, rounded down."""

    author: Author
    percent: int


@dataclass(frozen=True)
class Facts:
    """What is known of a page beside its text; of more than MOST_EDITS edits, the authors of the newest of them."""

    first: Edit | None
    edits: int
    authors: int
    writers: list[Writer]
    redirects: int
    links: int
    stub_topic: str
    categories: list[str]

    @property
    def has_more_edits(self) -> bool:
        """Whether counting stopped before the end."""
        return self.edits >= MOST_EDITS


@dataclass(frozen=True)
class Person:
    """Somebody who signs edits: an account, a visitor, or a name that came with imported text."""

    name: str
    display_name: str
    kind: str
    role: str
    since: datetime | None
    is_closed: bool
    author_ids: list[int]
    edits: int

    @property
    def has_more_edits(self) -> bool:
        """Whether counting stopped before the end."""
        return self.edits > SMALL


@dataclass(frozen=True)
class Numbers:
    """How much there is; `counted` is empty when it was counted for this very page."""

    articles: int
    redirects: int
    pages: int
    stubs: int
    edits: int
    authors: int
    counted: datetime | None = None


# --- Pages -------------------------------------------------------------------------------------------------------


def letters() -> list[tuple[str, bool]]:
    """Return each letter, and whether an article's title begins with it: one query, an index look-up a letter."""
    connection = connections[router.db_for_read(Article)]
    with connection.cursor() as cursor:
        cursor.execute(*_question_of_letters(connection.vendor))
        row = cursor.fetchone()
    return [(letter, bool(is_used)) for letter, is_used in zip(LETTERS, row or [False] * len(LETTERS), strict=True)]


@lru_cache
def _question_of_letters(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    # Put into words once: Django takes ten times as long for that as the database for the answer.
    begins = {
        letter: Exists(_in_alphabet().filter(title__gte=letter, title__lt=chr(ord(letter) + 1)).values("pk"))
        for letter in LETTERS
    }
    rows = Article.objects.order_by("pk").annotate(**begins).values_list(*LETTERS)[:1]
    return rows.query.sql_with_params()


def all_pages(namespace: str, beginning: str = "") -> Listing[Named]:
    """Return the pages of one kind in alphabetical order from a beginning on, redirects among them."""
    rows = Article.objects.published().in_namespace(namespace).filter(title__gte=_storable(beginning))
    found = list(rows.order_by("title").values_list("title", "redirect_to")[: PAGE_SIZE + 1])
    named = [Named(titles.full(namespace, title), bool(redirect_to)) for title, redirect_to in found[:PAGE_SIZE]]
    return Listing(named, found[PAGE_SIZE][0] if len(found) > PAGE_SIZE else "")


def new_pages(before: int | None = None, size: int = PAGE_SIZE) -> Listing[Article]:
    """Return the articles made last."""
    rows = Article.objects.listed()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _listing(list(rows.order_by("-pk")[: size + 1]), size, lambda article: str(article.pk))


def changed_last(size: int) -> list[str]:
    """Return the full titles of the pages that were changed last, the newest first; no redirects."""
    rows = Article.objects.listed().order_by("-current_edit_id").values_list("namespace", "title")
    return [titles.full(namespace, title) for namespace, title in rows[:size]]


def short_pages(after: str = "") -> Listing[Article]:
    """Return the articles with the fewest words first."""
    return _listing(_shortest(_with_a_length(), after, PAGE_SIZE + 1), PAGE_SIZE, _length_key)


def long_pages(after: str = "") -> Listing[Article]:
    """Return the articles with the most words first."""
    rows = _with_a_length()
    if after:
        words, pk = _numbers(after, 2)
        rows = rows.filter(words__lte=words).exclude(words=words, pk__gte=pk)
    return _listing(list(rows.order_by("-words", "-pk")[: PAGE_SIZE + 1]), PAGE_SIZE, _length_key)


def orphaned_pages(after: str = "") -> Listing[str]:
    """Return titles of articles that no other page links to, of the next so many in the alphabet: two queries."""
    rows = _in_alphabet().filter(title__gt=_storable(after)).order_by("title")
    window = list(rows.values_list("title", flat=True)[: WINDOW + 1])
    if not window:
        return Listing([], "")
    last = window[WINDOW - 1] if len(window) > WINDOW else window[-1]
    naming = _links().filter(target=OuterRef("title")).exclude(article=OuterRef("pk"))
    alone = rows.filter(~Exists(naming), title__lte=last).values_list("title", flat=True)
    found = list(alone[: PAGE_SIZE + 1])
    if len(found) > PAGE_SIZE:
        return Listing(found[:PAGE_SIZE], found[PAGE_SIZE - 1])
    return Listing(found, last if len(window) > WINDOW else "")


def links_to(full_title: str, after: int | None = None) -> Listing[Article]:
    """Return the pages whose text links or leads to this title, whether it is written or not."""
    rows = _links().filter(target=full_title, sort_key="")
    if after is not None:
        rows = rows.filter(article_id__gt=after)
    found = [row.article for row in rows.select_related("article").order_by("article_id")[: PAGE_SIZE + 1]]
    return _listing(found, PAGE_SIZE, lambda article: str(article.pk))


def random_article() -> Article | None:
    """Return any article; None while there is none. Three look-ups by number, however large the wiki is."""
    by_number = Article.objects.listed().order_by("pk")
    numbers = by_number.values_list("pk", flat=True)
    first, last = numbers.first(), numbers.last()
    if first is None or last is None:
        return None
    return by_number.filter(pk__gte=first + secrets.randbelow(last - first + 1)).first()


def facts_of(article: Article) -> Facts:
    """Return what is known of a page beside its text."""
    rows = Edit.objects.filter(article=article, hidden_text=False)
    naming = _published().filter(target=article.full_title)
    categories = article.dependencies.filter(kind=Dependency.Kind.CATEGORY).order_by("target")
    counted = rows.order_by("-number")[:MOST_EDITS].aggregate(
        edits=Count("pk"), authors=Count("author", distinct=True, filter=Q(hidden_author=False))
    )
    return Facts(
        first=rows.select_related("author").defer("outline", "tags").order_by("number").first(),
        **counted,
        writers=_writers_of(article),
        redirects=naming.filter(kind=Dependency.Kind.REDIRECT)[: _MOST_COUNTED + 1].count(),
        links=naming.filter(kind=Dependency.Kind.LINK)[: _MOST_COUNTED + 1].count(),
        stub_topic=notices.stub_topic_of(article),
        categories=[*categories.values_list("target", flat=True), *filter(None, [notices.stub_category_of(article)])],
    )


def _writers_of(article: Article) -> list[Writer]:
    """Return those who wrote most of a text, each at least a hundredth of it; hidden names are counted, not named."""
    of_all = Share.objects.filter(article=article).values("article").annotate(words=Sum("words")).values("words")
    rows = Author.objects.who_wrote(article).select_related("account").annotate(of=Subquery(of_all))
    most: Iterable[Any] = rows[:_MOST_WRITERS]  # Any, for mypy knows no annotations.
    writers = [Writer(row, 100 * row.words // (row.of or 1)) for row in most]
    return [writer for writer in writers if writer.percent]


# --- What is missing ---------------------------------------------------------------------------------------------


def wanted(after: str = "", size: int = PAGE_SIZE) -> Listing[Counted]:
    """Return titles that articles link to and nobody has written, those that most articles link to first."""
    counted, ranking = _fresh_or_kept(
        "wanted", _ranking_of_wanted, Dependency.objects.filter(kind=Dependency.Kind.LINK)
    )
    place = _wanted_place(after)
    rest = [(title, number) for title, number in ranking if (-number, title) > place]
    page = rest[:size]
    shown = page if counted is None else _counted_anew(page)
    return Listing(
        [Counted(title, number) for title, number in shown],
        "{1}-{0}".format(*page[-1]) if len(rest) > size else "",
        counted,
    )


def stubs(topic: str, *, after: str = "", size: int = PAGE_SIZE) -> Listing[Stub]:
    """Return the stubs of a topic, or with an empty one all of them, the shortest first."""
    listing = _listing(_shortest_stubs(topic, size + 1, after), size, _length_key)
    links = _links_to_each(listing.rows)
    return Listing([Stub(article, links.get(article.title, 0)) for article in listing.rows], listing.next)


def stubs_in(category: str, *, after: str = "") -> Listing[Stub]:
    """Return the articles that stand in a category by being stubs, the shortest first; none in any other category."""
    topics = topics_of_category(category)
    return stubs(topics[0], after=after) if topics else Listing([], "")


def most_linked_stubs(topic: str, *, after: str = "", size: int = PAGE_SIZE) -> Listing[Stub]:
    """Return the stubs of a topic, of the RANKED shortest, those that most pages link to first."""
    candidates = _shortest_stubs(topic, RANKED)
    links = _links_to_each(candidates)
    ranking = [Stub(article, links.get(article.title, 0)) for article in candidates]
    ranking.sort(key=lambda stub: (-stub.links, stub.article.pk))
    if after:
        number, pk = _numbers(after, 2)
        ranking = [stub for stub in ranking if (-stub.links, stub.article.pk) > (-number, pk)]
    return _listing(ranking, size, lambda stub: f"{stub.links}-{stub.article.pk}")


def stub_topics() -> list[Counted]:
    """Return the topics that have stubs, and how many each has, in alphabetical order."""
    _when, topics = _fresh_or_kept("stub_topics", _topics_counted, Article.objects.all())
    return [Counted(topic, number) for topic, number in topics]


def topics_of_category(category: str) -> list[str]:
    """Return the stub topics, as a text may spell them, whose articles stand in this category by being stubs.

    >>> topics_of_category("Medicine stubs")
    ['medicine', 'Medicine']
    """
    topic, ending = category[: -len(" stubs")], category[-len(" stubs") :]
    if ending != " stubs" or not topic:
        return []
    return list(dict.fromkeys([topic[0].lower() + topic[1:], topic[0].upper() + topic[1:]]))


# --- Categories --------------------------------------------------------------------------------------------------


def categories(beginning: str = "") -> Listing[Counted]:
    """Return the names of categories with a page in them, and how many (up to a thousand), from a beginning on.

    One look-up a name: a category's members are not read to find the next name.
    """
    beginning = _storable(beginning)
    with connections[router.db_for_read(Article)].cursor() as cursor:
        cursor.execute(_NAMES_OF_CATEGORIES, [beginning, PAGE_SIZE, _MOST_COUNTED + 1])
        found = [(name, number) for name, number in cursor.fetchall() if name is not None]
    further = found[PAGE_SIZE][0] if len(found) > PAGE_SIZE else ""
    counts = {name: number for name, number in found[:PAGE_SIZE] if number}
    for topic in stub_topics():
        name = notices.stub_category(topic.title)
        if name >= beginning and name and (not further or name < further):
            counts[name] = counts.get(name, 0) + topic.number
    rows = [
        Counted(name, min(number, _MOST_COUNTED), number > _MOST_COUNTED) for name, number in sorted(counts.items())
    ]
    return Listing(rows, further)


# --- People ------------------------------------------------------------------------------------------------------


def person(name: str, *, is_imported: bool = False) -> Person:
    """Return who signs with this name, an account before all others; 404 where no reader can know of anybody.

    Without an account only published edits that show their author make a person known.
    """
    name = _storable(name)
    account = None if is_imported else _account_named(name.replace("_", " "))
    authors = list(_authors_of(account, name, is_imported=is_imported))
    ids = [author.pk for author in authors]
    edits = Edit.objects.signed_by(ids)[: SMALL + 1].count() if ids else 0
    is_closed = account is not None and not account.is_active  # type: ignore[attr-defined]  # As of every account.
    if not edits and (account is None or is_closed):
        raise Http404(_("Nobody has signed a change here as “%s”.") % name[:100])
    if account is None:
        kind = "visitor" if authors[0].is_visitor else "imported"
        return Person(authors[0].name, "", kind, "", None, False, ids, edits)
    return Person(
        name=account.get_username(),  # type: ignore[attr-defined]
        display_name=account.get_full_name(),  # type: ignore[attr-defined]
        kind="account",
        role=_role_of(account),
        since=account.date_joined,  # type: ignore[attr-defined]
        is_closed=is_closed,
        author_ids=ids,
        edits=edits,
    )


# --- Numbers -----------------------------------------------------------------------------------------------------


def numbers() -> Numbers:
    """Return how much there is."""
    counted, made = _fresh_or_kept(
        "numbers",
        lambda: _numbers_counted(*_edits_of_all_time()),
        Edit.objects.all(),
        lambda: _numbers_counted(*_edits_of_the_day()),
    )
    return replace(made, counted=counted)


def article_count() -> tuple[datetime | None, int]:
    """Return how many articles there are, and when they were counted if that is kept."""
    return _fresh_or_kept("articles", Article.objects.listed().count, Article.objects.all())


def _numbers_counted(edits: int, authors: int) -> Numbers:
    published = Article.objects.published()
    articles = published.in_namespace("article")
    return Numbers(
        articles=Article.objects.listed().count(),
        redirects=articles.exclude(redirect_to="").count(),
        pages=published.count(),
        stubs=sum(number for _topic, number in _topics_counted()),
        edits=edits,
        authors=authors,
    )


def _edits_of_all_time() -> tuple[int, int]:
    """Return how many edits there are, and of how many authors."""
    return _edits_and_authors(Edit.objects.visible(), Q())


def _edits_of_the_day() -> tuple[int, int]:
    """As all are counted once a day, with those made since. One that is hidden meanwhile is counted for as long."""
    day = timezone.now().date()
    newest = Edit.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    kept: tuple[Any, int, int, int] = cache.get(_EDITS_KEPT_AS) or (None, 0, 0, 0)
    upto, edits, authors = kept[1:] if kept[0] == day else (0, 0, 0)
    before = Edit.objects.visible().filter(pk__lte=upto, hidden_author=False, author=OuterRef("author"))
    since = Edit.objects.visible().filter(pk__gt=upto, pk__lte=newest)
    more_edits, more_authors = _edits_and_authors(since, ~Exists(before) if upto else Q())
    counted = edits + more_edits, authors + more_authors
    cache.set(_EDITS_KEPT_AS, (day, newest, *counted), _DAY)
    return counted


def _edits_and_authors(edits: QuerySet[Edit], of_whom: Any) -> tuple[int, int]:
    signed = edits.filter(of_whom, hidden_author=False)
    return edits.count(), signed.aggregate(people=Count("author", distinct=True))["people"]


# --- Keys and pages ----------------------------------------------------------------------------------------------


def _listing(found: list[_Row], size: int, key: Callable[[_Row], str]) -> Listing[_Row]:
    return Listing(found[:size], key(found[size - 1]) if len(found) > size else "")


def _length_key(article: Article) -> str:
    return f"{article.words}-{article.pk}"


def _numbers(key: str, count: int) -> list[int]:
    parts = key.split("-")
    if len(parts) != count or not all(re.fullmatch(r"[0-9]{1,18}", part) for part in parts):
        raise NoSuchPlace(key)
    return [int(part) for part in parts]


def _wanted_place(after: str) -> tuple[int, str]:
    if not after:
        return (-(10**9), "")
    number, _hyphen, title = after.partition("-")
    return (-_numbers(number, 1)[0], title)


def _storable(beginning: str) -> str:
    # PostgreSQL takes no NUL, and neither database half a character; no title has one.
    return beginning.encode(errors="ignore").decode().replace("\0", "")[: titles.MAX_TITLE]


def _in_alphabet() -> QuerySet[Article]:
    return Article.objects.listed().in_namespace("article")


def _with_a_length() -> QuerySet[Article]:
    return Article.objects.listed().without_redirects()


def _published() -> QuerySet[Dependency]:
    """What published pages name."""
    return Dependency.objects.alias(in_state=Unsteered("article__state")).filter(in_state=Article.State.PUBLISHED)


def _links() -> QuerySet[Dependency]:
    return _published().filter(kind=Dependency.Kind.LINK)


def _links_of_articles() -> QuerySet[Dependency]:
    return _links().alias(of_kind=Unsteered("article__namespace")).filter(of_kind="article")


def _shortest(rows: QuerySet[Article], after: str, most: int) -> list[Article]:
    if after:
        words, pk = _numbers(after, 2)
        rows = rows.filter(words__gte=words).exclude(words=words, pk__lte=pk)
    return list(rows.order_by("words", "pk")[:most])


# --- Stubs -------------------------------------------------------------------------------------------------------


def _shortest_stubs(topic: str, most: int, after: str = "") -> list[Article]:
    """Merge the stubs that are marked so and those that are merely short: each is one stretch of an index."""
    found = [article for rows in _stretches(topic) for article in _shortest(rows, after, most)]
    return sorted(found, key=lambda article: (article.words, article.pk))[:most]


def _stretches(topic: str) -> list[QuerySet[Article]]:
    short = _with_a_length().filter(words__lt=notices.stub_words())
    if not topic:
        longer = _with_a_length().filter(words__gte=notices.stub_words())
        spellings = [spelling for each in stub_topics() for spelling in topics_of_category(f"{each.title} stubs")]
        return [short, *(longer.filter(stub_topic=spelling) for spelling in spellings)]
    spellings = topics_of_category(f"{topic} stubs")
    stretches = [_with_a_length().filter(stub_topic=spelling) for spelling in spellings]
    return [*stretches, short.filter(stub_topic="")] if notices.DEFAULT_STUB_TOPIC in spellings else stretches


def _links_to_each(articles: Iterable[Article]) -> dict[str, int]:
    """How many pages link to each article: one query."""
    naming = _links().filter(target__in=[article.title for article in articles])
    return dict(naming.values_list("target").annotate(links=Count("pk")))


def _topics_counted() -> list[tuple[str, int]]:
    marked = _with_a_length().exclude(stub_topic="").values_list("stub_topic").annotate(number=Count("pk"))
    counts: dict[str, int] = {}
    for topic, number in marked:
        name = topic[0].lower() + topic[1:]
        counts[name] = counts.get(name, 0) + number
    short = _with_a_length().filter(stub_topic="", words__lt=notices.stub_words()).count()
    if short:
        counts[notices.DEFAULT_STUB_TOPIC] = counts.get(notices.DEFAULT_STUB_TOPIC, 0) + short
    return sorted(counts.items())


# --- Wanted pages ------------------------------------------------------------------------------------------------


def _ranking_of_wanted() -> list[tuple[str, int]]:
    written = Article.objects.published().in_namespace("article").filter(title=OuterRef("target"))
    rows = _links_of_articles().filter(~Exists(written)).values_list("target").annotate(links=Count("pk"))
    ranking = ((title, links) for title, links in rows.order_by("-links", "target")[: 2 * RANKED])
    # Pages of other kinds are wanted by nobody who looks for an article to write.
    return list(islice((row for row in ranking if titles.parse(row[0]).namespace == "article"), RANKED))


def _counted_anew(page: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """What was kept may be minutes old: leave out what was written or unlinked since."""
    names = [title for title, _number in page]
    counts = dict(_links_of_articles().filter(target__in=names).values_list("target").annotate(links=Count("pk")))
    written = set(
        Article.objects.published().in_namespace("article").filter(title__in=names).values_list("title", flat=True)
    )
    return [(title, counts[title]) for title in names if title in counts and title not in written]


# --- Categories, in one statement --------------------------------------------------------------------------------

# Each name is found from the one before it, and its members are counted up to a limit.
_NAMES_OF_CATEGORIES: Final = """
WITH RECURSIVE names(name, place) AS (
    SELECT (SELECT MIN(target) FROM articles_dependency WHERE kind = 'category' AND target >= %s), 0
    UNION ALL
    SELECT (SELECT MIN(target) FROM articles_dependency WHERE kind = 'category' AND target > names.name), place + 1
    FROM names WHERE names.name IS NOT NULL AND place < %s
)
SELECT name, (
    SELECT COUNT(*) FROM (
        SELECT 1 FROM articles_dependency AS member JOIN articles_article AS article ON article.id = member.article_id
        WHERE member.kind = 'category' AND member.target = names.name AND article.state = 'published' LIMIT %s
    ) AS counted
) FROM names ORDER BY place
"""


# --- People's names ----------------------------------------------------------------------------------------------


def _account_named(name: str) -> Model | None:
    try:
        account: Model = get_user_model()._default_manager.get_by_natural_key(name)
    except ObjectDoesNotExist:
        return None
    return account


def _authors_of(account: Model | None, name: str, *, is_imported: bool) -> QuerySet[Author]:
    if account is not None:
        return Author.objects.filter(account=account.pk)
    # Of imported names either spelling may be meant: nobody asked them to have one.
    rows = Author.objects.filter(name__in={name, name.replace("_", " ")}, account=None)
    visitors = rows.filter(is_visitor=True)
    if not is_imported and visitors.exists():
        return visitors.order_by("pk")[:_NAMESAKES]
    return rows.filter(is_visitor=False).order_by("pk")[:_NAMESAKES]


def _role_of(account: Model) -> str:
    """The highest of the roles that the account's groups give it; other groups are no roles."""
    names = account.groups.filter(name__in=_ROLES).values_list("name", flat=True)  # type: ignore[attr-defined]
    return max(names, key=_ROLES.index, default="")


# --- Asked anew, or kept -----------------------------------------------------------------------------------------


def _fresh_or_kept(
    name: str,
    make: Callable[[], _Made],
    rows: QuerySet[Article] | QuerySet[Edit] | QuerySet[Dependency],
    make_of_many: Callable[[], _Made] | None = None,
) -> tuple[datetime | None, _Made]:
    """Return what `make` makes, anew while there are few rows to read for it, else as kept, with its time."""
    if rows.values("pk")[: SMALL + 1].count() <= SMALL:
        return None, make()
    kept: tuple[datetime, _Made] | None = cache.get(f"lists:{name}")
    if kept is None:
        kept = (timezone.now(), (make_of_many or make)())
        cache.set(f"lists:{name}", kept, _KEPT_SECONDS)
    return kept
