"""What the encyclopedia announces that may let somebody climb."""

from typing import Any

from articles.models import Proposal
from articles.signals import proposal_changed
from wiki.ladder import climbing


def connect() -> None:
    """Connect the receivers of this module; called once, when the app is ready."""
    proposal_changed.connect(look_at_its_author, dispatch_uid="ladder.look_at_its_author")


def look_at_its_author(proposal: Proposal, *, what: str, **kwargs: Any) -> None:
    """Let whoever has had a proposal accepted climb, if that was what they missed."""
    if what == "accepted":
        climbing.run(only=proposal.author)
