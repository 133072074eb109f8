"""What is stored. Only the write doors (editing, reviewing, moderation) change these tables; reading asks querysets.

articles    Article and its Origin, the queryset that answers questions about many articles
texts       TextBlob (a text, stored once), Rendering (its stored HTML)
edits       Author, Edit: who changed what, when and why; Authorship, Share: whose words a version has
sections    Section: the permanent id of a section
waiting     Submission, Draft, Proposal: text that is not in an article, or not yet
records     LogEntry, Dependency, PageStamp, Address, Attempts: what the house keeps beside the texts
"""

from articles.models.articles import Article, Namespace, Origin
from articles.models.edits import Author, Authorship, Edit, Share
from articles.models.records import Address, Attempts, Dependency, LogEntry, PageStamp
from articles.models.sections import Section
from articles.models.texts import Rendering, TextBlob
from articles.models.waiting import Draft, Proposal, Submission

__all__ = [
    "Address",
    "Article",
    "Attempts",
    "Author",
    "Authorship",
    "Dependency",
    "Draft",
    "Edit",
    "LogEntry",
    "Namespace",
    "Origin",
    "PageStamp",
    "Proposal",
    "Rendering",
    "Section",
    "Share",
    "Submission",
    "TextBlob",
]
