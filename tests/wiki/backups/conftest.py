"""A folder of its own for each test, and what a backup of a lived-in wiki needs."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from articles import append_only, search
from articles.models import TextBlob
from tests import factories
from wiki.backups import archive


@pytest.fixture(autouse=True)
def data(tmp_path, settings):
    settings.WIKI_DATA = tmp_path / "data"
    settings.WIKI_DATA.mkdir()
    return settings.WIKI_DATA


@pytest.fixture
def lived_in(transactional_db):
    """Articles, an edit, a proposal, a draft, accounts with roles, rows of the log."""
    article = factories.article("Asthma")
    factories.edit(article, "Räuspern — “wheeze”.\n", section="0", summary="A lead, in other words")
    factories.save("Wheeze", "#REDIRECT [[Asthma]]\n", base=0)
    proposer = factories.author()
    factories.proposal(article, proposer)
    factories.draft(article, proposer)
    factories.block(factories.author().name)
    return article


@pytest.fixture
def emptied():
    """Make the database as `migrate` leaves a new one."""

    def empty():
        append_only.release(connection)
        call_command("flush", interactive=False, verbosity=0)
        append_only.guard(connection)
        search.rebuild([])
        assert not TextBlob.objects.exists()

    return empty


@pytest.fixture
def small(tmp_path):
    """An archive of two members."""
    path = tmp_path / "small.zip"
    (tmp_path / "note").write_text("A note.")
    with archive.writing(path) as writer:
        writer.add_rows("tables/a.jsonl", [{"n": n} for n in range(3)])
        writer.add_file("files/note", tmp_path / "note")
        writer.end(archive.Manifest(made="now", database="none", migrations=[], log={}, histories={"edits": 0}))
    return path


@pytest.fixture
def with_file():
    """Put a file into an archive that says of itself that it has it."""

    def put(path, name, content):
        import hashlib
        import zipfile

        with zipfile.ZipFile(path) as old:
            members = {each: old.read(each) for each in old.namelist()}
        said = json.loads(members[archive.MANIFEST])
        members[f"files/{name}"] = content
        said["members"][f"files/{name}"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        members[archive.MANIFEST] = json.dumps(said).encode()
        with zipfile.ZipFile(path, "w") as new:
            for each, bytes_ in members.items():
                new.writestr(each, bytes_)

    return put


@pytest.fixture
def rewritten():
    """Change what an archive says of itself, and leave it whole otherwise."""

    def rewrite(path, **said):
        import zipfile

        with zipfile.ZipFile(path) as old:
            members = {name: old.read(name) for name in old.namelist()}
        members[archive.MANIFEST] = json.dumps(json.loads(members[archive.MANIFEST]) | said).encode()
        with zipfile.ZipFile(path, "w") as new:
            for name, content in members.items():
                new.writestr(name, content)

    return rewrite
