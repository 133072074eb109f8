"""Changes of articles as tests make them, and what has become of a text."""

from articles import editing, places
from articles.editing import Change
from articles.models import Article, Section, Submission

TAIL = "[[Category:Lungs]]\n{{stub|medicine}}\n"


def text_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


def id_of(article: Article, title: str) -> str:
    """The id of the section of that title, as the form's field has it; "0" for the lead."""
    return str(Section.objects.get(article=article, title=title, position__isnull=False).pk) if title else "0"


def section_text(article: Article, section: str) -> str:
    return places.starting_point(Article.objects.get(pk=article.pk), section).text


def change(article: Article, text: str, **fields) -> Change:
    fields = {"base": article.current_edit_id, "section": "", "author": article.current_edit.author} | fields
    return Change(title=article.full_title, text=text, **fields)


def receive(author, article, text="Mine.\n", **fields) -> Submission:
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": text}
    return editing.receive(author=author, **(sent | fields))


def together(article: Article, *titles: str) -> str:
    rows = Section.objects.filter(article=article, position__isnull=False)
    return "+".join(str(rows.get(title=title).pk) if title else "0" for title in titles)
