"""All that the encyclopedia announces, each after its transaction has committed."""

from django.dispatch import Signal

article_edited = Signal()
"""An edit was published: `edit` (its row)."""

proposal_changed = Signal()
"""A proposal was made, decided or withdrawn: `proposal` (its row)."""
