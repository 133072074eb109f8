from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Block
from tests import doors, factories

pytestmark = pytest.mark.django_db


def test_a_block_holds_until_its_end_and_until_it_is_lifted():
    now = timezone.now()
    rows = [Block(), Block(until=now + timedelta(days=1)), Block(until=now - timedelta(days=1)), Block(lifted=now)]
    assert [row.holds for row in rows] == [True, True, False, False]


def test_the_holding_ones_are_those_that_hold():
    now = timezone.now()
    held = factories.block("192.0.2.1")
    for number, fields in enumerate(({"until": now + timedelta(days=1)}, {"until": now}, {"lifted": now}), 2):
        with doors.unlocked("no door makes a block that has ended"):
            Block.objects.filter(pk=factories.block(f"192.0.2.{number}").pk).update(**fields)
    assert list(Block.objects.holding().order_by("pk").values_list("network", flat=True)) == [
        held.network,
        "192.0.2.2/32",
    ]


def test_a_block_is_never_of_somebody_and_of_a_network(contributor):
    with doors.unlocked("no door makes such a row"), pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.create(author=contributor, network="192.0.2.0/24", why="x")


def test_a_block_is_named_by_its_number_and_by_whom_it_is_of(contributor):
    block = factories.block(contributor.name)
    assert str(block) == f"{block.pk}: {contributor.name}" and block.get_absolute_url() == f"/special/blocks/{block.pk}"
