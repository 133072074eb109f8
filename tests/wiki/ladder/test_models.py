"""What a step asks for."""

import pytest
from django.db import IntegrityError, transaction

from wiki.ladder import climbing
from wiki.ladder.models import Step

pytestmark = pytest.mark.django_db


def test_a_share_is_at_most_all():
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(role="editor", **climbing.DEFAULTS["editor"] | {"share": 101})


def test_a_step_is_off_until_it_is_switched_on():
    assert [Step(role=role).is_on for role in climbing.FROM] == [False, False]
