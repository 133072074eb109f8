"""The encyclopedia's addresses. The action comes first because titles contain slashes."""

from django.urls import path, register_converter

from articles.views import editing, history, reading, reviewing, search


class TitleConverter:
    """A title in a path: underscores are spaces."""

    # Line ends too: they are no title's, and it is the view that says so and gives back the text that came along.
    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """Return the title as sent: the view answers other spellings with the canonical one."""
        return value

    def to_url(self, value: str) -> str:
        """Return the canonical spelling; `reverse` percent-encodes it."""
        return value.replace(" ", "_")


register_converter(TitleConverter, "title")

app_name = "articles"
urlpatterns = [
    path("", reading.main, name="main"),
    path("wiki/<title:title>", reading.read, name="read"),
    path("section/<int:section_id>", reading.section, name="section"),
    path("raw/<title:title>", reading.raw, name="raw"),
    path("category/<title:name>", reading.category, name="category"),
    path("index/", reading.index, name="index"),
    path("index/<title:letter>", reading.index, name="index"),
    path("edit/<title:title>", editing.edit, name="edit"),
    path("preview/<title:title>", editing.preview, name="preview"),
    path("history/<title:title>", history.history, name="history"),
    path("compare/", history.chosen, name="chosen"),
    path("compare/<str:old>/<str:new>", history.compare, name="compare"),
    path("revert/<int:edit_id>", history.revert, name="revert"),
    path("recent", history.recent, name="recent"),
    path("proposals/", reviewing.proposals, name="proposals"),
    path("proposals/<int:proposal_id>", reviewing.proposal, name="proposal"),
    path("search", search.search, name="search"),
    path("suggest", search.suggest, name="suggest"),
]
