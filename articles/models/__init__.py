"""What is stored. Only the write doors (editing, reviewing, moderation) change these tables; reading asks querysets.

articles    Article and its Origin, ProtectedTitle, the queryset that answers questions about many articles
texts       TextBlob (a text, stored once), Rendering (its stored HTML)
edits       Author, Edit: who changed what, when and why; Authorship, Share: whose words a version has; Patrol, Tagged,
            Visit: who looked at an edit, how to find it, and who has seen it
sections    Section: the permanent id of a section; Quarantine: when it was kept from readers
approving   Approval, ApproverGroup, ApproverRule: whose approval a proposal needs, and has
waiting     Submission, Draft, Proposal and its Remark: text that is not in an article, or not yet; ChosenTopics: which
            proposals a reviewer wants to see
order       Block, Filter with its hits and dry runs, BlockedDomain: what moderators keep order with
records     LogEntry, Erasure, Dependency, PageStamp, Address, Settled, Attempts: what the house keeps beside the
            texts
walks       going through a whole table
"""

from articles.models.approving import Approval, ApproverGroup, ApproverRule
from articles.models.articles import Article, Namespace, Origin, ProtectedTitle
from articles.models.edits import Author, Authorship, Edit, Patrol, Share, Tagged, Visit
from articles.models.order import Block, BlockedDomain, DryRun, Filter, FilterHit
from articles.models.records import Address, Attempts, Dependency, Erasure, LogEntry, PageStamp, Settled
from articles.models.sections import Quarantine, Section
from articles.models.texts import Rendering, TextBlob, TextErased
from articles.models.waiting import ChosenTopics, Draft, Proposal, Remark, Submission

__all__ = [
    "Address",
    "Approval",
    "ApproverGroup",
    "ApproverRule",
    "Article",
    "Attempts",
    "Author",
    "Authorship",
    "Block",
    "BlockedDomain",
    "ChosenTopics",
    "Dependency",
    "Draft",
    "DryRun",
    "Edit",
    "Erasure",
    "Filter",
    "FilterHit",
    "LogEntry",
    "Namespace",
    "Origin",
    "PageStamp",
    "Patrol",
    "Proposal",
    "ProtectedTitle",
    "Quarantine",
    "Remark",
    "Rendering",
    "Section",
    "Settled",
    "Share",
    "Submission",
    "Tagged",
    "TextBlob",
    "TextErased",
    "Visit",
]
