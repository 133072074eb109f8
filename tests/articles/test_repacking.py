"""Old texts packed tightly: the same to the byte, and gone where the law wants them gone."""

import random
import zlib

import pytest

from articles import repacking, upkeep
from articles.models import Article, Edit, TextBlob
from articles.moderation import erasing
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

SECRET = "Ada lives in Tower Street"


def words(number: int, count: int = 400) -> str:
    chosen = random.Random(number)
    return " ".join("".join(chosen.choices("abcdefghij", k=7)) for _ in range(count))


@pytest.fixture
def page(db) -> Article:
    """A page of twelve versions, each a line longer; every fourth can be what others are told from."""
    article = factories.article("Asthma", f"{words(1)}\n")
    for number in range(2, 13):
        text = f"{words(1)}\n" + "".join(f"\nLine {line}: {words(line, 20)}.\n" for line in range(2, number + 1))
        factories.edit(article, text)
    return Article.objects.get(pk=article.pk)


@pytest.fixture(autouse=True)
def few_from_one(monkeypatch):
    monkeypatch.setattr(repacking, "_FROM_ONE", 4)


def texts() -> dict[str, str]:
    return {blob.sha256: blob.text for blob in TextBlob.objects.all()}


def codecs(article: Article) -> list[str]:
    return list(Edit.objects.filter(article=article).order_by("number").values_list("blob__codec", flat=True))


def repack() -> list[repacking.Packed]:
    return list(repacking.repack())


def test_every_text_is_the_same_afterwards(page):
    before = texts()
    assert len(repack()) == 11
    assert texts() == before
    assert all(TextBlob.hash_of(text) == sha256 for sha256, text in texts().items())


def test_it_takes_a_fraction_of_the_room(page):
    packed = repack()
    assert sum(each.after for each in packed) < sum(each.before for each in packed) / 2


def test_the_text_that_a_page_has_now_is_left_as_it_is(page):
    repack()
    assert Article.objects.get(pk=page.pk).text.codec == TextBlob.Codec.ZLIB


def test_each_is_at_most_one_other_text_away(page):
    repack()
    told = ["zstd-delta"] * 3
    assert codecs(page) == ["zstd", *told, "zstd", *told, "zstd", *told[:2], "zlib"]
    assert all(blob.base.stands_alone for blob in TextBlob.objects.exclude(base=None))


def test_run_again_it_packs_only_what_is_new(page):
    repack()
    assert repack() == []
    factories.edit(page, "Another.\n")
    assert len(repack()) == 1


def test_broken_off_it_goes_on(page):
    run = repacking.repack()
    next(run)
    next(run)
    run.close()
    before = texts()
    assert len(repack()) == 9 and texts() == before


def test_a_version_that_is_brought_back_stands_alone_again(page):
    repack()
    old = Edit.objects.select_related("blob").get(article=page, number=3)
    assert not old.blob.stands_alone
    factories.edit(page, old.blob.text)
    now = Article.objects.get(pk=page.pk)
    assert now.text_id == old.blob_id and now.text.stands_alone


def test_what_others_are_told_from_is_never_told_from_another(page):
    """The first text of this page is the second of another."""
    first = Edit.objects.select_related("blob").get(article=page, number=1).blob.text
    other = factories.article("Other", f"{words(9)}\n")
    factories.edit(other, first)
    factories.edit(other, "Short.\n")
    repack()
    factories.edit(page, "Short, too.\n")
    repack()
    assert all(blob.base.stands_alone for blob in TextBlob.objects.exclude(base=None).select_related("base"))


def test_a_damaged_text_is_told_and_left(page):
    blob = Edit.objects.get(article=page, number=2).blob
    with unlocked("damage"):
        TextBlob.objects.filter(pk=blob.pk).update(data=zlib.compress(b"Another."))
    (wrong,) = [each for each in repack() if each.fault]
    assert (wrong.sha256, wrong.fault) == (blob.sha256, "damaged")
    assert zlib.decompress(bytes(TextBlob.objects.get(pk=blob.pk).data)) == b"Another."


def test_the_wiki_agrees_with_itself_afterwards(page):
    repack()
    assert list(upkeep.check()) == []


# --- Erasing for law ---------------------------------------------------------------------------------------------
@pytest.fixture
def with_a_secret(db) -> Article:
    """The secret is in the text that others are told from, and in one of these; not in the others."""
    article = factories.article("Ada", f"{words(1)}\n\n{SECRET}.\n")
    for number in range(2, 4):
        factories.edit(article, f"{words(1)}\n\nLine {number}.\n")
    factories.edit(article, f"{words(1)}\n\nLine 3. {SECRET}.\n")
    factories.edit(article, f"{words(1)}\n\nLine 5.\n")
    return Article.objects.get(pk=article.pk)


def erase() -> None:
    administrator = factories.author("administrator")
    count = erasing.places_of(SECRET).total
    assert count >= 2
    erasing.erase(passage=SECRET, count=count, by=administrator.account, author=administrator, why="law")


def test_what_was_told_from_an_erased_text_is_kept_and_nothing_of_the_erased_one(with_a_secret):
    repack()
    assert codecs(with_a_secret)[:4] == ["zstd", *["zstd-delta"] * 3]
    before = texts()
    erase()

    erased = TextBlob.objects.filter(codec=TextBlob.Codec.ERASED)
    assert erased.count() == 2 and all(bytes(blob.data) == b"" and blob.base is None for blob in erased)
    left = {sha256: text for sha256, text in before.items() if SECRET not in text}
    assert {sha256: text for sha256, text in texts().items() if sha256 in left} == left
    assert not TextBlob.objects.filter(base__codec=TextBlob.Codec.ERASED).exists()


def test_it_is_found_in_packed_texts_and_nowhere_afterwards(with_a_secret):
    repack()
    assert erasing.places_of(SECRET).versions == 2
    erase()
    assert erasing.places_of(SECRET).total == 0
    assert all(SECRET.encode() not in bytes(blob.data) for blob in TextBlob.objects.all())
    assert list(upkeep.check()) == []


def test_nothing_is_told_from_an_erased_text_later(with_a_secret):
    erase()
    repack()
    assert not TextBlob.objects.filter(base__codec=TextBlob.Codec.ERASED).exists()
    assert all(TextBlob.hash_of(blob.text) == blob.sha256 for blob in TextBlob.objects.exclude(codec="erased"))
