"""What may be chosen of what is mailed."""

import pytest

from wiki.notifications import wishes
from wiki.notifications.forms import MailForm
from wiki.notifications.models import MailWish


def form(sent=None, *, may_have_a_digest=True, **wish) -> MailForm:
    return MailForm(sent, wish=MailWish(**wish), may_have_a_digest=may_have_a_digest)


def test_the_form_shows_what_holds():
    assert form(unwanted=["said"], digest=True).initial == {
        "kinds": [kind for kind in wishes.NAMES if kind != "said"],
        "digest": True,
    }


def test_none_at_all_may_be_chosen():
    sent = form({})
    assert sent.is_valid() and sent.cleaned_data == {"kinds": [], "digest": False}


def test_who_decides_on_nothing_is_offered_no_digest():
    sent = form({"digest": "on"}, may_have_a_digest=False)
    assert sent.is_valid() and "digest" not in sent.cleaned_data


@pytest.mark.parametrize("kind", ["nonsense", ""])
def test_no_other_kind_is_taken(kind: str):
    assert not form({"kinds": [kind]}).is_valid()
