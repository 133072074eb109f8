"""The acts of moderators."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.forms.moderation import ProtectForm, QuarantineForm, ReasonForm
from articles.moderation.protecting import Guard

NONE = {"edit": Guard("")}


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_act_without_a_reason_is_refused(reason):
    assert ReasonForm({"reason": reason}).errors["reason"] == ["Say why: the log keeps it."]


@pytest.mark.parametrize("sent", [{}, {"section": "1", "release": "2"}])
def test_a_quarantine_names_a_section_or_what_is_released(sent):
    assert "Choose the section first." in QuarantineForm({"reason": "why", **sent}).non_field_errors()


def test_a_protection_ends_on_no_day_that_has_begun():
    sent = {"reason": "why", "edit-level": "editor", "edit-ends": "date", "edit-date": "2020-01-01"}
    assert "begun already" in ProtectForm(NONE, ["editor"], sent).errors["edit-date"][0]


def test_a_protection_for_a_week_ends_in_a_week():
    form = ProtectForm(NONE, ["editor"], {"reason": "why", "edit-level": "editor", "edit-ends": "week"})
    assert form.is_valid()
    until = form.chosen()["edit"].until
    assert abs(until - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)
