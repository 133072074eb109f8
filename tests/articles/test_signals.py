"""All that the encyclopedia announces; when each is sent is asked beside what sends it."""

from django.dispatch import Signal

from articles import signals


def test_no_signal_is_announced_that_nobody_can_name():
    announced = {name for name, value in vars(signals).items() if isinstance(value, Signal)}
    assert announced == {"article_edited", "proposal_changed", "article_moderated", "render_ended", "pages_changed"}
