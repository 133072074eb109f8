import pytest
from django.core.management import CommandError, call_command

from articles.models import DryRun
from articles.moderation import filtering
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_run_that_was_begun_comes_to_its_end(capsys):
    factories.article("Asthma", "Buy.\n")
    run = filtering.begin(factories.filter_of(added_words="buy"))
    call_command("dry_run_filter", str(run.pk))
    assert "1 of 1 edits found" in capsys.readouterr().out
    assert DryRun.objects.get().ended


def test_a_filter_is_tried_from_the_command_line(capsys):
    factories.article("Asthma", "Buy.\n")
    call_command("dry_run_filter", filter=factories.filter_of(added_words="sell").pk)
    assert "0 of 1 edits found" in capsys.readouterr().out


def test_what_there_is_not_is_said():
    with pytest.raises(CommandError, match="no such"):
        call_command("dry_run_filter", "999")
