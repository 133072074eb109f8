"""The command that reads every page once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_connection_reads_the_pages_that_were_changed_last(live_server):
    for title in ("Asthma", "HIV/AIDS", "Ménière’s disease"):
        factories.article(title)
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    said = StringIO()
    call_command("warm", live_server.url, pages=10, connections=2, stdout=said)
    assert said.getvalue() == "6 of 2 times 3 pages were read.\n"


@pytest.mark.parametrize("url", ["nothing", "http://127.0.0.1:9"])
def test_without_a_server_it_says_so(url):
    factories.article("Asthma")
    with pytest.raises(CommandError, match=url):
        call_command("warm", url, connections=1)
