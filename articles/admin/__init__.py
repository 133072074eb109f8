"""The encyclopedia in the Django admin: looked up, and kept in order through the domain's own functions.

lists         what all our lists and the pages of their rows have in common
dates         the years, months and days that a list offers
acting        what is done with rows, one or several: its page, the reason, what became of each
by_author     changes of one author, found by typing the name
articles      articles by title; the bin
edits         edits, newest first
blocks        who is kept from writing, and how somebody is
proposals     proposals, and where each stands
authors       the names that changes are signed with
log           the log of privileged acts
"""

# Importing them registers them; Django looks for them here.
from articles.admin import articles, authors, blocks, edits, log, proposals
from articles.admin.acting import Act, Acting, ActingAdmin, Sent
from articles.admin.blocks import BlockPeople
from articles.admin.lists import CarefulAdmin, Deed, LookUpAdmin, Way

__all__ = [
    "Act",
    "Acting",
    "ActingAdmin",
    "BlockPeople",
    "CarefulAdmin",
    "Deed",
    "LookUpAdmin",
    "Sent",
    "Way",
    "articles",
    "authors",
    "blocks",
    "edits",
    "log",
    "proposals",
]
