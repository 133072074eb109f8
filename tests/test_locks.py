"""The watch over row locks watches."""

import pytest
from django.db import transaction

from articles.models import Article
from tests import locks


def test_a_row_that_is_locked_outside_a_transaction_raises(article):
    with pytest.raises(locks.LockOutsideATransaction):
        Article.objects.select_for_update().get(pk=article.pk)


def test_a_row_that_is_locked_within_one_passes(article):
    with transaction.atomic():
        assert Article.objects.select_for_update().get(pk=article.pk) == article
