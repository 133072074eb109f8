"""The encyclopedia as a Django app: what is in place before the first request."""

import reversion
from django.apps import apps
from django.db.models.signals import post_migrate

from articles import append_only
from articles.models import Article


def test_django_reversion_keeps_namespace_title_and_text_of_articles():
    options = reversion.revisions._get_options(Article)
    assert reversion.is_registered(Article)
    assert (tuple(options.fields), options.use_natural_foreign_keys) == (("namespace", "title", "text"), True)


def test_the_guards_of_history_are_made_again_after_each_migration():
    receivers = post_migrate._live_receivers(apps.get_app_config("articles"))
    listening = receivers[0] if isinstance(receivers, tuple) else receivers
    assert append_only.guard_after_migrate in listening
