"""All that the encyclopedia announces; what was done to pages after its transaction has committed."""

from django.dispatch import Signal

article_edited = Signal()
"""An edit was published: `edit` (its row)."""

proposal_changed = Signal()
"""Something was done about a proposal: `proposal` (its row), `by` (an author row) and `what`: "made", "said",
"returned", "approved" (it takes more), "accepted", "declined" or "withdrawn"; or "met": it would have made an article
that `by` has made since."""

article_moderated = Signal()
"""A moderator, or a filter of theirs, did something about a page, a title, somebody or their edits: `entry` (its row in
the log, which says what, who, why, before and after) and `article` (its row; None where the act is about no single page
that is there)."""

render_ended = Signal()
"""A rendering child was done with a text, or was ended: `outcome` ("ok", or the code of the RenderError)."""

pages_changed = Signal()
"""The bytes of pages are others now: `full_titles` (a tuple of theirs, or None for every page of the site)."""
